"""From plain values (a form, a file, a call) to a record: the same checks on every path in.

Knows column types, not what the columns mean; the service that owns a record adds its own rules.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Date, Enum, Integer, String, Text, inspect, select
from sqlalchemy.orm import Session

from core import parsing
from core.errors import ConflictError, DomainError, ErrorList, ValidationError
from core.rounding import LARGEST, to_scaled
from core.text import _
from models.base import ScaledDecimal

#: A line of a comment or a marketing text.
LONGEST_LINE = 10_000

_TERM = r"(?:\d{1,4}[DWMQY]|C[DWMQY])"
_FORMULA = re.compile(rf"[+-]?{_TERM}(?:[+-]{_TERM})*", re.ASCII)
_EMAIL = re.compile(
    r"[^@\s,;<>\"()]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,24}"
)


@contextmanager
def unchanged_if_refused(session: Session, record: Any, names: Iterable[str]) -> Iterator[dict[str, Any]]:
    """Change the fields `names` of the record inside; a refusal puts back what they were, which is given.

    Nothing is flushed meanwhile: rules look at the record before the database does.
    """
    before = {name: getattr(record, name) for name in names}
    try:
        with session.no_autoflush:
            yield before
    except DomainError:
        for name, value in before.items():
            setattr(record, name, value)
        raise


def assign(
    session: Session,
    record: Any,
    values: Mapping[str, object],
    allowed: Collection[str],
    *,
    required: Collection[str] = (),
    may_be_negative: Collection[str] = (),
) -> None:
    """Put `values` on `record` after checking each against its column; nothing is put on when one of them is bad.

    Only names in `allowed` count: a forged field is refused (`unknown_field`), never stored. Raises
    ValidationError, or ErrorList with one error a field: `field_required`, `text_too_long`, `text_control_characters`,
    `not_a_choice`, `number_invalid`, `number_too_large`, `too_many_decimals`, `not_negative`, `date_invalid`,
    `not_found`.
    """
    unknown = sorted(set(values) - set(allowed))
    if unknown:
        raise ValidationError("unknown_field", _("There is no field %(name)s here.", name=unknown[0]))
    columns = inspect(type(record)).columns
    checked: dict[str, object] = {}
    errors: list[DomainError] = []
    for name, value in values.items():
        try:
            checked[name] = _checked(session, columns[name], name, value)
            if name in required and checked[name] in ("", None):
                raise required_error(name)
            number = checked[name]
            if isinstance(number, Decimal | int) and number < 0 and name not in may_be_negative:
                raise ValidationError("not_negative", _("This may not be negative."), field=name)
        except ValidationError as error:
            errors.append(error)
    errors += [required_error(name) for name in required if name not in values and not getattr(record, name, None)]
    raise_all(errors)
    for name, value in checked.items():
        setattr(record, name, value)


def check_unchanged(now: int, seen: int, who: Callable[[], str]) -> None:
    """Raises ConflictError `line_changed` where a line's stamp is not the one its page showed; `who` says whose work
    that was ("" where nobody knows) and is asked only then.
    """
    if now != seen:
        raise line_changed(who())


def line_changed(who: str, line: int | None = None) -> ConflictError:
    """The refusal of a line that `who` changed while it was open; what is different stands on the page, not here."""
    return ConflictError(
        "line_changed", _("%(who)s changed this line while it was open here.", who=who or _("Somebody")), line=line,
        hint=_("Your input is kept: save again to put it in place of theirs."),
    )  # fmt: skip


def raise_all(errors: Iterable[DomainError]) -> None:
    """Raise what was collected: nothing, the one error, or all of them together."""
    found = list(errors)
    if len(found) == 1:
        raise found[0]
    if found:
        raise ErrorList(found)


def required_error(field: str) -> ValidationError:
    """The refusal of an empty field."""
    return ValidationError("field_required", _("Fill this in, please."), field=field)


def clean_code(value: object, *, field: str, length: int) -> str:
    """A code as it is kept: upper-cased, trimmed, at most `length` characters, fit to stand in an address.

    Raises ValidationError `field_required`, `text_too_long`, `text_control_characters`, `invalid_characters`.
    """
    code = clean_text(value, field=field, length=length).upper()
    if not code:
        raise required_error(field)
    code = clean_text(code, field=field, length=length)  # a few letters grow in upper case (ß)
    if code.strip("./") == "" or "//" in code or code[0] == "/" or code[-1] == "/" or "\\" in code:
        raise ValidationError(
            "invalid_characters",
            _("A code consists of letters, digits and signs between them; this one could not be opened again."),
            field=field,
        )
    return code


def clean_text(value: object, *, field: str, length: int | None = None) -> str:
    """A trimmed text; several lines are allowed where no `length` is given.

    Raises ValidationError `text_too_long`, `text_control_characters`.
    """
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ValidationError("not_a_text", _("This is not a text."), field=field)
    try:
        if length is not None:
            return parsing.clean_text(value, longest=length)
        lines = value.strip().splitlines()
        return "\n".join(parsing.clean_text(line.replace("\t", " "), longest=LONGEST_LINE) for line in lines)
    except ValidationError as error:
        raise ValidationError(error.code, error.message, field=field) from None


def check_email(value: str, field: str = "email") -> None:
    """Raises ValidationError `invalid_email` unless blank or of the shape name@company.com."""
    if value and not _EMAIL.fullmatch(value):
        raise ValidationError(
            "invalid_email",
            _("%(value)s is no e-mail address. It should look like name@company.com.", value=value),
            field=field,
        )


def clean_formula(value: object, field: str) -> str:
    """A date formula (2D, 1W, CM+1D) upper-cased, blank for none. Raises ValidationError `invalid_formula`."""
    formula = clean_text(value, field=field, length=20).upper().replace(" ", "")
    if formula and not _FORMULA.fullmatch(formula):
        raise ValidationError(
            "invalid_formula",
            _("Write a time as a number and a letter: 2D is two days, 1W a week, CM the end of the month."),
            field=field,
        )
    return formula


def _checked(session: Session, column: Any, name: str, value: object) -> object:
    """`value` as the column keeps it, or ValidationError."""
    kind = column.type
    if column.foreign_keys:
        return _checked_reference(session, column, name, value)
    if value is None and column.nullable and isinstance(kind, Enum):
        return None
    for column_type, check in _CHECKS:
        if isinstance(kind, column_type):
            return check(kind, name, value)
    raise TypeError(f"no check for column {column}")


def _checked_text(kind: Any, name: str, value: object) -> str:
    return clean_text(value, field=name, length=None if isinstance(kind, Text) else kind.length)


def _checked_flag(_kind: Any, name: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise ValidationError("not_a_choice", _("This is either yes or no."), field=name)
    return value


def _checked_day(_kind: Any, name: str, value: object) -> dt.date | None:
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        raise ValidationError("date_invalid", _("This is not a date."), field=name)
    return value


def _checked_whole(_kind: Any, name: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**31:
        raise ValidationError("number_invalid", _("This should be a whole number."), field=name)
    return value


def _checked_word(kind: Any, name: str, value: object) -> enum.Enum:
    members: type[enum.Enum] = kind.enum_class
    try:
        return members(value)
    except ValueError:
        raise ValidationError("not_a_choice", _("This is not one of the choices."), field=name) from None


def _checked_decimal(_kind: Any, name: str, value: object) -> Decimal:
    number = Decimal(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if not isinstance(number, Decimal) or not number.is_finite():
        raise ValidationError("number_invalid", _("This is not a number."), field=name)
    if abs(number) >= LARGEST:
        raise ValidationError("number_too_large", _("This number is too large."), field=name)
    try:
        to_scaled(number)
    except ValueError:
        raise ValidationError("too_many_decimals", _("At most five decimal places are kept."), field=name) from None
    return number


def _checked_reference(session: Session, column: Any, name: str, value: object) -> int | None:
    """The id of an existing row of the table the column points at; blank rows (id 0) count as existing."""
    if value is None:
        if not column.nullable:
            raise required_error(name)
        return None
    target = next(iter(column.foreign_keys)).column
    found = isinstance(value, int) and session.scalar(select(target).where(target == value)) is not None
    if not found:
        raise ValidationError(
            "not_found", _("The record chosen here does not exist any more. Choose another."), field=name
        )
    return int(value)  # type: ignore[call-overload, no-any-return]  # found says that it is an int


#: In this order, because a word is a text too and the scaled numbers are integers underneath.
_CHECKS: tuple[tuple[type[Any], Callable[[Any, str, object], object]], ...] = (
    (Enum, _checked_word),
    (ScaledDecimal, _checked_decimal),
    (String, _checked_text),
    (Boolean, _checked_flag),
    (Date, _checked_day),
    (Integer, _checked_whole),
)
