"""What is odd about an item but not refused: shown on its card, stops nobody; and what is asked before it is saved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.text import _
from models import BLANK_ID, Item, ItemAttributeMapping, ItemReference
from models.enums import CostingMethod, ReferenceType
from services import category_attributes
from services.items.references import check_digit, has_right_check_digit
from services.items.usage import usage_of
from services.planning.parameters import corrections
from services.planning.set_up import defaults_of


@dataclass(frozen=True)
class Notice:
    """A sentence with a stable code; `field` says where it belongs."""

    code: str
    message: str
    field: str = ""


def to_confirm(session: Session, item: Item, values: Mapping[str, object]) -> list[Notice]:
    """What a person confirms before `values` are put on the card (items.md section 1, "What may not change")."""
    changes = "standard_cost" in values and values["standard_cost"] != item.standard_cost
    if not changes or values.get("costing_method", item.costing_method) != CostingMethod.STANDARD:
        return []
    usage = usage_of(session, item.id)
    if not (usage.ledger_entries or usage.document_lines or usage.journal_lines):
        return []
    return [
        Notice(
            "standard_cost_changed",
            _(
                "Open orders and entries of %(no)s may be affected: what is posted from now on is valued at the new "
                "standard cost. Stock keeps its value until it is revalued.",
                no=item.no,
            ),
            "standard_cost",
        )
    ]


def warnings_of(session: Session, item: Item) -> list[Notice]:
    """All there is to say about the item's GTIN, bar codes and reorder values (items.md sections 7, 20)."""
    codes = session.scalars(
        select(ItemReference.reference_no).where(
            ItemReference.item_id == item.id, ItemReference.reference_type == ReferenceType.BAR_CODE
        )
    )
    return warnings_about(session, item, bar_codes=codes, demanded=_demanded(session, item))


def warnings_about(session: Session, item: Item, *, bar_codes: Iterable[str], demanded: Sequence[str]) -> list[Notice]:
    """As `warnings_of`, told its bar codes and the names of the attributes its category demands and nobody filled."""
    notices = [*_gtin(session, item), *_planning(session, item)]
    if demanded:
        missing = _("Its category asks for a value of: %(names)s.", names=", ".join(demanded))
        notices.append(Notice("attribute_missing", missing, "attributes"))
    return [*notices, *(notice for code in bar_codes if (notice := check_digit_notice(code, "references")))]


def check_digit_notice(code: str, field: str) -> Notice | None:
    """A bar code that looks like a GTIN but whose last digit is wrong."""
    if not (code.isascii() and code.isdigit() and len(code) in (8, 12, 13, 14)) or has_right_check_digit(code):
        return None
    right = check_digit(code[:-1])
    return Notice(
        "check_digit",
        _(
            "%(code)s has a wrong check digit: it should end in %(right)s. Scan it again to be sure.",
            code=code,
            right=right,
        ),
        field,
    )


def _gtin(session: Session, item: Item) -> list[Notice]:
    if not item.gtin:
        return []
    notices = []
    if len(item.gtin) not in (8, 12, 13, 14):
        notices.append(
            Notice("gtin_length", _("A GTIN has 8, 12, 13 or 14 digits; this one has %(n)s.", n=len(item.gtin)), "gtin")
        )
    elif notice := check_digit_notice(item.gtin, "gtin"):
        notices.append(notice)
    twin = session.scalar(select(Item.no).where(Item.gtin == item.gtin, Item.id != item.id).order_by(Item.no).limit(1))
    if twin is not None:
        notices.append(
            Notice(
                "gtin_repeated",
                _("Item %(no)s has the same GTIN: scanning it will ask which one is meant.", no=twin),
                "gtin",
            )
        )
    return notices


def _demanded(session: Session, item: Item) -> list[str]:
    """What the item's category demands and nobody has said yet (items.md section 23)."""
    demanded = [row for row in category_attributes.effective(session, item.category_id).values() if row.mandatory]
    if not demanded:
        return []
    has = set(
        session.scalars(
            select(ItemAttributeMapping.attribute_id).where(
                ItemAttributeMapping.item_id == item.id, ItemAttributeMapping.variant_id == BLANK_ID
            )
        )
    )
    return [row.name for row in demanded if row.attribute_id not in has]


def _planning(session: Session, item: Item) -> list[Notice]:
    """Values that planning will correct silently; said aloud here."""
    return [Notice(single.code, single.message, single.field) for single in corrections(item, defaults_of(session))]
