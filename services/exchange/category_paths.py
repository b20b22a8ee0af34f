"""Categories as files name them: by code, by description, or as a path from the top."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import ItemCategory
from services import categories

_SEPARATOR = re.compile(r"\s*(?:>|/|\\)\s*")


@dataclass(frozen=True)
class NewCategory:
    """A path of which some part does not exist yet; made when the row is written."""

    path: tuple[str, ...]


class CategoryPaths:
    """All categories by every name people may use; a few thousand at most."""

    def __init__(self, session: Session, *, create_missing: bool) -> None:
        self.create_missing = create_missing
        self.codes: dict[str, int] = {}
        self.by_name: dict[str, set[int]] = {}
        #: (parent id or 0, word in lower case) -> id
        self.below: dict[tuple[int, str], int] = {}
        self.made = False
        rows = session.execute(
            select(ItemCategory.id, ItemCategory.code, ItemCategory.description, ItemCategory.parent_id).order_by(
                ItemCategory.id
            )
        )
        for category_id, code, description, parent_id in rows:
            self._note(category_id, code, description, parent_id)

    def _note(self, category_id: int, code: str, description: str, parent_id: int | None) -> None:
        self.codes[code] = category_id
        if description:
            self.by_name.setdefault(description.casefold(), set()).add(category_id)
            self.below.setdefault((parent_id or 0, description.casefold()), category_id)
        self.below[parent_id or 0, code.casefold()] = category_id

    def resolve(self, text: str) -> int | NewCategory:
        """The category's id, or what is to be made. Raises ValidationError `not_found`, `ambiguous`."""
        if text.upper() in self.codes:
            return self.codes[text.upper()]
        named = self.by_name.get(text.casefold(), set())
        if len(named) == 1:
            return next(iter(named))
        path = tuple(part for part in _SEPARATOR.split(text) if part)
        found = self._walk(path)
        if found is not None:
            return found
        if len(named) > 1:
            raise ValidationError(
                "ambiguous", _("Several categories are called %(name)s; write the code or the path.", name=text)
            )
        if self.create_missing and path:
            return NewCategory(path)
        raise ValidationError("not_found", _("There is no category %(name)s; set it up first.", name=text))

    def _walk(self, path: tuple[str, ...]) -> int | None:
        parent: int | None = 0
        for part in path:
            parent = self.below.get((parent or 0, part.casefold()))
            if parent is None:
                # A path may also begin somewhere inside the tree, with a code.
                parent = self.codes.get(part.upper()) if part is path[0] else None
            if parent is None:
                return None
        return parent

    def realize(self, session: Session, category: Any) -> int | None:
        """The id of what `resolve` gave; missing parts of a path are created."""
        if not isinstance(category, NewCategory):
            return category  # type: ignore[no-any-return]
        parent: int | None = None
        for part in category.path:
            found = self.below.get((parent or 0, part.casefold()))
            if found is None and parent is None:
                found = self.codes.get(part.upper())
            if found is None:
                code = self._free_code(part)
                found = categories.create_category(session, code, part[:100], parent_id=parent).id
                self._note(found, code, part[:100], parent)
                self.made = True
            parent = found
        return parent

    def _free_code(self, text: str) -> str:
        base = re.sub(r"[^A-Z0-9]+", "-", text.upper()).strip("-")[:20] or "CATEGORY"
        code, number = base, 2
        while code in self.codes:
            tail = f"-{number}"
            code, number = base[: 20 - len(tail)] + tail, number + 1
        return code

    def finish(self, session: Session) -> None:
        """The order of the tree, once for all that was added."""
        if self.made:
            categories.recalculate(session)
