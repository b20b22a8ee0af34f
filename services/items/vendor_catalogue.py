"""The vendor catalogue: who delivers an item, kept in step with vendors' references (items.md section 7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound, ValidationError
from core.sql import ids_of
from core.text import _
from models import BLANK_ID, Item, ItemReference, ItemVariant, ItemVendor, Vendor
from models.enums import ReferenceType
from services.items.fields import check_signs
from services.items.of_item import variant_refusals
from services.values import assign, clean_formula, clean_text, raise_all, unchanged_if_refused

FIELDS = ("vendor_id", "variant_id", "vendor_item_no", "lead_time")


@dataclass(frozen=True)
class ReferenceKey:
    """What a reference was before it changed; `reference_no` as it is kept, in capitals."""

    item_id: int
    variant_id: int
    type: ReferenceType
    type_no: str
    reference_no: str
    unit_id: int


def key_of(reference: ItemReference) -> ReferenceKey:
    """The reference as it is now."""
    return ReferenceKey(
        reference.item_id, reference.variant_id, reference.reference_type, reference.reference_type_no,
        reference.reference_no, reference.unit_of_measure_id,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ rows
def find_row(session: Session, item: Item, row_id: int) -> ItemVendor:
    """A row of this item. Raises NotFound."""
    found = session.get(ItemVendor, row_id)
    if found is None or found.item_id != item.id:
        raise NotFound("not_found", _("This vendor does not stand in the catalogue any more."))
    return found


def rows_of_item(session: Session, item_id: int) -> list[Any]:
    """Rows of (ItemVendor, vendor no., vendor name, variant code, the vendor's own lead time)."""
    return list(
        session.execute(
            select(ItemVendor, Vendor.no, Vendor.name, ItemVariant.code, Vendor.lead_time)
            .join(Vendor, Vendor.id == ItemVendor.vendor_id)
            .join(ItemVariant, ItemVariant.id == ItemVendor.variant_id)
            .where(ItemVendor.item_id == item_id)
            .order_by(Vendor.no, ItemVariant.code)
        )
    )


def count_of_vendor(session: Session, vendor_id: int) -> int:
    """How many rows of the catalogue the vendor has."""
    return session.scalar(select(func.count()).where(ItemVendor.vendor_id == vendor_id)) or 0


def save_row(session: Session, item: Item, values: Mapping[str, object], row: ItemVendor | None = None) -> ItemVendor:
    """Create or change a row; its number becomes the vendor's reference in the base unit, in place of the old one.

    A new row without a lead time takes the vendor's. Raises ValidationError or ErrorList: `field_required`,
    `duplicate`, `not_found`, `invalid_formula`, `invalid_characters`, `text_too_long`, `base_unit_missing`.
    """
    values = dict(values)
    if values.get("variant_id", 0) is None:
        values["variant_id"] = BLANK_ID
    if "vendor_item_no" in values:
        number = clean_text(values["vendor_item_no"], field="vendor_item_no", length=50)
        check_signs(number, "vendor_item_no")
        values["vendor_item_no"] = number
    if "lead_time" in values:
        values["lead_time"] = clean_formula(values["lead_time"], "lead_time")
    record = row or ItemVendor(item_id=item.id, variant_id=BLANK_ID, vendor_item_no="", lead_time="")
    old = None if row is None else _reference_key(session, item, row)
    with unchanged_if_refused(session, record, FIELDS):
        assign(session, record, values, FIELDS, required=("vendor_id",))
        raise_all(_refusals(session, item, record))
    if row is None and not record.lead_time:
        record.lead_time = session.get_one(Vendor, record.vendor_id).lead_time
    session.add(record)
    session.flush()
    new = _reference_key(session, item, record)
    if old != new:
        _replace_reference(session, old, new)
    return record


def delete_row(session: Session, row: ItemVendor) -> None:
    """Remove a row and the vendor's references to that item and variant."""
    vendor_no = session.scalars(select(Vendor.no).where(Vendor.id == row.vendor_id)).one()
    for reference in session.scalars(
        select(ItemReference).where(
            ItemReference.item_id == row.item_id,
            ItemReference.variant_id == row.variant_id,
            ItemReference.reference_type == ReferenceType.VENDOR,
            ItemReference.reference_type_no == vendor_no,
        )
    ):
        session.delete(reference)
    session.delete(row)
    session.flush()


def _refusals(session: Session, item: Item, record: ItemVendor) -> list[DomainError]:
    errors = variant_refusals(session, item.id, record.variant_id)
    if record.vendor_item_no and item.base_unit_of_measure_id is None:
        errors.append(
            ValidationError(
                "base_unit_missing",
                _("The number becomes a reference in the base unit. Give the item a base unit first."),
                field="vendor_item_no",
            )
        )
    rival = session.scalar(
        select(ItemVendor.id).where(
            ItemVendor.item_id == item.id,
            ItemVendor.variant_id == record.variant_id,
            ItemVendor.vendor_id == record.vendor_id,
        )
    )
    if rival is not None and rival != record.id:
        errors.append(
            ValidationError(
                "duplicate", _("The vendor stands in the catalogue of this item already."), field="vendor_id"
            )
        )
    return errors


def _reference_key(session: Session, item: Item, row: ItemVendor) -> ReferenceKey | None:
    """The reference in base units that belongs to a row; None for a row without a number."""
    if not row.vendor_item_no or item.base_unit_of_measure_id is None:
        return None
    vendor_no = session.scalars(select(Vendor.no).where(Vendor.id == row.vendor_id)).one()
    return ReferenceKey(
        item.id, row.variant_id, ReferenceType.VENDOR, vendor_no, row.vendor_item_no.upper(),
        item.base_unit_of_measure_id,
    )  # fmt: skip


def _where(key: ReferenceKey) -> tuple[ColumnElement[bool], ...]:
    return (
        ItemReference.item_id == key.item_id,
        ItemReference.variant_id == key.variant_id,
        ItemReference.reference_type == key.type,
        ItemReference.reference_type_no == key.type_no,
        ItemReference.reference_no == key.reference_no,
        ItemReference.unit_of_measure_id == key.unit_id,
    )


def _replace_reference(session: Session, old: ReferenceKey | None, new: ReferenceKey | None) -> None:
    """The reference of the old number becomes that of the new one, with its texts and dates."""
    held = None if old is None else session.scalar(select(ItemReference).where(*_where(old)))
    taken = new is not None and session.scalar(select(ItemReference.id).where(*_where(new))) is not None
    if held is not None and (new is None or taken):
        session.delete(held)
    elif new is not None and not taken:
        reference = held or ItemReference(item_id=new.item_id, reference_type=new.type)
        reference.variant_id, reference.unit_of_measure_id = new.variant_id, new.unit_id
        reference.reference_type_no, reference.reference_no = new.type_no, new.reference_no
        session.add(reference)
    session.flush()


# ------------------------------------------------------------------------------------------------ references
def reference_saved(session: Session, reference: ItemReference, before: ReferenceKey | None) -> None:
    """Let the catalogue follow a new (`before` None) or changed reference; it was flushed already."""
    now = key_of(reference)
    if before == now:
        return
    same_place = before is not None and (before.type, before.type_no, before.variant_id) == (
        now.type, now.type_no, now.variant_id,
    )  # fmt: skip
    if before is not None:
        row = _row_of(session, before)
        if same_place and row is not None and _is_number_of(row, before) and not _in_other_units(session, before):
            row.vendor_item_no = now.reference_no
            session.flush()
            return
        if not same_place:
            reference_deleted(session, before)
    if now.type is ReferenceType.VENDOR and _row_of(session, now) is None:
        vendor = session.scalars(select(Vendor).where(Vendor.no == now.type_no)).one()
        session.add(
            ItemVendor(
                item_id=now.item_id, variant_id=now.variant_id, vendor_id=vendor.id, vendor_item_no=now.reference_no,
                lead_time=vendor.lead_time,
            )
        )  # fmt: skip
        session.flush()


def reference_deleted(session: Session, gone: ReferenceKey) -> None:
    """Remove the row of a reference that is gone, unless the same number is there in another unit."""
    row = _row_of(session, gone)
    if row is not None and _is_number_of(row, gone) and not _in_other_units(session, gone):
        session.delete(row)
        session.flush()


def _row_of(session: Session, key: ReferenceKey) -> ItemVendor | None:
    if key.type is not ReferenceType.VENDOR:
        return None
    return session.scalar(
        select(ItemVendor)
        .join(Vendor, Vendor.id == ItemVendor.vendor_id)
        .where(ItemVendor.item_id == key.item_id, ItemVendor.variant_id == key.variant_id, Vendor.no == key.type_no)
    )


def _is_number_of(row: ItemVendor, key: ReferenceKey) -> bool:
    return row.vendor_item_no.upper() == key.reference_no


def _in_other_units(session: Session, key: ReferenceKey) -> bool:
    *same, _unit = _where(key)
    return bool(session.scalar(select(exists().where(*same, ItemReference.unit_of_measure_id != key.unit_id))))


# ------------------------------------------------------------------------------------------------ purchases
def rows_for(session: Session, vendor_id: int, item_ids: Collection[int]) -> dict[tuple[int, int], ItemVendor]:
    """(item, variant) -> the vendor's row, for the lines of a purchase; one statement."""
    if not item_ids:
        return {}
    rows = session.scalars(
        select(ItemVendor).where(ItemVendor.vendor_id == vendor_id, ItemVendor.item_id.in_(ids_of(session, item_ids)))
    )
    return {(row.item_id, row.variant_id): row for row in rows}


def add_missing_rows(session: Session, item_ids: Collection[int]) -> int:
    """Rows for vendors' references that were written in bulk; how many were added."""
    wanted = session.execute(
        select(ItemReference.item_id, ItemReference.variant_id, Vendor.id, ItemReference.reference_no, Vendor.lead_time)
        .join(Vendor, Vendor.no == ItemReference.reference_type_no)
        .where(
            ItemReference.item_id.in_(ids_of(session, item_ids)),
            ItemReference.reference_type == ReferenceType.VENDOR,
            ~exists().where(
                ItemVendor.item_id == ItemReference.item_id,
                ItemVendor.variant_id == ItemReference.variant_id,
                ItemVendor.vendor_id == Vendor.id,
            ),
        )
        .order_by(ItemReference.id)
    )
    rows: dict[tuple[int, int, int], ItemVendor] = {}
    for item_id, variant_id, vendor_id, number, lead_time in wanted:
        rows.setdefault(
            (item_id, variant_id, vendor_id),
            ItemVendor(
                item_id=item_id, variant_id=variant_id, vendor_id=vendor_id, vendor_item_no=number, lead_time=lead_time
            ),
        )
    session.add_all(rows.values())
    session.flush()
    return len(rows)
