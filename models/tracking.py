"""Lots, serial and package numbers: what there is of each, what is known of it besides (tracking.md section 7)."""

from __future__ import annotations

import datetime as dt
import enum
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code10, Code50, Key, LongText, Name100, Name250, Quantity, Ref, db, word_enum
from models.enums import TestQuality


class NumberKind(enum.StrEnum):
    """Which of its three numbers a piece is looked at by."""

    LOT = "lot"
    SERIAL = "serial"
    PACKAGE = "package"


class NumberCard(db.Model):
    """The information card of one number of an item and variant. Numbers exist in the ledger without one."""

    __tablename__ = "number_card"
    __table_args__ = (
        UniqueConstraint("item_id", "variant_id", "kind", "number"),
        CheckConstraint("number <> ''", name="number_given"),
        CheckConstraint("blocked OR block_reason = ''", name="reason_only_when_blocked"),
        Index(None, "number", "item_id"),  # read by every posting of a tracked item
        Index("ix_number_card_blocked", "item_id", postgresql_where=text("blocked"), sqlite_where=text("blocked")),
        Index("ix_number_card_certificate", "certificate_until", postgresql_where=text("certificate_until IS NOT NULL"),
              sqlite_where=text("certificate_until IS NOT NULL")),
    )  # fmt: skip
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    kind: Mapped[NumberKind] = mapped_column(word_enum(NumberKind))
    number: Mapped[Code50]
    description: Mapped[Name100] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    block_reason: Mapped[Name250] = mapped_column(default="")
    test_quality: Mapped[TestQuality] = mapped_column(word_enum(TestQuality), default=TestQuality.NONE)
    certificate_no: Mapped[Code50] = mapped_column(default="")
    #: until when it holds; a reminder stands in the list
    certificate_until: Mapped[dt.date | None]
    #: of a package
    country_of_origin: Mapped[Code10] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")


class NumberPicture(db.Model):
    """The picture on the card of a number, re-encoded, with a thumbnail."""

    __tablename__ = "number_picture"

    card_id: Mapped[Ref] = mapped_column(ForeignKey("number_card.id", ondelete="CASCADE"), primary_key=True)
    digest: Mapped[Name100]
    image: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    thumbnail: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class NumberTotal(db.Model):
    """What all places together have of one number, and its dates: a running balance that posting keeps.

    An entry with a lot and a serial number counts in the row of either. `expiration_date` is that of the last entry
    that came in; it stays when the number is used up, and counts for what comes in again (tracking.md section 6).
    """

    __tablename__ = "number_total"
    __table_args__ = (
        UniqueConstraint("item_id", "variant_id", "kind", "number"),
        Index(None, "number", "id"),  # the list, sorted by number; search by its beginning
        Index(None, "kind", "number", "id"),
        Index("ix_number_total_expiration", "expiration_date", "id",
              postgresql_where=text("quantity > 0"), sqlite_where=text("quantity > 0")),
    )  # fmt: skip

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(default=0)
    kind: Mapped[NumberKind] = mapped_column(word_enum(NumberKind))
    number: Mapped[Code50]
    quantity: Mapped[Quantity] = mapped_column(default=Decimal(0))
    expiration_date: Mapped[dt.date | None]
    warranty_date: Mapped[dt.date | None]
