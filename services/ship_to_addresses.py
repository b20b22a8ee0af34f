"""Delivery addresses of customers: kept on their cards, chosen on documents (documents.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, ValidationError
from core.text import _
from models import Customer, ShippingAgent, ShippingAgentService, ShipToAddress
from services.record_rows import page_of
from services.values import assign, check_email, clean_code, clean_formula

FIELDS = (
    "name", "address", "address_2", "post_code", "city", "county", "country_code", "contact", "phone", "email",
    "location_id", "shipping_agent_code", "shipping_service_code", "shipping_time",
)  # fmt: skip


def addresses_of(session: Session, customer_id: int, limit: int, offset: int = 0) -> tuple[list[ShipToAddress], int]:
    """One page of a customer's addresses by code, and how many there are."""
    own = (
        select(ShipToAddress)
        .where(ShipToAddress.customer_id == customer_id)
        .options(joinedload(ShipToAddress.location))
        .order_by(ShipToAddress.code)
    )
    return page_of(session, own, limit, offset)


def find_address(session: Session, customer_id: int, address_id: int) -> ShipToAddress:
    """One of a customer's addresses. Raises NotFound `ship_to_not_found`."""
    found = session.get(ShipToAddress, address_id)
    if found is None or found.customer_id != customer_id:
        raise NotFound("ship_to_not_found", _("There is no such delivery address any more."))
    return found


def address_by_code(session: Session, customer_id: int | None, code: str) -> ShipToAddress | None:
    """The customer's address of this code, None where it has none."""
    return session.scalar(
        select(ShipToAddress).where(ShipToAddress.customer_id == (customer_id or 0), ShipToAddress.code == code)
    )


def save_address(
    session: Session, customer: Customer, address: ShipToAddress | None, values: Mapping[str, object]
) -> ShipToAddress:
    """Create (None) or change one; a service of the agent brings its shipping time where none is said.

    Raises ValidationError `already_exists`, `shipping_agent_unknown`, `service_not_of_agent`, `invalid_email`,
    `invalid_formula`, `not_negative` and those of `assign`.
    """
    values = dict(values)
    code = clean_code(values.pop("code"), field="code", length=10)
    other = address_by_code(session, customer.id, code)
    if other is not None and other is not address:
        raise ValidationError(
            "already_exists", _("%(code)s exists already. Choose another code.", code=code), field="code"
        )
    check_email(str(values.get("email") or ""))
    time = clean_formula(values.get("shipping_time") or "", "shipping_time")
    if time.startswith("-"):
        raise ValidationError("not_negative", _("A shipping time is not negative."), field="shipping_time")
    service = _service(session, values)
    values["shipping_time"] = time or (service.shipping_time if service is not None else "")
    address = address or ShipToAddress(customer_id=customer.id)
    assign(session, address, values, FIELDS, required=("name",))
    address.code = code
    session.add(address)
    session.flush()
    return address


def _service(session: Session, values: dict[str, object]) -> ShippingAgentService | None:
    """What the agent's service is; agent and service are put in capitals."""
    for name in ("shipping_agent_code", "shipping_service_code"):
        values[name] = str(values.get(name) or "").strip().upper()
    agent_code, code = values["shipping_agent_code"], values["shipping_service_code"]
    agent = session.scalar(select(ShippingAgent).where(ShippingAgent.code == agent_code)) if agent_code else None
    if agent_code and agent is None:
        raise ValidationError(
            "shipping_agent_unknown", _("There is no shipping agent %(code)s.", code=agent_code),
            field="shipping_agent_code",
        )  # fmt: skip
    if not code:
        return None
    service = session.scalar(
        select(ShippingAgentService).where(
            ShippingAgentService.shipping_agent_id == (agent.id if agent is not None else 0),
            ShippingAgentService.code == code,
        )
    )
    if service is None:
        raise ValidationError(
            "service_not_of_agent", _("The shipping agent does not offer %(code)s.", code=code),
            field="shipping_service_code",
        )  # fmt: skip
    return service


def delete_address(session: Session, address: ShipToAddress) -> None:
    """Remove one; documents keep what they took from it."""
    session.delete(address)
    session.flush()
