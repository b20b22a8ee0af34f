"""Whether an item or variant may be put on a new line (items.md section 4); posting asks once more by itself.

Pure: the caller says which way goods go, and which field names them.
"""

from __future__ import annotations

from core.errors import ValidationError
from core.text import _
from models import Item, ItemVariant


def check_item_free(item: Item, *, sells: bool = False, buys: bool = False, field: str = "item") -> None:
    """Raises ValidationError `item_blocked`; of what is sold `item_sales_blocked`, bought `item_purchasing_blocked`."""
    reason = _reason(item)
    if item.blocked:
        raise ValidationError(
            "item_blocked",
            _("Item %(no)s is blocked%(reason)s.", no=item.no, reason=reason),
            field=field,
            hint=_("Unblock it on the item card, or take another item."),
        )
    if sells and item.sales_blocked:
        raise ValidationError(
            "item_sales_blocked",
            _("Item %(no)s is blocked for sales%(reason)s.", no=item.no, reason=reason),
            field=field,
            hint=_("Unblock sales on the item card, or take another item."),
        )
    if buys and item.purchasing_blocked:
        raise ValidationError(
            "item_purchasing_blocked",
            _("Item %(no)s is blocked for purchasing%(reason)s.", no=item.no, reason=reason),
            field=field,
            hint=_("Unblock purchasing on the item card, or take another item."),
        )


def check_variant_free(
    item: Item, variant: ItemVariant | None, *, sells: bool = False, buys: bool = False, field: str = "variant"
) -> None:
    """Raises ValidationError `variant_blocked`; the item itself and its other variants stay free."""
    if variant is None:
        return
    if variant.blocked:
        how = _("is blocked")
    elif sells and variant.sales_blocked:
        how = _("is blocked for sales")
    elif buys and variant.purchasing_blocked:
        how = _("is blocked for purchasing")
    else:
        return
    raise ValidationError(
        "variant_blocked",
        _("Variant %(code)s of item %(no)s %(how)s.", code=variant.code, no=item.no, how=how),
        field=field,
        hint=_("Unblock it on the item's variants, or take another one."),
    )


def taken_back_notice(item: Item, variant: ItemVariant | None, *, sells: bool) -> str:
    """What is said where something comes back that is sold (or bought) no more; "" where nothing is blocked.

    It is taken back all the same: a notice stops nobody.
    """
    if item.sales_blocked if sells else item.purchasing_blocked:
        no, reason = item.no, _reason(item)
    elif variant is not None and (variant.sales_blocked if sells else variant.purchasing_blocked):
        no, reason = variant.code, ""
    else:
        return ""
    if sells:
        return _("%(no)s is blocked for sales%(reason)s and is taken back all the same", no=no, reason=reason)
    return _("%(no)s is blocked for purchasing%(reason)s and is sent back all the same", no=no, reason=reason)


def _reason(item: Item) -> str:
    return f" ({item.block_reason})" if item.block_reason else ""
