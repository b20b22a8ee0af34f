"""Typing and scanning in the item field of a line (items.md sections 1 and 7)."""

import datetime as dt
import re

import pytest
from sqlalchemy import event, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import (
    InventorySetup,
    Item,
    ItemIdentifier,
    ItemReference,
    TradeLineNumber,
    TransferLine,
    TransferLineNumber,
)
from services.items import identifiers, lookup
from services.items.finding import Found, ItemUse, find_item
from services.items.lookup import Party
from services.items.scan_codes import read_scan
from services.search import record_of_scan
from services.trade import handling
from services.trade.scanning import add_scanned
from tests.builders import d
from tests.items.test_references import refer, scan
from tests.support.trade import TradeShop
from tests.support.trading import Trade

ON = dt.date(2025, 3, 2)
EAN = "4006381333931"
NEW_EAN = "5901234123457"


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def found(trade, text, **arguments):
    """How the text was found, and the items it may mean."""
    finding = find_item(trade.session, text, on=ON, **arguments)
    return finding.how, [hit.item_no for hit in finding.candidates]


def identify(trade, item, code, **values):
    return perform(trade.session, lambda session: identifiers.save_identifier(session, item, {"code": code, **values}))


# ------------------------------------------------------------------------------------------------ typing
def test_itm_7_the_number_then_its_beginning_then_any_part_of_the_card(trade):
    trade.item("100", description="Bolt")
    trade.item("1000", description="Nut")
    trade.item("1001", description="Washer, large", no_2="W-LARGE")
    trade.item("2000", description="Screw", vendor_item_no="AB-4711/X", gtin=EAN, common_item_no="COMMON-9",
               shelf_no="F-17")  # fmt: skip

    assert found(trade, "100") == (Found.NUMBER, ["100"])
    assert found(trade, "10") == (Found.START, ["100", "1000", "1001"])
    assert found(trade, "200") == (Found.START, ["2000"])
    assert found(trade, "large wash") == (Found.PART, ["1001"])
    for part in ("4711", "ommon-9", "f-17", "6381333", "screw"):
        assert found(trade, part) == (Found.PART, ["2000"])
    assert found(trade, EAN) == (Found.CODE, ["2000"])
    assert found(trade, "nothing of it") == (Found.NOTHING, [])
    assert found(trade, "w-lar") == (Found.PART, ["1001"])


def test_itm_7_blocked_items_are_not_offered_each_for_its_side(trade):
    trade.item("BLOCKED", description="Bolt one", blocked=True)
    trade.item("NOSALE", description="Bolt two", sales_blocked=True)
    trade.item("NOBUY", description="Bolt three", purchasing_blocked=True)

    assert found(trade, "bolt")[1] == ["NOBUY", "NOSALE"]
    assert found(trade, "bolt", use=ItemUse.SALE)[1] == ["NOBUY"]
    assert found(trade, "bolt", use=ItemUse.PURCHASE)[1] == ["NOSALE"]
    assert found(trade, "BLOCKED") == (Found.NUMBER, ["BLOCKED"])
    assert found(trade, "BLOCK") == (Found.NOTHING, [])


def test_itm_7_another_party_s_number_does_not_find_the_item_on_a_document(trade):
    bolt = trade.item("BOLT")
    refer(trade, bolt, "H-77", reference_type="customer", reference_type_no="CUST")
    own, foreign = (Party("customer", no) for no in ("CUST", "CUST2"))

    assert found(trade, "h-77", party=own) == (Found.CODE, ["BOLT"])
    assert found(trade, "h-77", party=foreign) == (Found.NOTHING, [])
    assert found(trade, "h-77") == (Found.CODE, ["BOLT"])  # a journal, a transfer: nobody's document


def test_itm_7_many_items_are_answered_by_the_same_few_statements(trade):
    statements, seen = [], []
    engine = trade.session.get_bind()

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    for size in (5, 40):
        for place in range(size):
            trade.item(f"N{size}-{place:03}", description="Bolt")
        event.listen(engine, "before_cursor_execute", note)
        how, nos = found(trade, "olt")
        event.remove(engine, "before_cursor_execute", note)
        seen.append((how, len(nos), sum(statement.startswith("SELECT") for statement in statements)))
        statements.clear()

    assert seen == [(Found.PART, 5, 8), (Found.PART, 20, 8)]


@pytest.fixture
def shop(app, login):
    made = TradeShop(app)
    login(made.client, "owner")
    return made


def test_itm_7_part_of_a_vendor_item_no_on_a_sales_line_finds_the_item(shop):
    with shop.trade() as trade:
        trade.change(shop.item(trade, "BOLT"), vendor_item_no="AB-4711/X")
    no = shop.open("sales_order", released=False)

    shop.client.send(f"/sales/orders/{no}/lines", {"version": "0", "item": "4711", "quantity": "3"}, htmx=True)

    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT").id
    assert [(line.item_id, line.quantity) for line in shop.lines(no)] == [(bolt, 3)]


def test_itm_7_several_are_to_be_chosen_on_the_line_itself(shop):
    with shop.trade() as trade:
        for no in ("BOLT", "NUT"):
            trade.change(shop.item(trade, no), vendor_item_no="AB-4711/X")
        nut = shop.item(trade, "NUT").id
    no = shop.open("sales_order", released=False)
    typed = {"version": "0", "item": "4711", "quantity": "3"}

    asked = shop.client.send(f"/sales/orders/{no}/lines", typed, htmx=True)
    key = next(part for part in asked.text.split('name="item_choice" value="')[1:] if "NUT" in part[:120]).split('"')[0]
    shop.client.send(f"/sales/orders/{no}/lines", typed | {"item_choice": key}, htmx=True)

    assert asked.status_code == 422
    assert "means more than one item" in asked.text
    assert [(line.item_id, line.quantity) for line in shop.lines(no)] == [(nut, 3)]


def test_itm_7_a_blocked_item_is_neither_taken_by_a_part_nor_offered_while_typing(shop):
    with shop.trade() as trade:
        trade.change(shop.item(trade, "BOLT"), vendor_item_no="AB-4711/X", sales_blocked=True)
    no = shop.open("sales_order", released=False)

    refused = shop.client.send(
        f"/sales/orders/{no}/lines", {"version": "0", "item": "4711", "quantity": "3"}, htmx=True
    )
    sale, purchase = (shop.client.get(f"/pick/item_{use}?q=4711").text for use in ("sale", "purchase"))

    assert (refused.status_code, shop.lines(no)) == (422, [])
    assert "BOLT" not in sale
    assert "BOLT" in purchase


def test_itm_7_an_unknown_text_may_become_an_item_or_a_code_unless_switched_off(shop):
    no = shop.open("sales_order", released=False)
    typed = {"version": "0", "item": "Quux 9", "quantity": "3"}

    asked = shop.client.send(f"/sales/orders/{no}/lines", typed, htmx=True)
    with shop.trade() as trade:
        trade.change(trade.session.get_one(InventorySetup, 1), skip_prompt_to_create_item=True)
    silent = shop.client.send(f"/sales/orders/{no}/lines", typed, htmx=True)

    assert "/items/new?description=Quux+9" in asked.text
    assert "/item-codes/learn?code=Quux+9" in asked.text
    assert 'value="Quux 9"' in shop.client.get("/items/new?description=Quux+9").text
    assert (silent.status_code, "/items/new" in silent.text) == (422, False)


def test_an_unknown_bar_code_is_learned_on_the_spot_and_then_scans(shop):
    no = shop.open("sales_order", released=False)

    unknown = shop.client.send(f"/sales/orders/{no}/scan", {"code": NEW_EAN}, htmx=True).text
    form = shop.client.get(f"/item-codes/learn?code=(01)0{NEW_EAN}(10)L1").text
    refused = shop.client.send("/item-codes/learn", {"code": NEW_EAN, "item": "NOBODY"}, htmx=True)
    learned = shop.client.send(
        "/item-codes/learn", {"code": NEW_EAN, "item": "BOLT", "unit": "", "variant": ""}, htmx=True
    )
    shop.client.send(f"/sales/orders/{no}/scan", {"code": NEW_EAN}, htmx=True)

    assert f"/item-codes/learn?code={NEW_EAN}" in unknown
    assert f'value="0{NEW_EAN}"' in form
    assert (refused.status_code, learned.status_code) == (422, 200)
    with shop.trade() as trade:
        (row,) = trade.session.scalars(select(ItemReference)).all()
        bolt = shop.item(trade, "BOLT")
        assert (row.item_id, row.reference_no, row.reference_type.value) == (bolt.id, NEW_EAN, "bar_code")
        assert [line.item_id for line in shop.lines(no)] == [bolt.id]


def test_a_box_code_in_the_item_field_brings_its_unit_and_variant(shop):
    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT")
        box, red = trade.unit(bolt, "BOX", 6), trade.world.variant(bolt, "RED").id
        refer(trade, bolt, "BX-1", reference_type="bar_code", unit_of_measure_id=box, variant_id=red)
    no = shop.open("sales_order", released=False)

    proposed = shop.client.send(f"/sales/orders/{no}/propose", {"version": "0", "item": "bx-1"}, htmx=True).text
    shop.client.send(
        f"/sales/orders/{no}/lines",
        {"version": "0", "item": "BOLT", "unit_of_measure": "BOX", "variant": "RED", "quantity": "2"}, htmx=True,
    )  # fmt: skip
    shop.client.send(f"/sales/orders/{no}/lines", {"version": "0", "item": "bx-1", "quantity": "2"}, htmx=True)

    assert '<input type="hidden" name="variant" value="RED">' in proposed
    assert [(line.variant_id, line.unit_of_measure_id, line.quantity_base) for line in shop.lines(no)] == [
        (red, box, 12), (red, box, 12),
    ]  # fmt: skip


# ------------------------------------------------------------------------------------------------ identifiers
def test_an_identifier_comes_before_bar_codes_gtins_and_numbers(trade):
    bolt, nut, other = trade.item("BOLT"), trade.item("NUT", gtin=EAN), trade.item("X-1")
    box = trade.unit(bolt, "BOX", 6)
    refer(trade, nut, "X-1", reference_type="bar_code")
    before = lookup.resolve_code(trade.session, "x-1", on=ON).item_id
    identify(trade, bolt, "x-1", unit_of_measure_id=box)
    identify(trade, bolt, EAN)

    hit = lookup.resolve_code(trade.session, "x-1", on=ON)

    assert before == nut.id
    assert (hit.item_id, hit.unit_id) == (bolt.id, box)
    assert lookup.resolve_code(trade.session, EAN, on=ON).item_id == bolt.id
    assert other.no == "X-1"


def test_an_identifier_stands_for_one_thing_only(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    stranger = trade.world.variant(nut, "RED").id
    identify(trade, bolt, "A1")

    for item, values, code in (
        (nut, {}, "duplicate"), (nut, {"variant_id": trade.world.variant(bolt, "RED").id, "code": "A2"}, "not_found"),
        (bolt, {"variant_id": stranger, "code": "A3"}, "not_found"), (nut, {"code": ""}, "field_required"),
    ):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            identify(trade, item, values.pop("code", "a1"), **values)
        assert refused.value.code == code
    assert [row.code for row in trade.session.scalars(select(ItemIdentifier))] == ["A1"]


# ------------------------------------------------------------------------------------------------ scanning
def test_a_gs1_code_is_split_into_its_elements():
    code = read_scan("0104006381333931" + "10L-1\x1d" + "17260131" + "3712")

    assert (code.gtin, code.lot_no, code.expiration_date, code.quantity) == (
        "04006381333931", "L-1", dt.date(2026, 1, 31), 12,
    )  # fmt: skip
    assert "4006381333931" in code.codes
    assert read_scan("(01)04006381333931(21)S9").serial_no == "S9"
    assert read_scan("1000").codes == ("1000",)
    assert read_scan("(01)nonsense").gtin == ""


def test_a_gs1_scan_puts_lot_expiry_and_quantity_on_the_line(trade):
    code = trade.world.tracking_code("LOTS", lot_specific=True)
    milk = trade.item("MILK", gtin=EAN, item_tracking_code_id=code.id)
    order = trade.open("purchase_order")

    scan(trade, order, f"010{EAN}10L-1\x1d172601313712")
    scan(trade, order, f"(01)0{EAN}(10)L-1")

    line = trade.line(order)
    numbers = trade.session.scalars(select(TradeLineNumber)).all()
    assert (line.item_id, line.quantity) == (milk.id, 13)
    assert [(row.lot_no, row.quantity, row.expiration_date) for row in numbers] == [("L-1", 13, dt.date(2026, 1, 31))]


def test_while_counting_a_box_counts_what_is_in_it(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    refer(trade, bolt, "BX", reference_type="bar_code", unit_of_measure_id=box)
    refer(trade, bolt, "PC", reference_type="bar_code")
    order = trade.open("purchase_order", {"item": bolt, "quantity": 20}, {"item": trade.item("NUT"), "quantity": 1})
    perform(trade.session, lambda s: handling.set_all(s, order.id, counted=False))

    for code in ("BX", "PC"):
        perform(trade.session, lambda s, what=code: handling.count_scanned(s, order, what))
    with pytest.raises(ValidationError) as refused:
        perform(trade.session, lambda s: handling.count_scanned(s, order, "WRONG"))

    assert trade.line(order).qty_to_handle == d(7)
    assert refused.value.code == "unknown_reference"


def test_while_counting_a_code_of_two_items_on_the_order_is_chosen(shop):
    with shop.trade() as trade:
        lots = trade.world.tracking_code("LOTS", lot_specific=True)
        trade.change(shop.item(trade, "NUT"), item_tracking_code_id=lots.id)
        for item in (shop.item(trade, "BOLT"), shop.item(trade, "NUT"), trade.item("OTHER")):
            refer(trade, item, EAN, reference_type="bar_code")
            refer(trade, item, NEW_EAN, reference_type="bar_code")
        trade.item("BARE")
    no, bare_no = shop.open("purchase_order", ("BOLT", 3), ("NUT", 4)), shop.open("purchase_order", ("BARE", 1))
    place = f"/purchase/orders/{no}/handle/scan"
    for address in (no, bare_no):
        shop.client.send(f"/purchase/orders/{address}/handle/all", {"counted": "0"})
    code = f"010{EAN}10L-1\x1d302"

    asked = shop.client.send(place, {"code": code}, htmx=True)
    choices = re.findall(r'name="choice" value="([^"]+)"', asked.text)
    sent = re.search(r'name="code" value="([^"]+)"', asked.text).group(1)
    counted = shop.client.send(place, {"code": sent, "choice": choices[1]}, htmx=True)
    nothing = shop.client.send(f"/purchase/orders/{bare_no}/handle/scan", {"code": EAN}, htmx=True)

    assert (asked.status_code, len(choices), "OTHER" in asked.text) == (422, 2, False)
    assert sent == code  # with the sign between its parts, so that the lot is read again
    assert counted.status_code == 200
    assert "is not on" in nothing.text
    assert [line.qty_to_handle for line in shop.lines(no)] == [0, 2]
    with shop.trade() as trade:
        assert [row.lot_no for row in trade.session.scalars(select(TradeLineNumber))] == ["L-1"]


def test_a_scan_on_a_transfer_adds_variant_and_unit_and_counts_up(shop):
    with shop.trade() as trade:
        for code in ("EAST", "WEST"):
            trade.world.location(code)
        bolt = shop.item(trade, "BOLT")
        box = trade.unit(bolt, "BOX", 6)
        refer(trade, bolt, "BX-1", reference_type="bar_code", unit_of_measure_id=box)
        identify(trade, bolt, "PC-1")
    made = shop.client.send("/transfers/new", {"from_location_id": "EAST", "to_location_id": "WEST"})
    address = made.headers["Location"]

    for code in ("BX-1", "PC-1", "BX-1"):
        assert shop.client.send(f"{address}/scan", {"code": code}, htmx=True).status_code == 200
    unknown = shop.client.send(f"{address}/scan", {"code": "??"}, htmx=True)

    with shop.trade() as trade:
        lines = trade.session.scalars(select(TransferLine).order_by(TransferLine.line_no)).all()
        assert [(line.unit_of_measure_id, line.quantity) for line in lines] == [
            (box, 2), (bolt.base_unit_of_measure_id, 1),
        ]  # fmt: skip
    assert unknown.status_code == 422


def test_a_gs1_code_in_the_item_field_of_an_order_or_transfer_keeps_lot_expiry_and_quantity(shop):
    with shop.trade() as trade:
        for code in ("EAST", "WEST"):
            trade.world.location(code)
        lots = trade.world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True)
        trade.change(shop.item(trade, "BOLT"), item_tracking_code_id=lots.id, gtin=EAN)
    no = shop.open("purchase_order", released=False)
    made = shop.client.send("/transfers/new", {"from_location_id": "EAST", "to_location_id": "WEST"})
    code = f"010{EAN}17290131" + "3012\x1d10L-1"

    for address in (f"/purchase/orders/{no}", made.headers["Location"]):
        proposed = shop.client.send(f"{address}/propose", {"version": "0", "item": code}, htmx=True)
        assert f'name="scanned" value="{code}"' in proposed.text
        assert "Lot no. L-1 · expires 31 Jan 2029" in proposed.text
        # What is added is what the code filled in, here with another quantity; then a code that is added at once.
        shop.client.send(f"{address}/lines", {"item": "BOLT", "quantity": "5", "scanned": code}, htmx=True)
        shop.client.send(f"{address}/lines", {"item": code.replace("L-1", "L-2"), "quantity": ""}, htmx=True)
        # The code of something else says nothing about this item.
        shop.client.send(f"{address}/lines", {"item": "NUT", "quantity": "1", "scanned": code}, htmx=True)

    with shop.trade() as trade:
        for model in (TradeLineNumber, TransferLineNumber):
            rows = trade.session.scalars(select(model).order_by(model.id)).all()
            assert [(row.lot_no, row.quantity, row.expiration_date) for row in rows] == [
                ("L-1", 5, dt.date(2029, 1, 31)), ("L-2", 12, dt.date(2029, 1, 31)),
            ]  # fmt: skip


def test_where_there_is_no_party_any_partys_number_leads_to_the_item_unless_it_is_anybodys(shop):
    with shop.trade() as trade:
        for code in ("EAST", "WEST"):
            trade.world.location(code)
        bolt, nut = shop.item(trade, "BOLT"), shop.item(trade, "NUT")
        refer(trade, bolt, "THEIRS", reference_type="vendor", reference_type_no="VEND")
        refer(trade, bolt, "BOTH", reference_type="vendor", reference_type_no="VEND")
        refer(trade, nut, "BOTH", reference_type="bar_code")
        refer(trade, bolt, "TWO", reference_type="vendor", reference_type_no="VEND")
        refer(trade, nut, "TWO", reference_type="customer", reference_type_no="CUST")
        found = lookup.candidates_of(trade.session, ["THEIRS", "BOTH", "TWO"], on=ON)
        assert {code: [hit.item_no for hit in hits] for code, hits in found.items()} == {
            "THEIRS": ["BOLT"], "BOTH": ["NUT"], "TWO": ["BOLT", "NUT"],
        }  # fmt: skip
    made = shop.client.send("/transfers/new", {"from_location_id": "EAST", "to_location_id": "WEST"})
    address = made.headers["Location"]

    taken = shop.client.send(f"{address}/lines", {"item": "theirs", "quantity": "2"}, htmx=True)
    asked = shop.client.send(f"{address}/lines", {"item": "TWO", "quantity": "2"}, htmx=True)
    entries = shop.client.get("/ledger/items?item=THEIRS")

    assert taken.status_code == 200
    assert (asked.status_code, "means more than one item" in asked.text) == (422, True)
    assert "BOLT" in entries.text


def test_a_scan_in_the_search_opens_what_it_means(trade):
    bolt = trade.item("BOLT", gtin=EAN)
    nut = trade.item("NUT")
    identify(trade, nut, "H1")
    refer(trade, nut, "THEIRS", reference_type="customer", reference_type_no="CUST")

    def opens(code):
        hit = record_of_scan(trade.session, code, on=ON)
        return hit and hit.no

    assert [opens(code) for code in ("bolt", EAN, f"(01)0{EAN}(10)L1", "h1", "theirs", "CUST", "nowhere")] == [
        "BOLT", "BOLT", "BOLT", "NUT", "NUT", "CUST", None,
    ]  # fmt: skip
    assert trade.session.get_one(Item, bolt.id).no == "BOLT"


def test_scanning_twice_counts_up_the_line_of_that_unit(trade):
    bolt = trade.item("BOLT")
    identify(trade, bolt, "I1")
    order = trade.open("sales_order")

    for _time in range(2):
        perform(trade.session, lambda session: add_scanned(session, order.id, "i1"))

    assert trade.line(order).quantity == 2


def test_pasted_rows_take_unit_and_variant_from_a_box_code(shop):
    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT")
        box = trade.unit(bolt, "BOX", 6)
        identify(trade, bolt, "BX-1", unit_of_measure_id=box)
        refer(trade, bolt, "H-77", reference_type="customer", reference_type_no="CUST2")
    no = shop.open("sales_order", released=False)

    shop.client.send(f"/sales/orders/{no}/paste", {"text": "bx-1\t2\nBOLT\t3"})
    foreign = shop.client.send(f"/sales/orders/{no}/paste", {"text": "H-77\t1"})

    assert [(line.unit_of_measure_id, line.quantity_base) for line in shop.lines(no)] == [
        (box, 12), (bolt.base_unit_of_measure_id, 3),
    ]  # fmt: skip
    assert foreign.status_code == 422


def test_a_changed_number_of_two_items_is_chosen_in_the_sheet(shop):
    with shop.trade() as trade:
        other = trade.item("OTHER")
        for item in (other, shop.item(trade, "NUT")):
            refer(trade, item, "X-1", reference_type="bar_code")
        other_id = other.id
    no = shop.open("sales_order", ("BOLT", 2), released=False)
    (line,) = shop.lines(no)
    url = f"/sales/orders/{no}/lines/{line.line_no}"
    typed = {"version": str(line.version), "sheet": "1", "item": "BOLT", "item_reference_no": "X-1"}

    asked = shop.client.send(url, typed, htmx=True)
    key = next(part for part in asked.text.split('name="item_choice" value="')[1:] if "OTHER" in part[:90]).split('"')[
        0
    ]
    taken = shop.client.send(url, typed | {"item_choice": key}, htmx=True)

    assert (asked.status_code, taken.status_code) == (422, 200)
    assert [(line.item_id, line.item_reference_no) for line in shop.lines(no)] == [(other_id, "X-1")]
