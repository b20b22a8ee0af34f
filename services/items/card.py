"""What the item card shows, in a fixed number of statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound
from core.rounding import ZERO
from core.text import _
from models import (
    BLANK_ID,
    Attachment,
    CountingPeriod,
    ExtendedText,
    GenProductPostingGroup,
    InventoryPostingGroup,
    InventorySetup,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemBalance,
    ItemCategory,
    ItemComment,
    ItemPicture,
    ItemReference,
    ItemTotal,
    ItemTrackingCode,
    ItemVariant,
    Location,
    Manufacturer,
    NumberSeries,
    PhysicalInventoryLedgerEntry,
    PurchasingCode,
    UnitOfMeasure,
    VatProductPostingGroup,
    Vendor,
)
from models.enums import AttributeType, ReferenceType
from services import category_attributes
from services.attachments import list_attachments
from services.attributes import value_words
from services.items import identifiers, units, vendor_catalogue
from services.items.counting import CountWindow, next_window
from services.items.stock_figures import StockFigures, figure_columns, figures_of
from services.items.stock_state import StockState
from services.items.substitutes import SubstituteRow, list_substitutes
from services.items.texts import list_comments, list_texts
from services.items.warnings import Notice, warnings_about
from services.pictures import list_pictures
from services.planning.places import PlaceOfItem, places_of


@dataclass(frozen=True)
class Place:
    """What lies at one location; `share` is its part of all that is in stock, 0 to 100."""

    code: str
    name: str
    quantity: Decimal
    value: Decimal
    share: int


@dataclass(frozen=True)
class AttributeRow:
    """An attribute of an item; without `value` it is one that its category brings and nobody has filled."""

    attribute_id: int
    name: str
    type: AttributeType
    unit: str
    value: str
    blocked: bool = False
    #: its category asks for a value and nobody has given one
    demanded: bool = False

    @property
    def shown(self) -> str:
        """The value as people read it."""
        return value_words(self.type, self.value, self.unit) if self.value else ""


@dataclass(frozen=True)
class Card:
    """The item with everything around it."""

    item: Item
    #: codes of what the item points at, by column name
    codes: Mapping[str, str]
    #: names beside those codes
    names: Mapping[str, str]
    quantity: Decimal
    value: Decimal
    #: None for what is not kept in stock
    stock: StockFigures | None
    entry_count: int
    #: base units that were invoiced, what came in less what went out
    invoiced: Decimal
    #: cost that stands in the general ledger
    posted_to_gl: Decimal
    #: digests of its pictures, the main one first
    pictures: list[str]
    places: list[Place]
    units: list[Any]
    #: (variant, quantity, digest of its picture, its attributes in words)
    variants: list[Any]
    attributes: list[AttributeRow]
    references: list[Any]
    vendors: list[Any]
    identifiers: list[Any]
    substitutes: list[SubstituteRow]
    texts: list[ExtendedText]
    comments: list[ItemComment]
    attachments: list[Attachment]
    notices: list[Notice]
    state: StockState
    #: what to order in all its places, and when something comes next
    suggested: Decimal
    next_receipt: dt.date | None
    #: each location and variant with its sign; their stockkeeping units
    stood: list[PlaceOfItem]
    adjustable: bool
    last_count: dt.date | None
    #: when it is to be counted next; None without a counting period
    next_count: CountWindow | None

    @property
    def available(self) -> Decimal:
        """What lies there and nobody holds."""
        return self.quantity - (self.stock.reserved if self.stock is not None else ZERO)


def load_card(session: Session, no: str, on: dt.date) -> Card:
    """The card of item `no` as of day `on`. Raises NotFound."""
    row = _main_row(session, no)
    item: Item = row.Item
    attributes = item_attributes(session, item)
    references = references_with_codes(session, item.id)
    bar_codes = (
        one.ItemReference.reference_no
        for one in references
        if one.ItemReference.reference_type is ReferenceType.BAR_CODE
    )
    demanded = [attribute.name for attribute in attributes if attribute.demanded]
    return Card(
        item=item,
        codes={name: getattr(row, name) or "" for name in _CODES},
        names={"vendor_id": row.vendor_name or "", "category_id": row.category_name or ""},
        quantity=row.quantity if row.quantity is not None else ZERO,
        value=row.value if row.value is not None else ZERO,
        stock=figures_of(row) if item.is_inventory else None,
        entry_count=row.entry_count or 0,
        invoiced=row.invoiced_quantity or ZERO,
        posted_to_gl=row.cost_posted_to_gl or ZERO,
        pictures=[picture.digest for picture in list_pictures(session, item.id)],
        places=_places(session, item.id),
        units=units.list_item_units(session, item.id),
        variants=variants_with_stock(session, item.id),
        attributes=attributes,
        references=references,
        vendors=vendor_catalogue.rows_of_item(session, item.id),
        identifiers=identifiers.rows_of_item(session, item.id),
        substitutes=list_substitutes(session, item),
        texts=list_texts(session, item.id),
        comments=list_comments(session, item),
        attachments=list_attachments(session, item.id),
        notices=warnings_about(session, item, bar_codes=bar_codes, demanded=demanded),
        state=StockState.of_rank(row.stock_state or 0),
        suggested=row.suggested_quantity or ZERO,
        next_receipt=row.next_receipt_date,
        stood=places_of(session, item.id) if item.is_inventory else [],
        adjustable=item.is_inventory and bool(row.adjustable),
        last_count=row.last_count,
        next_count=next_window(row.counts_per_year, row.last_count, on) if row.counts_per_year else None,
    )


_CODES = (
    "base_unit_of_measure_id", "sales_unit_of_measure_id", "purchase_unit_of_measure_id", "category_id",
    "manufacturer_id", "vendor_id", "gen_product_posting_group_id", "vat_product_posting_group_id",
    "inventory_posting_group_id", "item_tracking_code_id", "serial_nos_id", "lot_nos_id", "alternative_item_id",
    "purchasing_code_id", "counting_period_id", "put_away_unit_of_measure_id",
)  # fmt: skip


def _main_row(session: Session, no: str) -> Any:
    """The item, its totals and the codes of all it points at, in one statement."""
    base, sales, purchase, put_away = (aliased(UnitOfMeasure) for _unit in range(4))
    serials, lots, other = aliased(NumberSeries), aliased(NumberSeries), aliased(Item)
    statement = (
        select(
            Item,
            ItemTotal.quantity.label("quantity"),
            (ItemTotal.cost_amount_actual + ItemTotal.cost_amount_expected).label("value"),
            ItemTotal.entry_count.label("entry_count"),
            ItemTotal.invoiced_quantity,
            ItemTotal.cost_posted_to_gl,
            ItemTotal.stock_state,
            ItemTotal.suggested_quantity,
            ItemTotal.next_receipt_date,
            InventorySetup.allow_inventory_adjustment.label("adjustable"),
            base.code.label("base_unit_of_measure_id"),
            sales.code.label("sales_unit_of_measure_id"),
            purchase.code.label("purchase_unit_of_measure_id"),
            ItemCategory.code.label("category_id"),
            ItemCategory.description.label("category_name"),
            Manufacturer.code.label("manufacturer_id"),
            Vendor.no.label("vendor_id"),
            Vendor.name.label("vendor_name"),
            GenProductPostingGroup.code.label("gen_product_posting_group_id"),
            VatProductPostingGroup.code.label("vat_product_posting_group_id"),
            InventoryPostingGroup.code.label("inventory_posting_group_id"),
            ItemTrackingCode.code.label("item_tracking_code_id"),
            serials.code.label("serial_nos_id"),
            lots.code.label("lot_nos_id"),
            other.no.label("alternative_item_id"),
            put_away.code.label("put_away_unit_of_measure_id"),
            PurchasingCode.code.label("purchasing_code_id"),
            CountingPeriod.code.label("counting_period_id"),
            CountingPeriod.counts_per_year.label("counts_per_year"),
            select(PhysicalInventoryLedgerEntry.posting_date)
            .where(PhysicalInventoryLedgerEntry.item_id == Item.id)
            .order_by(PhysicalInventoryLedgerEntry.id.desc())
            .limit(1)
            .scalar_subquery()
            .label("last_count"),
            *figure_columns(),
        )
        .outerjoin(ItemTotal, ItemTotal.item_id == Item.id)
        .outerjoin(InventorySetup, InventorySetup.id == 1)
        .outerjoin(base, base.id == Item.base_unit_of_measure_id)
        .outerjoin(sales, sales.id == Item.sales_unit_of_measure_id)
        .outerjoin(purchase, purchase.id == Item.purchase_unit_of_measure_id)
        .outerjoin(ItemCategory, ItemCategory.id == Item.category_id)
        .outerjoin(Manufacturer, Manufacturer.id == Item.manufacturer_id)
        .outerjoin(Vendor, Vendor.id == Item.vendor_id)
        .outerjoin(GenProductPostingGroup, GenProductPostingGroup.id == Item.gen_product_posting_group_id)
        .outerjoin(VatProductPostingGroup, VatProductPostingGroup.id == Item.vat_product_posting_group_id)
        .outerjoin(InventoryPostingGroup, InventoryPostingGroup.id == Item.inventory_posting_group_id)
        .outerjoin(ItemTrackingCode, ItemTrackingCode.id == Item.item_tracking_code_id)
        .outerjoin(serials, serials.id == Item.serial_nos_id)
        .outerjoin(lots, lots.id == Item.lot_nos_id)
        .outerjoin(other, other.id == Item.alternative_item_id)
        .outerjoin(put_away, put_away.id == Item.put_away_unit_of_measure_id)
        .outerjoin(PurchasingCode, PurchasingCode.id == Item.purchasing_code_id)
        .outerjoin(CountingPeriod, CountingPeriod.id == Item.counting_period_id)
        .where(Item.no == no.strip().upper())
    )
    row = session.execute(statement).first()
    if row is None:
        raise NotFound("not_found", _("There is no item %(no)s.", no=no), field="item")
    return row


def item_attributes(session: Session, item: Item) -> list[AttributeRow]:
    """The item's own values and, blank, what its category brings besides; by name."""
    rows = [
        AttributeRow(*row)
        for row in session.execute(
            select(
                ItemAttribute.id, ItemAttribute.name, ItemAttribute.type, ItemAttribute.unit_of_measure,
                ItemAttributeValue.value, ItemAttribute.blocked,
            )
            .join(ItemAttributeMapping, ItemAttributeMapping.attribute_id == ItemAttribute.id)
            .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
            .where(ItemAttributeMapping.item_id == item.id, ItemAttributeMapping.variant_id == BLANK_ID)
        )
    ]  # fmt: skip
    brought = category_attributes.effective(session, item.category_id)
    rows += [
        AttributeRow(missing.attribute_id, missing.name, missing.type, missing.unit, "", demanded=missing.mandatory)
        for missing in category_attributes.missing_values((row.attribute_id for row in rows), brought)
    ]
    return sorted(rows, key=lambda row: row.name.casefold())


def variants_with_stock(session: Session, item_id: int) -> list[tuple[ItemVariant, Decimal, str, str]]:
    """The item's variants with what is in stock of each, the digest of its picture ("" for none) and its attributes.

    The attributes are one text, "Colour: red · Size: XL"; a second statement reads them where there are variants.
    """
    stock = (
        select(ItemBalance.variant_id, func.sum(ItemBalance.quantity).label("quantity"))
        .where(ItemBalance.item_id == item_id)
        .group_by(ItemBalance.variant_id)
        .subquery()
    )
    rows = session.execute(
        select(ItemVariant, stock.c.quantity, ItemPicture.digest)
        .outerjoin(stock, stock.c.variant_id == ItemVariant.id)
        .outerjoin(
            ItemPicture,
            (ItemPicture.item_id == item_id) & (ItemPicture.variant_id == ItemVariant.id) & (ItemPicture.position == 0),
        )
        .where(ItemVariant.item_id == item_id)
        .order_by(ItemVariant.code)
    )
    found = rows.all()
    words = _attributes_of_variants(session, item_id) if found else {}
    return [
        (row[0], row[1] if row[1] is not None else ZERO, row[2] or "", " · ".join(words.get(row[0].id, ())))
        for row in found
    ]


def _attributes_of_variants(session: Session, item_id: int) -> dict[int, list[str]]:
    """Variant -> "Colour: red" for each value of its own, by name; what follows the item stands on the item."""
    rows = session.execute(
        select(ItemAttributeMapping.variant_id, ItemAttribute, ItemAttributeValue.value)
        .join(ItemAttribute, ItemAttribute.id == ItemAttributeMapping.attribute_id)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(
            ItemAttributeMapping.item_id == item_id,
            ItemAttributeMapping.variant_id != BLANK_ID,
            ItemAttributeMapping.inherited.is_(False),
        )
        .order_by(ItemAttribute.name_key)
    )
    found: dict[int, list[str]] = {}
    for variant_id, attribute, value in rows:
        shown = value_words(attribute.type, value, attribute.unit_of_measure)
        found.setdefault(variant_id, []).append(f"{attribute.name}: {shown}")
    return found


def references_with_codes(session: Session, item_id: int) -> list[Any]:
    """Rows of (ItemReference, unit code, variant code)."""
    return list(
        session.execute(
            select(ItemReference, UnitOfMeasure.code.label("unit"), ItemVariant.code.label("variant"))
            .join(UnitOfMeasure, UnitOfMeasure.id == ItemReference.unit_of_measure_id)
            .outerjoin(ItemVariant, ItemVariant.id == ItemReference.variant_id)
            .where(ItemReference.item_id == item_id)
            .order_by(ItemReference.reference_type, ItemReference.reference_no, ItemReference.id)
        )
    )


def _places(session: Session, item_id: int) -> list[Place]:
    rows = session.execute(
        select(
            Location.code,
            Location.name,
            func.sum(ItemBalance.quantity).label("quantity"),
            func.sum(ItemBalance.cost_amount_actual).label("actual"),
            func.sum(ItemBalance.cost_amount_expected).label("expected"),
        )
        .join(Location, Location.id == ItemBalance.location_id)
        .where(ItemBalance.item_id == item_id)
        .group_by(Location.id, Location.code, Location.name)
        .order_by(Location.code)
    ).all()
    most = max((abs(row.quantity) for row in rows), default=ZERO)
    return [
        Place(
            row.code,
            row.name,
            row.quantity,
            row.actual + row.expected,
            int(abs(row.quantity) * 100 / most) if most else 0,
        )
        for row in rows
        if row.quantity or row.actual or row.expected
    ]


__all__ = ["AttributeRow", "Card", "Place", "item_attributes", "load_card"]
