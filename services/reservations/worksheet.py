"""Reserving in bulk: every demand with what it still needs and what is free for it, reserved from stock (section 9)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import BigInteger, cast, func, select, type_coerce, union_all
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO, from_scaled
from core.sql import ids_of
from core.text import _, plain_quantity
from models import Customer, Item, ItemBalance, Reservation, TradeDocument
from models.enums import ItemType, ReservePolicy
from posting.prepare import lock_items
from services.reservations.allocation import Need, Policy, allocate
from services.reservations.bins import waiting_to_leave
from services.reservations.keep import reserve
from services.reservations.offers import STOCK, LineRef, find_line, reserved_quantity
from services.reservations.sources import SOURCES, SourceKind

#: rows of the worksheet; filters narrow what does not fit
MOST = 200
#: item, variant, location
Place = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which demand is looked at; None is all."""

    item_id: int | None = None
    location_id: int | None = None
    until: dt.date | None = None
    event: str = ""
    variant_id: int | None = None
    since: dt.date | None = None
    #: True: something of it is held from stock; False: nothing is
    from_stock: bool | None = None
    #: demand of items that are never reserved too
    never: bool = False
    #: only items whose number comes after this one: where the page before ended
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A line that still needs something; base units. `free` is what nobody holds of its item at its place."""

    ref: LineRef
    item_id: int
    item_no: str
    variant_id: int
    location_id: int
    event: str
    document_no: str
    line_no: int
    day: dt.date | None
    needed: Decimal
    free: Decimal
    priority: int

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.ref.kind.value}:{self.ref.id}"

    @property
    def place(self) -> Place:
        """What it shares with its rivals."""
        return self.item_id, self.variant_id, self.location_id


def demand_rows(session: Session, wanted: Filter, *, most: int | None = MOST) -> list[Row]:
    """Lines that need more than is reserved for them, by item and date; three statements whatever their number."""
    parts = []
    for source in SOURCES.values():
        if source.demand is None:
            continue
        held = select(func.coalesce(func.sum(type_coerce(Reservation.quantity, BigInteger)), 0)).where(
            source.demand == source.line_id
        )
        statement = source.statement().add_columns(held.correlate_except(Reservation).scalar_subquery().label("held"))
        if wanted.item_id is not None:
            statement = statement.where(source.item_id == wanted.item_id)
        if wanted.location_id is not None:
            statement = statement.where(source.location_id == wanted.location_id)
        if wanted.until is not None:
            statement = statement.where((source.date <= wanted.until) | source.date.is_(None))
        if wanted.since is not None:
            statement = statement.where(source.date >= wanted.since)
        if wanted.variant_id is not None:
            statement = statement.where(source.variant_id == wanted.variant_id)
        if wanted.from_stock is not None:
            lying = select(Reservation.id).where(
                source.demand == source.line_id, Reservation.supply_entry_id.is_not(None)
            )
            holds = lying.correlate_except(Reservation).exists()
            statement = statement.where(holds if wanted.from_stock else ~holds)
        parts.append(statement)
    lines = union_all(*parts).subquery()
    row = lines.c
    quantity = type_coerce(row.quantity, BigInteger)
    statement = (
        select(row.kind, row.id, row.item_id, Item.no, row.variant_id, row.location_id, row.event, row.document_no,
               row.line_no, row.date, cast(-quantity - row.held, BigInteger), func.coalesce(Customer.priority, 0))
        .join(Item, Item.id == row.item_id)
        .outerjoin(TradeDocument, (TradeDocument.id == row.document_id) & (row.kind == SourceKind.TRADE.value))
        .outerjoin(Customer, Customer.id == TradeDocument.customer_id)
        .where(
            row.quantity < 0, row.reservable, -quantity > row.held, Item.type == ItemType.INVENTORY,
            *([] if wanted.never else [Item.reserve != ReservePolicy.NEVER]),
        )
        .order_by(Item.no, row.date, row.document_no, row.line_no)
        .limit(most)
    )  # fmt: skip
    if wanted.event:
        statement = statement.where(row.event == wanted.event)
    if wanted.after:
        statement = statement.where(Item.no > wanted.after)
    found = session.execute(statement).all()
    free = free_stock(session, {single[2] for single in found})
    return [
        Row(
            LineRef(SourceKind(single[0]), single[1]), single[2], single[3], single[4], single[5], single[6], single[7],
            single[8], single[9], from_scaled(single[10]),
            max(free.get((single[2], single[4], single[5]), ZERO), ZERO), single[11],
        )
        for single in found
    ]  # fmt: skip


def free_stock(session: Session, item_ids: set[int]) -> dict[Place, Decimal]:
    """What nobody holds of items, by place, what waits in outbound bins left out."""
    among = ids_of(session, item_ids)
    balance, pair = ItemBalance, Reservation
    found: dict[Place, Decimal] = {
        (item, variant, place): quantity
        for item, variant, place, quantity in session.execute(
            select(balance.item_id, balance.variant_id, balance.location_id, balance.quantity).where(
                balance.item_id.in_(among)
            )
        )
    }
    total = func.sum(pair.quantity, type_=pair.quantity.type)
    for item, variant, place, quantity in session.execute(
        select(pair.item_id, pair.variant_id, pair.location_id, total)
        .where(pair.item_id.in_(among), pair.supply_entry_id.is_not(None))
        .group_by(pair.item_id, pair.variant_id, pair.location_id)
    ):
        found[item, variant, place] = found.get((item, variant, place), ZERO) - quantity
    for key, quantity in waiting_to_leave(session, item_ids).items():
        found[key] = found.get(key, ZERO) - quantity
    return found


def suggest(rows: Sequence[Row], policy: Policy) -> dict[str, Decimal]:
    """What each row gets by the policy, each item and place by itself. Changes nothing."""
    places: dict[Place, list[Row]] = {}
    for row in rows:
        places.setdefault(row.place, []).append(row)
    given: dict[str, Decimal] = {}
    for own in places.values():
        given |= allocate(policy, own[0].free, [Need(row.key, row.needed, row.priority) for row in own])
    return given


def check_typed(wanted: Mapping[Place, Decimal], seen: Mapping[Place, Decimal]) -> None:
    """Raises ValidationError `reserved_elsewhere` where more was typed than was free when it was looked at."""
    for place, quantity in wanted.items():
        if quantity > seen.get(place, ZERO):
            raise ValidationError(
                "reserved_elsewhere",
                _("%(quantity)s are more than the %(free)s that are free of this item there.",
                  quantity=plain_quantity(quantity), free=plain_quantity(seen.get(place, ZERO))),
                field="quantity", hint=_("Reserve at most what is free."),
            )  # fmt: skip


def make_reservations(
    session: Session, wanted: Mapping[LineRef, Decimal], *, user_name: str = ""
) -> tuple[Decimal, Decimal]:
    """Reserve these quantities from stock, of each only what is still free; how much, and how much was gone.

    Lines that need nothing any more are passed over. Raises ValidationError `reserve_never`, `line_applied`.
    """
    lines = {ref: line for ref in wanted if (line := find_line(session, ref)) is not None}
    lock_items(session, {line.item_id for line in lines.values()})
    done, gone = ZERO, ZERO
    for ref, line in lines.items():
        left = -line.quantity - reserved_quantity(session, ref.kind, ref.id, demand=True)
        quantity = min(wanted[ref], left)
        if quantity > 0 and line.reservable:
            taken = reserve(session, ref, None, quantity, among={STOCK}, user_name=user_name)
            done, gone = done + taken, gone + quantity - taken
    return done, gone
