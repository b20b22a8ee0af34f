"""`inventory_period`: close or reopen a period (posting-and-costing.md section 15)."""

from __future__ import annotations

from sqlalchemy.orm import Session

from services.inventory_periods import add_period, close_period, get_period, reopen_period
from services.scenario.play import Play
from services.scenario.registry import action
from services.scenario.shapes import Values, day, flag, record


@action("inventory_period", record({"ending_date": day, "close": flag}, required=("ending_date",)))
def inventory_period(play: Play, given: Values) -> None:
    """Make the period where there is none; close it, or with `close: false` reopen it."""
    ending = given["ending_date"]
    closing = given.get("close")

    def change(session: Session) -> None:
        if get_period(session, ending) is None:
            add_period(session, ending)
        if closing is True:
            close_period(session, ending)
        elif closing is False:
            reopen_period(session, ending)

    play.write(change)
