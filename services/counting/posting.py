"""Posting a finished count: differences move stock, every line leaves its entry, the order stays as posted (17.2)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, PostingError, ValidationError
from core.rounding import ZERO, round_amount, round_unit_cost
from core.sql import ids_of
from core.text import _
from models import GeneralLedgerSetup, InventorySetup, Item, PhysicalInventoryOrder, UnitOfMeasure
from models.enums import CountStatus, EntryType
from posting.lines import CountLine, PostingLine
from posting.post import post_lines
from posting.preview import Preview, preview_register
from services.counting.finish import Compared, Difference, in_posting_order, lines_with_numbers
from services.counting.orders import touch
from services.documents import journal_defaults
from services.numbers import next_no
from services.poster import Poster

SOURCE_CODE = "PHYSINVJNL"


def post_order(
    session: Session, order: PhysicalInventoryOrder, poster: Poster, *, at: dt.datetime, version: int | None = None
) -> int:
    """Post the differences as one register; returns its id.

    Lines with a net loss first, within a line gains before losses. Raises ValidationError `count_not_finished`,
    ConflictError `count_changed`, and what posting refuses, at its line.
    """
    if order.status == CountStatus.POSTED:
        raise ConflictError("count_posted", _("%(no)s is posted already.", no=order.no))
    if order.status != CountStatus.FINISHED:
        raise ValidationError(
            "count_not_finished", _("%(no)s is not finished.", no=order.no), hint=_("Finish it, then post.")
        )
    if version is not None and version != order.version:
        raise ConflictError(
            "count_changed", _("Somebody changed %(no)s meanwhile.", no=order.no), hint=_("Look at it, then post.")
        )
    setup = session.get_one(InventorySetup, 1)
    order.posted_no = next_no(session, setup.posted_count_nos_id, order.posting_date)
    compared = in_posting_order(lines_with_numbers(session, order.id))
    lines = _posting_lines(session, order, compared)
    context = poster.context(SOURCE_CODE, document_no=order.posted_no)
    counts = [_count(order, one) for one in sorted(compared, key=lambda one: one.line.line_no)]
    if not counts:
        raise PostingError("nothing_to_post", _("There is nothing to post."), hint=_("Count something first."))
    register_id = post_lines(session, lines, context, counts=counts)
    order.status, order.register_id = CountStatus.POSTED, register_id
    order.posted_at, order.posted_by = at, poster.user_name
    touch(session, order)
    return register_id


def preview_order(session: Session, order: PhysicalInventoryOrder, poster: Poster, *, at: dt.datetime) -> Preview:
    """The rows that posting would make. Call inside `core.unit_of_work.rehearse`. Raises as `post_order`."""
    return preview_register(session, post_order(session, order, poster, at=at))


def _posting_lines(session: Session, order: PhysicalInventoryOrder, compared: list[Compared]) -> list[PostingLine]:
    differing = [one for one in compared if one.differences]
    item_ids = {one.line.item_id for one in differing}
    facts = journal_defaults.load_facts(session, item_ids)
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    codes = session.execute(
        select(Item.id, UnitOfMeasure.code)
        .join(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(Item.id.in_(ids_of(session, item_ids)))
    )
    units = {item_id: code for item_id, code in codes}  # noqa: C416 - a result is no mapping
    return [
        _posting_line(order, one, difference, facts.items[one.line.item_id], units.get(one.line.item_id, ""), rounding)
        for one in differing for difference in one.differences
    ]  # fmt: skip


def _posting_line(
    order: PhysicalInventoryOrder, one: Compared, difference: Difference, item: journal_defaults.ItemFacts,
    unit_code: str, rounding: Decimal,
) -> PostingLine:  # fmt: skip
    line, number, quantity = one.line, difference.number, difference.quantity
    cost = item.unit_cost(line.location_id, line.variant_id)
    gain = quantity > 0
    if gain and not item.is_standard:
        card = item.item
        cost = round_unit_cost(line.unit_amount * (1 + card.indirect_cost_percent / 100) + card.overhead_rate)
    return PostingLine(
        line_no=line.line_no,
        entry_type=EntryType.POSITIVE_ADJMT if gain else EntryType.NEGATIVE_ADJMT,
        item_id=line.item_id, variant_id=line.variant_id, location_id=line.location_id, bin_id=line.bin_id,
        quantity=quantity, posting_date=order.posting_date, document_date=order.posting_date,
        document_no=order.posted_no, description=line.description, unit_cost=cost,
        unit_amount=line.unit_amount,
        amount=round_amount(abs(quantity) * line.unit_amount, rounding),
        cost_amount=round_amount(quantity * cost, rounding) if gain else None,
        indirect_cost_percent=item.item.indirect_cost_percent, overhead_rate=item.item.overhead_rate,
        unit_of_measure_code=unit_code, counted=True, dimension_set_id=line.dimension_set_id,
        lot_no=number.lot_no if number else "", serial_no=number.serial_no if number else "",
        package_no=number.package_no if number else "",
        expiration_date=number.expiration_date if number and gain else None,
    )  # fmt: skip


def _count(order: PhysicalInventoryOrder, one: Compared) -> CountLine:
    line = one.line
    return CountLine(
        item_id=line.item_id, variant_id=line.variant_id, location_id=line.location_id, bin_id=line.bin_id,
        posting_date=order.posting_date, document_no=order.posted_no, qty_calculated=line.qty_expected,
        qty_counted=line.qty_recorded or ZERO, last_item_ledger_entry_id=line.last_item_ledger_entry_id,
        unit_cost=line.unit_amount, dimension_set_id=line.dimension_set_id,
    )  # fmt: skip
