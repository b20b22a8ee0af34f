"""axe finds nothing on any kind of page, light and dark, wide and on a phone; nothing is wider than the screen."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import NARROW, WIDE

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RUN = """async () => {
  const found = await axe.run(document, {
    runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    resultTypes: ["violations"],
  });
  const why = (node) => node.any.concat(node.all, node.none).map((check) => check.message).join(" ");
  return found.violations.map((rule) =>
    [`${rule.id}: ${rule.help}`, ...rule.nodes.slice(0, 4).map((node) => `${node.target} (${why(node)})`)].join(" | "));
}"""
#: what lies wholly or partly right of the screen, but not in a box that scrolls by itself
WIDER = """() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll("body *")]
  .filter((one) => one.getBoundingClientRect().right > innerWidth + 1).slice(0, 5)
  .map((one) => `${one.tagName}.${one.className}#${one.id}`)"""

KINDS = {
    "role centre": "/",
    "list": "/items",
    "list narrowed": "/items?category=HOME&q=lamp&sort=-no",
    "ledger list": "/ledger/items",
    "card": "/items/{item}",
    "form": "/items/{item}/edit",
    "document": "/ledger/registers/{register}",
    "worksheet": "/journal/1",
    "report": "/reports/inventory-valuation",
    "search": "/search?q=lamp",
    "import": "/import/",
    "set-up": "/setup",
    "not found": "/items/NO-SUCH-ITEM",
}


def violations(page: Page) -> list[str]:
    """What axe says about the page as it stands."""
    # By the developer protocol: the content policy would refuse a script in the page, as it should.
    page.evaluate(AXE.read_text(encoding="utf-8"))
    return page.evaluate(RUN)


def address(page: Page, path: str) -> str:
    """`path` with an item and a register of the demo company."""
    return path.format(item="1000", register="222")


@pytest.fixture
def look(shop, visit):
    def open_page(path: str, **kwargs: object) -> Page:
        page = visit(shop, **kwargs)
        page.goto(address(page, path))
        page.wait_for_load_state("networkidle")
        return page

    return open_page


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_axe_finds_nothing_and_nothing_overflows(look, kind, dark):
    page = look(KINDS[kind], dark=dark)

    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        assert violations(page) == [], size
        assert page.evaluate(WIDER) == [], size
