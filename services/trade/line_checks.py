"""Whether the parts of a line fit together: item, variant, place, account (documents.md section 6; items.md 4)."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import ValidationError
from core.text import _
from models import Item, Resource, TradeDocument, TradeLine
from models.enums import AccountType, TradeLineType, TradeSide, TradeType
from services.documents.journal_defaults import ItemFacts
from services.items.blocking import check_item_free, check_variant_free
from services.trade.facts import TradeFacts
from services.trade.kinds import kind_of


def check_item(document: TradeDocument, item: Item) -> None:
    """Raises ValidationError `item_blocked`, `item_sales_blocked`, `item_purchasing_blocked`."""
    check_item_free(item, sells=_sells(document), buys=_buys(document), field="item_id")


def check_variant(document: TradeDocument, line: TradeLine, item: ItemFacts, facts: TradeFacts) -> None:
    """Raises ValidationError `variant_not_of_item`, `variant_blocked`."""
    if not line.variant_id:
        return
    variant = facts.variants.get(line.variant_id)
    if variant is None or line.variant_id not in item.variant_descriptions:
        raise ValidationError(
            "variant_not_of_item",
            _("This variant is not one of %(item)s: choose another or none.", item=item.item.no),
            field="variant_id",
        )
    check_variant_free(item.item, variant, sells=_sells(document), buys=_buys(document), field="variant_id")


def _sells(document: TradeDocument) -> bool:
    """Credit memos and return orders take back what is sold no more."""
    return document.side == TradeSide.SALES and not kind_of(document).credit


def _buys(document: TradeDocument) -> bool:
    return document.side == TradeSide.PURCHASE and not kind_of(document).credit


def check_place(line: TradeLine, given: Mapping[str, object], facts: TradeFacts) -> None:
    """Raises ValidationError `location_in_transit`. Where stock lies in bins, the item's default bin is proposed."""
    location = facts.locations.get(line.location_id)
    if line.type == TradeLineType.ITEM and location is not None and location.use_as_in_transit:
        raise ValidationError(
            "location_in_transit",
            _("%(code)s holds goods in transit; only transfer orders post there.", code=location.code),
            field="location_id",
        )
    if "location_id" in given and "bin_id" not in given:
        line.bin_id = None
    if line.type == TradeLineType.ITEM and line.bin_id is None and location is not None and location.bin_mandatory:
        line.bin_id = facts.default_bins.get((line.location_id, line.item_id or 0, line.variant_id))


def check_account(line: TradeLine, facts: TradeFacts) -> None:
    """Raises ValidationError `account_not_posting`."""
    account = facts.accounts.get(line.gl_account_id or 0)
    if account is None or account.blocked or account.account_type != AccountType.POSTING or not account.direct_posting:
        raise ValidationError(
            "account_not_posting",
            _("This G/L account is blocked, or nothing is posted to it by hand."),
            field="gl_account_id",
            hint=_("Choose another account."),
        )


def check_resource(document: TradeDocument, resource: Resource, *, line_no: int | None = None) -> None:
    """Raises ValidationError `resource_sales_only`, `resource_blocked` (documents.md section 3)."""
    if document.side != TradeSide.SALES:
        raise ValidationError(
            "resource_sales_only", _("Resources are sold; they stand on no purchase document."),
            field="resource_id", line=line_no, hint=_("Buy the hours as a service item or on an account."),
        )  # fmt: skip
    if resource.blocked:
        raise ValidationError(
            "resource_blocked", _("Resource %(no)s is blocked.", no=resource.no),
            field="resource_id", line=line_no, hint=_("Choose another one, or unblock it under Set-up."),
        )  # fmt: skip


def check_cost(document: TradeDocument) -> None:
    """Raises ValidationError `cost_service_only`: costs are entered on service orders (documents.md section 17).

    They may stand on what bills or takes back a service order too.
    """
    if document.side != TradeSide.SALES or document.type in (TradeType.QUOTE, TradeType.ORDER):
        raise ValidationError(
            "cost_service_only", _("A cost like travel stands on service orders only."),
            field="service_cost_id", hint=_("Use an item charge, a resource or an account."),
        )  # fmt: skip
