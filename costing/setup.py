"""The settings that costing obeys, read once for a run."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import to_scaled
from core.text import _
from costing.periods import period_end, period_start
from models import AccountingPeriod, GeneralLedgerSetup, InventoryPeriod, InventorySetup
from models.enums import AverageCostCalcType, AverageCostPeriod


@dataclass(frozen=True, slots=True)
class CostingSetup:
    """Rounding (scaled integers), the average's scope and period, and where adjustments may be dated."""

    amount_unit: int
    unit_cost_unit: int
    by_place: bool
    period: AverageCostPeriod
    accounting_starts: tuple[dt.date, ...]
    fiscal_year_starts: tuple[dt.date, ...]
    #: the first day an adjustment may bear, if there is a limit (section 14.4)
    first_day: dt.date | None

    def period_end(self, day: dt.date) -> dt.date:
        """Last day of the average cost period of `day`."""
        return period_end(
            day, self.period, accounting_starts=self.accounting_starts, fiscal_year_starts=self.fiscal_year_starts
        )

    def period_start(self, end: dt.date) -> dt.date:
        """First day of the average cost period that ends on `end`."""
        return period_start(
            end, self.period, accounting_starts=self.accounting_starts, fiscal_year_starts=self.fiscal_year_starts
        )

    def posting_date(self, wanted: dt.date) -> dt.date:
        """The day an adjustment bears: its original's, or the first allowed one (section 14.4)."""
        return wanted if self.first_day is None else max(wanted, self.first_day)


def read_setup(session: Session) -> CostingSetup:
    """The settings as they are now. Raises PostingError `setup_missing`."""
    inventory = session.get(InventorySetup, 1)
    ledger = session.get(GeneralLedgerSetup, 1)
    if inventory is None or ledger is None:
        raise PostingError("setup_missing", _("The company is not set up yet."), hint=_("Run the set-up wizard first."))
    periods = session.execute(
        select(AccountingPeriod.starting_date, AccountingPeriod.new_fiscal_year).order_by(
            AccountingPeriod.starting_date
        )
    ).all()
    closed = session.scalar(select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed))
    limits = [ledger.allow_posting_from, closed + dt.timedelta(days=1) if closed else None]
    first_days = [day for day in limits if day is not None]
    return CostingSetup(
        amount_unit=to_scaled(ledger.amount_rounding),
        unit_cost_unit=to_scaled(ledger.unit_amount_rounding),
        by_place=inventory.average_cost_calc_type == AverageCostCalcType.ITEM_LOCATION_VARIANT,
        period=AverageCostPeriod(inventory.average_cost_period),
        accounting_starts=tuple(start for start, _new_year in periods),
        fiscal_year_starts=tuple(start for start, new_year in periods if new_year),
        first_day=max(first_days) if first_days else None,
    )


def first_open_day(session: Session) -> dt.date:
    """The first day of the first fiscal year after all closed ones; without a closed one the beginning of time."""
    closed = session.scalar(select(func.max(AccountingPeriod.starting_date)).where(AccountingPeriod.closed))
    if closed is None:
        return dt.date.min
    following = select(func.min(AccountingPeriod.starting_date)).where(AccountingPeriod.starting_date > closed)
    return session.scalar(following) or closed
