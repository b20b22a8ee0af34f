"""The two posting set-ups as matrices: gaps are marked with a word, a cell opens its row to fill."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import aliased

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CheckField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import CustomFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.errors import NotFound, ValidationError
from core.text import _, ngettext
from models import GlAccount, Permission
from services import posting_setup as setups
from services.posting_setup import Setup
from services.setup_checks import Gap, account_label, missing_setup

bp = Blueprint("posting_setup", __name__, url_prefix="/setup/posting")

#: Which area of services/setup_checks.py belongs to which set-up.
AREAS = {"inventory": "inventory_posting", "general": "general_posting"}


@dataclass(frozen=True)
class Cell:
    """One combination of the matrix: state is missing, gaps, blocked, complete or unused (no row, none needed)."""

    state: str
    words: str
    url: str


@cache
def _form_class(kind: str) -> type[RecordForm]:
    """Description, blocked, and a picker for each account of the set-up."""
    setup = setups.SETUPS[kind]
    fields: dict[str, Any] = {"description": TextField(_l("Description"))}
    if "blocked" in setup.extra:
        fields["blocked"] = CheckField(_l("Blocked"), description=_l("Nothing can be posted with this row any more."))
    for name in setup.accounts:
        fields[name] = RecordField(name, "posting_account")
    return type("PostingRowForm", (RecordForm,), fields)


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return show("inventory")


@bp.get("/<kind>")
@requires(Permission.SETUP_VIEW)
def show(kind: str) -> ResponseReturnValue:
    setup = setups.get_setup(kind)
    rows, columns = setups.keys_of(db_session(), setup)
    present = setups.rows_of(db_session(), setup)
    gaps = {(gap.row_code, gap.column_code): gap for gap in missing_setup(db_session()) if gap.area == AREAS[kind]}
    cells = {
        (row.id, column.id): _cell(
            setup, row, column, present.get((row.id, column.id)), gaps.get((row.code, column.code))
        )
        for row in rows
        for column in columns
    }
    return render(
        "posting_setup/matrix.html",
        "posting_setup/_matrix.html",
        kind=kind,
        rows=rows,
        columns=columns,
        cells=cells,
        gaps=list(gaps.values()),
        blank=blank_words(kind),
    )


def _account(column: Any) -> Any:
    return select(GlAccount.no).where(GlAccount.id == column).correlate_except(GlAccount).scalar_subquery()


#: Accounts that the list shows unless one asks for all of them.
_USUAL = {
    "inventory_account_id", "inventory_interim_account_id", "sales_account_id", "purchase_account_id",
    "cogs_account_id", "inventory_adjustment_account_id", "direct_cost_applied_account_id",
}  # fmt: skip


@cache
def _listing(kind: str) -> Listing:
    """The rows of a set-up with their accounts, by both keys."""
    setup = setups.SETUPS[kind]
    model, first, second = setup.model, aliased(setup.row_model), aliased(setup.column_model)
    accounts = setup.accounts
    inventory = kind == "inventory"
    return Listing(
        name=f"posting_setup_{kind}",
        title=_l("Inventory posting set-up") if inventory else _l("General posting set-up"),
        key=model.id,
        source=lambda: (
            select()
            .select_from(model)
            .join(first, first.id == getattr(model, setup.row_key))
            .join(second, second.id == getattr(model, setup.column_key))
        ),
        columns=(
            Column("first", _l("Location") if inventory else _l("Business group"), first.code, "code", sort=True,
                   cell=lambda row: row.first or blank_words(kind)),
            Column("second", _l("Inventory group") if inventory else _l("Product group"), second.code, "code",
                   sort=True),
            Column("description", _l("Description"), model.description, shown=False),
            *([] if inventory else [Column("blocked", _l("Blocked"), model.blocked, "yes_no")]),
            *(
                Column(name.removesuffix("_account_id"), LazyString(account_label, name),
                       _account(getattr(model, name)), "code", shown=name in _USUAL)
                for name in accounts
            ),
        ),
        filters=(
            *([] if inventory else [YesNoFilter("blocked", _l("Blocked"), model.blocked)]),
            CustomFilter(
                "missing", _l("Missing accounts"), reader=lambda args: "yes" if args.get("missing") == "yes" else None,
                applier=lambda statement, _value: statement.where(model.id.in_(_rows_with_gaps(kind))),
                speaker=lambda _value: _("with missing accounts"),
            ),
        ),
        search=(first.code, second.code, model.description),
        search_hint=_l("Code or words"),
        sort="first",
        open=lambda row: url_for("posting_setup.row", kind=kind, row=row.first, column=row.second),
        actions=(
            Action(_l("As a matrix"), lambda: url_for("posting_setup.show", kind=kind), "table"),
            Action(_l("Missing accounts"), lambda: url_for("posting_setup.rows", kind=kind, missing="yes"),
                   "alert-triangle"),
            Action(_l("Show all accounts"), lambda: url_for("posting_setup.rows", kind=kind, cols=",".join(
                ["first", "second", *(name.removesuffix("_account_id") for name in accounts)])), "list"),
        ),
        empty=Empty(_l("There are no rows yet. The matrix makes them."), _l("As a matrix"),
                    lambda: url_for("posting_setup.show", kind=kind), Permission.SETUP_VIEW),
    )  # fmt: skip


def _rows_with_gaps(kind: str) -> list[int]:
    """The rows that lack an account which somebody needs."""
    setup = setups.SETUPS[kind]
    missing = {(gap.row_code, gap.column_code) for gap in missing_setup(db_session()) if gap.area == AREAS[kind]}
    rows, columns = setups.keys_of(db_session(), setup)
    first, second = ({record.id: record.code for record in records} for records in (rows, columns))
    return [
        row.id for (row_id, column_id), row in setups.rows_of(db_session(), setup).items()
        if (first.get(row_id), second.get(column_id)) in missing
    ]  # fmt: skip


@bp.get("/<kind>/rows")
@requires(Permission.SETUP_VIEW)
def rows(kind: str) -> ResponseReturnValue:
    setups.get_setup(kind)
    return _listing(kind).respond()


@bp.get("/<kind>/row")
@requires(Permission.SETUP_VIEW)
def row(kind: str) -> ResponseReturnValue:
    setup, row_record, column = _keys(kind)
    found = setups.find_row(db_session(), setup, row_record.id, column.id)
    form = _form_class(kind)(formdata=None, obj=found)
    proposed: list[str] = []
    if request.args.get("suggest"):
        for name, account_id in setups.suggest(db_session(), setup, row_record.id, column.id).items():
            form[name].process_data(account_id)
            proposed.append(account_label(name))
    return _row_page(setup, row_record, column, found, form, proposed)


@bp.post("/<kind>/row")
@requires(Permission.SETUP_EDIT)
def save(kind: str) -> ResponseReturnValue:
    setup, row_record, column = _keys(kind)
    form = _form_class(kind)()
    row_id, column_id = row_record.id, column.id

    def of(session: Any) -> Any:
        return setups.find_row(session, setup, row_id, column_id)

    if carried_out(form, lambda session: setups.save_row(session, setup, row_id, column_id, form.values()), of=of):
        return done(None, back=url_for(".show", kind=kind), message=_("Saved."))
    found = setups.find_row(db_session(), setup, row_id, column_id)
    return _row_page(setup, row_record, column, found, form, [])


@bp.post("/<kind>/row/delete")
@requires(Permission.SETUP_EDIT)
def delete(kind: str) -> ResponseReturnValue:
    setup, row_record, column = _keys(kind)
    row_id, column_id = row_record.id, column.id

    def work(session: Any) -> None:
        found = setups.find_row(session, setup, row_id, column_id)
        if found is not None:
            setups.delete_row(session, setup, found)

    return press(
        work,
        message=_("The row was deleted."),
        back=url_for(".show", kind=kind),
        refused_back=url_for(".row", kind=kind, row=row_record.code, column=column.code),
    )


@bp.post("/<kind>/row/copy")
@requires(Permission.SETUP_EDIT)
def copy(kind: str) -> ResponseReturnValue:
    """Give this combination the accounts of another row."""
    setup, row_record, column = _keys(kind)
    row_id, column_id = row_record.id, column.id
    source = request.form.get("source", "").replace("\x00", "").partition("|")

    def work(session: Any) -> None:
        try:
            other_row, other_column = setups.get_keys(session, setup, source[0][:20], source[2][:20])
            other = setups.get_row(session, setup, other_row.id, other_column.id)
        except NotFound:
            # This page is there; what went meanwhile is only what it was to be like.
            raise ValidationError(
                "source_gone", _("The row whose accounts you chose does not exist any more. Choose another one.")
            ) from None
        setups.copy_row(session, setup, other, row_id, column_id)

    return press(
        work,
        message=_("The accounts were copied."),
        back=url_for(".row", kind=kind, row=row_record.code, column=column.code),
    )


@bp.post("/<kind>/fill")
@requires(Permission.SETUP_EDIT)
def fill(kind: str) -> ResponseReturnValue:
    """Fill every gap with the suggestion."""
    setup = setups.get_setup(kind)

    def work(session: Any) -> None:
        for gap in missing_setup(session):
            if gap.area == AREAS[kind]:
                row_record, column = setups.get_keys(session, setup, gap.row_code, gap.column_code)
                setups.fill_row(session, setup, row_record.id, [column.id])

    message = _("The gaps were filled with the accounts most used elsewhere, where there were any.")
    return press(work, message=message, back=url_for(".show", kind=kind))


def blank_words(kind: str) -> str:
    """What the row without a code stands for."""
    return _("no location") if kind == "inventory" else _("nobody")


def _keys(kind: str) -> tuple[Setup, Any, Any]:
    setup = setups.get_setup(kind)
    texts = [request.args.get(name, "")[:20].replace("\x00", "") for name in ("row", "column")]
    return (setup, *setups.get_keys(db_session(), setup, *texts))


def _cell(setup: Setup, row_record: Any, column: Any, found: Any, gap: Gap | None) -> Cell:
    url = url_for(".row", kind=setup.kind, row=row_record.code, column=column.code)
    if gap is not None and found is None:
        return Cell("missing", _("missing"), url)
    if gap is not None:
        return Cell("gaps", ngettext("%(num)d gap", "%(num)d gaps", len(gap.fields)), url)
    if found is None:
        return Cell("unused", _("not used"), url)
    if getattr(found, "blocked", False):
        return Cell("blocked", _("blocked"), url)
    return Cell("complete", _("complete"), url)


def _row_page(
    setup: Setup, row_record: Any, column: Any, found: Any, form: RecordForm, proposed: list[str]
) -> Response:
    gap = next(
        (
            gap
            for gap in missing_setup(db_session())
            if (gap.area, gap.row_code, gap.column_code) == (AREAS[setup.kind], row_record.code, column.code)
        ),
        None,
    )
    rows, columns = setups.keys_of(db_session(), setup)
    codes = {record.id: record.code for record in rows}, {record.id: record.code for record in columns}
    others = sorted(
        (codes[0][row_id], codes[1][column_id])
        for row_id, column_id in setups.rows_of(db_session(), setup)
        if (row_id, column_id) != (row_record.id, column.id) and column_id in codes[1]
    )
    return render(
        "posting_setup/row.html",
        "posting_setup/_row.html",
        status=form.status,
        kind=setup.kind,
        setup=setup,
        row=row_record,
        column=column,
        found=found,
        form=form,
        gap=gap,
        labels=account_label,
        others=others,
        proposed=proposed,
        blank=blank_words(setup.kind),
    )
