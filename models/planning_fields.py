"""How goods are supplied and planned: of an item, a template of items, a stockkeeping unit (items.md section 20)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Code50, Quantity, Ref, word_enum
from models.enums import AssemblyPolicy, OrderTrackingPolicy, ReorderingPolicy, ReplenishmentSystem

_ZERO = Decimal(0)


class PlanningFields:
    """Columns of supply and planning."""

    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    vendor_item_no: Mapped[Code50] = mapped_column(default="")
    lead_time: Mapped[Code20] = mapped_column(default="")
    replenishment_system: Mapped[ReplenishmentSystem] = mapped_column(
        word_enum(ReplenishmentSystem), default=ReplenishmentSystem.PURCHASE
    )
    assembly_policy: Mapped[AssemblyPolicy] = mapped_column(
        word_enum(AssemblyPolicy), default=AssemblyPolicy.ASSEMBLE_TO_STOCK
    )

    reordering_policy: Mapped[ReorderingPolicy] = mapped_column(
        word_enum(ReorderingPolicy), default=ReorderingPolicy.NONE
    )
    reorder_point: Mapped[Quantity] = mapped_column(default=_ZERO)
    reorder_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    maximum_inventory: Mapped[Quantity] = mapped_column(default=_ZERO)
    safety_stock_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    safety_lead_time: Mapped[Code20] = mapped_column(default="")
    minimum_order_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    maximum_order_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    order_multiple: Mapped[Quantity] = mapped_column(default=_ZERO)
    time_bucket: Mapped[Code20] = mapped_column(default="")
    overflow_level: Mapped[Quantity] = mapped_column(default=_ZERO)
    include_inventory: Mapped[bool] = mapped_column(default=False)
    lot_accumulation_period: Mapped[Code20] = mapped_column(default="")
    rescheduling_period: Mapped[Code20] = mapped_column(default="")
    dampener_period: Mapped[Code20] = mapped_column(default="")
    dampener_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    order_tracking_policy: Mapped[OrderTrackingPolicy] = mapped_column(
        word_enum(OrderTrackingPolicy), default=OrderTrackingPolicy.NONE
    )
    critical: Mapped[bool] = mapped_column(default=False)
