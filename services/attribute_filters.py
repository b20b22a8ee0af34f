"""Which items have certain attribute values: rows combine with AND, values inside a row with OR (items.md section 10).

Reads items' own attributes and those of their variants. A row without a matching value finds nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import BLANK_ID, Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, ItemCategory, ItemVariant
from models.enums import AttributeType
from services.attributes import LONGEST_VALUE, parse_value
from services.category_attributes import mandatory_of_all

#: Up to so many matching values are named in the query, which lets the database seek them; more stay a subquery.
_VALUES_NAMED = 400


class Match(enum.StrEnum):
    """How a row's values are compared."""

    IS = "is"
    CONTAINS = "contains"
    STARTS_WITH = "starts"
    ENDS_WITH = "ends"
    BETWEEN = "between"


@dataclass(frozen=True)
class AttributeFilter:
    """One row: an attribute and what its value must be.

    `values` for IS, CONTAINS, STARTS_WITH and ENDS_WITH; `low` and `high` (both inclusive, either may be missing)
    for BETWEEN; `low_open` and `high_open` leave the end itself out (> and <). `exact_case` for IS on texts.
    """

    attribute_id: int
    match: Match = Match.IS
    values: tuple[str, ...] = ()
    low: str = ""
    high: str = ""
    low_open: bool = False
    high_open: bool = False
    exact_case: bool = False


@dataclass(frozen=True)
class ItemCondition:
    """What an AttributeFilter asks of items, in two forms of the same meaning."""

    #: the ids of items (some twice), from the values to the items that have them: good where those are few
    items: Select[tuple[int]]
    #: a look at each item's own values: good while walking through items in some order
    tested: ColumnElement[bool]
    #: the same of a mapping: whether its value is one of those asked for
    matched: ColumnElement[bool]


def item_conditions(session: Session, filters: Iterable[AttributeFilter]) -> list[ColumnElement[bool]]:
    """Conditions on Item for a WHERE. Raises ValidationError `duplicate`, `type_mismatch`, `not_found`."""
    return [Item.id.in_(condition.items) for condition in both_conditions(session, filters)]


def both_conditions(session: Session, filters: Iterable[AttributeFilter]) -> list[ItemCondition]:
    """The conditions of `item_conditions`, each in both of its forms."""
    rows = list(filters)
    if len({row.attribute_id for row in rows}) < len(rows):
        raise ValidationError("duplicate", _("Each attribute can be asked for once; give it several values instead."))
    attributes = {
        attribute.id: attribute
        for attribute in session.scalars(
            select(ItemAttribute).where(ItemAttribute.id.in_([row.attribute_id for row in rows]))
        )
    }
    conditions: list[ItemCondition] = []
    for row in rows:
        attribute = attributes.get(row.attribute_id)
        if attribute is None:
            raise ValidationError("not_found", _("One of the attributes asked for does not exist any more."))
        conditions.append(_item_condition(session, attribute, row))
    return conditions


def category_condition(session: Session, category_id: int) -> ColumnElement[bool]:
    """Items of the category and of those below it."""
    return Item.category_id.in_(subtree_of(session, category_id))


def subtree_of(session: Session, category_id: int) -> list[int]:
    """The ids of a category and all below it."""
    below = select(ItemCategory.id).where(ItemCategory.id == category_id).cte("below", recursive=True)
    below = below.union_all(select(ItemCategory.id).join(below, ItemCategory.parent_id == below.c.id))
    return list(session.scalars(select(below.c.id)))


def counts_among(
    session: Session, attribute_ids: Collection[int], item_ids: Collection[int]
) -> dict[tuple[int, str], int]:
    """(attribute, value) -> how many of these items have it, by themselves or through a variant; one statement."""
    if not attribute_ids or not item_ids:
        return {}
    mapping = ItemAttributeMapping
    counted = (
        select(mapping.attribute_id, mapping.value_id, func.count(mapping.item_id.distinct()).label("number"))
        .where(mapping.item_id.in_(ids_of(session, item_ids)), mapping.attribute_id.in_(attribute_ids))
        .group_by(mapping.attribute_id, mapping.value_id)
        .subquery()
    )
    statement = select(counted.c.attribute_id, ItemAttributeValue.value, counted.c.number).join(
        ItemAttributeValue, ItemAttributeValue.id == counted.c.value_id
    )
    return {(attribute_id, value): number for attribute_id, value, number in session.execute(statement)}


def variants_behind(
    session: Session, conditions: Iterable[ItemCondition], item_ids: Collection[int]
) -> dict[int, list[str]]:
    """Item -> the variants without which it would not meet every one of the conditions; a statement a condition."""
    mapping = ItemAttributeMapping
    found: dict[int, set[str]] = {}
    for condition in conditions:
        rows = session.execute(
            select(mapping.item_id, ItemVariant.code)
            .outerjoin(ItemVariant, (ItemVariant.id == mapping.variant_id) & (mapping.variant_id != BLANK_ID))
            .where(mapping.item_id.in_(ids_of(session, item_ids)), condition.matched)
        ).all()
        by_themselves = {item_id for item_id, code in rows if code is None}
        for item_id, code in rows:
            if code is not None and item_id not in by_themselves:
                found.setdefault(item_id, set()).add(code)
    return {item_id: sorted(codes) for item_id, codes in found.items()}


def lacking_mandatory(session: Session) -> ColumnElement[bool]:
    """Items without a value that their category demands (items.md section 23)."""
    demanded: dict[int, list[int]] = {}
    for category_id, attribute_ids in mandatory_of_all(session).items():
        for attribute_id in attribute_ids:
            demanded.setdefault(attribute_id, []).append(category_id)
    mapping = ItemAttributeMapping
    return or_(
        false(),
        *(
            # not only in_: of an item without a category "is it in one of these" has no answer, nor has its opposite
            Item.category_id.is_not(None)
            & Item.category_id.in_(category_ids)
            & ~select(mapping.id)
            .where(mapping.item_id == Item.id, mapping.variant_id == BLANK_ID, mapping.attribute_id == attribute_id)
            .exists()
            for attribute_id, category_ids in demanded.items()
        ),
    )


def _item_condition(session: Session, attribute: ItemAttribute, row: AttributeFilter) -> ItemCondition:
    mapping = ItemAttributeMapping
    asked = _value_condition(attribute, row)
    matching = select(ItemAttributeValue.id).where(ItemAttributeValue.attribute_id == attribute.id, asked)
    ids = list(session.scalars(matching.limit(_VALUES_NAMED + 1)))
    if not ids:
        return ItemCondition(select(mapping.item_id).where(false()), false(), false())
    own = select(mapping.id).where(mapping.item_id == Item.id, mapping.attribute_id == attribute.id)
    if len(ids) <= _VALUES_NAMED:
        named = mapping.value_id.in_(ids)
        # `IS TRUE`: SQLite would look up each of the values for each item.
        return ItemCondition(select(mapping.item_id).where(named), own.where(named.is_(true())).exists(), named)
    # Not a join: SQLite would read all matching values for each item.
    value = select(ItemAttributeValue.id).where(ItemAttributeValue.id == mapping.value_id, asked)
    valued = mapping.value_id.in_(matching)
    return ItemCondition(select(mapping.item_id).where(valued), own.where(value.exists()).exists(), valued)


def _value_condition(attribute: ItemAttribute, row: AttributeFilter) -> ColumnElement[bool]:
    if row.match is Match.BETWEEN:
        return _range_condition(attribute, row)
    if row.match is Match.IS:
        if row.exact_case:
            return ItemAttributeValue.value.in_([value.strip() for value in row.values])
        return ItemAttributeValue.value_key.in_([parse_value(attribute.type, value).key for value in row.values])
    patterns = [value.strip().casefold()[:LONGEST_VALUE] for value in row.values if value.strip()]
    key = ItemAttributeValue.value_key
    match row.match:
        case Match.STARTS_WITH:
            return or_(false(), *(key.startswith(text, autoescape=True) for text in patterns))
        case Match.ENDS_WITH:
            return or_(false(), *(key.endswith(text, autoescape=True) for text in patterns))
        case _:
            return or_(false(), *(key.contains(text, autoescape=True) for text in patterns))


def _range_condition(attribute: ItemAttribute, row: AttributeFilter) -> ColumnElement[bool]:
    if attribute.type is AttributeType.DATE:
        column: ColumnElement[Decimal | dt.date | None] = ItemAttributeValue.date_value  # type: ignore[assignment]
    elif attribute.type in (AttributeType.INTEGER, AttributeType.DECIMAL):
        column = ItemAttributeValue.numeric_value  # type: ignore[assignment]
    else:
        raise ValidationError("type_mismatch", _("%(name)s has no numbers or dates to compare.", name=attribute.name))
    condition: ColumnElement[bool] = column.is_not(None)
    if row.low:
        low = _comparable(attribute, row.low)
        condition &= column > low if row.low_open else column >= low
    if row.high:
        high = _comparable(attribute, row.high)
        condition &= column < high if row.high_open else column <= high
    return condition


def _comparable(attribute: ItemAttribute, text: str) -> Decimal | dt.date:
    # Between whole numbers somebody may well ask for "up to 2.5".
    kind = AttributeType.DECIMAL if attribute.type is AttributeType.INTEGER else attribute.type
    parsed = parse_value(kind, text)
    return parsed.date if parsed.date is not None else parsed.number or Decimal(0)
