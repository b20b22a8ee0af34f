"""Importing and exporting items with categories, attributes, units and references, a thousand at a time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import literal, select, update
from sqlalchemy.orm import Session

from core.clock import utcnow
from core.text import _
from models import (
    GenProductPostingGroup,
    InventorySetup,
    Item,
    ItemLedgerEntry,
    ItemReference,
    ItemTotal,
    ItemTrackingCode,
    ItemUnitOfMeasure,
    Manufacturer,
    Permission,
    UnitOfMeasure,
    Vendor,
)
from models.enums import CostingMethod, ItemType, ReferenceType
from services.exchange.bulk import insert_many
from services.exchange.category_paths import CategoryPaths
from services.exchange.columns import Column, Options, ParsedRow
from services.exchange.fates import Fate
from services.exchange.importing import Planned
from services.exchange.item_attributes import AttributeWriter
from services.exchange.item_columns import ATTRIBUTE, REASON, attribute_column, item_columns
from services.exchange.item_rules import check_item
from services.exchange.records import RecordData, RecordImport
from services.exchange.search_rows import write_search_rows
from services.items.code_lists import CODE_LISTS
from services.items.fields import BLOCK_FIELDS, COST_FIELDS, UNIT_FIELDS
from services.items.reasons import LONGEST, REASONED_FIELDS
from services.items.save import has_vat_groups
from services.items.usage import bought_items, items_at_work
from services.items.vendor_catalogue import add_missing_rows

_UNIT_COLUMNS = (
    "base_unit_of_measure", "sales_unit_of_measure", "purchase_unit_of_measure", "put_away_unit_of_measure",
)  # fmt: skip
#: What checks look at besides the columns the file gives.
_ALWAYS_READ = (
    "type",
    "costing_method",
    "description",
    "search_description",
    "unit_cost",
    "unit_price",
    "standard_cost",
    "category_id",
    "base_unit_of_measure_id",
    "sales_unit_of_measure_id",
    "purchase_unit_of_measure_id",
    "gen_product_posting_group_id",
    "vat_product_posting_group_id",
    "inventory_posting_group_id",
    "price_profit_calculation",
    "price_includes_vat",
    "profit_percent",
    "blocked",
    "sales_blocked",
    "purchasing_blocked",
    "service_blocked",
    "production_blocked",
    "item_discount_group",
    "over_receipt_code",
    "warehouse_class_code",
    "special_equipment_code",
    "put_away_template_code",
    "item_tracking_code_id",
    "block_reason",
)


@dataclass(frozen=True)
class NewCode:
    """A unit or manufacturer the file names and nobody has set up; it is created when the row is written."""

    column: str
    code: str


class ItemImport(RecordImport):
    """Items of one file."""

    model = Item
    required = ("description",)

    def __init__(
        self, session: Session, columns: Mapping[str, Column], options: Options, present: frozenset[str]
    ) -> None:
        self.noun = _("Item")
        super().__init__(session, columns, options, present)
        self.present = present
        setup = session.get(InventorySetup, 1)
        self.defaults["costing_method"] = setup.default_costing_method if setup else CostingMethod.FIFO
        self.units = dict(session.execute(select(UnitOfMeasure.code, UnitOfMeasure.id)).tuples().all())
        self.needs_vat = has_vat_groups(session)
        self.vat_of = dict(
            session.execute(
                select(GenProductPostingGroup.id, GenProductPostingGroup.default_vat_product_posting_group_id)
            ).tuples().all()
        )  # fmt: skip
        self.serial_codes = set(session.scalars(select(ItemTrackingCode.id).where(ItemTrackingCode.serial_specific)))
        self.code_lists = {
            name: set(session.scalars(select(table.code))) for name, table in CODE_LISTS.items() if name in present
        }
        self.lead_times = (
            dict(session.execute(select(Vendor.id, Vendor.lead_time)).tuples().all()) if "vendor" in present else {}
        )
        self.categories = CategoryPaths(session, create_missing=options.create_missing)
        self.attributes = AttributeWriter(session, [name for name in present if name.startswith(ATTRIBUTE)], options)
        self.entry_counts: dict[int, int] = {}
        self.open_items: set[int] = set()
        self.bought: set[int] = set()
        self.at_work: set[int] = set()
        self.item_units: dict[int, dict[int, Decimal]] = {}
        self.item_references: dict[int, set[tuple[str, str, str]]] = {}

    def begin(self, session: Session) -> None:
        """Attributes that are to be made for headings nobody knew."""
        self.attributes.begin(session)

    def finish(self, session: Session) -> None:
        """Order of the category tree; values nobody uses any more."""
        self.categories.finish(session)
        self.attributes.finish(session)

    def stamp(self) -> dict[str, Any]:
        """When it was changed."""
        return {"last_modified_at": utcnow()}

    def compared(self) -> list[str]:
        """What the file gives and what the rules look at."""
        return list(dict.fromkeys((*super().compared(), *_ALWAYS_READ)))

    def resolve(self, column: Column, code: str) -> Any:
        """Categories by code or path; units, manufacturers that may be created."""
        if column.name == "category":
            return self.categories.resolve(code)
        found = self.lookups[column.name].get(code)
        if found is None and self.options.create_missing and column.name in (*_UNIT_COLUMNS, "manufacturer"):
            return NewCode(column.name, code)
        return found if found is not None else super().resolve(column, code)

    def load_extras(self, session: Session, ids: Mapping[str, int], rows: Sequence[ParsedRow]) -> None:
        """Units, references, attribute values and whether there are entries, for the chunk's existing items."""
        wanted = list(ids.values())
        self.entry_counts, self.open_items, self.item_units, self.item_references = {}, set(), {}, {}
        self.bought, self.at_work = set(), set()
        self.attributes.load(session, wanted)
        if not wanted:
            return
        self.entry_counts = dict(
            session.execute(select(ItemTotal.item_id, ItemTotal.entry_count).where(ItemTotal.item_id.in_(wanted)))
            .tuples()
            .all()
        )
        if {"costing_method", "unit_cost"} & self.present:
            self.bought = bought_items(session, wanted)
        if "type" in self.present:
            self.at_work = items_at_work(session, wanted)
        with_entries = [item_id for item_id, count in self.entry_counts.items() if count]
        if with_entries and "base_unit_of_measure" in self.present:
            some_open = select(literal(1)).where(
                ItemLedgerEntry.item_id == Item.id, ItemLedgerEntry.open.is_(True)
            ).exists()  # fmt: skip
            self.open_items = set(session.scalars(select(Item.id).where(Item.id.in_(with_entries), some_open)))
        for item_id, unit_id, factor in session.execute(
            select(
                ItemUnitOfMeasure.item_id,
                ItemUnitOfMeasure.unit_of_measure_id,
                ItemUnitOfMeasure.qty_per_unit_of_measure,
            ).where(ItemUnitOfMeasure.item_id.in_(wanted))
        ):
            self.item_units.setdefault(item_id, {})[unit_id] = factor
        if {"bar_codes", "references"} & self.present:
            for item_id, kind, whose, number in session.execute(
                select(
                    ItemReference.item_id,
                    ItemReference.reference_type,
                    ItemReference.reference_type_no,
                    ItemReference.reference_no,
                ).where(ItemReference.item_id.in_(wanted))
            ):
                self.item_references.setdefault(item_id, set()).add((kind, whose, number))

    def check(self, values: dict[str, Any], before: Mapping[str, Any] | None, row: ParsedRow) -> Iterable[str]:
        """The rules of the card (item_rules.py)."""
        if before is None:
            self._complete(values)
        has_entries = before is not None and bool(self.entry_counts.get(before["id"]))
        has_open = before is not None and before["id"] in self.open_items
        item_id = before["id"] if before is not None else None
        errors = check_item(
            values, before, has_entries=has_entries, has_open=has_open, is_bought=item_id in self.bought,
            is_at_work=item_id in self.at_work, serial_codes=self.serial_codes, needs_vat=self.needs_vat,
        )  # fmt: skip
        return [*errors, *self._unknown_codes(values, before or {})]

    def _unknown_codes(self, values: Mapping[str, Any], before: Mapping[str, Any]) -> list[str]:
        """Codes that the card keeps as they are written stand in their lists."""
        return [
            _("There is no %(code)s in its list. Set it up there first.", code=values[name])
            for name, known in self.code_lists.items()
            if values.get(name) and values[name] != before.get(name) and values[name] not in known
        ]

    def _complete(self, values: dict[str, Any]) -> None:
        """What a new card takes from others: method from the set-up, VAT group from the product group, lead time."""
        values.setdefault("type", ItemType.INVENTORY)
        values.setdefault("costing_method", self.defaults["costing_method"])
        base = values.get("base_unit_of_measure_id")
        for name in ("sales_unit_of_measure_id", "purchase_unit_of_measure_id"):
            if not values.get(name):
                values[name] = base
        group = values.get("gen_product_posting_group_id")
        if group and not values.get("vat_product_posting_group_id"):
            values["vat_product_posting_group_id"] = self.vat_of.get(group)
        if not values.get("lead_time") and values.get("vendor_id") in self.lead_times:
            values["lead_time"] = self.lead_times[values["vendor_id"]]

    def plan_extras(self, row: ParsedRow, data: RecordData) -> tuple[list[str], list[str]]:
        """Units, references and attribute values this row adds or changes."""
        before = data.before
        base = data.values.get("base_unit_of_measure_id") or before.get("base_unit_of_measure_id")
        errors = self._forbidden(data)
        known = self.item_units.get(data.record_id or 0, {})
        units = self._wanted_units(row, base, known, bool(self.entry_counts.get(data.record_id or 0)), errors)
        for name in UNIT_FIELDS:
            unit = data.values.get(name)
            if unit and unit != base and unit not in known and unit not in units:
                errors.append(
                    _("Say in Units how many base units the sales, purchase or put-away unit is, like BOX=12.")
                )
        references = self._wanted_references(row)
        present = self.item_references.get(data.record_id or 0, set())
        new_references = [reference for reference in references if reference not in present]
        if new_references and not base:
            errors.append(_("References need the item's base unit."))
        category = data.values.get("category_id", before.get("category_id"))
        category_id = category if isinstance(category, int) else None
        changes, attribute_errors = self.attributes.plan(row.values, data.record_id, category_id)
        data.extras = {"units": units, "references": new_references, "attributes": changes, "base": base}
        words: list[str] = []
        if data.record_id is not None:  # nobody asks what a new item changes
            words = [_("Units")] if units else []
            words += [_("References")] if new_references else []
            words += [f"{self.attributes.known[column][2]}: {_('other value')}" for column, _value in changes]
        return [*errors, *attribute_errors], words

    def _forbidden(self, data: RecordData) -> list[str]:
        """What the row's columns change and the person may not change (items.md section 21)."""
        given = {column.field: column.title for column in self.columns}
        changed = [name for name, value in data.values.items() if name in given and (data.record_id or value)]
        sentences = []
        for right, fields, sentence in (
            (Permission.ITEMS_BLOCK, BLOCK_FIELDS, _("you have no right to change blocking")),
            (Permission.ITEMS_COSTS, COST_FIELDS, _("you have no right to change costs and posting groups")),
        ):
            # A new card takes costs and groups from whoever makes it, as the page does.
            asked = data.record_id is not None or right == Permission.ITEMS_BLOCK
            if asked and not self.options.may(right):
                sentences += [f"{given[name]}: {sentence}." for name in changed if name in fields]
        return sentences

    def reason_of(self, row: Planned, field: str) -> str:
        """What the row says, else the file's name; for costs and blocking only."""
        said = str(row.row.values.get(REASON) or self.options.file_name)
        return said[:LONGEST] if field in REASONED_FIELDS else ""

    def _wanted_units(
        self, row: ParsedRow, base: Any, known: Mapping[int, Decimal], has_entries: bool, errors: list[str]
    ) -> dict[Any, Decimal]:
        wanted: dict[Any, Decimal] = {}
        if base and known.get(base) != 1:
            if base in known:
                errors.append(_("The item keeps the base unit with another factor than 1; change that first."))
            wanted[base] = Decimal(1)
        for code, factor in row.values.get("units") or ():
            unit: Any = self.units.get(code)
            if unit is None:
                if not self.options.create_missing:
                    errors.append(_("Units: There is no %(code)s; set it up first.", code=code))
                    continue
                unit = NewCode("base_unit_of_measure", code)
            if unit == base:
                if factor != 1:
                    errors.append(_("Units: one %(code)s is one base unit, because it is the base unit.", code=code))
            elif unit not in known:
                wanted[unit] = factor
            elif known[unit] != factor:
                if has_entries:
                    errors.append(
                        _("Units: the factor of %(code)s stays, because the item has ledger entries.", code=code)
                    )
                wanted[unit] = factor
        return wanted

    def _wanted_references(self, row: ParsedRow) -> list[tuple[str, str, str]]:
        wanted = [(ReferenceType.BAR_CODE, "", number) for number in row.values.get("bar_codes") or ()]
        return [*wanted, *(row.values.get("references") or ())]

    def write(self, session: Session, planned: Sequence[Planned]) -> None:
        """Units and categories that are missing come first, then the items and what hangs on them."""
        self._create_codes(session, planned)
        for row in planned:
            if "category_id" in row.data.values:
                row.data.values["category_id"] = self.categories.realize(session, row.data.values["category_id"])
        super().write(session, planned)

    def _create_codes(self, session: Session, planned: Sequence[Planned]) -> None:
        """Replace every NewCode by the id of a row made for it."""
        for row in planned:
            for name, value in row.data.values.items():
                if isinstance(value, NewCode):
                    row.data.values[name] = self._create(session, value)
            extras = row.data.extras
            if isinstance(extras["base"], NewCode):
                extras["base"] = self._create(session, extras["base"])
            if any(isinstance(unit, NewCode) for unit in extras["units"]):
                extras["units"] = {
                    self._create(session, unit) if isinstance(unit, NewCode) else unit: factor
                    for unit, factor in extras["units"].items()
                }

    def _create(self, session: Session, new: NewCode) -> int:
        if new.column == "manufacturer":
            made = self.lookups["manufacturer"].get(new.code)
            if made is None:
                record: Any = Manufacturer(code=new.code[:10], name=new.code)
                session.add(record)
                session.flush()
                made = self.lookups["manufacturer"][new.code] = record.id
            return made
        made = self.units.get(new.code)
        if made is None:
            record = UnitOfMeasure(code=new.code[:10], description=new.code.capitalize())
            session.add(record)
            session.flush()
            made = self.units[new.code] = record.id
        for column in _UNIT_COLUMNS:
            if column in self.lookups:
                self.lookups[column][new.code] = made
        return made

    def write_extras(self, session: Session, planned: Sequence[Planned]) -> None:
        """Units, references, attributes, search rows."""
        new_units: list[dict[str, Any]] = []
        changed_units: list[dict[str, Any]] = []
        references: list[dict[str, Any]] = []
        for row in planned:
            item_id, extras = row.data.record_id, row.data.extras
            known = self.item_units.get(item_id, {}) if row.fate == Fate.UPDATE else {}
            for unit, factor in extras["units"].items():
                (changed_units if unit in known else new_units).append(
                    {"item_id": item_id, "unit_of_measure_id": unit, "qty_per_unit_of_measure": factor}
                )
            references += [
                {"item_id": item_id, "variant_id": 0, "unit_of_measure_id": extras["base"], "reference_type": kind,
                 "reference_type_no": whose, "reference_no": number}
                for kind, whose, number in extras["references"]
            ]  # fmt: skip
        if new_units:
            insert_many(session, ItemUnitOfMeasure, new_units)
        for unit_row in changed_units:  # rare: a factor was corrected before anything was posted
            session.execute(
                update(ItemUnitOfMeasure.__table__)
                .where(
                    ItemUnitOfMeasure.item_id == unit_row["item_id"],
                    ItemUnitOfMeasure.unit_of_measure_id == unit_row["unit_of_measure_id"],
                )
                .values(qty_per_unit_of_measure=unit_row["qty_per_unit_of_measure"])
            )
        if references:
            insert_many(session, ItemReference, references)
            add_missing_rows(session, {reference["item_id"] for reference in references})
        self.attributes.write(session, [(row.data.record_id, row.data.extras["attributes"]) for row in planned])
        self.attributes.inherit(
            session,
            {
                row.data.record_id: row.data.values["category_id"]
                for row in planned
                if row.data.values.get("category_id")
            },
        )
        write_search_rows(session, Item, [row.data.record_id for row in planned])


class ItemKind:
    """Items as something to import and export."""

    name = "items"
    key = "no"

    @property
    def title(self) -> str:
        """Plural noun on pages."""
        return _("Items")

    def columns(self, session: Session) -> list[Column]:
        """The card's columns, and one for each attribute that is set up."""
        from models import ItemAttribute

        names = session.scalars(select(ItemAttribute.name).order_by(ItemAttribute.name_key))
        attributes = (attribute_column(ATTRIBUTE + name) for name in names)
        return [*item_columns(), *(column for column in attributes if column is not None)]

    def dynamic(self, heading: str) -> Column | None:
        """attribute:Colour."""
        return attribute_column(heading)

    def prepare(self, session: Session, options: Options, present: frozenset[str]) -> ItemImport:
        """Load the lookups."""
        columns = {column.name: column for column in item_columns()}
        return ItemImport(session, columns, options, present)

    def export(self, session: Session) -> tuple[list[str], Iterator[list[object]]]:
        """Headings and rows in the order of numbers, a thousand items at a time."""
        from services.exchange.exporting import item_rows

        return item_rows(session)


ITEMS = ItemKind()

__all__ = ["ITEMS", "ItemImport", "ItemKind", "NewCode"]
