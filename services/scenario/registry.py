"""What a step can do and what can be expected: each key of the format once, with its shape and its function.

A key whose area is not there yet is declared by `not_built`: files that use it are understood and fail by its name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from services.scenario.play import Difference, Play
from services.scenario.shapes import Reader

PlayAction = Callable[[Play, Any], None]
PlayExpectation = Callable[[Play, Any], Iterable[Difference]]
A = TypeVar("A", bound=PlayAction)
X = TypeVar("X", bound=PlayExpectation)


@dataclass(frozen=True, slots=True)
class Action:
    """A key of a step. `run` is None where the area is not built yet."""

    name: str
    read: Reader[Any]
    run: PlayAction | None
    #: belongs to the application worksheet, so that one that is open stays so
    keeps_worksheets: bool = False


@dataclass(frozen=True, slots=True)
class Expectation:
    """A key below `expect`. `check` is None where the area is not built yet."""

    name: str
    read: Reader[Any]
    check: PlayExpectation | None


ACTIONS: dict[str, Action] = {}
EXPECTATIONS: dict[str, Expectation] = {}


def action(name: str, read: Reader[Any], *, keeps_worksheets: bool = False) -> Callable[[A], A]:
    """Declare a step's key; the function gets what `read` made of its value and raises DomainError when refused."""

    def register(run: A) -> A:
        ACTIONS[name] = Action(name, read, run, keeps_worksheets)
        return run

    return register


def expectation(name: str, read: Reader[Any]) -> Callable[[X], X]:
    """Declare a key of `expect`; the function gives a Difference for each thing that is not as expected."""

    def register(check: X) -> X:
        EXPECTATIONS[name] = Expectation(name, read, check)
        return check

    return register


def action_not_built(name: str, read: Reader[Any]) -> None:
    """Declare a step's key that is understood and cannot be played yet."""
    ACTIONS[name] = Action(name, read, None)


def expectation_not_built(name: str, read: Reader[Any]) -> None:
    """Declare a key of `expect` that is understood and cannot be compared yet."""
    EXPECTATIONS[name] = Expectation(name, read, None)
