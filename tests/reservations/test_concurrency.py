"""Thirty sessions reserve the same hundred pieces: never more than there is, and no error a retry avoids."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

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

RIVALS = 30


@pytest.mark.slow
def test_rivals_share_what_is_there(database_url):
    with open_session(database_url) as session:
        trade = Trade(World(session))
        item = trade.item("K")
        trade.world.post(trade.world.line(item, "purchase", 100, 1))
        rows = [{"item": item, "quantity": 7, "expected_date": day("2025-03-15")} for _number in range(RIVALS)]
        trade.open("sales_order", *rows)
        ids = list(session.scalars(select(TradeLine.id).order_by(TradeLine.id)))

    def rival(line_id: int):
        with open_session(database_url) as own:
            return perform(own, lambda session: reserve(session, LineRef(SourceKind.TRADE, line_id)))

    with ThreadPoolExecutor(RIVALS) as pool:
        taken = list(pool.map(rival, ids))

    assert sum(taken) == d(100)
    with open_session(database_url) as session:
        assert session.scalar(select(func.sum(Reservation.quantity))) == d(100)
        assert verify(session) == []
