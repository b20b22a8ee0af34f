"""Writing tables as CSV and XLSX, row by row, so that no spreadsheet program runs what a cell says."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

import xlsxwriter

from services.exchange.cells import defuse

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_MAX_SHEET_ROWS = 1_048_575
_MAX_SHEET_CELL = 32_767
_EXACT = 10**10


def media_type(kind: str) -> str:
    """Of "csv" or "xlsx"."""
    return XLSX_TYPE if kind == "xlsx" else CSV_TYPE


def plain(value: object) -> str:
    """A value as CSV text: ISO dates, a point in decimals, no trailing zeros; texts defused."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value else "0"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, dt.date | dt.datetime):
        return value.isoformat()
    return defuse(str(value))


def write_csv(file: IO[bytes], headings: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """UTF-8 with byte order mark (spreadsheet programs look for it), comma. Returns rows written."""
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="", write_through=False)
    writer = csv.writer(text)
    writer.writerow([defuse(heading) for heading in headings])
    count = 0
    for row in rows:
        writer.writerow([plain(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def write_xlsx(path: Path, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """One sheet, written to disk row by row; numbers and dates real ones, texts always texts. Returns rows written."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(str(path), {**options, "tmpdir": str(path.parent)})
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, defuse(heading), bold)
        sheet.set_column(place, place, min(40, max(10, len(heading) + 2)))
    count = 0
    for row in rows:
        if count == _MAX_SHEET_ROWS:
            break
        count += 1
        for place, value in enumerate(row):
            _write_cell(sheet, count, place, value, day)
    book.close()
    return count


def _write_cell(sheet: Any, row: int, place: int, value: object, day: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        # A sheet's cells are doubles; below this limit five places survive.
        if -_EXACT < value < _EXACT:
            sheet.write_number(row, place, value)
        else:
            sheet.write_string(row, place, plain(value))
    elif isinstance(value, dt.datetime):
        sheet.write_string(row, place, value.isoformat(" ", "seconds"))
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, place, dt.datetime(value.year, value.month, value.day), day)  # noqa: DTZ001 - a day
    else:
        sheet.write_string(row, place, plain(value)[:_MAX_SHEET_CELL])


def write_table(path: Path, kind: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> int:
    """Write `path` as "csv" or "xlsx". Returns rows written."""
    if kind == "xlsx":
        return write_xlsx(path, headings, rows)
    with path.open("wb") as file:
        return write_csv(file, headings, rows)


def table_bytes(kind: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The file's content; for small tables (faulty rows, reports)."""
    with tempfile.TemporaryDirectory(prefix="stockbook-") as folder:
        path = Path(folder) / f"table.{kind}"
        write_table(path, kind, headings, rows)
        return path.read_bytes()
