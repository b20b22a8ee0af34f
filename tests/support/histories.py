"""Random histories of one item: each operation is a few whole numbers, read against what is there when it is its turn.

What is refused leaves nothing behind and is no fault: a history is what was accepted of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from core.errors import DomainError
from core.unit_of_work import perform
from models import CostPoint, CostToAdjust, Item, ItemApplicationEntry, ItemLedgerEntry, ItemTrackingCode, ValueEntry
from models.enums import (
    AutomaticCostAdjustment,
    AverageCostCalcType,
    AverageCostPeriod,
    CostingMethod,
    EntryType,
)
from posting.lines import ChargeLine, PostingContext
from posting.post import post_lines
from posting.worksheet import SOURCE_CODE, Pair, apply, reapply, unapply
from services.company import edit_inventory_setup
from services.documents.revaluation import full_line, lines_for
from services.documents.stock_values import Place, load
from tests.builders import World, d

FIRST_DAY = dt.date(2025, 1, 1)
DAYS = 75
PLACES = ("BLUE", "RED")
_REVALUE = PostingContext(source_code="REVALJNL")
_WORKSHEET = PostingContext(source_code=SOURCE_CODE)


class Op(NamedTuple):
    """One operation: its kind and three whole numbers that say which, how much and when."""

    kind: str
    which: int
    much: int
    when: int


#: kind -> how often it is drawn
KINDS = {
    "receive": 9, "found": 3, "sell": 9, "lost": 2, "return": 4, "invoice_receipt": 5, "invoice_shipment": 5,
    "charge": 4, "transfer": 4, "revalue_entry": 2, "revalue_item": 2, "undo": 2, "adjust": 3, "fixed": 3,
    "send_back": 2, "unapply": 2, "apply": 2, "reapply": 1, "new_standard": 1, "new_average": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Rules:
    """The company and the item of a history."""

    method: CostingMethod = CostingMethod.FIFO
    calc_type: AverageCostCalcType = AverageCostCalcType.ITEM
    period: AverageCostPeriod = AverageCostPeriod.DAY
    automatic: AutomaticCostAdjustment = AutomaticCostAdjustment.NEVER
    expected_to_gl: bool = False


class Shop(World):
    """A world on a database whose company is there already."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._line_no = 0


@dataclass
class History:
    """Plays operations and keeps count of what was accepted."""

    shop: Shop
    rules: Rules
    item: Item = field(init=False)
    posted: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = self.rules
        self.shop.set(
            average_cost_calc_type=rules.calc_type, average_cost_period=rules.period,
            automatic_cost_adjustment=rules.automatic, expected_cost_posting_to_gl=rules.expected_to_gl,
        )  # fmt: skip
        fields: dict[str, Any] = {"unit_cost": "3.33", "standard_cost": "3.33", "overhead_rate": "0.10",
                                  "indirect_cost_percent": 7}  # fmt: skip
        if rules.method == CostingMethod.SPECIFIC:
            tracking = self.session.scalar(select(ItemTrackingCode.id).where(ItemTrackingCode.code == "SN"))
            fields["item_tracking_code_id"] = tracking or self.shop.tracking_code("SN", serial_specific=True).id
        self.item = self.shop.item(f"H{self._items() + 1}", rules.method, **fields)

    @property
    def session(self) -> Session:
        return self.shop.session

    def _items(self) -> int:
        return len(self.session.scalars(select(Item.id)).all())

    def play(self, ops: Iterable[Op]) -> None:
        """Play them in order."""
        for op in ops:
            try:
                getattr(self, f"_{op.kind}")(op)
                self.posted += 1
            except _Nothing:
                self.session.rollback()
                self._count("nothing to do")
            except DomainError as error:
                self.session.rollback()
                self._count(error.code)

    def _count(self, code: str) -> None:
        self.refused[code] = self.refused.get(code, 0) + 1

    # ------------------------------------------------------------------ what is there
    def entries(self, *conditions: Any) -> list[ItemLedgerEntry]:
        """Entries of the item in order that meet the conditions."""
        statement = select(ItemLedgerEntry).where(ItemLedgerEntry.item_id == self.item.id, *conditions)
        return list(
            self.session.scalars(statement.order_by(ItemLedgerEntry.id).execution_options(populate_existing=True))
        )

    def _one(self, op: Op, *conditions: Any) -> ItemLedgerEntry:
        found = self.entries(*conditions)
        if not found:
            raise _Nothing
        return found[op.which % len(found)]

    def _day(self, op: Op) -> str:
        return (FIRST_DAY + dt.timedelta(days=op.when % DAYS)).isoformat()

    def _later(self, op: Op, entry: ItemLedgerEntry) -> str:
        return (entry.posting_date + dt.timedelta(days=op.when % 20)).isoformat()

    def _at(self, op: Op) -> str:
        return PLACES[(op.which // 3) % 2] if op.which % 3 else "BLUE"

    def _quantity(self, op: Op) -> int:
        return 1 if self.rules.method == CostingMethod.SPECIFIC else op.much % 9 + 1

    def _price(self, op: Op) -> Decimal:
        return Decimal(100 + op.much * 37 % 900) / 100 + Decimal(op.when % 7) / 1000

    def _number(self, op: Op) -> dict[str, Any]:
        if self.rules.method != CostingMethod.SPECIFIC:
            return {}
        return {"serial_no": f"S{op.when % 12}"}

    def _same_number(self, entry: ItemLedgerEntry) -> dict[str, Any]:
        return {"serial_no": entry.serial_no} if entry.serial_no else {}

    def _place_of(self, entry: ItemLedgerEntry) -> str:
        return next(code for code in PLACES if self.shop.location_id(code) == entry.location_id)

    def _line(self, kind: str, quantity: Any, unit: Any = None, **fields: Any) -> Any:
        line = self.shop.line(self.item, kind, quantity, unit, **fields)
        return replace(line, indirect_cost_percent=d(7), overhead_rate=d("0.10")) if kind == "purchase" else line

    # ------------------------------------------------------------------ operations
    def _receive(self, op: Op) -> None:
        price, invoiced = self._price(op), op.when % 3 > 0
        line = self._line("purchase", self._quantity(op), price, on=self._day(op), at=self._at(op), invoiced=invoiced,
                          **self._number(op))  # fmt: skip
        if not invoiced:
            line = replace(line, unit_cost=price * d("1.07") + d("0.10"))
        self.shop.post(line)

    def _found(self, op: Op) -> None:
        self.shop.post(self._line("positive_adjmt", self._quantity(op), self._price(op), on=self._day(op),
                                  at=self._at(op), **self._number(op)))  # fmt: skip

    def _sell(self, op: Op) -> None:
        if self.rules.method == CostingMethod.SPECIFIC:
            there = self._one(op, ItemLedgerEntry.open, ItemLedgerEntry.positive)
            self.shop.post(self._line("sale", 1, 9, on=self._day(op), at=self._place_of(there),
                                      invoiced=op.much % 3 > 0, **self._same_number(there)))  # fmt: skip
            return
        self.shop.post(self._line("sale", self._quantity(op), 9, on=self._day(op), at=self._at(op),
                                  invoiced=op.when % 3 > 0))  # fmt: skip

    def _lost(self, op: Op) -> None:
        there = self._one(op, ItemLedgerEntry.open, ItemLedgerEntry.positive)
        self.shop.post(self._line("negative_adjmt", min(self._quantity(op), 3), on=self._day(op),
                                  at=self._place_of(there), **self._same_number(there)))  # fmt: skip

    def _fixed(self, op: Op) -> None:
        target = self._one(op, ItemLedgerEntry.positive)
        kind = "sale" if op.when % 2 else "negative_adjmt"
        self.shop.post(
            self._line(kind, min(self._quantity(op), target.quantity), on=self._day(op), at=self._place_of(target),
                       applies_to_entry_id=target.id, **self._same_number(target))
        )  # fmt: skip

    def _send_back(self, op: Op) -> None:
        target = self._one(op, ItemLedgerEntry.positive, ItemLedgerEntry.entry_type == EntryType.PURCHASE)
        quantity = min(self._quantity(op), target.quantity)
        line = self._line("purchase", quantity, self._price(op), on=self._later(op, target), at=self._place_of(target),
                          applies_to_entry_id=target.id, **self._same_number(target))  # fmt: skip
        self.shop.post(replace(line, quantity=-line.quantity))

    def _return(self, op: Op) -> None:
        source = self._one(op, ItemLedgerEntry.positive.is_(False), ItemLedgerEntry.shipped_qty_not_returned < 0,
                           ItemLedgerEntry.entry_type == EntryType.SALE)  # fmt: skip
        quantity = min(self._quantity(op), -source.shipped_qty_not_returned)
        line = self._line("sale", quantity, 9, on=self._day(op), at=self._at(op), invoiced=op.much % 4 > 0,
                          applies_from_entry_id=source.id, **self._same_number(source))  # fmt: skip
        self.shop.post(replace(line, quantity=-line.quantity))

    def _invoice_receipt(self, op: Op) -> None:
        entry = self._one(op, ItemLedgerEntry.entry_type == EntryType.PURCHASE,
                          ItemLedgerEntry.invoiced_quantity != ItemLedgerEntry.quantity)  # fmt: skip
        self._invoice(op, entry, "purchase", self._price(op))

    def _invoice_shipment(self, op: Op) -> None:
        entry = self._one(op, ItemLedgerEntry.entry_type == EntryType.SALE,
                          ItemLedgerEntry.invoiced_quantity != ItemLedgerEntry.quantity)  # fmt: skip
        self._invoice(op, entry, "sale", d(9))

    def _invoice(self, op: Op, entry: ItemLedgerEntry, kind: str, price: Decimal) -> None:
        left = abs(entry.quantity - entry.invoiced_quantity)
        quantity = min(left, d(self._quantity(op))) if op.when % 2 else left
        line = self._line(kind, quantity, price, on=self._later(op, entry), at=self._place_of(entry),
                          invoices_entry_id=entry.id)  # fmt: skip
        source = self._source_of(entry)
        self.shop.post(replace(line, quantity=quantity.copy_sign(entry.quantity), applies_from_entry_id=source))

    def _source_of(self, entry: ItemLedgerEntry) -> int | None:
        """The sale that a return came from: its invoice takes the cost from there too."""
        link = ItemApplicationEntry
        return self.session.scalar(
            select(link.outbound_entry_id).where(
                link.item_ledger_entry_id == entry.id, link.inbound_entry_id == entry.id, link.quantity > 0,
                link.outbound_entry_id != 0, link.in_force,
            )
        )  # fmt: skip

    def _charge(self, op: Op) -> None:
        entry = self._one(op, ItemLedgerEntry.positive)
        amount = Decimal(op.much * 53 % 1500 + 1) / 100
        line = ChargeLine(line_no=1, entry_id=entry.id, item_charge_no="FREIGHT", amount=amount,
                          posting_date=dt.date.fromisoformat(self._later(op, entry)), document_no="F1")  # fmt: skip
        self.shop.post(line)

    def _transfer(self, op: Op) -> None:
        there = self._one(op, ItemLedgerEntry.open, ItemLedgerEntry.positive)
        source = self._place_of(there)
        target = self.shop.location_id(PLACES[1 - PLACES.index(source)])
        fixed = there.id if op.when % 5 == 0 else None
        quantity = min(d(self._quantity(op)), there.remaining_quantity) if fixed else self._quantity(op)
        line = self._line("transfer", quantity, on=self._day(op), at=source, new_location_id=target,
                          applies_to_entry_id=fixed, **self._same_number(there))  # fmt: skip
        self.shop.post(replace(line, quantity=-line.quantity, amount=d(0), unit_amount=d(0)))

    def _revalue_entry(self, op: Op) -> None:
        entry = self._one(op, ItemLedgerEntry.positive, ItemLedgerEntry.completely_invoiced)

        def work(session: Session) -> int:
            value = round(self._price(op) * entry.quantity, 2)
            line = full_line(session, entry, value, day=entry.posting_date, document_no="R1")
            return post_lines(session, [line], _REVALUE)

        perform(self.session, work)

    def _revalue_item(self, op: Op) -> None:
        day = dt.date.fromisoformat(self._day(op))
        at = self.rules.calc_type == AverageCostCalcType.ITEM_LOCATION_VARIANT
        place = Place(self.shop.location_id(self._at(op)), 0) if at else Place()

        def work(session: Session) -> int:
            item = session.get_one(Item, self.item.id)
            stock = load(session, [item], day)
            layers = stock.layers(item, place)
            value = round(self._price(op) * sum(layer.quantity for layer in layers), 2)
            lines = lines_for(layers, value, stock.rounding, day=day, document_no="R2")
            return post_lines(session, lines, _REVALUE)

        perform(self.session, work)

    def _undo(self, op: Op) -> None:
        entry = self._one(op, ItemLedgerEntry.invoiced_quantity == 0, ItemLedgerEntry.correction.is_(False),
                          ItemLedgerEntry.entry_type.in_([EntryType.PURCHASE, EntryType.SALE]))  # fmt: skip
        kind = "purchase" if entry.entry_type == EntryType.PURCHASE else "sale"
        line = self._line(kind, 1, 1, on=entry.posting_date.isoformat(), at=self._place_of(entry),
                          undoes_entry_id=entry.id, **self._same_number(entry))  # fmt: skip
        self.shop.post(replace(line, quantity=-entry.quantity))

    def _adjust(self, _op: Op) -> None:
        self.shop.adjust_cost(self.item)

    def _unapply(self, op: Op) -> None:
        link = ItemApplicationEntry
        rows = self.session.execute(
            select(link.inbound_entry_id, link.outbound_entry_id)
            .join(ItemLedgerEntry, ItemLedgerEntry.id == link.item_ledger_entry_id)
            .where(ItemLedgerEntry.item_id == self.item.id, link.in_force, link.outbound_entry_id != 0)
            .order_by(link.id)
        ).all()
        if not rows:
            raise _Nothing
        pair = Pair(*rows[op.which % len(rows)])
        perform(self.session, lambda s: unapply(s, pair, _WORKSHEET))

    def _apply(self, op: Op) -> None:
        outbound = self._one(op, ItemLedgerEntry.open, ItemLedgerEntry.positive.is_(False))
        inbound = self._one(op, ItemLedgerEntry.open, ItemLedgerEntry.positive,
                            ItemLedgerEntry.location_id == outbound.location_id)  # fmt: skip
        perform(self.session, lambda s: apply(s, Pair(inbound.id, outbound.id), _WORKSHEET))

    def _reapply(self, _op: Op) -> None:
        open_ones = [entry.id for entry in self.entries(ItemLedgerEntry.open)]
        if perform(self.session, lambda s: reapply(s, open_ones, _WORKSHEET)) is None:
            raise _Nothing

    def _new_standard(self, op: Op) -> None:
        if self.rules.method != CostingMethod.STANDARD:
            raise _Nothing

        def work(session: Session) -> None:
            session.get_one(Item, self.item.id).standard_cost = self._price(op)

        perform(self.session, work)

    def _new_average(self, op: Op) -> None:
        """Another scope and period of the average, as somebody confirms it in the set-up."""
        if self.rules.method != CostingMethod.AVERAGE:
            raise _Nothing
        kinds, periods = list(AverageCostCalcType), list(AverageCostPeriod)
        self.rules = replace(self.rules, calc_type=kinds[op.which % len(kinds)], period=periods[op.much % len(periods)])
        values = {"average_cost_calc_type": self.rules.calc_type, "average_cost_period": self.rules.period}
        perform(self.session, lambda s: edit_inventory_setup(s, values, confirmed=["average_cost_changed"]))

    # ------------------------------------------------------------------ looking
    def mark_all(self) -> None:
        """Have costing look at everything anew, as if nothing had ever been adjusted."""

        def work(session: Session) -> None:
            session.execute(update(CostPoint).where(CostPoint.item_id == self.item.id).values(adjusted=False))
            session.execute(text("DELETE FROM cost_to_adjust"))
            session.add_all(
                CostToAdjust(item_id=self.item.id, item_ledger_entry_id=entry.id) for entry in self.entries()
            )

        perform(self.session, work)

    def costs(self) -> dict[int, Decimal]:
        """Actual and expected cost of every entry."""
        found: dict[int, Decimal] = {}
        value = ValueEntry
        for entry_id, actual, expected in self.session.execute(
            select(value.item_ledger_entry_id, value.cost_amount_actual, value.cost_amount_expected).where(
                value.item_id == self.item.id
            )
        ):
            found[entry_id] = found.get(entry_id, d(0)) + actual + expected
        return found


class _Nothing(Exception):
    """There is nothing that the operation could be about."""
