"""Forms of the item pages; the rules are those of services/items."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField, QuantityField, UnitCostField
from blueprints.fields import (
    BaseForm,
    CheckField,
    ChoiceField,
    CodeField,
    DayField,
    LongTextField,
    RecordForm,
    TextField,
)
from blueprints.planning_form import PlanningForm
from blueprints.record_fields import RecordCodeField, RecordField
from core.rounding import LARGEST
from models import (
    GenProductPostingGroup,
    InventoryPostingGroup,
    InventorySetup,
    Permission,
    VatProductPostingGroup,
)
from models.enums import (
    CostingMethod,
    DefaultNoYes,
    ItemType,
    PriceProfitCalculation,
    ReferenceType,
    ReplenishmentSystem,
    ReservePolicy,
)
from services.items import BLOCK_FIELDS, COST_FIELDS
from services.items.reasons import BLOCK_REASON, COST_REASON
from services.items.save import has_vat_groups, proposed_base_unit

_ON_ITEMS = (ReplenishmentSystem.PURCHASE, ReplenishmentSystem.ASSEMBLY)


class ItemForm(PlanningForm):
    """All that may be said about an item; fields the role has no right to are taken away."""

    #: not a matter of two people: postings change them all day
    FOLLOWS_ENTRIES = ("unit_cost", "last_direct_cost")

    no = CodeField(_l("No."))
    series = ChoiceField(_l("Number series"), coerce=int)
    description = TextField(_l("Description"), required=True)
    description_2 = TextField(_l("Description 2"), max_length=50)
    type = ChoiceField(_l("Type"), ItemType)
    base_unit_of_measure_id = RecordField(_l("Base unit"), "unit", required=True)
    category_id = RecordField(_l("Category"), "category")
    keep_attributes = CheckField(_l("Keep attributes of the old category"))
    gtin = CodeField(_l("GTIN"), max_length=14, render_kw={"inputmode": "numeric"})
    no_2 = CodeField(_l("No. 2"))
    search_description = TextField(_l("Search description"))
    common_item_no = CodeField(_l("Common item no."))
    alternative_item_id = RecordField(_l("Alternative item"), "item")
    manufacturer_id = RecordField(_l("Manufacturer"), "manufacturer")
    purchasing_code_id = RecordField(_l("Purchasing code"), "purchasing_code")
    variant_mandatory = ChoiceField(_l("Variant mandatory"), DefaultNoYes)
    shelf_no = CodeField(_l("Shelf no."), max_length=10)
    net_weight = QuantityField(_l("Net weight"))
    gross_weight = QuantityField(_l("Gross weight"))
    unit_volume = QuantityField(_l("Unit volume"))
    units_per_parcel = QuantityField(_l("Units per parcel"))
    marketing_text = LongTextField(_l("Marketing text"))
    automatic_extended_text = CheckField(_l("Texts follow the item onto lines"))

    blocked = CheckField(_l("Blocked"))
    sales_blocked = CheckField(_l("Sales blocked"))
    purchasing_blocked = CheckField(_l("Purchasing blocked"))
    service_blocked = CheckField(_l("Service blocked"))
    production_blocked = CheckField(_l("Production blocked"))
    block_reason = TextField(_l("Block reason"), max_length=250)
    block_change_reason = TextField(_l("Why the blocking changes"), max_length=250)

    costing_method = ChoiceField(_l("Costing method"), CostingMethod)
    standard_cost = UnitCostField(_l("Standard cost"))
    unit_cost = UnitCostField(_l("Unit cost"))
    indirect_cost_percent = PercentField(_l("Indirect cost %"), maximum=LARGEST)
    overhead_rate = UnitCostField(_l("Overhead rate"), minimum=None)
    last_direct_cost = UnitCostField(_l("Last direct cost"))
    cost_change_reason = TextField(_l("Why the cost changes"), max_length=250)
    inventory_value_zero = CheckField(_l("Inventory value zero"))
    unit_price = UnitCostField(_l("Unit price"))
    price_includes_vat = CheckField(_l("Price includes VAT"))
    price_profit_calculation = ChoiceField(_l("Price and profit"), PriceProfitCalculation)
    profit_percent = PercentField(_l("Profit %"), minimum=None, maximum=LARGEST)
    allow_invoice_discount = CheckField(_l("Allow invoice discount"))
    item_discount_group = RecordCodeField(_l("Item discount group"), "item_discount_group")
    tariff_no = CodeField(_l("Tariff no."))
    country_of_origin_code = CodeField(_l("Country of origin"), max_length=10)
    country_purchased_code = CodeField(_l("Country purchased"), max_length=10)

    gen_product_posting_group_id = RecordField(_l("General product posting group"), "gen_product_group", required=True)
    vat_product_posting_group_id = RecordField(_l("VAT product posting group"), "vat_product_group")
    inventory_posting_group_id = RecordField(_l("Inventory posting group"), "inventory_group")
    tax_group_code = CodeField(_l("Tax group"))

    over_receipt_code = RecordCodeField(_l("Over-receipt code"), "over_receipt_code")
    replenishment_system = ChoiceField(_l("Replenishment"), ReplenishmentSystem, only=_ON_ITEMS)
    sales_unit_of_measure_id = RecordField(_l("Sales unit"), "unit")
    purchase_unit_of_measure_id = RecordField(_l("Purchase unit"), "unit")
    prevent_negative_inventory = ChoiceField(_l("Prevent negative inventory"), DefaultNoYes)
    stockout_warning = ChoiceField(_l("Stockout warning"), DefaultNoYes)

    reserve = ChoiceField(_l("Reserve"), ReservePolicy)
    rounding_precision = QuantityField(_l("Rounding precision"), positive=True, empty=Decimal(1))

    item_tracking_code_id = RecordField(_l("Item tracking code"), "tracking_code")
    serial_nos_id = RecordField(_l("Serial nos."), "number_series")
    lot_nos_id = RecordField(_l("Lot nos."), "number_series")
    expiration_calculation = CodeField(_l("Expiration calculation"), description=_l("How long it keeps: 6M, 1Y."))

    warehouse_class_code = RecordCodeField(_l("Warehouse class"), "warehouse_class")

    def __init__(self, *args: Any, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = is_new
        # Empty on a new item it is taken from the general group, so that the service says when it is missing.
        self["vat_product_posting_group_id"].starred = has_vat_groups(db_session())
        if is_new:
            del self.keep_attributes
        else:
            del self.series
        if not may(Permission.ITEMS_COSTS) and not is_new:
            self._take_away((*COST_FIELDS, "profit_percent", COST_REASON))
        elif is_new:
            del self.cost_change_reason
        if not may(Permission.ITEMS_BLOCK):
            self._take_away((*BLOCK_FIELDS, BLOCK_REASON))
        elif is_new:
            del self.block_change_reason
        if not is_new and not may(Permission.ITEMS_DELETE):
            del self.no
        item = kwargs.get("obj")
        if item is not None and not self.seen.raw_data:
            self.look_at(item)  # once more, now that it is known which fields the form has

    def offer_series(self, choices: list[tuple[int, str]]) -> None:
        """The series a new number may come from; without a choice the field goes."""
        if choices:
            self.series.choices = choices
        else:
            del self.series

    def columns(self) -> list[str]:
        """The fields that two people could both have changed."""
        return [name for name in super().columns() if name not in self.FOLLOWS_ENTRIES]

    def _take_away(self, names: tuple[str, ...]) -> None:
        for name in names:
            del self[name]


def first_values(session: Session) -> dict[str, Any]:
    """What a new card starts with: the set-up's costing method, the usual unit, groups there is no choice of."""
    setup = session.get(InventorySetup, 1)
    values: dict[str, Any] = {
        "base_unit_of_measure_id": proposed_base_unit(session), "allow_invoice_discount": True,
        "use_cross_docking": True, "reserve": "optional", "rounding_precision": 1, "type": "inventory",
    }  # fmt: skip
    if setup is not None:
        values["costing_method"] = setup.default_costing_method
    for name, table in (
        ("gen_product_posting_group_id", GenProductPostingGroup),
        ("vat_product_posting_group_id", VatProductPostingGroup),
        ("inventory_posting_group_id", InventoryPostingGroup),
    ):
        ids = list(session.scalars(select(table.id).limit(2)))  # type: ignore[attr-defined]
        if len(ids) == 1:
            values[name] = ids[0]
    return values


class ItemTemplateForm(ItemForm):
    """What an item template says; texts and number are the item's own."""

    no = series = description_2 = no_2 = search_description = common_item_no = None
    alternative_item_id = keep_attributes = marketing_text = block_change_reason = cost_change_reason = None
    code = CodeField(_l("Code"), required=True)
    description = TextField(_l("Description"))
    number_series_id = RecordField(
        _l("Number series"), "number_series", description=_l("Numbers the items made from it; empty: the item series.")
    )
    base_unit_of_measure_id = RecordField(_l("Base unit"), "unit")
    gen_product_posting_group_id = RecordField(_l("General product posting group"), "gen_product_group")
    rounding_precision = QuantityField(_l("Rounding precision"), empty=Decimal(1))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        RecordForm.__init__(self, *args, **kwargs)
        if not may(Permission.ITEMS_COSTS):
            self._take_away((*COST_FIELDS, "profit_percent"))
        if not may(Permission.ITEMS_BLOCK):
            self._take_away(BLOCK_FIELDS)
        record = kwargs.get("obj")
        if record is not None and not self.seen.raw_data:
            self.look_at(record)


#: The sections of the form: title, anchor, fields.
SECTIONS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_l("Details"), "details", (
        "no", "series", "description", "description_2", "type", "base_unit_of_measure_id", "category_id",
        "keep_attributes", "gtin", "no_2", "search_description", "shelf_no", "manufacturer_id", "variant_mandatory",
        "common_item_no",
        "alternative_item_id", "net_weight", "gross_weight", "unit_volume", "units_per_parcel",
    )),
    (_l("Prices and cost"), "prices", (
        "unit_price", "price_profit_calculation", "profit_percent", "costing_method", "unit_cost", "standard_cost",
        "last_direct_cost", "indirect_cost_percent", "overhead_rate", COST_REASON, "price_includes_vat",
        "allow_invoice_discount", "inventory_value_zero", "item_discount_group", "tariff_no", "country_of_origin_code",
        "country_purchased_code",
    )),
    (_l("Posting"), "posting", (
        "gen_product_posting_group_id", "vat_product_posting_group_id", "inventory_posting_group_id", "tax_group_code",
    )),
    (_l("Supply"), "supply", (
        "vendor_id", "vendor_item_no", "lead_time", "purchasing_code_id", "over_receipt_code", "replenishment_system",
        "assembly_policy", "purchase_unit_of_measure_id", "sales_unit_of_measure_id", "prevent_negative_inventory",
        "stockout_warning",
    )),
    (_l("Planning"), "planning", (
        "reordering_policy", "reorder_point", "reorder_quantity", "maximum_inventory", "safety_stock_quantity",
        "safety_lead_time", "minimum_order_quantity", "maximum_order_quantity", "order_multiple", "time_bucket",
        "overflow_level", "lot_accumulation_period", "rescheduling_period", "dampener_period", "dampener_quantity",
        "reserve", "order_tracking_policy", "rounding_precision", "include_inventory", "critical",
    )),
    (_l("Tracking"), "tracking", (
        "item_tracking_code_id", "serial_nos_id", "lot_nos_id", "expiration_calculation",
    )),
    (_l("Warehouse"), "warehouse", (
        "warehouse_class_code", "special_equipment_code", "put_away_template_code", "put_away_unit_of_measure_id",
        "counting_period_id", "use_cross_docking",
    )),
    (_l("Blocking"), "blocking", (*BLOCK_FIELDS, BLOCK_REASON)),
    (_l("Text"), "text", ("automatic_extended_text", "marketing_text")),
)  # fmt: skip

#: What an item template has instead of number and texts.
_OF_TEMPLATES = ("code", "description", "number_series_id")
_NOT_OF_TEMPLATES = frozenset({
    "no", "series", "description", "description_2", "no_2", "search_description", "common_item_no",
    "alternative_item_id", "keep_attributes", "marketing_text", BLOCK_REASON, COST_REASON,
})  # fmt: skip

#: The same sections for a template.
TEMPLATE_SECTIONS: tuple[tuple[Any, str, tuple[str, ...]], ...] = tuple(
    (
        title,
        key,
        (*(_OF_TEMPLATES if key == "details" else ()), *(name for name in names if name not in _NOT_OF_TEMPLATES)),
    )
    for title, key, names in SECTIONS
)

#: Open on a new item, so that what is mandatory is in sight.
OPEN_WHEN_NEW = frozenset({"details", "prices", "posting"})


class ItemUnitForm(BaseForm):
    unit_of_measure_id = RecordField(_l("Unit"), "unit", required=True)
    qty_per_unit_of_measure = QuantityField(_l("Base units in one"), positive=True, required=True)
    rounding_precision = QuantityField(_l("Counted in steps of"), maximum=1)
    length = QuantityField(_l("Length"))
    width = QuantityField(_l("Width"))
    height = QuantityField(_l("Height"))


class VariantForm(BaseForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    description = TextField(_l("Description"))
    description_2 = TextField(_l("Description 2"), max_length=50)
    blocked = CheckField(_l("Blocked"))
    sales_blocked = CheckField(_l("Sales blocked"))
    purchasing_blocked = CheckField(_l("Purchasing blocked"))
    service_blocked = CheckField(_l("Service blocked"))
    block_change_reason = TextField(
        _l("Why the blocking changes"), max_length=250, description=_l("Stays in the history of the item.")
    )


class BulkBlockForm(BaseForm):
    reason = TextField(_l("Reason"), max_length=250, required=True, description=_l("Stays in their history."))


class ReferenceForm(BaseForm):
    reference_type = ChoiceField(_l("Whose number"), ReferenceType)
    reference_type_no = CodeField(_l("Customer or vendor no."))
    reference_no = CodeField(_l("Reference no."), max_length=50, required=True)
    unit_of_measure_id = ChoiceField(_l("Unit"), coerce=int)
    variant_id = ChoiceField(_l("Variant"), coerce=int)
    description = TextField(_l("Description"))
    starting_date = DayField(_l("Starting date"))
    ending_date = DayField(_l("Ending date"))


class AttributeValueForm(BaseForm):
    attribute_id = RecordField(_l("Attribute"), "attribute", required=True)
    value = TextField(_l("Value"), max_length=250, required=True)


class PictureForm(BaseForm):
    picture = FileField(_l("Picture"))


class BulkCategoryForm(BaseForm):
    category_id = RecordField(_l("Category"), "category")
    keep_attributes = CheckField(_l("Keep attributes of the old category"))
