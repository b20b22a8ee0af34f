"""Which bins an item has at a location, and which of them is its default (items.md section 14, warehouse.md section 4).

Quantities are kept by posting; here a row is named, marked or taken away.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.rounding import ZERO
from core.text import _
from models import BLANK_ID, Bin, BinContent, Item, ItemVariant, Location
from models.enums import ItemType

KEYS = ("bin_id", "item_id", "variant_id")
FLAGS = ("default_bin", "fixed_bin")


def get_content(session: Session, bin_id: int, item_id: int, variant_id: int = BLANK_ID) -> BinContent:
    """Raises NotFound `bin_content_not_found`."""
    found = session.get(BinContent, (bin_id, item_id, variant_id))
    if found is None:
        raise NotFound("bin_content_not_found", _("This item has no place in the bin any more."))
    return found


def create_content(session: Session, values: Mapping[str, object]) -> BinContent:
    """Give an item a place in a bin, empty for now.

    Raises ValidationError `field_required`, `item_not_inventory`, `variant_not_of_item`, `bins_not_used`,
    `already_exists`, `kept_for_nothing` (neither default nor fixed), `second_default`.
    """
    bin_ = session.get(Bin, values["bin_id"]) if values.get("bin_id") else None
    if bin_ is None:
        raise ValidationError("field_required", _("Choose a bin."), field="bin_id")
    item = session.get(Item, values["item_id"]) if values.get("item_id") else None
    if item is None:
        raise ValidationError("field_required", _("Choose an item."), field="item_id")
    variant_id = _checked_variant(session, item, values.get("variant_id"))
    if item.type != ItemType.INVENTORY:
        raise ValidationError(
            "item_not_inventory", _("Item %(no)s carries no stock; it needs no bin.", no=item.no), field="item_id"
        )
    location = session.get_one(Location, bin_.location_id)
    if not location.bin_mandatory:
        raise ValidationError(
            "bins_not_used",
            _("%(location)s works without bins. Switch on “Bin mandatory” on its card first.", location=location.code),
            field="bin_id",
        )
    if session.get(BinContent, (bin_.id, item.id, variant_id)) is not None:
        raise ValidationError(
            "already_exists", _("%(no)s has bin %(bin)s already.", no=item.no, bin=bin_.code), field="bin_id"
        )
    content = BinContent(bin_id=bin_.id, item_id=item.id, variant_id=variant_id, location_id=bin_.location_id)
    content.quantity = ZERO
    _mark(session, content, {name: bool(values.get(name)) for name in FLAGS})
    session.add(content)
    session.flush()
    return content


def edit_content(session: Session, content: BinContent, values: Mapping[str, object]) -> None:
    """Change what the bin is for the item. Raises ValidationError `second_default`, `kept_for_nothing`."""
    _mark(session, content, {name: bool(values.get(name, getattr(content, name))) for name in FLAGS})
    session.flush()


def delete_content(session: Session, content: BinContent) -> None:
    """The bin is no place of the item any more. Raises ValidationError `bin_not_empty`."""
    if content.quantity:
        code = session.scalar(select(Bin.code).where(Bin.id == content.bin_id))
        raise ValidationError(
            "bin_not_empty", _("Bin %(code)s holds goods. Move them to another bin first.", code=code)
        )
    session.delete(content)
    session.flush()


def _checked_variant(session: Session, item: Item, variant_id: object) -> int:
    if not variant_id:
        return BLANK_ID
    variant = session.get(ItemVariant, variant_id)
    if variant is None or variant.item_id != item.id:
        raise ValidationError(
            "variant_not_of_item", _("Item %(no)s has no such variant.", no=item.no), field="variant_id"
        )
    return variant.id


def _mark(session: Session, content: BinContent, flags: Mapping[str, bool]) -> None:
    if not content.quantity and not any(flags.values()):
        raise ValidationError(
            "kept_for_nothing",
            _("Nothing lies there: say that it is the default bin, or that the place is kept for the item."),
            field="fixed_bin",
        )
    if flags["default_bin"] and not content.default_bin:
        other = session.scalar(
            select(Bin.code)
            .join(BinContent, BinContent.bin_id == Bin.id)
            .where(
                BinContent.location_id == content.location_id, BinContent.item_id == content.item_id,
                BinContent.variant_id == content.variant_id, BinContent.default_bin,
                BinContent.bin_id != content.bin_id,
            )
        )  # fmt: skip
        if other is not None:
            raise ValidationError(
                "second_default",
                _("Bin %(code)s is the default bin already, and there is one at most. Take the mark away there first.",
                  code=other),
                field="default_bin",
            )  # fmt: skip
    for name, value in flags.items():
        setattr(content, name, value)
