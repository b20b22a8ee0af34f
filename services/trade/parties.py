"""The vendor or customer of a document: what the card fills in, and what a block stops (documents.md section 2)."""

from __future__ import annotations

from collections.abc import Mapping
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
    Vendor,
)
from models.enums import CenterArea, PartyBlocked, ShippingAdvice, TradeSide, TradeType
from services.centers import codes_of, first_center, limit_of
from services.dimensions import default_set
from services.ship_to_addresses import address_by_code
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
    document.currency_id = bill_party.currency_id
    document.prices_including_vat = bill_party.prices_including_vat
    document.invoice_discount_code = bill_party.invoice_discount_code or bill_party.no
    document.shipping_agent_code = party.shipping_agent_code
    document.shipping_time = party.shipping_time
    document.responsibility_center_id = _center_id(session, document, party, user_id)
    document.location_id = (
        party.location_id
        or _center_location(session, document.responsibility_center_id)
        or _company_location(session)
        or 0
    )
    fill_dimensions(session, document)
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
    document.ship_to_code = ""
    ours = kind_of(document).inbound
    if not ours:
        for name in _ADDRESS:
            setattr(document, f"ship_to_{name}", getattr(party, name))
        return
    place: Any = session.get(Location, document.location_id) if document.location_id else None
    place = place or session.get(CompanyInformation, 1)
    for name in _ADDRESS:
        setattr(document, f"ship_to_{name}", getattr(place, name, "") or "")


def with_ship_to(session: Session, document: TradeDocument, values: Mapping[str, object]) -> dict[str, object]:
    """`values` and, where they name a delivery address of the customer, what it brings beside them.

    A blank code is the address of the card. Raises ValidationError `ship_to_unknown`.
    """
    if "ship_to_code" not in values:
        return dict(values)
    code = str(values["ship_to_code"] or "").strip().upper()
    outbound = document.side == TradeSide.SALES and not kind_of(document).inbound
    found = address_by_code(session, document.customer_id, code) if code and outbound else None
    if code and found is None:
        raise ValidationError(
            "ship_to_unknown", _("%(no)s has no delivery address %(code)s.", no=document.name, code=code),
            field="ship_to_code", hint=_("Choose one of its card, or type the address."),
        )  # fmt: skip
    if not outbound:
        return dict(values) | {"ship_to_code": ""}
    source: Any = found or get_party(session, document)
    brought: dict[str, object] = {f"ship_to_{name}": getattr(source, name) for name in _ADDRESS}
    if found is not None:
        brought |= {
            name: getattr(found, name)
            for name in ("location_id", "shipping_agent_code", "shipping_service_code", "shipping_time")
            if getattr(found, name)
        }
    return brought | dict(values) | {"ship_to_code": code}


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


def _company_location(session: Session) -> int | None:
    company = session.get(CompanyInformation, 1)
    return company.location_id if company is not None else None


def fill_dimensions(session: Session, document: TradeDocument) -> None:
    """The default dimensions of the document's centre; the lines take them from the document."""
    document.dimension_set_id = default_set(session, [("responsibility_center", document.responsibility_center_id)])


def _center_id(session: Session, document: TradeDocument, party: Any, user_id: int | None) -> int | None:
    own = first_center(session, user_id, area_of(kind_of(document)))
    if own is not None:
        return own
    if party.responsibility_center_id is not None:
        return int(party.responsibility_center_id)
    company = session.get(CompanyInformation, 1)
    return company.responsibility_center_id if company is not None else None


def area_of(kind: Kind) -> CenterArea:
    """Which of a user's responsibility centres such documents belong to."""
    if kind.type == TradeType.SERVICE_ORDER:
        return CenterArea.SERVICE
    return CenterArea.PURCHASE if kind.side == TradeSide.PURCHASE else CenterArea.SALES


def center_limit(session: Session, kind: Kind, user_id: int | None) -> frozenset[int] | None:
    """The responsibility centres that the user is limited to for such documents; None: all."""
    return limit_of(session, user_id, area_of(kind))


def check_center(session: Session, document: TradeDocument, user_id: int | None) -> None:
    """Raises ValidationError `responsibility_centre` where the document is of a centre the user does not work for."""
    check_center_of(session, kind_of(document), document.responsibility_center_id, user_id)


def check_center_of(session: Session, kind: Kind, center_id: int | None, user_id: int | None) -> None:
    """The same for a posted document, by its kind and centre."""
    limit = center_limit(session, kind, user_id)
    if limit is not None and center_id not in limit:
        raise ValidationError(
            "responsibility_centre",
            _("You work for responsibility centre %(code)s; documents of another one are not yours.",
              code=", ".join(codes_of(session, sorted(limit)))),
            field="responsibility_center_id",
            hint=_("Ask somebody of that centre, or an owner to add it to your card."),
        )  # fmt: skip


def check_assignee(session: Session, document: TradeDocument) -> None:
    """Raises ValidationError `responsibility_centre` where the document is given to a user of another centre."""
    limit = center_limit(session, kind_of(document), document.assigned_user_id)
    if limit is not None and document.responsibility_center_id not in limit:
        raise ValidationError(
            "responsibility_centre",
            _("This user works for responsibility centre %(code)s; the document is of another one.",
              code=", ".join(codes_of(session, sorted(limit)))),
            field="assigned_user_id",
            hint=_("Choose somebody of the document's centre."),
        )  # fmt: skip


def center_notice(session: Session, document: TradeDocument, user_id: int | None) -> str:
    """Which centre a new document got where the user's card and the party's differ; "" where they do not."""
    party = get_party(session, document)
    own, theirs = first_center(session, user_id, area_of(kind_of(document))), party.responsibility_center_id
    if own is None or theirs is None or own == theirs:
        return ""
    used, other = (codes_of(session, [center_id])[0] for center_id in (own, theirs))
    return _("%(party)s belongs to responsibility centre %(other)s; the document is of %(used)s, as your card says.",
             party=party.no, other=other, used=used)  # fmt: skip


def choose_center(session: Session, document: TradeDocument) -> None:
    """A centre chosen by hand brings its location, and with it our address and handling time."""
    location_id = _center_location(session, document.responsibility_center_id)
    if location_id is not None:
        document.location_id = location_id
        fill_ship_to(session, document, get_party(session, document))
        fill_handling_time(session, document)
