"""The smaller refusals of lines, runs and corrections, by code and with nothing posted."""

import pytest

from core.unit_of_work import perform
from models import GlAccount, ItemTrackingCode, Location, PriceList, TradeDocument
from models.enums import CostingMethod, PriceListStatus, TradeSide, TradeType
from services.trade import copying, headers, price_lists, quotes
from services.trade.corrections import cancel_invoice
from services.trade.drop_shipments import get_sales_lines
from services.trade.get_lines import get_posted_lines
from services.trade.line_numbers import Number
from services.trade.payments import post_payment
from services.trade.reversing import get_lines_to_reverse
from services.trade.undo import undo_posted_line
from tests.builders import d, day


def run(trade, work):
    return perform(trade.session, work)


@pytest.fixture
def item(trade):
    return trade.item(unit_cost=1)


def account(trade, no):
    return trade.session.query(GlAccount).filter_by(no=no).one().id


def transit(trade):
    return trade.world.location("LOG", use_as_in_transit=True).id


def test_what_a_line_names_fits_together(trade, item):
    other = trade.item("NUT")
    red = trade.world.variant(other, "RED")
    blocked = trade.world.variant(item, "OLD", blocked=True)
    box = trade.unit(other, "BOX", 6)
    row = {"item": item, "quantity": 1, "unit_amount": 1}

    for code, more in (
        ("variant_not_of_item", {"variant_id": red.id}),
        ("variant_blocked", {"variant_id": blocked.id}),
        ("unit_not_of_item", {"unit_of_measure_id": box}),
        ("location_in_transit", {"location_id": transit(trade)}),
        ("unknown_field", {"no": "X"}),
    ):
        trade.refused(code, lambda given=row | more: trade.open("sales_order", given))
    trade.refused(
        "account_not_posting",
        lambda: trade.open(
            "purchase_order", {"gl_account_id": account(trade, "5210"), "quantity": 1, "unit_amount": 1}
        ),
    )


def test_a_g_l_line_goes_to_its_account(each_trade):
    trade = each_trade
    row = {"gl_account_id": account(trade, "6310"), "quantity": 2, "unit_amount": 15}

    trade.post(trade.open("purchase_invoice", row))

    assert trade.world.gl() == {"6310": d(30), "payables": d(-30)}
    assert trade.posted_lines(1)[0].description == "Freight out"
    trade.proven()


def test_a_service_item_is_billed_and_carries_no_stock(each_trade):
    trade = each_trade
    work = trade.item("WORK", type="service")

    trade.post(trade.open("sales_order", {"item": work, "quantity": 3, "unit_amount": 40}))

    assert trade.owed(TradeSide.SALES) == 120
    assert trade.stock(work) == 0
    trade.proven()


def test_numbers_of_lines(trade):
    code = trade.world.tracking_code("SN", serial_specific=True)
    serial, plain = trade.item("SER", item_tracking_code_id=code.id), trade.item("PLAIN")
    lots = trade.item("LOTS", item_tracking_code_id=trade.world.tracking_code("LOTS", lot_specific=True).id)
    row = {"quantity": 4, "unit_amount": 1}

    def opened(one, *numbers):
        return trade.open("purchase_order", row | {"item": one}, numbers=[numbers])

    trade.refused("serial_quantity", lambda: opened(serial, Number(serial_no="A", quantity=d(2))))
    trade.refused("tracking_quantity", lambda: opened(lots, Number(lot_no="A", quantity=d(0))))
    trade.refused("tracking_not_allowed", lambda: opened(plain, Number(lot_no="A", quantity=d(1))))
    order = opened(lots, Number(lot_no="A", quantity=d(4)))
    trade.post(order, "handle", said={1: (2, 0)})
    trade.reopen(order)
    trade.refused("tracking_handled", lambda: renumber(trade, order, Number(lot_no="B", quantity=d(4))))
    assert trade.session.query(ItemTrackingCode).filter_by(code="LOTS").count() == 1


def renumber(trade, order, *numbers):
    from services.trade import lines

    return run(trade, lambda session: lines.change_line(session, order.id, 10_000, {}, numbers=numbers))


def test_only_what_can_be_billed_is_fetched(trade, item):
    order = trade.open("purchase_order", {"item": item, "quantity": 2, "unit_amount": 1})
    receipt = trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]
    done = trade.posted_lines(trade.buy(item, 1, 1)["handling_id"])[0]
    other = {"item": trade.item("NUT", unit_cost=1), "quantity": 1, "unit_amount": 1}
    shipment = trade.post(trade.open("sales_order", other), "handle")
    shipped = trade.posted_lines(shipment["handling_id"])[0]
    bill = trade.open("purchase_invoice")

    def fetch(document, line_id):
        return run(trade, lambda session: get_posted_lines(session, document.id, [line_id]))

    trade.refused("not_an_invoice", lambda: fetch(order, receipt.id))
    trade.refused("posted_line_invoiced", lambda: fetch(bill, done.id))
    trade.refused("posted_line_other_kind", lambda: fetch(bill, shipped.id))
    fetch(bill, receipt.id)
    trade.refused("posted_line_fetched", lambda: fetch(bill, receipt.id))
    run(trade, lambda session: undo_posted_line(session, receipt.id, trade.poster))
    trade.refused("posted_line_undone", lambda: fetch(trade.open("purchase_invoice"), receipt.id))
    trade.refused("quantity_to_invoice_too_large", lambda: trade.post(bill))


def test_only_receipts_and_shipments_are_undone(trade, item):
    bill = trade.posted_lines(trade.buy(item, 1, 1)["invoice_id"])[0]
    special = trade.item("SPEC", method=CostingMethod.SPECIFIC)
    order = trade.open("purchase_order", {"item": special, "quantity": 1, "unit_amount": 1})
    loose = trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]

    for code, line in (("undo_not_possible", bill), ("undo_specific", loose)):
        trade.refused(code, lambda given=line: run(trade, lambda s: undo_posted_line(s, given.id, trade.poster)))
    trade.refused("posted_line_not_found", lambda: run(trade, lambda s: undo_posted_line(s, 999, trade.poster)))


def test_the_invoice_of_a_drop_shipment_is_not_cancelled(trade, item):
    order = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 5, "drop_shipment": True})
    buying = trade.open("purchase_order")
    sold = trade.line(order).id
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold]))
    trade.refused("line_linked", lambda: run(trade, lambda s: get_sales_lines(s, buying.id, [sold])))
    trade.refused("not_a_purchase_order", lambda: run(trade, lambda s: get_sales_lines(s, order.id, [sold])))
    trade.post(order, "handle")
    bill = trade.post(order, "invoice")["invoice_id"]

    trade.refused(
        "drop_shipment_invoice",
        lambda: run(trade, lambda s: cancel_invoice(s, bill, trade.poster, on=day("2025-03-16"))),
    )
    plain = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 5})
    trade.reopen(buying)
    trade.refused(
        "no_purchasing_code", lambda: run(trade, lambda s: get_sales_lines(s, buying.id, [trade.line(plain).id]))
    )


def test_an_invoice_from_a_directed_warehouse_and_a_loose_memo_are_not_cancelled(trade, item):
    place = trade.session.query(Location).filter_by(code="BLUE").one()
    row = {"item": item, "quantity": 1, "unit_amount": 5}
    bill = trade.post(trade.open("sales_invoice", row | {"location_id": place.id}))["invoice_id"]
    memo = trade.post(trade.open("sales_credit_memo", row))["invoice_id"]
    trade.change(place, bin_mandatory=True, directed_put_away_and_pick=True)

    for code, posted in (("warehouse_directed", bill), ("not_an_invoice", memo)):
        trade.refused(
            code,
            lambda given=posted: run(trade, lambda s: cancel_invoice(s, given, trade.poster, on=day("2025-03-16"))),
        )


def test_dates_and_numbers_that_a_bill_needs(trade, item):
    bill = trade.open("sales_invoice", {"item": item, "quantity": 1, "unit_amount": 5})
    trade.change(bill, due_date=None)
    trade.refused("due_date_missing", lambda: trade.post(bill))
    trade.change(bill, due_date=day("2025-03-30"), posting_date=None)
    trade.refused("posting_date_missing", lambda: trade.post(bill))
    trade.set(external_document_no_mandatory=True)
    trade.refused("external_document_no_missing", lambda: trade.post(bill, on="2025-03-03"))


def test_a_header_is_not_moved_to_goods_in_transit(trade):
    order = trade.open("sales_order")
    place = transit(trade)

    trade.refused(
        "location_in_transit",
        lambda: run(trade, lambda s: headers.change_header(s, order.id, {"location_id": place})),
    )


def test_charges_go_on_goods_that_are_there(trade, item):
    order = trade.open(
        "purchase_order",
        {"item": item, "quantity": 2, "unit_amount": 1},
        {"item_charge_id": trade.charge_id(), "quantity": 1, "unit_amount": 9},
    )
    trade.refused("not_a_charge", lambda: trade.assign(order, 1, "equally", line=trade.line(order).id))
    trade.refused("charge_target_unknown", lambda: trade.assign(order, 2, "equally", line=trade.line(order, 2).id))
    trade.assign(order, 2, "equally", line=trade.line(order).id)

    trade.refused("charge_target_not_received", lambda: trade.post(order, said={1: (0, 0), 2: (1, 1)}))


def test_documents_of_the_wrong_kind(trade, item):
    order = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 5})
    trade.refused("not_a_quote", lambda: run(trade, lambda s: quotes.convert_quote(s, order.id, on=day("2025-03-16"))))
    trade.refused("not_a_return", lambda: run(trade, lambda s: get_lines_to_reverse(s, order.id, {})))
    back = trade.open("sales_return_order")
    trade.refused("nothing_to_reverse", lambda: run(trade, lambda s: get_lines_to_reverse(s, back.id, {})))
    trade.refused(
        "no_negative_lines",
        lambda: run(trade, lambda s: copying.move_negative_lines(s, order.id, on=day("2025-03-16"))),
    )
    trade.refused(
        "posted_document_not_found",
        lambda: run(trade, lambda s: copying.copy_posted(s, 99, type_=TradeType.ORDER, on=day("2025-03-16"))),
    )
    trade.refused("already_exists", lambda: renamed(trade, order))


def renamed(trade, order):
    from models import NumberSeries
    from services.trade.documents import create_document

    trade.session.query(NumberSeries).filter_by(code="SO").update({"manual_nos": True})
    trade.session.commit()
    return run(
        trade,
        lambda s: create_document(s, TradeSide.SALES, TradeType.ORDER, "CUST", on=day("2025-03-16"), no=order.no),
    )


def test_price_lists_are_consistent(trade, item):
    customer = trade.session.query(TradeDocument).count()  # nothing is open here
    assert customer == 0

    def made(code, **header):
        return run(trade, lambda s: price_lists.create_price_list(s, TradeSide.SALES, code, header))

    def line(which, **values):
        return run(trade, lambda s: price_lists.add_price_line(s, s.get_one(PriceList, which.id), values))

    summer = made("SUMMER")
    trade.refused("already_exists", lambda: made("SUMMER"))
    trade.refused("dates_order", lambda: made("X", starting_date=day("2025-03-02"), ending_date=day("2025-03-01")))
    trade.refused("item_or_group", lambda: line(summer, unit_amount=d(1)))
    trade.refused("nothing_given", lambda: line(summer, item_id=item.id))
    trade.refused("discount_out_of_range", lambda: line(summer, item_id=item.id, discount_percent=d(101)))
    line(summer, item_id=item.id, unit_amount=d(1))
    run(trade, lambda s: price_lists.set_status(s, summer.id, PriceListStatus.ACTIVE))
    trade.refused("price_list_active", lambda: line(summer, item_id=item.id, unit_amount=d(2)))
    trade.refused("price_list_not_found", lambda: run(trade, lambda s: price_lists.set_status(s, 99, "active")))


def test_payments_are_above_zero_and_close_what_is_open(trade):
    def pay(amount, **more):
        return run(
            trade,
            lambda s: post_payment(
                s, TradeSide.PURCHASE, "VEND", d(amount), trade.poster, on=day("2025-03-16"), document_no="B1", **more
            ),
        )  # fmt: skip

    trade.refused("not_positive", lambda: pay(0))
    trade.refused("account_not_found", lambda: pay(1, account_no="9999"))
    trade.refused("applies_to_not_found", lambda: pay(1, applies_to="PI-1"))
