"""Something out of a vendor's catalog on a sales line (items.md section 11)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import CatalogItem, TradeDocument, TradeLine
from models.enums import TradeSide, TradeType
from services.catalog.items import item_for_sale
from services.trade.documents import check_open, lock_document
from services.trade.lines import add_lines

_ONE = Decimal(1)


def may_select(document: TradeDocument) -> bool:
    """On what is still to be ordered: quotes and orders to customers."""
    return document.side == TradeSide.SALES and document.type in (TradeType.QUOTE, TradeType.ORDER)


def select_catalog_item(
    session: Session,
    document_id: int,
    entry_no: str,
    *,
    quantity: Decimal = _ONE,
    line_no: int | None = None,
    on: dt.date,
    user_id: int | None = None,
) -> TradeLine:
    """Add a line with the item of a catalog entry at the catalog's price; the item is made where there is none yet.

    `line_no` names the line that was to take it: one that says something already is refused. Raises ValidationError
    `not_on_this_document`, `line_not_empty`, `document_released`, and what `create_item_of` and `add_lines` raise;
    NotFound `not_found`.
    """
    document = lock_document(session, document_id)
    if not may_select(document):
        raise ValidationError(
            "not_on_this_document",
            _("Catalog items are selected on sales quotes and orders; %(no)s is neither.", no=document.no),
        )
    check_open(document)
    if line_no is not None:
        said = select(TradeLine.id).where(TradeLine.document_id == document_id, TradeLine.line_no == line_no)
        if session.scalar(said) is not None:
            raise ValidationError(
                "line_not_empty", _("Line %(line)s names something already.", line=line_no), line=line_no,
                hint=_("Select the catalog item on a new line."),
            )  # fmt: skip
    entry = session.scalar(select(CatalogItem).where(CatalogItem.no == entry_no.strip().upper()))
    if entry is None:
        raise NotFound("not_found", _("There is no catalog entry %(no)s.", no=entry_no), field="entry")
    item = item_for_sale(session, entry, on=on)
    values: dict[str, object] = {
        "item_id": item.id, "quantity": quantity, "unit_amount": entry.unit_price,
        "unit_of_measure_id": item.base_unit_of_measure_id,
    }  # fmt: skip
    return add_lines(session, document_id, [values], user_id=user_id)[0]
