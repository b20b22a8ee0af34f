"""Combined bills, returns at the exact cost, cancelling, undo (documents.md sections 10 to 13)."""

import datetime as dt

from sqlalchemy import select

from core.unit_of_work import perform
from models import PartyLedgerEntry, PostedDocument, Vendor
from models.enums import DocumentStatus, TradeSide, TradeType
from services.small_lists import create_row, delete_row, get_list, get_row
from services.trade.corrections import cancel_invoice, correct_invoice
from services.trade.get_lines import get_posted_lines, offered_lines
from services.trade.line_numbers import Number
from services.trade.party_applications import applied_with, apply_entries, unapply_entries
from services.trade.payments import post_payment
from services.trade.related import related_open
from services.trade.reversing import get_lines_to_reverse
from services.trade.send_on import send_on
from services.trade.undo import undo_posted_line
from tests.builders import d, day
from tests.support.trading import numbers

TODAY = day("2025-03-16")


def fetch(trade, bill, *posted_line_ids):
    return perform(trade.session, lambda session: get_posted_lines(session, bill.id, posted_line_ids))


def first_line(trade, posted_id):
    return trade.posted_lines(posted_id)[0]


def undo(trade, posted_line_id):
    return perform(trade.session, lambda session: undo_posted_line(session, posted_line_id, trade.poster))


def cancel(trade, posted_id, on: dt.date = TODAY):
    return perform(trade.session, lambda session: cancel_invoice(session, posted_id, trade.poster, on=on))


# ------------------------------------------------------------------ 10 combined bills
def test_example_9_two_receipts_and_another_order_on_one_bill(each_trade):
    trade = each_trade
    item = trade.item()
    one = trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 3})
    r1 = trade.post(one, "handle", said={1: (6, 0)}, on="2025-03-05")["handling_id"]
    r2 = trade.post(one, "handle", on="2025-03-09")["handling_id"]
    two = trade.open("purchase_order", {"item": item, "quantity": 8, "unit_amount": 4})
    r3 = trade.post(two, "handle", on="2025-03-09")["handling_id"]
    bill = trade.open("purchase_invoice", on="2025-03-10")
    rows = [first_line(trade, posted_id) for posted_id in (r1, r2, r3)]

    got = fetch(trade, bill, *[row.id for row in rows])
    goods = [line for line in got.lines if line.item_id]
    assert [line.quantity for line in goods] == [6, 4, 8]
    assert len(got.lines) == 6  # each receipt begins with a comment
    trade.refused("quantity_to_invoice_too_large", lambda: trade.edit_no(bill, goods[1].line_no, quantity=5))
    trade.edit_no(bill, goods[1].line_no, quantity=3)
    stock = trade.stock(item)
    trade.post(bill)

    assert [trade.posted_line(row.id).qty_not_invoiced for row in rows] == [0, 1, 0]
    line = trade.line(one)
    assert (line.quantity, line.qty_handled, line.qty_invoiced) == numbers(10, 10, 9)
    assert trade.stock(item) == stock
    assert trade.owed(TradeSide.PURCHASE) == -(9 * 3 + 8 * 4)
    trade.refused("undo_invoiced", lambda: undo(trade, rows[0].id))
    posted = trade.session.scalars(select(PostedDocument.id).order_by(PostedDocument.id.desc())).first()
    trade.refused("combined_receipts", lambda: cancel(trade, posted))
    trade.proven()


def test_only_what_is_unbilled_and_of_the_party_is_offered(trade):
    item = trade.item(unit_cost=1)
    mine = trade.post(trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5}), "handle")
    other = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5}, party="CUST2")
    theirs = trade.post(other, "handle")
    trade.post(trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5}))
    bill = trade.open("sales_invoice")

    assert [row.document_id for row in offered_lines(trade.session, bill)] == [mine["handling_id"]]
    trade.refused("posted_line_other_party", lambda: fetch(trade, bill, first_line(trade, theirs["handling_id"]).id))
    got = fetch(trade, bill, *[first_line(trade, found["handling_id"]).id for found in (mine, theirs)])
    assert [error.code for error in got.skipped] == ["posted_line_other_party"]


def test_deleting_a_fetched_line_leaves_the_receipt_unbilled(trade):
    item = trade.item()
    receipt = trade.post(trade.open("purchase_order", {"item": item, "quantity": 2, "unit_amount": 5}), "handle")
    row = first_line(trade, receipt["handling_id"])
    bill = trade.open("purchase_invoice")
    fetched = next(line for line in fetch(trade, bill, row.id).lines if line.item_id)

    trade.delete_no(bill, fetched.line_no)

    assert trade.posted_line(row.id).qty_not_invoiced == 2
    assert [line.id for line in offered_lines(trade.session, bill)] == [row.id]


def test_a_fetched_line_keeps_item_and_place(trade):
    item, other = trade.item(), trade.item("NUT")
    receipt = trade.post(trade.open("purchase_order", {"item": item, "quantity": 2, "unit_amount": 5}), "handle")
    bill = trade.open("purchase_invoice")
    line = next(
        found for found in fetch(trade, bill, first_line(trade, receipt["handling_id"]).id).lines if found.item_id
    )

    trade.refused("line_fetched", lambda: trade.edit_no(bill, line.line_no, item=other))


# ------------------------------------------------------------------ 11 returns
def sold_twelve(trade):
    item = trade.item()
    trade.buy(item, 10, 10)
    trade.buy(item, 10, 14, on="2025-03-03")
    sale = trade.post(trade.open("sales_order", {"item": item, "quantity": 12, "unit_amount": 20}, on="2025-03-04"))
    trade.world.adjust_cost(item)
    entry = next(iter(sale["entries"].values()))[0]
    assert trade.world.cost(entry) == -128
    return item, entry


def test_example_10_returns_come_in_at_the_cost_they_left_with(each_trade):
    trade = each_trade
    item, entry = sold_twelve(trade)
    row = {"item": item, "unit_amount": 20, "applies_from_entry_id": entry}

    too_many = trade.open("sales_credit_memo", row | {"quantity": 13}, on="2025-03-05")
    trade.refused("quantity_exceeds_shipped", lambda: trade.post(too_many))
    three = trade.post(trade.open("sales_credit_memo", row | {"quantity": 3}, on="2025-03-05"))
    unlinked = trade.open(
        "sales_credit_memo", {"item": item, "quantity": 3, "unit_amount": 20, "unit_cost": 14}, on="2025-03-05"
    )
    loose = trade.post(unlinked)

    costs = [trade.world.cost(next(iter(found["entries"].values()))[0]) for found in (three, loose)]
    assert costs == [32, 42]
    trade.refused(
        "quantity_exceeds_shipped",
        lambda: trade.post(trade.open("sales_credit_memo", row | {"quantity": 10}, on="2025-03-05")),
    )
    rest = trade.post(trade.open("sales_credit_memo", row | {"quantity": 9}, on="2025-03-05"))
    assert trade.world.cost(next(iter(rest["entries"].values()))[0]) == 96
    trade.proven()


def test_a_purchase_return_tied_to_its_receipt_leaves_at_that_cost(each_trade):
    trade = each_trade
    item = trade.item()
    receipt = trade.buy(item, 10, 10)
    trade.buy(item, 10, 14, on="2025-03-03")
    entry = next(iter(receipt["entries"].values()))[0]

    back = trade.post(
        trade.open(
            "purchase_return_order",
            {"item": item, "quantity": 4, "unit_amount": 10, "applies_to_entry_id": entry},
            on="2025-03-04",
        )
    )
    trade.world.adjust_cost(item)

    assert trade.world.cost(next(iter(back["entries"].values()))[0]) == -40
    assert trade.value(item) == 200
    trade.proven()


def test_a_return_that_is_received_and_not_credited_raises_stock_alone(trade):
    item = trade.item(unit_cost=4)
    order = trade.open("sales_return_order", {"item": item, "quantity": 2, "unit_amount": 9})

    trade.post(order, "handle")

    assert (trade.stock(item), trade.owed(TradeSide.SALES)) == numbers(2, 0)
    trade.post(order, "invoice")
    assert trade.owed(TradeSide.SALES) == -18


def test_a_link_to_another_item_is_refused(trade):
    _item, entry = sold_twelve(trade)
    other = trade.item("NUT")
    memo = trade.open(
        "sales_credit_memo", {"item": other, "quantity": 1, "unit_amount": 1, "applies_from_entry_id": entry}
    )

    trade.refused("application_other_goods", lambda: trade.post(memo))


def test_where_exact_cost_is_mandatory_a_return_names_its_entry(trade):
    trade.set(exact_cost_reversing_mandatory=True)
    item = trade.item(unit_cost=4)
    memo = trade.open("sales_credit_memo", {"item": item, "quantity": 1, "unit_amount": 1})
    back = trade.open("purchase_return_order", {"item": item, "quantity": 1, "unit_amount": 1})

    assert trade.refused("applies_from_required", lambda: trade.post(memo)).field == "applies_from_entry_id"
    trade.refused("applies_to_required", lambda: trade.post(back))


# ------------------------------------------------------------------ 12 cancel and correct
def test_example_11_cancelling_an_invoice_of_a_living_order(each_trade):
    trade = each_trade
    item = trade.item(vat="STANDARD")
    trade.buy(item, 20, 3)
    owed_before = trade.owed(TradeSide.PURCHASE)
    value = trade.value(item)
    order = trade.open("sales_order", {"item": item, "quantity": 8, "unit_amount": 10})
    bill = trade.post(order, said={1: (5, 5)})["invoice_id"]
    assert (trade.stock(item), trade.owed(TradeSide.SALES)) == numbers(15, 60)

    memo = cancel(trade, bill)["invoice_id"]

    assert trade.figures(order) == numbers(8, 8, 0, 8, 8, 0, 0)
    assert (trade.stock(item), trade.owed(TradeSide.SALES), trade.value(item)) == (20, 0, value)
    assert trade.posted(bill).cancelled
    assert trade.posted(bill).cancelled_by_id == memo
    assert trade.posted(memo).corrective
    assert trade.owed(TradeSide.PURCHASE) == owed_before
    trade.refused("already_cancelled", lambda: cancel(trade, bill))
    trade.post(order)
    trade.proven()


def test_cancelling_a_cancel_brings_the_bill_back(each_trade):
    trade = each_trade
    item = trade.item(vat="STANDARD")
    trade.buy(item, 20, 3)
    bill = trade.post(trade.open("sales_invoice", {"item": item, "quantity": 5, "unit_amount": 10}))["invoice_id"]
    memo = cancel(trade, bill)["invoice_id"]

    again = cancel(trade, memo)["invoice_id"]

    assert (trade.stock(item), trade.owed(TradeSide.SALES)) == numbers(15, 60)
    assert trade.posted(memo).cancelled
    trade.refused("is_corrective", lambda: cancel(trade, again))
    trade.proven()


def test_a_paid_invoice_is_cancelled_once_its_payment_is_taken_off(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1)
    bill = trade.post(trade.open("sales_invoice", {"item": item, "quantity": 5, "unit_amount": 10}))
    payment = perform(
        trade.session,
        lambda session: post_payment(
            session, TradeSide.SALES, "CUST", d(1), trade.poster, on=TODAY, document_no="BANK-1",
            applies_to=bill["invoice_no"],
        ).id,
    )  # fmt: skip
    entry = party_entry(trade, bill["invoice_no"])
    trade.refused("invoice_paid", lambda: cancel(trade, bill["invoice_id"]))
    assert trade.owed(TradeSide.SALES) == 49

    apply_or_take_off(trade, unapply_entries, payment, entry)
    trade.refused("not_applied", lambda: apply_or_take_off(trade, unapply_entries, payment, entry))
    memo = party_entry(trade, cancel(trade, bill["invoice_id"])["invoice_no"])
    assert trade.owed(TradeSide.SALES) == -1  # the payment is open
    trade.refused("application_of_cancel", lambda: apply_or_take_off(trade, unapply_entries, memo, entry))

    other = trade.post(trade.open("sales_invoice", {"item": item, "quantity": 1, "unit_amount": 10}))
    owes = party_entry(trade, other["invoice_no"])
    trade.refused("entries_not_applicable", lambda: apply_or_take_off(trade, apply_entries, owes, entry))
    apply_or_take_off(trade, apply_entries, owes, payment)
    rows = applied_with(trade.session, trade.session.get_one(PartyLedgerEntry, payment))
    assert [(row.other.id, row.amount) for row in rows] == [(owes, d(1))]
    assert trade.owed(TradeSide.SALES) == 9
    trade.proven()


def party_entry(trade, no):
    return trade.session.scalars(select(PartyLedgerEntry.id).where(PartyLedgerEntry.document_no == no)).one()


def apply_or_take_off(trade, work, entry_id, other_id):
    return perform(trade.session, lambda session: work(session, entry_id, other_id, trade.poster, on=TODAY))


def test_an_invoice_with_something_returned_is_not_cancelled(trade):
    item = trade.item(unit_cost=1)
    bill = trade.post(trade.open("sales_invoice", {"item": item, "quantity": 5, "unit_amount": 10}))
    entry = next(iter(bill["entries"].values()))[0]
    trade.post(
        trade.open(
            "sales_credit_memo",
            {"item": item, "quantity": 1, "unit_amount": 10, "applies_from_entry_id": entry},
        )
    )

    error = trade.refused("already_returned", lambda: cancel(trade, bill["invoice_id"]))

    assert "BOLT" in error.message


def test_correcting_a_stand_alone_invoice_opens_a_draft_with_the_same_lines(trade):
    item = trade.item(unit_price=99, unit_cost=1)
    bill = trade.post(
        trade.open("sales_invoice", {"item": item, "quantity": 5, "unit_amount": 10, "line_discount_percent": 10})
    )

    result = perform(
        trade.session, lambda session: correct_invoice(session, bill["invoice_id"], trade.poster, on=TODAY)
    )

    draft = trade.document(result["draft_id"])
    line = trade.line(draft)
    assert draft.type == TradeType.INVOICE
    assert (line.quantity, line.unit_amount, line.line_amount) == numbers(5, 10, 45)


def test_correcting_the_bill_of_one_order_reopens_it(trade):
    item = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": item, "quantity": 8, "unit_amount": 10})
    bill = trade.post(order, said={1: (5, 5)})["invoice_id"]

    result = perform(trade.session, lambda session: correct_invoice(session, bill, trade.poster, on=TODAY))

    assert (result["order_id"], result["draft_id"]) == (order.id, None)
    assert trade.document(order.id).status == DocumentStatus.OPEN


def test_a_purchase_bill_with_freight_is_taken_back_whole(each_trade):
    trade = each_trade
    item = trade.item(vat="STANDARD")
    order = trade.open(
        "purchase_order",
        {"item": item, "quantity": 10, "unit_amount": 3},
        {"item_charge_id": trade.charge_id(), "quantity": 1, "unit_amount": 20},
    )
    trade.assign(order, 2, "equally", line=trade.line(order).id)
    bill = trade.post(order)
    assert trade.value(item) == 50

    cancel(trade, bill["invoice_id"])
    trade.world.adjust_cost(item)

    assert (trade.stock(item), trade.value(item), trade.owed(TradeSide.PURCHASE)) == numbers(0, 0, 0)
    trade.proven()


# ------------------------------------------------------------------ 13 undo
def test_example_12_undo_of_a_partial_receipt(each_trade):
    trade = each_trade
    item = trade.item()
    order = trade.open("purchase_order", {"item": item, "quantity": 25, "unit_amount": 2}, on="2025-03-10")
    receipt = trade.post(order, "handle", said={1: (10, 0)}, on="2025-03-10")["handling_id"]
    line = first_line(trade, receipt)

    undo(trade, line.id)

    assert trade.figures(order)[2:4] == numbers(0, 25)
    rows = trade.posted_lines(receipt)
    assert [(row.quantity, row.correction) for row in rows] == [(10, True), (-10, True)]
    assert trade.world.ledger(item) == [("2025-03-10", 10, 0), ("2025-03-10", -10, 0)]
    assert (trade.stock(item), trade.value(item)) == numbers(0, 0)
    trade.refused("undo_already", lambda: undo(trade, line.id))
    assert offered_lines(trade.session, trade.open("purchase_invoice")) == []
    trade.proven()


def test_a_receipt_that_is_used_is_not_undone(each_trade):
    trade = each_trade
    item = trade.item()
    order = trade.open("purchase_order", {"item": item, "quantity": 25, "unit_amount": 2})
    receipt = trade.post(order, "handle", said={1: (10, 0)})["handling_id"]
    trade.world.sell(item, 2, 5, on="2025-03-10")

    trade.refused("undo_applied", lambda: undo(trade, first_line(trade, receipt).id))

    assert trade.figures(order)[2:4] == numbers(10, 15)
    assert trade.stock(item) == 8


def test_an_invoiced_shipment_is_not_undone(trade):
    item = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 2})
    shipment = trade.post(order, said={1: (3, 3)})["handling_id"]

    trade.refused("undo_invoiced", lambda: undo(trade, first_line(trade, shipment).id))


def test_lots_are_on_the_line_again_after_undo(each_trade):
    trade = each_trade
    code = trade.world.tracking_code("LOTS", lot_specific=True)
    item = trade.item(item_tracking_code_id=code.id)
    planned = [[Number(lot_no="A", quantity=d(4)), Number(lot_no="B", quantity=d(6))]]
    order = trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 2}, numbers=planned)
    receipt = trade.post(order, "handle")["handling_id"]
    assert len(trade.world.entries(item)) == 2

    undo(trade, first_line(trade, receipt).id)
    trade.post(order, "handle")

    assert trade.stock(item) == 10
    assert [entry.lot_no for entry in trade.world.entries(item)] == ["A", "B", "A", "B", "A", "B"]
    trade.proven()


def test_the_reason_of_a_return_says_where_it_is_put_and_that_it_is_worth_nothing(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=10)
    trade.buy(item, 5, 10)
    sale = trade.post(trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 20}))
    blue = trade.world.location_id("BLUE")
    reasons = get_list("return-reasons")
    values = {"location_id": blue, "inventory_value_zero": True}
    perform(trade.session, lambda session: create_row(session, reasons, "SCRAP", values))

    back = trade.open(
        "sales_return_order", {"item": item, "quantity": 1, "unit_amount": 20, "return_reason_code": "scrap"}
    )
    line = trade.line(back)
    assert (line.return_reason_code, line.location_id, line.unit_cost) == ("SCRAP", blue, 0)
    trade.refused("return_reason_unknown", lambda: trade.edit(back, return_reason_code="NONE"))
    trade.edit(back, quantity=2)
    value = trade.value(item)
    trade.post(back)
    assert (trade.stock(item), trade.value(item)) == (3, value)
    refused = trade.refused("in_use", lambda: perform(trade.session, lambda s: delete_row(s, reasons, scrap(s))))
    assert "SCRAP" in refused.message

    linked = trade.open("sales_return_order")
    posted = first_line(trade, sale["handling_id"])
    perform(trade.session, lambda session: get_lines_to_reverse(session, linked.id, {posted.id: d(1)}))
    trade.edit(linked, return_reason_code="SCRAP")
    trade.post(linked)
    assert trade.value(item) == value + 10  # what it left with
    trade.proven()


def scrap(session):
    return get_row(session, get_list("return-reasons"), "SCRAP")


def test_what_a_customer_returns_is_sent_on_to_the_vendor(trade):
    vendor = trade.session.scalars(select(Vendor.id).where(Vendor.no == "VEND2")).one()
    lots = trade.world.tracking_code("LOTS", lot_specific=True)
    item = trade.item(unit_cost=3, vendor_id=vendor, item_tracking_code_id=lots.id)
    number = [[Number(lot_no="L1", quantity=d(2))]]
    back = trade.open("sales_return_order", {"item": item, "quantity": 2, "unit_amount": 9}, numbers=number)

    def go():
        return perform(trade.session, lambda session: send_on(session, back.id, on=TODAY))

    sent = go()[0]
    line = trade.line(sent)
    assert (sent.vendor_id, line.quantity, line.linked_line_id) == (vendor, 2, trade.line(back).id)
    assert [row.no for row in related_open(trade.session, back)] == [sent.no]
    trade.refused("nothing_to_send_on", go)
    trade.refused("tracking_not_in_stock", lambda: trade.post(sent))  # it has to come in first
    trade.post(back)
    trade.post(sent)
    assert trade.stock(item) == 0

    other = trade.open("sales_return_order", {"item": trade.item("NUT"), "quantity": 1, "unit_amount": 1})
    refused = trade.refused(
        "vendor_missing", lambda: perform(trade.session, lambda session: send_on(session, other.id, on=TODAY))
    )
    assert "NUT" in refused.message
    trade.proven()
