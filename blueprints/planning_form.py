"""The fields of supply, planning and handling, which the forms of items, templates and stockkeeping units share."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from blueprints.decimal_fields import QuantityField
from blueprints.fields import CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.record_fields import RecordCodeField, RecordField
from models.enums import AssemblyPolicy, OrderTrackingPolicy, ReorderingPolicy


class PlanningForm(RecordForm):
    """Columns of models/planning_fields.py and models/handling_fields.py, except what each form says in its own way."""

    vendor_id = RecordField(_l("Vendor"), "vendor")
    vendor_item_no = TextField(_l("Vendor item no."), max_length=50)
    lead_time = CodeField(_l("Lead time"), description=_l("2D is two days, 1W a week, 3M three months."))
    assembly_policy = ChoiceField(_l("Assembly policy"), AssemblyPolicy)

    reordering_policy = ChoiceField(_l("Reordering policy"), ReorderingPolicy)
    reorder_point = QuantityField(_l("Reorder point"))
    reorder_quantity = QuantityField(_l("Reorder quantity"))
    maximum_inventory = QuantityField(_l("Maximum inventory"))
    safety_stock_quantity = QuantityField(_l("Safety stock"))
    safety_lead_time = CodeField(_l("Safety lead time"))
    minimum_order_quantity = QuantityField(_l("Minimum order quantity"))
    maximum_order_quantity = QuantityField(_l("Maximum order quantity"))
    order_multiple = QuantityField(_l("Order multiple"))
    time_bucket = CodeField(_l("Time bucket"))
    overflow_level = QuantityField(_l("Overflow level"))
    include_inventory = CheckField(_l("Include inventory"))
    lot_accumulation_period = CodeField(_l("Lot accumulation period"))
    rescheduling_period = CodeField(_l("Rescheduling period"))
    dampener_period = CodeField(_l("Dampener period"))
    dampener_quantity = QuantityField(_l("Dampener quantity"))
    order_tracking_policy = ChoiceField(_l("Order tracking"), OrderTrackingPolicy)
    critical = CheckField(_l("Critical"))

    special_equipment_code = RecordCodeField(_l("Special equipment"), "special_equipment")
    put_away_template_code = RecordCodeField(_l("Put-away template"), "put_away_template")
    put_away_unit_of_measure_id = RecordField(_l("Put-away unit"), "unit")
    counting_period_id = RecordField(_l("Counting period"), "counting_period")
    use_cross_docking = CheckField(_l("Use cross-docking"))
