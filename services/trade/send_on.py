"""What a customer returns goes on to the vendors it came from (documents.md section 11)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import TradeDocument, TradeLine, Vendor
from models.enums import TradeLineType, TradeSide, TradeType
from services.trade import line_prices, line_values
from services.trade.documents import create_document, lock_document, note_change
from services.trade.facts import TradeFacts, facts_of
from services.trade.line_numbers import Number, set_numbers
from services.trade.lines import STEP
from services.trade.parties import check_center

_TAKEN = ("item_id", "variant_id", "unit_of_measure_id", "location_id", "quantity", "return_reason_code")
_OF_NUMBER = ("lot_no", "serial_no", "package_no", "quantity", "expiration_date", "warranty_date")


def send_on(session: Session, document_id: int, *, on: dt.date, user_id: int | None = None) -> list[TradeDocument]:
    """A purchase return order for each vendor of the items of a sales return order, their lines tied to its lines.

    Lots and serial numbers go along. Nothing is posted: what is sent back has to come in first. Raises ValidationError
    `not_a_return`, `nothing_to_send_on`, `vendor_missing` naming the item; PostingError `party_blocked`.
    """
    source = lock_document(session, document_id)
    check_center(session, source, user_id)
    if source.side != TradeSide.SALES or source.type != TradeType.RETURN_ORDER:
        raise ValidationError("not_a_return", _("Only what a customer returns is sent on to its vendors."))
    goods = select(TradeLine).where(
        TradeLine.document_id == document_id, TradeLine.type == TradeLineType.ITEM, TradeLine.quantity > 0
    )
    lines: Sequence[TradeLine] = session.scalars(
        goods.options(selectinload(TradeLine.numbers)).order_by(TradeLine.line_no)
    ).all()
    sent = set(session.scalars(_sent(session, lines)))
    lines = [line for line in lines if line.id not in sent]
    if not lines:
        raise ValidationError(
            "nothing_to_send_on", _("%(no)s has no goods that are not sent on already.", no=source.no)
        )
    facts = facts_of(session, lines)
    made = []
    for vendor, theirs in _by_vendor(session, lines, facts):
        document = create_document(session, TradeSide.PURCHASE, TradeType.RETURN_ORDER, vendor.no, on=on,
                                   user_id=user_id)  # fmt: skip
        _fill(session, document, theirs)
        note_change(document, user_id)
        made.append(document)
    note_change(source, user_id)
    session.flush()
    return made


def _sent(session: Session, lines: Sequence[TradeLine]) -> Select[tuple[int | None]]:
    return select(TradeLine.linked_line_id).where(
        TradeLine.linked_line_id.in_(ids_of(session, [line.id for line in lines]))
    )


def _by_vendor(session: Session, lines: Sequence[TradeLine], facts: TradeFacts) -> list[tuple[Vendor, list[TradeLine]]]:
    theirs: dict[int, list[TradeLine]] = defaultdict(list)
    for line in lines:
        item = facts.items[line.item_id or 0].item
        if item.vendor_id is None:
            raise ValidationError(
                "vendor_missing", _("Line %(line)s: nobody is known to sell us item %(no)s.", line=line.line_no,
                                    no=item.no),
                field="item_id", line=line.line_no, hint=_("Fill in the vendor on the item's card."),
            )  # fmt: skip
        theirs[item.vendor_id].append(line)
    vendors = session.scalars(select(Vendor).where(Vendor.id.in_(ids_of(session, theirs))).order_by(Vendor.no))
    return [(vendor, theirs[vendor.id]) for vendor in vendors]


def _fill(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> None:
    facts = facts_of(session, lines, document=document)
    prices = line_prices.PriceBook(session, document, facts)
    for place, returned in enumerate(lines, 1):
        line = TradeLine(document_id=document.id, line_no=place * STEP, version=1)
        line_values.start(line)
        with session.no_autoflush:
            line_values.apply(document, line, {name: getattr(returned, name) for name in _TAKEN}, facts, prices)
            if returned.numbers:
                set_numbers(
                    line, [Number(**{name: getattr(row, name) for name in _OF_NUMBER}) for row in returned.numbers],
                    facts,
                )  # fmt: skip
        line.linked_line_id = returned.id
        session.add(line)
    session.flush()
