"""Value entries on their way to the general ledger: what waits, and what posting it would do (section 16.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, literal, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import GlAccount, GlEntry, InventorySetup, PostValueEntryToGl, ValueEntry
from models.base import ScaledDecimal
from posting.inventory_to_gl import SOURCE_CODE, Skipped, post_inventory_to_gl
from posting.preview import GlRow, preview_register
from services.poster import Poster

#: Most value entries that a preview posts and takes back while somebody waits.
PREVIEWED = 5_000


def actual_waiting() -> ColumnElement[Decimal]:
    """Of a ValueEntry: actual cost that has not reached the general ledger."""
    return ValueEntry.cost_amount_actual - ValueEntry.cost_posted_to_gl


def expected_waiting() -> ColumnElement[Decimal]:
    """Of a ValueEntry: expected cost that has not; counts only where the set-up posts expected cost."""
    return ValueEntry.cost_amount_expected - ValueEntry.expected_cost_posted_to_gl


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the queue comes to; amounts in local currency, + = into stock."""

    entries: int
    actual: Decimal
    expected: Decimal


def waiting(session: Session) -> Waiting:
    """The queue's totals (one query over the queue)."""
    setup = session.get_one(InventorySetup, 1)
    amount = ScaledDecimal()
    counted = case((literal(setup.expected_cost_posting_to_gl), expected_waiting()), else_=literal(ZERO, amount))
    count, actual, expected = session.execute(
        select(func.count(), func.sum(actual_waiting(), type_=amount), func.sum(counted, type_=amount))
        .select_from(PostValueEntryToGl)
        .join(ValueEntry, ValueEntry.id == PostValueEntryToGl.value_entry_id)
    ).one()
    return Waiting(count, actual or ZERO, expected or ZERO)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What posting would do to an account."""

    account_no: str
    account_name: str
    debit: Decimal
    credit: Decimal


@dataclass(frozen=True, slots=True)
class GlPreview:
    """What posting the queue would write, and what it would leave waiting; rows are the first ones."""

    value_entries: int
    gl_entries: int
    amount: Decimal
    accounts: Sequence[AccountChange]
    rows: Sequence[GlRow]
    skipped: Sequence[Skipped]
    #: there is more on the queue than a preview looks at
    cut: bool


def preview(session: Session, poster: Poster, *, document_no: str = "") -> GlPreview:
    """Post the queue's first entries and read them back. Call inside `core.unit_of_work.rehearse`.

    With a `document_no` summed by posting group, else by entry.
    """
    context = poster.context(SOURCE_CODE, document_no=document_no)
    posted = post_inventory_to_gl(
        session, context, per_posting_group=bool(document_no), document_no=document_no, limit=PREVIEWED
    )
    rows: list[GlRow] = []
    accounts: list[AccountChange] = []
    if posted.register_id is not None:
        rows = preview_register(session, posted.register_id).gl
        accounts = _accounts(session, posted.register_id)
    return GlPreview(
        posted.value_entries, posted.gl_entries, posted.amount, accounts, rows, posted.skipped,
        cut=bool(posted.last_value_entry_id),
    )  # fmt: skip


def _accounts(session: Session, register_id: int) -> list[AccountChange]:
    amount = ScaledDecimal()
    nothing = literal(ZERO, amount)
    debit = func.sum(case((GlEntry.amount > 0, GlEntry.amount), else_=nothing), type_=amount)
    credit = func.sum(case((GlEntry.amount < 0, -GlEntry.amount), else_=nothing), type_=amount)
    rows = session.execute(
        select(GlAccount.no, GlAccount.name, debit, credit)
        .join(GlAccount, GlAccount.id == GlEntry.account_id)
        .where(GlEntry.register_id == register_id)
        .group_by(GlAccount.no, GlAccount.name)
        .order_by(GlAccount.no)
    )
    return [AccountChange(no, name, debits or ZERO, credits_ or ZERO) for no, name, debits, credits_ in rows]
