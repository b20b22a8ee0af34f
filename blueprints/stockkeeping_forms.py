"""The form of a stockkeeping unit, and how its values stand beside those of the item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may
from blueprints.decimal_fields import UnitCostField
from blueprints.fields import ChoiceField, CodeField, LongTextField, TextField
from blueprints.planning_form import PlanningForm
from blueprints.record_fields import RecordField
from models import CountingPeriod, Item, Permission, StockkeepingUnit, UnitOfMeasure, Vendor
from models.enums import ReorderingPolicy, ReplenishmentSystem
from services.items.reasons import COST_REASON
from services.items.stockkeeping import COPIED, COST_FIELDS, HANDLING_FIELDS
from services.planning.parameters import USED_BY, includes_inventory, is_used, unused_fields

_SYSTEMS = (ReplenishmentSystem.PURCHASE, ReplenishmentSystem.TRANSFER, ReplenishmentSystem.ASSEMBLY)


class StockkeepingForm(PlanningForm):
    """All values a stockkeeping unit has of its own."""

    #: postings change them all day
    FOLLOWS_ENTRIES = ("unit_cost", "last_direct_cost")

    shelf_no = CodeField(_l("Shelf no."), max_length=10)
    replenishment_system = ChoiceField(_l("Replenishment"), ReplenishmentSystem, only=_SYSTEMS)
    transfer_from_id = RecordField(_l("Transfer from"), "stock_location")
    unit_cost = UnitCostField(_l("Unit cost"))
    standard_cost = UnitCostField(_l("Standard cost"))
    last_direct_cost = UnitCostField(_l("Last direct cost"))
    cost_change_reason = TextField(
        _l("Why the cost changes"),
        max_length=250,
        description=_l("Needed when unit or standard cost change. Stays in the history."),
    )
    comment = LongTextField(_l("Comment"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may(Permission.ITEMS_COSTS):
            for name in (*COST_FIELDS, COST_REASON):
                del self[name]
            unit = kwargs.get("obj")
            if unit is not None and not self.seen.raw_data:
                self.look_at(unit)  # once more, now that it is known which fields the form has

    def columns(self) -> list[str]:
        """The fields that two people could both have changed."""
        return [name for name in super().columns() if name not in self.FOLLOWS_ENTRIES]


def unused_of(form: Any, record: Any) -> frozenset[str]:
    """The fields that the policy in the form does not use. Include Inventory shows what choosing the policy sets it to.

    `record` is the item or unit that the form shows; None for a new one.
    """
    try:
        policy = ReorderingPolicy(form.reordering_policy.data or ReorderingPolicy.NONE)
    except ValueError:  # forged; the field says so itself
        policy = ReorderingPolicy.NONE
    other = record is None or record.reordering_policy is not policy
    chosen_now = other and request.form.get("look") == "policy"
    if policy is not ReorderingPolicy.LOT_FOR_LOT or chosen_now:
        form.include_inventory.data = includes_inventory(policy)
    return unused_fields(policy, include_inventory=form.include_inventory.data)


SECTIONS: tuple[tuple[Any, str, tuple[str, ...]], ...] = (
    (_l("Supply"), "supply", (
        "replenishment_system", "transfer_from_id", "vendor_id", "vendor_item_no", "lead_time", "assembly_policy",
        "shelf_no",
    )),
    (_l("Planning"), "planning", (
        "reordering_policy", "reorder_point", "reorder_quantity", "maximum_inventory", "safety_stock_quantity",
        "safety_lead_time", "minimum_order_quantity", "maximum_order_quantity", "order_multiple", "time_bucket",
        "overflow_level", "lot_accumulation_period", "rescheduling_period", "dampener_period", "dampener_quantity",
        "include_inventory", "order_tracking_policy", "critical",
    )),
    (_l("Warehouse"), "warehouse", HANDLING_FIELDS),
    (_l("Costs"), "costs", (*COST_FIELDS, COST_REASON)),
    (_l("Comment"), "comment", ("comment",)),
)  # fmt: skip
_KINDS = {
    "shelf_no": "code", "vendor_item_no": "code", "lead_time": "code", "include_inventory": "yes_no",
    "critical": "yes_no", "unit_cost": "unit_cost", "standard_cost": "unit_cost", "last_direct_cost": "unit_cost",
    "safety_lead_time": "code", "time_bucket": "code", "lot_accumulation_period": "code",
    "rescheduling_period": "code", "dampener_period": "code", "replenishment_system": "word",
    "assembly_policy": "word", "reordering_policy": "word", "order_tracking_policy": "word",
    "special_equipment_code": "code", "put_away_template_code": "code", "use_cross_docking": "yes_no",
}  # fmt: skip


#: What a value points at, by the code people know it by.
_POINTS: dict[str, Any] = {
    "vendor_id": Vendor.no, "put_away_unit_of_measure_id": UnitOfMeasure.code,
    "counting_period_id": CountingPeriod.code,
}  # fmt: skip


@dataclass(frozen=True)
class Compared:
    """A value of the unit beside that of the item."""

    section: str
    label: str
    kind: str
    own: Any
    item: Any
    differs: bool
    used: bool


def comparison(session: Session, unit: StockkeepingUnit) -> list[Compared]:
    """Every value the unit has of its own, in the order of its form, with the item's where it differs."""
    item = session.get_one(Item, unit.item_id)
    codes = {name: _codes_of(session, column, (unit, item), name) for name, column in _POINTS.items()}
    unused = unused_fields(unit.reordering_policy, include_inventory=unit.include_inventory)
    rows = []
    for _title, key, names in SECTIONS:
        if key == "comment" or (key == "costs" and not may(Permission.ITEMS_COSTS)):
            continue
        for name in names:
            if name == COST_REASON:
                continue
            own = getattr(unit, name)
            theirs = getattr(item, name) if name in COPIED else None
            differs = name in COPIED and own != theirs
            if name in codes:
                own, theirs = (codes[name].get(value, "") for value in (own, theirs))
            elif name == "transfer_from_id":
                own = unit.transfer_from.code if unit.transfer_from else ""
            label = _label(name)
            kind = _KINDS.get(name, "code" if name.endswith("_id") else "quantity")
            rows.append(Compared(key, label, kind, own, theirs, differs, name not in unused))
    return rows


def _codes_of(session: Session, column: Any, records: Sequence[Any], name: str) -> dict[int, str]:
    ids = [getattr(record, name) or 0 for record in records]
    return dict(session.execute(select(column.class_.id, column).where(column.class_.id.in_(ids))).tuples().all())


def planned_by(item: Item) -> list[tuple[str, str, Any]]:
    """(label, kind, value) of what the item's policy uses, for its card."""
    return [
        (_label(name), _KINDS.get(name, "quantity"), getattr(item, name))
        for name in USED_BY
        if is_used(name, item.reordering_policy, include_inventory=item.include_inventory)
    ]


def _label(name: str) -> str:
    field = getattr(StockkeepingForm, name)
    return str(field.kwargs.get("label") or field.args[0])


__all__ = ["SECTIONS", "StockkeepingForm", "comparison", "planned_by", "unused_of"]
