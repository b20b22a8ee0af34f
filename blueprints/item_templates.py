"""Item templates: list, card, saved from an item, copied, put on items (items.md section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.dimensions import defaults_context
from blueprints.fields import BaseForm, CheckField, TextField
from blueprints.htmx import done, go, render
from blueprints.items_forms import TEMPLATE_SECTIONS, ItemTemplateForm, first_values
from blueprints.list_filters import ChoiceFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import ValidationError
from core.text import _, ngettext
from models import Item, ItemCategory, ItemTemplate, NumberSeries, Permission
from models.enums import ItemType
from services import items
from services.items import templates
from services.items.fields import BLOCK_FIELDS, COST_FIELDS

bp = Blueprint("item_templates", __name__, url_prefix="/item-templates")

#: As many items take a template in one go; each is a card with rules of its own.
MOST_ITEMS = 200

LISTING = Listing(
    name="item-templates",
    title=_l("Item templates"),
    key=ItemTemplate.id,
    source=lambda: select().select_from(ItemTemplate)
    .outerjoin(ItemCategory, ItemCategory.id == ItemTemplate.category_id)
    .outerjoin(NumberSeries, NumberSeries.id == ItemTemplate.number_series_id),
    columns=(
        Column("code", _l("Code"), ItemTemplate.code, "code", sort=True),
        Column("description", _l("Description"), ItemTemplate.description, sort=True),
        Column("type", _l("Type"), ItemTemplate.type, "word"),
        Column("category", _l("Category"), ItemCategory.code, "code", sort=True),
        Column("series", _l("Number series"), NumberSeries.code, "code"),
    ),
    extra={"row_code": ItemTemplate.code},
    filters=(ChoiceFilter("type", _l("Type"), ItemTemplate.type, kind=ItemType),),
    search=(ItemTemplate.code, ItemTemplate.description),
    search_hint=_l("Code or description"),
    sort="code",
    open=lambda row: url_for("item_templates.edit", code=row.row_code),
    actions=(
        Action(_l("New template"), lambda: url_for("item_templates.new"), "plus", Permission.ITEMS_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("There are no templates yet. A template fills the card of a new item with what its kind has in common."),
        _l("New template"), lambda: url_for("item_templates.new"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


class CopyForm(BaseForm):
    source_id = RecordField(_l("Take the values of"), "item_template", required=True)


class ApplyForm(BaseForm):
    """The one question that is asked, however many items there are."""

    template_id = RecordField(_l("Template"), "item_template", required=True)
    overwrite = CheckField(_l("Also overwrite filled fields"))
    reason = TextField(
        _l("Reason"), max_length=250,
        description=_l("Needed where costs or the blocking change. Stays in the history of the items."),
    )  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    """A blank template, or what a card (`item`) would be saved as; nothing is kept until it is saved."""
    no = request.args.get("item", "")
    source = items.get_item(db_session(), no) if no else None
    form = ItemTemplateForm(data=_first_values(source) if request.method == "GET" else None)
    made: list[str] = []

    def work(session: Session) -> None:
        if source is None:
            made.append(templates.save_template(session, form.values()).code)
        else:
            # what the form does not show (costs, blocking) comes from the card itself
            made.append(templates.template_from_item(session, items.get_item(session, no), form.values()).code)

    if carried_out(form, work):
        message = _("Template %(code)s was created.", code=made[-1])
        return done(None, back=url_for(".edit", code=made[-1]), message=message)
    return _form_page(form, None, source)


@bp.get("/<path:code>")
@requires(Permission.ITEMS_VIEW)
def edit(code: str) -> ResponseReturnValue:
    record = templates.get_template(db_session(), code)
    return _form_page(ItemTemplateForm(formdata=None, obj=record), record)


@bp.post("/<path:code>")
@requires(Permission.ITEMS_EDIT)
def save(code: str) -> ResponseReturnValue:
    form = ItemTemplateForm()

    def of(session: Session) -> ItemTemplate:
        return templates.get_template(session, code)

    if carried_out(form, lambda session: templates.save_template(session, form.values(), of(session)), of=of):
        return done(None, back=url_for(".edit", code=form.code.data), message=_("Saved."))
    return _form_page(form, of(db_session()))


@bp.post("/<path:code>/delete")
@requires(Permission.ITEMS_DELETE)
def delete(code: str) -> ResponseReturnValue:
    return press(
        lambda session: templates.delete_template(session, templates.get_template(session, code)),
        message=_("Template %(code)s was deleted. Items made from it stay as they are.", code=code),
        back=url_for(".index"),
        refused_back=url_for(".edit", code=code),
    )


@bp.route("/<path:code>/copy", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def copy(code: str) -> ResponseReturnValue:
    """Take all values and dimensions of another template."""
    record = templates.get_template(db_session(), code)
    form = CopyForm()

    def work(session: Session) -> None:
        source = session.get_one(ItemTemplate, form.source_id.data)
        target = templates.get_template(session, code)
        if source.id == target.id:
            raise ValidationError("self", _("This is the template itself. Choose another one."), field="source_id")
        templates.copy_template(session, source, target)

    if carried_out(form, work):
        return done(None, back=url_for(".edit", code=code), message=_("All values were taken over."))
    return render("item_templates/copy.html", "item_templates/_copy.html", form=form, record=record, status=form.status)


@bp.route("/apply", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def apply() -> ResponseReturnValue:
    """Ask once for the template and whether it overwrites, then put it on the item or on all that were ticked."""
    ids = _ids()
    if not ids:
        flash(_("Tick some items first."), "warning")
        return go(url_for("items.index"))
    asked = request.method == "POST" and "template_id" in request.form
    form = ApplyForm() if asked else ApplyForm(formdata=None, data=_only_template())
    if not may(Permission.ITEMS_COSTS) and not may(Permission.ITEMS_BLOCK):
        del form.reason  # such fields are left out
    results: list[templates.Applied] = []

    def work(session: Session) -> None:
        template = session.get_one(ItemTemplate, form.template_id.data)
        found = session.scalars(select(Item).where(Item.id.in_(ids)).order_by(Item.id)).all()
        results[:] = [
            templates.apply_template(
                session,
                template,
                item,
                overwrite=form.overwrite.data,
                without=_without(),
                reason=form.reason.data or "" if "reason" in form else "",
            )
            for item in found
        ]

    if not (asked and carried_out(form, work)):
        return render("item_templates/apply.html", "item_templates/_apply.html", form=form, ids=ids, status=form.status)
    back = url_for("items.show", no=results[0].no) if len(results) == 1 else url_for("items.index")
    message = ngettext("The template was put on %(count)s item.", "The template was put on %(count)s items.",
                       len(results), count=len(results))  # fmt: skip
    refused = [result for result in results if result.refused]
    if not refused:
        return done(None, back=back, message=message)
    return render(
        "item_templates/applied.html", "item_templates/_applied.html", message=message, refused=refused, back=back
    )


def _ids() -> list[int]:
    """The items of the question: ticked in the list, or named by the card's link."""
    given = request.form.getlist("ids") or request.args.getlist("ids")
    found = [int(text) for text in given if text.isascii() and text.isdigit() and len(text) < 19]
    return list(dict.fromkeys(found))[:MOST_ITEMS]


def _only_template() -> dict[str, Any]:
    known = templates.list_templates(db_session())
    return {"template_id": known[0].id} if len(known) == 1 else {}


def _without() -> Sequence[str]:
    """Fields that this user may not change on items."""
    costs = () if may(Permission.ITEMS_COSTS) else (*COST_FIELDS, "profit_percent")
    return (*costs, *(() if may(Permission.ITEMS_BLOCK) else BLOCK_FIELDS))


def _first_values(source: Item | None) -> dict[str, Any]:
    if source is None:
        return first_values(db_session())
    return templates.values_from_item(source) | {"code": templates.next_code(db_session()), "description": ""}


def _form_page(form: ItemTemplateForm, record: ItemTemplate | None, source: Item | None = None) -> Response:
    return render(
        "item_templates/edit.html", "item_templates/_form.html", status=form.status, form=form, record=record,
        source=source, open_sections={"details", "posting"},
        sections=[(title, key, [name for name in names if name in form]) for title, key, names in TEMPLATE_SECTIONS],
        **(defaults_context(record) if record is not None else {}),
    )  # fmt: skip
