"""What is refused when a document is posted, beside what its lines and the ledgers refuse (documents.md section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ErrorList, PostingError
from core.text import _, plain_day, plain_quantity
from models import BLANK_ID, GeneralLedgerSetup, PartyLedgerEntry
from models.enums import PartyDocumentType, ShippingAdvice, TradeLineType, TradeSide
from services.poster import Poster
from services.trade.line_checks import check_resource
from services.trade.parties import check_blocked
from services.trade.plan import LinePlan
from services.trade.posting_facts import PostingFacts


def check_posting(
    session: Session,
    facts: PostingFacts,
    plans: Sequence[LinePlan],
    poster: Poster,
    *,
    posting_date: dt.date | None,
    through_warehouse: bool,
) -> dt.date:
    """Raise everything that stands against posting at once; returns the posting date.

    Codes: `posting_date_missing`, `posting_date_not_allowed`, `nothing_to_post`, `party_blocked`, `due_date_missing`,
    `vendor_invoice_no_missing`, `vendor_invoice_no_used`, `external_document_no_missing`, `shipping_incomplete`,
    `warehouse_document_required`, `drop_shipment_not_linked`, `applies_from_required`, `applies_to_required`,
    `drop_shipment_not_sold`, `special_order_not_received`, `over_receipt_not_approved`, `resource_blocked`.
    """
    day = posting_date or facts.document.posting_date
    errors: list[DomainError] = []
    if day is None:
        errors.append(PostingError("posting_date_missing", _("Enter a posting date."), field="posting_date"))
    else:
        errors += _date(session, day, poster)
    moves = any(plan.handle for plan in plans)
    bills = any(plan.invoice for plan in plans)
    if not plans:
        errors.append(
            PostingError("nothing_to_post", _("There is nothing to post."),
                         hint=_("Enter quantities to receive, ship or invoice."))
        )  # fmt: skip
    if not facts.kind.credit:
        for plan in plans:
            errors += _resource(facts, plan)
    if moves:
        errors += _caught(lambda: check_blocked(facts.kind, facts.party, "handle"))
        errors += _moves(facts, plans, through_warehouse=through_warehouse)
    if bills:
        errors += _caught(lambda: check_blocked(facts.kind, facts.bill_party, "invoice"))
        errors += _bills(session, facts, plans)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    assert day is not None  # noqa: S101 - refused above
    return day


def _caught(check: object) -> Iterator[DomainError]:
    try:
        check()  # type: ignore[operator]
    except DomainError as error:
        yield error


def check_date(session: Session, day: dt.date, poster: Poster) -> None:
    """Raises PostingError `posting_date_not_allowed` outside the range of user or company."""
    for error in _date(session, day, poster):
        raise error


def _date(session: Session, day: dt.date, poster: Poster) -> Iterator[PostingError]:
    """The range of user or company; the inventory's own limits are asked by posting."""
    company = session.get_one(GeneralLedgerSetup, 1)
    own = poster.allow_posting_from is not None or poster.allow_posting_to is not None
    start = poster.allow_posting_from if own else company.allow_posting_from
    end = poster.allow_posting_to if own else company.allow_posting_to
    if (start is not None and day < start) or (end is not None and day > end):
        yield PostingError(
            "posting_date_not_allowed",
            _("Posting date %(day)s is outside the range you may post in (%(start)s to %(end)s).",
              day=plain_day(day), start=plain_day(start), end=plain_day(end)),
            field="posting_date", hint=_("Change the date, or the range under Set-up."),
        )  # fmt: skip


def _resource(facts: PostingFacts, plan: LinePlan) -> Iterator[DomainError]:
    resource = facts.trade.resources.get(plan.line.resource_id or 0)
    if resource is not None:
        yield from _caught(lambda: check_resource(facts.document, resource, line_no=plan.line.line_no))


def _moves(facts: PostingFacts, plans: Sequence[LinePlan], *, through_warehouse: bool) -> Iterator[PostingError]:
    moved = {plan.line.id: plan for plan in plans if plan.handle and plan.is_item}
    if facts.document.shipping_advice == ShippingAdvice.COMPLETE and facts.kind.staged and facts.kind.ships:
        for line in facts.lines:
            going = moved[line.id].handle if line.id in moved else 0
            if line.type == TradeLineType.ITEM and line.outstanding_qty != going:
                yield PostingError(
                    "shipping_incomplete",
                    _("%(no)s is shipped whole or not at all; line %(line)s would be left.", no=facts.document.no,
                      line=line.line_no),
                    field="qty_to_handle", line=line.line_no,
                    hint=_("Ship all lines together, or set the shipping advice to partial."),
                )  # fmt: skip
    for plan in moved.values():
        yield from _line(facts, plan, through_warehouse=through_warehouse)


def _line(facts: PostingFacts, plan: LinePlan, *, through_warehouse: bool) -> Iterator[PostingError]:
    line = plan.line
    place = facts.trade.locations.get(line.location_id)
    inbound = (facts.sign > 0) == (plan.handle > 0)
    if place is not None and not through_warehouse and not facts.trade.setup.post_past_warehouse:
        # Lines without a location follow the company's own steps (items.md section 14).
        steps = place if place.id != BLANK_ID else facts.trade.inventory
        wants = (
            steps.require_receive or steps.require_put_away if inbound else steps.require_shipment or steps.require_pick
        )
        if wants and not line.drop_shipment:
            where = _("location %(code)s", code=place.code) if place.code else _("what has no location")
            yield PostingError(
                "warehouse_document_required",
                _("Line %(line)s: %(where)s is handled by warehouse documents.", line=line.line_no, where=where),
                field="location_id", line=line.line_no, hint=_("Make a warehouse document and post that."),
            )  # fmt: skip
    if line.over_receipt_pending:
        yield PostingError(
            "over_receipt_not_approved",
            _("Line %(line)s: %(excess)s more than ordered would be received, and nobody approved it yet.",
              line=line.line_no, excess=plain_quantity(line.over_receipt_qty)),
            field="qty_to_handle", line=line.line_no, hint=_("Have the over-receipt approved on the order."),
        )  # fmt: skip
    if line.drop_shipment and line.linked_line_id is None:
        yield PostingError(
            "drop_shipment_not_linked",
            _("Line %(line)s is delivered by the vendor, but no purchase order is linked to it.", line=line.line_no),
            field="purchasing_code", line=line.line_no, hint=_("Fetch the line in a purchase order first."),
        )  # fmt: skip
    ordered = facts.special_orders.get(line.linked_line_id or 0)
    if line.special_order and ordered is not None and abs(ordered.qty_handled) < abs(line.qty_handled + plan.handle):
        yield PostingError(
            "special_order_not_received",
            _("Line %(line)s is bought for this sale, and only %(come)s of it are received.", line=line.line_no,
              come=plain_quantity(ordered.qty_handled)),
            field="qty_to_handle", line=line.line_no, hint=_("Receive the purchase order first, or ship less."),
        )  # fmt: skip
    if facts.kind.credit and facts.trade.setup.exact_cost_reversing_mandatory:
        yield from _exact_cost(facts, plan)


def _exact_cost(facts: PostingFacts, plan: LinePlan) -> Iterator[PostingError]:
    line = plan.line
    sales = facts.kind.side == TradeSide.SALES
    name = "applies_from_entry_id" if sales else "applies_to_entry_id"
    linked = getattr(line, name) is not None
    tracked = bool(line.numbers) and all(getattr(row, name) is not None for row in line.numbers)
    if not linked and not tracked and line.quantity > 0:
        yield PostingError(
            "applies_from_required" if sales else "applies_to_required",
            _("Line %(line)s has to name the entry it takes back: fill in %(field)s.", line=line.line_no,
              field=_("applies-from entry") if sales else _("applies-to entry")),
            field=name, line=line.line_no, hint=_("Use Get posted lines to reverse."),
        )  # fmt: skip


def _bills(session: Session, facts: PostingFacts, plans: Sequence[LinePlan]) -> Iterator[PostingError]:
    document, kind, setup = facts.document, facts.kind, facts.trade.setup
    if document.due_date is None and not kind.credit:
        yield PostingError("due_date_missing", _("Enter when the invoice is due."), field="due_date")
    if kind.side == TradeSide.SALES:
        if setup.external_document_no_mandatory and not document.external_document_no:
            yield PostingError(
                "external_document_no_missing", _("Enter the customer's document no."), field="external_document_no"
            )
    else:
        yield from _vendor_no(session, facts)
    for plan in plans:
        linked = facts.drop_sales.get(plan.line.linked_line_id or 0)
        if plan.line.drop_shipment and plan.invoice and kind.side == TradeSide.PURCHASE and linked is not None:
            sold = linked.qty_invoiced
            if abs(sold) < abs(plan.line.qty_invoiced + plan.invoice):
                yield PostingError(
                    "drop_shipment_not_sold",
                    _("Line %(line)s went straight to the customer; invoice the sale first.", line=plan.line.line_no),
                    field="qty_to_invoice", line=plan.line.line_no,
                )  # fmt: skip


def _vendor_no(session: Session, facts: PostingFacts) -> Iterator[PostingError]:
    document, credit = facts.document, facts.kind.credit
    field = "vendor_credit_memo_no" if credit else "vendor_invoice_no"
    no: str = getattr(document, field)
    if not no:
        if facts.trade.setup.vendor_invoice_no_mandatory:
            yield PostingError("vendor_invoice_no_missing", _("Enter the vendor's number of the bill."), field=field)
        return
    entry = PartyLedgerEntry
    used = session.scalar(
        select(literal(1))
        .where(
            entry.vendor_id == facts.bill_party.id,
            entry.external_document_no == no,
            entry.document_type == (PartyDocumentType.CREDIT_MEMO if credit else PartyDocumentType.INVOICE),
        )
        .limit(1)
    )
    if used is not None:
        yield PostingError(
            "vendor_invoice_no_used",
            _("%(no)s of %(vendor)s is posted already.", no=no, vendor=facts.bill_party.no),
            field=field,
            hint=_("Check whether the bill came twice."),
        )
