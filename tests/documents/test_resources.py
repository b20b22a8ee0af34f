"""Lines that are no goods: resources on sales, costs on service orders (documents.md sections 3, 17, 22)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from core.errors import ValidationError
from core.unit_of_work import perform
from models import GlAccount, GlEntry, ItemLedgerEntry, Register
from models.enums import TradeSide
from services.small_lists import create_row, edit_row, get_list, get_row
from services.trade.copying import copy_posted
from services.trade.corrections import cancel_invoice
from services.trade.posted import get_posted
from services.trade.posted_printing import posted_paper
from services.trade.printing import PaperKind, open_paper
from tests.builders import d, day
from tests.support.trading import numbers

HALF_AN_HOUR = "0.5"


def card(trade, kind, code, **values):
    """A row of a small list; groups, accounts and units by their codes."""

    def work(session):
        for name, kind_of_group in (
            ("gen_product_posting_group_id", "gen-product-groups"),
            ("vat_product_posting_group_id", "vat-product-groups"),
        ):
            if name in values:
                values[name] = get_row(session, get_list(kind_of_group), values[name]).id
        if "gl_account_id" in values:
            values["gl_account_id"] = session.scalars(
                select(GlAccount.id).where(GlAccount.no == values["gl_account_id"])
            ).one()
        return create_row(session, get_list(kind), code, values)

    return perform(trade.session, work)


@pytest.fixture
def mechanic():
    return {
        "description": "Fitter's hour", "unit_price": d(80), "unit_cost": d(35),
        "gen_product_posting_group_id": "SERVICES", "vat_product_posting_group_id": "STANDARD",
    }  # fmt: skip


def entries(trade):
    return trade.session.scalar(select(func.count()).select_from(ItemLedgerEntry))


def on_account(trade, no):
    """What was posted to an account."""
    rows = select(GlEntry.amount).join(GlAccount, GlAccount.id == GlEntry.account_id).where(GlAccount.no == no)
    return sum(trade.session.scalars(rows), d(0))


def test_a_resource_is_priced_by_its_card_billed_and_moves_no_stock(each_trade, mechanic):
    trade = each_trade
    trade.vat("STANDARD", 20)
    resource = card(trade, "resources", "FITTER", **mechanic)
    order = trade.open("sales_order", {"resource_id": resource.id, "quantity": "1.5"})
    line = trade.line(order)
    assert (line.unit_amount, line.unit_cost, line.line_amount) == numbers(80, 35, 120)
    trade.edit(order, unit_amount=90)
    trade.edit(order, quantity=2)
    assert trade.line(order).unit_amount == 90  # what was typed stays

    assert "FITTER" in str(open_paper(trade.session, order, PaperKind.DOCUMENT).lines)
    posted = trade.post(order, said={1: (2, HALF_AN_HOUR)})
    assert entries(trade) == 0
    assert trade.owed(TradeSide.SALES) == d(54)  # 45.00 and 20 %
    assert on_account(trade, "4310") == d(-45)
    assert "FITTER" in str(posted_paper(trade.session, get_posted(trade.session, posted["invoice_id"])).lines)

    copied = perform(
        trade.session, lambda s: copy_posted(s, posted["invoice_id"], type_=order.type, on=day("2025-03-09"))
    )
    assert trade.line(copied).resource_id == resource.id
    perform(trade.session, lambda s: cancel_invoice(s, posted["invoice_id"], trade.poster, on=day("2025-03-10")))
    assert trade.owed(TradeSide.SALES) == 0
    trade.proven()


def test_a_service_order_bills_hours_and_travel_and_uses_up_the_rest(trade, mechanic):
    trade.vat("STANDARD", 20)
    hours = card(trade, "resources", "FITTER", **mechanic)
    travel = card(trade, "service-costs", "TRAVEL", description="Kilometres", gl_account_id="4410", unit_price=d("0.5"))
    order = trade.open(
        "service_order", {"resource_id": hours.id, "quantity": 3}, {"service_cost_id": travel.id, "quantity": 40}
    )
    assert trade.line(order, 2).line_amount == d(20)
    trade.refused("quantity_exceeds_outstanding", lambda: trade.edit(order, qty_to_consume=4))
    trade.edit(order, qty_to_consume=1)

    trade.post(order, "consume", said={1: (1, 0), 2: (0, 0)})
    assert (trade.owed(TradeSide.SALES), entries(trade)) == (0, 0)
    trade.post(order)

    # two hours with VAT, forty kilometres without
    assert trade.owed(TradeSide.SALES) == d(212)
    assert on_account(trade, "4410") == d(-20)
    trade.proven()


def test_what_resources_and_costs_refuse(trade, mechanic):
    resource = card(trade, "resources", "FITTER", **mechanic)
    travel = card(trade, "service-costs", "TRAVEL", gl_account_id="4410")
    trade.refused("resource_sales_only", lambda: trade.open("purchase_order", {"resource_id": resource.id}))
    trade.refused("cost_service_only", lambda: trade.open("sales_order", {"service_cost_id": travel.id}))
    order = trade.open("sales_order", {"resource_id": resource.id, "quantity": 1})
    perform(trade.session, lambda s: edit_row(s, get_list("resources"), resource, {"blocked": True}))
    refused = trade.refused("resource_blocked", lambda: trade.post(order))
    assert (refused.line, "FITTER" in refused.message) == (10000, True)
    trade.refused("resource_blocked", lambda: trade.open("sales_order", {"resource_id": resource.id, "quantity": 1}))
    with pytest.raises(ValidationError) as needed:
        create_row(trade.session, get_list("service-costs"), "TOLL", {})
    assert (needed.value.code, needed.value.field) == ("field_required", "gl_account_id")


def test_what_moves_no_goods_is_shipped_and_billed_later(trade, mechanic):
    trade.vat("STANDARD", 20)
    resource = card(trade, "resources", "FITTER", **mechanic)
    order = trade.open("sales_order", {"resource_id": resource.id, "quantity": 2})

    shipped = trade.post(order, "handle")
    line = trade.line(order)
    assert (line.qty_handled, line.qty_not_invoiced, trade.owed(TradeSide.SALES)) == numbers(2, 2, 0)
    register = trade.session.get(Register, shipped["register_id"])
    assert (register.document_no, register.posting_date.isoformat()) == (shipped["handling_no"], "2025-03-02")
    trade.post(order, "invoice")
    assert trade.owed(TradeSide.SALES) == d(192)
    trade.proven()
