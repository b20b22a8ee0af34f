"""Locations: list, card with switches explained, copy, delete; their bins are blueprints/bins.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, or_, select
from wtforms import HiddenField

from blueprints.access import current_user, may, requires, today
from blueprints.database import db_session
from blueprints.dimensions import defaults_context
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.htmx import done, go, render
from blueprints.jobs import find_job, launch
from blueprints.list_filters import RecordFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordCodeField, RecordField
from blueprints.words import word
from core.text import _
from models import BLANK_ID, Item, ItemBalance, ItemVariant, Location, Permission
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
from services import bin_conversion, bins, location_removal, location_rules, locations, posting_setup, setup_checks

bp = Blueprint("locations", __name__, url_prefix="/locations")


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


def _show_url(row: Any) -> str:
    if not row.location_code:
        return url_for("locations.stock", blank="yes")
    return url_for("locations.show", code=row.location_code)


def _stock_url(row: Any, **filters: str) -> str:
    place = {"location": row.location_code} if row.location_code else {"blank": "yes"}
    return url_for("locations.stock", **place, **filters)


def _entries_url(row: Any) -> str:
    return url_for("ledger.item_entries", item=row.no, location=row.location or None)


def _steps(row: Any) -> str:
    """How goods go in and out, in a few words."""
    words = [
        (row.require_receive, _("receive")),
        (row.require_put_away, _("put-away")),
        (row.require_pick, _("pick")),
        (row.require_shipment, _("shipment")),
    ]
    if row.directed:
        return _("directed")
    return ", ".join(text for wanted, text in words if wanted)


def _balance(column: Any) -> Any:
    return (
        select(func.coalesce(func.sum(column), 0))
        .where(ItemBalance.location_id == Location.id)
        .correlate(Location)
        .scalar_subquery()
    )


#: goods without a location are shown as a row of their own where there are any
_has_stock = (
    select(ItemBalance.item_id)
    .where(ItemBalance.location_id == Location.id, ItemBalance.quantity != 0)
    .correlate(Location)
    .exists()
)
_short_items = (
    select(func.count())
    .where(ItemBalance.location_id == Location.id, ItemBalance.quantity < 0)
    .correlate(Location)
    .scalar_subquery()
)

LISTING = Listing(
    name="locations",
    title=_l("Locations"),
    key=Location.id,
    source=lambda: select().select_from(Location).where(or_(Location.there(), _has_stock)),
    columns=(
        Column(
            "code", _l("Code"), Location.code, "code", sort=True, cell=lambda row: row.location_code or _("no location")
        ),
        Column("name", _l("Name"), Location.name, sort=True),
        Column("city", _l("City"), Location.city, shown=False),
        Column("in_transit", _l("In transit"), Location.use_as_in_transit, "yes_no"),
        Column("bins", _l("Bins"), Location.bin_mandatory, "yes_no"),
        Column("steps", _l("Steps"), cell=_steps),
        Column(
            "items",
            _l("Items in stock"),
            select(func.count())
            .where(ItemBalance.location_id == Location.id, ItemBalance.quantity != 0)
            .correlate(Location)
            .scalar_subquery(),
            "number",
            shown=False,
            link=_stock_url,
        ),
        Column("short", _l("Items short"), _short_items, "number", link=lambda row: _stock_url(row, short="yes")),
        Column(
            "value",
            _l("Stock value"),
            _balance(ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected),
            "amount",
            permission=Permission.COSTS_VIEW,
            link=_stock_url,
        ),
    ),
    extra={
        "location_code": Location.code,
        "require_receive": Location.require_receive,
        "require_put_away": Location.require_put_away,
        "require_pick": Location.require_pick,
        "require_shipment": Location.require_shipment,
        "directed": Location.directed_put_away_and_pick,
    },
    filters=(
        YesNoFilter(
            "in_transit", _l("In transit"), Location.use_as_in_transit, yes=_l("In transit"), no=_l("Not in transit")
        ),
        YesNoFilter("bins", _l("Bins"), Location.bin_mandatory, yes=_l("With bins"), no=_l("Without bins")),
        YesNoFilter(
            "short",
            _l("Negative inventory"),
            select(ItemBalance.item_id)
            .where(ItemBalance.location_id == Location.id, ItemBalance.quantity < 0)
            .exists(),
            yes=_l("With negative inventory"),
            no=_l("Without negative inventory"),
        ),
    ),
    search=(Location.code, Location.name, Location.city),
    search_hint=_l("Code, name or city"),
    sort="code",
    open=_show_url,
    actions=(
        Action(_l("Step by step"), lambda: url_for("location_guide.guide"), "list-check", Permission.SETUP_EDIT),
        Action(
            _l("New location"),
            lambda: url_for("locations.new"),
            "plus",
            Permission.SETUP_EDIT,
            primary=True,
            shortcut="n",
        ),
    ),
    empty=Empty(
        _l("There are no locations yet: places where stock lies."),
        _l("New location"),
        lambda: url_for("locations.new"),
        Permission.SETUP_EDIT,
    ),
)


@bp.get("")
@requires(Permission.WAREHOUSE_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


STOCK = Listing(
    name="location_stock",
    title=_l("Stock by location"),
    key=Item.id,
    source=lambda: (
        select()
        .select_from(ItemBalance)
        .join(Item, Item.id == ItemBalance.item_id)
        .join(Location, Location.id == ItemBalance.location_id)
        .join(ItemVariant, ItemVariant.id == ItemBalance.variant_id)
        .where(ItemBalance.quantity != 0)
    ),
    columns=(
        Column("no", _l("Item"), Item.no, "code", sort=True, link=lambda row: url_for("items.show", no=row.no)),
        Column("description", _l("Description"), Item.description),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("location", _l("Location"), Location.code, "code",
               cell=lambda row: row.location or _("no location")),
        Column("quantity", _l("Quantity"), ItemBalance.quantity, "stock", link=_entries_url),
        Column("value", _l("Value"), ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected, "amount",
               permission=Permission.COSTS_VIEW),
    ),
    filters=(
        RecordFilter("location", _l("Location"), ItemBalance.location_id, kind="location"),
        YesNoFilter("short", _l("Negative inventory"), ItemBalance.quantity < 0, yes=_l("Negative inventory"),
                    no=_l("In stock")),
        YesNoFilter("blank", _l("Without location"), ItemBalance.location_id == BLANK_ID, yes=_l("Without location"),
                    no=_l("With location")),
    ),
    search=(Item.no, Item.description),
    search_hint=_l("Item number or description"),
    sort="no",
    open=lambda row: url_for("items.show", no=row.no),
    empty=Empty(_l("Nothing lies here.")),
)  # fmt: skip


@bp.get("/stock")
@requires(Permission.WAREHOUSE_VIEW)
def stock() -> ResponseReturnValue:
    """What lies where, item by item; what is negative too."""
    return STOCK.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = LocationForm()

    def work(session: Any) -> None:
        values = form.sent()
        locations.create_location(session, values.pop("code"), values)

    if carried_out(form, work):
        return done(
            None, back=url_for(".show", code=form.code.data), message=_("%(code)s was created.", code=form.code.data)
        )
    return render("locations/new.html", "locations/_form.html", status=form.status, form=form, location=None)


@bp.get("/<path:code>")
@requires(Permission.WAREHOUSE_VIEW)
def show(code: str) -> ResponseReturnValue:
    location = locations.get_location(db_session(), code)
    form = LocationForm(formdata=None, obj=location)
    form.show_bins(location)
    return _card(location, form)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = LocationForm()

    def of(session: Any) -> Location:
        return locations.get_location(session, code)

    if carried_out(form, lambda session: locations.edit_location(session, of(session), form.sent()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(locations.get_location(db_session(), code), form)


@bp.route("/<path:code>/copy", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def copy(code: str) -> ResponseReturnValue:
    location = locations.get_location(db_session(), code)
    form = CopyForm()

    def work(session: Any) -> None:
        values = form.values()
        source = locations.get_location(session, code)
        parts = [part for part in locations.PARTS if values[part]]
        locations.copy_location(session, source, values["code"], values["name"], parts)

    if carried_out(form, work):
        return done(
            None, back=url_for(".show", code=form.code.data), message=_("%(code)s was created.", code=form.code.data)
        )
    return render("locations/copy.html", "locations/_copy.html", status=form.status, form=form, location=location)


@bp.route("/<path:code>/convert", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def convert(code: str) -> ResponseReturnValue:
    """Bins for a location that holds stock: all of it goes into one, to be sorted or counted from there."""
    location = locations.get_location(db_session(), code)
    form = ConvertForm()
    on, user_id = today(), current_user.id
    too_many = False

    def work(session: Any) -> None:
        nonlocal too_many
        found, bin_code = locations.get_location(session, code), form.code.data or ""
        too_many = bin_conversion.check_conversion(session, found, bin_code) > bin_conversion.AT_ONCE
        if not too_many:
            bin_conversion.convert_to_bins(session, found, bin_code, on=on, user_id=user_id)

    if carried_out(form, work):
        if too_many:
            asked = {"location": location.code, "bin": form.code.data, "on": on.isoformat()}
            title = _("Bins for %(code)s", code=location.code)
            return go(url_for("jobs.show", job_id=launch(bin_conversion.JOB, asked, title)))
        message = _("%(code)s works with bins now; all of it lies in %(bin)s.", code=code, bin=form.code.data)
        return done(None, back=url_for("bins.index", code=code), message=message)
    return render("locations/convert.html", "locations/_convert.html", status=form.status, form=form, location=location)


@bp.get("/converted/<int:job_id>")
@requires(Permission.SETUP_EDIT)
def converted(job_id: int) -> ResponseReturnValue:
    """From the job to the bins it made."""
    return go(url_for("bins.index", code=str(find_job(job_id).parameters.get("location", ""))))


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: location_removal.delete_location(session, locations.get_location(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


@bp.post("/<path:code>/fill")
@requires(Permission.SETUP_EDIT)
def fill(code: str) -> ResponseReturnValue:
    """Give the location the accounts that the other locations use."""

    def work(session: Any) -> None:
        location = locations.get_location(session, code)
        _rows, groups = posting_setup.keys_of(session, posting_setup.INVENTORY)
        posting_setup.fill_row(session, posting_setup.INVENTORY, location.id, [group.id for group in groups])

    return press(work, message=_("The accounts were filled in."), back=url_for(".show", code=code))


def _card(location: Location, form: LocationForm) -> Response:
    session = db_session()
    first_bins, bin_count = bins.bin_rows(session, location.id, limit=10) if location.bin_mandatory else ([], 0)
    return render(
        "locations/show.html",
        "locations/_form.html",
        status=form.status,
        location=location,
        form=form,
        figures=locations.location_figures(session, location.id),
        gaps=setup_checks.gaps_of_location(session, location.code) if may(Permission.SETUP_VIEW) else [],
        bins=first_bins,
        bin_count=bin_count,
        routes=locations.routes_of(session, location.id),
        map_url=_map_url(location),
        **defaults_context(location),
    )


def _map_url(location: Location) -> str:
    """Where the address is shown on a map; "" without one."""
    address = ", ".join(
        part
        for part in (location.address, f"{location.post_code} {location.city}".strip(), location.country_code)
        if part
    )
    if not location.city and not location.post_code:
        return ""
    return f"https://www.openstreetmap.org/search?{urlencode({'query': address})}"
