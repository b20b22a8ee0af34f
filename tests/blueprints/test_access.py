"""No page is open by mistake: every address is asked as a stranger, and every change without a token."""

import pytest
from flask import Blueprint
from werkzeug.routing import IntegerConverter

from blueprints.access import requires, signed_in
from models import Permission, RoleName
from models.users import ROLE_PERMISSIONS
from services import permissions
from tests.support.people import add_user

#: What strangers may reach. Think twice before adding to it.
OPEN = {
    "static", "health.health", "health.ready", "appearance.choose", "auth.login", "auth.logout", "auth.code",
    "auth.forgot", "auth.reset", "wizard.start", "wizard.show", "wizard.demo", "wizard.progress",
}  # fmt: skip
VALUES = {"int": 1, "string": "x", "path": "x", "uuid": "00000000-0000-0000-0000-000000000000"}


def addresses(app, method):
    """(endpoint, address) of every rule that takes `method`, with made-up values."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in rule.methods:
            values = {name: made_up(rule, name) for name in rule.arguments}
            yield rule.endpoint, adapter.build(rule.endpoint, values, method=method)


def made_up(rule, name):
    converter = rule._converters[name]
    if hasattr(converter, "items"):  # any(...)
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


@pytest.fixture
def opened(app):
    """The application after its first start."""
    add_user(app)
    return app


def test_strangers_are_sent_to_the_log_in_from_every_page(opened, client):
    wrong = []
    for endpoint, address in addresses(opened, "GET"):
        if endpoint in OPEN or endpoint.startswith("api."):
            continue
        answer = client.get(address)
        to_login = answer.status_code == 303 and answer.location.startswith("/login")
        if not to_login and answer.status_code != 401:
            wrong.append((endpoint, address, answer.status_code, answer.location))

    assert wrong == []


def test_strangers_change_nothing_anywhere(opened, client):
    wrong = []
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for endpoint, address in addresses(opened, method):
            if endpoint in OPEN or endpoint.startswith("api."):
                continue
            answer = client.send(address) if method == "POST" else client.open(address, method=method)
            to_login = answer.status_code == 303 and answer.location.startswith("/login")
            if not to_login and answer.status_code not in (400, 401):
                wrong.append((method, endpoint, address, answer.status_code))

    assert wrong == []


def test_nothing_is_changed_without_a_csrf_token(opened, client, login):
    login(client)

    wrong = [
        (endpoint, answer.status_code)
        for endpoint, address in addresses(opened, "POST")
        if not endpoint.startswith("api.")
        for answer in [client.post(address)]
        if answer.status_code != 400
    ]

    assert wrong == []


def test_every_view_says_who_may_use_it(opened):
    undeclared = sorted(
        {rule.endpoint for rule in opened.url_map.iter_rules()}
        - {endpoint for endpoint, view in opened.view_functions.items() if hasattr(view, "access")}
        - {"static"}
    )

    assert [endpoint for endpoint in undeclared if not endpoint.startswith("api.")] == []


def test_every_public_view_is_on_the_list(opened):
    public = {endpoint for endpoint, view in opened.view_functions.items() if getattr(view, "access", "") == "public"}

    assert public - OPEN == set()


def test_a_view_nobody_declared_is_closed_to_strangers_and_takes_no_changes(app, client, login):
    forgotten = Blueprint("forgotten", __name__)
    forgotten.add_url_rule("/forgotten", "page", lambda: "open", methods=["GET", "POST"])
    app.register_blueprint(forgotten)
    add_user(app)

    assert client.get("/forgotten").status_code == 303
    login(client)
    assert client.get("/forgotten").text == "open"
    assert client.send("/forgotten").status_code == 403


def test_htmx_is_told_to_leave_for_the_log_in(opened, client):
    answer = client.get("/users", headers={"HX-Request": "true", "HX-Current-URL": "http://localhost/profile?tab=2"})

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login?next=/profile?tab%3D2"
    assert answer.data == b""


def test_a_foreign_current_url_is_not_where_one_returns(opened, client):
    answer = client.get("/users", headers={"HX-Request": "true", "HX-Current-URL": "http://evil.example/x"})

    assert answer.headers["HX-Redirect"] == "/login"


def test_lacking_a_right_is_said_with_its_name_and_whom_to_ask(opened, client, login):
    login(client, "clerk")

    answer = client.get("/users")

    assert answer.status_code == 403
    assert "Your role (Clerk) does not include the right to edit users and roles." in answer.text
    assert "Owner can give you one." in answer.text


@pytest.mark.parametrize("role", list(RoleName))
def test_each_role_reaches_what_its_rights_say(app, client, login, role):
    pages = Blueprint("pages", __name__)
    for permission in Permission:
        view = requires(permission)(lambda: "here")
        pages.add_url_rule(f"/right/{permission.value}", permission.name, view)
    app.register_blueprint(pages)
    login(client, role.value)

    reached = {permission for permission in Permission if client.get(f"/right/{permission.value}").status_code == 200}

    assert reached == ROLE_PERMISSIONS[role]


def test_somebody_logged_in_reaches_what_needs_no_right(app, client, login):
    app.add_url_rule("/anybody", "anybody", signed_in(lambda: "here"))
    add_user(app)

    assert client.get("/anybody").status_code == 303
    login(client, "viewer")
    assert client.get("/anybody").text == "here"


def test_templates_ask_for_rights_by_name(app, client, login):
    app.add_url_rule("/ask", "ask", signed_in(lambda: app.jinja_env.from_string("{{ may('items.edit') }}").render()))

    login(client, "buyer")
    buyer = client.get("/ask").text
    login(client, "viewer")
    viewer = client.get("/ask").text

    assert (buyer, viewer) == ("True", "False")


def test_the_matrix_shows_every_right_once_and_in_words(app):
    with app.app_context():
        rows = [row for area in permissions.matrix() for row in area.rows]

    assert sorted(row.permission for row in rows) == sorted(Permission)
    assert all(row.label and row.roles[0] for row in rows)  # the owner may do everything
