"""Item labels: which sheets there are, what stands on a label, where each one goes. Draws no quantity from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import ValidationError
from core.text import _
from models import GeneralLedgerSetup, Item, ItemReference, ItemVariant, UnitOfMeasure
from services.reports import codes
from services.reports.codes import CodeKind
from services.reports.pdf import render_pdf

#: labels in one PDF, about twenty sheets and ten seconds; more would keep everybody else waiting
MOST_LABELS = 500


@dataclass(frozen=True, slots=True)
class LabelSheet:
    """A sheet of labels; lengths in tenths of a millimetre, so that they add up exactly."""

    key: str
    name: str
    page: tuple[int, int]
    label: tuple[int, int]
    columns: int
    rows: int
    #: left and top edge of the first label
    origin: tuple[int, int] = (0, 0)
    #: from one label's left (top) edge to the next one's
    pitch: tuple[int, int] = (0, 0)

    @property
    def per_page(self) -> int:
        """Labels on one sheet."""
        return self.columns * self.rows

    def sheets(self, count: int, start: int) -> int:
        """How many sheets `count` labels take when the first one goes to position `start` (from 1)."""
        return -(-(count + start - 1) // self.per_page)

    def place(self, position: int) -> tuple[str, str]:
        """Left and top edge of label `position` (from 0, row by row) as CSS lengths."""
        row, column = divmod(position, self.columns)
        left, top = self.origin[0] + column * self.pitch[0], self.origin[1] + row * self.pitch[1]
        return _millimetres(left), _millimetres(top)


SHEETS: dict[str, LabelSheet] = {
    sheet.key: sheet
    for sheet in (
        LabelSheet("l7159", "A4, 3 × 8, 63.5 × 33.9 mm (L7159)", (2100, 2970), (635, 339), 3, 8, (72, 129), (660, 339)),
        LabelSheet("l7160", "A4, 3 × 7, 63.5 × 38.1 mm (L7160)", (2100, 2970), (635, 381), 3, 7, (72, 151), (660, 381)),
        LabelSheet(
            "5160", "Letter, 3 × 10, 66.7 × 25.4 mm (5160)", (2159, 2794), (667, 254), 3, 10, (48, 127), (698, 254)
        ),
        LabelSheet("roll62", "Roll, 62 × 29 mm", (620, 290), (620, 290), 1, 1, (0, 0), (620, 290)),
    )
}


def _millimetres(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}mm"


@dataclass(frozen=True, slots=True)
class LabelOrder:
    """What the user asked for: `copies` of each item, the first label at `start` (from 1) of the first sheet."""

    item_ids: tuple[int, ...]
    sheet: str = "l7159"
    code: CodeKind = CodeKind.EAN
    copies: int = 1
    start: int = 1
    with_price: bool = False
    with_shelf: bool = True
    #: references to print besides: their number and unit in place of the item's
    reference_ids: tuple[int, ...] = ()

    @property
    def kinds(self) -> int:
        """How many different labels there are."""
        return len(self.item_ids) + len(self.reference_ids)


@dataclass(frozen=True, slots=True)
class Label:
    """One label in words; `code` is drawn, `digits` is what it says."""

    no: str
    description: str
    price: Decimal | None
    currency: str
    more: str
    code: Markup
    digits: str
    with_qr: bool


def check_order(order: LabelOrder) -> LabelSheet:
    """The sheet. ValidationError `unknown_sheet`, `nothing_to_print`, `copies`, `start`, `too_many_labels`."""
    sheet = SHEETS.get(order.sheet)
    if sheet is None:
        raise ValidationError("unknown_sheet", _("Choose one of the label sheets."), field="sheet")
    if not order.kinds:
        raise ValidationError("nothing_to_print", _("Choose at least one item to print labels for."), field="items")
    if order.copies < 1:
        raise ValidationError("copies", _("Print at least one label of each item."), field="copies")
    if not 1 <= order.start <= sheet.per_page:
        raise ValidationError(
            "start",
            _("The sheet has %(count)s labels: start at one of 1 to %(count)s.", count=sheet.per_page),
            field="start",
        )
    wanted = order.kinds * order.copies
    if wanted > MOST_LABELS:
        raise ValidationError(
            "too_many_labels",
            _("These are %(wanted)s labels; at most %(most)s are printed at once. Choose fewer items or copies.",
              wanted=wanted, most=MOST_LABELS),
            field="copies",
        )  # fmt: skip
    return sheet


def read_labels(session: Session, order: LabelOrder) -> list[Label]:
    """One label for each item, then for each reference, in item order (copies are made while printing)."""
    query = (
        select(Item).where(Item.id.in_(order.item_ids)).options(joinedload(Item.base_unit_of_measure)).order_by(Item.no)
    )
    setup = session.get(GeneralLedgerSetup, 1)
    currency = (setup.currency_symbol or setup.currency_code) if setup else ""
    labels = [_label(item, order, currency) for item in session.scalars(query)]
    if not order.reference_ids:
        return labels
    references = (
        select(ItemReference, Item, ItemVariant, UnitOfMeasure)
        .join(Item, Item.id == ItemReference.item_id)
        .join(ItemVariant, ItemVariant.id == ItemReference.variant_id)
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemReference.unit_of_measure_id)
        .where(ItemReference.id.in_(order.reference_ids))
        .order_by(Item.no, ItemReference.reference_no, ItemReference.id)
    )
    return labels + [_reference_label(*row, order, currency) for row in session.execute(references).tuples()]


def _label(item: Item, order: LabelOrder, currency: str) -> Label:
    drawn, digits = draw_code(order.code, item.no, item.gtin)
    unit = item.base_unit_of_measure
    more = [unit.description if unit else "", _("Shelf %(no)s", no=item.shelf_no) if item.shelf_no else ""]
    return Label(
        no=item.no, description=item.description, price=item.unit_price if order.with_price else None,
        currency=currency, more=" · ".join(part for part in more if part) if order.with_shelf else "",
        code=drawn, digits=digits, with_qr=order.code is CodeKind.QR,
    )  # fmt: skip


def _reference_label(
    reference: ItemReference, item: Item, variant: ItemVariant, unit: UnitOfMeasure, order: LabelOrder, currency: str
) -> Label:
    """The label of a reference: its own number as the code, in the way the number allows."""
    drawn, digits = draw_code(order.code, reference.reference_no, reference.reference_no)
    base = unit.id == item.base_unit_of_measure_id
    more = [variant.code, unit.description or unit.code, _("Shelf %(no)s", no=item.shelf_no) if item.shelf_no else ""]
    return Label(
        no=item.no, description=reference.description or variant.description or item.description,
        price=item.unit_price if order.with_price and base else None, currency=currency,
        more=" · ".join(part for part in more if part) if order.with_shelf else "",
        code=drawn, digits=digits, with_qr=order.code is CodeKind.QR,
    )  # fmt: skip


def draw_code(kind: CodeKind, no: str, gtin: str) -> tuple[Markup, str]:
    """The code of an item and what it says; an item without a valid bar code number gets its own number.

    A number that Code 128 cannot hold is written as a QR code instead, which holds everything.
    """
    if kind is CodeKind.EAN and codes.is_ean(gtin):
        return codes.ean(gtin), gtin
    if kind is CodeKind.QR:
        return codes.qr(no), no
    try:
        return codes.code128(no), no
    except ValueError:
        return codes.qr(no), no


def lay_out(labels: Sequence[Label], order: LabelOrder) -> list[list[tuple[str, str, Label]]]:
    """Pages of (left, top, label): every copy after the other, the first sheet from `start` on."""
    sheet = SHEETS[order.sheet]
    copies: Iterable[Label] = (label for label in labels for _copy in range(order.copies))
    pages: list[list[tuple[str, str, Label]]] = []
    for number, label in enumerate(copies, start=order.start - 1):
        page, position = divmod(number, sheet.per_page)
        if page == len(pages):
            pages.append([])
        pages[page].append((*sheet.place(position), label))
    return pages


def label_pdf(session: Session, order: LabelOrder, *, locale: str = "en") -> bytes:
    """The labels as PDF. Raises as `check_order`; `nothing_to_print` too when none of the items exists."""
    sheet = check_order(order)
    labels = read_labels(session, order)
    if not labels:
        raise ValidationError("nothing_to_print", _("None of these items exists any more."), field="items")
    # Words above, bars below, digits under them (3.5 mm); padding 1.5 mm. Low labels leave out the last line.
    bars = min(130, sheet.label[1] - 170)
    values: dict[str, Any] = {
        "words": _millimetres(sheet.label[1] - 30 - bars - 35), "with_more": sheet.label[1] >= 280,
        "pages": lay_out(labels, order),
        "page_width": _millimetres(sheet.page[0]), "page_height": _millimetres(sheet.page[1]),
        "width": _millimetres(sheet.label[0]), "height": _millimetres(sheet.label[1]),
        "qr": _millimetres(sheet.label[1] - 30), "bars": _millimetres(bars),
    }  # fmt: skip
    return render_pdf("labels.html", values, locale=locale)
