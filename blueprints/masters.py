"""What the pages of master data and set-up share: carry out a change, show its refusal where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from flask import Response, flash
from sqlalchemy.orm import Session

from blueprints.access import current_user
from blueprints.database import db_session
from blueprints.fields import BaseForm, RecordForm
from blueprints.htmx import done, go
from core.errors import ConflictError, DomainError, NotFound, errors_of
from core.text import _, ngettext
from core.unit_of_work import perform
from services import audit

T = TypeVar("T")
#: as many lines refused for the same reason are named each
_EACH = 3


class PlainForm(BaseForm):
    """A button: nothing but the token."""


def carry_out(work: Callable[[Session], T]) -> T:
    """Do `work` as the current user in one transaction; refusals go on to the caller."""
    return perform(db_session(), work, user_id=current_user.id)


def carried_out(form: BaseForm, work: Callable[[Session], Any], *, of: Callable[[Session], Any] | None = None) -> bool:
    """True when the form is valid and `work` was done; its refusal stands in the form otherwise.

    `of` finds the record that the form (a RecordForm) shows: when somebody else changed it meanwhile, nothing is
    done, the form says who did what (status 409), and sent again it goes through. What does not exist any more is
    no matter of the form and goes on as NotFound.
    """
    if not form.validate_on_submit():
        return False

    def guarded(session: Session) -> Any:
        if of is not None and isinstance(form, RecordForm) and not form.is_current(of(session)):
            raise ConflictError("changed_meanwhile", "")  # its sentence is made below, from the audit trail
        return work(session)

    try:
        carry_out(guarded)
    except NotFound:
        raise
    except ConflictError as error:
        if error.code != "changed_meanwhile" or of is None or not isinstance(form, RecordForm):
            form.show(error)
        else:
            _tell_of_changes(form, of(db_session()))
        return False
    except DomainError as error:
        form.show(error)
        return False
    return True


def _tell_of_changes(form: RecordForm, record: Any) -> None:
    """Say in the form who changed which of its fields meanwhile; sent once more, it is taken."""
    names, made = set(form.columns()), []
    if record is not None and form.seen_at:
        made = audit.changes_since(db_session(), record.__tablename__, record.id, form.seen_at)
    news = [
        _("%(who)s changed %(field)s from “%(before)s” to “%(after)s”.", who=change.who or _("Somebody"),
          field=change.field, before=change.before, after=change.after)
        for change in made if change.column in names
    ]  # fmt: skip
    way_out = _("What you typed is kept: save again to put it in place of that, or load the page again.")
    form.stale = True
    form.form_errors.append(" ".join([_("This was changed while you had it open."), *news, way_out]))
    form.look_at(record)


def refusals_in_short(errors: Iterable[DomainError]) -> list[str]:
    """Sentences for toasts: of many lines refused for the same reason the first, its way out, how many more."""
    by_code: dict[str, list[DomainError]] = {}
    for error in errors:
        by_code.setdefault(error.code, []).append(error)
    words = []
    for alike in by_code.values():
        if len(alike) <= _EACH:
            words += [f"{one.message} {one.hint or ''}".strip() for one in alike]
            continue
        more = ngettext("%(num)s more line likewise.", "%(num)s more lines likewise.", len(alike) - 1)
        words.append(" ".join(filter(None, (alike[0].message, more, alike[0].hint))))
    return words


def press(work: Callable[[Session], Any], *, message: Any, back: str, refused_back: str | None = None) -> Response:
    """Answer a button (delete, fill, remove): its success or its refusal as a toast on the page `back`."""
    try:
        carry_out(work)
    except NotFound:
        raise
    except DomainError as error:
        for words in refusals_in_short(errors_of(error)):
            flash(words, "danger")
        return go(refused_back or back)
    return done(None, back=back, message=str(message))
