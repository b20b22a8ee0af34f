"""Numbers that a document's party gives to items, on its lines (items.md section 7)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from models import BLANK_ID, Customer, TradeDocument, TradeLine, Vendor
from models.enums import ReferenceType, TradeLineType, TradeSide
from services.items.lookup import Candidate, Party, references_of, take_one
from services.trade.kinds import kind_of
from services.trade.line_kinds import NUMBERS


def party_of(session: Session, document: TradeDocument) -> Party | None:
    """Whose own numbers count on this document."""
    if document.side == TradeSide.PURCHASE:
        no = session.scalar(select(Vendor.no).where(Vendor.id == document.vendor_id))
        kind = ReferenceType.VENDOR
    else:
        no = session.scalar(select(Customer.no).where(Customer.id == document.customer_id))
        kind = ReferenceType.CUSTOMER
    return None if no is None else Party(kind, no)


def reference_day(document: TradeDocument) -> dt.date:
    """On which day references have to be valid: the posting date of invoices and credit memos, else the order date."""
    if kind_of(document).prices_by_posting_date:
        return document.posting_date or document.order_date
    return document.order_date


def values_of(hit: Candidate) -> dict[str, object]:
    """What a line gets from the reference that was chosen; the rest follows from the item."""
    values: dict[str, object] = {"item_id": hit.item_id}
    if hit.variant_id != BLANK_ID:
        values["variant_id"] = hit.variant_id
    if hit.unit_id is not None:
        values["unit_of_measure_id"] = hit.unit_id
    if hit.reference_no:
        values["item_reference_no"] = hit.reference_no
    if hit.description:
        values["description"] = hit.description
    return values


def name_by_reference(
    session: Session, document: TradeDocument, values: Sequence[Mapping[str, object]]
) -> list[Mapping[str, object]]:
    """The same lines; one that has a reference number and no item gets item, variant, unit and text from it.

    What a line says itself wins. Raises ValidationError `unknown_reference` and AmbiguousReference
    `ambiguous_reference` with their `line` (its place in `values` from 1): nobody can choose here.
    """
    numbers = {place: _number(given) for place, given in enumerate(values, 1)}
    wanted = {number for number in numbers.values() if number}
    if not wanted:
        return list(values)
    found = references_of(session, wanted, on=reference_day(document), party=party_of(session, document))
    named: list[Mapping[str, object]] = []
    for place, given in enumerate(values, 1):
        number = numbers[place]
        if not number:
            named.append(given)
            continue
        try:
            hit = take_one(number, found.get(number, ()), field="item_reference_no")
        except ValidationError as error:
            error.line = place
            raise
        said = {name: value for name, value in given.items() if value is not None and value != ""}
        named.append({**given, **values_of(hit), **said, "item_reference_no": number})
    return named


def name_change(
    session: Session, document: TradeDocument, line: TradeLine, values: Mapping[str, object], *, choice: str = ""
) -> Mapping[str, object]:
    """The changes to `line` with what a changed reference number brings; candidates of the line's item come first.

    Raises ValidationError `unknown_reference`, AmbiguousReference `ambiguous_reference` (`choice` names a candidate).
    """
    typed = values.get("item_reference_no")
    number = typed.strip().upper() if isinstance(typed, str) else ""
    if not number or number == line.item_reference_no or line.item_id is None or line.posted_line_id is not None:
        return {**values, "item_reference_no": number} if "item_reference_no" in values else values
    chosen = values.get("item_id", line.item_id)
    hit = take_one(
        number,
        references_of(session, {number}, on=reference_day(document), party=party_of(session, document)).get(number, ()),
        field="item_reference_no", item_id=chosen if isinstance(chosen, int) else None, choice=choice,
    )  # fmt: skip
    said = {
        name: value for name, value in values.items()
        if value is not None and value != "" and getattr(line, name, None) != value
    }  # fmt: skip
    return {**values, **values_of(hit), "variant_id": hit.variant_id, **said, "item_reference_no": number}


def _number(given: Mapping[str, object]) -> str:
    """The reference that has to say what the line is about; "" where something else does."""
    if given.get("type") == TradeLineType.COMMENT or any(given.get(name) is not None for name in NUMBERS):
        return ""
    number = given.get("item_reference_no")
    return number.strip().upper() if isinstance(number, str) else ""
