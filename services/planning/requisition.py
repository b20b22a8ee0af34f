"""The requisition worksheet: what planning proposes is kept as lines, which people accept, change and delete
(availability-and-reservation.md section 20). Nothing is ordered before the lines are carried out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, delete, exists, func, insert, or_, select
from sqlalchemy.orm import Session, aliased

from core.errors import ErrorList, ValidationError
from core.rounding import ZERO
from core.text import _
from models import (
    Item,
    ItemVariant,
    Location,
    PlanningAction,
    PlanningLine,
    StockkeepingUnit,
    TradeDocument,
    TradeLine,
    TransferLine,
    TransferOrder,
    UnitOfMeasure,
    Vendor,
)
from models.enums import ItemType, MissingSku, ReorderingPolicy, ReplenishmentSystem
from services.jobs import ProgressReport
from services.planning.balance import Demand, Proposal, plan
from services.planning.linked_sales import linked_sales
from services.planning.requisition_facts import Facts, Place, Surroundings, facts_of, surroundings

_CHUNK = 500
_Part = tuple[int | None, int, int]
#: runs work in a transaction of its own
Commit = Callable[[Callable[[Session], _Part]], _Part]


@dataclass(frozen=True, slots=True)
class Scope:
    """What is planned: demand up to the end, for one item and one location or for all."""

    start: dt.date
    end: dt.date
    item_id: int | None = None
    location_id: int | None = None


def suggest(
    session: Session, scope: Scope, *, progress: ProgressReport | None = None, commit: Commit | None = None
) -> int:
    """Replace the lines of these items and places by what planning proposes now; how many there are.

    Promised lines stay: they are reserved for their orders and count as supply. Items are read by the hundreds, so that
    any number of them needs the same memory; with `commit` each handful is a transaction of its own. Raises
    ValidationError `end_before_start`.
    """
    if scope.end < scope.start:
        raise ValidationError("end_before_start", _("The last day lies before the first."), field="end")
    around = surroundings(session)
    minimal = MissingSku.MINIMAL in around.missing.values()
    total = count_planned(session, scope, minimal=minimal) if progress is not None else 0
    run = commit or (lambda work: work(session))
    last: int | None = 0
    done = count = 0
    while last is not None:
        if progress is not None:
            progress(min(done, total), total)
        after = last

        def work(session: Session, after: int = after) -> _Part:
            return _suggest_chunk(session, scope, around, after, minimal=minimal)

        last, planned, proposed = run(work)
        done, count = done + planned, count + proposed
    if progress is not None:
        progress(total, total)
    return count


def _suggest_chunk(session: Session, scope: Scope, around: Surroundings, after: int, *, minimal: bool) -> _Part:
    """The next items after this one: the last of them (None: there are no more), how many, and their lines."""
    ids = session.scalars(_planned_items(scope, minimal=minimal).where(Item.id > after).limit(_CHUNK)).all()
    old = delete(PlanningLine).where(PlanningLine.demand_line_id.is_(None), PlanningLine.item_id > after)
    if len(ids) == _CHUNK:  # what nobody plans any more goes with those around it
        old = old.where(PlanningLine.item_id <= ids[-1])
    if scope.item_id is not None:
        old = old.where(PlanningLine.item_id == scope.item_id)
    if scope.location_id is not None:
        old = old.where(PlanningLine.location_id == scope.location_id)
    session.execute(old.execution_options(synchronize_session=False))
    session.expire_all()
    rows = list(_proposed(facts_of(session, around, ids), scope)) if ids else []
    if rows:
        session.execute(insert(PlanningLine), rows)
    return (ids[-1] if len(ids) == _CHUNK else None), len(ids), len(rows)


def count_planned(session: Session, scope: Scope, *, minimal: bool | None = None) -> int:
    """How many items would be planned."""
    if minimal is None:
        rules = select(Location.id).where(Location.missing_sku == MissingSku.MINIMAL).limit(1)
        minimal = session.scalar(rules) is not None
    among = _planned_items(scope, minimal=minimal).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(among)) or 0


def _planned_items(scope: Scope, *, minimal: bool) -> Select[tuple[int]]:
    """The items that something plans: their card, a stockkeeping unit, or a location that meets all demand."""
    unit = StockkeepingUnit
    statement = select(Item.id).where(Item.type == ItemType.INVENTORY, Item.blocked.is_(False))
    if scope.item_id is not None:
        statement = statement.where(Item.id == scope.item_id)
    if not minimal:
        by_unit = exists().where(unit.item_id == Item.id, unit.reordering_policy != ReorderingPolicy.NONE)
        statement = statement.where(or_(Item.reordering_policy != ReorderingPolicy.NONE, by_unit))
    return statement.order_by(Item.id)


def _proposed(facts: Facts, scope: Scope) -> Iterable[dict[str, Any]]:
    """Rows to insert; a proposed transfer is demand where it comes from, which is planned after."""
    for place in facts.places(scope.location_id):
        source = facts.source(place)
        for proposal in plan(facts.situation(place, scope.start, scope.end)):
            yield _row(place, proposal, source.system, source.vendor_id, source.transfer_from_id)
            if proposal.action is PlanningAction.NEW and source.transfer_from_id is not None:
                facts.demands[place[0], place[1], source.transfer_from_id].append(
                    Demand(proposal.order_date, proposal.quantity)
                )


def _row(
    place: Place, proposal: Proposal, system: ReplenishmentSystem, vendor_id: int | None, transfer_from_id: int | None
) -> dict[str, Any]:
    supply = proposal.supply
    if supply is not None and supply.transfer_line_id is not None:
        system = ReplenishmentSystem.TRANSFER
    elif supply is not None:
        system = ReplenishmentSystem.PURCHASE
    return {
        "item_id": place[0], "variant_id": place[1], "location_id": place[2], "quantity_base": proposal.quantity,
        "order_date": proposal.order_date, "due_date": proposal.due, "replenishment_system": system,
        "vendor_id": vendor_id if supply is None else None,
        "transfer_from_id": transfer_from_id if supply is None else None, "demand_line_id": None,
        "action": proposal.action, "accepted": proposal.warning is None, "warning": proposal.warning,
        "reason": proposal.reason, "original_quantity_base": supply.quantity if supply is not None else ZERO,
        "original_due_date": supply.date if supply is not None and supply.date > dt.date.min else None,
        "supply_line_id": supply.trade_line_id if supply is not None else None,
        "supply_transfer_line_id": supply.transfer_line_id if supply is not None else None,
        "order_for_line_id": proposal.demand.trade_line_id if proposal.demand is not None else None,
    }  # fmt: skip


# ------------------------------------------------------------------------------------------------ lines
@dataclass(frozen=True, slots=True)
class Change:
    """What was typed on a line."""

    accepted: bool
    quantity: Decimal
    due: dt.date
    vendor_id: int | None


def change_lines(session: Session, changes: Mapping[int, Change]) -> None:
    """Keep what was typed; lines that are gone are passed over. A changed due date moves the order date along.

    Raises ErrorList of ValidationError `quantity_missing`, `quantity_negative`, whose `line` is the id of the line.
    """
    lines = session.scalars(select(PlanningLine).where(PlanningLine.id.in_(list(changes)))).all()
    sales, wrong = linked_sales(session, lines), []
    for line in lines:
        change = changes[line.id]
        if change.quantity <= 0 and line.action is not PlanningAction.CANCEL:
            wrong.append(ValidationError("quantity_missing", _("Give a quantity above zero, or delete the line."),
                                         line=line.id, field="quantity"))  # fmt: skip
            continue
        line.accepted = change.accepted
        if line.action is PlanningAction.CANCEL:
            continue
        if line.due_date != change.due:
            line.order_date += change.due - line.due_date
        line.due_date = change.due
        if line.demand_line_id not in sales:  # a drop shipment or special order is bought as it is sold
            line.quantity_base = change.quantity
        if line.action is PlanningAction.NEW and line.replenishment_system is ReplenishmentSystem.PURCHASE:
            line.vendor_id = change.vendor_id
    if wrong:
        raise ErrorList(wrong)
    session.flush()


def delete_line(session: Session, line_id: int) -> None:
    """Take a line off the worksheet, with what was reserved from it; one that is gone is no error."""
    line = session.get(PlanningLine, line_id)
    if line is not None:
        session.delete(line)
        session.flush()


@dataclass(frozen=True, slots=True)
class WorksheetLine:
    """A line as the page shows it."""

    line: PlanningLine
    item_no: str
    description: str
    unit: str
    variant: str
    location: str
    transfer_from: str
    vendor_no: str
    vendor_name: str
    #: the order a message is about: its number, and whether it is a transfer
    order_no: str
    #: a drop shipment or special order: it is bought as it is sold
    linked: bool


def worksheet_lines(session: Session, *, page: int, size: int) -> tuple[list[WorksheetLine], int]:
    """One page of the worksheet by due date, and how many lines there are; two statements."""
    source, sold = aliased(Location), aliased(TradeLine)
    rows = session.execute(
        select(
            PlanningLine, Item.no, Item.description, UnitOfMeasure.code, ItemVariant.code, Location.code, source.code,
            Vendor.no, Vendor.name, TradeDocument.no, TransferOrder.no, sold.drop_shipment | sold.special_order,
        )
        .join(Item, Item.id == PlanningLine.item_id)
        .join(ItemVariant, ItemVariant.id == PlanningLine.variant_id)
        .join(Location, Location.id == PlanningLine.location_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(source, source.id == PlanningLine.transfer_from_id)
        .outerjoin(Vendor, Vendor.id == PlanningLine.vendor_id)
        .outerjoin(TradeLine, TradeLine.id == PlanningLine.supply_line_id)
        .outerjoin(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .outerjoin(TransferLine, TransferLine.id == PlanningLine.supply_transfer_line_id)
        .outerjoin(TransferOrder, TransferOrder.id == TransferLine.order_id)
        .outerjoin(sold, sold.id == PlanningLine.demand_line_id)
        .order_by(PlanningLine.due_date, PlanningLine.id)
        .limit(size)
        .offset((page - 1) * size)
    )  # fmt: skip
    found = [
        WorksheetLine(
            row[0], row[1], row[2], row[3] or "", row[4], row[5], row[6] or "", row[7] or "", row[8] or "",
            row[9] or row[10] or "", bool(row[11]),
        )
        for row in rows
    ]  # fmt: skip
    return found, session.scalar(select(func.count()).select_from(PlanningLine)) or 0


def accepted_count(session: Session) -> int:
    """How many lines are ticked."""
    return session.scalar(select(func.count()).select_from(PlanningLine).where(PlanningLine.accepted)) or 0
