"""Saved views: a list's filters, sort and columns under a name; one's own, or shared with a role."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, Response, abort, flash, request
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from blueprints.access import current_user, signed_in
from blueprints.database import db_session
from blueprints.fields import BaseForm, TextField
from blueprints.htmx import go
from core.errors import Forbidden, ValidationError
from core.text import _
from core.unit_of_work import perform
from models import Permission, RoleName, SavedView, db
from services import permissions

bp = Blueprint("views", __name__, url_prefix="/views")

_PAGING = {"after", "before", "start", "export"}


class ViewForm(BaseForm):
    name = TextField(required=True, max_length=100)
    query = TextField(max_length=4000)
    role = TextField(max_length=20)


def _roles() -> list[str]:
    return [role.name for role in current_user.roles]


def shareable_roles() -> list[tuple[str, str]]:
    """(role, what it is called): with whom the user may share a view. Who runs the users shares with every role."""
    names = [role.value for role in RoleName] if current_user.may(Permission.USERS_EDIT) else _roles()
    return [(name, permissions.role_label(name)) for name in names]


def views_of(listing: str) -> list[SavedView]:
    """Views of a list that the user saved or that are shared with one of the user's roles, by name; at most 50."""
    if not current_user.is_authenticated:
        return []
    mine = or_(SavedView.user_id == current_user.id, SavedView.role_name.in_(_roles()))
    statement = select(SavedView).where(SavedView.listing == listing, mine).order_by(SavedView.name, SavedView.id)
    return list(db.session.scalars(statement.limit(50)))


def _back() -> str:
    """Where the form came from: a path of ours only."""
    parts = urlsplit(request.form.get("back", ""))
    path = parts.path if parts.path.startswith("/") and not parts.path.startswith("//") else "/"
    return f"{path}?{parts.query}" if parts.query else path


@bp.post("/<listing>")
@signed_in
def save(listing: str) -> Response:
    """Save the list's state under a name; the same name again replaces one's own view."""
    if len(listing) > 50:
        abort(404)
    form = ViewForm()
    if not form.validate_on_submit():
        raise ValidationError(
            "view_refused", " ".join(str(error) for errors in form.errors.values() for error in errors)
        )
    pairs = [(key, value) for key, value in parse_qsl(form.query.data) if key not in _PAGING]
    user_id, name, query = current_user.id, form.name.data, urlencode(pairs)
    role_name = form.role.data or ""
    if role_name and role_name not in dict(shareable_roles()):
        raise Forbidden("role_not_yours", _("Share a view with a role of your own, or ask an owner to share it."))

    def work(session: Session) -> None:
        statement = select(SavedView).where(
            SavedView.listing == listing, SavedView.user_id == user_id, SavedView.name == name
        )
        view = session.scalar(statement) or SavedView(listing=listing, user_id=user_id, name=name)
        view.query, view.role_name = query, role_name
        session.add(view)

    perform(db_session(), work, user_id=user_id)
    flash(_("View “%(name)s” saved.", name=name), "success")
    return go(_back())


@bp.post("/<int:view_id>/delete")
@signed_in
def delete(view_id: int) -> Response:
    """Delete one's own view; who runs the users clears away shared ones too."""
    user_id, runs_users = current_user.id, current_user.may(Permission.USERS_EDIT)

    def work(session: Session) -> None:
        view = session.get(SavedView, view_id)
        if view is None:
            return
        if view.user_id != user_id and not (view.role_name and runs_users):
            raise Forbidden("not_your_view", _("Somebody else saved this view; only they can delete it."))
        session.delete(view)

    perform(db_session(), work, user_id=user_id)
    flash(_("View deleted."), "success")
    return go(_back())


bp.add_app_template_global(shareable_roles, "shareable_roles")
bp.add_app_template_global(permissions.role_label, "role_label")
