"""The recurring journal: what is due is posted and waits for its next day (posting-and-costing.md section 1.4)."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import JournalTemplate, NumberSeries
from models.enums import EntryType, RecurringMethod
from posting.verify import verify
from services.documents import journal_lines, recurring
from services.documents.journal_batches import create_batch
from services.documents.journal_line_rules import LineInput
from services.documents.journals import check_batch, post_batch
from services.poster import Poster
from tests.builders import d, day


class Again:
    """A world with a recurring batch; `post` posts what is due on a work date."""

    def __init__(self, world):
        self.world, self.session = world, world.session
        self.bolt = world.item("BOLT", unit_cost="2")
        self.batch = perform(self.session, lambda s: create_batch(s, "AGAIN", recurring=True).id)

    def line(self, quantity="3", on="2025-01-31", method=RecurringMethod.FIXED, frequency="1D+CM", **said):
        values = {
            "entry_type": EntryType.POSITIVE_ADJMT, "item_id": self.bolt.id, "posting_date": day(on),
            "document_no": "R%3-%1", "description": "Scrap %4, %5", "quantity": d(quantity),
            "recurring_method": method, "recurring_frequency": frequency, **said,
        }  # fmt: skip
        return perform(self.session, lambda s: journal_lines.add_line(s, self.batch, LineInput(**values)).line_no)

    def post(self, on):
        return perform(self.session, lambda s: post_batch(s, self.batch, Poster(work_date=day(on))))

    def refused(self, on):
        before = len(self.world.entries(self.bolt))
        with pytest.raises(DomainError) as refusal:
            self.post(on)
        assert len(self.world.entries(self.bolt)) == before
        return refusal.value.code

    def waiting(self):
        lines = journal_lines.page_of_lines(self.session, self.batch).lines
        return [(line.posting_date, line.quantity, line.amount) for line in lines]

    def posted(self):
        return [(entry.posting_date, entry.document_no, entry.quantity) for entry in self.world.entries(self.bolt)]


@pytest.fixture
def again(each_world):
    def no_series(session):  # the document nos are then the lines' own
        template = session.scalars(select(JournalTemplate).where(JournalTemplate.recurring)).one()
        template.posting_nos_id = None

    perform(each_world.session, no_series)
    return Again(each_world)


def test_a_fixed_line_is_posted_month_after_month_and_a_variable_one_asks_for_its_quantity(again):
    again.line("3")
    again.line("5", method=RecurringMethod.VARIABLE, frequency="1W")

    again.post("2025-01-31")

    assert again.posted() == [(day("2025-01-31"), "R1-31", 3), (day("2025-01-31"), "R1-31", 5)]
    assert again.waiting() == [(day("2025-02-28"), 3, 6), (day("2025-02-07"), 0, 0)]
    assert again.refused("2025-02-28") == "quantity_required"
    assert verify(again.session) == []


def test_only_what_is_due_and_has_not_expired_is_posted(again):
    again.line("1", on="2025-02-01")
    again.line("2", on="2025-01-10", recurring_expiration_date=day("2025-01-09"))
    assert again.refused("2025-01-31") == "nothing_to_post"
    again.line("4", on="2025-01-15", frequency="1M")

    again.post("2025-01-31")

    assert again.posted() == [(day("2025-01-15"), "R1-15", 4)]
    assert [posting_date for posting_date, _quantity, _amount in again.waiting()] == [
        day("2025-02-01"), day("2025-01-10"), day("2025-02-15"),
    ]  # fmt: skip


def test_a_posting_series_numbers_what_is_posted_and_leaves_the_text_on_the_line(again):
    def with_series(session):
        template = session.scalars(select(JournalTemplate).where(JournalTemplate.recurring)).one()
        template.posting_nos_id = session.scalars(select(NumberSeries.id).where(NumberSeries.code == "IJNL")).one()

    perform(again.session, with_series)
    again.line("3")
    again.post("2025-01-31")
    again.post("2025-02-28")

    numbers = [no for _day, no, _quantity in again.posted()]
    assert numbers[0] != numbers[1]
    assert all(not no.startswith("R") for no in numbers)


def test_a_line_without_method_or_frequency_is_refused_where_it_is_missing(again):
    again.line("3", method=RecurringMethod.NONE, frequency="")

    problems = perform(again.session, lambda s: check_batch(s, again.batch, Poster(work_date=day("2025-01-31"))))

    assert [(error.code, error.field, error.line) for error in problems] == [
        ("field_required", "recurring_method", 10000), ("field_required", "recurring_frequency", 10000),
    ]  # fmt: skip
    assert again.refused("2025-01-31") == "field_required"


def test_a_document_no_that_grows_too_long_with_its_texts_is_refused(again):
    again.line("3", document_no="RECURRING-SCRAP-%4")  # 17 characters and the month's name

    assert again.refused("2025-01-31") == "document_no_too_long"


@pytest.mark.parametrize(("frequency", "code"), [("-1M", "frequency_not_forward"), ("CM", "frequency_not_forward"),
                                                 ("MONTHLY", "invalid_formula")])  # fmt: skip
def test_a_frequency_that_leads_nowhere_is_refused_beside_its_field(again, frequency, code):
    with pytest.raises(DomainError) as refusal:
        again.line(frequency=frequency)

    assert (refusal.value.code, refusal.value.field) == (code, "recurring_frequency")


def test_texts_read_day_week_month_and_period():
    on = dt.date(2025, 3, 4)

    assert recurring.expand("D%1 W%2 M%3 %4 %5 100%", on, "P03") == "D4 W10 M3 March P03 100%"
