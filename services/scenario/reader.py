"""A scenario file into steps with values; what the format does not know is refused before anything is played."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from services.scenario import actions, expectations
from services.scenario.nodes import FormatError, Mapping, Node, Scalar, parse
from services.scenario.registry import ACTIONS, EXPECTATIONS, Action, Expectation
from services.scenario.setup_shapes import SETUP
from services.scenario.shapes import Values, day, list_of, record, word

#: Modules that declare the keys; importing them is what fills the registry.
DECLARED = (actions, expectations)


@dataclass(frozen=True, slots=True)
class Expected:
    """One key below `expect` with its value."""

    expectation: Expectation
    value: Any
    line: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: an action, something expected, or a step that must be refused."""

    line: int
    number: int
    id: str = ""
    date: dt.date | None = None
    action: Action | None = None
    value: Any = None
    expected: tuple[Expected, ...] = ()
    refused: Step | None = None
    code: str = ""

    @property
    def name(self) -> str:
        """What the step does, as the file calls it."""
        if self.refused is not None:
            return "expect_error"
        return self.action.name if self.action else "expect"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A whole file, understood."""

    path: str
    name: str
    about: str
    origin: str
    tags: tuple[str, ...]
    setup: Values
    steps: tuple[Step, ...]


def read_file(path: Path) -> Scenario:
    """The scenario in `path`. Raises FormatError with the line and the key; OSError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(1, f"the file is not UTF-8: {error.reason}") from error
    return read_text(text, str(path))


def read_text(text: str, path: str = "") -> Scenario:
    """The scenario in `text`. Raises FormatError."""
    root = parse(text)
    values = record(
        {"scenario": word, "about": word, "origin": word, "tags": list_of(word), "setup": SETUP, "steps": _steps},
        required=("scenario", "steps"),
    )(root, "the scenario")
    return Scenario(
        path=path,
        name=values["scenario"],
        about=values.get("about", ""),
        origin=values.get("origin", ""),
        tags=tuple(values.get("tags", ())),
        setup=values.get("setup", Values(1)),
        steps=tuple(values["steps"]),
    )


def not_built(scenario: Scenario) -> dict[str, tuple[int, int]]:
    """Keys the scenario uses whose area is not built yet -> line and step of their first use."""
    found: dict[str, tuple[int, int]] = {}
    for step in scenario.steps:
        inner = step.refused or step
        if inner.action is not None and inner.action.run is None:
            found.setdefault(inner.action.name, (inner.line, step.number))
        for wanted in inner.expected:
            if wanted.expectation.check is None:
                found.setdefault(wanted.expectation.name, (wanted.line, step.number))
    return found


def _steps(node: Node, path: str) -> list[Step]:
    steps: list[Step] = []
    seen: dict[str, int] = {}
    for number, step_node in enumerate(list_of(lambda item, _path: item)(node, path), 1):
        step = _step(step_node, number)
        for name in _names(step):
            if name in seen:
                raise FormatError(step.line, f"id {name!r} is taken by step {seen[name]}")
            seen[name] = number
        steps.append(step)
    return steps


def _names(step: Step) -> list[str]:
    inner = step.refused or step
    return [name for name in {step.id, inner.id} if name]


def _step(node: Node, number: int) -> Step:
    if not isinstance(node, Mapping):
        raise FormatError(node.line, f"step {number}: an action with its value is wanted here")
    given = {entry.key: entry for entry in node.entries}
    step_id = word(given["id"].value, "id") if "id" in given else ""
    date = day(given["date"].value, "date") if "date" in given else None
    rest = [entry for entry in node.entries if entry.key not in ("id", "date")]
    if len(rest) != 1:
        names = ", ".join(entry.key for entry in rest) or "none"
        raise FormatError(node.line, f"step {number} takes exactly one action, not {len(rest)}: {names}")
    key, line, value = rest[0].key, rest[0].line, rest[0].value
    if key == "expect":
        return Step(line, number, step_id, date, expected=tuple(_expected(value)))
    if key == "expect_error":
        values = record({"step": lambda inner, _path: _step(inner, number), "code": word}, required=("step",))(
            value, key
        )
        return Step(line, number, step_id, date, refused=_refusable(values["step"]), code=values.get("code", ""))
    if key not in ACTIONS:
        raise FormatError(line, f"unknown action {key!r}")
    if isinstance(value, Scalar) and value.null:
        raise FormatError(line, f"{key} has no value")
    return Step(line, number, step_id, date, action=ACTIONS[key], value=ACTIONS[key].read(value, key))


def _refusable(step: Step) -> Step:
    if step.action is None:
        raise FormatError(step.line, "only an action can be refused")
    return step


def _expected(node: Node) -> list[Expected]:
    if not isinstance(node, Mapping) or not node.entries:
        raise FormatError(node.line, "expect: keys and values are wanted here")
    wanted = []
    for entry in node.entries:
        if entry.key not in EXPECTATIONS:
            raise FormatError(entry.line, f"unknown key {entry.key!r} in expect")
        known = EXPECTATIONS[entry.key]
        wanted.append(Expected(known, known.read(entry.value, entry.key), entry.line))
    return wanted
