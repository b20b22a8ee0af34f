"""Read value entries into the nodes they belong to, and the movements an average is made of."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.sql import ids_of, scaled
from costing.entries import Graph, Movement, Node, Original, Partial
from models import ValueEntry
from models.enums import CostingMethod, ValueEntryType

_value = ValueEntry
_COLUMNS = (
    _value.id, _value.item_ledger_entry_id.label("node_id"), _value.entry_type,
    (_value.item_charge_no != "").label("charge"), _value.adjustment,
    _value.applies_to_value_entry_id.label("original_id"), _value.partial_revaluation.label("partial"),
    _value.expected_cost, _value.valued_by_average_cost.label("by_average"), _value.valuation_date,
    scaled(_value.cost_amount_actual, "actual"),
    scaled(_value.cost_amount_expected, "expected"),
    scaled(_value.valued_quantity, "valued"),
    scaled(_value.invoiced_quantity, "invoiced"),
    scaled(_value.item_ledger_entry_quantity, "entry_quantity"),
)  # fmt: skip


def read_values(session: Session, graphs: dict[int, Graph], nodes: dict[int, Node]) -> None:
    """Fill the nodes' costs; of average items also the movements and what lay before them."""
    if not nodes:
        return
    originals: dict[int, Original] = {}
    rows = session.execute(
        select(*_COLUMNS)
        .where(_value.item_ledger_entry_id.in_(ids_of(session, nodes)), _value.inventoriable)
        .order_by(_value.id)
    )
    for row in rows:
        node = nodes[row.node_id]
        _add(node, row, originals)
        graph = graphs[node.item_id]
        if graph.average_from is not None and row.valuation_date >= graph.average_from:
            graph.movements.append(
                Movement(
                    row.id, node.id, row.valuation_date, (node.variant_id, node.location_id), row.entry_quantity,
                    row.actual + row.expected, row.entry_type, row.charge, row.partial, row.adjustment,
                )
            )  # fmt: skip
    for node in nodes.values():
        node.posted_elements = (node.direct, node.indirect, node.variance)
        node.posted_rounding = node.rounding
    for graph in graphs.values():
        if graph.costing_method == CostingMethod.AVERAGE and graph.average_from is not None:
            _read_opening(session, graph)


def _add(node: Node, row: Any, originals: dict[int, Original]) -> None:
    amount = row.actual + row.expected
    if not node.first_value_id:
        node.first_value_id = row.id
    kind = row.entry_type
    if kind == ValueEntryType.ROUNDING:
        node.rounding += amount
        return
    if kind == ValueEntryType.REVALUATION:
        if row.partial:
            node.partials.append(Partial(row.id, amount, row.valued, row.valuation_date))
        else:
            node.direct += amount
            node.own += amount
        return
    node.valuation_date = row.valuation_date
    if kind == ValueEntryType.INDIRECT_COST:
        node.indirect += amount
    elif kind == ValueEntryType.VARIANCE:
        node.variance += amount
    else:
        node.direct += amount
        if row.charge:
            node.own += amount
            return
        node.by_average = node.by_average or row.by_average
    if row.adjustment:
        original = originals.get(row.original_id)
        if original is not None and original.entry_type == kind:
            original.actual += row.actual
            original.expected_amount += row.expected
        return
    quantity = row.invoiced or row.valued
    original = Original(row.id, kind, quantity, row.expected_cost, amount, row.actual, row.expected)
    originals[row.id] = original
    node.originals.append(original)
    if kind == ValueEntryType.DIRECT_COST:
        node.rounding_model_id = row.id


def _read_opening(session: Session, graph: Graph) -> None:
    rows = session.execute(
        select(
            _value.variant_id,
            _value.location_id,
            scaled(func.sum(_value.cost_amount_actual + _value.cost_amount_expected), "value"),
            scaled(func.sum(_value.item_ledger_entry_quantity), "quantity"),
        )
        .where(_value.item_id == graph.item_id, _value.valuation_date < graph.average_from, _value.inventoriable)
        .group_by(_value.variant_id, _value.location_id)
    )
    graph.opening = {(variant, location): (value, quantity) for variant, location, value, quantity in rows}
