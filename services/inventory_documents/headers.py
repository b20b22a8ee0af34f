"""Changing the header of an inventory document: what its lines follow (posting-and-costing.md section 18)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import InventoryDocument
from models.enums import DocumentStatus
from services.inventory_documents.documents import FIELDS, check_location, dimensions_of, released, touch
from services.inventory_documents.lines import follow_location
from services.reservations.changes import inventory_lines_changed
from services.values import assign

#: what a released document still lets change
_ALWAYS = frozenset({"posting_date", "document_date", "external_document_no", "description", "comment"})
#: what the change is to a reserved line: one that takes something back is of another kind
_AS_LINE = {"correction": "type"}


def edit_document(session: Session, document: InventoryDocument, values: Mapping[str, object]) -> None:
    """Change the header; at another location the lines get its bins, and the cost there where none was typed.

    Raises ValidationError `document_released`, `lines_applied`, `line_reserved`, `reservation_date_conflict` and those
    of `documents.create_document`.
    """
    changes = {name: value for name, value in values.items() if getattr(document, name, None) != value}
    locked = sorted(changes.keys() - _ALWAYS)
    if document.status == DocumentStatus.RELEASED and locked:
        raise released(locked[0])
    fixed = sorted(changes.keys() & {"location_id", "correction"})
    if fixed and any(line.applies_to_entry_id or line.applies_from_entry_id for line in document.lines):
        raise ValidationError(
            "lines_applied", _("Lines name the entries they apply to; those would not fit any more."), field=fixed[0],
            hint=_("Take the entry numbers off the lines first."),
        )  # fmt: skip
    before = document.location_id
    with session.no_autoflush:
        assign(session, document, changes, FIELDS)
    if document.location_id != before:
        check_location(session, document)
        document.dimension_set_id = dimensions_of(session, document)
        follow_location(session, document, before)
    touch(session, document)
    passed_on = {_AS_LINE.get(name, name) for name in changes.keys() & {"location_id", "posting_date", "correction"}}
    if passed_on:
        inventory_lines_changed(session, document.lines, passed_on)
