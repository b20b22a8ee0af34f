"""Expiration dates of lots as they are posted (tracking.md section 6); on both engines."""

from __future__ import annotations

import pytest

from core.errors import PostingError
from models import ItemLedgerEntry
from models.enums import DocumentType
from tests.builders import day


def lot_item(world, *, strict=False, formula=""):
    code = world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True, strict_expiration=strict)
    return world.item(item_tracking_code_id=code.id, expiration_calculation=formula)


def expiry(world, entry_no):
    return world.session.get(ItemLedgerEntry, entry_no, populate_existing=True).expiration_date


def test_a_new_lot_without_a_date_gets_the_items_formula_from_the_document_date(each_world):
    item = lot_item(each_world, formula="30D")

    each_world.post(each_world.line(item, "purchase", 4, 1, on="2025-03-01", lot_no="L1"))
    each_world.post(each_world.line(item, "purchase", 4, 1, on="2025-03-20", lot_no="L1"))

    assert [expiry(each_world, no) for no in (1, 2)] == [day("2025-03-31")] * 2


def test_a_typed_date_wins_over_the_formula_and_the_second_receipt_must_agree(each_world):
    item = lot_item(each_world, formula="30D")
    first = {"on": "2025-03-01", "lot_no": "L1", "expiration_date": day("2025-04-15")}
    each_world.post(each_world.line(item, "purchase", 4, 1, **first))

    with pytest.raises(PostingError) as refused:
        each_world.post(each_world.line(item, "purchase", 4, 1, lot_no="L1", expiration_date=day("2025-04-16")))

    assert (expiry(each_world, 1), refused.value.code) == (day("2025-04-15"), "expiration_mismatch")


@pytest.mark.parametrize(("kind", "refused"), [("TRANSFER_SHIPMENT", True), ("NONE", False)])
def test_strict_expiry_stops_a_transfer_order_and_not_a_reclassification(each_world, kind, refused):
    world, item = each_world, lot_item(each_world, strict=True)
    world.post(world.line(item, "purchase", 4, 1, on="2025-03-01", lot_no="L1", expiration_date=day("2025-03-31")))
    line = world.line(
        item,
        "transfer",
        -4,
        on="2025-04-01",
        lot_no="L1",
        document_type=DocumentType[kind],
        new_location_id=world.location("RED").id,
    )

    if refused:
        with pytest.raises(PostingError) as error:
            world.post(line)
        assert error.value.code == "expired"
    else:
        world.post(line)
        assert expiry(world, 3) == day("2025-03-31")
