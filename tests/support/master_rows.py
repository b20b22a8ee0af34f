"""At least one row of each kind of master data that places, numbers, dimensions and texts about items are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import CatalogItem, Item, ItemAttribute, ItemVariant, Location, User
from models.enums import TradeSide
from services import (
    attributes,
    bin_contents,
    calendars,
    centers,
    currencies,
    dimension_setup,
    dimensions,
    location_parts,
    locations,
    number_series,
)
from services import shipping_agents as carriers
from services.bins import create_bin, get_bin
from services.items import substitutes, templates, texts
from services.trade.setup import save_invoice_discount
from services.transfers import routes

#: kind -> a column that may change, and what it is changed to; "Description" otherwise
CHANGES: dict[str, tuple[str, str]] = {
    "item-templates": ("Description", "Changed"), "responsibility-centres": ("City", "Changed"),
    "transfer-routes": ("Shipping time", "3D"), "number-series-lines": ("Allow gaps", "yes"),
    "accounts": ("Name", "Changed"), "variant-attribute-values": ("Value", "Blue"), "calendars": ("Name", "Changed"),
    "currencies": ("Name", "Changed"), "exchange-rates": ("Local amount", "1.25"),
    "calendar-days": ("Description", "Changed"), "shipping-agents": ("Name", "Changed"),
    "shipping-agent-services": ("Shipping time", "2D"), "dimensions": ("Name", "Changed"),
    "dimension-values": ("Name", "Changed"), "default-dimensions": ("Value", "SOUTH"),
    "extended-texts": ("Text", "Changed"), "item-comments": ("Text", "Changed"),
    "substitutes": ("Conditions", "Shorter"), "invoice-discounts": ("Discount percent", "7.5"),
    "warehouse-employees": ("Lines begin here", "no"), "bin-contents": ("Default bin", "no"),
}  # fmt: skip


def fill(session: Session) -> None:
    """Rows about SHIRT in RED with its colour, and about BINS with its bin A-01, which are there."""
    shirt = session.scalars(select(Item).where(Item.no == "SHIRT")).one()
    red = session.scalars(select(ItemVariant).where(ItemVariant.item_id == shirt.id)).one()
    colour = session.scalars(select(ItemAttribute).where(ItemAttribute.name == "Colour of it")).one()
    attributes.add_value(session, colour, "Blue")
    attributes.assign_value(session, shirt.id, colour, "Red", variant_id=red.id)
    other = session.scalars(select(Item).where(Item.no == "BOLT-1,5")).one()
    pair = {"variant_id": red.id, "substitute_item_id": other.id, "conditions": "Longer\nHeavier"}
    substitutes.save_substitute(session, shirt, pair)
    dollar = currencies.save_currency(session, None, {"code": "USD", "name": "Dollar"})
    worth = {"starting_date": dt.date(2026, 1, 1), "local_amount": Decimal("0.92")}
    currencies.save_rate(session, dollar, None, worth)
    templates.save_template(session, {"code": "SHIRTS", "description": "Shirts", "reorder_point": 5})
    for words in ("Wash it cold", "Iron it\nwarm"):
        texts.save_text(session, shirt, {"text": words})
    entry = session.scalars(select(CatalogItem)).first()
    for owner in (shirt, entry or shirt):
        texts.save_comment(session, owner, {"text": "Ask about the collar"}, on=dt.date(2025, 1, 1))
    for side in TradeSide:
        save_invoice_discount(session, side, "ZBIG", {"minimum_amount": Decimal(100), "discount_percent": Decimal(5)})
    _places(session)
    _numbers(session)
    _dimensions(session, shirt)


def _places(session: Session) -> None:
    week = calendars.save_calendar(session, None, {"code": "WEEK", "name": "Our week"})
    calendars.save_day(session, week, None, {"day": dt.date(2025, 12, 25), "description": "Christmas"})
    place = session.scalars(select(Location).where(Location.code == "BINS")).one()
    locations.edit_location(session, place, {"require_receive": True})
    locations.edit_location(session, place, {"receipt_bin_id": get_bin(session, place.id, "A-01").id})
    shirt = session.scalars(select(Item.id).where(Item.no == "SHIRT")).one()
    for variant in (0, *session.scalars(select(ItemVariant.id).where(ItemVariant.item_id == shirt))):
        bin_id = get_bin(session, place.id, "A-01").id
        given = {"bin_id": bin_id, "item_id": shirt, "variant_id": variant, "default_bin": True, "fixed_bin": True}
        bin_contents.create_content(session, given)
    location_parts.save_zone(session, place, None, {"code": "COLD", "description": "Cold store", "ranking": 4})
    assert create_bin(session, place, "B-09", {"zone_code": "COLD"}).ranking == 4
    ada = User(email="ada@demo.example", fs_uniquifier="ada", active=True)
    session.add(ada)
    session.flush()
    location_parts.save_employee(session, place, None, {"user_id": ada.id, "default": True})
    centers.create_center(session, "NORTH", {"name": "North", "location_id": place.id})
    agent = carriers.save_agent(session, None, {"code": "VAN", "name": "Our van", "calendar_id": week.id})
    service = carriers.save_service(session, agent, None, {"code": "NEXT", "shipping_time": "1D"})
    road = locations.create_location(session, "ROAD", {"name": "On the road", "use_as_in_transit": True})
    target = locations.create_location(session, "THERE", {"name": "There"})
    way: dict[str, Any] = {
        "in_transit_location_id": road.id, "shipping_agent_id": agent.id, "shipping_agent_service_id": service.id,
    }  # fmt: skip
    routes.save_route(session, place, target, way)


def _numbers(session: Session) -> None:
    ours = number_series.create_series(session, "ZOUR", {"description": "Ours"})
    more = number_series.create_series(session, "ZMORE", {"description": "More"})
    number_series.relate(session, more, ours.id)
    number_series.save_line(session, ours, None, {"starting_no": "A001", "last_no_used": "A007"})
    later = {"starting_date": dt.date(2026, 1, 1), "starting_no": "B001", "increment_by": 10}
    number_series.save_line(session, ours, None, later)


def _dimensions(session: Session, item: Item) -> None:
    area = dimension_setup.save_dimension(session, None, {"code": "ZAREA", "name": "Area"})
    north = dimension_setup.save_value(session, area, None, {"code": "NORTH", "name": "North"})
    dimension_setup.save_value(session, area, None, {"code": "SOUTH", "name": "South"})
    dimensions.set_default(session, item, area.id, north.id)
