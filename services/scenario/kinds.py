"""What a figure is decides how it is read and to which places it is compared (FORMAT: end of the file)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Any

from core.rounding import round_amount, round_quantity, round_unit_cost
from models import GeneralLedgerSetup
from services.scenario.play import Difference, Play, shown
from services.scenario.shapes import Reader, Values, choice, day, decimal, flag, optional_day, record, word


@dataclass(frozen=True, slots=True)
class Kind:
    """A reader, and what makes two values comparable."""

    read: Reader[Any]
    normal: Callable[[Any, GeneralLedgerSetup], Any]


def _same(value: Any, _setup: GeneralLedgerSetup) -> Any:
    return value


QUANTITY = Kind(decimal, lambda value, _setup: round_quantity(value))
AMOUNT = Kind(decimal, lambda value, setup: round_amount(value, setup.amount_rounding))
UNIT_AMOUNT = Kind(decimal, lambda value, setup: round_unit_cost(value, setup.unit_amount_rounding))
WORD = Kind(word, _same)
CODE = Kind(word, lambda value, _setup: value.upper())
DAY = Kind(day, _same)
OPTIONAL_DAY = Kind(optional_day, _same)
FLAG = Kind(flag, _same)


def words_of(enumeration: type[Enum]) -> Kind:
    """One word of an enumeration."""
    return Kind(choice(enumeration), _same)


def fields_of(kinds: dict[str, Kind]) -> dict[str, Reader[Any]]:
    """Readers by key."""
    return {name: kind.read for name, kind in kinds.items()}


def row_of(kinds: dict[str, Kind]) -> Reader[Values]:
    """A mapping of such fields, each of which may be left out."""
    return record(fields_of(kinds))


class Comparison:
    """Compares values under the roundings of the company."""

    def __init__(self, play: Play) -> None:
        self.setup = play.session.get_one(GeneralLedgerSetup, 1)

    def equal(self, kind: Kind, expected: Any, found: Any) -> bool:
        """True when both are the same after rounding."""
        if expected is None or found is None:
            return expected is found
        return bool(kind.normal(expected, self.setup) == kind.normal(found, self.setup))

    def fields(
        self, kinds: dict[str, Kind], expected: Values, found: dict[str, Any], what: str
    ) -> Iterator[Difference]:
        """A difference for each field that is named and differs."""
        for name, wanted in expected.items():
            if name in kinds and not self.equal(kinds[name], wanted, found[name]):
                yield Difference(expected.lines[name], f"{what} {name}", wanted, self.rounded(kinds[name], found[name]))

    def rounded(self, kind: Kind, found: Any) -> Any:
        """What was found, at the places it is compared to."""
        return kind.normal(found, self.setup) if isinstance(found, Decimal) else found

    def matches(self, kinds: dict[str, Kind], expected: Values, found: dict[str, Any]) -> bool:
        """True when every field that is named agrees."""
        return all(self.equal(kinds[name], wanted, found[name]) for name, wanted in expected.items())

    def in_order(
        self, kinds: dict[str, Kind], expected: Sequence[Values], found: Sequence[dict[str, Any]], line: int, what: str
    ) -> Iterator[Difference]:
        """Rows one by one; one difference when there are more or fewer."""
        if len(expected) != len(found):
            yield Difference(line, what, rows_text(len(expected)), self._listed(kinds, expected, found))
            return
        for place, (wanted, row) in enumerate(zip(expected, found, strict=True), 1):
            yield from self.fields(kinds, wanted, row, f"{what} row {place}")

    def in_any_order(
        self, kinds: dict[str, Kind], expected: Sequence[Values], found: Sequence[dict[str, Any]], line: int, what: str
    ) -> Iterator[Difference]:
        """Each expected row needs a row of its own that matches it."""
        if len(expected) != len(found):
            yield Difference(line, what, rows_text(len(expected)), self._listed(kinds, expected, found))
            return
        possible = [
            [place for place, row in enumerate(found) if self.matches(kinds, wanted, row)] for wanted in expected
        ]
        partner = _pairs(possible)
        left = [found[place] for place in range(len(found)) if place not in partner.values()]
        for number, wanted in enumerate(expected):
            if number not in partner:
                yield Difference(wanted.line, f"{what} row {number + 1}", wanted, self._rows(kinds, list(wanted), left))

    def _listed(self, kinds: dict[str, Kind], expected: Sequence[Values], found: Sequence[dict[str, Any]]) -> str:
        names = list(dict.fromkeys(name for row in expected for name in row)) or list(kinds)[:3]
        return f"{len(found)}: {shown(self._rows(kinds, names, found))}" if found else "none"

    def _rows(self, kinds: dict[str, Kind], names: Iterable[str], found: Sequence[dict[str, Any]]) -> Any:
        return [{name: self.rounded(kinds[name], row[name]) for name in names} for row in found]


def rows_text(count: int) -> str:
    """A number of rows in words."""
    return "1 row" if count == 1 else f"{count} rows"


def _pairs(possible: Sequence[Sequence[int]]) -> dict[int, int]:
    """Expected -> found so that as many as possible have a partner of their own (augmenting paths)."""
    taken: dict[int, int] = {}

    def find(number: int, tried: set[int]) -> bool:
        for place in possible[number]:
            if place in tried:
                continue
            tried.add(place)
            if place not in taken or find(taken[place], tried):
                taken[place] = number
                return True
        return False

    for number in range(len(possible)):
        find(number, set())
    return {number: place for place, number in taken.items()}
