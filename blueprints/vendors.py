"""Vendors: list, card, new, delete."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from blueprints.decimal_fields import AmountField
from blueprints.fields import CodeField
from blueprints.parties import PartyForm, PartyPages, blocked_field, make_blueprint
from blueprints.record_fields import RecordField
from models import Permission
from services.parties import VENDOR


class VendorForm(PartyForm):
    blocked = blocked_field(VENDOR)
    vendor_posting_group_id = RecordField(_l("Vendor posting group"), "vendor_group")
    lead_time = CodeField(_l("Lead time"), description=_l("From order to receipt: 2D, 1W, 3M."))
    minimum_order_amount = AmountField(_l("Minimum order amount"))


PAGES = PartyPages(
    kind=VENDOR,
    name="vendors",
    table="vendor",
    title=_l("Vendors"),
    one=_l("Vendor"),
    new_title=_l("New vendor"),
    empty=_l("There are no vendors yet: people and companies you buy from."),
    form=VendorForm,
    edit=Permission.VENDORS_EDIT,
    terms=(
        "payment_terms_id",
        "currency_id",
        "location_id",
        "responsibility_center_id",
        "lead_time",
        "minimum_order_amount",
    ),
    posting=("vendor_posting_group_id", "gen_business_posting_group_id", "vat_business_posting_group_id"),
)
bp = make_blueprint(PAGES)
