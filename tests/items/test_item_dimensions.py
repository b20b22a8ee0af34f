"""Default dimensions of an item on the lines about it (items.md section 1, posting-and-costing.md section 19)."""

import pytest

from core.unit_of_work import perform
from models import Dimension, DimensionValue, ItemJournalLine, Location, TransferLine
from models.enums import EntryType
from services import dimensions
from services.documents import journal_batches, journal_lines
from services.documents.journal_line_rules import LineInput
from services.trade import lines as trade_lines
from services.transfers import lines as transfer_lines
from services.transfers import orders
from tests.builders import d, day


@pytest.fixture
def bolt(each_trade):
    return each_trade.item("BOLT", unit_cost="2")


def give(trade, record, **values):
    """Let a record give values of dimensions, made where they are new."""

    def work(session):
        for axis, code in values.items():
            found = session.query(Dimension).filter_by(code=axis).one_or_none() or Dimension(code=axis)
            session.add(found)
            session.flush()
            value = DimensionValue(dimension_id=found.id, code=code)
            session.add(value)
            session.flush()
            dimensions.set_default(session, session.merge(record), found.id, value.id)

    perform(trade.session, work)


def words(trade, set_id):
    return {row.dimension: row.value for row in dimensions.values_of_set(trade.session, set_id)}


def test_a_document_line_gets_those_of_its_item_below_those_of_the_document(each_trade, bolt):
    plain = each_trade.item("NUT")
    give(each_trade, bolt, AREA="NORTH", MATERIAL="STEEL")
    order = each_trade.open("sales_order")
    south = perform(each_trade.session, south_of)

    each_trade.change(order, dimension_set_id=south)

    rows = [{"item_id": item.id, "quantity": d(1)} for item in (bolt, plain)]
    perform(each_trade.session, lambda session: trade_lines.add_lines(session, order.id, rows))
    first, second = (each_trade.line(order, place).dimension_set_id for place in (1, 2))

    assert words(each_trade, first) == {"AREA": "SOUTH", "MATERIAL": "STEEL"}
    assert second == south


def south_of(session):
    axis = session.query(Dimension).filter_by(code="AREA").one()
    value = DimensionValue(dimension_id=axis.id, code="SOUTH")
    session.add(value)
    session.flush()
    return dimensions.find_set(session, {axis.id: value.id})


def test_a_transfer_line_gets_them(each_trade, bolt):
    give(each_trade, bolt, MATERIAL="STEEL")

    def work(session):
        ends = {
            "from_location_id": each_trade.world.location_id("BLUE"),
            "to_location_id": each_trade.world.location_id("RED"),
        }
        order = orders.create_order(session, ends | {"direct_transfer": True}, on=day("2025-03-02"))
        return transfer_lines.add_line(session, order, {"item_id": bolt.id, "quantity": d(1)}).id

    line = each_trade.session.get_one(TransferLine, perform(each_trade.session, work))
    assert words(each_trade, line.dimension_set_id) == {"MATERIAL": "STEEL"}


def test_a_journal_line_gets_them_and_the_place_wins(each_trade, bolt):
    blue = each_trade.session.get_one(Location, each_trade.world.location_id("BLUE"))
    give(each_trade, bolt, AREA="NORTH", MATERIAL="STEEL")
    give(each_trade, blue, AREA="EAST")
    plain = each_trade.item("NUT")

    def work(session):
        batch = journal_batches.create_batch(session, "MINE", "Mine")
        lines = [
            LineInput(entry_type=EntryType.POSITIVE_ADJMT, item_id=item.id, posting_date=day("2025-03-02"),
                      quantity=d(1), location_id=blue.id if at_blue else 0)
            for item, at_blue in ((bolt, True), (bolt, False), (plain, False))
        ]  # fmt: skip
        numbers = journal_lines.add_lines(session, batch.id, lines)
        return [journal_lines.get_line(session, batch.id, number).id for number in numbers]

    ids = perform(each_trade.session, work)
    lines = [each_trade.session.get_one(ItemJournalLine, line_id) for line_id in ids]
    found = [words(each_trade, line.dimension_set_id) for line in lines]
    assert found == [{"AREA": "EAST", "MATERIAL": "STEEL"}, {"AREA": "NORTH", "MATERIAL": "STEEL"}, {}]
