"""What users bring: any usual encoding and delimiter, workbooks, and things that are no tables."""

from __future__ import annotations

import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest

from core.errors import ValidationError
from services.exchange import files
from services.exchange.files import detect_format, open_table, sample_rows

TEXT = "No.{0}Description{0}Price\r\nA1{0}Tür, weiß{0}2.50\r\nA2{0}Café{0}3\r\n"
ROWS = [["A1", "Tür, weiß", "2.50"], ["A2", "Café", "3"]]


@pytest.fixture
def bring(tmp_path):
    def write(content: bytes | str, name: str = "items.csv"):
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def workbook(tmp_path):
    def write(*rows, name: str = "items.xlsx"):
        book = openpyxl.Workbook()
        for row in rows:
            book.active.append(row)
        path = tmp_path / name
        book.save(path)
        return path

    return write


def read(path, **choices):
    file_format = detect_format(path, **choices)
    return file_format, *sample_rows(path, file_format, 100)


def refusal(path, **choices) -> ValidationError:
    with pytest.raises(ValidationError) as refused:
        list(open_table(path, detect_format(path, **choices)).rows)
    return refused.value


# ------------------------------------------------------------------------------------------------ delimiters, encodings
@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_the_delimiter_is_found(bring, delimiter):
    file_format, headings, rows = read(bring(TEXT.format(delimiter)))

    assert file_format.delimiter == delimiter
    assert headings == ["No.", "Description", "Price"]
    assert rows == ROWS


def test_a_comma_inside_quotation_marks_parts_nothing(bring):
    file_format, _headings, rows = read(bring('No.,Description,Price\nA1,"Tür, weiß",2.50\nA2,Café,3\n'))

    assert file_format.delimiter == ","
    assert rows == ROWS


def test_a_delimiter_the_user_chose_is_taken(bring):
    _format, headings, rows = read(bring("a;b,c\n1;2,3\n"), delimiter=",")

    assert headings == ["a;b", "c"]
    assert rows == [["1;2", "3"]]


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8-sig"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(bring, encoding, found):
    file_format, headings, rows = read(bring(TEXT.format(";").encode(encoding)))

    assert file_format.encoding == found
    assert headings[0] == "No."  # no byte order mark left on it
    assert rows == ROWS


@pytest.mark.parametrize(("written", "chosen"), [("cp1252", "utf-8-sig"), ("utf-8", "utf-16"), ("cp1252", "utf-16")])
def test_a_wrong_encoding_is_a_sentence_that_names_the_line(bring, written, chosen):
    error = refusal(bring(TEXT.format(";").encode(written)), encoding=chosen)

    assert error.code in {"encoding_unknown", "file_binary"}
    if error.code == "encoding_unknown":
        assert "From line" in error.message
        assert files.ENCODINGS[chosen] in error.message


def test_a_byte_that_is_no_text_far_down_is_met_with_a_sentence(bring):
    path = bring(b"No.;Description\n" + b"A;fine\n" * 200_000 + b"B;\xff\n")
    chosen = detect_format(path, encoding="utf-8-sig")

    with pytest.raises(ValidationError) as refused:
        list(open_table(path, chosen).rows)

    assert refused.value.code == "encoding_unknown"


# ------------------------------------------------------------------------------------------------ headings and rows
def test_blank_lines_before_the_headings_and_between_rows_are_passed_over(bring):
    file_format = detect_format(bring("\n;;\nNo.;Name\n\nA;1\n;;\nB;2\n"))
    table = open_table(bring("\n;;\nNo.;Name\n\nA;1\n;;\nB;2\n"), file_format)

    assert table.headings == ["No.", "Name"]
    assert [(row.line, row.cells) for row in table.rows] == [(5, ["A", "1"]), (7, ["B", "2"])]


def test_headings_are_told_apart(bring):
    _format, headings, _rows = read(bring("Price;price;;Price\n1;2;3;4\n"))

    assert headings == ["Price", "price (2)", "Column 3", "Price (3)"]


def test_short_rows_are_filled_up_and_long_ones_kept_for_the_reader_to_refuse(bring):
    _format, _headings, rows = read(bring("a;b;c\n1\n1;2;3;;\n1;2;3;4\n"))

    assert rows == [["1", "", ""], ["1", "2", "3"], ["1", "2", "3", "4"]]


def test_a_cell_may_hold_line_breaks(bring):
    path = bring('No.;Name\nA;"two\nlines"\nB;x\n')
    table = open_table(path, detect_format(path))

    assert [(row.line, row.cells[1]) for row in table.rows] == [(2, "two\nlines"), (4, "x")]


# ------------------------------------------------------------------------------------------------ workbooks
def test_a_workbook_reads_as_the_same_texts(workbook):
    path = workbook(["No.", "Price", "Day", "Moment", "Yes", "Half"],
                    ["A", 2.1, dt.date(2026, 2, 28), dt.datetime(2026, 2, 28, 12, 30), True, 0.1 + 0.2],
                    [7, -3, None, None, False, 1e-5])  # fmt: skip

    file_format, headings, rows = read(path)

    assert (file_format.kind, headings[0]) == ("xlsx", "No.")
    assert rows[0] == ["A", "2.1", "2026-02-28", "2026-02-28 12:30:00", "yes", "0.3"]
    assert rows[1] == ["7", "-3", "", "", "no", "0.00001"]


def test_a_formula_without_a_result_and_an_error_are_marked(workbook):
    _format, _headings, rows = read(workbook(["No.", "Price"], ["A", "=1+1"], ["B", "#DIV/0!"]))

    assert rows[0][1] == files.FORMULA_MARK
    assert rows[1][1] == files.ERROR_MARK + "#DIV/0!"


def test_numbers_of_a_workbook_are_exact_to_what_the_sheet_shows(workbook):
    _format, _headings, rows = read(workbook(["a"], [0.1], [123456.78901], [1e15], [1e30]))

    assert [row[0] for row in rows] == ["0.1", "123456.78901", "1000000000000000", "1" + "0" * 30]


# ------------------------------------------------------------------------------------------------ what is no table
@pytest.mark.parametrize("content", [b"", b"\n\n  \r\n", b"\xef\xbb\xbf", b";;;\n;;\n"])
def test_an_empty_file_is_refused(bring, content):
    assert refusal(bring(content)).code == "file_empty"


def test_only_a_heading_row_is_a_table_without_rows(bring):
    _format, headings, rows = read(bring("No.;Description\n"))

    assert (headings, rows) == (["No.", "Description"], [])


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\x00\x01" * 100, "PNG"),
        (b"%PDF-1.7\n...", "PDF"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 100, ".xls"),
        (bytes(range(1, 9)) * 100, "does not hold text"),
        (b"No.;Name\nA;x\x00y\n", "NUL"),
    ],
)
def test_what_is_no_text_is_named_whatever_its_ending(bring, content, word):
    error = refusal(bring(content, "picture.csv"))

    assert error.code == "file_binary"
    assert word in error.message
    assert "save it as CSV or XLSX" in error.message


def test_nul_bytes_past_the_first_block_are_found_too(bring):
    error = refusal(bring(b"No.;Name\n" + b"A;fine\n" * 50_000 + b"B;x\x00y\n"))

    assert error.code == "file_binary"
    assert "50002" in error.message


def test_another_zip_archive_is_no_workbook(bring):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("letter.txt", "hello")

    assert refusal(bring(content.getvalue(), "items.xlsx")).code == "file_binary"


def test_a_workbook_cut_off_in_the_middle_is_damaged(bring, workbook):
    content = workbook(["No."], *([f"A{number}"] for number in range(500))).read_bytes()

    assert refusal(bring(content[: len(content) // 2], "cut.xlsx")).code == "file_damaged"


def test_a_workbook_whose_sheet_is_no_xml_is_damaged(bring, workbook):
    content = io.BytesIO()
    with zipfile.ZipFile(workbook(["No."], ["A"])) as good, zipfile.ZipFile(content, "w") as bad:
        for name in good.namelist():
            bad.writestr(name, b"<worksheet><broken" if "sheet1" in name else good.read(name))

    assert refusal(bring(content.getvalue(), "bad.xlsx")).code == "file_damaged"


def zeros(name: str, size: int) -> bytes:
    """An archive of one part of that many zero bytes, a thousandth of it on disk."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive, archive.open(name, "w") as part:
        block = bytes(1_000_000)
        for _number in range(size // len(block)):
            part.write(block)
    return content.getvalue()


def test_a_zip_bomb_is_refused_without_unpacking_it(bring, monkeypatch):
    path = bring(zeros("xl/worksheets/sheet1.xml", 300_000_000), "bomb.xlsx")
    monkeypatch.setattr(files, "load_workbook", lambda *_a, **_k: pytest.fail("it was opened"))

    error = refusal(path)

    assert error.code == "file_too_large"
    assert "Save the sheet as CSV" in error.message


def test_shared_texts_that_would_fill_the_memory_are_refused(bring, monkeypatch):
    monkeypatch.setattr(files, "MAX_IN_MEMORY", 1_000_000)
    monkeypatch.setattr(files, "load_workbook", lambda *_a, **_k: pytest.fail("it was opened"))

    assert refusal(bring(zeros("xl/sharedStrings.xml", 2_000_000), "bomb.xlsx")).code == "file_too_large"


def test_a_bomb_that_lies_about_its_size_is_read_no_further_than_it_says(bring):
    # The sizes in the archive are made small; what is read of the part is cut there and fails its checksum.
    content = zeros("xl/worksheets/sheet1.xml", 20_000_000)
    true_size, lie = struct.pack("<L", 20_000_000), struct.pack("<L", 1000)
    path = bring(content.replace(true_size, lie), "liar.xlsx")

    assert refusal(path).code == "file_damaged"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("a;" * 600 + "a\n1\n", "too_many_columns"),
        ("No.;Name\nA;" + "x" * 40_000 + "\n", "cell_too_long"),
        ('No.;Name\nA;"never closed\n' + "B;x\n" * 50_000, "cell_too_long"),
    ],
)
def test_too_much_is_refused(bring, content, code):
    assert refusal(bring(content)).code == code


def test_too_many_rows_are_refused(bring, monkeypatch):
    monkeypatch.setattr(files, "MAX_ROWS", 10)

    assert refusal(bring("a;b\n" + "1;2\n" * 11)).code == "too_many_rows"
