"""Everything a form or an address takes is sent rubbish: never a fault, never a traceback, never raw in a page.

The crawler starts at the owner's pages of the demo company and follows links until it has seen one address of every
kind (endpoint, list and view kind); every form found on the way is sent with hostile values, one field at a time.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter, RequestRedirect
from werkzeug.test import TestResponse

from core.unit_of_work import perform
from models import GlEntry, ItemLedgerEntry, User, ValueEntry, db
from services.reports import pdf
from services.seed.demo import demo_steps
from tests.support.applications import dispose, new_app
from tests.support.pages import Control, Form, Page
from tests.support.people import PeopleClient, add_user

TODAY = dt.date(2025, 6, 2)

#: Fields of one form that are attacked on their own.
ALONE = 8
MARK = "<script>alert(1)</script>"
LONG = "x" * 10_000
NUMBERS = ["1e30", "NaN", "Infinity", "0.1234567891", "-1", "9" * 25, "1.2.3", "٣", MARK, "\x00"]
DAYS = ["31.02.2025", "2025-02-31", "0000-00-00", "99999-01-01", "2025-13-01", "yesterday", MARK, "\x00"]
TEXTS = ["x" * 300, LONG, "🦄" * 12, "a\x00b", MARK, '"><img src=x onerror=alert(1)>', "'; drop table item; --",
         "\u202edlrow\u202c\u200f", "\ud800", "{{ 7*7 }}%s%(a)s", "../../etc/passwd", "=1+1"]  # fmt: skip
CHOICES = ["nonsense", MARK, "", "\x00"]
HIDDEN = ["", "nonsense", "-1", "9" * 25, "\x00"]

#: Their refusal is a toast on the page the form stands on: a name for a view, a number to find.
REFUSED_AS_TOAST = {"views.save"}
#: Have no record in their address, only the kind of file.
ANSWERS_ALWAYS = {
    "exchange.retail_report_file", "purchase.new", "sales.new", "purchase.batch", "sales.batch",
    "inventory_documents.new",
}  # fmt: skip
#: Forms that end the session, change the crawler's own account, or leave for minutes of work.
LEFT_ALONE = {"auth.logout", "wizard.demo", "users.deactivate", "users.password", "profile.password",
              "profile.second_factor", "profile.second_factor_off", "profile.recovery_codes"}  # fmt: skip
NUMBER_NAME = re.compile(r"(quantity|amount|cost|price|percent|weight|volume|cubage|days|months|step|ranking|rounding)")
#: What lists and pages read from the address besides their filters.
QUERIES = [
    "page=-1&sort=evil&size=0", "page=99999999999999999999&sort=-&size=99999999999999999999", "page=nan&q=a%00b",
    "page=1e9&q=%ff%fe&columns=evil,%00", f"sort={MARK}&q={MARK}&view={MARK}&tab={MARK}", "export=exe&page=2",
    "q=" + "%25" * 2000, "q=%ed%a0%80&page=%D9%A3",
]  # fmt: skip
NUMBERS_IN_PATHS = ["0", "2147483648", "9" * 25]
TEXTS_IN_PATHS = ["a%00b", "%ff%fe", "x" * 3000, "%F0%9F%A6%84", "..%2f..%2fetc", "%3Cscript%3Ealert(1)%3C/script%3E",
                  "%ed%a0%80", "'%3B%20drop%20table"]  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def demo(request, tmp_path_factory) -> Iterator[Flask]:
    """The demo company on each database, built once for this module; tests leave rubbish in it."""
    if request.param == "sqlite":
        path = tmp_path_factory.mktemp("hostile") / "demo.sqlite"
        path.write_bytes(Path(request.getfixturevalue("_sqlite_template")).read_bytes())
        url = f"sqlite:///{path}"
    else:
        cluster = request.getfixturevalue("postgres_cluster")
        url = cluster.create_database(template=request.getfixturevalue("_postgres_template"))
    app = new_app(url, PROPAGATE_EXCEPTIONS=False)
    with app.app_context():
        perform(db.session(), _company)
    app.test_client_class = PeopleClient
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "HTML", _NotLaidOut)
        yield app
    dispose(app)
    if request.param == "postgresql":
        cluster.drop_database(url)


class _NotLaidOut:
    """Papers are filled in, not laid out: that takes longer than all pages do, and their own tests do it."""

    def __init__(self, string: str, **_options: object) -> None:
        assert "</html>" in string

    def write_pdf(self, **_options: object) -> bytes:
        """No page."""
        return b"%PDF-1.7\n%%EOF\n"


def _company(session) -> None:
    for step in demo_steps(today=TODAY, password_hash="x"):
        step.run(session)


@pytest.fixture
def owner(demo) -> PeopleClient:
    """A browser of an owner."""
    client = demo.test_client()
    log_in(demo, client)
    return client


@pytest.fixture(scope="module")
def pages(demo) -> list[tuple[str, Page]]:
    """One page of every kind."""
    client = demo.test_client()
    log_in(demo, client)
    return list(crawl(demo, client))


def log_in(app: Flask, client: PeopleClient) -> None:
    """As conftest's `login`, on the module's own application."""
    user_id = add_user(app, "owner", email="crawler@shop.example")
    with app.app_context():
        uniquifier = db.session.get_one(User, user_id).fs_uniquifier
    now = int(time.time())
    with client.session_transaction() as kept:
        kept.clear()
        kept.update({"_user_id": uniquifier, "_fresh": True, "fs_paa": now, "started_at": now, "seen_at": now})


def kind_of(app: Flask, address: str, method: str = "GET") -> tuple[str, ...] | None:
    """Addresses of the same kind look alike: endpoint and those arguments that choose another page."""
    path = urlsplit(address).path
    if not path.startswith("/"):
        return None
    try:
        endpoint, arguments = app.url_map.bind("localhost").match(path, method=method)
    except RequestRedirect as moved:
        return kind_of(app, moved.new_url.removeprefix("http://localhost"), method)
    except HTTPException:
        return None
    return (
        endpoint,
        *(str(arguments[name]) for name in ("kind", "name", "listing", "table_name") if name in arguments),
    )


def crawl(app: Flask, client: PeopleClient) -> Iterator[tuple[str, Page]]:
    """(address, page) of one address of every kind that the owner reaches by links, starting at "/"."""
    waiting, seen = ["/", "/setup", "/profile"], set()
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(app, address)
        if kind is None or kind in seen or kind[0] in {"static", "auth.logout"}:
            continue
        seen.add(kind)
        answer = client.get(address)
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page = Page(answer.text, address)
        waiting.extend(page.links)
        yield address, page


def hostile(control: Control) -> list[str]:
    """What this field is sent."""
    if control.name == "csrf_token":
        return []
    if control.kind == "date":
        return DAYS
    if control.kind == "number" or NUMBER_NAME.search(control.name):
        return NUMBERS
    if control.kind in {"select", "radio", "checkbox"}:
        return CHOICES
    if control.kind == "hidden":
        return HIDDEN
    return TEXTS if control.kind in {"text", "search", "email", "textarea", "tel", "url", "password"} else []


def attacks(form: Form, offset: int, *, thorough: bool) -> Iterator[dict[str, str]]:
    """What to change in the form: all fields at once twice, once with NUL bytes (PostgreSQL refuses them).

    Where it is to be `thorough`, then each field alone (of the longest forms, some). Values are dealt in turn (`offset`
    differs from form to form), so that each kind of field meets all of its values somewhere.
    """
    fields = [(control.name, hostile(control)) for control in form.controls]
    fields = [(name, values) for name, values in fields if values]
    if fields:
        yield {name: values[(offset + number) % len(values)] for number, (name, values) in enumerate(fields)}
        yield {name: "a\x00b" for name, _values in fields}
    first = offset % max(1, len(fields) - ALONE)
    for number, (name, values) in enumerate(fields[first : first + ALONE] if thorough else ()):
        yield {name: values[(offset + number + 3) % len(values)]}
        if len(fields) < 4:
            yield {name: values[(offset + number + 5) % len(values)]}


def send(client: PeopleClient, form: Form, changes: dict[str, str], *, htmx: bool) -> TestResponse:
    """As a browser would; values that are no UTF-8 travel as the bytes of their surrogates."""
    pairs = [(name, value) for name, value in MultiDict(form.data() | changes).items(multi=True)]
    body = urlencode(pairs, errors="surrogatepass")
    headers = {"HX-Request": "true"} if htmx else {}
    address = form.action.split("#")[0]
    if form.method == "GET":
        return client.get(f"{address.split('?', maxsplit=1)[0]}?{body}", headers=headers)
    return client.post(address, data=body, content_type="application/x-www-form-urlencoded", headers=headers)


def faults(answer: TestResponse) -> str | None:
    """What is wrong with an answer to something hostile; None when it is a decent refusal, or was harmless."""
    if answer.status_code >= 500:
        return f"status {answer.status_code}"
    if answer.mimetype != "text/html":
        return None
    text = answer.text
    if "Traceback (most recent call last)" in text or "sqlalchemy" in text.lower() or "psycopg" in text.lower():
        return "shows its inside"
    if MARK in text or "<img src=x" in text:
        return "puts markup into the page"
    return "evaluates templates" if "49%s" in text else None


def not_kept(form: Form, changes: dict[str, str], answer: TestResponse) -> str | None:
    """For a refused form: what of it got lost, or that it does not say why; None when it came back as it was."""
    shown = {control.name: control.value for control in Page(answer.text, form.action).controls}
    typed = [
        control.name for control in form.controls
        if control.kind in {"text", "date", "textarea", "search", "tel", "email"} and control.name
    ]  # fmt: skip
    if not typed:
        return None
    if not set(typed) <= shown.keys():
        return f"lost {sorted(set(typed) - shown.keys())}"
    if "error" not in answer.text and "danger" not in answer.text:
        return "no sentence says why"
    for name in typed:
        sent = changes.get(name, "").strip()
        if sent and sent.isprintable() and len(sent) < 400 and shown[name].strip().casefold() != sent.casefold():
            return f"{name} came back as {shown[name][:40]!r} for {sent[:40]!r}"
    return None


def figures(app: Flask) -> tuple[int, ...]:
    """How many rows the ledgers have."""
    with app.app_context():
        return tuple(
            db.session.scalar(select(func.count()).select_from(model))
            for model in (ItemLedgerEntry, ValueEntry, GlEntry)
        )


def test_no_form_breaks_on_hostile_values_and_nothing_is_posted(demo, owner, pages):
    before, wrong, sent = figures(demo), [], set()
    thorough = "sqlite" in demo.config["SQLALCHEMY_DATABASE_URI"]

    for address, page in pages:
        for form in page.forms:
            kind = kind_of(demo, form.action, form.method)
            same = kind and (("views.save",) if kind[0] == "views.save" else (kind, form.names))
            if kind is None or kind[0] in LEFT_ALONE or same in sent or not form.can_be_sent:
                continue
            sent.add(same)
            for number, changes in enumerate(attacks(form, len(sent), thorough=thorough)):
                answer = send(owner, form, changes, htmx=number % 2 == 1)
                fault = faults(answer)
                if (
                    not fault
                    and answer.status_code == 422
                    and form.method == "POST"
                    and kind[0] not in REFUSED_AS_TOAST
                ):
                    fault = not_kept(form, changes, answer)
                if fault:
                    shown = {name: value[:20] for name, value in changes.items()}
                    wrong.append((fault, address, form.method, form.action, shown))

    assert not wrong, "\n".join(map(str, wrong))
    assert len(sent) > 100
    assert figures(demo) == before


def test_no_page_breaks_on_a_query_it_does_not_know(owner, pages):
    wrong = []

    for number, (address, _page) in enumerate(pages):
        query = QUERIES[number % len(QUERIES)]
        answer = owner.get(f"{address.split('?', maxsplit=1)[0]}?{query}", headers={"HX-Request": "true"})
        fault = faults(answer)
        if fault:
            wrong.append((address, query[:60], fault))

    assert not wrong, "\n".join(map(str, wrong))


def test_no_address_breaks_on_records_that_cannot_be(demo, owner):
    wrong = []

    for rule in demo.url_map.iter_rules():
        if not rule.arguments or rule.endpoint == "static":
            continue
        for number in range(2):
            address = str(rule.rule)
            for name, converter in rule._converters.items():
                values = NUMBERS_IN_PATHS if isinstance(converter, IntegerConverter) else TEXTS_IN_PATHS
                value = min(converter.items) if hasattr(converter, "items") else None
                value = value or values[(len(address) + number * 2) % len(values)]
                address = re.sub(rf"<([a-z]+(\([^>]*\))?:)?{name}>", lambda _match, value=value: value, address)
            if "GET" in rule.methods:
                answer = owner.get(address)
                fault = faults(answer)
                if not fault and answer.status_code not in {404, 303, 308, 403} and rule.endpoint not in ANSWERS_ALWAYS:
                    fault = f"status {answer.status_code}"
                if fault:
                    wrong.append(("GET", address[:80], fault))
            if "POST" in rule.methods:
                fault = faults(owner.send(address))
                if fault:
                    wrong.append(("POST", address[:80], fault))

    assert not wrong, "\n".join(map(str, wrong))
