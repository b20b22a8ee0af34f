"""`reserve` and `cancel_reservation` (availability-and-reservation.md)."""

from __future__ import annotations

from decimal import Decimal

from models import TradeLine, TransferLine
from services.reservations.keep import EntryRef, LineRef, cancel, reserve
from services.reservations.sources import SourceKind
from services.scenario.actions.transfer_document import TransferDocument
from services.scenario.play import POSTER, Play, PlayError
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, record, word
from services.scenario.trade_documents import TradeStory

_LINK = record({"demand": word, "supply": word, "qty": decimal}, required=("demand",))


def end_of(play: Play, reference: str, *, demand: bool) -> LineRef | EntryRef:
    """An open document line, else a posted entry. Raises PlayError."""
    name, _dot, line = reference.partition(".")
    story = play.documents.get(name)
    if isinstance(story, TradeStory) and line in story.line_ids:
        row = play.session.get(TradeLine, story.line_ids[line], populate_existing=True)
        if row is not None and (demand or row.outstanding_qty):
            return LineRef(SourceKind.TRADE, row.id)
    elif isinstance(story, TransferDocument) and line in story.lines:
        transfer = play.session.get(TransferLine, story.lines[line], populate_existing=True)
        if transfer is not None and (demand or transfer.outstanding or transfer.in_transit):
            return LineRef(SourceKind.TRANSFER_OUT if demand else SourceKind.TRANSFER_IN, transfer.id)
    if demand:
        raise PlayError(f"{reference} is no open line")
    return EntryRef(play.entry(reference))


def _base(play: Play, demand: LineRef | EntryRef, quantity: Decimal | None) -> Decimal | None:
    """The step says quantities in the line's unit."""
    if quantity is None or isinstance(demand, EntryRef):
        return quantity
    row: TradeLine | TransferLine
    if demand.kind == SourceKind.TRADE:
        row = play.session.get_one(TradeLine, demand.id)
    else:
        row = play.session.get_one(TransferLine, demand.id)
    return quantity * row.qty_per_unit_of_measure


def _ends(play: Play, given: Values) -> tuple[LineRef, LineRef | EntryRef | None, Decimal | None]:
    demand = end_of(play, given["demand"], demand=True)
    supply = end_of(play, given["supply"], demand=False) if "supply" in given else None
    if not isinstance(demand, LineRef):
        raise PlayError(f"{given['demand']} is no document line")
    return demand, supply, _base(play, demand, given.get("qty"))


@action("reserve", _LINK)
def reserve_step(play: Play, given: Values) -> None:
    """Reserve from a supply, or automatically."""
    demand, supply, quantity = _ends(play, given)
    play.write(lambda session: reserve(session, demand, supply, quantity, user_name=POSTER.user_name))


@action("cancel_reservation", _LINK)
def cancel_step(play: Play, given: Values) -> None:
    """Cancel what a demand holds, of one supply where it is named."""
    demand, supply, quantity = _ends(play, given)
    play.write(lambda session: cancel(session, demand, supply, quantity))
