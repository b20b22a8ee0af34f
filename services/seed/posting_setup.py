"""What a new company posts to: accounts, posting groups, and which account each pair of groups means."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    BLANK_ID,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    InventoryPostingGroup,
    InventoryPostingSetup,
    Location,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    VendorPostingGroup,
)
from services.seed.chart import (
    ACCOUNT_ROLES,
    ACCOUNTS,
    BUSINESS_GROUPS,
    INVENTORY_GROUPS,
    PARTY_GROUPS,
    PRODUCT_GROUPS,
    VAT_PRODUCT_GROUPS,
    VAT_RATES,
)
from services.seed.rows import ids_by_code, insert_rows


def add_accounts(session: Session) -> dict[str, int]:
    """The chart of accounts; returns account no. -> id."""
    rows = [
        {
            "no": account.no, "name": account.name, "account_type": account.type, "category": account.category,
            "direct_posting": account.direct_posting, "totaling": account.totaling,
        }
        for account in ACCOUNTS
    ]  # fmt: skip
    insert_rows(session, GlAccount.__table__, rows)
    return ids_by_code(session, GlAccount, "no")


@dataclass(frozen=True, slots=True)
class Groups:
    """Ids of the posting groups by code."""

    business: dict[str, int]
    product: dict[str, int]
    vat_product: dict[str, int]


def add_posting_groups(session: Session, accounts: dict[str, int]) -> Groups:
    """Groups of parties, goods and VAT, with the accounts that each names."""
    business = [{"code": code, "description": text} for code, text in BUSINESS_GROUPS.items()]
    insert_rows(session, GenBusinessPostingGroup.__table__, business)
    insert_rows(session, VatBusinessPostingGroup.__table__, business)
    vat = [{"code": code, "description": text} for code, text in VAT_PRODUCT_GROUPS.items()]
    insert_rows(session, VatProductPostingGroup.__table__, vat)
    vat_product = ids_by_code(session, VatProductPostingGroup)
    product = [
        {
            "code": code,
            "description": group.description,
            "default_vat_product_posting_group_id": vat_product[group.vat_group],
        }
        for code, group in PRODUCT_GROUPS.items()
    ]
    insert_rows(session, GenProductPostingGroup.__table__, product)
    inventory = [{"code": code, "description": text} for code, (text, *_rest) in INVENTORY_GROUPS.items()]
    insert_rows(session, InventoryPostingGroup.__table__, inventory)
    customer, vendor = [], []
    for code, (text, receivables, payables) in PARTY_GROUPS.items():
        customer.append({
            "code": code, "description": text, "receivables_account_id": accounts[receivables],
            "service_charge_account_id": accounts["4410"],
        })  # fmt: skip
        vendor.append({"code": code, "description": text, "payables_account_id": accounts[payables]})
    insert_rows(session, CustomerPostingGroup.__table__, customer)
    insert_rows(session, VendorPostingGroup.__table__, vendor)
    return Groups(
        ids_by_code(session, GenBusinessPostingGroup), ids_by_code(session, GenProductPostingGroup), vat_product
    )


def add_general_posting_setup(session: Session, accounts: dict[str, int], groups: Groups) -> None:
    """An account for every part of a posting, for each business with each product group.

    Source: posting-and-costing.md section 16.
    """
    rows = []
    for business, business_id in sorted(groups.business.items()):
        abroad = business == "EXPORT"
        for product, texts in PRODUCT_GROUPS.items():
            nos = {
                "sales": texts.sales_export if abroad else texts.sales,
                "sales_credit_memo": "4510",
                "sales_line_discount": "4610",
                "sales_invoice_discount": "4620",
                "purchase": texts.purchases_foreign if abroad else texts.purchases,
                "purchase_credit_memo": "5350",
                "purchase_line_discount": "5360",
                "purchase_invoice_discount": "5370",
                "cogs": texts.cogs,
                "cogs_interim": ACCOUNT_ROLES["cogs_interim"],
                "inventory_adjustment": texts.inventory_adjustment,
                "invt_accrual_interim": ACCOUNT_ROLES["invt_accrual_interim"],
                "direct_cost_applied": texts.direct_cost_applied,
                "overhead_applied": ACCOUNT_ROLES["overhead_applied"],
                "purchase_variance": ACCOUNT_ROLES["purchase_variance"],
                "direct_cost_non_inventory_applied": ACCOUNT_ROLES["direct_cost_non_inventory_applied"],
            }
            rows.append({
                "gen_business_posting_group_id": business_id,
                "gen_product_posting_group_id": groups.product[product],
                "description": texts.description,
                **{f"{name}_account_id": accounts[no] for name, no in nos.items()},
            })  # fmt: skip
    insert_rows(session, GeneralPostingSetup.__table__, rows)


def add_vat_posting_setup(session: Session, accounts: dict[str, int], groups: Groups) -> None:
    """VAT at home by product group; nothing abroad and where a party has no group."""
    rows = [
        {
            "vat_business_posting_group_id": business_id,
            "vat_product_posting_group_id": groups.vat_product[product],
            "description": VAT_PRODUCT_GROUPS[product],
            "vat_percent": percent if business == "DOMESTIC" else Decimal(0),
            "sales_vat_account_id": accounts[sales],
            "purchase_vat_account_id": accounts[purchase],
        }
        for business, business_id in sorted(ids_by_code(session, VatBusinessPostingGroup).items())
        for product, (percent, sales, purchase) in VAT_RATES.items()
    ]
    insert_rows(session, VatPostingSetup.__table__, rows)


def add_inventory_posting_setup(session: Session, accounts: dict[str, int]) -> None:
    """The inventory accounts of each location with each inventory posting group (posting-and-costing.md section 16)."""
    variances = (
        "wip", "material_variance", "capacity_variance", "manufacturing_overhead_variance",
        "capacity_overhead_variance", "subcontracted_variance",
    )  # fmt: skip
    shared = {f"{part}_account_id": accounts[ACCOUNT_ROLES[part]] for part in variances}
    groups = ids_by_code(session, InventoryPostingGroup)
    rows = [
        {
            "location_id": location_id,
            "inventory_posting_group_id": groups[code],
            "description": text,
            "inventory_account_id": accounts[inventory],
            "inventory_interim_account_id": accounts[interim],
            **shared,
        }
        for location_id in sorted(ids_by_code(session, Location).values())
        for code, (text, inventory, interim) in INVENTORY_GROUPS.items()
    ]
    insert_rows(session, InventoryPostingSetup.__table__, rows)


def add_location_setup(session: Session, location_id: int) -> int:
    """Give a location the inventory posting set-up of the blank location, where it has none; returns rows added."""
    setup = InventoryPostingSetup.__table__
    copied = [column.name for column in setup.columns if column.name not in {"id", "location_id"}]
    rows = session.execute(select(setup).where(setup.c.location_id.in_([BLANK_ID, location_id]))).mappings().all()
    has = {row["inventory_posting_group_id"] for row in rows if row["location_id"] == location_id}
    missing = [
        {**{name: row[name] for name in copied}, "location_id": location_id}
        for row in rows
        if row["location_id"] == BLANK_ID and row["inventory_posting_group_id"] not in has
    ]
    insert_rows(session, setup, missing)
    return len(missing)
