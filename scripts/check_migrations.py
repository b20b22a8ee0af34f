"""Says whether the migrations build exactly the tables that models/ declare; on an empty SQLite of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """0 when they agree; what differs is printed by Alembic."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'check.sqlite'}"
        environment = os.environ | {"STOCKBOOK_DATABASE_URL": url, "STOCKBOOK_SECRET_KEY": "only-for-this-check"}
        for action in ("upgrade", "check"):
            command = [sys.executable, "-m", "flask", "--app", "app", "db", action]
            done = subprocess.run(command, cwd=ROOT, env=environment, check=False)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
