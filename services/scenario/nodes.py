"""YAML text into nodes that keep every scalar as it was written, with its line; nothing becomes a float on the way.

Read by YAML 1.2: `no`, `yes` and `on` are words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode

_NULL = "tag:yaml.org,2002:null"


class FormatError(Exception):
    """The file is no scenario; `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.message = message


@dataclass(frozen=True, slots=True)
class Scalar:
    """A value as it stands in the file; `quoted` tells "12" from 12, `null` an empty one."""

    text: str
    line: int
    quoted: bool = False
    null: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One key of a mapping with its value."""

    key: str
    line: int
    value: Node


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys in the order of the file."""

    entries: tuple[Entry, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    items: tuple[Node, ...]
    line: int


Node: TypeAlias = Scalar | Mapping | Sequence


def parse(text: str) -> Node:
    """The one document in `text`. Raises FormatError: no YAML, several documents, a key twice or no word."""
    try:
        root = YAML().compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FormatError(mark.line + 1 if mark else 1, f"this is no YAML: {error.problem or error.context}") from error
    except YAMLError as error:
        raise FormatError(1, f"this is no YAML: {error}") from error
    if root is None:
        raise FormatError(1, "the file is empty")
    return _node(root)


def _node(node: Any) -> Node:
    line = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        return Scalar(node.value, line, quoted=node.style in ("'", '"', "|", ">"), null=node.tag == _NULL)
    if isinstance(node, SequenceNode):
        return Sequence(tuple(_node(item) for item in node.value), line)
    if isinstance(node, MappingNode):
        return Mapping(tuple(_entries(node)), line)
    raise FormatError(line, "this is neither a value, a list nor a mapping")


def _entries(node: MappingNode) -> Iterator[Entry]:
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode):
            raise FormatError(line, "a key must be a word")
        if key.value in seen:
            raise FormatError(line, f"key {key.value!r} is there twice")
        seen.add(key.value)
        yield Entry(key.value, line, _node(value))
