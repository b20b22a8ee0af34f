"""Another scope or period of the average (posting-and-costing.md section 9.1): the cost points are made anew.

Everything that average items have in open fiscal years waits for adjustment afterwards; nothing is posted here.
"""

from __future__ import annotations

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.sql import ids_of
from costing.setup import first_open_day, read_setup
from models import BLANK_ID, CostPoint, Item, ValueEntry
from models.enums import CostingMethod
from posting.prepare import lock_items


def rebuild_cost_points(session: Session) -> int:
    """Cost points of all average items by the set-up as it is now, none of them adjusted; how many there are.

    Points of closed fiscal years stay as they are.
    """
    session.flush()
    statement = select(Item.id).where(Item.costing_method == CostingMethod.AVERAGE)
    item_ids = list(
        session.scalars(statement.where(select(ValueEntry.id).where(ValueEntry.item_id == Item.id).exists()))
    )
    if not item_ids:
        return 0
    lock_items(session, item_ids)
    first = first_open_day(session)
    ids = ids_of(session, item_ids)
    session.execute(delete(CostPoint).where(CostPoint.item_id.in_(ids), CostPoint.period_end >= first))
    setup = read_setup(session)
    valued = session.execute(
        select(ValueEntry.item_id, ValueEntry.variant_id, ValueEntry.location_id, ValueEntry.valuation_date)
        .where(ValueEntry.item_id.in_(ids), ValueEntry.valuation_date >= first, ValueEntry.inventoriable)
        .distinct()
    )
    points = {
        (item_id, *((variant, location) if setup.by_place else (BLANK_ID, BLANK_ID)), setup.period_end(day))
        for item_id, variant, location, day in valued
    }
    if points:
        names = ("item_id", "variant_id", "location_id", "period_end")
        rows = [{**dict(zip(names, point, strict=True)), "adjusted": False} for point in sorted(points)]
        session.execute(insert(CostPoint), rows)
    session.execute(
        update(Item)
        .where(Item.id.in_(ids_of(session, {point[0] for point in points})))
        .values(cost_is_adjusted=False)
        .execution_options(synchronize_session=False)
    )
    return len(points)
