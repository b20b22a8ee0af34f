"""All entries of one posted line with their lots, serial and package numbers: read only (tracking.md 2 and 5, T5.5)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, g, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import or_, select

from blueprints.access import may, requires
from blueprints.database import db_session
from blueprints.inventory_document_kinds import SLUG_OF as INVENTORY_SLUGS
from blueprints.ledger_parts import entry_url
from blueprints.list_parts import Column, Empty
from blueprints.lists import Listing
from blueprints.numbers import number_url
from blueprints.trade_kinds import posted_url
from blueprints.transfer_kinds import SLUG_OF as TRANSFER_SLUGS
from core.errors import NotFound
from core.text import _
from models import (
    Item,
    ItemLedgerEntry,
    ItemVariant,
    Permission,
    PostedDocument,
    PostedInventoryDocument,
    PostedInventoryDocumentLine,
    PostedLine,
    PostedTransfer,
    PostedTransferLine,
)
from services.search import begins_with
from services.tracking.posted import entries_of

bp = Blueprint("posted_lines", __name__, url_prefix="/posted-lines")

_ILE = ItemLedgerEntry
_P = Permission


def _search(statement: Any, text: str) -> Any:
    """A number by its beginning."""
    word = text.strip().upper()
    columns = (_ILE.serial_no, _ILE.lot_no, _ILE.package_no)
    return statement.where(or_(*(begins_with(column, word) for column in columns))) if word else statement


def _card(kind: str) -> Callable[[Any], str | None]:
    """The card of the row's number of that kind."""

    def address(row: Any) -> str | None:
        number = getattr(row, f"row_{kind}")
        return number_url(kind, row.row_item, number, row.row_variant) if number else None

    return address


def _listing(line: Any, document: Any) -> Listing:
    found = entries_of(document).subquery()

    def source() -> Any:
        return (
            select()
            .select_from(found)
            .join(_ILE, _ILE.id == found.c.entry_id)
            .join(Item, Item.id == _ILE.item_id)
            .join(ItemVariant, ItemVariant.id == _ILE.variant_id)
            .where(found.c.line_id == line.id)
        )

    numbers = (("serial", _l("Serial no."), _ILE.serial_no), ("lot", _l("Lot no."), _ILE.lot_no),
               ("package", _l("Package no."), _ILE.package_no))  # fmt: skip
    return Listing(
        name="posted_line",
        title=_("%(description)s on %(no)s", description=line.description, no=document.no),
        key=_ILE.id,
        source=source,
        columns=(
            Column("entry_no", _l("Entry no."), _ILE.id, "code", sort=True,
                   link=lambda row: entry_url(row.row_id) if may(_P.LEDGER_VIEW) else None),
            *(Column(kind, label, column, "code", link=_card(kind)) for kind, label, column in numbers),
            Column("quantity", _l("Quantity"), found.c.quantity, "quantity"),
            Column("remaining", _l("Remaining"), _ILE.remaining_quantity, "quantity"),
            Column("expires", _l("Expires"), _ILE.expiration_date, "day"),
            Column("warranty", _l("Warranty until"), _ILE.warranty_date, "day"),
        ),
        extra={"row_item": Item.no, "row_variant": ItemVariant.code,
               **{f"row_{kind}": column for kind, _label, column in numbers}},
        search=_search,
        search_hint=_l("Beginning of a number"),
        sort="entry_no",
        file_name=f"{document.no}-{line.line_no}".replace("/", "-"),
        empty=Empty(_l("This line moved nothing.")),
    )  # fmt: skip


def _transfer_url(document: Any) -> str:
    return url_for("transfers.posted", slug=TRANSFER_SLUGS[document.document_type], no=document.no)


def _inventory_url(document: Any) -> str:
    return url_for("inventory_documents.posted", slug=INVENTORY_SLUGS[document.document_type], no=document.no)


@dataclass(frozen=True)
class _Kind:
    """Posted lines of one kind, their documents, who may see them."""

    line: Any
    document: Any
    right: Permission
    address: Callable[[Any], str]
    area: str


_KINDS = {
    "purchase": _Kind(PostedLine, PostedDocument, _P.PURCHASE_VIEW, posted_url, "purchase"),
    "sales": _Kind(PostedLine, PostedDocument, _P.SALES_VIEW, posted_url, "sales"),
    "transfer": _Kind(PostedTransferLine, PostedTransfer, _P.TRANSFERS_VIEW, _transfer_url, "transfers"),
    "inventory": _Kind(PostedInventoryDocumentLine, PostedInventoryDocument, _P.JOURNAL_VIEW, _inventory_url,
                       "warehouse"),
}  # fmt: skip


def _show(name: str, line_id: int) -> Response:
    """The entries behind the line, a page at a time, to search and to take away as a file."""
    kind = _KINDS[name]
    line = db_session().get(kind.line, line_id)
    document = db_session().get_one(kind.document, line.document_id) if line is not None else None
    if document is None or getattr(document, "side", name) != name:  # each side has rights of its own
        raise NotFound("posted_line_not_found", _("There is no such posted line."))
    g.area = kind.area
    return _listing(line, document).respond(
        page="posted_lines/index.html", document_no=document.no, document_url=kind.address(document)
    )


for _name, _kind in _KINDS.items():
    bp.add_url_rule(f"/{_name}/<int:line_id>", _name, requires(_kind.right)(partial(_show, _name)))
