"""What is typed into the search field of a ledger: a whole number, found through an index or not at all.

A search in one statement (this document OR this item OR this lot) makes both databases read the ledger from its end
until a page is full: forever, when there is nothing. So the meanings of the text are tried first, each by its own
index, and the list is narrowed by those alone that found something.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, false, literal, or_, select
from sqlalchemy.orm import Session

from models import GlAccount, GlEntry, Item, ItemLedgerEntry, ValueEntry


def search_item_entries(session: Session, text: str) -> ColumnElement[bool]:
    """Item ledger entries by entry no., document no., item no., lot or serial no."""
    wanted, number = _meanings(text)
    entry = ItemLedgerEntry
    branches: list[ColumnElement[bool]] = [
        entry.document_no.in_(wanted),
        and_(entry.serial_no != "", entry.serial_no.in_(wanted)),
        and_(entry.lot_no != "", entry.lot_no.in_(wanted)),
        *_of_item(session, entry.item_id, text),
    ]
    if number is not None:
        branches.append(entry.id == number)
    return _those_that_find(session, branches)


def search_value_entries(session: Session, text: str) -> ColumnElement[bool]:
    """Value entries by entry no. of their own or of the movement, document no. or item no."""
    wanted, number = _meanings(text)
    branches: list[ColumnElement[bool]] = [
        ValueEntry.document_no.in_(wanted),
        *_of_item(session, ValueEntry.item_id, text),
    ]
    if number is not None:
        branches += [ValueEntry.id == number, ValueEntry.item_ledger_entry_id == number]
    return _those_that_find(session, branches)


def search_gl_entries(session: Session, text: str) -> ColumnElement[bool]:
    """G/L entries by entry no., document no. or account no."""
    wanted, number = _meanings(text)
    branches: list[ColumnElement[bool]] = [GlEntry.document_no.in_(wanted)]
    account_id = session.scalar(select(GlAccount.id).where(GlAccount.no == text.strip().upper()))
    if account_id is not None:
        branches.append(GlEntry.account_id == account_id)
    if number is not None:
        branches.append(GlEntry.id == number)
    return _those_that_find(session, branches)


def _meanings(text: str) -> tuple[set[str], int | None]:
    """The text as typed and in capitals; the entry no. it may be."""
    plain = text.strip()
    number = int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 19 else None
    return {plain, plain.upper()}, number


def _of_item(session: Session, column: Any, text: str) -> list[ColumnElement[bool]]:
    item_id = session.scalar(select(Item.id).where(Item.no == text.strip().upper()))
    return [] if item_id is None else [column == item_id]


def _those_that_find(session: Session, branches: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    found = session.execute(select(*(select(literal(1)).where(branch).exists() for branch in branches))).one()
    hits = [branch for branch, hit in zip(branches, found, strict=True) if hit]
    return or_(*hits) if hits else false()
