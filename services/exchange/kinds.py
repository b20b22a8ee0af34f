"""What can be imported and exported, by name; who may; and what a new import proposes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound
from core.text import _
from models import GenProductPostingGroup, InventoryPostingGroup, Permission, UnitOfMeasure
from services.exchange.catalog_items import CATALOG_ITEMS
from services.exchange.exporting import LEDGERS, item_rows, ledger_rows
from services.exchange.items import ITEMS
from services.exchange.journal_lines import JOURNAL_LINES
from services.exchange.master_kinds import MASTERS, export_right, import_right
from services.exchange.masters_of_customers import DELIVERY_ADDRESSES
from services.exchange.masters_of_items import OF_ITEMS, WITH_COSTS
from services.exchange.masters_of_money import MONEY
from services.exchange.masters_of_places import PLACES
from services.exchange.masters_of_setup import BOOKS, CODE_LISTS, INVOICE_DISCOUNTS, POSTING
from services.exchange.masters_of_texts import TEXTS
from services.exchange.parties import CUSTOMERS, VENDORS
from services.exchange.price_lists import PRICE_KINDS, RIGHTS

_ALL: tuple[Any, ...] = (ITEMS, VENDORS, CUSTOMERS, CATALOG_ITEMS, JOURNAL_LINES, *MASTERS, *PRICE_KINDS)
KINDS: dict[str, Any] = {kind.name: kind for kind in _ALL}

#: What the kinds are about, in the order in which pages offer them; what stands in none of them comes last.
GROUPS: tuple[tuple[str, frozenset[str]], ...] = (
    ("Items", frozenset({ITEMS.name, CATALOG_ITEMS.name, *(kind.name for kind in (*OF_ITEMS, *WITH_COSTS, *TEXTS))})),
    ("Vendors, customers, prices",
     frozenset({VENDORS.name, CUSTOMERS.name, DELIVERY_ADDRESSES.name, INVOICE_DISCOUNTS.name,
                *(kind.name for kind in (*PRICE_KINDS, *MONEY))})),
    ("Places and transport", frozenset(kind.name for kind in PLACES)),
    ("Lists", frozenset(kind.name for kind in CODE_LISTS)),
    ("Books and numbers", frozenset(kind.name for kind in (*BOOKS, *POSTING))),
)  # fmt: skip

#: Importing a kind needs this right besides exchange.import.
IMPORT_RIGHTS: dict[str, Permission] = {
    "items": Permission.ITEMS_EDIT,
    "vendors": Permission.VENDORS_EDIT,
    "customers": Permission.CUSTOMERS_EDIT,
    "catalog-items": Permission.ITEMS_EDIT,
    "journal-lines": Permission.JOURNAL_EDIT,
    "retail": Permission.JOURNAL_POST,
    **{kind.name: import_right(kind.name) for kind in MASTERS},
    **{name: change for name, (change, _view) in RIGHTS.items()},
}
#: Exporting a kind needs this right besides exchange.export.
EXPORT_RIGHTS: dict[str, Permission] = {
    "items": Permission.ITEMS_VIEW,
    "vendors": Permission.PARTIES_VIEW,
    "customers": Permission.PARTIES_VIEW,
    "catalog-items": Permission.ITEMS_COSTS,
    "journal-lines": Permission.JOURNAL_VIEW,
    "item-ledger-entries": Permission.LEDGER_VIEW,
    "value-entries": Permission.COSTS_VIEW,
    "gl-entries": Permission.GL_VIEW,
    "registers": Permission.LEDGER_VIEW,
    **{kind.name: export_right(kind.name) for kind in MASTERS},
    **{name: view for name, (_change, view) in RIGHTS.items()},
}


def get_kind(name: str) -> Any:
    """The import kind; NotFound `import_kind_unknown`."""
    try:
        return KINDS[name]
    except KeyError:
        raise NotFound("import_kind_unknown", _("%(name)s cannot be imported.", name=name[:50])) from None


def export_rows(session: Session, name: str, *, costs: bool = True) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and rows of what is called `name`; items with costs only if `costs`. NotFound `export_kind_unknown`."""
    if name == ITEMS.name:
        return item_rows(session, costs=costs)
    if name in KINDS:
        return KINDS[name].export(session)  # type: ignore[no-any-return]
    if name in LEDGERS:
        return ledger_rows(session, LEDGERS[name])
    raise NotFound("export_kind_unknown", _("%(name)s cannot be exported.", name=name[:50]))


def propose_constants(session: Session, kind: str) -> dict[str, str]:
    """Values for columns that new items must have and files rarely hold: the unit piece, the groups for goods."""
    if kind != "items":
        return {}
    pairs = (
        ("base_unit_of_measure", UnitOfMeasure, "PCS"),
        ("gen_product_posting_group", GenProductPostingGroup, "RETAIL"),
        ("inventory_posting_group", InventoryPostingGroup, "RESALE"),
    )
    found: dict[str, str] = {}
    for name, model, usual in pairs:
        codes = [code for code in session.scalars(select(model.code).order_by(model.id)) if code]
        if codes:
            found[name] = usual if usual in codes else codes[0]
    return found
