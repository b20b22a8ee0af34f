"""Low-stock signs: the table of states, and that every path of goods moves them (items.md section 20)."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import select, update

from core.unit_of_work import perform, rehearse
from models import Item, ItemTotal, Location, StockkeepingUnit, StockPosition, StockPositionDue, db
from models.enums import MissingSku, ReorderingPolicy
from posting.post import post_lines
from services.items.stock_state import StockState, stock_state
from services.planning.parameters import Parameters
from services.planning.proof import check_positions
from services.trade.lines import add_lines
from tests.builders import CONTEXT, World, d
from tests.support.people import PeopleClient, log_in_as
from tests.support.plans import plans_of, whole_reads
from tests.support.trading import Trade

FIXED = Parameters(
    policy=ReorderingPolicy.FIXED_REORDER_QUANTITY, reorder_point=d(10), safety_stock=d(4), overflow_level=d(50)
)


@pytest.mark.parametrize(
    ("inventory", "receipts", "requirements", "parameters", "state"),
    [
        (-1, 100, 0, FIXED, "negative"),
        (0, 100, 0, FIXED, "out"),
        (0, 0, 0, Parameters(), "ok"),  # neither planned nor asked for
        (0, 0, 2, Parameters(), "out"),
        (20, 0, 17, FIXED, "below_safety"),  # 3 < 4
        (20, 0, 16, FIXED, "reorder"),  # 4 is not below 4
        (10, 0, 0, FIXED, "reorder"),
        (10, 5, 0, FIXED, "coming"),
        (11, 0, 0, FIXED, "ok"),
        (51, 0, 0, FIXED, "over"),
        (50, 0, 0, FIXED, "ok"),
        (30, 30, 0, FIXED, "over"),
        (60, 0, 0, Parameters(), "ok"),  # without a level nothing is too much
        (3, 0, 5, Parameters(policy=ReorderingPolicy.ORDER), "below_safety"),  # -2 < 0
        (3, 0, 3, Parameters(policy=ReorderingPolicy.ORDER), "ok"),  # a point is only for F and M
    ],
)
def test_the_table_of_states(inventory, receipts, requirements, parameters, state):
    found = stock_state(d(inventory), parameters, receipts=d(receipts), requirements=d(requirements))

    assert found is StockState(state)


def test_ranks_are_in_the_order_of_the_table():
    assert [StockState.of_rank(rank) for rank in range(7)] == list(reversed(StockState))
    assert max(StockState, key=lambda state: state.rank) is StockState.NEGATIVE


@pytest.fixture
def bolt(each_trade):
    return each_trade.item(
        "BOLT", unit_cost="2", unit_price="5", reordering_policy=ReorderingPolicy.FIXED_REORDER_QUANTITY,
        reorder_point=d(10), reorder_quantity=d(30), safety_stock_quantity=d(2),
    )  # fmt: skip


def sign(trade, item):
    """State, what to order, first receipt of an item, from the kept totals."""
    total = trade.session.get(ItemTotal, item.id, populate_existing=True)
    return StockState.of_rank(total.stock_state).value, total.suggested_quantity, total.next_receipt_date


def places(trade, item):
    """Location code -> state, in words."""
    rows = trade.session.execute(
        select(Location.code, StockPosition.state)
        .join(Location, Location.id == StockPosition.location_id)
        .where(StockPosition.item_id == item.id)
        .order_by(Location.code, StockPosition.variant_id)
    )
    return [(code, StockState.of_rank(state).value) for code, state in rows]


def test_pln_5_posting_moves_the_state_and_nothing_is_left_to_do(each_trade, bolt):
    assert sign(each_trade, bolt)[0] == "out"  # planned, and nothing there

    each_trade.world.receive(bolt, 25, 2, at="BLUE")
    assert sign(each_trade, bolt)[0] == "ok"

    each_trade.world.sell(bolt, 16, at="BLUE")
    assert sign(each_trade, bolt) == ("reorder", 30, None)

    each_trade.world.sell(bolt, 20, at="BLUE")
    assert sign(each_trade, bolt)[0] == "negative"
    assert each_trade.session.scalars(select(StockPositionDue)).all() == []


def test_orders_move_the_state_as_they_are_entered_changed_posted_and_deleted(each_trade, bolt):
    blue = each_trade.world.location_id("BLUE")
    each_trade.world.receive(bolt, 25, 2, at="BLUE")

    sold = each_trade.open("sales_order", {"item": bolt, "quantity": 20, "unit_amount": 5, "location_id": blue})
    assert sign(each_trade, bolt) == ("reorder", 30, None)  # 5 left: at or below 10, not below 2
    each_trade.edit(sold, quantity=24)
    assert sign(each_trade, bolt)[0] == "below_safety"

    bought = each_trade.open(
        "purchase_order",
        {"item": bolt, "quantity": 30, "unit_amount": 2, "location_id": blue, "expected_date": "2025-03-20"},
    )
    assert sign(each_trade, bolt)[0] == "ok"  # 25 there, 31 in the end
    each_trade.post(sold, "handle")
    state, _suggested, arrival = sign(each_trade, bolt)
    assert (state, arrival.isoformat()) == ("coming", "2025-03-20")
    each_trade.delete(bought)
    assert sign(each_trade, bolt) == ("below_safety", 30, None)


def test_what_is_rolled_back_moves_nothing(each_trade, bolt):
    each_trade.world.receive(bolt, 25, 2, at="BLUE")
    order = each_trade.open(
        "sales_order",
        {"item": bolt, "quantity": 1, "unit_amount": 5, "location_id": each_trade.world.location_id("BLUE")},
    )

    each_trade.post(order, "both", rehearsed=True)

    def raise_the_point(session):
        session.get_one(Item, bolt.id).reorder_point = Decimal(99)

    rehearse(each_trade.session, raise_the_point)

    assert sign(each_trade, bolt)[0] == "ok"


def test_pln_7_values_of_the_stockkeeping_unit_win_at_their_location_and_the_worst_state_is_the_items(each_trade, bolt):
    trade = each_trade
    blue, red = trade.world.location_id("BLUE"), trade.world.location_id("RED")
    trade.world.receive(bolt, 8, 2, at="BLUE")
    trade.world.receive(bolt, 15, 2, at="RED")
    assert places(trade, bolt) == [("BLUE", "reorder"), ("RED", "ok")]
    assert sign(trade, bolt)[0] == "reorder"

    unit = StockkeepingUnit(
        item_id=bolt.id, location_id=blue, reordering_policy=ReorderingPolicy.FIXED_REORDER_QUANTITY,
        reorder_point=d(4), reorder_quantity=d(20),
    )  # fmt: skip
    perform(trade.session, lambda session: session.add(unit))
    assert places(trade, bolt) == [("BLUE", "ok"), ("RED", "ok")]

    def red_is_not_planned(session):
        session.get_one(Location, red).missing_sku = MissingSku.DO_NOT_PLAN

    trade.world.sell(bolt, 14, at="RED")
    assert places(trade, bolt) == [("BLUE", "ok"), ("RED", "below_safety")]
    perform(trade.session, red_is_not_planned)
    assert places(trade, bolt) == [("BLUE", "ok"), ("RED", "ok")]

    perform(trade.session, lambda session: session.delete(session.get_one(StockkeepingUnit, unit.id)))
    assert places(trade, bolt) == [("BLUE", "reorder"), ("RED", "ok")]


def test_a_unit_without_variant_is_not_out_while_the_goods_lie_in_variants(each_trade, bolt):
    trade, values = each_trade, {"reordering_policy": ReorderingPolicy.ORDER, "item_id": bolt.id}
    red = trade.world.variant(bolt, "RED").id
    perform(trade.session, lambda s: s.add(StockkeepingUnit(location_id=trade.world.location_id("BLUE"), **values)))
    perform(trade.session, lambda s: s.add(StockkeepingUnit(variant_id=red, **values)))
    assert places(trade, bolt) == [("", "out"), ("BLUE", "out")]

    trade.world.receive(bolt, 20, 2, at="BLUE", variant_id=red)

    assert places(trade, bolt) == [("", "ok"), ("BLUE", "ok"), ("BLUE", "ok")]
    trade.world.sell(bolt, 1, at="BLUE")  # now something is short without a variant
    assert places(trade, bolt) == [("", "ok"), ("BLUE", "negative"), ("BLUE", "ok")]
    assert check_positions(trade.session) == []


def test_changing_the_card_moves_the_state_and_an_item_without_policy_has_none(each_trade, bolt):
    each_trade.world.receive(bolt, 12, 2, at="BLUE")
    assert sign(each_trade, bolt)[0] == "ok"

    each_trade.change(bolt, reorder_point=d(12))
    assert sign(each_trade, bolt)[0] == "reorder"
    each_trade.change(bolt, reordering_policy=ReorderingPolicy.NONE)
    assert sign(each_trade, bolt) == ("ok", 0, None)


def test_an_emptied_location_is_no_place_any_more(each_trade, bolt):
    each_trade.world.receive(bolt, 30, 2, at="BLUE")
    each_trade.world.receive(bolt, 3, 2, at="RED")
    each_trade.world.sell(bolt, 3, at="RED")

    assert places(each_trade, bolt) == [("BLUE", "ok")]


def test_verify_works_the_positions_out_again_and_tells_what_differs(each_trade, bolt):
    each_trade.world.receive(bolt, 8, 2, at="BLUE")
    assert check_positions(each_trade.session) == []

    each_trade.session.execute(update(StockPosition).values(state=0))
    each_trade.session.execute(update(ItemTotal).values(stock_state=0))
    found = [finding.message for finding in check_positions(each_trade.session)]

    assert len(found) == 2
    assert all("BOLT" in message for message in found)


def test_who_posts_and_who_orders_the_same_item_at_once_both_count(make_app, database_url):
    app = make_app(database_url)
    with app.app_context():
        trade = Trade(World(db.session()))
        item = trade.item("BOLT", unit_cost="2", unit_price="5")
        trade.world.receive(item, 100, 2, at="BLUE")
        blue, no = trade.world.location_id("BLUE"), trade.open("sales_order").id
        lines_of = [[trade.world.line(item, "sale", 1, 5, at="BLUE")] for _turn in range(8)]

    def post():
        for batch in lines_of:
            perform(db.session(), lambda session, batch=batch: post_lines(session, batch, CONTEXT))

    def order():
        line = {"item_id": item.id, "quantity": d(1), "location_id": blue}
        for _turn in range(8):
            perform(db.session(), lambda session: add_lines(session, no, [line]) and None)

    def run(work):
        with app.app_context():
            work()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(run, post), pool.submit(run, order)]:
            done.result()

    with app.app_context():
        kept = db.session.scalars(select(StockPosition)).one()
        assert (kept.inventory, kept.gross_requirements) == (92, 8)
        assert check_positions(db.session()) == []


# ------------------------------------------------------------------------------------------------ where signs are shown
@pytest.fixture
def client(app):
    with app.app_context():
        trade = Trade(World(db.session()))
        values = {
            "unit_cost": "2", "reordering_policy": ReorderingPolicy.FIXED_REORDER_QUANTITY, "reorder_point": d(10),
            "reorder_quantity": d(30),
        }  # fmt: skip
        trade.world.receive(trade.item("BOLT", **values), 4, 2, at="BLUE")
        nut = trade.item("NUT", **values)
        trade.world.receive(nut, 9, 2, at="BLUE")
        line = {"item": nut, "quantity": 8, "unit_amount": 2, "location_id": trade.world.location_id("BLUE")}
        trade.open("purchase_order", line | {"expected_date": "2025-03-20"})
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def test_list_card_lookup_and_start_page_show_the_sign(client):
    listed = client.get("/items").text
    assert "Reorder 30" in listed
    assert "Coming 20 Mar 2025" in listed
    assert "Reorder 30" in client.get("/items/BOLT").text
    assert "Reorder 30" in client.get("/pick/item?q=bolt").text
    assert "NUT" not in client.get("/items?stock=reorder&stock=out").text.split("<tbody", 1)[1]
    assert "BOLT" not in client.get("/items?stock=coming").text.split("<tbody", 1)[1]
    tile = client.get("/").text
    assert "stock=out" in tile
    assert "stock=reorder" in tile


def test_lists_filter_signs_and_stockkeeping_units_by_an_index(app, client):
    with app.app_context():
        db.session.add(StockkeepingUnit(item_id=1, location_id=1))
        db.session.commit()
    for url, table in (
        ("/items?stock=reorder", "item_total"), ("/items?stock=coming", "item_total"),
        ("/stockkeeping-units?item=BOLT", "stockkeeping_unit"),
        ("/stockkeeping-units?location=BLUE", "stockkeeping_unit"),
    ):  # fmt: skip
        assert whole_reads(plans_of(app, client, url), table) == [], url
