"""The page on which the user says what the columns of a file hold: what it shows, and the options it gives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.fields import CheckField, ChoiceField, KeyedForm
from core.errors import ValidationError
from core.text import _
from models import StoredFile
from services.documents.journal_batches import list_batches
from services.exchange.cells import DAY_ORDERS, uses_decimal_comma
from services.exchange.columns import Column, Options, RowReader, guess_mapping
from services.exchange.files import DELIMITERS, ENCODINGS, FileFormat, detect_format, sample_rows
from services.exchange.handlers import local_copy
from services.exchange.importing import columns_of
from services.exchange.kinds import propose_constants

SAMPLES = 200
SHOWN = 3

#: Columns offered as "one value for all rows", by kind.
CONSTANTS = {
    "items": (
        "base_unit_of_measure",
        "gen_product_posting_group",
        "inventory_posting_group",
        "vat_product_posting_group",
        "category",
        "vendor",
        "type",
        "costing_method",
    ),
    "vendors": (
        "gen_business_posting_group",
        "vat_business_posting_group",
        "vendor_posting_group",
        "payment_terms",
        "country_code",
    ),
    "customers": (
        "gen_business_posting_group",
        "vat_business_posting_group",
        "customer_posting_group",
        "payment_terms",
        "country_code",
    ),
    "journal-lines": ("entry_type", "posting_date", "document_no", "location", "reason"),
}


class OpenChoiceField(ChoiceField):
    """Choices known only once the file was read; `MappingPage.options` checks what they mean."""

    def pre_validate(self, form: Any) -> None:
        """Nothing yet."""


class MappingForm(KeyedForm):
    encoding = OpenChoiceField(_l("Encoding"))
    delimiter = OpenChoiceField(_l("Delimiter"))
    mode = ChoiceField(
        _l("Rows may"),
        pairs=[
            ("both", _l("create and change")),
            ("create", _l("only create new ones")),
            ("update", _l("only change existing ones")),
        ],
        default="both",
    )
    decimal = ChoiceField(_l("Numbers look like"), pairs=[(".", "1,234.5"), (",", "1.234,5")], default=".")
    day_order = ChoiceField(
        _l("Days look like"),
        pairs=[(order, f"2026-12-31, {example}") for order, example in DAY_ORDERS.items()],
        default="dmy",
    )
    create_missing = CheckField(_l("Create categories, units, manufacturers and attributes that are missing"))
    clear_blank = CheckField(_l("An empty cell empties the field"))
    skip_faulty = CheckField(_l("Leave faulty rows out and import the others"))
    batch = OpenChoiceField(_l("Journal batch"))


@dataclass
class MappingPage:
    """Everything the page shows."""

    form: MappingForm
    file_format: FileFormat
    headings: list[str]
    samples: list[list[str]]
    columns: dict[str, Column]
    mapping: dict[str, str]
    constants: dict[str, str]
    kind_name: str

    @classmethod
    def read(cls, session: Session, stored: StoredFile, kind: Any, values: Mapping[str, Any]) -> MappingPage:
        """From the stored file and what the user has chosen so far. Raises what files.detect_format raises."""
        with local_copy(session, stored.id) as path:
            file_format = detect_format(
                path, encoding=values.get("encoding", ""), delimiter=values.get("delimiter", "")
            )
            headings, rows = sample_rows(path, file_format, SAMPLES)
        columns = columns_of(kind, session, headings)
        form = MappingForm()
        _fill_choices(form, session, file_format, kind.name)
        if f"heading-{len(headings) - 1}" in values and "refresh" not in values:
            mapping = {heading: str(values.get(f"map-{place}", "")) for place, heading in enumerate(headings)}
            constants = {name: str(values.get(f"constant-{name}", ""))[:250] for name in CONSTANTS.get(kind.name, ())}
        else:
            mapping = guess_mapping(headings, columns.values(), kind.dynamic)
            proposed = propose_constants(session, kind.name)
            constants = {
                name: "" if name in mapping.values() else proposed.get(name, "")
                for name in CONSTANTS.get(kind.name, ())
            }
            form.decimal.data = "," if uses_decimal_comma(cell for row in rows for cell in row) else "."
            form.batch.data = str(values.get("batch", "")) or form.batch.data
        form.encoding.data, form.delimiter.data = file_format.encoding, file_format.delimiter
        return cls(form, file_format, headings, rows, columns, mapping, constants, kind.name)

    def options(self, session: Session) -> dict[str, Any]:
        """The import's options as a job's parameters. Raises ValidationError about the mapping or the batch."""
        form = self.form
        batch_id = 0
        if self.kind_name == "journal-lines":
            if form.batch.data not in {value for value, _label in form.batch.choices}:
                raise ValidationError(
                    "batch_missing", _("Choose the journal batch that the lines go to."), field="batch"
                )
            batch_id = int(form.batch.data)
        options = {
            "mode": form.mode.data,
            "mapping": {heading: name for heading, name in self.mapping.items() if name},
            "constants": {
                name: text
                for name, text in self.constants.items()
                if text.strip() and name not in self.mapping.values()
            },
            "decimal_comma": form.decimal.data == ",",
            "day_order": form.day_order.data,
            "create_missing": form.create_missing.data,
            "clear_blank": form.clear_blank.data,
            "skip_faulty": form.skip_faulty.data,
            "batch_id": batch_id,
        }
        RowReader(self.headings, self.columns, Options.from_dict(options))
        return options

    @property
    def rows(self) -> list[tuple[int, str, str, str]]:
        """(place, heading, first values, chosen column) of every column of the file."""
        found = []
        for place, heading in enumerate(self.headings):
            values = [row[place] for row in self.samples if row[place].strip() and not row[place].startswith("\x00")]
            found.append(
                (place, heading, " · ".join(value[:40] for value in values[:SHOWN]), self.mapping.get(heading, ""))
            )
        return found


def _fill_choices(form: MappingForm, session: Session, file_format: FileFormat, kind: str) -> None:
    encodings = dict(ENCODINGS)
    encodings.setdefault(file_format.encoding, file_format.encoding.upper() or "-")
    form.encoding.choices = list(encodings.items())
    words = {",": _("comma"), ";": _("semicolon"), "\t": _("tab"), "|": _("bar")}
    form.delimiter.choices = [(sign, words[sign]) for sign in DELIMITERS] + (
        [("", "-")] if not file_format.delimiter else []
    )
    batches = list_batches(session) if kind == "journal-lines" else []
    form.batch.choices = [
        (str(batch.id), f"{batch.name} {batch.description}".strip()) for batch in batches
    ]  # fmt: skip
