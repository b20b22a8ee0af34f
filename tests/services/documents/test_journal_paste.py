"""Rows out of a spreadsheet: headers, positions, dirt; each fault has its own sentence."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from sqlalchemy import event

from core.errors import ValidationError
from models.enums import EntryType
from services.documents import journal_paste as paste

GIVEN = paste.RowDefaults(dt.date(2025, 1, 10), "J-1")


def resolved(session, text, given=GIVEN):
    rows = paste.read_rows(text)
    paste.resolve_rows(session, rows, given)
    return rows


def test_rows_with_a_header_are_read_by_its_names(session, shop):
    text = (
        "Item No.\tQty\tEntry Type\tPosting Date\tLocation Code\tUnit of Measure\tUnit Amount\tLot No.\n"
        "bolt\t2\tPurchase\t31.01.2025\tblue\tbox\t24,50\tL1\n"
        "4006381333931\t3\tsale\t\t\t\t\t\n"
        "shirt-code\t1\tnegative adjmt.\t\t\t\t\t\n"
    )

    first, second, third = [row.values for row in resolved(session, text)]

    assert (first.item_id, first.quantity, first.entry_type) == (shop.bolt.id, 2, EntryType.PURCHASE)
    assert (first.posting_date, first.location_id, first.unit_of_measure_id) == (
        dt.date(2025, 1, 31), shop.blue.id, shop.box.id,
    )  # fmt: skip
    assert (first.unit_amount, first.lot_no, first.document_no) == (Decimal("24.5"), "L1", "J-1")
    assert (second.item_id, second.posting_date, second.unit_amount) == (shop.bolt.id, dt.date(2025, 1, 10), None)
    assert (third.item_id, third.entry_type) == (shop.shirt.id, EntryType.NEGATIVE_ADJMT)


@pytest.mark.parametrize("sign", ["\t", ";", ","])
def test_rows_without_a_header_are_read_by_position(session, shop, sign):
    row = "positive adjustment|SHIRT|RED|BLUE|A-1|1.5|PCS|8|2025-01-31|D9|||2026-01-31|"

    (read,) = resolved(session, row.replace("|", sign))

    assert read.errors == []
    values = read.values
    assert (values.variant_id, values.bin_id, values.quantity) == (shop.red.id, shop.shelf.id, Decimal("1.5"))
    assert (values.expiration_date, values.document_no) == (dt.date(2026, 1, 31), "D9")


@pytest.mark.parametrize(
    ("cells", "codes"),
    [
        ({"item": "NO\x00PE"}, ["item_unknown"]),
        ({"item": "😀"}, ["item_unknown"]),
        ({"item": "x" * 300}, ["item_unknown"]),
        ({"item": ""}, ["item_missing"]),
        ({"quantity": "NaN", "unit_amount": "1e30"}, ["number_invalid", "number_invalid"]),
        ({"quantity": "1.0000000001"}, ["too_many_decimals"]),
        ({"quantity": "Infinity"}, ["number_invalid"]),
        ({"quantity": "9999999999999"}, ["number_too_large"]),
        ({"posting_date": "31.02.2025"}, ["date_invalid"]),
        ({"posting_date": "02/03/2025"}, ["date_ambiguous"]),
        ({"document_no": "D\x001"}, ["text_control_characters"]),
        ({"document_no": "D" * 300}, ["text_too_long"]),
        ({"entry_type": "gift"}, ["entry_type_unknown"]),
        ({"entry_type": ""}, ["entry_type_unknown"]),
        ({"location": "MARS"}, ["location_unknown"]),
        ({"bin": "Z-9"}, ["bin_unknown"]),
        ({"variant": "BLUE"}, ["variant_unknown"]),
        ({"unit_of_measure": "TON"}, ["unit_of_measure_unknown"]),
        ({"applies_to_entry_id": "-5"}, ["entry_no_invalid"]),
        ({"applies_to_entry_id": "12"}, ["applies_to_not_found"]),
        ({"item": "", "quantity": "x", "posting_date": "y"}, ["item_missing", "number_invalid", "date_invalid"]),
    ],
)
def test_every_fault_of_a_row_is_named_and_hides_no_other_row(session, shop, cells, codes):
    good = {"entry_type": "purchase", "item": "BOLT", "quantity": "1"}
    named = good | cells
    text = (
        "\t".join(named)
        + "\n"
        + "\t".join(named.values())
        + "\n"
        + "\t".join((good | dict.fromkeys(cells, "") | good).get(name, "") for name in named)
    )

    bad, sound = resolved(session, text)

    assert sorted(error.code for error in bad.errors) == sorted(codes)
    assert {error.line for error in bad.errors} == {1}
    assert bad.values is None
    assert sound.errors == []
    assert all("\x00" not in error.message for error in bad.errors)


def test_emoji_in_a_text_is_kept(session, shop):
    (row,) = resolved(session, "item\tentry type\tdescription\nBOLT\tpurchase\tTea 🍵")

    assert row.values.description == "Tea 🍵"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "paste_empty"),
        (" \n\t\n", "paste_empty"),
        ("item\tentry type", "paste_empty"),
        ("item\tquantity\tweather\nBOLT\t1\tfine", "column_unknown"),
        ("item\tno.\nBOLT\tBOLT", "column_twice"),
        ("x" * 4_000_001, "paste_too_long"),
        ("x;y\n" * 20_001, "paste_too_long"),
    ],
)
def test_text_that_is_no_table_is_refused_as_a_whole(text, code):
    with pytest.raises(ValidationError) as refused:
        paste.read_rows(text)

    assert refused.value.code == code


def test_rows_with_too_many_columns_are_named():
    (row,) = paste.read_rows("\t".join(str(n) for n in range(20)))

    assert [error.code for error in row.errors] == ["too_many_columns"]


def test_queries_do_not_grow_with_the_rows(each_session, each_shop):
    def queries(count):
        seen = []
        listener = lambda *arguments: seen.append(arguments[2])
        engine = each_session.get_bind()
        event.listen(engine, "before_cursor_execute", listener)
        rows = resolved(
            each_session, "item\tentry type\tquantity\n" + "BOLT\tpurchase\t1\nSHIRT-CODE\tsale\t2\n" * count
        )
        event.remove(engine, "before_cursor_execute", listener)
        assert all(row.values for row in rows)
        return len(seen)

    assert queries(10) == queries(20) <= 15
