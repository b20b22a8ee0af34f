"""Importing and exporting vendors and customers, by the rules of services/parties.py."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    Currency,
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    Location,
    PaymentTerms,
    VatBusinessPostingGroup,
    VendorPostingGroup,
)
from services.exchange import columns as c
from services.exchange.columns import Column, Options, ParsedRow
from services.exchange.importing import Planned
from services.exchange.records import RecordImport
from services.exchange.search_rows import write_search_rows
from services.parties import CUSTOMER, VENDOR, PartyKind
from services.values import check_email


def party_columns(kind: PartyKind) -> list[Column]:
    """The columns of a vendor or customer, in the order of the card."""
    model = kind.model

    def own(name: str, title: str, *synonyms: str, required: bool = False) -> Column:
        return c.model_column(model, name, title, *synonyms, required=required)

    group = VendorPostingGroup if kind is VENDOR else CustomerPostingGroup
    noun = "vendor" if kind is VENDOR else "customer"
    shared = [
        Column(
            "no",
            "No.",
            c.code_parser("no", 20),
            ("number", f"{noun} no", f"{noun} number", f"{noun} id", f"{noun}id", "id", "code"),
            required=True,
            field="no",
            hint="V1001",
        ),
        own("name", "Name", "company", f"{noun} name", f"{noun}"),
        own("name_2", "Name 2"),
        own("search_name", "Search name"),
        own("address", "Address", "street", "address 1"),
        own("address_2", "Address 2"),
        own("post_code", "Post code", "zip", "zip code", "postal code", "plz"),
        own("city", "City", "town"),
        own("county", "County", "state", "region"),
        own("country_code", "Country code", "country"),
        own("contact", "Contact", "contact person"),
        own("phone", "Phone", "phone no", "telephone"),
        own("email", "E-mail", "email", "e-mail address", "mail"),
        own("web_page", "Web page", "website", "homepage", "url"),
        own("language_code", "Language code", "language"),
        own("vat_registration_no", "VAT registration no.", "vat id", "vat no", "tax id"),
        own("our_account_no", "Our account no."),
        own("comment", "Comment", "notes", "remark"),
        own("blocked", "Blocked"),
        c.lookup_column(model, "payment_terms", "Payment terms", "payment terms code", "terms", to=PaymentTerms),
        c.lookup_column(model, "currency", "Currency", "currency code", to=Currency),
        c.lookup_column(model, "location", "Location", "location code", to=Location),
        c.lookup_column(
            model,
            "gen_business_posting_group",
            "Business posting group",
            "gen. bus. posting group",
            to=GenBusinessPostingGroup,
        ),
        c.lookup_column(
            model,
            "vat_business_posting_group",
            "VAT business posting group",
            "vat bus. posting group",
            to=VatBusinessPostingGroup,
        ),
        c.lookup_column(model, f"{noun}_posting_group", f"{noun.capitalize()} posting group", to=group),
    ]
    if kind is VENDOR:
        return [
            *shared,
            own("lead_time", "Lead time", "lead time calculation"),
            own("minimum_order_amount", "Minimum order amount"),
        ]
    return [
        *shared,
        own("reserve", "Reserve"),
        own("credit_limit", "Credit limit"),
        own("shipping_complete", "Shipping complete"),
        own("priority", "Priority"),
    ]


class PartyImport(RecordImport):
    """Vendors or customers of one file."""

    required = ("name",)

    def __init__(self, session: Session, kind: PartyKind, options: Options, present: frozenset[str]) -> None:
        self.kind = kind
        self.model = kind.model
        self.noun = _("Vendor") if kind is VENDOR else _("Customer")
        super().__init__(session, {column.name: column for column in party_columns(kind)}, options, present)
        self.in_transit = set(session.scalars(select(Location.id).where(Location.use_as_in_transit)))

    def check(self, values: dict[str, Any], before: Mapping[str, Any] | None, row: ParsedRow) -> Iterable[str]:
        """The rules of the card: e-mail, kinds of blocking, no location in transit."""
        errors = []
        try:
            check_email(str(values.get("email") or ""))
        except ValidationError as error:
            errors.append(error.message)
        if "blocked" in values and values["blocked"] not in self.kind.blocks:
            words = ", ".join(block.value for block in self.kind.blocks if block.value)
            errors.append(_("Blocked: use one of %(words)s, or leave it blank.", words=words))
        if values.get("location_id") in self.in_transit:
            errors.append(_("Location: nobody ships from a location in transit."))
        if "country_code" in values:
            values["country_code"] = str(values["country_code"] or "").upper()
        if before is None and not values.get("search_name"):
            values["search_name"] = str(values["name"]).upper()[:100]
        return errors

    def write_extras(self, session: Session, planned: Sequence[Planned]) -> None:
        """What the search finds them by."""
        write_search_rows(session, self.kind.model, [row.data.record_id for row in planned])


class PartyKindImport:
    """Vendors or customers as something to import."""

    key = "no"

    def __init__(self, kind: PartyKind) -> None:
        self.kind = kind
        self.name = "vendors" if kind is VENDOR else "customers"

    @property
    def title(self) -> str:
        """Plural noun on pages."""
        return _("Vendors") if self.kind is VENDOR else _("Customers")

    def columns(self, session: Session) -> list[Column]:
        """The columns of the card."""
        return party_columns(self.kind)

    def dynamic(self, heading: str) -> Column | None:
        """None: parties have no columns of their own."""
        return None

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> PartyImport:
        """Load the lookups."""
        return PartyImport(session, self.kind, options, present)

    def export(self, session: Session) -> tuple[list[str], Iterator[list[object]]]:
        """Headings and rows in the order of numbers."""
        from services.exchange.exporting import record_rows

        return record_rows(session, self.kind.model, party_columns(self.kind))


VENDORS = PartyKindImport(VENDOR)
CUSTOMERS = PartyKindImport(CUSTOMER)
