"""Bins of a location: a page to list, add, add in rows, change and delete them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField, WholeField
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordCodeField
from core.text import _, ngettext
from models import Bin, Permission
from services import bins, locations

bp = Blueprint("bins", __name__, url_prefix="/bins")

PAGE = 50


class BinForm(RecordForm):
    code = CodeField(_l("Code"), required=True)
    description = TextField(_l("Description"))
    ranking = WholeField(_l("Ranking"), minimum=-10_000, maximum=10_000, description=_l("Higher is picked first."))
    dedicated = CheckField(_l("Dedicated"), description=_l("Kept for one purpose: skipped when picks are made."))
    block_movement = ChoiceField(
        _l("Block movement"),
        pairs=lambda: [("none", _("None")), ("inbound", _("Inbound")), ("outbound", _("Outbound")), ("all", _("All"))],
        default="none",
    )
    zone_code = CodeField(_l("Zone"), max_length=10, description=_l("A part of the location: COLD, RACKS, FLOOR."))
    special_equipment_code = RecordCodeField(_l("Special equipment"), "special_equipment")
    warehouse_class_code = RecordCodeField(_l("Warehouse class"), "warehouse_class")
    maximum_cubage = QuantityField(_l("Maximum cubage"))
    maximum_weight = QuantityField(_l("Maximum weight"))


class RangeForm(BaseForm):
    first = CodeField(_l("From"), required=True)
    last = CodeField(_l("To"), required=True)
    zone_code = CodeField(_l("Zone"), max_length=10)


@bp.get("/<path:code>")
@requires(Permission.WAREHOUSE_VIEW)
def index(code: str) -> ResponseReturnValue:
    return _page(code, BinForm(formdata=None), RangeForm(formdata=None))


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def new(code: str) -> ResponseReturnValue:
    form = BinForm()

    def work(session: Any) -> None:
        values = form.values()
        bins.create_bin(session, locations.get_location(session, code), values.pop("code"), values)

    if carried_out(form, work):
        return done(
            None, back=url_for(".index", code=code), message=_("Bin %(code)s was created.", code=form.code.data)
        )
    return _page(code, form, RangeForm(formdata=None))


@bp.post("/<path:code>/range")
@requires(Permission.SETUP_EDIT)
def new_range(code: str) -> ResponseReturnValue:
    form, made = RangeForm(), []

    def work(session: Any) -> None:
        location = locations.get_location(session, code)
        made[:] = bins.create_bin_range(session, location, form.first.data, form.last.data, zone=form.zone_code.data)

    if carried_out(form, work):
        message = ngettext("%(num)d bin was created.", "%(num)d bins were created.", len(made))
        return done(None, back=url_for(".index", code=code), message=message)
    return _page(code, BinForm(formdata=None), form)


@bp.route("/<path:code>/edit/<path:bin_code>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit(code: str, bin_code: str) -> ResponseReturnValue:
    location = locations.get_location(db_session(), code)
    bin_ = bins.get_bin(db_session(), location.id, bin_code)
    form = BinForm(obj=bin_)

    def of(session: Any) -> Bin:
        return bins.get_bin(session, locations.get_location(session, code).id, bin_code)

    if carried_out(form, lambda session: bins.edit_bin(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".index", code=code), message=_("Saved."))
    return render(
        "locations/bin.html", "locations/_bin.html", status=form.status, location=location, bin=bin_, form=form
    )


@bp.post("/<path:code>/delete/<path:bin_code>")
@requires(Permission.SETUP_EDIT)
def delete(code: str, bin_code: str) -> ResponseReturnValue:
    def work(session: Any) -> None:
        location = locations.get_location(session, code)
        bins.delete_bin(session, bins.get_bin(session, location.id, bin_code))

    return press(work, message=_("Bin %(code)s was deleted.", code=bin_code), back=url_for(".index", code=code))


def _page(code: str, form: BinForm, range_form: RangeForm) -> Response:
    location = locations.get_location(db_session(), code)
    text = request.args.get("q", "").strip()[:20].replace("\x00", "")
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    rows, total = bins.bin_rows(db_session(), location.id, limit=PAGE, offset=(number - 1) * PAGE, text=text)
    errors = form.errors or range_form.errors
    return render(
        "locations/bins.html",
        "locations/_bins.html",
        status=422 if errors else 200,
        location=location,
        form=form,
        range_form=range_form,
        rows=rows,
        total=total,
        q=text,
        number=number,
        pages=-(-total // PAGE),
    )
