"""The application worksheet: applications removed and made by hand (posting-and-costing.md section 3.4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import ItemApplicationEntry, ItemLedgerEntry
from models.enums import CostingMethod, EntryType
from posting.application_links import ancestors
from posting.checks import check_posting_date
from posting.decision import Decision
from posting.facts import ApplicationState, EntryState, Facts, StockKey
from posting.lines import PostingContext
from posting.open_entries import (
    load_followers,
    load_open,
    load_states,
    load_valuation_dates,
    owed_of_average_items,
    returned,
)
from posting.prepare import lock_items, prepare_values
from posting.reserved import load_held, place_of
from posting.worksheet_before import note_before
from posting.write import write

#: the reference product's name for changes of applications
SOURCE_CODE = "UNAPPITEM"

_link = ItemApplicationEntry


@dataclass(frozen=True, slots=True)
class Pair:
    """An inbound and an outbound entry; `quantity` (> 0) of their application, None for all of it."""

    inbound_id: int
    outbound_id: int
    quantity: Decimal | None = None


def unapply(session: Session, pair: Pair, context: PostingContext) -> int:
    """Remove the application of the pair; both ends are open again. Returns the register's id.

    Where only a part is asked for, the rest stays applied. A return is cut off from the entry that it took its cost
    from. Raises PostingError `not_applied`, `quantity_exceeds_applied`, `inventory_period_closed`,
    `application_correction`, `application_drop_shipment`, `application_transfer`.
    """
    work = _Work(session, {pair.inbound_id, pair.outbound_id}, context)
    inbound, outbound = work.states[pair.inbound_id], work.states[pair.outbound_id]
    rows = _links_of(session, pair)
    _check_removable(session, work.facts, pair, rows, (inbound, outbound))
    total = sum((abs(row.quantity) for row in rows), ZERO)
    wanted = total if pair.quantity is None else pair.quantity
    if not ZERO < wanted <= total:
        raise PostingError(
            "quantity_exceeds_applied",
            _("The entries are applied to each other with %(quantity)s.", quantity=plain_quantity(total)),
            field="quantity", hint=_("Remove at most that."),
        )  # fmt: skip
    if rows[0].quantity > 0:
        _cut_return(work, rows[0], inbound, outbound, total - wanted)
    else:
        _free(work, rows, inbound, outbound, total - wanted)
    return work.finish((inbound, outbound))


def apply(session: Session, pair: Pair, context: PostingContext) -> int:
    """Apply two open entries to each other, a fixed application; returns the register's id.

    Without a quantity as much as both have open. Raises PostingError `application_direction`,
    `application_other_goods`, `nothing_open`, `already_applied`, `reserved_elsewhere`, `application_loop`,
    `inventory_period_closed`.
    """
    work = _Work(session, {pair.inbound_id, pair.outbound_id}, context)
    inbound, outbound = work.states[pair.inbound_id], work.states[pair.outbound_id]
    quantity = _check_applicable(work, pair, inbound, outbound)
    item = work.facts.items[outbound.key.item_id]
    work.decision.stock.apply_fixed(inbound, outbound, quantity, item)
    work.decision.draft.applies_to[outbound.id] = inbound.id
    return work.finish((inbound, outbound))


def reapply(session: Session, entry_ids: Iterable[int], context: PostingContext) -> int | None:
    """Apply what is open of these entries by the rules of section 3.1, each item's outbound entries first.

    Returns the register's id, None when nothing could be applied.
    """
    wanted = set(entry_ids)
    if not wanted:
        return None
    work = _Work(session, wanted, context)
    inbound, outbound = _wanted(work)
    held = load_held(session, work.facts, work.facts.items)
    for key in inbound:
        # What is kept for others is passed over: so much more is looked at.
        inbound[key] += held.get(place_of(key), ZERO)
    load_open(session, work.facts, work.states, inbound, outbound)
    load_followers(session, work.facts, work.states, owed_of_average_items(work.facts), returned(work.facts))
    work.facts.ancestors = ancestors(session, {state.id for state in work.named if state.quantity > 0})
    load_valuation_dates(session, work.states)
    work.start()
    stock = work.decision.stock
    touched: list[EntryState] = []
    for entry in sorted(work.named, key=lambda state: (state.quantity > 0, state.posting_date, state.id)):
        item = work.facts.items[entry.key.item_id]
        if not entry.remaining or (entry.quantity > 0 and item.costing_method == CostingMethod.SPECIFIC):
            continue
        before = len(work.decision.draft.applications)
        if entry.quantity < 0:
            stock.reapply(entry, item)
        else:
            stock.close_open(entry, item, work.facts.ancestors[entry.id])
        if len(work.decision.draft.applications) > before:
            touched.append(entry)
    return work.finish(touched) if touched else None


class _Work:
    """Locked items, facts about the named entries and a decision on them."""

    def __init__(self, session: Session, entry_ids: set[int], context: PostingContext) -> None:
        self.session = session
        self.context = replace(context, source_code=context.source_code or SOURCE_CODE)
        rows = session.execute(
            select(ItemLedgerEntry.id, ItemLedgerEntry.item_id).where(
                ItemLedgerEntry.id.in_(ids_of(session, entry_ids))
            )
        ).all()
        missing = entry_ids - {row.id for row in rows}
        if missing:
            raise PostingError("entry_unknown", _("There is no item ledger entry %(id)s.", id=min(missing)))
        lock_items(session, {row.item_id for row in rows})
        self.facts = prepare_values(session, {row.item_id for row in rows}, context)
        self.states: dict[int, EntryState] = {}
        self.named = load_states(session, entry_ids, self.states)
        self.facts.named = {state.id: state for state in self.named}
        for state in self.named:
            state.key = _key(self.facts, state)
        changing = {state.id for state in self.named if state.quantity < 0}
        load_followers(session, self.facts, self.states, changing, set())
        for state in self.facts.followers.values():
            state.key = _key(self.facts, state)
        load_valuation_dates(session, self.states)
        self.start()

    def start(self) -> None:
        """Begin to decide with the facts as they are."""
        self.decision = Decision(self.facts, self.context)

    def finish(self, touched: Sequence[EntryState]) -> int:
        """Put the entries on the lists of costing and write."""
        draft = self.decision.draft
        for state in touched:
            item = self.facts.items[state.key.item_id]
            draft.to_adjust.add((item.id, state.id))
            self.decision.note_cost_point(item, state.key.variant_id, state.key.location_id, state.valuation_date)
        self.decision.finish()
        draft.line_count = len(touched)
        note_before(self.session, draft, self.facts.items)
        return write(self.session, draft, self.context)


def _key(facts: Facts, state: EntryState) -> StockKey:
    """Where the entry may be applied: its numbers only where the item's tracking code is specific for them."""
    item = facts.items.get(state.key.item_id)
    if item is None:
        return state.key
    return state.key._replace(
        lot_no=state.lot_no if item.lot_specific else "",
        serial_no=state.serial_no if item.serial_specific else "",
        package_no=state.package_no if item.package_specific else "",
    )


def _wanted(work: _Work) -> tuple[dict[StockKey, Decimal], dict[StockKey, Decimal]]:
    """How much of what is open in the other direction may be used, by place."""
    inbound: dict[StockKey, Decimal] = {}
    outbound: dict[StockKey, Decimal] = {}
    for state in work.named:
        into = outbound if state.quantity > 0 else inbound
        into[state.key] = into.get(state.key, ZERO) + abs(state.quantity)
    return inbound, outbound


def _links_of(session: Session, pair: Pair) -> Sequence[ItemApplicationEntry]:
    return session.scalars(
        select(_link)
        .where(_link.inbound_entry_id == pair.inbound_id, _link.outbound_entry_id == pair.outbound_id, _link.in_force)
        .order_by(_link.id)
        .execution_options(populate_existing=True)
    ).all()


def _check_removable(
    session: Session,
    facts: Facts,
    pair: Pair,
    rows: Sequence[ItemApplicationEntry],
    ends: tuple[EntryState, EntryState],
) -> None:
    if not rows:
        raise PostingError(
            "not_applied", _("Entries %(inbound)s and %(outbound)s are not applied to each other.",
                             inbound=pair.inbound_id, outbound=pair.outbound_id),
        )  # fmt: skip
    for row in rows:
        error = check_posting_date(row.posting_date, facts)
        if error is not None and error.code == "inventory_period_closed":
            raise error
    if any(state.correction for state in ends):
        raise PostingError(
            "application_correction", _("A correction stays with what it corrects; this cannot be unapplied.")
        )
    transfer = any(row.transferred_from_entry_id is not None for row in rows)
    if transfer or ends[1].entry_type == EntryType.TRANSFER:
        raise PostingError(
            "application_transfer", _("What a transfer took cannot be unapplied."), hint=_("Make a transfer back.")
        )
    drop = select(ItemLedgerEntry.id).where(
        ItemLedgerEntry.id.in_([state.id for state in ends]), ItemLedgerEntry.drop_shipment
    )
    if session.scalar(drop) is not None:
        raise PostingError("application_drop_shipment", _("A drop shipment stays with its receipt."))


def _free(
    work: _Work, rows: Sequence[ItemApplicationEntry], inbound: EntryState, outbound: EntryState, rest: Decimal
) -> None:
    stock, draft = work.decision.stock, work.decision.draft
    item = work.facts.items[outbound.key.item_id]
    fixed = any(row.fixed for row in rows)
    for row in rows:
        stock.unapply(ApplicationState(row.id, inbound.id, outbound.id, -row.quantity, row.fixed))
    if rest:
        stock.keep(inbound, outbound, rest, item, fixed=fixed)
    else:
        for entry, other in ((outbound, inbound), (inbound, outbound)):
            if entry.applies_to_entry_id == other.id:
                draft.applies_to[entry.id] = None
    if item.costing_method == CostingMethod.AVERAGE and not stock.is_fixed(outbound):
        draft.valued_by_average[outbound.id] = True
        stock.settle_average(outbound, item)
    stock.redate(outbound)


def _cut_return(
    work: _Work, row: ItemApplicationEntry, inbound: EntryState, outbound: EntryState, rest: Decimal
) -> None:
    """The return stands on its own from now on: a plain row, and the cost it has."""
    if rest:
        raise PostingError(
            "quantity_exceeds_applied", _("A return is cut off as a whole or not at all."), field="quantity"
        )
    taken_back = select(_link.id).where(
        _link.inbound_entry_id == inbound.id, _link.in_force, _link.quantity < 0, _link.fixed,
        _link.outbound_entry_id.in_(select(ItemLedgerEntry.id).where(ItemLedgerEntry.correction)),
    )  # fmt: skip
    if work.session.scalar(taken_back.limit(1)) is not None:
        raise PostingError(
            "application_correction", _("The return was taken back; what it came back from stays with it.")
        )
    stock = work.decision.stock
    outbound.shipped_not_returned -= row.quantity
    work.decision.draft.unapplied.append(row.id)
    stock.plain_row(inbound, row.posting_date)


def _check_applicable(work: _Work, pair: Pair, inbound: EntryState, outbound: EntryState) -> Decimal:
    if not (inbound.quantity > 0 > outbound.quantity):
        raise PostingError(
            "application_direction", _("One of the entries has to have come in, the other to have gone out.")
        )
    if inbound.key._replace(order_no="") != outbound.key._replace(order_no=""):
        raise PostingError(
            "application_other_goods",
            _("Entries %(inbound)s and %(outbound)s are about different goods or places.", inbound=inbound.id,
              outbound=outbound.id),
        )  # fmt: skip
    possible = min(inbound.remaining, abs(outbound.remaining))
    quantity = possible if pair.quantity is None else pair.quantity
    if not possible:
        raise PostingError(
            "nothing_open", _("Nothing of the two entries is open."), hint=_("Remove another application first.")
        )
    if not ZERO < quantity <= possible:
        raise PostingError(
            "already_applied",
            _("Only %(quantity)s are open at both ends.", quantity=plain_quantity(possible)), field="quantity",
            hint=_("Apply at most that, or remove another application first."),
        )  # fmt: skip
    load_held(work.session, work.facts, [inbound.key.item_id])
    kept = work.facts.held.get(inbound.id, ZERO)
    if quantity > inbound.remaining - kept:
        raise PostingError(
            "reserved_elsewhere",
            _("%(quantity)s of entry %(id)s are reserved for other documents.", quantity=plain_quantity(kept),
              id=inbound.id), field="quantity", hint=_("Apply less, or cancel a reservation first."),
        )  # fmt: skip
    if inbound.id in work.facts.descendants.get(outbound.id, frozenset()):
        raise PostingError(
            "application_loop",
            _("The cost of entry %(inbound)s comes from entry %(outbound)s; it would go round in a circle.",
              inbound=inbound.id, outbound=outbound.id),
        )  # fmt: skip
    error = check_posting_date(max(inbound.posting_date, outbound.posting_date), work.facts)
    if error is not None and error.code == "inventory_period_closed":
        raise error
    return quantity
