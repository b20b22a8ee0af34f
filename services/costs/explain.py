"""How the cost of an entry came about, as parts that add up to it to the cent (posting-and-costing.md section 23).

The first level is what costing computes: the share of each receipt, rounded on its own. Below it every part is
split in proportion to what its source consists of, the last taking what rounding leaves.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound
from core.rounding import ZERO, from_scaled, round_quantity, round_unit_cost, to_scaled
from core.text import _
from costing.amounts import rounded, spread
from costing.entries import Link, Node
from costing.flow import is_target
from costing.setup import CostingSetup, read_setup
from costing.shares import element_shares, receives, share
from models import CostPoint, CostToAdjust, Item, ItemLedgerEntry
from models.enums import EntryType, ValueEntryType
from services.costs.average_basis import Basis, read_basis
from services.costs.upstream import Entry, Upstream, Value, read_upstream

#: Levels of the tree that are drawn; the page of an entry further back goes on from there.
DRAWN_LEVELS = 5


class PartKind(enum.StrEnum):
    """What a part of a cost is."""

    RECEIPT = "receipt"
    RETURN = "return"
    TRANSFER = "transfer"
    DIRECT = "direct"
    EXPECTED = "expected"
    CHARGE = "charge"
    OVERHEAD = "overhead"
    VARIANCE = "variance"
    REVALUATION = "revaluation"
    ROUNDING = "rounding"
    ADJUSTMENT = "adjustment"
    AVERAGE = "average"
    OPENING = "opening"
    MOVEMENT = "movement"
    ESTIMATE = "estimate"
    WAITING = "waiting"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a cost, with what it is made of; the amounts of `parts` add up to `amount`, or there are none."""

    kind: PartKind
    amount: Decimal
    quantity: Decimal | None = None
    #: the entry or value entry behind it
    entry: Entry | None = None
    value: Value | None = None
    #: the entry's whole cost and quantity, of which this is the share
    of_amount: Decimal | None = None
    of_quantity: Decimal | None = None
    movement: EntryType | None = None
    value_type: ValueEntryType | None = None
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer. Costs are positive for what the entry cost, whatever its direction."""

    entry: ItemLedgerEntry
    item: Item
    cost: Decimal
    actual: Decimal
    expected: Decimal
    #: charges on an issue: borne by nobody's stock
    beside: Decimal
    parts: tuple[Part, ...]
    #: value entries of the entry itself, oldest first
    history: Sequence[Value]
    #: cost adjustment has work waiting for it
    waits: bool
    basis: Basis | None = None
    #: more lies behind it than was followed
    cut: bool = False
    corrections: Sequence[Value] = field(default=())

    @property
    def per_unit(self) -> Decimal:
        """Cost of one base unit."""
        return round_unit_cost(self.cost / abs(self.entry.quantity))

    @property
    def outbound(self) -> bool:
        """It went out."""
        return self.entry.quantity < 0

    @property
    def first_posted(self) -> Decimal:
        """What it cost when it was posted, before anything was corrected."""
        sign = -1 if self.outbound else 1
        return sum((value.cost for value in self.history if not value.adjustment), ZERO) * sign

    @property
    def corrected(self) -> Decimal:
        """What cost adjustment added."""
        sign = -1 if self.outbound else 1
        return sum((value.cost for value in self.corrections), ZERO) * sign


def explain(session: Session, entry_id: int) -> Explanation:
    """Explain the entry's cost. Raises NotFound `entry_not_found`."""
    entry = session.scalar(
        select(ItemLedgerEntry)
        .where(ItemLedgerEntry.id == entry_id)
        .options(joinedload(ItemLedgerEntry.item).joinedload(Item.base_unit_of_measure),
                 joinedload(ItemLedgerEntry.location), joinedload(ItemLedgerEntry.variant))
    )  # fmt: skip
    if entry is None:
        raise NotFound("entry_not_found", _("There is no item ledger entry no. %(no)s.", no=entry_id))
    found = read_upstream(session, entry_id)
    setup = read_setup(session)
    node, history = found.nodes[entry_id], found.values.get(entry_id, [])
    sign = -1 if entry.quantity < 0 else 1
    actual = sum((value.amount for value in history), ZERO) * sign
    expected = sum((value.expected for value in history), ZERO) * sign
    waits = _waits(session, entry, found, setup)
    basis = None
    if node.by_average:
        basis = read_basis(session, entry, node.valuation_date, setup)
        parts = _from_average(basis, node, setup.amount_unit)
    else:
        parts = _parts_of(found, node, setup, set())
    parts = _completed(parts, actual + expected, waits=waits, by_average=node.by_average)
    return Explanation(
        entry, entry.item, actual + expected, actual, expected,
        beside=sum((value.non_inventoriable for value in history), ZERO) * sign,
        parts=tuple(parts), history=history, waits=waits, basis=basis, cut=found.cut,
        corrections=[value for value in history if value.adjustment],
    )  # fmt: skip


def _waits(session: Session, entry: ItemLedgerEntry, found: Upstream, setup: CostingSetup) -> bool:
    """Adjustment has work on the entry, on what it takes its cost from, or on its average or an earlier one."""
    if entry.item.cost_is_adjusted:
        return False
    behind = select(CostToAdjust.item_ledger_entry_id).where(
        CostToAdjust.item_id == entry.item_id, CostToAdjust.item_ledger_entry_id.in_(sorted(found.nodes))
    )
    if session.scalar(behind.limit(1)) is not None:
        return True
    node = found.nodes[entry.id]
    if not node.by_average:
        return False
    point = select(CostPoint.item_id).where(
        CostPoint.item_id == entry.item_id, CostPoint.adjusted.is_(False),
        CostPoint.period_end <= setup.period_end(node.valuation_date),
    )  # fmt: skip
    return session.scalar(point.limit(1)) is not None


def _completed(parts: list[Part], cost: Decimal, *, waits: bool, by_average: bool) -> list[Part]:
    """The parts with what is missing to the cost, by its cause."""
    rest = cost - sum((part.amount for part in parts), ZERO)
    if not rest:
        return parts
    if waits:
        return [*parts, Part(PartKind.WAITING, rest)]
    small = abs(rest) < Decimal("0.05") * max(len(parts), 1)
    return [*parts, Part(PartKind.ROUNDING if small or not by_average else PartKind.REST, rest)]


def _parts_of(found: Upstream, node: Node, setup: CostingSetup, seen: set[int]) -> list[Part]:
    """What an entry's cost is made of, positive: shares of its sources, or its own value entries."""
    unit = setup.amount_unit
    sign = -1 if node.quantity < 0 else 1
    if not is_target(node):
        return _own_parts(found, node, sign)
    parts = [_share_part(found, link, _amount(node, link, unit), setup, seen | {node.id}) for link in node.incoming]
    if node.quantity < 0 and node.remaining:
        posted = sum(to_scaled(value.cost) for value in found.values.get(node.id, ()) if _is_original(value))
        amount = rounded(posted * node.remaining, node.quantity, unit) * sign
        parts.append(Part(PartKind.ESTIMATE, from_scaled(amount), quantity=from_scaled(abs(node.remaining))))
    own = [value for value in found.values.get(node.id, ()) if _is_own(value)]
    return parts + [_value_part(value, value.cost * sign) for value in own]


def _amount(node: Node, link: Link, unit: int) -> int:
    """What the link gives to the node, positive."""
    if node.exact_return and len(node.incoming) == 1 and node.closed:
        return sum(element_shares(link, unit))
    return share(link, unit) if link.giver.quantity > 0 else -share(link, unit)


def _is_original(value: Value) -> bool:
    return value.entry_type == ValueEntryType.DIRECT_COST and not value.adjustment and not value.item_charge_no


def _is_own(value: Value) -> bool:
    """Stays with the entry whatever its sources cost: charges, revaluations, roundings."""
    return bool(value.item_charge_no) or value.entry_type in (ValueEntryType.REVALUATION, ValueEntryType.ROUNDING)


def _share_part(found: Upstream, link: Link, amount: int, setup: CostingSetup, seen: set[int]) -> Part:
    giver = link.giver
    entry = found.entries[giver.id]
    kind = PartKind.RECEIPT
    if giver.quantity < 0:
        kind = PartKind.RETURN
    elif entry.entry_type == EntryType.TRANSFER or not link.consumption:
        kind = PartKind.TRANSFER
    inner: list[Part] = []
    if giver.id not in seen and len(seen) <= DRAWN_LEVELS:
        inner = _passed_on(found, link, setup, seen)
    whole = giver.base if giver.quantity > 0 else -giver.base
    return Part(
        kind, from_scaled(amount), quantity=from_scaled(link.quantity), entry=entry, of_amount=from_scaled(whole),
        of_quantity=abs(entry.quantity), movement=entry.entry_type,
        parts=_in_proportion(inner, amount, setup.amount_unit, (from_scaled(link.quantity), abs(entry.quantity))),
    )  # fmt: skip


def _passed_on(found: Upstream, link: Link, setup: CostingSetup, seen: set[int]) -> list[Part]:
    """What the giver consists of, as far as it flows along the link: no roundings, no revaluation it was before."""
    giver = link.giver
    taken = {partial.id for partial in giver.partials if receives(link.mover, partial)}
    partials = {partial.id for partial in giver.partials}
    parts = []
    for part in _parts_of(found, giver, setup, seen):
        value = part.value
        if value is not None and value.entry_type == ValueEntryType.ROUNDING:
            continue
        if value is not None and value.id in partials and value.id not in taken:
            continue
        parts.append(part)
    return parts


def _in_proportion(
    parts: Sequence[Part], amount: int, unit: int, share: tuple[Decimal, Decimal] | None = None
) -> tuple[Part, ...]:
    """The parts scaled so that they add up to `amount`, their quantities by `share` (so many of so many).

    None when there is nothing to divide by.
    """
    weights = [to_scaled(part.amount) for part in parts]
    whole = sum(weights)
    if not parts or not whole:
        return ()
    found = []
    for part, scaled in zip(parts, spread(amount, weights, whole, unit), strict=True):
        quantity = part.quantity
        if quantity is not None and share is not None:
            quantity = round_quantity(quantity * share[0] / share[1])
        inner = _in_proportion(part.parts, scaled, unit, share)
        found.append(replace(part, amount=from_scaled(scaled), quantity=quantity, parts=inner))
    return tuple(found)


def _own_parts(found: Upstream, node: Node, sign: int) -> list[Part]:
    """A source's own value entries; corrections stand with what they correct, reversed expected cost is gone."""
    grouped: dict[tuple[object, ...], list[Value]] = {}
    for value in found.values.get(node.id, ()):
        key: tuple[object, ...] = (value.entry_type, value.item_charge_no, value.variance_type, value.document_no)
        if value.entry_type == ValueEntryType.REVALUATION:
            key = (value.id,)
        elif not value.amount and value.expected:
            key = ("expected",)
        grouped.setdefault(key, []).append(value)
    expected = sum((value.expected for value in found.values.get(node.id, ())), ZERO)
    parts = []
    for key, values in grouped.items():
        amount = expected if key == ("expected",) else sum((value.amount for value in values), ZERO)
        if amount:
            parts.append(_value_part(values[0], amount * sign))
    if expected and ("expected",) not in grouped:
        parts.append(Part(PartKind.EXPECTED, expected * sign))
    return parts


_KINDS = {
    ValueEntryType.DIRECT_COST: PartKind.DIRECT,
    ValueEntryType.INDIRECT_COST: PartKind.OVERHEAD,
    ValueEntryType.VARIANCE: PartKind.VARIANCE,
    ValueEntryType.REVALUATION: PartKind.REVALUATION,
    ValueEntryType.ROUNDING: PartKind.ROUNDING,
    ValueEntryType.DIRECT_COST_NON_INVENTORY: PartKind.DIRECT,
}


def _value_part(value: Value, amount: Decimal) -> Part:
    kind = _KINDS[value.entry_type]
    if value.item_charge_no:
        kind = PartKind.CHARGE
    elif kind == PartKind.DIRECT and not value.amount and value.expected:
        kind = PartKind.EXPECTED
    return Part(kind, amount, value=value, value_type=value.entry_type)


def _from_average(basis: Basis, node: Node, unit: int) -> list[Part]:
    """The entry's quantity at the average of its period, and what that average is made of."""
    if not basis.quantity or basis.value < 0:
        return []
    quantity = abs(node.quantity)
    whole = to_scaled(basis.quantity)
    amount = rounded(to_scaled(basis.value) * quantity, whole, unit)
    inner = [
        Part(
            PartKind.OPENING if line.opening else PartKind.MOVEMENT, line.value, quantity=line.quantity,
            of_amount=line.value, of_quantity=line.quantity, movement=line.movement, value_type=line.value_type,
        )
        for line in basis.lines
        if line.value
    ]  # fmt: skip
    return [
        Part(
            PartKind.AVERAGE, from_scaled(amount), quantity=from_scaled(quantity), of_amount=basis.value,
            of_quantity=basis.quantity, parts=_in_proportion(inner, amount, unit),
        )
    ]  # fmt: skip


def flattened(parts: Iterable[Part], level: int = 0) -> list[tuple[int, Part]]:
    """The tree as rows: (level, part), a part before its own parts."""
    rows: list[tuple[int, Part]] = []
    for part in parts:
        rows.append((level, part))
        rows += flattened(part.parts, level + 1)
    return rows


def last_correction(explanation: Explanation) -> dt.date | None:
    """The day the last correction is dated."""
    return explanation.corrections[-1].posting_date if explanation.corrections else None
