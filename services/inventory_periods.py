"""Closing and reopening inventory periods (posting-and-costing.md section 15)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import PostingError, ValidationError
from core.text import _, plain_day
from models import CostPoint, InventoryPeriod, InventoryPeriodLog, Item, ItemLedgerEntry, Register
from posting.setup import lock_setup


def get_period(session: Session, ending_date: dt.date) -> InventoryPeriod | None:
    """The period that ends on that day."""
    return session.scalar(select(InventoryPeriod).where(InventoryPeriod.ending_date == ending_date))


def add_period(session: Session, ending_date: dt.date, name: str = "") -> InventoryPeriod:
    """A new open period. Raises ValidationError `period_exists`, `period_before_closed`."""
    if get_period(session, ending_date) is not None:
        raise ValidationError("period_exists", _("There is a period with this ending date."), field="ending_date")
    closed = session.scalar(select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed))
    if closed is not None and ending_date < closed:
        raise ValidationError(
            "period_before_closed",
            _("Periods up to %(day)s are closed; a new one ends later.", day=plain_day(closed)),
            field="ending_date",
        )
    period = InventoryPeriod(ending_date=ending_date, name=name, closed=False)
    session.add(period)
    session.flush()
    return period


def delete_period(session: Session, ending_date: dt.date) -> None:
    """Take a period away that was never closed; a closed one stays, and so does what was done with it (section 15).

    Raises PostingError `period_closed`, `period_has_history`.
    """
    lock_setup(session)
    period = session.scalars(select(InventoryPeriod).where(InventoryPeriod.ending_date == ending_date)).one()
    if period.closed:
        raise PostingError(
            "period_closed", _("A closed period cannot be deleted."), hint=_("Leave it closed, or reopen it.")
        )
    log = InventoryPeriodLog
    if session.scalar(select(log.id).where(log.inventory_period_id == period.id).limit(1)) is not None:
        raise PostingError(
            "period_has_history", _("The period was closed before; it stays with its history."),
            hint=_("Leave it open."),
        )  # fmt: skip
    session.delete(period)
    session.flush()


def obstacles(session: Session, ending_date: dt.date, limit: int = 100) -> list[tuple[str, str]]:
    """(item no., why) for each item that keeps the period from being closed."""
    unadjusted = session.scalars(
        select(Item.no)
        .where(
            select(CostPoint.item_id)
            .where(
                CostPoint.item_id == Item.id, CostPoint.adjusted.is_(False), CostPoint.period_end <= ending_date
            )
            .exists()
        )
        .order_by(Item.no)
        .limit(limit)
    )  # fmt: skip
    entry = ItemLedgerEntry
    negative = session.scalars(
        select(Item.no)
        .where(
            select(entry.id)
            .where(entry.item_id == Item.id, entry.open, entry.positive.is_(False), entry.posting_date <= ending_date)
            .exists()
        )
        .order_by(Item.no)
        .limit(limit)
    )
    found = [(no, _("its cost is not adjusted")) for no in unadjusted]
    return found + [(no, _("more went out than is there")) for no in negative]


def close_period(session: Session, ending_date: dt.date, user_id: int | None = None) -> None:
    """Close the period and all open ones before it; each is logged with the last register.

    Raises PostingError `period_not_adjusted`, `period_open_outbound`.
    """
    lock_setup(session)
    found = obstacles(session, ending_date)
    if found:
        no, why = found[0]
        adjusted = why != _("its cost is not adjusted")
        raise PostingError(
            "period_open_outbound" if adjusted else "period_not_adjusted",
            _("The period cannot be closed: of item %(no)s, %(why)s.", no=no, why=why),
            hint=_("Post the missing receipts.") if adjusted else _("Run cost adjustment first."),
        )
    _set(session, InventoryPeriod.ending_date <= ending_date, closed=True, user_id=user_id)


def reopen_period(session: Session, ending_date: dt.date, user_id: int | None = None) -> None:
    """Reopen the period and all closed ones after it."""
    lock_setup(session)
    _set(session, InventoryPeriod.ending_date >= ending_date, closed=False, user_id=user_id)


def _set(session: Session, which: object, *, closed: bool, user_id: int | None) -> None:
    last = session.scalar(select(func.max(Register.id)))
    periods = session.scalars(
        select(InventoryPeriod).where(which, InventoryPeriod.closed.is_(not closed))  # type: ignore[arg-type]
    )
    for period in periods:
        period.closed = closed
        session.add(
            InventoryPeriodLog(
                inventory_period_id=period.id, closed=closed, user_id=user_id, created_at=utcnow(),
                last_register_id=last,
            )
        )  # fmt: skip
    session.flush()
