"""What may be sold instead of an item: the list on its card, and its mirror on the other card (items.md section 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from core.errors import NotFound, ValidationError
from core.text import _
from models import BLANK_ID, CatalogItem, Item, ItemSubstitute, ItemVariant
from services.items.of_item import variant_refusals
from services.values import assign, raise_all, required_error, unchanged_if_refused

FIELDS = (
    "variant_id", "substitute_item_id", "substitute_variant_id", "substitute_catalog_item_id", "interchangeable",
    "conditions",
)  # fmt: skip
#: The longest line of a condition.
LONGEST_CONDITION = 80
#: What stands in for what: the one thing, then the other.
_OWN = ("item_id", "variant_id", "catalog_item_id")
_OTHER = ("substitute_item_id", "substitute_variant_id", "substitute_catalog_item_id")
_KEY = (*_OWN, *_OTHER)
Owner = Item | CatalogItem


@dataclass(frozen=True, slots=True)
class SubstituteRow:
    """A substitute as the card shows it; `no` is the item's, or the catalog entry's where `is_catalog`."""

    row: ItemSubstitute
    variant: str
    no: str
    substitute_variant: str
    description: str
    is_catalog: bool = False

    @property
    def id(self) -> int:
        """The row's id."""
        return self.row.id


def list_substitutes(session: Session, owner: Owner) -> list[SubstituteRow]:
    """The substitutes of an item or catalog entry by variant and number, in one statement."""
    own, other = aliased(ItemVariant), aliased(ItemVariant)
    item, entry = aliased(Item), aliased(CatalogItem)
    rows = session.execute(
        select(
            ItemSubstitute, own.code, item.no, other.code, item.description, other.description, entry.no,
            entry.description,
        )
        .join(own, own.id == ItemSubstitute.variant_id)
        .join(other, other.id == ItemSubstitute.substitute_variant_id)
        .outerjoin(item, item.id == ItemSubstitute.substitute_item_id)
        .outerjoin(entry, entry.id == ItemSubstitute.substitute_catalog_item_id)
        .where(_of(owner))
        .order_by(own.code, func.coalesce(item.no, entry.no), other.code)
    )  # fmt: skip
    return [
        SubstituteRow(
            row, variant, entry_no or no, other_variant,
            of_entry if entry_no else (of_variant or of_item or ""), bool(entry_no),
        )
        for row, variant, no, other_variant, of_item, of_variant, entry_no, of_entry in rows.tuples()
    ]  # fmt: skip


def _of(owner: Owner) -> ColumnElement[bool]:
    if isinstance(owner, Item):
        return ItemSubstitute.item_id == owner.id
    return ItemSubstitute.catalog_item_id == owner.id


def get_substitute(session: Session, owner: Owner, key: str) -> ItemSubstitute:
    """The owner's substitute with this id. Raises NotFound `not_found`."""
    found = session.get(ItemSubstitute, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None or owner.id != (found.item_id if isinstance(owner, Item) else found.catalog_item_id):
        raise NotFound("not_found", _("This substitute is not in the list any more."))
    return found


def save_substitute(
    session: Session,
    owner: Owner,
    values: Mapping[str, object],
    substitute: ItemSubstitute | None = None,
    *,
    delete_mirror: bool = False,
) -> ItemSubstitute:
    """Create or change a substitute of an item or catalog entry; an interchangeable one gets its mirror on the other.

    Where the tick goes, or the row is about something else now, the old mirror loses its tick, or is deleted with
    `delete_mirror`. Raises ValidationError `self`, `duplicate`, `field_required`, `not_found`, `text_too_long`.
    """
    whose = {"item_id" if isinstance(owner, Item) else "catalog_item_id": owner.id}
    record = substitute or ItemSubstitute(
        **whose, variant_id=BLANK_ID, substitute_variant_id=BLANK_ID, interchangeable=False, conditions=""
    )
    mirror = _mirror(session, record) if record.interchangeable else None
    wanted = {name: BLANK_ID if name.endswith("variant_id") and value is None else value
              for name, value in values.items()}  # fmt: skip
    if "conditions" in wanted:
        wanted["conditions"] = _lines(wanted["conditions"])
    with unchanged_if_refused(session, record, FIELDS) as before:
        assign(session, record, wanted, FIELDS)
        _check(session, record)
    session.add(record)
    session.flush()
    changed = any(getattr(record, name) != before[name] for name in _KEY if name in before)
    if mirror is not None and (changed or not record.interchangeable):
        _let_go(session, mirror, delete=delete_mirror)
    if record.interchangeable:
        _reflect(session, record)
    session.flush()
    return record


def delete_substitute(session: Session, substitute: ItemSubstitute, *, delete_mirror: bool = False) -> None:
    """Remove a substitute; its mirror goes too, or only loses its tick."""
    mirror = _mirror(session, substitute) if substitute.interchangeable else None
    session.delete(substitute)
    if mirror is not None:
        _let_go(session, mirror, delete=delete_mirror)
    session.flush()


def _lines(value: object) -> object:
    """Conditions without blank lines. Raises ValidationError `text_too_long`."""
    if not isinstance(value, str):
        return value
    lines = [line.strip() for line in value.splitlines() if line.strip()]
    for line in lines:
        if len(line) > LONGEST_CONDITION:
            raise ValidationError(
                "text_too_long",
                _("A line holds at most %(most)s characters; “%(text)s…” is longer.", most=LONGEST_CONDITION,
                  text=line[:20]),
                field="conditions",
            )  # fmt: skip
    return "\n".join(lines)


def _check(session: Session, record: ItemSubstitute) -> None:
    if record.substitute_item_id is None and record.substitute_catalog_item_id is None:
        raise required_error("substitute_item_id")
    field = "substitute_item_id" if record.substitute_item_id is not None else "substitute_catalog_item_id"
    if record.substitute_item_id is not None and record.substitute_catalog_item_id is not None:
        raise ValidationError(
            "conflicting_setup", _("Choose an item or a catalog entry, not both."), field="substitute_catalog_item_id"
        )
    for owner, variant, name in (
        (record.item_id, record.variant_id, "variant_id"),
        (record.substitute_item_id, record.substitute_variant_id, "substitute_variant_id"),
    ):
        raise_all(variant_refusals(session, owner, variant, name))
    if _key(record, _OWN) == _key(record, _OTHER):
        raise ValidationError(
            "self", _("An item is no substitute of itself in the same variant."), field=field,
            hint=_("Choose another item, or another variant."),
        )  # fmt: skip
    rival = session.scalar(select(ItemSubstitute.id).where(*_same(_key(record, _KEY))))
    if rival is not None and rival != record.id:
        raise ValidationError("duplicate", _("This substitute is in the list already."), field=field)


def _key(record: ItemSubstitute, names: tuple[str, ...]) -> tuple[int | None, ...]:
    return tuple(getattr(record, name) for name in names)


def _same(key: tuple[int | None, ...]) -> list[ColumnElement[bool]]:
    return [getattr(ItemSubstitute, name) == value for name, value in zip(_KEY, key, strict=True)]


def _mirror(session: Session, row: ItemSubstitute) -> ItemSubstitute | None:
    """The row that says the same the other way round."""
    return session.scalar(select(ItemSubstitute).where(*_same((*_key(row, _OTHER), *_key(row, _OWN)))))


def _reflect(session: Session, row: ItemSubstitute) -> None:
    mirror = _mirror(session, row)
    if mirror is None:
        turned = zip(_KEY, (*_key(row, _OTHER), *_key(row, _OWN)), strict=True)
        mirror = ItemSubstitute(**dict(turned), conditions="")
        session.add(mirror)
    mirror.interchangeable = True


def _let_go(session: Session, mirror: ItemSubstitute, *, delete: bool) -> None:
    if delete:
        session.delete(mirror)
    else:
        mirror.interchangeable = False
