"""What open and posted papers say alike: addresses, terms, numbers of the other party, bar codes, currency."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import (
    Currency,
    GeneralLedgerSetup,
    Item,
    Location,
    PaymentTerms,
    PostedDocument,
    PostedLine,
    TradeDocument,
    TradeLine,
)
from models.enums import TradeSide
from services.reports.business_papers import (
    address_lines,
)


def party_address(document: TradeDocument | PostedDocument) -> tuple[str, ...]:
    """Who buys or sells."""
    return address_lines(
        document.name, document.contact, document.address, document.address_2,
        f"{document.post_code} {document.city}", document.country_code,
    )  # fmt: skip


def ship_to_address(session: Session, document: TradeDocument | PostedDocument) -> tuple[str, ...]:
    """Where the goods go; a purchase comes to our place."""
    typed = address_lines(
        document.ship_to_name, document.ship_to_contact, document.ship_to_address, document.ship_to_address_2,
        f"{document.ship_to_post_code} {document.ship_to_city}", document.ship_to_country_code,
    )  # fmt: skip
    if typed or document.side == TradeSide.SALES:
        return typed
    place = session.get(Location, document.location_id) if document.location_id else None
    if place is None:
        return ()
    return address_lines(place.name, place.address, place.address_2, f"{place.post_code} {place.city}",
                         place.country_code)  # fmt: skip


def terms_text(session: Session, terms_id: int | None) -> str:
    """What payment terms say; nothing where there are none."""
    terms = session.get(PaymentTerms, terms_id) if terms_id else None
    return (terms.description or terms.code) if terms is not None else ""


def your_no(line: TradeLine | PostedLine) -> list[str]:
    """The party's own number for the item: its reference, else a vendor's number of catalogue or card."""
    number = line.item_reference_no or line.vendor_item_no
    return [_("Your no. %(no)s", no=number)] if number else []


def gtins_of(session: Session, item_ids: Sequence[int | None]) -> dict[int, str]:
    """The GTIN of each item, "" where it has none."""
    wanted = {item_id for item_id in item_ids if item_id}
    return dict(session.execute(select(Item.id, Item.gtin).where(Item.id.in_(wanted))).tuples().all()) if wanted else {}


def currency_code(session: Session, document: TradeDocument | PostedDocument) -> str:
    """The code of the document's currency; that of the company where it names none."""
    currency = session.get(Currency, document.currency_id) if document.currency_id is not None else None
    if currency is not None:
        return currency.code
    setup = session.get(GeneralLedgerSetup, 1)
    return str(getattr(setup, "currency_code", "") or "")
