"""Shapes and worksheets that several actions share."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import JournalBatch
from models.enums import JournalType
from services.documents import journal_batches
from services.scenario.nodes import FormatError, Node
from services.scenario.shapes import Values, day, decimal, list_of, record, word
from services.seed.lists import DEFAULT_BATCH

_NUMBER = record({"lot": word, "serial": word, "package": word, "qty": decimal, "expires": day})


def _number(node: Node, path: str) -> Values:
    """A number with its quantity; a serial number is one piece where nothing is said."""
    values = _NUMBER(node, path)
    if "qty" not in values:
        if not values.get("serial"):
            raise FormatError(node.line, f"{path} lacks the key 'qty'")
        values["qty"] = Decimal(1)
    return values


#: lots, serial and package numbers of a line; quantities in base units
TRACKING = list_of(_number)


def default_batch(session: Session, kind: JournalType = JournalType.ITEM) -> JournalBatch:
    """The batch of that kind of journal that a new company has."""
    template = journal_batches.get_template(session, kind)
    batch_id = session.scalars(
        select(JournalBatch.id).where(JournalBatch.template_id == template.id, JournalBatch.name == DEFAULT_BATCH)
    ).one()
    return journal_batches.get_batch(session, batch_id)
