"""Locations: what their switches allow, default bins, copies, deletion (items.md section 14)."""

import re
from decimal import Decimal

import pytest
from sqlalchemy import select

from core.errors import DomainError
from core.unit_of_work import perform
from models import (
    Bin,
    BinContent,
    DefaultDimension,
    Dimension,
    DimensionValue,
    InventoryPostingSetup,
    ItemBalance,
    JournalBatch,
    Location,
    LocationBin,
    StockkeepingUnit,
    TransferRoute,
    User,
    Vendor,
    WarehouseEmployee,
    WarehouseEntry,
)
from models.enums import BinPurpose, DefaultBinSelection, EntryType, ItemType, PickBinPolicy, PutAwayBinPolicy
from posting.verify import verify
from services import bin_conversion, dimensions, location_removal, locations
from services import location_parts as parts
from services.bin_conversion import convert_to_bins
from services.bins import create_bin
from services.documents import journal_lines
from services.documents.journal_line_rules import LineInput
from services.location_rules import bins_of_purpose
from services.transfers import lines as transfer_lines
from services.transfers import orders
from tests.builders import day
from tests.support.item_pages import error_beside, rows, words
from tests.support.trade import TradeShop
from tests.support.trading import Trade

STEPS = dict.fromkeys(("require_receive", "require_shipment", "require_put_away", "require_pick"), True)


class Places:
    """Short words to make and change locations; every refusal is checked to change nothing."""

    def __init__(self, world) -> None:
        self.world, self.session = world, world.session

    def do(self, work):
        return perform(self.session, work)

    def make(self, code, **values):
        made = self.do(lambda s: locations.create_location(s, code, {"name": code} | values).id)
        self.do(lambda s: self._accounts(s, made))
        return self.get(code)

    def _accounts(self, session, location_id):
        from services.seed.posting_setup import add_location_setup

        add_location_setup(session, location_id)

    def get(self, code) -> Location:
        return self.session.scalars(
            select(Location).where(Location.code == code).execution_options(populate_existing=True)
        ).one()

    def change(self, place, **values) -> Location:
        self.do(lambda s: locations.edit_location(s, locations.get_location(s, place), values))
        return self.get(values.get("code", place))

    def refused(self, code, error, field="", **values) -> DomainError:
        place = self.get(code)
        before = {column.key: getattr(place, column.key) for column in Location.__table__.columns}
        with pytest.raises(DomainError) as refusal:
            self.change(code, **values)
        self.session.rollback()
        place = self.get(code)
        assert refusal.value.code == error, refusal.value
        assert not field or refusal.value.field == field
        assert {column.key: getattr(place, column.key) for column in Location.__table__.columns} == before
        return refusal.value

    def bin(self, location, code, **values) -> int:
        return self.do(lambda s: create_bin(s, locations.get_location(s, location), code, values).id)

    def purposes(self, code):
        return bins_of_purpose(self.session, self.get(code).id)

    def defaults(self, location):
        """Bin -> (quantity, default, fixed)."""
        found = self.session.execute(
            select(Bin.code, BinContent.quantity, BinContent.default_bin, BinContent.fixed_bin)
            .join(Bin, Bin.id == BinContent.bin_id)
            .where(BinContent.location_id == self.get(location).id)
            .order_by(Bin.code)
        )
        return {row.code: (row.quantity, row.default_bin, row.fixed_bin) for row in found}


@pytest.fixture
def places(each_world):
    return Places(each_world)


# ------------------------------------------------------------------------------------------------ LOC-1
@pytest.mark.parametrize(
    "values",
    [*({flag: True} for flag in STEPS), {"bin_mandatory": True}, {"use_cross_docking": True} | STEPS,
     {"assembly_consumption": "warehouse_pick"}],
)  # fmt: skip
def test_loc_1_in_transit_with_a_warehouse_switch_is_refused(places, values):
    places.make("WAY")

    places.refused("WAY", "conflicting_setup", "use_as_in_transit", use_as_in_transit=True, **values)


def test_loc_1_in_transit_forgets_handling_times(places):
    places.make("WAY", outbound_handling_time="1D", inbound_handling_time="2D")

    way = places.change("WAY", use_as_in_transit=True)

    assert (way.outbound_handling_time, way.inbound_handling_time) == ("", "")


def test_loc_1_it_stays_in_transit_while_a_transfer_order_names_it(places):
    way = places.make("WAY", use_as_in_transit=True)
    blue, red = places.get("BLUE").id, places.get("RED").id
    values = {"from_location_id": blue, "to_location_id": red, "in_transit_location_id": way.id}
    order = places.do(lambda s: orders.create_order(s, values, on=day("2025-03-02")).no)

    places.refused("WAY", "in_use", "use_as_in_transit", use_as_in_transit=False)
    places.refused("BLUE", "in_use", "use_as_in_transit", use_as_in_transit=True)
    places.do(lambda s: orders.delete_order(s, orders.get_order(s, order)))
    assert not places.change("WAY", use_as_in_transit=False).use_as_in_transit


# ------------------------------------------------------------------------------------------------ LOC-2, 4
def test_loc_2_bins_with_stock_are_refused_and_accepted_after_emptying(places):
    bolt = places.world.item("BOLT")
    places.world.receive(bolt, 5, 2, at="BLUE")

    error = places.refused("BLUE", "open_entries", "bin_mandatory", bin_mandatory=True)
    assert "BLUE" in error.message
    places.world.adjust(bolt, -5, at="BLUE")
    blue = places.change("BLUE", bin_mandatory=True)

    assert blue.default_bin_selection == DefaultBinSelection.FIXED_BIN
    assert (blue.pick_bin_policy, blue.put_away_bin_policy) == (
        PickBinPolicy.DEFAULT_BIN, PutAwayBinPolicy.DEFAULT_BIN,
    )  # fmt: skip


def test_loc_4_bins_off_empties_every_bin_field(places):
    places.make("BINS", bin_mandatory=True, **STEPS)
    shelf = places.bin("BINS", "A-01")
    fields = {f"{purpose.value}_bin_id": shelf for purpose in BinPurpose if purpose not in (
        BinPurpose.ADJUSTMENT, BinPurpose.CROSS_DOCK)}  # fmt: skip
    places.change("BINS", **fields)
    assert len(places.purposes("BINS")) == 5

    off = places.change("BINS", bin_mandatory=False)

    assert places.purposes("BINS") == {}
    assert off.default_bin_selection == DefaultBinSelection.NONE


def test_loc_4_bins_off_is_refused_while_they_hold_goods(places):
    places.make("BINS", bin_mandatory=True)
    places.world.receive(places.world.item("BOLT"), 1, 2, at="BINS", bin_id=places.bin("BINS", "A-01"))

    places.refused("BINS", "bins_not_empty", "bin_mandatory", bin_mandatory=False)


def test_loc_2_stock_is_converted_into_a_first_bin_with_its_lots(places):
    world = places.world
    bolt, lot = world.item("BOLT"), world.tracking_code("LOTS", lot_specific=True)
    paint = world.item("PAINT", item_tracking_code_id=lot.id)
    world.receive(bolt, 5, 2, at="BLUE")
    for number, quantity in (("L1", 3), ("L2", 4)):
        world.receive(paint, quantity, 2, at="BLUE", lot_no=number)
    world.sell(bolt, 1, 5, at="RED")
    before = world.ledger(bolt), world.gl()

    places.do(
        lambda s: convert_to_bins(s, locations.get_location(s, "BLUE"), "all", on=day("2025-03-02"), user_id=None)
    )

    assert places.get("BLUE").default_bin_selection == DefaultBinSelection.FIXED_BIN
    held = places.session.execute(select(BinContent.item_id, BinContent.quantity)).all()
    assert sorted(held) == sorted([(bolt.id, Decimal(5)), (paint.id, Decimal(7))])
    entries = places.session.execute(
        select(WarehouseEntry.lot_no, WarehouseEntry.quantity).where(WarehouseEntry.item_id == paint.id)
    ).all()
    assert sorted(entries) == [("L1", Decimal(3)), ("L2", Decimal(4))]
    assert (world.ledger(bolt), world.gl()) == before
    assert verify(places.session) == []
    shelf = places.session.scalars(select(Bin).where(Bin.code == "ALL")).one().id
    world.adjust(bolt, -2, at="BLUE", bin_id=shelf)
    assert verify(places.session) == []
    for code, place in (("bins_used_already", "BLUE"), ("negative_inventory", "RED")):
        with pytest.raises(DomainError) as refused:
            places.do(lambda s, place=place: convert_to_bins(
                s, locations.get_location(s, place), "ALL", on=day("2025-03-02"), user_id=None))  # fmt: skip
        assert refused.value.code == code
        places.session.rollback()
    assert not places.get("RED").bin_mandatory


# ------------------------------------------------------------------------------------------------ LOC-3
@pytest.mark.parametrize(("flag", "purpose"), [("require_receive", "receipt"), ("require_shipment", "shipment")])
def test_loc_3_a_step_switched_off_clears_its_bin_and_cross_docking(places, flag, purpose):
    places.make("BINS", bin_mandatory=True, use_cross_docking=True, **STEPS)
    places.change("BINS", **{f"{purpose}_bin_id": places.bin("BINS", "A-01")})

    off = places.change("BINS", **{flag: False})

    assert places.purposes("BINS") == {}
    assert not off.use_cross_docking


@pytest.mark.parametrize("flag", ["require_put_away", "require_pick"])
def test_loc_3_put_away_or_pick_switched_off_clears_cross_docking(places, flag):
    places.make("DOCK", use_cross_docking=True, **STEPS)

    assert not places.change("DOCK", **{flag: False}).use_cross_docking
    places.refused("DOCK", "conflicting_setup", "use_cross_docking", use_cross_docking=True)


def test_loc_3_a_bin_needs_its_switch_and_a_shipment_bin_is_not_dedicated(places):
    places.make("BINS", bin_mandatory=True)
    shelf, kept = places.bin("BINS", "A-01"), places.bin("BINS", "A-02", dedicated=True)

    for purpose in ("receipt", "shipment", "adjustment", "cross_dock"):
        error = places.refused("BINS", "conflicting_setup", f"{purpose}_bin_id", **{f"{purpose}_bin_id": shelf})
        assert "Switch it on first" in error.message
    places.change("BINS", require_shipment=True)
    places.refused("BINS", "bin_dedicated", "shipment_bin_id", shipment_bin_id=kept)
    places.make("OTHER", bin_mandatory=True)
    elsewhere = places.bin("OTHER", "A-01")
    places.refused("BINS", "bin_not_of_location", "shipment_bin_id", shipment_bin_id=elsewhere)
    places.change("BINS", shipment_bin_id=shelf)
    assert places.purposes("BINS") == {BinPurpose.SHIPMENT: shelf}


@pytest.mark.parametrize(
    ("kind", "steps", "refused"),
    [
        ("purchase_order", ("require_receive",), {"require_receive": False, "require_put_away": True}),
        ("purchase_order", ("require_put_away",), {"require_put_away": False, "bin_mandatory": True}),
        ("sales_return_order", ("require_receive",), {"require_receive": False}),
        ("sales_order", ("require_shipment", "require_pick"), {"require_shipment": False, "require_pick": False}),
        ("purchase_return_order", ("require_shipment",), {"require_shipment": False}),
    ],
)
def test_loc_3_a_step_stays_while_released_orders_are_with_the_warehouse(places, kind, steps, refused):
    """Without warehouse documents a released order is what the warehouse has in hand (warehouse.md section 7)."""
    places.make("STEPS", **dict.fromkeys(steps, True))
    trade = Trade(places.world)
    item = trade.item("BOLT")
    order = trade.open(kind, {"item": item, "quantity": 5}, location_id=places.get("STEPS").id)

    inbound = kind in ("purchase_order", "sales_return_order")
    other = "require_shipment" if inbound else "require_receive"
    places.change("STEPS", **{steps[0]: False})  # an open order is nobody's yet
    places.change("STEPS", **{steps[0]: True})
    trade.release(order)
    for field, value in refused.items():
        error = places.refused("STEPS", "open_documents", field, **{field: value})
        assert order.no in error.message
    places.change("STEPS", **{other: True})  # the other way is free
    trade.reopen(order)

    assert not getattr(places.change("STEPS", **{steps[0]: False}), steps[0])


def test_loc_3_a_step_stays_while_a_released_transfer_is_under_way(places):
    places.make("STEPS", require_receive=True)
    places.make("WAY", use_as_in_transit=True)
    bolt = places.world.item("BOLT")
    places.world.receive(bolt, 5, 2, at="BLUE")
    values = {
        "from_location_id": places.get("BLUE").id, "to_location_id": places.get("STEPS").id,
        "in_transit_location_id": places.get("WAY").id,
    }  # fmt: skip

    def ordered(session):
        order = orders.create_order(session, values, on=day("2025-03-02"))
        order = orders.get_order(session, order.no)
        transfer_lines.add_line(session, order, {"item_id": bolt.id, "quantity": Decimal(5)})
        orders.release(session, order)
        return order.no

    no = places.do(ordered)
    assert no in places.refused("STEPS", "open_documents", "require_receive", require_receive=False).message
    places.do(lambda s: orders.reopen(s, orders.get_order(s, no)))
    assert not places.change("STEPS", require_receive=False).require_receive


def test_loc_3_directed_sets_and_locks_the_steps_and_gives_them_back(places):
    places.make("BINS")
    places.refused("BINS", "conflicting_setup", "directed_put_away_and_pick", directed_put_away_and_pick=True)

    directed = places.change("BINS", bin_mandatory=True, directed_put_away_and_pick=True)
    assert all(getattr(directed, flag) for flag in STEPS)
    assert directed.default_bin_selection == DefaultBinSelection.NONE
    assert (directed.pick_bin_policy, directed.put_away_bin_policy, directed.check_warehouse_class) == (
        PickBinPolicy.BIN_RANKING, PutAwayBinPolicy.PUT_AWAY_TEMPLATE, True,
    )  # fmt: skip
    assert places.change("BINS", require_pick=False).require_pick

    shelf = places.bin("BINS", "A-01")
    places.change("BINS", adjustment_bin_id=shelf)
    places.world.receive(places.world.item("BOLT"), 1, 2, at="BINS", bin_id=shelf)
    other = places.bin("BINS", "A-02")
    places.refused("BINS", "bin_not_empty", "adjustment_bin_id", adjustment_bin_id=other)
    back = places.change("BINS", directed_put_away_and_pick=False)
    assert back.default_bin_selection == DefaultBinSelection.FIXED_BIN
    assert places.purposes("BINS") == {}


# ------------------------------------------------------------------------------------------------ default bins
def test_the_first_bin_of_an_item_is_its_default_and_stays_with_fixed_bins(places):
    places.make("BINS", bin_mandatory=True)
    bolt, first, second = places.world.item("BOLT"), places.bin("BINS", "A-01"), places.bin("BINS", "A-02")

    places.world.receive(bolt, 3, 2, at="BINS", bin_id=first)
    places.world.receive(bolt, 4, 2, at="BINS", bin_id=second)

    assert places.defaults("BINS") == {"A-01": (Decimal(3), True, True), "A-02": (Decimal(4), False, False)}


def test_the_default_moves_with_each_placement_where_the_last_used_bin_is_kept(places):
    places.make("BINS", bin_mandatory=True, default_bin_selection=DefaultBinSelection.LAST_USED_BIN)
    bolt, first, second = places.world.item("BOLT"), places.bin("BINS", "A-01"), places.bin("BINS", "A-02")

    places.world.receive(bolt, 3, 2, at="BINS", bin_id=first)
    places.world.receive(bolt, 4, 2, at="BINS", bin_id=second)
    assert places.defaults("BINS") == {"A-01": (Decimal(3), False, True), "A-02": (Decimal(4), True, False)}

    places.world.adjust(bolt, -1, at="BINS", bin_id=first)  # taking moves nothing
    assert places.defaults("BINS")["A-02"][1]
    places.world.receive(bolt, 1, 2, at="BINS", bin_id=first)
    assert places.defaults("BINS") == {"A-01": (Decimal(3), True, True), "A-02": (Decimal(4), False, False)}
    assert verify(places.session) == []


def test_the_default_bin_is_proposed_on_journal_lines(places):
    places.make("BINS", bin_mandatory=True)
    bolt, nut = places.world.item("BOLT"), places.world.item("NUT")
    first, second = places.bin("BINS", "A-01"), places.bin("BINS", "A-02")
    places.world.receive(bolt, 3, 2, at="BINS", bin_id=first)
    batch = places.session.scalars(select(JournalBatch.id).order_by(JournalBatch.id)).first()

    def line(item, **more):
        return LineInput(
            entry_type=EntryType.NEGATIVE_ADJMT, item_id=item.id, quantity=Decimal(1), posting_date=day("2025-03-02"),
            document_no="J1", location_id=places.get("BINS").id, **more,
        )  # fmt: skip

    made = places.do(lambda s: journal_lines.add_lines(s, batch, [line(bolt), line(bolt, bin_id=second), line(nut)]))

    bins = [journal_lines.get_line(places.session, batch, no).bin_id for no in made]
    assert bins == [first, second, None]


# ------------------------------------------------------------------------------------------------ LOC-5
def test_loc_5_delete_with_a_stockkeeping_unit_is_refused_and_without_it_the_routes_go_too(places):
    place = places.make("GREEN", bin_mandatory=True)
    item, shelf = places.world.item("BOLT"), places.bin("GREEN", "A-01")
    blue = places.get("BLUE").id

    def furnish(session):
        session.add(StockkeepingUnit(item_id=item.id, location_id=place.id))
        session.add(TransferRoute(from_location_id=blue, to_location_id=place.id))
        session.add(TransferRoute(from_location_id=place.id, to_location_id=blue))
        session.add(LocationBin(location_id=place.id, purpose=BinPurpose.TO_ASSEMBLY, bin_id=shelf))
        area = Dimension(code="AREA")
        session.add(area)
        session.flush()
        value = DimensionValue(dimension_id=area.id, code="E")
        session.add(value)
        session.flush()
        dimensions.set_default(session, session.get_one(Location, place.id), area.id, value.id)

    places.do(furnish)
    with pytest.raises(DomainError) as refused:
        places.do(lambda s: location_removal.delete_location(s, locations.get_location(s, "GREEN")))
    assert refused.value.code == "in_use"
    places.session.rollback()
    assert places.get("GREEN")

    places.do(lambda s: s.delete(s.scalars(select(StockkeepingUnit)).one()))
    places.do(lambda s: location_removal.delete_location(s, locations.get_location(s, "GREEN")))

    for model in (TransferRoute, LocationBin, Bin, DefaultDimension):
        assert places.session.scalars(select(model)).all() == []


def _delete(places, code) -> str:
    """The code of the refusal, or ""."""
    try:
        places.do(lambda s: location_removal.delete_location(s, locations.get_location(s, code)))
    except DomainError as error:
        places.session.rollback()
        return error.code
    return ""


def test_loc_5_open_entries_refuse_and_closed_ones_keep_their_location(places):
    places.make("GREEN")
    world, bolt = places.world, places.world.item("BOLT")
    world.receive(bolt, 4, 2, at="GREEN")
    person = _person(places)
    employ = {"user_id": person, "default": True}
    places.do(lambda s: parts.save_employee(s, locations.get_location(s, "GREEN"), None, employ))

    assert _delete(places, "GREEN") == "open_entries"
    world.adjust(bolt, -4, at="GREEN")
    before = world.ledger(bolt)
    trade = Trade(world)
    order = trade.open("sales_order", {"item": bolt, "quantity": 1}, location_id=places.get("GREEN").id)
    assert _delete(places, "GREEN") == "in_use"
    trade.delete(order)
    assert _delete(places, "GREEN") == ""

    gone = places.get("GREEN")
    assert (gone.deleted, world.ledger(bolt)) == (True, before)
    assert verify(places.session) == []
    assert places.session.scalar(select(User.location_id).where(User.id == person)) is None
    assert places.session.scalars(select(WarehouseEmployee)).all() == []
    with pytest.raises(DomainError) as refused:
        locations.get_location(places.session, "GREEN")
    assert refused.value.code == "location_not_found"
    with pytest.raises(DomainError) as refused:
        world.receive(bolt, 1, 2, at="GREEN")
    assert refused.value.code == "location_unknown"
    places.session.rollback()

    back = places.make("GREEN", city="Lund")
    assert (back.id, back.deleted, back.city) == (gone.id, False, "Lund")
    world.receive(bolt, 1, 2, at="GREEN")
    assert len(world.ledger(bolt)) == len(before) + 1


def test_loc_5_renaming_follows(places):
    places.make("GREEN")
    vendor = places.do(lambda s: _vendor(s, locations.get_location(s, "GREEN").id))

    places.change("GREEN", code="LIME")

    assert places.session.get_one(Vendor, vendor).location_id == places.get("LIME").id


def _vendor(session, location_id) -> int:
    vendor = Vendor(no="V1", name="Vendor", location_id=location_id)
    session.add(vendor)
    session.flush()
    return vendor.id


# ------------------------------------------------------------------------------------------------ LOC-6
def test_loc_6_a_mandatory_location_is_demanded_of_goods_and_not_of_services(places):
    world = places.world
    world.set(location_mandatory=True)
    bolt = world.item("BOLT")
    service = world.item("HOUR", type=ItemType.SERVICE)

    with pytest.raises(DomainError) as refused:
        world.receive(bolt, 1, 2, at="")
    assert (refused.value.code, refused.value.field) == ("location_required", "location")
    places.session.rollback()
    assert world.ledger(bolt) == []
    world.sell(service, 1, 9, at="")
    world.receive(bolt, 1, 2, at="BLUE")
    assert len(world.ledger(bolt)) == 1


def _person(places) -> int:
    """Somebody who may work at a location."""
    user = User(email="ada@demo.example", fs_uniquifier="ada", active=True)
    places.do(lambda s: (s.add(user), s.flush()))
    return places.session.scalars(select(User.id).where(User.email == "ada@demo.example")).one()


# ------------------------------------------------------------------------------------------------ LOC-8
def test_loc_8_a_copy_has_the_same_bins_and_posting_rows_and_no_stock(places):
    places.make("BINS", bin_mandatory=True, missing_sku="minimal", **STEPS)
    shelf = places.bin("BINS", "A-01", ranking=5)
    places.change("BINS", receipt_bin_id=shelf)
    places.world.receive(places.world.item("BOLT"), 3, 2, at="BINS", bin_id=shelf)
    blue = places.get("BLUE").id
    places.do(lambda s: s.add(TransferRoute(from_location_id=blue, to_location_id=places.get("BINS").id,
                                            shipping_time="2D")))  # fmt: skip
    places.do(lambda s: parts.save_zone(s, locations.get_location(s, "BINS"), None, {"code": "COLD"}))
    person = _person(places)
    places.do(lambda s: parts.save_employee(s, locations.get_location(s, "BINS"), None, {"user_id": person}))

    places.do(lambda s: locations.copy_location(s, locations.get_location(s, "BINS"), "two", "Two", locations.PARTS))

    copy = places.get("TWO")
    assert [zone.code for zone in parts.zones_of(places.session, copy, 9)[0]] == ["COLD"]
    assert [row.user_id for row in parts.employees_of(places.session, copy, 9)[0]] == [person]
    made = places.session.scalars(select(Bin).where(Bin.location_id == copy.id)).all()
    assert [(bin_.code, bin_.ranking) for bin_ in made] == [("A-01", 5)]
    assert places.purposes("TWO") == {BinPurpose.RECEIPT: made[0].id}
    assert copy.missing_sku == "minimal"
    setup = InventoryPostingSetup
    columns = [c for c in setup.__table__.c if c.key not in {"id", "location_id"}]
    of = {code: places.session.execute(select(*columns).where(setup.location_id == places.get(code).id)).all()
          for code in ("BINS", "TWO")}  # fmt: skip
    assert of["BINS"] == of["TWO"] != []
    route = places.session.scalars(select(TransferRoute).where(TransferRoute.to_location_id == copy.id)).one()
    assert (route.from_location_id, route.shipping_time) == (blue, "2D")
    assert places.session.scalars(select(ItemBalance).where(ItemBalance.location_id == copy.id)).all() == []
    assert places.session.scalars(select(BinContent).where(BinContent.location_id == copy.id)).all() == []
    with pytest.raises(DomainError) as refused:
        places.do(lambda s: locations.copy_location(s, locations.get_location(s, "BINS"), "BLUE", "x", ()))
    assert refused.value.code == "already_exists"


# ------------------------------------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    with found.trade() as trade:
        perform(
            trade.session,
            lambda s: locations.create_location(s, "WAY", {"name": "On the way", "use_as_in_transit": True}),
        )
        trade.world.sell(found.item(trade, "BOLT"), 3, 9, at="RED")
    login(found.client, "owner")
    return found


def test_loc_7_an_in_transit_location_is_offered_as_such_only(shop):
    assert "WAY" not in words(shop.client.get("/pick/stock_location?q="))
    assert "Nothing found" in words(shop.client.get("/pick/stock_location?q=WAY"))
    assert "WAY" in words(shop.client.get("/pick/in_transit_location?q="))
    assert "BLUE" not in words(shop.client.get("/pick/in_transit_location?q="))
    for url in ("/sales/orders/new", "/purchase/orders/new", "/transfers/new"):
        page = shop.client.get(url).text
        kinds = set(re.findall(r'data-pick="/pick/([a-z_]+)"', page))
        assert "location" not in kinds
        assert "stock_location" in kinds
    refused = shop.client.send("/sales/orders/new", {"party": "CUST", "location_id": "WAY"})
    assert refused.status_code == 422


def test_the_list_counts_what_is_short_and_leads_there(shop):
    page = shop.client.get("/locations")
    assert {"BLUE", "RED", "WAY"} <= set(rows(page))
    assert "/locations/stock?location=RED&amp;short=yes" in page.text

    short = shop.client.get("/locations/stock?location=RED&short=yes")
    assert rows(short) == ["BOLT"]
    assert "3 short" in words(short)
    assert rows(shop.client.get("/locations/stock?location=BLUE&short=yes")) == []


def test_the_card_keeps_policies_and_bins_and_says_refusals_beside_the_field(shop):
    form = {"code": "NEW", "name": "New", "bin_mandatory": "y", "default_bin_selection": "last_used_bin"}
    assert shop.client.send("/locations/new", form).status_code == 303
    shop.client.send("/bins/NEW", {"code": "A-01"})
    card = shop.client.get("/locations/NEW").text
    assert 'name="receipt_bin_id"' in card

    refused = shop.client.send("/locations/NEW", form | {"receipt_bin_id": "A-01"})
    assert refused.status_code == 422
    assert "require receive" in error_beside(refused, "receipt_bin_id")
    more = {"require_receive": "y", "receipt_bin_id": "A-01", "bin_capacity_policy": "prohibit_more"}
    assert shop.client.send("/locations/NEW", form | more).status_code == 303
    card = shop.client.get("/locations/NEW").text
    assert 'value="A-01"' in card
    assert 'value="prohibit_more" selected' in card or 'selected value="prohibit_more"' in card


def test_a_post_code_that_is_known_fills_the_city(shop):
    form = {"default_bin_selection": "", "name": "One"}
    shop.client.send("/locations/new", form | {"code": "ONE", "post_code": "BS1 4QA", "city": "Bristol"})
    shop.client.send("/locations/new", form | {"code": "TWO", "post_code": "bs1 4qa"})

    assert 'value="Bristol"' in shop.client.get("/locations/TWO").text


def test_the_page_converts_a_location_to_bins(shop):
    assert "Convert to bins" in words(shop.client.get("/locations/BLUE"))
    assert shop.client.get("/locations/BLUE/convert").status_code == 200

    refused = shop.client.send("/locations/RED/convert", {"code": "ALL"})
    assert refused.status_code == 422
    assert "below zero" in words(refused)
    assert shop.client.send("/locations/BLUE/convert", {"code": "ALL"}).status_code == 303

    page = words(shop.client.get("/bins/BLUE"))
    assert "ALL" in page
    assert " 50 " in page


def test_much_stock_is_converted_to_bins_by_a_job_all_or_nothing(shop, monkeypatch):
    monkeypatch.setattr(bin_conversion, "AT_ONCE", 0)
    monkeypatch.setattr(bin_conversion, "CHUNK", 1)
    with shop.trade() as trade:
        trade.world.receive(shop.item(trade, "NUT"), 7, 2, at="BLUE")

    asked = shop.client.send("/locations/BLUE/convert", {"code": "ALL"})
    done = shop.client.get(asked.headers["Location"]).text
    again = shop.client.send("/locations/BLUE/convert", {"code": "ALL"})

    assert asked.headers["Location"].startswith("/jobs/")
    assert "Bins for BLUE" in done
    job_id = asked.headers["Location"].rsplit("/", 1)[1]
    assert shop.client.get(f"/locations/converted/{job_id}").headers["Location"] == "/bins/BLUE"
    assert again.status_code == 422
    with shop.trade() as trade:
        held = trade.session.scalars(select(BinContent.quantity).order_by(BinContent.quantity)).all()
        assert held == [7, 50]
        assert verify(trade.session) == []
