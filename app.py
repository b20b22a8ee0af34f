"""The application factory: settings, extensions, pages, commands. Wires; decides nothing."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_migrate import Migrate
from whitenoise import WhiteNoise

import blueprints
import cli
from config import INSTANCE, ROOT, load_settings
from models import db
from services.planning.positions import keep_positions

migrate = Migrate()


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """A ready application; `overrides` beat file and environment (tests, scenario databases)."""
    app = Flask("stockbook", root_path=str(ROOT), instance_path=str(INSTANCE), static_folder="static")
    app.config.from_mapping(load_settings(overrides))
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True, "autoescape": True}
    db.init_app(app)
    keep_positions()
    migrate.init_app(
        app,
        db,
        directory=str(ROOT / "migrations"),
        compare_type=True,
        render_as_batch=False,
        compare_server_default=False,
    )
    blueprints.init_app(app)
    cli.init_app(app)
    # Files that the build made are served by WhiteNoise with far-away expiry and compression.
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(ROOT / "static"), prefix="static/", max_age=3600)  # type: ignore[method-assign]
    return app
