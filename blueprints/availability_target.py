"""The document line from which availability was opened: a date or place seen there can be put on it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from flask import Response, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from blueprints.access import current_user, may
from blueprints.masters import press
from blueprints.trade_kinds import DOCUMENT, EDIT, PAGE_KINDS, SLUGS, PageKind, find_id, on_both_sides, page_kind
from core.errors import ValidationError
from core.text import _
from models import BLANK_ID, Location, TradeDocument, TradeLine
from models.enums import DocumentStatus, TradeSide
from services.trade import lines


@dataclass(frozen=True)
class Target:
    """A line of an open purchase or sales document that the user may change."""

    kind: PageKind
    no: str
    line_no: int
    location: str

    @property
    def key(self) -> str:
        """How an address names it."""
        return f"{self.kind.side}:{self.kind.slug}:{self.no}:{self.line_no}"

    @property
    def back(self) -> str:
        """The document."""
        return self.kind.url("show", no=self.no)

    @property
    def take(self) -> str:
        """Where a date or place is put on it."""
        return self.kind.url("take_availability", no=self.no, line_no=self.line_no)


def target_of(session: Session, text: str) -> Target | None:
    """The line that `for` of an address names; None where it is not there or may not be changed."""
    parts = text[:200].split(":")
    if len(parts) != 4 or parts[0] not in set(TradeSide) or parts[1] not in SLUGS:
        return None
    side, number = TradeSide(parts[0]), parts[3]
    kind = PAGE_KINDS[side, SLUGS[parts[1]]]
    if not may(kind.edit) or not (number.isascii() and number.isdigit() and len(number) < 10):
        return None
    row = session.execute(
        select(TradeLine.line_no, Location.code)
        .join(TradeDocument, TradeDocument.id == TradeLine.document_id)
        .join(Location, Location.id == TradeLine.location_id)
        .where(
            TradeDocument.side == side, TradeDocument.type == kind.type, TradeDocument.no == parts[2].upper(),
            TradeLine.line_no == int(number), TradeDocument.status == DocumentStatus.OPEN,
        )
    ).first()  # fmt: skip
    return Target(kind, parts[2].upper(), row[0], row[1]) if row is not None else None


def line_url(kind: PageKind, document: TradeDocument, line: TradeLine) -> str:
    """Availability of a line's item where and when the line wants it."""
    place = {"location": line.location.code or "-"}
    if line.variant_id:
        place["variant"] = line.variant.code
    key = f"{kind.side}:{kind.slug}:{document.no}:{line.line_no}"
    return url_for("availability.show", no=line.item.no if line.item else "", **place, **{"for": key})


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/take", "take_availability", EDIT, "POST")
def take_availability(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Put a date or a location that availability showed on the line (sections 13 and 14)."""
    kind = page_kind(side, slug)
    document_id, user_id = find_id(kind, no), current_user.id
    day, code = request.form.get("date", ""), request.form.get("location", "").strip().upper()[:20]
    back = kind.url("show", no=no)

    def work(session: Session) -> None:
        if day:
            try:
                values: dict[str, object] = {"expected_date": dt.date.fromisoformat(day)}
            except ValueError as error:
                raise ValidationError("date_invalid", _("This is no date.")) from error
        else:
            named = select(Location.id).where(Location.code == code, Location.deleted.is_(False))
            place = session.scalar(named) if code else BLANK_ID
            if place is None:
                raise ValidationError("not_found", _("There is no location %(code)s.", code=code))
            values = {"location_id": place}
        lines.change_line(session, document_id, line_no, values, user_id=user_id)

    return press(work, message=_("Put on the line."), back=back)
