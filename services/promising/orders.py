"""Promise dates of a sales order: available to promise, capable to promise, accept (section 17)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import Subquery, delete, not_, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.rounding import ZERO
from core.text import _
from models import AvailabilitySetup, Item, PlanningLine, Reservation, TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide, TradeType
from posting.prepare import lock_items
from services.availability.movements import Place
from services.availability.promise import Change, Prospect, changes_of, look_ahead_of, proposals_of, reaches
from services.availability.quantities import by_day, stock
from services.availability.set_up import get_setup
from services.promising.replenish import Source, is_critical, source_of
from services.reservations.offers import reserved_quantity
from services.reservations.sources import SourceKind
from services.trade.calendars import Calendars, load_calendars
from services.trade.dates import sales_dates, sales_forward
from services.trade.documents import lines_of, lock_document
from services.trade.lines import change_line
from services.trade.parties import check_center


class Mode(StrEnum):
    """From what is there and on order, or by ordering more as well."""

    AVAILABLE = "available"
    CAPABLE = "capable"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would have to be ordered, in base units."""

    quantity: Decimal
    due: dt.date
    order_date: dt.date
    source: Source


@dataclass(frozen=True, slots=True)
class Promise:
    """One line: required and unavailable in base units; `earliest` None where nothing makes it so in time."""

    line_id: int
    line_no: int
    item_id: int
    description: str
    required: Decimal
    unavailable: Decimal
    #: shipment date that the requested delivery asks for; the line's own shipment date
    requested: dt.date | None
    original: dt.date | None
    earliest: dt.date | None
    planned_delivery: dt.date | None
    #: the end of the search
    searched_to: dt.date
    proposal: Proposal | None = None


def promise_order(session: Session, document_id: int, mode: Mode, today: dt.date) -> list[Promise]:
    """What each item line can be promised, by requested shipment date; writes nothing that stays when it is rehearsed.

    Lines of one order do not promise the same units twice. Earlier proposals for these lines are left out of it.
    Raises NotFound `document_not_found`; ValidationError `not_promised`, `look_ahead_missing`.
    """
    document = session.get(TradeDocument, document_id, populate_existing=True)
    if document is None:
        raise NotFound("document_not_found", _("There is no such document any more."))
    if (document.side, document.type) != (TradeSide.SALES, TradeType.ORDER):
        raise ValidationError("not_promised", _("Only sales orders are promised."))
    setup = get_setup(session)
    if not setup.look_ahead:
        raise ValidationError(
            "look_ahead_missing", _("How far promises look ahead is not set up."), field="look_ahead",
            hint=_("Fill in the look-ahead period in the set-up of availability."),
        )  # fmt: skip
    lines = [line for line in lines_of(session, document_id) if line.type == TradeLineType.ITEM and line.item_id]
    stocked = [line.id for line in lines if not line.drop_shipment and not line.special_order]
    session.execute(delete(PlanningLine).where(PlanningLine.demand_line_id.in_(stocked)))
    session.expire_all()
    lines = [line for line in lines_of(session, document_id) if line.type == TradeLineType.ITEM and line.item_id]
    calendars = load_calendars(session, document, {line.location_id for line in lines})
    run = _Run(session, document, setup, calendars, mode, today)
    wanted = [(_requested(line, calendars) or line.expected_date or today, line) for line in lines]
    return [run.promise(line) for _day, line in sorted(wanted, key=lambda pair: (pair[0], pair[1].line_no))]


def accept(
    session: Session, document_id: int, mode: Mode, today: dt.date, *, user_id: int | None = None, user_name: str = ""
) -> list[Promise]:
    """Put the earliest dates on the lines and keep what has to be ordered as proposals, reserved for their lines.

    Lines that nothing makes possible keep their dates; Always lines are reserved. Raises as `promise_order`, and
    what `change_line` raises for a released order (`document_released`) or a reservation in the way.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    items = select(TradeLine.item_id).where(TradeLine.document_id == document_id, TradeLine.item_id.is_not(None))
    lock_items(session, {item_id for item_id in session.scalars(items) if item_id is not None})
    promises = promise_order(session, document_id, mode, today)
    for promise in promises:
        if promise.earliest is not None and promise.earliest != promise.original:
            change_line(
                session, document_id, promise.line_no, {"expected_date": promise.earliest}, user_id=user_id
            )  # fmt: skip
        if promise.proposal is not None:
            _keep(session, promise, promise.proposal, user_name)
    session.flush()
    return promises


def _keep(session: Session, promise: Promise, proposal: Proposal, user_name: str) -> None:
    """The proposal as a planning line, reserved for the line as far as nothing else was."""
    line = session.get_one(TradeLine, promise.line_id)
    planned = PlanningLine(
        item_id=promise.item_id, variant_id=line.variant_id, location_id=line.location_id,
        quantity_base=proposal.quantity, order_date=proposal.order_date, due_date=proposal.due,
        replenishment_system=proposal.source.system, vendor_id=proposal.source.vendor_id,
        transfer_from_id=proposal.source.transfer_from_id, demand_line_id=line.id,
    )  # fmt: skip
    session.add(planned)
    session.flush()
    left = line.outstanding_qty_base - reserved_quantity(session, SourceKind.TRADE, line.id, demand=True)
    held = min(proposal.quantity, left)
    if held > 0:
        session.add(
            Reservation(
                item_id=promise.item_id, variant_id=line.variant_id, location_id=line.location_id, quantity=held,
                demand_line_id=line.id, supply_planning_line_id=planned.id, expected_receipt_date=proposal.due,
                shipment_date=line.expected_date or proposal.due, created_at=utcnow(), created_by=user_name,
            )
        )  # fmt: skip


def _requested(line: TradeLine, calendars: Calendars) -> dt.date | None:
    """The shipment date that the requested delivery asks for."""
    if line.requested_date is None:
        return None
    copy = _dates_of(line)
    copy.requested_date = line.requested_date
    sales_dates(copy, calendars)
    return copy.expected_date


def _dates_of(line: TradeLine) -> TradeLine:
    return TradeLine(
        location_id=line.location_id, shipping_time=line.shipping_time, handling_time=line.handling_time,
        drop_shipment=line.drop_shipment,
    )  # fmt: skip


@dataclass
class _Run:
    """One look at an order; what its lines were promised so far is nobody else's."""

    session: Session
    document: TradeDocument
    setup: AvailabilitySetup
    calendars: Calendars
    mode: Mode
    today: dt.date

    def __post_init__(self) -> None:
        self.promised: dict[tuple[int, int, int], list[Change]] = {}
        self.start = reaches(self.today, self.setup.promise_offset)
        self.end = reaches(self.today, self.setup.look_ahead)

    def promise(self, line: TradeLine) -> Promise:
        requested = _requested(line, self.calendars)
        found = Promise(
            line.id, line.line_no, line.item_id or 0, line.description, ZERO, ZERO, requested, line.expected_date,
            line.expected_date, line.planned_date, self.end,
        )  # fmt: skip
        held = reserved_quantity(self.session, SourceKind.TRADE, line.id, demand=True)
        required = max(line.outstanding_qty_base - held, ZERO)
        if line.special_order or line.drop_shipment:
            return self._linked(line, found, required)
        if not required:
            return found
        wanted = requested or line.expected_date or self.today
        prospect = self._prospect(line, wanted)
        look = look_ahead_of(self.setup)
        unavailable = min(max(required - prospect.promise(line.expected_date or self.today, look), ZERO), required)
        earliest = prospect.earliest(required, self.today, self.end, self.setup.check_bucket)
        if earliest is not None and requested is not None and earliest < requested:
            earliest = requested
        found = replace(found, required=required, unavailable=unavailable, earliest=earliest)
        if self.mode == Mode.CAPABLE and (earliest is None or earliest > wanted):
            found = self._capable(line, found, prospect, wanted)
        delivery = self._delivery(line, found.earliest) if found.earliest is not None else None
        found = replace(found, planned_delivery=delivery)
        self._take(line, found)
        return found

    def _take(self, line: TradeLine, found: Promise) -> None:
        """Later lines of the order find less, from the day this one was promised; a proposal brings its own."""
        taken = self.promised.setdefault(_key(line), [])
        taken.append((found.earliest or line.expected_date or self.today, -found.required))
        if found.proposal is not None:
            taken.append((found.proposal.due, found.proposal.quantity))

    def _linked(self, line: TradeLine, found: Promise, required: Decimal) -> Promise:
        """What is bought for this line alone comes when its purchase comes."""
        linked = self.session.get(TradeLine, line.linked_line_id) if line.linked_line_id is not None else None
        earliest = linked.expected_date if linked is not None else line.expected_date
        delivery = self._delivery(line, earliest) if earliest is not None else None
        return replace(found, required=required, earliest=earliest, planned_delivery=delivery)

    def _prospect(self, line: TradeLine, wanted: dt.date) -> Prospect:
        """What nobody holds, without this order and without sales that are wanted later."""
        place = Place(line.location_id, line.variant_id)
        own = self.document.id

        def others(lines: Subquery) -> Sequence[Any]:
            row = lines.c
            return (
                not_((row.kind == SourceKind.TRADE.value) & (row.document_id == own)),
                not_((row.event == "sales_order") & (row.day > wanted)),
            )

        days = by_day(self.session, line.item_id or 0, place, where=others)
        free = stock(self.session, [line.item_id or 0], place)[line.item_id or 0].available_inventory
        changes = [*changes_of(days), *self.promised.get(_key(line), ())]
        return Prospect(free, tuple(changes), tuple(proposals_of(days)))

    # ------------------------------------------------------------------ by ordering more
    def _capable(self, line: TradeLine, found: Promise, prospect: Prospect, wanted: dt.date) -> Promise:
        """The requested date first, then dates up to the end of the search, by halving."""
        item = self.session.get_one(Item, line.item_id or 0)
        source = source_of(self.session, item, line.variant_id, line.location_id)
        origin = self._origin(item, line, source)

        def missing(on: dt.date) -> Decimal:
            return max(found.required - prospect.promise(on), ZERO)

        def possible(on: dt.date) -> bool:
            short = missing(on)
            if not short:
                return True
            if source.due(self.start) > on:
                return False
            return origin is None or origin.promise(_sent(source, on)) >= short

        last = reaches(self.start, self.setup.look_ahead)
        day = _halved(possible, max(wanted, self.today), last)
        if day is None:
            return found
        short = missing(day)
        proposal = Proposal(short, day, _sent(source, day), source) if short else None
        return replace(found, earliest=day, proposal=proposal)

    def _origin(self, item: Item, line: TradeLine, source: Source) -> Prospect | None:
        """What the place that would send a transfer has to give; None where nobody looks at it: not critical."""
        if source.transfer_from_id is None or not is_critical(
            self.session, item, line.variant_id, source.transfer_from_id
        ):
            return None
        place = Place(source.transfer_from_id, line.variant_id)
        days = by_day(self.session, line.item_id or 0, place)
        free = stock(self.session, [line.item_id or 0], place)[line.item_id or 0].available_inventory
        return Prospect(free, tuple(changes_of(days)))

    def _delivery(self, line: TradeLine, shipment: dt.date) -> dt.date | None:
        copy = _dates_of(line)
        copy.expected_date = shipment
        sales_forward(copy, self.calendars)
        return copy.planned_date


def _sent(source: Source, on: dt.date) -> dt.date:
    """The day to order, of a transfer to ship, that it is there: counted back to a free day it may come after it."""
    day = source.order_date(on)
    while source.transfer_from_id is not None and source.due(day) > on:
        day -= dt.timedelta(days=1)
    return day


def _key(line: TradeLine) -> tuple[int, int, int]:
    return line.item_id or 0, line.variant_id, line.location_id


def _halved(possible: Callable[[dt.date], bool], first: dt.date, last: dt.date) -> dt.date | None:
    """The first date tried that is possible; between an impossible and a possible one, the middle is tried next."""
    if possible(first):
        return first
    if last <= first or not possible(last):
        return None
    low, high = first, last
    while (high - low).days > 1:
        middle = low + (high - low) // 2
        low, high = (low, middle) if possible(middle) else (middle, high)
    return high
