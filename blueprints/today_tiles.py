"""The tiles of the role centre: each a figure that opens exactly the list it counts, chosen by role."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app, url_for

from blueprints import formats
from blueprints.access import current_user, may, today
from blueprints.database import db_session
from blueprints.trade_kinds import centers_of_user
from core.text import _
from models import Location, Permission, RoleName
from models.enums import TradeSide, TradeType
from services import today as figures
from services.items.stock_state import StockState
from services.trade import work as work_lists
from services.trade.work import TransferWork, Work

_P = Permission

#: States of an item that somebody has to buy for; what is negative has a tile of its own.
TO_ORDER = (StockState.OUT, StockState.BELOW_SAFETY, StockState.REORDER)
#: In the order of importance; a role without one of the rights has a tile less.
OF_ROLE: dict[RoleName, tuple[str, ...]] = {
    RoleName.OWNER: ("to_receive", "to_ship", "value", "short", "to_order", "adjust", "not_in_gl", "posted"),
    RoleName.BOOKKEEPER: ("adjust", "not_in_gl", "value", "short", "waiting", "posted", "sold", "to_order"),
    RoleName.BUYER: ("to_receive", "receive_late", "to_order", "short", "bills", "value", "sold"),
    RoleName.SELLER: ("to_ship", "ship_late", "to_invoice", "items", "to_order", "short", "sold"),
    RoleName.CLERK: ("to_receive", "to_ship", "transfer_in", "transfer_out", "waiting", "short", "to_order", "posted"),
    RoleName.VIEWER: ("items", "to_order", "short", "posted"),
}  # fmt: skip
MOST_TILES = 8


@dataclass(frozen=True)
class Tile:
    """A figure that opens the list it counts."""

    label: str
    value: Any
    url: str
    icon: str
    note: str = ""
    kind: str = ""
    format: str = "number"


def link(*endpoints: str, **arguments: Any) -> str:
    """The first of these pages that exists; the start page when none does."""
    found = next((endpoint for endpoint in endpoints if endpoint in current_app.view_functions), None)
    return url_for(found, **arguments) if found else url_for("today.index")


def tiles(now: dt.datetime) -> list[Tile]:
    """The tiles of the current user's roles, at most MOST_TILES, each once."""
    names: dict[str, None] = {}
    for role in RoleName:
        if any(own.name == role for own in current_user.roles):
            names |= dict.fromkeys(OF_ROLE[role])
    allowed = [name for name in names if may(TILES[name][0])]
    return [TILES[name][1](now) for name in allowed[:MOST_TILES]]


def _counted(number: int) -> str:
    """A capped count in words."""
    if number > figures.CAP:
        return str(formats.show(figures.CAP, "number")) + "+"
    return str(formats.show(number, "number"))


def _waiting(_now: dt.datetime) -> Tile:
    batches = figures.waiting_lines(db_session())
    note = ", ".join(f"{batch.batch} {batch.lines}" for batch in batches[:3]) or _("Every line is posted")
    url = link("journal.show", batch_id=batches[0].batch_id) if len(batches) == 1 else link("journal.index")
    return Tile(
        _("Lines waiting"), _counted(sum(batch.lines for batch in batches)), url, "clipboard-list", note, format="text"
    )


def _short(_now: dt.datetime) -> Tile:
    count = figures.items_in_states(db_session(), [StockState.NEGATIVE])
    note = _("More went out than came in") if count else _("Nothing is negative")
    url = link("items.index", stock=StockState.NEGATIVE.value)
    return Tile(_("Items short"), _counted(count), url, "alert-triangle", note, "danger" if count else "", "text")


def _to_order(_now: dt.datetime) -> Tile:
    count = figures.items_in_states(db_session(), TO_ORDER)
    note = _("Out of stock or below their point") if count else _("There is enough of everything")
    url = link("items.index", stock=[state.value for state in TO_ORDER])
    return Tile(_("To order"), _counted(count), url, "truck", note, "warning" if count else "", "text")


def _items(_now: dt.datetime) -> Tile:
    count = figures.items_in_use(db_session())
    return Tile(
        _("Items"), _counted(count), link("items.index", blocked="no"), "packages", _("Not blocked"), format="text"
    )


def _value(_now: dt.datetime) -> Tile:
    url = (
        url_for("reports.show", key="inventory-valuation")
        if may(_P.REPORTS_VIEW) and "reports.show" in current_app.view_functions
        else link("ledger.value_entries")
    )
    value = figures.inventory_value(db_session())
    return Tile(_("Inventory value"), value, url, "coins", _("As posted and expected"), format="amount")


def _adjust(_now: dt.datetime) -> Tile:
    count = figures.items_to_adjust(db_session())
    note = _("Items with cost changes to pass on") if count else _("All costs are adjusted")
    url = link("costs.index", "ledger.value_entries")
    return Tile(_("Costs to adjust"), _counted(count), url, "adjustments", note, "warning" if count else "", "text")


def _not_in_gl(_now: dt.datetime) -> Tile:
    count = figures.entries_not_in_gl(db_session())
    note = _("Value entries that wait") if count else _("The ledgers agree")
    url = link("inventory_gl.index", "ledger.gl_entries")
    return Tile(_("Not yet in G/L"), _counted(count), url, "book", note, "warning" if count else "", "text")


def _sold(_now: dt.datetime) -> Tile:
    since = today() - dt.timedelta(6)
    count = figures.sales_since(db_session(), since)
    url = link("ledger.item_entries", type="sale", date_from=since.isoformat())
    return Tile(_("Sold this week"), _counted(count), url, "receipt", _("Lines in the last 7 days"), format="text")


def _posted(now: dt.datetime) -> Tile:
    # The list of registers filters by days of UTC; the figure must be the list's.
    midnight = now.astimezone(dt.UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    count = figures.postings_since(db_session(), midnight)
    url = link("ledger.registers", posted_from=midnight.date().isoformat())
    return Tile(_("Posted today"), _counted(count), url, "history", _("Registers since midnight"), format="text")


# ------------------------------------------------------------------------------------------------ documents
def _own_place() -> Location | None:
    """Where a clerk works: the goods that wait there are his. Who buys or sells looks at all places."""
    if not current_user.location_id or not any(own.name == RoleName.CLERK for own in current_user.roles):
        return None
    return db_session().get(Location, current_user.location_id)


def _count_orders(side: TradeSide, work: Work) -> int:
    place = _own_place()
    return work_lists.count_work(
        db_session(), side, (TradeType.ORDER,), work, today(), centers_of_user(side),
        place.id if place is not None else None,
    )  # fmt: skip


def _documents(side: TradeSide, label: str, note: str, work: Work, icon: str, *, late: bool = False) -> Tile:
    """Orders of a side in a work view; opens exactly that list."""
    count, place = _count_orders(side, work), _own_place()
    url = link(f"{side}.index", work=work.value, **({"location": place.code} if place is not None else {}))
    return Tile(label, _counted(count), url, icon, note, "warning" if late and count else "", "text")


def _to_receive(_now: dt.datetime) -> Tile:
    late = _count_orders(TradeSide.PURCHASE, Work.OVERDUE)
    note = _("%(late)s late", late=_counted(late)) if late else _("Purchase orders until today")
    tile = _documents(TradeSide.PURCHASE, _("To receive"), note, Work.DUE, "truck")
    return replace(tile, kind="warning" if late else "")


def _to_ship(_now: dt.datetime) -> Tile:
    late = _count_orders(TradeSide.SALES, Work.OVERDUE)
    note = _("%(late)s late", late=_counted(late)) if late else _("Sales orders until today")
    tile = _documents(TradeSide.SALES, _("To ship"), note, Work.DUE, "truck-delivery")
    return replace(tile, kind="warning" if late else "")


def _receive_late(_now: dt.datetime) -> Tile:
    return _documents(
        TradeSide.PURCHASE, _("Receipts overdue"), _("Expected before today"), Work.OVERDUE, "hourglass", late=True
    )


def _ship_late(_now: dt.datetime) -> Tile:
    return _documents(
        TradeSide.SALES, _("Shipments overdue"), _("Promised before today"), Work.OVERDUE, "hourglass", late=True
    )


def _bills(_now: dt.datetime) -> Tile:
    return _documents(
        TradeSide.PURCHASE, _("Bills to come"), _("Received and not invoiced"), Work.TO_INVOICE, "receipt"
    )


def _to_invoice(_now: dt.datetime) -> Tile:
    return _documents(TradeSide.SALES, _("To invoice"), _("Shipped and not invoiced"), Work.TO_INVOICE, "receipt")


def _transfers(label: str, note: str, work: TransferWork) -> Tile:
    place = _own_place()
    count = work_lists.count_transfers(db_session(), work, today(), location_id=place.id if place is not None else None)
    end = {"to" if work == TransferWork.TO_RECEIVE else "from": place.code} if place is not None else {}
    return Tile(
        label, _counted(count), link("transfers.index", work=work.value, **end), "transfer", note, format="text"
    )


def _transfer_in(_now: dt.datetime) -> Tile:
    return _transfers(_("Transfer in"), _("Goods on the way"), TransferWork.TO_RECEIVE)


def _transfer_out(_now: dt.datetime) -> Tile:
    return _transfers(_("Transfer out"), _("To ship until today"), TransferWork.TO_SHIP)


#: name: the right to the list, and what draws the tile
TILES: dict[str, tuple[Permission, Callable[[dt.datetime], Tile]]] = {
    "to_receive": (_P.PURCHASE_VIEW, _to_receive),
    "to_ship": (_P.SALES_VIEW, _to_ship),
    "receive_late": (_P.PURCHASE_VIEW, _receive_late),
    "ship_late": (_P.SALES_VIEW, _ship_late),
    "bills": (_P.PURCHASE_VIEW, _bills),
    "to_invoice": (_P.SALES_VIEW, _to_invoice),
    "transfer_in": (_P.TRANSFERS_VIEW, _transfer_in),
    "transfer_out": (_P.TRANSFERS_VIEW, _transfer_out),
    "waiting": (_P.JOURNAL_VIEW, _waiting),
    "short": (_P.ITEMS_VIEW, _short),
    "to_order": (_P.ITEMS_VIEW, _to_order),
    "items": (_P.ITEMS_VIEW, _items),
    "value": (_P.COSTS_VIEW, _value),
    "adjust": (_P.COSTS_VIEW, _adjust),
    "not_in_gl": (_P.GL_VIEW, _not_in_gl),
    "sold": (_P.LEDGER_VIEW, _sold),
    "posted": (_P.LEDGER_VIEW, _posted),
}
