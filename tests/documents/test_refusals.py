"""Statuses, blocks, and everything that posting refuses: by code, with nothing posted (documents.md 2, 4, 6)."""

import pytest

from core.errors import errors_of
from core.unit_of_work import perform
from models import (
    GeneralPostingSetup,
    InventoryPostingSetup,
    Location,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
)
from models.enums import DefaultNoYes, DefaultPostingDate, DocumentStatus, PartyBlocked, ShippingAdvice, TradeSide
from services.inventory_periods import add_period, close_period
from services.poster import Poster
from services.trade import documents, headers
from services.trade.batch import post_each
from services.trade.posting import Wish, post_document
from services.trade.setup import edit_trade_setup, save_vat_setup
from tests.builders import d, day
from tests.support.trading import numbers


def sale(trade, item, quantity=5, **header):
    return trade.open("sales_order", {"item": item, "quantity": quantity, "unit_amount": 9}, **header)


def card(trade, model, no):
    return trade.session.query(model).filter_by(no=no).one()


def customer(trade, no="CUST"):
    from models import Customer

    return card(trade, Customer, no)


# ------------------------------------------------------------------ 2 header
def test_the_card_fills_the_header(trade):
    blue = trade.world.location_id("BLUE")
    trade.change(customer(trade), location_id=blue, shipping_agent_code="DHL", shipping_complete=True)

    order = trade.open("sales_order")

    assert (order.location_id, order.shipping_agent_code, order.name) == (blue, "DHL", "Customer")
    assert order.shipping_advice == ShippingAdvice.COMPLETE
    assert order.due_date == day("2025-03-02")


def test_a_vendor_s_bill_is_posted_once(each_trade):
    trade = each_trade
    item = trade.item()
    row = {"item": item, "quantity": 1, "unit_amount": 1}
    trade.post(trade.open("purchase_invoice", row, vendor_invoice_no="R-17"))

    trade.refused(
        "vendor_invoice_no_used", lambda: trade.post(trade.open("purchase_invoice", row, vendor_invoice_no="R-17"))
    )
    trade.post(trade.open("purchase_invoice", row, vendor_invoice_no="R-17", party="VEND2"))


def test_a_vendor_s_number_is_demanded_where_set_up_says_so(trade):
    trade.set(vendor_invoice_no_mandatory=True)
    bill = trade.open("purchase_invoice", {"item": trade.item(), "quantity": 1, "unit_amount": 1})

    trade.refused("vendor_invoice_no_missing", lambda: trade.post(bill))


def test_a_block_for_shipping_stops_orders_and_lets_bills_through(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)
    trade.post(order, "handle", said={1: (2, 0)})
    trade.change(customer(trade), blocked=PartyBlocked.SHIP)

    trade.refused("party_blocked", lambda: sale(trade, item))
    trade.refused("party_blocked", lambda: trade.post(order, "handle"))
    trade.post(order, "invoice")

    assert trade.owed(TradeSide.SALES) == 18


def test_set_up_may_want_the_posting_date_entered_each_time(trade):
    trade.set(default_posting_date=DefaultPostingDate.NO_DATE)
    order = trade.open("sales_order", {"item": trade.item(unit_cost=1), "quantity": 1, "unit_amount": 1})
    assert order.posting_date is None
    refused = trade.refused("posting_date_missing", lambda: trade.post(order))
    assert refused.field == "posting_date"
    trade.post(order, on="2025-03-05")


@pytest.mark.parametrize("kind", ["quote", "order", "invoice"])
def test_a_block_for_invoicing_stops_what_ends_in_a_bill(trade, kind):
    trade.change(customer(trade), blocked=PartyBlocked.INVOICE)

    trade.refused("party_blocked", lambda: trade.open(f"sales_{kind}"))


def test_a_vendor_blocked_for_payment_still_delivers(trade):
    vendor = card(trade, Vendor, "VEND")
    trade.change(vendor, blocked=PartyBlocked.PAYMENT)
    trade.buy(trade.item(), 1, 1)
    trade.change(vendor, blocked=PartyBlocked.ALL)

    trade.refused("party_blocked", lambda: trade.open("purchase_order"))


def test_another_party_rebuilds_the_lines_and_is_refused_once_something_moved(trade):
    item = trade.item(unit_cost=1, unit_price=4)
    order = sale(trade, item)

    def change(*confirmed):
        return perform(
            trade.session,
            lambda session: headers.change_party(session, order.id, "CUST2", confirmed=confirmed),
        )

    trade.refused("lines_rebuilt_question", change)
    change("lines_rebuilt")
    assert (trade.line(order).unit_amount, trade.line(order).quantity) == numbers(4, 5)
    trade.post(order, "handle", said={1: (1, 0)})
    trade.reopen(order)
    trade.refused("document_has_postings", lambda: trade_party(trade, order, "CUST"))


def trade_party(trade, order, no):
    return perform(
        trade.session, lambda session: headers.change_party(session, order.id, no, confirmed=["lines_rebuilt"])
    )


def test_a_location_of_the_header_asks_whether_the_lines_follow(trade):
    blue = trade.world.location_id("BLUE")
    order = sale(trade, trade.item())

    def change(*confirmed):
        return perform(
            trade.session,
            lambda session: headers.change_header(session, order.id, {"location_id": blue}, confirmed=confirmed),
        )

    trade.refused("lines_follow_question", change)
    change("lines_follow")

    assert trade.line(order).location_id == blue


# ------------------------------------------------------------------ 4 status
def test_released_lines_are_closed_but_for_what_to_move(trade):
    order = sale(trade, trade.item(unit_cost=1))
    trade.release(order)

    for values in ({"quantity": 6}, {"unit_amount": 1}, {"line_discount_percent": 1}, {"expected_date": "2025-03-09"}):
        trade.refused("document_released", lambda given=values: trade.edit(order, **given))
    trade.refused("document_released", lambda: trade.delete_line(order))
    trade.edit(order, qty_to_handle=2)
    assert trade.line(order).qty_to_handle == 2

    trade.reopen(order)
    trade.edit(order, quantity=6)


def test_purchase_dates_stay_open_while_released_but_for_the_promise(trade):
    order = trade.open("purchase_order", {"item": trade.item(), "quantity": 1, "unit_amount": 1})
    trade.release(order)

    trade.edit(order, expected_date="2025-03-20")

    assert trade.line(order).expected_date == day("2025-03-20")
    trade.refused(
        "document_released",
        lambda: perform(
            trade.session,
            lambda session: headers.change_header(session, order.id, {"promised_date": day("2025-03-20")}),
        ),
    )


def test_an_order_of_comments_is_not_released(trade):
    order = trade.open("sales_order", {"description": "Mind the dog"})

    trade.refused("no_lines", lambda: trade.release(order))


def test_release_asks_for_location_and_variant(trade):
    trade.world.set(location_mandatory=True)
    item = trade.item(variant_mandatory=DefaultNoYes.YES)
    trade.world.variant(item, "RED")
    order = sale(trade, item)

    error = trade.refused("location_required", lambda: trade.release(order))

    assert [single.code for single in errors_of(error)] == ["location_required", "variant_required"]


def test_a_failed_posting_leaves_an_open_order_as_it_was(trade):
    item = trade.item(prevent_negative_inventory=DefaultNoYes.YES)
    order = sale(trade, item)
    before = trade.figures(order)

    error = trade.refused("negative_inventory", lambda: trade.post(order))

    assert error.line == 10_000
    assert trade.document(order.id).status == DocumentStatus.OPEN
    assert trade.figures(order) == before


def test_posting_releases_by_itself(trade):
    order = sale(trade, trade.item(unit_cost=1))

    trade.post(order, "handle", said={1: (1, 0)})

    assert trade.document(order.id).status == DocumentStatus.RELEASED


# ------------------------------------------------------------------ 6 posting
def test_example_3_negative_inventory(each_trade):
    trade = each_trade
    blue, red = (trade.world.location_id(code) for code in ("BLUE", "RED"))
    rows = [
        ("DEFAULT", DefaultNoYes.DEFAULT, False, True),
        ("STRICT", DefaultNoYes.DEFAULT, True, False),
        ("NO", DefaultNoYes.NO, True, True),
        ("YES", DefaultNoYes.YES, False, False),
    ]
    for no, own, setup, posts in rows:
        trade.world.set(prevent_negative_inventory=setup)
        item = trade.item(no, prevent_negative_inventory=own, unit_cost=1)
        trade.buy(item, 4, 1, location_id=blue)
        trade.buy(item, 20, 1, location_id=red)
        order = trade.open("sales_order", {"item": item, "quantity": 6, "unit_amount": 9, "location_id": blue})
        if posts:
            trade.post(order)
        else:
            trade.refused("negative_inventory", lambda given=order: trade.post(given))
    trade.proven()


def test_the_posting_date_lies_in_the_range_of_the_user(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)
    narrow = Poster(user_name="narrow", allow_posting_from=day("2025-03-01"), allow_posting_to=day("2025-03-31"))

    error = trade.refused("posting_date_not_allowed", lambda: trade.post(order, on="2025-04-01", poster=narrow))
    assert error.field == "posting_date"
    trade.post(order, on="2025-04-01", poster=Poster(user_name="wide"))


def test_a_closed_period_takes_nothing(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)

    def close(session):
        add_period(session, day("2025-03-31"))
        close_period(session, day("2025-03-31"))

    perform(trade.session, close)

    trade.refused("inventory_period_closed", lambda: trade.post(order, on="2025-03-15"))


@pytest.mark.parametrize(
    ("flag", "code", "kind", "returned"),
    [
        ("blocked", "item_blocked", "sales_order", "sales_return_order"),
        ("sales_blocked", "item_sales_blocked", "sales_order", "sales_return_order"),
        ("purchasing_blocked", "item_purchasing_blocked", "purchase_order", "purchase_return_order"),
    ],
)
def test_blocked_items_are_refused_on_entry_and_at_posting(trade, flag, code, kind, returned):
    item = trade.item(unit_cost=1)
    row = {"item": item, "quantity": 1, "unit_amount": 1}
    before = trade.open(kind, row)
    trade.change(item, **{flag: True})

    trade.refused(code, lambda: trade.open(kind, row))
    trade.refused(code, lambda: trade.post(before))
    if flag != "blocked":
        trade.post(trade.open(returned, row))


def test_a_lot_short_of_the_quantity_is_refused(trade):
    from services.trade.line_numbers import Number

    code = trade.world.tracking_code("LOTS", lot_specific=True)
    item = trade.item(item_tracking_code_id=code.id)
    row = {"item": item, "quantity": 10, "unit_amount": 1}
    short = trade.open("purchase_order", row, numbers=[[Number(lot_no="A", quantity=d(9))]])
    none = trade.open("purchase_order", row)

    assert trade.refused("tracking_missing", lambda: trade.post(short)).line == 10_000
    trade.refused("tracking_missing", lambda: trade.post(none))
    trade.refused(
        "tracking_too_much",
        lambda: trade.open("purchase_order", row, numbers=[[Number(lot_no="A", quantity=d(11))]]),
    )
    trade.refused(
        "tracking_duplicate",
        lambda: trade.open("purchase_order", row, numbers=[[Number(lot_no="A", quantity=d(1))] * 2]),
    )


def test_missing_inventory_set_up_names_location_and_group(trade):
    item = trade.item(unit_cost=1)
    blue = trade.world.location_id("BLUE")
    trade.session.query(InventoryPostingSetup).filter_by(location_id=blue).delete()
    trade.session.commit()
    order = trade.open("purchase_order", {"item": item, "quantity": 1, "unit_amount": 1, "location_id": blue})

    error = trade.refused("posting_setup_missing", lambda: trade.post(order))

    assert "BLUE" in error.message


@pytest.mark.parametrize("model", [GeneralPostingSetup, VatPostingSetup])
def test_missing_general_and_vat_set_up_are_refused(trade, model):
    item = trade.item(unit_cost=1, vat="STANDARD")
    trade.session.query(model).delete()
    trade.session.commit()

    error = trade.refused("posting_setup_missing", lambda: trade.post(sale(trade, item)))

    assert "DOMESTIC" in error.message


def test_a_blocked_set_up_is_refused(trade):
    item = trade.item(unit_cost=1)
    trade.session.query(GeneralPostingSetup).update({"blocked": True})
    trade.session.commit()

    trade.refused("posting_setup_blocked", lambda: trade.post(sale(trade, item)))


def test_complete_shipping_advice_wants_all_of_it(trade):
    item, other = trade.item(unit_cost=1), trade.item("NUT", unit_cost=1)
    order = trade.open(
        "sales_order",
        {"item": item, "quantity": 5, "unit_amount": 1},
        {"item": other, "quantity": 5, "unit_amount": 1},
        shipping_advice=ShippingAdvice.COMPLETE,
    )

    trade.refused("shipping_incomplete", lambda: trade.post(order, "handle", said={1: (5, 0), 2: (4, 0)}))
    trade.post(order, "handle")

    assert trade.line(order, 2).completely_handled


@pytest.mark.parametrize(
    ("switch", "kind"), [("require_receive", "purchase_order"), ("require_shipment", "sales_order")]
)
def test_a_location_of_warehouse_documents_is_not_posted_from_the_order(trade, switch, kind):
    blue = trade.session.query(Location).filter_by(code="BLUE").one()
    trade.change(blue, **{switch: True})
    row = {"item": trade.item(unit_cost=1), "quantity": 1, "unit_amount": 1, "location_id": blue.id}
    order = trade.open(kind, row)

    trade.refused("warehouse_document_required", lambda: trade.post(order))
    trade.set(post_past_warehouse=True)
    trade.post(order)


def test_lines_without_a_location_follow_the_steps_of_the_company(trade):
    row = {"item": trade.item(unit_cost=1), "quantity": 1, "unit_amount": 1}
    order = trade.open("purchase_order", row)
    trade.world.set(require_receive=True)

    error = trade.refused("warehouse_document_required", lambda: trade.post(order))

    assert "what has no location" in error.message
    trade.world.set(require_receive=False)
    trade.post(order)


def test_nothing_to_post_is_said(trade):
    order = sale(trade, trade.item(unit_cost=1))

    trade.refused("nothing_to_post", lambda: trade.post(order, "invoice"))


def test_every_refusal_of_a_posting_is_told_at_once(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)
    trade.change(customer(trade), blocked=PartyBlocked.ALL)
    narrow = Poster(user_name="narrow", allow_posting_to=day("2025-03-01"))

    error = trade.refused("posting_date_not_allowed", lambda: trade.post(order, poster=narrow))

    assert [single.code for single in errors_of(error)] == [
        "posting_date_not_allowed", "party_blocked", "party_blocked",
    ]  # fmt: skip


# ------------------------------------------------------------------ 1, 5 what is left behind
def test_an_invoice_moves_stock_and_leaves_a_shipment_where_set_up_says_so(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1)
    row = {"item": item, "quantity": 2, "unit_amount": 5}

    first = trade.post(trade.open("sales_invoice", row))
    trade.set(shipment_on_invoice=False)
    second = trade.post(trade.open("sales_invoice", row))

    assert trade.stock(item) == -4
    assert bool(first["handling_no"])
    assert second["handling_no"] == ""
    trade.proven()


def test_shipping_writes_one_line_and_one_entry_and_no_receivable(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item, 10)

    shipped = trade.post(order, "handle", said={1: (6, 0)})

    assert [line.quantity for line in trade.posted_lines(shipped["handling_id"])] == [6]
    assert [entry.quantity for entry in trade.world.entries(item)] == [-6]
    assert trade.owed(TradeSide.SALES) == 0
    entries = len(trade.world.entries(item))
    trade.post(order, "invoice")
    assert len(trade.world.entries(item)) == entries


def test_a_preview_draws_no_number_and_leaves_no_row(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)
    before = trade.rows()

    seen = trade.post(order, rehearsed=True)

    assert trade.rows() == before
    assert trade.post(order)["invoice_no"] == seen["invoice_no"]


def test_a_quote_posts_nothing(trade):
    item = trade.item(unit_cost=1)
    quote = trade.open("sales_quote", {"item": item, "quantity": 2, "unit_amount": 5})

    trade.refused("quote_not_posted", lambda: trade.post(quote))


def test_a_stale_page_is_told_who_changed_the_document(trade):
    order = sale(trade, trade.item(unit_cost=1))
    seen = order.version
    trade.edit(order, quantity=6)

    def save():
        return perform(
            trade.session,
            lambda session: headers.change_header(session, order.id, {"agent": "Me"}, version=seen),
        )

    assert "changed" in trade.refused("document_changed", save).message
    line = trade.line(order)

    def save_line():
        from services.trade import lines

        return perform(
            trade.session,
            lambda session: lines.change_line(
                session, order.id, line.line_no, {"quantity": d(9)}, version=line.version - 1
            ),
        )

    assert "Somebody changed this line" in trade.refused("line_changed", save_line).message


def test_the_double_click_posts_once(trade):
    item = trade.item(unit_cost=1)
    order = sale(trade, item)

    def click():
        return perform(
            trade.session,
            lambda session: post_document(session, order.id, Wish(handle=True, invoice=True), trade.poster),
            key="one-click",
        )

    first, second = click(), click()

    assert first["invoice_no"] == second["invoice_no"]
    assert trade.stock(item) == -5


def test_a_deleted_document_is_gone_and_not_found(trade):
    order = sale(trade, trade.item())

    trade.delete(order)

    trade.refused(
        "document_not_found",
        lambda: documents.get_document(trade.session, order.side, order.type, order.no),
    )


def test_in_a_batch_of_three_one_is_told_and_two_are_posted(each_trade):
    trade = each_trade
    code = trade.world.tracking_code("LOTS", lot_specific=True)
    lots = trade.item("LOTS", item_tracking_code_id=code.id)
    item = trade.item()
    row = {"quantity": 1, "unit_amount": 1}
    orders = [trade.open("purchase_order", row | {"item": one}).id for one in (item, lots, item)]

    outcomes = post_each(trade.session, orders, Wish(handle=True, invoice=True), trade.poster)

    assert [bool(outcome.posted) for outcome in outcomes] == [True, False, True]
    assert [error.code for error in outcomes[1].refusals] == ["tracking_missing"]
    assert trade.stock(item) == 2
    trade.proven()


def test_set_up_of_rates_and_switches(trade):
    def work(session):
        setup = edit_trade_setup(session, {"shipment_on_invoice": False})
        rate = save_vat_setup(session, 0, trade_vat_group(session), {"vat_percent": d(7)})
        return setup.shipment_on_invoice, rate.vat_percent

    assert perform(trade.session, work) == (False, 7)
    trade.refused(
        "percent_out_of_range",
        lambda: perform(
            trade.session,
            lambda session: save_vat_setup(session, 0, trade_vat_group(session), {"vat_percent": d(107)}),
        ),
    )


def trade_vat_group(session):
    return session.query(VatProductPostingGroup).filter_by(code="STANDARD").one().id
