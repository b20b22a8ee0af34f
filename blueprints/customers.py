"""Customers: list, card, new, delete."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from blueprints.decimal_fields import AmountField, WholeField
from blueprints.fields import CheckField, ChoiceField
from blueprints.parties import PartyForm, PartyPages, blocked_field, make_blueprint
from blueprints.record_fields import RecordField
from models import Permission
from models.enums import ReservePolicy
from services.parties import CUSTOMER


class CustomerForm(PartyForm):
    blocked = blocked_field(CUSTOMER)
    customer_posting_group_id = RecordField(_l("Customer posting group"), "customer_group")
    credit_limit = AmountField(_l("Credit limit"), description=_l("0: no limit."))
    reserve = ChoiceField(_l("Reserve"), ReservePolicy)
    shipping_complete = CheckField(_l("Ship orders complete only"))
    priority = WholeField(_l("Priority"), minimum=0, maximum=999, description=_l("The highest number is served first."))


PAGES = PartyPages(
    kind=CUSTOMER,
    name="customers",
    table="customer",
    title=_l("Customers"),
    one=_l("Customer"),
    new_title=_l("New customer"),
    empty=_l("There are no customers yet: people and companies you sell to."),
    form=CustomerForm,
    edit=Permission.CUSTOMERS_EDIT,
    terms=(
        "payment_terms_id",
        "currency_id",
        "location_id",
        "responsibility_center_id",
        "credit_limit",
        "reserve",
        "shipping_complete",
        "priority",
    ),
    posting=("customer_posting_group_id", "gen_business_posting_group_id", "vat_business_posting_group_id"),
)
bp = make_blueprint(PAGES)
