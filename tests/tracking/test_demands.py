"""What a tracking code demands when goods are posted (tracking.md sections 1, 5, 6, 7); on both engines."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import PostingError, errors_of
from models import ItemLedgerEntry, NumberCard, NumberKind, NumberTotal
from posting.verify import verify
from tests.builders import day


def refused(world, *lines):
    """(code, field) of every refusal; nothing was posted."""
    before = world.session.scalars(select(ItemLedgerEntry.id)).all()
    with pytest.raises(PostingError) as error:
        world.post(*lines)
    assert world.session.scalars(select(ItemLedgerEntry.id)).all() == before
    return [(single.code, single.field) for single in errors_of(error.value)]


def tracked(world, **flags):
    return world.item(item_tracking_code_id=world.tracking_code("T", **flags).id)


def test_a_serial_needed_on_sales_alone(each_world):
    world, item = each_world, tracked(each_world, serial_needed="sales_out")

    world.post(world.line(item, "purchase", 2, 1))
    assert refused(world, world.line(item, "sale", 1)) == [("tracking_missing", "serial_no")]
    world.post(world.line(item, "sale", 1, serial_no="S1"))
    world.post(world.line(item, "negative_adjmt", 3))  # T5.6: below zero, as the set-up allows

    serials = world.session.scalars(select(ItemLedgerEntry.serial_no).order_by(ItemLedgerEntry.id)).all()
    assert serials == ["", "S1", ""]


def test_an_item_without_a_code_carries_no_numbers(each_world):
    item = each_world.item()

    line = each_world.line(item, "purchase", 2, 1, lot_no="L1")
    assert refused(each_world, line) == [("tracking_not_allowed", "lot_no")]


def test_the_same_serial_comes_in_once_and_again_after_it_left(each_world):
    world, item = each_world, tracked(each_world, serial_specific=True)
    world.post(world.line(item, "purchase", 1, 1, at="BLUE", document_no="REC1", serial_no="S1"))

    with pytest.raises(
        PostingError, match=r"Serial number S1 of item BOLT is at BLUE since .*2025.* \(REC1\)"
    ) as error:
        world.post(world.line(item, "purchase", 1, 1, at="RED", serial_no="S1"))
    assert (error.value.code, error.value.field) == ("serial_in_stock", "serial_no")
    world.post(
        world.line(item, "sale", 1, at="BLUE", serial_no="S1"), world.line(item, "purchase", 1, 1, serial_no="S1")
    )

    total = world.session.scalars(select(NumberTotal)).one()
    assert (total.kind, total.number, total.quantity) == (NumberKind.SERIAL, "S1", 1)
    assert verify(world.session) == []


def test_a_card_is_demanded_or_made(each_world):
    world = each_world
    strict = world.item("A", item_tracking_code_id=world.tracking_code("A", lot_specific=True, lot_card_in=True).id)
    makes = world.item("B", item_tracking_code_id=world.tracking_code("B", lot_specific=True, lot_create_card=True).id)

    assert refused(world, world.line(strict, "purchase", 1, 1, lot_no="L1")) == [("card_missing", "lot_no")]
    world.post(world.line(makes, "purchase", 1, 1, lot_no="L1"), world.line(makes, "purchase", 1, 1, lot_no="L1"))

    cards = world.session.execute(select(NumberCard.item_id, NumberCard.kind, NumberCard.number)).all()
    assert [tuple(card) for card in cards] == [(makes.id, NumberKind.LOT, "L1")]


def test_warranty_is_calculated_or_has_to_be_typed(each_world):
    world = each_world
    item = tracked(world, serial_specific=True, warranty_calculation="2Y")
    other = world.item("C", item_tracking_code_id=world.tracking_code(
        "C", serial_specific=True, manual_warranty_date_required=True).id)  # fmt: skip

    world.post(world.line(item, "purchase", 1, 1, on="2025-03-01", serial_no="S1"))
    world.post(world.line(item, "sale", 1, on="2025-05-01", serial_no="S1"))

    assert world.session.scalars(select(ItemLedgerEntry.warranty_date).order_by(ItemLedgerEntry.id)).all() == [
        day("2027-03-01"),
        day("2027-05-01"),
    ]
    assert refused(world, world.line(other, "purchase", 1, 1, serial_no="X")) == [
        ("warranty_required", "warranty_date")
    ]


def test_a_typed_expiry_is_demanded_of_a_purchase_and_not_of_a_count(each_world):
    world = each_world
    item = tracked(world, lot_specific=True, use_expiration_dates=True, manual_expiration_date_required=True)

    line = world.line(item, "positive_adjmt", 1, 1, lot_no="L1")
    assert refused(world, line) == [("expiration_required", "expiration_date")]
    world.post(world.line(item, "positive_adjmt", 1, 1, lot_no="L2", counted=True))
