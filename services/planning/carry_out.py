"""Accepted lines of the worksheet become orders and changes of orders (availability-and-reservation.md section 20).

A purchase order for each vendor and location, a transfer order for each road. Nothing is released or posted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError, errors_of
from core.sql import ids_of
from core.text import _
from models import (
    BLANK_ID,
    Item,
    PlanningAction,
    PlanningLine,
    Reservation,
    TradeLine,
    TransferLine,
    Vendor,
)
from models.enums import ReplenishmentSystem, TradeSide, TradeType
from services.planning.linked_sales import linked_sales
from services.planning.reorder import purchase_units
from services.reservations.keep import reserve
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from services.trade import lines as trade_lines
from services.trade.documents import create_document, delete_document, lines_of
from services.trade.drop_shipments import get_sales_lines
from services.transfers import lines as transfer_lines
from services.transfers import orders as transfer_orders


@dataclass(slots=True)
class Outcome:
    """Numbers of what was opened, how many orders were changed, and what was refused: line id -> why."""

    purchase: list[str] = field(default_factory=list)
    transfer: list[str] = field(default_factory=list)
    changed: int = 0
    refused: dict[int, str] = field(default_factory=dict)


def needs_transfers(session: Session) -> bool:
    """True where carrying out would open or change transfer orders: that needs the right to."""
    return session.scalar(
        select(PlanningLine.id)
        .where(PlanningLine.accepted, PlanningLine.replenishment_system == ReplenishmentSystem.TRANSFER)
        .limit(1)
    ) is not None  # fmt: skip


def carry_out(
    session: Session, *, on: dt.date, user_id: int | None = None, user_name: str = "", only: Sequence[int] | None = None
) -> Outcome:
    """Carry out the accepted lines; what is refused stays on the worksheet with its reason, the others are done.

    `only` are ids of the lines to look at; those that are gone meanwhile are passed over. Raises ValidationError
    `nothing_accepted`.
    """
    among = [] if only is None else [PlanningLine.id.in_(ids_of(session, only))]
    lines = session.scalars(
        select(PlanningLine).where(PlanningLine.accepted, *among).order_by(PlanningLine.due_date, PlanningLine.id)
    ).all()
    if not lines and only is None:
        raise ValidationError("nothing_accepted", _("Tick the lines to carry out first."))
    outcome = Outcome()
    sales = linked_sales(session, lines)
    blocked = set(session.scalars(select(Item.id).where(Item.id.in_([line.item_id for line in lines]), Item.blocked)))
    groups: dict[tuple[bool, int, int], list[PlanningLine]] = defaultdict(list)
    for line in lines:
        if refusal := _refusal(line, blocked, sales.get(line.demand_line_id or 0)):
            outcome.refused[line.id] = refusal
        elif line.action is not PlanningAction.NEW:
            if _tried(session, outcome, [line], lambda line=line: _change(session, line, user_id)):  # type: ignore[misc]
                outcome.changed += 1
        elif line.replenishment_system is ReplenishmentSystem.TRANSFER:
            groups[True, line.transfer_from_id or 0, line.location_id].append(line)
        else:
            groups[False, line.vendor_id or 0, line.location_id].append(line)
    for (moves, source, target), group in groups.items():
        numbers: list[str] = []
        work = _move if moves else _buy

        def done(work: _Work = work, source: int = source, target: int = target) -> None:
            numbers.append(work(session, source, target, group, on, user_id, user_name))  # noqa: B023 - called at once

        if _tried(session, outcome, group, done):
            (outcome.transfer if moves else outcome.purchase).extend(numbers)
    return outcome


_Work = Callable[[Session, int, int, Sequence[PlanningLine], dt.date, int | None, str], str]


def _refusal(line: PlanningLine, blocked: set[int], sold: TradeLine | None) -> str:
    """Why a line cannot be carried out as it stands; "" where it can."""
    moves = line.replenishment_system is ReplenishmentSystem.TRANSFER
    if line.action is not PlanningAction.CANCEL and line.quantity_base <= 0:
        return _("Give a quantity above zero.")
    if line.item_id in blocked:
        return _("The item is blocked.")
    if line.action is not PlanningAction.NEW:
        return ""
    if sold is not None and (sold.linked_line_id is not None or not sold.outstanding_qty):
        return _("The sales line is ordered or delivered already: delete this line.")
    return _no_way(line) if moves else _no_vendor(line)


def _no_way(line: PlanningLine) -> str:
    if not line.transfer_from_id:
        return _("Say on the stockkeeping unit which location it comes from.")
    return _("It would come from the location it goes to.") if line.transfer_from_id == line.location_id else ""


def _no_vendor(line: PlanningLine) -> str:
    if line.replenishment_system is not ReplenishmentSystem.PURCHASE:
        return _("It is made here and not bought: make it another way, and delete the line.")
    return "" if line.vendor_id else _("Choose a vendor.")


def _tried(session: Session, outcome: Outcome, group: Sequence[PlanningLine], work: Callable[[], None]) -> bool:
    """Do it, or leave nothing of it and note why."""
    ids = [line.id for line in group]
    try:
        with session.begin_nested():
            work()
            session.flush()
    except DomainError as error:
        sentence = " ".join(single.message for single in errors_of(error))
        for line_id in ids:
            outcome.refused[line_id] = sentence
        return False
    return True


def _buy(
    session: Session, vendor_id: int, location_id: int, group: Sequence[PlanningLine], on: dt.date, user_id: int | None,
    user_name: str,
) -> str:  # fmt: skip
    vendor = session.get_one(Vendor, vendor_id)
    header = {"location_id": location_id} if location_id != BLANK_ID else {}
    document = create_document(session, TradeSide.PURCHASE, TradeType.ORDER, vendor.no, header, on=on, user_id=user_id)
    sales = linked_sales(session, group)
    fetched = [line for line in group if line.demand_line_id in sales]
    stocked = [line for line in group if line.demand_line_id not in sales]
    units = purchase_units(session, [line.item_id for line in stocked])
    wanted = []
    for line in stocked:
        values: dict[str, object] = {
            "item_id": line.item_id,
            "quantity": line.quantity_base,
            "expected_date": line.due_date,
        }
        unit_id, factor = units.get(line.item_id, (None, None))
        if unit_id is not None and factor and line.quantity_base % factor == 0:
            values |= {"quantity": line.quantity_base / factor, "unit_of_measure_id": unit_id}
        if line.variant_id:
            values["variant_id"] = line.variant_id
        if line.location_id:
            values["location_id"] = line.location_id
        wanted.append(values)
    made = trade_lines.add_lines(session, document.id, wanted, user_id=user_id)
    for line, bought in zip(stocked, made, strict=True):
        _hand_on(session, line, LineRef(SourceKind.TRADE, bought.id), user_name)
    if fetched:
        due = {line.demand_line_id: line.due_date for line in fetched if line.demand_line_id is not None}
        get_sales_lines(session, document.id, list(due), due=due, user_id=user_id)
        for line in fetched:
            session.delete(line)
    return document.no


def _move(
    session: Session, source: int, target: int, group: Sequence[PlanningLine], on: dt.date, user_id: int | None,
    user_name: str,
) -> str:  # fmt: skip
    order = transfer_orders.create_order(session, {"from_location_id": source, "to_location_id": target}, on=on)
    for line in group:
        values: dict[str, object] = {
            "item_id": line.item_id, "quantity": line.quantity_base, "shipment_date": line.order_date,
            "receipt_date": line.due_date,
        }  # fmt: skip
        if line.variant_id:
            values["variant_id"] = line.variant_id
        made = transfer_lines.add_line(session, order, values)
        session.flush()
        _hand_on(session, line, LineRef(SourceKind.TRANSFER_IN, made.id), user_name)
    return order.no


def _hand_on(session: Session, line: PlanningLine, ref: LineRef, user_name: str) -> None:
    """What was reserved from the proposal is reserved from the order; policy Order reserves it for its demand."""
    trade = ref.id if ref.kind is SourceKind.TRADE else None
    transfer = ref.id if trade is None else None
    session.execute(
        update(Reservation)
        .where(Reservation.supply_planning_line_id == line.id)
        .values(supply_planning_line_id=None, supply_line_id=trade, supply_transfer_line_id=transfer)
    )
    session.delete(line)
    if line.order_for_line_id is None:
        return
    demand = session.get(TradeLine, line.order_for_line_id)
    if demand is not None:
        try:
            with session.begin_nested():
                reserve(session, LineRef(SourceKind.TRADE, demand.id), ref, user_name=user_name)
        except DomainError:
            return  # customers who never reserve, a demand that moved: the order is made all the same


def _change(session: Session, line: PlanningLine, user_id: int | None) -> None:
    """Change, move or cancel the order line that a message is about; an order without lines goes too."""
    session.delete(line)  # first: it would go with the order line, too
    session.flush()
    if line.supply_line_id is not None:
        bought = session.get_one(TradeLine, line.supply_line_id)
        if line.action is not PlanningAction.CANCEL:
            wanted = _so_much(session, line, bought) | {"expected_date": line.due_date}
            trade_lines.change_line(session, bought.document_id, bought.line_no, wanted, user_id=user_id)
            return
        document_id = bought.document_id
        trade_lines.delete_line(session, document_id, bought.line_no, user_id=user_id)
        if not lines_of(session, document_id):
            delete_document(session, document_id, user_id=user_id)
        return
    order_id = session.scalars(
        select(TransferLine.order_id).where(TransferLine.id == line.supply_transfer_line_id)
    ).one()
    order = transfer_orders.get_order_by_id(session, order_id)
    moved = next(single for single in order.lines if single.id == line.supply_transfer_line_id)
    if line.action is PlanningAction.CANCEL:
        transfer_lines.delete_line(session, order, moved)
        if not order.lines:
            transfer_orders.delete_order(session, order)
        return
    shipment = moved.shipment_date + (line.due_date - moved.receipt_date)
    transfer_lines.edit_line(
        session, order, moved,
        _so_much(session, line, moved) | {"shipment_date": shipment, "receipt_date": line.due_date},
    )  # fmt: skip


def _so_much(session: Session, line: PlanningLine, ordered: TradeLine | TransferLine) -> dict[str, object]:
    """The proposed quantity in the unit of the order line where it counts whole in that, else in base units."""
    if line.quantity_base % ordered.qty_per_unit_of_measure == 0:
        return {"quantity": line.quantity_base / ordered.qty_per_unit_of_measure}
    item = session.get_one(Item, line.item_id)
    return {"quantity": line.quantity_base, "unit_of_measure_id": item.base_unit_of_measure_id}
