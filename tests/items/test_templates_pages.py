"""The pages of item templates: what a new item asks, saving a card, applying to a selection (items.md section 2)."""

import re

import pytest
from sqlalchemy import select

from models import GenProductPostingGroup, InventoryPostingGroup, Item, ItemTemplate, UnitOfMeasure, db
from services.items.templates import save_template
from tests.support.item_pages import ItemPages, error_beside, words
from tests.support.people import log_in_as
from tests.support.queries import queries_of


@pytest.fixture
def pages(app):
    made = ItemPages(app)
    log_in_as(app, made.client)
    return made


def kept(pages, code="GOODS", **values):
    """A template that is committed; its id."""

    def work(session):
        piece = session.scalars(select(UnitOfMeasure.id).where(UnitOfMeasure.code == "PCS")).one()
        groups = {
            "gen_product_posting_group_id": session.scalars(select(GenProductPostingGroup.id)).first(),
            "inventory_posting_group_id": session.scalars(select(InventoryPostingGroup.id)).first(),
            "base_unit_of_measure_id": piece,
        }
        return save_template(session, {"code": code, **groups, **values}).id

    return pages.do(work)


def filled(pages, url):
    """What a browser would send back of the form at `url` unchanged."""
    html = pages.client.get(url).text
    values = {
        name: re.search(r'value="([^"]*)"', tag).group(1) if 'value="' in tag else ""
        for tag, name in re.findall(r'(<input[^>]*name="([^"]+)"[^>]*>)', html)
        if 'type="checkbox"' not in tag or "checked" in tag
    }
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', html, flags=re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen.group(1)
    for button in ("csrf_token", "look"):
        values.pop(button, None)
    return values


def fields_of(pages, code):
    with pages.app.app_context():
        record = db.session.scalars(select(ItemTemplate).where(ItemTemplate.code == code)).one()
        return {column.key: getattr(record, column.key) for column in ItemTemplate.__table__.columns}


def test_tpl_1_two_templates_are_asked_for_one_is_used_and_none_gives_a_blank_card(pages):
    blank = pages.client.get("/items/new")
    kept(pages, "CHAIR", shelf_no="A-1")
    one = pages.client.get("/items/new")
    kept(pages, "TABLE", shelf_no="B-2")
    two = pages.client.get("/items/new")

    assert 'value="A-1"' not in blank.text
    assert 'value="A-1"' in one.text
    assert 'id="item-form"' not in two.text
    assert set(re.findall(r"template=(\w+)", two.text)) == {"CHAIR", "TABLE"}
    assert 'value="B-2"' in pages.client.get("/items/new?template=TABLE").text
    assert 'id="item-form"' in pages.client.get("/items/new?template=").text
    assert 'value="B-2"' not in pages.client.get("/items/new?template=").text


def test_the_form_of_a_template_makes_the_item_and_what_was_cleared_stays_empty(pages):
    kept(pages, "CHAIR", shelf_no="A-1", vendor_item_no="X-1")
    form = filled(pages, "/items/new?template=CHAIR")

    made = pages.client.send("/items/new?template=CHAIR", form | {"no": "C1", "description": "Oak", "shelf_no": ""})

    assert made.status_code == 303
    assert (pages.field("C1", "shelf_no"), pages.field("C1", "vendor_item_no")) == ("", "X-1")


def test_tpl_5_a_card_is_saved_as_a_template_only_when_it_is_saved(pages):
    pages.item("CHAIR", unit_price="20")
    offered = filled(pages, "/item-templates/new?item=CHAIR")

    assert (offered["code"], offered["description"]) == ("ITEM000001", "")
    assert pages.count(ItemTemplate) == 0

    saved = pages.client.send("/item-templates/new?item=CHAIR", offered | {"description": "Chairs", "shelf_no": "Z-9"})
    assert saved.status_code == 303
    found = fields_of(pages, "ITEM000001")
    assert (found["description"], found["shelf_no"], found["unit_price"]) == ("Chairs", "Z-9", 20)


def test_tpl_6_three_items_are_asked_for_once(pages):
    ids = [pages.item(no) for no in ("A", "B", "C")]
    template = kept(pages, lead_time="2W")

    question = pages.client.send("/item-templates/apply", {"ids": ids})
    assert question.status_code == 200
    assert question.text.count('name="overwrite"') == 1
    assert [pages.field(no, "lead_time") for no in "ABC"] == ["", "", ""]

    answer = pages.client.send("/item-templates/apply", {"ids": ids, "template_id": "GOODS"})
    assert answer.status_code == 303
    assert [pages.field(no, "lead_time") for no in "ABC"] == ["2W", "2W", "2W"]
    assert template


def test_what_could_not_be_changed_is_named_with_its_item(pages):
    kept(pages, costing_method="lifo", lead_time="2W")
    ids = [pages.item("NEW", unit_cost="2"), pages.item("OLD", unit_cost="2")]
    pages.receive("OLD", "3")

    answer = pages.client.send("/item-templates/apply", {"ids": ids, "template_id": "GOODS", "overwrite": "y"})

    assert answer.status_code == 200
    assert "costing method of OLD cannot change" in words(answer)
    assert "costing method of NEW" not in words(answer)
    assert [pages.field(no, "costing_method").value for no in ("NEW", "OLD")] == ["lifo", "fifo"]
    assert [pages.field(no, "lead_time") for no in ("NEW", "OLD")] == ["2W", "2W"]


def test_without_a_template_the_question_comes_back_with_a_sentence(pages):
    ids = [pages.item("A")]

    for htmx in (False, True):
        answer = pages.client.send("/item-templates/apply", {"ids": ids, "template_id": ""}, htmx=htmx)
        assert answer.status_code == 422
        assert error_beside(answer, "template_id")


def test_a_template_is_edited_refused_copied_and_deleted(pages):
    kept(pages, "CHAIR", shelf_no="A-1")
    kept(pages, "TABLE", shelf_no="B-2", description="Tables")
    form = filled(pages, "/item-templates/CHAIR")

    refused = pages.client.send("/item-templates/CHAIR", form | {"shelf_no": "C-3", "block_reason": "Old"})
    assert refused.status_code == 422
    assert error_beside(refused, "block_reason")
    assert fields_of(pages, "CHAIR")["shelf_no"] == "A-1"

    assert pages.client.send("/item-templates/CHAIR", form | {"shelf_no": "C-3"}).status_code == 303
    assert fields_of(pages, "CHAIR")["shelf_no"] == "C-3"

    itself = pages.client.send("/item-templates/TABLE/copy", {"source_id": "TABLE"})
    assert error_beside(itself, "source_id")
    assert pages.client.send("/item-templates/TABLE/copy", {"source_id": "CHAIR"}).status_code == 303
    assert (fields_of(pages, "TABLE")["shelf_no"], fields_of(pages, "TABLE")["description"]) == ("C-3", "Tables")

    assert pages.client.send("/item-templates/TABLE/delete", {}).status_code == 303
    assert pages.count(ItemTemplate) == 1


def test_a_clerk_sees_templates_and_changes_none(pages, app):
    kept(pages, "CHAIR")
    log_in_as(app, pages.client, "viewer")

    assert pages.client.get("/item-templates/CHAIR").status_code == 200
    assert pages.client.send("/item-templates/CHAIR", {"code": "X"}).status_code == 403
    assert pages.client.get("/item-templates/new").status_code == 403


def test_the_list_costs_the_same_with_twice_as_many(pages, app):
    for number in range(3):
        kept(pages, f"A{number}")
    few = len(queries_of(app, pages.client, "/item-templates"))
    for number in range(3):
        kept(pages, f"B{number}")

    assert len(queries_of(app, pages.client, "/item-templates")) == few


def test_a_related_series_is_offered_beside_the_number(pages):
    from models import InventorySetup, NumberSeries, NumberSeriesLine, NumberSeriesRelation

    def work(session):
        main, other = NumberSeries(code="MAIN"), NumberSeries(code="OTHER", description="Spare parts")
        session.add_all([main, other])
        session.flush()
        session.add_all([NumberSeriesLine(series_id=main.id, starting_no="M1")])
        session.add_all([NumberSeriesLine(series_id=other.id, starting_no="S1")])
        session.add(NumberSeriesRelation(series_id=main.id, related_series_id=other.id))
        session.get_one(InventorySetup, 1).item_nos_id = main.id
        return other.id

    other = pages.do(work)
    kept(pages, "CHAIR")
    form = filled(pages, "/items/new")

    made = pages.client.send("/items/new", form | {"description": "Leg", "series": str(other)})

    assert made.status_code == 303
    assert pages.count(Item) == 1
    assert pages.field("S1", "description") == "Leg"
