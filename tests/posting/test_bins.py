"""Which bin becomes the default one of an item, and which go when they run empty (warehouse.md section 4)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import PostingError
from core.unit_of_work import perform
from models import Bin, BinContent, WarehouseEntry
from posting.verify import verify


def test_the_first_bin_stays_as_default_and_others_go_when_empty(each_world):
    world = each_world
    place = world.location("BINS", bin_mandatory=True)
    first, second, third = (bin_at(world, place.id, code) for code in ("A", "B", "C"))
    bolt = world.item()

    world.post(
        world.line(bolt, "purchase", 5, 1, at="BINS", bin_id=second),
        world.line(bolt, "purchase", 3, 1, at="BINS", bin_id=third),
    )
    world.post(world.line(bolt, "purchase", 2, 1, at="BINS", bin_id=first))
    world.post(
        world.line(bolt, "sale", 5, at="BINS", bin_id=second),
        world.line(bolt, "sale", 3, at="BINS", bin_id=third),
    )

    assert contents(world) == {"A": (2, False, False), "B": (0, True, True)}
    assert verify(world.session) == []


def test_two_items_of_one_posting_each_get_their_default_bin(each_world):
    world = each_world
    place = world.location("BINS", bin_mandatory=True)
    shelf = bin_at(world, place.id, "A")

    world.post(
        *(world.line(world.item(no), "purchase", 4, 1, at="BINS", bin_id=shelf) for no in ("BOLT", "NUT")),
    )

    rows = world.session.execute(select(BinContent.quantity, BinContent.default_bin, BinContent.fixed_bin)).all()
    assert [tuple(row) for row in rows] == [(Decimal(4), True, True)] * 2


def test_from_bin_to_bin_only_the_bins_know(each_world):
    world = each_world
    place = world.location("BINS", bin_mandatory=True)
    first, second = (bin_at(world, place.id, code) for code in ("A", "B"))
    bolt = world.item()
    world.post(world.line(bolt, "purchase", 5, 1, at="BINS", bin_id=first))
    line = world.line(bolt, "transfer", 3, at="BINS", bin_id=first, new_bin_id=second)
    line = replace(line, quantity=-line.quantity, amount=Decimal(0))

    world.post(line)

    assert world.ledger(bolt) == [("2025-01-10", 5, 5)]
    assert {code: row[0] for code, row in contents(world).items()} == {"A": 2, "B": 3}
    kinds = world.session.scalars(select(WarehouseEntry.entry_type).order_by(WarehouseEntry.id)).all()
    assert kinds == ["positive_adjmt", "movement", "movement"]
    assert verify(world.session) == []
    with pytest.raises(PostingError) as refused:
        world.post(line)
    assert refused.value.code == "bin_quantity_short"


def bin_at(world, location_id: int, code: str) -> int:
    def work(session):
        made = Bin(location_id=location_id, code=code)
        session.add(made)
        session.flush()
        return made.id

    return perform(world.session, work)


def contents(world) -> dict[str, tuple[Decimal, bool, bool]]:
    """Bin -> quantity, whether it is the default bin, whether it is fixed."""
    rows = world.session.execute(
        select(Bin.code, BinContent.quantity, BinContent.default_bin, BinContent.fixed_bin)
        .join(Bin, Bin.id == BinContent.bin_id)
        .order_by(Bin.code)
    )
    return {row.code: tuple(row[1:]) for row in rows}
