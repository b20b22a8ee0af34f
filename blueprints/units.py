"""Units of measure: what items are counted in. How many base units one is stands on each item."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import Permission, UnitOfMeasure
from services import units

bp = Blueprint("units", __name__, url_prefix="/units")


class UnitForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    description = TextField(_l("Description"), max_length=50)
    international_standard_code = CodeField(
        _l("International code"), max_length=10, description=_l("UN/ECE: EA is a piece, KGM a kilogram.")
    )
    symbol = TextField(_l("Symbol"), max_length=10, description=_l("What papers print: kg, m²."))


def _uses(row: Any) -> str:
    if "unit_uses" not in g:
        g.unit_uses = units.uses_of_units(db_session())
    return formats.show(g.unit_uses.get(row.row_id, 0), "number")


LISTING = Listing(
    name="units",
    title=_l("Units of measure"),
    key=UnitOfMeasure.id,
    source=lambda: select().select_from(UnitOfMeasure),
    columns=(
        Column("code", _l("Code"), UnitOfMeasure.code, "code", sort=True),
        Column("description", _l("Description"), UnitOfMeasure.description, sort=True),
        Column("international", _l("International code"), UnitOfMeasure.international_standard_code, "code"),
        Column("symbol", _l("Symbol"), UnitOfMeasure.symbol),
        Column("items", _l("Items"), kind="number", cell=_uses,
               link=lambda row: url_for("items.index", unit=row.unit_code)),
    ),
    extra={"unit_code": UnitOfMeasure.code},
    open=lambda row: url_for("units.show", code=row.unit_code),
    search=(UnitOfMeasure.code, UnitOfMeasure.description, UnitOfMeasure.international_standard_code),
    search_hint=_l("Code or words"),
    sort="code",
    actions=(
        Action(_l("New unit"), lambda: url_for("units.new"), "plus", Permission.ITEMS_EDIT, primary=True, shortcut="n"),
    ),
    empty=Empty(
        _l("There are no units yet. Every item needs one: pieces, kilograms, metres."), _l("New unit"),
        lambda: url_for("units.new"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    form = UnitForm()
    if carried_out(form, lambda session: units.save_unit(session, form.values())):
        return done(None, back=url_for(".index"), message=_("Unit %(code)s was created.", code=form.code.data))
    return _form_page(form, None)


@bp.get("/<path:code>")
@requires(Permission.ITEMS_VIEW)
def show(code: str) -> ResponseReturnValue:
    unit = units.get_unit_by_code(db_session(), code)
    return _form_page(UnitForm(formdata=None, obj=unit), unit)


@bp.post("/<path:code>")
@requires(Permission.ITEMS_EDIT)
def save(code: str) -> ResponseReturnValue:
    form = UnitForm()

    def work(session: Session) -> None:
        units.save_unit(session, form.values(), units.get_unit_by_code(session, code))

    if carried_out(form, work, of=lambda session: units.get_unit_by_code(session, code)):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _form_page(form, units.get_unit_by_code(db_session(), code))


@bp.post("/<path:code>/delete")
@requires(Permission.ITEMS_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: units.delete_unit(session, units.get_unit_by_code(session, code)),
        message=_("Unit %(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


def _form_page(form: UnitForm, unit: UnitOfMeasure | None) -> Response:
    uses = units.uses_of_units(db_session()).get(unit.id, 0) if unit is not None else 0
    return render("units/show.html", "units/_form.html", status=form.status, form=form, unit=unit, uses=uses)
