"""The default chart of accounts, which account plays which part in inventory postings, and the posting groups.

Plain data: services/seed/defaults.py writes it. The parts are those of posting-and-costing.md section 16.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from models.enums import AccountCategory as Category
from models.enums import AccountType


@dataclass(frozen=True, slots=True)
class Account:
    """One row of the chart; `totaling` only on totals."""

    no: str
    name: str
    category: Category
    type: AccountType = AccountType.POSTING
    direct_posting: bool = True
    totaling: str = ""


def _heading(no: str, name: str, category: Category) -> Account:
    return Account(no, name, category, AccountType.HEADING, direct_posting=False)


def _total(no: str, name: str, category: Category, totaling: str) -> Account:
    return Account(no, name, category, AccountType.TOTAL, direct_posting=False, totaling=totaling)


def _kept(no: str, name: str, category: Category) -> Account:
    """An account that inventory postings alone should touch; entries by hand would break the reconciliation."""
    return Account(no, name, category, direct_posting=False)


_A, _L, _E = Category.ASSETS, Category.LIABILITIES, Category.EQUITY
_I, _C, _X = Category.INCOME, Category.COST_OF_GOODS_SOLD, Category.EXPENSE

ACCOUNTS: tuple[Account, ...] = (
    _heading("1000", "Assets", _A),
    Account("1110", "Buildings and fittings", _A),
    Account("1120", "Depreciation of buildings and fittings", _A),
    Account("1210", "Warehouse and office equipment", _A),
    Account("1220", "Depreciation of equipment", _A),
    Account("1310", "Vehicles", _A),
    Account("1320", "Depreciation of vehicles", _A),
    _heading("1400", "Inventory", _A),
    _kept("1410", "Resale goods", _A),
    _kept("1411", "Resale goods, interim", _A),
    _kept("1420", "Finished goods", _A),
    _kept("1421", "Finished goods, interim", _A),
    _kept("1430", "Raw materials", _A),
    _kept("1431", "Raw materials, interim", _A),
    _kept("1440", "Work in process", _A),
    _total("1499", "Total inventory", _A, "1400..1499"),
    Account("1510", "Customers, domestic", _A),
    Account("1520", "Customers, export", _A),
    Account("1530", "Other receivables", _A),
    Account("1540", "Prepayments to vendors", _A),
    Account("1610", "Bank", _A),
    Account("1620", "Cash", _A),
    _total("1999", "Total assets", _A, "1000..1999"),
    _heading("2000", "Liabilities", _L),
    Account("2110", "Vendors, domestic", _L),
    Account("2120", "Vendors, foreign", _L),
    _kept("2130", "Inventory accrual, interim", _L),
    Account("2210", "Sales VAT, standard rate", _L),
    Account("2220", "Sales VAT, reduced rate", _L),
    Account("2230", "Purchase VAT, standard rate", _L),
    Account("2240", "Purchase VAT, reduced rate", _L),
    Account("2290", "VAT settlement", _L),
    Account("2310", "Payroll liabilities", _L),
    Account("2410", "Bank loans", _L),
    _total("2999", "Total liabilities", _L, "2000..2999"),
    _heading("3000", "Equity", _E),
    Account("3110", "Share capital", _E),
    Account("3120", "Retained earnings", _E),
    Account("3130", "Opening balances", _E),
    _total("3999", "Total equity", _E, "3000..3999"),
    _heading("4000", "Income", _I),
    Account("4110", "Sales of goods, domestic", _I),
    Account("4120", "Sales of goods, export", _I),
    Account("4210", "Sales of materials, domestic", _I),
    Account("4220", "Sales of materials, export", _I),
    Account("4310", "Sales of services", _I),
    Account("4410", "Other sales", _I),
    Account("4510", "Sales credit memos", _I),
    Account("4610", "Line discounts given", _I),
    Account("4620", "Invoice discounts given", _I),
    _total("4999", "Total income", _I, "4000..4999"),
    _heading("5000", "Cost of goods sold", _C),
    _kept("5110", "Cost of goods sold", _C),
    _kept("5120", "Cost of materials sold", _C),
    _kept("5130", "Cost of services and other sales", _C),
    _kept("5190", "Cost of goods sold, interim", _C),
    _kept("5210", "Inventory adjustment", _C),
    _kept("5220", "Inventory adjustment, materials", _C),
    Account("5310", "Purchases of goods, domestic", _C),
    Account("5320", "Purchases of goods, foreign", _C),
    Account("5330", "Purchases of materials", _C),
    Account("5340", "Purchases of services and other", _C),
    Account("5350", "Purchase credit memos", _C),
    Account("5360", "Purchase line discounts", _C),
    Account("5370", "Purchase invoice discounts", _C),
    _kept("5410", "Direct cost applied", _C),
    _kept("5415", "Direct cost applied, materials", _C),
    _kept("5420", "Direct cost applied, not for inventory", _C),
    _kept("5430", "Overhead applied", _C),
    _kept("5510", "Purchase variance", _C),
    _kept("5520", "Material variance", _C),
    _kept("5530", "Capacity variance", _C),
    _kept("5540", "Manufacturing overhead variance", _C),
    _kept("5550", "Capacity overhead variance", _C),
    _kept("5560", "Subcontracted variance", _C),
    _total("5999", "Total cost of goods sold", _C, "5000..5999"),
    _heading("6000", "Expenses", _X),
    Account("6110", "Wages and salaries", _X),
    Account("6210", "Rent and heating", _X),
    Account("6310", "Freight out", _X),
    Account("6320", "Packaging", _X),
    Account("6410", "Advertising", _X),
    Account("6510", "Office and software", _X),
    Account("6610", "Depreciation", _X),
    Account("6710", "Interest", _X),
    _total("6999", "Total expenses", _X, "6000..6999"),
)

#: The account of each part for goods (product group RETAIL, inventory group RESALE); scenarios name the parts.
ACCOUNT_ROLES: dict[str, str] = {
    "inventory": "1410",
    "inventory_interim": "1411",
    "invt_accrual_interim": "2130",
    "cogs": "5110",
    "cogs_interim": "5190",
    "inventory_adjustment": "5210",
    "direct_cost_applied": "5410",
    "overhead_applied": "5430",
    "purchase_variance": "5510",
    "wip": "1440",
    "material_variance": "5520",
    "capacity_variance": "5530",
    "manufacturing_overhead_variance": "5540",
    "capacity_overhead_variance": "5550",
    "subcontracted_variance": "5560",
    "direct_cost_non_inventory_applied": "5420",
    "purchases": "5310",
    "sales": "4110",
    "payables": "2110",
    "receivables": "1510",
}

#: inventory posting group: description, inventory account, interim account
INVENTORY_GROUPS: dict[str, tuple[str, str, str]] = {
    "RESALE": ("Bought to be sold", "1410", "1411"),
    "FINISHED": ("Made by ourselves", "1420", "1421"),
    "RAWMAT": ("Materials and parts", "1430", "1431"),
}


@dataclass(frozen=True, slots=True)
class ProductAccounts:
    """Where a general product posting group differs from the others."""

    description: str
    vat_group: str
    sales: str
    sales_export: str
    purchases: str
    purchases_foreign: str
    cogs: str
    inventory_adjustment: str
    direct_cost_applied: str


PRODUCT_GROUPS: dict[str, ProductAccounts] = {
    "RETAIL": ProductAccounts("Goods", "STANDARD", "4110", "4120", "5310", "5320", "5110", "5210", "5410"),
    "RAWMAT": ProductAccounts("Materials", "STANDARD", "4210", "4220", "5330", "5330", "5120", "5220", "5415"),
    "SERVICES": ProductAccounts("Services", "STANDARD", "4310", "4310", "5340", "5340", "5130", "5210", "5410"),
    "MISC": ProductAccounts("Other", "STANDARD", "4410", "4410", "5340", "5340", "5130", "5210", "5410"),
}

#: general and VAT business posting groups beside the blank one
BUSINESS_GROUPS: dict[str, str] = {"DOMESTIC": "At home", "EXPORT": "Abroad"}

VAT_PRODUCT_GROUPS: dict[str, str] = {
    "STANDARD": "Standard rate",
    "REDUCED": "Reduced rate",
    "ZERO": "No VAT",
}

#: VAT product posting group: rate at home, sales VAT account, purchase VAT account
VAT_RATES: dict[str, tuple[Decimal, str, str]] = {
    "STANDARD": (Decimal(20), "2210", "2230"),
    "REDUCED": (Decimal(10), "2220", "2240"),
    "ZERO": (Decimal(0), "2210", "2230"),
}

#: party posting group: receivables account, payables account
PARTY_GROUPS: dict[str, tuple[str, str, str]] = {
    "DOMESTIC": ("At home", "1510", "2110"),
    "EXPORT": ("Abroad", "1520", "2120"),
}
