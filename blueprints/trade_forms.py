"""Forms of purchase and sales documents: a new one, its header, a line, posting."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l

from blueprints.database import db_session
from blueprints.decimal_fields import PercentField, QuantityField, UnitCostField, WholeField, parse_decimal
from blueprints.fields import (
    BaseForm,
    CheckField,
    ChoiceField,
    CodeField,
    DayField,
    KeyedForm,
    RecordForm,
    Refused,
    TextField,
    parse_day,
)
from blueprints.item_fields import ItemLine
from blueprints.pickers import resolve_fields
from blueprints.record_fields import RecordCodeField, RecordField
from blueprints.trade_kinds import PageKind
from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import TradeDocument
from models.enums import ShippingAdvice, TradeLineType, TradeSide, TradeType
from services.items.finding import ItemUse
from services.ship_to_addresses import addresses_of
from services.trade.line_numbers import Number
from services.trade.references import party_of, reference_day

#: Delivery addresses offered in the header; more than that are typed.
MOST_PLACES = 300
#: form field -> field of a line
INPUTS = {
    "type": "type", "item": "item_id", "item_charge": "item_charge_id", "gl_account": "gl_account_id",
    "resource": "resource_id", "service_cost": "service_cost_id",
    "variant": "variant_id", "description": "description", "item_reference_no": "item_reference_no",
    "location": "location_id", "bin": "bin_id", "quantity": "quantity", "unit_of_measure": "unit_of_measure_id",
    "unit_amount": "unit_amount", "line_discount_percent": "line_discount_percent", "qty_to_handle": "qty_to_handle",
    "qty_to_invoice": "qty_to_invoice", "qty_to_consume": "qty_to_consume",
    "requested_date": "requested_date", "promised_date": "promised_date",
    "expected_date": "expected_date", "over_receipt_code": "over_receipt_code", "purchasing_code": "purchasing_code",
    "return_reason_code": "return_reason_code", "applies_to": "applies_to_entry_id",
    "applies_from": "applies_from_entry_id",
}  # fmt: skip


class NewPurchaseForm(BaseForm):
    party = RecordField(_l("Vendor"), "vendor", required=True)
    location_id = RecordField(_l("Receive at"), "stock_location")
    requested_date = DayField(_l("Requested receipt"))
    your_reference = TextField(_l("Reference"), max_length=50)


class NewSalesForm(BaseForm):
    party = RecordField(_l("Customer"), "customer", required=True)
    location_id = RecordField(_l("Ship from"), "stock_location")
    requested_date = DayField(_l("Requested delivery"))
    external_document_no = TextField(_l("Their order no."), max_length=50)


def new_form(kind: PageKind) -> Any:
    """The form that opens a document of the kind."""
    form = NewPurchaseForm() if kind.side == TradeSide.PURCHASE else NewSalesForm()
    if not kind.kind.staged:
        del form.requested_date
    return form


class HeaderForm(RecordForm):
    """All that a person may say about a header; `header_form` keeps what the kind knows."""

    location_id = RecordField(_l("Location"), "stock_location", blank=0)
    responsibility_center_id = RecordField(_l("Responsibility centre"), "responsibility_center")
    document_date = DayField(_l("Document date"), required=True)
    order_date = DayField(_l("Order date"))
    posting_date = DayField(_l("Posting date"))
    due_date = DayField(_l("Due date"))
    valid_to = DayField(_l("Valid to"))
    requested_date = DayField(_l("Requested"))
    promised_date = DayField(_l("Promised"))
    expected_date = DayField(_l("Expected"))
    external_document_no = TextField(_l("Their order no."), max_length=50)
    your_reference = TextField(_l("Reference"), max_length=50)
    vendor_order_no = TextField(_l("Vendor order no."), max_length=50)
    vendor_invoice_no = TextField(_l("Vendor invoice no."), max_length=50)
    vendor_credit_memo_no = TextField(_l("Vendor credit memo no."), max_length=50)
    payment_terms_id = RecordField(_l("Payment terms"), "payment_terms")
    currency_id = RecordField(_l("Currency"), "currency", description=_l("Empty: the company's own."))
    prices_including_vat = CheckField(_l("Prices include VAT"))
    shipping_advice = ChoiceField(_l("Deliveries"), ShippingAdvice)
    shipping_agent_code = CodeField(_l("Shipping agent"), max_length=10)
    package_tracking_no = TextField(_l("Package tracking no."), max_length=50)
    agent = TextField(_l("Salesperson"), max_length=50)
    assigned_user_id = RecordField(_l("Assigned to"), "colleague")
    ship_to_code = ChoiceField(
        _l("Delivery address"),
        pairs=(),
        blank=_l("As on the card, or typed below"),
        description=_l("A choice brings its address, and what else is kept with it."),
    )
    ship_to_name = TextField(_l("Name"), max_length=100)
    ship_to_address = TextField(_l("Address"), max_length=100)
    ship_to_address_2 = TextField(_l("Address 2"), max_length=50)
    ship_to_post_code = TextField(_l("Post code"), max_length=20)
    ship_to_city = TextField(_l("City"), max_length=50)
    ship_to_country_code = CodeField(_l("Country"), max_length=10)
    ship_to_contact = TextField(_l("Contact"), max_length=100)


SHIP_TO = (
    "ship_to_code", "ship_to_name", "ship_to_contact", "ship_to_address", "ship_to_address_2", "ship_to_post_code",
    "ship_to_city", "ship_to_country_code",
)  # fmt: skip


def header_form(kind: PageKind, document: Any) -> HeaderForm:
    """The header's form with the fields and words of the kind."""
    form = HeaderForm(obj=document)
    purchase, staged = kind.side == TradeSide.PURCHASE, kind.kind.staged
    drop = {"vendor_order_no", "vendor_invoice_no", "vendor_credit_memo_no"}
    if purchase:
        drop = {"external_document_no", "shipping_advice", "package_tracking_no"}
        drop.add("vendor_invoice_no" if kind.kind.credit else "vendor_credit_memo_no")
        form.agent.label.text = _("Purchaser")
        form.requested_date.label.text = _("Requested receipt")
        form.promised_date.label.text = _("Promised receipt")
        form.expected_date.label.text = _("Expected receipt")
    else:
        form.requested_date.label.text = _("Requested delivery")
        form.promised_date.label.text = _("Promised delivery")
        form.expected_date.label.text = _("Shipment date")
    if not staged:
        drop |= {"order_date", "requested_date", "promised_date", "expected_date", "shipping_advice", "vendor_order_no"}
    if kind.kind.credit:
        drop |= {"requested_date", "promised_date", "shipping_advice"}
    if kind.type != TradeType.QUOTE:
        drop.add("valid_to")
    places = _places(kind, document)
    form.ship_to_code.choices = [*form.ship_to_code.choices, *places]
    if not places:
        drop.add("ship_to_code")
    for name in drop:
        if name in form:
            del form[name]
    if not form.seen.raw_data:
        form.look_at(document)  # again, for the fields that are left
    return form


def _places(kind: PageKind, document: Any) -> list[tuple[str, str]]:
    """The delivery addresses a document of the customer can name: (code, words)."""
    if kind.side == TradeSide.PURCHASE or kind.kind.inbound:
        return []
    found, _total = addresses_of(db_session(), document.customer_id, MOST_PLACES)
    words = [(one.code, f"{one.code} {', '.join(filter(None, (one.name, one.city)))}") for one in found]
    gone = document.ship_to_code and document.ship_to_code not in {one.code for one in found}
    return [*words, (document.ship_to_code, document.ship_to_code)] if gone and words else words


class LineForm(ItemLine):
    """A line as typed; fields that were not sent are left out, so that the narrow grid changes only what it shows."""

    version = WholeField(_l("Version"), maximum=2_000_000_000)
    type = ChoiceField(_l("Kind of line"), TradeLineType)
    item = RecordField(_l("Item"), "item")
    item_charge = RecordField(_l("Item charge"), "item_charge")
    gl_account = RecordField(_l("G/L account"), "posting_account")
    resource = RecordField(_l("Resource"), "resource")
    service_cost = RecordField(_l("Service cost"), "service_cost")
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    description = TextField(_l("Description"), max_length=100)
    item_reference_no = TextField(_l("Their item no."), max_length=50)
    quantity = QuantityField(_l("Quantity"), minimum=None)
    unit_of_measure = RecordField(_l("Unit"), "item_unit", depends="item")
    unit_amount = UnitCostField(_l("Price"), minimum=None, empty=None)
    line_discount_percent = PercentField(_l("Disc. %"))
    qty_to_handle = QuantityField(_l("To ship"), minimum=None, empty=None)
    qty_to_invoice = QuantityField(_l("To invoice"), minimum=None, empty=None)
    qty_to_consume = QuantityField(_l("To consume"), minimum=None, empty=None)
    location = RecordField(_l("Location"), "stock_location", blank=0)
    bin = RecordField(_l("Bin"), "bin", depends="location")
    requested_date = DayField(_l("Requested"))
    promised_date = DayField(_l("Promised"))
    expected_date = DayField(_l("Expected"))
    over_receipt_code = RecordCodeField(_l("Over-receipt code"), "over_receipt_code")
    purchasing_code = RecordCodeField(_l("Purchasing code"), "purchasing_code")
    return_reason_code = RecordCodeField(_l("Return reason"), "return_reason")
    applies_to = WholeField(_l("Applies-to entry"), maximum=10**12, empty=None)
    applies_from = WholeField(_l("Applies-from entry"), maximum=10**12, empty=None)

    def read(self, document: TradeDocument) -> bool:
        """True when what was sent can be kept as it is typed; the item is found by any of its numbers."""
        for name in [single.short_name for single in self if single.short_name in INPUTS]:
            if name not in request.form:
                del self[name]
        if "item" in self:
            use = ItemUse.PURCHASE if document.side == TradeSide.PURCHASE else ItemUse.SALE
            self.look_for_item(
                on=reference_day(document), use=use, party=party_of(db_session(), document)
            )  # fmt: skip
        # The item and the place first: variants, units and bins are looked for within them.
        resolve_fields([self[name] for name in ("item", "location") if name in self and not self[name].data])
        return bool(self.validate())

    def line_values(self, *, new: bool) -> dict[str, Any]:
        """Fields of a line; of a new one, what was left empty is proposed by the item."""
        sent = {target: self[name].data for name, target in INPUTS.items() if name in self}
        meant = self.values_of_hit()
        if self.hit is not None and self.hit.reference_no:
            meant["item_reference_no"] = self.hit.reference_no
        if new:
            told = {name: value for name, value in sent.items() if value not in (None, "")}
            return meant | told | self.quantity_of_hit()
        sent |= meant | self.quantity_of_hit()
        return {
            name: value for name, value in sent.items()
            if value is not None or name in {"bin_id", "requested_date", "promised_date", "applies_to_entry_id",
                                             "applies_from_entry_id"}
        }  # fmt: skip


#: rows for lots and serial numbers a line's sheet offers at most
MOST_NUMBERS = 200


def read_numbers() -> list[Number] | None:
    """Lots and serial numbers as sent, row by row; None when the form has none. Raises ValidationError `number_bad`."""
    if "lot_no" not in request.form:
        return None
    columns = [request.form.getlist(name)[:MOST_NUMBERS] for name in ("lot_no", "serial_no", "expires", "number_qty")]
    found = []
    for place, (lot, serial, expires, quantity) in enumerate(zip(*columns, strict=False), 1):
        lot, serial = lot.strip()[:50], serial.strip()[:50]
        if not lot and not serial and not quantity.strip():
            continue
        try:
            amount = parse_decimal(quantity[:40])
            day = parse_day(expires)
        except Refused as refused:
            raise _bad_number(place, str(refused)) from refused
        if amount is None:
            amount = Decimal(1) if serial else ZERO
        if amount <= 0 or not (lot or serial) or "\x00" in lot + serial:
            raise _bad_number(place, _("Enter a lot or serial number and a quantity above 0."))
        found.append(Number(lot_no=lot, serial_no=serial, quantity=amount, expiration_date=day))
    return found


def _bad_number(place: int, sentence: str) -> ValidationError:
    return ValidationError("number_bad", _("Number %(place)s: %(sentence)s", place=place, sentence=sentence),
                           field="numbers")  # fmt: skip


class PostForm(KeyedForm):
    """What of a document is posted; the quantities of the lines stand beside it, see trade_posting.py."""

    version = WholeField(_l("Version"), maximum=2_000_000_000)
    what = ChoiceField(
        _l("Post"), default="both", pairs=[
            ("both", _l("Both")), ("handle", _l("Goods")), ("invoice", _l("Invoice")), ("consume", _l("Consume")),
        ],
    )  # fmt: skip
    posting_date = DayField(_l("Posting date"), required=True)
    vendor_no = TextField(_l("Vendor invoice no."), max_length=50)
    seen_at = TextField(_l("Seen at"), max_length=40)

    def moment(self) -> dt.datetime | None:
        """When the dialog was opened; None for one that does not say."""
        try:
            found = dt.datetime.fromisoformat(self.seen_at.data or "")
        except ValueError:
            return None
        return found if found.tzinfo else None
