"""Which fields of an item people may fill, and how codes and times among them are spelt."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from core.errors import DomainError, ValidationError
from core.text import _
from services.values import clean_code, clean_formula, clean_text, raise_all

#: Changed only with the right to change blocking (items.md section 21).
BLOCK_FIELDS = (
    "blocked", "sales_blocked", "purchasing_blocked", "service_blocked", "production_blocked", "block_reason",
)  # fmt: skip

#: Changed only with the right to change costs and posting groups; costs are hidden without it.
COST_FIELDS = (
    "costing_method", "standard_cost", "unit_cost", "indirect_cost_percent", "overhead_rate", "last_direct_cost",
    "inventory_value_zero", "gen_product_posting_group_id", "vat_product_posting_group_id",
    "inventory_posting_group_id",
)  # fmt: skip

#: What an item template holds, in the order of the card: the columns of models/item_fields.py.
TEMPLATE_FIELDS = (
    "type", "base_unit_of_measure_id", "sales_unit_of_measure_id", "purchase_unit_of_measure_id", "category_id",
    "manufacturer_id", "purchasing_code_id", "gtin", "variant_mandatory", "automatic_extended_text", *BLOCK_FIELDS,
    "shelf_no", "stockout_warning", "prevent_negative_inventory", "net_weight", "gross_weight", "unit_volume",
    "units_per_parcel", *COST_FIELDS, "tax_group_code", "unit_price", "price_includes_vat",
    "price_profit_calculation", "profit_percent", "allow_invoice_discount", "item_discount_group", "tariff_no",
    "country_of_origin_code", "country_purchased_code", "replenishment_system", "lead_time", "vendor_id",
    "vendor_item_no", "over_receipt_code", "assembly_policy", "reordering_policy", "reorder_point",
    "reorder_quantity", "maximum_inventory", "safety_stock_quantity", "safety_lead_time", "minimum_order_quantity",
    "maximum_order_quantity", "order_multiple", "time_bucket", "overflow_level", "include_inventory",
    "lot_accumulation_period", "rescheduling_period", "dampener_period", "dampener_quantity", "reserve",
    "order_tracking_policy", "critical", "rounding_precision", "item_tracking_code_id", "serial_nos_id",
    "lot_nos_id", "expiration_calculation", "warehouse_class_code", "special_equipment_code",
    "put_away_template_code", "put_away_unit_of_measure_id", "counting_period_id", "use_cross_docking",
)  # fmt: skip

#: All that may be passed to create_item and update_item besides `no`.
FIELDS = (
    "no_2", "description", "description_2", "search_description", "common_item_no", "alternative_item_id",
    *TEMPLATE_FIELDS, "marketing_text",
)  # fmt: skip

#: The units an item is dealt with in besides its base unit; each is one of the item's own units.
UNIT_FIELDS = ("sales_unit_of_measure_id", "purchase_unit_of_measure_id", "put_away_unit_of_measure_id")

#: Figures that may be below zero.
MAY_BE_NEGATIVE = ("profit_percent", "overhead_rate")

_CODES = {
    "no_2": 20, "common_item_no": 20, "shelf_no": 10, "item_discount_group": 20, "tariff_no": 20,
    "country_of_origin_code": 10, "country_purchased_code": 10, "search_description": 100, "tax_group_code": 20,
    "over_receipt_code": 20, "warehouse_class_code": 10, "special_equipment_code": 10, "put_away_template_code": 10,
}  # fmt: skip
_FORMULAS = (
    "lead_time", "safety_lead_time", "time_bucket", "lot_accumulation_period", "rescheduling_period",
    "dampener_period", "expiration_calculation",
)  # fmt: skip


def clean_no(value: object) -> str:
    """An item number as it is kept; "" stays blank. Raises ValidationError `text_too_long`, `invalid_characters`."""
    if not str(value or "").strip():
        return ""
    code = clean_code(value, field="no", length=20)
    check_signs(code, "no")
    return code


def check_signs(code: str, field: str) -> None:
    """Codes hold what keyboards and scanners make: no emoji, no invisible signs (`invalid_characters`)."""
    if code.isascii() and code.isprintable():
        return
    if any(unicodedata.category(sign) in {"So", "Cf", "Cc", "Cs", "Co", "Cn", "Zl", "Zp"} for sign in code):
        raise ValidationError(
            "invalid_characters", _("Codes are made of letters, digits and the signs on a keyboard."), field=field
        )


def clean_fields(values: Mapping[str, object]) -> dict[str, object]:
    """Codes in capitals, times in their one spelling; everything else is checked by `values.assign`.

    Raises ValidationError or ErrorList: `text_too_long`, `invalid_characters`, `invalid_formula`.
    """
    cleaned = dict(values)
    errors: list[DomainError] = []
    for name, value in values.items():
        try:
            if name in _CODES:
                cleaned[name] = clean_text(value, field=name, length=_CODES[name]).upper()
                check_signs(str(cleaned[name]), name)
            elif name in _FORMULAS:
                cleaned[name] = clean_formula(value, name)
                if str(cleaned[name]).startswith("-"):
                    raise ValidationError("not_negative", _("A time may not be negative."), field=name)
        except ValidationError as error:
            errors.append(error)
    raise_all(errors)
    return cleaned
