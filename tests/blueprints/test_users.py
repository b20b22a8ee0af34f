import re

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import AuditEntry, Location, RoleName, User, db
from services import users
from tests.support.people import PASSWORD, add_user
from tests.support.queries import counted

NEW = {"email": "clara@shop.example", "full_name": "Clara", "roles": ["clerk"], "password": "quiet green river stone"}


def user_named(app, email):
    with app.app_context():
        return db.session.scalar(select(User).where(User.email == email))


def count_users(app):
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(User))


def test_the_owner_creates_a_user_who_can_log_in(app, client, login):
    login(client)

    answer = client.send("/users/new", {**NEW, "username": "clara"})

    assert answer.status_code == 303
    clara = user_named(app, "clara@shop.example")
    assert [role.name for role in clara.roles] == ["clerk"]
    assert app.test_client().send("/login", {"name": "clara", "password": NEW["password"]}).location == "/"


def test_a_made_password_is_shown_once_and_works(app, client, login):
    login(client)

    page = client.send("/users/new", {**NEW, "password": ""})

    password = re.search(r'<code id="password">([^<]+)</code>', page.text).group(1)
    assert page.headers["Cache-Control"] == "no-store"
    answer = app.test_client().send("/login", {"name": "clara@shop.example", "password": password})
    assert answer.status_code == 303
    clara = user_named(app, "clara@shop.example")
    assert password not in client.get(f"/users/{clara.id}").text


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"email": "no address"}, "This is not an e-mail address."),
        ({"email": ""}, "is missing"),
        ({"email": "OWNER@shop.example"}, "Another user has this e-mail address."),
        ({"email": "a" * 300 + "@shop.example"}, "At most 250"),
        ({"username": "two words"}, "A user name has 2 to 50"),
        ({"username": "🙂🙂"}, "A user name has 2 to 50"),
        ({"full_name": "x" * 101}, "At most 100"),
        ({"full_name": "Cla\x00ra"}, "cannot be stored"),
        ({"roles": []}, "Choose at least one role."),
        ({"roles": ["emperor"]}, "Choose at least one role."),
        ({"password": "short"}, "A password has at least 10 characters"),
        ({"password": "1234567890"}, "among the first that are guessed"),
        ({"location": "NOWHERE"}, "There is no location"),
        ({"allow_posting_from": "2026-02-31"}, "no day 2026-02-31"),
        ({"allow_posting_from": "2026-03-01", "allow_posting_to": "2026-02-01"}, "lies before the first"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_nothing_is_created(app, client, login, changes, sentence):
    login(client)

    answer = client.send("/users/new", {**NEW, **changes})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert count_users(app) == 1
    if "full_name" not in changes:
        assert 'value="Clara"' in answer.text  # the form as it was


def test_roles_location_and_posting_dates_are_changed_and_noted(app, client, login):
    owner = login(client)
    clerk = add_user(app, "clerk")
    with app.app_context():
        db.session.add(Location(code="BLUE", name="Blue"))
        db.session.commit()

    answer = client.send(
        f"/users/{clerk}",
        {"email": "clerk@shop.example", "full_name": "Clerk", "roles": ["clerk", "buyer"], "location": "blue",
         "allow_posting_from": "2026-01-01", "allow_posting_to": "2026-01-31"},
    )  # fmt: skip

    assert answer.status_code == 303
    changed = user_named(app, "clerk@shop.example")
    assert {role.name for role in changed.roles} == {"clerk", "buyer"}
    assert str(changed.allow_posting_to) == "2026-01-31"
    with app.app_context():
        noted = db.session.scalars(
            select(AuditEntry).where(
                AuditEntry.record_id == clerk, AuditEntry.action == "changed", AuditEntry.user_id == owner
            )
        ).all()
    assert {entry.field for entry in noted} == {"roles", "location_id", "allow_posting_from", "allow_posting_to"}
    assert {(e.before, e.after) for e in noted if e.field == "roles"} == {("clerk", "buyer, clerk")}
    card = client.get(f"/users/{clerk}").text
    assert "BLUE" in card
    assert "buyer, clerk" in card


def test_a_forged_field_changes_nothing(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")

    client.send(
        f"/users/{clerk}",
        {"email": "clerk@shop.example", "roles": ["clerk"], "active": "", "login_count": "99", "id": "77"},
    )

    assert user_named(app, "clerk@shop.example").login_count == 0
    assert user_named(app, "clerk@shop.example").active


def test_the_last_owner_stays_an_owner(app, client, login):
    owner = login(client)

    answer = client.send(f"/users/{owner}", {"email": "owner@shop.example", "roles": ["clerk"]})

    assert answer.status_code == 422
    assert "This is the last active owner" in answer.text
    assert [role.name for role in user_named(app, "owner@shop.example").roles] == ["owner"]


def test_nobody_deactivates_themselves(app, client, login):
    owner = login(client)
    add_user(app, "owner", email="second@shop.example")

    answer = client.send(f"/users/{owner}/deactivate")

    assert answer.status_code == 422
    assert "You cannot deactivate yourself." in answer.text
    assert user_named(app, "owner@shop.example").active


def test_two_owners_cannot_both_be_deactivated(app):
    first, second = add_user(app), add_user(app, "owner", email="second@shop.example")
    with app.app_context():
        perform(db.session(), lambda s: users.deactivate_user(s, first, by=second).id)

        with pytest.raises(ValidationError) as refused:
            perform(db.session(), lambda s: users.deactivate_user(s, second, by=first).id)

        assert refused.value.code == "last_owner"
        assert db.session.get_one(User, second).active


def test_a_user_is_deactivated_and_activated_again(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")

    client.send(f"/users/{clerk}/deactivate")
    assert not user_named(app, "clerk@shop.example").active
    assert "deactivated" in client.get(f"/users/{clerk}").text

    client.send(f"/users/{clerk}/activate")
    assert user_named(app, "clerk@shop.example").active


def test_a_locked_user_is_unlocked(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")
    browser = app.test_client()
    for _try in range(5):
        browser.send("/login", {"name": "clerk@shop.example", "password": "wrong words here"})
    assert "locked" in client.get(f"/users/{clerk}").text

    client.send(f"/users/{clerk}/unlock")

    assert browser.send("/login", {"name": "clerk@shop.example", "password": PASSWORD}).status_code == 303


def test_a_lost_second_factor_is_reset(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")
    with app.app_context():
        perform(db.session(), lambda s: users.set_second_factor(s, clerk, "secret", ["hash"]).id)

    client.send(f"/users/{clerk}/second-factor/reset")

    reset = user_named(app, "clerk@shop.example")
    assert (reset.tf_primary_method, reset.tf_totp_secret, reset.mf_recovery_codes) == (None, None, None)


def test_the_owner_sets_a_password_and_open_sessions_end(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")
    browser = app.test_client()
    login(browser, "clerk")

    answer = client.send(f"/users/{clerk}/password", {"password": "quiet green river stone"})

    assert answer.status_code == 303
    assert browser.get("/profile").status_code == 303
    assert client.send(f"/users/{clerk}/password", {"password": "short"}).status_code == 422


def test_managing_users_asks_for_a_fresh_log_in(app, client, login):
    login(client)
    clerk = add_user(app, "clerk")
    with client.session_transaction() as kept:
        kept["fs_paa"] = 1

    answer = client.send(f"/users/{clerk}/deactivate")

    assert answer.location.startswith("/confirm-password")
    assert user_named(app, "clerk@shop.example").active


@pytest.mark.parametrize("role", [role.value for role in RoleName if role != RoleName.OWNER])
def test_only_owners_manage_users(app, client, login, role):
    add_user(app)
    me = login(client, role)

    answers = [
        client.get("/users"), client.get(f"/users/{me}"), client.get("/users/roles"),
        client.send("/users/new", NEW), client.send(f"/users/{me}", {"roles": ["owner"]}),
    ]  # fmt: skip

    assert {answer.status_code for answer in answers} == {403}
    assert count_users(app) == 2


def test_an_unknown_user_is_not_found(app, client, login):
    login(client)

    assert client.get("/users/4711").status_code == 404


def test_the_list_is_searched_and_filtered_as_page_and_as_fragment(app, client, login):
    login(client)
    add_user(app, "clerk", full_name="Clara Clerk")
    add_user(app, "seller", full_name="Simon Sells")

    page, fragment = client.get("/users?q=clara"), client.fragment("/users?role=seller")

    assert "Clara Clerk" in page.text
    assert "Simon Sells" not in page.text
    assert "<html" in page.text
    assert "Simon Sells" in fragment.text
    assert "Clara Clerk" not in fragment.text
    assert "<html" not in fragment.text


def test_the_list_asks_as_often_for_twenty_users_as_for_ten(app, client, login):
    login(client)
    client.get("/users")

    counts = []
    for group in ("first", "second"):
        for number in range(10):
            add_user(app, "clerk", email=f"{group}{number}@shop.example")
        with counted(app) as asked:
            assert client.get("/users").status_code == 200
        counts.append(len(asked))

    assert counts[0] == counts[1] <= 8


def test_the_matrix_is_a_page(app, client, login):
    login(client)

    page = client.get("/users/roles").text

    assert "post item journals" in page
    assert "Bookkeeper" in page


def test_the_profile_keeps_name_theme_language_and_work_date(app, client, login):
    user_id = login(client, "clerk")
    add_user(app)

    answer = client.send(
        "/profile", {"full_name": "Clara C.", "theme": "dark", "locale": "en", "work_date": "2026-01-05"}
    )

    assert answer.status_code == 303
    with app.app_context():
        kept = db.session.get_one(User, user_id)
    assert (kept.full_name, kept.theme, kept.locale, str(kept.work_date)) == ("Clara C.", "dark", "en", "2026-01-05")
    assert 'value="2026-01-05"' in client.get("/profile").text


@pytest.mark.parametrize(
    "changes", [{"theme": "pink"}, {"locale": "tlh"}, {"work_date": "2026-02-30"}, {"full_name": "x" * 101}]
)
def test_a_bad_profile_is_refused_and_kept_as_it_was(app, client, login, changes):
    user_id = login(client, "clerk")

    answer = client.send("/profile", {"full_name": "New", "theme": "dark", "locale": "en", "work_date": "", **changes})

    assert answer.status_code == 422
    with app.app_context():
        assert db.session.get_one(User, user_id).full_name == "Clerk"


@pytest.fixture
def flask_user(app):
    """`flask_user("create", ...)`: the command's answer."""
    return lambda *arguments: app.test_cli_runner().invoke(args=["user", *arguments])


def test_users_are_managed_from_the_command_line(app, flask_user, client):
    made = flask_user("create", "--email", "a@b.example", "--password", "quiet green river stone", "--role", "owner")
    listed = flask_user("list")
    refused = flask_user("set-role", "a@b.example", "clerk")
    flask_user("create", "--email", "c@d.example", "--password", "generate", "--role", "owner")
    changed = flask_user("set-role", "a@b.example", "clerk")

    assert made.exit_code == 0, made.output
    assert "a@b.example\towner\tactive" in listed.output
    assert (refused.exit_code, "last_owner" in refused.output) == (1, True)
    assert changed.exit_code == 0, changed.output
    assert flask_user("set-password", "a@b.example", "--password", "short").exit_code == 1
    assert flask_user("set-password", "a@b.example", "--password", "other warm valley wind").exit_code == 0
    assert flask_user("deactivate", "a@b.example").exit_code == 0
    assert "deactivated" in flask_user("list").output
    assert flask_user("unlock", "nobody").exit_code == 1
