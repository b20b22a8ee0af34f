"""Vendors and customers: numbers, blocking, deleting (documents.md section 2)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.errors import NotFound, ValidationError
from models import Customer, InventorySetup, Item, ItemJournalLine, ItemReference, JournalBatch, NumberSeries, Vendor
from models.enums import EntryType, PartyBlocked, ReferenceType, SourceType
from services.locations import create_location
from services.parties import CUSTOMER, VENDOR, create_party, delete_party, edit_party, get_party, party_figures
from services.seed.defaults import CompanyAnswers, create_company

TODAY = dt.date(2026, 2, 3)


@pytest.fixture(autouse=True)
def company(session) -> None:
    create_company(session, CompanyAnswers(name="Test company"))
    series = session.get(NumberSeries, session.get(InventorySetup, 1).vendor_nos_id)
    series.manual_nos = True
    session.flush()


def _vendor(session, no="V1", **values) -> Vendor:
    return create_party(session, VENDOR, no, {"name": "Vendor", **values}, on=TODAY)


def _journal_line(session, party, source_type) -> None:
    item = Item(no="BOLT", description="Bolt")
    session.add(item)
    session.flush()
    session.add(
        ItemJournalLine(
            batch_id=session.scalar(select(JournalBatch.id).limit(1)),
            line_no=1,
            posting_date=TODAY,
            item_id=item.id,
            entry_type=EntryType.PURCHASE,
            source_type=source_type,
            source_no=party.no,
        )
    )
    session.flush()


def test_a_blank_number_is_drawn_from_the_series_and_taken_ones_are_skipped(session):
    first = _vendor(session, "")
    following = first.no[:-1] + str(int(first.no[-1]) + 1)
    _vendor(session, following)

    third = _vendor(session, "")

    assert third.no == first.no[:-1] + str(int(first.no[-1]) + 2)
    assert get_party(session, VENDOR, first.no.lower()) is first
    assert first.search_name == "VENDOR"


def test_without_a_series_a_number_must_be_typed(session):
    session.get(InventorySetup, 1).vendor_nos_id = None
    session.flush()

    with pytest.raises(ValidationError) as refused:
        _vendor(session, "")

    assert (refused.value.code, refused.value.field) == ("series_not_set_up", "no")
    assert _vendor(session, "v-7").no == "V-7"


def test_a_typed_number_where_the_series_alone_gives_them_is_refused(session):
    session.get(NumberSeries, session.get(InventorySetup, 1).customer_nos_id).manual_nos = False
    session.flush()

    with pytest.raises(ValidationError) as refused:
        create_party(session, CUSTOMER, "MINE", {"name": "Customer"}, on=TODAY)

    assert (refused.value.code, refused.value.field) == ("manual_number_not_allowed", "no")
    assert session.scalar(select(func.count()).select_from(Customer)) == 0


def test_a_number_that_exists_is_refused(session):
    _vendor(session)

    with pytest.raises(ValidationError) as refused:
        _vendor(session, " v1 ")

    assert (refused.value.code, refused.value.field) == ("already_exists", "no")


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "field_required"),
        ("name", "x" * 300, "text_too_long"),
        ("email", "nobody", "invalid_email"),
        ("lead_time", "soon", "invalid_formula"),
        ("blocked", "ship", "not_a_choice"),  # a customer's way of being blocked
        ("payment_terms_id", 999, "not_found"),
        ("city", "\x00", "text_control_characters"),
        ("vendor_posting_group_id", "1", "not_found"),
        ("credit_limit", 1, "unknown_field"),
    ],
)
def test_dirt_is_refused_and_nobody_is_created(session, field, value, code):
    with pytest.raises(ValidationError) as refused:
        _vendor(session, "", **{field: value})

    assert refused.value.code == code
    assert session.scalar(select(func.count()).select_from(Vendor)) == 0


def test_nobody_ships_from_a_location_in_transit(session):
    way = create_location(session, "WAY", {"name": "On the way", "use_as_in_transit": True})

    with pytest.raises(ValidationError) as refused:
        _vendor(session, location_id=way.id)

    assert (refused.value.code, refused.value.field) == ("location_in_transit", "location_id")


def test_a_customer_may_be_blocked_for_shipping(session):
    customer = create_party(session, CUSTOMER, "", {"name": "Customer"}, on=TODAY)

    edit_party(session, CUSTOMER, customer, {"blocked": PartyBlocked.SHIP})

    assert get_party(session, CUSTOMER, customer.no).blocked == PartyBlocked.SHIP


@pytest.mark.parametrize(("kind", "source_type"), [(VENDOR, SourceType.VENDOR), (CUSTOMER, SourceType.CUSTOMER)])
def test_a_party_on_a_journal_line_stays_under_its_number(session, kind, source_type):
    party = create_party(session, kind, "", {"name": "Party"}, on=TODAY)
    session.get(NumberSeries, session.get(InventorySetup, 1).customer_nos_id).manual_nos = True
    _journal_line(session, party, source_type)

    with pytest.raises(ValidationError) as refused:
        delete_party(session, kind, party)
    assert refused.value.code == "in_use"
    with pytest.raises(ValidationError) as refused:
        edit_party(session, kind, party, {"no": "OTHER"})
    assert (refused.value.code, refused.value.field) == ("has_entries", "no")


def test_a_vendor_of_an_item_stays(session):
    vendor = _vendor(session)
    session.add(Item(no="BOLT", description="Bolt", vendor_id=vendor.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_party(session, VENDOR, vendor)

    assert (refused.value.code, "1 item" in refused.value.message) == ("in_use", True)


def test_a_vendor_whose_numbers_items_carry_stays(session):
    vendor = _vendor(session)
    item = Item(no="BOLT", description="Bolt")
    session.add(item)
    session.flush()
    unit = session.scalar(select(func.min(ItemReference.unit_of_measure_id))) or 1
    session.add(
        ItemReference(
            item_id=item.id,
            unit_of_measure_id=unit,
            reference_type=ReferenceType.VENDOR,
            reference_type_no="V1",
            reference_no="4711",
        )
    )
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_party(session, VENDOR, vendor)

    assert refused.value.code == "in_use"


def test_a_party_nobody_refers_to_goes(session):
    vendor = _vendor(session)
    assert party_figures(session, VENDOR, vendor).entries == 0

    delete_party(session, VENDOR, vendor)

    with pytest.raises(NotFound):
        get_party(session, VENDOR, "V1")
