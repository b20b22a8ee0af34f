"""Two people at once with one serial number: sold once, received once (both engines)."""

from __future__ import annotations

import threading

import pytest

from core.errors import DomainError
from core.unit_of_work import perform
from models import NumberTotal
from posting.verify import verify
from services.trade.line_numbers import Number
from services.trade.posting import Wish, post_document
from tests.builders import World, d
from tests.support.posters import open_session
from tests.support.trading import Trade


@pytest.mark.parametrize(
    ("kind", "there", "refused", "left"),
    [("sales_order", 1, "tracking_not_in_stock", 0), ("purchase_order", 0, "serial_in_stock", 1)],
)
def test_one_of_two_postings_of_the_same_serial_number_is_refused(database_url, kind, there, refused, left):
    number = Number(serial_no="S1", quantity=d(1))
    with open_session(database_url) as session:
        trade = Trade(World(session))
        item = trade.item(unit_cost=1, item_tracking_code_id=trade.world.tracking_code("T", serial_specific=True).id)
        for _piece in range(there):
            trade.world.post(trade.world.line(item, "purchase", 1, 1, serial_no="S1"))
        row = {"item": item, "quantity": 1, "unit_amount": 9}
        orders = [trade.open(kind, row, numbers=[[number]]).id for _turn in range(2)]
        poster = trade.poster
    start, answers = threading.Barrier(2), []

    def post(document_id: int) -> None:
        with open_session(database_url) as mine:
            start.wait()
            try:
                perform(mine, lambda session: post_document(session, document_id, Wish(handle=True), poster))
                answers.append("posted")
            except DomainError as error:
                answers.append(error.code)

    rivals = [threading.Thread(target=post, args=(document_id,)) for document_id in orders]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join()

    assert sorted(answers) == sorted(["posted", refused])
    with open_session(database_url) as session:
        assert session.query(NumberTotal).one().quantity == left
        assert verify(session) == []
