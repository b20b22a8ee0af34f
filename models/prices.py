"""Agreed prices and discounts: price lists of vendors and customers, invoice discounts (documents.md section 9)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Code20, Key, Name100, Percent, Quantity, Ref, UnitCost, db, word_enum
from models.enums import PriceListDefines, PriceListStatus, TradeSide
from models.items import Item, ItemVariant, UnitOfMeasure
from models.parties import Customer, Vendor

_ZERO = Decimal(0)


class PriceList(db.Model):
    """Prices and discounts for one party, a customer price group, or everybody; only an active one counts."""

    __tablename__ = "price_list"
    __table_args__ = (
        CheckConstraint("ending_date IS NULL OR starting_date IS NULL OR ending_date >= starting_date",
                        name="dates_ordered"),
        Index(None, "side", "status"),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    status: Mapped[PriceListStatus] = mapped_column(word_enum(PriceListStatus), default=PriceListStatus.DRAFT)
    defines: Mapped[PriceListDefines] = mapped_column(word_enum(PriceListDefines), default=PriceListDefines.BOTH)
    vendor_id: Mapped[Ref | None] = mapped_column(ForeignKey("vendor.id", ondelete="CASCADE"))
    customer_id: Mapped[Ref | None] = mapped_column(ForeignKey("customer.id", ondelete="CASCADE"))
    #: neither party nor group: everybody
    customer_price_group: Mapped[Code20] = mapped_column(default="")
    #: of its prices; none: local currency
    currency_id: Mapped[Ref | None] = mapped_column(ForeignKey("currency.id", ondelete="RESTRICT"))
    starting_date: Mapped[dt.date | None]
    ending_date: Mapped[dt.date | None]
    vendor: Mapped[Vendor | None] = relationship(lazy="raise")
    customer: Mapped[Customer | None] = relationship(lazy="raise")
    lines: Mapped[list[PriceListLine]] = relationship(
        lazy="raise", order_by="PriceListLine.id", cascade="all, delete-orphan", back_populates="price_list"
    )


class PriceListLine(db.Model):
    """A price, a discount, or both, for an item or an item discount group from a minimum quantity on."""

    __tablename__ = "price_list_line"
    __table_args__ = (
        CheckConstraint("(item_id IS NOT NULL) <> (item_discount_group <> '')", name="item_or_group"),
        CheckConstraint("unit_amount IS NULL OR unit_amount >= 0", name="price_not_negative"),
        CheckConstraint("discount_percent >= 0 AND discount_percent <= 10000000", name="discount_up_to_hundred"),
        CheckConstraint("minimum_quantity >= 0", name="minimum_not_negative"),
        Index(None, "price_list_id"),
        Index(None, "item_id"),
        Index(None, "item_discount_group"),
    )
    __audited__ = True

    id: Mapped[Key]
    price_list_id: Mapped[Ref] = mapped_column(ForeignKey("price_list.id", ondelete="CASCADE"))
    item_id: Mapped[Ref | None] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    item_discount_group: Mapped[Code20] = mapped_column(default="")
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    #: none: any unit; the price is then for one base unit, and the minimum in base units
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    minimum_quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    #: price of a sale, direct unit cost of a purchase; none: only a discount
    unit_amount: Mapped[UnitCost | None]
    discount_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    allow_line_discount: Mapped[bool] = mapped_column(default=True)
    allow_invoice_discount: Mapped[bool] = mapped_column(default=True)
    price_list: Mapped[PriceList] = relationship(lazy="raise", back_populates="lines")
    item: Mapped[Item | None] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(lazy="raise")


class InvoiceDiscount(db.Model):
    """What a vendor gives, or a customer gets, on a whole document from an amount on."""

    __tablename__ = "invoice_discount"
    __table_args__ = (
        UniqueConstraint("side", "code", "minimum_amount"),
        CheckConstraint("discount_percent >= 0 AND discount_percent <= 10000000", name="discount_up_to_hundred"),
    )
    __audited__ = True

    id: Mapped[Key]
    side: Mapped[TradeSide] = mapped_column(word_enum(TradeSide))
    code: Mapped[Code20]
    minimum_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    discount_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    service_charge: Mapped[Amount] = mapped_column(default=_ZERO)
