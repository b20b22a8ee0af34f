"""Orders in the browser: a sales order from nothing to its invoice, a purchase order received in part by a clerk."""

import re

from playwright.sync_api import expect
from sqlalchemy import func, select

from models import PostedDocument, TradeDocument, TradeLine, db
from models.enums import DocumentType, TradeSide, TradeType
from posting.verify import verify
from tests.browser.conftest import NARROW


def count(live, type_: DocumentType) -> int:
    """How many posted documents of a type there are."""
    with live.app.app_context():
        return db.session.scalar(select(func.count(PostedDocument.id)).where(PostedDocument.document_type == type_))


def order_with(live, item_lines: int) -> str:
    """A released purchase order of which nothing is received, with so many lines or more."""
    lines = (
        select(TradeLine.document_id)
        .group_by(TradeLine.document_id)
        .having(func.count() >= item_lines, func.sum(TradeLine.qty_handled) == 0)
    )
    with live.app.app_context():
        return db.session.scalars(
            select(TradeDocument.no)
            .where(
                TradeDocument.id.in_(lines), TradeDocument.side == TradeSide.PURCHASE,
                TradeDocument.type == TradeType.ORDER, TradeDocument.status == "released",
            )
            .order_by(TradeDocument.no)
        ).first()  # fmt: skip


def test_a_sales_order_is_written_by_keyboard_posted_and_its_invoice_is_there(own_shop, visit):
    page = visit(own_shop, "/sales/orders/new")
    before = count(own_shop, DocumentType.SALES_INVOICE)
    page.locator("#content [name=party]").fill("C1002")
    page.get_by_role("button", name="Create").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SO-")

    expect(page.locator("#line-new [name=item]")).to_be_focused()
    page.keyboard.type("1400\n3\n1410\n2\n")  # faster than any answer: what comes early waits for its line
    expect(page.locator("#line-20000 [name=quantity]")).to_have_value("2")
    expect(page.locator("#line-10000 [name=quantity]")).to_have_value("3")
    expect(page.locator("#line-new [name=item]")).to_be_focused()
    expect(page.locator("#document-totals")).to_contain_text("50.50")  # 3 x 4.90 + 2 x 17.90, out of band

    page.get_by_role("link", name="Post", exact=True).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Preview posting").click()
    expect(dialog).to_contain_text("go out")
    dialog.get_by_role("button", name="Post", exact=True).click()

    expect(page).to_have_url(re.compile("/sales/posted/posted-invoices/SI-"))
    expect(page.locator("#content")).to_contain_text("50.50")
    assert count(own_shop, DocumentType.SALES_INVOICE) == before + 1
    with own_shop.app.app_context():
        assert verify(db.session()) == []


def test_a_clerk_receives_a_part_on_a_phone(own_shop, visit):
    no = order_with(own_shop, 2)
    page = visit(own_shop, "/purchase/handling", user="clerk", size=NARROW)
    page.locator("#content [name=code]").fill(no)
    page.locator("#content [name=code]").press("Enter")
    page.get_by_role("button", name="Count by scanning").click()
    with own_shop.app.app_context():
        item = db.session.scalars(
            select(TradeLine).join(TradeDocument, TradeDocument.id == TradeLine.document_id)
            .where(TradeDocument.no == no).order_by(TradeLine.line_no)
        ).first()  # fmt: skip
        db.session.refresh(item, ["item"])
        scanned = item.item.no
    for _ in range(2):
        with page.expect_response(re.compile("handle/scan")):
            page.locator("#handling [name=code]").fill(scanned)
            page.locator("#handling [name=code]").press("Enter")
    expect(page.locator("#handle-10000 [name=quantity]")).to_have_value("2")
    for typed in ("3", "2"):  # Enter means what was typed, not the button beside it
        with page.expect_response(re.compile("handle/10000")):
            page.locator("#handle-10000 [name=quantity]").fill(typed)
            page.locator("#handle-10000 [name=quantity]").press("Enter")
        expect(page.locator("#handle-10000")).to_contain_class("is-done-now")
        expect(page.locator("#handle-10000 [name=quantity]")).to_have_value(typed)
    with page.expect_response(re.compile("handle/20000")):  # leaving the field is enough
        page.locator("#handle-20000 [name=quantity]").fill("1")
        page.locator("#handle-10000 [name=quantity]").click()
    expect(page.locator("#handle-20000 [name=quantity]")).to_have_value("1")
    expect(page.locator("#handle-10000 [name=quantity]")).to_be_focused()
    page.locator("#handling [name=code]").fill("9999999")
    page.locator("#handling [name=code]").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("No item has the code")
    page.get_by_role("button", name="Post receipt").click()

    expect(page).to_have_url(re.compile("/purchase/handling$"))
    expect(page.locator("#flash")).to_contain_text("Posted")
    page.goto(f"/purchase/orders/{no}")
    expect(page.locator("#line-10000")).to_contain_text("2 received")
    expect(page.locator("#line-20000")).to_contain_text("1 received")
