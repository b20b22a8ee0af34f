"""Examples 2, 5, 6 and 7 of availability-and-reservation.md, and what is refused; on both engines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from core.errors import DomainError
from core.unit_of_work import perform
from models import ItemLedgerEntry, Reservation
from posting.verify import verify
from services.reservations.keep import EntryRef, LineRef, cancel, reserve
from services.reservations.sources import SourceKind
from services.trade.plan import Said
from services.trade.posting import Wish, post_document
from tests.builders import d, day


class Shelf:
    """One item; orders for it, and what is reserved."""

    def __init__(self, trade: Any) -> None:
        self.trade, self.session = trade, trade.session
        self.item = trade.item("K", prevent_negative=True)

    def stock(self, quantity: int) -> int:
        """Bring pieces in; the entry."""
        self.trade.world.post(self.trade.world.line(self.item, "purchase", quantity, 1))
        return self.session.scalar(select(func.max(ItemLedgerEntry.id)))

    def order(self, kind: str, quantity: int, on: str) -> Any:
        """An order with one line."""
        row = {"item": self.item, "quantity": quantity, "expected_date": day(on)}
        return self.trade.open(kind, row)

    def ref(self, document: Any) -> LineRef:
        return LineRef(SourceKind.TRADE, self.trade.line(document).id)

    def reserve(self, demand: Any, supply: Any = None, quantity: int | None = None) -> Decimal:
        source = supply if supply is None or isinstance(supply, EntryRef) else self.ref(supply)
        wanted = d(quantity) if quantity is not None else None
        return perform(self.session, lambda session: reserve(session, self.ref(demand), source, wanted))

    def held(self, supply: Any) -> Decimal:
        column = Reservation.supply_entry_id if isinstance(supply, int) else Reservation.supply_line_id
        number = supply if isinstance(supply, int) else self.trade.line(supply).id
        return self.session.scalar(select(func.sum(Reservation.quantity)).where(column == number)) or d(0)

    def from_stock(self) -> Decimal:
        statement = select(func.sum(Reservation.quantity)).where(Reservation.supply_entry_id.is_not(None))
        return self.session.scalar(statement) or d(0)

    def post(self, document: Any, quantity: int) -> None:
        said = {self.trade.line(document).id: Said(d(quantity), None)}
        wish = Wish(handle=True, said=said, posting_date=day("2025-03-10"))
        perform(self.session, lambda session: post_document(session, document.id, wish, self.trade.poster))

    def code(self, work: Any) -> str:
        with pytest.raises(DomainError) as refused:
            work()
        self.session.rollback()
        return refused.value.code


@pytest.fixture
def shelf(each_trade) -> Shelf:
    return Shelf(each_trade)


def test_automatic_reservation_then_posting(shelf):
    first, second = shelf.stock(20), shelf.stock(10)
    other = shelf.order("sales_order", 4, "2025-03-20")
    shelf.reserve(other, EntryRef(second))
    a, b, c = (
        shelf.order("purchase_order", quantity, on)
        for quantity, on in ((25, "2025-03-05"), (15, "2025-03-12"), (50, "2025-03-16"))
    )
    sale = shelf.order("sales_order", 60, "2025-03-15")
    assert shelf.reserve(sale) == d(60)
    assert [shelf.held(supply) for supply in (first, second, b, a, c)] == [d(20), d(10), d(15), d(19), d(0)]

    shelf.post(b, 9)
    assert (shelf.from_stock(), shelf.held(b)) == (d(39), d(6))
    assert shelf.code(lambda: shelf.post(sale, 36)) == "reserved_not_in_stock"
    shelf.post(sale, 35)
    assert (shelf.from_stock(), shelf.held(b), shelf.held(a)) == (d(4), d(6), d(19))
    assert verify(shelf.session) == []


def test_dates_may_not_cross(shelf):
    purchase = shelf.order("purchase_order", 10, "2025-03-12")
    sale = shelf.order("sales_order", 10, "2025-03-15")
    shelf.reserve(sale, purchase)
    shelf.trade.edit(purchase, expected_date=day("2025-03-15"))
    assert (
        shelf.code(lambda: shelf.trade.edit(purchase, expected_date=day("2025-03-18"))) == "reservation_date_conflict"
    )
    assert shelf.code(lambda: shelf.trade.edit(sale, expected_date=day("2025-03-11"))) == "reservation_date_conflict"
    shelf.trade.delete(sale)
    assert shelf.held(purchase) == d(0)


@pytest.mark.parametrize(("lowered", "stock", "ordered"), [(40, 26, 14), (20, 20, 0)])
def test_a_lower_quantity_gives_up_orders_before_stock(shelf, lowered, stock, ordered):
    entry, purchase = shelf.stock(26), shelf.order("purchase_order", 34, "2025-03-12")
    sale = shelf.order("sales_order", 60, "2025-03-15")
    shelf.reserve(sale)
    shelf.trade.edit(sale, quantity=d(lowered))
    assert (shelf.held(entry), shelf.held(purchase)) == (d(stock), d(ordered))


def test_what_is_kept_for_others_is_refused(shelf):
    entry = shelf.stock(10)
    mine, rival = shelf.order("sales_order", 8, "2025-03-15"), shelf.order("sales_order", 5, "2025-03-15")
    shelf.reserve(mine)
    assert shelf.code(lambda: shelf.post(rival, 5)) == "reserved_elsewhere"
    assert shelf.code(lambda: shelf.reserve(rival, EntryRef(entry), 3)) == "reserved_elsewhere"
    assert shelf.code(lambda: shelf.reserve(mine, None, 1)) == "reservation_exceeds_outstanding"
    assert shelf.reserve(rival) == d(2)
    perform(shelf.session, lambda session: cancel(session, shelf.ref(mine), None, d(3)))
    shelf.post(rival, 5)
    assert shelf.held(entry) == d(5)
    assert verify(shelf.session) == []


@pytest.mark.parametrize(
    ("damage", "proofs"),
    [
        ({"quantity": d(11)}, {"reserved item ledger entry", "reserved demand line"}),
        ({"location_id": 1}, {"reserved item ledger entry", "reserved demand line"}),
        ({"shipment_date": day("2025-03-16")}, {"reservation dates of demand lines"}),
        ({"lot_no": "L1"}, {"reservation numbers"}),
    ],
)
def test_verify_sees_damaged_reservations(trade, damage, proofs):
    shelf = Shelf(trade)
    shelf.stock(10)
    shelf.reserve(shelf.order("sales_order", 8, "2025-03-15"))
    assert verify(shelf.session) == []
    shelf.session.execute(Reservation.__table__.update().values(**damage))
    assert {finding.proof for finding in verify(shelf.session)} == proofs


def test_verify_sees_a_supply_that_gives_more_than_it_has(shelf):
    purchase, sale = shelf.order("purchase_order", 5, "2025-03-10"), shelf.order("sales_order", 8, "2025-03-15")
    shelf.reserve(sale, purchase)
    shelf.session.execute(Reservation.__table__.update().values(quantity=d(6), expected_receipt_date=day("2025-03-11")))
    assert {finding.proof for finding in verify(shelf.session)} == {
        "reserved supply line",
        "reservation dates of supply lines",
    }
