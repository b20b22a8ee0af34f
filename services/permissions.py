"""Roles and rights in words, and as the matrix that the users page shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.text import _
from models.users import ROLE_PERMISSIONS, Permission, RoleName

_P = Permission


@dataclass(frozen=True)
class MatrixRow:
    """One right and, in the order of RoleName, which roles have it."""

    permission: Permission
    label: str
    roles: tuple[bool, ...]


@dataclass(frozen=True)
class MatrixArea:
    """The rights of one area of work."""

    label: str
    rows: tuple[MatrixRow, ...]


def role_label(role: RoleName | str) -> str:
    """The role's name as people read it."""
    return {
        RoleName.OWNER: _("Owner"),
        RoleName.BOOKKEEPER: _("Bookkeeper"),
        RoleName.BUYER: _("Buyer"),
        RoleName.SELLER: _("Seller"),
        RoleName.CLERK: _("Clerk"),
        RoleName.VIEWER: _("Viewer"),
    }.get(RoleName(role), str(role))


def role_description(role: RoleName | str) -> str:
    """What somebody in this role does, in one sentence."""
    return {
        RoleName.OWNER: _("May do everything, users and set-up included."),
        RoleName.BOOKKEEPER: _("Keeps items, costs, counts and the general ledger; closes periods."),
        RoleName.BUYER: _("Keeps vendors and items, orders, moves stock between locations."),
        RoleName.SELLER: _("Keeps customers and sells."),
        RoleName.CLERK: _("Receives, stores, picks, ships, transfers and counts."),
        RoleName.VIEWER: _("Sees items, stock and documents and changes nothing."),
    }[RoleName(role)]


def permission_label(permission: Permission) -> str:
    """The right as people read it."""
    return _LABELS[permission]()


def roles_with(permission: Permission) -> list[RoleName]:
    """The roles that have `permission`, in the order of RoleName."""
    return [role for role in RoleName if permission in ROLE_PERMISSIONS[role]]


def matrix() -> list[MatrixArea]:
    """What each role may do, area by area."""
    areas: dict[str, list[MatrixRow]] = {}
    for permission in Permission:
        row = MatrixRow(
            permission, permission_label(permission), tuple(permission in ROLE_PERMISSIONS[role] for role in RoleName)
        )
        areas.setdefault(permission.value.split(".")[0], []).append(row)
    return [MatrixArea(_AREAS[area](), tuple(rows)) for area, rows in areas.items()]


# Functions, because a text is translated when it is shown and not when this module is read.
_AREAS: dict[str, Callable[[], str]] = {
    "items": lambda: _("Items"),
    "parties": lambda: _("Vendors and customers"),
    "vendors": lambda: _("Vendors"),
    "customers": lambda: _("Customers"),
    "journal": lambda: _("Item journal"),
    "purchase": lambda: _("Purchase"),
    "sales": lambda: _("Sales"),
    "transfers": lambda: _("Transfers"),
    "warehouse": lambda: _("Warehouse"),
    "counts": lambda: _("Counts"),
    "assembly": lambda: _("Assembly"),
    "ledger": lambda: _("Ledgers"),
    "costs": lambda: _("Costs"),
    "gl": lambda: _("General ledger"),
    "reports": lambda: _("Reports"),
    "exchange": lambda: _("Import and export"),
    "setup": lambda: _("Set-up"),
    "audit": lambda: _("Audit trail"),
    "users": lambda: _("Users"),
}

_LABELS: dict[Permission, Callable[[], str]] = {
    _P.ITEMS_VIEW: lambda: _("see items"),
    _P.ITEMS_EDIT: lambda: _("edit items"),
    _P.ITEMS_BLOCK: lambda: _("block items"),
    _P.ITEMS_COSTS: lambda: _("see and edit costs on items"),
    _P.ITEMS_DELETE: lambda: _("delete items"),
    _P.PARTIES_VIEW: lambda: _("see vendors and customers"),
    _P.VENDORS_EDIT: lambda: _("edit vendors"),
    _P.CUSTOMERS_EDIT: lambda: _("edit customers"),
    _P.JOURNAL_VIEW: lambda: _("see item journals"),
    _P.JOURNAL_EDIT: lambda: _("edit item journals"),
    _P.JOURNAL_POST: lambda: _("post item journals"),
    _P.PURCHASE_VIEW: lambda: _("see purchase documents"),
    _P.PURCHASE_EDIT: lambda: _("edit purchase documents"),
    _P.PURCHASE_POST: lambda: _("post receipts and purchase invoices"),
    _P.SALES_VIEW: lambda: _("see sales documents"),
    _P.SALES_EDIT: lambda: _("edit sales documents"),
    _P.SALES_POST: lambda: _("post shipments and sales invoices"),
    _P.TRANSFERS_VIEW: lambda: _("see transfers"),
    _P.TRANSFERS_EDIT: lambda: _("edit transfers"),
    _P.TRANSFERS_POST: lambda: _("post transfers"),
    _P.WAREHOUSE_VIEW: lambda: _("see warehouse work"),
    _P.WAREHOUSE_EDIT: lambda: _("do warehouse work"),
    _P.COUNTS_EDIT: lambda: _("count"),
    _P.COUNTS_POST: lambda: _("post counts"),
    _P.ASSEMBLY_EDIT: lambda: _("edit assembly orders"),
    _P.ASSEMBLY_POST: lambda: _("post assembly orders"),
    _P.LEDGER_VIEW: lambda: _("see ledger entries"),
    _P.COSTS_VIEW: lambda: _("see costs"),
    _P.COSTS_ADJUST: lambda: _("adjust and revalue costs"),
    _P.GL_VIEW: lambda: _("see the general ledger"),
    _P.GL_EDIT: lambda: _("edit accounts and post to the general ledger"),
    _P.REPORTS_VIEW: lambda: _("see reports"),
    _P.EXCHANGE_IMPORT: lambda: _("import files"),
    _P.EXCHANGE_EXPORT: lambda: _("export files"),
    _P.SETUP_VIEW: lambda: _("see set-up"),
    _P.SETUP_EDIT: lambda: _("edit set-up"),
    _P.AUDIT_VIEW: lambda: _("see the audit trail"),
    _P.USERS_EDIT: lambda: _("edit users and roles"),
}
