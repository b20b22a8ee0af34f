"""Company, ledger and inventory set-up: what is refused and what has to be confirmed."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from PIL import Image
from sqlalchemy import select

from core.errors import NotFound, ValidationError
from models import AuditEntry, InventorySetup
from models.enums import AverageCostPeriod
from services import company as services
from services.seed.defaults import CompanyAnswers, create_company


@pytest.fixture
def company(session) -> None:
    create_company(session, CompanyAnswers(name="Test company"))


@pytest.fixture
def posted(company, monkeypatch) -> None:
    """As if there were entries; what makes entries is posting's."""
    monkeypatch.setattr(services, "_posted", lambda _session: True)


def _picture(size, kind="PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "navy").save(out, kind)
    return out.getvalue()


def test_a_company_that_is_not_set_up_is_not_found(session):
    for get in (services.get_company, services.get_ledger_setup, services.get_inventory_setup):
        with pytest.raises(NotFound):
            get(session)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "", "field_required"),
        ("name", "x" * 300, "text_too_long"),
        ("email", "nobody", "invalid_email"),
        ("gs1_prefix", "12A", "gs1_prefix_invalid"),
        ("gs1_prefix", "１２３４", "gs1_prefix_invalid"),
        ("demo", True, "unknown_field"),
    ],
)
def test_dirt_in_the_company_is_refused(session, company, field, value, code):
    with pytest.raises(ValidationError) as refused:
        services.edit_company(session, {"city": "Leeds", field: value})

    assert refused.value.code == code
    assert services.get_company(session).city == ""


def test_a_change_of_the_company_is_in_the_audit_trail(session, company):
    services.edit_company(session, {"name": "New name", "country_code": "gb"})

    changed = session.execute(select(AuditEntry.field, AuditEntry.after).where(AuditEntry.action == "changed")).all()
    assert set(changed) == {("name", "New name"), ("country_code", "GB")}


def test_a_logo_is_scaled_to_paper_and_removed_again(session, company):
    services.set_logo(session, _picture((2000, 500), "JPEG"))

    with Image.open(io.BytesIO(services.get_company(session).logo)) as logo:
        assert (logo.format, logo.size) == ("PNG", (800, 200))
    services.set_logo(session, None)
    assert services.get_company(session).logo is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"no picture", "not_an_image"),
        (b"x" * (4 * 1024 * 1024 + 1), "file_too_large"),
        (_picture((10, 10))[:40], "not_an_image"),
    ],
)
def test_a_file_that_is_no_logo_is_refused(session, company, data, code):
    with pytest.raises(ValidationError) as refused:
        services.set_logo(session, data)

    assert (refused.value.code, refused.value.field) == (code, "logo")


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"amount_rounding": Decimal(0)}, "not_positive", "amount_rounding"),
        ({"unit_amount_rounding": Decimal(-1)}, "not_positive", "unit_amount_rounding"),
        ({"amount_rounding": Decimal("NaN")}, "not_positive", "amount_rounding"),
        ({"amount_rounding": Decimal("1e30")}, "not_positive", "amount_rounding"),
        ({"currency_code": ""}, "field_required", "currency_code"),
        (
            {"allow_posting_from": dt.date(2026, 2, 2), "allow_posting_to": dt.date(2026, 2, 1)},
            "range_order",
            "allow_posting_to",
        ),
    ],
)
def test_senseless_ledger_set_up_is_refused(session, company, values, code, field):
    with pytest.raises(ValidationError) as refused:
        services.edit_ledger_setup(session, values)

    assert (refused.value.code, refused.value.field) == (code, field)
    assert services.get_ledger_setup(session).amount_rounding == Decimal("0.01")


def test_a_new_currency_needs_a_word_once_entries_exist(session, posted):
    with pytest.raises(ValidationError) as refused:
        services.edit_ledger_setup(session, {"currency_code": "gbp"})
    assert (refused.value.code, refused.value.field) == ("confirmation_needed", "currency_code")

    services.edit_ledger_setup(session, {"currency_code": "gbp"}, confirmed={"currency_changed"})
    assert services.get_ledger_setup(session).currency_code == "GBP"


def test_average_cost_settings_need_a_word_once_entries_exist(session, posted):
    wanted = {"average_cost_period": AverageCostPeriod.MONTH}

    with pytest.raises(ValidationError) as refused:
        services.edit_inventory_setup(session, wanted)
    assert (refused.value.code, refused.value.field) == ("confirmation_needed", "average_cost_period")
    assert services.get_inventory_setup(session).average_cost_period == AverageCostPeriod.DAY

    services.edit_inventory_setup(session, wanted, confirmed=["average_cost_changed"])
    assert services.get_inventory_setup(session).average_cost_period == AverageCostPeriod.MONTH


def test_before_the_first_entry_nothing_is_asked(session, company):
    services.edit_inventory_setup(
        session, {"average_cost_period": AverageCostPeriod.MONTH, "expected_cost_posting_to_gl": True}
    )

    assert session.get(InventorySetup, 1).expected_cost_posting_to_gl


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("outbound_handling_time", "soon", "invalid_formula"),
        ("item_nos_id", 999, "not_found"),
        ("average_cost_period", "eon", "not_a_choice"),
        ("default_dampener_percent", Decimal(-1), "not_negative"),
        ("weight_unit", "x" * 11, "text_too_long"),
        ("location_mandatory", "yes", "not_a_choice"),
    ],
)
def test_dirt_in_the_inventory_set_up_is_refused(session, company, field, value, code):
    with pytest.raises(ValidationError) as refused:
        services.edit_inventory_setup(session, {"length_unit": "m", field: value})

    assert refused.value.code == code
    assert services.get_inventory_setup(session).length_unit == "cm"
