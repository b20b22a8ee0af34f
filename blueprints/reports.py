"""Reports: what there is, and each one as page, PDF, CSV and XLSX with its parameters in the URL."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from flask import Blueprint, Response, current_app, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from wtforms.validators import ValidationError as Refused

from blueprints import formats
from blueprints.access import check_right, may, requires, today
from blueprints.charts import Bar, bars
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField
from blueprints.htmx import render
from blueprints.record_fields import RecordField
from core.errors import DomainError
from core.text import _
from models import Permission
from services.exchange.writing import media_type, table_bytes
from services.reports import catalog, inventory, movements, picking, reorder, valuation
from services.reports.charts import MOST_BARS
from services.reports.figures import Figures
from services.reports.papers import PaperColumn
from services.reports.registry import (
    Outcome,
    Report,
    Row,
    Window,
    draw_chart,
    get_report,
    outcome_pdf,
    reports,
)

bp = Blueprint("reports", __name__, url_prefix="/reports")

#: Importing them is what makes their reports known.
REPORTS = (valuation, movements, inventory, reorder, picking, catalog)
#: Rows drawn on a page; the totals are those of all rows, and the files have them all.
MOST_SHOWN = 500
ROWS = [
    ("item", _l("Items")),
    ("location", _l("Locations")),
    ("category", _l("Categories")),
]
BASES = [("item", _l("Item cards")), ("sku", _l("Stockkeeping units"))]
#: Rows on a page of a report that is read page by page.
PAGE = 100
SHEETS = [("a4", _l("A4")), ("letter", _l("Letter"))]


class ReportForm(BaseForm):
    """Every parameter a report may have; those it has not are taken out of the form. Nothing is changed: no token."""

    class Meta:
        csrf = False

    start = DayField(_l("From"))
    as_of = DayField(_l("As of"))
    by = ChoiceField(_l("Rows"), pairs=ROWS, default="item")
    basis = ChoiceField(_l("Values of"), pairs=BASES, default="item", name="values")
    item_id = RecordField(_l("Item"), "item", name="item")
    location_id = RecordField(_l("Location"), "location", name="location")
    category_id = RecordField(_l("Category"), "category", name="category")
    vendor_id = RecordField(_l("Vendor"), "vendor", name="vendor")
    transfer_from_id = RecordField(_l("Transfer from"), "stock_location", name="source")
    variant = CodeField(_l("Variant"), max_length=10)
    shelf_no = CodeField(_l("Shelf no."), max_length=10, name="shelf")
    inventory_group_id = RecordField(_l("Inventory posting group"), "inventory_group", name="group")
    months = WholeField(_l("Months"), minimum=1, maximum=36, empty=None)
    empty = CheckField(_l("Items without stock too"))
    sheet = ChoiceField(_l("Paper"), pairs=SHEETS, default="a4")

    def validate_start(self, field: DayField) -> None:
        """The days ascend."""
        if field.data and self.as_of.data and field.data > self.as_of.data:
            raise Refused(_("The first day lies after the last."))

    @classmethod
    def of(cls, report: Report) -> ReportForm:
        """The form of a report, filled from the URL, with its defaults where the URL says nothing."""
        form = cls(formdata=request.args)
        known = {field.name for field in fields(report.parameters)} | {"sheet"} | ({"as_of"} if report.dated else set())
        for name in list(form._fields):
            if name not in known:
                del form[name]
        if report.dated and not request.args.get("as_of"):
            form.as_of.data = today()
        if "months" in form and not request.args.get("months"):
            form.months.data = report.parameters().months
        return form

    def parameters(self, report: Report) -> Any:
        """What `report.run` takes."""
        return report.parameters(**{field.name: self[field.name].data for field in fields(report.parameters)})

    @property
    def shown(self) -> list[str]:
        """The names of the fields on the page; paper is chosen beside the PDF."""
        return [name for name in self._fields if name != "sheet"]

    def query(self) -> dict[str, str]:
        """The parameters as they stand in URLs."""
        return {self[name].name: value for name in self.shown if (value := _written(self[name]))}


def _written(field: Any) -> str:
    if isinstance(field, CheckField):
        return "y" if field.data else ""
    if isinstance(field, ChoiceField):
        return "" if field.data == field.default else str(field.data)
    return str(field._value() or "")  # noqa: SLF001 - how WTForms' own widgets ask for it


def _run(report: Report, form: ReportForm, window: Window | None = None) -> Outcome:
    day = form.as_of.data if report.dated else today()
    more = (window,) if report.paged and window is not None else ()
    return report.run(db_session(), form.parameters(report), day or today(), *more)


def _page() -> int:
    text = request.args.get("page", "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 7 else 1


# ---------------------------------------------------------------------------------- what a figure opens
Opener = Callable[[Row, PaperColumn, Outcome, dict[str, str]], str]


def _item(row: Row, *_rest: Any) -> str:
    return url_for("items.show", no=_no(row))


def _location(row: Row, *_rest: Any) -> str:
    return url_for("locations.show", code=_no(row)) if _no(row) else ""


def _movements(row: Row, _column: PaperColumn, outcome: Outcome, query: dict[str, str]) -> str:
    return url_for("ledger.item_entries", **_posted(row, outcome, query))


def _values(row: Row, _column: PaperColumn, outcome: Outcome, query: dict[str, str]) -> str:
    # Entries without a location, or of a category, are no filter of the ledger: such a figure opens nothing.
    if row.subject and row.subject.kind == "location" and (not row.subject.no or query.get("category")):
        return ""
    return url_for("ledger.value_entries", **_posted(row, outcome, query))


def _posted(row: Row, outcome: Outcome, query: dict[str, str]) -> dict[str, str]:
    kind = row.subject.kind if row.subject else ""
    conditions = {kind: _no(row), "date_to": outcome.as_of.isoformat() if "as_of" in query else ""}
    if kind == "item" and query.get("location"):
        conditions["location"] = query["location"]
    return {name: value for name, value in conditions.items() if value}


def _valuation(row: Row, _column: PaperColumn, _outcome: Outcome, query: dict[str, str]) -> str:
    """The items behind a row of a location or category."""
    if not _no(row) or row.subject is None:
        return ""
    return url_for(".show", key="inventory-valuation", **(query | {row.subject.kind: _no(row), "by": "item"}))


def _categories(row: Row, _column: PaperColumn, _outcome: Outcome, query: dict[str, str]) -> str:
    """The categories below this one."""
    return url_for(".show", key="inventory-valuation", **(query | {"category": _no(row), "by": "category"}))


def _gl(row: Row, column: PaperColumn, *_rest: Any) -> str:
    month = int(_no(row))
    first = dt.date(month // 100, month % 100, 1)
    last = (first + dt.timedelta(31)).replace(day=1) - dt.timedelta(1)
    return url_for("ledger.gl_entries", account=column.about, date_from=first.isoformat(), date_to=last.isoformat())


def _no(row: Row) -> str:
    return row.subject.no if row.subject else ""


#: what PaperColumn.opens names: the right to see it, and its address
OPENERS: dict[str, tuple[Permission, Opener]] = {
    "item": (Permission.ITEMS_VIEW, _item),
    "location": (Permission.WAREHOUSE_VIEW, _location),
    "entries": (Permission.LEDGER_VIEW, _movements),
    "values": (Permission.COSTS_VIEW, _values),
    "valuation": (Permission.COSTS_VIEW, _valuation),
    "categories": (Permission.COSTS_VIEW, _categories),
    "gl": (Permission.GL_VIEW, _gl),
}


def _links(outcome: Outcome, query: dict[str, str]) -> Callable[[Row], list[str]]:
    """For each row the addresses its figures open, "" where there is none or the role may not."""
    openers = [OPENERS.get(column.opens) for column in outcome.columns]
    allowed = [opener[1] if opener and may(opener[0]) else None for opener in openers]

    def links(row: Row) -> list[str]:
        if row.subject is None:
            return [""] * len(allowed)
        return [
            opener(row, column, outcome, query) if opener else ""
            for opener, column in zip(allowed, outcome.columns, strict=True)
        ]

    return links


# ---------------------------------------------------------------------------------- pages and files
@bp.get("/")
@requires(Permission.REPORTS_VIEW)
def index() -> ResponseReturnValue:
    """What there is that the role may see."""
    doors = [
        (report.title, report.sentence, url_for(".show", key=report.key), report.icon)
        for report in reports().values()
        if may(report.permission)
    ]
    more = []
    if "exchange.retail_report" in current_app.view_functions:
        more.append((_("Week of trade"), _("What was read from an imported week, posted and reported: do they agree?"),
                     url_for("exchange.retail_report"), "file-import"))  # fmt: skip
    if may(Permission.LEDGER_VIEW):
        more.append((_("Posted registers"), _("Each posting with all its entries, to look at and to print."),
                     url_for("ledger.registers"), "history"))  # fmt: skip
    if may(Permission.ITEMS_VIEW):
        more += [
            (_("Item list"), _("Filter the items, then print the list or take it as a file."), url_for("items.index"),
             "list-details"),
            (_("Item labels"), _("EAN, Code 128 or QR code on label sheets or roll."), url_for("printing.labels"),
             "barcode"),
        ]  # fmt: skip
    groups = [(_("Figures"), doors), (_("Lists and papers"), more)]
    return render(
        "reports/index.html", "reports/_index.html", groups=[(label, found) for label, found in groups if found]
    )


@bp.get("/<key>")
@requires(Permission.REPORTS_VIEW)
def show(key: str) -> ResponseReturnValue:
    """A report on the screen; refused parameters are said beside their fields and nothing is computed."""
    report = get_report(key)
    check_right(report.permission)
    form = ReportForm.of(report)
    context: dict[str, Any] = {"what": report, "form": form, "outcome": None}
    if form.validate():
        page = _page()
        outcome = _run(report, form, Window((page - 1) * PAGE, PAGE))
        query = form.query()
        context |= {
            "page_no": page, "last_page": max(-(-outcome.row_count // PAGE), 1) if report.paged else 1,
            "query": query, "outcome": outcome, "rows": outcome.rows[:MOST_SHOWN],
            "addresses_of": _links(outcome, query),
            "chart": _chart(outcome),
            "files": _files(report, query), "most": MOST_SHOWN,
        }  # fmt: skip
    return render("reports/show.html", "reports/_result.html", status=422 if form.errors else 200, **context)


def _chart(outcome: Outcome) -> Markup:
    """Bars as a list that reads well on a phone; columns as a drawing."""
    if outcome.chart is None or outcome.chart.kind != "bars":
        return draw_chart(outcome, Figures(_locale()))
    points = outcome.chart.points[:MOST_BARS]
    return bars([Bar(label, value, formats.amount(value)) for label, value in points], outcome.chart.words)


def _files(report: Report, query: dict[str, str]) -> list[tuple[str, str, str]]:
    """(label, address, icon) of the same figures as files."""
    kinds = [(_("PDF"), "pdf", "printer")]
    if may(Permission.EXCHANGE_EXPORT):
        kinds += [(_("CSV"), "csv", "file-text"), (_("Excel"), "xlsx", "file-spreadsheet")]
    return [(label, url_for(".file", key=report.key, kind=kind, **query), sign) for label, kind, sign in kinds]


@bp.get("/<key>.<any(pdf, csv, xlsx):kind>")
@requires(Permission.REPORTS_VIEW)
def file(key: str, kind: str) -> ResponseReturnValue:
    """The same figures on paper or for a spreadsheet; what is refused comes as the page that says why."""
    report = get_report(key)
    check_right(report.permission)
    if kind != "pdf":
        check_right(Permission.EXCHANGE_EXPORT)
    form = ReportForm.of(report)
    if not form.validate():
        return render("reports/show.html", "reports/_result.html", status=422, what=report, form=form, outcome=None)
    outcome = _run(report, form)
    name = f"{report.key}-{outcome.as_of.isoformat()}.{kind}"
    if kind != "pdf":
        headings = [column.label for column in outcome.columns]
        return download(table_bytes(kind, headings, _lines(outcome)), media_type(kind), name)
    try:
        pdf = outcome_pdf(db_session(), outcome, sheet=form.sheet.data, locale=_locale())
    except DomainError as error:
        form.show(error)
        return render("reports/show.html", "reports/_result.html", status=422, what=report, form=form, outcome=None)
    return download(pdf, "application/pdf", name, inline=True)


def _lines(outcome: Outcome) -> Iterator[tuple[Any, ...]]:
    """The rows of a file; totals are left to the spreadsheet, which would sum them twice."""
    return (row.values for row in outcome.rows)


def _locale() -> str:
    return str(get_locale() or "en")


def download(content: bytes, kind: str, name: str, *, inline: bool = False) -> Response:
    """A file to keep, or to look at in the browser (`inline`), where printing is one key away."""
    return send_file(
        io.BytesIO(content), mimetype=kind.partition(";")[0], as_attachment=not inline, download_name=name
    )  # fmt: skip
