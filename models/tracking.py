"""What is known of a lot, serial or package number besides its entries (tracking.md section 7)."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code50, Key, LongText, Name100, Name250, Ref, db, word_enum
from models.enums import TestQuality


class NumberCard(db.Model):
    """The information card of one number of an item and variant. Numbers exist in the ledger without one."""

    __tablename__ = "number_card"
    __table_args__ = (
        UniqueConstraint("item_id", "variant_id", "lot_no", "serial_no", "package_no"),
        CheckConstraint(
            "(CASE WHEN lot_no = '' THEN 0 ELSE 1 END) + (CASE WHEN serial_no = '' THEN 0 ELSE 1 END)"
            " + (CASE WHEN package_no = '' THEN 0 ELSE 1 END) = 1",
            name="one_number",
        ),
        CheckConstraint("blocked OR block_reason = ''", name="reason_only_when_blocked"),
        # read by every posting of a tracked item
        Index("ix_number_card_blocked", "item_id", postgresql_where=text("blocked"), sqlite_where=text("blocked")),
    )
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    description: Mapped[Name100] = mapped_column(default="")
    blocked: Mapped[bool] = mapped_column(default=False)
    block_reason: Mapped[Name250] = mapped_column(default="")
    test_quality: Mapped[TestQuality] = mapped_column(word_enum(TestQuality), default=TestQuality.NONE)
    certificate_no: Mapped[Code50] = mapped_column(default="")
    note: Mapped[LongText] = mapped_column(default="")
