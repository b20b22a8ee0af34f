"""Users for the owner: list, create, roles, posting dates, deactivate, unlock, passwords; what each role may do."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session
from wtforms import PasswordField, SelectMultipleField
from wtforms.widgets import CheckboxInput, ListWidget

from blueprints import auth_settings as settings
from blueprints.access import current_user, requires
from blueprints.auth import fresh, names_of
from blueprints.database import db_session
from blueprints.fields import BaseForm, DayField, TextField
from blueprints.list_filters import ChoiceFilter, RecordFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.record_fields import RecordField
from core.clock import utcnow
from core.errors import DomainError
from core.text import _
from core.unit_of_work import perform
from models import Location, Permission, ResponsibilityCenter, Role, RoleName, User, UserCenter, db
from models.enums import CenterArea
from models.users import user_role
from services import centers, passwords, permissions, users
from services.audit import history_of

bp = Blueprint("users", __name__, url_prefix="/users")


class RolesField(SelectMultipleField):
    """Some of the six roles, as check boxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()
    is_checks = True

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label, coerce=str, choices=_role_choices,
            validate_choice=False, **kwargs,
        )  # fmt: skip

    @property
    def described(self) -> list[tuple[str, str, str]]:
        """(value, label, what somebody in the role does)."""
        return [(role.value, permissions.role_label(role), permissions.role_description(role)) for role in RoleName]

    @property
    def chosen(self) -> tuple[RoleName, ...]:
        """The roles picked; a forged name counts as none."""
        return tuple(role for role in RoleName if role.value in (self.data or ()))


class CentersField(TextField):
    """Codes of responsibility centres with commas between; offers the codes there are."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        super().__init__(
            label, max_length=250, render_kw={"autocapitalize": "characters", "list": "center-codes"}, **kwargs
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """What was typed, in its order."""
        return tuple(part.strip().upper() for part in re.split(r"[,;]", self.data or "") if part.strip())


class UserForm(BaseForm):
    email = TextField(
        _l("E-mail"), max_length=250, required=True, render_kw={"autocomplete": "off", "inputmode": "email"}
    )
    username = TextField(
        _l("User name"), max_length=50, render_kw={"autocomplete": "off", "autocapitalize": "none"},
        description=_l("Optional, for the log-in in place of the e-mail."),
    )  # fmt: skip
    full_name = TextField(_l("Name"), max_length=100, render_kw={"autocomplete": "off"})
    roles = RolesField(_l("Roles"))
    location = RecordField(
        _l("Location"), "location",
        description=_l("Where this person works; new lines and the start page begin with it."),
    )  # fmt: skip
    sales_centers = CentersField(
        _l("Sales documents of"), description=_l("The first is put on new documents. Empty: all documents.")
    )
    purchase_centers = CentersField(_l("Purchase documents of"))
    service_centers = CentersField(_l("Service documents of"))
    allow_posting_from = DayField(
        _l("Posting allowed from"), description=_l("Empty: as the company's general ledger set-up says.")
    )
    allow_posting_to = DayField(_l("Posting allowed to"))

    def details(self) -> users.UserDetails:
        return users.UserDetails(
            email=self.email.data or "", username=self.username.data or "", full_name=self.full_name.data or "",
            roles=self.roles.chosen, location_id=self.location.data, allow_posting_from=self.allow_posting_from.data,
            allow_posting_to=self.allow_posting_to.data,
            centers={
                area: self[f"{area.value}_centers"].codes
                for area in CenterArea if self[f"{area.value}_centers"].raw_data
            },
        )  # fmt: skip

    def show_centers(self, user: User) -> None:
        """The centres of the user's card."""
        for area in CenterArea:
            codes = centers.codes_of(db_session(), centers.centers_of(db_session(), user.id, area))
            self[f"{area.value}_centers"].process_data(", ".join(codes))


class NewUserForm(UserForm):
    password = PasswordField(
        _l("First password"), render_kw={"autocomplete": "new-password"},
        description=_l("Leave empty to have one made; it is shown once."),
    )  # fmt: skip


class PasswordForm(BaseForm):
    password = PasswordField(
        _l("New password"), render_kw={"autocomplete": "new-password"},
        description=_l("Leave empty to have one made; it is shown once."),
    )  # fmt: skip


class PlainForm(BaseForm):
    """A button."""


_ROLES = (
    select(func.aggregate_strings(Role.name, ", "))
    .select_from(user_role.join(Role, Role.id == user_role.c.role_id))
    .where(user_role.c.user_id == User.id)
    .correlate(User)
    .scalar_subquery()
)


class RoleFilter(ChoiceFilter):
    """Users who have one of the roles."""

    def condition(self, value: list[str]) -> Any:
        return User.roles.any(Role.name.in_(value))


class CenterFilter(RecordFilter):
    """Users who work for a centre, in whatever area."""

    def condition(self, value: Any) -> Any:
        more = select(UserCenter.user_id).where(UserCenter.responsibility_center_id == value.id)
        return or_(
            User.sales_center_id == value.id, User.purchase_center_id == value.id, User.service_center_id == value.id,
            User.id.in_(more),
        )  # fmt: skip


LISTING = Listing(
    name="users",
    title=_l("Users"),
    key=User.id,
    source=lambda: select().select_from(User).outerjoin(Location, Location.id == User.location_id),
    columns=(
        Column("full_name", _l("Name"), User.full_name, sort=True, cell=lambda row: row.full_name or row.email,
               link=lambda row: url_for("users.edit", user_id=row.row_id)),
        Column("email", _l("E-mail"), User.email, sort=True),
        Column("role_names", _l("Roles"), _ROLES, cell=lambda row: ", ".join(
            sorted(permissions.role_label(name) for name in (row.role_names or "").split(", ") if name))),
        Column("location", _l("Location"), Location.code, sort=True),
        Column("state", _l("State"), cell=lambda row: _state(row)),  # noqa: PLW0108 - stands below
        Column("second", _l("Second factor"), User.tf_primary_method,
               cell=lambda row: _("app") if row.second else ""),
        Column("current_login_at", _l("Last log-in"), User.current_login_at, kind="moment", sort=True),
        Column("username", _l("User name"), User.username, sort=True, shown=False),
    ),
    filters=(
        RoleFilter("role", _l("Role"), choices=lambda: _role_choices()),  # noqa: PLW0108 - stands below
        CenterFilter("center", _l("Responsibility centre"), User.sales_center_id, kind="responsibility_center"),
        YesNoFilter("active", _l("Active"), User.active, yes=_l("Active"), no=_l("Deactivated")),
    ),
    search=(User.full_name, User.email, User.username),
    search_hint=_l("Name or e-mail"),
    extra={"active": User.active, "locked_until": User.locked_until},
    sort="full_name",
    open=lambda row: url_for("users.edit", user_id=row.row_id),
    actions=(
        Action(_l("New user"), lambda: url_for("users.new"), "user-plus", primary=True, shortcut="n"),
        Action(_l("What each role may do"), lambda: url_for("users.roles"), "table"),
    ),
    empty=Empty(_l("Nobody fits these filters.")),
)  # fmt: skip


def _role_choices() -> list[tuple[str, str]]:
    return [(role.value, permissions.role_label(role)) for role in RoleName]


def _state(row: Any) -> str:
    if not row.active:
        return _("deactivated")
    return _("locked") if row.locked_until and row.locked_until > utcnow() else _("active")


@bp.get("")
@requires(Permission.USERS_EDIT)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.get("/roles")
@requires(Permission.USERS_EDIT)
def roles() -> ResponseReturnValue:
    columns = [(permissions.role_label(role), permissions.role_description(role)) for role in RoleName]
    return render_template("users/roles.html", columns=columns, areas=permissions.matrix())


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.USERS_EDIT)
@fresh
def new() -> ResponseReturnValue:
    form = NewUserForm()
    if form.validate_on_submit():
        details, given = form.details(), form.password.data
        password = given or passwords.new_password()
        try:
            passwords.check_password(password, about=[details.email, details.username, details.full_name])
            hashed = passwords.hash_password(password)
            user_id = _perform(lambda s: users.create_user(s, details, hashed).id)
        except DomainError as error:
            form.show(error)
        else:
            flash(_("%(name)s may log in now.", name=details.full_name or details.email), "success")
            if given:
                return redirect(url_for(".edit", user_id=user_id), code=303)
            return _once(user_id, password)
    return render_template("users/new.html", form=form, center_codes=_center_codes()), 422 if form.errors else 200


@bp.route("/<int:user_id>", methods=["GET", "POST"])
@requires(Permission.USERS_EDIT)
@fresh
def edit(user_id: int) -> ResponseReturnValue:
    user = users.get_user(db_session(), user_id)
    form = UserForm(obj=user, data={"roles": [role.name for role in user.roles], "location": user.location_id})
    form.roles.data = form.roles.data if form.is_submitted() else [role.name for role in user.roles]
    if not form.is_submitted():
        form.show_centers(user)
    if form.validate_on_submit():
        details = form.details()
        try:
            _perform(lambda s: users.change_user(s, user_id, details).id)
        except DomainError as error:
            form.show(error)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for(".edit", user_id=user_id), code=303)
    return _card(users.get_user(db_session(), user_id), form), 422 if form.errors else 200


@bp.post("/<int:user_id>/password")
@requires(Permission.USERS_EDIT)
@fresh
def password(user_id: int) -> ResponseReturnValue:
    form = PasswordForm()
    user = users.get_user(db_session(), user_id)
    new_one = form.password.data or passwords.new_password()
    if form.validate_on_submit():
        try:
            passwords.check_password(new_one, about=names_of(user))
            hashed = passwords.hash_password(new_one)
            _perform(lambda s: users.set_password(s, user_id, hashed).id)
        except DomainError as error:
            form.show(error)
        else:
            if user_id == current_user.id:
                settings.log_in(db.session.get_one(User, user_id))
            flash(_("The password is changed; open sessions of this user have ended."), "success")
            if form.password.data:
                return redirect(url_for(".edit", user_id=user_id), code=303)
            return _once(user_id, new_one)
    return _card(user, _form_of(user), password_form=form), 422


@bp.post("/<int:user_id>/deactivate")
@requires(Permission.USERS_EDIT)
@fresh
def deactivate(user_id: int) -> ResponseReturnValue:
    by = current_user.id
    return _action(
        user_id, lambda s: users.deactivate_user(s, user_id, by=by).id, _("This user cannot log in any more.")
    )


@bp.post("/<int:user_id>/activate")
@requires(Permission.USERS_EDIT)
@fresh
def activate(user_id: int) -> ResponseReturnValue:
    return _action(user_id, lambda s: users.activate_user(s, user_id).id, _("This user may log in again."))


@bp.post("/<int:user_id>/unlock")
@requires(Permission.USERS_EDIT)
@fresh
def unlock(user_id: int) -> ResponseReturnValue:
    return _action(user_id, lambda s: users.unlock_user(s, user_id).id, _("The account is open again."))


@bp.post("/<int:user_id>/second-factor/reset")
@requires(Permission.USERS_EDIT)
@fresh
def reset_second_factor(user_id: int) -> ResponseReturnValue:
    return _action(
        user_id, lambda s: users.reset_second_factor(s, user_id).id,
        _("The password alone is enough again, until the user sets up an app anew."),
    )  # fmt: skip


def _perform(work: Callable[[Session], int]) -> int:
    return perform(db_session(), work, user_id=current_user.id)


def _action(user_id: int, work: Callable[[Session], int], message: str) -> ResponseReturnValue:
    try:
        _perform(work)
    except DomainError as error:
        user = users.get_user(db_session(), user_id)
        form = _form_of(user)
        form.form_errors.append(str(error))
        return _card(user, form), 422
    flash(message, "success")
    return redirect(url_for(".edit", user_id=user_id), code=303)


def _form_of(user: User) -> UserForm:
    form = UserForm(formdata=None, obj=user, data={"location": user.location_id})
    form.roles.data = [role.name for role in user.roles]
    form.show_centers(user)
    return form


def _card(user: User, form: UserForm, password_form: PasswordForm | None = None) -> str:
    locked = user.locked_until if user.locked_until and user.locked_until > utcnow() else None
    return render_template(
        "users/edit.html", user=user, form=form, locked_until=locked, plain=PlainForm(formdata=None),
        password_form=password_form or PasswordForm(formdata=None), center_codes=_center_codes(),
        history=history_of(db_session(), "user", user.id, 1),
    )  # fmt: skip


def _center_codes() -> list[str]:
    """What may be typed into the fields of centres; the first fifty."""
    codes = select(ResponsibilityCenter.code).order_by(ResponsibilityCenter.code).limit(50)
    return list(db_session().scalars(codes))


def _once(user_id: int, password: str) -> ResponseReturnValue:
    """The page that shows a made password; it is nowhere else and not kept."""
    user = users.get_user(db_session(), user_id)
    page = render_template("users/password_once.html", user=user, password=password)
    return page, 200, {"Cache-Control": "no-store"}


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
