"""Locations: the pages of list, card, copy, change to bins; their bins are blueprints/bins.py."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue

from blueprints.access import current_user, may, requires, today
from blueprints.database import db_session
from blueprints.dimensions import defaults_context
from blueprints.htmx import done, go, render
from blueprints.jobs import find_job, launch
from blueprints.location_forms import ConvertForm, CopyForm, LocationForm
from blueprints.location_lists import LISTING, STOCK
from blueprints.masters import carried_out, press
from core.text import _
from models import Location, Permission
from services import bin_conversion, bins, location_removal, locations, posting_setup, setup_checks

bp = Blueprint("locations", __name__, url_prefix="/locations")


@bp.get("")
@requires(Permission.WAREHOUSE_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


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
