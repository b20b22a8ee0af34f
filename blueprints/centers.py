"""Responsibility centres: list, card with what belongs to them, new, delete (items.md section 17)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.dimensions import defaults_context
from blueprints.fields import CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import RecordFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import Location, Permission, ResponsibilityCenter
from services import centers, company

bp = Blueprint("centers", __name__, url_prefix="/setup/responsibility-centres")


class CenterForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Name"))
    name_2 = TextField(_l("Name 2"), max_length=50)
    location_id = RecordField(
        _l("Location"),
        "stock_location",
        description=_l("Where its documents ship and receive, unless the partner has one."),
    )
    address = TextField(_l("Address"), description=_l("Papers of its documents print it in place of the company's."))
    address_2 = TextField(_l("Address 2"), max_length=50)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    county = TextField(_l("County"), max_length=50)
    country_code = CodeField(_l("Country"), max_length=10)
    contact = TextField(_l("Contact"))
    phone = TextField(_l("Phone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), render_kw={"inputmode": "email", "autocapitalize": "none"})
    web_page = TextField(_l("Web page"), max_length=250, render_kw={"inputmode": "url", "autocapitalize": "none"})


LISTING = Listing(
    name="responsibility_centers",
    title=_l("Responsibility centres"),
    key=ResponsibilityCenter.id,
    source=lambda: (
        select().select_from(ResponsibilityCenter).outerjoin(Location, Location.id == ResponsibilityCenter.location_id)
    ),
    columns=(
        Column("code", _l("Code"), ResponsibilityCenter.code, "code", sort=True),
        Column("name", _l("Name"), ResponsibilityCenter.name, sort=True),
        Column("location", _l("Location"), Location.code, "code", sort=True),
        Column("city", _l("City"), ResponsibilityCenter.city, shown=False),
        Column("contact", _l("Contact"), ResponsibilityCenter.contact, shown=False),
        Column("phone", _l("Phone"), ResponsibilityCenter.phone, shown=False),
    ),
    extra={"row_code": ResponsibilityCenter.code},
    filters=(RecordFilter("location", _l("Location"), ResponsibilityCenter.location_id, kind="stock_location"),),
    search=(ResponsibilityCenter.code, ResponsibilityCenter.name, ResponsibilityCenter.city),
    search_hint=_l("Code, name or city"),
    sort="code",
    open=lambda row: url_for("centers.show", code=row.row_code),
    actions=(
        Action(_l("New centre"), lambda: url_for("centers.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no responsibility centres yet: sites or teams that own purchase and sales documents."),
        _l("New centre"), lambda: url_for("centers.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = CenterForm()

    def work(session: Any) -> None:
        values = form.values()
        centers.create_center(session, values.pop("code"), values)

    if carried_out(form, work):
        message = _("%(code)s was created.", code=form.code.data)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("centers/new.html", "centers/_form.html", status=form.status, form=form, center=None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    center = centers.get_center(db_session(), code)
    return _card(center, CenterForm(formdata=None, obj=center))


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = CenterForm()

    def of(session: Any) -> ResponsibilityCenter:
        return centers.get_center(session, code)

    if carried_out(form, lambda session: centers.edit_center(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(centers.get_center(db_session(), code), form)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: centers.delete_center(session, centers.get_center(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


def _card(center: ResponsibilityCenter, form: CenterForm) -> Response:
    return render(
        "centers/show.html",
        "centers/_form.html",
        status=form.status,
        center=center,
        form=form,
        figures=centers.center_figures(db_session(), center.id),
        limits=company.get_company(db_session()).limit_to_centers,
        **defaults_context(center),
    )
