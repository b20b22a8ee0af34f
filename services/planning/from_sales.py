"""Purchase orders and invoices made from a sales order (availability-and-reservation.md section 20).

An order is for what cannot be had in time, an invoice for the full quantity; one document for each vendor and location.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ErrorList, ValidationError
from core.rounding import ZERO
from core.text import _
from models import BLANK_ID, Item, TradeDocument, TradeLine, UnitOfMeasure, Vendor
from models.enums import TradeSide, TradeType
from services.planning.reorder import purchase_units
from services.planning.requisition_hand import missing_of, stocked_lines
from services.promising.replenish import source_of
from services.trade.documents import create_document
from services.trade.lines import add_lines


@dataclass(frozen=True, slots=True)
class Buyable:
    """A line of the sales order; base units."""

    line: TradeLine
    item_no: str
    unit: str
    missing: Decimal
    due: dt.date
    vendor_no: str
    vendor_name: str

    def proposed(self, type_: TradeType) -> Decimal:
        """What is bought unless somebody says otherwise."""
        return self.missing if type_ == TradeType.ORDER else self.line.outstanding_qty_base


@dataclass(frozen=True, slots=True)
class Chosen:
    """How much to buy of a line, in base units, and from whom."""

    quantity: Decimal
    vendor_id: int | None


def buyable_lines(session: Session, document_id: int, *, today: dt.date) -> list[Buyable]:
    """Open lines of a sales order with what is missing at their dates and the vendor that their cards name.

    Raises ValidationError `not_a_sales_order`.
    """
    goods = stocked_lines(session, session.get_one(TradeDocument, document_id))
    short = {line.id: missing for line, _day, missing in missing_of(session, goods, today)}
    units = dict(
        session.execute(
            select(Item.id, UnitOfMeasure.code)
            .join(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
            .where(Item.id.in_({line.item_id for line in goods}))
        ).tuples().all()
    )  # fmt: skip
    found = []
    for line in goods:
        item = session.get_one(Item, line.item_id)
        vendor_id = source_of(session, item, line.variant_id, line.location_id).vendor_id or item.vendor_id
        vendor = session.get(Vendor, vendor_id) if vendor_id is not None else None
        found.append(Buyable(
            line, item.no, units.get(item.id, ""), short.get(line.id, ZERO), max(line.expected_date or today, today),
            vendor.no if vendor is not None else "", vendor.name if vendor is not None else "",
        ))  # fmt: skip
    return found


def buy(
    session: Session, document_id: int, chosen: Mapping[int, Chosen], type_: TradeType, *, on: dt.date,
    user_id: int | None = None,
) -> list[str]:  # fmt: skip
    """Open purchase orders or invoices for lines (by id) of a sales order; their numbers.

    Raises ValidationError `nothing_chosen`; ErrorList of ValidationError `quantity_missing`, `vendor_missing`, whose
    `line` is the id of the line; and what opening documents and adding lines raises.
    """
    lines = [line for line in stocked_lines(session, session.get_one(TradeDocument, document_id)) if line.id in chosen]
    if not lines:
        raise ValidationError("nothing_chosen", _("Tick the lines to buy."))
    wrong = []
    groups: dict[tuple[int, int], list[TradeLine]] = defaultdict(list)
    for line in lines:
        said = chosen[line.id]
        if said.quantity <= 0:
            wrong.append(ValidationError(
                "quantity_missing", _("Give a quantity above zero, or untick the line."), line=line.id, field="quantity"
            ))  # fmt: skip
        elif said.vendor_id is None:
            wrong.append(ValidationError("vendor_missing", _("Choose a vendor."), line=line.id, field="vendor"))
        else:
            groups[said.vendor_id, line.location_id].append(line)
    if wrong:
        raise ErrorList(wrong)
    units = purchase_units(session, [line.item_id or 0 for line in lines])
    numbers = []
    for (vendor_id, location_id), group in groups.items():
        header = {"location_id": location_id} if location_id != BLANK_ID else {}
        vendor = session.get_one(Vendor, vendor_id)
        document = create_document(session, TradeSide.PURCHASE, type_, vendor.no, header, on=on, user_id=user_id)
        rows = [_row(line, chosen[line.id].quantity, units, type_, on) for line in group]
        add_lines(session, document.id, rows, user_id=user_id)
        numbers.append(document.no)
    return numbers


def _row(
    line: TradeLine, quantity: Decimal, units: Mapping[int, tuple[int, Decimal]], type_: TradeType, on: dt.date
) -> dict[str, object]:
    """The line to add: in purchase units where it is whole in them."""
    values: dict[str, object] = {"item_id": line.item_id, "quantity": quantity}
    unit_id, factor = units.get(line.item_id or 0, (None, None))
    if unit_id is not None and factor and quantity % factor == 0:
        values |= {"quantity": quantity / factor, "unit_of_measure_id": unit_id}
    if type_ == TradeType.ORDER:
        values["expected_date"] = max(line.expected_date or on, on)
    if line.variant_id:
        values["variant_id"] = line.variant_id
    if line.location_id:
        values["location_id"] = line.location_id
    return values
