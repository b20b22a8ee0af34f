"""What there is of each number at a place, what of it is free, and which go first (tracking.md sections 3, 8)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, tuple_, union_all
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_quantity
from core.text import _, plain_day
from models import (
    ItemJournalLine,
    NumberCard,
    NumberKind,
    Reservation,
    TrackingBalance,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
    TransferOrder,
)
from models.base import ScaledDecimal
from models.enums import EntryType, TradeSide, TradeType
from services.tracking.numbers import NumberLine

#: lot, serial, package
Key = tuple[str, str, str]
#: Most numbers read for a proposal; a proposal that needs more takes these and can be made again.
MOST_READ = 5_000


@dataclass(frozen=True, slots=True)
class Place:
    """Where goods of a variant lie."""

    item_id: int
    variant_id: int
    location_id: int


@dataclass(frozen=True, slots=True)
class InStock:
    """A number at a place, base units: what lies there, what open lines ask for, the one looked at included."""

    lot_no: str
    serial_no: str
    package_no: str
    quantity: Decimal
    requested: Decimal
    expiration_date: dt.date | None
    #: why it is not proposed; "": it may be
    problem: str = ""

    @property
    def key(self) -> Key:
        """Lot, serial and package number."""
        return self.lot_no, self.serial_no, self.package_no

    @property
    def free(self) -> Decimal:
        """What may still be asked for; future receipts never count."""
        return max(self.quantity - self.requested, ZERO)


def numbers_at(
    session: Session, place: Place, day: dt.date, *, search: str = "", limit: int = 100, offset: int = 0
) -> list[InStock]:
    """Numbers in stock, first expired first, undated last, then the lowest number; four statements."""
    balance = TrackingBalance
    statement = (
        select(balance.lot_no, balance.serial_no, balance.package_no, balance.quantity, balance.expiration_date)
        .where(*_at(place), balance.quantity > 0)
        .order_by(
            balance.expiration_date.is_(None), balance.expiration_date, balance.lot_no, balance.serial_no,
            balance.package_no,
        )
        .limit(limit)
        .offset(offset)
    )  # fmt: skip
    if search:
        statement = statement.where(
            or_(*(column.startswith(search, autoescape=True)
                  for column in (balance.lot_no, balance.serial_no, balance.package_no)))
        )  # fmt: skip
    rows = session.execute(statement).all()
    wanted = requested(session, place)
    blocked = blocked_numbers(session, place)
    return [
        InStock(row[0], row[1], row[2], row.quantity, wanted.get((row[0], row[1], row[2]), ZERO), row.expiration_date,
                _problem((row[0], row[1], row[2]), row.expiration_date, blocked, day))
        for row in rows
    ]  # fmt: skip


def count_at(session: Session, place: Place) -> int:
    """How many numbers are in stock there."""
    balance = TrackingBalance
    return session.scalar(select(func.count()).select_from(balance).where(*_at(place), balance.quantity > 0)) or 0


def balances_of(session: Session, place: Place, keys: Iterable[Key]) -> dict[Key, Decimal]:
    """What lies at the place of just these numbers."""
    balance, wanted = TrackingBalance, sorted(set(keys))
    found: dict[Key, Decimal] = {}
    for start in range(0, len(wanted), 300):
        columns = tuple_(balance.lot_no, balance.serial_no, balance.package_no)
        rows = session.execute(
            select(balance.lot_no, balance.serial_no, balance.package_no, balance.quantity).where(
                *_at(place), columns.in_(wanted[start : start + 300])
            )
        )
        found |= {(row[0], row[1], row[2]): row[3] for row in rows}
    return found


def find_number(session: Session, place: Place, *, lot_no: str = "", serial_no: str = "") -> list[InStock]:
    """The numbers in stock there with this lot or serial number: a serial number brings its lot along."""
    balance = TrackingBalance
    column, number = (balance.serial_no, serial_no) if serial_no else (balance.lot_no, lot_no)
    rows = session.execute(
        select(balance.lot_no, balance.serial_no, balance.package_no, balance.quantity, balance.expiration_date)
        .where(*_at(place), column == number, balance.quantity > 0)
        .limit(50)
    )
    return [InStock(row[0], row[1], row[2], row.quantity, ZERO, row.expiration_date) for row in rows]


def propose(stock: Sequence[InStock], wanted: Decimal) -> tuple[list[NumberLine], Decimal]:
    """Numbers for `wanted` base units in the order of `stock`, leaving out what may not go; and what is missing."""
    taken = []
    for number in stock:
        if wanted <= 0:
            break
        part = ZERO if number.problem else min(number.free, wanted)
        if part > 0:
            wanted -= part
            taken.append(NumberLine(lot_no=number.lot_no, serial_no=number.serial_no, package_no=number.package_no,
                                    quantity=part, expiration_date=number.expiration_date))  # fmt: skip
    return taken, max(wanted, ZERO)


def reserved_without_number(session: Session, place: Place) -> Decimal:
    """What is reserved there for somebody who names no number."""
    row = Reservation
    return session.scalar(
        select(func.sum(row.quantity, type_=ScaledDecimal())).where(
            row.item_id == place.item_id, row.variant_id == place.variant_id, row.location_id == place.location_id,
            row.supply_entry_id.is_not(None), row.specific.is_(False),
        )
    ) or ZERO  # fmt: skip


def requested(session: Session, place: Place) -> dict[Key, Decimal]:
    """Number -> what open sales, purchase returns, transfers and journal lines take of it from the place."""
    found: dict[Key, Decimal] = defaultdict(lambda: ZERO)
    rows = union_all(_of_trade(place), _of_transfers(place)).subquery()
    for lot, serial, package, quantity in session.execute(select(rows)):
        found[lot, serial, package] += quantity
    for lot, serial, package, quantity, per_unit in session.execute(_of_journals(place)):
        found[lot, serial, package] += round_quantity(quantity * per_unit)
    return found


def _of_trade(place: Place) -> Select[Any]:
    number, line, document = TradeLineNumber, TradeLine, TradeDocument
    goes_out = or_(
        and_(document.side == TradeSide.SALES,
             document.type.in_((TradeType.ORDER, TradeType.INVOICE, TradeType.SERVICE_ORDER))),
        and_(document.side == TradeSide.PURCHASE,
             document.type.in_((TradeType.RETURN_ORDER, TradeType.CREDIT_MEMO))),
    )  # fmt: skip
    return (
        select(number.lot_no, number.serial_no, number.package_no, (number.quantity - number.qty_handled).label("left"))
        .join(line, line.id == number.line_id)
        .join(document, document.id == line.document_id)
        .where(
            line.item_id == place.item_id, line.variant_id == place.variant_id, line.location_id == place.location_id,
            line.quantity > 0, number.quantity > number.qty_handled, goes_out,
        )
    )  # fmt: skip


def _of_transfers(place: Place) -> Select[Any]:
    number, line, order = TransferLineNumber, TransferLine, TransferOrder
    return (
        select(number.lot_no, number.serial_no, number.package_no, (number.quantity - number.qty_shipped).label("left"))
        .join(line, line.id == number.line_id)
        .join(order, order.id == line.order_id)
        .where(
            line.item_id == place.item_id, line.variant_id == place.variant_id,
            order.from_location_id == place.location_id, number.quantity > number.qty_shipped,
        )
    )  # fmt: skip


def _of_journals(place: Place) -> Select[Any]:
    line = ItemJournalLine
    return select(line.lot_no, line.serial_no, line.package_no, line.quantity, line.qty_per_unit_of_measure).where(
        line.item_id == place.item_id, line.variant_id == place.variant_id, line.location_id == place.location_id,
        line.quantity > 0, line.entry_type.in_((EntryType.SALE, EntryType.NEGATIVE_ADJMT, EntryType.TRANSFER)),
        or_(line.lot_no != "", line.serial_no != "", line.package_no != ""), line.physical_inventory.is_(False),
    )  # fmt: skip


def blocked_numbers(session: Session, place: Place) -> dict[tuple[NumberKind, str], str]:
    """The item's blocked numbers with the reason."""
    card = NumberCard
    rows = session.execute(
        select(card.kind, card.number, card.block_reason).where(
            card.item_id == place.item_id, card.variant_id == place.variant_id, card.blocked
        )
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _problem(key: Key, expires: dt.date | None, blocked: dict[tuple[NumberKind, str], str], day: dt.date) -> str:
    for kind, number in zip((NumberKind.LOT, NumberKind.SERIAL, NumberKind.PACKAGE), key, strict=True):
        reason = blocked.get((kind, number)) if number else None
        if reason is not None:
            return _("blocked: %(reason)s", reason=reason) if reason else _("blocked")
    if expires is not None and expires < day:
        return _("expired on %(day)s", day=plain_day(expires))
    return ""


def _at(place: Place) -> tuple[ColumnElement[bool], ...]:
    balance = TrackingBalance
    return (
        balance.item_id == place.item_id, balance.variant_id == place.variant_id,
        balance.location_id == place.location_id,
    )  # fmt: skip
