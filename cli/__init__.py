"""Commands: `flask verify`, `flask import`, `flask demo` ... Thin: parse, call a service, print."""

from __future__ import annotations

from flask import Flask


def init_app(app: Flask) -> None:
    """Register every command group."""
