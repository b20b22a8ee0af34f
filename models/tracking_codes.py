"""Tracking codes: which numbers an item carries, when they are demanded, how dates are handled (tracking.md 1)."""

from __future__ import annotations

import enum

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code20, Key, Name50, db


class TrackedMovement(enum.StrEnum):
    """A kind of movement for which a number may be demanded; in and out are the sign of the quantity."""

    PURCHASE_IN = "purchase_in"
    PURCHASE_OUT = "purchase_out"
    SALES_IN = "sales_in"
    SALES_OUT = "sales_out"
    POSITIVE_IN = "positive_in"
    POSITIVE_OUT = "positive_out"
    NEGATIVE_IN = "negative_in"
    NEGATIVE_OUT = "negative_out"
    ASSEMBLY_IN = "assembly_in"
    ASSEMBLY_OUT = "assembly_out"
    MANUFACTURING_IN = "manufacturing_in"
    MANUFACTURING_OUT = "manufacturing_out"
    TRANSFER = "transfer"


class ItemTrackingCode(db.Model):
    """The rules of an item's serial, lot and package numbers.

    `<kind>_needed` names movements (words of TrackedMovement with a blank between them) that demand the number; a
    specific number is demanded by every movement, whatever stands there.
    """

    __tablename__ = "item_tracking_code"
    __table_args__ = (
        CheckConstraint("serial_specific OR NOT serial_warehouse", name="serial_warehouse_is_specific"),
        CheckConstraint("lot_specific OR NOT lot_warehouse", name="lot_warehouse_is_specific"),
        CheckConstraint("package_specific OR NOT package_warehouse", name="package_warehouse_is_specific"),
    )
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name50] = mapped_column(default="")
    serial_specific: Mapped[bool] = mapped_column(default=False)
    serial_warehouse: Mapped[bool] = mapped_column(default=False)
    serial_needed: Mapped[str] = mapped_column(String(250), default="")
    serial_card_in: Mapped[bool] = mapped_column(default=False)
    serial_card_out: Mapped[bool] = mapped_column(default=False)
    serial_create_card: Mapped[bool] = mapped_column(default=False)
    lot_specific: Mapped[bool] = mapped_column(default=False)
    lot_warehouse: Mapped[bool] = mapped_column(default=False)
    lot_needed: Mapped[str] = mapped_column(String(250), default="")
    lot_card_in: Mapped[bool] = mapped_column(default=False)
    lot_card_out: Mapped[bool] = mapped_column(default=False)
    lot_create_card: Mapped[bool] = mapped_column(default=False)
    package_specific: Mapped[bool] = mapped_column(default=False)
    package_warehouse: Mapped[bool] = mapped_column(default=False)
    package_needed: Mapped[str] = mapped_column(String(250), default="")
    package_card_in: Mapped[bool] = mapped_column(default=False)
    package_card_out: Mapped[bool] = mapped_column(default=False)
    #: from the document date; blank: no warranty date by itself
    warranty_calculation: Mapped[Code20] = mapped_column(default="")
    manual_warranty_date_required: Mapped[bool] = mapped_column(default=False)
    use_expiration_dates: Mapped[bool] = mapped_column(default=False)
    manual_expiration_date_required: Mapped[bool] = mapped_column(default=False)
    strict_expiration: Mapped[bool] = mapped_column(default=False)
