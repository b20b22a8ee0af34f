"""Many items changed at once: a grid of chosen fields, what each change would do, all or the good ones, and undo.

Every cell goes the way of the card (services/items, services/attributes), so that it is refused for the same reasons
and stands in the audit trail as if it had been typed there (items.md sections 21, 23).
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import Boolean, Enum, func, insert, inspect, select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import DomainError, ErrorList, NotFound, ValidationError, errors_of
from core.text import _
from models import (
    BLANK_ID,
    BulkEdit,
    BulkEditChange,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    Permission,
)
from models.base import ScaledDecimal
from models.enums import AttributeType
from services import attributes
from services.exchange import columns as c
from services.exchange.item_columns import item_columns
from services.items import BLOCK_FIELDS, COST_FIELDS, FIELDS, update_item
from services.items.reasons import LONGEST, REASONED, REASONED_FIELDS, reason_for_all
from services.values import clean_text

#: A grid of more items than this is no grid any more: narrow the list, or export, edit and import it.
MOST_ITEMS = 500
ATTRIBUTE = "attribute:"
_OPTIONS = c.Options()


@dataclass(frozen=True)
class EditField:
    """A column of the grid: a field of the item, or an attribute (`attribute:<id>`)."""

    name: str
    title: str
    #: what may be chosen: (text, words); empty: anything is typed
    choices: tuple[tuple[str, str], ...] = ()
    is_number: bool = False
    column: c.Column | None = None
    attribute_id: int = 0


@dataclass(frozen=True)
class GridRow:
    """An item with the texts of its cells, by field name."""

    item_id: int
    no: str
    description: str
    cells: Mapping[str, str]


@dataclass(frozen=True)
class RowEdit:
    """What is to stand in the cells of one item, and what the person saw there when the grid was drawn."""

    item_id: int
    cells: Mapping[str, str]
    seen: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CellChange:
    """One cell that changes."""

    field: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class RowOutcome:
    """What happens to one item: its changes, or why not: (code, sentence)."""

    item_id: int
    no: str
    description: str
    changes: tuple[CellChange, ...] = ()
    refusals: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What a bulk edit did or would do; items whose cells stay as they are, are left out."""

    rows: tuple[RowOutcome, ...]
    bulk_edit_id: int | None = None

    @property
    def good(self) -> list[RowOutcome]:
        """The items that change."""
        return [row for row in self.rows if not row.refusals]

    @property
    def refused(self) -> list[RowOutcome]:
        """The items that do not."""
        return [row for row in self.rows if row.refusals]


def fields_for(session: Session, rights: Collection[Permission]) -> list[EditField]:
    """The columns somebody with these rights may choose, as on the card; attributes last, blocked ones left out."""
    hidden: set[str] = set()
    if Permission.ITEMS_BLOCK not in rights:
        hidden |= set(BLOCK_FIELDS)
    if Permission.ITEMS_COSTS not in rights:
        hidden |= {*COST_FIELDS, "profit_percent"}
    found = [_of_column(column) for column in item_columns() if column.field in FIELDS and column.field not in hidden]
    for row in session.scalars(
        select(ItemAttribute).where(ItemAttribute.blocked.is_(False)).order_by(ItemAttribute.name_key)
    ):
        title = f"{row.name} ({row.unit_of_measure})" if row.unit_of_measure else row.name
        number = row.type in (AttributeType.INTEGER, AttributeType.DECIMAL)
        found.append(EditField(f"{ATTRIBUTE}{row.id}", title, is_number=number, attribute_id=row.id))
    return found


def read_grid(session: Session, item_ids: Collection[int], chosen: Sequence[EditField]) -> list[GridRow]:
    """The items by number with their cells; a fixed number of statements and one for each field that points away."""
    items = list(session.scalars(select(Item).where(Item.id.in_(item_ids)).order_by(Item.no)))
    texts = _Texts(session, chosen, [item.id for item in items])
    return [
        GridRow(item.id, item.no, item.description, {single.name: texts.of(item, single) for single in chosen})
        for item in items
    ]


def carry_out(
    session: Session,
    edits: Sequence[RowEdit],
    chosen: Sequence[EditField],
    *,
    only_good: bool,
    user_id: int | None,
    reason: str | None = None,
) -> Outcome:
    """Put the cells on their items; what is refused on one item stops all, unless `only_good`.

    `reason` says for all of them why costs or the blocking change; None: nobody was asked.

    Call it inside `rehearse` to see what would happen. Raises ErrorList of the refusals (the codes of the card, and
    `changed_meanwhile`), ValidationError `too_many_items`, `reason_required`.
    """
    if len(edits) > MOST_ITEMS:
        raise ValidationError(
            "too_many_items", _("At most %(most)s items are changed in one go; choose fewer.", most=MOST_ITEMS)
        )
    said = clean_text(reason, field="reason", length=LONGEST)
    by_name = {single.name: single for single in chosen}
    ids = [edit.item_id for edit in edits]
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(ids)))}
    texts = _Texts(session, chosen, ids)
    rows: list[RowOutcome] = []
    for edit in edits:
        item = items.get(edit.item_id)
        if item is None:
            continue
        row = _row(session, item, edit, by_name, texts, said)
        if row.changes or row.refusals:
            rows.append(row)
    outcome = Outcome(tuple(rows))
    if reason is not None and not said and asks_reason(outcome):
        raise reason_for_all()
    if outcome.refused and not only_good:
        raise ErrorList(
            ValidationError(code, f"{row.no}: {message}") for row in outcome.refused for code, message in row.refusals
        )
    return Outcome(outcome.rows, _remember(session, outcome, user_id))


def asks_reason(outcome: Outcome) -> bool:
    """Whether an item that changes gets another cost or is blocked or freed."""
    return any(change.field in REASONED_FIELDS for row in outcome.good for change in row.changes)


def last_edit(session: Session, user_id: int) -> BulkEdit | None:
    """The last bulk edit of this user that was not undone."""
    return session.scalar(
        select(BulkEdit)
        .where(BulkEdit.user_id == user_id, BulkEdit.undone_at.is_(None))
        .order_by(BulkEdit.id.desc())
        .limit(1)
    )


def changes_of(session: Session, bulk_edit_id: int) -> list[tuple[str, str, str, str]]:
    """What a bulk edit changed: (item no., field, before, after) by item and field."""
    rows = session.execute(
        select(Item.no, BulkEditChange.field, BulkEditChange.before, BulkEditChange.after)
        .join(Item, Item.id == BulkEditChange.item_id)
        .where(BulkEditChange.bulk_edit_id == bulk_edit_id)
        .order_by(Item.no, BulkEditChange.id)
    )
    return [(no, name, before, after) for no, name, before, after in rows]


def undo_last(session: Session, user_id: int, rights: Collection[Permission]) -> Outcome:
    """Put back what the user's last bulk edit changed; cells that somebody changed since stay and are told.

    Raises NotFound `nothing_to_undo`.
    """
    edit = last_edit(session, user_id)
    if edit is None:
        raise NotFound("nothing_to_undo", _("There is no bulk edit of yours left to undo."))
    backwards: dict[int, tuple[dict[str, str], dict[str, str]]] = {}
    for change in session.scalars(select(BulkEditChange).where(BulkEditChange.bulk_edit_id == edit.id)):
        cells, seen = backwards.setdefault(change.item_id, ({}, {}))
        cells[change.field], seen[change.field] = change.before, change.after
    names = {name for cells, _seen in backwards.values() for name in cells}
    chosen = [single for single in fields_for(session, rights) if single.name in names]
    by_name = {single.name: single for single in chosen}
    items = {item.id: item for item in session.scalars(select(Item).where(Item.id.in_(list(backwards))))}
    texts = _Texts(session, chosen, list(items))
    rows = [
        _row(session, items[item_id], RowEdit(item_id, cells, seen), by_name, texts, _("Bulk edit undone"))
        for item_id, (cells, seen) in backwards.items()
        if item_id in items
    ]
    edit.undone_at = utcnow()
    session.flush()
    return Outcome(tuple(rows), edit.id)


# ------------------------------------------------------------------------------------------------ one item


def _row(
    session: Session,
    item: Item,
    edit: RowEdit,
    by_name: Mapping[str, EditField],
    texts: _Texts,
    reason: str,
) -> RowOutcome:
    """Change one item inside a savepoint; refused, it is as it was."""
    no, description = item.no, item.description
    changes: list[CellChange] = []
    refusals: list[tuple[str, str]] = []
    values: dict[str, Any] = {}
    for name, text in edit.cells.items():
        single = by_name.get(name)
        if single is None:
            refusals.append(("unknown_field", _("You may not change %(name)s here.", name=name)))
            continue
        try:
            current, after = texts.of(item, single), text.strip()
            if after == current:
                continue
            if name in edit.seen and edit.seen[name].strip() != current:
                raise ValidationError(
                    "changed_meanwhile",
                    _("Somebody changed it meanwhile: “%(now)s” stands there now.", now=current),
                )
            values[name] = _parse(session, single, after)
            changes.append(CellChange(name, single.title, current, after))
        except ValidationError as error:
            refusals.append((error.code, f"{single.title}: {error.message}"))
    if changes and not refusals:
        try:
            with session.begin_nested():
                _apply(session, item, values, by_name, reason)
        except DomainError as error:
            refusals = [(single.code, _with_field(single)) for single in errors_of(error)]
    return RowOutcome(item.id, no, description, () if refusals else tuple(changes), tuple(refusals))


def _with_field(error: DomainError) -> str:
    """The sentence with the field it stands beside on the card; here nothing stands beside anything."""
    title = next((column.title for column in item_columns() if error.field and column.field == error.field), "")
    return f"{_(title)}: {error.message}" if title else error.message


def _apply(
    session: Session, item: Item, values: Mapping[str, Any], by_name: Mapping[str, EditField], reason: str
) -> None:
    fields: dict[str, Any] = {}
    for name, value in values.items():
        column = by_name[name].column
        if column is not None:
            fields[column.field] = value
    if fields:
        update_item(session, item, fields | (dict.fromkeys(REASONED, reason) if reason else {}))
    for name, value in values.items():
        attribute_id = by_name[name].attribute_id
        if not attribute_id:
            continue
        if value:
            attribute = attributes.get_attribute_by_id(session, attribute_id)
            attributes.assign_value(session, item.id, attribute, value, replace=True)
        else:
            attributes.remove_value(session, item.id, attribute_id)


def _parse(session: Session, single: EditField, text: str) -> Any:
    """The value behind a cell's text; blank empties the field."""
    column = single.column
    if column is None:
        return text
    if not text:
        return _blank(column)
    value = column.parse(text, _OPTIONS)
    if column.lookup is None:
        return value
    model, by = column.lookup
    code = getattr(model, by)
    found = session.scalar(select(model.id).where(func.upper(code) == str(value).upper(), code != ""))
    if found is None:
        raise ValidationError("not_found", _("There is no %(code)s; set it up first.", code=text))
    return found


def _blank(column: c.Column) -> Any:
    if column.lookup is not None:
        return None
    kind = inspect(Item).columns[column.field].type
    if isinstance(kind, Enum):
        members = [member.value for member in kind.enum_class]  # type: ignore[union-attr]
        if "" not in members:
            raise ValidationError("field_required", _("Fill this in, please."))
        return ""
    if isinstance(kind, Boolean):
        return False
    return Decimal(0) if isinstance(kind, ScaledDecimal) else ""


def _of_column(column: c.Column) -> EditField:
    kind = inspect(Item).columns[column.field].type
    choices: tuple[tuple[str, str], ...] = ()
    if isinstance(kind, Boolean):
        choices = (("yes", _("yes")), ("no", _("no")))
    elif isinstance(kind, Enum):
        members: Any = kind.enum_class
        choices = tuple((member.value, _(_words(member))) for member in members)
    number = isinstance(kind, ScaledDecimal)
    return EditField(column.name, _(column.title), choices, number, column)


def _words(member: enum.Enum) -> str:
    return str(member.value).replace("_", " ")


class _Texts:
    """The texts of cells as the grid shows them; what fields point at is read once."""

    def __init__(self, session: Session, chosen: Sequence[EditField], item_ids: Sequence[int]) -> None:
        self.codes: dict[str, dict[int, str]] = {}
        for single in chosen:
            if single.column is not None and single.column.lookup is not None:
                model, by = single.column.lookup
                rows = session.execute(
                    select(model.id, getattr(model, by)).join(Item, getattr(Item, single.column.field) == model.id)
                    .where(Item.id.in_(item_ids)).distinct()
                )  # fmt: skip
                self.codes[single.name] = dict(rows.tuples().all())
        wanted = [single.attribute_id for single in chosen if single.attribute_id]
        self.values: dict[tuple[int, int], str] = {}
        if wanted:
            mapping = ItemAttributeMapping
            rows = session.execute(
                select(mapping.item_id, mapping.attribute_id, ItemAttributeValue.value)
                .join(ItemAttributeValue, ItemAttributeValue.id == mapping.value_id)
                .where(mapping.item_id.in_(item_ids), mapping.attribute_id.in_(wanted), mapping.variant_id == BLANK_ID)
            )
            self.values = {(item_id, attribute_id): text for item_id, attribute_id, text in rows}

    def of(self, item: Item, single: EditField) -> str:
        """What stands in the item's cell."""
        column = single.column
        if column is None:
            return self.values.get((item.id, single.attribute_id), "")
        value = getattr(item, column.field)
        if column.lookup is not None:
            return self.codes[single.name].get(value, "") if value is not None else ""
        text = c.shown(value)
        return f"{text.normalize():f}" if isinstance(text, Decimal) else str(text)


def _remember(session: Session, outcome: Outcome, user_id: int | None) -> int | None:
    if not outcome.good:
        return None
    edit = BulkEdit(created_at=utcnow(), user_id=user_id)
    session.add(edit)
    session.flush()
    session.execute(
        insert(BulkEditChange),
        [
            {"bulk_edit_id": edit.id, "item_id": row.item_id, "field": change.field, "before": change.before,
             "after": change.after}
            for row in outcome.good for change in row.changes
        ],
    )  # fmt: skip
    return edit.id
