"""A variant's own page: its picture, its attribute values and whether they follow the item, where its numbers are."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints.access import check_right, requires
from blueprints.database import db_session
from blueprints.htmx import done, render
from blueprints.items_forms import AttributeValueForm
from blueprints.masters import carried_out, press
from core.errors import NotFound
from core.text import _
from models import BLANK_ID, Item, ItemVariant, Permission
from services import attributes, pictures
from services.items import variants

bp = Blueprint("variants", __name__, url_prefix="/variants")


@bp.get("/<int:variant_id>")
@requires(Permission.ITEMS_VIEW)
def show(variant_id: int) -> ResponseReturnValue:
    """The page; `edit` names the attribute (its id, or `new`) whose form is open."""
    variant, item = _found(db_session(), variant_id)
    key = request.args.get("edit", "")[:20]
    if not key:
        return _page(variant, item)
    check_right(Permission.ITEMS_EDIT)
    row = _row(variant, key)
    data = {"attribute_id": row.attribute_id, "value": row.value} if row is not None else None
    form = AttributeValueForm(formdata=None, data=data)
    if row is not None:
        del form["attribute_id"]
    return _page(variant, item, key=key, form=form)


@bp.post("/<int:variant_id>")
@requires(Permission.ITEMS_EDIT)
def save(variant_id: int) -> ResponseReturnValue:
    """Give the variant a value of its own: it follows the item no longer in this attribute."""
    variant, item = _found(db_session(), variant_id)
    key, form = request.form.get("edit", "new")[:20], AttributeValueForm()
    row = _row(variant, key)
    if row is not None:
        del form["attribute_id"]

    def work(session: Session) -> None:
        chosen = row.attribute_id if row is not None else form["attribute_id"].data
        attribute = attributes.get_attribute_by_id(session, chosen)
        attributes.assign_value(
            session, item.id, attribute, form["value"].data, variant_id=variant_id, replace=row is not None
        )

    if carried_out(form, work):
        variant, item = _found(db_session(), variant_id)
        return done(
            "items/_variant_attributes.html", back=url_for(".show", variant_id=variant_id), message=_("Saved."),
            **_context(variant, item),
        )  # fmt: skip
    variant, item = _found(db_session(), variant_id)
    return _page(variant, item, key=key, form=form)


@bp.post("/<int:variant_id>/delete-attribute")
@requires(Permission.ITEMS_EDIT)
def delete_attribute(variant_id: int) -> ResponseReturnValue:
    """Take an attribute off the variant; updating the variants from the item brings an inherited one back."""
    key = request.form.get("key", "")[:20]

    def work(session: Session) -> None:
        variant, item = _found(session, variant_id)
        row = _row(variant, key)
        if row is None:
            raise NotFound("not_found", _("The variant does not have this attribute any more."))
        attributes.remove_value(session, item.id, row.attribute_id, variant_id=variant.id)

    return press(work, message=_("Deleted."), back=url_for(".show", variant_id=variant_id))


def _found(session: Session, variant_id: int) -> tuple[ItemVariant, Item]:
    variant = session.get(ItemVariant, variant_id) if variant_id != BLANK_ID else None
    item = session.get(Item, variant.item_id) if variant is not None else None
    if variant is None or item is None:
        raise NotFound("not_found", _("This variant does not exist any more."))
    return variant, item


def _row(variant: ItemVariant, key: str) -> variants.VariantValue | None:
    """The attribute that `key` names; None for a new one."""
    if not key or key == "new":
        return None
    for row in variants.values_of(db_session(), variant):
        if str(row.attribute_id) == key:
            return row
    raise NotFound("not_found", _("The variant does not have this attribute any more."))


def _context(
    variant: ItemVariant, item: Item, *, key: str = "", form: AttributeValueForm | None = None
) -> dict[str, Any]:
    rows = variants.values_of(db_session(), variant)
    shown = pictures.list_pictures(db_session(), item.id, variant_id=variant.id)
    edited = next((row.name for row in rows if str(row.attribute_id) == key), "")
    return {
        "variant": variant, "item": item, "rows": rows, "edit": key, "form": form, "edited": edited,
        "digests": [picture.digest for picture in shown],
    }  # fmt: skip


def _page(variant: ItemVariant, item: Item, *, key: str = "", form: AttributeValueForm | None = None) -> Response:
    return render(
        "items/variant.html", "items/_variant_attributes.html", status=422 if form is not None and form.errors else 200,
        **_context(variant, item, key=key, form=form),
    )  # fmt: skip
