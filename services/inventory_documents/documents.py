"""Inventory receipts and shipments as people edit them: header, release, deletion (posting-and-costing.md 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import (
    BLANK_ID,
    InventoryDocument,
    InventoryDocumentLine,
    InventorySetup,
    Location,
)
from models.enums import DocumentStatus, DocumentType, EntryType
from services.dimensions import default_set
from services.numbers import check_manual, next_no
from services.values import assign, clean_code, raise_all

FIELDS = (
    "location_id", "posting_date", "document_date", "gen_business_posting_group_id", "external_document_no",
    "description", "comment", "correction", "dimension_set_id",
)  # fmt: skip
#: what a document posts, and the fields of the inventory set-up with its series and that of what is posted
ENTRY_TYPES = {
    DocumentType.INVENTORY_RECEIPT: EntryType.POSITIVE_ADJMT,
    DocumentType.INVENTORY_SHIPMENT: EntryType.NEGATIVE_ADJMT,
}
_NOS = {
    DocumentType.INVENTORY_RECEIPT: ("inventory_receipt_nos_id", "posted_inventory_receipt_nos_id"),
    DocumentType.INVENTORY_SHIPMENT: ("inventory_shipment_nos_id", "posted_inventory_shipment_nos_id"),
}


def get_document(session: Session, kind: DocumentType, no: str) -> InventoryDocument:
    """The document with its lines and their numbers, locked. Raises NotFound `inventory_document_not_found`."""
    line = selectinload(InventoryDocument.lines)
    found = session.scalar(
        select(InventoryDocument)
        .where(InventoryDocument.document_type == kind, InventoryDocument.no == no.strip().upper())
        .options(line.selectinload(InventoryDocumentLine.numbers), line.selectinload(InventoryDocumentLine.item))
        .options(selectinload(InventoryDocument.location))
        .execution_options(populate_existing=True)
        .with_for_update(of=InventoryDocument)
    )
    if found is None:
        raise not_found(no)
    return found


def not_found(no: str) -> NotFound:
    """The refusal of a number that no open document has."""
    return NotFound(
        "inventory_document_not_found", _("There is no open inventory document %(no)s; it may be posted.", no=no)
    )


def takes_out(document: InventoryDocument) -> bool:
    """True when posting it takes stock out: a shipment, or a receipt that takes another one back."""
    return (document.document_type == DocumentType.INVENTORY_SHIPMENT) != document.correction


def create_document(
    session: Session, kind: DocumentType, values: Mapping[str, object], *, on: dt.date
) -> InventoryDocument:
    """A new, open document. `values` are FIELDS and `no` (blank: drawn from the series); dates are `on` unless given.

    Raises ValidationError `location_in_transit`, `already_exists` and those of `assign`.
    """
    given = dict(values)
    no = str(given.pop("no", "") or "").strip()
    document = InventoryDocument(
        document_type=kind, version=1, location_id=BLANK_ID, posting_date=on, document_date=on,
        gen_business_posting_group_id=BLANK_ID, external_document_no="", description="", comment="",
        correction=False, status=DocumentStatus.OPEN, dimension_set_id=BLANK_ID, lines=[],
    )  # fmt: skip
    with session.no_autoflush:
        assign(session, document, given, FIELDS)
    check_location(session, document)
    if "dimension_set_id" not in given:
        document.dimension_set_id = dimensions_of(session, document)
    document.no = _number(session, kind, no, on)
    session.add(document)
    session.flush()
    return document


def check_location(session: Session, document: InventoryDocument) -> None:
    """Raises ValidationError `location_in_transit`."""
    place = session.get(Location, document.location_id) if document.location_id else None
    if place is not None and place.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("%(code)s holds goods in transit; only transfer orders post there.", code=place.code),
            field="location_id",
        )


def dimensions_of(session: Session, document: InventoryDocument) -> int:
    """The set of dimension values that the document's location gives."""
    return default_set(session, [("location", document.location_id or None)])


def _number(session: Session, kind: DocumentType, no: str, on: dt.date) -> str:
    series = series_of(session, kind)

    def taken(number: str) -> bool:
        same = InventoryDocument.document_type == kind, InventoryDocument.no == number
        return session.scalar(select(func.count()).where(*same)) != 0

    if not no:
        return next_no(session, series, on, taken=taken)
    check_manual(session, series, no)
    code = clean_code(no, field="no", length=20)
    if taken(code):
        raise ValidationError("already_exists", _("There is a document %(no)s already.", no=code), field="no")
    return code


def series_of(session: Session, kind: DocumentType, *, posted: bool = False) -> int | None:
    """The number series of open or of posted documents, as the inventory set-up says."""
    found: int | None = getattr(session.get_one(InventorySetup, 1), _NOS[kind][posted])
    return found


def release(session: Session, document: InventoryDocument) -> None:
    """Hand the document to those who handle it. Raises ErrorList or ValidationError naming what is missing."""
    if document.status == DocumentStatus.RELEASED:
        return
    raise_all(_release_errors(session, document))
    document.status = DocumentStatus.RELEASED
    touch(session, document)


def _release_errors(session: Session, document: InventoryDocument) -> list[DomainError]:
    errors: list[DomainError] = []
    if not document.location_id and session.get_one(InventorySetup, 1).location_mandatory:
        errors.append(
            ValidationError("location_required", _("Say at which location."), field="location_id",
                            hint=_("Choose one in the header."))
        )  # fmt: skip
    if not any(line.quantity for line in document.lines):
        errors.append(
            ValidationError("nothing_to_release", _("There is no line with a quantity."), hint=_("Enter a line first."))
        )
    return errors


def reopen(session: Session, document: InventoryDocument) -> None:
    """Back to where it can be edited; always possible."""
    document.status = DocumentStatus.OPEN
    touch(session, document)


def delete_document(session: Session, document: InventoryDocument) -> None:
    """Delete an open document with its lines. Raises ValidationError `document_released`."""
    if document.status == DocumentStatus.RELEASED:
        raise released("status")
    session.delete(document)
    session.flush()


def released(field: str) -> ValidationError:
    """The refusal of a change that only an open document allows."""
    return ValidationError(
        "document_released", _("The document is released; this cannot be changed."), field=field,
        hint=_("Reopen it first."),
    )  # fmt: skip


def touch(session: Session, document: InventoryDocument) -> None:
    """Count a change, so that a page that shows an older state is noticed."""
    document.version += 1
    session.flush()
