"""Inventory receipts and shipments on paper, open ones to work with and posted ones to keep; costs only if asked."""

from __future__ import annotations

from sqlalchemy.orm import Session

from core.text import _
from models import InventoryDocument, Location, PostedInventoryDocument
from models.enums import DocumentType
from services.reports.business_papers import BusinessPaper, PaperLine, bars, columns, facts_of
from services.reports.figures import Figures
from services.tracking.posted import paper_notes, posted_entries
from services.transfers.papers import address_of, gtins_of


def word_of(kind: DocumentType) -> str:
    """What a document of the kind is called."""
    return _("Inventory receipt") if kind == DocumentType.INVENTORY_RECEIPT else _("Inventory shipment")


def document_paper(session: Session, document: InventoryDocument, *, locale: str = "en") -> BusinessPaper:
    """A document that is not posted, loaded by `page.read_document`."""
    figures = Figures(locale)
    heads = (
        (_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
        (_("Bin"), "code"),
    )  # fmt: skip
    trade_nos = gtins_of(session, {line.item_id for line in document.lines})
    rows = []
    for line in document.lines:
        notes = [_("Variant %(code)s", code=line.variant.code)] if line.variant_id else []
        notes += [
            f"{number.serial_no or number.lot_no or number.package_no}: {figures.quantity(number.quantity)}"
            for number in line.numbers
        ]
        cells = (
            line.item.no, line.description, line.quantity,
            line.unit_of_measure.code if line.unit_of_measure is not None else "",
            line.bin.code if line.bin is not None else "",
        )  # fmt: skip
        rows.append(PaperLine(cells, notes, bars(line.item.no, trade_nos.get(line.item_id, ""))))
    return BusinessPaper(
        word_of(document.document_type), document.no, address_of(document.location),
        facts_of(_facts(figures, document, document.location)), columns(*heads), tuple(rows), tick=True,
    )  # fmt: skip


def posted_paper(session: Session, posted: PostedInventoryDocument, *, locale: str = "en") -> BusinessPaper:
    """A posted document, loaded by `posted.find_posted`; a reprint equals the first print."""
    figures = Figures(locale)
    heads = (
        (_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
        (_("Bin"), "code"),
    )  # fmt: skip
    entries = posted_entries(session, posted)
    trade_nos = gtins_of(session, {line.item_id for line in posted.lines})
    rows = []
    for line in posted.lines:
        notes = [_("Variant %(code)s", code=line.variant.code)] if line.variant_id else []
        notes += paper_notes(entries.get(line.id, []), figures.quantity)
        bin_code = line.bin.code if line.bin is not None else ""
        cells = (line.item.no, line.description, line.quantity, line.unit_of_measure_code, bin_code)
        rows.append(PaperLine(cells, notes, bars(line.item.no, trade_nos.get(line.item_id, ""))))
    return BusinessPaper(
        word_of(posted.document_type), posted.no, address_of(posted.location),
        facts_of(_facts(figures, posted, posted.location)), columns(*heads), tuple(rows), signed=True,
    )  # fmt: skip


def _facts(
    figures: Figures, document: InventoryDocument | PostedInventoryDocument, place: Location
) -> list[tuple[str, str]]:
    return [
        (_("Location"), place.code),
        (_("Posting date"), figures.day(document.posting_date)),
        (_("Document date"), figures.day(document.document_date)),
        (_("External document no."), document.external_document_no),
        (_("Description"), document.description),
        (_("Comment"), document.comment),
        (_("Correction"), _("yes") if document.correction else ""),
    ]
