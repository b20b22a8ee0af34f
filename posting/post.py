"""Post lines: prepare, decide, write, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from core.errors import PostingError
from core.text import _
from posting.decide import decide
from posting.lines import PostingContext, PostingLine
from posting.prepare import prepare
from posting.write import write


def post_lines(session: Session, lines: Sequence[PostingLine], context: PostingContext) -> int:
    """Post `lines` in their order as one register; returns its id. On DomainError nothing is posted.

    Runs inside the caller's unit of work, which commits. Raises PostingError `nothing_to_post`, or ErrorList with
    the refusals of all lines.
    """
    if not lines:
        raise PostingError("nothing_to_post", _("There is nothing to post."), hint=_("Enter a line first."))
    facts = prepare(session, lines, context)
    return write(session, decide(lines, facts, context), context)


def check_lines(session: Session, lines: Sequence[PostingLine], context: PostingContext) -> None:
    """Refuse what `post_lines` would refuse, and write nothing. Raises as `post_lines`."""
    decide(lines, prepare(session, lines, context), context)
