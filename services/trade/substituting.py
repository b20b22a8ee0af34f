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
from models import Item, ItemVariant, Reservation, TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide, TradeType
from posting.prepare import lock_items
from services.availability.on_date import Key, outlooks
from services.items.substitute_choices import Thing, find_substitutes, having_substitutes
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

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.thing.item_id}-{self.thing.variant_id}"


def may_substitute(document: TradeDocument) -> bool:
    """On what is sold, not on what comes back."""
    return document.side == TradeSide.SALES and not kind_of(document).credit


def lines_short_with_substitutes(
    session: Session, document: TradeDocument, lines: Sequence[TradeLine], *, on: dt.date
) -> set[int]:
    """Ids of the lines that exceed what will be there and whose item has substitutes; `on` is today.

    An order looks at its shipment date with what comes until then; other documents at today's stock less today's
    requirements (section 20, stockout warning). One statement where nothing has substitutes.
    """
    if not may_substitute(document):
        return set()
    open_ = [line for line in lines if line.type == TradeLineType.ITEM and _wanted(document, line) > 0
             and not line.drop_shipment and line.qty_handled == 0]  # fmt: skip
    have = having_substitutes(session, {thing_of(line) for line in open_})
    concerned = [line for line in open_ if thing_of(line) in have]
    if not concerned:
        return set()
    until = max([on, *(line.expected_date for line in concerned if line.expected_date)])
    found = outlooks(session, {_key(line) for line in concerned}, until)
    short = set()
    for line in concerned:
        outlook = found[_key(line)]
        if document.type == TradeType.ORDER:
            left = outlook.projected(line.expected_date or on)  # the line itself is among the requirements
        else:
            left = outlook.unpromised(on) - _wanted(document, line)
        if left < 0:
            short.add(line.id)
    return short


def list_choices(session: Session, document: TradeDocument, line: TradeLine, *, deep: bool = False) -> list[Choice]:
    """The substitutes of the line's item, nearest first; with `deep` those of substitutes too.

    Raises ValidationError `not_on_this_document`, `line_not_item`, `no_substitute`.
    """
    _check_line(document, line)
    found = find_substitutes(session, thing_of(line), deep=deep)
    if not found:
        raise _none(line)
    ids = ids_of(session, {single.thing.item_id for single in found})
    items = {
        item.id: item
        for item in session.scalars(
            select(Item)
            .where(Item.id.in_(ids))
            .options(selectinload(Item.units), selectinload(Item.base_unit_of_measure))
        )
    }
    variant_ids = ids_of(session, {single.thing.variant_id for single in found})
    variants = {row.id: row for row in session.scalars(select(ItemVariant).where(ItemVariant.id.in_(variant_ids)))}
    day = line.expected_date or document.order_date
    keys: dict[Thing, Key] = {
        single.thing: (single.thing.item_id, single.thing.variant_id, line.location_id) for single in found
    }
    stock = outlooks(session, keys.values(), day)
    choices = []
    for single in found:
        item, variant = items[single.thing.item_id], variants[single.thing.variant_id]
        outlook = stock[keys[single.thing]] if item.is_inventory else None
        choices.append(
            Choice(
                thing=single.thing, no=item.no, variant=variant.code,
                description=variant.description or item.description, level=single.level,
                conditions=single.conditions,
                base_unit=item.base_unit_of_measure.code if item.base_unit_of_measure else "",
                inventory=outlook.inventory if outlook else None,
                available=outlook.projected(day) if outlook else None,
                blocked=item.blocked or item.sales_blocked or variant.blocked or variant.sales_blocked,
                in_unit=line.unit_of_measure_id in {unit.unit_of_measure_id for unit in item.units},
            )
        )  # fmt: skip
    return choices


def choose_substitute(
    session: Session, document_id: int, line_no: int, thing: Thing, *, user_id: int | None = None
) -> TradeLine:
    """Put a substitute on the line: quantity, location, unit and dates stay, reservations and lots go.

    The line keeps what was ordered first; chosen back, that is the item itself again. Raises ValidationError
    `not_on_this_document`, `line_not_item`, `no_substitute` and what `lines.change_line` raises.
    """
    document = lock_document(session, document_id)
    line = get_line(session, document_id, line_no)
    _check_line(document, line)
    check_open(document, line=line_no)
    if all(single.thing != thing for single in find_substitutes(session, thing_of(line), deep=True)):
        raise _none(line)
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


def _key(line: TradeLine) -> Key:
    return line.item_id or 0, line.variant_id, line.location_id


def _wanted(document: TradeDocument, line: TradeLine) -> Decimal:
    """What the line still takes, in base units."""
    return line.outstanding_qty_base if kind_of(document).staged else line.quantity_base


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
