"""Price lists as they are kept, and what a line says about its price (documents.md section 9)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import (
    CustomerPostingGroup,
    GlAccount,
    InvoiceDiscount,
    ItemVariant,
    PriceListLine,
    StockkeepingUnit,
    TradeLine,
    VatProductPostingGroup,
)
from models.enums import PriceListDefines, PriceListStatus, TradeSide
from services.trade import headers, price_lists
from services.trade.discounts import recalculate
from services.trade.price_story import why_price
from services.trade.prices import Why
from tests.builders import d, day
from tests.documents.test_money import party, price_list


def line_of(trade, values, **header):
    """Add a line to a fresh draft."""

    def work(session):
        made = price_lists.create_price_list(session, TradeSide.SALES, "NEW", header)
        return price_lists.add_price_line(session, made, values)

    return lambda: perform(trade.session, work)


def test_a_price_for_any_unit_is_that_of_the_base_unit_and_counts_base_units(trade):
    item = trade.item(unit_price=50)
    box = trade.unit(item, "BOX", 12)
    price_list(trade, "ANY", {"item_id": item.id, "unit_amount": d("1.5"), "minimum_quantity": d(24)})

    order = trade.open(
        "sales_order",
        {"item": item, "quantity": 2, "unit_of_measure_id": box},
        {"item": item, "quantity": 1, "unit_of_measure_id": box},
        {"item": item, "quantity": 24},
    )

    # 2 boxes are 24 pieces: 12 x 1.50; 1 box is too few: the card's 12 x 50
    assert [trade.line(order, place).unit_amount for place in (1, 2, 3)] == [d(18), d(600), d("1.5")]


@pytest.mark.parametrize(
    ("values", "header", "code"),
    [
        ({"unit_amount": d(1)}, {}, "item_or_group"),
        ({"item_discount_group": "TOOLS", "unit_amount": d(1)}, {}, "price_of_group"),
        ({"item": True}, {}, "nothing_given"),
        ({"item": True, "discount_percent": d(101)}, {}, "discount_out_of_range"),
        ({"item": True, "unit_amount": d(1), "variant": True}, {}, "variant_not_of_item"),
        ({"item": True, "discount_percent": d(5)}, {"defines": PriceListDefines.PRICE}, "price_list_defines"),
        ({"item": True, "unit_amount": d(5)}, {"defines": PriceListDefines.DISCOUNT}, "price_list_defines"),
        ({"item": True, "unit_amount": d(5)}, {"starting_date": day("2025-03-02"), "ending_date": day("2025-03-01")},
         "dates_order"),
    ],
)  # fmt: skip
def test_what_a_price_list_refuses(trade, values, header, code):
    item, other = trade.item(), trade.item("NUT")
    trade.session.add(ItemVariant(item_id=other.id, code="RED", description="Red"))
    trade.session.commit()
    row = {name: value for name, value in values.items() if name not in ("item", "variant")}
    if "item" in values:
        row["item_id"] = item.id
    if "variant" in values:
        row["variant_id"] = trade.session.scalars(select(ItemVariant.id).where(ItemVariant.code == "RED")).one()

    trade.refused(code, line_of(trade, row, **header))


def test_an_active_list_stays_as_it_is_and_a_draft_is_changed_copied_and_deleted(trade):
    item = trade.item()
    made = price_list(trade, "SPRING", {"item_id": item.id, "unit_amount": d(40)},
                      {"item_id": item.id, "discount_percent": d(3), "minimum_quantity": d(10)})  # fmt: skip

    for work in (
        lambda s: price_lists.edit_price_list(s, s.merge(made), {"description": "x"}),
        lambda s: price_lists.delete_price_list(s, s.merge(made)),
        lambda s: price_lists.add_price_line(s, s.merge(made), {"item_id": item.id, "unit_amount": d(1)}),
    ):
        with pytest.raises(ValidationError, match="active"):
            perform(trade.session, work)
        trade.session.rollback()

    def renew(session):
        old = price_lists.get_price_list(session, TradeSide.SALES, "spring")
        copy = price_lists.copy_price_list(session, old, "SUMMER", percent=d("2.5"))
        price_lists.set_status(session, old.id, PriceListStatus.INACTIVE)
        price_lists.delete_price_list(session, old)
        return price_lists.set_status(session, copy.id, PriceListStatus.ACTIVE).id

    copy_id = perform(trade.session, renew)
    lines = trade.session.scalars(select(PriceListLine).order_by(PriceListLine.id)).all()
    assert [(line.price_list_id, line.unit_amount, line.discount_percent) for line in lines] == [
        (copy_id, d(41), d(0)), (copy_id, None, d(3)),
    ]  # fmt: skip


def test_price_and_discount_are_repeated_each_for_itself(trade):
    item = trade.item()
    price_list(trade, "BOTH", {"item_id": item.id, "unit_amount": d(40), "discount_percent": d(5)})

    trade.refused(
        "price_line_duplicate", lambda: price_list(trade, "AGAIN", {"item_id": item.id, "discount_percent": d(6)})
    )
    price_list(trade, "LATER", {"item_id": item.id, "discount_percent": d(6)}, starting_date=day("2025-06-01"))


def test_another_order_date_brings_its_prices_and_a_typed_one_stays(trade):
    item = trade.item(unit_price=50)
    price_list(trade, "MARCH", {"item_id": item.id, "unit_amount": d(45)}, ending_date=day("2025-03-31"))
    price_list(trade, "APRIL", {"item_id": item.id, "unit_amount": d(48), "discount_percent": d(2)},
               starting_date=day("2025-04-01"), ending_date=day("2025-04-30"))  # fmt: skip
    order = trade.open("sales_order", {"item": item, "quantity": 1}, {"item": item, "quantity": 1, "unit_amount": 44})

    def move(text):
        perform(trade.session, lambda s: headers.change_header(
            s, order.id, {"order_date": day(text)}, confirmed={headers.LINES_STAY}))  # fmt: skip
        return [trade.line(order, place).unit_amount for place in (1, 2)]

    assert move("2025-04-10") == [48, 48]  # an agreement of that day counts, typed or not, as for a quantity
    assert trade.line(order).line_discount_percent == 2
    assert move("2025-05-10") == [50, 50]
    trade.edit(order, unit_amount=44)
    assert move("2025-05-11") == [44, 50]


def test_the_last_direct_cost_of_the_stockkeeping_unit_goes_first(trade):
    item = trade.item(last_direct_cost="7.25")
    blue = trade.world.location_id("BLUE")
    trade.session.add(StockkeepingUnit(item_id=item.id, location_id=blue, last_direct_cost=d("6.5")))
    trade.session.commit()

    order = trade.open(
        "purchase_order", {"item": item, "quantity": 2}, {"item": item, "quantity": 2, "location_id": blue}
    )

    assert [trade.line(order, place).unit_amount for place in (1, 2)] == [d("7.25"), d("6.5")]


def test_a_line_says_why_it_has_its_price(trade):
    item = trade.item(unit_price=50)
    customer = party(trade)
    price_list(trade, "ALL", {"item_id": item.id, "unit_amount": d(48), "discount_percent": d(5)})
    price_list(trade, "OWN", {"item_id": item.id, "unit_amount": d(46)},
               {"item_id": item.id, "unit_amount": d(45), "minimum_quantity": d(10)},
               customer_id=customer.id)  # fmt: skip
    price_list(trade, "OLD", {"item_id": item.id, "unit_amount": d(1)}, ending_date=day("2025-03-01"))
    order = trade.open("sales_order", {"item": item, "quantity": 5})

    story = why_price(trade.session, order, trade.line(order))

    told = {
        (one.price_list.code, one.line.unit_amount): (one.why_not, one.gives_price, one.gives_discount)
        for one in story.considered
    }
    assert told == {
        ("ALL", 48): (None, False, True), ("OWN", 46): (None, True, False),
        ("OWN", 45): (Why.BELOW_MINIMUM, False, False), ("OLD", 1): (Why.ENDED, False, False),
    }  # fmt: skip
    assert (story.expected, story.card) == (46, 50)


def test_a_small_order_is_charged_for_and_a_larger_one_no_more(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1)
    group = trade.session.scalars(select(CustomerPostingGroup).where(CustomerPostingGroup.code == "DOMESTIC")).one()
    assert group.service_charge_account_id is not None
    trade.session.add_all([
        InvoiceDiscount(side=TradeSide.SALES, code="CUST", minimum_amount=d(0), service_charge=d("7.50")),
        InvoiceDiscount(side=TradeSide.SALES, code="CUST", minimum_amount=d(100), discount_percent=d(5)),
    ])  # fmt: skip
    trade.session.commit()
    order = trade.open("sales_order", {"item": item, "quantity": 3, "unit_amount": 30})
    charges = select(func.count()).select_from(TradeLine).where(TradeLine.service_charge)

    perform(trade.session, lambda session: recalculate(session, order.id))
    assert (trade.line(order, 2).unit_amount, trade.line(order, 2).gl_account_id) == (
        d("7.50"), group.service_charge_account_id,
    )  # fmt: skip
    trade.edit(order, quantity=4)  # 120: the step with a discount
    perform(trade.session, lambda session: recalculate(session, order.id))
    assert (trade.session.scalar(charges), trade.line(order).invoice_discount_amount) == (0, 6)

    trade.edit(order, quantity=3)
    trade.set(calculate_invoice_discount=True)
    posted = trade.posted(trade.post(order)["invoice_id"])

    assert posted.amount == d("97.50")
    trade.proven()


def test_a_service_charge_without_an_account_says_where_to_fill_it_in(trade):
    group = trade.session.scalars(select(CustomerPostingGroup).where(CustomerPostingGroup.code == "DOMESTIC")).one()
    trade.change(group, service_charge_account_id=None)
    trade.session.add(InvoiceDiscount(side=TradeSide.SALES, code="CUST", service_charge=Decimal(5)))
    trade.session.commit()
    order = trade.open("sales_order", {"item": trade.item(), "quantity": 1, "unit_amount": 30})

    trade.refused("service_charge_account_missing", lambda: perform(trade.session, lambda s: recalculate(s, order.id)))


def test_vat_of_an_account_is_on_its_lines_and_on_service_charges(each_trade):
    """A charge of 7.50 for a small order and an account line of 10, both at 20 %: 1.50 and 2.00 of VAT."""
    trade = each_trade
    group = trade.session.scalars(select(CustomerPostingGroup).where(CustomerPostingGroup.code == "DOMESTIC")).one()
    standard = trade.session.scalars(select(VatProductPostingGroup).where(VatProductPostingGroup.code == "STANDARD"))
    account = trade.session.get_one(GlAccount, group.service_charge_account_id)
    trade.change(account, vat_product_posting_group_id=standard.one().id)
    trade.vat("STANDARD", 20)
    trade.session.add(InvoiceDiscount(side=TradeSide.SALES, code="CUST", minimum_amount=d(0), service_charge=d("7.50")))
    trade.session.commit()
    order = trade.open("sales_invoice", {"gl_account_id": account.id, "quantity": 1, "unit_amount": 10})
    perform(trade.session, lambda session: recalculate(session, order.id))

    bill = trade.posted(trade.post(order)["invoice_id"])

    assert (bill.amount, bill.vat_amount) == (d("17.50"), d("3.50"))
    assert trade.owed(TradeSide.SALES) == d("21.00")
    trade.proven()
