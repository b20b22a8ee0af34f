"""A scanned code on a document: the item's open line counts up, or a line is added (documents.md section 23)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import TradeLine
from models.enums import TradeLineType
from services.search import resolve_scan
from services.trade.documents import lines_of
from services.trade.lines import add_lines, change_line

ONE = Decimal(1)


def item_of_code(session: Session, code: str) -> int:
    """The item that a code means: its number, bar code, GTIN within a GS1 code, or another party's number.

    Raises ValidationError `scan_unknown`.
    """
    found = resolve_scan(session, code, kinds=("item",))
    if found is None:
        raise ValidationError(
            "scan_unknown", _("No item has the code “%(code)s”.", code=code[:40]), field="code",
            hint=_("Scan it again, or type the item number."),
        )  # fmt: skip
    return found.record_id


def add_scanned(session: Session, document_id: int, code: str, *, user_id: int | None = None) -> TradeLine:
    """Add one of the scanned item. Raises `scan_unknown` and what adding and changing a line raise."""
    item_id = item_of_code(session, code)
    for line in lines_of(session, document_id):
        if line.type == TradeLineType.ITEM and line.item_id == item_id and line.posted_line_id is None:
            return change_line(session, document_id, line.line_no, {"quantity": line.quantity + ONE}, user_id=user_id)
    return add_lines(session, document_id, [{"item_id": item_id, "quantity": ONE}], user_id=user_id)[0]
