"""Price, amounts and cost of a line: the best agreed price, what follows from it, what one unit costs us.

documents.md section 9. The line is changed in place; nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO, round_unit_cost
from core.text import _
from models import TradeDocument, TradeLine
from models.enums import TradeLineType
from services.dimensions import sets_of_items
from services.documents.journal_defaults import ItemFacts
from services.trade import amounts
from services.trade.calendars import load_calendars
from services.trade.facts import TradeFacts
from services.trade.kinds import is_purchase, kind_of
from services.trade.party_numbers import PartyNumbers, load_numbers
from services.trade.prices import Considered, Price, Wanted, best_price, explain_price, load_prices

#: A change of one of these looks the price up again.
PRICE_DECIDING = frozenset({"item_id", "variant_id", "quantity", "unit_of_measure_id"})


def price_day(document: TradeDocument) -> dt.date:
    """Prices of invoices and credit memos are those of the posting date, of the others those of the order date."""
    if kind_of(document).prices_by_posting_date:
        return document.posting_date or document.order_date
    return document.order_date


class PriceBook:
    """Price lists for the items of a document, the calendars its dates are counted by, what its party calls the
    items and their dimensions; read once.
    """

    def __init__(self, session: Session, document: TradeDocument, facts: TradeFacts) -> None:
        self._day: dt.date = price_day(document)
        self._currency_id = document.currency_id
        self._facts = facts
        self._candidates = load_prices(
            session, document, [(item_id, item.item.item_discount_group) for item_id, item in facts.items.items()]
        )
        self.calendars = load_calendars(session, document, facts.locations)
        self.numbers: PartyNumbers = load_numbers(session, document, facts.items.keys())
        self.dimensions = sets_of_items(session, facts.items.keys(), document.dimension_set_id)

    def price(self, line: TradeLine, day: dt.date | None = None) -> Price:
        """The best price and discount of the line as it is, on the document's day or another one."""
        return best_price(self._wanted(line, day or self._day), self._candidates)

    def explain(self, line: TradeLine) -> list[Considered]:
        """Every line of an active list that was looked at for the line, with what it gives or why it does not count."""
        return explain_price(self._wanted(line, self._day), self._candidates)

    def _wanted(self, line: TradeLine, day: dt.date) -> Wanted:
        item = self._facts.items[line.item_id or 0].item
        return Wanted(
            item_id=item.id,
            item_discount_group=item.item_discount_group,
            variant_id=line.variant_id,
            unit_of_measure_id=line.unit_of_measure_id,
            quantity=line.quantity,
            day=day,
            qty_per_unit=line.qty_per_unit_of_measure,
            currency_id=self._currency_id,
            exchange=self._facts.exchange,
        )


def set_price(document: TradeDocument, line: TradeLine, facts: TradeFacts, found: Price, old: Price | None) -> None:
    """The best agreed price, else the card's; `old` is what was agreed before the quantity changed.

    Where nothing is agreed now, a price or discount that was typed stays: another quantity is no reason to forget it.
    """
    item, factor = facts.items[line.item_id or 0], line.qty_per_unit_of_measure
    if found.unit_amount is not None:
        line.unit_amount = found.unit_amount
    elif old is None or line.unit_amount == old.unit_amount:
        card = facts.exchange.from_local(card_price(document, line, item) * factor)
        line.unit_amount = round_unit_cost(card, facts.unit_amount_rounding)
    if found.discount_percent or old is None or line.line_discount_percent == old.discount_percent:
        line.line_discount_percent = found.discount_percent
    line.allow_line_discount = found.allow_line_discount
    line.allow_invoice_discount = item.item.allow_invoice_discount and found.allow_invoice_discount


def card_price(document: TradeDocument, line: TradeLine, item: ItemFacts) -> Decimal:
    """What a base unit costs where nothing is agreed, in local currency: the card's price, or the last direct cost.

    That of the stockkeeping unit goes before the item's; without either, the unit cost (documents.md section 9).
    """
    if not is_purchase(document):
        return item.item.unit_price
    place = item.stockkeeping.get((line.location_id, line.variant_id))
    last = place.last_direct_cost if place is not None else ZERO
    return last or item.item.last_direct_cost or item.unit_cost(line.location_id, line.variant_id)


def look_up_again(
    document: TradeDocument, line: TradeLine, facts: TradeFacts, prices: PriceBook, before: dt.date
) -> None:
    """The price of another day than `before`; one that was typed stays, as when a quantity changes."""
    if line.type != TradeLineType.ITEM or line.posted_line_id is not None or line.qty_handled:
        return
    set_price(document, line, facts, prices.price(line), prices.price(line, before))
    settle_amounts(document, line, {}, facts)


def settle_amounts(document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> None:
    """Discount and line amount from quantity and price, and the unit cost from those.

    Raises ValidationError `discount_out_of_range`, `unit_cost_fixed`.
    """
    if not 0 <= line.line_discount_percent <= 100:
        raise ValidationError(
            "discount_out_of_range", _("A discount lies between 0 and 100 %%."), field="line_discount_percent"
        )
    before = line.line_amount
    if "line_discount_amount" in given:
        gross = amounts.whole_amounts(line.quantity, line.unit_amount, ZERO, facts.amount_rounding)[1]
        discount = given["line_discount_amount"]
        assert isinstance(discount, Decimal)  # noqa: S101 - assign has seen to it
        if not 0 <= discount <= abs(gross):
            raise ValidationError(
                "discount_out_of_range", _("A discount lies between 0 and 100 %%."), field="line_discount_amount"
            )
        line.line_discount_percent = round_unit_cost(discount * 100 / abs(gross)) if gross else ZERO
        line.line_discount_amount = discount
        line.line_amount = gross - discount
    else:
        line.line_discount_amount, line.line_amount = amounts.whole_amounts(
            line.quantity, line.unit_amount, line.line_discount_percent, facts.amount_rounding
        )
    if line.line_amount != before and "invoice_discount_amount" not in given:
        line.invoice_discount_amount = ZERO  # worked out again with the whole document
    if line.type == TradeLineType.ITEM:
        settle_unit_cost(document, line, given, facts)


def settle_unit_cost(document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> None:
    """What one unit costs us, in local currency (documents.md section 9)."""
    item, factor = facts.items[line.item_id or 0], line.qty_per_unit_of_measure
    card = round_unit_cost(item.unit_cost(line.location_id, line.variant_id) * factor, facts.local_unit_rounding)
    if item.is_standard:
        if "unit_cost" in given and given["unit_cost"] != card and not is_purchase(document):
            raise ValidationError(
                "unit_cost_fixed",
                _("Item %(no)s is valued at standard cost; its cost is changed on the card.", no=item.item.no),
                field="unit_cost",
            )
        line.unit_cost = card
    elif is_purchase(document):
        local = facts.exchange.to_local
        line.unit_cost = amounts.unit_cost(
            line.quantity, local(line.unit_amount), local(line.line_discount_amount + line.invoice_discount_amount),
            line.indirect_cost_percent, line.overhead_rate * factor,
            vat_percent=line.vat_percent if document.prices_including_vat else ZERO,
            rounding=facts.local_unit_rounding,
        )  # fmt: skip
    elif "unit_cost" not in given and (not line.unit_cost or PRICE_DECIDING & given.keys() - {"quantity"}):
        reason = facts.return_reasons.get(line.return_reason_code)
        line.unit_cost = ZERO if reason is not None and reason.inventory_value_zero else card
