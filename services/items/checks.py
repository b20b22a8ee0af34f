"""What may not change on an item, and why (items.md section 1). Reads facts given to it; asks for nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass

from core.errors import DomainError, ValidationError
from core.text import _
from models import Item, ItemTrackingCode
from models.enums import (
    AssemblyPolicy,
    CostingMethod,
    ItemType,
    OrderTrackingPolicy,
    ReorderingPolicy,
    ReplenishmentSystem,
    ReservePolicy,
)
from services.items.fields import BLOCK_FIELDS, UNIT_FIELDS
from services.items.usage import Usage


@dataclass(frozen=True)
class Change:
    """An item as it will be, the names of the fields that change, and what is known about its past."""

    item: Item
    changed: Collection[str]
    usage: Usage
    unit_factors: dict[int, object]  # unit id -> base units in one, of the units the item holds
    tracking: ItemTrackingCode | None
    old_tracking: ItemTrackingCode | None


def refusals(change: Change) -> list[DomainError]:
    """Every rule the change breaks."""
    return [error for rule in _RULES for error in rule(change)]


def _type(change: Change) -> Iterator[DomainError]:
    item, usage = change.item, change.usage
    if "type" not in change.changed:
        return
    if usage.any_history:
        yield _error(
            "in_use", _("The type of %(no)s cannot change: it has entries or journal lines.",
                        no=item.no), "type",
        )  # fmt: skip
    elif usage.stockkeeping_units and item.type != ItemType.INVENTORY:
        yield _error(
            "in_use", _("%(no)s has stockkeeping units. Delete those before it becomes a %(type)s item.",
                        no=item.no, type=item.type.value.replace("_", "-")), "type",
        )  # fmt: skip


def _base_unit(change: Change) -> Iterator[DomainError]:
    item = change.item
    if "base_unit_of_measure_id" not in change.changed:
        return
    if change.usage.open_entries:
        yield _error(
            "open_entries",
            _("The base unit of %(no)s cannot change while stock is kept in it. Bring the stock to zero first.",
              no=item.no),
            "base_unit_of_measure_id",
        )  # fmt: skip
    factor = change.unit_factors.get(item.base_unit_of_measure_id or 0, 1)
    if factor != 1:
        yield _error(
            "base_unit_factor",
            _(
                "%(no)s already holds this unit with another quantity than 1. Set it to 1, or delete it, first.",
                no=item.no,
            ),
            "base_unit_of_measure_id",
        )


def _default_units(change: Change) -> Iterator[DomainError]:
    for name in UNIT_FIELDS:
        unit_id = getattr(change.item, name)
        known = {*change.unit_factors, change.item.base_unit_of_measure_id}
        if name in change.changed and unit_id is not None and unit_id not in known:
            yield _error("unknown_unit", _("The item does not hold this unit. Add it to the item's units first."), name)


def _costing(change: Change) -> Iterator[DomainError]:
    item, usage = change.item, change.usage
    if "costing_method" in change.changed and usage.costs_fixed:
        yield _error(
            "ledger_entries_exist",
            _("The costing method of %(no)s cannot change any more: entries were posted with the old one.", no=item.no)
            if usage.ledger_entries
            else _("The costing method of %(no)s cannot change while it stands on purchase orders.", no=item.no),
            "costing_method",
        )
    if item.costing_method is CostingMethod.SPECIFIC and not (change.tracking and change.tracking.serial_specific):
        yield _error(
            "tracking_missing",
            _("Specific costing needs to know each piece. Choose a tracking code with serial numbers."),
            "costing_method" if "costing_method" in change.changed else "item_tracking_code_id",
        )
    if "unit_cost" not in change.changed or not item.is_inventory:
        return
    if item.costing_method is CostingMethod.STANDARD:
        if item.unit_cost != item.standard_cost:
            yield _error(
                "use_standard_cost", _("With standard costing, change the standard cost instead."), "unit_cost"
            )
    elif usage.costs_fixed:
        yield _error(
            "ledger_entries_exist",
            _(
                "The unit cost of %(no)s follows its entries. Use a revaluation to change what the stock is worth.",
                no=item.no,
            )
            if usage.ledger_entries
            else _("The unit cost of %(no)s will follow the purchase orders it stands on.", no=item.no),
            "unit_cost",
        )


def _tracking(change: Change) -> Iterator[DomainError]:
    item, new, old = change.item, change.tracking, change.old_tracking
    usage = change.usage
    if "item_tracking_code_id" in change.changed and usage.planned_numbers:
        yield _error(
            "tracking_in_use",
            _("Lines that are not posted name lots or serial numbers of %(no)s. Take those off them first.",
              no=item.no),
            "item_tracking_code_id",
        )  # fmt: skip
    elif (
        "item_tracking_code_id" in change.changed
        and (usage.costs_fixed or usage.warehouse_entries)
        and _specific(old) != _specific(new)
    ):
        yield _error(
            "tracking_in_use",
            _("Serial or lot numbers of %(no)s cannot come or go any more: it has entries or purchase orders.",
              no=item.no),
            "item_tracking_code_id",
        )  # fmt: skip
    for name in ("serial_nos_id", "lot_nos_id", "expiration_calculation"):
        if getattr(item, name) and new is None:
            yield _error("tracking_missing", _("Choose a tracking code first."), name)
    if item.expiration_calculation and new is not None and not new.use_expiration_dates:
        yield _error(
            "expiry_mismatch",
            _(
                "Tracking code %(code)s knows no expiry dates. Empty the expiry formula, or choose another code.",
                code=new.code,
            ),
            "expiration_calculation",
        )


def _specific(code: ItemTrackingCode | None) -> tuple[bool, ...]:
    """Which numbers live from receipt to sale, and which of them the bins know: what entries hold on to."""
    return tuple(
        bool(code and getattr(code, f"{kind}_{rule}"))
        for kind in ("serial", "lot", "package")
        for rule in ("specific", "warehouse")
    )


def _inventory_only(change: Change) -> Iterator[DomainError]:
    item = change.item
    if item.is_inventory:
        return
    wrong = {
        "inventory_posting_group_id": item.inventory_posting_group_id is not None,
        "costing_method": item.costing_method is not CostingMethod.FIFO,
        "indirect_cost_percent": item.indirect_cost_percent > 0,
        "overhead_rate": item.overhead_rate != 0,
        "reserve": item.reserve is not ReservePolicy.NEVER,
        "reordering_policy": item.reordering_policy is not ReorderingPolicy.NONE,
        "order_tracking_policy": item.order_tracking_policy is not OrderTrackingPolicy.NONE,
        "replenishment_system": item.replenishment_system is ReplenishmentSystem.ASSEMBLY,
        "item_tracking_code_id": item.item_tracking_code_id is not None,
    }
    for name, is_wrong in wrong.items():
        if is_wrong:
            yield _error("inventory_type_required", _("Only items of type Inventory have this."), name)


def _supply(change: Change) -> Iterator[DomainError]:
    item = change.item
    if item.replenishment_system is ReplenishmentSystem.TRANSFER:
        yield _error(
            "replenishment_not_allowed",
            _("Only a stockkeeping unit is replenished by transfer. Choose Purchase or Assembly."),
            "replenishment_system",
        )
    elif (
        item.assembly_policy is AssemblyPolicy.ASSEMBLE_TO_ORDER
        and item.replenishment_system is not ReplenishmentSystem.ASSEMBLY
    ):
        yield _error(
            "replenishment_not_allowed",
            _("What is assembled to order is replenished by assembly. Change the assembly policy first."),
            "replenishment_system" if "replenishment_system" in change.changed else "assembly_policy",
        )
    if item.rounding_precision <= 0:
        yield _error("out_of_range", _("The rounding precision must be more than 0."), "rounding_precision")


def _blocking(change: Change) -> Iterator[DomainError]:
    item = change.item
    blocked = any(getattr(item, name) for name in BLOCK_FIELDS if name != "block_reason")
    if item.block_reason and not blocked:
        yield _error(
            "not_blocked",
            _("A reason is kept for blocked items only. Block the item, or empty the reason."),
            "block_reason",
        )


def _gtin(change: Change) -> Iterator[DomainError]:
    gtin = change.item.gtin
    if not gtin:
        return
    if change.item.type is ItemType.SERVICE:
        yield _error("gtin_not_for_services", _("A service has no GTIN."), "gtin")
    elif not (gtin.isascii() and gtin.isdigit()) or len(gtin) > 14:
        yield _error("gtin_invalid", _("A GTIN has up to 14 digits and nothing else."), "gtin")


def _alternative(change: Change) -> Iterator[DomainError]:
    if change.item.id is not None and change.item.alternative_item_id == change.item.id:
        yield _error("self", _("An item is no alternative to itself. Choose another one."), "alternative_item_id")


def _wip(change: Change) -> Iterator[DomainError]:
    if "inventory_value_zero" in change.changed and change.usage.output_entries:
        yield _error("wip_exists", _("This cannot change: output of the item was posted."), "inventory_value_zero")


_RULES: tuple[Callable[[Change], Iterator[DomainError]], ...] = (
    _type, _base_unit, _default_units, _costing, _tracking, _inventory_only, _supply, _blocking, _gtin, _alternative,
    _wip,
)  # fmt: skip


def _error(code: str, message: str, field: str) -> ValidationError:
    return ValidationError(code, message, field=field)
