"""Background jobs: long work that can be left and shows its progress and outcome."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code50, Key, LongText, Name250, Ref, db, word_enum
from models.enums import JobStatus


class Job(db.Model):
    """One piece of long work: what, for whom, how far, how it ended."""

    __tablename__ = "job"
    __table_args__ = (Index(None, "created_at"), Index(None, "user_id", "id"))

    id: Mapped[Key]
    kind: Mapped[Code50]
    title: Mapped[Name250] = mapped_column(default="")
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    status: Mapped[JobStatus] = mapped_column(word_enum(JobStatus), default=JobStatus.WAITING)
    progress_done: Mapped[int] = mapped_column(default=0)
    progress_total: Mapped[int] = mapped_column(default=0)
    message: Mapped[LongText] = mapped_column(default="")
    result: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[dt.datetime]
    started_at: Mapped[dt.datetime | None]
    finished_at: Mapped[dt.datetime | None]
    heartbeat_at: Mapped[dt.datetime | None]


class StoredFile(db.Model):
    """A file a user brought or a job made: uploads waiting for their import, error rows to correct, exports."""

    __tablename__ = "stored_file"
    __table_args__ = (Index(None, "created_at"), Index(None, "job_id"))

    id: Mapped[Key]
    name: Mapped[Name250]
    media_type: Mapped[Name250]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    job_id: Mapped[Ref | None] = mapped_column(ForeignKey("job.id", ondelete="CASCADE"))
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    created_at: Mapped[dt.datetime]
