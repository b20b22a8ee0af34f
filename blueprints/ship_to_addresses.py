"""Delivery addresses of a customer: its list with a new one below, one to change, delete (documents.md section 2)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordCodeField, RecordField
from core.text import _
from models import Permission
from services import ship_to_addresses as places
from services.parties import CUSTOMER, get_party

bp = Blueprint("ship_to_addresses", __name__, url_prefix="/customers/<path:no>/delivery-addresses")

#: Addresses on one page.
PAGE = 60


class AddressForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Name"), required=True)
    address = TextField(_l("Address"))
    address_2 = TextField(_l("Address 2"), max_length=50)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    country_code = CodeField(_l("Country"), max_length=10, description=_l("Two letters, like GB or DE."))
    contact = TextField(_l("Contact"))
    phone = TextField(_l("Phone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), render_kw={"inputmode": "email", "autocapitalize": "none"})
    location_id = RecordField(_l("Location"), "stock_location", description=_l("Empty: as on the customer's card."))
    shipping_agent_code = RecordCodeField(_l("Shipping agent"), "shipping_agent")
    shipping_service_code = CodeField(_l("Service"), max_length=10)
    shipping_time = CodeField(_l("Shipping time"), description=_l("Empty: the service's. 2D, 1W."))


def _page(no: str, form: AddressForm | None = None) -> Response:
    customer, number = _customer(no), min(max(request.args.get("page", 1, type=int), 1), 10_000)
    rows, total = places.addresses_of(db_session(), customer.id, PAGE, (number - 1) * PAGE)
    return render(
        "parties/addresses.html", "parties/_addresses.html", party=customer, rows=rows, total=total, number=number,
        pages=max(-(-total // PAGE), 1), form=form or AddressForm(formdata=None),
        status=form.status if form is not None else 200,
    )  # fmt: skip


def _customer(no: str) -> Any:
    return get_party(db_session(), CUSTOMER, no)


@bp.get("")
@requires(Permission.PARTIES_VIEW)
def index(no: str) -> ResponseReturnValue:
    """All of them."""
    return _page(no)


@bp.post("")
@requires(Permission.CUSTOMERS_EDIT)
def new(no: str) -> ResponseReturnValue:
    """One more."""
    form = AddressForm()
    if carried_out(form, lambda s: places.save_address(s, get_party(s, CUSTOMER, no), None, form.values())):
        return done(None, back=url_for(".index", no=no), message=_("The delivery address was added."))
    return _page(no, form)


@bp.route("/<int:address_id>", methods=["GET", "POST"])
@requires(Permission.CUSTOMERS_EDIT)
def edit(no: str, address_id: int) -> ResponseReturnValue:
    """Change one; documents keep what they took from it."""

    def of(session: Any) -> Any:
        return places.find_address(session, get_party(session, CUSTOMER, no).id, address_id)

    row = of(db_session())
    form = AddressForm(obj=row)
    if carried_out(form, lambda s: places.save_address(s, get_party(s, CUSTOMER, no), of(s), form.values()), of=of):
        return done(None, back=url_for(".index", no=no), message=_("Saved."))
    return render(
        "parties/address.html", "parties/_address.html", status=form.status, party=_customer(no), row=row, form=form
    )


@bp.post("/<int:address_id>/delete")
@requires(Permission.CUSTOMERS_EDIT)
def delete(no: str, address_id: int) -> ResponseReturnValue:
    """Take one away."""

    def work(session: Any) -> None:
        places.delete_address(session, places.find_address(session, get_party(session, CUSTOMER, no).id, address_id))

    return press(work, message=_("The delivery address was deleted."), back=url_for(".index", no=no))
