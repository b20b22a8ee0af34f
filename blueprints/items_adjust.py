"""Adjust inventory: one row a location with the new quantity; the rules are those of services/documents."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import HiddenField

from blueprints import formats
from blueprints.access import current_user, poster, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField
from blueprints.fields import BaseForm, KeyedForm
from blueprints.htmx import done, render
from blueprints.posted_links import register_link, with_links
from core.errors import ConflictError, DomainError, NotFound
from core.rounding import ZERO
from core.text import _
from core.unit_of_work import perform
from models import BLANK_ID, Item, ItemTrackingCode, ItemVariant, Permission, UnitOfMeasure
from services import items
from services.documents import reserved_stock
from services.documents.adjust_inventory import Shelf, adjust_inventory, is_allowed, shelves
from services.items.variants import list_variants

bp = Blueprint("items_adjust", __name__, url_prefix="/items")


class ShelfForm(BaseForm):
    """One location: what was seen there, what lies there now."""

    class Meta:
        csrf = False  # the form around it has the token

    quantity = QuantityField(_l("New quantity"), required=True)
    seen = HiddenField()

    @property
    def seen_quantity(self) -> Decimal:
        """What the page showed; damaged, it differs from anything."""
        try:
            return Decimal(self.seen.data or "0")
        except InvalidOperation:
            return Decimal(-1)


@dataclass
class Row:
    """A location with its form."""

    shelf: Shelf
    form: ShelfForm


@bp.route("/<path:no>/adjust", methods=["GET", "POST"])
@requires(Permission.JOURNAL_POST)
def adjust(no: str) -> ResponseReturnValue:
    session = db_session()
    item = items.get_item(session, no)
    variants = list_variants(session, item.id)
    variant = _chosen(session, item, variants)
    variant_id = variant.id if variant is not None else BLANK_ID
    form = KeyedForm()
    rows = _rows(shelves(session, item.id, variant_id))
    answer, asked = 200, False
    if form.is_submitted():
        valid = [row.form.validate() for row in rows]
        answer = 422
        if form.validate() and all(valid):
            try:
                register_id = _post(form, item.id, variant_id, rows)
            except DomainError as error:
                _show(form, rows, error)
                asked = error.code == reserved_stock.QUESTION
                answer = 409 if isinstance(error, ConflictError) else 422
            else:
                message = _("Nothing differs: nothing was posted.")
                if register_id:
                    message = with_links(_("The inventory was adjusted."), [register_link(register_id)])
                return done(None, back=url_for("items.show", no=item.no), message=message)
    return render(
        "items/adjust.html", "items/_adjust.html", status=answer, form=form, item=item, rows=rows, variants=variants,
        variant=variant, allowed=is_allowed(session) and item.is_inventory, tracked=_is_tracked(session, item),
        unit=_unit_code(session, item), many=len(rows) > 1, asked=asked,
    )  # fmt: skip


def _post(form: KeyedForm, item_id: int, variant_id: int, rows: list[Row]) -> int | None:
    who, day = poster(), today()
    wanted = {row.shelf.location_id: row.form.quantity.data for row in rows}
    seen = {row.shelf.location_id: row.form.seen_quantity for row in rows}
    ask = reserved_stock.QUESTION not in request.form.getlist("confirmed")

    def work(session: Session) -> int | None:
        return adjust_inventory(session, item_id, wanted, who, on=day, variant_id=variant_id, seen=seen, ask=ask)

    return perform(db_session(), work, key=form.key.data, user_id=current_user.id)


def _rows(found: list[Shelf]) -> list[Row]:
    sent = request.method == "POST"
    rows = []
    for shelf in found:
        data = {"quantity": shelf.quantity, "seen": f"{shelf.quantity:f}"}
        name = f"at{shelf.location_id}"
        # A location that came to be while the form was open stays as it is.
        there = sent and f"{name}-quantity" in request.form
        form = ShelfForm(prefix=name, data=data) if there or not sent else ShelfForm(None, prefix=name, data=data)
        rows.append(Row(shelf, form))
    return rows


def _show(form: KeyedForm, rows: list[Row], error: DomainError) -> None:
    """The refusal beside its location, else above all; what somebody else posted meanwhile is seen from now on."""
    place = next((row for row in rows if row.shelf.location_id == error.line), None)
    if place is None:
        form.show(error)
        return
    words = error.message if not error.hint else f"{error.message} {error.hint}"
    place.form.quantity.errors = [*place.form.quantity.errors, words]
    if isinstance(error, ConflictError):
        place.form.seen.data = f"{place.shelf.quantity:f}"


def _chosen(session: Session, item: Item, variants: list[ItemVariant]) -> ItemVariant | None:
    """The variant asked for; unasked the first one, unless something lies there without a variant. Raises NotFound."""
    code = request.values.get("variant")
    if code is None:
        without = any(shelf.quantity for shelf in shelves(session, item.id))
        return variants[0] if variants and not without else None
    code = code.strip().upper()
    found = next((variant for variant in variants if variant.code == code), None)
    if code and found is None:
        # Not what lies there without a variant: a quantity typed for this one would be posted on that.
        raise NotFound("not_found", _("Item %(no)s has no variant %(code)s.", no=item.no, code=code), field="variant")
    return found


def _is_tracked(session: Session, item: Item) -> bool:
    code = session.get(ItemTrackingCode, item.item_tracking_code_id) if item.item_tracking_code_id else None
    return code is not None and (code.serial_specific or code.lot_specific or code.package_specific)


def _unit_code(session: Session, item: Item) -> str:
    unit = session.get(UnitOfMeasure, item.base_unit_of_measure_id or 0)
    return unit.code if unit is not None else ""


def total(rows: list[Row]) -> Any:
    """What lies at all of them."""
    return formats.stock(sum((row.shelf.quantity for row in rows), ZERO))


bp.add_app_template_global(total, "shelves_total")
