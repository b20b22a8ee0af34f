"""The recall as a paper and as a table for a spreadsheet (tracking.md section 13)."""

from __future__ import annotations

import datetime as dt

from core.text import _
from services.reports.figures import Figures
from services.reports.papers import Paper, PaperColumn, PaperTable
from services.tracing.recall import Recall


def dossier(found: Recall, subject: str, day: dt.date, *, locale: str = "en") -> Paper:
    """All answers on one paper; `subject` is the number that was asked about."""
    figures = Figures(locale)
    facts = [
        (_("Number"), subject),
        (_("As of"), figures.day(day)),
        (_("Customers"), str(len(found.receivers))),
    ]
    if found.incomplete:
        facts.append((_("Incomplete"), _("More numbers than a recall reads: ask for fewer.")))
    tables = (_numbers(found), _places(found), _receivers(found), _open_uses(found))
    return Paper(_("Recall"), subject, tuple(facts), tuple(table for table in tables if table.rows), code=subject)


def _columns(*pairs: tuple[str, str]) -> tuple[PaperColumn, ...]:
    return tuple(PaperColumn(label, kind) for label, kind in pairs)


def _numbers(found: Recall) -> PaperTable:
    rows = tuple(
        (row.key.number, row.item_no, row.item_description, row.supplied, row.on_hand, row.in_transit, row.sold,
         row.consumed, row.scrapped, row.relabelled, _("yes") if row.blocked else _("no"))
        for row in found.numbers
    )  # fmt: skip
    return PaperTable(
        _("Affected numbers"),
        _columns(
            (_("Number"), "code"), (_("Item"), "code"), (_("Description"), "text"), (_("Supplied"), "quantity"),
            (_("On hand"), "quantity"), (_("In transit"), "quantity"), (_("Sold"), "quantity"),
            (_("Used"), "quantity"), (_("Scrapped"), "quantity"), (_("To other numbers"), "quantity"),
            (_("Blocked"), "text"),
        ),
        rows,
        note=_("Supplied is what is on hand, in transit, sold, used, scrapped and renumbered together."),
    )  # fmt: skip


def _places(found: Recall) -> PaperTable:
    rows = tuple(
        (row.key.number, row.item_no, row.location_code or _("(blank)"), row.quantity, row.expiration_date)
        for row in found.places
    )
    return PaperTable(
        _("Where it is now"),
        _columns((_("Number"), "code"), (_("Item"), "code"), (_("Location"), "code"), (_("Quantity"), "quantity"),
                 (_("Expires"), "day")),
        rows,
    )  # fmt: skip


def _receivers(found: Recall) -> PaperTable:
    """The deliveries as they fit the width of a sheet: who got them in one column, how to reach them once."""
    rows = []
    for receiver in found.receivers:
        name = f"{receiver.no} {receiver.name}".strip()
        contact = [name, *receiver.address, receiver.phone, receiver.email]
        for place, row in enumerate(receiver.deliveries):
            who = name if place else ", ".join(part for part in contact if part)
            rows.append((who, row.document_no, row.posting_date, row.item_no, row.number, row.shipped, row.returned,
                         row.shipped - row.returned))  # fmt: skip
    return PaperTable(
        _("Who has it"),
        _columns(
            (_("Customer"), "text"), (_("Document"), "code"), (_("Date"), "day"), (_("Item"), "code"),
            (_("Number"), "code"), (_("Shipped"), "quantity"), (_("Returned"), "quantity"),
            (_("Still there"), "quantity"),
        ),
        tuple(rows),
    )  # fmt: skip


def delivery_table(found: Recall) -> PaperTable:
    """For a spreadsheet: one row for each delivery, each with how to reach who got it."""
    rows = tuple(
        (receiver.no, receiver.name, ", ".join(receiver.address), receiver.phone, receiver.email, row.document_no,
         row.posting_date, row.item_no, row.number, row.shipped, row.returned, row.shipped - row.returned)
        for receiver in found.receivers
        for row in receiver.deliveries
    )  # fmt: skip
    return PaperTable(
        _("Who has it"),
        _columns(
            (_("Customer"), "code"), (_("Name"), "text"), (_("Address"), "text"), (_("Phone"), "text"),
            (_("E-mail"), "text"), (_("Document"), "code"), (_("Date"), "day"), (_("Item"), "code"),
            (_("Number"), "code"), (_("Shipped"), "quantity"), (_("Returned"), "quantity"),
            (_("Still there"), "quantity"),
        ),
        rows,
    )  # fmt: skip


def _open_uses(found: Recall) -> PaperTable:
    rows = tuple((row.document_no, row.line_no, row.item_no, row.number, row.quantity) for row in found.open_uses)
    return PaperTable(
        _("About to leave or to come: open documents that name it"),
        _columns((_("Document"), "code"), (_("Line"), "number"), (_("Item"), "code"), (_("Number"), "code"),
                 (_("Quantity"), "quantity")),
        rows,
    )  # fmt: skip
