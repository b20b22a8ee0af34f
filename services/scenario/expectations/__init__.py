"""What can be expected, a module for each area; importing this package declares every key below `expect`."""

from __future__ import annotations

from services.scenario.expectations import (
    applications,
    bins,
    cards,
    documents,
    entries,
    general_ledger,
    planning,
    posted,
    tracking,
    valuation,
    value_entries,
)

__all__ = [
    "applications", "bins", "cards", "documents", "entries", "general_ledger", "planning", "posted", "tracking",
    "valuation", "value_entries",
]  # fmt: skip
