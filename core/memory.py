"""How often Python looks for circles of forgotten objects: rarely, in processes that make millions of small ones."""

from __future__ import annotations

import gc

#: Looked at after so many new objects; then every fifth time those that stayed, every tenth of these everything.
#: Python's own 700 took a fifth of a cost adjustment, which keeps what it makes until its transaction ends.
_THRESHOLDS = 50_000, 5, 10


def collect_rarely() -> None:
    """To be called once what a process needs is loaded: that stays for good and is never walked through again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_THRESHOLDS)
