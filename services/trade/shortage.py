"""What stands behind the stock-out notice of a sales line (availability-and-reservation.md section 16)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import TradeDocument, TradeLine
from services.availability.on_date import outlooks
from services.planning.stockout import Shortage, shortages
from services.trade.stockouts import takings_of
from services.trade.substituting import lines_with_substitutes


@dataclass(frozen=True, slots=True)
class Details:
    """The figures of one line in base units, up to the day it is wanted; `shortage` is None once all of it is there.

    Requirement and receipts are those of the line's item and place, what is reserved of them included.
    """

    until: dt.date
    needed: Decimal
    inventory: Decimal
    reserved_on_stock: Decimal
    gross_requirement: Decimal
    reserved_requirement: Decimal
    scheduled_receipt: Decimal
    reserved_receipt: Decimal
    elsewhere: Decimal
    shortage: Shortage | None
    substitutes: bool


def details_of(session: Session, document: TradeDocument, line: TradeLine, *, today: dt.date) -> Details:
    """Why a line is short; a fixed number of statements. Raises ValidationError `takes_no_stock`."""
    taking = next(iter(takings_of(document, [line], today)), None)
    if taking is None:
        raise ValidationError("takes_no_stock", _("This line takes nothing from stock: nothing can be short."))
    key = (taking.item_id, taking.variant_id, taking.location_id)
    outlook = outlooks(session, [key])[key]
    found = shortages(session, [taking], today=today, also={line.id}).get(line.id)
    figures = [single.figures for single in outlook.days if single.day <= taking.until]
    return Details(
        taking.until, taking.quantity, outlook.inventory, outlook.reserved,
        sum((single.gross_requirement for single in figures), ZERO),
        sum((single.reserved_requirement for single in figures), ZERO),
        sum((single.scheduled_receipt for single in figures), ZERO),
        sum((single.reserved_receipt for single in figures), ZERO),
        outlook.elsewhere, found, bool(lines_with_substitutes(session, document, [line])),
    )  # fmt: skip
