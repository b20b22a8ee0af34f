"""Keeps SearchEntry in step: a flush that writes something with `__search_kind__` writes its search row too.

Bulk statements pass the session by; after them `index_records` writes the rows of many records in a few
statements, and `rebuild` those of all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, event, insert, inspect, select
from sqlalchemy.orm import Session

from models.gl import GlAccount
from models.item_numbers import ItemIdentifier
from models.items import Item, ItemReference
from models.locations import Location
from models.parties import Customer, Vendor
from models.search import SearchEntry

#: Rows read and written by one statement; well below the number of parameters either engine takes.
CHUNK = 500

#: Numbers that hang on an item and find it.
_NUMBERS = (ItemReference, ItemIdentifier)
_PARTY = (
    "no",
    "name",
    "name_2",
    "search_name",
    "city",
    "post_code",
    "phone",
    "email",
    "contact",
    "vat_registration_no",
)

#: kind -> (model, column of the number, column of the title, all columns whose words are found)
KINDS: dict[str, tuple[type[Any], str, str, tuple[str, ...]]] = {
    "item": (Item, "no", "description", (
        "no", "no_2", "description", "description_2", "search_description", "common_item_no", "gtin", "vendor_item_no",
        "shelf_no",
    )),
    "vendor": (Vendor, "no", "name", _PARTY),
    "customer": (Customer, "no", "name", _PARTY),
    "location": (Location, "code", "name", ("code", "name", "name_2", "city")),
    "gl_account": (GlAccount, "no", "name", ("no", "name")),
}  # fmt: skip


def search_text(words: Iterable[object]) -> str:
    """What is searched: every word once, in one case."""
    return " ".join(dict.fromkeys(str(word).casefold() for word in words if word))


def index_records(session: Session, model: type[Any], ids: Sequence[int]) -> None:
    """Write the search rows of these records anew; three or four statements for each CHUNK of them."""
    _write(session.connection(), model.__search_kind__, ids)


def index_items(session: Session, item_ids: Sequence[int]) -> None:
    """Write the search rows of these items anew, with the numbers that others have for them."""
    index_records(session, Item, item_ids)


def rebuild(session: Session) -> int:
    """Write all search rows anew; how many there are now."""
    session.flush()
    session.execute(delete(SearchEntry))
    written = 0
    for kind, (model, _no, _title, _words) in KINDS.items():
        ids: list[int] = list(session.scalars(select(model.id).order_by(model.id)))
        _write(session.connection(), kind, ids)
        written += len([record_id for record_id in ids if record_id])
    return written


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _write(connection: Any, kind: str, ids: Sequence[int]) -> None:
    table, entry = KINDS[kind][0].__table__, SearchEntry.__table__
    for chunk in _chunks(ids):
        there = [table.c.deleted.is_(False)] if "deleted" in table.c else []
        rows = connection.execute(select(table).where(table.c.id.in_(chunk), table.c.id != 0, *there)).mappings().all()
        numbers: dict[int, list[str]] = {}
        if kind == "item" and rows:
            reference = ItemReference.__table__
            identifier = ItemIdentifier.__table__
            for item_id, number in connection.execute(
                select(reference.c.item_id, reference.c.reference_no)
                .where(reference.c.item_id.in_(chunk))
                .union_all(select(identifier.c.item_id, identifier.c.code).where(identifier.c.item_id.in_(chunk)))
            ):
                numbers.setdefault(item_id, []).append(number)
        connection.execute(delete(entry).where(entry.c.kind == kind, entry.c.record_id.in_(chunk)))
        if rows:
            connection.execute(insert(entry), [_row(kind, row, numbers.get(row["id"], [])) for row in rows])


def _row(kind: str, row: Mapping[Any, Any], numbers: list[str]) -> dict[str, Any]:
    _model, no, title, words = KINDS[kind]
    return {
        "kind": kind,
        "record_id": row["id"],
        "no": row[no],
        "title": row[title],
        "text": search_text([*(row[word] for word in words), *numbers]),
    }


def _touched(session: Session) -> Iterator[tuple[str, Any]]:
    """(kind, record or id) of what this flush writes and the search must follow."""
    for record in (*session.new, *session.dirty, *session.deleted):
        kind = getattr(record, "__search_kind__", None)
        if kind in KINDS:
            if record in session.dirty and not _words_changed(record, kind):
                continue
            yield kind, record
        elif isinstance(record, _NUMBERS) and record.item_id is not None:
            yield "item", record.item_id
            before: Any = inspect(record).attrs.item_id.history.deleted
            if before:
                yield "item", before[0]


def _words_changed(record: Any, kind: str) -> bool:
    attributes = inspect(record).attrs
    words = (*KINDS[kind][3], *(("deleted",) if "deleted" in attributes else ()))
    return any(attributes[word].history.has_changes() for word in words)


# Before the flush we know what changes, after it the ids: hence two listeners.
@event.listens_for(Session, "before_flush")
def _note(session: Session, _context: Any, _instances: Any) -> None:
    session.info.setdefault("search_touched", []).extend(_touched(session))


@event.listens_for(Session, "after_flush")
def _follow(session: Session, _context: Any) -> None:
    touched = session.info.pop("search_touched", [])
    wanted: dict[str, set[int]] = {}
    for kind, record in touched:
        record_id = record if isinstance(record, int) else record.id
        if record_id is not None:
            wanted.setdefault(kind, set()).add(record_id)
    # References that came with a new item have their item's id only now.
    for reference in session.new:
        if isinstance(reference, _NUMBERS) and reference.item_id is not None:
            wanted.setdefault("item", set()).add(reference.item_id)
    for kind, ids in wanted.items():
        _write(session.connection(), kind, sorted(ids))


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop("search_touched", None)
