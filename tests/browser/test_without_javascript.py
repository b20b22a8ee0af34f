"""The main flows without a script: find an item, enter a line, look at the preview, post it."""

import re

import pytest
from playwright.sync_api import expect

from services.seed.demo import DEMO_PASSWORD


@pytest.fixture
def page(own_shop, visit):
    return visit(own_shop, "/items", user=None, script=False)


def test_the_main_flow_works_without_a_script(page):
    page.locator("#login [name=name]").fill("clerk@demo.example")
    page.locator("#login [name=password]").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Items")

    # Find.
    page.get_by_label("Categories").get_by_role("link", name="Bicycles").click()
    expect(page.locator("a.chip")).to_have_count(1)
    page.locator("#list-q").fill("Ferry")
    page.locator("#list-q").press("Enter")
    expect(page.locator("tr[data-row]")).to_have_count(1)
    page.locator("tr[data-row] a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("1030")

    # Enter a line.
    page.goto("/journal/new")
    page.locator("#content [name=name]").fill("SHELF")
    page.get_by_role("button", name="Save").click()
    new = page.locator("#line-new")
    new.locator("[name=entry_type]").select_option(label="Positive adjustment")
    new.locator("[name=item]").fill("1030")
    new.locator("[name=location]").fill("MAIN")  # at the clerk's own place goods lie in bins
    new.locator("[name=quantity]").fill("2")
    new.locator("[name=unit_amount]").fill("200")
    new.locator("[data-line-save]").click()
    expect(page.locator("#line-10000 [name=quantity]")).to_have_value("2")

    # A refusal is said on the page.
    page.locator("#line-10000 [name=quantity]").fill("1e30")
    page.locator("#line-10000 [data-line-save]").click()
    expect(page.locator("[aria-invalid=true]").first).to_have_value("1e30")
    page.get_by_role("link", name="Item journal").last.click()
    page.locator("tr[data-row]", has_text="SHELF").get_by_role("link").first.click()

    # Preview and post.
    page.get_by_role("button", name="Preview posting").click()
    expect(page.locator("#preview")).to_contain_text("2 come in")
    page.get_by_role("button", name="Post", exact=True).click()
    expect(page.locator("#flash")).to_contain_text("Posted.")
    page.locator("#flash a").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("Register"))
