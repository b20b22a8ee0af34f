"""Counting on the tablet goes on when the network drops: figures are kept, the page too, sent when it is back."""

from playwright.sync_api import expect
from sqlalchemy import select

from models import PhysicalInventoryCount, PhysicalInventoryRecordingLine, db
from tests.browser.conftest import NARROW
from tests.browser.test_accessibility import violations


def figures(live) -> dict[int, int]:
    """Recorded quantities of lines somebody counted, by line no."""
    line = PhysicalInventoryRecordingLine
    with live.app.app_context():
        return dict(db.session.execute(select(line.line_no, line.quantity).where(line.recorded)).tuples().all())


def test_a_count_goes_on_without_a_network(own_shop, visit):
    page = visit(own_shop, "/counts/new", user="clerk", size=NARROW)
    page.locator("[name=location_id]").fill("EAST")
    page.get_by_role("button", name="Make the count").click()
    page.get_by_role("link", name="Count", exact=True).last.click()
    page.get_by_role("button", name="Start counting").click()
    inputs = page.locator(".count-line input.num")
    inputs.nth(0).fill("5")
    inputs.nth(0).press("Enter")
    expect(page.locator(".count-line").nth(0)).to_have_class("card handle-line count-line is-complete")

    expect(page.locator("#counting[data-loads-offline]")).to_be_attached()
    page.context.set_offline(True)
    inputs.nth(1).fill("7")
    inputs.nth(1).press("Enter")
    page.locator(".count-line [data-step='1']").nth(2).click()
    expect(page.locator("#count-kept")).to_contain_text("2 kept here")
    assert figures(own_shop) == {10000: 5}
    page.reload()  # still without network: the page and what is kept are there
    expect(inputs.nth(0)).to_have_value("5")
    expect(inputs.nth(1)).to_have_value("7")
    expect(page.locator("#count-kept")).to_contain_text("2 kept here")
    inputs.nth(3).fill("4")
    inputs.nth(3).press("Enter")
    expect(page.locator("#count-kept")).to_contain_text("3 kept here")

    page.context.set_offline(False)
    expect(page.locator("#count-kept")).to_be_hidden()
    expect(page.locator("[data-counted]")).to_contain_text("4 of")
    for _tap in range(3):  # faster than the answers come
        page.locator(".count-line [data-step='1']").nth(2).click()
    expect(inputs.nth(2)).to_have_value("4")
    page.locator(".count-line [data-step='-1']").nth(2).click()
    expect(inputs.nth(2)).to_have_value("3")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.type("no such code")
    page.keyboard.press("Enter")  # a scanner outside every field
    expect(page.locator("#count-messages")).to_contain_text("no such code")
    assert violations(page) == []
    keep = """(user) => {
      const { entries, user: me } = document.getElementById("counting").dataset;
      const figure = { key: "of another", line: 50000, quantity: "9", user: user ?? me };
      localStorage.setItem(`counts:${entries}`, JSON.stringify([figure]));
    }"""
    page.evaluate(keep, "0")  # somebody else counted on this device and left
    page.reload()
    expect(inputs.nth(1)).to_have_value("7")
    expect(page.locator("#count-kept")).to_contain_text("1 counted by somebody else")
    expect(inputs.nth(4)).to_have_value("")
    assert figures(own_shop) == {10000: 5, 20000: 7, 30000: 3, 40000: 4}
    page.evaluate(keep)
    page.reload()
    expect(page.locator("[data-counted]")).to_contain_text("5 of")
    assert figures(own_shop)[50000] == 9
    with own_shop.app.app_context():
        assert len(db.session.scalars(select(PhysicalInventoryCount)).all()) == 9
