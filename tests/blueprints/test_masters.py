"""What the pages of all master data and set-up have in common, asked of each: list, new, card, refusal, history.

What only one of them does stands in its own file beside this one; rules are proved under tests/services.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import (
    AuditEntry,
    Bin,
    Customer,
    GlAccount,
    GlEntry,
    Location,
    Manufacturer,
    NumberSeries,
    PaymentTerms,
    Vendor,
    db,
)
from tests.builders import World
from tests.support.pages import Page
from tests.support.queries import queries_of


@dataclass(frozen=True)
class Area:
    """One kind of record: its pages, its model, what a new one is sent, and what is wrong with it."""

    name: str
    model: Any
    index: str
    new: str
    card: str  # with {code}
    key: str  # the column with the code
    values: dict[str, str]
    words: str  # a column of words that may be changed
    refused: tuple[tuple[dict[str, str], str, str], ...]  # what is sent, field, sentence
    delete: str = "{card}/delete"
    reader: str = "viewer"  # a role that may see the list and not change it
    stranger: str = ""  # a role that may not even see it
    list_has_form: bool = False  # new ones are made on the list page itself
    more: dict[str, Any] = field(default_factory=dict)

    def code(self, number: int = 1) -> str:
        """The code of the n-th record a test makes."""
        return f"{self.values[self.key]}{number}"

    def card_of(self, number: int = 1) -> str:
        """The address of its card."""
        return self.card.format(code=self.code(number))

    def delete_of(self, number: int = 1) -> str:
        """The address that deletes it."""
        return self.delete.format(card=self.card_of(number), code=self.code(number))


LONG_NAME = ({"name": "x" * 101}, "name", "At most 100 characters; this has 101.")
NO_NAME = ({"name": "  "}, "name", "Name is missing.")
EMOJI = "Codes are made of letters, digits and the signs on a keyboard; this one has others."
AREAS = [
    Area(
        "locations", Location, "/locations", "/locations/new", "/locations/{code}", "code",
        {"code": "WH", "name": "Warehouse", "city": "Leeds"}, "name",
        (NO_NAME, LONG_NAME, ({"code": ""}, "code", "Code is missing."), ({"code": "🦄"}, "code", EMOJI),
         ({"code": "x" * 300}, "code", "At most 10 characters; this has 300."), ({"code": "BLUE"}, "code", "exists"),
         ({"email": "no address"}, "email", "e-mail"),
         ({"outbound_handling_time": "soon"}, "outbound_handling_time", ""),
         ({"name": "a\x00b"}, "name", "cannot be stored"),
         ({"default_bin_selection": "evil"}, "default_bin_selection", "Choose one of the values offered.")),
    ),
    Area(
        "bins", Bin, "/bins/SHELVES", "/bins/SHELVES", "/bins/SHELVES/edit/{code}", "code",
        {"code": "K-0", "description": "Left", "ranking": "5", "block_movement": "none",
         "maximum_cubage": "0", "maximum_weight": "0"}, "description",
        (({"code": ""}, "code", "Code is missing."), ({"code": "TAKEN"}, "code", "exists"),
         ({"ranking": "1.5"}, "ranking", "Only whole numbers."), ({"ranking": "99999"}, "ranking", "At most"),
         ({"maximum_weight": "-1"}, "maximum_weight", "This may not be negative."),
         ({"maximum_weight": "NaN"}, "maximum_weight", "is not a number"),
         ({"maximum_cubage": "1e30"}, "maximum_cubage", "is not a number"),
         ({"maximum_cubage": "0.1234567891"}, "maximum_cubage", "At most 5 decimals; this has 10."),
         ({"block_movement": "evil"}, "block_movement", "Choose one of the values offered.")),
        delete="/bins/SHELVES/delete/{code}", list_has_form=True,
    ),
    Area(
        "accounts", GlAccount, "/accounts", "/accounts/new", "/accounts/{code}", "no",
        {"no": "99", "name": "Small things", "account_type": "posting", "category": "expense", "direct_posting": "y"},
        "name",
        (NO_NAME, LONG_NAME, ({"no": ""}, "no", "No. is missing."), ({"no": "TAKEN"}, "no", "exists"),
         ({"account_type": "total", "totaling": ""}, "totaling", "Which accounts does it sum?"),
         ({"account_type": "total", "totaling": "2..1"}, "totaling", ""),
         ({"account_type": "evil"}, "account_type", "Choose one of the values offered.")),
        reader="", stranger="viewer",
    ),
    *(
        Area(
            name, model, f"/{name}", f"/{name}/new", f"/{name}/{{code}}", "no",
            {"no": "T", "name": "Tools & Co", "city": "York"}, "city",
            (NO_NAME, LONG_NAME, ({"no": "TAKEN"}, "no", "exists"), ({"no": "🦄"}, "no", EMOJI),
             ({"email": "no address"}, "email", "e-mail"), ({"blocked": "evil"}, "blocked", "Choose one"),
             ({"payment_terms_id": "NONE"}, "payment_terms_id", "There is no payment terms “NONE”."),
             ({"name": "\x1b[31m"}, "name", "cannot be stored"), *refused),
        )
        for name, model, refused in (
            ("vendors", Vendor, (({"minimum_order_amount": "1.234"}, "minimum_order_amount", "At most 2 decimals"),
                                 ({"lead_time": "31 February"}, "lead_time", ""))),
            ("customers", Customer, ()),
        )
    ),
    Area(
        "number series", NumberSeries, "/setup/number-series", "/setup/number-series/new",
        "/setup/number-series/{code}", "code", {"code": "SER", "description": "Orders", "default_nos": "y"},
        "description",
        (({"code": ""}, "code", "Code is missing."), ({"code": "TAKEN"}, "code", "exists"),
         ({"description": "x" * 300}, "description", "At most 100 characters; this has 300.")),
        reader="", stranger="viewer",
    ),
    Area(
        "payment terms", PaymentTerms, "/setup/lists/payment-terms", "/setup/lists/payment-terms/new",
        "/setup/lists/payment-terms/{code}", "code",
        {"code": "D", "description": "Days", "due_date_calculation": "30D"}, "description",
        (({"code": ""}, "code", "Code is missing."), ({"code": "TAKEN"}, "code", "exists"),
         ({"due_date_calculation": "in a month"}, "due_date_calculation", "")),
        reader="", stranger="viewer",
    ),
    Area(
        "manufacturers", Manufacturer, "/setup/lists/manufacturers", "/setup/lists/manufacturers/new",
        "/setup/lists/manufacturers/{code}", "code", {"code": "M", "name": "Makers"}, "name",
        (({"code": ""}, "code", "Code is missing."), ({"code": "TAKEN"}, "code", "exists")),
        reader="", stranger="viewer",
    ),
]  # fmt: skip


@pytest.fixture(params=AREAS, ids=lambda area: area.name)
def area(request) -> Area:
    """Each of them in turn."""
    return request.param


@pytest.fixture
def shop(app, client, login):
    """A company whose location SHELVES has bins; the owner is logged in."""
    with app.app_context():
        world = World(db.session())
        world.location("SHELVES", bin_mandatory=True)
    login(client)
    return client


def found(app, area, number=1):
    """The record as it stands in the database, None when there is none."""
    with app.app_context():
        return db.session.scalar(select(area.model).where(getattr(area.model, area.key) == area.code(number)))


def count(app, model):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(model))


def trail(app, area, record):
    """(action, field, before, after) of the record's history, oldest first."""
    with app.app_context():
        rows = db.session.scalars(
            select(AuditEntry)
            .where(AuditEntry.table_name == area.model.__tablename__, AuditEntry.record_id == record.id)
            .order_by(AuditEntry.id)
        ).all()
        assert all(row.user_id for row in rows)
        return [(row.action, row.field, row.before, row.after) for row in rows]


def blank(client, area):
    """What the form of a new record would send, filled in with the area's values."""
    page = Page(client.get(area.new).text, area.new)
    form = next(form for form in page.forms if {area.key, area.words} <= form.names)
    return {name: values[0] for name, values in form.data().items() if name != "csrf_token"} | area.values


def make(client, area, *numbers):
    sent = blank(client, area)
    for number in numbers or (1,):
        answer = client.send(area.new, sent | {area.key: area.code(number)})
        assert answer.status_code == 303, answer.text


def form_for(client, area, number=1):
    """What the form of its card would send untouched."""
    page = Page(client.get(area.card_of(number)).text, area.card_of(number))
    form = next(form for form in page.forms if area.words in form.names)
    return {name: values[0] for name, values in form.data().items() if name != "csrf_token"}


def test_a_new_record_is_made_listed_opened_and_noted(app, shop, area):
    make(shop, area)

    record = found(app, area)
    assert getattr(record, area.words) == area.values[area.words]
    listed = shop.get(area.index)
    assert area.code() in listed.text
    assert shop.get(area.card_of()).status_code == 200
    assert {action for action, *_rest in trail(app, area, record)} == {"created"}


def test_the_list_is_a_page_and_a_fragment(shop, area):
    make(shop, area)

    page, fragment = shop.get(area.index), shop.fragment(area.index)

    assert "<html" in page.text
    assert "<html" not in fragment.text
    assert area.code() in fragment.text


def test_an_empty_form_of_a_new_record_is_a_page_and_a_fragment(shop, area):
    page, fragment = shop.get(area.new), shop.fragment(area.new)

    assert (page.status_code, fragment.status_code) == (200, 200)
    assert "<html" not in fragment.text
    assert f'name="{area.key}"' in page.text


def test_a_search_finds_it_and_nothing_else(shop, area):
    make(shop, area, 1, 2)

    hit, miss = (shop.fragment(f"{area.index}?q={text}") for text in (area.code(2), "no such thing"))

    # As the text of a cell: a token in the page may hold any two letters.
    assert f">{area.code(2)}<" in hit.text
    assert f">{area.code(1)}<" not in hit.text
    assert f">{area.code(2)}<" not in miss.text


def test_the_list_comes_as_a_file(shop, area):
    if area.name == "bins":
        pytest.skip("bins are a page of their location and no list")
    make(shop, area)

    answer = shop.get(f"{area.index}?export=csv")

    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";" if b";" in answer.data else ","))
    assert area.code() in [row[0] for row in rows]


def test_a_change_is_kept_and_noted_with_before_and_after(app, shop, area):
    make(shop, area)

    answer = shop.send(area.card_of(), form_for(shop, area) | {area.words: "Something else"})

    assert answer.status_code == 303
    record = found(app, area)
    assert getattr(record, area.words) == "Something else"
    assert ("changed", area.words, area.values[area.words], "Something else") in trail(app, area, record)


def test_a_form_sent_untouched_changes_nothing(app, shop, area):
    make(shop, area)
    before = trail(app, area, found(app, area))

    assert shop.send(area.card_of(), form_for(shop, area)).status_code == 303

    assert trail(app, area, found(app, area)) == before


def test_a_change_by_htmx_leads_to_a_whole_page(shop, area):
    make(shop, area)

    answer = shop.send(area.card_of(), form_for(shop, area), htmx=True)

    assert answer.status_code in (200, 204)
    assert answer.headers["HX-Redirect"].startswith("/")


@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_what_is_wrong_is_said_beside_its_field_and_the_form_is_kept(app, shop, area, htmx):
    taken = {area.key: "TAKEN"}
    whole = blank(shop, area)
    shop.send(area.new, whole | taken)
    before = count(app, area.model)

    for changes, name, sentence in area.refused:
        sent = whole | {area.key: area.code(2)} | changes
        answer = shop.send(area.new, sent, htmx=htmx)

        assert answer.status_code == 422, (changes, answer.status_code)
        beside = answer.text.partition(f'id="{name}-error"')[2].partition("</div></div>")[0]
        assert beside, (changes, "no sentence beside the field")
        assert sentence in beside, (changes, beside)
        kept = {control.name: control.value for control in Page(answer.text).controls}
        other = area.words if area.words not in changes else area.key
        assert kept[other].casefold() == sent[other].casefold()
    assert count(app, area.model) == before
    assert count(app, GlEntry) == 0


def test_a_stale_form_is_refused_with_what_changed_and_goes_through_when_sent_again(app, shop, area, login):
    make(shop, area)
    mine = form_for(shop, area)
    login(shop, "owner", email="bob@shop.example", full_name="Bob")
    assert shop.send(area.card_of(), form_for(shop, area) | {area.words: "By Bob"}).status_code == 303
    login(shop)

    stale = shop.send(area.card_of(), mine | {area.words: "Mine"})

    assert stale.status_code == 409
    assert "Bob changed" in stale.text
    assert "By Bob" in stale.text
    kept = {control.name: control.value for control in Page(stale.text).controls}
    assert kept[area.words] == "Mine"
    assert getattr(found(app, area), area.words) == "By Bob"
    again = shop.send(area.card_of(), mine | {area.words: "Mine", "seen": kept["seen"]})
    assert again.status_code == 303
    assert getattr(found(app, area), area.words) == "Mine"


def test_a_forged_field_changes_nothing(app, shop, area):
    make(shop, area)
    record = found(app, area)

    shop.send(area.card_of(), form_for(shop, area) | {"id": "999", "created_at": "2020-01-01", "last_no_used": "X9"})

    assert found(app, area).id == record.id


def test_a_record_is_deleted_and_that_is_noted(app, shop, area):
    make(shop, area)
    record = found(app, area)

    answer = shop.send(area.delete_of())

    assert answer.status_code == 303
    assert found(app, area) is None
    assert {action for action, *_rest in trail(app, area, record)} == {"created", "deleted"}
    gone = shop.get(area.card_of())
    assert gone.status_code == 404


def test_a_record_that_is_not_there_is_not_found(shop, area):
    assert shop.get(area.card_of(7)).status_code == 404
    assert shop.send(area.card_of(7), {}).status_code == 404
    assert shop.send(area.delete_of(7)).status_code == 404


def test_who_may_only_look_changes_nothing(app, shop, area, login):
    make(shop, area)
    before = trail(app, area, found(app, area))
    login(shop, area.reader or area.stranger)

    assert shop.get(area.index).status_code == (200 if area.reader else 403)
    assert shop.send(area.card_of(), {area.words: "Mine"}).status_code == 403
    assert shop.send(area.new, {}).status_code == 403
    assert shop.send(area.delete_of()).status_code == 403
    assert trail(app, area, found(app, area)) == before
    if area.reader:
        page = Page(shop.get(area.index).text, area.index)
        assert not [form for form in page.forms if form.method == "POST" and form.action == area.new]
        assert area.new not in page.links


def test_a_page_asks_as_often_for_twenty_as_for_ten(app, shop, area):
    # With those a company begins with more than one page from the start.
    first = 20 if area.name in ("accounts", "number series") else 10
    make(shop, area, *range(1, first + 1))
    few = [len(queries_of(app, shop, url)) for url in (area.index, area.card_of())]

    make(shop, area, *range(first + 1, first * 2 + 1))
    many = [len(queries_of(app, shop, url)) for url in (area.index, area.card_of())]

    assert many == few, area.name
    assert max(few) <= 20


def test_the_history_of_a_record_stands_on_its_card(shop, area):
    make(shop, area)
    shop.send(area.card_of(), form_for(shop, area) | {area.words: "Something else"})

    card = shop.get(area.card_of()).text

    if "/audit/" not in card:
        pytest.skip("this card has no history section")
    address = card.partition('"/audit/')[2].partition('"')[0]
    history = shop.get(f"/audit/{address}").text
    assert "Something else" in history
    assert "Owner" in history


def test_deleting_what_is_in_use_is_refused_with_the_way_out(app, shop):
    def work(session):
        terms = PaymentTerms(code="NET", description="Net", due_date_calculation="30D")
        session.add(terms)
        session.flush()
        session.add(Vendor(no="V1", name="Tools", payment_terms_id=terms.id))

    with app.app_context():
        perform(db.session(), work)

    answer = shop.send("/setup/lists/payment-terms/NET/delete", follow_redirects=True)

    assert "used" in answer.text
    with app.app_context():
        assert db.session.scalar(select(PaymentTerms.id).where(PaymentTerms.code == "NET"))


def test_periods_of_a_year_are_made_listed_and_taken_back(app, shop):
    page = Page(shop.get("/setup/accounting-periods").text)
    first = next(control.value for control in page.controls if control.name == "starting_date")

    made = shop.send("/setup/accounting-periods", {"starting_date": first, "months": "12"}, follow_redirects=True)
    twice = shop.send("/setup/accounting-periods", {"starting_date": first, "months": "12"})

    assert "12 periods were created." in made.text
    assert twice.status_code == 422
    assert "These periods exist already." in twice.text
    assert dt.date.fromisoformat(first).day == 1


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"starting_date": "2031-02-31", "months": "12"}, "There is no day 2031-02-31 in the calendar."),
        ({"starting_date": "31.02.2031", "months": "12"}, "is not a date"),
        ({"starting_date": "", "months": "12"}, "is missing"),
        ({"starting_date": "2031-01-01", "months": "25"}, "At most 24."),
        ({"starting_date": "2031-01-01", "months": "0"}, "At least 1."),
        ({"starting_date": "2031-01-01", "months": "1.5"}, "Only whole numbers."),
        ({"starting_date": "0001-01-01", "months": "12"}, "The year must lie between 1900 and 2199."),
        ({"starting_date": "2199-12-01", "months": "24"}, "Years follow one another without a gap"),
        ({"starting_date": "1900-01-01", "months": "12"}, "Years follow one another without a gap"),
    ],
)
def test_a_year_that_makes_no_sense_is_refused(shop, sent, sentence):
    answer = shop.send("/setup/accounting-periods", sent)

    assert answer.status_code == (422 if sentence else answer.status_code)
    assert sentence in answer.text
    assert answer.status_code < 500
