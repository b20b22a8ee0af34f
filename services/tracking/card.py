"""What the card of a number shows: stock by place, dates, entries, who wants it next (tracking.md section 7)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import (
    Attachment,
    Item,
    ItemLedgerEntry,
    ItemVariant,
    Location,
    NumberCard,
    NumberKind,
    NumberPicture,
    NumberTotal,
    TrackingBalance,
    UnitOfMeasure,
)
from services.attachments import list_of_card
from services.items.scan_codes import read_scan
from services.tracing.cards import NumberKey, check_number, find_card
from services.tracing.open_uses import OpenUse, open_uses_of


@dataclass(frozen=True, slots=True)
class Lying:
    """What lies at a place of the number; of a lot or package all its serial numbers together."""

    location_code: str
    in_transit: bool
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class NumberView:
    """A number with all its card shows; quantities in base units."""

    key: NumberKey
    item: Item
    variant: ItemVariant
    unit_code: str
    card: NumberCard | None
    total: NumberTotal | None
    places: list[Lying]
    entries: list[ItemLedgerEntry]
    open_uses: list[OpenUse]
    picture: str = ""
    files: list[Attachment] = field(default_factory=list)

    @property
    def quantity(self) -> Decimal:
        """In stock, all places together."""
        return self.total.quantity if self.total is not None else ZERO

    def expired(self, day: dt.date) -> Decimal:
        """Of it expired on `day`."""
        expires = self.total.expiration_date if self.total is not None else None
        return self.quantity if expires is not None and expires < day else ZERO


#: Newest entries on a card; the list has all.
_SHOWN = 10


def find_key(session: Session, item_no: str, variant_code: str, kind: str, number: str) -> NumberKey:
    """The number in an address. Raises NotFound `number_not_found`."""
    item = session.scalar(select(Item).where(Item.no == item_no.upper()))
    if item is None or kind not in set(NumberKind) or not number:
        raise NotFound("number_not_found", _("There is no such number."))
    variant = 0
    if variant_code:
        variant = session.scalar(
            select(ItemVariant.id).where(ItemVariant.item_id == item.id, ItemVariant.code == variant_code.upper())
        ) or -1  # fmt: skip
    return check_number(session, NumberKey.of(item.id, variant, NumberKind(kind), number))


def numbers_scanned(session: Session, code: str, item_no: str = "") -> list[tuple[NumberKind, str, str, str]]:
    """Up to two (kind, item no., variant, number) that a scanned serial, lot or package number may be of.

    Of item `item_no`, or of any.
    """
    scan, total = read_scan(code), NumberTotal
    wanted = scan.serial_no or scan.lot_no or scan.package_no or scan.text
    rows = session.execute(
        select(total.kind, Item.no, ItemVariant.code, total.number)
        .join(Item, Item.id == total.item_id)
        .join(ItemVariant, ItemVariant.id == total.variant_id)
        .where(total.number == wanted.upper()[:50], *([Item.no == item_no] if item_no else []))
        .limit(2)
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def view_number(session: Session, key: NumberKey) -> NumberView:
    """Everything about one number; ten small statements."""
    item = session.get_one(Item, key.item_id)
    total = NumberTotal
    card = find_card(session, key)
    unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
    return NumberView(
        key, item, session.get_one(ItemVariant, key.variant_id), unit.code if unit else "", card,
        session.scalar(select(total).where(total.item_id == key.item_id, total.variant_id == key.variant_id,
                                           total.kind == key.kind, total.number == key.number)),
        _places(session, key), _entries(session, key), open_uses_of(session, key, item.no),
        (session.scalar(select(NumberPicture.digest).where(NumberPicture.card_id == card.id)) or "") if card else "",
        list_of_card(session, card.id) if card else [],
    )  # fmt: skip


def _places(session: Session, key: NumberKey) -> list[Lying]:
    balance = TrackingBalance
    column = {"lot": balance.lot_no, "serial": balance.serial_no, "package": balance.package_no}[key.kind]
    rows = session.execute(
        select(Location.code, Location.use_as_in_transit, balance.quantity)
        .join(Location, Location.id == balance.location_id)
        .where(column == key.number, balance.item_id == key.item_id, balance.variant_id == key.variant_id,
               balance.quantity != 0)
        .order_by(Location.code)
    )  # fmt: skip
    found: dict[tuple[str, bool], Decimal] = {}
    for code, in_transit, quantity in rows:
        found[code, in_transit] = found.get((code, in_transit), ZERO) + quantity
    return [Lying(code, in_transit, quantity) for (code, in_transit), quantity in found.items()]


def _entries(session: Session, key: NumberKey) -> list[ItemLedgerEntry]:
    entry = ItemLedgerEntry
    column = {"lot": entry.lot_no, "serial": entry.serial_no, "package": entry.package_no}[key.kind]
    statement = select(entry).where(
        column == key.number, column != "", entry.item_id == key.item_id, entry.variant_id == key.variant_id
    )
    return list(session.scalars(statement.order_by(entry.id.desc()).limit(_SHOWN)))
