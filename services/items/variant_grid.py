"""The variants of an item as a grid of two of their attributes, to type quantities into (items.md section 23)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import BLANK_ID, Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, ItemBalance, ItemVariant
from services.attributes import value_words
from services.items.finding import ItemUse
from services.items.variants import list_variants

#: More variants than this are typed line by line.
MOST_VARIANTS = 400

#: (value of the attribute down, value of the attribute across; BLANK_ID where there is none)
Pair = tuple[int, int]


@dataclass(frozen=True)
class VariantGrid:
    """Values of one attribute down, of the other across, a variant where they meet; the others stand in `rest`."""

    #: names of the two attributes; "" where there is none
    down: str
    across: str
    #: (value id, words), in the order of the values
    rows: Sequence[tuple[int, str]]
    columns: Sequence[tuple[int, str]]
    cells: Mapping[Pair, ItemVariant]
    #: variants that lack one of the two attributes, or share their values with another
    rest: Sequence[ItemVariant]
    #: variant id -> base units at the location asked for
    stock: Mapping[int, Decimal] = field(default_factory=dict)

    @property
    def variants(self) -> list[ItemVariant]:
        """All of them, in reading order."""
        pairs = ((row, column) for row, _words in self.rows for column, _other in self.columns)
        return [*(self.cells[pair] for pair in pairs if pair in self.cells), *self.rest]

    def on_hand(self, variant: ItemVariant) -> Decimal:
        """Base units of the variant at the location."""
        return self.stock.get(variant.id, ZERO)


def variant_grid(session: Session, item: Item, *, location_id: int = BLANK_ID) -> VariantGrid:
    """The grid of the two attributes that tell the item's variants apart best; with one, it has one column.

    Three statements. Raises ValidationError `no_variants`, `too_many_variants`.
    """
    variants = list_variants(session, item.id)
    if not variants:
        raise ValidationError(
            "no_variants", _("Item %(no)s has no variants: enter it on a line as it is.", no=item.no), field="item"
        )
    if len(variants) > MOST_VARIANTS:
        raise ValidationError(
            "too_many_variants",
            _("Item %(no)s has more than %(most)s variants: enter them line by line.", no=item.no, most=MOST_VARIANTS),
            field="item",
        )
    names, words, held = _values(session, item.id)
    first, second = _axes(held, [variant.id for variant in variants])
    cells, rest = dict[Pair, ItemVariant](), list[ItemVariant]()
    for variant in variants:
        values = held.get(variant.id, {})
        pair = (values.get(first, BLANK_ID), values.get(second, BLANK_ID))
        lacking = pair[0] == BLANK_ID or (second != BLANK_ID and pair[1] == BLANK_ID)
        if lacking or pair in cells:
            rest.append(variant)
        else:
            cells[pair] = variant
    rows, columns = ([*dict.fromkeys(sorted(pair[place] for pair in cells))] for place in (0, 1))
    return VariantGrid(
        names.get(first, ""), names.get(second, ""), [(value, words[value]) for value in rows],
        [(value, words.get(value, "")) for value in columns], cells, rest, _stock(session, item.id, location_id),
    )  # fmt: skip


def is_offered(variant: ItemVariant, use: ItemUse) -> bool:
    """False for a variant that is blocked for documents of this side."""
    side = {ItemUse.SALE: variant.sales_blocked, ItemUse.PURCHASE: variant.purchasing_blocked}
    return not (variant.blocked or side.get(use, False))


def _values(session: Session, item_id: int) -> tuple[dict[int, str], dict[int, str], dict[int, dict[int, int]]]:
    """Names of attributes, words of values, and variant -> attribute -> value."""
    rows = session.execute(
        select(
            ItemAttributeMapping.variant_id, ItemAttribute, ItemAttributeValue.id, ItemAttributeValue.value,
        )
        .join(ItemAttribute, ItemAttribute.id == ItemAttributeMapping.attribute_id)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(ItemAttributeMapping.item_id == item_id, ItemAttributeMapping.variant_id != BLANK_ID)
    )  # fmt: skip
    names, words = dict[int, str](), dict[int, str]()
    held: dict[int, dict[int, int]] = defaultdict(dict)
    for variant_id, attribute, value_id, value in rows:
        names[attribute.id] = attribute.name
        words[value_id] = value_words(attribute.type, value, attribute.unit_of_measure)
        held[variant_id][attribute.id] = value_id
    return names, words, held


def _axes(held: Mapping[int, Mapping[int, int]], variants: Collection[int]) -> tuple[int, int]:
    """The two attributes whose values part the most variants; one alone where a second parts no more of them."""

    def parted(*axes: int) -> int:
        pairs = {tuple(held.get(variant, {}).get(axis, BLANK_ID) for axis in axes) for variant in variants}
        return sum(BLANK_ID not in pair for pair in pairs)

    known = sorted({attribute for values in held.values() for attribute in values})
    alone = max(known, key=parted, default=BLANK_ID)
    both = max(combinations(known, 2), key=lambda axes: parted(*axes), default=None)
    if both is None or parted(*both) <= parted(alone):
        return alone, BLANK_ID
    # Many values read better downwards.
    first, second = sorted(both, key=lambda axis: (-len({values.get(axis) for values in held.values()}), axis))
    return first, second


def _stock(session: Session, item_id: int, location_id: int) -> dict[int, Decimal]:
    rows = session.execute(
        select(ItemBalance.variant_id, func.sum(ItemBalance.quantity))
        .where(ItemBalance.item_id == item_id, ItemBalance.location_id == location_id)
        .group_by(ItemBalance.variant_id)
    )
    return dict(rows.tuples().all())
