"""Inventory cost on its way to the general ledger: what waits, preview, posting in the background."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, select
from werkzeug.datastructures import MultiDict
from wtforms.validators import ValidationError as Refused

from blueprints.access import current_user, may, poster, requires, today
from blueprints.database import db_session
from blueprints.fields import ChoiceField, CodeField, KeyedForm
from blueprints.htmx import go, render, wants_fragment
from blueprints.jobs import context_of, launch
from blueprints.ledger_parts import document_url, entry_url, item_url
from blueprints.list_filters import ChoiceFilter, DateRange, RecordFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing, State
from core.text import _
from core.unit_of_work import rehearse
from models import InventorySetup, Item, Job, Location, Permission, PostValueEntryToGl, ValueEntry, db
from models.enums import JobStatus, ValueEntryType
from services.costs import gl_queue
from services.costs import jobs as cost_jobs

bp = Blueprint("inventory_gl", __name__, url_prefix="/costs/general-ledger")

ENTRY, GROUP = "entry", "group"
WAYS = [(ENTRY, _l("One pair per value entry")), (GROUP, _l("Sums per posting group"))]


class PostToGlForm(KeyedForm):
    way = ChoiceField(_l("Detail"), pairs=WAYS, default=ENTRY)
    document_no = CodeField(_l("Document no. for the sums"), max_length=20)

    def validate_document_no(self, field: Any) -> None:
        """Sums stand for many documents: they need a number of their own."""
        if self.way.data == GROUP and not field.data:
            raise Refused(_("Sums by posting group need a document no.: enter one."))

    @property
    def summed_under(self) -> str:
        """The document no. of the sums; "" to keep every entry's own."""
        return (self.document_no.data or "") if self.way.data == GROUP else ""


class QueueListing(Listing):
    """The list of the page, whichever of its forms was sent."""

    def read(self, args: MultiDict[str, str] | None = None, path: str | None = None) -> State:
        return super().read(args, url_for("inventory_gl.index"))


def _source() -> Select[Any]:
    return (
        select()
        .select_from(PostValueEntryToGl)
        .join(ValueEntry, ValueEntry.id == PostValueEntryToGl.value_entry_id)
        .outerjoin(Item, Item.id == ValueEntry.item_id)
        .outerjoin(Location, Location.id == ValueEntry.location_id)
    )


QUEUE = QueueListing(
    name="not_in_gl",
    title=_l("Not yet in the general ledger"),
    key=PostValueEntryToGl.value_entry_id,
    source=_source,
    columns=(
        Column("entry_no", _l("Value entry"), ValueEntry.id, "code", sort=PostValueEntryToGl.value_entry_id,
               link=lambda row: url_for("ledger.value_entries", no=row.entry_no)),
        Column("posting_date", _l("Posting date"), ValueEntry.posting_date, "day",
               sort=PostValueEntryToGl.posting_date),
        Column("document_no", _l("Document no."), ValueEntry.document_no, "code", link=document_url),
        Column("item_no", _l("Item"), Item.no, "code", link=item_url),
        Column("movement", _l("Movement"), ValueEntry.item_ledger_entry_type, "word"),
        Column("entry_type", _l("Entry type"), ValueEntry.entry_type, "word"),
        Column("actual", _l("Actual to post"), gl_queue.actual_waiting(), "amount"),
        Column("expected", _l("Expected to post"), gl_queue.expected_waiting(), "amount"),
        Column("location", _l("Location"), Location.code, "code", phone=False),
        Column("item_ledger_entry_id", _l("Item ledger entry"), ValueEntry.item_ledger_entry_id, "code",
               link=lambda row: entry_url(row.item_ledger_entry_id), shown=False),
    ),
    filters=(
        DateRange("date", _l("Posting date"), PostValueEntryToGl.posting_date),
        RecordFilter("item", _l("Item"), PostValueEntryToGl.item_id, kind="item"),
        RecordFilter("location", _l("Location"), ValueEntry.location_id, kind="location"),
        ChoiceFilter("type", _l("Entry type"), ValueEntry.entry_type, kind=ValueEntryType),
    ),
    search=(Item.no, ValueEntry.document_no),
    search_hint=_l("Item no. or document no."),
    sort="entry_no",
    empty=Empty(_l("Everything has reached the general ledger: nothing waits.")),
)  # fmt: skip


@bp.get("/")
@requires(Permission.GL_VIEW)
def index() -> ResponseReturnValue:
    form = PostToGlForm(formdata=None)
    form.document_no.data = f"GL-{today():%Y%m%d}"
    return _index(form)


def _index(form: PostToGlForm) -> Response:
    context: dict[str, Any] = {}
    if not wants_fragment() or form.errors:
        job = db.session.scalar(
            select(Job)
            .where(Job.kind == cost_jobs.POST_TO_GL, Job.status.in_([JobStatus.WAITING, JobStatus.RUNNING]))
            .order_by(Job.id.desc())
            .limit(1)
        )
        sees = job is not None and (job.user_id == current_user.id or may(Permission.AUDIT_VIEW))
        context = {
            "setup": db.session.get(InventorySetup, 1),
            "totals": gl_queue.waiting(db_session()),
            "running_job": context_of(job) if job is not None and sees else None,
        }
    response: Response = QUEUE.respond(
        page="inventory_gl/index.html", fragment="_types/_list.html", form=form, **context
    )
    if form.errors:
        response.status_code = 422
    return response


@bp.post("/preview")
@requires(Permission.GL_EDIT)
def preview() -> ResponseReturnValue:
    """What posting would write, by account; everything is rolled back."""
    form = PostToGlForm()
    if not form.validate_on_submit():
        return _refused(form)
    who, number = poster(), form.summed_under
    found = rehearse(db_session(), lambda s: gl_queue.preview(s, who, document_no=number), user_id=current_user.id)
    return render("inventory_gl/preview.html", "inventory_gl/_preview.html", form=form, preview=found)


@bp.post("/post")
@requires(Permission.GL_EDIT)
def post() -> ResponseReturnValue:
    """Post the queue in the background; the same form twice posts it once."""
    form = PostToGlForm()
    if not form.validate_on_submit():
        return _refused(form)
    number = form.summed_under
    title = _("Inventory cost to the general ledger, %(way)s", way=_("summed") if number else _("by entry"))
    job_id = launch(cost_jobs.POST_TO_GL, {"document_no": number}, title, key=form.key.data)
    return go(url_for("jobs.show", job_id=job_id))


def _refused(form: PostToGlForm) -> Response:
    if wants_fragment():
        return render("inventory_gl/form.html", "inventory_gl/_form.html", form=form, status=422)
    return _index(form)
