"""The job worker: runs what pages have put on the Huey queue (`app.extensions["huey"]`), until it is told to stop.

SIGINT lets the running job finish, SIGTERM interrupts it. Started beside the web server by scripts/serve.py.
"""

from __future__ import annotations

import logging
import os

from app import create_app
from core.memory import collect_rarely


def main() -> None:
    """Consume the queue; threads share the process, so keep STOCKBOOK_JOB_WORKERS small (1 suits SQLite)."""
    logging.basicConfig(level=os.environ.get("STOCKBOOK_LOG_LEVEL", "WARNING").upper())
    app = create_app()
    huey = app.extensions.get("huey")
    if huey is None or app.config["JOBS"] != "worker":
        return
    consumer = huey.create_consumer(
        workers=int(os.environ.get("STOCKBOOK_JOB_WORKERS", "1")),
        worker_type="thread",
        initial_delay=0.2,
        backoff=1.2,
        max_delay=2.0,
        # Work that was cut off is told by its job row's heartbeat, not started again behind the user's back.
        check_worker_health=True,
    )
    collect_rarely()
    consumer.run()


if __name__ == "__main__":
    main()
