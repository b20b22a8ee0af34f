"""Small lists that the item card chooses from (items.md sections 1 and 19, posting-and-costing.md section 17.3)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Key, Name100, db


class PurchasingCode(db.Model):
    """How an item is bought for a sale: delivered to the customer by the vendor, or ordered for that one order."""

    __tablename__ = "purchasing_code"
    __table_args__ = (CheckConstraint("NOT (drop_shipment AND special_order)", name="one_of_both"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    drop_shipment: Mapped[bool] = mapped_column(default=False)
    special_order: Mapped[bool] = mapped_column(default=False)


class ItemDiscountGroup(db.Model):
    """Items that share the discounts of price lists; their lines name it by its code."""

    __tablename__ = "item_discount_group"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class CountingPeriod(db.Model):
    """How often a year an item is counted."""

    __tablename__ = "counting_period"
    __table_args__ = (CheckConstraint("counts_per_year BETWEEN 1 AND 366", name="counts_per_year_range"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    counts_per_year: Mapped[int] = mapped_column(default=1)


class SpecialEquipmentCode(db.Model):
    """What is needed to handle goods or to reach a bin: a lift, a drum trolley."""

    __tablename__ = "special_equipment"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class WarehouseClass(db.Model):
    """What a place must be to take goods: cold, dry, locked."""

    __tablename__ = "warehouse_class"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")


class PutAwayTemplate(db.Model):
    """By which rule goods find their bin; items, stockkeeping units and locations name it by its code."""

    __tablename__ = "put_away_template"
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
