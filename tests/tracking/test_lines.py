"""Numbers on documents and journal lines: given, chosen, checked, posted (tracking.md sections 2, 3, 5, 8, 10)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import DomainError, ErrorList, errors_of
from core.unit_of_work import perform
from models import (
    ItemJournalLine,
    ItemLedgerEntry,
    JournalBatch,
    JournalTemplate,
    NumberSeries,
    NumberSeriesLine,
)
from models.enums import EntryType, JournalType
from posting.verify import verify
from services.documents import journal_lines
from services.documents.journal_line_rules import LineInput
from services.tracing.cards import NumberKey, save_card
from services.tracking import assigning
from services.tracking.sources import get_source, keep
from tests.builders import d, day

DAY = day("2026-03-02")


def tracked(trade, **flags):
    code = trade.world.tracking_code("T", **flags)
    return trade.item(unit_cost=1, item_tracking_code_id=code.id)


def order(trade, kind, item, quantity, **line):
    at = trade.world.location("BLUE").id
    document = trade.open(kind, {"item": item, "quantity": quantity, "unit_amount": 1, **line}, location_id=at)
    return document, trade.line(document).id


def do(trade, kind, line_id, action, *arguments, **more):
    return perform(trade.session, lambda s: action(s, get_source(s, kind, line_id), *arguments, **more))


def series(trade, item):
    def work(session):
        found = NumberSeries(code="SER", description="Serials", default_nos=True, manual_nos=False)
        session.add(found)
        session.flush()
        session.add(NumberSeriesLine(series_id=found.id, starting_no="S-0001", starting_date=DAY))
        session.merge(item).serial_nos_id = found.id

    perform(trade.session, work)


def refusal(trade, work):
    with pytest.raises(DomainError) as refused:
        work()
    trade.session.rollback()
    return [one.code for one in errors_of(refused.value)]


def ledger(trade, item):
    entry = ItemLedgerEntry
    rows = trade.session.execute(
        select(entry.lot_no, entry.serial_no, entry.quantity).where(entry.item_id == item.id).order_by(entry.id)
    )
    return [(row[0] or row[1], row[2]) for row in rows]


def test_two_lots_on_one_line_make_two_entries_and_a_line_without_enough_is_refused(each_trade):
    trade, item = each_trade, tracked(each_trade, lot_specific=True)
    document, line = order(trade, "purchase_order", item, 60)

    do(trade, "purchase", line, assigning.assign_lot, on=DAY, lot_no="L1", quantity=d(40))
    trade.release(document)
    trade.refused("tracking_missing", lambda: trade.post(document, "handle"))
    half = do(trade, "purchase", line, assigning.assign_lot, on=DAY, lot_no="L2")
    assert (half.undefined, [row.quantity for row in half.rows]) == (0, [40, 20])
    assert refusal(trade, lambda: do(trade, "purchase", line, assigning.assign_lot, on=DAY, lot_no="L3")) == [
        "nothing_undefined"
    ]
    trade.post(document, "handle")

    assert ledger(trade, item) == [("L1", 40), ("L2", 20)]
    assert verify(trade.session) == []


def test_serials_from_the_series_skip_what_is_used_and_typed_ones_need_its_leave(each_trade):
    trade, item = each_trade, tracked(each_trade, serial_specific=True)
    series(trade, item)
    trade.world.post(trade.world.line(item, "purchase", 1, 1, serial_no="S-0002"))
    _document, line = order(trade, "purchase_order", item, 4)

    made = do(trade, "purchase", line, assigning.assign_serials, 3, on=DAY, cards=True)

    assert [row.serial_no for row in made.rows] == ["S-0001", "S-0003", "S-0004"]
    assert refusal(trade, lambda: do(trade, "purchase", line, assigning.create_serials, "X-1", 1, 1)) == [
        "manual_number_not_allowed"
    ]
    assert refusal(trade, lambda: do(trade, "purchase", line, assigning.assign_serials, 2, on=DAY)) == [
        "tracking_too_much"
    ]


def test_one_scan_of_a_gs1_code_fills_the_number_and_another_item_is_put_aside(each_trade):
    trade = each_trade
    item = tracked(trade, lot_specific=True, use_expiration_dates=True)
    trade.world.item("OTHER", gtin="4006381333931")
    perform(trade.session, lambda s: setattr(s.merge(item), "gtin", "4012345678901"))
    _document, line = order(trade, "purchase_order", item, 10)

    do(trade, "purchase", line, assigning.scan, "(01)04012345678901(17)270331(10)L7(30)4", on=DAY)
    found = do(trade, "purchase", line, assigning.scan, "(01)04012345678901(10)L7", on=DAY)

    assert [(row.lot_no, row.quantity, row.expiration_date) for row in found.rows] == [("L7", 5, day("2027-03-31"))]
    rows = "010401234567890110L9\x1d17270430\r\n(01)04012345678901(10)L10\t2\r\n10L11\x1d17270531"
    pasted = do(trade, "purchase", line, assigning.paste, rows, on=DAY).rows
    assert [(row.lot_no, row.quantity, row.expiration_date) for row in pasted[1:]] == [
        ("L9", 1, day("2027-04-30")), ("L10", 2, None), ("L11", 1, day("2027-05-31")),
    ]  # fmt: skip
    paste = lambda: do(trade, "purchase", line, assigning.paste, "(01)04006381333931(10)L7", on=DAY)
    assert refusal(trade, paste) == ["paste_bad"]
    for code, text in (("scan_other_item", "(01)04006381333931(10)L7"), ("scan_without_number", "(01)04012345678901"),
                       ("tracking_too_much", "(01)04012345678901(10)L8(30)6")):  # fmt: skip
        scan = lambda text=text: do(trade, "purchase", line, assigning.scan, text, on=DAY)
        assert refusal(trade, scan) == [code]


def stocked(trade):
    """L1 and L0 5 until June, L2 5 until May, L3 5 undated, L4 5 expired, L5 5 blocked."""
    item = tracked(trade, lot_specific=True, use_expiration_dates=True)
    dates = {
        "L1": "2026-06-30",
        "L2": "2026-05-31",
        "L3": None,
        "L4": "2026-03-01",
        "L5": "2026-04-30",
        "L0": "2026-06-30",
    }
    trade.world.post(*(
        trade.world.line(item, "purchase", 5, 1, at="BLUE", lot_no=no, on="2026-03-01",
                         expiration_date=day(text) if text else None)
        for no, text in dates.items()
    ))  # fmt: skip
    perform(trade.session, lambda s: save_card(s, NumberKey(item.id, 0, lot_no="L5"),
                                               {"blocked": True, "block_reason": "test"}))  # fmt: skip
    return item


def test_what_expires_first_goes_first_undated_last_blocked_and_expired_not(each_trade):
    trade = each_trade
    item = stocked(trade)
    document, line = order(trade, "sales_order", item, 18)

    found = do(trade, "sales", line, assigning.propose_from_stock, day=DAY)
    trade.release(document)
    trade.post(document, "handle")

    # T8.1 to T8.4: of the two until June the lower lot goes first
    assert [(row.lot_no, row.quantity) for row in found.rows] == [("L2", 5), ("L0", 5), ("L1", 5), ("L3", 3)]
    assert ledger(trade, item)[6:] == [("L2", -5), ("L0", -5), ("L1", -5), ("L3", -3)]
    assert refusal(trade, lambda: order_scan(trade, item, "L2")) == ["tracking_not_in_stock"]


def order_scan(trade, item, code):
    _document, line = order(trade, "sales_order", item, 2)
    return do(trade, "sales", line, assigning.scan, code, on=DAY)


def test_what_another_order_asks_for_is_not_free(each_trade):
    trade = each_trade
    item = stocked(trade)
    trade.world.post(trade.world.line(item, "purchase", 9, 1, at="RED", lot_no="K9"))  # T3.4: elsewhere is not here
    _first, one = order(trade, "sales_order", item, 4)
    do(trade, "sales", one, assigning.take, {("L2", "", ""): d(4)})
    _bought, coming = order(trade, "purchase_order", item, 50)  # T3.2: what is ordered is not there
    do(trade, "purchase", coming, assigning.assign_lot, on=DAY, lot_no="L2")
    _second, two = order(trade, "sales_order", item, 3)

    found = do(trade, "sales", two, assigning.propose_from_stock, day=DAY)

    assert [(row.lot_no, row.quantity) for row in found.rows] == [("L2", 1), ("L0", 2)]


def test_a_return_finds_its_shipment_and_comes_in_at_its_cost(each_trade):
    trade, item = each_trade, tracked(each_trade, lot_specific=True)
    trade.world.post(trade.world.line(item, "purchase", 5, 7, at="BLUE", lot_no="L1", on="2026-03-01"))
    sold, line = order(trade, "sales_order", item, 5)
    do(trade, "sales", line, assigning.scan, "(10)L1(30)5", on=DAY)
    trade.release(sold)
    trade.post(sold)
    back, line = order(trade, "sales_return_order", item, 3, unit_cost=99)
    do(trade, "sales", line, assigning.assign_lot, on=DAY, lot_no="L1", quantity=d(3))

    linked = do(trade, "sales", line, assigning.link_shipments)
    trade.release(back)
    trade.post(back)

    entries = trade.session.scalars(select(ItemLedgerEntry).order_by(ItemLedgerEntry.id)).all()
    assert [row.applies_from_entry_id for row in linked.rows] == [entries[1].id]
    assert (entries[2].quantity, entries[1].shipped_qty_not_returned) == (3, -2)
    assert trade.world.cost(entries[2].id) == 21
    _again, line = order(trade, "sales_return_order", item, 3)
    do(trade, "sales", line, assigning.assign_lot, on=DAY, lot_no="L1", quantity=d(3))
    assert refusal(trade, lambda: do(trade, "sales", line, assigning.link_shipments)) == ["no_shipment"]


def test_a_journal_line_is_shared_out_among_its_numbers(each_trade):
    trade, item = each_trade, tracked(each_trade, serial_specific=True)

    def add(session):
        template = JournalTemplate.type == JournalType.ITEM
        batch = session.scalars(select(JournalBatch.id).join(JournalTemplate).where(template)).first()
        value = LineInput(
            entry_type=EntryType.POSITIVE_ADJMT, item_id=item.id, posting_date=DAY, document_no="A1", quantity=d(3)
        )
        return journal_lines.add_line(session, batch, value).id

    line = perform(trade.session, add)
    found = do(trade, "journal", line, assigning.create_serials, "A1", 1, 2)

    rows = trade.session.execute(
        select(ItemJournalLine.serial_no, ItemJournalLine.quantity).order_by(ItemJournalLine.line_no)
    ).all()
    assert (found.quantity, found.undefined) == (3, 1)
    assert [tuple(row) for row in rows] == [("A1", 1), ("A2", 1), ("", 1)]
    with pytest.raises(ErrorList):
        do(trade, "journal", line, lambda s, source: keep(s, source, [*found.rows, *found.rows]))
