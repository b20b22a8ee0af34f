"""Price lists and their lines as files, vendors' and customers' apart: declarations only."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import (
    BLANK_ID,
    Currency,
    Customer,
    Item,
    ItemVariant,
    Permission,
    PriceList,
    PriceListLine,
    UnitOfMeasure,
    Vendor,
)
from models.enums import TradeSide
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.columns import Column
from services.exchange.masters import MasterKind, Values
from services.items import variants
from services.trade import price_lists

_TITLES = {TradeSide.PURCHASE: "Vendor", TradeSide.SALES: "Customer"}


def _list_columns(side: TradeSide) -> list[Column]:
    party = (
        c.lookup_column(PriceList, "vendor", "Vendor no.", to=Vendor, by="no")
        if side == TradeSide.PURCHASE
        else c.lookup_column(PriceList, "customer", "Customer no.", to=Customer, by="no")
    )
    group = [] if side == TradeSide.PURCHASE else [
        Column("customer_price_group", "Customer price group", c.code_parser("customer_price_group", 20),
               field="customer_price_group")
    ]  # fmt: skip
    return [
        Column("code", "Code", c.code_parser("code", 20), required=True, field="code"),
        c.model_column(PriceList, "description", "Description"), party, *group,
        c.model_column(PriceList, "defines", "Defines"),
        c.lookup_column(PriceList, "currency", "Currency", to=Currency),
        c.model_column(PriceList, "starting_date", "Valid from"),
        c.model_column(PriceList, "ending_date", "Valid until"),
    ]  # fmt: skip


def _lists(side: TradeSide) -> MasterKind:
    word = _TITLES[side]
    return MasterKind(
        name=f"{word.lower()}-price-lists", words=f"{word} price lists", model=PriceList, keys=("code",),
        master_columns=lambda: _list_columns(side),
        create=lambda session, values: price_lists.save_price_list(session, side, None, values),
        update=lambda session, record, values: _change(session, side, record, values),
        where=lambda: (PriceList.side == side,),
    )  # fmt: skip


def _change(session: Session, side: TradeSide, record: PriceList, values: Values) -> None:
    if record.side != side:
        raise ValidationError("already_exists", _("%(code)s is a list of the other side.", code=record.code))
    price_lists.edit_price_list(session, record, values)


def _line_columns(side: TradeSide) -> list[Column]:
    price = "Direct unit cost" if side == TradeSide.PURCHASE else "Price"
    return [
        c.lookup_column(PriceListLine, "price_list", "Price list", to=PriceList, by="code", required=True),
        c.lookup_column(PriceListLine, "item", "Item no.", to=Item, by="no"),
        Column("item_discount_group", "Item discount group", c.code_parser("item_discount_group", 20),
               field="item_discount_group"),
        Column("variant", "Variant", lambda text, _options: cells.code(text, field="variant", length=10),
               field="variant_id"),
        c.lookup_column(PriceListLine, "unit_of_measure", "Unit", to=UnitOfMeasure, by="code"),
        c.model_column(PriceListLine, "minimum_quantity", "From quantity"),
        c.model_column(PriceListLine, "unit_amount", price),
        c.model_column(PriceListLine, "discount_percent", "Discount %"),
        c.model_column(PriceListLine, "allow_line_discount", "Line discount on top"),
        c.model_column(PriceListLine, "allow_invoice_discount", "Invoice discount on top"),
    ]  # fmt: skip


_LINE_KEYS = ("price_list", "item", "item_discount_group", "variant", "unit_of_measure", "minimum_quantity")


def _resolve(session: Session, values: Values) -> dict[str, Any]:
    """No item and no unit are none here, and the variant's code is one of the row's item."""
    found = dict(values)
    for name in ("item_id", "unit_of_measure_id"):
        found[name] = found.get(name) or None
    code, found["variant_id"] = values.get("variant_id"), BLANK_ID
    if code and found["item_id"] is not None:
        item = session.get_one(Item, found["item_id"])
        found["variant_id"] = variants.get_variant(session, item, str(code)).id
    return found


def _variant_code(session: Session, record: PriceListLine, _name: str) -> str:
    if not record.variant_id:
        return ""
    return session.scalar(select(ItemVariant.code).where(ItemVariant.id == record.variant_id)) or ""


def _lines(side: TradeSide) -> MasterKind:
    word = _TITLES[side]

    def create(session: Session, values: Values) -> None:
        rest = dict(values)
        price_list = _list_of(session, side, rest.pop("price_list_id"))
        price_lists.save_price_line(session, price_list, None, rest)

    def update(session: Session, record: PriceListLine, values: Values) -> None:
        price_lists.save_price_line(session, _list_of(session, side, record.price_list_id), record, values)

    return MasterKind(
        name=f"{word.lower()}-prices", words=f"{word} prices", model=PriceListLine, keys=_LINE_KEYS,
        master_columns=lambda: _line_columns(side), create=create, update=update, reads=("variant",),
        read=_variant_code, resolve=_resolve,
        where=lambda: (PriceListLine.price_list_id.in_(select(PriceList.id).where(PriceList.side == side)),),
    )  # fmt: skip


def _list_of(session: Session, side: TradeSide, list_id: int) -> PriceList:
    price_list = session.get(PriceList, list_id)
    if price_list is None or price_list.side != side:
        raise ValidationError("price_list_not_found", _("This is no price list of this side."), field="price_list_id")
    return price_list


PRICE_KINDS: tuple[MasterKind, ...] = tuple(make(side) for make in (_lists, _lines) for side in TradeSide)
RIGHTS: dict[str, tuple[Permission, Permission]] = {
    kind.name: (
        (Permission.PURCHASE_EDIT, Permission.PURCHASE_VIEW)
        if kind.name.startswith("vendor")
        else (Permission.SALES_EDIT, Permission.SALES_VIEW)
    )
    for kind in PRICE_KINDS
}
