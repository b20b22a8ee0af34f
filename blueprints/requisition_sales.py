"""Drop shipments and special orders of sales, fetched into the requisition worksheet (section 20)."""

from __future__ import annotations

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from blueprints.access import check_right, current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import KeyedForm
from blueprints.htmx import done, render
from blueprints.requisition import bp
from blueprints.trade_kinds import of_own_centers
from core.errors import DomainError
from core.text import ngettext
from core.unit_of_work import perform
from models import Permission, TradeDocument, TradeLine
from models.enums import TradeSide
from services.planning.linked_sales import fetch_sales_lines, unfetched_sales_lines

MOST = 200


@bp.route("/sales-lines", methods=["GET", "POST"])
@requires(Permission.PURCHASE_EDIT)
def sales_lines() -> ResponseReturnValue:
    """Tick what is to be bought; carried out, each purchase line is tied to its sale."""
    check_right(Permission.SALES_VIEW)
    form, day = KeyedForm(), today()
    asked = {
        int(one) for one in request.form.getlist("line")[:MOST] if one.isascii() and one.isdigit() and len(one) < 19
    }
    offered = _offered()
    chosen = [line.id for line, _document in offered if line.id in asked]
    if form.validate_on_submit():
        try:
            count = perform(
                db_session(), lambda session: len(fetch_sales_lines(session, chosen, today=day)), key=form.key.data,
                user_id=current_user.id,
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
            offered = _offered()
        else:
            message = ngettext(
                "%(num)s line stands on the requisition worksheet.",
                "%(num)s lines stand on the requisition worksheet.", count,
            )  # fmt: skip
            return done(None, back=url_for("requisition.index"), message=message)
    return render(
        "requisition/sales_lines.html", "requisition/_sales_lines.html", form=form, offered=offered, chosen=chosen,
        more=len(offered) == MOST, status=422 if form.errors else 200,
    )  # fmt: skip


def _offered() -> list[tuple[TradeLine, TradeDocument]]:
    """The first lines of the orders that this person may see."""
    own = of_own_centers(select(TradeDocument.id), TradeDocument, TradeSide.SALES)
    statement = unfetched_sales_lines().add_columns(TradeDocument).where(TradeDocument.id.in_(own)).limit(MOST)
    return [(row[0], row[1]) for row in db_session().execute(statement)]
