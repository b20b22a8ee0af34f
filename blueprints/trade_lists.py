"""The lists of purchase and sales documents, open and posted, with their work views."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, func, select

from blueprints.access import requires, today
from blueprints.formats import day, icon
from blueprints.list_filters import ChoiceFilter, CustomFilter, DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.lists import Listing
from blueprints.trade_kinds import (
    BLUEPRINTS,
    PAGE_KINDS,
    POSTED_KINDS,
    VIEW,
    PageKind,
    PostedKind,
    of_own_centers,
)
from core.text import _
from models import Customer, Location, PostedDocument, TradeDocument, TradeLine, Vendor
from models.enums import DocumentStatus, TradeSide, TradeType
from services.trade.work import Work, has_left, has_moved, work_condition

_amount = (
    select(func.sum(TradeLine.line_amount - TradeLine.invoice_discount_amount, type_=TradeLine.line_amount.type))
    .where(TradeLine.document_id == TradeDocument.id)
    .correlate(TradeDocument)
    .scalar_subquery()
)
_outstanding = (
    select(func.count(TradeLine.id))
    .where(TradeLine.document_id == TradeDocument.id, TradeLine.outstanding_qty_base != 0)
    .correlate(TradeDocument)
    .scalar_subquery()
)
#: the first day on which something that is left is wanted
_expected = (
    select(func.min(TradeLine.expected_date))
    .where(TradeLine.document_id == TradeDocument.id, TradeLine.outstanding_qty_base != 0)
    .correlate(TradeDocument)
    .scalar_subquery()
)


def status_badge(status: DocumentStatus, progress: str = "") -> Markup:
    """Open or released, a word with a shape. How far its goods are says that it is released: a column holds no more."""
    kind, sign, words = (
        ("muted", "pencil", _("Open")) if status == DocumentStatus.OPEN else ("success", "circle-check", _("Released"))
    )
    if progress:
        sign = "truck"
        words = progress[:1].upper() + progress[1:] if status != DocumentStatus.OPEN else f"{words} · {progress}"
    return Markup('<span class="status status-is-{}">{}{}</span>').format(kind, icon(sign), words)


def work_words(kind: PageKind) -> dict[Work, str]:
    """The work views that make sense for the kind, in words."""
    if not kind.kind.staged or kind.type == TradeType.QUOTE:
        return {}
    ships = kind.kind.ships
    return {
        Work.DUE: _("To ship today") if ships else _("To receive today"),
        Work.OVERDUE: _("Overdue"),
        Work.PARTLY: _("Partly shipped") if ships else _("Partly received"),
        Work.TO_INVOICE: _("To invoice"),
        Work.OPEN: _("Not released"),
    }


def _read_work(args: Any) -> Work | None:
    text = args.get("work", "")
    return Work(text) if text in set(Work) else None


def _work_filter(kind: PageKind) -> CustomFilter:
    return CustomFilter(
        "work", _l("Work"), reader=_read_work,
        applier=lambda statement, value: statement.where(work_condition(value, today())),
        speaker=lambda value: work_words(kind).get(value, str(value)),
    )  # fmt: skip


def _source(kind: PageKind) -> Callable[[], Select[Any]]:
    party = Vendor if kind.side == TradeSide.PURCHASE else Customer
    own = TradeDocument.vendor_id if kind.side == TradeSide.PURCHASE else TradeDocument.customer_id

    def source() -> Select[Any]:
        statement = (
            select()
            .select_from(TradeDocument)
            .join(party, party.id == own)
            .join(Location, Location.id == TradeDocument.location_id)
            .where(TradeDocument.side == kind.side, TradeDocument.type == kind.type)
        )
        return of_own_centers(statement, TradeDocument, kind.side)

    return source


def _late(row: Any) -> Markup | str:
    """The first day on which something that is left is wanted; when it is past, in words and the warning colour."""
    if row.expected_date is None:
        return ""
    if row.expected_date < today():
        return Markup('<span class="status status-is-warning">{}{} <small>{}</small></span>').format(
            icon("alert-triangle"), day(row.expected_date), _("late")
        )
    return day(row.expected_date)


def _listing(kind: PageKind) -> Listing:
    plural, _one, nothing = kind.lazy
    purchase = kind.side == TradeSide.PURCHASE
    party = Vendor if purchase else Customer
    new = partial(kind.url, "new")  # asked when drawn
    staged = kind.kind.staged and kind.type != TradeType.QUOTE

    def status(row: Any) -> Markup:
        return status_badge(row.status, kind.progress_words(row.moved, row.left) if staged else "")

    return Listing(
        name=kind.key,
        title=plural,
        key=TradeDocument.id,
        source=_source(kind),
        columns=(
            Column("no", _l("No."), TradeDocument.no, "code", sort=True),
            Column("name", _l("Vendor") if purchase else _l("Customer"), TradeDocument.name, sort=True),
            Column("party_no", _l("Vendor no.") if purchase else _l("Customer no."), party.no, "code", shown=False),
            Column("status", _l("Status"), TradeDocument.status, "word", cell=status),
            Column("location", _l("Location"), Location.code, "code"),
            Column("order_date", _l("Date"), TradeDocument.order_date, "day", sort=True),
            *(
                [Column("expected_date", _l("Expected") if purchase else _l("Shipment"), _expected, "day",
                        cell=_late),
                 Column("outstanding", _l("Left"), _outstanding, "number", shown=False)]
                if staged else []
            ),
            Column("external_document_no", _l("Their no."),
                   TradeDocument.vendor_invoice_no if purchase and not staged else TradeDocument.external_document_no,
                   "code", shown=False),
            Column("amount", _l("Amount"), _amount, "amount"),
            Column("agent", _l("Purchaser") if purchase else _l("Salesperson"), TradeDocument.agent, shown=False),
        ),
        extra={"moved": has_moved(), "left": has_left()} if staged else {},
        filters=(
            _work_filter(kind),
            ChoiceFilter("status", _l("Status"), TradeDocument.status, kind=DocumentStatus),
            RecordFilter("party", _l("Vendor") if purchase else _l("Customer"), party.id,
                         kind="vendor" if purchase else "customer"),
            RecordFilter("location", _l("Location"), TradeDocument.location_id, kind="location"),
            RecordFilter("center", _l("Responsibility centre"), TradeDocument.responsibility_center_id,
                         kind="responsibility_center"),
            DateRange("date", _l("Date"), TradeDocument.order_date),
            *([DateRange("expected", _l("Expected"), _expected)] if staged else []),
        ),
        search=(TradeDocument.no, TradeDocument.name, party.no, TradeDocument.external_document_no),
        search_hint=_l("Number, name or their number"),
        sort="-no",
        open=lambda row: kind.url("show", no=row.no),
        actions=(
            Action(_l("New"), new, "plus", kind.edit, primary=True, shortcut="n"),
            *([_handling(kind)] if kind.type == TradeType.ORDER else []),
            *([Action(_l("Post many"), partial(kind.url, "batch"), "list-check", kind.post)]
              if kind.kind.posts else []),
        ),
        bulk=(
            (BulkAction("post", _l("Post"), partial(kind.url, "batch"), "check", kind.post),) if kind.kind.posts else ()
        ),
        empty=Empty(nothing, _l("New"), new, kind.edit),
    )  # fmt: skip


def _handling(kind: PageKind) -> Action:
    ship = kind.side == TradeSide.SALES
    return Action(
        _l("Ship goods") if ship else _l("Receive goods"), lambda: url_for(f"{kind.side}.handling"),
        "truck-delivery" if ship else "truck", kind.post,
    )  # fmt: skip


LISTINGS = {kind: _listing(kind) for kind in PAGE_KINDS.values()}


def tabs(kind: PageKind) -> list[tuple[str, str, bool]]:
    """The work views as tabs: (words, address, is it this one)."""
    words, now = work_words(kind), request.args.get("work", "")
    if not words:
        return []
    here = url_for(kind.list_endpoint)
    return [
        (_("All"), here, not now),
        *((text, url_for(kind.list_endpoint, work=work.value), now == work.value) for work, text in words.items()),
    ]


# ------------------------------------------------------------------------------------------------ posted
def _posted_source(kind: PostedKind) -> Callable[[], Select[Any]]:
    def source() -> Select[Any]:
        statement = (
            select()
            .select_from(PostedDocument)
            .join(Location, Location.id == PostedDocument.location_id)
            .where(PostedDocument.document_type == kind.type)
        )
        return of_own_centers(statement, PostedDocument, kind.side)

    return source


def _posted_state(row: Any) -> Markup | str:
    if row.cancelled:
        return Markup('<span class="status status-is-danger">{}{}</span>').format(icon("ban"), _("Cancelled"))
    if row.corrective:
        return Markup('<span class="status status-is-muted">{}{}</span>').format(icon("arrow-back-up"), _("Corrective"))
    return ""


def _posted_listing(kind: PostedKind) -> Listing:
    purchase = kind.side == TradeSide.PURCHASE
    amounts = (
        [
            Column("amount", _l("Amount"), PostedDocument.amount, "amount"),
            Column("total", _l("Including VAT"), PostedDocument.amount + PostedDocument.vat_amount, "amount"),
            Column("currency_code", _l("Currency"), PostedDocument.currency_code, "code", shown=False),
            Column("due_date", _l("Due"), PostedDocument.due_date, "day"),
            Column("state", _l("State"), cell=_posted_state),
        ]
        if kind.bill
        else []
    )
    return Listing(
        name=kind.key,
        title=kind.plural,
        key=PostedDocument.id,
        source=_posted_source(kind),
        columns=(
            Column("no", _l("No."), PostedDocument.no, "code"),
            Column("name", _l("Vendor") if purchase else _l("Customer"), PostedDocument.name),
            Column("party_no", _l("Vendor no.") if purchase else _l("Customer no."), PostedDocument.party_no, "code",
                   shown=False),
            Column("order_no", _l("Order"), PostedDocument.order_no, "code"),
            Column("location", _l("Location"), Location.code, "code", shown=not kind.bill),
            Column("posting_date", _l("Posting date"), PostedDocument.posting_date, "day", sort=True),
            Column("external", _l("Their no."), PostedDocument.external_document_no, "code", shown=False),
            *amounts,
            Column("user_name", _l("By"), PostedDocument.user_name, shown=False),
        ),
        extra={"cancelled": PostedDocument.cancelled, "corrective": PostedDocument.corrective},
        filters=(
            DateRange("date", _l("Posting date"), PostedDocument.posting_date),
            RecordFilter("party", _l("Vendor") if purchase else _l("Customer"),
                         PostedDocument.vendor_id if purchase else PostedDocument.customer_id,
                         kind="vendor" if purchase else "customer"),
            RecordFilter("location", _l("Location"), PostedDocument.location_id, kind="location"),
            RecordFilter("center", _l("Responsibility centre"), PostedDocument.responsibility_center_id,
                         kind="responsibility_center"),
            *([YesNoFilter("cancelled", _l("Cancelled"), PostedDocument.cancelled, yes=_l("Cancelled"),
                           no=_l("Not cancelled"))] if kind.bill else []),
        ),
        search=(PostedDocument.no, PostedDocument.order_no, PostedDocument.name, PostedDocument.external_document_no),
        search_hint=_l("Number, order or name"),
        sort="-posting_date",
        open=lambda row: url_for(f"{kind.side}.posted", slug=kind.slug, no=row.no),
        empty=Empty(_l("Nothing was posted yet.")),
    )  # fmt: skip


POSTED_LISTINGS = {kind: _posted_listing(kind) for kind in POSTED_KINDS}


# ------------------------------------------------------------------------------------------------ pages
def _add_lists(side: TradeSide, blueprint: Blueprint) -> None:
    for kind, listing in LISTINGS.items():
        if kind.side == side:
            blueprint.add_url_rule(
                f"/{kind.slug}", kind.list_endpoint.split(".")[1], _list_view(kind, listing), methods=["GET"]
            )
    for posted, listing in POSTED_LISTINGS.items():
        if posted.side == side:
            blueprint.add_url_rule(
                f"/posted/{posted.slug}", posted.list_endpoint.split(".")[1], _posted_view(posted, listing),
                methods=["GET"],
            )  # fmt: skip


def _list_view(kind: PageKind, listing: Listing) -> Callable[[], Response]:
    @requires(kind.view)
    def view() -> Response:
        return listing.respond(page="trade/list.html", tabs=tabs(kind), fragment="trade/_list.html")

    return view


def _posted_view(kind: PostedKind, listing: Listing) -> Callable[[], Response]:
    @requires(VIEW[kind.side])
    def view() -> Response:
        tabs = [
            (str(other.plural), url_for(other.list_endpoint), other is kind)
            for other in POSTED_KINDS if other.side == kind.side
        ]  # fmt: skip
        return listing.respond(page="trade/list.html", fragment="trade/_list.html", tabs=tabs)

    return view


for _side, _blueprint in BLUEPRINTS.items():
    _add_lists(_side, _blueprint)
