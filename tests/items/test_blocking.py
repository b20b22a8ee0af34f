"""Blocked items and variants: what is refused, what is allowed, what the refusal says (items.md section 4)."""

import pytest

from core.errors import DomainError
from core.unit_of_work import perform
from models import Item
from services import items
from services.trade import copying


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
