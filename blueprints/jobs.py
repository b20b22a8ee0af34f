"""Background jobs on pages: list, progress that can be left, outcome, files; and the queue they run on."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, current_app, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from huey import SqliteHuey, crontab
from sqlalchemy import select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session, undefer
from werkzeug.exceptions import NotFound as PageNotFound

import services.bin_conversion
import services.costs.jobs
import services.exchange.handlers
import services.exchange.retail_week
import services.items.picture_import
import services.planning.carry_out_job
import services.planning.requisition_job
import services.trade.batch
from blueprints.access import current_user, may, signed_in
from blueprints.database import db_session
from blueprints.htmx import done, go, render
from blueprints.list_filters import ChoiceFilter, MomentRange
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from config import INSTANCE
from core.text import _
from core.unit_of_work import perform
from models import Job, StoredFile, User, db
from models.engine import refresh_statistics
from models.enums import JobStatus
from models.users import Permission
from services import jobs
from services.exchange.handlers import FATES_TYPE
from services.exchange.retail_lines import FILE_TYPE as LINES_TYPE
from services.job_progress import ProgressStore

bp = Blueprint("jobs", __name__, url_prefix="/jobs")

#: Importing them is what makes their kinds known.
HANDLERS = (
    services.bin_conversion, services.costs.jobs, services.exchange.handlers, services.exchange.retail_week,
    services.items.picture_import, services.planning.carry_out_job, services.planning.requisition_job,
    services.trade.batch,
)  # fmt: skip
ENDED = (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)


def launch(kind: str, parameters: Mapping[str, Any], title: str = "", *, key: str | None = None) -> int:
    """Enqueue a job for the current user, commit, start it, return its id; the same form key gives the same job."""
    user_id = current_user.id
    job_id = perform(
        db_session(), lambda session: jobs.enqueue(session, kind, parameters, user_id, title).id, key=key,
        user_id=user_id,
    )  # fmt: skip
    runner().start(job_id)
    return int(job_id)


def runner() -> jobs.JobRunner:
    """The application's job runner."""
    found: jobs.JobRunner = current_app.extensions["jobs"]
    return found


JOBS = Listing(
    name="jobs", title=_l("Jobs"), key=Job.id,
    source=lambda: _own(select().select_from(Job).outerjoin(User, User.id == Job.user_id)),
    columns=(
        Column("id", _l("No."), Job.id, "number", sort=True),
        Column("title", _l("Job"), Job.title),
        Column("status", _l("Status"), Job.status, "word"),
        Column("message", _l("Outcome"), Job.message),
        Column("user", _l("User"), User.full_name),
        Column("created_at", _l("Started by the user"), Job.created_at, "moment", sort=True),
        Column("finished_at", _l("Ended"), Job.finished_at, "moment", shown=False),
    ),
    open=lambda row: url_for("jobs.show", job_id=row.id),
    filters=(
        ChoiceFilter("status", _l("Status"), Job.status, kind=JobStatus),
        MomentRange("created", _l("Started"), Job.created_at),
    ),
    search=(Job.title,),
    sort="-id",
    empty=Empty(_l("No jobs yet. Imports, exports and other long work are listed here.")),
)  # fmt: skip


def _sees_all() -> bool:
    return may(Permission.AUDIT_VIEW)


def _own(statement: Any) -> Any:
    """One's own jobs; those who read the audit trail see all."""
    return statement if _sees_all() else statement.where(Job.user_id == current_user.id)


def sees_job(user_id: int | None) -> bool:
    """Whether the current user may look at a job of that user."""
    return user_id == current_user.id or _sees_all()


def find_job(job_id: int) -> Job:
    """The job when the current user may see it, else 404."""
    job = jobs.get_job(db_session(), job_id)
    if not sees_job(job.user_id):
        raise PageNotFound
    return job


@bp.get("/")
@signed_in
def index() -> ResponseReturnValue:
    return JOBS.respond()


@bp.get("/<int:job_id>")
@signed_in
def show(job_id: int) -> ResponseReturnValue:
    job = find_job(job_id)
    return render("jobs/show.html", "jobs/_job.html", **context_of(job))


def context_of(job: Job) -> dict[str, Any]:
    """What the job's fragment shows: figures from where they are fresh, links to what came of it."""
    live = runner().progress.find(job.id) if job.status == JobStatus.RUNNING else None
    kind = jobs.KINDS.get(job.kind)
    files = db.session.execute(
        select(StoredFile.id, StoredFile.name, StoredFile.size)
        .where(StoredFile.job_id == job.id, StoredFile.media_type.not_in([FATES_TYPE, LINES_TYPE]))
        .order_by(StoredFile.id)
    ).all()
    outcome = ""
    told = job.result.get("fates_file_id") or {"registers", "outcomes", "planned"} & job.result.keys()
    if kind is not None and kind.outcome and job.status in ENDED and told:
        outcome = url_for(kind.outcome, job_id=job.id)
    return {
        "job": job,
        "running": job.status not in ENDED,
        "done": live.done if live else job.progress_done,
        "total": live.total if live else job.progress_total,
        "message": live.message if live else job.message or jobs.why_it_waits(db_session(), job),
        "stopping": bool(live and live.cancel),
        "files": files,
        "outcome": outcome,
        "repeatable": kind is not None and kind.repeatable and job.status in (JobStatus.FAILED, JobStatus.CANCELLED),
    }


@bp.post("/<int:job_id>/cancel")
@signed_in
def cancel(job_id: int) -> ResponseReturnValue:
    find_job(job_id)
    perform(db_session(), lambda session: runner().cancel(session, job_id), user_id=current_user.id)
    return done(
        None, back=url_for(".show", job_id=job_id), message=_("The job stops at its next step."), category="info"
    )


@bp.post("/<int:job_id>/repeat")
@signed_in
def repeat(job_id: int) -> ResponseReturnValue:
    find_job(job_id)
    user_id = current_user.id
    new_id = perform(db_session(), lambda session: jobs.repeat(session, job_id, user_id).id, user_id=user_id)
    runner().start(new_id)
    return go(url_for(".show", job_id=new_id))


@bp.get("/<int:job_id>/files/<int:file_id>")
@signed_in
def file(job_id: int, file_id: int) -> ResponseReturnValue:
    """A file the job made, always as a download."""
    find_job(job_id)
    stored = db.session.scalar(
        select(StoredFile)
        .where(StoredFile.id == file_id, StoredFile.job_id == job_id)
        .options(undefer(StoredFile.content))
    )
    if stored is None:
        raise PageNotFound
    response = send_file(
        io.BytesIO(stored.content), mimetype=stored.media_type.split(";")[0], as_attachment=True,
        download_name=stored.name,
    )  # fmt: skip
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


def queue_path(database_url: str) -> Path:
    """The queue's file: beside a SQLite database, else in the instance folder by the database's name and a digest."""
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        if not url.database or url.database == ":memory:":
            return INSTANCE / "jobs-memory.sqlite"
        path = Path(url.database)
        return path.with_name(f"{path.stem}-jobs.sqlite")
    digest = hashlib.sha256(url.render_as_string(hide_password=True).encode()).hexdigest()[:8]
    return INSTANCE / f"jobs-{url.database}-{digest}.sqlite"


def init_app(app: Flask) -> None:
    """The queue (Huey on SQLite) and the runner; with JOBS="inline" jobs run at once and the queue stays unused."""
    path = queue_path(str(app.config["SQLALCHEMY_DATABASE_URI"]))
    path.parent.mkdir(parents=True, exist_ok=True)
    huey = SqliteHuey("stockbook", filename=str(path), results=False, fsync=True)

    def make_session() -> Session:
        # A session of its own, of the class that the audit trail listens to; never the request's.
        made: Session = db.session.session_factory()
        return made

    runner_ = jobs.JobRunner(make_session, ProgressStore(path))

    @huey.task(name="run_job")
    def run_job(job_id: int) -> None:
        with app.app_context():
            runner_.run(job_id)

    @huey.periodic_task(crontab(minute="*"), name="sweep_jobs")
    def sweep_jobs() -> None:
        with app.app_context():
            runner_.sweep()

    @huey.periodic_task(crontab(minute="7"), name="refresh_statistics")
    def hourly() -> None:
        with app.app_context():
            refresh_statistics(db.engine)

    @huey.on_startup(name="sweep_at_start")
    def sweep_at_start() -> None:
        with app.app_context():
            runner_.sweep()

    if app.config.get("JOBS") != "inline":
        runner_.send = run_job
    app.extensions["huey"] = huey
    app.extensions["jobs"] = runner_
