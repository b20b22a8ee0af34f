"""Item templates: kept, put on new items and on existing ones (items.md section 2).

Other parts make an item from a template with
`create_from_template(session, template, number=None, *, on, chosen_series_id=None, **values) -> Item`.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ErrorList, NotFound, ValidationError, errors_of
from core.text import _
from models import DefaultDimension, Item, ItemTemplate, NumberSeries
from models.enums import ReservePolicy
from services import dimensions
from services.items.derive import derive
from services.items.fields import MAY_BE_NEGATIVE, TEMPLATE_FIELDS, UNIT_FIELDS, clean_fields
from services.items.reasons import LONGEST, REASONED, reason_for_all
from services.items.save import broken_rules, create_item, fill_defaults, proposed_base_unit, update_item
from services.items.usage import usage_of
from services.numbers import increment
from services.values import assign, clean_code, clean_text, raise_all, unchanged_if_refused

#: What may be passed to save_template besides `code`.
FIELDS = ("description", "number_series_id", *TEMPLATE_FIELDS)

#: The code that the first template saved from a card proposes.
FIRST_CODE = "ITEM000001"

#: Left as they are once something was posted: lots and serial numbers are written on the entries.
_TRACKING = ("item_tracking_code_id", "serial_nos_id", "lot_nos_id")


@dataclass(frozen=True)
class Applied:
    """What putting a template on one item did: the names of the fields that changed, and what was refused."""

    no: str
    changed: tuple[str, ...]
    refused: tuple[DomainError, ...] = field(default=())


def list_templates(session: Session) -> list[ItemTemplate]:
    """All templates by code; there are few."""
    return list(session.scalars(select(ItemTemplate).order_by(ItemTemplate.code)))


def get_template(session: Session, code: str) -> ItemTemplate:
    """The template of this code. Raises NotFound."""
    found = session.scalar(select(ItemTemplate).where(ItemTemplate.code == code.strip().upper()))
    if found is None:
        raise NotFound("not_found", _("There is no item template %(code)s.", code=code), field="template")
    return found


def save_template(session: Session, values: Mapping[str, object], template: ItemTemplate | None = None) -> ItemTemplate:
    """Make a template, or change one; `values` holds `code` and names in FIELDS.

    Each field obeys the item's own rule. A type without stock has no inventory posting group and is never reserved;
    a rounding precision of 0 becomes 1. Raises ValidationError or ErrorList: `duplicate`,
    `automatic_number_not_allowed` (series), and the codes of services/items/checks.py.
    """
    given = dict(values)
    code = given.pop("code", template.code if template is not None else "")
    record = template
    if record is None:
        record = ItemTemplate(code="")
        fill_defaults(record)
    with unchanged_if_refused(session, record, ("code", *FIELDS)) as before:
        record.code = _free_code(session, code, template)
        _assign(session, record, given, before)
    session.add(record)
    session.flush()
    return record


def delete_template(session: Session, template: ItemTemplate) -> None:
    """Remove a template; items made from it stay as they are."""
    dimensions.remove_defaults(session, template)
    session.delete(template)
    session.flush()


def copy_template(session: Session, source: ItemTemplate, target: ItemTemplate) -> ItemTemplate:
    """`target` takes all values and dimensions of `source`; its code and description stay."""
    save_template(
        session,
        {"number_series_id": source.number_series_id} | {name: getattr(source, name) for name in TEMPLATE_FIELDS},
        target,
    )
    dimensions.remove_defaults(session, target)
    dimensions.copy_defaults(session, source, target)
    return target


def next_code(session: Session) -> str:
    """The code that a template saved from a card gets: the one after the highest of its kind."""
    stem = FIRST_CODE.rstrip("0123456789")
    pattern = stem + "_" * (len(FIRST_CODE) - len(stem))
    used = session.scalars(select(ItemTemplate.code).where(ItemTemplate.code.like(pattern)))
    counted = [code for code in used if code[len(stem) :].isdigit()]
    return increment(max(counted)) if counted else FIRST_CODE


def values_from_item(item: Item) -> dict[str, object]:
    """What a template saved from this card holds; texts, number and GTIN are the item's own.

    A template knows no units but the base unit, so other units of the item are left out.
    """
    values = {name: getattr(item, name) for name in TEMPLATE_FIELDS} | {"gtin": ""}
    for name in UNIT_FIELDS:
        if values[name] != item.base_unit_of_measure_id:
            values[name] = None
    return values


def template_from_item(session: Session, item: Item, values: Mapping[str, object] | None = None) -> ItemTemplate:
    """Save a card as a template, with `values` in place of its own, and with its default dimensions."""
    given = {"code": next_code(session)} | values_from_item(item) | dict(values or {})
    template = save_template(session, given)
    dimensions.copy_defaults(session, item, template)
    return template


def values_for_new(session: Session, template: ItemTemplate) -> dict[str, object]:
    """What an item made from the template starts with: option fields, and whatever is not empty."""
    values = {name: getattr(template, name) for name in TEMPLATE_FIELDS if _says_something(template, name)}
    values.setdefault("base_unit_of_measure_id", proposed_base_unit(session))
    return values


def create_from_template(
    session: Session,
    template: ItemTemplate,
    number: str | None = None,
    *,
    on: dt.date,
    chosen_series_id: int | None = None,
    typed: bool = True,
    **values: object,
) -> Item:
    """A new item: costing method of the set-up, then the template, then `values` (names in items.FIELDS).

    Without a `number` the template's series gives it on day `on`, or one related to it (`chosen_series_id`); a
    template without a series leaves that to the item series. A number nobody `typed` needs no series that allows it.
    Category attributes and default dimensions follow.
    Raises ValidationError or ErrorList like `create_item`.
    """
    given = values_for_new(session, template) | values
    item = create_item(
        session, given | {"no": number or ""}, on=on, series_id=template.number_series_id,
        chosen_series_id=chosen_series_id, typed=typed,
    )  # fmt: skip
    _add_dimensions(session, template, item)
    return item


def apply_template(
    session: Session, template: ItemTemplate, item: Item, *, overwrite: bool, without: Collection[str] = (),
    reason: str | None = None,
) -> Applied:  # fmt: skip
    """Put a template on an item that exists: only into empty fields, or (`overwrite`) into all it says something about.

    Option fields count as filled. What a rule of the item forbids is left out and reported; the rest is saved.
    `without` names fields the user has no right to. The caller decides whether that is worth an error. `reason` says
    why costs or the blocking change, None: nobody was asked. Raises ValidationError `reason_required`.
    """
    wanted = {
        name: getattr(template, name)
        for name in TEMPLATE_FIELDS
        if name not in without and _says_something(template, name) and (overwrite or _is_empty(item, name))
    }
    usage = usage_of(session, item.id)
    if usage.ledger_entries or usage.warehouse_entries:
        for name in _TRACKING:
            wanted.pop(name, None)
    wanted = {name: value for name, value in wanted.items() if getattr(item, name) != value}
    said = {} if reason is None else dict.fromkeys(REASONED, clean_text(reason, field="reason", length=LONGEST))
    refused: dict[tuple[str, str | None], DomainError] = {}
    changed: tuple[str, ...] = ()
    while wanted:
        before = {name: getattr(item, name) for name in wanted}
        try:
            update_item(session, item, wanted | said)
        except (ValidationError, ErrorList) as error:
            if any(one.code == "reason_required" for one in errors_of(error)):
                raise reason_for_all() from error
            refused |= {(one.code, one.field): one for one in errors_of(error)}
            kept = {name: value for name, value in wanted.items() if name not in {field for _code, field in refused}}
            wanted = kept if len(kept) < len(wanted) else {}  # a refusal of something else stands against all of it
        else:
            changed = tuple(name for name in wanted if getattr(item, name) != before[name])
            break
    _add_dimensions(session, template, item)
    return Applied(item.no, changed, tuple(refused.values()))


def _assign(session: Session, template: ItemTemplate, values: dict[str, object], before: Mapping[str, object]) -> None:
    """Put values on the template and let an item that is never stored say what is wrong with them."""
    if values.get("rounding_precision") == Decimal(0):
        values["rounding_precision"] = Decimal(1)
    assign(session, template, clean_fields(values), FIELDS, may_be_negative=MAY_BE_NEGATIVE)
    series = session.get(NumberSeries, template.number_series_id) if template.number_series_id is not None else None
    errors: list[DomainError] = []
    if series is not None and not series.default_nos:
        errors.append(
            ValidationError(
                "automatic_number_not_allowed",
                _("Series %(code)s gives no numbers by itself. Choose one that does.", code=series.code),
                field="number_series_id",
            )
        )
    raise_all([*errors, *_rules_of_items(session, template, before)])


def _rules_of_items(session: Session, template: ItemTemplate, before: Mapping[str, object]) -> list[DomainError]:
    """What follows from the template's values, and what an item with them would be refused for."""
    item = Item(no="", description="")
    fill_defaults(item)
    was = {column.key: getattr(item, column.key) for column in Item.__table__.columns}
    was |= {name: before[name] for name in TEMPLATE_FIELDS}
    for name in TEMPLATE_FIELDS:
        setattr(item, name, getattr(template, name))
    changed = {name for name in TEMPLATE_FIELDS if getattr(item, name) != was[name]}
    derive(session, item, was, changed, is_new=False)
    if not item.is_inventory:
        item.inventory_posting_group_id = None
        item.reserve = ReservePolicy.NEVER
    errors = broken_rules(session, item, was, is_new=True)
    for name in TEMPLATE_FIELDS:
        setattr(template, name, getattr(item, name))
    return errors


def _free_code(session: Session, value: object, template: ItemTemplate | None) -> str:
    code = clean_code(value, field="code", length=20)
    rival = session.scalar(select(ItemTemplate.id).where(ItemTemplate.code == code))
    if rival is not None and (template is None or rival != template.id):
        raise ValidationError("duplicate", _("There is a template %(code)s already.", code=code), field="code")
    return code


def _empty_value(name: str) -> object:
    """What the field holds where nobody said anything."""
    default = ItemTemplate.__table__.c[name].default
    return default.arg if default is not None and default.is_scalar else None


def _says_something(template: ItemTemplate, name: str) -> bool:
    value = getattr(template, name)
    return isinstance(value, enum.Enum) or value != _empty_value(name)


def _is_empty(item: Item, name: str) -> bool:
    value = getattr(item, name)
    return not isinstance(value, enum.Enum) and value == _empty_value(name)


def _add_dimensions(session: Session, template: ItemTemplate, item: Item) -> None:
    """Dimensions the item does not have yet; those it has stay."""
    own = select(DefaultDimension.dimension_id).where(
        DefaultDimension.table_name == item.__tablename__, DefaultDimension.record_id == item.id
    )
    missing = session.execute(
        select(DefaultDimension.dimension_id, DefaultDimension.dimension_value_id).where(
            DefaultDimension.table_name == template.__tablename__,
            DefaultDimension.record_id == template.id,
            DefaultDimension.dimension_id.not_in(own),
        )
    ).all()
    for dimension_id, value_id in missing:
        dimensions.set_default(session, item, dimension_id, value_id)


def count_templates(session: Session) -> int:
    """How many templates there are: none, one or several decides what *New item* asks."""
    return session.scalar(select(func.count()).select_from(ItemTemplate)) or 0
