"""Item charges on goods (documents.md section 14)."""

import pytest

from core.errors import ValidationError
from core.unit_of_work import perform
from models import PostedTransferLine
from services.small_lists import create_row, delete_row, edit_row, get_list, get_row
from services.trade.charge_targets import posted_targets
from services.trade.charges import Method, Weights, shares_of
from services.trade.corrections import cancel_invoice
from services.trade.undo import undo_posted_line
from services.transfers.lines import add_line
from services.transfers.orders import create_order, get_order
from services.transfers.post import post_order
from services.transfers.undo import undo_posted_line as undo_transfer_line
from tests.builders import d, day
from tests.support.trading import numbers

CENT = d("0.01")
#: Example 13: amount, gross weight x quantity, volume x quantity of A, B, C
TARGETS = [
    Weights(d(500), d(2) * 10, d("0.5") * 10),
    Weights(d(300), d(8) * 5, d(1) * 5),
    Weights(d(200), d(1) * 20, d("0.1") * 20),
]


@pytest.mark.parametrize(
    ("method", "amounts"),
    [
        (Method.EQUALLY, ("33.33", "33.34", "33.33")),
        (Method.AMOUNT, ("50", "30", "20")),
        (Method.WEIGHT, ("25", "50", "25")),
        (Method.VOLUME, ("41.67", "41.66", "16.67")),
    ],
)
def test_example_13_a_charge_of_100_by_each_method(method, amounts):
    shares = shares_of(method, d(1), d(100), TARGETS, CENT)

    assert [share.amount for share in shares] == [d(amount) for amount in amounts]
    assert sum(share.amount for share in shares) == 100
    assert sum(share.quantity for share in shares) == 1


def test_example_13_by_weight_on_an_order_and_what_was_sold_follows(each_trade):
    trade = each_trade
    a = trade.item("A", gross_weight=d(2))
    b = trade.item("B", gross_weight=d(8))
    c = trade.item("C", gross_weight=d(1))
    receipt = trade.open(
        "purchase_order",
        {"item": a, "quantity": 10, "unit_amount": 50},
        {"item": b, "quantity": 5, "unit_amount": 60},
        {"item": c, "quantity": 20, "unit_amount": 10},
    )
    posted = trade.post(receipt)
    trade.world.sell(a, 4, 90, on="2025-03-05")
    trade.world.adjust_cost(a)
    freight = charge_bill(trade, 100)
    rows = [{"posted_line": row.id} for row in trade.posted_lines(posted["handling_id"])]
    trade.assign_all(freight, 1, "by_weight", rows)

    trade.post(freight)
    trade.world.adjust_cost(a, b, c)

    cost = {item: trade.world.cost(trade.world.entries(item)[0]) for item in (a, b, c)}
    assert list(cost.values()) == numbers_list("525", "350", "225")
    assert trade.value(a) == 315  # 6 x 52.50; 10.00 went to the cost of the 4 sold
    trade.proven()


def numbers_list(*figures):
    return list(numbers(*figures))


def charge_bill(trade, amount, **header):
    row = {"item_charge_id": trade.charge_id(), "quantity": 1, "unit_amount": amount}
    return trade.open("purchase_invoice", row, on="2025-03-09", party="VEND2", **header)


def bought(trade, quantity=10, cost=3):
    item = trade.item()
    posted = trade.buy(item, quantity, cost)
    return item, trade.posted_lines(posted["handling_id"])[0]


def test_another_vendor_s_freight_raises_the_cost_of_last_week_s_receipt(each_trade):
    trade = each_trade
    item, receipt = bought(trade)
    bill = charge_bill(trade, 20)
    trade.assign(bill, 1, "equally", posted_line=receipt.id)

    trade.post(bill)

    assert trade.value(item) == 50
    assert len(trade.world.entries(item)) == 1
    trade.proven()


def test_a_charge_over_three_receipts_is_billed_in_parts_and_a_part_is_taken_back(trade):
    items = [trade.item(no) for no in "ABC"]
    receipt = trade.post(
        trade.open("purchase_order", *({"item": item, "quantity": 1, "unit_amount": 10} for item in items))
    )
    freight = {"item_charge_id": trade.charge_id(), "quantity": 2, "unit_amount": 50}
    bill = trade.open("purchase_order", freight, party="VEND2")
    trade.assign_all(
        bill, 1, "equally", [{"posted_line": row.id} for row in trade.posted_lines(receipt["handling_id"])]
    )

    first = trade.post(bill, said={1: (1, 1)})["invoice_id"]
    assert [trade.value(item) for item in items] == numbers_list("26.67", "26.67", "26.66")
    trade.post(bill)
    assert [trade.value(item) for item in items] == numbers_list("43.34", "43.34", "43.32")

    perform(trade.session, lambda session: cancel_invoice(session, first, trade.poster, on=day("2025-03-12")))
    assert [trade.value(item) for item in items] == numbers_list("26.67", "26.67", "26.66")
    trade.proven()


def test_a_charge_that_is_not_assigned_whole_is_refused(trade):
    _item, receipt = bought(trade)
    bill = trade.open(
        "purchase_invoice", {"item_charge_id": trade.charge_id(), "quantity": 100, "unit_amount": 1}, party="VEND2"
    )

    trade.refused("charge_not_assigned", lambda: trade.post(bill))
    trade.assign(bill, 1, "manual", posted_line=receipt.id, quantity=d(60))
    trade.refused("charge_not_assigned", lambda: trade.post(bill))
    trade.refused(
        "charge_assigned_too_much",
        lambda: trade.assign(bill, 1, "manual", posted_line=receipt.id, quantity=d(101)),
    )


def test_a_charge_without_amount_is_refused(trade):
    _item, receipt = bought(trade)
    bill = charge_bill(trade, 0)

    trade.refused("charge_amount_zero", lambda: trade.assign(bill, 1, "equally", posted_line=receipt.id))
    trade.refused("charge_amount_zero", lambda: trade.post(bill))


def test_a_charge_on_a_shipment_leaves_the_stock_s_value(each_trade):
    trade = each_trade
    item, _receipt = bought(trade)
    shipped = trade.post(trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 9}))
    bill = charge_bill(trade, 20)
    trade.assign(bill, 1, "equally", posted_line=trade.posted_lines(shipped["handling_id"])[0].id)
    value = trade.value(item)

    trade.post(bill)

    assert trade.value(item) == value
    trade.proven()


def test_a_sales_charge_is_revenue_alone(each_trade):
    trade = each_trade
    item, _receipt = bought(trade)
    sale = trade.open(
        "sales_order",
        {"item": item, "quantity": 4, "unit_amount": 9},
        {"item_charge_id": trade.charge_id("S-FREIGHT"), "quantity": 1, "unit_amount": 5},
    )
    trade.assign(sale, 2, "equally", line=trade.line(sale).id)
    value = trade.value(item)

    trade.post(sale)

    assert trade.value(item) == value - 12
    assert trade.world.gl()["receivables"] == 41 + 1  # 20 % on the freight
    trade.proven()


def test_undo_of_a_receipt_with_a_billed_charge_is_refused_and_with_a_planned_one_is_not(each_trade):
    trade = each_trade
    item = trade.item()
    order = trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 3})

    def receive():
        return trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]

    def undo(line):
        return perform(trade.session, lambda session: undo_posted_line(session, line.id, trade.poster))

    planned = receive()
    bill = charge_bill(trade, 20)
    trade.assign(bill, 1, "equally", posted_line=planned.id)
    undo(planned)
    billed = receive()
    trade.assign(bill, 1, "equally", posted_line=billed.id)
    trade.post(bill)

    trade.refused("undo_charged", lambda: undo(billed))


def test_a_charge_on_a_line_of_the_same_order_falls_on_what_it_receives(each_trade):
    trade = each_trade
    item = trade.item()
    order = trade.open(
        "purchase_order",
        {"item": item, "quantity": 10, "unit_amount": 3},
        {"item_charge_id": trade.charge_id(), "quantity": 1, "unit_amount": 20},
    )
    trade.assign(order, 2, "equally", line=trade.line(order).id)

    trade.post(order, "handle")
    assert trade.value(item) == 30
    trade.post(order, "invoice")

    assert trade.value(item) == 50
    trade.proven()


def test_a_charge_on_a_line_that_is_posted_whole_has_to_be_assigned_again(trade):
    item = trade.item()
    order = trade.open(
        "purchase_order",
        {"item": item, "quantity": 10, "unit_amount": 3},
        {"item_charge_id": trade.charge_id(), "quantity": 1, "unit_amount": 20},
    )
    trade.assign(order, 2, "equally", line=trade.line(order).id)
    posted = trade.post(order, said={1: (None, None), 2: (0, 0)})

    trade.refused("charge_target_posted", lambda: trade.post(order))
    trade.refused("charge_target_invoiced", lambda: trade.assign(order, 2, "equally", line=trade.line(order).id))
    trade.assign(order, 2, "equally", posted_line=trade.posted_lines(posted["handling_id"])[0].id)
    trade.post(order)

    assert trade.value(item) == 50


def test_by_amount_is_not_offered_for_a_transfer(trade):
    item, _receipt = bought(trade)
    entry = trade.world.entries(item)[0].id
    bill = charge_bill(trade, 20)

    trade.refused("charge_method_not_possible", lambda: trade.assign(bill, 1, "amount", entry=entry))
    trade.assign(bill, 1, "equally", entry=entry)
    trade.post(bill)

    assert trade.value(item) == 50


def test_an_undone_transfer_receipt_carries_no_new_charge_and_keeps_what_it_has(trade):
    item = trade.item()
    trade.world.receive(item, 10, 3, at="BLUE", on="2025-03-01")
    trade.world.location("EAST")
    values = {
        "from_location_id": trade.world.location_id("BLUE"), "to_location_id": trade.world.location_id("EAST"),
        "in_transit_location_id": trade.world.location("ROAD", use_as_in_transit=True).id,
    }  # fmt: skip

    def move(session):
        order = create_order(session, values, on=day("2025-03-10"))
        add_line(session, order, {"item_id": item.id, "quantity": d(4)})
        add_line(session, order, {"item_id": item.id, "quantity": d(1)})
        return post_order(session, order, trade.poster, ship=True, receive=False).documents[0].order_no

    no = perform(trade.session, move)

    def receive(session):
        order = get_order(session, no)
        order.lines[1].qty_to_receive = d(0)
        document = post_order(session, order, trade.poster, ship=False, receive=True).documents[0]
        return document.no, document.lines[0].id

    posted_no, line_id = perform(trade.session, receive)
    entry = next(one.id for one in trade.world.entries(item) if one.document_no == posted_no and one.positive)
    bill = charge_bill(trade, 20)
    assert [target.key for target in posted_targets(trade.session, posted_no)] == [f"e-{entry}"]
    trade.assign(bill, 1, "equally", entry=entry)
    trade.post(bill)

    perform(trade.session, lambda s: undo_transfer_line(s, s.get_one(PostedTransferLine, line_id), trade.poster))

    assert posted_targets(trade.session, posted_no) == []
    trade.refused("charge_target_unknown", lambda: trade.assign(charge_bill(trade, 5), 1, "equally", entry=entry))
    trade.world.adjust_cost()
    assert trade.value(item) == 50
    trade.proven()


def test_a_charge_of_a_standard_cost_item_is_variance(each_trade):
    trade = each_trade
    item = trade.item(method="standard", standard_cost=3)
    receipt = trade.posted_lines(trade.buy(item, 10, 3)["handling_id"])[0]
    bill = charge_bill(trade, 20)
    trade.assign(bill, 1, "equally", posted_line=receipt.id)

    trade.post(bill)

    assert trade.value(item) == 30
    assert trade.world.gl()["purchase_variance"] == 20
    assert trade.posted(trade.post(charge_again(trade, receipt))["invoice_id"]).posting_date == day("2025-03-09")


def charge_again(trade, receipt):
    bill = charge_bill(trade, 5)
    trade.assign(bill, 1, "equally", posted_line=receipt.id)
    return bill


def test_a_charge_needs_its_accounts_and_keeps_its_number_while_documents_or_entries_name_it(trade):
    session = trade.session
    charges = get_list("item-charges")
    with pytest.raises(ValidationError) as refused:
        create_row(session, charges, "DUTY", {"description": "Duty"})
    assert (refused.value.code, refused.value.field) == ("field_required", "gen_product_posting_group_id")

    charge_bill(trade, 100)
    freight = get_row(session, charges, "P-FREIGHT")
    for change in (
        lambda: delete_row(session, charges, freight),
        lambda: edit_row(session, charges, freight, {"no": "FREIGHT"}),
    ):
        with pytest.raises(ValidationError) as refused:
            change()
        assert refused.value.code == "in_use"
    edit_row(session, charges, freight, {"description": "Carriage in"})
    assert freight.description == "Carriage in"
