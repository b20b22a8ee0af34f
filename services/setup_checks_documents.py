"""What would stop a document: checked on the set-up page only, since it looks at more than the start page should.

The posting set-ups and the company itself are services/setup_checks.py (items.md sections 16 and 23).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from core.text import _, ngettext
from models import (
    BLANK_ID,
    Customer,
    GenBusinessPostingGroup,
    GeneralPostingSetup,
    GenProductPostingGroup,
    InventorySetup,
    Item,
    NumberSeries,
    NumberSeriesLine,
    TradeSetup,
    TransferOrder,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    Vendor,
)
from models.enums import ItemType
from services.numbers import is_near_end, numbers_left
from services.setup_checks import Gap, account_label, missing_setup


def everything_missing(session: Session, on: dt.date) -> list[Gap]:
    """All gaps on the day `on`, in the order in which one would fill them in; a fixed number of queries."""
    return [
        *missing_setup(session), *_blocked_rows(session), *_vat_rows(session), *_bare_items(session),
        *_bare_parties(session), *_transfer_series(session), *_trade_series(session), *_ending_series(session, on),
    ]  # fmt: skip


def _blocked_rows(session: Session) -> Iterator[Gap]:
    """Rows of the general posting set-up that are blocked while items and parties use their groups."""
    row, product, business = GeneralPostingSetup, GenProductPostingGroup, GenBusinessPostingGroup
    parties = [
        select(model.id).where(model.gen_business_posting_group_id == row.gen_business_posting_group_id).exists()
        for model in (Customer, Vendor)
    ]
    statement = (
        select(business.code, product.code)
        .select_from(row)
        .join(business, business.id == row.gen_business_posting_group_id)
        .join(product, product.id == row.gen_product_posting_group_id)
        .where(
            row.blocked.is_(True),
            select(Item.id).where(Item.gen_product_posting_group_id == product.id).exists(),
            or_(row.gen_business_posting_group_id == BLANK_ID, *parties),
        )
        .order_by(business.code, product.code)
    )
    for business_code, product_code in session.execute(statement):
        sentence = _(
            "%(row)s and %(column)s: blocked, so nothing can be posted with it.",
            row=business_code or _("no business group"), column=product_code,
        )  # fmt: skip
        yield Gap("general_posting", sentence, business_code, product_code)


def _vat_rows(session: Session) -> Iterator[Gap]:
    """VAT groups of items and partners that meet without a rate, with a blocked one, or without its account."""
    rows = {
        (row.vat_business_posting_group_id, row.vat_product_posting_group_id): row
        for row in session.scalars(select(VatPostingSetup))
    }
    product, business = VatProductPostingGroup, VatBusinessPostingGroup
    used = select(Item.id).where(Item.vat_product_posting_group_id == product.id).exists()
    products = session.execute(select(product.id, product.code).where(used).order_by(product.code)).tuples().all()
    accounts: dict[tuple[int, str], list[str]] = {}
    for model, field in ((Customer, "sales_vat_account_id"), (Vendor, "purchase_vat_account_id")):
        traded = select(model.id).where(model.vat_business_posting_group_id == business.id).exists()
        for found in session.execute(select(business.id, business.code).where(traded)).tuples():
            accounts.setdefault(found, []).append(field)
    for (business_id, business_code), fields in sorted(accounts.items(), key=lambda pair: pair[0][1]):
        for product_id, product_code in products:
            row = rows.get((business_id, product_id))
            words = {"row": business_code or _("no VAT business group"), "column": product_code}
            missing = tuple(field for field in fields if row is not None and getattr(row, field) is None)
            if row is None:
                sentence = _("%(row)s and %(column)s: no VAT rate.", **words)
            elif row.blocked:
                sentence = _("%(row)s and %(column)s: blocked, so nothing can be posted with it.", **words)
            elif row.vat_percent and missing:
                names = ", ".join(account_label(field) for field in missing)
                sentence = _("%(row)s and %(column)s: %(accounts)s missing.", accounts=names, **words)
            else:
                continue
            yield Gap("vat_posting", sentence, business_code, product_code, missing)


def _bare_items(session: Session) -> Iterator[Gap]:
    """Items that cannot stand on a document line for want of a group."""
    goods = Item.type == ItemType.INVENTORY
    for condition, what in (
        (Item.gen_product_posting_group_id.is_(None), _("general product posting group")),
        (goods & Item.inventory_posting_group_id.is_(None), _("inventory posting group")),
    ):
        usable = Item.blocked.is_(False), condition
        count, first = session.execute(select(func.count(), func.min(Item.no)).where(*usable)).one()
        if count:
            sentence = ngettext(
                "%(num)d item has no %(what)s, first %(no)s.", "%(num)d items have no %(what)s, first %(no)s.",
                count, what=what, no=first,
            )  # fmt: skip
            yield Gap("item", sentence, column_code=first)


def _bare_parties(session: Session) -> Iterator[Gap]:
    """Vendors and customers without the groups that posting their documents needs."""
    kinds: tuple[tuple[str, Any, Any], ...] = (
        ("vendor", Vendor, Vendor.vendor_posting_group_id),
        ("customer", Customer, Customer.customer_posting_group_id),
    )
    for area, model, own in kinds:
        bare = or_(own.is_(None), model.gen_business_posting_group_id.is_(None))
        count, first = session.execute(select(func.count(), func.min(model.no)).where(bare)).one()
        if count and area == "vendor":
            sentence = ngettext(
                "%(num)d vendor lacks a posting group, first %(no)s.",
                "%(num)d vendors lack a posting group, first %(no)s.", count, no=first,
            )  # fmt: skip
            yield Gap(area, sentence, column_code=first)
        elif count:
            sentence = ngettext(
                "%(num)d customer lacks a posting group, first %(no)s.",
                "%(num)d customers lack a posting group, first %(no)s.", count, no=first,
            )  # fmt: skip
            yield Gap(area, sentence, column_code=first)


def _transfer_series(session: Session) -> Iterator[Gap]:
    setup = session.get(InventorySetup, 1)
    if setup is None:
        return
    wanted = [
        (setup.transfer_order_nos_id, _("Transfer orders get no number: choose a number series.")),
        (setup.transfer_shipment_nos_id, _("Posted transfer shipments get no number: choose a number series.")),
        (setup.transfer_receipt_nos_id, _("Posted transfer receipts get no number: choose a number series.")),
    ]
    direct = session.scalar(select(TransferOrder.id).where(TransferOrder.direct_transfer).limit(1)) is not None
    if direct:
        words = _("Posted direct transfers get no number: choose a number series.")
        wanted.append((setup.direct_transfer_nos_id, words))
    for series_id, sentence in wanted:
        if series_id is None:
            yield Gap("inventory", sentence)


def _trade_series(session: Session) -> Iterator[Gap]:
    """Purchase and sales documents whose number series is missing."""
    setup = session.get(TradeSetup, 1)
    if setup is None:
        return
    missing = [
        column.key.removesuffix("_nos_id").replace("_", " ")
        for column in TradeSetup.__table__.columns
        if column.key.endswith("_nos_id") and getattr(setup, column.key) is None
    ]
    if missing:
        yield Gap("trade", _("No number series is set up for: %(names)s.", names=", ".join(missing)))


def _ending_series(session: Session, on: dt.date) -> Iterator[Gap]:
    """Series whose current line is past its warning number or used up."""
    latest = (
        select(NumberSeriesLine.series_id, func.max(NumberSeriesLine.starting_date).label("day"))
        .where(NumberSeriesLine.starting_date <= on)
        .group_by(NumberSeriesLine.series_id)
        .subquery()
    )
    statement = (
        select(NumberSeries.code, NumberSeriesLine)
        .join(NumberSeriesLine, NumberSeriesLine.series_id == NumberSeries.id)
        .join(
            latest,
            (latest.c.series_id == NumberSeriesLine.series_id) & (latest.c.day == NumberSeriesLine.starting_date),
        )
        .order_by(NumberSeries.code)
    )
    for code, line in session.execute(statement):
        if is_near_end(line):
            sentence = ngettext(
                "Number series %(code)s has %(num)d number left: add a line.",
                "Number series %(code)s has %(num)d numbers left: add a line.", numbers_left(line) or 0, code=code,
            )  # fmt: skip
            yield Gap("number_series", sentence, column_code=code)
