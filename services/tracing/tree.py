"""The tree of a trace: which entry hangs under which, each entry once (tracking.md section 12). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from models.enums import DocumentType, EntryType, SourceType

#: A branch ends here; nobody reads further, and a circle of entries ends too.
DEEPEST = 50


@dataclass(frozen=True, slots=True)
class TracedEntry:
    """What a trace shows of an item ledger entry; quantities in base units, inbound > 0."""

    id: int
    item_id: int
    item_no: str
    item_description: str
    unit_code: str
    variant_id: int
    variant_code: str
    lot_no: str
    serial_no: str
    package_no: str
    location_id: int
    location_code: str
    in_transit: bool
    entry_type: EntryType
    document_type: DocumentType
    document_no: str
    posting_date: dt.date
    source_type: SourceType
    source_no: str
    quantity: Decimal
    remaining: Decimal
    #: the item's tracking code makes one of the numbers specific
    specific: bool

    @property
    def goes_on(self) -> bool:
        """Whether the branch is followed past this entry: it carries a number that lives from receipt to sale."""
        return self.specific and bool(self.lot_no or self.serial_no or self.package_no)


@dataclass(frozen=True, slots=True)
class TraceRow:
    """A line of the tree: how deep it stands, under which entry, how much went from the one to the other.

    `again`: the entry stands above already, its branch is not repeated. `cut`: the branch is deeper than is shown.
    """

    level: int
    entry: TracedEntry
    parent_id: int | None = None
    quantity: Decimal | None = None
    again: bool = False
    cut: bool = False


#: from an entry to the entries of the next step, with the quantity (> 0) that went
Links = Mapping[int, Sequence[tuple[int, Decimal]]]


def grow(entries: Mapping[int, TracedEntry], links: Links, starts: Iterable[int]) -> list[TraceRow]:
    """The rows of the tree in the order they are read, a start that was met under an earlier one left out.

    Without recursion: a chain may be longer than the interpreter's stack.
    """
    rows: list[TraceRow] = []
    seen: set[int] = set()
    for start in starts:
        if start in seen or start not in entries:
            continue
        stack: list[tuple[int, int, int | None, Decimal | None]] = [(start, 0, None, None)]
        while stack:
            entry_id, level, parent, quantity = stack.pop()
            entry = entries.get(entry_id)
            if entry is None:
                continue
            again = entry_id in seen
            seen.add(entry_id)
            follow = [] if again or not entry.goes_on else list(links.get(entry_id, ()))
            cut = bool(follow) and level + 1 >= DEEPEST
            rows.append(TraceRow(level, entry, parent, quantity, again, cut))
            if not cut:
                stack.extend((target, level + 1, entry_id, part) for target, part in reversed(follow))
    return rows
