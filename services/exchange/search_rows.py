"""Search rows of records that were written in bulk, past the session's listeners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from models import ItemIdentifier, ItemReference, SearchEntry
from services.exchange.bulk import insert_many

_WORDS = {
    "item": (
        "no",
        "no_2",
        "description",
        "description_2",
        "search_description",
        "gtin",
        "vendor_item_no",
        "common_item_no",
        "shelf_no",
    ),
    "vendor": ("no", "name", "name_2", "search_name", "city", "post_code", "phone", "email", "contact"),
    "customer": ("no", "name", "name_2", "search_name", "city", "post_code", "phone", "email", "contact"),
}
_TITLE = {"item": "description", "vendor": "name", "customer": "name"}


def write_search_rows(session: Session, model: type[Any], ids: Sequence[int]) -> None:
    """Write the search rows of these records anew: four statements, whatever their number up to a chunk."""
    kind = model.__search_kind__
    table = model.__table__
    words = [table.c[name] for name in _WORDS[kind]]
    rows = session.execute(select(table.c.id, *words).where(table.c.id.in_(ids))).mappings().all()
    numbers: dict[int, list[str]] = {}
    if kind == "item":
        for item_id, number in session.execute(
            select(ItemReference.item_id, ItemReference.reference_no)
            .where(ItemReference.item_id.in_(ids))
            .union_all(select(ItemIdentifier.item_id, ItemIdentifier.code).where(ItemIdentifier.item_id.in_(ids)))
        ):
            numbers.setdefault(item_id, []).append(number)
    session.execute(delete(SearchEntry.__table__).where(SearchEntry.kind == kind, SearchEntry.record_id.in_(ids)))
    if rows:
        insert_many(
            session,
            SearchEntry,
            [
                {
                    "kind": kind, "record_id": row["id"], "no": row["no"], "title": row[_TITLE[kind]],
                    "text": " ".join(dict.fromkeys(
                        str(word).casefold()
                        for word in (*(row[name] for name in _WORDS[kind]), *numbers.get(row["id"], ())) if word
                    )),
                }
                for row in rows
            ],
        )  # fmt: skip
