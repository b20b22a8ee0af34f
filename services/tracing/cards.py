"""Information cards of lots, serial and package numbers: what is known of them, blocking (tracking.md section 7)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.sql import texts_of
from core.text import _
from models import Item, ItemVariant, NumberCard, NumberKind, NumberPicture, NumberTotal
from models.enums import TestQuality
from posting.prepare import lock_items
from services.pictures import encode

#: What may be said on a card; the number itself never changes, a lot is given another one by reclassification.
FIELDS = (
    "description", "blocked", "block_reason", "test_quality", "certificate_no", "certificate_until",
    "country_of_origin", "note",
)  # fmt: skip


class NumberKey(NamedTuple):
    """One number of an item and variant; exactly one of the three is not blank."""

    item_id: int
    variant_id: int = 0
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""

    @property
    def number(self) -> str:
        """The number."""
        return self.lot_no or self.serial_no or self.package_no

    @property
    def kind(self) -> NumberKind:
        """Which of the three it is."""
        return NumberKind.LOT if self.lot_no else NumberKind.SERIAL if self.serial_no else NumberKind.PACKAGE

    @classmethod
    def of(cls, item_id: int, variant_id: int, kind: NumberKind, number: str) -> NumberKey:
        """The key of a number of that kind."""
        return cls(item_id, variant_id, **{f"{kind.value}_no": number})


def find_card(session: Session, key: NumberKey) -> NumberCard | None:
    """The card of a number; None where nobody wrote one."""
    card = NumberCard
    return session.scalar(
        select(card).where(
            card.item_id == key.item_id, card.variant_id == key.variant_id, card.kind == key.kind,
            card.number == key.number,
        )
    )  # fmt: skip


def check_number(session: Session, key: NumberKey) -> NumberKey:
    """The key of a number that exists: posted, or with a card. Raises NotFound `number_not_found`."""
    if sum(1 for number in key[2:] if number) != 1 or session.get(Item, key.item_id) is None:
        raise NotFound("number_not_found", _("There is no such number."))
    variant = session.get(ItemVariant, key.variant_id)
    if variant is None or (key.variant_id and variant.item_id != key.item_id):
        raise NotFound("number_not_found", _("There is no such number."))
    if find_card(session, key) is None and not _is_posted(session, key):
        raise NotFound("number_not_found", _("There is no such number."))
    return key


def _is_posted(session: Session, key: NumberKey) -> bool:
    total = NumberTotal
    found = select(total.id).where(
        total.item_id == key.item_id, total.variant_id == key.variant_id, total.kind == key.kind,
        total.number == key.number,
    )  # fmt: skip
    return session.scalar(found) is not None


def save_card(session: Session, key: NumberKey, values: Mapping[str, object]) -> NumberCard:
    """Create or change the card of a number (section 7). Unblocking empties the reason.

    Raises NotFound `number_not_found`, ValidationError `block_reason_required`.
    """
    check_number(session, key)
    # Postings lock the item before they read what is blocked: none can pass while this is being decided.
    lock_items(session, [key.item_id])
    return _save(session, key, find_card(session, key), values)


def _save(session: Session, key: NumberKey, card: NumberCard | None, values: Mapping[str, object]) -> NumberCard:
    if card is None:
        card = NumberCard(item_id=key.item_id, variant_id=key.variant_id, kind=key.kind, number=key.number)
        session.add(card)
    for name in FIELDS:
        if name in values:
            setattr(card, name, values[name])
    if not card.blocked:
        card.block_reason = ""
    elif not card.block_reason:
        raise ValidationError(
            "block_reason_required", _("Say why it is blocked: whoever meets it reads that."), field="block_reason"
        )
    session.flush()
    return card


def create_card(session: Session, key: NumberKey, values: Mapping[str, object]) -> NumberCard:
    """A card before the number is posted: some tracking codes demand it (section 1).

    Raises NotFound `number_not_found` for an item or variant that is not there; ValidationError
    `tracking_not_allowed`, `already_exists`, `block_reason_required`.
    """
    item = session.get(Item, key.item_id)
    variant = session.get(ItemVariant, key.variant_id)
    if item is None or variant is None or (key.variant_id and variant.item_id != item.id) or not key.number:
        raise NotFound("number_not_found", _("There is no such number."))
    if item.item_tracking_code_id is None:
        raise ValidationError(
            "tracking_not_allowed", _("Item %(no)s carries no lot or serial numbers.", no=item.no), field="item_id"
        )
    lock_items(session, [key.item_id])
    if find_card(session, key) is not None:
        raise ValidationError("already_exists", _("%(number)s has a card already.", number=key.number), field="number")
    return _save(session, key, None, values)


def create_missing_cards(session: Session, keys: Iterable[NumberKey]) -> None:
    """A card for each number that has none; a few statements for all of them."""
    wanted = set(keys)
    items = {key.item_id for key in wanted}
    lock_items(session, items)
    card, numbers = NumberCard, {key.number for key in wanted}
    rows = session.execute(
        select(card.item_id, card.variant_id, card.kind, card.number).where(
            card.item_id.in_(sorted(items)), card.number.in_(texts_of(session, numbers))
        )
    )
    missing = sorted(wanted - {NumberKey.of(*row) for row in rows})
    session.add_all(
        NumberCard(item_id=key.item_id, variant_id=key.variant_id, kind=key.kind, number=key.number) for key in missing
    )
    session.flush()


def copy_card(session: Session, key: NumberKey, source: NumberKey, *, overwrite: bool = False) -> NumberCard:
    """What another number's card says onto this one, its note too; blocking stays with each (section 7).

    Raises NotFound `number_not_found`; ValidationError `card_overwritten` where something stands there already and
    `overwrite` is not said.
    """
    found, mine = find_card(session, source), find_card(session, key)
    if found is None:
        raise NotFound("number_not_found", _("There is no card of %(number)s.", number=source.number))
    names = [name for name in FIELDS if name not in ("blocked", "block_reason")]
    plain = {None, "", TestQuality.NONE}
    if mine is not None and not overwrite and any(getattr(mine, name) not in plain for name in names):
        raise ValidationError(
            "card_overwritten", _("The card of %(number)s says something already.", number=key.number),
            field="source", hint=_("Tick “replace” to put the other one's words in its place."),
        )  # fmt: skip
    return save_card(session, key, {name: getattr(found, name) for name in names})


def set_picture(session: Session, key: NumberKey, content: bytes, file_name: str) -> None:
    """The picture of a number, in place of the one before. Raises as services.pictures.encode."""
    card = find_card(session, key) or save_card(session, key, {})
    _width, _height, image, thumbnail = encode(content, file_name)
    picture = session.get(NumberPicture, card.id) or NumberPicture(card_id=card.id)
    picture.image, picture.thumbnail = image, thumbnail
    picture.digest = hashlib.sha256(image).hexdigest()
    session.add(picture)
    session.flush()


def picture_of(session: Session, digest: str, *, thumbnail: bool = False) -> bytes | None:
    """The JPEG with this digest."""
    column = NumberPicture.thumbnail if thumbnail else NumberPicture.image
    return session.scalar(select(column).where(NumberPicture.digest == digest).limit(1))


def block_numbers(session: Session, keys: Iterable[NumberKey], reason: str) -> int:
    """Block every number, making cards where there are none; returns how many were not blocked before (section 13).

    Raises NotFound `number_not_found`, ValidationError `block_reason_required`.
    """
    changed = 0
    wanted = sorted(set(keys))
    lock_items(session, {key.item_id for key in wanted})
    for key in wanted:
        card = find_card(session, key)
        if card is None or not card.blocked:
            save_card(session, key, {"blocked": True, "block_reason": reason})
            changed += 1
    return changed


def blocked_among(session: Session, item_ids: Iterable[int]) -> set[NumberKey]:
    """The blocked numbers of some items."""
    card = NumberCard
    rows = session.execute(
        select(card.item_id, card.variant_id, card.kind, card.number).where(
            card.item_id.in_(sorted(set(item_ids))), card.blocked
        )
    )
    return {NumberKey.of(*row) for row in rows}
