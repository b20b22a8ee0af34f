"""Commands: `flask verify`, `flask import`, `flask demo` ... Thin: parse, call a service, print."""

from __future__ import annotations

from flask import Flask

from cli import costs, demo, exchange, scenario, upgrade, users, verify


def init_app(app: Flask) -> None:
    """Register every command group."""
    costs.init_app(app)
    demo.init_app(app)
    upgrade.init_app(app)
    users.init_app(app)
    verify.init_app(app)
    exchange.init_app(app)
    scenario.init_app(app)
