"""Many documents posted at once, and archived versions (documents.md sections 5, 15)."""

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Reservation, TradeDocument
from models.enums import ArchiveQuotes, ReservePolicy, TradeSide, TradeType
from services.trade import archive, copying, quotes
from services.trade.batch import Choice, choose, parameters_of, post_each, run_batch
from services.trade.copy_sources import find_source
from services.trade.deleting import archive_and_delete
from services.trade.posting import Wish
from tests.builders import d, day

BOTH = Wish(handle=True, invoice=True)


def versions(trade, document, side=TradeSide.SALES, type_=TradeType.ORDER):
    return [(one.version_no, one.reason) for one in archive.versions_of(trade.session, side, type_, document.no)]


def test_a_batch_posts_what_it_can_on_its_day_and_tells_the_rest(each_trade):
    """Check 4 of section 5: of three orders one lacks its lot number."""
    trade = each_trade
    code = trade.world.tracking_code("LOTS", lot_specific=True)
    item, tracked = trade.item(unit_cost=1), trade.item("LOT", unit_cost=1, item_tracking_code_id=code.id)
    trade.buy(item, 20, 1)
    good = [trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5}) for _ in range(2)]
    bad = trade.open("sales_order", {"item": tracked, "quantity": 1, "unit_amount": 5})
    ids = [good[0].id, bad.id, good[1].id]
    seen = []

    outcomes = post_each(
        trade.session, ids, Wish(handle=True, invoice=True, posting_date=day("2025-03-20")), trade.poster,
        document_date=day("2025-03-20"), report=lambda done, total: seen.append((done, total)),
    )  # fmt: skip

    assert [(one.no, bool(one.posted), [error.code for error in one.refusals]) for one in outcomes] == [
        (good[0].no, True, []), (bad.no, False, [outcomes[1].refusals[0].code]), (good[1].no, True, []),
    ]  # fmt: skip
    assert outcomes[1].refusals[0].code.startswith("tracking")
    assert seen == [(1, 3), (2, 3), (3, 3)]
    assert trade.document(bad.id).document_date == bad.document_date  # what was refused is as it was
    assert [entry[0] for entry in trade.world.ledger(item)][-2:] == ["2025-03-20", "2025-03-20"]
    trade.proven()


def test_the_documents_of_a_batch_are_chosen_by_what_they_are(trade):
    item = trade.item()
    first = trade.open("sales_order", {"item": item, "quantity": 1, "promised_date": "2025-03-05"})
    other = trade.open("sales_order", {"item": item, "quantity": 1, "promised_date": "2025-03-25"}, party="CUST2")
    trade.open("sales_invoice", {"item": item, "quantity": 1})
    trade.release(other)

    def chosen(**conditions):
        kind = {"side": TradeSide.SALES, "type": TradeType.ORDER}
        return [one for one, _no in choose(trade.session, Choice(**kind, **conditions))]

    assert chosen() == [first.id, other.id]
    assert chosen(ids=[other.id]) == [other.id]
    assert chosen(party_id=other.customer_id) == [other.id]
    assert chosen(expected_until=day("2025-03-10")) == [first.id]
    assert chosen(released_only=True) == [other.id]
    assert chosen(centers=[77]) == []


def test_the_job_keeps_what_became_of_each(trade):
    item = trade.item(unit_cost=1)
    trade.buy(item, 5, 1)
    good = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 5})
    empty = trade.open("sales_order")
    told = parameters_of((TradeSide.SALES, TradeType.ORDER), [good.id, empty.id], BOTH, trade.poster, None)

    class Job:
        parameters = told

    result = run_batch(trade.session, Job, lambda *_: None)

    assert (result["posted"], result["message"]) == (1, "1 posted, 1 refused.")
    assert [row["invoice_no"] != "" for row in result["outcomes"]] == [True, False]
    assert result["outcomes"][1]["refusals"][0]["code"] == "no_lines"


def test_versions_are_kept_as_set_up_and_only_when_something_is_different(trade):
    item = trade.item(unit_cost=1)
    trade.buy(item, 5, 1)
    trade.set(archive_orders=True)
    order = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 5})

    trade.release(order)
    trade.reopen(order)  # nothing is different: no version
    trade.edit(order, quantity=3)
    trade.post(order, "handle")

    assert versions(trade, order) == [(2, "posted"), (1, "released")]
    trade.set(archive_orders=False)
    trade.post(order, "invoice")
    assert len(versions(trade, order)) == 2


def test_a_deleted_order_stays_in_the_archive_and_can_be_copied_from(trade):
    item = trade.item(unit_price=50)
    trade.set(archive_orders=True)
    order = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 7}, your_reference="Ref 1")

    perform(trade.session, lambda s: archive_and_delete(s, order.id))
    assert versions(trade, order) == [(1, "deleted")]

    target = trade.open("sales_order")

    def work(session):
        source = find_source(session, TradeSide.SALES, "archive:order", order.no)
        return copying.copy_document(
            session, target.id, source.header, source.lines, include_header=True, recalculate=False
        ).lines

    perform(trade.session, work)
    line = trade.line(target)
    assert (line.item_id, line.quantity, line.unit_amount) == (item.id, 2, 7)
    assert trade.document(target.id).your_reference == "Ref 1"


@pytest.mark.parametrize(("wanted", "keep", "count"), [
    (ArchiveQuotes.NEVER, True, 0), (ArchiveQuotes.QUESTION, False, 0), (ArchiveQuotes.QUESTION, True, 1),
    (ArchiveQuotes.ALWAYS, False, 1),
])  # fmt: skip
def test_a_quote_is_archived_as_set_up_says(trade, wanted, keep, count):
    trade.set(archive_quotes=wanted)
    quote = trade.open("sales_quote", {"item": trade.item(), "quantity": 1, "unit_amount": 5})

    made = perform(
        trade.session,
        lambda s: quotes.convert_quote(s, quote.id, on=day("2025-03-09"), type_=TradeType.INVOICE, keep_version=keep),
    )

    assert len(versions(trade, quote, type_=TradeType.QUOTE)) == count
    assert (made.type, made.quote_no, trade.line(made).unit_amount) == (TradeType.INVOICE, quote.no, d(5))


def test_a_quote_of_a_vendor_becomes_no_invoice_and_an_always_line_is_reserved_on_conversion(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1, reserve=ReservePolicy.ALWAYS)
    trade.buy(item, 5, 1)
    asked = trade.open("purchase_quote", {"item": item, "quantity": 1})
    trade.refused("not_from_a_quote", lambda: perform(trade.session, lambda s: quotes.convert_quote(
        s, asked.id, on=day("2025-03-09"), type_=TradeType.INVOICE)))  # fmt: skip
    quote = trade.open("sales_quote", {"item": item, "quantity": 3, "unit_amount": 5})
    reserved = select(Reservation.quantity)
    assert trade.session.scalars(reserved).all() == []

    order = perform(trade.session, lambda s: quotes.convert_quote(s, quote.id, on=day("2025-03-09")))

    assert sum(abs(one) for one in trade.session.scalars(reserved).all()) in (3, 6)
    assert trade.session.get(TradeDocument, order.id) is not None
