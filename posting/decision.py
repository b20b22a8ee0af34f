"""The state of one posting while its lines are decided, and the steps that all kinds of lines share. Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from core.rounding import ZERO
from costing.periods import period_end
from costing.valuation_dates import inbound_valuation_date, outbound_valuation_date
from models import BLANK_ID
from models.enums import AverageCostCalcType, CostingMethod, EntryType, WarehouseEntryType
from posting.applications import Stock
from posting.card_costs import CardCosts
from posting.draft import Draft, NewItemLedgerEntry, NewValueEntry, NewWarehouseEntry, TrackingDelta
from posting.facts import NEW, EntryState, Facts, ItemFacts, PostedEntry
from posting.gl import post_to_gl
from posting.lines import PostingContext, PostingLine
from posting.numbers import Numbers
from posting.refusals import bin_short, valuation_too_early
from posting.stock import stock_key
from posting.tracking_rules import numbers_of
from posting.values import Cost, cost_at_posting, value_entries


class Decision:
    """State of one run: the draft so far and the open entries as the lines before have left them."""

    def __init__(self, facts: Facts, context: PostingContext) -> None:
        self.facts = facts
        self.context = context
        self.draft = Draft()
        self.stock = Stock(facts, self.draft)
        self.cards = CardCosts(facts, self.draft)
        self.numbers = Numbers(facts, self.draft)
        #: entries of the lines so far, for charges on lines of the same posting
        self.entries_of_line: dict[int, list[EntryState]] = defaultdict(list)
        self._lines_of_values: list[int] = []
        self._period_ends: dict[dt.date, dt.date] = {}

    def movement(self, line: PostingLine) -> None:
        """A line that moves stock: item ledger entry, applications, value entries, bins, balances."""
        item = self.facts.items[line.item_id]
        entry = self.new_entry(line, item)
        source = self.facts.named.get(line.applies_from_entry_id or 0)
        target = self.facts.named.get(line.applies_to_entry_id or 0)
        cost = cost_at_posting(
            line, item, self.facts,
            standard_cost=self.cards.standard_cost(line), applies_from=source, applies_to=target,
        )  # fmt: skip
        entry.cost = cost.direct + cost.indirect + cost.variance
        entry.indirect_cost, entry.invoiced_quantity = cost.indirect, line.quantity if line.invoiced else ZERO
        if item.is_inventory:
            self.numbers.check(line, item, entry)
            self.apply(line, item, entry)
            self.move_bins(line)
        self.check_valuation(line, entry)
        self.write_entry(line, item, entry)
        self.write_values(line, item, entry, cost)
        self.entries_of_line[line.line_no].append(entry)

    def finish(self) -> None:
        """What is decided once, after the last line: G/L entries and the updates of existing entries."""
        post_to_gl(self.draft, self.facts, zip(self.draft.value_entries, self._lines_of_values, strict=True))
        self.stock.collect_updates()
        for key, day in self.draft.moved:
            self.note_cost_point(self.facts.items[key.item_id], key.variant_id, key.location_id, day)
        self.cards.collect_updates()

    def new_entry(self, line: PostingLine, item: ItemFacts) -> EntryState:
        """The state of the entry that the line makes."""
        return EntryState(
            id=self.draft.next_entry_id(),
            key=stock_key(line, item, self.facts),
            entry_type=line.entry_type,
            posting_date=line.posting_date,
            quantity=line.quantity,
            remaining=line.quantity if item.is_inventory else ZERO,
            valuation_date=line.posting_date,
            completely_invoiced=line.invoiced,
            correction=line.correction,
            expiration_date=line.expiration_date,
            lot_no=line.lot_no,
            serial_no=line.serial_no,
            package_no=line.package_no,
            warranty_date=line.warranty_date,
            applies_to_entry_id=line.applies_to_entry_id,
        )

    def apply(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        """Find what the entry closes or takes from, and with it its valuation date."""
        if line.inbound:
            source = self.facts.named.get(line.applies_from_entry_id or 0)
            entry.valuation_date = inbound_valuation_date(
                line.posting_date, source.valuation_date if source is not None else None
            )
            self.stock.receive(line, item, entry, source)
            return
        if line.entry_type != EntryType.TRANSFER and not line.takes_back:
            entry.shipped_not_returned = line.quantity
        self.issue(line, item, entry)

    def issue(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> list[tuple[EntryState, Decimal]]:
        """Apply an outbound line; the inbound entries it takes from with what it takes of each."""
        applied = self.stock.issue(line, item, entry)
        entry.valuation_date = outbound_valuation_date(
            line.posting_date,
            [inbound.valuation_date for inbound, _quantity in applied],
            fixed=bool(line.applies_to_entry_id),
        )
        if item.tracked and entry.expiration_date is None and applied:
            entry.expiration_date = applied[0][0].expiration_date
        return applied

    def check_valuation(self, line: PostingLine, entry: EntryState) -> None:
        """Refuse values that would count before the earliest valuation date (section 6)."""
        earliest = self.facts.earliest_valuation_date
        if earliest is not None and entry.valuation_date < earliest:
            raise valuation_too_early(line, entry.valuation_date, earliest)

    def move_bins(self, line: PostingLine, kind: WarehouseEntryType | None = None) -> None:
        """The bin's content and its warehouse entry, an adjustment unless `kind` says otherwise.

        Raises PostingError `bin_quantity_short`.
        """
        if line.bin_id is None:
            return
        key = (line.bin_id, line.item_id, line.variant_id)
        there = self.facts.bin_quantities.get(key, ZERO) + line.quantity
        if there < 0:
            raise bin_short(line, self.facts)
        self.facts.bin_quantities[key] = there
        bins, full_key = self.draft.bins, (*key, line.location_id)
        bins[full_key] = bins.get(full_key, ZERO) + line.quantity
        by_direction = WarehouseEntryType.POSITIVE_ADJMT if line.inbound else WarehouseEntryType.NEGATIVE_ADJMT
        self.draft.warehouse_entries.append(
            NewWarehouseEntry(
                id=0,
                entry_type=kind or by_direction,
                registering_date=line.posting_date,
                location_id=line.location_id,
                bin_id=line.bin_id,
                item_id=line.item_id,
                variant_id=line.variant_id,
                unit_of_measure_code=self.facts.items[line.item_id].base_unit_code,
                quantity=line.quantity,
                lot_no=line.lot_no,
                serial_no=line.serial_no,
                package_no=line.package_no,
                expiration_date=line.expiration_date,
                source_document=line.document_type.value,
                source_no=line.document_no,
                source_line_no=line.document_line_no,
                document_no=line.document_no,
            )
        )

    def write_entry(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        """The item ledger entry and what it changes on balances of quantity."""
        invoiced = line.quantity if line.invoiced else ZERO
        self.draft.item_ledger_entries.append(
            NewItemLedgerEntry(
                id=entry.id,
                item_id=line.item_id,
                variant_id=line.variant_id,
                location_id=line.location_id,
                bin_id=line.bin_id,
                lot_no=line.lot_no,
                serial_no=line.serial_no,
                package_no=line.package_no,
                expiration_date=entry.expiration_date,
                warranty_date=entry.warranty_date,
                posting_date=line.posting_date,
                document_date=line.document_date or line.posting_date,
                entry_type=line.entry_type,
                source_type=line.source_type,
                source_no=line.source_no,
                document_type=line.document_type,
                document_no=line.document_no,
                document_line_no=line.document_line_no,
                external_document_no=line.external_document_no,
                order_type=line.order_type,
                order_no=line.order_no,
                order_line_no=line.order_line_no,
                description=self._description(line, item),
                return_reason_code=line.return_reason_code,
                quantity=line.quantity,
                unit_of_measure_code=line.unit_of_measure_code,
                qty_per_unit_of_measure=line.qty_per_unit_of_measure,
                remaining_quantity=entry.remaining,
                open=bool(entry.remaining),
                positive=line.inbound,
                invoiced_quantity=invoiced,
                completely_invoiced=entry.completely_invoiced,
                last_invoice_date=line.posting_date if line.invoiced else None,
                applies_to_entry_id=line.applies_to_entry_id,
                applied_entry_to_adjust=False,
                shipped_qty_not_returned=entry.shipped_not_returned,
                correction=line.correction,
                drop_shipment=line.drop_shipment,
                assemble_to_order=line.assemble_to_order,
                dimension_set_id=line.dimension_set_id,
            )
        )
        balance = self.draft.balance(line.item_id, line.variant_id, line.location_id)
        balance.entries += 1
        if not item.is_inventory:
            return
        balance.quantity += line.quantity
        balance.invoiced_quantity += invoiced
        if line.lot_no or line.serial_no or line.package_no:
            key = (line.item_id, line.variant_id, line.location_id, line.lot_no, line.serial_no, line.package_no)
            delta = self.draft.tracking.setdefault(key, TrackingDelta())
            delta.quantity += line.quantity
            delta.expiration_date = entry.expiration_date or delta.expiration_date
            self.draft.note_numbers(numbers_of(line), line.quantity, entry.expiration_date, entry.warranty_date)

    def _description(self, line: PostingLine, item: ItemFacts) -> str:
        if line.description and line.description != item.description:
            return line.description
        return item.description if self.facts.copy_description else ""

    def write_values(
        self, line: PostingLine, item: ItemFacts, entry: EntryState, cost: Cost, *, by_average: bool | None = None
    ) -> None:
        """The value entries of a movement."""
        rows = value_entries(
            line, item, self.facts, cost,
            entry_id=entry.id, first_id=self.draft.next_value_id(),
            valuation_date=entry.valuation_date, source_code=self.context.source_code, by_average=by_average,
        )  # fmt: skip
        for row in list(rows):
            self.add_value(row, line.line_no)
        if item.is_inventory:
            self.note_cost_point(item, line.variant_id, line.location_id, entry.valuation_date)
            self.cards.after_posting(line, item, entry)

    def add_value(self, row: NewValueEntry, line_no: int) -> None:
        """A value entry, and its cost on the balance of its place."""
        self.draft.value_entries.append(row)
        self._lines_of_values.append(line_no)
        balance = self.draft.balance(row.item_id, row.variant_id, row.location_id)
        balance.cost_amount_actual += row.cost_amount_actual
        balance.cost_amount_expected += row.cost_amount_expected

    def posted_of_new(self, entry: EntryState) -> PostedEntry:
        """An entry of this posting as later value lines of it see it."""
        row = self.draft.item_ledger_entries[entry.id - NEW]
        item = self.facts.items[row.item_id]
        model = next(value for value in self.draft.value_entries if value.item_ledger_entry_id == entry.id)
        return PostedEntry(
            entry, item.inventory_posting_group_id, model.gen_business_posting_group_id,
            item.gen_product_posting_group_id, row.dimension_set_id, entry.valuation_date,
        )  # fmt: skip

    def mark_changed(self, item: ItemFacts, posted: PostedEntry, day: dt.date | None = None) -> None:
        """The entry's cost changed: costing looks at it again, and at what took from it (section 14.1).

        `day` is the valuation date of what changed it, where that is not the entry's.
        """
        state = posted.state
        if not item.is_inventory:
            return
        self.draft.to_adjust.add((item.id, state.id))
        self.note_cost_point(item, state.key.variant_id, state.key.location_id, day or posted.valuation_date)

    def note_cost_point(self, item: ItemFacts, variant_id: int, location_id: int, valuation_date: dt.date) -> None:
        """What costing has to look at again (section 9.2): the scope's period of the valuation date.

        Before the earliest valuation date nothing is looked at again; what comes later is.
        """
        facts = self.facts
        valuation_date = max(valuation_date, facts.earliest_valuation_date or valuation_date)
        if item.costing_method != CostingMethod.AVERAGE:
            self.draft.cost_points.add((item.id, variant_id, location_id, valuation_date))
            return
        by_place = facts.average_calc_type == AverageCostCalcType.ITEM_LOCATION_VARIANT
        scope = (variant_id, location_id) if by_place else (BLANK_ID, BLANK_ID)
        if valuation_date not in self._period_ends:
            self._period_ends[valuation_date] = period_end(
                valuation_date, facts.average_period,
                accounting_starts=facts.fiscal_period_starts, fiscal_year_starts=facts.fiscal_year_starts,
            )  # fmt: skip
        self.draft.cost_points.add((item.id, *scope, self._period_ends[valuation_date]))
