"""The audit trail, read: in people's words, page by page, for the list and for the history on each card."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Enum, Select, and_, or_, select
from sqlalchemy.orm import Session

from core.sql import ids_of
from core.text import _
from models import AuditEntry, User, db
from models.base import ScaledDecimal
from services.attribute_trail import FIELD

PER_PAGE = 25

#: Tables and fields whose name with spaces would not be what people say.
_KIND_NAMES = {
    "gl_account": "G/L account", "general_ledger_setup": "General ledger set-up", "inventory_setup": "Inventory set-up",
    "general_posting_setup": "General posting set-up", "inventory_posting_setup": "Inventory posting set-up",
    "category_attribute_mapping": "Attribute of a category",
    "user": "User", "vat_business_posting_group": "VAT business posting group",
    "vat_product_posting_group": "VAT product posting group",
}  # fmt: skip
_FIELD_NAMES = {
    "no": "No.", "tf_primary_method": "Second factor", "tf_totp_secret": "Second factor, secret",
    "mf_recovery_codes": "Recovery codes", "full_name": "Name", "vat_registration_no": "VAT registration no.",
    "name_2": "Name 2", "description_2": "Description 2", "address_2": "Address 2", "gs1_prefix": "GS1 prefix",
    "item_nos": "Item numbers", "vendor_nos": "Vendor numbers", "customer_nos": "Customer numbers",
}  # fmt: skip
_WORDS = {"gl": "G/L", "vat": "VAT", "sku": "stockkeeping unit", "nos": "numbers", "gtin": "GTIN", "cogs": "COGS"}
_CODES = ("no", "code", "name", "email")
#: Fields that nobody sees who may not see what items cost (items.md section 21).
COST_FIELDS = (
    "standard_cost", "unit_cost", "indirect_cost_percent", "overhead_rate", "last_direct_cost", "profit_percent",
    "published_cost", "negotiated_cost",
)  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One line of history. `before` and `after` are readable; references show the code of what they point at."""

    id: int
    at: dt.datetime
    who: str
    action: str
    kind: str
    table_name: str
    record_id: int
    record_name: str
    field: str
    before: str
    after: str
    column: str = ""
    #: why, where somebody had to say so
    reason: str = ""


@dataclass(frozen=True)
class History:
    """One page of changes, newest first."""

    changes: tuple[Change, ...]
    page: int
    has_more: bool
    table_name: str = ""
    record_id: int = 0


def history_of(session: Session, table_name: str, record_id: int, page: int = 1, *, costs: bool = True) -> History:
    """What happened to one record: for the History section of its card. At most 3 + one query per kind referred to.

    Without `costs` changes of costs are left out.
    """
    statement = select(AuditEntry).where(AuditEntry.table_name == table_name, AuditEntry.record_id == record_id)
    if not costs:
        statement = statement.where(AuditEntry.field.not_in(COST_FIELDS))
    page = max(1, page)
    found = _page(session, statement, page)
    return History(tuple(readable(session, found[:PER_PAGE])), page, len(found) > PER_PAGE, table_name, record_id)


def changes_since(session: Session, table_name: str, record_id: int, since: dt.datetime) -> list[Change]:
    """What others did to a record while a form was open, oldest first; at most one page of it."""
    statement = (
        select(AuditEntry)
        .where(AuditEntry.table_name == table_name, AuditEntry.record_id == record_id, AuditEntry.created_at > since)
        .order_by(AuditEntry.id)
        .limit(PER_PAGE)
    )
    return readable(session, list(session.scalars(statement)))


def changed_last_by(session: Session, *records: Any) -> str:
    """Who changed one of the records last; "" where nobody is known. They are of few tables."""
    ids: dict[str, list[int]] = defaultdict(list)
    for record in records:
        ids[record.__tablename__].append(record.id)
    entry = session.scalar(
        select(AuditEntry)
        .where(
            or_(
                *(
                    and_(AuditEntry.table_name == table, AuditEntry.record_id.in_(ids_of(session, found)))
                    for table, found in ids.items()
                )
            )
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    )
    return _people(session, [entry]).get(entry.user_id or 0, "") if entry is not None else ""


def readable(session: Session, entries: Sequence[AuditEntry]) -> list[Change]:
    """Entries in people's words; references resolved with one query per table."""
    people = _people(session, entries)
    codes = codes_of(session, entries)
    changes = []
    for entry in entries:
        before, after = (shown(entry, text, codes) for text in (entry.before, entry.after))
        changes.append(
            Change(
                entry.id, entry.created_at, people.get(entry.user_id or 0, ""), action_name(entry.action),
                kind_name(entry.table_name), entry.table_name, entry.record_id, entry.record_name,
                field_name(entry.field), before, after, entry.field, entry.reason,
            )
        )  # fmt: skip
    return changes


def kinds() -> list[tuple[str, str]]:
    """(table, name) of everything whose changes are noted, by name."""
    tables = [mapper.class_.__tablename__ for mapper in User.registry.mappers if _is_audited(mapper.class_)]
    return sorted(((table, kind_name(table)) for table in tables), key=lambda pair: pair[1].casefold())


def action_name(action: str) -> str:
    """created, changed or deleted, in words."""
    return {"created": _("created"), "changed": _("changed"), "deleted": _("deleted")}.get(action, action)


def kind_name(table_name: str) -> str:
    """What a record of this table is called."""
    return _(_KIND_NAMES.get(table_name) or _spelt(table_name))


def field_name(field: str) -> str:
    """What the field is called on the card."""
    if not field:
        return ""
    if field.startswith(FIELD):
        return field.removeprefix(FIELD)
    plain = field.removesuffix("_id")
    return _(_FIELD_NAMES.get(plain) or _spelt(plain))


def _spelt(name: str) -> str:
    text = " ".join(_WORDS.get(word, word) for word in name.split("_")).removesuffix(" percent")
    text += " %" if name.endswith("_percent") else "." if name.endswith("_no") else ""
    return text[:1].upper() + text[1:]


def _is_audited(model: type[Any]) -> bool:
    return bool(getattr(model, "__audited__", False))


def _page(session: Session, statement: Select[tuple[AuditEntry]], page: int) -> list[AuditEntry]:
    statement = statement.order_by(AuditEntry.id.desc()).limit(PER_PAGE + 1).offset((page - 1) * PER_PAGE)
    return list(session.scalars(statement))


def _people(session: Session, entries: Iterable[AuditEntry]) -> dict[int, str]:
    ids = {entry.user_id for entry in entries if entry.user_id}
    if not ids:
        return {}
    rows = session.execute(select(User.id, User.full_name, User.email).where(User.id.in_(ids)))
    return {row.id: row.full_name or row.email for row in rows}


def _target(table_name: str, field: str) -> str:
    """The table a reference field points at; "" for other fields."""
    table = db.metadata.tables.get(table_name)
    column = table.columns.get(field) if table is not None and field.endswith("_id") else None
    if column is None:
        return ""
    for key in column.foreign_keys:
        return str(key.target_fullname).rsplit(".", 1)[0]
    # References to the blank variant and location carry no constraint in some tables; their name tells.
    return {"variant_id": "item_variant", "location_id": "location"}.get(field, "")


def codes_of(session: Session, entries: Iterable[Any]) -> dict[tuple[str, str], str]:
    """(table, id as text) -> number, code or name of everything the entries' references point at; one query a table."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for entry in entries:
        target = _target(entry.table_name, entry.field)
        if target:
            wanted[target] |= {int(text) for text in (entry.before, entry.after) if re.fullmatch(r"\d{1,18}", text)}
    found: dict[tuple[str, str], str] = {}
    for target, ids in wanted.items():
        table = db.metadata.tables[target]
        code = next((table.columns[name] for name in _CODES if name in table.columns), None)
        if code is None or not ids:
            continue
        for record_id, text in session.execute(select(table.c.id, code).where(table.c.id.in_(ids))):
            found[target, str(record_id)] = text
    return found


def shown(entry: Any, text: str, codes: dict[tuple[str, str], str]) -> str:
    """A value of the trail as people read it; `codes` is what `codes_of` gave."""
    target = _target(entry.table_name, entry.field)
    if target and text:
        return codes.get((target, text), f"({text})")
    table = db.metadata.tables.get(entry.table_name)
    column = table.columns.get(entry.field) if table is not None else None
    if column is not None and isinstance(column.type, ScaledDecimal) and re.fullmatch(r"-?\d+(\.\d+)?", text):
        return f"{Decimal(text).normalize() + 0:f}"
    if column is not None and isinstance(column.type, Enum):
        return text.replace("_", " ")
    return {"True": _("yes"), "False": _("no"), "(hidden)": _("(not shown)")}.get(text, text)
