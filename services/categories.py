"""The category tree: create, rename, move, delete, and its order on screens (items.md section 9).

What categories bring to items is services/category_attributes.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import Item, ItemCategory
from services import category_attributes
from services.values import assign, clean_code, clean_text

FIELDS = ("code", "description")
#: Siblings are numbered in steps of this; a new leaf takes the middle of its gap.
STEP = 10_000


class Node(NamedTuple):
    """A category as the tree shows it; `items` counts its own items, `items_below` those of its descendants too."""

    id: int
    code: str
    description: str
    parent_id: int | None
    level: int
    has_children: bool
    items: int
    items_below: int


def tree(session: Session) -> list[Node]:
    """All categories in the order of the tree, with their number of items."""
    rows = session.execute(
        select(
            ItemCategory.id, ItemCategory.code, ItemCategory.description, ItemCategory.parent_id, ItemCategory.level,
            ItemCategory.has_children, ItemCategory.item_count,
        ).order_by(ItemCategory.presentation_order, ItemCategory.code)
    ).tuples().all()  # fmt: skip
    below: dict[int, int] = {row[0]: row[-1] for row in rows}
    # Children come after their parents: from the end, each hands its sum up.
    for row in reversed(rows):
        if row[3] is not None:
            below[row[3]] += below[row[0]]
    return [Node(*row, items_below=below[row[0]]) for row in rows]


def get_category(session: Session, code: str) -> ItemCategory:
    """The category with this code. Raises NotFound."""
    found = session.scalar(select(ItemCategory).where(ItemCategory.code == code.strip().upper()))
    if found is None:
        raise NotFound("not_found", _("There is no category %(code)s.", code=code), field="category")
    return found


def create_category(
    session: Session, code: str, description: str = "", *, parent_id: int | None = None
) -> ItemCategory:
    """A new leaf under `parent_id` (None: at the top). Raises ValidationError `duplicate`, `not_found`."""
    code = _free_code(session, code, None)
    parent = _parent(session, parent_id)
    category = ItemCategory(
        code=code,
        description=clean_text(description, field="description", length=100),
        parent_id=parent_id,
        level=parent.level + 1 if parent else 0,
        has_children=False,
        presentation_order=0,
    )
    session.add(category)
    if parent:
        parent.has_children = True
    session.flush()
    _place(session, category)
    return category


def update_category(session: Session, category: ItemCategory, changes: Mapping[str, object]) -> ItemCategory:
    """Change code or description; items point at the id and follow. Raises ValidationError `duplicate`."""
    changes = dict(changes)
    recoded = False
    if "code" in changes:
        changes["code"] = _free_code(session, changes["code"], category.id)
        recoded = changes["code"] != category.code
    with session.no_autoflush:
        assign(session, category, changes, FIELDS, required=("code",))
    session.flush()
    if recoded:
        recalculate(session)
    return category


def move_category(
    session: Session, category: ItemCategory, parent_id: int | None, *, drop_old_attributes: bool = True
) -> None:
    """Hang a category (with all below it) under another parent; its items lose and gain attributes accordingly.

    `drop_old_attributes=False` keeps what came from the old parents. Raises ValidationError `cycle`, `not_found`.
    """
    if parent_id == category.parent_id:
        return
    parent = _parent(session, parent_id)
    ancestor = parent
    while ancestor is not None:
        if ancestor.id == category.id:
            raise ValidationError(
                "cycle",
                _(
                    "%(code)s cannot lie under %(parent)s, because %(parent)s lies under it.",
                    code=category.code,
                    parent=parent.code,
                )
                if parent and parent.id != category.id
                else _("%(code)s cannot lie under itself.", code=category.code),
                field="parent_id",
            )
        ancestor = session.get(ItemCategory, ancestor.parent_id) if ancestor.parent_id else None
    old_parent_id, before = category.parent_id, category_attributes.effective(session, category.parent_id)
    category.parent_id = parent_id
    session.flush()
    after = category_attributes.effective(session, parent_id)
    category_attributes.carry_over(session, category.id, before, after, drop_old=drop_old_attributes)
    _refresh_children_flags(session, [old_parent_id, parent_id])
    recalculate(session)


def delete_category(session: Session, category: ItemCategory, *, remove_attributes: bool = True) -> None:
    """Remove a leaf; its items lose the category, and with `remove_attributes` what it and its parents brought.

    Raises ValidationError `has_children`.
    """
    if category.has_children:
        raise ValidationError(
            "has_children", _("%(code)s has categories below it. Move or delete those first.", code=category.code)
        )
    if remove_attributes:
        for row in category_attributes.effective(session, category.id).values():
            category_attributes.remove_from_items(session, row.attribute_id, [category.id])
    parent_id = category.parent_id
    session.execute(
        update(Item).where(Item.category_id == category.id).values(category_id=None),
        execution_options={"synchronize_session": "fetch"},
    )
    session.delete(category)
    session.flush()
    _refresh_children_flags(session, [parent_id])


def recalculate(session: Session) -> None:
    """Number the whole tree anew: siblings by code under their parent, in steps of `STEP`; set levels and flags."""
    children: dict[int | None, list[ItemCategory]] = {}
    for category in session.scalars(select(ItemCategory).order_by(ItemCategory.code)):
        children.setdefault(category.parent_id, []).append(category)
    position = 0
    waiting = [(category, 0) for category in reversed(children.get(None, []))]
    while waiting:
        category, level = waiting.pop()
        position += STEP
        below = children.get(category.id, [])
        category.presentation_order, category.level, category.has_children = position, level, bool(below)
        waiting += [(child, level + 1) for child in reversed(below)]
    session.flush()


def _free_code(session: Session, code: object, own_id: int | None) -> str:
    cleaned = clean_code(code, field="code", length=20)
    rival = session.scalar(select(ItemCategory.id).where(ItemCategory.code == cleaned))
    if rival is not None and rival != own_id:
        raise ValidationError("duplicate", _("There is a category %(code)s already.", code=cleaned), field="code")
    return cleaned


def _parent(session: Session, parent_id: int | None) -> ItemCategory | None:
    if parent_id is None:
        return None
    parent = session.get(ItemCategory, parent_id)
    if parent is None:
        raise ValidationError("not_found", _("This parent does not exist any more. Choose another."), field="parent_id")
    return parent


def _place(session: Session, leaf: ItemCategory) -> None:
    """The middle of the gap before whatever follows the leaf in the tree; no room: everything is numbered anew."""
    rows = session.execute(
        select(ItemCategory.id, ItemCategory.code, ItemCategory.parent_id, ItemCategory.presentation_order)
        .where(ItemCategory.id != leaf.id)
        .order_by(ItemCategory.presentation_order)
    ).all()
    before = _order_before(leaf, rows)
    after = min((row.presentation_order for row in rows if row.presentation_order > before), default=None)
    if after is None:
        leaf.presentation_order = before + STEP
    elif after - before >= 2:
        leaf.presentation_order = (before + after) // 2
    else:
        recalculate(session)
    session.flush()


def _order_before(leaf: ItemCategory, rows: Iterable[object]) -> int:
    """Order of the row that stands right before the leaf: the last one below its elder sibling, or its parent."""
    parent_of = {row.id: row.parent_id for row in rows}  # type: ignore[attr-defined]
    order_of = {row.id: row.presentation_order for row in rows}  # type: ignore[attr-defined]
    elder = {row.id for row in rows if row.parent_id == leaf.parent_id and row.code < leaf.code}  # type: ignore[attr-defined]
    last = order_of.get(leaf.parent_id, 0) if leaf.parent_id is not None else 0
    for row_id, order in order_of.items():
        walker: int | None = row_id
        while walker is not None and walker not in elder:
            walker = parent_of.get(walker)
        if walker is not None:
            last = max(last, order)
    return last


def _refresh_children_flags(session: Session, ids: Iterable[int | None]) -> None:
    for category_id in ids:
        category = session.get(ItemCategory, category_id) if category_id is not None else None
        if category is not None:
            found = session.scalar(select(ItemCategory.id).where(ItemCategory.parent_id == category.id).limit(1))
            category.has_children = found is not None
    session.flush()
