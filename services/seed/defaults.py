"""What a new company starts with, so that the first posting works: accounts, posting set-up, series, journals.

The set-up wizard, the demo company, scenarios and tests all begin here. Nothing is drawn at random and nothing
depends on the day.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, ValidationError
from core.text import _
from models import (
    AccountingPeriod,
    CatalogSetup,
    CompanyInformation,
    GeneralLedgerSetup,
    InventorySetup,
    ItemCharge,
    ItemTrackingCode,
    JournalBatch,
    JournalTemplate,
    Location,
    NumberSeries,
    NumberSeriesLine,
    PaymentTerms,
    PurchasingCode,
    ReasonCode,
    Role,
    RoleName,
    SourceCode,
    TradeSetup,
    UnitOfMeasure,
    VatBusinessPostingGroup,
)
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    DirectTransferPosting,
)
from services.seed import lists, posting_setup
from services.seed.chart import (
    ACCOUNT_ROLES,
)
from services.seed.rows import ids_by_code, insert_rows

__all__ = ["ACCOUNT_ROLES", "CompanyAnswers", "LocationAnswer", "create_company", "is_set_up"]

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
    accounts = posting_setup.add_accounts(session)
    groups = posting_setup.add_posting_groups(session, accounts)
    posting_setup.add_general_posting_setup(session, accounts, groups)
    posting_setup.add_vat_posting_setup(session, accounts, groups)
    _add_locations(session, answers)
    posting_setup.add_inventory_posting_setup(session, accounts)
    series = _add_number_series(session)
    _add_inventory_setup(session, answers, series)
    session.add(CatalogSetup(id=1, catalog_nos_id=series["CATALOG"]))
    insert_rows(
        session, TradeSetup.__table__,
        [{"id": 1, **{f"{name}_nos_id": series[code] for name, code in lists.TRADE_SERIES.items()}}],
    )  # fmt: skip
    _add_small_lists(session, groups)
    _add_journals(session, series)
    _add_accounting_periods(session, answers)
    session.expire_all()


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


def _add_company(session: Session, answers: CompanyAnswers) -> None:
    names = (
        "address", "address_2", "post_code", "city", "country_code", "phone", "email", "web_page",
        "vat_registration_no", "gs1_prefix", "logo", "demo",
    )  # fmt: skip
    values = {name: getattr(answers, name) for name in names}
    insert_rows(session, CompanyInformation.__table__, [{"id": 1, "name": answers.name.strip(), **values}])
    ledger = {
        "currency_code": answers.currency_code.strip().upper(),
        "currency_symbol": answers.currency_symbol,
        "amount_rounding": answers.amount_rounding,
        "unit_amount_rounding": answers.unit_amount_rounding,
    }
    insert_rows(session, GeneralLedgerSetup.__table__, [{"id": 1, **ledger}])


def _add_roles(session: Session) -> None:
    known = ids_by_code(session, Role, "name")
    rows = [{"name": name.value, "description": _ROLE_DESCRIPTIONS[name]} for name in RoleName if name not in known]
    insert_rows(session, Role.__table__, rows)


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
    insert_rows(session, Location.__table__, rows)


def _add_number_series(session: Session) -> dict[str, int]:
    rows = [
        {"code": code, "description": text, "default_nos": True, "manual_nos": manual}
        for code, (text, _first, manual) in lists.NUMBER_SERIES.items()
    ]
    insert_rows(session, NumberSeries.__table__, rows)
    ids = ids_by_code(session, NumberSeries)
    lines = [
        {"series_id": ids[code], "starting_no": first, "allow_gaps": manual}
        for code, (_text, first, manual) in lists.NUMBER_SERIES.items()
    ]
    insert_rows(session, NumberSeriesLine.__table__, lines)
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
        "price_vat_business_posting_group_id": ids_by_code(session, VatBusinessPostingGroup)["DOMESTIC"],
    }
    insert_rows(session, InventorySetup.__table__, [{"id": 1, **values}])


def _add_small_lists(session: Session, groups: posting_setup.Groups) -> None:
    for model, texts in ((SourceCode, lists.SOURCE_CODES), (ReasonCode, lists.REASON_CODES)):
        insert_rows(session, model.__table__, [{"code": code, "description": text} for code, text in texts.items()])
    buying = [
        {"code": code, "description": text, "drop_shipment": drop, "special_order": special}
        for code, (text, drop, special) in lists.PURCHASING_CODES.items()
    ]
    insert_rows(session, PurchasingCode.__table__, buying)
    units = [
        {"code": code, "description": text, "international_standard_code": standard, "symbol": symbol}
        for code, (text, standard, symbol) in lists.UNITS.items()
    ]
    insert_rows(session, UnitOfMeasure.__table__, units)
    terms = [
        {"code": code, "description": text, "due_date_calculation": formula}
        for code, (text, formula) in lists.PAYMENT_TERMS.items()
    ]
    insert_rows(session, PaymentTerms.__table__, terms)
    tracking = [
        {
            "code": code, "description": text, "serial_specific": serial, "lot_specific": lot,
            "use_expiration_dates": dated, "manual_expiration_date_required": dated,
        }
        for code, (text, serial, lot, dated) in lists.TRACKING_CODES.items()
    ]  # fmt: skip
    insert_rows(session, ItemTrackingCode.__table__, tracking)
    charges = [
        {
            "no": no,
            "description": text,
            "gen_product_posting_group_id": groups.product["SERVICES"],
            "vat_product_posting_group_id": groups.vat_product["STANDARD"],
        }
        for no, text in lists.ITEM_CHARGES.items()
    ]
    insert_rows(session, ItemCharge.__table__, charges)


def _add_journals(session: Session, series: dict[str, int]) -> None:
    rows = [
        {
            "name": name, "description": text, "type": kind, "source_code": source, "recurring": recurring,
            "nos_id": None if recurring else series[nos], "posting_nos_id": series[nos] if recurring else None,
        }
        for name, (text, kind, source, nos, recurring) in lists.JOURNAL_TEMPLATES.items()
    ]  # fmt: skip
    insert_rows(session, JournalTemplate.__table__, rows)
    batches = [
        {"template_id": template_id, "name": lists.DEFAULT_BATCH, "description": "Default batch"}
        for _name, template_id in sorted(ids_by_code(session, JournalTemplate, "name").items())
    ]
    insert_rows(session, JournalBatch.__table__, batches)


def _add_accounting_periods(session: Session, answers: CompanyAnswers) -> None:
    first = answers.fiscal_year_start
    rows = []
    for number in range(12 * answers.accounting_years + 1):  # the start of the year after closes the last period
        years, month = divmod(first.month - 1 + number, 12)
        start = dt.date(first.year + years, month + 1, 1)
        rows.append({"starting_date": start, "name": f"{start:%B %Y}", "new_fiscal_year": number % 12 == 0})
    insert_rows(session, AccountingPeriod.__table__, rows)
