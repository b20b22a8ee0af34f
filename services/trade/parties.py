"""The vendor or customer of a document: what the card fills in, and what a block stops (documents.md section 2)."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy.orm import Session

from core.date_formulas import add_formula
from core.errors import PostingError, ValidationError
from core.text import _
from models import (
    CompanyInformation,
    Customer,
    InventorySetup,
    Location,
    PaymentTerms,
    ResponsibilityCenter,
    TradeDocument,
    User,
    Vendor,
)
from models.enums import PartyBlocked, ShippingAdvice, TradeSide, TradeType
from services.trade.kinds import Kind, kind_of

Action = Literal["create", "handle", "invoice"]

_ADDRESS = ("name", "address", "address_2", "post_code", "city", "country_code", "contact")


def get_party(session: Session, document: TradeDocument) -> Any:
    """The document's vendor or customer."""
    return session.get_one(_model(document.side), document.party_id)


def get_bill_party(session: Session, document: TradeDocument) -> Any:
    """Who gets or sends the invoice."""
    return session.get_one(_model(document.side), document.bill_party_id)


def _model(side: TradeSide) -> type[Vendor | Customer]:
    return Vendor if side == TradeSide.PURCHASE else Customer


def check_blocked(kind: Kind, party: Vendor | Customer, action: Action) -> None:
    """Raises PostingError `party_blocked` where the card's block stops this."""
    stops = {PartyBlocked.ALL}
    if kind.side == TradeSide.SALES and not kind.credit:
        if action == "create":
            stops |= {PartyBlocked.INVOICE}
            if kind.type != TradeType.INVOICE:  # it may bill what was shipped before
                stops |= {PartyBlocked.SHIP}
        elif action == "handle":
            stops |= {PartyBlocked.SHIP}
        else:
            stops |= {PartyBlocked.INVOICE}
    if party.blocked in stops:
        raise PostingError(
            "party_blocked",
            _("%(no)s is blocked (%(how)s).", no=party.no, how=_block_words()[party.blocked]),
            field="party",
            hint=_("Unblock the card first, or choose somebody else."),
        )


def _block_words() -> dict[PartyBlocked, str]:
    return {
        PartyBlocked.NONE: "",
        PartyBlocked.SHIP: _("for shipping"),
        PartyBlocked.INVOICE: _("for invoicing"),
        PartyBlocked.PAYMENT: _("for payments"),
        PartyBlocked.ALL: _("for everything"),
    }


def fill_from_party(session: Session, document: TradeDocument, party: Any, *, user_id: int | None) -> None:
    """Names, terms, groups, place and policies of the card; the responsibility centre of user, card or company."""
    purchase = document.side == TradeSide.PURCHASE
    document.vendor_id, document.customer_id = (party.id, None) if purchase else (None, party.id)
    for name in _ADDRESS:
        setattr(document, name, getattr(party, name))
    bill_party = _bill_party(session, document, party)
    document.pay_to_vendor_id, document.bill_to_customer_id = (
        (bill_party.id, None) if purchase else (None, bill_party.id)
    )
    document.payment_terms_id = bill_party.payment_terms_id
    document.gen_business_posting_group_id = bill_party.gen_business_posting_group_id or 0
    document.vat_business_posting_group_id = bill_party.vat_business_posting_group_id or 0
    document.prices_including_vat = bill_party.prices_including_vat
    document.invoice_discount_code = bill_party.invoice_discount_code or bill_party.no
    document.shipping_agent_code = party.shipping_agent_code
    document.shipping_time = party.shipping_time
    document.responsibility_center_id = _center_id(session, document, party, user_id)
    document.location_id = party.location_id or _center_location(session, document.responsibility_center_id) or 0
    if purchase:
        document.lead_time = party.lead_time
    else:
        document.reserve = party.reserve
        document.shipping_advice = ShippingAdvice.COMPLETE if party.shipping_complete else ShippingAdvice.PARTIAL
    fill_ship_to(session, document, party)
    fill_handling_time(session, document)
    fill_due_date(session, document)


def _bill_party(session: Session, document: TradeDocument, party: Any) -> Any:
    other = party.pay_to_vendor_id if document.side == TradeSide.PURCHASE else party.bill_to_customer_id
    return session.get_one(type(party), other) if other else party


def fill_ship_to(session: Session, document: TradeDocument, party: Any) -> None:
    """Where the goods go: to the customer, or to our place (a return the other way round)."""
    ours = kind_of(document).inbound
    if not ours:
        for name in _ADDRESS:
            setattr(document, f"ship_to_{name}", getattr(party, name))
        return
    place: Any = session.get(Location, document.location_id) if document.location_id else None
    place = place or session.get(CompanyInformation, 1)
    for name in _ADDRESS:
        setattr(document, f"ship_to_{name}", getattr(place, name, "") or "")


def fill_handling_time(session: Session, document: TradeDocument) -> None:
    """Handling time of the location, else of the inventory set-up for the blank one."""
    field = "inbound_handling_time" if kind_of(document).inbound else "outbound_handling_time"
    place: Any = session.get(Location, document.location_id) if document.location_id else session.get(InventorySetup, 1)
    document.handling_time = getattr(place, field, "") or ""


def fill_due_date(session: Session, document: TradeDocument) -> None:
    """Due date = document date + terms; without terms the document date."""
    terms = session.get(PaymentTerms, document.payment_terms_id) if document.payment_terms_id else None
    formula = terms.due_date_calculation if terms is not None else ""
    document.due_date = add_formula(document.document_date, formula)


def _center_location(session: Session, center_id: int | None) -> int | None:
    if center_id is None:
        return None
    center = session.get(ResponsibilityCenter, center_id)
    return center.location_id if center is not None else None


def _center_id(session: Session, document: TradeDocument, party: Any, user_id: int | None) -> int | None:
    own = center_limit(session, kind_of(document), user_id)
    if own is not None:
        return own
    if party.responsibility_center_id is not None:
        return int(party.responsibility_center_id)
    company = session.get(CompanyInformation, 1)
    return company.responsibility_center_id if company is not None else None


def center_limit(session: Session, kind: Kind, user_id: int | None) -> int | None:
    """The responsibility centre that the user is limited to for such documents; None: all."""
    if user_id is None:
        return None
    user = session.get(User, user_id)
    if user is None:
        return None
    if kind.type == TradeType.SERVICE_ORDER:
        return user.service_center_id
    return user.purchase_center_id if kind.side == TradeSide.PURCHASE else user.sales_center_id


def check_center(session: Session, document: TradeDocument, user_id: int | None) -> None:
    """Raises ValidationError `responsibility_centre` where the document is of a centre the user does not work for."""
    limit = center_limit(session, kind_of(document), user_id)
    if limit is not None and document.responsibility_center_id != limit:
        center = session.get_one(ResponsibilityCenter, limit)
        raise ValidationError(
            "responsibility_centre",
            _("You work for responsibility centre %(code)s; documents of another one are not yours.", code=center.code),
            field="responsibility_center_id",
        )


def choose_center(session: Session, document: TradeDocument) -> None:
    """A centre chosen by hand brings its location, and with it our address and handling time."""
    location_id = _center_location(session, document.responsibility_center_id)
    if location_id is not None:
        document.location_id = location_id
        fill_ship_to(session, document, get_party(session, document))
        fill_handling_time(session, document)
