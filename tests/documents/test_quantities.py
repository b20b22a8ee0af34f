"""Quantities of lines and what they refuse (documents.md section 3)."""

from core.unit_of_work import perform
from models import OverReceiptCode, Vendor
from models.enums import DefaultQuantity
from services.trade.over_receipts import approve
from tests.support.trading import numbers


def test_example_1_a_sales_order_in_parts(each_trade):
    trade = each_trade
    bolt = trade.item(unit_cost=2)
    trade.buy(bolt, 20, 2)

    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})
    assert trade.figures(order) == numbers(10, 10, 0, 10, 10, 0, 0)

    trade.edit(order, qty_to_handle=6)
    assert trade.figures(order) == numbers(10, 6, 0, 10, 6, 0, 0)

    trade.post(order, "handle")
    assert trade.figures(order) == numbers(10, 4, 6, 4, 10, 0, 6)

    trade.edit(order, qty_to_handle=0)
    trade.edit(order, qty_to_invoice=5)
    trade.post(order, "invoice")
    assert trade.figures(order) == numbers(10, 4, 6, 4, 5, 5, 1)

    result = trade.post(order)
    assert result["gone"]
    assert trade.stock(bolt) == 10
    trade.proven()


def test_example_2_over_receipt_raises_the_quantity_within_the_tolerance(trade):
    trade.session.add(OverReceiptCode(code="TEN", tolerance_percent=10))
    trade.session.commit()
    bolt = trade.item(over_receipt_code="TEN")
    order = trade.open("purchase_order", {"item": bolt, "quantity": 100, "unit_amount": 1})

    trade.refused("over_receipt_too_large", lambda: trade.edit(order, qty_to_handle=111))
    trade.edit(order, qty_to_handle=107)

    line = trade.line(order)
    assert (line.quantity, line.over_receipt_qty, line.qty_to_handle) == numbers(107, 7, 107)
    trade.post(order, "handle")
    assert trade.stock(bolt) == 107


def test_the_vendor_s_over_receipt_code_holds_where_the_item_has_none(trade):
    trade.session.add(OverReceiptCode(code="TEN", tolerance_percent=10))
    trade.session.commit()
    trade.change(trade.session.query(Vendor).filter_by(no="VEND").one(), over_receipt_code="TEN")
    order = trade.open("purchase_order", {"item": trade.item(), "quantity": 100, "unit_amount": 1})

    assert trade.line(order).over_receipt_code == "TEN"
    assert trade.edit(order, qty_to_handle=110).quantity == 110
    trade.refused("over_receipt_code_unknown", lambda: trade.edit(order, over_receipt_code="NONE"))


def test_over_receipt_without_a_code_is_refused(trade):
    bolt = trade.item()
    order = trade.open("purchase_order", {"item": bolt, "quantity": 100, "unit_amount": 1})

    trade.refused("quantity_exceeds_outstanding", lambda: trade.edit(order, qty_to_handle=101))


def test_more_than_outstanding_and_the_other_direction_are_refused(trade):
    bolt = trade.item()
    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})

    trade.refused("quantity_exceeds_outstanding", lambda: trade.edit(order, qty_to_handle=11))
    trade.refused("quantity_sign", lambda: trade.edit(order, qty_to_handle=-1))
    trade.refused("quantity_exceeds_outstanding", lambda: trade.post(order, "handle", said={1: (11, None)}))


def test_the_quantity_stays_above_what_is_shipped(trade):
    bolt = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})
    trade.post(order, "handle", said={1: (6, 0)})
    trade.reopen(order)

    trade.refused("quantity_below_handled", lambda: trade.edit(order, quantity=5))
    trade.edit(order, quantity=6)

    assert trade.line(order).outstanding_qty == 0


def test_no_more_is_billed_than_is_moved(trade):
    bolt = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})
    trade.post(order, "handle", said={1: (6, 0)})
    trade.edit(order, qty_to_handle=0)

    trade.refused("quantity_to_invoice_too_large", lambda: trade.edit(order, qty_to_invoice=7))
    trade.refused("quantity_to_invoice_too_large", lambda: trade.post(order, "invoice", said={1: (None, 7)}))


def test_a_line_that_moved_keeps_item_and_unit_and_cannot_be_deleted_unbilled(trade):
    bolt, nut = trade.item(unit_cost=1), trade.item("NUT")
    blue = trade.world.location_id("BLUE")
    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})
    trade.post(order, "handle", said={1: (6, 0)})
    trade.reopen(order)

    trade.refused("line_already_handled", lambda: trade.edit(order, item=nut))
    trade.refused("line_not_invoiced", lambda: trade.edit(order, location_id=blue))
    trade.refused("line_not_invoiced", lambda: trade.delete_line(order))
    trade.refused("line_not_invoiced", lambda: trade.delete(order))


def test_blank_default_proposes_nothing_to_ship(trade):
    trade.set(default_qty_to_ship=DefaultQuantity.BLANK)
    bolt = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": bolt, "quantity": 10, "unit_amount": 5})

    assert trade.line(order).qty_to_handle == 0
    trade.refused("nothing_to_post", lambda: trade.post(order, "handle"))


def test_a_part_of_a_set_that_is_no_whole_piece_is_refused(trade):
    bolt = trade.item(unit_cost=1)
    set_id = trade.unit(bolt, "SET", 6, precision=1)
    order = trade.open("sales_order", {"item": bolt, "quantity": 1, "unit_of_measure_id": set_id, "unit_amount": 5})

    trade.refused("quantity_unbalanced", lambda: trade.post(order, "handle", said={1: ("0.1667", 0)}))
    trade.post(order, "handle", said={1: ("0.16667", 0)})

    line = trade.line(order)
    assert (line.qty_handled_base, line.outstanding_qty_base) == numbers(1, 5)


def test_a_negative_line_on_an_order_goes_the_other_way(each_trade):
    trade = each_trade
    bolt, nut = trade.item(unit_cost=1), trade.item("NUT", unit_cost=1)
    order = trade.open(
        "sales_order", {"item": bolt, "quantity": 3, "unit_amount": 5}, {"item": nut, "quantity": -2, "unit_amount": 5}
    )

    trade.post(order)

    assert (trade.stock(bolt), trade.stock(nut)) == numbers(-3, 2)
    trade.proven()


def test_a_bill_below_zero_is_refused(trade):
    bolt = trade.item(unit_cost=1)
    bill = trade.open("sales_invoice", {"item": bolt, "quantity": -2, "unit_amount": 5})

    trade.refused("total_negative", lambda: trade.post(bill))


def test_an_over_receipt_that_needs_approval_is_posted_only_after_it(trade):
    trade.session.add(OverReceiptCode(code="ASK", tolerance_percent=10, approval_required=True, default_code=True))
    trade.session.commit()
    order = trade.open("purchase_order", {"item": trade.item(), "quantity": 100})
    assert trade.line(order).over_receipt_code == "ASK"  # the default, for item and vendor name none
    nothing = trade.refused("nothing_to_approve", lambda: perform(trade.session, lambda s: approve(s, order.id)))
    assert order.no in nothing.message

    trade.edit(order, qty_to_handle=107)
    trade.refused("over_receipt_not_approved", lambda: trade.post(order, "handle"))
    assert perform(trade.session, lambda session: approve(session, order.id)) == 1
    trade.post(order, "handle", said={1: (107, 0)})

    assert trade.figures(order)[:4] == numbers(107, 0, 107, 0)
