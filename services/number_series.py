"""Editing number series: lines whose numbers fit together, and related series (items.md section 18).

Drawing a number is services/numbers.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.errors import DomainError, NotFound, ValidationError
from core.text import _
from models import NumberSeries, NumberSeriesLine, NumberSeriesRelation
from services.numbers import check_line
from services.usage import check_unused
from services.values import assign, clean_code, raise_all

EDITABLE = ("description", "default_nos", "manual_nos", "date_order")
LINE_FIELDS = (
    "starting_date", "starting_no", "ending_no", "warning_no", "increment_by", "last_no_used", "open", "allow_gaps",
)  # fmt: skip
NUMBERS = ("starting_no", "ending_no", "warning_no", "last_no_used")

#: A line without a starting date counts from the beginning of time.
BEGINNING = dt.date(1, 1, 1)


def get_series(session: Session, code: str) -> NumberSeries:
    """The series with its lines. Raises NotFound `series_not_found`."""
    found = session.scalar(
        select(NumberSeries).where(NumberSeries.code == code.upper()).options(selectinload(NumberSeries.lines))
    )
    if found is None:
        raise NotFound("series_not_found", _("There is no number series %(code)s.", code=code))
    return found


def get_line(session: Session, series: NumberSeries, line_id: int) -> NumberSeriesLine:
    """A line of the series. Raises NotFound `line_not_found`."""
    line = session.get(NumberSeriesLine, line_id)
    if line is None or line.series_id != series.id:
        raise NotFound("line_not_found", _("This line of %(code)s does not exist any more.", code=series.code))
    return line


def create_series(session: Session, code: str, values: Mapping[str, object]) -> NumberSeries:
    """A series without lines. Raises ValidationError `already_exists`, `gives_no_numbers` and those of `assign`."""
    series = NumberSeries(code=_free_code(session, code), default_nos=True, manual_nos=False, date_order=False)
    _apply(session, series, values)
    session.add(series)
    session.flush()
    return series


def edit_series(session: Session, series: NumberSeries, values: Mapping[str, object]) -> None:
    """Change a series; a new `code` renames it. Raises like `create_series`."""
    values = dict(values)
    code = values.pop("code", None)
    new_code = None if code is None or code == series.code else _free_code(session, code)
    _apply(session, series, values)
    if new_code:
        series.code = new_code
    session.flush()


def delete_series(session: Session, series: NumberSeries) -> None:
    """Remove a series with its lines. Raises ValidationError `in_use`."""
    check_unused(session, series, series.code)
    related = (NumberSeriesRelation.series_id == series.id) | (NumberSeriesRelation.related_series_id == series.id)
    for relation in session.scalars(select(NumberSeriesRelation).where(related)):
        session.delete(relation)
    session.flush()
    session.delete(series)
    session.flush()


def save_line(
    session: Session, series: NumberSeries, line: NumberSeriesLine | None, values: Mapping[str, object]
) -> NumberSeriesLine:
    """Add a line (`line` None) or change one.

    Raises ValidationError `number_not_incrementable` or `number_pattern` (numbers of unlike pattern or order),
    `already_exists` (two lines from one day), and those of `assign`.
    """
    values = dict(values)
    if "starting_date" in values and values["starting_date"] is None:
        values["starting_date"] = BEGINNING
    for name in NUMBERS:
        if values.get(name):
            values[name] = clean_code(values[name], field=name, length=20)
    target = line or NumberSeriesLine(
        series_id=series.id,
        starting_date=BEGINNING,
        increment_by=1,
        open=True,
        ending_no="",
        warning_no="",
        last_no_used="",
    )
    _check_numbers({name: str(values.get(name, getattr(target, name, None)) or "") for name in NUMBERS})
    if values.get("increment_by") is not None and int(str(values["increment_by"])) < 1:
        raise ValidationError("increment_positive", _("Numbers go up by at least 1."), field="increment_by")
    _check_day_free(session, series, target, values)
    assign(session, target, values, LINE_FIELDS, required=("starting_no",))
    if line is None:
        session.add(target)
    session.flush()
    session.expire(series, ["lines"])
    return target


def delete_line(session: Session, series: NumberSeries, line: NumberSeriesLine) -> None:
    """Remove a line no number was drawn from. Raises ValidationError `line_used`."""
    if line.last_no_used:
        raise ValidationError(
            "line_used",
            _(
                "Numbers up to %(no)s were drawn from this line. Close it instead, so that none is drawn twice.",
                no=line.last_no_used,
            ),
        )
    session.delete(line)
    session.flush()
    session.expire(series, ["lines"])


def related_series(session: Session, series: NumberSeries) -> list[NumberSeries]:
    """The series that may be chosen in place of this one."""
    statement = (
        select(NumberSeries)
        .join(NumberSeriesRelation, NumberSeriesRelation.related_series_id == NumberSeries.id)
        .where(NumberSeriesRelation.series_id == series.id)
        .order_by(NumberSeries.code)
    )
    return list(session.scalars(statement))


def relate(session: Session, series: NumberSeries, related_id: int | None) -> None:
    """Offer another series beside this one. Raises ValidationError `same_series`, `already_exists`."""
    if related_id is None:
        raise ValidationError("field_required", _("Which series?"), field="related_series_id")
    if related_id == series.id:
        raise ValidationError("same_series", _("A series is not related to itself."), field="related_series_id")
    relation = NumberSeriesRelation
    known = select(relation.id).where(relation.series_id == series.id, relation.related_series_id == related_id)
    if session.scalar(known) is not None:
        raise ValidationError("already_exists", _("These two are related already."), field="related_series_id")
    new = NumberSeriesRelation()
    assign(session, new, {"series_id": series.id, "related_series_id": related_id}, ("series_id", "related_series_id"))
    session.add(new)
    session.flush()


def unrelate(session: Session, series: NumberSeries, related_id: int) -> None:
    """Offer the other series no more; nothing happens when it was not offered."""
    relation = NumberSeriesRelation
    found = session.scalar(
        select(relation).where(relation.series_id == series.id, relation.related_series_id == related_id)
    )
    if found is not None:
        session.delete(found)
        session.flush()


def _free_code(session: Session, value: object) -> str:
    code = clean_code(value, field="code", length=20)
    if session.scalar(select(NumberSeries.id).where(NumberSeries.code == code)) is not None:
        raise ValidationError(
            "already_exists", _("Number series %(code)s exists already. Choose another code.", code=code), field="code"
        )
    return code


def _apply(session: Session, series: NumberSeries, values: Mapping[str, object]) -> None:
    automatic = values.get("default_nos", series.default_nos)
    if not automatic and not values.get("manual_nos", series.manual_nos):
        raise ValidationError(
            "gives_no_numbers",
            _("Numbers must come from the series, or may be typed, or both; with neither nothing could be numbered."),
            field="default_nos",
        )
    assign(session, series, values, EDITABLE)


def _check_numbers(numbers: Mapping[str, str]) -> None:
    """All four numbers are of one pattern, and the warning comes before the end."""
    if not numbers["starting_no"]:
        raise ValidationError("field_required", _("The first number is missing, like PO-0001."), field="starting_no")
    errors: list[DomainError] = []
    for field in ("ending_no", "warning_no", "last_no_used"):
        try:
            check_line(numbers["starting_no"], ending_no=numbers[field])
        except ValidationError as error:
            place = "starting_no" if error.code == "number_not_incrementable" else field
            if not any(known.field == place for known in errors):
                errors.append(ValidationError(error.code, error.message, field=place))
    raise_all(errors)
    for field in ("warning_no", "last_no_used"):
        if numbers[field] and numbers["ending_no"] and _later(numbers[field], numbers["ending_no"]):
            raise ValidationError(
                "number_pattern",
                _(
                    "%(no)s comes after the last number %(last)s of the line.",
                    no=numbers[field],
                    last=numbers["ending_no"],
                ),
                field=field,
            )


def _later(no: str, other: str) -> bool:
    """True when `no` comes after `other` of the same pattern."""
    try:
        check_line(no, ending_no=other)
    except ValidationError:
        return True
    return False


def _check_day_free(
    session: Session, series: NumberSeries, target: NumberSeriesLine, values: Mapping[str, object]
) -> None:
    day = values.get("starting_date", target.starting_date)
    with session.no_autoflush:
        statement = select(NumberSeriesLine.id).where(
            NumberSeriesLine.series_id == series.id, NumberSeriesLine.starting_date == day
        )
        taken = session.scalar(statement)
    if taken is not None and taken != target.id:
        raise ValidationError(
            "already_exists", _("There is a line from this day on already. Change that one."), field="starting_date"
        )
