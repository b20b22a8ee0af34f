"""Dates, quotes, copies, drop shipments, service orders, responsibility centres (documents.md 7, 8, 15 to 18)."""

import pytest
from sqlalchemy import select

from core.errors import PostingError, ValidationError
from core.unit_of_work import perform
from models import (
    Customer,
    Location,
    PostedDocument,
    PostedLine,
    PurchasingCode,
    ResponsibilityCenter,
    ShippingAgent,
    TradeArchive,
    User,
    WorkCalendar,
)
from models.enums import DocumentType, TradeSide, TradeType
from services.reservations.keep import LineRef, reserve
from services.reservations.sources import SourceKind
from services.trade import archive, documents, headers, quotes
from services.trade.calendars import WorkDays, earlier, later
from services.trade.copying import copy_document, copy_open, copy_posted, move_negative_lines
from services.trade.drop_shipments import get_sales_lines, open_sales_lines
from services.trade.housekeeping import combine, delete_invoiced_orders
from services.trade.posted import get_posted
from services.trade.reversing import get_lines_to_reverse, lines_to_reverse
from services.trade.undo import undo_posted_line
from tests.builders import d, day
from tests.support.trading import numbers


def run(trade, work):
    return perform(trade.session, work)


# ------------------------------------------------------------------ 7, 8 dates
@pytest.fixture
def purchase(trade):
    """Example 4: lead time 7D, inbound handling 1D, safety lead time 2D."""
    blue = trade.session.query(Location).filter_by(code="BLUE").one()
    trade.change(blue, inbound_handling_time="1D", outbound_handling_time="1D")
    item = trade.item(lead_time="7D", safety_lead_time="2D")
    return trade.open(
        "purchase_order", {"item": item, "quantity": 10, "unit_amount": 1}, location_id=blue.id, on="2026-03-02"
    )


def dates(line, *names):
    return tuple(f"{getattr(line, name):%d.%m}" for name in names)


def test_example_4_purchase_dates(trade, purchase):
    names = ("order_date", "planned_date", "expected_date")

    assert dates(trade.line(purchase), *names) == ("02.03", "09.03", "12.03")
    assert dates(trade.edit(purchase, requested_date="2026-03-20"), *names) == ("13.03", "20.03", "23.03")
    assert dates(trade.edit(purchase, promised_date="2026-03-25"), *names) == ("13.03", "25.03", "28.03")
    trade.refused("promised_date_filled", lambda: trade.edit(purchase, requested_date="2026-03-21"))
    assert dates(trade.edit(purchase, promised_date=None), *names) == ("13.03", "20.03", "23.03")


def test_a_partial_receipt_leaves_the_date_of_the_rest(trade, purchase):
    before = trade.line(purchase).expected_date

    trade.post(purchase, "handle", said={1: (4, 0)})

    line = trade.line(purchase)
    assert (line.outstanding_qty, line.expected_date) == (6, before)


def test_a_negative_lead_time_is_refused(trade, purchase):
    trade.refused("lead_time_negative", lambda: trade.edit(purchase, lead_time="-1D"))


def test_example_5_sales_dates_without_calendars(trade):
    blue = trade.session.query(Location).filter_by(code="BLUE").one()
    trade.change(blue, outbound_handling_time="1D")
    item = trade.item()
    order = trade.open(
        "sales_order", {"item": item, "quantity": 1, "unit_amount": 1}, location_id=blue.id, shipping_time="2D",
        on="2026-03-02",
    )  # fmt: skip
    names = ("expected_date", "planned_shipment_date", "planned_date")

    assert dates(trade.edit(order, expected_date="2026-03-10"), *names) == ("10.03", "11.03", "13.03")
    assert dates(trade.edit(order, requested_date="2026-03-20"), *names) == ("17.03", "18.03", "20.03")
    assert dates(trade.edit(order, promised_date="2026-03-24"), *names) == ("21.03", "22.03", "24.03")


def test_example_5_sales_dates_in_working_days(trade):
    def set_up(session):
        calendar = WorkCalendar(code="WEEK", name="Monday to Friday")
        session.add(calendar)
        session.flush()
        session.add(ShippingAgent(code="DHL", name="DHL", calendar_id=calendar.id))
        blue = session.query(Location).filter_by(code="BLUE").one()
        blue.outbound_handling_time, blue.calendar_id = "1D", calendar.id
        return blue.id

    blue_id = run(trade, set_up)
    order = trade.open(
        "sales_order", {"item": trade.item(), "quantity": 1, "unit_amount": 1}, location_id=blue_id,
        shipping_agent_code="DHL", shipping_time="2D", on="2026-03-02",
    )  # fmt: skip
    names = ("expected_date", "planned_shipment_date", "planned_date")

    assert dates(trade.edit(order, expected_date="2026-03-20"), *names) == ("20.03", "23.03", "25.03")
    assert dates(trade.edit(order, requested_date="2026-03-23"), *names) == ("18.03", "19.03", "23.03")


def test_a_week_of_lead_time_is_seven_working_days():
    week = WorkDays(frozenset(range(5)))
    holiday = WorkDays(frozenset(range(5)), {day("2026-03-06"): False, day("2026-03-07"): True})

    assert later(day("2026-03-02"), "1W", week) == day("2026-03-11")
    assert later(day("2026-03-02"), "4D", holiday) == day("2026-03-07")
    assert earlier(day("2026-03-11"), "1W", week) == day("2026-03-02")


def test_a_calendar_without_work_is_refused():
    with pytest.raises(ValidationError) as refusal:
        later(day("2026-03-02"), "1D", WorkDays(frozenset()))

    assert refusal.value.code == "calendar_without_work"


# ------------------------------------------------------------------ 10 runs
def test_all_open_shipments_of_a_customer_on_one_bill(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1)
    orders = [trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5}) for _number in range(3)]
    nos = [order.no for order in orders]
    for order in orders:
        trade.post(order, "handle")

    drafts = run(trade, lambda session: combine(session, TradeSide.SALES, TradeType.INVOICE, on=day("2025-03-09")))
    assert len(drafts) == 1
    trade.post(drafts[0])

    assert trade.owed(TradeSide.SALES) == 30
    assert run(trade, delete_invoiced_orders) == nos
    assert documents.count_documents(trade.session, TradeSide.SALES, TradeType.ORDER) == 0
    trade.proven()


# ------------------------------------------------------------------ 11 lines to reverse
def test_lines_to_reverse_offer_what_has_not_come_back(each_trade):
    trade = each_trade
    item = trade.item()
    trade.buy(item, 20, 3)
    sale = trade.post(trade.open("sales_order", {"item": item, "quantity": 12, "unit_amount": 9}))
    shipped = trade.posted_lines(sale["handling_id"])[0].id
    memo = trade.open("sales_credit_memo", on="2025-03-09")

    run(trade, lambda session: get_lines_to_reverse(session, memo.id, {shipped: d(3)}))
    trade.post(memo)

    again = trade.open("sales_return_order", on="2025-03-10")
    offered = lines_to_reverse(trade.session, again)
    assert [(found.line.id, found.quantity) for found in offered] == [(shipped, 9)]
    trade.refused(
        "quantity_exceeds_shipped",
        lambda: run(trade, lambda session: get_lines_to_reverse(session, again.id, {shipped: d(10)})),
    )
    run(trade, lambda session: get_lines_to_reverse(session, again.id, {shipped: None}))
    trade.post(again)
    assert (trade.stock(item), trade.value(item)) == numbers(20, 60)
    trade.proven()


def test_returns_are_taken_back_the_other_way_at_their_cost(each_trade):
    """Return receipts and credit memos are offered too; what came back leaves again (section 11)."""
    trade = each_trade
    item = trade.item()
    trade.buy(item, 10, 3)
    trade.buy(item, 10, 5)
    sold = trade.post(trade.open("sales_order", {"item": item, "quantity": 10, "unit_amount": 9}))
    shipped = trade.posted_lines(sold["handling_id"])[0].id
    back = trade.open("sales_return_order", on="2025-03-09")
    run(trade, lambda session: get_lines_to_reverse(session, back.id, {shipped: d(4)}))
    returned = trade.posted_lines(trade.post(back)["handling_id"])[0].id

    order = trade.open("sales_order", on="2025-03-10")
    assert [(found.line.id, found.quantity) for found in lines_to_reverse(trade.session, order)] == [(returned, 4)]
    run(trade, lambda session: get_lines_to_reverse(session, order.id, {returned: d(3)}))
    trade.post(order)

    assert (trade.stock(item), trade.value(item)) == numbers(11, 53)
    swap = trade.open("sales_return_order", on="2025-03-11")
    left = {found.line.id: found.quantity for found in lines_to_reverse(trade.session, swap, returns=True)}
    assert left[returned] == 1
    trade.refused(
        "quantity_exceeds_shipped",
        lambda: run(trade, lambda session: get_lines_to_reverse(session, swap.id, {returned: d(2)})),
    )
    lines = run(trade, lambda session: get_lines_to_reverse(session, swap.id, {returned: None, shipped: d(2)}))
    assert sorted(line.quantity for line in lines) == [-1, 2]
    trade.post(swap)
    assert (trade.stock(item), trade.value(item)) == numbers(12, 56)
    trade.proven()


def test_a_purchase_return_is_taken_back_at_its_cost(trade):
    item = trade.item()
    bought = trade.post(trade.open("purchase_order", {"item": item, "quantity": 8, "unit_amount": 3}))
    received = trade.posted_lines(bought["handling_id"])[0].id
    back = trade.open("purchase_return_order", on="2025-03-09")
    run(trade, lambda session: get_lines_to_reverse(session, back.id, {received: d(5)}))
    sent = trade.posted_lines(trade.post(back)["handling_id"])[0].id

    again = trade.open("purchase_order", on="2025-03-10")
    run(trade, lambda session: get_lines_to_reverse(session, again.id, {sent: d(2)}))
    trade.post(again)

    assert (trade.stock(item), trade.value(item)) == numbers(5, 15)
    trade.proven()


def test_an_undone_line_is_not_offered(trade):
    item = trade.item(unit_cost=1)
    order = trade.open("purchase_order", {"item": item, "quantity": 5, "unit_amount": 1})
    line = trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]
    back = trade.open("purchase_return_order")
    assert [found.line.id for found in lines_to_reverse(trade.session, back)] == [line.id]

    run(trade, lambda session: undo_posted_line(session, line.id, trade.poster))

    assert lines_to_reverse(trade.session, back) == []


# ------------------------------------------------------------------ 15 copies, quotes, versions
def test_copying_a_posted_invoice_at_old_and_at_today_s_prices(trade):
    item = trade.item(unit_price=10, unit_cost=1)
    bill = trade.post(trade.open("sales_invoice", {"item": item, "quantity": 2}))["invoice_id"]
    trade.change(item, unit_price=12)

    old = run(trade, lambda s: copy_posted(s, bill, type_=TradeType.ORDER, on=day("2025-03-09")))
    new = run(trade, lambda s: copy_posted(s, bill, type_=TradeType.ORDER, on=day("2025-03-09"), recalculate=True))

    assert [trade.line(document).unit_amount for document in (old, new)] == [10, 12]


def test_a_copy_leaves_blocked_items_out_and_says_so(trade):
    items = [trade.item(f"ITEM{number}") for number in range(5)]
    source = trade.open("purchase_order", *({"item": item, "quantity": 1, "unit_amount": 1} for item in items))
    for item in items[:2]:
        trade.change(item, blocked=True)
    target = trade.open("purchase_order")

    copied = run(trade, lambda session: copy_open(session, target.id, source.id))

    assert len(copied.lines) == 3
    assert [error.code for error in copied.skipped] == ["item_blocked", "item_blocked"]
    assert "ITEM0" in copied.skipped[0].message


def test_a_copy_of_a_posted_shipment_with_its_header(trade):
    item = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 3}, your_reference="R1")
    shipped = trade.post(order, "handle")["handling_id"]
    target = trade.open("sales_order")

    def copy(session):
        posted = get_posted(session, shipped)
        return copy_document(session, target.id, posted, posted.lines, include_header=True, recalculate=False)

    run(trade, copy)

    assert trade.document(target.id).your_reference == "R1"
    assert trade.line(target).unit_amount == 3


def test_a_quote_becomes_an_order_and_version_1_of_the_archive(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1, unit_price=10)
    quote = trade.open("sales_quote", {"item": item, "quantity": 2, "unit_amount": 8})
    assert trade.stock(item) == 0

    order = run(trade, lambda session: quotes.convert_quote(session, quote.id, on=day("2025-03-09")))

    assert order.quote_no == quote.no
    assert order.type == TradeType.ORDER
    assert trade.line(order).unit_amount == 8
    versions = archive.versions_of(trade.session, TradeSide.SALES, TradeType.QUOTE, quote.no)
    assert [version.version_no for version in versions] == [1]
    trade.refused("document_not_found", lambda: documents.get_document(trade.session, quote.side, quote.type, quote.no))


def test_a_quote_with_a_blocked_item_stays(trade):
    item = trade.item()
    quote = trade.open("sales_quote", {"item": item, "quantity": 2, "unit_amount": 8})
    trade.change(item, sales_blocked=True)

    error = trade.refused(
        "item_sales_blocked", lambda: run(trade, lambda s: quotes.convert_quote(s, quote.id, on=day("2025-03-09")))
    )

    assert error.line == 10_000


def test_an_archived_order_is_restored_until_something_is_shipped(trade):
    item = trade.item(unit_cost=1)
    order = trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 9})
    version = run(trade, lambda session: archive.archive_document(session, order.id))
    trade.edit(order, quantity=7, unit_amount=1)

    run(trade, lambda session: archive.restore(session, version.id))
    line = trade.line(order)
    assert (line.quantity, line.unit_amount, line.line_amount) == numbers(5, 9, 45)

    trade.post(order, "handle", said={1: (1, 0)})
    trade.refused("restore_not_possible", lambda: run(trade, lambda session: archive.restore(session, version.id)))
    assert trade.session.query(TradeArchive).count() == 1


def test_negative_lines_move_to_a_return(trade):
    item, back = trade.item(unit_cost=1), trade.item("NUT", unit_cost=1)
    order = trade.open(
        "sales_order", {"item": item, "quantity": 5, "unit_amount": 9}, {"item": back, "quantity": -2, "unit_amount": 4}
    )

    made = run(trade, lambda session: move_negative_lines(session, order.id, on=day("2025-03-09")))

    assert made.type == TradeType.RETURN_ORDER
    line = trade.line(made)
    assert (line.item_id, line.quantity, line.line_amount) == (back.id, 2, 8)
    assert len(documents.lines_of(trade.session, order.id)) == 1


# ------------------------------------------------------------------ 16 drop shipment, special order
def dropped(trade, **code):
    item = trade.item(unit_cost=2)
    order = trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 9, **code})
    sold = trade.line(order)
    buying = trade.open("purchase_order", on="2025-03-02")
    return item, order, buying, sold


def test_shipping_a_drop_shipment_receives_it(each_trade):
    trade = each_trade
    item, order, buying, sold = dropped(trade, drop_shipment=True)
    trade.refused("drop_shipment_not_linked", lambda: trade.post(order, "handle"))
    assert [line.id for line in open_sales_lines(trade.session)] == [sold.id]
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold.id]))

    trade.post(order, "handle")

    entries = trade.world.entries(item)
    assert [(entry.quantity, entry.drop_shipment) for entry in entries] == [(5, True), (-5, True)]
    assert entries[0].posting_date == entries[1].posting_date
    assert trade.world.applications(item) == [(entries[0].id, entries[1].id, d(-5))]
    assert (trade.stock(item), trade.line(order).qty_handled, trade.line(buying).qty_handled) == numbers(0, 5, 5)
    trade.refused("drop_shipment_not_sold", lambda: trade.post(buying, "invoice"))
    trade.post(order, "invoice")
    trade.post(buying, "invoice")
    trade.proven()


def test_receiving_a_drop_shipment_ships_it(each_trade):
    trade = each_trade
    item, order, buying, sold = dropped(trade, drop_shipment=True)
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold.id]))

    trade.post(buying, "handle", said={1: (3, 0)})

    assert [entry.quantity for entry in trade.world.entries(item)] == [3, -3]
    assert (trade.line(order).qty_handled, trade.line(buying).qty_handled) == numbers(3, 3)
    trade.proven()


def test_undoing_the_shipment_of_a_drop_shipment_undoes_its_receipt(each_trade):
    """Section 13: both sides are as before, with the dates they were posted on, and can be posted again."""
    trade = each_trade
    item, order, buying, sold = dropped(trade, drop_shipment=True)
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold.id]))
    shipped = trade.post(order, "handle", said={1: (3, 0)})
    receipt = trade.session.scalars(
        select(PostedLine).join(PostedDocument, PostedDocument.id == PostedLine.document_id)
        .where(PostedDocument.document_type == DocumentType.PURCHASE_RECEIPT)
    ).one()  # fmt: skip
    trade.refused("undo_drop_shipment", lambda: run(trade, lambda s: undo_posted_line(s, receipt.id, trade.poster)))

    posted = trade.posted_lines(shipped["handling_id"])[0]
    run(trade, lambda session: undo_posted_line(session, posted.id, trade.poster))

    entries = trade.world.entries(item)
    assert [entry.quantity for entry in entries] == [3, -3, 3, -3]
    assert {entry.posting_date for entry in entries} == {entries[0].posting_date}
    assert [entry.remaining_quantity for entry in entries] == [0, 0, 0, 0]
    assert (trade.line(order).qty_handled, trade.line(buying).qty_handled, trade.stock(item)) == numbers(0, 0, 0)
    assert trade.value(item) == 0
    assert trade.posted_line(receipt.id).correction
    trade.refused("undo_already", lambda: run(trade, lambda s: undo_posted_line(s, posted.id, trade.poster)))
    trade.proven()

    trade.post(order)
    trade.post(buying, "invoice")
    assert (trade.stock(item), trade.value(item)) == numbers(0, 0)
    trade.proven()


def test_a_purchasing_code_says_how_the_line_is_bought(trade):
    """Set by the code of the item, or of the line; not with reservations, nor once the purchase line is linked."""
    special = trade.session.scalars(select(PurchasingCode).where(PurchasingCode.code == "SPECIAL")).one()
    item = trade.item(unit_cost=2, purchasing_code_id=special.id)
    order = trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 9})
    line = trade.line(order)
    assert (line.purchasing_code, line.special_order, line.drop_shipment) == ("SPECIAL", True, False)
    line = trade.edit(order, purchasing_code="DROP")
    assert (line.special_order, line.drop_shipment, line.reserve) == (False, True, "never")
    line = trade.edit(order, purchasing_code="")
    assert (line.special_order, line.drop_shipment) == (False, False)
    trade.refused("purchasing_code_unknown", lambda: trade.edit(order, purchasing_code="NONE"))

    buying = trade.open("purchase_order", {"item": item, "quantity": 5})
    assert not trade.line(buying).special_order  # what we buy for stock is no special order
    line_id = trade.edit(order, purchasing_code="SPECIAL").id
    run(trade, lambda session: get_sales_lines(session, buying.id, [line_id]))
    trade.refused("line_linked", lambda: trade.edit(order, purchasing_code="DROP"))
    trade.refused("special_order_not_received", lambda: trade.post(order, "handle"))
    trade.post(buying, "handle")
    trade.post(order, "handle")

    nut = trade.item("NUT", unit_cost=1)
    trade.world.receive(nut, 5, 1)
    held = trade.open("sales_order", {"item": nut, "quantity": 2, "unit_amount": 9})
    ref = LineRef(SourceKind.TRADE, trade.line(held).id)
    assert run(trade, lambda session: reserve(session, ref)) == 2
    for code in ("DROP", "SPECIAL"):
        trade.refused("line_reserved", lambda code=code: trade.edit(held, purchasing_code=code))
    assert not trade.line(held).purchasing_code


def test_a_linked_sales_line_keeps_its_item_and_is_not_deleted(trade):
    _item, order, buying, sold = dropped(trade, drop_shipment=True)
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold.id]))

    trade.refused("line_linked", lambda: trade.edit(order, item=trade.item("NUT")))
    trade.refused("line_linked", lambda: trade.delete_line(order))
    trade.delete_line(buying)
    trade.delete_line(order)


def test_a_special_order_is_received_first_and_serves_only_its_sale(trade):
    item, order, buying, sold = dropped(trade, special_order=True)
    run(trade, lambda session: get_sales_lines(session, buying.id, [sold.id]))

    trade.post(buying, "handle")
    assert trade.stock(item) == 5
    trade.post(order, "handle")

    assert trade.stock(item) == 0
    assert trade.line(buying).reserve == "never"


# ------------------------------------------------------------------ 17 service orders
def test_a_service_order_consumes_without_billing(each_trade):
    trade = each_trade
    item = trade.item()
    trade.buy(item, 10, 2)
    order = trade.open("service_order", {"item": item, "quantity": 3, "unit_amount": 9})
    trade.refused("quantity_exceeds_outstanding", lambda: trade.edit(order, qty_to_consume=4))
    line = trade.edit(order, qty_to_consume=2)
    assert (line.qty_to_handle, line.qty_to_invoice) == numbers(2, 0)

    trade.post(order, "consume")

    assert trade.stock(item) == 8
    assert trade.world.entries(item)[-1].entry_type == "negative_adjmt"
    assert trade.world.entries(item)[-1].order_no == order.no
    assert (trade.line(order).qty_not_invoiced, trade.owed(TradeSide.SALES)) == numbers(0, 0)
    used = trade.session.scalars(
        select(PostedLine).join(PostedDocument).where(PostedDocument.document_type == DocumentType.SERVICE_SHIPMENT)
    ).one()
    with pytest.raises(PostingError, match="used up"):
        run(trade, lambda session: undo_posted_line(session, used.id, trade.poster))
    trade.post(order)
    assert trade.owed(TradeSide.SALES) == 9
    trade.proven()


# ------------------------------------------------------------------ 18 responsibility centres
@pytest.fixture
def centres(trade):
    """NORTH at BLUE, SOUTH at RED, and a user who sells for NORTH alone."""

    def work(session):
        rows = {
            code: ResponsibilityCenter(code=code, location_id=trade.world.location_id(place))
            for code, place in (("NORTH", "BLUE"), ("SOUTH", "RED"))
        }
        session.add_all(rows.values())
        session.flush()
        user = User(email="n@x.test", fs_uniquifier="n", sales_center_id=rows["NORTH"].id, active=True)
        session.add(user)
        session.flush()
        return rows["NORTH"].id, rows["SOUTH"].id, user.id

    return run(trade, work)


def opened(trade, user_id, **values):
    return run(
        trade,
        lambda session: documents.create_document(
            session, TradeSide.SALES, TradeType.ORDER, "CUST", values, on=day("2025-03-02"), user_id=user_id
        ),
    )  # fmt: skip


def test_a_limited_user_makes_and_changes_documents_of_one_centre(trade, centres):
    north, south, user_id = centres

    order = opened(trade, user_id)

    assert order.responsibility_center_id == north
    assert order.location_id == trade.world.location_id("BLUE")
    trade.refused("responsibility_centre", lambda: opened(trade, user_id, responsibility_center_id=south))
    other = opened(trade, None, responsibility_center_id=south)
    trade.refused(
        "responsibility_centre",
        lambda: run(trade, lambda session: headers.change_header(session, other.id, {"agent": "Me"}, user_id=user_id)),
    )


def test_a_centre_chosen_by_hand_brings_its_location(trade, centres):
    north, _south, _user = centres
    red = trade.world.location_id("RED")
    trade.change(trade.session.query(Customer).filter_by(no="CUST").one(), location_id=red)

    kept = opened(trade, None)
    chosen = opened(trade, None, responsibility_center_id=north)

    assert (kept.location_id, chosen.location_id) == (red, trade.world.location_id("BLUE"))
