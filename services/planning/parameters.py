"""Planning parameters as planning takes them: what the policy uses, silently corrected (items.md section 20). Pure.

The one place where a card's values become the figures of signs, reports and planning; every caller asks here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.date_formulas import add_formula
from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models.enums import BlankOverflowLevel, MissingSku, ReorderingPolicy

NONE, FIXED, MAXIMUM, ORDER, LOT = (
    ReorderingPolicy.NONE, ReorderingPolicy.FIXED_REORDER_QUANTITY, ReorderingPolicy.MAXIMUM_QUANTITY,
    ReorderingPolicy.ORDER, ReorderingPolicy.LOT_FOR_LOT,
)  # fmt: skip
BY_POINT = frozenset({FIXED, MAXIMUM})
_QUANTITIES = frozenset({FIXED, MAXIMUM, LOT})

#: field of item and stockkeeping unit -> the policies that use it
USED_BY: dict[str, frozenset[ReorderingPolicy]] = {
    "reorder_point": BY_POINT,
    "reorder_quantity": frozenset({FIXED}),
    "maximum_inventory": frozenset({MAXIMUM}),
    "safety_stock_quantity": _QUANTITIES,  # Lot-for-Lot only when inventory is included
    "safety_lead_time": frozenset({FIXED, MAXIMUM, ORDER, LOT}),
    "minimum_order_quantity": _QUANTITIES,
    "maximum_order_quantity": _QUANTITIES,
    "order_multiple": _QUANTITIES,
    "time_bucket": BY_POINT,
    "overflow_level": BY_POINT,
    "include_inventory": frozenset({LOT}),
    "lot_accumulation_period": frozenset({LOT}),
    "rescheduling_period": frozenset({LOT}),
    "dampener_period": frozenset({ORDER, LOT}),
    "dampener_quantity": _QUANTITIES,
}
#: All planning fields that item and stockkeeping unit share, for copies and forms.
PLANNING_FIELDS = ("reordering_policy", *USED_BY, "order_tracking_policy", "critical")
#: What `effective` reads of a record.
PARAMETER_COLUMNS = ("reordering_policy", *USED_BY)
#: Formulas are compared from this day on.
_DAY = dt.date(2000, 1, 1)
#: More orders for one need than this are a slip of the keyboard.
MOST_ORDERS = 1000


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the inventory set-up says for blank fields."""

    safety_lead_time: str = ""
    dampener_period: str = ""
    overflow: BlankOverflowLevel = BlankOverflowLevel.ALLOW_DEFAULT_CALCULATION


@dataclass(frozen=True, slots=True)
class Parameters:
    """What planning works with; quantities in base units, 0 where the policy does not use a field or it is blank."""

    policy: ReorderingPolicy = NONE
    reorder_point: Decimal = ZERO
    reorder_quantity: Decimal = ZERO
    maximum_inventory: Decimal = ZERO
    safety_stock: Decimal = ZERO
    safety_lead_time: str = ""
    minimum_order: Decimal = ZERO
    maximum_order: Decimal = ZERO
    order_multiple: Decimal = ZERO
    time_bucket: str = ""
    overflow_level: Decimal = ZERO
    include_inventory: bool = False
    lot_accumulation_period: str = ""
    rescheduling_period: str = ""
    dampener_period: str = ""
    dampener_quantity: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Correction:
    """A value that planning does not take as it stands on the card."""

    code: str
    field: str
    message: str


NOT_PLANNED = Parameters()
#: Places without a stockkeeping unit whose location says Minimal: demand is met, nothing is kept.
MINIMAL = Parameters(policy=LOT, include_inventory=True)


def is_used(field: str, policy: ReorderingPolicy, *, include_inventory: bool) -> bool:
    """True where the policy looks at the field; others are greyed and count as 0."""
    if field == "safety_stock_quantity" and policy is LOT:
        return include_inventory
    return policy in USED_BY[field]


def unused_fields(policy: ReorderingPolicy, *, include_inventory: bool) -> frozenset[str]:
    """The fields that item and SKU card grey."""
    return frozenset(name for name in USED_BY if not is_used(name, policy, include_inventory=include_inventory))


def includes_inventory(policy: ReorderingPolicy) -> bool:
    """What choosing a policy sets Include Inventory to."""
    return policy in _QUANTITIES


def effective(record: Any, defaults: Defaults) -> Parameters:
    """The values of an item or stockkeeping unit (anything with their columns) as planning takes them."""
    return _settled(record, defaults)[0]


def corrections(record: Any, defaults: Defaults) -> list[Correction]:
    """What planning corrects silently, said aloud; nothing for a record that is not planned."""
    return _settled(record, defaults)[1]


def at_place(item: Any, unit: Any, missing: MissingSku, defaults: Defaults) -> Parameters:
    """The parameters of an item and variant at a location: those of its stockkeeping unit as a whole where there is
    one (`unit`), else what the location's rule says (items.md sections 13, 14).
    """
    if unit is not None:
        return effective(unit, defaults)
    if missing is MissingSku.DO_NOT_PLAN:
        return NOT_PLANNED
    return MINIMAL if missing is MissingSku.MINIMAL else effective(item, defaults)


def _settled(record: Any, defaults: Defaults) -> tuple[Parameters, list[Correction]]:
    policy = ReorderingPolicy(record.reordering_policy)
    included = policy in BY_POINT or (policy is LOT and record.include_inventory)
    found: list[Correction] = []

    def number(field: str) -> Decimal:
        used = is_used(field, policy, include_inventory=included)
        return max(getattr(record, field), ZERO) if used else ZERO

    def period(field: str, blank: str = "") -> str:
        used = is_used(field, policy, include_inventory=included)
        formula = getattr(record, field) or blank if used else ""
        return "" if formula.startswith("-") else formula

    safety, point = number("safety_stock_quantity"), number("reorder_point")
    if policy in BY_POINT and point < safety:
        point = safety
        found.append(Correction(
            "reorder_point_raised", "reorder_point",
            _("The reorder point lies below the safety stock and counts as that."),
        ))  # fmt: skip
    least, most, multiple = (
        number("minimum_order_quantity"), number("maximum_order_quantity"), number("order_multiple"),
    )  # fmt: skip
    if 0 < most < least:
        most = least
        found.append(Correction(
            "maximum_order_raised", "maximum_order_quantity",
            _("The maximum order lies below the minimum order and counts as that."),
        ))  # fmt: skip
    maximum = number("maximum_inventory")
    if policy is MAXIMUM and maximum < max(point, safety):
        maximum = ZERO
        found.append(Correction(
            "maximum_ignored", "maximum_inventory",
            _("The maximum lies below the reorder point or safety stock and does not count."),
        ))  # fmt: skip
    quantity = number("reorder_quantity")
    if policy is FIXED and not quantity:
        found.append(Correction(
            "reorder_quantity_missing", "reorder_quantity",
            _("Without a reorder quantity only what is missing is ordered."),
        ))  # fmt: skip
    overflow = number("overflow_level")
    floor = point + quantity if policy is FIXED else maximum
    if 0 < overflow < floor:
        overflow = floor
        found.append(Correction(
            "overflow_raised", "overflow_level",
            _("The overflow level lies below what an order brings stock to and counts as that."),
        ))  # fmt: skip
    elif not overflow and policy in BY_POINT and defaults.overflow is BlankOverflowLevel.ALLOW_DEFAULT_CALCULATION:
        overflow = default_overflow(policy, point, quantity, maximum, least, multiple)
    dampener, accumulation = period("dampener_period", defaults.dampener_period), period("lot_accumulation_period")
    if policy is LOT and _length(dampener) > _length(accumulation):
        dampener = accumulation
        found.append(Correction(
            "dampener_shortened", "dampener_period",
            _("The dampener period is longer than the lot accumulation period and counts as that."),
        ))  # fmt: skip
    parameters = Parameters(
        policy=policy, reorder_point=point, reorder_quantity=quantity, maximum_inventory=maximum, safety_stock=safety,
        safety_lead_time=period("safety_lead_time", defaults.safety_lead_time), minimum_order=least,
        maximum_order=most, order_multiple=multiple, time_bucket=period("time_bucket"), overflow_level=overflow,
        include_inventory=included, lot_accumulation_period=accumulation,
        rescheduling_period=period("rescheduling_period"), dampener_period=dampener,
        dampener_quantity=number("dampener_quantity"),
    )  # fmt: skip
    return parameters, found


def default_overflow(
    policy: ReorderingPolicy, point: Decimal, quantity: Decimal, maximum: Decimal, least: Decimal, multiple: Decimal
) -> Decimal:
    """The overflow level where none is given; 0 (none) where nothing says what an order brings stock to.

    Maximum: maximum + minimum order; Fixed: reorder point + the larger of reorder quantity and minimum order; rounded
    up to the order multiple.
    """
    if policy is MAXIMUM:
        level = maximum + least if maximum else ZERO
    else:
        lot = max(quantity, least)
        level = point + lot if lot else ZERO
    return round_up(level, multiple)


def round_up(quantity: Decimal, multiple: Decimal) -> Decimal:
    """The next multiple; the quantity itself where there is none to keep to."""
    if multiple <= 0:
        return quantity
    return multiple * _ceil(quantity, multiple)


def _ceil(quantity: Decimal, part: Decimal) -> int:
    whole, rest = divmod(quantity, part)  # decimals divide towards zero; neither is negative here
    return int(whole) + (rest > 0)


def _one_order(quantity: Decimal, parameters: Parameters) -> Decimal:
    """Cut to the maximum, raised to the minimum, rounded up to the multiple: in this order."""
    if parameters.maximum_order:
        quantity = min(quantity, parameters.maximum_order)
    return round_up(max(quantity, parameters.minimum_order), parameters.order_multiple)


def _split(quantity: Decimal, parameters: Parameters) -> Iterator[tuple[Decimal, int]]:
    """Orders as (quantity, how many of it)."""
    if quantity <= 0:
        return
    most = parameters.maximum_order
    full = _one_order(most, parameters) if most else ZERO
    count = _ceil(quantity - most, full) if most and quantity > most else 0
    if count:
        yield full, count
    rest = quantity - full * count
    if rest > 0:
        yield _one_order(rest, parameters), 1


def ordered(quantity: Decimal, parameters: Parameters) -> Decimal:
    """What is ordered in all for a quantity that is needed, after the order modifiers."""
    return sum((single * count for single, count in _split(quantity, parameters)), ZERO)


def order_quantities(quantity: Decimal, parameters: Parameters) -> list[Decimal]:
    """The orders that together cover a quantity, after the order modifiers: the rest over the maximum is proposed as
    further orders. Raises ValidationError `too_many_orders`.
    """
    parts = list(_split(quantity, parameters))
    if sum(count for _single, count in parts) > MOST_ORDERS:
        raise ValidationError(
            "too_many_orders",
            _("With this maximum order more than %(most)s orders would be needed. Raise it first.", most=MOST_ORDERS),
            field="maximum_order_quantity",
        )
    return [single for single, count in parts for _place in range(count)]


def suggested_quantity(projected: Decimal, parameters: Parameters, *, at_point: bool = False) -> Decimal:
    """What to order when `projected` (inventory + receipts - requirements) less safety stock is below the point.

    0 where it is not: the reorder report lists strictly below the point (items.md section 20, Suggested quantity); with
    `at_point` what stands at the point is ordered too, as planning and the sign have it.
    """
    available = projected - parameters.safety_stock
    need = parameters.reorder_point - available
    if need < 0 or (need == 0 and not (at_point and parameters.policy in BY_POINT)):
        return ZERO
    if parameters.policy is FIXED:
        need = max(parameters.reorder_quantity, need)
    elif parameters.policy is MAXIMUM and parameters.maximum_inventory:
        need = max(parameters.maximum_inventory - projected, ZERO)
    return ordered(need, parameters)


def _length(formula: str) -> int:
    try:
        return (add_formula(_DAY, formula) - _DAY).days
    except (ValueError, OverflowError):
        return 0
