"""The world of a test: a set-up company and short words to make items and post lines through the posting package."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.rounding import ZERO, round_amount
from core.unit_of_work import perform
from models import (
    BLANK_ID,
    GenProductPostingGroup,
    GlAccount,
    GlEntry,
    InventoryPostingGroup,
    InventorySetup,
    Item,
    ItemApplicationEntry,
    ItemLedgerEntry,
    ItemTrackingCode,
    ItemUnitOfMeasure,
    ItemVariant,
    Location,
    UnitOfMeasure,
    ValueEntry,
)
from models.enums import CostingMethod, DefaultNoYes, EntryType, ItemType
from posting.adjust import SOURCE_CODE, Outcome, adjust_items
from posting.lines import PostingContext, PostingLine
from posting.post import post_lines
from services.seed.defaults import ACCOUNT_ROLES, CompanyAnswers, LocationAnswer, create_company
from services.seed.posting_setup import add_location_setup
from tests.support.furnished import furnish

OUTBOUND = {EntryType.SALE, EntryType.NEGATIVE_ADJMT}
CONTEXT = PostingContext(source_code="ITEMJNL")
ADJUSTMENT = PostingContext(source_code=SOURCE_CODE)


def d(value: Any) -> Decimal:
    """A decimal from text or a whole number."""
    return Decimal(str(value))


def day(text: str) -> dt.date:
    """A date from its ISO text."""
    return dt.date.fromisoformat(text)


class World:
    """A company in an empty database, with locations BLUE and RED; everything else is made when a test asks."""

    def __init__(self, session: Session, **answers: Any) -> None:
        self.session = session
        plain = not answers
        locations = answers.pop("locations", (LocationAnswer("BLUE", "Blue"), LocationAnswer("RED", "Red")))
        start = answers.pop("fiscal_year_start", dt.date(2025, 1, 1))
        company = CompanyAnswers(name="Test Ltd", locations=locations, fiscal_year_start=start, **answers)

        def create() -> None:
            perform(session, lambda s: create_company(s, company))

        if plain:
            furnish(session, create)
        else:
            create()
        self._line_no = 0

    # ------------------------------------------------------------------ set-up
    def set(self, **values: Any) -> None:
        """Change the inventory set-up."""

        def work(session: Session) -> None:
            setup = session.get_one(InventorySetup, 1)
            for name, value in values.items():
                setattr(setup, name, value)

        perform(self.session, work)

    def location(self, code: str, **fields: Any) -> Location:
        """The location with that code, made when it is not there."""

        def work(session: Session) -> Location:
            found = session.scalar(select(Location).where(Location.code == code))
            if found is None:
                found = Location(code=code, name=code, **fields)
                session.add(found)
                session.flush()
                add_location_setup(session, found.id)
            return found

        return perform(self.session, work)

    def item(self, no: str = "BOLT", method: CostingMethod = CostingMethod.FIFO, **fields: Any) -> Item:
        """An item that can be posted; `fields` are columns of the card."""

        def work(session: Session) -> Item:
            unit = session.scalars(select(UnitOfMeasure).where(UnitOfMeasure.code == "PCS")).one()
            inventory = fields.get("type", ItemType.INVENTORY) == ItemType.INVENTORY
            group = session.scalars(select(InventoryPostingGroup).order_by(InventoryPostingGroup.id)).first()
            item = Item(
                no=no,
                description=fields.pop("description", no.title()),
                base_unit_of_measure_id=unit.id,
                costing_method=method,
                gen_product_posting_group_id=session.scalars(
                    select(GenProductPostingGroup.id).order_by(GenProductPostingGroup.id)
                ).first(),
                inventory_posting_group_id=group.id if inventory else None,
                **{name: d(value) if name.endswith(("cost", "price", "rate", "percent")) else value
                   for name, value in fields.items()},
            )  # fmt: skip
            session.add(item)
            session.flush()
            session.add(ItemUnitOfMeasure(item_id=item.id, unit_of_measure_id=unit.id))
            return item

        if fields.pop("prevent_negative", False):
            fields["prevent_negative_inventory"] = DefaultNoYes.YES
        return perform(self.session, work)

    def tracking_code(self, code: str, **flags: bool) -> ItemTrackingCode:
        """A tracking code."""

        def work(session: Session) -> ItemTrackingCode:
            tracking = ItemTrackingCode(code=code, **flags)
            session.add(tracking)
            return tracking

        return perform(self.session, work)

    def variant(self, item: Item, code: str, **fields: Any) -> ItemVariant:
        """A variant of the item."""

        def work(session: Session) -> ItemVariant:
            variant = ItemVariant(item_id=item.id, code=code, **fields)
            session.add(variant)
            return variant

        return perform(self.session, work)

    # ------------------------------------------------------------------ posting
    def line(
        self,
        item: Item,
        kind: str | EntryType,
        quantity: Any,
        unit: Any = None,
        *,
        on: str = "2025-01-10",
        at: str = "",
        document_no: str | None = None,
        **fields: Any,
    ) -> PostingLine:
        """A posting line of `quantity` base units as a journal would make it; `unit` is cost or price of one."""
        entry_type = EntryType(kind)
        card = self.session.get_one(Item, item.id, populate_existing=True)
        signed = -d(quantity) if entry_type in OUTBOUND else d(quantity)
        cost = d(unit) if unit is not None and entry_type != EntryType.SALE else card.unit_cost
        amount = d(unit) if unit is not None else (card.unit_price if entry_type == EntryType.SALE else cost)
        self._line_no += 10
        values: dict[str, Any] = {
            "unit_cost": cost,
            "unit_amount": amount,
            # goods that move take their cost along
            "amount": d(0) if entry_type == EntryType.TRANSFER else round_amount(abs(signed) * amount),
            "unit_of_measure_code": "PCS",
        } | fields
        return PostingLine(
            line_no=self._line_no,
            entry_type=entry_type,
            item_id=item.id,
            quantity=signed,
            posting_date=day(on),
            document_no=document_no or f"DOC{self._line_no}",
            location_id=self.location_id(at),
            **values,
        )

    def post(self, *lines: PostingLine, context: PostingContext = CONTEXT) -> int:
        """Post the lines as one register."""
        return perform(self.session, lambda session: post_lines(session, lines, context))

    def receive(self, item: Item, quantity: Any, unit: Any = 1, **fields: Any) -> ItemLedgerEntry:
        """Post a purchase; the entry it made."""
        return self._post_one(self.line(item, "purchase", quantity, unit, **fields))

    def sell(self, item: Item, quantity: Any, unit: Any = None, **fields: Any) -> ItemLedgerEntry:
        """Post a sale; the entry it made."""
        return self._post_one(self.line(item, "sale", quantity, unit, **fields))

    def adjust(self, item: Item, quantity: Any, unit: Any = None, **fields: Any) -> ItemLedgerEntry:
        """Post a positive or (quantity below zero) negative adjustment; the entry it made."""
        kind = "positive_adjmt" if d(quantity) > 0 else "negative_adjmt"
        return self._post_one(self.line(item, kind, abs(d(quantity)), unit, **fields))

    def adjust_cost(self, *items: Item) -> Outcome:
        """Adjust the cost of these items, or of all."""
        ids = [item.id for item in items] or list(self.session.scalars(select(Item.id)))
        return perform(self.session, lambda session: adjust_items(session, ids, ADJUSTMENT))

    def cost(self, entry: ItemLedgerEntry | int) -> Decimal:
        """Actual and expected cost of an item ledger entry."""
        entry_id = entry if isinstance(entry, int) else entry.id
        values = self.session.scalars(select(ValueEntry).where(ValueEntry.item_ledger_entry_id == entry_id))
        return sum((v.cost_amount_actual + v.cost_amount_expected for v in values), ZERO)

    def _post_one(self, line: PostingLine) -> ItemLedgerEntry:
        self.post(line)
        return self.session.scalars(select(ItemLedgerEntry).order_by(ItemLedgerEntry.id.desc()).limit(1)).one()

    # ------------------------------------------------------------------ looking
    def location_id(self, code: str) -> int:
        """The id behind a location code."""
        if not code:
            return BLANK_ID
        return self.session.scalars(select(Location.id).where(Location.code == code)).one()

    def ledger(self, item: Item) -> list[tuple[str, Decimal, Decimal]]:
        """Posting date, quantity and remaining quantity of each entry, in entry order."""
        rows = self.session.execute(
            select(ItemLedgerEntry.posting_date, ItemLedgerEntry.quantity, ItemLedgerEntry.remaining_quantity)
            .where(ItemLedgerEntry.item_id == item.id)
            .order_by(ItemLedgerEntry.id)
        )
        return [(posting_date.isoformat(), quantity, remaining) for posting_date, quantity, remaining in rows]

    def entries(self, item: Item) -> list[ItemLedgerEntry]:
        """The item ledger entries of the item, in entry order."""
        statement = select(ItemLedgerEntry).where(ItemLedgerEntry.item_id == item.id).order_by(ItemLedgerEntry.id)
        return list(self.session.scalars(statement.execution_options(populate_existing=True)))

    def values(self, item: Item) -> list[tuple[str, Decimal]]:
        """Kind and actual cost of each value entry, in entry order."""
        rows = self.session.execute(
            select(ValueEntry.entry_type, ValueEntry.cost_amount_actual)
            .where(ValueEntry.item_id == item.id)
            .order_by(ValueEntry.id)
        )
        return [(kind.value, amount) for kind, amount in rows]

    def applications(self, item: Item) -> list[tuple[int, int, Decimal]]:
        """Inbound, outbound and quantity of each link in force that consumes or closes, in entry order."""
        rows = self.session.execute(
            select(
                ItemApplicationEntry.inbound_entry_id,
                ItemApplicationEntry.outbound_entry_id,
                ItemApplicationEntry.quantity,
            )
            .join(ItemLedgerEntry, ItemLedgerEntry.id == ItemApplicationEntry.item_ledger_entry_id)
            .where(
                ItemLedgerEntry.item_id == item.id,
                ItemApplicationEntry.in_force,
                ItemApplicationEntry.outbound_entry_id != 0,
            )
            .order_by(ItemApplicationEntry.id)
        )
        return [(inbound, outbound, quantity) for inbound, outbound, quantity in rows]

    def gl(self) -> dict[str, Decimal]:
        """Net change of every account that has one, by role where it has a role, else by number."""
        roles = {no: role for role, no in ACCOUNT_ROLES.items()}
        result: dict[str, Decimal] = {}
        for no, amount in self.session.execute(
            select(GlAccount.no, GlEntry.amount).join(GlAccount, GlAccount.id == GlEntry.account_id)
        ):
            result[roles.get(no, no)] = result.get(roles.get(no, no), ZERO) + amount
        return {name: amount for name, amount in sorted(result.items()) if amount}


def total(rows: Sequence[tuple[str, Decimal]]) -> Decimal:
    """Sum of the amounts in what `World.values` gives."""
    return sum((amount for _kind, amount in rows), ZERO)
