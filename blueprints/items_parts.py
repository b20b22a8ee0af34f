"""What hangs on an item, edited in place on its card: units, variants, references, attributes, substitutes ...

Each part is a fragment that replaces itself: a table, and a form below it for one row or a new one
(`?edit=<key>`, `?edit=new`). Without JavaScript it is a page of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import items_numbers, items_substitutes, items_texts
from blueprints.access import check_right, may, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.htmx import done, render
from blueprints.items_forms import AttributeValueForm, ItemUnitForm, ReferenceForm, VariantForm
from blueprints.masters import carried_out, press
from core.errors import NotFound
from core.text import _
from models import Item, ItemAttributeValue, ItemReference, Permission, db
from models.enums import AttributeType
from services import attachments, attributes, items
from services.items import card, identifiers, references, substitutes, texts, units, variants, vendor_catalogue
from services.items.reasons import BLOCK_REASON
from services.items.warnings import check_digit_notice

NEW = "new"
#: what a variant form says about blocking
_BLOCKS = tuple(name for name in variants.FIELDS if name.endswith("blocked"))


@dataclass(frozen=True)
class Part:
    """One of them: how its rows are read, found by their key, saved and removed."""

    name: str
    title: Any
    add: Any
    template: str
    form: type[BaseForm]
    rows: Callable[[Session, Item], list[Any]]
    find: Callable[[Session, Item, str], Any]
    fill: Callable[[Any], dict[str, Any]]
    save: Callable[[Session, Item, dict[str, Any], Any], Any]
    remove: Callable[[Session, Item, Any], None]


def _find_reference(session: Session, item: Item, key: str) -> ItemReference:
    found = session.get(ItemReference, int(key)) if key.isascii() and key.isdigit() and len(key) < 19 else None
    if found is None or found.item_id != item.id:
        raise NotFound("not_found", _("This reference does not exist any more."))
    return found


def _find_value(session: Session, item: Item, key: str) -> card.AttributeRow:
    for row in card.item_attributes(session, item):
        if str(row.attribute_id) == key:
            return row
    raise NotFound("not_found", _("The item does not have this attribute any more."))


def _fields_of(record: Any, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in names}


def _save_unit(session: Session, item: Item, values: dict[str, Any], row: Any) -> Any:
    unit_id = row.unit_of_measure_id if row is not None else values["unit_of_measure_id"]
    values.pop("unit_of_measure_id", None)
    return units.save_item_unit(session, item, unit_id, values)


def _save_value(session: Session, item: Item, values: dict[str, Any], row: Any) -> Any:
    attribute_id = row.attribute_id if row is not None else values["attribute_id"]
    attribute = attributes.get_attribute_by_id(session, attribute_id)
    return attributes.assign_value(session, item.id, attribute, values["value"], replace=row is not None)


PARTS: dict[str, Part] = {
    part.name: part
    for part in (
        Part(
            "units", _l("Units"), _l("Add a unit"), "items/_units.html", ItemUnitForm,
            rows=lambda session, item: units.list_item_units(session, item.id),
            find=units.get_item_unit,
            fill=lambda row: _fields_of(row, (*units.FIELDS, "unit_of_measure_id")),
            save=_save_unit,
            remove=units.delete_item_unit,
        ),
        Part(
            "variants", _l("Variants"), _l("Add a variant"), "items/_variants.html", VariantForm,
            rows=lambda session, item: card.variants_with_stock(session, item.id),
            find=variants.get_variant,
            fill=lambda row: _fields_of(row, variants.FIELDS),
            save=variants.save_variant,
            remove=lambda session, _item, row: variants.delete_variant(session, row),
        ),
        Part(
            "references", _l("References and bar codes"), _l("Add a reference"), "items/_references.html",
            ReferenceForm,
            rows=lambda session, item: card.references_with_codes(session, item.id),
            find=_find_reference,
            fill=lambda row: _fields_of(row, references.FIELDS),
            save=references.save_reference,
            remove=lambda session, _item, row: references.delete_reference(session, row),
        ),
        Part(
            "vendors", _l("Vendors"), _l("Add a vendor"), "items/_vendors.html", items_numbers.VendorForm,
            rows=lambda session, item: vendor_catalogue.rows_of_item(session, item.id),
            find=items_numbers.find_vendor,
            fill=lambda row: _fields_of(row, vendor_catalogue.FIELDS),
            save=vendor_catalogue.save_row,
            remove=lambda session, _item, row: vendor_catalogue.delete_row(session, row),
        ),
        Part(
            "identifiers", _l("Identifiers"), _l("Add an identifier"), "items/_identifiers.html",
            items_numbers.IdentifierForm,
            rows=lambda session, item: identifiers.rows_of_item(session, item.id),
            find=items_numbers.find_identifier,
            fill=lambda row: _fields_of(row, identifiers.FIELDS),
            save=identifiers.save_identifier,
            remove=lambda session, _item, row: identifiers.delete_identifier(session, row),
        ),
        Part(
            "attributes", _l("Attributes"), _l("Add an attribute"), "items/_attributes.html", AttributeValueForm,
            rows=card.item_attributes,
            find=_find_value,
            fill=lambda row: {"attribute_id": row.attribute_id, "value": row.value},
            save=_save_value,
            remove=lambda session, item, row: attributes.remove_value(session, item.id, row.attribute_id),
        ),
        Part(
            "substitutes", _l("Substitutes"), _l("Add a substitute"), "items/_substitutes.html",
            items_substitutes.SubstituteForm,
            rows=substitutes.list_substitutes,
            find=substitutes.get_substitute,
            fill=items_substitutes.fill,
            save=items_substitutes.save,
            remove=items_substitutes.remove,
        ),
        Part(
            "texts", _l("Extended texts"), _l("Add a text"), "items/_texts.html", items_texts.TextForm,
            rows=lambda session, item: texts.list_texts(session, item.id),
            find=texts.get_text,
            fill=lambda row: _fields_of(row, texts.FIELDS),
            save=texts.save_text,
            remove=lambda session, _item, row: texts.delete_row(session, row),
        ),
        Part(
            "comments", _l("Notes"), _l("Add a note"), "items/_comments.html", items_texts.CommentForm,
            rows=texts.list_comments,
            find=texts.get_comment,
            fill=lambda row: _fields_of(row, texts.COMMENT_FIELDS),
            save=items_texts.save_comment,
            remove=lambda session, _item, row: texts.delete_row(session, row),
        ),
        Part(
            "attachments", _l("Files"), _l("Attach a file"), "items/_attachments.html", items_texts.AttachmentForm,
            rows=lambda session, item: attachments.list_attachments(session, item.id),
            find=attachments.get_attachment,
            fill=lambda row: _fields_of(row, ("name", "flows_to_sales", "flows_to_purchase")),
            save=items_texts.save_attachment,
            remove=lambda session, _item, row: attachments.delete(session, row),
        ),
    )
}  # fmt: skip


def add_to(bp: Blueprint) -> None:
    """Register the parts' addresses on the items' blueprint."""
    which = f"<any({','.join(PARTS)}):name>"
    bp.add_url_rule(f"/<path:no>/{which}", "part", show_part, methods=["GET", "POST"])
    bp.add_url_rule(f"/<path:no>/{which}/delete", "part_delete", delete_row, methods=["POST"])
    bp.add_url_rule("/<path:no>/variants/attributes", "variant_attributes", update_variant_attributes, methods=["POST"])


@requires(Permission.ITEMS_VIEW)
def show_part(no: str, name: str) -> ResponseReturnValue:
    """GET: the table, with a form when `edit` names a row; POST: save that row."""
    part, session = PARTS[name], db_session()
    item = items.get_item(session, no)
    key = (request.form if request.method == "POST" else request.args).get("edit", "")[:100].replace("\x00", "")
    if request.method == "POST":
        check_right(Permission.ITEMS_EDIT)
        return _save(part, item, key or NEW)
    asked = request.args.get("delete", "")[:100]
    if not key:
        return _show(part, item, asked=part.find(session, item, asked) if asked else None)
    check_right(Permission.ITEMS_EDIT)
    row = None if key == NEW else part.find(session, item, key)
    return _show(part, item, key=key, row=row, form=_form(part, item, row, fill=True))


@requires(Permission.ITEMS_EDIT)
def delete_row(no: str, name: str) -> ResponseReturnValue:
    """Remove one row of a part."""
    part, key = PARTS[name], request.form.get("key", "")[:100]

    def work(session: Session) -> None:
        item = items.get_item(session, no)
        part.remove(session, item, part.find(session, item, key))

    return press(work, message=_("Deleted."), back=url_for("items.show", no=no, _anchor=part.name))


@requires(Permission.ITEMS_EDIT)
def update_variant_attributes(no: str) -> ResponseReturnValue:
    """Let variants follow the item's attributes again."""
    return press(
        lambda session: variants.update_variant_attributes(session, items.get_item(session, no).id),
        message=_("The variants have the item's attributes again; their own values stay."),
        back=url_for("items.show", no=no, _anchor="variants"),
    )


def _save(part: Part, item: Item, key: str) -> Response:
    no = item.no
    row = None if key == NEW else part.find(db_session(), item, key)
    form = _form(part, item, row)

    def work(session: Session) -> None:
        fresh = items.get_item(session, no)
        record = None if key == NEW else part.find(session, fresh, key)
        part.save(session, fresh, form.values(), record)

    if carried_out(form, work):
        item = items.get_item(db_session(), no)
        return done(
            part.template, back=url_for("items.show", no=no, _anchor=part.name), message=_warned(part, form),
            **_context(part, item, key="", row=None, form=None),
        )  # fmt: skip
    item = items.get_item(db_session(), no)
    row = None if key == NEW else part.find(db_session(), item, key)
    return _show(part, item, key=key, row=row, form=form)


def _warned(part: Part, form: BaseForm) -> str:
    """What is said after saving: a bar code with a wrong check digit is kept, but not silently."""
    if part.name == "references":
        notice = check_digit_notice(form["reference_no"].data, "reference_no")
        if notice is not None:
            return notice.message
    return _("Saved.")


def _form(part: Part, item: Item, row: Any, *, fill: bool = False) -> BaseForm:
    """The part's form; what makes a row this row cannot change, choices are those of the item."""
    form = part.form(formdata=None, data=part.fill(row) if row is not None else None) if fill else part.form()
    if part.name in ("references", "vendors", "identifiers"):
        everything = _("All") if part.name == "references" else _("No variant")
        items_numbers.offer_choices(form, db_session(), item, every_variant=everything)
    if part.name == "variants":
        may_block = may(Permission.ITEMS_BLOCK)
        for name in () if may_block else _BLOCKS:
            del form[name]
        if row is None or not may_block:
            del form[BLOCK_REASON]
    if part.name == "attachments":
        del form["file" if row is not None else "name"]
    if part.name == "substitutes":
        items_substitutes.prepare(form, db_session(), item, row)
    fixed = {"units": "unit_of_measure_id", "attributes": "attribute_id"}.get(part.name)
    if row is not None and fixed:
        del form[fixed]
    return form


def _show(
    part: Part, item: Item, *, key: str = "", row: Any = None, form: BaseForm | None = None, asked: Any = None
) -> Response:
    bad = form is not None and bool(form.errors)
    context = _context(part, item, key=key, row=row, form=form) | {"asked": asked}
    return render("items/part.html", part.template, status=422 if bad else 200, **context)


def _context(part: Part, item: Item, *, key: str, row: Any, form: BaseForm | None) -> dict[str, Any]:
    return {
        "part": part, "item": item, "rows": part.rows(db_session(), item), "edit": key, "row": row, "form": form,
        "offers": _offers(part, row), "asked": None,
    }  # fmt: skip


def _offers(part: Part, row: Any) -> list[str]:
    """Values to choose from while an attribute is edited."""
    if part.name != "attributes" or row is None or row.type not in (AttributeType.OPTION, AttributeType.TEXT):
        return []
    statement = (
        select(ItemAttributeValue.value)
        .where(ItemAttributeValue.attribute_id == row.attribute_id, ItemAttributeValue.blocked.is_(False))
        .order_by(ItemAttributeValue.value)
        .limit(200)
    )
    return list(db.session.scalars(statement))
