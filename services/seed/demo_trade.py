"""The demo company's purchase, sales and transfer documents: open, late, partly done, posted, corrected. Repeatable."""

from __future__ import annotations

import datetime as dt
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import fixed_now
from models import Item, ItemBalance, ItemCharge, Location, TradeDocument, TradeLine, User
from models.enums import TradeLineType, TradeSide, TradeType
from services.poster import Poster
from services.reservations.bulk import reserve_lines
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from services.seed.demo_masters import ids_of
from services.trade import charges, corrections, documents, lines, status
from services.trade.plan import Said
from services.trade.posting import Wish, post_document
from services.transfers import lines as transfer_lines
from services.transfers import orders as transfers
from services.transfers.post import post_order

_P, _S = TradeSide.PURCHASE, TradeSide.SALES


@dataclass(frozen=True)
class Deal:
    """One document: opened `ago` days before today, its goods wanted `due` days from today.

    `handled` is the share of each line that is received or shipped, `billed` whether that is invoiced with it.
    """

    side: TradeSide
    type: TradeType
    party: int
    ago: int
    rows: tuple[tuple[str, int], ...]
    due: int = 3
    location: str = "MAIN"
    released: bool = True
    handled: Decimal = Decimal(0)
    billed: bool = False
    reference: str = ""
    header: dict[str, object] = field(default_factory=dict)


_HALF, _ALL, _NONE = Decimal("0.5"), Decimal(1), Decimal(0)

DEALS: tuple[Deal, ...] = (
    # what was bought and is done, then what is on its way, late, half here
    Deal(_P, TradeType.ORDER, 0, 18, (("1140", 20), ("1160", 40)), due=-12, handled=_ALL, billed=True,
         reference="B-7741"),
    Deal(_P, TradeType.ORDER, 2, 15, (("1400", 60), ("1410", 24), ("1330", 12)), due=-9, handled=_ALL, billed=True,
         reference="26-0388"),
    Deal(_P, TradeType.ORDER, 1, 12, (("1230", 30), ("1240", 20)), due=-6, handled=_ALL),
    Deal(_P, TradeType.ORDER, 0, 10, (("1200", 50), ("1220", 40), ("1350", 30)), due=-2, handled=_HALF),
    Deal(_P, TradeType.ORDER, 3, 9, (("2000", 30), ("2010", 30), ("2020", 12)), due=-3),
    Deal(_P, TradeType.ORDER, 2, 6, (("1390", 16), ("1360", 20)), due=0),
    Deal(_P, TradeType.ORDER, 1, 4, (("1260", 24), ("1290", 24), ("1280", 10), ("1310", 40)), due=0),
    Deal(_P, TradeType.ORDER, 0, 2, (("1070", 8), ("1080", 8)), due=6),
    Deal(_P, TradeType.ORDER, 3, 1, (("2040", 25), ("2050", 20)), due=9, released=False),
    Deal(_P, TradeType.QUOTE, 2, 3, (("1210", 30),), released=False),
    Deal(_P, TradeType.RETURN_ORDER, 0, 3, (("1160", 2),), due=2),
    # what was sold
    Deal(_S, TradeType.ORDER, 0, 16, (("1400", 12), ("1410", 3), ("1200", 6)), due=-12, handled=_ALL, billed=True,
         reference="PO 5501"),
    Deal(_S, TradeType.ORDER, 1, 14, (("1140", 4), ("1160", 8)), due=-10, handled=_ALL, billed=True,
         reference="A-118"),
    Deal(_S, TradeType.ORDER, 3, 9, (("2000", 10), ("2020", 5)), due=-6, handled=_ALL, billed=True, reference="G-2207"),
    Deal(_S, TradeType.ORDER, 2, 7, (("1350", 20), ("1330", 6)), due=-5, handled=_ALL, reference="77-31"),
    Deal(_S, TradeType.ORDER, 4, 6, (("1310", 24), ("1300", 12), ("1320", 6)), due=-1, handled=_HALF,
         reference="PO 1180"),
    Deal(_S, TradeType.ORDER, 0, 5, (("1390", 6), ("1230", 10)), due=-2, reference="PO 5533"),
    Deal(_S, TradeType.ORDER, 1, 3, (("1220", 20), ("1200", 20), ("1240", 4)), due=0, reference="A-124"),
    Deal(_S, TradeType.ORDER, 5, 2, (("1070", 3), ("1080", 4), ("1170", 6)), due=0),
    Deal(_S, TradeType.ORDER, 2, 2, (("1360", 8),), due=0, location="SHOP"),
    Deal(_S, TradeType.ORDER, 3, 1, (("2010", 12), ("2040", 60)), due=4, reference="G-2219"),
    Deal(_S, TradeType.ORDER, 4, 0, (("1410", 5),), due=7, released=False),
    Deal(_S, TradeType.QUOTE, 5, 4, (("1260", 10), ("1290", 10)), released=False),
    Deal(_S, TradeType.QUOTE, 6, 1, (("1140", 12), ("1150", 12)), released=False),
    Deal(_S, TradeType.INVOICE, 6, 1, (("1400", 6), ("1180", 4)), released=False, location="SHOP"),
    Deal(_S, TradeType.RETURN_ORDER, 1, 2, (("1160", 1),), due=1),
    Deal(_S, TradeType.CREDIT_MEMO, 0, 1, (("1410", 1),), released=False),
)  # fmt: skip


def add_trade(session: Session, today: dt.date) -> None:
    """All documents of purchase, sales and transfers, each entered and posted on its own day."""
    clerk = session.scalars(select(User).where(User.email.startswith("clerk@"))).one()
    poster = Poster(user_id=clerk.id, user_name=clerk.full_name)
    items, places = ids_of(session, Item, "no"), ids_of(session, Location)
    for deal in DEALS:
        _make(session, deal, today, poster, items, places)
    _late_freight(session, today, poster, items, places)
    _cancelled_invoice(session, today, poster, items, places)
    _transfers(session, today, poster, items, places)
    _held(session, today, poster)


def _held(session: Session, today: dt.date, poster: Poster) -> None:
    """What is sold for later days is held, so that nobody ships it to others meanwhile."""
    later = session.scalars(
        select(TradeLine.id)
        .join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .where(
            TradeDocument.side == TradeSide.SALES, TradeDocument.type == TradeType.ORDER,
            TradeLine.outstanding_qty_base > 0, TradeLine.expected_date > today,
        )
        .order_by(TradeLine.id)
    )  # fmt: skip
    refs = [LineRef(SourceKind.TRADE, line_id) for line_id in later]
    with _at(today, 8):
        reserve_lines(session, refs, user_name=poster.user_name)


def _make(
    session: Session, deal: Deal, today: dt.date, poster: Poster, items: dict[str, int], places: dict[str, int]
) -> int:
    """Open the document, and go as far with it as the deal says; its id (gone when all is billed)."""
    opened = today - dt.timedelta(deal.ago)
    party = f"{'V' if deal.side == _P else 'C'}{1001 + deal.party}"
    with _at(opened, 9):
        header: dict[str, object] = {"location_id": places[deal.location], **deal.header}
        if deal.type in (TradeType.ORDER, TradeType.RETURN_ORDER):
            header["promised_date"] = today + dt.timedelta(deal.due)
        if deal.reference and deal.side == _S:
            header["external_document_no"] = deal.reference
        document = documents.create_document(
            session, deal.side, deal.type, party, header, on=opened, user_id=poster.user_id
        )
        lines.add_lines(
            session, document.id,
            [{"item_id": items[no], "quantity": Decimal(quantity)} for no, quantity in deal.rows],
            user_id=poster.user_id,
        )  # fmt: skip
        if deal.released:
            status.release(session, document.id, user_id=poster.user_id)
    if deal.handled:
        posted_on = min(today + dt.timedelta(deal.due), today - dt.timedelta(1))
        _post(session, document.id, deal, max(posted_on, opened), poster)
    return document.id


def _post(session: Session, document_id: int, deal: Deal, on: dt.date, poster: Poster) -> None:
    if deal.billed and deal.side == _P:
        document = session.get_one(TradeDocument, document_id)
        document.vendor_invoice_no = deal.reference
        session.flush()
    said = {
        line.id: Said((line.quantity * deal.handled).to_integral_value(), None)
        for line in documents.lines_of(session, document_id)
    }
    with _at(on, 14):
        post_document(session, document_id, Wish(handle=True, invoice=deal.billed, said=said, posting_date=on), poster)


def _late_freight(
    session: Session, today: dt.date, poster: Poster, items: dict[str, int], places: dict[str, int]
) -> None:
    """A bill with its freight on the goods of the same bill, still to be posted."""
    opened = today - dt.timedelta(1)
    with _at(opened, 10):
        bill = documents.create_document(
            session, _P, TradeType.INVOICE, "V1003", {"location_id": places["MAIN"], "vendor_invoice_no": "26-0412"},
            on=opened, user_id=poster.user_id,
        )  # fmt: skip
        charge = session.scalars(select(ItemCharge.id).where(ItemCharge.no == "P-FREIGHT")).one()
        made = lines.add_lines(
            session, bill.id,
            [{"item_id": items["1340"], "quantity": Decimal(12)}, {"item_id": items["1250"], "quantity": Decimal(10)},
             {"type": TradeLineType.ITEM_CHARGE, "item_charge_id": charge, "quantity": Decimal(1),
              "unit_amount": Decimal(48)}],
            user_id=poster.user_id,
        )  # fmt: skip
        goods = [charges.Target(line_id=line.id) for line in made[:2]]
        charges.assign_charge(session, bill.id, made[2].line_no, goods, charges.Method.AMOUNT, user_id=poster.user_id)


def _cancelled_invoice(
    session: Session, today: dt.date, poster: Poster, items: dict[str, int], places: dict[str, int]
) -> None:
    """An invoice that was wrong: posted, cancelled two days later by a credit memo."""
    opened, later = today - dt.timedelta(8), today - dt.timedelta(6)
    with _at(opened, 11):
        invoice = documents.create_document(
            session, _S, TradeType.INVOICE, "C1004", {"location_id": places["MAIN"]}, on=opened, user_id=poster.user_id
        )
        lines.add_lines(session, invoice.id, [{"item_id": items["1300"], "quantity": Decimal(2)}],
                        user_id=poster.user_id)  # fmt: skip
        made = post_document(session, invoice.id, Wish(handle=True, invoice=True, posting_date=opened), poster)
    with _at(later, 11):
        corrections.cancel_invoice(session, made["invoice_id"], poster, on=later)


#: (from, to, days ago, days until it leaves, rows, shipped share, received share)
_TRANSFERS: tuple[tuple[str, str, int, int, tuple[tuple[str, int], ...], Decimal, Decimal], ...] = (
    ("MAIN", "SHOP", 9, -8, (("1400", 12), ("1350", 6)), _ALL, _ALL),
    ("MAIN", "SHOP", 3, -2, (("1180", 20), ("1200", 10)), _ALL, _NONE),
    ("MAIN", "SHOP", 4, -3, (("1310", 10), ("1230", 8)), _HALF, _HALF),
    ("MAIN", "SHOP", 2, -1, (("1390", 4),), _NONE, _NONE),
    ("MAIN", "SHOP", 1, 0, (("2000", 8), ("2010", 8), ("1410", 4)), _NONE, _NONE),
    ("SHOP", "MAIN", 0, 2, (("1360", 3),), _NONE, _NONE),
)


def _transfers(session: Session, today: dt.date, poster: Poster, items: dict[str, int], places: dict[str, int]) -> None:
    for source, target, ago, leaves, rows, shipped, received in _TRANSFERS:
        opened, day = today - dt.timedelta(ago), today + dt.timedelta(leaves)
        with _at(opened, 8):
            order = transfers.create_order(
                session,
                {"from_location_id": places[source], "to_location_id": places[target], "shipment_date": day},
                on=opened,
            )
            for no, quantity in rows:
                wanted = Decimal(quantity)
                if shipped:  # the history before it differs from day to day; nobody ships what is not there
                    wanted = min(wanted, _on_hand(session, items[no], places[source]))
                if wanted > 0:
                    transfer_lines.add_line(session, order, {"item_id": items[no], "quantity": wanted})
            if ago:
                transfers.release(session, order)
        if shipped:
            _move(session, order.no, day, poster, shipped=shipped)
        if received:
            _move(session, order.no, min(day + dt.timedelta(1), today), poster, received=received)


def _on_hand(session: Session, item_id: int, location_id: int) -> Decimal:
    """What lies at the place, all variants together."""
    held = select(func.sum(ItemBalance.quantity)).where(
        ItemBalance.item_id == item_id, ItemBalance.location_id == location_id
    )
    return session.scalar(held) or Decimal(0)


def _move(
    session: Session, no: str, on: dt.date, poster: Poster, *, shipped: Decimal = _NONE, received: Decimal = _NONE
) -> None:
    order = transfers.get_order(session, no)
    for line in order.lines:
        if shipped:
            line.qty_to_ship = (line.quantity * shipped).to_integral_value()
        if received:
            line.qty_to_receive = (line.in_transit * received).to_integral_value()
    with _at(on, 15):
        post_order(session, order, poster, ship=bool(shipped), receive=bool(received), on=on)


def _at(day: dt.date, hour: int) -> AbstractContextManager[object]:
    return fixed_now(dt.datetime.combine(day, dt.time(hour), dt.UTC))
