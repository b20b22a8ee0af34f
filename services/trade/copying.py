"""Copying documents, open, posted or archived, into an open one (documents.md section 15)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.rounding import ZERO
from core.text import _
from models import PostedDocument, TradeDocument, TradeLine
from models.enums import TradeLineType, TradeType
from services.attachments import follow_items
from services.currencies import Exchange
from services.trade import line_prices, line_values, quantities
from services.trade.companions import delete_each
from services.trade.documents import (
    HEADER_FIELDS,
    apply_header,
    check_open,
    create_document,
    lines_of,
    lock_document,
    note_change,
)
from services.trade.exchanging import converted, exchange_of
from services.trade.facts import TradeFacts, facts_of
from services.trade.line_kinds import NUMBERS
from services.trade.lines import STEP
from services.trade.parties import get_party
from services.trade.posted import get_posted

#: What a copied line takes along, where the source has it.
LINE_FIELDS = (
    "variant_id", "description", "item_reference_no", "unit_of_measure_id", "location_id", "bin_id",
    "line_discount_percent", "return_reason_code", "gross_weight", "net_weight", "unit_volume", "dimension_set_id",
)  # fmt: skip
#: Not copied with a header: numbers of others, and what belongs to the target.
_OWN = {"posting_date", "document_date", "order_date", "due_date", "applies_to_document_no", "vendor_invoice_no",
        "vendor_credit_memo_no", "vendor_shipment_no", "package_tracking_no", "assigned_user_id",
        "valid_to", "ship_to_code"}  # fmt: skip


@dataclass(slots=True)
class Copied:
    """The lines that were added and why others were left out (blocked items)."""

    lines: list[TradeLine] = field(default_factory=list)
    skipped: list[DomainError] = field(default_factory=list)


def copy_document(
    session: Session,
    target_id: int,
    source: TradeDocument | PostedDocument,
    source_lines: Sequence[Any],
    *,
    include_header: bool = False,
    recalculate: bool = True,
    user_id: int | None = None,
) -> Copied:
    """Add `source_lines` (lines of an open, posted or archived document) to an open document.

    `recalculate` takes prices and costs of today; without the header it is always so. Blocked items are left out and
    reported. Raises ValidationError `document_released`.
    """
    target = lock_document(session, target_id)
    check_open(target)
    recalculate = recalculate or not include_header
    if include_header:
        values = {name: getattr(source, name) for name in HEADER_FIELDS
                  if name not in _OWN and hasattr(source, name)}  # fmt: skip
        apply_header(session, target, values)
    facts = facts_of(session, source_lines, document=target)
    result = copy_lines(
        session, target, source_lines, facts, recalculate=recalculate, source=exchange_of(session, source)
    )
    note_change(target, user_id)
    session.flush()
    return result


def copy_lines(
    session: Session,
    target: TradeDocument,
    source_lines: Iterable[Any],
    facts: TradeFacts,
    *,
    recalculate: bool,
    source: Exchange | None = None,
) -> Copied:
    """The lines, in their order, at the end of the target; prices of another currency (`source`) are converted."""
    prices = line_prices.PriceBook(session, target, facts) if facts.items else None
    last = session.scalar(select(func.max(TradeLine.line_no)).where(TradeLine.document_id == target.id)) or 0
    result = Copied()
    made: dict[int, TradeLine] = {}
    texts: list[tuple[TradeLine, int]] = []
    skipped: set[int] = set()
    with session.no_autoflush:
        for copied in source_lines:
            follows = getattr(copied, "attached_to_line_id", None)
            if follows is not None and follows in skipped:
                continue  # the text of a line that stays behind
            line = TradeLine(document_id=target.id, line_no=last + STEP, version=1)
            line_values.start(line)
            try:
                _copy(target, line, copied, facts, prices, recalculate=recalculate, source=source)
            except ValidationError as error:
                error.line = copied.line_no
                result.skipped.append(error)
                skipped.add(getattr(copied, "id", 0))
                continue
            last += STEP
            result.lines.append(line)
            made[getattr(copied, "id", 0)] = line
            if follows is not None:
                texts.append((line, follows))
    session.add_all(result.lines)
    session.flush()
    for line, follows in texts:
        line.attached_to_line_id = made[follows].id if follows in made else None
    follow_items(session, target, result.lines)
    session.flush()
    return result


def _copy(
    target: TradeDocument,
    line: TradeLine,
    copied: Any,
    facts: TradeFacts,
    prices: line_prices.PriceBook | None,
    *,
    recalculate: bool,
    source: Exchange | None,
) -> None:
    if copied.type == TradeLineType.COMMENT:
        line.type, line.description = TradeLineType.COMMENT, copied.description
        return
    given: dict[str, object] = {name: getattr(copied, name) for name in NUMBERS if getattr(copied, name)}
    given |= {name: getattr(copied, name) for name in LINE_FIELDS if getattr(copied, name, None) is not None}
    given["quantity"] = copied.quantity
    if recalculate:
        given.pop("line_discount_percent", None)
    if not recalculate or copied.type != TradeLineType.ITEM:
        given["unit_amount"] = converted(copied.unit_amount, source or facts.exchange, facts.exchange)
    line_values.apply(target, line, given, facts, prices)
    line.original_item_id = getattr(copied, "original_item_id", None)
    line.original_variant_id = getattr(copied, "original_variant_id", None)
    if not recalculate:
        line.line_discount_amount = copied.line_discount_amount
        line.invoice_discount_amount = copied.invoice_discount_amount
        if copied.type == TradeLineType.ITEM:
            line_prices.settle_unit_cost(target, line, {"unit_cost": line.unit_cost}, facts)


def copy_open(
    session: Session,
    target_id: int,
    source_id: int,
    *,
    include_header: bool = False,
    recalculate: bool = True,
    user_id: int | None = None,
) -> Copied:
    """Copy an open document. Raises as `copy_document`."""
    source = session.get_one(TradeDocument, source_id)
    return copy_document(
        session, target_id, source, lines_of(session, source_id), include_header=include_header,
        recalculate=recalculate, user_id=user_id,
    )  # fmt: skip


def copy_posted(
    session: Session,
    posted_id: int,
    *,
    type_: TradeType,
    on: dt.date,
    recalculate: bool = False,
    user_id: int | None = None,
) -> TradeDocument:
    """A new document of the kind `type_` with the header and lines of a posted one, at its prices unless told else.

    Raises NotFound `posted_document_not_found` and what opening a document raises.
    """
    posted = get_posted(session, posted_id)
    target = create_document(session, posted.side, type_, posted.party_no, on=on, user_id=user_id)
    copy_document(
        session, target.id, posted, posted.lines, include_header=True, recalculate=recalculate, user_id=user_id
    )
    return target


def move_negative_lines(
    session: Session, document_id: int, *, on: dt.date, user_id: int | None = None
) -> TradeDocument:
    """Lines below zero leave an order (or return order) for a new document of the opposite kind, as positive ones.

    Raises ValidationError `document_released`, `no_negative_lines`.
    """
    source = lock_document(session, document_id)
    check_open(source)
    moved = [line for line in lines_of(session, document_id) if line.quantity < 0 and not line.qty_handled]
    if not moved:
        raise ValidationError("no_negative_lines", _("%(no)s has no line below zero.", no=source.no))
    opposite = _OPPOSITE[source.type]
    party_no = _party_no(session, source)
    target = create_document(session, source.side, opposite, party_no, on=on, user_id=user_id)
    target.location_id, target.currency_id = source.location_id, source.currency_id
    facts = facts_of(session, moved, document=target)
    made = copy_lines(session, target, moved, facts, recalculate=False)
    default = line_values.default_quantity(target, facts)
    for line in made.lines:
        precision = facts.precision(line.item_id)
        quantities.set_quantity(line, -line.quantity, precision=precision, default=default)
        line.line_discount_amount = line.invoice_discount_amount = ZERO
        line_prices.settle_amounts(target, line, {}, facts)
    delete_each(session, moved)
    note_change(source, user_id)
    session.flush()
    return target


_OPPOSITE: Mapping[TradeType, TradeType] = {
    TradeType.QUOTE: TradeType.RETURN_ORDER,
    TradeType.ORDER: TradeType.RETURN_ORDER,
    TradeType.INVOICE: TradeType.CREDIT_MEMO,
    TradeType.RETURN_ORDER: TradeType.ORDER,
    TradeType.CREDIT_MEMO: TradeType.INVOICE,
    TradeType.SERVICE_ORDER: TradeType.RETURN_ORDER,
}


def _party_no(session: Session, document: TradeDocument) -> str:
    return str(get_party(session, document).no)
