"""The attributes a category brings to its items, edited in place on its card; inherited ones are changed above."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import check_right, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import NotFound
from core.text import _
from models import ItemAttributeValue, ItemCategory, Permission, db
from models.enums import AttributeType
from services import attributes, categories, category_attributes

NEW = "new"


class CategoryAttributeForm(BaseForm):
    attribute_id = RecordField(_l("Attribute"), "attribute", required=True)
    default = TextField(
        _l("Default value"), max_length=attributes.LONGEST_VALUE,
        description=_l("Items that come into the category get it; they may have another value later."),
    )  # fmt: skip
    mandatory = CheckField(
        _l("Every item has a value"), description=_l("The value is changed then, but not taken away.")
    )


def add_to(bp: Blueprint) -> None:
    """Register the addresses on the categories' blueprint."""
    bp.add_url_rule("/<path:code>/attributes", "attributes", part, methods=["GET", "POST"])
    bp.add_url_rule("/<path:code>/attributes/delete", "attribute_delete", delete, methods=["POST"])


def context(category: ItemCategory, *, edit: str = "", form: BaseForm | None = None) -> dict[str, Any]:
    """What categories/_attributes.html needs."""
    rows = list(category_attributes.effective(db_session(), category.id).values())
    row = next((row for row in rows if str(row.attribute_id) == edit), None)
    removing = 0
    if row is not None and form is None:
        removing = category_attributes.items_with(db_session(), category.id, row.attribute_id)
    return {
        "owner": category, "rows": rows, "edit": edit, "row": row, "form": form, "offers": _offers(row),
        "removing": removing,
    }  # fmt: skip


@requires(Permission.ITEMS_VIEW)
def part(code: str) -> ResponseReturnValue:
    """GET: the table, with a form when `edit` names an attribute or is "new"; POST: save it.

    With `remove` it asks whether the attribute may go, and says how many items lose it.
    """
    category = categories.get_category(db_session(), code)
    key = (request.form if request.method == "POST" else request.args).get("edit", "")[:20]
    if request.method == "POST":
        check_right(Permission.ITEMS_EDIT)
        return _save(category, key or NEW)
    gone = request.args.get("remove", "")[:20]
    if gone and request.method == "GET":
        check_right(Permission.ITEMS_EDIT)
        _row(db_session(), category, gone)
        return _show(category, key=gone)
    if not key:
        return _show(category)
    check_right(Permission.ITEMS_EDIT)
    if key == NEW:
        return _show(category, key=key, form=CategoryAttributeForm(formdata=None))
    row = _row(db_session(), category, key)
    form = CategoryAttributeForm(formdata=None, data={"default": row.value, "mandatory": row.mandatory})
    del form.attribute_id
    return _show(category, key=key, form=form)


@requires(Permission.ITEMS_EDIT)
def delete(code: str) -> ResponseReturnValue:
    """The category and its items lose an attribute."""
    key = request.form.get("key", "")[:20]

    def work(session: Session) -> None:
        category = categories.get_category(session, code)
        attribute = attributes.get_attribute_by_id(session, _row(session, category, key).attribute_id)
        category_attributes.remove_attribute(session, category, attribute)

    back = url_for("categories.show", code=code, _anchor="attributes")
    return press(work, message=_("The category and its items lost the attribute."), back=back)


def _save(category: ItemCategory, key: str) -> Response:
    # What comes from above is read-only here; a default of its own is asked for in so many words.
    own = "own" in request.form
    code, form = category.code, CategoryAttributeForm()
    if key != NEW:
        _row(db_session(), category, key)
        del form.attribute_id

    def work(session: Session) -> None:
        fresh = categories.get_category(session, code)
        if key == NEW:
            attribute = attributes.get_attribute_by_id(session, form.attribute_id.data)
            category_attributes.add_attribute(
                session, fresh, attribute, form.default.data, mandatory=form.mandatory.data
            )
            return
        row = _row(session, fresh, key)
        attribute = attributes.get_attribute_by_id(session, row.attribute_id)
        change = category_attributes.change_default
        if own and row.from_category_id != fresh.id:
            change = category_attributes.override_default
        change(session, fresh, attribute, form.default.data, mandatory=form.mandatory.data)

    if carried_out(form, work):
        return done(
            "categories/_attributes.html", back=url_for("categories.show", code=code, _anchor="attributes"),
            message=_("Saved."), **context(categories.get_category(db_session(), code)),
        )  # fmt: skip
    return _show(categories.get_category(db_session(), code), key=key, form=form)


def _row(session: Session, category: ItemCategory, key: str) -> category_attributes.EffectiveAttribute:
    for row in category_attributes.effective(session, category.id).values():
        if str(row.attribute_id) == key:
            return row
    raise NotFound("not_found", _("The category does not have this attribute any more."))


def _show(category: ItemCategory, *, key: str = "", form: BaseForm | None = None) -> Response:
    bad = form is not None and bool(form.errors)
    return render(
        "categories/attributes.html", "categories/_attributes.html", status=422 if bad else 200,
        **context(category, edit=key, form=form),
    )  # fmt: skip


def _offers(row: category_attributes.EffectiveAttribute | None) -> list[str]:
    """Values to choose from while the default of an attribute is edited."""
    if row is None or row.type not in (AttributeType.OPTION, AttributeType.TEXT):
        return []
    statement = (
        select(ItemAttributeValue.value)
        .where(ItemAttributeValue.attribute_id == row.attribute_id, ItemAttributeValue.blocked.is_(False))
        .order_by(ItemAttributeValue.value)
        .limit(200)
    )
    return list(db.session.scalars(statement))
