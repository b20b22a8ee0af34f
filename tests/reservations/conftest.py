"""Fixtures of the reservation tests."""

import pytest

from tests.documents.trading import Trade


@pytest.fixture
def trade(world) -> Trade:
    """The company on SQLite."""
    return Trade(world)


@pytest.fixture
def each_trade(each_world) -> Trade:
    """The company; the test runs on SQLite and on PostgreSQL."""
    return Trade(each_world)
