"""What enum values are called on pages; one table, so that the same thing has one name everywhere."""

from __future__ import annotations

import enum
from typing import Any

from flask_babel import lazy_gettext as _l

from core.text import _

#: (enum class, value) -> words, where "value with spaces" would not do.
WORDS: dict[tuple[str, str], Any] = {
    ("PickBinPolicy", "default_bin"): _l("The item's default bin"),
    ("PickBinPolicy", "bin_ranking"): _l("The highest ranking"),
    ("PutAwayBinPolicy", "default_bin"): _l("The item's default bin"),
    ("PutAwayBinPolicy", "put_away_template"): _l("A template"),
    ("BinCapacityPolicy", "never_check"): _l("Never checked"),
    ("BinCapacityPolicy", "allow_more"): _l("More is allowed, with a warning"),
    ("BinCapacityPolicy", "prohibit_more"): _l("More is refused"),
    ("SpecialEquipment", "by_bin"): _l("As the bin says"),
    ("SpecialEquipment", "by_sku_or_item"): _l("As the item says"),
    ("BlankOverflowLevel", "allow_default_calculation"): _l("Is calculated from the other values"),
    ("BlankOverflowLevel", "use_card_values_only"): _l("Is no limit"),
    ("SkuCreation", "allowed"): _l("May be created"),
    ("SkuCreation", "blocked"): _l("May not be created"),
    ("MissingSku", "minimal"): _l("Just what is wanted"),
    ("MissingSku", "item_card"): _l("As the item card says"),
    ("MissingSku", "do_not_plan"): _l("Not planned"),
    ("AssemblyConsumption", "none"): _l("No warehouse handling"),
    ("AssemblyConsumption", "warehouse_pick"): _l("Picked"),
    ("AssemblyConsumption", "inventory_movement"): _l("Moved to assembly"),
    ("CatalogNumberFormat", "vendor_item_no"): _l("Vendor item no."),
    ("CatalogNumberFormat", "manufacturer_vendor"): _l("Manufacturer + vendor item no."),
    ("CatalogNumberFormat", "vendor_manufacturer"): _l("Vendor item no. + manufacturer"),
    ("CatalogNumberFormat", "entry_no"): _l("Entry no."),
    ("CatalogNumberFormat", "item_no_series"): _l("Next of the item series"),
    ("ArchiveQuotes", "question"): _l("Ask each time"),
    ("ItemType", "inventory"): _l("Inventory"),
    ("ItemType", "service"): _l("Service"),
    ("ItemType", "non_inventory"): _l("Non-inventory"),
    ("CostingMethod", "fifo"): _l("FIFO"),
    ("CostingMethod", "lifo"): _l("LIFO"),
    ("CostingMethod", "average"): _l("Average"),
    ("CostingMethod", "specific"): _l("Specific"),
    ("CostingMethod", "standard"): _l("Standard"),
    ("DefaultNoYes", "default"): _l("As in set-up"),
    ("DefaultNoYes", "no"): _l("No"),
    ("DefaultNoYes", "yes"): _l("Yes"),
    ("ReservePolicy", "never"): _l("Never"),
    ("ReservePolicy", "optional"): _l("Optional"),
    ("ReservePolicy", "always"): _l("Always"),
    ("ReplenishmentSystem", "purchase"): _l("Purchase"),
    ("ReplenishmentSystem", "assembly"): _l("Assembly"),
    ("ReplenishmentSystem", "production"): _l("Production"),
    ("ReplenishmentSystem", "transfer"): _l("Transfer"),
    ("AssemblyPolicy", "assemble_to_stock"): _l("Assemble to stock"),
    ("AssemblyPolicy", "assemble_to_order"): _l("Assemble to order"),
    ("ReorderingPolicy", "none"): _l("Not planned"),
    ("ReorderingPolicy", "fixed_reorder_quantity"): _l("Fixed reorder quantity"),
    ("ReorderingPolicy", "maximum_quantity"): _l("Maximum quantity"),
    ("ReorderingPolicy", "order"): _l("Order"),
    ("ReorderingPolicy", "lot_for_lot"): _l("Lot for lot"),
    ("OrderTrackingPolicy", "none"): _l("None"),
    ("OrderTrackingPolicy", "tracking_only"): _l("Tracking only"),
    ("OrderTrackingPolicy", "tracking_and_action"): _l("Tracking and action messages"),
    ("PriceProfitCalculation", "profit_is_price_minus_cost"): _l("Profit = price − cost"),
    ("PriceProfitCalculation", "price_is_cost_plus_profit"): _l("Price = cost + profit"),
    ("PriceProfitCalculation", "no_relationship"): _l("No relationship"),
    ("AttributeType", "option"): _l("Option"),
    ("NumberKind", "lot"): _l("Lot"),
    ("NumberKind", "serial"): _l("Serial no."),
    ("NumberKind", "package"): _l("Package"),
    ("TestQuality", "none"): _l("Not tested"),
    ("TestQuality", "good"): _l("Good"),
    ("TestQuality", "average"): _l("Average"),
    ("TestQuality", "bad"): _l("Bad"),
    ("AttributeType", "text"): _l("Text"),
    ("AttributeType", "integer"): _l("Whole number"),
    ("AttributeType", "decimal"): _l("Number"),
    ("AttributeType", "date"): _l("Date"),
    ("ReferenceType", "blank"): _l("General"),
    ("ReferenceType", "customer"): _l("Customer"),
    ("ReferenceType", "vendor"): _l("Vendor"),
    ("ReferenceType", "bar_code"): _l("Bar code"),
    ("PictureStatus", "skip"): _l("Skip"),
    ("PictureStatus", "pending"): _l("Pending"),
    ("PictureStatus", "completed"): _l("Completed"),
    ("PictureStatus", "refused"): _l("Refused"),
    ("EntryType", "purchase"): _l("Purchase"),
    ("EntryType", "sale"): _l("Sale"),
    ("EntryType", "positive_adjmt"): _l("Positive adjustment"),
    ("EntryType", "negative_adjmt"): _l("Negative adjustment"),
    ("EntryType", "transfer"): _l("Transfer"),
    ("EntryType", "consumption"): _l("Consumption"),
    ("EntryType", "output"): _l("Output"),
    ("EntryType", "assembly_consumption"): _l("Assembly consumption"),
    ("EntryType", "assembly_output"): _l("Assembly output"),
    ("RecurringMethod", "fixed"): _l("Fixed"),
    ("RecurringMethod", "variable"): _l("Variable"),
    ("ValueEntryType", "direct_cost"): _l("Direct cost"),
    ("ValueEntryType", "indirect_cost"): _l("Indirect cost"),
    ("ValueEntryType", "variance"): _l("Variance"),
    ("ValueEntryType", "revaluation"): _l("Revaluation"),
    ("ValueEntryType", "rounding"): _l("Rounding"),
    ("ValueEntryType", "direct_cost_non_inventory"): _l("Direct cost, non-inventory"),
    ("WarehouseEntryType", "negative_adjmt"): _l("Negative adjustment"),
    ("WarehouseEntryType", "positive_adjmt"): _l("Positive adjustment"),
    ("WarehouseEntryType", "movement"): _l("Movement"),
    ("PartyBlocked", "ship"): _l("For shipping"),
    ("PartyBlocked", "invoice"): _l("For invoicing"),
    ("PartyBlocked", "payment"): _l("For payment"),
    ("PartyBlocked", "all"): _l("Blocked"),
    ("AccountCategory", "cost_of_goods_sold"): _l("Cost of goods sold"),
    ("AverageCostCalcType", "item"): _l("Item"),
    ("AverageCostCalcType", "item_location_variant"): _l("Item, location and variant"),
}


def word(value: enum.Enum | str | None) -> str:
    """The words for an enum value; a value without an entry is its own word, spelt with spaces."""
    if value is None or value == "":
        return ""
    if isinstance(value, enum.Enum):
        found = WORDS.get((type(value).__name__, str(value.value)))
        if found is not None:
            return str(found)
        value = str(value.value)
    # A fixed word that no table holds: translated by its English text where the catalogue has it.
    return _(value.replace("_", " ").capitalize())
