"""Item journals: templates, batches and lines that wait to be posted (posting-and-costing.md section 1)."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Amount, Code10, Code20, Code50, Key, Name100, Percent, Quantity, Ref, UnitCost, db, word_enum
from models.enums import EntryType, JournalType, RecurringMethod, SourceType
from models.items import Item, ItemVariant, UnitOfMeasure
from models.locations import Bin, Location

_ZERO = Decimal(0)


class JournalTemplate(db.Model):
    """A kind of journal with its source code, reason and number series."""

    __tablename__ = "journal_template"
    __audited__ = True

    id: Mapped[Key]
    name: Mapped[Code10] = mapped_column(unique=True)
    description: Mapped[Name100] = mapped_column(default="")
    type: Mapped[JournalType] = mapped_column(word_enum(JournalType), default=JournalType.ITEM)
    recurring: Mapped[bool] = mapped_column(default=False)
    source_code: Mapped[Code10] = mapped_column(default="ITEMJNL")
    reason_code: Mapped[Code10] = mapped_column(default="")
    nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    posting_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    increment_batch_name: Mapped[bool] = mapped_column(default=False)

    @property
    def code(self) -> str:
        """Its name, as the cards of all set-up records call it."""
        return self.name


class JournalBatch(db.Model):
    """A named worksheet of a template; its own values come before the template's."""

    __tablename__ = "journal_batch"
    __table_args__ = (UniqueConstraint("template_id", "name"),)
    __audited__ = True

    id: Mapped[Key]
    template_id: Mapped[Ref] = mapped_column(ForeignKey("journal_template.id", ondelete="RESTRICT"))
    name: Mapped[Code10]
    description: Mapped[Name100] = mapped_column(default="")
    reason_code: Mapped[Code10] = mapped_column(default="")
    nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    posting_nos_id: Mapped[Ref | None] = mapped_column(ForeignKey("number_series.id", ondelete="RESTRICT"))
    item_tracking_on_lines: Mapped[bool] = mapped_column(default=True)
    #: counts every change of the batch's lines: a stale worksheet is noticed
    version: Mapped[int] = mapped_column(default=1)
    template: Mapped[JournalTemplate] = relationship(lazy="raise")

    @property
    def code(self) -> str:
        """Its name, as the cards of all set-up records call it."""
        return self.name


class ItemJournalLine(db.Model):
    """One line of a batch as the user sees it: quantity in the line's unit, amounts for the whole line."""

    __tablename__ = "item_journal_line"
    __table_args__ = (
        UniqueConstraint("batch_id", "line_no"),
        Index(None, "item_id"),  # is the item used in a journal?
    )

    id: Mapped[Key]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("journal_batch.id", ondelete="CASCADE"))
    line_no: Mapped[int]
    version: Mapped[int] = mapped_column(default=1)
    posting_date: Mapped[dt.date]
    document_date: Mapped[dt.date | None]
    document_no: Mapped[Code20] = mapped_column(default="")
    external_document_no: Mapped[Code50] = mapped_column(default="")
    entry_type: Mapped[EntryType] = mapped_column(word_enum(EntryType))
    item_id: Mapped[Ref] = mapped_column(ForeignKey("item.id", ondelete="RESTRICT"))
    variant_id: Mapped[Ref] = mapped_column(ForeignKey("item_variant.id", ondelete="RESTRICT"), default=0)
    description: Mapped[Name100] = mapped_column(default="")
    location_id: Mapped[Ref] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"), default=0)
    bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    quantity: Mapped[Quantity] = mapped_column(default=_ZERO)
    unit_of_measure_id: Mapped[Ref | None] = mapped_column(ForeignKey("unit_of_measure.id", ondelete="RESTRICT"))
    qty_per_unit_of_measure: Mapped[Quantity] = mapped_column(default=Decimal(1))
    unit_amount: Mapped[UnitCost] = mapped_column(default=_ZERO)
    unit_cost: Mapped[UnitCost] = mapped_column(default=_ZERO)
    amount: Mapped[Amount] = mapped_column(default=_ZERO)
    discount_amount: Mapped[Amount] = mapped_column(default=_ZERO)
    indirect_cost_percent: Mapped[Percent] = mapped_column(default=_ZERO)
    overhead_rate: Mapped[UnitCost] = mapped_column(default=_ZERO)
    applies_to_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    applies_from_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"))
    gen_business_posting_group_id: Mapped[Ref] = mapped_column(
        ForeignKey("gen_business_posting_group.id", ondelete="RESTRICT"), default=0
    )
    source_type: Mapped[SourceType] = mapped_column(word_enum(SourceType), default=SourceType.NONE)
    source_no: Mapped[Code20] = mapped_column(default="")
    reason_code: Mapped[Code10] = mapped_column(default="")
    lot_no: Mapped[Code50] = mapped_column(default="")
    serial_no: Mapped[Code50] = mapped_column(default="")
    package_no: Mapped[Code50] = mapped_column(default="")
    expiration_date: Mapped[dt.date | None]
    warranty_date: Mapped[dt.date | None]
    # Reclassification: where the goods go and what they are called there; no new location is the old one.
    new_location_id: Mapped[Ref | None] = mapped_column(ForeignKey("location.id", ondelete="RESTRICT"))
    new_bin_id: Mapped[Ref | None] = mapped_column(ForeignKey("bin.id", ondelete="RESTRICT"))
    new_lot_no: Mapped[Code50] = mapped_column(default="")
    new_serial_no: Mapped[Code50] = mapped_column(default="")
    new_package_no: Mapped[Code50] = mapped_column(default="")
    new_expiration_date: Mapped[dt.date | None]
    # Physical inventory: what the books said, what was counted.
    physical_inventory: Mapped[bool] = mapped_column(default=False)
    qty_calculated: Mapped[Quantity] = mapped_column(default=_ZERO)
    qty_counted: Mapped[Quantity] = mapped_column(default=_ZERO)
    last_item_ledger_entry_id: Mapped[Ref | None]
    # Revaluation: value by the books and the value wanted.
    inventory_value_calculated: Mapped[Amount] = mapped_column(default=_ZERO)
    inventory_value_revalued: Mapped[Amount] = mapped_column(default=_ZERO)
    update_standard_cost: Mapped[bool] = mapped_column(default=False)
    #: The value was calculated of this location (variant) alone, the blank one too; else of all together.
    by_location: Mapped[bool] = mapped_column(default=False)
    by_variant: Mapped[bool] = mapped_column(default=False)
    recurring_method: Mapped[RecurringMethod] = mapped_column(word_enum(RecurringMethod), default=RecurringMethod.NONE)
    recurring_frequency: Mapped[Code20] = mapped_column(default="")
    recurring_expiration_date: Mapped[dt.date | None]
    dimension_set_id: Mapped[Ref] = mapped_column(ForeignKey("dimension_set.id", ondelete="RESTRICT"), default=0)
    batch: Mapped[JournalBatch] = relationship(lazy="raise")
    item: Mapped[Item] = relationship(lazy="raise")
    variant: Mapped[ItemVariant] = relationship(lazy="raise")
    location: Mapped[Location] = relationship(lazy="raise", foreign_keys=[location_id])
    bin: Mapped[Bin | None] = relationship(lazy="raise", foreign_keys=[bin_id])
    new_location: Mapped[Location | None] = relationship(lazy="raise", foreign_keys=[new_location_id])
    new_bin: Mapped[Bin | None] = relationship(lazy="raise", foreign_keys=[new_bin_id])
    unit_of_measure: Mapped[UnitOfMeasure | None] = relationship(lazy="raise")

    __mapper_args__ = {"version_id_col": version}
