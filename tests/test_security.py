"""What guards every page: headers, cookies, where one is led after the log-in, locks, and how passwords are kept."""

from __future__ import annotations

import datetime as dt
import re
from http.cookies import SimpleCookie

import pytest
from sqlalchemy import select

from core.clock import utcnow
from models import User, db
from services import passwords
from tests.support.people import PASSWORD, PeopleClient, add_user

STRICT = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
PAGES = ["/login", "/", "/items", "/no/such/page", "/users", "/health", "/static/css/stockbook.css"]


def policy(answer):
    """The content security policy: directive -> sources."""
    parts = [part.split() for part in answer.headers["Content-Security-Policy"].split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}


@pytest.fixture
def owner(app, world, client, login):
    """Logged in as an owner, in a set-up company."""
    login(client)
    return client


@pytest.mark.parametrize("address", PAGES[:-1])
@pytest.mark.parametrize("htmx", [False, True], ids=["page", "fragment"])
def test_every_answer_carries_the_strict_headers(owner, address, htmx):
    answer = owner.get(address, headers={"HX-Request": "true"} if htmx else {})

    assert {name: answer.headers.get(name) for name in STRICT} == STRICT
    rules = policy(answer)
    assert rules["default-src"] == ["'self'"]
    assert rules["object-src"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert rules["form-action"] == ["'self'"]
    assert rules["base-uri"] == ["'self'"]
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {
        s for part in rules.values() for s in part
    }
    assert "camera=(self)" in answer.headers["Permissions-Policy"]


def test_pages_are_not_kept_where_others_may_read_them(owner):
    for address in ("/", "/items", "/users", "/profile"):
        assert re.search("private|no-store", owner.get(address).headers["Cache-Control"])


def cookie_of(answer):
    kept = SimpleCookie()
    for header in answer.headers.getlist("Set-Cookie"):
        kept.load(header)
    return kept["session"]


@pytest.mark.parametrize("https", [False, True])
def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(make_app, sqlite_url, https):
    app = make_app(sqlite_url, HTTPS=https)
    app.test_client_class = PeopleClient
    add_user(app)

    answer = app.test_client().send(
        "/login",
        {"name": "owner@shop.example", "password": PASSWORD},
        base_url="https://localhost" if https else None,
        environ_overrides={"HTTP_REFERER": "https://localhost/login"},
    )

    cookie = cookie_of(answer)
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert bool(cookie["secure"]) is https
    assert cookie["expires"] or cookie["max-age"]


def test_with_https_browsers_are_told_to_stay_there(make_app, sqlite_url):
    app = make_app(sqlite_url, HTTPS=True)
    add_user(app)

    answer = app.test_client().get("/login", base_url="https://localhost")

    assert "max-age=31" in answer.headers["Strict-Transport-Security"]


def test_a_session_from_before_the_log_in_is_not_carried_over(app, client):
    add_user(app)
    client.get("/login")
    with client.session_transaction() as kept:
        kept["planted"] = "by somebody else"

    client.send("/login", {"name": "owner@shop.example", "password": PASSWORD})

    with client.session_transaction() as kept:
        assert "planted" not in kept


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "\\\\evil.example", "http:/evil.example",
        "javascript:alert(1)", "/\tevil", "/ /evil.example", "\x00/", "///evil.example", "/%0d%0aSet-Cookie: a=b\r\nx",
        "evil.example", "data:text/html,x", "/\n/evil.example", "@evil.example",
    ],
)  # fmt: skip
def test_nobody_is_sent_elsewhere_after_the_log_in_or_when_logged_in(app, client, target):
    add_user(app)

    answer = client.send("/login", {"name": "owner@shop.example", "password": PASSWORD, "next": target})
    again = client.get("/login", query_string={"next": target})

    assert (answer.status_code, again.status_code) == (303, 303)
    for location in (answer.location, again.location):
        assert location.startswith("/")
        assert not location.startswith(("//", "/\\"))
        assert not re.search(r"[\s\x00]", location)


def test_a_saved_view_leads_back_to_a_page_of_ours_only(owner):
    for back in ("https://evil.example/x", "//evil.example/x", "javascript:alert(1)", "/\\evil.example"):
        answer = owner.send("/views/items", {"name": "Mine", "query": "", "back": back})
        assert "evil" not in answer.location.replace("/%5Cevil", "")
        assert not answer.location.startswith(("//", "/\\", "http"))


def test_an_unknown_name_costs_as_much_as_a_wrong_password(app, client, monkeypatch):
    """Each try works the slow hash exactly once, whoever it is: time tells nothing about who has an account."""
    add_user(app)
    add_user(app, "clerk", email="gone@shop.example")
    with app.app_context():
        gone = db.session.scalars(select(User).where(User.email == "gone@shop.example")).one()
        gone.active = False
        db.session.commit()
    worked = []
    for name in ("_hash", "_verify"):
        real = getattr(passwords, name)
        monkeypatch.setattr(passwords, name, lambda *args, real=real, name=name: worked.append(name) or real(*args))

    costs, texts = [], []
    for name in ("owner@shop.example", "nobody@shop.example", "gone@shop.example"):
        worked.clear()
        answer = client.send("/login", {"name": name, "password": "not the right one"})
        costs.append(len(worked))
        texts.append(re.sub(r'value="[^"]*"|"X-CSRFToken": "[^"]*"', "", answer.text))

    assert costs == [1, 1, 1]
    assert len(set(texts)) == 1


def test_a_lock_holds_in_every_process(make_app, sqlite_url):
    """The count is in the database: another worker, or the same after a restart, knows of it."""
    first, second = make_app(sqlite_url), make_app(sqlite_url)
    for app in (first, second):
        app.test_client_class = PeopleClient
    add_user(first)
    for _try in range(5):
        first.test_client().send("/login", {"name": "owner@shop.example", "password": "wrong wrong wrong"})

    answer = second.test_client().send("/login", {"name": "owner@shop.example", "password": PASSWORD})

    assert answer.status_code == 422
    assert "Too many tries failed." in answer.text
    with second.app_context():
        assert db.session.scalars(select(User)).one().locked_until > utcnow() + dt.timedelta(minutes=10)


def test_passwords_are_kept_as_argon2_and_nowhere_else(app, client):
    add_user(app)

    with app.app_context():
        kept = db.session.scalars(select(User)).one().password
        tables = [str(row) for table in db.metadata.sorted_tables for row in db.session.execute(select(table))]

    assert kept.startswith("$argon2id$")
    assert not [row for row in tables if PASSWORD in row]


def test_the_defaults_of_argon2_are_slow_enough(make_app, sqlite_url):
    app = make_app(sqlite_url, SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={})
    with app.app_context():
        memory, rounds = re.search(r"m=(\d+),t=(\d+)", passwords.hash_password("four plain words")).groups()

    assert int(memory) >= 19 * 1024  # the least OWASP's password storage cheat sheet names, with two rounds
    assert int(rounds) >= 2


def test_a_page_refuses_to_be_changed_by_another_site(owner):
    """A form that another site sends carries no token of ours."""
    answer = owner.post(
        "/locations/new", data={"code": "EVIL", "name": "Evil"}, headers={"Origin": "https://evil.example"}
    )

    assert answer.status_code == 400
    assert "This form cannot be taken" in answer.text
    assert owner.get("/locations/EVIL").status_code == 404


def test_an_error_page_tells_a_reference_and_nothing_of_the_inside(make_app, sqlite_url):
    app = make_app(sqlite_url, PROPAGATE_EXCEPTIONS=False)
    app.test_client_class = PeopleClient
    add_user(app)
    app.add_url_rule("/break", "break", breaking)

    for headers in ({}, {"HX-Request": "true"}):
        answer = app.test_client().get("/break", headers=headers)
        assert answer.status_code == 500
        assert answer.headers["X-Request-Id"] in answer.text
        assert "secret-of-the-inside" not in answer.text
        assert "Traceback" not in answer.text


def breaking():
    raise RuntimeError("secret-of-the-inside")


breaking.access = "public"
