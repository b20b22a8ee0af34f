"""Pages of the set-up that dates and VAT are counted by: working calendars and the VAT posting set-up."""

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import select

from models import (
    AuditEntry,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    WorkCalendar,
    WorkCalendarDay,
    db,
)
from services.trade.calendars import load_work_days
from tests.support.item_pages import error_beside, words
from tests.support.trade import TradeShop

WEEK = {"monday": "y", "tuesday": "y", "wednesday": "y", "thursday": "y", "friday": "y"}


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def one(app, statement):
    with app.app_context():
        return db.session.scalar(statement)


def test_a_calendar_is_made_with_its_holidays_and_counts(app, shop):
    client = shop.client
    made = client.send("/setup/calendars/new", {"code": "uk", "name": "England"} | WEEK)
    assert made.location.endswith("/setup/calendars/UK")
    holiday = {"day": "2026-12-25", "description": "Christmas"}
    assert client.send("/setup/calendars/UK/days", holiday).status_code == 303
    assert client.send("/setup/calendars/UK/days", {"day": "2026-12-19", "working": "y"}).status_code == 303

    calendar_id = one(app, select(WorkCalendar.id))
    with app.app_context():
        work = load_work_days(db.session(), {calendar_id})[calendar_id]
    days = {number: work.works(dt.date(2026, 12, number)) for number in (18, 19, 20, 25)}
    assert days == {18: True, 19: True, 20: False, 25: False}
    page = words(client.get("/setup/calendars/UK"))
    assert all(text in page for text in ("25 Dec 2026", "Christmas", "day off", "worked"))
    assert "England" in client.get("/setup/calendars").text
    assert "/setup/calendars" in client.get("/setup").text
    kept = one(app, select(AuditEntry.id).where(AuditEntry.table_name == "work_calendar_day"))
    assert kept is not None


def test_a_calendar_refuses_beside_the_field_and_keeps_what_was_typed(app, shop):
    client = shop.client
    idle = client.send("/setup/calendars/new", {"code": "NONE", "name": "Never"})
    assert (idle.status_code, "at least one day" in error_beside(idle, "monday")) == (422, True)
    assert "Never" in idle.text
    client.send("/setup/calendars/new", {"code": "UK"} | WEEK)
    again = client.send("/setup/calendars/new", {"code": "uk"} | WEEK)
    assert (again.status_code, "exists already" in error_beside(again, "code")) == (422, True)
    client.send("/setup/calendars/UK/days", {"day": "2026-12-25"})
    twice = client.send("/setup/calendars/UK/days", {"day": "2026-12-25", "description": "Again"})
    assert (twice.status_code, "already" in error_beside(twice, "day")) == (422, True)
    assert client.send("/setup/calendars/UK/days", {"day": "2026-02-30"}).status_code == 422
    with app.app_context():
        assert db.session.scalars(select(WorkCalendarDay.day)).all() == [dt.date(2026, 12, 25)]


def test_a_calendar_somebody_works_by_stays(app, shop):
    client = shop.client
    client.send("/setup/calendars/new", {"code": "UK"} | WEEK)
    client.send("/setup/calendars/UK/days", {"day": "2026-12-25"})
    client.send("/setup/shipping-agents/new", {"code": "DHL", "calendar_id": "UK"})
    assert client.send("/setup/calendars/UK/delete").location.endswith("/setup/calendars/UK")
    assert "used by 1 shipping agent" in words(client.get("/setup/calendars/UK"))
    client.send("/setup/shipping-agents/DHL/delete")
    assert client.send("/setup/calendars/UK/delete").location.endswith("/setup/calendars")
    assert one(app, select(WorkCalendarDay.id)) is None


def test_a_single_day_is_changed_and_taken_out(app, shop):
    client = shop.client
    client.send("/setup/calendars/new", {"code": "UK"} | WEEK)
    client.send("/setup/calendars/UK/days", {"day": "2026-12-25"})
    url = f"/setup/calendars/UK/days/{one(app, select(WorkCalendarDay.id))}"
    assert client.send(url, {"day": "2026-12-28", "description": "Boxing Day"}).status_code == 303
    assert one(app, select(WorkCalendarDay.day)) == dt.date(2026, 12, 28)
    assert client.send(url + "/delete").status_code == 303
    assert client.get(url).status_code == 404


def test_vat_rates_are_made_changed_and_deleted(app, shop):
    client = shop.client
    for kind, code in (("business", "OVERSEAS"), ("product", "BOOKS")):
        assert client.send(f"/setup/lists/vat-{kind}-groups/new", {"code": code}).status_code == 303
    keys = {"vat_business_posting_group_id": "OVERSEAS", "vat_product_posting_group_id": "BOOKS"}
    assert client.send("/setup/vat-posting/new", keys | {"vat_percent": "7"}).status_code == 303
    row = (
        select(VatPostingSetup)
        .join(VatBusinessPostingGroup, VatBusinessPostingGroup.id == VatPostingSetup.vat_business_posting_group_id)
        .join(VatProductPostingGroup, VatProductPostingGroup.id == VatPostingSetup.vat_product_posting_group_id)
        .where(VatBusinessPostingGroup.code == "OVERSEAS", VatProductPostingGroup.code == "BOOKS")
    )
    url = f"/setup/vat-posting/{one(app, row).id}"
    twice = client.send("/setup/vat-posting/new", keys | {"vat_percent": "9"})
    assert (twice.status_code, "already" in error_beside(twice, "vat_product_posting_group_id")) == (422, True)
    wrong = client.send(url, {"vat_percent": "107"})
    assert wrong.status_code == 422
    assert error_beside(wrong, "vat_percent")
    assert client.send(url, {"vat_percent": "5.5", "description": "Reduced"}).status_code == 303
    assert (one(app, row).vat_percent, one(app, row).description) == (Decimal("5.5"), "Reduced")
    listed = words(client.get("/setup/vat-posting"))
    assert all(text in listed for text in ("OVERSEAS", "BOOKS", "Reduced"))
    assert "/setup/vat-posting" in client.get("/setup").text
    assert client.send(url + "/delete").status_code == 303
    assert one(app, row) is None


def test_a_currency_gets_its_rates_and_refuses_beside_the_field(app, shop):
    client = shop.client
    made = client.send("/setup/currencies/new", {"code": "usd", "name": "Dollar", "amount_rounding": "0.01",
                                                 "unit_amount_rounding": "0.0001"})  # fmt: skip
    assert made.location.endswith("/setup/currencies/USD")
    rate = {"starting_date": "2026-01-01", "amount": "100", "local_amount": "92.35"}
    assert client.send("/setup/currencies/USD/rates", rate).status_code == 303
    page = words(client.get("/setup/currencies/USD"))
    assert all(text in page for text in ("Dollar", "1 Jan 2026", "92.35"))
    assert "USD" in client.get("/setup/currencies").text
    again = client.send("/setup/currencies/USD/rates", rate)
    assert (again.status_code, "already" in error_beside(again, "starting_date")) == (422, True)
    nothing = client.send("/setup/currencies/USD/rates", rate | {"starting_date": "2026-02-01", "local_amount": "0"})
    assert (nothing.status_code, "above zero" in error_beside(nothing, "local_amount")) == (422, True)
