"""Shapes and worksheets that several actions share."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import JournalBatch
from models.enums import JournalType
from services.documents import journal_batches
from services.scenario.shapes import day, decimal, list_of, record, word
from services.seed.lists import DEFAULT_BATCH

#: lots, serial and package numbers of a line; quantities in base units
TRACKING = list_of(
    record({"lot": word, "serial": word, "package": word, "qty": decimal, "expires": day}, required=("qty",))
)


def default_batch(session: Session, kind: JournalType = JournalType.ITEM) -> JournalBatch:
    """The batch of that kind of journal that a new company has."""
    template = journal_batches.get_template(session, kind)
    batch_id = session.scalars(
        select(JournalBatch.id).where(JournalBatch.template_id == template.id, JournalBatch.name == DEFAULT_BATCH)
    ).one()
    return journal_batches.get_batch(session, batch_id)
