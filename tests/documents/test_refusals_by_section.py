"""Rows of the tables of refusal in documents.md 4, 6, 13 and 19 that have no test elsewhere; its examples, and where.

| example | file |
| --- | --- |
| 1 partial sales order, 2 over-receipt | `test_quantities.py` |
| 3 negative inventory | `test_refusals.py`; its column of transfers here |
| 4 purchase dates, 5 sales dates | `test_flows.py` |
| 6 best price, 7 invoice discount, 8 purchase unit cost, 15 buy ten, sell four | `test_money.py` |
| 9 two receipts on one bill, 10 returns, 11 cancel, 12 undo | `test_returns.py` |
| 13 charge of 100 | `test_charges.py` |
| 14 transfer of 40 | `tests/services/transfers/test_transfer_orders.py` |
"""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import delete, func, select

from core.errors import errors_of
from core.unit_of_work import perform
from models import ItemLedgerEntry, TradeDocument, TradeLine, TradeSetup, VatPostingSetup
from models.enums import DefaultNoYes, DocumentStatus, TradeSide, TradeType
from services.inventory_periods import add_period, close_period
from services.poster import Poster
from services.reservations.keep import EntryRef, LineRef, reserve
from services.reservations.sources import SourceKind
from services.trade import documents, headers, price_lists
from services.trade.facts import load_facts
from services.trade.lines import add_lines
from services.trade.status import check_release
from services.trade.undo import undo_posted_line
from tests.builders import d, day


def run(trade, work):
    return perform(trade.session, work)


def newest_entry(trade) -> int:
    return trade.session.scalar(select(func.max(ItemLedgerEntry.id)))


# ------------------------------------------------------------------ 4 status
def test_every_row_that_release_locks_stays(trade):
    item, other = trade.item(unit_cost=1), trade.item("NUT")
    red, box = trade.world.variant(item, "RED"), trade.unit(item, "BOX", 6)
    blue = trade.world.location_id("BLUE")
    order = trade.open("sales_order", {"item": item, "quantity": 5, "unit_amount": 9})
    trade.release(order)
    before = trade.figures(order)

    for change in (
        {"item": other}, {"variant_id": red.id}, {"unit_of_measure_id": box}, {"location_id": blue}, {"quantity": 6},
        {"unit_amount": 8}, {"line_discount_percent": 1}, {"drop_shipment": True}, {"special_order": True},
        {"expected_date": "2025-03-20"}, {"requested_date": "2025-03-20"}, {"promised_date": "2025-03-20"},
    ):  # fmt: skip
        assert trade.refused("document_released", lambda given=change: trade.edit(order, **given)).line == 10_000
    for change in (
        {"location_id": blue}, {"promised_date": day("2025-03-20")}, {"requested_date": day("2025-03-20")},
        {"expected_date": day("2025-03-20")}, {"shipping_time": "2D"}, {"handling_time": "1D"},
        {"prices_including_vat": True},
    ):  # fmt: skip
        refused = trade.refused(
            "document_released",
            lambda given=change: run(trade, lambda s: headers.change_header(s, order.id, given)),
        )
        assert refused.field == next(iter(change))
    trade.refused("document_released", lambda: run(trade, lambda s: headers.change_party(s, order.id, "CUST2")))
    trade.refused("document_released", lambda: trade.delete(order))
    assert trade.figures(order) == before

    trade.edit(order, qty_to_handle=2, qty_to_invoice=1)
    run(trade, lambda s: headers.change_header(s, order.id, {"posting_date": day("2025-03-05")}))


def test_release_names_the_line_without_a_unit_and_the_document_without_a_party(trade):
    order = trade.open("sales_order", {"item": trade.item(unit_cost=1), "quantity": 1, "unit_amount": 9})
    trade.change(trade.line(order), unit_of_measure_id=None)

    assert trade.refused("unit_missing", lambda: trade.release(order)).line == 10_000
    assert trade.refused("unit_missing", lambda: trade.post(order)).line == 10_000
    assert trade.document(order.id).status == DocumentStatus.OPEN

    nobody = TradeDocument(side=TradeSide.SALES, type=TradeType.ORDER, no="SO-X")
    refused = trade.refused("party_missing", lambda: check_release(nobody, [], load_facts(trade.session, [])))
    assert [one.code for one in errors_of(refused)] == ["party_missing", "no_lines"]


# ------------------------------------------------------------------ 6 posting
def test_a_line_names_an_item_that_there_is(trade):
    order = trade.open("sales_order")
    gone = [{"item_id": 999_999, "quantity": d(1)}]
    refused = trade.refused("not_found", lambda: run(trade, lambda s: add_lines(s, order.id, gone)))
    assert (refused.field, refused.line) == ("item_id", 1)

    sold = replace(trade.world.line(trade.item(), "sale", 1, 1), item_id=999_999)
    assert trade.refused("item_unknown", lambda: trade.world.post(sold)).field == "item"


def test_a_company_that_is_not_set_up_opens_no_document(trade):
    trade.session.execute(delete(TradeSetup))
    trade.session.commit()

    trade.refused("setup_missing", lambda: trade.open("sales_order"))


def test_prices_of_vendors_and_customers_are_kept_apart(trade):
    vendor = trade.buy(trade.item(), 1, 1) and trade.session.scalar(select(TradeDocument.vendor_id).limit(1))
    order = trade.open("purchase_order")

    trade.refused(
        "party_of_other_side",
        lambda: run(
            trade,
            lambda s: price_lists.create_price_list(s, TradeSide.SALES, "X", {"vendor_id": vendor or order.vendor_id}),
        ),
    )


def test_stock_of_another_place_or_somebody_else_s_does_not_cover(trade):
    item = trade.item(unit_cost=1, prevent_negative_inventory=DefaultNoYes.YES)
    blue, red = trade.world.location_id("BLUE"), trade.world.location_id("RED")
    trade.buy(item, 20, 1, location_id=red)
    trade.buy(item, 5, 1, location_id=blue)
    entry = newest_entry(trade)
    row = {"item": item, "quantity": 5, "unit_amount": 9, "location_id": blue}
    mine, theirs = trade.open("sales_order", row), trade.open("sales_order", row)
    line_id = trade.line(mine).id
    run(trade, lambda s: reserve(s, LineRef(SourceKind.TRADE, line_id), EntryRef(entry), None))

    assert trade.refused("reserved_elsewhere", lambda: trade.post(theirs)).line == 10_000
    trade.edit(theirs, applies_to_entry_id=entry)
    assert trade.refused("reserved_elsewhere", lambda: trade.post(theirs)).line == 10_000
    trade.edit(mine, applies_to_entry_id=entry)
    refused = trade.refused("reserved_and_applied", lambda: trade.post(mine))
    assert (refused.line, refused.field) == (10_000, "applies_to_entry_id")


def test_an_order_reserved_against_goods_that_are_not_here_waits_for_them(trade):
    item = trade.item(unit_cost=1)
    trade.buy(item, 4, 1)
    buying = trade.open(
        "purchase_order", {"item": item, "quantity": 6, "unit_amount": 1, "expected_date": day("2025-03-03")}
    )
    sale = trade.open(
        "sales_order", {"item": item, "quantity": 10, "unit_amount": 9, "expected_date": day("2025-03-09")}
    )
    ours, theirs = (LineRef(SourceKind.TRADE, trade.line(one).id) for one in (sale, buying))
    run(trade, lambda s: reserve(s, ours, theirs, d(6)))

    refused = trade.refused("reserved_not_in_stock", lambda: trade.post(sale, "handle"))
    assert refused.line == 10_000
    trade.post(buying, "handle")
    trade.post(sale, "handle")


def test_a_set_up_of_vat_that_is_blocked_or_names_no_account_is_refused(trade):
    order = trade.open(
        "sales_order", {"item": trade.item(unit_cost=1, vat="STANDARD"), "quantity": 1, "unit_amount": 9}
    )
    trade.session.query(VatPostingSetup).update({"blocked": True})
    trade.session.commit()

    refused = trade.refused("posting_setup_blocked", lambda: trade.post(order))
    assert "STANDARD" in refused.message


# ------------------------------------------------------------------ 13 undo
def received(trade, item, quantity=5, cost=2):
    order = trade.open("purchase_order", {"item": item, "quantity": quantity, "unit_amount": cost})
    return order, trade.posted_lines(trade.post(order, "handle")["handling_id"])[0]


def undo(trade, line, poster=None):
    return lambda: run(trade, lambda s: undo_posted_line(s, line.id, poster or trade.poster))


def test_a_receipt_that_is_reserved_stays(trade):
    item = trade.item()
    _order, line = received(trade, item)
    sale = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 9})
    demand, entry = LineRef(SourceKind.TRADE, trade.line(sale).id), newest_entry(trade)
    run(trade, lambda s: reserve(s, demand, EntryRef(entry), None))
    assert trade.refused("undo_reserved", undo(trade, line)).line == line.line_no


def test_an_undo_posts_on_the_first_date_and_so_needs_it_open(trade):
    order, line = received(trade, trade.item())
    april = Poster(user_name="april", allow_posting_from=day("2025-04-01"), allow_posting_to=day("2025-04-30"))

    trade.refused("posting_date_not_allowed", undo(trade, line, april))
    run(trade, lambda s: add_period(s, day("2025-03-31")))
    trade.world.adjust_cost()
    run(trade, lambda s: close_period(s, day("2025-03-31")))
    trade.refused("inventory_period_closed", undo(trade, line))
    assert trade.figures(order)[2] == 5


def test_a_receipt_whose_order_is_gone_is_not_undone(trade):
    order, line = received(trade, trade.item())
    trade.session.execute(delete(TradeLine).where(TradeLine.document_id == order.id))
    trade.session.commit()

    assert trade.refused("undo_order_gone", undo(trade, line)).line == line.line_no


def test_nothing_is_deleted_that_is_moved_and_not_billed(trade):
    order, _line = received(trade, trade.item())
    trade.reopen(order)

    assert (
        trade.refused("line_not_invoiced", lambda: run(trade, lambda s: documents.delete_document(s, order.id))).line
        == 10_000
    )
