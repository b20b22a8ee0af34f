"""What lines of a transfer order take from their items, read for all of them at once (documents.md section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import BinContent, Item, ItemUnitOfMeasure, ItemVariant, Location, TransferOrder
from services.dimensions import sets_of_items


@dataclass(frozen=True, slots=True, kw_only=True)
class Goods:
    """Items by id with what belongs to them; records are held so that reading one again asks nobody."""

    items: Mapping[int, Item]
    #: those that the lines name, by id
    variants: Mapping[int, ItemVariant]
    #: (item id, unit id) -> base units in one, steps in which it is counted
    units: Mapping[tuple[int, int | None], tuple[Decimal, Decimal]]
    #: (location id, item id, variant id) -> bin, of the order's locations with bins
    default_bins: Mapping[tuple[int, int, int], int]
    #: item id -> dimension set, where the item gives dimensions besides the order's
    dimension_sets: Mapping[int, int]

    def knows(self, field: str, value: object) -> bool:
        """True for the id of a row that was read already."""
        rows = {"item_id": self.items, "variant_id": self.variants}.get(field, {})
        return isinstance(value, int) and value in rows

    def base_precision(self, item: Item) -> Decimal:
        """The steps in which the item's base unit is counted; 0 for the finest."""
        return self.units.get((item.id, item.base_unit_of_measure_id), (ZERO, ZERO))[1]


def load_goods(session: Session, order: TransferOrder, values: Sequence[Mapping[str, object]]) -> Goods:
    """What the lines with these values need; the same few statements for any number of lines."""
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(_ids(values, "item_id"))))}
    wanted = _ids(values, "variant_id")
    variants = session.scalars(select(ItemVariant).where(ItemVariant.id.in_(wanted))).all() if wanted else ()
    units = session.execute(
        select(
            ItemUnitOfMeasure.item_id, ItemUnitOfMeasure.unit_of_measure_id, ItemUnitOfMeasure.qty_per_unit_of_measure,
            ItemUnitOfMeasure.rounding_precision,
        ).where(ItemUnitOfMeasure.item_id.in_(items))
    )  # fmt: skip
    bins = session.execute(
        select(BinContent.location_id, BinContent.item_id, BinContent.variant_id, BinContent.bin_id)
        .join(Location, Location.id == BinContent.location_id)
        .where(
            BinContent.location_id.in_((order.from_location_id, order.to_location_id)), BinContent.item_id.in_(items),
            BinContent.default_bin, Location.bin_mandatory,
        )
    )  # fmt: skip
    return Goods(
        items=items, variants={variant.id: variant for variant in variants},
        units={(item_id, unit_id): (factor, steps or ZERO) for item_id, unit_id, factor, steps in units.tuples()},
        default_bins={(place, item, variant): bin_id for place, item, variant, bin_id in bins.tuples()},
        dimension_sets=sets_of_items(session, items, order.dimension_set_id),
    )  # fmt: skip


def _ids(values: Sequence[Mapping[str, object]], name: str) -> set[int]:
    return {given for row in values if isinstance(given := row.get(name), int) and given}
