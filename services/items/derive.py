"""What follows from what was entered on an item (items.md section 1, "Derived on entry").

A value the user gave in the same go is left alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    GeneralLedgerSetup,
    GenProductPostingGroup,
    InventorySetup,
    Item,
    StockkeepingUnit,
    VatPostingSetup,
    Vendor,
)
from models.enums import (
    AssemblyPolicy,
    CostingMethod,
    OrderTrackingPolicy,
    PriceProfitCalculation,
    ReorderingPolicy,
    ReplenishmentSystem,
    ReservePolicy,
)
from services.items import prices
from services.items.fields import BLOCK_FIELDS
from services.planning.parameters import includes_inventory

#: What a type without stock does not have: these are emptied when the type changes (items.md section 1, Types).
_STOCK_ONLY: dict[str, object] = {
    "assembly_policy": AssemblyPolicy.ASSEMBLE_TO_STOCK,
    "replenishment_system": ReplenishmentSystem.PURCHASE,
    "reserve": ReservePolicy.NEVER,
    "inventory_posting_group_id": None,
    "item_tracking_code_id": None,
    "serial_nos_id": None,
    "lot_nos_id": None,
    "costing_method": CostingMethod.FIFO,
    "reordering_policy": ReorderingPolicy.NONE,
    "order_tracking_policy": OrderTrackingPolicy.NONE,
    "indirect_cost_percent": Decimal(0),
    "overhead_rate": Decimal(0),
}
_FLAGS = tuple(name for name in BLOCK_FIELDS if name != "block_reason")


def derive(
    session: Session, item: Item, before: Mapping[str, object], changed: Collection[str], *, is_new: bool
) -> None:
    """Fill what follows; `before` is the item as it was, `changed` the fields that were entered."""
    if "type" in changed and not item.is_inventory and not is_new:
        empty_stock_fields(item)
    followed = (
        item.search_description in ("", str(before["description"]).upper()) and "search_description" not in changed
    )
    if "description" in changed and followed:
        item.search_description = item.description.upper()[:100]
    if not any(getattr(item, flag) for flag in _FLAGS) and any(before[flag] for flag in _FLAGS):
        item.block_reason = ""
    _default_units(item, changed)
    _lead_time(session, item, changed)
    _vat_group(session, item, changed)
    _standard_cost(item, changed, is_new=is_new)
    settle_include_inventory(item, changed)


def settle_include_inventory(record: Item | StockkeepingUnit, changed: Collection[str]) -> None:
    """Choosing a policy sets Include Inventory; people say otherwise only with Lot-for-Lot (items.md 20)."""
    if not {"reordering_policy", "include_inventory"} & set(changed):
        return
    policy = record.reordering_policy
    if policy is ReorderingPolicy.LOT_FOR_LOT and "include_inventory" in changed:
        return
    record.include_inventory = includes_inventory(policy)


def empty_stock_fields(item: Item) -> None:
    """What only items with stock have is reset."""
    for name, value in _STOCK_ONLY.items():
        setattr(item, name, value)


def calculate_price(session: Session, item: Item) -> None:
    """Profit follows price, or price follows profit, as the item says.

    Raises like prices.py, and ValidationError `vat_setup_missing`.
    """
    vat = _vat_in_price(session, item)
    match item.price_profit_calculation:
        case PriceProfitCalculation.PROFIT_IS_PRICE_MINUS_COST:
            item.profit_percent = prices.profit_of(item.unit_price, item.unit_cost, vat)
        case PriceProfitCalculation.PRICE_IS_COST_PLUS_PROFIT:
            setup = session.get(GeneralLedgerSetup, 1)
            precision = setup.unit_amount_rounding if setup else Decimal("0.00001")
            item.unit_price = prices.price_of(item.unit_cost, item.profit_percent, precision, vat)
        case PriceProfitCalculation.NO_RELATIONSHIP:
            pass


def _vat_in_price(session: Session, item: Item) -> Decimal:
    """The VAT rate, in %, that the item's price includes: that of its VAT group for the customers of the set-up."""
    if not item.price_includes_vat:
        return Decimal(0)
    setup = session.get(InventorySetup, 1)
    business = setup.price_vat_business_posting_group_id if setup else None
    percent = session.scalar(
        select(VatPostingSetup.vat_percent).where(
            VatPostingSetup.vat_business_posting_group_id == (business or BLANK_ID),
            VatPostingSetup.vat_product_posting_group_id == item.vat_product_posting_group_id,
        )
    )
    if percent is None:
        raise ValidationError(
            "vat_setup_missing",
            _(
                "The VAT that the price would include is not known: set up a rate for the item's VAT product group and "
                "the VAT business group of prices, or leave VAT out of the price."
            ),
            field="price_includes_vat",
        )
    return percent


def _default_units(item: Item, changed: Collection[str]) -> None:
    if "base_unit_of_measure_id" not in changed:
        return
    for name in ("sales_unit_of_measure_id", "purchase_unit_of_measure_id"):
        if name not in changed or getattr(item, name) is None:
            setattr(item, name, item.base_unit_of_measure_id)


def _lead_time(session: Session, item: Item, changed: Collection[str]) -> None:
    if "vendor_id" in changed and "lead_time" not in changed and item.vendor_id is not None:
        vendor = session.get(Vendor, item.vendor_id)
        item.lead_time = vendor.lead_time if vendor else item.lead_time


def _vat_group(session: Session, item: Item, changed: Collection[str]) -> None:
    group_id = item.gen_product_posting_group_id
    if "gen_product_posting_group_id" not in changed or "vat_product_posting_group_id" in changed or group_id is None:
        return
    group = session.get(GenProductPostingGroup, group_id)
    if group is not None and group.default_vat_product_posting_group_id is not None:
        item.vat_product_posting_group_id = group.default_vat_product_posting_group_id


def _standard_cost(item: Item, changed: Collection[str], *, is_new: bool) -> None:
    """The standard cost is copied to the unit cost."""
    if not item.is_inventory or item.costing_method is not CostingMethod.STANDARD:
        return
    if is_new and not item.standard_cost:
        item.standard_cost = item.unit_cost
    if "unit_cost" not in changed or is_new or "standard_cost" in changed:
        item.unit_cost = item.standard_cost
