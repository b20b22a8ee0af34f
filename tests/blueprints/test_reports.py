"""Reports: page, fragment, PDF, CSV and XLSX of one outcome; hostile parameters; who may see what."""

from __future__ import annotations

import io

import openpyxl
import pytest

from blueprints import reports
from models import Permission, RoleName
from models.users import ROLE_PERMISSIONS
from services.reports import papers
from services.reports.registry import reports as all_reports
from tests.support.pdfs import pages_of, text_of
from tests.support.queries import queries_of
from tests.support.shop import at_work

KEYS = ("inventory-valuation", "inventory-by-location", "items-to-order", "cost-by-month", "inventory-picking-list")


@pytest.fixture
def trade(app):
    """Two items in two places; one with a name that a spreadsheet would run."""
    with at_work(app) as world:
        bolt = world.item("BOLT", unit_cost="2", description="Bolt & <b>nut</b>")
        trap = world.item("TRAP", unit_cost="1", description="=1+1")
        world.receive(bolt, 10, "2.00", on="2025-01-10", at="BLUE")
        world.sell(bolt, 4, "5.00", on="2025-03-12", at="BLUE")
        world.receive(trap, 6, "3.00", on="2025-06-20", at="RED")


def test_the_index_shows_the_reports_of_the_role(client, login, trade):
    login(client, "owner")
    assert all(f"/reports/{key}" in client.get("/reports/").text for key in KEYS)

    login(client, "viewer")
    shown = client.get("/reports/").text
    assert "/reports/items-to-order" in shown
    assert "/reports/inventory-valuation" not in shown


@pytest.mark.parametrize("key", KEYS)
def test_each_report_is_a_page_a_fragment_and_files(client, login, trade, key):
    login(client, "owner")

    page, fragment = client.get(f"/reports/{key}"), client.fragment(f"/reports/{key}")
    pdf, csv, xlsx = (client.get(f"/reports/{key}.{kind}") for kind in ("pdf", "csv", "xlsx"))

    assert [answer.status_code for answer in (page, fragment, pdf, csv, xlsx)] == [200] * 5
    title = all_reports()[key].title
    assert f"<title>{title}" in page.text
    assert "<html" not in fragment.text
    assert 'id="report"' in fragment.text
    assert pdf.mimetype == "application/pdf"
    assert title in text_of(pdf.data)
    assert csv.text.startswith("\ufeff")
    assert openpyxl.load_workbook(io.BytesIO(xlsx.data)).active.max_row >= 1


def test_page_paper_and_file_tell_the_same_figures_of_the_day_asked(client, login, trade):
    login(client, "owner")

    page, pdf, csv = (
        client.get(f"/reports/inventory-valuation{kind}?as_of=2025-03-31") for kind in ("", ".pdf", ".csv")
    )

    assert "12.00" in page.text
    assert "TRAP" not in page.text
    assert "12.00" in text_of(pdf.data)
    assert "31 Mar 2025" in text_of(pdf.data)
    assert csv.text.splitlines()[1].startswith("BOLT,Bolt & <b>nut</b>,,6,PCS,2,0,12")


def test_figures_open_their_entries(client, login, trade):
    login(client, "owner")

    page = client.get("/reports/inventory-valuation?as_of=2025-03-31&location=BLUE").text

    assert "/items/BOLT" in page
    for ledger in ("items", "values"):
        address = f"/ledger/{ledger}?item=BOLT&amp;date_to=2025-03-31&amp;location=BLUE"
        assert address in page
    opened = client.get("/ledger/values?item=BOLT&date_to=2025-03-31&location=BLUE").text
    assert "20.00" in opened
    assert "−8.00" in opened

    places = client.get("/reports/inventory-by-location?as_of=2025-12-31").text
    assert "/reports/inventory-valuation?as_of=2025-12-31&amp;location=RED" in places
    months = client.get("/reports/cost-by-month?as_of=2025-06-30&months=6").text
    assert "date_from=2025-03-01&amp;date_to=2025-03-31" in months


def test_what_a_spreadsheet_would_run_is_defused_and_markup_is_text(client, login, trade):
    login(client, "owner")

    csv, xlsx, page = (
        client.get(f"/reports/inventory-valuation{kind}?as_of=2025-12-31") for kind in (".csv", ".xlsx", "")
    )

    assert "TRAP,'=1+1" in csv.text
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(xlsx.data)).active for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert "<b>nut" not in page.text


NONSENSE = {
    "inventory-valuation": (
        "as_of=2025-02-31",
        "as_of=31.12.2025",
        "as_of=0001-01-01",
        "as_of=9999-12-31",
        "location=NOWHERE",
        "location=%00",
        "category=" + "X" * 300,
    ),
    "inventory-by-location": ("category=%F0%9F%94%A9",),
    "items-to-order": ("vendor='+OR+1=1",),
    "cost-by-month": ("months=0", "months=-3", "months=1e30", "months=NaN", "months=2.5", "months=9999"),
}


@pytest.mark.parametrize("kind", ["", ".pdf", ".csv", ".xlsx"])
def test_nonsense_is_refused_beside_its_field(client, login, trade, kind):
    login(client, "owner")

    for key, queries in NONSENSE.items():
        for query in queries:
            answer = client.get(f"/reports/{key}{kind}?{query}")

            assert answer.status_code == 422, query
            assert "field-error" in answer.text
            assert "table-data" not in answer.text


def test_an_unknown_paper_or_report_is_refused(client, login, trade):
    login(client, "owner")

    assert client.get("/reports/inventory-valuation.pdf?sheet=a0").status_code == 422
    assert client.get("/reports/inventory-valuation.pdf?sheet=letter").status_code == 200
    assert client.get("/reports/nothing").status_code == 404
    assert client.get("/reports/inventory-valuation.exe").status_code == 404


@pytest.mark.parametrize("role", list(RoleName))
def test_a_report_and_its_files_need_their_rights(client, login, trade, role):
    login(client, role.value)

    for key in KEYS:
        sees = all_reports()[key].permission in ROLE_PERMISSIONS[role]
        takes = sees and Permission.EXCHANGE_EXPORT in ROLE_PERMISSIONS[role]
        page, csv = client.get(f"/reports/{key}"), client.get(f"/reports/{key}.csv")

        assert page.status_code == (200 if sees else 403)
        assert csv.status_code == (200 if takes else 403)
        if sees:
            assert (f"/reports/{key}.csv" in page.text) == takes


def test_a_long_report_shows_its_first_rows_and_the_total_of_all(client, login, trade, monkeypatch):
    monkeypatch.setattr(reports, "MOST_SHOWN", 1)
    login(client, "owner")

    page = client.get("/reports/inventory-valuation?as_of=2025-12-31").text

    assert "The first 1 of 2 lines" in page
    assert "/items/TRAP" not in page
    assert "30.00" in page  # 12 + 18


def test_what_is_too_long_for_paper_is_refused_with_the_way_out(client, login, trade, monkeypatch):
    monkeypatch.setattr(papers, "MOST_ROWS", 1)
    login(client, "owner")

    answer = client.get("/reports/inventory-valuation.pdf?as_of=2025-12-31")

    assert answer.status_code == 422
    assert "CSV or XLSX" in answer.text


def test_a_report_costs_the_same_queries_whatever_its_length(app, client, login, trade):
    login(client, "owner")
    few = queries_of(app, client, "/reports/inventory-valuation")
    with at_work(app) as world:
        for number in range(8):
            world.receive(world.item(f"MORE{number}"), 5, "1.00", on="2025-02-01", at="BLUE")

    many = queries_of(app, client, "/reports/inventory-valuation")

    assert len(many) == len(few)


def test_pages_of_a_long_paper_repeat_their_heads(app, client, login):
    with at_work(app) as world:
        for number in range(80):
            world.receive(world.item(f"ITEM{number:03}"), 5, "1.00", on="2025-02-01", at="BLUE")
    login(client, "owner")

    pages = pages_of(client.get("/reports/inventory-valuation.pdf").data)

    assert len(pages) > 1
    assert all("Description" in page and f"of {len(pages)}" in page for page in pages)


def test_the_valuation_is_paged_and_its_total_is_that_of_all_pages(app, client, login, trade, monkeypatch):
    monkeypatch.setattr(reports, "PAGE", 1)
    login(client, "owner")
    address = "/reports/inventory-valuation?as_of=2025-12-31"

    first, second, wild = client.get(address), client.fragment(f"{address}&page=2"), client.get(f"{address}&page=x")

    assert "/items/BOLT" in first.text
    assert "/items/TRAP" not in first.text
    assert "page=2" in first.text
    assert "/items/TRAP" in second.text
    assert all("30.00" in page.text for page in (first, second, wild))
    assert client.get("/reports/inventory-valuation.csv?as_of=2025-12-31").text.count("\n") == 3


def test_a_valuation_by_location_or_category_leads_down_to_the_items(client, login, trade):
    login(client, "owner")

    places = client.get("/reports/inventory-valuation?as_of=2025-12-31&by=location").text
    categories = client.get("/reports/inventory-valuation?as_of=2025-12-31&by=category")

    assert "by=item" in places
    assert "location=BLUE" in places
    assert "30.00" in places
    assert "30.00" in categories.text
    assert "No category" in categories.text
    assert client.get("/reports/inventory-valuation?by=colour").status_code == 422
    assert client.get("/reports/inventory-valuation.pdf?by=category").mimetype == "application/pdf"


def test_movements_between_two_days_add_up_on_page_and_paper(client, login, trade):
    login(client, "owner")
    address = "/reports/inventory-movements"

    page = client.get(f"{address}?start=2025-03-01&as_of=2025-06-30")
    paper = client.get(f"{address}.pdf?start=2025-03-01&as_of=2025-06-30")
    refused = client.get(f"{address}?start=2025-07-01&as_of=2025-06-30")

    assert page.status_code == 200
    assert "BOLT" in page.text
    assert "TRAP" in text_of(paper.data)
    assert refused.status_code == 422
    assert "The first day lies after the last." in refused.text
