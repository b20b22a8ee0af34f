"""Finishing a count: complete or refused, differences by line and by number; and opening it again (section 17.2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from core.errors import DomainError, ValidationError
from core.rounding import ZERO
from core.text import _
from models import PhysicalInventoryOrder, PhysicalInventoryOrderLine, PhysicalInventoryOrderNumber
from models.enums import CountStatus
from services.counting.orders import has_open_recordings, must_be_open, touch
from services.values import raise_all

_Line = PhysicalInventoryOrderLine


@dataclass(frozen=True, slots=True)
class Difference:
    """More (positive) or less of a line, or of one of its numbers."""

    quantity: Decimal
    number: PhysicalInventoryOrderNumber | None = None


@dataclass(slots=True)
class Compared:
    """A line with its differences, gains before losses."""

    line: PhysicalInventoryOrderLine
    differences: list[Difference] = field(default_factory=list)

    @property
    def net(self) -> Decimal:
        """What the line gained altogether."""
        return sum((difference.quantity for difference in self.differences), ZERO)


def compare(line: PhysicalInventoryOrderLine) -> Compared:
    """What was found or is missing; of a tracked item by number, also where they offset. Pure.

    Source: posting-and-costing.md section 17.2 (lot example), tracking.md section 11.
    """
    if line.use_item_tracking:
        found = [Difference(n.qty_recorded - n.qty_expected, n) for n in line.numbers]
    else:
        found = [Difference((line.qty_recorded or ZERO) - line.qty_expected)]
    differing = [difference for difference in found if difference.quantity]
    return Compared(line, sorted(differing, key=lambda difference: difference.quantity < 0))


def in_posting_order(lines: Iterable[PhysicalInventoryOrderLine]) -> list[Compared]:
    """All lines compared, those with a net loss first: a serial number found elsewhere is free by then. Pure."""
    return sorted((compare(line) for line in lines), key=lambda compared: compared.net >= 0)


def finish_order(session: Session, order: PhysicalInventoryOrder, *, user_name: str, at: dt.datetime) -> None:
    """Close the count for posting.

    Raises ErrorList with `recording_open`, `no_lines`, and at their lines `expected_missing`, `line_not_recorded`,
    `number_missing`, `serial_twice`; ValidationError `count_finished`. Source: posting-and-costing.md section 17.2.
    """
    must_be_open(order)
    raise_all(_refusals(session, order))
    order.status, order.finished_at, order.finished_by = CountStatus.FINISHED, at, user_name
    touch(session, order)


def reopen_order(session: Session, order: PhysicalInventoryOrder) -> None:
    """Count on; possible until it is posted. Raises ValidationError `count_finished` for a posted one."""
    if order.status == CountStatus.POSTED:
        must_be_open(order)
    order.status, order.finished_at, order.finished_by = CountStatus.OPEN, None, ""
    touch(session, order)


def lines_with_numbers(session: Session, order_id: int) -> list[PhysicalInventoryOrderLine]:
    """Every line of the order with its numbers, as they are now."""
    return list(
        session.scalars(
            select(_Line)
            .where(_Line.order_id == order_id)
            .options(selectinload(_Line.numbers))
            .order_by(_Line.line_no)
            .execution_options(populate_existing=True)
        )
    )


def _refusals(session: Session, order: PhysicalInventoryOrder) -> list[DomainError]:
    if has_open_recordings(session, order.id):
        return [ValidationError(
            "recording_open", _("Somebody is still counting."), hint=_("Finish every recording first."),
        )]  # fmt: skip
    lines = lines_with_numbers(session, order.id)
    if not lines:
        return [ValidationError("no_lines", _("The count has no lines."), hint=_("Calculate or record some first."))]
    errors: list[DomainError] = []
    for line in lines:
        if not line.expected_calculated:
            errors.append(ValidationError(
                "expected_missing", _("What is expected of %(what)s is not calculated.", what=line.description),
                line=line.line_no, hint=_("Calculate what is expected."),
            ))  # fmt: skip
        if line.qty_recorded is None:
            errors.append(ValidationError(
                "line_not_recorded", _("Nobody counted %(what)s.", what=line.description), line=line.line_no,
                hint=_("Make a recording of what is not recorded yet, or take the line off the count."),
            ))  # fmt: skip
        elif line.use_item_tracking and line.qty_recorded != sum((n.qty_recorded for n in line.numbers), ZERO):
            errors.append(ValidationError(
                "number_missing", _("%(what)s is counted without its numbers.", what=line.description),
                line=line.line_no, hint=_("Reopen the recording and enter the numbers."),
            ))  # fmt: skip
    errors += _serials_twice(lines)
    return errors


def _serials_twice(lines: Iterable[PhysicalInventoryOrderLine]) -> Iterator[DomainError]:
    """Serial numbers that recordings or bins together have more than once (tracking.md T11.2)."""
    seen: dict[tuple[int, int, str], Decimal] = {}
    for line in lines:
        for number in line.numbers:
            if not number.serial_no or not number.qty_recorded:
                continue
            key = line.item_id, line.variant_id, number.serial_no
            seen[key] = seen.get(key, ZERO) + number.qty_recorded
            if seen[key] > 1:
                yield ValidationError(
                    "serial_twice", _("Serial no. %(no)s is counted twice.", no=number.serial_no), line=line.line_no,
                    hint=_("Reopen a recording and count it where it lies, and zero elsewhere."),
                )  # fmt: skip


def progress(session: Session, order_id: int) -> tuple[int, int, int]:
    """Lines, recorded lines, and recorded lines that differ as a whole."""
    row = session.execute(
        select(
            func.count(_Line.id),
            func.count(_Line.qty_recorded),
            func.count().filter(_Line.qty_recorded != _Line.qty_expected),
        ).where(_Line.order_id == order_id)
    ).one()
    return row[0], row[1], row[2]
