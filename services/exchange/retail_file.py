"""Reading a file of invoice lines and what it says as a whole: items, customers, opening stock, figures per day."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from services.exchange.columns import heading_key
from services.exchange.files import FileFormat, detect_format, open_table
from services.exchange.retail_categories import OTHER, SERVICES, propose_category
from services.exchange.retail_rules import CHARGES, RetailLine, Rule, choose_description, is_charge, read_line, usual

MAX_LINES = 200_000
_HEADINGS: dict[str, tuple[str, ...]] = {
    "invoice_no": ("invoiceno", "invoice"),
    "code": ("stockcode", "code", "itemno", "sku"),
    "description": ("description",),
    "quantity": ("quantity", "qty"),
    "day": ("invoicedate", "date"),
    "price": ("unitprice", "price"),
    "customer": ("customerid", "customer", "customerno"),
    "country": ("country",),
}


@dataclass(frozen=True)
class ItemPlan:
    """An item to be made from its lines; prices per piece in local currency."""

    no: str
    description: str
    category: str
    charge: bool
    price: Decimal
    variants_of_code: int
    descriptions: int


@dataclass
class DayFigures:
    """What the file says about one day: lines, quantity and amount, signed as in the file."""

    lines: int = 0
    quantity: Decimal = ZERO
    amount: Decimal = ZERO

    def add(self, line: RetailLine) -> None:
        """Count a line in."""
        self.lines += 1
        self.quantity += line.quantity
        self.amount += line.amount


@dataclass
class RetailFile:
    """All lines in file order, and what follows from them."""

    digest: str
    lines: list[RetailLine]
    items: dict[str, ItemPlan] = field(default_factory=dict)
    #: customer no. -> country
    customers: dict[str, str] = field(default_factory=dict)

    @property
    def posted(self) -> list[RetailLine]:
        """Lines for the ledger, by day, within a day in file order."""
        return sorted((line for line in self.lines if line.posted), key=lambda line: (line.day, line.line))

    @property
    def reported(self) -> list[RetailLine]:
        """Lines that are not posted."""
        return [line for line in self.lines if not line.posted]


def read_file(path: Path, file_format: FileFormat | None = None) -> RetailFile:
    """Read and plan. Raises ValidationError `mapping_incomplete`, `too_many_rows` and those of files.open_table."""
    table = open_table(path, file_format or detect_format(path))
    places = _places(table.headings)
    digest = hashlib.sha256()
    lines: list[RetailLine] = []
    for row in table.rows:
        if len(lines) == MAX_LINES:
            raise ValidationError(
                "too_many_rows", _("At most %(most)s invoice lines are read at once.", most=f"{MAX_LINES:,}")
            )
        digest.update("\x1f".join(row.cells).encode() + b"\x1e")
        values = {name: (row.cells[place] if place is not None else "") for name, place in places.items()}
        lines.append(read_line(row.line, values))
    if not lines:
        raise ValidationError("file_without_rows", _("The file holds headings but no rows below them."))
    content = RetailFile(digest.hexdigest(), lines)
    content.items = plan_items(lines)
    content.customers = plan_customers(lines)
    return content


def _places(headings: Sequence[str]) -> dict[str, int | None]:
    keys = {heading_key(heading): place for place, heading in reversed(list(enumerate(headings)))}
    places = {name: next((keys[word] for word in words if word in keys), None) for name, words in _HEADINGS.items()}
    missing = [
        name for name, place in places.items() if place is None and name not in ("description", "customer", "country")
    ]
    if missing:
        raise ValidationError(
            "mapping_incomplete",
            _(
                "The file needs the columns InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, "
                "CustomerID and Country; missing: %(missing)s.",
                missing=", ".join(missing),
            ),
        )
    return places


def plan_items(lines: Iterable[RetailLine]) -> dict[str, ItemPlan]:
    """One item a code, whatever its case: description, category, usual price. Only codes with posted lines."""
    texts: dict[str, Counter[str]] = {}
    prices: dict[str, list[Decimal]] = {}
    for line in lines:
        if not line.posted:
            continue
        texts.setdefault(line.code, Counter())[line.description] += 1
        found = prices.setdefault(line.code, [])
        if line.price:
            found.append(line.price)
    items = {}
    for code, counted in texts.items():
        charge = is_charge(code)
        description = CHARGES.get(code) if charge else choose_description(counted)
        category = SERVICES[0] if charge else (propose_category(description) if description else OTHER[0])
        items[code] = ItemPlan(
            code, description or _("%(code)s, no description in the file", code=code), category, charge,
            usual(prices[code]), 1, len(counted),
        )  # fmt: skip
    return items


def plan_customers(lines: Iterable[RetailLine]) -> dict[str, str]:
    """Customer no. -> the country most of its lines name."""
    countries: dict[str, Counter[str]] = {}
    for line in lines:
        if line.posted and line.customer:
            countries.setdefault(line.customer, Counter())[line.country] += 1
    return {no: counted.most_common(1)[0][0] for no, counted in sorted(countries.items())}


def opening_stock(lines: Iterable[RetailLine]) -> dict[str, Decimal]:
    """The least each item must have had the day before, so that no line finds too little (> 0, in pieces).

    Walks the lines in posting order; example: out 6, back 2, out 3 needs 7.
    """
    balance: dict[str, Decimal] = {}
    lowest: dict[str, Decimal] = {}
    for line in lines:
        if is_charge(line.code):
            continue
        # A sale and a write-off both take goods away; in the file one is positive and the other negative.
        change = line.quantity if line.rule == Rule.WRITE_OFF else -line.quantity
        balance[line.code] = balance.get(line.code, ZERO) + change
        lowest[line.code] = min(lowest.get(line.code, ZERO), balance[line.code])
    return {code: -low for code, low in sorted(lowest.items()) if low < 0}


def figures_by_day(lines: Iterable[RetailLine]) -> dict[dt.date, dict[str, DayFigures]]:
    """Day -> rule -> figures, and under "" the day's sum; days in order."""
    days: dict[dt.date, dict[str, DayFigures]] = {}
    for line in lines:
        rules = days.setdefault(line.day, {})
        for name in ("", line.rule.value):
            rules.setdefault(name, DayFigures()).add(line)
    return dict(sorted(days.items()))
