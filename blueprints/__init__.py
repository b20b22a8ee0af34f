"""Pages and fragments: parse the request, call one service, choose what to show.

`init_app` is the one list of what the web side consists of.
"""

from __future__ import annotations

from flask import Flask

from blueprints import health


def init_app(app: Flask) -> None:
    """Register web extensions, error pages and every blueprint."""
    health.init_app(app)
