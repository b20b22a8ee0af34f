"""A record by the number or code typed, scanned or picked; blueprints/pickers.py looks up all of a form at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from blueprints.fields import refuse_control_characters
from core.text import _


class RecordField(Field):
    """A record by the number or code the user types, scans or picks; its data is the id.

    `kind` is a pick kind (blueprints/pickers.py: "item", "location", "vendor" ...). Empty gives `blank`:
    None, or BLANK_ID where the column points at the blank row. `record` is (id, code, name) or None.
    """

    widget = TextInput()

    def __init__(
        self,
        label: Any = None,
        kind: str = "",
        validators: Sequence[Any] = (),
        *,
        required: bool = False,
        blank: int | None = None,
        depends: str = "",
        _form: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), _form=_form, **kwargs)
        self.kind = kind
        self.required = required
        #: has a star although the form lets it through: the service fills it in, or refuses
        self.starred = False
        self.blank = blank
        #: name of the form's field whose value narrows the hits (variants and units of an item, bins of a location)
        self.depends = depends
        self.form = _form
        self.typed: str | None = None
        #: what to say instead where nothing, or more than one thing, is found
        self.missing = ""
        self._record: Any = None
        self._found = False

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.typed = valuelist[0].strip()
            self.data = None if self.typed else self.blank
            self._found = False

    def process_data(self, value: Any) -> None:
        super().process_data(value)
        self._found = False

    @property
    def looked_up(self) -> bool:
        """True once the typed number or code was searched for."""
        return self._found

    @property
    def record(self) -> Any:
        """The pick hit (id, code, name) behind the field's value; None when empty or unknown."""
        if not self._found:
            from blueprints.pickers import resolve_fields

            siblings = [field for field in self.form or (self,) if isinstance(field, RecordField)]
            resolve_fields([field for field in siblings if not field.looked_up] or [self])
        return self._record

    def set_record(self, record: Any) -> None:
        """Called by the resolver with a hit, or None when there is none."""
        self._record = record
        self._found = True
        if self.typed:
            self.data = record.id if record else None

    def within(self) -> str:
        """The value of the field this one depends on, as typed or as id."""
        if not self.depends or self.form is None or self.depends not in self.form:
            return ""
        other = self.form[self.depends]
        return str(other.data if other.data is not None else "")

    def _value(self) -> str:
        if self.typed is not None:
            return self.record.code if self.record else self.typed
        if self.data is None or self.data == self.blank:
            return ""
        return self.record.code if self.record else ""

    def pre_validate(self, form: Any) -> None:
        if not self.typed:
            if self.required:
                raise StopValidation(_("%(label)s is missing.", label=str(self.label.text)))
            return
        if self.record is None:
            refuse_control_characters(self.typed)
            unknown = _("There is no %(what)s “%(code)s”.", what=_kind_word(self.kind), code=self.typed[:40])
            raise StopValidation(self.missing or unknown)


class RecordCodeField(RecordField):
    """A record by its code, where the code itself is what is kept; empty gives ""."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.type = "RecordField"  # drawn like one

    def process_data(self, value: Any) -> None:
        super().process_data(value or "")
        self.typed = self.data

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if valuelist:
            self.data = self.typed

    def set_record(self, record: Any) -> None:
        super().set_record(record)
        self.data = record.code if record else self.typed


def _kind_word(kind: str) -> str:
    from blueprints.pickers import PICKS

    return str(PICKS[kind].what).lower() if kind in PICKS else kind
