"""What a posting will write: plain lines and facts in, a draft out. No database, no clock.

Lines are decided in the order given; each sees what the ones before it did.
"""

from __future__ import annotations

from collections.abc import Sequence

from core.errors import DomainError, ErrorList, PostingError
from models.enums import EntryType, WarehouseEntryType
from posting.charges import charge
from posting.checks import check_line
from posting.counts import count_entry
from posting.decision import Decision
from posting.draft import Draft
from posting.facts import Facts
from posting.gl_lines import add_gl_lines
from posting.invoices import invoice
from posting.lines import ChargeLine, CountLine, GlLine, Line, PostingContext, RevaluationLine
from posting.revaluations import revalue
from posting.transfers import move_between_bins, only_bins_differ, transfer
from posting.undo import undo


def decide(
    lines: Sequence[Line],
    facts: Facts,
    context: PostingContext,
    *,
    gl_lines: Sequence[GlLine] = (),
    counts: Sequence[CountLine] = (),
) -> Draft:
    """Decide all lines. Raises ErrorList (or the one PostingError) naming every line that is refused and why."""
    decision = Decision(facts, context)
    errors: list[DomainError] = []
    for line in lines:
        found = check_line(line, facts)
        if not found:
            try:
                _post(decision, line)
            except PostingError as error:
                found = [error]
        errors += found
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    decision.finish()
    draft = decision.draft
    add_gl_lines(draft, facts, gl_lines, context)
    draft.count_entries += [count_entry(line) for line in counts]
    draft.line_count = len(lines)
    return draft


def _post(decision: Decision, line: Line) -> None:
    if isinstance(line, ChargeLine):
        charge(decision, line)
    elif isinstance(line, RevaluationLine):
        revalue(decision, line)
    elif line.invoices_entry_id is not None:
        invoice(decision, line)
    elif line.undoes_entry_id is not None:
        undo(decision, line)
    elif line.opens_bin:
        decision.move_bins(line, WarehouseEntryType.MOVEMENT)
    elif line.entry_type == EntryType.TRANSFER and not line.inbound:
        (move_between_bins if only_bins_differ(line) else transfer)(decision, line)
    else:
        decision.movement(line)
