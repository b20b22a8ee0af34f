"""People: users, roles and what a role may do; the audit trail; saved views; idempotency keys."""

from __future__ import annotations

import datetime as dt
import enum
from functools import lru_cache

from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import JSON, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Code20, Code50, Key, LongText, Name100, Name250, Ref, RowId, db


class Permission(enum.StrEnum):
    """One right in one area of work; roles are sets of these (ROLE_PERMISSIONS)."""

    ITEMS_VIEW = "items.view"
    ITEMS_EDIT = "items.edit"
    ITEMS_BLOCK = "items.block"
    ITEMS_COSTS = "items.costs"
    ITEMS_DELETE = "items.delete"
    PARTIES_VIEW = "parties.view"
    VENDORS_EDIT = "vendors.edit"
    CUSTOMERS_EDIT = "customers.edit"
    JOURNAL_VIEW = "journal.view"
    JOURNAL_EDIT = "journal.edit"
    JOURNAL_POST = "journal.post"
    PURCHASE_VIEW = "purchase.view"
    PURCHASE_EDIT = "purchase.edit"
    PURCHASE_POST = "purchase.post"
    SALES_VIEW = "sales.view"
    SALES_EDIT = "sales.edit"
    SALES_POST = "sales.post"
    TRANSFERS_VIEW = "transfers.view"
    TRANSFERS_EDIT = "transfers.edit"
    TRANSFERS_POST = "transfers.post"
    WAREHOUSE_VIEW = "warehouse.view"
    WAREHOUSE_EDIT = "warehouse.edit"
    COUNTS_EDIT = "counts.edit"
    COUNTS_POST = "counts.post"
    ASSEMBLY_EDIT = "assembly.edit"
    ASSEMBLY_POST = "assembly.post"
    LEDGER_VIEW = "ledger.view"
    COSTS_VIEW = "costs.view"
    COSTS_ADJUST = "costs.adjust"
    GL_VIEW = "gl.view"
    GL_EDIT = "gl.edit"
    REPORTS_VIEW = "reports.view"
    EXCHANGE_IMPORT = "exchange.import"
    EXCHANGE_EXPORT = "exchange.export"
    SETUP_VIEW = "setup.view"
    SETUP_EDIT = "setup.edit"
    AUDIT_VIEW = "audit.view"
    USERS_EDIT = "users.edit"


class RoleName(enum.StrEnum):
    """The six roles; what each may do is ROLE_PERMISSIONS."""

    OWNER = "owner"
    BOOKKEEPER = "bookkeeper"
    BUYER = "buyer"
    SELLER = "seller"
    CLERK = "clerk"
    VIEWER = "viewer"


_P = Permission
_VIEW = frozenset({
    _P.ITEMS_VIEW, _P.PARTIES_VIEW, _P.JOURNAL_VIEW, _P.PURCHASE_VIEW, _P.SALES_VIEW, _P.TRANSFERS_VIEW,
    _P.WAREHOUSE_VIEW, _P.LEDGER_VIEW, _P.REPORTS_VIEW,
})  # fmt: skip
ROLE_PERMISSIONS: dict[RoleName, frozenset[Permission]] = {
    RoleName.OWNER: frozenset(Permission),
    RoleName.BOOKKEEPER: _VIEW | {
        _P.ITEMS_EDIT, _P.ITEMS_COSTS, _P.ITEMS_BLOCK, _P.VENDORS_EDIT, _P.CUSTOMERS_EDIT, _P.JOURNAL_EDIT,
        _P.JOURNAL_POST, _P.COSTS_VIEW, _P.COSTS_ADJUST, _P.GL_VIEW, _P.GL_EDIT, _P.COUNTS_EDIT, _P.COUNTS_POST,
        _P.PURCHASE_EDIT, _P.PURCHASE_POST, _P.SALES_EDIT, _P.SALES_POST, _P.EXCHANGE_IMPORT, _P.EXCHANGE_EXPORT,
        _P.SETUP_VIEW, _P.SETUP_EDIT, _P.AUDIT_VIEW,
    },
    RoleName.BUYER: _VIEW | {
        _P.ITEMS_EDIT, _P.ITEMS_COSTS, _P.VENDORS_EDIT, _P.PURCHASE_EDIT, _P.PURCHASE_POST, _P.TRANSFERS_EDIT,
        _P.TRANSFERS_POST, _P.COSTS_VIEW, _P.EXCHANGE_IMPORT, _P.EXCHANGE_EXPORT,
    },
    RoleName.SELLER: _VIEW | {
        _P.CUSTOMERS_EDIT, _P.SALES_EDIT, _P.SALES_POST, _P.EXCHANGE_EXPORT,
    },
    RoleName.CLERK: _VIEW | {
        _P.JOURNAL_EDIT, _P.JOURNAL_POST, _P.PURCHASE_POST, _P.SALES_POST, _P.TRANSFERS_EDIT, _P.TRANSFERS_POST,
        _P.WAREHOUSE_EDIT, _P.COUNTS_EDIT, _P.ASSEMBLY_EDIT, _P.ASSEMBLY_POST,
    },
    RoleName.VIEWER: _VIEW,
}  # fmt: skip

user_role = Table(
    "user_role",
    db.metadata,
    Column("user_id", RowId, ForeignKey("user.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", RowId, ForeignKey("role.id", ondelete="CASCADE"), primary_key=True),
)


class Role(db.Model, RoleMixin):
    """A named set of permissions; the names are RoleName."""

    __tablename__ = "role"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    description: Mapped[Name250] = mapped_column(default="")


class User(db.Model, UserMixin):
    """Somebody who may log in, with own posting dates where set (posting-and-costing.md section 15)."""

    __tablename__ = "user"
    __audited__ = True
    __audit_secrets__ = frozenset({"password", "tf_totp_secret", "mf_recovery_codes", "fs_uniquifier"})

    id: Mapped[Key]
    email: Mapped[Name250] = mapped_column(unique=True)
    username: Mapped[str | None] = mapped_column(String(100), unique=True)
    full_name: Mapped[Name100] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    confirmed_at: Mapped[dt.datetime | None]
    last_login_at: Mapped[dt.datetime | None]  # type: ignore[assignment]
    current_login_at: Mapped[dt.datetime | None]  # type: ignore[assignment]
    last_login_ip: Mapped[str | None] = mapped_column(String(64))
    current_login_ip: Mapped[str | None] = mapped_column(String(64))
    login_count: Mapped[int] = mapped_column(default=0)
    failed_login_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    #: Time step of the last code from the app that was accepted: a code is good once.
    tf_last_counter: Mapped[int | None]
    tf_phone_number: Mapped[str | None] = mapped_column(String(128))
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(JSON)
    #: The location a clerk works at: role centre and new lines start with it.
    location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="SET NULL"))
    #: Sees and makes only documents of these responsibility centres; none: of all.
    sales_center_id: Mapped[Ref | None] = mapped_column(ForeignKey("responsibility_center.id", ondelete="SET NULL"))
    purchase_center_id: Mapped[Ref | None] = mapped_column(ForeignKey("responsibility_center.id", ondelete="SET NULL"))
    service_center_id: Mapped[Ref | None] = mapped_column(ForeignKey("responsibility_center.id", ondelete="SET NULL"))
    allow_posting_from: Mapped[dt.date | None]
    allow_posting_to: Mapped[dt.date | None]
    locale: Mapped[Code20] = mapped_column(default="")
    theme: Mapped[Code20] = mapped_column(default="")
    work_date: Mapped[dt.date | None]
    #: Lines say when they take more than there will be; each may switch it off for themselves (items.md section 20).
    stockout_warnings: Mapped[bool] = mapped_column(default=True)
    #: What the dialog that copies items left out last time, names with commas (items.md section 3).
    item_copy_without: Mapped[Name250] = mapped_column(default="")
    roles: Mapped[list[Role]] = relationship(secondary=user_role, lazy="selectin")  # type: ignore[assignment]

    @property
    def permissions(self) -> frozenset[Permission]:
        """All that the user's roles allow together."""
        return _together(tuple(role.name for role in self.roles))

    def may(self, permission: Permission) -> bool:
        """True when one of the user's roles has `permission`."""
        return permission in self.permissions


@lru_cache(maxsize=128)
def _together(roles: tuple[str, ...]) -> frozenset[Permission]:
    return frozenset().union(*(ROLE_PERMISSIONS.get(RoleName(name), frozenset()) for name in roles))


class UnknownLogin(db.Model):
    """Failed log-ins under a name nobody has: counted and locked like an account, so that a lock tells nothing."""

    __tablename__ = "unknown_login"
    __table_args__ = (Index(None, "tried_at"),)  # old rows are cleared away

    #: Keyed hash of what was typed; people type passwords into the wrong field.
    name_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    failed_login_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None]
    tried_at: Mapped[dt.datetime]


class AuditEntry(db.Model):
    """One field of one record changed (or a record came or went): who, when, before, after. Never edited."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index(None, "table_name", "record_id", "id"),  # the history tab of a card
        Index(None, "created_at"),  # the audit list
        Index(None, "item_id", "id"),  # the timeline of an item, and of what hangs on it
    )

    id: Mapped[Key]
    created_at: Mapped[dt.datetime]
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    #: created, changed or deleted
    action: Mapped[Code20]
    table_name: Mapped[Name100]
    record_id: Mapped[Ref]
    record_name: Mapped[Name250] = mapped_column(default="")
    #: the item that the record is, or that it hangs on (a unit, a variant, a reference, a value)
    item_id: Mapped[Ref | None]
    field: Mapped[Name100] = mapped_column(default="")
    before: Mapped[LongText] = mapped_column(default="")
    after: Mapped[LongText] = mapped_column(default="")
    #: why, as somebody wrote who blocked something or changed a cost
    reason: Mapped[Name250] = mapped_column(default="", server_default="")


class SavedView(db.Model):
    """A list's filters, sort and columns under a name; shared with a role or one's own."""

    __tablename__ = "saved_view"
    __table_args__ = (UniqueConstraint("listing", "user_id", "name"),)

    id: Mapped[Key]
    listing: Mapped[Code50]
    name: Mapped[Name100]
    query: Mapped[LongText]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    role_name: Mapped[Code20] = mapped_column(default="")


class IdempotencyKey(db.Model):
    """A form or call that was carried out, and its answer; the same key does nothing twice."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "created_at"),)  # old keys are cleared away

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    user_id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    result: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
