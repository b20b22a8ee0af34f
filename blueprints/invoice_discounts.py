"""Invoice discounts: what a vendor gives, or a customer gets, on a whole document from an amount on."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import AmountField, PercentField
from blueprints.fields import CodeField, RecordForm
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.trade_kinds import EDIT, VIEW
from core.text import _
from models import InvoiceDiscount
from models.enums import TradeSide
from services.trade import setup as trade_setup

BLUEPRINTS = {
    TradeSide.PURCHASE: Blueprint("purchase_discounts", __name__, url_prefix="/purchase/invoice-discounts"),
    TradeSide.SALES: Blueprint("sales_discounts", __name__, url_prefix="/sales/invoice-discounts"),
}


class DiscountForm(RecordForm):
    code = CodeField(
        _l("Code"), required=True,
        description=_l("Cards name it as their invoice discount code; one that names none has its own number."),
    )  # fmt: skip
    minimum_amount = AmountField(_l("From an amount of"))
    discount_percent = PercentField(_l("Discount %"))
    service_charge = AmountField(
        _l("Service charge"),
        description=_l("Put on the document as a line, as long as this step is the one that holds."),
    )


def _listing(side: TradeSide, url: Callable[..., str]) -> Listing:
    purchase = side == TradeSide.PURCHASE
    return Listing(
        name=f"{side}_invoice_discounts",
        title=_l("Invoice discounts of vendors") if purchase else _l("Invoice discounts for customers"),
        key=InvoiceDiscount.id,
        source=lambda: select().select_from(InvoiceDiscount).where(InvoiceDiscount.side == side),
        columns=(
            Column("code", _l("Code"), InvoiceDiscount.code, "code", sort=True),
            Column("minimum_amount", _l("From an amount of"), InvoiceDiscount.minimum_amount, "amount"),
            Column("discount_percent", _l("Discount %"), InvoiceDiscount.discount_percent, "percent"),
            Column("service_charge", _l("Service charge"), InvoiceDiscount.service_charge, "amount"),
        ),
        extra={"row_id": InvoiceDiscount.id},
        search=(InvoiceDiscount.code,),
        search_hint=_l("Code"),
        sort="code",
        open=lambda row: url("edit", row_id=row.row_id),
        actions=(Action(_l("New step"), lambda: url("new"), "plus", EDIT[side], primary=True, shortcut="n"),),
        empty=Empty(_l("There are no invoice discounts: so many percent of a whole order from an amount on."),
                    _l("New step"), lambda: url("new"), EDIT[side]),
    )  # fmt: skip


def _new(side: TradeSide) -> ResponseReturnValue:
    form = DiscountForm()

    def work(session: Session) -> None:
        values = form.values()
        trade_setup.save_invoice_discount(session, side, values.pop("code"), values)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("The step was added."))
    return _page(form, None)


def _edit(side: TradeSide, row_id: int) -> ResponseReturnValue:
    def of(session: Session) -> InvoiceDiscount:
        return trade_setup.get_invoice_discount(session, side, row_id)

    row = of(db_session())
    form = DiscountForm(obj=row)

    def work(session: Session) -> None:
        of(session)
        values = form.values()
        trade_setup.save_invoice_discount(session, side, values.pop("code"), values, row_id)

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _page(form, of(db_session()))


def _delete(side: TradeSide, row_id: int) -> ResponseReturnValue:
    def work(session: Session) -> None:
        session.delete(trade_setup.get_invoice_discount(session, side, row_id))
        session.flush()

    return press(work, message=_("The step was deleted."), back=url_for(".index"))


def _page(form: DiscountForm, row: InvoiceDiscount | None) -> Response:
    return render("invoice_discounts/edit.html", "invoice_discounts/_form.html", status=form.status, form=form, row=row)


for _side, _bp in BLUEPRINTS.items():
    _url = partial(lambda name, action, **arguments: url_for(f"{name}.{action}", **arguments), _bp.name)
    _bp.get("", endpoint="index")(requires(VIEW[_side])(_listing(_side, _url).respond))
    _bp.route("/new", endpoint="new", methods=["GET", "POST"])(requires(EDIT[_side])(partial(_new, _side)))
    _bp.route("/<int:row_id>", endpoint="edit", methods=["GET", "POST"])(requires(EDIT[_side])(partial(_edit, _side)))
    _bp.post("/<int:row_id>/delete", endpoint="delete")(requires(EDIT[_side])(partial(_delete, _side)))


def init_app(app: Any) -> None:
    """Both sides' pages."""
    for blueprint in BLUEPRINTS.values():
        app.register_blueprint(blueprint)
