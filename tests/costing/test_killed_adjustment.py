"""A run of cost adjustment that is killed at any moment goes on where it was and ends the same."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Item, ValueEntry
from posting.verify import verify
from services import cost_adjustment
from services.poster import Poster
from services.scenario.scratch import open_session
from tests.builders import World

ROOT = Path(__file__).resolve().parents[2]
ITEMS, SALES, KILLS = 25, 6, 3
#: one item a transaction, so that there is much to be interrupted
RUN = """
import sys
from services import cost_adjustment
from services.poster import Poster
from services.scenario.scratch import open_session

cost_adjustment.ENTRIES_AT_ONCE = 1
with open_session(sys.argv[1]) as session:
    print("ready", flush=True)
    cost_adjustment.adjust_cost(session, Poster())
"""


def trade(url: str) -> None:
    """Items bought at rising prices and sold at the first one: every sale has to be corrected."""
    with open_session(url) as session:
        world = World(session)
        lines = []
        for number in range(ITEMS):
            item = world.item(f"I{number}", unit_cost=1)
            for unit in range(1, SALES + 1):
                lines.append(world.line(item, "purchase", 2, unit * 3))
                lines.append(world.line(item, "sale", 2, 9))
        world.post(*lines)


def costs(url: str) -> list[tuple[int, int]]:
    with open_session(url) as session:
        value = ValueEntry
        total = func.sum(value.cost_amount_actual)
        rows = session.execute(select(value.item_ledger_entry_id, total).group_by(value.item_ledger_entry_id))
        assert verify(session) == []
        return sorted((entry_id, cost) for entry_id, cost in rows)


def adjust(url: str) -> None:
    with open_session(url) as session:
        assert cost_adjustment.adjust_cost(session, Poster()).failed == []
        assert cost_adjustment.waiting_items(session) == []
        assert session.scalars(select(Item.id).where(Item.cost_is_adjusted.is_(False))).all() == []


def killed_run(url: str) -> None:
    run = subprocess.Popen([sys.executable, "-c", RUN, url], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert run.stdout.readline() == "ready\n"
    time.sleep(random.uniform(0, 0.3))
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def twins(request, tmp_path):
    """Two databases with the same postings."""
    if request.param == "sqlite":
        first = request.getfixturevalue("sqlite_url")
        trade(first)
        shutil.copyfile(first.removeprefix("sqlite:///"), tmp_path / "twin.sqlite")
        yield first, f"sqlite:///{tmp_path / 'twin.sqlite'}"
        return
    first, cluster = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_cluster")
    trade(first)
    second = cluster.create_database(template=first)
    yield first, second
    cluster.drop_database(second)


@pytest.mark.slow
def test_a_killed_run_goes_on_and_ends_the_same(twins):
    whole, interrupted = twins
    adjust(whole)

    for _kill in range(KILLS):
        killed_run(interrupted)
    adjust(interrupted)

    assert costs(interrupted) == costs(whole)
