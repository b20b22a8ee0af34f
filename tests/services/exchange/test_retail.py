"""A real week of trade: what its lines mean, what is posted, and that ledger and file agree to the penny."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Customer, Item, ItemCategory, ItemLedgerEntry, Register, ValueEntry
from models.enums import EntryType, ItemType
from posting.verify import verify
from services.exchange.retail_categories import propose_category
from services.exchange.retail_file import opening_stock, read_file
from services.exchange.retail_report import reconcile, table_rows
from services.exchange.retail_rules import Rule, choose_description, decide_rule, is_charge, tidy
from services.exchange.retail_week import OPENING_NO
from tests.builders import d, day
from tests.support.imports import Importer, workbook

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLE = DATA / "online-retail-sample.csv"
EXPECTED = json.loads((DATA / "online-retail-sample.expected.json").read_text())
HEADINGS = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"


@pytest.fixture
def importer(world, tmp_path):
    return Importer(world.session, tmp_path)


@pytest.fixture
def each_importer(each_world, tmp_path):
    return Importer(each_world.session, tmp_path)


def run(importer, path, **parameters):
    wanted = {"path": str(path), "name": path.name, "location_code": "BLUE", "cost_percent": "50"}
    return importer.job("retail", wanted | parameters)


def write(importer, *lines):
    return importer.file(HEADINGS + "".join(line + "\n" for line in lines), "week.csv")


def posted_counts(importer):
    importer.session.rollback()
    return [
        importer.session.scalar(select(func.count()).select_from(model))
        for model in (Item, Customer, ItemCategory, ItemLedgerEntry, ValueEntry, Register)
    ]


# ------------------------------------------------------------------------------------------------ the rules, pure
@pytest.mark.parametrize(
    ("invoice", "code", "quantity", "price", "rule"),
    [
        ("536365", "85123A", "6", "2.55", Rule.SALE),
        ("536365", "85123A", "6", "0", Rule.GIFT),
        ("C536379", "35004C", "-1", "4.65", Rule.RETURN),
        ("536589", "21777", "-10", "0", Rule.WRITE_OFF),
        ("536370", "POST", "3", "18", Rule.CHARGE),
        ("536540", "C2", "1", "50", Rule.CHARGE),
        ("536779", "BANK CHARGES", "1", "15", Rule.CHARGE),
        ("537000", "GIFT_0001_40", "1", "34", Rule.CHARGE),
        ("C536379", "D", "-1", "27.50", Rule.CHARGE_CREDIT),
        ("536365", "85123A", "0", "2.55", Rule.ZERO_QUANTITY),
        ("536365", "85123A", "1", "-2.55", Rule.NEGATIVE_PRICE),
        ("C536365", "85123A", "1", "2.55", Rule.CANCELLATION_POSITIVE),
        ("536365", "85123A", "-1", "2.55", Rule.NEGATIVE_WITH_PRICE),
        ("536365", "TEST001", "1", "4.50", Rule.TEST_CODE),
    ],
)
def test_what_becomes_of_a_line(invoice, code, quantity, price, rule):
    assert decide_rule(invoice, code, d(quantity), d(price), "17850") is rule


def test_codes_without_digits_are_no_goods():
    assert [is_charge(code) for code in ("POST", "M", "DOT", "C2", "85123A", "22423")] == [True] * 4 + [False] * 2


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("WHITE HANGING HEART T-LIGHT HOLDER", "White hanging heart T-light holder"),
        ("SET 7 BABUSHKA NESTING BOXES", "Set 7 babushka nesting boxes"),
        (" UNION  JACK FLAG LUGGAGE TAG ", "Union Jack flag luggage tag"),
        ("LED TEA LIGHT 3 PCS", "LED tea light 3 PCS"),
        ("Written with care", "Written with care"),
    ],
)
def test_descriptions_are_tidied(text, tidied):
    assert tidy(text) == tidied


def test_the_most_frequent_description_wins_and_remarks_are_none():
    assert (
        choose_description(Counter({"damages": 9, "?": 8, "": 7, "RED MUG": 2, "RED  MUG ": 1, "BLUE MUG": 2}))
        == "Red mug"
    )
    assert choose_description(Counter({"lost": 1, "???": 1})) == ""


@pytest.mark.parametrize(
    ("description", "category"),
    [
        ("White hanging heart T-light holder", "STORAGE"),
        ("Jumbo bag red retrospot", "BAGS"),
        ("Blue bird garden mug", "TABLE"),
        ("Christmas candle in a bag", "CHRISTMAS"),
        ("Xyzzy", "OTHER"),
    ],
)
def test_a_category_is_proposed_from_the_words(description, category):
    assert propose_category(description) == category


def test_opening_stock_is_the_least_that_keeps_every_balance_from_going_below_nothing(tmp_path):
    path = tmp_path / "week.csv"
    path.write_text(
        HEADINGS
        + "1,10001,MUG,6,2010-12-01,1,,UK\nC2,10001,MUG,-2,2010-12-02,1,,UK\n3,10001,MUG,3,2010-12-03,1,,UK\n"
        + "4,10002,CUP,-5,2010-12-01,0,,UK\n5,POST,POSTAGE,1,2010-12-01,18,,UK\n"
    )

    # 10001: out 6, back 2, out 3: at the end 7 are gone. 10002: 5 written off. Postage is no stock.
    assert opening_stock(read_file(path).posted) == {"10001": d(7), "10002": d(5)}


# ------------------------------------------------------------------------------------------------ the sample
def test_the_sample_is_read_as_counted_by_hand():
    content = read_file(SAMPLE)

    assert len(content.lines) == EXPECTED["lines"]
    assert len(content.items) == EXPECTED["items"]
    assert len(content.customers) == EXPECTED["customers"]
    found: dict[str, int] = {}
    for line in content.lines:
        found[line.rule.value] = found.get(line.rule.value, 0) + 1
    assert found == EXPECTED["rules"]


def test_the_sample_is_posted_and_file_and_ledger_agree(each_importer):
    outcome = run(each_importer, SAMPLE)

    assert outcome.status == "done", outcome.message
    report = reconcile(each_importer.session)
    assert report.agrees
    assert {row.day.isoformat() for row in report.days} == set(EXPECTED["days"])
    for row in report.days:
        wanted = EXPECTED["days"][row.day.isoformat()]
        for figures in (row.read, row.ledger):
            assert (figures.lines, figures.quantity, figures.amount) == (
                wanted["lines"], wanted["quantity"], Decimal(wanted["amount"]),
            )  # fmt: skip
    total = report.total
    assert total.read.lines == total.ledger.lines + total.reported.lines == EXPECTED["lines"]
    assert {row.rule.value: row.figures.lines for row in report.rules} == EXPECTED["rules"]


def test_the_posted_sample_verifies_and_nothing_is_negative(each_importer):
    run(each_importer, SAMPLE)

    assert list(verify(each_importer.session)) == []
    entry = ItemLedgerEntry
    balance = (
        select(entry.item_id, func.sum(entry.quantity).label("left")).join(Item, Item.id == entry.item_id)
        .where(Item.type == ItemType.INVENTORY).group_by(entry.item_id).subquery()
    )  # fmt: skip
    assert each_importer.session.scalar(select(func.count()).select_from(balance).where(balance.c.left < 0)) == 0
    goods = select(func.count()).select_from(entry).join(Item, Item.id == entry.item_id)
    assert each_importer.session.scalar(
        goods.where(Item.type == ItemType.INVENTORY, entry.remaining_quantity < 0)
    ) == 0  # fmt: skip


def test_what_the_lines_became(importer):
    run(importer, SAMPLE)

    session = importer.session
    kinds = dict(
        session.execute(
            select(ItemLedgerEntry.entry_type, func.count()).where(ItemLedgerEntry.document_no != OPENING_NO)
            .group_by(ItemLedgerEntry.entry_type)
        ).tuples().all()
    )  # fmt: skip
    rules = EXPECTED["rules"]
    assert kinds[EntryType.NEGATIVE_ADJMT] == rules["write_off"]
    assert kinds[EntryType.SALE] == EXPECTED["lines"] - rules["write_off"]
    services = session.scalar(select(func.count()).select_from(Item).where(Item.type == ItemType.SERVICE))
    assert services > 0
    assert session.scalar(select(Item.type).where(Item.no == "POST")) == ItemType.SERVICE
    # One code in two spellings is one item, with a description that can be read.
    white = session.scalars(select(Item).where(Item.no == "85123A")).one()
    assert white.description == "White hanging heart T-light holder"
    assert white.category_id is not None
    assert session.scalar(select(func.count()).select_from(Item).where(Item.no != func.upper(Item.no))) == 0
    opening = session.scalars(
        select(ItemLedgerEntry.posting_date).where(ItemLedgerEntry.document_no == OPENING_NO).distinct()
    ).all()
    assert opening == [day("2010-11-30")]


def test_the_same_file_again_posts_nothing(each_importer):
    run(each_importer, SAMPLE)
    before = posted_counts(each_importer)

    again = run(each_importer, SAMPLE)

    assert again.status == "done"
    assert "in the ledger already" in again.message
    assert posted_counts(each_importer) == before
    assert reconcile(each_importer.session).agrees


def test_a_file_of_which_a_part_is_in_the_ledger_is_refused(importer):
    run(importer, write(importer, "1,10001,MUG,6,2010-12-01,1,,UK"))
    before = posted_counts(importer)

    outcome = run(importer, write(importer, "1,10001,MUG,6,2010-12-01,1,,UK", "2,10001,MUG,6,2010-12-02,1,,UK"))

    assert (outcome.status, posted_counts(importer)) == ("failed", before)
    assert "1 of the file's 2 invoices" in outcome.message


def test_lines_that_cannot_be_posted_are_reported_with_their_reason(importer):
    path = write(
        importer,
        "1,10001,RED MUG,6,2010-12-01 08:26,1.25,17850,United Kingdom",
        "2,10001,RED MUG,0,2010-12-01 08:26,1.25,17850,United Kingdom",
        "3,10001,RED MUG,-2,2010-12-01 08:26,1.25,17850,United Kingdom",
        "C4,10001,RED MUG,2,2010-12-01 08:26,1.25,17850,United Kingdom",
        "5,10001,RED MUG,2,2010-12-01 08:26,-1.25,17850,United Kingdom",
        "6,TEST001,TEST,2,2010-12-02 08:26,1.25,17850,United Kingdom",
        "7,10001,RED MUG,NaN,2010-12-02 08:26,1.25,17850,United Kingdom",
        "8,10001,RED MUG,1e30,2010-12-02 08:26,1.25,17850,United Kingdom",
        "9,10001,RED MUG,1,2010-02-31 08:26,1.25,17850,United Kingdom",
        "10," + "x" * 300 + ",RED MUG,1,2010-12-02 08:26,1.25,17850,United Kingdom",
        "11,😀,RED MUG,1,2010-12-02 08:26,1.25,17850,United Kingdom",
    )

    outcome = run(importer, path)

    assert outcome.status == "done", outcome.message
    report = reconcile(importer.session)
    assert report.agrees
    assert (report.total.read.lines, report.total.ledger.lines, report.total.reported.lines) == (11, 1, 10)
    reported = outcome.faulty.decode("utf-8-sig")
    assert reported.count("\n") == 11
    for words in (
        "quantity 0",
        "price below 0",
        "positive quantity",
        "not a cancellation",
        "test code",
        "cannot be read",
    ):
        assert words in reported


def test_a_refused_posting_leaves_nothing_behind_and_the_same_file_can_be_run_again(importer):
    before = posted_counts(importer)

    refused = run(importer, SAMPLE, location_code="MOON")

    assert (refused.status, refused.message) == ("failed", "There is no location MOON.")
    assert posted_counts(importer) == before
    assert run(importer, SAMPLE).status == "done"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("InvoiceNo,StockCode\n1,2\n", "missing: quantity, day, price"),
        (HEADINGS, "no rows"),
        (HEADINGS + "1,TEST001,x,1,2010-12-01,1,,UK\n", "no line that can be posted"),
    ],
)
def test_a_file_that_is_no_week_of_trade_is_a_sentence(importer, text, words):
    outcome = run(importer, importer.file(text, "week.csv"))

    assert outcome.status == "failed"
    assert words in outcome.message


def test_semicolons_another_encoding_and_a_workbook_give_the_same_week(importer):
    rows = list(csv.reader(io.StringIO(SAMPLE.read_text(encoding="utf-8"))))
    plain = read_file(SAMPLE)

    semicolons = importer.file("\n".join(";".join(row) for row in rows).encode("utf-16"), "semi.csv")
    sheet = importer.file(workbook(*rows), "week.xlsx")

    for path in (semicolons, sheet):
        content = read_file(path)
        assert content.digest == plain.digest
        assert content.items == plain.items


def test_the_report_as_a_table_ends_with_the_sum(importer):
    run(importer, SAMPLE)

    headings, rows = table_rows(reconcile(importer.session))

    assert headings[0] == "Day"
    assert rows[-1][:4] == ["Total", EXPECTED["lines"], EXPECTED["lines"], 0]
    assert rows[-1][-3:] == [0, 0, 0]
