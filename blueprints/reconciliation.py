"""Inventory ledger against general ledger, account by account, each difference explained."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from flask import Blueprint, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from wtforms.validators import ValidationError as Refused

from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import BaseForm, DayField
from blueprints.htmx import render
from blueprints.record_fields import RecordField
from core.text import _
from models import InventoryPeriod, Permission, db
from services.costs.reconciliation import AccountRow, Reconciliation, Span, reconcile

bp = Blueprint("reconciliation", __name__, url_prefix="/costs/reconciliation")

#: groups of the page, in the order of the books: words and the kinds of account in them
GROUPS = (
    (_l("Inventory"), ("inventory",)),
    (_l("Inventory, interim"), ("inventory_interim", "invt_accrual_interim", "cogs_interim")),
    (_l("Cost of goods sold"), ("cogs",)),
    (_l("Adjustments and variances"), (
        "inventory_adjustment", "purchase_variance", "material_variance", "capacity_variance",
    )),
    (_l("Applied cost"), ("direct_cost_applied", "overhead_applied", "direct_cost_non_inventory_applied")),
    (_l("Work in progress"), ("wip",)),
)  # fmt: skip


class SpanForm(BaseForm):
    class Meta:
        csrf = False

    date_from = DayField(_l("From"))
    date_to = DayField(_l("To"))
    item = RecordField(_l("Item"), "item")
    location = RecordField(_l("Location"), "location")

    def validate_date_to(self, field: DayField) -> None:
        """The days ascend."""
        if self.date_from.data and field.data and field.data < self.date_from.data:
            raise Refused(_("The last day lies before the first."))


@dataclass(frozen=True)
class Cause:
    """A part of a difference in words, with the entries behind it."""

    words: str
    amount: Decimal
    url: str
    hint: str


@dataclass(frozen=True)
class Line:
    """An account on the page."""

    row: AccountRow
    causes: list[Cause]
    warnings: list[str]
    values_url: str
    ledger_url: str


@bp.get("/")
@requires(Permission.GL_VIEW)
def index() -> ResponseReturnValue:
    """The comparison for a span of posting dates; everything when no day is given."""
    form = SpanForm(formdata=request.args)
    context = {"form": form, "found": None, "groups": [], "since": _first_open_day()}
    if form.validate():
        span = Span(form.date_from.data, form.date_to.data, form.item.data, form.location.data)
        found = reconcile(db_session(), span)
        asked = {field.name: field.record.code for field in (form.item, form.location) if field.record}
        context |= {"found": found, "groups": _groups(found, asked), "total": _total(found)}
    return render(
        "reconciliation/index.html", "reconciliation/_result.html", status=422 if form.errors else 200, **context
    )


def _first_open_day() -> dt.date | None:
    """The day after the last closed inventory period: what can still change."""
    closed = db.session.scalar(select(func.max(InventoryPeriod.ending_date)).where(InventoryPeriod.closed))
    return closed + dt.timedelta(days=1) if closed else None


def _total(found: Reconciliation) -> tuple[Decimal, Decimal, Decimal]:
    """Inventory ledger, general ledger and difference of the inventory accounts."""
    rows = found.rows_of("inventory", "inventory_interim")
    subledger = sum((row.subledger for row in rows), Decimal(0))
    ledger = sum((row.ledger for row in rows), Decimal(0))
    return subledger, ledger, subledger - ledger


def _groups(found: Reconciliation, asked: dict[str, str]) -> list[tuple[str, list[Line]]]:
    groups, seen = [], set[int]()
    for words, kinds in GROUPS:
        rows = [row for row in found.rows_of(*kinds) if row.account_id not in seen]
        seen |= {row.account_id for row in rows}
        if rows:
            groups.append((str(words), [_line(row, found, asked) for row in rows]))
    rest = [row for row in found.rows if row.account_id not in seen]
    if rest:
        groups.append((_("Other accounts"), [_line(row, found, asked) for row in rest]))
    return groups


def _line(row: AccountRow, found: Reconciliation, asked: dict[str, str]) -> Line:
    """`asked` are item and location by their codes, as the lists that figures open take them."""
    days = asked | {
        name: day.isoformat()
        for name, day in (("date_from", found.span.first), ("date_to", found.span.last))
        if day is not None
    }
    values_url = url_for("ledger.value_entries", account=row.no, **days)
    # A row of the general ledger does not say whose it is.
    ledger_url = "" if found.span.narrowed else url_for("ledger.gl_entries", account=row.no, **days)
    return Line(row, _causes(row, values_url, ledger_url, days), _warnings(row), values_url, ledger_url)


def _warnings(row: AccountRow) -> list[str]:
    """What may make the account differ, whether it does today or not (section 16.4)."""
    found = []
    groups = [str(words) for words, kinds in GROUPS if set(kinds) & set(row.kinds)]
    if len(groups) > 1:
        found.append(_("This account serves several purposes: %(kinds)s.", kinds=", ".join(groups)))
    if row.direct_posting:
        found.append(_("Direct posting is allowed: somebody may post to it past the inventory. Better close it."))
    if row.blocked:
        found.append(_("The account is blocked: cost that belongs here is not posted."))
    return found


def _causes(row: AccountRow, values_url: str, ledger_url: str, days: dict[str, str]) -> list[Cause]:
    """The parts of the difference that are not zero; they add up to it."""
    found = [
        Cause(_("Cost not posted yet"), row.not_posted, url_for("inventory_gl.index", **days),
              _("Post it to the general ledger.")),
        Cause(_("Expected cost, which the set-up does not post"), row.expected_not_posted,
              f"{values_url}&expected=yes", _("It is posted when the invoice comes.")),
        Cause(_("Not from inventory: posted by hand or by invoices"), row.by_hand, f"{ledger_url}&origin=no", ""),
        Cause(_("Posted under another set-up than today's"), row.other, ledger_url,
              _("A posting group or an account was changed since.")),
    ]  # fmt: skip
    return [cause for cause in found if cause.amount]
