"""How Flask-Security, rate limits and session times are set up; the views are in auth.py.

Its own pages are not used: ours write through the unit of work, lock out and say so, and fit the rest.
"""

from __future__ import annotations

import datetime as dt
import time

from flask import Flask, current_app, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import logout_user
from flask_security import Security, SQLAlchemyUserDatastore
from flask_security import utils as fs_utils
from flask_security.totp import Totp

from blueprints.access import Anonymous
from config import kept_secret
from core import clock
from models import Role, User, db
from services import passwords, sign_in

limiter = Limiter(get_remote_address, storage_uri="memory://", default_limits=[])
datastore = SQLAlchemyUserDatastore(db, User, Role)

#: A log-in this young needs no second look before users or passwords are changed.
FRESH_FOR = dt.timedelta(minutes=30)
#: The time of the last request is noted once a minute, not with each.
_NOTED_EVERY_SECONDS = 60


class OnceOnlyTotp(Totp):  # type: ignore[misc]  # Flask-Security is untyped
    """Codes of the authenticator app; says which time step a code belongs to, so that each is used once."""

    def counter_of(self, code: str, secret: str) -> int | None:
        """The time step `code` is right for (30 s back or forth), or None."""
        from passlib.exc import TokenError

        try:
            return int(self._totp.verify("".join(code.split()), secret, window=30).counter)
        except (TokenError, ValueError):
            return None


def security() -> Security:
    """Flask-Security of the running application."""
    return current_app.extensions["security"]


def totp() -> OnceOnlyTotp:
    """The maker and checker of authenticator codes."""
    return security().totp_factory


def new_recovery_codes() -> tuple[list[str], list[str]]:
    """Ten codes to print, and the hashes to keep."""
    codes = [passwords.new_password() for _number in range(10)]
    return codes, [sign_in.hash_recovery_code(code) for code in codes]


def log_in(user: User) -> None:
    """Start the session: nothing of an earlier one is carried over."""
    session.clear()
    session.permanent = True
    fs_utils.login_user(user, remember=False, authn_via=["password"])
    session["started_at"] = session["seen_at"] = int(time.time())


def log_out() -> None:
    """End the session and forget everything in it."""
    logout_user()
    session.clear()


def is_fresh() -> bool:
    """True when the password was given a short while ago."""
    return time.time() - float_seconds(session.get("fs_paa")) < FRESH_FOR.total_seconds()


def confirm_fresh() -> None:
    """The password was just given again."""
    session["fs_paa"] = time.time()


def float_seconds(value: object) -> int:
    """Seconds kept in the session, 0 where there are none."""
    return int(value) if isinstance(value, (int, float)) else 0


def _end_old_sessions() -> None:
    """Idle too long or open too long: the next page is the log-in."""
    if not session.get("_user_id"):
        return
    now = int(time.time())
    started = session.setdefault("started_at", now)
    seen = session.setdefault("seen_at", now)
    idle = dt.timedelta(minutes=int(current_app.config["SESSION_IDLE_MINUTES"]))
    longest = current_app.permanent_session_lifetime
    if now - seen > idle.total_seconds() or now - started > longest.total_seconds():
        log_out()
        session["ended"] = "idle" if now - seen > idle.total_seconds() else "long"
    elif now - seen > _NOTED_EVERY_SECONDS:
        session["seen_at"] = now


def init_app(app: Flask) -> None:
    """Extensions and the checks before each request. Before any blueprint."""
    app.config.setdefault("SESSION_IDLE_MINUTES", 60)
    app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)  # as long as the session lasts
    app.config.setdefault("LOGIN_LIMIT", "30 per minute; 200 per hour")
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - the name of the method
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_DATETIME_FACTORY=clock.utcnow,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_TOTP_ISSUER="Stockbook",
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_FRESHNESS=FRESH_FOR,
    )
    if not app.config.get("SECURITY_TOTP_SECRETS"):
        app.config["SECURITY_TOTP_SECRETS"] = {1: kept_secret("totp_secret")}
    limiter.init_app(app)
    extension = Security(totp_cls=OnceOnlyTotp)
    extension.init_app(app, datastore, register_blueprint=False)
    extension.login_manager.anonymous_user = Anonymous
    extension.login_manager.request_loader(lambda _request: None)  # no log-in by token in the address
    app.before_request(_end_old_sessions)
