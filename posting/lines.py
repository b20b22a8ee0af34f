"""What a caller asks posting to post: plain values in base units, resolved to ids, signed by direction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal

from core.rounding import ZERO
from models import BLANK_ID
from models.enums import DocumentType, EntryType, OrderType, SourceType


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingLine:
    """One movement to post. `quantity` is signed: inbound > 0, outbound < 0, in base units.

    Unit amounts are for one base unit; `amount` is the line amount net of discount, in local currency, with the
    sign of a positive quantity (posting-and-costing.md section 1.2). `invoiced` False posts expected cost.
    """

    line_no: int
    entry_type: EntryType
    item_id: int
    quantity: Decimal
    posting_date: dt.date
    document_no: str
    variant_id: int = BLANK_ID
    location_id: int = BLANK_ID
    bin_id: int | None = None
    document_date: dt.date | None = None
    external_document_no: str = ""
    description: str = ""
    invoiced: bool = True
    #: cost of one base unit, indirect cost and overhead included; the estimate of an outbound
    unit_cost: Decimal = ZERO
    #: direct cost or price of one base unit before discount
    unit_amount: Decimal = ZERO
    amount: Decimal = ZERO
    discount_amount: Decimal = ZERO
    #: the whole line's expected or adjustment cost where the unit cost is too coarse (11 pallets at 199.90)
    cost_amount: Decimal | None = None
    indirect_cost_percent: Decimal = ZERO
    overhead_rate: Decimal = ZERO
    unit_of_measure_code: str = ""
    qty_per_unit_of_measure: Decimal = Decimal(1)
    applies_to_entry_id: int | None = None
    applies_from_entry_id: int | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    expiration_date: dt.date | None = None
    warranty_date: dt.date | None = None
    gen_business_posting_group_id: int = BLANK_ID
    source_type: SourceType = SourceType.NONE
    source_no: str = ""
    document_type: DocumentType = DocumentType.NONE
    document_line_no: int = 0
    #: the invoice posted at once with the movement: it stands on the value entries in place of the document
    invoice_type: DocumentType = DocumentType.NONE
    invoice_no: str = ""
    invoice_line_no: int = 0
    order_type: OrderType = OrderType.NONE
    order_no: str = ""
    order_line_no: int = 0
    reason_code: str = ""
    return_reason_code: str = ""
    correction: bool = False
    drop_shipment: bool = False
    assemble_to_order: bool = False
    dimension_set_id: int = BLANK_ID
    #: entries and quantities that were reserved for this line: it takes these first, whatever the costing method
    reserved: tuple[tuple[int, Decimal], ...] = ()
    #: invoices (part of) an entry posted before: no movement, `quantity` is what is invoiced
    invoices_entry_id: int | None = None
    #: takes back an entry that is not invoiced: `quantity` is the opposite of the entry's
    undoes_entry_id: int | None = None
    #: the difference that a count found
    counted: bool = False
    #: puts goods that lie at the location already into a bin: the bins know of it, the ledgers do not
    opens_bin: bool = False
    #: where a transfer brings the goods, and what changes on the way; the line itself is the out-leg
    new_location_id: int | None = None
    new_bin_id: int | None = None
    new_lot_no: str | None = None
    new_serial_no: str | None = None
    new_package_no: str | None = None
    new_expiration_date: dt.date | None = None
    new_dimension_set_id: int | None = None

    @property
    def inbound(self) -> bool:
        """True when the line brings stock in."""
        return self.quantity > 0

    @property
    def takes_back(self) -> bool:
        """True when the line corrects what came in: nothing was shipped by it that could come back."""
        return self.correction and not self.inbound and self.entry_type != EntryType.TRANSFER


def arriving(line: PostingLine, quantity: Decimal, expires: dt.date | None) -> PostingLine:
    """A transfer's line as it reads at the new place; `expires` is the date the goods bring along."""

    def new(value: str | None, old: str) -> str:
        return old if value is None else value

    return replace(
        line,
        quantity=quantity,
        location_id=line.location_id if line.new_location_id is None else line.new_location_id,
        bin_id=line.new_bin_id,
        lot_no=new(line.new_lot_no, line.lot_no),
        serial_no=new(line.new_serial_no, line.serial_no),
        package_no=new(line.new_package_no, line.package_no),
        expiration_date=line.new_expiration_date or line.expiration_date or expires,
        dimension_set_id=line.dimension_set_id if line.new_dimension_set_id is None else line.new_dimension_set_id,
        applies_to_entry_id=None,
        applies_from_entry_id=None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ChargeLine:
    """An item charge on an entry (posting-and-costing.md section 7): freight, duty, insurance on what was received.

    `amount` in local currency raises (below zero lowers) the cost of the entry. Instead of a posted entry the charge
    may name a line of the same posting by its line no.; of several entries of that line each takes its share.
    """

    line_no: int
    entry_id: int | None = None
    charged_line_no: int | None = None
    item_charge_no: str
    amount: Decimal
    posting_date: dt.date
    document_no: str
    #: a charge to a customer: revenue, no cost
    sales: bool = False
    document_date: dt.date | None = None
    document_type: DocumentType = DocumentType.NONE
    document_line_no: int = 0
    external_document_no: str = ""
    description: str = ""
    source_type: SourceType = SourceType.NONE
    source_no: str = ""
    gen_business_posting_group_id: int | None = None
    gen_product_posting_group_id: int | None = None
    reason_code: str = ""
    dimension_set_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevaluationLine:
    """A change of value of one inbound entry without a change of quantity (posting-and-costing.md section 11)."""

    line_no: int
    entry_id: int
    posting_date: dt.date
    document_no: str
    #: change of the actual and of the expected cost
    amount: Decimal
    expected_amount: Decimal = ZERO
    #: of the part that was in stock, `valued_quantity`; else of the whole entry, and all that ever took from it
    partial: bool = False
    valued_quantity: Decimal = ZERO
    external_document_no: str = ""
    description: str = ""
    reason_code: str = ""
    dimension_set_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GlLine:
    """An amount on a G/L account beside the inventory entries: purchases and payables of an invoice, say.

    The lines of one document no. and posting date sum to zero.
    """

    account_id: int
    amount: Decimal
    posting_date: dt.date
    document_no: str
    document_type: DocumentType = DocumentType.NONE
    external_document_no: str = ""
    document_date: dt.date | None = None
    description: str = ""
    reason_code: str = ""
    gen_business_posting_group_id: int = BLANK_ID
    gen_product_posting_group_id: int | None = None
    dimension_set_id: int = BLANK_ID


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLine:
    """A counted line (section 17.1): always leaves a physical inventory ledger entry, also without a difference."""

    item_id: int
    variant_id: int = BLANK_ID
    location_id: int = BLANK_ID
    bin_id: int | None = None
    posting_date: dt.date
    document_no: str
    qty_calculated: Decimal
    qty_counted: Decimal
    last_item_ledger_entry_id: int | None = None
    unit_cost: Decimal = ZERO
    dimension_set_id: int = BLANK_ID


#: what moves or values stock, in the order it is to be posted
Line = PostingLine | ChargeLine | RevaluationLine


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingContext:
    """Who posts, from where. `allow_posting_from/to` are the user's own range; they replace the company's."""

    source_code: str
    user_id: int | None = None
    user_name: str = ""
    journal_batch_name: str = ""
    document_no: str = ""
    allow_posting_from: dt.date | None = None
    allow_posting_to: dt.date | None = None
    #: posted papers of this day come with the posting: it may leave no entries (hours that are not billed yet)
    papers_on: dt.date | None = None
    #: the user's today, where it matters how old a posting is
    work_date: dt.date | None = None
