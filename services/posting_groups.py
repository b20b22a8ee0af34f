"""Posting groups: what changing a product group's default VAT group does to its items (items.md section 16)."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _, ngettext
from models import GenProductPostingGroup, Item

#: Answers to the question that a change asks.
ITEMS_FOLLOW, ITEMS_STAY = "items_follow", "items_stay"
_FIELD = "default_vat_product_posting_group_id"
_AT_ONCE = 1000


def change_default_vat(
    session: Session, group: GenProductPostingGroup, values: Mapping[str, object], confirmed: Collection[str]
) -> None:
    """Let the items of the group that still have its old default VAT group follow the new one, as `confirmed` says.

    Raises ValidationError `items_follow_question` where there are such items and nothing is said.
    """
    before, after = group.default_vat_product_posting_group_id, values.get(_FIELD)
    if _FIELD not in values or after == before or before is None or not isinstance(after, int):
        return
    following = (Item.gen_product_posting_group_id == group.id, Item.vat_product_posting_group_id == before)
    count = session.scalar(select(func.count()).select_from(Item).where(*following)) or 0
    if not count or ITEMS_STAY in confirmed:
        return
    if ITEMS_FOLLOW not in confirmed:
        raise ValidationError(
            "items_follow_question",
            ngettext(
                "%(num)d item still has the VAT group that was the default so far. Shall it get the new one?",
                "%(num)d items still have the VAT group that was the default so far. Shall they get the new one?",
                count,
            ),
            field=_FIELD,
            hint=_("Say whether the items follow."),
        )
    while items := session.scalars(select(Item).where(*following).order_by(Item.id).limit(_AT_ONCE)).all():
        for item in items:  # one by one, so that each item's history tells it
            item.vat_product_posting_group_id = after
        session.flush()
