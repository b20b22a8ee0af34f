"""Numbers as people type them: exact, finite, within limits, never by way of a float."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from flask_babel import get_locale
from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.validators import ValidationError as Refused
from wtforms.widgets import TextInput

from blueprints import formats
from core.rounding import LARGEST, ZERO
from core.text import _

_SPACES = re.compile(r"[ \t\u00a0\u2009\u202f]")


class NumberField(Field):
    """A decimal typed by a person; exact, finite, within limits. Empty gives `empty`."""

    widget = TextInput()
    inputmode = "decimal"

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        *,
        places: int = 5,
        minimum: Decimal | int | None = 0,
        maximum: Decimal | int | None = None,
        required: bool = False,
        positive: bool = False,
        empty: Decimal | None = ZERO,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.places = places
        self.minimum = None if minimum is None else Decimal(minimum)
        self.maximum = LARGEST if maximum is None else Decimal(maximum)
        self.required = required
        self.positive = positive
        self.empty = empty
        self.refusal: str | None = None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return formats.plain_number(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = parse_decimal(valuelist[0])
        except Refused as refused:
            self.data = None
            self.refusal = str(refused)
            return
        if self.data is None and not self.required:
            self.data = self.empty

    def pre_validate(self, form: Any) -> None:
        if self.refusal:
            raise StopValidation(self.refusal)
        if self.data is None:
            if self.required:
                raise StopValidation(_("%(label)s is missing.", label=str(self.label.text)))
            self.data = self.empty
            return
        # A field the form was sent without keeps its default, which may be an int.
        check_decimal(Decimal(self.data), places=self.places, minimum=self.minimum, maximum=self.maximum)
        if self.positive and self.data == 0:
            raise StopValidation(_("This must be more than 0."))


class QuantityField(NumberField):
    """A quantity of up to five decimals; not negative unless `minimum=None`."""


class AmountField(NumberField):
    """An amount of money with the currency's decimals; not negative unless `minimum=None`."""

    def __init__(self, label: Any = None, validators: Sequence[Any] = (), *, places: int = 2, **kwargs: Any) -> None:
        super().__init__(label, validators, places=places, **kwargs)

    def _value(self) -> str:
        text = super()._value()
        whole, point, decimals = text.partition(".")
        return f"{whole}.{decimals.ljust(self.places, '0')}" if point and not self.raw_data else text


class UnitCostField(NumberField):
    """A cost or price per unit, up to five decimals."""


class PercentField(NumberField):
    """A percentage from 0 to 100 (`maximum` changes that), up to five decimals."""

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, maximum: Decimal | int = 100, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, maximum=maximum, **kwargs)


def parse_decimal(text: str, *, comma: bool | None = None) -> Decimal | None:
    """The number a person typed, exactly; None for nothing. Raises a sentence for anything but a plain number.

    Thousands may be parted by blanks, or by the locale's sign where the groups are of three. Exponents, NaN
    and Infinity are no plain numbers. `comma`: the decimal mark is a comma (the locale's, when not given).
    """
    text = _SPACES.sub("", text.strip()).replace(formats.MINUS, "-")
    if not text:
        return None
    if comma is None:
        comma = formats.decimal_symbol(str(get_locale() or "en")) == ","
    group, mark = (".", ",") if comma else (",", ".")
    number = re.fullmatch(
        rf"([+-]?)(\d+|\d{{1,3}}(?:{re.escape(group)}\d{{3}})+)(?:{re.escape(mark)}(\d*))?|([+-]?)\.(\d+)",
        text,
        re.ASCII,
    )
    if number is None and comma:  # "2.5" in a comma country: no group of three, so it can only be the decimal point
        number = re.fullmatch(r"([+-]?)(\d+)\.(\d{1,2}|\d{4,})|([+-]?)\.(\d+)", text, re.ASCII)
    if number is None:
        raise Refused(
            _(
                "“%(text)s” is not a number. Write it like %(example)s.",
                text=text[:40],
                example="1234.5" if not comma else "1234,5",
            )
        )
    sign, whole, decimals, bare_sign, bare = number.groups()
    if len(text) > 40:
        raise Refused(_("This number is too long."))
    try:
        return Decimal(f"{sign or bare_sign or ''}{(whole or '0').replace(group, '')}.{decimals or bare or '0'}")
    except InvalidOperation as error:  # pragma: no cover - the pattern lets nothing else through
        raise Refused(_("This is not a number.")) from error


def check_decimal(
    value: Decimal, *, places: int = 5, minimum: Decimal | None = None, maximum: Decimal | None = LARGEST
) -> None:
    """Raise a sentence when `value` has too many decimals or lies outside its limits."""
    exponent = value.normalize().as_tuple().exponent
    if not value.is_finite() or not isinstance(exponent, int):
        raise StopValidation(_("This is not a number."))
    if -exponent > places:
        raise StopValidation(
            _("At most %(places)s decimals; this has %(found)s.", places=places, found=-exponent)
            if places
            else _("Only whole numbers.")
        )
    if minimum is not None and value < minimum:
        raise StopValidation(
            _("This may not be negative.")
            if minimum == 0
            else _("At least %(minimum)s.", minimum=formats.quantity(minimum))
        )
    if maximum is not None and value > maximum:
        raise StopValidation(_("At most %(maximum)s.", maximum=formats.quantity(maximum)))
    if value < -LARGEST:
        raise StopValidation(_("At least %(minimum)s.", minimum=formats.quantity(-LARGEST)))


class WholeField(NumberField):
    """A whole number (int), for counts, days and sizes that are no quantities."""

    inputmode = "numeric"

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        *,
        maximum: int = 1_000_000,
        empty: int | None = 0,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            label, validators, places=0, maximum=maximum, empty=None if empty is None else Decimal(empty), **kwargs
        )

    def post_validate(self, form: Any, validation_stopped: bool) -> None:
        if not validation_stopped and self.data is not None:
            self.data = int(self.data)
