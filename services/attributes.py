"""Item attributes and their values: definitions, parsing, assignment, cleaning up (items.md section 10).

Values are shared by the items that have them; a value nobody uses any more vanishes, unless it is an option.
Filtering items by attributes is services/attribute_filters.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, selectinload

from core import parsing
from core.errors import NotFound, ValidationError
from core.text import _, plain_day
from models import (
    BLANK_ID,
    CategoryAttributeMapping,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemCategory,
)
from models.enums import AttributeType
from services.attribute_trail import ValueChange, note_changes, note_removals
from services.values import assign, clean_text, required_error

FIELDS = ("name", "type", "unit_of_measure", "blocked")
LONGEST_VALUE = 250
_WITH_UNIT = (AttributeType.INTEGER, AttributeType.DECIMAL)


@dataclass(frozen=True)
class ParsedValue:
    """A value in its one spelling; `key` is what makes two spellings the same value."""

    value: str
    key: str
    number: Decimal | None = None
    date: dt.date | None = None


def parse_value(kind: AttributeType, text: str, *, field: str = "value") -> ParsedValue:
    """Read `text` as a value of `kind`: 1.50 and 1.5 are one value, Red and red too.

    Raises ValidationError `field_required`, `text_too_long`, `invalid_characters`, `type_mismatch`.
    """
    plain = clean_text(text, field=field, length=LONGEST_VALUE)
    if not plain:
        raise required_error(field)
    if kind in (AttributeType.OPTION, AttributeType.TEXT):
        return ParsedValue(plain, plain.casefold()[:LONGEST_VALUE])
    try:
        if kind is AttributeType.DATE:
            day = parsing.parse_day(plain)
            return ParsedValue(day.isoformat(), day.isoformat(), date=day)
        number = parsing.parse_decimal(plain, places=0 if kind is AttributeType.INTEGER else 5)
    except ValidationError as error:
        raise ValidationError("type_mismatch", error.message, field=field) from None
    spelling = f"{number.normalize():f}" if number else "0"
    return ParsedValue(spelling, spelling, number=number)


def get_attribute(session: Session, name: str) -> ItemAttribute:
    """The attribute of this name, whatever its case. Raises NotFound."""
    found = session.scalar(select(ItemAttribute).where(ItemAttribute.name_key == name.strip().casefold()))
    if found is None:
        raise NotFound("not_found", _("There is no attribute %(name)s.", name=name), field="attribute")
    return found


def get_attribute_by_id(session: Session, attribute_id: int) -> ItemAttribute:
    """The attribute with this id. Raises NotFound."""
    found = session.get(ItemAttribute, attribute_id)
    if found is None:
        raise NotFound("not_found", _("This attribute does not exist any more."), field="attribute")
    return found


def create_attribute(session: Session, values: Mapping[str, object]) -> ItemAttribute:
    """A new attribute; `values` holds `FIELDS`. Raises ValidationError `duplicate` and those of `services.values`."""
    return _save(session, ItemAttribute(), values)


def update_attribute(
    session: Session,
    attribute: ItemAttribute,
    changes: Mapping[str, object],
    *,
    keep_values: bool = True,
    confirmed: bool = True,
) -> ItemAttribute:
    """Change an attribute; a rename may throw its values away (`keep_values=False`).

    Unless `confirmed`, another name or unit of an attribute that items have is asked about first. Raises
    ValidationError `in_use` for another type while it has values, `duplicate`, `confirm_change`.
    """
    kind = changes.get("type", attribute.type)
    if kind != attribute.type and has_values(session, attribute.id):
        raise ValidationError(
            "in_use",
            _("The type of %(name)s cannot change, because it has values. Delete the values, or add another attribute.",
              name=attribute.name),
            field="type",
        )  # fmt: skip
    renamed = "name" in changes and changes["name"] != attribute.name
    other_unit = "unit_of_measure" in changes and changes["unit_of_measure"] != attribute.unit_of_measure
    if (renamed or (other_unit and kind in _WITH_UNIT)) and not confirmed and (uses := uses_of(session, attribute.id)):
        raise ValidationError(
            "confirm_change",
            _("%(count)s items and variants have %(name)s: say that they follow.", count=uses, name=attribute.name),
            field="sure",
        )
    saved = _save(session, attribute, changes)
    if renamed and not keep_values:
        note_removals(session, ItemAttributeMapping.attribute_id == attribute.id)
        for value in session.scalars(select(ItemAttributeValue).where(ItemAttributeValue.attribute_id == attribute.id)):
            session.delete(value)
        session.flush()
    return saved


def delete_attribute(session: Session, attribute: ItemAttribute) -> None:
    """Remove it with its values, from items, variants and categories too; ask with `uses_of` before."""
    note_removals(session, ItemAttributeMapping.attribute_id == attribute.id)
    session.execute(delete(ItemAttributeMapping).where(ItemAttributeMapping.attribute_id == attribute.id))
    session.execute(delete(CategoryAttributeMapping).where(CategoryAttributeMapping.attribute_id == attribute.id))
    session.execute(delete(ItemAttributeValue).where(ItemAttributeValue.attribute_id == attribute.id))
    session.expire(attribute)
    session.delete(_with_values(session, attribute.id))
    session.flush()


def uses_of(session: Session, attribute_id: int, value_id: int | None = None) -> int:
    """On how many items and variants the attribute (or one value of it) stands."""
    condition = ItemAttributeMapping.attribute_id == attribute_id
    if value_id is not None:
        condition = ItemAttributeMapping.value_id == value_id
    return session.scalar(select(func.count()).select_from(ItemAttributeMapping).where(condition)) or 0


def has_values(session: Session, attribute_id: int) -> bool:
    """True when the attribute has at least one value."""
    return bool(session.scalar(select(exists().where(ItemAttributeValue.attribute_id == attribute_id))))


def add_value(session: Session, attribute: ItemAttribute, text: str) -> ItemAttributeValue:
    """A new value to choose from. Raises ValidationError `duplicate` and those of `parse_value`."""
    parsed = parse_value(attribute.type, text)
    if _find_value(session, attribute.id, parsed.key) is not None:
        raise _duplicate_value(attribute, parsed)
    return _insert_value(session, attribute, parsed)


def update_value(
    session: Session,
    attribute: ItemAttribute,
    value: ItemAttributeValue,
    *,
    text: str | None = None,
    blocked: bool | None = None,
) -> None:
    """Rename or block a value; items that have it follow. Raises ValidationError `duplicate`, `type_mismatch`."""
    if text is not None:
        parsed = parse_value(attribute.type, text)
        rival = _find_value(session, attribute.id, parsed.key)
        if rival is not None and rival.id != value.id:
            raise _duplicate_value(attribute, parsed)
        value.value, value.value_key = parsed.value, parsed.key
        value.numeric_value, value.date_value = parsed.number, parsed.date
    if blocked is not None:
        value.blocked = blocked
    session.flush()


def delete_value(session: Session, value: ItemAttributeValue) -> None:
    """Remove a value, from the items that have it too; ask with `uses_of` before."""
    note_removals(session, ItemAttributeMapping.value_id == value.id)
    session.execute(delete(ItemAttributeMapping).where(ItemAttributeMapping.value_id == value.id))
    session.delete(value)
    session.flush()


def value_for(session: Session, attribute: ItemAttribute, text: str, *, field: str = "value") -> ItemAttributeValue:
    """The value to assign for `text`; only options must exist already, others are made on the fly.

    Raises ValidationError `attribute_blocked`, `unknown_value` and those of `parse_value`.
    """
    if attribute.blocked:
        raise ValidationError(
            "attribute_blocked",
            _("%(name)s is blocked: it is not assigned any more.", name=attribute.name),
            field=field,
        )
    parsed = parse_value(attribute.type, text, field=field)
    found = _find_value(session, attribute.id, parsed.key)
    if found is None and attribute.type is AttributeType.OPTION:
        raise ValidationError(
            "unknown_value",
            _("%(value)s is not one of the values of %(name)s. Choose another, or add it to the attribute.",
              value=parsed.value, name=attribute.name),
            field=field,
        )  # fmt: skip
    if found is not None and found.blocked:
        raise ValidationError(
            "attribute_blocked",
            _("%(value)s of %(name)s is blocked: it is not assigned any more.", value=found.value, name=attribute.name),
            field=field,
        )
    return found or _insert_value(session, attribute, parsed)


def assign_value(
    session: Session,
    item_id: int,
    attribute: ItemAttribute,
    text: str,
    *,
    variant_id: int = BLANK_ID,
    replace: bool = False,
    inherited: bool = False,
) -> ItemAttributeMapping:
    """Give an item (or variant) a value; one for each attribute.

    Without `replace` a second value is refused (`duplicate`); with it the first is changed, and vanishes when
    nobody else uses it. Raises like `value_for`.
    """
    mapping = _find_mapping(session, item_id, variant_id, attribute.id)
    if mapping is not None and not replace:
        raise ValidationError(
            "duplicate",
            _("The item has a value for %(name)s already. Change that one.", name=attribute.name),
            field="attribute",
        )
    if mapping is not None and _same_value(session, mapping, attribute, text):
        mapping.inherited = inherited
        session.flush()
        return mapping
    value = value_for(session, attribute, text)
    current = session.get(ItemAttributeValue, mapping.value_id) if mapping is not None else None
    before = current.value if current is not None else ""
    if mapping is None:
        mapping = ItemAttributeMapping(
            item_id=item_id, variant_id=variant_id, attribute_id=attribute.id, value_id=value.id
        )
        session.add(mapping)
    mapping.value_id, mapping.inherited = value.id, inherited
    session.flush()
    note_changes(session, [ValueChange(item_id, variant_id, attribute.name, before, value.value)])
    clean_up(session, [attribute.id])
    return mapping


def remove_value(session: Session, item_id: int, attribute_id: int, *, variant_id: int = BLANK_ID) -> None:
    """Take an attribute off an item or variant; nothing happens when it is not there.

    Raises ValidationError `attribute_required` where the item's category demands a value.
    """
    mapping = _find_mapping(session, item_id, variant_id, attribute_id)
    if mapping is None:
        return
    if variant_id == BLANK_ID:
        _check_removable(session, item_id, attribute_id)
    note_removals(session, ItemAttributeMapping.id == mapping.id)
    session.delete(mapping)
    session.flush()
    clean_up(session, [attribute_id])


def _check_removable(session: Session, item_id: int, attribute_id: int) -> None:
    """The category may demand it; nearer and farther categories are all asked (items.md section 23)."""
    category_id = session.scalar(select(Item.category_id).where(Item.id == item_id))
    above = select(ItemCategory.id, ItemCategory.parent_id).where(ItemCategory.id == category_id)
    tree = above.cte("above", recursive=True)
    tree = tree.union_all(
        select(ItemCategory.id, ItemCategory.parent_id).join(tree, ItemCategory.id == tree.c.parent_id)
    )
    row = session.execute(
        select(ItemCategory.code, ItemAttribute.name)
        .join(CategoryAttributeMapping, CategoryAttributeMapping.category_id == ItemCategory.id)
        .join(ItemAttribute, ItemAttribute.id == CategoryAttributeMapping.attribute_id)
        .join(tree, tree.c.id == ItemCategory.id)
        .where(CategoryAttributeMapping.attribute_id == attribute_id, CategoryAttributeMapping.mandatory)
        .limit(1)
    ).first()
    if row is not None:
        raise ValidationError(
            "attribute_required",
            _("Every item of %(code)s has a value for %(name)s. Change the value, or what the category demands.",
              code=row.code, name=row.name),
            field="value",
        )  # fmt: skip


def clean_up(session: Session, attribute_ids: Collection[int]) -> None:
    """Delete values of these attributes that nobody uses any more; options stay."""
    if not attribute_ids:
        return
    free = select(ItemAttribute.id).where(
        ItemAttribute.id.in_(attribute_ids), ItemAttribute.type != AttributeType.OPTION
    )
    session.execute(
        delete(ItemAttributeValue).where(
            ItemAttributeValue.attribute_id.in_(free),
            ~exists().where(ItemAttributeMapping.value_id == ItemAttributeValue.id),
            ~exists().where(CategoryAttributeMapping.value_id == ItemAttributeValue.id),
        ),
        execution_options={"synchronize_session": "fetch"},
    )


def show_value(attribute: ItemAttribute, value: str) -> str:
    """A value as people read it: numbers with their unit, days in words."""
    return value_words(attribute.type, value, attribute.unit_of_measure)


def value_words(kind: AttributeType, value: str, unit: str = "") -> str:
    """A value of that kind of attribute as people read it; days are kept as 2026-01-31 and read 31 Jan 2026."""
    if kind == AttributeType.DATE:
        try:
            return plain_day(dt.date.fromisoformat(value))
        except ValueError:
            return value
    return f"{value} {unit}".strip() if kind in _WITH_UNIT else value


def _save(session: Session, attribute: ItemAttribute, values: Mapping[str, object]) -> ItemAttribute:
    values = dict(values)
    if "name" in values:
        name = clean_text(values["name"], field="name", length=LONGEST_VALUE)
        key = name.casefold()[:LONGEST_VALUE]
        rival = session.scalar(select(ItemAttribute.id).where(ItemAttribute.name_key == key))
        if rival is not None and rival != attribute.id:
            raise ValidationError("duplicate", _("There is an attribute %(name)s already.", name=name), field="name")
    with session.no_autoflush:
        assign(session, attribute, values, FIELDS, required=("name",))
    attribute.name_key = attribute.name.casefold()[:LONGEST_VALUE]
    if (attribute.type or AttributeType.TEXT) not in _WITH_UNIT:
        attribute.unit_of_measure = ""
    session.add(attribute)
    session.flush()
    return attribute


def _with_values(session: Session, attribute_id: int) -> ItemAttribute:
    return session.scalars(
        select(ItemAttribute)
        .where(ItemAttribute.id == attribute_id)
        .options(selectinload(ItemAttribute.values))
        .execution_options(populate_existing=True)
    ).one()


def _find_value(session: Session, attribute_id: int, key: str) -> ItemAttributeValue | None:
    return session.scalar(
        select(ItemAttributeValue).where(
            ItemAttributeValue.attribute_id == attribute_id, ItemAttributeValue.value_key == key
        )
    )


def _find_mapping(session: Session, item_id: int, variant_id: int, attribute_id: int) -> ItemAttributeMapping | None:
    return session.scalar(
        select(ItemAttributeMapping).where(
            ItemAttributeMapping.item_id == item_id,
            ItemAttributeMapping.variant_id == variant_id,
            ItemAttributeMapping.attribute_id == attribute_id,
        )
    )


def _same_value(session: Session, mapping: ItemAttributeMapping, attribute: ItemAttribute, text: str) -> bool:
    """A form that sends back a blocked value unchanged must not be refused."""
    current = session.get(ItemAttributeValue, mapping.value_id)
    return current is not None and parse_value(attribute.type, text).key == current.value_key


def _insert_value(session: Session, attribute: ItemAttribute, parsed: ParsedValue) -> ItemAttributeValue:
    """Insert, or take the row a rival has just inserted: values are shared."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    session.flush()
    session.execute(
        insert(ItemAttributeValue)
        .values(
            attribute_id=attribute.id, value=parsed.value, value_key=parsed.key, numeric_value=parsed.number,
            date_value=parsed.date, blocked=False,
        )
        .on_conflict_do_nothing()
    )  # fmt: skip
    found = _find_value(session, attribute.id, parsed.key)
    if found is None:
        raise NotFound("not_found", _("This attribute does not exist any more."), field="attribute")
    return found


def _duplicate_value(attribute: ItemAttribute, parsed: ParsedValue) -> ValidationError:
    return ValidationError(
        "duplicate",
        _("%(name)s has the value %(value)s already.", name=attribute.name, value=parsed.value),
        field="value",
    )
