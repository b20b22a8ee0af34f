"""The audit trail as a list, and one record's history as a fragment that cards embed."""

from __future__ import annotations

from typing import Any, NamedTuple

from flask import Blueprint, Flask, current_app, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import String, cast, select

from blueprints.access import check_right, may, requires, signed_in
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.list_filters import ChoiceFilter, MomentRange, TextFilter
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from core.text import _
from models import AuditEntry, Permission, User, db
from services import audit

bp = Blueprint("audit", __name__, url_prefix="/audit")

#: table -> blueprint with the record's card, where the two are not called alike
_CARDS = {
    "item": "items", "item_category": "categories", "item_attribute": "attributes", "unit_of_measure": "units",
    "location": "locations", "bin": "bins", "vendor": "vendors", "customer": "customers", "gl_account": "accounts",
    "number_series": "number_series", "user": "users",
}  # fmt: skip
#: whoever may see the record may see its history; others need the right to the whole trail
_VIEW_RIGHTS = {
    "item": Permission.ITEMS_VIEW, "item_category": Permission.ITEMS_VIEW, "item_attribute": Permission.ITEMS_VIEW,
    "item_variant": Permission.ITEMS_VIEW, "unit_of_measure": Permission.ITEMS_VIEW,
    "vendor": Permission.PARTIES_VIEW, "customer": Permission.PARTIES_VIEW, "location": Permission.WAREHOUSE_VIEW,
    "bin": Permission.WAREHOUSE_VIEW, "zone": Permission.WAREHOUSE_VIEW,
    "warehouse_employee": Permission.WAREHOUSE_VIEW, "bin_content": Permission.WAREHOUSE_VIEW,
    "gl_account": Permission.GL_VIEW,
}  # fmt: skip


def record_url(table_name: str, record_id: int, record_name: str) -> str | None:
    """The card of a record, where there is one: `show`, `edit` or `card` of its blueprint."""
    blueprint = _CARDS.get(table_name)
    for action in ("show", "card", "edit"):
        endpoint = f"{blueprint}.{action}"
        for rule in current_app.url_map._rules_by_endpoint.get(endpoint, ()):  # noqa: SLF001 - werkzeug has no reader
            if len(rule.arguments) == 1:
                (name,) = rule.arguments
                by_id = name == "id" or name.endswith("_id")
                return url_for(endpoint, **{name: record_id if by_id else record_name})
    return None


def _cell(row: Any, text: str) -> str:
    codes: dict[tuple[str, str], str] = g.setdefault("audit_codes", {})
    if row.field.endswith("_id") and text and not any(number == text for _table, number in codes):
        # Rows of a file come one by one.
        codes.update(audit.codes_of(db_session(), [_Reference(row.table_name, row.field, row.old, row.new)]))
    return audit.shown(row, text, codes)


LISTING = Listing(
    name="audit",
    title=_l("Audit trail"),
    key=AuditEntry.id,
    source=lambda: select().select_from(AuditEntry).outerjoin(User, User.id == AuditEntry.user_id),
    columns=(
        Column("created_at", _l("When"), AuditEntry.created_at, kind="moment", sort=AuditEntry.id),
        Column("email", _l("Who"), User.email, cell=lambda row: row.full_name or row.email or _("the system")),
        Column("kind", _l("Record kind"), AuditEntry.table_name, cell=lambda row: audit.kind_name(row.table_name)),
        Column(
            "record_name", _l("Record"), AuditEntry.record_name,
            link=lambda row: record_url(row.table_name, row.record_id, row.record_name),
        ),
        Column("action", _l("What"), AuditEntry.action, cell=lambda row: audit.action_name(row.action)),
        Column("field_name", _l("Field"), AuditEntry.field, cell=lambda row: audit.field_name(row.field)),
        Column("before", _l("Before"), AuditEntry.before, cell=lambda row: _cell(row, row.old)),
        Column("after", _l("After"), AuditEntry.after, cell=lambda row: _cell(row, row.new)),
    ),
    filters=(
        ChoiceFilter("kind", _l("Record kind"), AuditEntry.table_name, choices=audit.kinds),
        ChoiceFilter("user", _l("Who"), cast(AuditEntry.user_id, String), choices=lambda: _people()),  # noqa: PLW0108 - stands below
        MomentRange("when", _l("When"), AuditEntry.created_at),
        ChoiceFilter("action", _l("What"), AuditEntry.action, choices=lambda: [
            (action, audit.action_name(action)) for action in ("created", "changed", "deleted")
        ]),
        TextFilter("field", _l("Field"), AuditEntry.field),
        TextFilter("record", _l("Record"), AuditEntry.record_name),
    ),
    search=(AuditEntry.record_name, AuditEntry.field, AuditEntry.before, AuditEntry.after),
    search_hint=_l("Record, field or value"),
    extra={
        "full_name": User.full_name, "table_name": AuditEntry.table_name, "record_id": AuditEntry.record_id,
        "field": AuditEntry.field, "old": AuditEntry.before, "new": AuditEntry.after,
    },
    sort="-created_at",
    empty=Empty(_l("Nothing has been changed yet, or nothing fits the filters.")),
)  # fmt: skip


def _people() -> list[tuple[str, str]]:
    rows = db.session.execute(select(User.id, User.full_name, User.email).order_by(User.email))
    return [(str(row.id), row.full_name or row.email) for row in rows]


class _Reference(NamedTuple):
    """What services/audit.py reads of an entry to resolve its references."""

    table_name: str
    field: str
    before: str
    after: str


@bp.get("")
@requires(Permission.AUDIT_VIEW)
def index() -> ResponseReturnValue:
    if "export" in request.args:
        return LISTING.respond()
    state = LISTING.read()
    entries = [_Reference(row.table_name, row.field, row.old, row.new) for row in state.rows]
    g.audit_codes = audit.codes_of(db_session(), entries)
    status = 422 if state.errors else 200
    return render("_types/list.html", "_types/_list.html", status=status, listing=LISTING, state=state)


@bp.get("/<table_name>/<int:record_id>")
@signed_in
def history(table_name: str, record_id: int) -> ResponseReturnValue:
    """The history of one record; cards load it with hx-get into their History section."""
    check_right(_VIEW_RIGHTS.get(table_name, Permission.AUDIT_VIEW))
    page = request.args.get("page", 1, type=int)
    found = audit.history_of(
        db_session(), table_name, record_id, min(max(page, 1), 1000), costs=may(Permission.ITEMS_COSTS)
    )
    if request.headers.get("HX-Request") == "true":
        return render_template("audit/_history.html", history=found)
    return render_template("audit/history.html", history=found, kind=audit.kind_name(table_name))


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.register_blueprint(bp)
