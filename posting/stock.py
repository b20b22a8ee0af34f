"""Open entries of one place in application order, and how quantity is taken from them (section 3.1). Pure."""

from __future__ import annotations

import datetime as dt
from bisect import insort
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from core.rounding import ZERO
from models import BLANK_ID
from models.enums import OrderType
from posting.facts import EntryState, Facts, ItemFacts, StockKey
from posting.lines import PostingLine


def travels(line: PostingLine, facts: Facts) -> bool:
    """True at the middle of a transfer order: its in-transit location, or the blank one of a direct transfer.

    Neither end of an order may be the blank location, so that what an order posts there is on its way.
    """
    if line.order_type != OrderType.TRANSFER:
        return False
    place = facts.locations.get(line.location_id)
    return line.location_id == BLANK_ID or (place is not None and place.in_transit)


def stock_key(line: PostingLine, item: ItemFacts, facts: Facts) -> StockKey:
    """Where the line's applications may happen; goods in transit stay with their order (section 3.1)."""
    return StockKey(
        line.item_id,
        line.variant_id,
        line.location_id,
        line.lot_no if item.lot_specific else "",
        line.serial_no if item.serial_specific else "",
        line.package_no if item.package_specific else "",
        line.order_no if travels(line, facts) else "",
    )


def _order(entry: EntryState) -> tuple[dt.date, int]:
    return entry.posting_date, entry.id


class OpenEntries:
    """Open entries of one direction at one place, posting date then entry no. ascending.

    Exhausted entries at either end are passed over once, so that ten thousand sales from ten thousand receipts
    cost ten thousand steps.
    """

    __slots__ = ("_entries", "_first", "_ids", "newest_first")

    def __init__(self, entries: Iterable[EntryState], *, newest_first: bool) -> None:
        self._entries = sorted(entries, key=_order)
        self._first = 0
        self._ids = {entry.id for entry in self._entries}
        self.newest_first = newest_first

    def add(self, entry: EntryState) -> None:
        """A new or reopened entry takes its place in the order; one that is there already is not added twice."""
        if entry.id in self._ids:
            return
        self._ids.add(entry.id)
        insort(self._entries, entry, lo=self._first, key=_order)

    def __iter__(self) -> Iterator[EntryState]:
        """Entries with remaining quantity, in application order; each may be consumed while iterating."""
        entries = self._entries
        if self.newest_first:
            while len(entries) > self._first and not entries[-1].remaining:
                self._ids.discard(entries.pop().id)
            for position in range(len(entries) - 1, self._first - 1, -1):
                if entries[position].remaining:
                    yield entries[position]
            return
        while self._first < len(entries) and not entries[self._first].remaining:
            self._ids.discard(entries[self._first].id)
            self._first += 1
        for position in range(self._first, len(entries)):
            if entries[position].remaining:
                yield entries[position]


def choose_entries(
    wanted: Decimal,
    entries: Iterable[EntryState],
    *,
    skip: frozenset[int] = frozenset(),
    held: Mapping[int, Decimal] | None = None,
) -> tuple[list[tuple[EntryState, Decimal]], Decimal]:
    """Cover `wanted` (> 0) from the remaining quantity of `entries`, in their order.

    Returns what each gives (> 0) and what is missing. Entries whose id is in `skip` are passed over, and so is
    what `held` keeps of an entry; nothing is changed on the entries.
    """
    chosen: list[tuple[EntryState, Decimal]] = []
    for entry in entries:
        if not wanted:
            break
        if entry.id in skip:
            continue
        given = min(wanted, abs(entry.remaining) - held.get(entry.id, ZERO) if held else abs(entry.remaining))
        if given <= 0:
            continue
        chosen.append((entry, given))
        wanted -= given
    return chosen, wanted
