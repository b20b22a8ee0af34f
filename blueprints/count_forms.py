"""Forms of counts: a new one, its header, what to calculate, a new recording, goods that are not listed."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField, RecordForm, TextField
from blueprints.record_fields import RecordField

WHICH = [
    ("all", _l("Every line")),
    ("rest", _l("Lines that no recording has yet")),
    ("differences", _l("Lines that differ: count them again")),
]


class CalculateForm(BaseForm):
    item = RecordField(_l("Only this item"), "item")
    category = RecordField(_l("Only this category"), "category")
    not_on_stock = CheckField(_l("Items that moved there but have no stock"))
    without_transactions = CheckField(_l("Items that never moved there"))


class NewForm(CalculateForm):
    location_id = RecordField(_l("Location"), "stock_location", blank=0)
    posting_date = DayField(_l("Posting date"), required=True)
    description = TextField(_l("Description"), max_length=100)
    person_responsible = TextField(_l("Person"), max_length=100)
    blind = CheckField(_l("Who counts does not see what is expected"), default=True)
    bin = RecordField(_l("Only this bin"), "bin", depends="location_id")


class HeaderForm(RecordForm):
    posting_date = DayField(_l("Posting date"), required=True)
    description = TextField(_l("Description"), max_length=100)
    person_responsible = TextField(_l("Person"), max_length=100)
    blind = CheckField(_l("Who counts does not see what is expected"))


class RecordingForm(BaseForm):
    which = ChoiceField(_l("What is counted"), pairs=WHICH, default="all")
    person = TextField(_l("Who counts"), max_length=100)
    location = RecordField(_l("Location"), "stock_location", blank=0)
    bin = RecordField(_l("Only this bin"), "bin", depends="location")
    allow_unlisted = CheckField(_l("Goods that are not listed may be counted too"), default=True)


class FoundForm(BaseForm):
    item = RecordField(_l("Item"), "item", required=True)
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    location = RecordField(_l("Location"), "stock_location", blank=0)
    bin = RecordField(_l("Bin"), "bin", depends="location")
    lot_no = CodeField(_l("Lot no."), max_length=50)
    serial_no = CodeField(_l("Serial no."), max_length=50)
    package_no = CodeField(_l("Package no."), max_length=50)
    expiration_date = DayField(_l("Expiry date"))
