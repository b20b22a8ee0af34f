"""The item journal: a line typed, previewed, posted, refused."""

import re

from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from models import ItemJournalLine, ItemLedgerEntry, JournalBatch, db
from posting.verify import verify


def entries(live) -> int:
    """How many item ledger entries there are."""
    with live.app.app_context():
        return db.session.scalar(select(func.count(ItemLedgerEntry.id)))


def batch_named(live, name: str) -> str:
    """The address of a batch."""
    waiting = select(ItemJournalLine.batch_id).distinct()  # other templates have a batch of that name, too
    with live.app.app_context():
        found = db.session.scalars(
            select(JournalBatch.id).where(JournalBatch.name == name, JournalBatch.id.in_(waiting))
        )
        return f"/journal/{found.one()}"


def empty_batch(page: Page) -> None:
    """A batch of one's own, opened."""
    page.goto("/journal/new")
    page.locator("#content [name=name]").fill("SHELF")
    page.locator("#content [name=description]").fill("Counted on the shelf")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("SHELF")


def type_line(page: Page, item: str, entry_type: str, quantity: str) -> None:
    """Fill the empty line and leave it."""
    new = page.locator("#line-new")
    new.locator("[name=entry_type]").select_option(label=entry_type)
    with page.expect_response(re.compile("propose")):
        new.locator("[name=item]").fill(item)
        new.locator("[name=item]").press("Tab")
    expect(new.locator("[name=description]")).not_to_have_value("")
    new.locator("[name=quantity]").fill(quantity)
    new.locator("[data-line-save]").click()


def test_a_line_is_typed_previewed_and_posted(own_shop, visit):
    page = visit(own_shop)
    before = entries(own_shop)
    empty_batch(page)

    type_line(page, "1000", "Positive adjustment", "3")
    line = page.locator("#line-10000")
    expect(line.locator("[name=quantity]")).to_have_value("3")
    expect(line.get_by_role("img", name="Ready to post")).to_be_visible()

    page.get_by_role("button", name="Preview posting").click()
    sheet = page.get_by_role("dialog")
    expect(sheet).to_contain_text("3 come in")
    expect(sheet).to_contain_text("G/L entries")
    assert entries(own_shop) == before

    sheet.get_by_role("button", name="Post", exact=True).click()
    toast = page.locator("#flash")
    expect(toast).to_contain_text("Posted.")
    assert entries(own_shop) == before + 1

    toast.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Register")
    expect(page.locator("#content")).to_contain_text("1000")
    with own_shop.app.app_context():
        assert verify(db.session()) == []


def test_a_refused_posting_says_why_at_the_line_and_posts_nothing(own_shop, visit):
    page = visit(own_shop)
    before = entries(own_shop)
    empty_batch(page)
    type_line(page, "1100", "Negative adjustment", "9999")  # may not become negative
    expect(page.locator("#line-10000")).to_be_visible()

    page.get_by_role("button", name=re.compile("^Post 1 line")).click()

    expect(page.get_by_role("alert").first).to_contain_text("Nothing was posted")
    sentence = page.locator("#line-10000 .line-messages, #line-10000 .line-message").first
    expect(sentence).to_contain_text("1100")
    expect(page.locator("#line-10000 [name=quantity]")).to_have_value("9999")
    assert entries(own_shop) == before


def test_what_is_no_quantity_is_said_under_the_field(own_shop, visit):
    page = visit(own_shop)
    empty_batch(page)

    type_line(page, "1000", "Positive adjustment", "NaN")

    quantity = page.locator("#line-new [name=quantity]")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_value("NaN")
    expect(page.locator("#line-new-quantity-error")).to_be_visible()


def test_one_line_of_a_delivery_is_refused_with_its_reason_and_the_others_wait(own_shop, visit):
    page = visit(own_shop, batch_named(own_shop, "GOODS-IN"), user="clerk")
    before = entries(own_shop)

    page.keyboard.press("Control+Enter")

    expect(page.get_by_role("alert").first).to_contain_text("Nothing was posted")
    expect(page.locator("#worksheet")).to_contain_text("Item 3350 is blocked")
    assert entries(own_shop) == before
    page.get_by_role("link", name="Show all lines").click()
    expect(page.locator(".grid-line:not(.grid-new)")).to_have_count(4)


def test_the_waiting_lines_of_the_demo_company_are_posted_by_keyboard(own_shop, visit):
    page = visit(own_shop, batch_named(own_shop, "DEFAULT"), user="clerk")
    before = entries(own_shop)
    lines = page.locator(".grid-line:not(.grid-new)").count()

    page.keyboard.press("Control+Enter")

    expect(page.locator("#flash")).to_contain_text("Posted.")
    assert entries(own_shop) == before + lines
