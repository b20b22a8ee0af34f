"""A shop for the tests of the item pages: a set-up company, a client, and short words to make and look."""

from __future__ import annotations

import re
from typing import Any

from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from core.unit_of_work import perform
from models import Item, ItemAttribute, ItemCategory, UnitOfMeasure, db
from services import attributes, categories, category_attributes
from tests.builders import World
from tests.support.people import PeopleClient


class ItemPages:
    """Company, client and counters; what is made is committed, so that requests see it."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        app.test_client_class = PeopleClient
        self.client: PeopleClient = app.test_client()
        with app.app_context():
            self.world = World(db.session())

    def item(self, no: str = "BOLT", **fields: Any) -> int:
        """An item; its id."""
        with self.app.app_context():
            return World.item(self._world(), no, **fields).id

    def receive(self, no: str, quantity: str, unit: str = "2", at: str = "BLUE") -> None:
        """Put some in stock."""
        with self.app.app_context():
            world = self._world()
            item = db.session.scalars(select(Item).where(Item.no == no)).one()
            world.receive(item, quantity, unit, at=at)

    def category(self, code: str, below: str = "", description: str = "") -> int:
        """A category; its id."""

        def work(session: Any) -> int:
            parent = categories.get_category(session, below).id if below else None
            return categories.create_category(session, code, description or code.title(), parent_id=parent).id

        return self.do(work)

    def attribute(self, name: str, kind: str = "option", *values: str, **fields: Any) -> int:
        """An attribute with values to choose from; its id."""

        def work(session: Any) -> int:
            made = attributes.create_attribute(session, {"name": name, "type": kind} | fields)
            for value in values:
                attributes.add_value(session, made, value)
            return made.id

        return self.do(work)

    def give(self, no: str, name: str, value: str) -> None:
        """Give an item a value."""

        def work(session: Any) -> None:
            item_id = session.scalars(select(Item.id).where(Item.no == no)).one()
            attributes.assign_value(session, item_id, attributes.get_attribute(session, name), value)

        self.do(work)

    def bring(self, code: str, name: str, default: str = "") -> None:
        """Let a category bring an attribute."""

        def work(session: Any) -> None:
            owner, attribute = categories.get_category(session, code), attributes.get_attribute(session, name)
            category_attributes.add_attribute(session, owner, attribute, default)

        self.do(work)

    def put(self, no: str, code: str) -> None:
        """Put an item into a category."""

        def work(session: Any) -> None:
            item = session.scalars(select(Item).where(Item.no == no)).one()
            item.category_id = categories.get_category(session, code).id

        self.do(work)

    def do(self, work: Any) -> Any:
        """Carry `work(session)` out."""
        with self.app.app_context():
            return perform(db.session(), work)

    def field(self, no: str, name: str) -> Any:
        """A column of an item."""
        with self.app.app_context():
            return db.session.scalar(select(getattr(Item, name)).where(Item.no == no))

    def count(self, model: type[Any]) -> int:
        """How many rows there are."""
        with self.app.app_context():
            return db.session.scalar(select(func.count()).select_from(model)) or 0

    def id_of(self, code: str) -> int:
        """The id of a unit, category or attribute by its code or name."""
        with self.app.app_context():
            for column in (UnitOfMeasure.code, ItemCategory.code, ItemAttribute.name):
                found = db.session.scalar(select(column.class_.id).where(column == code))
                if found:
                    return found
        raise LookupError(code)

    def values_of(self, no: str) -> dict[str, str]:
        """Attribute -> value of an item."""
        from services.items.card import item_attributes

        with self.app.app_context():
            item = db.session.scalars(select(Item).where(Item.no == no)).one()
            return {row.name: row.value for row in item_attributes(db.session(), item)}

    def _world(self) -> World:
        """The company's builder on the session of this context."""
        world = object.__new__(World)
        world.session, world._line_no = db.session(), self.world._line_no
        self.world._line_no += 1000
        return world


def words(response: TestResponse) -> str:
    """What a person reads on the page."""
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", response.text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
    return text.replace("&#39;", "'").replace("&#34;", '"').replace("&amp;", "&")


def is_page(response: TestResponse) -> bool:
    """A whole page, not a fragment."""
    return "<html" in response.text


def rows(response: TestResponse) -> list[str]:
    """Number (or first linked word) of each row of a list."""
    return re.findall(r'<tr id="row-\d+".*?<a href="[^"]*">([^<]*)</a>', response.text, flags=re.DOTALL)


def error_beside(response: TestResponse, field: str) -> str:
    """The sentence below a field, tied to it by its id; empty when there is none."""
    found = re.search(rf'id="{field}-error">(.*?)</div></div>', response.text, flags=re.DOTALL)
    if not found:
        return ""
    assert re.search(rf'aria-describedby="[^"]*{field}-error', response.text), f"{field} does not say its error"
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found.group(1))).replace("&#39;", "'").strip()
