"""Sales lines that wait for a purchase: drop shipments and special orders, fetched into a purchase order."""

from __future__ import annotations

from flask import Response, request
from sqlalchemy import select

from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.masters import PlainForm
from blueprints.trade_kinds import DOCUMENT, EDIT, find, of_own_centers, on_both_sides, page_kind
from core.errors import DomainError, NotFound
from core.text import _, ngettext
from core.unit_of_work import perform
from models import TradeDocument
from models.enums import TradeSide, TradeType
from services.trade.drop_shipments import get_sales_lines, open_sales_lines

MOST = 200


@on_both_sides(DOCUMENT + "/sales-lines", "get_sales_lines", EDIT, "GET", "POST")
def sales_lines(side: TradeSide, slug: str, no: str) -> Response:
    """Tick what the vendor is to deliver; each line is tied to its sale."""
    kind, form = page_kind(side, slug), PlainForm()
    if side != TradeSide.PURCHASE or kind.type != TradeType.ORDER:
        raise NotFound("document_not_found", _("Sales lines are fetched into a purchase order."))
    document = find(kind, no, lines=False)
    ids = [int(one) for one in request.form.getlist("line")[:MOST] if one.isascii() and one.isdigit() and len(one) < 19]
    refusal = ""
    if form.validate_on_submit():
        document_id, user_id = document.id, current_user.id
        if not ids:
            refusal = _("Tick the lines to order.")
        else:
            try:
                count = perform(
                    db_session(), lambda s: len(get_sales_lines(s, document_id, ids, user_id=user_id)), user_id=user_id
                )
            except DomainError as error:
                refusal = f"{error.message} {error.hint or ''}".strip()
            else:
                message = ngettext("%(num)s line fetched.", "%(num)s lines fetched.", count)
                return done(None, back=kind.url("show", no=no), message=message)
    document = find(kind, no, lines=False)
    offered = open_sales_lines(db_session(), limit=MOST)
    statement = select(TradeDocument).where(TradeDocument.id.in_({line.document_id for line in offered}))
    sales = {one.id: one for one in db_session().scalars(of_own_centers(statement, TradeDocument, TradeSide.SALES))}
    return render(
        "trade/sales_lines.html", "trade/_sales_lines.html", kind=kind, record=document, form=form, chosen=ids,
        offered=[line for line in offered if line.document_id in sales], sales=sales, refusal=refusal,
        status=422 if refusal or form.errors else 200,
    )  # fmt: skip
