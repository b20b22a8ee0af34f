"""What follows an item onto a line: lines of text under it, and files (items.md section 19).

A line of text that came with an item knows its line and goes with it, or with the item.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.sql import ids_of
from core.text import _
from models import Item, TradeDocument, TradeLine
from models.enums import TradeLineType
from services.attachments import drop_from_line, follow_items
from services.items.texts import texts_for_lines
from services.trade.line_values import start

#: Line numbers at the end of a document leave room between them.
_STEP = 10_000


def automatic_texts(session: Session, document: TradeDocument, items: Collection[Item]) -> dict[int, list[str]]:
    """Item id -> lines of text, of the items whose texts come by themselves; no statement where there are none."""
    return texts_for_lines(session, document, {item.id for item in items if item.automatic_extended_text})


def text_line(document_id: int, line_no: int, text: str) -> TradeLine:
    """A line of text; which line it belongs to is said once that one has an id."""
    line = TradeLine(document_id=document_id, line_no=line_no, version=1)
    start(line)
    line.type, line.description = TradeLineType.COMMENT, text
    return line


def attached_lines(session: Session, line_ids: Collection[int]) -> list[TradeLine]:
    """The lines of text that belong to these lines, in their order."""
    statement = (
        select(TradeLine)
        .where(TradeLine.attached_to_line_id.in_(ids_of(session, line_ids)))
        .order_by(TradeLine.line_no)
    )
    return list(session.scalars(statement))


def delete_each(session: Session, lines: Iterable[TradeLine]) -> None:
    """Delete lines one after the other: lines may point at lines, and several at once would have to be sorted."""
    for line in lines:
        session.delete(line)
        session.flush()


def drop_texts(session: Session, line: TradeLine) -> None:
    """The lines of text under a line that goes, or that names another item now."""
    delete_each(session, attached_lines(session, [line.id]))


def follow_item(session: Session, document: TradeDocument, line: TradeLine) -> None:
    """A line that names another item now: its texts and files instead of those of the old one. The line is flushed."""
    drop_texts(session, line)
    item = session.get(Item, line.item_id) if line.item_id is not None else None
    if item is not None:
        _put_under(session, line, automatic_texts(session, document, [item]).get(item.id, []))
    drop_from_line(session, line)
    follow_items(session, document, [line])


def insert_texts(session: Session, document: TradeDocument, line: TradeLine) -> int:
    """Put the item's extended texts under its line, also where they do not come by themselves; returns how many lines.

    Those that are there already are replaced. Raises ValidationError `line_not_item`, `no_extended_text`.
    """
    if line.type != TradeLineType.ITEM or line.item_id is None:
        raise ValidationError(
            "line_not_item", _("Line %(line)s names no item.", line=line.line_no), line=line.line_no,
            hint=_("Extended texts belong to items."),
        )  # fmt: skip
    texts = texts_for_lines(session, document, {line.item_id}).get(line.item_id, [])
    if not texts:
        raise ValidationError(
            "no_extended_text",
            _("The item of line %(line)s has no extended text for such documents on this date.", line=line.line_no),
            line=line.line_no, hint=_("Add one on the item's card."),
        )  # fmt: skip
    drop_texts(session, line)
    _put_under(session, line, texts)
    return len(texts)


def _put_under(session: Session, line: TradeLine, texts: Sequence[str]) -> None:
    if not texts:
        return
    following = session.scalar(
        select(TradeLine.line_no)
        .where(TradeLine.document_id == line.document_id, TradeLine.line_no > line.line_no)
        .order_by(TradeLine.line_no)
        .limit(1)
    )
    step = _STEP if following is None else (following - line.line_no) // (len(texts) + 1)
    if step < 1:
        raise ValidationError(
            "no_room_for_text", _("There is no room for %(count)s lines of text below line %(line)s.",
                                  count=len(texts), line=line.line_no),
            line=line.line_no, hint=_("Add the line again at the end of the document."),
        )  # fmt: skip
    for place, text in enumerate(texts, 1):
        made = text_line(line.document_id, line.line_no + place * step, text)
        made.attached_to_line_id = line.id
        session.add(made)
    session.flush()
