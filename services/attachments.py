"""Files on items and cards of numbers, and their way to documents: bounded, kept once (items.md section 19)."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, func, insert, or_, select
from sqlalchemy.orm import Session, joinedload, undefer

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.sql import ids_of
from core.text import _
from models import AttachedFile, Attachment, Item, NumberCard, PostedLine, TradeDocument, TradeLine
from models.enums import TradeLineType, TradeSide

#: Bytes of one file.
LARGEST_FILE = 10 * 1024 * 1024
#: Files on one item or card.
MOST_FILES = 50
LONGEST_NAME = 120


def attach(
    session: Session,
    place: Item | NumberCard,
    name: str,
    content: bytes,
    *,
    flows_to_sales: bool = False,
    flows_to_purchase: bool = False,
    user_name: str = "",
) -> Attachment:
    """Attach a file to an item or to the card of a number.

    Raises ValidationError `file_empty`, `file_too_large`, `too_many_files`, `file_name_required`, `duplicate`, each
    naming the file.
    """
    name = clean_name(name)
    if not content:
        raise ValidationError("file_empty", _("%(name)s is empty.", name=name), field="file")
    if len(content) > LARGEST_FILE:
        raise ValidationError(
            "file_too_large",
            _("%(name)s is larger than %(most)s MB.", name=name, most=LARGEST_FILE // (1024 * 1024)), field="file",
            hint=_("Make it smaller, or split it."),
        )  # fmt: skip
    if (session.scalar(select(func.count(Attachment.id)).where(_at(place))) or 0) >= MOST_FILES:
        raise ValidationError(
            "too_many_files", _("At most %(most)s files are kept here.", most=MOST_FILES), field="file",
            hint=_("Delete one first."),
        )  # fmt: skip
    _check_free(session, _at(place), name)
    on_card = isinstance(place, NumberCard)
    made = Attachment(
        item_id=None if on_card else place.id, card_id=place.id if on_card else None,
        file_id=_keep(session, content), name=name, flows_to_sales=flows_to_sales,
        flows_to_purchase=flows_to_purchase, attached_at=utcnow(), attached_by=user_name[:100],
    )  # fmt: skip
    session.add(made)
    session.flush()
    return made


def change(
    session: Session, attachment: Attachment, *, name: str, flows_to_sales: bool, flows_to_purchase: bool
) -> Attachment:
    """Rename a file of an item, and say where it flows from now on. Raises `file_name_required`, `duplicate`."""
    name = clean_name(name)
    if name != attachment.name:
        _check_free(session, Attachment.item_id == attachment.item_id, name)
    attachment.name, attachment.flows_to_sales, attachment.flows_to_purchase = name, flows_to_sales, flows_to_purchase
    session.flush()
    return attachment


def delete(session: Session, attachment: Attachment) -> None:
    """Take a file off; what it holds goes with the last one that shows it."""
    file_id = attachment.file_id
    session.delete(attachment)
    session.flush()
    _forget(session, [file_id])


def delete_of_item(session: Session, item_id: int) -> None:
    """All files of an item that is deleted, and of the cards of its numbers."""
    cards = select(NumberCard.id).where(NumberCard.item_id == item_id)
    of_it = or_(Attachment.item_id == item_id, Attachment.card_id.in_(cards))
    rows = list(session.scalars(select(Attachment).where(of_it)))
    for row in rows:
        session.delete(row)
    session.flush()
    _forget(session, [row.file_id for row in rows])


def list_attachments(session: Session, item_id: int) -> list[Attachment]:
    """The item's files by name, with their size."""
    return _listed(session, Attachment.item_id == item_id)


def list_of_card(session: Session, card_id: int) -> list[Attachment]:
    """The files on the card of a number by name, with their size (tracking.md section 16)."""
    return _listed(session, Attachment.card_id == card_id)


def _listed(session: Session, of: ColumnElement[bool]) -> list[Attachment]:
    statement = select(Attachment).where(of).options(joinedload(Attachment.file)).order_by(Attachment.name)
    return list(session.scalars(statement))


def get_attachment(session: Session, item: Item, key: str) -> Attachment:
    """The item's file with this id. Raises NotFound `not_found`."""
    found = session.get(Attachment, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None or found.item_id != item.id:
        raise NotFound("not_found", _("This file is not attached any more."))
    return found


def load_content(session: Session, attachment_id: int) -> tuple[Attachment, bytes]:
    """An attachment, wherever it is, with its bytes. Raises NotFound `not_found`."""
    row = session.scalar(
        select(Attachment)
        .where(Attachment.id == attachment_id)
        .options(joinedload(Attachment.file).options(undefer(AttachedFile.content)))
    )
    if row is None:
        raise NotFound("not_found", _("This file is not attached any more."))
    return row, row.file.content


def of_lines(session: Session, line_ids: Collection[int]) -> dict[int, list[Attachment]]:
    """Line id -> its files by name, in one statement."""
    return _by(session, Attachment.line_id, line_ids)


def of_posted_lines(session: Session, line_ids: Collection[int]) -> dict[int, list[Attachment]]:
    """Posted line id -> its files by name, in one statement."""
    return _by(session, Attachment.posted_line_id, line_ids)


def drop_from_line(session: Session, line: TradeLine) -> None:
    """The files of a line that names another item now."""
    for row in session.scalars(select(Attachment).where(Attachment.line_id == line.id)):
        session.delete(row)


def follow_items(session: Session, document: TradeDocument, lines: Sequence[TradeLine]) -> None:
    """Files that flow to such documents onto lines that are new; one statement where nothing flows."""
    flows = Attachment.flows_to_sales if document.side == TradeSide.SALES else Attachment.flows_to_purchase
    items = {line.item_id for line in lines if line.type == TradeLineType.ITEM and line.item_id is not None}
    found: dict[int, list[Attachment]] = defaultdict(list)
    if items:
        for row in session.scalars(
            select(Attachment).where(Attachment.item_id.in_(ids_of(session, items)), flows).order_by(Attachment.id)
        ):
            found[row.item_id or 0].append(row)
    session.add_all(_copy(row, line_id=line.id) for line in lines for row in found.get(line.item_id or 0, ()))
    session.flush()


def follow_posting(session: Session, document_id: int, posted_ids: Sequence[int]) -> None:
    """Files of the order's lines onto the lines of the documents that were posted of it; one statement."""
    columns = ("file_id", "name", "flows_to_sales", "flows_to_purchase", "attached_at", "attached_by")
    session.execute(
        insert(Attachment).from_select(
            ["posted_line_id", *columns],
            select(PostedLine.id, *(getattr(Attachment, name) for name in columns))
            .join(TradeLine, TradeLine.line_no == PostedLine.order_line_no)
            .join(Attachment, Attachment.line_id == TradeLine.id)
            .where(TradeLine.document_id == document_id, PostedLine.document_id.in_(posted_ids)),
        )
    )


def clean_name(name: str) -> str:
    """A file's own name: no folders, no signs that deceive. Raises ValidationError `file_name_required`."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    shown = " ".join(shown.split()).strip(". ")
    if not shown:
        raise ValidationError("file_name_required", _("The file needs a name."), field="name")
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        keep = f".{ending}" if dot and len(ending) < 12 else ""
        shown = (stem if keep else shown)[: LONGEST_NAME - len(keep)] + keep
    return shown


def _by(session: Session, column: object, ids: Collection[int]) -> dict[int, list[Attachment]]:
    if not ids:
        return {}
    rows = session.scalars(
        select(Attachment).where(column.in_(ids_of(session, ids))).order_by(Attachment.name)  # type: ignore[attr-defined]
    )
    found: dict[int, list[Attachment]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column.key)].append(row)  # type: ignore[attr-defined]
    return dict(found)


def _copy(row: Attachment, *, line_id: int) -> Attachment:
    return Attachment(
        line_id=line_id, file_id=row.file_id, name=row.name, flows_to_sales=row.flows_to_sales,
        flows_to_purchase=row.flows_to_purchase, attached_at=row.attached_at, attached_by=row.attached_by,
    )  # fmt: skip


def _keep(session: Session, content: bytes) -> int:
    """The id of the file with these bytes, stored when they are new."""
    digest = hashlib.sha256(content).hexdigest()
    found = session.scalar(select(AttachedFile.id).where(AttachedFile.digest == digest))
    if found is not None:
        return found
    made = AttachedFile(digest=digest, size=len(content), content=content)
    session.add(made)
    session.flush()
    return made.id


def _forget(session: Session, file_ids: Collection[int]) -> None:
    """Files that nothing shows any more."""
    for file in session.scalars(
        select(AttachedFile).where(
            AttachedFile.id.in_(ids_of(session, set(file_ids))), ~exists().where(Attachment.file_id == AttachedFile.id)
        )
    ):
        session.delete(file)
    session.flush()


def _at(place: Item | NumberCard) -> ColumnElement[bool]:
    return (Attachment.card_id if isinstance(place, NumberCard) else Attachment.item_id) == place.id


def _check_free(session: Session, of: ColumnElement[bool], name: str) -> None:
    taken = select(Attachment.id).where(of, Attachment.name == name)
    if session.scalar(taken) is not None:
        raise ValidationError(
            "duplicate", _("There is a file %(name)s already.", name=name), field="name",
            hint=_("Give it another name, or delete the old one first."),
        )  # fmt: skip
