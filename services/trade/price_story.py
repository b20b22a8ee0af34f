"""Why a line has its price and discount: what was looked at, what counted, what was typed (documents.md section 9)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import round_unit_cost
from core.text import _
from models import PriceList, TradeDocument, TradeLine, UnitOfMeasure
from models.enums import TradeLineType
from services.trade import line_prices
from services.trade.facts import load_facts
from services.trade.prices import Considered, Price


@dataclass(frozen=True, slots=True)
class PriceStory:
    """Prices in the line's unit; `considered` in the order of the lists."""

    day: dt.date
    unit: str
    #: what the card says, for when nothing is agreed
    card: Decimal
    considered: tuple[Considered, ...]
    #: unit of each considered line, "" for any
    units: dict[int, str]
    found: Price

    @property
    def expected(self) -> Decimal:
        """The price as it would be looked up now."""
        return self.card if self.found.unit_amount is None else self.found.unit_amount


def why_price(session: Session, document: TradeDocument, line: TradeLine) -> PriceStory:
    """The story of an item line; changes nothing. Raises ValidationError `line_not_item`."""
    if line.type != TradeLineType.ITEM or line.item_id is None:
        raise ValidationError("line_not_item", _("Only items have agreed prices."), line=line.line_no)
    facts = load_facts(session, [line.item_id], document=document)
    prices = line_prices.PriceBook(session, document, facts)
    item = facts.items[line.item_id]
    card = facts.exchange.from_local(line_prices.card_price(document, line, item) * line.qty_per_unit_of_measure)
    considered = tuple(prices.explain(line))
    unit_ids = {one.line.unit_of_measure_id for one in considered} | {line.unit_of_measure_id}
    codes = dict(
        session.execute(
            select(UnitOfMeasure.id, UnitOfMeasure.code).where(
                UnitOfMeasure.id.in_([unit_id for unit_id in unit_ids if unit_id is not None])
            )
        )
        .tuples()
        .all()
    )
    return PriceStory(
        day=line_prices.price_day(document),
        unit=codes.get(line.unit_of_measure_id or 0, ""),
        card=round_unit_cost(card, facts.unit_amount_rounding),
        considered=considered,
        units={one.line.id: codes.get(one.line.unit_of_measure_id or 0, "") for one in considered},
        found=prices.price(line),
    )


def whose(price_list: PriceList) -> str:
    """For whom a list is, as a word that pages translate: party, group or everybody."""
    if price_list.vendor_id is not None or price_list.customer_id is not None:
        return "party"
    return "group" if price_list.customer_price_group else "everybody"
