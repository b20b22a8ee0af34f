"""A scanned code on a document: the item's open line counts up, or a line is added (documents.md section 23)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import TradeLine
from models.enums import TradeLineType
from services.items.lookup import resolve_code
from services.search import resolve_scan
from services.trade.documents import lines_of, lock_document
from services.trade.lines import add_lines, change_line
from services.trade.references import party_of, reference_day, values_of

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


def add_scanned(
    session: Session, document_id: int, code: str, *, choice: str = "", user_id: int | None = None
) -> TradeLine:
    """Add one of what was scanned, in the unit and variant of its reference (items.md section 7).

    An open line of the same item, variant and unit counts up. `choice` is the key of one of the candidates of an
    earlier refusal. Raises `unknown_reference`, AmbiguousReference `ambiguous_reference`, and what adding and changing
    a line raise.
    """
    document = lock_document(session, document_id)
    hit = resolve_code(
        session, code, on=reference_day(document), party=party_of(session, document), choice=choice
    )  # fmt: skip
    for line in lines_of(session, document_id):
        if (
            line.type == TradeLineType.ITEM
            and line.item_id == hit.item_id
            and line.posted_line_id is None
            and line.variant_id == hit.variant_id
            and hit.unit_id in (None, line.unit_of_measure_id)
        ):
            return change_line(session, document_id, line.line_no, {"quantity": line.quantity + ONE}, user_id=user_id)
    return add_lines(session, document_id, [{**values_of(hit), "quantity": ONE}], user_id=user_id)[0]
