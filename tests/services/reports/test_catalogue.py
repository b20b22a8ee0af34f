"""Items on paper: the card of one item and the catalogue by category."""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal

import pytest
from PIL import Image

from core.errors import NotFound, ValidationError
from models import InventorySetup
from services import attributes, categories, pictures
from services.items.variants import save_variant
from services.reports import catalogue
from services.reports.catalogue import catalogue_pdf, item_card_pdf, read_chapters
from tests.services.item_shop import ItemShop
from tests.support.pdfs import pages_of, text_of

DAY = dt.date(2025, 3, 14)


@pytest.fixture
def shop(session):
    made = ItemShop(session)
    home = categories.create_category(session, "HOME", "For the home")
    chairs = categories.create_category(session, "CHAIRS", "Chairs", parent_id=home.id)
    made.chairs, made.home = chairs, home
    made.stool = made.item("STOOL", description="Stool, oak", category_id=chairs.id, gtin="4006381333931")
    made.item("LOOSE", description="Loose thing")
    made.item("GONE", description="Blocked thing", category_id=chairs.id, blocked=True)
    width = attributes.create_attribute(session, {"name": "Width", "type": "decimal", "unit_of_measure": "cm"})
    attributes.assign_value(session, made.stool.id, width, "42.5")
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(data, "PNG")
    pictures.store_picture(session, made.stool.id, data.getvalue(), "stool.png")
    return made


def test_chapters_follow_the_tree_and_leave_out_what_is_blocked(session, shop):
    chapters = read_chapters(session)

    assert [(chapter.path, chapter.title, [ware.no for ware in chapter.wares]) for chapter in chapters] == [
        ("For the home", "Chairs", ["STOOL"]), ("", "Without a category", ["LOOSE"]),
    ]  # fmt: skip
    stool = chapters[0].wares[0]
    assert list(stool.facts) == [("Width", "42.5 cm")]
    assert stool.picture.startswith("data:image/")
    assert [chapter.title for chapter in read_chapters(session, category_id=shop.home.id)] == ["Chairs"]
    assert read_chapters(session, with_prices=False)[0].wares[0].price is None


def test_the_catalogue_is_a_pdf_with_its_pictures(session, shop):
    pdf = catalogue_pdf(session, on=DAY)

    words = text_of(pdf)
    assert "Catalogue" in words
    assert "Stool, oak" in words
    assert "Width: 42.5 cm" in words
    assert "EUR 0.00 / PCS" in words
    assert "Blocked thing" not in words
    assert b"/Image" in pdf
    assert "EUR" not in text_of(catalogue_pdf(session, on=DAY, with_prices=False))


def test_ticked_items_are_printed_whatever_they_are(session, shop):
    chapters = read_chapters(session, item_ids=[shop.stool.id])

    assert [ware.no for chapter in chapters for ware in chapter.wares] == ["STOOL"]


def test_nothing_or_too_much_is_refused(session, shop, monkeypatch):
    empty = categories.create_category(session, "EMPTY")

    with pytest.raises(ValidationError) as nothing:
        catalogue_pdf(session, on=DAY, category_id=empty.id)
    monkeypatch.setattr(catalogue, "MOST_ITEMS", 1)
    with pytest.raises(ValidationError) as much:
        catalogue_pdf(session, on=DAY)

    assert (nothing.value.code, much.value.code) == ("nothing_to_print", "too_many_rows")


def test_the_card_has_what_the_page_has_and_costs_only_for_who_may_see_them(session, shop):
    save_variant(session, shop.stool, {"code": "RED", "description": "Red one"})

    plain = item_card_pdf(session, "STOOL", on=DAY, costs=False)
    whole = text_of(item_card_pdf(session, "stool", on=DAY, costs=True))

    assert len(pages_of(plain)) == 1
    assert "Stool, oak" in text_of(plain)
    assert "42.5 cm" in text_of(plain)
    assert "Red one" in text_of(plain)
    assert "4006381333931" in text_of(plain)
    assert "Unit cost" not in text_of(plain)
    assert "Unit cost" in whole
    with pytest.raises(NotFound):
        item_card_pdf(session, "NOPE", on=DAY, costs=False)


def test_paper_writes_days_weights_and_types_as_pages_do(session, shop):
    since = attributes.create_attribute(session, {"name": "In range since", "type": "date"})
    attributes.assign_value(session, shop.stool.id, since, "2025-02-19")
    shop.stool.net_weight = Decimal("16.2")
    session.flush()

    card = text_of(item_card_pdf(session, "STOOL", on=DAY, costs=False))
    stool = read_chapters(session)[0].wares[0]

    assert "19 Feb 2025" in card
    assert f"16.2 {session.get_one(InventorySetup, 1).weight_unit}".strip() in card
    assert "Inventory" in card
    assert ("In range since", "19 Feb 2025") in list(stool.facts)
