"""Drop shipments and special orders on the requisition worksheet (availability-and-reservation.md section 20).

A fetched line names its sales line as `demand_line_id`: planning lets it be, it goes with the sales line, and what is
ordered is tied to that instead of reserved for it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import Item, PlanningAction, PlanningLine, TradeDocument, TradeLine
from models.enums import ReplenishmentSystem
from services.promising.replenish import source_of
from services.trade.drop_shipments import waiting_sales_lines


def unfetched_sales_lines() -> Select[tuple[TradeLine]]:
    """Sales lines that wait for a purchase and stand on no worksheet, by shipment date."""
    there = select(PlanningLine.id).where(PlanningLine.demand_line_id == TradeLine.id)
    return waiting_sales_lines().where(TradeLine.item_id.is_not(None), ~there.exists())


def fetch_sales_lines(session: Session, sales_line_ids: Sequence[int], *, today: dt.date) -> list[PlanningLine]:
    """Put each of these sales lines on the worksheet with what is open of it, bought and ticked.

    Lines that were ordered or fetched meanwhile are passed over. Raises ValidationError `nothing_chosen`,
    `nothing_missing`.
    """
    if not sales_line_ids:
        raise ValidationError("nothing_chosen", _("Tick the sales lines to fetch."))
    among = ids_of(session, sales_line_ids)
    statement = unfetched_sales_lines().where(TradeLine.id.in_(among)).with_for_update(of=TradeLine)
    made = []
    for sold in session.scalars(statement).all():
        item = session.get_one(Item, sold.item_id)
        source, due = source_of(session, item, sold.variant_id, sold.location_id), sold.expected_date or today
        line = PlanningLine(
            item_id=item.id, variant_id=sold.variant_id, location_id=sold.location_id,
            quantity_base=sold.outstanding_qty_base, order_date=max(source.order_date(due), today), due_date=due,
            replenishment_system=ReplenishmentSystem.PURCHASE, vendor_id=source.vendor_id or item.vendor_id,
            demand_line_id=sold.id, action=PlanningAction.NEW, accepted=True, reason=_reason(session, sold),
        )  # fmt: skip
        session.add(line)
        made.append(line)
    if not made:
        raise ValidationError("nothing_missing", _("These sales lines are fetched or ordered already."))
    session.flush()
    return made


def _reason(session: Session, sold: TradeLine) -> str:
    document = session.get_one(TradeDocument, sold.document_id)
    if sold.drop_shipment:
        return _("%(no)s: the vendor delivers to %(name)s.", no=document.no, name=document.name)
    return _("%(no)s: ordered for %(name)s alone.", no=document.no, name=document.name)


def linked_sales(session: Session, lines: Iterable[PlanningLine]) -> dict[int, TradeLine]:
    """Sales lines, by id, of those of these lines that were fetched."""
    among = ids_of(session, {line.demand_line_id for line in lines if line.demand_line_id is not None})
    statement = select(TradeLine).where(TradeLine.id.in_(among), TradeLine.drop_shipment | TradeLine.special_order)
    return {line.id: line for line in session.scalars(statement)}
