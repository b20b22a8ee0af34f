"""The demo company's bookkeeper: freight that came late, a month closed, and worksheets that wait for a decision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import fixed_now
from core.text import _
from models import BLANK_ID, InventorySetup, Item, ItemCharge, ItemJournalLine, ItemLedgerEntry, Location, User
from models.enums import EntryType, JournalType
from posting.adjust import SOURCE_CODE, adjust_items
from posting.lines import ChargeLine, PostingContext
from posting.post import post_lines
from services import inventory_periods
from services.documents import physical_inventory, revaluation_journal
from services.documents.journal_batches import create_batch
from services.documents.journal_line_rules import LineInput
from services.documents.journal_lines import add_lines, page_of_lines
from services.documents.revaluation_journal import NewValue
from services.seed.demo_history import post_history
from services.seed.demo_masters import ids_of
from services.seed.demo_plan import Posting

#: freight on so many purchases of the last weeks, an amount each
_FREIGHT = (Decimal("48.00"), Decimal("36.50"), Decimal("72.90"))
#: so much of the history lies before the last month end
MONTHS_CLOSED = 2


def close_books(session: Session, day: dt.date) -> None:
    """What the bookkeeper did on `day`: freight invoices, cost adjustment, periods, the older ones closed."""
    user_id, name = session.execute(
        select(User.id, User.full_name).where(User.email.like("bookkeeper@%"))
    ).one()  # fmt: skip
    with fixed_now(dt.datetime.combine(day, dt.time(17, 30), dt.UTC)):
        _post_freight(session, day, PostingContext(source_code="PURCHASES", user_id=user_id, user_name=name))
        items = list(session.scalars(select(Item.id).order_by(Item.id)))
        adjust_items(session, items, PostingContext(source_code=SOURCE_CODE, user_id=user_id, user_name=name))
        _close_months(session, day, user_id)


def _post_freight(session: Session, day: dt.date, context: PostingContext) -> None:
    charge = session.scalars(select(ItemCharge.no).where(ItemCharge.no == "P-FREIGHT")).one()
    entry = ItemLedgerEntry
    bought = session.scalars(
        select(entry)
        .where(entry.entry_type == EntryType.PURCHASE, entry.posting_date <= day - dt.timedelta(days=7))
        .where(entry.remaining_quantity < entry.quantity)
        .order_by(entry.posting_date.desc(), entry.id.desc())
        .limit(len(_FREIGHT))
    ).all()
    lines = [
        ChargeLine(
            line_no=place * 10_000, entry_id=row.id, item_charge_no=charge, amount=amount, posting_date=day,
            document_no="PI-FREIGHT", source_type=row.source_type, source_no=row.source_no,
            description=_("Freight on purchases"),
        )
        for place, (row, amount) in enumerate(zip(bought, _FREIGHT, strict=False), start=1)
    ]  # fmt: skip
    if lines:
        post_lines(session, lines, context)


def _close_months(session: Session, day: dt.date, user_id: int) -> None:
    ends: list[dt.date] = []
    end = day.replace(day=1) - dt.timedelta(days=1)
    while len(ends) <= MONTHS_CLOSED:
        ends.append(end)
        end = end.replace(day=1) - dt.timedelta(days=1)
    for end in reversed(ends):
        inventory_periods.add_period(session, end, f"{end:%B %Y}")
    inventory_periods.close_period(session, ends[1], user_id)


def post_without_ledger(session: Session, postings: Sequence[Posting]) -> None:
    """The last postings, made while posting to the general ledger was switched off: they wait for it."""
    setup = session.get_one(InventorySetup, 1)
    setup.automatic_cost_posting = False
    session.flush()
    post_history(session, postings)
    setup.automatic_cost_posting = True
    session.flush()


def add_worksheets(session: Session, today: dt.date) -> None:
    """A move, a revaluation and a count that wait, each in a batch of its own."""
    items, places = ids_of(session, Item, "no"), ids_of(session, Location)
    moves = create_batch(session, "MOVES", _("To the showroom"), JournalType.TRANSFER)
    add_lines(session, moves.id, [
        LineInput(entry_type=EntryType.TRANSFER, item_id=items[no], posting_date=today, document_no="RC-00001",
                  quantity=Decimal(quantity), location_id=places["MAIN"], new_location_id=places["SHOP"])
        for no, quantity in (("2240", 3), ("3080", 4))
    ])  # fmt: skip
    values = create_batch(session, "YEAR-END", _("Slow sellers"), JournalType.REVALUATION)
    revaluation_journal.calculate_lines(
        session, values.id,
        revaluation_journal.Options(
            day=today, document_no="RV-00001", item_ids=frozenset(items[no] for no in ("2240", "2250", "2060"))
        ),
    )  # fmt: skip
    for line in page_of_lines(session, values.id, size=1).lines:
        lower = NewValue(unit_cost=(line.unit_cost * Decimal("0.8")).quantize(Decimal("0.01")))
        revaluation_journal.change_line(session, values.id, line.line_no, lower, version=line.version)
    counts = create_batch(session, "SHOP", _("Showroom, every quarter"), JournalType.PHYSICAL_INVENTORY)
    scope = physical_inventory.Scope(
        location_id=places["SHOP"], item_ids=frozenset(items[no] for no in ("1380", "2060", "2240", "3080", "3120"))
    )
    physical_inventory.calculate(session, counts.id, scope, day=today, document_no="PH-00001")
    counted = session.execute(
        select(ItemJournalLine.line_no, ItemJournalLine.qty_calculated)
        .where(ItemJournalLine.batch_id == counts.id, ItemJournalLine.qty_calculated > 1)
        .where(ItemJournalLine.variant_id == BLANK_ID)
        .order_by(ItemJournalLine.line_no)
        .limit(2)
    ).all()
    changes = {line_no: quantity + step for (line_no, quantity), step in zip(counted, (-1, 1), strict=False)}
    if changes:
        physical_inventory.enter_counts(session, counts.id, changes)
