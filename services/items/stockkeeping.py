"""Stockkeeping units: made with a copy of the item's values, changed, deleted (items.md section 13)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from core.date_formulas import add_formula
from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    CountingPeriod,
    Item,
    ItemLedgerEntry,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    PhysicalInventoryLedgerEntry,
    StockkeepingUnit,
    TransferRoute,
    Vendor,
)
from models.enums import AssemblyPolicy, CostingMethod, ReplenishmentSystem, SkuCreation
from services.items.code_lists import unknown_codes
from services.items.counting import CountWindow, next_window
from services.items.derive import settle_include_inventory
from services.items.reasons import missing_reasons, note_reasons, take_reasons
from services.planning.parameters import PLANNING_FIELDS
from services.values import assign, clean_formula, raise_all

#: How goods are put away and counted there: the columns of models/handling_fields.py.
HANDLING_FIELDS = (
    "special_equipment_code", "put_away_template_code", "put_away_unit_of_measure_id", "counting_period_id",
    "use_cross_docking",
)  # fmt: skip
COST_FIELDS = ("unit_cost", "standard_cost", "last_direct_cost")
#: What a new one takes from the item; nothing flows down later.
COPIED = (
    "shelf_no", "vendor_id", "vendor_item_no", "lead_time", "replenishment_system", "assembly_policy", *COST_FIELDS,
    *PLANNING_FIELDS, *HANDLING_FIELDS,
)  # fmt: skip
#: All that may be said about a stockkeeping unit besides its key.
FIELDS = (*COPIED, "transfer_from_id", "comment")
_FORMULAS = (
    "lead_time", "safety_lead_time", "time_bucket", "lot_accumulation_period", "rescheduling_period",
    "dampener_period",
)  # fmt: skip
_CODES = ("shelf_no", "special_equipment_code", "put_away_template_code")
_DAY = dt.date(2000, 1, 1)


def get_unit(session: Session, unit_id: int) -> StockkeepingUnit:
    """The stockkeeping unit with its item, places and vendor. Raises NotFound."""
    unit = session.scalar(
        select(StockkeepingUnit)
        .where(StockkeepingUnit.id == unit_id)
        .options(
            joinedload(StockkeepingUnit.item), joinedload(StockkeepingUnit.location),
            joinedload(StockkeepingUnit.variant), joinedload(StockkeepingUnit.transfer_from),
            joinedload(StockkeepingUnit.vendor),
        )
    )  # fmt: skip
    if unit is None:
        raise NotFound("not_found", _("This stockkeeping unit does not exist any more."))
    return unit


def unit_at(session: Session, item_id: int, location_id: int, variant_id: int) -> StockkeepingUnit | None:
    """The stockkeeping unit of exactly this item, location and variant."""
    unit = StockkeepingUnit
    return session.scalar(
        select(unit).where(
            unit.item_id == item_id, unit.location_id == location_id, unit.variant_id == variant_id
        )
    )  # fmt: skip


def create_unit(
    session: Session,
    item_id: int,
    *,
    location_id: int = BLANK_ID,
    variant_id: int = BLANK_ID,
    values: Mapping[str, object] | None = None,
) -> StockkeepingUnit:
    """A stockkeeping unit with a copy of the item's values, and `values` (names in FIELDS) on top.

    Raises ValidationError or ErrorList: `location_or_variant_required`, `inventory_type_required`, `duplicate`,
    `variant_not_of_item`, `location_in_transit`, `sku_blocked` and what `update_unit` raises.
    """
    item = session.get(Item, item_id)
    if item is None:
        raise NotFound("not_found", _("This item does not exist any more."), field="item_id")
    check_key(session, item, location_id, variant_id)
    if unit_at(session, item_id, location_id, variant_id) is not None:
        raise ValidationError(
            "duplicate",
            _("Item %(no)s has a stockkeeping unit for this location and variant already.", no=item.no),
            field="location_id",
        )
    unit = unit_of(item, location_id, variant_id)
    with session.no_autoflush:
        _apply(session, unit, item, dict(values or {}), is_new=True)
    session.add(unit)
    session.flush()
    return unit


def unit_of(item: Item, location_id: int, variant_id: int) -> StockkeepingUnit:
    """A new stockkeeping unit with the item's values, not in the session yet."""
    copied = {name: getattr(item, name) for name in COPIED}
    return StockkeepingUnit(
        item_id=item.id, location_id=location_id, variant_id=variant_id, transfer_from_id=None, comment="", **copied
    )


def check_key(session: Session, item: Item, location_id: int, variant_id: int) -> None:
    """Raises ValidationError where there may be no stockkeeping unit of this item at this place."""
    if location_id == BLANK_ID and variant_id == BLANK_ID:
        raise ValidationError(
            "location_or_variant_required",
            _("A stockkeeping unit is for a location, a variant, or both. Choose one at least."),
            field="location_id",
        )
    if not item.is_inventory:
        raise ValidationError(
            "inventory_type_required",
            _("Item %(no)s is not kept in stock and has no stockkeeping units.", no=item.no),
            field="item_id",
        )
    if variant_id != BLANK_ID:
        variant = session.get(ItemVariant, variant_id)
        if variant is None or variant.item_id != item.id:
            raise ValidationError(
                "variant_not_of_item",
                _("This variant is not one of %(item)s: choose another or none.", item=item.no),
                field="variant_id",
            )
    location = session.get(Location, location_id)
    if location is None:
        raise ValidationError("not_found", _("There is no such location."), field="location_id")
    if location.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("Location %(code)s is goods on the way; nothing is planned there.", code=location.code),
            field="location_id",
        )
    if location.sku_creation is SkuCreation.BLOCKED:
        raise ValidationError(
            "sku_blocked",
            _("Location %(code)s takes no new stockkeeping units. Allow them on its card first.", code=location.code),
            field="location_id",
        )


def update_unit(session: Session, unit: StockkeepingUnit, values: Mapping[str, object]) -> StockkeepingUnit:
    """Change fields; refused, the unit is as it was. With `cost_change_reason` among them costs change for a reason.

    Raises ValidationError or ErrorList: `reason_required`, `location_required`, `route_missing`, `transfer_loop`,
    `ledger_entries_exist`, `not_negative`, `invalid_formula`, `replenishment_not_allowed`, `not_found` (a code that
    stands in no list), `unknown_unit`, and those of `assign`.
    """
    before = {name: getattr(unit, name) for name in FIELDS}
    item, given = session.get_one(Item, unit.item_id), dict(values)
    reasons = take_reasons(given)
    try:
        with session.no_autoflush:
            _apply(session, unit, item, given, is_new=False, reasons=reasons)
    except DomainError:
        for name, value in before.items():
            setattr(unit, name, value)
        raise
    note_reasons(reasons, unit)
    session.flush()
    note_reasons({}, unit)
    return unit


def copy_from_item(session: Session, unit: StockkeepingUnit, names: Collection[str] = PLANNING_FIELDS) -> None:
    """Give the unit the item's values of these fields once more. Raises as `update_unit`."""
    item = session.get_one(Item, unit.item_id)
    update_unit(session, unit, {name: getattr(item, name) for name in names if name in COPIED})


def delete_unit(session: Session, unit: StockkeepingUnit) -> None:
    """Delete it: from then on the item's values, or the location's rule, hold there."""
    session.delete(unit)
    session.flush()


def differences(unit: StockkeepingUnit, item: Item) -> dict[str, object]:
    """The fields in which the unit differs from its item, with the item's value."""
    return {name: getattr(item, name) for name in COPIED if getattr(unit, name) != getattr(item, name)}


def counting_of(session: Session, unit: StockkeepingUnit, on: dt.date) -> tuple[dt.date | None, CountWindow | None]:
    """When the unit was last counted at its place, and the window of its next count; None without a counting period."""
    entry = PhysicalInventoryLedgerEntry
    last, counts_a_year = session.execute(
        select(
            select(entry.posting_date)
            .where(
                entry.item_id == unit.item_id, entry.variant_id == unit.variant_id,
                entry.location_id == unit.location_id,
            )
            .order_by(entry.id.desc())
            .limit(1)
            .scalar_subquery(),
            select(CountingPeriod.counts_per_year)
            .where(CountingPeriod.id == unit.counting_period_id)
            .scalar_subquery(),
        )
    ).one()  # fmt: skip
    return last, next_window(counts_a_year, last, on) if counts_a_year else None


def _apply(
    session: Session,
    unit: StockkeepingUnit,
    item: Item,
    values: dict[str, object],
    *,
    is_new: bool,
    reasons: dict[str, str] | None = None,
) -> None:
    before = {name: getattr(unit, name) for name in FIELDS}
    assign(session, unit, _cleaned(values), FIELDS)
    changed = {name for name in FIELDS if getattr(unit, name) != before[name]}
    _derive(session, unit, item, before, changed)
    errors = list(_refusals(session, unit, item, changed, is_new=is_new))
    raise_all(errors + missing_reasons(reasons or {}, unit, before))


def _cleaned(values: dict[str, object]) -> dict[str, object]:
    """Times in their one spelling, codes in capitals."""
    cleaned, errors = dict(values), list[DomainError]()
    for name in _FORMULAS:
        if name not in values:
            continue
        try:
            formula = clean_formula(values[name], name)
            if formula and add_formula(_DAY, formula) < _DAY:
                raise ValidationError("not_negative", _("A time may not be negative."), field=name)
            cleaned[name] = formula
        except OverflowError:
            errors.append(ValidationError("invalid_formula", _("This time is too long."), field=name))
        except ValidationError as error:
            errors.append(error)
    raise_all(errors)
    for name in _CODES:
        if isinstance(values.get(name), str):
            cleaned[name] = str(values[name]).strip().upper()
    return cleaned


def _derive(
    session: Session, unit: StockkeepingUnit, item: Item, before: Mapping[str, object], changed: set[str]
) -> None:
    if "vendor_id" in changed and "lead_time" not in changed and unit.vendor_id is not None:
        vendor = session.get(Vendor, unit.vendor_id)
        unit.lead_time = vendor.lead_time if vendor is not None else unit.lead_time
    if unit.replenishment_system is not ReplenishmentSystem.TRANSFER:
        unit.transfer_from_id = None  # only a transfer has a source
    settle_include_inventory(unit, changed)
    if item.costing_method is CostingMethod.STANDARD and unit.standard_cost != before["standard_cost"]:
        unit.unit_cost = unit.standard_cost


def _refusals(
    session: Session, unit: StockkeepingUnit, item: Item, changed: set[str], *, is_new: bool
) -> list[DomainError]:
    found: list[DomainError] = []
    if unit.replenishment_system is ReplenishmentSystem.TRANSFER:
        found += _transfer(session, unit)
    if (
        unit.assembly_policy is AssemblyPolicy.ASSEMBLE_TO_ORDER
        and unit.replenishment_system is not ReplenishmentSystem.ASSEMBLY
        and changed & {"assembly_policy", "replenishment_system"}
    ):
        found.append(
            ValidationError(
                "replenishment_not_allowed",
                _("What is assembled to order is replenished by assembly. Change the assembly policy first."),
                field="replenishment_system" if "replenishment_system" in changed else "assembly_policy",
            )
        )
    found += unknown_codes(session, unit, changed)
    if "put_away_unit_of_measure_id" in changed and unit.put_away_unit_of_measure_id is not None:
        found += _put_away_unit(session, unit)
    if not is_new and "unit_cost" in changed:
        found += _unit_cost(session, unit, item)
    return found


def _put_away_unit(session: Session, unit: StockkeepingUnit) -> list[DomainError]:
    held = exists().where(
        ItemUnitOfMeasure.item_id == unit.item_id,
        ItemUnitOfMeasure.unit_of_measure_id == unit.put_away_unit_of_measure_id,
    )
    if session.scalar(select(held)):
        return []
    words = _("The item does not hold this unit. Add it to the item's units first.")
    return [ValidationError("unknown_unit", words, field="put_away_unit_of_measure_id")]


def _unit_cost(session: Session, unit: StockkeepingUnit, item: Item) -> list[DomainError]:
    """The unit cost follows entries; with standard cost it is the standard cost."""
    if item.costing_method is CostingMethod.STANDARD:
        if unit.unit_cost == unit.standard_cost:
            return []
        words = _("With standard costing, change the standard cost instead.")
        return [ValidationError("use_standard_cost", words, field="unit_cost")]
    entry = ItemLedgerEntry
    posted = session.scalar(
        select(
            exists().where(
                entry.item_id == unit.item_id, entry.variant_id == unit.variant_id,
                entry.location_id == unit.location_id,
            )
        )
    )  # fmt: skip
    if not posted:
        return []
    words = _("The unit cost follows the entries of %(no)s there. Use a revaluation to change what the stock is worth.",
              no=item.no)  # fmt: skip
    return [ValidationError("ledger_entries_exist", words, field="unit_cost")]


def _transfer(session: Session, unit: StockkeepingUnit) -> list[DomainError]:
    """A transfer comes from another location over a route, and never round in a circle."""
    if unit.location_id == BLANK_ID:
        words = _(
            "Replenishment by transfer brings goods to a location; this unit has none. Choose Purchase or Assembly."
        )
        return [ValidationError("location_required", words, field="replenishment_system")]
    codes = dict(session.execute(select(Location.id, Location.code)).tuples().all())
    here, source = codes[unit.location_id], codes.get(unit.transfer_from_id or BLANK_ID, "")
    if not source:
        words = _("Say from which location the transfers to %(here)s come.", here=here)
        return [ValidationError("route_missing", words, field="transfer_from_id")]
    chain = _chain(session, unit)
    if chain[-1] in chain[:-1]:
        words = _(
            "The transfers would go round in a circle: %(chain)s. Choose another source.",
            chain=" ← ".join(codes[place] for place in chain),
        )
        return [ValidationError("transfer_loop", words, field="transfer_from_id")]
    route = exists().where(
        TransferRoute.from_location_id == unit.transfer_from_id, TransferRoute.to_location_id == unit.location_id
    )
    if not session.scalar(select(route)):
        words = _(
            "There is no transfer route from %(source)s to %(here)s. Set one up, or choose another source.",
            source=source, here=here,
        )  # fmt: skip
        return [ValidationError("route_missing", words, field="transfer_from_id")]
    return []


def _chain(session: Session, unit: StockkeepingUnit) -> list[int]:
    """This location, where its goods come from, where those come from ...; ends where nothing is transferred to, or
    with the first location that comes up again.
    """
    other = StockkeepingUnit
    rows = session.execute(
        select(other.location_id, other.transfer_from_id).where(
            other.item_id == unit.item_id, other.variant_id == unit.variant_id,
            other.replenishment_system == ReplenishmentSystem.TRANSFER, other.transfer_from_id.is_not(None),
        )
    )  # fmt: skip
    sources = dict(rows.tuples().all())
    sources[unit.location_id] = unit.transfer_from_id
    chain = [unit.location_id]
    while (source := sources.get(chain[-1])) is not None:
        seen = source in chain
        chain.append(source)
        if seen:
            break
    return chain


__all__ = [
    "COPIED", "COST_FIELDS", "FIELDS", "check_key", "copy_from_item", "create_unit", "delete_unit", "differences",
    "get_unit", "unit_at", "unit_of", "update_unit",
]  # fmt: skip
