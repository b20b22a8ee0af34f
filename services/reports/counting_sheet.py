"""Counting sheets: the lines of a physical inventory batch or order on paper, blind, with room to write (17.1)."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import (
    Bin,
    Item,
    ItemJournalLine,
    ItemVariant,
    JournalBatch,
    Location,
    PhysicalInventoryOrder,
    PhysicalInventoryOrderLine,
    PhysicalInventoryOrderNumber,
    UnitOfMeasure,
)
from services.reports.figures import Figures
from services.reports.papers import MOST_ROWS, Paper, PaperColumn, PaperTable, check_size, paper_pdf


def counting_sheet_pdf(session: Session, batch: JournalBatch, *, as_of: dt.date, locale: str = "en") -> bytes:
    """The sheet, in the order one walks: location, bin, item. Raises ValidationError `too_many_rows`."""
    line = ItemJournalLine
    rows = session.execute(
        select(
            Location.code, Bin.code, Item.no, ItemVariant.code, line.description, line.lot_no, line.serial_no,
            line.package_no, UnitOfMeasure.code,
        )
        .join(Item, Item.id == line.item_id)
        .join(ItemVariant, ItemVariant.id == line.variant_id)
        .join(Location, Location.id == line.location_id)
        .outerjoin(Bin, Bin.id == line.bin_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == line.unit_of_measure_id)
        .where(line.batch_id == batch.id)
        .order_by(Location.code, Bin.code, Item.no, line.line_no)
        .limit(MOST_ROWS + 1)
    ).all()  # fmt: skip
    return _sheet(session, batch.name, list(rows), as_of=as_of, locale=locale)


def order_sheet_pdf(session: Session, order: PhysicalInventoryOrder, *, as_of: dt.date, locale: str = "en") -> bytes:
    """The sheet of a count, a line for each expected number of a tracked item. Raises as `counting_sheet_pdf`."""
    line, number = PhysicalInventoryOrderLine, PhysicalInventoryOrderNumber
    rows = session.execute(
        select(
            Location.code, Bin.code, Item.no, ItemVariant.code, line.description, number.lot_no, number.serial_no,
            number.package_no, UnitOfMeasure.code,
        )
        .join(Item, Item.id == line.item_id)
        .join(ItemVariant, ItemVariant.id == line.variant_id)
        .join(Location, Location.id == line.location_id)
        .outerjoin(number, number.line_id == line.id)
        .outerjoin(Bin, Bin.id == line.bin_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(line.order_id == order.id)
        .order_by(Location.code, Bin.code, Item.no, line.line_no, number.lot_no, number.serial_no)
        .limit(MOST_ROWS + 1)
    ).all()  # fmt: skip
    return _sheet(session, order.no, list(rows), as_of=as_of, locale=locale)


def _sheet(session: Session, name: str, rows: list[Any], *, as_of: dt.date, locale: str) -> bytes:
    check_size(len(rows))
    columns = (
        PaperColumn(_("Location"), "code"), PaperColumn(_("Bin"), "code"), PaperColumn(_("Item"), "code"),
        PaperColumn(_("Description")), PaperColumn(_("Lot / serial / package"), "code"), PaperColumn(_("Unit"), "code"),
        PaperColumn(_("Counted")), PaperColumn(_("By")),
    )  # fmt: skip
    lines = tuple(
        (
            place, spot or "", f"{no} {variant}".strip(), words, " / ".join(filter(None, numbers)), unit or "",
            "__________", "☐",
        )
        for place, spot, no, variant, words, *numbers, unit in rows
    )  # fmt: skip
    figures = Figures(locale)
    facts = ((_("Count"), name), (_("Lines"), str(len(lines))), (_("Printed"), figures.day(as_of)))
    paper = Paper(_("Counting sheet"), f"{_('Counting sheet')} {name}", facts,
                  (PaperTable("", columns, lines, None, ""),))  # fmt: skip
    return paper_pdf(session, paper, sheet="a4", locale=locale)
