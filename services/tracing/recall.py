"""Recall: where a number and all it went into is, who has it, what is about to leave (tracking.md section 13).

Which numbers hang together is found number by number (services/tracing/affected.py), so that nothing is left out
however many movements there are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.rounding import ZERO
from core.sql import texts_of
from models import (
    Customer,
    ItemApplicationEntry,
    ItemLedgerEntry,
    Location,
    TrackingBalance,
)
from models.base import ScaledDecimal
from models.enums import EntryType, SourceType
from services.tracing.affected import Named, affected_numbers, key_among, known_numbers, mine
from services.tracing.asked import Numbers
from services.tracing.cards import NumberKey, blocked_among
from services.tracing.open_uses import OpenUse, open_uses


@dataclass(frozen=True, slots=True)
class Affected:
    """A number of the trace with its balance; quantities in base units, all as they would be written in a sentence.

    supplied = on hand + in transit + sold + consumed + scrapped + relabelled (what went to other numbers, net).
    """

    key: NumberKey
    item_no: str
    item_description: str
    variant_code: str
    unit_code: str
    supplied: Decimal
    on_hand: Decimal
    in_transit: Decimal
    sold: Decimal
    consumed: Decimal
    scrapped: Decimal
    relabelled: Decimal
    blocked: bool

    @property
    def balances(self) -> bool:
        """Whether every piece is accounted for."""
        gone = self.sold + self.consumed + self.scrapped + self.relabelled
        return self.supplied == self.on_hand + self.in_transit + gone


@dataclass(frozen=True, slots=True)
class Place:
    """Stock of a number at a location."""

    key: NumberKey
    item_no: str
    location_code: str
    in_transit: bool
    quantity: Decimal
    expiration_date: dt.date | None


class Delivery(NamedTuple):
    """What a customer got of a number by one document; returned as far as the return names the shipment."""

    entry_id: int
    document_no: str
    posting_date: dt.date
    item_no: str
    number: str
    shipped: Decimal
    returned: Decimal
    item_description: str
    unit_code: str


@dataclass(slots=True)
class Receiver:
    """A customer with all deliveries; `net` is what is still there."""

    no: str
    name: str
    address: tuple[str, ...]
    email: str
    phone: str
    deliveries: list[Delivery] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        """Shipped less returned, in base units of all numbers together."""
        return sum((row.shipped - row.returned for row in self.deliveries), ZERO)


@dataclass(slots=True)
class Recall:
    """The answers, in the order in which they are asked."""

    numbers: list[Affected]
    places: list[Place]
    receivers: list[Receiver]
    open_uses: list[OpenUse]
    incomplete: bool = False

    @property
    def keys(self) -> list[NumberKey]:
        """All affected numbers."""
        return [row.key for row in self.numbers]


def recall(session: Session, wanted: Numbers) -> Recall:
    """Everything a recall asks of a number and all it went into; the same few statements whatever its size.

    Raises ValidationError `trace_needs_number`, `variant_needs_item`.
    """
    reached = affected_numbers(session, wanted)
    numbers = known_numbers(session, reached.keys)
    items = {key.item_id for key in numbers}
    return Recall(
        numbers=_balances(session, numbers, blocked_among(session, items)),
        places=_places(session, numbers),
        receivers=_receivers(session, numbers),
        open_uses=open_uses(session, {key: named.item_no for key, named in numbers.items()}),
        incomplete=reached.incomplete,
    )


def _balances(session: Session, numbers: dict[NumberKey, Named], blocked: set[NumberKey]) -> list[Affected]:
    entry = ItemLedgerEntry
    moved: dict[NumberKey, dict[EntryType, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    rows = session.execute(
        select(
            entry.item_id, entry.variant_id, entry.lot_no, entry.serial_no, entry.package_no, entry.entry_type,
            func.sum(entry.quantity, type_=ScaledDecimal()).label("quantity"),
        )
        .where(mine(session, entry, numbers))
        .group_by(entry.item_id, entry.variant_id, entry.lot_no, entry.serial_no, entry.package_no, entry.entry_type)
    )  # fmt: skip
    for row in rows:
        if (key := key_among(row, numbers)) is not None:
            moved[key][row.entry_type] += row.quantity
    there: dict[tuple[NumberKey, bool], Decimal] = defaultdict(lambda: ZERO)
    for place in _places(session, numbers):
        there[place.key, place.in_transit] += place.quantity
    return [
        _affected(key, numbers[key], moved[key], there[key, False], there[key, True], key in blocked) for key in numbers
    ]


#: entry types that bring a number into being
_SUPPLY = (EntryType.PURCHASE, EntryType.POSITIVE_ADJMT, EntryType.OUTPUT, EntryType.ASSEMBLY_OUTPUT)
_USE = (EntryType.CONSUMPTION, EntryType.ASSEMBLY_CONSUMPTION)


def _affected(
    key: NumberKey,
    entry: Named,
    moved: dict[EntryType, Decimal],
    on_hand: Decimal,
    in_transit: Decimal,
    blocked: bool,
) -> Affected:
    return Affected(
        key=key,
        item_no=entry.item_no,
        item_description=entry.item_description,
        variant_code=entry.variant_code,
        unit_code=entry.unit_code,
        supplied=sum((moved[kind] for kind in _SUPPLY), ZERO),
        on_hand=on_hand,
        in_transit=in_transit,
        sold=-moved[EntryType.SALE],
        consumed=-sum((moved[kind] for kind in _USE), ZERO),
        scrapped=-moved[EntryType.NEGATIVE_ADJMT],
        relabelled=-moved[EntryType.TRANSFER],
        blocked=blocked,
    )


def _places(session: Session, numbers: dict[NumberKey, Named]) -> list[Place]:
    balance = TrackingBalance
    rows = session.execute(
        select(
            balance.item_id, balance.variant_id, balance.lot_no, balance.serial_no, balance.package_no,
            balance.quantity, balance.expiration_date, Location.code, Location.use_as_in_transit,
        )
        .join(Location, Location.id == balance.location_id)
        .where(mine(session, balance, numbers), balance.quantity != 0)
        .order_by(Location.code, balance.item_id, balance.lot_no, balance.serial_no, balance.package_no)
    )  # fmt: skip
    return [
        Place(key, numbers[key].item_no, row.code, row.use_as_in_transit, row.quantity, row.expiration_date)
        for row in rows
        if (key := key_among(row, numbers)) is not None
    ]


def _receivers(session: Session, numbers: dict[NumberKey, Named]) -> list[Receiver]:
    """Customers of the numbers' sales, and what came back of each (the return names its shipment)."""
    sale, back, link = ItemLedgerEntry, aliased(ItemLedgerEntry), ItemApplicationEntry
    returned = (
        select(func.coalesce(func.sum(link.quantity, type_=ScaledDecimal()), 0))
        .join(back, back.id == link.inbound_entry_id)
        .where(link.outbound_entry_id == sale.id, link.quantity > 0, link.in_force, back.entry_type == EntryType.SALE)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            sale.id, sale.document_no, sale.posting_date, sale.item_id, sale.variant_id, sale.lot_no, sale.serial_no,
            sale.package_no, sale.quantity, sale.source_type, sale.source_no, returned.label("returned"),
        )
        .where(mine(session, sale, numbers), sale.entry_type == EntryType.SALE, sale.quantity < 0)
        .order_by(sale.id)
    )  # fmt: skip
    found: dict[str, list[Delivery]] = defaultdict(list)
    for row in rows:
        if (key := key_among(row, numbers)) is not None:
            item = numbers[key]
            found[row.source_no if row.source_type == SourceType.CUSTOMER else ""].append(
                Delivery(row.id, row.document_no, row.posting_date, item.item_no, key.number, -row.quantity,
                         row.returned, item.item_description, item.unit_code)
            )  # fmt: skip
    known = select(Customer).where(Customer.no.in_(texts_of(session, found)))
    customers = {row.no: row for row in session.scalars(known)}
    return [_receiver(no, customers.get(no), found[no]) for no in sorted(found)]


def _receiver(no: str, customer: Customer | None, deliveries: list[Delivery]) -> Receiver:
    if customer is None:
        return Receiver(no, "", (), "", "", deliveries)
    address = (customer.address, customer.address_2, f"{customer.post_code} {customer.city}".strip())
    return Receiver(
        no, customer.name, tuple(line for line in address if line), customer.email, customer.phone, deliveries
    )
