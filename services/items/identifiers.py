"""Identifiers: codes of our own for handhelds, each for one item, variant and unit (items.md section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import BLANK_ID, Item, ItemIdentifier, ItemVariant, UnitOfMeasure
from services.items.fields import check_signs
from services.items.of_item import name_units_and_variants, unit_refusals, variant_refusals
from services.values import assign, clean_code, raise_all, unchanged_if_refused

FIELDS = ("code", "variant_id", "unit_of_measure_id")


def rows_of_item(session: Session, item_id: int) -> list[Any]:
    """Rows of (ItemIdentifier, unit code, variant code)."""
    return list(
        session.execute(
            select(ItemIdentifier, UnitOfMeasure.code, ItemVariant.code)
            .join(UnitOfMeasure, UnitOfMeasure.id == ItemIdentifier.unit_of_measure_id)
            .join(ItemVariant, ItemVariant.id == ItemIdentifier.variant_id)
            .where(ItemIdentifier.item_id == item_id)
            .order_by(ItemIdentifier.code)
        )
    )


def find_identifier(session: Session, item: Item, row_id: int) -> ItemIdentifier:
    """An identifier of this item. Raises NotFound."""
    found = session.get(ItemIdentifier, row_id)
    if found is None or found.item_id != item.id:
        raise NotFound("not_found", _("This identifier does not exist any more."))
    return found


def save_identifier(
    session: Session, item: Item, values: Mapping[str, object], identifier: ItemIdentifier | None = None
) -> ItemIdentifier:
    """Create or change an identifier; a blank unit is the item's base unit.

    Raises ValidationError or ErrorList: `duplicate` (naming the item that has it), `unknown_unit`, `not_found`,
    `field_required`, `text_too_long`, `invalid_characters`.
    """
    values = dict(values)
    if "code" in values or identifier is None:
        values["code"] = clean_code(values.get("code"), field="code", length=20)
        check_signs(str(values["code"]), "code")
    name_units_and_variants(item, values, is_new=identifier is None)
    record = identifier or ItemIdentifier(item_id=item.id, variant_id=BLANK_ID)
    with unchanged_if_refused(session, record, FIELDS):
        assign(session, record, values, FIELDS, required=("code", "unit_of_measure_id"))
        raise_all(_refusals(session, item, record))
    session.add(record)
    session.flush()
    return record


def delete_identifier(session: Session, identifier: ItemIdentifier) -> None:
    """Remove an identifier."""
    session.delete(identifier)
    session.flush()


def _refusals(session: Session, item: Item, record: ItemIdentifier) -> list[DomainError]:
    errors: list[DomainError] = []
    holder = session.execute(
        select(ItemIdentifier.id, Item.no)
        .join(Item, Item.id == ItemIdentifier.item_id)
        .where(ItemIdentifier.code == record.code)
    ).one_or_none()
    if holder is not None and holder.id != record.id:
        errors.append(
            ValidationError(
                "duplicate",
                _("%(code)s is an identifier of item %(no)s already.", code=record.code, no=holder.no), field="code",
            )
        )  # fmt: skip
    errors += unit_refusals(session, item, record.unit_of_measure_id)
    return errors + variant_refusals(session, item.id, record.variant_id)
