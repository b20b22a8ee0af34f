"""Documents in another currency: their prices stay in it, ledgers are in ours (documents.md sections 2, 9, 10, 22)."""

from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import ConflictError, ValidationError
from core.unit_of_work import perform, rehearse
from models import GlAccount, InvoiceDiscount, PartyLedgerEntry, VatBusinessPostingGroup
from models.enums import PriceListStatus, TradeSide, TradeType
from services import currencies
from services.trade import price_lists
from services.trade.amounts import Amounts, Taxed
from services.trade.copying import copy_open
from services.trade.corrections import cancel_invoice
from services.trade.discounts import recalculate
from services.trade.documents import lines_of
from services.trade.exchanging import in_local
from services.trade.get_lines import get_posted_lines, offered_lines
from services.trade.headers import change_header
from services.trade.housekeeping import combine
from services.trade.posted import get_posted
from services.trade.posted_printing import posted_paper
from services.trade.reversing import get_lines_to_reverse
from tests.builders import d, day


def dollars(trade, *rates):
    """USD, 100 of which are worth each (day, local amount)."""

    def work(session):
        made = currencies.save_currency(session, None, {"code": "usd", "name": "Dollar"})
        for starting, worth in rates or (("2025-03-01", "92.35"), ("2025-03-10", "90.10"), ("2025-03-11", "88.88")):
            values = {"starting_date": day(starting), "amount": d(100), "local_amount": d(worth)}
            currencies.save_rate(session, made, None, values)
        return made.id

    return perform(trade.session, work)


def price_list(trade, code, *rows, **header):
    def work(session):
        made = price_lists.create_price_list(session, TradeSide.SALES, code, header)
        for row in rows:
            price_lists.add_price_line(session, made, row)
        return price_lists.set_status(session, made.id, PriceListStatus.ACTIVE)

    return perform(trade.session, work)


def test_cost_and_ledgers_to_the_cent_at_the_rate_of_each_posting(each_trade):
    """7 x 13.33 USD: received at 92.35, billed at 90.10; 3 x 25.55 USD sold at 90.10, taken back at that rate."""
    trade = each_trade
    usd = dollars(trade)
    item = trade.item(vat="STANDARD")
    trade.vat("STANDARD", 20)
    order = trade.open("purchase_order", {"item": item, "quantity": 7, "unit_amount": "13.33"}, currency_id=usd)

    trade.post(order, "handle", on="2025-03-02")
    assert trade.value(item) == d("86.17")  # 93.31 x 0.9235 = 86.1718
    bill = trade.posted(trade.post(order, "invoice", on="2025-03-10")["invoice_id"])
    assert trade.value(item) == d("84.07")  # 93.31 x 0.9010 = 84.0723
    assert (bill.amount, bill.vat_amount, bill.currency_code) == (d("93.31"), d("18.66"), "USD")
    assert (bill.local_amount, bill.local_vat_amount) == (d("84.07"), d("16.81"))  # 111.97 x 0.9010 = 100.885
    assert trade.owed(TradeSide.PURCHASE) == d("-100.88")

    sale = trade.open("sales_order", {"item": item, "quantity": 3, "unit_amount": "25.55"}, currency_id=usd)
    invoice = trade.posted(trade.post(sale, on="2025-03-10")["invoice_id"])
    assert trade.owed(TradeSide.SALES) == d("82.87")  # 91.98 x 0.9010 = 82.874
    entry = trade.session.scalars(select(PartyLedgerEntry).where(PartyLedgerEntry.document_no == invoice.no)).one()
    assert (entry.currency_code, entry.currency_amount) == ("USD", d("91.98"))
    assert trade.value(item) == d("48.04")  # 84.07 - 84.07 x 3 / 7
    gl = trade.world.gl()
    assert (gl["sales"], gl["cogs"]) == (d("-69.06"), d("36.03"))
    paper = posted_paper(trade.session, get_posted(trade.session, invoice.id))
    assert ("Total USD", d("91.98"), True) in paper.totals

    perform(trade.session, lambda session: cancel_invoice(session, invoice.id, trade.poster, on=day("2025-03-12")))
    assert (trade.owed(TradeSide.SALES), trade.value(item)) == (0, d("84.07"))
    trade.proven()


def test_each_total_is_converted_once_and_lines_add_up_to_it():
    nothing = Decimal(0)
    part = (Amounts(d("0.05"), nothing, nothing), Taxed(d("0.05"), nothing))
    exchange = currencies.Exchange("USD", d(100), d("90.10"))

    local = in_local([part] * 3, exchange, d("0.01"))

    assert [taxed.base for _amounts, taxed in local] == [d("0.05"), d("0.04"), d("0.05")]  # 0.04505, 0.0901, 0.13515


def test_a_price_in_the_documents_currency_goes_before_a_lower_one_in_ours(trade):
    usd = dollars(trade)
    bolt, nut = trade.item("BOLT", unit_price=50), trade.item("NUT", unit_price=5)
    price_list(trade, "OURS", {"item_id": bolt.id, "unit_amount": d(10), "discount_percent": d(9)},
               {"item_id": nut.id, "unit_amount": d(4)})  # fmt: skip
    price_list(trade, "THEIRS", {"item_id": bolt.id, "unit_amount": d(14), "discount_percent": d(2)}, currency_id=usd)
    order = trade.open("sales_order", {"item": bolt, "quantity": 1}, {"item": nut, "quantity": 1}, currency_id=usd)

    assert [trade.line(order, place).unit_amount for place in (1, 2)] == [14, d("4.33135")]  # 4 x 100 / 92.35
    assert trade.line(order).line_discount_percent == 2

    perform(trade.session, lambda session: change_header(session, order.id, {"currency_id": None}))
    assert [trade.line(order, place).unit_amount for place in (1, 2)] == [10, 4]
    assert trade.line(order).line_discount_percent == 9


def test_another_currency_prices_items_anew_and_converts_the_rest(trade):
    usd = dollars(trade)
    item = trade.item(unit_price="92.35")
    account = trade.session.scalars(select(GlAccount.id).where(GlAccount.no == "6110")).one()
    order = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 1},
                       {"gl_account_id": account, "quantity": 1, "unit_amount": "46.175"})  # fmt: skip

    perform(trade.session, lambda session: change_header(session, order.id, {"currency_id": usd}))

    assert [trade.line(order, place).unit_amount for place in (1, 2)] == [100, 50]
    assert trade.line(order).line_amount == 200
    ours = trade.open("sales_order")
    perform(trade.session, lambda session: copy_open(session, ours.id, order.id))
    assert [trade.line(ours, place).unit_amount for place in (1, 2)] == [d("92.35"), d("46.175")]


def test_steps_of_invoice_discounts_are_in_our_currency(trade):
    usd = dollars(trade)
    step = InvoiceDiscount(side=TradeSide.SALES, code="CUST", minimum_amount=d(92), discount_percent=d(10))
    perform(trade.session, lambda session: session.add(step))
    item = trade.item()
    order = trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 100}, currency_id=usd)

    assert perform(trade.session, lambda session: recalculate(session, order.id)) == 10  # 92.35 reaches the step
    trade.edit(order, unit_amount=99)
    assert perform(trade.session, lambda session: recalculate(session, order.id)) == 0  # 91.43 does not


def fetch(trade, bill, *line_ids):
    return perform(trade.session, lambda session: get_posted_lines(session, bill.id, line_ids))


def test_only_receipts_of_the_same_currency_and_vat_are_offered_and_billed(trade):
    usd = dollars(trade)
    item = trade.item()
    received = {}
    for name, currency in (("ours", None), ("theirs", usd)):
        order = trade.open("purchase_order", {"item": item, "quantity": 1, "unit_amount": 5}, currency_id=currency)
        received[name] = trade.posted_lines(trade.post(order, "handle")["handling_id"])[0].id
    bill = trade.open("purchase_invoice", vendor_invoice_no="V1", currency_id=usd)
    vat = bill.vat_business_posting_group_id

    def drafts(session):
        made = combine(session, TradeSide.PURCHASE, TradeType.INVOICE, on=day("2025-03-09"))
        return [(draft.currency_id, len(lines_of(session, draft.id))) for draft in made]

    assert rehearse(trade.session, drafts) == [(None, 2), (usd, 2)]  # each with the comment that names the receipt
    assert [line.id for line in offered_lines(trade.session, bill)] == [received["theirs"]]
    abroad = trade.session.scalars(select(VatBusinessPostingGroup.id).where(VatBusinessPostingGroup.code != "")).all()
    trade.change(bill, vat_business_posting_group_id=next(one for one in abroad if one != vat))
    trade.refused("posted_line_other_vat", lambda: fetch(trade, bill, received["theirs"]))
    trade.change(bill, vat_business_posting_group_id=vat)
    fetched = fetch(trade, bill, *received.values())

    assert [error.code for error in fetched.skipped] == ["posted_line_other_currency"]
    trade.post(bill)
    assert trade.value(item) == d("9.62")  # 5.00 + 5 x 0.9235
    trade.proven()


def test_a_line_to_reverse_comes_back_at_its_price_in_the_returns_currency(trade):
    usd = dollars(trade)
    item = trade.item()
    trade.buy(item, 4, 1)
    sale = trade.open("sales_order", {"item": item, "quantity": 2, "unit_amount": 100}, currency_id=usd)
    posted = trade.posted_lines(trade.post(sale)["handling_id"])[0]
    back = trade.open("sales_return_order")

    perform(trade.session, lambda session: get_lines_to_reverse(session, back.id, {posted.id: None}))

    assert trade.line(back).unit_amount == d("92.35")


def test_refusals(trade):
    usd = dollars(trade, ("2025-03-05", "92.35"))
    item = trade.item()
    trade.buy(item, 9, 1)
    line = {"item": item, "quantity": 2, "unit_amount": 3}
    with pytest.raises(ValidationError) as missing:
        trade.open("sales_order", line, currency_id=usd)
    assert (missing.value.code, missing.value.field) == ("exchange_rate_missing", "currency_id")
    trade.session.rollback()
    order = trade.open("sales_order", line, currency_id=usd, on="2025-03-06")
    trade.refused("exchange_rate_missing", lambda: trade.post(order, on="2025-03-04"))
    trade.post(order, "handle", said={1: (1, 0)})
    trade.reopen(order)
    with pytest.raises(ConflictError) as moved:
        perform(trade.session, lambda session: change_header(session, order.id, {"currency_id": None}))
    assert moved.value.code == "document_has_postings"
    trade.session.rollback()
    trade.release(order)
    with pytest.raises(ValidationError) as released:
        perform(trade.session, lambda session: change_header(session, order.id, {"currency_id": None}))
    assert released.value.code == "document_released"
    trade.session.rollback()
    for values, code in (({"code": "EUR"}, "local_currency"), ({"code": "USD"}, "already_exists"),
                         ({"code": "YEN", "amount_rounding": d(0)}, "rounding_not_positive")):  # fmt: skip
        with pytest.raises(ValidationError) as refused:
            perform(trade.session, lambda session, sent=values: currencies.save_currency(session, None, sent))
        assert refused.value.code == code
    usd_row = currencies.get_currency(trade.session, "USD")
    with pytest.raises(ValidationError) as used:
        perform(trade.session, lambda session: currencies.delete_currency(session, usd_row))
    assert used.value.code == "in_use"
