"""The application worksheet as a piece of work: opened by the first change of an item, finished or undone as a whole.

posting-and-costing.md section 3.4. While it is open the item is locked for postings, and its cost waits to be adjusted;
what is kept about it is in the database, so that a worksheet survives a crash and a log-out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ConflictError, PostingError
from core.sql import ids_of
from core.text import _, plain_quantity
from models import (
    ApplicationWorksheet,
    ApplicationWorksheetEntry,
    InventorySetup,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    Location,
)
from models.enums import AutomaticCostAdjustment
from posting import worksheet
from posting.adjust import SOURCE_CODE as ADJUSTMENT
from posting.adjust import adjust_items
from posting.prepare import lock_items, prepare_values
from posting.worksheet_before import close_sheets, restore
from services.poster import Poster


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """An item that is locked by somebody's worksheet; `open_entries` of its touched `entries` wait."""

    item_id: int
    item_no: str
    description: str
    user_id: int | None
    user_name: str
    opened_at: dt.datetime
    entries: int
    open_entries: int


def open_sheets(session: Session, *, item_id: int | None = None, limit: int = 100) -> list[OpenSheet]:
    """The worksheets that are open, oldest first; of one item or of all."""
    sheet, touched, entry = ApplicationWorksheet, ApplicationWorksheetEntry, ItemLedgerEntry
    counts = (
        select(touched.item_id, func.count().label("entries"), func.count().filter(entry.open).label("open_entries"))
        .join(entry, entry.id == touched.item_ledger_entry_id)
        .group_by(touched.item_id)
        .subquery()
    )
    statement = (
        select(
            sheet.item_id, Item.no, Item.description, sheet.user_id, sheet.user_name, sheet.opened_at,
            func.coalesce(counts.c.entries, 0), func.coalesce(counts.c.open_entries, 0),
        )
        .join(Item, Item.id == sheet.item_id)
        .outerjoin(counts, counts.c.item_id == sheet.item_id)
        .order_by(sheet.opened_at, sheet.item_id)
        .limit(limit)
    )  # fmt: skip
    if item_id is not None:
        statement = statement.where(sheet.item_id == item_id)
    return [OpenSheet(*row) for row in session.execute(statement)]


def open_sheet(session: Session, item_id: int, poster: Poster) -> None:
    """Lock the item for postings by this person's worksheet; nothing where it is theirs already.

    Raises ConflictError `application_worksheet_open` when somebody else has it open.
    """
    lock_items(session, [item_id])
    found = session.get(ApplicationWorksheet, item_id, populate_existing=True)
    if found is None:
        newest = session.scalar(select(func.max(ItemApplicationEntry.id))) or 0
        session.add(
            ApplicationWorksheet(
                item_id=item_id, user_id=poster.user_id, user_name=poster.user_name, opened_at=utcnow(),
                last_application_id=newest,
            )
        )  # fmt: skip
        session.flush()
    elif found.user_id != poster.user_id:
        raise ConflictError(
            "application_worksheet_open",
            _("%(name)s is changing the applications of this item.", name=found.user_name or _("Somebody")),
            hint=_("Wait until it is finished, or finish or undo it yourself above."),
        )


def close_unused(session: Session, item_id: int) -> None:
    """Leave a worksheet in which nothing was changed."""
    touched = select(ApplicationWorksheetEntry.item_id).where(ApplicationWorksheetEntry.item_id == item_id)
    if session.scalar(touched.limit(1)) is None:
        close_sheets(session, [item_id])


def finish(session: Session, item_ids: Sequence[int], poster: Poster) -> list[int]:
    """Leave the worksheets of these items: what is open of the touched entries is applied by the rules, then posting
    goes on. Returns the ids of the registers written.

    Cost is adjusted where the set-up does so automatically. A fixed application that was removed is not made again.
    Raises PostingError `negative_inventory` when an entry stays open that may not; nothing is changed then.
    """
    wanted = _opened(session, item_ids)
    registers = [worksheet.reapply(session, _touched(session, wanted), poster.context(worksheet.SOURCE_CODE))]
    _check_stock(session, wanted, poster)
    close_sheets(session, wanted)
    if session.get_one(InventorySetup, 1).automatic_cost_adjustment != AutomaticCostAdjustment.NEVER:
        registers.append(adjust_items(session, wanted, poster.context(ADJUSTMENT)).register_id)
    return [number for number in registers if number is not None]


def undo_all(session: Session, item_ids: Sequence[int], poster: Poster) -> list[int]:
    """Put the applications of these items back as they were and leave their worksheets; the registers written."""
    wanted = _opened(session, item_ids)
    register_id = restore(session, wanted, poster.context(worksheet.SOURCE_CODE))
    close_sheets(session, wanted)
    return [] if register_id is None else [register_id]


def _opened(session: Session, item_ids: Sequence[int]) -> list[int]:
    lock_items(session, item_ids)
    sheet = ApplicationWorksheet
    found = session.scalars(
        select(sheet.item_id).where(sheet.item_id.in_(ids_of(session, set(item_ids)))).order_by(sheet.item_id)
    ).all()
    if not found:
        raise ConflictError("application_worksheet_closed", _("This worksheet is not open any more."))
    return list(found)


def _touched(session: Session, item_ids: Sequence[int]) -> list[int]:
    touched, entry = ApplicationWorksheetEntry, ItemLedgerEntry
    return list(
        session.scalars(
            select(entry.id)
            .join(touched, touched.item_ledger_entry_id == entry.id)
            .where(touched.item_id.in_(ids_of(session, item_ids)), entry.open)
            .order_by(entry.id)
        )
    )


def _check_stock(session: Session, item_ids: Sequence[int], poster: Poster) -> None:
    """An entry that went out and is now short where it was not: forbidden as at posting (section 3.5)."""
    touched, entry = ApplicationWorksheetEntry, ItemLedgerEntry
    rows = session.execute(
        select(entry.id, entry.item_id, entry.remaining_quantity, Location.code)
        .join(touched, touched.item_ledger_entry_id == entry.id)
        .outerjoin(Location, Location.id == entry.location_id)
        .where(
            touched.item_id.in_(ids_of(session, item_ids)), entry.positive.is_(False),
            entry.remaining_quantity < touched.remaining_quantity,
        )
        .order_by(entry.id)
    ).all()  # fmt: skip
    if not rows:
        return
    facts = prepare_values(session, item_ids, poster.context(worksheet.SOURCE_CODE))
    for entry_id, item_id, remaining, place in rows:
        item = facts.items[item_id]
        if item.prevent_negative_inventory or item.tracked:
            raise PostingError(
                "negative_inventory",
                _("Entry %(id)s of item %(no)s stays short of %(quantity)s %(unit)s at %(place)s; it may not.",
                  id=entry_id, no=item.no, quantity=plain_quantity(abs(remaining)), unit=item.base_unit_code,
                  place=place or _("the blank location")),
                hint=_("Free a receipt for it, or undo all changes."),
            )  # fmt: skip
