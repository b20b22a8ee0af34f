"""The kinds of journal: one worksheet, for each kind its columns, rights, and how a line of it is read and saved.

What may be typed stands in `inputs`; `fixed` columns are shown only: what the books say.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints import journal_forms as forms
from blueprints.decimal_fields import AmountField, QuantityField, UnitCostField, WholeField
from blueprints.fields import BaseForm, CodeField
from core.errors import NotFound
from core.text import _
from models import JournalBatch, Permission
from models.enums import JournalType
from services.documents import journal_lines as lines
from services.documents import physical_inventory, revaluation_journal
from services.documents.journal_line_rules import LineInput


@dataclass(frozen=True)
class Seen:
    """The line as the form showed it."""

    batch_id: int
    line_no: int
    version: int
    values: LineInput


Saver = Callable[[Session, Seen, Any], None]


@dataclass(frozen=True)
class Sheet:
    """A kind of journal as its pages see it."""

    key: str
    type: JournalType
    title: Any
    what: Any
    narrow: tuple[str, ...]
    wide: tuple[str, ...]
    every: tuple[str, ...]
    form: Callable[..., Any]
    save: Saver
    view: Permission
    edit: Permission
    post: Permission
    #: area of the rail, and the list of its batches
    area: str
    endpoint: str
    inputs: Mapping[str, Any]
    recurring: bool = False
    fixed: frozenset[str] = frozenset()
    numbers: frozenset[str] = forms.NUMBERS
    #: folded away on a phone, where the dots open all fields
    rare: tuple[str, ...] = ("location", "unit_of_measure", "unit_amount", "posting_date", "document_no")
    #: lines are typed at the end of the grid and pasted; else they are calculated
    typed: bool = True
    pasted: bool = False
    start: str = "item"
    #: the field of a phone's card that is worked on
    main: str = "quantity"

    @property
    def folded(self) -> tuple[str, ...]:
        """Columns that come into view by themselves when a line says something there: nothing is posted unseen."""
        usual = {"posting_date", "document_no", "unit_of_measure"}
        return tuple(name for name in self.wide if name not in self.narrow and name not in usual)


# ------------------------------------------------------------------------------------------------ item journal
def _save_line(session: Session, seen: Seen, form: Any) -> None:
    lines.change_line(session, seen.batch_id, seen.line_no, form.line_input(seen.values), version=seen.version)


ITEM = Sheet(
    key="item", type=JournalType.ITEM, title=_l("Item journal"),
    what=_l("A batch is a worksheet of lines that are posted together. Make the first one."),
    narrow=forms.NARROW, wide=forms.WIDE, every=forms.ALL, form=forms.LineForm, save=_save_line,
    view=Permission.JOURNAL_VIEW, edit=Permission.JOURNAL_EDIT, post=Permission.JOURNAL_POST, area="warehouse",
    endpoint="journal.index", inputs=forms.INPUTS, pasted=True,
)  # fmt: skip

_AGAIN = ("recurring_method", "recurring_frequency")
RECURRING = Sheet(
    key="recurring", type=JournalType.ITEM, recurring=True, title=_l("Recurring journal"),
    what=_l("Lines that are posted again and again: rent in material, samples, scrap. Make the first batch."),
    narrow=("item", "description", "entry_type", "quantity", "amount", "location", "posting_date", *_AGAIN),
    wide=("item", "variant", "description", "entry_type", "quantity", "unit_of_measure", "unit_amount", "amount",
          "location", "bin", "lot_no", "posting_date", *_AGAIN, "recurring_expiration_date", "document_no"),
    every=(*forms.ALL, *_AGAIN, "recurring_expiration_date"), form=forms.LineForm, save=_save_line,
    view=Permission.JOURNAL_VIEW, edit=Permission.JOURNAL_EDIT, post=Permission.JOURNAL_POST, area="warehouse",
    endpoint="journal.recurring", inputs=forms.INPUTS, rare=("unit_of_measure", "location", "document_no"),
)  # fmt: skip

_MOVED = (
    "item", "description", "quantity", "unit_of_measure", "location", "new_location", "posting_date", "document_no",
)  # fmt: skip
_MOVED_WIDE = (
    "item", "variant", "description", "quantity", "unit_of_measure", "location", "bin", "new_location", "new_bin",
    "lot_no", "new_lot_no", "serial_no", "new_serial_no", "package_no", "new_package_no", "expiration_date",
    "new_expiration_date", "applies_to", "posting_date", "document_no",
)  # fmt: skip
TRANSFER = Sheet(
    key="reclassification", type=JournalType.TRANSFER, title=_l("Reclassification"),
    what=_l("Move stock to another place, bin, lot or date without an order. Make the first batch."),
    narrow=_MOVED, wide=_MOVED_WIDE, every=(*_MOVED_WIDE, "external_document_no", "reason_code"),
    form=forms.LineForm, save=_save_line,
    view=Permission.JOURNAL_VIEW, edit=Permission.JOURNAL_EDIT, post=Permission.JOURNAL_POST, area="warehouse",
    endpoint="journal.reclassifications", rare=("unit_of_measure", "posting_date", "document_no"),
    inputs={name: field for name, field in forms.INPUTS.items()
            if name not in ("entry_type", "unit_amount", "amount", "applies_from")},
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ revaluation
class RevaluationForm(BaseForm):
    """What may be said about a line that was calculated."""

    version = WholeField(_l("Version"), maximum=2_000_000_000)
    unit_cost_revalued = UnitCostField(_l("New unit cost"), empty=None)
    value_revalued = AmountField(_l("New value"), empty=None)
    document_no = CodeField(_l("Document no."), max_length=20)
    reason_code = CodeField(_l("Reason code"), max_length=10)

    def read(self) -> bool:
        """True when what was sent can be kept; what was not sent stays as it is."""
        for name in _REVALUED:
            if name not in request.form:
                del self[name]
        return bool(self.validate())


_REVALUED = ("unit_cost_revalued", "value_revalued", "document_no", "reason_code")


def _save_value(session: Session, seen: Seen, form: Any) -> None:
    sent = {name: form[name].data for name in _REVALUED if name in form}
    new = revaluation_journal.NewValue(
        unit_cost=sent.get("unit_cost_revalued"), value=sent.get("value_revalued"),
        document_no=sent.get("document_no"), reason_code=sent.get("reason_code"),
    )  # fmt: skip
    revaluation_journal.change_line(session, seen.batch_id, seen.line_no, new, version=seen.version)


_VALUED = (
    "item", "description", "location", "qty_calculated", "unit_cost_calculated", "value_calculated",
    "unit_cost_revalued", "value_revalued", "change", "posting_date",
)  # fmt: skip
REVALUATION = Sheet(
    key="revaluation", type=JournalType.REVALUATION, title=_l("Revaluation"),
    what=_l("Give stock another value as of a day: calculate, type the new cost, preview, post. Make the first batch."),
    narrow=_VALUED,
    wide=("item", "description", "variant", "location", "applies_to", "qty_calculated", "unit_cost_calculated",
          "value_calculated", "unit_cost_revalued", "value_revalued", "change", "posting_date", "document_no"),
    every=("unit_cost_revalued", "value_revalued", "document_no", "reason_code"),
    form=RevaluationForm, save=_save_value, view=Permission.COSTS_VIEW, edit=Permission.COSTS_ADJUST,
    post=Permission.COSTS_ADJUST, area="costs", endpoint="journal.revaluations",
    inputs=dict.fromkeys(_REVALUED),
    fixed=frozenset({"item", "description", "variant", "location", "applies_to", "qty_calculated",
                     "unit_cost_calculated", "value_calculated", "change", "posting_date"}),
    numbers=frozenset({"qty_calculated", "unit_cost_calculated", "value_calculated", "unit_cost_revalued",
                       "value_revalued", "change"}),
    rare=("posting_date", "document_no", "unit_cost_calculated"), typed=False, start="calculate",
    main="unit_cost_revalued",
)  # fmt: skip


# ------------------------------------------------------------------------------------------------ counts
class CountForm(BaseForm):
    """What was counted."""

    version = WholeField(_l("Version"), maximum=2_000_000_000)
    qty_counted = QuantityField(_l("Counted"), required=True)
    unit_amount = UnitCostField(_l("Unit amount"), empty=None)

    def read(self) -> bool:
        """True when it can be kept; a cost that was not sent stays as it is."""
        if "unit_amount" not in request.form:
            del self.unit_amount
        return bool(self.validate())


def _save_count(session: Session, seen: Seen, form: Any) -> None:
    counted = form.qty_counted.data
    unit_amount = form.unit_amount.data if "unit_amount" in form else None
    physical_inventory.enter_count(
        session, seen.batch_id, seen.line_no, counted, version=seen.version, unit_amount=unit_amount
    )


_COUNTED = ("item", "description", "location", "bin", "lot_no", "serial_no", "package_no", "expiration_date",
            "qty_calculated", "qty_counted", "difference")  # fmt: skip
COUNT = Sheet(
    key="physical-inventory", type=JournalType.PHYSICAL_INVENTORY, title=_l("Physical inventory"),
    what=_l("Calculate what should be there, type what was counted, post the differences. Make the first batch."),
    narrow=_COUNTED, wide=(*_COUNTED, "unit_amount", "unit_of_measure", "variant", "posting_date", "document_no"),
    every=("qty_counted", "unit_amount"), form=CountForm, save=_save_count, view=Permission.JOURNAL_VIEW,
    edit=Permission.COUNTS_EDIT, post=Permission.COUNTS_POST, area="counts", endpoint="journal.counts",
    inputs=dict.fromkeys(("qty_counted", "unit_amount")),
    fixed=frozenset({*_COUNTED, "unit_of_measure", "variant", "posting_date", "document_no"} - {"qty_counted"}),
    numbers=frozenset({"qty_calculated", "qty_counted", "difference", "unit_amount"}),
    rare=("unit_of_measure", "variant", "posting_date", "document_no"), typed=False, start="calculate",
    main="qty_counted",
)  # fmt: skip

SHEETS: tuple[Sheet, ...] = (ITEM, RECURRING, TRANSFER, REVALUATION, COUNT)


def sheet_of(batch: JournalBatch) -> Sheet:
    """The kind of a batch. Raises NotFound `batch_not_found` for a kind that has no worksheet."""
    for sheet in SHEETS:
        if (sheet.type, sheet.recurring) == (batch.template.type, batch.template.recurring):
            return sheet
    raise NotFound("batch_not_found", _("This journal batch has no worksheet: choose one from the list."))


def sheet_named(key: str) -> Sheet:
    """The kind with that key; the item journal for any other."""
    return next((sheet for sheet in SHEETS if sheet.key == key), ITEM)
