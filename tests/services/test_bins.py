"""Bins: one by one or a whole row, and what goods in them forbid (warehouse.md section 3)."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from models import Bin, BinContent, Item, Location
from services.bins import bin_rows, create_bin, create_bin_range, delete_bin, edit_bin
from services.locations import create_location


@pytest.fixture
def hall(session) -> Location:
    return create_location(session, "HALL", {"name": "Hall", "bin_mandatory": True})


def _fill(session, bin_, quantity="2") -> None:
    item = Item(no="BOLT", description="Bolt")
    session.add(item)
    session.flush()
    session.add(
        BinContent(
            bin_id=bin_.id, item_id=item.id, variant_id=0, location_id=bin_.location_id, quantity=Decimal(quantity)
        )
    )
    session.flush()


def test_a_range_makes_every_bin_between_and_leaves_those_that_exist(session, hall):  # T3.3
    create_bin(session, hall, "A-02", {"ranking": 7})

    made = create_bin_range(session, hall, "a-01", "A-05")

    assert [bin_.code for bin_ in made] == ["A-01", "A-03", "A-04", "A-05"]
    rows, total = bin_rows(session, hall.id, limit=3, offset=1)
    assert ([row.bin.code for row in rows], total) == (["A-02", "A-03", "A-04"], 5)


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        ("A-01", "B-05", "not_one_pattern"),
        ("A-05", "A-01", "not_one_pattern"),
        ("A-1", "A-10", "not_one_pattern"),
        ("A", "B", "not_one_pattern"),
        ("0000", "9999", "range_too_long"),
        ("", "A-01", "field_required"),
        ("A" * 300, "A-01", "text_too_long"),
    ],
)
def test_a_range_that_cannot_be_counted_is_refused(session, hall, first, last, code):
    with pytest.raises(ValidationError) as refused:
        create_bin_range(session, hall, first, last)

    assert refused.value.code == code
    assert session.scalar(select(func.count()).select_from(Bin)) == 0


def test_a_location_without_bins_gets_none(session):
    plain = create_location(session, "PLAIN", {"name": "Plain"})

    with pytest.raises(ValidationError) as refused:
        create_bin(session, plain, "A-01", {})

    assert refused.value.code == "bins_not_used"


def test_a_bin_with_goods_stays_and_stays_what_it_is(session, hall):  # T3.1, T3.2
    shelf = create_bin(session, hall, "A-01", {})
    _fill(session, shelf)

    with pytest.raises(ValidationError) as refused:
        delete_bin(session, shelf)
    assert refused.value.code == "bin_not_empty"
    with pytest.raises(ValidationError) as refused:
        edit_bin(session, shelf, {"dedicated": True})
    assert (refused.value.code, refused.value.field) == ("bin_not_empty", "dedicated")
    assert not shelf.dedicated


def test_an_empty_bin_goes(session, hall):
    shelf = create_bin(session, hall, "A-01", {})
    _fill(session, shelf, "0")

    delete_bin(session, shelf)

    assert bin_rows(session, hall.id, limit=10)[1] == 0


def test_a_bin_is_renamed_but_not_onto_another(session, hall):
    create_bin(session, hall, "A-01", {})
    shelf = create_bin(session, hall, "A-02", {})

    edit_bin(session, shelf, {"code": "b-01", "description": "By the door"})
    assert (shelf.code, shelf.description) == ("B-01", "By the door")

    with pytest.raises(ValidationError) as refused:
        edit_bin(session, shelf, {"code": "A-01"})
    assert refused.value.code == "already_exists"


def test_movement_is_blocked_by_one_of_four_words(session, hall):
    with pytest.raises(ValidationError) as refused:
        create_bin(session, hall, "A-01", {"block_movement": "sideways"})

    assert refused.value.field == "block_movement"
