"""Writes the demo company's master data: places, people, parties, categories, attributes, items, pictures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models import (
    BLANK_ID,
    Bin,
    CategoryAttributeMapping,
    Customer,
    CustomerPostingGroup,
    Dimension,
    DimensionValue,
    GenBusinessPostingGroup,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemCategory,
    ItemReference,
    ItemTrackingCode,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    Manufacturer,
    NumberSeries,
    NumberSeriesLine,
    PaymentTerms,
    ResponsibilityCenter,
    ShippingAgent,
    ShippingAgentService,
    TransferRoute,
    UnitOfMeasure,
    VatBusinessPostingGroup,
    VatProductPostingGroup,
    Vendor,
    VendorPostingGroup,
)
from models.enums import (
    CostingMethod,
    DefaultBinSelection,
    DefaultNoYes,
    ItemType,
    MissingSku,
    ReferenceType,
    ReorderingPolicy,
)
from services import attributes, categories, pictures, users
from services.items.stockkeeping import unit_of
from services.items.vendor_catalogue import add_missing_rows
from services.seed import demo_catalogue as catalogue
from services.seed import demo_parties as parties
from services.seed.demo_catalogue import Product
from services.seed.demo_pictures import draw_product


def ids_of(session: Session, model: Any, key: str = "code") -> dict[str, int]:
    """What people call a record -> its id."""
    table = model.__table__
    return dict(session.execute(select(table.c[key], table.c.id)).tuples().all())


def ean13(digits: str) -> str:
    """`digits` (12 of them) with the check digit of EAN-13 behind."""
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def add_places(session: Session) -> None:
    """Addresses, bins, transfer routes, responsibility centres and a dimension."""
    locations = {location.code: location for location in session.scalars(select(Location))}
    for code, (address, post_code, city, contact) in parties.ADDRESSES.items():
        location = locations[code]
        location.address, location.post_code, location.city = address, post_code, city
        location.country_code, location.contact = parties.HOME_COUNTRY, contact
        location.phone, location.email = "+44 117 496 0101", f"{code.lower()}@harbourheath.example"
    depot = locations[parties.BIN_LOCATION]
    depot.bin_mandatory, depot.default_bin_selection = True, DefaultBinSelection.FIXED_BIN
    for ranking, code in enumerate(parties.BINS):
        session.add(Bin(location_id=depot.id, code=code, description=f"Aisle {code[0]}", ranking=100 - ranking))
    for code, words in ((parties.RECEIVING_BIN, "Goods in"), (parties.SHIPPING_BIN, "Goods out")):
        session.add(Bin(location_id=depot.id, code=code, description=words))
    for start, end, via, time in parties.ROUTES:
        session.add(
            TransferRoute(
                from_location_id=locations[start].id,
                to_location_id=locations[end].id,
                in_transit_location_id=locations[via].id,
                shipping_time=time,
            )
        )
    for code, name, place in (("WEST", "Bristol and the west", "MAIN"), ("EAST", "Thames valley", "EAST")):
        own = {
            field: getattr(locations[place], field)
            for field in ("address", "post_code", "city", "country_code", "contact", "phone", "email")
        }
        session.add(ResponsibilityCenter(code=code, name=name, location_id=locations[place].id, **own))
    agent = ShippingAgent(
        code="SEVERN", name="Severn Parcels", tracking_address="https://parcels.example/follow/%1", account_no="HH-2201"
    )
    session.add(agent)
    session.flush()
    for code, words, time in (("NEXT", "Next working day", "1D"), ("ECONOMY", "Within three days", "3D")):
        session.add(ShippingAgentService(shipping_agent_id=agent.id, code=code, description=words, shipping_time=time))
    department = Dimension(code="DEPARTMENT", name="Department")
    session.add(department)
    session.flush()
    for code, name in (("BIKES", "Bicycles"), ("GARDEN", "Garden"), ("HOME", "Homewares")):
        session.add(DimensionValue(dimension_id=department.id, code=code, name=name))
    session.flush()


def add_users(session: Session, password_hash: str) -> None:
    """One user for each role, all with the password that the first page shows."""
    places = ids_of(session, Location)
    for role, mailbox, name, place in parties.USERS:
        details = users.UserDetails(
            email=f"{mailbox}@demo.example", username=mailbox, full_name=name, roles=(role,),
            location_id=places[place] if place else None,
        )  # fmt: skip
        users.create_user(session, details, password_hash)


def add_parties(session: Session) -> None:
    """Vendors and customers."""
    terms = ids_of(session, PaymentTerms)
    business, vat = ids_of(session, GenBusinessPostingGroup), ids_of(session, VatBusinessPostingGroup)
    payables, receivables = ids_of(session, VendorPostingGroup), ids_of(session, CustomerPostingGroup)
    places = ids_of(session, Location)
    for place, row in enumerate(parties.VENDORS):
        group = _group(row.country)
        session.add(
            Vendor(
                no=f"V{1001 + place}", name=row.name, search_name=row.name.upper(), address=row.address,
                post_code=row.post_code, city=row.city, country_code=row.country, contact=row.contact,
                phone=f"+44 1632 960{100 + place}", email=f"orders@{_domain(row.name)}",
                payment_terms_id=terms[row.terms], location_id=places["MAIN"],
                gen_business_posting_group_id=business[group], vat_business_posting_group_id=vat[group],
                vendor_posting_group_id=payables[group], lead_time=f"{row.lead_days}D",
                our_account_no=f"HH-{204 + 7 * place}",
            )
        )  # fmt: skip
    for place, customer in enumerate(parties.CUSTOMERS):
        group = _group(customer.country)
        session.add(
            Customer(
                no=f"C{1001 + place}", name=customer.name, search_name=customer.name.upper(),
                address=customer.address, post_code=customer.post_code, city=customer.city,
                country_code=customer.country, contact=customer.contact,
                phone=f"+44 1632 961{100 + place}" if customer.contact else "",
                email=f"hello@{_domain(customer.name)}" if customer.contact else "",
                payment_terms_id=terms["COD" if customer.location == "SHOP" else "30D"],
                location_id=places[customer.location], gen_business_posting_group_id=business[group],
                vat_business_posting_group_id=vat[group], customer_posting_group_id=receivables[group],
                credit_limit=Decimal(1000 * customer.orders),
            )
        )  # fmt: skip
    for code, name in parties.MANUFACTURERS.items():
        session.add(Manufacturer(code=code, name=name))
    _note_last_number(session, "VEND", f"V{1000 + len(parties.VENDORS)}")
    _note_last_number(session, "CUST", f"C{1000 + len(parties.CUSTOMERS)}")
    session.flush()


def _group(country: str) -> str:
    return "DOMESTIC" if country == parties.HOME_COUNTRY else "EXPORT"


def _domain(name: str) -> str:
    letters = "".join(letter for letter in name.lower() if letter.isascii() and letter.isalnum())
    return f"{letters[:24]}.example"


def _note_last_number(session: Session, series: str, last: str) -> None:
    wanted = select(NumberSeries.id).where(NumberSeries.code == series).scalar_subquery()
    session.execute(update(NumberSeriesLine).where(NumberSeriesLine.series_id == wanted).values(last_no_used=last))


def add_categories(session: Session) -> None:
    """The category tree and the attributes, with what each category brings."""
    by_code: dict[str, ItemCategory] = {}
    for code, (description, parent) in catalogue.CATEGORIES.items():
        category = ItemCategory(code=code, description=description, parent_id=by_code[parent].id if parent else None)
        session.add(category)
        session.flush()
        by_code[code] = category
    categories.recalculate(session)
    by_name: dict[str, ItemAttribute] = {}
    for name, (kind, unit) in catalogue.ATTRIBUTES.items():
        by_name[name] = ItemAttribute(name=name, name_key=name.casefold(), type=kind, unit_of_measure=unit)
        session.add(by_name[name])
    session.flush()
    values = _Values(session, by_name)
    for name, options in catalogue.OPTIONS.items():
        for option in options:
            values.id_of(name, option)
    for code, brought in catalogue.CATEGORY_ATTRIBUTES.items():
        for name, default in brought.items():
            session.add(
                CategoryAttributeMapping(
                    category_id=by_code[code].id, attribute_id=by_name[name].id, value_id=values.id_of(name, default)
                )
            )
    session.flush()


class _Values:
    """Attribute values, made on first use."""

    def __init__(self, session: Session, by_name: dict[str, ItemAttribute]) -> None:
        self._session, self._by_name = session, by_name
        columns = (ItemAttributeValue.attribute_id, ItemAttributeValue.value_key, ItemAttributeValue.id)
        known = session.execute(select(*columns))
        self._ids = {(attribute_id, key): value_id for attribute_id, key, value_id in known.tuples()}

    def id_of(self, name: str, text: str) -> int:
        attribute = self._by_name[name]
        parsed = attributes.parse_value(attribute.type, text)
        key = (attribute.id, parsed.key)
        if key not in self._ids:
            value = ItemAttributeValue(
                attribute_id=attribute.id, value=parsed.value, value_key=parsed.key, numeric_value=parsed.number,
                date_value=parsed.date,
            )  # fmt: skip
            self._session.add(value)
            self._session.flush()
            self._ids[key] = value.id
        return self._ids[key]


@dataclass(frozen=True, slots=True)
class _Lookups:
    """Ids by code, read once for all items."""

    units: dict[str, int]
    categories: dict[str, int]
    vendors: dict[str, int]
    product_groups: dict[str, int]
    inventory_groups: dict[str, int]
    vat_groups: dict[str, int]
    tracking: dict[str, int]
    manufacturers: dict[str, int]
    series: dict[str, int]


def add_items(session: Session, today: dt.date) -> None:
    """Every product with its units, variants, bar codes, references and attributes."""
    lookups = _Lookups(
        ids_of(session, UnitOfMeasure), ids_of(session, ItemCategory), ids_of(session, Vendor, "no"),
        ids_of(session, GenProductPostingGroup), ids_of(session, InventoryPostingGroup),
        ids_of(session, VatProductPostingGroup), ids_of(session, ItemTrackingCode), ids_of(session, Manufacturer),
        ids_of(session, NumberSeries),
    )  # fmt: skip
    products = catalogue.numbered()
    items = [_item(no, product, place, lookups) for place, (no, product) in enumerate(products)]
    session.add_all(items)
    session.flush()
    for place, ((_no, product), item) in enumerate(zip(products, items, strict=True)):
        session.add_all(_parts(place, product, item, lookups))
    session.flush()
    add_missing_rows(session, [item.id for item in items])
    _add_attribute_values(session, products, items, today)
    _add_stockkeeping_units(session, items)
    _note_last_number(session, "ITEM", "4000")
    session.flush()


def _item(no: str, product: Product, place: int, lookups: _Lookups) -> Item:
    service = product.category.startswith("SVC-")
    standard = product.method is CostingMethod.STANDARD
    profit = (1 - product.cost_value / product.price_value) * 100
    weight = Decimal(0) if service else Decimal(product.weight)
    item = Item(
        no=no, description=product.description, search_description=product.description.upper(),
        type=ItemType.SERVICE if service else ItemType.INVENTORY,
        gtin="" if service else ean13(f"{parties.COMPANY['gs1_prefix']}{10_000_000 + 37 * place}"),
        base_unit_of_measure_id=lookups.units[product.unit], sales_unit_of_measure_id=lookups.units[product.unit],
        purchase_unit_of_measure_id=lookups.units["BOX" if product.box else product.unit],
        category_id=lookups.categories[product.category], costing_method=product.method,
        unit_cost=product.cost_value, last_direct_cost=product.cost_value,
        standard_cost=product.cost_value if standard else Decimal(0),
        unit_price=product.price_value, profit_percent=round(profit, 5),
        gen_product_posting_group_id=lookups.product_groups["SERVICES" if service else "RETAIL"],
        vat_product_posting_group_id=lookups.vat_groups["STANDARD"],
        inventory_posting_group_id=None if service else lookups.inventory_groups["RESALE"],
        blocked=bool(product.blocked), block_reason=product.blocked,
        net_weight=weight, gross_weight=round(weight * Decimal("1.08"), 5),
        rounding_precision=Decimal("0.001") if product.unit in ("KG", "M", "HOUR") else Decimal(1),
    )  # fmt: skip
    if not service:
        vendor = parties.VENDORS[product.vendor]
        item.vendor_id = lookups.vendors[f"V{1001 + product.vendor}"]
        item.vendor_item_no = f"{vendor.name[:2].upper()}-{4100 + 3 * place}"
        item.lead_time = f"{vendor.lead_days}D"
        item.shelf_no = f"{'ABCDEFGH'[place % 8]}-{place // 8 + 1:02}"
        item.country_of_origin_code = item.country_purchased_code = vendor.country
        item.reordering_policy, item.include_inventory = ReorderingPolicy.FIXED_REORDER_QUANTITY, True
        item.reorder_point, item.reorder_quantity = Decimal(reorder_point(product)), Decimal(reorder_quantity(product))
        item.safety_stock_quantity = Decimal(reorder_point(product) // 3)
        item.tariff_no = {"B": "8712 00 30", "G": "8201 10 00", "H": "6911 10 00"}[product.category[0]]
    if product.vendor == 0 and not service:
        item.manufacturer_id = lookups.manufacturers["NOORD"]
    if product.tracking == "SERIAL":
        item.prevent_negative_inventory = DefaultNoYes.YES
        item.serial_nos_id = lookups.series["SERIAL"]
    if product.tracking:
        item.item_tracking_code_id = lookups.tracking[product.tracking]
    if product.tracking == "LOTEXP":
        item.lot_nos_id, item.expiration_calculation = lookups.series["LOT"], "18M"
    return item


def reorder_point(product: Product) -> int:
    """Stock at which the demo company's buyer orders again; dearer and rarer goods have less."""
    return max(1, reorder_quantity(product) // 2)


def reorder_quantity(product: Product) -> int:
    """What is ordered at once, in base units, whole boxes."""
    if product.tracking == "SERIAL":
        return 4
    wanted = {1: 6, 2: 16, 3: 36, 4: 72, 5: 140}.get(product.demand, 10)
    if product.cost_value > 90:
        wanted = max(4, wanted // 3)
    return -(-wanted // product.box) * product.box if product.box else wanted


def _parts(place: int, product: Product, item: Item, lookups: _Lookups) -> Iterator[object]:
    """What hangs on one item."""
    base = lookups.units[product.unit]
    yield ItemUnitOfMeasure(item_id=item.id, unit_of_measure_id=base, qty_per_unit_of_measure=Decimal(1),
                            weight=item.net_weight)  # fmt: skip
    if product.box:
        yield ItemUnitOfMeasure(
            item_id=item.id, unit_of_measure_id=lookups.units["BOX"], qty_per_unit_of_measure=Decimal(product.box),
            weight=item.net_weight * product.box,
        )  # fmt: skip
        yield ItemReference(
            item_id=item.id, unit_of_measure_id=lookups.units["BOX"], reference_type=ReferenceType.BAR_CODE,
            reference_no=ean13(f"{parties.COMPANY['gs1_prefix']}{20_000_000 + 37 * place}"),
            description=f"Box of {product.box}",
        )  # fmt: skip
    for code in product.variants:
        words = f"{product.description}, {catalogue.VARIANT_WORDS[code].lower()}"
        yield ItemVariant(item_id=item.id, code=code, description=words)
    if item.vendor_id is not None:
        yield ItemReference(
            item_id=item.id, unit_of_measure_id=base, reference_type=ReferenceType.VENDOR,
            reference_type_no=f"V{1001 + product.vendor}", reference_no=item.vendor_item_no,
        )  # fmt: skip
    if place % 9 == 4:
        yield ItemReference(
            item_id=item.id, unit_of_measure_id=base, reference_type=ReferenceType.CUSTOMER,
            reference_type_no="C1001", reference_no=f"HC{7000 + place}",
        )  # fmt: skip


def _add_attribute_values(
    session: Session, products: list[tuple[str, Product]], items: list[Item], today: dt.date
) -> None:
    by_name = {attribute.name: attribute for attribute in session.scalars(select(ItemAttribute))}
    values = _Values(session, by_name)
    for place, ((_no, product), item) in enumerate(zip(products, items, strict=True)):
        brought = _brought(product.category)
        own = dict(product.more)
        if product.colour:
            own["Colour"] = product.colour
        if product.material:
            own["Material"] = product.material
        if place % 4 == 0 and not product.category.startswith("SVC-"):
            own["In range since"] = (today - catalogue.RANGE_AGE + dt.timedelta(days=7 * place)).isoformat()
        for name, text in {**brought, **own}.items():
            session.add(
                ItemAttributeMapping(
                    item_id=item.id, attribute_id=by_name[name].id, value_id=values.id_of(name, text),
                    inherited=name in brought,
                )
            )  # fmt: skip


def _brought(category: str) -> dict[str, str]:
    """Attributes with default values that a category and its ancestors bring; the nearest wins."""
    found: dict[str, str] = {}
    while category:
        found = {**catalogue.CATEGORY_ATTRIBUTES.get(category, {}), **found}
        category = catalogue.CATEGORIES[category][1]
    return found


def _add_stockkeeping_units(session: Session, items: list[Item]) -> None:
    """The depot and the showroom plan a few items on their own."""
    places = ids_of(session, Location)
    of_kinds = set(session.scalars(select(ItemVariant.item_id).where(ItemVariant.id != BLANK_ID)))
    planned = [item for item in items if item.is_inventory and not item.blocked and item.id not in of_kinds][4::11]
    for item in planned:
        for code in ("EAST", "SHOP"):
            unit = unit_of(item, places[code], BLANK_ID)
            unit.reordering_policy, unit.include_inventory = ReorderingPolicy.FIXED_REORDER_QUANTITY, True
            unit.reorder_point = Decimal(int(item.reorder_point) // 4 + 1)
            unit.reorder_quantity = Decimal(int(item.reorder_quantity) // 3 + 1)
            session.add(unit)
    # What has no unit there is planned at the main warehouse alone.
    for code in ("EAST", "SHOP"):
        session.get_one(Location, places[code]).missing_sku = MissingSku.DO_NOT_PLAN


def add_pictures(session: Session) -> None:
    """A drawing for every product that has a shape of its own; items of one kind and colour share the pixels."""
    drawn: dict[tuple[str, str], bytes] = {}
    ids = ids_of(session, Item, "no")
    for no, product in catalogue.numbered():
        if product.category.startswith(("SVC-", "BIKE-SEAT", "BIKE-CARE")):
            continue
        key = (product.category, product.colour)
        if key not in drawn:
            drawn[key] = draw_product(*key)
        pictures.store_picture(session, ids[no], drawn[key], f"{no}.png")


__all__ = [
    "add_categories", "add_items", "add_parties", "add_pictures", "add_places", "add_users", "ean13",
    "ids_of", "reorder_point", "reorder_quantity",
]  # fmt: skip
