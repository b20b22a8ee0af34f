"""Application, general ledger and warehouse entries and registers as lists, newest first."""

from __future__ import annotations

from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, case, func, select

from blueprints import formats
from blueprints.database import db_session
from blueprints.ledger_parts import (
    TYPED,
    by_condition,
    by_number,
    by_text,
    document_url,
    entry_url,
    item_url,
    register_url,
)
from blueprints.list_filters import ChoiceFilter, CustomFilter, DateRange, MomentRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from models import (
    Bin,
    GlAccount,
    GlEntry,
    GlItemLedgerRelation,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    Location,
    Permission,
    Register,
    ValueEntry,
    WarehouseEntry,
)
from models.enums import WarehouseEntryType
from services import entries, entry_search
from services.costs.reconciliation import not_from_inventory

_ILE = ItemLedgerEntry
_AE = ItemApplicationEntry
_GL = GlEntry
_R = Register
_W = WarehouseEntry
_debit, _credit = case((_GL.amount > 0, _GL.amount)), case((_GL.amount < 0, -_GL.amount))


def _search_applications(statement: Select[Any], text: str) -> Select[Any]:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return statement.where(_AE.id == 0)
    return statement.where((_AE.id == int(text)) | _of_entry(int(text)))


def _of_entry(entry_id: int) -> ColumnElement[bool]:
    return (
        (_AE.item_ledger_entry_id == entry_id)
        | (_AE.inbound_entry_id == entry_id)
        | (_AE.outbound_entry_id == entry_id)
    )


def _of_document(statement: Select[Any], value: str) -> Select[Any]:
    owned = select(_ILE.id).where(_ILE.document_no.in_({value, value.upper()}))
    return statement.where(_AE.item_ledger_entry_id.in_(owned))


def application_entries() -> Listing:
    """Item application entries: which inbound an outbound took from, and where costs come from."""
    return Listing(
        name="application_entries",
        title=_l("Application entries"),
        key=_AE.id,
        source=lambda: select().select_from(_AE),
        sort="-entry_no",
        lean={},
        orders={"date": "posting_date"},
        search=_search_applications,
        search_hint=_l("Entry no. of an application or of an item ledger entry"),
        columns=(
            Column("entry_no", _l("Entry no."), _AE.id, "code", sort=True),
            Column("posting_date", _l("Posting date"), _AE.posting_date, "day", sort=True),
            Column("item_ledger_entry_id", _l("Made for entry"), _AE.item_ledger_entry_id, "code",
                   link=lambda row: entry_url(row.item_ledger_entry_id)),
            Column("inbound_entry_id", _l("Inbound entry"), _AE.inbound_entry_id, "code",
                   link=lambda row: entry_url(row.inbound_entry_id)),
            Column("outbound_entry_id", _l("Outbound entry"), func.nullif(_AE.outbound_entry_id, 0), "code",
                   link=lambda row: entry_url(row.outbound_entry_id)),
            Column("quantity", _l("Quantity"), _AE.quantity, "quantity"),
            Column("cost_application", _l("Cost flows"), _AE.cost_application, "yes_no"),
            Column("fixed", _l("Fixed"), _AE.fixed, "yes_no"),
            Column("in_force", _l("In force"), _AE.in_force, "yes_no"),
            Column("transferred_from", _l("Transferred from"), _AE.transferred_from_entry_id, "code",
                   link=lambda row: entry_url(row.transferred_from), shown=False),
            Column("unapplied_at", _l("Unapplied"), _AE.unapplied_at, "moment", shown=False),
            Column("register_id", _l("Register"), _AE.register_id, "code", link=register_url),
        ),
        filters=(
            DateRange("date", _l("Posting date"), _AE.posting_date, has_index=True),
            YesNoFilter("fixed", _l("Fixed"), _AE.fixed, yes=_l("Fixed"), no=_l("Automatic"),
                        has_index=True, rare=True),
            YesNoFilter("in_force", _l("In force"), _AE.in_force, yes=_l("In force"), no=_l("Unapplied"),
                        has_index=True, rare=False),
            by_condition("entry", _l("Item ledger entry"), _of_entry),
            CustomFilter("document_no", _l("Document no."), has_index=True, applier=_of_document, speaker=str,
                         template=TYPED),
            by_number("register", _l("Register"), _AE.register_id),
        ),
        empty=Empty(_l("Nothing has been applied yet: every posted movement gets an application.")),
    )  # fmt: skip


def _search_gl(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(entry_search.search_gl_entries(db_session(), text))


def _of_value_entry(value: int) -> ColumnElement[bool]:
    return _GL.id.in_(select(GlItemLedgerRelation.gl_entry_id).where(GlItemLedgerRelation.value_entry_id == value))


def _of_item_entry(value: int) -> ColumnElement[bool]:
    return _GL.id.in_(
        select(GlItemLedgerRelation.gl_entry_id)
        .join(ValueEntry, ValueEntry.id == GlItemLedgerRelation.value_entry_id)
        .where(ValueEntry.item_ledger_entry_id == value)
    )


def gl_entries() -> Listing:
    """General ledger entries."""
    return Listing(
        name="gl_entries",
        title=_l("G/L entries"),
        key=_GL.id,
        source=lambda: select().select_from(_GL).outerjoin(GlAccount, GlAccount.id == _GL.account_id),
        sort="-entry_no",
        lean={},
        added_up=frozenset({"account", "document_no", "register", "transaction", "value_entry", "entry"}),
        orders={"account": "posting_date", "date": "posting_date"},
        search=_search_gl,
        search_hint=_l("Entry no., document no. or account no."),
        columns=(
            Column("entry_no", _l("Entry no."), _GL.id, "code", sort=True),
            Column("posting_date", _l("Posting date"), _GL.posting_date, "day", sort=True),
            Column("document_no", _l("Document no."), _GL.document_no, "code", link=document_url),
            Column("account_no", _l("Account"), GlAccount.no, "code",
                   link=lambda row: url_for("ledger.gl_entries", account=row.account_no)),
            Column("account_name", _l("Account name"), GlAccount.name),
            Column("description", _l("Description"), _GL.description, phone=False),
            Column("debit", _l("Debit"), _debit, "amount", total=_debit),
            Column("credit", _l("Credit"), _credit, "amount", total=_credit),
            Column("amount", _l("Amount"), _GL.amount, "amount", total=_GL.amount, shown=False),
            Column("source_code", _l("Source"), _GL.source_code, "code", shown=False),
            Column("transaction_no", _l("Transaction"), _GL.transaction_no, "code", shown=False),
            Column("register_id", _l("Register"), _GL.register_id, "code", link=register_url),
        ),
        filters=(
            RecordFilter("account", _l("Account"), _GL.account_id, kind="account", has_index=True),
            DateRange("date", _l("Posting date"), _GL.posting_date, has_index=True),
            by_text("document_no", _l("Document no."), _GL.document_no, template=TYPED),
            by_number("register", _l("Register"), _GL.register_id),
            by_number("transaction", _l("Transaction"), _GL.transaction_no),
            YesNoFilter("origin", _l("From inventory"), ~not_from_inventory(), yes=_l("From inventory"),
                        no=_l("Not from inventory")),
            by_condition("value_entry", _l("Value entry"), _of_value_entry),
            by_condition("entry", _l("Item ledger entry"), _of_item_entry),
        ),
        empty=Empty(_l("Nothing has reached the general ledger yet: it follows each posting.")),
    )  # fmt: skip


def warehouse_entries() -> Listing:
    """Movements into and out of bins."""
    return Listing(
        name="warehouse_entries",
        title=_l("Warehouse entries"),
        key=_W.id,
        source=lambda: (
            select()
            .select_from(_W)
            .outerjoin(Item, Item.id == _W.item_id)
            .outerjoin(Location, Location.id == _W.location_id)
            .outerjoin(Bin, Bin.id == _W.bin_id)
        ),
        sort="-entry_no",
        lean={},
        search=lambda statement, text: statement.where(_W.item_id.in_(select(Item.id).where(Item.no == text.upper()))),
        search_hint=_l("Item no."),
        columns=(
            Column("entry_no", _l("Entry no."), _W.id, "code", sort=True),
            Column("registering_date", _l("Date"), _W.registering_date, "day"),
            Column("entry_type", _l("Entry type"), _W.entry_type, "word"),
            Column("item_no", _l("Item"), Item.no, "code", link=item_url),
            Column("location_code", _l("Location"), Location.code, "code"),
            Column("bin_code", _l("Bin"), Bin.code, "code"),
            Column("quantity", _l("Quantity"), _W.quantity, "quantity"),
            Column("lot_no", _l("Lot no."), _W.lot_no, "code"),
            Column("serial_no", _l("Serial no."), _W.serial_no, "code"),
            Column("document_no", _l("Document no."), _W.document_no, "code"),
            Column("register_id", _l("Register"), _W.register_id, "code", link=register_url),
        ),
        filters=(
            RecordFilter("item", _l("Item"), _W.item_id, kind="item", has_index=True),
            RecordFilter("location", _l("Location"), _W.location_id, kind="location", has_index=True),
            ChoiceFilter("type", _l("Entry type"), _W.entry_type, kind=WarehouseEntryType, has_index=True),
            by_text("document_no", _l("Document no."), _W.document_no, template=TYPED),
            by_number("register", _l("Register"), _W.register_id),
        ),
        empty=Empty(_l("No bin has been moved to or from yet. Locations with bins write here at every posting.")),
    )


def _span(ledger: str) -> tuple[Any, Any]:
    first, last = entries.RANGES[ledger]
    return getattr(_R, first), getattr(_R, last)


def _count_column(ledger: str, label: Any, endpoint: str, **options: Any) -> Column:
    low, high = _span(ledger)

    def cell(row: Any) -> Markup | str:
        count = getattr(row, f"{ledger}_count")
        if not count:
            return ""
        return Markup('<a href="{}">{}</a>').format(url_for(endpoint, register=row.row_id), formats.quantity(count))

    return Column(f"{ledger}_count", label, high - low + 1, "number", cell=cell, **options)


def registers() -> Listing:
    """One row a posting."""
    return Listing(
        name="registers",
        title=_l("Registers"),
        key=_R.id,
        source=lambda: select().select_from(_R),
        sort="-register_no",
        lean={},
        orders={"posted": "created_at", "date": "posting_date"},
        search=lambda statement, text: statement.where(_search_registers(text)),
        search_hint=_l("Register no., document no. or batch"),
        columns=(
            Column("register_no", _l("Register"), _R.id, "code",
                   link=lambda row: url_for("ledger.register", register_id=row.row_id), sort=True),
            Column("created_at", _l("Posted at"), _R.created_at, "moment", sort=True),
            Column("user_name", _l("By"), _R.user_name),
            Column("document_no", _l("Document no."), _R.document_no, "code",
                   link=lambda row: url_for("ledger.find", document_no=row.document_no) if row.document_no else None),
            Column("posting_date", _l("Posting date"), _R.posting_date, "day", sort=True),
            _count_column("items", _l("Item ledger entries"), "ledger.item_entries"),
            _count_column("values", _l("Value entries"), "ledger.value_entries", permission=Permission.COSTS_VIEW),
            _count_column("applications", _l("Applications"), "ledger.application_entries", shown=False,
                          permission=Permission.COSTS_VIEW),
            _count_column("gl", _l("G/L entries"), "ledger.gl_entries", permission=Permission.GL_VIEW),
            _count_column("warehouse", _l("Warehouse entries"), "ledger.warehouse_entries", shown=False),
            Column("source_code", _l("Source"), _R.source_code, "code", phone=False),
            Column("journal_batch_name", _l("Batch"), _R.journal_batch_name, "code", phone=False),
            Column("line_count", _l("Lines"), _R.line_count, "number", shown=False, phone=False),
            Column("digest", _l("Digest"), _R.digest, "code", cell=lambda row: _digest(row.digest), phone=False),
        ),
        filters=(
            MomentRange("posted", _l("Posted"), _R.created_at, has_index=True),
            DateRange("date", _l("Posting date"), _R.posting_date, has_index=True),
            by_text("document_no", _l("Document no."), _R.document_no, template=TYPED),
            by_text("source", _l("Source"), _R.source_code, template=TYPED),
            by_text("batch", _l("Batch"), _R.journal_batch_name, template=TYPED),
            RecordFilter("user", _l("User"), _R.user_id, kind="user", has_index=True),
        ),
        empty=Empty(
            _l("Nothing has been posted yet. The item journal is where it starts."),
            _l("Open the item journal"), lambda: url_for("journal.index"), Permission.JOURNAL_EDIT,
        ),
        open=lambda row: url_for("ledger.register", register_id=row.row_id),
    )  # fmt: skip


def _search_registers(text: str) -> ColumnElement[bool]:
    wanted = {text, text.upper()}
    found = _R.document_no.in_(wanted) | _R.journal_batch_name.in_(wanted)
    if text.isascii() and text.isdigit() and len(text) < 19:
        found |= _R.id == int(text)
    return found


def _digest(digest: str) -> Markup:
    return Markup('<span class="code" title="{}">{}</span>').format(digest, digest[:8])
