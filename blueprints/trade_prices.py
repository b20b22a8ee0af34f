"""Money agreed for a document: why a line has its price, and the invoice discount of the whole."""

from __future__ import annotations

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.decimal_fields import AmountField
from blueprints.fields import BaseForm
from blueprints.htmx import done, render
from blueprints.masters import carried_out
from blueprints.trade_kinds import DOCUMENT, EDIT, VIEW, find, on_both_sides, page_kind
from core.rounding import ZERO
from core.text import _
from models.enums import TradeSide
from services.trade import discounts
from services.trade import page as pages
from services.trade.price_story import whose, why_price
from services.trade.prices import Why


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/price", "line_price", VIEW)
def line_price(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Which agreed prices were looked at for the line, which one counts, and why the others do not."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    line = pages.one_line(db_session(), document.id, line_no)
    return render(
        "trade/price.html", "trade/_price.html", kind=kind, record=document, line=line,
        story=why_price(db_session(), document, line), why_words=_why_words(), whose=whose,
        lists=f"{side}_prices.show",
    )  # fmt: skip


def _why_words() -> dict[Why, str]:
    return {
        Why.OTHER_VARIANT: _("for another variant"),
        Why.OTHER_UNIT: _("for another unit"),
        Why.BELOW_MINIMUM: _("from a larger quantity on"),
        Why.NOT_YET: _("not valid yet"),
        Why.ENDED: _("not valid any more"),
        Why.LOCAL_CURRENCY: _("a list in the document's currency goes first"),
    }


class DiscountForm(BaseForm):
    """An amount for the whole document, or by the code."""

    amount = AmountField(_l("Invoice discount"), description=_l("Spread over the lines that allow it."))


@on_both_sides(DOCUMENT + "/invoice-discount", "invoice_discount", EDIT, "GET", "POST")
def invoice_discount(side: TradeSide, slug: str, no: str) -> Response:
    """Type the discount of the whole document, or work it out by the party's code."""
    kind = page_kind(side, slug)
    document, form = find(kind, no, lines=False), DiscountForm()
    by_code = "by_code" in request.form
    if request.method == "GET":
        form.amount.data = pages.totals_of(db_session(), document).invoice_discount
    document_id, user_id = document.id, current_user.id

    def work(session: Session) -> None:
        if by_code:
            discounts.recalculate(session, document_id, user_id=user_id)
        else:
            amount = form.amount.data if form.amount.data is not None else ZERO
            discounts.set_invoice_discount(session, document_id, amount, user_id=user_id)

    if carried_out(form, work):
        return done(None, back=kind.url("show", no=no), message=_("The invoice discount is on the lines."))
    return render(
        "trade/invoice_discount.html", "trade/_invoice_discount.html", kind=kind, record=find(kind, no, lines=False),
        form=form, status=422 if form.errors else 200,
    )  # fmt: skip
