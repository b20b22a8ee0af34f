"""Which entries a line consumes or closes, and the links that say so (posting-and-costing.md section 3). Pure."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.rounding import ZERO
from costing.valuation_dates import outbound_valuation_date
from models import BLANK_ID
from models.enums import CostingMethod, EntryType
from posting.draft import Draft, EntryUpdate, NewApplication
from posting.facts import NEW, ApplicationState, EntryState, Facts, ItemFacts, StockKey
from posting.lines import PostingLine
from posting.refusals import (
    application_loop,
    applies_to_taken,
    negative_inventory,
    number_not_in_stock,
    returned_too_much,
)
from posting.reserved import reserved_elsewhere
from posting.stock import OpenEntries, choose_entries

#: May never go below zero, whatever set-up says (section 3.5).
NEVER_NEGATIVE = {EntryType.TRANSFER, EntryType.CONSUMPTION, EntryType.ASSEMBLY_CONSUMPTION}


class Stock:
    """The open entries of every place concerned, as the lines so far have left them."""

    def __init__(self, facts: Facts, draft: Draft) -> None:
        self._facts = facts
        self._draft = draft
        self._inbound: dict[StockKey, OpenEntries] = {}
        self._outbound: dict[StockKey, OpenEntries] = {}
        self._states: dict[int, EntryState] = {}
        self._loaded: dict[int, tuple[Decimal, Decimal]] = {}
        for entries in (*facts.inbound.values(), *facts.outbound.values()):
            for entry in entries:
                self._remember(entry)
        for entry in (*facts.named.values(), *facts.followers.values()):
            self._remember(entry)
        #: of outbound entries whose applications may change: what they consume now
        self._applied = {outbound: list(links) for outbound, links in facts.applied.items()}

    # ------------------------------------------------------------------ the two directions
    def receive(self, line: PostingLine, item: ItemFacts, entry: EntryState, source: EntryState | None) -> None:
        """An inbound line: its own row, then the open outbound entries it closes.

        Raises PostingError `quantity_exceeds_shipped`, `already_applied`, `application_loop`.
        """
        # A return must not close what its own cost comes from: the cost would go round in a circle.
        skip = self._facts.ancestors.get(line.applies_from_entry_id or 0, frozenset())
        if source is not None:
            if line.quantity > abs(source.shipped_not_returned):
                raise returned_too_much(line, source)
            source.shipped_not_returned += line.quantity
            self._draft.to_adjust.add((item.id, entry.id))
        self._states[entry.id] = entry
        self._link(entry.id, entry.id, source.id if source is not None else BLANK_ID, line.quantity, line.posting_date)
        if line.applies_to_entry_id:
            outbound = self._facts.named[line.applies_to_entry_id]
            if outbound.id in skip:
                raise application_loop(line, outbound)
            if abs(outbound.remaining) < line.quantity:
                raise applies_to_taken(line, outbound, abs(outbound.remaining))
            self._consume(entry, outbound, line.quantity, item, fixed=True)
            self.settle_average(outbound, item)
        elif item.costing_method != CostingMethod.SPECIFIC:
            self.close_open(entry, item, skip)
        if entry.remaining:
            self._open(entry.key, item, inbound=True).add(entry)

    def close_open(self, entry: EntryState, item: ItemFacts, skip: frozenset[int] = frozenset()) -> None:
        """An inbound entry closes open outbound ones at its place."""
        chosen, _rest = choose_entries(entry.remaining, self._open(entry.key, item, inbound=False), skip=skip)
        for outbound, quantity in chosen:
            self._consume(entry, outbound, quantity, item, fixed=False)

    def receive_transfer(
        self, item: ItemFacts, entry: EntryState, out_leg: EntryState, source: EntryState | None
    ) -> None:
        """The in-leg of a transfer: its own row with where its cost comes from, then what it closes there."""
        self._states[entry.id] = entry
        self._draft.to_adjust.add((item.id, entry.id))
        self._link(
            entry.id, entry.id, out_leg.id, entry.quantity, entry.posting_date,
            transferred_from=source.id if source is not None else None,
        )  # fmt: skip
        if item.costing_method != CostingMethod.SPECIFIC:
            # Nothing that the transferred goods take their cost from may take its cost from them.
            skip = self._facts.ancestors.get(source.id, frozenset()) if source is not None else frozenset()
            self.close_open(entry, item, skip)
        if entry.remaining:
            self._open(entry.key, item, inbound=True).add(entry)

    def issue(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> list[tuple[EntryState, Decimal]]:
        """An outbound line: the inbound entries it consumes and how much of each, in order of application.

        Raises PostingError `negative_inventory`, `tracking_not_in_stock`, `already_applied`.
        """
        self._states[entry.id] = entry
        applied: list[tuple[EntryState, Decimal]] = []
        displaced: list[EntryState] = []
        if line.applies_to_entry_id:
            target = self._facts.named[line.applies_to_entry_id]
            displaced = self._free(target, abs(entry.remaining), line, item)
            self._check_not_held(target, abs(entry.remaining), line, item)
            applied.append((target, abs(entry.remaining)))
            self._return_again(line)
            self._consume(target, entry, abs(entry.remaining), item, fixed=True)
            if displaced and target.remaining:
                self._open(target.key, item, inbound=True).add(target)  # the displaced find what is left of it
        else:
            applied = self._take_reserved(line, item, entry)
            applied += self._take(entry, item)
        if entry.remaining:
            self._check_negative(line, item, entry)
            self._open(entry.key, item, inbound=False).add(entry)
        for outbound in displaced:
            self.reapply(outbound, item)
            if outbound.remaining:
                self._check_negative(line, item, outbound)
        return applied

    def reapply(self, outbound: EntryState, item: ItemFacts) -> None:
        """An outbound entry that was reopened looks for what is there, but takes nothing that takes from it."""
        self._take(outbound, item, skip=self._facts.descendants.get(outbound.id, frozenset()))
        if outbound.remaining:
            self._open(outbound.key, item, inbound=False).add(outbound)
        self.redate(outbound)

    def unapply(self, link: ApplicationState) -> None:
        """Take a consumption link out of force: both ends get their remaining quantity back."""
        outbound = self._states[link.outbound_id]
        self._states[link.inbound_id].remaining += link.quantity
        outbound.remaining -= link.quantity
        self._draft.to_adjust.add((outbound.key.item_id, outbound.id))
        self._draft.unapplied.append(link.id)
        links = self._applied.get(link.outbound_id, [])
        self._applied[link.outbound_id] = [other for other in links if other.id != link.id]

    def apply_fixed(self, inbound: EntryState, outbound: EntryState, quantity: Decimal, item: ItemFacts) -> None:
        """Apply two open entries to each other by hand."""
        self._consume(inbound, outbound, quantity, item, fixed=True)
        self.settle_average(outbound, item)
        self.redate(outbound)

    def keep(
        self, inbound: EntryState, outbound: EntryState, quantity: Decimal, item: ItemFacts, *, fixed: bool
    ) -> None:
        """What stays applied of an application that was taken out of force."""
        self._consume(inbound, outbound, quantity, item, fixed=fixed)

    def settle_average(self, outbound: EntryState, item: ItemFacts) -> None:
        """An outbound entry of an average item takes all its cost along its applications, or none of it (section 2.3).

        Once one of them is fixed it has left the average and the others carry cost as well.
        """
        if item.costing_method != CostingMethod.AVERAGE or outbound.correction:
            return
        fixed = self.is_fixed(outbound)
        for link in list(self._applied.get(outbound.id, ())):
            if link.cost != fixed:
                self.unapply(link)
                self._consume(self._states[link.inbound_id], outbound, link.quantity, item, fixed=link.fixed)

    def is_fixed(self, outbound: EntryState) -> bool:
        """True when some consumption of an outbound entry whose applications change is fixed."""
        return any(link.fixed for link in self._applied.get(outbound.id, ()))

    def plain_row(self, inbound: EntryState, day: dt.date) -> None:
        """An inbound entry's own row, with nothing that it takes its cost from."""
        self._link(inbound.id, inbound.id, BLANK_ID, inbound.quantity, day)

    def redate(self, outbound: EntryState) -> None:
        """The valuation date that follows from what an outbound entry consumes now (section 3.4)."""
        links = self._applied.get(outbound.id)
        if links is None or outbound.entry_type == EntryType.TRANSFER:
            return
        dates = [self._states[link.inbound_id].valuation_date for link in links]
        day = outbound_valuation_date(outbound.posting_date, dates, fixed=any(link.fixed for link in links))
        if day != outbound.valuation_date:
            self._move(outbound, day)

    def collect_updates(self) -> None:
        """Hand what changed on existing entries to the draft; new entries carry their remaining themselves."""
        for entry_id, loaded in self._loaded.items():
            entry = self._states[entry_id]
            if (entry.remaining, entry.shipped_not_returned) != loaded:
                self._draft.entry_updates[entry_id] = EntryUpdate(entry.remaining, entry.shipped_not_returned)
        for row in self._draft.item_ledger_entries:
            state = self._states.get(row.id)
            if state is not None:
                row.remaining_quantity, row.open = state.remaining, bool(state.remaining)
                row.shipped_qty_not_returned = state.shipped_not_returned
        if self._draft.valuation_dates or self._draft.earliest_dates:
            self._redate_new_values()

    # ------------------------------------------------------------------ steps
    def _take(
        self, outbound: EntryState, item: ItemFacts, *, skip: frozenset[int] = frozenset()
    ) -> list[tuple[EntryState, Decimal]]:
        open_entries = self._open(outbound.key, item, inbound=True)
        chosen, _missing = choose_entries(abs(outbound.remaining), open_entries, skip=skip, held=self._facts.held)
        for inbound, quantity in chosen:
            self._consume(inbound, outbound, quantity, item, fixed=False)
        return chosen

    def _take_reserved(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> list[tuple[EntryState, Decimal]]:
        """What was reserved for the line comes from exactly these entries."""
        taken = []
        for entry_id, quantity in line.reserved:
            inbound = self._states[entry_id]
            given = min(quantity, inbound.remaining, abs(entry.remaining))
            if given:
                self._consume(inbound, entry, given, item, fixed=False)
                taken.append((inbound, given))
        return taken

    def _return_again(self, line: PostingLine) -> None:
        """A return that is taken back leaves its shipment to be returned once more (documents.md section 13)."""
        source = self._states.get(self._facts.came_back_from.get(line.applies_to_entry_id or 0, BLANK_ID))
        if source is not None and line.takes_back:
            source.shipped_not_returned += line.quantity

    def _check_not_held(self, target: EntryState, wanted: Decimal, line: PostingLine, item: ItemFacts) -> None:
        short = wanted + self._facts.held.get(target.id, ZERO) - target.remaining
        if short > 0:
            raise reserved_elsewhere(line, item, short)

    def _kept_from(self, entry: EntryState, item: ItemFacts) -> Decimal:
        """What lies at the place of an outbound entry and is reserved for others."""
        if not self._facts.held:
            return ZERO
        here = self._open(entry.key, item, inbound=True)
        return sum((self._facts.held.get(inbound.id, ZERO) for inbound in here), ZERO)

    def _consume(
        self, inbound: EntryState, outbound: EntryState, quantity: Decimal, item: ItemFacts, *, fixed: bool
    ) -> None:
        inbound.remaining -= quantity
        outbound.remaining += quantity
        average = item.costing_method == CostingMethod.AVERAGE
        # Goods that leave transit follow what was shipped, average items too (section 2.3).
        in_transit = average and outbound.entry_type == EntryType.TRANSFER and bool(outbound.key.order_no)
        cost_application = fixed or not average or outbound.correction or in_transit or self.is_fixed(outbound)
        day = max(inbound.posting_date, outbound.posting_date)
        self._link(outbound.id, inbound.id, outbound.id, -quantity, day, cost_application=cost_application, fixed=fixed)
        if outbound.id in self._applied:
            number = self._draft.applications[-1].id
            link = ApplicationState(number, inbound.id, outbound.id, quantity, fixed, cost_application)
            self._applied[outbound.id].append(link)
        if cost_application:
            self._draft.to_adjust.add((item.id, outbound.id))
        if fixed and item.costing_method == CostingMethod.AVERAGE and outbound.id < NEW:
            self._draft.valued_by_average[outbound.id] = False
        closing_older = inbound.id > outbound.id
        if closing_older and inbound.valuation_date > outbound.valuation_date:
            # The issue waited for this receipt: its value counts from the day the goods came (section 6).
            self._move(outbound, inbound.valuation_date)

    def _move(self, outbound: EntryState, day: dt.date) -> None:
        """Value an existing outbound entry from another day; what depends on it counts no earlier."""
        later = day > outbound.valuation_date
        self._draft.moved += [(outbound.key, outbound.valuation_date), (outbound.key, day)]
        outbound.valuation_date = day
        self._draft.valuation_dates[outbound.id] = day
        for entry_id in self._facts.descendants.get(outbound.id, frozenset()) if later else ():
            follower = self._states[entry_id]
            if follower.valuation_date < day:
                self._draft.moved += [(follower.key, follower.valuation_date), (follower.key, day)]
                follower.valuation_date = day
                self._draft.earliest_dates[entry_id] = day

    def _free(self, target: EntryState, wanted: Decimal, line: PostingLine, item: ItemFacts) -> list[EntryState]:
        """Undo automatic applications of `target`, oldest outbound first, until `wanted` is there (section 3.2)."""
        displaced: list[EntryState] = []
        for link in self._facts.consumption.get(target.id, []):
            if target.remaining >= wanted:
                break
            outbound = self._states.get(link.outbound_id)
            if link.fixed or outbound is None or outbound.entry_type == EntryType.TRANSFER:
                continue
            self.unapply(link)
            link.fixed = True  # not to be undone twice
            displaced.append(outbound)
        if target.remaining < wanted:
            raise applies_to_taken(line, target, target.remaining)
        return displaced

    def _link(
        self,
        owner: int,
        inbound: int,
        outbound: int,
        quantity: Decimal,
        day: dt.date,
        *,
        cost_application: bool = True,
        fixed: bool = False,
        transferred_from: int | None = None,
    ) -> None:
        self._draft.applications.append(
            NewApplication(
                id=self._draft.next_application_id(),
                item_ledger_entry_id=owner,
                inbound_entry_id=inbound,
                outbound_entry_id=outbound,
                quantity=quantity,
                posting_date=day,
                transferred_from_entry_id=transferred_from,
                cost_application=cost_application,
                fixed=fixed,
            )
        )

    def _check_negative(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        missing = abs(entry.remaining)
        refused = item.tracked or item.prevent_negative_inventory or line.entry_type in NEVER_NEGATIVE
        if refused and self._kept_from(entry, item) >= missing:
            raise reserved_elsewhere(line, item, missing)
        if item.tracked:
            raise number_not_in_stock(line, item, self._facts, abs(entry.quantity), missing)
        if item.prevent_negative_inventory or line.entry_type in NEVER_NEGATIVE:
            raise negative_inventory(line, item, self._facts, abs(entry.quantity), missing)

    def _open(self, key: StockKey, item: ItemFacts, *, inbound: bool) -> OpenEntries:
        kept = self._inbound if inbound else self._outbound
        entries = kept.get(key)
        if entries is None:
            loaded = (self._facts.inbound if inbound else self._facts.outbound).get(key, [])
            entries = OpenEntries(
                (self._states[entry.id] for entry in loaded), newest_first=item.costing_method == CostingMethod.LIFO
            )
            kept[key] = entries
        return entries

    def _remember(self, entry: EntryState) -> None:
        # The same entry may be loaded as open and as named: one state must stand for it.
        if entry.id not in self._states:
            self._states[entry.id] = entry
            self._loaded[entry.id] = (entry.remaining, entry.shipped_not_returned)

    def _redate_new_values(self) -> None:
        for row in self._draft.value_entries:
            day = self._draft.valuation_dates.get(row.item_ledger_entry_id)
            if day is not None:
                row.valuation_date = day
            row.valuation_date = max(
                row.valuation_date, self._draft.earliest_dates.get(row.item_ledger_entry_id, row.valuation_date)
            )
