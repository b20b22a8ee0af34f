"""Which items have certain attribute values: rows combine with AND, values inside a row with OR (items.md section 10).

Reads items' own attributes and those of their variants. A row without a matching value finds nothing.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, ItemCategory
from models.enums import AttributeType
from services.attributes import LONGEST_VALUE, parse_value

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


def value_counts(
    session: Session, attribute_id: int, conditions: Iterable[ColumnElement[bool]] = ()
) -> list[tuple[str, int]]:
    """The values of an attribute with the number of items that have them, among items that meet `conditions`."""
    statement = (
        select(ItemAttributeValue.value, func.count(ItemAttributeMapping.item_id.distinct()))
        .join(ItemAttributeMapping, ItemAttributeMapping.value_id == ItemAttributeValue.id)
        .join(Item, Item.id == ItemAttributeMapping.item_id)
        .where(ItemAttributeValue.attribute_id == attribute_id, *conditions)
        .group_by(ItemAttributeValue.id, ItemAttributeValue.value, ItemAttributeValue.numeric_value)
        .order_by(ItemAttributeValue.numeric_value, ItemAttributeValue.value)
    )
    return [(value, count) for value, count in session.execute(statement)]


def _item_condition(session: Session, attribute: ItemAttribute, row: AttributeFilter) -> ItemCondition:
    mapping = ItemAttributeMapping
    asked = _value_condition(attribute, row)
    matching = select(ItemAttributeValue.id).where(ItemAttributeValue.attribute_id == attribute.id, asked)
    ids = list(session.scalars(matching.limit(_VALUES_NAMED + 1)))
    if not ids:
        return ItemCondition(select(mapping.item_id).where(false()), false())
    own = select(mapping.id).where(mapping.item_id == Item.id, mapping.attribute_id == attribute.id)
    if len(ids) <= _VALUES_NAMED:
        named = mapping.value_id.in_(ids)
        # `IS TRUE`: SQLite would look up each of the values for each item.
        return ItemCondition(select(mapping.item_id).where(named), own.where(named.is_(true())).exists())
    # Not a join: SQLite would read all matching values for each item.
    value = select(ItemAttributeValue.id).where(ItemAttributeValue.id == mapping.value_id, asked)
    valued = mapping.value_id.in_(matching)
    return ItemCondition(select(mapping.item_id).where(valued), own.where(value.exists()).exists())


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
