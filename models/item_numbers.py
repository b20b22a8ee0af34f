"""Numbers an item is known by besides references: the vendors that deliver it, identifiers for handhelds (items.md
section 7).
"""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Code20, Code50, Key, Ref, db


class ItemVendor(db.Model):
    """One row of the vendor catalogue: who delivers an item or variant, under which number, how long it takes.

    Kept in step with the vendor's references by services/items/vendor_catalogue.py.
    """

    __tablename__ = "item_vendor"
    __table_args__ = (UniqueConstraint("item_id", "variant_id", "vendor_id"), Index(None, "vendor_id", "item_id"))
    __audited__ = True

    id: Mapped[Key]
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    vendor_id: Mapped[Ref] = mapped_column(ForeignKey("vendor.id", ondelete="RESTRICT"))
    vendor_item_no: Mapped[Code50] = mapped_column(default="")
    #: a date formula; "": as on the item, else as on the vendor
    lead_time: Mapped[Code20] = mapped_column(default="")


class ItemIdentifier(db.Model):
    """A code of our own for handhelds: it stands for one item, variant and unit, and for nothing else."""

    __tablename__ = "item_identifier"
    __table_args__ = (Index(None, "item_id"),)
    __audited__ = True

    id: Mapped[Key]
    code: Mapped[Code20] = mapped_column(unique=True)
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="CASCADE"), default=0)
    unit_of_measure_id: Mapped[Ref] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
