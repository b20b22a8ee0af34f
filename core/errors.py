"""The small tree of errors that services raise; pages, API and commands only show them.

`code` is stable: tests, scenarios and the API name it. `message` is a sentence for the person in front of the
screen and ends with the way out. Nothing here knows HTTP; blueprints/errors.py maps class to status.
"""

from __future__ import annotations

from collections.abc import Iterable


class DomainError(Exception):
    """A refusal with a stable `code` and a sentence; `field` and `line` say where, `hint` what can be done.

    `opens` names what puts it right where that is a row of the set-up, so that a page can lead there: the kind of
    set-up and the codes of its two keys.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        field: str | None = None,
        line: int | None = None,
        hint: str | None = None,
        opens: tuple[str, str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.field = field
        self.line = line
        self.hint = hint
        self.opens = opens

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.code!r}, {self.message!r}, field={self.field!r}, line={self.line!r})"


class ValidationError(DomainError):
    """A value that may not be stored; the user corrects it."""


class PostingError(DomainError):
    """A posting that is refused as a whole; nothing was written."""


class ConflictError(DomainError):
    """Somebody else changed the same thing meanwhile; the user's input is kept."""


class NotFound(DomainError):
    """Something named does not exist (any more)."""


class Forbidden(DomainError):
    """The user's role does not allow it."""


class ErrorList(DomainError):
    """Several refusals at once, one for each faulty line, so that one bad line does not hide the others."""

    def __init__(self, errors: Iterable[DomainError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(
            first.code, first.message, field=first.field, line=first.line, hint=first.hint, opens=first.opens
        )


def errors_of(error: DomainError) -> tuple[DomainError, ...]:
    """The single refusals in `error`, one or many."""
    return error.errors if isinstance(error, ErrorList) else (error,)
