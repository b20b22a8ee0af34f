"""Extended texts of an item and notes about it (items.md section 19)."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import TypeVar

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from core.errors import DomainError, NotFound, ValidationError
from core.sql import ids_of
from core.text import _
from models import CatalogItem, ExtendedText, Item, ItemComment, TradeDocument
from services.values import assign, clean_text, required_error, unchanged_if_refused

#: The kinds of documents that a text may stand on, as they are called in the table.
KINDS = (
    "sales_quote", "sales_order", "sales_invoice", "sales_return_order", "sales_credit_memo", "sales_service_order",
    "purchase_quote", "purchase_order", "purchase_invoice", "purchase_return_order", "purchase_credit_memo",
)  # fmt: skip
FIELDS = ("text", "starting_date", "ending_date", *KINDS)
COMMENT_FIELDS = ("day", "text")
#: What a line of a document holds; longer lines of a text are folded at a blank.
LINE_WIDTH = 100
LONGEST_TEXT = 4000
LONGEST_COMMENT = 250

Row = TypeVar("Row", ExtendedText, ItemComment)
Owner = Item | CatalogItem


def list_texts(session: Session, item_id: int) -> list[ExtendedText]:
    """The item's extended texts in the order they were made."""
    statement = select(ExtendedText).where(ExtendedText.item_id == item_id).order_by(ExtendedText.id)
    return list(session.scalars(statement))


def get_text(session: Session, item: Item, key: str) -> ExtendedText:
    """The item's text with this id. Raises NotFound `not_found`."""
    return _get(session, ExtendedText, item, key)


def save_text(
    session: Session, item: Item, values: Mapping[str, object], text: ExtendedText | None = None
) -> ExtendedText:
    """Create or change an extended text (FIELDS). Raises ValidationError `field_required`, `text_too_long`,
    `date_order`, `document_kind_required`.
    """
    record = text or ExtendedText(item_id=item.id, text="", **dict.fromkeys(KINDS, True))
    given = dict(values)
    if "text" in given:
        given["text"] = clean_text(given["text"], field="text")
        if len(str(given["text"])) > LONGEST_TEXT:
            raise ValidationError(
                "text_too_long", _("A text holds at most %(most)s characters.", most=LONGEST_TEXT), field="text"
            )
    with unchanged_if_refused(session, record, FIELDS):
        assign(session, record, given, FIELDS, required=("text",))
        _check_text(record)
    session.add(record)
    session.flush()
    return record


def _check_text(record: ExtendedText) -> None:
    errors: list[DomainError] = []
    if record.starting_date and record.ending_date and record.ending_date < record.starting_date:
        errors.append(
            ValidationError("date_order", _("The ending date lies before the starting date."), field="ending_date")
        )
    if not any(getattr(record, name) for name in KINDS):
        errors.append(
            ValidationError(
                "document_kind_required", _("Tick at least one kind of document."), field=KINDS[0],
                hint=_("A text that stands nowhere can be deleted."),
            )
        )  # fmt: skip
    if errors:
        raise errors[0]


def texts_for_lines(session: Session, document: TradeDocument, item_ids: Collection[int]) -> dict[int, list[str]]:
    """Item id -> lines of text that count for the document's kind on its date, folded to the width of a line."""
    if not item_ids:
        return {}
    kind = getattr(ExtendedText, f"{document.side}_{document.type}")
    day = document.document_date
    rows = session.execute(
        select(ExtendedText.item_id, ExtendedText.text)
        .where(
            ExtendedText.item_id.in_(ids_of(session, item_ids)), kind,
            or_(ExtendedText.starting_date.is_(None), ExtendedText.starting_date <= day),
            or_(ExtendedText.ending_date.is_(None), ExtendedText.ending_date >= day),
        )
        .order_by(ExtendedText.item_id, ExtendedText.id)
    )  # fmt: skip
    found: dict[int, list[str]] = defaultdict(list)
    for item_id, text in rows.tuples():
        found[item_id] += fold(text)
    return dict(found)


def fold(text: str) -> list[str]:
    """Lines of at most LINE_WIDTH characters; blank lines are left out."""
    return [part for line in text.splitlines() if line.strip() for part in textwrap.wrap(line.strip(), LINE_WIDTH)]


def list_comments(session: Session, owner: Owner) -> list[ItemComment]:
    """The notes about an item or a catalog entry, the newest day first."""
    about = ItemComment.item_id if isinstance(owner, Item) else ItemComment.catalog_item_id
    statement = select(ItemComment).where(about == owner.id).order_by(ItemComment.day.desc(), ItemComment.id.desc())
    return list(session.scalars(statement))


def get_comment(session: Session, owner: Owner, key: str) -> ItemComment:
    """The note about it with this id. Raises NotFound `not_found`."""
    return _get(session, ItemComment, owner, key)


def save_comment(
    session: Session, owner: Owner, values: Mapping[str, object], comment: ItemComment | None = None, *, on: dt.date
) -> ItemComment:
    """Create or change a note; without a day it is of the day `on`. Raises ValidationError `field_required`,
    `text_too_long`.
    """
    given = dict(values)
    if given.get("day") is None:
        given["day"] = comment.day if comment is not None else on
    if "text" in given:
        given["text"] = clean_text(given["text"], field="text", length=LONGEST_COMMENT)
        if not given["text"]:
            raise required_error("text")
    record = comment or ItemComment(**{"item_id" if isinstance(owner, Item) else "catalog_item_id": owner.id})
    with session.no_autoflush:
        assign(session, record, given, COMMENT_FIELDS, required=COMMENT_FIELDS)
    session.add(record)
    session.flush()
    return record


def delete_row(session: Session, row: ExtendedText | ItemComment) -> None:
    """Remove a text or a note; lines of documents keep what they have."""
    session.delete(row)
    session.flush()


def _get(session: Session, model: type[Row], owner: Owner, key: str) -> Row:
    found = session.get(model, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    about = "item_id" if isinstance(owner, Item) else "catalog_item_id"
    if found is None or getattr(found, about, None) != owner.id:
        raise NotFound("not_found", _("This text does not exist any more."))
    return found
