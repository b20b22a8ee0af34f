"""The worksheet that reserves many lines at once: get demand, share what is free, make the reservations."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.access import current_user, requires
from blueprints.availability_words import EVENT_WORDS, event_url, event_word
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.masters import PlainForm
from blueprints.reservations import bp
from core.errors import DomainError, ValidationError
from core.parsing import parse_decimal
from core.rounding import ZERO
from core.text import _
from core.unit_of_work import perform
from models import Item, ItemVariant, Location, Permission
from services.reservations.allocation import Policy
from services.reservations.offers import LineRef
from services.reservations.sources import SourceKind
from services.reservations.worksheet import Filter, Row, check_typed, demand_rows, make_reservations, suggest

DEMANDS = ("sales_order", "purchase_return_order", "service_order", "transfer_out", "inventory_shipment")
#: what narrows the demand, and how it is shared
GIVEN = ("item", "variant", "location", "since", "until", "type", "stock", "policy")
#: an id that no variant has
NOBODY = -1


@bp.route("/worksheet", methods=["GET", "POST"])
@requires(Permission.SALES_EDIT)
def worksheet() -> Response:
    """Every line that still needs something; shares are suggested, and nothing is reserved before it is said."""
    form = PlainForm()
    given = {name: request.values.get(name, "").strip()[:50] for name in GIVEN}
    rows = demand_rows(db_session(), filter_of(given))
    policy = Policy(given["policy"]) if given["policy"] in set(Policy) else None
    shares: dict[str, Any] = {}
    if policy is not None:
        shares = {key: formats.plain_number(share) for key, share in suggest(rows, policy).items() if share}
    refusal: DomainError | None = None
    if form.validate_on_submit():
        shares = {name[4:]: request.form[name][:40] for name in request.form if name.startswith("qty ")}
        try:
            wanted = _typed(rows, shares)
            name = current_user.full_name or current_user.email
            taken, gone = perform(
                db_session(), lambda s: make_reservations(s, wanted, user_name=name), user_id=current_user.id
            )
        except DomainError as error:
            refusal = error
        else:
            message = _("%(quantity)s reserved.", quantity=formats.quantity(taken))
            if gone:
                message += " " + _("%(gone)s were gone meanwhile.", gone=formats.quantity(gone))
            return done(None, back=url_for("reservations.worksheet", **{k: v for k, v in given.items() if v}),
                        message=message, category="warning" if gone else "success")  # fmt: skip
    return render(
        "availability/worksheet.html", "availability/_worksheet.html", rows=rows, given=given, policy=policy,
        shares=shares, refusal=refusal, form=form, places=codes_of_places(db_session()), demands=DEMANDS,
        words=EVENT_WORDS, event_word=event_word, event_url=event_url, policies=Policy, status=422 if refusal else 200,
    )  # fmt: skip


def filter_of(given: Mapping[str, str]) -> Filter:
    """What the address narrows to; what it does not know narrows to nothing."""
    item = location = None
    no, code = (given[name].replace("\x00", "").upper() for name in ("item", "location"))  # PostgreSQL knows no NUL
    if given["item"]:
        item = db_session().scalar(select(Item.id).where(Item.no == no)) or 0
    if given["location"]:
        location = db_session().scalar(select(Location.id).where(Location.code == code, Location.deleted.is_(False)))
    variant = None
    if given["variant"] and item:
        named = given["variant"].replace("\x00", "").upper()
        variant = db_session().scalar(
            select(ItemVariant.id).where(ItemVariant.item_id == item, ItemVariant.code == named)
        ) or NOBODY  # fmt: skip
    return Filter(
        item, location, _day(given["until"]), given["type"] if given["type"] in DEMANDS else "", variant,
        _day(given["since"]), {"yes": True, "no": False}.get(given.get("stock", "")),
    )  # fmt: skip


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def codes_of_places(session: Session) -> list[str]:
    """Codes of the places that goods lie at."""
    statement = select(Location.code).where(Location.use_as_in_transit.is_(False), Location.there())
    return list(session.scalars(statement.order_by(Location.code)))


def _typed(rows: list[Row], texts: dict[str, str]) -> dict[LineRef, Decimal]:
    """What was typed, checked against what the person saw free. Raises ValidationError."""
    known = {row.key: row for row in rows}
    wanted: dict[LineRef, Decimal] = {}
    totals: dict[tuple[int, int, int], Decimal] = {}
    seen: dict[tuple[int, int, int], Decimal] = {}
    for key, text in texts.items():
        kind, _colon, number = key.partition(":")
        if not text or kind not in set(SourceKind) or not (number.isascii() and number.isdigit() and len(number) < 19):
            continue
        quantity = parse_decimal(text)
        if quantity < 0:
            raise ValidationError("quantity_required", _("A quantity is not below zero."), field="quantity")
        wanted[LineRef(SourceKind(kind), int(number))] = quantity
        row = known.get(key)
        if row is not None and quantity > row.needed:
            raise ValidationError(
                "reservation_exceeds_outstanding",
                _("Line %(line)s of %(no)s needs only %(needed)s.", line=row.line_no, no=row.document_no,
                  needed=formats.quantity(row.needed)),
                field="quantity",
            )  # fmt: skip
        if row is not None:
            totals[row.place] = totals.get(row.place, ZERO) + quantity
            shown = request.form.get(f"free {key}", "")
            seen[row.place] = max(seen.get(row.place, ZERO), parse_decimal(shown) if shown else row.free)
    check_typed(totals, seen)
    return wanted
