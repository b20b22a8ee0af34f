"""Copies of an item (items.md section 3): general fields always, what hangs on the item as chosen."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer

from core.clock import utcnow
from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    DefaultDimension,
    ExtendedText,
    InventorySetup,
    Item,
    ItemAttributeMapping,
    ItemComment,
    ItemPicture,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    ItemVendor,
    PriceList,
    PriceListLine,
    User,
)
from models.enums import TradeSide
from services import numbers
from services.items.fields import clean_no

#: How many copies one go makes at most: each is a card with all that hangs on it.
MOST_COPIES = 100
_NOT_COPIED = frozenset({"id", "no", "last_modified_at", "created_from_catalog", "cost_is_adjusted", "low_level_code"})


@dataclass(frozen=True)
class Parts:
    """What is copied besides the general fields; all of it unless told otherwise."""

    units: bool = True
    picture: bool = True
    sales_prices: bool = True
    sales_line_discounts: bool = True
    purchase_prices: bool = True
    purchase_line_discounts: bool = True
    variants: bool = True
    attributes: bool = True
    references: bool = True
    extended_texts: bool = True
    comments: bool = True
    dimensions: bool = True
    vendors: bool = True


def copy_item(
    session: Session,
    source: Item,
    *,
    on: dt.date,
    target_no: str = "",
    series_id: int | None = None,
    copies: int = 1,
    parts: Parts | None = None,
) -> list[Item]:
    """Make `copies` items like `source`: `target_no` and those that follow it, or the next of a series on day `on`.

    Ledger entries, stock, stockkeeping units, bin contents and the catalog link stay with the source. Raises
    ValidationError `number_required`, `duplicate`, `manual_number_not_allowed`, `number_not_incrementable`,
    `out_of_range` (copies), `series_exhausted` and what numbers.py refuses. Source: items.md section 3.
    """
    if not 1 <= copies <= MOST_COPIES:
        raise ValidationError(
            "out_of_range", _("Make 1 to %(most)s copies in one go.", most=MOST_COPIES), field="copies"
        )
    chosen = parts or Parts()
    nos = _numbers(session, clean_no(target_no), series_id, copies, on)
    made = [_general(source, no, chosen) for no in nos]
    session.add_all(made)
    session.flush()
    for item in made:
        _hanging(session, source.id, item.id, chosen)
    session.flush()
    return made


def _numbers(session: Session, target: str, series_id: int | None, copies: int, on: dt.date) -> list[str]:
    """The copies' numbers, all free."""
    if not target:
        if series_id is None:
            raise ValidationError(
                "number_required", _("Type a number for the copy, or choose a series that gives it."), field="target_no"
            )
        drawn = numbers.draw_many(session, series_id, on, copies, taken=lambda no: _taken(session, no))
        return [single.no for single in drawn]
    setup = session.get(InventorySetup, 1)
    try:
        numbers.check_manual(session, setup.item_nos_id if setup else None, target)
        nos = [target]
        while len(nos) < copies:
            nos.append(numbers.increment(nos[-1]))
    except ValidationError as error:
        error.field = "target_no"
        raise
    rival = session.scalar(select(Item.no).where(Item.no.in_(nos)).order_by(Item.no).limit(1))
    if rival is not None:
        raise ValidationError(
            "duplicate", _("There is an item %(no)s already. Choose another number.", no=rival), field="target_no"
        )
    return nos


def _taken(session: Session, no: str) -> bool:
    return bool(session.scalar(select(exists().where(Item.no == no))))


def _general(source: Item, no: str, parts: Parts) -> Item:
    """The card itself; what was not chosen is emptied."""
    values = _columns(source, _NOT_COPIED)
    if not parts.units:
        values |= {
            "base_unit_of_measure_id": None, "sales_unit_of_measure_id": None, "purchase_unit_of_measure_id": None,
            "put_away_unit_of_measure_id": None,
        }  # fmt: skip
    if not parts.sales_line_discounts and not parts.purchase_line_discounts:
        values["item_discount_group"] = ""
    return Item(**values, no=no, last_modified_at=utcnow(), created_from_catalog=False, cost_is_adjusted=True)


def _hanging(session: Session, source_id: int, item_id: int, parts: Parts) -> None:
    """Units, variants, references, attributes, pictures, texts and prices of the copy."""
    if parts.units:
        for unit in session.scalars(select(ItemUnitOfMeasure).where(ItemUnitOfMeasure.item_id == source_id)):
            session.add(_twin(unit, item_id=item_id))
    variant_ids = {BLANK_ID: BLANK_ID}
    if parts.variants:
        rows = list(session.scalars(select(ItemVariant).where(ItemVariant.item_id == source_id)))
        twins = [_twin(row, item_id=item_id) for row in rows]
        session.add_all(twins)
        session.flush()
        variant_ids |= {row.id: twin.id for row, twin in zip(rows, twins, strict=True)}
    for wanted, model in (
        (parts.attributes, ItemAttributeMapping),
        (parts.references, ItemReference),
        (parts.picture, ItemPicture),
        (parts.vendors, ItemVendor),
    ):
        if wanted:
            _copy_rows(session, model, source_id, item_id, variant_ids)
    for wanted, texts in ((parts.extended_texts, ExtendedText), (parts.comments, ItemComment)):
        if wanted:
            for row in session.scalars(select(texts).where(texts.item_id == source_id).order_by(texts.id)):
                session.add(_twin(row, item_id=item_id))
    if parts.dimensions:
        of_source = (DefaultDimension.table_name == Item.__tablename__) & (DefaultDimension.record_id == source_id)
        for default in session.scalars(select(DefaultDimension).where(of_source)):
            session.add(_twin(default, record_id=item_id))
    _copy_prices(session, source_id, item_id, variant_ids, parts)


def _copy_rows(
    session: Session, model: type[Any], source_id: int, item_id: int, variant_ids: Mapping[int, int]
) -> None:
    """Rows of the item and of those of its variants that were copied."""
    statement = select(model).where(model.item_id == source_id, model.variant_id.in_(variant_ids))
    if model is ItemPicture:
        statement = statement.options(undefer(ItemPicture.image), undefer(ItemPicture.thumbnail))
    for row in session.scalars(statement):
        session.add(_twin(row, item_id=item_id, variant_id=variant_ids[row.variant_id]))


def _copy_prices(session: Session, source_id: int, item_id: int, variant_ids: Mapping[int, int], parts: Parts) -> None:
    """Lines of price lists; a line that names a price and a discount keeps what was chosen of it."""
    rows = session.execute(
        select(PriceListLine, PriceList.side)
        .join(PriceList, PriceList.id == PriceListLine.price_list_id)
        .where(PriceListLine.item_id == source_id, PriceListLine.variant_id.in_(variant_ids))
    )
    for line, side in rows.tuples().all():
        sales = side == TradeSide.SALES
        price = parts.sales_prices if sales else parts.purchase_prices
        discount = parts.sales_line_discounts if sales else parts.purchase_line_discounts
        has_price, has_discount = price and line.unit_amount is not None, discount and line.discount_percent != 0
        if has_price or has_discount:
            changes: dict[str, Any] = {} if has_price else {"unit_amount": None}
            changes |= {} if has_discount else {"discount_percent": 0}
            session.add(_twin(line, item_id=item_id, variant_id=variant_ids[line.variant_id], **changes))


def _columns(row: Any, without: frozenset[str]) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns if column.key not in without}


def _twin(row: Any, **changes: Any) -> Any:
    """A new row like `row` but for `changes`."""
    return type(row)(**(_columns(row, frozenset({"id"})) | changes))


#: stands among the parts left out where somebody does not want to see the copies
_SHOW = "show_created"


def remembered_parts(user: User) -> tuple[Parts, bool]:
    """What this user copied last time, and whether to show the copies; everything at first."""
    left_out = user.item_copy_without.split(",")
    parts = Parts(**{part.name: part.name not in left_out for part in dataclasses.fields(Parts)})
    return parts, _SHOW not in left_out


def remember_parts(session: Session, user_id: int, parts: Parts, *, show_created: bool = True) -> None:
    """Keep the choice for the next time; it is the user's own."""
    left_out = [part.name for part in dataclasses.fields(Parts) if not getattr(parts, part.name)]
    session.get_one(User, user_id).item_copy_without = ",".join(left_out + ([] if show_created else [_SHOW]))
