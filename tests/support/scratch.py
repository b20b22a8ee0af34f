"""Where tests keep their databases: in memory where the machine has room, since nothing here must survive a power cut.

Every posting waits for the disk on purpose; a suite of thousands of small databases would wait for minutes.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
#: What a whole run may hold at once, with room to spare.
NEEDED_BYTES = 6 * 1024**3
_PREFIX = "stockbook-test-"


def instance_folder() -> str:
    """An instance folder of this process; from here on it and its children make their temporary files in memory."""
    _use_memory()
    return tempfile.mkdtemp(prefix=_PREFIX)


def _use_memory() -> None:
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or not os.access(MEMORY, os.W_OK):
        return
    _remove_left_over()
    if shutil.disk_usage(MEMORY).free < NEEDED_BYTES:
        return
    folder = MEMORY / f"{_PREFIX}{os.getpid()}"
    folder.mkdir(exist_ok=True)
    os.environ["TMPDIR"] = str(folder)
    tempfile.tempdir = None  # asked for anew
    atexit.register(_remove, folder, os.getpid())


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left_over() -> None:
    """What killed runs left."""
    for folder in MEMORY.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX)
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
