"""Items whose applications somebody is changing: who, since when, and how things stood before.

posting-and-costing.md section 3.4. These rows live as long as the worksheet of an item is open; the ledgers keep
what was done.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Key, Name100, Quantity, Ref, db


class ApplicationWorksheet(db.Model):
    """An item that is locked for postings while its applications are changed."""

    __tablename__ = "application_worksheet"
    __table_args__ = (Index(None, "user_id"),)

    item_id: Mapped[Key] = mapped_column(ForeignKey("item.id", ondelete="CASCADE"), autoincrement=False)
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("user.id", ondelete="SET NULL"))
    #: kept beside the id: every posting reads it, and a user may be removed
    user_name: Mapped[Name100] = mapped_column(default="")
    opened_at: Mapped[dt.datetime]
    #: the newest application when it was opened: what is newer was made in it
    last_application_id: Mapped[Ref]


class ApplicationWorksheetEntry(db.Model):
    """An entry that was touched, as it stood before."""

    __tablename__ = "application_worksheet_entry"
    __table_args__ = (Index(None, "item_id"),)

    item_ledger_entry_id: Mapped[Key] = mapped_column(
        ForeignKey("item_ledger_entry.id", ondelete="RESTRICT"), autoincrement=False
    )
    item_id: Mapped[Ref] = mapped_column(ForeignKey("application_worksheet.item_id", ondelete="CASCADE"))
    remaining_quantity: Mapped[Quantity]
    shipped_qty_not_returned: Mapped[Quantity]
    applies_to_entry_id: Mapped[Ref | None]


class ApplicationWorksheetValue(db.Model):
    """A value entry of an entry that was touched: how it was dated and valued before."""

    __tablename__ = "application_worksheet_value"
    __table_args__ = (Index(None, "item_id"),)

    value_entry_id: Mapped[Key] = mapped_column(ForeignKey("value_entry.id", ondelete="RESTRICT"), autoincrement=False)
    item_id: Mapped[Ref] = mapped_column(ForeignKey("application_worksheet.item_id", ondelete="CASCADE"))
    valuation_date: Mapped[dt.date]
    valued_by_average_cost: Mapped[bool]


class ApplicationWorksheetLink(db.Model):
    """An application that was in force before and was removed."""

    __tablename__ = "application_worksheet_link"
    __table_args__ = (Index(None, "item_id"),)

    application_entry_id: Mapped[Key] = mapped_column(
        ForeignKey("item_application_entry.id", ondelete="RESTRICT"), autoincrement=False
    )
    item_id: Mapped[Ref] = mapped_column(ForeignKey("application_worksheet.item_id", ondelete="CASCADE"))
