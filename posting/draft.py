"""What one posting will write, as plain rows: decide fills it, write turns it into statements. No database here.

Entries made here carry ids from NEW on; write shifts them to the next entry nos. Field names are column names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from core.rounding import ZERO
from models.enums import (
    DocumentType,
    EntryType,
    OrderType,
    SourceType,
    ValueEntryType,
    VarianceType,
    WarehouseEntryType,
)
from posting.facts import NEW, StockKey
from posting.tracking_rules import NumberKey


@dataclass(slots=True, kw_only=True)
class NewItemLedgerEntry:
    """A row of item_ledger_entry."""

    id: int
    item_id: int
    variant_id: int
    location_id: int
    bin_id: int | None
    lot_no: str
    serial_no: str
    package_no: str
    expiration_date: dt.date | None
    warranty_date: dt.date | None
    posting_date: dt.date
    document_date: dt.date
    entry_type: EntryType
    source_type: SourceType
    source_no: str
    document_type: DocumentType
    document_no: str
    document_line_no: int
    external_document_no: str
    order_type: OrderType
    order_no: str
    order_line_no: int
    description: str
    return_reason_code: str
    quantity: Decimal
    unit_of_measure_code: str
    qty_per_unit_of_measure: Decimal
    remaining_quantity: Decimal
    open: bool
    positive: bool
    invoiced_quantity: Decimal
    completely_invoiced: bool
    last_invoice_date: dt.date | None
    applies_to_entry_id: int | None
    applied_entry_to_adjust: bool
    shipped_qty_not_returned: Decimal
    correction: bool
    drop_shipment: bool
    assemble_to_order: bool
    dimension_set_id: int


@dataclass(slots=True, kw_only=True)
class NewValueEntry:
    """A row of value_entry."""

    id: int
    item_ledger_entry_id: int
    item_ledger_entry_type: EntryType
    entry_type: ValueEntryType
    variance_type: VarianceType = VarianceType.NONE
    item_charge_no: str = ""
    item_id: int
    variant_id: int
    location_id: int
    posting_date: dt.date
    valuation_date: dt.date
    document_date: dt.date
    document_type: DocumentType
    document_no: str
    document_line_no: int
    external_document_no: str
    description: str
    source_type: SourceType
    source_no: str
    valued_quantity: Decimal
    item_ledger_entry_quantity: Decimal = ZERO
    invoiced_quantity: Decimal = ZERO
    cost_per_unit: Decimal = ZERO
    cost_amount_actual: Decimal = ZERO
    cost_amount_expected: Decimal = ZERO
    cost_amount_non_inventoriable: Decimal = ZERO
    cost_posted_to_gl: Decimal = ZERO
    expected_cost_posted_to_gl: Decimal = ZERO
    sales_amount_actual: Decimal = ZERO
    sales_amount_expected: Decimal = ZERO
    purchase_amount_actual: Decimal = ZERO
    purchase_amount_expected: Decimal = ZERO
    discount_amount: Decimal = ZERO
    expected_cost: bool = False
    adjustment: bool = False
    applies_to_value_entry_id: int | None = None
    valued_by_average_cost: bool = False
    partial_revaluation: bool = False
    inventoriable: bool = True
    inventory_posting_group_id: int | None
    gen_business_posting_group_id: int
    gen_product_posting_group_id: int | None
    source_code: str
    reason_code: str
    dimension_set_id: int


@dataclass(slots=True, kw_only=True)
class NewApplication:
    """A row of item_application_entry."""

    id: int
    item_ledger_entry_id: int
    inbound_entry_id: int
    outbound_entry_id: int
    quantity: Decimal
    posting_date: dt.date
    transferred_from_entry_id: int | None = None
    cost_application: bool = True
    fixed: bool = False
    in_force: bool = True
    outbound_is_updated: bool = False
    unapplied_at: dt.datetime | None = None
    unapplied_by_id: int | None = None


@dataclass(slots=True, kw_only=True)
class NewGlEntry:
    """A row of gl_entry, with the value entry it comes from."""

    id: int
    transaction_no: int
    account_id: int
    posting_date: dt.date
    document_date: dt.date
    document_type: DocumentType
    document_no: str
    external_document_no: str
    description: str
    amount: Decimal
    source_code: str
    reason_code: str
    gen_business_posting_group_id: int
    gen_product_posting_group_id: int | None
    dimension_set_id: int
    #: None for amounts beside inventory (purchases, payables ...)
    value_entry_id: int | None
    reversed_entry_id: int | None = None
    reversed_by_entry_id: int | None = None


@dataclass(slots=True, kw_only=True)
class NewWarehouseEntry:
    """A row of warehouse_entry."""

    id: int
    entry_type: WarehouseEntryType
    registering_date: dt.date
    location_id: int
    bin_id: int
    item_id: int
    variant_id: int
    unit_of_measure_code: str
    quantity: Decimal
    lot_no: str
    serial_no: str
    package_no: str
    expiration_date: dt.date | None
    source_document: str = ""
    source_no: str = ""
    source_line_no: int = 0
    warehouse_document_no: str = ""
    document_no: str


@dataclass(slots=True)
class EntryUpdate:
    """What changes on an existing item ledger entry."""

    remaining_quantity: Decimal
    shipped_qty_not_returned: Decimal


@dataclass(slots=True)
class InvoiceUpdate:
    """What an invoice changes on an existing item ledger entry."""

    invoiced_quantity: Decimal
    completely_invoiced: bool
    last_invoice_date: dt.date


@dataclass(slots=True, kw_only=True)
class NewCountEntry:
    """A row of physical_inventory_ledger_entry."""

    id: int = 0
    item_id: int
    variant_id: int
    location_id: int
    bin_id: int | None
    posting_date: dt.date
    document_no: str
    entry_type: EntryType
    quantity: Decimal
    qty_calculated: Decimal
    qty_counted: Decimal
    last_item_ledger_entry_id: int | None
    unit_cost: Decimal
    dimension_set_id: int


@dataclass(slots=True)
class BalanceDelta:
    """Change of a running balance."""

    quantity: Decimal = ZERO
    invoiced_quantity: Decimal = ZERO
    cost_amount_actual: Decimal = ZERO
    cost_amount_expected: Decimal = ZERO
    cost_posted_to_gl: Decimal = ZERO
    entries: int = 0


@dataclass(slots=True)
class TrackingDelta:
    """Change of a number's balance at a location, or at all of them; the dates are those of the newest entry."""

    quantity: Decimal = ZERO
    expiration_date: dt.date | None = None
    warranty_date: dt.date | None = None


@dataclass(slots=True)
class ItemUpdate:
    """New costs of an item card (section 13)."""

    unit_cost: Decimal
    last_direct_cost: Decimal


@dataclass(slots=True)
class Draft:
    """Everything one posting writes."""

    item_ledger_entries: list[NewItemLedgerEntry] = field(default_factory=list)
    value_entries: list[NewValueEntry] = field(default_factory=list)
    applications: list[NewApplication] = field(default_factory=list)
    gl_entries: list[NewGlEntry] = field(default_factory=list)
    warehouse_entries: list[NewWarehouseEntry] = field(default_factory=list)
    count_entries: list[NewCountEntry] = field(default_factory=list)
    entry_updates: dict[int, EntryUpdate] = field(default_factory=dict)
    invoice_updates: dict[int, InvoiceUpdate] = field(default_factory=dict)
    unapplied: list[int] = field(default_factory=list)
    #: links that were taken out of force and are put back
    reapplied: list[int] = field(default_factory=list)
    #: value entry no. -> valuation date and valued by average, as they were before
    restored_values: dict[int, tuple[dt.date, bool]] = field(default_factory=dict)
    #: existing outbound entries whose value entries take a later valuation date
    valuation_dates: dict[int, dt.date] = field(default_factory=dict)
    #: existing entries whose value entries count from that day at the earliest: they follow one that moved
    earliest_dates: dict[int, dt.date] = field(default_factory=dict)
    #: existing entries whose fixed mark is set or cleared
    applies_to: dict[int, int | None] = field(default_factory=dict)
    #: places and dates, old and new, of entries whose valuation date moved
    moved: list[tuple[StockKey, dt.date]] = field(default_factory=list)
    #: existing outbound entries that are no longer, or again, valued by average
    valued_by_average: dict[int, bool] = field(default_factory=dict)
    item_updates: dict[int, ItemUpdate] = field(default_factory=dict)
    sku_updates: dict[int, ItemUpdate] = field(default_factory=dict)
    #: (item, variant, location, period end) that costing has to look at
    cost_points: set[tuple[int, int, int, dt.date]] = field(default_factory=set)
    #: (item, item ledger entry)
    to_adjust: set[tuple[int, int]] = field(default_factory=set)
    #: G/L entries that stand for value entries posted before: (entry, value entry no.)
    relations: list[tuple[NewGlEntry, int]] = field(default_factory=list)
    #: value entry no. -> actual and expected cost now in the general ledger
    posted_to_gl: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    gl_queue: list[NewValueEntry] = field(default_factory=list)
    balances: dict[tuple[int, int, int], BalanceDelta] = field(default_factory=dict)
    tracking: dict[tuple[int, int, int, str, str, str], TrackingDelta] = field(default_factory=dict)
    #: of each number at all places together
    numbers: dict[NumberKey, TrackingDelta] = field(default_factory=dict)
    #: numbers that get an information card
    new_cards: list[NumberKey] = field(default_factory=list)
    bins: dict[tuple[int, int, int, int], Decimal] = field(default_factory=dict)
    gl_balances: dict[tuple[int, int], tuple[Decimal, Decimal]] = field(default_factory=dict)
    transactions: dict[tuple[str, dt.date], int] = field(default_factory=dict)
    line_count: int = 0

    def next_entry_id(self) -> int:
        """Provisional number of the next item ledger entry."""
        return NEW + len(self.item_ledger_entries)

    def next_value_id(self) -> int:
        """Provisional number of the next value entry."""
        return NEW + len(self.value_entries)

    def next_application_id(self) -> int:
        """Provisional number of the next item application entry."""
        return NEW + len(self.applications)

    def next_gl_id(self) -> int:
        """Provisional number of the next general ledger entry."""
        return NEW + len(self.gl_entries)

    def transaction_no(self, document_no: str, posting_date: dt.date) -> int:
        """Provisional transaction of a document on a date; its entries balance."""
        return self.transactions.setdefault((document_no, posting_date), NEW + len(self.transactions))

    def note_numbers(
        self, numbers: Iterable[NumberKey], quantity: Decimal, expires: dt.date | None, warranty: dt.date | None
    ) -> None:
        """Add a movement to the totals of its lot, serial and package number."""
        for key in numbers:
            if key.number:
                total = self.numbers.setdefault(key, TrackingDelta())
                total.quantity += quantity
                total.expiration_date = expires or total.expiration_date
                total.warranty_date = warranty or total.warranty_date

    def balance(self, item_id: int, variant_id: int, location_id: int) -> BalanceDelta:
        """The running change at one place."""
        key = (item_id, variant_id, location_id)
        if key not in self.balances:
            self.balances[key] = BalanceDelta()
        return self.balances[key]
