"""Shipping agents: list, card with what they offer and how long it takes."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CodeField, RecordField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.text import _
from models import Permission, ShippingAgent, ShippingAgentService
from services import shipping_agents as agents

bp = Blueprint("shipping_agents", __name__, url_prefix="/setup/shipping-agents")


class AgentForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    name = TextField(_l("Name"))
    tracking_address = TextField(
        _l("Tracking address"), max_length=250, render_kw={"inputmode": "url", "autocapitalize": "none"},
        description=_l("Where a parcel is followed; %1 stands for its number."),
    )  # fmt: skip
    account_no = TextField(_l("Account no."), max_length=50, description=_l("Our number in their books."))
    calendar_id = RecordField(_l("Calendar"), "work_calendar", description=_l("On which days they drive."))


class ServiceForm(RecordForm):
    code = CodeField(_l("Code"), max_length=10, required=True)
    description = TextField(_l("Description"))
    shipping_time = CodeField(_l("Shipping time"), description=_l("From door to door: 2D, 1W."))
    calendar_id = RecordField(_l("Calendar"), "work_calendar", description=_l("Empty: the agent's."))


LISTING = Listing(
    name="shipping_agents",
    title=_l("Shipping agents"),
    key=ShippingAgent.id,
    source=lambda: select().select_from(ShippingAgent),
    columns=(
        Column("code", _l("Code"), ShippingAgent.code, "code", sort=True),
        Column("name", _l("Name"), ShippingAgent.name, sort=True),
        Column("services", _l("Services"),
               select(func.count()).where(ShippingAgentService.shipping_agent_id == ShippingAgent.id)
               .correlate(ShippingAgent).scalar_subquery(), "number"),
        Column("account_no", _l("Account no."), ShippingAgent.account_no, shown=False),
    ),
    extra={"row_code": ShippingAgent.code},
    search=(ShippingAgent.code, ShippingAgent.name),
    search_hint=_l("Code or name"),
    sort="code",
    open=lambda row: url_for("shipping_agents.show", code=row.row_code),
    actions=(
        Action(_l("New agent"), lambda: url_for("shipping_agents.new"), "plus", Permission.SETUP_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no shipping agents yet: who carries goods for us."), _l("New agent"),
        lambda: url_for("shipping_agents.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = AgentForm()
    if carried_out(form, lambda session: agents.save_agent(session, None, form.values())):
        message = _("%(code)s was created. Now add what they offer.", code=form.code.data)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("shipping_agents/new.html", "shipping_agents/_form.html", status=form.status, form=form, record=None)


@bp.get("/<path:code>")
@requires(Permission.SETUP_VIEW)
def show(code: str) -> ResponseReturnValue:
    return _card(code)


@bp.post("/<path:code>")
@requires(Permission.SETUP_EDIT)
def edit(code: str) -> ResponseReturnValue:
    form = AgentForm()

    def of(session: Any) -> ShippingAgent:
        return agents.get_agent(session, code)

    if carried_out(form, lambda session: agents.save_agent(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _card(code, form=form)


@bp.post("/<path:code>/delete")
@requires(Permission.SETUP_EDIT)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: agents.delete_agent(session, agents.get_agent(session, code)),
        message=_("%(code)s was deleted.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".show", code=code),
    )


@bp.post("/<path:code>/services")
@requires(Permission.SETUP_EDIT)
def new_service(code: str) -> ResponseReturnValue:
    form = ServiceForm()

    def work(session: Any) -> None:
        agents.save_service(session, agents.get_agent(session, code), None, form.values())

    if carried_out(form, work):
        return done(None, back=url_for(".show", code=code), message=_("The service was added."))
    return _card(code, service_form=form)


@bp.route("/<path:code>/services/<int:service_id>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit_service(code: str, service_id: int) -> ResponseReturnValue:
    agent = agents.get_agent(db_session(), code)
    service = agents.get_service(db_session(), agent, service_id)
    form = ServiceForm(obj=service)

    def of(session: Any) -> ShippingAgentService:
        return agents.get_service(session, agents.get_agent(session, code), service_id)

    def work(session: Any) -> None:
        agents.save_service(session, agents.get_agent(session, code), of(session), form.values())

    if carried_out(form, work, of=of):
        return done(None, back=url_for(".show", code=code), message=_("Saved."))
    return render(
        "shipping_agents/service.html", "shipping_agents/_service.html", status=form.status, agent=agent,
        service=service, form=form,
    )  # fmt: skip


@bp.post("/<path:code>/services/<int:service_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete_service(code: str, service_id: int) -> ResponseReturnValue:
    def work(session: Any) -> None:
        agents.delete_service(session, agents.get_service(session, agents.get_agent(session, code), service_id))

    return press(work, message=_("The service was deleted."), back=url_for(".show", code=code))


def _card(code: str, *, form: AgentForm | None = None, service_form: ServiceForm | None = None) -> Response:
    agent = agents.get_agent(db_session(), code)
    sent = [single for single in (form, service_form) if single is not None]
    return render(
        "shipping_agents/show.html",
        "shipping_agents/_card.html",
        status=max((single.status for single in sent), default=200),
        record=agent,
        form=form or AgentForm(formdata=None, obj=agent),
        service_form=service_form or ServiceForm(formdata=None),
        offered=agents.services_of(db_session(), agent),
    )
