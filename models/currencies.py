"""Currencies of documents and price lists, and what they are worth by date (documents.md sections 2, 9)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Amount, Code10, Key, Name100, Ref, UnitCost, db

_ONE = Decimal(1)


class Currency(db.Model):
    """A currency that is not the company's own; a document without one is in local currency."""

    __tablename__ = "currency"
    __table_args__ = (CheckConstraint("amount_rounding > 0 AND unit_amount_rounding > 0", name="roundings_positive"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code10] = mapped_column(unique=True)
    name: Mapped[Name100] = mapped_column(default="")
    symbol: Mapped[Code10] = mapped_column(default="")
    amount_rounding: Mapped[Amount] = mapped_column(default=Decimal("0.01"))
    unit_amount_rounding: Mapped[UnitCost] = mapped_column(default=Decimal("0.00001"))


class CurrencyExchangeRate(db.Model):
    """From a day on, `amount` of the currency is worth `local_amount`."""

    __tablename__ = "currency_exchange_rate"
    __table_args__ = (
        UniqueConstraint("currency_id", "starting_date"),
        CheckConstraint("amount > 0 AND local_amount > 0", name="rate_positive"),
    )
    __audited__ = True

    id: Mapped[Key]
    currency_id: Mapped[Ref] = mapped_column(ForeignKey("currency.id", ondelete="CASCADE"))
    starting_date: Mapped[dt.date]
    amount: Mapped[UnitCost] = mapped_column(default=_ONE)
    local_amount: Mapped[UnitCost]
