"""The first start on the servers that `make run` starts: web server and worker, an empty database."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def started(_sqlite_template, tmp_path) -> Iterator[str]:
    """scripts/serve.py on empty tables; the address it is at."""
    shutil.copyfile(_sqlite_template, tmp_path / "first.sqlite")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    environment = os.environ | {
        "PORT": str(port), "HOST": "127.0.0.1", "STOCKBOOK_WORKERS": "1", "STOCKBOOK_INSTANCE": str(tmp_path / "inst"),
        "STOCKBOOK_DATABASE_URL": f"sqlite:///{tmp_path / 'first.sqlite'}",
    }  # fmt: skip
    log = tmp_path / "server.log"
    with log.open("wb") as sink:
        server = subprocess.Popen(
            [sys.executable, "scripts/serve.py"], cwd=ROOT, env=environment, stdout=sink, stderr=sink
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(url, server, log)
        yield url
    finally:
        server.terminate()
        server.wait(30)


def wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(f"{url}/ready", timeout=5):  # noqa: S310 - our own address
                return
        except OSError:
            assert server.poll() is None, log.read_text(errors="replace")
            assert time.monotonic() < deadline, log.read_text(errors="replace")
            time.sleep(0.1)


@pytest.mark.slow
def test_the_first_start_builds_the_demo_company_and_no_page_is_empty(started, new_context):
    page = new_context(base_url=started, viewport={"width": 1180, "height": 820}).new_page()
    failed = []
    page.on("pageerror", lambda error: failed.append(str(error)))

    page.goto("/items")
    expect(page).to_have_url(re.compile("/welcome$"))
    page.get_by_role("button", name="Start with the demo company").click()
    expect(page.locator("progress")).to_be_visible()
    expect(page.locator(".tile").first).to_be_visible(timeout=60_000)

    expect(page.locator("#flash")).to_contain_text("The demo company is ready")
    for path in ("/items", "/vendors", "/customers", "/journal/", "/ledger/items", "/ledger/registers"):
        page.goto(path)
        expect(page.locator("tr[data-row]").nth(1)).to_be_visible()
    assert failed == []


def test_the_wizard_sets_up_a_company_of_ones_own(empty_shop, visit):
    page = visit(empty_shop, "/", user=None)
    expect(page).to_have_url(re.compile("/welcome$"))

    page.get_by_role("link", name="Set up my company").click()
    page.locator("#content [name=name]").fill("Hansen Cykler")
    for _step in ("company", "currency", "accounts", "locations"):
        page.locator("main form button").last.click()
    expect(page).to_have_url(re.compile("/administrator"))
    page.locator("[name=full_name]").fill("Karen Hansen")
    page.locator("[name=email]").fill("karen@hansen.example")
    page.locator("[name=password]").fill("quiet green river stone")
    page.locator("[name=again]").fill("quiet green river stone")
    page.locator("main form button").last.click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Karen")
    page.goto("/items")
    expect(page.locator(".empty-state")).to_contain_text(re.compile("item", re.IGNORECASE))
    page.locator(".empty-state a").first.click()
    expect(page).to_have_url(re.compile("/items/new"))
