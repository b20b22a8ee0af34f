"""What may be sold instead of an item: the list on its card, and its mirror on the other card (items.md section 12)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, aliased

from core.errors import DomainError, ErrorList, NotFound, ValidationError
from core.text import _
from models import BLANK_ID, Item, ItemSubstitute, ItemVariant
from services.values import assign, required_error

FIELDS = ("variant_id", "substitute_item_id", "substitute_variant_id", "interchangeable", "conditions")
#: The longest line of a condition.
LONGEST_CONDITION = 80
_KEY = ("item_id", "variant_id", "substitute_item_id", "substitute_variant_id")


@dataclass(frozen=True, slots=True)
class SubstituteRow:
    """A substitute as the card shows it."""

    row: ItemSubstitute
    variant: str
    no: str
    substitute_variant: str
    description: str

    @property
    def id(self) -> int:
        """The row's id."""
        return self.row.id


def list_substitutes(session: Session, item_id: int) -> list[SubstituteRow]:
    """The item's substitutes by variant and number, in one statement."""
    own, other, substitute = aliased(ItemVariant), aliased(ItemVariant), aliased(Item)
    rows = session.execute(
        select(ItemSubstitute, own.code, substitute.no, other.code, substitute.description, other.description)
        .join(own, own.id == ItemSubstitute.variant_id)
        .join(substitute, substitute.id == ItemSubstitute.substitute_item_id)
        .join(other, other.id == ItemSubstitute.substitute_variant_id)
        .where(ItemSubstitute.item_id == item_id)
        .order_by(own.code, substitute.no, other.code)
    )
    return [
        SubstituteRow(row, variant, no, other_variant, of_variant or of_item)
        for row, variant, no, other_variant, of_item, of_variant in rows.tuples()
    ]


def get_substitute(session: Session, item: Item, key: str) -> ItemSubstitute:
    """The item's substitute with this id. Raises NotFound `not_found`."""
    found = session.get(ItemSubstitute, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None or found.item_id != item.id:
        raise NotFound("not_found", _("This substitute is not in the list any more."))
    return found


def save_substitute(
    session: Session,
    item: Item,
    values: Mapping[str, object],
    substitute: ItemSubstitute | None = None,
    *,
    delete_mirror: bool = False,
) -> ItemSubstitute:
    """Create or change a substitute; an interchangeable one gets its mirror on the other item.

    Where the tick goes, or the row is about something else now, the old mirror loses its tick, or is deleted with
    `delete_mirror`. Raises ValidationError `self`, `duplicate`, `field_required`, `not_found`, `text_too_long`.
    """
    record = substitute or ItemSubstitute(
        item_id=item.id, variant_id=BLANK_ID, substitute_variant_id=BLANK_ID, interchangeable=False, conditions=""
    )
    mirror = _mirror(session, record) if record.interchangeable else None
    before = {name: getattr(record, name) for name in FIELDS}
    wanted = {name: BLANK_ID if name.endswith("variant_id") and value is None else value
              for name, value in values.items()}  # fmt: skip
    if "conditions" in wanted:
        wanted["conditions"] = _lines(wanted["conditions"])
    try:
        with session.no_autoflush:
            assign(session, record, wanted, FIELDS, required=("substitute_item_id",))
            _check(session, record)
    except (ValidationError, ErrorList):
        for name, value in before.items():
            setattr(record, name, value)
        raise
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
    if record.substitute_item_id is None:
        raise required_error("substitute_item_id")
    errors: list[DomainError] = []
    for owner, variant, field in (
        (record.item_id, record.variant_id, "variant_id"),
        (record.substitute_item_id, record.substitute_variant_id, "substitute_variant_id"),
    ):
        if variant and session.scalar(select(ItemVariant.item_id).where(ItemVariant.id == variant)) != owner:
            errors.append(ValidationError("not_found", _("The item does not have this variant."), field=field))
    if (record.item_id, record.variant_id) == (record.substitute_item_id, record.substitute_variant_id):
        errors.append(
            ValidationError(
                "self", _("An item is no substitute of itself in the same variant."), field="substitute_item_id",
                hint=_("Choose another item, or another variant."),
            )
        )  # fmt: skip
    rival = session.scalar(select(ItemSubstitute.id).where(*_same(*(getattr(record, name) for name in _KEY))))
    if rival is not None and rival != record.id:
        errors.append(
            ValidationError("duplicate", _("This substitute is in the list already."), field="substitute_item_id")
        )
    if errors:
        raise errors[0]


def _same(*key: int) -> list[ColumnElement[bool]]:
    return [getattr(ItemSubstitute, name) == value for name, value in zip(_KEY, key, strict=True)]


def _mirror(session: Session, row: ItemSubstitute) -> ItemSubstitute | None:
    """The row that says the same the other way round."""
    key = (row.substitute_item_id, row.substitute_variant_id, row.item_id, row.variant_id)
    return session.scalar(select(ItemSubstitute).where(*_same(*key)))


def _reflect(session: Session, row: ItemSubstitute) -> None:
    mirror = _mirror(session, row)
    if mirror is None:
        mirror = ItemSubstitute(
            item_id=row.substitute_item_id, variant_id=row.substitute_variant_id, substitute_item_id=row.item_id,
            substitute_variant_id=row.variant_id, conditions="",
        )  # fmt: skip
        session.add(mirror)
    mirror.interchangeable = True


def _let_go(session: Session, mirror: ItemSubstitute, *, delete: bool) -> None:
    if delete:
        session.delete(mirror)
    else:
        mirror.interchangeable = False
