"""A list declared once: columns, filters, search, sort, views, paging, files, bulk actions. The URL is the state.

A page costs the rows of one page (read by key, never by a growing offset), a count that stops at a cap, the
saved views, and for each condition a look at its index (blueprints/list_narrowing.py), whatever the size of the table.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote_plus, urlencode

from flask import Response, abort, request
from markupsafe import Markup
from sqlalchemy import Row, Select, func
from werkzeug.datastructures import MultiDict
from wtforms.validators import StopValidation
from wtforms.validators import ValidationError as Refused

from blueprints import formats, list_files, views
from blueprints.access import may
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.list_filters import Chip, Filter
from blueprints.list_narrowing import Narrowing, in_order
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.list_places import restore, token
from core.text import _
from models import Permission, db
from models.base import ScaledDecimal

SIZES = (25, 50, 100)

#: URL arguments of the list itself; filters must not take these names.
OWN = frozenset({"q", "sort", "cols", "size", "after", "before", "start", "export", "view"})


@dataclass(frozen=True)
class Listing:
    """The declaration; `respond()` answers a GET with page, fragment or file."""

    name: str
    title: Any
    key: Any
    source: Callable[[], Select[Any]]
    columns: Sequence[Column]
    #: columns that only the data knows (one for each attribute), asked for once a request
    more_columns: Callable[[], Sequence[Column]] | None = None
    #: called with the state before a page is drawn, for what its cells need besides their row
    prepare: Callable[[State], None] | None = None
    filters: Sequence[Filter] = ()
    #: columns searched for each word typed; or a function (statement, text) -> statement
    search: Sequence[Any] | Callable[[Select[Any], str], Select[Any]] = ()
    #: a SearchEntry kind: any number, bar code or word of the record is found
    search_kind: str = ""
    search_hint: Any = ""
    sort: str = ""
    #: filter -> the only column the list is sorted by while it is set, the strongest filter first. A ledger of
    #: millions narrowed to days is in the order of days, which the index of days answers: in the order of entry
    #: numbers it would be read from its end until those days come.
    orders: Mapping[str, str] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    #: filters under which the rows belong together, so that columns with a `total` are added up below them
    added_up: frozenset[str] = frozenset()
    #: set where conditions and sorts need no more than the key's table and these (table -> how it joins, an Outer where
    #: a row may point nowhere): the keys of a page are then found without all the tables that only its cells come from
    lean: Mapping[Any, Any] | None = None
    open: Callable[[Any], str | None] | None = None
    actions: Sequence[Action] = ()
    bulk: Sequence[BulkAction] = ()
    empty: Empty | None = None
    size: int = 50
    file_name: str = ""
    export_permission: Permission | None = Permission.EXCHANGE_EXPORT

    def __post_init__(self) -> None:
        taken = {name for single in self.filters for name in single.names} & OWN
        if taken:
            raise ValueError(f"list {self.name}: filters may not be called {sorted(taken)}")

    def read(self, args: MultiDict[str, str] | None = None, path: str | None = None) -> State:
        """The state in the URL (the request's, when none is given)."""
        return State(self, request.args if args is None else args, request.path if path is None else path)

    def respond(
        self, *, page: str = "_types/list.html", fragment: str = "_types/_list.html", **context: Any
    ) -> Response:
        """Answer the request: a file when `export` asks for one, the fragment to HTMX, else the page."""
        state = self.read()
        if "export" in request.args:
            return self._file(state, request.args["export"])
        if self.prepare is not None:
            self.prepare(state)
        return render(page, fragment, status=422 if state.errors else 200, listing=self, state=state, **context)

    def _file(self, state: State, kind: str) -> Response:
        makers = {"csv": list_files.csv_response, "xlsx": list_files.xlsx_response, "pdf": list_files.pdf_response}
        # Paper shows what the page shows; whole tables to take away need the right to export.
        if kind != "pdf" and not state.may_export:
            abort(403)
        if kind not in makers:
            abort(404)
        return makers[kind](state, self.file_name or self.name)


class State:
    """What one URL asks of a list: its conditions, order and page, and the rows that answer it."""

    def __init__(self, listing: Listing, args: MultiDict[str, str], path: str) -> None:
        self.listing = listing
        self.args = args
        self.path = path
        self.errors: list[str] = []
        self.values: dict[str, Any] = {}
        self.q = args.get("q", "").strip()[:100].replace("\x00", "")
        for single in listing.filters:
            try:
                value = single.read(args)
            except (Refused, StopValidation) as refused:
                self.errors.append(f"{single.label}: {refused}")
                continue
            if value is not None:
                self.values[single.key] = value
        self.size = int(args["size"]) if args.get("size") in {str(size) for size in SIZES} else listing.size
        self._read_sort(args.get("sort", ""))

    def _read_sort(self, wanted: str) -> None:
        self.only_order = self._only_order()
        sortable = {column.key for column in self.listing.columns if self.may_sort(column)}
        usual = f"-{self.only_order}" if self.only_order else self.listing.sort
        chosen = wanted if wanted.lstrip("-") in sortable else usual
        self.descending, self.sort_key = chosen.startswith("-"), chosen.lstrip("-")

    def _only_order(self) -> str:
        orders, values = self.listing.orders, self.values
        ordering = [single for single in self.listing.filters if single.key in orders and single.key in values]
        ordering.sort(key=lambda single: (not single.is_bounded(values[single.key]), list(orders).index(single.key)))
        return orders[ordering[0].key] if ordering else ""

    def may_sort(self, column: Column) -> bool:
        """True when the list as it is narrowed now can be sorted by the column."""
        return column.sort_expression is not None and self.only_order in {"", column.key}

    # ------------------------------------------------------------------ columns
    @cached_property
    def columns(self) -> list[Column]:
        """The columns to show, in the order of the declaration."""
        allowed = self.all_columns
        wanted = [key for key in self.args.get("cols", "").split(",") if key]
        chosen = [column for column in allowed if (column.key in wanted if wanted else column.shown)]
        return chosen or [column for column in allowed if column.shown]

    @cached_property
    def all_columns(self) -> list[Column]:
        """Every column the role may see."""
        more = self.listing.more_columns() if self.listing.more_columns is not None else ()
        every = (*self.listing.columns, *more)
        return [column for column in every if column.permission is None or may(column.permission)]

    # ------------------------------------------------------------------ query
    def _sort(self) -> tuple[Any, Any]:
        """What the list is sorted by (None: by its key alone), and the key that decides among equals."""
        for column in self.listing.columns:
            if column.key == self.sort_key and column.sort_expression is not self.listing.key:
                return column.sort_expression, self.listing.key if column.sort_key is None else column.sort_key
        return None, self.listing.key

    @cached_property
    def _narrowing(self) -> Narrowing:
        return Narrowing(
            db_session(), self.listing, self.values, self.q, sort=self._sort(), sort_key=self.sort_key,
            descending=self.descending, refused=bool(self.errors),
        )  # fmt: skip

    def _selected(self, columns: Sequence[Column]) -> Select[Any]:
        """The columns, `extra`, `row_id` and `sort_value`, of all rows."""
        sort, _key = self._sort()
        selected = {column.key: column.value for column in columns if column.value is not None} | dict(
            self.listing.extra
        )
        statement = self.listing.source().add_columns(
            *(expression.label(key) for key, expression in selected.items()), self.listing.key.label("row_id")
        )
        return statement if sort is None else statement.add_columns(sort.label("sort_value"))

    def statement(self, columns: Sequence[Column]) -> Select[Any]:
        """All rows of the list in order, with these columns."""
        return self._narrowing.ordered(self._narrowing.apply(self._selected(columns)))

    @cached_property
    def _page(self) -> tuple[list[Row[Any]], bool, bool]:
        """The rows of the page, whether there are rows before, whether there are rows after."""
        place = restore(self.args.get("after") or self.args.get("before") or "")
        backwards = place is not None and not self.args.get("after") and bool(self.args.get("before"))
        last = self.args.get("before") == "end"
        read = self._rows_by_key if self._narrowing.reads_keys_first else self._rows_at_once
        rows, more = read(place, backwards=backwards, last=last)
        if backwards or last:
            return rows, more, not last
        return rows, place is not None, more

    def _rows_by_key(
        self, place: tuple[Any, int] | None, *, backwards: bool, last: bool
    ) -> tuple[list[Row[Any]], bool]:
        ids, more = self._narrowing.page(place, self.size, backwards=backwards, last=last)
        if not ids:
            return [], more
        found = self._selected(self.columns).where(self.listing.key.in_(ids))
        return in_order(db.session.execute(found).all(), ids), more

    def _rows_at_once(
        self, place: tuple[Any, int] | None, *, backwards: bool, last: bool
    ) -> tuple[list[Row[Any]], bool]:
        narrowing = self._narrowing
        statement = narrowing.apply(self._selected(self.columns))
        if place is not None:
            statement = statement.where(narrowing.beyond(place, backwards=backwards))
        found = narrowing.ordered(statement, backwards=backwards or last).limit(self.size + 1)
        rows = list(db.session.execute(found))
        more, rows = len(rows) > self.size, rows[: self.size]
        return (rows[::-1] if backwards or last else rows), more

    @property
    def rows(self) -> list[Row[Any]]:
        """The rows of the page."""
        return self._page[0]

    @cached_property
    def count(self) -> int:
        """How many rows match, counted up to the cap + 1."""
        rows, before, after = self._page
        return self._narrowing.count() if before or after else len(rows)

    def matching_ids(self, most: int) -> list[int] | None:
        """The keys of all rows that match; None where there are more than `most`."""
        return self._narrowing.ids(most)

    @cached_property
    def totals(self) -> dict[str, Any]:
        """Column key -> the sum of all rows that match; empty where they are many, or do not belong together."""
        columns = [column for column in self.columns if column.total is not None]
        if not columns or not self.listing.added_up & set(self.values) or self._narrowing.few is None:
            return {}
        sums = (func.sum(column.total, type_=ScaledDecimal()).label(column.key) for column in columns)
        statement = self._narrowing.apply(self.listing.source().add_columns(*sums), walking=False)
        found = db.session.execute(statement).mappings().one()
        return {key: value for key, value in found.items() if value is not None}

    @property
    def counted(self) -> str:
        """The count in words: 3 400, or "more than 10 000"."""
        cap = self._narrowing.count_cap
        if self.count > cap:
            return _("more than %(count)s", count=formats.quantity(cap))
        return formats.quantity(self.count)

    # ------------------------------------------------------------------ paging
    @property
    def start(self) -> int:
        """Number of the first row shown, counted from 1; 0 when that is not known (from the end)."""
        if not self._page[1]:
            return 1
        text = self.args.get("start", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def _place(self, row: Row[Any]) -> str:
        return token(getattr(row, "sort_value", None), row.row_id)

    @property
    def next_url(self) -> str | None:
        """The following page."""
        rows, _before, after = self._page
        if not after or not rows:
            return None
        start = str(self.start + len(rows)) if self.start else ""
        return self.url(after=self._place(rows[-1]), start=start)

    @property
    def previous_url(self) -> str | None:
        """The page before."""
        rows, before, _after = self._page
        if not before:
            return None
        if not rows or (self.start and self.start <= self.size + 1):
            return self.url()
        return self.url(before=self._place(rows[0]), start=str(self.start - self.size) if self.start else "")

    @property
    def first_url(self) -> str:
        """The first page."""
        return self.url()

    @property
    def last_url(self) -> str:
        """The last page, read from the other end."""
        return self.url(before="end")

    # ------------------------------------------------------------------ URLs
    @cached_property
    def _kept(self) -> dict[str, list[str]]:
        """The arguments of the URL that are the list's."""
        names = [name for single in self.listing.filters for name in single.names]
        kept = {name: [value for value in self.args.getlist(name) if value] for name in names}
        if self.q:
            kept["q"] = [self.q]
        for name in ("sort", "cols", "size"):
            if self.args.get(name):
                kept[name] = [self.args[name]]
        return {name: values for name, values in kept.items() if values}

    def url(self, **changes: str | list[str] | None) -> str:
        """The list's URL with `changes`; paging starts anew unless it is what changes. Empty values are dropped."""
        state = dict(self._kept)
        for name, value in changes.items():
            values = value if isinstance(value, list) else [value or ""]
            state[name] = [single for single in values if single]
        query = urlencode([(name, single) for name, values in state.items() for single in values])
        return f"{self.path}?{query}" if query else self.path

    def url_with(self, name: str, value: str) -> str:
        """`url` with one argument of one value: cheap enough for each node of a tree of thousands."""
        stem = self._stems.get(name)
        if stem is None:
            bare = self.url(**{name: None})
            stem = self._stems[name] = f"{bare}{'&' if '?' in bare else '?'}{name}="
        return stem + quote_plus(value)

    @cached_property
    def _stems(self) -> dict[str, str]:
        return {}

    @property
    def query(self) -> str:
        """The state as a query string, for saved views."""
        return self.url().partition("?")[2]

    def sort_url(self, column: Column) -> str:
        """Sort by `column`; by it already: the other way round."""
        return self.url(sort=f"-{column.key}" if self.sort_key == column.key and not self.descending else column.key)

    def export_url(self, kind: str) -> str:
        """The filtered list as a file."""
        return self.url(export=kind)

    def hidden(self, *without: str) -> list[tuple[str, str]]:
        """The state as hidden inputs for a GET form that sets the arguments named `without`."""
        return [(name, value) for name, values in self._kept.items() if name not in without for value in values]

    def filter_names(self) -> list[str]:
        """The URL arguments of all filters."""
        return [name for single in self.listing.filters for name in single.names]

    # ------------------------------------------------------------------ what the page shows besides rows
    @cached_property
    def chips(self) -> list[tuple[str, str]]:
        """Each condition in words with the URL without it."""
        found: list[tuple[str, str]] = []
        for single in self.listing.filters:
            if single.key in self.values:
                chips: list[Chip] = single.chips(self.values[single.key])
                found += [(chip.text, self.url(**chip.without)) for chip in chips]
        return found

    @property
    def cleared_url(self) -> str:
        """Without any filter; the search stays."""
        return self.url(**dict.fromkeys(self.filter_names()))

    @property
    def is_narrowed(self) -> bool:
        """True when a filter or a search hides rows."""
        return bool(self.values or self.q or self.errors)

    @cached_property
    def views(self) -> list[Any]:
        """Saved views of the user and of the user's roles."""
        return views.views_of(self.listing.name)

    @cached_property
    def cells(self) -> list[tuple[Column, Markup]]:
        """The columns with what every one of their cells carries."""
        return [(column, column.attributes) for column in self.columns]

    @cached_property
    def actions(self) -> list[Action]:
        """The page's buttons that the role may press."""
        return [action for action in self.listing.actions if action.permission is None or may(action.permission)]

    @cached_property
    def bulk(self) -> list[BulkAction]:
        """What may be done with ticked rows."""
        return [action for action in self.listing.bulk if action.permission is None or may(action.permission)]

    @property
    def may_export(self) -> bool:
        """True when the role may take the list away as a file."""
        return self.listing.export_permission is None or may(self.listing.export_permission)


def selected_ids(limit: int = 1000) -> list[int]:
    """The ids ticked in a bulk action's POST; forged or surplus ones are dropped."""
    ids = [int(text) for text in request.form.getlist("ids") if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(ids))[:limit]
