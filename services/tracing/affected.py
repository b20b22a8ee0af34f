"""Which numbers a recall is about: those asked for, those they were renumbered to, what was made of them (section 13).

Found number by number, not entry by entry: a lot with a hundred thousand sales is one number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from core.sql import ids_of, texts_of
from models import Item, ItemApplicationEntry, ItemLedgerEntry, ItemTrackingCode, ItemVariant, UnitOfMeasure
from models.enums import EntryType, OrderType
from services.tracing.asked import Numbers, check_asked
from services.tracing.cards import NumberKey
from services.tracing.tree import DEEPEST

#: Most numbers a recall answers about, and blocks at once.
MOST_NUMBERS = 5_000
_NAMES = ("lot_no", "serial_no", "package_no")


@dataclass(frozen=True, slots=True)
class Named:
    """A number's item in words."""

    item_no: str
    item_description: str
    variant_code: str
    unit_code: str


@dataclass(frozen=True, slots=True)
class Reached:
    """The numbers, each after what it comes from; whether there were too many."""

    keys: list[NumberKey]
    incomplete: bool


def affected_numbers(session: Session, wanted: Numbers) -> Reached:
    """Every number that hangs on what was asked for, forward.

    The lot of an entry stands for it, else its serial, else its package number; where a serial or package number was
    asked for, that one stands first. Raises ValidationError `trace_needs_number`, `variant_needs_item`.
    """
    check_asked(wanted)
    order: tuple[str, ...] = _NAMES
    if wanted.serial_no or wanted.package_no:
        first = "serial_no" if wanted.serial_no else "package_no"
        order = (first, *(name for name in _NAMES if name != first))
    entry = ItemLedgerEntry
    columns = (entry.item_id, entry.variant_id, entry.lot_no, entry.serial_no, entry.package_no)
    carried = or_(*(column != "" for column in columns[2:]))
    statement = select(*columns).where(*wanted.conditions(), carried).group_by(*columns).order_by(*columns)
    rows: Iterable[Row[Any]] = session.execute(statement.limit(MOST_NUMBERS + 1)).all()
    found: dict[NumberKey, None] = {}
    for _level in range(DEEPEST):
        fresh = [key for row in rows if (key := _key_of(row, order)) is not None and key not in found]
        found |= dict.fromkeys(fresh)
        if not fresh or len(found) > MOST_NUMBERS:
            break
        rows = _next_numbers(session, dict.fromkeys(fresh))
    return Reached([*found][:MOST_NUMBERS], len(found) > MOST_NUMBERS)


def _key_of(row: Any, order: Iterable[str] = _NAMES) -> NumberKey | None:
    for name in order:
        if number := getattr(row, name):
            return NumberKey(row.item_id, row.variant_id, **{name: number})
    return None


def _next_numbers(session: Session, numbers: Mapping[NumberKey, object]) -> list[Row[Any]]:
    """What entries of these numbers, where they are specific, were renumbered to or went into."""
    old, new, link = aliased(ItemLedgerEntry), aliased(ItemLedgerEntry), ItemApplicationEntry
    code = ItemTrackingCode
    specific = (
        select(code.id)
        .join(Item, Item.item_tracking_code_id == code.id)
        .where(Item.id == old.item_id, code.serial_specific | code.lot_specific | code.package_specific)
        .exists()
    )
    columns = (new.item_id, new.variant_id, new.lot_no, new.serial_no, new.package_no)
    shown = (old.item_id.label("old_item"), old.variant_id.label("old_variant"), old.lot_no.label("old_lot"),
             old.serial_no.label("old_serial"), old.package_no.label("old_package"))  # fmt: skip
    renumbered = (
        select(*columns, *shown)
        .join(link, link.inbound_entry_id == new.id)
        .join(old, old.id == link.transferred_from_entry_id)
        .where(
            mine(session, old, numbers), specific, link.in_force, link.transferred_from_entry_id.is_not(None),
            or_(new.lot_no != old.lot_no, new.serial_no != old.serial_no, new.package_no != old.package_no),
        )
    )  # fmt: skip
    made = (
        select(*columns, *shown)
        .join(old, or_(
            and_(new.document_no == old.document_no, new.document_type == old.document_type,
                 old.entry_type == EntryType.ASSEMBLY_CONSUMPTION, new.entry_type == EntryType.ASSEMBLY_OUTPUT),
            and_(new.order_no == old.order_no, new.order_line_no == old.order_line_no,
                 new.order_type == OrderType.PRODUCTION, old.order_type == OrderType.PRODUCTION,
                 old.entry_type == EntryType.CONSUMPTION, new.entry_type == EntryType.OUTPUT),
        ))
        .where(mine(session, old, numbers), specific, old.quantity < 0, new.quantity > 0)
    )  # fmt: skip
    rows = [*session.execute(renumbered.distinct()), *session.execute(made.distinct())]
    return [row for row in rows if _came_from(row, numbers)]


def _came_from(row: Any, numbers: Mapping[NumberKey, object]) -> bool:
    keys = (NumberKey(row.old_item, row.old_variant, lot_no=row.old_lot),
            NumberKey(row.old_item, row.old_variant, serial_no=row.old_serial),
            NumberKey(row.old_item, row.old_variant, package_no=row.old_package))  # fmt: skip
    return any(key.number and key in numbers for key in keys)


def mine(session: Session, table: Any, numbers: Iterable[NumberKey]) -> ColumnElement[bool]:
    """Rows that carry one of the numbers; other items may use the same one, so the caller looks at the key again."""
    keys = list(numbers)
    wanted = (
        (table.lot_no, {key.lot_no for key in keys}),
        (table.serial_no, {key.serial_no for key in keys}),
        (table.package_no, {key.package_no for key in keys}),
    )
    parts = [column.in_(texts_of(session, found - {""})) & (column != "") for column, found in wanted if found - {""}]
    return or_(*parts) if parts else literal(value=False)


def key_among(row: Any, numbers: Mapping[NumberKey, object]) -> NumberKey | None:
    """The first of a row's numbers that is among these."""
    keys = (NumberKey(row.item_id, row.variant_id, **{name: getattr(row, name)}) for name in _NAMES)
    return next((key for key in keys if key.number and key in numbers), None)


def known_numbers(session: Session, keys: Iterable[NumberKey]) -> dict[NumberKey, Named]:
    """The numbers in their order, with their item, variant and unit."""
    wanted = list(keys)
    items = {
        row[0]: row[1:]
        for row in session.execute(
            select(Item.id, Item.no, Item.description, func.coalesce(UnitOfMeasure.code, ""))
            .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
            .where(Item.id.in_(ids_of(session, {key.item_id for key in wanted})))
        )
    }
    variant = select(ItemVariant.id, ItemVariant.code)
    variants = dict(
        session.execute(variant.where(ItemVariant.id.in_(ids_of(session, {key.variant_id for key in wanted}))))
        .tuples()
        .all()
    )
    return {
        key: Named(
            items[key.item_id][0], items[key.item_id][1], variants.get(key.variant_id, ""), items[key.item_id][2]
        )
        for key in wanted
    }
