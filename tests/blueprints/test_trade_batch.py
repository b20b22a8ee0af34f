"""Pages: many documents posted at once, archived versions, copies of what one names, quotes into invoices."""

import re

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Job, TradeArchive, TradeDocument, TradeSetup
from models.enums import ArchiveQuotes
from tests.builders import day
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def ids_of(shop, *nos):
    with shop.trade() as trade:
        return [str(trade.session.scalars(select(TradeDocument.id).where(TradeDocument.no == no)).one()) for no in nos]


def test_ticked_orders_are_posted_and_each_says_what_became_of_it(shop):
    good = shop.open("purchase_order", ("BOLT", 3), released=False)
    bad = shop.open("purchase_order", released=False)
    ids = ids_of(shop, good, bad)

    page = shop.client.send("/purchase/orders/batch", {"ids": ids})
    assert "2 documents are ticked." in page.text
    posted = shop.client.send("/purchase/orders/batch", {
        "ids": ids, "step": "post", "what": "handle", "posting_date": "2025-03-11",
    })  # fmt: skip

    assert posted.status_code == 303
    with shop.trade() as trade:
        job = trade.session.scalars(select(Job).where(Job.kind == "post-documents")).one()
        assert job.message == "1 posted, 1 refused."
        job_id = job.id
    assert "What it did" in shop.client.get(f"/jobs/{job_id}").text
    outcome = shop.client.get(f"/batch-posting/{job_id}").text
    assert outcome.index(bad) < outcome.index(good)  # what asks for something comes first
    assert "has no line with a quantity" in outcome
    assert re.search(r'href="/purchase/posted/receipts/[^"]+"', outcome)
    printed = shop.client.get(f"/batch-posting/{job_id}/goods.pdf")
    assert (printed.status_code, printed.data[:4]) == (200, b"%PDF")
    assert shop.client.get(f"/batch-posting/{job_id}/bills.pdf").status_code == 404
    sent = shop.client.send(f"/batch-posting/{job_id}/goods/send")
    assert (sent.status_code, "No e-mail address" in shop.client.get(sent.location).text) == (303, True)


def test_orders_are_chosen_by_a_filter_and_quotes_are_not_posted(shop):
    late = shop.open("sales_order", ("BOLT", 1), promised_date=day("2025-03-01"))
    later = shop.open("sales_order", ("BOLT", 1), promised_date=day("2025-04-01"))

    assert shop.client.get("/sales/orders/batch").status_code == 200
    shown = shop.client.send("/sales/orders/batch", {"step": "filter", "what": "both", "expected_until": "2025-03-10"})
    none = shop.client.send("/sales/orders/batch", {"step": "post", "what": "both", "expected_until": "2020-01-01"})

    assert (late in shown.text, later in shown.text) == (True, False)
    assert (none.status_code, "No document is like that." in none.text) == (422, True)
    assert shop.client.get("/sales/quotes/batch").status_code == 404


def test_a_version_is_kept_looked_at_copied_and_put_back(shop):
    no = shop.open("sales_order", ("BOLT", 3), released=False)
    assert shop.client.send(f"/sales/orders/{no}/archive").status_code == 303
    shop.client.send(f"/sales/orders/{no}/lines/10000", {"version": "1", "quantity": "9"})
    with shop.trade() as trade:
        version_id = trade.session.scalars(select(TradeArchive.id)).one()

    assert no in shop.client.get(f"/sales/archive?no={no}").text
    page = shop.client.get(f"/sales/archive/{version_id}")
    assert ("BOLT" in page.text, "Put back" in page.text) == (True, True)
    assert shop.client.get(f"/purchase/archive/{version_id}").status_code == 404
    other = shop.open("sales_invoice", released=False)
    copied = shop.client.send(f"/sales/invoices/{other}/copy", {
        "what": "archive:order", "from_no": no, "version_no": "1", "recalculate": "1",
    })  # fmt: skip
    refused = shop.client.send(f"/sales/invoices/{other}/copy", {"what": "archive:order", "from_no": no,
                                                                 "version_no": "7"})  # fmt: skip
    assert (copied.status_code, refused.status_code) == (303, 422)
    assert shop.client.send(f"/sales/archive/{version_id}/restore").status_code == 303
    assert 'value="3"' in shop.client.get(f"/sales/orders/{no}").text
    with shop.trade() as trade:
        assert len(trade.session.scalars(select(TradeArchive.id)).all()) == 2


def test_a_quote_becomes_an_invoice_and_asks_whether_to_keep_a_version(shop):
    with shop.trade() as trade:
        perform(trade.session, lambda s: setattr(s.get(TradeSetup, 1), "archive_quotes", ArchiveQuotes.QUESTION))
    no = shop.open("sales_quote", ("BOLT", 3), released=False)

    assert "and keep a version" in shop.client.get(f"/sales/quotes/{no}").text
    made = shop.client.send(f"/sales/quotes/{no}/convert", {"to": "invoice", "keep": "1"})

    assert (made.status_code, "/sales/invoices/" in made.headers["Location"]) == (303, True)
    with shop.trade() as trade:
        assert trade.session.scalars(select(TradeArchive.no)).all() == [no]


def test_lines_below_zero_become_a_return_order(shop):
    no = shop.open("sales_order", ("BOLT", 3), ("BOLT", -2), released=False)

    assert "below zero" in shop.client.get(f"/sales/orders/{no}").text
    made = shop.client.send(f"/sales/orders/{no}/negative")

    assert "/sales/return-orders/" in made.headers["Location"]
