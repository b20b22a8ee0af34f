"""The sheet behind the stock-out notice of any line that takes stock: its figures, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, url_for

from blueprints import inventory_document_kinds, stockouts, transfer_kinds
from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.masters import PlainForm
from models import Item, Permission, UnitOfMeasure
from services.inventory_documents import lines as inventory_lines
from services.inventory_documents import page as inventory_page
from services.planning.shortage import details_of
from services.planning.stockout import Taking
from services.transfers import page as transfer_page


@dataclass(frozen=True)
class Of:
    """The line, and the addresses of what can be done about it; "" where the user may not, or it makes no sense."""

    #: the list and the record that the line stands on, for the page of its own
    list_title: str
    list_url: str
    record: str
    record_url: str
    item_id: int
    item_no: str
    description: str
    variant: str
    location: str
    change_url: str
    substitute_url: str = ""
    events_url: str = ""
    propose_url: str = ""
    reserve_url: str = ""

    @property
    def places_url(self) -> str:
        """The item at every location."""
        return url_for("availability.show", no=self.item_no, view="location") if self.events_url else ""


def sheet(of: Of, takings: Sequence[Taking]) -> Response:
    """Needed, in stock, asked for, coming, missing, and from when all of it is there."""
    session = db_session()
    details = details_of(session, takings, today=today())
    item = session.get_one(Item, of.item_id)
    unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
    return render(
        "availability/shortage.html", "availability/_shortage.html", of=of, details=details,
        unit=unit.code if unit is not None else "", form=PlainForm(formdata=None),
    )  # fmt: skip


def events_url(item_no: str, location: str, variant: str) -> str:
    """Availability of an item at the line's place; "" for who may not see it."""
    if not may(Permission.ITEMS_VIEW):
        return ""
    place: dict[str, Any] = {"location": location or "-"}
    return url_for("availability.show", no=item_no, **place, **({"variant": variant} if variant else {}))


@transfer_kinds.bp.get("/<path:no>/lines/<int:line_no>/shortage", endpoint="shortage")
@requires(Permission.TRANSFERS_VIEW)
def transfer_line(no: str, line_no: int) -> Response:
    """Why a transfer line is short where the goods leave."""
    kind = transfer_kinds.KIND
    order = transfer_page.read_order(db_session(), no)
    line, place = transfer_page.line_of(order, line_no), order.from_location.code
    of = Of(
        kind.title, url_for(kind.list_endpoint), order.no, kind.url("show", no=order.no), line.item_id, line.item.no,
        line.description, line.variant.code, place,
        kind.url("line", no=order.no, line_no=line_no) if may(kind.edit) else "",
        reserve_url=kind.url("transfer_line", no=order.no, line_no=line_no) if may(kind.edit) else "",
        events_url=events_url(line.item.no, place, line.variant.code),
    )  # fmt: skip
    return sheet(of, stockouts.transfer_takings(order, [line], today()))


@inventory_document_kinds.bp.get(
    inventory_document_kinds.KIND_RULE + "/<path:no>/lines/<int:line_no>/shortage", endpoint="shortage"
)
@requires(Permission.JOURNAL_VIEW)
def inventory_line(slug: str, no: str, line_no: int) -> Response:
    """Why a line of an inventory shipment is short."""
    kind = inventory_document_kinds.KINDS[slug]
    document = inventory_page.read_document(db_session(), kind.type, no)
    line, place = inventory_lines.line_of(document, line_no), document.location.code
    of = Of(
        kind.title, url_for(kind.list_endpoint), document.no, kind.url("show", no=document.no), line.item_id,
        line.item.no, line.description, line.variant.code, place,
        kind.url("line", no=document.no, line_no=line_no) if may(kind.edit) else "",
        reserve_url=kind.url("inventory_line", no=document.no, line_no=line_no) if may(kind.edit) else "",
        events_url=events_url(line.item.no, place, line.variant.code),
    )  # fmt: skip
    return sheet(of, stockouts.inventory_takings(document, [line], today()))
