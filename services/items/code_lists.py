"""Fields of cards that keep a code as it is written, and the lists these codes stand in (items.md sections 1, 13)."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import DomainError, ValidationError
from core.text import _
from models import ItemDiscountGroup, OverReceiptCode, PutAwayTemplate, SpecialEquipmentCode, WarehouseClass

#: Field -> the table whose codes it may hold.
CODE_LISTS: dict[str, type[Any]] = {
    "item_discount_group": ItemDiscountGroup,
    "over_receipt_code": OverReceiptCode,
    "warehouse_class_code": WarehouseClass,
    "special_equipment_code": SpecialEquipmentCode,
    "put_away_template_code": PutAwayTemplate,
}


def unknown_codes(session: Session, record: Any, changed: Collection[str]) -> list[DomainError]:
    """A refusal `not_found` for each of the `changed` fields of `record` whose code stands in no list."""
    errors: list[DomainError] = []
    for name, table in CODE_LISTS.items():
        code = getattr(record, name) if name in changed else ""
        if code and session.scalar(select(table.id).where(table.code == code)) is None:
            errors.append(
                ValidationError(
                    "not_found", _("There is no %(code)s in its list. Set it up there first.", code=code), field=name
                )
            )
    return errors
