"""What an item and its master data may be."""

from __future__ import annotations

import enum


class ItemType(enum.StrEnum):
    """Only inventory items carry stock (items.md section 1)."""

    INVENTORY = "inventory"
    SERVICE = "service"
    NON_INVENTORY = "non_inventory"


class CostingMethod(enum.StrEnum):
    """How outbound cost is found (posting-and-costing.md section 8)."""

    FIFO = "fifo"
    LIFO = "lifo"
    AVERAGE = "average"
    SPECIFIC = "specific"
    STANDARD = "standard"


class DefaultNoYes(enum.StrEnum):
    """Three-state switch; default follows the inventory set-up (items.md section 0)."""

    DEFAULT = "default"
    NO = "no"
    YES = "yes"


class ReservePolicy(enum.StrEnum):
    """Whether demand for the item is reserved."""

    NEVER = "never"
    OPTIONAL = "optional"
    ALWAYS = "always"


class ReplenishmentSystem(enum.StrEnum):
    """Where new stock comes from; transfer only on stockkeeping units."""

    PURCHASE = "purchase"
    ASSEMBLY = "assembly"
    PRODUCTION = "production"
    TRANSFER = "transfer"


class AssemblyPolicy(enum.StrEnum):
    """When an assembled item is put together."""

    ASSEMBLE_TO_STOCK = "assemble_to_stock"
    ASSEMBLE_TO_ORDER = "assemble_to_order"


class ReorderingPolicy(enum.StrEnum):
    """How replenishment is planned; none means not planned (items.md section 20)."""

    NONE = "none"
    FIXED_REORDER_QUANTITY = "fixed_reorder_quantity"
    MAXIMUM_QUANTITY = "maximum_quantity"
    ORDER = "order"
    LOT_FOR_LOT = "lot_for_lot"


class BlankOverflowLevel(enum.StrEnum):
    """What an overflow level that is blank means (items.md sections 0, 20)."""

    ALLOW_DEFAULT_CALCULATION = "allow_default_calculation"
    USE_CARD_VALUES_ONLY = "use_card_values_only"


class OrderTrackingPolicy(enum.StrEnum):
    """Whether supply and demand are linked while planning."""

    NONE = "none"
    TRACKING_ONLY = "tracking_only"
    TRACKING_AND_ACTION = "tracking_and_action"


class TestQuality(enum.StrEnum):
    """What a test of a lot found; for information only (tracking.md section 7)."""

    __test__ = False

    NONE = "none"
    GOOD = "good"
    AVERAGE = "average"
    BAD = "bad"


class PriceProfitCalculation(enum.StrEnum):
    """Which of price and profit follows the other (items.md section 1)."""

    PROFIT_IS_PRICE_MINUS_COST = "profit_is_price_minus_cost"
    PRICE_IS_COST_PLUS_PROFIT = "price_is_cost_plus_profit"
    NO_RELATIONSHIP = "no_relationship"


class AttributeType(enum.StrEnum):
    """What an attribute's values are (items.md section 10)."""

    OPTION = "option"
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    DATE = "date"


class CatalogNumberFormat(enum.StrEnum):
    """How the number of an item made from a catalog entry is built (items.md section 11)."""

    VENDOR_ITEM_NO = "vendor_item_no"
    MANUFACTURER_VENDOR = "manufacturer_vendor"
    VENDOR_MANUFACTURER = "vendor_manufacturer"
    ENTRY_NO = "entry_no"
    ITEM_NO_SERIES = "item_no_series"


class ReferenceType(enum.StrEnum):
    """Whose number an item reference is (items.md section 7)."""

    BLANK = "blank"
    CUSTOMER = "customer"
    VENDOR = "vendor"
    BAR_CODE = "bar_code"


class PictureStatus(enum.StrEnum):
    """What becomes of a file of a picture import (items.md section 8)."""

    SKIP = "skip"
    PENDING = "pending"
    COMPLETED = "completed"
    REFUSED = "refused"
