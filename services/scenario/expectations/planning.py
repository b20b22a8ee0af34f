"""`availability`, `reservations`, `able_to_make`, `earliest_date` (availability-and-reservation.md)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from models import Reservation
from services.availability.movements import Place
from services.availability.promise import earliest_availability
from services.availability.quantities import availability
from services.scenario.actions.transfer_document import TransferDocument
from services.scenario.kinds import QUANTITY, Comparison, fields_of
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation, expectation_not_built
from services.scenario.shapes import Values, day, decimal, list_of, one_or_many, optional_day, record, word
from services.scenario.trade_documents import TradeStory

_FIGURES = dict.fromkeys(("projected_available", "gross_requirement", "scheduled_receipt", "inventory"), QUANTITY)


def _place(play: Play, wanted: Values) -> Place:
    item = play.item(wanted["item"])
    return Place(
        location_id=play.location_id(wanted["location"]) if "location" in wanted else None,
        variant_id=play.variant_id(item, wanted["variant"]) if "variant" in wanted else None,
    )


@expectation(
    "availability",
    one_or_many(
        record(
            {"item": word, "location": word, "variant": word, "date": day, **fields_of(_FIGURES)},
            required=("item", "date"),
        )
    ),
)
def availability_at(play: Play, rows: list[Values]) -> Iterator[Difference]:
    """Figures of an item at a date."""
    compare = Comparison(play)
    for wanted in rows:
        item = play.item(wanted["item"])
        found = availability(play.session, item.id, _place(play, wanted), wanted["date"])
        figures = {name: getattr(found, name) for name in _FIGURES}
        yield from compare.fields(_FIGURES, wanted, figures, f"availability of {item.no}")


@expectation("reservations", list_of(record({"demand": word, "supply": word, "qty": decimal})))
def reservations(play: Play, rows: list[Values]) -> Iterator[Difference]:
    """All reservations there are, in any order: pairs of the same ends added up.

    A line that is received in part is two supplies of one name, its rest and its entry; rows may tell them apart.
    """
    names = _line_names(play)
    told = Counter((wanted.get("demand"), wanted.get("supply")) for wanted in rows)
    totals: dict[tuple[str, str, bool], Decimal] = {}
    for pair in play.session.scalars(
        select(Reservation).order_by(Reservation.id).execution_options(populate_existing=True)
    ):
        demand = names.get(("trade", pair.demand_line_id)) or names.get(("transfer", pair.demand_transfer_line_id))
        supply = names.get(("trade", pair.supply_line_id)) or names.get(("transfer", pair.supply_transfer_line_id))
        if pair.supply_entry_id is not None:
            supply = play.name_of(pair.supply_entry_id)
        ends = (demand or f"reservation {pair.id}", supply or f"reservation {pair.id}")
        key = (*ends, pair.supply_entry_id is not None and told[ends] > 1)
        totals[key] = totals.get(key, Decimal(0)) + pair.quantity
    found = [((demand, supply), quantity) for (demand, supply, _entry), quantity in totals.items()]
    left = list(found)
    for wanted in rows:
        match = next((pair for pair in left if _same(play, wanted, *pair)), None)
        if match is None:
            yield Difference(wanted.line, "reservations", dict(wanted), _shown(found))
        else:
            left.remove(match)
    if left and len(found) != len(rows):
        yield Difference(rows[0].line if rows else 0, "reservations", f"{len(rows)} rows", _shown(found))


def _same(play: Play, wanted: Values, ends: tuple[str, str], quantity: Decimal) -> bool:
    supply = wanted.get("supply", ends[1])
    # `IN1` and `IN1#1` are the same entry where a step posted one.
    same_supply = supply == ends[1] or (
        supply.partition("#")[0] == ends[1] and play.entry(supply) == play.entry(ends[1])
    )
    return wanted.get("demand", ends[0]) == ends[0] and same_supply and wanted.get("qty", quantity) == quantity


def _shown(found: list[tuple[tuple[str, str], Decimal]]) -> Any:
    return [{"demand": demand, "supply": supply, "qty": qty} for (demand, supply), qty in found]


def _line_names(play: Play) -> dict[tuple[str, int | None], str]:
    found: dict[tuple[str, int | None], str] = {}
    for name, story in play.documents.items():
        if isinstance(story, TradeStory):
            found |= {("trade", line_id): f"{name}.{line}" for line, line_id in story.line_ids.items()}
        elif isinstance(story, TransferDocument):
            found |= {("transfer", line_id): f"{name}.{line}" for line, line_id in story.lines.items()}
    return found


expectation_not_built(
    "able_to_make",
    one_or_many(
        record(
            {
                "item": word,
                "location": word,
                "date": day,
                "top_item": decimal,
                "parent": decimal,
                "bottleneck": word,
            },
            required=("item",),
        )
    ),
)


@expectation(
    "earliest_date",
    one_or_many(
        record({"item": word, "location": word, "qty": decimal, "date": optional_day}, required=("item", "qty"))
    ),
)
def earliest_date(play: Play, rows: list[Values]) -> Iterator[Difference]:
    """The first day on which a quantity can be had, seen from the day of the step."""
    for wanted in rows:
        item = play.item(wanted["item"])
        found = earliest_availability(play.session, item.id, _place(play, wanted), wanted["qty"], play.day)
        if found != wanted.get("date"):
            yield Difference(wanted.line, f"earliest date of {item.no}", wanted.get("date"), found)
