"""Dimensions: list, card with values; the values that locations and responsibility centres give to documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, CodeField, RecordField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import Dimension, DimensionValue, Item, ItemTemplate, Location, Permission, ResponsibilityCenter
from services import dimension_setup, dimensions

bp = Blueprint("dimensions", __name__, url_prefix="/setup/dimensions")

PAGE = 50
#: Records that give dimensions: table -> (model, where one stands).
GIVERS: dict[str, tuple[Any, Callable[[Any], str]]] = {
    "location": (Location, lambda record: url_for("locations.show", code=record.code)),
    "responsibility_center": (ResponsibilityCenter, lambda record: url_for("centers.show", code=record.code)),
    "item": (Item, lambda record: url_for("items.show", no=record.no)),
    "item_template": (ItemTemplate, lambda record: url_for("item_templates.edit", code=record.code)),
}


class DimensionForm(RecordForm):
    code = CodeField(_l("Code"), required=True)
    name = TextField(_l("Name"), max_length=50)


class ValueForm(RecordForm):
    code = CodeField(_l("Code"), required=True)
    name = TextField(_l("Name"), max_length=50)
    blocked = CheckField(_l("Blocked"), description=_l("It cannot be chosen any more."))


class DefaultForm(BaseForm):
    dimension_id = RecordField(_l("Dimension"), "dimension")
    dimension_value_id = RecordField(_l("Value"), "dimension_value", depends="dimension_id")


LISTING = Listing(
    name="dimensions",
    title=_l("Dimensions"),
    key=Dimension.id,
    source=lambda: select().select_from(Dimension),
    columns=(
        Column("code", _l("Code"), Dimension.code, "code", sort=True),
        Column("name", _l("Name"), Dimension.name, sort=True),
        Column("values", _l("Values"),
               select(func.count()).where(DimensionValue.dimension_id == Dimension.id).correlate(Dimension)
               .scalar_subquery(), "number"),
    ),
    extra={"row_code": Dimension.code},
    search=(Dimension.code, Dimension.name),
    search_hint=_l("Code or name"),
    sort="code",
    open=lambda row: url_for("dimensions.show", code=row.row_code),
    actions=(
        Action(_l("New dimension"), lambda: url_for("dimensions.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no dimensions yet: departments, projects, areas that entries are analysed by."),
        _l("New dimension"), lambda: url_for("dimensions.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = DimensionForm()
    if carried_out(form, lambda session: dimension_setup.save_dimension(session, None, form.values())):
        message = _("%(code)s was created. Now add its values.", code=form.code.data)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("dimensions/new.html", "dimensions/_form.html", status=form.status, form=form, record=None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _card(code)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = DimensionForm()

    def of(session: Any) -> Dimension:
        return dimension_setup.get_dimension(session, code)

    if carried_out(form, lambda session: dimension_setup.save_dimension(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(code, form=form)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: dimension_setup.delete_dimension(session, dimension_setup.get_dimension(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


@bp.post("/<path:code>/values")
@requires(Permission.SETUP_EDIT)
def new_value(code: str) -> ResponseReturnValue:
    form = ValueForm()

    def work(session: Any) -> None:
        dimension_setup.save_value(session, dimension_setup.get_dimension(session, code), None, form.values())

    if carried_out(form, work):
        return done(None, back=url_for(".show", code=code), message=_("The value was added."))
    return _card(code, value_form=form)


@bp.route("/<path:code>/values/<int:value_id>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit_value(code: str, value_id: int) -> ResponseReturnValue:
    dimension = dimension_setup.get_dimension(db_session(), code)
    value = _value(db_session(), dimension, value_id)
    form = ValueForm(obj=value)

    def of(session: Any) -> DimensionValue:
        return _value(session, dimension_setup.get_dimension(session, code), value_id)

    def work(session: Any) -> None:
        found = dimension_setup.get_dimension(session, code)
        dimension_setup.save_value(session, found, of(session), form.values())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".show", code=code), message=_("Saved."))
    return render(
        "dimensions/value.html", "dimensions/_value.html", status=form.status, dimension=dimension, value=value,
        form=form,
    )  # fmt: skip


@bp.post("/<path:code>/values/<int:value_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete_value(code: str, value_id: int) -> ResponseReturnValue:
    def work(session: Any) -> None:
        dimension_setup.delete_value(session, _value(session, dimension_setup.get_dimension(session, code), value_id))

    return press(work, message=_("The value was deleted."), back=url_for(".show", code=code))


# ------------------------------------------------------------------------------------------------ defaults
@bp.post("/of/<table>/<int:record_id>")
@requires(Permission.SETUP_EDIT)
def add_default(table: str, record_id: int) -> ResponseReturnValue:
    """Let a location or centre give a value; a refusal is said on its page."""
    form = DefaultForm()
    back = _giver_url(table, record_id)
    if not form.validate_on_submit():
        return done(None, back=back, message=_("Choose a dimension and one of its values."))

    def work(session: Any) -> None:
        dimensions.set_default(
            session, _giver(session, table, record_id), form.dimension_id.data, form.dimension_value_id.data
        )

    return press(work, message=_("New documents get this value from now on."), back=back)


@bp.post("/of/<table>/<int:record_id>/<int:default_id>/delete")
@requires(Permission.SETUP_EDIT)
def remove_default(table: str, record_id: int, default_id: int) -> ResponseReturnValue:
    def work(session: Any) -> None:
        dimensions.remove_default(session, _giver(session, table, record_id), default_id)

    return press(work, message=_("Removed."), back=_giver_url(table, record_id))


def defaults_context(record: Any) -> dict[str, Any]:
    """What masters/_dimensions.html needs on the card of a giver."""
    return {
        "default_dimensions": dimensions.defaults_of(db_session(), record),
        "dimension_form": DefaultForm(formdata=None),
        "giver": record,
    }


def _giver(session: Any, table: str, record_id: int) -> Any:
    if table not in GIVERS:
        abort(404)
    found = session.get(GIVERS[table][0], record_id)
    if found is None:
        abort(404)
    return found


def _giver_url(table: str, record_id: int) -> str:
    return GIVERS[table][1](_giver(db_session(), table, record_id)) if table in GIVERS else abort(404)


def _value(session: Any, dimension: Dimension, value_id: int) -> DimensionValue:
    found = session.get(DimensionValue, value_id)
    if found is None or found.dimension_id != dimension.id:
        abort(404)
    return found


def _card(code: str, *, form: DimensionForm | None = None, value_form: ValueForm | None = None) -> Response:
    dimension = dimension_setup.get_dimension(db_session(), code)
    text = request.args.get("page", "1")
    number = max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1
    rows, total = dimension_setup.values_of(db_session(), dimension, limit=PAGE, offset=(number - 1) * PAGE)
    sent = [single for single in (form, value_form) if single is not None]
    return render(
        "dimensions/show.html",
        "dimensions/_card.html",
        status=max((single.status for single in sent), default=200),
        record=dimension,
        form=form or DimensionForm(formdata=None, obj=dimension),
        value_form=value_form or ValueForm(formdata=None),
        rows=rows,
        total=total,
        number=number,
        pages=max(-(-total // PAGE), 1),
    )
