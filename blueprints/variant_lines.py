"""Quantities of an item's variants typed into a grid; each becomes a line of the order (items.md section 23)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from flask import Response, request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField
from blueprints.fields import BaseForm
from blueprints.htmx import done, render
from blueprints.item_fields import PICK_OF_USE
from blueprints.record_fields import RecordField
from blueprints.trade_kinds import DOCUMENT, EDIT, find, on_both_sides, page_kind
from blueprints.transfer_kinds import KIND as TRANSFER
from blueprints.transfer_kinds import bp as transfers
from core.errors import DomainError, errors_of
from core.text import _, ngettext
from core.unit_of_work import perform
from models import Item, ItemVariant, Permission, UnitOfMeasure
from models.enums import DocumentStatus, TradeSide
from services.items.finding import ItemUse
from services.items.variant_grid import VariantGrid, is_offered, variant_grid
from services.trade import lines
from services.transfers import lines as transfer_lines
from services.transfers import orders, page

#: values of one line -> (item, variant, quantity)
Wanted = Sequence[dict[str, Any]]


@on_both_sides(DOCUMENT + "/variants", "variant_grid", EDIT, "GET", "POST")
def of_trade(side: TradeSide, slug: str, no: str) -> Response:
    """The grid on a purchase or sales document."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    document_id, user_id = document.id, current_user.id

    def add(session: Session, wanted: Wanted) -> None:
        lines.add_lines(session, document_id, wanted, user_id=user_id)

    use = ItemUse.PURCHASE if side is TradeSide.PURCHASE else ItemUse.SALE
    return _answer(kind, document, use, document.location_id, add)


@transfers.route("/<path:no>/variants", methods=["GET", "POST"], endpoint="variant_grid")
@requires(Permission.TRANSFERS_EDIT)
def of_transfer(no: str) -> Response:
    """The grid on a transfer order."""
    order = page.read_order(db_session(), no)

    def add(session: Session, wanted: Wanted) -> None:
        transfer_lines.add_lines(session, orders.get_order(session, no), wanted)

    return _answer(TRANSFER, order, ItemUse.ANY, order.from_location_id, add)


def _answer(kind: Any, record: Any, use: ItemUse, location_id: int, add: Callable[[Session, Wanted], None]) -> Response:
    """GET: the item of the URL with its variants; POST: a line for every cell with a quantity, all or none."""
    given = request.args if request.args.get("item") else None
    chooser: Any = _chooser(use)(formdata=given)
    grid, form, item, status = None, None, None, 200
    if given is not None and chooser.validate() and chooser.item.data:
        item = db_session().get_one(Item, chooser.item.data)
        try:
            grid = variant_grid(db_session(), item, location_id=location_id)
        except DomainError as error:
            chooser.show(error)
    if chooser.errors:
        status = 422
    if grid is not None and item is not None:
        form = _cells(grid, use)
        if form.validate_on_submit():
            wanted = _wanted(form, grid, item)
            if wanted and _added(form, wanted, add):
                message = ngettext("%(num)d line added.", "%(num)d lines added.", len(wanted))
                return done(None, back=kind.url("show", no=record.no), message=message)
            if not wanted:
                form.show(DomainError("nothing_typed", _("Type a quantity into at least one field.")))
        if form.errors:
            status = 422
    return render(
        "trade/variants.html", "trade/_variants.html", status=status, kind=kind, record=record, chooser=chooser,
        grid=grid, form=form, item=item, unit=_unit(item, use) if item is not None else "",
        is_open=record.status == DocumentStatus.OPEN,
    )  # fmt: skip


def _chooser(use: ItemUse) -> type[BaseForm]:
    class Meta:
        csrf = False

    return type("ItemChooser", (BaseForm,), {"Meta": Meta, "item": RecordField(_l("Item"), PICK_OF_USE[use])})


def _cells(grid: VariantGrid, use: ItemUse) -> BaseForm:
    """A quantity for every variant that may be entered."""
    fields: dict[str, Any] = {
        name_of(variant): QuantityField(variant.description or variant.code)
        for variant in grid.variants
        if is_offered(variant, use)
    }
    form: BaseForm = type("GridForm", (BaseForm,), fields)()
    return form


def name_of(variant: ItemVariant) -> str:
    """The field of a variant."""
    return f"variant_{variant.id}"


def _wanted(form: BaseForm, grid: VariantGrid, item: Item) -> Wanted:
    found = []
    for variant in grid.variants:
        quantity = form[name_of(variant)].data if name_of(variant) in form else None
        if isinstance(quantity, Decimal) and quantity:
            found.append({"item_id": item.id, "variant_id": variant.id, "quantity": quantity})
    return found


def _added(form: BaseForm, wanted: Wanted, add: Callable[[Session, Wanted], None]) -> bool:
    try:
        perform(db_session(), lambda session: add(session, wanted), user_id=current_user.id)
    except DomainError as error:
        for single in errors_of(error):
            if single.line:
                single.field, single.line = f"variant_{wanted[single.line - 1]['variant_id']}", None
        form.show(error)
        return False
    return True


def _unit(item: Item, use: ItemUse) -> str:
    """The unit in which the quantities are typed: the one that a line about the item starts with."""
    wanted = {ItemUse.SALE: item.sales_unit_of_measure_id, ItemUse.PURCHASE: item.purchase_unit_of_measure_id}
    unit = db_session().get(UnitOfMeasure, wanted.get(use) or item.base_unit_of_measure_id or 0)
    return unit.code if unit is not None else ""
