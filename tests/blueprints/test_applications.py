"""The application worksheet on both databases: previewed, removed, applied by hand and by the rules, refused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from models import ItemLedgerEntry, Register, db
from posting.verify import verify
from tests.support.journals import text_of
from tests.support.queries import queries_of
from tests.support.shop import at_work


@pytest.fixture
def app(make_app, database_url):
    """On both engines: each test of this file runs twice."""
    return make_app(database_url)


@pytest.fixture
def sold(app, client, login):
    """5 at 10 and 5 at 14 were bought, 5 sold from the first: (first, second, sale)."""
    with at_work(app) as world:
        bolt = world.item("BOLT", unit_cost="10")
        first = world.receive(bolt, 5, 10, on="2025-01-05", at="BLUE")
        second = world.receive(bolt, 5, 14, on="2025-01-06", at="BLUE")
        sale = world.sell(bolt, 5, 20, on="2025-01-10", at="BLUE")
        world.adjust_cost()
        entries = first.id, second.id, sale.id
    login(client, "bookkeeper")
    return entries


def state(app, entry_id):
    with app.app_context():
        return db.session.scalar(select(ItemLedgerEntry.remaining_quantity).where(ItemLedgerEntry.id == entry_id))


def registers(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(Register))


def act(client, entry, what, other=None, where="change", **more):
    data = {"key": f"{what}{other}{where}", "what": what, **({"other": str(other)} if other else {}), **more}
    return client.send(f"/costs/application-worksheet/{entry}/{where}", data)


def test_an_application_is_previewed_removed_and_made_with_another_receipt(app, client, sold):
    first, second, sale = sold
    url = f"/costs/application-worksheet/{sale}"
    before = registers(app)

    page = client.get(url)
    preview = act(client, sale, "remove", first, where="preview", quantity="5")
    unchanged = registers(app)
    removed = act(client, sale, "remove", first, quantity="5")
    opened = client.get(url)
    applied = act(client, sale, "apply", second)

    assert f'name="other" value="{first}"' in page.text
    assert "entries change once costs are adjusted" in text_of(preview)
    assert unchanged == before
    assert removed.status_code == applied.status_code == 303
    assert "Could be applied to 2" in text_of(opened)
    assert (state(app, first), state(app, second), state(app, sale)) == (5, 0, 0)
    with at_work(app) as world:
        world.adjust_cost()
        assert world.cost(sale) == -70
        assert verify(world.session) == []


def test_what_is_open_is_applied_by_the_rules(app, client, sold):
    first, _second, sale = sold
    act(client, sale, "remove", first)

    listed = text_of(client.get("/costs/application-worksheet/?direction=no"))
    again = act(client, sale, "automatic")
    nothing = act(client, sale, "automatic", where="preview")

    assert "−5 short" in listed
    assert again.status_code == 303
    assert state(app, sale) == 0
    assert "Nothing changes" in text_of(nothing)


def test_a_preview_says_what_another_receipt_would_cost(client, sold):
    first, second, sale = sold
    act(client, sale, "remove", first)

    words = text_of(act(client, sale, "apply", second, where="preview"))

    assert re.search(r"−5 short 0 −50.00 −70.00", words), words


@pytest.mark.parametrize(
    ("what", "other", "more", "sentence"),
    [
        ("remove", "second", {}, "are not applied to each other"),
        ("remove", "first", {"quantity": "6"}, "applied to each other with 5"),
        ("apply", "second", {}, "Nothing of the two entries is open"),
        ("remove", "first", {"quantity": "many"}, "Quantity:"),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_way_out_and_changes_nothing(
    app, client, sold, what, other, more, sentence
):
    first, second, sale = sold
    before = registers(app)

    refused = act(client, sale, what, {"first": first, "second": second}[other], **more)

    assert refused.status_code == 422
    assert sentence in text_of(refused)
    assert registers(app) == before
    assert state(app, sale) == 0


def test_who_only_sees_costs_changes_no_application(client, login, sold):
    first, _second, sale = sold
    login(client, "buyer")

    page = client.get(f"/costs/application-worksheet/{sale}")

    assert page.status_code == 200
    assert "/change" not in page.text
    assert act(client, sale, "remove", first).status_code == 403
    login(client, "clerk")
    assert client.get(f"/costs/application-worksheet/{sale}").status_code == 403
    assert client.get("/costs/application-worksheet/").status_code == 403


def test_the_worksheet_costs_few_queries_and_unknown_entries_are_not_found(app, client, sold):
    assert len(queries_of(app, client, f"/costs/application-worksheet/{sold[2]}")) <= 10
    assert client.get("/costs/application-worksheet/999").status_code == 404
    assert act(client, 999, "automatic").status_code == 404
