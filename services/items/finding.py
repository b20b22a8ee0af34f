"""What somebody means who types into the item field of a line (items.md section 1, "Typing in an item field")."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from models import Item, SearchEntry
from services.items.lookup import Candidate, Party, candidates_of, decide_candidates
from services.search import MOST_WORDS, begins_with

#: A chooser with more lines than these helps nobody; a longer text narrows it.
MOST_CHOICES = 20
#: Rows of the search index looked at for them: those found by other parties' numbers alone do not count.
_MOST_LOOKED_AT = 200


class ItemUse(enum.StrEnum):
    """What the line does with the item: blocked ones are not offered for it."""

    ANY = "any"
    SALE = "sale"
    PURCHASE = "purchase"


class Found(enum.StrEnum):
    """By what an item was found."""

    NUMBER = "number"
    CODE = "code"
    START = "start"
    PART = "part"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Finding:
    """One candidate is taken, several are to be chosen from, none is an unknown text."""

    how: Found
    candidates: tuple[Candidate, ...] = ()

    @property
    def only(self) -> Candidate | None:
        """The one thing that is meant."""
        return self.candidates[0] if len(self.candidates) == 1 else None


def may_be_offered(use: ItemUse) -> list[ColumnElement[bool]]:
    """Items that a chooser offers for this use: a blocked one is not."""
    conditions: list[ColumnElement[bool]] = [Item.blocked.is_(False)]
    if use is ItemUse.SALE:
        conditions.append(Item.sales_blocked.is_(False))
    elif use is ItemUse.PURCHASE:
        conditions.append(Item.purchasing_blocked.is_(False))
    return conditions


def find_item(
    session: Session, text: str, *, on: dt.date, use: ItemUse = ItemUse.ANY, party: Party | None = None
) -> Finding:
    """What `text` in an item field means, in at most eight statements whatever the number of items.

    The exact number, then a code that stands for an item (scan resolver), then numbers that begin so, then items with
    all its words in number, no. 2, description, GTIN, vendor item no., common item no. or shelf no.; of the last two
    only what is not blocked. An exact number is taken blocked or not: the line then refuses it with the reason.
    """
    text = text.replace("\x00", "").strip()[:200]
    if not text:
        return Finding(Found.NOTHING)
    upper = text.upper()
    exact = session.execute(select(Item.id, Item.no, Item.description).where(Item.no == upper)).one_or_none()
    if exact is not None:
        return Finding(Found.NUMBER, (Candidate(item_id=exact.id, item_no=exact.no, name=exact.description),))
    codes = decide_candidates(candidates_of(session, [text], on=on, party=party).get(upper, []))
    if codes:
        return Finding(Found.CODE, tuple(codes[:MOST_CHOICES]))
    begun = _candidates(session, select(Item).where(begins_with(Item.no, upper)), use)
    if begun:
        return Finding(Found.START, begun)
    words = text.casefold().split()[:MOST_WORDS]
    part = _containing(session, words, use)
    return Finding(Found.PART, part) if part else Finding(Found.NOTHING)


def _candidates(session: Session, statement: Select[tuple[Item]], use: ItemUse) -> tuple[Candidate, ...]:
    rows = session.execute(
        statement.with_only_columns(Item.id, Item.no, Item.description)
        .where(*may_be_offered(use))
        .order_by(Item.no)
        .limit(MOST_CHOICES)
    )
    return tuple(Candidate(item_id=row.id, item_no=row.no, name=row.description) for row in rows)


def _containing(session: Session, words: Collection[str], use: ItemUse) -> tuple[Candidate, ...]:
    """Items with all words in the fields of the card that count, by way of the search index."""
    # In the order they were written: walking the index of numbers costs more than looking at all of them.
    indexed = (
        select(SearchEntry.record_id)
        .where(
            SearchEntry.kind == "item", *(SearchEntry.text.contains(word, autoescape=True) for word in words)
        )
        .limit(_MOST_LOOKED_AT)
    )  # fmt: skip
    ids = session.scalars(indexed).all()
    rows = session.execute(
        select(
            Item.id, Item.no, Item.description, Item.no_2, Item.gtin, Item.vendor_item_no, Item.common_item_no,
            Item.shelf_no,
        )
        .where(Item.id.in_(ids), *may_be_offered(use))
        .order_by(Item.no)
    )  # fmt: skip
    found = []
    for id_, no, description, *others in rows:
        fields = [field.casefold() for field in (no, description, *others)]
        if all(any(word in field for field in fields) for word in words):
            found.append(Candidate(item_id=id_, item_no=no, name=description))
    return tuple(found[:MOST_CHOICES])
