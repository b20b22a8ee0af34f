"""Shipping agents and what they offer (items.md section 15)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import ShippingAgent, ShippingAgentService
from services.record_rows import page_of
from services.usage import check_unused
from services.values import assign, clean_code, clean_formula

AGENT_FIELDS = ("name", "tracking_address", "account_no", "calendar_id")
SERVICE_FIELDS = ("description", "shipping_time", "calendar_id")


def get_agent(session: Session, code: str) -> ShippingAgent:
    """Raises NotFound `shipping_agent_not_found`."""
    found = session.scalar(select(ShippingAgent).where(ShippingAgent.code == code.upper()))
    if found is None:
        raise NotFound("shipping_agent_not_found", _("There is no shipping agent %(code)s.", code=code))
    return found


def get_service(session: Session, agent: ShippingAgent, service_id: int) -> ShippingAgentService:
    """Raises NotFound `service_not_found`."""
    found = session.get(ShippingAgentService, service_id)
    if found is None or found.shipping_agent_id != agent.id:
        raise NotFound("service_not_found", _("%(code)s does not offer this service any more.", code=agent.code))
    return found


def services_of(
    session: Session, agent: ShippingAgent, limit: int, offset: int = 0
) -> tuple[list[ShippingAgentService], int]:
    """One page of what the agent offers, by code, and how much it is."""
    service = ShippingAgentService
    own = select(service).where(service.shipping_agent_id == agent.id).order_by(service.code)
    return page_of(session, own, limit, offset)


def save_agent(session: Session, agent: ShippingAgent | None, values: Mapping[str, object]) -> ShippingAgent:
    """Create (None) or change an agent. Raises ValidationError `already_exists`, `in_use` (renamed while documents or
    partners carry its code), `tracking_address_invalid` and those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(select(ShippingAgent.id).where(ShippingAgent.code == code))
    if other is not None and (agent is None or other != agent.id):
        raise _exists(code)
    address = str(values.get("tracking_address") or "").strip()
    if address and not address.lower().startswith(("https://", "http://")):
        raise ValidationError(
            "tracking_address_invalid", _("A tracking address begins with https:// or http://."),
            field="tracking_address",
        )  # fmt: skip
    if agent is not None and agent.code != code:
        check_unused(session, agent, agent.code)
    agent = agent or ShippingAgent()
    assign(session, agent, values, AGENT_FIELDS)
    agent.code = code
    session.add(agent)
    session.flush()
    return agent


def delete_agent(session: Session, agent: ShippingAgent) -> None:
    """Remove an agent nobody names, with its services. Raises ValidationError `in_use`."""
    check_unused(session, agent, agent.code)
    own = ShippingAgentService.shipping_agent_id == agent.id
    for service in session.scalars(select(ShippingAgentService).where(own)):
        check_unused(session, service, service.code)
        session.delete(service)
    session.flush()
    session.delete(agent)
    session.flush()


def save_service(
    session: Session, agent: ShippingAgent, service: ShippingAgentService | None, values: Mapping[str, object]
) -> ShippingAgentService:
    """Create (None) or change what the agent offers. Raises ValidationError `already_exists`, `invalid_formula`,
    `not_negative` (a shipping time that goes back) and those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(
        select(ShippingAgentService.id).where(
            ShippingAgentService.shipping_agent_id == agent.id, ShippingAgentService.code == code
        )
    )
    if other is not None and (service is None or other != service.id):
        raise _exists(code)
    values["shipping_time"] = clean_formula(values.get("shipping_time") or "", "shipping_time")
    if str(values["shipping_time"]).startswith("-"):
        raise ValidationError("not_negative", _("A shipping time is not negative."), field="shipping_time")
    service = service or ShippingAgentService(shipping_agent_id=agent.id)
    assign(session, service, values, SERVICE_FIELDS)
    service.code = code
    session.add(service)
    session.flush()
    return service


def delete_service(session: Session, service: ShippingAgentService) -> None:
    """Remove a service that no route or order names. Raises ValidationError `in_use`."""
    check_unused(session, service, service.code)
    session.delete(service)
    session.flush()


def _exists(code: str) -> ValidationError:
    return ValidationError(
        "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
    )
