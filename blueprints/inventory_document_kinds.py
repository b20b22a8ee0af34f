"""Inventory receipts and shipments as the templates of documents know them: words, addresses, forms, rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l

from blueprints import formats, trade_rows
from blueprints.access import may
from blueprints.decimal_fields import QuantityField, UnitCostField, WholeField
from blueprints.fields import BaseForm, CheckField, DayField, KeyedForm, LongTextField, RecordForm, TextField
from blueprints.item_fields import PICK_OF_USE
from blueprints.plain_lines import PlainLine
from blueprints.record_fields import RecordField
from blueprints.trade_rows import Row, tracked_words
from core.errors import DomainError
from core.rounding import ZERO
from core.text import _
from models import InventoryDocument, InventoryDocumentLine, Permission
from models.enums import DocumentStatus, DocumentType
from services.inventory_documents.documents import takes_out
from services.inventory_documents.page import stamp_of
from services.inventory_documents.papers import word_of
from services.items.finding import ItemUse
from services.trade.page import LineStock, Totals

bp = Blueprint("inventory_documents", __name__, url_prefix="/inventory-documents")
SLUGS = {"receipts": DocumentType.INVENTORY_RECEIPT, "shipments": DocumentType.INVENTORY_SHIPMENT}
SLUG_OF = {kind: slug for slug, kind in SLUGS.items()}
#: the converter of a kind in an address
KIND_RULE = "/<any(receipts,shipments):slug>"


@dataclass(frozen=True)
class _What:
    """What the templates ask of a kind of document."""

    inbound: bool
    posts: bool = True
    staged: bool = False
    credit: bool = False


@dataclass(frozen=True)
class DocumentKind:
    """Inventory receipts or inventory shipments."""

    type: DocumentType
    side = "inventory"
    list_endpoint = "inventory_documents.index"
    view, edit, post = Permission.JOURNAL_VIEW, Permission.JOURNAL_EDIT, Permission.JOURNAL_POST

    @property
    def kind(self) -> _What:
        """Whether goods come in."""
        return _What(self.type == DocumentType.INVENTORY_RECEIPT)

    @property
    def title(self) -> str:
        """The list's heading."""
        return _("Inventory documents")

    @property
    def one(self) -> str:
        """What one is called."""
        return word_of(self.type)

    def url(self, action: str, **arguments: Any) -> str:
        """The address of a page."""
        return url_for(f"inventory_documents.{action}", slug=SLUG_OF[self.type], **arguments)


KINDS = {slug: DocumentKind(kind) for slug, kind in SLUGS.items()}

#: form field -> field of a line
INPUTS = {
    "item": "item_id", "variant": "variant_id", "description": "description", "quantity": "quantity",
    "unit_of_measure": "unit_of_measure_id", "bin": "bin_id", "unit_amount": "unit_amount",
    "applies_to": "applies_to_entry_id", "applies_from": "applies_from_entry_id", "reason_code": "reason_code",
}  # fmt: skip
FIELD_OF = {column: name for name, column in INPUTS.items()}
NUMBERS = frozenset({"quantity", "available", "unit_amount", "amount"})
PICKS = {"item": PICK_OF_USE[ItemUse.ANY], "variant": "variant", "unit_of_measure": "item_unit", "bin": "bin",
         "reason_code": "reason"}  # fmt: skip
DEPENDS = {"variant": "item", "unit_of_measure": "item"}


def columns_of(document: InventoryDocument) -> tuple[str, ...]:
    """The columns of the grid: bins where the location has them, a cost that may be typed where goods come in."""
    place = ("bin",) if document.location.bin_mandatory else ()
    return ("item", "description", "quantity", "unit_of_measure", *place, "available", "unit_amount", "amount")


def sheet_of(document: InventoryDocument) -> tuple[str, ...]:
    """Every field of a line; the entry it names is the one goods are taken from, or the one they come back from."""
    applies = "applies_to" if takes_out(document) else "applies_from"
    return ("item", "variant", "description", "quantity", "unit_of_measure", "bin", "unit_amount", "reason_code",
            applies)  # fmt: skip


def labels() -> dict[str, str]:
    """What the fields of a line are called."""
    return {
        "item": _("Item"), "variant": _("Variant"), "description": _("Description"), "quantity": _("Quantity"),
        "unit_of_measure": _("Unit"), "bin": _("Bin"), "available": _("In stock"), "unit_amount": _("Unit amount"),
        "amount": _("Amount"), "reason_code": _("Reason"), "applies_to": _("Applies-to entry"),
        "applies_from": _("Applies-from entry"),
    }  # fmt: skip


class NewForm(BaseForm):
    location_id = RecordField(_l("Location"), "stock_location", blank=0)
    posting_date = DayField(_l("Posting date"))
    description = TextField(_l("Description"), max_length=100)


class HeaderForm(RecordForm):
    location_id = RecordField(_l("Location"), "stock_location", blank=0)
    posting_date = DayField(_l("Posting date"), required=True)
    document_date = DayField(_l("Document date"), required=True)
    gen_business_posting_group_id = RecordField(_l("Gen. business posting group"), "gen_business_group", blank=0)
    external_document_no = TextField(_l("External document no."), max_length=50)
    description = TextField(_l("Description"), max_length=100)
    comment = LongTextField(_l("Comment"), max_length=2000)
    correction = CheckField(
        _l("Correction"), description=_l("Posts the quantities below zero, marked as correction of something posted.")
    )


class LineForm(PlainLine):
    """A line as typed."""

    inputs = INPUTS

    version = WholeField(_l("Version"), maximum=2**33)
    item = RecordField(_l("Item"), "item", required=True)
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    description = TextField(_l("Description"), max_length=100)
    quantity = QuantityField(_l("Quantity"))
    unit_of_measure = RecordField(_l("Unit"), "item_unit", depends="item")
    bin = RecordField(_l("Bin"), "bin")
    unit_amount = UnitCostField(_l("Unit amount"), empty=None)
    applies_to = WholeField(_l("Applies-to entry"), maximum=10**12, empty=None)
    applies_from = WholeField(_l("Applies-from entry"), maximum=10**12, empty=None)
    reason_code = RecordField(_l("Reason"), "reason")

    def sent(self) -> dict[str, Any]:
        """As typed; a reason is kept by its code."""
        sent = super().sent()
        if "reason_code" in self:
            sent["reason_code"] = self["reason_code"].record[1] if self["reason_code"].record else ""
        return sent


class PostForm(KeyedForm):
    version = WholeField(_l("Version"), maximum=2_000_000_000)
    posting_date = DayField(_l("Posting date"), required=True)


def row_context(kind: DocumentKind, document: InventoryDocument) -> dict[str, Any]:
    """What rows are drawn with."""
    total = sum((line.amount for line in document.lines), ZERO)
    return {
        "kind": kind, "record": document,
        "editable": may(kind.edit) and document.status == DocumentStatus.OPEN, "may_handle": may(kind.edit),
        "labels": labels(), "columns": columns_of(document), "numbers": NUMBERS, "kinds": PICKS, "depends": DEPENDS,
        "rare": frozenset({"unit_of_measure", "unit_amount"}), "days": frozenset(),
        "sums": Totals(total, ZERO, total, ZERO, len(document.lines)),
    }  # fmt: skip


def row_of(document: InventoryDocument, line: InventoryDocumentLine, stock: dict[int, Any]) -> Row:
    """A stored line with what lies at the location."""
    row = Row(line.line_no, stamp_of(line), values=_texts(line), amount=line.amount)
    lying = stock.get(line.id)
    if lying is not None:
        row.stock = LineStock(lying, lying)
        if takes_out(document):
            row.short_of = line.quantity - lying
    row.messages = _notes(line)
    if line.item.item_tracking_code_id is not None:
        row.tracking_url = url_for("tracking_lines.inventory", line_id=line.id)
        row.tracked = tracked_words(line.numbers, line.quantity_base)
    row.numbers = tuple(
        (number.lot_no, number.serial_no, number.expiration_date.isoformat() if number.expiration_date else "",
         formats.plain_number(number.quantity))
        for number in line.numbers
    )  # fmt: skip
    return row


def _notes(line: InventoryDocumentLine) -> list[str]:
    parts = []
    if line.variant_id:
        parts.append(_("variant %(code)s", code=line.variant.code))
    if line.applies_to_entry_id:
        parts.append(_("taken from entry %(no)s", no=line.applies_to_entry_id))
    if line.applies_from_entry_id:
        parts.append(_("at the cost of entry %(no)s", no=line.applies_from_entry_id))
    if line.reason_code:
        parts.append(_("reason %(code)s", code=line.reason_code))
    if line.numbers:
        parts.append(", ".join(number.serial_no or number.lot_no or number.package_no for number in line.numbers[:4]))
    return [" · ".join(parts)] if parts else []


def _texts(line: InventoryDocumentLine) -> dict[str, str]:
    return {
        "item": line.item.no,
        "variant": line.variant.code,
        "description": line.description,
        "quantity": formats.plain_number(line.quantity),
        "unit_of_measure": line.unit_of_measure.code if line.unit_of_measure else "",
        "bin": line.bin.code if line.bin else "",
        "unit_amount": formats.plain_number(line.unit_amount),
        "applies_to": str(line.applies_to_entry_id or ""),
        "applies_from": str(line.applies_from_entry_id or ""),
        "reason_code": line.reason_code,
    }


def new_row() -> Row:
    """The empty line at the end of the grid."""
    return Row(None, 0, values=dict.fromkeys(INPUTS, ""), amount=ZERO)


def show_refusal(form: BaseForm, error: DomainError) -> None:
    """Each refusal beside the field it names."""
    trade_rows.show_refusal(form, error, FIELD_OF)


def typed_row(form: BaseForm, base: Row, version: int, *, stale: bool) -> Row:
    """What was typed with the refusals beside it; `stale`: another saved meanwhile (`trade_rows.typed_row`)."""
    return trade_rows.typed_row(form, base, version, INPUTS, stale=labels() if stale else None)
