"""The vendor catalogue in step with vendors' references (items.md section 7), on both engines."""

import pytest
from sqlalchemy import select

from core.errors import ValidationError, errors_of
from core.unit_of_work import perform
from models import ItemReference, ItemVariant, ItemVendor, StockkeepingUnit, Vendor
from models.enums import ReferenceType
from services.items import references, vendor_catalogue
from services.trade.lines import change_line
from tests.builders import d
from tests.items.test_references import refer
from tests.support.trade import TradeShop
from tests.support.trading import Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def vendor(trade, no="VEND"):
    return trade.session.scalars(select(Vendor).where(Vendor.no == no)).one()


def vendor_reference(trade, item, number, no="VEND", **values):
    return refer(trade, item, number, reference_type="vendor", reference_type_no=no, **values)


def list_with(trade, item, row=None, no="VEND", **values):
    """A row of the catalogue, saved as the card does."""
    values = {"vendor_id": vendor(trade, no).id, **values} if row is None else values
    return perform(trade.session, lambda session: vendor_catalogue.save_row(session, item, values, row))


def catalogue(trade, item):
    """(vendor, variant, number, lead time) of each row."""
    return [
        (no, variant, row.vendor_item_no, row.lead_time)
        for row, no, _name, variant, _lead in vendor_catalogue.rows_of_item(trade.session, item.id)
    ]


def numbers(trade, item):
    """(vendor, number, unit) of the vendors' references."""
    rows = trade.session.scalars(
        select(ItemReference)
        .where(ItemReference.item_id == item.id, ItemReference.reference_type == ReferenceType.VENDOR)
        .order_by(ItemReference.reference_no, ItemReference.id)
    )
    return [(row.reference_type_no, row.reference_no, row.unit_of_measure_id) for row in rows]


def drop(trade, reference):
    perform(trade.session, lambda session: references.delete_reference(session, reference))


def test_ref_4_a_new_vendor_reference_stands_in_the_catalogue_and_goes_with_it(trade):
    bolt = trade.item("BOLT")
    trade.change(vendor(trade), lead_time="5D")

    reference = vendor_reference(trade, bolt, "v-77")
    listed = catalogue(trade, bolt)
    drop(trade, reference)

    assert listed == [("VEND", "", "V-77", "5D")]
    assert (catalogue(trade, bolt), numbers(trade, bolt)) == ([], [])


def test_ref_4_a_new_row_is_a_reference_in_base_units_and_takes_it_along(trade):
    bolt = trade.item("BOLT")
    trade.unit(bolt, "BOX", 6)

    row = list_with(trade, bolt, vendor_item_no="Ab-1", lead_time="2w")
    written = numbers(trade, bolt)
    perform(trade.session, lambda session: vendor_catalogue.delete_row(session, row))

    assert written == [("VEND", "AB-1", bolt.base_unit_of_measure_id)]
    assert (catalogue(trade, bolt), numbers(trade, bolt)) == ([], [])


def test_ref_4_a_changed_row_replaces_its_reference_and_keeps_its_text(trade):
    bolt = trade.item("BOLT")
    row = list_with(trade, bolt, vendor_item_no="A-1")
    (reference,) = references.list_references(trade.session, bolt.id)
    perform(
        trade.session,
        lambda session: references.save_reference(session, bolt, {"description": "Their bolt"}, reference),
    )

    list_with(trade, bolt, row, vendor_item_no="A-2")

    (left,) = references.list_references(trade.session, bolt.id)
    assert (left.reference_no, left.description) == ("A-2", "Their bolt")


def test_ref_4_a_changed_reference_changes_its_row(trade):
    bolt = trade.item("BOLT")
    reference = vendor_reference(trade, bolt, "A-1")

    perform(
        trade.session,
        lambda session: references.save_reference(session, bolt, {"reference_no": "A-2"}, reference),
    )
    renamed = catalogue(trade, bolt)
    perform(
        trade.session,
        lambda session: references.save_reference(session, bolt, {"reference_type_no": "VEND2"}, reference),
    )

    assert renamed == [("VEND", "", "A-2", "")]
    assert catalogue(trade, bolt) == [("VEND2", "", "A-2", "")]


def test_ref_4_the_row_stays_while_the_number_is_there_in_another_unit(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    piece = vendor_reference(trade, bolt, "A-1")
    boxed = vendor_reference(trade, bolt, "A-1", unit_of_measure_id=box)

    drop(trade, piece)
    with_box = catalogue(trade, bolt)
    drop(trade, boxed)

    assert with_box == [("VEND", "", "A-1", "")]
    assert catalogue(trade, bolt) == []


def test_ref_4_a_second_number_of_the_vendor_leaves_the_row_as_it_is(trade):
    bolt = trade.item("BOLT")
    vendor_reference(trade, bolt, "A-1")
    second = vendor_reference(trade, bolt, "A-2")

    drop(trade, second)

    assert catalogue(trade, bolt) == [("VEND", "", "A-1", "")]


def test_ref_4_customers_and_bar_codes_do_not_stand_in_the_catalogue(trade):
    bolt = trade.item("BOLT")
    refer(trade, bolt, "4006381333931", reference_type="bar_code")
    refer(trade, bolt, "C-1", reference_type="customer", reference_type_no="CUST")

    assert catalogue(trade, bolt) == []


def test_ref_4_the_same_vendor_twice_and_no_vendor_are_refused(trade):
    bolt = trade.item("BOLT")
    list_with(trade, bolt, vendor_item_no="A-1")

    other = {"vendor_id": vendor(trade, "VEND2").id, "lead_time": "soon"}
    for values, code in (({}, "duplicate"), ({"vendor_id": None}, "field_required"), (other, "invalid_formula")):
        with pytest.raises(ValidationError) as refused:
            list_with(trade, bolt, **values)
        assert errors_of(refused.value)[0].code == code
    assert len(catalogue(trade, bolt)) == 1


def test_variants_have_rows_of_their_own(trade):
    bolt = trade.item("BOLT")
    red = trade.world.variant(bolt, "RED").id
    vendor_reference(trade, bolt, "R-1", variant_id=red)
    vendor_reference(trade, bolt, "A-1")

    assert catalogue(trade, bolt) == [("VEND", "", "A-1", ""), ("VEND", "RED", "R-1", "")]


# ------------------------------------------------------------------------------------------------ purchases
def test_a_purchase_takes_number_and_lead_time_from_row_then_item_then_vendor(trade):
    trade.change(vendor(trade), lead_time="1D")
    plain = trade.item("PLAIN")
    card = trade.item("CARD", vendor_id=vendor(trade).id, vendor_item_no="CARD-9", lead_time="3D")
    listed = trade.item("LISTED", vendor_id=vendor(trade).id, vendor_item_no="OLD", lead_time="3D")
    list_with(trade, listed, vendor_item_no="NEW", lead_time="10D")

    order = trade.open("purchase_order", *({"item": item, "quantity": 1} for item in (plain, card, listed)))

    lines = [trade.line(order, place) for place in (1, 2, 3)]
    assert [(line.vendor_item_no, line.lead_time) for line in lines] == [("", "1D"), ("CARD-9", "3D"), ("NEW", "10D")]
    assert [(line.planned_date - line.order_date).days for line in lines] == [1, 3, 10]


def test_another_vendor_is_not_told_the_number_of_the_card_s_vendor(trade):
    bolt = trade.item("BOLT", vendor_id=vendor(trade).id, vendor_item_no="CARD-9")

    order = trade.open("purchase_order", {"item": bolt, "quantity": 1}, party="VEND2")

    assert trade.line(order).vendor_item_no == ""


def test_the_variant_s_row_counts_when_the_variant_is_chosen(trade):
    bolt = trade.item("BOLT", lead_time="3D")
    red = trade.world.variant(bolt, "RED").id
    list_with(trade, bolt, variant_id=red, vendor_item_no="R-1", lead_time="20D")
    order = trade.open("purchase_order", {"item": bolt, "quantity": 1})
    before = trade.line(order).lead_time

    perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"variant_id": red}))

    line = trade.line(order)
    assert (before, line.lead_time, line.vendor_item_no) == ("3D", "20D", "R-1")
    assert (line.planned_date - line.order_date).days == 20


# ------------------------------------------------------------------------------------------------ numbers on lines
def test_choosing_an_item_fills_the_party_s_number_and_text_of_its_unit(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    refer(trade, bolt, "P-1", reference_type="customer", reference_type_no="CUST", description="Their piece")
    refer(trade, bolt, "B-1", reference_type="customer", reference_type_no="CUST", unit_of_measure_id=box,
          description="Their box")  # fmt: skip
    refer(trade, bolt, "X-1", reference_type="bar_code", description="Bar code")
    own = trade.open("sales_order", {"item": bolt, "quantity": 1})
    foreign = trade.open("sales_order", {"item": bolt, "quantity": 1}, party="CUST2")
    before = trade.line(own)
    first = (before.item_reference_no, before.description)

    perform(trade.session, lambda session: change_line(session, own.id, 10_000, {"unit_of_measure_id": box}))

    line, other = trade.line(own), trade.line(foreign)
    assert first == ("P-1", "Their piece")
    assert (line.item_reference_no, line.description, line.outstanding_qty_base) == ("B-1", "Their box", 6)
    assert (other.item_reference_no, other.description) == ("", bolt.description)


def test_a_unit_without_a_number_of_theirs_gives_the_card_s_text_back(trade):
    bolt = trade.item("BOLT")
    box = trade.unit(bolt, "BOX", 6)
    refer(trade, bolt, "P-1", reference_type="customer", reference_type_no="CUST", description="Their piece")
    order = trade.open("sales_order", {"item": bolt, "quantity": 1})

    perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"unit_of_measure_id": box}))

    assert (trade.line(order).item_reference_no, trade.line(order).description) == ("", bolt.description)


def test_clearing_the_number_restores_the_texts(trade):
    bolt = trade.item("BOLT")
    red = trade.world.variant(bolt, "RED").id
    trade.change(trade.session.get_one(ItemVariant, red), description="Bolt, red")
    refer(trade, bolt, "R-1", reference_type="customer", reference_type_no="CUST", variant_id=red, description="Rot")
    order = trade.open("sales_order", {"item": bolt, "variant_id": red, "quantity": 1})
    named = (trade.line(order).item_reference_no, trade.line(order).description)

    perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"item_reference_no": ""}))

    assert named == ("R-1", "Rot")
    assert (trade.line(order).item_reference_no, trade.line(order).description) == ("", "Bolt, red")


def test_another_number_on_the_line_brings_item_variant_unit_text_and_price(trade):
    bolt, nut = trade.item("BOLT", unit_price="5"), trade.item("NUT", unit_price="2")
    box = trade.unit(nut, "BOX", 10)
    refer(trade, nut, "N-1", unit_of_measure_id=box, description="Box of nuts")
    order = trade.open("sales_order", {"item": bolt, "quantity": 3})

    perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"item_reference_no": "n-1"}))

    line = trade.line(order)
    assert (line.item_id, line.unit_of_measure_id, line.description, line.item_reference_no) == (
        nut.id, box, "Box of nuts", "N-1",
    )  # fmt: skip
    assert (line.quantity, line.unit_amount, line.outstanding_qty_base) == (3, 20, 30)


def test_a_changed_number_counts_first_for_the_item_of_the_line_and_unknown_ones_are_refused(trade):
    bolt, nut = trade.item("BOLT"), trade.item("NUT")
    for item in (bolt, nut):
        refer(trade, item, "X-1", reference_type="bar_code")
    order = trade.open("sales_order", {"item": nut, "quantity": d(1)})

    perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"item_reference_no": "X-1"}))
    with pytest.raises(ValidationError) as refused:
        perform(trade.session, lambda session: change_line(session, order.id, 10_000, {"item_reference_no": "Q"}))

    line = trade.line(order)
    assert (line.item_id, line.item_reference_no) == (nut.id, "X-1")
    assert (refused.value.code, refused.value.field) == ("unknown_reference", "item_reference_no")


def test_a_party_change_names_the_lines_anew(app, login):
    shop = TradeShop(app)
    with shop.trade() as trade:
        bolt = shop.item(trade, "BOLT")
        refer(trade, bolt, "C-2", reference_type="customer", reference_type_no="CUST2", description="Zwei")
    no = shop.open("sales_order", party="CUST2", released=False)
    login(shop.client, "owner")

    shop.client.send(f"/sales/orders/{no}/lines", {"version": "0", "item": "BOLT", "quantity": "1"}, htmx=True)

    assert [(line.item_reference_no, line.description) for line in shop.lines(no)] == [("C-2", "Zwei")]
    with shop.trade() as trade:
        assert trade.session.scalars(select(ItemVendor)).all() == []


def test_a_stockkeeping_unit_counts_as_a_whole_in_place_of_the_card(trade):
    blue = trade.world.location("BLUE").id
    trade.change(vendor(trade), lead_time="1D")
    bolt = trade.item("BOLT", vendor_id=vendor(trade).id, vendor_item_no="CARD", lead_time="3D")
    own = {"vendor_id": vendor(trade).id, "vendor_item_no": "SKU-1"}

    def keep(lead_time):
        def work(session):
            unit = session.scalars(select(StockkeepingUnit)).one_or_none()
            unit = unit or StockkeepingUnit(item_id=bolt.id, location_id=blue, **own)
            unit.lead_time = lead_time
            session.add(unit)

        perform(trade.session, work)

    found = []
    for lead_time in ("7D", ""):
        keep(lead_time)
        order = trade.open("purchase_order", {"item": bolt, "quantity": 1}, {"item": bolt, "quantity": 1},
                           location_id=blue)  # fmt: skip
        perform(trade.session, lambda s, where=order.id: change_line(s, where, 20_000, {"location_id": 0}))
        found += [(trade.line(order, place).vendor_item_no, trade.line(order, place).lead_time) for place in (1, 2)]

    assert found == [("SKU-1", "7D"), ("CARD", "3D"), ("SKU-1", "1D"), ("CARD", "3D")]
