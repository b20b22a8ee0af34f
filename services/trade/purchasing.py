"""How the goods of a sales line are bought: for stock, straight to the customer, or for this sale (documents.md 16)."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.rounding import ZERO
from core.text import _
from models import PurchasingCode, TradeDocument, TradeLine, Vendor
from models.enums import ReservePolicy, TradeSide, TradeType
from services.trade.facts import TradeFacts


def purchasing(
    session: Session, document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts
) -> dict[str, object]:
    """What a purchasing code means for the line: the one that is typed, or that of a newly chosen item.

    Sales quotes and orders only; purchase lines get theirs when they are fetched. Raises ValidationError
    `purchasing_code_unknown`.
    """
    if document.side != TradeSide.SALES or document.type not in (TradeType.ORDER, TradeType.QUOTE):
        return {}
    if "purchasing_code" in given:
        code = str(given["purchasing_code"] or "").strip().upper()
        row = None
        if code:
            row = session.scalar(select(PurchasingCode).where(func.upper(PurchasingCode.code) == code))
            if row is None:
                raise ValidationError(
                    "purchasing_code_unknown", _("There is no purchasing code %(code)s.", code=code),
                    field="purchasing_code",
                )  # fmt: skip
        return _as(row, line, given)
    item_id = given.get("item_id")
    item = facts.items.get(item_id) if isinstance(item_id, int) and item_id != line.item_id else None
    if item is None or item.item.purchasing_code_id is None or {"drop_shipment", "special_order"} & given.keys():
        return {}
    return _as(session.get(PurchasingCode, item.item.purchasing_code_id), line, given)


def over_receipt(
    session: Session, document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts
) -> dict[str, object]:
    """Which over-receipt code a purchase line gets: of the item, the vendor, else the default (documents.md 3).

    Raises ValidationError `over_receipt_code_unknown` for one that is typed and is none.
    """
    if document.side != TradeSide.PURCHASE:
        return {}
    if "over_receipt_code" in given:
        code = str(given["over_receipt_code"] or "").strip().upper()
        if code and code not in facts.over_receipt:
            raise ValidationError(
                "over_receipt_code_unknown", _("There is no over-receipt code %(code)s.", code=code),
                field="over_receipt_code",
            )  # fmt: skip
        return {"over_receipt_code": code}
    item_id = given.get("item_id")
    item = facts.items.get(item_id) if isinstance(item_id, int) and item_id != line.item_id else None
    if item is None or item.item.over_receipt_code or document.vendor_id is None:
        return {}
    vendor = session.get(Vendor, document.vendor_id)
    usual = next((code for code, row in facts.over_receipt.items() if row.default_code), "")
    code = (vendor.over_receipt_code if vendor is not None else "") or usual
    return {"over_receipt_code": code} if code else {}


def return_reason(
    document: TradeDocument, line: TradeLine, given: Mapping[str, object], facts: TradeFacts
) -> dict[str, object]:
    """What the reason of a return means for the line: where the goods are put, and that they are worth nothing.

    documents.md section 11. Raises ValidationError `return_reason_unknown`.
    """
    if "return_reason_code" not in given:
        return {}
    code = str(given["return_reason_code"] or "").strip().upper()
    reason = facts.return_reasons.get(code)
    if code and reason is None:
        raise ValidationError(
            "return_reason_unknown", _("There is no return reason %(code)s.", code=code),
            field="return_reason_code", hint=_("Choose one of the list, or leave it empty."),
        )  # fmt: skip
    said: dict[str, object] = {"return_reason_code": code}
    if reason is not None and reason.location_id is not None and given.get("location_id") in (None, line.location_id):
        said["location_id"] = reason.location_id
    if reason is not None and reason.inventory_value_zero and document.side == TradeSide.SALES:
        said["unit_cost"] = ZERO
    return said


def _as(row: PurchasingCode | None, line: TradeLine, given: Mapping[str, object]) -> dict[str, object]:
    said: dict[str, object] = {
        "purchasing_code": row.code if row is not None else "",
        "drop_shipment": row is not None and row.drop_shipment,
        "special_order": row is not None and row.special_order,
    }
    if row is None and "reserve" not in given and line.reserve == ReservePolicy.NEVER and line.purchasing_code:
        said["reserve"] = ReservePolicy.OPTIONAL  # it was never only because of the code
    return said
