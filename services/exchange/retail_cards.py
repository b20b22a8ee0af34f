"""The cards a week of trade needs: categories, items and customers; those that exist already are left as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ValidationError
from core.rounding import PLACES, round_to
from core.text import _
from models import (
    AuditEntry,
    Customer,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GenProductPostingGroup,
    InventoryPostingGroup,
    InventorySetup,
    Item,
    ItemCategory,
    ItemUnitOfMeasure,
    UnitOfMeasure,
)
from models.enums import CostingMethod, ItemType, ReservePolicy
from services import categories
from services.exchange.bulk import insert_many
from services.exchange.retail_categories import CATEGORIES, OTHER, ROOT, SERVICES
from services.exchange.retail_file import ItemPlan, RetailFile
from services.exchange.search_rows import write_search_rows

_CHUNK = 500
COUNTRIES = {
    "UNITED KINGDOM": "GB",
    "GERMANY": "DE",
    "FRANCE": "FR",
    "EIRE": "IE",
    "NORWAY": "NO",
    "LITHUANIA": "LT",
    "ITALY": "IT",
    "JAPAN": "JP",
    "AUSTRALIA": "AU",
    "PORTUGAL": "PT",
    "BELGIUM": "BE",
    "POLAND": "PL",
    "SWITZERLAND": "CH",
    "SPAIN": "ES",
    "NETHERLANDS": "NL",
    "AUSTRIA": "AT",
    "DENMARK": "DK",
    "SWEDEN": "SE",
    "FINLAND": "FI",
    "ICELAND": "IS",
    "CYPRUS": "CY",
    "GREECE": "GR",
    "USA": "US",
    "CANADA": "CA",
    "ISRAEL": "IL",
    "SINGAPORE": "SG",
    "HONG KONG": "HK",
    "BAHRAIN": "BH",
    "MALTA": "MT",
    "BRAZIL": "BR",
    "RSA": "ZA",
    "LEBANON": "LB",
    "CZECH REPUBLIC": "CZ",
    "CHANNEL ISLANDS": "JE",
    "SAUDI ARABIA": "SA",
    "UNITED ARAB EMIRATES": "AE",
}


def create_cards(session: Session, content: RetailFile, *, cost_percent: Decimal) -> dict[str, int]:
    """Create what is missing; returns how many items, categories and customers are new.

    Raises ValidationError `set_up_missing` where the company has no unit or posting group to put on items.
    """
    made_categories = _create_categories(session, {plan.category for plan in content.items.values()})
    items = _create_items(session, list(content.items.values()), cost_percent)
    customers = _create_customers(session, content)
    return {"items": items, "categories": made_categories, "customers": customers}


def _create_categories(session: Session, wanted: set[str]) -> int:
    names = {code: description for code, (description, _words) in CATEGORIES.items()} | dict([OTHER, SERVICES])
    existing = set(session.scalars(select(ItemCategory.code)))
    before = len(existing)
    if ROOT[0] not in existing and wanted - {SERVICES[0]}:
        categories.create_category(session, *ROOT)
        existing.add(ROOT[0])
    root_id = session.scalar(select(ItemCategory.id).where(ItemCategory.code == ROOT[0]))
    for code in sorted(wanted - existing):
        categories.create_category(session, code, names[code], parent_id=None if code == SERVICES[0] else root_id)
        existing.add(code)
    return len(existing) - before


def _first(session: Session, model: type[Any], usual: str, what: str) -> int:
    """The id of the usual row, else of the first that has a code."""
    rows = session.execute(select(model.code, model.id).order_by(model.id)).tuples().all()
    codes: dict[str, int] = {code: row_id for code, row_id in rows if code}
    if not codes:
        raise ValidationError("set_up_missing", _("Set up a %(what)s first; new items need one.", what=what))
    return codes.get(usual, next(iter(codes.values())))


def _create_items(session: Session, plans: Sequence[ItemPlan], cost_percent: Decimal) -> int:
    unit = _first(session, UnitOfMeasure, "PCS", _("unit of measure"))
    goods = _first(session, GenProductPostingGroup, "RETAIL", _("product posting group"))
    services = _first(session, GenProductPostingGroup, "SERVICES", _("product posting group"))
    inventory = _first(session, InventoryPostingGroup, "RESALE", _("inventory posting group"))
    vat = dict(
        session.execute(select(GenProductPostingGroup.id, GenProductPostingGroup.default_vat_product_posting_group_id))
        .tuples()
        .all()
    )
    setup = session.get(InventorySetup, 1)
    method = setup.default_costing_method if setup else CostingMethod.FIFO
    by_code = dict(session.execute(select(ItemCategory.code, ItemCategory.id)).tuples().all())
    made = 0
    for start in range(0, len(plans), _CHUNK):
        some = plans[start : start + _CHUNK]
        nos = [plan.no for plan in some]
        known = set(session.scalars(select(Item.no).where(Item.no.in_(nos))))
        fresh = [plan for plan in some if plan.no not in known]
        if not fresh:
            continue
        rows = []
        for plan in fresh:
            group = services if plan.charge else goods
            rows.append(
                {
                    "no": plan.no,
                    "description": plan.description[:100],
                    "search_description": plan.description.upper()[:100],
                    "type": ItemType.SERVICE if plan.charge else ItemType.INVENTORY,
                    "base_unit_of_measure_id": unit,
                    "sales_unit_of_measure_id": unit,
                    "purchase_unit_of_measure_id": unit,
                    "category_id": by_code[plan.category],
                    "costing_method": CostingMethod.FIFO if plan.charge else method,
                    "gen_product_posting_group_id": group,
                    "vat_product_posting_group_id": vat.get(group),
                    "inventory_posting_group_id": None if plan.charge else inventory,
                    "unit_price": plan.price,
                    "reserve": ReservePolicy.NEVER if plan.charge else ReservePolicy.OPTIONAL,
                    "unit_cost": Decimal(0) if plan.charge else round_to(plan.price * cost_percent / 100, PLACES),
                    "last_modified_at": utcnow(),
                }
            )
        insert_many(session, Item, rows)
        ids = dict(session.execute(select(Item.no, Item.id).where(Item.no.in_(nos))).tuples().all())
        insert_many(
            session,
            ItemUnitOfMeasure,
            [
                {"item_id": ids[plan.no], "unit_of_measure_id": unit, "qty_per_unit_of_measure": Decimal(1)}
                for plan in fresh
            ],
        )
        _finish(session, Item, [(ids[plan.no], plan.no) for plan in fresh])
        made += len(fresh)
    return made


def _create_customers(session: Session, content: RetailFile) -> int:
    counted = Counter(content.customers.values())
    home = counted.most_common(1)[0][0] if counted else ""
    groups = {
        model: dict(session.execute(select(model.code, model.id)).tuples().all())
        for model in (GenBusinessPostingGroup, CustomerPostingGroup)
    }
    made = 0
    nos = list(content.customers)
    for start in range(0, len(nos), _CHUNK):
        some = nos[start : start + _CHUNK]
        known = set(session.scalars(select(Customer.no).where(Customer.no.in_(some))))
        rows = []
        for no in (no for no in some if no not in known):
            country = content.customers[no]
            group = "DOMESTIC" if country == home else "EXPORT"
            name = _("Customer %(no)s", no=no)
            rows.append({
                "no": no, "name": name, "search_name": name.upper(), "country_code": COUNTRIES.get(country.upper(), ""),
                "county": "" if country.upper() in COUNTRIES else country[:50],
                "gen_business_posting_group_id": groups[GenBusinessPostingGroup].get(group),
                "customer_posting_group_id": groups[CustomerPostingGroup].get(group),
            })  # fmt: skip
        if not rows:
            continue
        insert_many(session, Customer, rows)
        ids = (
            session.execute(select(Customer.id, Customer.no).where(Customer.no.in_([row["no"] for row in rows])))
            .tuples()
            .all()
        )
        _finish(session, Customer, list(ids))
        made += len(rows)
    return made


def _finish(session: Session, model: type[Any], records: Sequence[tuple[int, str]]) -> None:
    """Search rows and audit trail of cards that were inserted in bulk."""
    write_search_rows(session, model, [record_id for record_id, _no in records])
    common = {
        "created_at": utcnow(),
        "user_id": session.info.get("user_id"),
        "action": "created",
        "table_name": model.__tablename__,
        "field": "",
        "before": "",
        "after": "",
    }
    insert_many(
        session, AuditEntry, [{**common, "record_id": record_id, "record_name": no} for record_id, no in records]
    )
