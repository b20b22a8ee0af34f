"""Stockout warnings on lines (items.md section 20; example 14 of availability-and-reservation.md section 16)."""

import re

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Item, ItemLedgerEntry, JournalBatch, JournalTemplate, TimeBucket, TradeLine, User, db
from models.enums import DefaultNoYes, EntryType, JournalType
from services.availability.set_up import edit_setup
from services.documents.journal_line_rules import LineInput
from services.documents.journal_lines import add_lines
from services.items.substitutes import save_substitute
from services.planning.stockout import Taking, shortages
from services.reservations.keep import reserve
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from services.trade.stockouts import takings_of
from services.transfers.lines import add_line
from services.transfers.orders import create_order
from tests.builders import World, d, day
from tests.support.people import PeopleClient, log_in_as
from tests.support.trading import Trade

TODAY = day("2025-03-10")


@pytest.fixture
def bolt(each_trade):
    item = each_trade.item("BOLT", unit_cost="2", unit_price="5")
    each_trade.world.receive(item, 10, 2, at="BLUE")
    return item


def taking(trade, item, quantity, **values):
    blue = trade.world.location_id("BLUE")
    return Taking("it", item.id, 0, blue, d(quantity), values.pop("until", TODAY), **values)


def short(trade, *takings):
    found = shortages(trade.session, takings, today=TODAY)
    return {
        key: (single.available, single.missing, single.earliest and single.earliest.isoformat())
        for key, single in found.items()
    }


def order(trade, side, item, quantity, on):
    return trade.open(
        f"{side}_order",
        {"item": item, "quantity": quantity, "unit_amount": 2, "location_id": trade.world.location_id("BLUE"),
         "expected_date": on},
    )  # fmt: skip


def test_other_lines_look_at_stock_and_todays_requirements_and_not_at_receipts(each_trade, bolt):
    order(each_trade, "purchase", bolt, 20, "2025-03-10")
    order(each_trade, "sales", bolt, 4, "2025-03-10")
    order(each_trade, "sales", bolt, 3, "2025-03-11")  # tomorrow's

    assert short(each_trade, taking(each_trade, bolt, 6)) == {}
    assert short(each_trade, taking(each_trade, bolt, 7)) == {"it": (6, 1, "2025-03-10")}


def test_a_sales_order_looks_at_its_shipment_date_with_what_comes_until_then(each_trade, bolt):
    order(each_trade, "purchase", bolt, 20, "2025-03-20")

    def of(quantity, until):
        return short(each_trade, taking(each_trade, bolt, quantity, until=day(until), with_receipts=True))

    assert of(12, "2025-03-19") == {"it": (10, 2, "2025-03-20")}
    assert of(12, "2025-03-20") == {}
    assert of(31, "2025-03-20") == {"it": (30, 1, None)}


def test_the_line_itself_is_no_requirement_against_itself(each_trade, bolt):
    sold = order(each_trade, "sales", bolt, 10, "2025-03-10")
    line = each_trade.line(sold)

    own = taking(each_trade, bolt, 10, with_receipts=True, own=(SourceKind.TRADE, line.id))
    assert short(each_trade, own) == {}
    assert short(each_trade, taking(each_trade, bolt, 10)) == {"it": (0, 10, None)}


@pytest.mark.parametrize(
    ("period", "bucket", "quantity", "missing"),
    [("0D", TimeBucket.DAY, 20, None), ("1W", TimeBucket.DAY, 20, 20), ("1W", TimeBucket.WEEK, 20, None),
     ("0D", TimeBucket.DAY, 60, 5)],
)  # fmt: skip
def test_example_14_a_line_is_measured_against_what_can_be_promised(trade, period, bucket, quantity, missing):
    """Stock 50, of it 10 reserved; asked for 20 on 3 Mar and 60 on 9 Mar, coming 30 on 5 Mar and 100 on 12 Mar."""
    bolt = trade.item("BOLT", unit_cost="2", unit_price="5")
    trade.world.receive(bolt, 50, 2, at="BLUE")
    trade.world.receive(bolt, 7, 2, at="RED")
    for asked, on in ((20, "2026-03-03"), (60, "2026-03-09")):
        sold = trade.line(order(trade, "sales", bolt, asked, on)).id
        perform(trade.session, lambda s, sold=sold: reserve(s, LineRef(SourceKind.TRADE, sold), None, d(5)))
    for coming, on in ((30, "2026-03-05"), (100, "2026-03-12")):
        order(trade, "purchase", bolt, coming, on)
    perform(trade.session, lambda s: edit_setup(s, {"check_period": period, "check_bucket": bucket}) and None)
    new = order(trade, "sales", bolt, quantity, "2026-03-06")

    found = shortages(trade.session, takings_of(new, [trade.line(new)], day("2026-03-02")), today=day("2026-03-02"))

    assert [single.missing for single in found.values()] == ([] if missing is None else [missing])
    assert [single.elsewhere for single in found.values()] == ([] if missing is None else [7])


def test_what_is_held_for_others_is_not_there_and_own_reservations_are(each_trade, bolt):
    first, second = (order(each_trade, "sales", bolt, 10, on) for on in ("2025-06-10", "2025-03-10"))
    ref = LineRef(SourceKind.TRADE, each_trade.line(first).id)
    perform(each_trade.session, lambda s: reserve(s, ref))

    def missing(sold):
        found = shortages(each_trade.session, takings_of(sold, [each_trade.line(sold)], TODAY), today=TODAY)
        return [single.missing for single in found.values()]

    assert (missing(first), missing(second)) == ([], [10])
    assert short(each_trade, taking(each_trade, bolt, 1)) == {"it": (-10, 11, None)}


def test_card_and_set_up_of_sales_say_who_is_warned_and_services_never_are(each_trade, bolt):
    service = each_trade.item("HELP", type="service")
    many, none = taking(each_trade, bolt, 99), {}
    assert short(each_trade, many) != none
    assert short(each_trade, taking(each_trade, service, 1)) == none

    each_trade.set(stockout_warning=False)
    assert short(each_trade, many) == none
    each_trade.change(bolt, stockout_warning=DefaultNoYes.YES)
    assert short(each_trade, many) != none
    each_trade.set(stockout_warning=True)
    each_trade.change(bolt, stockout_warning=DefaultNoYes.NO)
    assert short(each_trade, many) == none


def test_pln_6_prevent_negative_refuses_only_at_posting(each_trade, bolt):
    each_trade.change(bolt, prevent_negative_inventory=DefaultNoYes.YES)
    sold = order(each_trade, "sales", bolt, 12, "2025-03-10")  # kept, whatever there is

    assert each_trade.line(sold).quantity == 12
    each_trade.refused("negative_inventory", lambda: each_trade.post(sold, "handle"))


# ------------------------------------------------------------------------------------------------ the pages
@pytest.fixture
def client(app):
    with app.app_context():
        trade = Trade(World(db.session()))
        item = trade.item("BOLT", unit_cost="2", unit_price="5")
        trade.world.receive(item, 3, 2, at="BLUE")
        blue = trade.world.location_id("BLUE")
        trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 5, "location_id": blue})
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def sales_order(app):
    with app.app_context():
        line = db.session.scalars(select(TradeLine)).one()
        return db.session.connection().exec_driver_sql(
            f"SELECT no FROM trade_document WHERE id = {line.document_id}"
        ).scalar_one()  # fmt: skip


def test_pln_6_a_sales_line_above_stock_says_how_much_is_missing_and_is_kept(app, client):
    no = sales_order(app)
    page = client.get(f"/sales/orders/{no}")

    assert "Only 3 of 5 are there: 2 short. Nothing on order brings the rest." in page.text
    saved = client.send(f"/sales/orders/{no}/lines/10000", {"version": "1", "item": "BOLT", "quantity": "8"}, htmx=True)
    assert saved.status_code == 200
    assert "Only 3 of 8 are there: 5 short." in saved.text
    with app.app_context():
        assert db.session.scalars(select(TradeLine.quantity)).one() == 8


def test_each_user_may_switch_it_off(app, client):
    no = sales_order(app)
    saved = client.send("/profile", {"full_name": "Owner", "theme": "auto", "locale": "", "work_date": ""})
    assert saved.status_code == 303

    assert "short." not in client.get(f"/sales/orders/{no}").text
    client.send("/profile", {"full_name": "Owner", "theme": "auto", "locale": "", "stockout_warnings": "y"})
    assert "2 short." in client.get(f"/sales/orders/{no}").text
    with app.app_context():
        assert db.session.scalars(select(User.stockout_warnings)).all() == [True]
        assert len(db.session.scalars(select(ItemLedgerEntry.id)).all()) == 1


def test_the_set_up_of_sales_switches_it_for_all_items_that_say_default(app, client):
    no = sales_order(app)
    page = client.get("/setup/purchase-and-sales")
    assert page.status_code == 200
    sent = {"default_qty_to_ship": "remainder", "default_qty_to_receive": "remainder", "discount_posting": "none",
            "archive_quotes": "always", "default_posting_date": "work_date", "shipment_on_invoice": "y"}  # fmt: skip

    assert client.send("/setup/purchase-and-sales", sent).status_code == 303

    assert "2 short." not in client.get(f"/sales/orders/{no}").text
    assert client.send("/setup/purchase-and-sales", sent | {"archive_quotes": "perhaps"}).status_code == 422


def test_pln_6_the_notice_offers_substitutes(app, client):
    no = sales_order(app)
    with app.app_context():
        trade = db.session()
        bolt = trade.scalars(select(Item)).one()
        World.item(_in(trade), "SCREW", unit_cost="2")
        screw = trade.scalars(select(Item.id).where(Item.no == "SCREW")).one()
        perform(trade, lambda s: save_substitute(s, s.get_one(Item, bolt.id), {"substitute_item_id": screw}))

    page = client.get(f"/sales/orders/{no}").text

    assert "2 short." in page
    assert "There are substitutes." in page
    assert "Select substitute" in page


def _in(session):
    """A world on a company that is there already."""
    world = object.__new__(World)
    world.session = session
    return world


def test_transfer_and_journal_lines_say_it_too(app, client):
    with app.app_context():
        session = db.session()
        world = _in(session)
        item = session.scalars(select(Item)).one()
        ends = {
            "from_location_id": world.location_id("BLUE"), "to_location_id": world.location_id("RED"),
            "in_transit_location_id": world.location("ROAD", use_as_in_transit=True).id,
        }  # fmt: skip

        def work(s):
            made = create_order(s, ends, on=TODAY)
            add_line(s, made, {"item_id": item.id, "quantity": d(4)})
            return made.no

        no = perform(session, work)
        template = JournalTemplate.type == JournalType.ITEM
        batch = session.scalars(select(JournalBatch.id).join(JournalTemplate).where(template)).first()
        line = {"entry_type": EntryType.NEGATIVE_ADJMT, "item_id": item.id, "posting_date": TODAY, "document_no": "A1",
                "quantity": d(7), "location_id": ends["from_location_id"]}  # fmt: skip
        perform(session, lambda s: add_lines(s, batch, [LineInput(**line)]) and None)

    # 3 are there; the sales order has no date before today and asks for 5
    for url in (f"/transfers/{no}", f"/journal/{batch}"):
        shown = client.get(url).text
        assert "short." in shown
        behind = client.get(re.search(r'href="([^"]+/shortage)"', shown)[1]).text
        assert "Free at other locations" in behind
