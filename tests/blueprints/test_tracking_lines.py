"""The page of a line's lots and serial numbers: one button after the other, as a page and as a fragment."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import TradeDocument, TradeLine, TradeLineNumber
from tests.support.journals import text_of
from tests.support.trade import TradeShop


@pytest.fixture
def shop(app):
    """MILK has lots with dates, PUMP serial numbers; 5 of lot L1 (March 2027) and 5 of L2 (no date) at BLUE."""
    made = TradeShop(app)
    with made.trade() as trade:
        lots = trade.world.tracking_code("LOTS", lot_specific=True, use_expiration_dates=True)
        pieces = trade.world.tracking_code("SN", serial_specific=True)
        milk = trade.item("MILK", unit_cost=1, item_tracking_code_id=lots.id)
        trade.item("PUMP", unit_cost=1, item_tracking_code_id=pieces.id)
        lines = [trade.world.line(milk, "purchase", 5, 1, at="BLUE", lot_no=no) for no in ("L1", "L2")]
        trade.world.post(*lines)
    return made


@pytest.fixture
def owner(shop, login):
    login(shop.client, "owner")
    return shop.client


def address(shop, side, no):
    with shop.trade() as trade:
        line = select(TradeLine.id).join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        return f"/tracking/{side}/{trade.session.scalars(line.where(TradeDocument.no == no)).one()}"


def numbers(shop, no):
    with shop.trade() as trade:
        row = TradeLineNumber
        found = (
            select(row)
            .join(TradeLine, TradeLine.id == row.line_id)
            .join(TradeDocument)
            .where(TradeDocument.no == no)
            .order_by(row.id)
        )
        return [(one.serial_no or one.lot_no, one.quantity) for one in trade.session.scalars(found)]


def test_serials_are_counted_up_pasted_and_scanned_until_the_line_is_full(shop, owner):
    no = shop.open("purchase_order", ("PUMP", 6))
    page = address(shop, "purchase", no)

    made = owner.send(f"{page}/series", {"count": "3", "first": "vx-007", "increment": "3"}, htmx=True)
    pasted = owner.send(f"{page}/paste", {"text": "21A2\x1d\r\nA1\r\n"}, htmx=True)
    scanned = owner.send(f"{page}/scan", {"code": "z9"})
    full = owner.send(f"{page}/scan", {"code": "Z10"}, htmx=True)
    twice = owner.send(f"{page}/paste", {"text": "B1\nB1"}, htmx=True)

    assert [answer.status_code for answer in (made, pasted, scanned, full, twice)] == [200, 200, 200, 422, 422]
    assert ["<html" in answer.text for answer in (scanned, made)] == [True, False]
    assert "the line is about 6" in text_of(full)
    assert "Row 2: B1 stands in row 1 already." in text_of(twice)
    assert [name for name, _one in numbers(shop, no)] == ["VX-007", "VX-010", "VX-013", "A2", "A1", "Z9"]


def test_what_goes_out_is_proposed_changed_and_taken_away_with_refusals_at_the_row(shop, owner):
    no = shop.open("sales_order", ("MILK", 7))
    page = address(shop, "sales", no)

    proposed = owner.send(f"{page}/propose", htmx=True)
    rows = {"seen": "2", "quantity-0": "5", "quantity-1": "1", "qty_to_handle-0": "2", "qty_to_handle-1": "0"}
    saved = owner.send(f"{page}/save", rows, htmx=True)
    wrong = owner.send(f"{page}/save", rows | {"quantity-1": "3", "qty_to_handle-1": "4"}, htmx=True)
    stale = owner.send(f"{page}/save", rows | {"seen": "9"}, htmx=True)
    gone = owner.send(f"{page}/save", {"seen": "2", "quantity-0": "5", "quantity-1": ""}, htmx=True)

    assert [answer.status_code for answer in (proposed, saved, wrong, stale, gone)] == [200, 200, 422, 422, 200]
    assert "Of L2 3 can be posted next." in text_of(wrong)
    assert 'value="4"' in wrong.text
    assert numbers(shop, no) == [("L1", 5)]


def test_who_may_not_post_sales_gives_no_numbers_and_an_untracked_line_has_no_page(shop, owner, login):
    no = shop.open("sales_order", ("MILK", 7))
    plain = shop.open("sales_order", ("BOLT", 7))
    page = address(shop, "sales", no)

    assert owner.get(address(shop, "sales", plain)).status_code == 422
    assert owner.get(page.replace("sales", "purchase")).status_code == 404
    login(shop.client, "viewer")
    assert owner.send(f"{page}/propose").status_code == 403


def test_packages_are_given_with_the_lot_and_changed_in_their_row(shop, owner):
    with shop.trade() as trade:
        packed = trade.world.tracking_code("PACKED", lot_specific=True, package_specific=True)
        boxes = trade.world.tracking_code("BOXES", package_specific=True)
        trade.item("RICE", unit_cost=1, item_tracking_code_id=packed.id)
        trade.item("SAND", unit_cost=1, item_tracking_code_id=boxes.id)
    rice = address(shop, "purchase", shop.open("purchase_order", ("RICE", 6)))
    sand = address(shop, "purchase", shop.open("purchase_order", ("SAND", 4)))

    answers = [
        owner.send(f"{rice}/lot", {"lot_no": "L1", "package_no": "P1", "quantity": "4"}),
        owner.send(f"{rice}/lot", {"lot_no": "L1", "package_no": "P2"}),
        owner.send(f"{rice}/save", {"seen": "2", "quantity-0": "4", "package-1": "p3", "quantity-1": "2"}),
        owner.send(f"{sand}/lot", {"package_no": "P1", "quantity": "3"}),
        owner.send(f"{sand}/scan", {"code": "(00)006141411234567890"}),
    ]

    assert [answer.status_code for answer in answers] == [200] * 5
    assert 'name="first"' not in owner.get(sand).text
    with shop.trade() as trade:
        rows = trade.session.execute(
            select(TradeLineNumber.lot_no, TradeLineNumber.package_no, TradeLineNumber.quantity).order_by(
                TradeLineNumber.id
            )
        ).all()
        assert [tuple(row) for row in rows] == [
            ("L1", "P1", 4), ("L1", "P3", 2), ("", "P1", 3), ("", "006141411234567890", 1),
        ]  # fmt: skip
