"""A few items and places for journal lines; built directly, because no rule of theirs is under test here."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import pytest

from models import Bin, Item, ItemReference, ItemUnitOfMeasure, ItemVariant, Location, StockkeepingUnit, UnitOfMeasure
from models.enums import CostingMethod, ReferenceType
from services.documents.journal_batches import create_batch


def furnish(session) -> SimpleNamespace:
    """Two units, three items, one location with a bin, one batch."""
    for model, code in ((Location, {"code": ""}), (ItemVariant, {"code": ""})):
        if session.get(model, 0) is None:
            session.add(model(id=0, **code))
    pcs, box = UnitOfMeasure(code="PCS"), UnitOfMeasure(code="BOX")
    blue = Location(code="BLUE", name="Blue warehouse")
    session.add_all([pcs, box, blue])
    session.flush()
    shelf = Bin(location_id=blue.id, code="A-1")
    bolt = Item(no="BOLT", description="Bolt M8", base_unit_of_measure_id=pcs.id, unit_cost=Decimal("2.10"),
                last_direct_cost=Decimal("2.00"), unit_price=Decimal("5.00"), overhead_rate=Decimal("0.10"),
                indirect_cost_percent=Decimal(25), gtin="4006381333931")  # fmt: skip
    nut = Item(no="NUT", description="Nut", base_unit_of_measure_id=pcs.id, costing_method=CostingMethod.STANDARD,
               standard_cost=Decimal("0.50"), unit_cost=Decimal("0.50"), unit_price=Decimal(1))  # fmt: skip
    shirt = Item(no="SHIRT", description="Shirt", base_unit_of_measure_id=pcs.id, unit_cost=Decimal(8))
    session.add_all([shelf, bolt, nut, shirt])
    session.flush()
    red = ItemVariant(item_id=shirt.id, code="RED", description="Shirt, red")
    session.add_all([
        red,
        ItemUnitOfMeasure(item_id=bolt.id, unit_of_measure_id=pcs.id, qty_per_unit_of_measure=Decimal(1)),
        ItemUnitOfMeasure(item_id=bolt.id, unit_of_measure_id=box.id, qty_per_unit_of_measure=Decimal(12)),
        ItemReference(item_id=shirt.id, unit_of_measure_id=pcs.id, reference_type=ReferenceType.BAR_CODE,
                      reference_no="SHIRT-CODE"),
        StockkeepingUnit(item_id=bolt.id, location_id=blue.id, variant_id=0, unit_cost=Decimal("2.60")),
    ])  # fmt: skip
    batch = create_batch(session, "DEFAULT", "Daily work")
    session.flush()
    return SimpleNamespace(
        pcs=pcs, box=box, blue=blue, shelf=shelf, bolt=bolt, nut=nut, shirt=shirt, red=red, batch=batch,
        today=dt.date(2025, 1, 10),
    )  # fmt: skip


@pytest.fixture
def shop(session) -> SimpleNamespace:
    return furnish(session)


@pytest.fixture
def each_shop(each_session) -> SimpleNamespace:
    return furnish(each_session)
