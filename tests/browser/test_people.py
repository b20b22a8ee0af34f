"""Logging in and out, and what the keyboard does everywhere."""

import re

import pytest
from playwright.sync_api import expect

from services.seed.demo import DEMO_PASSWORD


def log_in(page, name="owner@demo.example", password=DEMO_PASSWORD):
    page.locator("#login [name=name]").fill(name)
    page.locator("#login [name=password]").fill(password)
    page.keyboard.press("Enter")


def test_somebody_logs_in_sees_the_day_and_logs_out_again(shop, visit):
    page = visit(shop, "/items", user=None)

    log_in(page)
    expect(page).to_have_url(re.compile(r"/items$"))
    page.get_by_role("link", name="Today").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Olivia")
    page.locator(".topbar-user").click()
    page.get_by_role("button", name="Log out").click()

    expect(page).to_have_url(re.compile("/login"))
    page.goto("/items")
    expect(page).to_have_url(re.compile("/login"))


def test_a_wrong_password_is_said_beside_the_form_and_the_name_stays(shop, visit):
    page = visit(shop, "/login", user=None)

    log_in(page, password="not the right one")

    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.locator("#login [name=name]")).to_have_value("owner@demo.example")


def test_a_viewer_is_offered_no_changes(shop, visit):
    page = visit(shop, "/items", user="viewer")

    expect(page.get_by_role("link", name="New item")).to_have_count(0)
    expect(page.get_by_role("link", name="Set-up")).to_have_count(0)


@pytest.mark.parametrize(("path", "field"), [("/", "#scan"), ("/items", "#search")])
def test_a_slash_goes_to_the_search(shop, visit, path, field):
    page = visit(shop, path)

    page.keyboard.press("/")

    expect(page.locator(field)).to_be_focused()


def test_arrows_and_enter_open_a_hit_of_the_search(shop, visit):
    page = visit(shop, "/items")

    page.keyboard.press("/")
    page.keyboard.type("lantern", delay=15)
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option").first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("antern")


def test_arrows_walk_down_a_list_and_enter_opens_the_row(shop, visit):
    page = visit(shop, "/items")
    second = page.locator("tr[data-row]").nth(1)
    number = second.locator("td.kind-code a").first.inner_text()

    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text(number)


def test_the_theme_changes_at_once_and_stays(own_shop, visit):
    page = visit(own_shop, "/")

    page.get_by_label("Appearance").click()
    with page.expect_response("**/theme"):
        page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.goto("/items")

    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_the_skip_link_is_the_first_stop_of_the_keyboard(shop, visit):
    page = visit(shop, "/items")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")

    expect(page.locator("#content")).to_be_focused()
