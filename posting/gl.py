"""Which accounts a value entry hits (posting-and-costing.md section 16): one table, one function. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _
from models.enums import EntryType, ValueEntryType, VarianceType
from posting.draft import Draft, NewGlEntry, NewValueEntry
from posting.facts import Facts, GeneralAccounts, InventoryAccounts


class Pair(NamedTuple):
    """Kinds of account: `account` takes the amount, `balancing` the opposite."""

    account: str
    balancing: str


_OUTPUT_VARIANCE = {
    VarianceType.MATERIAL: "material_variance",
    VarianceType.CAPACITY: "capacity_variance",
}
_ADJUSTMENTS = {
    EntryType.POSITIVE_ADJMT, EntryType.NEGATIVE_ADJMT, EntryType.TRANSFER,
    EntryType.ASSEMBLY_CONSUMPTION, EntryType.ASSEMBLY_OUTPUT,
}  # fmt: skip
_DIRECT_ACTUAL = {
    EntryType.PURCHASE: Pair("inventory", "direct_cost_applied"),
    EntryType.SALE: Pair("inventory", "cogs"),
    EntryType.CONSUMPTION: Pair("inventory", "wip"),
    EntryType.OUTPUT: Pair("inventory", "wip"),
    **dict.fromkeys(_ADJUSTMENTS, Pair("inventory", "inventory_adjustment")),
}
_EXPECTED = {
    EntryType.PURCHASE: Pair("inventory_interim", "invt_accrual_interim"),
    EntryType.SALE: Pair("inventory_interim", "cogs_interim"),
    EntryType.OUTPUT: Pair("inventory_interim", "wip"),
    EntryType.POSITIVE_ADJMT: Pair("inventory_interim", "cogs_interim"),
    EntryType.NEGATIVE_ADJMT: Pair("inventory_interim", "cogs_interim"),
}

#: What the accounts are called in a refusal.
ACCOUNT_NAMES = {
    "inventory": "Inventory account",
    "inventory_interim": "Inventory account (interim)",
    "wip": "WIP account",
    "material_variance": "Material variance account",
    "capacity_variance": "Capacity variance account",
    "cogs": "COGS account",
    "cogs_interim": "COGS account (interim)",
    "inventory_adjustment": "Inventory adjustment account",
    "invt_accrual_interim": "Inventory accrual account (interim)",
    "direct_cost_applied": "Direct cost applied account",
    "overhead_applied": "Overhead applied account",
    "purchase_variance": "Purchase variance account",
    "direct_cost_non_inventory_applied": "Direct cost non-inventory applied account",
}
_INVENTORY_KINDS = set(InventoryAccounts._fields)


def account_pair(entry_type: EntryType, value_type: ValueEntryType, variance: VarianceType, *, expected: bool) -> Pair:
    """The two kinds of account for one amount (section 16.1)."""
    if expected:
        return _EXPECTED.get(entry_type, Pair("inventory_interim", "invt_accrual_interim"))
    if value_type in (ValueEntryType.REVALUATION, ValueEntryType.ROUNDING):
        return Pair("inventory", "inventory_adjustment")
    if value_type == ValueEntryType.INDIRECT_COST:
        return Pair("inventory", "overhead_applied")
    if value_type == ValueEntryType.VARIANCE:
        return Pair("inventory", _OUTPUT_VARIANCE.get(variance, "purchase_variance"))
    if value_type == ValueEntryType.DIRECT_COST_NON_INVENTORY:
        return Pair("inventory", "direct_cost_non_inventory_applied")
    return _DIRECT_ACTUAL[entry_type]


def post_to_gl(draft: Draft, facts: Facts, entries: Iterable[tuple[NewValueEntry, int | None]]) -> None:
    """Give each value entry its pairs of G/L entries, or put it on the queue (section 16.3).

    `entries` are value entries with the line they come from. Raises PostingError `posting_setup_missing`,
    `posting_setup_blocked`, `account_blocked`.
    """
    for entry, line_no in entries:
        if not entry.inventoriable:
            continue
        expected = entry.cost_amount_expected if facts.expected_cost_posting else ZERO
        if not entry.cost_amount_actual and not expected:
            continue
        if not facts.automatic_cost_posting:
            draft.gl_queue.append(entry)
            continue
        _post_pair(draft, facts, entry, entry.cost_amount_actual, line_no, expected=False)
        _post_pair(draft, facts, entry, expected, line_no, expected=True)
        entry.cost_posted_to_gl = entry.cost_amount_actual
        entry.expected_cost_posted_to_gl = expected


def _post_pair(
    draft: Draft, facts: Facts, entry: NewValueEntry, amount: Decimal, line_no: int | None, *, expected: bool
) -> None:
    if not amount:
        return
    pair = account_pair(entry.item_ledger_entry_type, entry.entry_type, entry.variance_type, expected=expected)
    account = find_account(facts, entry, pair.account, line_no)
    balancing = find_account(facts, entry, pair.balancing, line_no)
    transaction_no = draft.transaction_no(entry.document_no, entry.posting_date)
    for account_id, signed in ((account, amount), (balancing, -amount)):
        draft.gl_entries.append(
            NewGlEntry(
                id=draft.next_gl_id(),
                transaction_no=transaction_no,
                account_id=account_id,
                posting_date=entry.posting_date,
                document_date=entry.document_date,
                document_type=entry.document_type,
                document_no=entry.document_no,
                external_document_no=entry.external_document_no,
                description=facts.items[entry.item_id].description,
                amount=signed,
                source_code=entry.source_code,
                reason_code=entry.reason_code,
                gen_business_posting_group_id=entry.gen_business_posting_group_id,
                gen_product_posting_group_id=entry.gen_product_posting_group_id,
                dimension_set_id=entry.dimension_set_id,
                value_entry_id=entry.id,
            )
        )
        add_to_gl_balance(draft, account_id, entry.posting_date, signed)


def add_to_gl_balance(draft: Draft, account_id: int, day: dt.date, amount: Decimal) -> None:
    """Add an amount to the account's balance of its month."""
    key = (account_id, day.year * 100 + day.month)
    debit, credit = draft.gl_balances.get(key, (ZERO, ZERO))
    draft.gl_balances[key] = (debit + amount, credit) if amount > 0 else (debit, credit - amount)


def find_account(facts: Facts, entry: NewValueEntry, kind: str, line_no: int | None) -> int:
    """The account of `kind` for the entry's groups.

    Raises PostingError `posting_setup_missing` naming both keys and the account, `posting_setup_blocked`,
    `account_blocked` (items.md section 16).
    """
    row: InventoryAccounts | GeneralAccounts | None
    if kind in _INVENTORY_KINDS:
        row = facts.inventory_accounts.get((entry.location_id, entry.inventory_posting_group_id or 0))
    else:
        row = facts.general_accounts.get((entry.gen_business_posting_group_id, entry.gen_product_posting_group_id or 0))
        if row is not None and row.blocked:
            raise PostingError(
                "posting_setup_blocked",
                _("The general posting set-up for %(groups)s is blocked.", groups=_keys(facts, entry, kind)),
                line=line_no,
                hint=_("Unblock it in the posting set-up, or use another posting group."),
                opens=_row(facts, entry, kind),
            )
    account_id = getattr(row, kind) if row is not None else None
    if account_id is None:
        raise PostingError(
            "posting_setup_missing",
            _("The %(account)s is missing in the posting set-up for %(groups)s.",
              account=ACCOUNT_NAMES[kind], groups=_keys(facts, entry, kind)),
            line=line_no,
            hint=_("Fill it in under Set-up, Posting set-up; Suggest accounts can do it for you."),
            opens=_row(facts, entry, kind),
        )  # fmt: skip
    account = facts.accounts[account_id]
    if account.blocked or not account.posting:
        raise PostingError(
            "account_blocked",
            _("G/L account %(no)s is blocked or no posting account.", no=account.no),
            line=line_no,
            hint=_("Unblock the account, or name another one in the posting set-up."),
            opens=_row(facts, entry, kind),
        )
    return int(account_id)


def _row(facts: Facts, entry: NewValueEntry, kind: str) -> tuple[str, str, str]:
    """The row of the posting set-up that the entry needs."""
    item = facts.items[entry.item_id]
    if kind in _INVENTORY_KINDS:
        return "inventory", facts.locations[entry.location_id].code, item.inventory_posting_group_code
    business = facts.business_groups.get(entry.gen_business_posting_group_id) or ""
    return "general", business, item.gen_product_posting_group_code


def _keys(facts: Facts, entry: NewValueEntry, kind: str) -> str:
    item = facts.items[entry.item_id]
    if kind in _INVENTORY_KINDS:
        code = facts.locations[entry.location_id].code or _("the blank location")
        return _("location %(location)s and inventory posting group %(group)s",
                 location=code, group=item.inventory_posting_group_code or "-")  # fmt: skip
    business = facts.business_groups.get(entry.gen_business_posting_group_id) or _("the blank business group")
    return _("business posting group %(business)s and product posting group %(product)s",
             business=business, product=item.gen_product_posting_group_code or "-")  # fmt: skip
