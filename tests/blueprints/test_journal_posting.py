"""A batch posted through the pages, on SQLite and on PostgreSQL: once, whole, as it was seen, or not at all."""

from __future__ import annotations

import datetime as dt
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import ItemLedgerEntry, JournalBatch, db
from models.enums import ReservePolicy
from posting.verify import verify
from services.reservations.keep import reserve
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from tests.support.journals import Journal, text_of
from tests.support.queries import counted, queries_of
from tests.support.trade import TradeShop


@pytest.fixture
def app(make_app, database_url):
    """On both engines: each test of this file runs twice."""
    return make_app(database_url)


@pytest.fixture
def journal(app, login):
    found = Journal(app)
    login(found.client, "owner")
    return found


def books_are_right(journal):
    with journal.app.app_context():
        return verify(db.session()) == []


def test_what_is_typed_is_previewed_posted_and_read_again_in_every_ledger(journal):
    journal.add("BOLT", "10", "purchase", unit_amount="2")
    journal.add("BOLT", "4", "sale", unit_amount="5", document_no="J2")

    preview = journal.act("preview", htmx=True)
    posted = journal.act("post", htmx=True)

    words = text_of(preview)
    for part in ("Stock afterwards", "Item ledger entries 2", "Value entries 2", "Application entries", "Register"):
        assert part in words
    assert posted.status_code == 200
    assert posted.headers["HX-Redirect"] == journal.url
    assert journal.lines() == []
    assert journal.posted() == (2, 2, 4, 1)
    assert "item ledger entries 1" in text_of(journal.client.get("/ledger/find?document_no=J2"))
    for ledger, figure in (
        ("items", "\u22128.00"),
        ("values", "\u22128.00"),
        ("gl", "8.00"),
        ("applications", "\u22124"),
    ):
        assert figure in journal.client.get(f"/ledger/{ledger}").text, ledger
    assert "J2" in journal.client.get("/ledger/registers/1").text
    assert books_are_right(journal)


def test_a_double_click_posts_once_and_both_answers_lead_on(journal):
    journal.add("BOLT", "3")
    version = journal.version
    data = {"key": "click", "version": str(version)}
    clients = [journal.client, journal.app.test_client()]
    with journal.client.session_transaction() as mine, clients[1].session_transaction() as other:
        other.update(mine)

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: client.send(f"{journal.url}/post", data), clients))

    assert [answer.status_code for answer in answers] == [303, 303]
    assert (journal.posted()[0], journal.posted()[3]) == (1, 1)
    assert books_are_right(journal)


def test_two_people_who_post_the_same_batch_post_it_once(journal, login):
    journal.add("BOLT", "3")
    version = journal.version
    other = journal.app.test_client()
    login(other, "bookkeeper")

    first = journal.act("post", key="mine", version=version)
    second = other.send(f"{journal.url}/post", {"key": "hers", "version": str(version)})

    assert (first.status_code, second.status_code) == (303, 409)
    assert "were changed after you loaded it" in text_of(second)
    assert (journal.posted()[0], journal.posted()[3]) == (1, 1)


def test_a_change_by_somebody_else_is_shown_before_it_is_posted(journal, login):
    journal.add("BOLT", "3")
    seen = journal.version
    other = journal.app.test_client()
    login(other, "clerk")
    other.send(f"{journal.url}/lines/10000", {"quantity": "8", "version": "1"}, htmx=True)

    refused = journal.act("post", version=seen, htmx=True)

    assert refused.status_code == 409
    assert "were changed after you loaded it" in text_of(refused)
    assert 'value="8"' in refused.text
    assert journal.posted() == (0, 0, 0, 0)
    fresh = int(re.search(r'/post".*?name="version" value="(\d+)"', refused.text, flags=re.DOTALL).group(1))
    assert journal.act("post", version=fresh, key="again").status_code == 303
    assert journal.posted()[0] == 1


def test_one_refused_line_keeps_the_whole_batch_and_says_why_under_it(journal):
    journal.add("BOLT", "3")
    journal.add("NUT", "2", "sale")
    journal.add("BOLT", "1", document_no="")

    refused = journal.act("post", htmx=True)

    assert refused.status_code == 422
    assert "2 lines cannot be posted" in text_of(refused)
    for line, sentence in (("line-20000", "Only 0 of 2"), ("line-30000", "Enter a document no")):
        messages = re.search(rf'id="{line}-messages">(.*?)</td>', refused.text, flags=re.DOTALL)
        assert sentence in messages.group(1), line
    assert 'id="line-10000"' not in refused.text
    assert journal.posted() == (0, 0, 0, 0)
    assert len(journal.lines()) == 3


def test_posting_dates_are_those_allowed_to_the_person(journal, login):
    journal.add("BOLT", "3")
    login(journal.client, "bookkeeper", allow_posting_to=dt.date(2025, 1, 9))

    refused = journal.act("post", htmx=True)

    assert refused.status_code == 422
    assert 'id="line-10000-messages"' in refused.text
    assert journal.posted() == (0, 0, 0, 0)


def test_a_viewer_reads_everything_and_every_button_is_refused(journal, login):
    journal.add("BOLT", "3")
    login(journal.client, "viewer")

    page = journal.client.get(journal.url)

    assert page.status_code == 200
    for offered in (
        "line-form",
        "Post 1 line",
        "Preview posting",
        "Check all",
        "Paste rows",
        "New line",
        'id="line-new"',
    ):
        assert offered not in page.text, offered
    for path in ("lines", "lines/10000", "lines/10000/copy", "lines/10000/delete", "propose", "paste", "check",
                 "preview", "post", "edit", "delete"):  # fmt: skip
        assert journal.client.send(f"{journal.url}/{path}", {"key": "k", "version": "1"}).status_code == 403, path
    assert journal.client.send("/journal/new", {"name": "X"}).status_code == 403
    assert len(journal.lines()) == 1
    assert journal.posted() == (0, 0, 0, 0)


def test_five_hundred_lines_are_paged_and_posted_whole(journal):
    journal.fill(500)

    page = journal.client.get(journal.url)
    saved = journal.client.send(f"{journal.url}/lines/10000", {"quantity": "2", "version": "1"}, htmx=True)
    preview = journal.act("preview", htmx=True)
    posted = journal.act("post")

    assert page.text.count('class="grid-line') == 51
    assert "Page 1 of 10, 500 lines" in text_of(page)
    assert "Post 500 lines" in text_of(page)
    assert saved.status_code == 200
    assert "The first 200 of 500 are shown." in text_of(preview)
    assert posted.status_code == 303
    assert journal.posted() == (500, 500, 1000, 1)
    assert journal.lines() == []
    assert books_are_right(journal)


def test_the_statements_of_worksheet_save_preview_and_post_do_not_grow_with_the_lines(journal):
    def measure(count):
        """Statements of the page, a saved line, the preview and the posting of a batch of `count` lines."""
        journal.fill(count)
        first = journal.lines()[0].line_no
        found = [len(queries_of(journal.app, journal.client, journal.url))]
        for work in (
            lambda: journal.client.send(f"{journal.url}/lines/{first}", {"quantity": "2", "version": "1"}, htmx=True),
            lambda: journal.act("preview", htmx=True),
            lambda: journal.act("post", key=f"post-{count}"),
        ):
            with counted(journal.app) as statements:
                assert work().status_code in (200, 303)
            found.append(len(statements))
        return found

    measure(1)  # caches
    few, many = measure(120), measure(240)

    assert few == many
    assert few[0] <= 25


def test_an_adjustment_that_needs_reserved_stock_asks_first_and_always_needs_an_entry(app, login):
    """Sections 3 and 8: what is kept is skipped when the answer is yes; an item always reserved names its entry."""
    shop = TradeShop(app)
    login(shop.client, "owner")
    with shop.trade() as trade:
        order = trade.open(
            "sales_order",
            {"item": shop.item(trade, "BOLT"), "quantity": 48, "location_id": trade.world.location_id("BLUE")},
        )
        held = LineRef(SourceKind.TRADE, trade.line(order).id)
        perform(trade.session, lambda s: reserve(s, held))
    url = shop.client.send("/journal/new", {"name": "WORK", "description": ""}).headers["Location"]
    line = {"item": "BOLT", "quantity": "5", "entry_type": "negative_adjmt", "posting_date": "2025-01-10",
            "document_no": "J1", "location": "BLUE"}  # fmt: skip

    def post(key: str, **answer: str):
        with app.app_context():
            version = db.session.scalars(select(JournalBatch.version).where(JournalBatch.name == "WORK")).one()
        return shop.client.send(f"{url}/post", {"key": key, "version": str(version)} | answer)

    shop.client.send(f"{url}/lines", line, htmx=True)
    asked = post("k0")
    assert asked.status_code == 422
    assert "48 of item BOLT are reserved for documents and are not taken: 3 would go below nothing." in text_of(asked)
    assert post("k1", confirmed="takes_reserved_stock").status_code == 303
    with shop.trade() as trade:
        left = trade.session.scalars(select(ItemLedgerEntry.remaining_quantity).order_by(ItemLedgerEntry.id)).all()
        assert left == [48, -3]
        trade.change(shop.item(trade, "BOLT"), reserve=ReservePolicy.ALWAYS)
    shop.client.send(f"{url}/lines", line, htmx=True)
    assert "leaves only for what it is reserved for" in text_of(shop.client.send(f"{url}/check", {}))
    assert post("k2", confirmed="takes_reserved_stock").status_code == 422
    with app.app_context():
        assert verify(db.session()) == []
