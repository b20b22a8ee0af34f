"""How long it takes to get more of an item to a place, and from where (sections 17 and 19)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import BLANK_ID, InventorySetup, Item, ItemVendor, Location, StockkeepingUnit, TransferRoute, Vendor
from models.enums import ReplenishmentSystem
from services.trade.calendars import WorkDays, earlier, later, load_work_days
from services.transfers.routes import find_route, values_of_route


@dataclass(frozen=True, slots=True)
class Source:
    """Where more comes from, with what has to pass between the order and the day it can be used: date formulas."""

    system: ReplenishmentSystem
    lead_time: str = ""
    inbound_handling: str = ""
    safety_lead_time: str = ""
    vendor_id: int | None = None
    transfer_from_id: int | None = None
    #: whose working days the lead time counts (the agent's; the vendor's, else the place's), and those of the place
    counting: WorkDays | None = None
    place: WorkDays | None = None
    #: of a transfer: from ready to gone where it leaves, counted by who works there
    outbound_handling: str = ""
    origin: WorkDays | None = None

    def due(self, ordered: dt.date) -> dt.date:
        """When what is ordered on a day, of a transfer shipped, can be used.

        Raises ValidationError `calendar_without_work`.
        """
        leaves = later(ordered, self.outbound_handling, self.origin, self.counting)
        arrived = later(leaves, self.lead_time, self.counting, self.place)
        return later(later(arrived, self.inbound_handling, self.place), self.safety_lead_time, self.place)

    def order_date(self, due: dt.date) -> dt.date:
        """When it has to be ordered to be there on a day; of a transfer, shipped. Raises as `due`."""
        arrived = earlier(earlier(due, self.safety_lead_time, self.place), self.inbound_handling, self.place)
        leaves = earlier(arrived, self.lead_time, self.counting, self.place if not self._moves else self.origin)
        return earlier(leaves, self.outbound_handling, self.origin, self.origin)

    @property
    def _moves(self) -> bool:
        return self.transfer_from_id is not None


@dataclass(frozen=True, slots=True)
class Road:
    """How long a transfer takes on the way, and who carries it."""

    time: str = ""
    agent: WorkDays | None = None


NO_ROAD = Road()


def calendar_of(route: TransferRoute) -> int | None:
    """The calendar that the days on the way are counted by: of the service, else of the agent."""
    if route.direct_transfer:
        return None
    service, agent = route.shipping_agent_service, route.shipping_agent
    if service is not None and service.calendar_id is not None:
        return service.calendar_id
    return agent.calendar_id if agent is not None else None


def source_of(
    session: Session, item: Item, variant_id: int, location_id: int, transfer_from_id: int | None = None
) -> Source:
    """The way of the stockkeeping unit, else of the item; sent from `transfer_from_id` whatever they say, where named.

    Lead time: vendor and item, else stockkeeping unit, else item, else vendor (section 19).
    """
    unit = session.scalar(
        select(StockkeepingUnit).where(
            StockkeepingUnit.item_id == item.id, StockkeepingUnit.location_id == location_id,
            StockkeepingUnit.variant_id == variant_id,
        )
    )  # fmt: skip
    own: StockkeepingUnit | Item = unit if unit is not None else item
    setup = session.get(InventorySetup, 1)
    place = session.get(Location, location_id) if location_id != BLANK_ID else None
    handling = (place.inbound_handling_time if place is not None else "") or (
        setup.inbound_handling_time if setup is not None and place is None else ""
    )
    safety = own.safety_lead_time or (setup.default_safety_lead_time if setup is not None else "")
    system = own.replenishment_system
    if transfer_from_id is not None:
        return _by_transfer(session, transfer_from_id, place, handling, safety)
    if system == ReplenishmentSystem.TRANSFER and unit is not None and unit.transfer_from_id is not None:
        return _by_transfer(session, unit.transfer_from_id, place, handling, safety)
    vendor_id = own.vendor_id or item.vendor_id
    lead, vendor_calendar = own.lead_time or item.lead_time, None
    if system == ReplenishmentSystem.PURCHASE and vendor_id is not None:
        lead = _catalogue_time(session, item.id, variant_id, vendor_id) or lead
        vendor = session.get_one(Vendor, vendor_id)
        lead, vendor_calendar = lead or vendor.lead_time, vendor.calendar_id
    place_calendar = place.calendar_id if place is not None else None
    wanted = {number for number in (vendor_calendar, place_calendar) if number is not None}
    days = load_work_days(session, wanted) if wanted else {}
    here = days.get(place_calendar or 0)
    return Source(
        system, lead, handling, safety, vendor_id=vendor_id, counting=days.get(vendor_calendar or 0) or here, place=here
    )


def _by_transfer(session: Session, from_id: int, place: Location | None, handling: str, safety: str) -> Source:
    """Sent from another place: handled there, carried by the agent of the route, handled here."""
    origin, route = session.get_one(Location, from_id), find_route(session, from_id, place.id if place else BLANK_ID)
    agent = calendar_of(route) if route is not None else None
    here = place.calendar_id if place is not None else None
    wanted = {number for number in (agent, here, origin.calendar_id) if number is not None}
    days = load_work_days(session, wanted) if wanted else {}
    time = str(values_of_route(session, route)["shipping_time"]) if route is not None else ""
    return Source(
        ReplenishmentSystem.TRANSFER, time, handling, safety, transfer_from_id=from_id,
        counting=days.get(agent or 0), place=days.get(here or 0), outbound_handling=origin.outbound_handling_time,
        origin=days.get(origin.calendar_id or 0),
    )  # fmt: skip


def is_critical(session: Session, item: Item, variant_id: int, location_id: int) -> bool:
    """Whether what a place has to give limits a promise: its stockkeeping unit says so, else the item (section 17)."""
    unit = StockkeepingUnit
    said = session.scalar(
        select(unit.critical).where(
            unit.item_id == item.id, unit.location_id == location_id, unit.variant_id == variant_id
        )
    )
    return item.critical if said is None else said


def _catalogue_time(session: Session, item_id: int, variant_id: int, vendor_id: int) -> str:
    """The lead time of the vendor catalogue: of the variant, else of the item."""
    row = ItemVendor
    rows = session.execute(
        select(row.variant_id, row.lead_time).where(
            row.item_id == item_id, row.vendor_id == vendor_id, row.variant_id.in_([BLANK_ID, variant_id])
        )
    )
    times = dict(rows.tuples().all())
    return times.get(variant_id, "") or times.get(BLANK_ID, "")
