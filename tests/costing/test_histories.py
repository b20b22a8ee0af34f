"""Random histories of at least 60 postings: adjusted, they prove right, and a naive engine says the same to the cent.

`STOCKBOOK_HISTORIES=200` plays so many on each database instead of the few that a test run has time for.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from models.enums import AutomaticCostAdjustment, AverageCostCalcType, AverageCostPeriod, CostingMethod
from services.scenario.scratch import open_session, prepare_template
from tests.support.histories import KINDS, PLACES, History, Op, Rules, Shop
from tests.support.oracle import check_history

POSTINGS = 60
EXAMPLES = int(os.environ.get("STOCKBOOK_HISTORIES", "0"))

_number = st.integers(0, 999)
_kind = st.sampled_from([kind for kind, weight in KINDS.items() for _once in range(weight)])
#: drawn longer than wanted: some operations find nothing to do or are refused
DRAWN = 3 * POSTINGS


def scattered(seed: int) -> list[Op]:
    """Operations as varied as the dice say; hypothesis alone begins with the plainest."""
    dice = random.Random(seed)
    kinds, weights = list(KINDS), list(KINDS.values())
    return [Op(kind, *(dice.randrange(1000) for _each in range(3))) for kind in dice.choices(kinds, weights, k=DRAWN)]


#: many examples can be made smaller where one fails; of a few, each has to count
OPS = (
    st.lists(st.builds(Op, _kind, _number, _number, _number), min_size=DRAWN, max_size=DRAWN)
    if EXAMPLES
    else st.integers(0, 1 << 32).map(scattered)
)
RULES = {
    method: st.builds(
        Rules,
        st.just(method),
        st.sampled_from(AverageCostCalcType),
        st.sampled_from(AverageCostPeriod),
        st.sampled_from([AutomaticCostAdjustment.NEVER, AutomaticCostAdjustment.ALWAYS]),
        st.booleans(),
    )
    for method in CostingMethod
}
#: time is bounded, so the examples are the same every run; what fails is made smaller only when many are played
FEW = settings(
    max_examples=EXAMPLES or 1, deadline=None, derandomize=not EXAMPLES, database=None,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate, *([Phase.shrink] if EXAMPLES else [])],
)  # fmt: skip


@pytest.fixture(scope="session")
def sqlite_shop(_sqlite_template, tmp_path_factory) -> Path:
    """A company with two locations, to be copied for every history."""
    path = tmp_path_factory.mktemp("histories") / "template.sqlite"
    shutil.copyfile(_sqlite_template, path)
    furnish(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_shop(postgres_cluster, _postgres_template) -> str:
    url = postgres_cluster.create_database(template=_postgres_template)
    furnish(url)
    postgres_cluster.keep_rows(url)
    return url


def furnish(url: str) -> None:
    prepare_template(url)
    with open_session(url) as session:
        for code in PLACES:
            Shop(session).location(code)


@contextmanager
def copy_of(template: Path) -> Iterator[str]:
    path = template.with_name("history.sqlite")
    shutil.copyfile(template, path)
    yield f"sqlite:///{path}"


def tell(url: str, rules: Rules, ops: list[Op]) -> tuple[str, int]:
    """Play until enough is posted; what does not hold, and how much was posted."""
    with open_session(url) as session:
        history = History(Shop(session), rules)
        for op in ops:
            history.play([op])
            if history.posted >= POSTINGS:
                break
        return check_history(history), history.posted


@pytest.mark.parametrize("method", list(CostingMethod))
def test_a_history_holds_on_sqlite(method, sqlite_shop):
    @FEW
    @given(rules=RULES[method], ops=OPS)
    def holds(rules, ops):
        with copy_of(sqlite_shop) as url:
            fault, posted = tell(url, rules, ops)
        assert fault == ""
        assert posted >= POSTINGS or EXAMPLES

    holds()


@pytest.mark.postgresql
@pytest.mark.parametrize("method", list(CostingMethod))
def test_a_history_holds_on_postgresql(method, request):
    cluster = request.getfixturevalue("postgres_cluster")
    url = request.getfixturevalue("postgres_shop")

    @FEW
    @given(rules=RULES[method], ops=OPS)
    def holds(rules, ops):
        try:
            fault, posted = tell(url, rules, ops)
        finally:
            cluster.restore(url)
        assert fault == ""
        assert posted >= POSTINGS or EXAMPLES

    holds()
