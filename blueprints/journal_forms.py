"""What the item journal's pages read and show: the form of a line, and a line as its row in the grid."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from flask import request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from blueprints import formats
from blueprints.access import today
from blueprints.decimal_fields import AmountField, QuantityField, UnitCostField, WholeField
from blueprints.fields import BaseForm, ChoiceField, CodeField, DayField, KeyedForm, LongTextField, TextField
from blueprints.item_fields import ItemLine
from blueprints.pickers import resolve_fields
from blueprints.record_fields import RecordField
from blueprints.refusals import sentence
from blueprints.shown_fields import shown_json, typed_over
from blueprints.words import word
from core.errors import DomainError
from core.text import _
from models import BLANK_ID, ItemJournalLine, Location
from models.enums import CostingMethod, EntryType, RecurringMethod
from services.documents.journal_defaults import ADJUSTMENTS, ENTRY_TYPES
from services.documents.journal_line_rules import LineInput
from services.items.finding import ItemUse
from services.items.lookup import Candidate

#: What a line of this entry type does with the item.
_USE = {EntryType.SALE.value: ItemUse.SALE, EntryType.PURCHASE.value: ItemUse.PURCHASE}
#: form field -> field of LineInput
INPUTS = {
    "posting_date": "posting_date", "document_no": "document_no", "entry_type": "entry_type", "item": "item_id",
    "variant": "variant_id", "description": "description", "location": "location_id", "bin": "bin_id",
    "quantity": "quantity", "unit_of_measure": "unit_of_measure_id", "unit_amount": "unit_amount", "amount": "amount",
    "lot_no": "lot_no", "serial_no": "serial_no", "package_no": "package_no", "expiration_date": "expiration_date",
    "applies_to": "applies_to_entry_id", "applies_from": "applies_from_entry_id",
    "external_document_no": "external_document_no", "reason_code": "reason_code",
    "new_location": "new_location_id", "new_bin": "new_bin_id", "new_lot_no": "new_lot_no",
    "new_serial_no": "new_serial_no", "new_package_no": "new_package_no", "new_expiration_date": "new_expiration_date",
    "recurring_method": "recurring_method", "recurring_frequency": "recurring_frequency",
    "recurring_expiration_date": "recurring_expiration_date",
}  # fmt: skip
#: the order of the full grid, what changes from line to line first; those not in NARROW are folded away
WIDE = (
    "item", "variant", "description", "entry_type", "quantity", "unit_of_measure", "unit_amount", "amount", "location",
    "bin", "lot_no", "serial_no", "expiration_date", "applies_to", "posting_date", "document_no",
)  # fmt: skip
NARROW = (
    "item", "description", "entry_type", "quantity", "unit_of_measure", "unit_amount", "amount", "location",
    "posting_date", "document_no",
)  # fmt: skip
ALL = (*WIDE, "package_no", "applies_from", "external_document_no", "reason_code")
NUMBERS = frozenset({"quantity", "unit_amount", "amount"})
#: typed as the new location: the blank one
NOWHERE = "-"


class BatchForm(BaseForm):
    name = CodeField(_l("Name"), max_length=10, required=True)
    description = TextField(_l("Description"), max_length=100)


class PostForm(KeyedForm):
    version = WholeField(_l("Version"), maximum=2_000_000_000)


#: A NUL may not stand in a page (a browser would make it another character); this is how it is shown.
_NUL, _SHOWN_NUL = "\x00", "\u2400"


def shown_text(text: str) -> str:
    """`text` as a page may hold it: a NUL is to be seen."""
    return text.replace(_NUL, _SHOWN_NUL)


class RowsField(LongTextField):
    """Cells as a spreadsheet copies them: blank cells at the ends count, and each row is refused by itself."""

    def clean(self, text: str) -> str:
        # Back from the page the sign is the NUL that it stood for, so that its row is refused again.
        return text.replace(_SHOWN_NUL, _NUL)

    def _value(self) -> str:
        return shown_text(self.data or "")

    def refuse(self, text: str) -> None:
        """Nothing here: journal_paste names row and column."""


class PasteForm(BaseForm):
    text = RowsField(_l("Rows"), max_length=4_000_000)
    partial = HiddenField()
    #: the same rows sent twice are added once; cells pasted straight into the grid carry none
    key = HiddenField(default=lambda: uuid.uuid4().hex)


class ArrivalField(RecordField):
    """Where goods go: empty leaves them where they are, NOWHERE takes them to the blank location."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        if self.typed in (NOWHERE, "–", "−"):
            self.typed, self.data, self._found = "", BLANK_ID, True


class LineForm(ItemLine):
    """A line as typed. Fields that were not sent are left out, so that a narrow grid changes only what it shows."""

    version = WholeField(_l("Version"), maximum=2_000_000_000)
    posting_date = DayField(_l("Posting date"), required=True)
    document_no = CodeField(_l("Document no."), max_length=20)
    entry_type = ChoiceField(_l("Entry type"), EntryType, only=ENTRY_TYPES)
    item = RecordField(_l("Item"), "item", required=True)
    variant = RecordField(_l("Variant"), "variant", blank=0, depends="item")
    description = TextField(_l("Description"), max_length=100)
    location = RecordField(_l("Location"), "location", blank=0)
    bin = RecordField(_l("Bin"), "bin", depends="location")
    quantity = QuantityField(_l("Quantity"), minimum=None)
    unit_of_measure = RecordField(_l("Unit"), "item_unit", depends="item")
    unit_amount = UnitCostField(_l("Unit amount"), empty=None)
    amount = AmountField(_l("Amount"), minimum=None, empty=None)
    lot_no = TextField(_l("Lot no."), max_length=50)
    serial_no = TextField(_l("Serial no."), max_length=50)
    package_no = TextField(_l("Package no."), max_length=50)
    expiration_date = DayField(_l("Expires"))
    applies_to = WholeField(_l("Applies-to entry"), maximum=10**12, empty=None)
    applies_from = WholeField(_l("Applies-from entry"), maximum=10**12, empty=None)
    external_document_no = TextField(_l("External document no."), max_length=50)
    reason_code = CodeField(_l("Reason code"), max_length=10)
    new_location = ArrivalField(_l("New location"), "location")
    new_bin = RecordField(_l("New bin"), "bin", depends="new_location")
    new_lot_no = TextField(_l("New lot no."), max_length=50)
    new_serial_no = TextField(_l("New serial no."), max_length=50)
    new_package_no = TextField(_l("New package no."), max_length=50)
    new_expiration_date = DayField(_l("Expires now"))
    recurring_method = ChoiceField(
        _l("Method"), RecurringMethod, only=(RecurringMethod.FIXED, RecurringMethod.VARIABLE)
    )
    recurring_frequency = TextField(_l("Again after"), max_length=20)
    recurring_expiration_date = DayField(_l("Until"))

    def read(self) -> bool:
        """True when what was sent can be kept as it is typed; the item is found by any of its numbers."""
        for name in [single.short_name for single in self if single.short_name in INPUTS]:
            if name not in request.form:
                del self[name]
        if "item" in self:
            use = _USE.get(request.form.get("entry_type", ""), ItemUse.ANY)
            self.look_for_item(on=today(), use=use)
        # The item and the place first: variants, units and bins are looked for within them.
        resolve_fields(
            [self[name] for name in ("item", "location", "new_location") if name in self and not self[name].data]
        )
        return bool(self.validate())

    def line_input(self, start: LineInput) -> LineInput:
        """`start` with what was sent."""
        sent = {target: self[name].data for name, target in INPUTS.items() if name in self}
        if self.hit is not None:  # a code says more than an item: what it says of variant and unit counts
            sent |= self.values_of_hit() | self.numbers_of_hit()
        if not sent.get("description", True):
            sent["description"] = None
        return replace(start, **sent)


@dataclass
class Row:
    """A line in the grid: texts of its inputs, what is wrong with them, the sentences under it."""

    line_no: int | None
    version: int
    values: dict[str, str]
    errors: dict[str, list[str]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    #: ok, error, warning or "" (not looked at)
    mark: str = ""
    item_name: str = ""
    locked: bool = False
    focus: bool = False
    #: the field that a scan has filled in: it is not saved yet
    entered: str = ""
    #: what the text in the item field may mean; "unknown" is one that means nothing
    choices: tuple[Candidate, ...] = ()
    unknown: str = ""
    #: where its lots and serial numbers are entered; "" for an item that carries none
    tracking_url: str = ""
    #: it takes more than there is: the sheet behind the notice says why
    short: bool = False
    #: columns that are folded away until one of them says something
    folded: tuple[str, ...] = ()

    @property
    def shown_day(self) -> str:
        """The posting date where it is read, not typed."""
        return _read_day(self.values["posting_date"])

    @property
    def shown_expiry(self) -> str:
        """The expiry date where it is read, not typed."""
        return _read_day(self.values["expiration_date"])

    @property
    def is_new(self) -> bool:
        """The empty line at the end."""
        return self.line_no is None

    def shown(self, columns: Iterable[str]) -> str:
        """What its fields say, as JSON: it comes back with them, so that one knows which of them were changed."""
        return shown_json(self.values, columns)

    @property
    def uses_folded(self) -> bool:
        """It says something in a column that is folded away, which unfolds it: nothing is posted unseen."""
        return any(self.values[name] or name in self.errors for name in self.folded)

    @property
    def id(self) -> str:
        """The row's id in the page; inputs are `<id>-<field>`."""
        return "line-new" if self.line_no is None else f"line-{self.line_no}"


def row_of(
    line: ItemJournalLine, problems: Sequence[DomainError] | None = None, *, folded: tuple[str, ...] = ()
) -> Row:
    """A stored line; `problems` are its refusals when it was checked (None: it was not)."""
    row = Row(line.line_no, line.version, _texts(line), item_name=line.item.description, folded=folded)
    moves = line.quantity and not (line.physical_inventory or line.inventory_value_calculated)
    if moves and line.item.item_tracking_code_id is not None:
        row.tracking_url = url_for("tracking_lines.journal", line_id=line.id)
    row.locked = line.entry_type in ADJUSTMENTS and line.item.costing_method == CostingMethod.STANDARD
    if problems is not None:
        row.mark = "error" if problems else "ok"
        row.messages = [sentence(problem) for problem in problems]
    return row


def _texts(line: ItemJournalLine) -> dict[str, str]:
    return {
        "posting_date": line.posting_date.isoformat(),
        "document_no": line.document_no,
        "entry_type": line.entry_type.value,
        "item": line.item.no,
        "variant": line.variant.code,
        "description": line.description,
        "location": line.location.code,
        "bin": line.bin.code if line.bin else "",
        "quantity": formats.plain_number(line.quantity) if line.quantity else "",
        "unit_of_measure": line.unit_of_measure.code if line.unit_of_measure else "",
        "unit_amount": formats.plain_number(line.unit_amount),
        "amount": f"{line.amount:.2f}",
        "lot_no": line.lot_no,
        "serial_no": line.serial_no,
        "package_no": line.package_no,
        "expiration_date": line.expiration_date.isoformat() if line.expiration_date else "",
        "applies_to": str(line.applies_to_entry_id or ""),
        "applies_from": str(line.applies_from_entry_id or ""),
        "external_document_no": line.external_document_no,
        "reason_code": line.reason_code,
        "new_location": NOWHERE if line.new_location_id == BLANK_ID else _code(line.new_location),
        "new_bin": line.new_bin.code if line.new_bin else "",
        "new_lot_no": line.new_lot_no,
        "new_serial_no": line.new_serial_no,
        "new_package_no": line.new_package_no,
        "new_expiration_date": line.new_expiration_date.isoformat() if line.new_expiration_date else "",
        "recurring_method": line.recurring_method.value,
        "recurring_frequency": line.recurring_frequency,
        "recurring_expiration_date": _iso(line.recurring_expiration_date),
        **_count_texts(line),
        **_value_texts(line),
    }


def _code(record: Location | None) -> str:
    return record.code if record else ""


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""


def recurring_method_choices() -> list[tuple[str, str]]:
    """What happens to the quantity of a recurring line: (value, words)."""
    return [(method.value, word(method)) for method in (RecurringMethod.FIXED, RecurringMethod.VARIABLE)]


def _count_texts(line: ItemJournalLine) -> dict[str, str]:
    difference = line.qty_counted - line.qty_calculated
    return {
        "qty_calculated": formats.quantity(line.qty_calculated if line.physical_inventory else line.quantity),
        "qty_counted": formats.plain_number(line.qty_counted),
        "difference": ("+" if difference > 0 else "") + formats.quantity(difference) if difference else "",
    }


def _value_texts(line: ItemJournalLine) -> dict[str, str]:
    change = line.inventory_value_revalued - line.inventory_value_calculated
    return {
        "unit_cost_calculated": formats.unit_cost(line.unit_amount),
        "value_calculated": formats.amount(line.inventory_value_calculated),
        "unit_cost_revalued": formats.plain_number(line.unit_cost),
        "value_revalued": f"{line.inventory_value_revalued:.2f}",
        "change": ("+" if change > 0 else "") + formats.amount(change) if change else "",
    }


def _read_day(text: str) -> str:
    """A day as people read it; what is no day stays as it was typed."""
    try:
        return formats.day(dt.date.fromisoformat(text)) if text else ""
    except ValueError:
        return text


def new_row(start: LineInput, location_code: str) -> Row:
    """The empty line at the end, with what is proposed for it."""
    values = dict.fromkeys(INPUTS, "") | {
        "posting_date": start.posting_date.isoformat(),
        "document_no": start.document_no,
        "entry_type": start.entry_type.value,
        "location": location_code,
        "recurring_method": start.recurring_method.value,
        "recurring_frequency": start.recurring_frequency,
    }
    return Row(None, 0, values)


def typed_row(
    form: BaseForm, base: Row, version: int, inputs: Iterable[str] = INPUTS, *, stale: Mapping[str, str] | None = None
) -> Row:
    """What was typed with the refusals beside it; `base` gives the fields that were not sent.

    `stale`: another saved meanwhile; what the fields are called. The row says what the other changed, and who left a
    field as it was shown does not put it in place of what the other saved.
    """
    values, news = typed_over(base.values, inputs, stale)
    row = Row(base.line_no, version, values, mark="error", locked=base.locked, folded=base.folded)
    for single in form:
        if single.errors:
            row.errors[single.short_name] = [str(error) for error in single.errors]
    row.messages = [*(str(error) for error in form.general_errors), *news]
    if isinstance(form, ItemLine):
        row.choices, row.unknown = form.choices, form.unknown
    return row


def problems_by_line(problems: Iterable[DomainError]) -> dict[int, list[DomainError]]:
    """Refusals of each line; those of no line are under 0."""
    found: dict[int, list[DomainError]] = {}
    for problem in problems:
        found.setdefault(problem.line or 0, []).append(problem)
    return found


def labels() -> dict[str, str]:
    """What the fields of a line are called, and what the books say beside them."""
    form = LineForm(formdata=None)
    return {name: str(form[name].label.text) for name in INPUTS} | {
        "qty_calculated": _("By the books"), "qty_counted": _("Counted"), "difference": _("Difference"),
        "unit_cost_calculated": _("Unit cost"), "value_calculated": _("Value"),
        "unit_cost_revalued": _("New unit cost"), "value_revalued": _("New value"), "change": _("Change"),
    }  # fmt: skip


def entry_type_choices() -> list[tuple[str, str]]:
    """The entry types of the item journal: (value, word)."""
    return [(kind.value, word(kind)) for kind in ENTRY_TYPES]
