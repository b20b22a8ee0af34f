"""Locations: list, card with switches explained, copy, delete; their bins are blueprints/bins.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.words import word
from core.text import _
from models import BLANK_ID, ItemBalance, Location, Permission
from models.enums import DefaultBinSelection
from services import bins, locations, posting_setup, setup_checks

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


class CopyForm(BaseForm):
    code = CodeField(_l("Code of the new location"), max_length=10, required=True)
    name = TextField(_l("Name"), required=True)
    bins = CheckField(_l("Copy bins"), default=True)
    posting_setup = CheckField(_l("Copy posting set-up"), default=True)
    routes = CheckField(_l("Copy transfer routes"))


def _show_url(row: Any) -> str:
    return url_for("locations.show", code=row.location_code)


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


LISTING = Listing(
    name="locations",
    title=_l("Locations"),
    key=Location.id,
    source=lambda: select().select_from(Location).where(Location.id != BLANK_ID),
    columns=(
        Column("code", _l("Code"), Location.code, "code", sort=True),
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
        ),
        Column(
            "value",
            _l("Stock value"),
            _balance(ItemBalance.cost_amount_actual + ItemBalance.cost_amount_expected),
            "amount",
            permission=Permission.COSTS_VIEW,
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


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = LocationForm()

    def work(session: Any) -> None:
        values = form.values()
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
    return _card(location, LocationForm(formdata=None, obj=location))


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = LocationForm()

    def of(session: Any) -> Location:
        return locations.get_location(session, code)

    if carried_out(form, lambda session: locations.edit_location(session, of(session), form.values()), of=of):
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
        locations.copy_location(session, source, values.pop("code"), values.pop("name"), **values)

    if carried_out(form, work):
        return done(
            None, back=url_for(".show", code=form.code.data), message=_("%(code)s was created.", code=form.code.data)
        )
    return render("locations/copy.html", "locations/_copy.html", status=form.status, form=form, location=location)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: locations.delete_location(session, locations.get_location(session, code)),
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
    )
