"""The end of the first start: the company, its first administrator, or the demo company, all or nothing.

Possible only while nobody can log in; of two browsers that finish at once, one wins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from core.errors import ConflictError
from core.text import _
from models import Job, Role, RoleName, User
from services import jobs, users
from services.seed import demo
from services.seed.defaults import CompanyAnswers, create_company

DEMO_JOB = "demo_company"


def finish(session: Session, answers: CompanyAnswers, owner: users.UserDetails, password_hash: str) -> int:
    """Create the company and its first owner; returns the owner's id.

    ConflictError `already_set_up` when somebody was faster; the errors of `create_company` and `create_user`.
    """
    check_first_start(session)
    create_company(session, answers)
    return users.create_user(session, owner, password_hash).id


def start_demo(session: Session, password_hash: str, today: dt.date) -> int:
    """Queue the building of the demo company; returns the job's id. ConflictError `already_set_up`."""
    check_first_start(session)
    return jobs.enqueue(session, DEMO_JOB, {"password_hash": password_hash, "today": today.isoformat()}, None).id


def build_demo(
    session: Session, password_hash: str, today: dt.date, progress: jobs.ProgressReport, *, job_id: int | None = None
) -> int:
    """Everything the demo company is, in one transaction; returns the owner's id. ConflictError `already_set_up`."""
    check_first_start(session)
    demo.create_demo(session, today=today, password_hash=password_hash, progress=progress)
    job = session.get(Job, job_id) if job_id is not None else None
    if job is not None:
        job.parameters = {}  # the hash has done its service
    owners = select(User.id).where(User.roles.any(Role.name == RoleName.OWNER)).order_by(User.id).limit(1)
    return session.scalars(owners).one()


def check_first_start(session: Session) -> None:
    """ConflictError `already_set_up` once there is a user; rivals wait here and find one."""
    if session.get_bind().dialect.name == "postgresql":
        # SQLite writers come one at a time anyway.
        session.execute(text('LOCK TABLE "user" IN SHARE ROW EXCLUSIVE MODE'))
    if users.any_user(session):
        raise ConflictError(
            "already_set_up", _("Stockbook has been set up meanwhile. Log in, or ask whoever did it for an account.")
        )


def _run_demo_job(_session: Session, job: jobs.RunningJob, progress: jobs.ProgressReport) -> Mapping[str, Any]:
    password_hash, today = str(job.parameters["password_hash"]), dt.date.fromisoformat(job.parameters["today"])
    owner_id = job.perform(lambda session: build_demo(session, password_hash, today, progress, job_id=job.id))
    return {"message": _("The demo company is ready."), "owner_id": owner_id}


jobs.register(jobs.JobKind(DEMO_JOB, "Demo company", _run_demo_job, permission="users.edit", repeatable=False))
