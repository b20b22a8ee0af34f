"""A company with a journal batch, and a person who works in it through the pages."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models import GlEntry, ItemJournalLine, ItemLedgerEntry, JournalBatch, Register, ValueEntry, db
from models.enums import EntryType
from services.documents import journal_batches, journal_lines
from services.documents.journal_line_rules import LineInput
from tests.builders import World, d, day
from tests.support.people import PeopleClient

LEDGERS = (ItemLedgerEntry, ValueEntry, GlEntry, Register)


class Journal:
    """Items BOLT and NUT (NUT may not go negative), one empty batch, a client."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = PeopleClient
        self.client: PeopleClient = app.test_client()
        with app.app_context():
            world = World(db.session())
            bolt = world.item("BOLT", unit_cost="2", unit_price="5", gtin="4006381333931")
            nut = world.item("NUT", unit_cost="1", unit_price="3", prevent_negative=True)
            batch = journal_batches.create_batch(db.session(), "WORK", "Tests")
            db.session.commit()
            self.batch_id, self.bolt, self.nut = batch.id, bolt.id, nut.id
        self.url = f"/journal/{self.batch_id}"

    def add(self, item: str = "BOLT", quantity: str = "3", kind: str = "positive_adjmt", **values: str) -> TestResponse:
        """Type one line into the grid."""
        data = {
            "item": item, "quantity": quantity, "entry_type": kind, "posting_date": "2025-01-10", "document_no": "J1",
            "location": "BLUE",
        } | values  # fmt: skip
        return self.client.send(f"{self.url}/lines", data, htmx=True)

    def fill(self, count: int) -> None:
        """So many purchases of one BOLT, each with a document no. of its own, kept at once."""
        with self.app.app_context():
            many = [
                LineInput(
                    entry_type=EntryType.PURCHASE, item_id=self.bolt, posting_date=day("2025-01-10"),
                    document_no=f"D{n}", quantity=d(1),
                )
                for n in range(count)
            ]  # fmt: skip
            journal_lines.add_lines(db.session(), self.batch_id, many)
            db.session.commit()

    def lines(self) -> list[SimpleNamespace]:
        """The lines that wait, by number."""
        names = ("line_no", "version", "quantity", "amount", "unit_amount", "item_id", "document_no", "description",
                 "lot_no")  # fmt: skip
        with self.app.app_context():
            rows = db.session.scalars(select(ItemJournalLine).order_by(ItemJournalLine.line_no)).all()
            return [SimpleNamespace(**{name: getattr(row, name) for name in names}) for row in rows]

    def posted(self) -> tuple[int, ...]:
        """How many item ledger, value and G/L entries and registers there are."""
        with self.app.app_context():
            return tuple(db.session.scalar(select(func.count()).select_from(ledger)) or 0 for ledger in LEDGERS)

    @property
    def version(self) -> int:
        """The batch as a page loaded now would know it."""
        with self.app.app_context():
            return db.session.scalar(select(JournalBatch.version).where(JournalBatch.id == self.batch_id)) or 0

    def act(self, what: str, *, htmx: bool = False, key: str = "k1", version: int | None = None) -> TestResponse:
        """Press a button of the foot: check, preview, post."""
        data: dict[str, Any] = {"key": key, "version": str(self.version if version is None else version)}
        return self.client.send(f"{self.url}/{what}", data, htmx=htmx)


def text_of(response: TestResponse) -> str:
    """What a person reads on the page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.text)).replace("&#39;", "'")
