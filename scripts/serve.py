"""Starts Stockbook as one pair: the web server (gunicorn) and the worker for background jobs (Huey).

Brings the database up to date first, where it is not. SIGTERM and SIGINT stop both gently; when the web server ends by
itself, so does the pair; a worker that failed is started again.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
GRACE_SECONDS = 20  # what a request or a job may take to finish after the signal
RESTART_PAUSE_SECONDS = 2

UPGRADE = [sys.executable, "-m", "flask", "--app", "app", "upgrade"]
WEB = [sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py", "app:create_app()"]
WORKER = [sys.executable, "worker.py"]

_stopping = False


def _stop(_number: int, _frame: FrameType | None) -> None:
    global _stopping  # noqa: PLW0603 - a signal handler has no other way to tell
    _stopping = True


def start(command: list[str]) -> subprocess.Popen[bytes]:
    """A child of its own session, so that Ctrl-C in the terminal reaches it through us only, once."""
    return subprocess.Popen(command, cwd=ROOT, start_new_session=True)


def end(web: subprocess.Popen[bytes], worker: subprocess.Popen[bytes]) -> None:
    """Ask each to finish what it does, then insist."""
    children = [web, worker]
    # The gentle signal differs: gunicorn finishes its requests on SIGTERM, Huey its job on SIGINT.
    for child, gentle in ((web, signal.SIGTERM), (worker, signal.SIGINT)):
        if child.poll() is None:
            child.send_signal(gentle)
    deadline = time.monotonic() + GRACE_SECONDS
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def is_current() -> bool:
    """True when the database stands at the newest migration: asked without the application, which loads for seconds.

    Where anything is unclear the answer is no, and `flask upgrade` says what is the matter.
    """
    sys.path.insert(0, str(ROOT))
    from config import load_settings

    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "migrations" / "versions").glob("*.py")]
    named = [dict(re.findall(r'^(revision|down_revision) = "([^"]+)"', text, re.MULTILINE)) for text in texts]
    newest = {names["revision"] for names in named} - {names.get("down_revision") for names in named}
    url = str(load_settings()["SQLALCHEMY_DATABASE_URI"])
    question = "SELECT version_num FROM alembic_version"
    try:
        if url.startswith("sqlite:///"):
            path = Path(url.removeprefix("sqlite:///")).resolve()
            with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
                return {row[0] for row in connection.execute(question)} == newest
        import psycopg

        with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://", 1), connect_timeout=5) as server:
            return {row[0] for row in server.execute(question)} == newest
    except Exception:  # noqa: BLE001 - whatever it is, the command finds it too and has a sentence for it
        return False


def main() -> int:
    """Run until told to stop; the web server's exit code, 0 after a signal."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    if not is_current():
        upgraded = subprocess.run(UPGRADE, cwd=ROOT, check=False)
        if upgraded.returncode or _stopping:
            return upgraded.returncode

    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    print(f"Stockbook is at http://{host}:{port} (Ctrl-C stops it)", flush=True)
    web, worker = start(WEB), start(WORKER)
    restart_at = 0.0
    try:
        while not _stopping:
            if web.poll() is not None:
                print(f"The web server ended with code {web.returncode}.", file=sys.stderr)
                return web.returncode or 1
            if worker.poll():  # 0 says that jobs run elsewhere (JOBS = "inline")
                if not restart_at:
                    print(f"The job worker ended with code {worker.returncode}; starting it again.", file=sys.stderr)
                    restart_at = time.monotonic() + RESTART_PAUSE_SECONDS
                elif time.monotonic() >= restart_at:
                    worker, restart_at = start(WORKER), 0.0
            time.sleep(0.2)
        return 0
    finally:
        end(web, worker)


if __name__ == "__main__":
    raise SystemExit(main())
