"""Posted inventory documents: read, copied into a new one, taken back by an opposite one at exact cost.

posting-and-costing.md sections 5 and 18.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.errors import NotFound, PostingError
from core.rounding import ZERO, round_unit_cost
from core.sql import ids_of
from core.text import _
from models import (
    InventoryDocument,
    ItemLedgerEntry,
    PostedInventoryDocument,
    PostedInventoryDocumentLine,
    UnitOfMeasure,
    ValueEntry,
)
from models.base import ScaledDecimal
from models.enums import DocumentType
from services.inventory_documents.documents import create_document, takes_out
from services.inventory_documents.lines import add_line
from services.inventory_documents.post import post_document
from services.poster import Poster
from services.transfers.lines import Number

_entry = ItemLedgerEntry
_HEADER = ("location_id", "gen_business_posting_group_id", "external_document_no", "description", "dimension_set_id")


def find_posted(session: Session, kind: DocumentType, no: str) -> PostedInventoryDocument:
    """A posted document with its lines. Raises NotFound `posted_document_not_found`."""
    line = selectinload(PostedInventoryDocument.lines)
    found = session.scalar(
        select(PostedInventoryDocument)
        .where(PostedInventoryDocument.document_type == kind, PostedInventoryDocument.no == no.strip().upper())
        .options(
            joinedload(PostedInventoryDocument.location),
            line.joinedload(PostedInventoryDocumentLine.item), line.joinedload(PostedInventoryDocumentLine.variant),
            line.joinedload(PostedInventoryDocumentLine.bin),
        )
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if found is None:
        raise NotFound("posted_document_not_found", _("There is no posted inventory document %(no)s.", no=no))
    return found


def entries_of(session: Session, posted: PostedInventoryDocument) -> Sequence[Row[Any]]:
    """The item ledger entries that the document made, in their order."""
    return session.execute(
        select(
            _entry.id, _entry.document_line_no, _entry.item_id, _entry.variant_id, _entry.quantity, _entry.lot_no,
            _entry.serial_no, _entry.package_no, _entry.expiration_date,
        )
        .where(_entry.document_no == posted.no, _entry.document_type == posted.document_type)
        .order_by(_entry.id)
    ).all()  # fmt: skip


def costs_of(session: Session, posted: PostedInventoryDocument) -> dict[int, Decimal]:
    """Line no. -> what its entries cost as of now, all adjustments included."""
    rows = session.execute(
        select(_entry.document_line_no, func.sum(ValueEntry.cost_amount_actual, type_=ScaledDecimal()))
        .join(ValueEntry, ValueEntry.item_ledger_entry_id == _entry.id)
        .where(_entry.document_no == posted.no, _entry.document_type == posted.document_type)
        .group_by(_entry.document_line_no)
    )
    return {line_no: amount or ZERO for line_no, amount in rows}


def correction_of(session: Session, posted: PostedInventoryDocument) -> PostedInventoryDocument | None:
    """The posted document that took this one back."""
    return session.scalar(select(PostedInventoryDocument).where(PostedInventoryDocument.corrects_id == posted.id))


def open_correction_of(session: Session, posted: PostedInventoryDocument) -> InventoryDocument | None:
    """The document that will take this one back once it is posted."""
    return session.scalar(select(InventoryDocument).where(InventoryDocument.corrects_id == posted.id).limit(1))


def undo(session: Session, posted: PostedInventoryDocument, poster: Poster, *, on: dt.date) -> PostedInventoryDocument:
    """Post the opposite of a posted document, entry for entry at its cost. Raises as `correct` and `post_document`."""
    return post_document(session, correct(session, posted, on=on), poster)


def correct(session: Session, posted: PostedInventoryDocument, *, on: dt.date) -> InventoryDocument:
    """An open document that takes a posted one back: a line for each entry, applied to it, marked as correction.

    Raises PostingError `already_undone`, `correction_not_undone`, and what adding a line refuses.
    """
    if posted.corrects_id is not None:
        raise PostingError(
            "correction_not_undone", _("%(no)s takes another document back itself.", no=posted.no),
            hint=_("Copy the document that it took back, and post that."),
        )  # fmt: skip
    done = correction_of(session, posted)
    if done is not None:
        raise PostingError("already_undone", _("%(no)s is taken back already, by %(by)s.", no=posted.no, by=done.no))
    waiting = open_correction_of(session, posted)
    if waiting is not None:
        raise PostingError(
            "already_undone", _("%(by)s waits to take %(no)s back.", no=posted.no, by=waiting.no),
            hint=_("Post it, or delete it first."),
        )  # fmt: skip
    header = {name: getattr(posted, name) for name in _HEADER}
    document = create_document(session, posted.document_type, header | {"correction": not posted.correction}, on=on)
    document.corrects_id = posted.id
    entries = entries_of(session, posted)
    costs = _unit_costs(session, [entry.id for entry in entries])
    bins = {line.line_no: (line.bin_id, line.description, line.reason_code) for line in posted.lines}
    name = "applies_to_entry_id" if takes_out(document) else "applies_from_entry_id"
    for entry in entries:
        bin_id, description, reason = bins[entry.document_line_no]
        line = add_line(
            session, document,
            {
                "item_id": entry.item_id, "variant_id": entry.variant_id, "quantity": abs(entry.quantity),
                "unit_of_measure_id": _base_unit(posted, entry.item_id), "bin_id": bin_id, "description": description,
                "reason_code": reason, name: entry.id,
            },
            _numbers(entry),
        )  # fmt: skip
        line.unit_cost = costs.get(entry.id, line.unit_cost)
    session.flush()
    return document


def copy(session: Session, posted: PostedInventoryDocument, *, on: dt.date) -> InventoryDocument:
    """A new open document with the same lines; lots and serial numbers are to be said anew.

    Raises what adding a line refuses.
    """
    units = dict(session.execute(select(UnitOfMeasure.code, UnitOfMeasure.id)).tuples().all())
    header = {name: getattr(posted, name) for name in _HEADER}
    document = create_document(session, posted.document_type, header, on=on)
    for line in posted.lines:
        unit_id = units.get(line.unit_of_measure_code)
        values: Mapping[str, object] = {
            "item_id": line.item_id, "variant_id": line.variant_id, "quantity": abs(line.quantity),
            "description": line.description, "bin_id": line.bin_id, "reason_code": line.reason_code,
            **({"unit_of_measure_id": unit_id} if unit_id is not None else {}),
        }  # fmt: skip
        add_line(session, document, values)
    return document


def _base_unit(posted: PostedInventoryDocument, item_id: int) -> int | None:
    return next(line.item.base_unit_of_measure_id for line in posted.lines if line.item_id == item_id)


def _numbers(entry: Row[Any]) -> list[Number]:
    if not (entry.lot_no or entry.serial_no or entry.package_no):
        return []
    return [
        Number(
            quantity=abs(entry.quantity), lot_no=entry.lot_no, serial_no=entry.serial_no, package_no=entry.package_no,
            expiration_date=entry.expiration_date,
        )
    ]  # fmt: skip


def _unit_costs(session: Session, entry_ids: Sequence[int]) -> dict[int, Decimal]:
    """What one base unit of each entry costs as of now."""
    rows = session.execute(
        select(
            ValueEntry.item_ledger_entry_id, func.sum(ValueEntry.cost_amount_actual, type_=ScaledDecimal()),
            _entry.quantity,
        )
        .join(_entry, _entry.id == ValueEntry.item_ledger_entry_id)
        .where(_entry.id.in_(ids_of(session, entry_ids)))
        .group_by(ValueEntry.item_ledger_entry_id, _entry.quantity)
    )  # fmt: skip
    return {entry_id: round_unit_cost(abs((amount or ZERO) / quantity)) for entry_id, amount, quantity in rows}
