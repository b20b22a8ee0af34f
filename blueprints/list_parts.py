"""What a list is declared of: its columns, the buttons above it and below ticked rows, its words when it is empty."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from blueprints import formats
from models import Permission


@dataclass(frozen=True)
class Column:
    """One column. `value` is an SQL expression, or None for a cell that `cell(row)` draws from `extra` values.

    `kind` says how it looks (formats.KINDS: quantity, stock, amount, unit_cost, percent, day, moment, word,
    yes_no, or text, code, number); `link(row)` makes the cell a link; `sort` allows sorting (True: by `value`).
    """

    key: str
    label: Any
    value: Any = None
    kind: str = "text"
    link: Callable[[Any], str | None] | None = None
    cell: Callable[[Any], Any] | None = None
    sort: Any = None
    #: the list's key in the table of the sort, where that is another table: one index then has both
    sort_key: Any = None
    shown: bool = True
    #: needed to see the column at all
    permission: Permission | None = None
    #: stays on a phone's card
    phone: bool = True
    #: what is added up under the column (an SQL expression) while the list is narrowed as `Listing.added_up` says
    total: Any = None

    @property
    def is_number(self) -> bool:
        """True where figures stand under one another."""
        return self.kind in formats.NUMERIC_KINDS

    @property
    def sort_expression(self) -> Any:
        """What ORDER BY uses; None when the column may not be sorted by."""
        if self.sort is None or self.sort is False:
            return None
        return self.value if self.sort is True else self.sort

    @property
    def attributes(self) -> Markup:
        """Class and label of the column's cells."""
        kinds = {"num": self.is_number, "code": self.kind == "code", "no-phone": not self.phone}
        classes = " ".join([f"kind-{self.kind}", *(name for name, applies in kinds.items() if applies)])
        return Markup('class="{}" data-label="{}"').format(classes, str(self.label))

    def show(self, row: Any) -> Any:
        """The cell's content: text or Markup."""
        if self.cell is not None:
            return self.cell(row)
        return formats.show(getattr(row, self.key), self.kind)


@dataclass(frozen=True)
class Action:
    """A button of the page: a link, or a POST when `post`. `shortcut` is a key ("n"), `primary` the coloured one."""

    label: Any
    url: Callable[[], str] | str
    icon: str = ""
    permission: Permission | None = None
    primary: bool = False
    shortcut: str = ""
    post: bool = False
    confirm: Any = ""

    @property
    def href(self) -> str:
        """Where it leads."""
        return self.url() if callable(self.url) else self.url


@dataclass(frozen=True)
class BulkAction:
    """Something done with the rows that are ticked: POSTs `ids` to `url`."""

    key: str
    label: Any
    url: Callable[[], str]
    icon: str = ""
    permission: Permission | None = None
    confirm: Any = ""
    danger: bool = False


@dataclass(frozen=True)
class Empty:
    """What a list without rows says, and the first thing to do."""

    sentence: Any
    action: Any = ""
    url: Callable[[], str] | None = None
    permission: Permission | None = None
