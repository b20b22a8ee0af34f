"""Chromium on a server with the demo company: `shop` is shared and only read; who writes takes `own_shop`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.support.live import Live, make_demo, serve, serve_copy

WIDE = {"width": 1180, "height": 820}
NARROW = {"width": 390, "height": 844}

#: Chromium's own words for an answer of 422 or 409, which htmx shows where it belongs.
_EXPECTED = ("status of 422", "status of 409")

expect.set_options(timeout=10_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory) -> Path:
    """The demo company, made once for all test processes."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    path = shared / "demo.sqlite"
    with FileLock(shared / "demo.lock"):
        if not path.exists():
            fresh = base / "demo-new.sqlite"
            make_demo(fresh)
            fresh.rename(path)
    return path


@pytest.fixture(scope="session")
def shop(demo_file, tmp_path_factory) -> Iterator[Live]:
    """A server for tests that only look."""
    with serve_copy(demo_file, tmp_path_factory.mktemp("shop")) as live:
        yield live


@pytest.fixture
def own_shop(demo_file, tmp_path) -> Iterator[Live]:
    """A server on a copy of one's own, for tests that change something."""
    with serve_copy(demo_file, tmp_path) as live:
        yield live


@pytest.fixture
def empty_shop(_sqlite_template, tmp_path) -> Iterator[Live]:
    """A server on which nobody has worked yet."""
    database = tmp_path / "empty.sqlite"
    database.write_bytes(_sqlite_template.read_bytes())
    with serve(database) as live:
        yield live


@pytest.fixture(scope="session")
def _cookies() -> dict[tuple[str, str], dict[str, str]]:
    return {}


@pytest.fixture
def visit(new_context, _cookies) -> Iterator[Callable[..., Page]]:
    """`visit(shop, "/items", user="clerk", dark=True, size=NARROW)`: a page in a browser of its own, logged in.

    `user=None` is a stranger. When the test ends, nothing may have been written to the browser's console.
    """
    said: list[str] = []

    def note(page: Page, message: ConsoleMessage) -> None:
        # A page that says 404 is shown; a file of the page that does would be a fault.
        own = message.location["url"] == page.url and message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not own and not any(words in message.text for words in _EXPECTED):
            said.append(f"{page.url}: {message.text} {message.location['url']}")

    def watch(page: Page) -> None:
        page.on("console", lambda message: note(page, message))
        page.on("pageerror", lambda error: said.append(f"{page.url}: {error}"))

    def open_page(
        live: Live, path: str = "/", *, user: str | None = "owner", dark: bool = False, size=None, script: bool = True
    ) -> Page:
        context = new_context(
            base_url=live.url, viewport=size or WIDE, color_scheme="dark" if dark else "light",
            reduced_motion="reduce", java_script_enabled=script, has_touch=size == NARROW, locale="en-GB",
        )  # fmt: skip
        if user:
            key = (live.url, user)
            if key not in _cookies:
                _cookies[key] = live.cookie(user)
            context.add_cookies([_cookies[key]])
        context.set_default_timeout(10_000)
        page = context.new_page()
        watch(page)
        page.goto(path)
        return page

    yield open_page

    assert said == []
