"""Lines of the requisition worksheet that people put there: typed by hand, or what a sales order is short of
(availability-and-reservation.md section 20). Where more comes from and by when it is ordered follows as in a plan.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _, plain_day, plain_quantity
from models import BLANK_ID, Item, PlanningAction, PlanningLine, TradeDocument, TradeLine
from models.enums import ItemType, TradeLineType, TradeSide, TradeType
from services.availability.events import reserved_of
from services.availability.on_date import Key, outlooks
from services.availability.promise import Change, available_to_promise, look_ahead_of
from services.availability.set_up import get_setup
from services.promising.replenish import source_of
from services.reservations.sources import SourceKind
from services.trade.documents import lines_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants ordered: base units, there by the due day; the vendor of the item where none is named."""

    item_id: int
    quantity: Decimal
    due: dt.date
    variant_id: int = BLANK_ID
    location_id: int = BLANK_ID
    vendor_id: int | None = None
    reason: str = ""
    #: sent from another place, whatever the cards say
    transfer_from_id: int | None = None
    #: the line of a trade document that what is ordered is reserved for
    order_for_line_id: int | None = None


def add_line(session: Session, wanted: Wanted, *, today: dt.date) -> PlanningLine:
    """Put one line on the worksheet, ticked. Raises ValidationError `quantity_missing`, `item_not_stocked`,
    `transfer_ends_equal`.
    """
    if wanted.quantity <= 0:
        raise ValidationError("quantity_missing", _("Give a quantity above zero."), field="quantity")
    item = session.get_one(Item, wanted.item_id)
    if item.type != ItemType.INVENTORY:
        raise ValidationError(
            "item_not_stocked", _("Item %(no)s is not kept in stock; nothing of it is planned.", no=item.no),
            field="item_id",
        )  # fmt: skip
    if wanted.transfer_from_id is not None and wanted.transfer_from_id == wanted.location_id:
        raise ValidationError(
            "transfer_ends_equal", _("From and to are the same location; choose another."), field="location_id"
        )
    source = source_of(session, item, wanted.variant_id, wanted.location_id, wanted.transfer_from_id)
    line = PlanningLine(
        item_id=item.id, variant_id=wanted.variant_id, location_id=wanted.location_id, quantity_base=wanted.quantity,
        order_date=max(source.order_date(wanted.due), today), due_date=wanted.due,
        replenishment_system=source.system, vendor_id=wanted.vendor_id or source.vendor_id,
        transfer_from_id=source.transfer_from_id, order_for_line_id=wanted.order_for_line_id,
        action=PlanningAction.NEW, accepted=True, reason=wanted.reason or _("Put there by hand."),
    )  # fmt: skip
    session.add(line)
    session.flush()
    return line


def propose_shortages(session: Session, document_id: int, *, today: dt.date) -> list[PlanningLine]:
    """A line for each line of a sales order with the part that cannot be promised at its date, and with that alone.

    Lines of one order do not count on the same units twice. Drop shipments and special orders are fetched into their
    purchase order instead. Raises ValidationError `not_a_sales_order`, `nothing_missing`.
    """
    document = session.get_one(TradeDocument, document_id)
    goods = stocked_lines(session, document)
    made = [
        add_line(
            session,
            Wanted(
                line.item_id or 0, missing, day, line.variant_id, line.location_id,
                reason=_("%(no)s is short of %(quantity)s on %(day)s.", no=document.no,
                         quantity=plain_quantity(missing), day=plain_day(day)),
            ),
            today=today,
        )
        for line, day, missing in missing_of(session, goods, today)
    ]  # fmt: skip
    if not made:
        raise ValidationError("nothing_missing", _("All lines can be had at their dates: nothing has to be ordered."))
    return made


def stocked_lines(session: Session, document: TradeDocument) -> list[TradeLine]:
    """Open lines of a sales order with goods from our stock. Raises ValidationError `not_a_sales_order`."""
    if (document.side, document.type) != (TradeSide.SALES, TradeType.ORDER):
        raise ValidationError("not_a_sales_order", _("Only what sales orders are short of is proposed."))
    goods = [
        line
        for line in lines_of(session, document.id)
        if line.type == TradeLineType.ITEM and line.outstanding_qty_base > 0
        and not line.drop_shipment and not line.special_order
    ]  # fmt: skip
    stocked = select(Item.id).where(Item.type == ItemType.INVENTORY)
    ours = set(session.scalars(stocked.where(Item.id.in_([line.item_id for line in goods]))))
    return [line for line in goods if line.item_id in ours]


def missing_of(
    session: Session, goods: Sequence[TradeLine], today: dt.date
) -> list[tuple[TradeLine, dt.date, Decimal]]:
    """Lines with their day and what of them cannot be promised then, between nothing and what is not reserved."""
    held = reserved_of(session, [(SourceKind.TRADE, line.id) for line in goods], demands=True)
    look = look_ahead_of(get_setup(session))
    groups: dict[Key, list[TradeLine]] = defaultdict(list)
    for line in goods:
        groups[line.item_id or 0, line.variant_id, line.location_id].append(line)
    found = []
    for key, outlook in outlooks(session, groups).items():
        prospect = outlook.prospect
        # The order's own lines stand among the demands, with what is reserved for them: they are put back first.
        changes: list[Change] = [
            *prospect.changes,
            *((line.expected_date or dt.date.min, line.outstanding_qty_base) for line in groups[key]),
        ]
        for line in sorted(groups[key], key=lambda line: (line.expected_date or today, line.line_no)):
            day, quantity = max(line.expected_date or today, today), line.outstanding_qty_base
            there = available_to_promise(prospect.free, changes, day, look, proposals=prospect.proposals)
            missing = min(max(quantity - there, ZERO), quantity - held.get((SourceKind.TRADE, line.id), ZERO))
            changes.append((day, missing - quantity))
            if missing > 0:
                found.append((line, day, missing))
    return sorted(found, key=lambda row: row[0].line_no)
