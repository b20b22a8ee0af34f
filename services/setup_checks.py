"""What is missing in the set-up, found before a posting fails (items.md sections 16 and 23)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, or_, select
from sqlalchemy.orm import Session

from core.text import _
from models import (
    BLANK_ID,
    AccountingPeriod,
    CompanyInformation,
    Customer,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralLedgerSetup,
    GenProductPostingGroup,
    GlAccount,
    InventoryPostingGroup,
    InventorySetup,
    Item,
    Location,
    NumberSeries,
    Vendor,
    VendorPostingGroup,
)
from models.enums import AccountType, CostingMethod
from services.posting_setup import GENERAL, INVENTORY, Setup, rows_of


@dataclass(frozen=True)
class Gap:
    """Something that would make a posting or a new record fail.

    `area` names the page that fills it: company, general_ledger, inventory, number_series, accounts,
    customer_posting_group, vendor_posting_group, accounting_periods, inventory_posting, general_posting, vat_posting.
    `row_code` and `column_code` are the keys of the posting set-ups, `fields` the columns that are empty.
    """

    area: str
    sentence: str
    row_code: str = ""
    column_code: str = ""
    fields: tuple[str, ...] = ()


def missing_setup(session: Session) -> list[Gap]:
    """Everything that is missing, in the order in which one would fill it in; a fixed number of queries."""
    setup = session.get(InventorySetup, 1)
    gaps = list(_company_gaps(session, setup))
    gaps += _party_group_gaps(session)
    expected = setup is not None and setup.expected_cost_posting_to_gl
    blank_location = setup is None or not setup.location_mandatory
    gaps += inventory_gaps(session, expected_cost=expected, blank_location=blank_location)
    gaps += general_gaps(session, expected_cost=expected)
    return gaps


def gaps_of_location(session: Session, code: str) -> list[Gap]:
    """What the location lacks before something can be posted there."""
    setup = session.get(InventorySetup, 1)
    expected = setup is not None and setup.expected_cost_posting_to_gl
    return [
        gap for gap in inventory_gaps(session, expected_cost=expected, blank_location=False) if gap.row_code == code
    ]


def inventory_gaps(session: Session, *, expected_cost: bool, blank_location: bool) -> list[Gap]:
    """Locations and inventory posting groups in use whose row or account is missing."""
    groups = _used(session, InventoryPostingGroup, Item.inventory_posting_group_id)
    places = select(Location.id, Location.code).where(Location.deleted.is_(False)).order_by(Location.code)
    locations = session.execute(places).all()
    required = ["inventory_account_id", *(["inventory_interim_account_id"] if expected_cost else [])]
    keys = [
        ((location_id, group_id), location or _("no location"), location, group)
        for location_id, location in locations
        if location_id != BLANK_ID or blank_location
        for group_id, group in groups
    ]
    return list(_row_gaps(session, INVENTORY, "inventory_posting", keys, {key: required for key, *_rest in keys}))


def general_gaps(session: Session, *, expected_cost: bool) -> list[Gap]:
    """Business and product posting groups in use whose row or account is missing.

    Nobody (the blank business group) is always in use: adjustments, and journal lines without a party.
    """
    products = _used(session, GenProductPostingGroup, Item.gen_product_posting_group_id)
    bought_from = set(_used(session, GenBusinessPostingGroup, Vendor.gen_business_posting_group_id))
    sold_to = set(_used(session, GenBusinessPostingGroup, Customer.gen_business_posting_group_id))
    purchases = _purchase_accounts(session, expected_cost=expected_cost)
    sales = ["cogs_account_id", *(["cogs_interim_account_id"] if expected_cost else [])]
    needed: dict[tuple[int, int], list[str]] = {}
    keys = []
    for business in [(BLANK_ID, ""), *sorted(bought_from | sold_to, key=lambda pair: pair[1])]:
        fields = ["inventory_adjustment_account_id"] if business[0] == BLANK_ID else []
        fields += purchases if business in bought_from or business[0] == BLANK_ID else []
        fields += sales if business in sold_to or business[0] == BLANK_ID else []
        for product_id, product in products:
            needed[business[0], product_id] = fields
            keys.append(((business[0], product_id), business[1] or _("no business group"), business[1], product))
    return list(_row_gaps(session, GENERAL, "general_posting", keys, needed))


def account_label(field: str) -> str:
    """What an account column of the posting set-ups is called."""
    labels = {
        "inventory_account_id": _("Inventory account"),
        "inventory_interim_account_id": _("Inventory account (interim)"),
        "wip_account_id": _("WIP account"),
        "material_variance_account_id": _("Material variance account"),
        "capacity_variance_account_id": _("Capacity variance account"),
        "manufacturing_overhead_variance_account_id": _("Manufacturing overhead variance account"),
        "capacity_overhead_variance_account_id": _("Capacity overhead variance account"),
        "subcontracted_variance_account_id": _("Subcontracted variance account"),
        "sales_account_id": _("Sales account"),
        "sales_vat_account_id": _("Sales VAT account"),
        "purchase_vat_account_id": _("Purchase VAT account"),
        "sales_credit_memo_account_id": _("Sales credit memo account"),
        "sales_line_discount_account_id": _("Sales line discount account"),
        "sales_invoice_discount_account_id": _("Sales invoice discount account"),
        "purchase_account_id": _("Purchase account"),
        "purchase_credit_memo_account_id": _("Purchase credit memo account"),
        "purchase_line_discount_account_id": _("Purchase line discount account"),
        "purchase_invoice_discount_account_id": _("Purchase invoice discount account"),
        "cogs_account_id": _("COGS account"),
        "cogs_interim_account_id": _("COGS account (interim)"),
        "inventory_adjustment_account_id": _("Inventory adjustment account"),
        "invt_accrual_interim_account_id": _("Inventory accrual account (interim)"),
        "direct_cost_applied_account_id": _("Direct cost applied account"),
        "overhead_applied_account_id": _("Overhead applied account"),
        "purchase_variance_account_id": _("Purchase variance account"),
        "direct_cost_non_inventory_applied_account_id": _("Direct cost non-inventory applied account"),
    }
    return labels[field]


def _company_gaps(session: Session, setup: InventorySetup | None) -> Iterator[Gap]:
    company = session.execute(select(CompanyInformation.name)).scalar()
    if not company:
        yield Gap("company", _("The company has no name: papers would print without a sender."))
    if session.execute(select(GeneralLedgerSetup.id)).scalar() is None:
        yield Gap("general_ledger", _("Currency and rounding are not set up."))
    if session.scalar(select(literal(1)).where(GlAccount.account_type == AccountType.POSTING).limit(1)) is None:
        yield Gap("accounts", _("The chart of accounts is empty."))
    if session.scalar(select(literal(1)).select_from(AccountingPeriod).limit(1)) is None:
        yield Gap("accounting_periods", _("There are no accounting periods: the fiscal year has no beginning."))
    if setup is None:
        yield Gap("inventory", _("The inventory set-up is missing."))
        return
    wanted = (
        (setup.item_nos_id, _("New items get no number: choose a number series.")),
        (setup.vendor_nos_id, _("New vendors get no number: choose a number series.")),
        (setup.customer_nos_id, _("New customers get no number: choose a number series.")),
    )
    for series_id, sentence in wanted:
        if series_id is None:
            yield Gap("inventory", sentence)
    if session.scalar(select(literal(1)).where(~NumberSeries.lines.any()).limit(1)) is not None:
        yield Gap("number_series", _("A number series has no line, so it gives no numbers."))


def _party_group_gaps(session: Session) -> list[Gap]:
    """Posting groups on parties without their account."""
    gaps = []
    kinds: tuple[tuple[str, Any, Any, Any, str], ...] = (
        ("customer_posting_group", CustomerPostingGroup, CustomerPostingGroup.receivables_account_id,
         Customer.customer_posting_group_id, _("Customer posting group %(code)s has no receivables account.")),
        ("vendor_posting_group", VendorPostingGroup, VendorPostingGroup.payables_account_id,
         Vendor.vendor_posting_group_id, _("Vendor posting group %(code)s has no payables account.")),
    )  # fmt: skip
    for area, group, account, used_by, sentence in kinds:
        in_use = select(literal(1)).where(used_by == group.id).exists()
        for code in session.scalars(select(group.code).where(account.is_(None), in_use).order_by(group.code)):
            gaps.append(Gap(area, sentence % {"code": code}, column_code=code))
    return gaps


def _purchase_accounts(session: Session, *, expected_cost: bool) -> list[str]:
    """Which accounts a purchase needs depends on how the items are costed."""
    fields = ["direct_cost_applied_account_id"]
    if expected_cost:
        fields.append("invt_accrual_interim_account_id")
    overhead = or_(Item.indirect_cost_percent != 0, Item.overhead_rate != 0)
    if session.scalar(select(literal(1)).where(overhead).limit(1)) is not None:
        fields.append("overhead_applied_account_id")
    standard = Item.costing_method == CostingMethod.STANDARD
    if session.scalar(select(literal(1)).where(standard).limit(1)) is not None:
        fields.append("purchase_variance_account_id")
    return fields


def _used(session: Session, group: Any, column: Any) -> list[tuple[int, str]]:
    """Id and code of the groups that `column` names somewhere."""
    statement = select(group.id, group.code).where(select(literal(1)).where(column == group.id).exists())
    return [(id_, code) for id_, code in session.execute(statement.order_by(group.code)) if id_ != BLANK_ID]


def _row_gaps(
    session: Session,
    setup: Setup,
    area: str,
    keys: Iterable[tuple[tuple[int, int], str, str, str]],
    needed: dict[tuple[int, int], list[str]],
) -> Iterator[Gap]:
    """Compare the rows that exist with the accounts they need; an account that takes no entries counts as none."""
    rows = rows_of(session, setup)
    postable = set(
        session.scalars(
            select(GlAccount.id).where(GlAccount.account_type == AccountType.POSTING, GlAccount.blocked.is_(False))
        )
    )
    for key, row_words, row_code, column_code in keys:
        row = rows.get(key)
        if row is None:
            sentence = _("%(row)s and %(column)s: no accounts at all.", row=row_words, column=column_code)
            if needed[key]:
                yield Gap(area, sentence, row_code, column_code, tuple(needed[key]))
            continue
        missing = tuple(field for field in needed[key] if getattr(row, field) not in postable)
        if missing:
            names = ", ".join(account_label(field) for field in missing)
            sentence = _(
                "%(row)s and %(column)s: %(accounts)s missing.", row=row_words, column=column_code, accounts=names
            )
            yield Gap(area, sentence, row_code, column_code, missing)
