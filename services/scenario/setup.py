"""The company a scenario plays in: one like any other for all files, then what the file's `setup` asks for.

Everything goes through the services behind the web forms; what the format calls otherwise is translated here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    ItemCharge,
    VatProductPostingGroup,
    VendorPostingGroup,
)
from models.enums import AverageCostCalcType
from services import parties, small_lists
from services.bins import create_bin
from services.centers import create_center
from services.company import edit_inventory_setup, edit_ledger_setup
from services.locations import create_location, get_location
from services.scenario.setup_items import add_item, group_id
from services.scenario.shapes import Values
from services.seed.defaults import CompanyAnswers, create_company
from services.seed.posting_setup import add_location_setup

#: Notices of the set-up pages that a user confirms; a scenario means what it says.
CONFIRMED = (
    "average_cost_changed", "expected_cost_changed", "automatic_cost_posting_changed", "rounding_changed",
    "currency_changed",
)  # fmt: skip
#: the day of steps before the first that gives one, where no step does
FIRST_DAY = dt.date(2026, 1, 1)


def prepare_company(session: Session) -> None:
    """What every scenario starts from: accounts, posting groups, VEND and CUST without VAT; done once a run."""
    answers = CompanyAnswers(
        name="Scenario", locations=(), fiscal_year_start=FIRST_DAY, accounting_years=1,
        average_cost_calc_type=AverageCostCalcType.ITEM,
    )  # fmt: skip
    create_company(session, answers)
    _one_account_a_role(session)
    add_party(session, parties.VENDOR, "VEND")
    add_party(session, parties.CUSTOMER, "CUST")


def set_up(session: Session, setup: Values, days: tuple[dt.date, ...]) -> list[tuple[int, str]]:
    """Everything of `setup`, and accounting years for `days`; line and key of what is not built yet.

    Raises DomainError where a service refuses it.
    """
    _add_years(session, days)
    if "general_ledger_setup" in setup:
        edit_ledger_setup(session, setup["general_ledger_setup"], confirmed=CONFIRMED)
    if "inventory_setup" in setup:
        edit_inventory_setup(session, setup["inventory_setup"], confirmed=CONFIRMED)
    for location in setup.get("locations", ()):
        _add_location(session, location)
    for center in setup.get("responsibility_centers", ()):
        _add_center(session, center)
    for charge in setup.get("item_charges", ()):
        _add_charge(session, charge)
    for kind, key, standing in ((parties.VENDOR, "vendors", "VEND"), (parties.CUSTOMER, "customers", "CUST")):
        for party in setup.get(key, ()):
            if party["no"].upper() != standing:
                add_party(session, kind, party["no"])
    return [missing for item in setup.get("items", ()) for missing in add_item(session, item)]


def add_party(session: Session, kind: parties.PartyKind, no: str) -> None:
    """A vendor or customer at home, in local currency, without VAT."""
    group = VendorPostingGroup if kind is parties.VENDOR else CustomerPostingGroup
    column = "vendor_posting_group_id" if kind is parties.VENDOR else "customer_posting_group_id"
    values = {
        "name": no,
        "gen_business_posting_group_id": group_id(session, GenBusinessPostingGroup, "DOMESTIC"),
        column: group_id(session, group, "DOMESTIC"),
    }
    parties.create_party(session, kind, no, values, on=FIRST_DAY)


def _one_account_a_role(session: Session) -> None:
    """Scenarios name accounts by role, and a return takes back from the role what a sale brought."""
    for row in session.scalars(select(GeneralPostingSetup)):
        row.sales_credit_memo_account_id = row.sales_account_id
        row.purchase_credit_memo_account_id = row.purchase_account_id
    session.flush()


def _add_years(session: Session, days: tuple[dt.date, ...]) -> None:
    """The accounting years of `days` and the one after, without holes, so that every period has an end."""
    if not days:
        return
    known = (FIRST_DAY.year,)
    first, last = min(day.year for day in days), max(day.year for day in days) + 1
    for year in range(max(first, 1), min(last, 9998) + 1):
        if year not in known:
            small_lists.create_year(session, dt.date(year, 1, 1))


def _add_location(session: Session, given: Values) -> None:
    bins = given.get("bins", [])
    switches: dict[str, object] = {
        name: given[name]
        for name in ("require_receive", "require_shipment", "require_put_away", "require_pick", "bin_mandatory")
        if name in given
    }
    location = create_location(
        session,
        given["code"],
        {"name": given["code"], "use_as_in_transit": given.get("in_transit", False), **switches},
    )
    add_location_setup(session, location.id)
    for code in bins:
        create_bin(session, location, code, {})


def _add_center(session: Session, given: Mapping[str, Any]) -> None:
    code = given.get("location", "")
    values = {"name": given["code"], "location_id": get_location(session, code).id if code else None}
    create_center(session, given["code"], values)


def _add_charge(session: Session, no: str) -> None:
    """An item charge whose purchases go to the account of goods: the format has one role for both."""
    charge = session.scalar(select(ItemCharge).where(ItemCharge.no == no.upper()))
    if charge is None:
        charge = ItemCharge(no=no.upper(), description=no)
        session.add(charge)
    charge.gen_product_posting_group_id = group_id(session, GenProductPostingGroup, "RETAIL")
    charge.vat_product_posting_group_id = group_id(session, VatProductPostingGroup, "ZERO")
    session.flush()
