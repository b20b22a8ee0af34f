"""100,000 items with all that lists filter by: a category tree, attributes, variants, vendors, planning, blocks."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from bench.copying import code, copy, series
from models import ItemAttribute, ItemAttributeValue, ItemVariant, Vendor
from models.enums import AttributeType
from services import categories

#: 8 categories with 8 below each and 8 below those
BRANCHES = 8
LEAVES = BRANCHES**3
VENDORS = 200
COLOURS = ("Red", "Blue", "Green", "Black", "White", "Yellow", "Brown", "Grey", "Orange", "Pink", "Violet", "Beige")
WIDTHS = 5000
DAYS = 700


def add_items(session: Session, items: int) -> None:
    """Copies of item 1 up to `items`, and what they are sorted into."""
    leaves = _categories(session)
    _vendors(session)
    _copies(session, items, leaves)
    _attributes(session, items)
    _variants(session, items)


def _categories(session: Session) -> int:
    """The tree, level after level; the id of its first leaf, the others follow."""
    codes = [("C", None)]
    for level in range(3):
        made = []
        for above, parent_id in codes:
            for number in range(BRANCHES):
                category = categories.create_category(
                    session, f"{above}{number}", f"{('Department', 'Group', 'Kind')[level]} {above[1:]}{number}",
                    parent_id=parent_id,
                )  # fmt: skip
                made.append((category.code, category.id))
        codes = made
    return min(category_id for _code, category_id in codes)


def _vendors(session: Session) -> None:
    session.execute(
        insert(Vendor),
        [{"id": number + 1, "no": f"V{number:05}", "name": f"Vendor {number}"} for number in range(VENDORS)],
    )


def _copies(session: Session, items: int, leaf: int) -> None:
    words = "CASE n.i % 4 WHEN 0 THEN 'Hinge' WHEN 1 THEN 'Bracket' WHEN 2 THEN 'Lantern' ELSE 'Rope' END"
    number = "CAST(n.i AS TEXT)"
    no = code(session, "N", "n.i", 7)
    title = f"{words} || ' no. ' || {number}"
    planned = "n.i % 10 = 4"
    service = "n.i % 50 = 9"
    copy(session, "item", "t.id = 1", 2, items, {
        "id": "n.i", "no": no, "description": title, "category_id": f"{leaf} + (n.i * 31) % {LEAVES}",
        "vendor_id": f"CASE WHEN n.i % 3 = 0 THEN NULL ELSE (n.i * 17) % {VENDORS} + 1 END",
        "type": f"CASE WHEN {service} THEN 'service' ELSE t.type END",
        "inventory_posting_group_id": f"CASE WHEN {service} THEN NULL ELSE t.inventory_posting_group_id END",
        "costing_method": f"CASE WHEN {service} THEN 'fifo' WHEN n.i % 20 = 1 THEN 'average' "
                          "WHEN n.i % 500 = 2 THEN 'standard' ELSE t.costing_method END",
        "blocked": "n.i % 200 = 11", "unit_price": "(n.i * 137) % 9000000 + 10000",
        "reordering_policy": f"CASE WHEN {planned} THEN 'fixed_reorder_quantity' ELSE t.reordering_policy END",
        "reorder_point": f"CASE WHEN {planned} THEN 4000000 ELSE 0 END",
        "safety_stock_quantity": f"CASE WHEN {planned} THEN 1000000 ELSE 0 END",
        "gtin": code(session, "40", "n.i * 10", 11),
    })  # fmt: skip
    copy(session, "item_unit_of_measure", "t.item_id = 1", 2, items, {"id": "n.i + 1000", "item_id": "n.i"})
    # every hundredth also comes in boxes
    box = "(SELECT id FROM unit_of_measure WHERE code = 'BOX')"
    copy(session, "item_unit_of_measure", "t.item_id = 1", 1, items // 100, {
        "id": f"n.i + 1000 + {items}", "item_id": "n.i * 100", "unit_of_measure_id": box,
        "qty_per_unit_of_measure": "1200000",
    })  # fmt: skip
    lowered = f"lower({no} || ' ' || {title})"
    copy(session, "search_entry", "t.kind = 'item' AND t.record_id = 1", 2, items, {
        "id": "n.i + 100000", "record_id": "n.i", "no": no, "title": title, "text": lowered,
    })  # fmt: skip


def _attributes(session: Session, items: int) -> None:
    colour, width, best = (
        ItemAttribute(name=name, name_key=name.casefold(), type=kind, unit_of_measure=unit)
        for name, kind, unit in (
            ("Colour", AttributeType.OPTION, ""), ("Width", AttributeType.DECIMAL, "mm"),
            ("Best before", AttributeType.DATE, ""),
        )
    )  # fmt: skip
    session.add_all([colour, width, best])
    session.flush()
    first = [1, 1 + len(COLOURS), 1 + len(COLOURS) + WIDTHS]
    rows = [
        {"id": first[0] + n, "attribute_id": colour.id, "value": name, "value_key": name.casefold(),
         "numeric_value": None, "date_value": None}
        for n, name in enumerate(COLOURS)
    ]  # fmt: skip
    rows += [
        {"id": first[1] + n, "attribute_id": width.id, "value": str(n + 1), "value_key": str(n + 1),
         "numeric_value": n + 1, "date_value": None}
        for n in range(WIDTHS)
    ]  # fmt: skip
    days = [dt.date(2026, 1, 1) + dt.timedelta(n) for n in range(DAYS)]
    rows += [
        {"id": first[2] + n, "attribute_id": best.id, "value": day.isoformat(), "value_key": day.isoformat(),
         "numeric_value": None, "date_value": day}
        for n, day in enumerate(days)
    ]  # fmt: skip
    session.execute(insert(ItemAttributeValue), rows)
    # Colour and width on every item, a date on every third.
    for number, (attribute, values, every) in enumerate(
        ((colour, len(COLOURS), 1), (width, WIDTHS, 1), (best, DAYS, 3))
    ):
        value = f"{first[number]} + (n.i * 7) % {values}"
        session.execute(
            text(
                "INSERT INTO item_attribute_mapping (id, item_id, variant_id, attribute_id, value_id, inherited) "
                f"SELECT n.i + {number * items}, n.i * {every}, 0, {attribute.id}, {value}, "
                f"n.i < 0 FROM {series(session, 1, items // every)}"
            )
        )


def _variants(session: Session, items: int) -> None:
    """Two variants of every thousandth item; the entries of such items carry the first of them."""
    rows = [
        {"id": variant_of(number) + second, "item_id": number, "code": "SL"[second]}
        for number in range(1, items + 1, 1000)
        for second in (0, 1)
    ]
    session.execute(insert(ItemVariant), rows)


def variant_of(item_id: int) -> int:
    """The id of the first variant of an item that has some."""
    return item_id + 10
