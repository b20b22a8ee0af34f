"""The checks of the item card: what follows, what may not change any more and why (items.md section 1)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import (
    DefaultDimension,
    Dimension,
    DimensionValue,
    InventorySetup,
    Item,
    ItemTrackingCode,
    Location,
    StockkeepingUnit,
    TradeLineNumber,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
)
from models.enums import CostingMethod, ItemType, ReorderingPolicy
from services import categories, dimensions, items
from services.items.code_lists import CODE_LISTS
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


def change(trade, item, **values):
    perform(trade.session, lambda session: items.update_item(session, session.get_one(Item, item.id), values))


@pytest.fixture
def bolt(each_trade):
    """An item with all its posting groups."""
    group = each_trade.session.scalars(select(VatProductPostingGroup.id)).first()
    return each_trade.item("BOLT", unit_cost="2", unit_price="5", vat_product_posting_group_id=group)


def refused_as(trade, item, **values):
    with pytest.raises(DomainError) as refused:
        change(trade, item, **values)
    trade.session.rollback()
    return [error.code for error in errors_of(refused.value)]


def remove(trade, item):
    perform(trade.session, lambda session: items.delete_item(session, session.get_one(Item, item.id)))


def test_itm_1_a_new_item_draws_one_number_and_takes_the_method_of_the_set_up(shop):
    shop.session.get_one(InventorySetup, 1).default_costing_method = CostingMethod.AVERAGE

    first, second = shop.item(description="Bicycle bell"), shop.item()

    assert (first.no, second.no) == ("I0001", "I0002")
    assert first.costing_method is CostingMethod.AVERAGE
    assert first.search_description == "BICYCLE BELL"


def test_itm_2_after_a_receipt_type_method_and_cost_are_fixed_and_price_and_category_free(each_trade, bolt):
    each_trade.world.receive(bolt, 3, 2)
    category = perform(each_trade.session, lambda session: categories.create_category(session, "TOOLS", "Tools").id)

    assert "in_use" in refused_as(each_trade, bolt, type="service")
    assert refused_as(each_trade, bolt, costing_method="lifo") == ["ledger_entries_exist"]
    assert refused_as(each_trade, bolt, unit_cost=Decimal(9)) == ["ledger_entries_exist"]

    change(each_trade, bolt, unit_price=Decimal(7), category_id=category)
    saved = each_trade.session.get_one(Item, bolt.id)
    assert (saved.unit_price, saved.category_id) == (7, category)


def test_itm_3_the_base_unit_changes_only_at_zero_stock(each_trade, bolt):
    kilo = each_trade.unit(each_trade.item("SAND"), "KG", 1)
    each_trade.world.receive(bolt, 2, 2)
    each_trade.world.sell(bolt, 1)

    assert refused_as(each_trade, bolt, base_unit_of_measure_id=kilo) == ["open_entries"]

    each_trade.world.sell(bolt, 1)
    change(each_trade, bolt, base_unit_of_measure_id=kilo)
    assert each_trade.session.get_one(Item, bolt.id).base_unit_of_measure_id == kilo


def test_itm_4_a_service_has_neither_policy_nor_posting_group_and_no_stockkeeping_unit(shop):
    item = shop.item(reordering_policy="lot_for_lot")
    items.update_item(shop.session, item, {"type": "service"})
    assert item.type is ItemType.SERVICE
    assert item.reordering_policy is ReorderingPolicy.NONE
    assert item.inventory_posting_group_id is None

    kept = shop.item()
    place = Location(code="EAST", name="East")
    shop.session.add(place)
    shop.session.flush()
    shop.session.add(StockkeepingUnit(item_id=kept.id, location_id=place.id))
    shop.session.flush()
    with pytest.raises(DomainError) as refused:
        items.update_item(shop.session, kept, {"type": "service"})
    assert (refused.value.code, kept.type) == ("in_use", ItemType.INVENTORY)


def test_itm_5_the_price_follows_cost_and_profit_whatever_is_typed(shop):
    item = shop.item(
        unit_cost=Decimal(75), profit_percent=Decimal(25), price_profit_calculation="price_is_cost_plus_profit"
    )
    assert item.unit_price == 100

    items.update_item(shop.session, item, {"unit_cost": Decimal(90)})
    assert item.unit_price == 120

    items.update_item(shop.session, item, {"unit_price": Decimal(1)})
    assert item.unit_price == 120


def test_itm_6_an_item_is_deleted_without_lines_and_never_once_it_was_posted(each_trade):
    item, posted = each_trade.item("BOLT", unit_cost="2"), each_trade.item("NUT", unit_cost="2")
    order = each_trade.open("sales_order", {"item": item, "quantity": 1, "unit_amount": 5})

    each_trade.refused("in_use", lambda: remove(each_trade, item))
    each_trade.delete_line(order)
    remove(each_trade, item)
    assert each_trade.session.scalar(select(func.count()).select_from(Item).where(Item.no == "BOLT")) == 0

    each_trade.world.receive(posted, 1, 2)
    each_trade.world.sell(posted, 1)
    each_trade.refused("ledger_entries_exist", lambda: remove(each_trade, posted))


def vat_for_prices(shop, percent):
    """The rate of the item's VAT group for the customers whose prices include VAT."""
    group = VatBusinessPostingGroup(code="HOME")
    shop.session.add(group)
    shop.session.flush()
    shop.session.add(
        VatPostingSetup(
            vat_business_posting_group_id=group.id, vat_product_posting_group_id=shop.vat.id,
            vat_percent=Decimal(percent),
        )
    )  # fmt: skip
    shop.session.get_one(InventorySetup, 1).price_vat_business_posting_group_id = group.id
    shop.session.flush()


def test_a_price_with_vat_in_it_leaves_the_same_profit(shop):
    vat_for_prices(shop, 25)
    given = {"unit_cost": Decimal(75), "price_includes_vat": True}

    made = shop.item(price_profit_calculation="price_is_cost_plus_profit", profit_percent=Decimal(25), **given)
    assert made.unit_price == 125  # 75 / (1 - 25 %) = 100, and 25 % VAT

    assert shop.item(unit_price=Decimal(125), **given).profit_percent == 25


def test_a_price_includes_no_vat_that_nobody_knows(shop):
    with pytest.raises(DomainError) as refused:
        shop.item(price_includes_vat=True)

    assert [error.code for error in errors_of(refused.value)] == ["vat_setup_missing"]


@pytest.mark.parametrize("name", CODE_LISTS)
def test_a_code_stands_in_its_list(shop, name):
    with pytest.raises(DomainError) as refused:
        shop.item(**{name: "NEW"})
    assert [(error.code, error.field) for error in errors_of(refused.value)] == [("not_found", name)]

    shop.session.add(CODE_LISTS[name](code="NEW"))
    shop.session.flush()
    assert getattr(shop.item(**{name: "new"}), name) == "NEW"


@pytest.mark.parametrize("kind", ["purchase_order", "purchase_return_order"])
def test_what_is_bought_keeps_its_way_of_costing(each_trade, bolt, kind):
    order = each_trade.open(kind, {"item": bolt, "quantity": 1, "unit_amount": 5})

    assert refused_as(each_trade, bolt, costing_method="lifo") == ["ledger_entries_exist"]
    assert refused_as(each_trade, bolt, unit_cost=Decimal(9)) == ["ledger_entries_exist"]
    lots = perform(each_trade.session, lot_code)
    assert refused_as(each_trade, bolt, item_tracking_code_id=lots) == ["tracking_in_use"]

    each_trade.delete_line(order)
    change(each_trade, bolt, costing_method="lifo", unit_cost=Decimal(9), item_tracking_code_id=lots)


def lot_code(session, name="LOTS"):
    code = ItemTrackingCode(code=name, lot_specific=True)
    session.add(code)
    session.flush()
    return code.id


def test_a_tracking_code_stays_while_lines_name_lots(each_trade, bolt):
    lots = perform(each_trade.session, lot_code)
    other = perform(each_trade.session, lambda session: lot_code(session, "ALSO"))
    change(each_trade, bolt, item_tracking_code_id=lots)
    order = each_trade.open("sales_order", {"item": bolt, "quantity": 1, "unit_amount": 5})
    planned = TradeLineNumber(line_id=each_trade.line(order).id, lot_no="L1", quantity=Decimal(1))
    perform(each_trade.session, lambda session: session.add(planned))

    assert refused_as(each_trade, bolt, item_tracking_code_id=other) == ["tracking_in_use"]


def test_a_deleted_item_takes_its_default_dimensions_along(shop):
    axis = Dimension(code="AREA")
    shop.session.add(axis)
    shop.session.flush()
    value = DimensionValue(dimension_id=axis.id, code="NORTH")
    shop.session.add(value)
    shop.session.flush()
    item = shop.item()
    dimensions.set_default(shop.session, item, axis.id, value.id)

    items.delete_item(shop.session, item)

    assert shop.session.scalar(select(func.count()).select_from(DefaultDimension)) == 0


def test_an_item_is_no_alternative_to_itself(each_trade, bolt):
    other = each_trade.item("NUT")

    assert refused_as(each_trade, bolt, alternative_item_id=bolt.id) == ["self"]
    change(each_trade, bolt, alternative_item_id=other.id)
    assert each_trade.session.get_one(Item, bolt.id).alternative_item_id == other.id
