"""Small tables of a code and what it means: one declaration each gives list, new, edit and delete."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField, UnitCostField, WholeField
from blueprints.fields import CheckField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import DomainError, NotFound, ValidationError
from core.rounding import LARGEST
from core.text import _
from models import (
    BLANK_ID,
    GenProductPostingGroup,
    GlAccount,
    Location,
    Permission,
    UnitOfMeasure,
    VatProductPostingGroup,
)
from services import small_lists
from services.small_lists import SmallList, get_list

bp = Blueprint("small_lists", __name__, url_prefix="/setup/lists")


@dataclass(frozen=True)
class Shown:
    """A column beside the code: its name, and how it is entered.

    Text, code, flag, whole, percent, money (of one unit) or a pick kind.
    """

    name: str
    label: Any
    entered: str = "text"
    help: Any = ""
    required: bool = False


@dataclass(frozen=True)
class Words:
    """What a list is called, what it is for, and its columns."""

    title: Any
    one: Any
    purpose: Any
    columns: tuple[Shown, ...]


_DESCRIPTION = Shown("description", _l("Description"))
PAGES: dict[str, Words] = {
    "gen-business-groups": Words(
        _l("General business posting groups"), _l("General business posting group"),
        _l("Who we trade with: on vendors and customers. With the product group it finds the accounts."),
        (_DESCRIPTION,),
    ),
    "gen-product-groups": Words(
        _l("General product posting groups"), _l("General product posting group"),
        _l("What we trade in: on items. With the business group it finds the accounts."),
        (_DESCRIPTION, Shown("default_vat_product_posting_group_id", _l("VAT product group"), "vat_product_group")),
    ),
    "inventory-groups": Words(
        _l("Inventory posting groups"), _l("Inventory posting group"),
        _l("Which stock it is: on items. With the location it finds the account on which its value stands."),
        (_DESCRIPTION,),
    ),
    "vat-business-groups": Words(
        _l("VAT business posting groups"), _l("VAT business posting group"), _l("Which VAT rules a partner follows."),
        (_DESCRIPTION,),
    ),
    "vat-product-groups": Words(
        _l("VAT product posting groups"), _l("VAT product posting group"), _l("Which VAT rate an item has."),
        (_DESCRIPTION,),
    ),
    "customer-groups": Words(
        _l("Customer posting groups"), _l("Customer posting group"), _l("On which account a customer's debts stand."),
        (_DESCRIPTION, Shown("receivables_account_id", _l("Receivables account"), "posting_account"),
         Shown("service_charge_account_id", _l("Service charge account"), "posting_account",
               _l("What invoice discounts charge on small orders."))),
    ),
    "vendor-groups": Words(
        _l("Vendor posting groups"), _l("Vendor posting group"), _l("On which account our debts to a vendor stand."),
        (_DESCRIPTION, Shown("payables_account_id", _l("Payables account"), "posting_account"),
         Shown("service_charge_account_id", _l("Service charge account"), "posting_account")),
    ),
    "payment-terms": Words(
        _l("Payment terms"), _l("Payment terms"), _l("When an invoice is due: its document date and the time here."),
        (_DESCRIPTION, Shown("due_date_calculation", _l("Due after"), "code", _l("30D, 1M, CM+14D.")),
         Shown("discount_date_calculation", _l("Discount until"), "code",
               _l("Who pays within this time of the document date may deduct the discount: 8D.")),
         Shown("discount_percent", _l("Discount %"), "percent")),
    ),
    "reason-codes": Words(
        _l("Reason codes"), _l("Reason code"), _l("Why something was posted: damage, gift, theft."), (_DESCRIPTION,),
    ),
    "source-codes": Words(
        _l("Source codes"), _l("Source code"), _l("From which part of the program an entry comes."), (_DESCRIPTION,),
    ),
    "manufacturers": Words(
        _l("Manufacturers"), _l("Manufacturer"), _l("Who makes an item."), (Shown("name", _l("Name")),),
    ),
    "purchasing-codes": Words(
        _l("Purchasing codes"), _l("Purchasing code"),
        _l("How goods are bought for one sale: the vendor delivers to the customer, or to us for that order."),
        (
            _DESCRIPTION,
            Shown("drop_shipment", _l("Drop shipment"), "flag", _l("The vendor delivers to the customer.")),
            Shown("special_order", _l("Special order"), "flag", _l("Ordered for one sales order, delivered by us.")),
        ),
    ),
    "item-discount-groups": Words(
        _l("Item discount groups"), _l("Item discount group"), _l("Items that share the discounts of price lists."),
        (_DESCRIPTION,),
    ),
    "over-receipt-codes": Words(
        _l("Over-receipt codes"), _l("Over-receipt code"), _l("How much more than ordered may be received."),
        (
            _DESCRIPTION, Shown("tolerance_percent", _l("Tolerance %"), "percent"),
            Shown("approval_required", _l("To be approved"), "flag",
                  _l("What exceeds the order is posted once somebody who edits orders approved it.")),
            Shown("default_code", _l("Default"), "flag", _l("For lines whose item and vendor name no code.")),
        ),
    ),
    "item-charges": Words(
        _l("Item charges"), _l("Item charge"),
        _l("Freight, duty, insurance: lines of documents whose cost or revenue is spread over the goods."),
        (_DESCRIPTION,
         Shown("gen_product_posting_group_id", _l("Product posting group"), "gen_product_group",
               _l("Finds the accounts."), required=True),
         Shown("vat_product_posting_group_id", _l("VAT product group"), "vat_product_group")),
    ),
    "return-reasons": Words(
        _l("Return reasons"), _l("Return reason"),
        _l("Why goods come back: where they are put, and whether they are worth anything still."),
        (_DESCRIPTION,
         Shown("location_id", _l("Location"), "stock_location", _l("Where lines with this reason are put.")),
         Shown("inventory_value_zero", _l("Worth nothing"), "flag",
               _l("What a customer returns comes in at no cost, unless the line names its sale."))),
    ),
    "resources": Words(
        _l("Resources"), _l("Resource"),
        _l("People and machines whose time is sold on sales documents and service orders; never in stock."),
        (_DESCRIPTION, Shown("unit_of_measure_id", _l("Unit"), "unit"),
         Shown("unit_price", _l("Unit price"), "money"),
         Shown("unit_cost", _l("Unit cost"), "money", _l("What one unit costs us.")),
         Shown("gen_product_posting_group_id", _l("Product posting group"), "gen_product_group",
               _l("Finds the accounts."), required=True),
         Shown("vat_product_posting_group_id", _l("VAT product group"), "vat_product_group"),
         Shown("blocked", _l("Blocked"), "flag", _l("Chosen and posted no more."))),
    ),
    "service-costs": Words(
        _l("Service costs"), _l("Service cost"),
        _l("Travel, a call-out fee: lines of service orders that are billed to an account of their own."),
        (_DESCRIPTION, Shown("gl_account_id", _l("Account"), "posting_account", required=True),
         Shown("unit_of_measure_id", _l("Unit"), "unit"),
         Shown("unit_price", _l("Unit price"), "money"),
         Shown("vat_product_posting_group_id", _l("VAT product group"), "vat_product_group")),
    ),
    "special-equipment": Words(
        _l("Special equipment"), _l("Special equipment"),
        _l("What is needed to handle goods or to reach a bin: a lift, a drum trolley."), (_DESCRIPTION,),
    ),
    "warehouse-classes": Words(
        _l("Warehouse classes"), _l("Warehouse class"),
        _l("What a place must be to take goods: cold, dry, locked."), (_DESCRIPTION,),
    ),
    "put-away-templates": Words(
        _l("Put-away templates"), _l("Put-away template"), _l("By which rule goods find their bin."),
        (_DESCRIPTION,),
    ),
    "counting-periods": Words(
        _l("Counting periods"), _l("Counting period"), _l("How often a year an item is counted."),
        (_DESCRIPTION, Shown("counts_per_year", _l("Counts per year"), "whole", _l("12: every month."))),
    ),
}  # fmt: skip

#: How a column that points elsewhere is shown in the list.
_TARGETS: dict[str, tuple[Any, Any]] = {
    "gen_product_group": (GenProductPostingGroup, GenProductPostingGroup.code),
    "vat_product_group": (VatProductPostingGroup, VatProductPostingGroup.code),
    "posting_account": (GlAccount, GlAccount.no),
    "unit": (UnitOfMeasure, UnitOfMeasure.code),
    "stock_location": (Location, Location.code),
}

#: What is entered -> the field for it.
_NUMBER_FIELDS: dict[str, Any] = {
    "whole": partial(WholeField, minimum=1, required=True),
    "percent": partial(PercentField, maximum=LARGEST),
    "money": UnitCostField,
}
#: What is entered -> how the list shows it.
_DRAWN = {"flag": "yes_no", "whole": "number", "percent": "percent", "money": "unit_cost"}


def words_of(kind: str) -> Words:
    """What the list is called; NotFound for an unknown one."""
    if kind not in PAGES:  # some lists have pages of their own
        raise NotFound("not_found", _("There is no list of this name."))
    return PAGES[kind]


@cache
def _form_class(kind: str) -> type[RecordForm]:
    entry = get_list(kind)
    fields: dict[str, Any] = {entry.key: CodeField(_l("Code"), max_length=entry.key_length, required=True)}
    for shown in PAGES[kind].columns:
        fields[shown.name] = _field(entry, shown)
    return type("SmallListForm", (RecordForm,), fields)


def _field(entry: SmallList, shown: Shown) -> Any:
    options: dict[str, Any] = {"description": shown.help} if shown.help else {}
    if shown.entered == "flag":
        return CheckField(shown.label, **options)
    if shown.entered in _NUMBER_FIELDS:
        return _NUMBER_FIELDS[shown.entered](shown.label, **options)
    length = getattr(entry.model.__table__.c[shown.name].type, "length", None)
    if shown.entered == "code":
        return CodeField(shown.label, max_length=length, **options)
    if shown.entered == "text":
        return TextField(shown.label, max_length=length, **options)
    return RecordField(shown.label, shown.entered, required=shown.required, **options)


@cache
def _listing(kind: str) -> Listing:
    entry, words = get_list(kind), PAGES[kind]
    model = entry.model
    code = getattr(model, entry.key)
    columns = [Column("code", _l("Code"), code, "code", sort=True)]
    for shown in words.columns:
        value = getattr(model, shown.name)
        if shown.entered in _TARGETS:
            target, label = _TARGETS[shown.entered]
            value = select(label).where(target.id == value).correlate(model).scalar_subquery()
        columns.append(Column(shown.name, shown.label, value, _DRAWN.get(shown.entered, "text")))
    return Listing(
        name=f"small-{kind}"[:50],
        title=words.title,
        key=model.id,
        source=lambda: select().select_from(model).where(model.id != BLANK_ID),
        columns=columns,
        extra={"row_code": code},
        search=(code, getattr(model, entry.editable[0])),
        search_hint=_l("Code or words"),
        sort="code",
        open=lambda row: url_for("small_lists.edit", kind=kind, code=row.row_code),
        actions=(
            Action(
                _l("New"),
                lambda: url_for("small_lists.new", kind=kind),
                "plus",
                Permission.SETUP_EDIT,
                primary=True,
                shortcut="n",
            ),
        ),
        empty=Empty(
            words.purpose, _l("Create the first"), lambda: url_for("small_lists.new", kind=kind), Permission.SETUP_EDIT
        ),
        file_name=kind,
    )


@bp.get("/<kind>")
@requires(Permission.SETUP_VIEW)
def index(kind: str) -> ResponseReturnValue:
    words = words_of(kind)
    return _listing(kind).respond(page="small_lists/index.html", words=words, kind=kind)


@bp.route("/<kind>/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new(kind: str) -> ResponseReturnValue:
    entry = get_list(kind)
    form = _form_class(kind)()

    def work(session: Any) -> None:
        values = form.values()
        small_lists.create_row(session, entry, values.pop(entry.key), values)

    if carried_out(form, work):
        message = _("%(code)s was created.", code=form[entry.key].data)
        return done(None, back=url_for(".index", kind=kind), message=message)
    return _form_page(kind, form, None)


@bp.get("/<kind>/<path:code>")
@requires(Permission.SETUP_VIEW)
def edit(kind: str, code: str) -> ResponseReturnValue:
    row = small_lists.get_row(db_session(), get_list(kind), code)
    return _form_page(kind, _form_class(kind)(formdata=None, obj=row), row)


@bp.post("/<kind>/<path:code>")
@requires(Permission.SETUP_EDIT)
def save(kind: str, code: str) -> ResponseReturnValue:
    entry = get_list(kind)
    form = _form_class(kind)()

    def of(session: Any) -> Any:
        return small_lists.get_row(session, entry, code)

    answers = set(request.form.getlist("answer"))
    question: list[DomainError] = []

    def work(session: Any) -> None:
        try:
            small_lists.edit_row(session, entry, of(session), form.values(), confirmed=answers)
        except ValidationError as error:
            if error.code == "items_follow_question":
                question.append(error)
            raise

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".index", kind=kind), message=_("Saved."))
    return _form_page(kind, form, small_lists.get_row(db_session(), entry, code), question=question)


@bp.post("/<kind>/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(kind: str, code: str) -> ResponseReturnValue:
    entry = get_list(kind)
    return press(
        lambda session: small_lists.delete_row(session, entry, small_lists.get_row(session, entry, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index", kind=kind),
        refused_back=url_for(".edit", kind=kind, code=code),
    )


def _form_page(kind: str, form: RecordForm, row: Any, *, question: Sequence[DomainError] = ()) -> Response:
    entry = get_list(kind)
    return render(
        "small_lists/edit.html",
        "small_lists/_form.html",
        status=form.status,
        kind=kind,
        words=PAGES[kind],
        key=entry.key,
        form=form,
        row=row,
        question=question[0] if question else None,
        code=getattr(row, entry.key) if row is not None else "",
        table=entry.model.__tablename__,
    )
