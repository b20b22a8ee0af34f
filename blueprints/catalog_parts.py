"""What hangs on a catalog entry, edited in place: notes and substitutes, by the same forms as on an item's card."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from blueprints import items_substitutes, items_texts
from blueprints.access import check_right, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from core.text import _
from models import CatalogItem, Permission
from services.catalog import entries
from services.items import substitutes, texts

NEW = "new"
TEMPLATES = {"substitutes": "items/_substitutes.html", "comments": "items/_comments.html"}


def rows_of(session: Session, entry: CatalogItem) -> dict[str, Any]:
    """Both parts' rows, for the card."""
    return {
        "substitutes": substitutes.list_substitutes(session, entry), "comments": texts.list_comments(session, entry),
    }  # fmt: skip


def part_url(owner: Any, name: str, **arguments: Any) -> str:
    """Where a part of an item or of a catalog entry is shown and saved."""
    if isinstance(owner, CatalogItem):
        return url_for("catalog.part", no=owner.no, name=name, **arguments)
    return url_for("items.part", no=owner.no, name=name, **arguments)


def part_delete_url(owner: Any, name: str) -> str:
    """Where a row of a part is deleted."""
    if isinstance(owner, CatalogItem):
        return url_for("catalog.part_delete", no=owner.no, name=name)
    return url_for("items.part_delete", no=owner.no, name=name)


def card_url(owner: Any, part: str) -> str:
    """The part on its card."""
    return url_for("catalog.show" if isinstance(owner, CatalogItem) else "items.show", no=owner.no, _anchor=part)


def add_to(bp: Blueprint) -> None:
    """Register the parts' addresses on the catalog's blueprint, and the addresses as words of templates."""
    which = f"<any({','.join(TEMPLATES)}):name>"
    bp.add_url_rule(f"/<path:no>/{which}", "part", show_part)
    bp.add_url_rule(f"/<path:no>/{which}", "part_save", save_part, methods=["POST"])
    bp.add_url_rule(f"/<path:no>/{which}/delete", "part_delete", delete_row, methods=["POST"])
    for word in (part_url, part_delete_url, card_url):
        bp.add_app_template_global(word)


@requires(Permission.ITEMS_VIEW)
def show_part(no: str, name: str) -> ResponseReturnValue:
    """The table, with a form when `edit` names a row."""
    session = db_session()
    entry = entries.get_entry(session, no)
    key, asked = (request.args.get(word, "")[:100].replace("\x00", "") for word in ("edit", "delete"))
    if not key:
        return _show(entry, name, asked=_find(session, entry, name, asked) if asked else None)
    check_right(Permission.ITEMS_EDIT)
    row = None if key == NEW else _find(session, entry, name, key)
    return _show(entry, name, key=key, form=_form(entry, name, row, fill=True))


@requires(Permission.ITEMS_EDIT)
def save_part(no: str, name: str) -> ResponseReturnValue:
    """Save the row that `edit` names, or a new one."""
    key = request.form.get("edit", "")[:100].replace("\x00", "")
    return _save(entries.get_entry(db_session(), no), name, key or NEW)


@requires(Permission.ITEMS_EDIT)
def delete_row(no: str, name: str) -> ResponseReturnValue:
    """Remove one row of a part."""
    key = request.form.get("key", "")[:100]

    def work(session: Session) -> None:
        row = _find(session, entries.get_entry(session, no), name, key)
        if name == "comments":
            texts.delete_row(session, row)
        else:
            both = request.form.get("mirror") == items_substitutes.DELETE
            substitutes.delete_substitute(session, row, delete_mirror=both)

    return press(work, message=_("Deleted."), back=url_for("catalog.show", no=no, _anchor=name))


def _find(session: Session, entry: CatalogItem, name: str, key: str) -> Any:
    return (texts.get_comment if name == "comments" else substitutes.get_substitute)(session, entry, key)


def _form(entry: CatalogItem, name: str, row: Any, *, fill: bool = False) -> BaseForm:
    form_class: type[BaseForm] = items_texts.CommentForm if name == "comments" else items_substitutes.SubstituteForm
    if not fill:
        form = form_class()
    elif row is None:
        form = form_class(formdata=None)
    elif name == "comments":
        form = form_class(formdata=None, data={"day": row.day, "text": row.text})
    else:
        form = form_class(formdata=None, data=items_substitutes.fill(row))
    if name == "substitutes":
        del form["variant_id"]  # an entry has no variants
        if row is None or not row.interchangeable:
            del form["mirror"]
    return form


def _save(entry: CatalogItem, name: str, key: str) -> Response:
    no = entry.no
    form = _form(entry, name, None if key == NEW else _find(db_session(), entry, name, key))

    def work(session: Session) -> None:
        fresh = entries.get_entry(session, no)
        row = None if key == NEW else _find(session, fresh, name, key)
        save = items_texts.save_comment if name == "comments" else items_substitutes.save
        save(session, fresh, form.values(), row)

    if carried_out(form, work):
        entry = entries.get_entry(db_session(), no)
        return done(
            TEMPLATES[name], back=url_for("catalog.show", no=no, _anchor=name), message=_("Saved."),
            **_context(entry, name),
        )  # fmt: skip
    return _show(entries.get_entry(db_session(), no), name, key=key, form=form)


def _show(entry: CatalogItem, name: str, *, key: str = "", form: BaseForm | None = None, asked: Any = None) -> Response:
    bad = form is not None and bool(form.errors)
    context = _context(entry, name) | {"edit": key, "form": form, "asked": asked}
    return render("catalog/part.html", TEMPLATES[name], status=422 if bad else 200, **context)


def _context(entry: CatalogItem, name: str) -> dict[str, Any]:
    return {
        "item": entry, "rows": rows_of(db_session(), entry)[name], "edit": "", "form": None, "asked": None,
        "template": TEMPLATES[name],
    }  # fmt: skip
