"""Importing journal lines into a batch, by the rules the worksheet uses (services/documents/journal_line_rules.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    Bin,
    GenBusinessPostingGroup,
    Item,
    ItemJournalLine,
    JournalBatch,
    Location,
    ReasonCode,
    UnitOfMeasure,
)
from models.enums import EntryType
from services.documents import journal_defaults as defaults
from services.documents.journal_batches import touch_batch
from services.documents.journal_line_rules import LineInput, decide_line, load_known
from services.documents.journal_lines import STEP
from services.exchange import cells
from services.exchange import columns as c
from services.exchange.bulk import insert_many
from services.exchange.columns import Column, Options, ParsedRow, shown
from services.exchange.fates import Fate
from services.exchange.importing import Planned
from services.exchange.records import load_ids

_LINE = ItemJournalLine
_TYPES = {
    "purchase": EntryType.PURCHASE, "sale": EntryType.SALE, "sales": EntryType.SALE,
    "positive_adjmt": EntryType.POSITIVE_ADJMT, "positive_adjustment": EntryType.POSITIVE_ADJMT,
    "negative_adjmt": EntryType.NEGATIVE_ADJMT, "negative_adjustment": EntryType.NEGATIVE_ADJMT,
}  # fmt: skip


def _entry_type(text: str, _options: Options) -> EntryType:
    word = text.casefold().replace(".", "").replace(" ", "_").replace("-", "_").strip("_")
    if word in _TYPES:
        return _TYPES[word]
    raise ValidationError(
        "entry_type_not_allowed",
        _("The item journal takes purchase, sale, positive and negative adjustment: choose one of them."),
    )


def _number(text: str, options: Options) -> object:
    return cells.number(text, decimal_comma=options.decimal_comma, negative=True)


def line_columns() -> list[Column]:
    """The columns of the worksheet."""

    def own(name: str, title: str, *synonyms: str, parse: c.Parse | None = None, required: bool = False) -> Column:
        return c.model_column(_LINE, name, title, *synonyms, parse=parse, required=required)

    def code(name: str, title: str, length: int, *synonyms: str, required: bool = False) -> Column:
        return Column(name, title, c.code_parser(name, length), synonyms, required)

    def whole(text: str, options: Options) -> int:
        return int(cells.number(text, whole=True))

    return [
        own("posting_date", "Posting date", "date", "day", required=True),
        own("document_no", "Document no.", "document", "invoice no", "doc no"),
        own("external_document_no", "External document no."),
        own("entry_type", "Entry type", "type", "kind", parse=_entry_type, required=True),
        code("item", "Item no.", 20, "item", "no", "sku", "item number", "code", required=True),
        code("variant", "Variant code", 10, "variant"),
        own("description", "Description"),
        code("location", "Location code", 10, "location", "warehouse"),
        code("bin", "Bin code", 20, "bin"),
        own("quantity", "Quantity", "qty", parse=_number, required=True),
        code("unit_of_measure", "Unit", 10, "unit of measure", "unit of measure code", "uom"),
        own("unit_amount", "Unit amount", "unit price", "unit cost", "price", parse=_number),
        own("amount", "Amount", "line amount", parse=_number),
        code("gen_business_posting_group", "Business posting group", 20, "gen. bus. posting group"),
        code("reason", "Reason code", 10, "reason"),
        Column("applies_to_entry_id", "Applies-to entry", whole, ("applies to", "applies-to")),
        Column("applies_from_entry_id", "Applies-from entry", whole, ("applies from", "applies-from")),
        own("lot_no", "Lot no.", "lot"),
        own("serial_no", "Serial no.", "serial", "serial number"),
        own("expiration_date", "Expiration date", "expiry", "best before"),
    ]


class JournalLineImport:
    """Lines for one batch."""

    def __init__(self, session: Session, options: Options, present: frozenset[str]) -> None:
        self.options = options
        batch = session.get(JournalBatch, options.batch_id) if options.batch_id else None
        if batch is None:
            raise NotFound(
                "journal_batch_not_found", _("Choose the journal batch that the lines go to."), field="batch"
            )
        self.batch_id = batch.id
        self.locations = load_ids(session, Location, "code") | {"": 0}
        self.units = load_ids(session, UnitOfMeasure, "code")
        self.groups = load_ids(session, GenBusinessPostingGroup, "code") | {"": 0}
        self.reasons = set(session.scalars(select(ReasonCode.code)))
        self.bins = {
            (location_id, code): bin_id
            for bin_id, location_id, code in session.execute(select(Bin.id, Bin.location_id, Bin.code))
        } if "bin" in present else {}  # fmt: skip
        self.last_no = 0

    def begin(self, session: Session) -> None:
        """Lock the batch, so that two imports do not draw the same line numbers."""
        touch_batch(session, self.batch_id)
        self.last_no = session.scalar(select(func.max(_LINE.line_no)).where(_LINE.batch_id == self.batch_id)) or 0

    def finish(self, session: Session) -> None:
        """Nothing is left to do."""

    def plan(self, session: Session, rows: Sequence[ParsedRow]) -> list[Planned]:
        """Each row by the rules of the worksheet; items and what they have are loaded for all rows at once."""
        nos = {row.values["item"] for row in rows}
        items = dict(session.execute(select(Item.no, Item.id).where(Item.no.in_(nos))).tuples().all())
        facts = defaults.load_facts(session, items.values())
        inputs: list[LineInput | None] = []
        planned: list[Planned] = []
        for row in rows:
            entry = Planned(row, Fate.CREATE, str(row.values["item"]), str(row.values.get("description") or ""))
            inputs.append(self._input(entry, items, facts))
            planned.append(entry)
        known = load_known(session, [line for line in inputs if line is not None])
        for entry, line in zip(planned, inputs, strict=True):
            if line is None:
                continue
            try:
                entry.data = decide_line(line, facts, known)
                entry.title = entry.title or str(entry.data["description"])
            except ValidationError as error:
                entry.errors.append(error.message)
        return planned

    def _input(self, entry: Planned, items: dict[str, int], facts: defaults.Facts) -> LineInput | None:
        values = entry.row.values
        item_id = items.get(values["item"])
        if item_id is None:
            entry.errors.append(_("There is no item %(no)s.", no=values["item"]))
            return None
        line = LineInput(entry_type=values["entry_type"], item_id=item_id, posting_date=values["posting_date"])
        chosen: dict[str, Any] = {
            name: values[name]
            for name in (
                "document_no",
                "external_document_no",
                "description",
                "quantity",
                "unit_amount",
                "amount",
                "lot_no",
                "serial_no",
                "expiration_date",
                "applies_to_entry_id",
                "applies_from_entry_id",
            )
            if values.get(name) is not None
        }
        chosen |= self._references(entry, values, facts.items[item_id])
        return None if entry.errors else replace(line, **chosen)

    def _references(self, entry: Planned, values: dict[str, Any], item: defaults.ItemFacts) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, field, table in (
            ("variant", "variant_id", item.variants), ("location", "location_id", self.locations),
            ("unit_of_measure", "unit_of_measure_id", item.unit_ids),
            ("gen_business_posting_group", "gen_business_posting_group_id", self.groups),
        ):  # fmt: skip
            code = values.get(name)
            if not code:
                continue
            if code in table:
                found[field] = table[code]
            else:
                entry.errors.append(
                    _("There is no %(what)s %(code)s for this line.", what=name.replace("_", " "), code=code)
                )
        if values.get("bin"):
            bin_id = self.bins.get((found.get("location_id", 0), values["bin"]))
            if bin_id is None:
                entry.errors.append(_("There is no bin %(code)s at the line's location.", code=values["bin"]))
            found["bin_id"] = bin_id
        if values.get("reason"):
            if values["reason"] not in self.reasons:
                entry.errors.append(_("There is no reason code %(code)s.", code=values["reason"]))
            found["reason_code"] = values["reason"]
        return found

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Add the lines at the end of the batch, in the order of the file."""
        rows = []
        for entry in planned:
            self.last_no += STEP
            rows.append({"batch_id": self.batch_id, "line_no": self.last_no, "version": 1, **entry.data})
        insert_many(session, _LINE, rows)


class JournalLineKind:
    """Journal lines as something to import."""

    name = "journal-lines"
    key = ""

    @property
    def title(self) -> str:
        """Plural noun on pages."""
        return _("Journal lines")

    def columns(self, session: Session) -> list[Column]:
        """The columns of the worksheet."""
        return line_columns()

    def dynamic(self, heading: str) -> Column | None:
        """None: lines have no columns of their own."""
        return None

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> JournalLineImport:
        """Load the lookups."""
        return JournalLineImport(session, options, present)

    def export(self, session: Session) -> tuple[list[str], Iterator[list[object]]]:
        """Lines of all batches, in the order of batches and lines."""
        names = ("posting_date", "document_no", "external_document_no", "entry_type")
        columns = [column for column in line_columns() if column.name != "reason"]

        def rows() -> Iterator[list[object]]:
            statement = (
                select(_LINE, Item.no, Location.code, UnitOfMeasure.code)
                .join(Item, Item.id == _LINE.item_id)
                .join(Location, Location.id == _LINE.location_id)
                .outerjoin(UnitOfMeasure, UnitOfMeasure.id == _LINE.unit_of_measure_id)
                .order_by(_LINE.batch_id, _LINE.line_no)
            )
            for line, item, location, unit in session.execute(statement.execution_options(yield_per=1000)):
                codes = {"item": item, "location": location, "unit_of_measure": unit}
                yield [
                    shown(codes[column.name]) if column.name in codes
                    else shown(getattr(line, column.name, "")) if column.field or column.name in names else ""
                    for column in columns
                ]  # fmt: skip

        return [column.title for column in columns], rows()


JOURNAL_LINES = JournalLineKind()
