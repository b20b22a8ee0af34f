"""A naive engine: every cost of an item from its entries alone, from scratch, slowly; and what must hold of a history.

Shares no code with costing: exact fractions, recursion, one pass over all rows (posting-and-costing.md sections 3.3,
9.3, 11, 12, 14.4).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from costing.setup import read_setup
from models import ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import CostingMethod, EntryType, ValueEntryType
from posting.verify import verify
from tests.support.histories import History

CENT = Decimal("0.01")


def check_history(history: History) -> str:
    """The first thing that does not hold after adjustment, "" when all does."""
    history.shop.adjust_cost()
    findings = verify(history.session)
    if findings:
        return f"verify: {findings[:3]}"
    again = history.shop.adjust_cost()
    if again.written:
        return f"second adjustment: wrote {again.written}"
    if history.rules.method == CostingMethod.AVERAGE and _goes_in_circles(history):
        return ""  # where averages depend on each other alone, more than one set of costs is right
    costs = history.costs()
    history.mark_all()
    anew = history.shop.adjust_cost()
    if anew.written:
        changed = {entry: (costs[entry], cost) for entry, cost in history.costs().items() if costs[entry] != cost}
        return f"from scratch: wrote {anew.written}, {changed}"
    if history.rules.method == CostingMethod.AVERAGE:
        return _check_average(history)
    return _check_applied(history)


def _goes_in_circles(history: History) -> bool:
    """True where goods of one period go from one average to another and back, by transfers or returns."""
    naive, setup = Naive(history), read_setup(history.session)
    if not setup.by_place:
        return False
    edges: dict[dt.date, set[tuple[int, int]]] = defaultdict(set)
    for entry in naive.entries.values():
        if entry.source is None:
            continue
        giver = naive.entries[entry.source[0]]
        period = setup.period_end(entry.day)
        if period == setup.period_end(giver.day):
            edges[period].add((giver.row.location_id, entry.row.location_id))
    return any((there, here) in found for found in edges.values() for here, there in found if here != there)


def _check_applied(history: History) -> str:
    naive = Naive(history)
    for entry in naive.entries.values():
        wanted, found = naive.base(entry.id), entry.flowing
        if wanted != found:
            return f"naive engine: entry {entry.id} should cost {wanted}, costs {found}"
        residual = naive.residual(entry)
        if residual:
            return f"rounding: entry {entry.id} is used up and keeps {residual}"
    return ""


@dataclass
class Entry:
    """An item ledger entry with its value entries."""

    row: Any
    values: list[Any] = field(default_factory=list)
    #: consumption of and by it, and what it takes its cost from: (other entry, quantity, mover)
    taken: list[tuple[int, Decimal]] = field(default_factory=list)
    given: list[tuple[int, Decimal]] = field(default_factory=list)
    source: tuple[int, Decimal, int] | None = None

    @property
    def id(self) -> int:
        return int(self.row.id)

    @property
    def quantity(self) -> Decimal:
        return Decimal(self.row.quantity)

    def _sum(self, *, kinds: set[str] | None = None, posted: bool = False, own: bool = False) -> Fraction:
        total = Decimal(0)
        for value in self.values:
            kind = value.entry_type
            if kind == ValueEntryType.ROUNDING or (kind == ValueEntryType.REVALUATION and value.partial_revaluation):
                continue
            if kinds is not None and kind not in kinds:
                continue
            if (posted or own) and value.adjustment:
                continue
            if own and not (value.item_charge_no or kind == ValueEntryType.REVALUATION):
                continue
            total += value.cost_amount_actual + value.cost_amount_expected
        return Fraction(total)

    @property
    def flowing(self) -> Fraction:
        """All it costs but roundings and partial revaluations."""
        return self._sum()

    @property
    def posted(self) -> Fraction:
        """The same as it was posted."""
        return self._sum(posted=True)

    @property
    def own(self) -> Fraction:
        """Charges and full revaluations, which stay whatever it takes its cost from."""
        return self._sum(own=True, kinds={ValueEntryType.DIRECT_COST, ValueEntryType.REVALUATION})

    @property
    def beside(self) -> Fraction:
        """Indirect cost and variance of its own, a charge's variance among them."""
        return self._sum(posted=True, kinds={ValueEntryType.INDIRECT_COST, ValueEntryType.VARIANCE})

    @property
    def partials(self) -> list[Any]:
        return [v for v in self.values if v.entry_type == ValueEntryType.REVALUATION and v.partial_revaluation]

    @property
    def first(self) -> int:
        return min(value.id for value in self.values)

    @property
    def day(self) -> dt.date:
        counted = [v for v in self.values if v.entry_type not in (ValueEntryType.REVALUATION, ValueEntryType.ROUNDING)]
        return max(counted, key=lambda value: value.id).valuation_date


class Naive:
    """All entries of a history's item, and what each should cost."""

    def __init__(self, history: History) -> None:
        session, item_id = history.session, history.item.id
        entry, value, link = ItemLedgerEntry, ValueEntry, ItemApplicationEntry
        rows = session.scalars(
            select(entry).where(entry.item_id == item_id).order_by(entry.id).execution_options(populate_existing=True)
        )
        self.entries = {row.id: Entry(row) for row in rows}
        values = session.scalars(
            select(value).where(value.item_id == item_id, value.inventoriable).order_by(value.id)
            .execution_options(populate_existing=True)
        )  # fmt: skip
        for row in values:
            self.entries[row.item_ledger_entry_id].values.append(row)
        links = session.scalars(
            select(link).where(link.in_force, link.item_ledger_entry_id.in_(self.entries)).order_by(link.id)
            .execution_options(populate_existing=True)
        )  # fmt: skip
        self.plain: set[int] = set()
        for row in links:
            self._connect(row)
        self._known: dict[int, Fraction] = {}

    def _connect(self, row: Any) -> None:
        inbound = self.entries[row.inbound_entry_id]
        if row.quantity < 0:
            if not row.cost_application:
                self.plain.add(inbound.id)
                return
            self.entries[row.outbound_entry_id].taken.append((inbound.id, -row.quantity))
            inbound.given.append((row.outbound_entry_id, -row.quantity))
        elif row.transferred_from_entry_id is not None:
            inbound.source = (row.transferred_from_entry_id, row.quantity, row.outbound_entry_id or inbound.id)
        elif row.outbound_entry_id:
            inbound.source = (row.outbound_entry_id, row.quantity, inbound.id)

    def base(self, entry_id: int) -> Fraction:
        """What the entry should cost, without roundings and partial revaluations."""
        if entry_id not in self._known:
            self._known[entry_id] = self._base(self.entries[entry_id])
        return self._known[entry_id]

    def _base(self, entry: Entry) -> Fraction:
        if entry.quantity > 0:
            if entry.source is None:
                return entry.flowing  # also what a return was adjusted to before it was cut off
            giver, quantity, mover = entry.source
            taken = self.share(giver, quantity, mover)
            returned = self.entries[giver].quantity < 0
            return (-taken if returned else taken) + entry.own + entry.beside
        exact = (
            entry.row.entry_type == EntryType.PURCHASE and len(entry.taken) == 1 and not entry.row.remaining_quantity
        )
        if exact:
            return -self._exact(entry)
        target = -sum((self.share(giver, quantity, entry.id) for giver, quantity in entry.taken), Fraction(0))
        if entry.row.remaining_quantity:
            target += rounded(entry.posted * Fraction(entry.row.remaining_quantity) / Fraction(entry.quantity))
        return target

    def share(self, giver_id: int, quantity: Decimal, mover_id: int) -> Fraction:
        """What flows along one application, rounded on its own."""
        giver = self.entries[giver_id]
        part = self.base(giver_id) * Fraction(quantity) / abs(Fraction(giver.quantity))
        return rounded(part + self._revalued(giver, quantity, mover_id))

    def _revalued(self, giver: Entry, quantity: Decimal, mover_id: int) -> Fraction:
        mover = self.entries[mover_id]
        found = Fraction(0)
        for partial in giver.partials:
            later = max(mover.day, mover.row.posting_date) > partial.valuation_date
            if mover.first > (partial.applies_to_value_entry_id or partial.id) or later:
                amount = partial.cost_amount_actual + partial.cost_amount_expected
                found += Fraction(amount) * Fraction(quantity) / Fraction(partial.valued_quantity)
        return found

    def _exact(self, entry: Entry) -> Fraction:
        """A purchase return: direct, indirect and variance share of the receipt, each rounded."""
        giver_id, quantity = entry.taken[0]
        giver = self.entries[giver_id]
        ratio = Fraction(quantity) / abs(Fraction(giver.quantity))
        indirect = giver._sum(kinds={ValueEntryType.INDIRECT_COST})
        variance = giver._sum(kinds={ValueEntryType.VARIANCE})
        direct = self.base(giver_id) - indirect - variance
        first = rounded(direct * ratio + self._revalued(giver, quantity, entry.id))
        return first + rounded(indirect * ratio) + rounded(variance * ratio)

    def residual(self, entry: Entry) -> Fraction:
        """What an inbound entry keeps though all of it is gone and invoiced (section 12)."""
        open_or_not = entry.quantity < 0 or entry.row.remaining_quantity or not entry.row.completely_invoiced
        if open_or_not or entry.id in self.plain:
            return Fraction(0)
        if not all(self.entries[taker].row.completely_invoiced for taker, _quantity in entry.given):
            return Fraction(0)
        total = sum((v.cost_amount_actual + v.cost_amount_expected for v in entry.values), Decimal(0))
        return Fraction(total) - sum((self.share(entry.id, q, taker) for taker, q in entry.given), Fraction(0))


def _check_average(history: History) -> str:
    """Where a period has no returns, transfers and partial revaluations, its outbound entries share one average."""
    naive = Naive(history)
    setup = read_setup(history.session)
    periods: dict[tuple[Any, dt.date], set[int]] = defaultdict(set)
    for entry in naive.entries.values():
        scope = (entry.row.variant_id, entry.row.location_id) if setup.by_place else ()
        for value in entry.values:
            periods[scope, setup.period_end(value.valuation_date)].add(entry.id)
    for (scope, end), ids in sorted(periods.items(), key=lambda pair: pair[0][1]):
        found = _average_fault(naive, setup, scope, end, ids)
        if found:
            return found
    return ""


def _average_fault(naive: Naive, setup: Any, scope: Any, end: dt.date, ids: set[int]) -> str:
    start = setup.period_start(end)
    here = [e for e in naive.entries.values() if not scope or scope == (e.row.variant_id, e.row.location_id)]
    outs = sorted(
        (e for e in here if e.id in ids and e.quantity < 0 and any(v.valued_by_average_cost for v in e.values)),
        key=lambda entry: entry.id,
    )
    for entry in here:
        inside = [v for v in entry.values if start <= v.valuation_date <= end]
        if inside and (entry.source or entry.row.correction or entry.row.entry_type == EntryType.TRANSFER):
            return ""
        if any(v.entry_type == ValueEntryType.REVALUATION and v.partial_revaluation for v in inside):
            return ""
    value = quantity = Fraction(0)
    for entry in here:
        for v in entry.values:
            if v.valuation_date < start or (v.valuation_date <= end and entry not in outs):
                value += Fraction(v.cost_amount_actual + v.cost_amount_expected)
                quantity += Fraction(v.item_ledger_entry_quantity)
    if value < 0 or quantity + sum(Fraction(e.quantity) for e in outs) < 0:
        return ""
    for entry in outs:
        wanted = rounded(value * Fraction(entry.quantity) / quantity)
        if wanted != entry.flowing:
            return f"average: entry {entry.id} should cost {wanted}, costs {entry.flowing} in {end}"
        value += wanted
        quantity += Fraction(entry.quantity)
    return ""


def rounded(amount: Fraction) -> Fraction:
    """To the cent, half away from zero."""
    exact = Decimal(amount.numerator) / Decimal(amount.denominator)
    near = exact.quantize(CENT, ROUND_HALF_UP)
    # The division may have hidden which side of the half it was.
    for candidate in (near - CENT, near, near + CENT):
        distance = abs(amount - Fraction(candidate))
        if distance < Fraction(1, 200) or (distance == Fraction(1, 200) and abs(candidate) > abs(amount)):
            return Fraction(candidate)
    return Fraction(near)
