"""From a node's new cost to corrections of its documents (posting-and-costing.md sections 10, 12, 14.4). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from costing.amounts import rounded, spread
from costing.entries import Delta, Node, Original
from models.enums import ValueEntryType


def corrections(node: Node, unit: int) -> Iterable[Delta]:
    """What has to be added to each of the node's originals so that they sum to its new cost.

    Fully invoiced, only the actual column is corrected: expected cost is zero by then. Before that the whole
    document's expected amount goes to the new cost and each invoice gives back its share. Expected cost is one amount
    with indirect cost and variance in it; only invoices have those apart.
    """
    _direct, indirect, variance = node.posted_elements
    if len(node.originals) == 1 and (node.indirect, node.variance) == (indirect, variance):
        # Nearly every entry: one document, and its direct cost alone is another.
        only = node.originals[0]
        if not only.expected and only.entry_type is ValueEntryType.DIRECT_COST:
            change = node.direct - node.own - only.actual
            return (Delta(node.id, only.id, only.entry_type, change, 0),) if change else ()
    return _of_documents(node, unit)


def _of_documents(node: Node, unit: int) -> Iterator[Delta]:
    direct = [o for o in node.originals if o.entry_type == ValueEntryType.DIRECT_COST]
    yield from _correct(node, direct, node.direct - node.own, unit)
    _direct, indirect, variance = node.posted_elements
    for kind, change in (
        (ValueEntryType.INDIRECT_COST, node.indirect - indirect),
        (ValueEntryType.VARIANCE, node.variance - variance),
    ):
        if change:
            # A share that the return has no entry of its own for is tied to its direct cost (section 14.4).
            same = [o for o in node.originals if o.entry_type == kind]
            anchor = same[-1] if same else direct[-1]
            yield Delta(node.id, anchor.id, kind, change, 0)


def _correct(node: Node, originals: list[Original], target: int, unit: int) -> Iterator[Delta]:
    if len(originals) == 1:
        only = originals[0]
        if only.expected:
            yield from _delta(node, only, only.actual, target)
        else:
            yield from _delta(node, only, target, only.expected_amount)
        return
    target -= node.not_invoiced
    shipment = [o for o in originals if o.expected]
    invoices = [o for o in originals if not o.expected]
    # The documents of a return are rounded each on its own, those of an outbound entry carry the remainder.
    carry = node.quantity < 0 or not node.incoming
    invoiced = sum(o.quantity for o in invoices)
    actual = spread(target, [o.quantity for o in invoices], node.quantity, unit, carry=carry)
    if invoiced == node.quantity and not carry and actual:
        actual[-1] = target - sum(actual[:-1])
    if invoiced == node.quantity or not shipment:
        for original, amount in zip(invoices, actual, strict=True):
            yield from _delta(node, original, amount, original.expected_amount)
        return
    apart = node.indirect + node.variance if node.not_invoiced else 0
    whole = left = target + node.not_invoiced + apart
    for original in shipment[1:]:
        part = rounded(whole * original.quantity, node.quantity, unit)
        left -= part
        yield from _delta(node, original, original.actual, part)
    yield from _delta(node, shipment[0], shipment[0].actual, left)
    aside = spread(apart, [o.quantity for o in invoices], invoiced, unit) if apart else [0] * len(invoices)
    for original, amount, more in zip(invoices, actual, aside, strict=True):
        yield from _delta(node, original, amount, -amount - more)


def _delta(node: Node, original: Original, actual: int, expected: int) -> Iterator[Delta]:
    if actual != original.actual:
        yield Delta(node.id, original.id, original.entry_type, actual - original.actual, 0)
    if expected != original.expected_amount:
        yield Delta(node.id, original.id, original.entry_type, 0, expected - original.expected_amount)


def residual(node: Node, consumption: list[int]) -> int:
    """The rounding entry of an inbound entry that is used up: what its consumers did not take (section 12).

    `consumption` are the rounded shares that flowed out of it. 0 when nothing is left.
    """
    return sum(consumption) - node.total
