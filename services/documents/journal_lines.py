"""Lines of a journal batch while they wait: read by page, add, change, copy, delete. Posting is journals.py's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select
from sqlalchemy.orm import Session, joinedload

from core.errors import ConflictError, NotFound, ValidationError
from core.rounding import ZERO
from core.text import _
from models import BLANK_ID, Item, ItemJournalLine, JournalBatch
from models.enums import EntryType, JournalType, RecurringMethod
from services.bins import default_bins
from services.dimensions import sets_of
from services.documents import journal_defaults as defaults
from services.documents.journal_batches import get_batch, reason_of, touch_batch
from services.documents.journal_line_rules import EDITED, LineInput, decide_line, load_known
from services.items.lookup import candidates_of
from services.items.scan_codes import read_scan
from services.numbers import peek_no

#: Line numbers leave room between them.
STEP = 10_000
PAGE_SIZE = 50
_CHUNK = 500


@dataclass(frozen=True)
class LinePage:
    """One page of a batch's lines with everything a row shows loaded; `total` counts the filtered lines."""

    lines: Sequence[ItemJournalLine]
    total: int
    page: int
    pages: int


@dataclass(frozen=True)
class TypeTotal:
    """Number of lines and their amount, for one entry type of a batch."""

    entry_type: EntryType
    count: int
    amount: Decimal


_LOADED = (
    joinedload(ItemJournalLine.item).load_only(
        Item.id, Item.no, Item.description, Item.costing_method, Item.type, Item.item_tracking_code_id
    ),
    joinedload(ItemJournalLine.variant),
    joinedload(ItemJournalLine.location),
    joinedload(ItemJournalLine.bin),
    joinedload(ItemJournalLine.new_location),
    joinedload(ItemJournalLine.new_bin),
    joinedload(ItemJournalLine.unit_of_measure),
)


def page_of_lines(
    session: Session,
    batch_id: int,
    *,
    page: int = 1,
    size: int = PAGE_SIZE,
    search: str = "",
    on: dt.date | None = None,
    only: Iterable[int] | None = None,
) -> LinePage:
    """Lines in order of line number; `search` in item, description, document, lot and serial; `only` these lines.

    With a day `on`, `search` may also be a scanned code that means an item that day, with the lot or serial number of
    a GS1 code.
    """
    conditions = [ItemJournalLine.batch_id == batch_id]
    if words := _searched(search):
        scanned = _scanned(session, search, on) if on is not None else []
        conditions.append(or_(and_(*words), *scanned))
    if only is not None:
        conditions.append(ItemJournalLine.line_no.in_(sorted(only)[:_CHUNK]))
    total = (
        session.scalar(
            select(func.count(ItemJournalLine.id)).join(Item, ItemJournalLine.item_id == Item.id).where(*conditions)
        )
        or 0
    )
    pages = max(1, -(-total // size))
    page = min(max(page, 1), pages)
    lines = session.scalars(
        select(ItemJournalLine)
        .join(Item, ItemJournalLine.item_id == Item.id)
        .where(*conditions)
        .order_by(ItemJournalLine.line_no)
        .offset((page - 1) * size)
        .limit(size)
        .options(*_LOADED)
    ).all()
    return LinePage(lines, total, page, pages)


def _searched(search: str) -> list[ColumnElement[bool]]:
    words = search.replace("\x00", "").strip().split()[:5]
    searched = []
    for word in words:
        pattern = "%" + word.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        columns = (
            Item.no, ItemJournalLine.description, ItemJournalLine.document_no, ItemJournalLine.lot_no,
            ItemJournalLine.serial_no,
        )  # fmt: skip
        searched.append(or_(*(func.lower(column).like(pattern, escape="\\") for column in columns)))
    return searched


def _scanned(session: Session, search: str, on: dt.date) -> list[ColumnElement[bool]]:
    """The lines of each thing that the code `search` may mean."""
    scan = read_scan(search)
    lines = []
    for hit in candidates_of(session, [search], on=on).get(search.strip().upper(), []):
        same = [ItemJournalLine.item_id == hit.item_id]
        if hit.variant_id != BLANK_ID:
            same.append(ItemJournalLine.variant_id == hit.variant_id)
        if scan.lot_no:
            same.append(ItemJournalLine.lot_no == scan.lot_no)
        if scan.serial_no:
            same.append(ItemJournalLine.serial_no == scan.serial_no)
        lines.append(and_(*same))
    return lines


def totals_of(session: Session, batch_id: int) -> list[TypeTotal]:
    """Lines and amount by entry type, in the order of the entry types (one query)."""
    found = {
        entry_type: TypeTotal(entry_type, count, amount or ZERO)
        for entry_type, count, amount in session.execute(
            select(ItemJournalLine.entry_type, func.count(), func.sum(ItemJournalLine.amount))
            .where(ItemJournalLine.batch_id == batch_id)
            .group_by(ItemJournalLine.entry_type)
        )
    }
    return [found[entry_type] for entry_type in EntryType if entry_type in found]


def get_line(session: Session, batch_id: int, line_no: int, *, lock: bool = False) -> ItemJournalLine:
    """The line with everything a row shows. Raises NotFound `journal_line_not_found`."""
    statement = (
        select(ItemJournalLine)
        .where(ItemJournalLine.batch_id == batch_id, ItemJournalLine.line_no == line_no)
        .options(*_LOADED)
        .execution_options(populate_existing=True)
    )
    if lock:
        statement = statement.with_for_update(of=ItemJournalLine)
    line = session.scalar(statement)
    if line is None:
        raise NotFound(
            "journal_line_not_found",
            _("This line is not in the journal any more: it was posted or deleted meanwhile."),
            line=line_no,
        )
    return line


def propose_line(session: Session, batch: JournalBatch, *, today: dt.date, location_id: int | None) -> LineInput:
    """What the empty line at the end starts with: the last line's day, document and kind, else work date and series.

    Without a number series the document no. is made from the day.
    """
    last = session.execute(
        select(ItemJournalLine.posting_date, ItemJournalLine.document_no, ItemJournalLine.entry_type,
               ItemJournalLine.location_id, ItemJournalLine.recurring_method, ItemJournalLine.recurring_frequency)
        .where(ItemJournalLine.batch_id == batch.id)
        .order_by(ItemJournalLine.line_no.desc())
        .limit(1)
    ).first()  # fmt: skip
    if last is not None:
        return LineInput(
            entry_type=last.entry_type, item_id=0, posting_date=last.posting_date, document_no=last.document_no,
            location_id=last.location_id, recurring_method=last.recurring_method,
            recurring_frequency=last.recurring_frequency,
        )  # fmt: skip
    comes_again: dict[str, Any] = {}
    if batch.template.recurring:
        comes_again = {"recurring_method": RecurringMethod.FIXED, "recurring_frequency": "1M"}
    return LineInput(
        entry_type=entry_types_of(batch)[0], item_id=0, posting_date=today,
        document_no=propose_document_no(session, batch, today), location_id=location_id or 0, **comes_again,
    )  # fmt: skip


def entry_types_of(batch: JournalBatch) -> Sequence[EntryType]:
    """The entry types that lines of the batch may have; what an empty line starts with comes first."""
    if batch.template.type == JournalType.TRANSFER:
        return (EntryType.TRANSFER,)
    usual = EntryType.POSITIVE_ADJMT
    return (usual, *(kind for kind in defaults.ENTRY_TYPES if kind != usual))


def propose_document_no(session: Session, batch: JournalBatch, on: dt.date) -> str:
    """The next number of the batch's (else the template's) series, not drawn; without a series one from the day.

    Of a recurring batch a text that reads the posting date anew each time (services/documents/recurring.py).
    """
    if batch.template.recurring:
        return "J-%3-%1"
    series_id = batch.nos_id or batch.template.nos_id
    if series_id is not None:
        return peek_no(session, series_id, on)
    return f"J-{on:%Y%m%d}"


def add_line(session: Session, batch_id: int, values: LineInput) -> ItemJournalLine:
    """Add one line at the end of the batch; see `add_lines`."""
    (line_no,) = add_lines(session, batch_id, [values])
    return get_line(session, batch_id, line_no)


def add_lines(session: Session, batch_id: int, values: Sequence[LineInput]) -> list[int]:
    """Add lines at the end, all or nothing, and return their line numbers; ten thousand in a few statements.

    The first that cannot be kept raises ValidationError with its `line` (its place in `values` from 1).

    Codes: `item_not_found`, `entry_type_not_allowed`, `variant_not_of_item`, `unit_not_of_item`, `bin_not_of_location`,
    `location_not_found`, `applies_to_not_found`, and those of journal_defaults.relate.
    """
    touch_batch(session, batch_id)
    batch = get_batch(session, batch_id)
    allowed, reason = entry_types_of(batch), reason_of(batch)
    last_no = session.scalar(select(func.max(ItemJournalLine.line_no)).where(ItemJournalLine.batch_id == batch_id)) or 0
    facts = defaults.load_facts(session, (value.item_id for value in values))
    known = load_known(session, values)
    dimensions = sets_of(session, (_givers(value) for value in values))
    bins = default_bins(session, {value.item_id for value in values if value.bin_id is None})
    rows = []
    for place, value in enumerate(values, start=1):
        try:
            fields = decide_line(value, facts, known, allowed=allowed)
        except ValidationError as error:
            error.line = place
            raise
        fields["dimension_set_id"] = dimensions.get(_givers(value), BLANK_ID)
        fields["reason_code"] = fields["reason_code"] or reason
        if value.bin_id is None:
            fields["bin_id"] = bins.get((value.location_id, value.item_id, value.variant_id))
        rows.append({"batch_id": batch_id, "line_no": last_no + place * STEP, **fields})
    if rows:
        session.execute(insert(ItemJournalLine), rows)
    return [last_no + place * STEP for place in range(1, len(rows) + 1)]


def change_line(session: Session, batch_id: int, line_no: int, values: LineInput, *, version: int) -> ItemJournalLine:
    """Save a line that was read at `version`; quantity, unit amount and amount follow what was changed.

    Raises ConflictError `line_changed` naming what is different now, and what `add_lines` raises.
    """
    touch_batch(session, batch_id)
    line = get_line(session, batch_id, line_no, lock=True)
    if line.version != version:
        raise _conflict(line, values)
    facts = defaults.load_facts(session, [values.item_id])
    allowed = entry_types_of(get_batch(session, batch_id))
    fields = decide_line(values, facts, load_known(session, [values]), before=line, allowed=allowed)
    if (values.item_id, values.location_id) != (line.item_id, line.location_id):
        fields["dimension_set_id"] = sets_of(session, [_givers(values)]).get(_givers(values), BLANK_ID)
    for name, value in fields.items():
        setattr(line, name, value)
    session.flush()
    return get_line(session, batch_id, line_no)


def _givers(values: LineInput) -> tuple[tuple[str, int], ...]:
    """Whose default dimensions the line gets; those of its place win over those of the item."""
    return (("item", values.item_id), ("location", values.location_id))


def copy_line(session: Session, batch_id: int, line_no: int) -> ItemJournalLine:
    """Add the same line at the end, without serial number and application, which belong to one line only."""
    line = get_line(session, batch_id, line_no)
    values = replace(input_of(line), serial_no="", applies_to_entry_id=None, applies_from_entry_id=None)
    return add_line(session, batch_id, values)


def delete_lines(session: Session, batch_id: int, line_nos: Iterable[int]) -> int:
    """Delete these lines of the batch; those that are gone already are no error. Returns how many went."""
    touch_batch(session, batch_id)
    wanted, gone = sorted(set(line_nos)), 0
    for start in range(0, len(wanted), _CHUNK):
        some = ItemJournalLine.line_no.in_(wanted[start : start + _CHUNK])
        statement = delete(ItemJournalLine).where(ItemJournalLine.batch_id == batch_id, some)
        gone += len(session.scalars(statement.returning(ItemJournalLine.id)).all())
    return gone


def input_of(line: ItemJournalLine) -> LineInput:
    """What a person would have said to get this line."""
    return LineInput(**{name: getattr(line, name) for name in EDITED})


def _conflict(line: ItemJournalLine, values: LineInput) -> ConflictError:
    """What is different now, in the words of the page."""
    names = [label for name, label in _labels() if _differs(getattr(line, name), getattr(values, name))]
    what = ", ".join(names) if names else _("something that was put back since")
    return ConflictError(
        "line_changed",
        _("Somebody changed this line meanwhile; different from your input are now: %(what)s. Your input is kept: "
          "save again to replace theirs, or reload to see it.", what=what),
        line=line.line_no,
    )  # fmt: skip


def _differs(there: object, wanted: object) -> bool:
    return wanted is not None and there != wanted


def _labels() -> list[tuple[str, str]]:
    return [
        ("posting_date", _("posting date")), ("document_no", _("document no.")), ("entry_type", _("entry type")),
        ("item_id", _("item")), ("variant_id", _("variant")), ("description", _("description")),
        ("location_id", _("location")), ("bin_id", _("bin")), ("quantity", _("quantity")),
        ("unit_of_measure_id", _("unit")), ("unit_amount", _("unit amount")), ("amount", _("amount")),
        ("lot_no", _("lot no.")), ("serial_no", _("serial no.")), ("expiration_date", _("expiration date")),
        ("applies_to_entry_id", _("applies-to entry")), ("applies_from_entry_id", _("applies-from entry")),
        ("new_location_id", _("new location")), ("new_bin_id", _("new bin")), ("new_lot_no", _("new lot no.")),
        ("new_serial_no", _("new serial no.")), ("new_expiration_date", _("new expiration date")),
        ("recurring_method", _("recurring method")), ("recurring_frequency", _("recurring frequency")),
        ("recurring_expiration_date", _("recurring until")),
    ]  # fmt: skip
