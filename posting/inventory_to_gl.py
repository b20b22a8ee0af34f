"""Post waiting cost to the general ledger: by entry or summed by posting group (posting-and-costing.md section 16.3).

Used where automatic cost posting is off. What cannot be posted (an account is missing, the date is not allowed)
stays on the queue and is named.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import ZERO
from models import PostValueEntryToGl, ValueEntry
from posting.checks import check_posting_date
from posting.draft import Draft, NewGlEntry
from posting.facts import Facts
from posting.gl import account_pair, add_to_gl_balance, find_account
from posting.lines import PostingContext
from posting.prepare import lock_items, prepare_values
from posting.write import write

SOURCE_CODE = "INVTPCOST"


@dataclass(frozen=True, slots=True)
class Skipped:
    """A value entry that stays on the queue, and why."""

    value_entry_id: int
    document_no: str
    reason: PostingError


@dataclass(slots=True)
class GlPosting:
    """What a run posted, or would post."""

    register_id: int | None = None
    value_entries: int = 0
    gl_entries: int = 0
    amount: Decimal = ZERO
    skipped: list[Skipped] = field(default_factory=list)
    #: where the run stopped for its limit: the next one goes on behind it; 0 at the end of the queue
    last_value_entry_id: int = 0


def post_inventory_to_gl(
    session: Session,
    context: PostingContext,
    *,
    per_posting_group: bool,
    document_no: str = "",
    limit: int = 100_000,
    after: int = 0,
) -> GlPosting:
    """Post the queue, oldest first, in the caller's transaction; at most `limit` value entries, those past `after`.

    By posting group all entries bear `document_no`; one pair of G/L entries stands for all value entries of a date
    with the same accounts, location, groups, dimensions and sign.
    """
    items = set(session.scalars(select(PostValueEntryToGl.item_id).distinct()))
    if not items:
        return GlPosting()
    lock_items(session, items)
    facts = prepare_values(session, items, context)
    waiting = session.scalars(
        select(ValueEntry)
        .join(PostValueEntryToGl, PostValueEntryToGl.value_entry_id == ValueEntry.id)
        .where(ValueEntry.id > after)
        .order_by(ValueEntry.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    draft, result = Draft(), GlPosting()
    if len(waiting) == limit:
        result.last_value_entry_id = waiting[-1].id
    pairs = list(_pairs(waiting, facts, draft, result))
    for key, members in _grouped(pairs, per_posting_group=per_posting_group, document_no=document_no).items():
        _write_pair(draft, facts, key, members, context)
    result.value_entries, result.gl_entries = len(draft.posted_to_gl), len(draft.gl_entries)
    result.amount = sum((abs(pair.amount) for pair in pairs), ZERO)
    if draft.posted_to_gl:
        draft.line_count = len(draft.posted_to_gl)
        result.register_id = write(session, draft, context)
    return result


@dataclass(frozen=True, slots=True)
class _Pair:
    """One amount of one value entry with its two accounts."""

    entry: ValueEntry
    account: int
    balancing: int
    amount: Decimal


def _pairs(waiting: Iterable[ValueEntry], facts: Facts, draft: Draft, result: GlPosting) -> Iterable[_Pair]:
    for entry in waiting:
        actual = entry.cost_amount_actual - entry.cost_posted_to_gl
        expected = ZERO
        if facts.expected_cost_posting:
            expected = entry.cost_amount_expected - entry.expected_cost_posted_to_gl
        try:
            refused = check_posting_date(entry.posting_date, facts)
            if refused is not None and refused.code == "posting_date_not_allowed":
                raise refused
            amounts = ((actual, False), (expected, True))
            found = [_pair(facts, entry, amount, expected=kind) for amount, kind in amounts if amount]
        except PostingError as error:
            result.skipped.append(Skipped(entry.id, entry.document_no, error))
            continue
        draft.posted_to_gl[entry.id] = (entry.cost_posted_to_gl + actual, entry.expected_cost_posted_to_gl + expected)
        draft.balance(entry.item_id, entry.variant_id, entry.location_id).cost_posted_to_gl += actual
        yield from found


def _pair(facts: Facts, entry: ValueEntry, amount: Decimal, *, expected: bool) -> _Pair:
    kinds = account_pair(entry.item_ledger_entry_type, entry.entry_type, entry.variance_type, expected=expected)
    account = find_account(facts, entry, kinds.account, None)
    return _Pair(entry, account, find_account(facts, entry, kinds.balancing, None), amount)


def _grouped(
    pairs: Iterable[_Pair], *, per_posting_group: bool, document_no: str
) -> dict[tuple[Any, ...], list[_Pair]]:
    groups: dict[tuple[Any, ...], list[_Pair]] = defaultdict(list)
    for pair in pairs:
        entry = pair.entry
        key: tuple[Any, ...] = (
            document_no or entry.document_no, entry.posting_date, pair.account, pair.balancing,
            entry.gen_business_posting_group_id, entry.gen_product_posting_group_id, entry.dimension_set_id,
        )  # fmt: skip
        if per_posting_group:
            key += (entry.location_id, entry.inventory_posting_group_id, pair.amount > 0)
        else:
            key += (entry.id,)
        groups[key].append(pair)
    return groups


def _write_pair(
    draft: Draft, facts: Facts, key: tuple[Any, ...], members: list[_Pair], context: PostingContext
) -> None:
    document_no, day, account, balancing, business, product, dimensions, *_rest = key
    amount = sum((pair.amount for pair in members), ZERO)
    first = members[0].entry
    single = len(members) == 1
    for account_id, signed in ((account, amount), (balancing, -amount)):
        entry = NewGlEntry(
            id=draft.next_gl_id(),
            transaction_no=draft.transaction_no(document_no, day),
            account_id=account_id,
            posting_date=day,
            document_date=first.document_date if single else day,
            document_type=first.document_type,
            document_no=document_no,
            external_document_no=first.external_document_no if single else "",
            description=facts.items[first.item_id].description if single else "",
            amount=signed,
            source_code=context.source_code,
            reason_code=first.reason_code if single else "",
            gen_business_posting_group_id=business,
            gen_product_posting_group_id=product,
            dimension_set_id=dimensions,
            value_entry_id=None,
        )
        draft.gl_entries.append(entry)
        # Actual and expected cost of one value entry may go to the same accounts: one relation for both.
        draft.relations += [(entry, value_id) for value_id in dict.fromkeys(pair.entry.id for pair in members)]
        add_to_gl_balance(draft, account_id, day, signed)


def follow_expected_posting(session: Session, *, on: bool) -> None:
    """Expected cost posting was switched (section 10).

    On: value entries whose expected cost is not in the general ledger wait for it. Off: those that wait for nothing
    else leave the queue; what stands on the interim accounts stays there.
    """
    session.flush()
    value, queue = ValueEntry, PostValueEntryToGl
    if on:
        waiting = select(value.id, value.item_id, value.posting_date).where(
            value.inventoriable, value.cost_amount_expected != value.expected_cost_posted_to_gl,
            value.id.not_in(select(queue.value_entry_id)),
        )  # fmt: skip
        session.execute(insert(queue).from_select(["value_entry_id", "item_id", "posting_date"], waiting))
        return
    done = select(value.id).where(value.id == queue.value_entry_id, value.cost_amount_actual == value.cost_posted_to_gl)
    session.execute(delete(queue).where(done.exists()).execution_options(synchronize_session=False))
