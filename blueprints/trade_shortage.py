"""The sheet behind the stock-out notice of a line: its figures, and what can be done."""

from __future__ import annotations

from flask import Response

from blueprints.access import may, today
from blueprints.availability_target import line_url
from blueprints.database import db_session
from blueprints.htmx import render
from blueprints.masters import PlainForm
from blueprints.trade_kinds import DOCUMENT, VIEW, find, on_both_sides, page_kind
from models import Permission, UnitOfMeasure
from models.enums import TradeSide
from services.trade import page as pages
from services.trade.shortage import details_of


@on_both_sides(DOCUMENT + "/lines/<int:line_no>/shortage", "shortage", VIEW)
def shortage(side: TradeSide, slug: str, no: str, line_no: int) -> Response:
    """Needed, in stock, asked for, coming, missing, and from when all of it is there."""
    kind = page_kind(side, slug)
    document = find(kind, no, lines=False)
    line = pages.one_line(db_session(), document.id, line_no)
    details = details_of(db_session(), document, line, today=today())
    unit = db_session().get(UnitOfMeasure, line.item.base_unit_of_measure_id or 0) if line.item is not None else None
    return render(
        "trade/shortage.html", "trade/_shortage.html", kind=kind, record=document, line=line, details=details,
        unit=unit.code if unit is not None else "",
        events=line_url(kind, document, line) if may(Permission.ITEMS_VIEW) else "", form=PlainForm(formdata=None),
    )  # fmt: skip
