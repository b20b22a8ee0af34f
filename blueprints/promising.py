"""Promise dates of a sales order by one button, and the set-up of how far promises look."""

from __future__ import annotations

from flask import Blueprint, Response, flash, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import check_right, current_user, requires, today
from blueprints.database import db_session
from blueprints.fields import CheckField, ChoiceField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.masters import PlainForm, carried_out, press
from blueprints.trade_kinds import DOCUMENT, EDIT, find, find_id, on_both_sides, page_kind
from core.errors import DomainError, errors_of
from core.text import _, ngettext
from core.unit_of_work import perform, rehearse
from models import Item, Permission, TimeBucket, UnitOfMeasure
from models.enums import TradeSide
from services.availability.set_up import edit_setup, get_setup
from services.planning.requisition_hand import propose_shortages
from services.promising.orders import Mode, Promise, accept, promise_order

bp = Blueprint("promising", __name__, url_prefix="/setup/availability")


# ------------------------------------------------------------------------------------------------ an order
@on_both_sides(DOCUMENT + "/promise", "promise", EDIT, "GET", "POST")
def promise(side: TradeSide, slug: str, no: str) -> Response:
    """What can be promised, shown; accepted, it stands on the lines."""
    kind, form = page_kind(side, slug), PlainForm()
    document = find(kind, no, lines=False)
    document_id, user_id, on = document.id, current_user.id, today()
    wanted = request.values.get("mode", "")
    mode = Mode(wanted) if wanted in set(Mode) else Mode.AVAILABLE
    refusals: list[DomainError] = []
    promises: list[Promise] = []
    name = current_user.full_name or current_user.email
    try:
        if form.validate_on_submit():
            made = perform(
                db_session(), lambda s: _count(accept(s, document_id, mode, on, user_id=user_id, user_name=name)),
                user_id=user_id,
            )  # fmt: skip
            if made[1]:
                flash(
                    ngettext("%(num)s line cannot be had in time; it keeps its date.",
                             "%(num)s lines cannot be had in time; they keep their dates.", made[1]), "warning",
                )  # fmt: skip
            message = ngettext("%(num)s line promised.", "%(num)s lines promised.", made[0])
            return done(None, back=kind.url("show", no=no), message=message)
        promises = rehearse(db_session(), lambda s: promise_order(s, document_id, mode, on))
    except DomainError as error:
        refusals = list(errors_of(error))
    document = find(kind, no, lines=False)
    return render(
        "availability/promise.html", "availability/_promise.html", kind=kind, record=document, form=form, mode=mode,
        Mode=Mode, promises=promises, refusals=refusals, items=_items(promises), status=422 if refusals else 200,
    )  # fmt: skip


@on_both_sides(DOCUMENT + "/shortages", "propose_shortages", EDIT, "POST")
def shortages(side: TradeSide, slug: str, no: str) -> Response:
    """What a sales order is short of, put on the requisition worksheet."""
    check_right(Permission.PURCHASE_EDIT)
    kind = page_kind(side, slug)
    document_id, day = find_id(kind, no), today()
    return press(
        lambda session: len(propose_shortages(session, document_id, today=day)),
        message=_("What is missing stands on the requisition worksheet."), back=url_for("requisition.index"),
        refused_back=kind.url("show", no=no),
    )  # fmt: skip


def _count(promises: list[Promise]) -> list[int]:
    """Lines that got a date, and lines that nothing makes possible; what needs nothing any more is neither."""
    open_lines = [row for row in promises if row.required]
    dated = sum(1 for row in open_lines if row.earliest)
    return [dated, len(open_lines) - dated]


def _items(promises: list[Promise]) -> dict[int, tuple[str, str]]:
    """Item -> its number and base unit."""
    rows = db_session().execute(
        select(Item.id, Item.no, UnitOfMeasure.code)
        .join(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .where(Item.id.in_({row.item_id for row in promises}))
    )
    return {item_id: (no, unit) for item_id, no, unit in rows.tuples()}


# ------------------------------------------------------------------------------------------------ set-up
_BUCKETS = [
    (TimeBucket.DAY, _l("Day")), (TimeBucket.WEEK, _l("Week")), (TimeBucket.MONTH, _l("Month")),
    (TimeBucket.QUARTER, _l("Quarter")), (TimeBucket.YEAR, _l("Year")),
]  # fmt: skip


class SetupForm(RecordForm):
    """How far promises look."""

    check_period = TextField(
        _l("Check availability for"), max_length=20,
        description=_l("How long after a date need is kept free: 1W a week, 0D not at all; empty for ever."),
    )  # fmt: skip
    check_bucket = ChoiceField(
        _l("in steps of one"), pairs=lambda: [(bucket.value, str(words)) for bucket, words in _BUCKETS]
    )
    look_ahead = TextField(
        _l("Look-ahead of promises"), max_length=20,
        description=_l("Where the search for the earliest date ends: 3M, 1Y. Promising needs it."),
    )  # fmt: skip
    promise_offset = TextField(
        _l("Order at the earliest after"), max_length=20,
        description=_l("What is ordered for a promise is ordered this long after today: 1D."),
    )  # fmt: skip
    skip_manual_reservation = CheckField(
        _l("No offer to reserve by hand"),
        description=_l("Lines that always reserve and find too little say only that."),
    )


@bp.get("")
@requires(Permission.SETUP_VIEW)
def index() -> ResponseReturnValue:
    return _setup_page(SetupForm(formdata=None, obj=get_setup(db_session())))


@bp.post("")
@requires(Permission.SETUP_EDIT)
def edit() -> ResponseReturnValue:
    form = SetupForm()

    def work(session: Session) -> None:
        edit_setup(session, form.values())

    if carried_out(form, work, of=get_setup):
        return done(None, back=url_for(".index"), message=_("Saved."))
    return _setup_page(form)


def _setup_page(form: SetupForm) -> Response:
    return render("availability/setup.html", "availability/_setup.html", status=form.status, form=form)
