"""What vendors and customers owe and are owed, entry by entry; VAT entries; what was paid (documents.md section 22)."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select

from blueprints.access import may, poster, today
from blueprints.database import db_session
from blueprints.decimal_fields import AmountField
from blueprints.fields import DayField, KeyedForm, TextField
from blueprints.htmx import done, render
from blueprints.ledger_parts import TYPED, by_number, by_text, document_url, register_url
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.record_fields import RecordField
from blueprints.trade_kinds import VIEW, on_both_sides
from core.errors import DomainError, NotFound
from core.text import _
from core.unit_of_work import perform
from models import Customer, GlAccount, PartyLedgerEntry, Permission, VatEntry, Vendor
from models.enums import PartyDocumentType, TradeSide
from services.trade.party_applications import applicable, applied_with, apply_entries, unapply_entries
from services.trade.payments import BANK, post_payment

_PLE = PartyLedgerEntry
PAY = dict.fromkeys(TradeSide, Permission.GL_EDIT)
#: Past this no database has an entry no.
_MOST = 2**63


def _pay_cell(side: TradeSide) -> Any:
    def cell(row: Any) -> Markup | str:
        if not may(Permission.GL_EDIT):
            return ""
        parts = []
        if row.open and row.document_type == PartyDocumentType.INVOICE:
            parts.append(_sheet_link(url_for(f"{side}.pay", entry_id=row.id), _("Payment")))
        if row.left != row.whole or (row.open and row.document_type != PartyDocumentType.INVOICE):
            parts.append(_sheet_link(url_for(f"{side}.applied", entry_id=row.id), _("Applied")))
        return Markup(" ").join(parts)

    return cell


def _sheet_link(url: str, word: str) -> Markup:
    return Markup(
        '<a class="btn btn-sm" href="{0}" hx-get="{0}" hx-target="#sheet-body" hx-swap="innerHTML">{1}</a>'
    ).format(url, word)


def _listing(side: TradeSide) -> Listing:
    purchase = side == TradeSide.PURCHASE
    party, party_id = (Vendor, _PLE.vendor_id) if purchase else (Customer, _PLE.customer_id)
    word = _l("Vendor") if purchase else _l("Customer")
    return Listing(
        name=f"{side}_entries",
        title=_l("Vendor entries") if purchase else _l("Customer entries"),
        key=_PLE.id,
        source=lambda: select().select_from(_PLE).join(party, party.id == party_id).where(_PLE.side == side),
        columns=(
            Column("posting_date", _l("Posting date"), _PLE.posting_date, "day", sort=True),
            # of vendors' entries the sign tells the invoices; what counts is their number
            Column("document_type", _l("Document"), _PLE.document_type, "word", shown=not purchase),
            Column("document_no", _l("Document no."), _PLE.document_no, "code", link=document_url),
            Column("external", _l("Their no."), _PLE.external_document_no, "code", shown=purchase, phone=False),
            Column("party_no", word, party.no, "code", shown=False),
            Column("party", _l("Name"), party.name),
            Column("due_date", _l("Due"), _PLE.due_date, "day", sort=True),
            Column("discount_date", _l("Discount until"), _PLE.discount_date, "day", sort=True, shown=False),
            Column("amount", _l("Amount"), _PLE.amount, "amount"),
            Column("remaining", _l("Remaining"), _PLE.remaining_amount, "amount"),
            Column("pay", _l("Payment"), cell=_pay_cell(side)),
            Column("register_id", _l("Register"), _PLE.register_id, "code", link=register_url, shown=False),
        ),
        extra={
            "id": _PLE.id, "open": _PLE.open, "document_type": _PLE.document_type, "whole": _PLE.amount,
            "left": _PLE.remaining_amount,
        },
        filters=(
            YesNoFilter("open", _l("Open"), _PLE.open, yes=_l("Open"), no=_l("Closed")),
            RecordFilter("party", word, party_id, kind="vendor" if purchase else "customer"),
            ChoiceFilter("type", _l("Document"), _PLE.document_type, kind=PartyDocumentType),
            DateRange("date", _l("Posting date"), _PLE.posting_date),
            DateRange("due", _l("Due"), _PLE.due_date),
            by_text("document_no", _l("Document no."), _PLE.document_no, template=TYPED),
            by_number("register", _l("Register"), _PLE.register_id),
        ),
        search=(_PLE.document_no, _PLE.external_document_no, party.no, party.name),
        search_hint=_l("Number or name"),
        sort="-posting_date",
        empty=Empty(_l("No invoice was posted yet.")),
    )  # fmt: skip


LISTINGS = {side: _listing(side) for side in TradeSide}


@on_both_sides("/entries", "entries", VIEW)
def entries(side: TradeSide) -> Response:
    """Invoices, credit memos and payments with what is left of each: what is owed to us is above zero."""
    return LISTINGS[side].respond()


def vat_entries() -> Listing:
    """Base and tax of each rate on each invoice: what is paid is above zero, what is owed below."""
    return Listing(
        name="vat_entries",
        title=_l("VAT entries"),
        key=VatEntry.id,
        source=lambda: select().select_from(VatEntry),
        columns=(
            Column("posting_date", _l("Posting date"), VatEntry.posting_date, "day", sort=True),
            Column("side", _l("Side"), VatEntry.side, "word"),
            Column("document_type", _l("Document"), VatEntry.document_type, "word"),
            Column("document_no", _l("Document no."), VatEntry.document_no, "code", link=document_url),
            Column("percent", _l("VAT %"), VatEntry.vat_percent, "percent"),
            Column("base", _l("Base"), VatEntry.base, "amount"),
            Column("amount", _l("VAT"), VatEntry.amount, "amount"),
            Column("register_id", _l("Register"), VatEntry.register_id, "code", link=register_url, shown=False),
        ),
        filters=(
            ChoiceFilter("side", _l("Side"), VatEntry.side, kind=TradeSide),
            DateRange("date", _l("Posting date"), VatEntry.posting_date),
            by_text("document_no", _l("Document no."), VatEntry.document_no, template=TYPED),
            by_number("register", _l("Register"), VatEntry.register_id),
        ),
        search=(VatEntry.document_no,),
        search_hint=_l("Document no."),
        sort="-posting_date",
        empty=Empty(_l("No invoice with VAT was posted yet.")),
    )  # fmt: skip


class PaymentForm(KeyedForm):
    """What was paid of an invoice."""

    amount = AmountField(_l("Amount paid"), required=True, positive=True)
    posting_date = DayField(_l("Date"), required=True)
    document_no = TextField(_l("Number of the payment"), max_length=20, required=True)
    account = RecordField(_l("Paid through"), "posting_account", required=True)


@on_both_sides("/entries/<int:entry_id>/pay", "pay", PAY, "GET", "POST")
def pay(side: TradeSide, entry_id: int) -> Response:
    """A payment that closes an invoice, or a part of it."""
    entry, form = _open_invoice(side, entry_id), PaymentForm()
    party: Vendor | Customer
    if side == TradeSide.PURCHASE:
        party = db_session().get_one(Vendor, entry.vendor_id)
    else:
        party = db_session().get_one(Customer, entry.customer_id)
    if not form.is_submitted():
        bank = db_session().scalar(select(GlAccount.id).where(GlAccount.no == BANK))
        form = PaymentForm(amount=abs(entry.remaining_amount), posting_date=today(), account=bank,
                           document_no=f"P-{entry.document_no}"[:20])  # fmt: skip
    elif form.validate():
        amount, on, no = form.amount.data, form.posting_date.data, (form.document_no.data or "").upper()
        account_no, who, party_no, pays = form.account.record.code, poster(), party.no, entry.document_no
        try:
            perform(
                db_session(),
                lambda s: post_payment(
                    s, side, party_no, amount, who, on=on, document_no=no, applies_to=pays, account_no=account_no
                ).id,
                key=form.key.data, user_id=who.user_id,
            )  # fmt: skip
        except DomainError as error:
            form.show(error)
        else:
            return done(None, back=url_for(f"{side}.entries"), message=_("Payment of %(no)s noted.", no=pays))
    return render(
        "trade/pay.html", "trade/_pay.html", form=form, entry=entry, party=party, side=side,
        list_url=url_for(f"{side}.entries"), status=422 if form.errors else 200,
    )  # fmt: skip


@on_both_sides("/entries/<int:entry_id>/applied", "applied", PAY)
def applied(side: TradeSide, entry_id: int) -> Response:
    """What the entry closed or was closed by, and what it could close."""
    return _applied_page(side, _entry_of(side, entry_id))


@on_both_sides("/entries/<int:entry_id>/applied/<int:other_id>", "apply", PAY, "POST")
def apply(side: TradeSide, entry_id: int, other_id: int) -> Response:
    """Let the two close each other."""
    return _carried_out(side, entry_id, other_id, apply_entries, _("Applied."))


@on_both_sides("/entries/<int:entry_id>/applied/<int:other_id>/off", "unapply", PAY, "POST")
def unapply(side: TradeSide, entry_id: int, other_id: int) -> Response:
    """Take the two off each other."""
    return _carried_out(side, entry_id, other_id, unapply_entries, _("Taken off; both are open again."))


def _carried_out(side: TradeSide, entry_id: int, other_id: int, work: Any, message: str) -> Response:
    entry, other, who, on = _entry_of(side, entry_id), _entry_of(side, other_id), poster(), today()
    ids = entry.id, other.id
    try:
        perform(db_session(), lambda s: work(s, *ids, who, on=on), user_id=who.user_id)
    except DomainError as error:
        return _applied_page(side, _entry_of(side, entry_id), refusal=error)
    return done(None, back=url_for(f"{side}.entries"), message=message)


def _applied_page(side: TradeSide, entry: PartyLedgerEntry, *, refusal: DomainError | None = None) -> Response:
    session = db_session()
    return render(
        "trade/applied.html", "trade/_applied.html", entry=entry, side=side, refusal=refusal,
        applied=applied_with(session, entry), offered=applicable(session, entry),
        list_url=url_for(f"{side}.entries"), status=422 if refusal else 200,
    )  # fmt: skip


def _entry_of(side: TradeSide, entry_id: int) -> PartyLedgerEntry:
    found = None
    if entry_id < _MOST:
        found = db_session().scalar(select(_PLE).where(_PLE.id == entry_id, _PLE.side == side))
    if found is None:
        raise NotFound("entry_not_found", _("There is no such entry."))
    return found


def _open_invoice(side: TradeSide, entry_id: int) -> PartyLedgerEntry:
    found = None
    if entry_id < _MOST:
        found = db_session().scalar(
            select(_PLE).where(
                _PLE.id == entry_id, _PLE.side == side, _PLE.document_type == PartyDocumentType.INVOICE, _PLE.open
            )
        )
    if found is None:
        raise NotFound("entry_not_found", _("There is no open invoice with this number; it may be paid already."))
    return found
