"""What vendors and customers owe and are owed, and the VAT of invoices (documents.md section 22). Append-only."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Amount, Code10, Code20, Code50, Key, Name100, Percent, Ref, db, word_enum
from models.enums import PartyDocumentType, TradeSide

_ZERO = Decimal(0)

MUTABLE_PARTY_COLUMNS: dict[str, frozenset[str]] = {
    "party_ledger_entry": frozenset({"remaining_amount", "open", "closed_on"}),
    "party_application_entry": frozenset(),
    "vat_entry": frozenset(),
}


class PartyLedgerEntry(db.Model):
    """One invoice, credit memo or payment: what we are owed > 0, what we owe < 0, VAT included; local currency."""

    __tablename__ = "party_ledger_entry"
    __table_args__ = (
        CheckConstraint("open = (remaining_amount <> 0)", name="open_means_remaining"),
        CheckConstraint(
            "(amount >= 0 AND remaining_amount >= 0 AND remaining_amount <= amount)"
            " OR (amount < 0 AND remaining_amount <= 0 AND remaining_amount >= amount)",
            name="remaining_within_amount",
        ),
        Index(None, "vendor_id", "open", "due_date"),
        Index(None, "customer_id", "open", "due_date"),
        Index(None, "document_no", "posting_date"),
        Index(None, "register_id"),
        Index("ix_party_ledger_entry_external", "external_document_no", "vendor_id",
              postgresql_where=text("external_document_no <> ''"), sqlite_where=text("external_document_no <> ''")),
    )  # fmt: skip

    id: Mapped[Key]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="RESTRICT"))
    document_type: Mapped[PartyDocumentType] = mapped_column(word_enum(PartyDocumentType))
    document_no: Mapped[Code20]
    external_document_no: Mapped[Code50] = mapped_column(default="")
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date]
    due_date: Mapped[dt.date | None]
    #: until then early payment earns the discount of the terms (documents.md section 22)
    discount_date: Mapped[dt.date | None]
    description: Mapped[Name100] = mapped_column(default="")
    amount: Mapped[Amount]
    remaining_amount: Mapped[Amount]
    open: Mapped[bool]
    closed_on: Mapped[dt.date | None]
    #: what the document says, where it is in another currency
    currency_code: Mapped[Code10] = mapped_column(default="")
    currency_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    account_id: Mapped[Ref] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    source_code: Mapped[Code10] = mapped_column(default="")


class PartyApplicationEntry(db.Model):
    """How much of one entry closed how much of another; `amount` has the sign of the applied-to entry."""

    __tablename__ = "party_application_entry"
    __table_args__ = (Index(None, "entry_id"), Index(None, "applies_to_entry_id"), Index(None, "register_id"))

    id: Mapped[Key]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    entry_id: Mapped[Ref] = mapped_column(ForeignKey("party_ledger_entry.id", ondelete="RESTRICT"))
    applies_to_entry_id: Mapped[Ref] = mapped_column(ForeignKey("party_ledger_entry.id", ondelete="RESTRICT"))
    amount: Mapped[Amount]
    posting_date: Mapped[dt.date]


class VatEntry(db.Model):
    """Base and tax of one rate on one invoice or credit memo; paid tax > 0, owed tax < 0."""

    __tablename__ = "vat_entry"
    __table_args__ = (Index(None, "posting_date", "side"), Index(None, "document_no"), Index(None, "register_id"))

    id: Mapped[Key]
    register_id: Mapped[Ref] = mapped_column(ForeignKey("register.id", ondelete="RESTRICT"))
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    document_type: Mapped[PartyDocumentType] = mapped_column(word_enum(PartyDocumentType))
    document_no: Mapped[Code20]
    posting_date: Mapped[dt.date]
    vat_business_posting_group_id: Mapped[Ref] = mapped_column(default=0)
    vat_product_posting_group_id: Mapped[Ref | None]
    vat_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    base: Mapped[Amount]
    amount: Mapped[Amount]
