"""Jobs on pages: a progress bar that can be left, an outcome, files for their owner only."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Job, db
from models.enums import JobStatus
from services import jobs
from tests.builders import World


@pytest.fixture
def worker_app(make_app, sqlite_url):
    """An application whose jobs wait for a worker."""
    return make_app(sqlite_url, JOBS="worker")


@pytest.fixture
def app(worker_app):
    return worker_app


@pytest.fixture
def desk(app, client, login):
    with app.app_context():
        World(db.session())
    user_id = login(client, "owner")

    def launch(handler, monkeypatch):
        monkeypatch.setattr(jobs, "REPORT_SECONDS", 0)
        monkeypatch.setitem(jobs.KINDS, "probe", jobs.JobKind("probe", "Probe of <b>", handler))
        with app.app_context():
            return perform(db.session, lambda s: jobs.enqueue(s, "probe", {}, user_id).id)

    return launch


def run(app, job_id):
    with app.app_context():
        app.extensions["jobs"].run(job_id)


def test_a_waiting_job_says_so_and_may_be_left(app, client, desk, monkeypatch):
    job_id = desk(lambda *_arguments: None, monkeypatch)

    page = client.get(f"/jobs/{job_id}")

    assert "Waiting for its turn" in page.text
    assert "You may leave this page" in page.text
    assert 'hx-trigger="every 1s' in page.text
    assert "Probe of &lt;b&gt;" in page.text
    assert f"/jobs/{job_id}" in client.get("/jobs/").text


def test_a_job_that_nothing_takes_up_says_that_no_worker_runs(app, client, desk, monkeypatch):
    job_id = desk(lambda *_arguments: None, monkeypatch)
    monkeypatch.setattr(jobs, "TAKEN_UP_SECONDS", 0)

    assert "the job worker does not seem to run" in client.get(f"/jobs/{job_id}").text

    other_id = desk(lambda *_arguments: None, monkeypatch)

    def run_the_other(session):
        session.get_one(Job, other_id).status = JobStatus.RUNNING

    with app.app_context():
        perform(db.session, run_the_other)
    assert f"Waiting until job no. {other_id} is done." in client.get(f"/jobs/{job_id}").text


def test_the_bar_moves_while_the_jobs_transaction_is_open_and_stops_asking_when_it_is_done(
    app, client, desk, monkeypatch
):
    seen = []

    def handler(_session, job, progress):
        def work(session):
            session.execute(select(Job))
            progress(40, 100, "Importing rows")
            seen.append(client.fragment(f"/jobs/{job.id}").text)
            seen.append(client.get("/jobs/").status_code)  # somewhere else meanwhile

        job.perform(work)
        return {"message": "All done."}

    job_id = desk(handler, monkeypatch)
    run(app, job_id)

    assert 'value="40"' in seen[0]
    assert 'max="100"' in seen[0]
    assert "Importing rows" in seen[0]
    assert "<html" not in seen[0]
    assert seen[1] == 200
    after = client.fragment(f"/jobs/{job_id}").text
    assert "All done." in after
    assert "hx-trigger" not in after


def test_a_job_is_cancelled_from_its_page(app, client, desk, monkeypatch):
    def handler(_session, job, progress):
        progress(1, 10)
        client.send(f"/jobs/{job.id}/cancel")
        progress(2, 10)

    job_id = desk(handler, monkeypatch)
    run(app, job_id)

    page = client.get(f"/jobs/{job_id}").text
    assert "Cancelled. What was not finished has been undone." in page
    assert f"/jobs/{job_id}/repeat" in page


def test_a_failed_job_is_run_again_from_its_page(app, client, desk, monkeypatch):
    def handler(*_arguments):
        raise ZeroDivisionError("secret")

    job_id = desk(handler, monkeypatch)
    run(app, job_id)
    page = client.get(f"/jobs/{job_id}").text
    assert "report reference no." in page
    assert "secret" not in page
    monkeypatch.setitem(jobs.KINDS, "probe", jobs.JobKind("probe", "Probe", lambda *_arguments: {"message": "Better."}))

    again = client.send(f"/jobs/{job_id}/repeat").headers["Location"]
    run(app, int(again.rsplit("/", 1)[1]))

    assert "Better." in client.get(again).text


def test_a_job_that_is_done_cannot_be_run_again(app, client, desk, monkeypatch):
    job_id = desk(lambda *_arguments: None, monkeypatch)
    run(app, job_id)

    assert client.send(f"/jobs/{job_id}/repeat").status_code == 409
    with app.app_context():
        assert [job.status for job in db.session.scalars(select(Job))] == [JobStatus.DONE]


def test_files_are_downloads_and_only_their_jobs(app, client, desk, login, monkeypatch):
    name = "=Größe.html"
    job_id = desk(lambda _s, job, _p: {"file_id": job.save_file(name, "text/html", b"<script>")}, monkeypatch)
    run(app, job_id)
    with app.app_context():
        file_id = db.session.get_one(Job, job_id).result["file_id"]

    found = client.get(f"/jobs/{job_id}/files/{file_id}")
    disposition = found.headers["Content-Disposition"]
    assert disposition.startswith("attachment")
    assert disposition.isascii()
    assert "filename*=UTF-8''%3DGr%C3%B6%C3%9Fe.html" in disposition
    assert found.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/jobs/{job_id + 1}/files/{file_id}").status_code == 404
    login(client, "clerk")
    assert client.get(f"/jobs/{job_id}").status_code == 404
    assert client.get(f"/jobs/{job_id}/files/{file_id}").status_code == 404
    assert client.send(f"/jobs/{job_id}/cancel").status_code == 404
    assert client.send(f"/jobs/{job_id}/repeat").status_code == 404


@pytest.mark.parametrize("url", ["/jobs/999", "/jobs/99999999999999999999", "/jobs/1/files/1"])
def test_what_does_not_exist_is_not_found(client, desk, url):
    assert client.get(url).status_code == 404
