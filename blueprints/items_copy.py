"""The dialog that copies an item; the rules are those of services/items/copying.py."""

from __future__ import annotations

import dataclasses
import itertools
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy.orm import Session

from blueprints.access import current_user, requires, today
from blueprints.database import db_session
from blueprints.decimal_fields import WholeField
from blueprints.fields import BaseForm, CheckField, CodeField
from blueprints.htmx import done, render
from blueprints.masters import carried_out
from blueprints.record_fields import RecordField
from core.text import _
from models import InventorySetup, Permission
from services import items
from services.items.copying import MOST_COPIES, Parts, copy_item, remember_parts, remembered_parts

bp = Blueprint("items_copy", __name__, url_prefix="/items")


class CopyForm(BaseForm):
    """Where the copies get their numbers, how many there are, and what they take along."""

    target_no = CodeField(_l("Number of the first copy"))
    series_id = RecordField(_l("Or number series"), "number_series")
    copies = WholeField(_l("Number of copies"), minimum=1, maximum=MOST_COPIES, required=True)
    everything = CheckField(_l("Copy everything"))
    show_created = CheckField(_l("Show what was created"))
    units = CheckField(_l("Units"))
    picture = CheckField(_l("Picture"))
    variants = CheckField(_l("Variants"))
    attributes = CheckField(_l("Attributes"))
    references = CheckField(_l("References and bar codes"))
    extended_texts = CheckField(_l("Extended texts"))
    comments = CheckField(_l("Notes"))
    dimensions = CheckField(_l("Default dimensions"))
    vendors = CheckField(_l("Vendors of the catalogue"))
    sales_prices = CheckField(_l("Sales prices"))
    sales_line_discounts = CheckField(_l("Sales line discounts"))
    purchase_prices = CheckField(_l("Purchase prices"))
    purchase_line_discounts = CheckField(_l("Purchase line discounts"))


PARTS = tuple(part.name for part in dataclasses.fields(Parts))


@bp.route("/<path:no>/copy", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def copy(no: str) -> ResponseReturnValue:
    source = items.get_item(db_session(), no)
    form = CopyForm(data=_first_answers())
    made: list[str] = []

    def work(session: Session) -> None:
        parts = Parts() if form.everything.data else Parts(**form.values(*PARTS))
        copies = copy_item(
            session, items.get_item(session, no), on=today(), target_no=form.target_no.data or "",
            series_id=None if form.target_no.data else form.series_id.data, copies=form.copies.data, parts=parts,
        )  # fmt: skip
        remember_parts(session, current_user.id, parts, show_created=form.show_created.data)
        made[:] = [item.no for item in copies]

    if carried_out(form, work):
        return _outcome(no, made, shown=form.show_created.data)
    return render("items/copy.html", "items/_copy.html", form=form, item=source, parts=PARTS, status=form.status)


def _outcome(no: str, made: list[str], *, shown: bool) -> Response:
    """To the copies, or back to the source with a notice that links to them."""
    if len(made) == 1:
        copies, message = url_for("items.show", no=made[0]), _("Item %(no)s was created.", no=made[0])
    else:
        # The copies and who is called like them: their numbers begin alike.
        copies = url_for("items.index", q=_beginning(made[0], made[-1]) or None)
        message = _("%(count)s items were created: %(first)s to %(last)s.", count=len(made), first=made[0],
                    last=made[-1])  # fmt: skip
    if shown:
        return done(None, back=copies, message=message)
    link = Markup('{} <a href="{}">{}</a>').format(message, copies, _("Show"))
    return done(None, back=url_for("items.show", no=no), message=link)


def _beginning(first: str, last: str) -> str:
    """What both numbers begin with."""
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    return "".join(letter for letter, _other in same)


def _first_answers() -> dict[str, Any]:
    """One copy, numbered by the item series, with what the user took along last time."""
    setup = db_session().get(InventorySetup, 1)
    parts, shown = remembered_parts(current_user)
    return {
        "copies": 1, "series_id": setup.item_nos_id if setup else None, "everything": parts == Parts(),
        "show_created": shown,
    } | dataclasses.asdict(parts)  # fmt: skip
