"""Orders that a location's warehouse has in hand: its steps may not change under them (items.md section 14).

An order that is released at a location with warehouse steps is a request to its warehouse (warehouse.md section 7).
It stands for the receipt, put-away, pick or shipment that is made of it, until it is reopened or done.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import Location, TradeDocument, TradeLine, TransferLine, TransferOrder
from models.enums import DocumentStatus, TradeLineType
from services.trade.kinds import KINDS, Kind

#: A change of these waits for what is on its way in, and of those for what is on its way out.
INBOUND = ("require_receive", "require_put_away")
OUTBOUND = ("require_shipment", "require_pick")
BOTH = ("bin_mandatory", "directed_put_away_and_pick")

#: Orders named in a refusal.
_NAMED = 3


def work_refusals(session: Session, location: Location, values: Mapping[str, object]) -> list[DomainError]:
    """`open_documents` on each switch that would change under released orders; at most two statements."""
    directed = bool(values.get("directed_put_away_and_pick", location.directed_put_away_and_pick))

    def will_be(name: str) -> bool:
        return (directed and name not in BOTH) or bool(values.get(name, getattr(location, name)))

    changed = [name for name in (*INBOUND, *OUTBOUND, *BOTH) if will_be(name) != getattr(location, name)]
    if not changed:
        return []
    errors: list[DomainError] = []
    for inbound, own in ((True, INBOUND), (False, OUTBOUND)):
        fields = [name for name in changed if name in own or name in BOTH]
        if not fields or not any(getattr(location, name) for name in own):
            continue  # without a step of this way the warehouse was asked for nothing
        orders = released_orders(session, location, inbound=inbound)
        if orders:
            errors += [_refusal(location, name, orders, inbound=inbound) for name in fields]
    return errors


def released_orders(session: Session, location: Location, *, inbound: bool) -> list[str]:
    """Numbers of released orders with goods still to come in or go out here, by number; one more than is named."""
    ways = [kind for kind in KINDS.values() if kind.staged and kind.posts]
    line, document = TradeLine, TradeDocument
    coming = [_is(kind) & (line.outstanding_qty > 0) for kind in ways if kind.inbound == inbound]
    coming += [_is(kind) & (line.outstanding_qty < 0) for kind in ways if kind.inbound != inbound]
    trade: Select[tuple[str]] = (
        select(document.no)
        .join(line, line.document_id == document.id)
        .where(
            document.status == DocumentStatus.RELEASED, line.location_id == location.id,
            line.type == TradeLineType.ITEM, line.drop_shipment.is_(False), or_(*coming),
        )
    )  # fmt: skip
    order, moved = TransferOrder, TransferLine
    end = order.to_location_id if inbound else order.from_location_id
    left = moved.qty_received_base if inbound else moved.qty_shipped_base
    transfers = (
        select(order.no)
        .join(moved, moved.order_id == order.id)
        .where(order.status == DocumentStatus.RELEASED, end == location.id, moved.quantity_base > left)
    )
    both = union_all(trade, transfers).subquery()
    statement = select(both.c.no).distinct().order_by(both.c.no).limit(_NAMED + 1)
    return list(session.scalars(statement))


def _is(kind: Kind) -> ColumnElement[bool]:
    return and_(TradeDocument.side == kind.side, TradeDocument.type == kind.type)


def _refusal(location: Location, field: str, orders: list[str], *, inbound: bool) -> ValidationError:
    named = ", ".join(orders[:_NAMED]) + (" …" if len(orders) > _NAMED else "")
    sentence = (
        _("The warehouse of %(code)s is to receive %(orders)s by the steps as they are.", code=location.code,
          orders=named)
        if inbound
        else _("The warehouse of %(code)s is to ship %(orders)s by the steps as they are.", code=location.code,
               orders=named)
    )  # fmt: skip
    way_out = _("Reopen these orders or finish them, then change the step.")
    return ValidationError("open_documents", f"{sentence} {way_out}", field=field)
