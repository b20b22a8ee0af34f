"""A company with documents, and a person who works on them through the pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from models import Item, PostedDocument, TradeDocument, TradeLine, db
from services.trade.documents import lines_of
from tests.builders import World
from tests.support.people import PeopleClient
from tests.support.trading import Trade

LINE = 10000


class TradeShop:
    """BOLT with 50 in stock at BLUE and NUT with none; a vendor, a customer; `client` is a browser."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = PeopleClient
        self.client: PeopleClient = app.test_client()
        with app.app_context():
            world = World(db.session())
            app.extensions["test_trade"] = trade = Trade(world)
            trade.item("BOLT", unit_cost="2", unit_price="5", gtin="4006381333931")
            trade.item("NUT", unit_cost="1", unit_price="3", prevent_negative=True)
        with self.trade() as trade:
            trade.world.receive(self.item(trade, "BOLT"), 50, 2, at="BLUE")

    @contextmanager
    def trade(self) -> Iterator[Trade]:
        """The company, in an application context of the block."""
        with self.app.app_context():
            trade = self.app.extensions["test_trade"]
            trade.session = trade.world.session = db.session()
            yield trade

    @staticmethod
    def item(trade: Trade, no: str) -> Any:
        """An item by its number."""
        return trade.session.scalars(select(Item).where(Item.no == no)).one()

    def open(self, kind: str, *rows: tuple[str, Any], released: bool = True, **header: Any) -> str:
        """A document with lines of (item no., quantity) at BLUE; its number."""
        with self.trade() as trade:
            place = trade.world.location_id("BLUE")
            given = [{"item": self.item(trade, no), "quantity": quantity, "unit_amount": 4} for no, quantity in rows]
            document = trade.open(kind, *given, location_id=place, **header)
            no = document.no
            if released:
                trade.release(document)
            return no

    def post(self, no: str, what: str = "both", **arguments: Any) -> dict[str, Any]:
        """Post past the pages."""
        with self.trade() as trade:
            return trade.post(self.document(trade, no), what, **arguments)

    @staticmethod
    def document(trade: Trade, no: str) -> TradeDocument:
        """The document with this number."""
        return trade.session.scalars(select(TradeDocument).where(TradeDocument.no == no)).one()

    def lines(self, no: str) -> list[TradeLine]:
        """Its lines as they are now; empty where it is gone."""
        with self.trade() as trade:
            found = trade.session.scalar(select(TradeDocument.id).where(TradeDocument.no == no))
            rows = lines_of(trade.session, found) if found else []
            for row in rows:
                trade.session.expunge(row)
            return rows

    def posted(self) -> list[tuple[str, str]]:
        """(document type, number) of everything posted."""
        with self.trade() as trade:
            rows = trade.session.execute(
                select(PostedDocument.document_type, PostedDocument.no).order_by(PostedDocument.id)
            )
            return [(type_.value, no) for type_, no in rows.tuples()]

    def dialog(self, url: str) -> dict[str, str]:
        """What the posting dialog would send back untouched."""
        html = self.client.get(f"{url}/post").text
        form = html[html.index('id="post-dialog"') :]
        found = {
            match["name"]: match["value"]
            for match in (
                {part: (re.search(rf'\b{part}="([^"]*)"', tag) or [None, ""])[1] for part in ("name", "value")}
                for tag in re.findall(r"<input[^>]*>", form)
                if 'type="radio"' not in tag
            )
            if match["name"]
        }
        found.pop("csrf_token", None)
        return found

    def post_page(self, url: str, what: str = "both", **values: str) -> TestResponse:
        """Press Post in the dialog."""
        return self.client.send(f"{url}/post", self.dialog(url) | {"what": what} | values)
