"""Pages that vendors and customers share: list, card, new, delete. Their modules say what differs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.fields import ChoiceField, CodeField, LongTextField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, RecordFilter, TextFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.number_fields import series_choices, shape_number
from blueprints.record_fields import RecordField
from blueprints.trade_kinds import PAGE_KINDS
from blueprints.words import word
from core.errors import DomainError
from core.text import _
from models import PaymentTerms, Permission
from models.enums import PartyBlocked, TradeSide, TradeType
from services import numbers
from services.items import vendor_catalogue
from services.parties import (
    VENDOR,
    PartyKind,
    create_party,
    delete_party,
    edit_party,
    get_party,
    party_figures,
    series_id,
)
from services.ship_to_addresses import addresses_of
from services.trade.party_work import work_of_party


class PartyForm(RecordForm):
    """The fields both have; columns by name."""

    no = CodeField(_l("No."), description=_l("Leave empty to take the next number."))
    series = ChoiceField(_l("Number series"), pairs=(), description=_l("Where a new number comes from."))
    name = TextField(_l("Name"), required=True)
    name_2 = TextField(_l("Name 2"), max_length=50)
    search_name = TextField(_l("Search name"), description=_l("Empty: the name in capitals."))
    address = TextField(_l("Address"))
    address_2 = TextField(_l("Address 2"), max_length=50)
    post_code = TextField(_l("Post code"), max_length=20)
    city = TextField(_l("City"), max_length=50)
    county = TextField(_l("County"), max_length=50)
    country_code = CodeField(_l("Country"), max_length=10, description=_l("Two letters, like GB or DE."))
    contact = TextField(_l("Contact"))
    phone = TextField(_l("Phone"), max_length=50, render_kw={"inputmode": "tel"})
    email = TextField(_l("E-mail"), render_kw={"inputmode": "email", "autocapitalize": "none"})
    web_page = TextField(_l("Web page"), max_length=250, render_kw={"inputmode": "url", "autocapitalize": "none"})
    language_code = CodeField(_l("Language"), max_length=10)
    vat_registration_no = TextField(_l("VAT registration no."), max_length=20)
    our_account_no = TextField(_l("Our account no."), max_length=20, description=_l("Our number in their books."))
    payment_terms_id = RecordField(_l("Payment terms"), "payment_terms")
    currency_id = RecordField(_l("Currency"), "currency", description=_l("Empty: the company's own."))
    location_id = RecordField(
        _l("Location"), "stock_location", description=_l("Where goods are usually kept for them.")
    )
    responsibility_center_id = RecordField(
        _l("Responsibility centre"), "responsibility_center", description=_l("Who of us owns their documents.")
    )
    gen_business_posting_group_id = RecordField(_l("General business posting group"), "gen_business_group")
    vat_business_posting_group_id = RecordField(_l("VAT business posting group"), "vat_business_group")
    comment = LongTextField(_l("Comment"))


def blocked_field(kind: PartyKind) -> ChoiceField:
    """How far the party is blocked; the choices differ."""
    return ChoiceField(_l("Blocked"), pairs=lambda: [(how.value, word(how) or _("Not blocked")) for how in kind.blocks])


@dataclass(frozen=True)
class PartyPages:
    """What differs between the pages of vendors and of customers."""

    kind: PartyKind
    name: str  # of the blueprint
    table: str
    title: Any
    one: Any
    new_title: Any
    empty: Any
    form: type[PartyForm]
    edit: Permission
    #: fields of the sections that only one of the two has
    terms: tuple[str, ...]
    posting: tuple[str, ...]

    @property
    def model(self) -> Any:
        """Vendor or Customer."""
        return self.kind.model

    def url(self, endpoint: str, **arguments: Any) -> str:
        """A page of this blueprint."""
        return url_for(f"{self.name}.{endpoint}", **arguments)

    def listing(self) -> Listing:
        """The list of all of them."""
        model = self.model
        return Listing(
            name=self.name,
            title=self.title,
            key=model.id,
            source=lambda: (
                select().select_from(model).outerjoin(PaymentTerms, PaymentTerms.id == model.payment_terms_id)
            ),
            columns=(
                Column("no", _l("No."), model.no, kind="code", sort=True),
                Column("name", _l("Name"), model.name, sort=True),
                Column("post_code", _l("Post code"), model.post_code, shown=False),
                Column("city", _l("City"), model.city, sort=True),
                Column("country_code", _l("Country"), model.country_code, sort=True),
                Column("contact", _l("Contact"), model.contact),
                Column("phone", _l("Phone"), model.phone),
                Column("email", _l("E-mail"), model.email, shown=False),
                Column("terms", _l("Payment terms"), PaymentTerms.code, phone=False),
                Column("blocked", _l("Blocked"), model.blocked, kind="word"),
            ),
            filters=(
                YesNoFilter(
                    "is_blocked",
                    _l("Blocked"),
                    model.blocked != PartyBlocked.NONE,
                    yes=_l("Blocked"),
                    no=_l("Not blocked"),
                ),
                ChoiceFilter("how", _l("How blocked"), model.blocked, kind=PartyBlocked),
                TextFilter("country", _l("Country"), model.country_code),
                TextFilter("city", _l("City"), model.city),
                RecordFilter("terms", _l("Payment terms"), model.payment_terms_id, kind="payment_terms"),
                RecordFilter(
                    "center",
                    _l("Responsibility centre"),
                    model.responsibility_center_id,
                    kind="responsibility_center",
                ),
                RecordFilter(
                    "group",
                    _l("Business posting group"),
                    model.gen_business_posting_group_id,
                    kind="gen_business_group",
                ),
            ),
            search=(
                model.no,
                model.name,
                model.search_name,
                model.city,
                model.post_code,
                model.phone,
                model.email,
                model.contact,
            ),
            search_hint=_l("Number, name, place, phone or e-mail"),
            sort="no",
            open=lambda row: self.url("show", no=row.no_key),
            extra={"no_key": model.no},
            actions=(Action(_l("New"), lambda: self.url("new"), "plus", self.edit, primary=True, shortcut="n"),),
            empty=Empty(self.empty, _l("Create the first"), lambda: self.url("new"), self.edit),
        )


def make_blueprint(pages: PartyPages) -> Blueprint:
    """The blueprint of one of the two."""
    bp = Blueprint(pages.name, pages.name, url_prefix=f"/{pages.name}")
    listing = pages.listing()

    @bp.get("")
    @requires(Permission.PARTIES_VIEW)
    def index() -> ResponseReturnValue:
        return listing.respond()

    @bp.route("/new", methods=["GET", "POST"])
    @requires(pages.edit)
    def new() -> ResponseReturnValue:
        return _new(pages)

    @bp.get("/<path:no>")
    @requires(Permission.PARTIES_VIEW)
    def show(no: str) -> ResponseReturnValue:
        party = get_party(db_session(), pages.kind, no)
        form = pages.form(formdata=None, obj=party)
        del form.series
        return _card(pages, party, form)

    @bp.post("/<path:no>")
    @requires(pages.edit)
    def edit(no: str) -> ResponseReturnValue:
        form = pages.form()
        del form.series
        wanted = form.no.data or no

        def of(session: Any) -> Any:
            return get_party(session, pages.kind, no)

        def work(session: Any) -> None:
            edit_party(session, pages.kind, of(session), form.values() | {"no": wanted})

        if carried_out(form, work, of=of):
            return done(None, back=pages.url("show", no=wanted), message=_("Saved."))
        return _card(pages, get_party(db_session(), pages.kind, no), form)

    @bp.post("/<path:no>/delete")
    @requires(pages.edit)
    def delete(no: str) -> ResponseReturnValue:
        return press(
            lambda session: delete_party(session, pages.kind, get_party(session, pages.kind, no)),
            message=_("%(no)s was deleted.", no=no),
            back=pages.url("index"),
            refused_back=pages.url("show", no=no),
        )

    return bp


def _new(pages: PartyPages) -> Response:
    form = pages.form()
    made: list[str] = []
    usual = series_id(db_session(), pages.kind)
    choices = series_choices(usual)
    if choices:
        form.series.choices = choices
    else:
        del form.series
    shape_number(form.no, usual)

    def work(session: Any) -> None:
        values = form.values()
        chosen = values.pop("series", None)
        no = values.pop("no")
        party = create_party(
            session, pages.kind, no, values, on=today(), chosen_series_id=int(chosen) if chosen else None
        )
        made.append(party.no)

    if carried_out(form, work):
        return done(None, back=pages.url("show", no=made[-1]), message=_("%(no)s was created.", no=made[-1]))
    return render(
        "parties/new.html",
        "parties/_form.html",
        status=form.status,
        pages=pages,
        form=form,
        party=None,
        next_no=_next_no(pages),
    )


def _next_no(pages: PartyPages) -> str:
    """The number a blank field would take; none when the series has none to give."""
    series = series_id(db_session(), pages.kind)
    if series is None:
        return ""
    try:
        return numbers.peek_no(db_session(), series, today())
    except DomainError:
        return ""


def _card(pages: PartyPages, party: Any, form: PartyForm) -> Response:
    entries_url = None
    if may(Permission.LEDGER_VIEW):
        entries_url = url_for("ledger.item_entries", source_type=pages.kind.source_type.value, source_no=party.no)
    side = TradeSide.PURCHASE if pages.kind is VENDOR else TradeSide.SALES
    trade = PAGE_KINDS[side, TradeType.ORDER]
    return render(
        "parties/show.html",
        "parties/_form.html",
        status=form.status,
        pages=pages,
        form=form,
        party=party,
        figures=party_figures(db_session(), pages.kind, party),
        trade=trade,
        work=work_of_party(db_session(), side, party.id, today()) if may(trade.view) else None,
        yesterday=(today() - dt.timedelta(days=1)).isoformat(),
        next_no="",
        entries_url=entries_url,
        addresses=addresses_of(db_session(), party.id, 0)[1] if pages.kind is not VENDOR else 0,
        catalogue=vendor_catalogue.count_of_vendor(db_session(), party.id) if pages.kind is VENDOR else 0,
    )
