"""Stockkeeping units: list, card, new, edit, values from the item, many at once (items.md section 13)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from blueprints.access import may, requires, today
from blueprints.database import db_session
from blueprints.fields import BaseForm, CheckField, ChoiceField, CodeField
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, NumberRange, RecordFilter, TextFilter
from blueprints.list_narrowing import Outer
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing, selected_ids
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from blueprints.stock_signs import STATE_WORDS, state_badge
from blueprints.stockkeeping_forms import SECTIONS, StockkeepingForm, comparison, planned_by, unused_of
from core.errors import ValidationError
from core.text import _, ngettext
from models import (
    BLANK_ID,
    CountingPeriod,
    Item,
    ItemVariant,
    Location,
    Permission,
    StockkeepingUnit,
    StockPosition,
    UnitOfMeasure,
    Vendor,
)
from models.enums import ReorderingPolicy, ReplenishmentSystem
from services import items
from services.items import stockkeeping
from services.items.stock_state import StockState, positions_in
from services.items.stockkeeping_batch import Batch, Per, create_batch
from services.planning.parameters import corrections
from services.planning.set_up import defaults_of

bp = Blueprint("stockkeeping_units", __name__, url_prefix="/stockkeeping-units")

_Source = aliased(Location, name="source")
_unit = StockkeepingUnit


class NewForm(BaseForm):
    """Where it is for; its values come from the item."""

    item_id = RecordField(_l("Item"), "item", required=True)
    location_id = RecordField(_l("Location"), "stock_location", blank=BLANK_ID)
    variant_id = RecordField(_l("Variant"), "variant", blank=BLANK_ID, depends="item_id")


class BatchForm(BaseForm):
    """Which ones to make; empty conditions take all."""

    per = ChoiceField(
        _l("One for each"),
        pairs=lambda: [
            (Per.LOCATION.value, _("Location")), (Per.VARIANT.value, _("Variant")),
            (Per.LOCATION_AND_VARIANT.value, _("Location and variant")),
        ],
    )  # fmt: skip
    item_id = RecordField(_l("Item"), "item")
    inventory_posting_group_id = RecordField(_l("Inventory posting group"), "inventory_group")
    location_id = RecordField(_l("Location"), "stock_location")
    variant_code = CodeField(_l("Variant code"), max_length=10)
    only_in_stock = CheckField(_l("Only where something is in stock"))
    replace = CheckField(
        _l("Replace existing"),
        description=_l("Deletes those that the conditions name first; they get the item's values of today."),
    )


class StateFilter(ChoiceFilter):
    """How the places stand."""

    def condition(self, value: list[str]) -> Any:
        return positions_in([StockState(single) for single in value])


def _url(row: Any) -> str:
    return url_for(".show", unit_id=row.unit_id)


#: every stockkeeping unit has its position
_at_its_place = and_(
    StockPosition.item_id == _unit.item_id, StockPosition.variant_id == _unit.variant_id,
    StockPosition.location_id == _unit.location_id,
)  # fmt: skip


def _source() -> Select[Any]:
    return (
        select()
        .select_from(_unit)
        .join(Item, Item.id == _unit.item_id)
        .join(Location, Location.id == _unit.location_id)
        .join(ItemVariant, ItemVariant.id == _unit.variant_id)
        .outerjoin(
            StockPosition,
            _at_its_place,
        )
        .outerjoin(Vendor, Vendor.id == _unit.vendor_id)
        .outerjoin(_Source, _Source.id == _unit.transfer_from_id)
    )  # fmt: skip


def _sign(row: Any) -> Any:
    if not row.rank:
        return ""
    return state_badge(StockState.of_rank(row.rank), row.suggested, row.next_receipt)


def _ledger(row: Any) -> str | None:
    if not may(Permission.LEDGER_VIEW):
        return None
    places = {"location": row.location_code, "variant": row.variant_code}
    return url_for("ledger.item_entries", item=row.item_no, **{name: code for name, code in places.items() if code})


_put_away_unit = (
    select(UnitOfMeasure.code).where(UnitOfMeasure.id == _unit.put_away_unit_of_measure_id).scalar_subquery()
)
_counting_period = select(CountingPeriod.code).where(CountingPeriod.id == _unit.counting_period_id).scalar_subquery()
_COSTS = Permission.ITEMS_COSTS
_position = StockPosition
LISTING = Listing(
    name="stockkeeping_units",
    title=_l("Stockkeeping units"),
    key=_unit.id,
    source=_source,
    lean={
        Item.__table__: Item.id == _unit.item_id,
        Location.__table__: Location.id == _unit.location_id,
        ItemVariant.__table__: ItemVariant.id == _unit.variant_id,
        StockPosition.__table__: _at_its_place,
        Vendor.__table__: Outer(_unit.vendor_id, Vendor.id),
    },
    columns=(
        Column("item", _l("Item"), Item.no, "code", link=_url, sort=True),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("location", _l("Location"), Location.code, "code", sort=True),
        Column("description", _l("Description"), Item.description),
        Column("sign", _l("Sign"), cell=_sign),
        Column("replenishment", _l("Replenishment"), _unit.replenishment_system, "word"),
        Column("inventory", _l("Inventory"), _position.inventory, "stock", link=_ledger),
        Column("projected", _l("Projected"), _position.inventory + _position.scheduled_receipts
               - _position.gross_requirements, "stock", shown=False),
        Column("policy", _l("Reordering policy"), _unit.reordering_policy, "word", shown=False),
        Column("reorder_point", _l("Reorder point"), _unit.reorder_point, "quantity"),
        Column("reorder_quantity", _l("Reorder quantity"), _unit.reorder_quantity, "quantity"),
        Column("maximum", _l("Maximum"), _unit.maximum_inventory, "quantity"),
        Column("safety", _l("Safety stock"), _unit.safety_stock_quantity, "quantity", shown=False),
        Column("vendor", _l("Vendor"), Vendor.no, "code", sort=True, phone=False),
        Column("source", _l("Transfer from"), _Source.code, "code", shown=False),
        Column("lead_time", _l("Lead time"), _unit.lead_time, "code", shown=False),
        Column("shelf_no", _l("Shelf no."), _unit.shelf_no, "code", shown=False),
        Column("vendor_item_no", _l("Vendor item no."), _unit.vendor_item_no, "code", shown=False),
        Column("equipment", _l("Special equipment"), _unit.special_equipment_code, "code", shown=False),
        Column("put_away_template", _l("Put-away template"), _unit.put_away_template_code, "code", shown=False),
        Column("put_away_unit", _l("Put-away unit"), _put_away_unit, "code", shown=False),
        Column("counting_period", _l("Counting period"), _counting_period, "code", shown=False),
        Column("cross_docking", _l("Use cross-docking"), _unit.use_cross_docking, "yes_no", shown=False),
        Column("unit_cost", _l("Unit cost"), _unit.unit_cost, "unit_cost", permission=_COSTS, shown=False),
    ),
    extra={
        "unit_id": _unit.id, "item_no": Item.no, "location_code": Location.code, "variant_code": ItemVariant.code,
        "rank": _position.state, "suggested": _position.suggested_quantity,
        "next_receipt": _position.next_receipt_date,
    },
    open=_url,
    filters=(
        RecordFilter("item", _l("Item"), _unit.item_id, kind="item", has_index=True),
        RecordFilter("location", _l("Location"), _unit.location_id, kind="stock_location", has_index=True),
        TextFilter("variant", _l("Variant"), ItemVariant.code),
        StateFilter("stock", _l("Stock"), choices=STATE_WORDS.items),
        ChoiceFilter("replenishment", _l("Replenishment"), _unit.replenishment_system, kind=ReplenishmentSystem),
        ChoiceFilter("policy", _l("Reordering policy"), _unit.reordering_policy, kind=ReorderingPolicy),
        RecordFilter("vendor", _l("Vendor"), _unit.vendor_id, kind="vendor", has_index=True),
        NumberRange("inventory", _l("Inventory"), func.coalesce(_position.inventory, 0)),
        NumberRange("reorder_point", _l("Reorder point"), _unit.reorder_point),
        NumberRange("reorder_quantity", _l("Reorder quantity"), _unit.reorder_quantity),
        NumberRange("maximum", _l("Maximum"), _unit.maximum_inventory),
    ),
    search=(Item.no, Item.description),
    search_hint=_l("Number or description of the item"),
    sort="item",
    actions=(
        Action(_l("Create several"), lambda: url_for(".batch"), "packages", Permission.ITEMS_EDIT),
        Action(_l("New stockkeeping unit"), lambda: url_for(".new"), "plus", Permission.ITEMS_EDIT, primary=True,
               shortcut="n"),
    ),
    empty=Empty(
        _l("No stockkeeping units: the values of the item card hold at every location."), _l("Create several"),
        lambda: url_for(".batch"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.ITEMS_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.get("/<int:unit_id>")
@requires(Permission.ITEMS_VIEW)
def show(unit_id: int) -> ResponseReturnValue:
    session = db_session()
    unit = stockkeeping.get_unit(session, unit_id)
    last_count, next_count = stockkeeping.counting_of(session, unit, today())
    place = session.get(StockPosition, (unit.item_id, unit.variant_id, unit.location_id))
    return render(
        "stockkeeping/show.html", "stockkeeping/show.html", unit=unit, item=unit.item, place=place,
        rows=comparison(session, unit), notices=corrections(unit, defaults_of(session)),
        badge=state_badge(StockState.of_rank(place.state), place.suggested_quantity, place.next_receipt_date)
        if place is not None and place.state else "",
        costs=may(_COSTS), last_count=last_count, next_count=next_count,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def new() -> ResponseReturnValue:
    form = NewForm(data={"item_id": _item_of_address()} if request.method == "GET" else None)
    made: list[int] = []

    def work(session: Session) -> None:
        unit = stockkeeping.create_unit(
            session,
            form.item_id.data,
            location_id=form.location_id.data or BLANK_ID,
            variant_id=form.variant_id.data or BLANK_ID,
        )
        made[:] = [unit.id]

    if carried_out(form, work):
        message = _("The stockkeeping unit was created with the values of the item.")
        return done(None, back=url_for(".edit", unit_id=made[-1]), message=message)
    return render("stockkeeping/new.html", "stockkeeping/_new.html", form=form, status=form.status)


@bp.route("/<int:unit_id>/edit", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def edit(unit_id: int) -> ResponseReturnValue:
    unit = stockkeeping.get_unit(db_session(), unit_id)
    form = StockkeepingForm(obj=unit)

    def work(session: Session) -> None:
        stockkeeping.update_unit(session, stockkeeping.get_unit(session, unit_id), form.values())

    looks = "look" in request.form
    if not looks and carried_out(form, work, of=lambda session: session.get(StockkeepingUnit, unit_id)):
        return done(None, back=url_for(".show", unit_id=unit_id), message=_("Saved."))
    return render(
        "stockkeeping/edit.html", "stockkeeping/_form.html", status=200 if looks else form.status, form=form,
        unit=unit, sections=[(title, key, [name for name in names if name in form]) for title, key, names in SECTIONS],
        unused=unused_of(form, unit),
    )  # fmt: skip


@bp.post("/<int:unit_id>/from-item")
@requires(Permission.ITEMS_EDIT)
def from_item(unit_id: int) -> ResponseReturnValue:
    """The planning values of the item once more."""
    return press(
        lambda session: stockkeeping.copy_from_item(session, stockkeeping.get_unit(session, unit_id)),
        message=_("The planning values are those of the item again."),
        back=url_for(".show", unit_id=unit_id),
    )


@bp.post("/<int:unit_id>/delete")
@requires(Permission.ITEMS_EDIT)
def delete(unit_id: int) -> ResponseReturnValue:
    return press(
        lambda session: stockkeeping.delete_unit(session, stockkeeping.get_unit(session, unit_id)),
        message=_("The stockkeeping unit was deleted; the item's values hold there now."),
        back=url_for(".index"),
    )


@bp.route("/batch", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def batch() -> ResponseReturnValue:
    """For one item (`?item=`), for the ticked ones of the item list (`ids`), or for all that the conditions name."""
    ids = selected_ids()
    sent = request.method == "POST" and "per" in request.form
    form = BatchForm() if sent else BatchForm(formdata=None, data={"item_id": _item_of_address(), "per": "location"})
    if ids:
        del form.item_id
    made: list[Any] = []
    question = ""

    def work(session: Session) -> None:
        nonlocal question
        one = form.item_id.data if "item_id" in form else None
        chosen = ids or ([one] if one else None)
        made[:] = [
            create_batch(
                session,
                Batch(
                    per=Per(form.per.data), item_ids=chosen, location_id=form.location_id.data,
                    inventory_posting_group_id=form.inventory_posting_group_id.data,
                    variant_code=form.variant_code.data or "", only_in_stock=form.only_in_stock.data,
                    replace=form.replace.data,
                ),
            )
        ]  # fmt: skip
        if made[-1].deleted and request.form.get("answer") != str(made[-1].deleted):
            question = ngettext(
                "%(num)d stockkeeping unit loses its own values and starts again with those of its item. Go on?",
                "%(num)d stockkeeping units lose their own values and start again with those of their items. Go on?",
                made[-1].deleted,
            )
            raise ValidationError("replace_question", question)  # nothing is deleted before it is answered

    if sent and carried_out(form, work):
        message = _(
            "Stockkeeping units: %(created)s created, %(kept)s there already, %(deleted)s replaced.",
            created=made[-1].created, kept=made[-1].kept, deleted=made[-1].deleted,
        )  # fmt: skip
        return done(None, back=url_for(".index"), message=message)
    return render("stockkeeping/batch.html", "stockkeeping/_batch.html", form=form, ids=ids, status=form.status,
                  question=question, replaced=made[-1].deleted if made else 0)  # fmt: skip


def _item_of_address() -> int | None:
    no = request.args.get("item", "")
    return items.get_item(db_session(), no).id if no else None


bp.add_app_template_global(planned_by, "planned_by")
