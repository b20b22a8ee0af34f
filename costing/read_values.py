"""Read value entries into the nodes they belong to, and the movements an average is made of."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.sql import ids_of, is_postgresql, json_rows, scaled, to_json
from costing.entries import Graph, Movement, Node, Original, Partial
from costing.rows import day_of, raw_rows
from models import ValueEntry
from models.enums import ValueEntryType

_value = ValueEntry
_COLUMNS = (
    _value.id, _value.item_ledger_entry_id, _value.entry_type, _value.item_charge_no, _value.adjustment,
    _value.applies_to_value_entry_id, _value.partial_revaluation, _value.expected_cost, _value.valued_by_average_cost,
    _value.valuation_date,
    scaled(_value.cost_amount_actual, "actual"), scaled(_value.cost_amount_expected, "expected"),
    scaled(_value.valued_quantity, "valued"), scaled(_value.invoiced_quantity, "invoiced"),
    scaled(_value.item_ledger_entry_quantity, "entry_quantity"),
)  # fmt: skip
_KINDS = {kind.value: kind for kind in ValueEntryType}


def read_values(session: Session, graphs: dict[int, Graph], nodes: dict[int, Node]) -> None:
    """Fill the nodes' costs; of average items also the movements and what lay before them."""
    if not nodes:
        return
    rows = raw_rows(
        session,
        select(*_COLUMNS)
        .where(_value.item_ledger_entry_id.in_(ids_of(session, nodes)), _value.inventoriable)
        .order_by(_value.id),
    )
    originals: dict[int, Original] = {}
    since = {graph.item_id: graph.average_from for graph in graphs.values() if graph.average_from is not None}
    for row in rows:
        node = nodes[row[1]]
        day = day_of(row[9])
        _add(node, row, day, originals)
        start = since.get(node.item_id) if since else None
        if start is not None and day >= start:
            graphs[node.item_id].movements.append(
                Movement(
                    row[0], row[1], day, (node.variant_id, node.location_id), row[14], row[10] + row[11],
                    _KINDS[row[2]], row[3] != "", row[6], row[4],
                )
            )  # fmt: skip
    for node in nodes.values():
        node.posted_elements = (node.direct, node.indirect, node.variance)
        node.posted_rounding = node.rounding
    if since:
        _read_openings(session, graphs, since)


def _add(node: Node, row: Any, day: dt.date, originals: dict[int, Original]) -> None:
    """Take one value entry in; `row` is in the order of `_COLUMNS`."""
    (
        value_id, _node_id, word, charge_no, adjustment, original_id, partial, expected_cost, by_average, _day,
        actual, expected, valued, invoiced, _entry_quantity,
    ) = row  # fmt: skip
    kind = _KINDS[word]
    amount = actual + expected
    if not node.first_value_id:
        node.first_value_id = value_id
    if kind is ValueEntryType.ROUNDING:
        node.rounding += amount
        return
    if kind is ValueEntryType.REVALUATION:
        if partial:
            node.partials.append(Partial(value_id, amount, valued, day, original_id or 0))
        else:
            node.direct += amount
            node.own += amount
        return
    node.valuation_date = day
    if kind is ValueEntryType.INDIRECT_COST:
        node.indirect += amount
    elif kind is ValueEntryType.VARIANCE:
        node.variance += amount
    else:
        node.direct += amount
        if charge_no:
            node.own += amount
            return
        node.by_average = node.by_average or bool(by_average)
    if adjustment:
        original = originals.get(original_id)
        if original is not None and original.entry_type is kind:
            original.actual += actual
            original.expected_amount += expected
        return
    original = Original(value_id, kind, invoiced or valued, bool(expected_cost), amount, actual, expected)
    originals[value_id] = original
    node.originals.append(original)
    if kind is ValueEntryType.DIRECT_COST:
        node.rounding_model_id = value_id


def _read_openings(session: Session, graphs: dict[int, Graph], since: dict[int, dt.date]) -> None:
    """Value and quantity of each place before the first day of its item's average."""
    postgresql = is_postgresql(session)
    starts = json_rows([("item_id", "bigint"), ("day", "text")], postgresql=postgresql)
    day = "CAST(s.day AS date)" if postgresql else "s.day"
    statement = text(
        "SELECT v.item_id, v.variant_id, v.location_id, "  # noqa: S608 - names of ours
        "CAST(SUM(v.cost_amount_actual + v.cost_amount_expected) AS bigint), "
        "CAST(SUM(v.item_ledger_entry_quantity) AS bigint) "
        f"FROM ({starts}) s JOIN value_entry v ON v.item_id = s.item_id AND v.valuation_date < {day} "
        "WHERE v.inventoriable = :yes GROUP BY v.item_id, v.variant_id, v.location_id"
    )
    rows = to_json((item_id, start.isoformat()) for item_id, start in since.items())
    for item_id, variant_id, location_id, value, quantity in raw_rows(session, statement, {"rows": rows, "yes": True}):
        graphs[item_id].opening[variant_id, location_id] = value, quantity
