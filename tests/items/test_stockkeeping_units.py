"""Stockkeeping units: copies of the item's values, what is refused, many at once (items.md section 13)."""

import datetime as dt
import re
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, errors_of
from core.unit_of_work import perform
from models import (
    AuditEntry,
    CountingPeriod,
    Item,
    ItemVariant,
    Location,
    PutAwayTemplate,
    SpecialEquipmentCode,
    StockkeepingUnit,
    TransferRoute,
    UnitOfMeasure,
    Vendor,
    db,
)
from models.enums import CostingMethod, ReorderingPolicy, ReplenishmentSystem, SkuCreation
from services.items.stockkeeping import (
    copy_from_item,
    counting_of,
    create_unit,
    delete_unit,
    differences,
    get_unit,
    update_unit,
)
from services.items.stockkeeping_batch import Batch, Per, create_batch
from services.planning.parameters import USED_BY
from services.small_lists import delete_row, get_list, get_row
from services.trade import page as pages
from services.trade.shelves import shelves_of
from tests.builders import World, d
from tests.support.people import PeopleClient, log_in_as


@pytest.fixture
def bolt(each_trade):
    return each_trade.item(
        "BOLT", unit_cost="2", unit_price="5", shelf_no="A1", lead_time="3D", vendor_id=vendor_id(each_trade, "VEND"),
        reordering_policy=ReorderingPolicy.FIXED_REORDER_QUANTITY, reorder_point=d(10), reorder_quantity=d(30),
    )  # fmt: skip


def vendor_id(trade, no):
    return trade.session.scalars(select(Vendor.id).where(Vendor.no == no)).one()


def make(trade, item, at="", variant=0, **values):
    return perform(
        trade.session,
        lambda session: create_unit(
            session, item.id, location_id=trade.world.location_id(at), variant_id=variant, values=values
        ),
    )


def change(trade, unit, **values):
    perform(trade.session, lambda session: update_unit(session, session.get_one(StockkeepingUnit, unit.id), values))


def route(trade, source, target):
    ends = {"from_location_id": trade.world.location_id(source), "to_location_id": trade.world.location_id(target)}
    perform(trade.session, lambda session: session.add(TransferRoute(**ends)))


def refused(trade, work):
    with pytest.raises(DomainError) as refusal:
        work()
    trade.session.rollback()
    return errors_of(refusal.value)[0]


def batch(trade, **values):
    return perform(trade.session, lambda session: create_batch(session, Batch(**values)))


def keys(trade):
    """(location, variant) codes of all units, in order."""
    rows = trade.session.execute(
        select(Location.code, ItemVariant.code)
        .select_from(StockkeepingUnit)
        .join(Location, Location.id == StockkeepingUnit.location_id)
        .join(ItemVariant, ItemVariant.id == StockkeepingUnit.variant_id)
        .order_by(Location.code, ItemVariant.code)
    )
    return [tuple(row) for row in rows]


def test_sku_1_two_locations_and_three_variants_make_six(each_trade, bolt):
    for code in ("BLACK", "GREEN", "WHITE"):
        each_trade.world.variant(bolt, code)

    made = batch(each_trade, per=Per.LOCATION_AND_VARIANT, item_ids=[bolt.id])

    assert (made.created, made.kept, made.deleted) == (6, 0, 0)
    assert keys(each_trade) == [(place, code) for place in ("BLUE", "RED") for code in ("BLACK", "GREEN", "WHITE")]
    again = batch(each_trade, per=Per.LOCATION_AND_VARIANT, item_ids=[bolt.id])
    assert (again.created, again.kept) == (0, 6)


def test_both_dimensions_fall_back_to_the_one_there_is_and_locations_may_be_closed(each_trade, bolt):
    each_trade.world.location("ROAD", use_as_in_transit=True)
    each_trade.world.location("SHOP", sku_creation=SkuCreation.BLOCKED)

    batch(each_trade, per=Per.LOCATION_AND_VARIANT, item_ids=[bolt.id])
    assert keys(each_trade) == [("BLUE", ""), ("RED", "")]

    each_trade.world.variant(bolt, "BLACK")
    assert batch(each_trade, per=Per.VARIANT, item_ids=[bolt.id]).created == 1
    assert ("", "BLACK") in keys(each_trade)


def test_replacing_deletes_what_the_filters_name_and_copies_the_item_anew(each_trade, bolt):
    blue, red = make(each_trade, bolt, "BLUE", reorder_point=d(4)), make(each_trade, bolt, "RED", reorder_point=d(4))
    location = each_trade.world.location_id("BLUE")

    made = batch(each_trade, item_ids=[bolt.id], location_id=location, replace=True)

    assert (made.created, made.deleted) == (1, 1)
    points = dict(
        each_trade.session.execute(select(StockkeepingUnit.location_id, StockkeepingUnit.reorder_point)).tuples().all()
    )
    assert points == {blue.location_id: 10, red.location_id: 4}


def test_sku_3_a_unit_keeps_its_own_vendor_and_shows_what_differs(each_trade, bolt):
    unit = make(each_trade, bolt, "BLUE")
    assert (unit.shelf_no, unit.lead_time, unit.reorder_point, unit.unit_cost) == ("A1", "3D", 10, 2)
    assert differences(unit, bolt) == {}

    each_trade.change(bolt, vendor_id=vendor_id(each_trade, "VEND2"))

    kept = get_unit(each_trade.session, unit.id)
    assert kept.vendor_id == vendor_id(each_trade, "VEND")
    assert differences(kept, each_trade.session.get_one(Item, bolt.id)) == {"vendor_id": vendor_id(each_trade, "VEND2")}


def test_choosing_a_vendor_copies_its_lead_time_unless_one_is_said(each_trade, bolt):
    unit, other = make(each_trade, bolt, "BLUE"), vendor_id(each_trade, "VEND2")
    perform(each_trade.session, lambda session: setattr(session.get_one(Vendor, other), "lead_time", "2W"))

    change(each_trade, unit, vendor_id=other)
    assert get_unit(each_trade.session, unit.id).lead_time == "2W"
    change(each_trade, unit, vendor_id=vendor_id(each_trade, "VEND"), lead_time="5D")
    assert get_unit(each_trade.session, unit.id).lead_time == "5D"


def test_sku_4_transfers_need_a_route_and_never_go_round_in_a_circle(each_trade, bolt):
    trade = each_trade
    trade.world.location("EAST")
    blue, red, east = (make(trade, bolt, code) for code in ("BLUE", "RED", "EAST"))

    def from_(unit, code):
        change(trade, unit, replenishment_system="transfer", transfer_from_id=trade.world.location_id(code))

    missing = refused(trade, lambda: from_(red, "BLUE"))
    assert (missing.code, missing.field) == ("route_missing", "transfer_from_id")
    for source, target in (("BLUE", "RED"), ("RED", "EAST"), ("EAST", "BLUE"), ("RED", "BLUE")):
        route(trade, source, target)
    from_(red, "BLUE")
    assert refused(trade, lambda: from_(blue, "RED")).code == "transfer_loop"
    from_(east, "RED")
    loop = refused(trade, lambda: from_(blue, "EAST"))
    assert loop.code == "transfer_loop"
    assert "BLUE ← EAST ← RED ← BLUE" in loop.message

    change(trade, red, replenishment_system="purchase")
    assert get_unit(trade.session, red.id).transfer_from_id is None
    from_(blue, "EAST")


def test_a_transfer_needs_a_location(each_trade, bolt):
    black = each_trade.world.variant(bolt, "BLACK")
    unit = make(each_trade, bolt, variant=black.id)
    blue = each_trade.world.location_id("BLUE")

    error = refused(
        each_trade, lambda: change(each_trade, unit, replenishment_system="transfer", transfer_from_id=blue)
    )
    assert error.code == "location_required"


def test_sku_5_only_in_stock_makes_units_for_stocked_combinations_alone(each_trade, bolt):
    black, white = (each_trade.world.variant(bolt, code) for code in ("BLACK", "WHITE"))
    each_trade.world.receive(bolt, 5, 2, at="BLUE", variant_id=black.id)
    each_trade.world.receive(bolt, 5, 2, at="RED", variant_id=white.id)
    each_trade.world.sell(bolt, 5, at="RED", variant_id=white.id)

    made = batch(each_trade, per=Per.LOCATION_AND_VARIANT, item_ids=[bolt.id], only_in_stock=True)

    assert made.created == 1
    assert keys(each_trade) == [("BLUE", "BLACK")]
    batch(each_trade, per=Per.LOCATION, item_ids=[bolt.id], only_in_stock=True)
    assert keys(each_trade) == [("BLUE", ""), ("BLUE", "BLACK")]


def test_sku_6_neither_location_nor_variant_and_other_keys_that_cannot_be(each_trade, bolt):
    assert refused(each_trade, lambda: make(each_trade, bolt)).code == "location_or_variant_required"
    each_trade.world.location("SHOP", sku_creation=SkuCreation.BLOCKED)
    assert refused(each_trade, lambda: make(each_trade, bolt, "SHOP")).code == "sku_blocked"
    each_trade.world.location("ROAD", use_as_in_transit=True)
    assert refused(each_trade, lambda: make(each_trade, bolt, "ROAD")).code == "location_in_transit"
    service = each_trade.item("HELP", type="service")
    assert refused(each_trade, lambda: make(each_trade, service, "BLUE")).code == "inventory_type_required"
    foreign = each_trade.world.variant(each_trade.item("NUT"), "BLACK")
    assert refused(each_trade, lambda: make(each_trade, bolt, "BLUE", foreign.id)).code == "variant_not_of_item"
    make(each_trade, bolt, "BLUE")
    assert refused(each_trade, lambda: make(each_trade, bolt, "BLUE")).code == "duplicate"


def test_the_unit_cost_is_fixed_by_entries_of_this_very_place_and_times_are_not_negative(each_trade, bolt):
    blue, red = make(each_trade, bolt, "BLUE"), make(each_trade, bolt, "RED")
    each_trade.world.receive(bolt, 5, 2, at="BLUE")

    assert refused(each_trade, lambda: change(each_trade, blue, unit_cost=d(3))).code == "ledger_entries_exist"
    change(each_trade, red, unit_cost=d(3))
    assert get_unit(each_trade.session, red.id).unit_cost == 3
    for formula in ("-2D", "1D-3D"):
        error = refused(each_trade, lambda text=formula: change(each_trade, red, lead_time=text))
        assert (error.code, error.field) == ("not_negative", "lead_time")


def test_with_standard_cost_the_standard_cost_is_the_unit_cost(each_trade):
    item = each_trade.world.item("NUT", CostingMethod.STANDARD, standard_cost="4", unit_cost="4")
    unit = make(each_trade, item, "BLUE")

    change(each_trade, unit, standard_cost=d(5))

    assert get_unit(each_trade.session, unit.id).unit_cost == 5
    assert refused(each_trade, lambda: change(each_trade, unit, unit_cost=d(9))).code == "use_standard_cost"


def test_values_are_copied_from_the_item_again_and_deleting_is_free(each_trade, bolt):
    unit = make(each_trade, bolt, "BLUE", reorder_point=d(4), shelf_no="z9")
    each_trade.world.receive(bolt, 5, 2, at="BLUE")
    assert unit.shelf_no == "Z9"

    perform(
        each_trade.session,
        lambda session: copy_from_item(session, session.get_one(StockkeepingUnit, unit.id)),
    )
    again = get_unit(each_trade.session, unit.id)
    assert (again.reorder_point, again.shelf_no) == (10, "Z9")

    perform(each_trade.session, lambda session: delete_unit(session, session.get_one(StockkeepingUnit, unit.id)))
    assert each_trade.session.scalar(select(func.count()).select_from(StockkeepingUnit)) == 0


def test_choosing_a_policy_sets_include_inventory(each_trade, bolt):
    unit = make(each_trade, bolt, "BLUE")

    change(each_trade, unit, reordering_policy="lot_for_lot")
    assert get_unit(each_trade.session, unit.id).include_inventory
    change(each_trade, unit, include_inventory=False)
    assert not get_unit(each_trade.session, unit.id).include_inventory
    change(each_trade, unit, reordering_policy="maximum_quantity", maximum_inventory=Decimal(50))
    assert get_unit(each_trade.session, unit.id).include_inventory
    change(each_trade, unit, reordering_policy="order")
    assert not get_unit(each_trade.session, unit.id).include_inventory


def test_the_shelf_of_a_line_is_that_of_the_unit_where_there_is_one(each_trade, bolt):
    make(each_trade, bolt, "BLUE", shelf_no="Z9")
    order = each_trade.open(
        "sales_order",
        *({"item": bolt, "quantity": 1, "location_id": each_trade.world.location_id(code)} for code in ("BLUE", "RED")),
    )
    found = shelves_of(each_trade.session, pages.all_lines(each_trade.session, order.id))

    assert sorted(found.values()) == ["A1", "Z9"]


def test_sku_3_a_purchase_line_takes_lead_times_of_the_unit_as_a_whole(each_trade, bolt):
    blue = each_trade.world.location_id("BLUE")
    make(
        each_trade,
        bolt,
        "BLUE",
        lead_time="1W",
        safety_lead_time="2D",
        replenishment_system=ReplenishmentSystem.PURCHASE,
    )

    own, item = (
        each_trade.line(each_trade.open("purchase_order", {"item": bolt, "quantity": 1, "location_id": place}))
        for place in (blue, each_trade.world.location_id("RED"))
    )

    assert (own.lead_time, own.safety_lead_time) == ("1W", "2D")
    assert (item.lead_time, item.safety_lead_time) == ("3D", "")


# ------------------------------------------------------------------------------------------------ the pages
@pytest.fixture
def client(app):
    with app.app_context():
        world = World(db.session())
        world.receive(
            world.item(
                "BOLT", unit_cost="2", unit_price="5", reordering_policy=ReorderingPolicy.FIXED_REORDER_QUANTITY,
                reorder_point=d(10), reorder_quantity=d(30), include_inventory=True,
            ),
            4, 2, at="BLUE",
        )  # fmt: skip
    app.test_client_class = PeopleClient
    client = app.test_client()
    log_in_as(app, client, "owner")
    return client


def test_how_goods_are_handled_and_counted_is_the_units_own(each_trade, bolt):
    session = each_trade.session
    period, pallet = CountingPeriod(code="QUARTER", counts_per_year=4), UnitOfMeasure(code="CAGE")
    made = [period, pallet, SpecialEquipmentCode(code="LIFT"), PutAwayTemplate(code="STD")]
    perform(session, lambda s: (s.add_all(made), setattr(s.get_one(Item, bolt.id), "use_cross_docking", False)))
    unit = make(each_trade, bolt, at="BLUE")
    assert (unit.use_cross_docking, unit.special_equipment_code) == (False, "")  # a copy of the item's

    change(each_trade, unit, special_equipment_code="lift", put_away_template_code="STD", use_cross_docking=True,
           counting_period_id=period.id, put_away_unit_of_measure_id=bolt.base_unit_of_measure_id)  # fmt: skip
    for wrong, code in (
        ({"special_equipment_code": "CRANE"}, "not_found"), ({"put_away_template_code": "NONE"}, "not_found"),
        ({"put_away_unit_of_measure_id": pallet.id}, "unknown_unit"),
    ):  # fmt: skip
        assert refused(each_trade, lambda wrong=wrong: change(each_trade, unit, **wrong)).code == code

    unit = session.get_one(StockkeepingUnit, unit.id)
    assert (unit.special_equipment_code, unit.use_cross_docking) == ("LIFT", True)
    assert not session.get_one(Item, bolt.id).use_cross_docking
    last, window = counting_of(session, unit, dt.date(2025, 2, 3))
    assert last is None
    assert (window.starts, window.ends) == (dt.date(2025, 1, 1), dt.date(2025, 3, 31))
    kind = get_list("special-equipment")
    assert refused(each_trade, lambda: delete_row(session, kind, get_row(session, kind, "LIFT"))).code == "in_use"


def test_pages_create_many_list_them_with_their_signs_and_show_what_differs(client):
    assert client.get("/stockkeeping-units/batch?item=BOLT").status_code == 200
    made = client.send("/stockkeeping-units/batch", {"per": "location", "item_id": "BOLT"})
    assert made.status_code == 303

    listed = client.get("/stockkeeping-units")
    assert listed.text.count("/stockkeeping-units/1") >= 1
    assert "Reorder 30" in listed.text
    for query in ("location=BLUE", "item=BOLT", "stock=negative", "stock=out&stock=reorder", "sort=-location",
                  "sort=vendor", "replenishment=purchase", "variant=X", "q=bolt", "policy=order"):  # fmt: skip
        assert client.get(f"/stockkeeping-units?{query}").status_code == 200
    for query, shown in (("inventory_max=99", True), ("inventory_min=99", False),
                         ("reorder_point_min=10", True), ("reorder_point_min=11", False),
                         ("reorder_quantity_max=30", True), ("maximum_min=1", False)):  # fmt: skip
        assert ('href="/stockkeeping-units/1"' in client.get(f"/stockkeeping-units?{query}").text) == shown, query

    saved = client.send("/stockkeeping-units/1/edit", edited(reorder_point="3"))
    assert saved.status_code == 303
    card = client.get("/stockkeeping-units/1").text
    assert "differs" in card
    assert "SKU exists" in client.get("/items/BOLT").text
    assert client.send("/stockkeeping-units/1/from-item").status_code == 303
    assert "differs" not in client.get("/stockkeeping-units/1").text
    assert client.send("/stockkeeping-units/1/delete").status_code == 303
    assert client.get("/stockkeeping-units/1").status_code == 404


def edited(**values):
    return {
        "replenishment_system": "purchase", "assembly_policy": "assemble_to_stock",
        "reordering_policy": "fixed_reorder_quantity", "reorder_point": "10", "reorder_quantity": "30",
        "order_tracking_policy": "none", "unit_cost": "2", "include_inventory": "y", "use_cross_docking": "y",
    } | values  # fmt: skip


def test_a_new_unit_is_refused_beside_its_field_and_keeps_what_was_typed(client):
    refused_page = client.send("/stockkeeping-units/new", {"item_id": "BOLT"})
    assert refused_page.status_code == 422
    assert "for a location, a variant, or both" in refused_page.text
    assert 'value="BOLT"' in refused_page.text

    made = client.send("/stockkeeping-units/new", {"item_id": "BOLT", "location_id": "BLUE"})
    assert made.headers["Location"].endswith("/stockkeeping-units/1/edit")
    transfer = client.send(
        "/stockkeeping-units/1/edit", edited(replenishment_system="transfer", transfer_from_id="RED")
    )
    assert transfer.status_code == 422
    assert "There is no transfer route from RED to BLUE" in transfer.text


def test_pln_1_the_form_greys_what_the_policy_does_not_use_and_asks_without_saving(client):
    client.send("/stockkeeping-units/new", {"item_id": "BOLT", "location_id": "BLUE"})

    def readonly(page, name):
        tag = re.search(rf'<input[^>]*id="{name}"[^>]*>', page.text).group(0)
        return "readonly" in tag

    for url, sent in (("/stockkeeping-units/1/edit", edited()), ("/items/BOLT/edit", {})):
        page = client.get(url)
        assert readonly(page, "maximum_inventory")
        assert not readonly(page, "reorder_point")
        looked = client.send(url, sent | {"look": "policy", "reordering_policy": "order"})
        assert looked.status_code == 200
        greyed = {name for name in USED_BY if name != "include_inventory" and readonly(looked, name)}
        assert set(USED_BY) - greyed - {"include_inventory"} == {"safety_lead_time", "dampener_period"}
    assert "Fixed" in client.get("/stockkeeping-units/1").text  # nothing was saved


def test_replacing_asks_before_units_lose_their_own_values(app, client):
    client.send("/stockkeeping-units/batch", {"per": "location", "item_id": "BOLT"})
    client.send("/stockkeeping-units/1/edit", edited(reorder_point="3"))
    again = {"per": "location", "item_id": "BOLT", "replace": "y"}

    asked = client.send("/stockkeeping-units/batch", again)

    assert asked.status_code == 422
    assert "their own values" in asked.text or "its own values" in asked.text
    assert "differs" in client.get("/stockkeeping-units/1").text
    count = re.search(r'name="answer" value="(\d+)"', asked.text).group(1)
    assert client.send("/stockkeeping-units/batch", again | {"answer": count + "0"}).status_code == 422
    assert client.send("/stockkeeping-units/batch", again | {"answer": count}).status_code == 303
    with app.app_context():
        assert set(db.session.scalars(select(StockkeepingUnit.reorder_point))) == {Decimal(10)}


def test_units_for_ticked_items_of_the_list(app, client):
    with app.app_context():
        item_id = db.session.scalars(select(Item.id)).one()
    asked = client.send("/stockkeeping-units/batch", {"ids": str(item_id)})
    assert "For 1 ticked item" in asked.text
    assert client.send("/stockkeeping-units/batch", {"ids": str(item_id), "per": "location"}).status_code == 303
    assert "BLUE" in client.get("/stockkeeping-units").text


def test_lot_for_lot_ticks_include_inventory_and_unticking_it_greys_the_safety_stock(client):
    client.send("/stockkeeping-units/new", {"item_id": "BOLT", "location_id": "BLUE"})

    def look(at, **values):
        page = client.send(
            "/stockkeeping-units/1/edit", edited(reordering_policy="lot_for_lot", **values) | {"look": at}
        )
        tag = re.search(r'<input[^>]*id="safety_stock_quantity"[^>]*>', page.text).group(0)
        return "readonly" in tag

    assert not look("policy", include_inventory="")
    assert look("inventory", include_inventory="")
    assert not look("inventory", include_inventory="y")


def test_a_units_cost_changes_only_for_a_reason_that_is_kept(each_trade, bolt):
    unit = make(each_trade, bolt, "BLUE")

    error = refused(each_trade, lambda: change(each_trade, unit, unit_cost=d(3), cost_change_reason=""))
    assert (error.code, error.field) == ("reason_required", "cost_change_reason")
    change(each_trade, unit, unit_cost=d(3), shelf_no="B2", cost_change_reason="new price list")

    kept = select(AuditEntry.field, AuditEntry.reason).where(
        AuditEntry.table_name == "stockkeeping_unit", AuditEntry.action == "changed"
    )
    assert dict(each_trade.session.execute(kept).tuples().all()) == {"unit_cost": "new price list", "shelf_no": ""}
