"""The application worksheet on both databases: previewed, removed, applied by hand and by the rules, refused."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from core.errors import PostingError
from core.unit_of_work import perform
from models import Item, ItemApplicationEntry, ItemLedgerEntry, Register, ValueEntry, db
from models.enums import DefaultNoYes
from posting.lines import ChargeLine, RevaluationLine
from posting.verify import verify
from services.cost_adjustment import adjust_cost
from services.poster import Poster
from tests.builders import d, day
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
    assert page.text.count('id="sheet"') == 1  # the dialog that previews open in
    assert "entries change once costs are adjusted" in text_of(preview)
    assert unchanged == before
    assert removed.status_code == applied.status_code == 303
    assert "Could be applied to 2" in text_of(opened)
    assert (state(app, first), state(app, second), state(app, sale)) == (5, 0, 0)
    assert "BOLT Bolt is locked for postings. You are changing its applications" in text_of(opened)
    leave(client, "finish")
    assert "is locked" not in text_of(client.get(url))
    with at_work(app) as world:
        world.adjust_cost()
        assert world.cost(sale) == -70
        assert verify(world.session) == []


def leave(client, how):
    """Finish or undo the one worksheet that is open."""
    page = client.get("/costs/application-worksheet/")
    form = re.search(rf'action="/costs/application-worksheet/{how}".*?</form>', page.text, re.DOTALL).group(0)
    data = dict(re.findall(r'name="(items|key)" value="([^"]+)"', form))
    return client.send(f"/costs/application-worksheet/{how}", data)


def as_it_stands(app):
    """Everything that the worksheet may change, of all entries."""
    entry, value, link = ItemLedgerEntry, ValueEntry, ItemApplicationEntry
    with app.app_context():
        return [
            db.session.execute(statement).all()
            for statement in (
                select(entry.id, entry.remaining_quantity, entry.open, entry.shipped_qty_not_returned,
                       entry.applies_to_entry_id).order_by(entry.id),
                select(value.id, value.valuation_date, value.valued_by_average_cost).order_by(value.id),
                select(link.id, link.quantity, link.fixed).where(link.in_force).order_by(link.id),
            )
        ]  # fmt: skip


def test_an_open_worksheet_locks_the_item_for_every_posting_and_its_cost_waits(app, client, sold):
    first, second, sale = sold
    act(client, sale, "remove", first)
    with at_work(app) as world:
        bolt = world.session.scalars(select(Item).where(Item.no == "BOLT")).one()
        before = world.session.scalar(select(func.count()).select_from(Register))
        day_of = day("2025-02-01")
        lines = [
            world.line(bolt, "sale", -1),
            world.line(bolt, "purchase", 1, 5),
            world.line(bolt, "purchase", -5, undoes_entry_id=second, at="BLUE"),
            world.line(bolt, "purchase", 1, 10, invoices_entry_id=second),
            ChargeLine(line_no=1, entry_id=second, item_charge_no="F", amount=d(1), posting_date=day_of,
                       document_no="F"),
            RevaluationLine(line_no=1, entry_id=second, amount=d(1), posting_date=day_of, document_no="R"),
        ]  # fmt: skip

        for line in lines:
            with pytest.raises(PostingError) as refused:
                world.post(line)
            assert refused.value.code == "application_worksheet_open"
        run = adjust_cost(world.session, Poster())

        assert [(no, error.code) for no, error in run.failed] == [("BOLT", "application_worksheet_open")]
        assert world.session.scalar(select(func.count()).select_from(Register)) == before
        world.adjust(world.item("NUT"), 1)  # others go on


def test_leaving_applies_what_is_open_and_costs_follow(app, client, sold):
    first, second, sale = sold
    with at_work(app) as world:
        world.set(automatic_cost_adjustment="always")
    act(client, sale, "remove", first)
    act(client, sale, "apply", second, quantity="2")

    finished = leave(client, "finish")

    assert finished.status_code == 303
    assert (state(app, first), state(app, second), state(app, sale)) == (2, 3, 0)
    with at_work(app) as world:
        assert world.cost(sale) == -(2 * 14 + 3 * 10)
        assert world.adjust_cost().written == 0
        assert verify(world.session) == []
        world.sell(world.session.scalars(select(Item)).one(), 1, 20, on="2025-01-11", at="BLUE")


def test_all_changes_are_undone_to_how_everything_stood(app, client, login):
    with at_work(app) as world:
        bolt = world.item("BOLT", method="average")
        early = world.receive(bolt, 4, 10, on="2025-01-05", at="BLUE")
        late = world.receive(bolt, 4, 20, on="2025-02-05", at="BLUE")
        sale = world.adjust(bolt, -3, on="2025-01-10", at="BLUE", applies_to_entry_id=late.id)
        other = world.sell(bolt, 3, 20, on="2025-01-11", at="BLUE")
        back = world._post_one(world.line(bolt, "sale", -1, on="2025-01-12", at="BLUE", applies_from_entry_id=other.id))
        world.adjust_cost()
        costs = [world.cost(entry) for entry in (early, late, sale, other, back)]
    login(client, "bookkeeper")
    before = as_it_stands(app)

    act(client, sale.id, "remove", late.id, quantity="2")
    act(client, back.id, "remove", other.id)
    act(client, other.id, "remove", early.id)
    act(client, other.id, "apply", late.id)
    act(client, sale.id, "automatic")
    changed = as_it_stands(app)
    undone = leave(client, "undo")

    assert all(now != then for now, then in zip(changed, before, strict=True))
    assert undone.status_code == 303
    assert as_it_stands(app) == before
    with at_work(app) as world:
        world.adjust_cost()
        assert [world.cost(entry) for entry in (early, late, sale, other, back)] == costs
        assert verify(world.session) == []
    assert client.send("/costs/application-worksheet/undo", {"items": "1", "key": "again"}).status_code == 409


def test_an_entry_that_may_not_stay_short_keeps_the_worksheet_open(app, client, sold):
    first, second, sale = sold
    with at_work(app) as world:
        bolt = world.session.scalars(select(Item)).one()
        world.adjust(bolt, -5, on="2025-01-12", at="BLUE", applies_to_entry_id=second)
        short = world.sell(bolt, 5, 20, on="2025-01-14", at="BLUE").id
        perform(world.session, lambda s: setattr(s.get(Item, bolt.id), "prevent_negative_inventory", DefaultNoYes.YES))
    act(client, sale, "remove", first)
    act(client, short, "apply", first)
    before = registers(app)

    refused = leave(client, "finish")

    assert refused.status_code == 422
    assert f"Entry {sale} of item BOLT stays short of 5 PCS at BLUE" in text_of(refused)
    assert registers(app) == before
    assert leave(client, "undo").status_code == 303
    assert (state(app, sale), state(app, short)) == (0, -5)


def test_somebody_elses_worksheet_is_left_alone_or_ended_for_them(app, client, login, sold):
    first, _second, sale = sold
    act(client, sale, "remove", first)
    login(client, "owner")
    before = registers(app)

    refused = act(client, sale, "automatic")
    page = text_of(client.get(f"/costs/application-worksheet/{sale}"))

    assert refused.status_code == 422
    assert "is changing the applications of this item" in text_of(refused)
    assert registers(app) == before
    assert "is changing its applications since" in page
    assert leave(client, "undo").status_code == 303
    assert state(app, sale) == 0
    gone = client.send("/costs/application-worksheet/undo", {"items": "1", "key": "their own page"})
    assert gone.status_code == 409
    assert "This worksheet is not open any more" in text_of(gone)


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
