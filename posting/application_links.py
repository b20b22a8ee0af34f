"""Who takes from whom: chains of applications, and the links an outbound entry hangs on (section 3)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.sql import ids_of, is_postgresql, json_rows, to_json
from models import ItemApplicationEntry
from posting.facts import ApplicationState, Facts

_link = ItemApplicationEntry

#: from an entry to what it takes its cost from: inbound entries it consumed, outbound entries it came back from
_UP = """
    SELECT c.start, CASE WHEN a.outbound_entry_id = c.id THEN a.inbound_entry_id
        ELSE COALESCE(a.transferred_from_entry_id, a.outbound_entry_id) END
    FROM chain c JOIN item_application_entry a
        ON (a.outbound_entry_id = c.id AND a.quantity < 0)
        OR (a.inbound_entry_id = c.id AND a.item_ledger_entry_id = c.id AND a.quantity > 0
            AND (a.outbound_entry_id <> 0 OR a.transferred_from_entry_id IS NOT NULL))
    WHERE a.in_force = :yes
"""
#: from an entry to what takes from it: outbound entries that consumed it, returns, in-legs of transfers
_DOWN = """
    SELECT c.start, CASE WHEN a.quantity < 0 THEN a.outbound_entry_id ELSE a.inbound_entry_id END
    FROM chain c JOIN item_application_entry a
        ON (a.inbound_entry_id = c.id AND a.quantity < 0 AND a.outbound_entry_id <> 0)
        OR (a.outbound_entry_id = c.id AND a.quantity > 0 AND a.transferred_from_entry_id IS NULL)
        OR a.transferred_from_entry_id = c.id
    WHERE a.in_force = :yes
"""


def ancestors(session: Session, entry_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Of each entry itself and all it depends on, however far; one statement for all of them."""
    return _chains(session, entry_ids, _UP)


def descendants(session: Session, entry_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Of each entry itself and all that depends on it, however far; one statement for all of them."""
    return _chains(session, entry_ids, _DOWN)


def _chains(session: Session, entry_ids: Iterable[int], step: str) -> dict[int, frozenset[int]]:
    wanted = sorted(set(entry_ids))
    if not wanted:
        return {}
    starts = json_rows((("id", "bigint"),), postgresql=is_postgresql(session))
    statement = text(f"""
        WITH RECURSIVE chain(start, id) AS (
            SELECT s.id, s.id FROM ({starts}) s
            UNION {step}
        ) SELECT start, id FROM chain
    """)  # noqa: S608 - text of ours
    found: dict[int, set[int]] = defaultdict(set)
    for start, entry_id in session.execute(
        statement, {"rows": to_json([entry_id] for entry_id in wanted), "yes": True}
    ):
        found[start].add(entry_id)
    return {start: frozenset(found[start]) for start in wanted}


def load_applied(session: Session, facts: Facts, outbound_ids: Iterable[int]) -> set[int]:
    """Fill `facts.applied` with all consumption of these outbound entries; returns the inbound entries at the ends."""
    wanted = set(outbound_ids)
    facts.applied |= {outbound: [] for outbound in wanted}
    rows = session.execute(
        select(
            _link.id,
            _link.inbound_entry_id,
            _link.outbound_entry_id,
            _link.quantity,
            _link.fixed,
            _link.cost_application,
        )
        .where(_link.outbound_entry_id.in_(ids_of(session, wanted)), _link.in_force, _link.quantity < 0)
        .order_by(_link.id)
    )  # fmt: skip
    ends: set[int] = set()
    for link_id, inbound, outbound, quantity, fixed, cost in rows:
        facts.applied[outbound].append(ApplicationState(link_id, inbound, outbound, -quantity, fixed, cost))
        ends.add(inbound)
    return ends
