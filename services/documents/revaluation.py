"""How a new value is spread over the layers in stock (posting-and-costing.md section 11).

What lies there and what it is worth by the books is stock_values.py's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.text import _
from models import BLANK_ID, CostToAdjust, Item, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.base import ScaledDecimal
from models.enums import CostingMethod, ValueEntryType
from posting.lines import RevaluationLine
from services.documents.stock_values import Layer

_value = ValueEntry


def lines_for(
    layers: Sequence[Layer],
    new_value: Decimal,
    rounding: Decimal,
    *,
    day: dt.date,
    document_no: str,
    line_no: int = 0,
) -> list[RevaluationLine]:
    """Lines that bring the layers together to `new_value`: every layer ends at the same unit cost.

    Rounding runs through, the last layer takes what is left; a layer without a change gets no line. Raises
    PostingError `revaluation_negative`.
    """
    if new_value < 0:
        raise PostingError(
            "revaluation_negative", _("Stock cannot be worth less than nothing."), field="value",
            hint=_("Enter zero or more."),
        )  # fmt: skip
    total = sum((layer.quantity for layer in layers), ZERO)
    given = exact = ZERO
    lines = []
    for layer in layers:
        exact += new_value * layer.quantity / total - layer.value
        amount = round_amount(exact - given, rounding)
        given += amount
        if not amount:
            continue
        expected = round_amount(amount * layer.not_invoiced / layer.quantity, rounding)
        lines.append(
            RevaluationLine(
                line_no=line_no,
                entry_id=layer.entry_id,
                posting_date=day,
                document_no=document_no,
                amount=amount - expected,
                expected_amount=expected,
                partial=True,
                valued_quantity=layer.quantity,
            )
        )
    return lines


def full_line(
    session: Session, entry: ItemLedgerEntry, new_value: Decimal, *, day: dt.date, document_no: str, line_no: int = 0
) -> RevaluationLine:
    """A line by hand on one entry: its whole invoiced quantity is revalued, and all that ever took from it follows.

    Raises PostingError `revaluation_partial_exists`: for an average item only when it was never revalued in part;
    `revaluation_not_adjusted`: goods that came back while the cost of the shipment they came from is not settled.
    """
    method = session.scalar(select(Item.costing_method).where(Item.id == entry.item_id))
    partial = select(_value.id).where(_value.item_id == entry.item_id, _value.partial_revaluation).limit(1)
    if method == CostingMethod.AVERAGE and session.scalar(partial) is not None:
        raise PostingError(
            "revaluation_partial_exists",
            _("The item was revalued in part before; an average item is then revalued as a whole."),
            hint=_("Revalue the item at the end of a period."),
        )
    _refuse_unsettled_return(session, entry)
    cost = session.scalar(
        select(func.sum(_value.cost_amount_actual, type_=ScaledDecimal())).where(
            _value.item_ledger_entry_id == entry.id, _value.entry_type != ValueEntryType.ROUNDING
        )
    )
    return RevaluationLine(
        line_no=line_no, entry_id=entry.id, posting_date=day, document_no=document_no, amount=new_value - (cost or ZERO)
    )


def _refuse_unsettled_return(session: Session, entry: ItemLedgerEntry) -> None:
    link = ItemApplicationEntry
    waiting = session.scalar(
        select(CostToAdjust.item_ledger_entry_id)
        .join(link, link.outbound_entry_id == CostToAdjust.item_ledger_entry_id)
        .where(
            link.inbound_entry_id == entry.id, link.item_ledger_entry_id == entry.id, link.quantity > 0,
            link.outbound_entry_id != BLANK_ID, link.in_force,
        )
        .limit(1)
    )  # fmt: skip
    if waiting is not None:
        raise PostingError(
            "revaluation_not_adjusted",
            _("Entry %(id)s came back from entry %(shipment)s, whose cost is not adjusted.",
              id=entry.id, shipment=waiting),
            hint=_("Run cost adjustment first."),
        )  # fmt: skip
