"""Whether the parts of a line fit together: item, variant, place, account (documents.md section 6; items.md 4)."""

from __future__ import annotations

from collections.abc import Mapping

from core.errors import ValidationError
from core.text import _
from models import Item, TradeDocument, TradeLine
from models.enums import AccountType, TradeLineType, TradeSide
from services.documents.journal_defaults import ItemFacts
from services.trade.facts import TradeFacts
from services.trade.kinds import kind_of


def check_item(document: TradeDocument, item: Item) -> None:
    """Raises ValidationError `item_blocked`, `item_sales_blocked`, `item_purchasing_blocked`."""
    reason = f" ({item.block_reason})" if item.block_reason else ""
    if item.blocked:
        raise ValidationError(
            "item_blocked", _("Item %(no)s is blocked%(reason)s.", no=item.no, reason=reason), field="item_id",
            hint=_("Unblock it on the item card, or take another item."),
        )  # fmt: skip
    if kind_of(document).credit:
        return
    if document.side == TradeSide.SALES and item.sales_blocked:
        raise ValidationError(
            "item_sales_blocked", _("Item %(no)s is blocked for sales%(reason)s.", no=item.no, reason=reason),
            field="item_id", hint=_("Unblock sales on the item card, or take another item."),
        )  # fmt: skip
    if document.side == TradeSide.PURCHASE and item.purchasing_blocked:
        raise ValidationError(
            "item_purchasing_blocked",
            _("Item %(no)s is blocked for purchasing%(reason)s.", no=item.no, reason=reason),
            field="item_id", hint=_("Unblock purchasing on the item card, or take another item."),
        )  # fmt: skip


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
    if variant.blocked:
        how = _("is blocked")
    elif kind_of(document).credit:
        return
    elif document.side == TradeSide.SALES and variant.sales_blocked:
        how = _("is blocked for sales")
    elif document.side == TradeSide.PURCHASE and variant.purchasing_blocked:
        how = _("is blocked for purchasing")
    else:
        return
    raise ValidationError(
        "variant_blocked",
        _("Variant %(code)s of item %(no)s %(how)s.", code=variant.code, no=item.item.no, how=how),
        field="variant_id",
        hint=_("Unblock it on the item's variants, or take another one."),
    )


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
