"""Background jobs: run once, whole or not at all, can be stopped, survive the death of their process as a sentence."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import func, select

from core.errors import ConflictError, NotFound, ValidationError
from core.unit_of_work import perform
from models import Item, Job, Location, StoredFile, db
from models.enums import JobStatus
from services import jobs
from services.job_progress import ProgressStore


@pytest.fixture
def runner(world, tmp_path):
    return jobs.JobRunner(db.session.session_factory, ProgressStore(tmp_path / "progress.sqlite"))


@pytest.fixture
def kind(monkeypatch):
    """`kind(handler)` makes a kind of job called "probe" known for this test."""

    def make(handler, **fields):
        monkeypatch.setitem(jobs.KINDS, "probe", jobs.JobKind("probe", "Probe", handler, **fields))

    return make


def enqueue(session, **parameters):
    return perform(session, lambda s: jobs.enqueue(s, "probe", parameters, None).id)


def row(session, job_id):
    session.rollback()
    found = session.scalars(select(Job).where(Job.id == job_id).execution_options(populate_existing=True)).one()
    session.rollback()
    return found


def locations(session):
    session.rollback()
    return session.scalar(select(func.count()).select_from(Location))


def add_location(code):
    return lambda s: s.add(Location(code=code, name=code))


def test_a_job_runs_to_its_end_and_keeps_its_outcome(session, runner, kind):
    def handler(_session, job, progress):
        progress(3, 3, "Done")
        file_id = job.save_file("list.csv", "text/csv", b"a;b")
        return {"message": f"{job.parameters['count']} things", "file_id": file_id}

    kind(handler)
    job_id = enqueue(session, count=3)

    runner.run(job_id)

    job = row(session, job_id)
    assert (job.status, job.message, job.progress_done, job.progress_total) == (JobStatus.DONE, "3 things", 3, 3)
    assert job.finished_at is not None
    assert session.scalar(select(StoredFile.content).where(StoredFile.job_id == job_id)) == b"a;b"
    assert runner.progress.find(job_id) is None


def test_a_job_sent_twice_runs_once(session, runner, kind):
    runs = []
    kind(lambda _session, job, _progress: runs.append(job.id))
    job_id = enqueue(session)

    runner.run(job_id)
    runner.run(job_id)

    assert runs == [job_id]


def test_a_refusal_is_the_jobs_message_and_what_was_open_is_undone(session, runner, kind):
    def handler(_session, job, _progress):
        def work(s):
            add_location("HALF")(s)
            raise ValidationError("no_good", "That will not do.")

        job.perform(work)

    kind(handler)
    before = locations(session)

    job_id = enqueue(session)
    runner.run(job_id)

    assert (row(session, job_id).status, row(session, job_id).message) == (JobStatus.FAILED, "That will not do.")
    assert locations(session) == before


def test_an_unexpected_error_gives_a_reference_and_no_traceback(session, runner, kind, caplog):
    def handler(*_arguments):
        raise ZeroDivisionError("secret detail")

    kind(handler)
    job_id = enqueue(session)

    runner.run(job_id)

    job = row(session, job_id)
    assert job.status == JobStatus.FAILED
    assert job.result["reference"] in job.message
    assert "secret" not in job.message
    assert "secret detail" in caplog.text  # for whoever looks the reference up
    assert job.result["reference"] in caplog.text


def test_a_running_job_stops_at_its_next_report_and_is_undone(session, runner, kind, monkeypatch):
    monkeypatch.setattr(jobs, "REPORT_SECONDS", 0)

    def handler(_session, job, progress):
        def work(s):
            add_location("HALF")(s)
            s.flush()
            perform_cancel()
            progress(1, 2, "half way")

        job.perform(work)

    def perform_cancel():
        # From elsewhere, while this job holds the database's one write lock.
        thread = threading.Thread(target=lambda: runner.progress.ask_to_stop(job_id))
        thread.start()
        thread.join()

    kind(handler)
    before = locations(session)
    job_id = enqueue(session)

    runner.run(job_id)

    assert row(session, job_id).status == JobStatus.CANCELLED
    assert locations(session) == before


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(session, runner, kind):
    runs = []
    kind(lambda *_arguments: runs.append(1))
    job_id = enqueue(session)

    perform(session, lambda s: runner.cancel(s, job_id))
    runner.run(job_id)

    assert row(session, job_id).status == JobStatus.CANCELLED
    assert runs == []


def test_how_far_a_job_is_can_be_read_while_its_transaction_is_open(session, runner, kind, monkeypatch):
    monkeypatch.setattr(jobs, "REPORT_SECONDS", 0)
    seen = []

    def handler(_session, job, progress):
        def work(s):
            add_location("HALF")(s)
            s.flush()
            progress(4, 10, "Importing rows")
            seen.append(runner.progress.find(job.id))

        job.perform(work)

    kind(handler)
    runner.run(enqueue(session))

    assert [(found.done, found.total, found.message) for found in seen] == [(4, 10, "Importing rows")]


def test_reports_are_written_twice_a_second_and_no_more(session, runner, kind, monkeypatch):
    written = []
    report = runner.progress.report
    monkeypatch.setattr(runner.progress, "report", lambda *values: written.append(values) or report(*values))

    kind(lambda _session, _job, progress: [progress(number, 100_000) for number in range(10_000)] and None)
    runner.run(enqueue(session))

    assert 1 <= len(written) <= 5


def test_a_job_whose_process_died_is_told_apart_from_a_living_one_and_can_be_run_again(
    session, runner, kind, monkeypatch
):
    kind(lambda *_arguments: {"message": "now it went"})
    dead, alive = enqueue(session), enqueue(session)
    for job_id in (dead, alive):
        perform(session, lambda s, i=job_id: setattr(s.get_one(Job, i), "status", JobStatus.RUNNING))
    runner.progress.start(alive)

    lost = runner.sweep()

    assert lost == [dead]
    assert row(session, alive).status == JobStatus.RUNNING
    job = row(session, dead)
    assert (job.status, "run it again" in job.message) == (JobStatus.FAILED, True)
    again = perform(session, lambda s: jobs.repeat(s, dead, None).id)
    runner.run(again)
    assert row(session, again).message == "now it went"


def test_jobs_that_nobody_started_are_sent_when_a_worker_starts(session, runner, kind):
    kind(lambda *_arguments: None)
    waiting = enqueue(session)
    sent = []
    runner.send = sent.append

    runner.sweep()

    assert sent == [waiting]


@pytest.mark.parametrize(
    ("status", "repeatable"), [(JobStatus.DONE, True), (JobStatus.RUNNING, True), (JobStatus.FAILED, False)]
)
def test_only_failed_and_cancelled_jobs_of_repeatable_kinds_are_run_again(session, kind, status, repeatable):
    kind(lambda *_arguments: None, repeatable=repeatable)
    job_id = enqueue(session)
    perform(session, lambda s: setattr(s.get_one(Job, job_id), "status", status))

    with pytest.raises(ConflictError) as refused:
        jobs.repeat(session, job_id, None)

    assert refused.value.code == "job_not_repeatable"


def test_a_kind_nobody_knows_is_refused(session, world):
    with pytest.raises(NotFound) as refused:
        jobs.enqueue(session, "nonsense", {}, None)

    assert refused.value.code == "job_kind_unknown"
    assert session.scalar(select(func.count()).select_from(Item)) == 0
