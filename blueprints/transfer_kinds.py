"""Transfer orders as the templates of documents know them: words, addresses, rights, the row of a line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l

from blueprints import formats, trade_rows
from blueprints.decimal_fields import QuantityField, WholeField
from blueprints.fields import BaseForm, CheckField, ChoiceField, DayField, KeyedForm, RecordForm, TextField
from blueprints.item_fields import PICK_OF_USE
from blueprints.plain_lines import PlainLine
from blueprints.record_fields import RecordField
from blueprints.trade_rows import Row, tracked_words
from core.errors import DomainError
from core.rounding import ZERO
from core.text import _
from models import Permission, TransferLine, TransferOrder
from models.enums import DirectTransferPosting, DocumentType, ShippingAdvice
from services.items.finding import ItemUse
from services.trade.page import LineStock
from services.transfers.page import stamp_of

bp = Blueprint("transfers", __name__, url_prefix="/transfers")


@dataclass(frozen=True)
class _What:
    """What the templates ask of a kind of document."""

    posts: bool = True
    staged: bool = True
    credit: bool = False
    inbound: bool = False
    ships: bool = True


class TransferKind:
    """The one kind of transfer orders."""

    side = "transfer"
    kind = _What()
    key = "transfer_order"
    list_endpoint = "transfers.index"
    view, edit, post = Permission.TRANSFERS_VIEW, Permission.TRANSFERS_EDIT, Permission.TRANSFERS_POST

    @property
    def title(self) -> str:
        """The list's heading."""
        return _("Transfer orders")

    @property
    def one(self) -> str:
        """What one is called."""
        return _("Transfer order")

    def url(self, action: str, **arguments: Any) -> str:
        """The address of a page."""
        return url_for(f"transfers.{action}", **arguments)


KIND = TransferKind()

POSTED_SLUGS = {
    "shipments": DocumentType.TRANSFER_SHIPMENT,
    "receipts": DocumentType.TRANSFER_RECEIPT,
    "direct": DocumentType.DIRECT_TRANSFER,
}
SLUG_OF = {type_: slug for slug, type_ in POSTED_SLUGS.items()}


def posted_word(type_: DocumentType) -> str:
    """What a posted transfer is called."""
    return {
        DocumentType.TRANSFER_SHIPMENT: _("Transfer shipment"),
        DocumentType.TRANSFER_RECEIPT: _("Transfer receipt"),
        DocumentType.DIRECT_TRANSFER: _("Direct transfer"),
    }[type_]


#: form field -> field of a line
INPUTS = {
    "item": "item_id", "variant": "variant_id", "description": "description", "quantity": "quantity",
    "unit_of_measure": "unit_of_measure_id", "qty_to_ship": "qty_to_ship", "qty_to_receive": "qty_to_receive",
    "shipment_date": "shipment_date", "receipt_date": "receipt_date", "from_bin": "from_bin_id", "to_bin": "to_bin_id",
}  # fmt: skip
FIELD_OF = {column: name for name, column in INPUTS.items()}
COLUMNS = ("item", "description", "quantity", "unit_of_measure", "available", "qty_to_ship", "qty_to_receive")
SHEET = ("item", "variant", "description", "quantity", "unit_of_measure", "qty_to_ship", "qty_to_receive",
         "shipment_date", "receipt_date", "from_bin", "to_bin")  # fmt: skip
NUMBERS = frozenset({"quantity", "available", "qty_to_ship", "qty_to_receive"})
KINDS = {"item": PICK_OF_USE[ItemUse.ANY], "variant": "variant", "unit_of_measure": "item_unit", "from_bin": "bin",
         "to_bin": "bin"}  # fmt: skip
DEPENDS = {"variant": "item", "unit_of_measure": "item"}
DAYS = frozenset({"shipment_date", "receipt_date"})


def labels() -> dict[str, str]:
    """What the fields of a line are called."""
    return {
        "item": _("Item"), "variant": _("Variant"), "description": _("Description"), "quantity": _("Quantity"),
        "unit_of_measure": _("Unit"), "available": _("Available"), "qty_to_ship": _("To ship"),
        "qty_to_receive": _("To receive"), "shipment_date": _("Shipment date"), "receipt_date": _("Receipt date"),
        "from_bin": _("From bin"), "to_bin": _("To bin"),
    }  # fmt: skip


class NewForm(BaseForm):
    from_location_id = RecordField(_l("From"), "stock_location", required=True)
    to_location_id = RecordField(_l("To"), "stock_location", required=True)
    shipment_date = DayField(_l("Shipment date"))
    direct_transfer = CheckField(
        _l("Direct transfer"), description=_l("Shipped and received at once, through no in-transit location.")
    )


class HeaderForm(RecordForm):
    from_location_id = RecordField(_l("From"), "stock_location", required=True)
    to_location_id = RecordField(_l("To"), "stock_location", required=True)
    in_transit_location_id = RecordField(_l("In transit through"), "in_transit_location")
    direct_transfer = CheckField(
        _l("Direct transfer"), description=_l("Shipped and received at once, through no in-transit location.")
    )
    direct_posting = ChoiceField(_l("Direct transfer posted as"), DirectTransferPosting, blank=_l("As in set-up"))
    shipping_agent_id = RecordField(_l("Shipping agent"), "shipping_agent")
    shipping_agent_service_id = RecordField(_l("Service"), "shipping_agent_service", depends="shipping_agent_id")
    shipment_date = DayField(_l("Shipment date"), required=True)
    receipt_date = DayField(_l("Receipt date"), required=True)
    posting_date = DayField(_l("Posting date"), required=True)
    shipping_time = TextField(_l("Shipping time"), max_length=20)
    outbound_handling_time = TextField(_l("Outbound handling time"), max_length=20)
    inbound_handling_time = TextField(_l("Inbound handling time"), max_length=20)
    shipping_advice = ChoiceField(_l("Deliveries"), ShippingAdvice)
    external_document_no = TextField(_l("External document no."), max_length=50)


class LineForm(PlainLine):
    """A line as typed."""

    inputs = INPUTS

    version = WholeField(_l("Version"), maximum=2**33)
    item = RecordField(_l("Item"), "item", required=True)
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    description = TextField(_l("Description"), max_length=100)
    quantity = QuantityField(_l("Quantity"))
    unit_of_measure = RecordField(_l("Unit"), "item_unit", depends="item")
    qty_to_ship = QuantityField(_l("To ship"))
    qty_to_receive = QuantityField(_l("To receive"))
    shipment_date = DayField(_l("Shipment date"), required=True)
    receipt_date = DayField(_l("Receipt date"), required=True)
    from_bin = RecordField(_l("From bin"), "bin")
    to_bin = RecordField(_l("To bin"), "bin")

    def line_values(self, *, new: bool) -> dict[str, Any]:
        """As of every line; an empty field leaves what stands, an empty bin takes the bin away."""
        values = super().line_values(new=new)
        return values if new else {k: v for k, v in values.items() if v is not None or k.endswith("bin_id")}


class PostForm(KeyedForm):
    version = WholeField(_l("Version"), maximum=2_000_000_000)
    what = ChoiceField(_l("Post"), pairs=[("ship", _l("Ship")), ("receive", _l("Receive"))], default="ship")
    posting_date = DayField(_l("Posting date"), required=True)


def row_of(order: TransferOrder, line: TransferLine, stock: dict[int, Any]) -> Row:
    """A stored line with what is available where it leaves."""
    row = Row(line.line_no, stamp_of(line), values=_texts(line))
    available = stock.get(line.id)
    if available is not None:
        row.stock = LineStock(available, available)
        row.short_of = line.outstanding - available
    row.messages = _notes(order, line)
    if line.item.item_tracking_code_id is not None:
        row.tracking_url = url_for("tracking_lines.transfer", line_id=line.id)
        row.tracked = tracked_words(line.numbers, line.quantity_base)
    row.numbers = tuple(
        (number.lot_no, number.serial_no, number.expiration_date.isoformat() if number.expiration_date else "",
         formats.plain_number(number.quantity))
        for number in line.numbers
    )  # fmt: skip
    if line.quantity and not line.outstanding and not line.in_transit:
        row.mark = "ok"
    return row


def _notes(order: TransferOrder, line: TransferLine) -> list[str]:
    parts = []
    if line.variant_id:
        parts.append(_("variant %(code)s", code=line.variant.code))
    if line.shipment_date != order.shipment_date:
        parts.append(_("ships %(day)s", day=formats.day(line.shipment_date)))
    if line.qty_shipped:
        parts.append(_("%(quantity)s shipped", quantity=formats.quantity(line.qty_shipped)))
    if line.in_transit:
        parts.append(_("%(quantity)s on the way", quantity=formats.quantity(line.in_transit)))
    if line.qty_received:
        parts.append(_("%(quantity)s received", quantity=formats.quantity(line.qty_received)))
    if line.numbers:
        parts.append(", ".join(number.serial_no or number.lot_no or number.package_no for number in line.numbers[:4]))
    return [" · ".join(parts)] if parts else []


def _texts(line: TransferLine) -> dict[str, str]:
    return {
        "item": line.item.no,
        "variant": line.variant.code,
        "description": line.description,
        "quantity": formats.plain_number(line.quantity),
        "unit_of_measure": line.unit_of_measure.code if line.unit_of_measure else "",
        "qty_to_ship": formats.plain_number(line.qty_to_ship),
        "qty_to_receive": formats.plain_number(line.qty_to_receive),
        "shipment_date": line.shipment_date.isoformat(),
        "receipt_date": line.receipt_date.isoformat(),
        "from_bin": line.from_bin.code if line.from_bin else "",
        "to_bin": line.to_bin.code if line.to_bin else "",
    }


def progress_words(shipped: bool, unshipped: bool, received: bool) -> str:
    """How far the goods are, beside the status: something left, something waits to leave, something arrived."""
    if not shipped:
        return ""
    if unshipped:
        return _("partly shipped")
    return _("partly received") if received else _("on its way")


def progress_of_order(order: TransferOrder) -> str:
    """`progress_words` of an order that is loaded."""
    return progress_words(
        any(line.qty_shipped_base for line in order.lines),
        any(line.qty_shipped_base < line.quantity_base for line in order.lines),
        any(line.qty_received_base for line in order.lines),
    )


def new_row() -> Row:
    """The empty line at the end of the grid."""
    return Row(None, 0, values=dict.fromkeys(INPUTS, ""), amount=ZERO)


def show_refusal(form: BaseForm, error: DomainError) -> None:
    """Each refusal beside the field it names."""
    trade_rows.show_refusal(form, error, FIELD_OF)


def typed_row(form: BaseForm, base: Row, version: int, *, stale: bool) -> Row:
    """What was typed with the refusals beside it; `stale`: another saved meanwhile (`trade_rows.typed_row`)."""
    return trade_rows.typed_row(form, base, version, INPUTS, stale=labels() if stale else None)
