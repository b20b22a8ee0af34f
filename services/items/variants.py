"""Variants of an item: kinds that are stocked apart (items.md section 6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    BinContent,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemIdentifier,
    ItemJournalLine,
    ItemLedgerEntry,
    ItemReference,
    ItemVariant,
    PostedInventoryDocumentLine,
    PostedLine,
    PostedTransferLine,
    Reservation,
    StockkeepingUnit,
    TradeLine,
    ValueEntry,
    WarehouseEntry,
)
from services.attributes import clean_up
from services.items.fields import check_signs
from services.items.reasons import missing_reasons, note_reasons, take_reasons
from services.items.usage import on_documents
from services.values import assign, clean_code, raise_all

FIELDS = (
    "code", "description", "description_2", "blocked", "sales_blocked", "purchasing_blocked", "service_blocked",
)  # fmt: skip


def get_variant(session: Session, item: Item, code: str) -> ItemVariant:
    """The item's variant with this code. Raises NotFound."""
    found = session.scalar(
        select(ItemVariant).where(ItemVariant.item_id == item.id, ItemVariant.code == code.strip().upper())
    )
    if found is None:
        raise NotFound("not_found", _("Item %(no)s has no variant %(code)s.", no=item.no, code=code), field="variant")
    return found


def list_variants(session: Session, item_id: int) -> list[ItemVariant]:
    """The item's variants by code."""
    return list(session.scalars(select(ItemVariant).where(ItemVariant.item_id == item_id).order_by(ItemVariant.code)))


def save_variant(
    session: Session, item: Item, values: Mapping[str, object], variant: ItemVariant | None = None
) -> ItemVariant:
    """Create a variant (it copies the item's attributes) or change one; `values` holds FIELDS.

    With `block_change_reason` among them (services/items/reasons.py) blocking changes only for a reason. Raises
    ValidationError `duplicate`, `reason_required` and those of services.values.
    """
    values = dict(values)
    reasons = take_reasons(values)
    if variant is None or "code" in values:
        code = values["code"] = clean_code(values.get("code"), field="code", length=10)
        check_signs(str(code), "code")
        rival = session.scalar(select(ItemVariant.id).where(ItemVariant.item_id == item.id, ItemVariant.code == code))
        if rival is not None and (variant is None or rival != variant.id):
            raise ValidationError("duplicate", _("The item has a variant %(code)s already.", code=code), field="code")
    record = variant or ItemVariant(item_id=item.id)
    before = {name: getattr(record, name) for name in FIELDS}
    with session.no_autoflush:
        assign(session, record, values, FIELDS, required=("code",))
        if variant is not None and (errors := missing_reasons(reasons, record, before)):
            for name, value in before.items():
                setattr(record, name, value)
            raise_all(errors)
    note_reasons(reasons, record)
    session.add(record)
    session.flush()
    note_reasons({}, record)
    if variant is None:
        _inherit(session, item.id, record.id)
    return record


def delete_variant(session: Session, variant: ItemVariant) -> None:
    """Remove a variant nobody used. Raises ValidationError `in_use`."""
    used = session.execute(
        select(
            exists().where(ItemLedgerEntry.item_id == variant.item_id, ItemLedgerEntry.variant_id == variant.id),
            exists().where(ValueEntry.item_id == variant.item_id, ValueEntry.variant_id == variant.id),
            exists().where(WarehouseEntry.item_id == variant.item_id, WarehouseEntry.variant_id == variant.id),
            exists().where(ItemJournalLine.item_id == variant.item_id, ItemJournalLine.variant_id == variant.id),
            exists().where(BinContent.item_id == variant.item_id, BinContent.variant_id == variant.id),
            on_documents(variant.item_id, variant_id=variant.id),
            exists().where(TradeLine.original_item_id == variant.item_id, TradeLine.original_variant_id == variant.id),
            exists().where(PostedLine.variant_id == variant.id),
            exists().where(PostedTransferLine.variant_id == variant.id),
            exists().where(PostedInventoryDocumentLine.variant_id == variant.id),
            exists().where(Reservation.variant_id == variant.id),
        )
    ).one()
    if any(used):
        raise ValidationError(
            "in_use",
            _("Variant %(code)s stands on entries, journal or document lines or in bins. Block it instead.",
              code=variant.code),
        )  # fmt: skip
    attribute_ids = list(
        session.scalars(select(ItemAttributeMapping.attribute_id).where(ItemAttributeMapping.variant_id == variant.id))
    )
    for numbers in (ItemReference, ItemIdentifier):  # one by one: the search follows what the session deletes
        for row in session.scalars(select(numbers).where(numbers.variant_id == variant.id)):
            session.delete(row)
    session.flush()
    session.execute(delete(StockkeepingUnit).where(StockkeepingUnit.variant_id == variant.id))
    session.execute(delete(ItemAttributeMapping).where(ItemAttributeMapping.variant_id == variant.id))
    session.delete(variant)
    session.flush()
    clean_up(session, attribute_ids)


@dataclass(frozen=True)
class VariantValue:
    """An attribute value of a variant; an inherited one follows the item."""

    attribute_id: int
    name: str
    unit: str
    value: str
    inherited: bool


def values_of(session: Session, variant: ItemVariant) -> list[VariantValue]:
    """The variant's attribute values by name."""
    rows = session.execute(
        select(
            ItemAttribute.id, ItemAttribute.name, ItemAttribute.unit_of_measure, ItemAttributeValue.value,
            ItemAttributeMapping.inherited,
        )
        .join(ItemAttributeMapping, ItemAttributeMapping.attribute_id == ItemAttribute.id)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(ItemAttributeMapping.item_id == variant.item_id, ItemAttributeMapping.variant_id == variant.id)
        .order_by(ItemAttribute.name)
    )  # fmt: skip
    return [VariantValue(*row) for row in rows]


def update_variant_attributes(session: Session, item_id: int) -> None:
    """Variants follow the item again: add missing, update and remove inherited values; own ones stay."""
    wanted = _item_values(session, item_id)
    variant_ids = list(session.scalars(select(ItemVariant.id).where(ItemVariant.item_id == item_id)))
    touched: set[int] = set()
    for variant_id in variant_ids:
        has = {
            mapping.attribute_id: mapping
            for mapping in session.scalars(
                select(ItemAttributeMapping).where(
                    ItemAttributeMapping.item_id == item_id, ItemAttributeMapping.variant_id == variant_id
                )
            )
        }
        for attribute_id, mapping in has.items():
            if mapping.inherited and attribute_id not in wanted:
                session.delete(mapping)
            elif mapping.inherited:
                mapping.value_id = wanted[attribute_id]
        session.add_all(
            ItemAttributeMapping(
                item_id=item_id, variant_id=variant_id, attribute_id=attribute_id, value_id=value_id, inherited=True
            )
            for attribute_id, value_id in wanted.items()
            if attribute_id not in has
        )
        touched |= set(has)
    session.flush()
    clean_up(session, touched)


def _inherit(session: Session, item_id: int, variant_id: int) -> None:
    session.add_all(
        ItemAttributeMapping(
            item_id=item_id, variant_id=variant_id, attribute_id=attribute_id, value_id=value_id, inherited=True
        )
        for attribute_id, value_id in _item_values(session, item_id).items()
    )
    session.flush()


def _item_values(session: Session, item_id: int) -> dict[int, int]:
    rows = session.execute(
        select(ItemAttributeMapping.attribute_id, ItemAttributeMapping.value_id).where(
            ItemAttributeMapping.item_id == item_id, ItemAttributeMapping.variant_id == BLANK_ID
        )
    )
    return {row[0]: row[1] for row in rows}
