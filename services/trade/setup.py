"""Set-up of purchases and sales: switches, VAT rates, over-receipt codes, invoice discounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import NotFound, ValidationError
from core.text import _
from models import (
    InvoiceDiscount,
    OverReceiptCode,
    TradeSetup,
    VatBusinessPostingGroup,
    VatEntry,
    VatPostingSetup,
    VatProductPostingGroup,
)
from models.enums import TradeSide
from services.accounts import check_postable
from services.trade.facts import get_setup
from services.values import assign, clean_code

#: Switches and series: every column but the key.
SETUP_FIELDS = tuple(column.name for column in TradeSetup.__table__.columns if column.name != "id")
VAT_FIELDS = ("description", "vat_percent", "blocked", "sales_vat_account_id", "purchase_vat_account_id")


def edit_trade_setup(session: Session, values: Mapping[str, object]) -> TradeSetup:
    """Change switches and number series. Raises PostingError `setup_missing` and ValidationError of `assign`."""
    setup = get_setup(session)
    assign(session, setup, values, SETUP_FIELDS)
    session.flush()
    return setup


def get_vat_setup(session: Session, row_id: int) -> VatPostingSetup:
    """Raises NotFound `vat_setup_not_found`."""
    row = session.get(VatPostingSetup, row_id)
    if row is None:
        raise NotFound("vat_setup_not_found", _("This row of the VAT posting set-up does not exist any more."))
    return row


def create_vat_setup(
    session: Session, business_id: int, product_id: int, values: Mapping[str, object]
) -> VatPostingSetup:
    """A rate for a combination that has none yet. Raises `already_exists` and what `save_vat_setup` raises."""
    if _find_vat(session, business_id, product_id) is not None:
        raise ValidationError(
            "already_exists", _("There is a row for these two groups already. Open it from the list."),
            field="vat_product_posting_group_id",
        )  # fmt: skip
    return save_vat_setup(session, business_id, product_id, values)


def delete_vat_setup(session: Session, row: VatPostingSetup) -> None:
    """Remove a rate nothing was posted with. Raises ValidationError `in_use`."""
    posted = select(VatEntry.id).where(
        VatEntry.vat_business_posting_group_id == row.vat_business_posting_group_id,
        VatEntry.vat_product_posting_group_id == row.vat_product_posting_group_id,
    )
    if session.scalar(posted.limit(1)) is not None:
        raise ValidationError(
            "in_use", _("VAT entries were posted with this row, so it stays. Block it to keep it from new documents.")
        )
    session.delete(row)
    session.flush()


def find_vat_setup(session: Session, business_code: str, product_code: str) -> VatPostingSetup | None:
    """The row of two groups by their codes; no business code stands for partners without one."""
    business, product = VatBusinessPostingGroup, VatProductPostingGroup
    return session.scalar(
        select(VatPostingSetup)
        .join(business, business.id == VatPostingSetup.vat_business_posting_group_id)
        .join(product, product.id == VatPostingSetup.vat_product_posting_group_id)
        .where(business.code == business_code.upper(), product.code == product_code.upper())
    )


def _find_vat(session: Session, business_id: int, product_id: int) -> VatPostingSetup | None:
    return session.scalar(
        select(VatPostingSetup).where(
            VatPostingSetup.vat_business_posting_group_id == business_id,
            VatPostingSetup.vat_product_posting_group_id == product_id,
        )
    )


def save_vat_setup(
    session: Session, business_id: int, product_id: int, values: Mapping[str, object]
) -> VatPostingSetup:
    """Rate and accounts of a combination, made where there is none.

    Raises ValidationError `percent_out_of_range`, those of `assign` and of `services.accounts.check_postable`.
    """
    row = _find_vat(session, business_id, product_id)
    if row is None:
        row = VatPostingSetup()
        keys = {"vat_business_posting_group_id": business_id, "vat_product_posting_group_id": product_id}
        with session.no_autoflush:
            assign(session, row, keys, tuple(keys))
        session.add(row)
    with session.no_autoflush:
        # An account that was blocked later may stay where it is; only what changes is checked.
        accounts: Any = {
            name: value
            for name, value in values.items()
            if name.endswith("_account_id") and name in VAT_FIELDS and value != getattr(row, name)
        }
        check_postable(session, accounts)  # assign refuses what is no id
        assign(session, row, values, VAT_FIELDS)
    if row.vat_percent is not None and row.vat_percent > 100:
        raise ValidationError("percent_out_of_range", _("A rate lies between 0 and 100 %%."), field="vat_percent")
    session.flush()
    return row


def save_over_receipt_code(session: Session, code: str, values: Mapping[str, object]) -> OverReceiptCode:
    """A code with its tolerance, made where there is none. Raises ValidationError of `assign`."""
    clean = clean_code(code, field="code", length=20)
    row = session.scalar(select(OverReceiptCode).where(OverReceiptCode.code == clean)) or OverReceiptCode(code=clean)
    with session.no_autoflush:
        assign(session, row, values, ("description", "tolerance_percent", "approval_required", "default_code"))
    session.add(row)
    session.flush()
    return row


def get_invoice_discount(session: Session, side: TradeSide, row_id: int) -> InvoiceDiscount:
    """A step of that side. Raises NotFound `discount_not_found`."""
    row = session.get(InvoiceDiscount, row_id)
    if row is None or row.side != side:
        raise NotFound("discount_not_found", _("This discount does not exist any more."))
    return row


def save_invoice_discount(
    session: Session, side: TradeSide, code: str, values: Mapping[str, object], row_id: int | None = None
) -> InvoiceDiscount:
    """A step of a discount code: from an amount on, so many percent.

    Raises NotFound `discount_not_found`; ValidationError `already_exists`, `discount_out_of_range` and of `assign`.
    """
    row = InvoiceDiscount(side=side) if row_id is None else get_invoice_discount(session, side, row_id)
    row.code = clean_code(code, field="code", length=20)
    with session.no_autoflush:
        assign(session, row, values, ("minimum_amount", "discount_percent", "service_charge"))
        rival = session.scalar(
            select(InvoiceDiscount.id).where(
                InvoiceDiscount.side == side, InvoiceDiscount.code == row.code,
                InvoiceDiscount.minimum_amount == (row.minimum_amount or 0), InvoiceDiscount.id != (row.id or 0),
            )
        )  # fmt: skip
    if rival is not None:
        raise ValidationError("already_exists", _("There is a step from this amount on already."),
                              field="minimum_amount")  # fmt: skip
    if row.discount_percent is not None and row.discount_percent > 100:
        raise ValidationError(
            "discount_out_of_range", _("A discount lies between 0 and 100 %%."), field="discount_percent"
        )
    session.add(row)
    session.flush()
    return row
