"""A filtered list as a file: CSV streamed row by row, XLSX written with constant memory, PDF of bounded length."""

from __future__ import annotations

import csv
import datetime as dt
import enum
import io
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import xlsxwriter
from flask import Response, request, send_file, stream_with_context
from flask_babel import get_locale

from blueprints import formats
from blueprints.database import db_session
from blueprints.words import word
from core.clock import today
from core.errors import ValidationError
from core.spreadsheet import defuse
from core.text import _
from models import db
from services.reports import papers

if TYPE_CHECKING:
    from blueprints.lists import Column, State

CHUNK = 1000
#: Spreadsheets take a million rows; past this they are no help, and the CSV has no limit.
XLSX_LIMIT = 200_000

_NUMBER_FORMATS = {"amount": "#,##0.00", "unit_cost": "#,##0.00###", "quantity": "#,##0.#####", "stock": "#,##0.#####"}


def _columns(state: State) -> list[Column]:
    return [column for column in state.columns if column.value is not None]


def _rows(state: State, columns: list[Column], limit: int | None = None) -> Iterator[Any]:
    statement = state.statement(columns)
    if limit is not None:
        statement = statement.limit(limit)
    yield from db.session.execute(statement, execution_options={"yield_per": CHUNK})


def as_text(value: Any) -> str:  # noqa: PLR0911 - a table of kinds
    """A value as a CSV holds it: plain numbers, ISO dates, words; nothing a spreadsheet would run."""
    match value:
        case None:
            return ""
        case bool():
            return _("Yes") if value else _("No")
        case Decimal():
            return formats.plain_number(value)
        case enum.Enum():
            return word(value)
        case dt.datetime():
            return value.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
        case dt.date():
            return value.isoformat()
        case _:
            return defuse(str(value))


def csv_response(state: State, name: str) -> Response:
    """The list as CSV: UTF-8 with a mark that spreadsheets know, comma, every row of the filter."""
    columns = _columns(state)

    def lines() -> Iterator[str]:
        buffer = io.StringIO()
        writer = csv.writer(buffer)
        buffer.write("\ufeff")
        writer.writerow([defuse(str(column.label)) for column in columns])
        for number, row in enumerate(_rows(state, columns), 1):
            writer.writerow([as_text(getattr(row, column.key)) for column in columns])
            if number % CHUNK == 0:
                yield buffer.getvalue()
                buffer.seek(0)
                buffer.truncate()
        yield buffer.getvalue()

    response = Response(stream_with_context(lines()), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}-{today():%Y-%m-%d}.csv"'
    return response


def xlsx_response(state: State, name: str) -> Response:
    """The list as XLSX: numbers as numbers, dates as dates, texts never as formulas."""
    columns = _columns(state)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - send_file closes it when the answer is out
    book = xlsxwriter.Workbook(file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold, date = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    numbers = [book.add_format({"num_format": _NUMBER_FORMATS.get(column.kind, "General")}) for column in columns]
    for position, column in enumerate(columns):
        sheet.write_string(0, position, str(column.label), bold)
    sheet.freeze_panes(1, 0)
    for line, row in enumerate(_rows(state, columns, XLSX_LIMIT + 1), 1):
        if line > XLSX_LIMIT:
            raise ValidationError(
                "too_many_rows", _("More than %(limit)s rows. Narrow the list, or take it as CSV.", limit=XLSX_LIMIT)
            )
        for position, column in enumerate(columns):
            value = getattr(row, column.key)
            if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
                sheet.write_number(line, position, value, numbers[position])
            elif isinstance(value, dt.datetime):
                sheet.write_datetime(line, position, value.astimezone(dt.UTC).replace(tzinfo=None), moment)
            elif isinstance(value, dt.date):
                sheet.write_datetime(line, position, value, date)
            elif value is not None:
                sheet.write_string(
                    line,
                    position,
                    str(value) if isinstance(value, str) and not isinstance(value, enum.Enum) else as_text(value),
                )
    book.close()
    file.seek(0)
    return send_file(
        file,
        mimetype="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        as_attachment=True,
        download_name=f"{name}-{today():%Y-%m-%d}.xlsx",
    )


def pdf_response(state: State, name: str) -> Response:
    """The list on paper with the columns shown. ValidationError `filter_refused`, `too_many_rows`, `unknown_sheet`."""
    if state.errors:
        raise ValidationError("filter_refused", " ".join(state.errors))
    columns = _columns(state)
    rows = list(_rows(state, columns, papers.MOST_ROWS + 1))
    papers.check_size(len(rows))
    conditions = [text for text, _url in state.chips] + ([_("“%(q)s”", q=state.q)] if state.q else [])
    day = today()
    paper = papers.list_paper(
        str(state.listing.title),
        [papers.PaperColumn(str(column.label), _PAPER_KINDS.get(column.kind, column.kind)) for column in columns],
        ([_on_paper(getattr(row, column.key)) for column in columns] for row in rows),
        conditions=conditions,
        printed_on=day,
        day_words=formats.day(day),
    )
    session: Any = db_session()
    sheet = request.args.get("sheet", "a4")
    response = Response(papers.paper_pdf(session, paper, sheet=sheet, locale=str(get_locale() or "en")))
    response.mimetype = "application/pdf"
    response.headers.set("Content-Disposition", "inline", filename=f"{name}-{day:%Y-%m-%d}.pdf")
    return response


#: kinds of list columns that papers draw as another kind
_PAPER_KINDS = {"stock": "quantity", "word": "text", "yes_no": "text"}


def _on_paper(value: Any) -> Any:
    if isinstance(value, bool):
        return formats.yes_no(value)
    return word(value) if isinstance(value, enum.Enum) else value
