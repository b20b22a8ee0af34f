"""What a line becomes when something is said about it: defaults, quantities, prices, amounts, dates.

documents.md sections 3, 7, 8, 9. The line is changed in place; nothing is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from core.errors import ValidationError
from core.rounding import LARGEST, ZERO, round_unit_cost
from core.text import _, plain_quantity
from models import TradeDocument, TradeLine
from models.enums import DefaultQuantity, ReservePolicy, TradeLineType, TradeType
from services.documents.journal_defaults import ItemFacts
from services.trade import quantities
from services.trade.calendars import NO_CALENDARS, Calendars
from services.trade.dates import planned_backwards, sales_forward, set_dates
from services.trade.facts import TradeFacts
from services.trade.kinds import is_purchase, kind_of
from services.trade.line_checks import (
    check_account,
    check_cost,
    check_item,
    check_place,
    check_resource,
    check_variant,
)
from services.trade.line_kinds import NUMBERS, TYPE_OF, forget
from services.trade.line_prices import PRICE_DECIDING, PriceBook, set_price, settle_amounts
from services.trade.party_numbers import (
    DECIDING,
    TERMS_DECIDING,
    PartyNumbers,
    name_line,
    set_vendor_terms,
)

_ONE = Decimal(1)


def start(line: TradeLine) -> None:
    """The defaults of the columns, which a new row would only get when it is written."""
    for column in TradeLine.__table__.columns:
        if column.default is not None and getattr(line, column.name) is None:
            setattr(line, column.name, column.default.arg)


def apply(
    document: TradeDocument,
    line: TradeLine,
    given: Mapping[str, object],
    facts: TradeFacts,
    prices: PriceBook | None,
) -> None:
    """Put `given` on the line with all that follows from it."""
    old = prices.price(line) if prices is not None and line.item_id in facts.items else None
    fresh = _choose(document, line, given, facts)
    if fresh and prices is not None and line.item_id is not None:
        line.dimension_set_id = prices.dimensions.get(line.item_id, line.dimension_set_id)
    for name, value in given.items():
        if name not in _LATER and name not in NUMBERS and name != "type":
            setattr(line, name, value)
    if given.get("drop_shipment") or given.get("special_order"):
        line.reserve = ReservePolicy.NEVER  # its purchase serves this sale alone
    _check(document, line, given, facts)
    recount = prices is not None and _party_says(document, line, given, facts, prices.numbers, fresh=fresh)
    _quantity(document, line, given, facts, fresh=fresh)
    own_price = line.type == TradeLineType.ITEM and line.posted_line_id is None
    if own_price and prices is not None and (fresh or PRICE_DECIDING & given.keys()):
        keeps = not fresh and not {"item_id", "unit_of_measure_id"} & given.keys()
        set_price(document, line, facts, prices.price(line), old if keeps else None)
    for name in ("unit_amount", "line_discount_percent", "unit_cost", "allow_invoice_discount"):
        if name in given:
            setattr(line, name, given[name])
    settle_amounts(document, line, given, facts)
    _refuse_too_large(line, given)
    calendars = NO_CALENDARS if prices is None else prices.calendars
    _dates(document, line, given, calendars, fresh=fresh, recount=recount)
    if line.type == TradeLineType.COMMENT:
        line.qty_to_handle = line.qty_to_invoice = ZERO


def _refuse_too_large(line: TradeLine, given: Mapping[str, object]) -> None:
    """Quantity times price is a figure that the books can hold."""
    if abs(line.quantity * line.unit_amount) < LARGEST and abs(line.quantity * line.qty_per_unit_of_measure) < LARGEST:
        return
    raise ValidationError(
        "amount_too_large",
        _("%(quantity)s x %(unit_amount)s is more than the books can hold: check both.",
          quantity=plain_quantity(line.quantity), unit_amount=plain_quantity(line.unit_amount)),
        field="unit_amount" if "unit_amount" in given and "quantity" not in given else "quantity",
    )  # fmt: skip


#: Set by the step that owns them.
_LATER = {
    "quantity", "qty_to_handle", "qty_to_invoice", "qty_to_consume", "unit_amount", "unit_cost",
    "line_discount_percent", "line_discount_amount", "unit_of_measure_id",
}  # fmt: skip


def _choose(document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> bool:
    """What the line is about; true where that is new and its card has to fill the line."""
    named = [name for name in NUMBERS if given.get(name) is not None]
    if not named:
        nothing: Any = all(getattr(line, name) is None for name in NUMBERS)
        if given.get("type") == TradeLineType.COMMENT or nothing:
            line.type = TradeLineType.COMMENT
            forget(line)
        return False
    chosen = named[0]
    if getattr(line, chosen) == given[chosen]:
        return False
    forget(line)
    setattr(line, chosen, given[chosen])
    line.type = TYPE_OF[chosen]
    line.original_item_id = line.original_variant_id = None
    line.location_id = document.location_id if line.type == TradeLineType.ITEM else 0
    line.dimension_set_id = document.dimension_set_id
    if line.type == TradeLineType.ITEM:
        _fill_from_item(document, line, given, facts)
    elif line.type == TradeLineType.ITEM_CHARGE:
        charge = facts.charges[line.item_charge_id or 0]
        line.description = charge.description
        line.gen_product_posting_group_id = charge.gen_product_posting_group_id
        line.vat_product_posting_group_id = charge.vat_product_posting_group_id
    elif line.type == TradeLineType.RESOURCE:
        _fill_from_resource(document, line, facts)
    elif line.type == TradeLineType.COST:
        _fill_from_cost(document, line, facts)
    elif (account := facts.accounts.get(line.gl_account_id or 0)) is not None:
        line.description = account.name
        line.gen_product_posting_group_id = None
        line.vat_product_posting_group_id = account.vat_product_posting_group_id
    line.vat_percent = vat_percent(document, line, facts)
    return True


def vat_percent(document: TradeDocument, line: TradeLine, facts: TradeFacts) -> Decimal:
    """The rate of party and product; 0 where set-up has none (posting refuses that)."""
    key = (document.vat_business_posting_group_id, line.vat_product_posting_group_id or 0)
    return facts.vat.get(key, ZERO)


def _fill_from_item(document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> None:
    found = facts.items.get(line.item_id or 0)
    if found is None:
        raise ValidationError("item_unknown", _("There is no such item."), field="item_id")
    item, purchase = found.item, is_purchase(document)
    check_item(document, item)
    usual = item.purchase_unit_of_measure_id if purchase else item.sales_unit_of_measure_id
    line.variant_id = 0
    line.description = item.description
    line.unit_of_measure_id = usual if usual in found.units else item.base_unit_of_measure_id
    line.gen_product_posting_group_id = item.gen_product_posting_group_id
    line.vat_product_posting_group_id = item.vat_product_posting_group_id
    line.allow_invoice_discount = item.allow_invoice_discount
    line.gross_weight, line.net_weight, line.unit_volume = item.gross_weight, item.net_weight, item.unit_volume
    buys = purchase and not kind_of(document).credit
    line.indirect_cost_percent = item.indirect_cost_percent if buys else ZERO
    line.overhead_rate = item.overhead_rate if buys else ZERO
    line.safety_lead_time = item.safety_lead_time or facts.inventory.default_safety_lead_time
    line.lead_time = item.lead_time or document.lead_time
    line.over_receipt_code = item.over_receipt_code
    if item.reserve == ReservePolicy.OPTIONAL:
        line.reserve = document.reserve
    else:
        line.reserve = item.reserve


def _fill_from_resource(document: TradeDocument, line: TradeLine, facts: TradeFacts) -> None:
    """What the card says; a typed price goes before its price, as on goods (documents.md sections 3 and 17)."""
    resource = facts.resources[line.resource_id or 0]
    check_resource(document, resource)
    line.description = resource.description
    line.gen_product_posting_group_id = resource.gen_product_posting_group_id
    line.vat_product_posting_group_id = resource.vat_product_posting_group_id
    line.unit_of_measure_id, line.qty_per_unit_of_measure = resource.unit_of_measure_id, _ONE
    line.unit_cost = resource.unit_cost
    line.unit_amount = _own_money(resource.unit_price, facts)


def _fill_from_cost(document: TradeDocument, line: TradeLine, facts: TradeFacts) -> None:
    cost = facts.costs[line.service_cost_id or 0]
    check_cost(document)
    line.description = cost.description
    line.gen_product_posting_group_id = None
    line.vat_product_posting_group_id = cost.vat_product_posting_group_id
    line.unit_of_measure_id, line.qty_per_unit_of_measure = cost.unit_of_measure_id, _ONE
    line.unit_amount = _own_money(cost.unit_price, facts)


def _own_money(price: Decimal, facts: TradeFacts) -> Decimal:
    """A price of a card in the document's currency."""
    return round_unit_cost(facts.exchange.from_local(price), facts.unit_amount_rounding)


def _party_says(
    document: TradeDocument,
    line: TradeLine,
    given: Mapping[str, object],
    facts: TradeFacts,
    numbers: PartyNumbers,
    *,
    fresh: bool,
) -> bool:
    """What the party calls the item, and how long it takes; True where dates have to be counted again."""
    if line.type != TradeLineType.ITEM or line.posted_line_id is not None:
        return False
    item = facts.items[line.item_id or 0]
    if fresh or ({"item_reference_no"} | DECIDING) & given.keys():
        name_line(line, given, item, numbers)
    if not is_purchase(document) or not (fresh or TERMS_DECIDING & given.keys()):
        return False
    recount = set_vendor_terms(document, line, given, item, numbers)
    if "safety_lead_time" in given:
        return recount
    before = line.safety_lead_time
    planned = item.planned_at(line.location_id, line.variant_id)
    line.safety_lead_time = planned.safety_lead_time or facts.inventory.default_safety_lead_time
    return recount or line.safety_lead_time != before


def _check(document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> None:
    """The line's parts fit together."""
    check_place(line, given, facts)
    if line.type == TradeLineType.GL_ACCOUNT and "gl_account_id" in given:
        check_account(line, facts)
    if line.type != TradeLineType.ITEM:
        return
    item = facts.items[line.item_id or 0]
    if "variant_id" in given:
        check_variant(document, line, item, facts)
        text = item.variant_descriptions.get(line.variant_id) or item.item.description
        if "description" not in given:
            line.description = text[:100]
    _unit(line, given, item)


def _unit(line: TradeLine, given: Mapping[str, object], item: ItemFacts) -> None:
    if given.get("unit_of_measure_id") is not None:
        line.unit_of_measure_id = given["unit_of_measure_id"]  # type: ignore[assignment]
    if line.unit_of_measure_id is not None and line.unit_of_measure_id not in item.units:
        raise ValidationError(
            "unit_not_of_item",
            _("%(item)s is not kept in this unit: choose one of %(units)s.", item=item.item.no,
              units=", ".join(sorted(item.unit_ids)) or "-"),
            field="unit_of_measure_id",
        )  # fmt: skip
    line.qty_per_unit_of_measure = item.units.get(line.unit_of_measure_id or 0, _ONE)


def default_quantity(document: TradeDocument, facts: TradeFacts) -> DefaultQuantity:
    """What a new line proposes to move; what is posted at once always moves all."""
    kind = kind_of(document)
    if not kind.staged or kind.credit:
        return DefaultQuantity.REMAINDER
    setup = facts.setup
    return DefaultQuantity(setup.default_qty_to_receive if is_purchase(document) else setup.default_qty_to_ship)


def _quantity(
    document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts, *, fresh: bool
) -> None:
    precision = facts.precision(line.item_id)
    default = default_quantity(document, facts)
    if line.type == TradeLineType.COMMENT:
        return
    if "quantity" in given or fresh or "unit_of_measure_id" in given:
        quantity = _decimal(given.get("quantity", line.quantity))
        if line.posted_line_id is not None:
            quantities.check_to_invoice(line, quantity, line.quantity)
            line.qty_handled = quantity
        quantities.set_quantity(line, quantity, precision=precision, default=default)
    if "qty_to_handle" in given:
        _to_handle(document, line, _decimal(given["qty_to_handle"]), facts, precision)
    if "qty_to_consume" in given:
        quantities.set_to_consume(line, _decimal(given["qty_to_consume"]))
    if "qty_to_invoice" in given:
        quantities.set_to_invoice(line, _decimal(given["qty_to_invoice"]))


def _to_handle(
    document: TradeDocument, line: TradeLine, quantity: Decimal, facts: TradeFacts, precision: Decimal
) -> None:
    """More than outstanding only where an over-receipt code allows it."""
    code = facts.over_receipt.get(line.over_receipt_code)
    order = is_purchase(document) and document.type == TradeType.ORDER
    if order and code is not None and quantity > line.outstanding_qty >= 0:
        quantities.over_receive(line, quantity, code.tolerance_percent, precision)
        line.over_receipt_pending = code.approval_required
    else:
        quantities.set_to_handle(line, quantity)


def _decimal(value: object) -> Decimal:
    assert isinstance(value, Decimal)  # noqa: S101 - assign has seen to it
    return value


def _dates(
    document: TradeDocument,
    line: TradeLine,
    given: Mapping[str, object],
    calendars: Calendars,
    *,
    fresh: bool,
    recount: bool = False,
) -> None:
    """Raises ValidationError `promised_date_filled`, `lead_time_negative`, `calendar_without_work`."""
    if line.type == TradeLineType.COMMENT:
        return
    if fresh:
        _first_dates(document, line, given)
    if "requested_date" in given and line.promised_date is not None and "promised_date" not in given and not fresh:
        raise ValidationError(
            "promised_date_filled",
            _("A date is promised already; the requested date no longer matters."),
            field="requested_date",
            hint=_("Clear the promised date first."),
        )
    if line.lead_time.startswith("-"):
        raise ValidationError("lead_time_negative", _("A lead time is not negative."), field="lead_time")
    typed = line.expected_date if "expected_date" in given else None
    if typed is not None:
        (planned_backwards if is_purchase(document) else sales_forward)(line, calendars)
    elif fresh or recount or _DATE_DECIDING & given.keys():
        set_dates(line, document.side, calendars)


_DATE_DECIDING = {
    "order_date", "requested_date", "promised_date", "expected_date", "shipping_time", "handling_time", "lead_time",
    "safety_lead_time", "drop_shipment",
}  # fmt: skip


def _first_dates(document: TradeDocument, line: TradeLine, given: Mapping[str, object]) -> None:
    """What the header says, for what the line does not say itself."""
    for name in ("order_date", "requested_date", "promised_date", "shipping_time", "handling_time"):
        if name not in given:
            setattr(line, name, getattr(document, name))
    if "expected_date" not in given:
        line.expected_date = document.expected_date or document.posting_date or document.order_date
