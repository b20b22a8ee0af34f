"""The timeline of an item: one list of changes, movements and documents (items.md section 23)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import AuditEntry, Item
from models.enums import ReorderingPolicy
from services import attributes
from services.items.timeline import PER_PAGE, open_transfers_of, timeline_of
from services.items.variants import save_variant
from services.transfers import lines as transfer_lines
from services.transfers import orders
from tests.builders import day
from tests.support.item_pages import ItemPages, is_page, words
from tests.support.queries import queries_of

ALL = ("change", "movement", "document")


def walk(session, item, kinds=ALL):
    """Every event, page by page."""
    found, cursor = [], ""
    for _page in range(50):
        page = timeline_of(session, item, kinds=kinds, cursor=cursor)
        found += page.events
        if not page.older:
            return found
        cursor = page.older
    raise AssertionError("the timeline does not end")


def test_changes_of_the_card_and_what_hangs_on_it_and_movements_are_one_list(each_world):
    session = each_world.session
    bolt, other = each_world.item("BOLT"), each_world.item("OTHER")
    each_world.receive(bolt, 5)
    each_world.receive(other, 9)
    colour = attributes.create_attribute(session, {"name": "Colour", "type": "text"})
    save_variant(session, bolt, {"code": "RED"})
    attributes.assign_value(session, bolt.id, colour, "Red")
    session.commit()
    each_world.sell(bolt, 2)

    found = walk(session, bolt)

    assert [event.quantity for event in found if event.source == "movement"] == [-2, 5]
    changed = [(event.change.table_name, event.change.field, event.change.after) for event in found if event.change]
    assert ("item", "Colour", "Red") in changed
    assert ("item_variant", "", "") in changed
    assert [event.at for event in found] == sorted((event.at for event in found), reverse=True)
    assert {event.source for event in walk(session, bolt, ("movement",))} == {"movement"}


def test_pages_by_key_neither_lose_nor_repeat_anything(each_world):
    session = each_world.session
    bolt = each_world.item("BOLT")
    for number in range(PER_PAGE + 5):
        if number % 2:
            save_variant(session, bolt, {"code": f"V{number}"})
            session.commit()
        else:
            each_world.receive(bolt, 1)

    found = walk(session, bolt)

    keys = [(event.source, event.id) for event in found]
    assert len(set(keys)) == len(keys)
    assert len([event for event in found if event.source == "movement"]) == (PER_PAGE + 6) // 2
    noted = session.scalars(select(AuditEntry.id).where(AuditEntry.item_id == bolt.id)).all()
    assert sorted(number for source, number in keys if source == "change") == sorted(noted)
    first = timeline_of(session, bolt, kinds=ALL)
    assert len(first.events) == PER_PAGE
    assert timeline_of(session, bolt, kinds=ALL, cursor="'; DROP").events == first.events


@pytest.fixture
def shop(app, login):
    made = ItemPages(app)
    login(made.client, "owner")
    made.item("BOLT")
    made.receive("BOLT", "5")
    made.attribute("Colour", "option", "Red")
    made.give("BOLT", "Colour", "Red")
    return made


def test_the_page_is_filtered_by_kind_and_its_fragment_is_the_list(shop):
    page, fragment = shop.client.get("/items/BOLT/timeline"), shop.client.fragment("/items/BOLT/timeline?kind=movement")

    assert "/items/BOLT/timeline" in shop.client.get("/items/BOLT").text
    assert "Colour" in words(page)
    assert "Timeline of BOLT" in words(page)
    assert not is_page(fragment)
    assert "Colour" not in words(fragment)
    assert 'class="num">5</strong>' in fragment.text
    assert shop.client.get("/items/NOPE/timeline").status_code == 404


def test_the_page_costs_the_same_with_twice_of_everything(shop):
    def cost():
        return queries_of(shop.app, shop.client, "/items/BOLT/timeline")

    def more(session):
        item = session.scalars(select(Item).where(Item.no == "BOLT")).one()
        for number in range(8):
            save_variant(session, item, {"code": f"V{number}"})

    before = len(cost())
    shop.do(more)
    shop.receive("BOLT", "3")

    assert len(cost()) == before <= 25


def test_figures_and_choices_read_as_on_the_card(each_world):
    session = each_world.session
    bolt = each_world.item("BOLT", unit_cost="2")
    bolt.indirect_cost_percent, bolt.unit_price = Decimal("3.0"), Decimal(1000)
    bolt.reordering_policy = ReorderingPolicy.LOT_FOR_LOT
    session.commit()
    bolt.indirect_cost_percent = Decimal("0.0")
    session.commit()

    changes = [event.change for event in walk(session, bolt, ("change",)) if event.change]
    told = {(change.field, change.before, change.after) for change in changes if change.field}
    assert ("Indirect cost %", "0", "3") in told
    assert ("Indirect cost %", "3", "0") in told
    assert ("Unit price", "0", "1000") in told
    assert ("Reordering policy", "none", "lot for lot") in told


def test_open_transfer_orders_of_the_item_stand_before_what_happened(each_trade):
    session, blue, red = each_trade.session, each_trade.world.location("BLUE"), each_trade.world.location("RED")
    bolt = each_trade.item("BOLT")
    values = {"from_location_id": blue.id, "to_location_id": red.id, "direct_transfer": True}

    def place(session):
        order = orders.create_order(session, values, on=day("2025-03-02"))
        transfer_lines.add_line(session, order, {"item_id": bolt.id, "quantity": Decimal(4)})
        return order.no

    no = perform(session, place)

    assert [tuple(row) for row in open_transfers_of(session, bolt)] == [(no, "BLUE", "RED", Decimal(4))]
    assert open_transfers_of(session, each_trade.item("NUT")) == []
