"""Light or dark: kept in a cookie, so that the page is drawn right the first time, and with the user."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, current_app, request
from sqlalchemy import update

from blueprints.access import current_user, public
from blueprints.database import db_session
from blueprints.htmx import go, wants_fragment
from core.errors import ValidationError
from core.text import _
from core.unit_of_work import perform
from models import User, db

bp = Blueprint("appearance", __name__)

THEMES = ("auto", "light", "dark")
COOKIE = "theme"


def theme() -> str:
    """The theme to draw the page in: the cookie's, else the user's, else the device's ("auto")."""
    chosen = request.cookies.get(COOKIE) or current_user.theme or "auto"
    return chosen if chosen in THEMES else "auto"


@bp.post("/theme")
@public
def choose() -> Response:
    """Set the theme; open to visitors too, who get the cookie only."""
    chosen = request.form.get("theme", "")
    if chosen not in THEMES:
        raise ValidationError("unknown_theme", _("Choose light, dark or the device's setting."))
    if current_user.is_authenticated and current_user.theme != chosen:
        user_id = current_user.id
        perform(db_session(), lambda session: _keep(session, user_id, chosen), user_id=user_id)
    back = urlsplit(request.referrer or "/")
    response = (
        Response("", 204)
        if wants_fragment()
        else go(f"{back.path or '/'}?{back.query}" if back.query else back.path or "/")
    )
    return remember(response, chosen)


def remember(response: Response, chosen: str) -> Response:
    """Keep the theme in the cookie, which is read before anybody is known."""
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=365 * 24 * 3600,
        samesite="Lax",
        httponly=False,
        secure=bool(current_app.config.get("HTTPS")),
    )
    return response


def _keep(session: object, user_id: int, chosen: str) -> None:
    db.session.execute(update(User).where(User.id == user_id).values(theme=chosen))
