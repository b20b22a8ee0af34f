"""Form fields that refuse what may not be stored, with a sentence; the base of every form.

Decimals never pass through float; texts are stripped; nothing here asks the database (RecordField asks
blueprints/pickers.py once for all the record fields of a form).
"""

from __future__ import annotations

import datetime as dt
import enum
import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from wtforms import BooleanField, Field, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import Choice
from wtforms.validators import StopValidation
from wtforms.validators import ValidationError as Refused
from wtforms.widgets import TextInput

from blueprints.words import word
from core.clock import utcnow
from core.errors import DomainError, errors_of
from core.text import _

FIRST_YEAR, LAST_YEAR = 1900, 2199

_SPACES = re.compile(r"[ \t\u00a0\u2009\u202f]")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


class BaseForm(FlaskForm):
    """A form with CSRF protection whose refusals stand beside their fields."""

    #: True when the record was changed by somebody else while the form was open.
    stale = False

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows the form: 200, 422 when refused, 409 when somebody was faster."""
        return (409 if self.stale else 422) if self.errors else 200

    @property
    def general_errors(self) -> list[str]:
        """Refusals that belong to no field; shown above the form."""
        hidden = [error for field in self if isinstance(field, HiddenField) for error in field.errors]
        return [str(error) for error in [*self.form_errors, *hidden]]

    def show(self, error: DomainError) -> None:
        """Put each refusal in `error` on the field it names, else above the form; its hint follows the sentence."""
        for single in errors_of(error):
            sentence = f"{single.message} {single.hint}" if single.hint else single.message
            # Services name what is wrong ("attribute"), forms hold its id ("attribute_id").
            name = next((name for name in (single.field, f"{single.field}_id") if name and name in self), None)
            if name:
                field = self[name]
                field.errors = [*field.errors, sentence]
            else:
                self.form_errors.append(sentence)

    def values(self, *names: str) -> dict[str, Any]:
        """The data of the fields named (all but the hidden ones if none is named): name -> value."""
        chosen = names or [field.short_name for field in self if not isinstance(field, HiddenField)]
        return {name: self[name].data for name in chosen}


class KeyedForm(BaseForm):
    """A form that carries an idempotency key: sent twice, it acts once (core.unit_of_work.perform(key=...))."""

    key = HiddenField(default=lambda: uuid.uuid4().hex)

    def validate_key(self, field: Field) -> None:
        """A key is ours: 1 to 64 letters, digits and hyphens."""
        if not re.fullmatch(r"[A-Za-z0-9-]{1,64}", field.data or ""):
            raise Refused(_("This form is damaged. Load the page again."))


class RecordForm(BaseForm):
    """A form of a record: it remembers what it showed, so that nobody overwrites what somebody else saved meanwhile.

    Made with `obj=record` it notes the record's values; blueprints/masters.py compares them when it is sent.
    """

    seen = HiddenField()

    def __init__(self, formdata: Any = _Auto, obj: Any = None, **kwargs: Any) -> None:
        super().__init__(formdata, obj=obj, **kwargs)
        if obj is not None and not self.seen.raw_data:
            self.look_at(obj)

    def look_at(self, record: Any) -> None:
        """The form shows (or its user has been told of) the record as it is now."""
        self.seen.data = f"{utcnow().timestamp():.3f}-{self._digest(record)}"

    def is_current(self, record: Any) -> bool:
        """False when the record's values differ from those the form showed; a form that does not say is believed."""
        _at, _dash, digest = (self.seen.data or "").partition("-")
        return not digest or digest == self._digest(record)

    @property
    def seen_at(self) -> dt.datetime | None:
        """When the form showed the record, UTC; None for a form that does not say."""
        number = (self.seen.data or "").partition("-")[0]
        if not re.fullmatch(r"\d{9,11}\.\d{3}", number):
            return None
        seconds, thousandths = number.split(".")
        return dt.datetime.fromtimestamp(int(seconds), dt.UTC) + dt.timedelta(milliseconds=int(thousandths))

    def columns(self) -> list[str]:
        """The fields that are columns of the record."""
        return [field.short_name for field in self if not isinstance(field, HiddenField)]

    def _digest(self, record: Any) -> str:
        values = [(name, getattr(record, name)) for name in self.columns() if hasattr(type(record), name)]
        plain = [
            (name, str(value)) for name, value in values if isinstance(value, str | int | Decimal | dt.date | None)
        ]
        return hashlib.sha256(repr(plain).encode()).hexdigest()[:20]


def refuse_control_characters(text: str, *, allowed: str = "") -> None:
    """Raise when `text` has NUL bytes or other characters that no keyboard makes."""
    for sign in text:
        if sign not in allowed and unicodedata.category(sign) in {"Cc", "Cs", "Co", "Cn"}:
            raise Refused(_("This text contains a character that cannot be stored. Type it again by hand."))


class TextField(StringField):
    """One line of text, stripped; "" when empty."""

    inputmode = "text"

    def __init__(
        self,
        label: Any = None,
        validators: Sequence[Any] = (),
        *,
        max_length: int = 100,
        required: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.max_length = max_length
        self.required = required

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            self.data = self.clean(valuelist[0])

    def clean(self, text: str) -> str:
        """What the user meant: without blanks around it."""
        return text.strip()

    def pre_validate(self, form: Any) -> None:
        text = self.data or ""
        if self.required and not text:
            raise StopValidation(_("%(label)s is missing.", label=str(self.label.text)))
        self.refuse(text)
        if len(text) > self.max_length:
            raise StopValidation(
                _("At most %(most)s characters; this has %(length)s.", most=self.max_length, length=len(text))
            )

    def refuse(self, text: str) -> None:
        """Raise for characters that may not stand in such a text."""
        refuse_control_characters(text)

    @property
    def data_or_none(self) -> str | None:
        """The text, None when empty."""
        return self.data or None


class ScanField(TextField):
    """What a scanner or a person sends for a code; the separators inside a GS1 code are kept."""

    def __init__(self, label: Any = None, **kwargs: Any) -> None:
        # the camera and hand scanners find the field by this mark
        kwargs["render_kw"] = {"data-scan": ""} | kwargs.get("render_kw", {})
        super().__init__(label, max_length=200, **kwargs)

    def refuse(self, text: str) -> None:
        refuse_control_characters(text.replace("\x1d", ""))


class LongTextField(TextField, TextAreaField):
    """Several lines of text."""

    widget = TextAreaField.widget

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, max_length: int = 10_000, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, max_length=max_length, **kwargs)

    def clean(self, text: str) -> str:
        return text.replace("\r\n", "\n").replace("\r", "\n").strip()

    def refuse(self, text: str) -> None:
        refuse_control_characters(text, allowed="\n\t")


class ScanRowsField(LongTextField):
    """Rows of a spreadsheet whose cells may be scanned codes; the separators inside a GS1 code are kept."""

    def refuse(self, text: str) -> None:
        refuse_control_characters(text, allowed="\n\t\x1d")


class CodeField(TextField):
    """A number or code people type and scan: upper case, no control characters, no emoji, no blanks inside by twos."""

    is_code = True

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, max_length: int = 20, **kwargs: Any
    ) -> None:
        super().__init__(label, validators, max_length=max_length, **kwargs)

    def clean(self, text: str) -> str:
        return clean_code(text)

    def refuse(self, text: str) -> None:
        check_code(text)


def clean_code(text: str) -> str:
    """How codes are kept: upper case, one blank where there were several, none around."""
    # \x1d and friends must stay visible to check_code; only ordinary blanks are joined.
    return re.sub(r" +", " ", text.strip(" \t\r\n\u00a0")).upper()


def check_code(text: str) -> None:
    """Raise when `text` may not be a code."""
    for sign in text:
        # Letters, marks, digits, punctuation, ASCII signs (+ < = > | ~ ^ ` $) and the plain blank; no emoji.
        category = unicodedata.category(sign)
        if not (category[0] in "LMNP" or (category[0] == "S" and sign.isascii()) or sign == " "):
            raise StopValidation(
                _("Codes are made of letters, digits and the signs on a keyboard; this one has others.")
            )


class DayField(Field):
    """A date: yyyy-mm-dd as browsers send it; days that do not exist and far years are refused."""

    widget = TextInput()
    input_type = "date"

    def __init__(
        self, label: Any = None, validators: Sequence[Any] = (), *, required: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(label, list(validators), **kwargs)
        self.required = required
        self.refusal: str | None = None

    def _value(self) -> str:
        if self.raw_data and self.refusal:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = parse_day(valuelist[0])
        except Refused as refused:
            self.data = None
            self.refusal = str(refused)

    def pre_validate(self, form: Any) -> None:
        if self.refusal:
            raise StopValidation(self.refusal)
        if self.data is None and self.required:
            raise StopValidation(_("%(label)s is missing.", label=str(self.label.text)))


def parse_day(text: str) -> dt.date | None:
    """The date a person typed (yyyy-mm-dd); None for nothing. Raises a sentence."""
    text = text.strip()
    if not text:
        return None
    parts = _ISO_DAY.fullmatch(text)
    if parts is None or not text.isascii():
        raise Refused(_("“%(text)s” is not a date. Write it like 2025-03-04.", text=text[:40]))
    year, month, day = (int(part) for part in parts.groups())
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refused(_("The year must lie between %(first)s and %(last)s.", first=FIRST_YEAR, last=LAST_YEAR))
    try:
        return dt.date(year, month, day)
    except ValueError as error:
        raise Refused(_("There is no day %(text)s in the calendar.", text=text)) from error


class ChoiceField(SelectField):
    """One value of an enum (or of `(value, label)` pairs); a forged value is refused."""

    def __init__(
        self,
        label: Any = None,
        kind: type[enum.StrEnum] | None = None,
        validators: Sequence[Any] = (),
        *,
        only: Iterable[enum.StrEnum] | None = None,
        pairs: Iterable[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]] | None = None,
        blank: Any = None,
        **kwargs: Any,
    ) -> None:
        self.kind = kind
        self.blank = blank

        def choices() -> list[tuple[Any, Any]]:
            if kind is not None:
                found = [(member, word(member) or _("None")) for member in (only or kind)]
            else:
                found = list(pairs() if callable(pairs) else pairs or ())
            return [("", blank), *found] if blank is not None else found

        kwargs.setdefault("coerce", self._to_member)
        super().__init__(label, list(validators), choices=choices, **kwargs)

    def _to_member(self, value: Any) -> Any:
        if value is None:
            return None
        if self.kind is None or (value == "" and self.blank is not None):
            return value
        return self.kind(value)

    def iter_choices(self) -> Any:
        chosen = None if self.data is None else str(self.data)
        for value, label in self.choices or ():
            yield Choice(str(value), label, str(value) == chosen, {})

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist:
            return
        try:
            self.data = self.coerce(valuelist[0])
        except ValueError:
            self.data = valuelist[0]

    def pre_validate(self, form: Any) -> None:
        if str(self.data) not in {str(value) for value, _label in self.choices or ()}:
            raise StopValidation(_("Choose one of the values offered."))


class CheckField(BooleanField):
    """Yes or no."""
