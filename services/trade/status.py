"""Open and released: when a document is handed to those who handle it, and taken back (documents.md section 4)."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.errors import DomainError, ErrorList, ValidationError
from core.text import _
from models import Item, TradeDocument, TradeLine
from models.enums import DefaultNoYes, DocumentStatus, TradeLineType
from services.documents.journal_defaults import ItemFacts
from services.trade.archive import archive_as_set_up
from services.trade.discounts import calculate_invoice_discount
from services.trade.documents import lines_of, lock_document, note_change
from services.trade.facts import TradeFacts, facts_of
from services.trade.parties import check_center


def release(session: Session, document_id: int, *, version: int | None = None, user_id: int | None = None) -> None:
    """Hand the document over: its lines count as supply or demand.

    Raises ValidationError `no_lines`, `party_missing`, `location_required`, `unit_missing`, `variant_required`.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    if document.status == DocumentStatus.RELEASED:
        return
    lines = lines_of(session, document_id)
    facts = facts_of(session, lines, document=document)
    check_release(document, lines, facts)
    if facts.setup.calculate_invoice_discount:
        calculate_invoice_discount(session, document, lines, facts)
    document.status = DocumentStatus.RELEASED
    note_change(document, user_id)
    session.flush()
    archive_as_set_up(session, document, reason=_("released"), user_id=user_id, lines=lines)


def reopen(session: Session, document_id: int, *, version: int | None = None, user_id: int | None = None) -> None:
    """Take the document back for editing; always possible."""
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    if document.status == DocumentStatus.RELEASED:
        archive_as_set_up(session, document, reason=_("reopened"), user_id=user_id)
    document.status = DocumentStatus.OPEN
    note_change(document, user_id)
    session.flush()


def check_release(document: TradeDocument, lines: Sequence[TradeLine], facts: TradeFacts) -> None:
    """All that stands against releasing, raised together."""
    errors: list[DomainError] = []
    if document.party_id is None:
        errors.append(ValidationError("party_missing", _("Say whom the document is for."), field="party"))
    if not any(line.type != TradeLineType.COMMENT and line.quantity for line in lines):
        errors.append(
            ValidationError("no_lines", _("%(no)s has no line with a quantity.", no=document.no),
                            hint=_("Enter a line first."))
        )  # fmt: skip
    for line in lines:
        if line.type == TradeLineType.ITEM and line.quantity:
            errors += _line(line, facts)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)


def _line(line: TradeLine, facts: TradeFacts) -> list[DomainError]:
    item = facts.items[line.item_id or 0]
    errors: list[DomainError] = []
    if line.unit_of_measure_id is None:
        errors.append(
            ValidationError("unit_missing", _("Line %(line)s has no unit of measure.", line=line.line_no),
                            field="unit_of_measure_id", line=line.line_no)
        )  # fmt: skip
    if facts.inventory.location_mandatory and not line.location_id and item.item.is_inventory:
        errors.append(
            ValidationError("location_required", _("Line %(line)s: say at which location.", line=line.line_no),
                            field="location_id", line=line.line_no)
        )  # fmt: skip
    if not line.variant_id and _variant_mandatory(item, facts) and item.item.is_inventory:
        errors.append(
            ValidationError("variant_required",
                            _("Line %(line)s: item %(no)s has variants; say which one.", line=line.line_no,
                              no=item.item.no),
                            field="variant_id", line=line.line_no)
        )  # fmt: skip
    return errors


def _variant_mandatory(item: ItemFacts, facts: TradeFacts) -> bool:
    card: Item = item.item
    mandatory = (
        facts.inventory.variant_mandatory_if_exists
        if card.variant_mandatory == DefaultNoYes.DEFAULT
        else card.variant_mandatory == DefaultNoYes.YES
    )
    return mandatory and bool(item.variant_descriptions)
