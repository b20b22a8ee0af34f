"""Item attributes and their values: what items are found by. Which items have which is on the item cards."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from blueprints import formats
from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from core.errors import NotFound
from core.text import _
from models import ItemAttribute, ItemAttributeMapping, ItemAttributeValue, Permission
from models.enums import AttributeType
from services import attributes

bp = Blueprint("attributes", __name__, url_prefix="/attributes")

_VALUE = ItemAttributeValue


class AttributeForm(RecordForm):
    name = TextField(_l("Name"), max_length=250, required=True)
    type = ChoiceField(
        _l("Type"), AttributeType, description=_l("Option: one of the values listed here. Text: anything.")
    )
    unit_of_measure = TextField(_l("Unit"), max_length=50, description=_l("For numbers: cm, kg, V."))
    blocked = CheckField(_l("Blocked"), description=_l("Items that have it keep it; nobody else gets it."))
    keep_values = CheckField(_l("Keep the values when the name changes"), default=True)
    sure = CheckField(_l("Yes, change it on the items that have it"))


class ValueForm(BaseForm):
    value = TextField(_l("Value"), max_length=attributes.LONGEST_VALUE, required=True)
    blocked = CheckField(_l("Blocked"), description=_l("Items that have it keep it; nobody else gets it."))


def _blocked(row: Any) -> Markup | str:
    if not row.is_blocked:
        return ""
    return Markup('<span class="status status-is-danger">{}{}</span>').format(formats.icon("ban"), _("Blocked"))


#: what may be chosen of an option, with commas
_CHOICES = case(
    (
        ItemAttribute.type == AttributeType.OPTION,
        select(func.aggregate_strings(_VALUE.value, ", "))
        .where(_VALUE.attribute_id == ItemAttribute.id)
        .correlate(ItemAttribute)
        .scalar_subquery(),
    ),
    else_="",
)

LISTING = Listing(
    name="attributes",
    title=_l("Attributes"),
    key=ItemAttribute.id,
    source=lambda: select().select_from(ItemAttribute),
    columns=(
        Column("name", _l("Name"), ItemAttribute.name, sort=ItemAttribute.name_key),
        Column("type", _l("Type"), ItemAttribute.type, "word", sort=True),
        Column("unit", _l("Unit"), ItemAttribute.unit_of_measure),
        Column(
            "values", _l("Values"),
            select(func.count()).where(_VALUE.attribute_id == ItemAttribute.id).scalar_subquery(), "number",
        ),
        Column("choices", _l("Choices"), _CHOICES, phone=False),
        Column("blocked", _l("State"), cell=_blocked),
    ),
    extra={"is_blocked": ItemAttribute.blocked},
    open=lambda row: url_for("attributes.show", attribute_id=row.row_id),
    filters=(
        ChoiceFilter("type", _l("Type"), ItemAttribute.type, kind=AttributeType),
        YesNoFilter("blocked", _l("Blocked"), ItemAttribute.blocked, yes=_l("Blocked"), no=_l("Not blocked")),
    ),
    search=(ItemAttribute.name, ItemAttribute.unit_of_measure),
    search_hint=_l("Name"),
    sort="name",
    actions=(
        Action(
            _l("New attribute"), lambda: url_for("attributes.new"), "plus", Permission.ITEMS_EDIT, primary=True,
            shortcut="n",
        ),
    ),
    empty=Empty(
        _l("There are no attributes yet. Colour, size or material make items easy to find."), _l("New attribute"),
        lambda: url_for("attributes.new"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


def values_listing(attribute: ItemAttribute) -> Listing:
    """The values of one attribute with the number of items and variants that have each."""
    order: Any = _VALUE.value_key
    if attribute.type in (AttributeType.INTEGER, AttributeType.DECIMAL):
        order = _VALUE.numeric_value
    elif attribute.type is AttributeType.DATE:
        order = _VALUE.date_value
    uses = select(func.count()).where(ItemAttributeMapping.value_id == _VALUE.id).scalar_subquery()
    return Listing(
        name="attribute_values",
        title=_l("Values"),
        key=_VALUE.id,
        source=lambda: select().select_from(_VALUE).where(_VALUE.attribute_id == attribute.id),
        columns=(
            Column("value", _l("Value"), _VALUE.value, sort=order,
                   cell=lambda row: attributes.show_value(attribute, row.value_text)),
            Column("uses", _l("Items and variants"), uses, "number",
                   link=lambda row: url_for("items.index", attr=f"{attribute.id}={row.value_text}")),
            Column("blocked", _l("State"), cell=_blocked),
        ),
        extra={"value_text": _VALUE.value, "is_blocked": _VALUE.blocked},
        open=lambda row: (
            url_for("attributes.value", attribute_id=attribute.id, value_id=row.row_id)
            if may(Permission.ITEMS_EDIT)
            else None
        ),
        filters=(YesNoFilter("blocked", _l("Blocked"), _VALUE.blocked, yes=_l("Blocked"), no=_l("Not blocked")),),
        search=(_VALUE.value,),
        search_hint=_l("Value"),
        sort="value",
        empty=Empty(_l("No values yet: add them above, or type them on the items.")
                    if attribute.type is not AttributeType.OPTION
                    else _l("No values yet: add above what may be chosen.")),
        file_name="values",
    )  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    form = AttributeForm()
    del form.keep_values, form.sure
    made: list[int] = []
    if carried_out(form, lambda session: made.append(attributes.create_attribute(session, form.values()).id)):
        message = _("Attribute %(name)s was created.", name=form.name.data)
        return done(None, back=url_for(".show", attribute_id=made[-1]), message=message)
    return _form_page(form, None)


@bp.get("/<int:attribute_id>")
@requires(Permission.ITEMS_VIEW)
def show(attribute_id: int) -> ResponseReturnValue:
    return _show(_get(attribute_id), ValueForm(formdata=None))


@bp.post("/<int:attribute_id>/values")
@requires(Permission.ITEMS_EDIT)
def add_value(attribute_id: int) -> ResponseReturnValue:
    form = ValueForm()

    def work(session: Session) -> None:
        attributes.add_value(session, attributes.get_attribute_by_id(session, attribute_id), form.value.data)

    _get(attribute_id)
    if carried_out(form, work):
        message = _("%(value)s was added.", value=form.value.data)
        return done(None, back=url_for(".show", attribute_id=attribute_id), message=message)
    attribute = _get(attribute_id)
    return render(
        "attributes/value.html", "attributes/_add_value.html", status=form.status,
        attribute=attribute, value=None, uses=0, form=form,
    )  # fmt: skip


@bp.route("/<int:attribute_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def edit(attribute_id: int) -> ResponseReturnValue:
    attribute = _get(attribute_id)
    form = AttributeForm(obj=attribute)

    def work(session: Session) -> None:
        values = form.values()
        keep, sure = bool(values.pop("keep_values")), bool(values.pop("sure"))
        found = attributes.get_attribute_by_id(session, attribute_id)
        attributes.update_attribute(session, found, values, keep_values=keep, confirmed=sure)

    if carried_out(form, work, of=lambda session: attributes.get_attribute_by_id(session, attribute_id)):
        return done(None, back=url_for(".show", attribute_id=attribute_id), message=_("Saved."))
    return _form_page(form, _get(attribute_id))


@bp.post("/<int:attribute_id>/option")
@requires(Permission.ITEMS_EDIT)
def make_option(attribute_id: int) -> ResponseReturnValue:
    """An attribute without values becomes one whose values are chosen from a list."""
    return press(
        lambda session: attributes.update_attribute(
            session, attributes.get_attribute_by_id(session, attribute_id), {"type": AttributeType.OPTION}
        ),
        message=_("It is a choice now: add the values that may be chosen."),
        back=url_for(".show", attribute_id=attribute_id),
    )


@bp.post("/<int:attribute_id>/delete")
@requires(Permission.ITEMS_EDIT)
def delete(attribute_id: int) -> ResponseReturnValue:
    return press(
        lambda session: attributes.delete_attribute(session, attributes.get_attribute_by_id(session, attribute_id)),
        message=_("The attribute was deleted."),
        back=url_for(".index"),
        refused_back=url_for(".show", attribute_id=attribute_id),
    )


@bp.route("/<int:attribute_id>/values/<int:value_id>", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def value(attribute_id: int, value_id: int) -> ResponseReturnValue:
    attribute, found = _get(attribute_id), _get_value(db_session(), attribute_id, value_id)
    form = ValueForm(obj=found)

    def work(session: Session) -> None:
        attributes.update_value(
            session, attributes.get_attribute_by_id(session, attribute_id),
            _get_value(session, attribute_id, value_id), text=form.value.data, blocked=form.blocked.data,
        )  # fmt: skip

    if carried_out(form, work):
        return done(None, back=url_for(".show", attribute_id=attribute_id), message=_("Saved."))
    attribute, found = _get(attribute_id), _get_value(db_session(), attribute_id, value_id)
    return render(
        "attributes/value.html", "attributes/_value.html", status=form.status, attribute=attribute,
        value=found, form=form, uses=attributes.uses_of(db_session(), attribute_id, value_id),
    )  # fmt: skip


@bp.post("/<int:attribute_id>/values/<int:value_id>/delete")
@requires(Permission.ITEMS_EDIT)
def delete_value(attribute_id: int, value_id: int) -> ResponseReturnValue:
    return press(
        lambda session: attributes.delete_value(session, _get_value(session, attribute_id, value_id)),
        message=_("The value was deleted."),
        back=url_for(".show", attribute_id=attribute_id),
    )


def _get(attribute_id: int) -> ItemAttribute:
    return attributes.get_attribute_by_id(db_session(), _in_range(attribute_id))


def _get_value(session: Session, attribute_id: int, value_id: int) -> ItemAttributeValue:
    found = session.get(ItemAttributeValue, _in_range(value_id))
    if found is None or found.attribute_id != attribute_id:
        raise NotFound("not_found", _("This value does not exist any more."))
    return found


def _in_range(number: int) -> int:
    """No id is larger than a BIGINT; 0 finds nothing."""
    return number if number < 2**63 else 0


def _show(attribute: ItemAttribute, form: ValueForm) -> Response:
    return values_listing(attribute).respond(
        page="attributes/show.html", attribute=attribute, form=form,
        uses=attributes.uses_of(db_session(), attribute.id),
        has_values=attributes.has_values(db_session(), attribute.id),
    )  # fmt: skip


def _form_page(form: AttributeForm, attribute: ItemAttribute | None) -> Response:
    return render(
        "attributes/edit.html", "attributes/_form.html", status=form.status, form=form,
        attribute=attribute,
    )  # fmt: skip
