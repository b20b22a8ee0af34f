"""A poster that is killed at any moment: what it acknowledged is there, once and whole; nothing else is."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.unit_of_work import perform
from models import ItemJournalLine, ItemLedgerEntry, ItemTotal, Register
from posting.verify import verify
from services.documents.journal_batches import create_batch
from tests.builders import World
from tests.support import postgres
from tests.support.databases import migrate_empty
from tests.support.posters import JOURNAL, open_session

ROOT = Path(__file__).resolve().parents[2]
POSTINGS = 200
KILLS = 3


@pytest.fixture(scope="module")
def durable_postgres_url():
    """PostgreSQL as in real use: a commit waits for the disk."""
    with postgres.start_cluster(postgres.DURABLE_SETTINGS) as cluster:
        url = cluster.create_database()
        migrate_empty(url)
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def url(request):
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "durable_postgres_url")


@pytest.mark.slow
def test_a_killed_poster_keeps_what_it_acknowledged_and_nothing_by_halves(url):
    with open_session(url) as session:
        batch_id, item_id = set_up(session)
    acknowledged: dict[int, int] = {}

    for _kill in range(KILLS):
        # It starts over each time, so what was acknowledged before is asked for again under the same keys.
        killed_after = len(acknowledged) + random.randint(1, 40)
        said = run_poster(url, batch_id, item_id, kill_after=killed_after, pause=random.uniform(0, 0.02))

        assert {number: said[number] for number in acknowledged if number in said} == {
            number: register for number, register in acknowledged.items() if number in said
        }
        acknowledged |= said
        with open_session(url) as session:
            assert verify(session) == [], f"killed after {killed_after}"
            posted = postings(session)
            assert all(posted[f"journal-{number}"] == {register: len(JOURNAL)} for number, register in said.items())
            assert session.scalar(select(func.count()).select_from(ItemJournalLine)) == 0

    said = run_poster(url, batch_id, item_id)

    assert said.keys() == set(range(POSTINGS))
    assert said.items() >= acknowledged.items()
    with open_session(url) as session:
        assert verify(session) == []
        assert {name: dict(entries) for name, entries in postings(session).items()} == {
            f"journal-{number}": {register: len(JOURNAL)} for number, register in said.items()
        }
        assert session.scalar(select(func.count()).select_from(Register)) == POSTINGS
        assert session.scalar(select(ItemTotal.quantity)) == 7 * POSTINGS


def set_up(session: Session) -> tuple[int, int]:
    """A company, a batch to fill and an item."""
    item = World(session).item(unit_cost=3, unit_price=5)
    batch_id = perform(session, lambda s: create_batch(s, "CRASH").id)
    return batch_id, item.id


def run_poster(
    url: str, batch_id: int, item_id: int, *, kill_after: int | None = None, pause: float = 0
) -> dict[int, int]:
    """Number -> register as the poster acknowledged them; killed `pause` seconds after so many acknowledgements."""
    command = [sys.executable, "-m", "tests.support.posters", "journals", url, *map(str, (batch_id, item_id, POSTINGS))]
    said: dict[int, int] = {}
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as poster:
        assert poster.stdout is not None
        for line in poster.stdout:
            if line.endswith("\n"):  # the kill may cut the last one short
                number, register = line.split()
                said[int(number)] = int(register)
            if len(said) == kill_after:
                time.sleep(pause)
                poster.send_signal(signal.SIGKILL)
    assert poster.returncode == (0 if kill_after is None else -signal.SIGKILL)
    return said


def postings(session: Session) -> dict[str, Counter[int]]:
    """External document no. -> register -> number of its entries."""
    found: dict[str, Counter[int]] = {}
    rows = session.execute(select(ItemLedgerEntry.external_document_no, ItemLedgerEntry.register_id))
    for document_no, register_id in rows:
        found.setdefault(document_no, Counter())[register_id] += 1
    return found
