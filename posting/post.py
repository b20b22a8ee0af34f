"""Post lines: prepare, decide, write, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from core.errors import PostingError
from core.text import _
from posting.decide import decide
from posting.lines import CountLine, GlLine, Line, PostingContext, PostingLine
from posting.online_adjustment import adjust_online
from posting.prepare import prepare
from posting.write import write


def post_lines(
    session: Session,
    lines: Sequence[Line],
    context: PostingContext,
    *,
    gl_lines: Sequence[GlLine] = (),
    counts: Sequence[CountLine] = (),
    locked: Collection[int] = (),
) -> int:
    """Post `lines` in their order as one register; returns its id. On DomainError nothing is posted.

    `gl_lines` are amounts beside the inventory, `counts` leave a physical inventory ledger entry each; `locked` are
    items that the caller has locked in this transaction already (`prepare.lock_items`). Runs inside the caller's unit
    of work, which commits. Raises PostingError `nothing_to_post`, or ErrorList with the refusals
    of all lines.
    """
    if not lines and not gl_lines and not counts and context.papers_on is None:
        raise PostingError("nothing_to_post", _("There is nothing to post."), hint=_("Enter a line first."))
    lines = [_resolved(line) for line in lines]
    facts = prepare(session, lines, context, locked=locked)
    draft = decide(lines, facts, context, gl_lines=gl_lines, counts=counts)
    register_id = write(session, draft, context)
    adjust_online(session, draft, facts, context)
    return register_id


def check_lines(session: Session, lines: Sequence[Line], context: PostingContext) -> None:
    """Refuse what `post_lines` would refuse, and write nothing. Raises as `post_lines`."""
    lines = [_resolved(line) for line in lines]
    decide(lines, prepare(session, lines, context), context)


def _resolved(line: Line) -> Line:
    """An undo is a correction, tied to what it takes back: a receipt by quantity, a shipment by cost (section 5)."""
    if not isinstance(line, PostingLine) or line.undoes_entry_id is None:
        return line
    if line.inbound:
        return replace(line, correction=True, applies_from_entry_id=line.undoes_entry_id)
    return replace(line, correction=True, applies_to_entry_id=line.undoes_entry_id)
