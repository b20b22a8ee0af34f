"""Responsibility centres: what they put on documents, whom they limit, what they print (items.md section 17)."""

import pytest
from sqlalchemy import func, select

from core.errors import DomainError
from core.unit_of_work import perform
from models import (
    CompanyInformation,
    Customer,
    Dimension,
    DimensionValue,
    GlEntry,
    ItemLedgerEntry,
    PostedDocument,
    ResponsibilityCenter,
    TradeDocument,
    User,
    ValueEntry,
    Vendor,
)
from models.enums import CenterArea, TradeSide, TradeType
from services import centers, dimensions
from services.trade import corrections, documents, headers
from services.trade.parties import center_notice
from tests.builders import day
from tests.support.item_pages import error_beside, words
from tests.support.pdfs import text_of
from tests.support.people import add_user
from tests.support.trade import TradeShop
from tests.support.trading import Trade

DAY = day("2025-03-02")


class Sites:
    """EAST at RED with an address and a dimension, WEST at BLUE; users by what they are limited to."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        perform(trade.session, self._make)

    def _make(self, session) -> None:
        place = self.trade.world.location_id
        east = centers.create_center(
            session, "EAST",
            {"name": "Thames valley", "location_id": place("RED"), "address": "4 Quay Road", "city": "Reading"},
        )  # fmt: skip
        centers.create_center(session, "WEST", {"name": "Bristol", "location_id": place("BLUE")})
        area = Dimension(code="AREA", name="Area")
        session.add(area)
        session.flush()
        value = DimensionValue(dimension_id=area.id, code="E", name="Eastern")
        session.add(value)
        session.flush()
        dimensions.set_default(session, east, area.id, value.id)

    def user(self, name: str = "e", **areas: str) -> int:
        """A user limited to centres of some areas (codes with commas); the id."""

        def work(session):
            user = User(email=f"{name}@x.test", fs_uniquifier=name, active=True)
            session.add(user)
            session.flush()
            for area, codes in areas.items():
                centers.set_centers(session, user, CenterArea(area), codes.split(","))
            return user.id

        return perform(self.trade.session, work)

    def id(self, code: str) -> int:
        return self.trade.session.scalars(
            select(ResponsibilityCenter.id).where(ResponsibilityCenter.code == code)
        ).one()

    def open(
        self, user_id=None, *, side=TradeSide.SALES, type_=TradeType.ORDER, party="CUST", **values
    ) -> TradeDocument:
        return perform(
            self.trade.session,
            lambda session: documents.create_document(
                session, side, TradeType.ORDER, party, values, on=DAY, user_id=user_id
            ),
        )

    def of(self, code: str, *rows, side="sales_order") -> TradeDocument:
        """A document of a centre, with lines."""
        return self.trade.open(side, *rows, responsibility_center_id=self.id(code))

    def change(self, document, user_id=None, **values) -> TradeDocument:
        return perform(
            self.trade.session,
            lambda session: headers.change_header(
                session, document.id, values, confirmed={"lines_rebuilt", "lines_follow"}, user_id=user_id
            ),
        )


@pytest.fixture
def sites(each_trade):
    return Sites(each_trade)


# ------------------------------------------------------------------------------------------------ RSP-1
@pytest.fixture
def shop(app, login):
    """Five sales orders, three of EAST; the browser is a seller of EAST."""
    found = TradeShop(app)
    with found.trade() as trade:
        sites = Sites(trade)
        for code in ("EAST", "WEST", "EAST", "WEST", "EAST"):
            item = TradeShop.item(trade, "BOLT")
            order = sites.of(code, {"item": item, "quantity": 1, "unit_amount": 5})
            trade.release(order)
    user_id = login(found.client, "seller")
    found.limit = lambda *codes, area="sales": _limit(found, user_id, codes, area)
    found.limit("EAST")
    return found


def _limit(shop, user_id, codes, area) -> None:
    with shop.trade() as trade:
        perform(
            trade.session,
            lambda s: centers.set_centers(s, s.get_one(User, user_id), CenterArea(area), codes),
        )


def nos_of(shop, code):
    with shop.trade() as trade:
        return list(
            trade.session.scalars(
                select(TradeDocument.no)
                .join(ResponsibilityCenter, ResponsibilityCenter.id == TradeDocument.responsibility_center_id)
                .where(ResponsibilityCenter.code == code)
            )
        )


def tile(shop, label):
    """The figure of a tile of the role centre."""
    text = words(shop.client.get("/"))
    return text[text.index(label) :].split()[len(label.split())]


def test_rsp_1_a_user_of_east_sees_three_of_five_orders_and_the_tile_says_three(shop):
    page = shop.client.get("/sales/orders").text

    assert [no in page for no in nos_of(shop, "EAST")] == [True] * 3
    assert [no in page for no in nos_of(shop, "WEST")] == [False] * 2
    assert tile(shop, "To ship") == "3"
    assert shop.client.get(f"/sales/orders/{nos_of(shop, 'WEST')[0]}").status_code == 404


def test_rsp_1_with_two_centres_and_with_the_switch_off_all_five_are_seen(shop):
    shop.limit("EAST", "WEST")
    assert tile(shop, "To ship") == "5"

    shop.limit("EAST")
    with shop.trade() as trade:
        trade.change(trade.session.get_one(CompanyInformation, 1), limit_to_centers=False)
    assert tile(shop, "To ship") == "5"
    assert shop.client.get(f"/sales/orders/{nos_of(shop, 'WEST')[0]}").status_code == 200


def test_rsp_1_the_company_default_limits_nobody_and_purchases_are_not_limited_by_a_sales_filter(shop):
    shop.limit()
    with shop.trade() as trade:
        east = centers.get_center(trade.session, "EAST").id
        trade.change(trade.session.get_one(CompanyInformation, 1), responsibility_center_id=east)
    assert tile(shop, "To ship") == "5"

    shop.limit("EAST")
    no = shop.open("purchase_order", ("BOLT", 1))
    assert no in shop.client.get("/purchase/orders").text


def test_rsp_1_search_finds_posted_documents_of_the_own_centre_only(shop):
    posted = {}
    for code in ("EAST", "WEST"):
        shop.post(nos_of(shop, code)[0], "handle")
        posted[code] = shop.posted()[-1][1]

    with shop.trade() as trade:
        assert {hit.no for hit in _found(trade.session, posted["EAST"][:4], None)} == set(posted.values())
        limits = {"sales": frozenset({centers.get_center(trade.session, "EAST").id})}
        assert {hit.no for hit in _found(trade.session, posted["EAST"][:4], limits)} == {posted["EAST"]}
    assert "Nothing found" in shop.client.get(f"/search/suggest?q={posted['WEST']}").text
    assert "Nothing found" not in shop.client.get(f"/search/suggest?q={posted['EAST']}").text
    assert posted["EAST"] in shop.client.get("/sales/posted/shipments").text
    assert posted["WEST"] not in shop.client.get("/sales/posted/shipments").text


def _found(session, text, limits):
    from services.search import find

    return find(session, text, kinds=["document"], centers=limits)


# ------------------------------------------------------------------------------------------------ RSP-2, 3
def test_rsp_2_a_new_order_gets_the_users_centre_its_location_and_dimension(sites):
    item = sites.trade.item("BOLT")

    order = sites.open(sites.user(sales="EAST"))
    perform(sites.trade.session, lambda s: documents.lock_document(s, order.id))

    assert order.responsibility_center_id == sites.id("EAST")
    assert order.location_id == sites.trade.world.location_id("RED")
    values = dimensions.values_of_set(sites.trade.session, order.dimension_set_id)
    assert [(row.dimension, row.value) for row in values] == [("AREA", "E")]
    bought = sites.of("EAST", {"item": item, "quantity": 2, "unit_amount": 3}, side="purchase_order")
    sites.trade.post(bought)
    entries = (ItemLedgerEntry, ValueEntry, GlEntry)
    assert {
        row for model in entries for row in sites.trade.session.scalars(select(model.dimension_set_id).distinct())
    } == {order.dimension_set_id}
    sites.trade.proven()


def test_rsp_2_the_users_centre_comes_before_the_partys_and_the_companys(sites):
    trade, session = sites.trade, sites.trade.session
    trade.change(session.get_one(CompanyInformation, 1), responsibility_center_id=sites.id("EAST"))
    assert sites.open().responsibility_center_id == sites.id("EAST")

    trade.change(session.scalars(select(Customer).where(Customer.no == "CUST")).one(),
                 responsibility_center_id=sites.id("WEST"))  # fmt: skip
    assert sites.open().responsibility_center_id == sites.id("WEST")

    user_id = sites.user(sales="EAST,WEST")
    order = sites.open(user_id)
    assert order.responsibility_center_id == sites.id("EAST")
    notice = center_notice(session, order, user_id)
    assert "CUST belongs to responsibility centre WEST" in notice
    assert "of EAST" in notice
    assert center_notice(session, sites.open(), None) == ""


def test_rsp_3_a_party_with_its_own_location_keeps_it(sites):
    trade, session = sites.trade, sites.trade.session
    blue = trade.world.location_id("BLUE")
    trade.change(session.scalars(select(Customer).where(Customer.no == "CUST")).one(), location_id=blue)
    trade.change(session.scalars(select(Vendor).where(Vendor.no == "VEND")).one(), location_id=blue)

    user_id = sites.user(sales="EAST", purchase="EAST")

    assert sites.open(user_id).location_id == blue
    assert sites.open(user_id, side=TradeSide.PURCHASE, party="VEND").location_id == blue
    assert sites.open(user_id, party="CUST2").location_id == trade.world.location_id("RED")


def test_rsp_3_the_companys_location_comes_last(sites):
    trade = sites.trade
    trade.change(trade.session.get_one(CompanyInformation, 1), location_id=trade.world.location_id("BLUE"))

    assert sites.open().location_id == trade.world.location_id("BLUE")
    assert sites.open(sites.user(sales="EAST")).location_id == trade.world.location_id("RED")


# ------------------------------------------------------------------------------------------------ RSP-4
def test_rsp_4_typing_another_centre_is_refused(sites):
    trade, user_id = sites.trade, sites.user(sales="EAST")
    west = sites.id("WEST")

    error = trade.refused("responsibility_centre", lambda: sites.open(user_id, responsibility_center_id=west))
    assert (error.field, "EAST" in error.message) == ("responsibility_center_id", True)
    order = sites.open(user_id)
    trade.refused("responsibility_centre", lambda: sites.change(order, user_id, responsibility_center_id=west))
    assert trade.document(order.id).responsibility_center_id == sites.id("EAST")
    assert sites.open(sites.user("both", sales="EAST,WEST"), responsibility_center_id=west)


def test_rsp_4_a_document_of_another_centre_is_neither_deleted_nor_posted(sites):
    trade, user_id = sites.trade, sites.user(sales="EAST", purchase="EAST")
    other = sites.of("WEST", {"item": trade.item("BOLT"), "quantity": 1, "unit_amount": 5}, side="purchase_order")
    poster = type(trade.poster)(user_id=user_id, user_name="e")

    trade.refused(
        "responsibility_centre",
        lambda: perform(trade.session, lambda s: documents.delete_document(s, other.id, user_id=user_id)),
    )
    trade.refused("responsibility_centre", lambda: trade.post(other, poster=poster))
    posted = trade.post(other)
    trade.refused(
        "responsibility_centre",
        lambda: perform(
            trade.session,
            lambda s: corrections.draft_credit_memo(s, posted["invoice_id"], on=DAY, user_id=user_id),
        ),
    )
    trade.refused(
        "responsibility_centre",
        lambda: perform(trade.session, lambda s: corrections.cancel_invoice(s, posted["invoice_id"], poster, on=DAY)),
    )


def test_rsp_4_a_document_is_not_assigned_to_a_user_of_another_centre(sites):
    order, west = sites.of("EAST"), sites.user("w", sales="WEST")
    east = sites.user("e", sales="EAST")

    error = sites.trade.refused("responsibility_centre", lambda: sites.change(order, assigned_user_id=west))
    assert error.field == "assigned_user_id"
    sites.change(order, assigned_user_id=east)
    assert sites.trade.document(order.id).assigned_user_id == east

    sites.change(order, responsibility_center_id=sites.id("WEST"))
    assert sites.trade.document(order.id).assigned_user_id is None


def test_rsp_4_another_centre_asks_and_makes_the_lines_anew_while_the_order_is_open(sites):
    trade = sites.trade
    order = sites.of("EAST", {"item": trade.item("BOLT"), "quantity": 1, "unit_amount": 5})
    with pytest.raises(DomainError) as asked:
        perform(
            trade.session,
            lambda s: headers.change_header(s, order.id, {"responsibility_center_id": sites.id("WEST")}),
        )
    assert asked.value.code == "lines_rebuilt_question"
    trade.session.rollback()

    sites.change(order, responsibility_center_id=sites.id("WEST"))

    line = trade.line(order)
    assert (line.location_id, line.dimension_set_id) == (trade.world.location_id("BLUE"), 0)
    trade.release(order)
    trade.refused("document_released", lambda: sites.change(order, responsibility_center_id=sites.id("EAST")))


def test_rsp_4_the_page_says_it_beside_the_field(shop):
    no = nos_of(shop, "EAST")[0]
    with shop.trade() as trade:
        trade.reopen(shop.document(trade, no))
    form = {"document_date": "2025-03-02", "responsibility_center_id": "WEST", "answer": "lines_rebuilt"}

    answer = shop.client.send(f"/sales/orders/{no}/header", form)

    assert answer.status_code == 422
    assert "EAST" in error_beside(answer, "responsibility_center_id")


# ------------------------------------------------------------------------------------------------ RSP-5, 6
def test_rsp_5_the_printed_order_shows_the_centres_address(shop):
    shop.limit()
    with shop.trade() as trade:
        trade.change(trade.session.get_one(CompanyInformation, 1), address="1 Head Street", city="London")

    east = text_of(shop.client.get(f"/sales/orders/{nos_of(shop, 'EAST')[0]}/paper/document.pdf").data)
    west = text_of(shop.client.get(f"/sales/orders/{nos_of(shop, 'WEST')[0]}/paper/document.pdf").data)

    assert "4 Quay Road" in east
    assert "1 Head Street" not in east
    assert "1 Head Street" in west  # WEST has no address of its own


def test_rsp_6_the_ledger_shows_all_and_leads_to_the_documents_of_other_centres(shop):
    shop.post(nos_of(shop, "WEST")[0])
    invoice = next(no for kind, no in shop.posted() if kind == "sales_invoice")
    shipment = next(no for kind, no in shop.posted() if kind == "sales_shipment")

    assert shipment in shop.client.get("/ledger/items").text
    assert shop.client.get(f"/sales/posted/posted-invoices/{invoice}").status_code == 200
    assert invoice not in shop.client.get("/sales/posted/posted-invoices").text
    refused = shop.client.send(f"/sales/posted/posted-invoices/{invoice}/credit-memo")
    assert refused.status_code == 422
    assert "EAST" in words(refused)


# ------------------------------------------------------------------------------------------------ cards
def test_a_centre_lies_at_no_location_in_transit_and_stays_while_it_is_used(sites):
    trade = sites.trade
    way = trade.world.location("WAY", use_as_in_transit=True).id
    trade.refused(
        "location_in_transit",
        lambda: perform(trade.session, lambda s: centers.create_center(s, "WAY", {"location_id": way})),
    )
    sites.of("EAST")
    error = trade.refused(
        "in_use",
        lambda: perform(trade.session, lambda s: centers.delete_center(s, centers.get_center(s, "EAST"))),
    )
    assert "document" in error.message
    perform(trade.session, lambda s: centers.delete_center(s, centers.get_center(s, "WEST")))
    assert trade.session.scalar(select(func.count()).select_from(ResponsibilityCenter)) == 1


def test_the_pages_make_change_and_delete_a_centre_with_its_dimensions(shop, login):
    client = shop.client
    login(client, "owner")

    assert client.send("/setup/responsibility-centres/new", {"code": "north", "name": "North"}).status_code == 303
    assert "NORTH" in client.get("/setup/responsibility-centres").text
    taken = client.send("/setup/responsibility-centres/new", {"code": "east", "name": "x"})
    assert taken.status_code == 422
    assert "exists already" in error_beside(taken, "code")

    with shop.trade() as trade:
        north = centers.get_center(trade.session, "NORTH").id
    url = f"/setup/dimensions/of/responsibility_center/{north}"
    client.send(url, {"dimension_id": "AREA", "dimension_value_id": "E"})
    card = client.get("/setup/responsibility-centres/NORTH")
    assert "Eastern" in words(card)
    client.send("/setup/responsibility-centres/NORTH", {"code": "NORD", "name": "North", "city": "York"})
    assert "York" in client.get("/setup/responsibility-centres/NORD").text
    assert client.send("/setup/responsibility-centres/NORD/delete").status_code == 303
    assert client.get("/setup/responsibility-centres/NORD").status_code == 404


def test_the_card_of_a_user_names_several_centres_and_refuses_unknown_ones(shop, login):
    user_id = add_user(shop.app, "clerk")
    login(shop.client, "owner")
    form = {"email": "clerk@shop.example", "roles": "clerk", "sales_centers": "west, east", "purchase_centers": ""}

    assert shop.client.send(f"/users/{user_id}", form).status_code == 303
    assert 'value="WEST, EAST"' in shop.client.get(f"/users/{user_id}").text
    refused = shop.client.send(f"/users/{user_id}", form | {"sales_centers": "NOWHERE"})

    assert refused.status_code == 422
    assert "NOWHERE" in error_beside(refused, "sales_centers")
    with shop.trade() as trade:
        assert len(centers.centers_of(trade.session, user_id, CenterArea.SALES)) == 2
        assert centers.centers_of(trade.session, user_id, CenterArea.PURCHASE) == []


def test_posted_documents_keep_their_centre(sites):
    order = sites.of("EAST", {"item": sites.trade.item("BOLT"), "quantity": 1, "unit_amount": 5}, side="purchase_order")
    sites.trade.post(order)

    assert set(sites.trade.session.scalars(select(PostedDocument.responsibility_center_id))) == {sites.id("EAST")}
