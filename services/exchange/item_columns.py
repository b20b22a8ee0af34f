"""The columns of the item card in files, with what people call them elsewhere."""

from __future__ import annotations

from decimal import Decimal

from core.errors import ValidationError
from core.text import _
from models import (
    CountingPeriod,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    ItemCategory,
    ItemTrackingCode,
    Manufacturer,
    NumberSeries,
    PurchasingCode,
    UnitOfMeasure,
    VatProductPostingGroup,
    Vendor,
)
from models.enums import ReferenceType
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column, Options
from services.items.reasons import LONGEST
from services.values import clean_text

ATTRIBUTE = "attribute:"
#: Why the row changes costs or the blocking.
REASON = "change_reason"
#: Parts of a category path, and of lists in one cell.
PATH_SEPARATORS = (" > ", ">", "/", "\\")


def attribute_column(heading: str) -> Column | None:
    """Whether a heading such as attribute:Colour names a column of an attribute; other headings give None."""
    text = heading.strip()
    if not text.casefold().startswith(ATTRIBUTE):
        return None
    name = text[len(ATTRIBUTE) :].strip()
    if not name:
        return None
    return Column(
        ATTRIBUTE + name,
        ATTRIBUTE + name,
        lambda cell, _options: clean_text(cell, field="value", length=250),
        (name,),
    )


def parse_units(text: str, options: Options) -> tuple[tuple[str, Decimal], ...]:
    """Units of the item and how many base units one of each is, from BOX=12; PALLET=480."""
    found: dict[str, Decimal] = {}
    for part in _parts(text):
        code, separator, factor = part.partition("=")
        if not separator:
            raise ValidationError("units_invalid", _("Write units like BOX=12; PALLET=480."))
        value = cells.number(factor.strip(), decimal_comma=options.decimal_comma)
        if value <= 0:
            raise ValidationError("units_invalid", _("One %(unit)s must be more than 0 base units.", unit=code.strip()))
        found[cells.code(code, field="unit", length=10)] = value
    return tuple(found.items())


def parse_bar_codes(text: str, options: Options) -> tuple[str, ...]:
    """Bar codes, parted by semicolons."""
    return tuple(dict.fromkeys(cells.code(part, field="reference_no", length=50) for part in _parts(text)))


def parse_references(text: str, options: Options) -> tuple[tuple[ReferenceType, str, str], ...]:
    """Kind, whose, and the number they use, from vendor:V1001:AB-12; customer:C1001:77."""
    found = []
    for part in _parts(text):
        pieces = [piece.strip() for piece in part.split(":", 2)]
        if len(pieces) != 3:
            raise ValidationError(
                "references_invalid", _("Write references like vendor:V1001:AB-12; customer:C1001:77.")
            )
        kind = ReferenceType(cells.choice(pieces[0], ReferenceType))
        whose = cells.code(pieces[1], field="reference_type_no", length=20) if pieces[1] else ""
        found.append((kind, whose, cells.code(pieces[2], field="reference_no", length=50)))
    return tuple(dict.fromkeys(found))


def parse_gtin(text: str, options: Options) -> str:
    """8, 12, 13 or 14 digits with a right check digit."""
    digits = text.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit() or len(digits) not in (8, 12, 13, 14):
        raise ValidationError("gtin_invalid", _("A GTIN has 8, 12, 13 or 14 digits."))
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits[:-1])))
    if (10 - total % 10) % 10 != int(digits[-1]):
        raise ValidationError(
            "gtin_invalid", _("The check digit of %(gtin)s is wrong; a digit was mistyped.", gtin=digits)
        )
    return digits


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.replace("|", ";").split(";") if part.strip()]


def _own(name: str, title: str, *synonyms: str, hint: str = "") -> Column:
    return c.model_column(Item, name, title, *synonyms, hint=hint)


def _code(name: str, title: str, length: int) -> Column:
    return c.model_column(Item, name, title, parse=c.code_parser(name, length))


def item_columns() -> list[Column]:
    """All columns but those of attributes, in the order of the card."""
    unit = UnitOfMeasure
    return [
        Column(
            "no",
            "No.",
            c.code_parser("no", 20),
            (
                "number",
                "item no",
                "item number",
                "item",
                "sku",
                "code",
                "stockcode",
                "stock code",
                "article",
                "article no",
                "part no",
                "part number",
                "item code",
                "product code",
                "id",
            ),
            required=True,
            field="no",
            hint="1000",
        ),
        _own("description", "Description", "name", "item name", "title", "product", "product name", "item description"),
        _own("description_2", "Description 2"),
        _own("no_2", "No. 2"),
        _own("search_description", "Search description"),
        _own("common_item_no", "Common item no."),
        Column("gtin", "GTIN", parse_gtin, ("ean", "ean13", "upc", "gtin-13"), field="gtin", hint="4006381333931"),
        _own("type", "Type", "item type", hint="inventory, service, non_inventory"),
        c.lookup_column(
            Item,
            "base_unit_of_measure",
            "Base unit",
            "base unit of measure",
            "unit",
            "uom",
            "unit of measure",
            to=unit,
            hint="PCS",
        ),
        Column(
            "category",
            "Category",
            lambda text, _o: clean_text(text, field="category", length=250),
            ("category code", "item category", "item category code", "category path", "group", "product group"),
            field="category_id",
            lookup=(ItemCategory, "code"),
            hint="CHAIR, or Furniture > Chairs",
        ),
        c.lookup_column(Item, "manufacturer", "Manufacturer", "manufacturer code", "brand", to=Manufacturer),
        c.lookup_column(Item, "purchasing_code", "Purchasing code", to=PurchasingCode),
        _own("variant_mandatory", "Variant mandatory"),
        _own("automatic_extended_text", "Automatic extended text"),
        _own("blocked", "Blocked"),
        _own("sales_blocked", "Sales blocked"),
        _own("purchasing_blocked", "Purchasing blocked"),
        _own("service_blocked", "Service blocked"),
        _own("production_blocked", "Production blocked"),
        _own("block_reason", "Block reason"),
        _own("shelf_no", "Shelf no.", "shelf", "bin", "rack"),
        _own("stockout_warning", "Stockout warning"),
        _own("prevent_negative_inventory", "Prevent negative inventory"),
        _own("net_weight", "Net weight", "weight"),
        _own("gross_weight", "Gross weight"),
        _own("unit_volume", "Unit volume", "volume"),
        _own("units_per_parcel", "Units per parcel"),
        _own("costing_method", "Costing method", hint="fifo, lifo, average, specific, standard"),
        _own("standard_cost", "Standard cost"),
        _own("unit_cost", "Unit cost", "cost", "cost price", "purchase price", "buying price"),
        _own("last_direct_cost", "Last direct cost"),
        _own("indirect_cost_percent", "Indirect cost %"),
        _own("overhead_rate", "Overhead rate"),
        _own("inventory_value_zero", "Inventory value zero"),
        c.lookup_column(
            Item,
            "gen_product_posting_group",
            "Product posting group",
            "gen. prod. posting group",
            "general product posting group",
            to=GenProductPostingGroup,
        ),
        c.lookup_column(
            Item,
            "vat_product_posting_group",
            "VAT product posting group",
            "vat prod. posting group",
            "vat group",
            to=VatProductPostingGroup,
        ),
        c.lookup_column(Item, "inventory_posting_group", "Inventory posting group", to=InventoryPostingGroup),
        _code("tax_group_code", "Tax group", 20),
        _own("unit_price", "Unit price", "price", "sales price", "selling price", "list price", "unitprice"),
        _own("price_includes_vat", "Price includes VAT"),
        _own("price_profit_calculation", "Price/profit calculation"),
        _own("profit_percent", "Profit %"),
        _own("allow_invoice_discount", "Allow invoice discount"),
        _code("item_discount_group", "Item discount group", 20),
        c.lookup_column(Item, "sales_unit_of_measure", "Sales unit", "sales unit of measure", to=unit),
        c.lookup_column(
            Item,
            "purchase_unit_of_measure",
            "Purchase unit",
            "purchase unit of measure",
            "purch. unit of measure",
            to=unit,
        ),
        Column("units", "Units", parse_units, ("units of measure", "other units"), hint="BOX=12; PALLET=480"),
        _own("tariff_no", "Tariff no.", "hs code", "commodity code"),
        _own("country_of_origin_code", "Country of origin", "country of origin code", "origin"),
        _own("country_purchased_code", "Country purchased"),
        _own("replenishment_system", "Replenishment system"),
        _own("lead_time", "Lead time", "lead time calculation"),
        c.lookup_column(
            Item, "vendor", "Vendor no.", "vendor", "supplier", "supplier no", "vendor number", to=Vendor, by="no"
        ),
        _own("vendor_item_no", "Vendor item no.", "supplier item no", "supplier sku", "vendor sku"),
        _code("over_receipt_code", "Over-receipt code", 20),
        _own("assembly_policy", "Assembly policy"),
        _own("reordering_policy", "Reordering policy"),
        _own("reorder_point", "Reorder point", "minimum stock", "min stock", "reorder level"),
        _own("reorder_quantity", "Reorder quantity"),
        _own("maximum_inventory", "Maximum inventory", "maximum stock", "max stock"),
        _own("safety_stock_quantity", "Safety stock quantity", "safety stock"),
        _own("safety_lead_time", "Safety lead time"),
        _own("minimum_order_quantity", "Minimum order quantity", "moq"),
        _own("maximum_order_quantity", "Maximum order quantity"),
        _own("order_multiple", "Order multiple"),
        _own("time_bucket", "Time bucket"),
        _own("overflow_level", "Overflow level"),
        _own("include_inventory", "Include inventory"),
        _own("lot_accumulation_period", "Lot accumulation period"),
        _own("rescheduling_period", "Rescheduling period"),
        _own("dampener_period", "Dampener period"),
        _own("dampener_quantity", "Dampener quantity"),
        _own("reserve", "Reserve"),
        _own("order_tracking_policy", "Order tracking policy"),
        _own("critical", "Critical"),
        _own("rounding_precision", "Rounding precision"),
        c.lookup_column(Item, "item_tracking_code", "Item tracking code", "tracking code", to=ItemTrackingCode),
        c.lookup_column(Item, "serial_nos", "Serial nos.", to=NumberSeries),
        c.lookup_column(Item, "lot_nos", "Lot nos.", to=NumberSeries),
        _own("expiration_calculation", "Expiration calculation"),
        _code("warehouse_class_code", "Warehouse class", 10),
        _code("special_equipment_code", "Special equipment", 10),
        _code("put_away_template_code", "Put-away template", 10),
        c.lookup_column(Item, "put_away_unit_of_measure", "Put-away unit", "put-away unit of measure", to=unit),
        c.lookup_column(Item, "counting_period", "Counting period", to=CountingPeriod),
        _own("use_cross_docking", "Use cross-docking"),
        _own("marketing_text", "Marketing text"),
        Column(
            "bar_codes",
            "Bar codes",
            parse_bar_codes,
            ("bar code", "barcode", "barcodes"),
            hint="5012345678900; 5012345678917",
        ),
        Column("references", "References", parse_references, ("item references",), hint="vendor:V1001:AB-12"),
        Column(
            REASON,
            "Reason",
            lambda text, _options: clean_text(text, field=REASON, length=LONGEST),
            ("reason for change", "why"),
            hint="why a cost or the blocking changes; else the name of the file",
        ),
    ]
