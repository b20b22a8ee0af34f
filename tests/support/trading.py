"""A trading company to test documents in: one vendor and one customer at home with VAT, short words to buy and sell."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.errors import DomainError
from core.unit_of_work import perform, rehearse
from models import (
    CustomerPostingGroup,
    GenBusinessPostingGroup,
    Item,
    ItemCharge,
    ItemTotal,
    ItemUnitOfMeasure,
    PartyLedgerEntry,
    PostedDocument,
    PostedLine,
    TradeDocument,
    TradeLine,
    TradeSetup,
    UnitOfMeasure,
    VatBusinessPostingGroup,
    VatPostingSetup,
    VatProductPostingGroup,
    VendorPostingGroup,
    db,
)
from models.enums import TradeSide, TradeType
from models.ledger_guard import GUARDED
from posting.verify import verify
from services import parties
from services.poster import Poster
from services.trade import documents, lines
from services.trade.charges import Method, Target, assign_charge
from services.trade.line_numbers import Number
from services.trade.plan import Said
from services.trade.posting import Wish, post_document
from services.trade.status import release, reopen
from tests.builders import World, d, day

DAY = "2025-03-02"


class Trade:
    """The company; documents are opened, posted and looked at by their rows."""

    def __init__(self, world: World) -> None:
        self.world, self.session = world, world.session
        self.poster = Poster(user_name="tester")
        perform(self.session, self._parties)

    def _parties(self, session: Any) -> None:
        def code(model: Any) -> int:
            return session.scalars(select(model.id).where(model.code == "DOMESTIC")).one()

        shared = {
            "gen_business_posting_group_id": code(GenBusinessPostingGroup),
            "vat_business_posting_group_id": code(VatBusinessPostingGroup),
        }
        vendor = shared | {"name": "Vendor", "vendor_posting_group_id": code(VendorPostingGroup)}
        customer = shared | {"name": "Customer", "customer_posting_group_id": code(CustomerPostingGroup)}
        for no in ("VEND", "VEND2"):
            parties.create_party(session, parties.VENDOR, no, vendor, on=day(DAY))
        for no in ("CUST", "CUST2"):
            parties.create_party(session, parties.CUSTOMER, no, customer, on=day(DAY))

    # ------------------------------------------------------------------ set-up
    def item(self, no: str = "BOLT", *, vat: str | None = None, **fields: Any) -> Item:
        """An item; `vat` is the code of its VAT product group."""
        if vat is not None:
            fields["vat_product_posting_group_id"] = self.session.scalars(
                select(VatProductPostingGroup.id).where(VatProductPostingGroup.code == vat)
            ).one()
        return self.world.item(no, **fields)

    def set(self, **values: Any) -> None:
        """Change the purchase and sales set-up."""

        def work(session: Any) -> None:
            setup = session.get_one(TradeSetup, 1)
            for name, value in values.items():
                setattr(setup, name, value)

        perform(self.session, work)

    def change(self, record: Any, **values: Any) -> None:
        """Change fields of a card."""

        def work(session: Any) -> None:
            row = session.get_one(type(record), record.id)
            for name, value in values.items():
                setattr(row, name, value)

        perform(self.session, work)

    def vat(self, product: str, percent: Any) -> None:
        """Another rate for a VAT product group, for everybody."""
        group = select(VatProductPostingGroup.id).where(VatProductPostingGroup.code == product)
        self.session.execute(
            update(VatPostingSetup)
            .where(VatPostingSetup.vat_product_posting_group_id.in_(group))
            .values(vat_percent=d(percent))
        )
        self.session.commit()

    def charge_id(self, no: str = "P-FREIGHT") -> int:
        """The id of an item charge of the default company."""
        return self.session.scalars(select(ItemCharge.id).where(ItemCharge.no == no)).one()

    # ------------------------------------------------------------------ documents
    def open(
        self,
        kind: str,
        *rows: dict[str, Any],
        on: str = DAY,
        party: str | None = None,
        numbers: Sequence[Sequence[Number]] = (),
        **header: Any,
    ) -> TradeDocument:
        """`kind` is `purchase_order`, `sales_credit_memo` ...; rows are fields of lines."""
        side = TradeSide(kind.split("_", 1)[0]) if not kind.startswith("service") else TradeSide.SALES
        type_ = TradeType(kind.split("_", 1)[1] if not kind.startswith("service") else kind)
        who = party or ("VEND" if side == TradeSide.PURCHASE else "CUST")

        def work(session: Any) -> TradeDocument:
            document = documents.create_document(session, side, type_, who, header, on=day(on))
            if rows:
                lines.add_lines(session, document.id, [row_of(row) for row in rows], numbers=numbers)
            return document

        return perform(self.session, work)

    def line(self, document: TradeDocument, place: int = 1) -> TradeLine:
        """The line at this place, as it is now."""
        return documents.lines_of(self.session, document.id)[place - 1]

    def edit(self, document: TradeDocument, place: int = 1, **values: Any) -> TradeLine:
        """Change a line as its page does."""
        line_no = place * lines.STEP
        return perform(self.session, lambda session: lines.change_line(session, document.id, line_no, row_of(values)))

    def edit_no(self, document: TradeDocument, line_no: int, **values: Any) -> TradeLine:
        """Change the line with this number."""
        return perform(self.session, lambda session: lines.change_line(session, document.id, line_no, row_of(values)))

    def delete_no(self, document: TradeDocument, line_no: int) -> None:
        """Delete the line with this number."""
        perform(self.session, lambda session: lines.delete_line(session, document.id, line_no))

    def assign(self, document: TradeDocument, place: int, method: str, **target: Any) -> None:
        """Put the charge on one target: `line`, `posted_line` or `entry`."""
        self.assign_all(document, place, method, [target])

    def assign_all(self, document: TradeDocument, place: int, method: str, targets: Sequence[dict[str, Any]]) -> None:
        """Put the charge line at this place on targets."""
        made = [
            Target(**{name if name == "quantity" else f"{name}_id": value for name, value in target.items()})
            for target in targets
        ]
        line_no = self.line(document, place).line_no
        perform(self.session, lambda session: assign_charge(session, document.id, line_no, made, Method(method)))

    def reopen(self, document: TradeDocument) -> None:
        """Take it back for editing."""
        perform(self.session, lambda session: reopen(session, document.id))

    def delete_line(self, document: TradeDocument, place: int = 1) -> None:
        """Delete a line as its page does."""
        perform(self.session, lambda session: lines.delete_line(session, document.id, place * lines.STEP))

    def delete(self, document: TradeDocument) -> None:
        """Delete the document as its page does."""
        perform(self.session, lambda session: documents.delete_document(session, document.id))

    def unit(self, item: Item, code: str, factor: Any, *, precision: Any = 0) -> int:
        """A unit of the item with the precision of its base unit; the unit's id."""

        def work(session: Any) -> int:
            unit = session.scalars(select(UnitOfMeasure).where(UnitOfMeasure.code == code)).one()
            base = session.scalars(
                select(ItemUnitOfMeasure).where(
                    ItemUnitOfMeasure.item_id == item.id,
                    ItemUnitOfMeasure.unit_of_measure_id == item.base_unit_of_measure_id,
                )
            ).one()
            base.rounding_precision = d(precision)
            session.add(
                ItemUnitOfMeasure(item_id=item.id, unit_of_measure_id=unit.id, qty_per_unit_of_measure=d(factor))
            )
            return unit.id

        return perform(self.session, work)

    def release(self, document: TradeDocument) -> None:
        """Release it."""
        perform(self.session, lambda session: release(session, document.id))

    def post(
        self,
        document: TradeDocument,
        what: str = "both",
        *,
        said: dict[int, tuple[Any, Any]] | None = None,
        on: str | None = None,
        rehearsed: bool = False,
        poster: Poster | None = None,
    ) -> dict[str, Any]:
        """`what`: handle, invoice, both or consume; `said`: place -> (to move, to bill), None for all."""
        spoken = None
        if said is not None:
            spoken = {
                self.line(document, place).id: Said(*(None if word is None else d(word) for word in words))
                for place, words in said.items()
            }
        wish = Wish(
            handle=what in ("handle", "both", "consume"),
            consume=what == "consume",
            invoice=what in ("invoice", "both"),
            said=spoken,
            posting_date=day(on) if on else None,
        )
        run = rehearse if rehearsed else perform
        return run(self.session, lambda session: post_document(session, document.id, wish, poster or self.poster))

    def buy(self, item: Item, quantity: Any, cost: Any, *, on: str = DAY, what: str = "both", **line: Any) -> Any:
        """A purchase order received and billed; what posting it returned."""
        order = self.open("purchase_order", {"item": item, "quantity": quantity, "unit_amount": cost} | line, on=on)
        return self.post(order, what)

    def refused(self, code: str, work: Any) -> DomainError:
        """`work` is refused by this code, and no ledger or posted document has a row more."""
        before = self.rows()
        with pytest.raises(DomainError) as refusal:
            work()
        self.session.rollback()
        assert refusal.value.code == code, refusal.value
        assert self.rows() == before
        return refusal.value

    def rows(self) -> dict[str, int]:
        """How many rows each append-only table has."""
        return {
            name: self.session.scalar(select(func.count()).select_from(db.metadata.tables[name])) or 0
            for name in GUARDED
        }

    # ------------------------------------------------------------------ looking
    def figures(self, document: TradeDocument, place: int = 1) -> tuple[Decimal, ...]:
        """Quantity, to move, moved, outstanding, to bill, billed, not billed."""
        line = self.line(document, place)
        return tuple(
            value.normalize() + 0
            for value in (
                line.quantity, line.qty_to_handle, line.qty_handled, line.outstanding_qty, line.qty_to_invoice,
                line.qty_invoiced, line.qty_not_invoiced,
            )
        )  # fmt: skip

    def stock(self, item: Item) -> Decimal:
        """Quantity in stock."""
        total = self.session.get(ItemTotal, item.id, populate_existing=True)
        return total.quantity if total is not None else Decimal(0)

    def value(self, item: Item) -> Decimal:
        """Value of the stock."""
        total = self.session.get(ItemTotal, item.id, populate_existing=True)
        return total.cost_amount_actual + total.cost_amount_expected if total is not None else Decimal(0)

    def owed(self, side: TradeSide) -> Decimal:
        """Sum of the remaining amounts of a side's open entries: owed to us > 0."""
        rows = self.session.scalars(
            select(PartyLedgerEntry.remaining_amount).where(PartyLedgerEntry.side == side, PartyLedgerEntry.open)
        )
        return sum(rows, Decimal(0))

    def posted(self, posted_id: int) -> PostedDocument:
        """A posted document."""
        return self.session.get_one(PostedDocument, posted_id, populate_existing=True)

    def posted_lines(self, posted_id: int) -> list[PostedLine]:
        """Its lines in their order."""
        statement = select(PostedLine).where(PostedLine.document_id == posted_id).order_by(PostedLine.line_no)
        return list(self.session.scalars(statement.execution_options(populate_existing=True)))

    def posted_line(self, line_id: int) -> PostedLine:
        """A posted line as it is now."""
        return self.session.get_one(PostedLine, line_id, populate_existing=True)

    def document(self, document_id: int) -> TradeDocument:
        """An open document as it is now."""
        return self.session.get_one(TradeDocument, document_id, populate_existing=True)

    def proven(self) -> None:
        """Ledgers agree, documents agree with them."""
        assert verify(self.session) == []
        gl = self.world.gl()
        assert gl.get("payables", Decimal(0)) == self.owed(TradeSide.PURCHASE)
        assert gl.get("receivables", Decimal(0)) == self.owed(TradeSide.SALES)


def row_of(values: dict[str, Any]) -> dict[str, object]:
    """Fields of a line: cards stand for their ids, numbers become decimals."""
    row: dict[str, object] = {}
    for name, value in values.items():
        if name == "item":
            row["item_id"] = value.id
        elif name.startswith(("quantity", "qty_", "unit_amount", "unit_cost", "line_discount", "invoice_discount",
                              "indirect", "gross", "unit_volume")):  # fmt: skip
            row[name] = d(value)
        elif name.endswith("_date") and isinstance(value, str):
            row[name] = day(value)
        else:
            row[name] = value
    return row


def numbers(*figures: Any) -> tuple[Decimal, ...]:
    """Decimals from what a table of the reference says."""
    return tuple(d(figure) for figure in figures)


@pytest.fixture
def trade(world) -> Trade:
    """The company on SQLite."""
    return Trade(world)


@pytest.fixture
def each_trade(each_world) -> Trade:
    """The company; the test runs on SQLite and on PostgreSQL."""
    return Trade(each_world)
