"""Proofs about costs, for items whose cost is adjusted: what `flask verify` knows of invariants I6 to I10, I12 to I15.

posting-and-costing.md section 22. Plain sums are SQL; where a share has to be multiplied out, rows are read one after
the other and nothing is kept, so that memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.rounding import to_scaled
from models import GeneralLedgerSetup
from posting.verify_again import adjusted_again
from posting.verify_standard import standard_costs

_AT_ONCE = 1_000

#: items that costing has nothing to do with any more
_ADJUSTED = """
    item.type = 'inventory' AND item.cost_is_adjusted = :yes AND item.inventory_value_zero = :no
    AND NOT EXISTS (SELECT 1 FROM cost_to_adjust t WHERE t.item_id = item.id)
    AND NOT EXISTS (SELECT 1 FROM cost_point p WHERE p.item_id = item.id AND p.adjusted = :no)
"""
#: cost of each entry: all of it; without roundings, partial revaluations and what is its own
_COSTS = """
    SELECT item_ledger_entry_id AS id, SUM(cost_amount_actual + cost_amount_expected) AS total,
        SUM(CASE WHEN entry_type = 'rounding' OR (entry_type = 'revaluation' AND partial_revaluation = :yes) THEN 0
            ELSE cost_amount_actual + cost_amount_expected END) AS flowing,
        SUM(CASE WHEN entry_type = 'revaluation' OR item_charge_no <> '' OR entry_type = 'variance' THEN 1 ELSE 0 END)
            AS own,
        SUM(CASE WHEN entry_type = 'revaluation' AND partial_revaluation = :yes THEN 1 ELSE 0 END) AS partials
    FROM value_entry WHERE inventoriable = :yes GROUP BY item_ledger_entry_id
"""

PROOFS: Sequence[tuple[str, str, str]] = (
    ("empty stock", f"""
        SELECT item.no, SUM(b.cost_amount_actual + b.cost_amount_expected) FROM item_balance b
        JOIN item ON item.id = b.item_id
        WHERE {_ADJUSTED} AND item.costing_method <> 'average'
            AND NOT EXISTS (SELECT 1 FROM item_ledger_entry e WHERE e.item_id = item.id AND e.open = :yes)
            AND NOT EXISTS (SELECT 1 FROM item_ledger_entry e WHERE e.item_id = item.id
                AND e.invoiced_quantity <> e.quantity)
        GROUP BY item.no
        HAVING SUM(b.quantity) = 0 AND SUM(b.cost_amount_actual + b.cost_amount_expected) <> 0
     """, "item {0}: nothing is in stock, yet it is worth {1}"),  # noqa: S608 - texts of ours
    ("empty average", f"""
        WITH scoped AS (
            SELECT v.item_id, v.valuation_date AS day, v.item_ledger_entry_quantity AS quantity,
                v.cost_amount_actual + v.cost_amount_expected AS cost,
                CASE WHEN s.average_cost_calc_type = 'item' THEN 0 ELSE v.variant_id END AS variant_id,
                CASE WHEN s.average_cost_calc_type = 'item' THEN 0 ELSE v.location_id END AS location_id
            FROM value_entry v CROSS JOIN inventory_setup s
            JOIN item ON item.id = v.item_id AND item.costing_method = 'average' AND {_ADJUSTED}
            WHERE v.inventoriable = :yes
                AND NOT EXISTS (SELECT 1 FROM item_ledger_entry e WHERE e.item_id = item.id AND e.open = :yes
                    AND e.positive = :no)
                AND NOT EXISTS (SELECT 1 FROM value_entry r WHERE r.item_id = item.id AND r.partial_revaluation = :yes)
                AND NOT EXISTS (SELECT 1 FROM item_application_entry a
                    JOIN item_ledger_entry e ON e.id = a.item_ledger_entry_id AND e.item_id = item.id
                    WHERE a.quantity > 0 AND a.outbound_entry_id <> 0)),
        days AS (
            SELECT item_id, variant_id, location_id, day, SUM(quantity) AS quantity, SUM(cost) AS cost
            FROM scoped GROUP BY item_id, variant_id, location_id, day),
        running AS (
            SELECT item_id, variant_id, location_id, day, SUM(quantity) OVER scope AS quantity,
                SUM(cost) OVER scope AS cost, LEAD(day) OVER scope AS following
            FROM days
            WINDOW scope AS (PARTITION BY item_id, variant_id, location_id ORDER BY day)),
        lowest AS (
            SELECT running.*, MIN(quantity) OVER (
                PARTITION BY item_id, variant_id, location_id ORDER BY day) AS least
            FROM running)
        SELECT l.item_id, l.location_id, p.period_end, l.cost FROM lowest l
        JOIN cost_point p ON p.item_id = l.item_id AND p.variant_id = l.variant_id AND p.location_id = l.location_id
            AND p.period_end >= l.day AND (l.following IS NULL OR p.period_end < l.following)
        WHERE l.quantity = 0 AND l.cost <> 0 AND l.least >= 0
     """, "item {0} location {1}: nothing is left at the end of {2}, yet it is worth {3}"),  # noqa: S608
    ("transfer legs", f"""
        SELECT o.id, o.quantity, SUM(i.quantity), c.total, SUM(l.flowing) FROM item_ledger_entry o
        JOIN item ON item.id = o.item_id AND {_ADJUSTED}
        JOIN ({_COSTS}) c ON c.id = o.id
        JOIN item_application_entry a ON a.outbound_entry_id = o.id AND a.quantity > 0 AND a.in_force = :yes
        JOIN item_ledger_entry i ON i.id = a.inbound_entry_id
        JOIN ({_COSTS}) l ON l.id = i.id
        WHERE o.entry_type = 'transfer' AND o.quantity < 0
        GROUP BY o.id, o.quantity, c.total
        HAVING o.quantity + SUM(i.quantity) <> 0 OR (SUM(l.own) = 0 AND c.total + SUM(l.flowing) <> 0)
     """, "transfer entry {0}: {1} left and {2} arrived, at cost {3} and {4}"),  # noqa: S608 - texts of ours
    ("standard cost", """
        SELECT v.item_ledger_entry_id, v.document_no, SUM(v.cost_amount_actual) FROM value_entry v
        JOIN item ON item.id = v.item_id AND item.costing_method = 'standard'
        WHERE v.inventoriable = :yes AND v.item_ledger_entry_type = 'purchase' AND v.adjustment = :no
            AND EXISTS (SELECT 1 FROM value_entry c WHERE c.item_ledger_entry_id = v.item_ledger_entry_id
                AND c.document_no = v.document_no AND c.document_line_no = v.document_line_no
                AND c.register_id = v.register_id AND c.item_charge_no <> '')
            AND NOT EXISTS (SELECT 1 FROM value_entry f WHERE f.item_ledger_entry_id = v.item_ledger_entry_id
                AND f.register_id = v.register_id AND f.invoiced_quantity <> 0)
        GROUP BY v.item_ledger_entry_id, v.document_no, v.document_line_no, v.register_id
        HAVING SUM(v.cost_amount_actual) <> 0
     """, "item ledger entry {0}: the charge of {1} moved the standard cost by {2}"),
    ("closed periods", """
        SELECT v.id, v.posting_date, p.ending_date FROM inventory_period p
        JOIN inventory_period_log l ON l.inventory_period_id = p.id AND l.closed = :yes
            AND l.id = (SELECT MAX(x.id) FROM inventory_period_log x WHERE x.inventory_period_id = p.id)
        JOIN value_entry v ON v.posting_date <= p.ending_date AND v.register_id > COALESCE(l.last_register_id, 0)
        WHERE p.closed = :yes
     """, "value entry {0} of {1} was posted after the period up to {2} was closed"),
    ("circles", """
        WITH RECURSIVE chain(start, goal, id) AS (
            SELECT a.outbound_entry_id, a.inbound_entry_id, a.outbound_entry_id FROM item_application_entry a
            WHERE a.in_force = :yes AND a.quantity < 0 AND a.inbound_entry_id > a.outbound_entry_id
            UNION
            SELECT c.start, c.goal, CASE WHEN a.quantity < 0 THEN a.outbound_entry_id ELSE a.inbound_entry_id END
            FROM chain c JOIN item_application_entry a
                ON (a.inbound_entry_id = c.id AND a.quantity < 0 AND a.outbound_entry_id <> 0)
                OR (a.outbound_entry_id = c.id AND a.quantity > 0 AND a.transferred_from_entry_id IS NULL)
                OR a.transferred_from_entry_id = c.id
            WHERE a.in_force = :yes AND a.cost_application = :yes
        ) SELECT start, goal FROM chain WHERE id = goal
     """, "item ledger entries {0} and {1} take their cost from each other"),
)  # fmt: skip

_CONSUMPTION = f"""
    SELECT i.id, i.quantity, c.flowing, c.total, -a.quantity FROM item_ledger_entry i
    JOIN item ON item.id = i.item_id AND item.costing_method <> 'average' AND {_ADJUSTED}
    JOIN ({_COSTS}) c ON c.id = i.id AND c.partials = 0
    JOIN item_application_entry a ON a.inbound_entry_id = i.id AND a.quantity < 0 AND a.in_force = :yes
    WHERE i.quantity > 0 AND i.open = :no AND i.completely_invoiced = :yes
        AND NOT EXISTS (SELECT 1 FROM item_application_entry x JOIN item_ledger_entry o ON o.id = x.outbound_entry_id
            WHERE x.inbound_entry_id = i.id AND x.in_force = :yes AND x.quantity < 0
                AND (o.completely_invoiced = :no OR x.cost_application = :no))
    ORDER BY i.id
"""  # noqa: S608 - texts of ours
_RETURNS = f"""
    SELECT r.id, r.quantity, c.flowing, o.id, o.quantity, s.flowing FROM item_ledger_entry r
    JOIN item ON item.id = r.item_id AND {_ADJUSTED}
    JOIN item_application_entry a ON a.inbound_entry_id = r.id AND a.item_ledger_entry_id = r.id AND a.quantity > 0
        AND a.in_force = :yes AND a.transferred_from_entry_id IS NULL
    JOIN item_ledger_entry o ON o.id = a.outbound_entry_id
    JOIN ({_COSTS}) c ON c.id = r.id AND c.own = 0
    JOIN ({_COSTS}) s ON s.id = o.id
    ORDER BY r.id
"""  # noqa: S608 - texts of ours


def used_up(session: Session) -> Iterator[str]:
    """I6: of an inbound entry that is closed and invoiced nothing is left: what flowed on and its rounding are all."""
    unit = _unit(session)
    for entry_id, rows in groupby(_stream(session, _CONSUMPTION), key=lambda row: row[0]):
        left = None
        for _id, quantity, flowing, total, taken in rows:
            left = int(total) if left is None else left
            left -= _rounded(int(flowing) * int(taken), int(quantity), unit)
        if left:
            yield f"item ledger entry {entry_id} is used up and keeps {left}"


def returns(session: Session) -> Iterator[str]:
    """I10: what came back costs what went out, by the piece, rounded once."""
    unit = _unit(session)
    for return_id, came, cost, shipment_id, went, shipped in _stream(session, _RETURNS):
        wanted = -_rounded(int(shipped) * int(came), -int(went), unit)
        if wanted != int(cost):
            yield f"item ledger entry {return_id} came back at {cost}, entry {shipment_id} says {wanted}"


#: name, generator of findings
STREAMED: Sequence[tuple[str, Callable[[Session], Iterator[str]]]] = (
    ("used up", used_up), ("returns", returns), ("standard at invoicing", standard_costs),
    ("adjusted again", adjusted_again),
)  # fmt: skip


def _unit(session: Session) -> int:
    setup = session.get(GeneralLedgerSetup, 1)
    return to_scaled(setup.amount_rounding) if setup is not None else 1


def _stream(session: Session, statement: str) -> Iterator[Any]:
    parameters = {key: value for key, value in {"yes": True, "no": False}.items() if f":{key}" in statement}
    yield from session.execute(text(statement), parameters, execution_options={"yield_per": _AT_ONCE})


def _rounded(numerator: int, denominator: int, unit: int) -> int:
    """Half away from zero, to a multiple of `unit`; written anew here, for proofs share nothing with costing."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    whole, rest = divmod(abs(numerator), abs(denominator) * unit)
    return sign * (whole + (2 * rest >= abs(denominator) * unit)) * unit
