"""What a card's part for substitutes needs: its form, how a row fills it, is saved and goes."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session

from blueprints.fields import BaseForm, CheckField, ChoiceField, LongTextField
from blueprints.record_fields import RecordField
from core.text import _
from models import BLANK_ID, Item, ItemSubstitute
from services.items import substitutes, variants

#: What becomes of the other direction when it is let go.
KEEP, DELETE = "keep", "delete"


class SubstituteForm(BaseForm):
    variant_id = ChoiceField(_l("Variant"), coerce=int)
    substitute_item_id = RecordField(_l("Substitute"), "item")
    substitute_variant_id = RecordField(
        _l("Its variant"), "variant", blank=BLANK_ID, depends="substitute_item_id"
    )  # fmt: skip
    substitute_catalog_item_id = RecordField(_l("Or catalog entry"), "catalog_item")
    interchangeable = CheckField(_l("Interchangeable"))
    mirror = ChoiceField(
        _l("Without the tick, the other direction"),
        pairs=((KEEP, _l("stays, without its tick")), (DELETE, _l("is deleted too"))),
    )
    conditions = LongTextField(_l("Conditions"), max_length=2000)


def prepare(form: BaseForm, session: Session, item: Item, row: Any) -> None:
    """The item's own variants to choose from; the question about the mirror only where there is one."""
    kinds = variants.list_variants(session, item.id)
    form["variant_id"].choices = [(BLANK_ID, _("None")), *((kind.id, kind.code) for kind in kinds)]
    if row is None or not row.interchangeable:
        del form["mirror"]


def fill(row: ItemSubstitute) -> dict[str, Any]:
    """What the form of a row shows."""
    return {name: getattr(row, name) for name in substitutes.FIELDS} | {"mirror": KEEP}


def save(session: Session, item: Item, values: dict[str, Any], row: ItemSubstitute | None) -> Any:
    """Save the row; `mirror` says what becomes of the other direction."""
    mirror = values.pop("mirror", KEEP)
    return substitutes.save_substitute(session, item, values, row, delete_mirror=mirror == DELETE)


def remove(session: Session, _item: Item, row: ItemSubstitute) -> None:
    """Delete the row; the question under the table has asked about its mirror."""
    substitutes.delete_substitute(session, row, delete_mirror=request.form.get("mirror") == DELETE)
