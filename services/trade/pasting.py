"""Rows copied from a spreadsheet as lines of a document: item, quantity, and price where there is one. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.errors import ValidationError
from core.parsing import parse_decimal
from core.text import _
from services.items.lookup import Candidate
from services.items.scan_codes import ScanCode, read_scan
from services.trade.references import values_of

#: Rows taken at once.
MOST_ROWS = 2_000

Finder = Callable[[Iterable[str]], Mapping[str, Sequence[Candidate]]]


@dataclass(frozen=True, slots=True)
class Pasted:
    """Values of a row for `lines.add_lines`, the code that named its item, and its place in the text from 1."""

    values: dict[str, Any]
    code: ScanCode
    place: int


def read_pasted(text: str, find_items: Finder) -> tuple[list[Pasted], list[str]]:
    """The rows and, in sentences, what is wrong; `find_items` gives what each text may name.

    Columns: item, quantity (without it what a GS1 code says, else 1), price (may be left out); a first row of words is
    a heading. Blank rows are passed over.
    """
    rows = [
        (place, [cell.strip() for cell in line.split("\t")])
        for place, line in enumerate(text.replace("\r", "").split("\n"), 1) if line.strip()
    ]  # fmt: skip
    if len(rows) > MOST_ROWS:
        return [], [_("At most %(most)s rows at once; these are %(count)s.", most=MOST_ROWS, count=len(rows))]
    items = find_items([cells[0] for _place, cells in rows])
    if rows and len(rows) > 1 and cells_are_words(rows[0][1]) and rows[0][1][0].upper() not in items:
        rows = rows[1:]
    read: list[Pasted] = []
    faults: list[str] = []
    for place, cells in rows:
        found = items.get(cells[0].upper(), [])
        if len(found) != 1:
            said = _("no item “%(code)s”", code=cells[0][:40]) if not found else _("several items have this number")
            faults.append(_("Row %(row)s: %(fault)s.", row=place, fault=said))
            continue
        code = read_scan(cells[0])
        try:
            value = {**values_of(found[0]), "quantity": _number(cells, 1) or code.quantity or Decimal(1)}
            price = _number(cells, 2)
        except ValidationError as error:
            faults.append(_("Row %(row)s: %(fault)s", row=place, fault=error.message))
            continue
        read.append(Pasted(value | ({"unit_amount": price} if price is not None else {}), code, place))
    if not read and not faults:
        faults.append(_("There is no row to add."))
    return read, faults


def cells_are_words(cells: list[str]) -> bool:
    """True where no cell holds a digit: a heading."""
    return not any(sign.isdigit() for cell in cells for sign in cell)


def _number(cells: list[str], place: int) -> Decimal | None:
    text = cells[place] if place < len(cells) else ""
    return parse_decimal(text) if text else None
