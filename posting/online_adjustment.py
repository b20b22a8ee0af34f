"""Cost adjustment within the posting, by setting (posting-and-costing.md section 14.2)."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from core.clock import today
from core.sql import ids_of
from models import Item
from models.enums import AutomaticCostAdjustment, CostingMethod
from posting.adjust import SOURCE_CODE, adjust_items
from posting.draft import Draft
from posting.facts import Facts
from posting.lines import PostingContext

_MONTHS = {
    AutomaticCostAdjustment.MONTH: 1,
    AutomaticCostAdjustment.QUARTER: 3,
    AutomaticCostAdjustment.YEAR: 12,
}


def adjust_online(session: Session, draft: Draft, facts: Facts, context: PostingContext) -> None:
    """Adjust the items that the posting touched, where the setting and their dates allow it.

    A posting older than the setting's window takes the item out until a run over all has finished it. The user's own
    posting range does not bind the adjustment.
    """
    setting = facts.automatic_cost_adjustment
    if setting == AutomaticCostAdjustment.NEVER:
        return
    start = window_start(setting, context.work_date or today())
    late: set[int] = set()
    touched: set[int] = set()
    for row in draft.value_entries:
        item = facts.items[row.item_id]
        if not item.is_inventory:
            continue
        touched.add(row.item_id)
        day = row.valuation_date
        if item.costing_method != CostingMethod.AVERAGE:
            # What an invoice, a charge or a revaluation is about moved on its entry's day.
            posted = facts.posted.get(row.item_ledger_entry_id)
            day = row.posting_date if posted is None else posted.state.posting_date
        if start is not None and day < start:
            late.add(row.item_id)
    if late:
        session.execute(
            update(Item)
            .where(Item.id.in_(ids_of(session, late)))
            .values(allow_online_adjustment=False)
            .execution_options(synchronize_session=False)
        )
    wanted = {item_id for item_id in touched - late if facts.items[item_id].allow_online_adjustment}
    if wanted:
        own = replace(context, source_code=SOURCE_CODE, allow_posting_from=None, allow_posting_to=None, document_no="")
        adjust_items(session, wanted, own)


def window_start(setting: AutomaticCostAdjustment, work_date: dt.date) -> dt.date | None:
    """First day a posting may bear to be adjusted at once; None: any day."""
    if setting == AutomaticCostAdjustment.ALWAYS:
        return None
    if setting == AutomaticCostAdjustment.DAY:
        return work_date - dt.timedelta(days=1)
    if setting == AutomaticCostAdjustment.WEEK:
        return work_date - dt.timedelta(days=7)
    months = work_date.year * 12 + work_date.month - 1 - _MONTHS[setting]
    year, month = divmod(months, 12)
    return dt.date(year, month + 1, min(work_date.day, monthrange(year, month + 1)[1]))
