"""Price lists of vendors and of customers: list, card with its lines, what is agreed for an item; invoice discounts."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.decimal_fields import PercentField, QuantityField, UnitCostField
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField, DayField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, RecordFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_cards import Cell, RecordCard, Rows
from blueprints.record_fields import RecordCodeField, RecordField
from blueprints.trade_kinds import EDIT, VIEW
from core.text import _
from models import (
    Customer,
    Item,
    ItemVariant,
    PriceList,
    PriceListLine,
    UnitOfMeasure,
    Vendor,
)
from models.enums import PriceListDefines, PriceListStatus, TradeSide
from services.trade import price_lists

BLUEPRINTS = {
    TradeSide.PURCHASE: Blueprint("purchase_prices", __name__, url_prefix="/purchase/prices"),
    TradeSide.SALES: Blueprint("sales_prices", __name__, url_prefix="/sales/prices"),
}


class _ListForm(RecordForm):
    code = CodeField(_l("Code"), required=True)
    description = TextField(_l("Description"))
    defines = ChoiceField(_l("Defines"), PriceListDefines)
    currency_id = RecordField(_l("Currency"), "currency", description=_l("Empty: the company's own."))
    starting_date = DayField(_l("Valid from"))
    ending_date = DayField(_l("Valid until"))


class VendorListForm(_ListForm):
    vendor_id = RecordField(_l("Vendor"), "vendor", description=_l("Empty: prices of every vendor."))


class CustomerListForm(_ListForm):
    customer_id = RecordField(_l("Customer"), "customer", description=_l("Empty, and no group: for everybody."))
    customer_price_group = CodeField(
        _l("Customer price group"), description=_l("Customers whose card names this group.")
    )


class LineForm(RecordForm):
    """One agreed price or discount."""

    item_id = RecordField(_l("Item"), "item")
    item_discount_group = RecordCodeField(
        _l("Item discount group"), "item_discount_group", description=_l("Instead of an item: a discount for them all.")
    )
    variant_id = RecordField(_l("Variant"), "variant", blank=0, depends="item_id", description=_l("Empty: all."))
    unit_of_measure_id = RecordField(
        _l("Unit"), "item_unit", depends="item_id",
        description=_l("Empty: any unit; price and minimum are for the base unit."),
    )  # fmt: skip
    minimum_quantity = QuantityField(_l("From quantity"))
    unit_amount = UnitCostField(_l("Price"), empty=None)
    discount_percent = PercentField(_l("Discount %"))
    allow_line_discount = CheckField(_l("Line discount on top"), default=True)
    allow_invoice_discount = CheckField(_l("Invoice discount on top"), default=True)


class PurchaseLineForm(LineForm):
    unit_amount = UnitCostField(_l("Direct unit cost"), empty=None)


class CopyForm(BaseForm):
    code = CodeField(_l("Code of the copy"), required=True)
    percent = PercentField(
        _l("Prices change by %"), minimum=-100, maximum=1000, description=_l("5: dearer by 5 %; -10: cheaper by 10 %.")
    )


def _whose(side: TradeSide) -> Any:
    """The number or group a list is for, as a column."""
    if side == TradeSide.PURCHASE:
        return func.coalesce(Vendor.no, "")
    return case((Customer.no.is_not(None), Customer.no), else_=PriceList.customer_price_group)


def _with_party(side: TradeSide, statement: Any) -> Any:
    if side == TradeSide.PURCHASE:
        return statement.outerjoin(Vendor, Vendor.id == PriceList.vendor_id).where(PriceList.side == side)
    return statement.outerjoin(Customer, Customer.id == PriceList.customer_id).where(PriceList.side == side)


_count = select(func.count()).where(PriceListLine.price_list_id == PriceList.id).correlate(PriceList).scalar_subquery()


def _party_filter(side: TradeSide) -> RecordFilter:
    if side == TradeSide.PURCHASE:
        return RecordFilter("party", _l("Vendor"), PriceList.vendor_id, kind="vendor")
    return RecordFilter("party", _l("Customer"), PriceList.customer_id, kind="customer")


def _listing(side: TradeSide, url: Callable[..., str]) -> Listing:
    purchase = side == TradeSide.PURCHASE
    return Listing(
        name=f"{side}_price_lists",
        title=_l("Vendor price lists") if purchase else _l("Customer price lists"),
        key=PriceList.id,
        source=lambda: _with_party(side, select().select_from(PriceList)),
        columns=(
            Column("code", _l("Code"), PriceList.code, "code", sort=True),
            Column("description", _l("Description"), PriceList.description, sort=True),
            Column("whose", _l("For"), _whose(side), "code", cell=lambda row: row.whose or _everybody(side)),
            Column("status", _l("Status"), PriceList.status, "word"),
            Column("defines", _l("Defines"), PriceList.defines, "word", shown=False),
            Column("starting_date", _l("Valid from"), PriceList.starting_date, "day", sort=True),
            Column("ending_date", _l("Valid until"), PriceList.ending_date, "day", sort=True),
            Column("lines", _l("Lines"), _count, "number"),
        ),
        extra={"row_code": PriceList.code},
        filters=(ChoiceFilter("status", _l("Status"), PriceList.status, kind=PriceListStatus), _party_filter(side)),
        search=(PriceList.code, PriceList.description, _whose(side)),
        search_hint=_l("Code, words or for whom"),
        sort="code",
        open=lambda row: url("show", code=row.row_code),
        actions=(
            Action(_l("New price list"), lambda: url("new"), "plus", EDIT[side], primary=True, shortcut="n"),
            Action(_l("All agreed prices"), lambda: url("lines"), "list-details", VIEW[side]),
        ),
        empty=Empty(
            _l("Nothing is agreed yet: orders take the last direct cost.") if purchase
            else _l("Nothing is agreed yet: orders take the price of the item card."),
            _l("New price list"), lambda: url("new"), EDIT[side],
        ),
    )  # fmt: skip


def _everybody(side: TradeSide) -> str:
    return _("every vendor") if side == TradeSide.PURCHASE else _("everybody")


def _lines_listing(side: TradeSide, url: Callable[..., str]) -> Listing:
    """What is agreed for which item, over all lists of the side."""
    purchase = side == TradeSide.PURCHASE
    return Listing(
        name=f"{side}_price_lines",
        title=_l("Agreed purchase prices") if purchase else _l("Agreed sales prices"),
        key=PriceListLine.id,
        source=lambda: _with_party(
            side,
            select()
            .select_from(PriceListLine)
            .join(PriceList, PriceList.id == PriceListLine.price_list_id)
            .join(ItemVariant, ItemVariant.id == PriceListLine.variant_id)
            .outerjoin(Item, Item.id == PriceListLine.item_id)
            .outerjoin(UnitOfMeasure, UnitOfMeasure.id == PriceListLine.unit_of_measure_id),
        ),
        columns=(
            Column("item", _l("Item"), func.coalesce(Item.no, PriceListLine.item_discount_group), "code"),
            Column("description", _l("Description"), Item.description),
            Column("variant", _l("Variant"), ItemVariant.code, "code", shown=False),
            Column("whose", _l("For"), _whose(side), "code", cell=lambda row: row.whose or _everybody(side)),
            Column("minimum", _l("From quantity"), PriceListLine.minimum_quantity, "quantity"),
            Column("unit", _l("Unit"), UnitOfMeasure.code, "code"),
            Column("price", _l("Direct unit cost") if purchase else _l("Price"), PriceListLine.unit_amount,
                   "unit_cost"),
            Column("discount", _l("Discount %"), PriceListLine.discount_percent, "percent"),
            Column("starting_date", _l("Valid from"), PriceList.starting_date, "day"),
            Column("ending_date", _l("Valid until"), PriceList.ending_date, "day"),
            Column("list", _l("Price list"), PriceList.code, "code"),
            Column("status", _l("Status"), PriceList.status, "word"),
        ),
        extra={"row_code": PriceList.code, "line_id": PriceListLine.id},
        filters=(
            RecordFilter("item", _l("Item"), PriceListLine.item_id, kind="item"),
            _party_filter(side),
            ChoiceFilter("status", _l("Status"), PriceList.status, kind=PriceListStatus),
        ),
        search=(Item.no, Item.description, PriceListLine.item_discount_group),
        search_hint=_l("Item or discount group"),
        sort="item",
        open=lambda row: url("show", code=row.row_code),
        empty=Empty(_l("Nothing is agreed yet.")),
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ one side
def _rows(side: TradeSide) -> Rows:
    def save(session: Session, record: PriceList, row: PriceListLine | None, values: dict[str, Any]) -> Any:
        return price_lists.save_price_line(session, record, row, values)

    def delete(session: Session, row: PriceListLine) -> None:
        price_lists.delete_price_line(session, session.get_one(PriceList, row.price_list_id), row)

    return Rows(
        address="lines", table="price_list_line", title=_l("Lines"),
        form=PurchaseLineForm if side == TradeSide.PURCHASE else LineForm,
        cells=(
            Cell(_l("Item"), lambda row: row.item.no if row.item else row.item_discount_group, "code"),
            Cell(_l("Description"), lambda row: row.item.description if row.item else _("Item discount group")),
            Cell(_l("Variant"), lambda row: row.variant.code, "code"),
            Cell(_l("Unit"), lambda row: row.unit_of_measure.code if row.unit_of_measure else "", "code"),
            Cell(_l("From quantity"), lambda row: row.minimum_quantity or None, "quantity"),
            Cell(_l("Direct unit cost") if side == TradeSide.PURCHASE else _l("Price"), lambda row: row.unit_amount,
                 "unit_cost"),
            Cell(_l("Discount %"), lambda row: row.discount_percent or None, "percent"),
        ),
        page=price_lists.lines_page, find=price_lists.get_price_line, save=save, delete=delete,
        name=lambda _row: _("Line of the price list"),
        add=_l("Add the line"), added=_l("The line was added."), deleted=_l("The line was deleted."),
        none_yet=_l("There are no lines yet: an item and what it costs, from a quantity on."),
    )  # fmt: skip


def _add_side(side: TradeSide, bp: Blueprint) -> None:
    purchase = side == TradeSide.PURCHASE

    def url(action: str, **arguments: Any) -> str:
        return url_for(f"{bp.name}.{action}", **arguments)

    lines = _lines_listing(side, url)
    bp.get("/lines", endpoint="lines")(requires(VIEW[side])(lines.respond))
    bp.post("/<path:code>/status", endpoint="status")(requires(EDIT[side])(partial(_set_status, side)))
    bp.route("/<path:code>/copy", endpoint="copy", methods=["GET", "POST"])(requires(EDIT[side])(partial(_copy, side)))
    whose = ("vendor_id",) if purchase else ("customer_id", "customer_price_group")
    RecordCard(
        listing=_listing(side, url), table="price_list", new_title=_l("New price list"),
        form=VendorListForm if purchase else CustomerListForm,
        groups=(("code", "description", *whose, "defines", "currency_id", "starting_date", "ending_date"),),
        get=lambda session, code: price_lists.get_price_list(session, side, code),
        save=lambda session, record, values: price_lists.save_price_list(session, side, record, values),
        delete=price_lists.delete_price_list,
        next_step=_l("Now add the lines, then activate it: until then it is a draft that nobody gets."),
        rows=_rows(side), view=VIEW[side], change=EDIT[side], name_of=lambda record: str(record.description),
        actions="price_lists/_actions.html",
    ).register(bp)  # fmt: skip


def _set_status(side: TradeSide, code: str) -> ResponseReturnValue:
    """Activate the list, make it a draft again, or put it out of use."""
    form = _StatusForm()
    back = url_for(".show", code=code)
    if not form.validate_on_submit():
        return press(lambda _session: None, message=_("Nothing was changed."), back=back)
    status = PriceListStatus(form.status.data)

    def work(session: Session) -> None:
        price_lists.set_status(session, price_lists.get_price_list(session, side, code).id, status)

    words = {
        PriceListStatus.ACTIVE: _("%(code)s is active: its prices count from now on.", code=code),
        PriceListStatus.DRAFT: _(
            "%(code)s is a draft: its lines may be changed, and nobody gets its prices.", code=code
        ),
        PriceListStatus.INACTIVE: _("%(code)s is out of use.", code=code),
    }
    return press(work, message=words[status], back=back)


class _StatusForm(BaseForm):
    status = ChoiceField(_l("Status"), PriceListStatus)


def _copy(side: TradeSide, code: str) -> ResponseReturnValue:
    """A draft with the same lines, dearer or cheaper by a percentage."""
    record, form = price_lists.get_price_list(db_session(), side, code), CopyForm()

    def work(session: Session) -> None:
        source = price_lists.get_price_list(session, side, code)
        price_lists.copy_price_list(session, source, form.code.data or "", percent=form.percent.data)

    if carried_out(form, work):
        message = _("%(code)s is a copy of %(other)s: a draft until you activate it.", code=form.code.data, other=code)
        return done(None, back=url_for(".show", code=form.code.data), message=message)
    return render("price_lists/copy.html", "price_lists/_copy.html", record=record, form=form,
                  status=422 if form.errors else 200)  # fmt: skip


for _side, _blueprint in BLUEPRINTS.items():
    _add_side(_side, _blueprint)


def init_app(app: Any) -> None:
    """Both sides' pages."""
    for blueprint in BLUEPRINTS.values():
        app.register_blueprint(blueprint)
