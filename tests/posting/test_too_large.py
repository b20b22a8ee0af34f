"""Figures that no column holds are refused in words, at posting, at adjustment, on a line; nothing is posted."""

from __future__ import annotations

import pytest

from core.errors import DomainError
from models import ItemLedgerEntry, ValueEntry
from models.enums import CostingMethod
from posting.lines import ChargeLine
from posting.verify import verify
from tests.builders import d, day


def refused(session, work):
    before = [session.query(model).count() for model in (ItemLedgerEntry, ValueEntry)]
    with pytest.raises(DomainError) as error:
        work()
    session.rollback()
    assert [session.query(model).count() for model in (ItemLedgerEntry, ValueEntry)] == before
    assert verify(session) == []
    return error.value.code


def test_a_posting_whose_figures_no_column_holds_is_refused(each_world):
    world = each_world
    bolt = world.item()
    crumb = world.receive(bolt, "0.00001", 10)
    freight = ChargeLine(line_no=1, entry_id=crumb.id, item_charge_no="FREIGHT", amount=d("999999999.99"),
                         posting_date=day("2025-01-11"), document_no="F1")  # fmt: skip

    assert refused(world.session, lambda: world.post(freight)) == "number_too_large"
    assert refused(world.session, lambda: world.receive(bolt, 999_999_999, 999_999)) == "number_too_large"


def test_an_adjustment_that_no_column_holds_names_the_item_and_leaves_it_waiting(each_world):
    world = each_world
    nail = world.item("NAIL", CostingMethod.AVERAGE)
    world.sell(nail, 1000, 1)
    world.receive(nail, 1, 900_000_000_000)

    assert refused(world.session, lambda: world.adjust_cost(nail)) == "adjustment_too_large"
    world.receive(nail, 1000, 1)
    world.session.expire_all()
    assert not nail.cost_is_adjusted


def test_a_line_beyond_the_books_is_refused_beside_its_quantity(trade):
    bolt = trade.item(unit_cost=1)
    row = {"item": bolt, "quantity": 999_999_999, "unit_amount": 999_999}

    assert trade.refused("amount_too_large", lambda: trade.open("purchase_order", row)).field == "quantity"


def test_taking_a_return_back_lets_the_shipment_come_back_again(each_world):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 5, 2)
    sold = world.sell(bolt, 5, 9)
    back = world.post(world.line(bolt, "sale", -3, 9, invoiced=False, applies_from_entry_id=sold.id))
    assert back
    came = world.entries(bolt)[-1]
    assert world.entries(bolt)[1].shipped_qty_not_returned == -2

    world.post(world.line(bolt, "sale", 3, 1, undoes_entry_id=came.id))

    assert world.entries(bolt)[1].shipped_qty_not_returned == -5
    assert world.entries(bolt)[-1].correction
    assert verify(world.session) == []
