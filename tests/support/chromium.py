"""Where the system's Chromium is; Playwright drives that one and downloads none."""

from __future__ import annotations

import shutil

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

#: Root (containers, build machines) has no user namespace to sandbox in; /dev/shm is often too small there.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]


def find_chromium() -> str:
    """The path of the browser; LookupError says what to install."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    raise LookupError("No Chromium found: install the package 'chromium'.")
