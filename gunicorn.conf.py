"""How gunicorn serves Stockbook; every value can be set by environment."""

import os
from typing import Any

bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("STOCKBOOK_WORKERS", "2"))
threads = int(os.environ.get("STOCKBOOK_THREADS", "4"))
worker_class = "gthread"
#: A page that takes longer than this is a fault; long work belongs to the job worker.
timeout = 60
graceful_timeout = 15
#: Workers are renewed now and then, not all at once, so that memory cannot creep.
max_requests = 20_000
max_requests_jitter = 2_000
#: The heartbeat file in memory: a slow disk must not look like a dead worker.
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: S108, PTH112
#: Behind a proxy on the same machine; name others in FORWARDED_ALLOW_IPS.
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
#: Requests are logged by the application, with their request id.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("STOCKBOOK_LOG_LEVEL", "warning").lower()


#: Loaded once for all workers: half the time to start, and the workers share what they do not change.
preload_app = True


def when_ready(server: Any) -> None:
    """What was loaded at start stays for good: garbage collection need not walk through it during a posting."""
    from core.memory import collect_rarely

    collect_rarely()


def post_fork(server: Any, worker: Any) -> None:
    """No worker uses a connection that was opened before it was born."""
    from models import db

    app = server.app.wsgi()
    app.extensions["huey"].storage.close()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)
