"""The ledgers of vendors and customers: an entry for each invoice, credit memo and payment, and what closed what.

Written in the transaction of the posting whose register they name (documents.md section 22).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _
from models import PartyApplicationEntry, PartyLedgerEntry, VatEntry
from models.enums import PartyDocumentType, TradeSide


@dataclass(frozen=True, slots=True, kw_only=True)
class VatLine:
    """Base and tax of one rate; paid > 0, owed < 0."""

    vat_product_posting_group_id: int | None
    vat_percent: Decimal
    base: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyLine:
    """What a document leaves in the ledger of its party: what we are owed > 0, what we owe < 0, VAT included.

    `amount` is in local currency; `currency_amount` is what a document in another currency says.
    """

    side: TradeSide
    party_id: int
    document_type: PartyDocumentType
    document_no: str
    amount: Decimal
    account_id: int
    posting_date: dt.date
    document_date: dt.date
    currency_code: str = ""
    currency_amount: Decimal = ZERO
    due_date: dt.date | None = None
    discount_date: dt.date | None = None
    external_document_no: str = ""
    description: str = ""
    #: no. of the invoice (of a credit memo: or the credit memo) that it closes
    applies_to_document_no: str = ""
    vat_business_posting_group_id: int = 0
    vat: tuple[VatLine, ...] = ()


def write_party_entry(session: Session, line: PartyLine, register_id: int, source_code: str) -> PartyLedgerEntry:
    """Add the entry with its VAT, and apply it to the entry it names.

    Raises PostingError `applies_to_not_found` where that one is not open for this party, or is of the same sign.
    """
    owner = {"vendor_id": line.party_id} if line.side == TradeSide.PURCHASE else {"customer_id": line.party_id}
    entry = PartyLedgerEntry(
        register_id=register_id,
        side=line.side,
        document_type=line.document_type,
        document_no=line.document_no,
        external_document_no=line.external_document_no,
        posting_date=line.posting_date,
        document_date=line.document_date,
        due_date=line.due_date,
        discount_date=line.discount_date,
        description=line.description,
        amount=line.amount,
        remaining_amount=line.amount,
        open=bool(line.amount),
        account_id=line.account_id,
        currency_code=line.currency_code,
        currency_amount=line.currency_amount,
        source_code=source_code,
        **owner,
    )
    target = _target(session, line) if line.applies_to_document_no else None
    applied = ZERO
    if target is not None and entry.amount:
        applied = min(abs(entry.amount), abs(target.remaining_amount)).copy_sign(target.remaining_amount)
        _settle(entry, applied, line.posting_date)
        _settle(target, -applied, line.posting_date)
    session.add(entry)
    session.add_all(_vat_entries(line, register_id))
    session.flush()
    if target is not None and applied:
        session.add(
            PartyApplicationEntry(
                register_id=register_id,
                entry_id=entry.id,
                applies_to_entry_id=target.id,
                amount=applied,
                posting_date=line.posting_date,
            )
        )
        session.flush()
    return entry


def _settle(entry: PartyLedgerEntry, change: Decimal, day: dt.date) -> None:
    entry.remaining_amount += change
    entry.open = bool(entry.remaining_amount)
    entry.closed_on = None if entry.open else day


def _target(session: Session, line: PartyLine) -> PartyLedgerEntry:
    entry = PartyLedgerEntry
    owner = entry.vendor_id if line.side == TradeSide.PURCHASE else entry.customer_id
    found = session.scalars(
        select(entry)
        .where(owner == line.party_id, entry.document_no == line.applies_to_document_no, entry.open)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    for candidate in found:
        if (candidate.amount > 0) != (line.amount > 0):
            return candidate
    raise PostingError(
        "applies_to_not_found",
        _("There is no open entry %(no)s of this party that this document could close.",
          no=line.applies_to_document_no),
        field="applies_to_document_no",
        hint=_("Choose an open entry, or leave the field empty."),
    )  # fmt: skip


def _vat_entries(line: PartyLine, register_id: int) -> Sequence[VatEntry]:
    return [
        VatEntry(
            register_id=register_id,
            side=line.side,
            document_type=line.document_type,
            document_no=line.document_no,
            posting_date=line.posting_date,
            vat_business_posting_group_id=line.vat_business_posting_group_id,
            vat_product_posting_group_id=vat.vat_product_posting_group_id,
            vat_percent=vat.vat_percent,
            base=vat.base,
            amount=vat.amount,
        )
        for vat in line.vat
    ]


def apply_to(
    session: Session, entry: PartyLedgerEntry, target: PartyLedgerEntry, register_id: int, *, on: dt.date
) -> Decimal:
    """Close as much of both as the smaller has open; returns how much, with the sign of `target`.

    Both are locked, open, of one party and of opposite signs: the caller has seen to it.
    """
    applied = min(abs(entry.remaining_amount), abs(target.remaining_amount)).copy_sign(target.remaining_amount)
    _change(session, (entry, target), applied, register_id, on)
    return applied


def take_off(
    session: Session,
    entry: PartyLedgerEntry,
    target: PartyLedgerEntry,
    applied: Decimal,
    register_id: int,
    *,
    on: dt.date,
) -> None:
    """Both are open again by what was applied: an opposite row is added, nothing is deleted."""
    _change(session, (entry, target), -applied, register_id, on)


def _change(
    session: Session, ends: tuple[PartyLedgerEntry, PartyLedgerEntry], amount: Decimal, register_id: int, on: dt.date
) -> None:
    entry, target = ends
    _settle(entry, amount, on)
    _settle(target, -amount, on)
    session.add(
        PartyApplicationEntry(
            register_id=register_id, entry_id=entry.id, applies_to_entry_id=target.id, amount=amount, posting_date=on
        )
    )
    session.flush()
