"""`item`, `sku`, `inventory` and `inventory_period`: what the cards say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from sqlalchemy import func, select

from core.rounding import ZERO
from models import InventoryPeriod, Item, ItemLedgerEntry, StockkeepingUnit
from services.scenario.kinds import FLAG, QUANTITY, UNIT_AMOUNT, Comparison, Kind, fields_of, row_of
from services.scenario.play import Difference, Play, PlayError
from services.scenario.registry import expectation
from services.scenario.shapes import Values, day, decimal, flag, mapping_of, one_or_many, record, word

CARD: dict[str, Kind] = {
    "inventory": QUANTITY,
    "unit_cost": UNIT_AMOUNT,
    "standard_cost": UNIT_AMOUNT,
    "last_direct_cost": UNIT_AMOUNT,
    "cost_is_adjusted": FLAG,
}
SKU: dict[str, Kind] = {"unit_cost": UNIT_AMOUNT, "standard_cost": UNIT_AMOUNT}


@expectation("item", mapping_of(row_of(CARD)))
def item(play: Play, items: dict[str, Values]) -> Iterator[Difference]:
    """Fields of item cards, and the inventory of the item everywhere."""
    compare = Comparison(play)
    for no, wanted in items.items():
        card = play.item(no)
        found = {name: getattr(card, name) for name in CARD if name != "inventory"}
        found["inventory"] = _inventory(play, card)
        yield from compare.fields(CARD, wanted, found, f"item {no}")


@expectation(
    "sku", one_or_many(record({"item": word, "location": word, "variant": word, **fields_of(SKU)}, required=("item",)))
)
def sku(play: Play, rows: list[Values]) -> Iterator[Difference]:
    """Costs of stockkeeping units."""
    compare = Comparison(play)
    for wanted in rows:
        card = play.item(wanted["item"])
        unit = play.session.scalar(
            select(StockkeepingUnit)
            .where(
                StockkeepingUnit.item_id == card.id,
                StockkeepingUnit.location_id == play.location_id(wanted.get("location")),
                StockkeepingUnit.variant_id == play.variant_id(card, wanted.get("variant")),
            )
            .execution_options(populate_existing=True)
        )
        if unit is None:
            raise PlayError(f"{card.no} has no stockkeeping unit there")
        what = f"sku {card.no} {wanted.get('location', '')}".rstrip()
        yield from compare.fields(SKU, wanted, {name: getattr(unit, name) for name in SKU}, what)


@expectation("inventory", mapping_of(mapping_of(decimal)))
def inventory(play: Play, items: dict[str, Values]) -> Iterator[Difference]:
    """Quantity of items at locations, all variants together."""
    compare = Comparison(play)
    for no, places in items.items():
        card = play.item(no)
        for code, wanted in places.items():
            found = _inventory(play, card, play.location_id(code))
            if not compare.equal(QUANTITY, wanted, found):
                yield Difference(places.lines[code], f"inventory {no} at {code or 'blank'}", wanted, found)


@expectation("inventory_period", one_or_many(record({"ending_date": day, "closed": flag}, required=("ending_date",))))
def inventory_period(play: Play, periods: list[Values]) -> Iterator[Difference]:
    """Whether a period is closed."""
    for wanted in periods:
        closed = play.session.scalar(
            select(InventoryPeriod.closed).where(InventoryPeriod.ending_date == wanted["ending_date"])
        )
        if wanted.get("closed", True) is not bool(closed):
            found = "no such period" if closed is None else bool(closed)
            what = f"inventory_period {wanted['ending_date']} closed"
            yield Difference(wanted.line, what, wanted.get("closed", True), found)


def _inventory(play: Play, card: Item, location_id: int | None = None) -> Decimal:
    """From the ledger itself, not from the kept balance."""
    statement = select(func.sum(ItemLedgerEntry.quantity)).where(ItemLedgerEntry.item_id == card.id)
    if location_id is not None:
        statement = statement.where(ItemLedgerEntry.location_id == location_id)
    return play.session.scalar(statement) or ZERO
