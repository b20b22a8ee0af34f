"""Journal lines while they wait: proposals, relations of the amounts, stale saves, deleting."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from sqlalchemy import event, func, select

from core.errors import ConflictError, NotFound, ValidationError
from models import ItemJournalLine, JournalBatch
from models.enums import EntryType
from services.documents import journal_batches as batches
from services.documents import journal_lines as lines
from services.documents.journal_lines import LineInput

P, S = EntryType.PURCHASE, EntryType.SALE
POS, NEG = EntryType.POSITIVE_ADJMT, EntryType.NEGATIVE_ADJMT


def said(item, entry_type=POS, **values):
    return LineInput(
        **{"entry_type": entry_type, "item_id": item.id, "posting_date": dt.date(2025, 1, 10), "document_no": "D1"}
        | values
    )


@pytest.mark.parametrize(
    ("entry_type", "unit_amount", "unit_cost"),
    [
        (P, "2.00", "2.00"),  # last direct cost; overhead is a value entry of its own
        (S, "5.00", "2.10"),
        (POS, "1.60", "2.10"),  # (2.10 - 0.10) / 1.25; back: 1.60 x 1.25 + 0.10
        (NEG, "2.10", "2.10"),
    ],
)
def test_a_line_proposes_amount_and_cost_of_its_kind(session, shop, entry_type, unit_amount, unit_cost):
    line = lines.add_line(session, shop.batch.id, said(shop.bolt, entry_type, quantity=Decimal(3)))

    assert (line.unit_amount, line.unit_cost) == (Decimal(unit_amount), Decimal(unit_cost))
    assert line.amount == 3 * Decimal(unit_amount)
    assert (line.description, line.unit_of_measure_id, line.line_no) == ("Bolt M8", shop.pcs.id, 10000)


def test_a_bigger_unit_and_a_stockkeeping_unit_change_the_proposal(session, shop):
    boxed = lines.add_line(
        session, shop.batch.id, said(shop.bolt, S, unit_of_measure_id=shop.box.id, quantity=Decimal(2))
    )
    placed = lines.add_line(session, shop.batch.id, said(shop.bolt, NEG, location_id=shop.blue.id, quantity=Decimal(2)))

    assert (boxed.unit_amount, boxed.amount, boxed.qty_per_unit_of_measure) == (60, 120, 12)
    assert boxed.unit_cost == Decimal("25.20")
    assert (placed.unit_amount, placed.unit_cost) == (Decimal("2.60"), Decimal("2.60"))


def test_quantity_unit_amount_and_amount_follow_each_other(session, shop):
    line = lines.add_line(session, shop.batch.id, said(shop.bolt, P, quantity=Decimal(3)))

    def change(**values):
        return lines.change_line(
            session, shop.batch.id, line.line_no, replace(lines.input_of(line), **values), version=line.version
        )

    assert change(quantity=Decimal(4)).amount == 8
    assert change(unit_amount=Decimal("2.505")).amount == Decimal("10.02")
    changed = change(amount=Decimal(10))
    assert (changed.unit_amount, changed.amount) == (Decimal("2.5"), 10)
    changed = change(quantity=Decimal(3), amount=Decimal(11))
    assert (changed.unit_amount, changed.amount, changed.unit_cost) == (Decimal("3.66667"), 11, Decimal("3.66667"))
    assert change(unit_amount=None).unit_amount == 2


def test_amounts_that_do_not_agree_are_refused_with_the_sum(session, shop):
    with pytest.raises(ValidationError) as refused:
        lines.add_line(
            session,
            shop.batch.id,
            said(shop.bolt, P, quantity=Decimal(3), unit_amount=Decimal("2.5"), amount=Decimal(8)),
        )

    assert (refused.value.code, refused.value.field) == ("amount_mismatch", "amount")
    assert "3 x 2.5 is 7.50, not 8.00" in refused.value.message


def test_another_item_forgets_what_was_proposed_for_the_old_one(session, shop):
    line = lines.add_line(session, shop.batch.id, said(shop.shirt, P, variant_id=shop.red.id, quantity=Decimal(2)))
    assert line.description == "Shirt, red"

    changed = lines.change_line(
        session, shop.batch.id, line.line_no, replace(lines.input_of(line), item_id=shop.bolt.id), version=line.version
    )

    assert (changed.variant_id, changed.description, changed.unit_amount, changed.amount) == (0, "Bolt M8", 2, 4)


def test_a_typed_unit_amount_survives_another_place_and_a_proposed_one_does_not(session, shop):
    typed = lines.add_line(session, shop.batch.id, said(shop.bolt, NEG, quantity=Decimal(1), unit_amount=Decimal(9)))
    proposed = lines.add_line(session, shop.batch.id, said(shop.bolt, NEG, quantity=Decimal(1)))

    moved = [
        lines.change_line(
            session,
            shop.batch.id,
            line.line_no,
            replace(lines.input_of(line), location_id=shop.blue.id),
            version=line.version,
        ).unit_amount
        for line in (typed, proposed)
    ]

    assert moved == [9, Decimal("2.60")]


def test_adjustments_of_standard_items_keep_the_standard_cost(session, shop):
    line = lines.add_line(session, shop.batch.id, said(shop.nut, quantity=Decimal(10)))
    assert (line.unit_amount, line.amount) == (Decimal("0.5"), 5)

    with pytest.raises(ValidationError) as refused:
        lines.change_line(
            session,
            shop.batch.id,
            line.line_no,
            replace(lines.input_of(line), unit_amount=Decimal(1)),
            version=line.version,
        )

    assert refused.value.code == "unit_amount_locked"


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"item_id": 999}, "item_not_found", "item"),
        ({"entry_type": EntryType.TRANSFER}, "entry_type_not_allowed", "entry_type"),
        ({"location_id": 999}, "location_not_found", "location"),
        ({"variant_id": 999}, "variant_not_of_item", "variant"),
        ({"unit_of_measure_id": 999}, "unit_not_of_item", "unit_of_measure"),
        ({"applies_to_entry_id": 999}, "applies_to_not_found", "applies_to"),
        ({"amount": Decimal(5)}, "quantity_missing", "quantity"),
        ({"quantity": Decimal(1), "unit_amount": Decimal(-1)}, "unit_amount_negative", "unit_amount"),
        ({"quantity": Decimal(999999999999), "unit_amount": Decimal(9999)}, "amount_too_large", "unit_amount"),
        ({"quantity": Decimal(10) ** 13, "unit_amount": Decimal(0)}, "quantity_too_large", "quantity"),
        ({"quantity": Decimal("0.000001")}, "quantity_too_small", "quantity"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_nothing_is_added(session, shop, values, code, field):
    with pytest.raises(ValidationError) as refused:
        lines.add_lines(session, shop.batch.id, [said(shop.bolt), replace(said(shop.bolt), **values)])

    assert (refused.value.code, refused.value.field, refused.value.line) == (code, field, 2)
    assert session.scalar(select(func.count()).select_from(ItemJournalLine)) == 0


def test_a_bin_of_another_place_is_refused(session, shop):
    with pytest.raises(ValidationError) as refused:
        lines.add_line(session, shop.batch.id, said(shop.bolt, bin_id=shop.shelf.id))

    assert refused.value.code == "bin_not_of_location"


def test_a_stale_save_is_a_conflict_that_names_what_changed(session, shop):
    line = lines.add_line(session, shop.batch.id, said(shop.bolt, quantity=Decimal(1)))
    seen, mine = line.version, replace(lines.input_of(line), description="Mine")
    lines.change_line(session, shop.batch.id, line.line_no, replace(mine, quantity=Decimal(7)), version=seen)

    with pytest.raises(ConflictError) as refused:
        lines.change_line(session, shop.batch.id, line.line_no, mine, version=seen)

    assert (refused.value.code, refused.value.line) == ("line_changed", 10000)
    assert "quantity" in refused.value.message
    assert "description" not in refused.value.message
    assert lines.get_line(session, shop.batch.id, 10000).quantity == 7


def test_every_change_moves_the_batch_version_on(each_session, each_shop):
    session, shop = each_session, each_shop
    before = session.get(JournalBatch, shop.batch.id).version

    line = lines.add_line(session, shop.batch.id, said(shop.bolt, quantity=Decimal(1)))
    lines.copy_line(session, shop.batch.id, line.line_no)
    lines.delete_lines(session, shop.batch.id, [line.line_no, 999])

    assert batches.get_batch(session, shop.batch.id).version == before + 3
    assert [row.line_no for row in lines.page_of_lines(session, shop.batch.id).lines] == [20000]


def test_a_line_that_went_meanwhile_is_not_found(session, shop):
    with pytest.raises(NotFound) as refused:
        lines.change_line(session, shop.batch.id, 10000, said(shop.bolt), version=1)

    assert refused.value.code == "journal_line_not_found"


def test_the_next_line_starts_like_the_last_and_the_first_with_the_day(session, shop):
    first = lines.propose_line(
        session, batches.get_batch(session, shop.batch.id), today=shop.today, location_id=shop.blue.id
    )
    lines.add_line(session, shop.batch.id, said(shop.bolt, S, posting_date=dt.date(2025, 1, 3), document_no="D7"))
    second = lines.propose_line(session, batches.get_batch(session, shop.batch.id), today=shop.today, location_id=None)

    assert (first.posting_date, first.document_no, first.location_id) == (shop.today, "J-20250110", shop.blue.id)
    assert (second.posting_date, second.document_no, second.entry_type) == (dt.date(2025, 1, 3), "D7", S)


def test_pages_search_and_totals(each_session, each_shop):
    session, shop = each_session, each_shop
    lines.add_lines(
        session, shop.batch.id, [said(shop.bolt, P, quantity=Decimal(1), lot_no=f"L_{n:03}") for n in range(60)]
    )
    lines.add_line(session, shop.batch.id, said(shop.nut, S, quantity=Decimal(2)))

    second = lines.page_of_lines(session, shop.batch.id, page=2)
    found = lines.page_of_lines(session, shop.batch.id, search="bolt l_00")

    assert (second.total, second.page, second.pages, len(second.lines)) == (61, 2, 2, 11)
    assert found.total == 10
    assert [(t.entry_type, t.count, t.amount) for t in lines.totals_of(session, shop.batch.id)] == [
        (P, 60, 120),
        (S, 1, 2),
    ]


def test_the_number_of_queries_does_not_grow_with_the_lines(session, shop):
    def queries(count):
        seen = []
        engine = session.get_bind()
        listener = lambda *arguments: seen.append(arguments[2])
        event.listen(engine, "before_cursor_execute", listener)
        lines.add_lines(session, shop.batch.id, [said(shop.bolt, quantity=Decimal(1)) for _ in range(count)])
        session.expunge_all()
        [line.item.no + line.location.code for line in lines.page_of_lines(session, shop.batch.id, size=count).lines]
        event.remove(engine, "before_cursor_execute", listener)
        return len(seen)

    assert queries(10) == queries(20) <= 20


def test_batches_have_one_name_each_and_are_deleted_when_empty(each_session, each_shop):
    session, shop = each_session, each_shop
    extra = batches.create_batch(session, "extra")
    with pytest.raises(ValidationError) as taken:
        batches.create_batch(session, "default")
    with pytest.raises(ValidationError) as missing:
        batches.create_batch(session, "  ")
    with pytest.raises(ValidationError) as long:
        batches.create_batch(session, "straßenstr")  # eleven capitals
    with pytest.raises(NotFound) as unknown:
        batches.delete_batch(session, 10**6)
    lines.add_line(session, extra.id, said(shop.bolt))
    with pytest.raises(ValidationError) as full:
        batches.delete_batch(session, extra.id)
    lines.delete_lines(session, extra.id, [10000])

    batches.rename_batch(session, extra.id, "COUNT 1", "Shelf A")
    assert [(b.name, b.line_count) for b in batches.list_batches(session)] == [("COUNT 1", 0), ("DEFAULT", 0)]
    batches.delete_batch(session, extra.id)

    assert [b.name for b in batches.list_batches(session)] == ["DEFAULT"]
    assert [refused.value.code for refused in (taken, missing, long, unknown, full)] == [
        "batch_name_taken", "batch_name_missing", "batch_name_too_long", "batch_not_found", "batch_not_empty",
    ]  # fmt: skip
