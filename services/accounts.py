"""The chart of accounts: create, edit, delete, and what stands on each account (items.md section 16)."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import GlAccount, GlBalance, GlEntry
from models.enums import AccountType
from services.usage import check_unused, find_uses, in_use_sentence
from services.values import assign, clean_code

EDITABLE = ("name", "account_type", "category", "direct_posting", "blocked", "totaling",
            "vat_product_posting_group_id")  # fmt: skip
_ZERO = Decimal(0)


@dataclass(frozen=True)
class MonthChange:
    """Debit, credit (both > 0) and what they come to in one month (year x 100 + month)."""

    month: int
    debit: Decimal
    credit: Decimal

    @property
    def first_day(self) -> dt.date:
        """The first day of the month."""
        return dt.date(self.month // 100, self.month % 100, 1)

    @property
    def last_day(self) -> dt.date:
        """The last day of the month."""
        return dt.date(self.month // 100, self.month % 100, calendar.monthrange(self.month // 100, self.month % 100)[1])

    @property
    def net(self) -> Decimal:
        """Debit less credit."""
        return self.debit - self.credit


def get_account(session: Session, no: str) -> GlAccount:
    """Raises NotFound `account_not_found`."""
    found = session.scalar(select(GlAccount).where(GlAccount.no == no.upper()))
    if found is None:
        raise NotFound("account_not_found", _("There is no account %(no)s.", no=no))
    return found


def create_account(session: Session, no: str, values: Mapping[str, object]) -> GlAccount:
    """A new account. Raises ValidationError `already_exists`, `totaling_invalid` and those of `assign`."""
    account = GlAccount(no=_free_no(session, no), account_type=AccountType.POSTING)
    _apply(session, account, values)
    session.add(account)
    session.flush()
    return account


def edit_account(session: Session, account: GlAccount, values: Mapping[str, object]) -> None:
    """Change an account; a new `no` renumbers it, and set-up and entries follow.

    Raises ValidationError `has_entries` or `in_use` where it would stop being a posting account, and those of
    `create_account`.
    """
    values = dict(values)
    no = values.pop("no", None)
    new_no = None if no is None or no == account.no else _free_no(session, no)
    if account.account_type == AccountType.POSTING and values.get("account_type", AccountType.POSTING) != "posting":
        _check_not_posted_to(session, account)
    _apply(session, account, values)
    if new_no:
        account.no = new_no
    session.flush()


def delete_account(session: Session, account: GlAccount) -> None:
    """Remove an account nobody uses. Raises ValidationError `has_entries`, `in_use`."""
    if has_entries(session, account):
        raise ValidationError(
            "has_entries",
            _(
                "Account %(no)s cannot be deleted, because it has entries. Block it, and nothing more is posted to it.",
                no=account.no,
            ),
        )
    check_unused(session, account, _("Account %(no)s", no=account.no))
    session.delete(account)  # who posts to it meanwhile has written a balance, which keeps it
    session.flush()


def has_entries(session: Session, account: GlAccount) -> bool:
    """True when something was posted to the account."""
    return session.scalar(select(literal(1)).where(GlEntry.account_id == account.id).limit(1)) is not None


def check_postable(session: Session, account_ids: Mapping[str, int | None]) -> None:
    """Each account (by field) exists, takes entries and is not blocked, else ValidationError `account_not_postable`."""
    wanted = {account_id for account_id in account_ids.values() if account_id is not None}
    found = {account.id: account for account in session.scalars(select(GlAccount).where(GlAccount.id.in_(wanted)))}
    for field, account_id in account_ids.items():
        if account_id is None:
            continue
        account = found.get(account_id)
        if account is None:
            raise ValidationError("not_found", _("This account does not exist any more. Choose another."), field=field)
        if account.account_type != AccountType.POSTING:
            raise ValidationError(
                "account_not_postable",
                _(
                    "%(no)s %(name)s only structures the chart. Choose a posting account.",
                    no=account.no,
                    name=account.name,
                ),
                field=field,
            )
        if account.blocked:
            raise ValidationError(
                "account_not_postable",
                _("%(no)s %(name)s is blocked. Choose another account.", no=account.no, name=account.name),
                field=field,
            )


def balances(session: Session, accounts: Iterable[GlAccount]) -> dict[int, Decimal]:
    """Debit less credit of each account, totals summed over their ranges; two queries for any number of accounts."""
    wanted = list(accounts)
    if not any(account.account_type != AccountType.POSTING for account in wanted):
        ids = [account.id for account in wanted]
        return dict.fromkeys(ids, _ZERO) | _sums(session, ids)
    sums = _sums(session, None)
    numbers = session.execute(select(GlAccount.no, GlAccount.id).where(GlAccount.id.in_(list(sums)))).all()
    found: dict[int, Decimal] = {}
    for account in wanted:
        if account.account_type == AccountType.POSTING:
            found[account.id] = sums.get(account.id, _ZERO)
        elif account.totaling:
            ranges = totaling_ranges(account.totaling)
            found[account.id] = sum((sums[id_] for no, id_ in numbers if in_ranges(no, ranges)), _ZERO)
    return found


def all_balances(session: Session) -> dict[int, Decimal]:
    """Every account's balance, totals included: the whole chart is a page or two, its balances two queries."""
    return balances(session, session.scalars(select(GlAccount)).all())


def net_changes(session: Session, account: GlAccount, *, months: int = 24) -> list[MonthChange]:
    """The account's latest months that have entries, newest first."""
    rows = session.execute(
        select(GlBalance.month, GlBalance.debit, GlBalance.credit)
        .where(GlBalance.account_id == account.id)
        .order_by(GlBalance.month.desc())
        .limit(months)
    )
    return [MonthChange(month, debit, credit) for month, debit, credit in rows]


def totaling_ranges(totaling: str) -> list[tuple[str, str]]:
    """Pairs of first and last number in a text such as 1000..1999|2500. Raises ValidationError `totaling_invalid`."""
    ranges = []
    for part in totaling.upper().replace(" ", "").split("|"):
        first, dots, last = part.partition("..")
        if not first or (dots and not last) or ".." in last or first > (last or first):
            raise ValidationError(
                "totaling_invalid",
                _("Write the accounts to be summed as from..to, several parted by |, like 1000..1999|2500."),
                field="totaling",
            )
        ranges.append((first, last or first))
    return ranges


def in_ranges(no: str, ranges: Iterable[tuple[str, str]]) -> bool:
    """True when account `no` lies in one of the ranges, both ends included, compared as text as the chart is sorted."""
    return any(first <= no <= last for first, last in ranges)


def _sums(session: Session, account_ids: list[int] | None) -> dict[int, Decimal]:
    statement = select(GlBalance.account_id, func.sum(GlBalance.debit), func.sum(GlBalance.credit)).group_by(
        GlBalance.account_id
    )
    if account_ids is not None:
        statement = statement.where(GlBalance.account_id.in_(account_ids))
    return {
        account_id: (debit or _ZERO) - (credit or _ZERO) for account_id, debit, credit in session.execute(statement)
    }


def _free_no(session: Session, value: object) -> str:
    no = clean_code(value, field="no", length=20)
    if session.scalar(select(GlAccount.id).where(GlAccount.no == no)) is not None:
        raise ValidationError(
            "already_exists", _("Account %(no)s exists already. Choose another number.", no=no), field="no"
        )
    return no


def _check_not_posted_to(session: Session, account: GlAccount) -> None:
    if has_entries(session, account):
        raise ValidationError(
            "has_entries",
            _("Account %(no)s has entries, so it must stay a posting account.", no=account.no),
            field="account_type",
        )
    uses = find_uses(session, account)
    if uses:
        raise ValidationError("in_use", in_use_sentence(_("Account %(no)s", no=account.no), uses), field="account_type")


def _apply(session: Session, account: GlAccount, values: Mapping[str, object]) -> None:
    values = dict(values)
    kind = values.get("account_type", account.account_type)
    totaling = str(values.get("totaling", account.totaling) or "").strip()
    if kind == AccountType.TOTAL:
        if not totaling:
            raise ValidationError("field_required", _("Which accounts does it sum? Like 1000..1999."), field="totaling")
        totaling_ranges(totaling)
    else:
        values["totaling"] = ""
    assign(session, account, values, EDITABLE, required=("name",))
