"""Cancelling and correcting a posted invoice, and cancelling that again (documents.md section 12).

A cancelled invoice is taken back whole by a credit memo at the exact cost and applied to it; a corrective credit memo
is taken back by an invoice that brings the state back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, selectinload

from core.errors import PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_day
from models import (
    InventoryPeriod,
    Location,
    PartyLedgerEntry,
    PostedDocument,
    PostedLine,
    TradeDocument,
    TradeLine,
)
from models.enums import TradeLineType, TradeSide, TradeType
from services.poster import Poster
from services.trade import quantities
from services.trade.copying import copy_posted
from services.trade.documents import lock_document, note_change
from services.trade.facts import load_facts
from services.trade.invoiced_entries import Billed, billed_entries, charged_entries
from services.trade.kinds import KINDS
from services.trade.line_values import default_quantity
from services.trade.parties import check_center_of
from services.trade.posted import get_posted
from services.trade.posting import Wish, post_document
from services.trade.posting_checks import check_date
from services.trade.reverse_document import open_reversal
from services.trade.status import reopen

_INVOICES = {kind.invoice_type: kind for kind in KINDS.values() if kind.type == TradeType.INVOICE}
_MEMOS = {kind.invoice_type: kind for kind in KINDS.values() if kind.type == TradeType.CREDIT_MEMO}


def cancel_invoice(session: Session, posted_id: int, poster: Poster, *, on: dt.date) -> dict[str, Any]:
    """Take a posted invoice (or a corrective credit memo) back on the day `on`, the work date.

    Returns what `post_document` returns for the document that takes it back. Raises NotFound
    `posted_document_not_found`; PostingError `not_an_invoice`, `already_cancelled`, `is_corrective`, `invoice_paid`,
    `combined_receipts`, `posting_date_not_allowed`, `inventory_period_closed`, `already_returned` naming the item,
    `drop_shipment_invoice`, `warehouse_directed`, and all that posting the other document refuses (blocked party, item
    or account, missing set-up, no number left).
    """
    posted = get_posted(session, posted_id, lock=True)
    lines = posted.lines
    billed = billed_entries(session, posted)
    _check(session, posted, lines, billed, poster)
    reversal = open_reversal(session, posted, billed, charged_entries(session, posted), on=on, user_id=poster.user_id)
    result = post_document(session, reversal.id, Wish(handle=True, invoice=True, posting_date=on), poster)
    session.execute(
        update(PostedDocument)
        .where(PostedDocument.id == posted.id)
        .values(cancelled=True, cancelled_by_id=result["invoice_id"])
    )
    session.execute(update(PostedDocument).where(PostedDocument.id == result["invoice_id"]).values(corrective=True))
    _give_back(session, posted, lines, poster)
    session.expire_all()
    return result


def correct_invoice(session: Session, posted_id: int, poster: Poster, *, on: dt.date) -> dict[str, Any]:
    """Cancel, then open what is to be edited: the order it came from, or a draft with the same lines.

    Adds `draft_id` (an invoice), `order_id` (a reopened order) to the result; neither where the order is gone or
    several were billed together. Raises as `cancel_invoice`.
    """
    posted = get_posted(session, posted_id)
    orders, opens = _orders(session, posted), opens_again(session, posted)
    result = cancel_invoice(session, posted_id, poster, on=on)
    result |= {"draft_id": None, "order_id": None}
    if opens == "order":
        order = lock_document(session, next(iter(orders)))
        reopen(session, order.id, user_id=poster.user_id)
        result["order_id"] = order.id
    elif opens == "draft":
        draft = copy_posted(session, posted_id, type_=TradeType.INVOICE, on=on, user_id=poster.user_id)
        result["draft_id"] = draft.id
    return result


def opens_again(session: Session, posted: PostedDocument) -> str:
    """What correcting the invoice opens: its "order" that is there still, a "draft" of one that stood alone, or ""
    where it is only cancelled, because its order is gone or several were billed together.
    """
    if len(_orders(session, posted)) == 1:
        return "order"
    stand_alone = posted.order_type == TradeType.INVOICE and not _billed_orders(session, posted)
    return "draft" if stand_alone else ""


def draft_credit_memo(session: Session, posted_id: int, *, on: dt.date, user_id: int | None = None) -> TradeDocument:
    """A credit memo of a posted invoice to be edited and posted by hand (a partial credit). Raises NotFound
    `posted_document_not_found`, PostingError `not_an_invoice`, `already_cancelled`.
    """
    posted = get_posted(session, posted_id)
    if posted.document_type not in _INVOICES:
        raise PostingError("not_an_invoice", _("%(no)s is no invoice.", no=posted.no))
    if posted.cancelled:
        raise _cancelled(posted)
    kind = KINDS[posted.side, TradeType.CREDIT_MEMO]
    check_center_of(session, kind, posted.responsibility_center_id, user_id)
    return open_reversal(
        session, posted, billed_entries(session, posted), charged_entries(session, posted), on=on, user_id=user_id
    )


def _billed_orders(session: Session, posted: PostedDocument) -> set[str]:
    """Numbers of other documents whose receipts or shipments it billed."""
    handling = {line.handling_line_id for line in posted.lines if line.handling_line_id is not None}
    found = session.scalars(select(PostedLine.order_no).where(PostedLine.id.in_(ids_of(session, handling))).distinct())
    return set(found) - {posted.order_no}


def _cancelled(posted: PostedDocument) -> PostingError:
    return PostingError("already_cancelled", _("%(no)s is cancelled already.", no=posted.no))


def _check(
    session: Session,
    posted: PostedDocument,
    lines: Sequence[PostedLine],
    billed: dict[int, list[Billed]],
    poster: Poster,
) -> None:
    if posted.document_type not in _INVOICES and not (posted.document_type in _MEMOS and posted.corrective):
        raise PostingError(
            "not_an_invoice", _("Only invoices, and credit memos that cancelled one, can be cancelled."),
            hint=_("Post a document that takes it back."),
        )  # fmt: skip
    if posted.cancelled:
        raise _cancelled(posted)
    if posted.document_type in _INVOICES and posted.corrective:
        raise PostingError("is_corrective", _("%(no)s itself corrects another document.", no=posted.no))
    if posted.document_type in _INVOICES:
        _check_unpaid(session, posted)
        _check_not_combined(session, posted)
    _check_date(session, posted, poster)
    _check_places(session, posted, lines)
    for found in billed.values():
        for part in found:
            _check_not_returned(posted, part)


def _check_unpaid(session: Session, posted: PostedDocument) -> None:
    entry = session.scalar(
        select(PartyLedgerEntry).where(
            PartyLedgerEntry.register_id == posted.register_id, PartyLedgerEntry.document_no == posted.no
        )
    )
    if entry is not None and entry.remaining_amount != entry.amount:
        raise PostingError(
            "invoice_paid",
            _("%(no)s is paid, wholly or in part.", no=posted.no),
            hint=_("Take the payment off the invoice first, or post a credit memo by hand."),
        )


def _check_not_combined(session: Session, posted: PostedDocument) -> None:
    """A vendor's bill over several receipts goes back by hand (documents.md section 12)."""
    if posted.side != TradeSide.PURCHASE or posted.order_type != TradeType.INVOICE:
        return
    handling = {line.handling_line_id for line in posted.lines if line.handling_line_id is not None}
    receipts = session.scalars(
        select(PostedLine.document_id)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .where(PostedLine.id.in_(ids_of(session, handling)), PostedDocument.order_no != posted.order_no)
        .distinct()
    ).all()
    if len(receipts) > 1:
        raise PostingError(
            "combined_receipts", _("%(no)s bills several receipts together; it cannot be cancelled.", no=posted.no),
            hint=_("Post a credit memo by hand."),
        )  # fmt: skip


def _check_date(session: Session, posted: PostedDocument, poster: Poster) -> None:
    """The invoice's own date has to be open still."""
    day = posted.posting_date
    check_date(session, day, poster)
    closed = session.scalar(select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed))
    if closed is not None and day <= closed:
        raise PostingError(
            "inventory_period_closed",
            _("%(no)s was posted on %(day)s, in a closed inventory period.", no=posted.no, day=plain_day(day)),
            hint=_("Post a credit memo by hand, or reopen the period."),
        )


def _check_places(session: Session, posted: PostedDocument, lines: Sequence[PostedLine]) -> None:
    if any(line.drop_shipment for line in lines):
        raise PostingError(
            "drop_shipment_invoice", _("%(no)s bills a drop shipment; it cannot be cancelled.", no=posted.no),
            hint=_("Post a credit memo by hand."),
        )  # fmt: skip
    if posted.side != TradeSide.SALES:
        return
    places = {line.location_id for line in lines if line.type == TradeLineType.ITEM}
    directed = session.scalar(
        select(Location.code).where(Location.id.in_(ids_of(session, places)), Location.directed_put_away_and_pick)
    )
    if directed is not None:
        raise PostingError(
            "warehouse_directed",
            _("Location %(code)s puts goods away by warehouse documents; the invoice cannot be cancelled.",
              code=directed),
            hint=_("Post a return order instead."),
        )  # fmt: skip


def _check_not_returned(posted: PostedDocument, part: Billed) -> None:
    entry, item = part.entry, part.item
    if not item.is_inventory:
        return
    returned = entry.quantity < 0 and entry.shipped_qty_not_returned != entry.quantity
    if returned:
        raise PostingError(
            "already_returned",
            _("Something of item %(item)s on %(no)s came back already.", item=item.no, no=posted.no),
            hint=_("Post a credit memo for the rest by hand."),
        )


def _order_lines(session: Session, lines: Sequence[PostedLine]) -> dict[int, TradeLine]:
    """Posted invoice line -> the line of the order that is there still, by way of its receipt or shipment."""
    handling = {line.handling_line_id for line in lines if line.handling_line_id is not None}
    via = dict(
        session.execute(
            select(PostedLine.id, PostedLine.order_line_id).where(PostedLine.id.in_(ids_of(session, handling)))
        )
        .tuples()
        .all()
    )
    wanted = {line.id: line.order_line_id or via.get(line.handling_line_id or 0) for line in lines}
    found = session.scalars(
        select(TradeLine)
        .where(TradeLine.id.in_(ids_of(session, {i for i in wanted.values() if i is not None})))
        .options(selectinload(TradeLine.numbers), selectinload(TradeLine.document))
        .execution_options(populate_existing=True)
    )
    rows = {line.id: line for line in found}
    return {posted_id: rows[line_id] for posted_id, line_id in wanted.items() if line_id in rows}


def _orders(session: Session, posted: PostedDocument) -> set[int]:
    return {line.document_id for line in _order_lines(session, posted.lines).values()}


def _give_back(session: Session, posted: PostedDocument, lines: Sequence[PostedLine], poster: Poster) -> None:
    """A surviving order has the goods to move and to bill again (or not any more, where a cancel was cancelled)."""
    for document_id in sorted({line.document_id for line in _order_lines(session, lines).values()}):
        note_change(lock_document(session, document_id), poster.user_id)
    found = _order_lines(session, lines)  # as they are now that nobody else can change them
    sign = -1 if posted.document_type in _INVOICES else 1
    facts = load_facts(session, [line.item_id for line in found.values()])
    by_id = {line.id: line for line in lines}
    for posted_id, order_line in found.items():
        row = by_id[posted_id]
        order_line.qty_handled += sign * row.quantity
        order_line.qty_handled_base += sign * row.quantity_base
        order_line.qty_invoiced += sign * row.quantity
        order_line.qty_invoiced_base += sign * row.quantity_base
        left = abs(row.quantity_base)
        for number in order_line.numbers:
            part = min(left, number.qty_invoiced) if sign < 0 else ZERO
            number.qty_handled -= part
            number.qty_invoiced -= part
            left -= part
        quantities.set_outstanding(order_line)
        if order_line.type != TradeLineType.COMMENT:
            quantities.propose(order_line, default_quantity(order_line.document, facts))
    session.flush()
