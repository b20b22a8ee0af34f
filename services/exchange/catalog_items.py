"""Importing and exporting what vendors offer, by the rules of services/catalog: a vendor's price list is such a file.

A row is known by its entry no., else by vendor and vendor item no.; new ones without a number draw one of the series.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.errors import ValidationError
from core.text import _
from models import CatalogItem, CatalogSetup, Item, ItemTemplate, Manufacturer, Vendor
from models.enums import CatalogNumberFormat
from services.catalog.numbering import build_no, find_setup
from services.exchange import columns as c
from services.exchange.columns import Column, Options, ParsedRow
from services.exchange.exporting import record_rows
from services.exchange.fates import Fate
from services.exchange.importing import Planned
from services.exchange.records import RecordImport
from services.items.reasons import COST_REASON, LONGEST, REASONED
from services.numbers import draw_many

#: How a row is called until it has a number; no number begins so.
_UNNAMED = "\t"
Known = dict[tuple[int, str], tuple[int, str]]


def catalog_columns() -> list[Column]:
    """The columns of an entry, in the order of its card."""

    def own(name: str, title: str, *synonyms: str) -> Column:
        return c.model_column(CatalogItem, name, title, *synonyms)

    return [
        Column("no", "Entry no.", c.code_parser("no", 20), ("catalog no", "entry number"), field="no",
               hint="CAT-1001"),
        c.lookup_column(
            CatalogItem, "vendor", "Vendor no.", "vendor", "supplier", "supplier no", "vendor number", to=Vendor,
            by="no",
        ),
        Column("vendor_item_no", "Vendor item no.", c.code_parser("vendor_item_no", 50),
               ("supplier item no", "item no", "article no", "sku", "vendor sku"), field="vendor_item_no",
               hint="WN-4711"),
        c.lookup_column(CatalogItem, "manufacturer", "Manufacturer", "brand", "maker", to=Manufacturer),
        own("description", "Description", "name", "text"),
        Column("unit_code", "Unit", c.code_parser("unit_code", 10), ("unit of measure", "uom"), field="unit_code",
               hint="PCS"),
        c.lookup_column(CatalogItem, "item_template", "Item template", "template", to=ItemTemplate),
        own("published_cost", "Published cost", "list price", "gross cost"),
        own("negotiated_cost", "Negotiated cost", "net cost", "cost", "purchase price"),
        own("unit_price", "Unit price", "price", "sales price"),
        own("net_weight", "Net weight", "weight"),
        own("gross_weight", "Gross weight"),
        Column("bar_code", "Bar code", c.code_parser("bar_code", 20), ("barcode", "ean", "gtin"), field="bar_code"),
    ]  # fmt: skip


class CatalogImport(RecordImport):
    """Entries of one file."""

    model = CatalogItem

    def __init__(self, session: Session, options: Options, present: frozenset[str]) -> None:
        self.noun = _("Entry")
        super().__init__(session, {column.name: column for column in catalog_columns()}, options, present)
        self.makers = dict(session.execute(select(Manufacturer.id, Manufacturer.code)).tuples().all())
        setup = find_setup(session) or CatalogSetup(number_format=CatalogNumberFormat.VENDOR_ITEM_NO, separator="")
        self.number_format, self.separator, self.series = setup.number_format, setup.separator, setup.catalog_nos_id
        self.seen: set[tuple[int, str]] = set()

    def compared(self) -> list[str]:
        """Also what tells whether an entry may still change."""
        return list(dict.fromkeys([
            *super().compared(), "vendor_id", "vendor_item_no", "manufacturer_id", "item_id", "description",
        ]))  # fmt: skip

    def stamp(self) -> dict[str, Any]:
        """When the entry was changed."""
        return {"last_modified_at": utcnow()}

    def reason_of(self, row: Planned, field: str) -> str:
        """The file is why a cost changes."""
        return self.options.file_name[:LONGEST] if field in REASONED[COST_REASON] else ""

    def plan(self, session: Session, rows: Sequence[ParsedRow]) -> list[Planned]:
        """Fates of a chunk; four statements. Reads only."""
        known = self._known(session, rows)
        for place, row in enumerate(rows):
            if not row.values.get("no"):
                found = known.get(self._key_of(row))
                row.values["no"] = found[1] if found else f"{_UNNAMED}{place}"
        planned = super().plan(session, rows)
        taken = self._taken(session, planned)
        for single in planned:
            if single.key.startswith(_UNNAMED):
                single.key = str(single.row.values.get("vendor_item_no") or "")
                if single.data is not None:
                    single.data.extras["draw"] = True
                if not self.series:
                    single.errors.append(_("No number series is set up for catalog entries; give an entry no."))
            if single.data is not None and not single.errors:
                single.errors += self._refusals(single, known, taken)
        return planned

    def _key_of(self, row: ParsedRow) -> tuple[int, str]:
        vendor = self.lookups.get("vendor", {}).get(str(row.values.get("vendor") or ""), 0)
        return vendor, str(row.values.get("vendor_item_no") or "")

    def _known(self, session: Session, rows: Sequence[ParsedRow]) -> Known:
        """(vendor, vendor item no.) -> (id, entry no.) of entries that the rows may mean."""
        nos = {str(row.values.get("vendor_item_no") or "") for row in rows} - {""}
        found = session.execute(
            select(CatalogItem.vendor_id, CatalogItem.vendor_item_no, CatalogItem.id, CatalogItem.no).where(
                CatalogItem.vendor_item_no.in_(nos), CatalogItem.vendor_id.is_not(None)
            )
        )
        return {(vendor or 0, number): (entry_id, no) for vendor, number, entry_id, no in found.tuples()}

    def _taken(self, session: Session, planned: Sequence[Planned]) -> set[str]:
        """Numbers of items that entries of this chunk would get."""
        wanted = {self._item_no(row) for row in planned if row.fate == Fate.UPDATE and row.data is not None} - {""}
        return set(session.scalars(select(Item.no).where(Item.no.in_(wanted)))) if wanted else set()

    def _item_no(self, row: Planned) -> str:
        before = row.data.before
        try:
            return build_no(
                self.number_format, self.separator, vendor_item_no=before["vendor_item_no"].upper(),
                manufacturer=self.makers.get(before["manufacturer_id"], ""), entry_no=row.key,
            )  # fmt: skip
        except ValidationError:
            return ""

    def _refusals(self, row: Planned, known: Known, taken: set[str]) -> list[str]:
        """What the card refuses too: a linked entry changed, a vendor's number twice."""
        errors = []
        changes = row.fate == Fate.UPDATE and bool(row.data.values)
        if changes and (row.data.before["item_id"] is not None or self._item_no(row) in taken):
            errors.append(_("An item stands for entry %(no)s already; it stays as it was.", no=row.key))
        before = row.data.before
        key = (
            row.data.values.get("vendor_id", before.get("vendor_id")) or 0,
            row.data.values.get("vendor_item_no", before.get("vendor_item_no")) or "",
        )
        if not key[1] and not row.data.values.get("description", before.get("description")):
            errors.append(_("Say what is offered: describe it, or give the vendor's number."))
        if key[0] and key[1]:
            rival = known.get(key)
            if key in self.seen or (rival is not None and rival[0] != row.data.record_id):
                errors.append(_("This vendor's %(no)s is in the catalog already, or twice in the file.", no=key[1]))
            self.seen.add(key)
        return errors

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Numbers for the new ones, then insert and update."""
        unnamed = [row for row in planned if row.fate == Fate.CREATE and row.data.extras.get("draw")]
        if unnamed:
            drawn = draw_many(
                session, self.series, utcnow().date(), len(unnamed),
                taken=lambda no: session.scalar(select(CatalogItem.id).where(CatalogItem.no == no)) is not None,
            )  # fmt: skip
            for row, number in zip(unnamed, drawn, strict=True):
                row.key = number.no
        super().write(session, planned)


class CatalogKindImport:
    """Catalog entries as something to import."""

    name = "catalog-items"
    key = ""

    @property
    def title(self) -> str:
        """Plural noun on pages."""
        return _("Catalog items")

    def columns(self, session: Session) -> list[Column]:
        """The columns of the card."""
        return catalog_columns()

    def dynamic(self, heading: str) -> Column | None:
        """None: entries have no columns of their own."""
        return None

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> CatalogImport:
        """Load the lookups."""
        return CatalogImport(session, options, present | {"no"})

    def export(self, session: Session) -> tuple[list[str], Iterator[list[object]]]:
        """Headings and rows in the order of numbers."""
        return record_rows(session, CatalogItem, catalog_columns())


CATALOG_ITEMS = CatalogKindImport()
