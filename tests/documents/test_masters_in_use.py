"""Cards that documents name: kept, or refused with a reason, never an error of the database."""

import pytest

from core.unit_of_work import perform
from models import Customer, ItemUnitOfMeasure, PaymentTerms
from services import parties, small_lists
from services.items.save import delete_item
from services.items.units import delete_item_unit
from services.items.variants import delete_variant


@pytest.fixture
def order(trade):
    item = trade.item()
    trade.world.variant(item, "RED")
    unit = trade.unit(item, "BOX", 6)
    variant = item_variant(trade)
    document = trade.open(
        "sales_order", {"item": item, "variant_id": variant.id, "quantity": 1, "unit_of_measure_id": unit}
    )
    return document, item, variant, unit


def item_variant(trade):
    from models import ItemVariant

    return trade.session.query(ItemVariant).filter_by(code="RED").one()


def test_item_variant_and_unit_of_an_open_line_stay(trade, order):
    _document, item, variant, unit = order
    row = trade.session.query(ItemUnitOfMeasure).filter_by(item_id=item.id, unit_of_measure_id=unit).one()

    for work in (
        lambda session: delete_item(session, session.merge(item)),
        lambda session: delete_variant(session, session.merge(variant)),
        lambda session: delete_item_unit(session, session.merge(item), session.merge(row)),
    ):
        trade.refused("in_use", lambda given=work: perform(trade.session, given))


def test_a_customer_with_an_order_stays_and_the_sentence_says_why(trade, order):
    customer = trade.session.query(Customer).filter_by(no="CUST").one()

    error = trade.refused(
        "in_use",
        lambda: perform(
            trade.session,
            lambda session: parties.delete_party(session, parties.CUSTOMER, session.get_one(Customer, customer.id)),
        ),
    )

    assert "purchase or sales document" in error.message


def test_terms_of_an_order_stay(trade):
    terms = trade.session.query(PaymentTerms).filter_by(code="30D").one()
    order = trade.open("sales_order", payment_terms_id=terms.id)

    assert f"{order.due_date:%d.%m}" == "01.04"
    kind = small_lists.get_list("payment-terms")
    trade.refused(
        "in_use",
        lambda: perform(
            trade.session,
            lambda session: small_lists.delete_row(session, kind, session.get_one(PaymentTerms, terms.id)),
        ),
    )
