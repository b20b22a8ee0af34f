"""What a card's parts for extended texts, notes and files need: their forms, and how rows are saved."""

from __future__ import annotations

import io
import mimetypes
from typing import Any

from flask import Blueprint, Response, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, DayField, LongTextField, TextField
from core.errors import NotFound, ValidationError
from core.text import _
from models import Attachment, ExtendedText, Item, ItemComment, NumberCard, Permission
from services import attachments, items
from services.items import texts

#: What the kinds of documents are called, in the order of texts.KINDS.
KIND_WORDS = dict(
    zip(
        texts.KINDS,
        (_l("Sales quotes"), _l("Sales orders"), _l("Sales invoices"), _l("Sales return orders"),
         _l("Sales credit memos"), _l("Service orders"), _l("Purchase quotes"), _l("Purchase orders"),
         _l("Purchase invoices"), _l("Purchase return orders"), _l("Purchase credit memos")),
        strict=True,
    )
)  # fmt: skip
#: Told to browsers as what they are; everything else is bytes. All are downloads.
_KNOWN = (".pdf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".txt", ".csv", ".xlsx", ".docx", ".zip")


class TextForm(BaseForm):
    """An extended text; the fields for kinds of documents are added below."""

    text = LongTextField(_l("Text"), required=True, max_length=texts.LONGEST_TEXT)
    starting_date = DayField(_l("Starting date"))
    ending_date = DayField(_l("Ending date"))


for _name, _word in KIND_WORDS.items():
    setattr(TextForm, _name, CheckField(_word, default=True))


class CommentForm(BaseForm):
    """A dated note."""

    day = DayField(_l("Day"))
    text = TextField(_l("Note"), required=True, max_length=texts.LONGEST_COMMENT)


class AttachmentForm(BaseForm):
    """A file: chosen when it is new, renamed later; where it flows."""

    file = FileField(_l("File"))
    name = TextField(_l("Name"), max_length=attachments.LONGEST_NAME)
    flows_to_sales = CheckField(_l("Show on new sales lines"))
    flows_to_purchase = CheckField(_l("Show on new purchase lines"))


def kinds_of(text: ExtendedText) -> str:
    """The kinds of documents in words; "" for all of them, and where only few are missing, those."""
    ticked = [str(word) for name, word in KIND_WORDS.items() if getattr(text, name)]
    missing = [str(word) for name, word in KIND_WORDS.items() if not getattr(text, name)]
    if not missing:
        return ""
    if len(ticked) <= len(missing):
        return ", ".join(ticked)
    return _("all but %(kinds)s", kinds=", ".join(missing).lower())


def save_comment(session: Session, item: Item, values: dict[str, Any], row: ItemComment | None) -> Any:
    """Save a note, of today unless it says another day."""
    return texts.save_comment(session, item, values, row, on=today())


def save_attachment(session: Session, item: Item, values: dict[str, Any], row: Attachment | None) -> Any:
    """Attach the chosen file, or rename one. Raises ValidationError `file_required` and those of the service."""
    flows = {name: bool(values.get(name)) for name in ("flows_to_sales", "flows_to_purchase")}
    if row is not None:
        return attachments.change(session, row, name=values.get("name") or "", **flows)
    return attach_chosen(session, item, values.get("file"), **flows)


def attach_chosen(session: Session, place: Item | NumberCard, file: object, **flows: bool) -> Attachment:
    """Attach what was chosen in a file field. Raises ValidationError `file_required` and those of the service."""
    if not isinstance(file, FileStorage) or not file.filename:
        raise ValidationError("file_required", _("Choose a file first."), field="file")
    file.stream.seek(0)  # the work may be done again after a deadlock
    content = file.stream.read(attachments.LARGEST_FILE + 1)
    who = current_user.full_name or current_user.email
    return attachments.attach(session, place, file.filename, content, user_name=who, **flows)


def add_to(bp: Blueprint) -> None:
    """Register the address of an item's files on the items' blueprint."""
    bp.add_url_rule("/<path:no>/attachments/<int:attachment_id>/file", "attachment", attachment)


@requires(Permission.ITEMS_VIEW)
def attachment(no: str, attachment_id: int) -> ResponseReturnValue:
    """A file of an item, always as a download."""
    session = db_session()
    item = items.get_item(session, no)
    row, content = attachments.load_content(session, attachment_id)
    if row.item_id != item.id:
        raise NotFound("not_found", _("This file is not attached any more."))
    return download(row, content)


def download(row: Attachment, content: bytes) -> Response:
    """The bytes under their name: never shown inside the page, never guessed at, kept by no cache."""
    ending = "." + row.name.rpartition(".")[2].lower()
    media_type = mimetypes.types_map.get(ending) if ending in _KNOWN else None
    response = send_file(
        io.BytesIO(content), media_type or "application/octet-stream", as_attachment=True, download_name=row.name,
        etag=False,
    )  # fmt: skip
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
