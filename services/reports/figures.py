"""Figures and dates on paper: the same looks as on pages, for a locale that is told, without a request."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from babel.dates import format_date, format_datetime
from babel.numbers import get_decimal_symbol

from core.rounding import round_amount, round_unit_cost
from core.text import plain_quantity

THIN_SPACE = "\u202f"
MINUS = "\u2212"

#: kinds of a report's columns that stand right-aligned
NUMERIC_KINDS = frozenset({"quantity", "amount", "unit_cost", "percent", "number"})


@dataclass(frozen=True, slots=True)
class Figures:
    """How values look in one locale; thousands parted by a narrow space, minus is U+2212."""

    locale: str = "en"

    def quantity(self, value: Decimal | int | None) -> str:
        """Without trailing zeros: 1 234.5."""
        return "" if value is None else self._dress(plain_quantity(Decimal(value)))

    def amount(self, value: Decimal | int | None) -> str:
        """Two decimals: 8 190.00."""
        return "" if value is None else self._dress(f"{round_amount(Decimal(value)):.2f}")

    def unit_cost(self, value: Decimal | int | None) -> str:
        """At least two decimals, at most five."""
        if value is None:
            return ""
        whole, _dot, decimals = f"{round_unit_cost(Decimal(value)):f}".partition(".")
        return self._dress(f"{whole}.{decimals.rstrip('0').ljust(2, '0')}")

    def percent(self, value: Decimal | int | None) -> str:
        """With its sign: 12.5 %."""
        return "" if value is None else f"{self.quantity(value)}\u00a0%"

    def day(self, value: dt.date | None) -> str:
        """4 Mar 2025."""
        return "" if value is None else format_date(value, "d MMM yyyy", locale=self.locale)

    def moment(self, value: dt.datetime | None) -> str:
        """4 Mar 2025, 14:02 UTC."""
        return "" if value is None else format_datetime(value, "d MMM yyyy, HH:mm", locale=self.locale) + " UTC"

    def show(self, value: object, kind: str = "text") -> str:
        """A value as its kind looks; words of enums in plain letters."""
        if value is None:
            return ""
        if isinstance(value, enum.Enum):
            return str(value.value).replace("_", " ")
        kinds: dict[str, Callable[..., str]] = {
            "quantity": self.quantity, "number": self.quantity, "amount": self.amount, "unit_cost": self.unit_cost,
            "percent": self.percent, "day": self.day, "moment": self.moment,
        }  # fmt: skip
        return kinds[kind](value) if kind in kinds else str(value)

    def _dress(self, text: str) -> str:
        negative, digits = text.startswith("-"), text.lstrip("-")
        whole, _dot, decimals = digits.partition(".")
        groups = f"{int(whole or 0):,}".replace(",", THIN_SPACE)
        dressed = groups + (get_decimal_symbol(self.locale) + decimals if decimals else "")
        return MINUS + dressed if negative and digits.strip("0.") else dressed
