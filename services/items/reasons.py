"""Who blocks something or changes a cost says why; the audit trail keeps it (items.md section 21).

The reason comes among the values of a change, under the names below. Where the name is missing nobody was asked: a
story or the program itself changes the record.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.errors import DomainError, ValidationError
from core.text import _
from models.audit import give_reasons
from services.values import clean_text

BLOCK_REASON, COST_REASON = "block_change_reason", "cost_change_reason"
#: The fields that ask for a reason, by the name under which it comes.
REASONED: Mapping[str, tuple[str, ...]] = {
    BLOCK_REASON: ("blocked", "sales_blocked", "purchasing_blocked", "service_blocked", "production_blocked"),
    COST_REASON: (
        "standard_cost",
        "unit_cost",
        "indirect_cost_percent",
        "overhead_rate",
        "published_cost",
        "negotiated_cost",  # of a catalog entry
    ),
}
REASONED_FIELDS = frozenset(field for fields in REASONED.values() for field in fields)
LONGEST = 250


def take_reasons(values: dict[str, object]) -> dict[str, str]:
    """Take the reasons out of `values`: name -> text, "" where it was asked and not said.

    Raises ValidationError `text_too_long`, `text_control_characters`.
    """
    return {name: clean_text(values.pop(name), field=name, length=LONGEST) for name in REASONED if name in values}


def missing_reasons(reasons: dict[str, str], record: Any, before: Mapping[str, object]) -> list[DomainError]:
    """`reason_required` where fields of `record` are not as in `before` and nobody who was asked said why.

    Blocking has its reason where the record is given a block reason; that is then the answer.
    """
    errors: list[DomainError] = []
    for name, text in reasons.items():
        changed = [field for field in REASONED[name] if field in before and getattr(record, field) != before[field]]
        if not changed or text:
            continue
        if name == BLOCK_REASON and any(getattr(record, field) for field in changed):
            reasons[name] = getattr(record, "block_reason", "")
        if not reasons[name]:
            errors.append(reason_required(name))
    return errors


def reason_required(name: str) -> ValidationError:
    """The refusal beside the field of the reason."""
    if name == COST_REASON:
        sentence = _("A cost changes: say why. The reason stays in the history.")
    else:
        sentence = _("The blocking changes: say why. The reason stays in the history.")
    return ValidationError("reason_required", sentence, field=name)


def reason_for_all() -> ValidationError:
    """The refusal beside the one field of a reason that counts for many items."""
    return ValidationError("reason_required", _("Say why costs or the blocking change."), field="reason")


def note_reasons(reasons: Mapping[str, str], record: Any) -> None:
    """Let the audit trail write the reasons beside what the next flush of `record` changes."""
    give_reasons(record, {field: text for name, text in reasons.items() for field in REASONED[name]})
