"""axe finds nothing on any kind of page, light and dark, wide and on a phone; nothing is wider than the screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NARROW, WIDE

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async ([tags, without]) => {
  const found = await axe.run(document, {
    runOnly: tags,
    rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])),
    resultTypes: ["violations"],
  });
  const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join(" ");
  return found.violations.map((rule) =>
    [`${rule.id}: ${rule.help}`, ...rule.nodes.slice(0, 4).map((node) => `${node.target} (${why(node)})`)].join(" | "));
}"""
CONTRAST = """async () => (await axe.run(document, { runOnly: { type: "rule", values: ["color-contrast"] } }))
  .violations.flatMap((rule) => rule.nodes.slice(0, 5).map((node) => `${node.target}: ${node.failureSummary}`))"""
#: what lies wholly or partly right of the screen while the page can be pushed sideways
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5)
  .map((one) => `${one.tagName}.${one.className}#${one.id}`)"""

KINDS = {
    "role centre": "/",
    "list": "/items?size=25",
    "list narrowed": "/items?category=HOME&q=lamp&sort=-no",
    "ledger list": "/ledger/items?size=25",
    "card": "/items/1000",
    "form": "/items/1000/edit",
    "document": "/ledger/registers/222",
    "order list": "/purchase/orders",
    "order": "/sales/orders/SO-1007",
    "open order": "/purchase/orders/PO-1009",
    "posting": "/sales/orders/SO-1007/post",
    "posted document": "/sales/posted/posted-invoices/SI-1001",
    "charge": "/purchase/invoices/PV-1001/lines/30000/charge",
    "transfer order": "/transfers/TO-1006",
    "which order": "/sales/handling",
    "shipping": "/sales/orders/SO-1007/handle",
    "number": "/numbers/card?kind=serial&item=1100&number=HH00006",
    "trace": "/tracing?number=HH00001&item=1100",
    "worksheet": "/journal/1",
    "report": "/reports/inventory-by-location",
    "search": "/search?q=lamp",
    "import": "/import/",
    "set-up": "/setup",
    "not found": "/items/NO-SUCH-ITEM",
}


def violations(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What axe says about the page as it stands."""
    # By the developer protocol: the content policy would refuse a script in the page, as it should.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN, [EVERYTHING, list(without)])


def pale(page: Page) -> list[str]:
    """What cannot be read well; of all that axe looks at, only this differs between light and dark."""
    return page.evaluate(CONTRAST)


def turn(page: Page, theme: str) -> None:
    """The device changes to light or dark, and the page follows."""
    page.emulate_media(color_scheme=theme)
    expect(page.locator("html")).to_have_attribute("data-bs-theme", theme)


@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_overflows(shop, visit, kind):
    page = visit(shop, KINDS[kind])
    page.wait_for_load_state("networkidle")

    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == [], size
        assert page.evaluate(WIDER) == [], size
        turn(page, "dark")
        assert pale(page) == [], size
        turn(page, "light")


def test_axe_finds_nothing_on_the_filters_and_the_preview(shop, visit):
    page = visit(shop, "/items?size=25")
    page.locator("summary.chip-add").click()
    assert violations(page) == []

    page.goto("/journal/")
    page.get_by_role("link", name="DEFAULT").click()
    page.get_by_role("button", name="Preview posting").click()
    page.get_by_role("dialog").get_by_text("G/L entries").first.wait_for()
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == [], size
        turn(page, "dark")
        assert pale(page) == [], size
        turn(page, "light")


def test_axe_finds_nothing_on_a_refusal(shop, visit):
    page = visit(shop, "/journal/")
    page.get_by_role("link", name="GOODS-IN").click()
    page.get_by_role("button", name="Check all").click()
    page.get_by_text("is blocked").wait_for()

    # All columns are shown, and the buttons at the right end lie over the last one in view until the grid is scrolled.
    assert violations(page, without=("target-size",)) == []
    turn(page, "dark")
    assert pale(page) == []


def test_axe_finds_nothing_before_anybody_is_known(shop, empty_shop, visit):
    for live, path in ((shop, "/login"), (empty_shop, "/welcome"), (empty_shop, "/welcome/company")):
        page = visit(live, path, user=None)
        assert violations(page) == [], path
        page.set_viewport_size(NARROW)
        assert violations(page) == [], path
        assert page.evaluate(WIDER) == [], path
