"""The invoice discount of a document: its code's percent, or an amount typed for the whole (documents.md section 9)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import TradeDocument, TradeLine
from models.enums import TradeLineType
from services.trade.amounts import spread
from services.trade.documents import check_open, lines_of, lock_document, note_change
from services.trade.facts import TradeFacts, load_facts
from services.trade.line_values import settle_unit_cost
from services.trade.prices import discount_of, invoice_discount_percent


def calculate_invoice_discount(
    session: Session, document: TradeDocument, lines: Sequence[TradeLine], facts: TradeFacts
) -> Decimal:
    """Work out each line's invoice discount by the document's code; returns the sum."""
    allowed = _allowed(lines)
    percent = invoice_discount_percent(session, document, sum((line.line_amount for line in allowed), ZERO))
    for line in allowed:
        _set(document, line, discount_of(line.line_amount, percent, facts.amount_rounding), facts)
    return sum((line.invoice_discount_amount for line in allowed), ZERO)


def recalculate(session: Session, document_id: int, *, user_id: int | None = None) -> Decimal:
    """Work the invoice discount out now. Raises ValidationError `document_released`."""
    document = lock_document(session, document_id)
    check_open(document)
    lines = lines_of(session, document_id)
    total = calculate_invoice_discount(session, document, lines, _facts(session, lines))
    note_change(document, user_id)
    session.flush()
    return total


def set_invoice_discount(session: Session, document_id: int, amount: Decimal, *, user_id: int | None = None) -> None:
    """Spread an invoice discount for the whole document over its lines by amount.

    Raises ValidationError `document_released`, `discount_out_of_range`.
    """
    document = lock_document(session, document_id)
    check_open(document)
    lines = lines_of(session, document_id)
    allowed = _allowed(lines)
    total = sum((line.line_amount for line in allowed), ZERO)
    if not 0 <= amount <= max(total, ZERO):
        raise ValidationError(
            "discount_out_of_range", _("The discount lies between 0 and the sum of the lines."),
            field="invoice_discount_amount",
        )  # fmt: skip
    facts = _facts(session, lines)
    shares = spread(amount, [line.line_amount for line in allowed], facts.amount_rounding)
    for line, share in zip(allowed, shares, strict=True):
        _set(document, line, share, facts)
    note_change(document, user_id)
    session.flush()


def _facts(session: Session, lines: Sequence[TradeLine]) -> TradeFacts:
    return load_facts(session, [line.item_id for line in lines])


def _allowed(lines: Sequence[TradeLine]) -> list[TradeLine]:
    return [line for line in lines if line.allow_invoice_discount and line.type != TradeLineType.COMMENT]


def _set(document: TradeDocument, line: TradeLine, amount: Decimal, facts: TradeFacts) -> None:
    line.invoice_discount_amount = amount
    if line.type == TradeLineType.ITEM:
        settle_unit_cost(document, line, {"unit_cost": line.unit_cost}, facts)
