"""Unit cost and last direct cost of item and stockkeeping unit, as posting changes them (section 13). Pure."""

from __future__ import annotations

from decimal import Decimal

from core.rounding import ZERO, round_unit_cost
from models.enums import AverageCostCalcType, CostingMethod, EntryType
from posting.draft import Draft, ItemUpdate
from posting.facts import EntryState, Facts, ItemFacts
from posting.lines import PostingLine

_SETS_LAST_DIRECT_COST = {EntryType.PURCHASE, EntryType.POSITIVE_ADJMT, EntryType.OUTPUT, EntryType.ASSEMBLY_OUTPUT}


class CardCosts:
    """Follows the cards' costs through the lines of one posting."""

    def __init__(self, facts: Facts, draft: Draft) -> None:
        self._facts = facts
        self._draft = draft
        self._items: dict[int, ItemUpdate] = {}
        self._skus: dict[tuple[int, int, int], ItemUpdate] = {}

    def standard_cost(self, line: PostingLine) -> Decimal:
        """The standard that holds at posting: the stockkeeping unit's, else the item's (section 8.1)."""
        sku = self._facts.skus.get((line.item_id, line.location_id, line.variant_id))
        return sku.standard_cost if sku is not None else self._facts.items[line.item_id].standard_cost

    def after_posting(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        """Update the cards after one line; reads and keeps the running net invoiced quantity."""
        key = (line.item_id, line.location_id, line.variant_id)
        invoiced = line.quantity if line.invoiced else ZERO
        self._facts.net_invoiced[item.id] = self._facts.net_invoiced.get(item.id, ZERO) + invoiced
        if key in self._facts.skus:
            self._facts.sku_net_invoiced[key] = self._facts.sku_net_invoiced.get(key, ZERO) + invoiced
        if not (line.inbound and line.invoiced and line.entry_type in _SETS_LAST_DIRECT_COST):
            return
        if line.correction or line.applies_from_entry_id or item.inventory_value_zero:
            return
        direct = self._direct_cost_before_discount(line, item)
        if direct <= 0:
            return
        update = self._items.setdefault(item.id, ItemUpdate(item.unit_cost, item.last_direct_cost))
        self._apply(update, direct, item, entry, self._facts.net_invoiced[item.id])
        sku = self._facts.skus.get(key)
        if sku is not None:
            sku_update = self._skus.setdefault(key, ItemUpdate(sku.unit_cost, sku.last_direct_cost))
            if self._facts.average_calc_type == AverageCostCalcType.ITEM:
                sku_update.last_direct_cost, sku_update.unit_cost = direct, update.unit_cost
            else:
                self._apply(sku_update, direct, item, entry, self._facts.sku_net_invoiced[key])

    def collect_updates(self) -> None:
        """Hand the changed cards to the draft."""
        for item_id, update in self._items.items():
            item = self._facts.items[item_id]
            if (update.unit_cost, update.last_direct_cost) != (item.unit_cost, item.last_direct_cost):
                self._draft.item_updates[item_id] = update
        for key, update in self._skus.items():
            self._draft.sku_updates[self._facts.skus[key].id] = update

    def _direct_cost_before_discount(self, line: PostingLine, item: ItemFacts) -> Decimal:
        if line.entry_type == EntryType.PURCHASE:
            total = line.amount + line.discount_amount
        elif line.entry_type == EntryType.POSITIVE_ADJMT:
            total = line.unit_amount * line.quantity
        else:
            total = line.unit_cost * line.quantity
        if item.costing_method == CostingMethod.STANDARD and line.entry_type == EntryType.POSITIVE_ADJMT:
            total = item.standard_cost * line.quantity
        return round_unit_cost(total / line.quantity, self._facts.unit_amount_rounding)

    def _apply(
        self, update: ItemUpdate, direct: Decimal, item: ItemFacts, entry: EntryState, net_invoiced: Decimal
    ) -> None:
        update.last_direct_cost = direct
        if item.costing_method == CostingMethod.STANDARD:
            return
        # Only when this receipt is the whole stock may its price become the card's cost.
        whole_stock = ZERO < net_invoiced <= entry.quantity
        if whole_stock and (not update.unit_cost or entry.cost):
            update.unit_cost = direct
