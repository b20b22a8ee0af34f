"""What stands behind the stock-out notice of a line (availability-and-reservation.md section 16)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from services.availability.on_date import outlooks
from services.planning.stockout import Shortage, Taking, shortages
from services.reservations.drawer import held_by_lines


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
    #: of what is needed, what is reserved for the line, and of that from stock
    reserved: Decimal
    from_stock: Decimal
    #: available to promise on the day, its own demand among the others and no look ahead (section 16)
    promised: Decimal

    @property
    def required(self) -> Decimal:
        """What is needed and not reserved."""
        return self.needed - self.reserved

    @property
    def available(self) -> Decimal:
        """What of the stock nobody holds."""
        return self.inventory - self.reserved_on_stock


def details_of(session: Session, takings: Sequence[Taking], *, today: dt.date) -> Details:
    """Why the line that takes this is short; a fixed number of statements.

    Raises ValidationError `takes_no_stock` where nothing is taken.
    """
    taking = next(iter(takings), None)
    if taking is None:
        raise ValidationError("takes_no_stock", _("This line takes nothing from stock: nothing can be short."))
    key = (taking.item_id, taking.variant_id, taking.location_id)
    outlook = outlooks(session, [key])[key]
    found = shortages(session, [taking], today=today, also={taking.key}).get(taking.key)
    own = held_by_lines(session, taking.own[0], [taking.own[1]]).get(taking.own[1]) if taking.own is not None else None
    figures = [single.figures for single in outlook.days if single.day <= taking.until]
    return Details(
        taking.until, taking.quantity, outlook.inventory, outlook.reserved,
        sum((single.gross_requirement for single in figures), ZERO),
        sum((single.reserved_requirement for single in figures), ZERO),
        sum((single.scheduled_receipt for single in figures), ZERO),
        sum((single.reserved_receipt for single in figures), ZERO),
        outlook.elsewhere, found, own.quantity if own is not None else ZERO,
        own.from_stock if own is not None else ZERO, outlook.promise(taking.until),
    )  # fmt: skip
