"""The value entries of one line at the moment of posting (posting-and-costing.md section 7). Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from core.rounding import ZERO, round_amount, round_unit_cost
from models.enums import CostingMethod, EntryType, ValueEntryType, VarianceType
from posting.draft import NewValueEntry
from posting.facts import EntryState, Facts, ItemFacts
from posting.lines import PostingLine


@dataclass(frozen=True, slots=True)
class Cost:
    """Cost elements of one line, signed like its quantity; `variance` makes the sum the standard cost."""

    direct: Decimal
    indirect: Decimal = ZERO
    variance: Decimal = ZERO
    #: where the cost of one unit is known better than the rounded amount tells
    per_unit: Decimal | None = None


def cost_at_posting(
    line: PostingLine,
    item: ItemFacts,
    facts: Facts,
    *,
    standard_cost: Decimal,
    applies_from: EntryState | None = None,
    applies_to: EntryState | None = None,
) -> Cost:
    """What the line costs when it is posted; an outbound gets the card's estimate, costing corrects it later."""
    if item.inventory_value_zero:
        return Cost(ZERO)
    rounding = facts.amount_rounding
    quantity = line.quantity
    if applies_from is not None and line.inbound:
        return Cost(round_amount(applies_from.cost / applies_from.quantity * quantity, rounding))
    standard = item.costing_method == CostingMethod.STANDARD and item.is_inventory
    if line.entry_type == EntryType.PURCHASE and line.inbound and line.invoiced:
        direct = line.amount
        indirect = round_amount(
            line.amount * line.indirect_cost_percent / 100 + line.overhead_rate * quantity, rounding
        )
        if not item.is_inventory:
            indirect = ZERO
        variance = round_amount(standard_cost * quantity, rounding) - direct - indirect if standard else ZERO
        return Cost(direct, indirect, variance)
    per_unit = standard_cost if standard else None
    if standard:
        direct = round_amount(standard_cost * quantity, rounding)
    elif line.cost_amount is not None:
        direct = line.cost_amount.copy_sign(quantity)
    else:
        direct = round_amount(line.unit_cost * quantity, rounding)
    if line.entry_type == EntryType.PURCHASE and not line.inbound and line.invoiced and applies_to is not None:
        # A return takes the receipt's overhead back in its own entry (section 7, purchase return).
        indirect = _indirect_share(applies_to, quantity, rounding)
        return Cost(direct, indirect, -indirect if standard else ZERO, per_unit)
    return Cost(direct, per_unit=per_unit)


def _indirect_share(receipt: EntryState, quantity: Decimal, rounding: Decimal) -> Decimal:
    if not receipt.indirect_cost or not receipt.invoiced_quantity:
        return ZERO
    return round_amount(receipt.indirect_cost * quantity / receipt.invoiced_quantity, rounding)


def value_entries(  # noqa: PLR0913 - each is a column of the rows
    line: PostingLine,
    item: ItemFacts,
    facts: Facts,
    cost: Cost,
    *,
    entry_id: int,
    first_id: int,
    valuation_date: dt.date,
    source_code: str,
    by_average: bool | None = None,
) -> Iterator[NewValueEntry]:
    """The rows for `cost`: Direct Cost always, Indirect Cost and Variance where they are not zero.

    `by_average` says whether an average item's outbound is valued by the average; by itself it is unless fixed.
    """
    direct = _direct(line, item, facts, cost, entry_id, first_id, valuation_date, source_code)
    if by_average is not None:
        direct.valued_by_average_cost = by_average
    yield direct
    for kind, amount, variance in (
        (ValueEntryType.INDIRECT_COST, cost.indirect, VarianceType.NONE),
        (ValueEntryType.VARIANCE, cost.variance, VarianceType.PURCHASE),
    ):
        if amount:
            first_id += 1
            entry = value_row(line, item, entry_id, first_id, valuation_date, source_code, kind)
            entry.variance_type = variance
            entry.cost_amount_actual = amount
            entry.cost_per_unit = round_unit_cost(amount / line.quantity, facts.unit_amount_rounding)
            yield entry


def _direct(
    line: PostingLine,
    item: ItemFacts,
    facts: Facts,
    cost: Cost,
    entry_id: int,
    value_id: int,
    valuation_date: dt.date,
    source_code: str,
) -> NewValueEntry:
    entry = value_row(line, item, entry_id, value_id, valuation_date, source_code, ValueEntryType.DIRECT_COST)
    entry.item_ledger_entry_quantity = line.quantity
    entry.cost_per_unit = cost.per_unit or round_unit_cost(cost.direct / line.quantity, facts.unit_amount_rounding)
    if not item.is_inventory:
        entry.cost_amount_non_inventoriable = cost.direct if line.invoiced else ZERO
    elif line.invoiced:
        entry.cost_amount_actual = cost.direct
    else:
        entry.cost_amount_expected = cost.direct
    entry.expected_cost = not line.invoiced
    if line.invoiced:
        entry.invoiced_quantity = line.quantity
    # Statistics: what was sold or bought for, signed as the reference product does (a sale's revenue is positive).
    if line.entry_type == EntryType.SALE:
        amount = -line.amount if line.inbound else line.amount
        entry.sales_amount_actual, entry.sales_amount_expected = (amount, ZERO) if line.invoiced else (ZERO, amount)
        entry.discount_amount = line.discount_amount if line.inbound else -line.discount_amount
    elif line.entry_type == EntryType.PURCHASE:
        amount = line.amount if line.inbound else -line.amount
        entry.purchase_amount_actual, entry.purchase_amount_expected = (
            (amount, ZERO) if line.invoiced else (ZERO, amount)
        )
        entry.discount_amount = line.discount_amount if line.inbound else -line.discount_amount
    if item.costing_method == CostingMethod.AVERAGE and not line.inbound and not line.applies_to_entry_id:
        # What has no link of its own takes part in the average.
        entry.valued_by_average_cost = item.is_inventory
    return entry


def value_row(
    line: PostingLine,
    item: ItemFacts,
    entry_id: int,
    value_id: int,
    valuation_date: dt.date,
    source_code: str,
    kind: ValueEntryType,
) -> NewValueEntry:
    """A value entry of the line without amounts."""
    return NewValueEntry(
        id=value_id,
        item_ledger_entry_id=entry_id,
        item_ledger_entry_type=line.entry_type,
        entry_type=kind,
        item_id=item.id,
        variant_id=line.variant_id,
        location_id=line.location_id,
        posting_date=line.posting_date,
        valuation_date=valuation_date,
        document_date=line.document_date or line.posting_date,
        document_type=line.invoice_type if line.invoice_no else line.document_type,
        document_no=line.invoice_no or line.document_no,
        document_line_no=line.invoice_line_no if line.invoice_no else line.document_line_no,
        external_document_no=line.external_document_no,
        description=line.description if line.description != item.description else "",
        source_type=line.source_type,
        source_no=line.source_no,
        valued_quantity=line.quantity,
        inventoriable=item.is_inventory,
        inventory_posting_group_id=item.inventory_posting_group_id,
        gen_business_posting_group_id=line.gen_business_posting_group_id,
        gen_product_posting_group_id=item.gen_product_posting_group_id,
        source_code=source_code,
        reason_code=line.reason_code,
        dimension_set_id=line.dimension_set_id,
    )
