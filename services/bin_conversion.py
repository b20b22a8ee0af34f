"""A location that begins to work with bins: what lies there goes into one bin, from which it is put in order.

items.md section 14: bins start out right, because every quantity is in one; a count says then where it really lies.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import Bin, Item, ItemBalance, Location, TrackingBalance
from models.enums import EntryType
from posting.lines import Line, PostingContext, PostingLine
from posting.post import post_lines
from services.bins import create_bin
from services.jobs import JobKind, ProgressReport, RunningJob, register
from services.location_rules import implied
from services.locations import get_location
from services.values import clean_code

SOURCE_CODE = "ITEMJNL"
JOB = "convert-to-bins"
#: lines posted together; a bar moves after each of them
CHUNK = 2000
#: more lines than this are posted by a job
AT_ONCE = 500


def check_conversion(session: Session, location: Location, code: str) -> int:
    """How many lines a conversion would post: balances and lots at the location.

    Raises ValidationError `bins_used_already`, `conflicting_setup` (in transit), `negative_inventory`, those of
    `clean_code`.
    """
    _check(session, location, code)
    counted = [
        session.scalar(select(func.count()).where(table.location_id == location.id, table.quantity > 0)) or 0
        for table in (ItemBalance, TrackingBalance)
    ]
    return sum(counted)


def convert_to_bins(
    session: Session, location: Location, code: str, *, on: dt.date, user_id: int | None,
    progress: ProgressReport | None = None,
) -> int | None:  # fmt: skip
    """Switch bins on and put all that lies at the location into the bin `code`, made where there is none.

    All or nothing, whatever there is of it; a register for each CHUNK of lines. The first register's id, None where
    nothing lies there. Raises as `check_conversion` and `create_bin`.
    """
    code = _check(session, location, code)
    for name, value in ({"bin_mandatory": True} | implied(location, {"bin_mandatory": True})).items():
        setattr(location, name, value)
    session.flush()  # from here on nobody posts: the set-up has another version
    bin_ = session.scalar(select(Bin).where(Bin.location_id == location.id, Bin.code == code))
    bin_ = bin_ or create_bin(session, location, code, {"description": _("All of the stock, to be sorted")})
    lines: list[Line] = list(_lines(session, location, bin_, on))
    registers = []
    for begin in range(0, len(lines), CHUNK):
        if progress is not None:
            progress(begin, len(lines))
        context = PostingContext(source_code=SOURCE_CODE, user_id=user_id)
        registers.append(post_lines(session, lines[begin : begin + CHUNK], context))
    if progress is not None:
        progress(len(lines), len(lines))
    return registers[0] if registers else None


def _check(session: Session, location: Location, code: str) -> str:
    """The bin's code as it is kept."""
    if location.bin_mandatory:
        raise ValidationError("bins_used_already", _("%(code)s works with bins already.", code=location.code))
    if location.use_as_in_transit:
        raise ValidationError(
            "conflicting_setup", _("%(code)s holds goods in transit and has no bins.", code=location.code)
        )
    code = clean_code(code, field="code", length=20)
    _check_not_negative(session, location)
    return code


def _check_not_negative(session: Session, location: Location) -> None:
    short = session.execute(
        select(Item.no, ItemBalance.quantity)
        .join(Item, Item.id == ItemBalance.item_id)
        .where(ItemBalance.location_id == location.id, ItemBalance.quantity < 0)
        .order_by(Item.no)
        .limit(1)
    ).first()
    if short is not None:
        raise ValidationError(
            "negative_inventory",
            _("Item %(no)s is below zero at %(code)s, and no bin can be.", no=short.no, code=location.code),
            hint=_("Post what is missing first."),
        )


def _lines(session: Session, location: Location, bin_: Bin, on: dt.date) -> Iterator[PostingLine]:
    """One line for each lot or serial number, and one for what has none of them."""
    tracked: dict[tuple[int, int], list[TrackingBalance]] = defaultdict(list)
    numbers = select(TrackingBalance).where(TrackingBalance.location_id == location.id, TrackingBalance.quantity > 0)
    for row in session.scalars(numbers):
        tracked[row.item_id, row.variant_id].append(row)
    balances = select(ItemBalance).where(ItemBalance.location_id == location.id, ItemBalance.quantity > 0)
    number = 0
    for balance in session.scalars(balances.order_by(ItemBalance.item_id, ItemBalance.variant_id)):
        parts: list[tuple[Decimal, str, str, str, dt.date | None]] = [
            (row.quantity, row.lot_no, row.serial_no, row.package_no, row.expiration_date)
            for row in tracked[balance.item_id, balance.variant_id]
        ]
        rest = balance.quantity - sum((part[0] for part in parts), ZERO)
        if rest > 0:
            parts.append((rest, "", "", "", None))
        for quantity, lot, serial, package, expires in parts:
            number += 1
            yield PostingLine(
                line_no=number, entry_type=EntryType.POSITIVE_ADJMT, item_id=balance.item_id, quantity=quantity,
                posting_date=on, document_no=bin_.code, variant_id=balance.variant_id, location_id=location.id,
                bin_id=bin_.id, lot_no=lot, serial_no=serial, package_no=package, expiration_date=expires,
                opens_bin=True,
            )  # fmt: skip


def _run(session: Session, job: RunningJob, progress: ProgressReport) -> Mapping[str, Any]:
    """The conversion as a job, in one transaction."""
    code, bin_code = str(job.parameters["location"]), str(job.parameters["bin"])
    on = dt.date.fromisoformat(str(job.parameters["on"]))

    def work(session: Session) -> int | None:
        location = get_location(session, code)
        return convert_to_bins(session, location, bin_code, on=on, user_id=job.user_id, progress=progress)

    return {"location": code, "bin": bin_code, "register": job.perform(work)}


register(JobKind(JOB, "Conversion to bins", _run, "setup.edit", outcome="locations.converted"))
