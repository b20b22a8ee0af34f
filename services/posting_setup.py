"""The two posting set-ups: rows, suggestions, and what is missing before a posting fails (items.md section 16)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import literal, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    GlAccount,
    GlEntry,
    InventoryPostingGroup,
    InventoryPostingSetup,
    Location,
    ValueEntry,
)
from models.enums import AccountType
from services.accounts import check_postable
from services.values import assign


@dataclass(frozen=True)
class Setup:
    """One of the two set-ups: its table, its two keys (column, model of the key) and its accounts."""

    kind: str
    model: type[Any]
    row_key: str
    row_model: type[Any]
    column_key: str
    column_model: type[Any]
    extra: tuple[str, ...]

    @property
    def accounts(self) -> tuple[str, ...]:
        """The columns that hold an account, in the order of the table."""
        return tuple(column.key for column in self.model.__table__.columns if column.key.endswith("_account_id"))

    @property
    def editable(self) -> tuple[str, ...]:
        """What a row takes besides its keys."""
        return (*self.extra, *self.accounts)


INVENTORY = Setup(
    "inventory", InventoryPostingSetup, "location_id", Location,
    "inventory_posting_group_id", InventoryPostingGroup, ("description",),
)  # fmt: skip
GENERAL = Setup(
    "general", GeneralPostingSetup, "gen_business_posting_group_id", GenBusinessPostingGroup,
    "gen_product_posting_group_id", GenProductPostingGroup, ("description", "blocked"),
)  # fmt: skip
SETUPS = {setup.kind: setup for setup in (INVENTORY, GENERAL)}


def get_setup(kind: str) -> Setup:
    """The set-up named `inventory` or `general`. Raises NotFound."""
    if kind not in SETUPS:
        raise NotFound("not_found", _("There is no posting set-up of this name."))
    return SETUPS[kind]


def find_row(session: Session, setup: Setup, row_id: int, column_id: int) -> Any | None:
    """The row of the two keys, if there is one."""
    model = setup.model
    return session.scalar(
        select(model).where(getattr(model, setup.row_key) == row_id, getattr(model, setup.column_key) == column_id)
    )


def get_row(session: Session, setup: Setup, row_id: int, column_id: int) -> Any:
    """The row of the two keys. Raises NotFound."""
    found = find_row(session, setup, row_id, column_id)
    if found is None:
        raise NotFound("not_found", _("There is no such row in the posting set-up."))
    return found


def get_keys(session: Session, setup: Setup, row_code: str, column_code: str) -> tuple[Any, Any]:
    """The records behind the two codes; a blank row code is the blank location or group. Raises NotFound."""
    row = session.scalar(select(setup.row_model).where(setup.row_model.code == row_code.upper()))
    column = session.scalar(select(setup.column_model).where(setup.column_model.code == column_code.upper()))
    if row is None or column is None:
        raise NotFound("not_found", _("There is no such combination in the posting set-up."))
    return row, column


def save_row(session: Session, setup: Setup, row_id: int, column_id: int, values: Mapping[str, object]) -> Any:
    """Create or change the row of the two keys. Raises ValidationError `account_not_postable` and those of `assign`."""
    row = find_row(session, setup, row_id, column_id)
    is_new = row is None
    if row is None:
        row = setup.model(**{setup.row_key: row_id, setup.column_key: column_id})
    accounts = {name: value for name, value in values.items() if name in setup.accounts}
    # An account that was blocked later may stay where it is; only what changes is checked.
    changed = {name: value for name, value in accounts.items() if value != getattr(row, name)}
    check_postable(session, changed)  # type: ignore[arg-type]  # assign refuses what is no id
    assign(session, row, values, setup.editable)
    if is_new:
        session.add(row)
    session.flush()
    return row


def delete_row(session: Session, setup: Setup, row: Any) -> None:
    """Remove a row no entry was posted by. Raises ValidationError `in_use`."""
    if _has_postings(session, setup, row):
        raise ValidationError(
            "in_use",
            _("Entries were posted with this row, so it stays. Change its accounts for what comes, or block it."),
        )
    session.delete(row)
    session.flush()


def suggest(session: Session, setup: Setup, row_id: int, column_id: int) -> dict[str, int]:
    """For each account that the row lacks: the one most used for the same column group elsewhere, else anywhere."""
    present = find_row(session, setup, row_id, column_id)
    rows = session.scalars(select(setup.model)).all()
    postable = set(
        session.scalars(
            select(GlAccount.id).where(GlAccount.account_type == AccountType.POSTING, GlAccount.blocked.is_(False))
        )
    )
    alike = [row for row in rows if getattr(row, setup.column_key) == column_id and row is not present]
    others = [row for row in rows if row is not present]
    found = {}
    for name in setup.accounts:
        if present is not None and getattr(present, name) is not None:
            continue
        account_id = _most_used(alike, name, postable) or _most_used(others, name, postable)
        if account_id is not None:
            found[name] = account_id
    return found


def fill_row(session: Session, setup: Setup, row_id: int, column_ids: Collection[int]) -> int:
    """Give a location or business group its suggested accounts for each of the columns; how many rows changed."""
    changed = 0
    for column_id in column_ids:
        found = suggest(session, setup, row_id, column_id)
        if found:
            save_row(session, setup, row_id, column_id, found)
            changed += 1
    return changed


def copy_row(session: Session, setup: Setup, source: Any, row_id: int, column_id: int) -> Any:
    """Give the row of the two keys all accounts of `source`. Raises like `save_row`."""
    return save_row(session, setup, row_id, column_id, {name: getattr(source, name) for name in setup.accounts})


def rows_of(session: Session, setup: Setup) -> Mapping[tuple[int, int], Any]:
    """Every row of the set-up by its two keys."""
    return {
        (getattr(row, setup.row_key), getattr(row, setup.column_key)): row
        for row in session.scalars(select(setup.model))
    }


def keys_of(session: Session, setup: Setup) -> tuple[Sequence[Any], Sequence[Any]]:
    """The records that make the matrix's rows (the blank one first) and columns, by code."""
    gone = [Location.deleted.is_(False)] if setup.row_model is Location else []
    rows = session.scalars(select(setup.row_model).where(*gone).order_by(setup.row_model.code)).all()
    columns = session.scalars(
        select(setup.column_model).where(setup.column_model.id != 0).order_by(setup.column_model.code)
    ).all()
    return rows, columns


def _most_used(rows: Sequence[Any], name: str, postable: Collection[int]) -> int | None:
    """Ties go to the account with the lower id, so that the suggestion is the same every time."""
    counted = Counter(getattr(row, name) for row in rows if getattr(row, name) in postable)
    return min(counted, key=lambda account_id: (-counted[account_id], account_id)) if counted else None


def _has_postings(session: Session, setup: Setup, row: Any) -> bool:
    if setup is INVENTORY:
        condition = (
            ValueEntry.location_id == row.location_id,
            ValueEntry.inventory_posting_group_id == row.inventory_posting_group_id,
        )
    else:
        condition = (
            GlEntry.gen_business_posting_group_id == row.gen_business_posting_group_id,
            GlEntry.gen_product_posting_group_id == row.gen_product_posting_group_id,
        )
    return session.scalar(select(literal(1)).where(*condition).limit(1)) is not None
