"""What goes out can come in again, and nothing in it is run by a spreadsheet program."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import func, select, update

from models import AuditEntry, Item, Vendor
from services.exchange.writing import table_bytes
from tests.support.imports import Importer

FORMULA = '=HYPERLINK("http://bad.example","Click")'
TEXTS = [FORMULA, "+49 89", "-5 %", "@home", "'quoted'", "'=1", "plain, with comma", 'say "hi"', "Ünïcode 🕯", "a;b|c"]


@pytest.fixture
def importer(world, tmp_path):
    return Importer(world.session, tmp_path)


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def test_csv_is_utf8_with_its_mark_and_escapes_texts_but_not_numbers():
    content = table_bytes(
        "csv", ["=no", "n", "d", "b"], [[FORMULA, Decimal("-2.50"), dt.date(2026, 2, 28), True], ["", None, "x", -3]]
    )

    assert content.startswith(b"\xef\xbb\xbf")
    assert table(content) == [
        ["'=no", "n", "d", "b"], ["'" + FORMULA, "-2.5", "2026-02-28", "yes"], ["", "", "x", "-3"],
    ]  # fmt: skip


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers():
    rows = [
        [FORMULA, Decimal("-2.50"), dt.date(2026, 2, 28), "http://x.example", "12"],
        ["", None, Decimal(10) ** 12, 1, 2],
    ]

    content = table_bytes("xlsx", ["a", "b", "c", "d", "e"], rows)

    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [cell.data_type for cell in sheet[2]] == ["s", "n", "d", "s", "s"]
    assert sheet["A2"].value == "'" + FORMULA
    assert sheet["B2"].value == -2.5
    assert sheet["C3"].value == "1000000000000"  # beyond what a sheet's cell holds exactly
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("file_kind", ["csv", "xlsx"])
def test_exported_items_come_back_as_they_were(importer, file_kind):
    rows = [[f"A{number}", text, Decimal("2.50"), Decimal("1.23457")] for number, text in enumerate(TEXTS)]
    importer.run("items", importer.file(table_bytes("csv", ["No.", "Description", "Unit price", "Unit cost"], rows)))

    content = importer.export("items", file_kind)
    outcome = importer.run("items", importer.file(content, f"items.{file_kind}"))

    assert outcome.said() == {}
    assert outcome.counts == {"create": 0, "update": 0, "unchanged": len(TEXTS), "error": 0}


@pytest.mark.parametrize("calculation", ["profit_is_price_minus_cost", "price_is_cost_plus_profit"])
def test_an_export_read_back_after_costs_moved_on_moves_neither_price_nor_profit(importer, calculation):
    head = "No.;Description;Unit cost;Unit price;Profit %;Price/profit calculation"
    importer.run("items", f"{head}\nA1;First;6;10;40;{calculation}\n")
    importer.session.execute(update(Item).values(unit_cost=Decimal(7)))  # as a posting does
    importer.session.commit()

    outcome = importer.run("items", importer.file(importer.export("items", "csv")))

    assert outcome.counts == {"create": 0, "update": 0, "unchanged": 1, "error": 0}
    item = importer.session.scalars(select(Item)).one()
    assert (item.unit_price, item.profit_percent) == (10, 40)


def test_escaped_cells_of_an_export_give_the_original_in_an_empty_company(importer, world):
    rows = [["No.", "Name"]] + [[f"V{number}", text] for number, text in enumerate(TEXTS)]
    content = table_bytes("csv", rows[0], rows[1:])

    importer.run("vendors", importer.file(content))

    names = importer.session.scalars(select(Vendor.name).order_by(Vendor.no))
    assert list(names) == TEXTS


def test_an_export_of_many_is_read_in_pieces_and_is_whole(importer):
    text = "No.;Description\n" + "".join(f"A{number:05};Item {number}\n" for number in range(2500))
    importer.run("items", text)

    rows = table(importer.export("items"))

    assert len(rows) == 2501
    assert [row[0] for row in rows[1:]] == [f"A{number:05}" for number in range(2500)]


@pytest.mark.parametrize("kind", ["item-ledger-entries", "value-entries", "gl-entries", "registers"])
def test_ledgers_go_out_with_codes_in_place_of_ids(importer, world, kind):
    bolt = world.item("BOLT")
    world.receive(bolt, "4", on="2025-01-10")

    headings, *rows = table(importer.export(kind))

    assert rows
    assert headings[0] == "Entry no."
    if "Item no." in headings:
        assert {row[headings.index("Item no.")] for row in rows} == {"BOLT"}


def test_an_export_changes_nothing(importer, world):
    world.item("BOLT")
    before = importer.session.scalar(select(func.count()).select_from(AuditEntry))

    importer.export("items")

    assert importer.session.scalar(select(func.count()).select_from(AuditEntry)) == before
    assert importer.session.scalar(select(func.count()).select_from(Item)) == 1
