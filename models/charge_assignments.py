"""Which goods carry an item charge: rows of a charge line, each with one target (documents.md section 14)."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Key, Quantity, Ref, db
from models.documents import TradeLine
from models.posted_documents import PostedLine

_ZERO = Decimal(0)


class ItemChargeAssignment(db.Model):
    """A share of a charge line: a line of the same document, a posted receipt or shipment line, or an entry.

    An entry names what has no posted line of this family: the receipt of a transfer.
    """

    __tablename__ = "item_charge_assignment"
    __table_args__ = (
        CheckConstraint(
            "(target_line_id IS NOT NULL AND target_posted_line_id IS NULL AND target_entry_id IS NULL)"
            " OR (target_line_id IS NULL AND target_posted_line_id IS NOT NULL AND target_entry_id IS NULL)"
            " OR (target_line_id IS NULL AND target_posted_line_id IS NULL AND target_entry_id IS NOT NULL)",
            name="one_target",
        ),
        Index(None, "line_id"),
        Index(None, "target_line_id"),
        Index(None, "target_posted_line_id"),
        Index(None, "target_entry_id"),
    )

    id: Mapped[Key]
    line_id: Mapped[Ref] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    target_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("trade_line.id", ondelete="CASCADE"))
    target_posted_line_id: Mapped[Ref | None] = mapped_column(ForeignKey("posted_line.id", ondelete="RESTRICT"))
    target_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    qty_to_assign: Mapped[Quantity] = mapped_column(default=_ZERO)
    amount_to_assign: Mapped[Amount] = mapped_column(default=_ZERO)
    qty_assigned: Mapped[Quantity] = mapped_column(default=_ZERO)
    target_line: Mapped[TradeLine | None] = relationship(lazy="raise", foreign_keys=[target_line_id])
    target_posted_line: Mapped[PostedLine | None] = relationship(lazy="raise")
