"""The bookkeeper's pages on both databases: adjusting, runs, explanations, the way into the general ledger, periods."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from core.errors import NotFound
from core.unit_of_work import perform
from models import (
    GlAccount,
    GlEntry,
    InventoryPeriod,
    InventoryPostingSetup,
    Item,
    Job,
    PostValueEntryToGl,
    Register,
    db,
)
from posting.adjust import SOURCE_CODE
from posting.lines import ChargeLine
from posting.verify import verify
from services.costs.periods import find_period
from tests.builders import d, day
from tests.support.journals import text_of
from tests.support.queries import queries_of
from tests.support.shop import at_work


@pytest.fixture
def app(make_app, database_url):
    """On both engines: each test of this file runs twice."""
    return make_app(database_url)


@pytest.fixture
def trade(app):
    """Two items sold at the card's cost, with a late charge on the first receipt of one: 20 on 10 pieces."""
    with at_work(app) as world:
        bolt, nut = world.item("BOLT", unit_cost="9"), world.item("NUT", unit_cost="1")
        first = world.receive(bolt, 10, 10, on="2025-01-05", at="BLUE")
        world.receive(nut, 5, "1.50", on="2025-01-06", at="BLUE")
        sale = world.sell(bolt, 4, 20, on="2025-01-20", at="BLUE")
        world.post(ChargeLine(line_no=1, entry_id=first.id, item_charge_no="FREIGHT", amount=d(20),
                              posting_date=day("2025-01-31"), document_no="F1"))  # fmt: skip
        return first.id, sale.id


def scalar(app, statement):
    with app.app_context():
        return db.session.scalar(statement)


def books_are_right(app):
    with app.app_context():
        return verify(db.session()) == []


def key_of(page):
    return re.search(r'name="key"[^>]*value="([^"]+)"', page.text).group(1)


def run_of(app):
    return scalar(app, select(func.max(Register.id)).where(Register.source_code == SOURCE_CODE))


# ------------------------------------------------------------------------------------------------ adjustment
def test_what_waits_is_named_with_its_reason_and_the_settings(client, login, trade):
    login(client, "bookkeeper")

    page = client.get("/costs/")
    words = text_of(page)

    assert page.status_code == 200
    assert "1 issue at the card's cost" in words or "cost of 1 receipt to pass on" in words
    assert "Items that wait 2" in words
    assert "Automatic adjustment Never" in words
    assert "<html" not in client.fragment("/costs/").text
    assert "BOLT" not in text_of(client.get("/costs/?q=NUT")).split("What waits")[1]


def test_a_run_in_the_background_corrects_and_says_what_and_why(app, client, login, trade):
    login(client, "bookkeeper")
    _receipt, sale = trade

    started = client.send("/costs/run", {"key": key_of(client.get("/costs/"))})
    job = client.get(started.location)

    assert started.status_code == 303
    assert "2 items adjusted" in text_of(job)
    outcome = client.get(re.search(r'href="(/costs/jobs/\d+)"', job.text).group(1))
    register = run_of(app)
    assert f"/costs/runs/{register}" in outcome.text
    items = text_of(client.get(f"/costs/runs/{register}"))
    entries = text_of(client.get(f"/costs/runs/{register}/BOLT"))
    assert "BOLT" in items
    assert "NUT" not in items
    # posted at 40, cost 4 x 12 = 48
    assert "−40.00 −8.00 −48.00" in entries
    assert "takes the cost of entry" in entries
    assert "48.00" in text_of(client.get(f"/ledger/items/{sale}/cost"))
    assert "Items that wait 0" in text_of(client.get("/costs/"))
    assert f"/costs/runs/{register}" in client.get("/costs/").text
    assert str(register) in text_of(client.get("/costs/runs"))
    assert books_are_right(app)


def test_a_double_click_starts_one_run(app, client, login, trade):
    login(client, "bookkeeper")

    answers = [client.send("/costs/run", {"key": "click"}) for _n in range(2)]

    assert answers[0].location == answers[1].location
    assert scalar(app, select(func.count()).select_from(Job)) == 1


def test_only_the_item_asked_for_is_adjusted(app, client, login, trade):
    login(client, "bookkeeper")

    client.send("/costs/run", {"key": "one", "item": "NUT"})

    assert scalar(app, select(Item.cost_is_adjusted).where(Item.no == "NUT"))
    assert not scalar(app, select(Item.cost_is_adjusted).where(Item.no == "BOLT"))


def test_an_unknown_item_is_refused_beside_its_field_and_nothing_runs(app, client, login, trade):
    login(client, "bookkeeper")

    refused = client.send("/costs/run", {"key": "bad", "item": "NOTHING"})

    assert refused.status_code == 422
    assert 'id="item-error"' in refused.text
    assert "NOTHING" in refused.text
    assert scalar(app, select(func.count()).select_from(Job)) == 0


def test_a_register_of_another_posting_is_no_run(client, login, trade):
    login(client, "bookkeeper")

    assert client.get("/costs/runs/1").status_code == 404
    assert client.get("/costs/runs/1/BOLT").status_code == 404
    assert client.get("/costs/runs/99999999999999999999").status_code == 404
    assert client.get("/costs/jobs/77").status_code == 404


@pytest.mark.parametrize(("role", "sees", "runs"), [("bookkeeper", 200, 303), ("buyer", 200, 403), ("clerk", 403, 403)])
def test_costs_are_seen_and_adjusted_by_right(client, login, trade, role, sees, runs):
    login(client, role)

    page = client.get("/costs/")

    assert page.status_code == sees
    assert client.send("/costs/run", {"key": "k"}).status_code == runs
    assert ("Adjust costs now" in page.text) == (runs == 303)


def test_the_pages_cost_the_same_queries_with_many_items(app, client, login, trade):
    login(client, "bookkeeper")
    few = queries_of(app, client, "/costs/")
    with at_work(app) as world:
        for number in range(8):
            more = world.item(f"MORE{number}", unit_cost="1")
            world.receive(more, 5, 2, on="2025-02-01", at="BLUE")
            world.sell(more, 2, 3, on="2025-02-02", at="BLUE")

    many = queries_of(app, client, "/costs/")
    client.send("/costs/run", {"key": "all"})
    run = f"/costs/runs/{run_of(app)}"

    assert len(many) == len(few)
    assert len(queries_of(app, client, run)) <= 8
    assert len(queries_of(app, client, f"{run}/MORE1")) <= 10


# ------------------------------------------------------------------------------------------------ entries
def test_the_entry_card_draws_its_applications_as_links(client, login, trade):
    login(client, "bookkeeper")
    receipt, sale = trade

    page = client.get(f"/ledger/items/{receipt}").text

    assert 'class="entry-graph"' in page
    assert f'class="graph-box is-out" href="/ledger/items/{sale}"' in page
    assert "style=" not in page
    assert f"/ledger/items/{receipt}/cost" in page


def test_the_clerk_sees_the_graph_without_amounts_and_no_explanation(client, login, trade):
    login(client, "clerk")
    _receipt, sale = trade

    page = client.get(f"/ledger/items/{sale}")

    assert 'class="entry-graph"' in page.text
    assert "40.00" not in page.text
    assert "Explain this cost" not in page.text
    assert client.get(f"/ledger/items/{sale}/cost").status_code == 403


def test_an_explanation_names_receipts_charges_and_what_waits(app, client, login, trade):
    login(client, "bookkeeper")
    receipt, sale = trade

    before = text_of(client.get(f"/ledger/items/{sale}/cost"))
    client.send("/costs/run", {"key": "k"})
    after = text_of(client.get(f"/ledger/items/{sale}/cost"))

    assert "not adjusted yet" in before
    assert "Waits for cost adjustment" in before
    assert f"4 came from entry {receipt} (Purchase, 5 Jan 2025), which cost 12.00 each: 48.00." in after
    assert "It was posted with 40.00; cost adjustment corrected that once, by 8.00" in after
    assert "Charge FREIGHT" in after
    assert client.get("/ledger/items/999/cost").status_code == 404
    assert len(queries_of(app, client, f"/ledger/items/{sale}/cost")) <= 25


# ------------------------------------------------------------------------------------------------ general ledger
@pytest.fixture
def queue(app):
    """Three value entries that wait for the general ledger."""
    with at_work(app) as world:
        world.set(automatic_cost_posting=False)
        bolt = world.item("BOLT", unit_cost="9")
        world.receive(bolt, 10, 10, on="2025-01-05", at="BLUE")
        world.receive(bolt, 5, 10, on="2025-01-05", at="BLUE")
        world.sell(bolt, 4, 20, on="2025-01-20", at="BLUE")


def test_what_waits_is_previewed_and_posted_by_entry(app, client, login, queue):
    login(client, "bookkeeper")
    page = client.get("/costs/general-ledger/")

    preview = client.send("/costs/general-ledger/preview", {"key": "p", "way": "entry"}, htmx=True)
    nothing = scalar(app, select(func.count()).select_from(GlEntry))
    posted = client.send("/costs/general-ledger/post", {"key": key_of(page), "way": "entry"})

    assert "Value entries that wait 3" in text_of(page)
    assert "3 value entries become 6 G/L entries." in text_of(preview)
    assert "150.00" in text_of(preview)
    assert nothing == 0
    assert "3 value entries posted to the general ledger." in text_of(client.get(posted.location))
    assert scalar(app, select(func.count()).select_from(GlEntry)) == 6
    assert scalar(app, select(func.count()).select_from(PostValueEntryToGl)) == 0
    assert "nothing waits" in text_of(client.get("/costs/general-ledger/"))
    assert books_are_right(app)


def test_sums_by_posting_group_bear_their_document_no(app, client, login, queue):
    login(client, "bookkeeper")

    refused = client.send("/costs/general-ledger/post", {"key": "a", "way": "group", "document_no": ""})
    client.send("/costs/general-ledger/post", {"key": "b", "way": "group", "document_no": "gl-jan"})

    assert refused.status_code == 422
    assert "Sums by posting group need a document no." in refused.text
    with app.app_context():
        posted = db.session.execute(select(GlEntry.document_no, GlEntry.amount).order_by(GlEntry.id)).all()
    # two receipts of one day are one pair
    assert [tuple(row) for row in posted] == [("GL-JAN", 150), ("GL-JAN", -150), ("GL-JAN", -40), ("GL-JAN", 40)]
    assert books_are_right(app)


def test_what_cannot_be_posted_is_named_and_goes_on_waiting(app, client, login, queue):
    with at_work(app) as world:
        world.session.execute(
            GlEntry.__table__.metadata.tables["general_ledger_setup"]
            .update()
            .values(allow_posting_from=day("2025-01-10"))
        )
        world.session.commit()
    login(client, "bookkeeper")

    preview = text_of(client.send("/costs/general-ledger/preview", {"key": "p", "way": "entry"}))
    started = client.send("/costs/general-ledger/post", {"key": "q", "way": "entry"})
    job = client.get(started.location)
    outcome = text_of(client.get(re.search(r'href="(/costs/jobs/\d+)"', job.text).group(1)))

    assert "2 are left waiting." in preview
    assert "2 were left waiting." in text_of(job)
    assert "What goes on waiting, and why 2" in outcome
    assert scalar(app, select(func.count()).select_from(PostValueEntryToGl)) == 2


def test_the_general_ledger_needs_its_rights(client, login, queue):
    login(client, "buyer")

    assert client.get("/costs/general-ledger/").status_code == 403
    assert client.get("/costs/reconciliation/").status_code == 403
    assert client.send("/costs/general-ledger/post", {"key": "k", "way": "entry"}).status_code == 403


def test_the_reconciliation_explains_what_differs_and_leads_to_it(client, login, queue):
    login(client, "bookkeeper")

    page = client.get("/costs/reconciliation/")
    january = client.fragment("/costs/reconciliation/?date_from=2025-01-10&date_to=2025-01-31")
    refused = client.get("/costs/reconciliation/?date_from=2025-02-01&date_to=2025-01-31")

    words = text_of(page)
    assert "The books differ by 110.00." in words
    assert "Cost not posted yet" in words
    assert "/costs/general-ledger/" in page.text
    assert "40.00" in text_of(january)
    assert "150.00" not in text_of(january)
    assert refused.status_code == 422
    assert "The last day lies before the first." in refused.text
    for link in set(re.findall(r'href="(/ledger/[^"]+account=[^"]+)"', page.text)):
        assert client.get(link.replace("&amp;", "&")).status_code == 200, link
    client.send("/costs/general-ledger/post", {"key": "k", "way": "entry"})
    assert "agree with the inventory ledger to the cent" in text_of(client.get("/costs/reconciliation/"))


def test_the_reconciliation_warns_of_accounts_that_may_differ_some_day(app, client, login, queue):
    login(client, "bookkeeper")

    def muddle(session):
        setup = session.scalars(select(InventoryPostingSetup)).all()
        account = session.get_one(GlAccount, next(row.inventory_account_id for row in setup))
        account.direct_posting = account.blocked = True
        for row in setup:
            row.inventory_interim_account_id = account.id

    before = text_of(client.get("/costs/reconciliation/"))
    with app.app_context():
        perform(db.session(), muddle)
    words = text_of(client.get("/costs/reconciliation/"))

    for warning in ("This account serves several purposes: Inventory, Inventory, interim.",
                    "Direct posting is allowed", "The account is blocked"):  # fmt: skip
        assert warning in words
    assert "serves several purposes" not in before


def test_entries_that_inventory_did_not_make_can_be_listed(app, client, login, trade):
    login(client, "bookkeeper")

    assert "No rows" in text_of(client.get("/ledger/gl?origin=no"))
    assert "No rows" not in text_of(client.get("/ledger/gl?origin=yes"))


# ------------------------------------------------------------------------------------------------ periods
def period(app):
    return scalar(app, select(InventoryPeriod.id))


def test_a_period_that_is_not_there_is_said_by_its_code(app, client, login, trade):
    login(client, "bookkeeper")

    assert client.get("/costs/periods/99").status_code == 404
    with app.app_context(), pytest.raises(NotFound) as missing:
        find_period(db.session(), 99)
    assert missing.value.code == "period_not_found"


def test_a_period_is_closed_when_its_obstacles_are_gone_and_reopened(app, client, login, trade):
    login(client, "bookkeeper")
    assert "no inventory periods yet" in text_of(client.get("/costs/periods/"))
    client.send("/costs/periods/", {"ending_date": "2025-01-13", "name": "Mistyped"})
    mistyped = f"/costs/periods/{period(app)}"
    assert f"{mistyped}/delete" in client.get(mistyped).text
    assert client.send(f"{mistyped}/delete").status_code == 303
    client.send("/costs/periods/", {"ending_date": "2025-01-31", "name": "January"})
    url = f"/costs/periods/{period(app)}"

    kept_open = client.get(url)
    refused = client.send(f"{url}/close")
    client.send("/costs/run", {"key": "k"})
    closed = client.send(f"{url}/close")

    assert "Costs that are not adjusted 2" in text_of(kept_open)
    assert f"{url}/close" not in kept_open.text
    assert refused.status_code == 422
    assert "BOLT" in text_of(refused)
    assert closed.status_code == 303
    assert "closed" in text_of(client.get("/costs/periods/"))
    assert "Reopen this period" in client.get(url).text
    reopened = client.send(f"{url}/reopen")
    assert reopened.status_code == 303
    words = text_of(client.get(url))
    assert "Nothing keeps this period from being closed" in words
    assert client.send(f"{url}/delete").status_code == 422  # its history stays
    assert "reopened" in words
    assert "last register" in words


def test_what_is_short_keeps_a_period_open_and_is_named(app, client, login):
    with at_work(app) as world:
        world.sell(world.item("GONE", unit_cost="1"), 3, 5, on="2025-01-10", at="BLUE")
        world.adjust_cost()
    login(client, "bookkeeper")
    client.send("/costs/periods/", {"ending_date": "2025-01-31", "name": ""})

    words = text_of(client.get(f"/costs/periods/{period(app)}"))

    assert "More went out than was there 1" in words
    assert "GONE" in words
    assert client.send(f"/costs/periods/{period(app)}/close").status_code == 422


def test_bad_periods_are_refused_beside_the_field(app, client, login, trade):
    login(client, "bookkeeper")
    client.send("/costs/periods/", {"ending_date": "2025-01-31", "name": "January"})

    twice = client.send("/costs/periods/", {"ending_date": "2025-01-31", "name": "Again"}, htmx=True)
    none = client.send("/costs/periods/", {"ending_date": "31.31.2025", "name": "x"})

    assert twice.status_code == none.status_code == 422
    assert "There is a period with this ending date." in twice.text
    assert 'value="Again"' in twice.text
    assert scalar(app, select(func.count()).select_from(InventoryPeriod)) == 1
    assert client.get("/costs/periods/99").status_code == 404


def test_who_only_sees_costs_closes_nothing(app, client, login, trade):
    login(client, "buyer")

    assert client.get("/costs/periods/").status_code == 200
    assert client.send("/costs/periods/", {"ending_date": "2025-01-31"}).status_code == 403
    assert "Add a period" not in client.get("/costs/periods/").text


def test_the_tiles_of_the_bookkeeper_open_what_they_count(app, client, login, trade):
    login(client, "bookkeeper")

    page = client.get("/").text

    assert 'href="/costs/"' in page
    assert 'href="/costs/general-ledger/"' in page
