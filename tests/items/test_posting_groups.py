"""Posting groups and the posting set-up: what is refused, suggested, asked and found missing (items.md section 16)."""

import pytest
from sqlalchemy import delete, select, update

from core.errors import DomainError
from core.unit_of_work import perform
from models import (
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    GlEntry,
    InventoryPostingGroup,
    InventoryPostingSetup,
    Item,
    Location,
    TradeSetup,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
)
from posting.verify import verify
from services import locations, posting_setup, small_lists
from services.posting_setup import GENERAL, INVENTORY
from services.setup_checks import missing_setup
from services.setup_checks_documents import everything_missing
from tests.builders import day
from tests.support.item_pages import error_beside, words
from tests.support.trade import TradeShop

DAY = day("2025-03-02")


class Books:
    """Short words for a company's posting set-up."""

    def __init__(self, trade) -> None:
        self.trade, self.world, self.session = trade, trade.world, trade.session

    def do(self, work):
        return perform(self.session, work)

    def place(self, code) -> int:
        return self.do(lambda s: locations.create_location(s, code, {"name": code}).id)

    def group(self, model, code="RESALE"):
        return self.session.scalars(select(model).where(model.code == code)).one()

    def setup_row(self, location, group="RESALE"):
        return posting_setup.find_row(
            self.session, INVENTORY, self.world.location_id(location), self.group(InventoryPostingGroup, group).id
        )

    def suggest(self, location_id):
        _rows, columns = posting_setup.keys_of(self.session, INVENTORY)
        self.do(lambda s: posting_setup.fill_row(s, INVENTORY, location_id, [column.id for column in columns]))

    def accounts(self) -> list[tuple[str, int]]:
        """(account no., amount) of every G/L entry, in its order."""
        rows = self.session.execute(
            select(GlAccount.no, GlEntry.amount)
            .join(GlAccount, GlAccount.id == GlEntry.account_id)
            .order_by(GlEntry.id)
        )
        return [(row.no, row.amount) for row in rows]

    def no(self, row, name) -> str:
        """The number of an account of a row."""
        return self.session.get_one(GlAccount, getattr(row, f"{name}_account_id")).no

    def refused(self, code, work) -> DomainError:
        return self.trade.refused(code, work)


@pytest.fixture
def books(each_trade):
    return Books(each_trade)


# ------------------------------------------------------------------------------------------------ PST-1
def test_pst_1_a_new_location_is_refused_by_name_and_posts_after_suggest(books):
    place, bolt = books.place("NEW"), books.world.item("BOLT")
    group = books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id).code

    error = books.refused("posting_setup_missing", lambda: books.world.receive(bolt, 1, 2, at="NEW"))
    assert "NEW" in error.message
    assert group in error.message
    assert error.opens == ("inventory", "NEW", group)
    gaps = [gap for gap in missing_setup(books.session) if gap.row_code == "NEW"]
    assert {gap.column_code for gap in gaps} == {group}

    books.suggest(place)
    books.world.receive(bolt, 1, 2, at="NEW")

    assert books.setup_row("NEW", group).inventory_account_id == books.setup_row("BLUE", group).inventory_account_id
    assert verify(books.session) == []


def test_pst_1_a_copied_row_has_all_accounts_of_its_source(books):
    place, bolt = books.place("NEW"), books.world.item("BOLT")
    group = books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id)
    source = books.setup_row("BLUE", group.code)

    books.do(lambda s: posting_setup.copy_row(s, INVENTORY, source, place, group.id))

    copy = books.setup_row("NEW", group.code)
    assert [getattr(copy, name) for name in INVENTORY.accounts] == [
        getattr(source, name) for name in INVENTORY.accounts
    ]


# ------------------------------------------------------------------------------------------------ PST-2
def test_pst_2_a_group_on_an_item_or_on_value_entries_stays(books):
    bolt = books.world.item("BOLT")
    kind = small_lists.get_list("inventory-groups")
    group = books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id)
    other = books.do(lambda s: small_lists.create_row(s, kind, "OTHER", {"description": "Other"}).id)

    def remove(code):
        return lambda: books.do(lambda s: small_lists.delete_row(s, kind, small_lists.get_row(s, kind, code)))

    error = books.refused("in_use", remove(group.code))
    assert "1 item" in error.message
    books.world.receive(bolt, 1, 2)
    books.do(lambda s: setattr(s.get_one(Item, bolt.id), "inventory_posting_group_id", other))
    books.do(lambda s: s.execute(delete(InventoryPostingSetup)))
    error = books.refused("in_use", remove(group.code))
    assert "value entr" in error.message
    books.refused("in_use", remove("OTHER"))


def test_pst_2_a_row_that_entries_were_posted_with_stays(books):
    bolt = books.world.item("BOLT")
    group = books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id).code
    books.world.receive(bolt, 1, 2, at="BLUE")

    row = books.setup_row("BLUE", group)
    books.refused("in_use", lambda: books.do(lambda s: posting_setup.delete_row(s, INVENTORY, row)))
    used = books.session.scalars(
        select(GeneralPostingSetup).where(
            GeneralPostingSetup.gen_product_posting_group_id == bolt.gen_product_posting_group_id,
            GeneralPostingSetup.gen_business_posting_group_id.in_(select(GlEntry.gen_business_posting_group_id)),
        )
    ).first()
    books.refused("in_use", lambda: books.do(lambda s: posting_setup.delete_row(s, GENERAL, used)))
    books.do(lambda s: posting_setup.delete_row(s, INVENTORY, books.setup_row("RED", group)))
    assert books.setup_row("RED", group) is None


# ------------------------------------------------------------------------------------------------ PST-3
def test_pst_3_another_group_leaves_old_entries_to_their_account(books):
    trade, bolt = books.trade, books.trade.item("BOLT", unit_cost=2)
    old = books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id)
    kind = small_lists.get_list("inventory-groups")

    def another(session):
        group = small_lists.create_row(session, kind, "SPARE", {"description": "Spare parts"})
        account = session.scalars(select(GlAccount).where(GlAccount.account_type == "posting")).all()[-1]
        for location in session.scalars(select(Location)):
            source = posting_setup.find_row(session, INVENTORY, location.id, old.id)
            if source is not None:
                values = {name: getattr(source, name) for name in INVENTORY.accounts}
                posting_setup.save_row(
                    session, INVENTORY, location.id, group.id, values | {"inventory_account_id": account.id}
                )
        return group.id, account.no

    order = trade.open("purchase_order", {"item": bolt, "quantity": 10, "unit_amount": 2})
    trade.post(order, "handle")
    group_id, new_account = books.do(another)
    books.do(lambda s: setattr(s.get_one(Item, bolt.id), "inventory_posting_group_id", group_id))
    old_account = books.no(books.setup_row("", old.code), "inventory")

    trade.post(order, "invoice")
    assert (old_account, 20) in books.accounts()
    assert new_account not in {no for no, _amount in books.accounts()}
    books.world.receive(bolt, 1, 3)

    assert (new_account, 3) in books.accounts()
    assert verify(books.session) == []


# ------------------------------------------------------------------------------------------------ PST-4
def test_pst_4_a_blocked_row_refuses_and_is_found_before(books):
    trade = books.trade
    bolt = trade.item("BOLT", unit_cost=2)
    books.do(lambda s: s.execute(update(GeneralPostingSetup).values(blocked=True)))
    assert any("blocked" in gap.sentence for gap in everything_missing(books.session, DAY))

    error = books.refused("posting_setup_blocked", lambda: books.world.receive(bolt, 1, 2))
    assert error.opens[0] == "general"
    order = trade.open("purchase_order", {"item": bolt, "quantity": 1, "unit_amount": 2})
    error = books.refused("posting_setup_blocked", lambda: trade.post(order))
    assert error.opens[:2] == ("general", "DOMESTIC")

    books.do(lambda s: s.execute(update(GeneralPostingSetup).values(blocked=False)))
    trade.post(order)
    assert not any("blocked" in gap.sentence for gap in everything_missing(books.session, DAY))


# ------------------------------------------------------------------------------------------------ PST-5
def test_pst_5_every_event_hits_the_accounts_of_the_table(books):
    trade = books.trade
    books.world.set(expected_cost_posting_to_gl=True)
    bolt = trade.item("BOLT", unit_cost=2, unit_price=5)
    inventory = books.setup_row("", books.session.get_one(InventoryPostingGroup, bolt.inventory_posting_group_id).code)
    rows = {
        row.gen_business_posting_group_id: row
        for row in books.session.scalars(
            select(GeneralPostingSetup).where(
                GeneralPostingSetup.gen_product_posting_group_id == bolt.gen_product_posting_group_id
            )
        )
    }
    nobody = rows[0]
    home = next(row for business, row in rows.items() if business)

    def since(work):
        before = len(books.accounts())
        work()
        return books.accounts()[before:]

    def pair(debit, credit, amount):
        return [(debit, amount), (credit, -amount)]

    adjusted = since(lambda: books.world.adjust(bolt, 10, 2))
    assert adjusted == pair(books.no(inventory, "inventory"), books.no(nobody, "inventory_adjustment"), 20)
    order = trade.open("purchase_order", {"item": bolt, "quantity": 5, "unit_amount": 2})
    received = since(lambda: trade.post(order, "handle"))
    assert received == pair(books.no(inventory, "inventory_interim"), books.no(home, "invt_accrual_interim"), 10)
    invoiced = since(lambda: trade.post(order, "invoice"))
    assert set(pair(books.no(inventory, "inventory"), books.no(home, "direct_cost_applied"), 10)) <= set(invoiced)
    sale = trade.open("sales_order", {"item": bolt, "quantity": 3, "unit_amount": 5})
    shipped = since(lambda: trade.post(sale, "handle"))
    assert {frozenset(pair_) for pair_ in [shipped]} == {
        frozenset(pair(books.no(home, "cogs_interim"), books.no(inventory, "inventory_interim"), 6))
    }
    billed = since(lambda: trade.post(sale, "invoice"))
    assert set(pair(books.no(home, "cogs"), books.no(inventory, "inventory"), 6)) <= set(billed)
    taken = since(lambda: books.world.adjust(bolt, -1))
    assert set(taken) == set(pair(books.no(nobody, "inventory_adjustment"), books.no(inventory, "inventory"), 2))
    assert verify(books.session) == []


# ------------------------------------------------------------------------------------------------ VAT, pages
@pytest.fixture
def shop(app, login):
    found = TradeShop(app)
    login(found.client, "owner")
    return found


def vat_of(shop, no="BOLT"):
    with shop.trade() as trade:
        item = shop.item(trade, no)
        group = item.vat_product_posting_group_id
        return trade.session.get_one(VatProductPostingGroup, group).code if group else ""


@pytest.mark.parametrize(("answer", "expected"), [("items_follow", "LOW"), ("items_stay", "HIGH")])
def test_another_default_vat_group_asks_whether_the_items_follow(shop, answer, expected):
    with shop.trade() as trade:

        def work(session):
            kind = small_lists.get_list("vat-product-groups")
            high, _low = (small_lists.create_row(session, kind, code, {}) for code in ("HIGH", "LOW"))
            group = session.scalars(select(GenProductPostingGroup)).first()
            group.default_vat_product_posting_group_id = high.id
            session.execute(update(Item).values(gen_product_posting_group_id=group.id))
            shop.item(trade, "BOLT").vat_product_posting_group_id = high.id
            return group.code

        code = perform(trade.session, work)
    url = f"/setup/lists/gen-product-groups/{code}"
    form = {"code": code, "default_vat_product_posting_group_id": "LOW"}

    asked = shop.client.send(url, form)

    assert asked.status_code == 422
    assert "1 item still has the VAT group" in words(asked)
    assert vat_of(shop) == "HIGH"
    assert shop.client.send(url, form | {"answer": answer}).status_code == 303
    assert vat_of(shop) == expected
    assert vat_of(shop, "NUT") != "LOW"  # it never had the old default


def test_a_refusal_leads_to_the_row_that_is_missing(shop):
    with shop.trade() as trade:
        perform(trade.session, lambda s: locations.create_location(s, "NEW", {"name": "New"}))
    no = shop.open("purchase_order", ("BOLT", 1), released=False)
    shop.client.send(f"/purchase/orders/{no}/header", {"document_date": "2025-03-02", "location_id": "NEW",
                                                       "answer": "lines_follow"})  # fmt: skip

    refused = shop.post_page(f"/purchase/orders/{no}")

    assert refused.status_code == 422
    assert "Open the accounts" in words(refused)
    link = refused.text.split('href="/setup/posting/inventory/row?')[1].split('"')[0].replace("&amp;", "&")
    row = shop.client.get(f"/setup/posting/inventory/row?{link}")
    assert row.status_code == 200
    assert "Suggested, not saved yet" in words(row)


def test_the_rows_are_a_list_with_a_view_of_what_is_missing(shop):
    page = shop.client.get("/setup/posting/general/rows")
    assert page.status_code == 200
    assert "Sales account" in words(page)

    with shop.trade() as trade:
        trade.session.execute(update(GeneralPostingSetup).values(cogs_account_id=None))
        trade.session.commit()

    missing = shop.client.get("/setup/posting/general/rows?missing=yes")
    every = shop.client.get("/setup/posting/general/rows?cols=first,second,cogs,purchase_variance")

    assert "DOMESTIC" in words(missing)
    assert "Purchase variance account" in words(every)
    assert shop.client.get("/setup/posting/inventory/rows").status_code == 200


def test_the_check_names_everything_with_the_page_that_fills_it(shop):
    assert "Nothing is missing" in words(shop.client.get("/setup/check"))
    with shop.trade() as trade:

        def work(session):
            shop.item(trade, "BOLT").inventory_posting_group_id = None
            session.scalars(select(Vendor)).first().vendor_posting_group_id = None
            session.get_one(TradeSetup, 1).sales_order_nos_id = None
            session.execute(update(GeneralPostingSetup).values(cogs_account_id=None))
            locations.create_location(session, "NEW", {"name": "New"})

        perform(trade.session, work)

    page = shop.client.get("/setup/check")
    text = words(page)

    assert "1 item has no inventory posting group, first BOLT" in text
    assert "1 vendor lacks a posting group" in text
    assert "sales order" in text
    assert "COGS account" in text
    assert "row=NEW" in page.text
    for link in ("/items/BOLT", "/vendors/VEND"):
        assert f'href="{link}' in page.text
    matrix = shop.client.get("/setup/posting/inventory")
    assert "status-is-danger" in matrix.text


def test_accounts_of_a_row_that_is_gone_are_refused_in_a_sentence(shop):
    with shop.trade() as trade:
        code = trade.session.scalars(select(InventoryPostingGroup.code)).first()

    answer = shop.client.send(f"/setup/posting/inventory/row/copy?row=BLUE&column={code}", {"source": f"GONE|{code}"})

    assert answer.status_code == 303
    assert "does not exist any more. Choose another one." in words(shop.client.get(answer.location))


def test_deleting_a_group_in_use_says_so_on_its_page(shop):
    with shop.trade() as trade:
        code = trade.session.scalars(select(InventoryPostingGroup.code)).first()

    answer = shop.client.send(f"/setup/lists/inventory-groups/{code}/delete")

    assert answer.status_code == 303
    assert "cannot be deleted" in words(shop.client.get(answer.location))
    taken = shop.client.send("/setup/lists/inventory-groups/new", {"code": code})
    assert "exists" in error_beside(taken, "code")


def test_a_vat_rate_that_is_missing_is_found_before_and_led_to(shop):
    with shop.trade() as trade:
        shop.item(trade, "BOLT").vat_product_posting_group_id = trade.session.scalar(
            select(VatProductPostingGroup.id).where(VatProductPostingGroup.code == "STANDARD")
        )
        trade.session.execute(delete(VatPostingSetup))
        trade.session.commit()

    gaps = shop.client.get("/setup/check")
    assert "no VAT rate" in words(gaps)
    assert "/setup/vat-posting/row?" in gaps.text
    no = shop.open("purchase_order", ("BOLT", 1))
    refused = shop.post_page(f"/purchase/orders/{no}")
    assert refused.status_code == 422
    link = refused.text.split('href="/setup/vat-posting/row?')[1].split('"')[0].replace("&amp;", "&")
    form = shop.client.get(f"/setup/vat-posting/row?{link}", follow_redirects=True)
    keys = {name.partition("=")[0]: name.partition("=")[2] for name in link.split("&")}
    assert f'value="{keys["product"]}"' in form.text

    made = {"vat_business_posting_group_id": keys["business"], "vat_product_posting_group_id": keys["product"]}
    assert shop.client.send("/setup/vat-posting/new", made | {"vat_percent": "0"}).status_code == 303

    assert shop.post_page(f"/purchase/orders/{no}").status_code == 303
    again = shop.client.get(f"/setup/vat-posting/row?{link}", follow_redirects=True)
    assert "Delete" in words(again)  # the row itself
