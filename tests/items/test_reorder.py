"""The reorder report and its cart (items.md section 20)."""

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import StockkeepingUnit, TradeDocument, TradeLine, TransferLine, TransferRoute, Vendor, db
from models.enums import ReorderingPolicy, ReplenishmentSystem
from services.planning.cart import Chosen, order
from services.planning.reorder import Basis, ReorderFilter, reorder_rows
from tests.builders import World, d, day
from tests.support.people import PeopleClient, log_in_as
from tests.support.trading import Trade

FIXED = ReorderingPolicy.FIXED_REORDER_QUANTITY


def vendor_id(trade, no="VEND"):
    return trade.session.scalars(select(Vendor.id).where(Vendor.no == no)).one()


@pytest.fixture
def bolt(each_trade):
    """Inventory 30, sold 15: PLN-3."""
    item = each_trade.item(
        "BOLT", unit_cost="2", unit_price="5", reordering_policy=FIXED, reorder_point=d(12), reorder_quantity=d(40),
        safety_stock_quantity=d(5), vendor_id=vendor_id(each_trade), vendor_item_no="B-77", lead_time="3D",
    )  # fmt: skip
    each_trade.world.receive(item, 30, 2, at="BLUE")
    each_trade.open("sales_order", {"item": item, "quantity": 15, "unit_amount": 5, "location_id": blue(each_trade)})
    return item


def blue(trade):
    return trade.world.location_id("BLUE")


def rows(trade, **wanted):
    return reorder_rows(trade.session, ReorderFilter(**wanted))


def cart(trade, *chosen):
    return perform(trade.session, lambda session: order(session, chosen, on=day("2025-03-10")))


def test_pln_3_available_ten_below_twelve_is_listed_with_forty(each_trade, bolt):
    (row,) = rows(each_trade)

    assert (row.no, row.available, row.projected, row.suggested) == ("BOLT", 10, 15, 40)
    assert (row.vendor_no, row.vendor_item_no, row.lead_time, row.on_purchase_order) == ("VEND", "B-77", "3D", 0)
    each_trade.change(bolt, minimum_order_quantity=d(50), order_multiple=d(12))
    assert rows(each_trade)[0].suggested == 60
    each_trade.change(bolt, reorder_point=d(10))  # strictly below
    assert rows(each_trade) == []


def test_pln_4_policy_maximum_fills_up_to_the_maximum(each_trade, bolt):
    each_trade.change(bolt, reordering_policy=ReorderingPolicy.MAXIMUM_QUANTITY, maximum_inventory=d(100))

    assert rows(each_trade)[0].suggested == 85


def test_what_is_on_order_counts_and_an_item_without_policy_is_listed_when_it_is_short(each_trade, bolt):
    nut = each_trade.item("NUT", unit_cost="1", unit_price="2")
    each_trade.open("sales_order", {"item": nut, "quantity": 7, "unit_amount": 2, "location_id": blue(each_trade)})
    each_trade.open("purchase_order", {"item": bolt, "quantity": 1, "unit_amount": 2, "location_id": blue(each_trade)})

    found = {row.no: row for row in rows(each_trade)}
    assert (found["BOLT"].available, found["BOLT"].on_purchase_order) == (11, 1)
    assert (found["NUT"].available, found["NUT"].suggested, found["NUT"].vendor_no) == (-7, 7, "")
    assert [row.no for row in rows(each_trade)] == ["BOLT", "NUT"]  # without a vendor last
    assert [row.no for row in reorder_rows(each_trade.session, ReorderFilter(), most=1)] == ["BOLT"]


def test_pln_7_by_stockkeeping_unit_each_place_is_measured_by_its_own_values(each_trade, bolt):
    unit = {"item_id": bolt.id, "reordering_policy": FIXED, "reorder_quantity": d(8), "shelf_no": "Z1"}
    red = each_trade.world.location_id("RED")

    def add(session):
        session.add(StockkeepingUnit(location_id=blue(each_trade), reorder_point=d(4), **unit))
        session.add(StockkeepingUnit(location_id=red, reorder_point=d(4), vendor_id=vendor_id(each_trade), **unit))

    perform(each_trade.session, add)

    found = rows(each_trade, basis=Basis.UNIT)
    assert [(row.no, row.location, row.available, row.suggested) for row in found] == [("BOLT", "RED", 0, 8)]
    assert rows(each_trade, basis=Basis.UNIT, location_id=blue(each_trade)) == []
    for narrowed, count in (
        ({"shelf_no": "z1"}, 1), ({"vendor_id": vendor_id(each_trade, "VEND2")}, 0), ({"item_id": bolt.id}, 1),
        ({"variant_code": "BLACK"}, 0), ({"transfer_from_id": red}, 0),
        ({"inventory_posting_group_id": bolt.inventory_posting_group_id}, 1),
    ):  # fmt: skip
        assert len(rows(each_trade, basis=Basis.UNIT, **narrowed)) == count, narrowed


def test_the_cart_opens_one_order_a_vendor_and_moves_the_sign_to_enough(each_trade, bolt):
    nut = each_trade.item("NUT", unit_cost="1", reordering_policy=FIXED, reorder_point=d(3), reorder_quantity=d(10),
                          maximum_order_quantity=d(4))  # fmt: skip
    first, second = rows(each_trade)
    assert (second.no, second.suggested) == ("NUT", 10)

    made = cart(each_trade, Chosen(first, d(40)), Chosen(second, d(10), vendor_id(each_trade, "VEND2")))

    assert len(made.purchase) == 2
    lines = each_trade.session.execute(
        select(TradeDocument.vendor_id, TradeLine.item_id, TradeLine.quantity)
        .join(TradeLine, TradeLine.document_id == TradeDocument.id)
        .where(TradeDocument.no.in_(made.purchase), TradeDocument.side == "purchase")
        .order_by(TradeLine.id)
    ).tuples()
    assert list(lines) == [
        (vendor_id(each_trade), bolt.id, 40), (vendor_id(each_trade, "VEND2"), nut.id, 4),
        (vendor_id(each_trade, "VEND2"), nut.id, 4), (vendor_id(each_trade, "VEND2"), nut.id, 2),
    ]  # fmt: skip
    assert rows(each_trade) == []


def test_a_quantity_goes_in_purchase_units_where_it_is_a_whole_number_of_them(each_trade, bolt):
    each_trade.change(bolt, purchase_unit_of_measure_id=each_trade.unit(bolt, "BOX", 20))
    (row,) = rows(each_trade)

    cart(each_trade, Chosen(row, d(40)))

    line = each_trade.session.scalars(select(TradeLine).order_by(TradeLine.id.desc())).first()
    assert (line.quantity, line.quantity_base) == (2, 40)


def test_what_is_replenished_by_transfer_becomes_a_transfer_order(each_trade, bolt):
    red = each_trade.world.location_id("RED")
    road = each_trade.world.location("ROAD", use_as_in_transit=True)

    def add(session):
        ends = {"from_location_id": blue(each_trade), "to_location_id": red}
        session.add(TransferRoute(in_transit_location_id=road.id, **ends))
        session.add(
            StockkeepingUnit(
                item_id=bolt.id, location_id=red, reordering_policy=FIXED, reorder_point=d(4), reorder_quantity=d(8),
                replenishment_system=ReplenishmentSystem.TRANSFER, transfer_from_id=blue(each_trade),
            )
        )  # fmt: skip

    perform(each_trade.session, add)
    (row,) = rows(each_trade, basis=Basis.UNIT, transfer_from_id=blue(each_trade))

    made = cart(each_trade, Chosen(row, row.suggested))

    assert (len(made.purchase), len(made.transfer)) == (0, 1)
    assert each_trade.session.scalars(select(TransferLine.quantity)).one() == 8
    assert rows(each_trade, basis=Basis.UNIT) == []


def test_nothing_is_opened_when_one_row_is_refused(each_trade, bolt):
    nut = each_trade.item("NUT", unit_cost="1", reordering_policy=FIXED, reorder_point=d(3), reorder_quantity=d(10))
    first, second = rows(each_trade)
    before = each_trade.session.scalars(select(TradeDocument.id)).all()

    for chosen, code, place in (
        ((Chosen(first, d(40)), Chosen(second, d(10))), "vendor_missing", 2), ((), "nothing_chosen", None),
        ((Chosen(first, d(0)),), "quantity_missing", 1),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            cart(each_trade, *chosen)
        each_trade.session.rollback()
        assert (refused.value.code, refused.value.line) == (code, place)
    assert each_trade.session.scalars(select(TradeDocument.id)).all() == before
    assert nut.no == "NUT"


# ------------------------------------------------------------------------------------------------ the page
@pytest.fixture
def client(app):
    with app.app_context():
        trade = Trade(World(db.session()))
        trade.item("BOLT", unit_cost="2", reordering_policy=FIXED, reorder_point=d(12), reorder_quantity=d(40),
                   vendor_id=vendor_id(trade))  # fmt: skip
        trade.item("NUT", unit_cost="2", reordering_policy=FIXED, reorder_point=d(5), reorder_quantity=d(9))
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def test_the_page_groups_by_vendor_and_opens_what_is_ticked(app, client):
    page = client.get("/reorder")
    assert page.status_code == 200
    assert page.text.index("VEND Vendor") < page.text.index("No vendor")

    keys = {no: f"{item_id}-0-0" for no, item_id in (("BOLT", 1), ("NUT", 2))}
    sent = {"row": list(keys.values()), f"quantity-{keys['BOLT']}": "44", "key": "reorder-1"}
    refused = client.send("/reorder", sent)
    assert refused.status_code == 422
    assert "Choose a vendor for NUT" in refused.text
    assert 'value="44"' in refused.text

    made = client.send("/reorder", sent | {f"vendor-{keys['NUT']}": "VEND2"})
    assert made.status_code == 303
    with app.app_context():
        assert sorted(db.session.scalars(select(TradeLine.quantity))) == [9, 44]
    assert "Nothing lies below" in client.get("/reorder").text


def test_filters_and_rights_of_the_page_and_the_report_says_the_same(app, client):
    for query in ("by=sku", "vendor=VEND", "location=BLUE", "item=BOLT", "shelf=A1&variant=X"):
        assert client.get(f"/reorder?{query}").status_code == 200
    assert client.get("/reorder?vendor=NOBODY").status_code == 422
    late = client.send("/reorder", {"row": ["1-0-0", "77-0-0"], "key": "late"})
    assert late.status_code == 422
    assert "does not lie below its point any more" in late.text
    report = client.get("/reports/items-to-order")
    assert "BOLT" in report.text
    assert client.get("/reports/items-to-order.csv?values=sku").status_code == 200
    assert client.get("/reports/items-to-order.pdf").data.startswith(b"%PDF")

    seller = app.test_client()
    log_in_as(app, seller, "seller")
    assert seller.get("/reorder").status_code == 200
    assert seller.send("/reorder", {"key": "x"}).status_code == 403
