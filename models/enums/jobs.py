"""What becomes of a job."""

from __future__ import annotations

import enum


class JobStatus(enum.StrEnum):
    """Where a background job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
