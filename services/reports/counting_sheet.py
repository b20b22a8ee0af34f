"""The counting sheet: the lines of a physical inventory batch on paper, blind, with room to write (section 17.1)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import Bin, Item, ItemJournalLine, ItemVariant, JournalBatch, Location, UnitOfMeasure
from services.reports.figures import Figures
from services.reports.papers import MOST_ROWS, Paper, PaperColumn, PaperTable, check_size, paper_pdf


def counting_sheet_pdf(session: Session, batch: JournalBatch, *, as_of: dt.date, locale: str = "en") -> bytes:
    """The sheet, in the order one walks: location, bin, item. Raises ValidationError `too_many_rows`."""
    line = ItemJournalLine
    rows = session.execute(
        select(
            Location.code, Bin.code, Item.no, ItemVariant.code, line.description, line.lot_no, line.serial_no,
            UnitOfMeasure.code,
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
    check_size(len(rows))
    columns = (
        PaperColumn(_("Location"), "code"), PaperColumn(_("Bin"), "code"), PaperColumn(_("Item"), "code"),
        PaperColumn(_("Description")), PaperColumn(_("Lot / serial"), "code"), PaperColumn(_("Unit"), "code"),
        PaperColumn(_("Counted")), PaperColumn(_("By")),
    )  # fmt: skip
    lines = tuple(
        (
            place, spot or "", f"{no} {variant}".strip(), words, " / ".join(filter(None, (lot, serial))), unit or "",
            "__________", "☐",
        )
        for place, spot, no, variant, words, lot, serial, unit in rows
    )  # fmt: skip
    figures = Figures(locale)
    facts = ((_("Batch"), batch.name), (_("Lines"), str(len(lines))), (_("Printed"), figures.day(as_of)))
    paper = Paper(_("Counting sheet"), f"{_('Counting sheet')} {batch.name}", facts,
                  (PaperTable("", columns, lines, None, ""),))  # fmt: skip
    return paper_pdf(session, paper, sheet="a4", locale=locale)
