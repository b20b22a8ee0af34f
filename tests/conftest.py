"""What all tests share. Test files state only what matters to them; helpers are in tests/support/."""

from __future__ import annotations

import gc
import os
import shutil

import pytest
from hypothesis import HealthCheck, settings

from tests.support.scratch import instance_folder

# Before anything imports config.py: tests never touch the instance/ of whoever runs them.
os.environ["STOCKBOOK_INSTANCE"] = instance_folder()
os.environ.pop("STOCKBOOK_DATABASE_URL", None)

from tests.support.chromium import ARGUMENTS, find_chromium
from tests.support.distribution import Together

# A busy machine makes no property false.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

pytest_plugins = ["tests.support.databases", "tests.support.people", "tests.support.trading"]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """Playwright drives the system's Chromium; it has downloaded none."""
    return browser_type_launch_args | {"executable_path": find_chromium(), "args": ARGUMENTS}


@pytest.fixture(scope="module", autouse=True)
def _cheap_collections():
    """What a module leaves behind for good is not walked through again by every collection of the next ones."""
    yield
    gc.collect()
    gc.freeze()


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> Together:
    """How tests are dealt to the processes."""
    return Together(config, log)


def pytest_unconfigure() -> None:
    """Remove the instance folder this process made."""
    shutil.rmtree(os.environ["STOCKBOOK_INSTANCE"], ignore_errors=True)
