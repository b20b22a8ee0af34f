"""What posting a document has to know beside its lines, read for all of them at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, select, update
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from core.date_formulas import add_formula
from core.rounding import ZERO
from core.sql import ids_of
from models import (
    Attachment,
    Customer,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    ItemChargeAssignment,
    ItemLedgerEntry,
    PaymentTerms,
    PostedDocument,
    PostedLine,
    PostedLineEntry,
    TradeDocument,
    TradeLine,
    TradeLineNumber,
    ValueEntry,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
    VendorPostingGroup,
)
from models.enums import TradeSide
from services.trade.facts import TradeFacts, facts_of
from services.trade.kinds import Kind, kind_of
from services.trade.parties import get_party

_GROUPS: dict[str, Any] = {
    "business": GenBusinessPostingGroup,
    "product": GenProductPostingGroup,
    "vat_business": VatBusinessPostingGroup,
    "vat_product": VatProductPostingGroup,
}

# Put together once, as are the statements below: to build them takes longer than to read a few rows.
_VAT_SETUP = select(VatPostingSetup)
_GENERAL_SETUP = select(GeneralPostingSetup)


@dataclass(slots=True)
class HandledEntry:
    """An entry that was received or shipped and is not billed whole; ledger's sign, base units."""

    entry_id: int
    posted_line_id: int
    quantity: Decimal
    open_quantity: Decimal
    lot_no: str
    serial_no: str
    package_no: str
    #: expected cost that is left on it
    expected: Decimal = ZERO


@dataclass(slots=True)
class PostingFacts:
    """One document on its way into the ledgers."""

    document: TradeDocument
    kind: Kind
    lines: list[TradeLine]
    trade: TradeFacts
    party: Any
    bill_party: Any
    party_account_id: int | None
    terms: PaymentTerms | None
    general: dict[tuple[int, int], GeneralPostingSetup]
    vat: dict[tuple[int, int], VatPostingSetup]
    session: Session
    #: files are attached to some line
    files: bool = False
    _group_codes: dict[tuple[str, int], str] = field(default_factory=dict)
    #: document line -> receipts or shipments of it that are not billed, oldest first
    handled_lines: dict[int, list[PostedLine]] = field(default_factory=lambda: defaultdict(list))
    #: posted line -> its entries
    handled_entries: dict[int, list[HandledEntry]] = field(default_factory=lambda: defaultdict(list))
    #: lines of sales orders that drop shipment lines deliver to
    drop_sales: dict[int, TradeLine] = field(default_factory=dict)
    #: purchase lines of special orders that are sold here
    special_orders: dict[int, TradeLine] = field(default_factory=dict)
    #: lines of orders whose posted lines are billed here
    order_lines: dict[int, TradeLine] = field(default_factory=dict)

    @property
    def discount_date(self) -> dt.date | None:
        """Until when early payment of the bill earns a discount; None: never (documents.md section 22)."""
        if self.kind.credit or self.terms is None or not self.terms.discount_percent:
            return None
        return add_formula(self.document.document_date, self.terms.discount_date_calculation)

    @property
    def group_codes(self) -> dict[tuple[str, int], str]:
        """("business", "product", "vat_business", "vat_product"; id) -> code; read when a refusal asks for it."""
        if not self._group_codes:
            for name, model in _GROUPS.items():
                rows = self.session.execute(select(model.id, model.code))
                self._group_codes |= {(name, row[0]): row[1] for row in rows}
        return self._group_codes

    @property
    def sign(self) -> int:
        """Ledger quantity = sign x the line's base quantity."""
        return 1 if self.kind.inbound else -1


def load_posting_facts(session: Session, document: TradeDocument) -> PostingFacts:
    """Facts for posting `document`, which is locked; a fixed number of statements."""
    kind = kind_of(document)
    lines, files = _load_lines(session, document)
    vat = session.scalars(_VAT_SETUP).all()
    trade = facts_of(session, lines, document=document, vat_setup=vat)
    bill_party, party_account_id, terms = _bill_party(session, document)
    party = get_party(session, document)
    facts = PostingFacts(
        document=document,
        kind=kind,
        lines=lines,
        trade=trade,
        party=party,
        bill_party=bill_party,
        party_account_id=party_account_id,
        terms=terms,
        general={
            (row.gen_business_posting_group_id, row.gen_product_posting_group_id): row
            for row in session.scalars(_GENERAL_SETUP)
        },
        vat={(row.vat_business_posting_group_id, row.vat_product_posting_group_id): row for row in vat},
        session=session,
        files=files,
    )
    linked = {line.linked_line_id for line in lines if line.drop_shipment and line.linked_line_id is not None}
    if linked:
        found = session.scalars(select(TradeLine).where(TradeLine.id.in_(ids_of(session, linked))))
        facts.drop_sales = {line.id: line for line in found}
    bought = {line.linked_line_id for line in lines if line.special_order and line.linked_line_id is not None}
    if bought and kind.side == TradeSide.SALES:
        found = session.scalars(select(TradeLine).where(TradeLine.id.in_(ids_of(session, bought))))
        facts.special_orders = {line.id: line for line in found}
    _load_handled(session, facts)
    return facts


@lru_cache
def _lines() -> Select[tuple[TradeLine, bool, bool, bool]]:
    files = exists().where(Attachment.line_id == TradeLine.id)
    return (
        select(TradeLine, TradeLine.numbers.any(), TradeLine.assignments.any(), files)
        .where(TradeLine.document_id == bindparam("document_id"))
        .order_by(TradeLine.line_no)
    )


def _load_lines(session: Session, document: TradeDocument) -> tuple[list[TradeLine], bool]:
    """The lines with their numbers and assignments, which are read only where there are any; whether files are."""
    fresh = {"populate_existing": True}
    rows = session.execute(_lines(), {"document_id": document.id}, execution_options=fresh).all()
    lines = [row[0] for row in rows]
    parts: tuple[tuple[int, Any], ...] = ((1, TradeLineNumber), (2, ItemChargeAssignment))
    for place, model in parts:
        ids = {row[0].id for row in rows if row[place]}
        found: dict[int, list[Any]] = defaultdict(list)
        if ids:
            statement = select(model).where(model.line_id.in_(ids_of(session, ids))).order_by(model.id)
            for one in session.scalars(statement.execution_options(populate_existing=True)):
                found[one.line_id].append(one)
        for line in lines:
            set_committed_value(line, "numbers" if place == 1 else "assignments", found.get(line.id, []))
    return lines, any(row[3] for row in rows)


@lru_cache
def _party_with_account(side: TradeSide) -> Select[Any]:
    party, group, account = (
        (Vendor, VendorPostingGroup, VendorPostingGroup.payables_account_id)
        if side == TradeSide.PURCHASE
        else (Customer, CustomerPostingGroup, CustomerPostingGroup.receivables_account_id)
    )
    posting_group = Vendor.vendor_posting_group_id if party is Vendor else Customer.customer_posting_group_id
    joined: Select[Any] = (
        select(party, account, PaymentTerms)
        .outerjoin(group, group.id == posting_group)
        .outerjoin(PaymentTerms, PaymentTerms.id == bindparam("terms_id"))
    )
    return joined.where(party.id == bindparam("party_id"))


def _bill_party(session: Session, document: TradeDocument) -> tuple[Any, int | None, PaymentTerms | None]:
    """Who gets or sends the invoice, the account of its posting group, and the document's terms."""
    ids = {"party_id": document.bill_party_id, "terms_id": document.payment_terms_id or 0}
    found = session.execute(_party_with_account(document.side), ids).one()
    return found[0], found[1], found[2]


def _load_handled(session: Session, facts: PostingFacts) -> None:
    """Receipts and shipments of the document's lines, or that its lines fetched, as far as they are not billed."""
    own = {line.id for line in facts.lines if line.qty_not_invoiced and line.posted_line_id is None}
    fetched = {line.posted_line_id: line.id for line in facts.lines if line.posted_line_id is not None}
    if not own and not fetched:
        return
    if fetched:
        _lock_orders(session, fetched)
    posted = session.scalars(
        select(PostedLine)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .where(
            PostedLine.order_line_id.in_(ids_of(session, own)) | PostedLine.id.in_(ids_of(session, fetched)),
            PostedDocument.document_type == facts.kind.handling_type,
            ~PostedLine.correction,
            PostedLine.quantity != PostedLine.qty_invoiced,
        )
        .order_by(PostedLine.id)
        .with_for_update(of=PostedLine)
        .execution_options(populate_existing=True)
    ).all()
    for row in posted:
        facts.handled_lines[fetched.get(row.id) or row.order_line_id or 0].append(row)
    facts.handled_entries = entries_of(session, [row.id for row in posted])
    if facts.kind.side == TradeSide.SALES and facts.kind.credit:
        _load_expected(session, facts)
    if fetched:
        _load_order_lines(session, facts, posted)


def _lock_orders(session: Session, posted_line_ids: Iterable[int]) -> None:
    """Hold the orders whose lines will be billed, in id order: whoever posts them meanwhile waits, and reads anew."""
    of_lines = (
        select(TradeLine.document_id)
        .join(PostedLine, PostedLine.order_line_id == TradeLine.id)
        .where(PostedLine.id.in_(ids_of(session, posted_line_ids)))
    )
    held = select(TradeDocument.id).where(TradeDocument.id.in_(of_lines)).order_by(TradeDocument.id).with_for_update()
    ids = session.scalars(held).all()
    session.execute(
        update(TradeDocument)
        .where(TradeDocument.id.in_(ids))
        .values(version=TradeDocument.version + 1)
        .execution_options(synchronize_session=False)
    )


def entries_of(session: Session, posted_line_ids: Iterable[int]) -> dict[int, list[HandledEntry]]:
    """The item ledger entries of posted lines, oldest first (one statement)."""
    entry = ItemLedgerEntry
    rows = session.execute(
        select(
            PostedLineEntry.posted_line_id, entry.id, entry.quantity, entry.invoiced_quantity, entry.lot_no,
            entry.serial_no, entry.package_no,
        )
        .join(entry, entry.id == PostedLineEntry.item_ledger_entry_id)
        .where(PostedLineEntry.posted_line_id.in_(ids_of(session, posted_line_ids)))
        .order_by(entry.id)
    )  # fmt: skip
    found: dict[int, list[HandledEntry]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(HandledEntry(row[1], row[0], row[2], row[2] - row[3], row[4], row[5], row[6]))
    return found


def _load_expected(session: Session, facts: PostingFacts) -> None:
    entries = {entry.entry_id: entry for found in facts.handled_entries.values() for entry in found}
    rows = session.execute(
        select(ValueEntry.item_ledger_entry_id, func.sum(ValueEntry.cost_amount_expected))
        .where(ValueEntry.item_ledger_entry_id.in_(ids_of(session, entries)))
        .group_by(ValueEntry.item_ledger_entry_id)
    )
    for entry_id, expected in rows:
        entries[entry_id].expected = expected or ZERO


def _load_order_lines(session: Session, facts: PostingFacts, posted: Sequence[PostedLine]) -> None:
    ids = {row.order_line_id for row in posted if row.order_line_id is not None}
    found = session.scalars(
        select(TradeLine)
        .where(TradeLine.id.in_(ids_of(session, ids)))
        .order_by(TradeLine.id)
        .options(selectinload(TradeLine.numbers))
        .with_for_update(of=TradeLine)
        .execution_options(populate_existing=True)
    )
    facts.order_lines = {line.id: line for line in found}
