"""What number an item made from a catalog entry gets (items.md section 11)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import CatalogItem, CatalogSetup, Item, Manufacturer, NumberSeries
from models.enums import CatalogNumberFormat
from services.items.fields import clean_no
from services.values import assign, clean_text, unchanged_if_refused

LONGEST = 20
FIELDS = ("catalog_nos_id", "number_format", "separator")


def find_setup(session: Session) -> CatalogSetup | None:
    """The row of the set-up as a page shows it; None in a company that never had one."""
    return session.get(CatalogSetup, 1)


def get_setup(session: Session) -> CatalogSetup:
    """The one row of the set-up, made where there is none yet."""
    found = session.get(CatalogSetup, 1)
    if found is None:
        found = CatalogSetup(id=1, number_format=CatalogNumberFormat.VENDOR_ITEM_NO, separator="")
        session.add(found)
        session.flush()
    return found


def save_setup(session: Session, values: Mapping[str, object]) -> CatalogSetup:
    """Change the set-up (FIELDS). Raises ValidationError `separator_not_allowed`, `text_too_long`,
    `automatic_number_not_allowed` (a series that gives no numbers by itself).
    """
    setup = get_setup(session)
    given = dict(values)
    if "separator" in given:
        given["separator"] = clean_text(given["separator"], field="separator", length=1)
    with unchanged_if_refused(session, setup, FIELDS):
        assign(session, setup, given, FIELDS)
        _check(session, setup)
    session.flush()
    return setup


def _check(session: Session, setup: CatalogSetup) -> None:
    if setup.number_format == CatalogNumberFormat.ITEM_NO_SERIES and setup.separator:
        raise ValidationError(
            "separator_not_allowed", _("A series gives whole numbers; there is nothing to separate."),
            field="separator", hint=_("Empty the separator."),
        )  # fmt: skip
    if setup.catalog_nos_id is None:
        return
    series = session.get_one(NumberSeries, setup.catalog_nos_id)
    if not series.default_nos:
        raise ValidationError(
            "automatic_number_not_allowed",
            _("Series %(code)s gives no numbers by itself. Choose another.", code=series.code), field="catalog_nos_id",
        )  # fmt: skip


def build_no(
    number_format: CatalogNumberFormat, separator: str, *, vendor_item_no: str, manufacturer: str, entry_no: str
) -> str:
    """The item's number; "" where a series gives it. Pure.

    Manufacturer and number together longer than 20 characters: the entry's own number stands for the vendor's. Without
    a manufacturer there is nothing to join. Raises ValidationError `number_too_long`.
    """
    joint = separator if manufacturer else ""
    match number_format:
        case CatalogNumberFormat.ITEM_NO_SERIES:
            return ""
        case CatalogNumberFormat.ENTRY_NO:
            no = entry_no
        case CatalogNumberFormat.VENDOR_ITEM_NO:
            no = vendor_item_no
        case CatalogNumberFormat.MANUFACTURER_VENDOR:
            no = f"{manufacturer}{joint}{vendor_item_no}"
            if manufacturer and len(no) > LONGEST:
                no = f"{manufacturer}{joint}{entry_no}"
        case CatalogNumberFormat.VENDOR_MANUFACTURER:
            no = f"{vendor_item_no}{joint}{manufacturer}"
            if manufacturer and len(no) > LONGEST:
                no = f"{entry_no}{joint}{manufacturer}"
    if len(no) > LONGEST:
        raise ValidationError(
            "number_too_long",
            _("%(no)s is longer than the %(most)s characters of an item number.", no=no, most=LONGEST),
            field="vendor_item_no", hint=_("Choose another number format in the catalog set-up."),
        )  # fmt: skip
    return no


def no_of(session: Session, entry: CatalogItem) -> str:
    """The number that the entry's item would get; "" where a series gives it. Raises as `build_no`, and ValidationError
    `invalid_characters`.
    """
    setup = get_setup(session)
    manufacturer = (
        session.scalar(select(Manufacturer.code).where(Manufacturer.id == entry.manufacturer_id))
        if entry.manufacturer_id
        else ""
    )
    no = build_no(
        setup.number_format, setup.separator, vendor_item_no=entry.vendor_item_no.upper(),
        manufacturer=manufacturer or "", entry_no=entry.no,
    )  # fmt: skip
    return clean_no(no)


def is_taken(session: Session, no: str) -> bool:
    """True when an item has this number."""
    return bool(no) and bool(session.scalar(select(exists().where(Item.no == no))))
