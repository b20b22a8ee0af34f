"""What a value of a scenario file may be: readers that turn nodes into values and refuse everything else by name.

A reader takes the node and the path of keys that leads to it, and returns the value or raises FormatError.
"""

from __future__ import annotations

import datetime as dt
import enum
import re
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Fields
from decimal import Decimal
from typing import Any, TypeVar

from services.scenario.nodes import Entry, FormatError, Mapping, Node, Scalar, Sequence

T = TypeVar("T")
E = TypeVar("E", bound=enum.Enum)
Reader = Callable[[Node, str], T]

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d{1,3})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Values(dict[str, Any]):
    """The keys of a mapping that were given, read; `line` is where it starts, `lines` where each key stands."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line
        self.lines: dict[str, int] = {}


def word(node: Node, path: str) -> str:
    """A text as it is written, quoted or not; empty for an empty value."""
    return "" if (scalar := _scalar(node, path)).null else scalar.text


def decimal(node: Node, path: str) -> Decimal:
    """A number, quoted or not, from its text."""
    text = _scalar(node, path).text.strip()
    if not _NUMBER.fullmatch(text):
        raise FormatError(node.line, f"{path}: {text!r} is no number")
    return Decimal(text)


def day(node: Node, path: str) -> dt.date:
    """An ISO date."""
    text = _scalar(node, path).text.strip()
    try:
        if not _DAY.fullmatch(text):
            raise ValueError(text)
        return dt.date.fromisoformat(text)
    except ValueError:
        raise FormatError(node.line, f"{path}: {text!r} is no date such as 2026-01-31") from None


def optional_day(node: Node, path: str) -> dt.date | None:
    """An ISO date, or nothing where the value is blank."""
    return day(node, path) if word(node, path).strip() else None


def flag(node: Node, path: str) -> bool:
    """True or false, quoted or not."""
    text = _scalar(node, path).text.strip().lower()
    if text not in ("true", "false"):
        raise FormatError(node.line, f"{path}: {text!r} is neither true nor false")
    return text == "true"


def choice(words: type[E]) -> Reader[E]:
    """One of the words of an enumeration."""

    def read(node: Node, path: str) -> E:
        text = word(node, path)
        try:
            return words(text)
        except ValueError:
            known = ", ".join(str(member.value) or '""' for member in words)
            raise FormatError(node.line, f"{path}: {text!r} is none of {known}") from None

    return read


def one_of(*words: str) -> Reader[str]:
    """One of these words."""

    def read(node: Node, path: str) -> str:
        text = word(node, path)
        if text not in words:
            raise FormatError(node.line, f"{path}: {text!r} is none of {', '.join(words)}")
        return text

    return read


def list_of(reader: Reader[T]) -> Reader[list[T]]:
    """A list of such values."""

    def read(node: Node, path: str) -> list[T]:
        if not isinstance(node, Sequence):
            raise FormatError(node.line, f"{path}: a list is wanted here")
        return [reader(item, f"{path}[{place}]") for place, item in enumerate(node.items, 1)]

    return read


def one_or_many(reader: Reader[T]) -> Reader[list[T]]:
    """Such a value, or a list of them."""
    many = list_of(reader)

    def read(node: Node, path: str) -> list[T]:
        return many(node, path) if isinstance(node, Sequence) else [reader(node, path)]

    return read


def mapping_of(reader: Reader[T]) -> Reader[dict[str, T]]:
    """Values under names that the file chooses: item numbers, locations, references."""

    def read(node: Node, path: str) -> dict[str, T]:
        values: dict[str, T] = Values(node.line)
        for entry in _entries(node, path):
            values[entry.key] = reader(entry.value, f"{path}.{entry.key}")
            values.lines[entry.key] = entry.line  # type: ignore[attr-defined]
        return values

    return read


def record(
    fields: Fields[str, Reader[Any]], *, required: Iterable[str] = (), one_of_keys: Iterable[str] = ()
) -> Reader[Values]:
    """A mapping with these keys and no other; `required` must be there, of `one_of_keys` exactly one."""
    needed, alternatives = tuple(required), tuple(one_of_keys)

    def read(node: Node, path: str) -> Values:
        values = Values(node.line)
        for entry in _entries(node, path):
            reader = fields.get(entry.key)
            if reader is None:
                raise FormatError(entry.line, f"unknown key {entry.key!r} in {path}")
            if isinstance(entry.value, Scalar) and entry.value.null and reader not in _BLANKS:
                raise FormatError(entry.line, f"{path}.{entry.key} has no value")
            values[entry.key] = reader(entry.value, f"{path}.{entry.key}")
            values.lines[entry.key] = entry.line
        for key in needed:
            if key not in values:
                raise FormatError(node.line, f"{path} lacks the key {key!r}")
        if alternatives and len(values.keys() & set(alternatives)) != 1:
            raise FormatError(node.line, f"{path} takes exactly one of {', '.join(alternatives)}")
        return values

    return read


#: Readers that know what an empty value means.
_BLANKS: tuple[Reader[Any], ...] = (word, optional_day)


def _scalar(node: Node, path: str) -> Scalar:
    if not isinstance(node, Scalar):
        raise FormatError(node.line, f"{path}: one value is wanted here, not a list or mapping")
    return node


def _entries(node: Node, path: str) -> tuple[Entry, ...]:
    if not isinstance(node, Mapping):
        raise FormatError(node.line, f"{path}: keys and values are wanted here")
    return node.entries
