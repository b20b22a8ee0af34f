"""Lines of an inventory document and the numbers on them; costs as an item journal line proposes them.

posting-and-costing.md sections 1.2 and 18. What a line says is decided by services/documents/journal_line_rules.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.rounding import ZERO, round_quantity
from core.text import _
from models import (
    BLANK_ID,
    InventoryDocument,
    InventoryDocumentLine,
    Item,
    ItemJournalLine,
    ItemUnitOfMeasure,
)
from models.enums import DocumentStatus, ItemType, SourceType
from models.inventory_documents import InventoryDocumentNumber
from services.bins import default_bins
from services.dimensions import sets_of_items
from services.documents.journal_defaults import load_facts
from services.documents.journal_line_rules import LineInput, decide_line, load_known
from services.inventory_documents.documents import ENTRY_TYPES, released, touch
from services.items.lookup import resolve_scan
from services.items.scan_codes import ScanCode
from services.reservations.changes import inventory_lines_changed, reserve_always_items
from services.reservations.sources import SourceKind
from services.transfers.lines import Number
from services.units import check_precision, to_base

#: what a person may say about a line
FIELDS = (
    "item_id", "variant_id", "description", "bin_id", "quantity", "unit_of_measure_id", "unit_amount", "amount",
    "applies_to_entry_id", "applies_from_entry_id", "reason_code",
)  # fmt: skip
_DECIDED = (*FIELDS, "qty_per_unit_of_measure", "unit_cost")
_STEP = 10_000
_ONE = Decimal(1)


def journal_line(document: InventoryDocument, line: InventoryDocumentLine, *, document_no: str = "") -> ItemJournalLine:
    """The line as the item journal would say it: quantity below zero where the document takes another one back."""
    sign = -1 if document.correction else 1
    return ItemJournalLine(
        line_no=line.line_no, entry_type=ENTRY_TYPES[document.document_type], item_id=line.item_id,
        variant_id=line.variant_id, location_id=document.location_id, bin_id=line.bin_id,
        quantity=sign * line.quantity, unit_of_measure_id=line.unit_of_measure_id,
        qty_per_unit_of_measure=line.qty_per_unit_of_measure, unit_amount=line.unit_amount, unit_cost=line.unit_cost,
        amount=line.amount, discount_amount=ZERO, description=line.description,
        posting_date=document.posting_date, document_date=document.document_date, document_no=document_no,
        external_document_no=document.external_document_no, applies_to_entry_id=line.applies_to_entry_id,
        applies_from_entry_id=line.applies_from_entry_id,
        gen_business_posting_group_id=document.gen_business_posting_group_id, reason_code=line.reason_code,
        dimension_set_id=line.dimension_set_id, source_type=SourceType.NONE, source_no="", physical_inventory=False,
        lot_no="", serial_no="", package_no="",
    )  # fmt: skip


def line_of(document: InventoryDocument, line_no: int) -> InventoryDocumentLine:
    """The line of a loaded document. Raises NotFound `document_line_not_found`."""
    found = next((line for line in document.lines if line.line_no == line_no), None)
    if found is None:
        raise NotFound("document_line_not_found", _("There is no such line in the document."), line=line_no)
    return found


def add_line(
    session: Session, document: InventoryDocument, values: Mapping[str, object], numbers: Iterable[Number] = ()
) -> InventoryDocumentLine:
    """A new line at the end of an open document. `values` are FIELDS; what they leave out is proposed.

    Raises ValidationError `document_released`, `item_not_inventory`, `quantity_negative`, `tracking_exceeds_quantity`
    and those of `journal_line_rules.decide_line`.
    """
    line = InventoryDocumentLine(
        line_no=max((line.line_no for line in document.lines), default=0) + _STEP, variant_id=BLANK_ID,
        quantity=ZERO, quantity_base=ZERO, numbers=[], dimension_set_id=document.dimension_set_id,
    )  # fmt: skip
    if document.status == DocumentStatus.RELEASED:
        raise released("item_id")
    item = session.get(Item, values.get("item_id"))
    with session.no_autoflush:
        if item is not None and "bin_id" not in values:
            spot = (document.location_id, item.id, _whole(values.get("variant_id")))
            values = {**values, "bin_id": default_bins(session, [item.id]).get(spot)}
        _decide(session, document, line, values, before=None)
        sets = sets_of_items(session, [line.item_id], document.dimension_set_id)
        line.dimension_set_id = sets.get(line.item_id, document.dimension_set_id)
    document.lines.append(line)
    _set_numbers(line, numbers)
    touch(session, document)
    reserve_always_items(session, SourceKind.INVENTORY_DOCUMENT, [line])
    return line


def edit_line(
    session: Session, document: InventoryDocument, line: InventoryDocumentLine, values: Mapping[str, object]
) -> None:
    """Change a line of an open document. Raises as `add_line`, and `line_reserved`."""
    changes = {name: value for name, value in values.items() if getattr(line, name, None) != value}
    if document.status == DocumentStatus.RELEASED and changes:
        raise released(min(changes))
    with session.no_autoflush:
        _decide(session, document, line, changes, before=journal_line(document, line))
        if {"item_id", "variant_id"} & changes.keys() and "bin_id" not in changes:
            line.bin_id = default_bins(session, [line.item_id]).get(
                (document.location_id, line.item_id, line.variant_id)
            )
        if "item_id" in changes:
            line.numbers = []
    _set_numbers(line, [_number_of(row) for row in line.numbers])
    touch(session, document)
    inventory_lines_changed(session, [line], changes.keys())


def delete_line(session: Session, document: InventoryDocument, line: InventoryDocumentLine) -> None:
    """Take a line off an open document. Raises ValidationError `document_released`."""
    if document.status == DocumentStatus.RELEASED:
        raise released("item_id")
    document.lines.remove(line)
    touch(session, document)


def set_numbers(
    session: Session, document: InventoryDocument, line: InventoryDocumentLine, numbers: Iterable[Number]
) -> None:
    """Say under which lots, serial or package numbers the goods go, also when the document is released.

    Raises ValidationError `quantity_required`, `tracking_duplicate`, `tracking_exceeds_quantity`.
    """
    _set_numbers(line, numbers)
    touch(session, document)
    session.flush()
    inventory_lines_changed(session, [line], ("numbers",))


def add_scanned(
    session: Session, document: InventoryDocument, code: str, *, on: dt.date, choice: str = ""
) -> InventoryDocumentLine:
    """A scanned item: its line counts up, or a line is added; lot and serial number of a GS1 code go with it.

    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference`, and as `add_line`.
    """
    scanned = resolve_scan(session, code, on=on, choice=choice)
    hit, quantity = scanned.candidate, scanned.code.quantity or _ONE
    same = (
        line for line in document.lines
        if (line.item_id, line.variant_id) == (hit.item_id, hit.variant_id)
        and hit.unit_id in (None, line.unit_of_measure_id)
    )  # fmt: skip
    line = next(same, None)
    if line is None:
        said = {"variant_id": hit.variant_id or None, "unit_of_measure_id": hit.unit_id}
        known = {name: value for name, value in said.items() if value is not None}
        line = add_line(session, document, {"item_id": hit.item_id, "quantity": quantity, **known})
    else:
        edit_line(session, document, line, {"quantity": line.quantity + quantity})
    if scanned.code.has_numbers and line.item.item_tracking_code_id is not None:
        base = round_quantity(quantity * line.qty_per_unit_of_measure)
        set_numbers(session, document, line, _numbers_with(line, scanned.code, base))
    return line


def put_number(
    session: Session, document: InventoryDocument, line: InventoryDocumentLine, code: ScanCode | None
) -> None:
    """The lot or serial number of a code that stood in the item field, for all of the line. Raises as `set_numbers`."""
    if code is None or not code.has_numbers or not line.quantity_base or line.item.item_tracking_code_id is None:
        return
    line.numbers = []
    set_numbers(session, document, line, _numbers_with(line, code, line.quantity_base))


def _numbers_with(line: InventoryDocumentLine, code: ScanCode, base: Decimal) -> list[Number]:
    """The line's numbers and `base` more under those of the code: a lot that is there grows."""
    numbers = [_number_of(row) for row in line.numbers]
    for place, number in enumerate(numbers):
        if (number.lot_no, number.serial_no) == (code.lot_no, "") and not code.serial_no:
            numbers[place] = replace(number, quantity=number.quantity + base)
            return numbers
    return [
        *numbers,
        Number(quantity=base, lot_no=code.lot_no, serial_no=code.serial_no, expiration_date=code.expiration_date),
    ]


def follow_location(session: Session, document: InventoryDocument, before: int) -> None:
    """The document moved from location `before`: bins and costs of its lines are those of the new place."""
    bins = default_bins(session, {line.item_id for line in document.lines})
    for line in document.lines:
        old = journal_line(document, line)
        old.location_id = before
        line.bin_id = bins.get((document.location_id, line.item_id, line.variant_id))
        _decide(session, document, line, {}, before=old)


def _decide(
    session: Session,
    document: InventoryDocument,
    line: InventoryDocumentLine,
    values: Mapping[str, object],
    *,
    before: ItemJournalLine | None,
) -> None:
    """Put on the line what follows from `values`; a quantity is said without a sign."""
    unknown = sorted(values.keys() - set(FIELDS))
    if unknown:
        raise ValidationError("unknown_field", _("There is no field %(name)s here.", name=unknown[0]))
    kind = ENTRY_TYPES[document.document_type]
    given = LineInput(
        entry_type=kind, item_id=_whole(values.get("item_id", line.item_id)), posting_date=document.posting_date,
        location_id=document.location_id,
    )  # fmt: skip
    if before is not None:
        before.quantity = abs(before.quantity)
        given = _with(given, {name: getattr(line, name) for name in FIELDS if name != "amount"})
    given = _with(given, {name: value for name, value in values.items() if value is not None or name in _EMPTIED})
    if given.quantity < 0:
        raise ValidationError(
            "quantity_negative", _("Enter how many; the document says whether they come or go."), field="quantity",
            line=line.line_no,
        )  # fmt: skip
    facts = load_facts(session, [given.item_id])
    decided = decide_line(given, facts, load_known(session, [given]), before=before, allowed=(kind,))
    item = facts.items[given.item_id].item
    if item.type != ItemType.INVENTORY:
        raise ValidationError(
            "item_not_inventory", _("Item %(no)s carries no stock; it cannot be adjusted.", no=item.no), field="item_id"
        )
    for name in _DECIDED:
        setattr(line, name, decided[name])
    line.item = item
    precisions = _precisions(session, item.id)
    check_precision(line.quantity, precisions.get(line.unit_of_measure_id, ZERO))
    line.quantity_base = to_base(
        line.quantity, line.qty_per_unit_of_measure, precisions.get(item.base_unit_of_measure_id, ZERO)
    )


def _with(given: LineInput, values: Mapping[str, Any]) -> LineInput:
    return replace(given, **values)


#: fields that None takes away; of others it says nothing
_EMPTIED = frozenset({"bin_id", "applies_to_entry_id", "applies_from_entry_id"})


def _precisions(session: Session, item_id: int) -> dict[int | None, Decimal]:
    rows = session.execute(
        select(ItemUnitOfMeasure.unit_of_measure_id, ItemUnitOfMeasure.rounding_precision).where(
            ItemUnitOfMeasure.item_id == item_id
        )
    )
    return {unit: precision or ZERO for unit, precision in rows}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _number_of(row: InventoryDocumentNumber) -> Number:
    return Number(
        quantity=row.quantity, lot_no=row.lot_no, serial_no=row.serial_no, package_no=row.package_no,
        expiration_date=row.expiration_date,
    )  # fmt: skip


def _set_numbers(line: InventoryDocumentLine, numbers: Iterable[Number]) -> None:
    known = {(row.lot_no, row.serial_no, row.package_no): row for row in line.numbers}
    kept: list[InventoryDocumentNumber] = []
    for number in numbers:
        key = number.lot_no, number.serial_no, number.package_no
        name = number.serial_no or number.lot_no or number.package_no
        if number.quantity <= 0:
            raise ValidationError(
                "quantity_required", _("Enter how many there are of %(number)s.", number=name), field="quantity",
                line=line.line_no,
            )  # fmt: skip
        row = known.pop(key, None) or InventoryDocumentNumber(
            lot_no=number.lot_no, serial_no=number.serial_no, package_no=number.package_no
        )
        if any((other.lot_no, other.serial_no, other.package_no) == key for other in kept):
            raise ValidationError(
                "tracking_duplicate", _("%(number)s stands there twice.", number=name), field="lot_no",
                line=line.line_no,
            )  # fmt: skip
        row.quantity, row.expiration_date = number.quantity, number.expiration_date
        kept.append(row)
    if sum((row.quantity for row in kept), ZERO) > line.quantity_base:
        raise ValidationError(
            "tracking_exceeds_quantity", _("More is given under numbers than the line is about."), field="quantity",
            line=line.line_no, hint=_("Lower the quantities of the numbers, or raise the line's."),
        )  # fmt: skip
    line.numbers = kept
