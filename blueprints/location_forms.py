"""Forms of a location: its card, its copy, its change to bins."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.record_fields import RecordCodeField, RecordField
from blueprints.words import word
from core.text import _
from models import Location
from models.enums import (
    AssemblyConsumption,
    BinCapacityPolicy,
    BinPurpose,
    DefaultBinSelection,
    MissingSku,
    PickBinPolicy,
    PutAwayBinPolicy,
    SkuCreation,
    SpecialEquipment,
)
from services import location_rules


class LocationForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Name"), required=True)
    name_2 = TextField(_l("Name 2"), max_length=50)
    address = TextField(_l("Address"))
    address_2 = TextField(_l("Address 2"), max_length=50)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    county = TextField(_l("County"), max_length=50)
    country_code = CodeField(_l("Country"), max_length=10)
    contact = TextField(_l("Contact"))
    phone = TextField(_l("Phone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), render_kw={"inputmode": "email", "autocapitalize": "none"})
    web_page = TextField(_l("Web page"), max_length=250, render_kw={"inputmode": "url", "autocapitalize": "none"})
    use_as_in_transit = CheckField(
        _l("In transit"),
        description=_l("Goods on the way between two locations, like a lorry. Nothing is bought, sold or picked here."),
    )
    require_receive = CheckField(
        _l("Require receive"), description=_l("Goods come in through warehouse receipts, several orders at once.")
    )
    require_put_away = CheckField(
        _l("Require put-away"), description=_l("What came in is put away by a document of its own.")
    )
    require_pick = CheckField(_l("Require pick"), description=_l("What goes out is picked by a document of its own."))
    require_shipment = CheckField(
        _l("Require shipment"), description=_l("Goods go out through warehouse shipments, several orders at once.")
    )
    bin_mandatory = CheckField(
        _l("Bin mandatory"), description=_l("Every quantity lies in a bin; each line that moves stock names one.")
    )
    directed_put_away_and_pick = CheckField(
        _l("Directed put-away and pick"),
        description=_l("Stockbook chooses the bins. Switches all four steps on and needs bins."),
    )
    use_cross_docking = CheckField(
        _l("Cross-docking"),
        description=_l("What is wanted already goes from receiving straight to shipping. Needs all four steps."),
    )
    default_bin_selection = ChoiceField(
        _l("Default bin"),
        pairs=lambda: [(how.value, word(how) or _("None")) for how in DefaultBinSelection],
        description=_l("Fixed: an item's bin stays. Last used: it moves with each put-away."),
    )
    outbound_handling_time = CodeField(_l("Outbound handling time"), description=_l("From ready to gone: 1D, 1W."))
    inbound_handling_time = CodeField(_l("Inbound handling time"), description=_l("From arrived to available: 1D."))
    calendar_id = RecordField(_l("Calendar"), "work_calendar", description=_l("On which days people work here."))
    use_put_away_worksheet = CheckField(
        _l("Use put-away worksheet"), description=_l("What was received waits in a worksheet before it is put away.")
    )
    cross_dock_due_date = CodeField(
        _l("Cross-docking looks ahead"), description=_l("For demand within this time: 1W. Empty: today.")
    )
    assembly_consumption = ChoiceField(_l("Assembly components"), AssemblyConsumption, default=AssemblyConsumption.NONE)
    pick_bin_policy = ChoiceField(_l("Pick from"), PickBinPolicy, default=PickBinPolicy.DEFAULT_BIN)
    put_away_bin_policy = ChoiceField(_l("Put away by"), PutAwayBinPolicy, default=PutAwayBinPolicy.DEFAULT_BIN)
    put_away_template_code = RecordCodeField(_l("Put-away template"), "put_away_template")
    bin_capacity_policy = ChoiceField(_l("Capacity of bins"), BinCapacityPolicy, default=BinCapacityPolicy.NEVER_CHECK)
    check_warehouse_class = CheckField(
        _l("Check warehouse class"), description=_l("An item goes only into bins of its class, like frozen goods.")
    )
    allow_breakbulk = CheckField(
        _l("Allow breakbulk"), description=_l("Large units may be opened where small ones are wanted.")
    )
    always_create_put_away_line = CheckField(_l("Always create put-away lines"))
    always_create_pick_line = CheckField(_l("Always create pick lines"))
    pick_by_earliest_expiry = CheckField(
        _l("Pick by earliest expiry"), description=_l("What expires first goes out first.")
    )
    special_equipment = ChoiceField(_l("Special equipment"), SpecialEquipment, default=SpecialEquipment.BY_BIN)
    sku_creation = ChoiceField(_l("Stockkeeping units"), SkuCreation, default=SkuCreation.ALLOWED)
    missing_sku = ChoiceField(
        _l("Without a stockkeeping unit"),
        MissingSku,
        default=MissingSku.ITEM_CARD,
        description=_l("How demand for an item is planned here then."),
    )
    of_location = HiddenField()
    receipt_bin_id = RecordField(_l("Receipt bin"), "bin", depends="of_location")
    shipment_bin_id = RecordField(_l("Shipment bin"), "bin", depends="of_location")
    adjustment_bin_id = RecordField(_l("Adjustment bin"), "bin", depends="of_location")
    cross_dock_bin_id = RecordField(_l("Cross-dock bin"), "bin", depends="of_location")
    to_assembly_bin_id = RecordField(_l("To-assembly bin"), "bin", depends="of_location")
    from_assembly_bin_id = RecordField(_l("From-assembly bin"), "bin", depends="of_location")
    assemble_to_order_shipment_bin_id = RecordField(_l("Assemble-to-order shipment bin"), "bin", depends="of_location")

    def show_bins(self, location: Location) -> None:
        """The bins that serve a purpose at the location."""
        for purpose, bin_id in location_rules.bins_of_purpose(db_session(), location.id).items():
            self[f"{purpose.value}_bin_id"].process_data(bin_id)
        self.of_location.process_data(str(location.id))

    def sent(self) -> dict[str, Any]:
        """What was entered; what stands in a section that was not shown stays as it is."""
        hidden = {
            *(f"{purpose.value}_bin_id" for purpose in BinPurpose), "pick_bin_policy", "put_away_bin_policy",
            "put_away_template_code", "bin_capacity_policy", "special_equipment", "assembly_consumption",
            "sku_creation", "missing_sku",
        }  # fmt: skip
        flags = {
            "check_warehouse_class", "allow_breakbulk", "always_create_put_away_line", "always_create_pick_line",
            "pick_by_earliest_expiry",
        }  # fmt: skip
        unsent = {name for name in hidden if not self[name].raw_data}
        if "pick_bin_policy" in unsent:
            unsent |= flags  # a check box that is off is not sent either
        return {name: value for name, value in self.values().items() if name not in unsent}


class CopyForm(BaseForm):
    code = CodeField(_l("Code of the new location"), max_length=10, required=True)
    name = TextField(_l("Name"), required=True)
    zones = CheckField(_l("Copy zones"), default=True)
    bins = CheckField(_l("Copy bins"), default=True, description=_l("They bring their zones."))
    employees = CheckField(_l("Copy employees"), default=True)
    posting_setup = CheckField(_l("Copy posting set-up"), default=True)
    dimensions = CheckField(_l("Copy default dimensions"), default=True)
    routes = CheckField(_l("Copy transfer routes"), description=_l("Those from and to the location."))


class ConvertForm(RecordForm):
    code = CodeField(_l("First bin"), required=True, default="ALL", description=_l("It is made where there is none."))
