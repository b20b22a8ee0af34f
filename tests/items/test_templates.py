"""Item templates: what new items and existing ones get from them (items.md section 2)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, errors_of
from models import (
    DefaultDimension,
    Dimension,
    DimensionValue,
    InventorySetup,
    Item,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemTemplate,
    ItemTrackingCode,
    NumberSeries,
    NumberSeriesLine,
    NumberSeriesRelation,
    UnitOfMeasure,
    Vendor,
    WarehouseClass,
)
from models.enums import CostingMethod, ItemType, ReorderingPolicy, ReservePolicy
from services import attributes, categories, category_attributes, items
from services.items.fields import TEMPLATE_FIELDS
from services.items.templates import (
    apply_template,
    copy_template,
    create_from_template,
    save_template,
    template_from_item,
)
from tests.services.item_shop import TODAY, ItemShop


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


def template(shop, code="GOODS", **values):
    groups = {"gen_product_posting_group_id": shop.goods.id, "inventory_posting_group_id": shop.resale.id}
    return save_template(shop.session, {"code": code, "base_unit_of_measure_id": shop.piece.id, **groups, **values})


def create(shop, source, number=None, **values):
    return create_from_template(shop.session, source, number, on=TODAY, description="Made", **values)


def series(shop, code, first, **flags):
    made = NumberSeries(code=code, **({"default_nos": True, "manual_nos": False} | flags))
    shop.session.add(made)
    shop.session.flush()
    shop.session.add(NumberSeriesLine(series_id=made.id, starting_no=first))
    shop.session.flush()
    return made


def vendor(shop, **values):
    made = Vendor(no="V1", name="Fabrik", **values)
    shop.session.add(made)
    shop.session.flush()
    return made


def dimension_value(shop, dimension="AREA", value="NORTH"):
    axis = shop.session.scalar(select(Dimension).where(Dimension.code == dimension)) or Dimension(code=dimension)
    shop.session.add(axis)
    shop.session.flush()
    made = DimensionValue(dimension_id=axis.id, code=value)
    shop.session.add(made)
    shop.session.flush()
    return made


def give(shop, record, value):
    shop.session.add(
        DefaultDimension(
            table_name=record.__tablename__, record_id=record.id, dimension_id=value.dimension_id,
            dimension_value_id=value.id,
        )
    )  # fmt: skip
    shop.session.flush()


def dimensions_of(shop, record):
    return set(
        shop.session.scalars(
            select(DimensionValue.code)
            .join(DefaultDimension, DefaultDimension.dimension_value_id == DimensionValue.id)
            .where(DefaultDimension.table_name == record.__tablename__, DefaultDimension.record_id == record.id)
        )
    )


def codes(error):
    return sorted(one.code for one in errors_of(error.value))


def test_tpl_2_the_template_s_series_numbers_the_item_although_the_set_up_names_another(shop):
    chairs = series(shop, "CHAIRS", "CH100")

    assert create(shop, template(shop, number_series_id=chairs.id)).no == "CH100"
    assert create(shop, template(shop, "PLAIN")).no == "I0001"


def test_tpl_2_a_typed_number_needs_the_consent_of_the_template_s_series(shop):
    strict = template(shop, number_series_id=series(shop, "CHAIRS", "CH100").id)

    with pytest.raises(DomainError) as refused:
        create(shop, strict, "MINE")

    assert codes(refused) == ["manual_number_not_allowed"]
    assert shop.session.scalar(select(func.count()).select_from(Item)) == 0


def test_a_series_that_gives_no_numbers_is_none_for_a_template(shop):
    manual = series(shop, "TYPED", "T1", default_nos=False, manual_nos=True)

    with pytest.raises(DomainError) as refused:
        template(shop, number_series_id=manual.id)

    assert codes(refused) == ["automatic_number_not_allowed"]
    assert shop.session.scalar(select(func.count()).select_from(ItemTemplate)) == 0


def test_nos_5_an_item_is_numbered_by_a_series_related_to_the_template_s(shop):
    main, related, stranger = series(shop, "A", "A1"), series(shop, "B", "B1"), series(shop, "C", "C1")
    shop.session.add(NumberSeriesRelation(series_id=main.id, related_series_id=related.id))
    shop.session.flush()
    source = template(shop, number_series_id=main.id)

    assert create(shop, source, chosen_series_id=related.id).no == "B1"
    with pytest.raises(DomainError) as refused:
        create(shop, source, chosen_series_id=stranger.id)
    assert codes(refused) == ["series_not_related"]


def test_a_new_item_is_the_set_up_then_the_template_then_what_the_user_says(shop):
    shop.session.get_one(InventorySetup, 1).default_costing_method = CostingMethod.AVERAGE
    source = template(shop, costing_method="lifo", shelf_no="A-1", unit_price=Decimal(9), reserve="always")

    made = create(shop, source, shelf_no="B-2")

    assert (made.costing_method, made.shelf_no, made.unit_price) == (CostingMethod.LIFO, "B-2", 9)
    assert made.reserve is ReservePolicy.ALWAYS
    assert made.search_description == "MADE"


def test_without_a_unit_on_the_template_the_piece_of_the_international_code_is_taken(shop):
    shop.session.add(UnitOfMeasure(code="A-FIRST"))
    shop.session.flush()

    assert create(shop, template(shop, base_unit_of_measure_id=None)).base_unit_of_measure_id == shop.piece.id


def test_the_category_comes_last_and_brings_its_attributes(shop):
    category = categories.create_category(shop.session, "CHAIR", "Chairs")
    colour = attributes.create_attribute(shop.session, {"name": "Colour", "type": "text"})
    category_attributes.add_attribute(shop.session, category, colour, "Red")

    made = create(shop, template(shop, category_id=category.id))

    values = (
        select(ItemAttributeValue.value)
        .join(ItemAttributeMapping, ItemAttributeMapping.value_id == ItemAttributeValue.id)
        .where(ItemAttributeMapping.item_id == made.id)
    )
    assert shop.session.scalars(values).all() == ["Red"]


def test_dimensions_are_added_and_never_overwritten(shop):
    source = template(shop)
    north, south = dimension_value(shop), dimension_value(shop, value="SOUTH")
    steel = dimension_value(shop, "MATERIAL", "STEEL")
    give(shop, source, north)
    give(shop, source, steel)

    assert dimensions_of(shop, create(shop, source)) == {"NORTH", "STEEL"}

    kept = shop.item()
    give(shop, kept, south)
    apply_template(shop.session, source, kept, overwrite=True)
    assert dimensions_of(shop, kept) == {"SOUTH", "STEEL"}


def test_a_template_obeys_the_item_s_own_rules_field_by_field(shop):
    with pytest.raises(DomainError) as refused:
        template(shop, costing_method="specific", block_reason="Old", unit_cost=Decimal(-1))
    assert codes(refused) == ["not_negative"]
    with pytest.raises(DomainError) as refused:
        template(shop, costing_method="specific", block_reason="Old", sales_unit_of_measure_id=shop.box.id)
    assert codes(refused) == ["not_blocked", "tracking_missing", "unknown_unit"]
    assert shop.session.scalar(select(func.count()).select_from(ItemTemplate)) == 0


def test_a_template_of_services_has_no_inventory_group_is_never_reserved_and_rounds_to_one(shop):
    source = template(shop, type="service", reserve="always", rounding_precision=Decimal(0))

    assert source.inventory_posting_group_id is None
    assert (source.reserve, source.rounding_precision) == (ReservePolicy.NEVER, 1)
    assert create(shop, source).type is ItemType.SERVICE


def test_a_refused_change_leaves_the_template_as_it_was(shop):
    source = template(shop, shelf_no="A-1")

    with pytest.raises(DomainError):
        save_template(shop.session, {"shelf_no": "B-2", "block_reason": "Old"}, source)

    assert (source.shelf_no, source.block_reason) == ("A-1", "")


def test_price_includes_vat_needs_the_combination(shop):
    with pytest.raises(DomainError) as refused:
        template(shop, price_includes_vat=True)
    assert codes(refused) == ["vat_setup_missing"]


def test_tpl_3_without_overwriting_a_filled_vendor_stays_and_a_blank_lead_time_is_filled(shop):
    own, other = vendor(shop), Vendor(no="V2", name="Other")
    shop.session.add(other)
    shop.session.flush()
    item = shop.item(vendor_id=own.id, reserve="never")
    source = template(shop, vendor_id=other.id, lead_time="2W", reserve="always", reordering_policy="order")

    applied = apply_template(shop.session, source, item, overwrite=False)

    assert (item.vendor_id, item.lead_time) == (own.id, "2W")
    assert (item.reserve, item.reordering_policy) == (ReservePolicy.NEVER, ReorderingPolicy.NONE)
    assert (applied.changed, applied.refused) == (("lead_time",), ())


def test_tpl_4_overwriting_changes_reserve_and_reordering_policy(shop):
    own = vendor(shop)
    item = shop.item(vendor_id=own.id, reserve="never", shelf_no="A-1", gtin="12345670")
    source = template(shop, reserve="always", reordering_policy="lot_for_lot", shelf_no="B-2")

    apply_template(shop.session, source, item, overwrite=True)

    assert (item.reserve, item.reordering_policy) == (ReservePolicy.ALWAYS, ReorderingPolicy.LOT_FOR_LOT)
    assert (item.shelf_no, item.gtin, item.vendor_id) == ("B-2", "12345670", own.id)


def test_what_a_rule_forbids_is_reported_and_the_rest_applied(shop):
    tracked = ItemTrackingCode(code="LOT", lot_specific=True)
    shop.session.add(tracked)
    shop.session.flush()
    item = shop.item(unit_cost=Decimal(2))
    shop.entry(item)
    source = template(
        shop, costing_method="lifo", unit_cost=Decimal(7), unit_price=Decimal(20), item_tracking_code_id=tracked.id,
        lot_nos_id=shop.series.id,
    )  # fmt: skip

    applied = apply_template(shop.session, source, item, overwrite=True)

    assert {(error.code, error.field) for error in applied.refused} == {
        ("ledger_entries_exist", "costing_method"), ("ledger_entries_exist", "unit_cost"),
    }  # fmt: skip
    assert (item.costing_method, item.unit_cost, item.unit_price) == (CostingMethod.FIFO, 2, 20)
    assert (item.item_tracking_code_id, item.lot_nos_id) == (None, None)


def test_fields_the_user_has_no_right_to_are_left_alone(shop):
    item = shop.item()

    apply_template(
        shop.session, template(shop, blocked=True, shelf_no="A"), item, overwrite=True, without=items.BLOCK_FIELDS
    )

    assert (item.blocked, item.shelf_no) == (False, "A")


def test_tpl_5_an_item_from_a_saved_card_equals_it_but_for_number_and_texts(shop):
    code = ItemTrackingCode(code="LOT", lot_specific=True, use_expiration_dates=True)
    shop.session.add_all([code, WarehouseClass(code="COLD")])
    shop.session.flush()
    source = shop.item(
        unit_price=Decimal(20), unit_cost=Decimal(12), costing_method="average", shelf_no="A-1", net_weight=Decimal(3),
        vendor_id=vendor(shop, lead_time="3D").id, vendor_item_no="X-7", reordering_policy="fixed_reorder_quantity",
        reorder_point=Decimal(5), reorder_quantity=Decimal(40), item_tracking_code_id=code.id,
        lot_nos_id=shop.series.id, expiration_calculation="6M", allow_invoice_discount=False, critical=True,
        use_cross_docking=False, rounding_precision=Decimal("0.5"), overhead_rate=Decimal(1), reserve="always",
        tariff_no="9403", country_of_origin_code="DK", tax_group_code="T1", warehouse_class_code="COLD",
        put_away_unit_of_measure_id=shop.piece.id,
    )  # fmt: skip
    give(shop, source, dimension_value(shop))

    saved = template_from_item(shop.session, source)
    made = create(shop, saved)

    assert (saved.code, saved.description) == ("ITEM000001", "")
    assert {name: getattr(made, name) for name in TEMPLATE_FIELDS} == {
        name: getattr(source, name) for name in TEMPLATE_FIELDS
    }
    assert dimensions_of(shop, made) == {"NORTH"}
    assert made.no != source.no


def test_the_bar_code_of_one_item_is_no_matter_of_a_template_saved_from_it(shop):
    assert template_from_item(shop.session, shop.item(gtin="12345670")).gtin == ""


def test_tpl_5_codes_of_saved_cards_count_on(shop):
    source = shop.item()
    template(shop, "ITEMS")

    assert [template_from_item(shop.session, source).code for _time in range(2)] == ["ITEM000001", "ITEM000002"]


def test_a_saved_card_edited_gives_what_was_edited(shop):
    saved = template_from_item(shop.session, shop.item(shelf_no="A-1"), {"code": "MINE"})
    save_template(shop.session, {"shelf_no": "B-2"}, saved)

    assert (saved.code, create(shop, saved).shelf_no) == ("MINE", "B-2")


def test_a_copied_template_takes_values_and_dimensions_and_keeps_code_and_description(shop):
    source, target = template(shop, shelf_no="A-1"), template(shop, "OTHER", description="Mine", shelf_no="Z")
    give(shop, source, dimension_value(shop))
    give(shop, target, dimension_value(shop, "MATERIAL", "STEEL"))

    copy_template(shop.session, source, target)

    assert (target.code, target.description, target.shelf_no) == ("OTHER", "Mine", "A-1")
    assert dimensions_of(shop, target) == {"NORTH"}
