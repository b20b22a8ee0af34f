"""What a journal line becomes when a person has said something about it: checked, completed, related (pure).

posting-and-costing.md section 1.2. Whether it may be posted is asked elsewhere.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import LARGEST, ZERO, round_quantity
from core.text import _
from models import Bin, ItemJournalLine, ItemLedgerEntry, Location
from models.enums import EntryType, RecurringMethod
from services.documents import journal_defaults as defaults
from services.documents.recurring import clean_frequency
from services.items.blocking import check_item_free, check_variant_free


@dataclass(frozen=True, kw_only=True)
class LineInput:
    """What a person says about a line: quantity in the line's unit, amounts in local currency; None = propose it."""

    entry_type: EntryType
    item_id: int
    posting_date: dt.date
    document_no: str = ""
    external_document_no: str = ""
    variant_id: int = 0
    location_id: int = 0
    bin_id: int | None = None
    description: str | None = None
    quantity: Decimal = ZERO
    unit_of_measure_id: int | None = None
    unit_amount: Decimal | None = None
    amount: Decimal | None = None
    #: cost of one unit of the line, indirect cost and overhead included; None: it follows the unit amount
    unit_cost: Decimal | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    expiration_date: dt.date | None = None
    applies_to_entry_id: int | None = None
    applies_from_entry_id: int | None = None
    reason_code: str = ""
    gen_business_posting_group_id: int = 0
    #: reclassification: where the goods go and what they are called there; empty = as before
    new_location_id: int | None = None
    new_bin_id: int | None = None
    new_lot_no: str = ""
    new_serial_no: str = ""
    new_package_no: str = ""
    new_expiration_date: dt.date | None = None
    #: recurring journals: whether the quantity stays, when the line comes again, until when
    recurring_method: RecurringMethod = RecurringMethod.NONE
    recurring_frequency: str = ""
    recurring_expiration_date: dt.date | None = None


#: Fields a person edits, which therefore may differ between what was seen and what is there.
EDITED = (
    "entry_type", "item_id", "posting_date", "document_no", "external_document_no", "variant_id", "location_id",
    "bin_id", "description", "quantity", "unit_of_measure_id", "unit_amount", "amount", "lot_no", "serial_no",
    "package_no", "expiration_date", "applies_to_entry_id", "applies_from_entry_id", "reason_code",
    "gen_business_posting_group_id", "new_location_id", "new_bin_id", "new_lot_no", "new_serial_no", "new_package_no",
    "new_expiration_date", "recurring_method", "recurring_frequency", "recurring_expiration_date",
)  # fmt: skip
#: A change of one of these forgets the unit amount, even one that was typed.
_DECIDING = ("entry_type", "item_id", "unit_of_measure_id")
_CHUNK = 500


@dataclass(frozen=True)
class Known:
    """What the lines refer to, as far as it exists."""

    locations: frozenset[int]
    #: bin id -> its location
    bins: dict[int, int]
    entries: frozenset[int]


def load_known(session: Session, values: Sequence[LineInput]) -> Known:
    """Locations, bins and entries that the lines name, in a few queries for every 500 of them."""
    entry_ids = {v.applies_to_entry_id for v in values} | {v.applies_from_entry_id for v in values}
    bins: dict[int, int] = {}
    for ids in _chunks({v.bin_id for v in values} | {v.new_bin_id for v in values}):
        bins.update(session.execute(select(Bin.id, Bin.location_id).where(Bin.id.in_(ids))).tuples().all())
    locations: set[int] = set()
    for ids in _chunks({v.location_id for v in values} | {v.new_location_id for v in values}):
        locations |= set(session.scalars(select(Location.id).where(Location.id.in_(ids))))
    entries: set[int] = set()
    for ids in _chunks(entry_ids):
        entries |= set(session.scalars(select(ItemLedgerEntry.id).where(ItemLedgerEntry.id.in_(ids))))
    return Known(frozenset(locations), bins, frozenset(entries))


def _chunks(ids: Iterable[int | None]) -> Iterable[list[int]]:
    wanted = sorted(number for number in ids if number is not None)
    for start in range(0, len(wanted), _CHUNK):
        yield wanted[start : start + _CHUNK]


def decide_line(
    values: LineInput,
    facts: defaults.Facts,
    known: Known,
    *,
    before: ItemJournalLine | None = None,
    allowed: Sequence[EntryType] = defaults.ENTRY_TYPES,
) -> dict[str, object]:
    """The columns of a line that says `values`; `before` is the line as it was (pure).

    Quantity is kept in the line's unit. `allowed` are the entry types of the line's journal. Raises as
    journal_lines.add_lines.
    """
    if before is not None:
        values = _without_old_item(values, before)
    _check_references(values, facts, known, allowed)
    _check_free(values, facts.items[values.item_id], before)
    proposed = _propose(values, facts)
    if values.entry_type == EntryType.TRANSFER:
        values = replace(values, unit_amount=None, amount=None)  # it takes its cost along and has no price
    changed = _changed_amounts(values, before)
    unit_amount = values.unit_amount if values.unit_amount is not None else proposed.unit_amount
    if before is not None and "unit_amount" not in changed and _forgets_unit_amount(values, facts, before):
        unit_amount = proposed.unit_amount
    if proposed.locked:
        _check_locked(changed, unit_amount, proposed, facts.items[values.item_id].item.no)
        unit_amount, changed = proposed.unit_amount, changed - {"amount", "unit_amount"}
    unit_amount, amount = defaults.relate(
        values.quantity, unit_amount, values.amount or ZERO, changed=changed, facts=facts
    )
    per_unit = proposed.qty_per_unit_of_measure
    _check_base_quantity(values.quantity, per_unit)
    unit_cost = defaults.unit_cost_of(
        facts, values.entry_type, values.item_id, unit_amount, per_unit, values.location_id, values.variant_id
    )
    if values.unit_cost is not None and not facts.items[values.item_id].is_standard:
        unit_cost = values.unit_cost
    return {name: getattr(values, name) for name in EDITED} | {
        "description": proposed.description if values.description is None else values.description,
        "recurring_frequency": clean_frequency(values.recurring_frequency, values.posting_date),
        "unit_of_measure_id": proposed.unit_of_measure_id,
        "qty_per_unit_of_measure": per_unit,
        "unit_amount": unit_amount,
        "amount": amount,
        "unit_cost": unit_cost,
        "indirect_cost_percent": proposed.indirect_cost_percent,
        "overhead_rate": proposed.overhead_rate,
    }


def _propose(values: LineInput, facts: defaults.Facts) -> defaults.Defaults:
    return defaults.propose(
        facts, values.entry_type, values.item_id, variant_id=values.variant_id, location_id=values.location_id,
        unit_of_measure_id=values.unit_of_measure_id,
    )  # fmt: skip


def _without_old_item(values: LineInput, before: ItemJournalLine) -> LineInput:
    """What was proposed for the item the line had before is not what the person says about the new one."""
    if values.item_id == before.item_id:
        return values
    blank = {"variant_id": 0, "unit_of_measure_id": None, "description": None, "applies_to_entry_id": None}
    echoed = {name: value for name, value in blank.items() if getattr(values, name) == getattr(before, name)}
    return replace(values, **echoed)  # type: ignore[arg-type]  # the names above are fields of these types


def _forgets_unit_amount(values: LineInput, facts: defaults.Facts, before: ItemJournalLine) -> bool:
    """A typed unit amount stays when only the place changes; a proposed one is proposed anew."""
    if any(getattr(before, name) != getattr(values, name) for name in _DECIDING):
        return True
    if (before.location_id, before.variant_id) == (values.location_id, values.variant_id):
        return False
    old = defaults.propose(
        facts, before.entry_type, before.item_id, variant_id=before.variant_id, location_id=before.location_id,
        unit_of_measure_id=before.unit_of_measure_id,
    )  # fmt: skip
    return old.unit_amount == before.unit_amount


def _check_references(values: LineInput, facts: defaults.Facts, known: Known, allowed: Sequence[EntryType]) -> None:
    if values.item_id not in facts.items:
        raise ValidationError("item_not_found", _("Choose an item for this line."), field="item")
    if values.entry_type not in allowed:
        raise ValidationError("entry_type_not_allowed", _not_allowed(allowed), field="entry_type")
    _check_place(values.location_id, values.bin_id, known)
    if EntryType.TRANSFER in allowed:
        arrives = values.location_id if values.new_location_id is None else values.new_location_id
        _check_place(arrives, values.new_bin_id, known, prefix="new_")
    for name in ("applies_to_entry_id", "applies_from_entry_id"):
        entry_id = getattr(values, name)
        if entry_id is not None and entry_id not in known.entries:
            raise ValidationError(
                "applies_to_not_found",
                _("There is no item ledger entry %(no)s: choose one from the item's entries.", no=entry_id),
                field=name.removesuffix("_entry_id"),
            )


def _check_free(values: LineInput, item: defaults.ItemFacts, before: ItemJournalLine | None) -> None:
    """What is blocked is not entered (items.md section 4); a line that has it already is refused when it is posted.

    The trade flags wait for a quantity: a sale of less than nothing is a return, which they do not stop.
    """
    same = before is not None and all(
        getattr(values, name) == getattr(before, name) for name in ("item_id", "variant_id", "entry_type")
    )
    if same and before is not None and (before.quantity > 0) == (values.quantity > 0):
        return
    sells = values.entry_type == EntryType.SALE and values.quantity > 0
    buys = values.entry_type == EntryType.PURCHASE and values.quantity > 0
    check_item_free(item.item, sells=sells, buys=buys)
    check_variant_free(item.item, item.blocked_variants.get(values.variant_id), sells=sells, buys=buys)


def _not_allowed(allowed: Sequence[EntryType]) -> str:
    if EntryType.TRANSFER in allowed:
        return _("This journal moves goods: every line is a transfer.")
    return _("The item journal takes purchase, sale, positive and negative adjustment: choose one of them.")


def _check_place(location_id: int, bin_id: int | None, known: Known, *, prefix: str = "") -> None:
    if location_id not in known.locations:
        raise ValidationError(
            "location_not_found",
            _("This location does not exist any more: choose another."),
            field=f"{prefix}location",
        )
    if bin_id is not None and known.bins.get(bin_id) != location_id:
        raise ValidationError(
            "bin_not_of_location",
            _("This bin is not at the line's location: choose another bin."),
            field=f"{prefix}bin",
        )


def _changed_amounts(values: LineInput, before: ItemJournalLine | None) -> frozenset[str]:
    """Which of the amounts the person set: on a new line those given, else those that differ."""
    names = ("unit_amount", "amount")
    if before is None:
        return frozenset(name for name in names if getattr(values, name) is not None)
    return frozenset(
        name for name in names if getattr(values, name) is not None and getattr(values, name) != getattr(before, name)
    )


def _check_locked(changed: frozenset[str], unit_amount: Decimal, proposed: defaults.Defaults, item_no: str) -> None:
    if "unit_amount" in changed and unit_amount != proposed.unit_amount:
        raise ValidationError(
            "unit_amount_locked",
            _("%(item)s is valued at standard cost: adjustments take %(cost)s. Leave the unit amount empty.",
              item=item_no, cost=f"{proposed.unit_amount.normalize():f}"),
            field="unit_amount",
        )  # fmt: skip


def _check_base_quantity(quantity: Decimal, per_unit: Decimal) -> None:
    base = round_quantity(quantity * per_unit)
    if abs(base) >= LARGEST:
        raise ValidationError(
            "quantity_too_large", _("This quantity is more than the books can hold: check it."), field="quantity"
        )
    if quantity and not base:
        raise ValidationError(
            "quantity_too_small", _("Nothing is left of this quantity in base units: enter more."), field="quantity"
        )
