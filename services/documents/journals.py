"""A batch of the item journal on its way into the ledgers: checked, previewed, posted (posting-and-costing.md 1.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.errors import DomainError, PostingError, ValidationError, errors_of
from core.rounding import ZERO, round_amount, round_unit_cost
from core.text import _
from models import (
    GeneralLedgerSetup,
    Item,
    ItemJournalLine,
    ItemUnitOfMeasure,
    JournalBatch,
    Location,
    UnitOfMeasure,
    Vendor,
)
from models.enums import EntryType, JournalType, SourceType
from posting.lines import CountLine, Line, PostingContext, PostingLine, RevaluationLine
from posting.post import check_lines, post_lines
from posting.preview import Preview, preview_register
from services.documents import (
    journal_batches,
    journal_defaults,
    physical_inventory,
    recurring,
    reserved_stock,
    revaluation_journal,
)
from services.numbers import check_manual, draw_many, upcoming_nos
from services.poster import Poster
from services.reservations.late_binding import lock_and_make_room
from services.units import to_base
from services.values import raise_all

#: what a document no. stands on
_Numbered = TypeVar("_Numbered", PostingLine, RevaluationLine)

OUTBOUND = {EntryType.SALE, EntryType.NEGATIVE_ADJMT, EntryType.TRANSFER, EntryType.CONSUMPTION}


def check_batch(session: Session, batch_id: int, poster: Poster) -> tuple[DomainError, ...]:
    """All that posting the batch would refuse, each with its line; empty when it would post.

    Call inside `core.unit_of_work.rehearse`: reservations that make room for lots named here move back afterwards.
    """
    batch = journal_batches.get_batch(session, batch_id)
    try:
        lines: Sequence[Line]
        if batch.template.type == JournalType.REVALUATION:
            lines = revaluation_journal.to_post(session, batch)
        else:
            lines, _counts = _to_post(session, batch, posting_lines(session, batch, on=poster.work_date))
        if lines:
            lock_and_make_room(session, lines)
            check_lines(session, lines, _context(batch, poster))
            reserved_stock.check_always(session, lines)
    except DomainError as error:
        return errors_of(error)
    return ()


def ask_before_posting(session: Session, batch_id: int, poster: Poster) -> None:
    """What a person is asked before the batch is posted (availability-and-reservation.md section 8).

    Raises ValidationError `takes_reserved_stock` with its line, or what reading the lines raises.
    """
    batch = journal_batches.get_batch(session, batch_id)
    if batch.template.type == JournalType.REVALUATION:
        return
    lines, _counts = _to_post(session, batch, posting_lines(session, batch, on=poster.work_date))
    reserved_stock.ask_for_reserved(session, lines)


def preview_batch(session: Session, batch_id: int, poster: Poster) -> Preview:
    """The rows that posting would make. Call inside `core.unit_of_work.rehearse`, which takes them back.

    Raises as `post_batch`.
    """
    return preview_register(session, post_batch(session, batch_id, poster))


def post_batch(session: Session, batch_id: int, poster: Poster) -> int:
    """Post every line of the batch as one register, take its lines away; returns the register's id.

    Of a recurring batch the lines that are due are posted, and wait for their next day.

    Raises PostingError `nothing_to_post`, or what the lines are refused for, with nothing posted.
    """
    batch = journal_batches.get_batch(session, batch_id)
    lines: Sequence[Line]
    counts: Sequence[CountLine] = ()
    if batch.template.type == JournalType.REVALUATION:
        lines = _numbered(session, batch, revaluation_journal.to_post(session, batch))
    else:
        found = posting_lines(session, batch, on=poster.work_date)
        lines, counts = _to_post(session, batch, _numbered(session, batch, found))
        reserved_stock.check_always(session, lines)
        lock_and_make_room(session, lines)
    register_id = post_lines(session, lines, _context(batch, poster), counts=counts)
    if batch.template.type == JournalType.REVALUATION:
        revaluation_journal.keep_standard_costs(session, batch.id)
    if batch.template.recurring:
        recurring.move_on(session, batch, {line.line_no for line in lines})
    else:
        session.execute(delete(ItemJournalLine).where(ItemJournalLine.batch_id == batch.id))
    journal_batches.increment_name(session, batch)
    journal_batches.touch_batch(session, batch.id)
    return register_id


def _to_post(
    session: Session, batch: JournalBatch, lines: list[PostingLine]
) -> tuple[list[PostingLine], list[CountLine]]:
    """Of a count only the differences move stock; each counted line leaves its own entry (section 17.1)."""
    if batch.template.type == JournalType.PHYSICAL_INVENTORY:
        return physical_inventory.to_post(session, batch, lines)
    return lines, []


def posting_lines(session: Session, batch: JournalBatch, *, on: dt.date | None = None) -> list[PostingLine]:
    """The batch's lines in posting order: document no., item, location, bin, line (section 1.4).

    Quantities become base units, amounts unsigned. Of a recurring batch those that are due on the work date `on`, with
    the tokens of their texts filled in. Raises ValidationError of services.units with its line, ErrorList
    `field_required`, PostingError `document_no_too_long`.
    """
    due = [recurring.is_due(on)] if batch.template.recurring else []
    rows = session.execute(
        select(ItemJournalLine, Item, Location.code, UnitOfMeasure.code, ItemUnitOfMeasure.rounding_precision)
        .join(Item, Item.id == ItemJournalLine.item_id)
        .join(Location, Location.id == ItemJournalLine.location_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == ItemJournalLine.unit_of_measure_id)
        .outerjoin(
            ItemUnitOfMeasure,
            (ItemUnitOfMeasure.item_id == Item.id)
            & (ItemUnitOfMeasure.unit_of_measure_id == Item.base_unit_of_measure_id),
        )
        .where(ItemJournalLine.batch_id == batch.id, *due)
        .order_by(ItemJournalLine.document_no, Item.no, Location.code, ItemJournalLine.bin_id, ItemJournalLine.line_no)
        .execution_options(populate_existing=True)
    ).all()
    costs = journal_defaults.load_facts(session, {row[0].item_id for row in rows})
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    groups = _vendor_groups(session, {row[0].source_no for row in rows if row[0].source_type == SourceType.VENDOR})
    texts: dict[int, tuple[str, str]] = {}
    if batch.template.recurring:
        raise_all(recurring.check_lines(row[0] for row in rows))
        names = recurring.period_names(session, (row[0].posting_date for row in rows))
        texts = {row[0].line_no: recurring.texts_of(row[0], names[row[0].posting_date]) for row in rows}
    lines: list[PostingLine] = []
    for row, item, _location, unit_code, precision in rows:
        try:
            lines.append(posting_line_of(row, item, unit_code or "", precision or ZERO, costs, rounding))
        except ValidationError as error:
            raise PostingError(
                error.code, error.message, field=error.field, line=row.line_no, hint=error.hint
            ) from error
    lines = [
        replace(line, document_no=texts[line.line_no][0], description=texts[line.line_no][1])
        if line.line_no in texts else line
        for line in lines
    ]  # fmt: skip
    return [replace(line, gen_business_posting_group_id=groups.get(line.source_no, line.gen_business_posting_group_id))
            if line.source_type == SourceType.VENDOR else line for line in lines]  # fmt: skip


def _vendor_groups(session: Session, numbers: set[str]) -> dict[str, int]:
    if not numbers:
        return {}
    rows = session.execute(
        select(Vendor.no, Vendor.gen_business_posting_group_id).where(
            Vendor.no.in_(numbers), Vendor.gen_business_posting_group_id.is_not(None)
        )
    )
    return {no: group for no, group in rows if group}


def posting_line_of(
    row: ItemJournalLine,
    item: Item,
    unit_code: str,
    precision: Decimal,
    costs: journal_defaults.Facts,
    rounding: Decimal,
) -> PostingLine:
    """What posting takes for one journal line; `precision` is that of the base unit, `rounding` that of amounts."""
    base = to_base(row.quantity, row.qty_per_unit_of_measure, precision)
    quantity = -base if row.entry_type in OUTBOUND else base
    per_base = row.quantity / base if base else ZERO  # line units in one base unit
    unit_cost = round_unit_cost(row.unit_cost * per_base)
    cost_amount: Decimal | None = round_amount(abs(row.quantity) * row.unit_cost, rounding)
    if quantity < 0:
        # An estimate that costing corrects; a line entered before the item had a cost takes the card's of today.
        card = costs.items[item.id]
        if card.is_standard or not unit_cost:
            unit_cost = card.unit_cost(row.location_id, row.variant_id)
        cost_amount = None
    return PostingLine(
        line_no=row.line_no,
        entry_type=row.entry_type,
        item_id=row.item_id,
        variant_id=row.variant_id,
        location_id=row.location_id,
        bin_id=row.bin_id,
        quantity=quantity,
        posting_date=row.posting_date,
        document_date=row.document_date,
        document_no=row.document_no,
        external_document_no=row.external_document_no,
        description=row.description,
        unit_cost=unit_cost,
        unit_amount=round_unit_cost(row.unit_amount * per_base),
        amount=abs(row.amount),
        discount_amount=abs(row.discount_amount),
        cost_amount=cost_amount if row.entry_type != EntryType.PURCHASE else None,
        indirect_cost_percent=item.indirect_cost_percent,
        overhead_rate=item.overhead_rate,
        unit_of_measure_code=unit_code,
        qty_per_unit_of_measure=row.qty_per_unit_of_measure,
        applies_to_entry_id=row.applies_to_entry_id,
        applies_from_entry_id=row.applies_from_entry_id,
        lot_no=row.lot_no,
        serial_no=row.serial_no,
        package_no=row.package_no,
        expiration_date=row.expiration_date,
        warranty_date=row.warranty_date,
        gen_business_posting_group_id=row.gen_business_posting_group_id,
        source_type=row.source_type,
        source_no=row.source_no,
        reason_code=row.reason_code,
        counted=row.physical_inventory,
        dimension_set_id=row.dimension_set_id,
        **_arrival(row),
    )


def _arrival(row: ItemJournalLine) -> dict[str, Any]:
    """Where a transfer goes and what the goods are called there; no new place and an empty number are the old ones."""
    if row.entry_type != EntryType.TRANSFER:
        return {}
    stays = row.new_location_id in (None, row.location_id)
    return {
        "new_location_id": row.location_id if stays else row.new_location_id,
        "new_bin_id": row.new_bin_id or (row.bin_id if stays else None),
        "new_lot_no": row.new_lot_no or None,
        "new_serial_no": row.new_serial_no or None,
        "new_package_no": row.new_package_no or None,
        "new_expiration_date": row.new_expiration_date,
    }


def _context(batch: JournalBatch, poster: Poster) -> PostingContext:
    return poster.context(batch.template.source_code, journal_batch_name=batch.name)


def _numbered(session: Session, batch: JournalBatch, lines: Sequence[_Numbered]) -> list[_Numbered]:
    """Document nos as section 1.4 wants them: drawn from the posting series, or the next of the batch's own.

    The statements grow with the posting days, not with the documents.
    """
    posting_series = batch.posting_nos_id or batch.template.posting_nos_id
    # A recurring line keeps the number it has, from one time to the next.
    series = None if batch.template.recurring else batch.nos_id or batch.template.nos_id
    documents: dict[str, _Numbered] = {}
    for line in lines:
        if line.document_no or posting_series is not None:  # else the check names the line
            documents.setdefault(line.document_no, line)
    numbers: dict[str, str] = {}
    for day, of_day in groupby(documents.values(), key=lambda line: line.posting_date):
        firsts = list(of_day)
        if posting_series is not None:
            drawn = draw_many(session, posting_series, day, len(firsts))
            numbers |= {line.document_no: number.no for line, number in zip(firsts, drawn, strict=True)}
        elif series is not None:
            _draw_typed(session, series, day, firsts)
    return [replace(line, document_no=numbers.get(line.document_no, line.document_no)) for line in lines]


def _draw_typed(session: Session, series: int, day: dt.date, firsts: Sequence[PostingLine | RevaluationLine]) -> None:
    """Take from the series the numbers that come next in it; others have to be allowed by it as typed."""
    following = upcoming_nos(session, series, day, len(firsts))
    used, typed_allowed = 0, False
    for line in firsts:
        if used < len(following) and line.document_no == following[used]:
            used += 1
            continue
        if typed_allowed:
            continue
        try:
            check_manual(session, series, line.document_no)
            typed_allowed = True
        except ValidationError as error:
            raise PostingError(
                "document_no_not_next",
                _("Document no. %(no)s is not the next one of the batch's number series.", no=line.document_no),
                field="document_no",
                line=line.line_no,
                hint=_("Use %(next)s.", next=following[used]) if used < len(following) else "",
            ) from error
    if used:
        draw_many(session, series, day, used)
