"""Read the entries that lines may apply to: just as many open ones as the lines can use, and those they name."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import Row, Select, String, TextualSelect, case, column, func, select, text
from sqlalchemy.orm import Session

from core.rounding import ZERO, to_scaled
from core.sql import about_ids, ids_of, is_postgresql, json_rows, to_json
from models import ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.enums import CostingMethod, EntryType, ValueEntryType
from posting.application_links import ancestors, descendants, load_applied
from posting.facts import ApplicationState, EntryState, Facts, StockKey
from posting.lines import PostingLine, arriving
from posting.reserved import load_held, place_of
from posting.stock import stock_key

#: Stands for "any number" in the keys handed to SQL; no number may consist of it.
_ANY = "\x01"
_KEY_COLUMNS = (
    ("item_id", "bigint"), ("variant_id", "bigint"), ("location_id", "bigint"),
    ("lot_no", "text"), ("serial_no", "text"), ("package_no", "text"), ("order_no", "text"), ("needed", "bigint"),
)  # fmt: skip


def load_entries(session: Session, facts: Facts, lines: Sequence[PostingLine]) -> None:
    """Fill `facts` with named entries, the links on them, and the open entries of every place concerned."""
    known = [line for line in lines if line.item_id in facts.items and facts.items[line.item_id].is_inventory]
    stock_lines = [line for line in known if line.invoices_entry_id is None]
    states: dict[int, EntryState] = {posted.state.id: posted.state for posted in facts.posted.values()}
    _load_named(session, facts, known, states)
    held = load_held(session, facts, {line.item_id for line in stock_lines if not line.inbound})
    wanted_in: dict[StockKey, Decimal] = defaultdict(lambda: ZERO)
    wanted_out: dict[StockKey, Decimal] = defaultdict(lambda: ZERO)
    transfers: dict[StockKey, StockKey] = {}
    for line in stock_lines:
        item = facts.items[line.item_id]
        key = stock_key(line, item, facts)
        if not line.inbound:
            wanted_in[key] += abs(line.quantity)
            target = facts.named.get(line.applies_to_entry_id or 0)
            if target is not None and target.remaining < abs(line.quantity):
                wanted_in[key] += target.quantity  # whoever is displaced there needs other stock
        elif item.costing_method != CostingMethod.SPECIFIC:
            wanted_out[key] += line.quantity + _passed_over(session, facts, line)
        if line.entry_type == EntryType.TRANSFER:
            arrival = stock_key(arriving(line, abs(line.quantity), None), item, facts)
            transfers[key] = arrival
            wanted_out[arrival] += abs(line.quantity)
    for key in wanted_in:
        # Entries that are kept for others are passed over: so many more are looked at.
        wanted_in[key] += held.get(place_of(key), ZERO)
    load_open(session, facts, states, wanted_in, wanted_out)
    if transfers:
        _load_transfer_sources(session, facts, transfers)
    _load_followers(session, facts, states)
    load_valuation_dates(session, states)


def load_open(
    session: Session,
    facts: Facts,
    states: dict[int, EntryState],
    wanted_in: dict[StockKey, Decimal],
    wanted_out: dict[StockKey, Decimal],
) -> None:
    """Fill `facts.inbound` and `facts.outbound` with as many open entries as are wanted at each place."""
    for positive, wanted, into in ((True, wanted_in, facts.inbound), (False, wanted_out, facts.outbound)):
        for newest_first, by_serial in product((False, True), repeat=2):
            keys = {
                key: needed
                for key, needed in wanted.items()
                if (facts.items[key.item_id].costing_method == CostingMethod.LIFO) == newest_first
                and bool(key.serial_no) == by_serial
            }
            if keys:
                statement = _open_statement(
                    postgresql=is_postgresql(session), positive=positive, newest_first=newest_first, by_serial=by_serial
                )
                _load_open(session, statement, keys, into, states, positive=positive)


def _passed_over(session: Session, facts: Facts, line: PostingLine) -> Decimal:
    """What a return may not close because its own cost comes from there: it looks at so much more."""
    up = facts.ancestors.get(line.applies_from_entry_id or 0)
    if not up:
        return ZERO
    entry = ItemLedgerEntry
    owed = select(func.sum(entry.remaining_quantity)).where(
        entry.id.in_(ids_of(session, up)), entry.open, entry.positive.is_(False)
    )
    return abs(session.scalar(owed) or ZERO)


def _load_followers(session: Session, facts: Facts, states: dict[int, EntryState]) -> None:
    """Of outbound entries whose applications may change: what they consume, and what depends on them."""
    changing = {link.outbound_id for links in facts.consumption.values() for link in links}
    changing |= owed_of_average_items(facts)
    changing |= {state.id for state in facts.named.values() if state.quantity < 0 and state.remaining}
    load_followers(session, facts, states, changing, returned(facts))


def owed_of_average_items(facts: Facts) -> set[int]:
    """Open outbound entries of average items: whether one of their applications is fixed decides on the next."""
    return {
        entry.id
        for key, entries in facts.outbound.items()
        if facts.items[key.item_id].costing_method == CostingMethod.AVERAGE
        for entry in entries
    }


def returned(facts: Facts) -> set[int]:
    """Open outbound entries of which something came back: what came back follows their valuation date."""
    return {
        entry.id
        for entries in facts.outbound.values()
        for entry in entries
        if entry.shipped_not_returned != entry.quantity
    }


def load_followers(
    session: Session, facts: Facts, states: dict[int, EntryState], changing: set[int], moving: set[int]
) -> None:
    """Fill `applied` of the outbound entries `changing`, `descendants` and `followers` of them and of `moving`."""
    if not changing and not moving:
        return
    ends = load_applied(session, facts, changing) if changing else set()
    facts.descendants |= descendants(session, changing | moving)
    behind = set().union(*facts.descendants.values())
    facts.followers |= {state.id: state for state in load_states(session, ends | behind, states)}


def _load_transfer_sources(session: Session, facts: Facts, transfers: dict[StockKey, StockKey]) -> None:
    """What transfers take along: the cost of every entry they may consume (section 4)."""
    sources = {state.id: state for key in transfers for state in facts.inbound.get(key, [])}
    sources |= {entry_id: state for entry_id, state in facts.named.items() if state.quantity > 0}
    value = ValueEntry
    partial = (value.entry_type == ValueEntryType.REVALUATION) & value.partial_revaluation
    cost = value.cost_amount_actual + value.cost_amount_expected
    sums = session.execute(
        select(value.item_ledger_entry_id, func.sum(cost))
        .where(
            value.item_ledger_entry_id.in_(ids_of(session, sources)),
            value.entry_type != ValueEntryType.ROUNDING,
            ~partial,
        )
        .group_by(value.item_ledger_entry_id)
    )
    for entry_id, total in sums:
        sources[entry_id].cost = total
    revaluations = session.execute(
        select(value.item_ledger_entry_id, cost, value.valued_quantity).where(
            value.item_ledger_entry_id.in_(ids_of(session, sources)), partial
        )
    )
    for entry_id, amount, quantity in revaluations:
        sources[entry_id].partials.append((amount, quantity))
    if any(facts.outbound.get(arrival) for arrival in transfers.values()):
        # Only where goods are owed at the new place can a transfer close a circle of costs.
        facts.ancestors |= ancestors(session, sources)


_entry = ItemLedgerEntry
_STATE_COLUMNS = (
    _entry.id, _entry.item_id, _entry.variant_id, _entry.location_id, _entry.entry_type, _entry.posting_date,
    _entry.quantity, _entry.remaining_quantity, _entry.shipped_qty_not_returned, _entry.completely_invoiced,
    _entry.correction, _entry.expiration_date, _entry.lot_no, _entry.serial_no, _entry.package_no,
    _entry.applies_to_entry_id, _entry.invoiced_quantity,
)  # fmt: skip
_states = about_ids(lambda ids: select(*_STATE_COLUMNS).where(_entry.id.in_(ids)))


@lru_cache
def _open_statement(*, postgresql: bool, positive: bool, newest_first: bool, by_serial: bool) -> TextualSelect:
    """Open entries in application order until they cover what is wanted at their place; `:rows` says what.

    First the columns of a state, then the numbers of the key that found it. It walks from entry to entry along the
    index, so that what a posting takes costs time and not what lies there. A serial number is found by its own index:
    among all others of the item it would be looked for from the first on.
    """
    order, later = ("DESC", "<") if newest_first else ("ASC", ">")
    remaining = "e.remaining_quantity" if positive else "-e.remaining_quantity"
    wanted = [name for name, _kind in _KEY_COLUMNS]
    numbers = " AND ".join(
        f"(w.{name} = '{_ANY}' OR n.{name} = w.{name})"
        for name in ("lot_no", "serial_no", "package_no", "order_no")
        if not (by_serial and name == "serial_no")
    )
    index = ""
    if by_serial:
        numbers += " AND n.serial_no = w.serial_no AND n.serial_no <> ''"
        index = "" if postgresql else "INDEXED BY ix_item_ledger_entry_serial"

    def following(condition: str) -> str:
        return f"""(
            SELECT n.id FROM item_ledger_entry n {index}
            WHERE n.item_id = w.item_id AND n.variant_id = w.variant_id AND n.location_id = w.location_id
                AND n.open = :yes AND n.positive = :positive AND {numbers} {condition}
            ORDER BY n.posting_date {order}, n.id {order} LIMIT 1)"""  # noqa: S608 - column names only

    # PostgreSQL does not know how few entries a walk will meet, and would rather read the whole ledger into a hash.
    entry = "JOIN item_ledger_entry e ON e.id = w.id"
    if postgresql:
        entry = "JOIN LATERAL (SELECT * FROM item_ledger_entry i WHERE i.id = w.id OFFSET 0) e ON true"
    names = [column.key for column in _STATE_COLUMNS]
    statement = text(f"""
        WITH RECURSIVE wanted AS ({json_rows(_KEY_COLUMNS, postgresql=postgresql)}),
        walk({", ".join(wanted)}, id) AS (
            SELECT {", ".join(f"w.{name}" for name in wanted)}, {following("")} FROM wanted w
            UNION ALL
            SELECT {", ".join(f"w.{name}" for name in wanted[:-1])}, w.needed - {remaining},
                {following(f"AND (n.posting_date, n.id) {later} (e.posting_date, e.id)")}
            FROM walk w {entry}
            WHERE w.needed > {remaining}
        )
        SELECT {", ".join(f"e.{name}" for name in names)}, w.lot_no, w.serial_no, w.package_no, w.order_no
        FROM walk w {entry}
    """)  # noqa: S608 - column names only
    keys = (column(name, String) for name in ("key_lot", "key_serial", "key_package", "key_order"))
    return statement.columns(*(column(c.key, c.type) for c in _STATE_COLUMNS), *keys)


def _load_open(
    session: Session,
    statement: TextualSelect,
    wanted: dict[StockKey, Decimal],
    into: dict[StockKey, list[EntryState]],
    states: dict[int, EntryState],
    *,
    positive: bool,
) -> None:
    """The open entries that cover what is wanted at each place."""
    rows = [(k.item_id, k.variant_id, k.location_id, k.lot_no or _ANY, k.serial_no or _ANY, k.package_no or _ANY,
             k.order_no or _ANY, to_scaled(needed)) for k, needed in wanted.items()]  # fmt: skip
    for row in session.execute(statement, {"rows": to_json(rows), "yes": True, "positive": positive}):
        state = states.get(row[0])
        if state is None:
            state = states[row[0]] = _state(row)
        numbers = (number if number != _ANY else "" for number in row[-4:])
        state.key = StockKey(state.key.item_id, state.key.variant_id, state.key.location_id, *numbers)
        into.setdefault(state.key, []).append(state)


def load_states(session: Session, entry_ids: Iterable[int], states: dict[int, EntryState]) -> list[EntryState]:
    """The entries as states, one object for each id however often it is asked for."""
    ids = set(entry_ids)
    unknown = ids - states.keys()
    if unknown:
        for row in session.execute(*_states(session, unknown)):
            states[row[0]] = _state(row)
    return [states[entry_id] for entry_id in ids if entry_id in states]


def _state(row: Row[Any]) -> EntryState:
    """From the columns of `_STATE_COLUMNS`, by position: looked up by name, this would take twice as long."""
    (
        entry_id, item_id, variant_id, location_id, entry_type, posting_date, quantity, remaining, not_returned,
        completely_invoiced, correction, expiration_date, lot_no, serial_no, package_no, applies_to, invoiced,
    ) = row[:17]  # fmt: skip
    return EntryState(
        id=entry_id,
        key=StockKey(item_id, variant_id, location_id),
        entry_type=entry_type,
        posting_date=posting_date,
        quantity=quantity,
        remaining=remaining,
        valuation_date=posting_date,
        invoiced_quantity=invoiced,
        shipped_not_returned=not_returned,
        completely_invoiced=completely_invoiced,
        correction=correction,
        expiration_date=expiration_date,
        lot_no=lot_no,
        serial_no=serial_no,
        package_no=package_no,
        applies_to_entry_id=applies_to,
    )


def _load_named(session: Session, facts: Facts, lines: Sequence[PostingLine], states: dict[int, EntryState]) -> None:
    targets = {line.applies_to_entry_id for line in lines if line.applies_to_entry_id}
    sources = {line.applies_from_entry_id for line in lines if line.applies_from_entry_id}
    reserved = {entry_id for line in lines for entry_id, _quantity in line.reserved}
    if not targets and not sources and not reserved:
        return
    named = load_states(session, targets | sources | reserved, states)
    facts.named = {state.id: state for state in named}
    for state in named:
        item = facts.items.get(state.key.item_id)
        if item is not None:
            state.key = state.key._replace(
                lot_no=state.lot_no if item.lot_specific else "",
                serial_no=state.serial_no if item.serial_specific else "",
                package_no=state.package_no if item.package_specific else "",
            )
    _load_returned(session, facts, lines, states)
    _load_costs(session, facts)
    _load_consumption(session, facts, targets, states)
    facts.ancestors = ancestors(session, sources)


def _load_returned(session: Session, facts: Facts, lines: Sequence[PostingLine], states: dict[int, EntryState]) -> None:
    """Of returns that lines take back: the shipments that they came back from are named too."""
    taken_back = {line.applies_to_entry_id for line in lines if line.applies_to_entry_id and line.takes_back}
    taken_back -= {entry_id for entry_id in taken_back if entry_id in facts.named and facts.named[entry_id].correction}
    if not taken_back:
        return
    link = ItemApplicationEntry
    rows = session.execute(
        select(link.inbound_entry_id, link.outbound_entry_id).where(
            link.inbound_entry_id.in_(ids_of(session, taken_back)), link.in_force, link.quantity > 0,
            link.outbound_entry_id != 0, link.transferred_from_entry_id.is_(None),
        )
    )  # fmt: skip
    facts.came_back_from = dict(rows.tuples().all())
    sources = load_states(session, facts.came_back_from.values(), states)
    facts.named |= {state.id: state for state in sources}


def _load_costs(session: Session, facts: Facts) -> None:
    cost = ValueEntry.cost_amount_actual + ValueEntry.cost_amount_expected
    indirect = case((ValueEntry.entry_type == ValueEntryType.INDIRECT_COST, ValueEntry.cost_amount_actual), else_=0)
    rows = session.execute(
        select(ValueEntry.item_ledger_entry_id, func.sum(cost), func.sum(indirect))
        .where(ValueEntry.item_ledger_entry_id.in_(ids_of(session, facts.named)))
        .group_by(ValueEntry.item_ledger_entry_id)
    )
    for entry_id, total, indirect_total in rows:
        facts.named[entry_id].cost = total
        facts.named[entry_id].indirect_cost = Decimal(indirect_total or 0)


def _load_consumption(session: Session, facts: Facts, targets: set[Any], states: dict[int, EntryState]) -> None:
    link = ItemApplicationEntry
    rows = session.execute(
        select(link.id, link.inbound_entry_id, link.outbound_entry_id, link.quantity, link.fixed)
        .where(
            link.inbound_entry_id.in_(ids_of(session, targets)),
            link.in_force,
            link.outbound_entry_id != 0,
            link.quantity < 0,
        )
        .order_by(link.inbound_entry_id, link.outbound_entry_id)
    ).all()
    for outbound in load_states(session, {row.outbound_entry_id for row in rows}, states):
        item = facts.items.get(outbound.key.item_id)
        if item is not None:
            outbound.key = StockKey(
                outbound.key.item_id,
                outbound.key.variant_id,
                outbound.key.location_id,
                outbound.lot_no if item.lot_specific else "",
                outbound.serial_no if item.serial_specific else "",
                outbound.package_no if item.package_specific else "",
            )
    for row in rows:
        link_state = ApplicationState(row.id, row.inbound_entry_id, row.outbound_entry_id, -row.quantity, row.fixed)
        facts.consumption.setdefault(row.inbound_entry_id, []).append(link_state)
    facts.named |= {row.outbound_entry_id: states[row.outbound_entry_id] for row in rows}


def _newest_values(ids: Select[tuple[int]]) -> Select[tuple[int, dt.date]]:
    wanted, value = ids.subquery(), ValueEntry
    newest = (
        select(value.valuation_date)
        .where(value.item_ledger_entry_id == wanted.c.id)
        .order_by(value.id.desc())
        .limit(1)
        .correlate(wanted)
    )
    revaluation = newest.where(value.entry_type == ValueEntryType.REVALUATION).scalar_subquery()
    return select(wanted.c.id, func.coalesce(revaluation, newest.scalar_subquery()))


_valuation_dates = about_ids(_newest_values)


def load_valuation_dates(session: Session, states: dict[int, EntryState]) -> None:
    """Of the last revaluation, else of the last value entry (section 6)."""
    if not states:
        return
    for entry_id, day in session.execute(*_valuation_dates(session, states)):
        states[entry_id].valuation_date = day
