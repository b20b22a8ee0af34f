"""The revaluation worksheet: lines calculated as of a day or made by hand, new values typed, posted (section 11).

posting-and-costing.md section 11. A line calculated has `qty_calculated`; one by hand has none and revalues the
whole of the entry it names.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, DomainError, PostingError, ValidationError
from core.rounding import LARGEST, ZERO, round_amount, round_unit_cost
from core.sql import ids_of
from core.text import _, plain_day, plain_quantity
from models import (
    GeneralLedgerSetup,
    Item,
    ItemJournalLine,
    ItemLedgerEntry,
    JournalBatch,
    StockkeepingUnit,
    ValueEntry,
)
from models.audit import give_reasons
from models.base import ScaledDecimal
from models.enums import AverageCostCalcType, CostingMethod, EntryType, ItemType, ValueEntryType
from models.setup import InventorySetup
from posting.lines import RevaluationLine
from services.documents.journal_batches import get_batch, reason_of, touch_batch
from services.documents.journal_lines import STEP, get_line
from services.documents.revaluation import full_line, lines_for
from services.documents.stock_values import Layer, Place, StockValues, load

_line = ItemJournalLine
#: items read at once
_CHUNK = 1000


class Per(enum.StrEnum):
    """What gets a line of its own."""

    ITEM = "item"
    ENTRY = "entry"


class Base(enum.StrEnum):
    """What the new unit cost starts from."""

    CURRENT = "current"
    LAST_DIRECT_COST = "last_direct_cost"
    STANDARD_COST = "standard_cost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What to calculate: which items (None: all that are in stock), as of which day, how finely."""

    day: dt.date
    document_no: str
    item_ids: frozenset[int] | None = None
    location_id: int | None = None
    per: Per = Per.ITEM
    by_location: bool = False
    by_variant: bool = False
    base: Base = Base.CURRENT
    update_standard_cost: bool = False


@dataclass(slots=True)
class Calculated:
    """How many lines were added, and the items that were left out with the reason."""

    lines: int = 0
    left_out: list[tuple[str, DomainError]] = field(default_factory=list)


def calculate_lines(session: Session, batch_id: int, options: Options) -> Calculated:
    """Add a line for each item, place or entry in stock on the day; those the batch has already are not added twice.

    An item that cannot be revalued is left out and named. A fixed number of statements for every thousand items.
    Raises ValidationError `revaluation_nothing`.
    """
    ids = _items(session, options)
    result, known = Calculated(), _known(session, batch_id)
    for start in range(0, len(ids), _CHUNK):
        some = session.scalars(select(Item).where(Item.id.in_(ids[start : start + _CHUNK])).order_by(Item.no)).all()
        stock = load(session, some, options.day)
        rows: list[dict[str, object]] = []
        for item in some:
            for place in _places(stock.places(item.id), _as_averaged(item, stock, options)):
                try:
                    groups = _groups(stock, item, place, options)
                except PostingError as error:
                    if error.code != "revaluation_nothing":
                        result.left_out.append((item.no, error))
                    continue
                made = (_row(stock, item, place, layers, options, entry_id) for entry_id, layers in groups)
                rows += [row for row in made if _spot(row) not in known]
        _insert(session, batch_id, rows)
        result.lines += len(rows)
    if not result.lines and not result.left_out and len(ids) <= 1:
        raise ValidationError(
            "revaluation_nothing",
            _("Nothing that is invoiced was in stock on %(day)s that is not in the worksheet already.",
              day=plain_day(options.day)),
            field="day",
        )  # fmt: skip
    return result


def _items(session: Session, options: Options) -> list[int]:
    """The items that something came in of up to the day, by number."""
    entry = ItemLedgerEntry
    received = select(entry.id).where(entry.item_id == Item.id, entry.positive, entry.posting_date <= options.day)
    if options.location_id is not None:
        received = received.where(entry.location_id == options.location_id)
    statement = select(Item.id).where(Item.type == ItemType.INVENTORY, received.exists()).order_by(Item.no)
    if options.item_ids is not None:
        statement = statement.where(Item.id.in_(ids_of(session, options.item_ids)))
    return list(session.scalars(statement))


def _as_averaged(item: Item, stock: StockValues, options: Options) -> Options:
    """An item with an average for each location and variant gets lines as fine as its averages (section 11)."""
    if item.costing_method != CostingMethod.AVERAGE or not stock.setup.by_place:
        return options
    return replace(options, by_location=True, by_variant=True)


def _places(spots: Sequence[tuple[int, int]], options: Options) -> list[Place]:
    """The places that get lines of their own; one for all together when not asked for by place."""
    by_location = options.by_location or options.location_id is not None
    if not by_location and not options.by_variant:
        return [Place()]
    found = [
        Place(location if by_location else None, variant if options.by_variant else None)
        for location, variant in spots
        if options.location_id in (None, location)
    ]
    return list(dict.fromkeys(found))


def _groups(stock: StockValues, item: Item, place: Place, options: Options) -> list[tuple[int | None, list[Layer]]]:
    if options.per == Per.ENTRY:
        if item.costing_method == CostingMethod.AVERAGE:
            raise PostingError(
                "revaluation_scope", _("Item %(no)s has average cost; it is revalued as a whole.", no=item.no),
                hint=_("Calculate per item."),
            )  # fmt: skip
        return [(layer.entry_id, [layer]) for layer in stock.layers(item, place)]
    return [(None, stock.layers(item, place))]


def _row(
    stock: StockValues, item: Item, place: Place, layers: Sequence[Layer], options: Options, entry_id: int | None
) -> dict[str, object]:
    quantity = sum((layer.quantity for layer in layers), ZERO)
    value = sum((layer.value for layer in layers), ZERO)
    base = {
        Base.LAST_DIRECT_COST: item.last_direct_cost,
        Base.STANDARD_COST: item.standard_cost,
    }.get(options.base)
    new_value = value if not base else round_amount(base * quantity, stock.rounding)
    return {
        "item_id": item.id,
        "description": item.description,
        "unit_of_measure_id": item.base_unit_of_measure_id,
        "location_id": place.location_id or 0,
        "variant_id": place.variant_id or 0,
        "by_location": place.location_id is not None,
        "by_variant": place.variant_id is not None,
        "posting_date": options.day,
        "document_no": options.document_no,
        "entry_type": EntryType.POSITIVE_ADJMT,
        "applies_to_entry_id": entry_id,
        "quantity": quantity,
        "qty_calculated": quantity,
        "qty_per_unit_of_measure": Decimal(1),
        "unit_amount": round_unit_cost(value / quantity),
        "unit_cost": base or round_unit_cost(value / quantity),
        "inventory_value_calculated": value,
        "inventory_value_revalued": new_value,
        "amount": new_value - value,
        "update_standard_cost": options.update_standard_cost and item.costing_method == CostingMethod.STANDARD,
    }


def _spot(row: dict[str, object]) -> tuple[object, ...]:
    names = ("item_id", "location_id", "variant_id", "by_location", "by_variant", "applies_to_entry_id", "posting_date")
    return tuple(row[name] for name in names)


def _known(session: Session, batch_id: int) -> set[tuple[object, ...]]:
    rows = session.execute(
        select(
            _line.item_id, _line.location_id, _line.variant_id, _line.by_location, _line.by_variant,
            _line.applies_to_entry_id, _line.posting_date,
        ).where(_line.batch_id == batch_id)
    )  # fmt: skip
    return {tuple(row) for row in rows}


def _insert(session: Session, batch_id: int, rows: Sequence[dict[str, object]]) -> None:
    if not rows:
        return
    touch_batch(session, batch_id)
    last = session.scalar(select(func.max(_line.line_no)).where(_line.batch_id == batch_id)) or 0
    reason = reason_of(get_batch(session, batch_id))
    session.execute(
        insert(_line),
        [
            {"reason_code": reason, **row, "batch_id": batch_id, "line_no": last + place * STEP}
            for place, row in enumerate(rows, 1)
        ],
    )


def add_entry(session: Session, batch_id: int, entry_id: int, *, document_no: str, day: dt.date | None = None) -> int:
    """A line by hand on one inbound entry: its whole invoiced quantity, and all that ever took from it. The line no.

    `day` is the entry's posting date unless given. Raises ValidationError `entry_unknown`, `revaluation_inbound_only`,
    `revaluation_not_invoiced`.
    """
    entry = session.get(ItemLedgerEntry, entry_id)
    if entry is None:
        raise ValidationError(
            "entry_unknown", _("There is no item ledger entry %(id)s.", id=entry_id), field="entry",
            hint=_("Choose one from the item's entries."),
        )  # fmt: skip
    if not entry.positive:
        raise ValidationError(
            "revaluation_inbound_only", _("Entry %(id)s went out; only what came in is revalued.", id=entry_id),
            field="entry",
        )  # fmt: skip
    if not entry.completely_invoiced:
        raise ValidationError(
            "revaluation_not_invoiced", _("Entry %(id)s is not completely invoiced.", id=entry_id), field="entry",
            hint=_("Invoice it first, then revalue it."),
        )  # fmt: skip
    item = session.get_one(Item, entry.item_id)
    value = session.scalar(
        select(func.sum(ValueEntry.cost_amount_actual, type_=ScaledDecimal())).where(
            ValueEntry.item_ledger_entry_id == entry_id, ValueEntry.entry_type != ValueEntryType.ROUNDING
        )
    ) or ZERO  # fmt: skip
    _insert(session, batch_id, [{
        "item_id": item.id, "description": item.description, "unit_of_measure_id": item.base_unit_of_measure_id,
        "location_id": entry.location_id, "variant_id": entry.variant_id, "by_location": False, "by_variant": False,
        "posting_date": day or entry.posting_date, "document_no": document_no, "entry_type": EntryType.POSITIVE_ADJMT,
        "applies_to_entry_id": entry.id, "quantity": entry.quantity, "qty_calculated": ZERO,
        "qty_per_unit_of_measure": Decimal(1), "unit_amount": round_unit_cost(value / entry.quantity),
        "unit_cost": round_unit_cost(value / entry.quantity), "inventory_value_calculated": value,
        "inventory_value_revalued": value, "amount": ZERO, "update_standard_cost": False,
    }])  # fmt: skip
    return session.scalars(select(func.max(_line.line_no)).where(_line.batch_id == batch_id)).one()


@dataclass(frozen=True, slots=True, kw_only=True)
class NewValue:
    """What a person says about a line; None leaves as it is. A value that differs counts before a unit cost."""

    unit_cost: Decimal | None = None
    value: Decimal | None = None
    document_no: str | None = None
    reason_code: str | None = None


def change_line(session: Session, batch_id: int, line_no: int, new: NewValue, *, version: int) -> ItemJournalLine:
    """Give a line that was read at `version` another unit cost or value; the other one follows.

    Raises ConflictError `line_changed`, ValidationError `revaluation_negative`, `amount_too_large`.
    """
    touch_batch(session, batch_id)
    line = get_line(session, batch_id, line_no, lock=True)
    if line.version != version:
        raise ConflictError(
            "line_changed",
            _("Somebody changed this line meanwhile. Your input is kept: save again to replace theirs."),
            line=line_no,
        )
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    if new.value is not None and round_amount(new.value, rounding) != line.inventory_value_revalued:
        line.inventory_value_revalued = _checked(round_amount(new.value, rounding), "value_revalued")
        line.unit_cost = round_unit_cost(line.inventory_value_revalued / line.quantity)
    elif new.unit_cost is not None and new.unit_cost != line.unit_cost:
        line.unit_cost = _checked(new.unit_cost, "unit_cost_revalued")
        line.inventory_value_revalued = _checked(
            round_amount(line.unit_cost * line.quantity, rounding), "unit_cost_revalued"
        )
    line.amount = line.inventory_value_revalued - line.inventory_value_calculated
    if new.document_no is not None:
        line.document_no = new.document_no
    if new.reason_code is not None:
        line.reason_code = new.reason_code
    session.flush()
    return get_line(session, batch_id, line_no)


def _checked(value: Decimal, name: str) -> Decimal:
    if value < 0:
        raise ValidationError(
            "revaluation_negative", _("Stock cannot be worth less than nothing."), field=name,
            hint=_("Enter zero or more."),
        )  # fmt: skip
    if value >= LARGEST:
        raise ValidationError("amount_too_large", _("This is more than the books can hold: check it."), field=name)
    return value


def totals_of(session: Session, batch_id: int) -> tuple[Decimal, Decimal]:
    """Value by the books and new value of all lines of the batch."""
    before, after = session.execute(
        select(
            func.sum(_line.inventory_value_calculated, type_=ScaledDecimal()),
            func.sum(_line.inventory_value_revalued, type_=ScaledDecimal()),
        ).where(_line.batch_id == batch_id)
    ).one()
    return before or ZERO, after or ZERO


def to_post(session: Session, batch: JournalBatch) -> list[RevaluationLine]:
    """The batch's lines as posting takes them; what lies in stock is read anew, lines without a change are left out.

    The statements grow with the posting days, not with the lines. Raises PostingError `revaluation_changed` when the
    quantity is another than when the line was calculated, and as services.documents.revaluation, each with its line.
    """
    rows = session.execute(
        select(_line, Item)
        .join(Item, Item.id == _line.item_id)
        .where(_line.batch_id == batch.id, _line.amount != 0)
        .order_by(_line.line_no)
        .execution_options(populate_existing=True)
    ).all()
    of_day: dict[dt.date, dict[int, Item]] = {}
    for row, item in rows:
        if row.qty_calculated:
            of_day.setdefault(row.posting_date, {})[item.id] = item
    stock = {day: load(session, list(items.values()), day) for day, items in of_day.items()}
    found: list[RevaluationLine] = []
    for row, item in rows:
        try:
            made = (
                _calculated(session, row, item, stock[row.posting_date])
                if row.qty_calculated
                else _by_hand(session, row)
            )
        except DomainError as error:
            error.line = row.line_no
            raise
        found += [replace(line, reason_code=row.reason_code, description=row.description) for line in made]
    return found


def _by_hand(session: Session, row: ItemJournalLine) -> list[RevaluationLine]:
    entry = session.get_one(ItemLedgerEntry, row.applies_to_entry_id)
    value, day = row.inventory_value_revalued, row.posting_date
    return [full_line(session, entry, value, day=day, document_no=row.document_no, line_no=row.line_no)]


def _calculated(session: Session, row: ItemJournalLine, item: Item, stock: StockValues) -> list[RevaluationLine]:
    place = Place(row.location_id if row.by_location else None, row.variant_id if row.by_variant else None)
    layers = stock.layers(item, place, entry_id=row.applies_to_entry_id)
    there = sum((layer.quantity for layer in layers), ZERO)
    if there != row.qty_calculated:
        raise PostingError(
            "revaluation_changed",
            _("Of item %(no)s %(there)s are in stock on that day now, not %(then)s as when this was calculated.",
              no=item.no, there=plain_quantity(there), then=plain_quantity(row.qty_calculated)),
            field="quantity", hint=_("Delete the line and calculate it again."),
        )  # fmt: skip
    return lines_for(
        layers, row.inventory_value_revalued, stock.rounding, day=row.posting_date, document_no=row.document_no,
        line_no=row.line_no,
    )  # fmt: skip


def keep_standard_costs(session: Session, batch_id: int) -> None:
    """Write the new unit cost to the card where the line says so: the item, else its stockkeeping unit (section 11).

    By way of the records, so that the audit trail says who changed what by which revaluation.
    """
    rows = session.execute(
        select(
            _line.item_id, _line.location_id, _line.variant_id, _line.by_location, _line.unit_cost, _line.document_no
        )
        .join(Item, Item.id == _line.item_id)
        .where(_line.batch_id == batch_id, _line.update_standard_cost, Item.costing_method == CostingMethod.STANDARD)
        .order_by(_line.line_no)
    ).all()
    if not rows:
        return
    by_item = session.get_one(InventorySetup, 1).average_cost_calc_type == AverageCostCalcType.ITEM
    items, units = _cards_of(session, {row.item_id for row in rows})
    for item_id, location_id, variant_id, by_location, cost, document_no in rows:
        unit = units.get((item_id, location_id, variant_id)) if by_location and not by_item else None
        card: Item | StockkeepingUnit = unit or items[item_id]
        card.standard_cost = card.unit_cost = cost
        why = _("Revaluation %(no)s", no=document_no)
        give_reasons(card, {"standard_cost": why, "unit_cost": why})
    session.flush()


def _cards_of(
    session: Session, item_ids: set[int]
) -> tuple[dict[int, Item], dict[tuple[int, int, int], StockkeepingUnit]]:
    """Items and their stockkeeping units as the posting has left them: it writes past the session's objects."""
    ids = ids_of(session, item_ids)
    items = session.scalars(select(Item).where(Item.id.in_(ids)).execution_options(populate_existing=True))
    units = session.scalars(
        select(StockkeepingUnit).where(StockkeepingUnit.item_id.in_(ids)).execution_options(populate_existing=True)
    )
    return {item.id: item for item in items}, {(u.item_id, u.location_id, u.variant_id): u for u in units}
