"""What closed what among the entries of a party: applied by hand, taken off again (documents.md 12, 22)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound, PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _
from models import PartyApplicationEntry, PartyLedgerEntry, PostedDocument
from posting.lines import PostingContext
from posting.party_ledger import apply_to, take_off
from posting.post import post_lines
from services.poster import Poster
from services.trade.posting_checks import check_date

SOURCE_CODE = "PAYMENT"
#: so many open entries are offered at once, the oldest first
MOST = 50

_entry, _application = PartyLedgerEntry, PartyApplicationEntry


@dataclass(frozen=True, slots=True)
class Applied:
    """Another entry, and how much of the one asked about it closed, above zero."""

    other: PartyLedgerEntry
    amount: Decimal


def get_entry(session: Session, entry_id: int) -> PartyLedgerEntry:
    """Raises NotFound `entry_not_found`."""
    found = session.get(_entry, entry_id)
    if found is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    return found


def applied_with(session: Session, entry: PartyLedgerEntry) -> list[Applied]:
    """What the entry closed, or was closed by, and still is."""
    rows = session.execute(
        select(_application.entry_id, _application.applies_to_entry_id, func.sum(_application.amount))
        .where(or_(_application.entry_id == entry.id, _application.applies_to_entry_id == entry.id))
        .group_by(_application.entry_id, _application.applies_to_entry_id)
        .having(func.sum(_application.amount) != 0)
    ).all()
    sums: dict[int, Decimal] = {}
    for entry_id, target_id, amount in rows:
        other = target_id if entry_id == entry.id else entry_id
        sums[other] = sums.get(other, ZERO) + abs(amount)
    others = session.scalars(select(_entry).where(_entry.id.in_(ids_of(session, sums))).order_by(_entry.id))
    return [Applied(other, sums[other.id]) for other in others]


def applicable(session: Session, entry: PartyLedgerEntry) -> Sequence[PartyLedgerEntry]:
    """Open entries of the same party that the entry could close, the oldest due first."""
    if not entry.open:
        return []
    sign = _entry.amount < 0 if entry.amount > 0 else _entry.amount > 0
    return session.scalars(
        select(_entry).where(_owner(entry), _entry.open, sign).order_by(_entry.due_date, _entry.id).limit(MOST)
    ).all()


def apply_entries(session: Session, entry_id: int, other_id: int, poster: Poster, *, on: dt.date) -> int:
    """Let two open entries of a party close each other as far as both go; returns the register's id.

    Raises NotFound `entry_not_found`; PostingError `entries_not_applicable`, `posting_date_not_allowed`.
    """
    entry, other = _locked(session, entry_id, other_id)
    check_date(session, on, poster)
    same = entry.side == other.side and (entry.vendor_id, entry.customer_id) == (other.vendor_id, other.customer_id)
    if not (same and entry.open and other.open and (entry.amount > 0) != (other.amount > 0)):
        raise PostingError(
            "entries_not_applicable",
            _("%(one)s and %(two)s do not close each other.", one=entry.document_no, two=other.document_no),
            hint=_("Both have to be open, of one vendor or customer: what is owed and what pays it."),
        )
    register_id = _register(session, entry, poster, on)
    apply_to(session, entry, other, register_id, on=on)
    return register_id


def unapply_entries(session: Session, entry_id: int, other_id: int, poster: Poster, *, on: dt.date) -> int:
    """Take two entries off each other: both are open again; returns the register's id.

    Raises NotFound `entry_not_found`; PostingError `not_applied`, `application_of_cancel`, `posting_date_not_allowed`.
    """
    entry, other = _locked(session, entry_id, other_id)
    check_date(session, on, poster)
    _check_not_of_cancel(session, entry, other)
    for one, two in ((entry, other), (other, entry)):
        applied = session.scalar(
            select(func.sum(_application.amount)).where(
                _application.entry_id == one.id, _application.applies_to_entry_id == two.id
            )
        )
        if applied:
            register_id = _register(session, entry, poster, on)
            take_off(session, one, two, applied, register_id, on=on)
            return register_id
    raise PostingError(
        "not_applied",
        _("%(one)s and %(two)s are not applied to each other.", one=entry.document_no, two=other.document_no),
    )


def _owner(entry: PartyLedgerEntry) -> ColumnElement[bool]:
    return _entry.vendor_id == entry.vendor_id if entry.vendor_id else _entry.customer_id == entry.customer_id


def _locked(session: Session, *entry_ids: int) -> tuple[PartyLedgerEntry, PartyLedgerEntry]:
    rows = session.scalars(
        select(_entry)
        .where(_entry.id.in_(ids_of(session, entry_ids)))
        .order_by(_entry.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {row.id: row for row in rows}
    if len(found) != len(entry_ids):
        raise NotFound("entry_not_found", _("There is no such entry."))
    return found[entry_ids[0]], found[entry_ids[1]]


def _register(session: Session, entry: PartyLedgerEntry, poster: Poster, on: dt.date) -> int:
    """The register of a posting that moves no money."""
    context: PostingContext = poster.context(SOURCE_CODE, document_no=entry.document_no)
    return post_lines(session, [], replace(context, papers_on=on))


def _check_not_of_cancel(session: Session, entry: PartyLedgerEntry, other: PartyLedgerEntry) -> None:
    """An invoice and the credit memo that cancelled it belong together for good."""
    cancelled, by = aliased(PostedDocument), aliased(PostedDocument)
    registers = (entry.register_id, other.register_id)
    found = session.scalar(
        select(cancelled.id)
        .join(by, by.id == cancelled.cancelled_by_id)
        .where(cancelled.register_id.in_(registers), by.register_id.in_(registers))
        .limit(1)
    )
    if found is not None:
        raise PostingError(
            "application_of_cancel",
            _("%(one)s cancels %(two)s; they stay applied to each other.", one=entry.document_no,
              two=other.document_no),
            hint=_("Cancel the credit memo: that brings the invoice back."),
        )  # fmt: skip
