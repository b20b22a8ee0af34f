"""What the page of a document shows: its lines a page at a time, its totals, what is in stock of each line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.errors import NotFound
from core.rounding import CENT, PLACES, ZERO, round_amount, round_to
from core.sql import ids_of
from core.text import _
from models import Currency, Item, ItemBalance, TradeDocument, TradeLine, TransferLine, TransferOrder
from models.enums import DocumentStatus, TradeLineType, TradeSide, TradeType

Row = TypeVar("Row", bound=tuple[Any, ...])
#: Lines on one page of a document.
PER_PAGE = 50
#: Lines in the dialog that posts; what the others move is said on the document.
MOST_TO_POST = 100
#: No line no. is that large: PostgreSQL would refuse to compare it.
_MOST = 2**31


@dataclass(frozen=True)
class LinePage:
    """Lines of one page and where it stands among the others."""

    lines: list[TradeLine]
    page: int
    pages: int
    total: int


def page_of_lines(session: Session, document_id: int, *, page: int = 1) -> LinePage:
    """A page of a document's lines in their order, with what their row shows; past the end, the last one."""
    page = max(page, 1)
    lines, total = _page(session, document_id, page)
    if not lines and page > 1:
        total = session.scalar(select(func.count(TradeLine.id)).where(TradeLine.document_id == document_id)) or 0
        page = max(1, -(-total // PER_PAGE))
        lines, total = _page(session, document_id, page)
    return LinePage(lines, page, max(1, -(-total // PER_PAGE)), total)


def _page(session: Session, document_id: int, page: int) -> tuple[list[TradeLine], int]:
    """The lines of one page, and how many lines there are in all; nothing where the page is past the end."""
    statement = (
        _with_row(select(TradeLine, func.count().over()))
        .where(TradeLine.document_id == document_id)
        .order_by(TradeLine.line_no)
        .limit(PER_PAGE)
        .offset((page - 1) * PER_PAGE)
    )
    found = session.execute(statement.execution_options(populate_existing=True)).tuples().all()
    return [line for line, _total in found], found[0][1] if found else 0


def all_lines(session: Session, document_id: int) -> list[TradeLine]:
    """Every line in its order, with what a row shows."""
    statement = _with_row(select(TradeLine)).where(TradeLine.document_id == document_id).order_by(TradeLine.line_no)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def lines_to_post(session: Session, document_id: int, *, first: Sequence[int] = ()) -> tuple[list[TradeLine], int]:
    """Lines with something left to move or to bill, at most MOST_TO_POST, and how many there are in all.

    Lines whose numbers are in `first` are among them whatever stands before them; all in the order of the document.
    """
    open_ = (
        TradeLine.document_id == document_id, TradeLine.quantity != ZERO,
        or_(TradeLine.outstanding_qty != ZERO, TradeLine.qty_handled != TradeLine.qty_invoiced),
    )  # fmt: skip
    named = case((TradeLine.line_no.in_(ids_of(session, first)), 0), else_=1) if first else TradeLine.line_no
    statement = _with_row(select(TradeLine, func.count().over())).where(*open_)
    statement = statement.order_by(named, TradeLine.line_no).limit(MOST_TO_POST)
    found = session.execute(statement.execution_options(populate_existing=True)).tuples().all()
    return sorted((line for line, _all in found), key=lambda line: line.line_no), found[0][1] if found else 0


def quantities_to_post(session: Session, document_id: int) -> Sequence[tuple[int, int, Decimal]]:
    """Of every line: id, number, and how much of it is to be moved next."""
    statement = select(TradeLine.id, TradeLine.line_no, TradeLine.qty_to_handle)
    found = session.execute(statement.where(TradeLine.document_id == document_id).order_by(TradeLine.line_no))
    return found.tuples().all()


def one_line(session: Session, document_id: int, line_no: int) -> TradeLine:
    """One line with what its row shows. Raises NotFound `document_line_not_found`."""
    mine = (TradeLine.document_id == document_id, TradeLine.line_no == line_no)
    statement = _with_row(select(TradeLine)).where(*mine).execution_options(populate_existing=True)
    line = session.scalar(statement) if line_no < _MOST else None
    if line is None:
        raise NotFound("document_line_not_found", _("There is no such line in the document."), line=line_no)
    return line


def has_negative(session: Session, document_id: int) -> bool:
    """True where a line goes the other way and nothing of it has moved."""
    below = select(TradeLine.id).where(
        TradeLine.document_id == document_id, TradeLine.quantity < ZERO, TradeLine.qty_handled == ZERO
    )
    return session.scalar(below.limit(1)) is not None


def text_ids(session: Session, document_id: int, line_no: int) -> tuple[int, ...]:
    """The lines of text that belong to a line."""
    owner = select(TradeLine.id).where(TradeLine.document_id == document_id, TradeLine.line_no == line_no)
    statement = select(TradeLine.id).where(TradeLine.attached_to_line_id == owner.scalar_subquery())
    return tuple(session.scalars(statement.order_by(TradeLine.line_no)))


def texts_of(session: Session, document_id: int, line_no: int) -> list[TradeLine]:
    """The lines of text that belong to a line, with what a row shows."""
    owner = select(TradeLine.id).where(TradeLine.document_id == document_id, TradeLine.line_no == line_no)
    statement = (
        _with_row(select(TradeLine))
        .where(TradeLine.attached_to_line_id == owner.scalar_subquery())
        .order_by(TradeLine.line_no)
    )
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def _with_row(statement: Select[Row]) -> Select[Row]:
    return statement.options(
        # of a card with seventy columns, those that a row shows
        joinedload(TradeLine.item).load_only(Item.no, Item.description, Item.shelf_no, Item.item_tracking_code_id),
        joinedload(TradeLine.original_item).load_only(Item.no),
        joinedload(TradeLine.original_variant),
        joinedload(TradeLine.item_charge),
        joinedload(TradeLine.gl_account),
        joinedload(TradeLine.resource),
        joinedload(TradeLine.service_cost),
        joinedload(TradeLine.variant),
        joinedload(TradeLine.unit_of_measure),
        joinedload(TradeLine.location),
        joinedload(TradeLine.bin),
        selectinload(TradeLine.numbers),
    )


@dataclass(frozen=True)
class Totals:
    """Money of a whole document in its currency: before and after the invoice discount, VAT, what is to be paid."""

    lines: Decimal
    invoice_discount: Decimal
    base: Decimal
    vat: Decimal
    count: int
    #: "" for local currency
    currency: str = ""

    @property
    def total(self) -> Decimal:
        """Including VAT."""
        return self.base + self.vat


def totals_of(session: Session, document: TradeDocument) -> Totals:
    """The totals, VAT rounded once a rate as posting does (documents.md section 9)."""
    currency = session.get(Currency, document.currency_id) if document.currency_id is not None else None
    rounding = currency.amount_rounding if currency is not None else CENT
    line_amount = func.sum(TradeLine.line_amount, type_=TradeLine.line_amount.type)
    discount = func.sum(TradeLine.invoice_discount_amount, type_=TradeLine.invoice_discount_amount.type)
    rates = session.execute(
        select(TradeLine.vat_percent, TradeLine.vat_product_posting_group_id, line_amount, discount,
               func.count(TradeLine.id))
        .where(TradeLine.document_id == document.id)
        .group_by(TradeLine.vat_percent, TradeLine.vat_product_posting_group_id)
    )  # fmt: skip
    lines = discounts = base = vat = ZERO
    count = 0
    for percent, _group, amount, less, rows in rates.tuples():
        net = amount - less
        share = round_amount(
            net * percent / (100 + (percent if document.prices_including_vat else ZERO)), rounding
        )  # fmt: skip
        lines, discounts, vat, count = lines + amount, discounts + less, vat + share, count + rows
        base += net - share if document.prices_including_vat else net
    return Totals(lines, discounts, base, vat, count, currency.code if currency is not None else "")


@dataclass(frozen=True)
class LineStock:
    """Of a line's item at its location, in the line's unit: what lies there, and what nobody else has ordered."""

    on_hand: Decimal
    available: Decimal


Key = tuple[int, int, int]


def stock_of(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> dict[int, LineStock]:
    """Line id -> stock, for item lines. Three statements whatever their number.

    Available is what lies there less what other released documents and transfers still take from there.
    """
    goods = [line for line in lines if line.type == TradeLineType.ITEM]
    items = {line.item_id for line in goods if line.item_id is not None}
    if not items:
        return {}
    among = ids_of(session, items)
    balances = session.execute(
        select(ItemBalance.item_id, ItemBalance.variant_id, ItemBalance.location_id, ItemBalance.quantity).where(
            ItemBalance.item_id.in_(among)
        )
    )
    hand: dict[Key, Decimal] = {(item, variant, place): quantity for item, variant, place, quantity in balances}
    wanted: dict[Key, Decimal] = {}
    demand = session.execute(
        select(
            TradeLine.item_id, TradeLine.variant_id, TradeLine.location_id,
            func.sum(TradeLine.outstanding_qty_base, type_=TradeLine.outstanding_qty_base.type),
        )
        .join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .where(
            TradeLine.item_id.in_(among), TradeLine.outstanding_qty_base != ZERO, TradeDocument.id != document.id,
            TradeDocument.status == DocumentStatus.RELEASED,
            or_(
                and_(TradeDocument.side == TradeSide.SALES, TradeDocument.type == TradeType.ORDER),
                and_(TradeDocument.side == TradeSide.PURCHASE, TradeDocument.type == TradeType.RETURN_ORDER),
            ),
        )
        .group_by(TradeLine.item_id, TradeLine.variant_id, TradeLine.location_id)
    )  # fmt: skip
    leaving = session.execute(
        select(
            TransferLine.item_id, TransferLine.variant_id, TransferOrder.from_location_id,
            func.sum(TransferLine.quantity_base - TransferLine.qty_shipped_base, type_=TransferLine.quantity_base.type),
        )
        .join(TransferOrder, TransferOrder.id == TransferLine.order_id)
        .where(TransferLine.item_id.in_(among), TransferOrder.status == DocumentStatus.RELEASED)
        .group_by(TransferLine.item_id, TransferLine.variant_id, TransferOrder.from_location_id)
    )  # fmt: skip
    for item, variant, place, quantity in [*demand.tuples(), *leaving.tuples()]:
        key = (item or 0, variant, place)
        wanted[key] = wanted.get(key, ZERO) + (quantity or ZERO)
    found = {}
    for line in goods:
        key = (line.item_id or 0, line.variant_id, line.location_id)
        per = line.qty_per_unit_of_measure or Decimal(1)
        lying = hand.get(key, ZERO)
        found[line.id] = LineStock(
            round_to(lying / per, PLACES), round_to((lying - wanted.get(key, ZERO)) / per, PLACES)
        )
    return found
