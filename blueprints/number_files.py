"""Files on the card of a number: certificates, measurements, what the vendor sent (tracking.md sections 7 and 16)."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.htmx import done
from blueprints.items_texts import attach_chosen, download
from blueprints.masters import PlainForm, carried_out
from blueprints.numbers import CardForm, FileForm, asked, card_page
from core.errors import NotFound
from core.text import _
from core.unit_of_work import perform
from models import Attachment, Permission
from services import attachments
from services.tracing.cards import find_card, save_card
from services.tracking.card import view_number

bp = Blueprint("number_files", __name__, url_prefix="/numbers/card/files")


@bp.post("")
@requires(Permission.ITEMS_EDIT)
def add() -> ResponseReturnValue:
    """Attach a file; a number without a card gets one."""
    key, args = asked()
    form = FileForm()

    def work(session: Session) -> Attachment:
        card = find_card(session, key) or save_card(session, key, {})
        return attach_chosen(session, card, form.file.data)

    if carried_out(form, work):
        return done(None, back=url_for("numbers.show", **args), message=_("The file is attached."))
    view = view_number(db_session(), key)
    return card_page(view, CardForm(formdata=None, obj=view.card), file=form)


@bp.get("/<int:file_id>")
@requires(Permission.ITEMS_VIEW)
def show(file_id: int) -> ResponseReturnValue:
    """A file of a card, always as a download."""
    row, content = attachments.load_content(db_session(), file_id)
    if row.card_id is None:
        raise NotFound("not_found", _("This file is not attached any more."))
    return download(row, content)


@bp.post("/<int:file_id>/delete")
@requires(Permission.ITEMS_EDIT)
def delete(file_id: int) -> ResponseReturnValue:
    """Take a file off the card."""
    key, args = asked()

    def work(session: Session) -> None:
        card, row = find_card(session, key), session.get(Attachment, file_id)
        if card is None or row is None or row.card_id != card.id:
            raise NotFound("not_found", _("This file is not attached any more."))
        attachments.delete(session, row)

    if not PlainForm().validate_on_submit():
        raise NotFound("not_found", _("This file is not attached any more."))
    perform(db_session(), work, user_id=current_user.id)
    return done(None, back=url_for("numbers.show", **args), message=_("The file was taken off."))
