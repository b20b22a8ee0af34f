"""Every kind of master data leaves as a file and comes back: unchanged it changes nothing, changed it says what."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from sqlalchemy import func, select

from core.unit_of_work import perform
from models import (
    AuditEntry,
    Bin,
    Customer,
    GenProductPostingGroup,
    GlAccount,
    Item,
    ItemCategory,
    ItemReference,
    ItemVariant,
    StockkeepingUnit,
    UnitOfMeasure,
)
from models.enums import TradeSide
from services import attributes, bins, categories, category_attributes, locations, parties, small_lists, units
from services.catalog.entries import create_entry
from services.exchange.kinds import EXPORT_RIGHTS, IMPORT_RIGHTS, KINDS
from services.exchange.price_lists import PRICE_KINDS
from services.items import identifiers, references, stockkeeping, variants, vendor_catalogue
from services.items import units as item_units
from services.parties import CUSTOMER, VENDOR
from services.ship_to_addresses import save_address
from services.trade import price_lists
from tests.services.item_shop import TODAY
from tests.support import master_rows
from tests.support.imports import Importer

#: kind -> a column that may change, and what it is changed to
CHANGES: dict[str, tuple[str, str]] = {
    "items": ("Description", "Changed"), "vendors": ("City", "Changed"), "customers": ("City", "Changed"),
    "units": ("Description", "Changed"), "categories": ("Description", "Changed"), "attributes": ("Blocked", "yes"),
    "attribute-values": ("Blocked", "yes"), "category-attributes": ("Mandatory", "yes"),
    "item-units": ("Length", "1.5"), "variants": ("Description", "Changed"),
    "references": ("Description", "Changed"), "vendor-catalogue": ("Lead time", "5D"),
    "identifiers": ("Variant", "RED"), "stockkeeping-units": ("Shelf no", "CH"),
    "locations": ("City", "Changed"),
    "bins": ("Description", "Changed"), "delivery-addresses": ("City", "Changed"), "manufacturers": ("Name", "Changed"),
    **master_rows.CHANGES,
}  # fmt: skip
CHANGES |= {kind.name: ("Discount %", "7.5") for kind in PRICE_KINDS if kind.name.endswith("-prices")}
ROUND = [name for name in KINDS if name != "journal-lines"]
#: A company is made once for each part of the kinds, not for each kind.
PARTS = 5


@pytest.fixture
def stocked(world):
    """A company with at least one row of every kind; odd texts among them."""
    session = world.session
    shirt = world.item("SHIRT", search_description="SHIRT")
    world.item("BOLT-1,5", search_description="BOLT")

    def work(session: Any) -> None:
        units.save_unit(session, {"code": "CRATE", "description": 'Box of "12", sturdy'})
        top = categories.create_category(session, "ZTOP", "=Top; of all")
        low = categories.create_category(session, "ALOW", "Löw", parent_id=top.id)
        colour = attributes.create_attribute(session, {"name": "Colour of it", "type": "option"})
        width = attributes.create_attribute(session, {"name": "Width", "type": "decimal", "unit_of_measure": "cm"})
        for text in ("Red", "-5 %"):
            attributes.add_value(session, colour, text)
        category_attributes.add_attribute(session, top, colour, "Red")
        category_attributes.override_default(session, low, colour, "-5 %")
        attributes.assign_value(session, shirt.id, width, "12.5")
        item = session.get(Item, shirt.id)
        box = session.scalar(select(UnitOfMeasure).where(UnitOfMeasure.code == "CRATE"))
        item_units.save_item_unit(session, item, box.id, {"qty_per_unit_of_measure": 12})
        red = variants.save_variant(session, item, {"code": "RED", "description": "Red one"})
        values = {"reference_type": "bar_code", "reference_no": "4006381333931"}
        references.save_reference(session, item, values)
        references.save_reference(session, item, values | {"reference_no": "X1", "variant_id": red.id})
        place = locations.create_location(session, "BINS", {"name": "With bins", "bin_mandatory": True})
        bins.create_bin(session, place, "A-01", {"description": "First", "ranking": 3})
        stockkeeping.create_unit(session, item.id, location_id=place.id, variant_id=red.id, values={})
        vendor = parties.create_party(session, VENDOR, "V9", {"name": "Fabrik"}, on=TODAY)
        offered = {"no": "C-1", "description": "Offered", "vendor_id": vendor.id, "vendor_item_no": "AB-1"}
        create_entry(session, offered, on=TODAY)
        vendor_catalogue.save_row(session, item, {"vendor_id": vendor.id, "vendor_item_no": "AB-1"})
        identifiers.save_identifier(session, item, {"code": "H-0", "variant_id": red.id})
        identifiers.save_identifier(session, item, {"code": "H-1"})
        shop = parties.create_party(session, CUSTOMER, "C9", {"name": "Shop"}, on=TODAY)
        save_address(session, session.get_one(Customer, shop.id), None, {"code": "YARD", "name": "Shop, at the back"})
        for side, agreed in (
            (TradeSide.PURCHASE, {"vendor_id": vendor.id}),
            (TradeSide.SALES, {"customer_price_group": "GOLD"}),
        ):
            made = price_lists.create_price_list(session, side, f"{side} 1", agreed | {"starting_date": TODAY})
            row = {"item_id": item.id, "variant_id": red.id, "unit_of_measure_id": box.id, "unit_amount": Decimal(9)}
            price_lists.add_price_line(session, made, row | {"discount_percent": Decimal(1)})
            price_lists.add_price_line(session, made, {"item_discount_group": "ZZZ", "discount_percent": Decimal(5)})
        master_rows.fill(session)
        for kind, entry in small_lists.LISTS.items():
            tracked = {"lot_specific": True} if kind == "tracking-codes" else {}
            if kind == "service-costs":
                account = select(GlAccount.id).where(GlAccount.direct_posting)
                tracked = {"gl_account_id": session.scalars(account).first()}
            if kind in ("item-charges", "resources"):
                tracked = {"gen_product_posting_group_id": session.scalars(select(GenProductPostingGroup.id)).first()}
            small_lists.create_row(session, entry, "ZZZ", tracked)

    perform(session, work)
    return world


@pytest.fixture
def importer(stocked, tmp_path):
    return Importer(stocked.session, tmp_path)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def as_csv(rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def total(session) -> int:
    return session.scalar(select(func.count()).select_from(AuditEntry))


def test_every_kind_has_its_rights():
    assert set(ROUND) <= set(EXPORT_RIGHTS)
    assert set(ROUND) <= set(IMPORT_RIGHTS)


@pytest.mark.parametrize("part", range(PARTS))
def test_what_comes_back_unchanged_changes_nothing_and_what_changed_is_said_before_it_is_applied(
    importer, stocked, part
):
    for kind in ROUND[part::PARTS]:
        goes_round(importer, stocked.session, kind)


def goes_round(importer, session, kind):
    """Out and in again, unchanged and with a change; the message of a failure names the kind."""
    plain = importer.export(kind)
    rows = table(plain)
    assert len(rows) > 1, f"there is nothing of {kind} to prove it with"
    noted = total(session)

    for file_kind, content in (("csv", plain), ("xlsx", importer.export(kind, "xlsx"))):
        for dry in (True, False):
            found = importer.run(kind, importer.file(content, f"brought.{file_kind}"), dry=dry)
            assert found.said() == {}, f"{kind} {file_kind}: {found.message}"
            assert found.counts == {"create": 0, "update": 0, "unchanged": len(rows) - 1, "error": 0}
    assert total(session) == noted, f"{kind}: nothing was written down, for nothing changed"

    column, text = CHANGES.get(kind, ("Description", "Changed"))
    place = rows[0].index(column)
    before = rows[-1][place]
    rows[-1][place] = text
    looked = importer.run(kind, as_csv(rows), dry=True)

    assert looked.counts["update"] == 1, (kind, looked.fates)
    assert looked.counts["error"] == 0
    message = next(iter(looked.said().values()))
    assert message.startswith(f"{column}: ")
    assert message.endswith(text)
    assert table(importer.export(kind))[-1][place] == before, "a dry run changes nothing"

    assert importer.run(kind, as_csv(rows)).counts["update"] == 1
    assert table(importer.export(kind)) == rows, kind
    if kind != "source-codes":  # the only table nobody's changes of which are noted
        assert total(session) > noted


def test_an_xlsx_is_what_the_csv_is(importer):
    book = openpyxl.load_workbook(io.BytesIO(importer.export("categories", "xlsx"))).active

    assert [[str(cell.value or "") for cell in row] for row in book] == table(importer.export("categories"))


def test_new_rows_are_made_in_order_and_a_child_may_follow_its_parent_in_the_same_file(importer, stocked):
    content = "Code,Description,Parent\nNEWTOP,New,\nNEWLOW,Below,NEWTOP\n"

    looked = importer.run("categories", content, dry=True)
    assert looked.counts["create"] == 2
    assert stocked.session.scalar(select(ItemCategory.id).where(ItemCategory.code == "NEWTOP")) is None

    assert importer.run("categories", content).counts["create"] == 2
    parent = stocked.session.scalars(select(ItemCategory).where(ItemCategory.code == "NEWTOP")).one()
    low = stocked.session.scalars(select(ItemCategory).where(ItemCategory.code == "NEWLOW")).one()
    assert (low.parent_id, low.level, parent.has_children) == (parent.id, 1, True)


@pytest.mark.parametrize(("kind", "content", "sentence"), [
    ("categories", "Code,Parent\nZTOP,ALOW\n", "ZTOP cannot lie under ALOW"),
    ("categories", "Code,Parent\nNEW1,NOWHERE\n", "There is no NOWHERE"),
    ("variants", "Item no.,Code\nSHIRT,RED\nSHIRT,RED\n", "stands in line 2 already"),
    ("variants", "Item no.,Code\nNOPE,RED\n", "There is no NOPE"),
    ("references", "Item no.,Variant,Unit,Reference no.\nSHIRT,BLUE,PCS,1\n", "has no variant BLUE"),
    ("identifiers", "Item no.,Identifier,Variant\nSHIRT,H-2,BLUE\n", "has no variant BLUE"),
    ("identifiers", 'Item no.,Identifier\n"BOLT-1,5",H-1\n', "is an identifier of item SHIRT already"),
    ("catalog-items", "Entry no.,Unit price\nC-9,12\n", "Say what is offered"),
    ("vendor-catalogue", "Item no.,Vendor no.,Lead time\nSHIRT,V9,soon\n", "Lead time"),
    ("attribute-values", "Attribute,Value\nWidth,wide\n", "wide"),
    ("bins", "Location,Code\nBLUE,A1\n", "bin"),
    ("units", "Code,Description\n/,x\n", "could not be opened again"),
    ("tracking-codes", "Code,Description\nNONE1,x\n", "Choose what is tracked"),
])  # fmt: skip
def test_a_row_is_refused_as_on_the_page_and_nothing_of_the_file_stays(importer, stocked, kind, content, sentence):
    before = total(stocked.session)

    looked, run = importer.run(kind, content, dry=True), importer.run(kind, content)

    assert looked.counts["error"] == 1
    assert sentence.lower() in " ".join(looked.said().values()).lower()
    assert run.status == "failed"
    assert total(stocked.session) == before


def test_the_good_rows_are_taken_when_the_faulty_ones_are_to_be_skipped(importer, stocked):
    content = "Item no.,Code,Description\nSHIRT,BLUE,Blue\nNOPE,RED,x\nSHIRT,RED,Changed\n"

    found = importer.run("variants", content, skip_faulty=True)

    assert found.counts == {"create": 1, "update": 1, "unchanged": 0, "error": 1}
    assert b"NOPE" in found.faulty
    session = stocked.session
    codes = session.scalars(select(ItemVariant.code).where(ItemVariant.item_id > 0).order_by(ItemVariant.code))
    assert codes.all() == ["BLUE", "RED"]


def test_nothing_is_made_by_looking(importer, stocked):
    session = stocked.session
    counts = {
        model: session.scalar(select(func.count()).select_from(model))
        for model in (ItemReference, Bin, StockkeepingUnit)
    }

    importer.run("references", "Item no.,Unit,Whose number,Reference no.\nSHIRT,PCS,bar_code,99\n", dry=True)
    importer.run("bins", "Location,Code\nBINS,B-01\n", dry=True)
    importer.run("stockkeeping-units", "Item no.,Location\nSHIRT,BINS\n", dry=True)

    assert counts == {model: session.scalar(select(func.count()).select_from(model)) for model in counts}
