"""Finding items: by category, attribute, number and scan."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NARROW


def count(page) -> int:
    """How many rows the list says there are in all."""
    text = page.locator("#list-count").inner_text()
    return int(re.findall(r"\d+", text)[-1])


def test_items_are_filtered_by_category_and_attribute_and_the_address_keeps_it(shop, visit):
    page = visit(shop, "/items")
    everything = count(page)

    page.get_by_label("Categories").get_by_role("link", name="Bicycles").click()
    expect(page.locator("a.chip")).to_have_count(1)
    bicycles = count(page)
    page.locator("summary.chip-add").click()
    page.get_by_role("group", name="Colour").get_by_label("Green").check()
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("a.chip").filter(has_text="Green")).to_be_visible()
    green = count(page)

    assert 0 < green < bicycles < everything
    page.reload()
    expect(page.locator("a.chip").filter(has_text="Green")).to_be_visible()
    assert count(page) == green
    page.locator("a.chip").filter(has_text="Green").click()
    expect(page.locator("a.chip")).to_have_count(1)
    assert count(page) == bicycles
    page.set_viewport_size(NARROW)
    page.locator("summary.chip-add").click()
    assert page.locator(".filter-panel").bounding_box()["x"] >= 0


def test_the_navigation_stays_on_the_screen_of_a_long_list(shop, visit):
    page = visit(shop, "/items")

    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")

    expect(page.locator(".rail").get_by_role("link", name="Today")).to_be_in_viewport()
    assert page.evaluate("window.scrollY") > 800


def test_back_shows_the_whole_page_again_not_half_of_it(shop, visit):
    page = visit(shop, "/items")
    page.get_by_label("Categories").get_by_role("link", name="Garden").click()
    expect(page.locator("a.chip")).to_have_count(1)
    page.locator("td.kind-code a").first.click()
    expect(page).to_have_url(re.compile(r"/items/\d+"))

    page.go_back()

    expect(page.locator("a.chip")).to_have_count(1)
    expect(page.locator("nav.rail, .rail").first).to_be_visible()


def test_a_list_is_narrowed_while_one_types(shop, visit):
    page = visit(shop, "/items")

    page.locator("#list-q").press_sequentially("lantern", delay=10)

    expect(page).to_have_url(re.compile("q=lantern"))
    expect(page.locator("tr[data-row]").first).to_contain_text(re.compile("lantern", re.IGNORECASE))
    expect(page.locator("#list-q")).to_be_focused()


@pytest.mark.parametrize("size", [None, NARROW], ids=["wide", "narrow"])
def test_a_code_scanned_into_the_search_opens_its_item(shop, visit, size):
    page = visit(shop, "/items", size=size)

    page.locator("#search").focus()
    page.keyboard.type("2040100000003")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("1000")


def test_a_code_scanned_outside_every_field_opens_its_item(shop, visit):
    page = visit(shop, "/setup")

    # All keys in one go: a busy machine may not type as fast as a scanner does.
    page.evaluate(
        """(code) => {
          for (const key of [...code, "Enter"])
            document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
        }""",
        "2040100000379",
    )

    expect(page.get_by_role("heading", level=1)).to_contain_text("1010")


def test_the_quantity_on_the_card_opens_its_entries(shop, visit):
    page = visit(shop, "/items/1000")

    page.locator(".fact", has_text="On hand").get_by_role("link").first.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Item ledger entries")
    expect(page.locator("tr[data-row]").first).to_contain_text("1000")


def test_a_price_that_is_no_number_is_refused_beside_its_field_and_the_form_is_kept(own_shop, visit):
    page = visit(own_shop, "/items/1000/edit")

    page.locator("#content [name=description]").fill("City bicycle, renamed")
    page.locator("details:has([name=unit_price]) > summary").click()
    page.locator("[name=unit_price]").fill("1e30")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("[name=unit_price]")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("[name=unit_price]")).to_be_focused()
    expect(page.locator("[name=unit_price]")).to_have_value("1e30")
    expect(page.locator("#content [name=description]")).to_have_value("City bicycle, renamed")
    page.locator("[name=unit_price]").fill("381.50")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("renamed")


def test_pictures_of_the_list_keep_their_size_on_a_phone(shop, visit):
    page = visit(shop, "/items", size=NARROW)

    box = page.locator("img.thumb").first.bounding_box()

    assert (box["width"], box["height"]) == (36, 36)


def test_the_words_of_a_unit_stand_together_on_a_phone(shop, visit):
    page = visit(shop, "/items/1000/units", size=NARROW)
    cell = page.locator("td[data-label=Unit]").first

    code, words = cell.locator(".code").bounding_box(), cell.get_by_text("(base unit)").bounding_box()

    assert words["x"] - code["x"] - code["width"] < 80


def test_save_is_in_reach_of_a_thumb_above_the_bar_of_a_phone(shop, visit):
    page = visit(shop, "/items/1000/edit", size=NARROW)

    save, bar = page.get_by_role("button", name="Save").bounding_box(), page.locator(".bottom-bar").bounding_box()

    assert save["y"] > 0
    assert save["y"] + save["height"] <= bar["y"]


def test_the_ticks_of_the_reorder_list_stand_beside_the_words_on_a_phone(shop, visit):
    page = visit(shop, "/reorder", size=NARROW)

    for row in page.locator("tr:has(td.tick)").all()[:10]:
        tick, words = row.locator("td.tick").bounding_box(), row.locator("td.tick + td > span").bounding_box()
        assert words["x"] + words["width"] <= tick["x"]


def test_the_words_of_the_reorder_list_have_room_beside_the_quantity(shop, visit):
    page = visit(shop, "/reorder")

    row = page.locator("tr:has(td.tick)").first

    words, quantity = row.locator("td.tick + td"), row.locator("input[name^=quantity-]")
    assert words.bounding_box()["width"] > quantity.bounding_box()["width"] * 1.5


def test_what_somebody_else_changed_meanwhile_is_in_sight_after_saving_at_the_end_of_a_phone(own_shop, visit):
    first, second = (visit(own_shop, "/items/1410/edit", size=NARROW) for _tab in range(2))
    first.locator("#content [name=description]").fill("Lamp oil")
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_role("heading", level=1)).to_contain_text("Lamp oil")

    second.locator("#content [name=description]").fill("Chain oil")
    second.get_by_role("button", name="Save").click()

    said = second.locator("[data-errors]")
    expect(said).to_contain_text("This was changed while you had it open")
    expect(said).to_be_in_viewport()
    expect(second.locator("#content [name=description]")).to_have_value("Chain oil")
