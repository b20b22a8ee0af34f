"""Transfer routes: a matrix from each location to each other, a list with cards for phones, and one route."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, RecordForm
from blueprints.htmx import done, render
from blueprints.list_filters import RecordFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import Location, Permission, ShippingAgent, ShippingAgentService, TransferRoute
from models.enums import DirectTransferPosting
from services.locations import get_location
from services.transfers import routes

bp = Blueprint("transfer_routes", __name__, url_prefix="/transfers/routes")

_from, _to, _through = aliased(Location), aliased(Location), aliased(Location)
#: More rows and columns than these nobody reads; the list has them all.
MOST_PLACES = 40


class RouteForm(RecordForm):
    direct_transfer = CheckField(
        _l("Direct transfer"), description=_l("Shipped and received at once, through no in-transit location.")
    )
    direct_posting = ChoiceField(
        _l("Direct transfer posted as"), DirectTransferPosting, blank=_l("As in set-up"), default=""
    )
    in_transit_location_id = RecordField(
        _l("In transit through"), "in_transit_location", description=_l("Where goods are while they travel.")
    )
    shipping_agent_id = RecordField(_l("Shipping agent"), "shipping_agent")
    shipping_agent_service_id = RecordField(_l("Service"), "shipping_agent_service", depends="shipping_agent_id")
    shipping_time = CodeField(
        _l("Shipping time"), description=_l("2D, 1W: where no service of an agent says how long it takes.")
    )

    def sent(self) -> dict[str, Any]:
        """What was entered; an empty choice means none."""
        values = self.values()
        return values | {"direct_posting": values["direct_posting"] or None}


class EndsForm(BaseForm):
    from_location_id = RecordField(_l("From"), "stock_location", required=True)
    to_location_id = RecordField(_l("To"), "stock_location", required=True)


def _route_url(row: Any) -> str:
    return url_for("transfer_routes.show", start=row.start, end=row.end)


LISTING = Listing(
    name="transfer_route",
    title=_l("Transfer routes"),
    key=TransferRoute.id,
    source=lambda: (
        select()
        .select_from(TransferRoute)
        .join(_from, _from.id == TransferRoute.from_location_id)
        .join(_to, _to.id == TransferRoute.to_location_id)
        .outerjoin(_through, _through.id == TransferRoute.in_transit_location_id)
        .outerjoin(ShippingAgent, ShippingAgent.id == TransferRoute.shipping_agent_id)
        .outerjoin(ShippingAgentService, ShippingAgentService.id == TransferRoute.shipping_agent_service_id)
    ),
    columns=(
        Column("start", _l("From"), _from.code, "code", sort=True),
        Column("end", _l("To"), _to.code, "code", sort=True, link=_route_url),
        Column("through", _l("In transit through"), _through.code, "code"),
        Column("direct", _l("Direct"), TransferRoute.direct_transfer, "yes_no"),
        Column("agent", _l("Shipping agent"), ShippingAgent.code, "code"),
        Column("service", _l("Service"), ShippingAgentService.code, "code"),
        Column("time", _l("Shipping time"), ShippingAgentService.shipping_time,
               cell=lambda row: row.time or row.own_time or ""),
    ),
    extra={"own_time": TransferRoute.shipping_time},
    filters=(
        RecordFilter("from", _l("From"), TransferRoute.from_location_id, kind="stock_location"),
        RecordFilter("to", _l("To"), TransferRoute.to_location_id, kind="stock_location"),
        RecordFilter("agent", _l("Shipping agent"), TransferRoute.shipping_agent_id, kind="shipping_agent"),
        YesNoFilter("direct", _l("Direct"), TransferRoute.direct_transfer, yes=_l("Direct"), no=_l("Not direct")),
    ),
    search=(_from.code, _to.code, _from.name, _to.name),
    search_hint=_l("Code or name of a location"),
    sort="start",
    open=_route_url,
    actions=(
        Action(_l("New route"), lambda: url_for("transfer_routes.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
        Action(_l("As a matrix"), lambda: url_for("transfer_routes.matrix"), "table"),
    ),
    empty=Empty(
        _l("There are no transfer routes yet: what goes from where to where, by whom and how long."),
        _l("New route"), lambda: url_for("transfer_routes.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip

#: What a cell of the matrix may show: key -> words.
SHOWN = {
    "in_transit": _l("In-transit location"), "agent": _l("Shipping agent"), "service": _l("Service"),
    "time": _l("Shipping time"),
}  # fmt: skip


@bp.get("")
@requires(Permission.TRANSFERS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.get("/matrix")
@requires(Permission.TRANSFERS_VIEW)
def matrix() -> ResponseReturnValue:
    """Rows are where goods come from, columns where they go."""
    shown = request.args.get("show", "in_transit")
    shown = shown if shown in SHOWN else "in_transit"
    found = routes.route_matrix(db_session(), limit=MOST_PLACES)
    between = select(Location).where(Location.use_as_in_transit.is_(True), Location.there())
    through = {place.id: place.code for place in db_session().scalars(between)}
    cells = {ends: _cell(route, shown, through) for ends, route in found.routes.items()}
    return render(
        "transfer_routes/matrix.html", "transfer_routes/_matrix.html", found=found, cells=cells,
        tabs_of=[(str(words), url_for(".matrix", show=key), key == shown) for key, words in SHOWN.items()],
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    """From where to where; the route's page asks the rest."""
    form = EndsForm()
    if form.validate_on_submit():
        if form.from_location_id.data == form.to_location_id.data:
            form.to_location_id.errors = [_("From and to are the same location; choose another.")]
        else:
            ends = {"start": form.from_location_id.record.code, "end": form.to_location_id.record.code}
            return redirect(url_for(".show", **ends), code=303)
    return render(
        "transfer_routes/new.html", "transfer_routes/_ends.html", form=form, status=422 if form.errors else 200
    )


@bp.get("/route")
@requires(Permission.TRANSFERS_VIEW)
def show() -> ResponseReturnValue:
    start, end = _ends()
    route = routes.find_route(db_session(), start.id, end.id)
    return _page(start, end, RouteForm(formdata=None, obj=route))


@bp.post("/route")
@requires(Permission.SETUP_EDIT)
def save() -> ResponseReturnValue:
    start, end = _ends()
    form = RouteForm()

    def of(session: Any) -> Any:
        return routes.find_route(session, start.id, end.id)

    def work(session: Any) -> None:
        routes.save_route(session, session.get_one(Location, start.id), session.get_one(Location, end.id), form.sent())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".matrix"), message=_("Saved."))
    return _page(start, end, form)


@bp.post("/route/delete")
@requires(Permission.SETUP_EDIT)
def delete() -> ResponseReturnValue:
    start, end = _ends()

    def work(session: Any) -> None:
        routes.delete_route(session, session.get_one(Location, start.id), session.get_one(Location, end.id))

    return press(work, message=_("The route was deleted."), back=url_for(".matrix"))


def _ends() -> tuple[Location, Location]:
    """The two locations in the address. Raises NotFound."""
    codes = [request.args.get(name, "")[:10].replace("\x00", "") for name in ("start", "end")]
    start, end = (get_location(db_session(), code) for code in codes)
    return start, end


def _cell(route: TransferRoute, shown: str, through: dict[int, str]) -> str:
    """What the matrix says of a route; a dash where it says nothing of this."""
    if shown == "in_transit":
        return _("direct") if route.direct_transfer else through.get(route.in_transit_location_id or 0, "–")
    if shown == "agent":
        return route.shipping_agent.code if route.shipping_agent else "–"
    service = route.shipping_agent_service
    if shown == "service":
        return service.code if service else "–"
    return (service.shipping_time if service else "") or route.shipping_time or "–"


def _page(start: Location, end: Location, form: RouteForm) -> Response:
    route = routes.find_route(db_session(), start.id, end.id)
    return render(
        "transfer_routes/show.html", "transfer_routes/_form.html", status=form.status, start=start, end=end, form=form,
        route=route,
    )  # fmt: skip
