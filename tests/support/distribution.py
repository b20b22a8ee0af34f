"""Which process runs what: tests that share something dear to build stay together, all others go where there is time.

Groups by mark (`xdist_group`) do nothing with this pytest: xdist writes them into a name that pytest no longer reads.
"""

from __future__ import annotations

from xdist.scheduler import LoadScopeScheduling

#: Their fixtures of the module take seconds: built in one process for each engine. They are handed out first.
DEAR = {
    "tests/posting/test_verify.py",
    "tests/posting/test_verify_costs.py",
    "tests/services/seed/test_demo.py",
    "tests/services/test_attribute_filters.py",
    "tests/test_hostile_input.py",
}


class Together(LoadScopeScheduling):
    """One test at a time, but those of a dear file and engine in one go."""

    def _split_scope(self, nodeid: str) -> str:
        file, _, name = nodeid.partition("::")
        if file not in DEAR:
            return nodeid
        return f"{file} {'postgresql' if 'postgresql' in name else 'sqlite'}"
