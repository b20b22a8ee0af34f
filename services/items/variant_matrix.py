"""Variants for every ticked pair of two attributes' values, made in one step (items.md section 23)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ErrorList, ValidationError
from core.text import _
from models import BLANK_ID, Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, ItemVariant
from models.enums import AttributeType
from services.attributes import assign_value
from services.items.variants import list_variants, save_variant

#: Cells a grid may have.
MOST_CELLS = 400
_CODE_LENGTH = 10

#: (value of the first attribute, value of the second or BLANK_ID)
Pair = tuple[int, int]


@dataclass(frozen=True)
class Matrix:
    """Values of the first attribute down, of the second across; without a second there is one column, None."""

    rows: Sequence[ItemAttributeValue]
    columns: Sequence[ItemAttributeValue | None]
    #: the variant that has this pair of values already
    existing: Mapping[Pair, ItemVariant] = field(default_factory=dict)
    #: a free code for every other pair
    codes: Mapping[Pair, str] = field(default_factory=dict)


def build(session: Session, item: Item, first: ItemAttribute, second: ItemAttribute | None) -> Matrix:
    """The grid of an item for one or two attributes with options.

    Raises ValidationError `not_an_option`, `same_attribute`, `too_many_cells`, `no_values`.
    """
    rows = _values(session, first, "first")
    columns: Sequence[ItemAttributeValue | None] = (None,)
    if second is not None:
        if second.id == first.id:
            raise ValidationError("same_attribute", _("Choose two different attributes."), field="second")
        columns = _values(session, second, "second")
    if len(rows) * len(columns) > MOST_CELLS:
        raise ValidationError(
            "too_many_cells", _("This would be more than %(most)s variants at once.", most=MOST_CELLS), field="second"
        )
    existing = _existing(session, item, first, second)
    taken = {variant.code for variant in list_variants(session, item.id)}
    codes: dict[Pair, str] = {}
    for row in rows:
        for column in columns:
            pair = (row.id, column.id if column else BLANK_ID)
            if pair not in existing:
                codes[pair] = free_code([row.value, *([column.value] if column else [])], taken)
                taken.add(codes[pair])
    return Matrix(rows, columns, existing, codes)


def create(
    session: Session, item: Item, first: ItemAttribute, second: ItemAttribute | None, wanted: Mapping[Pair, str]
) -> list[ItemVariant]:
    """Make a variant with this code and these values for every pair; all of them or none.

    A pair that has a variant already is left as it is. Raises as `build`, and ErrorList of what `save_variant` and
    `assign_value` refuse, naming the code.
    """
    matrix = build(session, item, first, second)
    values = {value.id: value.value for value in (*matrix.rows, *matrix.columns) if value is not None}
    made: list[ItemVariant] = []
    errors: list[ValidationError] = []
    for pair, code in wanted.items():
        if pair in matrix.existing or pair not in matrix.codes:
            continue
        words = [values[value_id] for value_id in pair if value_id != BLANK_ID]
        description = ", ".join([item.description, *words])[:100]
        try:
            variant = save_variant(session, item, {"code": code or matrix.codes[pair], "description": description})
        except ValidationError as error:
            errors.append(ValidationError(error.code, f"{code}: {error.message}", hint=error.hint))
            continue
        for attribute, word in zip((first, second), words, strict=False):
            if attribute is not None:
                assign_value(session, item.id, attribute, word, variant_id=variant.id, replace=True)
        made.append(variant)
    if errors:
        raise ErrorList(list(errors))
    return made


def free_code(words: Sequence[str], taken: set[str]) -> str:
    """A code out of the values' letters and digits, at most ten signs, that no variant has: RED-XL, RED-XL2."""
    plain = [_plain(word) or "X" for word in words]
    if len(plain) == 1:
        whole = plain[0][:_CODE_LENGTH]
    else:
        right = plain[1][: max(_CODE_LENGTH - 1 - len(plain[0]), 4)]
        whole = f"{plain[0][: _CODE_LENGTH - 1 - len(right)]}-{right}"
    code, count = whole, 2
    while code in taken:
        code = f"{whole[: _CODE_LENGTH - len(str(count))]}{count}"
        count += 1
    return code


def _plain(word: str) -> str:
    spread = unicodedata.normalize("NFKD", word)
    return "".join(sign for sign in spread.upper() if sign.isascii() and sign.isalnum())


def _values(session: Session, attribute: ItemAttribute, name: str) -> list[ItemAttributeValue]:
    if attribute.type is not AttributeType.OPTION:
        raise ValidationError(
            "not_an_option",
            _("%(name)s has no list of values. Choose an attribute with options.", name=attribute.name), field=name,
        )  # fmt: skip
    found = list(
        session.scalars(
            select(ItemAttributeValue)
            .where(ItemAttributeValue.attribute_id == attribute.id, ItemAttributeValue.blocked.is_(False))
            .order_by(ItemAttributeValue.id)
        )
    )
    if not found:
        raise ValidationError(
            "no_values", _("%(name)s has no values yet. Add them to the attribute first.", name=attribute.name),
            field=name,
        )  # fmt: skip
    return found


def _existing(
    session: Session, item: Item, first: ItemAttribute, second: ItemAttribute | None
) -> dict[Pair, ItemVariant]:
    """Which pairs of values the item's variants have."""
    wanted = [attribute.id for attribute in (first, second) if attribute is not None]
    held: dict[int, dict[int, int]] = {}
    for variant_id, attribute_id, value_id in session.execute(
        select(ItemAttributeMapping.variant_id, ItemAttributeMapping.attribute_id, ItemAttributeMapping.value_id).where(
            ItemAttributeMapping.item_id == item.id,
            ItemAttributeMapping.variant_id != BLANK_ID,
            ItemAttributeMapping.attribute_id.in_(wanted),
        )
    ):
        held.setdefault(variant_id, {})[attribute_id] = value_id
    found: dict[Pair, ItemVariant] = {}
    for variant in list_variants(session, item.id):
        values = held.get(variant.id, {})
        if all(attribute_id in values for attribute_id in wanted):
            found[values[first.id], values[second.id] if second is not None else BLANK_ID] = variant
    return found
