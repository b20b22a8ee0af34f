"""The revaluation worksheet: calculated, changed, posted; on both databases (posting-and-costing.md section 11)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from core.errors import ConflictError, DomainError, PostingError, ValidationError
from core.unit_of_work import perform
from models import AuditEntry, Item, JournalBatch
from models.enums import CostingMethod, JournalType
from posting.verify import verify
from services.documents import journal_lines, revaluation_journal
from services.documents.journal_batches import create_batch
from services.documents.journals import check_batch, post_batch
from services.documents.revaluation_journal import Base, NewValue, Options, Per, calculate_lines, change_line
from services.poster import Poster
from tests.builders import World, d, day
from tests.support.driver_counts import counted_session


@pytest.fixture
def batch(each_world):
    return perform(each_world.session, lambda s: create_batch(s, "VALUE", "", JournalType.REVALUATION).id)


def calculate(world, batch, on="2025-01-31", **options):
    wanted = Options(day=day(on), document_no="RV-1", **options)
    return perform(world.session, lambda s: calculate_lines(s, batch, wanted))


def lines(world, batch):
    return journal_lines.page_of_lines(world.session, batch).lines


def change(world, batch, line, **new):
    number, version = line.line_no, line.version
    perform(world.session, lambda s: change_line(s, batch, number, NewValue(**new), version=version).line_no)


def post(world, batch):
    return perform(world.session, lambda s: post_batch(s, batch, Poster()))


def test_an_item_is_revalued_as_a_whole_and_every_layer_ends_at_the_same_cost(each_world, batch):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 10, on="2025-01-05")
    world.receive(bolt, 10, 14, on="2025-01-10")
    world.sell(bolt, 5, on="2025-01-20")
    world.adjust_cost()

    calculate(world, batch)
    (line,) = lines(world, batch)
    assert (line.quantity, line.inventory_value_calculated, line.unit_amount) == (15, 190, d("12.66667"))
    change(world, batch, line, unit_cost=d(12))
    (line,) = lines(world, batch)
    assert (line.inventory_value_revalued, line.amount) == (180, -10)
    post(world, batch)

    assert lines(world, batch) == []
    # 5 left of the first at 60 (50 + 10), 10 of the second at 120 (140 - 20)
    assert [world.cost(entry) for entry in world.entries(bolt)[:2]] == [110, 120]
    world.adjust_cost()
    assert verify(world.session) == []


def test_entries_get_lines_of_their_own_and_places_when_asked(each_world, batch):
    world = each_world
    bolt = world.item()
    first = world.receive(bolt, 10, 10, on="2025-01-05", at="BLUE")
    world.receive(bolt, 4, 12, on="2025-01-06", at="RED")

    assert calculate(world, batch, per=Per.ENTRY).lines == 2
    with pytest.raises(ValidationError):  # not twice
        calculate(world, batch, per=Per.ENTRY)
    assert calculate(world, batch, by_location=True).lines == 2

    found = lines(world, batch)
    assert [line.applies_to_entry_id for line in found] == [first.id, first.id + 1, None, None]
    assert [line.inventory_value_calculated for line in found] == [100, 48, 100, 48]


def test_the_last_direct_cost_may_be_what_the_new_cost_starts_from(each_world, batch):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 10, on="2025-01-05")
    world.receive(bolt, 10, 14, on="2025-01-10")

    calculate(world, batch, base=Base.LAST_DIRECT_COST)

    (line,) = lines(world, batch)
    assert (line.unit_cost, line.inventory_value_revalued, line.amount) == (14, 280, 40)


def test_a_standard_cost_goes_to_the_card_when_the_line_says_so(each_world, batch):
    world = each_world
    bolt = world.item(method=CostingMethod.STANDARD, standard_cost="10", unit_cost="10")
    world.receive(bolt, 10, 11, on="2025-01-05")

    calculate(world, batch, update_standard_cost=True)
    change(world, batch, lines(world, batch)[0], unit_cost=d("12.5"))
    post(world, batch)

    card = world.session.get(Item, bolt.id, populate_existing=True)
    assert (card.standard_cost, card.unit_cost) == (d("12.5"), d("12.5"))
    trail = world.session.execute(
        select(AuditEntry.field, AuditEntry.before, AuditEntry.after, AuditEntry.reason)
        .where(AuditEntry.item_id == bolt.id, AuditEntry.action == "changed", AuditEntry.field == "standard_cost")
    ).all()  # fmt: skip
    assert [(field, d(before), d(after), why) for field, before, after, why in trail] == [
        ("standard_cost", 10, d("12.5"), "Revaluation RV-1")
    ]
    assert world.cost(world.entries(bolt)[0]) == 125
    assert verify(world.session) == []


def test_a_line_by_hand_revalues_the_whole_receipt_and_all_that_took_from_it(each_world, batch):
    world = each_world
    bolt = world.item()
    receipt = world.receive(bolt, 10, 10, on="2025-01-05")
    sale = world.sell(bolt, 4, on="2025-01-20")
    world.adjust_cost()

    add = revaluation_journal.add_entry
    perform(world.session, lambda s: add(s, batch, receipt.id, document_no="RV-1"))
    change(world, batch, lines(world, batch)[0], value=d(120))
    post(world, batch)
    world.adjust_cost()

    assert world.cost(sale) == -48
    assert verify(world.session) == []


def test_what_moved_since_the_calculation_is_refused_at_its_line_and_nothing_is_posted(each_world, batch):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 10, 10, on="2025-01-05")
    calculate(world, batch)
    change(world, batch, lines(world, batch)[0], value=d(90))
    world.sell(bolt, 1, on="2025-01-20")

    problems = check_batch(world.session, batch, Poster())
    with pytest.raises(PostingError) as refused:
        post(world, batch)

    assert refused.value.code == problems[0].code == "revaluation_changed"
    assert refused.value.line == lines(world, batch)[0].line_no
    assert [kind for kind, _amount in world.values(bolt)] == ["direct_cost", "direct_cost"]


def test_lines_without_a_change_post_nothing(each_world, batch):
    world = each_world
    world.receive(world.item(), 10, 10, on="2025-01-05")
    calculate(world, batch)

    with pytest.raises(PostingError) as refused:
        post(world, batch)

    assert refused.value.code == "nothing_to_post"


@pytest.mark.parametrize(
    ("new", "code"),
    [({"value": "-1"}, "revaluation_negative"), ({"unit_cost": "-1"}, "revaluation_negative"),
     ({"value": "1e12"}, "amount_too_large"), ({"unit_cost": "999999999999"}, "amount_too_large")],
)  # fmt: skip
def test_values_that_cannot_be_are_refused(each_world, batch, new, code):
    world = each_world
    world.receive(world.item(), 10, 10, on="2025-01-05")
    calculate(world, batch)

    with pytest.raises(ValidationError) as refused:
        change(world, batch, lines(world, batch)[0], **{name: d(value) for name, value in new.items()})

    assert refused.value.code == code
    assert lines(world, batch)[0].amount == 0


def test_a_stale_line_is_a_conflict(each_world, batch):
    world = each_world
    world.receive(world.item(), 10, 10, on="2025-01-05")
    calculate(world, batch)
    line = lines(world, batch)[0]
    seen = line.line_no, line.version
    change(world, batch, line, value=d(90))

    with pytest.raises(ConflictError) as refused:
        perform(world.session, lambda s: change_line(s, batch, seen[0], NewValue(value=d(80)), version=seen[1]))

    assert refused.value.code == "line_changed"


def test_items_that_cannot_be_revalued_are_left_out_and_named(each_world, batch):
    world = each_world
    average = world.item("AVG", method=CostingMethod.AVERAGE)
    short = world.item("SHORT")
    good = world.item("GOOD")
    world.receive(average, 10, 10, on="2025-01-05")  # not adjusted yet
    world.receive(short, 1, 10, on="2025-01-05")
    world.sell(short, 3, on="2025-01-06")
    world.receive(good, 10, 10, on="2025-01-05")

    found = calculate(world, batch)

    assert found.lines == 1
    assert [(no, error.code) for no, error in found.left_out] == [
        ("AVG", "revaluation_not_adjusted"), ("SHORT", "revaluation_open_outbound")]  # fmt: skip


def test_nothing_in_stock_and_entries_that_went_out_are_refused(each_world, batch):
    world = each_world
    bolt = world.item()
    world.receive(bolt, 1, 10, on="2025-01-05")
    sale = world.sell(bolt, 1, on="2025-01-06")
    add = revaluation_journal.add_entry

    codes = []
    for work in (
        lambda s: calculate_lines(s, batch, Options(day=day("2024-01-01"), document_no="R")),
        lambda s: add(s, batch, sale.id, document_no="R"),
        lambda s: add(s, batch, 999, document_no="R"),
    ):
        with pytest.raises(DomainError) as refused:
            perform(world.session, work)
        codes.append(refused.value.code)

    assert codes == ["revaluation_nothing", "revaluation_inbound_only", "entry_unknown"]
    assert world.session.get(JournalBatch, batch).version == 1


def test_calculating_and_posting_ask_as_often_for_many_items_as_for_few(database_url):
    """Of all methods together, each at two places; the books agree afterwards."""
    with counted_session(database_url) as (session, statements):
        world = World(session)
        methods = (CostingMethod.FIFO, CostingMethod.AVERAGE, CostingMethod.STANDARD)
        items = [world.item(f"ITEM{n:02}", methods[n % 3], standard_cost=2, unit_cost=2) for n in range(33)]
        for at in ("BLUE", "RED"):
            world.post(*(world.line(item, "purchase", 5, 2, on="2025-01-02", at=at) for item in items))
        world.adjust_cost(*items)

        def counted(some):
            batch = perform(session, lambda s: create_batch(s, some[0].no, "", JournalType.REVALUATION).id)
            ids = frozenset(item.id for item in some)
            statements.clear()
            found = calculate(world, batch, item_ids=ids, by_location=True)
            for_calculating = len(statements)
            new = NewValue(unit_cost=d(3))
            for line in lines(world, batch):
                perform(
                    session,
                    lambda s, n=line.line_no, v=line.version, to=new: change_line(s, batch, n, to, version=v),
                )
            statements.clear()
            perform(session, lambda s: post_batch(s, batch, Poster()))
            return found.lines, found.left_out, (for_calculating, len(statements))

        world.set(average_cost_calc_type="item_location_variant")
        counted(items[:3])  # the first reads the set-up
        few, many = counted(items[3:6]), counted(items[6:])

        assert (few[0], many[0]) == (6, 54)
        assert few[1] == many[1] == []
        # PostgreSQL counts each row of the lines that are inserted
        inserted = 48 if session.get_bind().dialect.name == "postgresql" else 0
        assert (many[2][0] - inserted, many[2][1]) == few[2]
        assert verify(session) == []
