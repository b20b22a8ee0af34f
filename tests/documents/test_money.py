"""Prices, discounts, cost, VAT and the general ledger (documents.md sections 9, 22)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.unit_of_work import perform
from models import Customer, InvoiceDiscount, PartyLedgerEntry
from models.enums import DiscountPosting, PriceListStatus, TradeSide
from services.small_lists import create_row, get_list
from services.trade import price_lists
from services.trade.amounts import part_amounts, spread, with_vat
from services.trade.discounts import recalculate, set_invoice_discount
from services.trade.plan import priced
from services.trade.posted import get_posted
from services.trade.posted_printing import posted_paper
from tests.builders import d, day
from tests.support.trading import numbers


def price_list(trade, code, *rows, status=PriceListStatus.ACTIVE, side=TradeSide.SALES, **header):
    def work(session):
        made = price_lists.create_price_list(session, side, code, header)
        for row in rows:
            price_lists.add_price_line(session, made, row)
        return price_lists.set_status(session, made.id, status)

    return perform(trade.session, work)


def party(trade, no="CUST"):
    return trade.session.query(Customer).filter_by(no=no).one()


@pytest.fixture
def agreed(trade):
    """Example 6: unit price 50; everybody 48; the customer's own 46; price group 45 from 10; 5 %, 8 % from 20."""
    item = trade.item(unit_price=50, item_discount_group="TOOLS")
    customer = party(trade)
    trade.change(customer, price_group="GOLD")
    everybody = {"item_id": item.id, "unit_amount": d(48)}
    price_list(trade, "ALL", everybody)
    price_list(trade, "OWN", {"item_id": item.id, "unit_amount": d(46), "discount_percent": d(5)},
               customer_id=customer.id)  # fmt: skip
    price_list(trade, "GOLD", {"item_id": item.id, "unit_amount": d(45), "minimum_quantity": d(10)},
               customer_price_group="GOLD")  # fmt: skip
    price_list(trade, "GROUP", {"item_discount_group": "TOOLS", "discount_percent": d(8), "minimum_quantity": d(20)})
    return item


@pytest.mark.parametrize(
    ("quantity", "price", "percent", "discount", "amount"),
    [(5, 46, 5, "11.50", "218.50"), (12, 45, 5, "27", "513"), (20, 45, 8, "72", "828")],
)
def test_example_6_lowest_price_and_highest_discount(trade, agreed, quantity, price, percent, discount, amount):
    order = trade.open("sales_order", {"item": agreed, "quantity": quantity})

    line = trade.line(order)

    assert (line.unit_amount, line.line_discount_percent) == numbers(price, percent)
    assert (line.line_discount_amount, line.line_amount) == numbers(discount, amount)


def test_a_smaller_quantity_looks_the_price_up_again_and_a_typed_price_stays(trade, agreed):
    order = trade.open("sales_order", {"item": agreed, "quantity": 12})

    assert trade.edit(order, quantity=9).unit_amount == 46
    assert trade.edit(order, unit_amount=44).unit_amount == 44
    assert trade.edit(order, description="Bolts, typed price").unit_amount == 44
    assert trade.edit(order, quantity=8).unit_amount == 46


def test_a_typed_price_without_an_agreement_outlives_another_quantity(trade):
    item = trade.item(unit_price=50)
    order = trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 9, "line_discount_percent": 10})

    line = trade.edit(order, quantity=2)

    assert (line.unit_amount, line.line_discount_percent, line.line_amount) == numbers(9, 10, "16.20")


def test_an_agreement_that_no_longer_holds_gives_way_to_the_card(trade):
    item = trade.item(unit_price=50)
    price_list(trade, "MANY", {"item_id": item.id, "unit_amount": d(40), "discount_percent": d(5),
                               "minimum_quantity": d(10)})  # fmt: skip
    order = trade.open("sales_order", {"item": item, "quantity": 10})
    assert trade.line(order).unit_amount == 40

    line = trade.edit(order, quantity=9)

    assert (line.unit_amount, line.line_discount_percent) == numbers(50, 0)


def test_drafts_other_dates_and_other_units_do_not_count(trade):
    item = trade.item(unit_price=50)
    box = trade.unit(item, "BOX", 12)
    row = {"item_id": item.id, "unit_amount": d(1)}
    price_list(trade, "DRAFT", row, status=PriceListStatus.DRAFT)
    price_list(trade, "OLD", row, ending_date=day("2025-03-01"))
    price_list(trade, "BOXES", row | {"unit_of_measure_id": box})

    order = trade.open(
        "sales_order", {"item": item, "quantity": 5}, {"item": item, "quantity": 5, "unit_of_measure_id": box}
    )

    assert [trade.line(order, place).unit_amount for place in (1, 2)] == [50, 1]


def test_activating_refuses_what_is_active_already(trade, agreed):
    trade.refused(
        "price_line_duplicate",
        lambda: price_list(trade, "AGAIN", {"item_id": agreed.id, "unit_amount": d(47)}),
    )


def test_without_an_agreement_the_last_direct_cost_is_proposed(trade):
    item = trade.item(last_direct_cost="7.25")

    order = trade.open("purchase_order", {"item": item, "quantity": 2})

    assert trade.line(order).unit_amount == d("7.25")


def test_example_7_invoice_discount_over_partial_invoices(each_trade):
    trade = each_trade
    item = trade.item(unit_cost=1, vat="STANDARD")
    trade.vat("STANDARD", 25)
    order = trade.open("sales_order", {"item": item, "quantity": 10, "unit_amount": 30, "line_discount_percent": 10})
    perform(trade.session, lambda session: set_invoice_discount(session, order.id, d("13.50")))
    assert trade.line(order).line_amount == 270

    first = trade.posted(trade.post(order, said={1: (4, 4)})["invoice_id"])
    second = trade.posted(trade.post(order)["invoice_id"])

    assert (first.invoice_discount_amount, first.amount, first.vat_amount) == numbers("5.40", "102.60", "25.65")
    assert (second.invoice_discount_amount, second.amount, second.vat_amount) == numbers("8.10", "153.90", "38.48")
    assert trade.owed(TradeSide.SALES) == d("320.63")
    trade.proven()


def test_example_8_purchase_unit_cost_and_stock_value(each_trade):
    trade = each_trade
    item = trade.item(indirect_cost_percent=10, overhead_rate="0.50")
    order = trade.open("purchase_order", {"item": item, "quantity": 20, "unit_amount": 20, "line_discount_percent": 10})
    perform(trade.session, lambda session: set_invoice_discount(session, order.id, d(18)))
    assert trade.line(order).unit_cost == d("19.31")

    trade.post(order)

    assert trade.value(item) == d("386.20")
    assert trade.world.values(item) == [("direct_cost", d(342)), ("indirect_cost", d("44.20"))]
    assert trade.owed(TradeSide.PURCHASE) == -342
    trade.proven()


def test_the_code_s_discount_falls_on_lines_that_allow_it(trade):
    trade.session.add(InvoiceDiscount(side=TradeSide.SALES, code="CUST", minimum_amount=d(100), discount_percent=d(5)))
    trade.session.commit()
    item = trade.item(unit_cost=1)
    order = trade.open(
        "sales_order",
        {"item": item, "quantity": 10, "unit_amount": 30},
        {"item": item, "quantity": 1, "unit_amount": 50, "allow_invoice_discount": False},
    )

    total = perform(trade.session, lambda session: recalculate(session, order.id))

    assert (total, trade.line(order, 2).invoice_discount_amount) == numbers(15, 0)


def test_a_discount_outside_0_to_100_is_refused(trade):
    item = trade.item()
    order = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 1})

    trade.refused("discount_out_of_range", lambda: trade.edit(order, line_discount_percent=101))


def test_a_standard_cost_item_keeps_its_cost_on_sales_lines(trade):
    item = trade.item(method="standard", standard_cost=4)
    order = trade.open("sales_return_order", {"item": item, "quantity": 1, "unit_amount": 1})

    assert trade.line(order).unit_cost == 4
    trade.refused("unit_cost_fixed", lambda: trade.edit(order, unit_cost=5))


def test_example_15_buy_ten_sell_four(each_trade):
    trade = each_trade
    trade.world.set(expected_cost_posting_to_gl=True)
    item = trade.item(vat="STANDARD")
    purchase = trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 12})
    trade.post(purchase, "handle")
    assert trade.world.gl() == {"inventory_interim": d(120), "invt_accrual_interim": d(-120)}

    trade.reopen(purchase)
    trade.edit(purchase, unit_amount="12.50")
    trade.post(purchase, "invoice")
    sale = trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 20})
    trade.post(sale, "handle")
    assert trade.world.gl()["cogs_interim"] == 50

    trade.post(sale, "invoice")

    gl = trade.world.gl()
    assert gl == {
        "inventory": d(75), "cogs": d(50), "direct_cost_applied": d(-125), "purchases": d(125), "payables": d(-150),
        "receivables": d(96), "sales": d(-80), "2230": d(25), "2210": d(-16),
    }  # fmt: skip
    trade.proven()


def test_a_late_bill_adjusts_what_is_sold(each_trade):
    trade = each_trade
    item = trade.item()
    purchase = trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 12})
    trade.post(purchase, "handle")
    trade.change(item, unit_cost=12)
    sale = trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 20})
    trade.post(sale)
    assert trade.world.gl()["cogs"] == 48
    entries = len(trade.world.entries(item))

    trade.reopen(purchase)
    trade.edit(purchase, unit_amount="12.50")
    trade.post(purchase, "invoice")
    trade.world.adjust_cost(item)

    assert trade.world.gl()["cogs"] == 50
    assert trade.value(item) == 75
    assert len(trade.world.entries(item)) == entries
    trade.proven()


def test_without_expected_cost_in_the_ledger_moves_touch_no_account(trade):
    item = trade.item(unit_cost=12)
    trade.post(trade.open("purchase_order", {"item": item, "quantity": 10, "unit_amount": 12}), "handle")
    trade.post(trade.open("sales_order", {"item": item, "quantity": 4, "unit_amount": 20}), "handle")

    assert trade.world.gl() == {}


def test_discounts_go_to_accounts_of_their_own_where_set_up_says_so(trade):
    trade.set(discount_posting=DiscountPosting.LINE)
    item = trade.item(unit_cost=1)
    sale = trade.open("sales_invoice", {"item": item, "quantity": 10, "unit_amount": 10, "line_discount_percent": 10})

    trade.post(sale)

    gl = trade.world.gl()
    assert (gl["sales"], gl["4610"], gl["receivables"]) == numbers(-100, 10, 90)


def test_prices_including_vat_give_the_net_to_the_ledgers(each_trade):
    trade = each_trade
    item = trade.item(vat="STANDARD")
    bill = trade.open("purchase_invoice", {"item": item, "quantity": 10, "unit_amount": 12}, prices_including_vat=True)
    assert trade.line(bill).unit_cost == 10

    trade.post(bill)

    assert (trade.value(item), trade.owed(TradeSide.PURCHASE)) == numbers(100, -120)
    trade.proven()


@pytest.mark.parametrize("parts", [[1, 1, 1], [2, 1], [3]])
def test_parts_of_a_line_add_up_to_the_line(trade, parts):
    item = trade.item()
    order = trade.open(
        "sales_order", {"item": item, "quantity": 3, "unit_amount": "33.335", "line_discount_percent": "7.5"}
    )
    perform(trade.session, lambda session: set_invoice_discount(session, order.id, d("1.01")))
    line = priced(trade.line(order))

    done, net = Decimal(0), Decimal(0)
    for part in parts:
        net += part_amounts(line, done, d(part)).net
        done += part

    assert net == trade.line(order).line_amount - d("1.01")


def test_vat_is_rounded_once_a_rate_and_falls_on_the_lines():
    # 3 x 0.33 at 25 %: 0.99 bears 0.25, not 3 x 0.08
    taxed = with_vat([("a", d(25), d("0.33"))] * 3, including=False)

    assert [line.vat for line in taxed] == [d("0.08"), d("0.09"), d("0.08")]


def test_spread_carries_what_rounding_leaves():
    assert spread(d(100), [d(5), d(5), d(2)]) == [d("41.67"), d("41.66"), d("16.67")]
    assert spread(d(0), [d(1), d(1)]) == [0, 0]


def test_terms_say_until_when_early_payment_earns_a_discount(trade):
    terms = {"due_date_calculation": "30D", "discount_date_calculation": "8D", "discount_percent": d("2.5")}
    made = perform(trade.session, lambda session: create_row(session, get_list("payment-terms"), "8D2", terms).id)
    row = {"item": trade.item(unit_cost=1), "quantity": 1, "unit_amount": 10}
    bill = trade.post(trade.open("sales_invoice", row, payment_terms_id=made))

    entry = trade.session.scalars(select(PartyLedgerEntry)).one()
    assert (entry.due_date, entry.discount_date) == (day("2025-04-01"), day("2025-03-10"))
    paper = posted_paper(trade.session, get_posted(trade.session, bill["invoice_id"]))
    assert "10 Mar 2025 may deduct 2.5 %." in paper.closing[0]
