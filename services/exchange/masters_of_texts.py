"""Files of texts and notes about items: nothing but their place among the item's says which is which."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import CatalogItem, ExtendedText, Item, ItemComment
from services.exchange import cells
from services.exchange.columns import Column, Options
from services.exchange.master_columns import item_column, item_of, own, points, without
from services.exchange.masters import MasterKind, Values
from services.items import texts


def _read_place(text: str, options: Options) -> int:
    place = int(cells.number(text, whole=True, decimal_comma=options.decimal_comma))
    if place < 1:
        raise ValidationError("out_of_range", _("Texts are counted from 1."), field="id")
    return place


#: The first text of an item is 1; a number that is not there yet is a new text.
_PLACE = Column("place", "Text no.", _read_place, ("place", "line no"), required=True, field="id", hint="1")


def _same_owner(model: type[Any], record: Any) -> list[Any]:
    names = [name for name in ("item_id", "catalog_item_id") if hasattr(model, name)]
    return [getattr(model, name) == getattr(record, name) for name in names]


def _place_of(session: Session, record: Any, _name: str) -> int:
    model = type(record)
    rows = select(func.count()).select_from(model).where(*_same_owner(model, record), model.id <= record.id)
    return session.scalar(rows) or 0


def _id_at(session: Session, model: type[Any], owner: dict[str, Any], place: int) -> int:
    """The id of the text at this place; less than 0 for one that is not there yet."""
    conditions = [getattr(model, name) == value for name, value in owner.items()]
    found = session.scalar(select(model.id).where(*conditions).order_by(model.id).offset(place - 1).limit(1))
    return -place if found is None else int(found)


def _text_id(session: Session, values: Values) -> dict[str, Any]:
    return {**values, "id": _id_at(session, ExtendedText, {"item_id": values["item_id"]}, values["id"])}


def _comment_id(session: Session, values: Values) -> dict[str, Any]:
    owner = {name: values[name] or None for name in ("item_id", "catalog_item_id")}
    if (owner["item_id"] is None) == (owner["catalog_item_id"] is None):
        raise ValidationError(
            "field_required", _("Say which item or which catalog entry the note is about."), field="item_id"
        )
    return {**values, **owner, "id": _id_at(session, ItemComment, owner, values["id"])}


def _save_comment(session: Session, values: Values, comment: ItemComment | None = None) -> None:
    about: Item | CatalogItem
    if comment is not None:
        item_id, catalog_id = comment.item_id, comment.catalog_item_id
    else:
        item_id, catalog_id = values["item_id"], values["catalog_item_id"]
    about = session.get_one(Item, item_id) if item_id is not None else session.get_one(CatalogItem, catalog_id)
    day = comment.day if comment is not None else values["day"]
    texts.save_comment(session, about, without(values, "id", "item_id", "catalog_item_id"), comment, on=day)


EXTENDED_TEXTS = MasterKind(
    name="extended-texts", words="Texts of items", model=ExtendedText, keys=("item", "place"),
    master_columns=lambda: [item_column(ExtendedText), _PLACE, *own(ExtendedText, *texts.FIELDS, required=("text",))],
    create=lambda session, values: texts.save_text(
        session, session.get_one(Item, values["item_id"]), without(values, "id", "item_id")
    ),
    update=lambda session, row, values: texts.save_text(session, item_of(session, row), values, row),
    reads=("place",), read=_place_of, resolve=_text_id,
)  # fmt: skip

COMMENTS = MasterKind(
    name="item-comments", words="Notes about items", model=ItemComment, keys=("item", "catalog_item", "place"),
    master_columns=lambda: [
        points(ItemComment, "item", Item, "no", title="Item no."),
        points(ItemComment, "catalog_item", CatalogItem, "no", title="Catalog entry no."), _PLACE,
        *own(ItemComment, *texts.COMMENT_FIELDS, required=texts.COMMENT_FIELDS),
    ],
    create=_save_comment,
    update=lambda session, row, values: _save_comment(session, values, row),
    reads=("place",), read=_place_of, resolve=_comment_id,
)  # fmt: skip

TEXTS: tuple[MasterKind, ...] = (EXTENDED_TEXTS, COMMENTS)
