"""What surrounds every page: CSRF, HTMX, language, security headers, request ids, and what base.html shows."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import uuid
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, g, has_request_context, request, url_for
from flask_babel import Babel, get_locale
from flask_security import current_user
from flask_talisman import Talisman
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx

from blueprints import access, appearance, navigation, translations
from blueprints.htmx import in_sheet
from blueprints.words import word
from core.clock import utcnow
from models import CompanyInformation, db

logger = logging.getLogger("stockbook.requests")
csrf = CSRFProtect()
babel = Babel()
talisman = Talisman()

#: Nothing inline, nothing from elsewhere. Pictures may be chosen (blob:) and Tabler draws small signs (data:).
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    # what reads the camera's codes is compiled to WebAssembly; nothing else may be evaluated
    "script-src": ["'self'", "'wasm-unsafe-eval'"],
    "img-src": ["'self'", "data:", "blob:"],
    "object-src": "'none'",
    "base-uri": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
}


def _locale() -> str | None:
    """The user's language, else the best the browser asks for; the first where nobody asks (commands, jobs)."""
    if not has_request_context():
        return None
    languages: list[str] = current_languages()
    own = getattr(access.current_user, "locale", "") if access.current_user else ""
    return own if own in languages else request.accept_languages.best_match(languages, languages[0])


def current_languages() -> list[str]:
    """The languages with a catalogue."""
    return list(current_app.config.get("LANGUAGES") or ["en"])


def _begin() -> None:
    g.started = time.perf_counter()
    sent = request.headers.get("X-Request-Id", "")
    g.request_id = sent if re.fullmatch(r"[A-Za-z0-9-]{8,64}", sent) else uuid.uuid4().hex[:12]


def _end(response: Response) -> Response:
    response.headers["X-Request-Id"] = getattr(g, "request_id", "")
    if request.endpoint != "static" and not request.path.startswith(("/static/", "/health", "/ready")):
        response.headers.setdefault("Cache-Control", "no-cache, private")
        _log(response)
    return response


def _log(response: Response) -> None:
    """One line of JSON for each request; no arguments, which may name people."""
    if not logger.isEnabledFor(logging.INFO):
        return
    user = access.current_user
    logger.info(
        json.dumps({
            "at": utcnow().isoformat(timespec="milliseconds"),
            "request": g.request_id,
            "method": request.method,
            "path": request.path,
            "status": response.status_code,
            "ms": round((time.perf_counter() - g.started) * 1000, 1),
            "user": user.id if user and user.is_authenticated else None,
            "endpoint": request.endpoint,
        })
    )  # fmt: skip


def company_name() -> str:
    """The company's name for the rail; one small query a request, none when nothing is set up."""
    if "company_name" not in g:
        g.company_name = db.session.scalar(db.select(CompanyInformation.name).limit(1)) or "Stockbook"
    return str(g.company_name)


def asset(name: str) -> str:
    """The URL of a file in static/, with the time of its last change, so that browsers take a new one at once."""
    versions: dict[str, int] = current_app.extensions.setdefault("asset_versions", {})
    if name not in versions or current_app.debug:
        path = Path(str(current_app.static_folder)) / name
        versions[name] = int(path.stat().st_mtime) if path.exists() else 0
    return url_for("static", filename=name, v=versions[name])


def has_page(endpoint: str) -> bool:
    """True when the endpoint exists: the shell links to nothing that is not there."""
    return endpoint in current_app.view_functions


def _globals() -> dict[str, Any]:
    return {
        "rail": navigation.rail,
        "current_area": navigation.current_area,
        "theme": appearance.theme,
        "company_name": company_name,
        "word": word,
        "asset": asset,
        "has_page": has_page,
        "in_sheet": in_sheet,
        "get_locale": get_locale,
        "current_user": current_user,
        "enumerate": enumerate,
        "today": access.today,
    }


def init_app(app: Flask) -> None:
    """Set up the extensions and what base.html asks for."""
    app.before_request(_begin)
    app.after_request(_end)
    csrf.init_app(app)
    Htmx(app)
    babel.init_app(app, locale_selector=_locale)
    translations.init_app(app)
    talisman.init_app(
        app,
        content_security_policy=CONTENT_SECURITY_POLICY,
        force_https=False,
        strict_transport_security=bool(app.config.get("HTTPS")),
        session_cookie_secure=bool(app.config.get("HTTPS")),
        frame_options="DENY",
        referrer_policy="same-origin",
        permissions_policy={"camera": "(self)", "geolocation": "()", "microphone": "()"},
    )
    app.jinja_env.globals.update(_globals())
    app.jinja_env.add_extension("jinja2.ext.do")
    if not logger.handlers and not app.testing:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
