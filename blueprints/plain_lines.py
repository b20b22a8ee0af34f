"""What a line typed into the grid of a transfer or inventory document is read by: only fields that were sent count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from flask import request

from blueprints.access import today
from blueprints.item_fields import ItemLine
from blueprints.pickers import resolve_fields


class PlainLine(ItemLine):
    """A line as typed; fields that were not sent are left out."""

    #: form field -> field of a line
    inputs: ClassVar[Mapping[str, str]] = {}

    def read(self) -> bool:
        """True when what was sent can be kept as it is typed; the item is found by any of its numbers."""
        for name in [single.short_name for single in self if single.short_name in self.inputs]:
            if name not in request.form:
                del self[name]
        if "item" in self:
            self.look_for_item(on=today())
            resolve_fields([self["item"]] if not self["item"].data else [])
        return bool(self.validate())

    def line_values(self, *, new: bool) -> dict[str, Any]:
        """Fields of a line; of a new one, what was left empty is proposed."""
        sent = self.sent()
        if new:
            told = {name: value for name, value in sent.items() if value not in (None, "")}
            return self.values_of_hit() | told | self.quantity_of_hit()
        return sent | self.values_of_hit() | self.quantity_of_hit()

    def sent(self) -> dict[str, Any]:
        """What came with the form, by field of the line."""
        return {target: self[name].data for name, target in self.inputs.items() if name in self}
