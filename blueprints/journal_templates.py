"""Journal templates: list, card with the kind's settings and its batches (posting-and-costing.md section 1.1)."""

from __future__ import annotations

from flask import Blueprint, url_for
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from blueprints.fields import CheckField, ChoiceField, CodeField, RecordForm, TextField
from blueprints.list_parts import Action, Column, Empty
from blueprints.lists import Listing
from blueprints.record_cards import Cell, RecordCard, Rows
from blueprints.record_fields import RecordField
from blueprints.words import word
from models import JournalBatch, JournalTemplate, Permission
from services.documents import journal_templates as templates

bp = Blueprint("journal_templates", __name__, url_prefix="/setup/journal-templates")


class TemplateForm(RecordForm):
    code = CodeField(_l("Name"), max_length=10, required=True)
    description = TextField(_l("Description"))
    type = ChoiceField(_l("Kind"), pairs=[(kind, word(kind)) for kind in templates.KINDS])
    recurring = CheckField(_l("Recurring"), description=_l("Lines stay after posting and wait for their next day."))
    source_code = CodeField(
        _l("Source code"), max_length=10, required=True, description=_l("Stands on every entry it makes.")
    )
    reason_code = CodeField(_l("Reason code"), max_length=10, description=_l("New lines start with it."))
    nos_id = RecordField(
        _l("Number series"), "number_series", description=_l("Proposes document nos.; they follow without gaps.")
    )
    posting_nos_id = RecordField(
        _l("Posting number series"), "number_series",
        description=_l("Gives the document no. when the batch is posted, in place of the one on the lines."),
    )  # fmt: skip
    increment_batch_name = CheckField(
        _l("Count the batch name up"), description=_l("After posting WEEK01 becomes WEEK02.")
    )


class BatchForm(RecordForm):
    code = CodeField(_l("Name"), max_length=10, required=True)
    description = TextField(_l("Description"))
    reason_code = CodeField(_l("Reason code"), max_length=10, description=_l("Empty: the template's."))
    nos_id = RecordField(_l("Number series"), "number_series", description=_l("Empty: the template's."))
    posting_nos_id = RecordField(_l("Posting number series"), "number_series", description=_l("Empty: the template's."))
    item_tracking_on_lines = CheckField(
        _l("Lots and serial numbers on lines"), default=True,
        description=_l("Without it they are entered on the page of numbers alone."),
    )  # fmt: skip


LISTING = Listing(
    name="journal_templates",
    title=_l("Journal templates"),
    key=JournalTemplate.id,
    source=lambda: select().select_from(JournalTemplate),
    columns=(
        Column("name", _l("Name"), JournalTemplate.name, "code", sort=True),
        Column("description", _l("Description"), JournalTemplate.description),
        Column("type", _l("Kind"), JournalTemplate.type, "word"),
        Column("recurring", _l("Recurring"), JournalTemplate.recurring, "yes_no"),
        Column("source_code", _l("Source code"), JournalTemplate.source_code, "code"),
        Column("batches", _l("Batches"),
               select(func.count()).where(JournalBatch.template_id == JournalTemplate.id)
               .correlate(JournalTemplate).scalar_subquery(), "number"),
    ),
    extra={"row_name": JournalTemplate.name},
    search=(JournalTemplate.name, JournalTemplate.description),
    search_hint=_l("Name or description"),
    sort="name",
    open=lambda row: url_for("journal_templates.show", code=row.row_name),
    actions=(
        Action(_l("New template"), lambda: url_for("journal_templates.new"), "plus", Permission.SETUP_EDIT,
               primary=True, shortcut="n"),
    ),
    empty=Empty(
        _l("There are no journal templates yet: the kinds of journals, with where their numbers come from."),
        _l("New template"), lambda: url_for("journal_templates.new"), Permission.SETUP_EDIT,
    ),
)  # fmt: skip


RecordCard(
    listing=LISTING, table="journal_template", new_title=_l("New template"), form=TemplateForm,
    groups=(
        ("code", "description", "type", "source_code", "reason_code", "nos_id", "posting_nos_id"),
        ("recurring", "increment_batch_name"),
    ),
    get=templates.get_template, save=templates.save_template, delete=templates.delete_template,
    next_step=_l("Now add its batches: worksheets of one person or one purpose."),
    name_of=lambda template: template.description,
    rows=Rows(
        address="batches", table="journal_batch", title=_l("Batches"), form=BatchForm,
        cells=(
            Cell(_l("Name"), lambda row: row.name, "code"),
            Cell(_l("Description"), lambda row: row.description),
            Cell(_l("Reason code"), lambda row: row.reason_code, "code"),
            Cell(_l("Lots and serial numbers on lines"), lambda row: row.item_tracking_on_lines, "yes_no"),
        ),
        page=templates.batches_of, find=templates.find_batch, save=templates.save_batch,
        delete=templates.remove_batch, name=lambda row: f"{row.name} {row.description}".strip(),
        add=_l("Add the batch"), added=_l("The batch was added."), deleted=_l("The batch was deleted."),
        none_yet=_l("There are no batches yet."),
    ),
).register(bp)  # fmt: skip
