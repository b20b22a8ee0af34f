"""Price lists: made, filled, copied, activated (documents.md section 9). Which price a line gets is prices.py's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from core.errors import NotFound, ValidationError
from core.rounding import round_unit_cost
from core.sql import ids_of
from core.text import _
from models import BLANK_ID, ItemUnitOfMeasure, ItemVariant, PriceList, PriceListLine
from models.enums import PriceListDefines, PriceListStatus, TradeSide
from services.values import assign, clean_code

FIELDS = (
    "description", "defines", "vendor_id", "customer_id", "customer_price_group", "currency_id", "starting_date",
    "ending_date",
)  # fmt: skip
LINE_FIELDS = (
    "item_id", "item_discount_group", "variant_id", "unit_of_measure_id", "minimum_quantity", "unit_amount",
    "discount_percent", "allow_line_discount", "allow_invoice_discount",
)  # fmt: skip
_HUNDRED = Decimal(100)


def get_price_list(session: Session, side: TradeSide, code: str) -> PriceList:
    """The list of that side. Raises NotFound `price_list_not_found`."""
    found = session.scalar(select(PriceList).where(PriceList.code == code.upper(), PriceList.side == side))
    if found is None:
        raise NotFound("price_list_not_found", _("There is no price list %(code)s.", code=code))
    return found


def save_price_list(
    session: Session, side: TradeSide, price_list: PriceList | None, values: Mapping[str, object]
) -> PriceList:
    """Create (None) or change a list, `code` among the values. Raises as `create_price_list` and `edit_price_list`."""
    rest = dict(values)
    code = str(rest.pop("code", ""))
    if price_list is None:
        return create_price_list(session, side, code, rest)
    clean = clean_code(code, field="code", length=20)
    if clean != price_list.code:
        _check_code(session, clean)
        price_list.code = clean
    edit_price_list(session, price_list, rest)
    session.flush()
    return price_list


def create_price_list(session: Session, side: TradeSide, code: str, values: Mapping[str, object]) -> PriceList:
    """A draft. Raises ValidationError `already_exists`, `party_of_other_side`, `party_or_group`, `dates_order` and
    those of `assign`.
    """
    clean = clean_code(code, field="code", length=20)
    _check_code(session, clean)
    price_list = PriceList(
        code=clean, side=side, status=PriceListStatus.DRAFT, customer_price_group="", defines=PriceListDefines.BOTH
    )
    edit_price_list(session, price_list, values)
    session.add(price_list)
    session.flush()
    return price_list


def _check_code(session: Session, code: str) -> None:
    if session.scalar(select(PriceList.id).where(PriceList.code == code)) is not None:
        raise ValidationError("already_exists", _("%(code)s exists already. Choose another code.", code=code),
                              field="code")  # fmt: skip


def edit_price_list(session: Session, price_list: PriceList, values: Mapping[str, object]) -> None:
    """Change a list that is not active.

    Raises ValidationError `price_list_active`, `price_list_defines` (lines say more than the list would define), and as
    `create_price_list`.
    """
    _check_editable(price_list)
    with session.no_autoflush:
        assign(session, price_list, values, FIELDS)
    purchase = price_list.side == TradeSide.PURCHASE
    other = price_list.customer_id if purchase else price_list.vendor_id
    if other is not None or (purchase and price_list.customer_price_group):
        raise ValidationError("party_of_other_side", _("Prices of vendors and customers are kept apart."))
    if price_list.customer_id is not None and price_list.customer_price_group:
        raise ValidationError(
            "party_or_group", _("Name a customer or a price group, not both."), field="customer_price_group"
        )
    starts, ends = price_list.starting_date, price_list.ending_date
    if starts is not None and ends is not None and ends < starts:
        raise ValidationError("dates_order", _("The list would end before it starts."), field="ending_date")
    if price_list.id is not None and "defines" in values:
        _check_defined(session, price_list)


def _check_defined(session: Session, price_list: PriceList) -> None:
    too_much = {
        PriceListDefines.PRICE: PriceListLine.discount_percent != 0,
        PriceListDefines.DISCOUNT: PriceListLine.unit_amount.is_not(None),
    }.get(PriceListDefines(price_list.defines))
    if too_much is None:
        return
    with session.no_autoflush:
        found = session.scalar(
            select(PriceListLine.id).where(PriceListLine.price_list_id == price_list.id, too_much).limit(1)
        )
    if found is not None:
        raise ValidationError(
            "price_list_defines", _("There are lines that say more than that: change or delete them first."),
            field="defines",
        )  # fmt: skip


def delete_price_list(session: Session, price_list: PriceList) -> None:
    """Delete a list that is not active, with its lines. Raises ValidationError `price_list_active`."""
    _check_editable(price_list)
    session.refresh(price_list, ["lines"])
    session.delete(price_list)
    session.flush()


def copy_price_list(session: Session, price_list: PriceList, code: str, *, percent: Decimal = Decimal(0)) -> PriceList:
    """A draft like the list with all its lines, prices changed by `percent` (-100 and above).

    Raises ValidationError `already_exists`, `out_of_range`.
    """
    if percent < -_HUNDRED:
        raise ValidationError("out_of_range", _("Prices fall by 100 %% at most."), field="percent")
    values = {name: getattr(price_list, name) for name in FIELDS}
    made = create_price_list(session, price_list.side, code, values)
    for line in session.scalars(_lines(price_list)):
        copy = PriceListLine(price_list_id=made.id, **{name: getattr(line, name) for name in LINE_FIELDS})
        if copy.unit_amount is not None:
            copy.unit_amount = round_unit_cost(copy.unit_amount * (_HUNDRED + percent) / _HUNDRED)
        session.add(copy)
    session.flush()
    return made


# ------------------------------------------------------------------------------------------------ lines
def _lines(price_list: PriceList) -> Select[tuple[PriceListLine]]:
    return select(PriceListLine).where(PriceListLine.price_list_id == price_list.id).order_by(PriceListLine.id)


def lines_page(
    session: Session, price_list: PriceList, limit: int, offset: int = 0
) -> tuple[Sequence[PriceListLine], int]:
    """One page of a list's lines with what a row shows, and how many there are."""
    total = session.scalar(
        select(func.count()).select_from(PriceListLine).where(PriceListLine.price_list_id == price_list.id)
    )
    shown = _lines(price_list).options(
        joinedload(PriceListLine.item), joinedload(PriceListLine.variant), joinedload(PriceListLine.unit_of_measure)
    )
    return session.scalars(shown.limit(limit).offset(offset)).all(), total or 0


def get_price_line(session: Session, price_list: PriceList, line_id: int) -> PriceListLine:
    """Raises NotFound `price_line_not_found`."""
    line = session.get(PriceListLine, line_id)
    if line is None or line.price_list_id != price_list.id:
        raise NotFound("price_line_not_found", _("This line is not in %(code)s any more.", code=price_list.code))
    return line


def add_price_line(session: Session, price_list: PriceList, values: Mapping[str, object]) -> PriceListLine:
    """A line of a list that is not active. Raises as `save_price_line`."""
    return save_price_line(session, price_list, None, values)


def save_price_line(
    session: Session, price_list: PriceList, line: PriceListLine | None, values: Mapping[str, object]
) -> PriceListLine:
    """Add (None) or change a line of a list that is not active.

    Raises ValidationError `price_list_active`, `item_or_group`, `price_of_group`, `variant_not_of_item`,
    `unit_not_of_item`, `price_list_defines`, `discount_out_of_range`, `nothing_given` and those of `assign`.
    """
    _check_editable(price_list)
    line = line or PriceListLine(
        price_list_id=price_list.id, item_discount_group="", variant_id=BLANK_ID, discount_percent=Decimal(0)
    )
    given = dict(values)
    if "variant_id" in given:
        given["variant_id"] = given["variant_id"] or BLANK_ID
    if given.get("unit_amount", line) is None:
        del given["unit_amount"]
        line.unit_amount = None  # only a discount
    with session.no_autoflush:
        assign(session, line, given, LINE_FIELDS)
        _check_line(session, price_list, line)
    session.add(line)
    session.flush()
    return line


def delete_price_line(session: Session, price_list: PriceList, line: PriceListLine) -> None:
    """Raises ValidationError `price_list_active`."""
    _check_editable(price_list)
    session.delete(line)
    session.flush()


def _check_line(session: Session, price_list: PriceList, line: PriceListLine) -> None:
    if bool(line.item_id) == bool(line.item_discount_group):
        raise ValidationError("item_or_group", _("Name an item, or an item discount group."), field="item_id")
    if line.item_discount_group and line.unit_amount is not None:
        raise ValidationError(
            "price_of_group", _("An item discount group has a discount; prices are an item's."), field="unit_amount"
        )
    if line.variant_id and session.scalar(
        select(ItemVariant.id).where(ItemVariant.id == line.variant_id, ItemVariant.item_id == line.item_id)
    ) is None:  # fmt: skip
        raise ValidationError("variant_not_of_item", _("This variant is not one of the item."), field="variant_id")
    if line.unit_of_measure_id and line.item_id and session.scalar(
        select(ItemUnitOfMeasure.id).where(
            ItemUnitOfMeasure.item_id == line.item_id,
            ItemUnitOfMeasure.unit_of_measure_id == line.unit_of_measure_id,
        )
    ) is None:  # fmt: skip
        raise ValidationError(
            "unit_not_of_item", _("The item is not kept in this unit."), field="unit_of_measure_id",
            hint=_("Choose one of its units, or none: the price is then for the base unit."),
        )  # fmt: skip
    if line.discount_percent is not None and line.discount_percent > _HUNDRED:
        raise ValidationError(
            "discount_out_of_range", _("A discount lies between 0 and 100 %%."), field="discount_percent"
        )
    if line.unit_amount is None and not line.discount_percent:
        raise ValidationError("nothing_given", _("Enter a price or a discount."), field="unit_amount")
    if price_list.defines == PriceListDefines.PRICE and line.discount_percent:
        raise ValidationError(
            "price_list_defines", _("This list defines prices; discounts stand in another one."),
            field="discount_percent",
        )  # fmt: skip
    if price_list.defines == PriceListDefines.DISCOUNT and line.unit_amount is not None:
        raise ValidationError(
            "price_list_defines", _("This list defines discounts; prices stand in another one."), field="unit_amount"
        )


# ------------------------------------------------------------------------------------------------ status
def set_status(session: Session, price_list_id: int, status: PriceListStatus) -> PriceList:
    """Activate a list or take it out. Two lists of one party that hold at different times do not repeat each other.

    Raises NotFound `price_list_not_found`; ValidationError `price_list_empty` where nothing would be activated,
    `price_line_duplicate` where a line repeats one that is active, in this list or another for the same party.
    """
    price_list = session.scalar(
        select(PriceList)
        .where(PriceList.id == price_list_id)
        .options(selectinload(PriceList.lines))
        .with_for_update(of=PriceList)
        .execution_options(populate_existing=True)
    )
    if price_list is None:
        raise NotFound("price_list_not_found", _("There is no such price list."))
    if status == PriceListStatus.ACTIVE:
        if not price_list.lines:
            raise ValidationError(
                "price_list_empty", _("%(code)s has no lines: nobody would get a price from it.", code=price_list.code),
                hint=_("Add its prices or discounts first, and save them."),
            )  # fmt: skip
        _check_duplicates(session, price_list)
    price_list.status = status
    session.flush()
    return price_list


def _check_editable(price_list: PriceList) -> None:
    if price_list.status == PriceListStatus.ACTIVE:
        raise ValidationError(
            "price_list_active",
            _("%(code)s is active; its prices count.", code=price_list.code),
            hint=_("Set it to draft first."),
        )


def _check_duplicates(session: Session, price_list: PriceList) -> None:
    items = {line.item_id for line in price_list.lines if line.item_id}
    groups = {line.item_discount_group for line in price_list.lines if line.item_discount_group}
    rivals = session.execute(
        select(PriceList, PriceListLine)
        .join(PriceListLine, PriceListLine.price_list_id == PriceList.id)
        .where(
            PriceList.id != price_list.id,
            PriceList.side == price_list.side,
            PriceList.status == PriceListStatus.ACTIVE,
            PriceList.vendor_id.is_not_distinct_from(price_list.vendor_id),
            PriceList.customer_id.is_not_distinct_from(price_list.customer_id),
            PriceList.customer_price_group == price_list.customer_price_group,
            PriceList.currency_id.is_not_distinct_from(price_list.currency_id),
            PriceList.starting_date.is_not_distinct_from(price_list.starting_date),
            PriceList.ending_date.is_not_distinct_from(price_list.ending_date),
            or_(PriceListLine.item_id.in_(ids_of(session, items)), PriceListLine.item_discount_group.in_(groups)),
        )
    )
    taken = {key: row[0].code for row in rivals for key in _keys(row[1])}
    for place, line in enumerate(price_list.lines, 1):
        for key in _keys(line):
            if key in taken:
                raise ValidationError(
                    "price_line_duplicate",
                    _("Line %(line)s repeats one that is active in %(code)s.", line=place, code=taken[key]),
                    line=place,
                    hint=_("Change its minimum quantity or dates, or delete it."),
                )
            taken[key] = price_list.code


def _keys(line: PriceListLine) -> list[tuple[object, ...]]:
    """What a line says, a price and a discount each for itself."""
    about = (
        line.item_id, line.item_discount_group, line.variant_id, line.unit_of_measure_id, line.minimum_quantity,
    )  # fmt: skip
    given = [what for what, said in (("price", line.unit_amount is not None), ("discount", line.discount_percent))
             if said]  # fmt: skip
    return [(what, *about) for what in given]
