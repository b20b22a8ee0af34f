"""Assigning an item charge to goods: targets, and the shares that a method proposes (documents.md section 14)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from core.errors import ValidationError
from core.rounding import PLACES, ZERO, round_to
from core.sql import ids_of
from core.text import _, plain_quantity
from models import (
    Item,
    ItemChargeAssignment,
    ItemLedgerEntry,
    PostedDocument,
    PostedLine,
    PostedTransfer,
    PostedTransferLine,
    TradeDocument,
    TradeLine,
)
from models.enums import DocumentType, EntryType, TradeLineType
from services.trade.amounts import part_amounts, spread, whole_amounts
from services.trade.documents import lock_document, note_change
from services.trade.exchanging import exchange_of, of_posted
from services.trade.facts import TradeFacts, load_facts
from services.trade.lines import get_line
from services.trade.parties import check_center
from services.trade.plan import priced

#: Posted documents whose lines may carry a charge.
CHARGEABLE = frozenset({
    DocumentType.PURCHASE_RECEIPT, DocumentType.SALES_RETURN_RECEIPT, DocumentType.SALES_SHIPMENT,
    DocumentType.PURCHASE_RETURN_SHIPMENT, DocumentType.PURCHASE_INVOICE, DocumentType.SALES_INVOICE,
    DocumentType.SALES_CREDIT_MEMO, DocumentType.PURCHASE_CREDIT_MEMO,
})  # fmt: skip


class Method(enum.StrEnum):
    """How a charge is spread over its targets."""

    EQUALLY = "equally"
    AMOUNT = "amount"
    WEIGHT = "by_weight"
    VOLUME = "by_volume"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One of: a line of the same document, a posted line, an item ledger entry (a transfer's receipt).

    `quantity` is the part of the charge's quantity it gets when it is assigned by hand.
    """

    line_id: int | None = None
    posted_line_id: int | None = None
    entry_id: int | None = None
    quantity: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Weights:
    """What a target weighs by each method; None where the method knows nothing of it."""

    amount: Decimal | None
    weight: Decimal
    volume: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """Quantity and amount of the charge for one target."""

    quantity: Decimal
    amount: Decimal


def shares_of(
    method: Method, quantity: Decimal, amount: Decimal, weights: Sequence[Weights], rounding: Decimal
) -> list[Share]:
    """How `quantity` and `amount` of a charge fall on the targets. Pure; the sums are exact.

    Equally and by amount: each takes a rounded share of what is left. By weight and volume: the remainder of the
    rounding is carried to the next. Raises ValidationError `charge_method_not_possible`.
    """
    if method == Method.EQUALLY:
        parts = [Decimal(1)] * len(weights)
        return _of_what_is_left(quantity, amount, parts, rounding)
    if method == Method.AMOUNT:
        amounts = [weight.amount for weight in weights]
        if any(value is None for value in amounts):
            raise _impossible(_("A transfer has no amount; spread the charge by weight or equally."))
        return _of_what_is_left(quantity, amount, [value or ZERO for value in amounts], rounding)
    parts = [weight.weight if method == Method.WEIGHT else weight.volume for weight in weights]
    if not sum(parts, ZERO):
        raise _impossible(_("The items have no weight or volume on their cards."))
    quantities = spread(quantity, parts, PLACES)
    return [Share(q, a) for q, a in zip(quantities, spread(amount, parts, rounding), strict=True)]


def _of_what_is_left(quantity: Decimal, amount: Decimal, parts: Sequence[Decimal], rounding: Decimal) -> list[Share]:
    left = sum(parts, ZERO)
    if not left:
        raise _impossible(_("The lines have no amount; spread the charge equally."))
    shares = []
    for part in parts:
        taken = Share(
            round_to(quantity * part / left, PLACES) if left else ZERO,
            round_to(amount * part / left, rounding) if left else ZERO,
        )
        quantity, amount, left = quantity - taken.quantity, amount - taken.amount, left - part
        shares.append(taken)
    return shares


def _impossible(message: str) -> ValidationError:
    return ValidationError("charge_method_not_possible", message, field="method")


def assign_charge(
    session: Session,
    document_id: int,
    line_no: int,
    targets: Sequence[Target],
    method: Method,
    *,
    user_id: int | None = None,
) -> list[ItemChargeAssignment]:
    """Spread what of a charge line is not billed over `targets`, in place of what was assigned before.

    Raises ValidationError `not_a_charge`, `charge_amount_zero`, `charge_assigned_too_much`, `charge_target_unknown`,
    `charge_target_invoiced`, `charge_method_not_possible`.
    """
    document = lock_document(session, document_id)
    check_center(session, document, user_id)
    line = get_line(session, document_id, line_no)
    if line.type != TradeLineType.ITEM_CHARGE:
        raise ValidationError("not_a_charge", _("This line is no item charge."), line=line_no)
    facts = load_facts(session, [], document=document)
    quantity = line.quantity - line.qty_invoiced
    amount = _open_amount(document, line, facts)
    if not amount:
        raise ValidationError(
            "charge_amount_zero", _("The charge has no amount to assign."), field="unit_amount", line=line_no
        )
    found = _Found(session, document, targets)
    shares = _shares(method, quantity, amount, targets, found, facts)
    session.refresh(line, ["assignments"])
    line.assignments = [row for row in line.assignments if row.qty_assigned]
    for row in line.assignments:
        row.qty_to_assign = row.amount_to_assign = ZERO
    made = [
        ItemChargeAssignment(
            line_id=line.id,
            target_line_id=target.line_id,
            target_posted_line_id=target.posted_line_id,
            target_entry_id=target.entry_id,
            qty_to_assign=share.quantity,
            amount_to_assign=share.amount,
            qty_assigned=ZERO,
        )
        for target, share in zip(targets, shares, strict=True)
        if share.quantity or share.amount
    ]
    line.assignments += made
    note_change(document, user_id)
    session.flush()
    return made


def _open_amount(document: TradeDocument, line: TradeLine, facts: TradeFacts) -> Decimal:
    """What is still to be billed, without VAT."""
    net = part_amounts(priced(line), line.qty_invoiced, line.quantity - line.qty_invoiced, facts.amount_rounding).net
    if not document.prices_including_vat:
        return net
    return round_to(net / (1 + line.vat_percent / 100), facts.amount_rounding)


def _shares(
    method: Method, quantity: Decimal, amount: Decimal, targets: Sequence[Target], found: _Found, facts: TradeFacts
) -> list[Share]:
    if method != Method.MANUAL:
        return shares_of(method, quantity, amount, [found.weights(target) for target in targets], facts.amount_rounding)
    given = [ZERO if target.quantity is None else target.quantity for target in targets]
    if len(given) == 1 and targets[0].quantity is None:
        given = [quantity]
    total = sum(given, ZERO)
    if abs(total) > abs(quantity):
        raise ValidationError(
            "charge_assigned_too_much",
            _("%(total)s would be assigned of %(quantity)s.", total=plain_quantity(total),
              quantity=plain_quantity(quantity)),
            field="assignments", hint=_("Lower the quantities to assign."),
        )  # fmt: skip
    whole = round_to(amount * total / quantity, facts.amount_rounding)
    amounts = spread(whole, given, facts.amount_rounding)
    return [Share(q, a) for q, a in zip(given, amounts, strict=True)]


def undone_transfer() -> ColumnElement[bool]:
    """True for an entry of a posted transfer line that was undone, and for the entries that undid it."""
    line, document = PostedTransferLine, PostedTransfer
    return or_(
        and_(ItemLedgerEntry.correction, ItemLedgerEntry.entry_type == EntryType.TRANSFER),
        exists()
        .where(
            line.document_id == document.id, line.correction, line.line_no == ItemLedgerEntry.document_line_no,
            document.no == ItemLedgerEntry.document_no, document.document_type == ItemLedgerEntry.document_type,
        )
        .correlate(ItemLedgerEntry),
    )  # fmt: skip


class _Found:
    """The targets as they are in the database, and what they weigh."""

    def __init__(self, session: Session, document: TradeDocument, targets: Sequence[Target]) -> None:
        self._exchange = exchange_of(session, document)
        line_ids = {target.line_id for target in targets if target.line_id is not None}
        posted_ids = {target.posted_line_id for target in targets if target.posted_line_id is not None}
        entry_ids = {target.entry_id for target in targets if target.entry_id is not None}
        lines = session.scalars(
            select(TradeLine)
            .where(TradeLine.id.in_(ids_of(session, line_ids)), TradeLine.document_id == document.id)
            .options(joinedload(TradeLine.item))
        )
        self._lines = {line.id: line for line in lines}
        posted = session.scalars(
            select(PostedLine)
            .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
            .where(
                PostedLine.id.in_(ids_of(session, posted_ids)),
                PostedDocument.document_type.in_(CHARGEABLE),
                ~PostedLine.correction,
            )
            .options(joinedload(PostedLine.item), contains_eager(PostedLine.document))
        )
        self._posted = {line.id: line for line in posted}
        rows = session.execute(
            select(ItemLedgerEntry.id, ItemLedgerEntry.quantity, Item.gross_weight, Item.unit_volume)
            .join(Item, Item.id == ItemLedgerEntry.item_id)
            .where(ItemLedgerEntry.id.in_(ids_of(session, entry_ids)), ~undone_transfer())
        )
        self._entries = {row[0]: (row[1], row[2], row[3]) for row in rows}
        for target in targets:
            self._check(target)

    def _check(self, target: Target) -> None:
        line = self._lines.get(target.line_id or 0)
        posted = self._posted.get(target.posted_line_id or 0)
        known = (line is not None and line.type == TradeLineType.ITEM) or target.entry_id in self._entries
        if not known and (posted is None or posted.type != TradeLineType.ITEM):
            raise ValidationError(
                "charge_target_unknown",
                _("A charge is put on goods: an item line of this document, or of a posted receipt or shipment."),
                field="assignments",
                hint=_("Choose another line; one that was undone carries no charge."),
            )
        if line is not None and line.completely_handled and line.qty_invoiced == line.quantity:
            raise ValidationError(
                "charge_target_invoiced",
                _("Line %(line)s is invoiced already.", line=line.line_no),
                field="assignments",
                hint=_("Assign the charge to its posted receipt or shipment."),
            )

    def weights(self, target: Target) -> Weights:
        """What the target weighs by each method."""
        if target.line_id is not None:
            line = self._lines[target.line_id]
            return Weights(
                abs(self._exchange.to_local(line.line_amount - line.invoice_discount_amount)),
                abs(line.gross_weight * line.quantity_base),
                abs(line.unit_volume * line.quantity_base),
            )
        if target.posted_line_id is not None:
            posted = self._posted[target.posted_line_id]
            _discount, amount = whole_amounts(posted.quantity, posted.unit_amount, posted.line_discount_percent)
            return Weights(
                abs(of_posted(posted.document).to_local(amount)),
                abs(posted.gross_weight * posted.quantity_base),
                abs(posted.unit_volume * posted.quantity_base),
            )
        quantity, weight, volume = self._entries[target.entry_id or 0]
        return Weights(None, abs(weight * quantity), abs(volume * quantity))
