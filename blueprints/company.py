"""Set-up of the company: who we are with the logo, currency and posting dates, switches of the inventory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy.orm import Session

from blueprints.access import requires, signed_in
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField, QuantityField
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import Permission
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    BlankOverflowLevel,
    CostingMethod,
    DirectTransferPosting,
)
from services import company

bp = Blueprint("company", __name__, url_prefix="/setup")


class CompanyForm(RecordForm):
    name = TextField(_l("Name"), required=True)
    address = TextField(_l("Address"))
    address_2 = TextField(_l("Address 2"), max_length=50)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    country_code = CodeField(_l("Country"), max_length=10)
    phone = TextField(_l("Phone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), render_kw={"inputmode": "email", "autocapitalize": "none"})
    web_page = TextField(_l("Web page"), max_length=250, render_kw={"inputmode": "url", "autocapitalize": "none"})
    vat_registration_no = TextField(_l("VAT registration no."), max_length=20)
    gs1_prefix = CodeField(
        _l("GS1 company prefix"), max_length=12, description=_l("Begins the article numbers we make ourselves.")
    )
    location_id = RecordField(
        _l("Location"), "stock_location",
        description=_l("For documents, when neither the partner nor a responsibility centre has one."),
    )  # fmt: skip
    responsibility_center_id = RecordField(
        _l("Responsibility centre"), "responsibility_center",
        description=_l("For documents, when neither the user nor the partner has one. It limits nobody."),
    )  # fmt: skip
    limit_to_centers = CheckField(
        _l("Limit users to their responsibility centres"),
        description=_l("Off: everybody sees the documents of all centres, whatever their card says."),
    )


class LogoForm(BaseForm):
    logo = FileField(_l("Picture"), description=_l("PNG or JPEG up to 4 MB; it is scaled for paper."))


class LedgerForm(RecordForm):
    currency_code = CodeField(_l("Currency"), max_length=10, required=True, description=_l("Three letters: EUR, GBP."))
    currency_symbol = TextField(_l("Symbol"), max_length=10)
    amount_rounding = QuantityField(
        _l("Amounts are rounded to"), required=True, positive=True, description=_l("0.01 for cents, 0.05, 1.")
    )
    unit_amount_rounding = QuantityField(
        _l("Costs and prices are rounded to"), required=True, positive=True, description=_l("At least 0.00001.")
    )
    allow_posting_from = DayField(_l("Posting allowed from"), description=_l("Empty: no limit."))
    allow_posting_to = DayField(_l("Posting allowed to"), description=_l("Empty: no limit."))


class InventoryForm(RecordForm):
    item_nos_id = RecordField(_l("Items"), "number_series")
    vendor_nos_id = RecordField(_l("Vendors"), "number_series")
    customer_nos_id = RecordField(_l("Customers"), "number_series")
    transfer_order_nos_id = RecordField(_l("Transfer orders"), "number_series")
    transfer_shipment_nos_id = RecordField(_l("Transfer shipments"), "number_series")
    transfer_receipt_nos_id = RecordField(_l("Transfer receipts"), "number_series")
    direct_transfer_nos_id = RecordField(_l("Direct transfers"), "number_series")
    inventory_receipt_nos_id = RecordField(_l("Inventory receipts"), "number_series")
    inventory_shipment_nos_id = RecordField(_l("Inventory shipments"), "number_series")
    posted_inventory_receipt_nos_id = RecordField(_l("Posted inventory receipts"), "number_series")
    posted_inventory_shipment_nos_id = RecordField(_l("Posted inventory shipments"), "number_series")
    count_order_nos_id = RecordField(_l("Counts"), "number_series")
    posted_count_nos_id = RecordField(_l("Posted counts"), "number_series")
    default_costing_method = ChoiceField(_l("Costing method of new items"), CostingMethod)
    average_cost_calc_type = ChoiceField(
        _l("Average cost for"), AverageCostCalcType, description=_l("Over which stock the average is taken.")
    )
    average_cost_period = ChoiceField(
        _l("Average cost period"), AverageCostPeriod, description=_l("Within it all issues cost the same.")
    )
    automatic_cost_adjustment = ChoiceField(
        _l("Automatic cost adjustment"), AutomaticCostAdjustment,
        description=_l("How far back costs are carried on at once after a posting."),
    )  # fmt: skip
    automatic_cost_posting = CheckField(
        _l("Post cost to the general ledger at once"),
        description=_l("Otherwise it waits until somebody posts it from the cost pages."),
    )
    expected_cost_posting_to_gl = CheckField(
        _l("Post expected cost"),
        description=_l("Goods received or shipped but not invoiced go through interim accounts."),
    )
    earliest_valuation_date = DayField(
        _l("Earliest valuation date"), description=_l("No posting may reach back before it.")
    )
    location_mandatory = CheckField(
        _l("Location mandatory"), description=_l("Every movement of stock names its location.")
    )
    prevent_negative_inventory = CheckField(
        _l("Prevent negative inventory"), description=_l("A posting that takes more than there is is refused.")
    )
    variant_mandatory_if_exists = CheckField(
        _l("Variant mandatory"), description=_l("An item with variants is posted with one of them.")
    )
    allow_inventory_adjustment = CheckField(
        _l("Adjust on the item card"), description=_l("Shows the quick adjustment of stock there.")
    )
    skip_prompt_to_create_item = CheckField(
        _l("Never offer to create an item"), description=_l("An unknown number typed on a line is refused at once.")
    )
    copy_item_description_to_entries = CheckField(
        _l("Keep descriptions on entries"), description=_l("The description of the day stays on the ledger.")
    )
    copy_comments_to_shipment = CheckField(_l("Copy comments to shipments"))
    copy_comments_to_receipt = CheckField(_l("Copy comments to receipts"))
    copy_comments_to_inventory_document = CheckField(_l("Copy comments to inventory documents"))
    outbound_handling_time = CodeField(
        _l("Outbound handling time"), description=_l("Where a line has no location: 1D.")
    )
    inbound_handling_time = CodeField(_l("Inbound handling time"))
    direct_transfer_posting = ChoiceField(
        _l("Direct transfers are posted as"), DirectTransferPosting,
        description=_l("Unless a route or an order says otherwise."),
    )  # fmt: skip
    require_receive = CheckField(_l("Require receive"), description=_l("For lines without a location."))
    require_shipment = CheckField(_l("Require shipment"))
    require_put_away = CheckField(_l("Require put-away"))
    require_pick = CheckField(_l("Require pick"))
    default_safety_lead_time = CodeField(
        _l("Safety lead time"), description=_l("Where an item and its stockkeeping unit say none.")
    )
    default_dampener_period = CodeField(_l("Dampener period"))
    default_dampener_percent = PercentField(_l("Dampener"))
    blank_overflow_level = ChoiceField(_l("A blank overflow level"), BlankOverflowLevel)
    price_vat_business_posting_group_id = RecordField(
        _l("VAT business group of prices"), "vat_business_group",
        description=_l("Whose VAT an item's price includes where it includes VAT."),
    )  # fmt: skip
    weight_unit = TextField(_l("Weights are in"), max_length=10, required=True)
    length_unit = TextField(_l("Lengths are in"), max_length=10, required=True)
    convert_measures = CheckField(
        _l("Convert weights and sizes"),
        description=_l("When a unit above changes: figures are turned into it. Off: they are only labelled anew."),
    )


@bp.get("/company")
@requires(Permission.SETUP_VIEW)
def show() -> ResponseReturnValue:
    return _company_page(CompanyForm(formdata=None, obj=company.get_company(db_session())))


@bp.post("/company")
@requires(Permission.SETUP_EDIT)
def edit() -> ResponseReturnValue:
    form = CompanyForm()
    if carried_out(form, lambda session: company.edit_company(session, form.values()), of=company.get_company):
        return done(None, back=url_for(".show"), message=_("Saved."))
    return _company_page(form)


@bp.get("/company/logo.png")
@signed_in
def logo() -> ResponseReturnValue:
    data = company.get_company(db_session()).logo
    if not data:
        abort(404)
    response = Response(data, mimetype="image/png")
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response


@bp.post("/company/logo")
@requires(Permission.SETUP_EDIT)
def upload_logo() -> ResponseReturnValue:
    form = LogoForm()
    sent = request.files.get("logo")
    data = sent.read(company.LARGEST_LOGO + 1) if sent else b""
    if not data and form.validate_on_submit():
        form.logo.errors = [_("Choose a picture first.")]
    elif carried_out(form, lambda session: company.set_logo(session, data)):
        return done(None, back=url_for(".show"), message=_("The logo was saved."))
    return _company_page(CompanyForm(formdata=None, obj=company.get_company(db_session())), form)


@bp.post("/company/logo/delete")
@requires(Permission.SETUP_EDIT)
def delete_logo() -> ResponseReturnValue:
    return press(
        lambda session: company.set_logo(session, None), message=_("The logo was removed."), back=url_for(".show")
    )


@bp.get("/general-ledger")
@requires(Permission.SETUP_VIEW)
def ledger() -> ResponseReturnValue:
    return _ledger_page(LedgerForm(formdata=None, obj=company.get_ledger_setup(db_session())), [])


@bp.post("/general-ledger")
@requires(Permission.SETUP_EDIT)
def edit_ledger() -> ResponseReturnValue:
    form = LedgerForm()
    notices = _notices(form, company.ledger_notices)

    def work(session: Session) -> None:
        company.edit_ledger_setup(session, form.values(), confirmed=_confirmed())

    if carried_out(form, work, of=company.get_ledger_setup):
        return done(None, back=url_for(".ledger"), message=_("Saved."))
    return _ledger_page(form, notices)


@bp.get("/inventory")
@requires(Permission.SETUP_VIEW)
def inventory() -> ResponseReturnValue:
    return _inventory_page(InventoryForm(formdata=None, obj=company.get_inventory_setup(db_session())), [])


@bp.post("/inventory")
@requires(Permission.SETUP_EDIT)
def edit_inventory() -> ResponseReturnValue:
    form = InventoryForm()
    notices = _notices(form, company.inventory_notices)

    def work(session: Session) -> None:
        values = form.values()
        convert = values.pop("convert_measures")
        company.edit_inventory_setup(session, values, confirmed=_confirmed(), convert_measures=convert)

    if carried_out(form, work, of=company.get_inventory_setup):
        return done(None, back=url_for(".inventory"), message=_("Saved."))
    return _inventory_page(form, notices)


def _confirmed() -> Collection[str]:
    """Codes of the warnings that the user ticked."""
    return set(request.form.getlist("confirmed"))


def _notices(form: BaseForm, find: Callable[..., list[company.Notice]]) -> list[company.Notice]:
    """What the form asks to confirm; nothing while it is faulty."""
    return find(db_session(), form.values()) if form.validate() else []


def _company_page(form: CompanyForm, logo_form: LogoForm | None = None) -> Response:
    record = company.get_company(db_session())
    refused = logo_form is not None and logo_form.logo.errors
    return render(
        "company/show.html", "company/_company.html", status=422 if refused else form.status, form=form,
        logo_form=logo_form or LogoForm(formdata=None), record=record,
        logo_digest=hashlib.sha256(record.logo).hexdigest()[:12] if record.logo else "",
    )  # fmt: skip


def _ledger_page(form: LedgerForm, notices: list[company.Notice]) -> Response:
    return render("company/ledger.html", "company/_ledger.html", status=form.status, form=form, notices=notices)


def _inventory_page(form: InventoryForm, notices: list[company.Notice]) -> Response:
    return render("company/inventory.html", "company/_inventory.html", status=form.status, form=form, notices=notices)
