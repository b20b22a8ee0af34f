"""What a record about an item may name: a unit and a variant that the item has (items.md sections 5 to 7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import BLANK_ID, Item, ItemUnitOfMeasure, ItemVariant


def name_units_and_variants(item: Item, values: dict[str, Any], *, is_new: bool) -> None:
    """Into `values`: a blank unit is the item's base unit, a blank variant none."""
    if values.get("variant_id", 0) is None:
        values["variant_id"] = BLANK_ID
    if values.get("unit_of_measure_id", 0) is None or (is_new and "unit_of_measure_id" not in values):
        values["unit_of_measure_id"] = item.base_unit_of_measure_id


def unit_refusals(session: Session, item: Item, unit_id: int | None) -> list[DomainError]:
    """`unknown_unit` where the item does not hold the unit; its base unit it holds always."""
    if unit_id == item.base_unit_of_measure_id:
        return []
    held = select(ItemUnitOfMeasure.id).where(
        ItemUnitOfMeasure.item_id == item.id, ItemUnitOfMeasure.unit_of_measure_id == unit_id
    )
    return [] if session.scalar(held) is not None else [unknown_unit("unit_of_measure_id")]


def unknown_unit(field: str) -> ValidationError:
    """The refusal of a unit that the item does not hold."""
    return ValidationError(
        "unknown_unit", _("The item does not hold this unit. Add it to the item's units first."), field=field
    )


def variant_refusals(
    session: Session, item_id: int | None, variant_id: int, field: str = "variant_id"
) -> list[DomainError]:
    """`not_found` where the variant is another item's."""
    if variant_id == BLANK_ID:
        return []
    if session.scalar(select(ItemVariant.item_id).where(ItemVariant.id == variant_id)) == item_id:
        return []
    return [ValidationError("not_found", _("The item does not have this variant."), field=field)]
