"""Who may see and do what: `@requires(Permission.X)`, `@signed_in`, `@public`, and the guard that forgets nobody.

A view without one of the three is refused to everybody who is not logged in, and its POST to everybody.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, make_response, redirect, render_template, request, url_for
from flask_login import AnonymousUserMixin, current_user

from blueprints.database import db_session
from core import clock
from core.errors import Forbidden
from core.text import _
from models import Permission
from services import permissions, users
from services.poster import Poster

__all__ = ["Anonymous", "current_user", "may", "public", "requires", "safe_next", "signed_in", "today"]

View = TypeVar("View", bound=Callable[..., Any])


class Anonymous(AnonymousUserMixin):  # type: ignore[misc]  # Flask-Login is untyped
    """Somebody not logged in: may do nothing, prefers nothing."""

    id = None
    roles = ()
    permissions: frozenset[Permission] = frozenset()
    full_name = email = locale = theme = ""
    location_id = work_date = allow_posting_from = allow_posting_to = None

    def may(self, permission: Permission) -> bool:
        """Nothing."""
        return False


def requires(permission: Permission) -> Callable[[View], View]:
    """The view needs this right: strangers are sent to the log-in, others get a 403 that says whom to ask."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not current_user.is_authenticated:
                return to_login()
            check_right(permission)
            return current_app.ensure_sync(view)(*args, **kwargs)

        guarded.access = permission  # type: ignore[attr-defined]  # read by the guard and by tests
        return guarded  # type: ignore[return-value]

    return decorate


def signed_in(view: View) -> View:
    """The view is for everybody who is logged in, whatever the role (own profile, search, start page)."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not current_user.is_authenticated:
            return to_login()
        return current_app.ensure_sync(view)(*args, **kwargs)

    guarded.access = "signed_in"  # type: ignore[attr-defined]
    return guarded  # type: ignore[return-value]


def public(view: View) -> View:
    """The view is for everybody, strangers too. Few are: log-in, health, first start."""
    view.access = "public"  # type: ignore[attr-defined]
    return view


def may(permission: str | Permission) -> bool:
    """True when the current user has the right; templates ask it by name, such as "items.edit"."""
    return bool(current_user.may(Permission(permission)))


def check_right(permission: Permission) -> None:
    """Forbidden `right_missing` for somebody logged in who lacks the right."""
    if current_user.may(permission):
        return
    own = ", ".join(permissions.role_label(role.name) for role in current_user.roles) or _("none")
    owners = ", ".join(users.owner_names(db_session())) or _("an owner")
    raise Forbidden(
        "right_missing",
        _("Your role (%(own)s) does not include the right to %(right)s. Roles that do: %(roles)s. "
          "%(owners)s can give you one.",
          own=own, right=permissions.permission_label(permission), owners=owners,
          roles=", ".join(permissions.role_label(role) for role in permissions.roles_with(permission))),
        hint=permission.value,
    )  # fmt: skip


def poster() -> Poster:
    """The user with the posting dates allowed to them, and their today."""
    return Poster(
        user_id=current_user.id,
        user_name=current_user.full_name or current_user.email,
        allow_posting_from=current_user.allow_posting_from,
        allow_posting_to=current_user.allow_posting_to,
        work_date=today(),
    )


def today() -> dt.date:
    """The work date of the current user: their own if they set one, else the calendar's."""
    return clock.today(current_user.work_date)


def safe_next(target: str | None) -> str | None:
    """`target` when it is a path on this server, else None: nobody is sent elsewhere by a forged link."""
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(letter) <= 32 or ord(letter) == 127 for letter in target):
        return None
    parts = urlsplit(target)
    return target if not parts.scheme and not parts.netloc else None


def here() -> str:
    """The page somebody is on, to come back to after the log-in; the sending page for a form or a fragment."""
    if request.method == "GET" and request.headers.get("HX-Request") != "true":
        return request.full_path.rstrip("?")
    sent_from = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if sent_from.netloc and sent_from.netloc != request.host:
        return "/"
    return (sent_from.path or "/") + (f"?{sent_from.query}" if sent_from.query else "")


def logged_out() -> Response:
    """Say so where somebody still types: to be sent away would cost what stands in the form."""
    answer = render_template(
        "errors/_error.html", status=401, title=_("You are logged out"), login=url_for("auth.login"),
        messages=[_("Log in again in another tab, then save here once more. What you typed is kept.")],
    )  # fmt: skip
    response = make_response(answer, 401)
    response.headers.update({"HX-Retarget": "#flash", "HX-Reswap": "innerHTML", "Cache-Control": "no-store"})
    return response


def to_login(endpoint: str = "auth.login") -> Response:
    """Send to the log-in (or to `endpoint`), and afterwards back; HTMX is told to leave the page.

    Not a form that HTMX sends: its page stays as it is (`logged_out`).
    """
    if request.headers.get("HX-Request") == "true" and request.method == "POST" and endpoint == "auth.login":
        return logged_out()
    back = safe_next(here())
    address = url_for(endpoint, next=None if back in (None, "/") else back)
    if request.headers.get("HX-Request") == "true":
        response = make_response("", 401)
        response.headers["HX-Redirect"] = address
        return response
    if request.accept_mimetypes.best == "application/json":
        return make_response({"code": "login_required", "message": _("Log in first.")}, 401)
    return redirect(address, code=303)  # type: ignore[return-value]


def _guard() -> Response | None:
    """Refuse what nobody declared: a forgotten decorator must not open a door."""
    view = current_app.view_functions.get(request.endpoint or "")
    if view is None or hasattr(view, "access") or request.endpoint == "static":
        return None
    if not current_user.is_authenticated:
        return to_login()
    if request.method not in ("GET", "HEAD", "OPTIONS"):
        raise Forbidden("right_missing", _("This address takes no changes."))
    return None


def init_app(app: Flask) -> None:
    """The guard, and what templates may ask."""
    app.before_request(_guard)
    app.jinja_env.globals.update(may=may)
