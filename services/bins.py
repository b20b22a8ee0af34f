"""Bins of a location: one by one or a whole row of shelves (warehouse.md sections 3 and 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.sql import ids_of
from core.text import _
from models import Bin, BinContent, Location, Zone
from services.items.code_lists import unknown_codes
from services.location_parts import zone_named
from services.usage import check_unused
from services.values import assign, clean_code, clean_text, raise_all

EDITABLE = (
    "description", "zone_code", "ranking", "dedicated", "block_movement", "special_equipment_code",
    "warehouse_class_code", "maximum_cubage", "maximum_weight",
)  # fmt: skip
#: What a new bin takes from its zone where nothing is said.
_ZONE = ("ranking", "special_equipment_code", "warehouse_class_code")
_CODES = {"zone_code": 10, "special_equipment_code": 10, "warehouse_class_code": 10}

#: What `block_movement` may be.
BLOCK_MOVEMENTS = ("none", "inbound", "outbound", "all")

#: The most bins one step may make.
LARGEST_RANGE = 1000


@dataclass(frozen=True)
class BinRow:
    """A bin with what lies in it: base units of all its items together, and how many items."""

    bin: Bin
    items: int
    quantity: Decimal


def get_bin(session: Session, location_id: int, code: str) -> Bin:
    """Raises NotFound `bin_not_found`."""
    found = session.scalar(select(Bin).where(Bin.location_id == location_id, Bin.code == code.upper()))
    if found is None:
        raise NotFound("bin_not_found", _("There is no bin %(code)s here.", code=code))
    return found


def create_bin(session: Session, location: Location, code: str, values: Mapping[str, object]) -> Bin:
    """A new bin.

    Raises ValidationError `bins_not_used`, `already_exists`, `not_found` (a code of no list), those of `assign`.
    """
    _check_location_has_bins(location)
    code = clean_code(code, field="code", length=20)
    if session.scalar(select(Bin.id).where(Bin.location_id == location.id, Bin.code == code)) is not None:
        raise ValidationError(
            "already_exists", _("Bin %(code)s exists already. Choose another code.", code=code), field="code"
        )
    bin_ = Bin(location_id=location.id, code=code)
    zone = zone_named(session, location, values.get("zone_code"))
    _edit(session, bin_, _of_zone(zone) | {key: value for key, value in values.items() if value or key not in _ZONE})
    session.add(bin_)
    session.flush()
    return bin_


def create_bin_range(session: Session, location: Location, first: str, last: str, *, zone: str = "") -> list[Bin]:
    """Every bin from `first` to `last`, counting the digits at the end: A-01 to A-05 makes five bins, all in `zone`.

    Codes that exist are left as they are. Raises ValidationError `bins_not_used`, `not_one_pattern`,
    `range_too_long`, `text_too_long`.
    """
    _check_location_has_bins(location)
    codes = codes_between(first, last)
    known = set(session.scalars(select(Bin.code).where(Bin.location_id == location.id, Bin.code.in_(codes))))
    named = zone_named(session, location, zone)
    taken = _of_zone(named) | {"zone_code": named.code if named is not None else ""}
    made = [
        Bin(location_id=location.id, code=code, description="", block_movement="none", **taken)
        for code in codes
        if code not in known
    ]
    session.add_all(made)
    session.flush()
    return made


def codes_between(first: str, last: str) -> Sequence[str]:
    """The codes from `first` to `last`; both end in equally many digits and begin alike."""
    first, last = clean_code(first, field="first", length=20), clean_code(last, field="last", length=20)
    start, end = re.fullmatch(r"(.*?)(\d+)", first, re.ASCII), re.fullmatch(r"(.*?)(\d+)", last, re.ASCII)
    if not start or not end or start[1] != end[1] or len(start[2]) != len(end[2]) or int(start[2]) > int(end[2]):
        raise ValidationError(
            "not_one_pattern",
            _("From and to must begin alike and end in equally many digits, like A-01 and A-05."),
            field="last",
        )
    if int(end[2]) - int(start[2]) >= LARGEST_RANGE:
        raise ValidationError(
            "range_too_long", _("At most %(count)s bins are made in one step.", count=LARGEST_RANGE), field="last"
        )
    return [f"{start[1]}{number:0{len(start[2])}d}" for number in range(int(start[2]), int(end[2]) + 1)]


def edit_bin(session: Session, bin_: Bin, values: Mapping[str, object]) -> None:
    """Change a bin; the code may change too. Raises ValidationError `bin_not_empty` where *dedicated* would change."""
    values = dict(values)
    if "code" in values:
        code = clean_code(values.pop("code"), field="code", length=20)
        taken = session.scalar(
            select(Bin.id).where(Bin.location_id == bin_.location_id, Bin.code == code, Bin.id != bin_.id)
        )
        if taken is not None:
            raise ValidationError(
                "already_exists", _("Bin %(code)s exists already. Choose another code.", code=code), field="code"
            )
        bin_.code = code
    if "dedicated" in values and values["dedicated"] != bin_.dedicated and quantity_in(session, bin_):
        raise ValidationError(
            "bin_not_empty",
            _("Bin %(code)s holds goods. Whether it is dedicated may only change while it is empty.", code=bin_.code),
            field="dedicated",
        )
    if values.get("zone_code"):
        zone_named(session, session.get_one(Location, bin_.location_id), values["zone_code"])
    _edit(session, bin_, values)
    session.flush()


def delete_bin(session: Session, bin_: Bin) -> None:
    """Remove an unused bin. Raises ValidationError `bin_not_empty`, `in_use`."""
    if quantity_in(session, bin_):
        raise ValidationError(
            "bin_not_empty", _("Bin %(code)s holds goods. Move them to another bin first.", code=bin_.code)
        )
    check_unused(session, bin_, bin_.code)
    for content in session.scalars(select(BinContent).where(BinContent.bin_id == bin_.id)):
        session.delete(content)
    session.flush()
    session.delete(bin_)
    session.flush()


def quantity_in(session: Session, bin_: Bin) -> Decimal:
    """Base units of all items in the bin together."""
    return session.scalar(select(func.sum(BinContent.quantity)).where(BinContent.bin_id == bin_.id)) or Decimal(0)


def default_bins(session: Session, item_ids: Iterable[int]) -> dict[tuple[int, int, int], int]:
    """(location, item, variant) -> the bin that lines about these items start with; one query."""
    content = BinContent
    rows = session.execute(
        select(content.location_id, content.item_id, content.variant_id, content.bin_id).where(
            content.item_id.in_(ids_of(session, item_ids)), content.default_bin
        )
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def bin_rows(
    session: Session, location_id: int, *, limit: int, offset: int = 0, text: str = ""
) -> tuple[list[BinRow], int]:
    """One page of the location's bins by code, and how many there are; two queries whatever the page's length."""
    condition = [Bin.location_id == location_id]
    if text:
        condition.append(Bin.code.startswith(text.upper(), autoescape=True) | (Bin.zone_code == text.upper()))
    total = session.scalar(select(func.count()).select_from(Bin).where(*condition)) or 0
    page = select(Bin.id).where(*condition).order_by(Bin.code).limit(limit).offset(offset).subquery()
    rows = session.execute(
        select(Bin, func.count(BinContent.item_id), func.sum(BinContent.quantity))
        .outerjoin(BinContent, (BinContent.bin_id == Bin.id) & (BinContent.quantity > 0))
        .where(Bin.id.in_(select(page.c.id)))
        .group_by(Bin.id)
        .order_by(Bin.code)
    )
    return [BinRow(bin_, items, quantity or Decimal(0)) for bin_, items, quantity in rows], total


def _of_zone(zone: Zone | None) -> dict[str, object]:
    """What a new bin takes over from its zone."""
    return {} if zone is None else {name: getattr(zone, name) for name in _ZONE}


def _check_location_has_bins(location: Location) -> None:
    if not location.bin_mandatory:
        raise ValidationError(
            "bins_not_used",
            _("%(location)s works without bins. Switch on “Bin mandatory” on its card first.", location=location.code),
        )


def _edit(session: Session, bin_: Bin, values: Mapping[str, object]) -> None:
    if values.get("block_movement", "none") not in BLOCK_MOVEMENTS:
        raise ValidationError("not_a_choice", _("This is not one of the choices."), field="block_movement")
    values = dict(values)
    for name, length in _CODES.items():
        if name in values:
            values[name] = clean_text(values[name], field=name, length=length).upper()
    before = {name: getattr(bin_, name) for name in _CODES}
    assign(session, bin_, values, EDITABLE, may_be_negative=("ranking",))
    raise_all(unknown_codes(session, bin_, {name for name in _CODES if getattr(bin_, name) != before[name]}))
