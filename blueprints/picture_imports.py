"""Pictures of many items out of one ZIP: uploaded, looked at row by row, imported by a job (items.md section 8)."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField
from blueprints.htmx import done, go, render
from blueprints.jobs import find_job, launch
from blueprints.list_filters import ChoiceFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, carry_out
from core.text import _
from models import Item, Permission, PictureImport, PictureImportRow
from models.enums import PictureStatus
from services.items import picture_import

bp = Blueprint("picture_imports", __name__, url_prefix="/picture-imports")


class ZipForm(BaseForm):
    file = FileField(_l("ZIP file"))
    replace = CheckField(_l("Replace pictures"), description=_l("Off: items that have a picture keep it."))


def _listing(made: PictureImport) -> Listing:
    """The rows of one import."""
    row = PictureImportRow
    return Listing(
        name="picture_import_rows",
        title=_("Pictures out of %(name)s", name=made.name),
        key=row.id,
        source=lambda: select().select_from(row).join(Item, Item.id == row.item_id).where(row.import_id == made.id),
        columns=(
            Column("item", _l("Item"), row.item_no, "code", link=lambda found: url_for("items.show", no=found.item)),
            Column("description", _l("Description"), Item.description),
            Column("has_picture", _l("Picture exists"), row.has_picture, "yes_no"),
            Column("file", _l("File"), row.file_name),
            Column("extension", _l("Extension"), row.extension, "code"),
            Column("size", _l("Bytes"), row.size, "number"),
            Column("status", _l("Status"), row.status, "word"),
            Column("message", _l("Why"), row.message),
        ),
        filters=(ChoiceFilter("status", _l("Status"), row.status, kind=PictureStatus),),
        search=(row.item_no, row.file_name),
        sort="item",
        empty=Empty(_l("No row is like that.")),
    )


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def index() -> ResponseReturnValue:
    """Choose a ZIP; its rows are shown before anything is imported."""
    form, user_id = ZipForm(), current_user.id
    made: list[int] = []
    if request.method == "POST":
        sent = form.file.data
        data = sent.read() if sent else b""

        def work(session: Session) -> None:
            name = sent.filename or ""
            found = picture_import.start(session, data, name, replace=bool(form.replace.data), user_id=user_id)
            made.append(found.id)

        if not data:
            form.validate()
            form.file.errors = [*form.file.errors, _("Choose a ZIP file first.")]
        elif carried_out(form, work):
            return done(None, back=url_for(".show", import_id=made[-1]))
    waiting = db_session().scalars(
        select(PictureImport).where(PictureImport.user_id == user_id).order_by(PictureImport.id.desc()).limit(5)
    )
    return render(
        "items/pictures_upload.html", "items/_pictures_upload.html", status=422 if form.errors else 200, form=form,
        waiting=list(waiting),
    )  # fmt: skip


@bp.get("/<int:import_id>")
@requires(Permission.ITEMS_EDIT)
def show(import_id: int) -> ResponseReturnValue:
    """The rows with what becomes of each, the counters, and the switch."""
    made = _own(import_id)
    return _listing(made).respond(
        page="items/pictures_import.html", made=made, counters=picture_import.counters_of(db_session(), import_id)
    )


@bp.post("/<int:import_id>/replace")
@requires(Permission.ITEMS_EDIT)
def switch(import_id: int) -> ResponseReturnValue:
    """Replace pictures that are there, or not."""
    _own(import_id)
    user_id, wanted = current_user.id, request.form.get("replace") == "1"

    def work(session: Session) -> None:
        made = picture_import.find_import(session, import_id, user_id)
        picture_import.set_replace(session, made, replace=wanted)

    carry_out(work)
    return go(url_for(".show", import_id=import_id))


@bp.post("/<int:import_id>/run")
@requires(Permission.ITEMS_EDIT)
def run(import_id: int) -> ResponseReturnValue:
    """Import the rows that wait, as a job; sent twice it stores each picture once."""
    made = _own(import_id)
    job_id = launch(picture_import.JOB, {"import_id": import_id}, _("Pictures out of %(name)s", name=made.name))
    return go(url_for("jobs.show", job_id=job_id))


@bp.get("/outcome/<int:job_id>")
@requires(Permission.ITEMS_EDIT)
def outcome(job_id: int) -> ResponseReturnValue:
    """From the job back to its rows."""
    return go(url_for(".show", import_id=int(find_job(job_id).parameters.get("import_id", 0))))


@bp.post("/<int:import_id>/discard")
@requires(Permission.ITEMS_EDIT)
def discard(import_id: int) -> ResponseReturnValue:
    """Forget the file and its rows; pictures that were imported stay."""
    _own(import_id)
    user_id = current_user.id
    carry_out(lambda session: picture_import.discard(session, picture_import.find_import(session, import_id, user_id)))
    return done(None, back=url_for(".index"), message=_("The file is forgotten; pictures that were imported stay."))


def _own(import_id: int) -> PictureImport:
    return picture_import.find_import(db_session(), import_id, current_user.id)
