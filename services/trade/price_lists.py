"""Price lists: made, filled, activated (documents.md section 9). Which price a line gets is prices.py's."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.errors import NotFound, ValidationError
from core.text import _
from models import PriceList, PriceListLine
from models.enums import PriceListStatus, TradeSide
from services.values import assign, clean_code

FIELDS = ("description", "vendor_id", "customer_id", "customer_price_group", "starting_date", "ending_date")
LINE_FIELDS = (
    "item_id", "item_discount_group", "variant_id", "unit_of_measure_id", "minimum_quantity", "unit_amount",
    "discount_percent", "allow_line_discount", "allow_invoice_discount",
)  # fmt: skip


def create_price_list(session: Session, side: TradeSide, code: str, values: Mapping[str, object]) -> PriceList:
    """A draft. Raises ValidationError `already_exists`, `party_of_other_side`, `dates_order` and those of `assign`."""
    clean = clean_code(code, field="code", length=20)
    if session.scalar(select(PriceList.id).where(PriceList.code == clean)) is not None:
        raise ValidationError("already_exists", _("%(code)s exists already. Choose another code.", code=clean),
                              field="code")  # fmt: skip
    price_list = PriceList(code=clean, side=side, status=PriceListStatus.DRAFT, customer_price_group="")
    edit_price_list(session, price_list, values)
    session.add(price_list)
    session.flush()
    return price_list


def edit_price_list(session: Session, price_list: PriceList, values: Mapping[str, object]) -> None:
    """Change a list that is not active. Raises ValidationError `price_list_active`, and as `create_price_list`."""
    _check_editable(price_list)
    with session.no_autoflush:
        assign(session, price_list, values, FIELDS)
    other = price_list.customer_id if price_list.side == TradeSide.PURCHASE else price_list.vendor_id
    if other is not None:
        raise ValidationError("party_of_other_side", _("Prices of vendors and customers are kept apart."))
    starts, ends = price_list.starting_date, price_list.ending_date
    if starts is not None and ends is not None and ends < starts:
        raise ValidationError("dates_order", _("The list would end before it starts."), field="ending_date")


def add_price_line(session: Session, price_list: PriceList, values: Mapping[str, object]) -> PriceListLine:
    """A line of a list that is not active.

    Raises ValidationError `price_list_active`, `item_or_group`, `discount_out_of_range`, `nothing_given` and those of
    `assign`.
    """
    _check_editable(price_list)
    line = PriceListLine(price_list_id=price_list.id, item_discount_group="", variant_id=0)
    with session.no_autoflush:
        assign(session, line, values, LINE_FIELDS)
    if bool(line.item_id) == bool(line.item_discount_group):
        raise ValidationError("item_or_group", _("Name an item, or an item discount group."), field="item_id")
    if line.discount_percent is not None and line.discount_percent > 100:
        raise ValidationError(
            "discount_out_of_range", _("A discount lies between 0 and 100 %%."), field="discount_percent"
        )
    if line.unit_amount is None and not line.discount_percent:
        raise ValidationError("nothing_given", _("Enter a price or a discount."), field="unit_amount")
    session.add(line)
    session.flush()
    return line


def set_status(session: Session, price_list_id: int, status: PriceListStatus) -> PriceList:
    """Activate a list or take it out.

    Raises NotFound `price_list_not_found`; ValidationError `price_line_duplicate` where a line repeats one that is
    active, in this list or another for the same party.
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
    mine = [_key(price_list, line) for line in price_list.lines]
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
        )
    )
    taken = {_key(row[0], row[1]) for row in rivals}
    for place, key in enumerate(mine):
        if key in taken or key in mine[:place]:
            raise ValidationError(
                "price_line_duplicate",
                _("Line %(line)s repeats one that is active.", line=place + 1),
                line=place + 1,
                hint=_("Change its minimum quantity or dates, or delete it."),
            )


def _key(price_list: PriceList, line: PriceListLine) -> tuple[object, ...]:
    return (
        price_list.starting_date, line.item_id, line.item_discount_group, line.variant_id, line.unit_of_measure_id,
        line.minimum_quantity, line.unit_amount is None,
    )  # fmt: skip
