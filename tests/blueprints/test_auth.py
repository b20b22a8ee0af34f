import datetime as dt
import re
import time

import pyotp
import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import UnknownLogin, User, db
from services import sign_in, users
from tests.support.people import PASSWORD, add_user


def log_in(client, name, password=PASSWORD, **kwargs):
    return client.send("/login", {"name": name, "password": password, **kwargs})


def user_of(app, user_id):
    with app.app_context():
        return db.session.get_one(User, user_id)


def change_user(app, user_id, **values):
    def work(session):
        user = session.get_one(User, user_id)
        for name, value in values.items():
            setattr(user, name, value)

    with app.app_context():
        perform(db.session(), work)


def fail(client, name, times):
    for _time in range(times):
        answer = log_in(client, name, "quite wrong words")
    return answer


def totp_of(app, secret):
    with app.app_context():
        return pyotp.TOTP(app.extensions["security"].totp_factory.get_totp_b32_key(secret))


@pytest.mark.parametrize("name", ["owner@shop.example", " OWNER@Shop.Example ", "boss", "BOSS"])
def test_one_logs_in_by_email_or_user_name_whatever_the_case(app, client, name):
    user_id = add_user(app, "owner", username="boss")

    answer = log_in(client, name)

    assert (answer.status_code, answer.location) == (303, "/")
    assert client.get("/profile").status_code == 200
    assert user_of(app, user_id).login_count == 1


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(app, client):
    add_user(app)

    known, unknown = log_in(client, "owner@shop.example", "wrong words here"), log_in(client, "nobody@shop.example")

    assert known.status_code == unknown.status_code == 422
    sentence = "E-mail, user name or password is not right."
    assert sentence in known.text
    assert sentence in unknown.text
    assert client.get("/profile").status_code == 303


def test_the_form_is_kept_but_never_the_password(app, client):
    add_user(app)

    answer = log_in(client, "owner@shop.example", "wrong words here")

    assert 'value="owner@shop.example"' in answer.text
    assert "wrong words here" not in answer.text


@pytest.mark.parametrize("name", ["", " ", "a" * 300, "x\x00y", "🙂"])
def test_odd_names_are_refused_with_a_sentence(app, client, name):
    add_user(app)

    answer = log_in(client, name)

    assert answer.status_code == 422


@pytest.mark.parametrize("name", ["owner@shop.example", "nobody@shop.example"])
def test_five_failures_lock_for_a_quarter_of_an_hour_whether_or_not_the_account_exists(app, client, name):
    add_user(app)

    answer = fail(client, name, 5)

    assert "Too many tries failed. Try again in 15 minutes." in answer.text
    right = log_in(client, name)
    assert right.status_code == 422
    assert "Try again in 15 minutes" in right.text


def test_a_lock_ends_by_itself_and_the_next_one_is_longer(app, client):
    user_id = add_user(app)
    fail(client, "owner@shop.example", 5)
    change_user(app, user_id, locked_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))

    again = fail(client, "owner@shop.example", 1)

    assert "Try again in 30 minutes." in again.text
    change_user(app, user_id, locked_until=dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1))
    assert log_in(client, "owner@shop.example").status_code == 303
    assert user_of(app, user_id).failed_login_count == 0


def test_what_was_typed_as_an_unknown_name_is_not_kept_readable(app, client):
    add_user(app)

    fail(client, "my secret password", 1)

    with app.app_context():
        kept = db.session.scalars(select(UnknownLogin)).one()
    assert "secret" not in kept.name_hash
    assert kept.failed_login_count == 1


def test_the_lock_never_lasts_longer_than_a_day(session):
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for _try in range(40):
        attempt = sign_in.start_attempt(session, "nobody", now, secret="s")
        now = (attempt.locked_until or attempt.locks_until or now) + dt.timedelta(seconds=1)

    last = sign_in.start_attempt(session, "nobody", now, secret="s")

    assert last.locks_until - now == dt.timedelta(hours=24)


def test_a_deactivated_user_is_refused_like_a_wrong_password_and_loses_open_sessions(app, client, login):
    add_user(app, "owner")
    user_id = login(client, "clerk")
    assert client.get("/profile").status_code == 200

    with app.app_context():
        perform(db.session(), lambda s: users.deactivate_user(s, user_id, by=None).id)

    assert client.get("/profile").status_code == 303
    assert "E-mail, user name or password is not right." in log_in(client, "clerk@shop.example").text


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("/profile?x=1", "/profile?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/%09/evil\t.example", "/"),
        ("javascript:alert(1)", "/"),
        ("profile", "/"),
    ],
)
def test_after_the_log_in_one_is_led_to_pages_of_this_server_only(app, client, target, expected):
    add_user(app)

    answer = log_in(client, "owner@shop.example", next=target)

    assert answer.location == expected


def test_the_page_that_sent_somebody_to_the_log_in_is_where_they_return(app, client):
    add_user(app)

    sent = client.get("/users?q=clerk")

    assert sent.location == "/login?next=/users?q%3Dclerk"
    page = client.get(sent.location)
    assert 'name="next" value="/users?q=clerk"' in page.text


def test_logging_out_ends_the_session_and_needs_a_token(app, client, login):
    login(client)

    assert client.post("/logout").status_code == 400
    assert client.get("/profile").status_code == 200
    assert client.send("/logout").status_code == 303
    assert client.get("/profile").status_code == 303


@pytest.mark.parametrize(
    ("seen_minutes_ago", "started_minutes_ago", "sentence"),
    [(61, 61, "You were away for a while"), (1, 8 * 60 + 1, "You have been logged in for a long time")],
)
def test_a_session_ends_when_idle_or_old(app, client, login, seen_minutes_ago, started_minutes_ago, sentence):
    login(client)
    now = int(time.time())
    with client.session_transaction() as kept:
        kept.update(seen_at=now - seen_minutes_ago * 60, started_at=now - started_minutes_ago * 60)

    answer = client.get("/profile")

    assert answer.status_code == 303
    assert sentence in client.get(answer.location).text


def test_a_form_that_outlived_its_session_keeps_what_was_typed(app, client, login):
    login(client)
    with client.session_transaction() as kept:
        kept["seen_at"] = int(time.time()) - 3600 * 2
    sent = {"code": "NEW", "name": "New"}

    ended = client.send("/locations/new", sent, htmx=True)
    gone = client.post("/locations/new", data=sent | {"csrf_token": "old"}, headers={"HX-Request": "true"})
    plain = client.post("/locations/new", data=sent | {"csrf_token": "old"})

    for answer in (ended, gone):
        assert answer.status_code == 401
        assert "You are logged out" in answer.text
        assert 'href="/login"' in answer.text
        assert answer.headers["HX-Retarget"] == "#flash"
        assert "HX-Redirect" not in answer.headers
    assert plain.status_code == 401
    assert "You are logged out" in plain.text


def test_after_a_new_log_in_an_open_form_is_given_the_new_token(app, client, login):
    login(client)
    sent = {"code": "NEW", "name": "New", "csrf_token": "of the session before"}
    as_htmx = {"HX-Request": "true"}

    refused = client.post("/locations/new", data=sent, headers=as_htmx)
    token = client.get("/csrf-token", headers={"Accept": "application/json"}).json["token"]
    taken = client.post("/locations/new", data=sent | {"csrf_token": token}, headers=as_htmx)

    assert (refused.status_code, refused.headers["HX-Trigger"]) == (400, "stale-form")
    assert "What you typed is kept" in refused.text
    assert taken.status_code != 400


def test_a_busy_session_goes_on(app, client, login):
    login(client)
    now = int(time.time())
    with client.session_transaction() as kept:
        kept.update(seen_at=now - 59 * 60, started_at=now - 7 * 3600)

    assert client.get("/profile").status_code == 200

    with client.session_transaction() as kept:
        assert kept["seen_at"] >= now


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(app, client, login):
    login(client)
    other = app.test_client()
    login(other)

    answer = client.send(
        "/profile/password",
        {"current": PASSWORD, "password": "fresh cold mountain air", "again": "fresh cold mountain air"},
    )

    assert answer.status_code == 303
    assert client.get("/profile").status_code == 200
    assert other.get("/profile").status_code == 303
    assert log_in(app.test_client(), "owner@shop.example", "fresh cold mountain air").status_code == 303


@pytest.mark.parametrize(
    ("current", "new", "again", "sentence"),
    [
        ("wrong words here", "fresh cold mountain air", "fresh cold mountain air", "This is not your password."),
        (PASSWORD, "short", "short", "A password has at least 10 characters"),
        (PASSWORD, "Password1234!", "Password1234!", "among the first that are guessed"),
        (PASSWORD, "owner@shop.example", "owner@shop.example", "little more than your name"),
        (PASSWORD, "fresh cold mountain air", "fresh cold mountain", "The two passwords differ"),
        (PASSWORD, PASSWORD, PASSWORD, "This is the password you have."),
        (PASSWORD, "", "", "is missing"),
        (PASSWORD, "x" * 201 + "abcde", "x" * 201 + "abcde", "at most 200"),
    ],
)
def test_a_poor_new_password_is_refused_with_a_sentence(app, client, login, current, new, again, sentence):
    user_id = login(client)
    before = user_of(app, user_id).password

    answer = client.send("/profile/password", {"current": current, "password": new, "again": again})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert user_of(app, user_id).password == before


def test_a_second_factor_is_set_up_asked_for_and_good_once(app, client, login):
    user_id = login(client)
    page = client.get("/profile/second-factor")
    assert 'src="data:image/svg+xml;base64,' in page.text
    codes = re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page.text)
    with client.session_transaction() as kept:
        app_on_phone = totp_of(app, kept["new_totp"]["secret"])

    wrong = client.send("/profile/second-factor", {"code": "000000"})
    right = client.send("/profile/second-factor", {"code": app_on_phone.now()})

    assert (wrong.status_code, right.status_code, len(codes)) == (422, 303, 10)
    assert user_of(app, user_id).tf_primary_method == "authenticator"
    browser = app.test_client()
    assert log_in(browser, "owner@shop.example", next="/users").location == "/login/code"
    assert browser.get("/profile").status_code == 303  # half in is not in
    used = browser.send("/login/code", {"code": app_on_phone.now()})
    assert "was used before" in used.text  # the code that set it up
    assert browser.send("/login/code", {"code": codes[0]}).location == "/users"
    assert browser.get("/profile").status_code == 200
    third = app.test_client()
    log_in(third, "owner@shop.example")
    assert third.send("/login/code", {"code": codes[0]}).status_code == 422  # each recovery code once
    later = app_on_phone.at(time.time() + 30)
    assert third.send("/login/code", {"code": later}).status_code == 303


def test_without_a_second_factor_there_are_no_recovery_codes(app, client, login):
    user_id = login(client)

    answer = client.send("/profile/second-factor/codes", {})

    assert (answer.status_code, answer.location) == (303, "/profile/second-factor")
    with app.app_context():
        assert not db.session.get_one(User, user_id).mf_recovery_codes


def test_guessing_codes_of_the_second_factor_locks_the_account(app, client, login):
    user_id = login(client)
    change_user(app, user_id, tf_primary_method="authenticator", tf_totp_secret=None, mf_recovery_codes=[])
    browser = app.test_client()
    log_in(browser, "owner@shop.example")

    answers = [browser.send("/login/code", {"code": f"{number:06}"}) for number in range(5)]

    assert "Too many tries failed" in answers[-1].text
    assert "Too many tries failed" in log_in(app.test_client(), "owner@shop.example").text


def test_the_code_page_without_a_password_before_it_leads_back(app, client):
    add_user(app)

    answer = client.get("/login/code")

    assert (answer.status_code, answer.location) == (303, "/login")


def test_an_old_log_in_gives_its_password_again_before_sensitive_pages(app, client, login):
    login(client)
    with client.session_transaction() as kept:
        kept["fs_paa"] = time.time() - 3600

    sent = client.get("/profile/second-factor")
    wrong = client.send("/confirm-password", {"password": "wrong words here"})
    right = client.send("/confirm-password?next=/profile/second-factor", {"password": PASSWORD})

    assert sent.location == "/confirm-password?next=/profile/second-factor"
    assert "This is not your password." in wrong.text
    assert right.location == "/profile/second-factor"
    assert client.get("/profile/second-factor").status_code == 200


def test_without_mail_the_forgotten_password_page_says_whom_to_ask(app, client):
    add_user(app)

    page = client.get("/forgot-password")

    assert "Ask the owner for a new password" in page.text
    assert client.get("/reset-password/anything").status_code == 303


def test_a_reset_link_is_mailed_and_good_once(make_app, sqlite_url):
    app = make_app(sqlite_url, MAIL_SERVER="localhost", MAIL_SUPPRESS_SEND=True)
    user_id = add_user(app)
    with app.app_context():
        from tests.support.people import PeopleClient

        app.test_client_class = PeopleClient
        browser = app.test_client()
    with app.extensions["mail"].record_messages() as sent:
        known = browser.send("/forgot-password", {"name": "owner@shop.example"})
        unknown = browser.send("/forgot-password", {"name": "nobody@shop.example"})
    link = re.search(r"http://[^/]+(/reset-password/\S+)", sent[0].body).group(1)

    first = browser.send(link, {"password": "fresh cold mountain air", "again": "fresh cold mountain air"})
    second = browser.send(link, {"password": "other warm valley wind", "again": "other warm valley wind"})

    assert len(sent) == 1
    assert known.status_code == unknown.status_code == 200
    assert "If somebody has that e-mail" in known.text
    assert "If somebody has that e-mail" in unknown.text
    assert (first.location, second.location) == ("/login", "/forgot-password")
    assert log_in(browser, "owner@shop.example", "fresh cold mountain air").status_code == 303
    assert user_of(app, user_id).failed_login_count == 0


def test_many_log_ins_from_one_address_are_slowed_down(make_app, sqlite_url):
    from tests.support.people import PeopleClient

    app = make_app(sqlite_url, RATELIMIT_ENABLED=True, LOGIN_LIMIT="3 per minute")
    add_user(app)
    app.test_client_class = PeopleClient
    browser = app.test_client()

    answers = [log_in(browser, f"somebody{number}") for number in range(4)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 429]
