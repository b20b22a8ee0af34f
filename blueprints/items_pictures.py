"""The pictures of an item: taken with the camera or chosen, shown small in lists and large on the card."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, abort, make_response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints.access import check_right, requires
from blueprints.database import db_session
from blueprints.htmx import done, render, wants_fragment
from blueprints.items_forms import PictureForm
from blueprints.masters import carried_out, carry_out, press
from core.text import _
from models import BLANK_ID, Item, ItemVariant, Permission
from services import items, pictures
from services.items import variants

#: The digest is in the address: another picture has another one.
_FOR_EVER = "private, max-age=31536000, immutable"


def add_to(bp: Blueprint) -> None:
    """Register the picture's addresses on the items' blueprint."""
    bp.add_url_rule("/pictures/<string(length=64):digest>/<any(small,large):size>", "picture_file", picture_file)
    bp.add_url_rule("/<path:no>/picture", "picture", picture, methods=["GET", "POST"])
    bp.add_url_rule("/<path:no>/picture/delete", "picture_delete", picture_delete, methods=["POST"])
    bp.add_url_rule("/<path:no>/picture/move", "picture_move", picture_move, methods=["POST"])


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
    """GET: the pictures of the item or of its `variant`, with their buttons.

    POST: a picture (field `picture`) in place of the main one, with `another` one more.
    """
    item = items.get_item(db_session(), no)
    variant = _variant(item)
    form = PictureForm()
    fragment = "items/_photo.html" if request.headers.get("HX-Target") == "item-photo" else "items/_gallery.html"
    if request.method == "POST":
        check_right(Permission.ITEMS_EDIT)
        files = [file for file in request.files.getlist("picture") if file.filename]
        data, name = (files[0].read(), files[0].filename or "") if files else (b"", "")
        code = variant.code if variant else ""
        if not files:
            form.validate()
            form.picture.errors = [*form.picture.errors, _("Choose a picture first.")]
        elif carried_out(form, lambda session: _store(session, no, code, data, name)):
            return done(
                fragment, back=_back(no, code), message=_("Picture saved."),
                **_context(item, variant, PictureForm(formdata=None)),
            )  # fmt: skip
    return render(
        "items/picture.html", fragment, status=422 if form.errors else 200, **_context(item, variant, form)
    )  # fmt: skip


@requires(Permission.ITEMS_EDIT)
def picture_delete(no: str) -> ResponseReturnValue:
    """Take a picture (`picture`, without it the main one) of the item, or of its `variant`, away."""
    code, which = _variant_code(), request.form.get("picture", type=int)

    def work(session: Session) -> None:
        item = items.get_item(session, no)
        pictures.delete_picture(session, item.id, variant_id=_variant_id(session, item, code), picture_id=which)

    return _pressed(no, code, work, _("Picture deleted."))


@requires(Permission.ITEMS_EDIT)
def picture_move(no: str) -> ResponseReturnValue:
    """Move `picture` to `main`, or one place `earlier` or `later`."""
    code, which, to = _variant_code(), request.form.get("picture", 0, type=int), request.form.get("to", "")

    def work(session: Session) -> None:
        item = items.get_item(session, no)
        variant_id = _variant_id(session, item, code)
        there = [picture.id for picture in pictures.list_pictures(session, item.id, variant_id=variant_id)]
        place = there.index(which) if which in there else 0
        place = {"earlier": place - 1, "later": place + 1}.get(to, 0)
        pictures.move_picture(session, item.id, which, place, variant_id=variant_id)

    return _pressed(no, code, work, _("The order of the pictures is saved."))


def _pressed(no: str, code: str, work: Callable[[Session], None], message: str) -> ResponseReturnValue:
    """The pictures anew in place; a browser without HTMX gets the page they are on."""
    back = url_for("items.picture", no=no, variant=code or None)
    if not wants_fragment():
        return press(work, message=message, back=back)
    carry_out(work)
    item = items.get_item(db_session(), no)
    return done(
        "items/_gallery.html", back=back, message=message, **_context(item, _variant(item), PictureForm(formdata=None))
    )


def _variant_code() -> str:
    return request.values.get("variant", "")[:20].replace("\x00", "")


def _variant(item: Item) -> ItemVariant | None:
    code = _variant_code()
    return variants.get_variant(db_session(), item, code) if code else None


def _variant_id(session: Session, item: Item, code: str) -> int:
    return variants.get_variant(session, item, code).id if code else BLANK_ID


def _store(session: Session, no: str, code: str, data: bytes, name: str) -> None:
    item = items.get_item(session, no)
    keep = pictures.add_picture if "another" in request.form else pictures.store_picture
    keep(session, item.id, data, name, variant_id=_variant_id(session, item, code))


def _back(no: str, code: str) -> str:
    if request.form.get("back") == "pictures":
        return url_for("items.picture", no=no, variant=code or None)
    return url_for("items.show", no=no, _anchor="variants") if code else url_for("items.show", no=no)


def _context(item: Item, variant: ItemVariant | None, form: PictureForm) -> dict[str, Any]:
    found = pictures.list_pictures(db_session(), item.id, variant_id=variant.id if variant else BLANK_ID)
    return {
        "item": item, "variant": variant, "form": form, "pictures": found, "most": pictures.MOST_PICTURES,
        "digests": [picture.digest for picture in found],
    }  # fmt: skip
