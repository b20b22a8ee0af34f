"""What cost adjustment works on: item ledger entries as nodes, cost-carrying applications as edges. Plain values.

Quantities and amounts are the database's scaled integers (x 100,000): exact, and a million of them fit in memory.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import NamedTuple

from models.enums import CostingMethod, EntryType, ValueEntryType


@dataclass(slots=True)
class Original:
    """A value entry that adjustment may correct: first cost of a document, not a charge, not an adjustment."""

    id: int
    entry_type: ValueEntryType
    #: what it is about: the invoiced quantity of an invoice, else the valued quantity
    quantity: int
    #: goods moved, invoice outstanding
    expected: bool
    #: as posted, both columns together
    posted: int
    #: now, adjustments included
    actual: int
    expected_amount: int


@dataclass(slots=True)
class Partial:
    """A revaluation of the part that was in stock then (section 11)."""

    id: int
    amount: int
    quantity: int
    day: dt.date
    #: the revaluation that it takes back, because expected cost became actual; 0 for one that stands by itself
    of: int = 0


@dataclass(slots=True)
class Node:
    """An item ledger entry with what it costs now."""

    id: int
    item_id: int
    variant_id: int
    location_id: int
    entry_type: EntryType
    quantity: int
    remaining: int
    posting_date: dt.date
    correction: bool
    completely_invoiced: bool
    #: the posting date until its value entries say otherwise
    valuation_date: dt.date = field(init=False)
    by_average: bool = False
    #: entry no. of its first value entry; decides which revaluations it is behind
    first_value_id: int = 0
    originals: list[Original] = field(default_factory=list)
    partials: list[Partial] = field(default_factory=list)
    #: all its value entries but roundings and partial revaluations, by element
    direct: int = 0
    indirect: int = 0
    variance: int = 0
    #: of the direct element: charges and full revaluations, which stay when the rest is corrected
    own: int = 0
    #: of the direct element: indirect cost and variance of what is not invoiced, which has one expected cost for all
    not_invoiced: int = 0
    rounding: int = 0
    #: of it, what is in the ledger
    posted_rounding: int = 0
    #: elements as they are in the ledger; what differs from them at the end is corrected
    posted_elements: tuple[int, int, int] = (0, 0, 0)
    #: value entry its rounding entry copies date and document from
    rounding_model_id: int = 0
    incoming: list[Link] = field(default_factory=list)
    outgoing: list[Link] = field(default_factory=list)
    rank: int = 0

    def __post_init__(self) -> None:
        self.valuation_date = self.posting_date

    @property
    def inbound(self) -> bool:
        """True for entries that brought stock in."""
        return self.quantity > 0

    @property
    def closed(self) -> bool:
        """Nothing of it is open."""
        return not self.remaining

    @property
    def base(self) -> int:
        """The cost that flows on with every part of the quantity: without roundings and partial revaluations."""
        return self.direct + self.indirect + self.variance

    @property
    def total(self) -> int:
        """All of its cost, roundings included."""
        return self.base + self.rounding + sum(partial.amount for partial in self.partials)

    @property
    def invoiced(self) -> int:
        """The quantity that invoices are about."""
        direct = [o for o in self.originals if o.entry_type == ValueEntryType.DIRECT_COST]
        return sum(original.quantity for original in direct if not original.expected)

    @property
    def undone(self) -> bool:
        """Taken back by an undo."""
        return any(link.taker.correction for link in self.outgoing if not link.consumption)

    @property
    def exact_return(self) -> bool:
        """A purchase return of a certain receipt mirrors the receipt element by element (section 5)."""
        return self.entry_type in (EntryType.PURCHASE, EntryType.OUTPUT) and self.quantity < 0 and not self.by_average


@dataclass(slots=True)
class Link:
    """Cost of `quantity` (> 0) flows from `giver` to `taker`."""

    giver: Node
    taker: Node
    quantity: int
    #: consumption of an inbound entry; else a return or the in-leg of a transfer
    consumption: bool
    #: the movement whose numbers and dates decide on revaluations: the out-leg where a transfer's in-leg takes
    mover: Node


@dataclass(slots=True)
class Graph:
    """One item's affected entries."""

    item_id: int
    costing_method: CostingMethod
    inventory_value_zero: bool
    nodes: dict[int, Node] = field(default_factory=dict)
    #: entries whose cost has to be computed anew
    dirty: set[int] = field(default_factory=set)
    #: entries reached from the dirty ones: only these are corrected
    reached: set[int] = field(default_factory=set)
    #: inbound entries that are used up, with all their consumption read, for the rounding residual
    used_up: set[int] = field(default_factory=set)
    #: consumption that carries no cost (average): inbound entry -> outbound entries
    plain: dict[int, list[int]] = field(default_factory=dict)
    #: of average items: the first day whose average is to be computed anew
    average_from: dt.date | None = None
    #: amounts and quantities by scope and day, for the average
    movements: list[Movement] = field(default_factory=list)
    #: value and quantity by (variant, location) before `average_from`
    opening: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)

    def release(self) -> None:
        """Undo the circles of nodes and links once all is computed: what they hold is free at once."""
        for node in self.nodes.values():
            node.incoming.clear()
            node.outgoing.clear()


class Movement(NamedTuple):
    """A value entry as the average sees it: how much it adds to value and quantity of a place on a day."""

    id: int
    node_id: int
    day: dt.date
    place: tuple[int, int]
    quantity: int
    amount: int
    entry_type: ValueEntryType
    charge: bool
    partial: bool
    adjustment: bool


class Delta(NamedTuple):
    """A correction to post: amounts to add to the value entry `original_id`."""

    node_id: int
    original_id: int
    entry_type: ValueEntryType
    actual: int
    expected: int
