"""A substitute on a sales line: whether there are any, which, and the choice (items.md section 12).

Nothing is ever replaced by itself: the page tells, a person chooses.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import CatalogItem, Item, ItemVariant, Reservation, TradeDocument, TradeLine, UnitOfMeasure
from models.enums import TradeLineType, TradeSide
from posting.prepare import lock_items
from services.availability.on_date import Key, outlooks
from services.catalog.items import item_for_sale
from services.items.substitute_choices import Found, Thing, find_substitutes, having_substitutes
from services.reservations.keep import release_from
from services.reservations.pairs import pairs_of
from services.trade.documents import check_open, lock_document
from services.trade.kinds import kind_of
from services.trade.lines import get_line, replace_item

#: What a line keeps when another item is put on it.
_KEPT = ("quantity", "location_id", "unit_of_measure_id")
_KEPT_DATES = ("requested_date", "promised_date", "expected_date", "shipping_time", "handling_time")


@dataclass(frozen=True, slots=True)
class Choice:
    """A substitute to choose: quantities in its base unit, at the line's location."""

    thing: Thing
    no: str
    variant: str
    description: str
    level: int
    conditions: tuple[str, ...]
    base_unit: str
    #: None for what is not kept in stock
    inventory: Decimal | None
    available: Decimal | None
    blocked: bool
    #: false where it is not kept in the line's unit
    in_unit: bool
    #: an entry of the catalog that no item was made of yet
    is_catalog: bool = False

    @property
    def key(self) -> str:
        """How a form names it."""
        if self.is_catalog:
            return f"c{self.thing.catalog_item_id}"
        return f"{self.thing.item_id}-{self.thing.variant_id}"


def may_substitute(document: TradeDocument) -> bool:
    """On what is sold, not on what comes back."""
    return document.side == TradeSide.SALES and not kind_of(document).credit


def lines_with_substitutes(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> set[int]:
    """Ids of the lines whose item could still be replaced and has substitutes; one statement."""
    if not may_substitute(document):
        return set()
    goods = [line for line in lines if line.type == TradeLineType.ITEM and not line.drop_shipment
             and not line.qty_handled]  # fmt: skip
    have = having_substitutes(session, {thing_of(line) for line in goods})
    return {line.id for line in goods if thing_of(line) in have}


def list_choices(session: Session, document: TradeDocument, line: TradeLine, *, deep: bool = False) -> list[Choice]:
    """The substitutes of the line's item, nearest first; with `deep` those of substitutes too.

    Raises ValidationError `not_on_this_document`, `line_not_item`, `no_substitute`.
    """
    _check_line(document, line)
    found = find_substitutes(session, thing_of(line), deep=deep)
    if not found:
        raise _none(line)
    day = line.expected_date or document.order_date
    goods = [single.thing for single in found if single.thing.item_id is not None]
    items = {
        item.id: item
        for item in session.scalars(
            select(Item)
            .where(Item.id.in_(ids_of(session, {thing.item_id or 0 for thing in goods})))
            .options(selectinload(Item.units), selectinload(Item.base_unit_of_measure))
        )
    }
    variant_ids = ids_of(session, {thing.variant_id for thing in goods})
    variants = {row.id: row for row in session.scalars(select(ItemVariant).where(ItemVariant.id.in_(variant_ids)))}
    stock = outlooks(session, [_place(thing, line) for thing in goods])
    entries = _entries(session, found)
    unit = session.scalar(select(UnitOfMeasure.code).where(UnitOfMeasure.id == line.unit_of_measure_id)) or ""
    choices = []
    for single in found:
        if single.thing.item_id is None:
            choices.append(_entry_choice(single, entries[single.thing.catalog_item_id or 0], unit))
            continue
        item, variant = items[single.thing.item_id], variants[single.thing.variant_id]
        outlook = stock[_place(single.thing, line)] if item.is_inventory else None
        choices.append(
            Choice(
                thing=single.thing, no=item.no, variant=variant.code,
                description=variant.description or item.description, level=single.level,
                conditions=single.conditions,
                base_unit=item.base_unit_of_measure.code if item.base_unit_of_measure else "",
                inventory=outlook.inventory if outlook else None,
                available=outlook.promise(day) if outlook else None,
                blocked=item.blocked or item.sales_blocked or variant.blocked or variant.sales_blocked,
                in_unit=line.unit_of_measure_id in {unit.unit_of_measure_id for unit in item.units},
            )
        )  # fmt: skip
    return choices


def _place(thing: Thing, line: TradeLine) -> Key:
    return thing.item_id or 0, thing.variant_id, line.location_id


def _entries(session: Session, found: Sequence[Found]) -> dict[int, CatalogItem]:
    ids = {single.thing.catalog_item_id for single in found if single.thing.catalog_item_id is not None}
    if not ids:
        return {}
    return {row.id: row for row in session.scalars(select(CatalogItem).where(CatalogItem.id.in_(ids_of(session, ids))))}


def _entry_choice(single: Found, entry: CatalogItem, unit: str) -> Choice:
    """Something out of the catalog: nothing of it is in stock, an item is made of it when it is chosen."""
    return Choice(
        thing=single.thing, no=entry.no, variant="", description=entry.description, level=single.level,
        conditions=single.conditions, base_unit=entry.unit_code, inventory=None, available=None, blocked=False,
        in_unit=not entry.unit_code or entry.unit_code == unit, is_catalog=True,
    )  # fmt: skip


def choose_substitute(
    session: Session,
    document_id: int,
    line_no: int,
    thing: Thing,
    *,
    on: dt.date | None = None,
    user_id: int | None = None,
) -> TradeLine:
    """Put a substitute on the line: quantity, location, unit and dates stay, reservations and lots go.

    The line keeps what was ordered first; chosen back, that is the item itself again. Of a catalog entry an item is
    made first, on the day `on` (the order's where left out). Raises ValidationError
    `not_on_this_document`, `line_not_item`, `no_substitute` and what
    `lines.change_line` and `create_item_of` raise.
    """
    document = lock_document(session, document_id)
    line = get_line(session, document_id, line_no)
    _check_line(document, line)
    check_open(document, line=line_no)
    if all(single.thing != thing for single in find_substitutes(session, thing_of(line), deep=True)):
        raise _none(line)
    if thing.item_id is None:
        entry = session.get_one(CatalogItem, thing.catalog_item_id)
        thing = Thing(item_for_sale(session, entry, on=on or document.order_date).id)
    if line.original_item_id is not None:
        original = Thing(line.original_item_id, line.original_variant_id or 0)
    else:
        original = thing_of(line)
    values: dict[str, object] = {name: getattr(line, name) for name in _KEPT}
    values |= {name: getattr(line, name) for name in _KEPT_DATES if getattr(line, name)}
    values |= {"item_id": thing.item_id, "item_reference_no": ""}
    if thing.variant_id:
        values["variant_id"] = thing.variant_id
    if not line.qty_handled:  # else replacing is refused
        _let_go(session, line)
    changed = replace_item(session, document_id, line_no, values, user_id=user_id)
    back = thing == original
    changed.original_item_id = None if back else original.item_id
    changed.original_variant_id = None if back else original.variant_id
    session.flush()
    return changed


def _let_go(session: Session, line: TradeLine) -> None:
    """Reservations and planned numbers are those of the other item."""
    pairs = pairs_of(session, Reservation.demand_line_id == line.id)
    if pairs:
        lock_items(session, {pair.item_id for pair in pairs})
        pairs = pairs_of(session, Reservation.demand_line_id == line.id)
        release_from(session, pairs, sum((pair.quantity for pair in pairs), Decimal(0)))
    line.numbers = []
    session.flush()


def thing_of(line: TradeLine) -> Thing:
    """What an item line is about."""
    return Thing(line.item_id or 0, line.variant_id)


def _check_line(document: TradeDocument, line: TradeLine) -> None:
    if not may_substitute(document):
        raise ValidationError(
            "not_on_this_document",
            _("%(no)s brings goods in; substitutes are chosen for what is sold.", no=document.no),
            hint=_("Choose another item on the line."),
        )
    if line.type != TradeLineType.ITEM:
        raise ValidationError(
            "line_not_item", _("Line %(line)s names no item.", line=line.line_no), line=line.line_no,
            hint=_("Substitutes belong to items."),
        )  # fmt: skip


def _none(line: TradeLine) -> ValidationError:
    return ValidationError(
        "no_substitute", _("The item of line %(line)s has no such substitute.", line=line.line_no),
        line=line.line_no, hint=_("Add substitutes on the item's card."),
    )  # fmt: skip
