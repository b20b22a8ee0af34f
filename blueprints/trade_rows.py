"""A line of a purchase or sales document as its row in the grid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from flask import url_for

from blueprints import formats, reserved_rows, stockouts
from blueprints.access import today
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.item_fields import PICK_OF_USE, ItemLine
from blueprints.shown_fields import shown_json, typed_over
from blueprints.trade_forms import INPUTS
from blueprints.trade_kinds import PageKind
from core.errors import DomainError, errors_of
from core.rounding import ZERO
from core.text import _
from models import TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide
from services.attachments import of_lines
from services.items.blocking import taken_back_notice
from services.items.finding import ItemUse
from services.items.lookup import Candidate
from services.trade.line_kinds import TYPE_OF
from services.trade.page import LineStock, stock_of
from services.trade.substituting import lines_with_substitutes

#: column of a line -> field of the form
FIELD_OF = {column: name for name, column in INPUTS.items()}
#: kind of line -> the field that says what it is about
FIELD_OF_TYPE = {type_: FIELD_OF[column] for column, type_ in TYPE_OF.items()}


@dataclass
class Row:
    """Texts of a line's inputs, what is wrong with them, what stands beside and under them."""

    line_no: int | None
    version: int
    type: TradeLineType = TradeLineType.ITEM
    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    mark: str = ""
    focus: bool = False
    #: what the row is about where no item is typed: the charge, the account
    fixed: str = ""
    amount: Decimal = ZERO
    stock: LineStock | None = None
    #: how much of the line cannot be had, in its unit; above zero it is short
    short_of: Decimal = ZERO
    #: (words, address) of what is reserved: opens the drawer
    reserves: tuple[tuple[str, str], ...] = ()
    #: something is reserved for it or from it
    held: bool = False
    #: the stock-out notice stands under it
    short: bool = False
    #: more than there will be, and there are substitutes
    substitutes: bool = False
    #: (id, name) of files that came with the item
    files: tuple[tuple[int, str], ...] = ()
    handled: Decimal = ZERO
    invoiced: Decimal = ZERO
    #: billed by fetching a receipt or shipment
    fetched: bool = False
    numbers: tuple[tuple[str, str, str, str], ...] = ()
    #: where its lots and serial numbers are entered; "" for an item that carries none
    tracking_url: str = ""
    #: what of it has numbers, in words
    tracked: str = ""
    #: what the text in the item field may mean; "unknown" is one that means nothing
    choices: tuple[Candidate, ...] = ()
    unknown: str = ""
    #: the code that filled in the new line: it is read again when the line is added
    scanned: str = ""

    @property
    def is_new(self) -> bool:
        """The empty line at the end."""
        return self.line_no is None

    @property
    def loses(self) -> str:
        """The question before it is deleted, with what goes along."""
        parts = [_("Delete this line?")]
        if self.held:
            parts.append(_("What is reserved on it is released."))
        if self.numbers:
            parts.append(_("The lots and serial numbers named on it go with it."))
        return " ".join(parts)

    def shown(self, columns: Iterable[str]) -> str:
        """What its fields say, as JSON: it comes back with them, so that one knows which of them were changed."""
        return shown_json(self.values, columns)

    @property
    def id(self) -> str:
        """The row's id in the page; inputs are `<id>-<field>`."""
        return "line-new" if self.line_no is None else f"line-{self.line_no}"


def rows_of(kind: PageKind, document: TradeDocument, lines: Sequence[TradeLine]) -> list[Row]:
    """Stored lines with what is in stock of each, and whether something else may be sold where that is too little."""
    if not lines:
        return []
    session = db_session()
    stock = stock_of(session, document, lines)
    replaceable = lines_with_substitutes(session, document, lines)
    short = stockouts.of_trade(session, document, lines, also=replaceable)
    files = of_lines(session, {line.id for line in lines if line.item_id is not None})
    made = []
    for line in lines:
        row = row_of(kind, document, line, stock.get(line.id))
        row.substitutes = line.id in short and line.id in replaceable
        row.files = tuple((file.id, file.name) for file in files.get(line.id, ()))
        made.append(row)
    stockouts.warn(made, short, [line.id for line in lines])
    reserved_rows.of_trade(session, kind, document, made, lines)
    return made


def row_of(kind: PageKind, document: TradeDocument, line: TradeLine, stock: LineStock | None = None) -> Row:
    """A stored line with what is in stock of it."""
    row = Row(line.line_no, line.version, line.type, values=_texts(line), amount=line.line_amount, stock=stock)
    row.handled, row.invoiced, row.fetched = line.qty_handled, line.qty_invoiced, line.posted_line_id is not None
    if line.item_charge is not None:
        row.fixed = f"{_('Charge')} {line.item_charge.no}"
    elif line.gl_account is not None:
        row.fixed = f"{_('Account')} {line.gl_account.no}"
    elif line.resource is not None:
        row.fixed = f"{_('Resource')} {line.resource.no}"
    elif line.service_cost is not None:
        row.fixed = f"{_('Cost')} {line.service_cost.code}"
    elif line.type == TradeLineType.COMMENT:
        row.fixed = _("Text") if line.attached_to_line_id is not None else _("Comment")
    if stock is not None and not kind.kind.inbound:
        row.short_of = line.outstanding_qty - stock.available
    row.messages = _notes(kind, document, line)
    if kind.kind.posts and line.item is not None and line.item.item_tracking_code_id is not None:
        row.tracking_url = url_for(f"tracking_lines.{kind.side}", line_id=line.id)
        row.tracked = tracked_words(line.numbers, line.quantity_base, fetched=row.fetched)
    row.numbers = tuple(
        (number.lot_no, number.serial_no, number.expiration_date.isoformat() if number.expiration_date else "",
         formats.plain_number(number.quantity))
        for number in line.numbers
    )  # fmt: skip
    if line.quantity and not line.outstanding_qty and line.type != TradeLineType.COMMENT and kind.kind.staged:
        row.mark = "ok"
    return row


def tracked_words(numbers: Iterable[Any], quantity_base: Decimal, *, fetched: bool = False) -> str:
    """How much of a line has lots or serial numbers, in base units."""
    if fetched or not quantity_base:
        return _("Lots and serial numbers")
    there = sum((number.quantity for number in numbers), ZERO)
    return _("Lots and serial numbers: %(there)s of %(all)s", there=formats.quantity(there),
             all=formats.quantity(abs(quantity_base)))  # fmt: skip


def _their_no(line: TradeLine) -> list[str]:
    """What the party calls the item, by its reference or the vendor catalogue."""
    number = line.item_reference_no or line.vendor_item_no
    return [_("their no. %(no)s", no=number)] if number else []


def _notes(kind: PageKind, document: TradeDocument, line: TradeLine) -> list[str]:
    """What a reader of the line should know beyond its columns, in words."""
    parts = []
    if line.original_item is not None:
        ordered = " ".join(filter(None, (line.original_item.no, line.original_variant and line.original_variant.code)))
        parts.append(_("instead of %(item)s", item=ordered))
    if line.variant_id:
        parts.append(_("variant %(code)s", code=line.variant.code))
    parts += _their_no(line)
    if kind.kind.credit and line.item is not None:
        variant = line.variant if line.variant_id else None
        parts += filter(None, [taken_back_notice(line.item, variant, sells=kind.side == TradeSide.SALES)])
    if line.location_id != document.location_id and line.type == TradeLineType.ITEM:
        parts.append(_("location %(code)s", code=line.location.code or "–"))
    if line.bin is not None:
        parts.append(_("bin %(code)s", code=line.bin.code))
    parts += _dates(kind, document, line)
    if line.qty_handled:
        parts.append(
            _("%(quantity)s %(word)s", quantity=formats.quantity(line.qty_handled), word=kind.handled_word.lower())
        )
    if line.qty_invoiced:
        parts.append(_("%(quantity)s invoiced", quantity=formats.quantity(line.qty_invoiced)))
    if line.numbers:
        shown = [number.serial_no or number.lot_no or number.package_no for number in line.numbers[:4]]
        more = len(line.numbers) - len(shown)
        parts.append(", ".join(shown) + (_(" and %(more)s more", more=more) if more > 0 else ""))
    if line.drop_shipment:
        parts.append(_("drop shipment"))
    if line.special_order:
        parts.append(_("special order"))
    return [" · ".join(parts)] if parts else []


def _dates(kind: PageKind, document: TradeDocument, line: TradeLine) -> list[str]:
    """When it moves where that is not the header's day; a day before today is told, not refused (sections 7, 8)."""
    if not line.outstanding_qty or not kind.kind.staged:
        return []
    parts, sells = [], kind.side == TradeSide.SALES
    usual = document.expected_date or (document.order_date if sells else None)
    late = sells and kind.kind.ships and line.expected_date is not None and line.expected_date < today()
    if line.expected_date and (late or line.expected_date != usual):
        day = formats.day(line.expected_date)
        words = _("ships %(day)s, before today") if late else _("ships %(day)s") if kind.kind.ships else ""
        parts.append((words or _("expected %(day)s")) % {"day": day})
    ordered = None if sells or kind.kind.credit or line.qty_handled else line.order_date
    if ordered is not None and ordered != document.order_date and ordered < today():
        parts.append(_("to be ordered %(day)s, before today", day=formats.day(ordered)))
    return parts


def new_row() -> Row:
    """The empty line at the end of the grid."""
    return Row(None, 0, values=dict.fromkeys(INPUTS, ""))


def _texts(line: TradeLine) -> dict[str, str]:
    comment = line.type == TradeLineType.COMMENT
    return {
        "type": line.type.value,
        "item": line.item.no if line.item else "",
        "item_charge": line.item_charge.no if line.item_charge else "",
        "gl_account": line.gl_account.no if line.gl_account else "",
        "resource": line.resource.no if line.resource else "",
        "service_cost": line.service_cost.code if line.service_cost else "",
        "variant": line.variant.code,
        "description": line.description,
        "item_reference_no": line.item_reference_no,
        "location": line.location.code,
        "bin": line.bin.code if line.bin else "",
        "quantity": "" if comment else formats.plain_number(line.quantity),
        "unit_of_measure": line.unit_of_measure.code if line.unit_of_measure else "",
        "unit_amount": "" if comment else price_text(line.unit_amount),
        "line_discount_percent": formats.plain_number(line.line_discount_percent) if line.line_discount_percent else "",
        "qty_to_handle": "" if comment else formats.plain_number(line.qty_to_handle),
        "qty_to_invoice": "" if comment else formats.plain_number(line.qty_to_invoice),
        "qty_to_consume": formats.plain_number(line.qty_to_consume) if line.qty_to_consume else "",
        "requested_date": line.requested_date.isoformat() if line.requested_date else "",
        "promised_date": line.promised_date.isoformat() if line.promised_date else "",
        "expected_date": line.expected_date.isoformat() if line.expected_date else "",
        "over_receipt_code": line.over_receipt_code,
        "purchasing_code": line.purchasing_code,
        "return_reason_code": line.return_reason_code,
        "applies_to": str(line.applies_to_entry_id or ""),
        "applies_from": str(line.applies_from_entry_id or ""),
    }


def price_text(price: Decimal) -> str:
    """A price as it stands in an input: at least two decimals."""
    text = formats.plain_number(price)
    whole, _dot, decimals = text.partition(".")
    return f"{whole}.{decimals.ljust(2, '0')}"


def show_refusal(form: BaseForm, error: DomainError, field_of: Mapping[str, str] = FIELD_OF) -> None:
    """Each refusal beside the field it names; services name columns, `field_of` says the form's fields."""
    for single in errors_of(error):
        if single.field in field_of:
            single.field = field_of[single.field]
    form.show(error)


def typed_row(
    form: BaseForm, base: Row, version: int, inputs: Iterable[str] = INPUTS, *,
    stale: Mapping[str, str] | None = None,
) -> Row:  # fmt: skip
    """What was typed with the refusals beside it; `base` gives the fields of `inputs` that were not sent.

    `stale`: another saved meanwhile; what the fields are called. The row says what the other changed, and who left a
    field as it was shown does not put it in place of what the other saved.
    """
    base.values, news = typed_over(base.values, inputs, stale)
    base.version, base.mark = version, "error"
    for single in form:
        if single.errors:
            base.errors[single.short_name] = [str(error) for error in single.errors]
    base.messages = [*(str(error) for error in form.general_errors), *news]
    if isinstance(form, ItemLine):
        base.choices, base.unknown, base.scanned = form.choices, form.unknown, form.scanned
    return base


def labels(kind: PageKind) -> dict[str, str]:
    """What the fields of a line are called."""
    purchase = kind.side == TradeSide.PURCHASE
    return {
        "type": _("Kind of line"), "item": _("Item"), "item_charge": _("Item charge"), "gl_account": _("G/L account"),
        "resource": _("Resource"), "service_cost": _("Service cost"),
        "variant": _("Variant"), "description": _("Description"), "item_reference_no": _("Their item no."),
        "location": _("Location"), "bin": _("Bin"), "quantity": _("Quantity"), "unit_of_measure": _("Unit"),
        "available": _("Available"), "unit_amount": _("Unit cost") if purchase else _("Price"),
        "line_discount_percent": _("Disc. %"), "amount": _("Amount"), "qty_to_handle": kind.to_handle_word,
        "qty_to_invoice": _("To invoice"), "qty_to_consume": _("To consume"),
        "requested_date": _("Requested"), "promised_date": _("Promised"),
        "expected_date": _("Expected receipt") if purchase else _("Shipment date"),
        "over_receipt_code": _("Over-receipt code"), "purchasing_code": _("Purchasing code"),
        "return_reason_code": _("Return reason"),
        "applies_to": _("Applies-to entry"), "applies_from": _("Applies-from entry"),
    }  # fmt: skip


def columns(kind: PageKind) -> tuple[str, ...]:
    """The columns of the grid."""
    common = ("item", "description", "quantity", "unit_of_measure", "available", "unit_amount", "line_discount_percent",
              "amount")  # fmt: skip
    return (*common, "qty_to_handle") if kind.kind.staged and kind.kind.posts else common


def sheet_fields(kind: PageKind, row: Row) -> list[str]:
    """The fields of a line's sheet, by what the line is."""
    if row.type == TradeLineType.COMMENT:
        return ["description"]
    if row.type != TradeLineType.ITEM:
        used = ["qty_to_consume"] if kind.slug == "service-orders" else []
        return ["description", "quantity", "unit_amount", "line_discount_percent", *used, *_moving(kind)]
    found = ["item", "variant", "description", "quantity", "unit_of_measure", "unit_amount", "line_discount_percent",
             *_moving(kind), "location", "bin", "item_reference_no"]  # fmt: skip
    if kind.kind.staged and kind.kind.posts and not kind.kind.credit:
        found += ["requested_date", "promised_date", "expected_date"]
    if kind.side == TradeSide.PURCHASE and not kind.kind.credit and kind.kind.staged:
        found.append("over_receipt_code")
    if kind.slug == "service-orders":
        found.insert(found.index("qty_to_invoice"), "qty_to_consume")
    if kind.side == TradeSide.SALES and kind.slug in ("orders", "quotes"):
        found.append("purchasing_code")
    if kind.kind.credit:
        found += ["return_reason_code", "applies_from" if kind.side == TradeSide.SALES else "applies_to"]
    elif kind.side == TradeSide.SALES:
        found.append("applies_to")
    return found


def _moving(kind: PageKind) -> list[str]:
    return ["qty_to_handle", "qty_to_invoice"] if kind.kind.staged and kind.kind.posts else []


NUMBERS = frozenset({"quantity", "unit_amount", "line_discount_percent", "qty_to_handle", "qty_to_invoice",
                     "qty_to_consume", "available",
                     "amount"})  # fmt: skip
KINDS = {"item": PICK_OF_USE[ItemUse.SALE], "variant": "variant", "location": "stock_location", "bin": "bin",
         "unit_of_measure": "item_unit", "item_charge": "item_charge", "gl_account": "posting_account",
         "resource": "resource", "service_cost": "service_cost", "return_reason_code": "return_reason",
         "purchasing_code": "purchasing_code", "over_receipt_code": "over_receipt_code"}  # fmt: skip
DEPENDS = {"variant": "item", "unit_of_measure": "item", "bin": "location"}
#: folded away on a phone
RARE = frozenset({"unit_of_measure", "line_discount_percent"})
DAYS = frozenset({"requested_date", "promised_date", "expected_date"})


def kinds_of(kind: PageKind) -> dict[str, str]:
    """Which records the fields of a line name; items that are blocked for the side are not offered."""
    use = ItemUse.PURCHASE if kind.side == TradeSide.PURCHASE else ItemUse.SALE
    return KINDS | {"item": PICK_OF_USE[use]}
