"""The sheet behind the stock-out notice of a purchase or sales line."""

from __future__ import annotations

from flask import Response, url_for

from blueprints import shortages
from blueprints.access import may, today
from blueprints.availability_target import line_url
from blueprints.database import db_session
from blueprints.trade_kinds import DOCUMENT, VIEW, find, on_both_sides, page_kind
from models import Permission
from models.enums import TradeSide
from services.trade import page as pages
from services.trade.stockouts import takings_of
from services.trade.substituting import lines_with_substitutes


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/shortage", "shortage", VIEW)
def shortage(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Why the line is short; what is missing can be changed, substituted, proposed to buy."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    line = pages.one_line(db_session(), document.id, line_no)
    edits = may(kind.edit)
    replaceable = edits and bool(lines_with_substitutes(db_session(), document, [line]))
    buys = edits and kind.side == "sales" and kind.slug == "orders" and may(Permission.PURCHASE_EDIT)
    of = shortages.Of(
        str(kind.title), url_for(kind.list_endpoint), document.no, kind.url("show", no=document.no), line.item_id or 0,
        line.item.no if line.item is not None else "", line.description, line.variant.code, line.location.code,
        kind.url("line", no=document.no, line_no=line_no) if edits else "",
        kind.url("substitute", no=document.no, line_no=line_no) if replaceable else "",
        line_url(kind, document, line) if may(Permission.ITEMS_VIEW) and line.item is not None else "",
        kind.url("propose_shortages", no=document.no) if buys else "",
        kind.url("reserve", no=document.no, line_no=line_no) if edits and kind.slug == "orders" else "",
    )  # fmt: skip
    return shortages.sheet(of, takings_of(document, [line], today()))
