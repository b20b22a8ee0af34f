"""Finding what somebody typed or scanned: items by any number, parties, locations, accounts, posted documents."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, ColumnElement, Select, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from models import Item, ItemIdentifier, ItemLedgerEntry, ItemReference, SearchEntry
from services.centers import hidden_posted
from services.items.lookup import candidates_of
from services.items.scan_codes import read_scan

KINDS = ("item", "customer", "vendor", "location", "gl_account", "document")

#: More words than these only cost time.
MOST_WORDS = 6
_MOST_DOCUMENTS = 5


@dataclass(frozen=True)
class Found:
    """One hit. `record_id` is 0 for documents, which are found by their number alone."""

    kind: str
    record_id: int
    no: str
    title: str


class begins_with(FunctionElement[bool]):  # noqa: N801 - reads as an SQL function
    """`column` begins with a text, answered from the column's index on both engines; case matters."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: Any, text: str) -> None:
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        super().__init__(column, literal(text), literal(escaped))

    def self_group(self, against: Any = None) -> begins_with:
        """Itself among other conditions: SQLite would get "(...) = 1", which no index answers."""
        return self


@compiles(begins_with)
def _like(element: Any, compiler: Any, **options: Any) -> str:
    column, _text, pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} LIKE {pattern} ESCAPE '\\')"


@compiles(begins_with, "sqlite")
def _range(element: Any, compiler: Any, **options: Any) -> str:
    # SQLite's LIKE ignores case and therefore the index; texts are ordered by their bytes there.
    column, text, _pattern = (compiler.process(clause, **options) for clause in element.clauses)
    return f"({column} >= {text} AND {column} < {text} || char(1114111))"


def find(
    session: Session,
    text: str,
    *,
    kinds: Collection[str] = KINDS,
    limit: int = 20,
    centers: Mapping[str, frozenset[int] | None] | None = None,
) -> list[Found]:
    """At most `limit` hits: the exact number first, then bar codes, numbers that begin so, then all words contained.

    Documents come from the item ledger by number; those of responsibility centres beyond `centers` (side -> centres,
    None for all) are left out. A fixed number of queries.
    """
    text = " ".join(text.replace("\x00", "").split())[:100]
    if not text:
        return []
    upper = text.upper()
    entries = [kind for kind in kinds if kind != "document"]
    hits: dict[tuple[str, str], Found] = {}

    def add(rows: Iterable[Any]) -> None:
        for row in rows:
            hits.setdefault((row.kind, row.no), Found(row.kind, row.record_id, row.no, row.title))

    add(session.execute(_entries(entries).where(SearchEntry.no == upper).limit(limit)))
    if "item" in kinds:
        add(item_with_barcode(session, text, limit))
    if "document" in kinds:
        documents = _documents(session, upper)
        hidden = hidden_posted(session, [hit.no for hit in documents], centers or {})
        add(hit for hit in documents if hit.no not in hidden)
    if len(hits) < limit:
        add(
            session.execute(
                _entries(entries).where(begins_with(SearchEntry.no, upper)).order_by(SearchEntry.no).limit(limit)
            )
        )
    if len(hits) < limit:
        words = text.casefold().split()[:MOST_WORDS]
        contained = [SearchEntry.text.contains(word, autoescape=True) for word in words]
        add(session.execute(_entries(entries).where(*contained).order_by(SearchEntry.no).limit(limit)))
    return list(hits.values())[:limit]


def _entries(kinds: Collection[str]) -> Select[Any]:
    return select(SearchEntry.kind, SearchEntry.record_id, SearchEntry.no, SearchEntry.title).where(
        SearchEntry.kind.in_(list(kinds))
    )


def _documents(session: Session, text: str) -> list[Found]:
    """Posted documents whose number is or begins with `text`; each step jumps to the next number in the index."""
    found: list[Found] = []
    condition: ColumnElement[bool] = ItemLedgerEntry.document_no >= text
    while len(found) < _MOST_DOCUMENTS:
        no = session.scalar(
            select(func.min(ItemLedgerEntry.document_no)).where(
                begins_with(ItemLedgerEntry.document_no, text), condition
            )
        )
        if not no:
            break
        found.append(Found("document", 0, no, ""))
        condition = ItemLedgerEntry.document_no > no
    return found


def item_with_barcode(session: Session, code: str, limit: int = 5) -> list[Found]:
    """Items whose GTIN, identifier or reference number, whoever's, is this code or stands in it."""
    codes = read_scan(code).codes
    references = select(ItemReference.item_id).where(ItemReference.reference_no.in_(codes))
    identifiers = select(ItemIdentifier.item_id).where(ItemIdentifier.code.in_(codes))
    rows = session.execute(
        select(Item.id, Item.no, Item.description)
        .where(or_(Item.gtin.in_(codes), Item.id.in_(references.union_all(identifiers))))
        .order_by(Item.no)
        .limit(limit)
    )
    return [Found("item", row.id, row.no, row.description) for row in rows]


def record_of_scan(
    session: Session,
    code: str,
    *,
    on: dt.date,
    kinds: Collection[str] = KINDS,
    centers: Mapping[str, frozenset[int] | None] | None = None,
) -> Found | None:
    """The one record that a scanned code opens; None when nothing or more than one thing has it.

    Items are found by the scan resolver on the day `on`, then by any party's number; others by their own number. A
    lot or serial number alone leads to nothing here (services.tracking.card.numbers_scanned), since many items may
    carry it.
    """
    text = read_scan(code).text
    if not text:
        return None
    others = [kind for kind in kinds if kind != "item"]
    exact = [hit for hit in find(session, text, kinds=others, limit=6, centers=centers) if hit.no == text.upper()]
    if "item" not in kinds:
        return _only(exact)
    hits = candidates_of(session, [code], on=on).get(code.strip().upper(), [])
    items = {hit.item_id: Found("item", hit.item_id, hit.item_no, hit.name) for hit in hits}
    return _only([*items.values(), *exact]) or (None if items or exact else _only(item_with_barcode(session, code)))


def _only(hits: list[Found]) -> Found | None:
    return hits[0] if len(hits) == 1 else None
