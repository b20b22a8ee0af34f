"""G/L entries beside the inventory: purchases, payables, sales and receivables of an invoice. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from core.errors import PostingError
from core.rounding import ZERO
from core.text import _
from posting.draft import Draft, NewGlEntry
from posting.facts import Facts
from posting.gl import add_to_gl_balance
from posting.lines import GlLine, PostingContext


def add_gl_lines(draft: Draft, facts: Facts, lines: Sequence[GlLine], context: PostingContext) -> None:
    """Add the lines to the draft, in the transaction of their document.

    Raises PostingError `account_blocked`; AssertionError when a document's lines do not balance: the caller's fault.
    """
    sums: dict[tuple[str, object], Decimal] = defaultdict(lambda: ZERO)
    for line in lines:
        account = facts.accounts[line.account_id]
        if account.blocked or not account.posting:
            raise PostingError(
                "account_blocked",
                _("G/L account %(no)s is blocked or no posting account.", no=account.no),
                hint=_("Unblock the account, or choose another one."),
            )
        sums[line.document_no, line.posting_date] += line.amount
        draft.gl_entries.append(_entry(draft, line, context))
        add_to_gl_balance(draft, line.account_id, line.posting_date, line.amount)
    if any(sums.values()):
        raise AssertionError(f"G/L lines do not balance: {dict(sums)}")


def _entry(draft: Draft, line: GlLine, context: PostingContext) -> NewGlEntry:
    return NewGlEntry(
        id=draft.next_gl_id(),
        transaction_no=draft.transaction_no(line.document_no, line.posting_date),
        account_id=line.account_id,
        posting_date=line.posting_date,
        document_date=line.document_date or line.posting_date,
        document_type=line.document_type,
        document_no=line.document_no,
        external_document_no=line.external_document_no,
        description=line.description,
        amount=line.amount,
        source_code=context.source_code,
        reason_code=line.reason_code,
        gen_business_posting_group_id=line.gen_business_posting_group_id,
        gen_product_posting_group_id=line.gen_product_posting_group_id,
        dimension_set_id=line.dimension_set_id,
        value_entry_id=None,
    )
