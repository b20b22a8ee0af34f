"""Sixteen posters at once on the same few items: nothing lost, nothing twice, never below zero, no needless error."""

from __future__ import annotations

import itertools
import json
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ItemLedgerEntry, ItemTotal, Register
from posting.verify import verify
from tests.builders import World
from tests.support.posters import open_session

ROOT = Path(__file__).resolve().parents[2]
POSTERS = 16
STOCK = 24


@pytest.fixture
def item_ids(database_url) -> list[int]:
    """Five items with a little stock each that may not run negative; the first register is their receipt."""
    with open_session(database_url) as session:
        world = World(session)
        items = [world.item(f"ITEM{number}", unit_cost=1, prevent_negative=True) for number in range(5)]
        # In several layers, so that rivals meet on the same open entries.
        world.post(*(world.line(item, "purchase", STOCK // 4, 1) for item in items * 4))
        return [item.id for item in items]


@pytest.mark.slow
def test_rivals_never_lose_double_or_oversell(database_url, item_ids):
    # Pairs in both orders are what would deadlock if the items were not locked in the order of their ids.
    pairs = list(itertools.permutations(item_ids, 2))
    jobs = [
        {"key": f"sale-{number}", "sales": [[item_id, random.randint(1, 3)] for item_id in pairs[number % len(pairs)]]}
        for number in range(POSTERS * 6)
    ]

    answers = run_rivals(database_url, jobs)

    assert [answer for answer in answers if "failed" in answer] == []
    assert {answer.get("refused") for answer in answers} == {None, "negative_inventory"}
    assert sorted(answer["key"] for answer in answers) == sorted(job["key"] for job in jobs)
    posted = {answer["key"]: answer["register"] for answer in answers if "register" in answer}
    sold: Counter[int] = Counter()
    for job in jobs:
        if job["key"] in posted:
            sold.update(dict(job["sales"]))
    with open_session(database_url) as session:
        left = stock(session)
        assert left == {item_id: STOCK - sold[item_id] for item_id in item_ids}
        assert min(left.values()) >= 0
        assert registers(session) == posted
        # Stock only shrank: whoever was refused would still be refused now.
        wanted = {job["key"]: dict(job["sales"]) for job in jobs if job["key"] not in posted}
        assert [key for key, sales in wanted.items() if all(left[i] >= q for i, q in sales.items())] == []
        assert verify(session) == []


@pytest.mark.slow
def test_one_key_from_many_posters_posts_once(database_url, item_ids):
    # Each key is dealt to every poster, at about the same moment.
    keys = [f"sale-{number}" for number in range(6)]
    jobs = [{"key": key, "sales": [[item_ids[0], 1]]} for key in keys for _poster in range(POSTERS)]

    answers = run_rivals(database_url, jobs)

    assert [answer for answer in answers if "register" not in answer] == []
    said = {key: {answer["register"] for answer in answers if answer["key"] == key} for key in keys}
    with open_session(database_url) as session:
        assert said == {key: {register} for key, register in registers(session).items()}
        assert session.scalar(select(func.count()).select_from(Register)) == 1 + len(keys)
        assert stock(session)[item_ids[0]] == STOCK - len(keys)
        assert verify(session) == []


def run_rivals(url: str, jobs: list[dict[str, object]]) -> list[dict[str, object]]:
    """What the posters answered, in the order they did."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.posters", "rivals", url, str(POSTERS)],
        cwd=ROOT, input="\n".join(map(json.dumps, jobs)), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def stock(session: Session) -> dict[int, int]:
    """Item -> what is left of it."""
    return {
        item_id: int(quantity) for item_id, quantity in session.execute(select(ItemTotal.item_id, ItemTotal.quantity))
    }


def registers(session: Session) -> dict[str, int]:
    """Document no. -> register of every sale; each document was posted by one register."""
    rows = session.execute(
        select(ItemLedgerEntry.document_no, ItemLedgerEntry.register_id).where(ItemLedgerEntry.quantity < 0).distinct()
    ).all()
    assert len(rows) == len({document_no for document_no, _register in rows})
    return {row.document_no: row.register_id for row in rows}
