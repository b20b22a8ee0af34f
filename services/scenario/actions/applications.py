"""`unapply` and `apply`: the application worksheet (posting-and-costing.md section 3.4).

The first change opens the item's worksheet. It is left when nothing it touched still has to be covered, else before the
next step of another kind: what is open is then applied by the rules, as for a user who goes back to other work.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ApplicationWorksheet, ApplicationWorksheetEntry, ItemLedgerEntry
from services.costs.applications import Change, change
from services.costs.worksheets import finish
from services.scenario.play import POSTER, Play
from services.scenario.registry import action
from services.scenario.shapes import Values, decimal, record, word

LINK = record({"outbound": word, "inbound": word, "qty": decimal}, required=("outbound", "inbound"))


@action("unapply", LINK, keeps_worksheets=True)
def unapply(play: Play, given: Values) -> None:
    """Remove the application of two entries; both are open again."""
    _change(play, Change.REMOVE, given)


@action("apply", LINK, keeps_worksheets=True)
def apply(play: Play, given: Values) -> None:
    """Apply two open entries to each other, a fixed application."""
    _change(play, Change.APPLY, given)
    uncovered = (
        select(ItemLedgerEntry.id)
        .join(ApplicationWorksheetEntry, ApplicationWorksheetEntry.item_ledger_entry_id == ItemLedgerEntry.id)
        .where(ItemLedgerEntry.open, ItemLedgerEntry.positive.is_(False))
    )
    if play.session.scalar(uncovered.limit(1)) is None:
        leave_worksheets(play)


def _change(play: Play, what: Change, given: Values) -> None:
    outbound, inbound = play.entry(given["outbound"]), play.entry(given["inbound"])
    quantity = given.get("qty")
    play.write(lambda session: change(session, what, outbound, POSTER, other_id=inbound, quantity=quantity))


def leave_worksheets(play: Play) -> None:
    """Leave the worksheets that are open, as a user does before anything else. Raises as services `finish`."""
    if play.session.scalar(select(ApplicationWorksheet.item_id).limit(1)) is None:
        return

    def work(session: Session) -> None:
        finish(session, session.scalars(select(ApplicationWorksheet.item_id)).all(), POSTER)

    play.write(work)
