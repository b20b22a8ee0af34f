"""Shipping agents: list, card with what they offer and how long it takes."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.fields import CodeField, RecordForm, TextField
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.record_cards import Cell, RecordCard, Rows
from blueprints.record_fields import RecordField
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


RecordCard(
    listing=LISTING, table="shipping_agent", new_title=_l("New agent"), form=AgentForm,
    groups=(("code", "name", "tracking_address", "account_no", "calendar_id"),), get=agents.get_agent,
    save=agents.save_agent, delete=agents.delete_agent, next_step=_l("Now add what they offer."),
    rows=Rows(
        address="services", table="shipping_agent_service", title=_l("Services"), form=ServiceForm,
        cells=(
            Cell(_l("Code"), lambda row: row.code, "code"),
            Cell(_l("Description"), lambda row: row.description),
            Cell(_l("Shipping time"), lambda row: row.shipping_time, "code"),
        ),
        page=agents.services_of, find=agents.get_service, save=agents.save_service, delete=agents.delete_service,
        name=lambda row: f"{row.code} {row.description}".strip(),
        add=_l("Add the service"), added=_l("The service was added."), deleted=_l("The service was deleted."),
        none_yet=_l("There are no services yet: standard, express, by night."),
    ),
).register(bp)  # fmt: skip
