"""The set-up that every posting reads, kept in memory under its version: read again only after somebody changed it."""

from __future__ import annotations

from collections import OrderedDict

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import PLACES
from core.text import _
from models import (
    AccountingPeriod,
    GenBusinessPostingGroup,
    GeneralLedgerSetup,
    GeneralPostingSetup,
    GlAccount,
    InventoryPeriod,
    InventoryPostingSetup,
    InventorySetup,
    ItemTrackingCode,
    Location,
    SetupVersion,
)
from models.enums import AccountType, AutomaticCostAdjustment, AverageCostCalcType, AverageCostPeriod
from models.tracking_codes import TrackedMovement
from posting.facts import AccountFacts, CompanySetup, GeneralAccounts, InventoryAccounts, LocationFacts
from posting.tracking_rules import KINDS, KindRules, TrackingRules

#: versions kept; a company has one, the tests have many
_KEPT = 8


_known: OrderedDict[str, CompanySetup] = OrderedDict()

# Shared: postings do not wait for one another, but a period is not closed under them.
_VERSION = (
    select(SetupVersion.version)
    .join(InventorySetup, InventorySetup.id == SetupVersion.id)
    .with_for_update(read=True, of=InventorySetup)
)
_PERIODS = select(AccountingPeriod.starting_date, AccountingPeriod.new_fiscal_year).order_by(
    AccountingPeriod.starting_date
)
_CLOSED_UNTIL = select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed)
# Every location: there are few, and displaced entries may lie anywhere.
_LOCATIONS = select(Location.id, Location.code, Location.use_as_in_transit, Location.bin_mandatory, Location.deleted)
_INVENTORY_ACCOUNTS = select(
    InventoryPostingSetup.location_id,
    InventoryPostingSetup.inventory_posting_group_id,
    InventoryPostingSetup.inventory_account_id,
    InventoryPostingSetup.inventory_interim_account_id,
    InventoryPostingSetup.wip_account_id,
    InventoryPostingSetup.material_variance_account_id,
    InventoryPostingSetup.capacity_variance_account_id,
)
_GENERAL_ACCOUNTS = select(
    GeneralPostingSetup.gen_business_posting_group_id,
    GeneralPostingSetup.gen_product_posting_group_id,
    GeneralPostingSetup.blocked,
    GeneralPostingSetup.cogs_account_id,
    GeneralPostingSetup.cogs_interim_account_id,
    GeneralPostingSetup.inventory_adjustment_account_id,
    GeneralPostingSetup.invt_accrual_interim_account_id,
    GeneralPostingSetup.direct_cost_applied_account_id,
    GeneralPostingSetup.overhead_applied_account_id,
    GeneralPostingSetup.purchase_variance_account_id,
    GeneralPostingSetup.direct_cost_non_inventory_applied_account_id,
)
_GL_ACCOUNTS = select(GlAccount.id, GlAccount.no, GlAccount.account_type, GlAccount.blocked)
_BUSINESS_GROUPS = select(GenBusinessPostingGroup.id, GenBusinessPostingGroup.code)


def lock_setup(session: Session) -> None:
    """Keep postings out, for a change of what they are checked against: an inventory period that is closed, say."""
    session.get_one(InventorySetup, 1, with_for_update=True, populate_existing=True)


def company_setup(session: Session) -> CompanySetup:
    """The set-up as it stands; it cannot be closed against this transaction. Raises PostingError `setup_missing`."""
    version = session.scalar(_VERSION)
    setup = _known.get(version or "")
    if setup is None:
        setup = _read(session)
        if version is not None:
            _known[version] = setup
            while len(_known) > _KEPT:
                _known.popitem(last=False)
    return setup


def _read(session: Session) -> CompanySetup:
    setup = session.get(InventorySetup, 1, populate_existing=True)
    ledger = session.get(GeneralLedgerSetup, 1, populate_existing=True)
    if setup is None or ledger is None:
        raise PostingError("setup_missing", _("The company is not set up yet."), hint=_("Run the set-up wizard first."))
    periods = session.execute(_PERIODS).all()
    return CompanySetup(
        amount_rounding=ledger.amount_rounding,
        unit_amount_rounding=ledger.unit_amount_rounding or PLACES,
        allow_posting_from=ledger.allow_posting_from,
        allow_posting_to=ledger.allow_posting_to,
        closed_until=session.scalar(_CLOSED_UNTIL),
        earliest_valuation_date=setup.earliest_valuation_date,
        automatic_cost_posting=setup.automatic_cost_posting,
        automatic_cost_adjustment=AutomaticCostAdjustment(setup.automatic_cost_adjustment),
        expected_cost_posting=setup.expected_cost_posting_to_gl,
        location_mandatory=setup.location_mandatory,
        prevent_negative_inventory=setup.prevent_negative_inventory,
        variant_mandatory_if_exists=setup.variant_mandatory_if_exists,
        copy_description=setup.copy_item_description_to_entries,
        average_calc_type=AverageCostCalcType(setup.average_cost_calc_type),
        average_period=AverageCostPeriod(setup.average_cost_period),
        fiscal_period_starts=tuple(start for start, _new_year in periods),
        fiscal_year_starts=tuple(start for start, new_year in periods if new_year),
        locations={row[0]: LocationFacts(*row) for row in session.execute(_LOCATIONS)},
        inventory_accounts={
            (row[0], row[1]): InventoryAccounts(*row[2:]) for row in session.execute(_INVENTORY_ACCOUNTS)
        },
        general_accounts={(row[0], row[1]): GeneralAccounts(*row[2:]) for row in session.execute(_GENERAL_ACCOUNTS)},
        accounts={
            account_id: AccountFacts(no, kind == AccountType.POSTING, blocked)
            for account_id, no, kind, blocked in session.execute(_GL_ACCOUNTS)
        },
        business_groups=dict(session.execute(_BUSINESS_GROUPS).tuples().all()),
        tracking_rules={
            code.id: _tracking_rules(code)
            for code in session.scalars(select(ItemTrackingCode).execution_options(populate_existing=True))
        },
    )


def _tracking_rules(code: ItemTrackingCode) -> TrackingRules:
    lot, serial, package = (
        KindRules(
            specific=getattr(code, f"{kind}_specific"),
            needed=frozenset(TrackedMovement(word) for word in getattr(code, f"{kind}_needed").split()),
            card_in=getattr(code, f"{kind}_card_in"),
            card_out=getattr(code, f"{kind}_card_out"),
            creates_card=getattr(code, f"{kind}_create_card", False),  # packages get none by themselves
        )
        for kind in KINDS
    )
    return TrackingRules(
        (lot, serial, package), code.use_expiration_dates, code.manual_expiration_date_required,
        code.strict_expiration, code.warranty_calculation, code.manual_warranty_date_required,
    )  # fmt: skip
