"""The ledgers to read: lists, the card of an entry, a register as a document, and all entries of a document no."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, render_template, request, url_for

from blueprints import entry_costs, entry_graph, ledger_books, ledger_items, party_entries
from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.fields import Refused, parse_day
from blueprints.inventory_document_kinds import DocumentKind
from blueprints.ledger_parts import item_address
from blueprints.trade_kinds import PAGE_KINDS, POSTED_OF, VIEW, posted_url
from blueprints.trade_kinds import document_url as document_url_of
from blueprints.transfer_kinds import SLUG_OF, posted_word
from core.text import _
from models import Permission, db
from services import entries
from services.costs.explain import explain
from services.costs.graph import read_graph
from services.trade.related import Named, documents_named

bp = Blueprint("ledger", __name__, url_prefix="/ledger")

_LINES = 50
#: ledger word -> (endpoint of its list, permission to see it)
_LISTS = {
    "items": ("ledger.item_entries", Permission.LEDGER_VIEW),
    "values": ("ledger.value_entries", Permission.COSTS_VIEW),
    "applications": ("ledger.application_entries", Permission.COSTS_VIEW),
    "gl": ("ledger.gl_entries", Permission.GL_VIEW),
    "warehouse": ("ledger.warehouse_entries", Permission.LEDGER_VIEW),
    "counts": (None, Permission.LEDGER_VIEW),
    "party_purchase": ("purchase.entries", Permission.PURCHASE_VIEW),
    "party_sales": ("sales.entries", Permission.SALES_VIEW),
    "vat": ("ledger.vat_entries", Permission.GL_VIEW),
}


@bp.get("/items")
@requires(Permission.LEDGER_VIEW)
def item_entries() -> Response:
    return ledger_items.item_entries().respond()


@bp.get("/values")
@requires(Permission.COSTS_VIEW)
def value_entries() -> Response:
    return ledger_items.value_entries().respond()


@bp.get("/applications")
@requires(Permission.COSTS_VIEW)
def application_entries() -> Response:
    return ledger_books.application_entries().respond()


@bp.get("/gl")
@requires(Permission.GL_VIEW)
def gl_entries() -> Response:
    return ledger_books.gl_entries().respond()


@bp.get("/vat")
@requires(Permission.GL_VIEW)
def vat_entries() -> Response:
    return party_entries.vat_entries().respond()


@bp.get("/warehouse")
@requires(Permission.LEDGER_VIEW)
def warehouse_entries() -> Response:
    return ledger_books.warehouse_entries().respond()


@bp.get("/registers")
@requires(Permission.LEDGER_VIEW)
def registers() -> Response:
    return ledger_books.registers().respond()


@bp.get("/items/<int:entry_id>")
@requires(Permission.LEDGER_VIEW)
def item_entry(entry_id: int) -> str:
    _check_number(entry_id)
    session: Any = db.session
    graph = read_graph(session, entry_id)
    return render_template(
        "ledger/item_entry.html",
        card_of=entries.get_entry(session, entry_id),
        graph=entry_graph.draw(graph, entry_id, costs=may(Permission.COSTS_VIEW)) if len(graph.nodes) > 1 else None,
        item_address=item_address,
        shown=entries.SHOWN,
    )


@bp.get("/items/<int:entry_id>/cost")
@requires(Permission.COSTS_VIEW)
def entry_cost(entry_id: int) -> str:
    """How the cost of an entry came about, in sentences and as a table that adds up."""
    _check_number(entry_id)
    found = explain(db_session(), entry_id)
    return render_template(
        "ledger/entry_cost.html",
        found=found,
        entry=found.entry,
        item=found.item,
        sentences=entry_costs.sentences(found),
        rows=entry_costs.rows(found),
        history=entry_costs.history(found),
        unit=found.item.base_unit_of_measure.code if found.item.base_unit_of_measure else "",
    )


@bp.get("/registers/<int:register_id>")
@requires(Permission.LEDGER_VIEW)
def register(register_id: int) -> str:
    _check_number(register_id)
    session: Any = db.session
    found = entries.get_register(session, register_id)
    after = request.args.get("after", "")
    lines = entries.movements_of(
        session, register_id, after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
        size=_LINES,
    )  # fmt: skip
    last = found.register.to_item_ledger_entry_id
    return render_template(
        "ledger/register.html",
        found=found,
        register=found.register,
        related=_links(found.counts, register=register_id),
        lines=lines,
        money=entries.money_of(session, [line.id for line in lines]) if may(Permission.COSTS_VIEW) else {},
        no_money=entries.NO_MONEY,
        next_after=lines[-1].id if lines and lines[-1].id < last else None,
        is_first=not after,
        item_address=item_address,
    )


@bp.get("/find")
@requires(Permission.LEDGER_VIEW)
def find() -> tuple[str, int]:
    """Where a document no. stands; the day narrows it."""
    document_no = request.args.get("document_no", "").strip().replace("\x00", "")[:20]
    day, refusal = None, ""
    try:
        day = parse_day(request.args.get("posting_date", ""))
    except Refused as refused:
        refusal = str(refused)
    counts = entries.find_document(db_session(), document_no, day) if document_no and not refusal else []
    links = _links(counts, document_no=document_no) if day is None else _links(
        counts, document_no=document_no, date_from=day.isoformat(), date_to=day.isoformat()
    )  # fmt: skip
    named = documents_named(db_session(), document_no.upper()) if document_no and not refusal else None
    page = render_template(
        "ledger/find.html", documents=_documents(named) if named else [],
        document_no=document_no, day=day, refusal=refusal, found=links, cap=entries.COUNT_CAP,
        typed_day=request.args.get("posting_date", ""),
    )  # fmt: skip
    return page, 422 if refusal else 200


def _documents(named: Named) -> list[tuple[str, str, Any, str]]:
    """(what it is, number, its day, address) of each document that the role may see."""
    found: list[tuple[str, str, Any, str]] = []
    for order in named.orders:
        key = (order.side, order.type)
        if key in PAGE_KINDS and may(PAGE_KINDS[key].view):
            found.append((PAGE_KINDS[key].one, order.no, order.document_date, document_url_of(order)))
    for posted in named.posted:
        kind = POSTED_OF.get(posted.document_type)
        if kind is not None and may(VIEW[kind.side]):
            found.append((str(kind.one), posted.no, posted.posting_date, posted_url(posted)))
    if may(Permission.TRANSFERS_VIEW):
        for transfer in named.transfers:
            url = url_for("transfers.show", no=transfer.no)
            found.append((_("Transfer order"), transfer.no, transfer.posting_date, url))
        for moved in named.posted_transfers:
            url = url_for("transfers.posted", slug=SLUG_OF[moved.document_type], no=moved.no)
            found.append((posted_word(moved.document_type), moved.no, moved.posting_date, url))
    if may(Permission.JOURNAL_VIEW):
        for action, documents in (("show", named.inventory), ("posted", named.posted_inventory)):
            for document in documents:
                kind = DocumentKind(document.document_type)
                found.append((kind.one, document.no, document.posting_date, kind.url(action, no=document.no)))
    return found


def ledger_label(ledger: str) -> str:
    """What a ledger's entries are called."""
    return {
        "items": _("item ledger entries"),
        "values": _("value entries"),
        "applications": _("application entries"),
        "gl": _("G/L entries"),
        "warehouse": _("warehouse entries"),
        "counts": _("physical inventory entries"),
        "party_purchase": _("vendor entries"),
        "party_sales": _("customer entries"),
        "vat": _("VAT entries"),
    }[ledger]


def _links(counts: list[entries.LedgerCount], **arguments: Any) -> list[tuple[str, int, str | None]]:
    """(label, count, URL) of each ledger; without URL where the role may not look or no list exists."""
    found = []
    for count in counts:
        endpoint, permission = _LISTS[count.ledger]
        url = url_for(endpoint, **arguments) if endpoint and may(permission) else None
        found.append((ledger_label(count.ledger), count.count, url))
    return found


def _check_number(number: int) -> None:
    """Numbers past 64 bits are no entry numbers, and no database takes them."""
    if number >= 2**63:
        abort(404)
