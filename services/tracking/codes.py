"""Tracking codes: what follows from a switch, and what is refused because goods were posted under it (tracking.md 1).

The rows themselves are created and edited by services/small_lists.py, so that a page and a file obey the same rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.errors import DomainError, ErrorList, ValidationError
from core.text import _
from models import Item, ItemLedgerEntry, ItemTrackingCode, NumberTotal, TrackedMovement, WarehouseEntry
from models.enums import CostingMethod

KINDS = ("serial", "lot", "package")
#: every field that a person sets, in the order of the page
FIELDS = (
    "description",
    *(f"{kind}_{rule}" for kind in KINDS for rule in ("specific", "warehouse", "needed", "card_in", "card_out")),
    "serial_create_card", "lot_create_card", "warranty_calculation", "manual_warranty_date_required",
    "use_expiration_dates", "manual_expiration_date_required", "strict_expiration",
)  # fmt: skip
ALL_MOVEMENTS = " ".join(TrackedMovement)


def completed(session: Session, row: ItemTrackingCode, values: Mapping[str, object]) -> dict[str, object]:
    """`values` with what follows from them: specific switches everything on, a strict or typed date uses dates.

    Raises ValidationError (all at once) `conflicting_setup`, `tracking_flags_fixed`, `tracking_in_use`,
    `costing_needs_serials`, `expiration_in_use`, `movement_unknown`.
    """
    after = dict(values)
    errors: list[DomainError] = []
    for kind in KINDS:
        errors += _complete_kind(row, after, kind)
    if not any(_will(row, after, f"{kind}_specific") or _will(row, after, f"{kind}_needed") for kind in KINDS):
        errors.append(_error("conflicting_setup", _("Choose what is tracked: serial numbers, lots or packages."),
                             "lot_specific"))  # fmt: skip
    errors += _complete_dates(session, row, after)
    if row.id is not None:
        errors += _in_use(session, row, after)
    if errors:
        raise errors[0] if len(errors) == 1 else ErrorList(errors)
    return after


def movements(words: object) -> list[TrackedMovement]:
    """The movements that `words` name, each once, in their usual order. Raises ValueError for another word."""
    named = {TrackedMovement(word) for word in str(words or "").split()}
    return [movement for movement in TrackedMovement if movement in named]


def _complete_kind(row: ItemTrackingCode, after: dict[str, object], kind: str) -> Iterable[DomainError]:
    specific, needed = f"{kind}_specific", f"{kind}_needed"
    turned_on = _will(row, after, specific) and not getattr(row, specific)
    if turned_on:
        after[needed], after[f"{kind}_warehouse"] = ALL_MOVEMENTS, True
    elif not _will(row, after, specific):
        after[f"{kind}_warehouse"] = False
    try:
        words = " ".join(movements(after.get(needed, getattr(row, needed))))
    except ValueError:
        yield _error(
            "movement_unknown",
            _("Name the movements by these words: %(words)s.", words=", ".join(TrackedMovement)), needed,
        )  # fmt: skip
        return
    if needed in after:
        after[needed] = words
    if _will(row, after, specific) and after.get(needed, ALL_MOVEMENTS) != ALL_MOVEMENTS:
        yield _error(
            "tracking_flags_fixed",
            _("The number is needed on every movement while it is specific: switch that off first."), needed,
        )  # fmt: skip


def _complete_dates(session: Session, row: ItemTrackingCode, after: dict[str, object]) -> Iterable[DomainError]:
    used, wanted = "use_expiration_dates", ("manual_expiration_date_required", "strict_expiration")
    needs = any(_will(row, after, flag) for flag in wanted)
    turned_off = bool(getattr(row, used)) and not _will(row, after, used)
    if needs and turned_off:
        yield _error(
            "conflicting_setup",
            _("Expiration dates stay in use while one must be entered or nothing expired may go out."), used,
        )  # fmt: skip
    elif needs:
        after[used] = True
    elif turned_off and row.id is not None:
        if _any(session, row, Item.expiration_calculation != ""):
            yield _error(
                "expiration_in_use",
                _("Items of %(code)s calculate an expiration date. Empty their formula first.", code=row.code), used,
            )  # fmt: skip
        elif _any(session, row, _has(NumberTotal, NumberTotal.expiration_date.is_not(None))):
            yield _error(
                "expiration_in_use",
                _("Entries of items of %(code)s bear expiration dates, so they stay in use.", code=row.code), used,
            )  # fmt: skip


def _in_use(session: Session, row: ItemTrackingCode, after: Mapping[str, object]) -> Iterable[DomainError]:
    for kind in KINDS:
        for rule, table in (("specific", ItemLedgerEntry), ("warehouse", WarehouseEntry)):
            name = f"{kind}_{rule}"
            if _will(row, after, name) == getattr(row, name):
                continue
            no = _item_of(session, row, _has(table))
            if no is not None:
                yield _error(
                    "tracking_in_use",
                    _("Item %(no)s has entries under %(code)s: this cannot be switched any more.",
                      no=no, code=row.code), name,
                )  # fmt: skip
    if row.serial_specific and not _will(row, after, "serial_specific"):
        no = _item_of(session, row, Item.costing_method == CostingMethod.SPECIFIC)
        if no is not None:
            yield _error(
                "costing_needs_serials",
                _("Item %(no)s is valued piece by piece and needs serial numbers.", no=no), "serial_specific",
            )  # fmt: skip


def _will(row: ItemTrackingCode, after: Mapping[str, object], name: str) -> bool:
    return bool(after.get(name, getattr(row, name)))


def _has(table: Any, *conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    return select(table.id).where(table.item_id == Item.id, *conditions).correlate(Item).exists()


def _any(session: Session, row: ItemTrackingCode, condition: ColumnElement[bool]) -> bool:
    return _item_of(session, row, condition) is not None


def _item_of(session: Session, row: ItemTrackingCode, condition: ColumnElement[bool]) -> str | None:
    """The first item with the code of which the condition holds."""
    found = select(Item.no).where(Item.item_tracking_code_id == row.id, condition)
    return session.scalar(found.order_by(Item.no).limit(1))


def _error(code: str, message: str, field: str) -> ValidationError:
    return ValidationError(code, message, field=field)
