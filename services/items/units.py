"""The units an item is counted, bought and sold in (items.md section 5)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, joinedload

from core.errors import DomainError, NotFound, ValidationError
from core.rounding import LARGEST, round_quantity
from core.text import _
from models import (
    Item,
    ItemIdentifier,
    ItemJournalLine,
    ItemReference,
    ItemUnitOfMeasure,
    PriceListLine,
    StockkeepingUnit,
    UnitOfMeasure,
    WarehouseEntry,
)
from services.items.usage import on_documents, usage_of
from services.values import assign, raise_all, unchanged_if_refused

FIELDS = ("qty_per_unit_of_measure", "rounding_precision", "length", "width", "height")
_ONE = Decimal(1)


def list_item_units(session: Session, item_id: int) -> list[ItemUnitOfMeasure]:
    """The item's units with their names, smallest first."""
    return list(
        session.scalars(
            select(ItemUnitOfMeasure)
            .where(ItemUnitOfMeasure.item_id == item_id)
            .options(joinedload(ItemUnitOfMeasure.unit_of_measure))
            .order_by(ItemUnitOfMeasure.qty_per_unit_of_measure, ItemUnitOfMeasure.id)
        )
    )


def get_item_unit(session: Session, item: Item, code: str) -> ItemUnitOfMeasure:
    """The item's unit with this code. Raises NotFound `unknown_unit`."""
    found = session.scalar(
        select(ItemUnitOfMeasure)
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemUnitOfMeasure.unit_of_measure_id)
        .where(ItemUnitOfMeasure.item_id == item.id, UnitOfMeasure.code == code.strip().upper())
        .options(joinedload(ItemUnitOfMeasure.unit_of_measure))
    )
    if found is None:
        raise NotFound(
            "unknown_unit", _("Item %(no)s is not counted in %(code)s.", no=item.no, code=code), field="unit"
        )
    return found


def save_item_unit(session: Session, item: Item, unit_id: int, values: Mapping[str, object]) -> ItemUnitOfMeasure:
    """Add a unit to an item, or change the one it has; `values` holds FIELDS.

    Raises ValidationError or ErrorList: `out_of_range`, `base_unit_factor`, `precision`, `in_use`.
    """
    row = session.scalar(
        select(ItemUnitOfMeasure).where(
            ItemUnitOfMeasure.item_id == item.id, ItemUnitOfMeasure.unit_of_measure_id == unit_id
        )
    )
    is_new = row is None
    if row is None:
        row = ItemUnitOfMeasure(
            item_id=item.id, qty_per_unit_of_measure=_ONE, rounding_precision=Decimal(0), length=Decimal(0),
            width=Decimal(0), height=Decimal(0),
        )  # fmt: skip
    with unchanged_if_refused(session, row, FIELDS) as before:
        assign(session, row, {**values, "unit_of_measure_id": unit_id}, (*FIELDS, "unit_of_measure_id"))
        changed = {name for name in FIELDS if getattr(row, name) != before[name]}
        raise_all(_refusals(session, item, row, set() if is_new else changed))
    row.cubage = _bounded(row.length * row.width * row.height, "length")
    row.weight = weight_of(item, row.qty_per_unit_of_measure)
    session.add(row)
    session.flush()
    return row


def delete_item_unit(session: Session, item: Item, row: ItemUnitOfMeasure) -> None:
    """Take a unit off an item. Raises ValidationError `in_use`."""
    unit_id = row.unit_of_measure_id
    defaults = {
        item.base_unit_of_measure_id: _("base unit"),
        item.sales_unit_of_measure_id: _("sales unit"),
        item.purchase_unit_of_measure_id: _("purchase unit"),
        item.put_away_unit_of_measure_id: _("put-away unit"),
    }
    put_away = exists().where(
        StockkeepingUnit.item_id == item.id, StockkeepingUnit.put_away_unit_of_measure_id == unit_id
    )
    if session.scalar(select(put_away)):
        raise ValidationError(
            "in_use",
            _("This is the put-away unit of a stockkeeping unit of the item. Choose another one for that first."),
        )
    if unit_id in defaults:
        raise ValidationError(
            "in_use",
            _("This is the item's %(what)s. Choose another one for that first.", what=defaults[unit_id]),
        )
    if _named(session, item.id, unit_id) or _open_work(session, item.id, unit_id):
        raise ValidationError(
            "in_use",
            _(
                "This unit is used by a reference, an identifier, an agreed price, a line or warehouse stock of the "
                "item. Clear that first."
            ),
        )
    session.delete(row)
    session.flush()


def weight_of(item: Item, qty_per: Decimal) -> Decimal:
    """Weight of one unit: quantity per unit times the item's net weight."""
    return _bounded(qty_per * item.net_weight, "net_weight")


def reweigh(session: Session, item: Item) -> None:
    """The item's net weight changed: the weights of its units follow."""
    for row in session.scalars(select(ItemUnitOfMeasure).where(ItemUnitOfMeasure.item_id == item.id)):
        row.weight = weight_of(item, row.qty_per_unit_of_measure)


def _refusals(session: Session, item: Item, row: ItemUnitOfMeasure, changed: set[str]) -> list[DomainError]:
    errors: list[DomainError] = []
    is_base = row.unit_of_measure_id == item.base_unit_of_measure_id
    factor = row.qty_per_unit_of_measure
    if factor <= 0:
        errors.append(
            ValidationError(
                "out_of_range", _("One of this unit holds more than 0 base units."), field="qty_per_unit_of_measure"
            )
        )
    elif is_base and factor != _ONE:
        errors.append(
            ValidationError(
                "base_unit_factor", _("The base unit holds exactly 1 of itself."), field="qty_per_unit_of_measure"
            )
        )
    if row.rounding_precision > 1:
        errors.append(
            ValidationError("out_of_range", _("The precision lies between 0 and 1."), field="rounding_precision")
        )
    elif row.rounding_precision and not is_base:
        errors.append(
            ValidationError("precision", _("The precision is set on the base unit only."), field="rounding_precision")
        )
    if not errors:
        errors += _precision_refusals(session, item, row, is_base=is_base)
    if changed & {"qty_per_unit_of_measure", "rounding_precision"} and _has_open_work(
        session, item, row, is_base=is_base
    ):
        errors.append(
            ValidationError(
                "in_use",
                _("This cannot change while the unit stands on an open line or has stock in the warehouse."),
                field=next(iter(sorted(changed & {"qty_per_unit_of_measure", "rounding_precision"}))),
            )
        )
    return errors


def _precision_refusals(session: Session, item: Item, row: ItemUnitOfMeasure, *, is_base: bool) -> list[DomainError]:
    """Every unit holds whole steps of the base unit's precision; changing either side is checked."""
    others = session.execute(
        select(
            UnitOfMeasure.code, UnitOfMeasure.id, ItemUnitOfMeasure.qty_per_unit_of_measure,
            ItemUnitOfMeasure.rounding_precision,
        )
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemUnitOfMeasure.unit_of_measure_id)
        .where(ItemUnitOfMeasure.item_id == item.id, ItemUnitOfMeasure.unit_of_measure_id != row.unit_of_measure_id)
    ).all()  # fmt: skip
    if is_base:
        step = row.rounding_precision
        wrong = [other.code for other in others if step and other.qty_per_unit_of_measure % step]
        if wrong:
            return [
                ValidationError(
                    "precision",
                    _("Unit %(code)s holds no whole number of such steps. Change it first.", code=wrong[0]),
                    field="rounding_precision",
                )
            ]
        return []
    step = next((other.rounding_precision for other in others if other.id == item.base_unit_of_measure_id), Decimal(0))
    if step and row.qty_per_unit_of_measure % step:
        return [
            ValidationError(
                "precision",
                _("The base unit goes in steps of %(step)s: enter a multiple of that.", step=f"{step.normalize():f}"),
                field="qty_per_unit_of_measure",
            )
        ]
    return []


def _has_open_work(session: Session, item: Item, row: ItemUnitOfMeasure, *, is_base: bool) -> bool:
    if is_base and usage_of(session, item.id).open_entries:
        return True
    return _open_work(session, item.id, row.unit_of_measure_id)


def _named(session: Session, item_id: int, unit_id: int) -> bool:
    """True when numbers or prices are kept for the item in this unit."""
    named = (
        exists().where(table.item_id == item_id, table.unit_of_measure_id == unit_id)
        for table in (ItemReference, ItemIdentifier, PriceListLine)
    )
    return any(session.execute(select(*named)).one())


def _open_work(session: Session, item_id: int, unit_id: int) -> bool:
    """True when the unit stands on an open line of the item, or some bin has or lacks stock in it.

    Bins are looked at one by one: what is missing in an adjustment bin would cancel out what lies elsewhere.
    """
    code = session.scalar(select(UnitOfMeasure.code).where(UnitOfMeasure.id == unit_id)) or ""
    in_bins = (
        select(WarehouseEntry.bin_id)
        .where(WarehouseEntry.item_id == item_id, WarehouseEntry.unit_of_measure_code == code)
        .group_by(WarehouseEntry.bin_id)
        .having(func.sum(WarehouseEntry.quantity) != 0)
        .exists()
    )
    on_lines = exists().where(ItemJournalLine.item_id == item_id, ItemJournalLine.unit_of_measure_id == unit_id)
    return any(session.execute(select(on_lines, in_bins, on_documents(item_id, unit_id=unit_id))).one())


def _bounded(value: Decimal, field: str) -> Decimal:
    if abs(value) >= LARGEST:
        raise ValidationError("out_of_range", _("The result would be too large. Enter smaller sizes."), field=field)
    return round_quantity(value)
