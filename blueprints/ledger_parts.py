"""Links and filters that the lists of the ledgers share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import current_app, url_for
from sqlalchemy import ColumnElement, Select
from werkzeug.datastructures import MultiDict

from blueprints.list_filters import CustomFilter, Filter, Refused
from core.text import _

#: how a filter for one text is drawn in the panel
TYPED = "ledger/_text_filter.html"


def entry_url(entry_id: int | None) -> str | None:
    """The card of an item ledger entry."""
    return url_for("ledger.item_entry", entry_id=entry_id) if entry_id else None


def register_url(row: Any) -> str:
    """The register that wrote the row."""
    return url_for("ledger.register", register_id=row.register_id)


def document_url(row: Any) -> str | None:
    """Every ledger's entries of the row's document, and of its day where the list shows one."""
    if not row.document_no:
        return None
    day = getattr(row, "posting_date", None)
    return url_for("ledger.find", document_no=row.document_no, posting_date=day.isoformat() if day else None)


def item_url(row: Any) -> str:
    """The item's entries; the item card where there is one."""
    return item_address(row.item_no)


def item_address(item_no: str) -> str:
    """The item card where there is one, else the item's entries."""
    if "items.show" in current_app.view_functions:
        return url_for("items.show", no=item_no)
    return url_for("ledger.item_entries", item=item_no)


# ---------------------------------------------------------------------------------------------------- filters


def _number(key: str) -> Callable[[MultiDict[str, str]], int | None]:
    def read(args: MultiDict[str, str]) -> int | None:
        text = args.get(key, "").strip()
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) < 19):
            raise Refused(_("This should be a whole number."))
        return int(text)

    return read


def by_number(key: str, label: Any, column: Any) -> Filter:
    return CustomFilter(
        key, label, has_index=True, reader=_number(key), speaker=str,
        applier=lambda statement, value: statement.where(column == value),
    )  # fmt: skip


def by_text(key: str, label: Any, column: Any, *, template: str = "") -> Filter:
    """Exactly this text, as typed or in capitals: the index answers."""

    def apply(statement: Select[Any], value: str) -> Select[Any]:
        return statement.where(column != "", column.in_({value, value.upper()}))

    return CustomFilter(key, label, has_index=True, applier=apply, speaker=str, template=template)


def by_condition(key: str, label: Any, condition: Callable[[int], ColumnElement[bool]]) -> Filter:
    return CustomFilter(
        key, label, has_index=True, reader=_number(key), speaker=str,
        applier=lambda statement, value: statement.where(condition(value)),
    )  # fmt: skip
