"""What lies in stock on a day, layer by layer, and what it is worth by the books (posting-and-costing.md section 11).

`load` reads many items in a fixed number of statements; `StockValues.layers` answers for one item and place.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import case, func, or_, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.sql import ids_of
from core.text import _, plain_day
from costing.setup import CostingSetup, read_setup
from models import CostPoint, GeneralLedgerSetup, Item, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.base import ScaledDecimal
from models.enums import CostingMethod, ValueEntryType

_entry = ItemLedgerEntry
_value = ValueEntry


@dataclass(frozen=True, slots=True)
class Layer:
    """One inbound entry as of a day: quantity still there, its value, and how much of it is not invoiced."""

    entry_id: int
    quantity: Decimal
    value: Decimal
    not_invoiced: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Place:
    """Which stock: None means everywhere, the id of the blank one means just that."""

    location_id: int | None = None
    variant_id: int | None = None

    def holds(self, location_id: int, variant_id: int) -> bool:
        """True when the place takes in this location and variant."""
        return self.location_id in (None, location_id) and self.variant_id in (None, variant_id)


EVERYWHERE = Place()


@dataclass(frozen=True, slots=True)
class _Lying:
    """Something of an item at one location and of one variant: a layer, an open outbound, an average's sums."""

    location_id: int
    variant_id: int
    layer: Layer | None = None
    #: an entry that went out and is not covered
    open_outbound: int | None = None
    #: cost and invoiced quantity of all that counts up to the day
    cost: Decimal = ZERO
    invoiced: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class StockValues:
    """What `load` found of its items as of `day`."""

    day: dt.date
    setup: CostingSetup
    rounding: Decimal
    found: Mapping[int, Sequence[_Lying]]
    #: average items whose cost is not adjusted up to the day
    unadjusted: frozenset[int]

    def places(self, item_id: int) -> list[tuple[int, int]]:
        """(location, variant) where something of the item lies, or is missing."""
        return sorted({
            (one.location_id, one.variant_id) for one in self.found.get(item_id, ())
            if one.layer is not None or one.open_outbound is not None
        })  # fmt: skip

    def layers(self, item: Item, place: Place = EVERYWHERE, *, entry_id: int | None = None) -> list[Layer]:
        """The layers of the item in stock at the place, or just the entry `entry_id`.

        Raises PostingError `revaluation_open_outbound`, `revaluation_not_period_end`, `revaluation_not_adjusted`,
        `revaluation_scope`, `revaluation_nothing`.
        """
        here = [one for one in self.found.get(item.id, ()) if place.holds(one.location_id, one.variant_id)]
        _refuse_open_outbound(item, here)
        average = item.costing_method == CostingMethod.AVERAGE
        if average:
            self._check_average(item, place, entry_id)
        layers = [one.layer for one in here if one.layer is not None]
        if entry_id is not None:
            layers = [layer for layer in layers if layer.entry_id == entry_id]
        if average:
            layers = self._at_average(here, layers)
        if not layers:
            raise PostingError(
                "revaluation_nothing",
                _("Nothing of item %(no)s that is invoiced was in stock on %(day)s.", no=item.no,
                  day=plain_day(self.day)),
                hint=_("Choose another date, or invoice the receipts first."),
            )  # fmt: skip
        return layers

    def _check_average(self, item: Item, place: Place, entry_id: int | None) -> None:
        if entry_id is not None:
            raise PostingError(
                "revaluation_scope", _("Item %(no)s has average cost; it is revalued as a whole.", no=item.no),
                hint=_("Choose Revalue per item."),
            )  # fmt: skip
        by_place = place.location_id is not None or place.variant_id is not None
        if by_place and not self.setup.by_place:
            raise PostingError(
                "revaluation_scope",
                _("Item %(no)s has one average everywhere; leave location and variant empty.", no=item.no),
            )
        if self.setup.by_place and (place.location_id is None or place.variant_id is None):
            raise PostingError(
                "revaluation_scope",
                _("Item %(no)s has an average for each location and variant; a line is about one of them.", no=item.no),
                hint=_("Delete the line and calculate it again."),
            )  # fmt: skip
        end = self.setup.period_end(self.day)
        if end != self.day:
            raise PostingError(
                "revaluation_not_period_end",
                _("An average item is revalued on the last day of a period; %(day)s is not.", day=plain_day(self.day)),
                field="posting_date", hint=_("Use %(end)s.", end=plain_day(end)),
            )  # fmt: skip
        if item.id in self.unadjusted:
            raise PostingError(
                "revaluation_not_adjusted",
                _("The cost of item %(no)s is not adjusted up to %(day)s.", no=item.no, day=plain_day(self.day)),
                hint=_("Run cost adjustment first."),
            )

    def _at_average(self, here: Iterable[_Lying], layers: Sequence[Layer]) -> list[Layer]:
        """The layers of an average item: quantity x average of all that is invoiced up to the day."""
        cost, invoiced = ZERO, ZERO
        for one in here:
            cost, invoiced = cost + one.cost, invoiced + one.invoiced
        if invoiced <= 0:
            return []
        average = max(cost / invoiced, ZERO)
        given = exact = ZERO
        found = []
        for layer in layers:
            exact += average * layer.quantity
            value = round_amount(exact - given, self.rounding)
            given += value
            found.append(Layer(layer.entry_id, layer.quantity, value))
        return found


def _refuse_open_outbound(item: Item, here: Iterable[_Lying]) -> None:
    short = min((one.open_outbound for one in here if one.open_outbound is not None), default=None)
    if short is not None:
        raise PostingError(
            "revaluation_open_outbound",
            _("Entry %(id)s of item %(no)s is still open: more went out than is there.", id=short, no=item.no),
            hint=_("Post the missing receipt first."),
        )


def load(session: Session, items: Sequence[Item], day: dt.date) -> StockValues:
    """What of the items lay in stock on `day`, and its worth; six statements, however many items."""
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    ids = [item.id for item in items]
    average = [item.id for item in items if item.costing_method == CostingMethod.AVERAGE]
    found: dict[int, list[_Lying]] = defaultdict(list)
    for item_id, location, variant, entry in session.execute(
        select(_entry.item_id, _entry.location_id, _entry.variant_id, func.min(_entry.id))
        .where(
            _entry.item_id.in_(ids_of(session, ids)), _entry.open, _entry.positive.is_(False),
            _entry.posting_date <= day,
        )
        .group_by(_entry.item_id, _entry.location_id, _entry.variant_id)
    ):  # fmt: skip
        found[item_id].append(_Lying(location, variant, open_outbound=entry))
    _add_layers(session, items, day, rounding, found)
    _add_averages(session, average, day, found)
    unadjusted = session.scalars(
        select(CostPoint.item_id)
        .where(
            CostPoint.item_id.in_(ids_of(session, average)), CostPoint.adjusted.is_(False), CostPoint.period_end <= day
        )
        .distinct()
    )
    return StockValues(day, read_setup(session), rounding, found, frozenset(unadjusted))


def _add_layers(
    session: Session, items: Sequence[Item], day: dt.date, rounding: Decimal, found: dict[int, list[_Lying]]
) -> None:
    standard = {item.id for item in items if item.costing_method == CostingMethod.STANDARD}
    link, remaining = ItemApplicationEntry, func.sum(ItemApplicationEntry.quantity, type_=ScaledDecimal())
    rows = session.execute(
        select(
            _entry.id, _entry.item_id, _entry.location_id, _entry.variant_id, _entry.quantity,
            _entry.invoiced_quantity, remaining,
        )
        .join(link, (link.inbound_entry_id == _entry.id) & link.in_force & (link.posting_date <= day))
        .where(
            _entry.item_id.in_(ids_of(session, [item.id for item in items])), _entry.positive.is_(True),
            _entry.posting_date <= day,
            or_(
                _entry.item_id.in_(ids_of(session, standard)),
                _entry.completely_invoiced.is_(True) & (_entry.last_invoice_date <= day),
            ),
        )
        .group_by(
            _entry.id, _entry.item_id, _entry.location_id, _entry.variant_id, _entry.quantity, _entry.invoiced_quantity
        )
        .having(remaining > 0)
        .order_by(_entry.item_id, _entry.posting_date, _entry.id)
    ).all()  # fmt: skip
    values = _values(session, {row[0]: (row[4], row[6], row[1] in standard) for row in rows}, day)
    for entry, item_id, location, variant, whole, invoiced, quantity in rows:
        waiting = quantity * (whole - invoiced) / whole if item_id in standard else ZERO
        layer = Layer(entry, quantity, round_amount(values.get(entry, ZERO), rounding), waiting)
        found[item_id].append(_Lying(location, variant, layer))


def _values(session: Session, entries: Mapping[int, tuple[Decimal, Decimal, bool]], day: dt.date) -> dict[int, Decimal]:
    """Worth of what remains of each entry, unrounded: cost in proportion, revaluations in proportion to their part.

    `entries` are whole and remaining quantity, and whether expected cost counts (standard).
    """
    amount = ScaledDecimal()
    rows = session.execute(
        select(
            _value.item_ledger_entry_id, _value.partial_revaluation, _value.valued_quantity,
            func.sum(_value.cost_amount_actual, type_=amount), func.sum(_value.cost_amount_expected, type_=amount),
        )
        .where(
            _value.item_ledger_entry_id.in_(ids_of(session, entries)), _value.valuation_date <= day,
            _value.entry_type != ValueEntryType.ROUNDING,
        )
        .group_by(_value.item_ledger_entry_id, _value.partial_revaluation, _value.valued_quantity)
    )  # fmt: skip
    found: dict[int, Decimal] = {}
    for entry_id, partial, about, actual, expected in rows:
        whole, remaining, with_expected = entries[entry_id]
        cost = actual + expected if with_expected else actual
        found[entry_id] = found.get(entry_id, ZERO) + cost * remaining / (about if partial else whole)
    return found


def _add_averages(session: Session, item_ids: Sequence[int], day: dt.date, found: dict[int, list[_Lying]]) -> None:
    amount = ScaledDecimal()
    rows = session.execute(
        select(
            _value.item_id,
            _value.location_id,
            _value.variant_id,
            func.sum(_value.cost_amount_actual, type_=amount),
            func.sum(case((_value.inventoriable, _value.invoiced_quantity), else_=0), type_=amount),
        )
        .where(_value.item_id.in_(ids_of(session, item_ids)), _value.valuation_date <= day, _value.posting_date <= day)
        .group_by(_value.item_id, _value.location_id, _value.variant_id)
    )
    for item_id, location, variant, cost, invoiced in rows:
        found[item_id].append(_Lying(location, variant, cost=cost or ZERO, invoiced=invoiced or ZERO))
