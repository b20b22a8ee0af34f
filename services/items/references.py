"""Other people's numbers for an item, and bar codes (items.md section 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import BLANK_ID, Customer, Item, ItemReference, Vendor
from models.enums import ReferenceType
from services.items.fields import check_signs
from services.items.of_item import name_units_and_variants, unit_refusals, variant_refusals
from services.items.vendor_catalogue import key_of, reference_deleted, reference_saved
from services.values import assign, clean_code, clean_text, raise_all, unchanged_if_refused

FIELDS = (
    "variant_id", "unit_of_measure_id", "reference_type", "reference_type_no", "reference_no", "description",
    "description_2", "starting_date", "ending_date",
)  # fmt: skip
_KEY = ("item_id", "variant_id", "unit_of_measure_id", "reference_type", "reference_type_no", "reference_no")


def save_reference(
    session: Session, item: Item, values: Mapping[str, object], reference: ItemReference | None = None
) -> ItemReference:
    """Create or change a reference; a blank unit is the item's base unit. The vendor catalogue follows.

    Raises ValidationError or ErrorList: `type_required`, `date_order`, `duplicate`, `unknown_unit`, `not_found`.
    """
    values = dict(values)
    if "reference_no" in values or reference is None:
        values["reference_no"] = clean_code(values.get("reference_no"), field="reference_no", length=50)
        check_signs(str(values["reference_no"]), "reference_no")
    if "reference_type_no" in values:
        values["reference_type_no"] = clean_text(
            values["reference_type_no"], field="reference_type_no", length=20
        ).upper()
    name_units_and_variants(item, values, is_new=reference is None)
    record = reference or ItemReference(
        item_id=item.id, variant_id=BLANK_ID, reference_type=ReferenceType.BLANK, reference_type_no=""
    )
    old = None if reference is None else key_of(reference)
    with unchanged_if_refused(session, record, FIELDS):
        assign(session, record, values, FIELDS, required=("reference_no", "unit_of_measure_id"))
        raise_all(_refusals(session, item, record))
    session.add(record)
    session.flush()
    reference_saved(session, record, old)
    return record


def delete_reference(session: Session, reference: ItemReference) -> None:
    """Remove a reference; the vendor catalogue follows."""
    gone = key_of(reference)
    session.delete(reference)
    session.flush()
    reference_deleted(session, gone)


def list_references(session: Session, item_id: int) -> list[ItemReference]:
    """All references of an item."""
    return list(
        session.scalars(
            select(ItemReference)
            .where(ItemReference.item_id == item_id)
            .order_by(
                ItemReference.reference_type,
                ItemReference.reference_type_no,
                ItemReference.reference_no,
                ItemReference.id,
            )
        )
    )


def valid_on(day: dt.date) -> ColumnElement[bool]:
    """References that count on `day`: from start to end, both included, blank is open."""
    return or_(ItemReference.starting_date.is_(None), ItemReference.starting_date <= day) & or_(
        ItemReference.ending_date.is_(None), ItemReference.ending_date >= day
    )


def check_digit(digits: str) -> int:
    """The last digit a GTIN, EAN or UPC must have after `digits` (GS1: weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return -total % 10


def has_right_check_digit(code: str) -> bool:
    """True when `code` is a GTIN of 8, 12, 13 or 14 digits whose last digit fits."""
    return (
        code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14) and check_digit(code[:-1]) == int(code[-1])
    )


def _refusals(session: Session, item: Item, record: ItemReference) -> list[DomainError]:
    errors: list[DomainError] = []
    if record.starting_date and record.ending_date and record.ending_date < record.starting_date:
        errors.append(
            ValidationError("date_order", _("The ending date lies before the starting date."), field="ending_date")
        )
    errors += _type_refusals(session, record)
    errors += unit_refusals(session, item, record.unit_of_measure_id)
    errors += variant_refusals(session, item.id, record.variant_id)
    same = [getattr(ItemReference, name) == getattr(record, name) for name in _KEY]
    rival = session.scalar(select(ItemReference.id).where(*same))
    if rival is not None and rival != record.id:
        errors.append(ValidationError("duplicate", _("The item has this reference already."), field="reference_no"))
    return errors


def _type_refusals(session: Session, record: ItemReference) -> list[DomainError]:
    no, field = record.reference_type_no, "reference_type_no"
    match record.reference_type:
        case ReferenceType.CUSTOMER | ReferenceType.VENDOR:
            party = Customer if record.reference_type is ReferenceType.CUSTOMER else Vendor
            if not no:
                return [ValidationError("field_required", _("Say whose number this is."), field=field)]
            if session.scalar(select(party.id).where(party.no == no)) is None:
                return [
                    ValidationError("not_found", _("There is no %(no)s. Choose one of the list.", no=no), field=field)
                ]
        case _:
            if no:
                return [
                    ValidationError(
                        "type_required",
                        _("Say whether %(no)s is a customer or a vendor, or leave this blank.", no=no),
                        field=field,
                    )
                ]
    return []
