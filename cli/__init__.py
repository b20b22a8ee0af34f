"""Commands: `flask verify`, `flask import`, `flask demo` ... Thin: parse, call a service, print."""

from __future__ import annotations

from flask import Flask

from cli import upgrade


def init_app(app: Flask) -> None:
    """Register every command group."""
    upgrade.init_app(app)
