"""Log-in with lock-out and second factor, log-out, confirming who one is, and password reset by mail."""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Blueprint, Flask, current_app, flash, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_mail import Mail, Message
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadData, URLSafeTimedSerializer
from sqlalchemy import select

from blueprints import auth_settings as settings
from blueprints.access import current_user, public, safe_next, signed_in, to_login
from blueprints.auth_forms import CodeForm, ConfirmForm, ForgotForm, LoginForm, NewPasswordForm
from blueprints.database import db_session
from core.clock import utcnow
from core.errors import DomainError, ValidationError
from core.text import _, ngettext
from core.unit_of_work import perform
from models import User, db
from services import passwords, sign_in, users

bp = Blueprint("auth", __name__)
mail = Mail()

#: Between password and code of the second factor.
CODE_WITHIN_SECONDS = 300
RESET_WITHIN_SECONDS = 3600

View = TypeVar("View", bound=Callable[..., Any])


@bp.get("/csrf-token")
@signed_in
def csrf_token() -> ResponseReturnValue:
    """The session's token, for a page that was open while one logged in again."""
    response = jsonify(token=generate_csrf())
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.route("/login", methods=["GET", "POST"])
@public
@settings.limiter.limit(lambda: current_app.config["LOGIN_LIMIT"], methods=["POST"])
def login() -> ResponseReturnValue:
    onward = safe_next(request.values.get("next"))
    if current_user.is_authenticated:
        return redirect(onward or "/", code=303)
    form = LoginForm()
    if form.validate_on_submit():
        attempt = _start_attempt(form.name.data)
        if attempt.locked_until:
            form.form_errors.append(locked_sentence(attempt.locked_until))
            return _login_page(form, onward)
        user = db.session.get(User, attempt.user_id) if attempt.user_id else None
        if passwords.is_password(form.password.data, user.password if user else None) and user and user.active:
            if user.tf_primary_method:
                session.clear()
                session["half_in"] = {"user": user.fs_uniquifier, "at": int(time.time()), "next": onward or "/"}
                return redirect(url_for("auth.code"), code=303)
            return _welcome_in(user.id, onward)
        form.form_errors.append(_refusal(attempt))
    return _login_page(form, onward)


@bp.route("/login/code", methods=["GET", "POST"])
@public
@settings.limiter.limit(lambda: current_app.config["LOGIN_LIMIT"], methods=["POST"])
def code() -> ResponseReturnValue:
    user, onward = _half_in()
    if user is None:
        flash(_("That took too long. Log in again."), "warning")
        return redirect(url_for("auth.login"), code=303)
    form = CodeForm()
    if form.validate_on_submit():
        attempt = _start_attempt(user.email)
        if attempt.locked_until:
            form.form_errors.append(locked_sentence(attempt.locked_until))
        elif _second_factor_is_right(user, form.code.data):
            return _welcome_in(user.id, onward)
        elif attempt.locks_until:
            form.form_errors.append(locked_sentence(attempt.locks_until))
        else:
            form.code.errors = [_("This code is not right, or was used before. Wait for the next one and type that.")]
    return render_template("auth/code.html", form=form), 422 if form.errors else 200


@bp.post("/logout")
@public
def logout() -> ResponseReturnValue:
    settings.log_out()
    flash(_("You are logged out."), "success")
    return redirect(url_for("auth.login"), code=303)


@bp.route("/confirm-password", methods=["GET", "POST"])
@signed_in
@settings.limiter.limit(lambda: current_app.config["LOGIN_LIMIT"], methods=["POST"])
def confirm() -> ResponseReturnValue:
    """Ask again for the password of somebody logged in long ago, before something sensitive."""
    onward = safe_next(request.values.get("next"))
    form = ConfirmForm()
    if form.validate_on_submit():
        try:
            check_own_password(form.password.data)
        except DomainError as error:
            form.show(error)
        else:
            settings.confirm_fresh()
            return redirect(onward or "/", code=303)
    return render_template("auth/confirm.html", form=form, next=onward), 422 if form.errors else 200


@bp.route("/forgot-password", methods=["GET", "POST"])
@public
@settings.limiter.limit("10 per hour", methods=["POST"])
def forgot() -> ResponseReturnValue:
    form = ForgotForm()
    if not mail_is_configured():
        return render_template("auth/forgot.html", form=None, sent=False)
    sent = form.validate_on_submit()
    if sent:
        user = sign_in.find_user(db_session(), form.name.data)
        if user is not None and user.active:
            _send_reset(user)
    # The same page whether or not somebody has that name.
    return render_template("auth/forgot.html", form=form, sent=sent), 422 if form.errors else 200


@bp.route("/reset-password/<token>", methods=["GET", "POST"])
@public
@settings.limiter.limit("20 per hour", methods=["POST"])
def reset(token: str) -> ResponseReturnValue:
    user = _user_of_token(token) if mail_is_configured() else None
    if user is None:
        flash(_("This link is no longer good. Ask for a new one."), "warning")
        return redirect(url_for("auth.forgot"), code=303)
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            passwords.check_password(form.password.data, about=names_of(user))
            hashed, user_id = passwords.hash_password(form.password.data), user.id
            perform(db_session(), lambda s: users.set_password(s, user_id, hashed).id, user_id=user_id)
        except DomainError as error:
            form.show(error)
        else:
            flash(_("Your password is changed. Log in with it."), "success")
            return redirect(url_for("auth.login"), code=303)
    return render_template("auth/reset.html", form=form), 422 if form.errors else 200


def fresh(view: View) -> View:
    """The view wants a log-in of the last half hour; older ones give their password again. Below `requires`."""

    @functools.wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs) if settings.is_fresh() else to_login("auth.confirm")

    return guarded  # type: ignore[return-value]


def check_own_password(password: str) -> None:
    """ValidationError `password_wrong` or `locked`; tries are counted like log-ins."""
    user_id, email = current_user.id, current_user.email
    attempt = _start_attempt(email)
    if attempt.locked_until:
        raise ValidationError("locked", locked_sentence(attempt.locked_until), field="password")
    user = db.session.get_one(User, user_id)
    if not passwords.is_password(password, user.password):
        raise ValidationError("password_wrong", _("This is not your password."), field="password")
    perform(db_session(), lambda s: sign_in.clear_failures(users.get_user(s, user_id)), user_id=user_id)


def names_of(user: User) -> list[str]:
    """Words that others know of the user and that make poor passwords."""
    return [user.email, user.username or "", user.full_name]


def locked_sentence(until: dt.datetime) -> str:
    """When to try again, in words; whole minutes, rounded up."""
    minutes = max(1, -int((utcnow() - until).total_seconds() // 60))
    return ngettext(
        "Too many tries failed. Try again in %(num)s minute.", "Too many tries failed. Try again in %(num)s minutes.",
        minutes,
    )  # fmt: skip


def mail_is_configured() -> bool:
    """True where the server knows how to send mail; otherwise the owner sets passwords."""
    return bool(current_app.config.get("MAIL_SERVER"))


def _start_attempt(name: str) -> sign_in.Attempt:
    now, secret = utcnow(), str(current_app.config["SECRET_KEY"])
    return perform(db_session(), lambda s: sign_in.start_attempt(s, name, now, secret=secret))


def _refusal(attempt: sign_in.Attempt) -> str:
    if attempt.locks_until:
        return locked_sentence(attempt.locks_until)
    return _("E-mail, user name or password is not right.")


def _login_page(form: LoginForm, onward: str | None) -> ResponseReturnValue:
    ended = session.pop("ended", None)
    page = render_template("auth/login.html", form=form, next=onward, ended=ended)
    return page, 422 if form.errors else 200


def _welcome_in(user_id: int, onward: str | None) -> ResponseReturnValue:
    now, address = utcnow(), request.remote_addr or ""
    perform(db_session(), lambda s: sign_in.finish_attempt(s, user_id, now, address=address), user_id=user_id)
    settings.log_in(db.session.get_one(User, user_id))
    return redirect(onward or "/", code=303)


def _half_in() -> tuple[User | None, str]:
    kept = session.get("half_in") or {}
    if time.time() - settings.float_seconds(kept.get("at")) > CODE_WITHIN_SECONDS:
        return None, "/"
    user = db.session.scalar(select(User).where(User.fs_uniquifier == kept.get("user"), User.active))
    return user, safe_next(kept.get("next")) or "/"


def _second_factor_is_right(user: User, typed: str) -> bool:
    user_id = user.id
    counter = settings.totp().counter_of(typed, user.tf_totp_secret) if user.tf_totp_secret else None
    if counter is not None:
        return perform(db_session(), lambda s: sign_in.use_counter(s, user_id, counter), user_id=user_id)
    return perform(db_session(), lambda s: sign_in.use_recovery_code(s, user_id, typed), user_id=user_id)


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.config["SECRET_KEY"]), salt="reset-password")


def _send_reset(user: User) -> None:
    token = _serializer().dumps([user.id, _state_of(user)])
    link = current_app.config["BASE_URL"].rstrip("/") + url_for("auth.reset", token=token)
    mail.send(
        Message(
            subject=_("Set a new password for Stockbook"),
            recipients=[user.email],
            body=render_template("auth/reset_mail.txt", user=user, link=link),
        )
    )


def _user_of_token(token: str) -> User | None:
    try:
        user_id, state = _serializer().loads(token, max_age=RESET_WITHIN_SECONDS)
    except (BadData, ValueError, TypeError):
        return None
    user = db.session.get(User, user_id)
    return user if user and user.active and hmac.compare_digest(_state_of(user), str(state)) else None


def _state_of(user: User) -> str:
    # Part of the link: once the password has changed, the link is worth nothing.
    return hashlib.sha256(f"{user.fs_uniquifier}{user.password}".encode()).hexdigest()[:24]


def init_app(app: Flask) -> None:
    """Flask-Security, mail where a server is named, and the views."""
    settings.init_app(app)
    if app.config.get("MAIL_SERVER"):
        app.config.setdefault("MAIL_DEFAULT_SENDER", "stockbook@localhost")
        mail.init_app(app)
    app.register_blueprint(bp)
