"""Items: list with its filters, card, new, edit, delete, bulk actions."""

from __future__ import annotations

import csv
import io
import re
import time
from decimal import Decimal

import pytest
from sqlalchemy import select

from blueprints.items_list import LISTING
from models import Item, ItemLedgerEntry, SavedView, User, VatProductPostingGroup, db
from models.enums import ItemType
from tests.support.item_pages import ItemPages, error_beside, is_page, rows, words
from tests.support.people import add_user
from tests.support.queries import queries_of


@pytest.fixture
def shop(app, login):
    """Three items: BOLT (Red, in METAL), NUT (Blue, in BRASS below METAL), GLUE without any."""
    made = ItemPages(app)
    login(made.client, "owner")
    made.category("METAL")
    made.category("BRASS", "METAL")
    made.attribute("Colour", "option", "Red", "Blue")
    made.attribute("Width", "decimal", unit_of_measure="cm")
    for no, category, colour, width in (("BOLT", "METAL", "Red", "4"), ("NUT", "BRASS", "Blue", "7.5")):
        made.item(no, unit_price="5", unit_cost="2")
        made.put(no, category)
        made.give(no, "Colour", colour)
        made.give(no, "Width", width)
    made.item("GLUE", description="Wood glue")
    return made


def log_in(shop):
    """As the owner, on whatever database the shop is."""
    user_id = add_user(shop.app, "owner")
    with shop.app.app_context():
        uniquifier = db.session.get_one(User, user_id).fs_uniquifier
    now = int(time.time())
    with shop.client.session_transaction() as kept:
        kept.update({"_user_id": uniquifier, "_fresh": True, "fs_paa": now, "started_at": now, "seen_at": now})


def form_of(**values):
    return {
        "description": "Screw", "type": "inventory", "base_unit_of_measure_id": "PCS", "costing_method": "fifo",
        "gen_product_posting_group_id": "RETAIL", "inventory_posting_group_id": "RESALE",
        "vat_product_posting_group_id": "", "price_profit_calculation": "profit_is_price_minus_cost",
        "variant_mandatory": "default", "replenishment_system": "purchase", "assembly_policy": "assemble_to_stock",
        "prevent_negative_inventory": "default", "stockout_warning": "default", "reordering_policy": "none",
        "reserve": "optional", "order_tracking_policy": "none", "rounding_precision": "1",
    } | values  # fmt: skip


def numbers(shop):
    with shop.app.app_context():
        return list(db.session.scalars(select(Item.no).order_by(Item.no)))


@pytest.fixture
def filled(shop):
    """What a browser would send back after opening the form of a new item: the values that stand in it."""
    html = shop.client.get("/items/new").text
    values = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', html))
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', html, flags=re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen.group(1)
    for not_sent in ("csrf_token", "look"):  # the second is of a button beside the form
        values.pop(not_sent, None)
    for name in ("inventory_posting_group_id", "gen_product_posting_group_id"):
        if not values.get(name):
            values[name] = form_of()[name]
    return values


# ------------------------------------------------------------------------------------------------ list
def test_the_list_is_a_page_and_a_fragment_with_the_tree_beside_it(shop):
    page, fragment = shop.client.get("/items"), shop.client.fragment("/items")

    assert re.findall(r'href="/items/(\w+)">\1</a>', page.text) == ["BOLT", "GLUE", "NUT"]
    assert "category-tree" in page.text
    assert not is_page(fragment)
    assert fragment.text.lstrip().startswith('<section id="list"')
    assert 'id="category-tree"' in fragment.text


@pytest.mark.parametrize(("query", "expected"), [
    ("category=METAL", ["BOLT", "NUT"]),
    ("category=BRASS", ["NUT"]),
    ("attr={colour}=Red", ["BOLT"]),
    ("attr={colour}=Red&attr={colour}=Blue", ["BOLT", "NUT"]),
    ("a{width}_min=5", ["NUT"]),
    ("a{width}_max=5", ["BOLT"]),
    ("a{width}_min=1&a{width}_max=9&attr={colour}=Blue", ["NUT"]),
    ("q=glue", ["GLUE"]),
    ("q=wood gl", ["GLUE"]),
    ("q=nothing like it", []),
    ("blocked=yes", []),
    ("type=service", []),
    ("unit=PCS", ["BOLT", "GLUE", "NUT"]),
    ("category=METAL&q=nut", ["NUT"]),
    ("sort=-no", ["NUT", "GLUE", "BOLT"]),
    ("sort=description", ["BOLT", "NUT", "GLUE"]),
])  # fmt: skip
def test_what_the_address_asks_for_is_shown(shop, query, expected):
    url = "/items?" + query.format(colour=shop.id_of("Colour"), width=shop.id_of("Width"))

    page, fragment = shop.client.get(url), shop.client.fragment(url)

    for response in (page, fragment):
        assert response.status_code == 200
        assert re.findall(r'href="/items/(\w+)">\1</a>', response.text) == expected


def test_each_condition_is_a_chip_that_takes_only_itself_away(shop):
    colour, width = shop.id_of("Colour"), shop.id_of("Width")

    page = shop.client.get(f"/items?attr={colour}=Red&attr={colour}=Blue&a{width}_min=1&a{width}_max=9&category=METAL")

    chips = {re.sub(r"<.*?>", "", text).strip(): href.replace("&amp;", "&") for href, text in
             re.findall(r'<a class="chip" href="([^"]*)"[^>]*>(.*?)<span', page.text)}  # fmt: skip
    assert set(chips) == {"Colour: Red", "Colour: Blue", "Width: 1 – 9 cm", "Category: METAL Metal"}
    assert chips["Colour: Red"].count("attr=") == 1
    assert "Blue" in chips["Colour: Red"]
    assert f"a{width}_min" not in chips["Width: 1 – 9 cm"]


@pytest.mark.parametrize("query", [
    "category=NOPE", "attr=999=Red", "attr=rubbish", "a{width}_min=abc", "a{width}_min=1e30", "a{width}_min=NaN",
    "stock=much", "type=x", "blocked=perhaps", "vendor=NOPE", "attr={colour}=Re%00d",
])  # fmt: skip
def test_a_condition_that_makes_no_sense_is_said_and_nothing_is_shown(shop, query):
    response = shop.client.get("/items?" + query.format(colour=shop.id_of("Colour"), width=shop.id_of("Width")))

    assert response.status_code == 422
    assert 'role="alert"' in response.text
    assert rows(response) == []


def test_damaged_state_is_no_error(shop):
    for query in ("sort=drop", "after=rubbish", "cols=x,y", "size=7", "start=-1", "q=%00", "q=%25_", "before=end"):
        assert shop.client.get(f"/items?{query}").status_code == 200


def test_stock_is_shown_and_opens_the_entries(shop):
    shop.receive("BOLT", "7")

    page = shop.client.get("/items")

    assert re.search(r'href="/ledger/items\?item=BOLT">7</a>', page.text)


def test_who_may_not_see_costs_finds_no_column_of_them(shop, login):
    url = "/items?cols=no,unit_cost,value"
    assert "Unit cost" in words(shop.client.get(url))

    login(shop.client, "viewer")

    assert ">Unit cost<" not in shop.client.get(url).text
    assert "New item" not in shop.client.get(url).text


def test_every_column_of_the_list_can_be_taken_in_and_read(shop):
    keys = [column.key for column in LISTING.columns]

    shown = words(shop.client.get("/items?cols=" + ",".join(keys)))

    for label in ("Search description", "Standard cost", "Lead time", "Tariff no.", "Has variants", "Last modified"):
        assert label in shown


def test_the_filtered_list_leaves_as_csv_and_xlsx(shop):
    answer = shop.client.get("/items?category=METAL&export=csv")

    table = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert answer.status_code == 200
    assert [row[table[0].index("No.")] for row in table[1:]] == ["BOLT", "NUT"]
    with shop.client.get("/items?export=xlsx") as file:
        assert file.data[:2] == b"PK"
    assert shop.client.get("/items?export=exe").status_code == 404


def test_a_view_is_saved_under_its_name(shop):
    saved = shop.client.send("/views/items", {"name": "Metal", "query": "category=METAL", "back": "/items"})

    assert saved.status_code == 303
    assert shop.count(SavedView) == 1
    assert "/items?category=METAL" in shop.client.get("/items").text


def test_the_list_costs_the_same_with_twice_the_items(shop):
    url = f"/items?category=METAL&attr={shop.id_of('Colour')}=Red"
    few = [len(queries_of(shop.app, shop.client, one)) for one in ("/items", url)]
    for n in range(6):
        shop.item(f"X{n}")
        shop.put(f"X{n}", "METAL")
        shop.give(f"X{n}", "Colour", "Red")

    assert [len(queries_of(shop.app, shop.client, one)) for one in ("/items", url)] == few
    assert max(few) <= 25


@pytest.mark.postgresql
def test_list_card_and_set_up_answer_on_postgresql_too(make_app, postgres_url):
    shop = ItemPages(make_app(postgres_url))
    log_in(shop)
    shop.category("METAL")
    width = shop.attribute("Width", "decimal", "9", "10", unit_of_measure="cm")
    for no in ("BOLT", "NUT"):
        shop.item(no)
        shop.put(no, "METAL")
        shop.give(no, "Width", "9" if no == "NUT" else "10")
    shop.receive("BOLT", "7")

    for query in ("", "category=METAL", f"a{width}_max=9.5", "q=nu", "sort=on_hand", "sort=-on_hand", "stock=ok",
                  "unit=PCS", "sort=-description&before=end", "blocked=no&type=inventory"):  # fmt: skip
        page = shop.client.get(f"/items?{query}")
        assert page.status_code == 200, query
        assert "NUT" in page.text, query
    for url in ("/items/BOLT", "/units", "/attributes", f"/attributes/{width}", "/categories", "/categories/METAL"):
        assert shop.client.get(url).status_code == 200, url


# ------------------------------------------------------------------------------------------------ card
def test_the_card_shows_stock_value_and_what_the_item_has(shop):
    shop.receive("BOLT", "7", "2")

    page = shop.client.get("/items/BOLT")

    text = words(page)
    assert "On hand 7" in text
    assert re.search(r"Value 14[.,]00", text)
    assert "BLUE" in text
    assert "Colour Red" in text
    assert "Width 4 cm" in text
    for link in ("/ledger/items?item=BOLT", "/ledger/values?item=BOLT", "/ledger/items?item=BOLT&amp;location=BLUE"):
        assert f'href="{link}"' in page.text
        assert shop.client.get(link.replace("&amp;", "&")).status_code == 200


def test_who_may_not_see_costs_sees_none_on_the_card(shop, login):
    shop.receive("BOLT", "7", "2")
    login(shop.client, "viewer")

    page = shop.client.get("/items/BOLT")

    assert "On hand 7" in words(page)
    assert "14.00" not in page.text
    assert "Unit cost" not in page.text
    for hidden in ("/items/BOLT/edit", "/items/BOLT/delete", "edit=new"):
        assert hidden not in page.text


def test_the_card_costs_the_same_with_twice_of_everything(shop):
    def more(first):
        for n in range(first, first + 3):
            shop.client.send("/items/BOLT/variants", {"edit": "new", "code": f"V{n}"})
            shop.client.send("/items/BOLT/references", {
                "edit": "new", "reference_no": f"R{n}", "reference_type": "", "unit_of_measure_id": unit,
                "variant_id": "0",
            })  # fmt: skip
            shop.attribute(f"More {n}", "text")
            shop.give("BOLT", f"More {n}", "x")
        shop.receive("BOLT", "1", at="BLUE" if first else "RED")

    unit = str(shop.id_of("PCS"))
    more(0)
    few = len(queries_of(shop.app, shop.client, "/items/BOLT"))
    more(3)

    assert len(queries_of(shop.app, shop.client, "/items/BOLT")) == few <= 25


@pytest.mark.parametrize("url", [
    "/items/NOPE", "/items/NOPE/edit", "/items/NOPE/units", "/items/NOPE/picture", "/items/BOLT/nothing",
    "/items/BOLT/units?edit=NOPE", "/items/BOLT/references?edit=999",
    "/items/BOLT/references?edit=99999999999999999999",
    "/items/pictures/" + "0" * 64 + "/small", "/items/%00",
])  # fmt: skip
def test_what_does_not_exist_is_not_found(shop, url):
    assert shop.client.get(url).status_code == 404


# ------------------------------------------------------------------------------------------------ new, edit, delete
def test_what_a_new_item_needs_has_a_star(shop):
    html = shop.client.get("/items/new?template=").text

    for label in ("Base unit", "General product posting group", "VAT product posting group"):
        assert re.search(rf"{label}<span class=.required.", html), label


def test_a_new_item_is_created_with_what_the_form_proposes(shop, filled):
    made = shop.client.send("/items/new", filled | {"no": "screw", "description": "Screw", "unit_price": "1.25"})

    assert made.status_code == 303, words(made)
    assert made.headers["Location"].endswith("/items/SCREW")
    assert str(shop.field("SCREW", "unit_price")) == "1.25000"
    assert "Screw" in words(shop.client.get("/items/SCREW"))


def test_the_card_of_what_is_not_kept_in_stock_opens(shop):
    shop.item("HOUR", type=ItemType.SERVICE, shelf_no="A1", net_weight=2)

    page = shop.client.get("/items/HOUR")

    assert is_page(page)
    assert [word for word in ("On sales orders", "GTIN", "Shelf no.", "Net weight") if word in words(page)] == []


def test_htmx_is_led_to_the_new_card(shop, filled):
    made = shop.client.send("/items/new", filled | {"no": "screw", "description": "Screw"}, htmx=True)

    assert made.headers["HX-Redirect"].endswith("/items/SCREW")


@pytest.mark.parametrize(("name", "value", "sentence"), [
    ("description", "", "missing"),
    ("description", "x" * 101, "At most 100"),
    ("no", "BOLT", "already"),
    ("no", "😀", "letters, digits"),
    ("base_unit_of_measure_id", "", "missing"),
    ("base_unit_of_measure_id", "NOPE", "There is no unit"),
    ("category_id", "NOPE", "There is no category"),
    ("unit_price", "-1", "negative"),
    ("unit_price", "1e30", "not a number"),
    ("unit_price", "NaN", "not a number"),
    ("unit_price", "1.000001", "decimals"),
    ("gtin", "12X", "14 digits"),
    ("lead_time", "soon", "2D"),
    ("type", "thing", ""),
])  # fmt: skip
def test_what_does_not_do_is_refused_beside_its_field_and_all_is_kept(shop, filled, name, value, sentence):
    data = filled | {"no": "SCREW", "description": "Screw", "vendor_item_no": "kept words"} | {name: value}

    page, fragment = shop.client.send("/items/new", data), shop.client.send("/items/new", data, htmx=True)

    assert (page.status_code, fragment.status_code) == (422, 422)
    assert error_beside(page, name)
    assert sentence in error_beside(page, name)
    assert "kept words" in page.text
    assert fragment.text.lstrip().startswith('<div id="item-edit">')
    assert numbers(shop) == ["BOLT", "GLUE", "NUT"]


def edited(shop, no, /, **changes):
    """What a browser sends back from the form of an item, with `changes`."""
    html = shop.client.get(f"/items/{no}/edit").text
    values = {}
    for tag in re.findall(r"<input[^>]*>", html):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ('type="checkbox"' not in tag or "checked" in tag):
            values[name.group(1)] = value.group(1)
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', html, flags=re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen.group(1)
    for not_sent in ("csrf_token", "look"):  # the second is of a button beside the form
        values.pop(not_sent, None)
    with shop.app.app_context():
        vat = db.session.scalar(select(VatProductPostingGroup.code).limit(1)) or ""
    return values | {"vat_product_posting_group_id": vat} | changes


def test_an_item_is_changed_and_what_was_not_touched_stays(shop):
    values = edited(shop, "BOLT", description="Big bolt")

    saved = shop.client.send("/items/BOLT/edit", values)

    assert saved.status_code == 303, words(saved)
    assert shop.field("BOLT", "description") == "Big bolt"
    assert str(shop.field("BOLT", "unit_price")) == "5.00000"
    assert shop.values_of("BOLT") == {"Colour": "Red", "Width": "4"}


def test_a_new_number_is_followed_by_the_entries(shop):
    shop.receive("BOLT", "7")

    saved = shop.client.send("/items/BOLT/edit", edited(shop, "BOLT", no="SCREW"))

    assert saved.headers["Location"].endswith("/items/SCREW")
    assert "On hand 7" in words(shop.client.get("/items/SCREW"))
    assert shop.client.get("/items/BOLT").status_code == 404


def test_a_refused_change_changes_nothing(shop):
    shop.receive("BOLT", "7")

    refused = shop.client.send("/items/BOLT/edit", edited(shop, "BOLT", description="Other", type="service"), htmx=True)

    assert refused.status_code == 422
    assert shop.field("BOLT", "description") == "Bolt"
    assert "Other" in refused.text


def test_a_buyer_may_not_block_even_with_a_forged_form(shop, login):
    login(shop.client, "seller")
    refused = shop.client.send("/items/BOLT/edit", {"blocked": "y", "description": "Hacked"})
    assert refused.status_code == 403

    login(shop.client, "buyer")
    form = edited(shop, "BOLT", blocked="y", description="Bolt")
    shop.client.send("/items/BOLT/edit", form)

    assert shop.field("BOLT", "blocked") is False


def test_an_item_without_entries_is_deleted_one_with_entries_is_not(shop):
    shop.receive("BOLT", "7")

    gone = shop.client.send("/items/GLUE/delete")
    kept = shop.client.send("/items/BOLT/delete", follow_redirects=True)

    assert gone.status_code == 303
    assert numbers(shop) == ["BOLT", "NUT"]
    assert "BOLT" in words(kept)
    assert "status" in kept.text or "toast" in kept.text
    assert shop.count(ItemLedgerEntry) == 1


def test_who_may_only_look_writes_nothing(shop, login):
    login(shop.client, "viewer")

    for url in ("/items/new", "/items/BOLT/edit", "/items/BOLT/delete", "/items/bulk/category", "/items/bulk/block",
                "/items/BOLT/units", "/items/BOLT/variants", "/items/BOLT/references", "/items/BOLT/attributes",
                "/items/BOLT/units/delete", "/items/BOLT/picture", "/items/BOLT/picture/delete",
                "/items/BOLT/variants/attributes"):  # fmt: skip
        assert shop.client.send(url, {"ids": "1", "description": "Hacked"}).status_code == 403, url
    assert shop.client.get("/items/new").status_code == 403
    assert shop.client.get("/items/BOLT/units?edit=new").status_code == 403
    assert numbers(shop) == ["BOLT", "GLUE", "NUT"]


def test_a_form_without_its_token_is_refused(shop):
    assert shop.client.post("/items/GLUE/delete").status_code == 400
    assert "GLUE" in numbers(shop)


# ------------------------------------------------------------------------------------------------ bulk
def ids(shop, *nos):
    with shop.app.app_context():
        return list(db.session.scalars(select(Item.id).where(Item.no.in_(nos))))


def test_ticked_items_are_put_into_a_category_after_a_question(shop):
    ticked = ids(shop, "GLUE", "NUT")

    asked = shop.client.send("/items/bulk/category", {"ids": ticked, "action": "category"})
    assert asked.status_code == 200
    assert asked.text.count('name="ids"') == 2

    done = shop.client.send("/items/bulk/category", {"ids": ticked, "category_id": "METAL"})
    assert done.status_code == 303
    assert re.findall(r'href="/items/(\w+)">\1</a>', shop.client.get("/items?category=METAL").text) == [
        "BOLT", "GLUE", "NUT",
    ]  # fmt: skip


def test_a_category_that_does_not_exist_moves_nothing(shop):
    refused = shop.client.send("/items/bulk/category", {"ids": ids(shop, "GLUE"), "category_id": "NOPE"}, htmx=True)

    assert refused.status_code == 422
    assert "There is no category" in error_beside(refused, "category_id")
    assert refused.text.count('name="ids"') == 1
    assert shop.field("GLUE", "category_id") is None


def test_ticked_items_are_blocked_and_freed(shop):
    ticked = ids(shop, "GLUE", "NUT")

    asked = shop.client.send("/items/bulk/block", {"ids": ticked, "action": "block"})
    assert asked.status_code == 200
    assert 'name="reason"' in asked.text
    unsaid = shop.client.send("/items/bulk/block", {"ids": ticked, "action": "block", "reason": " "})
    assert unsaid.status_code == 422
    assert error_beside(unsaid, "reason")
    assert not shop.field("NUT", "blocked")

    shop.client.send("/items/bulk/block", {"ids": ticked, "action": "block", "reason": "recalled"})
    assert [shop.field(no, "blocked") for no in ("BOLT", "GLUE", "NUT")] == [False, True, True]
    assert re.findall(r'href="/items/(\w+)">\1</a>', shop.client.get("/items?blocked=yes").text) == ["GLUE", "NUT"]

    shop.client.send("/items/bulk/block", {"ids": ticked, "action": "unblock", "reason": "checked"})
    assert [shop.field(no, "blocked") for no in ("GLUE", "NUT")] == [False, False]


@pytest.mark.parametrize("ticked", [[], ["rubbish"], ["99999999999999999999"]])
def test_nothing_ticked_is_said(shop, ticked):
    for url in ("/items/bulk/category", "/items/bulk/block"):
        answer = shop.client.send(url, {"ids": ticked, "action": "block"}, follow_redirects=True)
        assert "Tick some items first." in words(answer)


def test_a_standard_cost_with_history_is_confirmed_first(shop):
    shop.item("CAM", unit_cost="2", standard_cost=Decimal(2), method="standard")
    form = edited(shop, "CAM", standard_cost="3", cost_change_reason="new price list")
    shop.receive("CAM", "3")

    asked = shop.client.send("/items/CAM/edit", form)
    assert asked.status_code == 422
    assert 'name="confirmed" value="standard_cost_changed"' in asked.text
    assert "Confirm it to save" in error_beside(asked, "standard_cost")
    assert shop.field("CAM", "standard_cost") == 2

    assert shop.client.send("/items/CAM/edit", form | {"confirmed": "standard_cost_changed"}).status_code == 303
    assert (shop.field("CAM", "standard_cost"), shop.field("CAM", "unit_cost")) == (3, 3)
