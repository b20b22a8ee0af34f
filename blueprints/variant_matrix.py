"""Many variants at once: two attributes chosen, a grid of their values ticked (items.md section 23)."""

from __future__ import annotations

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.htmx import done, render
from blueprints.masters import PlainForm, carry_out
from blueprints.record_fields import RecordField
from core.errors import DomainError, errors_of
from core.text import _, ngettext
from models import Item, ItemAttribute, Permission
from services import items
from services.items import variant_matrix

bp = Blueprint("variant_matrix", __name__, url_prefix="/variant-matrix")


class AttributesForm(BaseForm):
    """Which attributes span the grid; a GET form."""

    class Meta:
        csrf = False

    first = RecordField(_l("Attribute down"), "attribute", required=True)
    second = RecordField(_l("Attribute across"), "attribute", description=_l("Empty: variants by one attribute."))


@bp.route("/<path:no>", methods=["GET", "POST"])
@requires(Permission.ITEMS_EDIT)
def matrix(no: str) -> ResponseReturnValue:
    """GET: the grid of the attributes in the URL; POST: a variant for every ticked cell, all or none."""
    item = items.get_item(db_session(), no)
    form = AttributesForm(formdata=request.args if "first" in request.args else None)
    if "first" not in request.args or not form.validate():
        return _page(item, form, status=422 if form.errors else 200)
    first, second = _attribute(form.first), _attribute(form.second)
    if first is None:
        return _page(item, form)
    faults: list[str] = []
    if request.method == "POST":
        try:
            count = _create(no, first.id, second.id if second is not None else None)
        except DomainError as error:
            faults = [f"{single.message} {single.hint or ''}".strip() for single in errors_of(error)]
        else:
            message = ngettext("%(num)s variant was created.", "%(num)s variants were created.", count)
            return done(None, back=url_for("items.show", no=no, _anchor="variants"), message=message)
    try:
        grid = variant_matrix.build(db_session(), item, first, second)
    except DomainError as error:
        form.show(error)
        return _page(item, form, status=422)
    return _page(item, form, grid=grid, faults=faults, status=422 if faults else 200)


def _create(no: str, first_id: int, second_id: int | None) -> int:
    """Make what is ticked; how many variants there are more."""
    if not PlainForm().validate_on_submit():
        return 0
    wanted = _ticked()

    def work(session: Session) -> int:
        item = items.get_item(session, no)
        second = session.get_one(ItemAttribute, second_id) if second_id is not None else None
        first = session.get_one(ItemAttribute, first_id)
        return len(variant_matrix.create(session, item, first, second, wanted))

    return carry_out(work)


def _ticked() -> dict[variant_matrix.Pair, str]:
    """The cells that were ticked, each with the code that stood in it."""
    found: dict[variant_matrix.Pair, str] = {}
    for text in request.form.getlist("cell")[: variant_matrix.MOST_CELLS]:
        parts = text.split(".")
        if len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            found[int(parts[0]), int(parts[1])] = request.form.get(f"code-{text}", "")[:50].replace("\x00", "").strip()
    return found


def _attribute(field: RecordField) -> ItemAttribute | None:
    return db_session().get(ItemAttribute, field.data) if field.data else None


def _page(
    item: Item,
    form: AttributesForm,
    *,
    grid: variant_matrix.Matrix | None = None,
    faults: list[str] | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    ticked = _ticked() if request.method == "POST" else {}
    return render(
        "items/matrix.html", "items/_matrix.html", status=status, item=item, form=form, grid=grid, faults=faults or [],
        ticked=ticked, title=_("Many variants of %(no)s", no=item.no),
    )  # fmt: skip
