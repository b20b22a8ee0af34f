"""What is printed on paper, as plain values: lists and posted registers. Posted data is read from posted rows only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, ValidationError
from core.rounding import ZERO
from core.text import _
from models import (
    Bin,
    CompanyInformation,
    GlAccount,
    GlEntry,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ItemVariant,
    Location,
    Register,
    ResponsibilityCenter,
    ValueEntry,
    WarehouseEntry,
)
from services.reports import codes
from services.reports.figures import Figures
from services.reports.pdf import picture_address, render_pdf

NOTHING = Markup("")

#: rows on one paper, about fifteen seconds of work; past it nobody reads paper, and the list goes out as a file
MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True)
class PaperColumn:
    """A column of a table; `kind` as in figures.Figures.show.

    `opens` names what a page shows behind the figures of the column ("item", "entries", "values", "gl" ...), `about`
    what all of them concern besides the row's subject (an account no.). Paper, of course, opens nothing.
    """

    label: str
    kind: str = "text"
    opens: str = ""
    about: str = ""


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table with its heading; `totals` is one more row, `note` a line below."""

    title: str
    columns: tuple[PaperColumn, ...]
    rows: tuple[tuple[object, ...], ...]
    totals: tuple[object, ...] | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """A printed document: head, facts, tables. `code` is the number drawn as a bar code beside the title."""

    title: str
    no: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[PaperTable, ...]
    code: str = ""
    chart: Markup = NOTHING
    digest: str = ""


def company_block(session: Session, center_id: int | None = None) -> dict[str, Any]:
    """Name, address lines and logo as they stand at the top of every paper.

    A responsibility centre with an address of its own stands there with it instead (items.md section 17).
    """
    company = session.get(CompanyInformation, 1)
    if company is None:
        return {"name": "", "lines": [], "logo": Markup("")}
    center = session.get(ResponsibilityCenter, center_id) if center_id is not None else None
    sender: CompanyInformation | ResponsibilityCenter = company
    if center is not None and (center.address or center.city or center.post_code):
        sender = center
    place = " ".join(part for part in (sender.post_code, sender.city, sender.country_code) if part)
    lines = [
        sender.name if sender is center else "", sender.address, sender.address_2, place,
        sender.phone or company.phone, sender.email or company.email, company.vat_registration_no,
    ]  # fmt: skip
    return {
        "name": company.name,
        "lines": [line for line in lines if line],
        "logo": picture_address(company.logo),
    }


def paper_pdf(session: Session, paper: Paper, *, sheet: str = "a4", locale: str = "en") -> bytes:
    """The PDF of a paper. Raises ValidationError `too_many_rows`, `unknown_sheet`."""
    check_size(sum(len(table.rows) for table in paper.tables))
    values = {"paper": paper, "company": company_block(session), "bars": _bars(paper.code)}
    return render_pdf("paper.html", values, sheet=sheet, locale=locale)


def check_size(rows: int) -> None:
    """Refuse what would be a book: ValidationError `too_many_rows`."""
    if rows > MOST_ROWS:
        raise ValidationError(
            "too_many_rows",
            _("More than %(most)s lines are too many to print. Narrow the list, or take it as CSV or XLSX.",
              most=MOST_ROWS),
        )  # fmt: skip


def _bars(code: str) -> Markup:
    try:
        return codes.code128(code) if code else Markup("")
    except ValueError:
        return Markup("")


def list_paper(
    title: str, columns: Sequence[PaperColumn], rows: Iterable[Sequence[object]], *, conditions: Sequence[str],
    printed_on: dt.date, day_words: str,
) -> Paper:  # fmt: skip
    """A filtered list; `conditions` are the filters in words, `day_words` the day as the locale writes it."""
    kept = tuple(tuple(row) for row in rows)
    facts = [(_("Date"), day_words), (_("Lines"), str(len(kept)))]
    if conditions:
        facts.append((_("Only"), " · ".join(conditions)))
    table = PaperTable("", tuple(columns), kept)
    return Paper(title, f"{title} · {printed_on.isoformat()}", tuple(facts), (table,))


def register_paper(
    session: Session, register_id: int, *, locale: str = "en", costs: bool = True, accounts: bool = True
) -> Paper:
    """One register with the entries of every ledger it wrote. NotFound `register_not_found`; `too_many_rows`.

    Without `costs` and `accounts` for readers who may not see value entries or the general ledger.
    """
    register = session.get(Register, register_id)
    if register is None:
        raise NotFound("register_not_found", _("There is no register %(no)s.", no=register_id))
    check_size(_size(register))
    figures = Figures(locale)
    facts = [
        (_("Posted at"), figures.moment(register.created_at)),
        (_("By"), register.user_name or "–"),
        (_("Source"), register.source_code),
        (_("Journal batch"), register.journal_batch_name),
        (_("Document no."), register.document_no),
        (_("Posting date"), figures.day(register.posting_date)),
        (_("Lines"), str(register.line_count)),
    ]
    tables = (
        _item_entries(session, register),
        *([_value_entries(session, register), _applications(session, register)] if costs else []),
        *([_gl_entries(session, register)] if accounts else []),
        _warehouse_entries(session, register),
    )
    no = f"R{register.id}"
    return Paper(
        _("Posted register %(no)s", no=register.id), no, tuple((label, text) for label, text in facts if text),
        tuple(table for table in tables if table.rows), code=no, digest=register.digest,
    )  # fmt: skip


def _size(register: Register) -> int:
    spans = (
        (register.from_item_ledger_entry_id, register.to_item_ledger_entry_id),
        (register.from_value_entry_id, register.to_value_entry_id),
        (register.from_application_entry_id, register.to_application_entry_id),
        (register.from_gl_entry_id, register.to_gl_entry_id),
        (register.from_warehouse_entry_id, register.to_warehouse_entry_id),
    )
    return sum(max(0, last - first + 1) for first, last in spans)


def _columns(*pairs: tuple[str, str]) -> tuple[PaperColumn, ...]:
    return tuple(PaperColumn(label, kind) for label, kind in pairs)


def _item_entries(session: Session, register: Register) -> PaperTable:
    query = (
        select(ItemLedgerEntry)
        .where(ItemLedgerEntry.register_id == register.id)
        .options(
            joinedload(ItemLedgerEntry.item), joinedload(ItemLedgerEntry.variant), joinedload(ItemLedgerEntry.location),
            joinedload(ItemLedgerEntry.bin),
        )
        .order_by(ItemLedgerEntry.id)
    )  # fmt: skip
    rows = []
    total = ZERO
    for entry in session.scalars(query):
        tracking = " ".join(part for part in (entry.lot_no, entry.serial_no, entry.package_no) if part)
        place = "/".join(part for part in (entry.location.code, entry.bin.code if entry.bin else "") if part)
        words = " ".join(part for part in (entry.description or entry.item.description, entry.variant.code) if part)
        total += entry.quantity
        rows.append((
            entry.id, entry.posting_date, entry.entry_type, entry.document_no, entry.item.no, words, place, tracking,
            entry.quantity, entry.remaining_quantity,
        ))  # fmt: skip
    columns = _columns(
        (_("Entry"), "code"), (_("Date"), "day"), (_("Type"), "text"), (_("Document"), "code"), (_("Item"), "code"),
        (_("Description"), "text"), (_("Place"), "code"), (_("Lot, serial"), "text"), (_("Quantity"), "quantity"),
        (_("Remaining"), "quantity"),
    )  # fmt: skip
    note = _("Remaining is what was left when this was printed; everything else is as posted.")
    totals = ("", "", "", "", "", _("Total"), "", "", total, "")
    return PaperTable(_("Item ledger entries"), columns, tuple(rows), totals, note)


def _value_entries(session: Session, register: Register) -> PaperTable:
    query = (
        select(ValueEntry, Item.no)
        .join(Item, Item.id == ValueEntry.item_id)
        .where(ValueEntry.register_id == register.id)
        .order_by(ValueEntry.id)
    )
    rows = []
    cost = expected = sales = ZERO
    for entry, item_no in session.execute(query).tuples():
        cost += entry.cost_amount_actual
        expected += entry.cost_amount_expected
        sales += entry.sales_amount_actual
        rows.append((
            entry.id, entry.item_ledger_entry_id, entry.posting_date, entry.entry_type, item_no, entry.valued_quantity,
            entry.cost_per_unit, entry.cost_amount_actual, entry.cost_amount_expected, entry.sales_amount_actual,
        ))  # fmt: skip
    columns = _columns(
        (_("Entry"), "code"), (_("Item entry"), "code"), (_("Date"), "day"), (_("Type"), "text"), (_("Item"), "code"),
        (_("Quantity"), "quantity"), (_("Cost per unit"), "unit_cost"), (_("Cost"), "amount"),
        (_("Expected"), "amount"), (_("Sales"), "amount"),
    )  # fmt: skip
    totals = ("", "", "", _("Total"), "", "", "", cost, expected, sales)
    return PaperTable(_("Value entries"), columns, tuple(rows), totals)


def _applications(session: Session, register: Register) -> PaperTable:
    query = (
        select(ItemApplicationEntry)
        .where(ItemApplicationEntry.register_id == register.id, ItemApplicationEntry.outbound_entry_id != 0)
        .order_by(ItemApplicationEntry.id)
    )
    rows = tuple(
        (row.id, row.outbound_entry_id, row.inbound_entry_id, row.posting_date, row.quantity)
        for row in session.scalars(query)
    )
    columns = _columns(
        (_("Entry"), "code"), (_("Outbound entry"), "code"), (_("Took from inbound entry"), "code"), (_("Date"), "day"),
        (_("Quantity"), "quantity"),
    )  # fmt: skip
    return PaperTable(_("Applications"), columns, rows)


def _gl_entries(session: Session, register: Register) -> PaperTable:
    query = (
        select(GlEntry.id, GlEntry.posting_date, GlEntry.document_no, GlAccount.no, GlAccount.name, GlEntry.amount)
        .join(GlAccount, GlAccount.id == GlEntry.account_id)
        .where(GlEntry.register_id == register.id)
        .order_by(GlEntry.id)
    )
    rows, debits, credits = [], ZERO, ZERO
    for entry_id, day, document, no, name, amount in session.execute(query).tuples():
        debit, credit = (amount, None) if amount >= 0 else (None, -amount)
        debits, credits = debits + (debit or ZERO), credits + (credit or ZERO)
        rows.append((entry_id, day, document, no, name, debit, credit))
    columns = _columns(
        (_("Entry"), "code"), (_("Date"), "day"), (_("Document"), "code"), (_("Account"), "code"), (_("Name"), "text"),
        (_("Debit"), "amount"), (_("Credit"), "amount"),
    )  # fmt: skip
    totals = ("", "", "", "", _("Total"), debits, credits)
    return PaperTable(_("General ledger entries"), columns, tuple(rows), totals)


def _warehouse_entries(session: Session, register: Register) -> PaperTable:
    query = (
        select(
            WarehouseEntry.id, WarehouseEntry.registering_date, WarehouseEntry.entry_type, Location.code, Bin.code,
            Item.no, ItemVariant.code, WarehouseEntry.quantity,
        )
        .join(Item, Item.id == WarehouseEntry.item_id)
        .join(ItemVariant, ItemVariant.id == WarehouseEntry.variant_id)
        .join(Location, Location.id == WarehouseEntry.location_id)
        .join(Bin, Bin.id == WarehouseEntry.bin_id)
        .where(WarehouseEntry.register_id == register.id)
        .order_by(WarehouseEntry.id)
    )  # fmt: skip
    columns = _columns(
        (_("Entry"), "code"), (_("Date"), "day"), (_("Type"), "text"), (_("Location"), "code"), (_("Bin"), "code"),
        (_("Item"), "code"), (_("Variant"), "code"), (_("Quantity"), "quantity"),
    )  # fmt: skip
    rows = tuple(tuple(row) for row in session.execute(query))
    return PaperTable(_("Bin entries"), columns, rows)
