"""Transfers: an out-leg at the old place, in-legs at the new one, no cost in total (section 4). Pure."""

from __future__ import annotations

from decimal import Decimal

from core.rounding import ZERO, round_amount
from models.enums import CostingMethod, WarehouseEntryType
from posting.decision import Decision
from posting.facts import EntryState, ItemFacts
from posting.lines import PostingLine, arriving
from posting.stock import travels
from posting.values import Cost


def transfer(decision: Decision, line: PostingLine) -> None:
    """Post the out-leg `line` and its in-legs: one for each inbound entry consumed.

    An average item without a fixed application has one in-leg at the average; at an in-transit location its
    receipt follows what was shipped.
    """
    item = decision.facts.items[line.item_id]
    out_leg = decision.new_entry(line, item)
    decision.numbers.check(line, item, out_leg)
    applied = decision.issue(line, item, out_leg)
    decision.move_bins(line)
    decision.check_valuation(line, out_leg)
    followed = line.applies_to_entry_id or travels(line, decision.facts)
    by_average = item.costing_method == CostingMethod.AVERAGE and not followed
    if by_average:
        cost = round_amount(line.unit_cost * abs(line.quantity), decision.facts.amount_rounding)
        legs: list[tuple[EntryState | None, Decimal, Decimal]] = [(None, abs(line.quantity), cost)]
    else:
        legs = [(source, quantity, _share(decision, source, quantity)) for source, quantity in applied]
    if item.inventory_value_zero:
        legs = [(source, quantity, ZERO) for source, quantity, _cost in legs]
    total = sum((cost for _source, _quantity, cost in legs), ZERO)
    out_leg.cost = -total
    decision.write_entry(line, item, out_leg)
    decision.write_values(line, item, out_leg, Cost(-total), by_average=by_average)
    for source, quantity, cost in legs:
        _in_leg(decision, line, item, out_leg, source, quantity, cost)


def only_bins_differ(line: PostingLine) -> bool:
    """True where goods keep place, numbers, dates and dimensions: the bins know of it, the ledgers do not."""
    there = arriving(line, -line.quantity, line.expiration_date)
    return line.bin_id != there.bin_id and all(
        getattr(line, name) == getattr(there, name)
        for name in (
            "location_id", "lot_no", "serial_no", "package_no", "expiration_date", "dimension_set_id",
        )
    )  # fmt: skip


def move_between_bins(decision: Decision, line: PostingLine) -> None:
    """From bin to bin of a location: warehouse entries alone (section 4). Raises PostingError `bin_quantity_short`."""
    for leg in (line, arriving(line, -line.quantity, line.expiration_date)):
        decision.move_bins(leg, WarehouseEntryType.MOVEMENT)


def _share(decision: Decision, source: EntryState, quantity: Decimal) -> Decimal:
    cost = source.cost * quantity / abs(source.quantity)
    cost += sum((amount * quantity / about for amount, about in source.partials), ZERO)
    return round_amount(cost, decision.facts.amount_rounding)


def _in_leg(
    decision: Decision,
    line: PostingLine,
    item: ItemFacts,
    out_leg: EntryState,
    source: EntryState | None,
    quantity: Decimal,
    cost: Decimal,
) -> None:
    arrival = arriving(line, quantity, out_leg.expiration_date)
    entry = decision.new_entry(arrival, item)
    entry.valuation_date = out_leg.valuation_date
    entry.completely_invoiced = source.completely_invoiced if source is not None else True
    entry.cost, entry.invoiced_quantity = cost, quantity
    decision.numbers.check(arrival, item, entry)
    decision.stock.receive_transfer(item, entry, out_leg, source)
    decision.move_bins(arrival)
    decision.write_entry(arrival, item, entry)
    decision.write_values(arrival, item, entry, Cost(cost))
    decision.entries_of_line[line.line_no].append(entry)
