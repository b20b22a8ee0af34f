"""Adjust inventory: the new quantity of an item at each location, posted as the difference (items.md section 1).

The quick way for a shelf that holds something else than the books say. Bins, lots and serial numbers need a line of
the item journal, which can name them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ConflictError, DomainError, PostingError, ValidationError, errors_of
from core.rounding import ZERO, round_amount
from core.text import _
from models import (
    BLANK_ID,
    InventorySetup,
    Item,
    ItemBalance,
    ItemUnitOfMeasure,
    Location,
    UnitOfMeasure,
)
from models.enums import EntryType
from posting.lines import PostingLine
from posting.post import post_lines
from services.dimensions import default_set
from services.documents import journal_defaults, reserved_stock
from services.poster import Poster
from services.units import check_precision

SOURCE_CODE = "ITEMJNL"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A place with what the books say lies there, in base units."""

    location_id: int
    code: str
    name: str
    quantity: Decimal


def is_allowed(session: Session) -> bool:
    """What the inventory set-up says (Allow Inventory Adjustment)."""
    setup = session.get(InventorySetup, 1)
    return setup is not None and setup.allow_inventory_adjustment


def shelves(session: Session, item_id: int, variant_id: int = BLANK_ID) -> list[Shelf]:
    """The blank location, then every location that is neither in transit nor kept in bins, by code."""
    balance = (
        select(ItemBalance.location_id, ItemBalance.quantity)
        .where(ItemBalance.item_id == item_id, ItemBalance.variant_id == variant_id)
        .subquery()
    )
    rows = session.execute(
        select(Location.id, Location.code, Location.name, balance.c.quantity)
        .outerjoin(balance, balance.c.location_id == Location.id)
        .where(Location.use_as_in_transit.is_(False), Location.bin_mandatory.is_(False), Location.deleted.is_(False))
        .order_by(Location.code)
    )
    setup = session.get(InventorySetup, 1)
    mandatory = setup is not None and setup.location_mandatory
    found = [Shelf(row.id, row.code, row.name, row.quantity if row.quantity is not None else ZERO) for row in rows]
    # Where a location is mandatory nothing can be posted without one, except to see what lies there from before.
    return [shelf for shelf in found if shelf.location_id != BLANK_ID or not mandatory or shelf.quantity]


def adjust_inventory(
    session: Session,
    item_id: int,
    wanted: Mapping[int, Decimal],
    poster: Poster,
    *,
    on: dt.date,
    variant_id: int = BLANK_ID,
    seen: Mapping[int, Decimal] | None = None,
    ask: bool = False,
) -> int | None:
    """Post what makes each location in `wanted` hold its new quantity (base units); the register's id, None if nothing
    differs.

    `seen` is what the person saw at these locations: stock that moved meanwhile is refused (`stock_changed`) instead
    of overwritten. `ask` asks first where stock is reserved and what is missing would go below nothing. The first error
    is raised with its location's id as `line`, and nothing stays. Raises ValidationError `adjustment_not_allowed`,
    `inventory_type_required`, `not_negative`, `precision`, `location_not_adjustable`, PostingError
    `takes_reserved_stock`, `reserve_always_short`, or what posting refuses.
    """
    item = session.get_one(Item, item_id, with_for_update=True)
    _check(session, item)
    here = {shelf.location_id: shelf for shelf in shelves(session, item_id, variant_id)}
    precision = _precision(session, item)
    lines: list[PostingLine] = []
    places: dict[int, int] = {}
    facts = journal_defaults.load_facts(session, [item_id])
    for location_id, quantity in wanted.items():
        shelf = here.get(location_id)
        if shelf is None:
            raise ValidationError(
                "location_not_adjustable",
                _("This location is kept in bins or does not exist any more. Use the item journal."),
                line=location_id,
            )
        if quantity == (seen or {}).get(location_id, shelf.quantity):
            continue
        _check_quantity(quantity, shelf, precision, seen)
        if quantity != shelf.quantity:
            line_no = 10_000 * (len(lines) + 1)
            places[line_no] = location_id
            lines.append(_line(session, item, shelf, quantity - shelf.quantity, variant_id, line_no, on, facts))
    if not lines:
        return None
    context = poster.context(SOURCE_CODE)
    try:
        reserved_stock.check_always(session, lines)
        if ask:
            reserved_stock.ask_for_reserved(session, lines)
        return post_lines(session, lines, context)
    except DomainError as error:
        first = errors_of(error)[0]
        raise PostingError(
            first.code, first.message, field=first.field, line=places.get(first.line or 0), hint=first.hint
        ) from error


def _check(session: Session, item: Item) -> None:
    if not is_allowed(session):
        raise ValidationError(
            "adjustment_not_allowed",
            _("The inventory set-up does not allow this quick adjustment. Use the item journal."),
        )
    if not item.is_inventory:
        raise ValidationError(
            "inventory_type_required", _("Item %(no)s is not kept in stock; there is nothing to adjust.", no=item.no)
        )


def _check_quantity(
    quantity: Decimal, shelf: Shelf, precision: Decimal, seen: Mapping[int, Decimal] | None
) -> None:  # fmt: skip
    if seen is not None and seen.get(shelf.location_id, shelf.quantity) != shelf.quantity:
        raise ConflictError(
            "stock_changed",
            _(
                "Something was posted meanwhile: there are %(now)s at %(place)s now. Count again, and save once more.",
                now=_plain(shelf.quantity), place=shelf.code or _("no location"),
            ),
            line=shelf.location_id,
        )  # fmt: skip
    if quantity < 0:
        raise ValidationError("not_negative", _("A shelf holds nothing or more."), line=shelf.location_id)
    try:
        check_precision(quantity, precision)
    except ValidationError as error:
        error.line = shelf.location_id
        raise


def _precision(session: Session, item: Item) -> Decimal:
    found = session.scalar(
        select(ItemUnitOfMeasure.rounding_precision).where(
            ItemUnitOfMeasure.item_id == item.id,
            ItemUnitOfMeasure.unit_of_measure_id == item.base_unit_of_measure_id,
        )
    )
    return found if found is not None else ZERO


def _line(
    session: Session,
    item: Item,
    shelf: Shelf,
    difference: Decimal,
    variant_id: int,
    line_no: int,
    on: dt.date,
    facts: journal_defaults.Facts,
) -> PostingLine:
    """The adjustment of one shelf, with the amounts that the item journal would propose."""
    kind = EntryType.POSITIVE_ADJMT if difference > 0 else EntryType.NEGATIVE_ADJMT
    proposed = journal_defaults.propose(
        facts, kind, item.id, variant_id=variant_id, location_id=shelf.location_id,
        unit_of_measure_id=item.base_unit_of_measure_id,
    )  # fmt: skip
    unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
    amount = round_amount(abs(difference) * proposed.unit_amount, facts.amount_rounding)
    cost = round_amount(abs(difference) * proposed.unit_cost, facts.amount_rounding) if difference > 0 else None
    sources = [("item", item.id), ("location", shelf.location_id or None)]
    return PostingLine(
        line_no=line_no, entry_type=kind, item_id=item.id, variant_id=variant_id, location_id=shelf.location_id,
        quantity=difference, posting_date=on, document_date=on, document_no=item.no,
        description=proposed.description, unit_cost=proposed.unit_cost, unit_amount=proposed.unit_amount,
        amount=amount, cost_amount=cost, indirect_cost_percent=proposed.indirect_cost_percent,
        overhead_rate=proposed.overhead_rate, unit_of_measure_code=unit.code if unit is not None else "",
        dimension_set_id=default_set(session, sources),
    )  # fmt: skip


def _plain(quantity: Decimal) -> str:
    return f"{quantity.normalize():f}" if quantity else "0"
