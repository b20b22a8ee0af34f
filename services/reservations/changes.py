"""What happens to reservations when their lines change (availability-and-reservation.md sections 3 and 7)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import InventoryDocumentLine, Item, Reservation, TradeLine, TransferLine
from models.enums import ReservePolicy
from posting.prepare import lock_items
from services.reservations.keep import release_from, reserve
from services.reservations.offers import STOCK, LineRef, find_line
from services.reservations.overview import pairs_with_ends
from services.reservations.pairs import pairs_of
from services.reservations.sources import SOURCES, SourceKind

#: What may not change while something is reserved.
LOCKED = frozenset({"type", "item_id", "variant_id", "location_id", "drop_shipment", "special_order"})
#: What makes an Always line look for supply again.
_AGAIN = frozenset(
    {
        "item_id", "variant_id", "quantity", "unit_of_measure_id", "location_id", "from_location_id", "expected_date",
        "shipment_date", "posting_date", "reserve", "numbers",
    }
)  # fmt: skip


def line_changed(session: Session, kind: SourceKind, line_id: int, changed: Collection[str], line_no: int) -> None:
    """Keep reservations of a line in step with it; call when the changed line is flushed.

    Raises ValidationError `line_reserved`, `reservation_date_conflict`.
    """
    source = SOURCES[kind]
    for column, demand in ((source.demand, True), (source.supply, False)):
        pairs = pairs_of(session, column == line_id) if column is not None else []
        if pairs:
            lock_items(session, {pair.item_id for pair in pairs})
            if demand and "numbers" in changed:
                _release_unnamed(session, kind, line_id)
            _keep_in_step(
                session, LineRef(kind, line_id), pairs_of(session, column == line_id), changed, line_no, demand
            )


def _release_unnamed(session: Session, kind: SourceKind, line_id: int) -> None:
    """What is held of numbers that the line asks for no more is free again; other numbers would never ship from it."""
    numbers = SOURCES[kind].numbers
    if numbers is None:
        return
    rows = numbers().subquery()
    asked = [
        [(lot, serial, package), left]
        for _line, lot, serial, package, left, _row in session.execute(select(rows).where(rows.c.line_id == line_id))
    ]
    for pair in pairs_of(session, SOURCES[kind].demand == line_id, Reservation.specific):
        held = pair.quantity
        for row in asked:
            there = zip(row[0], (pair.lot_no, pair.serial_no, pair.package_no), strict=True)
            if all(not wanted or wanted == number for wanted, number in there):
                part = min(row[1], held)
                row[1], held = row[1] - part, held - part
        release_from(session, [pair], held)


def _keep_in_step(
    session: Session,
    ref: LineRef,
    pairs: list[Reservation],
    changed: Collection[str],
    line_no: int,
    demand: bool,
) -> None:
    total = sum((pair.quantity for pair in pairs), ZERO)
    line = find_line(session, ref)
    blanked = line is not None and line.date is None and SOURCES[ref.kind].date.key in changed
    if LOCKED & set(changed) or blanked:
        raise ValidationError(
            "line_reserved",
            _("%(quantity)s of line %(line)s are reserved (%(other)s); item, variant, location, kind and a date stay.",
              quantity=plain_quantity(total), line=line_no, other=_other_ends(session, pairs, demand=demand)),
            line=line_no, hint=_("Cancel the reservation first."),
        )  # fmt: skip
    open_quantity = abs(line.quantity) if line is not None and (line.quantity < 0) == demand else ZERO
    if line is not None and line.date is not None:
        for pair in pairs:
            other = pair.expected_receipt_date if demand else pair.shipment_date
            late = other is not None and (other > line.date if demand else other < line.date)
            if late:
                raise _conflict(session, pair, line_no, other, demand=demand, field=SOURCES[ref.kind].date.key)
            if demand:
                pair.shipment_date = line.date
            else:
                pair.expected_receipt_date = line.date
    if total > open_quantity:
        # Links to orders go before links to stock (section 7), the newest first.
        order = sorted(pairs, key=lambda pair: (pair.supply_entry_id is not None, -pair.id))
        release_from(session, order, total - open_quantity)
    session.flush()


def _conflict(
    session: Session, pair: Reservation, line_no: int, other: object, *, demand: bool, field: str
) -> ValidationError:
    """The refusal of a date: it names the quantity, the other document and its date."""
    return ValidationError(
        "reservation_date_conflict",
        _("%(quantity)s of line %(line)s are reserved with %(document)s, which has the date %(other)s.",
          quantity=plain_quantity(pair.quantity), line=line_no, other=other,
          document=_other_ends(session, [pair], demand=demand)),
        field=field, line=line_no, hint=_("Choose another date, or cancel the reservation."),
    )  # fmt: skip


def _other_ends(session: Session, pairs: Collection[Reservation], *, demand: bool) -> str:
    """The documents at the other ends, the first three; what is in stock has none to name."""
    found = pairs_with_ends(session, Reservation.id.in_([pair.id for pair in pairs]), limit=20)
    ends = [pair.supply if demand else pair.demand for pair in found]
    numbers = list(dict.fromkeys(end.document_no if end.event != STOCK else _("stock") for end in ends))
    return ", ".join(numbers[:3])


def followed_header(
    session: Session,
    document_no: str,
    lines: Sequence[TradeLine],
    before: Mapping[int, Mapping[str, object]],
    *,
    confirmed: bool,
) -> None:
    """Lines took over what changed on their header and are flushed; `before` are their values until then.

    Dates ask first wherever something is reserved; confirmed, what no longer fits is cancelled and the rest gets the
    new date (section 7). Always lines look for supply again. Raises ValidationError `reservations_question` (answer
    `reservations_follow`), `line_reserved`.
    """
    changed = {
        line.id: {name for name, value in before[line.id].items() if getattr(line, name) != value}
        for line in lines if line.id in before
    }  # fmt: skip
    ids = ids_of(session, changed)
    held = Reservation
    pairs = pairs_of(session, held.demand_line_id.in_(ids) | held.supply_line_id.in_(ids))
    if pairs:
        lock_items(session, {pair.item_id for pair in pairs})
        pairs = pairs_of(session, held.demand_line_id.in_(ids) | held.supply_line_id.in_(ids))
    if pairs and not confirmed and any("expected_date" in names for names in changed.values()):
        raise ValidationError(
            "reservations_question",
            _("Something of %(no)s is reserved. What no longer comes in time is cancelled. Go on?", no=document_no),
            field="expected_date", hint=_("Confirm, or leave it as it is."),
        )  # fmt: skip
    by_id = {line.id: line for line in lines}
    for pair in pairs:
        for line_id, demand in ((pair.demand_line_id, True), (pair.supply_line_id, False)):
            if line_id in by_id:
                _take_over(session, pair, by_id[line_id], changed[line_id], demand=demand)
    session.flush()
    for line in lines:
        reserve_always(session, line, changed.get(line.id, set()))


def _take_over(session: Session, pair: Reservation, line: TradeLine, changed: Collection[str], *, demand: bool) -> None:
    if LOCKED & set(changed) or line.expected_date is None:
        raise ValidationError(
            "line_reserved",
            _("%(quantity)s of line %(line)s are reserved (%(other)s); its location stays.",
              quantity=plain_quantity(pair.quantity), line=line.line_no,
              other=_other_ends(session, [pair], demand=demand)),
            line=line.line_no, hint=_("Cancel the reservation first."),
        )  # fmt: skip
    if demand:
        late = pair.expected_receipt_date is not None and pair.expected_receipt_date > line.expected_date
    else:
        late = pair.shipment_date < line.expected_date
    if late:
        session.delete(pair)
    elif demand:
        pair.shipment_date = line.expected_date
    else:
        pair.expected_receipt_date = line.expected_date


def check_policy(session: Session, line: TradeLine, changed: Collection[str]) -> None:
    """Raises ValidationError `reserve_always` (an item's Always lowered), `line_reserved` (Never while reserved)."""
    if "reserve" not in changed or line.item_id is None:
        return
    if session.get_one(Item, line.item_id).reserve == ReservePolicy.ALWAYS != line.reserve:
        raise ValidationError(
            "reserve_always", _("The item of line %(line)s is always reserved.", line=line.line_no), field="reserve",
            line=line.line_no, hint=_("Change the item's reserve policy first."),
        )  # fmt: skip
    if line.reserve == ReservePolicy.NEVER and pairs_of(session, Reservation.demand_line_id == line.id):
        raise ValidationError(
            "line_reserved", _("Something of line %(line)s is reserved.", line=line.line_no), field="reserve",
            line=line.line_no, hint=_("Cancel the reservation first."),
        )  # fmt: skip


def reserve_always(session: Session, line: TradeLine, changed: Collection[str] | None = None) -> Decimal:
    """Reserve what an Always line still needs; returns how much was found. A shortfall refuses nothing (section 3)."""
    if line.reserve != ReservePolicy.ALWAYS or line.applies_to_entry_id is not None or line.item_id is None:
        return ZERO
    if changed is not None and not _AGAIN & set(changed):
        return ZERO
    ref = LineRef(SourceKind.TRADE, line.id)
    found = find_line(session, ref)
    if found is None or not found.demand or not found.reservable:
        return ZERO
    return reserve(session, ref)


def transfer_lines_changed(
    session: Session, lines: Collection[TransferLine], changed: Collection[str], *, ends: Collection[str] = ()
) -> None:
    """Both sides of transfer lines that were changed and flushed; `ends` are the header's places that changed.

    Raises as `line_changed`. Reads once which of the lines hold or are held, whatever their number.
    """
    held = Reservation
    ids = ids_of(session, [line.id for line in lines])
    for kind, column, end in (
        (SourceKind.TRANSFER_OUT, held.demand_transfer_line_id, "from_location_id"),
        (SourceKind.TRANSFER_IN, held.supply_transfer_line_id, "to_location_id"),
    ):
        concerned = set(session.scalars(select(column).where(column.in_(ids)).distinct()))
        names = {*changed, "location_id"} if end in ends else set(changed)
        for line in lines:
            if line.id in concerned:
                line_changed(session, kind, line.id, names, line.line_no)
    reserve_always_items(session, SourceKind.TRANSFER_OUT, lines, {*changed, *ends})


def inventory_lines_changed(
    session: Session, lines: Collection[InventoryDocumentLine], changed: Collection[str]
) -> None:
    """Lines of an inventory document that were changed and flushed, by themselves or with their header.

    Raises as `line_changed`. Reads once which of the lines hold or are held, whatever their number.
    """
    held = Reservation
    ids = ids_of(session, [line.id for line in lines])
    concerned = {
        line_id
        for column in (held.demand_inventory_line_id, held.supply_inventory_line_id)
        for line_id in session.scalars(select(column).where(column.in_(ids)).distinct())
    }
    for line in lines:
        if line.id in concerned:
            line_changed(session, SourceKind.INVENTORY_DOCUMENT, line.id, changed, line.line_no)
    reserve_always_items(session, SourceKind.INVENTORY_DOCUMENT, lines, changed)


def reserve_always_items(
    session: Session,
    kind: SourceKind,
    lines: Collection[TransferLine] | Collection[InventoryDocumentLine],
    changed: Collection[str] | None = None,
) -> None:
    """Reserve what flushed lines of items that are always reserved still need; what is missing refuses nothing.

    Nobody says a policy on these lines: their item's counts (section 3). One statement where no item is Always.
    """
    if changed is not None and not _AGAIN & set(changed):
        return
    ids = ids_of(session, {line.item_id for line in lines})
    always = set(session.scalars(select(Item.id).where(Item.id.in_(ids), Item.reserve == ReservePolicy.ALWAYS)))
    for line in lines:
        if line.item_id not in always or line.applies_to_entry_id is not None:
            continue
        ref = LineRef(kind, line.id)
        found = find_line(session, ref)
        if found is not None and found.demand and found.reservable:
            reserve(session, ref)


def trade_line_changed(session: Session, line: TradeLine, changed: Collection[str]) -> None:
    """All of the above for a purchase or sales line that was changed and flushed."""
    if "purchasing_code" in changed and (line.drop_shipment or line.special_order):
        changed = {*changed, "drop_shipment"}  # what the code says (documents.md section 16)
    check_policy(session, line, changed)
    line_changed(session, SourceKind.TRADE, line.id, changed, line.line_no)
    reserve_always(session, line, changed)
