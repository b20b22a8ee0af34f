"""Settings: defaults, then instance/stockbook.toml, then environment variables (STOCKBOOK_...)."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent
INSTANCE = Path(os.environ.get("STOCKBOOK_INSTANCE", ROOT / "instance"))

#: environment variable -> setting; the same names, lower-cased and without the prefix, stand in stockbook.toml
ENVIRONMENT = {
    "STOCKBOOK_DATABASE_URL": "SQLALCHEMY_DATABASE_URI",
    "STOCKBOOK_SECRET_KEY": "SECRET_KEY",
    "STOCKBOOK_BASE_URL": "BASE_URL",
    "STOCKBOOK_MAIL_SERVER": "MAIL_SERVER",
    "STOCKBOOK_SESSION_IDLE_MINUTES": "SESSION_IDLE_MINUTES",
    "STOCKBOOK_HTTPS": "HTTPS",
    "STOCKBOOK_JOBS": "JOBS",
}


def load_settings(overrides: dict[str, Any] | None = None) -> dict[str, Any]:
    """All settings of the application, ready for `app.config.from_mapping`."""
    settings: dict[str, Any] = {
        "SQLALCHEMY_DATABASE_URI": f"sqlite:///{INSTANCE / 'stockbook.sqlite'}",
        "BASE_URL": "http://127.0.0.1:8000",
        "HTTPS": False,
        #: "worker": a Huey consumer runs jobs; "inline": they run at once (tests, commands)
        "JOBS": "worker",
        "MAX_CONTENT_LENGTH": 64 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 8 * 1024 * 1024,
        "MAX_FORM_PARTS": 20_000,
        "PERMANENT_SESSION_LIFETIME": dt.timedelta(hours=8),
        #: without a page for so long, one is logged out; the lifetime above ends every session
        "SESSION_IDLE_MINUTES": 60,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "BABEL_DEFAULT_LOCALE": "en",
        "LANGUAGES": ["en"],
    }
    settings.update(_from_file(INSTANCE / "stockbook.toml"))
    for variable, setting in ENVIRONMENT.items():
        if variable in os.environ:
            settings[setting] = _plain(os.environ[variable])
    settings.update(overrides or {})
    url = str(settings["SQLALCHEMY_DATABASE_URI"])
    if url.startswith(("postgres://", "postgresql://")):
        settings["SQLALCHEMY_DATABASE_URI"] = "postgresql+psycopg://" + url.split("://", 1)[1]
    settings["SESSION_COOKIE_SECURE"] = bool(settings["HTTPS"])
    if not settings.get("SECRET_KEY"):
        settings["SECRET_KEY"] = kept_secret("secret_key")
    if not settings.get("SECURITY_PASSWORD_SALT"):
        settings["SECURITY_PASSWORD_SALT"] = kept_secret("password_salt")
    return settings


def kept_secret(name: str) -> str:
    """A random secret made once and kept in the instance folder, readable by the owner alone."""
    path = INSTANCE / name
    INSTANCE.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="utf-8").strip()
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        content = tomllib.load(file)
    known = {variable.removeprefix("STOCKBOOK_").lower(): setting for variable, setting in ENVIRONMENT.items()}
    return {known.get(name, name.upper()): value for name, value in content.items()}


def _plain(text: str) -> Any:
    return {"true": True, "false": False}.get(text.lower(), text)
