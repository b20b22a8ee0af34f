"""What a document's party calls the items of its lines, and how long a vendor takes (items.md section 7).

Read once for all lines of a document; what a line gets from it is decided here and written by nobody.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.sql import ids_of
from models import ItemReference, ItemVendor, StockkeepingUnit, TradeDocument, TradeLine
from models.enums import TradeSide
from services.documents.journal_defaults import ItemFacts
from services.items.references import valid_on
from services.items.vendor_catalogue import rows_for
from services.trade.references import party_of, reference_day

#: A change of one of these makes the party call the line something else.
DECIDING = frozenset({"item_id", "variant_id", "unit_of_measure_id"})
#: A change of one of these makes the vendor's terms others.
TERMS_DECIDING = frozenset({"item_id", "variant_id", "location_id"})


@dataclass(frozen=True)
class Terms:
    """What a card or stockkeeping unit says of the vendor."""

    vendor_id: int | None
    vendor_item_no: str
    lead_time: str


@dataclass(frozen=True)
class PartyNumbers:
    """What is read once: valid references by (item, variant, unit), a vendor's catalogue by (item, variant)."""

    references: dict[tuple[int, int, int], list[ItemReference]] = field(default_factory=dict)
    catalogue: dict[tuple[int, int], ItemVendor] = field(default_factory=dict)
    #: (item, location, variant) -> what its stockkeeping unit says
    stockkeeping: dict[tuple[int, int, int], Terms] = field(default_factory=dict)

    def reference_of(self, line: TradeLine) -> ItemReference | None:
        """The party's reference for item, variant and unit: the number that stands on the line, else the first."""
        found = self.references.get((line.item_id or 0, line.variant_id, line.unit_of_measure_id or 0), [])
        return next((row for row in found if row.reference_no == line.item_reference_no), found[0] if found else None)


def load_numbers(session: Session, document: TradeDocument, item_ids: Collection[int]) -> PartyNumbers:
    """What the document's party calls these items; four statements at most."""
    party = party_of(session, document)
    if party is None or not item_ids:
        return PartyNumbers()
    references: dict[tuple[int, int, int], list[ItemReference]] = {}
    rows = session.scalars(
        select(ItemReference)
        .where(
            ItemReference.item_id.in_(ids_of(session, item_ids)),
            ItemReference.reference_type == party.type,
            ItemReference.reference_type_no == party.no,
            valid_on(reference_day(document)),
        )
        .order_by(ItemReference.reference_no, ItemReference.id)
    )
    for row in rows:
        references.setdefault((row.item_id, row.variant_id, row.unit_of_measure_id), []).append(row)
    if document.side != TradeSide.PURCHASE or document.vendor_id is None:
        return PartyNumbers(references)
    unit = StockkeepingUnit
    kept = session.execute(
        select(
            unit.item_id, unit.location_id, unit.variant_id, unit.vendor_id, unit.vendor_item_no, unit.lead_time
        ).where(unit.item_id.in_(ids_of(session, item_ids)))
    )
    stockkeeping = {(row[0], row[1], row[2]): Terms(row[3], row[4], row[5]) for row in kept}
    return PartyNumbers(references, rows_for(session, document.vendor_id, item_ids), stockkeeping)


def name_line(line: TradeLine, given: Mapping[str, object], item: ItemFacts, numbers: PartyNumbers) -> None:
    """Number and text of the party for the item, variant and unit that were chosen.

    What the line says itself wins; a party without a number for it leaves the texts of variant or item.
    """
    if given.get("item_reference_no"):
        return
    if not DECIDING & given.keys():  # the number was cleared, and nothing else was chosen
        if "description" not in given:
            line.description = text_of(line, item)
        return
    before, found = line.item_reference_no, numbers.reference_of(line)
    line.item_reference_no = found.reference_no if found else ""
    if "description" in given:
        return
    if found is not None and found.description:
        line.description = found.description
    elif before:
        line.description = text_of(line, item)


def text_of(line: TradeLine, item: ItemFacts) -> str:
    """What the line is called by the variant, else by the item."""
    return (item.variant_descriptions.get(line.variant_id) or item.item.description)[:100]


def set_vendor_terms(
    document: TradeDocument, line: TradeLine, given: Mapping[str, object], item: ItemFacts, numbers: PartyNumbers
) -> bool:
    """The vendor's number and lead time on a purchase line; True where the lead time became another one.

    Number: catalogue row, else that of stockkeeping unit or card where this is its vendor. Lead time: catalogue row,
    stockkeeping unit or card, vendor. A stockkeeping unit counts as a whole, blanks included.
    """
    card = item.item
    row = numbers.catalogue.get((card.id, line.variant_id))
    terms = numbers.stockkeeping.get((card.id, line.location_id, line.variant_id)) or Terms(
        card.vendor_id, card.vendor_item_no, card.lead_time
    )
    if "vendor_item_no" not in given:
        own = terms.vendor_item_no if terms.vendor_id == document.vendor_id else ""
        line.vendor_item_no = (row.vendor_item_no if row is not None else "") or own
    if "lead_time" in given:
        return False
    before = line.lead_time
    line.lead_time = (row.lead_time if row is not None else "") or terms.lead_time or document.lead_time
    return line.lead_time != before
