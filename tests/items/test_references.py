"""Acceptance checks of item references and bar codes (items.md section 7), on both engines."""

import datetime as dt

import pytest
from sqlalchemy import select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import UnitOfMeasure
from services import items
from services.items import lookup, references
from services.items.lookup import Candidate, decide_candidates
from services.trade.lines import add_lines
from services.trade.scanning import add_scanned
from tests.builders import d, day
from tests.support.trade import TradeShop
from tests.support.trading import Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def refer(trade, item, number, **values):
    """A reference of the item, saved as its card does."""
    return perform(
        trade.session, lambda session: references.save_reference(session, item, {"reference_no": number, **values})
    )


def scan(trade, document, code, **arguments):
    """Scan a code on the document."""
    return perform(trade.session, lambda session: add_scanned(session, document.id, code, **arguments))


def unit_id(trade, code):
    """The id of a unit."""
    return trade.session.scalars(select(UnitOfMeasure.id).where(UnitOfMeasure.code == code)).one()


def test_ref_1_a_customer_s_number_fills_that_customer_s_line_and_no_other(trade):
    bolt = trade.item("BOLT", unit_price="5")
    box = trade.unit(bolt, "BOX", 6)
    refer(
        trade, bolt, "H-77", reference_type="customer", reference_type_no="CUST", unit_of_measure_id=box,
        description="Hansen's bolts",
    )  # fmt: skip
    own, foreign = trade.open("sales_order"), trade.open("sales_order", party="CUST2")
    bought = trade.open("purchase_order")

    perform(
        trade.session,
        lambda session: add_lines(session, own.id, [{"item_reference_no": "h-77", "quantity": d(2)}]),
    )

    line = trade.line(own)
    assert (line.item_id, line.unit_of_measure_id, line.description, line.item_reference_no) == (
        bolt.id, box, "Hansen's bolts", "H-77",
    )  # fmt: skip
    assert (line.quantity, line.outstanding_qty_base) == (2, 12)
    for document in (foreign, bought):
        with pytest.raises(ValidationError) as refused:
            perform(
                trade.session,
                lambda session, where=document: add_lines(
                    session, where.id, [{"item_id": bolt.id}, {"item_reference_no": "H-77", "quantity": d(2)}]
                ),
            )
        assert (refused.value.code, refused.value.line) == ("unknown_reference", 2)


def test_ref_1_what_the_line_says_itself_wins_over_the_reference(trade):
    bolt = trade.item("BOLT")
    refer(trade, bolt, "B-1", description="Their text")
    order = trade.open("sales_order", {"item_reference_no": "B-1", "description": "My text", "quantity": 1})

    assert trade.line(order).description == "My text"


def test_ref_2_a_reference_counts_from_its_first_to_its_last_day(trade):
    bolt = trade.item("BOLT")
    refer(trade, bolt, "B-1", starting_date=day("2025-03-01"), ending_date=day("2025-03-10"))

    for on, counts in (("2025-02-28", False), ("2025-03-01", True), ("2025-03-10", True), ("2025-03-11", False)):
        order = trade.open("sales_order", on=on)
        if counts:
            assert scan(trade, order, "B-1").item_id == bolt.id
        else:
            with pytest.raises(ValidationError) as refused:
                scan(trade, order, "B-1")
            assert refused.value.code == "unknown_reference"


def test_ref_2_invoices_go_by_their_posting_date(trade):
    refer(trade, trade.item("BOLT"), "B-1", ending_date=day("2025-03-10"))
    late = trade.open("sales_invoice", order_date=day("2025-03-02"), posting_date=day("2025-03-20"))

    with pytest.raises(ValidationError) as refused:
        scan(trade, late, "B-1")

    assert refused.value.code == "unknown_reference"


def test_ref_3_a_bar_code_of_two_items_has_to_be_chosen_and_is_refused_without(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    for item in (bolt, nut):
        refer(trade, item, "4006381333931", reference_type="bar_code")
    order = trade.open("sales_order")

    with pytest.raises(lookup.AmbiguousReference) as refused:
        scan(trade, order, "4006381333931")
    with pytest.raises(ValidationError) as imported:
        perform(
            trade.session,
            lambda session: add_lines(session, order.id, [{"item_reference_no": "4006381333931", "quantity": d(1)}]),
        )

    assert [hit.item_no for hit in refused.value.candidates] == ["BOLT", "NUT"]
    assert (refused.value.code, imported.value.code) == ("ambiguous_reference", "ambiguous_reference")
    assert scan(trade, order, "4006381333931", choice=refused.value.candidates[1].key).item_id == nut.id


def test_ref_3_the_page_offers_the_choice_and_takes_it(app, login):
    shop = TradeShop(app)
    login(shop.client, "owner")
    with shop.trade() as trade:
        for no in ("BOLT", "NUT"):
            refer(trade, shop.item(trade, no), "X-1", reference_type="bar_code")
        nut = shop.item(trade, "NUT").id
    no = shop.open("sales_order", released=False)

    asked = shop.client.send(f"/sales/orders/{no}/scan", {"code": "x-1"}, htmx=True)
    key = next(part for part in asked.text.split('name="choice" value="')[1:] if "NUT" in part[:60]).split('"')[0]
    taken = shop.client.send(f"/sales/orders/{no}/scan", {"code": "x-1", "choice": key}, htmx=True)

    assert (asked.status_code, taken.status_code) == (422, 200)
    assert [(line.item_id, line.quantity) for line in shop.lines(no)] == [(nut, 1)]


def hit(item_id, *, own=False, unit_id=1):
    return Candidate(item_id=item_id, item_no=f"I{item_id}", unit_id=unit_id, own=own)


@pytest.mark.parametrize(
    ("own", "others", "left"),
    [
        ([], [], []),
        ([], [1], [(1, False)]),
        ([], [1, 1], [(1, False)]),
        ([], [1, 2], [(1, False), (2, False)]),
        ([1], [], [(1, True)]),
        ([1], [1], [(1, True)]),
        ([1], [2], [(1, True), (2, False)]),
        ([1, 2], [], [(1, True), (2, True)]),
        ([1, 2], [3], [(1, True), (2, True), (3, False)]),
    ],
)
def test_ref_3_the_table_of_own_and_other_hits(own, others, left):
    hits = [hit(item_id, own=True) for item_id in own] + [hit(item_id) for item_id in others]

    assert [(one.item_id, one.own) for one in decide_candidates(hits)] == left


def test_ref_3_the_line_s_own_item_comes_first():
    assert [one.item_id for one in decide_candidates([hit(1), hit(2)], item_id=2)] == [2]


def test_ref_5_the_box_s_bar_code_adds_a_box_and_the_piece_s_a_piece(trade):
    bolt = trade.item("BOLT")
    box, piece = trade.unit(bolt, "BOX", 6), unit_id(trade, "PCS")
    refer(trade, bolt, "10000001", reference_type="bar_code", unit_of_measure_id=box)
    refer(trade, bolt, "10000002", reference_type="bar_code")
    order = trade.open("sales_order")

    for code in ("10000001", "10000002", "10000001"):
        scan(trade, order, code)

    assert [(trade.line(order, place).unit_of_measure_id, trade.line(order, place).quantity) for place in (1, 2)] == [
        (box, 2), (piece, 1),
    ]  # fmt: skip
    assert trade.line(order, 1).outstanding_qty_base == 12


def test_ref_5_a_variant_s_bar_code_adds_that_variant(trade):
    bolt = trade.item("BOLT")
    red, blue = trade.world.variant(bolt, "RED"), trade.world.variant(bolt, "BLUE")
    refer(trade, bolt, "R-1", reference_type="bar_code", variant_id=red.id)
    refer(trade, bolt, "B-1", reference_type="bar_code", variant_id=blue.id)
    order = trade.open("sales_order")

    for code in ("R-1", "B-1", "R-1"):
        scan(trade, order, code)

    assert [(trade.line(order, place).variant_id, trade.line(order, place).quantity) for place in (1, 2)] == [
        (red.id, 2), (blue.id, 1),
    ]  # fmt: skip


def test_ref_6_a_repeated_gtin_warns_and_names_the_other_item(trade):
    trade.item("FIRST", gtin="4006381333931")
    second = trade.item("SECOND", gtin="4006381333931")
    order = trade.open("sales_order")

    notices = {notice.code: notice.message for notice in items.warnings_of(trade.session, second)}
    with pytest.raises(ValidationError) as refused:
        scan(trade, order, "4006381333931")

    assert "FIRST" in notices["gtin_repeated"]
    assert refused.value.code == "ambiguous_reference"


def test_ref_6_a_gs1_code_leads_to_the_item_of_its_gtin(trade):
    bolt = trade.item("BOLT", gtin="4006381333931")

    found = lookup.resolve_code(trade.session, "(01)04006381333931(10)L1", on=dt.date(2025, 3, 2))

    assert found.item_id == bolt.id
