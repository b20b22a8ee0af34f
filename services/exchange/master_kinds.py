"""Master data that leaves and comes back as a file, besides items, parties, catalog and prices; and who may."""

from __future__ import annotations

from models import Permission
from services.exchange.masters import MasterKind
from services.exchange.masters_of_customers import DELIVERY_ADDRESSES
from services.exchange.masters_of_items import OF_ITEMS, WITH_COSTS
from services.exchange.masters_of_money import MONEY
from services.exchange.masters_of_places import PLACES, ROUTES
from services.exchange.masters_of_setup import ACCOUNTS, BOOKS, CODE_LISTS, INVOICE_DISCOUNTS, POSTING
from services.exchange.masters_of_texts import TEXTS

MASTERS: tuple[MasterKind, ...] = (
    *OF_ITEMS,
    *WITH_COSTS,
    *TEXTS,
    DELIVERY_ADDRESSES,
    *PLACES,
    *MONEY,
    *CODE_LISTS,
    *BOOKS,
    *POSTING,
    INVOICE_DISCOUNTS,
)

_ITEM_NAMES = frozenset(kind.name for kind in (*OF_ITEMS, *TEXTS))
_COST_NAMES = frozenset(kind.name for kind in WITH_COSTS)
#: (the right to change, the right to look) of the page behind a kind, where it is not that of the set-up
_RIGHTS: dict[str, tuple[Permission, Permission]] = {
    **dict.fromkeys(_ITEM_NAMES, (Permission.ITEMS_EDIT, Permission.ITEMS_VIEW)),
    **dict.fromkeys(_COST_NAMES, (Permission.ITEMS_COSTS, Permission.ITEMS_COSTS)),
    **dict.fromkeys(
        ("locations", "bins", "zones", "warehouse-employees", "bin-contents"),
        (Permission.SETUP_EDIT, Permission.WAREHOUSE_VIEW),
    ),
    DELIVERY_ADDRESSES.name: (Permission.CUSTOMERS_EDIT, Permission.PARTIES_VIEW),
    ROUTES.name: (Permission.SETUP_EDIT, Permission.TRANSFERS_VIEW),
    ACCOUNTS.name: (Permission.GL_EDIT, Permission.GL_VIEW),
}


def import_right(name: str) -> Permission:
    """The right of the page behind a kind."""
    return _RIGHTS.get(name, (Permission.SETUP_EDIT, Permission.SETUP_VIEW))[0]


def export_right(name: str) -> Permission:
    """The right to look at the page behind a kind."""
    return _RIGHTS.get(name, (Permission.SETUP_EDIT, Permission.SETUP_VIEW))[1]
