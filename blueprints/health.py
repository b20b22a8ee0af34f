"""Signs of life for whoever watches the server: plain JSON, no log-in, nothing secret."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from blueprints.access import public
from models import db

bp = Blueprint("health", __name__)


@bp.get("/health")
@public
def health() -> Response:
    """The process answers; says nothing about the database, so that a slow database gets no process killed."""
    return _uncached(jsonify(status="ok"))


@bp.get("/ready")
@public
def ready() -> tuple[Response, int]:
    """200 when the database answers, else 503: send no people here yet."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return _uncached(jsonify(status="unavailable", database="unreachable")), 503
    return _uncached(jsonify(status="ok", database="ok")), 200


def _uncached(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response


def init_app(app: Flask) -> None:
    """Register the two addresses."""
    app.register_blueprint(bp)
