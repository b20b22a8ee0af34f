"""Reading what users bring: CSV in any usual encoding and delimiter, and XLSX, as a stream of rows of text.

Memory does not grow with the file. Formulas are never evaluated: the result a spreadsheet program stored counts.
"""

from __future__ import annotations

import codecs
import csv
import datetime as dt
import itertools
import re
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from core.errors import ValidationError
from core.text import _

MAX_ROWS = 1_000_000
MAX_COLUMNS = 500
MAX_CELL = 32_767  # as a spreadsheet cell
MAX_UNPACKED = 1_000_000_000  # bytes an .xlsx may unpack to
MAX_IN_MEMORY = 200_000_000  # the same of each part that openpyxl holds in memory: all but the sheets
MAX_RATIO = 200  # how many times its packed size a large part may have; tables of real rows stay below 30
_LARGE_PART = 10_000_000
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "iso8859-15": "ISO 8859-15",
}
DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

#: Stand in place of cells that cannot be taken as they are; NUL never occurs in accepted text.
FORMULA_MARK = "\x00formula"
ERROR_MARK = "\x00error "

_SAMPLE = 256 * 1024
_BLOCK = 1024 * 1024
_MAGIC = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"GIF8": "GIF", b"\x1f\x8b": "gzip",
    b"\xd0\xcf\x11\xe0": "old Excel (.xls)", b"7z\xbc\xaf": "7-Zip", b"Rar!": "RAR", b"SQLite format 3": "SQLite",
}  # fmt: skip
_CELL_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!"})
_OTHER_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f]")


@dataclass(frozen=True)
class FileFormat:
    """How a file is read; `encoding` and `delimiter` are empty for XLSX."""

    kind: str
    encoding: str = ""
    delimiter: str = ""

    def as_dict(self) -> dict[str, str]:
        """For a job's parameters."""
        return {"kind": self.kind, "encoding": self.encoding, "delimiter": self.delimiter}


@dataclass(frozen=True)
class Row:
    """One record: the line (CSV: its first physical line; XLSX: the sheet's row) and its cells."""

    line: int
    cells: list[str]


@dataclass
class Table:
    """A file opened for reading: headings (unique, in order) and the rows below them, read once."""

    headings: list[str]
    rows: Iterator[Row]


def detect_format(path: Path, *, encoding: str = "", delimiter: str = "") -> FileFormat:
    """What kind of file this is; what the user has chosen is taken as it is.

    Raises ValidationError `file_empty`, `file_binary`, `file_damaged`, `encoding_unknown`.
    """
    with path.open("rb") as file:
        sample = file.read(_SAMPLE)
    if not sample.strip():
        raise ValidationError("file_empty", _("The file is empty. Choose a file with a heading row and rows below it."))
    if sample[:4] == b"PK\x03\x04":
        _check_workbook(path)
        return FileFormat("xlsx")
    for magic, name in _MAGIC.items():
        if sample.startswith(magic):
            raise _binary(_("This is a file of kind %(kind)s.", kind=name))
    encoding = encoding if encoding in ENCODINGS else _find_encoding(path, sample)
    try:
        text = codecs.getincrementaldecoder(encoding)(errors="replace").decode(sample, False)
    except UnicodeError:  # UTF-16 without its mark
        raise _unreadable(1, encoding) from None
    if len(_OTHER_CONTROLS.findall(text)) > max(2, len(text) // 200):
        raise _binary(_("The file does not hold text."))
    return FileFormat("csv", encoding, delimiter if delimiter in DELIMITERS else _find_delimiter(text))


def open_table(path: Path, file_format: FileFormat) -> Table:
    """Open the file and read its heading row; blank rows are skipped, short rows filled up.

    Raises ValidationError `file_empty`, `file_damaged`, `too_many_rows`, `too_many_columns`, `cell_too_long`; the same
    while `rows` is read.
    """
    records = _workbook_records(path) if file_format.kind == "xlsx" else _csv_records(path, file_format)
    filled = (row for row in records if any(cell.strip() for cell in row.cells))
    first = next(filled, None)
    if first is None:
        raise ValidationError("file_empty", _("The file is empty. Choose a file with a heading row and rows below it."))
    cells = [cell.strip() for cell in first.cells]
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MAX_COLUMNS:
        raise ValidationError(
            "too_many_columns",
            _("The file has %(count)s columns; at most %(most)s are read.", count=len(cells), most=MAX_COLUMNS),
        )
    return Table(unique_headings(cells), _checked(filled, len(cells)))


def unique_headings(cells: Iterable[str]) -> list[str]:
    """Headings told apart: the second "Price" becomes "Price (2)", a blank one "Column 3"."""
    seen: set[str] = set()
    headings = []
    for number, cell in enumerate(cells, 1):
        name = "" if cell.startswith("\x00") else cell[:100]
        heading = name = name or _("Column %(number)s", number=number)
        again = 2
        while heading.casefold() in seen:
            heading = f"{name} ({again})"
            again += 1
        seen.add(heading.casefold())
        headings.append(heading)
    return headings


def sample_rows(path: Path, file_format: FileFormat, count: int) -> tuple[list[str], list[list[str]]]:
    """Headings and the first rows, for a page that shows what was read."""
    table = open_table(path, file_format)
    return table.headings, [row.cells for row in itertools.islice(table.rows, count)]


def _checked(rows: Iterable[Row], width: int) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number > MAX_ROWS:
            raise ValidationError(
                "too_many_rows",
                _("The file has more than %(most)s rows. Split it and import the parts.", most=f"{MAX_ROWS:,}"),
            )
        cells = row.cells
        if len(cells) < width:
            cells = cells + [""] * (width - len(cells))
        else:
            while len(cells) > width and not cells[-1].strip():
                cells = cells[:-1]
        yield Row(row.line, cells)


def _binary(what: str) -> ValidationError:
    return ValidationError(
        "file_binary", what + " " + _("It cannot be read as a table; save it as CSV or XLSX and choose that file.")
    )


def _find_encoding(path: Path, sample: bytes) -> str:
    """The encoding by byte order mark, else UTF-8 where the whole file is valid UTF-8, else Windows-1252."""
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nulls = sample.count(0)
    if nulls:
        if nulls > len(sample) * 0.3 and not sample.startswith(codecs.BOM_UTF8):
            # UTF-16 without a mark: Western text has every second byte zero.
            return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
        raise _binary(_("The file holds NUL bytes."))
    return "utf-8-sig" if _decodes(path, "utf-8-sig") else "cp1252"


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while block := file.read(_BLOCK):
                decoder.decode(block)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _find_delimiter(text: str) -> str:
    """The delimiter that parts the first records most evenly; a comma where there is only one column."""
    lines = text.splitlines(keepends=True)[:60]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        try:
            widths = [len(record) for record in itertools.islice(csv.reader(lines, delimiter=delimiter), 30) if record]
        except csv.Error:
            continue
        if not widths or widths[0] < 2:
            continue
        score = sum(width == widths[0] for width in widths) / len(widths) * 100 + widths[0]
        if score > best_score:
            best, best_score = delimiter, score
    return best


def _csv_records(path: Path, file_format: FileFormat) -> Iterator[Row]:
    line = 1

    def lines() -> Iterator[str]:
        for number, text in enumerate(file, 1):
            if "\x00" in text:
                raise _binary(_("Line %(line)s holds a NUL byte.", line=number))
            yield text

    with path.open(encoding=file_format.encoding, newline="") as file:
        reader = csv.reader(lines(), delimiter=file_format.delimiter)
        try:
            for record in reader:
                if any(len(cell) > MAX_CELL for cell in record):
                    raise _too_long(line)
                yield Row(line, record)
                line = reader.line_num + 1
        except UnicodeError:  # UTF-16 without its mark is not even a UnicodeDecodeError
            raise _unreadable(line, file_format.encoding) from None
        except csv.Error:
            raise _too_long(line) from None


def _unreadable(line: int, encoding: str) -> ValidationError:
    return ValidationError(
        "encoding_unknown",
        _("From line %(line)s on the file is not readable as %(encoding)s. Choose another encoding.",
          line=line, encoding=ENCODINGS.get(encoding, encoding)),
    )  # fmt: skip


def _too_long(line: int) -> ValidationError:
    return ValidationError(
        "cell_too_long",
        _("A cell in line %(line)s has more than %(most)s characters; perhaps a quotation mark is never closed.",
          line=line, most=f"{MAX_CELL:,}"),
    )  # fmt: skip


def _check_workbook(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
            if not any(name.startswith("xl/") for name in names):
                raise _binary(_("This is a ZIP archive."))
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > MAX_UNPACKED or any(_is_bomb(part) for part in parts):
                raise ValidationError(
                    "file_too_large",
                    _("This workbook unpacks to more than can be read. Save the sheet as CSV and choose that file."),
                )
    except (zipfile.BadZipFile, OSError):
        raise _damaged() from None


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    """A part that would fill the memory, or is packed as no real table is; the sizes it states bind its reader too."""
    held = not part.filename.startswith("xl/worksheets/") and part.file_size > MAX_IN_MEMORY
    return held or (part.file_size > _LARGE_PART and part.file_size > MAX_RATIO * max(part.compress_size, 1))


def _damaged() -> ValidationError:
    return ValidationError(
        "file_damaged", _("The workbook is damaged. Open it in a spreadsheet program and save it again.")
    )


def _workbook_records(path: Path) -> Iterator[Row]:
    """The rows of the first sheet."""
    try:
        with ExitStack() as opened:
            sheet = _first_sheet(opened.enter_context(path.open("rb")), data_only=True)
            rows = sheet.iter_rows(values_only=True)
            if not _has_formulas(path):
                for number, cells in enumerate(rows, 1):
                    yield Row(number, [_text(cell) for cell in _without_tail(cells)])
                return
            other = _first_sheet(opened.enter_context(path.open("rb")), data_only=False)
            both = zip(rows, other.iter_rows(values_only=True), strict=False)
            for number, (cells, sources) in enumerate(both, 1):
                yield Row(number, [_text(cell, source) for cell, source in zip(cells, sources, strict=False)])
    except (
        InvalidFileException,
        zipfile.BadZipFile,
        KeyError,
        ValueError,
        OSError,
        SyntaxError,
        TypeError,
        AttributeError,
    ):
        # openpyxl lets whatever its parsers meet through; a ValidationError of ours is none of these
        raise _damaged() from None


def _first_sheet(file: IO[bytes], *, data_only: bool) -> Any:
    book = load_workbook(file, read_only=True, data_only=data_only, keep_links=False)
    if not book.worksheets:
        raise ValidationError("file_empty", _("The workbook has no sheet with cells."))
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what the file says about its size is often wrong
    return sheet


def _has_formulas(path: Path) -> bool:
    """Only then is a second look needed: cells whose formula has no stored result would read as blank."""
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if info.filename.startswith("xl/worksheets/") and info.filename.endswith(".xml"):
                with archive.open(info) as file:
                    tail = b""
                    while block := file.read(_BLOCK):
                        if b"<f>" in tail + block or b"<f " in tail + block:
                            return True
                        tail = block[-3:]
    return False


def _without_tail(cells: tuple[Any, ...]) -> tuple[Any, ...]:
    """A sheet whose right-most columns were once used has thousands of blanks."""
    end = len(cells)
    while end and cells[end - 1] is None:
        end -= 1
    return cells[:end]


def _text(value: Any, source: Any = None) -> str:
    """A cell as a CSV file would hold it: ISO dates, plain numbers."""
    match value:
        case None:
            text = FORMULA_MARK if isinstance(source, str) and source.startswith("=") else ""
        case str() if value in _CELL_ERRORS:
            text = ERROR_MARK + value
        case str():
            text = value.replace("\x00", "")[: MAX_CELL + 1].replace("_x000D_", "")
        case bool():
            text = "yes" if value else "no"
        case float():
            # Spreadsheets show fifteen digits; the sixteenth is the binary fraction's, not the user's.
            text = format(Decimal(format(value, ".15g")), "f")
        case dt.datetime():
            text = value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "seconds")
        case dt.date() | dt.time():
            text = value.isoformat()
        case _:
            text = str(value)
    return text
