"""Batches of the item journal: find, create, rename, delete when empty. Lines are journal_lines.py's."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session, joinedload

from core.errors import NotFound, ValidationError
from core.parsing import clean_text
from core.text import _
from models import ItemJournalLine, JournalBatch, JournalTemplate
from models.enums import JournalType
from services.numbers import increment


@dataclass(frozen=True)
class BatchSummary:
    """A batch in the list of batches with the number of lines that wait in it."""

    id: int
    name: str
    description: str
    line_count: int


#: name, description and source code of a template that set-up has not made
_TEMPLATES = {
    (JournalType.ITEM, False): ("ITEM", "Item journal", "ITEMJNL"),
    (JournalType.ITEM, True): ("RECURRING", "Recurring item journal", "ITEMJNL"),
    (JournalType.TRANSFER, False): ("RECLASS", "Item reclassification", "RECLASSJNL"),
    (JournalType.PHYSICAL_INVENTORY, False): ("PHYSINV", "Physical inventory", "PHYSINVJNL"),
    (JournalType.REVALUATION, False): ("REVAL", "Revaluation", "REVALJNL"),
}


def get_template(session: Session, kind: JournalType = JournalType.ITEM, *, recurring: bool = False) -> JournalTemplate:
    """The first template of a kind of journal; made where set-up has none yet."""
    template = session.scalar(
        select(JournalTemplate)
        .where(JournalTemplate.type == kind, JournalTemplate.recurring.is_(recurring))
        .order_by(JournalTemplate.id)
        .limit(1)
    )
    if template is None:
        name, description, source = _TEMPLATES[kind, recurring]
        template = JournalTemplate(
            name=name, description=description, type=kind, source_code=source, recurring=recurring
        )
        session.add(template)
        session.flush()
    return template


def list_batches(session: Session) -> list[BatchSummary]:
    """All batches of item journals by name, with how many lines each holds (two queries)."""
    batches = session.scalars(
        select(JournalBatch)
        .join(JournalTemplate, JournalBatch.template_id == JournalTemplate.id)
        .where(JournalTemplate.type == JournalType.ITEM, JournalTemplate.recurring.is_(False))
        .order_by(JournalBatch.name, JournalBatch.id)
    ).all()
    counted = select(ItemJournalLine.batch_id, func.count()).group_by(ItemJournalLine.batch_id)
    counts = dict(session.execute(counted).tuples().all())
    return [BatchSummary(b.id, b.name, b.description, counts.get(b.id, 0)) for b in batches]


def get_batch(session: Session, batch_id: int) -> JournalBatch:
    """The batch with its template. Raises NotFound `batch_not_found`."""
    batch = session.scalar(
        select(JournalBatch)
        .where(JournalBatch.id == batch_id)
        .options(joinedload(JournalBatch.template))
        .execution_options(populate_existing=True)  # its version moves by UPDATE, behind the session's back
    )
    if batch is None:
        raise NotFound("batch_not_found", _("This journal batch does not exist any more: choose one from the list."))
    return batch


def create_batch(
    session: Session,
    name: str,
    description: str = "",
    kind: JournalType = JournalType.ITEM,
    *,
    recurring: bool = False,
) -> JournalBatch:
    """A new, empty batch of that kind of journal. Raises ValidationError `batch_name_missing`, `batch_name_taken`."""
    template = get_template(session, kind, recurring=recurring)
    batch = JournalBatch(template_id=template.id, name="", description=clean_text(description, longest=100))
    batch.name = _free_name(session, template.id, name, batch_id=None)
    session.add(batch)
    session.flush()
    return batch


def rename_batch(session: Session, batch_id: int, name: str, description: str) -> JournalBatch:
    """Give the batch another name and description. Raises as `create_batch` and `get_batch` do."""
    batch = get_batch(session, batch_id)
    batch.name = _free_name(session, batch.template_id, name, batch_id=batch.id)
    batch.description = clean_text(description, longest=100)
    session.flush()
    return batch


def delete_batch(session: Session, batch_id: int) -> None:
    """Delete an empty batch. Raises ValidationError `batch_not_empty`: lines are never lost with their batch."""
    batch = get_batch(session, batch_id)
    touch_batch(session, batch_id)  # nobody adds a line between the count and the delete
    count = session.scalar(select(func.count()).where(ItemJournalLine.batch_id == batch_id)) or 0
    if count:
        raise ValidationError(
            "batch_not_empty",
            _("%(name)s still holds %(count)s lines: post or delete them first.", name=batch.name, count=count),
        )
    session.expire(batch)
    session.delete(get_batch(session, batch_id))
    session.flush()


def increment_name(session: Session, batch: JournalBatch) -> None:
    """Where the template says so, the posted batch goes on under the next name (section 1.1): WEEK01 becomes WEEK02.

    A name without a number, or whose next one is taken or too long, stays.
    """
    if not batch.template.increment_batch_name:
        return
    try:
        name = _free_name(session, batch.template_id, increment(batch.name), batch_id=batch.id)
    except ValidationError:
        return
    batch.name = name
    session.flush()


def reason_of(batch: JournalBatch) -> str:
    """The reason code that new lines start with: the batch's, else the template's."""
    return batch.reason_code or batch.template.reason_code


def touch_batch(session: Session, batch_id: int) -> int:
    """Count one more change of the batch's lines, holding the batch's row; returns the new version.

    A worksheet that shows an older version is stale, and two people adding lines get different line numbers.
    Raises NotFound `batch_not_found`.
    """
    version = session.scalar(
        update(JournalBatch)
        .where(JournalBatch.id == batch_id)
        .values(version=JournalBatch.version + 1)
        .returning(JournalBatch.version)
        .execution_options(synchronize_session=False)
    )
    if version is None:
        raise NotFound("batch_not_found", _("This journal batch does not exist any more: choose one from the list."))
    return version


def _free_name(session: Session, template_id: int, name: str, *, batch_id: int | None) -> str:
    """`name` in capitals, when no other batch has it."""
    plain = _named(name)
    taken = session.scalar(
        select(JournalBatch.id).where(JournalBatch.template_id == template_id, JournalBatch.name == plain)
    )
    if taken is not None and taken != batch_id:
        raise ValidationError(
            "batch_name_taken", _("There is already a batch %(name)s: choose another name.", name=plain), field="name"
        )
    return plain


def _named(name: str) -> str:
    try:
        plain = clean_text(name, longest=10).upper()
    except ValidationError as error:
        raise ValidationError(error.code, error.message, field="name") from None
    if not plain:
        raise ValidationError("batch_name_missing", _("Give the batch a name of up to 10 characters."), field="name")
    if len(plain) > 10:  # capitals may be longer than what was typed
        raise ValidationError("batch_name_too_long", _("Choose a name of up to 10 characters."), field="name")
    return plain
