"""Background jobs: kinds and their handlers, queueing, running, progress, outcome.

A handler does its work in transactions of its own (`job.perform`), so a job that dies leaves only whole ones behind.
Knows no web: blueprints/jobs.py builds one JobRunner for each application and gives it the queue.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ConflictError, DomainError, NotFound, errors_of
from core.text import _
from core.unit_of_work import perform
from models import Job, StoredFile
from models.enums import JobStatus
from services.job_progress import ProgressStore

T = TypeVar("T")
log = logging.getLogger("stockbook.jobs")

REPORT_SECONDS = 0.5  # a bar moves twice a second, no more
BEAT_SECONDS = 5.0
STALE_SECONDS = 30.0  # no beat for so long: the process is gone
TAKEN_UP_SECONDS = 30.0  # a worker looks every two seconds; so long after, none runs
_SHOWN_ERRORS = 5


class JobCancelledError(Exception):
    """Somebody asked the running job to stop; its open transaction is undone."""


class ProgressReport(Protocol):
    """`progress(done, total, message)`: cheap to call for every row; written at most twice a second."""

    def __call__(self, done: int, total: int, message: str = "") -> None:
        """Say how far the work is; JobCancelledError when somebody asked it to stop."""


@dataclass(frozen=True)
class RunningJob:
    """What a handler knows about its job."""

    id: int
    kind: str
    parameters: Mapping[str, Any]
    user_id: int | None
    session: Session

    def perform(self, work: Callable[[Session], T], *, key: str | None = None) -> T:
        """Run `work` in one transaction of its own (core/unit_of_work.py)."""
        return perform(self.session, work, key=key, user_id=self.user_id)

    def save_file(self, name: str, media_type: str, content: bytes) -> int:
        """Keep a file with the job; the job page offers it. Returns the stored file's id."""

        def work(session: Session) -> int:
            return store_file(session, name, media_type, content, user_id=self.user_id, job_id=self.id).id

        return self.perform(work)


Handler = Callable[[Session, RunningJob, ProgressReport], Mapping[str, Any] | None]


@dataclass(frozen=True)
class JobKind:
    """A kind of job: its handler, its name for people, the permission its jobs are seen with."""

    name: str
    title: str
    handler: Handler
    permission: str = ""
    #: running it again after a failure does no harm
    repeatable: bool = True
    #: endpoint of the page that shows its outcome, called with job_id; empty: the job page itself
    outcome: str = ""


KINDS: dict[str, JobKind] = {}


def register(kind: JobKind) -> JobKind:
    """Make a kind known; the last one of a name wins, so that tests may replace one."""
    KINDS[kind.name] = kind
    return kind


def get_kind(name: str) -> JobKind:
    """The kind of that name; NotFound `job_kind_unknown`."""
    try:
        return KINDS[name]
    except KeyError:
        raise NotFound("job_kind_unknown", _("There is no kind of job called %(name)s.", name=name)) from None


def enqueue(session: Session, kind: str, parameters: Mapping[str, Any], user_id: int | None, title: str = "") -> Job:
    """Write down a waiting job; once committed, the edge hands its id to JobRunner.start."""
    job = Job(
        kind=get_kind(kind).name, title=(title or get_kind(kind).title)[:250], parameters=dict(parameters),
        status=JobStatus.WAITING, progress_done=0, progress_total=0, message="", result={}, user_id=user_id,
        created_at=utcnow(),
    )  # fmt: skip
    session.add(job)
    session.flush()
    return job


def get_job(session: Session, job_id: int) -> Job:
    """The job; NotFound `job_not_found`."""
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound("job_not_found", _("There is no job %(id)s.", id=job_id))
    return job


def why_it_waits(session: Session, job: Job) -> str:
    """Of a job that waits: the job before it, or that nothing takes jobs up; "" when its turn has just to come."""
    if job.status != JobStatus.WAITING:
        return ""
    before = session.scalar(select(Job.id).where(Job.status == JobStatus.RUNNING).order_by(Job.id).limit(1))
    if before is not None:
        return _("Waiting until job no. %(id)s is done.", id=before)
    if (utcnow() - job.created_at).total_seconds() < TAKEN_UP_SECONDS:
        return ""
    return _(
        "Nothing takes jobs up: the job worker does not seem to run. Whoever runs the program starts worker.py beside "
        "the web server; this job then begins by itself."
    )


def repeat(session: Session, job_id: int, user_id: int | None) -> Job:
    """A new job like one that failed or was cancelled. Raises ConflictError `job_not_repeatable`."""
    job = get_job(session, job_id)
    if job.status not in (JobStatus.FAILED, JobStatus.CANCELLED) or not get_kind(job.kind).repeatable:
        raise ConflictError("job_not_repeatable", _("Job %(id)s cannot be run again.", id=job_id))
    return enqueue(session, job.kind, job.parameters, user_id, job.title)


def store_file(
    session: Session, name: str, media_type: str, content: bytes, *, user_id: int | None, job_id: int | None = None
) -> StoredFile:
    """Keep a file in the database."""
    stored = StoredFile(
        name=name[-250:], media_type=media_type, content=content, size=len(content), job_id=job_id, user_id=user_id,
        created_at=utcnow(),
    )  # fmt: skip
    session.add(stored)
    session.flush()
    return stored


def sentence_of(error: BaseException, reference: str) -> str:
    """What the user reads about an error: the refusals' own sentences, else a reference number, never a traceback."""
    if isinstance(error, DomainError):
        # A thousand lines may be refused for one reason, which is said once, with its way out.
        said = list(dict.fromkeys(f"{single.message} {single.hint or ''}".strip() for single in errors_of(error)))
        text = " ".join(said[:_SHOWN_ERRORS])
        if len(said) > _SHOWN_ERRORS:
            text += " " + _("And %(count)s more.", count=len(said) - _SHOWN_ERRORS)
        return text
    return _(
        "An unexpected error ended this job. The step it was at has been undone. "
        "Try again; if it happens again, report reference no. %(reference)s.",
        reference=reference,
    )


@dataclass
class JobRunner:
    """Runs jobs for one application: `send` puts a job id on the queue, or is None where jobs run at once."""

    make_session: Callable[[], Session]
    progress: ProgressStore
    send: Callable[[int], None] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self, job_id: int) -> None:
        """Hand a committed job to the worker, or run it here and now; a job that has begun is left alone."""
        if self.send is None:
            self.run(job_id)
        else:
            self.send(job_id)

    def run(self, job_id: int) -> None:
        """Run the job to its end and store the outcome; never raises for what the job does wrong."""
        session = self.make_session()
        try:
            claimed = perform(session, lambda s: _claim(s, job_id))
            if claimed is None:
                return
            kind_name, parameters, user_id = claimed
            self.progress.start(job_id)
            running = RunningJob(job_id, kind_name, parameters, user_id, session)
            with self._beating(job_id):
                status, message, result = self._carry_out(running, session)
            last = self.progress.find(job_id)
            done, total = (last.done, last.total) if last else (0, 0)
            if status == JobStatus.DONE:
                done = total
            perform(session, lambda s: _finish(s, job_id, status, message, result, (done, total)))
            self.progress.forget(job_id)
        finally:
            session.close()

    def cancel(self, session: Session, job_id: int) -> None:
        """Cancel a waiting job now, or ask a running one to stop at its next report."""
        changed = session.execute(
            update(Job)
            .where(Job.id == job_id, Job.status == JobStatus.WAITING)
            .values(status=JobStatus.CANCELLED, finished_at=utcnow(), message=_("Cancelled before it began."))
        )
        if not changed.rowcount:  # type: ignore[attr-defined]
            self.progress.ask_to_stop(job_id)

    def sweep(self) -> list[int]:
        """Mark running jobs whose process is gone as failed (returned); start waiting ones that nobody started.

        Called when a worker starts and every minute.
        """
        session = self.make_session()
        try:
            running = session.execute(select(Job.id, Job.heartbeat_at).where(Job.status == JobStatus.RUNNING)).all()
            waiting = session.scalars(select(Job.id).where(Job.status == JobStatus.WAITING).order_by(Job.id)).all()
            session.rollback()
            now = time.time()
            lost = []
            for job_id, heartbeat_at in running:
                last = self.progress.find(job_id)
                beat = last.beat if last else (heartbeat_at.timestamp() if heartbeat_at else 0.0)
                if now - beat > STALE_SECONDS:
                    lost.append(job_id)
            for job_id in lost:
                message = _(
                    "The program was stopped while this job ran. What it had not finished was undone; run it again."
                )
                perform(session, lambda s, i=job_id, m=message: _finish(s, i, JobStatus.FAILED, m, {}, None))  # type: ignore[misc]
                self.progress.forget(job_id)
            if self.send is not None:
                for job_id in waiting:
                    self.send(job_id)
            return lost
        finally:
            session.close()

    def _carry_out(self, running: RunningJob, session: Session) -> tuple[JobStatus, str, dict[str, Any]]:
        try:
            result = get_kind(running.kind).handler(session, running, self._reporter(running.id))
            session.rollback()  # reads only: what is to stay was committed by running.perform
        except JobCancelledError:
            session.rollback()
            return JobStatus.CANCELLED, _("Cancelled. What was not finished has been undone."), {}
        except Exception as error:
            session.rollback()
            reference = uuid.uuid4().hex[:8]
            if not isinstance(error, DomainError):
                log.exception("job %s (%s) failed, reference %s", running.id, running.kind, reference)
            facts = getattr(error, "result", {})
            return JobStatus.FAILED, sentence_of(error, reference), {**facts, "reference": reference}
        outcome = dict(result or {})
        return JobStatus.DONE, str(outcome.pop("message", "")), outcome

    def _reporter(self, job_id: int) -> ProgressReport:
        last = 0.0

        def progress(done: int, total: int, message: str = "") -> None:
            nonlocal last
            now = time.monotonic()
            if now - last < REPORT_SECONDS and not (total and done >= total):
                return
            last = now
            if self.progress.report(job_id, done, total, message):
                raise JobCancelledError

        return progress

    @contextmanager
    def _beating(self, job_id: int) -> Any:
        """A heartbeat of its own thread: a long SQL statement must not look like death."""
        stopped = threading.Event()

        def beat() -> None:
            while not stopped.wait(BEAT_SECONDS):
                self.progress.beat(job_id)

        thread = threading.Thread(target=beat, name=f"job-{job_id}-heartbeat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()


def _claim(session: Session, job_id: int) -> tuple[str, dict[str, Any], int | None] | None:
    """Take a waiting job; None when it has begun or was cancelled: sending a job twice runs it once."""
    now = utcnow()
    taken = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.status == JobStatus.WAITING)
        .values(status=JobStatus.RUNNING, started_at=now, heartbeat_at=now)
    )
    if not taken.rowcount:  # type: ignore[attr-defined]
        return None
    row = session.execute(select(Job.kind, Job.parameters, Job.user_id).where(Job.id == job_id)).one()
    return row.kind, dict(row.parameters), row.user_id


def _finish(
    session: Session,
    job_id: int,
    status: JobStatus,
    message: str,
    result: dict[str, Any],
    counts: tuple[int, int] | None,
) -> None:
    now = utcnow()
    values: dict[str, Any] = {
        "status": status, "message": message, "result": result, "finished_at": now, "heartbeat_at": now,
    }  # fmt: skip
    if counts is not None:
        values["progress_done"], values["progress_total"] = counts
    session.execute(update(Job).where(Job.id == job_id, Job.status == JobStatus.RUNNING).values(**values))
