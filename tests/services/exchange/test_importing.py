"""Items, parties and journal lines from files: every row's fate first, all or nothing, faulty rows come back."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from sqlalchemy import func, select

from core.errors import NotFound
from models import AuditEntry, Customer, Item, ItemCategory, ItemJournalLine, SearchEntry, Vendor
from models.enums import CostingMethod
from services.documents import journal_batches
from services.exchange.columns import Options
from services.exchange.journal_lines import JournalLineImport
from tests.builders import d, day
from tests.support.imports import Importer, workbook
from tests.support.queries import counted

GOOD = "No.;Description;Unit price\nA1;First;2.50\nA2;Second;3\n"


@pytest.fixture
def importer(world, tmp_path):
    return Importer(world.session, tmp_path)


def items(importer):
    importer.session.rollback()
    found = dict(importer.session.execute(select(Item.no, Item.description)).tuples().all())
    importer.session.rollback()
    return found


def count(importer, model):
    importer.session.rollback()
    return importer.session.scalar(select(func.count()).select_from(model))


# ------------------------------------------------------------------------------------------------ dry run and import
def test_a_dry_run_lists_every_row_and_writes_nothing(importer):
    importer.run("items", GOOD)
    before = (count(importer, Item), count(importer, AuditEntry), count(importer, SearchEntry))
    text = "No.;Description;Unit price\nA1;First;2.50\nA2;Changed;3\nA3;Third;1\nA4;;x\n"

    outcome = importer.run("items", text, dry=True)

    assert [(fate.line, fate.fate.value, fate.key) for fate in outcome.fates] == [
        (2, "unchanged", "A1"), (3, "update", "A2"), (4, "create", "A3"), (5, "error", "A4"),
    ]  # fmt: skip
    assert outcome.counts == {"create": 1, "update": 1, "unchanged": 1, "error": 1}
    assert (count(importer, Item), count(importer, AuditEntry), count(importer, SearchEntry)) == before


def test_a_dry_run_says_what_each_row_changes(importer):
    first = "No.;Description;Unit price;Category;Sales blocked;attribute:Colour\nA1;Chair;2.50;CHAIRS;no;red\n"
    importer.run("items", first, create_missing=True)
    text = "No.;Description;Unit price;Category;Sales blocked;attribute:Colour\nA1;Stool;3;STOOLS;yes;blue\n"
    importer.run("items", "No.;Description;Category\nA2;Other;STOOLS\n", create_missing=True)

    (row,) = importer.run("items", text, dry=True, create_missing=True).fates

    assert row.message == (
        "Description: Chair → Stool; Category: CHAIRS → STOOLS; Sales blocked: no → yes; Unit price: 2.5 → 3; "
        "Colour: other value"
    )


def test_an_import_does_what_the_dry_run_said(importer):
    said = importer.run("items", GOOD, dry=True)

    outcome = importer.run("items", GOOD)

    assert (outcome.status, outcome.counts) == ("done", said.counts)
    assert items(importer) == {"A1": "First", "A2": "Second"}
    assert count(importer, SearchEntry) == 2


def test_the_same_file_twice_changes_nothing(importer):
    importer.run("items", GOOD)
    trail = count(importer, AuditEntry)

    again = importer.run("items", GOOD)

    assert again.counts == {"create": 0, "update": 0, "unchanged": 2, "error": 0}
    assert count(importer, AuditEntry) == trail


def test_one_faulty_row_keeps_all_out_and_all_faults_are_told(importer):
    rows = [f"A{number};Item {number};{number}" for number in range(1500)]
    rows[3], rows[1400] = "A3;Item 3;NaN", "A1400;;1"

    outcome = importer.run("items", "No.;Description;Unit price\n" + "\n".join(rows))

    assert outcome.status == "failed"
    assert "nothing was imported" in outcome.message
    assert set(outcome.said()) == {5, 1402}
    assert items(importer) == {}


def test_a_fault_that_only_the_database_knows_keeps_all_out_too(importer):
    outcome = importer.run("items", "No.;Description;Category\nA1;First;\nA2;Second;NOWHERE\n")

    assert outcome.status == "failed"
    assert outcome.said() == {3: "Category: There is no category NOWHERE; set it up first."}
    assert items(importer) == {}


def test_faulty_rows_come_back_as_a_file_that_can_be_corrected_and_imported(importer):
    outcome = importer.run("items", "No.;Description;Unit price\nA1;First;2.50\nA2;Zweite, ö;x\n", skip_faulty=True)
    headings, *rows = csv.reader(io.StringIO(outcome.faulty.decode("utf-8-sig")))
    assert (headings, rows) == (
        ["No.", "Description", "Unit price", "error"],
        [["A2", "Zweite, ö", "x", 'Unit price: "x" is not a number.']],
    )
    assert items(importer) == {"A1": "First"}

    corrected = importer.run("items", outcome.faulty.decode("utf-8-sig").replace(",x,", ",3,"))

    assert (corrected.status, corrected.counts["create"]) == ("done", 1)
    assert items(importer) == {"A1": "First", "A2": "Zweite, ö"}


def test_faulty_rows_of_a_workbook_come_back_as_a_workbook(importer):
    content = workbook(["No.", "Description", "Unit price"], ["A1", "First", 2.5], ["A2", "Second", "x"])

    outcome = importer.run("items", importer.file(content, "items.xlsx"))

    rows = list(openpyxl.load_workbook(io.BytesIO(outcome.faulty)).active.iter_rows(values_only=True))
    assert rows == [
        ("No.", "Description", "Unit price", "error"), ("A2", "Second", "x", 'Unit price: "x" is not a number.'),
    ]  # fmt: skip
    assert items(importer) == {}


def test_a_workbook_imports_as_its_texts_would(importer):
    content = workbook(["SKU", "Name", "Price"], ["a1", "First", 2.5], [1000, "Second", 3])

    importer.run("items", importer.file(content, "items.xlsx"))

    assert items(importer) == {"A1": "First", "1000": "Second"}
    assert importer.session.scalar(select(Item.unit_price).where(Item.no == "A1")) == d("2.5")


def test_numbers_and_days_with_a_comma_are_read_as_the_user_says(importer):
    importer.run("items", "No.;Description;Unit price\nA1;First;1.234,50\n", decimal_comma=True)

    assert importer.session.scalar(select(Item.unit_price)) == d("1234.5")


# ------------------------------------------------------------------------------------------------ bad cells
@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("x" * 300 + ";Long;1", "20"),
        ("😀;Smile;1", "No."),
        (";No number;1", "No."),
        ("A9;Text;NaN", "not a number"),
        ("A9;Text;Infinity", "not a number"),
        ("A9;Text;1e30", "too large"),
        ("A9;Text;0.1234567891", "five decimal places"),
        ("A9;Text;-1", "negative"),
        ("A9;" + "y" * 300 + ";1", "100"),
        ("A9;;1", "Description"),
        ("A9;Text;1;more", "cells more"),
        ("A1;Twice;1", "line 2 already"),
    ],
)
def test_a_bad_cell_is_a_sentence_and_nothing_is_imported(importer, row, word):
    outcome = importer.run("items", f"No.;Description;Unit price\nA1;First;1\n{row}\n")

    assert outcome.status == "failed"
    assert list(outcome.said()) == [3]
    assert word in outcome.said()[3]
    assert items(importer) == {}


def test_emoji_in_a_description_are_kept(importer):
    importer.run("items", "No.;Description\nA1;Candle 🕯 red\n")

    assert items(importer) == {"A1": "Candle 🕯 red"}


def test_a_formula_typed_as_text_in_a_csv_is_text(importer):
    importer.run("items", 'No.;Description\nA1;"=HYPERLINK(""x"")"\n')

    assert items(importer) == {"A1": '=HYPERLINK("x")'}


def test_a_workbook_formula_without_a_result_is_refused(importer):
    content = workbook(["No.", "Description"], ["A1", "=1+1"])

    outcome = importer.run("items", importer.file(content, "items.xlsx"))

    assert "formula without a result" in outcome.said()[2]
    assert items(importer) == {}


def test_only_headings_are_refused(importer):
    outcome = importer.run("items", "No.;Description\n")

    assert (outcome.status, outcome.message) == ("failed", "The file holds headings but no rows below them.")


def test_a_mapping_without_the_number_names_what_is_missing(importer):
    outcome = importer.run("items", "Words;Colour\nx;red\n", mapping={"Words": "description"})

    assert outcome.status == "failed"
    assert "No." in outcome.message


def test_a_file_that_is_gone_when_the_job_runs_is_a_sentence(importer):
    path = importer.file(GOOD)
    parameters = importer.request("items", path).parameters() | {"path": "", "file_id": 999}

    outcome = importer.job("import", parameters)

    assert (outcome.status, outcome.message) == (
        "failed", "The uploaded file is not there any more. Upload it again.",
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ modes and extras
def test_only_new_or_only_existing_items_on_demand(importer):
    importer.run("items", GOOD)
    both = "No.;Description\nA1;Changed\nA3;New\n"

    create = importer.run("items", both, mode="create", dry=True)
    update = importer.run("items", both, mode="update", dry=True)

    assert [fate.fate.value for fate in create.fates] == ["error", "create"]
    assert [fate.fate.value for fate in update.fates] == ["update", "error"]


def test_an_empty_cell_leaves_or_empties_the_field(importer):
    importer.run("items", "No.;Description;Shelf no.\nA1;First;S1\n")

    importer.run("items", "No.;Description;Shelf no.\nA1;First;\n")
    assert importer.session.scalar(select(Item.shelf_no)) == "S1"
    importer.session.rollback()
    importer.run("items", "No.;Description;Shelf no.\nA1;First;\n", clear_blank=True)

    assert importer.session.scalar(select(Item.shelf_no)) == ""


def test_no_file_empties_what_a_card_needs(importer):
    importer.run("items", "No.;Description\nA1;First\n")

    for column in ("Base unit", "Product posting group", "VAT product posting group", "Inventory posting group"):
        refused = importer.run("items", f"No.;Description;{column}\nA1;First;\n", clear_blank=True, constants={})

        assert refused.status == "failed", column
        assert next(iter(refused.said().values())) == f"{column}: Fill this in, please."


def test_categories_units_and_attributes_that_are_missing_are_made_on_demand(importer):
    text = "No.;Description;Category;Unit;attribute:Colour\nA1;Chair;Furniture > Chairs;CRATE;red\n"

    refused = importer.run("items", text)
    made = importer.run("items", text, create_missing=True, constants=importer.request(
        "items", importer.file(text)).options["constants"])  # fmt: skip

    assert (refused.status, made.status) == ("failed", "done")
    assert set(importer.session.scalars(select(ItemCategory.description))) >= {"Furniture", "Chairs"}


def test_a_late_failure_leaves_no_category_or_unit_behind(importer):
    before = count(importer, ItemCategory)
    text = "No.;Description;Category;Costing method\nA1;Chair;Furniture;fifo\nA2;Table;Furniture;specific\n"

    outcome = importer.run("items", text, create_missing=True)

    assert outcome.status == "failed"
    assert count(importer, ItemCategory) == before
    assert items(importer) == {}


def test_an_item_with_entries_keeps_its_costing_method(importer, world):
    bolt = world.item("BOLT")
    world.receive(bolt, "4", on="2025-01-10")

    outcome = importer.run("items", "No.;Description;Costing method\nBOLT;Bolt;average\n")

    assert "The costing method stays" in outcome.said()[2]
    assert importer.session.scalar(select(Item.costing_method).where(Item.no == "BOLT")) == CostingMethod.FIFO


@pytest.mark.parametrize(("kind", "model"), [("vendors", Vendor), ("customers", Customer)])
def test_parties_are_imported_by_the_rules_of_their_cards(importer, kind, model):
    good = importer.run(kind, "No.;Name;E-mail;City\nX1;Müller & Söhne;a@b.example;Köln\n")
    bad = importer.run(kind, "No.;Name;E-mail\nX2;Second;nonsense\nX3;;\n")

    assert (good.status, bad.status) == ("done", "failed")
    assert set(bad.said()) == {2, 3}
    importer.session.rollback()
    assert list(importer.session.scalars(select(model.name))) == ["Müller & Söhne"]


# ------------------------------------------------------------------------------------------------ journal lines
LINES = "Posting date;Entry type;Item;Quantity;Location;Unit amount\n"


@pytest.fixture
def batch(importer, world):
    world.item("BOLT")
    found = journal_batches.create_batch(importer.session, "WORK", "Work")
    importer.session.commit()
    return found.id


def test_journal_lines_go_to_the_end_of_the_batch(importer, batch):
    text = LINES + "2025-01-10;purchase;BOLT;5;BLUE;2\n11.01.2025;Negative Adjmt.;bolt;1;BLUE;\n"

    first = importer.run("journal-lines", text, batch_id=batch)
    importer.run("journal-lines", text, batch_id=batch)

    assert first.counts["create"] == 2
    rows = importer.session.execute(
        select(ItemJournalLine.line_no, ItemJournalLine.posting_date, ItemJournalLine.quantity).order_by(
            ItemJournalLine.line_no
        )
    ).all()
    assert [(row.posting_date, row.quantity) for row in rows] == [
        (day("2025-01-10"), d(5)), (day("2025-01-11"), d(1)),
    ] * 2  # fmt: skip
    assert len({row.line_no for row in rows}) == 4


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ("31.02.2025;sale;BOLT;1;BLUE;", "31.02.2025"),
        ("2025-01-10;gift;BOLT;1;BLUE;", "choose one of them"),
        ("2025-01-10;sale;NONE;1;BLUE;", "There is no item NONE"),
        ("2025-01-10;sale;BOLT;1;MOON;", "MOON"),
        ("2025-01-10;sale;BOLT;1e30;BLUE;", "too large"),
        ("2025-01-10;sale;BOLT;NaN;BLUE;", "not a number"),
        (";sale;BOLT;1;BLUE;", "Posting date"),
        ("2025-01-10;sale;;1;BLUE;", "Item"),
        ("2025-01-10;sale;BOLT;;BLUE;", "Quantity"),
    ],
)
def test_a_bad_journal_line_is_a_sentence_and_no_line_is_added(importer, batch, row, word):
    outcome = importer.run("journal-lines", LINES + "2025-01-10;sale;BOLT;1;BLUE;2\n" + row + "\n", batch_id=batch)

    assert outcome.status == "failed"
    assert word in outcome.said()[3]
    assert count(importer, ItemJournalLine) == 0


def test_journal_lines_without_a_batch_are_refused(importer, world):
    world.item("BOLT")

    outcome = importer.run("journal-lines", LINES + "2025-01-10;sale;BOLT;1;BLUE;2\n", batch_id=99)

    assert "Choose the journal batch" in outcome.message
    with pytest.raises(NotFound) as refused:
        JournalLineImport(importer.session, Options(), frozenset())
    assert (refused.value.code, refused.value.field) == ("journal_batch_not_found", "batch")


# ------------------------------------------------------------------------------------------------ size
def test_ten_times_the_rows_take_the_same_statements_for_each_thousand(app, importer):
    def rows(count, prefix):
        return "No.;Description\n" + "".join(f"{prefix}{number};Item {number}\n" for number in range(count))

    with counted(app) as one:
        importer.run("items", rows(100, "A"))
    with counted(app) as ten:
        importer.run("items", rows(1000, "B"))

    assert len(ten) <= len(one) + 2
