"""Who posts: the person, the posting dates allowed to them, their today; every service's way to a posting context."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from posting.lines import PostingContext


@dataclass(frozen=True, slots=True)
class Poster:
    """Who posts, with the posting dates allowed to this person."""

    user_id: int | None = None
    user_name: str = ""
    allow_posting_from: dt.date | None = None
    allow_posting_to: dt.date | None = None
    #: under which name registers of documents are found again: an import's
    batch_name: str = ""
    #: the person's today: recurring lines up to it are due, automatic cost adjustment looks back from it
    work_date: dt.date | None = None

    def context(self, source_code: str, *, document_no: str = "", journal_batch_name: str = "") -> PostingContext:
        """What a posting of this person under `source_code` is done with."""
        return PostingContext(
            source_code=source_code,
            user_id=self.user_id,
            user_name=self.user_name,
            journal_batch_name=journal_batch_name or self.batch_name,
            document_no=document_no,
            allow_posting_from=self.allow_posting_from,
            allow_posting_to=self.allow_posting_to,
            work_date=self.work_date,
        )
