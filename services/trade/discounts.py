"""The invoice discount of a document: its code's percent and service charge, or an amount typed for the whole.

documents.md section 9. Service charges are lines of their own, made and taken away with the step they belong to.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO, round_amount
from core.text import _
from models import CustomerPostingGroup, TradeDocument, TradeLine, VendorPostingGroup
from models.enums import TradeLineType, TradeSide
from services.trade.amounts import spread
from services.trade.documents import check_open, lines_of, lock_document, note_change
from services.trade.facts import TradeFacts, facts_of
from services.trade.line_prices import settle_unit_cost
from services.trade.line_values import apply, start
from services.trade.parties import get_bill_party
from services.trade.prices import discount_of, invoice_discount_step

#: as services.trade.lines.STEP, which stands above this module
_STEP = 10_000
_ONE = Decimal(1)


def calculate_invoice_discount(
    session: Session, document: TradeDocument, lines: list[TradeLine], facts: TradeFacts
) -> Decimal:
    """Work out each line's invoice discount by the document's code, and its service charge; returns the discount.

    `lines` are the document's; the line of a service charge that comes or goes does so there too.
    Raises ValidationError `service_charge_account_missing`.
    """
    allowed = _allowed(lines)
    local = facts.exchange.to_local  # the steps are in local currency
    step = invoice_discount_step(session, document, local(sum((line.line_amount for line in allowed), ZERO)))
    percent = step.discount_percent if step is not None else ZERO
    for line in allowed:
        _set(document, line, discount_of(line.line_amount, percent, facts.amount_rounding), facts)
    whole = sum((line.line_amount for line in lines if not line.service_charge), ZERO)
    charged = invoice_discount_step(session, document, local(whole))
    charge = charged.service_charge if charged is not None and whole else ZERO
    _charge(session, document, lines, round_amount(facts.exchange.from_local(charge), facts.amount_rounding))
    return sum((line.invoice_discount_amount for line in allowed), ZERO)


def _charge(session: Session, document: TradeDocument, lines: list[TradeLine], amount: Decimal) -> None:
    """The line of the service charge: made, changed or, where nothing is charged, taken away."""
    line = next((line for line in lines if line.service_charge), None)
    if line is not None and (line.unit_amount == amount or line.qty_invoiced):
        return
    if line is not None and not amount:
        lines.remove(line)
        session.delete(line)
        session.flush()
        return
    if not amount:
        return
    account_id = _charge_account(session, document)
    facts = facts_of(session, [{"gl_account_id": account_id}], document=document)
    if line is None:
        last = max((one.line_no for one in lines), default=0)
        line = TradeLine(document_id=document.id, line_no=last + _STEP, version=1)
        start(line)
        line.service_charge, line.allow_invoice_discount = True, False
        line.numbers, line.assignments = [], []  # read by posting, which is not to ask for them
        lines.append(line)
    given = {"gl_account_id": account_id, "quantity": _ONE, "unit_amount": amount, "description": _("Service charge")}
    with session.no_autoflush:
        apply(document, line, given, facts, None)
    line.version += 1
    session.add(line)
    session.flush()


def _charge_account(session: Session, document: TradeDocument) -> int:
    party = get_bill_party(session, document)
    purchase = document.side == TradeSide.PURCHASE
    group: Any = (
        session.get(VendorPostingGroup, party.vendor_posting_group_id or 0)
        if purchase
        else session.get(CustomerPostingGroup, party.customer_posting_group_id or 0)
    )
    account_id: int | None = group.service_charge_account_id if group is not None else None
    if account_id is None:
        raise ValidationError(
            "service_charge_account_missing",
            _("The invoice discount of %(no)s charges for a small order, but its posting group has no account for it.",
              no=document.no),
            hint=_("Fill in the service charge account of the posting group under Set-up."),
        )  # fmt: skip
    return account_id


def recalculate(session: Session, document_id: int, *, user_id: int | None = None) -> Decimal:
    """Work the invoice discount out now. Raises ValidationError `document_released`."""
    document = lock_document(session, document_id)
    check_open(document)
    lines = lines_of(session, document_id)
    total = calculate_invoice_discount(session, document, lines, _facts(session, document, lines))
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
    facts = _facts(session, document, lines)
    shares = spread(amount, [line.line_amount for line in allowed], facts.amount_rounding)
    for line, share in zip(allowed, shares, strict=True):
        _set(document, line, share, facts)
    note_change(document, user_id)
    session.flush()


def _facts(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> TradeFacts:
    return facts_of(session, [{"item_id": line.item_id} for line in lines], document=document)


def _allowed(lines: Sequence[TradeLine]) -> list[TradeLine]:
    return [line for line in lines if line.allow_invoice_discount and line.type != TradeLineType.COMMENT]


def _set(document: TradeDocument, line: TradeLine, amount: Decimal, facts: TradeFacts) -> None:
    line.invoice_discount_amount = amount
    if line.type == TradeLineType.ITEM:
        settle_unit_cost(document, line, {"unit_cost": line.unit_cost}, facts)
