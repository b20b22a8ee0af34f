"""What the switches of the inventory set-up do (items.md section 0); those of posting and planning have tests there."""

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import InventorySetup, PostedDocument, PostedLine
from models.enums import TradeLineType
from tests.support.trading import Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def switch(trade, **values):
    def work(session):
        for name, value in values.items():
            setattr(session.get_one(InventorySetup, 1), name, value)

    perform(trade.session, work)


@pytest.mark.parametrize(("kept", "expected"), [(False, ""), (True, "Bolt M8")])
def test_the_description_of_the_day_stays_on_entries_when_the_set_up_says_so(trade, kept, expected):
    switch(trade, copy_item_description_to_entries=kept)
    bolt = trade.item("BOLT", description="Bolt M8", unit_cost="2")

    assert trade.world.receive(bolt, 3, 2).description == expected


@pytest.mark.parametrize(
    ("kind", "name"),
    [("sales_order", "copy_comments_to_shipment"), ("purchase_order", "copy_comments_to_receipt")],
)
@pytest.mark.parametrize("copied", [True, False])
def test_comments_go_onto_shipments_and_receipts_as_the_set_up_says(trade, kind, name, copied):
    switch(trade, **{name: copied})
    bolt = trade.item("BOLT", unit_cost="2")
    trade.world.receive(bolt, 3, 2, at="BLUE")
    remark = {"type": TradeLineType.COMMENT, "description": "Fragile"}
    order = trade.open(
        kind, {"item": bolt, "quantity": 1, "unit_amount": 5}, remark, location_id=trade.world.location_id("BLUE")
    )
    trade.release(order)

    trade.post(order, "handle")

    lines = trade.session.execute(
        select(PostedLine.type, PostedLine.description)
        .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .order_by(PostedLine.id)
    ).all()
    assert ("Fragile" in [line.description for line in lines]) is copied
    assert len(lines) == (2 if copied else 1)
