"""Search over everything, hits as one types, and where a scan leads."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l

from blueprints.access import may, signed_in, today
from blueprints.database import db_session
from blueprints.htmx import render, wants_fragment
from blueprints.inventory_document_kinds import DocumentKind
from blueprints.numbers import number_url
from blueprints.trade_kinds import PAGE_KINDS, centers_of_user
from models import Permission
from models.enums import TradeSide
from services.items.scan_codes import read_scan
from services.search import Found, find, record_of_scan
from services.tracking.card import numbers_scanned
from services.trade.related import documents_named

bp = Blueprint("search", __name__)

#: kind -> (right, words, icon, where a hit leads: (endpoint, argument that takes the number))
KINDS: dict[str, tuple[Permission, Any, str, tuple[tuple[str, str], ...]]] = {
    "item": (Permission.ITEMS_VIEW, _l("Item"), "package", (("items.show", "no"), ("items.index", "q"))),
    "customer": (Permission.PARTIES_VIEW, _l("Customer"), "user", (("customers.show", "no"), ("customers.index", "q"))),
    "vendor": (Permission.PARTIES_VIEW, _l("Vendor"), "building-store",
        (("vendors.show", "no"), ("vendors.index", "q"))
    ),
    "location": (Permission.WAREHOUSE_VIEW, _l("Location"), "map-pin",
        (("locations.show", "code"), ("locations.index", "q"))
    ),
    "gl_account": (Permission.GL_VIEW, _l("G/L account"), "building-bank",
        (("accounts.show", "no"), ("accounts.index", "q"))
    ),
    "document": (Permission.LEDGER_VIEW, _l("Posted document"), "file-text", (
        ("ledger.find", "document_no"), ("ledger.item_entries", "document_no"),
    )),
}  # fmt: skip


def allowed_kinds() -> list[str]:
    """The kinds whose pages the role may open."""
    return [kind for kind, (permission, *_rest) in KINDS.items() if may(permission) and _target(kind)]


def own_centers() -> dict[str, frozenset[int] | None]:
    """Side -> the responsibility centres the user is limited to."""
    return {side.value: centers_of_user(side) for side in TradeSide}


def _target(kind: str) -> tuple[str, str] | None:
    return next((target for target in KINDS[kind][3] if target[0] in current_app.view_functions), None)


def url_of(hit: Found) -> str:
    """The page of a hit."""
    target = _target(hit.kind)
    return url_for(target[0], **{target[1]: hit.no}) if target else url_for("search.index", q=hit.no)


def _shown(hits: list[Found]) -> list[dict[str, Any]]:
    return [
        {
            "no": hit.no,
            "title": hit.title,
            "kind": hit.kind,
            "word": KINDS[hit.kind][1],
            "icon": KINDS[hit.kind][2],
            "url": url_of(hit),
        }
        for hit in hits
    ]


@bp.get("/search")
@signed_in
def index() -> Response:
    """All hits for `q`, at most 50; a whole number or bar code, typed or scanned, opens what it means at once."""
    text = request.args.get("q", "")[:100].strip()
    if text and not wants_fragment():
        exact = record_of_scan(db_session(), text, on=today(), kinds=allowed_kinds(), centers=own_centers())
        if exact is not None and (target := url_of(exact)) != request.full_path:
            return redirect(target, code=303)  # type: ignore[return-value]
    hits = _shown(find(db_session(), text, kinds=allowed_kinds(), limit=50, centers=own_centers())) if text else []
    return render("search/index.html", "search/_hits.html", q=text, hits=hits)


@bp.get("/search/suggest")
@signed_in
def suggest() -> str:
    """The first ten hits for what is typed so far, as entries of the list under the search field."""
    text = request.args.get("q", "")[:100].strip()
    hits: list[dict[str, Any]] = []
    if len(text) > 1:
        hits = _shown(find(db_session(), text, kinds=allowed_kinds(), limit=10, centers=own_centers()))
    return render_template("search/_suggest.html", q=text, hits=hits)


def document_address(code: str) -> str | None:
    """The page of the one open order that has this number; None where there is none the role may see."""
    named = documents_named(db_session(), code.upper()[:20])
    for order in named.orders:
        kind = PAGE_KINDS.get((order.side, order.type))
        limit = centers_of_user(order.side)
        if limit is not None and order.responsibility_center_id not in limit:
            continue
        if order.no == code.upper() and kind is not None and may(kind.view):
            return kind.url("show", no=order.no)
    if may(Permission.TRANSFERS_VIEW) and named.transfers:
        return url_for("transfers.show", no=named.transfers[0].no)
    if may(Permission.JOURNAL_VIEW) and named.inventory:
        return DocumentKind(named.inventory[0].document_type).url("show", no=named.inventory[0].no)
    return None


def _number_address(code: str, item_no: str = "") -> str | None:
    """The card of the lot, serial or package number, of an item or of any; the list where several have it, or None."""
    found = numbers_scanned(db_session(), code, item_no) if may(Permission.ITEMS_VIEW) else []
    if not found:
        return None
    kind, item_no, variant_code, number = found[0]
    return url_for("numbers.index", q=number) if len(found) > 1 else number_url(kind, item_no, number, variant_code)


@bp.get("/scan")
@signed_in
def scan() -> Response:
    """Where a scanned code leads: to the one record that has it, else to the search."""
    code = request.args.get("code", "")[:200].replace("\x00", "").strip()
    hit = record_of_scan(db_session(), code, on=today(), kinds=allowed_kinds(), centers=own_centers()) if code else None
    if hit:
        # a label with the item and its lot or serial number is about the number
        number = _number_address(code, hit.no) if hit.kind == "item" and read_scan(code).has_numbers else None
        address = number or url_of(hit)
    else:
        address = (document_address(code) or _number_address(code)) if code else None
    return redirect(address or url_for("search.index", q=code), code=303)  # type: ignore[return-value]
