"""What the card of a vendor or customer says first: what is owed, what is late, which orders are open."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import PartyLedgerEntry, TradeDocument
from models.enums import TradeSide, TradeType
from services.trade.work import Work, work_condition


@dataclass(frozen=True)
class PartyWork:
    """Amounts are in local currency and above zero where the customer owes us, or we owe the vendor."""

    balance: Decimal
    overdue: Decimal
    orders: int
    late: int
    to_invoice: int


def work_of_party(session: Session, side: TradeSide, party_id: int, on: dt.date) -> PartyWork:
    """Open entries of the party and its orders on the day `on`; two statements, by the party's indexes.

    Source: documents.md section 22: the sum of the open entries is what is owed.
    """
    entry, document = PartyLedgerEntry, TradeDocument
    sales = side == TradeSide.SALES
    amount = entry.remaining_amount.type
    owed, overdue = session.execute(
        select(
            func.sum(entry.remaining_amount, type_=amount),
            func.sum(case((entry.due_date < on, entry.remaining_amount), else_=None), type_=amount),
        ).where((entry.customer_id if sales else entry.vendor_id) == party_id, entry.open.is_(True))
    ).one()
    orders, late, to_invoice = session.execute(
        select(
            func.count(),
            func.count(case((work_condition(Work.OVERDUE, on), 1))),
            func.count(case((work_condition(Work.TO_INVOICE, on), 1))),
        )
        .select_from(document)
        .where(
            (document.customer_id if sales else document.vendor_id) == party_id, document.side == side,
            document.type == TradeType.ORDER,
        )
    ).one()  # fmt: skip
    sign = 1 if sales else -1
    return PartyWork(sign * (owed or ZERO), sign * (overdue or ZERO), orders, late, to_invoice)
