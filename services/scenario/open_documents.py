"""What the steps `post`, `undo`, `change_line`, `delete` and the expectation `document` ask of a document.

Each area that opens documents stores an OpenDocument of its own kind in `play.documents` under the step's id; the
steps find it there and know nothing of what it is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from services.scenario.play import Play, PlayError
from services.scenario.shapes import Values


@dataclass(frozen=True, slots=True)
class Found:
    """What a document says of itself: its status, and of each line (by the file's id) quantities in its unit."""

    status: str
    lines: dict[str, dict[str, Decimal]] = field(default_factory=dict)


class OpenDocument:
    """One document of a story. What a kind of document cannot do stays as it is here, and the file is at fault."""

    kind = "document"

    def post(self, play: Play, given: Values) -> None:
        """Post it as the step says, and name what its lines posted. Raises DomainError."""
        raise PlayError(f"a {self.kind} cannot be posted")

    def undo_line(self, play: Play, line: str) -> None:
        """Take back the newest posted shipment or receipt of the line with this id."""
        raise PlayError(f"a {self.kind} has no lines to undo")

    def undo(self, play: Play) -> None:
        """Take back the newest posting of the whole."""
        raise PlayError(f"a {self.kind} cannot be undone as a whole")

    def change_line(self, play: Play, line: str, changes: Values) -> None:
        """Change fields of the line with this id, as a user would."""
        raise PlayError(f"lines of a {self.kind} cannot be changed")

    def delete(self, play: Play) -> None:
        """Delete it, as a user would."""
        raise PlayError(f"a {self.kind} cannot be deleted")

    def delete_line(self, play: Play, line: str) -> None:
        """Delete the line with this id, as a user would."""
        raise PlayError(f"lines of a {self.kind} cannot be deleted")

    def found(self, play: Play) -> Found:
        """How it stands now; as it stood last where posting removed it."""
        raise PlayError(f"a {self.kind} has nothing to compare")


def open_document(play: Play, name: str) -> OpenDocument:
    """The document that a step's id opened. Raises PlayError."""
    found = play.documents.get(name)
    if not isinstance(found, OpenDocument):
        raise PlayError(f"there is no document {name}")
    return found


def line_of(play: Play, reference: str) -> tuple[OpenDocument, str]:
    """Document and line id behind `PO1.L1`. Raises PlayError."""
    name, _dot, line = reference.partition(".")
    if not line:
        raise PlayError(f"{reference} names no line")
    return open_document(play, name), line
