"""Journal templates and the settings of their batches (posting-and-costing.md section 1.1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import ItemJournalLine, JournalBatch, JournalTemplate, ReasonCode, SourceCode
from models.enums import JournalType
from services.documents.journal_batches import delete_batch
from services.record_rows import delete_with_rows, page_of
from services.values import assign, clean_code

#: The kinds of journals that have a worksheet.
KINDS = (JournalType.ITEM, JournalType.TRANSFER, JournalType.PHYSICAL_INVENTORY, JournalType.REVALUATION)
TEMPLATE_FIELDS = (
    "description", "type", "recurring", "source_code", "reason_code", "nos_id", "posting_nos_id",
    "increment_batch_name",
)  # fmt: skip
BATCH_FIELDS = ("description", "reason_code", "nos_id", "posting_nos_id", "item_tracking_on_lines")


def get_template(session: Session, name: str) -> JournalTemplate:
    """Raises NotFound `journal_template_not_found`."""
    found = session.scalar(select(JournalTemplate).where(JournalTemplate.name == name.upper()))
    if found is None:
        raise NotFound("journal_template_not_found", _("There is no journal template %(name)s.", name=name))
    return found


def save_template(session: Session, template: JournalTemplate | None, values: Mapping[str, object]) -> JournalTemplate:
    """Create (None) or change a template; `code` is its name.

    Raises ValidationError `already_exists`, `reason_code_unknown`, `source_code_unknown`, `journal_template_in_use`
    (its kind is changed while batches have lines of the old one), `recurring_items_only` and those of `assign`.
    """
    values = dict(values)
    name = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(select(JournalTemplate.id).where(JournalTemplate.name == name))
    if other is not None and (template is None or other != template.id):
        raise _exists(name)
    _check_codes(session, values)
    kind, recurring = values.get("type", JournalType.ITEM), values.get("recurring", False)
    if recurring and kind != JournalType.ITEM:
        raise ValidationError(
            "recurring_items_only", _("Only item journals recur; choose that kind, or leave this out."),
            field="recurring",
        )  # fmt: skip
    if template is not None and (kind, recurring) != (template.type, template.recurring):
        _check_no_lines(session, JournalBatch.template_id == template.id, field="type")
    template = template or JournalTemplate()
    assign(session, template, values, TEMPLATE_FIELDS)
    template.name = name
    session.add(template)
    session.flush()
    return template


def delete_template(session: Session, template: JournalTemplate) -> None:
    """Remove a template with its batches, when no lines wait. Raises ValidationError `journal_template_in_use`."""
    _check_no_lines(session, JournalBatch.template_id == template.id)
    delete_with_rows(session, template, _own(template))


def batches_of(
    session: Session, template: JournalTemplate, limit: int, offset: int = 0
) -> tuple[list[JournalBatch], int]:
    """One page of the template's batches by name, and how many there are."""
    return page_of(session, _own(template).order_by(JournalBatch.name), limit, offset)


def _own(template: JournalTemplate) -> Select[tuple[JournalBatch]]:
    return select(JournalBatch).where(JournalBatch.template_id == template.id)


def find_batch(session: Session, template: JournalTemplate, batch_id: int) -> JournalBatch:
    """Raises NotFound `batch_not_found`."""
    found = session.get(JournalBatch, batch_id)
    if found is None or found.template_id != template.id:
        raise NotFound("batch_not_found", _("This journal batch does not exist any more: choose one from the list."))
    return found


def save_batch(
    session: Session, template: JournalTemplate, batch: JournalBatch | None, values: Mapping[str, object]
) -> JournalBatch:
    """Create (None) or change a batch; what it leaves empty is the template's.

    Raises ValidationError `already_exists`, `reason_code_unknown` and those of `assign`.
    """
    values = dict(values)
    name = clean_code(values.pop("code"), field="code", length=10)
    other = session.scalar(
        select(JournalBatch.id).where(JournalBatch.template_id == template.id, JournalBatch.name == name)
    )
    if other is not None and (batch is None or other != batch.id):
        raise _exists(name)
    _check_codes(session, values)
    batch = batch or JournalBatch(template_id=template.id)
    assign(session, batch, values, BATCH_FIELDS)
    batch.name = name
    session.add(batch)
    session.flush()
    return batch


def remove_batch(session: Session, batch: JournalBatch) -> None:
    """Raises ValidationError `batch_not_empty`."""
    delete_batch(session, batch.id)


def _check_codes(session: Session, values: dict[str, Any]) -> None:
    lists: tuple[tuple[str, type[ReasonCode | SourceCode]], ...] = (
        ("reason_code", ReasonCode), ("source_code", SourceCode),
    )  # fmt: skip
    for field, model in lists:
        code = str(values.get(field) or "").strip().upper()
        if field in values:
            values[field] = code
        if code and session.scalar(select(model.id).where(model.code == code)) is None:
            raise ValidationError(
                f"{field}_unknown", _("%(code)s is not on the list: add it there first.", code=code), field=field
            )
    if "source_code" in values and not values["source_code"]:
        raise ValidationError("field_required", _("Say under which source code it posts."), field="source_code")


def _check_no_lines(session: Session, own: Any, field: str | None = None) -> None:
    name = session.scalar(
        select(JournalBatch.name).join(ItemJournalLine, ItemJournalLine.batch_id == JournalBatch.id).where(own).limit(1)
    )
    if name is not None:
        raise ValidationError(
            "journal_template_in_use",
            _("Lines wait in batch %(name)s: post or delete them first.", name=name), field=field,
        )  # fmt: skip


def _exists(name: str) -> ValidationError:
    return ValidationError(
        "already_exists", _("%(code)s exists already. Choose another name.", code=name), field="code"
    )
