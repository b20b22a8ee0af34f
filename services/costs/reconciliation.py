"""Does the inventory ledger agree with the general ledger, and if not, why (posting-and-costing.md section 16.4).

For each account: what the value entries say it should hold, by the posting set-up as it is now, what it holds, and
the difference in parts that add up to it: cost that is not posted yet, expected cost that the set-up does not post,
entries that did not come from inventory, and the rest (posted under another set-up than today's).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, tuple_
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import (
    GeneralPostingSetup,
    GlAccount,
    GlEntry,
    GlItemLedgerRelation,
    InventoryPostingSetup,
    InventorySetup,
    ValueEntry,
)
from models.base import ScaledDecimal
from models.enums import EntryType, ValueEntryType, VarianceType
from posting.facts import GeneralAccounts, InventoryAccounts
from posting.gl import account_pair

#: kind of account -> the column of the set-up that names it
_INVENTORY_KINDS = tuple(InventoryAccounts._fields)
_GENERAL_KINDS = tuple(name for name in GeneralAccounts._fields if name != "blocked")
_value = ValueEntry


@dataclass(frozen=True, slots=True)
class Span:
    """Posting dates, both inclusive, one item, one location; None is open."""

    first: dt.date | None = None
    last: dt.date | None = None
    item_id: int | None = None
    location_id: int | None = None

    @property
    def narrowed(self) -> bool:
        """Only some goods: rows of the general ledger do not say whose they are."""
        return self.item_id is not None or self.location_id is not None

    @property
    def of_goods(self) -> list[ColumnElement[bool]]:
        """On ValueEntry."""
        found = self.conditions(_value.posting_date)
        if self.item_id is not None:
            found.append(_value.item_id == self.item_id)
        if self.location_id is not None:
            found.append(_value.location_id == self.location_id)
        return found

    def conditions(self, column: Any) -> list[ColumnElement[bool]]:
        """On `column`."""
        found: list[ColumnElement[bool]] = []
        if self.first is not None:
            found.append(column >= self.first)
        if self.last is not None:
            found.append(column <= self.last)
        return found


@dataclass(slots=True)
class AccountRow:
    """One account; amounts in local currency, debit > 0. `difference` is the sum of the four causes."""

    account_id: int
    no: str
    name: str
    direct_posting: bool
    kinds: tuple[str, ...]
    blocked: bool = False
    inventory: Decimal = ZERO
    interim: Decimal = ZERO
    ledger: Decimal = ZERO
    not_posted: Decimal = ZERO
    expected_not_posted: Decimal = ZERO
    by_hand: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def subledger(self) -> Decimal:
        """What the value entries say: actual and expected."""
        return self.inventory + self.interim

    @property
    def difference(self) -> Decimal:
        """Inventory ledger less general ledger."""
        return self.subledger - self.ledger


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All accounts that inventory touches, and the totals of the inventory accounts."""

    rows: list[AccountRow]
    span: Span
    expected_posting: bool

    def rows_of(self, *kinds: str) -> list[AccountRow]:
        """The rows of accounts of these kinds."""
        return [row for row in self.rows if set(row.kinds) & set(kinds)]


@dataclass(frozen=True, slots=True)
class _Key:
    """What decides on the accounts of a value entry."""

    movement: EntryType
    kind: ValueEntryType
    variance: VarianceType
    location_id: int
    inventory_group_id: int
    business_id: int
    product_id: int


@dataclass(frozen=True, slots=True)
class _Accounts:
    """The posting set-up: account id by kind and key."""

    inventory: dict[tuple[int, int], Any]
    general: dict[tuple[int, int], Any]

    def find(self, kind: str, key: _Key) -> int | None:
        """The account, None where the set-up has none."""
        if kind in _INVENTORY_KINDS:
            row = self.inventory.get((key.location_id, key.inventory_group_id))
        else:
            row = self.general.get((key.business_id, key.product_id))
        return getattr(row, f"{kind}_account_id") if row is not None else None


def _read_accounts(session: Session) -> _Accounts:
    inventory = session.scalars(select(InventoryPostingSetup)).all()
    general = session.scalars(select(GeneralPostingSetup)).all()
    return _Accounts(
        {(row.location_id, row.inventory_posting_group_id): row for row in inventory},
        {(row.gen_business_posting_group_id, row.gen_product_posting_group_id): row for row in general},
    )


def reconcile(session: Session, span: Span) -> Reconciliation:
    """The whole comparison; a fixed number of queries, each grouped by the database.

    Of one item or location the general ledger is what its value entries have posted.
    """
    expected_posting = session.get_one(InventorySetup, 1).expected_cost_posting_to_gl
    accounts = _read_accounts(session)
    rows = _empty_rows(session, accounts)
    posted: dict[int, Decimal] = {}
    for key, actual, expected, actual_posted, expected_posted in _value_sums(session, span):
        for amount, done, is_expected in ((actual, actual_posted, False), (expected, expected_posted, True)):
            if not amount and not done:
                continue
            pair = account_pair(key.movement, key.kind, key.variance, expected=is_expected)
            for kind, sign in ((pair.account, 1), (pair.balancing, -1)):
                account_id = accounts.find(kind, key)
                if account_id is None or account_id not in rows:
                    continue
                row = rows[account_id]
                if is_expected:
                    row.interim += sign * amount
                else:
                    row.inventory += sign * amount
                waiting = sign * (amount - done)
                if is_expected and not expected_posting:
                    row.expected_not_posted += waiting
                else:
                    row.not_posted += waiting
                posted[account_id] = posted.get(account_id, ZERO) + sign * done
    of_goods = {account_id: (amount, ZERO) for account_id, amount in posted.items()}
    ledger = of_goods if span.narrowed else _ledger_sums(session, span, rows)
    for account_id, (whole, by_hand) in ledger.items():
        row = rows[account_id]
        row.ledger, row.by_hand = whole, -by_hand
    for account_id, row in rows.items():
        row.other = posted.get(account_id, ZERO) - (row.ledger + row.by_hand)
    used = [row for row in rows.values() if row.subledger or row.ledger or row.not_posted or row.other]
    return Reconciliation(sorted(used, key=lambda row: row.no), span, expected_posting)


def _empty_rows(session: Session, accounts: _Accounts) -> dict[int, AccountRow]:
    """A row for every account that the set-up names for inventory, with the kinds it is named for."""
    kinds: dict[int, dict[str, None]] = {}
    for names, rows in ((_INVENTORY_KINDS, accounts.inventory), (_GENERAL_KINDS, accounts.general)):
        for row, name in product(rows.values(), names):
            account_id = getattr(row, f"{name}_account_id")
            if account_id is not None:
                kinds.setdefault(account_id, {})[name] = None
    found = session.execute(
        select(GlAccount.id, GlAccount.no, GlAccount.name, GlAccount.direct_posting, GlAccount.blocked).where(
            GlAccount.id.in_(sorted(kinds))
        )
    )
    return {
        row.id: AccountRow(row.id, row.no, row.name, row.direct_posting, tuple(kinds[row.id]), row.blocked)
        for row in found
    }


def _value_sums(session: Session, span: Span) -> Iterable[tuple[_Key, Decimal, Decimal, Decimal, Decimal]]:
    keys = (
        _value.item_ledger_entry_type, _value.entry_type, _value.variance_type, _value.location_id,
        _value.inventory_posting_group_id, _value.gen_business_posting_group_id, _value.gen_product_posting_group_id,
    )  # fmt: skip
    sums = (
        _value.cost_amount_actual, _value.cost_amount_expected, _value.cost_posted_to_gl,
        _value.expected_cost_posted_to_gl,
    )  # fmt: skip
    rows = session.execute(
        select(*keys, *(func.sum(column, type_=ScaledDecimal()) for column in sums))
        .where(_value.inventoriable, *span.of_goods)
        .group_by(*keys)
    )
    for row in rows:
        movement, kind, variance, location, group, business, goods = row[:7]
        key = _Key(movement, kind, variance, location, group or 0, business, goods or 0)
        yield key, row[7] or ZERO, row[8] or ZERO, row[9] or ZERO, row[10] or ZERO


def _ledger_sums(session: Session, span: Span, wanted: Iterable[int]) -> dict[int, tuple[Decimal, Decimal]]:
    """For each account its balance, and the part that did not come from value entries."""
    amount = ScaledDecimal()
    conditions = [GlEntry.account_id.in_(sorted(wanted)), *span.conditions(GlEntry.posting_date)]
    whole = session.execute(
        select(GlEntry.account_id, func.sum(GlEntry.amount, type_=amount))
        .where(*conditions)
        .group_by(GlEntry.account_id)
    )
    by_hand = session.execute(
        select(GlEntry.account_id, func.sum(GlEntry.amount, type_=amount))
        .where(*conditions, not_from_inventory())
        .group_by(GlEntry.account_id)
    )
    typed = dict(by_hand.tuples().all())
    return {account_id: (total or ZERO, typed.get(account_id) or ZERO) for account_id, total in whole}


def not_from_inventory() -> ColumnElement[bool]:
    """The condition on GlEntry: no value entry made it."""
    return ~select(GlItemLedgerRelation.gl_entry_id).where(GlItemLedgerRelation.gl_entry_id == GlEntry.id).exists()


def of_account(session: Session, account_id: int) -> ColumnElement[bool]:
    """The condition on ValueEntry: by today's set-up it belongs on this account, on either side."""
    accounts = _read_accounts(session)
    places = _places(accounts.inventory, _INVENTORY_KINDS, account_id)
    groups = _places(accounts.general, _GENERAL_KINDS, account_id)
    found: list[ColumnElement[bool]] = []
    combinations = product(EntryType, ValueEntryType, VarianceType, (False, True))
    alike: dict[str, set[tuple[EntryType, ValueEntryType, VarianceType, bool]]] = {}
    for movement, kind, variance, expected in combinations:
        if (variance != VarianceType.NONE) != (kind == ValueEntryType.VARIANCE):
            continue
        for name in account_pair(movement, kind, variance, expected=expected):
            if name in places or name in groups:
                alike.setdefault(name, set()).add((movement, kind, variance, expected))
    for name, members in alike.items():
        where = _at(places[name], _value.location_id, _value.inventory_posting_group_id) if name in places else _at(
            groups[name], _value.gen_business_posting_group_id, _value.gen_product_posting_group_id
        )  # fmt: skip
        for expected in (False, True):
            pairs = sorted({(movement, kind) for movement, kind, _variance, side in members if side is expected})
            if not pairs:
                continue
            column = _value.cost_amount_expected if expected else _value.cost_amount_actual
            by_kind: dict[ValueEntryType, list[EntryType]] = {}
            for movement, kind in pairs:
                by_kind.setdefault(kind, []).append(movement)
            either = or_(
                *((_value.entry_type == kind) & _value.item_ledger_entry_type.in_(moves)
                  for kind, moves in by_kind.items())
            )  # fmt: skip
            found.append(and_(column != ZERO, where, either))
    return or_(false(), *found)


def _places(
    rows: dict[tuple[int, int], Any], names: Iterable[str], account_id: int
) -> dict[str, list[tuple[int, int]]]:
    """Kinds under which the set-up names the account, with the keys that do."""
    found: dict[str, list[tuple[int, int]]] = {}
    for name in names:
        keys = [key for key, row in rows.items() if getattr(row, f"{name}_account_id") == account_id]
        if keys:
            found[name] = keys
    return found


def _at(keys: list[tuple[int, int]], first: Any, second: Any) -> ColumnElement[bool]:
    return tuple_(first, second).in_(sorted(keys))
