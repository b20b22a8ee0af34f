"""Blocked items and variants: what is refused, what is allowed, what the refusal says (items.md section 4)."""

import pytest
from sqlalchemy import func, select

from core.errors import DomainError
from core.unit_of_work import perform
from models import Item, ItemJournalLine, ItemVariant, JournalBatch, JournalTemplate, db
from models.enums import EntryType, JournalType
from services import items
from services.documents import journal_lines, physical_inventory
from services.documents.journal_line_rules import LineInput
from services.trade import copying
from services.transfers import lines as transfer_lines
from services.transfers import orders
from tests.builders import d, day
from tests.support.item_pages import words
from tests.support.trade import TradeShop


def block(trade, item, **flags):
    """Change the blocking of an item as its card does."""
    perform(trade.session, lambda session: items.update_item(session, session.get_one(Item, item.id), flags))


def row(item, quantity=1, **more):
    return {"item": item, "quantity": quantity, "unit_amount": 5} | more


@pytest.fixture
def item(each_trade):
    made = each_trade.item("BOLT", unit_cost="2", unit_price="5")
    each_trade.world.receive(made, 10, 2)
    return made


@pytest.mark.parametrize(
    ("flag", "code", "refused", "accepted"),
    [
        ("sales_blocked", "item_sales_blocked", ("order", "invoice", "quote"), ("credit_memo", "return_order")),
        ("purchasing_blocked", "item_purchasing_blocked", ("order", "invoice"), ("credit_memo", "return_order")),
    ],
)
def test_blk_1_a_trade_block_refuses_new_lines_but_takes_them_back(each_trade, item, flag, code, refused, accepted):
    side = flag.removesuffix("_blocked").replace("purchasing", "purchase")
    block(each_trade, item, **{flag: True})

    for kind in refused:
        each_trade.refused(code, lambda kind=kind: each_trade.open(f"{side}_{kind}", row(item)))
    for kind in accepted:
        assert each_trade.line(each_trade.open(f"{side}_{kind}", row(item))).quantity == 1


def test_blk_1_a_blocked_item_is_refused_on_returns_too(each_trade, item):
    block(each_trade, item, blocked=True)

    for kind in ("sales_credit_memo", "purchase_return_order", "sales_order", "purchase_order"):
        error = each_trade.refused("item_blocked", lambda kind=kind: each_trade.open(kind, row(item)))
        assert each_trade.world.session.get_one(Item, item.id).no in error.message


@pytest.mark.parametrize(("flag", "code"), [("blocked", "item_blocked"), ("sales_blocked", "item_sales_blocked")])
def test_blk_2_a_line_entered_before_the_block_is_not_posted(each_trade, item, flag, code):
    order = each_trade.open("sales_order", row(item))
    block(each_trade, item, **{flag: True})

    each_trade.refused(code, lambda: each_trade.post(order))

    block(each_trade, item, **{flag: False})
    each_trade.post(order)
    assert each_trade.stock(item) == 9


def test_blk_3_a_sales_block_stops_sales_of_a_journal_and_no_adjustment(each_trade, item):
    block(each_trade, item, sales_blocked=True)

    each_trade.world.adjust(item, -4)
    each_trade.world.receive(item, 1, 2)
    each_trade.refused("item_sales_blocked", lambda: each_trade.world.sell(item, 1))

    assert each_trade.stock(item) == 7


def test_blk_3_a_purchasing_block_stops_purchases_of_a_journal_and_no_positive_adjustment(each_trade, item):
    block(each_trade, item, purchasing_blocked=True)

    each_trade.world.adjust(item, 4, 2)
    each_trade.world.sell(item, 1)
    each_trade.refused("item_purchasing_blocked", lambda: each_trade.world.receive(item, 1, 2))

    assert each_trade.stock(item) == 13


@pytest.mark.parametrize(("flag", "how"), [("blocked", "is blocked."), ("sales_blocked", "is blocked for sales.")])
def test_blk_4_a_variant_is_blocked_alone(each_trade, item, flag, how):
    red = each_trade.world.variant(item, "RED", **{flag: True})
    blue = each_trade.world.variant(item, "BLUE")

    refusal = each_trade.refused(
        "variant_blocked", lambda: each_trade.open("sales_order", row(item, variant_id=red.id))
    )
    each_trade.refused("variant_blocked", lambda: each_trade.world.sell(item, 1, variant_id=red.id))

    assert "RED" in refusal.message
    assert how in refusal.message
    assert each_trade.line(each_trade.open("sales_order", row(item, variant_id=blue.id))).variant_id == blue.id
    assert each_trade.line(each_trade.open("sales_order", row(item))).quantity == 1


def test_blk_5_a_copied_document_leaves_blocked_items_out_and_names_them(each_trade):
    five = [each_trade.item(f"I{number}", unit_price="5") for number in range(5)]
    source = each_trade.open("sales_order", *(row(single) for single in five))
    target = each_trade.open("sales_order")
    block(each_trade, five[1], blocked=True)
    block(each_trade, five[3], sales_blocked=True)

    def work(session):
        copied = copying.copy_open(session, target.id, source.id)
        return len(copied.lines), [error.message for error in copied.skipped]

    lines, skipped = perform(each_trade.session, work)

    assert lines == 3
    assert len(skipped) == 2
    assert "I1" in skipped[0]
    assert "I3" in skipped[1]


def test_blk_6_the_reason_is_said_with_the_refusal_and_goes_with_the_block(each_trade, item):
    block(each_trade, item, blocked=True, block_reason="Recalled by the maker")

    entered = each_trade.refused("item_blocked", lambda: each_trade.open("sales_order", row(item)))
    posted = each_trade.refused("item_blocked", lambda: each_trade.world.adjust(item, -1))
    assert "Recalled by the maker" in entered.message
    assert "Recalled by the maker" in posted.message

    block(each_trade, item, blocked=False)
    assert each_trade.session.get_one(Item, item.id).block_reason == ""
    with pytest.raises(DomainError) as refused:
        block(each_trade, item, block_reason="For no reason")
    assert refused.value.code == "not_blocked"


def blocked_transfer(trade, item, **values):
    def work(session):
        ends = {"from_location_id": trade.world.location_id("BLUE"), "to_location_id": trade.world.location_id("RED")}
        order = orders.create_order(session, ends | {"direct_transfer": True}, on=day("2025-03-02"))
        line = {"item_id": item.id, "quantity": d(1)} | values
        return transfer_lines.add_line(session, order, line).id

    return perform(trade.session, work)


def batch_of(session, kind):
    """A batch of a new journal of this kind; its id."""
    template = JournalTemplate(name=f"T{session.scalar(select(func.count()).select_from(JournalTemplate))}", type=kind)
    session.add(template)
    session.flush()
    batch = JournalBatch(template_id=template.id, name="DEFAULT")
    session.add(batch)
    session.flush()
    return batch.id


def journal_line(trade, item, entry_type, quantity, **values):
    def work(session):
        batch = batch_of(session, JournalType.ITEM)
        line = LineInput(
            entry_type=entry_type, item_id=item.id, posting_date=day("2025-03-02"), quantity=d(quantity), **values
        )
        return journal_lines.add_line(session, batch, line).id

    return perform(trade.session, work)


def test_blk_1_what_is_blocked_is_not_put_on_a_transfer_order(each_trade, item):
    red = each_trade.world.variant(item, "RED", blocked=True)

    each_trade.refused("variant_blocked", lambda: blocked_transfer(each_trade, item, variant_id=red.id))
    block(each_trade, item, blocked=True)
    each_trade.refused("item_blocked", lambda: blocked_transfer(each_trade, item))
    block(each_trade, item, blocked=False, sales_blocked=True, purchasing_blocked=True)
    assert blocked_transfer(each_trade, item)


def test_blk_3_a_journal_line_is_refused_when_it_is_entered(each_trade, item):
    block(each_trade, item, sales_blocked=True)

    each_trade.refused("item_sales_blocked", lambda: journal_line(each_trade, item, EntryType.SALE, 1))
    assert journal_line(each_trade, item, EntryType.SALE, -1)
    assert journal_line(each_trade, item, EntryType.NEGATIVE_ADJMT, 1)

    block(each_trade, item, sales_blocked=False, purchasing_blocked=True)
    each_trade.refused("item_purchasing_blocked", lambda: journal_line(each_trade, item, EntryType.PURCHASE, 1))
    assert journal_line(each_trade, item, EntryType.POSITIVE_ADJMT, 1)

    block(each_trade, item, purchasing_blocked=False, blocked=True)
    each_trade.refused("item_blocked", lambda: journal_line(each_trade, item, EntryType.NEGATIVE_ADJMT, 1))


def test_a_count_leaves_blocked_items_and_variants_out(each_trade, item):
    red = each_trade.world.variant(item, "RED")
    other = each_trade.item("NUT", unit_cost="2")
    each_trade.world.receive(item, 3, 2, variant_id=red.id)
    each_trade.world.receive(other, 3, 2)

    batch = perform(each_trade.session, lambda session: batch_of(session, JournalType.PHYSICAL_INVENTORY))

    def work(session):
        physical_inventory.clear(session, batch)
        scope = physical_inventory.Scope()
        physical_inventory.calculate(session, batch, scope, day=day("2025-03-02"), document_no="C1")
        lines = select(ItemJournalLine.item_id, ItemJournalLine.variant_id).where(ItemJournalLine.batch_id == batch)
        return set(session.execute(lines).tuples())

    def counted():
        return perform(each_trade.session, work)

    assert counted() == {(item.id, 0), (item.id, red.id), (other.id, 0)}
    block(each_trade, other, blocked=True)
    perform(each_trade.session, lambda session: setattr(session.get_one(ItemVariant, red.id), "blocked", True))
    assert counted() == {(item.id, 0)}


@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def mark(shop, no, **values):
    with shop.app.app_context():
        perform(
            db.session(),
            lambda session: items.update_item(
                session, session.scalars(select(Item).where(Item.no == no)).one(), values
            ),
        )


def test_blk_1_the_page_says_that_a_blocked_item_is_taken_back_all_the_same(shop):
    mark(shop, "BOLT", sales_blocked=True, block_reason="Sold out for good")

    memo = shop.client.get(f"/sales/credit-memos/{shop.open('sales_credit_memo', ('BOLT', 1), released=False)}")

    assert "BOLT is blocked for sales (Sold out for good) and is taken back all the same" in words(memo)


def test_blk_5_the_page_names_what_a_copy_left_out(shop):
    source = shop.open("sales_order", ("BOLT", 1), ("NUT", 1), released=False)
    target = shop.open("sales_order", released=False)
    mark(shop, "NUT", sales_blocked=True)

    shop.client.send(f"/sales/orders/{target}/copy", {"from_no": source, "recalculate": "1"})
    page = shop.client.get(f"/sales/orders/{target}")

    assert [line.item_id for line in shop.lines(target)] == [shop.lines(source)[0].item_id]
    assert "Item NUT is blocked for sales" in words(page)
