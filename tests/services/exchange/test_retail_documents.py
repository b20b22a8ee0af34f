"""The week of trade played as sales orders and credit memos, against the journal way: every figure, both engines."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from models import (
    GlEntry,
    Item,
    ItemLedgerEntry,
    Job,
    Location,
    PartyLedgerEntry,
    PostedDocument,
    Register,
    TradeDocument,
    ValueEntry,
)
from models.enums import DocumentType
from posting.verify import verify
from services.exchange.retail_documents import goes_back
from services.exchange.retail_report import reconcile
from services.exchange.retail_rules import read_line
from tests.services.exchange.test_retail import SAMPLE, run, write
from tests.support.imports import Importer


@pytest.fixture
def each_importer(each_world, tmp_path):
    return Importer(each_world.session, tmp_path)


@pytest.fixture
def importer(world, tmp_path):
    return Importer(world.session, tmp_path)


def part_of_sample(importer):
    """Every third invoice of the sample, and the same again as if it were another week: a 9 before each number."""
    heading, *rows = SAMPLE.read_text().splitlines()
    numbers = list(dict.fromkeys(row.split(",")[0] for row in rows))
    chosen = set(numbers[::3])
    kept = [row for row in rows if row.split(",")[0] in chosen]
    again = ["C9" + row[1:] if row.startswith("C") else "9" + row for row in kept]
    return (
        importer.file("\n".join([heading, *kept]) + "\n", "week.csv"),
        importer.file("\n".join([heading, *again]) + "\n", "again.csv"),
    )


def entries_at(session, code):
    """Each entry at a location with its cost and sales amount, in ledger order, without what names its document."""
    entry, value = ItemLedgerEntry, ValueEntry
    rows = session.execute(
        select(
            Item.no, entry.entry_type, entry.posting_date, entry.quantity, entry.remaining_quantity,
            entry.invoiced_quantity, func.sum(value.cost_amount_actual), func.sum(value.cost_amount_expected),
            func.sum(value.sales_amount_actual), func.sum(value.discount_amount),
        )
        .join(Item, Item.id == entry.item_id)
        .join(Location, Location.id == entry.location_id)
        .join(value, value.item_ledger_entry_id == entry.id)
        .where(Location.code == code)
        .group_by(entry.id, Item.no)
        .order_by(entry.posting_date, Item.no, entry.id)
    )  # fmt: skip
    return [tuple(row) for row in rows]


def account_sums(session, *, documents):
    bills = select(PostedDocument.register_id)
    ours = GlEntry.register_id.in_(bills) if documents else GlEntry.register_id.not_in(bills)
    rows = session.execute(
        select(GlEntry.account_id, Register.journal_batch_name, func.sum(GlEntry.amount))
        .join(Register, Register.id == GlEntry.register_id)
        .where(ours)
        .group_by(GlEntry.account_id, Register.journal_batch_name)
    )
    return {row[0]: row[2] for row in rows}


def test_documents_leave_every_figure_of_the_inventory_as_the_journal_does(each_importer):
    session = each_importer.session
    week, again = part_of_sample(each_importer)
    assert run(each_importer, week).status == "done"
    by_journal = entries_at(session, "BLUE")
    assert len(by_journal) > 100

    outcome = run(each_importer, again, location_code="RED", as_documents=True)

    assert outcome.status == "done", outcome.message
    session.rollback()
    assert entries_at(session, "RED") == by_journal
    assert reconcile(session).agrees
    assert list(verify(session)) == []
    assert session.scalar(select(func.count()).select_from(TradeDocument)) == 0
    bills = dict(
        session.execute(
            select(PostedDocument.document_type, func.count()).group_by(PostedDocument.document_type)
        ).tuples().all()
    )  # fmt: skip
    kept = session.scalars(select(Job.result).where(Job.id == outcome.job_id)).one()
    assert bills[DocumentType.SALES_INVOICE] + bills[DocumentType.SALES_CREDIT_MEMO] == kept["documents"] > 30
    gross = sum(
        (row.amount + row.vat_amount) * (-1 if row.document_type == DocumentType.SALES_CREDIT_MEMO else 1)
        for row in session.scalars(
            select(PostedDocument).where(
                PostedDocument.document_type.in_([DocumentType.SALES_INVOICE, DocumentType.SALES_CREDIT_MEMO])
            )
        )
    )
    assert session.scalar(select(func.sum(PartyLedgerEntry.amount))) == gross
    assert gross > Decimal(100)


def test_the_goods_hit_the_same_accounts_with_the_same_amounts(importer):
    session = importer.session
    # no write-offs here: those stay journal lines and would blur the two
    lines = ["1,10001,MUG,6,2010-12-01,1.25,17850,UK", "1,10002,TIN,3,2010-12-01,0.85,17850,UK",
             "C2,10001,MUG,-2,2010-12-02,1.25,17850,UK", "3,POST,POSTAGE,1,2010-12-02,18,,France"]  # fmt: skip
    run(importer, write(importer, *lines))
    by_journal = account_sums(session, documents=False)
    again = [line.replace("C2", "C92", 1) if line.startswith("C") else "9" + line for line in lines]

    assert run(importer, write(importer, *again), location_code="RED", as_documents=True).status == "done"

    session.rollback()
    both, bills = account_sums(session, documents=False), account_sums(session, documents=True)
    opening = {account: both[account] - amount for account, amount in by_journal.items()}
    assert {account: bills.get(account, Decimal(0)) + opening[account] for account in by_journal} == by_journal
    assert sum(bills.values()) == 0


def test_the_same_file_again_posts_nothing_whichever_way_it_came(importer):
    path = write(importer, "1,10001,MUG,6,2010-12-01,1.25,,UK")
    assert run(importer, path, as_documents=True).status == "done"
    before = importer.session.scalar(select(func.count()).select_from(Register))

    for as_documents in (True, False):
        again = run(importer, path, as_documents=as_documents)
        assert "in the ledger already" in again.message

    assert importer.session.scalar(select(func.count()).select_from(Register)) == before


@pytest.mark.parametrize(
    ("lines", "back"),
    [
        (["C1,10001,MUG,-2,2010-12-01,1.25"], True),
        (["1,10001,MUG,2,2010-12-01,1.25", "1,D,DISCOUNT,-1,2010-12-01,1"], False),
        (["1,10001,MUG,1,2010-12-01,1.25", "1,D,DISCOUNT,-1,2010-12-01,5"], True),
        (["C1,10001,MUG,-2,2010-12-01,0"], True),
    ],
)
def test_which_invoices_become_credit_memos(lines, back):
    names = ("invoice_no", "code", "description", "quantity", "day", "price", "customer", "country")
    read = [read_line(2, dict(zip(names, [*line.split(","), "", "UK"], strict=True))) for line in lines]

    assert goes_back(read) is back
