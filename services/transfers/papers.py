"""Transfer orders, shipments and receipts on paper (documents.md section 21); no costs."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import Item, Location, PostedTransfer, TransferOrder
from models.enums import DocumentType
from services.reports.business_papers import BusinessPaper, PaperLine, address_lines, bars, columns, facts_of
from services.reports.figures import Figures
from services.tracking.posted import paper_notes, posted_entries


def address_of(place: Location | None) -> tuple[str, ...]:
    """Where a location is, line by line."""
    if place is None:
        return ()
    return address_lines(
        place.name or place.code, place.contact, place.address, place.address_2, f"{place.post_code} {place.city}",
        place.country_code,
    )  # fmt: skip


def order_paper(session: Session, order: TransferOrder, *, locale: str = "en") -> BusinessPaper:
    """A transfer order, loaded by `page.read_order`."""
    figures = Figures(locale)
    heads = (
        (_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"),
        (_("Shipped"), "quantity"), (_("Received"), "quantity"), (_("From bin"), "code"), (_("To bin"), "code"),
    )  # fmt: skip
    trade_nos = gtins_of(session, {line.item_id for line in order.lines})
    rows = []
    for line in order.lines:
        notes = [_("Variant %(code)s", code=line.variant.code)] if line.variant_id else []
        notes += [
            f"{number.serial_no or number.lot_no or number.package_no}: {figures.quantity(number.quantity)}"
            for number in line.numbers
        ]
        cells = (
            line.item.no, line.description, line.quantity,
            line.unit_of_measure.code if line.unit_of_measure is not None else "", line.qty_shipped, line.qty_received,
            line.from_bin.code if line.from_bin is not None else "",
            line.to_bin.code if line.to_bin is not None else "",
        )  # fmt: skip
        rows.append(PaperLine(cells, notes, bars(line.item.no, trade_nos.get(line.item_id, ""))))
    facts = [
        (_("From"), order.from_location.code),
        (_("To"), order.to_location.code),
        (_("In transit"), order.in_transit_location.code if order.in_transit_location is not None else ""),
        (_("Posting date"), figures.day(order.posting_date)),
        (_("Shipment date"), figures.day(order.shipment_date)),
        (_("Receipt date"), figures.day(order.receipt_date)),
        (_("Shipping agent"), _agent(order)),
        (_("External document no."), order.external_document_no),
    ]
    return BusinessPaper(
        _("Transfer order"), order.no, address_of(order.to_location), facts_of(facts), columns(*heads), tuple(rows),
        ship_to=address_of(order.from_location), ship_to_word=_("From"), tick=True,
    )  # fmt: skip


def _agent(order: TransferOrder) -> str:
    """Who carries the goods, and how."""
    if order.shipping_agent is None:
        return ""
    service = order.shipping_agent_service
    return " · ".join([order.shipping_agent.name or order.shipping_agent.code, *([service.code] if service else [])])


def posted_paper(session: Session, posted: PostedTransfer, *, locale: str = "en") -> BusinessPaper:
    """A posted transfer shipment, receipt or direct transfer, loaded by `page.find_posted`."""
    figures = Figures(locale)
    title = {
        DocumentType.TRANSFER_SHIPMENT: _("Transfer shipment"),
        DocumentType.TRANSFER_RECEIPT: _("Transfer receipt"),
        DocumentType.DIRECT_TRANSFER: _("Direct transfer"),
    }[posted.document_type]
    heads = ((_("Item"), "code"), (_("Description"), "text"), (_("Quantity"), "quantity"), (_("Unit"), "text"))
    trade_nos, entries = gtins_of(session, {line.item_id for line in posted.lines}), posted_entries(session, posted)
    rows = []
    for line in posted.lines:
        notes = paper_notes(entries.get(line.id, []), figures.quantity)
        cells = (line.item.no, line.description, line.quantity, line.unit_of_measure_code)
        rows.append(PaperLine(cells, notes, bars(line.item.no, trade_nos.get(line.item_id, ""))))
    facts = [
        (_("Order"), posted.order_no),
        (_("From"), posted.from_location.code),
        (_("To"), posted.to_location.code),
        (_("Posting date"), figures.day(posted.posting_date)),
        (_("Shipment date"), figures.day(posted.shipment_date)),
        (_("Receipt date"), figures.day(posted.receipt_date)),
        (_("External document no."), posted.external_document_no),
    ]
    return BusinessPaper(
        title, posted.no, address_of(posted.to_location), facts_of(facts), columns(*heads), tuple(rows),
        ship_to=address_of(posted.from_location), ship_to_word=_("From"), signed=True,
    )  # fmt: skip


def gtins_of(session: Session, item_ids: set[int]) -> dict[int, str]:
    """Item id -> the number of its bar code."""
    return dict(session.execute(select(Item.id, Item.gtin).where(Item.id.in_(item_ids))).tuples().all())
