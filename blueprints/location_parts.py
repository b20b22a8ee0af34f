"""What belongs to a location besides its bins: zones, and the people who work there; a page each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import CheckField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_cards import PAGE, Cell, Rows
from blueprints.record_fields import RecordCodeField, RecordField
from core.text import _
from models import Permission, WarehouseEmployee
from services import location_parts as parts
from services import locations

zones = Blueprint("zones", __name__, url_prefix="/zones")
employees = Blueprint("warehouse_employees", __name__, url_prefix="/warehouse-employees")


class ZoneForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    description = TextField(_l("Description"))
    ranking = WholeField(
        _l("Ranking"), minimum=-10_000, maximum=10_000, description=_l("New bins of the zone start with it.")
    )
    special_equipment_code = RecordCodeField(_l("Special equipment"), "special_equipment")
    warehouse_class_code = RecordCodeField(_l("Warehouse class"), "warehouse_class")


class EmployeeForm(RecordForm):
    user_id = RecordField(_l("User"), "colleague", required=True)
    default = CheckField(_l("Lines begin here"), description=_l("The start page and new lines take this location."))


class PlaceForm(RecordForm):
    default = CheckField(_l("Lines begin here"), description=_l("The start page and new lines take this location."))


def init_app(app: Flask) -> None:
    """Both pages."""
    app.register_blueprint(zones)
    app.register_blueprint(employees)


@dataclass(frozen=True)
class Part:
    """A kind of rows of a location: what record_cards.Rows says, what it is for, and the form of a row that exists."""

    rows: Rows
    purpose: Any
    edit_form: type[RecordForm]

    def register(self, bp: Blueprint) -> None:
        """The views: page, new, edit, delete."""
        view, edit = requires(Permission.WAREHOUSE_VIEW), requires(Permission.SETUP_EDIT)
        bp.get("/<path:code>", endpoint="index")(view(self.index))
        bp.post("/<path:code>", endpoint="new")(edit(self.new))
        row = "/<path:code>/edit/<int:row_id>"
        bp.route(row, endpoint="edit", methods=["GET", "POST"])(edit(self.edit))
        bp.post("/<path:code>/delete/<int:row_id>", endpoint="delete")(edit(self.delete))

    def index(self, code: str) -> ResponseReturnValue:
        return self._page(code, self.rows.form(formdata=None))

    def new(self, code: str) -> ResponseReturnValue:
        form = self.rows.form()

        def work(session: Session) -> None:
            self.rows.save(session, locations.get_location(session, code), None, form.values())

        if carried_out(form, work):
            return done(None, back=url_for(".index", code=code), message=self.rows.added)
        return self._page(code, form)

    def edit(self, code: str, row_id: int) -> ResponseReturnValue:
        location = locations.get_location(db_session(), code)
        row = self.rows.find(db_session(), location, row_id)
        form = self.edit_form(obj=row, data=_extra(row))

        def of(session: Session) -> Any:
            return self.rows.find(session, locations.get_location(session, code), row_id)

        def work(session: Session) -> None:
            self.rows.save(session, locations.get_location(session, code), of(session), form.values())

        if carried_out(form, work, of=of):
            return done(None, back=url_for(".index", code=code), message=_("Saved."))
        return render(
            "locations/part.html", "locations/_part.html", status=form.status, part=self, location=location, row=row,
            form=form,
        )  # fmt: skip

    def delete(self, code: str, row_id: int) -> ResponseReturnValue:
        def work(session: Session) -> None:
            self.rows.delete(session, self.rows.find(session, locations.get_location(session, code), row_id))

        return press(work, message=self.rows.deleted, back=url_for(".index", code=code))

    def _page(self, code: str, form: RecordForm) -> Response:
        session, number = db_session(), min(max(request.args.get("page", 1, type=int), 1), 10_000)
        location = locations.get_location(session, code)
        rows, total = self.rows.page(session, location, PAGE, (number - 1) * PAGE)
        return render(
            "locations/parts.html", "locations/_parts.html", status=form.status, part=self, location=location,
            rows=rows, total=total, number=number, pages=max(-(-total // PAGE), 1), form=form,
        )  # fmt: skip


def _begins_here(row: WarehouseEmployee) -> bool:
    return row.user.location_id == row.location_id


def _extra(row: Any) -> dict[str, Any]:
    """What the form of a row shows that is not one of its fields."""
    return {"default": _begins_here(row)} if isinstance(row, WarehouseEmployee) else {}


Part(
    rows=Rows(
        address="zones", table="zone", title=_l("Zones"), form=ZoneForm,
        cells=(
            Cell(_l("Code"), lambda row: row.code, "code"),
            Cell(_l("Description"), lambda row: row.description),
            Cell(_l("Ranking"), lambda row: row.ranking, "number"),
            Cell(_l("Special equipment"), lambda row: row.special_equipment_code, "code"),
            Cell(_l("Warehouse class"), lambda row: row.warehouse_class_code, "code"),
        ),
        page=parts.zones_of, find=parts.get_zone, save=parts.save_zone, delete=parts.delete_zone,
        name=lambda row: f"{row.code} {row.description}".strip(),
        add=_l("Add a zone"), added=_l("The zone was added."), deleted=_l("The zone was deleted."),
        none_yet=_l("There are no zones yet: racks, floor, cold store."),
    ),
    purpose=_l("Parts of the location. New bins of a zone take its ranking, equipment and class."),
    edit_form=ZoneForm,
).register(zones)  # fmt: skip

Part(
    rows=Rows(
        address="employees", table="warehouse_employee", title=_l("Employees"), form=EmployeeForm,
        cells=(
            Cell(_l("User"), lambda row: row.user.email),
            Cell(_l("Name"), lambda row: row.user.full_name),
            Cell(_l("Lines begin here"), _begins_here, "yes_no"),
        ),
        page=parts.employees_of, find=parts.get_employee, save=parts.save_employee, delete=parts.delete_employee,
        name=lambda row: row.user.full_name or row.user.email,
        add=_l("Add a person"), added=_l("The person was added."), deleted=_l("The person was taken off."),
        none_yet=_l("Nobody is named yet."),
    ),
    purpose=_l("Who works at this location. A person may work at several; lines of theirs begin at one."),
    edit_form=PlaceForm,
).register(employees)  # fmt: skip
