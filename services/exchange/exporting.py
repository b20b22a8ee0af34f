"""Rows of items, parties and ledgers in the layout that import reads, a thousand records at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import (
    GlAccount,
    GlEntry,
    Item,
    ItemAttribute,
    ItemAttributeMapping,
    ItemAttributeValue,
    ItemCategory,
    ItemLedgerEntry,
    ItemReference,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    Register,
    UnitOfMeasure,
    ValueEntry,
)
from models.enums import ReferenceType
from services.audit import COST_FIELDS
from services.exchange.columns import Column, shown
from services.exchange.item_columns import ATTRIBUTE, item_columns

CHUNK = 1000


def record_rows(
    session: Session, model: type[Any], columns: Sequence[Column]
) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows of one model, by number."""
    lookups = _lookups(session, columns)

    def rows() -> Iterator[list[object]]:
        table = model.__table__
        last = ""
        while True:
            found = session.execute(
                select(table).where(table.c.no > last).order_by(table.c.no).limit(CHUNK)
            ).mappings().all()  # fmt: skip
            if not found:
                return
            for record in found:
                yield [_cell(record, column, lookups) for column in columns]
            last = found[-1]["no"]

    return [column.title for column in columns], rows()


def item_rows(session: Session, *, costs: bool = True) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows of all items, with units, bar codes, references and attributes; costs only with `costs`."""
    hidden = () if costs else ("costing_method", *COST_FIELDS)
    columns = [column for column in item_columns() if column.field and column.field not in hidden]
    attributes = (
        session.execute(select(ItemAttribute.id, ItemAttribute.name).order_by(ItemAttribute.name_key)).tuples().all()
    )
    headings = [column.title for column in columns]
    headings += ["Units", "Bar codes", "References", *(ATTRIBUTE + name for _id, name in attributes)]
    lookups = _lookups(session, columns)
    lookups["category"] = dict(session.execute(select(ItemCategory.id, ItemCategory.code)).tuples().all())

    def rows() -> Iterator[list[object]]:
        table = Item.__table__
        last = ""
        while True:
            found = (
                session.execute(select(table).where(table.c.no > last).order_by(table.c.no).limit(CHUNK))
                .mappings()
                .all()
            )
            if not found:
                return
            ids = [record["id"] for record in found]
            units, references, values = _units(session, ids), _references(session, ids), _values(session, ids)
            for record in found:
                item_id = record["id"]
                others = "; ".join(
                    f"{code}={format(factor.normalize(), 'f')}"
                    for unit_id, code, factor in units.get(item_id, ())
                    if unit_id != record["base_unit_of_measure_id"]
                )
                codes, further = references.get(item_id, ([], []))
                row = [_cell(record, column, lookups) for column in columns]
                row += [others, "; ".join(codes), "; ".join(further)]
                row += [values.get((item_id, attribute_id), "") for attribute_id, _name in attributes]
                yield row
            last = found[-1]["no"]

    return headings, rows()


def _lookups(session: Session, columns: Sequence[Column]) -> dict[str, dict[int, str]]:
    found: dict[str, dict[int, str]] = {}
    for column in columns:
        if column.lookup is not None:
            model, by = column.lookup
            found[column.name] = dict(session.execute(select(model.id, getattr(model, by))).tuples().all())
    return found


def _cell(record: Any, column: Column, lookups: dict[str, dict[int, str]]) -> object:
    value = record[column.field]
    if column.lookup is not None:
        return lookups[column.name].get(value, "") if value is not None else ""
    return shown(value)


def _units(session: Session, ids: Sequence[int]) -> dict[int, list[tuple[int, str, Any]]]:
    found: dict[int, list[tuple[int, str, Any]]] = {}
    for item_id, unit_id, code, factor in session.execute(
        select(
            ItemUnitOfMeasure.item_id, UnitOfMeasure.id, UnitOfMeasure.code, ItemUnitOfMeasure.qty_per_unit_of_measure
        )
        .join(UnitOfMeasure, UnitOfMeasure.id == ItemUnitOfMeasure.unit_of_measure_id)
        .where(ItemUnitOfMeasure.item_id.in_(ids))
        .order_by(ItemUnitOfMeasure.item_id, ItemUnitOfMeasure.qty_per_unit_of_measure, UnitOfMeasure.code)
    ):
        found.setdefault(item_id, []).append((unit_id, code, factor))
    return found


def _references(session: Session, ids: Sequence[int]) -> dict[int, tuple[list[str], list[str]]]:
    """Bar codes and other references of the item itself; those of variants are not in this layout."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    for item_id, kind, whose, number in session.execute(
        select(
            ItemReference.item_id,
            ItemReference.reference_type,
            ItemReference.reference_type_no,
            ItemReference.reference_no,
        )
        .where(ItemReference.item_id.in_(ids), ItemReference.variant_id == 0)
        .order_by(ItemReference.item_id, ItemReference.id)
    ):
        codes, further = found.setdefault(item_id, ([], []))
        if kind == ReferenceType.BAR_CODE and not whose:
            codes.append(number)
        else:
            further.append(f"{kind.value}:{whose}:{number}")
    return found


def _values(session: Session, ids: Sequence[int]) -> dict[tuple[int, int], str]:
    rows = session.execute(
        select(ItemAttributeMapping.item_id, ItemAttributeMapping.attribute_id, ItemAttributeValue.value)
        .join(ItemAttributeValue, ItemAttributeValue.id == ItemAttributeMapping.value_id)
        .where(ItemAttributeMapping.item_id.in_(ids), ItemAttributeMapping.variant_id == 0)
    )
    return {(item_id, attribute_id): value for item_id, attribute_id, value in rows}


def ledger_rows(session: Session, model: type[Any]) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows of a ledger in entry order, with codes in place of ids."""
    table = model.__table__
    names = {
        "item_id": dict(session.execute(select(Item.id, Item.no)).tuples().all()),
        "location_id": dict(session.execute(select(Location.id, Location.code)).tuples().all()),
        "variant_id": dict(session.execute(select(ItemVariant.id, ItemVariant.code)).tuples().all()),
        "account_id": dict(session.execute(select(GlAccount.id, GlAccount.no)).tuples().all()),
    }
    words = {"id": "Entry no.", "item_id": "Item no.", "account_id": "Account no."}
    headings = [
        words.get(column.name, column.name.removesuffix("_id").replace("_", " ").capitalize())
        for column in table.columns
    ]

    def rows() -> Iterator[list[object]]:
        last = 0
        while True:
            found = (
                session.execute(select(table).where(table.c.id > last).order_by(table.c.id).limit(CHUNK))
                .mappings()
                .all()
            )
            if not found:
                return
            for record in found:
                yield [names[name].get(value, "") if name in names else shown(value) for name, value in record.items()]
            last = found[-1]["id"]

    return headings, rows()


#: What may be exported besides what may be imported: name -> ledger.
LEDGERS: dict[str, type[Any]] = {
    "item-ledger-entries": ItemLedgerEntry,
    "value-entries": ValueEntry,
    "gl-entries": GlEntry,
    "registers": Register,
}
