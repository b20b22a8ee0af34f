"""A location made from answers to "how do you receive and ship here?" (items.md section 23, the four flags of 14)."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import Location
from services import posting_setup
from services.bins import create_bin, create_bin_range
from services.locations import create_location, edit_location
from services.transfers.routes import save_route


class Handling(enum.StrEnum):
    """The steps between the order and the shelf, inwards or outwards."""

    #: the order itself is posted
    ORDER = "order"
    #: goods are put away or picked, one order after the other
    SHELF = "shelf"
    #: goods of several orders are received or shipped together
    DOCK = "dock"
    #: both, one after the other
    BOTH = "both"

    @property
    def at_dock(self) -> bool:
        """A warehouse receipt or shipment."""
        return self in (Handling.DOCK, Handling.BOTH)

    @property
    def at_shelf(self) -> bool:
        """A put-away or pick."""
        return self in (Handling.SHELF, Handling.BOTH)


@dataclass(frozen=True, kw_only=True)
class Answers:
    """What somebody said about a new location."""

    code: str
    name: str
    in_transit: bool = False
    inbound: Handling = Handling.ORDER
    outbound: Handling = Handling.ORDER
    bins: bool = False
    first: str = ""
    last: str = ""
    zone_code: str = ""
    receipt_bin: str = ""
    shipment_bin: str = ""
    #: the accounts that the other locations use
    accounts: bool = True
    #: locations that goods go to and come from
    route_ids: Sequence[int] = ()
    #: through which goods travel; None: directly
    through_id: int | None = None


def values_of(answers: Answers) -> dict[str, object]:
    """The switches that follow from the answers."""
    if answers.in_transit:
        return {"name": answers.name, "use_as_in_transit": True}
    return {
        "name": answers.name, "require_receive": answers.inbound.at_dock, "require_put_away": answers.inbound.at_shelf,
        "require_shipment": answers.outbound.at_dock, "require_pick": answers.outbound.at_shelf,
        "bin_mandatory": answers.bins,
    }  # fmt: skip


def make_location(session: Session, answers: Answers) -> Location:
    """The location with its bins, posting set-up and routes in both directions; all of it or nothing.

    Raises what `create_location`, `create_bin_range`, `create_bin` and `save_route` raise, by the names of the answers.
    """
    location = create_location(session, answers.code, values_of(answers))
    if answers.accounts:
        _rows, groups = posting_setup.keys_of(session, posting_setup.INVENTORY)
        posting_setup.fill_row(session, posting_setup.INVENTORY, location.id, [group.id for group in groups])
    if answers.in_transit:
        return location
    if answers.bins:
        _make_bins(session, location, answers)
    through = {"direct_transfer": True} if answers.through_id is None else {
        "in_transit_location_id": answers.through_id, "direct_transfer": False,
    }  # fmt: skip
    others = select(Location).where(Location.id.in_(ids_of(session, answers.route_ids))).order_by(Location.code)
    for other in session.scalars(others).all():
        save_route(session, location, other, through)
        save_route(session, other, location, through)
    return location


def _make_bins(session: Session, location: Location, answers: Answers) -> None:
    purposes: dict[str, object] = {}
    for name, wanted in (("receipt_bin", answers.inbound.at_dock), ("shipment_bin", answers.outbound.at_dock)):
        code = getattr(answers, name)
        if wanted and code:
            purposes[f"{name}_id"] = create_bin(session, location, code, {"zone_code": answers.zone_code}).id
    if answers.first:
        create_bin_range(session, location, answers.first, answers.last or answers.first, zone=answers.zone_code)
    if purposes:
        edit_location(session, location, purposes)
