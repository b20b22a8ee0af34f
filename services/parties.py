"""Vendors and customers: numbers, cards, blocking, deleting (documents.md section 2)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import Customer, InventorySetup, ItemJournalLine, ItemLedgerEntry, ItemReference, Location, Vendor
from models.enums import PartyBlocked, ReferenceType, SourceType
from services.numbers import check_manual, check_related, next_no
from services.usage import check_unused
from services.values import assign, check_email, clean_code, clean_formula

SHARED = (
    "name", "name_2", "search_name", "address", "address_2", "post_code", "city", "county", "country_code", "contact",
    "phone", "email", "web_page", "language_code", "vat_registration_no", "our_account_no", "comment", "blocked",
    "payment_terms_id", "currency_id", "location_id", "gen_business_posting_group_id", "vat_business_posting_group_id",
    "responsibility_center_id", "calendar_id", "shipping_agent_code", "shipping_time", "prices_including_vat",
    "invoice_discount_code",
)  # fmt: skip


@dataclass(frozen=True)
class PartyKind:
    """What differs between vendors and customers."""

    model: type[Vendor | Customer]
    source_type: SourceType
    series: str
    editable: tuple[str, ...]
    blocks: tuple[PartyBlocked, ...]


VENDOR = PartyKind(
    Vendor, SourceType.VENDOR, "vendor_nos_id",
    (*SHARED, "vendor_posting_group_id", "lead_time", "minimum_order_amount", "pay_to_vendor_id",
     "over_receipt_code"),
    (PartyBlocked.NONE, PartyBlocked.PAYMENT, PartyBlocked.ALL),
)  # fmt: skip
CUSTOMER = PartyKind(
    Customer, SourceType.CUSTOMER, "customer_nos_id",
    (*SHARED, "customer_posting_group_id", "reserve", "credit_limit", "shipping_complete", "priority",
     "bill_to_customer_id", "price_group"),
    (PartyBlocked.NONE, PartyBlocked.SHIP, PartyBlocked.INVOICE, PartyBlocked.ALL),
)  # fmt: skip


@dataclass(frozen=True)
class PartyFigures:
    """How many item ledger entries name the party, up to a limit, and the latest of their posting dates."""

    entries: int
    latest: dt.date | None


#: Entries of a party are counted up to here; a card does not scan a ledger.
COUNT_LIMIT = 10_000


def get_party(session: Session, kind: PartyKind, no: str) -> Any:
    """The vendor or customer of this number. Raises NotFound `party_not_found`."""
    found = session.scalar(select(kind.model).where(kind.model.no == no.upper()))
    if found is None:
        words = _("There is no vendor %(no)s.") if kind is VENDOR else _("There is no customer %(no)s.")
        raise NotFound("party_not_found", words % {"no": no})
    return found


def create_party(
    session: Session,
    kind: PartyKind,
    no: str,
    values: Mapping[str, object],
    *,
    on: dt.date,
    chosen_series_id: int | None = None,
) -> Any:
    """A new vendor or customer; a blank `no` is drawn from the series of the set-up, or one related to it, on `on`.

    Raises ValidationError `series_not_set_up`, `series_not_related`, `manual_number_not_allowed`, `already_exists`,
    `invalid_email`, `not_a_choice` and those of `assign`.
    """
    party = kind.model()
    _apply(session, kind, party, values)
    party.no = _number(session, kind, no, on, chosen_series_id)
    session.add(party)
    session.flush()
    return party


def edit_party(session: Session, kind: PartyKind, party: Any, values: Mapping[str, object]) -> None:
    """Change a card; a new `no` renumbers, refused (`has_entries`) once entries name the old number."""
    values = dict(values)
    no = values.pop("no", None)
    if no is not None and no != party.no:
        new_no = _typed_number(session, kind, no)
        if new_no != party.no:
            if party_figures(session, kind, party).entries or _journal_lines(session, kind, party):
                raise ValidationError(
                    "has_entries",
                    _(
                        "%(no)s stands on ledger entries or journal lines, so it keeps its number.",
                        no=party.no,
                    ),
                    field="no",
                )
            party.no = new_no
    _apply(session, kind, party, values)
    session.flush()


def delete_party(session: Session, kind: PartyKind, party: Any) -> None:
    """Remove a party nobody refers to. Raises ValidationError `has_entries`, `in_use`."""
    if party_figures(session, kind, party).entries:
        raise ValidationError(
            "has_entries",
            _("%(no)s cannot be deleted, because ledger entries name it. Block it instead.", no=party.no),
        )
    if _journal_lines(session, kind, party):
        raise ValidationError(
            "in_use",
            _("%(no)s cannot be deleted, because journal lines name it. Post or delete those first.", no=party.no),
        )
    reference_type = ReferenceType(kind.source_type.value)
    reference = select(literal(1)).where(
        ItemReference.reference_type == reference_type, ItemReference.reference_type_no == party.no
    )
    if session.scalar(reference.limit(1)) is not None:
        raise ValidationError(
            "in_use",
            _("%(no)s cannot be deleted, because item references carry its numbers. Delete those first.", no=party.no),
        )
    check_unused(session, party, party.no)
    session.delete(party)
    session.flush()


def party_figures(session: Session, kind: PartyKind, party: Any) -> PartyFigures:
    """Entries by source number, counted up to COUNT_LIMIT."""
    entry = ItemLedgerEntry
    named = (
        select(entry.posting_date)
        .where(entry.source_no == party.no, entry.source_no != "", entry.source_type == kind.source_type)
        .limit(COUNT_LIMIT)
        .subquery()
    )
    count, latest = session.execute(select(func.count(), func.max(named.c.posting_date)).select_from(named)).one()
    return PartyFigures(count, latest)


def _journal_lines(session: Session, kind: PartyKind, party: Any) -> bool:
    line = ItemJournalLine
    statement = select(literal(1)).where(line.source_type == kind.source_type, line.source_no == party.no).limit(1)
    return session.scalar(statement) is not None


def _number(session: Session, kind: PartyKind, no: str, on: dt.date, chosen_series_id: int | None) -> str:
    if no and no.strip():
        return _typed_number(session, kind, no)
    series = series_id(session, kind)
    if series is not None and chosen_series_id is not None:
        check_related(session, series, chosen_series_id)
        series = chosen_series_id
    if series is None:
        raise ValidationError(
            "series_not_set_up",
            _("There is no number series for this. Choose one in the inventory set-up, or type a number."),
            field="no",
        )

    def taken(candidate: str) -> bool:
        return session.scalar(select(literal(1)).where(kind.model.no == candidate)) is not None

    return next_no(session, series, on, taken=taken)


def _typed_number(session: Session, kind: PartyKind, value: object) -> str:
    no = clean_code(value, field="no", length=20)
    check_manual(session, series_id(session, kind), no)
    if session.scalar(select(literal(1)).where(kind.model.no == no)) is not None:
        raise ValidationError("already_exists", _("%(no)s exists already. Choose another number.", no=no), field="no")
    return no


def series_id(session: Session, kind: PartyKind) -> int | None:
    """The number series of the inventory set-up, None when none is chosen."""
    found: int | None = session.scalar(select(getattr(InventorySetup, kind.series)))
    return found


def _apply(session: Session, kind: PartyKind, party: Any, values: Mapping[str, object]) -> None:
    values = dict(values)
    check_email(str(values.get("email") or "").strip())
    for name in ("lead_time", "shipping_time"):
        if name in values and name in kind.editable:
            values[name] = clean_formula(values[name], name)
    if values.get("blocked", PartyBlocked.NONE) not in kind.blocks:
        raise ValidationError("not_a_choice", _("This is not one of the choices."), field="blocked")
    if values.get("location_id") is not None:
        in_transit = session.scalar(select(Location.use_as_in_transit).where(Location.id == values["location_id"]))
        if in_transit:
            raise ValidationError(
                "location_in_transit",
                _("Nobody ships from a location in transit. Choose another."),
                field="location_id",
            )
    if "country_code" in values:
        values["country_code"] = str(values["country_code"] or "").upper()
    assign(session, party, values, kind.editable, required=("name",))
    if not party.search_name:
        party.search_name = party.name.upper()[:100]
