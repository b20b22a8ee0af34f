"""A code nobody knows yet, learned on the spot: it becomes a bar code of an item (items.md section 23)."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.fields import BaseForm, CodeField
from blueprints.htmx import done, render, trigger, wants_fragment
from blueprints.item_fields import PICK_OF_USE
from blueprints.masters import carried_out
from blueprints.record_fields import RecordField
from core.text import _
from models import Item, Permission
from models.enums import ReferenceType
from services.items import references
from services.items.finding import ItemUse
from services.items.scan_codes import read_scan
from services.items.warnings import check_digit_notice

bp = Blueprint("item_codes", __name__, url_prefix="/item-codes")


class LearnForm(BaseForm):
    code = CodeField(_l("Code"), max_length=50, required=True)
    item = RecordField(_l("Item"), PICK_OF_USE[ItemUse.ANY], required=True)
    unit = RecordField(_l("Unit"), "item_unit", depends="item", description=_l("Empty: one piece in the base unit."))
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")


@bp.route("/learn", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def learn() -> ResponseReturnValue:
    """Attach an unknown code (`code`) to an item, unit and variant as a bar code."""
    form = LearnForm()
    if request.method == "GET":
        scan = read_scan(request.args.get("code", ""))
        form = LearnForm(formdata=None, data={"code": (scan.gtin or scan.text)[:50].upper()})
        return _page(form)

    def work(session: Session) -> None:
        item = session.get_one(Item, form.item.data)
        values: dict[str, Any] = {
            "reference_type": ReferenceType.BAR_CODE, "reference_no": form.code.data,
            "unit_of_measure_id": form.unit.data, "variant_id": form.variant.data,
        }  # fmt: skip
        references.save_reference(session, item, values)

    if form.validate_on_submit() and carried_out(form, work):
        no = form.item.record.code
        notice = check_digit_notice(form.code.data, "reference_no")
        message = _("%(code)s now means item %(no)s. Scan it again.", code=form.code.data, no=no)
        response = done(
            "items/_learned.html", back=url_for("items.show", no=no, _anchor="references"),
            message=notice.message if notice is not None else message, no=no, code=form.code.data,
        )  # fmt: skip
        if wants_fragment():
            trigger(response, "close-sheet")
        return response
    return _page(form)


def _page(form: LearnForm) -> ResponseReturnValue:
    return render("items/learn.html", "items/_learn.html", status=422 if form.errors else 200, form=form)
