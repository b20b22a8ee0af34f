"""What the pages of master data and set-up share: carry out a change, show its refusal where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, flash
from sqlalchemy.orm import Session

from blueprints.access import current_user
from blueprints.fields import BaseForm
from blueprints.htmx import done, go
from core.errors import DomainError, NotFound, errors_of
from core.unit_of_work import perform
from models import db

T = TypeVar("T")


class PlainForm(BaseForm):
    """A button: nothing but the token."""


def carry_out(work: Callable[[Session], T]) -> T:
    """Do `work` as the current user in one transaction; refusals go on to the caller."""
    return perform(db.session(), work, user_id=current_user.id)


def carried_out(form: BaseForm, work: Callable[[Session], Any]) -> bool:
    """True when the form is valid and `work` was done; its refusal stands in the form otherwise.

    What does not exist any more is no matter of the form and goes on as NotFound.
    """
    if not form.validate_on_submit():
        return False
    try:
        carry_out(work)
    except NotFound:
        raise
    except DomainError as error:
        form.show(error)
        return False
    return True


def press(work: Callable[[Session], Any], *, message: Any, back: str, refused_back: str | None = None) -> Response:
    """Answer a button (delete, fill, remove): its success or its refusal as a toast on the page `back`."""
    try:
        carry_out(work)
    except NotFound:
        raise
    except DomainError as error:
        for single in errors_of(error):
            flash(single.message, "danger")
        return go(refused_back or back)
    return done(None, back=back, message=str(message))
