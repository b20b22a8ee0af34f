"""Thirty sessions reserve the same hundred pieces: never more than there is, and no error a retry avoids."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import Reservation, TradeLine
from posting.verify import verify
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from tests.builders import World, d, day
from tests.support.posters import open_session
from tests.support.trading import Trade

RIVALS, PIECES = 30, 100
#: seconds; nobody waits for ever
LONGEST_WAIT = 60


@pytest.mark.slow
@pytest.mark.parametrize("serial", [False, True], ids=["pieces", "serial numbers"])
def test_rivals_share_what_is_there(database_url, serial):
    with open_session(database_url) as session:
        trade = Trade(World(session))
        code = trade.world.tracking_code("BYSERIAL", serial_specific=True).id if serial else None
        item = trade.item("K", item_tracking_code_id=code)
        whole = 1 if serial else PIECES
        numbers = [{"serial_no": f"S{number:03}"} if serial else {} for number in range(PIECES // whole)]
        trade.world.post(*(trade.world.line(item, "purchase", whole, 1, **number) for number in numbers))
        rows = [{"item": item, "quantity": 7, "expected_date": day("2025-03-15")} for _number in range(RIVALS)]
        trade.open("sales_order", *rows)
        ids = list(session.scalars(select(TradeLine.id).order_by(TradeLine.id)))

    def rival(line_id: int) -> tuple[Decimal, float]:
        started = time.monotonic()
        with open_session(database_url) as own:
            taken = perform(own, lambda session: reserve(session, LineRef(SourceKind.TRADE, line_id)))
        return taken, time.monotonic() - started

    with ThreadPoolExecutor(RIVALS) as pool:
        found = list(pool.map(rival, ids))

    assert sum(taken for taken, _waited in found) == d(PIECES)
    assert max(waited for _taken, waited in found) < LONGEST_WAIT
    with open_session(database_url) as session:
        assert session.scalar(select(func.sum(Reservation.quantity))) == d(PIECES)
        held = session.execute(select(Reservation.supply_entry_id, func.count()).group_by(Reservation.supply_entry_id))
        if serial:
            assert {count for _entry, count in held} == {1}
        assert verify(session) == []
