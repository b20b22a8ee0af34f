"""A shop with what an item needs (units, posting groups, a series), for the tests of the item services."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from sqlalchemy.orm import Session

from models import (
    GeneralLedgerSetup,
    GenProductPostingGroup,
    InventoryPostingGroup,
    InventorySetup,
    Item,
    ItemJournalLine,
    ItemLedgerEntry,
    JournalBatch,
    JournalTemplate,
    NumberSeries,
    NumberSeriesLine,
    Register,
    UnitOfMeasure,
    VatProductPostingGroup,
)
from models.enums import EntryType
from services import items

TODAY = dt.date(2025, 3, 14)


class ItemShop:
    """Everything is set up; `item()` makes one through the service, `entry()` puts one on the ledger by hand."""

    def __init__(self, session: Session) -> None:
        self.session = session
        series = NumberSeries(code="ITEMS", default_nos=True, manual_nos=True)
        session.add(series)
        session.flush()
        session.add(NumberSeriesLine(series_id=series.id, starting_no="I0001"))
        self.series = series
        self.piece = UnitOfMeasure(code="PCS", description="Piece", international_standard_code="EA")
        self.box = UnitOfMeasure(code="BOX", description="Box", international_standard_code="BX")
        self.goods = GenProductPostingGroup(code="GOODS")
        self.vat = VatProductPostingGroup(code="FULL")
        self.resale = InventoryPostingGroup(code="RESALE")
        session.add_all([self.piece, self.box, self.goods, self.vat, self.resale])
        session.add(GeneralLedgerSetup(id=1, currency_code="EUR"))
        session.add(InventorySetup(id=1, item_nos_id=series.id))
        session.flush()
        self.goods.default_vat_product_posting_group_id = self.vat.id
        session.flush()

    def values(self, **values: object) -> dict[str, object]:
        """What a plain inventory item consists of, with `values` on top."""
        return {
            "description": "Bolt", "base_unit_of_measure_id": self.piece.id,
            "gen_product_posting_group_id": self.goods.id, "inventory_posting_group_id": self.resale.id,
        } | values  # fmt: skip

    def item(self, no: str = "", **values: object) -> Item:
        return items.create_item(self.session, self.values(no=no, **values), on=TODAY)

    def service(self, no: str = "", **values: object) -> Item:
        return self.item(no, type="service", inventory_posting_group_id=None, **values)

    def entry(self, item: Item, *, remaining: str = "1", number: int = 1, **values: object) -> None:
        """A posted receipt of one."""
        ranges = {
            f"{end}_{ledger}_id": 0
            for end in ("from", "to")
            for ledger in ("item_ledger_entry", "value_entry", "application_entry", "gl_entry", "warehouse_entry",
                           "physical_inventory_entry")
        }  # fmt: skip
        self.session.add(
            Register(
                id=number, created_at=dt.datetime(2025, 1, 1, tzinfo=dt.UTC), source_code="ITEMJNL",
                previous_digest="", digest=str(number), **ranges,
            )
        )  # fmt: skip
        self.session.flush()
        self.session.add(
            ItemLedgerEntry(
                id=number, register_id=number, item_id=item.id, posting_date=TODAY, document_date=TODAY,
                document_no="T1", quantity=Decimal(1), remaining_quantity=Decimal(remaining), positive=True,
                open=Decimal(remaining) != 0, **{"entry_type": EntryType.POSITIVE_ADJMT, **values},
            )
        )  # fmt: skip
        self.session.flush()

    def journal_line(self, item: Item, **values: object) -> None:
        """A line that waits to be posted."""
        template = JournalTemplate(name="ITEM")
        self.session.add(template)
        self.session.flush()
        batch = JournalBatch(template_id=template.id, name="DEFAULT")
        self.session.add(batch)
        self.session.flush()
        self.session.add(
            ItemJournalLine(
                batch_id=batch.id, line_no=10000, posting_date=TODAY, item_id=item.id,
                entry_type=EntryType.POSITIVE_ADJMT, quantity=Decimal(1), **values,
            )
        )  # fmt: skip
        self.session.flush()
