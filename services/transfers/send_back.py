"""A transfer back: what a posted transfer brought and is still there, on a new order (documents.md section 23)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO, round_quantity
from core.sql import ids_of
from core.text import _
from models import ItemLedgerEntry, ItemUnitOfMeasure, PostedTransfer, PostedTransferLine, TransferOrder, UnitOfMeasure
from models.enums import DocumentType
from services.transfers.lines import Number, add_line
from services.transfers.orders import create_order
from services.transfers.routes import find_route

ARRIVALS = (DocumentType.TRANSFER_RECEIPT, DocumentType.DIRECT_TRANSFER)
_entry = ItemLedgerEntry


def send_back(session: Session, posted: PostedTransfer, *, on: dt.date) -> TransferOrder:
    """An open order from where the goods arrived to where they came from, the lots and serial numbers on its lines.

    `posted` is a transfer receipt or a direct transfer with its lines loaded; only what is still there goes back.
    Raises ValidationError `nothing_to_send_back` and what `create_order` and `add_line` raise.
    """
    there = _still_there(session, posted)
    lines = [line for line in posted.lines if not line.correction and there.get(line.line_no)]
    if posted.document_type not in ARRIVALS or not lines:
        raise ValidationError("nothing_to_send_back", _("Nothing of %(no)s is there any more.", no=posted.no))
    values: dict[str, object] = {
        "from_location_id": posted.to_location_id, "to_location_id": posted.from_location_id,
        "external_document_no": posted.no,
    }  # fmt: skip
    if find_route(session, posted.to_location_id, posted.from_location_id) is None:
        values |= {
            "in_transit_location_id": posted.in_transit_location_id,
            "direct_transfer": posted.in_transit_location_id is None,
        }
    order = create_order(session, values, on=on)
    units = _units(session, lines)
    for line in lines:
        numbers = there[line.line_no]
        base = sum((number.quantity for number in numbers), ZERO)
        unit = units.get((line.item_id, line.unit_of_measure_code))
        quantity = line.quantity if base == line.quantity_base else round_quantity(base / line.qty_per_unit_of_measure)
        given: dict[str, object] = {
            "item_id": line.item_id, "variant_id": line.variant_id, "description": line.description,
            "quantity": quantity, "from_bin_id": line.to_bin_id, "to_bin_id": line.from_bin_id,
        }  # fmt: skip
        if unit is not None:
            given["unit_of_measure_id"] = unit
        add_line(session, order, given, [one for one in numbers if one.lot_no or one.serial_no or one.package_no])
    return order


def _still_there(session: Session, posted: PostedTransfer) -> dict[int, list[Number]]:
    """Line no. of the posted document -> what of it lies where it arrived, in base units by number."""
    rows = session.execute(
        select(
            _entry.document_line_no, _entry.lot_no, _entry.serial_no, _entry.package_no,
            func.max(_entry.expiration_date), func.sum(_entry.remaining_quantity),
        )
        .where(
            _entry.document_no == posted.no, _entry.document_type == posted.document_type,
            _entry.location_id == posted.to_location_id, _entry.positive, _entry.open, ~_entry.correction,
        )
        .group_by(_entry.document_line_no, _entry.lot_no, _entry.serial_no, _entry.package_no)
        .order_by(func.min(_entry.id))
    )  # fmt: skip
    found: dict[int, list[Number]] = {}
    for line_no, lot_no, serial_no, package_no, expires, left in rows.tuples():
        number = Number(quantity=Decimal(left), lot_no=lot_no, serial_no=serial_no, package_no=package_no,
                        expiration_date=expires)  # fmt: skip
        found.setdefault(line_no, []).append(number)
    return found


def _units(session: Session, lines: list[PostedTransferLine]) -> dict[tuple[int, str], int]:
    """(item id, unit code) -> unit id, as far as the items still have them."""
    rows = session.execute(
        select(ItemUnitOfMeasure.item_id, UnitOfMeasure.code, UnitOfMeasure.id)
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemUnitOfMeasure.unit_of_measure_id)
        .where(ItemUnitOfMeasure.item_id.in_(ids_of(session, {line.item_id for line in lines})))
    )
    return {(item_id, code): unit_id for item_id, code, unit_id in rows.tuples()}
