"""Draw the pictures of README: the demo company of a fixed day in a scratch database, photographed by Chromium.

`make screenshots` writes docs/images/*.png; the same demo gives the same pictures, but for when it was posted.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.chromium import ARGUMENTS, find_chromium  # noqa: E402 - the project is found by the line above
from tests.support.live import Live, make_demo, serve_copy  # noqa: E402

IMAGES = ROOT / "docs" / "images"
DESK, PHONE = (1180, 820), (390, 844)
COLOURS = 256  # pages are flat: so many colours look the same and weigh a third


def main() -> None:
    """Make the demo company, start it, take every picture."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        demo = Path(folder) / "demo.sqlite"
        make_demo(demo)
        with serve_copy(demo, Path(folder)) as live, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=str(find_chromium()), args=ARGUMENTS)
            for name, (size, scheme, take) in PICTURES.items():
                _picture(browser, live, name, size, scheme, take)
            browser.close()


def _picture(
    browser: Browser, live: Live, name: str, size: tuple[int, int], scheme: str, take: Callable[[Page], None]
) -> None:
    context = browser.new_context(
        base_url=live.url,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        reduced_motion="reduce",
    )
    context.add_cookies([live.cookie("owner")])  # type: ignore[list-item]
    page = context.new_page()
    take(page)
    page.wait_for_load_state("networkidle")
    picture = Image.open(BytesIO(page.screenshot())).convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE)
    path = IMAGES / f"{name}.png"
    picture.save(path, optimize=True)
    context.close()
    print(f"{path.relative_to(ROOT)} {path.stat().st_size // 1024} kB")


def _open(address: str) -> Callable[[Page], None]:
    def take(page: Page) -> None:
        page.goto(address)

    return take


def _first_journal(page: Page) -> None:
    page.goto("/journal/")
    page.locator("tbody tr a").first.click()
    page.wait_for_load_state("networkidle")


def _preview(page: Page) -> None:
    _first_journal(page)
    page.get_by_role("button", name="Preview posting").click()
    page.get_by_role("dialog").get_by_text("G/L entries").first.wait_for()


def _refused(page: Page) -> None:
    page.goto("/journal/")
    page.get_by_role("link", name="GOODS-IN").click()
    page.get_by_role("button", name="Check all").click()
    page.get_by_text("is blocked").wait_for()


#: as it comes from a vendor: one price is no number, one unit does not exist
_PRICE_LIST = b"""No.;Description;Base unit;Category;Unit price
1000;City bicycle Harbour 28", new lamp;PCS;BIKE-CITY;389.00
4100;Watering can, zinc, 5 l;PCS;GDN-WATER;24.50
4110;Watering can, zinc, 9 l;PCS;GDN-WATER;on request
4120;Rain barrel, oak, 100 l;BARREL;GDN-WATER;189.00
4130;Plant label, slate, ten;PACK;GDN-POT;7.90
"""


def _dry_run(page: Page) -> None:
    page.goto("/import/")
    page.locator("#kind").select_option("items")
    page.locator("#file").set_input_files({"name": "prices.csv", "mimeType": "text/csv", "buffer": _PRICE_LIST})
    page.get_by_role("button", name="Upload and look").click()
    page.get_by_role("button", name="Check every row").click()
    page.get_by_text("on request").first.wait_for()


def _newest_entry(page: Page) -> None:
    page.goto("/ledger/items")
    page.locator("tbody tr a").first.click()


def _newest_register(page: Page) -> None:
    page.goto("/ledger/registers")
    page.locator("tbody tr a").first.click()


def _filtered_items(page: Page) -> None:
    page.goto("/items")
    page.get_by_label("Categories").get_by_role("link", name="Bicycles").click()
    page.locator("a.chip").wait_for()
    page.locator("summary.chip-add").click()
    page.get_by_role("group", name="Colour").get_by_label("Green").check()
    page.get_by_role("button", name="Apply").click()
    page.locator("a.chip", has_text="Green").wait_for()


def _late_order(page: Page) -> None:
    page.goto("/sales/orders?work=overdue")
    page.locator("#content tbody a[href*='/sales/orders/']").first.click()
    page.locator("#document-totals").wait_for()


def _receiving(page: Page) -> None:
    page.goto("/purchase/handling")
    page.locator(".handle-order").first.click()
    page.get_by_role("button", name="Count by scanning").click()
    code = page.locator(".handle-line .code").first.inner_text()
    for counted in ("1", "2"):
        page.locator("#handling [name=code]").fill(code)
        page.locator("#handling [name=code]").press("Enter")
        page.locator(f".handle-line.is-done-now input[name=quantity][value='{counted}']").wait_for()


def _new_count(page: Page) -> None:
    page.goto("/counts/new")
    page.locator("#content [name=location_id]").fill("SHOP")
    page.locator("#content [name=blind]").uncheck()
    page.get_by_role("button", name="Make the count").click()
    page.locator("#content td").first.wait_for()


def _suggestions(page: Page) -> None:
    page.goto("/requisition")
    page.locator("form[action$='/requisition/suggest'] button[type=submit]").first.click()
    page.locator("#requisition tr[id^='line-']").first.wait_for()


#: file name -> size, colour scheme, what to do before the shutter
PICTURES: dict[str, tuple[tuple[int, int], str, Callable[[Page], None]]] = {
    "today": (DESK, "light", _open("/")),
    "items": (DESK, "light", _filtered_items),
    "items-dark": (DESK, "dark", _open("/items")),
    "item": (DESK, "light", _open("/items/1000")),
    "order": (DESK, "light", _late_order),
    "availability": (DESK, "light", _open("/items/2040/availability")),
    "requisition": (DESK, "light", _suggestions),
    "counts": (DESK, "light", _new_count),
    "journal": (DESK, "light", _first_journal),
    "refused": (DESK, "light", _refused),
    "preview": (DESK, "light", _preview),
    "import": (DESK, "light", _dry_run),
    "entry": (DESK, "light", _newest_entry),
    "register": (DESK, "light", _newest_register),
    "reports": (DESK, "light", _open("/reports")),
    "phone-today": (PHONE, "light", _open("/")),
    "phone-item": (PHONE, "light", _open("/items/1000")),
    "phone-receive": (PHONE, "light", _receiving),
    "phone-journal": (PHONE, "light", _first_journal),
}


if __name__ == "__main__":
    main()
