"""The open lines that carry numbers, of documents and journals, seen as one thing (tracking.md section 2).

A `Source` is what the tracking page needs to know of a line; `keep` writes its numbers back through the line's own
service, which refuses what its document does not allow.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.errors import NotFound, ValidationError
from core.rounding import ZERO, round_quantity
from core.text import _
from models import (
    Customer,
    InventoryDocumentLine,
    Item,
    ItemJournalLine,
    ItemTrackingCode,
    ItemVariant,
    JournalBatch,
    Location,
    TradeDocument,
    TradeLine,
    TransferLine,
    TransferOrder,
    UnitOfMeasure,
)
from models.enums import DocumentType, EntryType, JournalType, TradeSide
from services.documents import journal_lines
from services.inventory_documents import lines as inventory_lines
from services.inventory_documents.documents import get_document, takes_out
from services.tracking.numbers import NumberLine, check_numbers
from services.tracking.stock import Place
from services.trade.documents import lock_document
from services.trade.kinds import kind_of
from services.trade.line_numbers import Number
from services.trade.lines import change_line
from services.trade.parties import check_center
from services.transfers import lines as transfer_lines
from services.transfers.orders import get_order_by_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """An open line with its numbers; quantities in base units, without sign."""

    #: purchase, sales, transfer, journal or inventory (document)
    kind: str
    line_id: int
    document_no: str
    line_no: int
    item_id: int
    item_no: str
    description: str
    variant_id: int
    variant_code: str
    location_id: int
    location_code: str
    unit_code: str
    day: dt.date
    inbound: bool
    #: goods come back from a customer: each number may name the shipment it returns
    returns: bool = False
    #: goods get new numbers and dates
    renames: bool = False
    #: the customer, whose shipments come back
    party_no: str = ""
    #: where the page goes back to: trade kind and number, order, batch id
    back: tuple[str, str] = ("", "")
    quantity: Decimal
    to_handle: Decimal
    to_invoice: Decimal
    #: bills this posted line, whose numbers are fixed
    posted_line_id: int | None = None
    #: posts in parts: what to handle may be less than all
    staged: bool = False
    code: ItemTrackingCode
    serial_nos_id: int | None
    lot_nos_id: int | None
    rows: tuple[NumberLine, ...]

    @property
    def place(self) -> Place:
        """Where what goes out lies."""
        return Place(self.item_id, self.variant_id, self.location_id)

    @property
    def tracked(self) -> Decimal:
        """Quantity under numbers."""
        return sum((row.quantity for row in self.rows), ZERO)

    @property
    def tracked_to_handle(self) -> Decimal:
        """Of it in the next posting: as said, else what the line moves, the first numbers first."""
        if all(row.qty_to_handle is None for row in self.rows):
            return min(sum((row.to_handle for row in self.rows), ZERO), self.to_handle)
        return sum((row.to_handle for row in self.rows), ZERO)

    @property
    def tracked_to_invoice(self) -> Decimal:
        """What the numbers let be billed next."""
        posted = sum((row.handled - row.invoiced for row in self.rows), ZERO)
        return min(posted + self.tracked_to_handle, self.to_invoice)

    @property
    def undefined(self) -> Decimal:
        """What of the line has no number yet."""
        return max(self.quantity - self.tracked, ZERO)

    @property
    def has_serials(self) -> bool:
        """Serial numbers are what the item is about."""
        return self.code.serial_specific or bool(self.code.serial_needed)

    @property
    def has_lots(self) -> bool:
        """It carries lots."""
        return self.code.lot_specific or bool(self.code.lot_needed)

    @property
    def has_packages(self) -> bool:
        """It carries packages."""
        return self.code.package_specific or bool(self.code.package_needed)


def get_source(session: Session, kind: str, line_id: int, *, user_id: int | None = None) -> Source:
    """The line with its numbers, read anew.

    Raises NotFound `document_line_not_found`; ValidationError `tracking_not_allowed` for an item that carries none;
    what limits a user to responsibility centres.
    """
    if kind not in _READERS:
        raise _gone()
    source = _READERS[kind](session, line_id, user_id)
    if source.kind != kind:  # each kind has rights of its own
        raise _gone()
    return source


def keep(session: Session, source: Source, rows: Sequence[NumberLine], *, user_id: int | None = None) -> Source:
    """Write the numbers of the line, checked as a whole; returns the line as it is then.

    Raises ErrorList of ValidationError (`numbers.check_numbers`), and what the line's own service raises.
    """
    check_numbers(rows, source.quantity)
    _WRITERS[source.kind](session, source, rows, user_id)
    session.flush()
    return get_source(session, source.kind, source.line_id, user_id=user_id)


def _gone() -> NotFound:
    return NotFound("document_line_not_found", _("This line does not exist any more: it was posted or deleted."))


def _tracking_code(session: Session, item: Item) -> ItemTrackingCode:
    code = session.get(ItemTrackingCode, item.item_tracking_code_id) if item.item_tracking_code_id else None
    if code is None:
        raise ValidationError(
            "tracking_not_allowed", _("Item %(no)s carries no lot or serial numbers.", no=item.no),
            hint=_("Give it a tracking code first."),
        )  # fmt: skip
    return code


# ------------------------------------------------------------------------------------------ purchase and sales
def _trade(session: Session, line_id: int, user_id: int | None) -> Source:
    line = session.scalar(
        select(TradeLine)
        .where(TradeLine.id == line_id, TradeLine.item_id.is_not(None))
        .options(joinedload(TradeLine.item), joinedload(TradeLine.variant), joinedload(TradeLine.location),
                 selectinload(TradeLine.numbers))
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if line is None or line.item is None:
        raise _gone()
    document = session.get_one(TradeDocument, line.document_id)
    check_center(session, document, user_id)
    kind, per_unit = kind_of(document), line.qty_per_unit_of_measure
    inbound = kind.inbound == (line.quantity >= 0)
    return Source(
        kind=document.side.value, line_id=line.id, document_no=document.no, line_no=line.line_no,
        item_id=line.item.id, item_no=line.item.no, description=line.description, variant_id=line.variant_id,
        variant_code=line.variant.code, location_id=line.location_id, location_code=line.location.code,
        unit_code=_unit(session, line.item), day=document.posting_date or document.document_date, inbound=inbound,
        returns=kind.credit and kind.side == TradeSide.SALES and inbound, back=(document.type.value, document.no),
        party_no=session.scalar(select(Customer.no).where(Customer.id == document.customer_id)) or "",
        quantity=abs(line.quantity_base), to_handle=round_quantity(abs(line.qty_to_handle) * per_unit),
        to_invoice=round_quantity(abs(line.qty_to_invoice) * per_unit), staged=kind.staged,
        code=_tracking_code(session, line.item), serial_nos_id=line.item.serial_nos_id,
        lot_nos_id=line.item.lot_nos_id, posted_line_id=line.posted_line_id,
        rows=tuple(
            NumberLine(
                lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
                qty_to_handle=row.qty_to_handle, expiration_date=row.expiration_date, warranty_date=row.warranty_date,
                applies_to_entry_id=row.applies_to_entry_id, applies_from_entry_id=row.applies_from_entry_id,
                handled=row.qty_handled, invoiced=row.qty_invoiced,
            )
            for row in line.numbers
        ),
    )  # fmt: skip


def _keep_trade(session: Session, source: Source, rows: Sequence[NumberLine], user_id: int | None) -> None:
    document_id = session.scalars(select(TradeLine.document_id).where(TradeLine.id == source.line_id)).one()
    lock_document(session, document_id)
    numbers = [
        Number(
            lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
            qty_to_handle=row.qty_to_handle, expiration_date=row.expiration_date, warranty_date=row.warranty_date,
            applies_to_entry_id=row.applies_to_entry_id, applies_from_entry_id=row.applies_from_entry_id,
        )
        for row in rows
    ]  # fmt: skip
    change_line(session, document_id, source.line_no, {}, numbers=numbers, user_id=user_id)


# ------------------------------------------------------------------------------------------------- transfers
def _transfer(session: Session, line_id: int, _user_id: int | None) -> Source:
    line = session.scalar(
        select(TransferLine)
        .where(TransferLine.id == line_id)
        .options(joinedload(TransferLine.item), joinedload(TransferLine.variant), selectinload(TransferLine.numbers))
        .execution_options(populate_existing=True)
    )
    if line is None:
        raise _gone()
    order = session.get_one(TransferOrder, line.order_id)
    location = session.get_one(Location, order.from_location_id)
    return Source(
        kind="transfer", line_id=line.id, document_no=order.no, line_no=line.line_no, item_id=line.item.id,
        item_no=line.item.no, description=line.description, variant_id=line.variant_id,
        variant_code=line.variant.code, location_id=location.id, location_code=location.code,
        unit_code=_unit(session, line.item), day=order.posting_date, inbound=False, back=("transfer", order.no),
        quantity=line.quantity_base, to_handle=round_quantity(line.qty_to_ship * line.qty_per_unit_of_measure),
        to_invoice=ZERO, code=_tracking_code(session, line.item), serial_nos_id=line.item.serial_nos_id,
        lot_nos_id=line.item.lot_nos_id,
        rows=tuple(
            NumberLine(lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
                       expiration_date=row.expiration_date, handled=row.qty_shipped)
            for row in line.numbers
        ),
    )  # fmt: skip


def _keep_transfer(session: Session, source: Source, rows: Sequence[NumberLine], _user_id: int | None) -> None:
    order_id = session.scalars(select(TransferLine.order_id).where(TransferLine.id == source.line_id)).one()
    order = get_order_by_id(session, order_id)
    line = next(line for line in order.lines if line.id == source.line_id)
    numbers = [
        transfer_lines.Number(quantity=row.quantity, lot_no=row.lot_no, serial_no=row.serial_no,
                              package_no=row.package_no, expiration_date=row.expiration_date)
        for row in rows
    ]  # fmt: skip
    transfer_lines.set_numbers(session, order, line, numbers)


# --------------------------------------------------------------------------------------- inventory documents
def _inventory(session: Session, line_id: int, _user_id: int | None) -> Source:
    line = session.scalar(
        select(InventoryDocumentLine)
        .where(InventoryDocumentLine.id == line_id)
        .options(joinedload(InventoryDocumentLine.item), joinedload(InventoryDocumentLine.variant),
                 selectinload(InventoryDocumentLine.numbers), joinedload(InventoryDocumentLine.document))
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if line is None:
        raise _gone()
    document = line.document
    location = session.get_one(Location, document.location_id)
    return Source(
        kind="inventory", line_id=line.id, document_no=document.no, line_no=line.line_no, item_id=line.item.id,
        item_no=line.item.no, description=line.description, variant_id=line.variant_id,
        variant_code=line.variant.code, location_id=location.id, location_code=location.code,
        unit_code=_unit(session, line.item), day=document.posting_date, inbound=not takes_out(document),
        back=(document.document_type.value, document.no), quantity=line.quantity_base, to_handle=line.quantity_base,
        to_invoice=line.quantity_base, code=_tracking_code(session, line.item),
        serial_nos_id=line.item.serial_nos_id, lot_nos_id=line.item.lot_nos_id,
        rows=tuple(
            NumberLine(lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no, quantity=row.quantity,
                       expiration_date=row.expiration_date)
            for row in line.numbers
        ),
    )  # fmt: skip


def _keep_inventory(session: Session, source: Source, rows: Sequence[NumberLine], _user_id: int | None) -> None:
    document = get_document(session, DocumentType(source.back[0]), source.document_no)
    numbers = [
        transfer_lines.Number(quantity=row.quantity, lot_no=row.lot_no, serial_no=row.serial_no,
                              package_no=row.package_no, expiration_date=row.expiration_date)
        for row in rows
    ]  # fmt: skip
    inventory_lines.set_numbers(session, document, inventory_lines.line_of(document, source.line_no), numbers)


# --------------------------------------------------------------------------------------------------- journals
#: A journal line bears one number: lines of one batch that agree in these share out one quantity.
_SHARED = (
    "document_no", "posting_date", "entry_type", "item_id", "variant_id", "location_id", "bin_id",
    "unit_of_measure_id", "unit_amount", "new_location_id", "new_bin_id", "reason_code",
)  # fmt: skip
_NUMBER_FIELDS = (
    "lot_no", "serial_no", "package_no", "expiration_date", "warranty_date", "applies_to_entry_id",
    "applies_from_entry_id", "new_lot_no", "new_serial_no", "new_package_no", "new_expiration_date",
)  # fmt: skip


def _journal_group(session: Session, line_id: int) -> list[ItemJournalLine]:
    """The line and those that share its quantity, in order."""
    line = session.get(ItemJournalLine, line_id, populate_existing=True)
    if line is None:
        raise _gone()
    same = [getattr(ItemJournalLine, name).is_not_distinct_from(getattr(line, name)) for name in _SHARED]
    statement = select(ItemJournalLine).where(ItemJournalLine.batch_id == line.batch_id, *same)
    return list(session.scalars(statement.order_by(ItemJournalLine.line_no)))


def _journal(session: Session, line_id: int, _user_id: int | None) -> Source:
    lines = _journal_group(session, line_id)
    line = next(row for row in lines if row.id == line_id)
    item = session.get_one(Item, line.item_id)
    batch = session.get_one(JournalBatch, line.batch_id, options=[joinedload(JournalBatch.template)])
    if batch.template.type not in (JournalType.ITEM, JournalType.TRANSFER):
        raise _gone()
    location = session.get_one(Location, line.location_id)
    variant = session.get_one(ItemVariant, line.variant_id)
    outbound = line.entry_type in (EntryType.SALE, EntryType.NEGATIVE_ADJMT, EntryType.TRANSFER)
    per_unit = line.qty_per_unit_of_measure
    total = sum((round_quantity(abs(row.quantity) * per_unit) for row in lines), ZERO)
    return Source(
        kind="journal", line_id=line.id, document_no=line.document_no, line_no=line.line_no, item_id=item.id,
        item_no=item.no, description=line.description or item.description, variant_id=line.variant_id,
        variant_code=variant.code, location_id=location.id, location_code=location.code,
        unit_code=_unit(session, item), day=line.posting_date, inbound=outbound == (line.quantity < 0),
        renames=line.entry_type == EntryType.TRANSFER, back=("journal", str(batch.id)), quantity=total,
        to_handle=total, to_invoice=total, code=_tracking_code(session, item), serial_nos_id=item.serial_nos_id,
        lot_nos_id=item.lot_nos_id,
        rows=tuple(
            NumberLine(quantity=round_quantity(abs(row.quantity) * per_unit),
                       **{name: getattr(row, name) for name in _NUMBER_FIELDS})
            for row in lines
            if row.lot_no or row.serial_no or row.package_no
        ),
    )  # fmt: skip


def _keep_journal(session: Session, source: Source, rows: Sequence[NumberLine], _user_id: int | None) -> None:
    """The first number stands on the line itself, each other one on a line of its own, the rest without number."""
    lines = _journal_group(session, source.line_id)
    line = next(row for row in lines if row.id == source.line_id)
    rest = source.quantity - sum((row.quantity for row in rows), ZERO)
    parts = [*rows, *([NumberLine(quantity=rest)] if rest or not rows else [])]
    model = replace(journal_lines.input_of(line), amount=None)
    wanted = [
        replace(model, quantity=_in_unit(part.quantity, line).copy_sign(line.quantity), **{
            name: getattr(part, name) for name in _NUMBER_FIELDS if name != "warranty_date"
        })
        for part in parts
    ]  # fmt: skip
    others = [row.line_no for row in lines if row.id != line.id]
    journal_lines.delete_lines(session, line.batch_id, others)
    journal_lines.change_line(session, line.batch_id, line.line_no, wanted[0], version=line.version)
    made = journal_lines.add_lines(session, line.batch_id, wanted[1:])
    for line_no, part in zip([line.line_no, *made], parts, strict=True):
        if part.warranty_date is not None:
            journal_lines.get_line(session, line.batch_id, line_no).warranty_date = part.warranty_date


def _in_unit(base: Decimal, line: ItemJournalLine) -> Decimal:
    """Base units in the line's unit. Raises ValidationError `unit_too_large` where a piece is not a part of it."""
    quantity = round_quantity(base / line.qty_per_unit_of_measure)
    if round_quantity(quantity * line.qty_per_unit_of_measure) != base:
        raise ValidationError(
            "unit_too_large", _("%(quantity)s base units are no exact part of the line's unit.",
                                quantity=f"{base.normalize():f}"),
            hint=_("Enter the line in its base unit."),
        )  # fmt: skip
    return quantity


def _unit(session: Session, item: Item) -> str:
    unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
    return unit.code if unit is not None else ""


_READERS: dict[str, Callable[[Session, int, int | None], Source]] = {
    "purchase": _trade, "sales": _trade, "transfer": _transfer, "journal": _journal, "inventory": _inventory,
}  # fmt: skip
_WRITERS: dict[str, Callable[[Session, Source, Sequence[NumberLine], int | None], None]] = {
    "purchase": _keep_trade, "sales": _keep_trade, "transfer": _keep_transfer, "journal": _keep_journal,
    "inventory": _keep_inventory,
}  # fmt: skip
