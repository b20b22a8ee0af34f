"""Money that comes in or goes out, applied to an invoice (documents.md section 22; no more than the ledgers need)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError, ValidationError
from core.text import _
from models import Customer, CustomerPostingGroup, GlAccount, PartyLedgerEntry, Vendor, VendorPostingGroup
from models.enums import PartyDocumentType, TradeSide
from posting.lines import GlLine, PostingContext
from posting.party_ledger import PartyLine, write_party_entry
from posting.post import post_lines
from services.parties import CUSTOMER, VENDOR
from services.parties import get_party as find_party
from services.poster import Poster
from services.trade.posting_checks import check_date

#: The bank account of the default chart.
BANK = "1610"
SOURCE_CODE = "PAYMENT"


def post_payment(  # noqa: PLR0913 - a payment is said in so many words
    session: Session,
    side: TradeSide,
    party_no: str,
    amount: Decimal,
    poster: Poster,
    *,
    on: dt.date,
    document_no: str,
    applies_to: str = "",
    account_no: str = BANK,
) -> PartyLedgerEntry:
    """Post that a customer paid us, or that we paid a vendor, `amount` > 0; `applies_to` is the invoice it pays.

    Raises NotFound `party_not_found`; ValidationError `not_positive`, `account_not_found`; PostingError
    `posting_setup_missing`, `posting_date_not_allowed`, `applies_to_not_found`, `account_blocked`.
    """
    if amount <= 0:
        raise ValidationError("not_positive", _("Enter how much was paid."), field="amount")
    check_date(session, on, poster)
    party = find_party(session, VENDOR if side == TradeSide.PURCHASE else CUSTOMER, party_no)
    bank = session.scalar(select(GlAccount).where(GlAccount.no == account_no))
    if bank is None:
        raise ValidationError("account_not_found", _("There is no G/L account %(no)s.", no=account_no), field="account")
    account_id = _account(session, party)
    owed = amount if side == TradeSide.PURCHASE else -amount
    gl_lines = [
        GlLine(account_id=which, amount=signed, posting_date=on, document_no=document_no, description=party.name)
        for which, signed in ((account_id, owed), (bank.id, -owed))
    ]
    context = PostingContext(
        source_code=SOURCE_CODE, user_id=poster.user_id, user_name=poster.user_name, document_no=document_no
    )
    register_id = post_lines(session, [], context, gl_lines=gl_lines)
    line = PartyLine(
        side=side, party_id=party.id, document_type=PartyDocumentType.PAYMENT, document_no=document_no, amount=owed,
        account_id=account_id, posting_date=on, document_date=on, description=party.name,
        applies_to_document_no=applies_to,
    )  # fmt: skip
    return write_party_entry(session, line, register_id, SOURCE_CODE)


def _account(session: Session, party: Vendor | Customer) -> int:
    account_id: int | None
    if isinstance(party, Vendor):
        vendor_group = session.get(VendorPostingGroup, party.vendor_posting_group_id or 0)
        account_id = vendor_group.payables_account_id if vendor_group is not None else None
    else:
        group = session.get(CustomerPostingGroup, party.customer_posting_group_id or 0)
        account_id = group.receivables_account_id if group is not None else None
    if account_id is None:
        raise PostingError(
            "posting_setup_missing",
            _("The posting group of %(no)s names no account.", no=party.no),
            hint=_("Fill it in under Set-up, Posting groups."),
        )
    return account_id
