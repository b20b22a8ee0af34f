"""What a journal line proposes once its item is chosen, and how quantity, unit amount and amount follow each other.

posting-and-costing.md section 1.2. Facts are loaded for all lines at once; deciding is pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import CENT, LARGEST, PLACES, ZERO, round_amount, round_unit_cost
from core.sql import about_ids, ids_of
from core.text import _
from models import (
    GeneralLedgerSetup,
    InventorySetup,
    Item,
    ItemUnitOfMeasure,
    ItemVariant,
    StockkeepingUnit,
    UnitOfMeasure,
)
from models.enums import AverageCostCalcType, CostingMethod, EntryType

#: The entry types of the item journal; transfers, counts and assembly have worksheets of their own.
ENTRY_TYPES = (EntryType.PURCHASE, EntryType.SALE, EntryType.POSITIVE_ADJMT, EntryType.NEGATIVE_ADJMT)
ADJUSTMENTS = frozenset({EntryType.POSITIVE_ADJMT, EntryType.NEGATIVE_ADJMT})
_ONE = Decimal(1)
_HUNDRED = Decimal(100)
_CHUNK = 500


@dataclass(frozen=True)
class ItemFacts:
    """What the defaults of one item's lines depend on; costs and price per base unit in local currency."""

    item: Item
    #: unit id -> how many base units one of it is
    units: dict[int, Decimal]
    #: unit code -> unit id
    unit_ids: dict[str, int]
    #: variant code -> variant id, "" the blank one
    variants: dict[str, int]
    variant_descriptions: dict[int, str]
    #: variants that are blocked in one way or another
    blocked_variants: dict[int, ItemVariant] = field(default_factory=dict)
    #: variant id -> its card
    variant_cards: dict[int, ItemVariant] = field(default_factory=dict)
    #: unit id -> in which steps it is counted; 0: five places
    precisions: dict[int, Decimal] = field(default_factory=dict)
    #: (location id, variant id) -> unit cost of the stockkeeping unit
    sku_costs: dict[tuple[int, int], Decimal] = field(default_factory=dict)
    #: (location id, variant id) -> the stockkeeping unit
    stockkeeping: dict[tuple[int, int], StockkeepingUnit] = field(default_factory=dict)

    def planned_at(self, location_id: int, variant_id: int) -> Item | StockkeepingUnit:
        """Whose lead times hold at a place: the stockkeeping unit's as a whole, else the item's (items.md 13)."""
        return self.stockkeeping.get((location_id, variant_id), self.item)

    def unit_cost(self, location_id: int, variant_id: int) -> Decimal:
        """Standard cost, the stockkeeping unit's cost where it counts, else the card's."""
        if (location_id, variant_id) in self.sku_costs:
            return self.sku_costs[location_id, variant_id]
        return self.item.standard_cost if self.is_standard else self.item.unit_cost

    @property
    def is_standard(self) -> bool:
        """Valued at standard cost: amounts of adjustments are locked."""
        return self.item.costing_method == CostingMethod.STANDARD


@dataclass(frozen=True)
class Facts:
    """Facts for the items asked for, and the roundings of the company."""

    items: dict[int, ItemFacts]
    amount_rounding: Decimal = CENT
    unit_amount_rounding: Decimal = PLACES


@dataclass(frozen=True)
class Defaults:
    """What a line proposes; unit amount and unit cost per unit of the line."""

    description: str
    unit_of_measure_id: int | None
    qty_per_unit_of_measure: Decimal
    unit_amount: Decimal
    unit_cost: Decimal
    indirect_cost_percent: Decimal
    overhead_rate: Decimal
    #: unit amount may not be changed (standard cost)
    locked: bool


def load_facts(session: Session, item_ids: Iterable[int]) -> Facts:
    """Facts of all `item_ids`; the number of queries grows with every 500 items only."""
    wanted = sorted(set(item_ids))
    inventory, ledger = session.get(InventorySetup, 1), session.get(GeneralLedgerSetup, 1)
    per_item_cost = inventory is not None and inventory.average_cost_calc_type == AverageCostCalcType.ITEM
    found: dict[int, ItemFacts] = {}
    for start in range(0, len(wanted), _CHUNK):
        found.update(_load_chunk(session, wanted[start : start + _CHUNK], per_item_cost=per_item_cost))
    return Facts(
        found,
        ledger.amount_rounding if ledger else CENT,
        ledger.unit_amount_rounding if ledger else PLACES,
    )


_cards = about_ids(
    lambda ids: (
        select(
            Item,
            UnitOfMeasure.code,
            exists().where(ItemVariant.item_id == Item.id),
            exists().where(StockkeepingUnit.item_id == Item.id),
        )
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(Item.id.in_(ids))
    )
)
_units = about_ids(
    lambda ids: (
        select(
            ItemUnitOfMeasure.item_id,
            ItemUnitOfMeasure.unit_of_measure_id,
            ItemUnitOfMeasure.qty_per_unit_of_measure,
            ItemUnitOfMeasure.rounding_precision,
            UnitOfMeasure.code,
        )
        .join(UnitOfMeasure, ItemUnitOfMeasure.unit_of_measure_id == UnitOfMeasure.id)
        .where(ItemUnitOfMeasure.item_id.in_(ids))
    )
)


def _load_chunk(session: Session, ids: list[int], *, per_item_cost: bool) -> dict[int, ItemFacts]:
    # Posting changes the costs of cards behind the session's back.
    fresh, wanted = {"populate_existing": True}, ids_of(session, ids)
    found: dict[int, ItemFacts] = {}
    some_variants = some_units = False
    for item, code, with_variants, with_units in session.execute(*_cards(session, ids), execution_options=fresh):
        some_variants, some_units = some_variants or with_variants, some_units or with_units
        found[item.id] = facts = ItemFacts(item, {}, {}, {"": 0}, {})
        if item.base_unit_of_measure_id is not None:
            facts.units[item.base_unit_of_measure_id] = _ONE
            facts.unit_ids[code] = item.base_unit_of_measure_id
    for item_id, unit_id, factor, precision, code in session.execute(*_units(session, ids)):
        found[item_id].units[unit_id] = factor
        found[item_id].unit_ids[code] = unit_id
        found[item_id].precisions[unit_id] = precision
    variants = select(ItemVariant).where(ItemVariant.item_id.in_(wanted))
    for variant in session.scalars(variants) if some_variants else ():
        if variant.item_id is not None:
            found[variant.item_id].variants[variant.code] = variant.id
            found[variant.item_id].variant_descriptions[variant.id] = variant.description
            found[variant.item_id].variant_cards[variant.id] = variant
            if variant.blocked or variant.sales_blocked or variant.purchasing_blocked:
                found[variant.item_id].blocked_variants[variant.id] = variant
    skus = select(StockkeepingUnit).where(StockkeepingUnit.item_id.in_(wanted)).execution_options(**fresh)
    for sku in session.scalars(skus) if some_units else ():
        facts = found[sku.item_id]
        facts.stockkeeping[sku.location_id, sku.variant_id] = sku
        # A stockkeeping unit's cost counts unless the average is kept for the whole item (section 1.2).
        if facts.is_standard or not per_item_cost:
            cost = sku.standard_cost if facts.is_standard else sku.unit_cost
            facts.sku_costs[sku.location_id, sku.variant_id] = cost
    return found


def propose(
    facts: Facts,
    entry_type: EntryType,
    item_id: int,
    *,
    variant_id: int = 0,
    location_id: int = 0,
    unit_of_measure_id: int | None = None,
) -> Defaults:
    """What a line of this kind proposes. Raises ValidationError `unit_not_of_item`, `variant_not_of_item`."""
    item = facts.items[item_id]
    unit_id = unit_of_measure_id or _usual_unit(item, entry_type)
    if unit_id is not None and unit_id not in item.units:
        raise ValidationError(
            "unit_not_of_item",
            _("%(item)s is not kept in this unit: choose one of %(units)s.", item=item.item.no,
              units=", ".join(sorted(item.unit_ids)) or "-"),
            field="unit_of_measure",
        )  # fmt: skip
    if variant_id and variant_id not in item.variant_descriptions:
        raise ValidationError(
            "variant_not_of_item",
            _("This variant is not one of %(item)s: choose another or none.", item=item.item.no),
            field="variant",
        )
    per_unit = item.units.get(unit_id, _ONE) if unit_id is not None else _ONE
    locked = item.is_standard and entry_type in ADJUSTMENTS
    unit_amount = round_unit_cost(
        _base_amount(item, entry_type, location_id, variant_id) * per_unit, facts.unit_amount_rounding
    )
    return Defaults(
        description=(item.variant_descriptions.get(variant_id) or item.item.description)[:100],
        unit_of_measure_id=unit_id,
        qty_per_unit_of_measure=per_unit,
        unit_amount=unit_amount,
        unit_cost=unit_cost_of(facts, entry_type, item_id, unit_amount, per_unit, location_id, variant_id),
        indirect_cost_percent=item.item.indirect_cost_percent if entry_type in _WITH_OVERHEAD else ZERO,
        overhead_rate=item.item.overhead_rate if entry_type in _WITH_OVERHEAD else ZERO,
        locked=locked,
    )


_WITH_OVERHEAD = frozenset({EntryType.PURCHASE, EntryType.POSITIVE_ADJMT})


def unit_cost_of(
    facts: Facts,
    entry_type: EntryType,
    item_id: int,
    unit_amount: Decimal,
    per_unit: Decimal,
    location_id: int,
    variant_id: int,
) -> Decimal:
    """The line's unit cost for its unit amount, both per unit of the line (table of section 1.2)."""
    item = facts.items[item_id]
    card = item.unit_cost(location_id, variant_id) * per_unit
    if item.is_standard and entry_type is not EntryType.SALE:
        cost = card
    elif entry_type is EntryType.PURCHASE:
        cost = unit_amount  # overhead is a value entry of its own
    elif entry_type is EntryType.POSITIVE_ADJMT:
        share = _ONE + item.item.indirect_cost_percent / _HUNDRED
        cost = unit_amount * share + item.item.overhead_rate * per_unit
    else:
        cost = card
    return round_unit_cost(cost, facts.unit_amount_rounding)


def _usual_unit(item: ItemFacts, entry_type: EntryType) -> int | None:
    """Purchase and sales unit where the card has one, else the base unit."""
    card = item.item
    usual = {
        EntryType.PURCHASE: card.purchase_unit_of_measure_id,
        EntryType.SALE: card.sales_unit_of_measure_id,
    }.get(entry_type)
    return usual if usual in item.units else card.base_unit_of_measure_id


def _base_amount(item: ItemFacts, entry_type: EntryType, location_id: int, variant_id: int) -> Decimal:
    """The proposed unit amount per base unit."""
    cost = item.unit_cost(location_id, variant_id)
    if entry_type is EntryType.TRANSFER:
        return ZERO
    if entry_type is EntryType.SALE:
        return item.item.unit_price
    if entry_type is EntryType.PURCHASE:
        return item.item.last_direct_cost or cost
    if entry_type is EntryType.POSITIVE_ADJMT and not item.is_standard:
        share = _ONE + item.item.indirect_cost_percent / _HUNDRED
        return max((cost - item.item.overhead_rate) / share, ZERO)
    return cost


def relate(
    quantity: Decimal,
    unit_amount: Decimal,
    amount: Decimal,
    *,
    discount: Decimal = ZERO,
    changed: frozenset[str],
    facts: Facts,
) -> tuple[Decimal, Decimal]:
    """Unit amount and amount after the person changed the fields named in `changed`.

    Amount = round(quantity x unit amount - discount). An amount that was typed stays and the unit amount follows.
    Raises ValidationError `amount_mismatch`, `quantity_missing`, `unit_amount_negative`, `amount_too_large`.
    """
    if "amount" in changed:
        unit_amount, amount = _from_amount(quantity, unit_amount, amount, discount, changed, facts)
    else:
        amount = round_amount(quantity * unit_amount - discount, facts.amount_rounding)
    if unit_amount < 0:
        raise ValidationError(
            "unit_amount_negative",
            _("A unit amount below zero makes no sense here: enter 0 or more."),
            field="amount" if "amount" in changed else "unit_amount",
        )
    if abs(amount) >= LARGEST or unit_amount >= LARGEST:
        raise ValidationError(
            "amount_too_large",
            _("%(quantity)s x %(unit_amount)s is more than the books can hold: check both.", quantity=f"{quantity:f}",
              unit_amount=f"{unit_amount:f}"),
            field="unit_amount",
        )  # fmt: skip
    return unit_amount, amount


def _from_amount(
    quantity: Decimal, unit_amount: Decimal, amount: Decimal, discount: Decimal, changed: frozenset[str], facts: Facts
) -> tuple[Decimal, Decimal]:
    amount = round_amount(amount, facts.amount_rounding)
    if "unit_amount" in changed:
        expected = round_amount(quantity * unit_amount - discount, facts.amount_rounding)
        if expected != amount:
            raise ValidationError(
                "amount_mismatch",
                _("%(quantity)s x %(unit_amount)s is %(expected)s, not %(amount)s: clear one of the two amounts.",
                  quantity=f"{quantity.normalize():f}", unit_amount=f"{unit_amount.normalize():f}",
                  expected=f"{expected:.2f}", amount=f"{amount:.2f}"),
                field="amount",
            )  # fmt: skip
        return unit_amount, amount
    if not quantity:
        if not amount:
            return unit_amount, amount
        raise ValidationError("quantity_missing", _("Enter the quantity before the amount."), field="quantity")
    return round_unit_cost((amount + discount) / quantity, facts.unit_amount_rounding), amount
