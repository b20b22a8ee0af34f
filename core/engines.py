"""Engines that are pointed at one database after another: what SQLAlchemy has compiled for one stays for the next.

For many short-lived databases in one process, such as a scenario's: to compile every statement anew takes longer than
to run them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine, event, make_url


class EnginePool:
    """Lends engines; `prepare` is called once with each new one."""

    def __init__(self, prepare: Callable[[Engine], None] = lambda _engine: None) -> None:
        self._prepare = prepare
        self._idle: dict[str, list[Engine]] = defaultdict(list)

    def take(self, url: str | URL) -> Engine:
        """An engine on the database at `url`, which nobody else uses until it is given back."""
        target = make_url(url)
        free = self._idle[target.drivername]
        if not free:
            engine = create_engine(target)
            event.listen(engine, "do_connect", _where_it_points(engine))
            self._prepare(engine)
            return engine
        engine = free.pop()
        engine.url = target
        return engine

    def give_back(self, engine: Engine) -> None:
        """Close its connections and let others have it."""
        engine.dispose()
        self._idle[engine.url.drivername].append(engine)


def _where_it_points(engine: Engine) -> Callable[..., None]:
    def connect(dialect: Dialect, _record: Any, arguments: list[Any], options: dict[str, Any]) -> None:
        found, named = dialect.create_connect_args(engine.url)
        arguments[:] = found
        options.update(named)

    return connect
