"""What the page of a posted document shows beside its rows: lots and entries of each line, the party's entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import (
    Attachment,
    Item,
    ItemCharge,
    ItemVariant,
    Location,
    PartyLedgerEntry,
    PaymentTerms,
    PostedDocument,
    PostedLine,
    Resource,
    ServiceCost,
    UnitOfMeasure,
)
from services.attachments import of_posted_lines
from services.tracking.posted import PostedEntry, posted_entries
from services.trade.related import MOST


@dataclass
class PostedRow:
    """A posted line with the words of what it points at, and the entries that moved or that it billed."""

    line: PostedLine
    no: str = ""
    variant: str = ""
    unit: str = ""
    location: str = ""
    entries: list[PostedEntry] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class PostedPage:
    """All of it."""

    rows: list[PostedRow]
    location: str
    terms: str
    party_entry: PartyLedgerEntry | None
    cancelled_by: PostedDocument | None
    corrects: PostedDocument | None
    #: what a bill billed, what billed a receipt or shipment: also of other orders, where they were fetched
    billed: list[PostedDocument]


def posted_page(session: Session, document: PostedDocument) -> PostedPage:
    """The page of `document`, whose lines are loaded; a fixed number of statements."""
    return PostedPage(
        rows=posted_rows(session, document),
        location=session.scalar(select(Location.code).where(Location.id == document.location_id)) or "",
        terms=session.scalar(select(PaymentTerms.code).where(PaymentTerms.id == document.payment_terms_id)) or "",
        party_entry=session.scalar(
            select(PartyLedgerEntry)
            .where(
                PartyLedgerEntry.document_no == document.no, PartyLedgerEntry.side == document.side,
                PartyLedgerEntry.register_id == document.register_id,
            )
            .limit(1)
        ),
        cancelled_by=session.get(PostedDocument, document.cancelled_by_id) if document.cancelled_by_id else None,
        corrects=session.get(PostedDocument, document.corrects_document_id) if document.corrects_document_id else None,
        billed=_billed(session, document.lines),
    )  # fmt: skip


def _billed(session: Session, lines: Sequence[PostedLine]) -> list[PostedDocument]:
    own = ids_of(session, {line.id for line in lines})
    theirs = ids_of(session, {line.handling_line_id for line in lines if line.handling_line_id is not None})
    among = select(PostedLine.document_id).where(or_(PostedLine.id.in_(theirs), PostedLine.handling_line_id.in_(own)))
    statement = select(PostedDocument).where(PostedDocument.id.in_(among)).order_by(PostedDocument.id).limit(MOST)
    return list(session.scalars(statement))


def posted_rows(session: Session, document: PostedDocument) -> list[PostedRow]:
    """Each line of a document with item no., unit, place, entries and files; seven statements."""
    lines = document.lines
    items = _words(session, Item.id, Item.no, {line.item_id for line in lines})
    charges = _words(session, ItemCharge.id, ItemCharge.no, {line.item_charge_id for line in lines})
    resources = _words(session, Resource.id, Resource.no, {line.resource_id for line in lines})
    costs = _words(session, ServiceCost.id, ServiceCost.code, {line.service_cost_id for line in lines})
    units = _words(session, UnitOfMeasure.id, UnitOfMeasure.code, {line.unit_of_measure_id for line in lines})
    places = _words(session, Location.id, Location.code, {line.location_id for line in lines})
    variants = _words(session, ItemVariant.id, ItemVariant.code, {line.variant_id for line in lines})
    rows = {
        line.id: PostedRow(
            line,
            items.get(line.item_id or 0) or charges.get(line.item_charge_id or 0)
            or resources.get(line.resource_id or 0) or costs.get(line.service_cost_id or 0, ""),
            variants.get(line.variant_id, ""), units.get(line.unit_of_measure_id or 0, ""),
            places.get(line.location_id, ""),
        )
        for line in lines
    }  # fmt: skip
    for line_id, entries in posted_entries(session, document).items():
        rows[line_id].entries = entries
    for line_id, files in of_posted_lines(session, rows).items():
        rows[line_id].files = files
    return list(rows.values())


def _words(session: Session, key: object, word: object, ids: set[int | None]) -> dict[int, str]:
    wanted = {single for single in ids if single}
    if not wanted:
        return {}
    found = session.execute(select(key, word).where(key.in_(ids_of(session, wanted))))  # type: ignore[call-overload, attr-defined]
    return dict(found.tuples().all())
