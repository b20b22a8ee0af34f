import datetime as dt

import pytest
from sqlalchemy import select, update

from core.unit_of_work import perform
from models import AuditEntry, CompanyInformation, Location, Role, User, Vendor, db
from services import audit, users
from tests.support.people import add_user
from tests.support.queries import counted


def entries(session):
    return [
        (entry.action, entry.table_name, entry.field, entry.before, entry.after)
        for entry in session.scalars(select(AuditEntry).where(AuditEntry.table_name != "user").order_by(AuditEntry.id))
    ]


def keep(session, record):
    """Store a record in a transaction of its own; its id."""

    def work(s):
        s.add(record)
        s.flush()
        return record.id

    return perform(session, work)


def change(session, kind, record_id, **values):
    def work(s):
        record = s.get_one(kind, record_id)
        for name, value in values.items():
            setattr(record, name, value)

    perform(session, work)


def test_creating_changing_and_deleting_a_record_is_noted_field_by_field(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))
    change(session, Location, blue, name="Deep blue", city="Aarhus")
    perform(session, lambda s: s.delete(s.get_one(Location, blue)))

    assert entries(session) == [
        ("created", "location", "", "", ""),
        ("changed", "location", "name", "Blue", "Deep blue"),
        ("changed", "location", "city", "", "Aarhus"),
        ("deleted", "location", "", "", ""),
    ]


def test_the_entry_says_who_when_and_what_the_record_is_called(session):
    user = perform(session, lambda s: users.create_user(s, users.UserDetails("a@b.example", roles=("owner",)), "x").id)
    before = dt.datetime.now(dt.UTC)

    def work(s):
        s.add(Location(code="BLUE"))

    perform(session, work, user_id=user)

    entry = session.scalars(select(AuditEntry).where(AuditEntry.table_name == "location")).one()
    assert (entry.user_id, entry.record_name) == (user, "BLUE")
    assert before <= entry.created_at <= dt.datetime.now(dt.UTC)


def test_writing_the_same_value_again_is_no_change(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))

    change(session, Location, blue, name="Blue")

    assert len(entries(session)) == 1


def test_what_is_rolled_back_is_not_noted(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))

    def work(s):
        s.get_one(Location, blue).name = "Red"
        s.flush()
        raise ValueError

    with pytest.raises(ValueError):
        perform(session, work)
    change(session, Location, blue, city="Aarhus")

    assert [entry[2] for entry in entries(session)] == ["", "city"]


def test_a_savepoint_that_is_undone_leaves_no_trace(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))

    def work(s):
        record = s.get_one(Location, blue)
        inner = s.begin_nested()
        record.name = "Red"
        s.flush()
        inner.rollback()
        record.city = "Aarhus"

    perform(session, work)

    assert [entry[2:] for entry in entries(session)][1:] == [("city", "", "Aarhus")]


def test_the_value_before_is_known_even_when_it_was_never_read(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))

    def work(s):
        record = s.get_one(Location, blue)
        s.expire(record, ["name"])
        record.name = "Red"

    perform(session, work)

    assert entries(session)[-1] == ("changed", "location", "name", "Blue", "Red")


def test_roles_given_and_taken_are_noted_by_name(session):
    def roles(s, *names):
        s.get_one(User, user).roles = list(s.scalars(select(Role).where(Role.name.in_(names))))

    user = perform(session, lambda s: users.create_user(s, users.UserDetails("a@b.example", roles=("clerk",)), "x").id)
    perform(session, lambda s: roles(s, "clerk", "buyer"))
    perform(session, lambda s: roles(s, "buyer"))

    changes = session.execute(
        select(AuditEntry.before, AuditEntry.after).where(AuditEntry.field == "roles").order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in changes] == [("", "clerk"), ("clerk", "buyer, clerk"), ("buyer, clerk", "buyer")]


def test_secrets_and_pictures_are_noted_without_their_content(session):
    user = perform(session, lambda s: users.create_user(s, users.UserDetails("a@b.example", roles=("owner",)), "x").id)
    perform(session, lambda s: users.set_password(s, user, "the hash").id)
    keep(session, CompanyInformation(id=1, name="Shop"))
    change(session, CompanyInformation, 1, logo=b"\x89PNG")

    texts = session.execute(select(AuditEntry.field, AuditEntry.before, AuditEntry.after)).all()

    assert ("password", "(hidden)", "(hidden)") in [tuple(row) for row in texts]
    assert ("logo", "", "(hidden)") in [tuple(row) for row in texts]
    assert not any("the hash" in row.after or row.field == "fs_uniquifier" for row in texts)


def test_log_ins_are_no_changes(app, client):
    add_user(app)
    client.send("/login", {"name": "owner@shop.example", "password": "four plain words here"})

    with app.app_context():
        fields = db.session.scalars(select(AuditEntry.field).where(AuditEntry.action == "changed")).all()

    assert set(fields) <= {"roles"}


def test_statements_on_many_rows_are_out_of_reach(session):
    blue = keep(session, Location(code="BLUE", name="Blue"))

    perform(session, lambda s: s.execute(update(Location).where(Location.id == blue).values(name="Red")) and None)

    assert len(entries(session)) == 1  # as the docstring of models/audit.py warns


def test_history_reads_in_peoples_words_newest_first(session):
    blue = keep(session, Location(code="BLUE"))
    vendor = keep(session, Vendor(no="V1", name="Fabrik"))
    change(session, Vendor, vendor, location_id=blue, vat_registration_no="DE1")

    history = audit.history_of(session, "vendor", vendor)

    shown = {(change.kind, change.field, change.before, change.after) for change in history.changes}
    assert shown == {
        ("Vendor", "", "", ""),
        ("Vendor", "Location", "", "BLUE"),
        ("Vendor", "VAT registration no.", "", "DE1"),
    }
    assert history.changes[-1].action == "created"


def test_history_comes_page_by_page(session):
    blue = keep(session, Location(code="BLUE"))
    for number in range(30):
        change(session, Location, blue, name=f"name {number}")

    first, second = audit.history_of(session, "location", blue, 1), audit.history_of(session, "location", blue, 2)

    assert (len(first.changes), first.has_more) == (25, True)
    assert (len(second.changes), second.has_more) == (6, False)


def test_references_cost_one_query_a_table_however_many_there_are(app, session):
    vendor = keep(session, Vendor(no="V1", name="Fabrik"))
    places = [keep(session, Location(code=f"L{number}")) for number in range(20)]
    for place in places:
        change(session, Vendor, vendor, location_id=place)

    with counted(app) as asked:
        audit.history_of(session, "vendor", vendor)

    assert len(asked) <= 3  # entries, people, locations


@pytest.fixture
def changed(app, client, login):
    """An owner who changed a location; the location's id."""
    owner = login(client)
    with app.app_context():
        blue = keep(db.session(), Location(code="BLUE", name="Blue"))

        def work(s):
            s.get_one(Location, blue).name = "Deep blue"

        perform(db.session(), work, user_id=owner)
    return blue


def test_the_list_shows_who_changed_what(client, changed):
    page = client.get("/audit")

    assert page.status_code == 200
    for text in ("Owner", "Location", "BLUE", "Name", "Blue", "Deep blue"):
        assert text in page.text


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("kind=location", True), ("kind=user", False), ("action=deleted", False), ("field=name", True),
        ("record=BLU", True), ("q=deep", True), ("q=nothing", False), ("when_from=2020-01-01", True),
        ("when_to=2020-01-01", False), ("user=1", True),
    ],
)  # fmt: skip
def test_the_list_is_filtered(client, changed, query, shown):
    fragment = client.fragment(f"/audit?{query}")

    assert fragment.status_code == 200
    assert ("Deep blue" in fragment.text) == shown
    assert "<html" not in fragment.text


@pytest.mark.parametrize("query", ["kind=treasure", "when_from=2026-02-31", "user=nobody"])
def test_a_filter_that_makes_no_sense_is_refused(client, changed, query):
    assert client.get(f"/audit?{query}").status_code == 422


def test_the_list_is_exported(client, changed):
    answer = client.get("/audit?export=csv&kind=location")

    assert answer.status_code == 200
    assert "Deep blue" in answer.get_data(as_text=True)


def test_a_records_history_is_a_fragment_and_a_page(client, changed):
    fragment, page = client.fragment(f"/audit/location/{changed}"), client.get(f"/audit/location/{changed}")

    assert "Deep blue" in fragment.text
    assert "<html" not in fragment.text
    assert "Deep blue" in page.text
    assert "<html" in page.text


def test_who_sees_the_record_sees_its_history_and_nothing_else(app, client, login, changed):
    login(client, "clerk")

    assert client.fragment(f"/audit/location/{changed}").status_code == 200
    assert client.fragment("/audit/user/1").status_code == 403
    assert client.get("/audit").status_code == 403
