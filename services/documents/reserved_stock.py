"""Journal lines and stock that is spoken for: what is refused, what is asked (availability-and-reservation.md 3, 8).

A journal line cannot be reserved for. Of an item that is always reserved it can take only from an entry it names; of
others it may need what is kept for documents, which somebody has to want.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ErrorList, PostingError, ValidationError
from core.rounding import ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import InventorySetup, Item, ItemLedgerEntry, Reservation
from models.enums import DefaultNoYes, EntryType, ItemType, ReservePolicy
from posting.lines import Line, PostingLine

#: the code of the question, and of the answer that it may be so
QUESTION = "takes_reserved_stock"
#: item, variant, location
_Place = tuple[int, int, int]


def check_always(session: Session, lines: Sequence[Line]) -> None:
    """Refuse what takes uncovered stock of items that are always reserved (section 3); one statement.

    Raises ErrorList of PostingError `reserve_always_short`, one for each line.
    """
    out = [line for line in lines if isinstance(line, PostingLine) and _takes(line)]
    if not out:
        return
    always = dict(
        session.execute(
            select(Item.id, Item.no).where(
                Item.id.in_(ids_of(session, {line.item_id for line in out})),
                Item.reserve == ReservePolicy.ALWAYS, Item.type == ItemType.INVENTORY,
            )
        ).tuples().all()
    )  # fmt: skip
    wrong = [
        PostingError(
            "reserve_always_short",
            _("Item %(no)s leaves only for what it is reserved for, and nothing can be reserved for a journal line.",
              no=always[line.item_id]),
            field="applies_to_entry_id", line=line.line_no,
            hint=_("Name the entry it is taken from, or change the reserve policy of the item."),
        )
        for line in out if line.item_id in always
    ]  # fmt: skip
    if wrong:
        raise ErrorList(wrong)


def ask_for_reserved(session: Session, lines: Sequence[Line]) -> None:
    """Ask before an adjustment goes below nothing because stock is kept for documents (section 8); three statements.

    What is kept is never taken: the rest goes negative. Where stock may not be negative posting refuses, and nothing is
    asked. Raises ValidationError `takes_reserved_stock`, whose line is the first concerned.
    """
    out = [line for line in lines if isinstance(line, PostingLine) and _takes(line) and _may_go_below(line)]
    if not out:
        return
    item_ids = {line.item_id for line in out}
    kept = _kept(session, item_ids)
    if not kept:
        return
    free: dict[_Place, Decimal] = defaultdict(lambda: ZERO, _stock(session, {place[0] for place in kept}))
    for place, quantity in kept.items():
        free[place] -= quantity
    for line in lines:
        if isinstance(line, PostingLine):
            free[_place(line)] += line.quantity
    names = _may_be_negative(session, {place[0] for place in kept})
    for line in out:
        place = _place(line)
        if place in kept and free[place] < 0 and line.item_id in names:
            raise ValidationError(
                QUESTION,
                _("%(reserved)s of item %(no)s are reserved for documents and are not taken: %(below)s would go below"
                  " nothing.", reserved=plain_quantity(kept[place]), no=names[line.item_id],
                  below=plain_quantity(min(-free[place], -line.quantity))),
                field="quantity", line=line.line_no,
                hint=_("Cancel a reservation, take less, or post it all the same."),
            )  # fmt: skip


def _takes(line: PostingLine) -> bool:
    """Takes stock out of its place, from wherever the costing method says."""
    stays = line.entry_type is EntryType.TRANSFER and line.new_location_id in (None, line.location_id)
    return line.quantity < 0 and not line.applies_to_entry_id and not stays


def _may_go_below(line: PostingLine) -> bool:
    return line.entry_type in (EntryType.NEGATIVE_ADJMT, EntryType.SALE, EntryType.POSITIVE_ADJMT, EntryType.PURCHASE)


def _place(line: PostingLine) -> _Place:
    return line.item_id, line.variant_id, line.location_id


def _kept(session: Session, item_ids: set[int]) -> dict[_Place, Decimal]:
    """What of the stock is reserved, by place."""
    row = Reservation
    rows = session.execute(
        select(row.item_id, row.variant_id, row.location_id, func.sum(row.quantity, type_=row.quantity.type))
        .where(row.item_id.in_(ids_of(session, item_ids)), row.supply_entry_id.is_not(None))
        .group_by(row.item_id, row.variant_id, row.location_id)
    )
    return {(item_id, variant_id, location_id): quantity for item_id, variant_id, location_id, quantity in rows}


def _stock(session: Session, item_ids: set[int]) -> dict[_Place, Decimal]:
    """What lies at each place, what others went below nothing for left out."""
    entry = ItemLedgerEntry
    rows = session.execute(
        select(
            entry.item_id, entry.variant_id, entry.location_id,
            func.sum(entry.remaining_quantity, type_=entry.remaining_quantity.type),
        )
        .where(entry.item_id.in_(ids_of(session, item_ids)), entry.open, entry.positive)
        .group_by(entry.item_id, entry.variant_id, entry.location_id)
    )  # fmt: skip
    return {(item_id, variant_id, location_id): quantity for item_id, variant_id, location_id, quantity in rows}


def _may_be_negative(session: Session, item_ids: set[int]) -> dict[int, str]:
    """Items whose stock may go below nothing: id -> no."""
    setup = session.get(InventorySetup, 1)
    prevented = {DefaultNoYes.YES}
    if setup is not None and setup.prevent_negative_inventory:
        prevented.add(DefaultNoYes.DEFAULT)
    rows = session.execute(
        select(Item.id, Item.no).where(
            Item.id.in_(ids_of(session, item_ids)), Item.prevent_negative_inventory.not_in(prevented)
        )
    )
    return dict(rows.tuples().all())
