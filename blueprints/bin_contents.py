"""Bin contents: what lies in which bin, and which bins are an item's default or kept for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.fields import CheckField, RecordForm
from blueprints.htmx import done, render
from blueprints.list_filters import RecordFilter, TextFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import BLANK_ID, Bin, BinContent, Item, ItemVariant, Location, Permission, UnitOfMeasure
from services import bin_contents as contents

bp = Blueprint("bin_contents", __name__, url_prefix="/bin-contents")

_content = BinContent


class ContentForm(RecordForm):
    default_bin = CheckField(_l("Default bin"), description=_l("Proposed on every line of the item here; one at most."))
    fixed_bin = CheckField(_l("Kept for the item"), description=_l("Stays when nothing lies there."))


class NewContentForm(RecordForm):
    location_id = RecordField(_l("Location"), "stock_location", required=True)
    bin_id = RecordField(_l("Bin"), "bin", required=True, depends="location_id")
    item_id = RecordField(_l("Item"), "item", required=True)
    variant_id = RecordField(_l("Variant"), "variant", blank=BLANK_ID, depends="item_id")
    default_bin = CheckField(_l("Default bin"), description=_l("Proposed on every line of the item here; one at most."))
    fixed_bin = CheckField(_l("Kept for the item"), default=True, description=_l("Stays when nothing lies there."))


def _row_url(row: Any) -> str | None:
    if not may(Permission.SETUP_EDIT):
        return None
    return url_for("bin_contents.edit", bin_id=row.bin_id, item_id=row.item_id, variant_id=row.variant_id)


LISTING = Listing(
    name="bin_contents",
    title=_l("Bin contents"),
    key=Item.id,
    source=lambda: (
        select()
        .select_from(_content)
        .join(Bin, Bin.id == _content.bin_id)
        .join(Location, Location.id == _content.location_id)
        .join(Item, Item.id == _content.item_id)
        .join(ItemVariant, ItemVariant.id == _content.variant_id)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
    ),
    columns=(
        Column("bin", _l("Bin"), Bin.code, "code", sort=True),
        Column("location", _l("Location"), Location.code, "code"),
        Column("zone", _l("Zone"), Bin.zone_code, "code", shown=False),
        Column("item", _l("Item"), Item.no, "code", sort=True, link=lambda row: url_for("items.show", no=row.item)),
        Column("description", _l("Description"), Item.description),
        Column("variant", _l("Variant"), ItemVariant.code, "code"),
        Column("quantity", _l("Quantity"), _content.quantity, "stock",
               link=lambda row: url_for("ledger.warehouse_entries", item=row.item, location=row.location)),
        Column("unit", _l("Unit"), UnitOfMeasure.code, "code"),
        Column("default_bin", _l("Default bin"), _content.default_bin, "yes_no"),
        Column("fixed_bin", _l("Kept"), _content.fixed_bin, "yes_no"),
    ),
    extra={"bin_id": _content.bin_id, "item_id": _content.item_id, "variant_id": _content.variant_id},
    filters=(
        RecordFilter("location", _l("Location"), _content.location_id, kind="location"),
        RecordFilter("item", _l("Item"), _content.item_id, kind="item"),
        TextFilter("bin", _l("Bin"), Bin.code, prefix=True),
        YesNoFilter("default", _l("Default bin"), _content.default_bin),
        YesNoFilter("empty", _l("Empty"), _content.quantity == 0, yes=_l("Empty"), no=_l("Not empty")),
    ),
    search=(Bin.code, Item.no, Item.description),
    search_hint=_l("Bin, item number or description"),
    sort="bin",
    open=_row_url,
    actions=(
        Action(_l("Give an item a bin"), lambda: url_for("bin_contents.new"), "plus", Permission.SETUP_EDIT,
               primary=True, shortcut="n"),
    ),
    empty=Empty(
        _l("Nothing lies in bins yet. The first receipt of an item makes its default bin, or name one ahead."),
        _l("Give an item a bin"), lambda: url_for("bin_contents.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


@bp.get("")
@requires(Permission.WAREHOUSE_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def new() -> ResponseReturnValue:
    form = NewContentForm()

    def work(session: Session) -> None:
        values = form.values()
        values.pop("location_id")
        contents.create_content(session, values)

    if carried_out(form, work):
        return done(None, back=url_for(".index"), message=_("The item has this bin now."))
    return render("locations/new_content.html", "locations/_new_content.html", status=form.status, form=form)


@bp.route("/<int:bin_id>/<int:item_id>/<int:variant_id>", methods=["GET", "POST"])
@requires(Permission.SETUP_EDIT)
def edit(bin_id: int, item_id: int, variant_id: int) -> ResponseReturnValue:
    def of(session: Session) -> BinContent:
        return contents.get_content(session, bin_id, item_id, variant_id)

    session = db_session()
    content = of(session)
    form = ContentForm(obj=content)
    if carried_out(form, lambda session: contents.edit_content(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return render(
        "locations/content.html", "locations/_content.html", status=form.status, form=form, content=content,
        bin=session.get_one(Bin, bin_id), item=session.get_one(Item, item_id),
        variant=session.get(ItemVariant, variant_id) if variant_id else None,
        location=session.get_one(Location, content.location_id),
    )  # fmt: skip


@bp.post("/<int:bin_id>/<int:item_id>/<int:variant_id>/delete")
@requires(Permission.SETUP_EDIT)
def delete(bin_id: int, item_id: int, variant_id: int) -> ResponseReturnValue:
    def work(session: Session) -> None:
        contents.delete_content(session, contents.get_content(session, bin_id, item_id, variant_id))

    return press(
        work, message=_("The item has this bin no more."), back=url_for(".index"),
        refused_back=request.referrer or url_for(".index"),
    )  # fmt: skip
