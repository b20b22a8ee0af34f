"""Item ledger entries and value entries as lists, newest first, every number a link to what is behind it.

Money of item ledger entries comes from one grouped query over the rows of the page (services/entries.money_of).
"""

from __future__ import annotations

from typing import Any

from flask import g, request, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, func, literal_column, select
from werkzeug.datastructures import MultiDict

from blueprints import formats
from blueprints.database import db_session
from blueprints.ledger_parts import (
    TYPED,
    by_number,
    by_text,
    document_url,
    entry_url,
    item_url,
    register_url,
)
from blueprints.list_filters import ChoiceFilter, CustomFilter, DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing, State
from models import (
    BLANK_ID,
    GlAccount,
    Item,
    ItemLedgerEntry,
    ItemVariant,
    Location,
    Permission,
    ValueEntry,
    db,
)
from models.enums import EntryType, SourceType, ValueEntryType
from services import entries, entry_search
from services.costs.reconciliation import of_account

_ILE = ItemLedgerEntry
_VE = ValueEntry
_described = func.coalesce(func.nullif(_ILE.description, ""), Item.description)


class MoneyListing(Listing):
    """A list whose rows show sums of their value entries, fetched once for all rows of the page."""

    def read(self, args: MultiDict[str, str] | None = None, path: str | None = None) -> State:
        state = super().read(args, path)
        g.money_state = state
        return state


def _money(row: Any) -> entries.Money:
    if not hasattr(g, "money_of_page"):
        g.money_of_page = entries.money_of(db.session, [other.row_id for other in g.money_state.rows])
    return g.money_of_page.get(row.row_id, entries.NO_MONEY)


def _money_column(key: str, label: Any, attribute: str, value: Any, **options: Any) -> Column:
    """Shown from the page's grouped query; in a file, where every row is read anyway, from a query for each."""
    summed = select(func.sum(value)).where(_VE.item_ledger_entry_id == _ILE.id).scalar_subquery()
    options = {"kind": "amount", "total": summed} | options
    if "export" in request.args:
        return Column(key, label, func.coalesce(summed, 0), **options)

    def cell(row: Any) -> Markup | str:
        shown = formats.amount(getattr(_money(row), attribute))
        return Markup('<a href="{}">{}</a>').format(url_for("ledger.value_entries", entry=row.row_id), shown)

    return Column(key, label, cell=cell, **options)


def _item_entry_source() -> Select[Any]:
    # Outer joins keep SQLite from starting at the items: the entries are read by key, newest first.
    return (
        select()
        .select_from(_ILE)
        .outerjoin(Item, Item.id == _ILE.item_id)
        .outerjoin(Location, Location.id == _ILE.location_id)
        .outerjoin(ItemVariant, ItemVariant.id == _ILE.variant_id)
    )


def _search_items(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(entry_search.search_item_entries(db_session(), text))


def _item_entry_columns() -> tuple[Column, ...]:
    costs = Permission.COSTS_VIEW
    return (
        Column("entry_no", _l("Entry no."), _ILE.id, "code", link=lambda row: entry_url(row.row_id), sort=True),
        Column("posting_date", _l("Posting date"), _ILE.posting_date, "day", sort=True),
        Column("entry_type", _l("Entry type"), _ILE.entry_type, "word"),
        Column("document_no", _l("Document no."), _ILE.document_no, "code", link=document_url),
        Column("item_no", _l("Item"), Item.no, "code", link=item_url),
        Column("quantity", _l("Quantity"), _ILE.quantity, "quantity", total=_ILE.quantity),
        Column(
            "remaining_quantity", _l("Remaining"), _ILE.remaining_quantity, "quantity", total=_ILE.remaining_quantity
        ),
        Column("invoiced_quantity", _l("Invoiced"), _ILE.invoiced_quantity, "quantity", shown=False),
        _money_column("cost_actual", _l("Cost (actual)"), "cost_actual", _VE.cost_amount_actual, permission=costs),
        _money_column(
            "cost_expected",
            _l("Cost (expected)"),
            "cost_expected",
            _VE.cost_amount_expected,
            permission=costs,
            shown=False,
        ),
        _money_column(
            "sales_amount",
            _l("Sales amount"),
            "sales",
            _VE.sales_amount_actual + _VE.sales_amount_expected,
            shown=False,
        ),
        Column("description", _l("Description"), _described),
        Column("location_code", _l("Location"), Location.code, "code"),
        Column("open", _l("Open"), _ILE.open, "yes_no"),
        Column("variant_code", _l("Variant"), ItemVariant.code, "code", phone=False),
        Column("lot_no", _l("Lot no."), _ILE.lot_no, "code", phone=False),
        Column("serial_no", _l("Serial no."), _ILE.serial_no, "code", phone=False),
        Column("expiration_date", _l("Expires"), _ILE.expiration_date, "day", shown=False),
        Column("unit_of_measure_code", _l("Unit entered"), _ILE.unit_of_measure_code, "code", shown=False),
        Column("external_document_no", _l("External document no."), _ILE.external_document_no, "code", shown=False),
        Column("source_no", _l("Source no."), _ILE.source_no, "code", shown=False),
        Column("register_id", _l("Register"), _ILE.register_id, "code", link=register_url, shown=False),
    )


def _item_entry_filters() -> tuple[Any, ...]:
    return (
        RecordFilter("item", _l("Item"), _ILE.item_id, kind="item", has_index=True),
        RecordFilter("location", _l("Location"), _ILE.location_id, kind="location", has_index=True),
        DateRange("date", _l("Posting date"), _ILE.posting_date, has_index=True),
        ChoiceFilter("type", _l("Entry type"), _ILE.entry_type, kind=EntryType, has_index=True),
        YesNoFilter("open", _l("Open"), _ILE.open, yes=_l("Open"), no=_l("Closed"), has_index=True, rare=True),
        YesNoFilter("direction", _l("Direction"), _ILE.positive, yes=_l("Inbound"), no=_l("Outbound")),
        by_text("lot", _l("Lot no."), _ILE.lot_no, template=TYPED),
        by_text("serial", _l("Serial no."), _ILE.serial_no, template=TYPED),
        by_text("document_no", _l("Document no."), _ILE.document_no, template=TYPED),
        ChoiceFilter(
            "source_type",
            _l("Source type"),
            _ILE.source_type,
            kind=SourceType,
            has_index=True,
            usual=SourceType.NONE,
        ),
        by_text("source_no", _l("Source no."), _ILE.source_no, template=TYPED),
        CustomFilter("variant", _l("Variant"), has_index=True, applier=_apply_variant, speaker=str, template=TYPED),
        by_number("register", _l("Register"), _ILE.register_id),
        by_number("entry", _l("Entry no."), _ILE.id),
    )


def item_entries() -> Listing:
    """Item ledger entries."""
    return MoneyListing(
        name="item_ledger_entries",
        title=_l("Item ledger entries"),
        key=_ILE.id,
        source=_item_entry_source,
        sort="-entry_no",
        lean={},
        added_up=frozenset({"item"}),
        orders={"date": "posting_date"},
        search=_search_items,
        search_hint=_l("Entry no., document no., item no., lot or serial no."),
        columns=_item_entry_columns(),
        filters=_item_entry_filters(),
        empty=Empty(
            _l("Nothing has been posted yet. Enter what came in or went out in the item journal."),
            _l("Open the item journal"),
            lambda: url_for("journal.index"),
            Permission.JOURNAL_EDIT,
        ),
        open=lambda row: entry_url(row.row_id),
    )


def _apply_variant(statement: Select[Any], value: str) -> Select[Any]:
    """Variants of any item with this code; the index leaves out entries without a variant."""
    of_variant = _ILE.variant_id != literal_column(str(BLANK_ID))
    variants = select(ItemVariant.id).where(ItemVariant.code == value.upper())
    return statement.where(of_variant, _ILE.variant_id.in_(variants))


def _value_source() -> Select[Any]:
    return (
        select()
        .select_from(_VE)
        .outerjoin(Item, Item.id == _VE.item_id)
        .outerjoin(Location, Location.id == _VE.location_id)
    )


def _search_values(statement: Select[Any], text: str) -> Select[Any]:
    return statement.where(entry_search.search_value_entries(db_session(), text))


def _apply_account(statement: Select[Any], value: str) -> Select[Any]:
    """What belongs on this account by the posting set-up of today."""
    account = db.session.scalar(select(GlAccount.id).where(GlAccount.no == value.upper()))
    return statement.where(of_account(db_session(), account or 0))


def value_entries() -> Listing:
    """Value entries."""
    return Listing(
        name="value_entries",
        title=_l("Value entries"),
        key=_VE.id,
        source=_value_source,
        sort="-entry_no",
        lean={},
        added_up=frozenset({"item", "entry", "register", "document_no"}),
        orders={"valuation": "valuation_date", "date": "posting_date"},
        search=_search_values,
        search_hint=_l("Entry no., document no. or item no."),
        columns=(
            Column("entry_no", _l("Entry no."), _VE.id, "code", sort=True),
            Column("posting_date", _l("Posting date"), _VE.posting_date, "day", sort=True),
            Column("entry_type", _l("Entry type"), _VE.entry_type, "word"),
            Column("variance_type", _l("Variance"), _VE.variance_type, "word", shown=False),
            Column("document_no", _l("Document no."), _VE.document_no, "code", link=document_url),
            Column("item_no", _l("Item"), Item.no, "code", link=item_url),
            Column("valued_quantity", _l("Valued quantity"), _VE.valued_quantity, "quantity"),
            Column("invoiced_quantity", _l("Invoiced"), _VE.invoiced_quantity, "quantity", shown=False),
            Column("cost_per_unit", _l("Cost per unit"), _VE.cost_per_unit, "unit_cost"),
            Column("cost_amount_actual", _l("Cost (actual)"), _VE.cost_amount_actual, "amount",
                   total=_VE.cost_amount_actual),
            Column("cost_amount_expected", _l("Cost (expected)"), _VE.cost_amount_expected, "amount",
                   total=_VE.cost_amount_expected),
            Column("item_ledger_entry_type", _l("Movement"), _VE.item_ledger_entry_type, "word", phone=False),
            Column("item_ledger_entry_id", _l("Item ledger entry"), _VE.item_ledger_entry_id, "code",
                   link=lambda row: entry_url(row.item_ledger_entry_id)),
            Column("cost_non_inventoriable", _l("Cost (not in stock)"), _VE.cost_amount_non_inventoriable, "amount",
                   total=_VE.cost_amount_non_inventoriable, shown=False),
            Column("cost_posted_to_gl", _l("Posted to G/L"), _VE.cost_posted_to_gl, "amount",
                   total=_VE.cost_posted_to_gl,
                   link=lambda row: url_for("ledger.gl_entries", value_entry=row.row_id)),
            Column("sales_amount", _l("Sales amount"), _VE.sales_amount_actual, "amount", shown=False),
            Column("purchase_amount", _l("Purchase amount"), _VE.purchase_amount_actual, "amount", shown=False),
            Column("adjustment", _l("Adjustment"), _VE.adjustment, "yes_no"),
            Column("valuation_date", _l("Valuation date"), _VE.valuation_date, "day", phone=False, sort=True),
            Column("location_code", _l("Location"), Location.code, "code"),
            Column("source_code", _l("Source"), _VE.source_code, "code", shown=False),
            Column("register_id", _l("Register"), _VE.register_id, "code", link=register_url, shown=False),
        ),
        filters=(
            RecordFilter("item", _l("Item"), _VE.item_id, kind="item", has_index=True),
            RecordFilter("location", _l("Location"), _VE.location_id, kind="location", has_index=True),
            DateRange("date", _l("Posting date"), _VE.posting_date, has_index=True),
            DateRange("valuation", _l("Valuation date"), _VE.valuation_date, has_index=True),
            ChoiceFilter("type", _l("Entry type"), _VE.entry_type, kind=ValueEntryType, has_index=True,
                         usual=ValueEntryType.DIRECT_COST),
            ChoiceFilter("movement", _l("Movement"), _VE.item_ledger_entry_type, kind=EntryType, has_index=True),
            YesNoFilter("adjustment", _l("Adjustment"), _VE.adjustment, yes=_l("Cost adjustments"), no=_l("Postings"),
                        has_index=True, rare=True),
            YesNoFilter("expected", _l("Expected cost"), _VE.expected_cost, has_index=True, rare=True),
            by_text("document_no", _l("Document no."), _VE.document_no, template=TYPED),
            by_number("entry", _l("Item ledger entry"), _VE.item_ledger_entry_id),
            by_number("register", _l("Register"), _VE.register_id),
            by_number("no", _l("Entry no."), _VE.id),
            CustomFilter("account", _l("Belongs on account"), applier=_apply_account, speaker=str, template=TYPED),
        ),
        empty=Empty(_l("No value has been posted yet: it comes with the first posting of the item journal.")),
    )  # fmt: skip
