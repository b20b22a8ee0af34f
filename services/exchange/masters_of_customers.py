"""Files of what customers have beside their cards: their delivery addresses."""

from __future__ import annotations

from sqlalchemy.orm import Session

from models import Customer, ShipToAddress
from services import ship_to_addresses
from services.exchange.master_columns import code, fields, points, without
from services.exchange.masters import MasterKind, Values


def _save(session: Session, values: Values, row: ShipToAddress | None = None) -> None:
    """The page saves an address whole; what the file leaves out stays as it is."""
    customer = session.get_one(Customer, row.customer_id if row is not None else values["customer_id"])
    kept = {name: getattr(row, name) for name in ("code", *ship_to_addresses.FIELDS)} if row is not None else {}
    ship_to_addresses.save_address(session, customer, row, kept | without(values, "customer_id"))


DELIVERY_ADDRESSES = MasterKind(
    name="delivery-addresses", words="Delivery addresses", model=ShipToAddress, keys=("customer", "code"),
    master_columns=lambda: [
        points(ShipToAddress, "customer", Customer, "no", title="Customer no.", required=True), code(ShipToAddress),
        *fields(ShipToAddress, ship_to_addresses.FIELDS),
    ],
    create=_save,
    update=lambda session, row, values: _save(session, values, row),
)  # fmt: skip
