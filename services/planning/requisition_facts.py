"""What planning has to know of some items: parameters, stock, open lines, lead times; set-based, for each place."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.rounding import ZERO, from_scaled
from core.sql import ids_of
from models import (
    BLANK_ID,
    InventorySetup,
    Item,
    ItemBalance,
    ItemLedgerEntry,
    ItemVendor,
    Location,
    Reservation,
    StockkeepingUnit,
    TradeLine,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
    TransferRoute,
    Vendor,
)
from models.enums import MissingSku, ReplenishmentSystem
from services.availability.movements import movements
from services.planning.balance import Demand, Situation, Supply
from services.planning.parameters import PARAMETER_COLUMNS, Defaults, Parameters, at_place
from services.planning.set_up import defaults_of
from services.promising.replenish import NO_ROAD, Road, Source, calendar_of
from services.reservations.sources import SourceKind
from services.trade.calendars import WorkDays, load_work_days
from services.transfers.routes import values_of_route

#: (item, variant, location)
Place = tuple[int, int, int]
_SUPPLIED = ("replenishment_system", "vendor_id", "lead_time")


@dataclass(slots=True)
class Surroundings:
    """What is the same for all items: set-up, locations, routes, vendors' lead times."""

    defaults: Defaults
    handling: dict[int, str]
    missing: dict[int, MissingSku]
    routes: dict[tuple[int, int], Road]
    #: from ready to gone, by location
    outbound: dict[int, str]
    vendors: dict[int, str]
    #: working days by vendor and by location, of those that have a calendar
    working: dict[int, WorkDays]
    open_at: dict[int, WorkDays]


@dataclass(slots=True)
class Facts:
    """The places of some items with what happens there."""

    around: Surroundings
    items: dict[int, Any]
    units: dict[Place, Any]
    catalogue: dict[tuple[int, int, int], str]
    stock: dict[Place, Decimal] = field(default_factory=dict)
    reserved: dict[Place, Decimal] = field(default_factory=dict)
    demands: dict[Place, list[Demand]] = field(default_factory=lambda: defaultdict(list))
    supplies: dict[Place, list[Supply]] = field(default_factory=lambda: defaultdict(list))
    _sources: dict[Place, Source] = field(default_factory=dict)

    def places(self, location_id: int | None = None) -> Iterator[Place]:
        """Places in the order in which they are planned: whoever is supplied from a place comes before it."""
        found = set(self.stock) | set(self.demands) | set(self.supplies) | set(self.units)
        for item_id in self.items.keys() - {place[0] for place in found}:
            found.add((item_id, BLANK_ID, BLANK_ID))
        for place in list(found):
            found.update(self._way(place))
        for place in sorted(found, key=lambda place: (place[0], place[1], -len(self._way(place)), place[2])):
            if location_id is None or place[2] == location_id:
                yield place

    def _way(self, place: Place) -> list[Place]:
        """The places that goods come through on their way here."""
        way: list[Place] = []
        while (source := self.source(place).transfer_from_id) is not None:
            place = (place[0], place[1], source)
            if place in way:
                break
            way.append(place)
        return way

    def parameters(self, place: Place) -> Parameters:
        """How it is planned."""
        rule = self.around.missing.get(place[2], MissingSku.ITEM_CARD)
        return at_place(self.items[place[0]], self.units.get(place), rule, self.around.defaults)

    def source(self, place: Place) -> Source:
        """Where more comes from: lead time of vendor and item, else stockkeeping unit, item, vendor (section 19)."""
        if place not in self._sources:
            self._sources[place] = self._find_source(place)
        return self._sources[place]

    def _find_source(self, place: Place) -> Source:
        item, unit, around = self.items[place[0]], self.units.get(place), self.around
        own = unit if unit is not None else item
        handling = around.handling.get(place[2], "")
        safety = own.safety_lead_time or around.defaults.safety_lead_time
        if own.replenishment_system == ReplenishmentSystem.TRANSFER and unit is not None and unit.transfer_from_id:
            road = around.routes.get((unit.transfer_from_id, place[2]), NO_ROAD)
            return Source(
                own.replenishment_system, road.time, handling, safety, transfer_from_id=unit.transfer_from_id,
                counting=road.agent, place=around.open_at.get(place[2]),
                outbound_handling=around.outbound.get(unit.transfer_from_id, ""),
                origin=around.open_at.get(unit.transfer_from_id),
            )  # fmt: skip
        vendor_id = own.vendor_id or item.vendor_id
        lead = own.lead_time or item.lead_time
        if own.replenishment_system == ReplenishmentSystem.PURCHASE and vendor_id is not None:
            of_item = self.catalogue.get((item.id, BLANK_ID, vendor_id), "")
            lead = self.catalogue.get((item.id, place[1], vendor_id), "") or of_item or lead
            lead = lead or around.vendors.get(vendor_id, "")
        here = around.open_at.get(place[2])
        return Source(
            own.replenishment_system, lead, handling, safety, vendor_id=vendor_id,
            counting=around.working.get(vendor_id or 0) or here, place=here,
        )  # fmt: skip

    def situation(self, place: Place, start: dt.date, end: dt.date) -> Situation:
        """All that planning looks at there."""
        return Situation(
            self.parameters(place), self.source(place), start, end, self.stock.get(place, ZERO),
            self.reserved.get(place, ZERO), self.demands.get(place, ()), self.supplies.get(place, ()),
        )  # fmt: skip


def surroundings(session: Session) -> Surroundings:
    """What is the same for all items; six statements, two more where somebody has a calendar."""
    setup = session.get(InventorySetup, 1)
    handling: dict[int, str] = {BLANK_ID: setup.inbound_handling_time if setup is not None else ""}
    missing: dict[int, MissingSku] = {}
    outbound: dict[int, str] = {}
    for location_id, time, ready, rule in session.execute(
        select(
            Location.id, Location.inbound_handling_time, Location.outbound_handling_time, Location.missing_sku
        ).where(Location.there())
    ).tuples():
        handling[location_id], outbound[location_id], missing[location_id] = time, ready, rule
    routes = session.scalars(
        select(TransferRoute).options(
            joinedload(TransferRoute.shipping_agent_service), joinedload(TransferRoute.shipping_agent)
        )
    ).all()
    vendors = dict(session.execute(select(Vendor.id, Vendor.lead_time).where(Vendor.lead_time != "")).tuples().all())
    theirs, places = _calendars(session, Vendor), _calendars(session, Location)
    carried = {number for route in routes if (number := calendar_of(route)) is not None}
    wanted = {*theirs.values(), *places.values(), *carried}
    days = load_work_days(session, wanted) if wanted else {}
    roads = {
        (route.from_location_id, route.to_location_id): Road(
            str(values_of_route(session, route)["shipping_time"]), days.get(calendar_of(route) or 0)
        )
        for route in routes
    }
    return Surroundings(
        defaults_of(session), handling, missing, roads, outbound, vendors,
        {vendor_id: days[number] for vendor_id, number in theirs.items()},
        {location_id: days[number] for location_id, number in places.items()},
    )  # fmt: skip


def _calendars(session: Session, model: type[Vendor | Location]) -> dict[int, int]:
    """Whose calendar is which, of those who have one."""
    rows = session.execute(select(model.id, model.calendar_id).where(model.calendar_id.is_not(None)))
    return {key: number for key, number in rows.tuples() if number is not None}


def facts_of(session: Session, around: Surroundings, item_ids: Sequence[int]) -> Facts:
    """What happens with these items; a fixed number of statements for any number of them."""
    among = ids_of(session, item_ids)
    unit = StockkeepingUnit
    items = session.execute(
        select(Item.id, *(getattr(Item, name) for name in (*_SUPPLIED, *PARAMETER_COLUMNS))).where(Item.id.in_(among))
    )
    units = session.execute(
        select(
            unit.item_id, unit.variant_id, unit.location_id, unit.transfer_from_id,
            *(getattr(unit, name) for name in (*_SUPPLIED, *PARAMETER_COLUMNS)),
        ).where(unit.item_id.in_(among))
    )  # fmt: skip
    row = ItemVendor
    catalogue = session.execute(
        select(row.item_id, row.variant_id, row.vendor_id, row.lead_time).where(
            row.item_id.in_(among), row.lead_time != ""
        )
    )
    facts = Facts(
        around, {found.id: found for found in items},
        {(found.item_id, found.variant_id, found.location_id): found for found in units},
        {(found[0], found[1], found[2]): found[3] for found in catalogue},
    )  # fmt: skip
    balance = ItemBalance
    for found in session.execute(
        select(balance.item_id, balance.variant_id, balance.location_id, balance.quantity)
        .join(Location, Location.id == balance.location_id)
        .where(balance.item_id.in_(among), balance.quantity != 0, Location.use_as_in_transit.is_(False))
    ):
        facts.stock[found[0], found[1], found[2]] = found[3]
    entry = ItemLedgerEntry
    for found in session.execute(
        select(
            entry.item_id, entry.variant_id, entry.location_id,
            func.sum(Reservation.quantity, type_=Reservation.quantity.type),
        )
        .join(Reservation, Reservation.supply_entry_id == entry.id)
        .where(Reservation.item_id.in_(among))
        .group_by(entry.item_id, entry.variant_id, entry.location_id)
    ):  # fmt: skip
        facts.reserved[found[0], found[1], found[2]] = found[3]
    _read_movements(session, facts, item_ids)
    return facts


def _read_movements(session: Session, facts: Facts, item_ids: Sequence[int]) -> None:
    """Open demand and supply; a line of which something has moved already or that names numbers is not changed."""
    begun = _begun(session, item_ids)
    rows = movements(session, item_ids, planned=True, transfers=True)
    for row in session.execute(select(rows).order_by(rows.c.day, rows.c.kind, rows.c.id)):
        place = (row.item_id, row.variant_id, row.location_id)
        quantity, held = row.quantity, from_scaled(row.held)
        trade = row.id if row.kind == SourceKind.TRADE else None
        if quantity < 0:
            facts.demands[place].append(Demand(row.day, -quantity, min(held, -quantity), row.document_no, trade))
        elif quantity > 0:
            transfer = row.id if row.kind == SourceKind.TRANSFER_IN else None
            changeable = row.event in ("purchase_order", "transfer_in") and not held and (row.kind, row.id) not in begun
            facts.supplies[place].append(
                Supply(row.day, quantity, min(held, quantity), row.document_no, trade, transfer, changeable=changeable)
            )


def _begun(session: Session, item_ids: Sequence[int]) -> set[tuple[str, int]]:
    """Lines that planning lets be: begun, special, reserved along the way, or with lots and serials named on them."""
    among = ids_of(session, item_ids)
    bought = select(TradeLine.id).where(
        TradeLine.item_id.in_(among), TradeLine.outstanding_qty_base != 0,
        (TradeLine.qty_handled != 0) | TradeLine.special_order,
    )  # fmt: skip
    named = (
        select(TradeLineNumber.line_id)
        .join(TradeLine, TradeLine.id == TradeLineNumber.line_id)
        .where(TradeLine.item_id.in_(among), TradeLine.outstanding_qty_base != 0)
    )
    sent = (
        select(TransferLineNumber.line_id)
        .join(TransferLine, TransferLine.id == TransferLineNumber.line_id)
        .where(TransferLine.item_id.in_(among), TransferLine.qty_received_base < TransferLine.quantity_base)
    )
    moved = select(TransferLine.id).where(
        TransferLine.item_id.in_(among), TransferLine.qty_received_base < TransferLine.quantity_base,
        TransferLine.qty_shipped_base != 0,
    )  # fmt: skip
    held = select(Reservation.demand_transfer_line_id).where(
        Reservation.item_id.in_(among), Reservation.demand_transfer_line_id.is_not(None)
    )
    return (
        {(SourceKind.TRADE.value, key) for rows in (bought, named) for key in session.scalars(rows)}
        | {(SourceKind.TRANSFER_IN.value, key) for rows in (moved, sent) for key in session.scalars(rows)}
        | {(SourceKind.TRANSFER_IN.value, key) for key in session.scalars(held) if key is not None}
    )
