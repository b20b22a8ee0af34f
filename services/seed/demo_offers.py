"""What the demo company says about its items beyond the cards: substitutes, texts, notes, and what vendors offer."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import Item, ItemTemplate, Vendor
from models.enums import ReorderingPolicy
from services.catalog.entries import create_entry
from services.items.substitutes import save_substitute
from services.items.templates import template_from_item
from services.items.texts import save_comment, save_text

#: item, its substitute, both ways, what to look at before choosing it
SUBSTITUTES: tuple[tuple[str, str, bool, str], ...] = (
    ("1270", "1280", True, "Firmer: let the customer try it"),
    ("1340", "1330", True, "Fixed to the frame"),
    ("1230", "1240", False, "Only with a sprocket for nine speeds"),
    ("1070", "1080", False, "For children from 105 cm"),
    ("1310", "1320", False, "The set brings a front light too"),
    ("1300", "1320", False, "The set brings a rear light too"),
)
#: item, the vendor's number of what the catalog offers instead of it
OUT_OF_CATALOG: tuple[tuple[str, str], ...] = (("2040", "LR-22"),)
#: item, text under its lines on orders and invoices
TEXTS: tuple[tuple[str, str], ...] = (
    ("1070", "With bell, reflectors and a basket.\nBrakes are to be checked before the first ride."),
    ("1390", "The hose fits all usual valves."),
)
#: item, days ago, note
NOTES: tuple[tuple[str, int, str], ...] = (
    ("2040", 9, "The vendor is short of bamboo until spring."),
    ("1070", 30, "Customers ask for a green one."),
)
#: vendor, its number, what it is, unit, our cost, our price
OFFERS: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("V1001", "CRG-210", "Cargo trailer with cover, 60 kg", "PCS", "142.50", "229.00"),
    ("V1001", "CRG-230", "Cargo trailer for dogs, 40 kg", "PCS", "188.00", "299.00"),
    ("V1001", "HLM-07", "Helmet with rear light, S to L", "PCS", "31.20", "59.90"),
    ("V1004", "LR-22", "Leaf rake, steel, 22 tines", "PCS", "9.40", "17.90"),
    ("V1004", "GH-4400", "Greenhouse 3.1 m2, tempered glass", "PCS", "410.00", "649.00"),
    ("V1004", "GH-4410", "Shelf for greenhouse GH-4400", "PCS", "24.80", "44.90"),
)


def _template(session: Session, item: Item, code: str, description: str, **values: object) -> ItemTemplate:
    """A template like an item, without what is that item's own."""
    amounts = ("unit_price", "unit_cost", "last_direct_cost", "profit_percent", "net_weight", "gross_weight")
    texts = ("vendor_item_no", "gtin", "shelf_no", "lead_time")
    blank = {"vendor_id": None, "manufacturer_id": None} | dict.fromkeys(texts, "") | dict.fromkeys(amounts, ZERO)
    return template_from_item(
        session, item,
        {"code": code, "description": description} | blank | values,
    )  # fmt: skip


def add_offers(session: Session, today: dt.date) -> None:
    """Substitutes, texts, notes and the catalog with a template to make items of."""
    items = {item.no: item for item in session.scalars(select(Item))}
    for no, other, both, condition in SUBSTITUTES:
        save_substitute(
            session, items[no],
            {"substitute_item_id": items[other].id, "interchangeable": both, "conditions": condition},
        )  # fmt: skip
    for no, text in TEXTS:
        save_text(session, items[no], {"text": text, "sales_quote": False})
    for no, days, text in NOTES:
        save_comment(session, items[no], {"text": text, "day": today - dt.timedelta(days=days)}, on=today)
    vendors = {vendor.no: vendor.id for vendor in session.scalars(select(Vendor))}
    unplanned = dict.fromkeys(("reorder_point", "reorder_quantity", "safety_stock_quantity"), ZERO)
    template = _template(
        session, items["1390"], "CATALOG", "Made from the catalog",
        category_id=None, reordering_policy=ReorderingPolicy.NONE, **unplanned,
    )  # fmt: skip
    _template(session, items["1000"], "BICYCLE", "Bicycle for the range")
    made = {}
    for vendor, number, words, unit, cost, price in OFFERS:
        made[number] = create_entry(
            session,
            {
                "vendor_id": vendors[vendor], "vendor_item_no": number, "description": words, "unit_code": unit,
                "negotiated_cost": Decimal(cost), "unit_price": Decimal(price), "item_template_id": template.id,
            },
            on=today,
        )  # fmt: skip
    for no, number in OUT_OF_CATALOG:
        save_substitute(session, items[no], {"substitute_catalog_item_id": made[number].id})
