"""The application worksheet: remove applications, make them by hand, let the rules make them (section 3.4)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import Blueprint, Response, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, func, select

from blueprints.access import current_user, poster, requires
from blueprints.database import db_session
from blueprints.decimal_fields import QuantityField, WholeField
from blueprints.fields import ChoiceField, KeyedForm, TextField
from blueprints.htmx import done, render, wants_fragment
from blueprints.ledger_parts import document_url, item_url
from blueprints.list_filters import DateRange, RecordFilter, YesNoFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from core.errors import ConflictError, DomainError
from core.text import _
from core.unit_of_work import perform, rehearse
from models import InventoryPeriod, Item, ItemLedgerEntry, Location, Permission
from services.costs import applications, worksheets
from services.costs.applications import Change

#: Open worksheets that are named on the page, and digits of an id.
_SHEETS, _DIGITS = 20, 19

bp = Blueprint("applications", __name__, url_prefix="/costs/application-worksheet")

_ILE = ItemLedgerEntry
WHAT = [
    (Change.REMOVE.value, _l("Remove")),
    (Change.APPLY.value, _l("Apply")),
    (Change.AUTOMATIC.value, _l("By the rules")),
]


class ChangeForm(KeyedForm):
    what = ChoiceField(_l("What"), pairs=WHAT, default=Change.REMOVE.value)
    other = WholeField(_l("Other entry"), maximum=10**12, empty=None)
    quantity = QuantityField(_l("Quantity"), positive=True, empty=None)


def _sheet_url(row: Any) -> str:
    return url_for("applications.show", entry_id=row.row_id)


def _entries() -> Select[Any]:
    joined = select().select_from(_ILE).outerjoin(Item, Item.id == _ILE.item_id)
    return joined.outerjoin(Location, Location.id == _ILE.location_id)


def _since_closed() -> Select[Any]:
    """What the closed periods let one change (section 3.4): their last day is read with the list, not before."""
    closed = select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed).scalar_subquery()
    return _entries().where(_ILE.posting_date > func.coalesce(closed, dt.date(1, 1, 1)))


OPEN = Listing(
    name="open_entries",
    title=_l("Application worksheet"),
    key=_ILE.id,
    source=lambda: _entries().where(_ILE.open),
    columns=(
        Column("entry_no", _l("Entry no."), _ILE.id, "code", link=_sheet_url, sort=True),
        Column("posting_date", _l("Posting date"), _ILE.posting_date, "day", sort=True),
        Column("entry_type", _l("Entry type"), _ILE.entry_type, "word"),
        Column("document_no", _l("Document no."), _ILE.document_no, "code", link=document_url),
        Column("item_no", _l("Item"), Item.no, "code", link=item_url),
        Column("quantity", _l("Quantity"), _ILE.quantity, "quantity"),
        Column("remaining", _l("Open"), _ILE.remaining_quantity, "stock"),
        Column("location", _l("Location"), Location.code, "code"),
    ),
    filters=(
        YesNoFilter("direction", _l("Direction"), _ILE.positive, yes=_l("Inbound"), no=_l("Short: outbound")),
        RecordFilter("item", _l("Item"), _ILE.item_id, kind="item"),
        RecordFilter("location", _l("Location"), _ILE.location_id, kind="location"),
        DateRange("date", _l("Posting date"), _ILE.posting_date),
    ),
    search=(Item.no, _ILE.document_no),
    search_hint=_l("Item no. or document no."),
    sort="-entry_no",
    open=_sheet_url,
    empty=Empty(_l("Nothing is open: all that came in has gone out again.")),
)
ALL = replace(
    OPEN, name="applied_entries", source=_since_closed,
    empty=Empty(_l("Nothing was posted since the last closed inventory period.")),
)  # fmt: skip


@bp.get("/")
@requires(Permission.COSTS_VIEW)
def index() -> ResponseReturnValue:
    """What is open, and the worksheets somebody is at; any entry's worksheet opens from its card as well."""
    return _list(OPEN)


@bp.get("/entries")
@requires(Permission.COSTS_VIEW)
def entries() -> ResponseReturnValue:
    """All entries since the last closed inventory period, open or not."""
    return _list(ALL)


def _list(listing: Listing) -> ResponseReturnValue:
    sheets = () if wants_fragment() else worksheets.open_sheets(db_session(), limit=_SHEETS)
    return listing.respond(
        page="applications/list.html", sheets=sheets, key=uuid.uuid4().hex, all_entries=listing is ALL
    )


class LeaveForm(KeyedForm):
    items = TextField(_l("Items"), max_length=2000, required=True)


@bp.post("/finish")
@requires(Permission.COSTS_ADJUST)
def finish() -> ResponseReturnValue:
    """What is open is applied by the rules, the items may be posted again."""
    return _leave(worksheets.finish, _("The worksheet is finished; the items may be posted again."))


@bp.post("/undo")
@requires(Permission.COSTS_ADJUST)
def undo() -> ResponseReturnValue:
    """All changes since the worksheet was opened are taken back."""
    return _leave(worksheets.undo_all, _("All changes are undone; the items may be posted again."))


def _leave(work: Callable[..., list[int]], message: str) -> ResponseReturnValue:
    form, who = LeaveForm(), poster()
    if not form.validate_on_submit():
        raise ConflictError("application_worksheet_closed", _("This worksheet is not open any more."))
    item_ids = [int(number) for number in form.items.data.split(",") if number.isdecimal() and len(number) < _DIGITS]
    written = perform(db_session(), lambda s: work(s, item_ids, who), key=form.key.data, user_id=current_user.id)
    links = Markup(" ").join(
        Markup('<a href="{}">{}</a>').format(
            url_for("ledger.register", register_id=number), _("Register %(no)s", no=number)
        )
        for number in written
    )
    return done(None, back=url_for(".index"), message=Markup("{} {}").format(message, links))


@bp.get("/<int:entry_id>")
@requires(Permission.COSTS_VIEW)
def show(entry_id: int) -> ResponseReturnValue:
    return _page(entry_id, ChangeForm(formdata=None))


def _page(entry_id: int, form: ChangeForm, refusal: DomainError | None = None) -> Response:
    sheet = applications.read_sheet(db_session(), min(entry_id, 2**63 - 1))
    return render(
        "applications/show.html", "applications/_sheet.html", status=422 if form.errors or refusal else 200,
        sheet=sheet, entry=sheet.entry, form=form, refusal=refusal, shown=applications.SHOWN,
        sheets=[sheet.worksheet] if sheet.worksheet else [], key=uuid.uuid4().hex,
    )  # fmt: skip


def _asked(form: ChangeForm) -> dict[str, Any]:
    return {"other_id": form.other.data, "quantity": form.quantity.data}


@bp.post("/<int:entry_id>/preview")
@requires(Permission.COSTS_ADJUST)
def preview(entry_id: int) -> ResponseReturnValue:
    """What the change does to quantities and, once adjusted, to costs; everything is rolled back."""
    form, who = ChangeForm(), poster()
    if not form.validate_on_submit():
        return _page(entry_id, form)
    what, asked = Change(form.what.data), _asked(form)
    try:
        effects = rehearse(
            db_session(), lambda s: applications.preview(s, what, entry_id, who, **asked), user_id=current_user.id
        )
    except DomainError as error:
        return _refused(entry_id, form, error)
    return render(
        "applications/preview.html", "applications/_preview.html", entry_id=entry_id, form=form, effects=effects
    )


@bp.post("/<int:entry_id>/change")
@requires(Permission.COSTS_ADJUST)
def change(entry_id: int) -> ResponseReturnValue:
    form, who = ChangeForm(), poster()
    if not form.validate_on_submit():
        return _page(entry_id, form)
    what, asked = Change(form.what.data), _asked(form)
    try:
        register_id = perform(
            db_session(), lambda s: applications.change(s, what, entry_id, who, **asked), key=form.key.data,
            user_id=current_user.id,
        )  # fmt: skip
    except DomainError as error:
        return _refused(entry_id, form, error)
    message: str | Markup = _("Nothing could be applied: nothing fitting is open.")
    if register_id is not None:
        words = _("Applications changed; the item is locked until the worksheet is finished.")
        message = Markup('{} <a href="{}">{}</a>').format(
            words, url_for("ledger.register", register_id=register_id),
            _("Register %(no)s", no=register_id),
        )  # fmt: skip
    return done(
        None, back=url_for(".show", entry_id=entry_id), message=message,
        category="success" if register_id is not None else "info",
    )  # fmt: skip


def _refused(entry_id: int, form: ChangeForm, error: DomainError) -> Response:
    response = _page(entry_id, form, refusal=error)
    if wants_fragment():
        response.headers["HX-Retarget"], response.headers["HX-Reswap"] = "#application-sheet", "outerHTML"
    return response
