"""Changing a header, and the lines with it (documents.md sections 2, 4, 18)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.orm import Session

from core.errors import ConflictError, ValidationError
from core.rounding import ZERO
from core.text import _
from models import Location, TradeDocument, TradeLine
from models.enums import DocumentStatus, TradeLineType, TradeSide
from services.currencies import Exchange
from services.parties import get_party as find_party
from services.reservations.changes import followed_header
from services.trade import line_prices, line_values
from services.trade.documents import (
    apply_header,
    check_open,
    lines_of,
    lock_document,
    note_change,
)
from services.trade.exchanging import OWN, convert_others, exchange_of
from services.trade.facts import facts_of
from services.trade.kinds import kind_of
from services.trade.line_kinds import NUMBERS, forget
from services.trade.parties import check_assignee, check_blocked, check_center, fill_from_party, with_ship_to

#: Closed while the document is released (documents.md section 4).
PROTECTED = frozenset({
    "location_id", "responsibility_center_id", "currency_id", "prices_including_vat", "promised_date",
})  # fmt: skip
PROTECTED_OF_SALES = frozenset({"requested_date", "expected_date", "shipping_time", "handling_time"})
#: Defaults of the lines: the question is whether they follow.
FOLLOWED = (
    "location_id", "requested_date", "promised_date", "expected_date", "shipping_time", "handling_time", "lead_time",
    "order_date",
)  # fmt: skip
#: Answers to the questions that a change asks.
LINES_FOLLOW, LINES_STAY, LINES_REBUILT = "lines_follow", "lines_stay", "lines_rebuilt"
RESERVATIONS_FOLLOW = "reservations_follow"
#: fields of lines whose change reservations have to follow
_HELD = ("item_id", "variant_id", "location_id", "expected_date", "reserve", "drop_shipment", "special_order")


def change_header(
    session: Session,
    document_id: int,
    values: Mapping[str, object],
    *,
    version: int | None = None,
    confirmed: Collection[str] = (),
    user_id: int | None = None,
) -> TradeDocument:
    """Change fields of a header; `confirmed` answers what a change asks about the lines.

    Raises ConflictError `document_changed`, `document_has_postings`; ValidationError `document_released`,
    `promised_date_filled`, `location_in_transit`, `ship_to_unknown`, `responsibility_centre`, `exchange_rate_missing`,
    `lines_follow_question` (answer `lines_follow` or `lines_stay`), `lines_rebuilt_question` (answer `lines_rebuilt`),
    `reservations_question` (answer `reservations_follow`), `line_reserved`, and those of `services.values.assign`.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    changed = {name: value for name, value in values.items() if getattr(document, name, None) != value}
    changed = {
        name: value
        for name, value in with_ship_to(session, document, changed).items()
        if getattr(document, name, None) != value
    }
    protected = PROTECTED | (PROTECTED_OF_SALES if document.side == TradeSide.SALES else frozenset())
    for name in sorted(changed.keys() & protected):
        check_open(document, field=name)
    _check(session, document, changed)
    lines = lines_of(session, document_id)
    _check_currency(document, lines, changed)
    rebuilt = _asks_rebuild(document, lines, changed, confirmed)
    followed = {} if rebuilt else _asks_follow(lines, changed, confirmed)
    before = {name: getattr(document, name) for name in FOLLOWED}
    held = _held_by(lines)
    priced_on = line_prices.price_day(document)
    old_exchange = exchange_of(session, document) if "currency_id" in changed else OWN
    with session.no_autoflush:
        apply_header(session, document, changed)
        check_center(session, document, user_id)
        if "responsibility_center_id" in changed and "assigned_user_id" not in changed:
            document.assigned_user_id = None  # whoever had it works for the other centre
        if "assigned_user_id" in changed:
            check_assignee(session, document)
        if "currency_id" in changed:
            _exchange(session, document, lines, old_exchange)
        if rebuilt:
            rebuild_lines(session, document, lines)
        elif followed:
            follow = {name: getattr(document, name) for name in FOLLOWED if getattr(document, name) != before[name]}
            _follow(session, document, lines, follow)
        if not rebuilt and lines and document.status == DocumentStatus.OPEN:
            _price_anew(session, document, lines, priced_on)
    note_change(document, user_id)
    session.flush()
    if rebuilt or followed:
        followed_header(session, document.no, lines, held, confirmed=rebuilt or RESERVATIONS_FOLLOW in confirmed)
    return document


def change_party(
    session: Session,
    document_id: int,
    party_no: str,
    *,
    version: int | None = None,
    confirmed: Collection[str] = (),
    user_id: int | None = None,
) -> TradeDocument:
    """Another vendor or customer: the card fills the header anew and the lines are rebuilt.

    Raises ConflictError `document_changed`; NotFound `party_not_found`; PostingError `party_blocked`; ValidationError
    `document_released`, `document_has_postings`, `lines_rebuilt_question`, `responsibility_centre`.
    """
    document = lock_document(session, document_id, version=version)
    check_center(session, document, user_id)
    check_open(document, field="party")
    party = find_party(session, kind_of(document).party_kind, party_no)
    if party.id == document.party_id:
        return document
    lines = lines_of(session, document_id)
    if any(line.qty_handled for line in lines):
        raise ConflictError(
            "document_has_postings",
            _("Something of %(no)s is received or shipped; it stays with its party.", no=document.no),
            field="party",
            hint=_("Open another document."),
        )
    check_blocked(kind_of(document), party, "create")
    if lines and LINES_REBUILT not in confirmed:
        raise _question("lines_rebuilt_question", _("All lines are priced and dated anew. Go on?"), "party")
    held = _held_by(lines)
    old_exchange = exchange_of(session, document)
    with session.no_autoflush:
        fill_from_party(session, document, party, user_id=user_id)
        check_center(session, document, user_id)
        document.exchange_amount = document.exchange_local_amount = ZERO
        convert_others(lines, old_exchange, exchange_of(session, document))
        rebuild_lines(session, document, lines)
    note_change(document, user_id)
    session.flush()
    followed_header(session, document.no, lines, held, confirmed=True)
    return document


def _held_by(lines: Sequence[TradeLine]) -> dict[int, dict[str, object]]:
    """What reservations of the lines rest on, as it is now."""
    return {line.id: {name: getattr(line, name) for name in _HELD} for line in lines if line.item_id is not None}


def _check(session: Session, document: TradeDocument, changed: Mapping[str, object]) -> None:
    if "requested_date" in changed and (document.promised_date or changed.get("promised_date")) is not None:
        raise ValidationError(
            "promised_date_filled",
            _("A date is promised already; the requested date no longer matters."),
            field="requested_date",
            hint=_("Clear the promised date first."),
        )
    location = session.get(Location, changed["location_id"]) if changed.get("location_id") else None
    if location is not None and location.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("%(code)s holds goods in transit; only transfer orders post there.", code=location.code),
            field="location_id",
        )


def _check_currency(document: TradeDocument, lines: Sequence[TradeLine], changed: Mapping[str, object]) -> None:
    """What is moved or billed keeps its price, and with it the currency."""
    if "currency_id" in changed and any(line.qty_handled or line.posted_line_id is not None for line in lines):
        raise ConflictError(
            "document_has_postings",
            _("Something of %(no)s is received or shipped; its currency stays.", no=document.no),
            field="currency_id",
            hint=_("Open another document."),
        )


def _exchange(session: Session, document: TradeDocument, lines: Sequence[TradeLine], old: Exchange) -> None:
    """Another currency: items are priced anew, the rest is converted (documents.md section 9)."""
    document.exchange_amount = document.exchange_local_amount = ZERO
    facts = facts_of(session, lines, document=document)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    convert_others(lines, old, facts.exchange)
    for line in lines:
        if line.type == TradeLineType.COMMENT:
            continue
        if line.type == TradeLineType.ITEM and prices is not None:
            line_prices.set_price(document, line, facts, prices.price(line), None)
        line_prices.settle_amounts(document, line, {}, facts)
        line.version += 1


def _asks_rebuild(
    document: TradeDocument, lines: Sequence[TradeLine], changed: Mapping[str, object], confirmed: Collection[str]
) -> bool:
    if "responsibility_center_id" not in changed or not lines:
        return False
    if any(line.qty_handled for line in lines):
        raise ConflictError(
            "document_has_postings",
            _("Something of %(no)s is received or shipped; its centre stays.", no=document.no),
            field="responsibility_center_id",
        )
    if LINES_REBUILT not in confirmed:
        raise _question(
            "lines_rebuilt_question", _("All lines are priced and dated anew. Go on?"), "responsibility_center_id"
        )
    return True


def _asks_follow(
    lines: Sequence[TradeLine], changed: Mapping[str, object], confirmed: Collection[str]
) -> dict[str, object]:
    wanted = {name: changed[name] for name in FOLLOWED if name in changed}
    goods = [line for line in lines if line.type == TradeLineType.ITEM]
    if not wanted or not goods or LINES_STAY in confirmed:
        return {}
    if LINES_FOLLOW not in confirmed:
        raise _question("lines_follow_question", _("Shall the lines follow this change?"), next(iter(wanted)))
    return wanted


def _question(code: str, message: str, field: str) -> ValidationError:
    return ValidationError(code, message, field=field, hint=_("Confirm, or leave it as it is."))


def _follow(
    session: Session, document: TradeDocument, lines: Sequence[TradeLine], values: Mapping[str, object]
) -> None:
    """Lines take over what changed on the header; what is moved and not billed keeps its place."""
    facts = facts_of(session, lines, document=document)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    for line in lines:
        if line.type != TradeLineType.ITEM:
            continue
        given = dict(values)
        if line.qty_not_invoiced or line.linked_line_id is not None or line.posted_line_id is not None:
            given.pop("location_id", None)
        for name, value in given.items():
            setattr(line, name, value)
        line_values.apply(document, line, given, facts, prices)
        line.version += 1


def _price_anew(session: Session, document: TradeDocument, lines: Sequence[TradeLine], before: dt.date) -> None:
    """Another day has other prices (documents.md section 9)."""
    if line_prices.price_day(document) == before:
        return
    facts = facts_of(session, lines, document=document)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    for line in lines if prices is not None else ():
        old = line.unit_amount, line.line_discount_percent
        line_prices.look_up_again(document, line, facts, prices, before)  # type: ignore[arg-type]
        line.version += old != (line.unit_amount, line.line_discount_percent)


def rebuild_lines(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> None:
    """Each line as if it were entered now for this header: item, variant, unit and quantity stay."""
    facts = facts_of(session, lines, document=document)
    prices = line_prices.PriceBook(session, document, facts) if facts.items else None
    for line in lines:
        if line.type == TradeLineType.COMMENT or line.posted_line_id is not None:
            continue
        given: dict[str, object] = {
            name: getattr(line, name)
            for name in (*NUMBERS, "variant_id", "unit_of_measure_id", "quantity")
            if getattr(line, name)
        }
        if line.type != TradeLineType.ITEM:
            given["unit_amount"] = line.unit_amount
        forget(line)
        ordered = line.original_item_id, line.original_variant_id
        line_values.apply(document, line, given, facts, prices)
        line.original_item_id, line.original_variant_id = ordered
        line.version += 1
