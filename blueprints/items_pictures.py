"""The picture of an item: taken with the camera or chosen, shown small in lists and large on the card."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints.access import check_right, requires
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.items_forms import PictureForm
from blueprints.masters import carried_out, press
from core.text import _
from models import Item, Permission
from services import items, pictures

#: The digest is in the address: another picture has another one.
_FOR_EVER = "private, max-age=31536000, immutable"


def add_to(bp: Blueprint) -> None:
    """Register the picture's addresses on the items' blueprint."""
    bp.add_url_rule("/pictures/<string(length=64):digest>/<any(small,large):size>", "picture_file", picture_file)
    bp.add_url_rule("/<path:no>/picture", "picture", picture, methods=["GET", "POST"])
    bp.add_url_rule("/<path:no>/picture/delete", "picture_delete", picture_delete, methods=["POST"])


@requires(Permission.ITEMS_VIEW)
def picture_file(digest: str, size: str) -> ResponseReturnValue:
    """The JPEG itself."""
    if request.if_none_match.contains(digest):
        response = make_response("", 304)
    else:
        data = pictures.load_bytes(db_session(), digest, thumbnail=size == "small")
        if data is None:
            abort(404)
        response = make_response(data)
        response.mimetype = pictures.MEDIA_TYPE
    response.headers["Cache-Control"] = _FOR_EVER
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.set_etag(digest)
    return response


@requires(Permission.ITEMS_VIEW)
def picture(no: str) -> ResponseReturnValue:
    """GET: the picture with its buttons; POST: another picture (field `picture`, from either input)."""
    item = items.get_item(db_session(), no)
    form = PictureForm()
    if request.method == "POST":
        check_right(Permission.ITEMS_EDIT)
        files = [file for file in request.files.getlist("picture") if file.filename]
        data, name = (files[0].read(), files[0].filename or "") if files else (b"", "")
        if not files:
            form.validate()
            form.picture.errors = [*form.picture.errors, _("Choose a picture first.")]
        elif carried_out(form, lambda session: _store(session, no, data, name)):
            return done(
                "items/_photo.html", back=url_for("items.show", no=no), message=_("Picture saved."),
                item=item, digest=_digest(item.id), form=PictureForm(formdata=None),
            )  # fmt: skip
    return _page(item, form)


@requires(Permission.ITEMS_EDIT)
def picture_delete(no: str) -> ResponseReturnValue:
    """Take the picture away."""
    return press(
        lambda session: pictures.delete_picture(session, items.get_item(session, no).id),
        message=_("Picture deleted."),
        back=url_for("items.show", no=no),
    )


def _store(session: Session, no: str, data: bytes, name: str) -> None:
    pictures.store_picture(session, items.get_item(session, no).id, data, name)


def _digest(item_id: int) -> str:
    return pictures.digests(db_session(), [item_id]).get(item_id, "")


def _page(item: Item, form: PictureForm) -> Response:
    return render(
        "items/picture.html", "items/_photo.html", status=422 if form.errors else 200, item=item,
        digest=_digest(item.id), form=form,
    )  # fmt: skip
