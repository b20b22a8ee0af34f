"""Copies of items: their numbers, what they take along and what they never get (items.md section 3)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError
from models import (
    Dimension,
    DimensionValue,
    Item,
    ItemDiscountGroup,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    ItemVendor,
    NumberSeries,
    NumberSeriesLine,
    PriceList,
    PriceListLine,
    StockkeepingUnit,
    Vendor,
)
from models.enums import TradeSide
from services import dimensions, items
from services.items.copying import Parts, copy_item
from services.items.variants import save_variant
from tests.services.item_shop import TODAY, ItemShop
from tests.support.item_pages import ItemPages, error_beside
from tests.support.people import log_in_as


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


def refused(shop, source, **asked):
    before = shop.session.scalar(select(func.count()).select_from(Item))
    with pytest.raises(DomainError) as error:
        copy_item(shop.session, source, on=TODAY, **asked)
    assert shop.session.scalar(select(func.count()).select_from(Item)) == before
    return error.value.code


def count(shop, model, item):
    return shop.session.scalar(select(func.count()).select_from(model).where(model.item_id == item.id))


def test_cpy_1_copies_count_on_from_the_number_typed(shop):
    source = shop.item("CHAIR-01", unit_price=Decimal(5))

    made = copy_item(shop.session, source, on=TODAY, target_no="chair-09", copies=3)

    assert [item.no for item in made] == ["CHAIR-09", "CHAIR-10", "CHAIR-11"]
    assert {item.unit_price for item in made} == {5}


def test_cpy_1_numbers_come_from_a_series_too_and_have_to_come_from_somewhere(shop):
    source = shop.item("CHAIR")
    chairs = NumberSeries(code="CHAIRS", default_nos=True, manual_nos=False)
    shop.session.add(chairs)
    shop.session.flush()
    shop.session.add(NumberSeriesLine(series_id=chairs.id, starting_no="C7"))
    shop.session.flush()

    assert [item.no for item in copy_item(shop.session, source, on=TODAY, series_id=chairs.id, copies=2)] == [
        "C7",
        "C8",
    ]
    assert refused(shop, source) == "number_required"
    assert refused(shop, source, target_no="STOOL", copies=2) == "number_not_incrementable"
    assert refused(shop, source, target_no="A1", copies=0) == "out_of_range"
    shop.series.manual_nos = False
    assert refused(shop, source, target_no="STOOL") == "manual_number_not_allowed"


def test_cpy_2_without_units_the_copy_has_no_base_unit(shop):
    source = shop.item("CHAIR")

    [bare] = copy_item(shop.session, source, on=TODAY, target_no="BARE", parts=Parts(units=False))
    [full] = copy_item(shop.session, source, on=TODAY, target_no="FULL")

    assert (bare.base_unit_of_measure_id, bare.sales_unit_of_measure_id) == (None, None)
    assert count(shop, ItemUnitOfMeasure, bare) == 0
    assert (full.base_unit_of_measure_id, count(shop, ItemUnitOfMeasure, full)) == (shop.piece.id, 1)
    items.update_item(shop.session, bare, {"base_unit_of_measure_id": shop.piece.id})
    assert count(shop, ItemUnitOfMeasure, bare) == 1


def test_cpy_3_the_copy_of_an_item_with_history_has_none(shop):
    source = shop.item("CHAIR", unit_cost=Decimal(4))
    shop.entry(source)

    [copied] = copy_item(shop.session, source, on=TODAY, target_no="STOOL")

    assert not items.usage_of(shop.session, copied.id).any_history
    assert (copied.unit_cost, copied.cost_is_adjusted) == (4, True)
    items.update_item(shop.session, copied, {"unit_cost": Decimal(6)})
    assert copied.unit_cost == 6


def test_cpy_4_a_taken_number_makes_nothing(shop):
    source = shop.item("CHAIR-01")
    shop.item("CHAIR-11")

    assert refused(shop, source, target_no="CHAIR-09", copies=3) == "duplicate"


@pytest.mark.parametrize("wanted", [True, False])
def test_variants_references_and_prices_go_along_as_chosen(shop, wanted):
    shop.session.add(ItemDiscountGroup(code="SEATS"))
    shop.session.flush()
    source = shop.item("CHAIR", item_discount_group="SEATS")
    red = save_variant(shop.session, source, {"code": "RED"})
    prices = PriceList(code="ALL", side=TradeSide.SALES)
    shop.session.add(prices)
    shop.session.flush()
    shop.session.add_all(
        [
            ItemReference(
                item_id=source.id, variant_id=red.id, unit_of_measure_id=shop.piece.id, reference_no="4006381333931"
            ),
            PriceListLine(
                price_list_id=prices.id, item_id=source.id, variant_id=red.id, unit_amount=Decimal(3),
                discount_percent=Decimal(5),
            ),
            StockkeepingUnit(item_id=source.id, variant_id=red.id),
        ]
    )  # fmt: skip
    shop.session.flush()
    parts = Parts(variants=wanted, sales_line_discounts=False, purchase_line_discounts=False)

    [copied] = copy_item(shop.session, source, on=TODAY, target_no="STOOL", parts=parts)

    expected = 1 if wanted else 0
    assert [count(shop, model, copied) for model in (ItemVariant, ItemReference, PriceListLine)] == [expected] * 3
    assert count(shop, StockkeepingUnit, copied) == 0
    assert copied.item_discount_group == ""
    if wanted:
        line = shop.session.scalars(select(PriceListLine).where(PriceListLine.item_id == copied.id)).one()
        assert (line.unit_amount, line.discount_percent) == (3, 0)
        assert line.variant_id != red.id


def test_cpy_5_the_dialog_shows_what_was_ticked_last_time(app):
    pages = ItemPages(app)
    log_in_as(app, pages.client)
    pages.item("CHAIR-01")
    url = "/items/CHAIR-01/copy"
    assert 'name="variants" type="checkbox" checked' in _ticks(pages.client.get(url).text)

    taken = pages.client.send(url, {"target_no": "CHAIR-01", "copies": "1", "units": "y"})
    assert taken.status_code == 422
    assert "CHAIR-01" in error_beside(taken, "target_no")
    chosen = {"copies": "1", "units": "y", "picture": "y"}
    made = pages.client.send(url, {"target_no": "CHAIR-02", "show_created": "y"} | chosen)

    assert made.location == "/items/CHAIR-02"
    again = _ticks(pages.client.get(url).text)
    assert 'name="units" type="checkbox" checked' in again
    assert 'name="picture" type="checkbox" checked' in again
    assert 'name="variants" type="checkbox" checked' not in again
    assert 'name="everything" type="checkbox" checked' not in again

    stayed = pages.client.send(url, {"target_no": "CHAIR-03", "everything": "y", "copies": "1"})

    assert stayed.location == "/items/CHAIR-01"
    assert 'href="/items/CHAIR-03"' in pages.client.get(stayed.location).text
    last = _ticks(pages.client.get(url).text)
    assert 'name="everything" type="checkbox" checked' in last
    assert 'name="variants" type="checkbox" checked' in last
    assert 'name="show_created" type="checkbox" checked' not in last


def test_cpy_1_several_copies_are_shown_in_the_list(app):
    pages = ItemPages(app)
    log_in_as(app, pages.client)
    pages.item("CHAIR-01")
    pages.item("TABLE")

    asked = {"target_no": "CHAIR-09", "copies": "3", "units": "y", "show_created": "y"}
    made = pages.client.send("/items/CHAIR-01/copy", asked)
    shown = pages.client.get(made.location).text

    assert [no in shown for no in ("CHAIR-09", "CHAIR-10", "CHAIR-11", ">TABLE<")] == [True, True, True, False]


def test_only_who_may_edit_items_copies_them(app):
    pages = ItemPages(app)
    pages.item("CHAIR-01")
    log_in_as(app, pages.client, "viewer")

    assert pages.client.get("/items/CHAIR-01/copy").status_code == 403


def _ticks(html):
    """The check boxes in one spelling."""
    from tests.support.pages import Page

    boxes = [control for control in Page(html).controls if control.kind == "checkbox"]
    return "\n".join(f'name="{box.name}" type="checkbox"{" checked" if box.checked else ""}' for box in boxes)


@pytest.mark.parametrize("wanted", [True, False])
def test_default_dimensions_and_vendors_go_along_as_chosen(shop, wanted):
    source = shop.item("CHAIR")
    axis = Dimension(code="AREA")
    vendor = Vendor(no="V1", name="Fabrik")
    shop.session.add_all([axis, vendor])
    shop.session.flush()
    value = DimensionValue(dimension_id=axis.id, code="NORTH")
    shop.session.add_all([value, ItemVendor(item_id=source.id, vendor_id=vendor.id, vendor_item_no="X-1")])
    shop.session.flush()
    dimensions.set_default(shop.session, source, axis.id, value.id)

    (made,) = copy_item(
        shop.session, source, on=TODAY, target_no="STOOL", parts=Parts(dimensions=wanted, vendors=wanted)
    )

    assert len(dimensions.defaults_of(shop.session, made)) == wanted
    assert count(shop, ItemVendor, made) == wanted
