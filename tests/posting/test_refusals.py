"""What posting, applying, revaluing and closing refuse: by code, with nothing posted (posting-and-costing.md).

Sections 1.3, 3, 5, 11 and 15; those that are tested where they belong are not repeated here.
"""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import (
    CostPoint,
    Dimension,
    DimensionValue,
    GlAccount,
    GlEntry,
    InventoryPostingSetup,
    ItemApplicationEntry,
    ItemLedgerEntry,
    NumberSeries,
    Register,
    ValueEntry,
)
from models.enums import CostingMethod, EntryType, JournalType
from posting.lines import ChargeLine, RevaluationLine
from posting.verify import verify
from posting.worksheet import Pair, apply, unapply
from services.company import edit_inventory_setup
from services.dimension_setup import save_dimension, save_value
from services.dimensions import find_set, set_default
from services.documents import journal_batches, journal_lines, journals, revaluation_journal
from services.documents.journal_line_rules import LineInput
from services.documents.revaluation import full_line
from services.documents.stock_values import Place, load
from services.inventory_periods import add_period, close_period, delete_period, get_period, reopen_period
from services.poster import Poster
from tests.builders import CONTEXT, d, day
from tests.posting.test_worksheet import remove

LEDGERS = (Register, ItemLedgerEntry, ValueEntry, ItemApplicationEntry, GlEntry)


@pytest.fixture
def refuse(world):
    """Runs a step that must be refused; gives its codes and proves that no ledger got a row."""

    def rows():
        return [world.session.scalar(select(func.count()).select_from(table)) for table in LEDGERS]

    def run(work, *arguments, **options):
        before = rows()
        with pytest.raises(DomainError) as refusal:
            work(*arguments, **options)
        world.session.rollback()
        assert rows() == before
        return {error.code for error in errors_of(refusal.value)}

    return run


def test_amounts_and_discounts_that_a_line_cannot_have(world, refuse):
    bolt = world.item()

    negative = world.line(bolt, "purchase", 1, unit_amount=d(-1))
    discount = world.line(bolt, "positive_adjmt", 1, 5, discount_amount=d(1))

    assert refuse(world.post, negative) == {"amount_negative"}
    assert refuse(world.post, discount) == {"discount_not_allowed"}


def test_places_and_dates_of_numbers(world, refuse):
    world.location("BINS", bin_mandatory=True)
    plain = world.tracking_code("LOTS", lot_specific=True)
    bolt, paint = world.item("BOLT"), world.item("PAINT", item_tracking_code_id=plain.id)

    no_bin = world.line(bolt, "purchase", 1, 5, at="BINS")
    no_dates = world.line(paint, "purchase", 1, 5, lot_no="L1", expiration_date=day("2026-01-01"))
    stays = world.line(bolt, "transfer", -1, at="BLUE", new_location_id=world.location_id("BLUE"))

    assert refuse(world.post, no_bin) == {"bin_required"}
    assert refuse(world.post, stays) == {"nothing_moves"}
    assert refuse(world.post, no_dates) == {"expiration_not_used"}


def test_entries_that_a_line_cannot_be_applied_to(world, refuse):
    lots = world.tracking_code("LOTS", lot_specific=True)
    bolt, paint = world.item("BOLT"), world.item("PAINT", item_tracking_code_id=lots.id)
    receipt = world.receive(bolt, 5, 2)
    sale = world.sell(bolt, 2)
    lot = world.receive(paint, 5, 2, lot_no="L1")
    world.receive(paint, 5, 2, lot_no="L2")

    def line(item, kind, quantity, **fields):
        return world.line(item, kind, quantity, 2, **fields)

    same = line(bolt, "positive_adjmt", 1, applies_to_entry_id=sale.id, applies_from_entry_id=sale.id)
    assert "application_same_entry" in refuse(world.post, same)
    assert refuse(world.post, line(bolt, "sale", 1, applies_from_entry_id=sale.id)) == {"applies_from_inbound_only"}
    assert refuse(world.post, line(bolt, "sale", 6, applies_to_entry_id=receipt.id)) == {"applies_to_too_small"}
    other = line(paint, "sale", 1, lot_no="L2", applies_to_entry_id=lot.id)
    assert refuse(world.post, other) == {"application_other_number"}


def test_applications_that_the_worksheet_leaves_alone(world, refuse):
    bolt = world.item()
    receipt = world.receive(bolt, 2, 2)
    sale = world.sell(bolt, 2)
    dropped = world._post_one(world.line(bolt, "purchase", 1, 2, drop_shipment=True))
    gone = world._post_one(world.line(bolt, "sale", 1, drop_shipment=True, applies_to_entry_id=dropped.id))

    def tie():
        perform(world.session, lambda s: apply(s, Pair(receipt.id, sale.id), CONTEXT))

    assert refuse(tie) == {"nothing_open"}
    assert refuse(remove, world, dropped, gone) == {"application_drop_shipment"}
    unknown = Pair(receipt.id, 10**9)
    assert refuse(perform, world.session, lambda s: unapply(s, unknown, CONTEXT)) == {"entry_unknown"}


def test_accounts_that_are_blocked(world, refuse):
    bolt = world.item()
    account = world.session.scalars(select(InventoryPostingSetup.inventory_account_id)).first()
    perform(world.session, lambda s: s.execute(update(GlAccount).where(GlAccount.id == account).values(blocked=True)))

    assert refuse(world.post, world.line(bolt, "purchase", 1, 5)) == {"account_blocked"}


def test_revaluations_that_cannot_be(world, refuse):
    waits = world.item("WAITS")
    average = world.item("AVG", CostingMethod.AVERAGE)
    expected = world._post_one(world.line(waits, "purchase", 5, 2, invoiced=False))
    stock = world.receive(average, 5, 2, on="2025-01-31")
    world.adjust_cost(average)
    line = RevaluationLine(
        line_no=10, entry_id=expected.id, posting_date=day("2025-01-31"), document_no="R", amount=d(1)
    )
    part = RevaluationLine(
        line_no=10, entry_id=stock.id, posting_date=day("2025-01-31"), document_no="R", amount=d(1), partial=True,
        valued_quantity=d(5),
    )  # fmt: skip

    assert refuse(world.post, line) == {"revaluation_not_invoiced"}
    layers = load(world.session, [average], day("2025-01-31"))
    world.set(average_cost_calc_type="item")
    everywhere = load(world.session, [average], day("2025-01-31"))
    assert refuse(everywhere.layers, average, Place(location_id=0)) == {"revaluation_scope"}
    assert refuse(layers.layers, average, entry_id=stock.id) == {"revaluation_scope"}
    world.post(part)
    entry = world.session.get_one(ItemLedgerEntry, stock.id)
    assert refuse(
        full_line, world.session, entry, d(20), day=day("2025-01-31"), document_no="R"
    ) == {"revaluation_partial_exists"}  # fmt: skip


def test_a_receipt_that_was_revalued_is_not_undone(world, refuse):
    bolt = world.item("BOLT", CostingMethod.STANDARD, standard_cost=2)
    receipt = world._post_one(world.line(bolt, "purchase", 5, 2, invoiced=False))
    world.post(
        RevaluationLine(
            line_no=10, entry_id=receipt.id, posting_date=day("2025-01-31"), document_no="R", amount=d(0),
            expected_amount=d(5), partial=True, valued_quantity=d(5),
        )
    )  # fmt: skip

    undo = world.line(bolt, "purchase", -5, 2, undoes_entry_id=receipt.id)

    assert refuse(world.post, undo) == {"undo_revalued"}


def test_periods_that_cannot_be_opened_or_closed(world, refuse):
    bolt = world.item()
    world.sell(bolt, 2, on="2025-01-10")
    world.adjust_cost()
    for end in ("2025-01-31", "2025-03-31"):
        perform(world.session, lambda s, end=end: add_period(s, day(end)) and None)

    def add(end):
        perform(world.session, lambda s: add_period(s, day(end)) and None)

    def close(end):
        perform(world.session, lambda s: close_period(s, day(end)))

    assert refuse(add, "2025-01-31") == {"period_exists"}
    assert refuse(close, "2025-01-31") == {"period_open_outbound"}
    world.receive(bolt, 2, 5, on="2025-01-20")
    world.adjust_cost()
    close("2025-03-31")
    assert refuse(add, "2025-02-28") == {"period_before_closed"}

    def drop(end):
        perform(world.session, lambda s: delete_period(s, day(end)))

    assert refuse(drop, "2025-01-31") == {"period_closed"}
    perform(world.session, lambda s: reopen_period(s, day("2025-03-31")))
    assert refuse(drop, "2025-03-31") == {"period_has_history"}
    add("2025-04-30")
    drop("2025-04-30")
    assert get_period(world.session, day("2025-04-30")) is None


def test_a_document_no_that_is_not_the_next_one(world, refuse):
    bolt = world.item()

    def work(session):
        session.execute(update(NumberSeries).where(NumberSeries.code == "IJNL").values(manual_nos=False))
        batch = journal_batches.create_batch(session, "MINE")
        line = LineInput(
            entry_type=EntryType.POSITIVE_ADJMT, item_id=bolt.id, posting_date=day("2025-01-31"), quantity=d(1),
            document_no="MY OWN",
        )  # fmt: skip
        journal_lines.add_line(session, batch.id, line)
        journals.post_batch(session, batch.id, Poster())

    assert refuse(perform, world.session, work) == {"document_no_not_next"}


def test_an_entry_that_is_not_invoiced_gets_no_revaluation_line(world, refuse):
    bolt = world.item()
    receipt = world._post_one(world.line(bolt, "purchase", 5, 2, invoiced=False))

    def work(session):
        batch = journal_batches.create_batch(session, "VALUE", "", JournalType.REVALUATION)
        revaluation_journal.add_entry(session, batch.id, receipt.id, document_no="R")

    assert refuse(perform, world.session, work) == {"revaluation_not_invoiced"}


def test_movements_that_say_what_only_others_may(world, refuse):
    bolt = world.item()
    world.receive(bolt, 5, 2, at="BLUE")
    red = world.location_id("RED")

    priced = world.line(bolt, "transfer", -1, 2, at="BLUE", new_location_id=red, amount=d(2))
    elsewhere = world.line(bolt, "sale", 1, 2, at="BLUE", new_location_id=red)
    loose = ChargeLine(
        line_no=10, item_charge_no="FREIGHT", amount=d(1), posting_date=day("2025-01-10"), document_no="F"
    )

    assert refuse(world.post, priced) == {"transfer_amount"}
    assert refuse(world.post, elsewhere) == {"new_location_not_allowed"}
    assert refuse(world.post, loose) == {"charge_not_assigned"}


def test_a_blocked_dimension_value_stops_the_line(world, refuse):
    bolt = world.item()

    def make(session):
        project = save_dimension(session, None, {"code": "PROJECT", "name": "Project"})
        value = save_value(session, project, None, {"code": "OLD", "name": "Old"})
        return project.id, value.id, find_set(session, {project.id: value.id})

    project_id, value_id, set_id = perform(world.session, make)
    line = world.line(bolt, "purchase", 1, 5, dimension_set_id=set_id)
    world.post(line)
    project = world.session.get_one(Dimension, project_id)
    perform(
        world.session,
        lambda s: (
            save_value(
                s, project, s.get_one(DimensionValue, value_id), {"code": "OLD", "name": "Old", "blocked": True}
            ).id
        ),
    )

    assert refuse(world.post, line) == {"dimension_value_blocked"}
    target = ("location", world.location("BLUE"))
    assert refuse(set_default, world.session, target[1], project_id, value_id) == {"dimension_value_blocked"}


def test_nothing_reaches_back_before_the_earliest_valuation_date(world, refuse):
    bolt = world.item("BOLT", CostingMethod.AVERAGE)
    old = world._post_one(world.line(bolt, "purchase", 5, 2, on="2025-01-10", invoiced=False))
    world.post(world.line(bolt, "purchase", 5, 2, on="2025-03-10"))

    def start(day_text):
        perform(world.session, lambda s: edit_inventory_setup(s, {"earliest_valuation_date": day(day_text)}))

    assert refuse(start, "2025-03-01") == {"valuation_date_not_adjusted"}
    world.adjust_cost()
    start("2025-03-01")
    freight = ChargeLine(
        line_no=10, entry_id=old.id, item_charge_no="FREIGHT", amount=d(1), posting_date=day("2025-03-10"),
        document_no="F",
    )  # fmt: skip
    exact = world.line(bolt, "sale", 1, 5, on="2025-03-10", applies_to_entry_id=old.id)
    late = world.line(bolt, "purchase", 1, 2, on="2025-02-10")
    undo = world.line(bolt, "purchase", -5, 2, on="2025-01-10", undoes_entry_id=old.id)

    for line in (freight, exact, late, undo):
        assert refuse(world.post, line) == {"valuation_date_not_allowed"}
    # The invoice of an old receipt counts from its own day; the points before the date stay as they are.
    world.post(world.line(bolt, "purchase", 5, 3, on="2025-03-11", invoices_entry_id=old.id))
    dates = world.session.scalars(
        select(ValueEntry.valuation_date).where(ValueEntry.item_ledger_entry_id == old.id).order_by(ValueEntry.id)
    ).all()
    assert dates == [day("2025-01-10"), day("2025-03-11")]
    open_points = select(CostPoint.period_end).where(CostPoint.adjusted.is_(False))
    assert set(world.session.scalars(open_points)) == {day("2025-03-11")}
    world.adjust_cost()
    assert verify(world.session) == []


def test_goods_that_came_back_are_revalued_once_their_shipment_is_adjusted(world, refuse):
    bolt = world.item()
    world.receive(bolt, 5, 2)
    sale = world.sell(bolt, 2)
    back = world._post_one(world.line(bolt, "sale", -1, 2, applies_from_entry_id=sale.id))

    def revalue():
        return full_line(world.session, back, d(5), day=day("2025-01-31"), document_no="R")

    assert refuse(revalue) == {"revaluation_not_adjusted"}
    world.adjust_cost()
    assert revalue().amount == d(3)
