"""Creating, changing and deleting items: what follows, what is refused and why (items.md section 1)."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, ValidationError, errors_of
from models import Item, ItemAttributeMapping, ItemTrackingCode, ItemUnitOfMeasure, StockkeepingUnit, Vendor
from models.enums import CostingMethod, ItemType, ReorderingPolicy, ReservePolicy
from services import attributes, categories, category_attributes, items
from services.items import units, variants
from tests.services.item_shop import TODAY, ItemShop


@pytest.fixture
def shop(session):
    return ItemShop(session)


def codes(refused) -> set[tuple[str, str]]:
    return {(error.code, error.field or "") for error in errors_of(refused.value)}


def test_a_new_item_gets_the_next_number_the_set_up_s_costing_method_and_its_search_description(shop, session):
    item = shop.item(description="Bicycle bell")

    assert item.no == "I0001"
    assert item.costing_method is CostingMethod.FIFO
    assert item.search_description == "BICYCLE BELL"
    assert item.vat_product_posting_group_id == shop.vat.id  # proposed by the product group


def test_the_base_unit_becomes_the_item_s_first_unit_and_its_sales_and_purchase_unit(shop, session):
    item = shop.item()

    [row] = units.list_item_units(session, item.id)
    assert (row.unit_of_measure.code, row.qty_per_unit_of_measure) == ("PCS", 1)
    assert item.sales_unit_of_measure_id == item.purchase_unit_of_measure_id == shop.piece.id


def test_numbers_that_items_already_have_are_skipped(shop):
    shop.item("I0001")

    assert shop.item().no == "I0002"


def test_without_a_series_a_number_has_to_be_typed(shop, session):
    from models import InventorySetup

    session.get(InventorySetup, 1).item_nos_id = None

    with pytest.raises(ValidationError) as refused:
        shop.item()

    assert refused.value.code == "series_not_set_up"
    assert shop.item("BOLT").no == "BOLT"


def test_a_taken_number_is_refused(shop, session):
    shop.item("bolt")

    with pytest.raises(ValidationError) as refused:
        shop.item("BOLT ")

    assert codes(refused) == {("duplicate", "no")}
    assert session.scalar(select(func.count()).select_from(Item)) == 1


def test_what_is_mandatory_is_named_field_by_field(shop):
    with pytest.raises(DomainError) as refused:
        items.create_item(shop.session, {"description": "Bolt", "base_unit_of_measure_id": shop.piece.id}, on=TODAY)

    assert codes(refused) == {
        ("field_required", "gen_product_posting_group_id"),
        ("field_required", "vat_product_posting_group_id"),
        ("field_required", "inventory_posting_group_id"),
    }


def test_a_missing_vat_group_names_the_group_that_proposes_none(shop, session):
    shop.goods.default_vat_product_posting_group_id = None
    session.flush()

    with pytest.raises(DomainError) as refused:
        shop.item("BOLT")

    assert codes(refused) == {("field_required", "vat_product_posting_group_id")}
    assert f"general product posting group {shop.goods.code} proposes none" in str(refused.value)


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"unit_cost": Decimal(-1)}, "not_negative", "unit_cost"),
        ({"unit_price": Decimal("1e30")}, "number_too_large", "unit_price"),
        ({"unit_price": Decimal("NaN")}, "number_invalid", "unit_price"),
        ({"net_weight": Decimal("0.0000001")}, "too_many_decimals", "net_weight"),
        ({"description": "x" * 300}, "text_too_long", "description"),
        ({"description": "a\x00b"}, "text_control_characters", "description"),
        ({"shelf_no": "📦"}, "invalid_characters", "shelf_no"),
        ({"no": "📦"}, "invalid_characters", "no"),
        ({"no": "N" * 300}, "text_too_long", "no"),
        ({"gtin": "12AB"}, "gtin_invalid", "gtin"),
        ({"lead_time": "soon"}, "invalid_formula", "lead_time"),
        ({"lead_time": "-1W"}, "not_negative", "lead_time"),
        ({"block_reason": "old"}, "not_blocked", "block_reason"),
        ({"replenishment_system": "transfer"}, "replenishment_not_allowed", "replenishment_system"),
        ({"assembly_policy": "assemble_to_order"}, "replenishment_not_allowed", "assembly_policy"),
        ({"rounding_precision": Decimal(0)}, "out_of_range", "rounding_precision"),
        ({"costing_method": "specific"}, "tracking_missing", "costing_method"),
        ({"category_id": 4711}, "not_found", "category_id"),
        ({"id": 7}, "unknown_field", ""),
    ],
)
def test_bad_input_is_refused_and_nothing_is_stored(shop, session, values, code, field):
    with pytest.raises(DomainError) as refused:
        shop.item(**values)

    assert (code, field) in codes(refused)
    assert session.scalar(select(func.count()).select_from(Item)) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"inventory_posting_group_id": 1}, "inventory_posting_group_id"),
        ({"indirect_cost_percent": Decimal(5)}, "indirect_cost_percent"),
        ({"reserve": "always"}, "reserve"),
        ({"reordering_policy": "lot_for_lot"}, "reordering_policy"),
        ({"order_tracking_policy": "tracking_only"}, "order_tracking_policy"),
        ({"replenishment_system": "assembly"}, "replenishment_system"),
        ({"costing_method": "average"}, "costing_method"),
    ],
)
def test_a_service_has_nothing_that_belongs_to_stock(shop, values, field):
    with pytest.raises(DomainError) as refused:
        shop.item(**({"type": "service", "inventory_posting_group_id": None} | values))

    assert ("inventory_type_required", field) in codes(refused)


def test_a_service_has_no_gtin(shop):
    with pytest.raises(DomainError) as refused:
        shop.service(gtin="96385074")

    assert ("gtin_not_for_services", "gtin") in codes(refused)


def test_becoming_a_service_empties_what_belongs_to_stock(shop, session):
    item = shop.item(reordering_policy="lot_for_lot", reserve="always", costing_method="average")

    items.update_item(session, item, {"type": "service"})

    assert item.inventory_posting_group_id is None
    assert item.reordering_policy is ReorderingPolicy.NONE
    assert item.reserve is ReservePolicy.NEVER
    assert item.costing_method is CostingMethod.FIFO


def test_with_a_stockkeeping_unit_the_type_stays(shop, session):
    item = shop.item()
    variant = variants.save_variant(session, item, {"code": "RED"})
    session.add(StockkeepingUnit(item_id=item.id, variant_id=variant.id))
    session.flush()

    with pytest.raises(DomainError) as refused:
        items.update_item(session, item, {"type": "service"})

    assert codes(refused) == {("in_use", "type")}
    assert item.type is ItemType.INVENTORY


def test_after_posting_type_costing_method_and_unit_cost_are_kept_but_price_and_texts_are_free(shop, session):
    item = shop.item(unit_cost=Decimal(5))
    shop.entry(item)

    with pytest.raises(ValidationError) as refused:
        items.update_item(session, item, {"type": "non_inventory"})
    with pytest.raises(ValidationError) as method_refused:
        items.update_item(session, item, {"costing_method": "average"})
    items.update_item(session, item, {"unit_price": Decimal(20), "description": "Long bolt"})

    assert codes(refused) == {("in_use", "type")}
    assert codes(method_refused) == {("ledger_entries_exist", "costing_method")}
    assert (item.type, item.unit_cost, item.unit_price) == (ItemType.INVENTORY, 5, 20)
    with pytest.raises(ValidationError) as cost_refused:
        items.update_item(session, item, {"unit_cost": Decimal(6)})
    assert codes(cost_refused) == {("ledger_entries_exist", "unit_cost")}


def test_the_unit_cost_of_a_service_stays_free_for_ever(shop, session):
    item = shop.service(unit_cost=Decimal(5))
    shop.entry(item)

    items.update_item(session, item, {"unit_cost": Decimal(6)})

    assert item.unit_cost == 6


def test_the_standard_cost_is_never_refused_and_is_copied_to_the_unit_cost(shop, session):
    item = shop.item(costing_method="standard", standard_cost=Decimal(5))
    shop.entry(item)

    items.update_item(session, item, {"standard_cost": Decimal(7)})

    assert (item.standard_cost, item.unit_cost) == (7, 7)
    with pytest.raises(ValidationError) as refused:
        items.update_item(session, item, {"unit_cost": Decimal(8)})
    assert codes(refused) == {("use_standard_cost", "unit_cost")}
    assert item.unit_cost == 7


def test_the_base_unit_may_change_only_while_no_entry_is_open(shop, session):
    kept, sold_out = shop.item("KEPT"), shop.item("SOLD")
    shop.entry(kept, remaining="1", number=1)
    shop.entry(sold_out, remaining="0", number=2)

    with pytest.raises(ValidationError) as refused:
        items.update_item(session, kept, {"base_unit_of_measure_id": shop.box.id})
    items.update_item(session, sold_out, {"base_unit_of_measure_id": shop.box.id})

    assert codes(refused) == {("open_entries", "base_unit_of_measure_id")}
    assert kept.base_unit_of_measure_id == shop.piece.id
    assert sold_out.sales_unit_of_measure_id == shop.box.id
    factors = select(ItemUnitOfMeasure.unit_of_measure_id, ItemUnitOfMeasure.qty_per_unit_of_measure).where(
        ItemUnitOfMeasure.item_id == sold_out.id
    )
    assert dict(session.execute(factors).all()) == {shop.piece.id: 1, shop.box.id: 1}


def test_a_unit_of_another_size_does_not_become_the_base_unit(shop, session):
    item = shop.item()
    units.save_item_unit(session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(6)})

    with pytest.raises(ValidationError) as refused:
        items.update_item(session, item, {"base_unit_of_measure_id": shop.box.id})

    assert codes(refused) == {("base_unit_factor", "base_unit_of_measure_id")}


def test_an_item_is_bought_and_sold_in_units_it_holds(shop, session):
    item = shop.item()

    with pytest.raises(ValidationError) as refused:
        items.update_item(session, item, {"sales_unit_of_measure_id": shop.box.id})

    assert codes(refused) == {("unknown_unit", "sales_unit_of_measure_id")}


def test_price_follows_cost_and_profit_where_the_item_says_so(shop, session):
    item = shop.item(
        price_profit_calculation="price_is_cost_plus_profit", unit_cost=Decimal(75), profit_percent=Decimal(25)
    )
    assert item.unit_price == 100  # 75 / (1 - 0.25)

    items.update_item(session, item, {"unit_cost": Decimal(90), "unit_price": Decimal(1)})

    assert item.unit_price == 120  # 90 / 0.75; the price is locked


def test_profit_follows_price_and_cost_by_default(shop, session):
    item = shop.item(unit_cost=Decimal(75), unit_price=Decimal(100), profit_percent=Decimal(99))

    assert item.profit_percent == 25
    assert shop.item(unit_cost=Decimal(75)).profit_percent == 0


def test_a_profit_of_all_the_price_is_refused(shop):
    with pytest.raises(DomainError) as refused:
        shop.item(
            price_profit_calculation="price_is_cost_plus_profit", unit_cost=Decimal(1), profit_percent=Decimal(100)
        )

    assert codes(refused) == {("profit_percent_too_high", "profit_percent")}


def test_a_profit_beyond_what_can_be_kept_is_refused(shop):
    with pytest.raises(DomainError) as refused:
        shop.item(unit_cost=Decimal(99999999999), unit_price=Decimal("0.00001"))

    assert codes(refused) == {("out_of_range", "unit_price")}


def test_the_search_description_follows_until_somebody_sets_it(shop, session):
    item = shop.item(description="Bolt")

    items.update_item(session, item, {"description": "Nut"})
    followed = item.search_description
    items.update_item(session, item, {"search_description": "mine"})
    items.update_item(session, item, {"description": "Screw"})

    assert (followed, item.search_description) == ("NUT", "MINE")


def test_unblocking_clears_the_reason(shop, session):
    item = shop.item(blocked=True, block_reason="Recall")

    items.update_item(session, item, {"blocked": False})

    assert item.block_reason == ""


def test_the_vendor_brings_the_lead_time_unless_one_is_entered(shop, session):
    vendor = Vendor(no="V1", name="Fabrik", lead_time="2W")
    session.add(vendor)
    session.flush()

    assert shop.item(vendor_id=vendor.id).lead_time == "2W"
    assert shop.item(vendor_id=vendor.id, lead_time="3D").lead_time == "3D"


def test_the_net_weight_is_carried_to_every_unit(shop, session):
    item = shop.item(net_weight=Decimal("0.25"))
    box = units.save_item_unit(session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(6)})
    first = box.weight

    items.update_item(session, item, {"net_weight": Decimal("0.5")})

    assert (first, box.weight) == (Decimal("1.5"), 3)


def test_serial_tracking_does_not_come_after_entries(shop, session):
    code = ItemTrackingCode(code="SN", serial_specific=True)
    session.add(code)
    session.flush()
    item = shop.item()
    shop.entry(item)

    with pytest.raises(ValidationError) as refused:
        items.update_item(session, item, {"item_tracking_code_id": code.id})

    assert codes(refused) == {("tracking_in_use", "item_tracking_code_id")}
    assert shop.item(item_tracking_code_id=code.id, costing_method="specific").costing_method is CostingMethod.SPECIFIC


def test_number_series_for_lots_need_a_tracking_code(shop):
    with pytest.raises(DomainError) as refused:
        shop.item(lot_nos_id=shop.series.id)

    assert codes(refused) == {("tracking_missing", "lot_nos_id")}


def test_an_expiry_formula_needs_a_code_that_knows_expiry_dates(shop, session):
    code = ItemTrackingCode(code="LOT", lot_specific=True)
    session.add(code)
    session.flush()

    with pytest.raises(DomainError) as refused:
        shop.item(item_tracking_code_id=code.id, expiration_calculation="1y")

    assert codes(refused) == {("expiry_mismatch", "expiration_calculation")}


def test_renumbering_follows_the_rules_of_new_numbers(shop, session):
    item = shop.item("BOLT")
    shop.item("NUT")

    with pytest.raises(ValidationError) as taken:
        items.update_item(session, item, {"no": "NUT"})
    shop.series.manual_nos = False
    with pytest.raises(ValidationError) as automatic:
        items.update_item(session, item, {"no": "SCREW"})
    shop.series.manual_nos = True
    items.update_item(session, item, {"no": "screw"})

    assert (taken.value.code, automatic.value.code) == ("duplicate", "manual_number_not_allowed")
    assert item.no == "SCREW"


def test_an_item_on_a_journal_line_is_not_deleted_until_the_line_is_gone(shop, session):
    item = shop.item()
    shop.journal_line(item)

    with pytest.raises(ValidationError) as refused:
        items.delete_item(session, item)

    assert refused.value.code == "in_use"
    assert session.get(Item, item.id) is not None


def test_an_item_that_was_posted_is_never_deleted(shop, session):
    item = shop.item()
    shop.entry(item, remaining="0")

    with pytest.raises(ValidationError) as refused:
        items.delete_item(session, item)

    assert refused.value.code == "ledger_entries_exist"


def test_deleting_an_item_takes_all_that_hangs_on_it(shop, session):
    item = shop.item()
    units.save_item_unit(session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(6)})
    colour = attributes.create_attribute(session, {"name": "Colour"})
    attributes.assign_value(session, item.id, colour, "Red")
    variant = variants.save_variant(session, item, {"code": "RED"})
    from services.items import references

    references.save_reference(session, item, {"reference_no": "123", "variant_id": variant.id})
    session.add(StockkeepingUnit(item_id=item.id, variant_id=variant.id))
    session.flush()
    item_id = item.id

    items.delete_item(session, item)

    assert session.get(Item, item_id) is None
    assert session.scalar(select(func.count()).select_from(ItemUnitOfMeasure)) == 0
    assert session.scalar(select(func.count()).select_from(ItemAttributeMapping)) == 0
    assert not attributes.has_values(session, colour.id)  # nobody uses Red any more


def test_changing_the_category_brings_its_attributes_and_takes_the_old_ones(shop, session):
    bikes, toys = categories.create_category(session, "BIKES"), categories.create_category(session, "TOYS")
    frame = attributes.create_attribute(session, {"name": "Frame"})
    age = attributes.create_attribute(session, {"name": "Age", "type": "integer"})
    category_attributes.add_attribute(session, bikes, frame, "Steel")
    category_attributes.add_attribute(session, toys, age, "3")
    item, other = shop.item(category_id=bikes.id), shop.item(category_id=bikes.id)

    items.update_item(session, item, {"category_id": toys.id})
    items.update_item(session, other, {"category_id": toys.id}, keep_attributes=True)

    def held(no):
        statement = select(ItemAttributeMapping.attribute_id).where(ItemAttributeMapping.item_id == no)
        return set(session.scalars(statement))

    assert held(item.id) == {age.id}
    assert held(other.id) == {frame.id, age.id}
