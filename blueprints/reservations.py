"""The list of reservation entries; cancelled one by one or many at once (availability-and-reservation.md 2 and 5)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may, requires
from blueprints.availability_words import event_url, event_word
from blueprints.htmx import go
from blueprints.list_filters import CustomFilter, DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.lists import Listing, selected_ids
from blueprints.masters import press
from core.errors import Forbidden
from core.text import _, ngettext
from models import Item, ItemVariant, Location, Permission, Reservation
from services.reservations.bulk import cancel_pairs, sides_of
from services.reservations.overview import ENDS, joined, of_document

bp = Blueprint("reservations", __name__, url_prefix="/reservations")


def end_cell(event: str, no: str, more: str = "", entry_id: int | None = None) -> Markup:
    """An end of a pair: what it is and its number, which opens it; whose it is, or its lot."""
    url = event_url(event, no)
    if event == "stock" and may(Permission.LEDGER_VIEW):
        url = url_for("ledger.item_entries", entry=entry_id)
    shown = Markup('<a href="{}">{} {}</a>').format(url, event_word(event), no) if url else f"{event_word(event)} {no}"
    return Markup("<span>{} <small>{}</small></span>").format(shown, more) if more else Markup("{}").format(shown)


def _item_cell(row: Any) -> Markup:
    link = Markup('<a class="code" href="{}">{}</a>').format(url_for("items.show", no=row.item), row.item)
    return Markup("<span>{} <small>{}</small></span>").format(link, row.variant_code) if row.variant_code else link


def _numbers(row: Any) -> str:
    return " ".join(filter(None, (row.lot_no, row.serial_no, row.package_no)))


_pair = Reservation
LISTING = Listing(
    name="reservations",
    title=_l("Reservations"),
    key=_pair.id,
    source=lambda: joined(select().select_from(_pair).join(Item, Item.id == _pair.item_id)),
    columns=(
        Column("item", _l("Item"), Item.no, "code", cell=_item_cell),
        Column("variant", _l("Variant"), ItemVariant.code, "code", shown=False),
        Column("location", _l("Location"), Location.code, "code"),
        Column("quantity", _l("Quantity"), _pair.quantity, "quantity"),
        Column("demand_no", _l("Reserved for"), ENDS["demand_no"], "code",
               cell=lambda row: end_cell(row.demand_event, row.demand_no, row.demand_name)),
        Column("supply_no", _l("Reserved from"), ENDS["supply_no"], "code",
               cell=lambda row: end_cell(row.supply_event, row.supply_no,
                                         " ".join(filter(None, (_numbers(row), row.supply_name))),
                                         row.supply_entry_id)),
        Column("shipment_date", _l("Needed"), _pair.shipment_date, "day", sort=True),
        Column("expected_receipt_date", _l("Expected"), _pair.expected_receipt_date, "day"),
        Column("numbers", _l("Lot or serial no."), cell=_numbers, shown=False),
        Column("specific", _l("Specific"), _pair.specific, "yes_no", shown=False),
        Column("created_by", _l("Reserved by"), _pair.created_by, shown=False),
        Column("created_at", _l("Reserved on"), _pair.created_at, "moment", shown=False),
    ),
    extra={
        **{name: column for name, column in ENDS.items() if not name.endswith("_no")},
        "supply_entry_id": _pair.supply_entry_id, "lot_no": _pair.lot_no, "serial_no": _pair.serial_no,
        "package_no": _pair.package_no, "variant_code": ItemVariant.code,
    },
    filters=(
        RecordFilter("item", _l("Item"), _pair.item_id, kind="item"),
        RecordFilter("location", _l("Location"), _pair.location_id, kind="location"),
        CustomFilter(
            "document", _l("Document"), reader=lambda args: args.get("document", "").strip().upper()[:20] or None,
            applier=lambda statement, value: statement.where(of_document(value)), speaker=str,
        ),
        YesNoFilter("from_stock", _l("From"), _pair.supply_entry_id.is_not(None), yes=_l("Stock"), no=_l("Orders")),
        YesNoFilter("specific", _l("Specific numbers"), _pair.specific),
        DateRange("needed", _l("Needed"), _pair.shipment_date),
        DateRange("expected", _l("Supply expected"), _pair.expected_receipt_date),
    ),
    search=(Item.no, Item.description, _pair.lot_no, _pair.serial_no),
    sort="shipment_date",
    actions=(
        Action(_l("Reserve in bulk"), lambda: url_for("reservations.worksheet"), "list-check", Permission.SALES_EDIT,
               primary=True),
    ),
    bulk=(
        BulkAction("cancel", _l("Cancel reservations"), lambda: url_for("reservations.cancel"), "x",
                   Permission.SALES_EDIT,
                   confirm=_l("Cancel the ticked reservations? What they hold is free for everybody then.")),
    ),
    empty=Empty(_l("Nothing is reserved. Reserve on the line of an order.")),
)  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.post("/cancel")
@requires(Permission.SALES_EDIT)
def cancel() -> ResponseReturnValue:
    """Cancel the ticked pairs; who may, is asked of each document they hold for."""
    ids = selected_ids()
    if not ids:
        flash(_("Tick some reservations first."), "warning")
        return go(url_for(".index"))
    count: list[int] = []

    def work(session: Session) -> None:
        for area in sides_of(session, ids):
            if not may(Permission(f"{area}.edit")):
                raise Forbidden("not_allowed", _("You may not change the documents that these are reserved for."))
        count.append(cancel_pairs(session, ids))

    done = press(work, message="", back=request.referrer or url_for(".index"))
    if count:
        flash(ngettext("%(num)s reservation cancelled.", "%(num)s reservations cancelled.", count[-1]), "success")
    return done
