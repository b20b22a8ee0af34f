"""What a new company starts with, so that the first posting works: accounts, posting set-up, series, journals.

The set-up wizard, the demo company, scenarios and tests all begin here. Nothing is drawn at random and nothing
depends on the day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from core.errors import ConflictError, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    AccountingPeriod,
    CatalogSetup,
    CompanyInformation,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralLedgerSetup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    InventoryPostingGroup,
    InventoryPostingSetup,
    InventorySetup,
    ItemCharge,
    ItemTrackingCode,
    JournalBatch,
    JournalTemplate,
    Location,
    NumberSeries,
    NumberSeriesLine,
    PaymentTerms,
    ReasonCode,
    Role,
    RoleName,
    SourceCode,
    TradeSetup,
    UnitOfMeasure,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    VendorPostingGroup,
)
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    DirectTransferPosting,
)
from services.seed import lists
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

__all__ = ["ACCOUNT_ROLES", "CompanyAnswers", "LocationAnswer", "add_location_setup", "create_company", "is_set_up"]

_ROLE_DESCRIPTIONS = {
    RoleName.OWNER: "Everything, users and set-up included",
    RoleName.BOOKKEEPER: "Costs, ledgers, counts, periods, set-up",
    RoleName.BUYER: "Items, vendors, purchases, transfers",
    RoleName.SELLER: "Customers and sales",
    RoleName.CLERK: "Receives, ships, counts, posts the item journal",
    RoleName.VIEWER: "Looks at everything but costs and set-up",
}


@dataclass(frozen=True, slots=True)
class LocationAnswer:
    """One location named in the wizard; an in-transit location holds goods between two others."""

    code: str
    name: str = ""
    in_transit: bool = False


@dataclass(frozen=True, slots=True)
class CompanyAnswers:
    """What the wizard asks; everything but the name has a sensible default."""

    name: str
    address: str = ""
    address_2: str = ""
    post_code: str = ""
    city: str = ""
    country_code: str = ""
    phone: str = ""
    email: str = ""
    web_page: str = ""
    vat_registration_no: str = ""
    gs1_prefix: str = ""
    logo: bytes | None = None
    demo: bool = False
    currency_code: str = "EUR"
    currency_symbol: str = "€"
    amount_rounding: Decimal = Decimal("0.01")
    unit_amount_rounding: Decimal = Decimal("0.00001")
    locations: tuple[LocationAnswer, ...] = (LocationAnswer("MAIN", "Main warehouse"),)
    #: first day of the first accounting year
    fiscal_year_start: dt.date = dt.date(2026, 1, 1)
    accounting_years: int = 2
    costing_method: CostingMethod = CostingMethod.FIFO
    average_cost_calc_type: AverageCostCalcType = AverageCostCalcType.ITEM_LOCATION_VARIANT
    average_cost_period: AverageCostPeriod = AverageCostPeriod.DAY
    automatic_cost_posting: bool = True
    expected_cost_posting_to_gl: bool = False
    automatic_cost_adjustment: AutomaticCostAdjustment = AutomaticCostAdjustment.NEVER
    prevent_negative_inventory: bool = False
    location_mandatory: bool = False


def is_set_up(session: Session) -> bool:
    """True once a company was created in this database."""
    return session.scalar(select(CompanyInformation.id)) is not None


def create_company(session: Session, answers: CompanyAnswers) -> None:
    """Write everything a company needs before its first posting.

    Raises ConflictError `already_set_up`; ValidationError `required`, `rounding_not_positive`, `location_code`,
    `duplicate`, `fiscal_year_start`.
    """
    if is_set_up(session):
        raise ConflictError("already_set_up", _("This database already holds a company. Nothing was changed."))
    _check(answers)
    _add_company(session, answers)
    _add_roles(session)
    accounts = _add_accounts(session)
    groups = _add_posting_groups(session, accounts)
    _add_general_posting_setup(session, accounts, groups)
    _add_vat_posting_setup(session, accounts, groups)
    _add_locations(session, answers)
    _add_inventory_posting_setup(session, accounts)
    series = _add_number_series(session)
    _add_inventory_setup(session, answers, series)
    session.add(CatalogSetup(id=1, catalog_nos_id=series["CATALOG"]))
    _insert(
        session, TradeSetup.__table__,
        [{"id": 1, **{f"{name}_nos_id": series[code] for name, code in lists.TRADE_SERIES.items()}}],
    )  # fmt: skip
    _add_small_lists(session, groups)
    _add_journals(session, series)
    _add_accounting_periods(session, answers)
    session.expire_all()


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
    _insert(session, setup, missing)
    return len(missing)


def _check(answers: CompanyAnswers) -> None:
    if not answers.name.strip():
        raise ValidationError("required", _("Give the company a name."), field="name")
    if answers.amount_rounding <= 0:
        raise ValidationError(
            "rounding_not_positive", _("The rounding must be more than zero, such as 0.01."), field="amount_rounding"
        )
    if answers.unit_amount_rounding <= 0:
        raise ValidationError(
            "rounding_not_positive",
            _("The rounding must be more than zero, such as 0.00001."),
            field="unit_amount_rounding",
        )
    if answers.fiscal_year_start.day != 1:
        raise ValidationError(
            "fiscal_year_start", _("An accounting year starts on the first day of a month."), field="fiscal_year_start"
        )
    seen: set[str] = set()
    for location in answers.locations:
        code = location.code.strip().upper()
        if not code or len(code) > 10:
            raise ValidationError(
                "location_code", _("A location needs a code of 1 to 10 characters."), field="locations"
            )
        if code in seen:
            raise ValidationError("duplicate", _("The location %(code)s is there twice.", code=code), field="locations")
        seen.add(code)


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    """Insert rows of one shape in one statement."""
    if rows:
        session.execute(insert(table), rows)


def _ids(session: Session, model: Any, key: str = "code") -> dict[str, int]:
    """What people call a row -> its id."""
    table: Table = model.__table__
    return dict(session.execute(select(table.c[key], table.c.id)).tuples().all())


def _add_company(session: Session, answers: CompanyAnswers) -> None:
    names = (
        "address", "address_2", "post_code", "city", "country_code", "phone", "email", "web_page",
        "vat_registration_no", "gs1_prefix", "logo", "demo",
    )  # fmt: skip
    values = {name: getattr(answers, name) for name in names}
    _insert(session, CompanyInformation.__table__, [{"id": 1, "name": answers.name.strip(), **values}])
    ledger = {
        "currency_code": answers.currency_code.strip().upper(),
        "currency_symbol": answers.currency_symbol,
        "amount_rounding": answers.amount_rounding,
        "unit_amount_rounding": answers.unit_amount_rounding,
    }
    _insert(session, GeneralLedgerSetup.__table__, [{"id": 1, **ledger}])


def _add_roles(session: Session) -> None:
    known = _ids(session, Role, "name")
    rows = [{"name": name.value, "description": _ROLE_DESCRIPTIONS[name]} for name in RoleName if name not in known]
    _insert(session, Role.__table__, rows)


def _add_accounts(session: Session) -> dict[str, int]:
    rows = [
        {
            "no": account.no, "name": account.name, "account_type": account.type, "category": account.category,
            "direct_posting": account.direct_posting, "totaling": account.totaling,
        }
        for account in ACCOUNTS
    ]  # fmt: skip
    _insert(session, GlAccount.__table__, rows)
    return _ids(session, GlAccount, "no")


@dataclass(frozen=True, slots=True)
class _Groups:
    """Ids of the posting groups by code."""

    business: dict[str, int]
    product: dict[str, int]
    vat_product: dict[str, int]


def _add_posting_groups(session: Session, accounts: dict[str, int]) -> _Groups:
    business = [{"code": code, "description": text} for code, text in BUSINESS_GROUPS.items()]
    _insert(session, GenBusinessPostingGroup.__table__, business)
    _insert(session, VatBusinessPostingGroup.__table__, business)
    vat = [{"code": code, "description": text} for code, text in VAT_PRODUCT_GROUPS.items()]
    _insert(session, VatProductPostingGroup.__table__, vat)
    vat_product = _ids(session, VatProductPostingGroup)
    product = [
        {
            "code": code,
            "description": group.description,
            "default_vat_product_posting_group_id": vat_product[group.vat_group],
        }
        for code, group in PRODUCT_GROUPS.items()
    ]
    _insert(session, GenProductPostingGroup.__table__, product)
    inventory = [{"code": code, "description": text} for code, (text, *_rest) in INVENTORY_GROUPS.items()]
    _insert(session, InventoryPostingGroup.__table__, inventory)
    customer, vendor = [], []
    for code, (text, receivables, payables) in PARTY_GROUPS.items():
        customer.append({
            "code": code, "description": text, "receivables_account_id": accounts[receivables],
            "service_charge_account_id": accounts["4410"],
        })  # fmt: skip
        vendor.append({"code": code, "description": text, "payables_account_id": accounts[payables]})
    _insert(session, CustomerPostingGroup.__table__, customer)
    _insert(session, VendorPostingGroup.__table__, vendor)
    return _Groups(_ids(session, GenBusinessPostingGroup), _ids(session, GenProductPostingGroup), vat_product)


def _add_general_posting_setup(session: Session, accounts: dict[str, int], groups: _Groups) -> None:
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
    _insert(session, GeneralPostingSetup.__table__, rows)


def _add_vat_posting_setup(session: Session, accounts: dict[str, int], groups: _Groups) -> None:
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
        for business, business_id in sorted(_ids(session, VatBusinessPostingGroup).items())
        for product, (percent, sales, purchase) in VAT_RATES.items()
    ]
    _insert(session, VatPostingSetup.__table__, rows)


def _add_locations(session: Session, answers: CompanyAnswers) -> None:
    rows = [
        {
            "code": location.code.strip().upper(),
            "name": location.name.strip() or location.code.strip(),
            "use_as_in_transit": location.in_transit,
            "country_code": answers.country_code,
        }
        for location in answers.locations
    ]
    _insert(session, Location.__table__, rows)


def _add_inventory_posting_setup(session: Session, accounts: dict[str, int]) -> None:
    variances = (
        "wip", "material_variance", "capacity_variance", "manufacturing_overhead_variance",
        "capacity_overhead_variance", "subcontracted_variance",
    )  # fmt: skip
    shared = {f"{part}_account_id": accounts[ACCOUNT_ROLES[part]] for part in variances}
    groups = _ids(session, InventoryPostingGroup)
    rows = [
        {
            "location_id": location_id,
            "inventory_posting_group_id": groups[code],
            "description": text,
            "inventory_account_id": accounts[inventory],
            "inventory_interim_account_id": accounts[interim],
            **shared,
        }
        for location_id in sorted(_ids(session, Location).values())
        for code, (text, inventory, interim) in INVENTORY_GROUPS.items()
    ]
    _insert(session, InventoryPostingSetup.__table__, rows)


def _add_number_series(session: Session) -> dict[str, int]:
    rows = [
        {"code": code, "description": text, "default_nos": True, "manual_nos": manual}
        for code, (text, _first, manual) in lists.NUMBER_SERIES.items()
    ]
    _insert(session, NumberSeries.__table__, rows)
    ids = _ids(session, NumberSeries)
    lines = [
        {"series_id": ids[code], "starting_no": first, "allow_gaps": manual}
        for code, (_text, first, manual) in lists.NUMBER_SERIES.items()
    ]
    _insert(session, NumberSeriesLine.__table__, lines)
    return ids


def _add_inventory_setup(session: Session, answers: CompanyAnswers, series: dict[str, int]) -> None:
    names = (
        "average_cost_calc_type", "average_cost_period", "automatic_cost_posting", "expected_cost_posting_to_gl",
        "automatic_cost_adjustment", "prevent_negative_inventory", "location_mandatory",
    )  # fmt: skip
    values = {
        **{name: getattr(answers, name) for name in names},
        "default_costing_method": answers.costing_method,
        "item_nos_id": series["ITEM"],
        "vendor_nos_id": series["VEND"],
        "customer_nos_id": series["CUST"],
        "direct_transfer_posting": DirectTransferPosting.SHIPMENT_AND_RECEIPT,
        "transfer_order_nos_id": series["TO"],
        "transfer_shipment_nos_id": series["TSHPT"],
        "transfer_receipt_nos_id": series["TRCPT"],
        "direct_transfer_nos_id": series["TDIRECT"],
        "inventory_receipt_nos_id": series["IRCPT"],
        "inventory_shipment_nos_id": series["ISHPT"],
        "posted_inventory_receipt_nos_id": series["PIRCPT"],
        "posted_inventory_shipment_nos_id": series["PISHPT"],
        "count_order_nos_id": series["COUNT"],
        "posted_count_nos_id": series["PCOUNT"],
        "price_vat_business_posting_group_id": _ids(session, VatBusinessPostingGroup)["DOMESTIC"],
    }
    _insert(session, InventorySetup.__table__, [{"id": 1, **values}])


def _add_small_lists(session: Session, groups: _Groups) -> None:
    for model, texts in ((SourceCode, lists.SOURCE_CODES), (ReasonCode, lists.REASON_CODES)):
        _insert(session, model.__table__, [{"code": code, "description": text} for code, text in texts.items()])
    units = [
        {"code": code, "description": text, "international_standard_code": standard, "symbol": symbol}
        for code, (text, standard, symbol) in lists.UNITS.items()
    ]
    _insert(session, UnitOfMeasure.__table__, units)
    terms = [
        {"code": code, "description": text, "due_date_calculation": formula}
        for code, (text, formula) in lists.PAYMENT_TERMS.items()
    ]
    _insert(session, PaymentTerms.__table__, terms)
    tracking = [
        {
            "code": code, "description": text, "serial_specific": serial, "lot_specific": lot,
            "use_expiration_dates": dated, "manual_expiration_date_required": dated,
        }
        for code, (text, serial, lot, dated) in lists.TRACKING_CODES.items()
    ]  # fmt: skip
    _insert(session, ItemTrackingCode.__table__, tracking)
    charges = [
        {
            "no": no,
            "description": text,
            "gen_product_posting_group_id": groups.product["SERVICES"],
            "vat_product_posting_group_id": groups.vat_product["STANDARD"],
        }
        for no, text in lists.ITEM_CHARGES.items()
    ]
    _insert(session, ItemCharge.__table__, charges)


def _add_journals(session: Session, series: dict[str, int]) -> None:
    rows = [
        {
            "name": name, "description": text, "type": kind, "source_code": source, "recurring": recurring,
            "nos_id": None if recurring else series[nos], "posting_nos_id": series[nos] if recurring else None,
        }
        for name, (text, kind, source, nos, recurring) in lists.JOURNAL_TEMPLATES.items()
    ]  # fmt: skip
    _insert(session, JournalTemplate.__table__, rows)
    batches = [
        {"template_id": template_id, "name": lists.DEFAULT_BATCH, "description": "Default batch"}
        for _name, template_id in sorted(_ids(session, JournalTemplate, "name").items())
    ]
    _insert(session, JournalBatch.__table__, batches)


def _add_accounting_periods(session: Session, answers: CompanyAnswers) -> None:
    first = answers.fiscal_year_start
    rows = []
    for number in range(12 * answers.accounting_years + 1):  # the start of the year after closes the last period
        years, month = divmod(first.month - 1 + number, 12)
        start = dt.date(first.year + years, month + 1, 1)
        rows.append({"starting_date": start, "name": f"{start:%B %Y}", "new_fiscal_year": number % 12 == 0})
    _insert(session, AccountingPeriod.__table__, rows)
