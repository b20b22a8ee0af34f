"""Attribute values in the audit trail: who gave an item which value, and what stood there before (items.md section 21).

Values come and go by statements that change thousands of items, which the session's own trail never sees. Each note
stands on the item (or variant) itself, so that the history of its card shows it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, insert, literal, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from models import BLANK_ID, AuditEntry, Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, ItemVariant

#: The field of a note is this and the attribute's name.
FIELD = "attribute:"
_NAME = 100 - len(FIELD)
_COLUMNS = (
    "created_at", "user_id", "action", "table_name", "record_id", "record_name", "item_id", "field", "before", "after",
    "reason",
)  # fmt: skip


@dataclass(frozen=True)
class ValueChange:
    """One value of an item or variant that changed; "" for none."""

    item_id: int
    variant_id: int
    attribute: str
    before: str
    after: str


def note_changes(session: Session, changes: Sequence[ValueChange]) -> None:
    """Write down changes that are known one by one; two statements."""
    if not changes:
        return
    item_ids = {change.item_id for change in changes}
    numbers = dict(session.execute(select(Item.id, Item.no).where(Item.id.in_(item_ids))).tuples().all())
    variant_ids = {change.variant_id for change in changes} - {BLANK_ID}
    codes: dict[int, str] = {}
    if variant_ids:
        codes = dict(
            session.execute(select(ItemVariant.id, ItemVariant.code).where(ItemVariant.id.in_(variant_ids)))
            .tuples()
            .all()
        )
    now, user_id = utcnow(), session.info.get("user_id")
    rows = [
        {
            "created_at": now, "user_id": user_id, "action": "changed",
            "table_name": "item_variant" if change.variant_id else "item",
            "record_id": change.variant_id or change.item_id,
            "record_name": codes.get(change.variant_id, "") or numbers.get(change.item_id, ""),
            "item_id": change.item_id, "field": FIELD + change.attribute[:_NAME],
            "before": change.before, "after": change.after, "reason": "",
        }
        for change in changes
    ]  # fmt: skip
    session.connection().execute(insert(AuditEntry.__table__), rows)


def note_removals(session: Session, condition: ColumnElement[bool]) -> None:
    """Write down that the mappings which meet `condition` are about to go; one statement, before they go."""
    mapping = ItemAttributeMapping
    of_variant = mapping.variant_id != BLANK_ID
    statement = (
        _select(
            session,
            table_name=case((of_variant, "item_variant"), else_="item"),
            record_id=case((of_variant, mapping.variant_id), else_=mapping.item_id),
            record_name=case((of_variant, ItemVariant.code), else_=Item.no),
            item_id=mapping.item_id,
            field=literal(FIELD).concat(func.substr(ItemAttribute.name, 1, _NAME)),
            before=ItemAttributeValue.value,
            after=literal(""),
        )
        .select_from(mapping)
        .join(Item, Item.id == mapping.item_id)
        .join(ItemAttribute, ItemAttribute.id == mapping.attribute_id)
        .join(ItemAttributeValue, ItemAttributeValue.id == mapping.value_id)
        .outerjoin(ItemVariant, ItemVariant.id == mapping.variant_id)
        .where(condition)
    )
    session.flush()
    session.execute(insert(AuditEntry).from_select(list(_COLUMNS), statement, include_defaults=False))


def note_additions(session: Session, attribute_id: int, value_id: int, condition: ColumnElement[bool]) -> None:
    """Write down that the items which meet `condition` are about to get a value; one statement, before they do."""
    statement = (
        _select(
            session,
            table_name=literal("item"),
            record_id=Item.id,
            record_name=Item.no,
            item_id=Item.id,
            field=literal(FIELD).concat(func.substr(ItemAttribute.name, 1, _NAME)),
            before=literal(""),
            after=ItemAttributeValue.value,
        )
        .select_from(Item)
        .join(ItemAttribute, ItemAttribute.id == attribute_id)
        .join(ItemAttributeValue, ItemAttributeValue.id == value_id)
        .where(condition)
    )
    session.flush()
    session.execute(insert(AuditEntry).from_select(list(_COLUMNS), statement, include_defaults=False))


def _select(session: Session, **columns: Any) -> Select[Any]:
    table = AuditEntry.__table__
    given = {
        "created_at": literal(utcnow(), table.c.created_at.type),
        "user_id": literal(session.info.get("user_id"), table.c.user_id.type),
        "action": literal("changed"),
        "reason": literal(""),
    } | columns
    return select(*(given[name].label(name) for name in _COLUMNS))
