"""Which rows a list reads, kept bounded: the condition that leaves few rows is asked first, and they are read by key.

A database that is asked for "transfers, the newest first" guesses how many there are. Where it guesses wrong it reads
a ledger of millions from its end until a page is full. So each condition that an index answers is tried for at most
FEW + 1 keys; the first that leaves no more than FEW gives the rows, all other conditions and the sort are left to
those, and they are counted by having been read. Where each leaves many, all are tried together. If none does, matches
are so frequent that the walk in the order of the sort soon fills a page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.orm import Session

from blueprints.list_filters import Filter
from blueprints.list_places import beyond
from core.sql import ids_from, ids_of, is_postgresql
from models import SearchEntry

#: reading so many rows by their keys and sorting them fits into a page's time
FEW = 5_000
COUNT_CAP = 10_000
#: several conditions, each of which many rows meet, are counted up to here: a row that meets all may be rare
COMBINED_CAP = 200
MOST_WORDS = 6


@dataclass(frozen=True)
class Outer:
    """A table that a row may point at or not: `own` is the column that points, `theirs` what it points at."""

    own: Any
    theirs: Any

    @property
    def condition(self) -> Any:
        """How the rows that point join it."""
        return self.own == self.theirs


@dataclass(frozen=True)
class Few:
    """The keys a condition leaves; `answered` is its filter's key ("" when it has to be asked again)."""

    ids: list[int]
    answered: str


class Narrowing:
    """The conditions and the order of one list, and the keys of the rows that answer them.

    `listing` is a blueprints.lists.Listing; `sort` its sort expression (None: by the key alone) with the key that
    decides among equals; `sort_key` names the column.
    """

    def __init__(
        self, session: Session, listing: Any, values: Mapping[str, Any], q: str,
        *, sort: tuple[Any, Any], sort_key: str, descending: bool, refused: bool,
    ) -> None:  # fmt: skip
        self.session, self.listing, self.values, self.q = session, listing, values, q
        self.sort, self.sort_key, self.descending, self.refused = sort, sort_key, descending, refused

    # ------------------------------------------------------------------ conditions
    @cached_property
    def few(self) -> Few | None:
        """The rows of the first condition that leaves few; None when each leaves many, or there is none."""
        if self.refused:
            return None
        key = self.listing.key
        self._was_tried = False
        active = [single for single in self.listing.filters if single.key in self.values and single.has_index]
        if is_postgresql(self.session) and self._number_of_probes(active) > 2:
            # Which of three is the rare one PostgreSQL knows better than three tries would tell.
            ids = self._few_of(self._together(active))
            return Few(ids, "") if ids is not None else None
        for single in sorted(active, key=lambda single: single.reads_all):
            probes = single.probes(select(key), self.values[single.key])
            for probe in probes:
                ids = self._few_of(probe)
                if ids is not None:
                    return Few(ids, single.key if len(probes) == 1 else "")
        searched = bool(self.q and self.listing.search_kind)
        if searched:
            ids = self._few_of(self._found())
            if ids is not None:
                return Few(ids, "q")
        if len(active) + searched > 1:
            ids = self._few_of(self._together(active))
            if ids is not None:
                return Few(ids, "")
        return None

    def _number_of_probes(self, active: Sequence[Filter]) -> int:
        return sum(len(single.probes(select(self.listing.key), self.values[single.key])) for single in active)

    def _together(self, active: Sequence[Filter]) -> Select[Any]:
        """The rows that meet every condition, each answered by its own index: together they may leave few."""
        key = self.listing.key
        statement, driven = select(key), False
        for single in active:
            probes = single.probes(select(key), self.values[single.key])
            if all(probe.get_final_froms() == [key.table] for probe in probes):
                statement = statement.where(*(probe.whereclause for probe in probes))
                continue
            if not driven:
                statement = statement.where(key.in_(probes[0]))
            if driven or len(probes) > 1:
                # For each row left, by its key: to collect all that meet a broad condition would take longer.
                statement = single.apply(statement, self.values[single.key])
            driven = True
        return self._searched(statement) if self.q else statement

    def _few_of(self, probe: Select[Any]) -> list[int] | None:
        self._was_tried = True
        ids = ids_from(self.session, probe.limit(FEW + 1))
        return list(dict.fromkeys(ids)) if len(ids) <= FEW else None

    def apply(self, statement: Select[Any], *, walking: bool = True) -> Select[Any]:
        """`statement` with all conditions; `walking` in the order of the list, as opposed to counting."""
        if self.refused:  # a condition that makes no sense shows nothing rather than everything
            return statement.where(literal(1) == 0)
        few = self.few
        if few is not None:
            statement = statement.where(self.listing.key.in_(ids_of(self.session, few.ids)))
        for single in self._asked:
            apply = single.apply_past_index if walking and single.key in self._past_index else single.apply
            statement = apply(statement, self.values[single.key])
        if not self.q or (few is not None and few.answered == "q"):
            return statement
        return self._searched(statement)

    @property
    def _asked(self) -> list[Filter]:
        answered = self.few.answered if self.few is not None else ""
        return [single for single in self.listing.filters if single.key in self.values and single.key != answered]

    @cached_property
    def _past_index(self) -> set[str]:
        """Filters that many rows match, while the order is not theirs, on SQLite.

        It would take their index all the same and sort what it finds there; so it is shown their conditions in a
        form that no index answers.
        """
        if self.few is not None or self.sort[0] is None or is_postgresql(self.session):
            return set()
        indexed = {single.key for single in self.listing.filters if single.has_index}
        return {key for key in indexed if self.listing.orders.get(key) != self.sort_key}

    def _found(self) -> Select[Any]:
        """The records of the search, by their search rows."""
        parts = self.q.casefold().split()[:MOST_WORDS]
        conditions = [SearchEntry.text.contains(part, autoescape=True) for part in parts]
        return select(SearchEntry.record_id).where(SearchEntry.kind == self.listing.search_kind, *conditions)

    def _searched(self, statement: Select[Any]) -> Select[Any]:
        search = self.listing.search
        if self.listing.search_kind:
            # For each row by its key: with many hits the page is full long before all of them are read.
            return statement.where(self._found().where(SearchEntry.record_id == self.listing.key).exists())
        if callable(search):
            return search(statement, self.q)
        for part in self.q.split()[:MOST_WORDS]:
            statement = statement.where(or_(*(column.icontains(part, autoescape=True) for column in search)))
        return statement

    def ordered(self, statement: Select[Any], *, backwards: bool = False) -> Select[Any]:
        """`statement` in the order of the list."""
        downwards = self.descending != backwards
        terms = [term for term in self.sort if term is not None]
        return statement.order_by(*(term.desc() if downwards else term.asc() for term in terms))

    # ------------------------------------------------------------------ keys
    @property
    def reads_keys_first(self) -> bool:
        """The keys of the page are found by themselves, then its rows by them."""
        return self.few is not None or self.listing.lean is not None

    def _keys(self, *, in_order: bool = True, pointing: bool | None = None) -> Select[Any]:
        """A select of the keys that match, joining no more than conditions and order need.

        `pointing`: only the rows that point at the table of the sort (True), or only those that point nowhere.
        """
        listing = self.listing
        if listing.lean is None:
            return self.apply(listing.source().add_columns(listing.key.label("row_id")), walking=in_order)
        statement = self.apply(select(listing.key.label("row_id")), walking=in_order)
        by = getattr(self.sort[0], "table", None) if in_order and pointing is not False else None
        used = {*statement.get_final_froms(), by}
        for table, join in listing.lean.items():
            if table not in used:
                continue
            if not isinstance(join, Outer):
                statement = statement.where(join)
            elif table is by and pointing is None:
                statement = statement.outerjoin(table, join.condition)
            else:
                statement = statement.where(join.condition)
        if pointing is False and self._outer is not None:
            statement = statement.where(self._outer.own.is_(None))
        return statement

    @cached_property
    def _outer(self) -> Outer | None:
        """How the table of the sort is pointed at, where a row may point nowhere."""
        join = (self.listing.lean or {}).get(getattr(self.sort[0], "table", None))
        return join if isinstance(join, Outer) else None

    @cached_property
    def _all_few(self) -> list[int]:
        """Where few rows match a condition: the keys that match all, in order."""
        few = self.few
        if few is None or not few.ids:
            return []
        searched = bool(self.q) and few.answered != "q"
        if not self._asked and not searched and self.sort[0] is None and self.listing.lean is not None:
            return sorted(few.ids, reverse=self.descending)
        return ids_from(self.session, self.ordered(self._keys()))

    def page(self, place: tuple[Any, int] | None, size: int, *, backwards: bool, last: bool) -> tuple[list[int], bool]:
        """At most `size` keys beyond `place`, in the order of the list, and whether more lie in that direction.

        `backwards` from the place towards the beginning; `last`: from the end.
        """
        if self.few is not None:
            return self._slice(place, size, backwards=backwards, last=last)
        if self._outer is not None:
            ids = self._walk_both(place, size + 1, backwards=backwards, last=last)
        elif self._sorts_by_another:
            ids = self._walk(place, size + 1, downwards=self.descending != (backwards or last))
        else:
            statement = self._keys()
            if place is not None:
                statement = statement.where(self.beyond(place, backwards=backwards))
            ids = ids_from(self.session, self.ordered(statement, backwards=backwards or last).limit(size + 1))
        more, ids = len(ids) > size, ids[:size]
        return (ids[::-1] if backwards or last else ids), more

    def _walk_both(self, place: tuple[Any, int] | None, most: int, *, backwards: bool, last: bool) -> list[int]:
        """The rows that point at the table of the sort in its order, and those that point nowhere by their key.

        Two walks, each along an index; in one, the database would have to sort all rows.
        """
        downwards = self.descending != (backwards or last)
        ways = [True, False] if downwards != is_postgresql(self.session) else [False, True]  # where NULL stands
        if place is not None:
            ways = ways[ways.index(place[0] is not None) :]
        found: list[int] = []
        for pointing in ways:
            past = place if place is not None and pointing is (place[0] is not None) else None
            if pointing:
                found += self._walk(past, most - len(found), downwards=downwards)
            else:
                statement, key = self._keys(pointing=False), self.sort[1]
                if past is not None:
                    statement = statement.where(key < past[1] if downwards else key > past[1])
                found += ids_from(self.session, statement.order_by(_order(key, downwards)).limit(most - len(found)))
            if len(found) >= most:
                break
        return found

    @property
    def _sorts_by_another(self) -> bool:
        """The order is that of a table many rows point at, and the key decides among those."""
        by, key = getattr(self.sort[0], "table", None), self.sort[1]
        return self.listing.lean is not None and by in self.listing.lean and by is not getattr(key, "table", None)

    def _walk(self, place: tuple[Any, int] | None, most: int, *, downwards: bool) -> list[int]:
        """The keys of rows that point at the table of the sort, in its order.

        PostgreSQL is told to take that table row by row and of each no more than a page: left to itself it reads and
        sorts all, where few are pointed at by many.
        """
        sort, key = self.sort
        statement = self._keys(pointing=True)
        if place is not None:
            sqlite = not is_postgresql(self.session)
            statement = statement.where(beyond(sort, key, place, downwards=downwards, sqlite=sqlite))
        if not is_postgresql(self.session):
            ordered = statement.order_by(_order(sort, downwards), _order(key, downwards))
            return ids_from(self.session, ordered.limit(most))
        of_each = statement.order_by(_order(key, downwards)).limit(most).correlate(sort.table).lateral("of_each")
        ordered = (
            select(of_each.c.row_id)
            .select_from(sort.table.join(of_each, literal(value=True)))
            .order_by(_order(sort, downwards), _order(of_each.c.row_id, downwards))
        )
        return ids_from(self.session, ordered.limit(most))

    def _slice(
        self, place: tuple[Any, int] | None, size: int, *, backwards: bool, last: bool
    ) -> tuple[list[int], bool]:
        ids = self._all_few
        if last:
            return ids[-size:], len(ids) > size
        # A row that is no longer in the list: from the beginning.
        position = ids.index(place[1]) if place is not None and place[1] in ids else None
        if backwards:
            before = ids[: position or 0]
            return before[-size:], len(before) > size
        after = ids if position is None else ids[position + 1 :]
        return after[:size], len(after) > size

    def beyond(self, place: tuple[Any, int], *, backwards: bool) -> Any:
        """The condition for rows beyond `place`."""
        downwards = self.descending != backwards
        return beyond(*self.sort, place, downwards=downwards, sqlite=not is_postgresql(self.session))

    def ids(self, most: int) -> list[int] | None:
        """The keys of all rows that match, in any order; None where there are more than `most`."""
        if self.few is not None:
            return self._all_few
        ids = ids_from(self.session, self._keys(in_order=False).limit(most + 1))
        return ids if len(ids) <= most else None

    # ------------------------------------------------------------------ counting
    @property
    def _is_known_frequent(self) -> bool:
        """One condition alone, and the look for few rows found more."""
        if self.few is not None or len(self.values) + bool(self.q) != 1:
            return False
        return self._was_tried

    @property
    def count_cap(self) -> int:
        """Where counting stops: few rows are counted whole, frequent combinations soon."""
        if self.few is not None or self._is_known_frequent:
            return FEW
        return COUNT_CAP if len(self.values) + bool(self.q) < 2 else COMBINED_CAP

    def count(self) -> int:
        """How many rows match, counted up to the cap + 1."""
        if self.few is not None:
            return len(self._all_few)
        if self._is_known_frequent:
            return FEW + 1
        found = self._keys(in_order=False).limit(self.count_cap + 1).subquery()
        return self.session.scalar(select(func.count()).select_from(found)) or 0


def _order(term: Any, downwards: bool) -> Any:
    return term.desc() if downwards else term.asc()


def in_order(rows: Sequence[Any], ids: Sequence[int]) -> list[Any]:
    """`rows` (with `row_id`) in the order of `ids`."""
    by_key = {row.row_id: row for row in rows}
    return [by_key[key] for key in ids if key in by_key]
