"""The entries of a cost adjustment as raw rows: copies of their originals but for the amounts, made by the thousand.

Figures are the database's scaled integers all the way, days are ISO text: posting's own way through decimals and
objects took more time than everything else of an adjustment.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import MISSING, fields
from functools import lru_cache
from operator import attrgetter, itemgetter
from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import HIGHEST_SCALED, from_scaled
from core.sql import ids_of, scaled
from core.text import _
from costing.amounts import rounded
from costing.entries import Delta
from costing.rows import day_of, raw_rows
from costing.setup import CostingSetup
from models import ValueEntry
from models.enums import EntryType, ValueEntryType, VarianceType
from posting.bulk import columns_of, raw
from posting.draft import Draft, NewValueEntry
from posting.facts import Facts
from posting.gl import account_pair, find_account
from posting.lines import PostingContext
from posting.write import Table, write_tables

_SCALE = 100_000
_NO_VARIANCE = VarianceType.NONE.value
_DAYS = ("document_date", "posting_date", "valuation_date")
#: copied from the original as they are (section 14.4)
_COPIED = (
    "item_ledger_entry_id", "item_ledger_entry_type", "item_charge_no", "item_id", "variant_id", "location_id",
    "document_type", "document_no", "document_line_no", "external_document_no", "description", "source_type",
    "source_no", "inventory_posting_group_id", "gen_business_posting_group_id", "gen_product_posting_group_id",
    "reason_code", "dimension_set_id",
)  # fmt: skip
_AT = {name: place for place, name in enumerate(_COPIED, len(_DAYS))}
_REST = len(_DAYS) + len(_COPIED)
_ITEM, _VARIANT, _LOCATION, _DOCUMENT = (_AT[name] for name in ("item_id", "variant_id", "location_id", "document_no"))
_ITEM_GROUP, _BUSINESS, _PRODUCT = (
    _AT[f"{name}_posting_group_id"] for name in ("inventory", "gen_business", "gen_product")
)
#: of a value entry, what its G/L entries take over, before and after their own words
_TO_GL = itemgetter(*(_AT[name] for name in ("document_type", "document_no", "external_document_no")))
_GROUPS_TO_GL = itemgetter(_AT["reason_code"], _BUSINESS, _PRODUCT, _AT["dimension_set_id"])
_ACCOUNT_KEY = itemgetter(_AT["item_ledger_entry_type"], _LOCATION, _ITEM_GROUP, _BUSINESS, _PRODUCT)
_word = attrgetter("_value_")  # what `value` gives, without its detour
_CHANGED = (
    "valued_quantity", "valued_by_average_cost", "variance_type", "entry_type", "cost_per_unit", "cost_amount_actual",
    "cost_amount_expected", "cost_posted_to_gl", "expected_cost_posted_to_gl", "expected_cost", "adjustment",
    "applies_to_value_entry_id", "source_code",
)  # fmt: skip
#: the same on all: what a new value entry has when nobody says otherwise
_CONSTANT = {
    field.name: raw(field.default)
    for field in fields(NewValueEntry)
    if field.name not in (*_DAYS, *_COPIED, *_CHANGED) and field.default is not MISSING
}
_VALUE_COLUMNS = ("register_id", "id", *_DAYS, *_COPIED, *_CHANGED, *_CONSTANT)
_GL_COLUMNS = (
    "register_id", "id", "transaction_no", "account_id", "amount", "posting_date", "document_date", "document_type",
    "document_no", "external_document_no", "description", "source_code", "reason_code",
    "gen_business_posting_group_id", "gen_product_posting_group_id", "dimension_set_id", "reversed_entry_id",
    "reversed_by_entry_id",
)  # fmt: skip
if set(_VALUE_COLUMNS) != set(columns_of("value_entry")) or set(_GL_COLUMNS) != set(columns_of("gl_entry")):
    raise AssertionError("a column of the value entries or the G/L entries is not written by cost adjustment")


def read_originals(session: Session, value_ids: Iterable[int]) -> dict[int, Any]:
    """The value entries to correct: days, then what is copied, then quantity, by average, variance type, entry type."""
    columns = [getattr(ValueEntry, name) for name in (*_DAYS, *_COPIED)]
    rows = raw_rows(
        session,
        select(
            *columns, scaled(ValueEntry.valued_quantity, "valued"), ValueEntry.valued_by_average_cost,
            ValueEntry.variance_type, ValueEntry.entry_type, ValueEntry.id,
        ).where(ValueEntry.id.in_(ids_of(session, value_ids))),
    )  # fmt: skip
    return {row[-1]: row for row in rows}


class AdjustmentRows:
    """Collects the corrections of one call; `days` are the posting dates used."""

    def __init__(self, facts: Facts, setup: CostingSetup, context: PostingContext) -> None:
        self.facts = facts
        self.setup = setup
        self.context = context
        self.days: set[str] = set()
        self.documents: set[str] = set()
        self.values: list[tuple[Any, ...]] = []
        #: of each pair of G/L rows: transaction, accounts, amount of the first, what both share, value entry
        self.gl: list[tuple[int, tuple[int, int], int, tuple[Any, ...], int]] = []
        self._queued: list[SimpleNamespace] = []
        self._balances: dict[tuple[int, int, int], list[int]] = defaultdict(lambda: [0, 0, 0])
        self._gl_balances: dict[tuple[int, int], list[int]] = defaultdict(lambda: [0, 0])
        self._transactions: dict[tuple[str, str], int] = {}
        self._accounts: dict[tuple[Any, ...], tuple[int, int]] = {}
        self._constant = tuple(_CONSTANT.values())
        self._first_day = setup.first_day.isoformat() if setup.first_day is not None else ""

    def add(self, delta: Delta, original: Sequence[Any]) -> None:
        """One correction of `original`, as `read_originals` gives it (section 14.4).

        Raises PostingError `adjustment_too_large` where no column holds its amounts.
        """
        valued, by_average, variance = original[_REST : _REST + 3]
        _node_id, original_id, kind, actual, expected = delta
        document_day, day, valuation_day = original[: len(_DAYS)]
        if day.__class__ is not str:  # PostgreSQL's are days
            document_day, day, valuation_day = _text(document_day), _text(day), _text(valuation_day)
        unit_cost = rounded((actual or expected) * _SCALE, valued, self.setup.unit_cost_unit)
        if abs(unit_cost) > HIGHEST_SCALED or abs(actual) > HIGHEST_SCALED or abs(expected) > HIGHEST_SCALED:
            raise self._too_large(original)
        posting_day = max(day, self._first_day)
        expected_to_gl = expected if self.facts.expected_cost_posting else 0
        posts = self.facts.automatic_cost_posting and bool(actual or expected_to_gl)
        if kind is not ValueEntryType.VARIANCE:
            variance = _NO_VARIANCE
        elif variance == _NO_VARIANCE:
            variance = VarianceType.PURCHASE.value
        if posts:
            days = (posting_day, document_day)
            if actual:
                self._post(original, kind, variance, days, actual, expected=False)
            if expected_to_gl:
                self._post(original, kind, variance, days, expected_to_gl, expected=True)
        elif actual or expected_to_gl:
            self._queued.append(
                SimpleNamespace(id=len(self.values), item_id=original[_ITEM], posting_date=day_of(posting_day))
            )
        self.values.append((
            document_day, posting_day, valuation_day, *original[len(_DAYS) : _REST], valued,
            bool(by_average) and kind is not ValueEntryType.ROUNDING, variance, _word(kind),
            unit_cost, actual, expected,
            actual if posts else 0, expected_to_gl if posts else 0, bool(expected), True, original_id,
            self.context.source_code, *self._constant,
        ))  # fmt: skip
        self.days.add(posting_day)
        self.documents.add(original[_DOCUMENT])
        balance = self._balances[original[_ITEM], original[_VARIANT], original[_LOCATION]]
        balance[0] += actual
        balance[1] += expected
        balance[2] += actual if posts else 0

    def _too_large(self, original: Sequence[Any]) -> PostingError:
        no = self.facts.items[original[_ITEM]].no
        return PostingError(
            "adjustment_too_large",
            _("The cost of item %(no)s, document %(document)s, comes to more than the books can hold.", no=no,
              document=original[_DOCUMENT]),
            hint=_("Almost nothing is in stock against a very large value: look for a receipt with a wrong quantity "
                   "or price and correct it."),
        )  # fmt: skip

    def _post(
        self, original: Sequence[Any], kind: ValueEntryType, variance: str, days: tuple[str, str], amount: int, *,
        expected: bool,
    ) -> None:  # fmt: skip
        place = (original[_DOCUMENT], days[0])
        transaction = self._transactions.setdefault(place, len(self._transactions))
        shared = (
            *days, *_TO_GL(original), self.facts.items[original[_ITEM]].description, self.context.source_code,
            *_GROUPS_TO_GL(original), None, None,
        )  # fmt: skip
        accounts = self._pair(original, kind, variance, expected=expected)
        self.gl.append((transaction, accounts, amount, shared, len(self.values)))
        month, debit = _month(days[0]), 0 if amount > 0 else 1
        self._gl_balances[accounts[0], month][debit] += abs(amount)
        self._gl_balances[accounts[1], month][1 - debit] += abs(amount)

    def _pair(self, original: Sequence[Any], kind: ValueEntryType, variance: str, *, expected: bool) -> tuple[int, int]:
        """Account and balancing account; looked up once for all entries of the same groups."""
        about = _ACCOUNT_KEY(original)
        key = (_word(kind), variance, expected, *about)
        found = self._accounts.get(key)
        if found is None:
            movement, location_id, item_group, business, product = about
            entry = cast(
                "NewValueEntry",
                SimpleNamespace(
                    item_id=original[_ITEM], location_id=location_id, inventory_posting_group_id=item_group,
                    gen_business_posting_group_id=business, gen_product_posting_group_id=product,
                ),
            )  # fmt: skip
            pair = account_pair(EntryType(movement), kind, VarianceType(variance), expected=expected)
            found = (
                find_account(self.facts, entry, pair.account, None),
                find_account(self.facts, entry, pair.balancing, None),
            )
            self._accounts[key] = found
        return found

    def write(self, session: Session) -> int:
        """Write everything; returns the id of the register. The caller's unit of work commits."""
        draft = Draft()
        draft.line_count = len(self.values)
        for key, (actual, expected, posted) in self._balances.items():
            balance = draft.balance(*key)
            balance.cost_amount_actual = from_scaled(actual)
            balance.cost_amount_expected = from_scaled(expected)
            balance.cost_posted_to_gl = from_scaled(posted)
        for place, (debit, credit) in self._gl_balances.items():
            draft.gl_balances[place] = from_scaled(debit), from_scaled(credit)
        used = {
            "register": 1, "value_entry": len(self.values), "gl_entry": 2 * len(self.gl),
            "transaction": len(self._transactions),
        }  # fmt: skip

        def tables(first: dict[str, int]) -> list[Table]:
            draft.gl_queue = cast("list[NewValueEntry]", self._queued)
            for queued in self._queued:
                queued.id += first["value_entry"]
            return self._tables(first)

        days, documents = {day_of(day) for day in self.days}, self.documents
        return write_tables(session, draft, self.context, used, tables, days=days, documents=documents)

    def _tables(self, first: dict[str, int]) -> list[Table]:
        register_id, gl_no, value_no, transaction = (
            first[name] for name in ("register", "gl_entry", "value_entry", "transaction")
        )
        gl: list[tuple[Any, ...]] = []
        relations: list[tuple[int, int, int]] = []
        for shift, (account_id, balancing_id), amount, shared, place in self.gl:
            gl.append((register_id, gl_no, transaction + shift, account_id, amount, *shared))
            gl.append((register_id, gl_no + 1, transaction + shift, balancing_id, -amount, *shared))
            relations.append((gl_no, value_no + place, register_id))
            relations.append((gl_no + 1, value_no + place, register_id))
            gl_no += 2
        return [
            ("value_entry", _VALUE_COLUMNS, [(register_id, no, *row) for no, row in enumerate(self.values, value_no)]),
            ("gl_entry", _GL_COLUMNS, gl),
            ("gl_item_ledger_relation", ("gl_entry_id", "value_entry_id", "register_id"), relations),
        ]


@lru_cache(maxsize=1 << 14)
def _month(day: str) -> int:
    return int(day[:4]) * 100 + int(day[5:7])


@lru_cache(maxsize=1 << 14)
def _text(day: dt.date) -> str:
    return day.isoformat()
