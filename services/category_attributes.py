"""What categories bring to their items: attributes with default values, inherited down the tree (items.md section 9).

Changes reach the items set-based: one statement for an attribute, however many items there are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session, joinedload

from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    CategoryAttributeMapping,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemCategory,
)
from models.enums import AttributeType
from services.attribute_trail import ValueChange, note_additions, note_changes, note_removals
from services.attributes import clean_up, value_for
from services.values import required_error


@dataclass(frozen=True)
class EffectiveAttribute:
    """An attribute that a category has, by itself or from the ancestor `from_code`."""

    attribute_id: int
    name: str
    type: AttributeType
    unit: str
    value_id: int | None
    value: str
    from_category_id: int
    from_code: str
    #: items of the category must have a value; what an ancestor demands is not loosened below
    mandatory: bool = False


def effective(session: Session, category_id: int | None) -> dict[int, EffectiveAttribute]:
    """Attribute id -> what holds for the category: its own attributes and its ancestors', the nearest winning."""
    if category_id is None:
        return {}
    return effective_of_all(session, [category_id])[category_id]


def effective_of_all(session: Session, category_ids: Collection[int]) -> dict[int, dict[int, EffectiveAttribute]]:
    """`effective` for several categories at once, in two statements."""
    parents = {
        row.id: row for row in session.execute(select(ItemCategory.id, ItemCategory.code, ItemCategory.parent_id))
    }
    own: dict[int, list[CategoryAttributeMapping]] = {}
    for mapping in session.scalars(
        select(CategoryAttributeMapping)
        .options(joinedload(CategoryAttributeMapping.attribute), joinedload(CategoryAttributeMapping.value))
        .execution_options(populate_existing=True)
    ):
        own.setdefault(mapping.category_id, []).append(mapping)
    found: dict[int, dict[int, EffectiveAttribute]] = {}
    for category_id in category_ids:
        rows: dict[int, EffectiveAttribute] = {}
        walker = parents.get(category_id)
        while walker is not None:
            for mapping in own.get(walker.id, []):
                row = rows.setdefault(mapping.attribute_id, _effective_row(mapping, walker.code))
                if mapping.mandatory and not row.mandatory:
                    rows[mapping.attribute_id] = replace(row, mandatory=True)
            walker = parents.get(walker.parent_id)
        found[category_id] = dict(sorted(rows.items(), key=lambda pair: pair[1].name.casefold()))
    return found


def own_names(session: Session, category_ids: Collection[int]) -> dict[int, list[str]]:
    """Category id -> the names of the attributes it brings itself, for the tree; one statement."""
    rows = session.execute(
        select(CategoryAttributeMapping.category_id, ItemAttribute.name)
        .join(ItemAttribute, ItemAttribute.id == CategoryAttributeMapping.attribute_id)
        .where(CategoryAttributeMapping.category_id.in_(category_ids))
        .order_by(ItemAttribute.name_key)
    )
    found: dict[int, list[str]] = {}
    for category_id, name in rows:
        found.setdefault(category_id, []).append(name)
    return found


def add_attribute(
    session: Session, category: ItemCategory, attribute: ItemAttribute, default: str = "", *, mandatory: bool = False
) -> None:
    """The category brings an attribute; items in it and below that lack it get the default.

    Raises ValidationError `duplicate` (it or an ancestor has it), `value_required` (options need a default) and
    those of `attributes.value_for`.
    """
    if attribute.id in effective(session, category.id):
        raise ValidationError(
            "duplicate",
            _("%(code)s has the attribute %(name)s already.", code=category.code, name=attribute.name),
            field="attribute",
        )
    value_id = _default_id(session, attribute, default)
    session.add(
        CategoryAttributeMapping(
            category_id=category.id, attribute_id=attribute.id, value_id=value_id, mandatory=mandatory
        )
    )
    session.flush()
    if value_id is not None:
        give_to_items(session, attribute.id, value_id, _reach(session, category.id, attribute.id))


def change_default(
    session: Session, category: ItemCategory, attribute: ItemAttribute, default: str, *, mandatory: bool | None = None
) -> None:
    """Another default, for items assigned from now on; existing ones keep theirs. `mandatory` None: as it is.

    Raises ValidationError `inherited_attribute`, `value_required` and those of `attributes.value_for`.
    """
    mapping = _own_mapping(session, category, attribute)
    mapping.value_id = _default_id(session, attribute, default)
    if mandatory is not None:
        mapping.mandatory = mandatory
    session.flush()
    clean_up(session, [attribute.id])


def override_default(
    session: Session, category: ItemCategory, attribute: ItemAttribute, default: str, *, mandatory: bool = False
) -> None:
    """A category has a default of its own for what an ancestor brings (items.md section 23); items keep their values.

    Raises ValidationError `duplicate` where it has one already, `not_found` where no ancestor brings the attribute,
    `value_required` and those of `attributes.value_for`.
    """
    inherited = effective(session, category.id).get(attribute.id)
    if inherited is None:
        raise ValidationError(
            "not_found", _("%(code)s does not have the attribute %(name)s.", code=category.code, name=attribute.name)
        )
    if inherited.from_category_id == category.id:
        raise ValidationError(
            "duplicate",
            _("%(code)s has a default of its own for %(name)s already. Change that one.",
              code=category.code, name=attribute.name),
        )  # fmt: skip
    value_id = _default_id(session, attribute, default)
    session.add(
        CategoryAttributeMapping(
            category_id=category.id, attribute_id=attribute.id, value_id=value_id, mandatory=mandatory
        )
    )
    session.flush()
    if value_id is not None:
        give_to_items(session, attribute.id, value_id, _reach(session, category.id, attribute.id))


def mandatory_of_all(session: Session) -> dict[int, set[int]]:
    """Category id -> the attributes that its items must have a value of; categories without any are left out."""
    if session.scalar(select(exists().where(CategoryAttributeMapping.mandatory))) is not True:
        return {}
    found = effective_of_all(session, list(session.scalars(select(ItemCategory.id))))
    return {
        category_id: demanded
        for category_id, rows in found.items()
        if (demanded := {row.attribute_id for row in rows.values() if row.mandatory})
    }


def remove_attribute(session: Session, category: ItemCategory, attribute: ItemAttribute) -> None:
    """Take an attribute off the category and off the items in it and below; ask with `items_with` before.

    Raises ValidationError `inherited_attribute` where it comes from an ancestor.
    """
    mapping = _own_mapping(session, category, attribute)
    reach = _reach(session, category.id, attribute.id)
    session.delete(mapping)
    session.flush()
    # A parent may have got the same attribute later: then it still holds here.
    if attribute.id not in effective(session, category.id):
        remove_from_items(session, attribute.id, reach)
    clean_up(session, [attribute.id])


@dataclass(frozen=True)
class MoveEffect:
    """What moving a category does to the items in it and below."""

    items: int
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def effect_of_move(session: Session, category: ItemCategory, parent_id: int | None) -> MoveEffect:
    """Which attributes the items in and below the category would lose and gain under another parent."""
    before, after = effective(session, category.parent_id), effective(session, parent_id)
    own = set(
        session.scalars(
            select(CategoryAttributeMapping.attribute_id).where(CategoryAttributeMapping.category_id == category.id)
        )
    )
    items = session.scalar(
        select(func.sum(ItemCategory.item_count)).where(ItemCategory.id.in_(_reach(session, category.id, 0)))
    )
    return MoveEffect(
        items=int(items or 0),
        lost=tuple(row.name for key, row in before.items() if key not in after and key not in own),
        gained=tuple(row.name for key, row in after.items() if key not in before and key not in own),
    )


def items_with(session: Session, category_id: int, attribute_id: int) -> int:
    """How many items in the category and below have the attribute."""
    statement = (
        select(func.count())
        .select_from(ItemAttributeMapping)
        .join(Item, Item.id == ItemAttributeMapping.item_id)
        .where(
            ItemAttributeMapping.attribute_id == attribute_id,
            ItemAttributeMapping.variant_id == BLANK_ID,
            Item.category_id.in_(_reach(session, category_id, attribute_id)),
        )
    )
    return session.scalar(statement) or 0


def assign_to_item(
    session: Session, item_id: int, old_id: int | None, new_id: int | None, *, drop_old: bool = True
) -> None:
    """An item changes category: what came from the old and is not in the new goes, what is missing comes."""
    before, after = effective(session, old_id), effective(session, new_id)
    dropped = [attribute_id for attribute_id in before if attribute_id not in after] if drop_old else []
    if dropped:
        note_removals(
            session,
            (ItemAttributeMapping.item_id == item_id) & ItemAttributeMapping.attribute_id.in_(dropped),
        )
        session.execute(
            delete(ItemAttributeMapping).where(
                ItemAttributeMapping.item_id == item_id, ItemAttributeMapping.attribute_id.in_(dropped)
            ),
            execution_options={"synchronize_session": "fetch"},
        )
        clean_up(session, dropped)
    has = set(
        session.scalars(
            select(ItemAttributeMapping.attribute_id).where(
                ItemAttributeMapping.item_id == item_id, ItemAttributeMapping.variant_id == BLANK_ID
            )
        )
    )
    new = [row for row in after.values() if row.value_id is not None and row.attribute_id not in has]
    session.add_all(
        ItemAttributeMapping(item_id=item_id, attribute_id=row.attribute_id, value_id=row.value_id) for row in new
    )
    session.flush()
    note_changes(session, [ValueChange(item_id, BLANK_ID, row.name, "", row.value) for row in new])


def carry_over(
    session: Session,
    category_id: int,
    before: Mapping[int, EffectiveAttribute],
    after: Mapping[int, EffectiveAttribute],
    *,
    drop_old: bool,
) -> None:
    """A subtree got other ancestors: `before` and `after` are what these bring; its items follow."""
    if drop_old:
        dropped = [attribute_id for attribute_id in before if attribute_id not in after]
        for attribute_id in dropped:
            remove_from_items(session, attribute_id, _reach_from_above(session, category_id, attribute_id))
        clean_up(session, dropped)
    for attribute_id, row in after.items():
        if attribute_id not in before and row.value_id is not None:
            give_to_items(session, attribute_id, row.value_id, _reach_from_above(session, category_id, attribute_id))


def give_to_items(session: Session, attribute_id: int, value_id: int, category_ids: Collection[int]) -> None:
    """Items of these categories that lack the attribute get the value."""
    condition = Item.category_id.in_(category_ids) & ~exists().where(
        ItemAttributeMapping.item_id == Item.id,
        ItemAttributeMapping.variant_id == BLANK_ID,
        ItemAttributeMapping.attribute_id == attribute_id,
    )
    note_additions(session, attribute_id, value_id, condition)
    lacking = select(Item.id, literal(BLANK_ID), literal(attribute_id), literal(value_id), literal(value=False)).where(
        condition
    )
    session.execute(
        insert(ItemAttributeMapping).from_select(
            ["item_id", "variant_id", "attribute_id", "value_id", "inherited"], lacking, include_defaults=False
        )
    )


def remove_from_items(session: Session, attribute_id: int, category_ids: Collection[int]) -> None:
    """Items of these categories lose the attribute; variants that have a value of their own keep it."""
    condition = (
        (ItemAttributeMapping.attribute_id == attribute_id)
        & ((ItemAttributeMapping.variant_id == BLANK_ID) | ItemAttributeMapping.inherited)
        & ItemAttributeMapping.item_id.in_(select(Item.id).where(Item.category_id.in_(category_ids)))
    )
    note_removals(session, condition)
    session.execute(delete(ItemAttributeMapping).where(condition), execution_options={"synchronize_session": False})
    for record in list(session.identity_map.values()):
        if isinstance(record, ItemAttributeMapping):
            session.expire(record)
    clean_up(session, [attribute_id])


def _reach_from_above(session: Session, category_id: int, attribute_id: int) -> list[int]:
    """`_reach`, but nothing when the category itself has the attribute of its own."""
    own = session.scalar(
        select(CategoryAttributeMapping.id).where(
            CategoryAttributeMapping.category_id == category_id, CategoryAttributeMapping.attribute_id == attribute_id
        )
    )
    return [] if own is not None else _reach(session, category_id, attribute_id)


def _reach(session: Session, category_id: int, attribute_id: int) -> list[int]:
    """The category and those below it, without branches that have the attribute of their own."""
    children: dict[int | None, list[int]] = {}
    for child_id, parent_id in session.execute(select(ItemCategory.id, ItemCategory.parent_id)):
        children.setdefault(parent_id, []).append(child_id)
    own = set(
        session.scalars(
            select(CategoryAttributeMapping.category_id).where(CategoryAttributeMapping.attribute_id == attribute_id)
        )
    )
    reached, waiting = [], [category_id]
    while waiting:
        current = waiting.pop()
        reached.append(current)
        waiting += [child for child in children.get(current, []) if child not in own]
    return reached


def _own_mapping(session: Session, category: ItemCategory, attribute: ItemAttribute) -> CategoryAttributeMapping:
    mapping = session.scalar(
        select(CategoryAttributeMapping).where(
            CategoryAttributeMapping.category_id == category.id, CategoryAttributeMapping.attribute_id == attribute.id
        )
    )
    if mapping is None:
        inherited = effective(session, category.id).get(attribute.id)
        if inherited is not None:
            raise ValidationError(
                "inherited_attribute",
                _(
                    "%(name)s comes from %(from)s. Change it there.",
                    **{"name": attribute.name, "from": inherited.from_code},
                ),
            )
        raise ValidationError(
            "not_found", _("%(code)s does not have the attribute %(name)s.", code=category.code, name=attribute.name)
        )
    return mapping


def _default_id(session: Session, attribute: ItemAttribute, default: str) -> int | None:
    if default.strip():
        return value_for(session, attribute, default, field="default").id
    if attribute.type is AttributeType.OPTION:
        error = required_error("default")
        raise ValidationError("value_required", error.message, field="default")
    return None


def _effective_row(mapping: CategoryAttributeMapping, code: str) -> EffectiveAttribute:
    attribute = mapping.attribute
    return EffectiveAttribute(
        attribute_id=attribute.id, name=attribute.name, type=attribute.type, unit=attribute.unit_of_measure,
        value_id=mapping.value_id, value=mapping.value.value if mapping.value else "",
        from_category_id=mapping.category_id, from_code=code, mandatory=mapping.mandatory,
    )  # fmt: skip


def missing_values(
    items_attributes: Iterable[int], brought: Mapping[int, EffectiveAttribute]
) -> list[EffectiveAttribute]:
    """Attributes that the category brings and the item has no value for: shown blank on the card."""
    has = set(items_attributes)
    return [row for attribute_id, row in brought.items() if attribute_id not in has]
