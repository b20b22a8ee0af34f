"""Acceptance checks of catalog items (items.md section 11), on both engines and through the pages."""

import datetime as dt

import pytest
from sqlalchemy import func, select

from core.errors import DomainError, ErrorList, ValidationError, errors_of
from core.unit_of_work import perform
from models import (
    CatalogItem,
    CatalogSetup,
    Item,
    ItemReference,
    ItemSubstitute,
    ItemTemplate,
    ItemVendor,
    Manufacturer,
    NumberSeries,
    TradeDocument,
    UnitOfMeasure,
    Vendor,
)
from models.enums import CatalogNumberFormat, CostingMethod, ReferenceType
from services import items
from services.catalog import entries, numbering
from services.catalog.items import create_item_of
from services.items import substitutes, texts
from services.items.substitute_choices import Thing
from services.items.templates import save_template
from services.reports.catalog import CatalogSalesParameters, catalog_sales
from services.trade.archive import archive_document
from services.trade.catalog_lines import select_catalog_item
from services.trade.substituting import choose_substitute, list_choices
from tests.builders import d, day
from tests.support.queries import queries_of
from tests.support.trade import TradeShop
from tests.support.trading import DAY, Trade


@pytest.fixture
def trade(each_world):
    return Trade(each_world)


def template(trade, code="GOODS", **values):
    """An item template with the groups of an ordinary item; its id."""
    usual = trade.item("USUAL") if not trade.session.scalar(select(Item.id).where(Item.no == "USUAL")) else None
    usual = usual or trade.session.scalars(select(Item).where(Item.no == "USUAL")).one()
    groups = {
        "gen_product_posting_group_id": usual.gen_product_posting_group_id,
        "vat_product_posting_group_id": usual.vat_product_posting_group_id,
        "inventory_posting_group_id": usual.inventory_posting_group_id,
        "base_unit_of_measure_id": usual.base_unit_of_measure_id,
    }
    return perform(trade.session, lambda s: save_template(s, {"code": code, **groups, **values}).id)


def vendor_id(trade):
    return trade.session.scalars(select(Vendor.id).where(Vendor.no == "VEND")).one()


def manufacturer(trade, code="MFR"):
    """A manufacturer; its id."""

    def work(session):
        row = Manufacturer(code=code, name=code.title())
        session.add(row)
        session.flush()
        return row.id

    return perform(trade.session, work)


def offer(trade, number="X-100", *, complete=True, **values):
    """An entry of the catalog, by default all that an item needs."""
    given = {
        "vendor_item_no": number, "description": "Pump", "negotiated_cost": d(7), "published_cost": d(9),
        "unit_price": d(12), "net_weight": d(2), "gross_weight": d(3),
    }  # fmt: skip
    if complete:
        known = trade.session.scalar(select(ItemTemplate.id).where(ItemTemplate.code == "GOODS"))
        given |= {"vendor_id": vendor_id(trade), "item_template_id": known or template(trade)}
    return perform(trade.session, lambda s: entries.create_entry(s, given | values, on=day(DAY)).no)


def entry_of(trade, no):
    return trade.session.scalars(
        select(CatalogItem).where(CatalogItem.no == no).execution_options(populate_existing=True)
    ).one()


def make(trade, no):
    """Make the item by hand; its number."""
    return perform(trade.session, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY)).no)


def take(trade, document, no, **arguments):
    """Select the entry on the document."""
    return perform(trade.session, lambda s: select_catalog_item(s, document.id, no, on=day(DAY), **arguments).line_no)


def item_nos(trade):
    return set(trade.session.scalars(select(Item.no))) - {"USUAL"}


def refused(trade, work):
    """The codes and fields of what refuses."""
    with pytest.raises(DomainError) as refusal:
        perform(trade.session, work)
    return [(single.code, single.field) for single in errors_of(refusal.value)]


def number(trade, number_format, separator=""):
    perform(
        trade.session,
        lambda s: numbering.save_setup(s, {"number_format": number_format, "separator": separator}).id,
    )


# ------------------------------------------------------------------ selecting and taking back
def test_non_1_select_on_an_order_makes_item_vendor_row_and_reference_at_the_catalog_s_price(trade):
    trade.change(trade.session.scalars(select(Vendor).where(Vendor.no == "VEND")).one(), lead_time="5D")
    no = offer(trade, unit_code="DRUM", bar_code="4006381333931", manufacturer_id=manufacturer(trade))
    order = trade.open("sales_order")

    take(trade, order, no, quantity=d(3))

    item = trade.session.scalars(select(Item).where(Item.no == "X-100")).one()
    unit = trade.session.scalars(select(UnitOfMeasure).where(UnitOfMeasure.code == "DRUM")).one()
    assert (item.description, item.unit_price, item.unit_cost, item.last_direct_cost) == ("Pump", 12, 7, 7)
    assert (item.base_unit_of_measure_id, item.sales_unit_of_measure_id) == (unit.id, unit.id)
    assert (item.net_weight, item.gross_weight, item.lead_time, item.vendor_item_no) == (2, 3, "5D", "X-100")
    assert item.created_from_catalog
    row = trade.session.scalars(select(ItemVendor).where(ItemVendor.item_id == item.id)).one()
    assert (row.vendor_id, row.vendor_item_no, row.lead_time) == (vendor_id(trade), "X-100", "5D")
    references = trade.session.execute(
        select(ItemReference.reference_type, ItemReference.reference_type_no, ItemReference.reference_no,
               ItemReference.unit_of_measure_id).where(ItemReference.item_id == item.id)
    )  # fmt: skip
    assert sorted(references.tuples()) == [
        (ReferenceType.BAR_CODE, "", "4006381333931", unit.id), (ReferenceType.VENDOR, "VEND", "X-100", unit.id),
    ]  # fmt: skip
    line = trade.line(order)
    assert (line.item_id, line.quantity, line.unit_amount, line.unit_of_measure_id) == (item.id, 3, 12, unit.id)
    assert entry_of(trade, no).item_id == item.id


def test_non_1_the_catalog_s_price_stays_when_the_item_has_another_one(trade):
    no = offer(trade)
    item_no = make(trade, no)
    perform(trade.session, lambda s: items.update_item(s, items.get_item(s, item_no), {"unit_price": d(99)}))
    quote = trade.open("sales_quote")

    take(trade, quote, no)
    trade.edit(quote, quantity=d(5))

    assert (trade.line(quote).unit_amount, trade.line(quote).quantity) == (12, 5)


def test_non_2_deleting_the_line_takes_the_item_back_whatever_was_changed_on_it(trade):
    no = offer(trade)
    order = trade.open("sales_order")
    take(trade, order, no)
    perform(trade.session, lambda s: items.update_item(s, items.get_item(s, "X-100"), {"description": "Mine"}))

    trade.delete_line(order)

    assert item_nos(trade) == set()
    assert entry_of(trade, no).item_id is None
    for table in (ItemVendor, ItemReference):
        assert trade.session.scalar(select(func.count()).select_from(table)) == 0
    take(trade, order, no)  # it can be converted again
    assert item_nos(trade) == {"X-100"}


def test_non_2_deleting_the_whole_document_or_a_purchase_line_takes_it_back_too(trade):
    no = offer(trade)
    order = trade.open("sales_order")
    take(trade, order, no)
    trade.delete(order)
    assert item_nos(trade) == set()

    make(trade, no)
    item = items.get_item(trade.session, "X-100")
    bought = trade.open("purchase_order", {"item": item, "quantity": 1})
    trade.delete_line(bought)

    assert item_nos(trade) == set()


def test_non_3_the_same_item_on_two_orders_stays_until_the_last_line_goes(trade):
    no = offer(trade)
    first, second = trade.open("sales_order"), trade.open("sales_order")
    take(trade, first, no)
    take(trade, second, no)

    trade.delete_line(first)
    assert item_nos(trade) == {"X-100"}
    trade.delete_line(second)

    assert item_nos(trade) == set()


def test_non_3_an_archived_version_a_posting_or_a_lost_flag_keeps_the_item(trade):
    order = trade.open("sales_order")
    for number_, keep in (("X-1", "archive"), ("X-2", "entry deleted"), ("X-3", "posted")):
        no = offer(trade, number_)
        line_no = take(trade, order, no)
        if keep == "archive":
            perform(trade.session, lambda s: archive_document(s, order.id).id)
        elif keep == "entry deleted":
            perform(trade.session, lambda s, gone=no: entries.delete_entry(s, entries.get_entry(s, gone)))
        else:
            trade.world.receive(items.get_item(trade.session, number_), 1, 1)
        trade.delete_no(order, line_no)

    assert item_nos(trade) == {"X-1", "X-2", "X-3"}
    assert trade.session.scalars(select(Item.created_from_catalog).where(Item.no == "X-2")).one() is False


def test_non_7_a_second_selection_on_another_order_reuses_the_item(trade):
    no = offer(trade)
    first, second = trade.open("sales_order"), trade.open("sales_quote")
    take(trade, first, no)
    take(trade, second, no)

    assert trade.line(first).item_id == trade.line(second).item_id
    assert item_nos(trade) == {"X-100"}


def test_catalog_items_are_not_selected_on_other_documents_or_on_a_line_that_says_something(trade):
    no = offer(trade)
    for kind in ("sales_invoice", "sales_return_order", "sales_credit_memo", "purchase_order"):
        document = trade.open(kind)
        trade.refused("not_on_this_document", lambda where=document: take(trade, where, no))
    order = trade.open("sales_order", {"item": trade.item("NUT"), "quantity": 1})
    trade.refused("line_not_empty", lambda: take(trade, order, no, line_no=10000))
    trade.refused("not_found", lambda: take(trade, order, "NOWHERE"))
    trade.release(order)
    trade.refused("document_released", lambda: take(trade, order, no))

    assert item_nos(trade) == {"NUT"}


# ------------------------------------------------------------------ numbers
@pytest.mark.parametrize(
    ("number_format", "separator", "vendor_no", "maker", "expected"),
    [
        ("vendor_item_no", "-", "X-100", "MFR", "X-100"),
        ("manufacturer_vendor", "-", "X-100", "MFR", "MFR-X-100"),
        ("manufacturer_vendor", "", "X-100", "MFR", "MFRX-100"),
        ("vendor_manufacturer", "/", "X-100", "MFR", "X-100/MFR"),
        ("manufacturer_vendor", "-", "1234567890123456", "MFR", "MFR-1234567890123456"),  # 3 + 1 + 16 = 20
        ("manufacturer_vendor", "-", "12345678901234567", "MFR", "MFR-CAT-1001"),
        ("vendor_manufacturer", "", "123456789012345678", "MFR", "CAT-1001MFR"),
        ("manufacturer_vendor", "-", "X-100", "", "X-100"),
        ("entry_no", "-", "X-100", "MFR", "CAT-1001"),
        ("item_no_series", "", "X-100", "MFR", ""),
    ],
)
def test_non_4_the_number_is_built_as_set_up(number_format, separator, vendor_no, maker, expected):
    built = numbering.build_no(
        CatalogNumberFormat(number_format), separator, vendor_item_no=vendor_no, manufacturer=maker,
        entry_no="CAT-1001",
    )  # fmt: skip

    assert built == expected


def test_non_4_a_long_number_with_its_manufacturer_becomes_the_entry_no(trade):
    number(trade, "manufacturer_vendor", "-")
    no = offer(trade, "12345678901234567890", manufacturer_id=manufacturer(trade))

    assert make(trade, no) == f"MFR-{no}"


def test_non_4_a_vendor_number_alone_beyond_20_characters_is_refused(trade):
    no = offer(trade, "123456789012345678901")

    assert refused(trade, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY))) == [
        ("number_too_long", "vendor_item_no")
    ]
    assert item_nos(trade) == set()


def test_a_series_gives_the_number_the_template_s_first(trade):
    number(trade, "item_no_series")
    no, other = offer(trade, "X-1"), offer(trade, "X-2")
    first = make(trade, no)
    own = trade.session.scalars(select(NumberSeries.id).where(NumberSeries.code == "LOT")).one()
    trade.change(trade.session.scalars(select(ItemTemplate)).one(), number_series_id=own)

    assert first.isdigit()
    assert make(trade, other) == "LOT-0001"


def test_a_series_needs_no_manual_numbers_for_what_the_catalog_builds(trade):
    series = trade.session.scalars(select(NumberSeries).where(NumberSeries.code == "ITEM")).one()
    no = offer(trade)
    trade.change(series, manual_nos=False)

    assert make(trade, no) == "X-100"


def test_a_series_has_no_separator_and_a_separator_is_one_sign(trade):
    def save(**values):
        return refused(trade, lambda s: numbering.save_setup(s, values))

    assert save(number_format="item_no_series", separator="-") == [("separator_not_allowed", "separator")]
    assert save(separator="--") == [("text_too_long", "separator")]
    assert trade.session.get_one(CatalogSetup, 1).number_format == CatalogNumberFormat.VENDOR_ITEM_NO


# ------------------------------------------------------------------ entries
def test_an_entry_takes_the_next_of_its_series_and_is_refused_without_one(trade):
    assert [offer(trade, "A", complete=False), offer(trade, "B", complete=False)] == ["CAT-1001", "CAT-1002"]
    assert offer(trade, "C", complete=False, no="own-7") == "OWN-7"

    trade.change(trade.session.get_one(CatalogSetup, 1), catalog_nos_id=None)

    assert refused(trade, lambda s: entries.create_entry(s, {"description": "D"}, on=day(DAY))) == [
        ("series_not_set_up", "no")
    ]
    assert refused(trade, lambda s: entries.create_entry(s, {"no": "OWN-7"}, on=day(DAY))) == [("duplicate", "no")]


def test_an_entry_says_what_is_offered_and_its_bar_code_has_twenty_characters(trade):
    no = offer(trade)
    nothing = {"description": "", "vendor_item_no": ""}

    assert refused(trade, lambda s: entries.create_entry(s, {"unit_price": d(1)}, on=day(DAY))) == [
        ("field_required", "description")
    ]
    assert refused(trade, lambda s: entries.update_entry(s, entries.get_entry(s, no), nothing)) == [
        ("field_required", "description")
    ]
    assert refused(trade, lambda s: entries.update_entry(s, entries.get_entry(s, no), {"bar_code": "4" * 21})) == [
        ("text_too_long", "bar_code")
    ]
    assert (entry_of(trade, no).description, entry_of(trade, no).bar_code) == ("Pump", "")


def test_the_same_number_of_the_same_vendor_is_refused(trade):
    no = offer(trade)
    same = {"vendor_id": vendor_id(trade), "vendor_item_no": "x-100"}
    free = offer(trade, "X-200")

    assert refused(trade, lambda s: entries.create_entry(s, same, on=day(DAY))) == [("duplicate", "vendor_item_no")]
    assert refused(trade, lambda s: entries.update_entry(s, entries.get_entry(s, free), same)) == [
        ("duplicate", "vendor_item_no")
    ]
    assert entry_of(trade, free).vendor_item_no == "X-200"
    perform(trade.session, lambda s: entries.update_entry(s, entries.get_entry(s, no), {"vendor_item_no": "X-101"}))
    assert entry_of(trade, no).vendor_item_no == "X-101"


def test_non_5_a_linked_entry_stays_as_it_was(trade):
    no = offer(trade)
    make(trade, no)

    assert refused(trade, lambda s: entries.update_entry(s, entries.get_entry(s, no), {"unit_price": d(1)})) == [
        ("already_converted", None)
    ]
    assert refused(trade, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY))) == [
        ("already_converted", None)
    ]
    assert entry_of(trade, no).unit_price == 12


def test_non_5_an_entry_whose_number_is_an_item_is_neither_changed_nor_converted(trade):
    no = offer(trade, "NUT")
    trade.item("NUT")

    assert refused(trade, lambda s: entries.update_entry(s, entries.get_entry(s, no), {"unit_price": d(1)})) == [
        ("already_converted", None)
    ]
    assert refused(trade, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY))) == [
        ("duplicate", "vendor_item_no")
    ]


def test_non_6_what_is_missing_is_refused_all_at_once_and_nothing_is_made(trade):
    no = offer(trade, "", complete=False, unit_code="DRUM")
    order = trade.open("sales_order")

    assert refused(trade, lambda s: create_item_of(s, entries.get_entry(s, no), on=day(DAY))) == [
        ("field_required", "vendor_id"), ("field_required", "vendor_item_no"), ("field_required", "item_template_id"),
    ]  # fmt: skip
    complete = offer(trade)
    perform(
        trade.session,
        lambda s: entries.update_entry(s, entries.get_entry(s, complete), {"item_template_id": None}),
    )
    trade.refused("field_required", lambda: take(trade, order, complete))

    assert item_nos(trade) == set()
    assert trade.session.scalar(select(UnitOfMeasure.id).where(UnitOfMeasure.code == "DRUM")) is None


def test_non_6_the_template_carries_the_posting_groups(trade):
    bare = perform(trade.session, lambda s: save_template(s, {"code": "BARE"}).id)
    no = offer(trade, item_template_id=bare)
    order = trade.open("sales_order")

    with pytest.raises(ErrorList) as missing:
        take(trade, order, no)

    assert [(single.code, single.field) for single in missing.value.errors] == [
        ("field_required", "item_template_id")
    ] * 2
    assert item_nos(trade) == set()


def test_a_standard_item_gets_its_standard_cost_from_the_catalog(trade):
    no = offer(trade)
    trade.change(trade.session.scalars(select(ItemTemplate)).one(), costing_method=CostingMethod.STANDARD)

    item = items.get_item(trade.session, make(trade, no))

    assert (item.costing_method, item.standard_cost, item.unit_cost) == (CostingMethod.STANDARD, 7, 7)


def test_deleting_the_item_frees_the_entry_and_the_item_describes_a_blank_entry(trade):
    no = offer(trade, description="")
    item_no = make(trade, no)
    perform(trade.session, lambda s: items.update_item(s, items.get_item(s, item_no), {"description": "Pump 2"}))
    assert entry_of(trade, no).description == "Pump 2"

    perform(trade.session, lambda s: items.delete_item(s, items.get_item(s, item_no)))

    assert entry_of(trade, no).item_id is None


def test_an_entry_has_notes(trade):
    entry = entry_of(trade, offer(trade))
    perform(trade.session, lambda s: texts.save_comment(s, entry, {"text": "only by phone"}, on=day(DAY)))

    assert [note.text for note in texts.list_comments(trade.session, entry)] == ["only by phone"]
    perform(trade.session, lambda s: entries.delete_entry(s, entries.get_entry(s, entry.no)))


# ------------------------------------------------------------------ substitutes out of the catalog
def test_sub_4_a_catalog_substitute_makes_its_item_when_it_is_chosen(trade):
    bolt = trade.item("BOLT")
    no = offer(trade)
    entry = entry_of(trade, no)
    perform(
        trade.session,
        lambda s: substitutes.save_substitute(
            s, bolt, {"substitute_catalog_item_id": entry.id, "interchangeable": True, "conditions": "Ask first"}
        ),
    )
    order = trade.open("sales_order", {"item": bolt, "quantity": 4})

    (choice,) = list_choices(trade.session, order, trade.line(order))
    assert (choice.no, choice.is_catalog, choice.conditions, choice.inventory) == (no, True, ("Ask first",), None)
    assert item_nos(trade) == {"BOLT"}  # looking makes nothing
    perform(
        trade.session,
        lambda s: choose_substitute(s, order.id, 10000, Thing(None, catalog_item_id=entry.id), on=day(DAY)).line_no,
    )

    made = items.get_item(trade.session, "X-100")
    line = trade.line(order)
    assert (line.item_id, line.quantity, line.original_item_id) == (made.id, 4, bolt.id)
    # The entry's mirror holds for the item that was made of it.
    (back,) = list_choices(trade.session, order, line)
    assert back.no == "BOLT"


def test_sub_3_an_entry_is_no_substitute_of_itself(trade):
    entry = entry_of(trade, offer(trade))

    assert refused(
        trade, lambda s: substitutes.save_substitute(s, entry, {"substitute_catalog_item_id": entry.id})
    ) == [("self", "substitute_catalog_item_id")]
    bolt = trade.item("BOLT")
    both = {"substitute_catalog_item_id": entry.id, "substitute_item_id": bolt.id}
    assert refused(trade, lambda s: substitutes.save_substitute(s, bolt, both)) == [
        ("conflicting_setup", "substitute_catalog_item_id")
    ]
    assert trade.session.scalar(select(func.count(ItemSubstitute.id))) == 0


# ------------------------------------------------------------------ report
def test_the_report_shows_what_was_sold_of_catalog_items(trade):
    no = offer(trade)
    make(trade, no)
    item, other = items.get_item(trade.session, "X-100"), trade.item("NUT")
    for single in (item, other):
        trade.world.receive(single, 10, 7)
    for quantity in (2, 3):
        order = trade.open(
            "sales_order", {"item": item, "quantity": quantity, "unit_amount": 12}, {"item": other, "quantity": 1}
        )
        trade.post(order)

    outcome = catalog_sales(trade.session, CatalogSalesParameters(), dt.date(2025, 12, 31))
    (row,) = outcome.rows

    # 5 sold at 12 are 60, bought at 7 are 35; 25 of 60 is 41.7 %
    assert row.values == (no, "X-100", "Pump", "VEND", 5, 60, 35, 25, d("41.7"))
    assert outcome.totals[4:] == (5, 60, 35, 25, d("41.7"))
    foreign = CatalogSalesParameters(vendor_id=0)
    assert catalog_sales(trade.session, foreign, dt.date(2025, 12, 31)).rows == ()
    with pytest.raises(ValidationError):
        catalog_sales(trade.session, CatalogSalesParameters(start=day("2025-02-01")), dt.date(2025, 1, 1))


# ------------------------------------------------------------------ pages
@pytest.fixture
def shop(app, login):
    made = TradeShop(app)
    login(made.client, "owner")
    return made


def test_non_5_an_entry_is_made_changed_converted_and_then_stays(shop):
    with shop.trade() as trade:
        template(trade)
    client = shop.client
    form = {"vendor_id": "VEND", "vendor_item_no": "x-100", "description": "Pump", "unit_price": "12",
            "negotiated_cost": "7", "item_template_id": "GOODS", "unit_code": "DRUM"}  # fmt: skip

    made = client.send("/catalog/new", form)
    twice = client.send("/catalog/new", form, htmx=True)
    url = made.headers["Location"]
    blank = client.get(f"{url}/edit").text
    unsaid = client.send("/catalog/new", {"unit_price": "1"}, htmx=True)
    seen = blank.split('name="seen"')[1].split('value="')[1].split('"')[0]
    changed = client.send(f"{url}/edit", form | {"unit_price": "13", "seen": seen})
    stale = client.send(f"{url}/edit", form | {"unit_price": "15", "seen": seen}, htmx=True)
    listed = client.get("/catalog?q=pump").text
    card = client.get(url).text
    item = client.send(f"{url}/item")
    late = client.send(f"{url}/edit", form | {"unit_price": "14"}, htmx=True)
    after = client.get(url).text

    assert (made.status_code, changed.status_code, item.status_code) == (303, 303, 303)
    assert (twice.status_code, stale.status_code) == (422, 409)
    assert "already" in twice.text
    assert (unsaid.status_code, "Say what is offered" in unsaid.text) == (422, True)
    assert "X-100" in listed
    assert "Make the item" in card
    assert late.status_code == 422
    assert "was made of entry" in late.text
    assert 'href="/items/X-100"' in after
    assert "Make the item" not in after
    assert client.get("/items/X-100").status_code == 200


def test_non_1_non_2_the_order_s_page_searches_takes_and_takes_back(shop):
    with shop.trade() as trade:
        no = offer(trade)
    order = shop.open("sales_order", released=False)
    url = f"/sales/orders/{order}"

    found = shop.client.fragment(f"{url}/catalog?q=pum+vend")
    nothing = shop.client.fragment(f"{url}/catalog?q=zzz")
    wrong = shop.client.send(f"{url}/catalog", {"entry": no, "quantity": "many"}, htmx=True)
    taken = shop.client.send(f"{url}/catalog", {"entry": no, "quantity": "2"})
    assert [(line.quantity, line.unit_amount) for line in shop.lines(order)] == [(2, 12)]
    gone = shop.client.send(f"{url}/lines/10000/delete", htmx=True)

    assert no in found.text
    assert no not in nothing.text
    assert wrong.status_code == 422
    assert taken.status_code == 303
    assert "item X-100 that was made from the catalog" in gone.text
    with shop.trade() as trade:
        assert "X-100" not in item_nos(trade)
    invoice = shop.open("sales_invoice", released=False)
    refused_there = shop.client.send(f"/sales/invoices/{invoice}/catalog", {"entry": no, "quantity": "1"})
    assert refused_there.status_code == 422


def test_the_set_up_refuses_a_separator_with_a_series(shop):
    good = shop.client.send(
        "/catalog/setup", {"catalog_nos_id": "CATALOG", "number_format": "manufacturer_vendor", "separator": "-"}
    )
    bad = shop.client.send(
        "/catalog/setup", {"catalog_nos_id": "CATALOG", "number_format": "item_no_series", "separator": "-"}, htmx=True
    )

    assert good.status_code == 303
    assert bad.status_code == 422
    assert "nothing to separate" in bad.text
    assert 'value="-"' in shop.client.get("/catalog/setup").text


def test_a_card_of_the_catalog_has_notes_and_substitutes(shop):
    with shop.trade() as trade:
        no = offer(trade)
    url = f"/catalog/{no}"

    note = shop.client.send(f"{url}/comments", {"edit": "new", "text": "only by phone"}, htmx=True)
    row = shop.client.send(
        f"{url}/substitutes", {"edit": "new", "substitute_item_id": "BOLT", "interchangeable": "y"}, htmx=True
    )
    neither = shop.client.send(f"{url}/substitutes", {"edit": "new"}, htmx=True)
    with shop.trade() as trade:
        key = trade.session.scalars(select(ItemSubstitute.id).where(ItemSubstitute.catalog_item_id.is_not(None))).one()
    asked = shop.client.get(f"{url}/substitutes?delete={key}")
    bolt = shop.client.get("/items/BOLT").text
    shop.client.send(f"{url}/substitutes/delete", {"key": str(key), "mirror": "delete"})

    assert "only by phone" in note.text
    assert "BOLT" in row.text
    assert neither.status_code == 422
    assert "Delete both directions" in asked.text
    assert f'href="/catalog/{no}"' in bolt
    with shop.trade() as trade:
        assert trade.session.scalar(select(func.count(ItemSubstitute.id))) == 0


def test_sellers_see_the_catalog_without_costs_and_buyers_do_not_delete(shop, login):
    with shop.trade() as trade:
        no = offer(trade, negotiated_cost=d("7.77"))
    login(shop.client, "seller")

    assert "7.77" not in shop.client.get("/catalog").text + shop.client.get(f"/catalog/{no}").text
    for address in ("/catalog/new", f"/catalog/{no}/edit", f"/catalog/{no}/item", "/catalog/setup"):
        assert shop.client.send(address).status_code == 403
    login(shop.client, "buyer")
    assert "7.77" in shop.client.get("/catalog").text
    assert shop.client.send(f"/catalog/{no}/delete").status_code == 403


def test_the_list_asks_the_same_for_few_and_many_entries(shop):
    with shop.trade() as trade:
        for place in range(3):
            offer(trade, f"X-{place}")
    few = queries_of(shop.app, shop.client, "/catalog")
    with shop.trade() as trade:
        for place in range(3, 30):
            offer(trade, f"X-{place}")

    assert len(few) == len(queries_of(shop.app, shop.client, "/catalog")) <= 25
    assert len(queries_of(shop.app, shop.client, "/catalog/CAT-1001")) <= 25
    with shop.trade() as trade:
        assert trade.session.scalar(select(func.count(TradeDocument.id))) == 0
