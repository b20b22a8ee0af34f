"""Create, change, renumber and delete items (items.md section 1)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session, selectinload

from core.clock import utcnow
from core.errors import DomainError, ErrorList, NotFound, ValidationError, errors_of
from core.text import _
from models import (
    BinContent,
    GenProductPostingGroup,
    InventorySetup,
    Item,
    ItemAttributeMapping,
    ItemSubstitute,
    ItemTemplate,
    ItemTrackingCode,
    ItemUnitOfMeasure,
    StockkeepingUnit,
    UnitOfMeasure,
    VatProductPostingGroup,
)
from models.enums import (
    ItemType,
)
from services import attachments, category_attributes, dimensions, numbers
from services.attributes import clean_up
from services.catalog.entries import describe_entry, let_go_of_item
from services.items.checks import Change, refusals
from services.items.code_lists import unknown_codes
from services.items.derive import calculate_price, derive, empty_stock_fields
from services.items.fields import BLOCK_FIELDS, FIELDS, MAY_BE_NEGATIVE, clean_fields, clean_no
from services.items.reasons import missing_reasons, note_reasons, take_reasons
from services.items.units import reweigh
from services.items.usage import NOTHING, usage_of
from services.values import assign, raise_all, required_error

#: What may change on an item that lacks its posting groups (an imported one): above all it can be blocked.
_OF_ANY_ITEM = frozenset({*BLOCK_FIELDS, "category_id"})


def get_item(session: Session, no: str) -> Item:
    """The item with this number. Raises NotFound."""
    item = session.scalar(select(Item).where(Item.no == no.strip().upper()))
    if item is None:
        raise NotFound("not_found", _("There is no item %(no)s.", no=no), field="item")
    return item


def create_item(
    session: Session,
    values: Mapping[str, object],
    *,
    on: dt.date,
    series_id: int | None = None,
    chosen_series_id: int | None = None,
    typed: bool = True,
) -> Item:
    """A new item from `values` (names in FIELDS, and `no`; blank: the next of the series on day `on`).

    The series is `series_id`, else that of the set-up; `chosen_series_id` is one related to it. A number that nobody
    `typed` but the program built is no manual one. Description, base
    unit and posting groups are mandatory; the costing method comes from the set-up unless given. Raises
    ValidationError or ErrorList: `series_not_set_up`, `manual_number_not_allowed`, `series_not_related`,
    `duplicate`, `field_required`, those of checks.py and of services.values.
    """
    setup = session.get(InventorySetup, 1)
    series = series_id or (setup.item_nos_id if setup else None)
    if series is not None and chosen_series_id is not None:
        numbers.check_related(session, series, chosen_series_id)
        series = chosen_series_id
    given = dict(values)
    no = clean_no(given.pop("no", ""))
    item = Item(no="", description="")
    fill_defaults(item)
    if setup is not None:
        item.costing_method = setup.default_costing_method
    with session.no_autoflush:
        kind = given.get("type") or ItemType.INVENTORY
        if ItemType(str(kind)) is not ItemType.INVENTORY:
            empty_stock_fields(item)
        _apply(session, item, clean_fields(given), is_new=True)
    if no:
        if typed:
            numbers.check_manual(session, series, no)
        _check_free(session, no)
    else:
        # Drawn last, so that a refused item does not even hold the series' lock.
        no = numbers.next_no(session, series, on, taken=lambda wanted: _taken(session, wanted))
    item.no = no
    item.last_modified_at = utcnow()
    session.add(item)
    session.flush()
    if item.base_unit_of_measure_id is not None:
        session.add(
            ItemUnitOfMeasure(item_id=item.id, unit_of_measure_id=item.base_unit_of_measure_id, weight=item.net_weight)
        )
    category_attributes.assign_to_item(session, item.id, None, item.category_id)
    session.flush()
    return item


def update_item(session: Session, item: Item, changes: Mapping[str, object], *, keep_attributes: bool = False) -> Item:
    """Change fields of an item; `no` among them renumbers it.

    `keep_attributes` keeps attributes of the old category that the new one does not have. Refused, the item is
    as it was. With `block_change_reason` or `cost_change_reason` among the changes (services/items/reasons.py),
    blocking and costs change only for a reason. Raises ValidationError or ErrorList with the codes of checks.py,
    and `reason_required`.
    """
    given = dict(changes)
    reasons = take_reasons(given)
    no = clean_no(given.pop("no", item.no)) or item.no
    before = {name: getattr(item, name) for name in FIELDS}
    try:
        with session.no_autoflush:
            _apply(session, item, clean_fields(given), is_new=False, reasons=reasons)
        note_reasons(reasons, item)
        if no != item.no:
            renumber_item(session, item, no)
    except DomainError:
        note_reasons({}, item)
        for name, value in before.items():
            setattr(item, name, value)
        raise
    item.last_modified_at = utcnow()
    session.flush()
    note_reasons({}, item)
    if item.description != before["description"]:
        describe_entry(session, item)
    if item.base_unit_of_measure_id != before["base_unit_of_measure_id"]:
        _move_base_unit(session, item, before["base_unit_of_measure_id"])
    if item.net_weight != before["net_weight"]:
        reweigh(session, item)
    if item.category_id != before["category_id"]:
        category_attributes.assign_to_item(
            session, item.id, before["category_id"], item.category_id, drop_old=not keep_attributes
        )
    session.flush()
    return item


def renumber_item(session: Session, item: Item, no: str) -> None:
    """Another number; ledgers, lines and references point at the item's key and follow.

    Raises ValidationError `duplicate`, `manual_number_not_allowed`, `invalid_characters`.
    """
    no = clean_no(no)
    if not no or no == item.no:
        return
    setup = session.get(InventorySetup, 1)
    numbers.check_manual(session, setup.item_nos_id if setup else None, no)
    _check_free(session, no)
    item.no = no
    session.flush()


def set_category(
    session: Session, items: list[Item], category_id: int | None, *, keep_attributes: bool = False
) -> None:
    """Put several items into one category (or none), with its attributes."""
    for item in items:
        update_item(session, item, {"category_id": category_id}, keep_attributes=keep_attributes)


def delete_item(session: Session, item: Item) -> None:
    """Remove an item that was never posted and is on no journal line, with all that hangs on it.

    Raises ValidationError `ledger_entries_exist` (then it is kept for ever; block it instead), `in_use`.
    """
    usage = usage_of(session, item.id)
    if usage.ledger_entries or usage.warehouse_entries:
        raise ValidationError(
            "ledger_entries_exist",
            _(
                "Item %(no)s has posted entries and is kept for ever. Block it, so that nobody uses it any more.",
                no=item.no,
            ),
        )
    if usage.journal_lines:
        raise ValidationError(
            "in_use", _("Item %(no)s stands on a journal line. Post or delete the line first.", no=item.no)
        )
    if usage.document_lines:
        raise ValidationError(
            "in_use", _("Item %(no)s stands on a document. Block it, so that nobody uses it any more.", no=item.no)
        )
    attribute_ids = list(
        session.scalars(
            select(ItemAttributeMapping.attribute_id).where(ItemAttributeMapping.item_id == item.id).distinct()
        )
    )
    for substitute in session.scalars(
        select(ItemSubstitute).where(
            (ItemSubstitute.item_id == item.id) | (ItemSubstitute.substitute_item_id == item.id)
        )
    ):
        session.delete(substitute)
    attachments.delete_of_item(session, item.id)
    dimensions.remove_defaults(session, item)
    let_go_of_item(session, item.id)
    for table in (StockkeepingUnit, BinContent, ItemAttributeMapping):
        session.execute(delete(table).where(table.item_id == item.id))
    whole = session.scalars(
        select(Item)
        .where(Item.id == item.id)
        .options(selectinload(Item.units), selectinload(Item.variants), selectinload(Item.references))
        .execution_options(populate_existing=True)
    ).one()
    whole.references.clear()  # before the variants and units they point at
    session.flush()
    session.delete(whole)
    session.flush()
    clean_up(session, attribute_ids)


def _apply(
    session: Session, item: Item, values: dict[str, object], *, is_new: bool, reasons: dict[str, str] | None = None
) -> None:
    """Assign, derive, check: the item holds the result; raises what is wrong with it, all of it."""
    before = {name: getattr(item, name) for name in FIELDS}
    errors: list[DomainError] = []
    required = ["description", "base_unit_of_measure_id"]
    try:
        assign(session, item, values, FIELDS, required=required, may_be_negative=MAY_BE_NEGATIVE)
    except (ErrorList, ValidationError) as error:
        raise_all([*errors_of(error), *errors])
    changed = {name for name in FIELDS if getattr(item, name) != before[name]}
    derive(session, item, before, changed, is_new=is_new)
    if is_new or changed - _OF_ANY_ITEM:
        errors += _missing_groups(session, item)
    errors += broken_rules(session, item, before, is_new=is_new)
    errors += missing_reasons(reasons or {}, item, before)
    raise_all(errors)


def broken_rules(session: Session, item: Item, before: Mapping[str, object], *, is_new: bool) -> list[DomainError]:
    """What the item's fields may not be, and its price calculated; `before` is the item as it was."""
    changed = {name for name in FIELDS if getattr(item, name) != before[name]}
    errors = refusals(
        Change(
            item=item,
            changed=changed,
            usage=NOTHING if is_new else usage_of(session, item.id),
            unit_factors={} if is_new else _factors(session, item.id),
            tracking=_tracking_code(session, item.item_tracking_code_id),
            old_tracking=_tracking_code(session, before["item_tracking_code_id"]),
        )
    )
    errors += unknown_codes(session, item, changed)
    try:
        calculate_price(session, item)
    except ValidationError as error:
        errors.append(error)
    return errors


def _missing_groups(session: Session, item: Item) -> list[DomainError]:
    """Posting groups are mandatory; the one for VAT only where the company has such groups at all."""
    missing: list[DomainError] = []
    if item.gen_product_posting_group_id is None:
        missing.append(required_error("gen_product_posting_group_id"))
    if item.vat_product_posting_group_id is None and has_vat_groups(session):
        missing.append(_vat_group_missing(session, item))
    if item.is_inventory and item.inventory_posting_group_id is None:
        missing.append(required_error("inventory_posting_group_id"))
    return missing


def has_vat_groups(session: Session) -> bool:
    """True where the company has VAT product posting groups at all: items then need one."""
    return bool(session.scalar(select(exists().select_from(VatProductPostingGroup))))


def _vat_group_missing(session: Session, item: Item) -> ValidationError:
    """Mandatory (items.md section 1), and proposed by the general product posting group where that has one."""
    group = session.get(GenProductPostingGroup, item.gen_product_posting_group_id or 0)
    if group is None or group.default_vat_product_posting_group_id is not None:
        return required_error("vat_product_posting_group_id")
    return ValidationError(
        "field_required",
        _("Choose a VAT product posting group: the general product posting group %(code)s proposes none.",
          code=group.code), field="vat_product_posting_group_id",
    )  # fmt: skip


def fill_defaults(record: Item | ItemTemplate) -> None:
    """Column defaults now instead of at the flush: rules look at the record before it is stored."""
    for column in record.__table__.columns:
        if column.default is not None and column.default.is_scalar:
            setattr(record, column.name, column.default.arg)


def _tracking_code(session: Session, code_id: object) -> ItemTrackingCode | None:
    return session.get(ItemTrackingCode, code_id) if code_id is not None else None


def _factors(session: Session, item_id: int) -> dict[int, object]:
    rows = session.execute(
        select(ItemUnitOfMeasure.unit_of_measure_id, ItemUnitOfMeasure.qty_per_unit_of_measure).where(
            ItemUnitOfMeasure.item_id == item_id
        )
    )
    return {row[0]: row[1] for row in rows}


def _move_base_unit(session: Session, item: Item, old_unit_id: int | None) -> None:
    """The new base unit gets its row with factor 1; the old one's rounding precision belongs to base units only."""
    rows = {
        row.unit_of_measure_id: row
        for row in session.scalars(select(ItemUnitOfMeasure).where(ItemUnitOfMeasure.item_id == item.id))
    }
    unit_id = item.base_unit_of_measure_id
    if unit_id is not None and unit_id not in rows:
        session.add(ItemUnitOfMeasure(item_id=item.id, unit_of_measure_id=unit_id, weight=item.net_weight))
    if old_unit_id in rows:
        rows[old_unit_id].rounding_precision = Decimal(0)
    session.flush()


def _taken(session: Session, no: str) -> bool:
    return bool(session.scalar(select(exists().where(Item.no == no))))


def _check_free(session: Session, no: str) -> None:
    if _taken(session, no):
        raise ValidationError(
            "duplicate", _("There is an item %(no)s already. Choose another number.", no=no), field="no"
        )


def proposed_base_unit(session: Session) -> int | None:
    """The unit a new item starts with: the one whose international code is EA, else the first (items.md section 2).

    C62 ("one") is what many lists call a piece, so it goes before boxes and pallets.
    """
    code = UnitOfMeasure.international_standard_code
    statement = select(UnitOfMeasure.id).order_by(code != "EA", code != "C62", UnitOfMeasure.code)
    return session.scalar(statement.limit(1))
