"""Labels of lots, serial and package numbers, with a GS1 Data Matrix or QR code that fills a line in one scan.

A GS1 code begins with the item's GTIN; the label of an item without one bears the plain number.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _, plain_quantity
from models import Item, ItemVariant, NumberKind, NumberTotal, TrackingBalance, UnitOfMeasure
from services.reports import codes
from services.reports.codes import Matrix
from services.reports.figures import Figures
from services.reports.labels import MOST_LABELS, SHEETS, LabelSheet
from services.reports.pdf import render_pdf


@dataclass(frozen=True, slots=True)
class NumberLabelOrder:
    """Which numbers (ids of their totals), on which sheet, where to begin, how often each."""

    ids: tuple[int, ...]
    sheet: str = "l7159"
    matrix: Matrix = Matrix.DATA_MATRIX
    copies: int = 1
    start: int = 1


@dataclass(frozen=True, slots=True)
class NumberLabel:
    """One label in words, and the element string or number that its code says."""

    number: str
    kind: NumberKind
    item_no: str
    description: str
    more: tuple[str, ...]
    says: str
    code: Markup = field(repr=False)


def element_string(
    gtin: str, *, lot_no: str = "", serial_no: str = "", expires: dt.date | None = None, count: Decimal | None = None
) -> str:
    """GS1 with brackets: (01) item, (17) expiry, (10) lot, (21) serial number, (37) how many; "" without a GTIN.

    Lots and serial numbers of GS1 have at most 20 characters: longer ones give "" as well.
    """
    if not gtin or (not codes.is_ean(gtin) and not _is_gtin14(gtin)) or max(len(lot_no), len(serial_no)) > 20:
        return ""
    if any(not _fits(number) for number in (lot_no, serial_no)):
        return ""
    parts = [f"(01){gtin.zfill(14)}"]
    if expires is not None:
        parts.append(f"(17){expires:%y%m%d}")
    if lot_no:
        parts.append(f"(10){lot_no}")
    if serial_no:
        parts.append(f"(21){serial_no}")
    if count is not None and count == count.to_integral_value() and Decimal(1) < count < Decimal(10) ** 8:
        parts.append(f"(37){int(count)}")
    return "".join(parts)


def _is_gtin14(text: str) -> bool:
    return len(text) == 14 and text.isascii() and text.isdigit() and codes.check_digit(text[:-1]) == text[-1]


def _fits(number: str) -> bool:
    """The characters GS1 allows; brackets would be taken for an identifier."""
    return number.isascii() and number.isprintable() and not set(number) & set("()[] ")


def check_order(order: NumberLabelOrder) -> LabelSheet:
    """The sheet. ValidationError `unknown_sheet`, `nothing_to_print`, `copies`, `start`, `too_many_labels`."""
    sheet = SHEETS.get(order.sheet)
    if sheet is None:
        raise ValidationError("unknown_sheet", _("Choose one of the label sheets."), field="sheet")
    if not order.ids:
        raise ValidationError("nothing_to_print", _("Choose at least one number to print a label for."), field="ids")
    if order.copies < 1:
        raise ValidationError("copies", _("Print at least one label of each."), field="copies")
    if not 1 <= order.start <= sheet.per_page:
        raise ValidationError(
            "start", _("The sheet has %(count)s labels: start at one of 1 to %(count)s.", count=sheet.per_page),
            field="start",
        )  # fmt: skip
    if len(order.ids) * order.copies > MOST_LABELS:
        raise ValidationError(
            "too_many_labels", _("At most %(most)s labels are printed at once.", most=MOST_LABELS), field="copies"
        )
    return sheet


def read_labels(session: Session, order: NumberLabelOrder, *, locale: str = "en") -> list[NumberLabel]:
    """One label for each number, by number."""
    total, figures = NumberTotal, Figures(locale)
    rows = session.execute(
        select(total, Item.no, Item.description, Item.gtin, ItemVariant.code, UnitOfMeasure.code)
        .join(Item, Item.id == total.item_id)
        .join(ItemVariant, ItemVariant.id == total.variant_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(total.id.in_(order.ids))
        .order_by(Item.no, total.number)
    ).all()
    lots = _lots_of_serials(session, [row[0] for row in rows])
    return [_label(row, lots, order.matrix, figures) for row in rows]


def _lots_of_serials(session: Session, totals: Sequence[NumberTotal]) -> dict[tuple[int, str], str]:
    """(item, serial number) -> its lot, of those that have one."""
    serials = [total.number for total in totals if total.kind == NumberKind.SERIAL]
    if not serials:
        return {}
    balance = TrackingBalance
    rows = session.execute(
        select(balance.item_id, balance.serial_no, balance.lot_no)
        .where(balance.serial_no.in_(serials), balance.lot_no != "")
        .order_by(balance.quantity)
    )
    return {(row[0], row[1]): row[2] for row in rows}


def _label(row: Any, lots: dict[tuple[int, str], str], matrix: Matrix, figures: Figures) -> NumberLabel:
    total, item_no, description, gtin, variant, unit = row
    lot = total.number if total.kind == NumberKind.LOT else lots.get((total.item_id, total.number), "")
    serial = total.number if total.kind == NumberKind.SERIAL else ""
    says = "" if total.kind == NumberKind.PACKAGE else element_string(
        gtin, lot_no=lot, serial_no=serial, expires=total.expiration_date
    )  # fmt: skip
    more = [variant, _("lot %(no)s", no=lot) if serial and lot else ""]
    if total.expiration_date is not None:
        more.append(_("use by %(day)s", day=figures.day(total.expiration_date)))
    if total.kind == NumberKind.LOT and total.quantity > 0:
        more.append(f"{plain_quantity(total.quantity)} {unit or ''}".strip())
    return NumberLabel(
        total.number, total.kind, item_no, description, tuple(part for part in more if part), says or total.number,
        codes.gs1(says, matrix) if says else codes.matrix(total.number, matrix),
    )  # fmt: skip


def number_label_pdf(session: Session, order: NumberLabelOrder, *, locale: str = "en") -> bytes:
    """The labels as PDF. Raises as `check_order`; `nothing_to_print` too when none of the numbers exists."""
    sheet = check_order(order)
    labels = read_labels(session, order, locale=locale)
    if not labels:
        raise ValidationError("nothing_to_print", _("None of these numbers exists any more."), field="ids")
    pages: list[list[tuple[str, str, NumberLabel]]] = []
    copies = (label for label in labels for _copy in range(order.copies))
    for place, label in enumerate(copies, start=order.start - 1):
        page, position = divmod(place, sheet.per_page)
        if page == len(pages):
            pages.append([])
        pages[page].append((*sheet.place(position), label))
    side = min(sheet.label[1] - 40, 240)
    values: dict[str, Any] = {
        "pages": pages, "page_width": _mm(sheet.page[0]), "page_height": _mm(sheet.page[1]),
        "width": _mm(sheet.label[0]), "height": _mm(sheet.label[1]), "code_side": _mm(side),
    }  # fmt: skip
    return render_pdf("number_labels.html", values, locale=locale)


def _mm(tenths: int) -> str:
    return f"{tenths // 10}.{tenths % 10}mm"
