"""Tracking codes: what a switch brings along, what posted entries hold on to (tracking.md section 1, T1.1 to T1.6)."""

from __future__ import annotations

import pytest

from core.errors import ValidationError
from models import TrackedMovement
from models.enums import CostingMethod
from services.small_lists import create_row, delete_row, edit_row, get_list

LIST = get_list("tracking-codes")


def new_code(world, **values):
    return create_row(world.session, LIST, "T1", values)


def refusal(world, row, **values):
    with pytest.raises(ValidationError) as refused:
        edit_row(world.session, LIST, row, values)
    world.session.rollback()
    return refused.value.code, refused.value.field


def test_a_number_for_life_is_needed_everywhere_and_its_flags_stay(world):
    row = new_code(world, lot_specific=True)

    assert (row.lot_warehouse, row.lot_needed.split()) == (True, list(TrackedMovement))
    world.session.commit()
    assert refusal(world, row, lot_needed="sales_out") == ("tracking_flags_fixed", "lot_needed")


def test_strict_and_typed_dates_switch_dates_on_and_keep_them(world):
    row = new_code(world, lot_specific=True, strict_expiration=True)

    assert row.use_expiration_dates
    world.session.commit()
    assert refusal(world, row, use_expiration_dates=False) == ("conflicting_setup", "use_expiration_dates")


def test_what_was_posted_under_a_code_keeps_its_switches(world):
    row = new_code(world, lot_specific=True, use_expiration_dates=True)
    world.session.commit()
    item = world.item(item_tracking_code_id=row.id)
    world.post(world.line(item, "purchase", 4, 1, lot_no="L1", expiration_date=None))

    assert refusal(world, row, lot_specific=False) == ("tracking_in_use", "lot_specific")
    assert refusal(world, row, serial_specific=True) == ("tracking_in_use", "serial_specific")
    with pytest.raises(ValidationError) as refused:
        delete_row(world.session, LIST, row)
    assert refused.value.code == "in_use"


def test_dates_in_use_and_costing_by_piece_hold_their_switch(world):
    dated = new_code(world, lot_specific=True, use_expiration_dates=True)
    pieces = create_row(world.session, LIST, "SN", {"serial_specific": True})
    world.session.commit()
    world.item("MILK", item_tracking_code_id=dated.id, expiration_calculation="30D")
    world.item("CAR", CostingMethod.SPECIFIC, item_tracking_code_id=pieces.id)

    assert refusal(world, dated, use_expiration_dates=False) == ("expiration_in_use", "use_expiration_dates")
    assert refusal(world, pieces, serial_specific=False, lot_specific=True)[0] == "costing_needs_serials"
