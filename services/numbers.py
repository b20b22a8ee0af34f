"""Number series (items.md section 18): the next number, drawn under lock in the caller's transaction.

A number drawn by a transaction that is rolled back is free again: without rival there are no gaps.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, event, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _, plain_day
from models import NumberSeries, NumberSeriesLine, NumberSeriesRelation

LONGEST = 20
#: Where a session keeps what was said about series that come to their end: code -> sentence.
NOTICES = "number_notices"
_SKIPS_ALLOWED = 10_000  # taken numbers are skipped, but not for ever
_TRAILING_DIGITS = re.compile(r"^(.*?)(\d+)$", re.DOTALL | re.ASCII)


@dataclass(frozen=True)
class Drawn:
    """A number, and whether it is the first one at or past the line's warning number."""

    no: str
    warn: bool


def increment(no: str, by: int = 1) -> str:
    """`no` with its trailing digits raised by `by`; leading zeros are kept (`A009` -> `A010`, `9` -> `10`).

    Raises ValidationError `number_not_incrementable`, `number_too_long`.
    """
    match = _TRAILING_DIGITS.match(no)
    if match is None:
        raise ValidationError(
            "number_not_incrementable",
            _("%(no)s does not end in a digit, so there is no next number. Let it end in digits.", no=no),
        )
    stem, digits = match.groups()
    following = stem + str(int(digits) + by).zfill(len(digits))
    if len(following) > LONGEST:
        raise ValidationError(
            "number_too_long",
            _("The number after %(no)s would be longer than %(longest)s characters.", no=no, longest=LONGEST),
        )
    return following


def get_series(session: Session, series: str | int | None) -> NumberSeries:
    """The series with this code or id. Raises ValidationError `series_not_set_up`, NotFound `not_found`."""
    if series is None or series == "":
        raise _not_set_up()
    found = session.scalar(_series_like(series))
    if found is None:
        raise _no_series(series)
    return found


def _series_like(series: str | int) -> Select[tuple[NumberSeries]]:
    condition = NumberSeries.id == series if isinstance(series, int) else NumberSeries.code == series.strip().upper()
    return select(NumberSeries).where(condition)


def _no_series(series: str | int) -> NotFound:
    return NotFound("not_found", _("There is no number series %(code)s.", code=series), field="no")


def _not_set_up() -> ValidationError:
    return ValidationError(
        "series_not_set_up",
        _("No number series is set up for this. Choose one in the set-up, or type a number."),
        field="no",
    )


def next_no(
    session: Session, series: str | int | None, on: dt.date, *, taken: Callable[[str], bool] | None = None
) -> str:
    """The next number of `series` (code or id) on the day `on`; see `draw`."""
    return draw(session, series, on, taken=taken).no


def draw(
    session: Session, series: str | int | None, on: dt.date, *, taken: Callable[[str], bool] | None = None
) -> Drawn:
    """Take the next number and keep it; `taken` names numbers to skip because a record has them.

    Raises ValidationError `series_not_set_up`, `automatic_number_not_allowed`, `series_exhausted`, `date_order`.
    """
    return draw_many(session, series, on, 1, taken=taken)[0]


def draw_many(
    session: Session, series: str | int | None, on: dt.date, count: int, *, taken: Callable[[str], bool] | None = None
) -> list[Drawn]:
    """The next `count` numbers under one lock; raises like `draw`."""
    if series is None or series == "":
        raise _not_set_up()
    found = session.scalar(_locked(_series_like(series)))
    if found is None:
        raise _no_series(series)
    _check_automatic(found)
    line = _line_on(session, found, on, refresh=True)
    drawn = [_advance(found, line, on, taken) for _number in range(count)]
    session.flush()
    for one in drawn:
        if one.warn:
            _tell(session, found, line, one)
    return drawn


def draw_each(session: Session, series: Sequence[int | None], on: dt.date) -> list[str]:
    """The next number of each of these series, in as many statements as for one; a series may be named twice.

    The series are locked in id order. Raises like `draw`.
    """
    wanted = [one for one in series if one is not None]
    if len(wanted) < len(series):
        raise _not_set_up()
    if not wanted:
        return []
    statement = select(NumberSeries).where(NumberSeries.id.in_(wanted)).order_by(NumberSeries.id)
    found = {one.id: one for one in session.scalars(_locked(statement))}
    started = (
        select(NumberSeriesLine)
        .where(NumberSeriesLine.series_id.in_(wanted), NumberSeriesLine.starting_date <= on)
        .order_by(NumberSeriesLine.starting_date)
        .execution_options(populate_existing=True)
    )
    latest = {line.series_id: line for line in session.scalars(started)}
    drawn: list[str] = []
    for series_id in wanted:
        if series_id not in found:
            raise _no_series(series_id)
        one = found[series_id]
        _check_automatic(one)
        line = _usable(one, latest.get(series_id), on)
        number = _advance(one, line, on, None)
        if number.warn:
            _tell(session, one, line, number)
        drawn.append(number.no)
    session.flush()
    return drawn


def _locked(statement: Select[tuple[NumberSeries]]) -> Select[tuple[NumberSeries]]:
    """The series' row is the lock: its lines are read after rivals have let go of it, so never stale."""
    return statement.with_for_update(key_share=True).execution_options(populate_existing=True)


def _check_automatic(series: NumberSeries) -> None:
    if not series.default_nos:
        raise ValidationError(
            "automatic_number_not_allowed",
            _("Series %(code)s gives no numbers by itself: type one.", code=series.code),
            field="no",
        )


def _tell(session: Session, series: NumberSeries, line: NumberSeriesLine, drawn: Drawn) -> None:
    """Leave word for whoever drew the number; said once the transaction is committed, forgotten with it otherwise."""
    notice = _(
        "Number series %(code)s comes to its end: %(no)s was taken, %(left)s left. Add a line to it.",
        code=series.code, no=drawn.no, left=numbers_left(line),
    )  # fmt: skip
    session.info.setdefault(NOTICES, {})[series.code] = notice


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(NOTICES, None)


def numbers_left(line: NumberSeriesLine) -> int | None:
    """How many numbers the line still gives; None where it has no end."""
    if not line.open:
        return 0
    if not line.ending_no:
        return None
    used = line.last_no_used
    first = _value(used) + line.increment_by if used else _value(line.starting_no)
    return max((_value(line.ending_no) - first) // line.increment_by + 1, 0)


def is_near_end(line: NumberSeriesLine) -> bool:
    """True from the line's warning number on, and once it is closed."""
    if not line.open:
        return True
    return bool(line.warning_no and line.last_no_used) and _value(line.last_no_used) >= _value(line.warning_no)


def peek_no(session: Session, series: str | int | None, on: dt.date) -> str:
    """The number that would come next; takes nothing. Raises like `draw`."""
    found = get_series(session, series)
    line = _line_on(session, found, on, refresh=False)
    return _following(found, line)


def upcoming_nos(session: Session, series: str | int | None, on: dt.date, count: int) -> list[str]:
    """The next numbers in order, at least one, fewer than `count` where the series ends. Raises like `draw`."""
    found = get_series(session, series)
    line = _line_on(session, found, on, refresh=False)
    numbers = [_following(found, line)]
    while len(numbers) < count:
        no = increment(numbers[-1], line.increment_by)
        if line.ending_no and _value(no) > _value(line.ending_no):
            break
        numbers.append(no)
    return numbers


def check_manual(session: Session, series: str | int | None, no: str) -> None:
    """Refuse a typed number where the series does not allow one: ValidationError `manual_number_not_allowed`.

    Without a series every number is typed.
    """
    if series is None or series == "":
        return
    found = get_series(session, series)
    if not found.manual_nos:
        raise ValidationError(
            "manual_number_not_allowed",
            _(
                "%(no)s cannot be typed: series %(code)s gives the numbers. Leave the number blank.",
                no=no,
                code=found.code,
            ),
            field="no",
        )


def check_related(session: Session, series_id: int, chosen_id: int) -> None:
    """`chosen_id` may be drawn from in place of `series_id`, else ValidationError `series_not_related`."""
    if series_id == chosen_id:
        return
    related = select(NumberSeriesRelation.id).where(
        NumberSeriesRelation.series_id == series_id, NumberSeriesRelation.related_series_id == chosen_id
    )
    if session.scalar(related) is None:
        raise ValidationError("series_not_related", _("This series is not related to the one set up here."), field="no")


def related_series(session: Session, series_id: int | None) -> list[NumberSeries]:
    """The series itself and those that may be chosen in its place; empty without any of those."""
    if series_id is None:
        return []
    related = session.scalars(
        select(NumberSeries)
        .join(NumberSeriesRelation, NumberSeriesRelation.related_series_id == NumberSeries.id)
        .where(NumberSeriesRelation.series_id == series_id, NumberSeries.id != series_id)
        .order_by(NumberSeries.code)
    ).all()
    return [session.get_one(NumberSeries, series_id), *related] if related else []


def check_line(starting_no: str, ending_no: str = "", warning_no: str = "") -> None:
    """A line's numbers fit together. Raises ValidationError `number_not_incrementable`, `number_pattern`."""
    increment(starting_no)
    for no, field in ((ending_no, "ending_no"), (warning_no, "warning_no")):
        if not no:
            continue
        if _stem(no) != _stem(starting_no) or _value(no) < _value(starting_no):
            raise ValidationError(
                "number_pattern",
                _(
                    "%(no)s does not follow %(start)s: write it with the same letters and a higher number.",
                    no=no,
                    start=starting_no,
                ),
                field=field,
            )


def check_order(series: NumberSeries, line: NumberSeriesLine, on: dt.date) -> None:
    """A series in date order gives no number for a day before the last one used (`date_order`)."""
    if series.date_order and line.last_date_used is not None and on < line.last_date_used:
        raise ValidationError(
            "date_order",
            _("Series %(code)s was last used for %(last)s and gives no number for the earlier day %(day)s.",
              code=series.code, last=plain_day(line.last_date_used), day=plain_day(on)),
        )  # fmt: skip


def _line_on(session: Session, series: NumberSeries, on: dt.date, *, refresh: bool) -> NumberSeriesLine:
    """The latest line that has started; closed, the series is exhausted (an older line does not come back)."""
    statement = (
        select(NumberSeriesLine)
        .where(NumberSeriesLine.series_id == series.id, NumberSeriesLine.starting_date <= on)
        .order_by(NumberSeriesLine.starting_date.desc())
        .limit(1)
    )
    return _usable(series, session.scalar(statement.execution_options(populate_existing=refresh)), on)


def _usable(series: NumberSeries, line: NumberSeriesLine | None, on: dt.date) -> NumberSeriesLine:
    if line is None or not line.open:
        raise _exhausted(series, on)
    check_order(series, line, on)
    return line


def _advance(series: NumberSeries, line: NumberSeriesLine, on: dt.date, taken: Callable[[str], bool] | None) -> Drawn:
    if not line.open:
        raise _exhausted(series, on)
    before = line.last_no_used
    no = _following(series, line)
    for _attempt in range(_SKIPS_ALLOWED):
        if taken is None or not taken(no):
            break
        line.last_no_used = no
        no = _following(series, line)
    line.last_no_used = no
    line.last_date_used = max(on, line.last_date_used or on)
    if line.ending_no and _value(no) >= _value(line.ending_no):
        line.open = False
    warning = _value(line.warning_no) if line.warning_no else None
    first_past = warning is not None and _value(no) >= warning and (not before or _value(before) < warning)
    return Drawn(no, warn=first_past)


def _following(series: NumberSeries, line: NumberSeriesLine) -> str:
    no = increment(line.last_no_used, line.increment_by) if line.last_no_used else line.starting_no
    if line.ending_no and _value(no) > _value(line.ending_no):
        raise _exhausted(series, None)
    return no


def _exhausted(series: NumberSeries, on: dt.date | None) -> ValidationError:
    day = _(" on %(day)s", day=plain_day(on)) if on else ""
    return ValidationError(
        "series_exhausted",
        _("Number series %(code)s has no number left%(day)s. Add a line to the series.", code=series.code, day=day),
        field="no",
    )


def _stem(no: str) -> str | None:
    match = _TRAILING_DIGITS.match(no)
    return match.group(1) if match else None


def _value(no: str) -> int:
    match = _TRAILING_DIGITS.match(no)
    return int(match.group(2)) if match else -1
