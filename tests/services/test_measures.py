"""Weights and lengths of the company: relabelled, or turned into the new unit (items.md section 5)."""

import re
from decimal import Decimal

import pytest

from core.errors import DomainError
from models import InventorySetup, ItemUnitOfMeasure
from services.company import edit_inventory_setup
from services.items.units import save_item_unit
from tests.services.item_shop import ItemShop
from tests.support.item_pages import ItemPages, error_beside, words
from tests.support.people import log_in_as


@pytest.fixture
def shop(each_session):
    return ItemShop(each_session)


@pytest.fixture
def box(shop):
    """A box of six of an item of 0.25 kg, 10 x 20 x 30 cm."""
    item = shop.item(net_weight=Decimal("0.25"), gross_weight=Decimal("0.3"), unit_volume=Decimal(1000))
    sizes = {"length": Decimal(10), "width": Decimal(20), "height": Decimal(30)}
    return item, save_item_unit(shop.session, item, shop.box.id, {"qty_per_unit_of_measure": Decimal(6)} | sizes)


def change(shop, weight="kg", length="cm", *, convert):
    edit_inventory_setup(shop.session, {"weight_unit": weight, "length_unit": length}, convert_measures=convert)
    shop.session.flush()


def test_uom_5_the_weight_of_a_unit_is_worked_out(box):
    assert box[1].weight == Decimal("1.5")
    assert box[1].cubage == 6000


def test_a_new_label_leaves_the_figures(shop, box):
    change(shop, "g", "mm", convert=False)

    item, unit = box
    assert (item.net_weight, unit.weight, unit.length) == (Decimal("0.25"), Decimal("1.5"), 10)


def test_converting_turns_weights_sizes_and_volumes(shop, box):
    change(shop, "g", "m", convert=True)

    item, unit = box
    assert (item.net_weight, item.gross_weight, item.unit_volume) == (250, 300, Decimal("0.001"))
    assert (unit.weight, unit.length, unit.width, unit.height) == (
        1500, Decimal("0.1"), Decimal("0.2"), Decimal("0.3"),
    )  # fmt: skip
    assert unit.cubage == Decimal("0.006")
    assert shop.session.get_one(InventorySetup, 1).weight_unit == "g"


@pytest.mark.parametrize(
    ("weight", "length", "code"), [("stone", "cm", "unknown_measure"), ("kg", "m", "out_of_range")]
)
def test_what_cannot_be_converted_changes_nothing(shop, box, weight, length, code):
    item, unit = box
    item.unit_volume = Decimal(1)  # 1 cubic centimetre is 0.000001 cubic metres: nothing of it would be left
    shop.session.flush()

    with pytest.raises(DomainError) as refused, shop.session.begin_nested():
        change(shop, weight, length, convert=True)

    assert refused.value.code == code
    shop.session.expire_all()
    assert (item.net_weight, shop.session.get_one(ItemUnitOfMeasure, unit.id).length) == (Decimal("0.25"), 10)


def test_the_page_converts_when_asked_and_shows_the_unit_behind_the_field(app):
    pages = ItemPages(app)
    log_in_as(app, pages.client)
    pages.item("BOLT", net_weight=Decimal("0.25"))
    form = sent_back(pages.client.get("/setup/inventory").text)

    refused = pages.client.send("/setup/inventory", form | {"weight_unit": "stone", "convert_measures": "y"})
    assert (refused.status_code, pages.field("BOLT", "net_weight")) == (422, Decimal("0.25"))
    assert "Known are" in error_beside(refused, "weight_unit")

    assert (
        pages.client.send("/setup/inventory", form | {"weight_unit": "g", "convert_measures": "y"}).status_code == 303
    )
    assert pages.field("BOLT", "net_weight") == 250
    assert "Net weight g" in words(pages.client.get("/items/BOLT/edit"))


def sent_back(html):
    """What a browser would send of the form unchanged."""
    values = {
        name: re.search(r'value="([^"]*)"', tag).group(1) if 'value="' in tag else ""
        for tag, name in re.findall(r'(<input[^>]*name="([^"]+)"[^>]*>)', html)
        if 'type="checkbox"' not in tag or "checked" in tag
    }
    for name, options in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', html, flags=re.DOTALL):
        chosen = re.search(r'<option selected value="([^"]*)"', options) or re.search(r'value="([^"]*)"', options)
        values[name] = chosen.group(1)
    values.pop("csrf_token", None)
    return values
