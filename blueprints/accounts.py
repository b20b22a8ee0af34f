"""The chart of accounts: list with balances, card with months, new, delete."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import case, func, select

from blueprints import formats
from blueprints.access import requires
from blueprints.database import db_session
from blueprints.fields import CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.htmx import done, render
from blueprints.list_filters import ChoiceFilter, YesNoFilter
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.masters import carried_out, press
from blueprints.record_fields import RecordField
from core.text import _
from models import GlAccount, GlBalance, Permission
from models.enums import AccountCategory, AccountType
from services import accounts

bp = Blueprint("accounts", __name__, url_prefix="/accounts")


class AccountForm(RecordForm):
    no = CodeField(_l("No."), required=True)
    name = TextField(_l("Name"), required=True)
    account_type = ChoiceField(
        _l("Account type"),
        AccountType,
        default=AccountType.POSTING,
        description=_l("Only posting accounts take entries; headings and totals give the chart its shape."),
    )
    category = ChoiceField(_l("Category"), AccountCategory, default=AccountCategory.ASSETS)
    totaling = TextField(_l("Totaling"), description=_l("For totals: the accounts summed, like 1000..1999|2500."))
    direct_posting = CheckField(
        _l("Direct posting"),
        default=True,
        description=_l("May be posted to by hand. Inventory accounts are better closed for it."),
    )
    vat_product_posting_group_id = RecordField(
        _l("VAT product group"), "vat_product_group",
        description=_l("Which VAT lines of documents with this account bear; empty: none."),
    )  # fmt: skip
    blocked = CheckField(_l("Blocked"), description=_l("Takes no entries any more."))


def _balance(row: Any) -> Any:
    """The balance, fetched once for all rows of the page; it opens the entries."""
    if "account_balances" not in g:
        g.account_balances = accounts.all_balances(db_session())
    value = g.account_balances.get(row.row_id)
    if value is None or row.account_type == AccountType.HEADING:
        return ""
    shown = formats.amount(value)
    if row.account_type == AccountType.POSTING:
        return Markup('<a href="{}">{}</a>').format(url_for("ledger.gl_entries", account=row.account_no), shown)
    return Markup("<strong>{}</strong>").format(shown)


def _name(row: Any) -> Any:
    return (
        row.account_name
        if row.account_type == AccountType.POSTING
        else Markup("<strong>{}</strong>").format(row.account_name)
    )


#: What a file shows; on the page `_balance` draws totals too.
_STORED = case(
    (
        GlAccount.account_type == AccountType.POSTING,
        select(func.coalesce(func.sum(GlBalance.debit - GlBalance.credit), 0))
        .where(GlBalance.account_id == GlAccount.id)
        .correlate(GlAccount)
        .scalar_subquery(),
    ),
    else_=None,
)

LISTING = Listing(
    name="accounts",
    title=_l("Chart of accounts"),
    key=GlAccount.id,
    source=lambda: select().select_from(GlAccount),
    columns=(
        Column("no", _l("No."), GlAccount.no, "code", sort=True),
        Column("name", _l("Name"), GlAccount.name, cell=_name, sort=True),
        Column("account_type", _l("Type"), GlAccount.account_type, "word"),
        Column("category", _l("Category"), GlAccount.category, "word", phone=False),
        Column("totaling", _l("Totaling"), GlAccount.totaling, shown=False),
        Column("balance", _l("Balance"), _STORED, "amount", cell=_balance),
        Column("blocked", _l("Blocked"), GlAccount.blocked, "yes_no"),
    ),
    extra={"account_no": GlAccount.no, "account_name": GlAccount.name, "account_type": GlAccount.account_type},
    filters=(
        ChoiceFilter("type", _l("Type"), GlAccount.account_type, kind=AccountType),
        ChoiceFilter("category", _l("Category"), GlAccount.category, kind=AccountCategory),
        YesNoFilter("blocked", _l("Blocked"), GlAccount.blocked, yes=_l("Blocked"), no=_l("Not blocked")),
        YesNoFilter("direct", _l("Direct posting"), GlAccount.direct_posting),
    ),
    search=(GlAccount.no, GlAccount.name),
    search_hint=_l("Number or name"),
    sort="no",
    size=100,
    open=lambda row: url_for("accounts.show", no=row.account_no),
    actions=(
        Action(
            _l("New account"), lambda: url_for("accounts.new"), "plus", Permission.GL_EDIT, primary=True, shortcut="n"
        ),
    ),
    empty=Empty(
        _l("The chart of accounts is empty."), _l("New account"), lambda: url_for("accounts.new"), Permission.GL_EDIT
    ),
)


@bp.get("")
@requires(Permission.GL_VIEW)
def index() -> ResponseReturnValue:
    return LISTING.respond()


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.GL_EDIT)
def new() -> ResponseReturnValue:
    form = AccountForm()

    def work(session: Any) -> None:
        values = form.values()
        accounts.create_account(session, values.pop("no"), values)

    if carried_out(form, work):
        message = _("Account %(no)s was created.", no=form.no.data)
        return done(None, back=url_for(".show", no=form.no.data), message=message)
    return render("accounts/new.html", "accounts/_form.html", status=form.status, form=form, account=None)


@bp.get("/<path:no>")
@requires(Permission.GL_VIEW)
def show(no: str) -> ResponseReturnValue:
    account = accounts.get_account(db_session(), no)
    return _card(account, AccountForm(formdata=None, obj=account))


@bp.post("/<path:no>")
@requires(Permission.GL_EDIT)
def edit(no: str) -> ResponseReturnValue:
    form = AccountForm()

    def of(session: Any) -> GlAccount:
        return accounts.get_account(session, no)

    if carried_out(form, lambda session: accounts.edit_account(session, of(session), form.values()), of=of):
        return done(None, back=url_for(".show", no=form.no.data), message=_("Saved."))
    return _card(accounts.get_account(db_session(), no), form)


@bp.post("/<path:no>/delete")
@requires(Permission.GL_EDIT)
def delete(no: str) -> ResponseReturnValue:
    return press(
        lambda session: accounts.delete_account(session, accounts.get_account(session, no)),
        message=_("Account %(no)s was deleted.", no=no),
        back=url_for(".index"),
        refused_back=url_for(".show", no=no),
    )


def _card(account: GlAccount, form: AccountForm) -> Response:
    session = db_session()
    months = accounts.net_changes(session, account, months=24)
    return render(
        "accounts/show.html",
        "accounts/_form.html",
        status=form.status,
        account=account,
        form=form,
        balance=accounts.balances(session, [account]).get(account.id),
        months=months,
        month_words=_month,
    )


def _month(change: accounts.MonthChange) -> str:
    return str(format_date(change.first_day, "MMM yyyy"))
