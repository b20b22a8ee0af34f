"""The arithmetic of a line's quantities and what it refuses (documents.md section 3). Pure.

Everything is in the line's unit; base quantities follow it.
"""

from __future__ import annotations

from decimal import Decimal

from core.errors import ValidationError
from core.rounding import ZERO, round_quantity
from core.text import _, plain_quantity
from models import TradeLine
from models.enums import DefaultQuantity, TradeLineType
from services.units import check_balanced, check_precision, from_base, to_base


def set_quantity(line: TradeLine, quantity: Decimal, *, precision: Decimal, default: DefaultQuantity) -> None:
    """What is ordered changes; what is left, and what is proposed to move and to bill, follow.

    Raises ValidationError `quantity_below_handled`, `quantity_rounds_to_zero`, `precision`.
    """
    if line.qty_handled and (abs(quantity) < abs(line.qty_handled) or quantity * line.qty_handled < 0):
        raise ValidationError(
            "quantity_below_handled",
            _("%(done)s are received or shipped already; the quantity cannot be %(quantity)s.",
              done=plain_quantity(line.qty_handled), quantity=plain_quantity(quantity)),
            field="quantity", line=line.line_no, hint=_("Undo the receipt or shipment first, or post a return."),
        )  # fmt: skip
    if line.type == TradeLineType.ITEM and line.qty_per_unit_of_measure == 1:
        check_precision(quantity, precision)
    line.quantity = quantity
    line.quantity_base = to_base(quantity, line.qty_per_unit_of_measure, precision)
    set_outstanding(line)
    propose(line, default)


def set_outstanding(line: TradeLine) -> None:
    """Outstanding = quantity - handled, in both units."""
    line.outstanding_qty = line.quantity - line.qty_handled
    line.outstanding_qty_base = line.quantity_base - line.qty_handled_base
    if line.type == TradeLineType.COMMENT:
        line.outstanding_qty = line.outstanding_qty_base = ZERO


def propose(line: TradeLine, default: DefaultQuantity) -> None:
    """What the next posting moves and bills: all that is left, or nothing to move where set-up says so."""
    blank = default == DefaultQuantity.BLANK
    line.qty_to_handle = ZERO if blank else line.outstanding_qty
    line.qty_to_consume = ZERO
    line.qty_to_invoice = line.most_to_invoice


def check_to_handle(line: TradeLine, quantity: Decimal) -> None:
    """Raises ValidationError `quantity_exceeds_outstanding`, `quantity_sign`."""
    if quantity * line.quantity < 0:
        raise ValidationError(
            "quantity_sign",
            _("%(quantity)s goes the other way than the line's quantity.", quantity=plain_quantity(quantity)),
            field="qty_to_handle", line=line.line_no, hint=_("Enter it with the sign of the line."),
        )  # fmt: skip
    if abs(quantity) > abs(line.outstanding_qty):
        raise ValidationError(
            "quantity_exceeds_outstanding",
            _("Only %(left)s are outstanding; %(quantity)s cannot be received or shipped.",
              left=plain_quantity(line.outstanding_qty), quantity=plain_quantity(quantity)),
            field="qty_to_handle", line=line.line_no,
            hint=_("Lower the quantity, or raise the quantity ordered first."),
        )  # fmt: skip


def set_to_handle(line: TradeLine, quantity: Decimal) -> None:
    """What the next posting moves; what it may bill follows. Raises as `check_to_handle`."""
    check_to_handle(line, quantity)
    line.qty_to_handle = quantity
    line.qty_to_consume = ZERO
    line.qty_to_invoice = line.most_to_invoice


def set_to_invoice(line: TradeLine, quantity: Decimal) -> None:
    """What the next posting bills. Raises ValidationError `quantity_to_invoice_too_large`, `quantity_sign`."""
    check_to_invoice(line, quantity, line.most_to_invoice)
    line.qty_to_invoice = quantity


def check_to_invoice(line: TradeLine, quantity: Decimal, most: Decimal) -> None:
    """Raises ValidationError `quantity_to_invoice_too_large`, `quantity_sign`."""
    if quantity * line.quantity < 0:
        raise ValidationError(
            "quantity_sign",
            _("%(quantity)s goes the other way than the line's quantity.", quantity=plain_quantity(quantity)),
            field="qty_to_invoice", line=line.line_no, hint=_("Enter it with the sign of the line."),
        )  # fmt: skip
    if abs(quantity) > abs(most):
        raise ValidationError(
            "quantity_to_invoice_too_large",
            _("At most %(most)s can be invoiced: what is received or shipped and not invoiced yet.",
              most=plain_quantity(most)),
            field="qty_to_invoice", line=line.line_no, hint=_("Lower the quantity to invoice."),
        )  # fmt: skip


def set_to_consume(line: TradeLine, quantity: Decimal) -> None:
    """Service orders: used up for the customer; it is shipped with it and not billed (documents.md section 17).

    Raises ValidationError `quantity_exceeds_outstanding`, `quantity_sign`.
    """
    check_to_handle(line, quantity)
    line.qty_to_consume = quantity
    if quantity:
        line.qty_to_handle = quantity
        line.qty_to_invoice = ZERO
    else:
        line.qty_to_invoice = line.most_to_invoice


def over_receive(line: TradeLine, quantity: Decimal, tolerance_percent: Decimal, precision: Decimal) -> None:
    """More arrives than is outstanding: the line grows by the excess (documents.md section 3).

    The ceiling is ordered x (1 + tolerance). Raises ValidationError `over_receipt_too_large`.
    """
    ordered = line.quantity - line.over_receipt_qty
    ceiling = round_quantity(ordered * (1 + tolerance_percent / 100))
    wanted = line.qty_handled + quantity
    if wanted > ceiling:
        raise ValidationError(
            "over_receipt_too_large",
            _("%(wanted)s would be received of %(ordered)s ordered; at most %(ceiling)s are accepted.",
              wanted=plain_quantity(wanted), ordered=plain_quantity(ordered), ceiling=plain_quantity(ceiling)),
            field="qty_to_handle", line=line.line_no, hint=_("Send the rest back, or order more."),
        )  # fmt: skip
    excess = max(wanted - line.quantity, ZERO)
    line.over_receipt_qty += excess
    line.quantity += excess
    line.quantity_base = to_base(line.quantity, line.qty_per_unit_of_measure, precision)
    set_outstanding(line)
    set_to_handle(line, quantity)


def base_of(line: TradeLine, quantity: Decimal, precision: Decimal) -> Decimal:
    """`quantity` of the line in base units; the last part takes what is left in base units.

    Raises ValidationError `quantity_unbalanced` where nothing would be left in one unit and something in the other.
    """
    if quantity == line.outstanding_qty:
        return line.outstanding_qty_base
    base = to_base(quantity, line.qty_per_unit_of_measure, precision)
    if precision and from_base(base, line.qty_per_unit_of_measure) != round_quantity(quantity):
        # 0.1667 of a set of 6 is no whole piece; 0.16667 is one.
        raise ValidationError(
            "quantity_unbalanced",
            _("%(quantity)s of this unit are no whole number of base units.", quantity=plain_quantity(quantity)),
            field="quantity", line=line.line_no, hint=_("Enter %(right)s.",
                right=plain_quantity(from_base(base, line.qty_per_unit_of_measure))),
        )  # fmt: skip
    try:
        check_balanced(line.outstanding_qty - quantity, line.outstanding_qty_base - base)
    except ValidationError as error:
        error.line = line.line_no
        raise
    return base
