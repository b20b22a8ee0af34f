"""Finding what somebody typed or scanned: items by any number, parties, locations, accounts, posted documents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from biip import ParseError
from biip import parse as parse_barcode
from sqlalchemy import Boolean, ColumnElement, Select, func, literal, or_, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.functions import FunctionElement

from models import Item, ItemLedgerEntry, ItemReference, SearchEntry
from services.centers import hidden_posted

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


def barcodes_of(code: str) -> list[str]:
    """The spellings under which a scanned bar code may be kept: as it is, and GTINs with and without leading zeros."""
    spellings = [code]
    if code.isascii() and code.isdigit() and 8 <= len(code) <= 14:
        bare = code.lstrip("0")
        spellings += [bare.zfill(length) for length in (8, 12, 13, 14) if len(bare) <= length]
    return list(dict.fromkeys(spellings))


def item_with_barcode(session: Session, code: str, limit: int = 5) -> list[Found]:
    """Items whose GTIN or reference number is exactly this code."""
    spellings = barcodes_of(code) + ([code.upper()] if code.upper() != code else [])
    references = select(ItemReference.item_id).where(ItemReference.reference_no.in_(spellings))
    rows = session.execute(
        select(Item.id, Item.no, Item.description)
        .where(or_(Item.gtin.in_(spellings), Item.id.in_(references)))
        .order_by(Item.no)
        .limit(limit)
    )
    return [Found("item", row.id, row.no, row.description) for row in rows]


def resolve_scan(
    session: Session,
    code: str,
    *,
    kinds: Collection[str] = KINDS,
    centers: Mapping[str, frozenset[int] | None] | None = None,
) -> Found | None:
    """The one record a scan means; None when nothing or more than one thing has that code.

    GS1 codes (GTIN with lot, expiry, serial) are taken apart and the item is found by the GTIN; a lot or serial
    number alone leads to nothing here, since many items may carry it.
    """
    code = " ".join(code.replace("\x00", "").split())[:200]
    if not code:
        return None
    exact = _only([hit for hit in find(session, code, kinds=kinds, limit=6, centers=centers) if hit.no == code.upper()])
    if exact is not None:
        return exact
    if "item" not in kinds:
        return None
    return _only(item_with_barcode(session, code)) or _only(
        [hit for gtin in gtins_of(code) for hit in item_with_barcode(session, gtin)]
    )


def _only(hits: list[Found]) -> Found | None:
    return hits[0] if len(hits) == 1 else None


def gtins_of(code: str) -> list[str]:
    """The GTIN inside a GS1 code, written with brackets or as a scanner sends it."""
    plain = code.replace("(", "").replace(")", "")
    try:
        parsed = parse_barcode(plain)
    except ParseError:
        return []
    message = parsed.gs1_message
    gtins = [parsed.gtin] if parsed.gtin else []
    if message is not None:
        gtins += [element.gtin for element in message.element_strings if element.gtin]
    return list(dict.fromkeys(str(gtin.value) for gtin in gtins if gtin))
