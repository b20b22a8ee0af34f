"""What a revaluation starts from and how a new value is spread over the layers (posting-and-costing.md section 11).

`calculate` reads what lies in stock as of a day and what it is worth; `lines_for` turns a new value into lines to post.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import ColumnElement, case, func, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.sql import ids_of
from core.text import _, plain_day
from costing.setup import read_setup
from models import CostPoint, GeneralLedgerSetup, Item, ItemApplicationEntry, ItemLedgerEntry, ValueEntry
from models.base import ScaledDecimal
from models.enums import CostingMethod, ValueEntryType
from posting.lines import RevaluationLine

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


def calculate(
    session: Session, item: Item, day: dt.date, place: Place = Place(), *, entry_id: int | None = None
) -> list[Layer]:
    """The layers of the item in stock on `day`, or just the entry `entry_id`.

    Raises PostingError `revaluation_open_outbound`, `revaluation_not_period_end`, `revaluation_not_adjusted`,
    `revaluation_scope`, `revaluation_nothing`.
    """
    _refuse_open_outbound(session, item, day, place)
    average = item.costing_method == CostingMethod.AVERAGE
    if average:
        _check_average(session, item, day, place, entry_id)
    layers = _layers(session, item, day, place, entry_id)
    if average:
        layers = _at_average(session, item, day, place, layers)
    if not layers:
        raise PostingError(
            "revaluation_nothing",
            _("Nothing of item %(no)s that is invoiced was in stock on %(day)s.", no=item.no, day=plain_day(day)),
            hint=_("Choose another date, or invoice the receipts first."),
        )
    return layers


def lines_for(
    session: Session, layers: Sequence[Layer], new_value: Decimal, *, day: dt.date, document_no: str, line_no: int = 0
) -> list[RevaluationLine]:
    """Lines that bring the layers together to `new_value`: every layer ends at the same unit cost.

    Rounding runs through, the last layer takes what is left; a layer without a change gets no line. Raises
    PostingError `revaluation_negative`.
    """
    if new_value < 0:
        raise PostingError(
            "revaluation_negative", _("Stock cannot be worth less than nothing."), field="value",
            hint=_("Enter zero or more."),
        )  # fmt: skip
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    total = sum((layer.quantity for layer in layers), ZERO)
    given = exact = ZERO
    lines = []
    for layer in layers:
        exact += new_value * layer.quantity / total - layer.value
        amount = round_amount(exact - given, rounding)
        given += amount
        if not amount:
            continue
        expected = round_amount(amount * layer.not_invoiced / layer.quantity, rounding)
        lines.append(
            RevaluationLine(
                line_no=line_no,
                entry_id=layer.entry_id,
                posting_date=day,
                document_no=document_no,
                amount=amount - expected,
                expected_amount=expected,
                partial=True,
                valued_quantity=layer.quantity,
            )
        )
    return lines


def full_line(
    session: Session, entry: ItemLedgerEntry, new_value: Decimal, *, day: dt.date, document_no: str, line_no: int = 0
) -> RevaluationLine:
    """A line by hand on one entry: its whole invoiced quantity is revalued, and all that ever took from it follows.

    Raises PostingError `revaluation_partial_exists`: for an average item only when it was never revalued in part.
    """
    method = session.scalar(select(Item.costing_method).where(Item.id == entry.item_id))
    partial = select(_value.id).where(_value.item_id == entry.item_id, _value.partial_revaluation).limit(1)
    if method == CostingMethod.AVERAGE and session.scalar(partial) is not None:
        raise PostingError(
            "revaluation_partial_exists",
            _("The item was revalued in part before; an average item is then revalued as a whole."),
            hint=_("Revalue the item at the end of a period."),
        )
    cost = session.scalar(
        select(func.sum(_value.cost_amount_actual, type_=ScaledDecimal())).where(
            _value.item_ledger_entry_id == entry.id, _value.entry_type != ValueEntryType.ROUNDING
        )
    )
    return RevaluationLine(
        line_no=line_no, entry_id=entry.id, posting_date=day, document_no=document_no, amount=new_value - (cost or ZERO)
    )


def _at_place(place: Place) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if place.location_id is not None:
        found.append(_entry.location_id == place.location_id)
    if place.variant_id is not None:
        found.append(_entry.variant_id == place.variant_id)
    return found


def _refuse_open_outbound(session: Session, item: Item, day: dt.date, place: Place) -> None:
    found = session.scalar(
        select(_entry.id)
        .where(
            _entry.item_id == item.id, _entry.open, _entry.positive.is_(False), _entry.posting_date <= day,
            *_at_place(place),
        )
        .limit(1)
    )  # fmt: skip
    if found is not None:
        raise PostingError(
            "revaluation_open_outbound",
            _("Entry %(id)s of item %(no)s is still open: more went out than is there.", id=found, no=item.no),
            hint=_("Post the missing receipt first."),
        )


def _check_average(session: Session, item: Item, day: dt.date, place: Place, entry_id: int | None) -> None:
    setup = read_setup(session)
    if entry_id is not None:
        raise PostingError(
            "revaluation_scope", _("Item %(no)s has average cost; it is revalued as a whole.", no=item.no),
            hint=_("Choose Revalue per item."),
        )  # fmt: skip
    by_place = place.location_id is not None or place.variant_id is not None
    if by_place and not setup.by_place:
        raise PostingError(
            "revaluation_scope",
            _("Item %(no)s has one average everywhere; leave location and variant empty.", no=item.no),
        )
    if setup.period_end(day) != day:
        raise PostingError(
            "revaluation_not_period_end",
            _("An average item is revalued on the last day of a period; %(day)s is not.", day=plain_day(day)),
            field="posting_date",
            hint=_("Use %(end)s.", end=plain_day(setup.period_end(day))),
        )
    open_point = select(CostPoint.item_id).where(
        CostPoint.item_id == item.id, CostPoint.adjusted.is_(False), CostPoint.period_end <= day
    )
    if session.scalar(open_point.limit(1)) is not None:
        raise PostingError(
            "revaluation_not_adjusted", _("The cost of item %(no)s is not adjusted up to %(day)s.", no=item.no,
                                          day=plain_day(day)),
            hint=_("Run cost adjustment first."),
        )  # fmt: skip


def _layers(session: Session, item: Item, day: dt.date, place: Place, entry_id: int | None) -> list[Layer]:
    standard = item.costing_method == CostingMethod.STANDARD
    conditions: list[ColumnElement[bool]] = [
        _entry.item_id == item.id,
        _entry.positive.is_(True),
        _entry.posting_date <= day,
        *_at_place(place),
    ]
    if not standard:
        conditions += [_entry.completely_invoiced.is_(True), _entry.last_invoice_date <= day]
    if entry_id is not None:
        conditions.append(_entry.id == entry_id)
    link = ItemApplicationEntry
    remaining = func.sum(link.quantity, type_=ScaledDecimal())
    rows = session.execute(
        select(_entry.id, _entry.quantity, _entry.invoiced_quantity, remaining)
        .join(link, (link.inbound_entry_id == _entry.id) & link.in_force & (link.posting_date <= day))
        .where(*conditions)
        .group_by(_entry.id, _entry.quantity, _entry.invoiced_quantity)
        .having(remaining > 0)
        .order_by(_entry.posting_date, _entry.id)
    ).all()
    values = _values(session, {row[0]: (row[1], row[3]) for row in rows}, day, standard=standard)
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    return [
        Layer(
            entry, quantity, round_amount(values.get(entry, ZERO), rounding),
            quantity * (whole - invoiced) / whole if standard else ZERO,
        )
        for entry, whole, invoiced, quantity in rows
    ]  # fmt: skip


def _values(
    session: Session, entries: dict[int, tuple[Decimal, Decimal]], day: dt.date, *, standard: bool
) -> dict[int, Decimal]:
    """Worth of what remains of each entry, unrounded: cost in proportion, revaluations in proportion to their part."""
    cost = _value.cost_amount_actual + _value.cost_amount_expected if standard else _value.cost_amount_actual
    rows = session.execute(
        select(_value.item_ledger_entry_id, _value.partial_revaluation, _value.valued_quantity, cost).where(
            _value.item_ledger_entry_id.in_(ids_of(session, entries)),
            _value.valuation_date <= day,
            _value.entry_type != ValueEntryType.ROUNDING,
        )
    )
    found: dict[int, Decimal] = {}
    for entry_id, partial, about, amount in rows:
        whole, remaining = entries[entry_id]
        share = amount * remaining / (about if partial else whole)
        found[entry_id] = found.get(entry_id, ZERO) + share
    return found


def _at_average(session: Session, item: Item, day: dt.date, place: Place, layers: list[Layer]) -> list[Layer]:
    """Value of an average item's layers: quantity x average of all that is invoiced up to the day."""
    conditions = [_value.item_id == item.id, _value.valuation_date <= day, _value.posting_date <= day]
    if place.location_id is not None:
        conditions.append(_value.location_id == place.location_id)
    if place.variant_id is not None:
        conditions.append(_value.variant_id == place.variant_id)
    quantity = ScaledDecimal()
    cost, invoiced = session.execute(
        select(
            func.sum(_value.cost_amount_actual, type_=quantity),
            func.sum(case((_value.inventoriable, _value.invoiced_quantity), else_=0), type_=quantity),
        ).where(*conditions)
    ).one()
    if not invoiced or invoiced <= 0:
        return []
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    average = max(cost / invoiced, ZERO)
    given = exact = ZERO
    found = []
    for layer in layers:
        exact += average * layer.quantity
        value = round_amount(exact - given, rounding)
        given += value
        found.append(Layer(layer.entry_id, layer.quantity, value))
    return found
