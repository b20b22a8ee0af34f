"""Locations: what their switches allow (items.md section 14, LOC-1 to LOC-8)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, NotFound, ValidationError, errors_of
from models import (
    AuditEntry,
    Bin,
    BinContent,
    InventoryPostingGroup,
    InventoryPostingSetup,
    Item,
    ItemBalance,
    Location,
    ResponsibilityCenter,
    StockkeepingUnit,
    TransferRoute,
    Vendor,
)
from models.enums import DefaultBinSelection
from services.bins import create_bin
from services.location_removal import delete_location
from services.locations import (
    copy_location,
    create_location,
    edit_location,
    get_location,
    location_figures,
)


@pytest.fixture
def blue(session) -> Location:
    return create_location(session, "blue", {"name": "Blue warehouse"})


@pytest.fixture
def with_bins(session) -> Location:
    return create_location(session, "BINS", {"name": "With bins", "bin_mandatory": True})


def _item(session) -> Item:
    item = Item(no="BOLT", description="Bolt")
    session.add(item)
    session.flush()
    return item


def _stock(session, location, quantity, value="0") -> Item:
    item = _item(session)
    session.add(
        ItemBalance(
            item_id=item.id,
            variant_id=0,
            location_id=location.id,
            quantity=Decimal(quantity),
            cost_amount_actual=Decimal(value),
        )
    )
    session.flush()
    return item


def test_a_location_is_found_by_its_code_in_any_case(session, blue):
    assert get_location(session, "Blue") is blue
    assert blue.code == "BLUE"


def test_the_blank_location_is_no_location(session):
    with pytest.raises(NotFound):
        get_location(session, "")


def test_a_code_that_exists_is_refused(session, blue):
    with pytest.raises(ValidationError) as refused:
        create_location(session, " Blue", {"name": "Again"})

    assert (refused.value.code, refused.value.field) == ("already_exists", "code")


def test_a_location_needs_a_name(session):
    with pytest.raises(ValidationError) as refused:
        create_location(session, "X", {"name": "  "})

    assert (refused.value.code, refused.value.field) == ("field_required", "name")


@pytest.mark.parametrize(
    "flag",
    ["require_receive", "require_shipment", "require_put_away", "require_pick", "bin_mandatory"],
)
def test_in_transit_with_a_warehouse_switch_is_refused(session, flag):  # LOC-1
    with pytest.raises(ValidationError) as refused:
        create_location(session, "WAY", {"name": "On the way", "use_as_in_transit": True, flag: True})

    assert (refused.value.code, refused.value.field) == ("conflicting_setup", "use_as_in_transit")


def test_bins_where_stock_lies_are_refused_and_allowed_when_it_is_gone(session, blue):  # LOC-2
    item = _stock(session, blue, "5")

    with pytest.raises(ValidationError) as refused:
        edit_location(session, blue, {"bin_mandatory": True})
    assert refused.value.code == "open_entries"
    assert not blue.bin_mandatory

    session.get(ItemBalance, (item.id, 0, blue.id)).quantity = Decimal(0)
    edit_location(session, blue, {"bin_mandatory": True})

    assert blue.default_bin_selection == DefaultBinSelection.FIXED_BIN


def test_bins_off_is_refused_while_they_hold_goods(session, with_bins):
    item = _item(session)
    shelf = create_bin(session, with_bins, "A-01", {})
    session.add(
        BinContent(bin_id=shelf.id, item_id=item.id, variant_id=0, location_id=with_bins.id, quantity=Decimal(1))
    )
    session.flush()

    with pytest.raises(ValidationError) as refused:
        edit_location(session, with_bins, {"bin_mandatory": False})

    assert (refused.value.code, refused.value.field) == ("bins_not_empty", "bin_mandatory")
    assert with_bins.bin_mandatory


def test_bins_off_forgets_how_default_bins_are_kept(session, with_bins):
    edit_location(session, with_bins, {"bin_mandatory": False})

    assert with_bins.default_bin_selection == DefaultBinSelection.NONE


def test_directed_needs_bins_and_switches_every_step_on(session, blue):
    with pytest.raises(ValidationError) as refused:
        edit_location(session, blue, {"directed_put_away_and_pick": True})
    assert refused.value.code == "conflicting_setup"

    edit_location(session, blue, {"directed_put_away_and_pick": True, "bin_mandatory": True})

    assert blue.require_receive
    assert blue.require_shipment
    assert blue.require_put_away
    assert blue.require_pick
    assert blue.default_bin_selection == DefaultBinSelection.NONE


def test_cross_docking_needs_all_four_steps_and_goes_with_one_of_them(session, blue):
    with pytest.raises(ValidationError) as refused:
        edit_location(session, blue, {"use_cross_docking": True, "require_receive": True})
    assert (refused.value.code, refused.value.field) == ("conflicting_setup", "use_cross_docking")

    steps = dict.fromkeys(("require_receive", "require_shipment", "require_put_away", "require_pick"), True)
    edit_location(session, blue, {"use_cross_docking": True, **steps})
    edit_location(session, blue, {"require_pick": False})

    assert not blue.use_cross_docking


def test_a_route_keeps_its_in_transit_location_what_it_is(session, blue):
    way = create_location(session, "WAY", {"name": "On the way", "use_as_in_transit": True})
    east = create_location(session, "EAST", {"name": "East"})
    session.add(TransferRoute(from_location_id=blue.id, to_location_id=east.id, in_transit_location_id=way.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        edit_location(session, way, {"use_as_in_transit": False})
    assert refused.value.code == "in_use"
    with pytest.raises(ValidationError) as refused:
        edit_location(session, blue, {"use_as_in_transit": True})
    assert refused.value.code == "in_use"


def test_a_location_that_is_renamed_keeps_what_points_at_it(session, blue):
    vendor = Vendor(no="V1", name="Vendor", location_id=blue.id)
    session.add(vendor)

    edit_location(session, blue, {"code": "navy", "name": "Navy"})

    assert get_location(session, "NAVY").id == vendor.location_id
    changed = session.scalars(
        select(AuditEntry.field).where(AuditEntry.table_name == "location", AuditEntry.action == "changed")
    )
    assert set(changed) == {"code", "name"}


def test_a_location_with_a_stockkeeping_unit_stays(session, blue):  # LOC-5
    session.add(StockkeepingUnit(item_id=_item(session).id, location_id=blue.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_location(session, blue)

    assert refused.value.code == "in_use"
    assert "1 stockkeeping unit" in refused.value.message
    assert get_location(session, "BLUE")


def test_a_location_nobody_uses_goes_with_its_routes_bins_and_accounts(session, blue, with_bins):  # LOC-5
    create_bin(session, with_bins, "A-01", {})
    group = InventoryPostingGroup(code="RESALE")
    session.add(group)
    session.add(TransferRoute(from_location_id=blue.id, to_location_id=with_bins.id))
    session.flush()
    session.add(InventoryPostingSetup(location_id=with_bins.id, inventory_posting_group_id=group.id))
    session.flush()

    delete_location(session, with_bins)

    for model in (Bin, TransferRoute, InventoryPostingSetup):
        assert session.scalar(select(func.count()).select_from(model)) == 0
    with pytest.raises(NotFound):
        get_location(session, "BINS")


def test_a_center_keeps_its_location(session, blue):
    session.add(ResponsibilityCenter(code="WEST", location_id=blue.id))
    session.flush()

    with pytest.raises(ValidationError) as refused:
        delete_location(session, blue)

    assert "1 responsibility center" in refused.value.message


def test_a_copy_has_the_same_bins_and_accounts_and_no_stock(session, blue, with_bins):  # LOC-8
    create_bin(session, with_bins, "A-01", {"ranking": 5})
    group = InventoryPostingGroup(code="RESALE")
    session.add(group)
    session.flush()
    session.add(InventoryPostingSetup(location_id=with_bins.id, inventory_posting_group_id=group.id))
    session.add(TransferRoute(from_location_id=blue.id, to_location_id=with_bins.id))
    _stock(session, with_bins, "3", "12")

    copy = copy_location(session, with_bins, "two", "The second", ("bins", "posting_setup", "routes"))

    assert [(bin_.code, bin_.ranking) for bin_ in session.scalars(select(Bin).where(Bin.location_id == copy.id))] == [
        ("A-01", 5)
    ]
    assert session.scalar(select(InventoryPostingSetup.id).where(InventoryPostingSetup.location_id == copy.id))
    assert (
        session.scalar(select(TransferRoute.from_location_id).where(TransferRoute.to_location_id == copy.id)) == blue.id
    )
    assert copy.bin_mandatory
    assert location_figures(session, copy.id).quantity == 0


def test_a_copy_onto_an_existing_code_is_refused(session, blue):
    with pytest.raises(ValidationError) as refused:
        copy_location(session, blue, "BLUE", "Again", ("bins", "posting_setup", "routes"))

    assert refused.value.code == "already_exists"


def test_figures_come_from_the_balances(session, blue):
    _stock(session, blue, "3", "12.5")

    figures = location_figures(session, blue.id)

    assert (figures.items, figures.quantity, figures.value, figures.short_items) == (1, Decimal(3), Decimal("12.5"), 0)


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("email", "nobody", "invalid_email"),
        ("outbound_handling_time", "soon", "invalid_formula"),
        ("default_bin_selection", "best_bin", "not_a_choice"),
        ("name", "x" * 300, "text_too_long"),
        ("phone", "\x00", "text_control_characters"),
        ("id", 5, "unknown_field"),
    ],
)
def test_dirt_is_refused_and_nothing_changes(session, blue, field, value, code):
    with pytest.raises(ValidationError) as refused:
        edit_location(session, blue, {"name": "Other", "bin_mandatory": True, field: value})

    assert refused.value.code == code
    session.rollback()
    assert session.scalar(select(Location.id).where(Location.name == "Other")) is None


def test_a_put_away_template_stands_in_its_list(session, blue):
    with pytest.raises(DomainError) as refused:
        edit_location(session, blue, {"put_away_template_code": "NONE"})
    assert [(error.code, error.field) for error in errors_of(refused.value)] == [
        ("not_found", "put_away_template_code")
    ]
