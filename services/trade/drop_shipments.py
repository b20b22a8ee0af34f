"""Goods that go from the vendor to the customer, and purchases made for one sale (documents.md section 16).

Moving one side of a drop shipment moves the other: both entries bear one day and one quantity, and nothing is in stock.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import TradeDocument, TradeLine
from models.enums import ReservePolicy, TradeLineType, TradeSide, TradeType
from services.trade import line_prices, line_values
from services.trade.documents import check_open, lock_document, note_change
from services.trade.facts import load_facts
from services.trade.lines import STEP
from services.trade.plan import LinePlan, Said

#: Posts what lines of another document move; returns what post_document returns.
PostOther = Callable[[int, Mapping[int, Said]], dict[str, Any]]


def waiting_sales_lines() -> Select[tuple[TradeLine]]:
    """Sales lines that wait for a purchase order: drop shipments and special orders that are not linked."""
    return (
        select(TradeLine)
        .join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .where(
            TradeDocument.side == TradeSide.SALES,
            TradeDocument.type == TradeType.ORDER,
            TradeLine.drop_shipment | TradeLine.special_order,
            TradeLine.linked_line_id.is_(None),
            TradeLine.outstanding_qty != 0,
        )
        .order_by(TradeLine.expected_date, TradeLine.id)
    )


def open_sales_lines(session: Session, *, limit: int = 200) -> list[TradeLine]:
    """The first sales lines that wait for a purchase order."""
    return list(session.scalars(waiting_sales_lines().limit(limit)))


def get_sales_lines(
    session: Session,
    purchase_id: int,
    sales_line_ids: Sequence[int],
    *,
    due: Mapping[int, dt.date] | None = None,
    user_id: int | None = None,
) -> list[TradeLine]:
    """Add purchase lines for these sales lines and tie each pair together; `due` says when which is expected.

    Raises ValidationError `document_released`, `not_a_purchase_order`, `no_purchasing_code`, `line_linked`.
    """
    purchase = lock_document(session, purchase_id)
    check_open(purchase)
    if purchase.side != TradeSide.PURCHASE or purchase.type != TradeType.ORDER:
        raise ValidationError("not_a_purchase_order", _("Sales lines are fetched into a purchase order."))
    wanted = session.scalars(
        select(TradeLine).where(TradeLine.id.in_(list(sales_line_ids))).order_by(TradeLine.id).with_for_update()
    ).all()
    facts = load_facts(session, [line.item_id for line in wanted], document=purchase)
    prices = line_prices.PriceBook(session, purchase, facts)
    last = session.scalar(select(func.max(TradeLine.line_no)).where(TradeLine.document_id == purchase_id)) or 0
    made = []
    for place, sold in enumerate(wanted, 1):
        _check_sold(sold)
        line = TradeLine(document_id=purchase_id, line_no=last + place * STEP, version=1)
        line_values.start(line)
        given: dict[str, object] = {
            "item_id": sold.item_id, "variant_id": sold.variant_id, "unit_of_measure_id": sold.unit_of_measure_id,
            "location_id": sold.location_id, "quantity": sold.outstanding_qty, "drop_shipment": sold.drop_shipment,
            "special_order": sold.special_order, "purchasing_code": sold.purchasing_code,
        }  # fmt: skip
        with session.no_autoflush:
            if due is not None and sold.id in due:
                given["expected_date"] = due[sold.id]
            line_values.apply(purchase, line, given, facts, prices)
        line.linked_line_id, line.reserve = sold.id, ReservePolicy.NEVER
        session.add(line)
        session.flush()
        sold.linked_line_id, sold.reserve = line.id, ReservePolicy.NEVER
        made.append(line)
    note_change(purchase, user_id)
    session.flush()
    return made


def _check_sold(sold: TradeLine) -> None:
    if sold.type != TradeLineType.ITEM or not (sold.drop_shipment or sold.special_order):
        raise ValidationError(
            "no_purchasing_code", _("This sales line is neither a drop shipment nor a special order."),
            field="purchasing_code", line=sold.line_no,
        )  # fmt: skip
    if sold.linked_line_id is not None:
        raise ValidationError(
            "line_linked", _("This sales line has a purchase order already."), field="purchasing_code",
            line=sold.line_no,
        )  # fmt: skip


def receive_first(plans: Sequence[LinePlan], documents: Mapping[int, int], post_other: PostOther) -> None:
    """Before drop shipments leave: receive them on their purchase orders, and tie what leaves to what came.

    `documents` says for each linked line whose document it is on.
    """
    for document_id, parts in _by_document(plans, documents).items():
        result = post_other(document_id, {line_id: Said(plan.handle, ZERO) for line_id, plan in parts.items()})
        for line_id, plan in parts.items():
            plan.drop_entries = tuple(result["entries"].get(line_id, ()))


def ship_after(
    plans: Sequence[LinePlan],
    documents: Mapping[int, int],
    entries: Mapping[int, Sequence[int]],
    post_other: Callable[[int, Mapping[int, Said], Mapping[int, Sequence[int]]], dict[str, Any]],
) -> None:
    """After drop shipments came in on the purchase order: ship them on their sales orders, from those entries."""
    for document_id, parts in _by_document(plans, documents).items():
        said = {line_id: Said(plan.handle, ZERO) for line_id, plan in parts.items()}
        tied = {line_id: entries.get(plan.line.id, ()) for line_id, plan in parts.items()}
        post_other(document_id, said, tied)


def _by_document(plans: Sequence[LinePlan], documents: Mapping[int, int]) -> dict[int, dict[int, LinePlan]]:
    """Document on the other side -> its linked line -> the plan of our line."""
    result: dict[int, dict[int, LinePlan]] = defaultdict(dict)
    for plan in plans:
        linked = plan.line.linked_line_id
        if plan.line.drop_shipment and plan.handle and linked is not None and linked in documents:
            result[documents[linked]][linked] = plan
    return dict(sorted(result.items()))
