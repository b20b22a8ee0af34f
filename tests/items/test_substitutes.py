"""Acceptance checks of substitutes (items.md section 12), on both engines and through the pages."""

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import AuditEntry, ItemSubstitute, ItemVariant, Reservation
from posting.verify import verify
from services import items
from services.items import substitutes
from services.items.substitute_choices import Thing, find_substitutes
from services.items.variants import delete_variant
from services.planning.stockout import shortages
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.trade.documents import lines_of
from services.trade.lines import change_line
from services.trade.quotes import convert_quote
from services.trade.stockouts import takings_of
from services.trade.substituting import choose_substitute, lines_with_substitutes, list_choices
from tests.builders import d, day
from tests.support.queries import queries_of
from tests.support.trade import TradeShop
from tests.support.trading import DAY, Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def stand_in(session, item, other, **values):
    """`other` may be sold instead of `item`."""
    return perform(
        session, lambda s: substitutes.save_substitute(s, item, {"substitute_item_id": other.id, **values}).id
    )


def variant(trade, item, code):
    """A variant of the item; its id."""

    def work(session):
        row = ItemVariant(item_id=item.id, code=code, description=f"{item.no} {code}")
        session.add(row)
        session.flush()
        return row.id

    return perform(trade.session, work)


def pairs(session):
    """(item, substitute, interchangeable) of every row."""
    rows = session.execute(
        select(ItemSubstitute.item_id, ItemSubstitute.substitute_item_id, ItemSubstitute.interchangeable)
    )
    return sorted(rows.tuples())


def choose(trade, document, other, place=1, variant_id=0):
    """Choose a substitute as the drawer does."""
    line_no = trade.line(document, place).line_no
    return perform(
        trade.session, lambda s: choose_substitute(s, document.id, line_no, Thing(other.id, variant_id)).line_no
    )


def short(trade, document, on=DAY):
    """Places of the lines with a hint."""
    lines = lines_of(trade.session, document.id)
    replaceable = lines_with_substitutes(trade.session, document, lines)
    found = shortages(trade.session, takings_of(document, lines, day(on)), today=day(on), also=replaceable)
    return [place for place, line in enumerate(lines, 1) if line.id in found and line.id in replaceable]


# ------------------------------------------------------------------ the list and its mirror
def test_sub_1_an_interchangeable_substitute_appears_on_the_other_item(trade):
    a, b = trade.item("A"), trade.item("B")

    stand_in(trade.session, a, b, interchangeable=True, conditions=" same thread \n\nnot outdoors ")

    assert pairs(trade.session) == sorted([(a.id, b.id, True), (b.id, a.id, True)])
    (row,) = substitutes.list_substitutes(trade.session, b)
    assert (row.no, row.description, row.row.conditions) == ("A", a.description, "")
    assert substitutes.list_substitutes(trade.session, a)[0].row.conditions == "same thread\nnot outdoors"


@pytest.mark.parametrize(("delete", "left"), [(True, []), (False, [("B", "A", False)])])
@pytest.mark.parametrize("how", ["delete", "untick"])
def test_sub_1_the_mirror_is_deleted_or_only_loses_its_tick(trade, how, delete, left):
    a, b = trade.item("A"), trade.item("B")
    row_id = stand_in(trade.session, a, b, interchangeable=True)
    nos = {a.id: "A", b.id: "B"}

    def work(session):
        row = session.get_one(ItemSubstitute, row_id)
        if how == "delete":
            substitutes.delete_substitute(session, row, delete_mirror=delete)
        else:
            substitutes.save_substitute(session, a, {"interchangeable": False}, row, delete_mirror=delete)

    perform(trade.session, work)

    own = [("A", "B", False)] if how == "untick" else []
    assert [(nos[one], nos[other], tick) for one, other, tick in pairs(trade.session)] == sorted(own + left)


def test_sub_1_an_own_row_becomes_the_mirror_instead_of_a_second_one(trade):
    a, b = trade.item("A"), trade.item("B")
    stand_in(trade.session, b, a, conditions="only blue")

    stand_in(trade.session, a, b, interchangeable=True)

    assert pairs(trade.session) == sorted([(a.id, b.id, True), (b.id, a.id, True)])
    assert substitutes.list_substitutes(trade.session, b)[0].row.conditions == "only blue"


def test_a_row_that_names_another_item_now_lets_the_old_mirror_go(trade):
    a, b, c = (trade.item(no) for no in "ABC")
    row_id = stand_in(trade.session, a, b, interchangeable=True)

    perform(
        trade.session,
        lambda s: substitutes.save_substitute(
            s, a, {"substitute_item_id": c.id}, s.get_one(ItemSubstitute, row_id), delete_mirror=True
        ),
    )

    assert pairs(trade.session) == sorted([(a.id, c.id, True), (c.id, a.id, True)])


def test_sub_3_an_item_is_no_substitute_of_itself_in_the_same_variant(trade):
    a = trade.item("A")
    red = variant(trade, a, "RED")

    for values in ({}, {"variant_id": red, "substitute_variant_id": red}):
        with pytest.raises(ValidationError) as refused:
            stand_in(trade.session, a, a, **values)
        assert (refused.value.code, refused.value.field) == ("self", "substitute_item_id")
    assert pairs(trade.session) == []

    stand_in(trade.session, a, a, variant_id=red)

    assert pairs(trade.session) == [(a.id, a.id, False)]


def test_the_same_substitute_twice_a_foreign_variant_and_a_long_condition_are_refused(trade):
    a, b = trade.item("A"), trade.item("B")
    red = variant(trade, a, "RED")
    stand_in(trade.session, a, b)

    for values, code, field in (
        ({}, "duplicate", "substitute_item_id"),
        ({"substitute_variant_id": red}, "not_found", "substitute_variant_id"),
        ({"variant_id": red, "conditions": "x" * 81}, "text_too_long", "conditions"),
    ):
        with pytest.raises(ValidationError) as refused:
            stand_in(trade.session, a, b, **values)
        assert (refused.value.code, refused.value.field) == (code, field)
    assert pairs(trade.session) == [(a.id, b.id, False)]


def test_sub_5_deleting_an_item_removes_its_rows_in_both_directions(trade):
    a, b, c = (trade.item(no) for no in "ABC")
    stand_in(trade.session, a, b)
    stand_in(trade.session, c, a)
    stand_in(trade.session, b, c)

    perform(trade.session, lambda s: items.delete_item(s, items.get_item(s, "A")))

    assert pairs(trade.session) == [(b.id, c.id, False)]
    gone = trade.session.scalar(
        select(func.count(AuditEntry.id)).where(
            AuditEntry.table_name == "item_substitute", AuditEntry.action == "deleted"
        )
    )
    assert gone == 2


def test_deleting_a_variant_removes_its_rows(trade):
    a, b = trade.item("A"), trade.item("B")
    red = variant(trade, a, "RED")
    stand_in(trade.session, b, a, substitute_variant_id=red)

    perform(trade.session, lambda s: delete_variant(s, s.get_one(ItemVariant, red)))

    assert pairs(trade.session) == []


# ------------------------------------------------------------------ levels
def test_substitutes_of_substitutes_come_with_their_level_and_loops_are_cut(trade):
    a, b, c, e = (trade.item(no) for no in "ABCE")
    stand_in(trade.session, a, b, interchangeable=True)
    stand_in(trade.session, b, c)
    stand_in(trade.session, c, a)
    stand_in(trade.session, c, e)

    near = find_substitutes(trade.session, Thing(a.id, 0))
    far = find_substitutes(trade.session, Thing(a.id, 0), deep=True)

    assert [(found.thing.item_id, found.level) for found in near] == [(b.id, 1)]
    assert [(found.thing.item_id, found.level) for found in far] == [(b.id, 1), (c.id, 2), (e.id, 3)]


def test_a_substitute_stands_in_for_the_variant_it_names(trade):
    a, b = trade.item("A"), trade.item("B")
    red = variant(trade, a, "RED")
    stand_in(trade.session, a, b, variant_id=red)

    assert find_substitutes(trade.session, Thing(a.id, 0)) == []
    assert [found.thing for found in find_substitutes(trade.session, Thing(a.id, red))] == [Thing(b.id, 0)]


# ------------------------------------------------------------------ the sales line
def test_sub_2_an_order_above_stock_is_told_and_the_choice_keeps_what_was_ordered(trade):
    a, b = trade.item("A", unit_price="5"), trade.item("B", unit_price="7")
    box = trade.unit(a, "BOX", 6)
    trade.unit(b, "BOX", 4)
    stand_in(trade.session, a, b, conditions="Fits only the new model")
    trade.world.receive(a, 10, 2, at="BLUE")
    trade.world.receive(b, 30, 3, at="BLUE")
    blue = trade.world.location_id("BLUE")
    order = trade.open(
        "sales_order",
        {"item": a, "quantity": 3, "unit_of_measure_id": box, "location_id": blue, "item_reference_no": ""},
        {"item": a, "quantity": 1},
        requested_date=day("2025-03-20"),
    )
    trade.edit(order, expected_date=day("2025-03-18"))

    assert short(trade, order) == [1, 2]  # 18 of 10 at BLUE, 1 of none at no location
    (choice,) = list_choices(trade.session, order, trade.line(order))
    assert (choice.no, choice.inventory, choice.available, choice.conditions, choice.in_unit) == (
        "B", 30, 30, ("Fits only the new model",), True,
    )  # fmt: skip

    choose(trade, order, b)

    line = trade.line(order)
    assert (line.item_id, line.quantity, line.unit_of_measure_id, line.location_id) == (b.id, 3, box, blue)
    assert (line.original_item_id, line.original_variant_id) == (a.id, 0)
    assert (line.outstanding_qty_base, line.unit_amount, line.description) == (12, 28, b.description)
    assert (line.expected_date, line.requested_date) == (day("2025-03-18"), day("2025-03-20"))
    assert short(trade, order) == [2]
    assert verify(trade.session) == []


def test_sub_2_receipts_up_to_the_shipment_date_count_for_an_order_and_not_for_a_quote(trade):
    a, b = trade.item("A"), trade.item("B")
    stand_in(trade.session, a, b)
    trade.open("purchase_order", {"item": a, "quantity": 5, "expected_date": day("2025-03-10")})

    for on, hinted in (("2025-03-09", [1]), ("2025-03-10", [])):
        order = trade.open("sales_order", {"item": a, "quantity": 5, "expected_date": day(on)})
        assert short(trade, order) == hinted
        trade.delete(order)
    trade.change(a, stockout_warning="no")  # nobody is warned, the hint comes all the same
    quote = trade.open("sales_quote", {"item": a, "quantity": 5, "expected_date": day("2025-03-10")})
    back = trade.open("sales_return_order", {"item": a, "quantity": 5})
    bought = trade.open("purchase_order", {"item": a, "quantity": 5})

    assert (short(trade, quote), short(trade, back), short(trade, bought)) == ([1], [], [])


def test_sub_2_choosing_twice_keeps_the_first_and_choosing_back_forgets(trade):
    a, b, c = (trade.item(no) for no in "ABC")
    red = variant(trade, a, "RED")
    stand_in(trade.session, a, b, variant_id=red, interchangeable=True)
    stand_in(trade.session, b, c)
    order = trade.open("sales_order", {"item": a, "variant_id": red, "quantity": 2})

    choose(trade, order, c)  # a substitute of the substitute
    assert (trade.line(order).original_item_id, trade.line(order).original_variant_id) == (a.id, red)
    trade.edit(order, item_id=b.id)  # typed by hand: nothing was substituted
    assert trade.line(order).original_item_id is None
    choose(trade, order, a, variant_id=red)
    assert (trade.line(order).item_id, trade.line(order).variant_id) == (a.id, red)
    assert trade.line(order).original_item_id == b.id
    choose(trade, order, b)

    assert (trade.line(order).item_id, trade.line(order).original_item_id) == (b.id, None)


def test_sub_2_reservations_are_dropped(trade):
    a, b = trade.item("A"), trade.item("B")
    stand_in(trade.session, a, b)
    trade.world.receive(a, 4, 2, at="BLUE")
    order = trade.open("sales_order", {"item": a, "quantity": 4, "location_id": trade.world.location_id("BLUE")})
    line_id = trade.line(order).id
    perform(trade.session, lambda s: reserve(s, LineRef(SourceKind.TRADE, line_id)))

    choose(trade, order, b)

    assert trade.session.scalar(select(func.count(Reservation.id))) == 0
    assert trade.line(order).item_id == b.id


def test_a_unit_that_the_substitute_lacks_is_refused_and_nothing_changes(trade):
    a, b = trade.item("A"), trade.item("B")
    box = trade.unit(a, "BOX", 6)
    stand_in(trade.session, a, b)
    order = trade.open("sales_order", {"item": a, "quantity": 1, "unit_of_measure_id": box})

    trade.refused("unit_not_of_item", lambda: choose(trade, order, b))

    assert trade.line(order).item_id == a.id
    assert not list_choices(trade.session, order, trade.line(order))[0].in_unit


def test_returns_have_no_substitutes_and_without_any_the_choice_is_refused(trade):
    a, b = trade.item("A"), trade.item("B")
    order = trade.open("sales_order", {"item": a, "quantity": 1})
    trade.refused("no_substitute", lambda: choose(trade, order, b))
    stand_in(trade.session, a, b)

    for kind, code in (
        ("sales_return_order", "not_on_this_document"), ("sales_credit_memo", "not_on_this_document"),
        ("purchase_order", "not_on_this_document"),
    ):  # fmt: skip
        document = trade.open(kind, {"item": a, "quantity": 1})
        trade.refused(code, lambda where=document: choose(trade, where, b))
        with pytest.raises(ValidationError):
            list_choices(trade.session, document, trade.line(document))
    trade.release(order)
    trade.refused("document_released", lambda: choose(trade, order, b))


def test_what_was_ordered_first_follows_into_the_order_and_keeps_its_item(trade):
    a, b = trade.item("A"), trade.item("B")
    stand_in(trade.session, a, b)
    quote = trade.open("sales_quote", {"item": a, "quantity": 1})
    choose(trade, quote, b)

    order = perform(trade.session, lambda s: convert_quote(s, quote.id, on=day(DAY)))

    assert trade.line(order).original_item_id == a.id
    with pytest.raises(ValidationError) as refused:
        perform(trade.session, lambda s: items.delete_item(s, items.get_item(s, "A")))
    assert refused.value.code == "in_use"


def test_nothing_is_replaced_by_itself(trade):
    a, b = trade.item("A"), trade.item("B")
    stand_in(trade.session, a, b)
    order = trade.open("sales_order", {"item": a, "quantity": 9})

    perform(trade.session, lambda s: change_line(s, order.id, trade.line(order).line_no, {"quantity": d(12)}))

    assert trade.line(order).item_id == a.id


# ------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    made = TradeShop(app)
    login(made.client, "owner")
    return made


def put_in_list(shop, no="NUT", other="BOLT", **values):
    with shop.trade() as trade:
        return stand_in(trade.session, shop.item(trade, no), shop.item(trade, other), **values)


def test_sub_2_the_page_shows_the_hint_the_drawer_and_the_choice(shop):
    put_in_list(shop, conditions="Metric thread")
    no = shop.open("sales_order", ("NUT", 5), released=False)
    url = f"/sales/orders/{no}"

    page = shop.client.get(url).text
    drawer = shop.client.fragment(f"{url}/lines/10000/substitute")
    key = drawer.text.split('name="choice" value="')[1].split('"')[0]
    taken = shop.client.send(f"{url}/lines/10000/substitute", {"choice": key, "sheet": "1"}, htmx=True)

    assert "Select substitute" in page
    assert "BOLT" in drawer.text
    assert "Metric thread" in drawer.text
    assert "50" in drawer.text
    assert taken.status_code == 200
    assert taken.headers["HX-Retarget"] == "#line-10000"
    assert "instead of NUT" in taken.text
    assert "Select substitute" not in taken.text
    assert shop.lines(no)[0].quantity == 5


def test_the_drawer_refuses_what_is_no_substitute_and_works_without_a_script(shop):
    put_in_list(shop)
    no = shop.open("sales_order", ("NUT", 5), released=False)
    url = f"/sales/orders/{no}/lines/10000/substitute"

    for choice in ("1-99", "x", ""):
        refused = shop.client.send(url, {"choice": choice})
        assert refused.status_code == 422
        assert "substitute" in refused.text
    page = shop.client.get(url + "?deep=1")
    gone = shop.client.get(f"/sales/orders/{no}/lines/777/substitute")
    plain = shop.client.send(url, {"choice": page.text.split('name="choice" value="')[1].split('"')[0]})

    assert page.status_code == 200
    assert "<html" in page.text
    assert gone.status_code == 404
    assert plain.status_code == 303
    assert shop.lines(no)[0].original_item_id is not None


def test_a_page_of_many_short_lines_asks_no_more_than_one_of_few(shop):
    put_in_list(shop)
    few = shop.open("sales_order", *[("NUT", 5)] * 2, released=False)
    many = shop.open("sales_order", *[("NUT", 5)] * 20, released=False)

    asked = queries_of(shop.app, shop.client, f"/sales/orders/{few}")

    assert len(asked) == len(queries_of(shop.app, shop.client, f"/sales/orders/{many}")) <= 25


def test_sub_1_the_card_lists_adds_and_asks_about_the_mirror(shop):
    url = "/items/NUT/substitutes"
    blank = shop.client.get(url + "?edit=new")
    form = {"edit": "new", "substitute_item_id": "BOLT", "variant_id": "0", "interchangeable": "y"}
    saved = shop.client.send(url, form, htmx=True)
    itself = shop.client.send(url, form | {"substitute_item_id": "NUT"}, htmx=True)
    with shop.trade() as trade:
        row = substitutes.list_substitutes(trade.session, shop.item(trade, "NUT"))[0].id
    asked = shop.client.get(f"{url}?delete={row}")
    card = shop.client.get("/items/BOLT")
    only = shop.client.send(f"{url}/delete", {"key": str(row), "mirror": "keep"})

    assert blank.status_code == 200
    assert saved.status_code == 200
    assert "BOLT" in saved.text
    assert itself.status_code == 422
    assert "no substitute of itself" in itself.text
    assert "Delete both directions" in asked.text
    assert 'href="/items/NUT"' in card.text
    assert only.status_code == 303
    with shop.trade() as trade:
        bolt, nut = shop.item(trade, "BOLT").id, shop.item(trade, "NUT").id
        assert pairs(trade.session) == [(bolt, nut, False)]


def test_a_seller_sees_substitutes_and_may_not_change_them(shop, login):
    put_in_list(shop)
    login(shop.client, "seller")

    assert "BOLT" in shop.client.get("/items/NUT/substitutes").text
    refused = shop.client.send("/items/NUT/substitutes", {"edit": "new", "substitute_item_id": "BOLT"})
    assert refused.status_code == 403


def test_the_item_list_flags_what_has_substitutes(shop):
    put_in_list(shop)

    rows = shop.client.get("/items?cols=no,substitutes&export=csv").text.splitlines()

    assert rows[1:] == ["BOLT,No", "NUT,Yes"]
