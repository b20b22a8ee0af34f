"""Switches of purchases and sales: warnings, what is proposed, what must be filled."""

from __future__ import annotations

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CheckField, ChoiceField, RecordForm
from blueprints.htmx import done, render
from blueprints.masters import carried_out
from core.text import _
from models import Permission
from models.enums import ArchiveQuotes, DefaultPostingDate, DefaultQuantity, DiscountPosting
from services.trade.facts import get_setup
from services.trade.setup import edit_trade_setup

bp = Blueprint("trade_setup", __name__, url_prefix="/setup/purchase-and-sales")


class TradeSetupForm(RecordForm):
    """The switches; the number series have their own page."""

    stockout_warning = CheckField(
        _l("Stockout warning"),
        description=_l("Lines say when they take more than there will be, unless the item's card says otherwise."),
    )
    default_qty_to_ship = ChoiceField(_l("To ship on new lines"), DefaultQuantity)
    default_qty_to_receive = ChoiceField(_l("To receive on new lines"), DefaultQuantity)
    default_posting_date = ChoiceField(
        _l("Posting date of new documents"),
        DefaultPostingDate,
        description=_l("The work date, or none: then it is entered before posting."),
    )
    vendor_invoice_no_mandatory = CheckField(_l("Vendor's invoice no. mandatory"))
    external_document_no_mandatory = CheckField(_l("External document no. mandatory"))
    exact_cost_reversing_mandatory = CheckField(
        _l("Exact cost reversing mandatory"), description=_l("Returns name the entry whose cost they take back.")
    )
    calculate_invoice_discount = CheckField(_l("Calculate invoice discount"))
    discount_posting = ChoiceField(_l("Discounts on accounts of their own"), DiscountPosting)
    shipment_on_invoice = CheckField(_l("Posted shipment with an invoice"))
    receipt_on_invoice = CheckField(_l("Posted receipt with an invoice"))
    return_receipt_on_credit_memo = CheckField(_l("Posted return receipt with a credit memo"))
    return_shipment_on_credit_memo = CheckField(_l("Posted return shipment with a credit memo"))
    archive_quotes = ChoiceField(_l("Archive quotes"), ArchiveQuotes)
    archive_orders = CheckField(
        _l("Archive orders"),
        description=_l("A version is kept when an order changes its status, is printed, mailed, posted or deleted."),
    )
    archive_return_orders = CheckField(_l("Archive return orders"))
    post_past_warehouse = CheckField(_l("Post orders past the warehouse's documents"))


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return _page(TradeSetupForm(formdata=None, obj=get_setup(db_session())))


@bp.post("")
@requires(Permission.SETUP_EDIT)
def edit() -> ResponseReturnValue:
    form = TradeSetupForm()

    def work(session: Session) -> None:
        edit_trade_setup(session, form.values())

    if carried_out(form, work, of=get_setup):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _page(form)


def _page(form: TradeSetupForm) -> Response:
    return render("trade_setup/index.html", "trade_setup/_form.html", status=form.status, form=form)
