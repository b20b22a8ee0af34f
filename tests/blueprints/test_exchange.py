"""The import and export pages: a file step by step, every row's fate, one import; and a real week with its report."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models import Item, ItemJournalLine, ItemLedgerEntry, Job, StoredFile, db
from services.documents import journal_batches
from tests.builders import World
from tests.support.imports import workbook
from tests.support.queries import queries_of

DATA = Path(__file__).resolve().parents[1] / "data"
SAMPLE = DATA / "online-retail-sample.csv"
EXPECTED = json.loads((DATA / "online-retail-sample.expected.json").read_text())
GOOD = "No.;Description;Unit price\nA1;First;2.50\nA2;Second;3\n"
FAULTY = GOOD + "A3;;x\n"


class Desk:
    """Somebody at the import pages."""

    def __init__(self, app, client):
        self.app, self.client = app, client
        with app.app_context():
            World(db.session())

    def upload(self, content, name="items.csv", kind="items", **more):
        content = content.encode() if isinstance(content, str) else content
        data = {"kind": kind, "file": (io.BytesIO(content), name)} | more
        return self.client.send("/import/", data, content_type="multipart/form-data")

    def mapping(self, url, **choices):
        """The fields of the mapping page as they stand, changed by `choices`."""
        page = self.client.get(url).text
        form = page[page.index('id="mapping"') :]
        data = dict(re.findall(r'<input[^>]*name="((?:heading|constant|key)[^"]*)"[^>]*value="([^"]*)"', form))
        for name, body in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', form, re.DOTALL):
            chosen = re.search(r'value="([^"]*)"\s*selected|selected[^>]*value="([^"]*)"', body)
            data[name] = (chosen[1] or chosen[2] or "") if chosen else ""
        return {name: unescape(value) for name, value in data.items()} | choices

    def check(self, content, name="items.csv", kind="items", **choices):
        """Upload, keep the proposed mapping, check; the page of every row's fate."""
        url = self.upload(content, name, kind).headers["Location"]
        answer = self.client.send(url, self.mapping(url, **choices))
        assert answer.status_code == 303, text_of(answer)
        return answer.headers["Location"]

    def count(self, model):
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model))

    def items(self):
        with self.app.app_context():
            return dict(db.session.execute(select(Item.no, Item.description)).tuples().all())


@pytest.fixture
def desk(app, client, login):
    found = Desk(app, client)
    login(client, "owner")
    return found


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)))


# ------------------------------------------------------------------------------------------------ upload
def test_the_page_offers_what_can_be_imported_and_exported(desk):
    page = desk.client.get("/import/")

    assert page.status_code == 200
    for words in ("Items", "Vendors", "Customers", "Journal lines", "Week of trade", "Item ledger entries"):
        assert f">{words}" in page.text
    assert "<html" not in desk.client.fragment("/import/").text


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        ("", "items.csv", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00rest", "items.csv", "PNG"),
        (b"No.;Name\nA\x00;b\n", "items.csv", "NUL"),
        (b"PK\x03\x04 no archive at all", "items.xlsx", "damaged"),
    ],
)
def test_a_file_that_is_no_table_gets_a_sentence_and_the_form_again(desk, content, name, words):
    answer = desk.upload(content, name, "vendors")
    if answer.status_code == 303:
        answer = desk.client.get(answer.headers["Location"])

    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="vendors" selected' in answer.text
    assert desk.count(Item) == 0


def test_without_a_file_the_sentence_stands_at_the_field(desk):
    answer = desk.client.send("/import/", {"kind": "items"})

    assert answer.status_code == 422
    assert 'id="file-error"' in answer.text
    assert "Choose a file first." in answer.text


def test_more_than_the_limit_of_64_megabytes_is_refused(app, desk):
    assert app.config["MAX_CONTENT_LENGTH"] == 64 * 1024 * 1024
    app.config["MAX_CONTENT_LENGTH"] = 10_000  # the same refusal, without writing 64 MB

    answer = desk.upload(b"x" * 10_001)

    assert answer.status_code == 413
    assert "too large" in answer.text
    assert desk.count(StoredFile) == 0


def test_a_kind_nobody_knows_is_refused_and_nothing_kept(desk):
    answer = desk.upload(GOOD, kind="nonsense")

    assert answer.status_code == 422
    assert "nonsense cannot be imported." in answer.text
    assert desk.count(StoredFile) == 0


def test_a_file_name_with_folders_and_formula_signs_is_only_a_name(desk):
    url = desk.upload(GOOD, "../../<b>=etc.csv").headers["Location"]

    assert "&lt;b&gt;=etc.csv" in desk.client.get(url).text


# ------------------------------------------------------------------------------------------------ mapping
def test_the_mapping_is_proposed_and_kept_when_it_is_refused(desk):
    url = desk.upload("SKU;Wort;Preis\nA1;First;2,50\n").headers["Location"]
    data = desk.mapping(url)
    assert (data["map-0"], data["map-1"], data["decimal"]) == ("no", "", ",")

    refused = desk.client.send(url, data | {"map-1": "description", "map-2": "description"})

    assert refused.status_code == 422
    assert "Two columns" in refused.text
    chosen = re.findall(r'name="map-\d".*?</select>', refused.text, re.DOTALL)
    assert all('value="description" selected' in part for part in chosen[1:])
    fragment = desk.client.send(url, data | {"map-0": ""}, htmx=True)
    assert (fragment.status_code, "<html" in fragment.text) == (422, False)
    assert "No." in text_of(fragment)


def test_another_delimiter_reads_the_file_again(desk):
    url = desk.upload("No.;a,b\nA1;1,2\n").headers["Location"]

    page = desk.client.send(url, desk.mapping(url, delimiter=",", refresh="1"))

    assert "No.;a" in page.text


def test_a_wrong_encoding_is_a_sentence(desk):
    url = desk.upload("No.;Description\nA1;Tür\n".encode()).headers["Location"]

    page = desk.client.send(url, desk.mapping(url, encoding="utf-16", refresh="1"))

    assert page.status_code == 422
    assert "Choose another encoding" in page.text


def test_somebody_elses_upload_is_not_found(desk, login):
    url = desk.upload(GOOD).headers["Location"]
    login(desk.client, "owner", email="other@shop.example")

    assert desk.client.get(url).status_code == 404


# ------------------------------------------------------------------------------------------------ check, import
def test_every_row_and_its_fate_is_shown_and_nothing_written(desk):
    url = desk.check(FAULTY)

    page = desk.client.get(url)
    assert page.status_code == 200
    assert "2 to create, 0 to change, 0 unchanged, 1 faulty. Nothing was written yet." in text_of(page)
    assert "is not a number" in text_of(page)
    only = desk.client.fragment(url + "?fate=error").text
    assert ("A3" in only, "A1" in only, "<html" in only) == (True, False, False)
    assert desk.items() == {}


@pytest.mark.parametrize(
    ("content", "button"),
    [
        ("No.;Description\nA1;First\n", "Import 1 row "),
        (GOOD, "Import 2 rows "),
        ("No.;Description;Unit price\nA1;First;1\nA2;;x\n", "Import 1 row, leave the faulty ones out"),
    ],
)
def test_the_button_says_how_many_rows_it_imports(desk, content, button):
    assert button in text_of(desk.client.get(desk.check(content)))


def test_the_import_does_it_once_however_often_the_button_is_pressed(desk):
    url = desk.check(GOOD)

    first = desk.client.send(url + "/run")
    second = desk.client.send(url + "/run")

    assert first.headers["Location"] == second.headers["Location"]
    assert desk.items() == {"A1": "First", "A2": "Second"}
    page = desk.client.get(first.headers["Location"])
    assert "2 created, 0 changed, 0 unchanged, 0 faulty and left out." in text_of(page)


def test_faulty_rows_are_left_out_on_demand_come_back_as_a_file_and_go_in_corrected(desk):
    url = desk.check(FAULTY)
    assert f"{url}/run" in desk.client.get(url).text
    assert 'name="skip"' in desk.client.get(url).text

    outcome = desk.client.send(url + "/run", {"skip": "1"}).headers["Location"]

    assert set(desk.items()) == {"A1", "A2"}
    link = re.search(r'href="(/jobs/\d+/files/\d+)" download', desk.client.get(outcome).text)[1]
    faulty = desk.client.get(link)
    assert "attachment" in faulty.headers["Content-Disposition"]
    assert faulty.headers["X-Content-Type-Options"] == "nosniff"
    corrected = faulty.data.replace(b"A3,,x", b"A3,Third,1")
    desk.client.send(desk.check(corrected, "corrected.csv") + "/run")
    assert set(desk.items()) == {"A1", "A2", "A3"}


def test_with_faulty_rows_the_whole_import_is_refused_and_nothing_imported(desk):
    url = desk.check(FAULTY)

    outcome = desk.client.send(url + "/run").headers["Location"]

    assert "nothing was imported" in text_of(desk.client.get(outcome))
    assert desk.items() == {}


def test_the_same_file_twice_leaves_nothing_to_import(desk):
    desk.client.send(desk.check(GOOD) + "/run")

    page = desk.client.get(desk.check(GOOD))

    assert "0 to create, 0 to change, 2 unchanged, 0 faulty" in text_of(page)
    assert "/run" not in page.text


def test_a_workbook_goes_the_same_way(desk):
    url = desk.check(workbook(["No.", "Description"], ["A1", "First"]), "items.xlsx")
    desk.client.send(url + "/run")

    assert desk.items() == {"A1": "First"}


def test_journal_lines_go_to_the_batch_chosen(app, desk):
    with app.app_context():
        world_batch = journal_batches.create_batch(db.session(), "WORK", "Work").id
        db.session.commit()
    desk.client.send(desk.check(GOOD) + "/run")
    text = "Posting date;Entry type;Item;Quantity;Unit amount\n2025-01-10;purchase;A1;5;2\n"

    url = desk.check(text, "lines.csv", "journal-lines", batch=str(world_batch))
    desk.client.send(url + "/run")

    assert desk.count(ItemJournalLine) == 1
    forged = desk.upload(text, "lines.csv", "journal-lines").headers["Location"]
    refused = desk.client.send(forged, desk.mapping(forged, batch="999"))
    assert (refused.status_code, desk.count(ItemJournalLine)) == (422, 1)


def test_a_file_without_rows_says_so_after_the_check(desk):
    page = desk.client.get(desk.check("No.;Description\n"))

    assert "headings but no rows" in text_of(page)


def test_long_lists_of_fates_are_paged_and_cost_the_same(app, desk):
    few = desk.check("No.;Description\n" + "".join(f"A{number};x\n" for number in range(60)))
    many = desk.check("No.;Description\n" + "".join(f"A{number};x\n" for number in range(600)))

    assert "Page 1 of 12" in text_of(desk.client.get(many))
    assert "A599" in desk.client.get(many + "?page=12").text
    assert desk.client.get(many + "?page=nonsense").status_code == 200
    assert len(queries_of(app, desk.client, few)) == len(queries_of(app, desk.client, many))


# ------------------------------------------------------------------------------------------------ rights
@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("clerk", 403)])
def test_who_may_not_import_sees_no_page(desk, login, role, status):
    login(desk.client, role)

    assert desk.client.get("/import/").status_code == status
    assert desk.upload(GOOD).status_code == status
    assert desk.count(StoredFile) == 0


def test_who_is_not_logged_in_is_sent_to_the_login(app, client):
    desk = Desk(app, client)

    assert desk.client.get("/import/").status_code in (302, 303)
    assert desk.client.get("/import/retail-week").status_code in (302, 303)


# ------------------------------------------------------------------------------------------------ export
@pytest.mark.parametrize("file_kind", ["csv", "xlsx"])
def test_an_export_is_a_job_with_a_file(desk, file_kind):
    desk.client.send(desk.check(GOOD) + "/run")

    job = desk.client.send("/import/export", {"kind": "items", "format": file_kind}).headers["Location"]

    page = desk.client.get(job)
    assert f"2 rows were written to items.{file_kind}." in text_of(page)
    link = re.search(r'href="(/jobs/\d+/files/\d+)" download', page.text)[1]
    assert desk.client.get(link).data[:2] == (b"PK" if file_kind == "xlsx" else b"\xef\xbb")


@pytest.mark.parametrize("data", [{"kind": "users", "format": "csv"}, {"kind": "items", "format": "exe"}, {}])
def test_what_cannot_be_exported_is_not_found(desk, data):
    assert desk.client.send("/import/export", data).status_code == 404


# ------------------------------------------------------------------------------------------------ a week of trade
@pytest.fixture
def week(desk):
    """The sample, uploaded: the address of its page."""
    answer = desk.upload(SAMPLE.read_bytes(), SAMPLE.name, "retail")
    answer = desk.client.get(answer.headers["Location"])
    return answer.headers["Location"]


def test_before_it_is_imported_the_page_says_what_the_lines_would_become(desk, week):
    page = text_of(desk.client.get(week))

    assert f"Lines read {EXPECTED['lines']}" in page
    assert "Goods written off" in page
    assert "1 Dec 2010" in page
    assert desk.count(ItemLedgerEntry) == 0


def test_the_week_is_posted_once_and_the_report_agrees(desk, week):
    form = desk.client.get(week).text
    key = re.search(r'name="key"[^>]*value="([^"]+)"', form)[1]
    data = {"location_code": "BLUE", "cost_percent": "50", "key": key}

    first = desk.client.send(week, data)
    entries = desk.count(ItemLedgerEntry)
    second = desk.client.send(week, data)

    assert first.status_code == 303
    assert entries > EXPECTED["lines"]
    assert desk.count(ItemLedgerEntry) == entries
    assert second.status_code in (200, 303)
    assert f"{EXPECTED['lines']} lines read: {EXPECTED['lines']} posted" in text_of(
        desk.client.get(first.headers["Location"])
    )
    report = desk.client.get("/import/retail-week")
    words = text_of(report)
    assert f"{EXPECTED['lines']} lines read = {EXPECTED['lines']} posted + 0 reported" in words
    for day in EXPECTED["days"].values():
        assert f"{abs(Decimal(day['amount'])):,.2f}".replace(",", "") in re.sub(r"[\s\u2009\u202f]", "", words)
    assert SAMPLE.name in words
    assert "<html" not in desk.client.fragment("/import/retail-week").text


def test_the_reports_figures_open_the_entries_behind_them(desk, week):
    desk.client.send(week, {"location_code": "BLUE", "cost_percent": "50", "key": "k"})
    report = desk.client.get("/import/retail-week").text

    links = [unescape(link) for link in re.findall(r'href="(/ledger/[^"]+[?][^"]+)"', report)]

    assert len(links) == 3 * len(EXPECTED["days"])
    first_day = next(iter(EXPECTED["days"].values()))
    opened = desk.client.get(links[0])
    assert opened.status_code == 200
    assert re.search(rf"\b{first_day['lines']}\b", text_of(opened))
    assert all(desk.client.get(link).status_code == 200 for link in links[1:3])
    job = re.search(r'href="(/jobs/\d+)"[^>]*>online-retail-sample', report)[1]
    assert desk.client.get(job).status_code == 200


def test_the_reports_figures_open_the_lines_of_the_file(desk, week):
    desk.client.send(week, {"location_code": "BLUE", "cost_percent": "50", "key": "k"})
    report = desk.client.get("/import/retail-week").text
    first_day = next(iter(EXPECTED["days"].values()))

    links = [unescape(link) for link in re.findall(r'href="(/import/retail-week/lines[?][^"]+)"', report)]
    opened = desk.client.get(next(link for link in links if "day=" in link))
    returns = desk.client.get(next(link for link in links if "rule=return" in link))

    assert f"{first_day['lines']} lines" in text_of(opened)
    assert "document_no=C" in returns.text
    assert "No lines of this kind." in desk.client.get("/import/retail-week/lines?reported=1").text
    assert desk.client.get("/import/retail-week/lines?day=31-02&page=x&rule=none").status_code == 200


@pytest.mark.parametrize(("ending", "start"), [("csv", b"\xef\xbb\xbfDay"), ("xlsx", b"PK"), ("svg", b"<?xml")])
def test_the_report_is_a_file_and_a_chart_too(desk, week, ending, start):
    desk.client.send(week, {"location_code": "BLUE", "cost_percent": "50", "key": "k"})

    answer = desk.client.get(f"/import/retail-week.{ending}")

    assert answer.status_code == 200
    assert answer.data.startswith(start)


def test_without_a_week_the_report_says_what_to_do_first(desk):
    page = desk.client.get("/import/retail-week")

    assert "No week of trade was imported yet." in page.text
    assert "/import/?kind=retail" in page.text


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"cost_percent": "NaN"}, ""),
        ({"cost_percent": "1e30"}, ""),
        ({"cost_percent": "-1"}, ""),
        ({"cost_percent": "101"}, ""),
        ({"location_code": "x" * 300}, ""),
    ],
)
def test_nonsense_in_the_form_is_refused_at_its_field_and_nothing_is_posted(desk, week, values, words):
    answer = desk.client.send(week, {"location_code": "BLUE", "cost_percent": "50", "key": "k"} | values)

    assert answer.status_code == 422
    assert "field-error" in answer.text
    assert desk.count(ItemLedgerEntry) == 0
    assert desk.count(Job) == 0


def test_a_location_that_is_not_there_fails_as_a_sentence_and_posts_nothing(desk, week):
    answer = desk.client.send(week, {"location_code": "MOON", "cost_percent": "50", "key": "k"})

    if answer.status_code == 303:
        answer = desk.client.get(answer.headers["Location"])
    assert "There is no location MOON." in text_of(answer)
    assert desk.count(ItemLedgerEntry) == 0
