"""Units and exact conversion (items.md section 5)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import DomainError, NotFound, ValidationError
from services import units
from services.items import units as item_units
from tests.services.item_shop import ItemShop


@pytest.fixture
def shop(session):
    return ItemShop(session)


def test_a_box_of_six_received_in_part_rounds_to_the_base_unit_s_precision():
    quantity = Decimal("0.83333")

    assert units.to_base(quantity, Decimal(6), Decimal(1)) == 5
    assert units.to_base(quantity, Decimal(6)) == Decimal("4.99998")
    assert units.from_base(Decimal(5), Decimal(6)) == quantity


def test_five_boxes_of_six_are_thirty_pieces():
    assert units.to_base(Decimal(5), Decimal(6)) == 30


def test_a_quantity_that_would_vanish_is_refused():
    with pytest.raises(ValidationError) as refused:
        units.to_base(Decimal("0.01"), Decimal(6), Decimal(1))

    assert refused.value.code == "quantity_rounds_to_zero"
    assert units.to_base(Decimal(0), Decimal(6), Decimal(1)) == 0


def test_a_quantity_finer_than_its_unit_is_refused():
    with pytest.raises(ValidationError) as refused:
        units.check_precision(Decimal("1.5"), Decimal(1))

    assert refused.value.code == "precision"
    units.check_precision(Decimal("1.5"), Decimal("0.5"))
    units.check_precision(Decimal("1.23456"), Decimal(0))


def test_a_rest_in_one_unit_and_none_in_the_other_is_refused():
    with pytest.raises(ValidationError) as refused:
        units.check_balanced(Decimal(0), Decimal("0.00002"))

    assert refused.value.code == "quantity_unbalanced"
    units.check_balanced(Decimal(0), Decimal(0))


@given(
    st.integers(-(10**11), 10**11).map(lambda n: Decimal(n).scaleb(-5)),
    st.integers(1, 10**8).map(lambda n: Decimal(n).scaleb(-5)),
    st.sampled_from([Decimal(1), Decimal("0.1"), Decimal("0.25")]),
)
def test_a_base_quantity_is_always_a_multiple_of_the_precision_and_half_a_step_away_at_most(quantity, factor, step):
    try:
        base = units.to_base(quantity, factor, step)
    except ValidationError:
        assert abs(quantity * factor) < step / 2
        return

    assert base % step == 0
    assert abs(base - quantity * factor) <= step / 2


def test_a_unit_is_found_by_its_code_or_its_international_code(shop, session):
    assert units.get_unit(session, " pcs ").id == shop.piece.id
    assert units.get_unit(session, "EA").id == shop.piece.id
    with pytest.raises(ValidationError) as refused:
        units.get_unit(session, "CRATE")
    assert refused.value.code == "unknown_unit"


def test_two_units_have_two_codes_and_a_new_code_is_followed_by_the_items(shop, session):
    item = shop.item()

    with pytest.raises(ValidationError) as refused:
        units.save_unit(session, {"code": "box"}, shop.piece)
    units.save_unit(session, {"code": "each", "international_standard_code": "h87"}, shop.piece)

    assert refused.value.code == "duplicate"
    [row] = item_units.list_item_units(session, item.id)
    assert (row.unit_of_measure.code, row.unit_of_measure.international_standard_code) == ("EACH", "H87")


def test_a_unit_in_use_is_not_deleted(shop, session):
    item = shop.item()

    with pytest.raises(ValidationError) as refused:
        units.delete_unit(session, shop.piece)
    units.delete_unit(session, shop.box)

    assert (refused.value.code, item.no in refused.value.message) == ("in_use", True)
    with pytest.raises(NotFound):
        units.get_unit_by_code(session, "BOX")


def box_of(shop, item, size, **values):
    return item_units.save_item_unit(
        shop.session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(size), **values}
    )


def test_a_unit_holds_whole_steps_of_the_base_unit_whichever_is_set_last(shop, session):
    item, other = shop.item(), shop.item()
    item_units.save_item_unit(session, item, shop.piece.id, {"rounding_precision": Decimal(1)})
    box_of(shop, other, "2.5")

    with pytest.raises(ValidationError) as box_refused:
        box_of(shop, item, "2.5")
    with pytest.raises(ValidationError) as base_refused:
        item_units.save_item_unit(session, other, shop.piece.id, {"rounding_precision": Decimal(1)})

    assert (box_refused.value.code, box_refused.value.field) == ("precision", "qty_per_unit_of_measure")
    assert (base_refused.value.code, base_refused.value.field) == ("precision", "rounding_precision")


@pytest.mark.parametrize(
    ("size", "code"), [("0", "out_of_range"), ("-1", "not_negative"), ("1e30", "number_too_large")]
)
def test_a_unit_holds_more_than_nothing(shop, size, code):
    with pytest.raises(DomainError) as refused:
        box_of(shop, shop.item(), size)

    assert refused.value.code == code


def test_the_base_unit_is_one_of_itself(shop, session):
    item = shop.item()

    with pytest.raises(ValidationError) as refused:
        item_units.save_item_unit(session, item, shop.piece.id, {"qty_per_unit_of_measure": Decimal(2)})

    assert refused.value.code == "base_unit_factor"


def test_only_the_base_unit_has_a_precision(shop):
    with pytest.raises(ValidationError) as refused:
        box_of(shop, shop.item(), 6, rounding_precision=Decimal(1))

    assert refused.value.code == "precision"


def test_sizes_give_the_cubage_and_the_item_s_net_weight_the_weight(shop):
    box = box_of(
        shop, shop.item(net_weight=Decimal("0.25")), 6, length=Decimal(2), width=Decimal(3), height=Decimal("0.5")
    )

    assert (box.cubage, box.weight) == (3, Decimal("1.5"))


def test_a_cubage_too_large_to_keep_is_refused(shop):
    with pytest.raises(ValidationError) as refused:
        box_of(shop, shop.item(), 6, length=Decimal(10**9), width=Decimal(10**9), height=Decimal(1))

    assert refused.value.code == "out_of_range"


def test_a_unit_on_a_journal_line_keeps_its_size_and_stays(shop, session):
    item = shop.item()
    box = box_of(shop, item, 6)
    shop.journal_line(item, unit_of_measure_id=shop.box.id)

    with pytest.raises(ValidationError) as change_refused:
        box_of(shop, item, 12)
    with pytest.raises(ValidationError) as delete_refused:
        item_units.delete_item_unit(session, item, box)

    assert (change_refused.value.code, delete_refused.value.code) == ("in_use", "in_use")
    assert box.qty_per_unit_of_measure == 6


def test_the_item_s_base_sales_and_purchase_units_stay(shop, session):
    item = shop.item()
    box = box_of(shop, item, 6)
    item.sales_unit_of_measure_id = shop.box.id

    with pytest.raises(ValidationError) as refused:
        item_units.delete_item_unit(session, item, box)
    item.sales_unit_of_measure_id = shop.piece.id
    item_units.delete_item_unit(session, item, box)

    assert refused.value.code == "in_use"
    assert [row.unit_of_measure.code for row in item_units.list_item_units(session, item.id)] == ["PCS"]
