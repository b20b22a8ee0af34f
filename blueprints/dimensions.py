"""Dimensions: list, card with values; the values that locations and responsibility centres give to documents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, CodeField, RecordForm, TextField
from blueprints.htmx import done
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import press
from blueprints.record_cards import Cell, RecordCard, Rows
from blueprints.record_fields import RecordField
from core.text import _
from models import Dimension, DimensionValue, Item, ItemTemplate, Location, Permission, ResponsibilityCenter
from services import dimension_setup, dimensions

bp = Blueprint("dimensions", __name__, url_prefix="/setup/dimensions")

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


RecordCard(
    listing=LISTING, table="dimension", new_title=_l("New dimension"), form=DimensionForm, groups=(("code", "name"),),
    get=dimension_setup.get_dimension, save=dimension_setup.save_dimension, delete=dimension_setup.delete_dimension,
    next_step=_l("Now add its values."),
    rows=Rows(
        address="values", table="dimension_value", title=_l("Values"), form=ValueForm,
        cells=(
            Cell(_l("Code"), lambda row: row.code, "code"),
            Cell(_l("Name"), lambda row: row.name),
            Cell(_l("State"), lambda row: _("blocked") if row.blocked else ""),
        ),
        page=dimension_setup.values_of, find=dimension_setup.find_value, save=dimension_setup.save_value,
        delete=dimension_setup.delete_value, name=lambda row: f"{row.code} {row.name}".strip(),
        add=_l("Add the value"), added=_l("The value was added."), deleted=_l("The value was deleted."),
        none_yet=_l("There are no values yet: the single departments, projects or areas."),
    ),
).register(bp)  # fmt: skip


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
