"""Pages of the set-up that are no lists of records: company, ledger and inventory set-up, posting set-up, numbers."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from PIL import Image
from sqlalchemy import select

from core.unit_of_work import perform
from models import (
    AuditEntry,
    CompanyInformation,
    GeneralPostingSetup,
    GlAccount,
    InventoryPostingSetup,
    NumberSeries,
    NumberSeriesLine,
    db,
)
from models.enums import AccountType
from services import company, numbers
from tests.builders import World
from tests.support.pages import Page
from tests.support.queries import queries_of


@pytest.fixture
def shop(app, client, login):
    """A set-up company; the owner is logged in."""
    with app.app_context():
        World(db.session())
    login(client)
    return client


def filled(client, url, field):
    """What the form with `field` on that page would send untouched."""
    form = next(form for form in Page(client.get(url).text, url).forms if field in form.names)
    return {name: values[0] for name, values in form.data().items() if name != "csrf_token"}


def only(app, model):
    with app.app_context():
        return db.session.scalars(select(model)).first()


def history(app, table):
    with app.app_context():
        rows = db.session.scalars(
            select(AuditEntry).where(AuditEntry.table_name == table, AuditEntry.action == "changed")
        ).all()
        return [(row.field, row.before, row.after) for row in rows]


def a_world():
    """Short words for the company that is there already; inside an application context."""
    world = World.__new__(World)
    world.session, world._line_no = db.session(), 0
    return world


def post_something(app):
    with app.app_context():
        world = a_world()
        world.receive(world.item("BOLT"), "4", 2, at="BLUE")


def beside(answer, name):
    return answer.text.partition(f'id="{name}-error"')[2].partition("</div></div>")[0]


# ------------------------------------------------------------------------------------------------ company
SETUP_FORMS = {
    "/setup/company": ("name", "city", "Hull", "company_information"),
    "/setup/general-ledger": ("currency_code", "currency_symbol", "GBP£", "general_ledger_setup"),
    "/setup/inventory": ("weight_unit", "weight_unit", "lb", "inventory_setup"),
}


@pytest.mark.parametrize("url", SETUP_FORMS)
def test_a_set_up_page_is_saved_and_noted(app, shop, url):
    marker, field, value, table = SETUP_FORMS[url]

    answer = shop.send(url, filled(shop, url, marker) | {field: value})

    assert answer.status_code == 303
    assert filled(shop, url, marker)[field] == value
    assert [(name, after) for name, _before, after in history(app, table)] == [(field, value)]


@pytest.mark.parametrize("url", SETUP_FORMS)
def test_a_set_up_page_tells_when_somebody_was_faster(shop, login, url):
    marker, field, value, _table = SETUP_FORMS[url]
    mine = filled(shop, url, marker)
    login(shop, "bookkeeper", full_name="Bea")
    shop.send(url, filled(shop, url, marker) | {field: "theirs"})
    login(shop)

    stale = shop.send(url, mine | {field: value})

    assert stale.status_code == 409
    assert "Bea changed" in stale.text
    assert filled(shop, url, marker)[field] == "theirs"


@pytest.mark.parametrize("url", SETUP_FORMS)
def test_a_set_up_page_is_closed_to_those_without_the_right(shop, login, url):
    marker, field, _value, _table = SETUP_FORMS[url]
    sent = filled(shop, url, marker)
    login(shop, "clerk")

    assert shop.get(url).status_code == 403
    assert shop.send(url, sent | {field: "mine"}).status_code == 403


@pytest.mark.parametrize(
    ("url", "changes", "field", "sentence"),
    [
        ("/setup/company", {"name": ""}, "name", "Name is missing."),
        ("/setup/company", {"email": "nobody"}, "email", "e-mail"),
        ("/setup/company", {"gs1_prefix": "12A4"}, "gs1_prefix", "4 to 12 digits"),
        ("/setup/company", {"name": "x" * 300}, "name", "At most 100"),
        ("/setup/general-ledger", {"amount_rounding": "0"}, "amount_rounding", "more than 0"),
        ("/setup/general-ledger", {"amount_rounding": "-1"}, "amount_rounding", "not be negative"),
        ("/setup/general-ledger", {"amount_rounding": "1e30"}, "amount_rounding", "is not a number"),
        ("/setup/general-ledger", {"amount_rounding": "Infinity"}, "amount_rounding", "is not a number"),
        ("/setup/general-ledger", {"unit_amount_rounding": "0.0000001"}, "unit_amount_rounding", "At most 5 decimals"),
        ("/setup/general-ledger", {"currency_code": ""}, "currency_code", "Currency is missing."),
        ("/setup/general-ledger", {"allow_posting_from": "2025-02-31"}, "allow_posting_from", "There is no day"),
        (
            "/setup/general-ledger",
            {"allow_posting_from": "2025-03-01", "allow_posting_to": "2025-02-01"},
            "allow_posting_to",
            "lies before the first one",
        ),
        ("/setup/inventory", {"default_dampener_percent": "101"}, "default_dampener_percent", "At most 100"),
        ("/setup/inventory", {"outbound_handling_time": "soon"}, "outbound_handling_time", ""),
        ("/setup/inventory", {"item_nos_id": "NONE"}, "item_nos_id", "There is no number series"),
        ("/setup/inventory", {"earliest_valuation_date": "31.02.2025"}, "earliest_valuation_date", "is not a date"),
        ("/setup/inventory", {"default_costing_method": "magic"}, "default_costing_method", "Choose one"),
    ],
)
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_what_is_wrong_in_the_set_up_is_said_beside_its_field(app, shop, url, changes, field, sentence, htmx):
    marker, *_rest, table = SETUP_FORMS[url]

    answer = shop.send(url, filled(shop, url, marker) | changes, htmx=htmx)

    assert answer.status_code == 422
    assert beside(answer, field)
    assert sentence in beside(answer, field)
    kept = {control.name: control.value for control in Page(answer.text).controls if control.kind != "select"}
    for name, text in changes.items():
        assert kept.get(name, text).casefold() == text.casefold()
    assert history(app, table) == []


@pytest.mark.parametrize(
    ("url", "changes", "code"),
    [
        ("/setup/general-ledger", {"currency_code": "USD"}, "currency_changed"),
        ("/setup/general-ledger", {"amount_rounding": "0.05"}, "rounding_changed"),
        ("/setup/inventory", {"average_cost_period": "month"}, "average_cost_changed"),
    ],
)
def test_what_touches_posted_figures_is_confirmed_first(app, shop, url, changes, code):
    marker, *_rest, table = SETUP_FORMS[url]
    post_something(app)
    sent = filled(shop, url, marker) | changes

    asked = shop.send(url, sent)

    assert asked.status_code == 422
    assert f'value="{code}"' in asked.text
    assert history(app, table) == []
    assert shop.send(url, sent | {"confirmed": code}).status_code == 303
    assert [name for name, *_values in history(app, table)] == list(changes)


def picture(size=(900, 300), kind="PNG"):
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def test_a_logo_is_scaled_shown_and_removed(app, shop):
    answer = shop.send("/setup/company/logo", {"logo": (io.BytesIO(picture()), "logo.png")})

    assert answer.status_code == 303
    shown = shop.get("/setup/company/logo.png")
    assert shown.mimetype == "image/png"
    assert Image.open(io.BytesIO(shown.data)).width <= 900
    assert shop.send("/setup/company/logo/delete").status_code == 303
    assert only(app, CompanyInformation).logo is None
    assert shop.get("/setup/company/logo.png").status_code == 404


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "Choose a picture first."),
        (b"<svg onload=alert(1)>", "not a picture"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 200, "not a picture"),
        (b"x" * 5000, "at most 4 MB"),
    ],
)
def test_a_file_that_is_no_logo_is_refused(app, shop, monkeypatch, data, sentence):
    monkeypatch.setattr(company, "LARGEST_LOGO", 4000)

    answer = shop.send("/setup/company/logo", {"logo": (io.BytesIO(data), "logo.png")})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert only(app, CompanyInformation).logo is None


# ------------------------------------------------------------------------------------------- posting set-up
KEYS = {
    "inventory": ("row=BLUE&column=RESALE", InventoryPostingSetup, "inventory_account_id"),
    "general": ("row=DOMESTIC&column=RETAIL", GeneralPostingSetup, "cogs_account_id"),
}


@pytest.mark.parametrize("kind", KEYS)
def test_the_matrix_marks_gaps_and_a_row_is_filled_in(app, shop, kind):
    keys, model, field = KEYS[kind]
    with app.app_context():
        a_world().item("BOLT")  # its groups are in use

        def work(session):
            for row in session.scalars(select(model)):
                setattr(row, field, None)

        perform(db.session(), work)

    matrix = shop.get(f"/setup/posting/{kind}")
    url = f"/setup/posting/{kind}/row?{keys}"
    sent = filled(shop, url, field)

    assert "gap" in matrix.text
    assert sent[field] == ""
    with app.app_context():
        account = db.session.scalars(select(GlAccount.no).where(GlAccount.account_type == AccountType.POSTING)).first()
    assert shop.send(url, sent | {field: account}).status_code == 303
    assert filled(shop, url, field)[field] == account


@pytest.mark.parametrize("kind", KEYS)
def test_a_row_of_the_posting_set_up_refuses_what_cannot_be_posted_to(app, shop, kind):
    keys, model, field = KEYS[kind]
    url = f"/setup/posting/{kind}/row?{keys}"
    before = {name: value for name, value in vars(only(app, model)).items() if name.endswith("_id")}

    for wrong in ("NO SUCH", "🦄", "a\x00b", "x" * 300, "<script>"):
        answer = shop.send(url, filled(shop, url, field) | {field: wrong})
        assert answer.status_code == 422, wrong
        assert beside(answer, field), wrong
        assert "<script>" not in beside(answer, field)

    assert {name: value for name, value in vars(only(app, model)).items() if name.endswith("_id")} == before


@pytest.mark.parametrize("kind", KEYS)
def test_a_row_of_the_posting_set_up_is_deleted_suggested_and_copied(app, shop, kind):
    keys, model, field = KEYS[kind]
    url = f"/setup/posting/{kind}/row"
    with app.app_context():
        rows = db.session.query(model).count()

    assert shop.send(f"{url}/delete?{keys}").status_code == 303
    with app.app_context():
        assert db.session.query(model).count() == rows - 1
    suggested = filled(shop, f"{url}?{keys}&suggest=1", field)
    source = Page(shop.get(f"{url}?{keys}").text).controls
    other = next(control.options[0] for control in source if control.name == "source")
    assert shop.send(f"{url}/copy?{keys}", {"source": other}).status_code == 303

    assert suggested[field]
    with app.app_context():
        assert db.session.query(model).count() == rows


def test_a_row_entries_were_posted_by_stays(app, shop):
    post_something(app)

    answer = shop.send("/setup/posting/inventory/row/delete?row=BLUE&column=RESALE", follow_redirects=True)

    assert "Entries were posted with this row, so it stays." in answer.text


@pytest.mark.parametrize("address", ["/setup/posting/evil", "/setup/posting/inventory/row?row=NO&column=NO",
                                     "/setup/posting/inventory/row",
                                     "/setup/posting/inventory/row?row=%00&column=%00"])  # fmt: skip
def test_a_combination_that_is_not_there_is_not_found(shop, address):
    assert shop.get(address).status_code == 404


@pytest.mark.parametrize("kind", KEYS)
def test_the_matrix_asks_as_often_for_more_locations_and_groups(app, shop, kind):
    before = len(queries_of(app, shop, f"/setup/posting/{kind}"))
    for number in range(8):
        shop.send("/setup/lists/inventory-groups/new", {"code": f"G{number}", "description": "More"})
        shop.send("/setup/lists/gen-product-groups/new", {"code": f"G{number}", "description": "More"})

    assert len(queries_of(app, shop, f"/setup/posting/{kind}")) == before


# ---------------------------------------------------------------------------------------------- number series
@pytest.fixture
def series(app, shop):
    """A series ORD that begins with PO-0001."""
    assert shop.send("/setup/number-series/new", {"code": "ORD", "default_nos": "y"}).status_code == 303
    sent = {"starting_no": "PO-0001", "increment_by": "1", "open": "y"}
    assert shop.send("/setup/number-series/ORD/lines", sent).status_code == 303
    return shop


def line(app):
    with app.app_context():
        return db.session.scalar(
            select(NumberSeriesLine).join(NumberSeries, NumberSeries.id == NumberSeriesLine.series_id)
            .where(NumberSeries.code == "ORD")
        )  # fmt: skip


def test_the_next_number_is_shown_and_not_taken(app, series):
    for _time in range(2):
        said = series.send("/setup/number-series/ORD/test", follow_redirects=True)
        assert "The next number is PO-0001. It was not taken." in said.text
    assert line(app).last_no_used == ""


def test_a_number_taken_while_a_line_is_open_is_not_given_twice(app, series):
    url = f"/setup/number-series/ORD/lines/{line(app).id}"
    mine = filled(series, url, "starting_no")
    with app.app_context():
        setup = db.session.scalar(select(NumberSeries.id).where(NumberSeries.code == "ORD"))
        perform(db.session(), lambda s: numbers.next_no(s, setup, dt.date(2025, 3, 1)))

    stale = series.send(url, mine | {"warning_no": "PO-0500"})

    assert stale.status_code == 409
    assert line(app).last_no_used == "PO-0001"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starting_no": ""}, "starting_no"),
        ({"starting_no": "NO DIGITS"}, "starting_no"),
        ({"ending_no": "QX-0009"}, "ending_no"),
        ({"ending_no": "PO-0000"}, "ending_no"),
        ({"increment_by": "0"}, "increment_by"),
        ({"increment_by": "1.5"}, "increment_by"),
        ({"increment_by": "1e9"}, "increment_by"),
        ({"starting_date": "2025-02-31"}, "starting_date"),
        ({"starting_no": "🦄-1"}, "starting_no"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused_beside_its_field(app, series, changes, field):
    url = f"/setup/number-series/ORD/lines/{line(app).id}"
    before = line(app)

    answer = series.send(url, filled(series, url, "starting_no") | changes)

    assert answer.status_code == 422
    assert beside(answer, field)
    assert (line(app).starting_no, line(app).increment_by) == (before.starting_no, before.increment_by)


def test_two_lines_from_one_day_are_refused_and_an_unused_line_goes(app, series):
    again = series.send("/setup/number-series/ORD/lines", {"starting_no": "PX-1", "increment_by": "1"})
    gone = series.send(f"/setup/number-series/ORD/lines/{line(app).id}/delete")

    assert (again.status_code, gone.status_code) == (422, 303)
    assert line(app) is None


def test_series_are_related_and_parted(app, series):
    other = series.send("/setup/number-series/new", {"code": "PR", "default_nos": "y"})
    assert other.status_code == 303

    assert series.send("/setup/number-series/ORD/related", {"related_series_id": "PR"}).status_code == 303
    assert "/setup/number-series/PR" in series.get("/setup/number-series/ORD").text
    itself = series.send("/setup/number-series/ORD/related", {"related_series_id": "ORD"})
    nothing = series.send("/setup/number-series/ORD/related", {"related_series_id": ""})

    assert (itself.status_code, nothing.status_code) == (422, 422)
    assert "A series is not related to itself." in itself.text


# -------------------------------------------------------------------------------------------- set-up, locations
def test_the_set_up_page_leads_to_every_gap_and_every_area(app, shop):
    with app.app_context():
        a_world().item("BOLT")
        perform(db.session(), lambda s: [setattr(row, "inventory_account_id", None)
                                         for row in s.scalars(select(InventoryPostingSetup))])  # fmt: skip

    page = Page(shop.get("/setup").text, "/setup")

    assert any(link.startswith("/setup/posting/inventory/row?") for link in page.links)
    for link in page.links:
        if link.startswith("/"):
            assert shop.get(link, follow_redirects=True).status_code in (200, 304), link


def test_a_location_is_copied_with_its_bins_and_posting_set_up(app, shop):
    with app.app_context():
        a_world().location("SHELVES", bin_mandatory=True)
    shop.send("/bins/SHELVES/range", {"first": "A-01", "last": "A-05"})

    made = shop.send("/locations/SHELVES/copy", {"code": "SECOND", "name": "Second", "bins": "y", "posting_setup": "y"})
    twice = shop.send("/locations/SHELVES/copy", {"code": "SECOND", "name": "Second"})

    assert made.status_code == 303
    assert "A-05" in shop.get("/bins/SECOND").text
    assert twice.status_code == 422
    assert beside(twice, "code")


@pytest.mark.parametrize("ends", [("A-01", "A-1"), ("A-01", "B-05"), ("A-05", "A-01"), ("A-0001", "A-9999"),
                                  ("A", "B"), ("", ""), ("x" * 300, "x" * 300)])  # fmt: skip
def test_a_row_of_bins_that_makes_no_sense_is_refused(app, shop, ends):
    with app.app_context():
        a_world().location("SHELVES", bin_mandatory=True)

    answer = shop.send("/bins/SHELVES/range", dict(zip(("first", "last"), ends, strict=True)))

    assert answer.status_code == 422
    assert beside(answer, "first") or beside(answer, "last") or "form-errors" in answer.text
