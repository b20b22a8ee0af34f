"""The category tree: create, edit, move, delete; the attributes a category brings are in categories_attributes.py."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints import categories_attributes
from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import ItemCategory, Permission
from services import categories, category_attributes

bp = Blueprint("categories", __name__, url_prefix="/categories")

#: Rows of the tree on one page.
PAGE = 200


class CategoryForm(RecordForm):
    code = CodeField(_l("Code"), max_length=20, required=True)
    description = TextField(_l("Description"), max_length=100)


class NewCategoryForm(CategoryForm):
    parent_id = RecordField(_l("Below"), "category", description=_l("Empty: at the top of the tree."))


class MoveForm(BaseForm):
    parent_id = RecordField(_l("Below"), "category", description=_l("Empty: at the top of the tree."))
    keep_attributes = CheckField(
        _l("Items keep the attributes of the old place"),
        description=_l("Without the tick they lose what only the categories above it brought."),
    )


class DeleteForm(BaseForm):
    keep_attributes = CheckField(
        _l("Items keep the attributes they have from it"),
        description=_l("Without the tick they lose those it and the categories above it brought."),
    )


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    nodes = categories.tree(db_session())
    q = request.args.get("q", "").strip()[:100]
    found = _search(nodes, q) if q else nodes
    number = _page_number()
    rows = found[(number - 1) * PAGE : number * PAGE]
    return render(
        "categories/index.html", "categories/_tree.html", rows=rows, q=q, number=number, total=len(nodes),
        has_more=len(found) > number * PAGE,
        brought=category_attributes.own_names(db_session(), [node.id for node in rows]),
        found={node.id for node in nodes if not q or _matches(node, q)},
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    form = NewCategoryForm()
    if request.method == "GET" and request.args.get("below"):
        form = NewCategoryForm(data={"parent_id": categories.get_category(db_session(), request.args["below"]).id})
    made: list[str] = []

    def work(session: Session) -> None:
        values = form.values()
        made.append(
            categories.create_category(
                session, values["code"], values["description"], parent_id=values["parent_id"]
            ).code
        )

    if carried_out(form, work):
        message = _("Category %(code)s was created.", code=made[-1])
        return done(None, back=url_for(".show", code=made[-1]), message=message)
    return _form_page(form, None, "edit")


@bp.get("/<path:code>")
@requires(Permission.ITEMS_VIEW)
def show(code: str) -> ResponseReturnValue:
    session = db_session()
    category = categories.get_category(session, code)
    nodes = categories.tree(session)
    by_id = {node.id: node for node in nodes}
    above: list[categories.Node] = []
    walker = by_id.get(category.parent_id or 0)
    while walker is not None:
        above.insert(0, walker)
        walker = by_id.get(walker.parent_id or 0)
    return render(
        "categories/show.html", "categories/show.html", node=by_id[category.id], above=above,
        below=[node for node in nodes if node.parent_id == category.id],
        **categories_attributes.context(category),
    )  # fmt: skip


@bp.route("/<path:code>/edit", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def edit(code: str) -> ResponseReturnValue:
    category = categories.get_category(db_session(), code)
    form = CategoryForm(obj=category)

    def work(session: Session) -> None:
        categories.update_category(session, categories.get_category(session, code), form.values())

    if carried_out(form, work, of=lambda session: categories.get_category(session, code)):
        return done(None, back=url_for(".show", code=form.code.data), message=_("Saved."))
    return _form_page(form, categories.get_category(db_session(), code), "edit")


@bp.route("/<path:code>/move", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def move(code: str) -> ResponseReturnValue:
    category = categories.get_category(db_session(), code)
    form = MoveForm(obj=category)
    target = category.parent_id
    if request.method == "GET" and "below" in request.args:
        below = request.args["below"].strip()
        target = categories.get_category(db_session(), below).id if below else None
        form = MoveForm(data={"parent_id": target})

    def work(session: Session) -> None:
        values = form.values()
        categories.move_category(
            session, categories.get_category(session, code), values["parent_id"],
            drop_old_attributes=not values["keep_attributes"],
        )  # fmt: skip

    if carried_out(form, work):
        return done(None, back=url_for(".show", code=code.upper()), message=_("%(code)s was moved.", code=code.upper()))
    category = categories.get_category(db_session(), code)
    effect = category_attributes.effect_of_move(db_session(), category, target)
    return _form_page(form, category, "move", effect=effect if target != category.parent_id else None)


@bp.post("/recalculate")
@requires(Permission.ITEMS_EDIT)
def recalculate() -> ResponseReturnValue:
    """Number the tree anew: siblings by code, in steps."""
    return press(
        categories.recalculate, message=_("The order of the tree was calculated anew."), back=url_for(".index")
    )


@bp.route("/<path:code>/delete", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def delete(code: str) -> ResponseReturnValue:
    """Ask what happens to the items first, then delete."""
    categories.get_category(db_session(), code)
    form = DeleteForm()

    def work(session: Session) -> None:
        category = categories.get_category(session, code)
        categories.delete_category(session, category, remove_attributes=not form.keep_attributes.data)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("Category %(code)s was deleted.", code=code.upper()))
    category = categories.get_category(db_session(), code)
    node = next(node for node in categories.tree(db_session()) if node.id == category.id)
    brought = category_attributes.effective(db_session(), category.id)
    return _form_page(form, category, "delete", items=node.items, brought=[row.name for row in brought.values()])


def _form_page(form: BaseForm, category: ItemCategory | None, what: str, **context: Any) -> Response:
    return render(
        "categories/edit.html", "categories/_form.html", status=form.status, form=form,
        category=category, what=what, **context,
    )  # fmt: skip


def _matches(node: categories.Node, q: str) -> bool:
    words = f"{node.code} {node.description}".casefold()
    return all(part in words for part in q.casefold().split())


def _search(nodes: list[categories.Node], q: str) -> list[categories.Node]:
    """The nodes that match, with those above them, in the order of the tree."""
    by_id = {node.id: node for node in nodes}
    wanted: set[int] = set()
    for node in nodes:
        walker = node if _matches(node, q) else None
        while walker is not None and walker.id not in wanted:
            wanted.add(walker.id)
            walker = by_id.get(walker.parent_id or 0)
    return [node for node in nodes if node.id in wanted]


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text)):
        abort(404)
    return int(text)


categories_attributes.add_to(bp)
