"""Bulk edit of the items ticked on the list: choose fields, fill the grid, see what happens, apply, undo."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from blueprints.access import current_user, requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, TextField
from blueprints.htmx import go, render
from blueprints.lists import selected_ids
from blueprints.masters import carry_out, press
from core.errors import DomainError
from core.text import _
from core.unit_of_work import rehearse
from models import Permission
from services import bulk_edits
from services.bulk_edits import EditField, Outcome, RowEdit

bp = Blueprint("items_bulk", __name__, url_prefix="/items/bulk/edit")

#: more columns than this do not fit beside each other
MOST_FIELDS = 12


class ReasonForm(BaseForm):
    reason = TextField(
        _l("Reason"), max_length=250,
        description=_l("Costs or the blocking change. Stays in the history of the items."),
    )  # fmt: skip


@bp.post("")
@requires(Permission.ITEMS_EDIT)
def choose() -> ResponseReturnValue:
    """Which fields of the ticked items; they come as columns of the grid."""
    ids = selected_ids()
    if not ids:
        return _nothing_ticked()
    return render("items/bulk_fields.html", "items/bulk_fields.html", ids=ids, fields=_all_fields(), refusal="")


@bp.post("/grid")
@requires(Permission.ITEMS_EDIT)
def grid() -> ResponseReturnValue:
    """The grid as it is, or with a value put into all cells of a column (`action=fill`)."""
    ids, chosen = selected_ids(), _chosen()
    if not ids:
        return _nothing_ticked()
    refusal = ""
    if not chosen:
        refusal = _("Tick at least one field.")
    elif len(chosen) > MOST_FIELDS:
        refusal = _("At most %(most)s fields fit into one grid.", most=MOST_FIELDS)
    elif len(ids) > bulk_edits.MOST_ITEMS:
        refusal = _("At most %(most)s items are changed in one go; choose fewer.", most=bulk_edits.MOST_ITEMS)
    if refusal:
        return render(
            "items/bulk_fields.html", "items/bulk_fields.html", status=422, ids=ids, fields=_all_fields(),
            refusal=refusal,
        )  # fmt: skip
    return _grid_page(ids, chosen)


@bp.post("/preview")
@requires(Permission.ITEMS_EDIT)
def preview() -> ResponseReturnValue:
    """What each change would do, and what is refused on which item; nothing is written."""
    ids, chosen = selected_ids(), _chosen()
    if not ids or not chosen:
        return _nothing_ticked()
    return _preview_page(ids, chosen)


@bp.post("/apply")
@requires(Permission.ITEMS_EDIT)
def apply() -> ResponseReturnValue:
    """All in one transaction, or only the items nothing is refused on."""
    ids, chosen = selected_ids(), _chosen()
    if not ids or not chosen:
        return _nothing_ticked()
    only_good, user_id = request.form.get("action") == "good", current_user.id
    edits = _edits(ids, chosen)
    form = ReasonForm()
    try:
        if not form.validate():
            return _preview_page(ids, chosen, form, status=422)
        outcome = carry_out(
            lambda session: bulk_edits.carry_out(
                session, edits, chosen, only_good=only_good, user_id=user_id, reason=form.reason.data or ""
            )
        )
    except DomainError as error:
        # What was good when it was previewed is refused now: shown again, item by item.
        if error.code == "reason_required":
            form.show(error)
        return _preview_page(ids, chosen, form, status=422)
    if outcome.bulk_edit_id is None:
        flash(_("Nothing was changed."), "info")
        return go(url_for("items.index"))
    flash(_("%(count)s items were changed.", count=len(outcome.good)), "success")
    return go(url_for(".last"))


@bp.get("/last")
@requires(Permission.ITEMS_EDIT)
def last() -> ResponseReturnValue:
    """The user's last bulk edit, cell by cell, with the button that undoes it."""
    edit = bulk_edits.last_edit(db_session(), current_user.id)
    changes = bulk_edits.changes_of(db_session(), edit.id) if edit is not None else []
    titles = {single.name: single.title for single in _all_fields()}
    return render("items/bulk_last.html", "items/bulk_last.html", edit=edit, changes=changes, titles=titles)


@bp.post("/undo")
@requires(Permission.ITEMS_EDIT)
def undo() -> ResponseReturnValue:
    """Put back what the last bulk edit changed, but for what somebody changed since."""
    user_id, rights = current_user.id, current_user.permissions
    outcomes: list[Outcome] = []
    answer = press(
        lambda session: outcomes.append(bulk_edits.undo_last(session, user_id, rights)),
        message=_("The bulk edit was undone."), back=url_for("items.index"), refused_back=url_for(".last"),
    )  # fmt: skip
    for row in outcomes[-1].refused if outcomes else ():
        for _code, message in row.refusals:
            flash(f"{row.no}: {message}", "warning")
    return answer


def _all_fields() -> list[EditField]:
    return bulk_edits.fields_for(db_session(), current_user.permissions)


def _chosen() -> list[EditField]:
    wanted = set(request.form.getlist("fields"))
    return [single for single in _all_fields() if single.name in wanted]


def _edits(ids: Sequence[int], chosen: Sequence[EditField]) -> list[RowEdit]:
    """The cells of the form: `c-<item>-<field>`, and as it was shown `s-<item>-<field>`."""
    edits = []
    for item_id in ids:
        cells, seen = {}, {}
        for single in chosen:
            text = request.form.get(f"c-{item_id}-{single.name}")
            if text is not None:
                cells[single.name] = text[:2000].replace("\x00", "")
                seen[single.name] = request.form.get(f"s-{item_id}-{single.name}", "")[:2000]
        edits.append(RowEdit(item_id, cells, seen))
    return edits


def _grid_page(ids: Sequence[int], chosen: Sequence[EditField], status: int = 200) -> Response:
    rows = bulk_edits.read_grid(db_session(), ids, chosen)
    filled = request.form.get("fill", "") if request.args.get("action") == "fill" else ""
    values, seen = {}, {}
    for row in rows:
        for single in chosen:
            name = f"{row.item_id}-{single.name}"
            seen[name] = request.form.get(f"s-{name}", row.cells[single.name])
            values[name] = request.form.get(f"c-{name}", row.cells[single.name])
            if filled == single.name:
                values[name] = request.form.get(f"all-{single.name}", "")
    return render(
        "items/bulk_grid.html", "items/bulk_grid.html", status=status, ids=ids, fields=chosen, rows=rows,
        values=values, seen=seen, fills={single.name: request.form.get(f"all-{single.name}", "") for single in chosen},
    )  # fmt: skip


def _preview_page(
    ids: Sequence[int], chosen: Sequence[EditField], form: ReasonForm | None = None, status: int = 200
) -> Response:
    edits = _edits(ids, chosen)
    user_id = current_user.id
    outcome = rehearse(
        db_session(),
        lambda session: bulk_edits.carry_out(session, edits, chosen, only_good=True, user_id=user_id),
        user_id=user_id,
    )
    return render(
        "items/bulk_preview.html", "items/bulk_preview.html", status=status, ids=ids, fields=chosen,
        outcome=outcome, edits=edits, form=form or ReasonForm(), asks=bulk_edits.asks_reason(outcome),
    )  # fmt: skip


def _nothing_ticked() -> Response:
    flash(_("Tick some items first."), "warning")
    return go(url_for("items.index"))
