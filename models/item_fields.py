"""What an item card and an item template have in common (items.md sections 1 and 2)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Name250, Percent, Quantity, Ref, UnitCost, word_enum
from models.enums import (
    CostingMethod,
    DefaultNoYes,
    ItemType,
    PriceProfitCalculation,
    ReservePolicy,
)
from models.handling_fields import HandlingFields
from models.planning_fields import PlanningFields

_ZERO = Decimal(0)


def item_checks() -> tuple[CheckConstraint, ...]:
    """The rules of one row that hold for the columns below; a table needs constraints of its own."""
    return (
        CheckConstraint("type = 'inventory' OR inventory_posting_group_id IS NULL", name="only_inventory_has_group"),
        CheckConstraint("type = 'inventory' OR costing_method = 'fifo'", name="non_inventory_is_fifo"),
        CheckConstraint(
            "unit_cost >= 0 AND standard_cost >= 0 AND last_direct_cost >= 0 AND unit_price >= 0"
            " AND indirect_cost_percent >= 0",
            name="costs_not_negative",
        ),
        CheckConstraint(
            "gross_weight >= 0 AND net_weight >= 0 AND unit_volume >= 0 AND units_per_parcel >= 0",
            name="weights_not_negative",
        ),
        CheckConstraint("rounding_precision > 0", name="rounding_precision_positive"),
    )


class ItemFields(PlanningFields, HandlingFields):
    """The columns shared by Item and ItemTemplate; texts, numbers and what postings keep up are the item's alone."""

    type: Mapped[ItemType] = mapped_column(word_enum(ItemType), default=ItemType.INVENTORY)
    base_unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    sales_unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    purchase_unit_of_measure_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("unit_of_measure.id", ondelete="RESTRICT")
    )
    category_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_category.id", ondelete="SET NULL"))
    manufacturer_id: Mapped[Ref | None] = mapped_column(ForeignKey("manufacturer.id", ondelete="RESTRICT"))
    purchasing_code_id: Mapped[Ref | None] = mapped_column(ForeignKey("purchasing_code.id", ondelete="RESTRICT"))
    gtin: Mapped[Code20] = mapped_column(default="")
    variant_mandatory: Mapped[DefaultNoYes] = mapped_column(
        word_enum(DefaultNoYes, check="variant_mandatory"), default=DefaultNoYes.DEFAULT
    )
    automatic_extended_text: Mapped[bool] = mapped_column(default=False)

    blocked: Mapped[bool] = mapped_column(default=False)
    sales_blocked: Mapped[bool] = mapped_column(default=False)
    purchasing_blocked: Mapped[bool] = mapped_column(default=False)
    service_blocked: Mapped[bool] = mapped_column(default=False)
    production_blocked: Mapped[bool] = mapped_column(default=False)
    block_reason: Mapped[Name250] = mapped_column(default="")

    shelf_no: Mapped[Code10] = mapped_column(default="")
    stockout_warning: Mapped[DefaultNoYes] = mapped_column(
        word_enum(DefaultNoYes, check="stockout_warning"), default=DefaultNoYes.DEFAULT
    )
    prevent_negative_inventory: Mapped[DefaultNoYes] = mapped_column(
        word_enum(DefaultNoYes, check="prevent_negative_inventory"), default=DefaultNoYes.DEFAULT
    )
    net_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    gross_weight: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_volume: Mapped[Quantity] = mapped_column(default=_ZERO)
    units_per_parcel: Mapped[Quantity] = mapped_column(default=_ZERO)

    costing_method: Mapped[CostingMethod] = mapped_column(word_enum(CostingMethod), default=CostingMethod.FIFO)
    standard_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    indirect_cost_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    overhead_rate: Mapped[UnitCost] = mapped_column(default=_ZERO)
    last_direct_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    inventory_value_zero: Mapped[bool] = mapped_column(default=False)

    gen_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("gen_product_posting_group.id", ondelete="RESTRICT")
    )
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
    inventory_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("inventory_posting_group.id", ondelete="RESTRICT")
    )
    tax_group_code: Mapped[Code20] = mapped_column(default="")

    unit_price: Mapped[UnitCost] = mapped_column(default=_ZERO)
    price_includes_vat: Mapped[bool] = mapped_column(default=False)
    price_profit_calculation: Mapped[PriceProfitCalculation] = mapped_column(
        word_enum(PriceProfitCalculation), default=PriceProfitCalculation.PROFIT_IS_PRICE_MINUS_COST
    )
    profit_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    allow_invoice_discount: Mapped[bool] = mapped_column(default=True)
    item_discount_group: Mapped[Code20] = mapped_column(default="")
    tariff_no: Mapped[Code20] = mapped_column(default="")
    country_of_origin_code: Mapped[Code10] = mapped_column(default="")
    country_purchased_code: Mapped[Code10] = mapped_column(default="")

    over_receipt_code: Mapped[Code20] = mapped_column(default="")
    reserve: Mapped[ReservePolicy] = mapped_column(word_enum(ReservePolicy), default=ReservePolicy.OPTIONAL)
    rounding_precision: Mapped[Quantity] = mapped_column(default=Decimal(1))

    item_tracking_code_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_tracking_code.id", ondelete="RESTRICT"))
    serial_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    lot_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    expiration_calculation: Mapped[Code20] = mapped_column(default="")

    warehouse_class_code: Mapped[Code10] = mapped_column(default="")
