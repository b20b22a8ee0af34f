"""The bookkeeper: costs adjusted and explained, stock revalued, and none of it out of reach of anybody."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from models import ItemJournalLine, ItemLedgerEntry, JournalBatch, Register, ValueEntry, db
from models.enums import ValueEntryType
from posting.adjust import SOURCE_CODE
from posting.verify import verify
from tests.browser.conftest import NARROW, WIDE
from tests.browser.test_accessibility import WIDER, pale, turn, violations


def scalar(live, statement):
    with live.app.app_context():
        return db.session.scalar(statement)


def batch(live, name: str) -> int:
    return scalar(live, select(JournalBatch.id).where(JournalBatch.name == name))


def books_are_right(live) -> bool:
    with live.app.app_context():
        return verify(db.session()) == []


def test_costs_are_adjusted_from_the_start_page_and_explained_to_the_cent(own_shop, visit):
    page = visit(own_shop, user="bookkeeper")
    before = scalar(own_shop, select(func.max(Register.id)).where(Register.source_code == SOURCE_CODE))

    page.get_by_role("link", name=re.compile("Costs to adjust")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Cost adjustment")
    expect(page.locator("#list")).to_contain_text("at the card's cost")
    page.get_by_role("button", name="Adjust costs now").click()

    expect(page.locator("#job")).to_contain_text("items adjusted")
    page.get_by_role("link", name="What it did").click()
    expect(page.locator("#outcome")).to_contain_text("Corrections")
    run = scalar(own_shop, select(func.max(Register.id)).where(Register.source_code == SOURCE_CODE))
    assert run > before

    page.get_by_role("link", name=str(run), exact=True).click()
    page.locator("#run tbody a").first.click()
    page.get_by_role("link", name="Explain").first.click()
    expect(page.locator(".explain-sentences")).to_contain_text("cost adjustment corrected that")
    total = page.locator(".cost-tree tfoot .num").inner_text()
    assert page.locator(".figures .fact-big dd").inner_text().strip() == total
    parts = [part.replace("\u2212", "-").replace("\u202f", "") for part in page.locator(
        ".cost-tree tr.level-0 td:last-child").all_inner_texts()]  # fmt: skip
    assert sum(Decimal(part) for part in parts) == Decimal(total.replace("\u202f", ""))
    assert books_are_right(own_shop)


def test_stock_is_revalued_in_the_worksheet_with_a_preview(own_shop, visit):
    page = visit(own_shop, f"/journal/{batch(own_shop, 'YEAR-END')}", user="bookkeeper")
    lines = page.locator(".grid-line")
    expect(lines).to_have_count(3)
    cost = lines.nth(1).locator("[name=unit_cost_revalued]")

    cost.fill("99.5")
    page.get_by_role("button", name="Preview posting").click()

    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("nothing moves, and the inventory value rises by")
    expect(sheet).to_contain_text("Revaluation")
    sheet.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#flash")).to_contain_text("Posted.")
    revalued = select(func.count()).select_from(ValueEntry).where(ValueEntry.entry_type == ValueEntryType.REVALUATION)
    assert scalar(own_shop, revalued) >= 2
    assert scalar(own_shop, select(func.count()).where(ItemJournalLine.batch_id == batch(own_shop, "YEAR-END"))) == 0
    assert books_are_right(own_shop)


def test_a_count_is_typed_line_by_line_with_the_keyboard(own_shop, visit):
    page = visit(own_shop, f"/journal/{batch(own_shop, 'SHOP')}", user="bookkeeper")
    field = page.locator(".grid-line [name=qty_counted]").first
    there = field.input_value()

    with page.expect_response(re.compile(r"/lines/\d+")):
        field.fill(str(int(there) + 2))
        field.press("Enter")

    expect(page.locator(".grid-line .grid-difference").first).not_to_have_text("")
    page.get_by_role("button", name=re.compile("^Post ")).click()
    expect(page.locator("#flash")).to_contain_text("Posted.")
    assert books_are_right(own_shop)


def addresses(live) -> list[str]:
    """The bookkeeper's pages, each with something on it."""
    run = scalar(live, select(func.max(Register.id)).where(Register.source_code == SOURCE_CODE))
    corrected = scalar(live, select(func.min(ValueEntry.item_ledger_entry_id)).where(ValueEntry.adjustment))
    item = scalar(live, select(ItemLedgerEntry).where(ItemLedgerEntry.id == corrected)).item_id
    with live.app.app_context():
        no = db.session.execute(select(db.metadata.tables["item"].c.no).where(db.metadata.tables["item"].c.id == item))
        no = no.scalar_one()
    still_open = scalar(live, select(func.max(ItemLedgerEntry.id)).where(ItemLedgerEntry.open))
    return [
        "/costs/?size=25", "/costs/runs", f"/costs/runs/{run}", f"/costs/runs/{run}/{no}", "/costs/general-ledger/",
        "/costs/reconciliation/", "/costs/periods/", "/costs/periods/1", "/costs/periods/3",
        f"/ledger/items/{corrected}", f"/ledger/items/{corrected}/cost", f"/costs/application-worksheet/{corrected}",
        f"/costs/application-worksheet/{still_open}", f"/journal/{batch(live, 'YEAR-END')}",
        f"/journal/{batch(live, 'MOVES')}", f"/journal/{batch(live, 'SHOP')}",
        f"/journal/{batch(live, 'YEAR-END')}/calculate", "/reports/inventory-valuation?by=category",
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(18))
def test_axe_finds_nothing_on_the_bookkeepers_pages_and_nothing_overflows(shop, visit, number):
    address = addresses(shop)[number]
    page: Page = visit(shop, address, user="bookkeeper")
    page.wait_for_load_state("networkidle")

    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == [], (address, size)
        assert page.evaluate(WIDER) == [], (address, size)
        turn(page, "dark")
        assert pale(page) == [], (address, size)
        turn(page, "light")
