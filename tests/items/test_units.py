"""Acceptance checks of units of measure (items.md section 5), on both engines."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import (
    Item,
    ItemIdentifier,
    ItemLedgerEntry,
    ItemUnitOfMeasure,
    PriceList,
    PriceListLine,
    UnitOfMeasure,
)
from models.enums import TradeSide
from services import items, units
from services.items import units as item_units
from services.transfers import lines as transfer_lines
from services.transfers import orders
from tests.builders import d, day
from tests.services.item_shop import ItemShop
from tests.support.trading import Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def resize(trade, item, unit_id, factor):
    """Say how many base units one of the unit is."""
    perform(
        trade.session,
        lambda session: item_units.save_item_unit(session, item, unit_id, {"qty_per_unit_of_measure": d(factor)}),
    )


def test_uom_1_five_boxes_of_six_are_thirty_pieces_outstanding(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    order = trade.open("sales_order", {"item": bolt, "quantity": 5, "unit_of_measure_id": box})

    assert (trade.line(order).outstanding_qty, trade.line(order).outstanding_qty_base) == (5, 30)


def test_uom_2_a_unit_holds_whole_steps_of_the_base_unit(each_session):
    shop = ItemShop(each_session)
    item = shop.item()
    item_units.save_item_unit(each_session, item, shop.piece.id, {"rounding_precision": Decimal(1)})

    with pytest.raises(DomainError) as refused:
        item_units.save_item_unit(each_session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal("2.5")})

    assert [error.code for error in errors_of(refused.value)] == ["precision"]
    assert item_units.save_item_unit(each_session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(3)})


def test_uom_3_a_unit_on_an_open_order_keeps_its_size_and_entries_keep_theirs(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    order = trade.open("purchase_order", {"item": bolt, "quantity": 2, "unit_of_measure_id": box, "unit_amount": 6},
                       location_id=trade.world.location_id("BLUE"), vendor_invoice_no="V1")  # fmt: skip

    with pytest.raises(DomainError) as refused:
        resize(trade, bolt, box, 12)
    trade.post(order)
    resize(trade, bolt, box, 12)

    entry = trade.session.scalars(select(ItemLedgerEntry).where(ItemLedgerEntry.item_id == bolt.id)).one()
    kept = select(ItemUnitOfMeasure.qty_per_unit_of_measure).where(
        ItemUnitOfMeasure.item_id == bolt.id, ItemUnitOfMeasure.unit_of_measure_id == box
    )
    assert [error.code for error in errors_of(refused.value)] == ["in_use"]
    assert (entry.quantity, entry.qty_per_unit_of_measure) == (12, 6)
    assert trade.session.scalar(kept) == 12


def test_uom_4_a_base_unit_is_found_by_its_international_code(each_session):
    shop = ItemShop(each_session)

    item = shop.item(base_unit_of_measure_id=units.get_unit(each_session, "ea").id)

    assert [row.unit_of_measure.code for row in item_units.list_item_units(each_session, item.id)] == ["PCS"]


def test_uom_5_the_net_weight_gives_the_weight_of_the_box(each_session):
    shop = ItemShop(each_session)
    item = shop.item()
    box = item_units.save_item_unit(each_session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(6)})

    items.update_item(each_session, item, {"net_weight": Decimal("0.25")})

    assert box.weight == Decimal("1.5")


def test_uom_6_a_purchase_proposes_the_purchase_unit_and_a_transfer_the_base_unit(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    trade.change(bolt, purchase_unit_of_measure_id=box)
    piece = trade.session.scalars(select(UnitOfMeasure.id).where(UnitOfMeasure.code == "PCS")).one()
    bought = trade.open("purchase_order", {"item": bolt, "quantity": 1})
    sold = trade.open("sales_order", {"item": bolt, "quantity": 1})
    values = {
        "from_location_id": trade.world.location_id("BLUE"), "to_location_id": trade.world.location_id("RED"),
        "direct_transfer": True,
    }  # fmt: skip

    def move(session):
        order = orders.create_order(session, values, on=day("2025-03-02"))
        return transfer_lines.add_line(session, order, {"item_id": bolt.id, "quantity": d(1)}).unit_of_measure_id

    assert (trade.line(bought).unit_of_measure_id, trade.line(sold).unit_of_measure_id) == (box, piece)
    assert perform(trade.session, move) == piece


def drop(trade, unit_id):
    """Delete the unit from the list of units."""
    perform(trade.session, lambda session: units.delete_unit(session, session.get_one(UnitOfMeasure, unit_id)))


def take_off(trade, item, unit_id):
    """Take the unit off the item."""

    def work(session):
        rows = select(ItemUnitOfMeasure).where(
            ItemUnitOfMeasure.item_id == item.id, ItemUnitOfMeasure.unit_of_measure_id == unit_id
        )
        item_units.delete_item_unit(session, session.get_one(Item, item.id), session.scalars(rows).one())

    perform(trade.session, work)


def transfer_in(trade, item, unit_id):
    def work(session):
        values = {
            "from_location_id": trade.world.location_id("BLUE"), "to_location_id": trade.world.location_id("RED"),
            "direct_transfer": True,
        }  # fmt: skip
        order = orders.create_order(session, values, on=day("2025-03-02"))
        transfer_lines.add_line(session, order, {"item_id": item.id, "quantity": d(1), "unit_of_measure_id": unit_id})

    perform(trade.session, work)


def identify(trade, item, unit_id):
    perform(
        trade.session,
        lambda session: session.add(ItemIdentifier(code="BOXED", item_id=item.id, unit_of_measure_id=unit_id)),
    )


def price(trade, item, unit_id):
    def work(session):
        agreed = PriceList(code="ALL", side=TradeSide.SALES)
        session.add(agreed)
        session.flush()
        session.add(
            PriceListLine(price_list_id=agreed.id, item_id=item.id, unit_of_measure_id=unit_id, unit_amount=d(5))
        )

    perform(trade.session, work)


@pytest.mark.parametrize("use", [transfer_in, identify, price])
def test_a_unit_of_an_item_stays_while_something_is_kept_in_it(trade, use):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    use(trade, bolt, box)

    trade.refused("in_use", lambda: take_off(trade, bolt, box))


def test_the_put_away_unit_of_an_item_stays(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    perform(
        trade.session,
        lambda session: setattr(session.get_one(Item, bolt.id), "put_away_unit_of_measure_id", box),
    )

    trade.refused("in_use", lambda: take_off(trade, bolt, box))
    trade.refused("in_use", lambda: drop(trade, box))


def test_a_unit_that_was_taken_off_an_item_stays_in_the_list_for_what_was_posted_in_it(trade):
    bolt = trade.item("BOLT", unit_cost="2")
    box = trade.unit(bolt, "BOX", 6)
    order = trade.open("purchase_order", {"item": bolt, "quantity": 2, "unit_of_measure_id": box, "unit_amount": 6},
                       location_id=trade.world.location_id("BLUE"), vendor_invoice_no="V1")  # fmt: skip
    trade.release(order)
    trade.post(order)
    take_off(trade, bolt, box)

    trade.refused("in_use", lambda: drop(trade, box))
    never = trade.unit(bolt, "KG", 3)
    take_off(trade, bolt, never)
    drop(trade, never)
    assert trade.session.get(UnitOfMeasure, never) is None
