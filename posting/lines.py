"""What a caller asks posting to post: plain values in base units, resolved to ids, signed by direction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
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
    order_type: OrderType = OrderType.NONE
    order_no: str = ""
    order_line_no: int = 0
    reason_code: str = ""
    return_reason_code: str = ""
    correction: bool = False
    drop_shipment: bool = False
    dimension_set_id: int = BLANK_ID

    @property
    def inbound(self) -> bool:
        """True when the line brings stock in."""
        return self.quantity > 0


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
