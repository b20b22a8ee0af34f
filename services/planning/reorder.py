"""What to reorder: items or stockkeeping units whose available quantity lies below their point (items.md section 20).

Available = inventory + scheduled receipts - gross requirements - safety stock, all dates, from the kept positions.
"""

from __future__ import annotations

import enum
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, and_, cast, func, literal, select
from sqlalchemy.orm import Session, aliased

from core.rounding import ZERO
from core.sql import ids_of
from models import (
    BLANK_ID,
    Item,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    StockkeepingUnit,
    StockPosition,
    TradeDocument,
    TradeLine,
    UnitOfMeasure,
    Vendor,
)
from models.enums import ItemType, ReplenishmentSystem, TradeSide, TradeType
from services.planning.parameters import PARAMETER_COLUMNS, Parameters, effective, suggested_quantity
from services.planning.set_up import defaults_of


class Basis(enum.StrEnum):
    """Whose values count: the item's for all its places together, or each stockkeeping unit's for its own."""

    ITEM = "item"
    UNIT = "sku"


@dataclass(frozen=True, slots=True)
class ReorderFilter:
    """Which rows; None or "" takes all. Location and variant narrow the figures of items, too."""

    basis: Basis = Basis.ITEM
    item_id: int | None = None
    vendor_id: int | None = None
    transfer_from_id: int | None = None
    location_id: int | None = None
    variant_code: str = ""
    shelf_no: str = ""
    inventory_posting_group_id: int | None = None
    category_ids: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True)
class ReorderRow:
    """An item (or stockkeeping unit) to reorder; quantities in base units."""

    item_id: int
    no: str
    description: str
    base_unit: str
    variant_id: int
    variant: str
    #: 0 where the row is about all locations
    location_id: int
    location: str
    replenishment: ReplenishmentSystem
    vendor_id: int | None
    vendor_no: str
    vendor_name: str
    vendor_phone: str
    vendor_item_no: str
    transfer_from_id: int | None
    transfer_from: str
    lead_time: str
    inventory: Decimal
    #: inventory + receipts - requirements
    projected: Decimal
    available: Decimal
    on_purchase_order: Decimal
    parameters: Parameters
    suggested: Decimal

    @property
    def key(self) -> str:
        """How a form names it."""
        return f"{self.item_id}-{self.variant_id}-{self.location_id}"


def reorder_rows(session: Session, wanted: ReorderFilter, *, most: int | None = None) -> list[ReorderRow]:
    """The rows below their point, by vendor (without one last), item, location and variant; three statements.

    With `most` the first so many: the others are not looked at.
    """
    defaults = defaults_of(session)
    by_unit = wanted.basis is Basis.UNIT
    statement = _by_unit(wanted) if by_unit else _by_item(session, wanted)
    order: list[Any] = [Vendor.no.is_(None), Vendor.no, Item.no]
    if by_unit:
        order += [Location.code, ItemVariant.code]
    found: list[tuple[Any, Parameters]] = []
    with session.execute(statement.order_by(*order).execution_options(yield_per=500)) as stream:
        for row in stream:
            parameters = effective(row, defaults)
            if row.projected - parameters.safety_stock < parameters.reorder_point:
                found.append((row, parameters))
            if most is not None and len(found) >= most:
                break
    ordered = _on_order(session, [row.item_id for row, _parameters in found], wanted)
    return [
        _row(
            row, parameters, row.projected - parameters.safety_stock,
            ordered[(row.item_id, row.variant_id, row.location_id) if by_unit else (row.item_id, 0, 0)],
        )
        for row, parameters in found
    ]  # fmt: skip


def _row(row: Any, parameters: Parameters, available: Decimal, on_order: Decimal) -> ReorderRow:
    return ReorderRow(
        item_id=row.item_id, no=row.no, description=row.description, base_unit=row.base_unit or "",
        variant_id=row.variant_id, variant=row.variant, location_id=row.location_id, location=row.location,
        replenishment=row.replenishment_system, vendor_id=row.vendor_id, vendor_no=row.vendor_no or "",
        vendor_name=row.vendor_name or "", vendor_phone=row.vendor_phone or "", vendor_item_no=row.vendor_item_no,
        transfer_from_id=row.transfer_from_id, transfer_from=row.transfer_from or "", lead_time=row.lead_time,
        inventory=row.inventory, projected=row.projected, available=available, on_purchase_order=on_order,
        parameters=parameters, suggested=suggested_quantity(row.projected, parameters),
    )  # fmt: skip


def _conditions(wanted: ReorderFilter, card: Any) -> list[Any]:
    """What narrows either basis; `card` is Item or StockkeepingUnit, whose vendor and shelf count."""
    found = [Item.type == ItemType.INVENTORY, Item.blocked.is_(False)]
    for condition, value in (
        (Item.id, wanted.item_id), (card.vendor_id, wanted.vendor_id),
        (Item.inventory_posting_group_id, wanted.inventory_posting_group_id),
    ):  # fmt: skip
        if value is not None:
            found.append(condition == value)
    if wanted.shelf_no:
        found.append(card.shelf_no == wanted.shelf_no.upper())
    if wanted.category_ids is not None:
        found.append(Item.category_id.in_(wanted.category_ids))
    return found


def _sum(expression: Any) -> Any:
    return func.sum(expression, type_=StockPosition.inventory.type)


_PROJECTED = StockPosition.inventory + StockPosition.scheduled_receipts - StockPosition.gross_requirements


def _by_item(session: Session, wanted: ReorderFilter) -> Select[Any]:
    position = StockPosition
    sums = select(
        position.item_id, _sum(position.inventory).label("inventory"),
        _sum(_PROJECTED).label("projected"),
    ).group_by(position.item_id)  # fmt: skip
    if wanted.location_id is not None:
        sums = sums.where(position.location_id == wanted.location_id)
    if wanted.variant_code:
        sums = sums.join(ItemVariant, ItemVariant.id == position.variant_id).where(
            ItemVariant.code == wanted.variant_code.upper()
        )
    # Nothing below this can be listed: the point counts as the safety stock at least, and as its own value at most.
    limit = Item.reorder_point + Item.safety_stock_quantity + Item.safety_stock_quantity
    stood = sums.subquery("stood")
    statement = (
        select(
            Item.id.label("item_id"), Item.no, Item.description, UnitOfMeasure.code.label("base_unit"),
            _zero("variant_id"), _blank("variant"), _zero("location_id"), _blank("location"),
            Item.replenishment_system, Item.vendor_id, Vendor.no.label("vendor_no"),
            Vendor.name.label("vendor_name"), Vendor.phone.label("vendor_phone"), Item.vendor_item_no,
            _none("transfer_from_id"), _blank("transfer_from"), Item.lead_time, stood.c.inventory, stood.c.projected,
            *(getattr(Item, name) for name in PARAMETER_COLUMNS),
        )
        .join(stood, stood.c.item_id == Item.id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(Vendor, Vendor.id == Item.vendor_id)
        .where(*_conditions(wanted, Item), stood.c.projected < limit)
    )  # fmt: skip
    if wanted.transfer_from_id is not None:  # an item comes from a vendor; only units are transferred
        statement = statement.where(Item.id.in_(_transferred_from(session, wanted.transfer_from_id)))
    return statement


def _transferred_from(session: Session, location_id: int) -> Any:
    return select(StockkeepingUnit.item_id).where(StockkeepingUnit.transfer_from_id == location_id)


def _by_unit(wanted: ReorderFilter) -> Select[Any]:
    position, unit, source = StockPosition, StockkeepingUnit, aliased(Location)
    limit = unit.reorder_point + unit.safety_stock_quantity + unit.safety_stock_quantity
    statement = (
        select(
            Item.id.label("item_id"), Item.no, Item.description, UnitOfMeasure.code.label("base_unit"),
            unit.variant_id, ItemVariant.code.label("variant"), unit.location_id, Location.code.label("location"),
            unit.replenishment_system, unit.vendor_id, Vendor.no.label("vendor_no"),
            Vendor.name.label("vendor_name"), Vendor.phone.label("vendor_phone"), unit.vendor_item_no,
            unit.transfer_from_id, source.code.label("transfer_from"), unit.lead_time, position.inventory,
            _PROJECTED.label("projected"), *(getattr(unit, name) for name in PARAMETER_COLUMNS),
        )
        .select_from(unit)
        .join(
            position,
            and_(
                position.item_id == unit.item_id, position.variant_id == unit.variant_id,
                position.location_id == unit.location_id,
            ),
        )
        .join(Item, Item.id == unit.item_id)
        .join(ItemVariant, ItemVariant.id == unit.variant_id)
        .join(Location, Location.id == unit.location_id)
        .outerjoin(source, source.id == unit.transfer_from_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(Vendor, Vendor.id == unit.vendor_id)
        .where(*_conditions(wanted, unit), limit > _PROJECTED)
    )  # fmt: skip
    for column, value in ((unit.location_id, wanted.location_id), (unit.transfer_from_id, wanted.transfer_from_id)):
        if value is not None:
            statement = statement.where(column == value)
    if wanted.variant_code:
        statement = statement.where(ItemVariant.code == wanted.variant_code.upper())
    return statement


def _zero(name: str) -> Any:
    return literal(BLANK_ID).label(name)


def _blank(name: str) -> Any:
    return literal("").label(name)


def _none(name: str) -> Any:
    return cast(None, Item.id.type).label(name)


def _on_order(
    session: Session, item_ids: list[int], wanted: ReorderFilter
) -> dict[tuple[int, int, int], Decimal]:  # fmt: skip
    """What is outstanding on purchase orders: of each place, and (item, 0, 0) of all that the figures are about."""
    found: dict[tuple[int, int, int], Decimal] = defaultdict(lambda: ZERO)
    if not item_ids:
        return found
    line = TradeLine
    statement = (
        select(
            line.item_id, line.variant_id, line.location_id,
            func.sum(line.outstanding_qty_base, type_=line.outstanding_qty_base.type),
        )
        .join(TradeDocument, TradeDocument.id == line.document_id)
        .where(
            line.item_id.in_(ids_of(session, set(item_ids))), line.outstanding_qty_base != 0,
            line.drop_shipment.is_(False), TradeDocument.side == TradeSide.PURCHASE,
            TradeDocument.type == TradeType.ORDER,
        )
        .group_by(line.item_id, line.variant_id, line.location_id)
    )  # fmt: skip
    if wanted.basis is Basis.ITEM and wanted.location_id is not None:
        statement = statement.where(line.location_id == wanted.location_id)
    for row in session.execute(statement):
        place = (row[0], row[1], row[2]) if wanted.basis is Basis.UNIT else (row[0], 0, 0)
        found[place] += row[3]
    return found


def purchase_units(session: Session, item_ids: list[int]) -> dict[int, tuple[int, Decimal]]:
    """Item id -> its purchase unit and how many base units one of it is."""
    held = ItemUnitOfMeasure
    rows = session.execute(
        select(Item.id, held.unit_of_measure_id, held.qty_per_unit_of_measure)
        .join(held, and_(held.item_id == Item.id, held.unit_of_measure_id == Item.purchase_unit_of_measure_id))
        .where(Item.id.in_(ids_of(session, set(item_ids))))
    )
    return {row[0]: (row[1], row[2]) for row in rows}
