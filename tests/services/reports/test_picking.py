"""The inventory picking list: what is left of released orders, item for item (documents.md section 21)."""

from __future__ import annotations

import datetime as dt

from core.unit_of_work import perform
from services.reports.picking import PickingParameters, picking
from services.reports.registry import Window
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind

UNTIL = dt.date(2025, 3, 20)


def test_what_is_left_to_ship_stands_by_item_and_shelf_and_nothing_has_a_price(trade):
    blue = trade.world.location_id("BLUE")
    bolt, nut = trade.item(unit_cost=77, shelf_no="S-1"), trade.item("NUT", unit_cost=77)
    trade.world.receive(bolt, 10, 77, at="BLUE")

    def order(item, quantity, on, *, released=True):
        row = {"item": item, "quantity": quantity, "unit_amount": 99, "location_id": blue, "expected_date": on}
        made = trade.open("sales_order", row)
        if released:
            trade.release(made)
        return made

    first, second = order(bolt, 6, "2025-03-12"), order(bolt, 3, "2025-03-10")
    trade.post(first, "handle", said={1: (2, 0)})
    order(nut, 1, "2025-03-20")
    order(bolt, 5, "2025-03-21")
    order(bolt, 5, "2025-03-10", released=False)
    perform(trade.session, lambda s: reserve(s, LineRef(SourceKind.TRADE, trade.line(first).id)))

    found = picking(trade.session, PickingParameters(location_id=blue), UNTIL)

    assert [(row.values[0], row.values[4], row.values[6], *row.values[9:]) for row in found.rows] == [
        ("BOLT", "S-1", second.no, 3, 0), ("BOLT", "S-1", first.no, 4, 4), ("NUT", "", found.rows[2].values[6], 1, 0),
    ]  # fmt: skip
    assert (found.count, found.totals[9]) == (3, 8)
    assert not any(str(value) in ("77", "99") for row in found.rows for value in row.values)
    assert [row.values[0] for row in picking(trade.session, PickingParameters(), UNTIL, Window(2, 1)).rows] == ["NUT"]
    assert picking(trade.session, PickingParameters(item_id=nut.id), UNTIL).count == 1
