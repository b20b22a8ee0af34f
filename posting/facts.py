"""What decide may know: plain values read by prepare, after the items were locked. No database here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from core.rounding import ZERO
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    EntryType,
    ItemType,
)
from posting.tracking_rules import NumberKey, TrackingRules

#: Entries that this posting makes are numbered from here until write gives them their entry nos; newer sorts later.
NEW = 1 << 60


class StockKey(NamedTuple):
    """Where an application may happen: numbers only where the tracking code is specific for them, else "".

    `order_no` only where goods are in transit: a transfer receipt takes what its own order shipped (section 3.1).
    """

    item_id: int
    variant_id: int
    location_id: int
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    order_no: str = ""


@dataclass(frozen=True, slots=True)
class ItemFacts:
    """The item card as posting sees it; three-state switches are resolved."""

    id: int
    no: str
    description: str
    type: ItemType
    costing_method: CostingMethod
    blocked: bool
    sales_blocked: bool
    purchasing_blocked: bool
    block_reason: str
    unit_cost: Decimal
    standard_cost: Decimal
    last_direct_cost: Decimal
    base_unit_code: str
    prevent_negative_inventory: bool
    variant_required: bool
    inventory_value_zero: bool
    #: its tracking code; None: it carries no numbers
    tracking: TrackingRules | None
    #: date formula from the document date, for new numbers; blank where there is none
    expiration_calculation: str
    inventory_posting_group_id: int | None
    inventory_posting_group_code: str
    gen_product_posting_group_id: int | None
    gen_product_posting_group_code: str
    cost_is_adjusted: bool
    allow_online_adjustment: bool
    #: who has its application worksheet open; None: nobody, it may be posted
    worksheet_of: str | None
    #: true for items that carry stock
    is_inventory: bool = field(init=False)
    lot_specific: bool = field(init=False)
    serial_specific: bool = field(init=False)
    package_specific: bool = field(init=False)

    def __post_init__(self) -> None:
        # Asked several times a line; a frozen dataclass is filled this way.
        object.__setattr__(self, "is_inventory", self.type == ItemType.INVENTORY)
        for place, name in enumerate(("lot_specific", "serial_specific", "package_specific")):
            object.__setattr__(self, name, self.tracking is not None and self.tracking.kinds[place].specific)

    @property
    def tracked(self) -> bool:
        """True when some number is needed on every movement."""
        return self.serial_specific or self.lot_specific or self.package_specific


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """A variant of an item."""

    id: int
    item_id: int | None
    code: str
    blocked: bool
    sales_blocked: bool
    purchasing_blocked: bool


@dataclass(frozen=True, slots=True)
class LocationFacts:
    """A location and whether its stock lies in bins."""

    id: int
    code: str
    in_transit: bool
    bin_mandatory: bool
    deleted: bool = False


@dataclass(slots=True)
class EntryState:
    """An item ledger entry while decide works: loaded from the ledger, or made by this posting (id >= NEW)."""

    id: int
    key: StockKey
    entry_type: EntryType
    posting_date: dt.date
    quantity: Decimal
    remaining: Decimal
    #: valuation date that an application takes over: of the last revaluation, else of the last value entry
    valuation_date: dt.date
    #: actual and expected cost together; of it, the invoiced indirect cost
    cost: Decimal = ZERO
    indirect_cost: Decimal = ZERO
    invoiced_quantity: Decimal = ZERO
    shipped_not_returned: Decimal = ZERO
    completely_invoiced: bool = True
    correction: bool = False
    expiration_date: dt.date | None = None
    warranty_date: dt.date | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    #: fixed by hand or by an applies-to entry; automatic applications of others may be undone for it
    applies_to_entry_id: int | None = None
    #: partial revaluations, not in `cost`: amount and quantity they are about; read where a transfer takes the cost
    partials: list[tuple[Decimal, Decimal]] = field(default_factory=list)


@dataclass(slots=True)
class ExpectedRevaluation:
    """A revaluation of stock that is not invoiced: its value entry, what invoices have not taken back yet, its part."""

    value_entry_id: int
    amount: Decimal
    quantity: Decimal
    day: dt.date


@dataclass(slots=True)
class PostedEntry:
    """An entry that an invoice, a charge, a revaluation or an undo is about, with what its value entries say."""

    state: EntryState
    inventory_posting_group_id: int | None
    gen_business_posting_group_id: int
    gen_product_posting_group_id: int | None
    dimension_set_id: int
    #: of its last direct cost that is no charge: what later value entries take over (section 6)
    valuation_date: dt.date
    last_invoice_date: dt.date | None = None
    #: expected cost as received; as it stands
    expected_posted: Decimal = ZERO
    expected: Decimal = ZERO
    #: what revaluations of expected cost still stand, oldest first
    expected_revaluations: list[ExpectedRevaluation] = field(default_factory=list)
    sales_expected: Decimal = ZERO
    purchase_expected: Decimal = ZERO
    valued_by_average: bool = False
    charged: bool = False
    revalued: bool = False


@dataclass(slots=True)
class ApplicationState:
    """A consumption link in force on an entry that a line applies to."""

    id: int
    inbound_id: int
    outbound_id: int
    quantity: Decimal
    fixed: bool
    #: cost flows along it
    cost: bool = True


class InventoryAccounts(NamedTuple):
    """Account ids of one inventory posting set-up row."""

    inventory: int | None
    inventory_interim: int | None
    wip: int | None
    material_variance: int | None
    capacity_variance: int | None


class GeneralAccounts(NamedTuple):
    """Account ids of one general posting set-up row."""

    blocked: bool
    cogs: int | None
    cogs_interim: int | None
    inventory_adjustment: int | None
    invt_accrual_interim: int | None
    direct_cost_applied: int | None
    overhead_applied: int | None
    purchase_variance: int | None
    direct_cost_non_inventory_applied: int | None


class AccountFacts(NamedTuple):
    """A general ledger account."""

    no: str
    posting: bool
    blocked: bool


@dataclass(slots=True)
class SkuState:
    """Costs of a stockkeeping unit."""

    id: int
    unit_cost: Decimal
    standard_cost: Decimal
    last_direct_cost: Decimal


@dataclass(slots=True)
class CompanySetup:
    """Switches, periods, places and accounts of the company; shared by postings, so nobody may change it."""

    amount_rounding: Decimal
    unit_amount_rounding: Decimal
    allow_posting_from: dt.date | None
    allow_posting_to: dt.date | None
    closed_until: dt.date | None
    earliest_valuation_date: dt.date | None
    automatic_cost_posting: bool
    automatic_cost_adjustment: AutomaticCostAdjustment
    expected_cost_posting: bool
    location_mandatory: bool
    prevent_negative_inventory: bool
    variant_mandatory_if_exists: bool
    copy_description: bool
    average_calc_type: AverageCostCalcType
    average_period: AverageCostPeriod
    fiscal_period_starts: tuple[dt.date, ...]
    fiscal_year_starts: tuple[dt.date, ...]
    locations: dict[int, LocationFacts]
    inventory_accounts: dict[tuple[int, int], InventoryAccounts]
    general_accounts: dict[tuple[int, int], GeneralAccounts]
    accounts: dict[int, AccountFacts]
    business_groups: dict[int, str]
    #: by tracking code
    tracking_rules: dict[int, TrackingRules]


@dataclass(slots=True)
class Facts(CompanySetup):
    """All that one posting needs to know, loaded for all its lines at once."""

    items: dict[int, ItemFacts] = field(default_factory=dict)
    variants: dict[int, VariantFacts] = field(default_factory=dict)
    bins: dict[int, tuple[str, int]] = field(default_factory=dict)
    skus: dict[tuple[int, int, int], SkuState] = field(default_factory=dict)
    inbound: dict[StockKey, list[EntryState]] = field(default_factory=dict)
    outbound: dict[StockKey, list[EntryState]] = field(default_factory=dict)
    #: entries named by applies-to and applies-from
    named: dict[int, EntryState] = field(default_factory=dict)
    #: of returns that are taken back: the shipment each came back from
    came_back_from: dict[int, int] = field(default_factory=dict)
    #: entries that value lines are about
    posted: dict[int, PostedEntry] = field(default_factory=dict)
    #: consumption links in force on the inbound entries that lines apply to, oldest outbound first
    consumption: dict[int, list[ApplicationState]] = field(default_factory=dict)
    #: of existing outbound entries whose applications may change: all their consumption in force
    applied: dict[int, list[ApplicationState]] = field(default_factory=dict)
    #: entries whose cost an applies-from entry depends on: linking one of them back would make a circle
    ancestors: dict[int, frozenset[int]] = field(default_factory=dict)
    #: entries that depend on an existing outbound entry whose applications may change; their dates follow its date
    descendants: dict[int, frozenset[int]] = field(default_factory=dict)
    #: those entries themselves
    followers: dict[int, EntryState] = field(default_factory=dict)
    #: entry -> what of it is reserved and may not be taken
    held: dict[int, Decimal] = field(default_factory=dict)
    #: of the numbers on the lines: what all places together have, in base units; the date they go by
    numbers_in_stock: dict[NumberKey, Decimal] = field(default_factory=dict)
    number_dates: dict[NumberKey, dt.date | None] = field(default_factory=dict)
    #: numbers on the lines that have an information card, and why no posting may touch one (None: it may)
    number_cards: dict[NumberKey, str | None] = field(default_factory=dict)
    #: serial numbers of lines that would come in, though they are there: location, since when, document
    serials_there: dict[NumberKey, tuple[str, dt.date, str]] = field(default_factory=dict)
    bin_quantities: dict[tuple[int, int, int], Decimal] = field(default_factory=dict)
    #: dimension sets of the lines that hold a blocked value: dimension and value
    blocked_dimensions: dict[int, tuple[str, str]] = field(default_factory=dict)
    net_invoiced: dict[int, Decimal] = field(default_factory=dict)
    sku_net_invoiced: dict[tuple[int, int, int], Decimal] = field(default_factory=dict)
