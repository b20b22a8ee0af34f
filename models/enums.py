"""The words of the trade that columns may hold; the same words stand in scenario files and the API."""

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


class EntryType(enum.StrEnum):
    """Kind of an item ledger entry (posting-and-costing.md section 1.2)."""

    PURCHASE = "purchase"
    SALE = "sale"
    POSITIVE_ADJMT = "positive_adjmt"
    NEGATIVE_ADJMT = "negative_adjmt"
    TRANSFER = "transfer"
    CONSUMPTION = "consumption"
    OUTPUT = "output"
    ASSEMBLY_CONSUMPTION = "assembly_consumption"
    ASSEMBLY_OUTPUT = "assembly_output"


class ValueEntryType(enum.StrEnum):
    """Kind of a value entry (posting-and-costing.md section 2.2)."""

    DIRECT_COST = "direct_cost"
    INDIRECT_COST = "indirect_cost"
    VARIANCE = "variance"
    REVALUATION = "revaluation"
    ROUNDING = "rounding"
    DIRECT_COST_NON_INVENTORY = "direct_cost_non_inventory"


class VarianceType(enum.StrEnum):
    """Kind of a variance value entry; none on the others."""

    NONE = ""
    PURCHASE = "purchase"
    MATERIAL = "material"
    CAPACITY = "capacity"
    CAPACITY_OVERHEAD = "capacity_overhead"
    MANUFACTURING_OVERHEAD = "manufacturing_overhead"
    SUBCONTRACTED = "subcontracted"
    MATERIAL_NON_INVENTORY = "material_non_inventory"


class DocumentType(enum.StrEnum):
    """What kind of posted document stands behind an entry; none for journals."""

    NONE = ""
    SALES_SHIPMENT = "sales_shipment"
    SALES_INVOICE = "sales_invoice"
    SALES_RETURN_RECEIPT = "sales_return_receipt"
    SALES_CREDIT_MEMO = "sales_credit_memo"
    PURCHASE_RECEIPT = "purchase_receipt"
    PURCHASE_INVOICE = "purchase_invoice"
    PURCHASE_RETURN_SHIPMENT = "purchase_return_shipment"
    PURCHASE_CREDIT_MEMO = "purchase_credit_memo"
    TRANSFER_SHIPMENT = "transfer_shipment"
    TRANSFER_RECEIPT = "transfer_receipt"
    DIRECT_TRANSFER = "direct_transfer"
    SERVICE_SHIPMENT = "service_shipment"
    SERVICE_INVOICE = "service_invoice"
    SERVICE_CREDIT_MEMO = "service_credit_memo"
    POSTED_ASSEMBLY = "posted_assembly"
    INVENTORY_RECEIPT = "inventory_receipt"
    INVENTORY_SHIPMENT = "inventory_shipment"


class CountStatus(enum.StrEnum):
    """How far a physical inventory order or a recording is (posting-and-costing.md section 17.2)."""

    OPEN = "open"
    FINISHED = "finished"
    POSTED = "posted"


class DocumentStatus(enum.StrEnum):
    """Whether a document may still be edited, or is handed to those who handle it (documents.md section 4)."""

    OPEN = "open"
    RELEASED = "released"


class ShippingAdvice(enum.StrEnum):
    """Whether an order may leave in parts (documents.md section 2)."""

    PARTIAL = "partial"
    COMPLETE = "complete"


class TradeSide(enum.StrEnum):
    """Whom a document deals with: vendors or customers."""

    PURCHASE = "purchase"
    SALES = "sales"


class TradeType(enum.StrEnum):
    """Kind of a purchase or sales document (documents.md section 1)."""

    QUOTE = "quote"
    ORDER = "order"
    INVOICE = "invoice"
    RETURN_ORDER = "return_order"
    CREDIT_MEMO = "credit_memo"
    SERVICE_ORDER = "service_order"


class TradeLineType(enum.StrEnum):
    """What a document line is about; only items move stock (documents.md section 3)."""

    ITEM = "item"
    ITEM_CHARGE = "item_charge"
    GL_ACCOUNT = "gl_account"
    #: sold by the hour; the cost is one of service orders
    RESOURCE = "resource"
    COST = "cost"
    COMMENT = "comment"


class PartyDocumentType(enum.StrEnum):
    """What stands behind a party ledger entry (documents.md section 22)."""

    INVOICE = "invoice"
    CREDIT_MEMO = "credit_memo"
    PAYMENT = "payment"


class PriceListStatus(enum.StrEnum):
    """Only an active price list counts (documents.md section 9)."""

    DRAFT = "draft"
    ACTIVE = "active"
    INACTIVE = "inactive"


class PriceListDefines(enum.StrEnum):
    """What the lines of a price list may say."""

    PRICE = "price"
    DISCOUNT = "discount"
    BOTH = "both"


class DiscountPosting(enum.StrEnum):
    """Which discounts go to accounts of their own (documents.md section 22)."""

    NONE = "none"
    INVOICE = "invoice"
    LINE = "line"
    BOTH = "both"


class DefaultQuantity(enum.StrEnum):
    """What a new order line proposes to move (documents.md section 3)."""

    REMAINDER = "remainder"
    BLANK = "blank"


class DefaultPostingDate(enum.StrEnum):
    """What stands in the posting date of a new document (documents.md section 2)."""

    WORK_DATE = "work_date"
    NO_DATE = "no_date"


class ArchiveQuotes(enum.StrEnum):
    """Whether a converted quote leaves an archived version (documents.md section 15)."""

    NEVER = "never"
    QUESTION = "question"
    ALWAYS = "always"


class DirectTransferPosting(enum.StrEnum):
    """What posting a direct transfer leaves behind (documents.md section 19)."""

    SHIPMENT_AND_RECEIPT = "shipment_and_receipt"
    DIRECT_TRANSFER = "direct_transfer"


class SourceType(enum.StrEnum):
    """Which card stands behind an entry."""

    NONE = ""
    CUSTOMER = "customer"
    VENDOR = "vendor"
    ITEM = "item"


class OrderType(enum.StrEnum):
    """Which kind of order a ledger entry belongs to, where costs flow along the order."""

    NONE = ""
    PRODUCTION = "production"
    TRANSFER = "transfer"
    ASSEMBLY = "assembly"
    SERVICE = "service"


class JournalType(enum.StrEnum):
    """Kind of an item journal template (posting-and-costing.md section 1.1)."""

    ITEM = "item"
    TRANSFER = "transfer"
    PHYSICAL_INVENTORY = "physical_inventory"
    REVALUATION = "revaluation"
    CONSUMPTION = "consumption"
    OUTPUT = "output"


class RecurringMethod(enum.StrEnum):
    """What a recurring line keeps after posting."""

    NONE = ""
    FIXED = "fixed"
    VARIABLE = "variable"


class AverageCostCalcType(enum.StrEnum):
    """The scope of an average cost (posting-and-costing.md section 9.1)."""

    ITEM = "item"
    ITEM_LOCATION_VARIANT = "item_location_variant"


class AverageCostPeriod(enum.StrEnum):
    """The length of an average cost period."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ACCOUNTING_PERIOD = "accounting_period"


class AutomaticCostAdjustment(enum.StrEnum):
    """When cost adjustment runs by itself (posting-and-costing.md section 14.2)."""

    NEVER = "never"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    ALWAYS = "always"


class AccountType(enum.StrEnum):
    """Posting accounts take entries; the others structure the chart."""

    POSTING = "posting"
    HEADING = "heading"
    TOTAL = "total"


class AccountCategory(enum.StrEnum):
    """Where an account stands in the statements."""

    ASSETS = "assets"
    LIABILITIES = "liabilities"
    EQUITY = "equity"
    INCOME = "income"
    COST_OF_GOODS_SOLD = "cost_of_goods_sold"
    EXPENSE = "expense"


class PartyBlocked(enum.StrEnum):
    """How far a customer or vendor is blocked (documents.md section 2)."""

    NONE = ""
    SHIP = "ship"
    INVOICE = "invoice"
    PAYMENT = "payment"
    ALL = "all"


class DefaultBinSelection(enum.StrEnum):
    """How the default bin of an item is kept (items.md section 14)."""

    NONE = ""
    FIXED_BIN = "fixed_bin"
    LAST_USED_BIN = "last_used_bin"


class BinPurpose(enum.StrEnum):
    """What a bin of a location is for (items.md section 14)."""

    RECEIPT = "receipt"
    SHIPMENT = "shipment"
    ADJUSTMENT = "adjustment"
    CROSS_DOCK = "cross_dock"
    TO_ASSEMBLY = "to_assembly"
    FROM_ASSEMBLY = "from_assembly"
    ASSEMBLE_TO_ORDER_SHIPMENT = "assemble_to_order_shipment"


class PickBinPolicy(enum.StrEnum):
    """From which bin is picked."""

    DEFAULT_BIN = "default_bin"
    BIN_RANKING = "bin_ranking"


class PutAwayBinPolicy(enum.StrEnum):
    """Into which bin is put away."""

    DEFAULT_BIN = "default_bin"
    PUT_AWAY_TEMPLATE = "put_away_template"


class BinCapacityPolicy(enum.StrEnum):
    """What happens when a bin would hold more than it can."""

    NEVER_CHECK = "never_check"
    ALLOW_MORE = "allow_more"
    PROHIBIT_MORE = "prohibit_more"


class SpecialEquipment(enum.StrEnum):
    """What says which vehicle is needed."""

    BY_BIN = "by_bin"
    BY_SKU_OR_ITEM = "by_sku_or_item"


class SkuCreation(enum.StrEnum):
    """Whether stockkeeping units may be made at a location."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"


class MissingSku(enum.StrEnum):
    """How demand is planned at a location where the item has no stockkeeping unit."""

    MINIMAL = "minimal"
    ITEM_CARD = "item_card"
    DO_NOT_PLAN = "do_not_plan"


class AssemblyConsumption(enum.StrEnum):
    """How components get to assembly."""

    NONE = "none"
    WAREHOUSE_PICK = "warehouse_pick"
    INVENTORY_MOVEMENT = "inventory_movement"


class CenterArea(enum.StrEnum):
    """The documents that a user's responsibility centres are for (items.md section 17)."""

    SALES = "sales"
    PURCHASE = "purchase"
    SERVICE = "service"


class WarehouseEntryType(enum.StrEnum):
    """Kind of a bin movement (warehouse.md section 5)."""

    NEGATIVE_ADJMT = "negative_adjmt"
    POSITIVE_ADJMT = "positive_adjmt"
    MOVEMENT = "movement"


class JobStatus(enum.StrEnum):
    """Where a background job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PictureStatus(enum.StrEnum):
    """What becomes of a file of a picture import (items.md section 8)."""

    SKIP = "skip"
    PENDING = "pending"
    COMPLETED = "completed"
    REFUSED = "refused"
