"""Catalog entries: created, changed, deleted, with what each refuses (items.md section 11)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.clock import utcnow
from core.errors import NotFound, ValidationError
from core.text import _
from models import CatalogItem, Item
from services import numbers
from services.catalog.numbering import get_setup, is_taken, no_of
from services.items.fields import check_signs
from services.items.reasons import missing_reasons, note_reasons, take_reasons
from services.values import assign, clean_code, clean_text, raise_all, unchanged_if_refused

FIELDS = (
    "manufacturer_id", "vendor_id", "vendor_item_no", "description", "unit_code", "published_cost", "negotiated_cost",
    "unit_price", "gross_weight", "net_weight", "bar_code", "item_template_id",
)  # fmt: skip
_CODES = {"vendor_item_no": 50, "unit_code": 10, "bar_code": 20}


def get_entry(session: Session, no: str) -> CatalogItem:
    """The entry with what its card shows. Raises NotFound `not_found`."""
    found = session.scalar(
        select(CatalogItem)
        .where(CatalogItem.no == no.strip().upper())
        .options(
            joinedload(CatalogItem.manufacturer), joinedload(CatalogItem.vendor),
            joinedload(CatalogItem.item_template), joinedload(CatalogItem.item),
        )
    )  # fmt: skip
    if found is None:
        raise NotFound("not_found", _("There is no catalog entry %(no)s.", no=no))
    return found


def create_entry(session: Session, values: Mapping[str, object], *, on: dt.date) -> CatalogItem:
    """A new entry from `values` (FIELDS, and `no`; blank: the next of the catalog series on day `on`).

    Raises ValidationError or ErrorList: `series_not_set_up`, `manual_number_not_allowed`, `duplicate`,
    `field_required` (neither described nor numbered), `invalid_characters` and those of services.values.
    """
    given = dict(values)
    typed = str(given.pop("no", "") or "").strip()
    entry = CatalogItem(no="")
    _fill_defaults(entry)
    with session.no_autoflush:
        assign(session, entry, _clean(given), FIELDS)
        _check_vendor_no(session, entry)
    series = get_setup(session).catalog_nos_id
    if typed:
        no = clean_code(typed, field="no", length=20)
        check_signs(no, "no")
        try:
            numbers.check_manual(session, series, no)
        except ValidationError as error:
            error.field = "no"
            raise
        if _has_no(session, no):
            raise ValidationError(
                "duplicate", _("There is a catalog entry %(no)s already. Choose another number.", no=no),
                field="no",
            )  # fmt: skip
    else:
        try:
            no = numbers.next_no(session, series, on, taken=lambda wanted: _has_no(session, wanted))
        except ValidationError as error:
            error.field = "no"
            raise
    _check_named(entry)
    entry.no, entry.last_modified_at = no, utcnow()
    session.add(entry)
    session.flush()
    return entry


def update_entry(session: Session, entry: CatalogItem, changes: Mapping[str, object]) -> CatalogItem:
    """Change fields of an entry; with `cost_change_reason` among them costs change for a reason only.

    Raises ValidationError `already_converted` (an item was made of it, or one with the number it would get exists),
    `duplicate`, `field_required`, `reason_required` and those of services.values.
    """
    check_free(session, entry)
    given = dict(changes)
    reasons = take_reasons(given)
    with unchanged_if_refused(session, entry, FIELDS) as before:
        assign(session, entry, _clean(given), FIELDS)
        _check_vendor_no(session, entry)
        _check_named(entry)
        raise_all(missing_reasons(reasons, entry, before))
    entry.last_modified_at = utcnow()
    note_reasons(reasons, entry)
    session.flush()
    note_reasons({}, entry)
    return entry


def check_free(session: Session, entry: CatalogItem) -> None:
    """Raises ValidationError `already_converted` where an item stands for the entry."""
    if entry.item_id is not None:
        item_no = session.scalar(select(Item.no).where(Item.id == entry.item_id))
        raise ValidationError(
            "already_converted",
            _("Item %(item)s was made of entry %(no)s, which stays as it was.", item=item_no, no=entry.no),
            hint=_("Change the item instead."),
        )
    try:
        no = no_of(session, entry)
    except ValidationError:
        return  # it names no item yet: that is what is to be mended
    if is_taken(session, no):
        raise ValidationError(
            "already_converted",
            _("Item %(item)s has the number that entry %(no)s would get.", item=no, no=entry.no),
            hint=_("Delete the entry, or renumber the item."),
        )


def delete_entry(session: Session, entry: CatalogItem) -> None:
    """Delete an entry; its item stays, and is never deleted by itself from now on."""
    if entry.item_id is not None:
        session.get_one(Item, entry.item_id).created_from_catalog = False
    session.delete(entry)
    session.flush()


def let_go_of_item(session: Session, item_id: int) -> None:
    """The item is deleted: its entry can be converted again."""
    for entry in session.scalars(select(CatalogItem).where(CatalogItem.item_id == item_id)):
        entry.item_id = None
    session.flush()


def describe_entry(session: Session, item: Item) -> None:
    """The item's description onto its entry where that has none."""
    for entry in session.scalars(
        select(CatalogItem).where(CatalogItem.item_id == item.id, CatalogItem.description == "")
    ):
        entry.description = item.description


def _clean(values: Mapping[str, object]) -> dict[str, object]:
    cleaned = dict(values)
    for name, length in _CODES.items():
        if name in cleaned:
            cleaned[name] = clean_text(cleaned[name], field=name, length=length).upper()
            check_signs(str(cleaned[name]), name)
    return cleaned


def _check_vendor_no(session: Session, entry: CatalogItem) -> None:
    if entry.vendor_id is None or not entry.vendor_item_no:
        return
    rival = session.scalar(
        select(CatalogItem.no).where(
            CatalogItem.vendor_id == entry.vendor_id, CatalogItem.vendor_item_no == entry.vendor_item_no,
            CatalogItem.no != entry.no,
        )
    )  # fmt: skip
    if rival is not None:
        raise ValidationError(
            "duplicate", _("This vendor's %(no)s is entry %(rival)s already.", no=entry.vendor_item_no, rival=rival),
            field="vendor_item_no", hint=_("Change that entry instead."),
        )  # fmt: skip


def _check_named(entry: CatalogItem) -> None:
    if not entry.description and not entry.vendor_item_no:
        raise ValidationError(
            "field_required", _("Say what is offered: describe it, or give the vendor's number."), field="description"
        )


def _has_no(session: Session, no: str) -> bool:
    return session.scalar(select(CatalogItem.id).where(CatalogItem.no == no)) is not None


def _fill_defaults(entry: CatalogItem) -> None:
    for column in CatalogItem.__table__.columns:
        if column.default is not None and column.default.is_scalar:
            setattr(entry, column.name, column.default.arg)
