"""Journal templates and batches: what they give to lines and numbers, what is refused (section 1.1)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import JournalBatch, ValueEntry
from models.enums import EntryType, JournalType
from posting.verify import verify
from services.documents import journal_lines, journal_templates
from services.documents.journal_line_rules import LineInput
from services.documents.journals import post_batch
from services.number_series import create_series, save_line
from services.poster import Poster
from tests.builders import d, day


def test_a_batch_gives_its_reason_and_numbers_and_counts_its_name_up(world):
    def set_up(session):
        series = create_series(session, "WEEKLY", {"description": "Weekly"})
        save_line(session, series, None, {"starting_no": "W-001"})
        values = {"code": "weekly", "description": "", "type": JournalType.ITEM, "recurring": False,
                  "source_code": "ITEMJNL", "reason_code": "DAMAGE", "nos_id": None, "posting_nos_id": None,
                  "increment_batch_name": True}  # fmt: skip
        template = journal_templates.save_template(session, None, values)
        own = {"code": "week01", "description": "", "reason_code": "", "nos_id": None, "posting_nos_id": series.id,
               "item_tracking_on_lines": True}  # fmt: skip
        return template.id, journal_templates.save_batch(session, template, None, own).id

    _template, batch_id = perform(world.session, set_up)
    bolt = world.item("BOLT", unit_cost=2)
    line = LineInput(entry_type=EntryType.POSITIVE_ADJMT, item_id=bolt.id, posting_date=day("2025-01-05"),
                     document_no="TYPED", quantity=d(3))  # fmt: skip
    perform(world.session, lambda s: journal_lines.add_lines(s, batch_id, [line]))

    with pytest.raises(DomainError) as refused:
        perform(world.session, lambda s: journal_templates.delete_template(s, get(s, "WEEKLY")))
    perform(world.session, lambda s: post_batch(s, batch_id, Poster()))

    assert refused.value.code == "journal_template_in_use"
    (entry,) = world.entries(bolt)
    assert entry.document_no == "W-001"
    assert set(world.session.scalars(select(ValueEntry.reason_code))) == {"DAMAGE"}
    assert world.session.get(JournalBatch, batch_id, populate_existing=True).name == "WEEK02"
    assert verify(world.session) == []


get = journal_templates.get_template


@pytest.mark.parametrize(
    ("changed", "code", "field"),
    [
        ({"code": "item"}, "already_exists", "code"),
        ({"reason_code": "NOWHERE"}, "reason_code_unknown", "reason_code"),
        ({"source_code": "NOWHERE"}, "source_code_unknown", "source_code"),
        ({"type": JournalType.REVALUATION, "recurring": True}, "recurring_items_only", "recurring"),
    ],
)
def test_a_template_that_cannot_work_is_refused_beside_its_field(world, changed, code, field):
    values = {"code": "OWN", "type": JournalType.ITEM, "source_code": "ITEMJNL", **changed}

    with pytest.raises(DomainError) as refused:
        perform(world.session, lambda s: journal_templates.save_template(s, None, values))

    assert (refused.value.code, refused.value.field) == (code, field)
