"""What entries, journals and accounts may be."""

from __future__ import annotations

import enum


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
