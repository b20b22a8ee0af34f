"""People and machines whose time is sold; costs of service orders beside goods (documents.md sections 3 and 17)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Key, Name100, Ref, UnitCost, db

_ZERO = Decimal(0)


class Resource(db.Model):
    """Somebody or something whose time is sold; never in stock. Price and cost of one unit in local currency."""

    __tablename__ = "resource"
    __table_args__ = (CheckConstraint("unit_price >= 0 AND unit_cost >= 0", name="money_not_negative"),)
    __audited__ = True

    id: Mapped[Key]
    no: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    unit_price: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    #: with the customer's group it finds the sales account
    gen_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("gen_product_posting_group.id", ondelete="RESTRICT")
    )
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
    blocked: Mapped[bool] = mapped_column(default=False)


class ServiceCost(db.Model):
    """Travel, a call-out fee and the like on service orders: billed to an account of its own."""

    __tablename__ = "service_cost"
    __table_args__ = (CheckConstraint("unit_price >= 0", name="price_not_negative"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    gl_account_id: Mapped[Ref | None] = mapped_column(ForeignKey("gl_account.id", ondelete="RESTRICT"))
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    unit_price: Mapped[UnitCost] = mapped_column(default=_ZERO)
    vat_product_posting_group_id: Mapped[Ref | None] = mapped_column(
        ForeignKey("vat_product_posting_group.id", ondelete="RESTRICT")
    )
