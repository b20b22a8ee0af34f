"""What posted papers say beside their lines: discounts, who pays (documents.md section 21)."""

from __future__ import annotations

from models import PostedDocument
from models.enums import DocumentType
from services.parties import CUSTOMER, get_party
from services.trade.posted import find_posted
from services.trade.posted_printing import posted_paper
from tests.builders import d


def customer(trade, no):
    return get_party(trade.session, CUSTOMER, no)


def test_an_invoice_says_its_discount_and_a_packing_slip_who_pays(trade):
    bolt = trade.item()
    trade.buy(bolt, 10, 3)
    trade.change(customer(trade, "CUST"), bill_to_customer_id=customer(trade, "CUST2").id)
    row = {"item": bolt, "quantity": 4, "unit_amount": 10, "invoice_discount_amount": d(5)}
    made = trade.post(trade.open("sales_order", row))

    def paper(what, type_):
        no = trade.session.get_one(PostedDocument, made[f"{what}_id"]).no
        return posted_paper(trade.session, find_posted(trade.session, type_, no))

    invoice, slip = paper("invoice", DocumentType.SALES_INVOICE), paper("handling", DocumentType.SALES_SHIPMENT)

    assert [amount for _label, amount, _strong in invoice.totals[:3]] == [40, -5, 35]
    assert invoice.lines[0].amount == 40
    assert ("Invoice to", "Customer") not in slip.facts  # the same name: nobody is confused
    trade.change(customer(trade, "CUST2"), name="Payer", city="Ulm")
    made = trade.post(trade.open("sales_order", row))
    assert ("Invoice to", "Payer, Ulm") in paper("handling", DocumentType.SALES_SHIPMENT).facts
