"""What users decide about themselves: name, language, theme, work date, password, second factor."""

from __future__ import annotations

from typing import Any

from babel import Locale
from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints import appearance
from blueprints import auth_settings as settings
from blueprints.access import current_user, signed_in
from blueprints.auth import check_own_password, fresh, names_of
from blueprints.auth_forms import ChangePasswordForm, SecondFactorForm
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, DayField, TextField
from core.errors import DomainError, ValidationError
from core.text import _
from core.unit_of_work import perform
from models import User, db
from services import passwords, sign_in, users
from services.users import Preferences

bp = Blueprint("profile", __name__, url_prefix="/profile")


def _languages() -> list[tuple[str, Any]]:
    found = [(code, Locale.parse(code).get_display_name(code).capitalize()) for code in current_app.config["LANGUAGES"]]
    return [("", _l("As the browser")), *found]


class ProfileForm(BaseForm):
    full_name = TextField(_l("Name"), max_length=100, render_kw={"autocomplete": "name"})
    theme = ChoiceField(
        _l("Appearance"), pairs=[("auto", _l("As the device")), ("light", _l("Light")), ("dark", _l("Dark"))]
    )
    locale = ChoiceField(_l("Language"), pairs=_languages)
    work_date = DayField(_l("Work date"), description=_l("Stands for today on new lines and documents. Empty: today."))
    stockout_warnings = CheckField(
        _l("Stockout warnings"), description=_l("Lines say when they take more than there will be.")
    )


class PlainForm(BaseForm):
    """A button."""


@bp.route("", methods=["GET", "POST"])
@signed_in
def index() -> ResponseReturnValue:
    form = ProfileForm(obj=current_user)
    form.theme.data = form.theme.data or "auto"
    if form.validate_on_submit():
        user_id = current_user.id
        wanted = Preferences(form.full_name.data or "", form.theme.data, form.locale.data or "", form.work_date.data,
                             form.stockout_warnings.data)  # fmt: skip
        languages = current_app.config["LANGUAGES"]
        try:
            perform(db_session(), lambda s: users.set_preferences(s, user_id, wanted, languages).id, user_id=user_id)
        except DomainError as error:
            form.show(error)
        else:
            flash(_("Saved."), "success")
            return appearance.remember(redirect(url_for(".index"), code=303), wanted.theme)
    return render_template("profile/index.html", form=form, user=current_user), 422 if form.errors else 200


@bp.route("/password", methods=["GET", "POST"])
@signed_in
@settings.limiter.limit(lambda: current_app.config["LOGIN_LIMIT"], methods=["POST"])
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        try:
            _change_password(form)
        except DomainError as error:
            if error.code in ("password_wrong", "locked"):
                error.field = "current"
            form.show(error)
        else:
            flash(_("Your password is changed. Other devices are logged out."), "success")
            return redirect(url_for(".index"), code=303)
    return render_template("profile/password.html", form=form), 422 if form.errors else 200


@bp.route("/second-factor", methods=["GET", "POST"])
@signed_in
@fresh
def second_factor() -> ResponseReturnValue:
    """Set the authenticator app up: the secret waits in the session, encrypted, until a code proves that it works."""
    if current_user.tf_primary_method:
        return render_template("profile/second_factor_on.html", form=PlainForm(), codes=None)
    form = SecondFactorForm()
    if "new_totp" not in session or (request.method == "GET" and request.args.get("again")):
        codes, hashes = settings.new_recovery_codes()
        session["new_totp"] = {"secret": settings.totp().generate_totp_secret(), "hashes": hashes, "codes": codes}
    waiting = session["new_totp"]
    if form.validate_on_submit():
        try:
            _switch_on(form, waiting)
        except DomainError as error:
            form.show(error)
        else:
            flash(_("From now on the log-in asks for a code of your app."), "success")
            return redirect(url_for(".index"), code=303)
    values = settings.totp().fetch_setup_values(waiting["secret"], current_user)
    page = render_template("profile/second_factor.html", form=form, setup=values, codes=waiting["codes"])
    return page, 422 if form.errors else 200


@bp.post("/second-factor/off")
@signed_in
@fresh
def second_factor_off() -> ResponseReturnValue:
    user_id = current_user.id
    perform(db_session(), lambda s: users.reset_second_factor(s, user_id).id, user_id=user_id)
    flash(_("The password alone is enough again."), "success")
    return redirect(url_for(".index"), code=303)


@bp.post("/second-factor/codes")
@signed_in
@fresh
def recovery_codes() -> ResponseReturnValue:
    """New recovery codes, shown this once; without a second factor there is nothing to recover."""
    if not current_user.tf_primary_method:
        flash(_("Switch the second factor on first; it comes with recovery codes."), "danger")
        return redirect(url_for(".second_factor"), code=303)
    user_id, (codes, hashes) = current_user.id, settings.new_recovery_codes()
    perform(db_session(), lambda s: users.set_recovery_codes(s, user_id, hashes).id, user_id=user_id)
    return render_template("profile/second_factor_on.html", form=PlainForm(), codes=codes)


def _change_password(form: ChangePasswordForm) -> None:
    check_own_password(form.current.data)
    user_id = current_user.id
    passwords.check_password(form.password.data, about=names_of(current_user))
    if form.password.data == form.current.data:
        raise ValidationError("password_unchanged", _("This is the password you have."), field="password")
    hashed = passwords.hash_password(form.password.data)
    perform(db_session(), lambda s: users.set_password(s, user_id, hashed).id, user_id=user_id)
    settings.log_in(db.session.get_one(User, user_id))  # this session goes on; the others have ended


def _switch_on(form: SecondFactorForm, waiting: dict[str, Any]) -> None:
    counter = settings.totp().counter_of(form.code.data, waiting["secret"])
    if counter is None:
        raise ValidationError(
            "code_wrong",
            _("This code does not fit. Check the clock of the device with the app and type the next one."),
            field="code",
        )
    user_id = current_user.id

    def work(s: Any) -> int:
        users.set_second_factor(s, user_id, waiting["secret"], waiting["hashes"])
        sign_in.use_counter(s, user_id, counter)
        return user_id

    perform(db_session(), work, user_id=user_id)
    settings.log_in(db.session.get_one(User, user_id))


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
