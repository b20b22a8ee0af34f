"""A throw-away PostgreSQL cluster in a temporary folder, reached by a socket only; gone when it is left.

For tests and benchmarks. As a program (`python -m tests.support.postgres`) it prints the URL of a fresh database
and keeps the cluster until Ctrl-C.
"""

from __future__ import annotations

import ctypes
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import parse_qs, quote, urlsplit

import psycopg
from psycopg import sql

#: Set by whoever started a cluster for others (the first pytest process for its workers): the cluster's socket folder.
SOCKET_VARIABLE = "STOCKBOOK_TEST_POSTGRESQL"

USER = "stockbook"
#: Nothing in a throw-away cluster has to survive a power cut, so nothing waits for the disk.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "2GB",
    "jit": "off",
    "logging_collector": "off",
    "log_min_messages": "warning",
}
#: The same for measuring: here a commit waits for the disk, as it will in real use.
DURABLE_SETTINGS = SETTINGS | {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "512MB",
}
START_SECONDS = 30
MOST_IN_FRONT_OF_SOCKET = 70


class PostgresMissing(Exception):
    """No server binaries on this machine; the message says what to install."""


def find_binaries() -> Path:
    """The folder that holds initdb and postgres, the newest version first."""

    def version(folder: Path) -> tuple[int, ...]:
        return tuple(int(part) for part in folder.parent.name.split(".") if part.isdigit())

    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=version, reverse=True):
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    on_path = shutil.which("initdb")
    if on_path and (Path(on_path).resolve().parent / "postgres").exists():
        return Path(on_path).resolve().parent
    raise PostgresMissing("PostgreSQL's server binaries are missing: install the package 'postgresql'.")


def _server_user() -> str | None:
    """PostgreSQL refuses to run as root: then the user to become, else None."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _end_with_parent() -> None:
    """Linux: the server gets a fast shutdown when this process dies, even by SIGKILL."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG


_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
_CUT_OFF = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND pid <> pg_backend_pid()"
)
_RESTORE = """
    SELECT step FROM (
        SELECT 1 AS place, format('DELETE FROM public.%I', tablename) AS step FROM pg_tables
            WHERE schemaname = 'public'
        UNION ALL SELECT 2, format('INSERT INTO public.%I SELECT * FROM kept.%I', tablename, tablename) FROM pg_tables
            WHERE schemaname = 'kept'
        UNION ALL SELECT 3, format('PERFORM setval(''public.%I'', %s, %L)', name, last, is_used)
            FROM kept_numbers.sequence
    ) steps ORDER BY place
"""
#: A function, so that a session plans these hundreds of statements once and not each time.
_RESTORER = """
    CREATE FUNCTION kept_numbers.restore() RETURNS void LANGUAGE plpgsql SET session_replication_role = replica
    AS $restore$ BEGIN {}; END $restore$
"""


class Cluster:
    """A running server; makes databases and drops them."""

    _numbers = itertools.count(1)

    def __init__(self, socket_folder: str) -> None:
        self.socket_folder = socket_folder
        #: connections that `restore` uses again: a new one reads the catalogue of every table first
        self._restorers: dict[str, psycopg.Connection] = {}

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of `database`."""
        return f"postgresql+psycopg://{USER}@/{database}?host={quote(self.socket_folder, safe='')}"

    def create_database(self, template: str | None = None) -> str:
        """A new database, empty or a copy of `template` (a name or a URL; nobody may be connected); its URL."""
        name = f"t{os.getpid()}_{next(self._numbers)}"
        source = database_name(template) if template else "template0"
        if restorer := self._restorers.pop(source, None):  # nobody may be connected to what is copied
            restorer.close()
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(source)
        )
        with self.connect() as connection:
            connection.execute(statement)
        return self.url(name)

    def drop_database(self, database: str) -> None:
        """Remove a database (a name or a URL), cutting off who is still connected."""
        name = sql.Identifier(database_name(database))
        if restorer := self._restorers.pop(database_name(database), None):
            restorer.close()
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def keep_rows(self, database: str) -> None:
        """Remember the rows and numbers of a database, and of all copies that will be made of it, for `restore`."""
        with self.connect(database_name(database)) as connection:
            connection.execute("DROP SCHEMA IF EXISTS kept, kept_numbers CASCADE")
            connection.execute("CREATE SCHEMA kept; CREATE SCHEMA kept_numbers")
            connection.execute(
                "CREATE TABLE kept_numbers.sequence AS SELECT sequencename AS name, COALESCE(last_value, 1) AS last, "
                "last_value IS NOT NULL AS is_used FROM pg_sequences WHERE schemaname = 'public'"
            )
            for (name,) in connection.execute(_TABLES).fetchall():
                table = sql.Identifier(name)
                if connection.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(table)).fetchone() == (True,):
                    connection.execute(sql.SQL("CREATE TABLE kept.{} AS SELECT * FROM public.{}").format(table, table))
            steps = "; ".join(row[0] for row in connection.execute(_RESTORE))
            connection.execute(_RESTORER.format(steps))

    def restore(self, database: str) -> None:
        """Give a copy its first rows and numbers again, cutting off who is still connected: a tenth of a new copy."""
        name = database_name(database)
        if name not in self._restorers:
            self._restorers[name] = self.connect(name)
        restorer = self._restorers[name]
        try:
            restorer.execute(_CUT_OFF)
            restorer.execute("SELECT kept_numbers.restore()")
        except psycopg.OperationalError:  # a test cut off everybody
            self._restorers.pop(name).close()
            with self.connect(name) as connection:
                connection.execute(_CUT_OFF)
                connection.execute("SELECT kept_numbers.restore()")

    def close(self) -> None:
        """Give up the connections that `restore` keeps."""
        while self._restorers:
            self._restorers.popitem()[1].close()

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A raw connection in autocommit mode."""
        return psycopg.connect(host=self.socket_folder, user=USER, dbname=database, autocommit=True)


def database_name(name_or_url: str) -> str:
    """`shop` from `shop` or from `postgresql+psycopg://stockbook@/shop?host=...`."""
    return urlsplit(name_or_url).path.lstrip("/") if "://" in name_or_url else name_or_url


def socket_folder_of(url: str) -> str:
    """The folder of the socket that a cluster's URL names."""
    return parse_qs(urlsplit(url).query)["host"][0]


def _short_folder() -> str:
    folder = tempfile.gettempdir()
    return folder if len(folder) < MOST_IN_FRONT_OF_SOCKET else "/tmp"


@contextmanager
def start_cluster(settings: Mapping[str, str] = SETTINGS, *, data: Path | None = None) -> Iterator[Cluster]:
    """A new cluster for the length of the block; with `data`, its files are kept there and found again next time."""
    binaries = find_binaries()
    user = _server_user()
    become: dict[str, object] = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    # Short on purpose: a socket's path may have 107 characters.
    home = Path(tempfile.mkdtemp(prefix="sbpg-", dir=_short_folder()))
    if user:
        shutil.chown(home, user, pwd.getpwnam(user).pw_gid)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    common = {"cwd": home, "env": environment, "stdin": subprocess.DEVNULL} | become
    log = home / "server.log"
    data = data or home / "data"
    if user and data.parent != home:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.chown(data, user, pwd.getpwnam(user).pw_gid)
    server: subprocess.Popen[bytes] | None = None
    try:
        if not (data / "PG_VERSION").exists():
            _create_files(binaries, data, common)
        options = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        with log.open("wb") as sink:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", data, "-k", home, *options],
                stdout=sink, stderr=sink, preexec_fn=_end_with_parent, start_new_session=True, **common,  # noqa: PLW1509
            )  # fmt: skip
        cluster = Cluster(str(home))
        _wait_until_ready(cluster, server, log)
        with closing(cluster):
            yield cluster
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)  # fast shutdown: ends sessions, no long checkpoint
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _create_files(binaries: Path, data: Path, common: dict[str, object]) -> None:
    made = subprocess.run(
        [binaries / "initdb", "--pgdata", data, "--username", USER, "--auth", "trust", "--no-sync",
         "--encoding", "UTF8", "--locale", "C.UTF-8"],
        capture_output=True, text=True, check=False, **common,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")


def _wait_until_ready(cluster: Cluster, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            cluster.connect().close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {log.read_text(errors='replace')}") from None
            time.sleep(0.05)
        else:
            return


@contextmanager
def shared_cluster() -> Iterator[Cluster]:
    """The cluster another process started for us (SOCKET_VARIABLE), else one of our own, announced to children."""
    inherited = os.environ.get(SOCKET_VARIABLE)
    if inherited:
        with closing(Cluster(inherited)) as cluster:
            yield cluster
        return
    with start_cluster() as cluster:
        os.environ[SOCKET_VARIABLE] = cluster.socket_folder
        try:
            yield cluster
        finally:
            os.environ.pop(SOCKET_VARIABLE, None)


def main() -> None:
    """Print the URL of a fresh database; keep it until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    settings = DURABLE_SETTINGS if "--durable" in sys.argv[1:] else SETTINGS
    with start_cluster(settings) as cluster:
        print(cluster.create_database(), flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return


if __name__ == "__main__":
    main()
