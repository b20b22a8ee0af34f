import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from core.errors import ConflictError
from core.unit_of_work import perform
from models import CompanyInformation, GeneralLedgerSetup, GlAccount, Job, Location, RoleName, User, db
from services import passwords, users
from services.seed import wizard as seed
from services.seed.defaults import CompanyAnswers
from tests.support.people import add_user

COMPANY = {"name": "Hansen Cykler", "city": "Aarhus", "country_code": "dk"}
CURRENCY = {
    "currency_code": "DKK", "amount_rounding": "0.01", "unit_amount_rounding": "0.0001", "costing_method": "average",
    "fiscal_year_start": "2026-07-01",
}  # fmt: skip
LOCATIONS = {"code_1": "blue", "name_1": "Blue hall", "code_2": "EAST", "in_transit": "y"}
OWNER = {
    "full_name": "Karen Hansen", "email": "karen@hansen.example", "password": "quiet green river stone",
    "again": "quiet green river stone",
}  # fmt: skip
STEPS = [
    ("company", COMPANY), ("currency", CURRENCY), ("accounts", {"chart": "default"}), ("locations", LOCATIONS),
    ("administrator", OWNER),
]  # fmt: skip


def walk(client, upto="administrator", **changes):
    """Answer the steps one after the other; the last answer."""
    for step, answers in STEPS:
        answer = client.send(f"/welcome/{step}", {**answers, **changes.get(step, {})})
        if step == upto:
            return answer
    return None


def nothing_exists(app):
    with app.app_context():
        rows = [
            db.session.scalar(select(func.count()).select_from(kind)) for kind in (User, CompanyInformation, GlAccount)
        ]
    return rows == [0, 0, 0]


@pytest.mark.parametrize("address", ["/", "/login", "/users", "/profile", "/nowhere"])
def test_before_the_first_start_every_page_leads_to_the_welcome(client, address):
    answer = client.get(address)

    assert (answer.status_code, answer.location) == (303, "/welcome")


def test_signs_of_life_and_files_answer_before_the_first_start(client):
    assert client.get("/health").status_code == 200
    assert client.get("/ready").status_code == 200
    assert client.get("/welcome").status_code == 200


def test_htmx_is_led_to_the_welcome_as_a_whole_page(client):
    assert client.fragment("/users").headers["HX-Redirect"] == "/welcome"


def test_the_welcome_offers_both_ways(client):
    page = client.get("/welcome").text

    assert "Set up my company" in page
    assert "Start with the demo company" in page


def test_five_steps_make_a_company_and_log_its_owner_in(app, client):
    answer = walk(client)

    assert (answer.status_code, answer.location) == (303, "/")
    assert "Karen Hansen" in client.get("/profile").text
    with app.app_context():
        company, ledger = db.session.get_one(CompanyInformation, 1), db.session.get_one(GeneralLedgerSetup, 1)
        codes = set(db.session.scalars(select(Location.code).where(Location.id != 0)))
        owner = db.session.scalars(select(User)).one()
    assert (company.name, company.city, company.country_code) == ("Hansen Cykler", "Aarhus", "DK")
    assert (ledger.currency_code, str(ledger.unit_amount_rounding)) == ("DKK", "0.00010")
    assert codes == {"BLUE", "EAST", "TRANSIT"}
    assert [role.name for role in owner.roles] == ["owner"]


def test_afterwards_the_welcome_is_closed_for_ever(app, client):
    walk(client)
    other = app.test_client()

    assert other.get("/welcome").location == "/"
    assert other.get("/welcome/company").location == "/"
    assert other.send("/welcome/administrator", OWNER).location == "/"
    assert other.send("/welcome/demo", {"password": "quiet green river stone"}).location == "/"
    assert other.get("/welcome/progress").location == "/"
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1
        assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_going_back_and_forth_keeps_the_answers(client):
    walk(client, upto="locations")

    assert 'value="Hansen Cykler"' in client.get("/welcome/company").text
    assert (
        'value="BLUE"' in client.get("/welcome/locations").text
        or 'value="blue"' in client.get("/welcome/locations").text
    )
    assert 'value="2026-07-01"' in client.get("/welcome/currency").text


def test_a_switch_turned_off_stays_off(client):
    walk(client, upto="locations", locations={"in_transit": None})

    page = client.get("/welcome/locations").text

    assert not re.search(r"<input[^>]*checked[^>]*in_transit|<input[^>]*in_transit[^>]*checked", page)


def test_a_step_cannot_be_skipped(client):
    assert client.get("/welcome/administrator").location == "/welcome/company"
    assert client.send("/welcome/administrator", OWNER).location == "/welcome/company"


@pytest.mark.parametrize(
    ("step", "changes", "sentence"),
    [
        ("company", {"name": ""}, "is missing"),
        ("company", {"name": "x" * 101}, "At most 100"),
        ("company", {"name": "Han\x00sen"}, "cannot be stored"),
        ("company", {"country_code": "D1"}, "two letters"),
        ("company", {"email": "no"}, "not an e-mail address"),
        ("currency", {"currency_code": "XXX"}, "Choose one of the values"),
        ("currency", {"amount_rounding": "1e30"}, "Choose one of the values"),
        ("currency", {"fiscal_year_start": "2026-02-31"}, "no day 2026-02-31"),
        ("currency", {"fiscal_year_start": "2026-02-02"}, "first day of a month"),
        ("currency", {"fiscal_year_start": "2199-01-01"}, "far from today"),
        ("currency", {"fiscal_year_start": "1926-01-01"}, "far from today"),
        ("accounts", {"chart": "other"}, "Choose one of the values"),
        ("locations", {"code_1": ""}, "is missing"),
        ("locations", {"code_2": "BLUE"}, "is there twice"),
        ("locations", {"code_2": "TRANSIT"}, "is there twice"),
        ("locations", {"code_2": "X" * 300}, "At most 10"),
        ("locations", {"code_2": "🙂"}, "letters, digits"),
        ("locations", {"code_2": "", "name_2": "East hall"}, "short code"),
        ("administrator", {"email": "karen"}, "not an e-mail address"),
        ("administrator", {"email": "not an email"}, "not an e-mail address"),
        ("administrator", {"password": "short", "again": "short"}, "at least 10"),
        ("administrator", {"again": "something else now"}, "The two passwords differ"),
        ("administrator", {"password": "karen@hansen.example", "again": "karen@hansen.example"}, "little more than"),
    ],
)
def test_bad_answers_are_refused_at_their_step_and_nothing_is_created(app, client, step, changes, sentence):
    answer = walk(client, upto=step, **{step: changes})

    assert answer.status_code == 422
    assert sentence in answer.text
    assert nothing_exists(app)


def test_the_chart_of_accounts_is_shown_before_it_is_taken(client):
    walk(client, upto="currency")

    assert "Inventory" in client.get("/welcome/accounts").text


def test_nothing_is_changed_without_a_token(app, client):
    answers = [client.post("/welcome/company", data=COMPANY), client.post("/welcome/demo", data={"password": "x" * 12})]

    assert [answer.status_code for answer in answers] == [400, 400]
    assert nothing_exists(app)


def finish(app, name):
    answers = CompanyAnswers(name=name)
    owner = users.UserDetails(f"{name}@shop.example", roles=("owner",))
    with app.app_context():
        hashed = passwords.hash_password("quiet green river stone")
        try:
            return perform(db.session(), lambda s: seed.finish(s, answers, owner, hashed))
        except ConflictError as error:
            return error.code
        finally:
            db.session.remove()


def test_of_two_browsers_that_finish_at_once_one_wins(make_app, database_url):
    app = make_app(database_url)

    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(lambda name: finish(app, name), ["ann", "ben", "cid", "dot"]))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["int", "str", "str", "str"]
    assert set(outcomes) - {"already_set_up"} == {next(o for o in outcomes if isinstance(o, int))}
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_the_slower_browser_is_told(app, client):
    walk(client, upto="locations")
    with app.app_context():
        app.extensions.setdefault("stockbook_wizard", {})["open"] = True
    rival = app.test_client()
    walk(rival)
    app.extensions["stockbook_wizard"]["open"] = True  # another server process has not noticed yet

    answer = client.send("/welcome/administrator", {**OWNER, "email": "late@hansen.example"})

    assert answer.status_code in (303, 422)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


@pytest.fixture
def small_demo(monkeypatch):
    """The demo company without its months of history."""
    from services.seed import demo
    from services.seed.defaults import create_company

    def create(session, *, today, password_hash, progress):
        progress(1, 2, "items")
        create_company(session, CompanyAnswers(name="Demo", demo=True))
        for role in RoleName:
            details = users.UserDetails(f"{role}@demo.example", role.value, f"{role.title()} Demo", roles=(role,))
            users.create_user(session, details, password_hash)

    monkeypatch.setattr(demo, "create_demo", create)


def test_one_button_makes_the_demo_company_and_logs_in(app, client, small_demo):
    password = re.search(
        r'name="password"[^>]*value="([^"]+)"|value="([^"]+)"[^>]*name="password"', client.get("/welcome").text
    )
    password = password.group(1) or password.group(2)

    started = client.send("/welcome/demo", {"password": password})
    finished = client.get(started.location)

    assert (started.location, finished.location) == ("/welcome/progress", "/")
    page = client.get("/profile").text
    assert "Owner Demo" in page
    assert password in page  # shown once, as a toast
    assert password not in client.get("/profile").text
    assert app.test_client().send("/login", {"name": "clerk", "password": password}).location == "/"
    with app.app_context():
        assert "password_hash" not in str(db.session.scalars(select(Job.parameters)).all())


@pytest.mark.parametrize("password", ["", "short", "Password1234", "x" * 300])
def test_a_poor_demo_password_is_refused_and_nothing_begins(app, client, password):
    answer = client.send("/welcome/demo", {"password": password})

    assert answer.status_code == 422
    assert nothing_exists(app)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_demo_that_fails_leaves_the_first_start_open(app, client, monkeypatch):
    from services.seed import demo

    def fail(*_arguments, **_named):
        raise RuntimeError("disk full")

    monkeypatch.setattr(demo, "create_demo", fail)

    started = client.send("/welcome/demo", {"password": "quiet green river stone"})
    answer = client.get(started.location)

    assert answer.location == "/welcome"
    assert "disk full" not in client.get("/welcome").text
    assert nothing_exists(app)


def test_an_account_made_on_the_command_line_ends_the_first_start(app, client):
    assert client.get("/login").location == "/welcome"

    add_user(app)

    assert client.get("/login").status_code == 200
    assert client.get("/welcome").location == "/"
