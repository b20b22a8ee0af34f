"""Posting a document: receive or ship, invoice, or both, in one transaction (documents.md section 5).

Order of locks: the document, lines of orders it bills, items in id order, number series, ledger counters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _
from models import TradeLine
from models.enums import DocumentStatus, DocumentType, TradeLineType, TradeSide
from posting.bulk import raw, update_rows
from posting.party_ledger import write_party_entry
from posting.post import post_lines
from posting.prepare import lock_items
from posting.preview import Preview, preview_register
from services.attachments import follow_posting
from services.numbers import draw_each
from services.poster import Poster
from services.reservations.posting import arrived, fulfil
from services.reservations.sources import SourceKind
from services.trade import papers as posted_papers
from services.trade import quantities
from services.trade.archive import archive_as_set_up
from services.trade.charge_posting import charge_lines, settle_assignments
from services.trade.discounts import calculate_invoice_discount
from services.trade.documents import lock_document, note_change, remove_document
from services.trade.drop_shipments import receive_first, ship_after
from services.trade.exchanging import exchange_of
from services.trade.kinds import kind_of
from services.trade.line_prices import settle_unit_cost
from services.trade.line_values import default_quantity
from services.trade.money import Money, bill
from services.trade.movements import Papers, item_ids, lines_that_ship_only_reserved, movement_lines
from services.trade.parties import check_center
from services.trade.plan import LinePlan, Said, Scope, plan_lines, settle_local
from services.trade.posting_checks import check_posting
from services.trade.posting_facts import PostingFacts, load_posting_facts
from services.trade.status import check_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What of a document is to be posted; `said` by line id, see plan.plan_lines."""

    handle: bool = False
    invoice: bool = False
    said: Mapping[int, Said] | None = None
    posting_date: dt.date | None = None
    #: service orders: use up what stands to be consumed
    consume: bool = False
    #: nothing of the lines that `said` does not name
    only: bool = False
    #: the other side of drop shipments is posted already: line id -> entries its goods come from
    tied: Mapping[int, Sequence[int]] | None = None
    #: called by a warehouse document, which may move goods where orders alone may not
    through_warehouse: bool = False


def post_document(
    session: Session, document_id: int, wish: Wish, poster: Poster, *, version: int | None = None
) -> dict[str, Any]:
    """Post the document, or a part of it; on DomainError nothing is posted and the document is as it was.

    Returns plain values: `register_id`, `document_no`, `handling_no`, `invoice_no` ("" where no such paper was made),
    `handling_id`, `invoice_id` (posted documents), `entries` (line id -> item ledger entries), `gone` (the document is
    done and removed).

    Raises ConflictError `document_changed`; PostingError `quote_not_posted`, those of posting_checks.py, plan.py,
    money.py, charge_posting.py, drop_shipments.py and of the posting package; ValidationError of status.check_release.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, poster.user_id)
    if not kind_of(document).posts:
        raise PostingError("quote_not_posted", _("%(no)s is a quote; it is not posted.", no=document.no),
                           hint=_("Make an order or an invoice of it."))  # fmt: skip
    facts = load_posting_facts(session, document)
    if document.status == DocumentStatus.OPEN:
        check_release(document, facts.lines, facts.trade)
        if facts.trade.setup.calculate_invoice_discount:
            calculate_invoice_discount(session, document, facts.lines, facts.trade)
    archive_as_set_up(session, document, reason=_("posted"), user_id=poster.user_id, lines=facts.lines)
    scope = Scope(handle=wish.handle, invoice=wish.invoice, consume=wish.consume, only=wish.only)
    plans = plan_lines(facts, scope, wish.said or {})
    day = check_posting(
        session, facts, plans, poster, posting_date=wish.posting_date, through_warehouse=wish.through_warehouse
    )
    at_rate_of(session, facts, plans, day)
    linked = {line.id: line.document_id for line in facts.drop_sales.values()}

    def post_other(other_id: int, said: Mapping[int, Said], tied: Mapping[int, Sequence[int]]) -> dict[str, Any]:
        other = Wish(handle=True, said=said, only=True, posting_date=day, tied=tied)
        return post_document(session, other_id, other, poster)

    if wish.tied is not None:
        for plan in plans:
            plan.drop_entries = tuple(wish.tied.get(plan.line.id, ()))
    elif facts.kind.side == TradeSide.SALES:
        receive_first(plans, linked, lambda other_id, said: post_other(other_id, said, {}))
    result = _post(session, facts, plans, day, poster)
    if wish.tied is None and facts.kind.side == TradeSide.PURCHASE:
        ship_after(plans, linked, result["entries"], post_other)
    return result


def at_rate_of(session: Session, facts: PostingFacts, plans: Sequence[LinePlan], day: dt.date) -> None:
    """Amounts and costs in local currency at the rate of the day that is posted on (documents.md section 2)."""
    document = facts.document
    if document.currency_id is not None:
        facts.trade = replace(facts.trade, exchange=exchange_of(session, document, day))
        for plan in plans:
            if plan.is_item and facts.kind.side == TradeSide.PURCHASE:
                settle_unit_cost(document, plan.line, {}, facts.trade)
    settle_local(facts, plans)


def preview_document(session: Session, document_id: int, wish: Wish, poster: Poster) -> Preview:
    """The rows that posting would make. Call inside `core.unit_of_work.rehearse`. Raises as `post_document`."""
    result = post_document(session, document_id, wish, poster)
    return preview_register(session, result["register_id"])


def _post(
    session: Session, facts: PostingFacts, plans: Sequence[LinePlan], day: dt.date, poster: Poster
) -> dict[str, Any]:
    document, kind = facts.document, facts.kind
    locked = set(item_ids(plans))
    lock_items(session, locked)
    papers = _papers(session, facts, plans, day)
    line_ids = {plan.line.line_no: plan.line.id for plan in plans}
    goods = movement_lines(facts, plans, papers)
    lines = fulfil(session, SourceKind.TRADE, line_ids, goods, only_reserved=lines_that_ship_only_reserved(facts))
    lines += charge_lines(session, facts, plans, papers)
    money: Money | None = bill(facts, plans, papers, document.due_date) if papers.invoice_no else None
    context = poster.context(kind.source_code, document_no=papers.invoice_no or papers.handling_no)
    context = replace(context, papers_on=day)
    gl_lines = money.gl_lines if money is not None else ()
    register_id = post_lines(session, lines, context, gl_lines=gl_lines, locked=locked)
    if money is not None:
        write_party_entry(session, money.party, register_id, kind.source_code)
    supplying = {plan.line.line_no: plan.line.id for plan in plans if kind.inbound or plan.line.quantity < 0}
    arrived(session, SourceKind.TRADE, supplying, register_id, "document_line_no")
    _settle(facts, plans)
    gone = not kind.staged or _done(facts)
    _write_lines(session, [] if gone else facts.lines, list(facts.order_lines.values()))
    for line in facts.lines if gone else ():
        _keep_as_written(line)
    result = _write_papers(session, facts, plans, papers, register_id, poster, gone=gone)
    document.status = DocumentStatus.RELEASED
    document.last_handling_no = papers.handling_no or document.last_handling_no
    document.last_invoice_no = papers.invoice_no or document.last_invoice_no
    note_change(document, poster.user_id)
    session.flush()
    if gone:
        remove_document(session, document.id)
    return {"register_id": register_id, "document_no": document.no, "handling_no": papers.handling_no,
            "invoice_no": papers.invoice_no, "gone": gone, **result}  # fmt: skip


def _papers(session: Session, facts: PostingFacts, plans: Sequence[LinePlan], day: dt.date) -> Papers:
    """Draw the numbers of what will be posted."""
    setup, kind = facts.trade.setup, facts.kind
    moves = any(plan.handle for plan in plans)
    leaves_handling = moves and (kind.staged or getattr(setup, kind.handling_switch))
    bills = any(plan.invoice for plan in plans)
    series = [kind.handling_series] * leaves_handling + [kind.invoice_series] * bills
    drawn = draw_each(session, [getattr(setup, name) for name in series], day)
    return Papers(
        posting_date=day,
        handling_no=drawn[0] if leaves_handling else "",
        invoice_no=drawn[-1] if bills else "",
    )


def _write_papers(
    session: Session, facts: PostingFacts, plans: Sequence[LinePlan], papers: Papers, register_id: int, poster: Poster,
    *, gone: bool,
) -> dict[str, Any]:  # fmt: skip
    """Posted documents with their lines and links; what was billed on older receipts and shipments."""
    kind = facts.kind
    result: dict[str, Any] = {"handling_id": None, "invoice_id": None, "entries": {}}
    handling_lines: dict[int, int] = {}
    by_line_no = {plan.line.line_no: plan.line.id for plan in plans}

    def new(document_type: DocumentType, no: str) -> Any:
        posted = posted_papers.new_document(
            facts, document_type, no, register_id, poster.user_name, papers.posting_date
        )
        posted.order_id = None if gone else facts.document.id
        return posted

    if papers.handling_no:
        posted = new(kind.handling_type, papers.handling_no)
        handling_lines = posted_papers.write_handling(session, facts, plans, posted, gone=gone)
        result["handling_id"] = posted.id
    if papers.invoice_no:
        posted = new(kind.invoice_type, papers.invoice_no)
        posted.corrects_document_id = facts.document.corrects_document_id
        due = facts.document.due_date
        bill_lines = posted_papers.write_bill(session, facts, plans, posted, due, handling_lines, gone=gone)
        result["invoice_id"] = posted.id
    if facts.files:
        made = [one for one in (result["handling_id"], result["invoice_id"]) if one is not None]
        follow_posting(session, facts.document.id, made)
    owner = handling_lines if papers.handling_no else bill_lines
    document_type = kind.handling_type if papers.handling_no else kind.invoice_type
    posted_lines = {line_no: owner[line_id] for line_no, line_id in by_line_no.items() if line_id in owner}
    entries = posted_papers.link_entries(session, register_id, document_type, posted_lines)
    result["entries"] = {by_line_no[line_no]: found for line_no, found in entries.items() if line_no in by_line_no}
    billed = {row.id: row.qty_invoiced + part for plan in plans for row, part in plan.billed}
    update_rows(session, "posted_line", ["qty_invoiced"], ["id"], [(raw(q), i) for i, q in sorted(billed.items())])
    for plan in plans:
        for row, _part in plan.billed:
            set_committed_value(row, "qty_invoiced", billed[row.id])
    return result


def _settle(facts: PostingFacts, plans: Sequence[LinePlan]) -> None:
    """The lines as they stand after posting: handled, billed, what is proposed next. Written by `_write_lines`."""
    default = default_quantity(facts.document, facts.trade)
    for plan in plans:
        line = plan.line
        line.qty_handled += plan.handle
        line.qty_handled_base += plan.handle_base.copy_sign(plan.handle)
        line.qty_invoiced += plan.invoice
        line.qty_invoiced_base += plan.invoice_base.copy_sign(plan.invoice)
        line.qty_consumed += plan.consume
        for portion in plan.portions:
            if portion.row is not None:
                portion.row.qty_handled += portion.quantity
        for row in line.numbers if plan.handle else ():
            row.qty_to_handle = None  # what moves next is proposed anew, as on the line itself
        _settle_numbers(line.numbers, plan)
        quantities.set_outstanding(line)
        _settle_order_lines(facts, plan)
    for line in facts.lines:
        if line.type != TradeLineType.COMMENT:
            quantities.propose(line, default)
    settle_assignments(plans)


#: What posting changes on a line.
_SETTLED = (
    "outstanding_qty", "outstanding_qty_base", "qty_to_handle", "qty_handled", "qty_handled_base", "qty_to_invoice",
    "qty_invoiced", "qty_invoiced_base", "qty_to_consume", "qty_consumed",
)  # fmt: skip

_SETTLED_NUMBERS = ("qty_to_handle", "qty_handled", "qty_invoiced")


def _write_lines(session: Session, *groups: Sequence[TradeLine]) -> None:
    """All lines in one statement, past the ORM, which would write them one by one; their numbers in another."""
    for lines in groups:
        rows: list[tuple[Any, ...]] = [(*(raw(getattr(line, name)) for name in _SETTLED), line.id) for line in lines]
        update_rows(session, "trade_line", list(_SETTLED), ["id"], rows)
        numbers = [number for line in lines for number in line.numbers]
        rows = [(*(raw(getattr(number, name)) for name in _SETTLED_NUMBERS), number.id) for number in numbers]
        update_rows(session, "trade_line_number", list(_SETTLED_NUMBERS), ["id"], rows)
        for line in lines:
            _keep_as_written(line)


def _keep_as_written(line: TradeLine) -> None:
    """The ORM is not to write what posting changed: `_write_lines` did, or the line is about to go."""
    for record, names in ((line, _SETTLED), *((number, _SETTLED_NUMBERS) for number in line.numbers)):
        for name in names:
            set_committed_value(record, name, getattr(record, name))


def _settle_numbers(numbers: Sequence[Any], plan: LinePlan) -> None:
    """What of each number is billed: of older entries by their numbers, of new ones in the order they moved."""
    billed: dict[tuple[str, str, str], Any] = {}
    for older in plan.older:
        key = (older.entry.lot_no, older.entry.serial_no, older.entry.package_no)
        billed[key] = billed.get(key, ZERO) + abs(older.quantity)
    left = plan.new_invoice_base
    for portion in plan.portions:
        part = min(left, portion.quantity)
        left -= part
        if portion.row is not None and part:
            portion.row.qty_invoiced += part
    for row in numbers:
        row.qty_invoiced += min(
            billed.pop((row.lot_no, row.serial_no, row.package_no), ZERO), row.qty_handled - row.qty_invoiced
        )


def _settle_order_lines(facts: PostingFacts, plan: LinePlan) -> None:
    """An invoice of fetched receipts or shipments bills the lines of their orders."""
    if plan.line.posted_line_id is None:
        return
    for posted, part in plan.billed:
        order_line = facts.order_lines.get(posted.order_line_id or 0)
        if order_line is None:
            continue
        order_line.qty_invoiced += part
        order_line.qty_invoiced_base += plan.invoice_base.copy_sign(part)
        order_line.qty_to_invoice = order_line.most_to_invoice
        _settle_numbers(order_line.numbers, plan)


def _done(facts: PostingFacts) -> bool:
    """Everything is moved and billed."""
    return all(
        not line.outstanding_qty and not line.qty_not_invoiced
        for line in facts.lines
        if line.type != TradeLineType.COMMENT
    )
