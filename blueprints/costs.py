"""Cost adjustment for the bookkeeper: what waits and why, running it, and what the runs changed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from blueprints.access import current_user, may, requires
from blueprints.database import db_session
from blueprints.fields import CheckField, KeyedForm
from blueprints.htmx import go, render, wants_fragment
from blueprints.jobs import context_of, find_job, launch
from blueprints.ledger_parts import item_url, register_url
from blueprints.list_filters import ChoiceFilter, MomentRange, RecordFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing, State
from blueprints.record_fields import RecordField
from core.text import _
from costing.setup import read_setup
from models import InventorySetup, Item, ItemCategory, Job, Permission, Register, db
from models.enums import CostingMethod, JobStatus
from posting.adjust import SOURCE_CODE
from services.costs import jobs as cost_jobs
from services.costs import runs, waiting
from services.items import get_item

bp = Blueprint("costs", __name__, url_prefix="/costs")

_SIZE = 50


class RunForm(KeyedForm):
    item = RecordField(_l("Only this item"), "item")
    category = RecordField(_l("Only this category"), "category")
    post_to_gl = CheckField(_l("Post to the general ledger afterwards"))


# ------------------------------------------------------------------------------------------------ what waits
class WaitingListing(Listing):
    """The reasons of the rows of a page come from two queries over all of them."""

    def read(self, args: MultiDict[str, str] | None = None, path: str | None = None) -> State:
        state = super().read(args, url_for("costs.index"))
        g.waiting_state = state
        return state


def _why(row: Any) -> Markup:
    if not hasattr(g, "waiting_reasons"):
        g.waiting_reasons = waiting.reasons(db_session(), [other.row_id for other in g.waiting_state.rows])
    words = ", ".join(g.waiting_reasons[row.row_id].sentences()) or _("new movements to look at")
    return Markup('<span class="wraps">{}</span>').format(words)


def _entries_cell(row: Any) -> Markup:
    return Markup('<a href="{}">{}</a>').format(url_for("ledger.item_entries", item=row.item_no), _("Entries"))


WAITING = WaitingListing(
    name="costs_to_adjust",
    title=_l("Cost adjustment"),
    key=Item.id,
    source=lambda: (
        select()
        .select_from(Item)
        .outerjoin(ItemCategory, ItemCategory.id == Item.category_id)
        .where(waiting.is_waiting())
    ),
    columns=(
        Column("item_no", _l("Item"), Item.no, "code", link=item_url, sort=True),
        Column("description", _l("Description"), Item.description),
        Column("why", _l("Why"), cell=_why),
        Column("since", _l("From"), waiting.waiting_since(), "day"),
        Column("entries", _l("Entries"), waiting.waiting_entries(), "number"),
        Column("costing_method", _l("Costing method"), Item.costing_method, "word", phone=False),
        Column("unit_cost", _l("Unit cost now"), Item.unit_cost, "unit_cost", shown=False),
        Column("category", _l("Category"), ItemCategory.code, "code", shown=False),
        Column("ledger", _l("Ledger"), cell=_entries_cell, shown=False),
    ),
    filters=(
        ChoiceFilter("method", _l("Costing method"), Item.costing_method, kind=CostingMethod),
        RecordFilter("category", _l("Category"), Item.category_id, kind="category"),
    ),
    search=(Item.no, Item.description),
    sort="item_no",
    open=item_url,
    empty=Empty(_l("Every cost is adjusted: what went out bears the cost of what it was taken from.")),
)


@bp.get("/")
@requires(Permission.COSTS_VIEW)
def index() -> ResponseReturnValue:
    return _index(RunForm(formdata=None))


def _index(form: RunForm) -> Response:
    response: Response = WAITING.respond(page="costs/index.html", form=form, **_facts())
    if form.errors:
        response.status_code = 422
    return response


def _facts() -> dict[str, Any]:
    """What stands over the list; the fragment is drawn without."""
    if wants_fragment():
        return {}
    setup = db.session.get(InventorySetup, 1)
    job = db.session.scalar(
        select(Job)
        .where(Job.kind == cost_jobs.ADJUST, Job.status.in_([JobStatus.WAITING, JobStatus.RUNNING]))
        .order_by(Job.id.desc())
        .limit(1)
    )
    sees = job is not None and (job.user_id == current_user.id or may(Permission.AUDIT_VIEW))
    return {
        "setup": setup,
        "first_day": read_setup(db_session()).first_day if setup is not None else None,
        "last_runs": runs.last_runs(db_session()),
        "running_job": context_of(job) if job is not None and sees else None,
    }


@bp.post("/run")
@requires(Permission.COSTS_ADJUST)
def run() -> ResponseReturnValue:
    """Start the adjustment in the background; the same form twice starts it once."""
    form = RunForm()
    if not form.validate_on_submit():
        return _index(form)
    parameters = {
        "item": form.item.record.code if form.item.data else "",
        "category": form.category.record.code if form.category.data else "",
        "post_to_gl": bool(form.post_to_gl.data) and may(Permission.GL_EDIT),
    }
    about = parameters["item"] or parameters["category"]
    title = _("Cost adjustment of %(about)s", about=about) if about else _("Cost adjustment of all items")
    job_id = launch(cost_jobs.ADJUST, parameters, title, key=form.key.data)
    return go(url_for("jobs.show", job_id=job_id))


@bp.get("/jobs/<int:job_id>")
@requires(Permission.COSTS_VIEW)
def outcome(job_id: int) -> ResponseReturnValue:
    """What a run of the background did: its registers, and what it could not do with the reasons."""
    job = find_job(job_id)
    registers = [number for number in job.result.get("registers", []) if isinstance(number, int)]
    found = db.session.scalars(select(Register).where(Register.id.in_(registers[:_SIZE])).order_by(Register.id)).all()
    adjusting = job.kind == cost_jobs.ADJUST
    return render(
        "costs/outcome.html", "costs/_outcome.html", job=job, adjusting=adjusting,
        summaries=runs.summaries(db_session(), found) if adjusting else [], registers=found,
        more_registers=len(registers) > _SIZE, kept=cost_jobs.KEPT,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ runs
def _run_cell(attribute: str) -> Any:
    def cell(row: Any) -> Any:
        if not hasattr(g, "run_summaries"):
            wanted = [other.row_id for other in g.run_state.rows]
            registers = db.session.scalars(select(Register).where(Register.id.in_(wanted))).all()
            g.run_summaries = {one.register_id: one for one in runs.summaries(db_session(), registers)}
        return getattr(g.run_summaries[row.row_id], attribute)

    return cell


class RunListing(Listing):
    """Figures of the runs come from one grouped query over those of the page."""

    def read(self, args: MultiDict[str, str] | None = None, path: str | None = None) -> State:
        state = super().read(args, path)
        g.run_state = state
        return state


def _run_url(row: Any) -> str:
    return url_for("costs.run_items", register_id=row.row_id)


RUNS = RunListing(
    name="cost_runs",
    title=_l("Runs of the cost adjustment"),
    key=Register.id,
    source=lambda: select().select_from(Register).where(Register.source_code == SOURCE_CODE),
    columns=(
        Column("register_no", _l("Register"), Register.id, "code", link=_run_url, sort=True),
        Column("created_at", _l("When"), Register.created_at, "moment"),
        Column("user_name", _l("By"), Register.user_name),
        Column("items", _l("Items changed"), cell=_run_cell("items")),
        Column("value_entries", _l("Corrections"), Register.line_count, "number"),
        Column("register_id", _l("Entries"), Register.id, "code", link=register_url, shown=False),
    ),
    filters=(
        MomentRange("posted", _l("When"), Register.created_at),
        RecordFilter("user", _l("User"), Register.user_id, kind="user"),
    ),
    search=(Register.user_name,),
    search_hint=_l("Who ran it"),
    sort="-register_no",
    open=_run_url,
    empty=Empty(_l("No run has corrected anything yet.")),
)


@bp.get("/runs")
@requires(Permission.COSTS_VIEW)
def run_list() -> ResponseReturnValue:
    return RUNS.respond()


@bp.get("/runs/<int:register_id>")
@requires(Permission.COSTS_VIEW)
def run_items(register_id: int) -> ResponseReturnValue:
    """What a run changed, item by item."""
    summary = runs.get_run(db_session(), min(register_id, 2**63 - 1))
    after = _after()
    items = runs.items_of_run(db_session(), register_id, after=after, size=_SIZE + 1)
    return render(
        "costs/run.html", "costs/_run.html", summary=summary, items=items[:_SIZE], is_first=not after,
        next_after=items[_SIZE - 1].item_no if len(items) > _SIZE else None,
    )  # fmt: skip


@bp.get("/runs/<int:register_id>/<no>")
@requires(Permission.COSTS_VIEW)
def run_entries(register_id: int, no: str) -> ResponseReturnValue:
    """What a run changed on the entries of an item, and why."""
    summary = runs.get_run(db_session(), min(register_id, 2**63 - 1))
    item = get_item(db_session(), no)
    text = _after()
    after = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
    changes = runs.entries_of_run(db_session(), register_id, item.id, after=after, size=_SIZE + 1)
    return render(
        "costs/run_item.html", "costs/_run_item.html", summary=summary, item=item, changes=changes[:_SIZE],
        is_first=not after, next_after=changes[_SIZE - 1].value_entry_id if len(changes) > _SIZE else None,
    )  # fmt: skip


def _after() -> str:
    return request.args.get("after", "")[:40].replace("\x00", "")
