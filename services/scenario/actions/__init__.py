"""What steps do, a module for each area; importing this package declares every action of the format."""

from __future__ import annotations

from services.scenario.actions import (
    applications,
    assembly,
    costing,
    counts,
    documents,
    journal,
    periods,
    production,
    reservations,
    settings,
    transfers,
    undo,
)

__all__ = [
    "applications", "assembly", "costing", "counts", "documents", "journal", "periods", "production", "reservations",
    "settings", "transfers", "undo",
]  # fmt: skip
