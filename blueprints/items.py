"""Items: list, card, new, edit, delete, bulk actions. What hangs on an item is in items_parts.py."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints import items_parts, items_pictures, items_texts
from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.dimensions import defaults_context
from blueprints.htmx import done, go, render
from blueprints.items_facets import facet_counts, operators
from blueprints.items_facets import facets as item_facets
from blueprints.items_forms import OPEN_WHEN_NEW, SECTIONS, BulkBlockForm, BulkCategoryForm, ItemForm, first_values
from blueprints.items_list import LISTING, branches_below, category_tree, ledger_url, state_badge
from blueprints.lists import selected_ids
from blueprints.masters import carried_out, press
from blueprints.number_fields import shape_number
from blueprints.reservations import end_cell
from blueprints.stockkeeping_forms import unused_of
from core.errors import DomainError, ValidationError
from core.text import _
from models import InventorySetup, Item, ItemTemplate, Permission, db
from services import items, numbers
from services.items import templates
from services.items.card import load_card
from services.items.reasons import BLOCK_REASON
from services.reservations.overview import spoken_for

bp = Blueprint("items", __name__, url_prefix="/items")


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    chosen = request.args.get("category", "").strip().upper()
    return LISTING.respond(
        page="items/list.html", fragment="items/_list.html", tree=lambda: category_tree(chosen), chosen=chosen
    )


@bp.get("/branches")
@requires(Permission.ITEMS_VIEW)
def branches() -> str:
    """What is below a category, for the tree of a list in the state of the URL."""
    state = LISTING.read(path=url_for(".index"))
    below, chosen = (request.args.get(name, "").strip().upper() for name in ("below", "category"))
    return render_template("items/_branches.html", branches=branches_below(below, chosen), state=state)


@bp.get("/facets")
@requires(Permission.ITEMS_VIEW)
def facets() -> str:
    """How many items each attribute value would leave, for the filter panel of a list in the state of the URL."""
    state = LISTING.read(path=url_for(".index"))
    counts = facet_counts(state) if not state.errors else None
    return render_template("items/_facet_counts.html", counts=counts)


@bp.get("/<path:no>")
@requires(Permission.ITEMS_VIEW)
def show(no: str) -> ResponseReturnValue:
    shown = load_card(db_session(), no, today())
    return render(
        "items/show.html", "items/show.html", shown=shown, item=shown.item, state_badge=state_badge,
        ledger_url=ledger_url if may(Permission.LEDGER_VIEW) else None, costs=may(Permission.ITEMS_COSTS),
        values_url=url_for("ledger.value_entries", item=shown.item.no) if may(Permission.COSTS_VIEW) else "",
        labels_url=_labels_url([shown.item.id]), edit=None, form=None,
        spoken=spoken_for(db_session(), shown.item.id) if shown.stock and shown.stock.reserved else [],
        end_cell=end_cell,
        **defaults_context(shown.item),
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    """A blank card, or one that a template has filled; with several templates it is asked which."""
    code = request.args.get("template")
    if code is None:
        known = templates.list_templates(db_session())
        if len(known) > 1:
            return render("items/choose.html", "items/choose.html", templates=known)
        code = known[0].code if known else ""
    template = templates.get_template(db_session(), code) if code else None
    base_series = template.number_series_id if template and template.number_series_id else _item_series()
    form = ItemForm(is_new=True, data=_defaults(template) | _typed() if request.method == "GET" else None)
    form.offer_series([
        (single.id, f"{single.code} {single.description}".strip())
        for single in numbers.related_series(db_session(), base_series)
    ])  # fmt: skip
    shape_number(form.no, base_series)
    made: list[str] = []

    def work(session: Session) -> None:
        values = form.values()
        no, chosen = values.pop("no", ""), values.pop("series", None)
        if template is None:
            item = items.create_item(session, values | {"no": no}, on=today(), chosen_series_id=chosen)
        else:
            found = templates.get_template(session, template.code)
            item = templates.create_from_template(session, found, no, on=today(), chosen_series_id=chosen, **values)
        made.append(item.no)

    if "look" not in request.form and carried_out(form, work):
        message = _("Item %(no)s was created.", no=made[-1])
        return done(None, back=url_for(".show", no=made[-1]), message=message)
    return _form_page(form, None, template=template, next_no=_next_no(base_series))


@bp.route("/<path:no>/edit", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def edit(no: str) -> ResponseReturnValue:
    item = items.get_item(db_session(), no)
    form = ItemForm(obj=item)
    wanted = form.no.data or no if "no" in form else no
    asked: list[items.Notice] = []

    def work(session: Session) -> None:
        values = form.values() | {"no": wanted}
        keep = bool(values.pop("keep_attributes", False))
        found = items.get_item(session, no)
        asked[:] = items.to_confirm(session, found, values)
        for notice in asked:
            if notice.code not in request.form.getlist("confirmed"):
                raise ValidationError(
                    "confirmation_needed", notice.message, field=notice.field, hint=_("Confirm it to save.")
                )
        items.update_item(session, found, values, keep_attributes=keep)

    if "look" not in request.form and carried_out(form, work, of=lambda session: items.get_item(session, no)):
        return done(None, back=url_for(".show", no=wanted.upper()), message=_("Saved."))
    return _form_page(form, item, asked=asked)


@bp.post("/<path:no>/delete")
@requires(Permission.ITEMS_DELETE)
def delete(no: str) -> ResponseReturnValue:
    return press(
        lambda session: items.delete_item(session, items.get_item(session, no)),
        message=_("Item %(no)s was deleted.", no=no),
        back=url_for(".index"),
        refused_back=url_for(".show", no=no),
    )


@bp.post("/bulk/category")
@requires(Permission.ITEMS_EDIT)
def bulk_category() -> ResponseReturnValue:
    """Ask for the category first, then put the ticked items into it."""
    ids = selected_ids()
    if not ids:
        return _nothing_ticked()
    chosen = "category_id" in request.form
    form = BulkCategoryForm() if chosen else BulkCategoryForm(formdata=None)

    def work(session: Session) -> None:
        items.set_category(
            session, _items(session, ids), form.category_id.data, keep_attributes=form.keep_attributes.data
        )

    if chosen and carried_out(form, work):
        message = _("%(count)s items were put into the category.", count=len(ids))
        return done(None, back=url_for(".index"), message=message)
    return render("items/bulk_category.html", "items/_bulk_category.html", form=form, ids=ids, status=form.status)


@bp.post("/bulk/block")
@requires(Permission.ITEMS_BLOCK)
def bulk_block() -> ResponseReturnValue:
    """Ask why first, then block or free the ticked items."""
    ids, block = selected_ids(), request.form.get("action") != "unblock"
    if not ids:
        return _nothing_ticked()
    asked = "reason" in request.form
    form = BulkBlockForm() if asked else BulkBlockForm(formdata=None)

    def work(session: Session) -> None:
        for item in _items(session, ids):
            items.update_item(session, item, {"blocked": block, BLOCK_REASON: form.reason.data})

    if asked and carried_out(form, work):
        message = _("%(count)s items were blocked.") if block else _("%(count)s items are free again.")
        return done(None, back=url_for(".index"), message=message % {"count": len(ids)})
    return render(
        "items/bulk_block.html", "items/_bulk_block.html", status=form.status, form=form, ids=ids, block=block
    )


def _form_page(
    form: ItemForm,
    item: Item | None,
    *,
    template: ItemTemplate | None = None,
    next_no: str = "",
    asked: Sequence[items.Notice] = (),
) -> Response:
    return render(
        "items/edit.html", "items/_form.html", status=200 if "look" in request.form else form.status, form=form,
        item=item, template=template, asked=asked,
        sections=[(title, key, [name for name in names if name in form]) for title, key, names in SECTIONS],
        unused=unused_of(form, item),
        open_sections=OPEN_WHEN_NEW if item is None else {"details"}, next_no=next_no,
    )  # fmt: skip


def _defaults(template: ItemTemplate | None) -> dict[str, Any]:
    """What a new item starts with: what the set-up and the list of groups leave no choice of, then the template."""
    values = first_values(db_session())
    return values | (templates.values_for_new(db_session(), template) if template is not None else {})


def _typed() -> dict[str, str]:
    """The text that was typed into the item field of a line and is to become an item."""
    text = " ".join(request.args.get("description", "").replace("\x00", "").split())[:100]
    return {"description": text} if text else {}


def _item_series() -> int | None:
    setup = db.session.get(InventorySetup, 1)
    return setup.item_nos_id if setup else None


def _next_no(series_id: int | None) -> str:
    if series_id is None:
        return ""
    try:
        return numbers.peek_no(db_session(), series_id, today())
    except DomainError:
        return ""


def _items(session: Session, ids: Sequence[int]) -> list[Item]:
    return list(session.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.id)))


def _nothing_ticked() -> Response:
    flash(_("Tick some items first."), "warning")
    return go(url_for(".index"))


def _labels_url(ids: Sequence[int]) -> str:
    """Where the labels of these items are printed."""
    return url_for("printing.labels", ids=ids)


bp.add_app_template_global(item_facets, "item_facets")
bp.add_app_template_global(operators, "facet_operators")
bp.add_app_template_global(items_texts.kinds_of, "item_text_kinds")
items_parts.add_to(bp)
items_pictures.add_to(bp)
items_texts.add_to(bp)
