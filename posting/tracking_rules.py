"""What an item's tracking code demands of a movement (tracking.md section 1). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from models.enums import EntryType
from models.tracking import NumberKind
from models.tracking_codes import TrackedMovement
from posting.lines import PostingLine

#: in the order of lines and balances; the field that holds each
KINDS = (NumberKind.LOT, NumberKind.SERIAL, NumberKind.PACKAGE)
FIELDS = {NumberKind.LOT: "lot_no", NumberKind.SERIAL: "serial_no", NumberKind.PACKAGE: "package_no"}

#: entry type -> its movement when goods come in, when they go out
_MOVEMENTS = {
    EntryType.PURCHASE: (TrackedMovement.PURCHASE_IN, TrackedMovement.PURCHASE_OUT),
    EntryType.SALE: (TrackedMovement.SALES_IN, TrackedMovement.SALES_OUT),
    EntryType.POSITIVE_ADJMT: (TrackedMovement.POSITIVE_IN, TrackedMovement.POSITIVE_OUT),
    EntryType.NEGATIVE_ADJMT: (TrackedMovement.NEGATIVE_IN, TrackedMovement.NEGATIVE_OUT),
    EntryType.TRANSFER: (TrackedMovement.TRANSFER, TrackedMovement.TRANSFER),
    EntryType.ASSEMBLY_OUTPUT: (TrackedMovement.ASSEMBLY_IN, TrackedMovement.ASSEMBLY_OUT),
    EntryType.ASSEMBLY_CONSUMPTION: (TrackedMovement.ASSEMBLY_IN, TrackedMovement.ASSEMBLY_OUT),
    EntryType.OUTPUT: (TrackedMovement.MANUFACTURING_IN, TrackedMovement.MANUFACTURING_OUT),
    EntryType.CONSUMPTION: (TrackedMovement.MANUFACTURING_IN, TrackedMovement.MANUFACTURING_OUT),
}


class NumberKey(NamedTuple):
    """One lot, serial or package number of an item and variant."""

    item_id: int
    variant_id: int
    kind: NumberKind
    number: str


@dataclass(frozen=True, slots=True)
class KindRules:
    """Of one kind of number: demanded for life, or by some movements; whether it needs an information card."""

    specific: bool = False
    needed: frozenset[TrackedMovement] = frozenset()
    card_in: bool = False
    card_out: bool = False
    creates_card: bool = False


@dataclass(frozen=True, slots=True)
class TrackingRules:
    """A tracking code, kinds in the order of KINDS."""

    kinds: tuple[KindRules, KindRules, KindRules]
    use_expiration_dates: bool = False
    manual_expiration_date_required: bool = False
    strict_expiration: bool = False
    #: date formula from the document date; blank: none
    warranty_calculation: str = ""
    manual_warranty_date_required: bool = False

    @property
    def asks_for_cards(self) -> bool:
        """True where postings have to know which numbers have a card."""
        return any(rules.card_in or rules.card_out or rules.creates_card for rules in self.kinds)

    def demands(self, line: PostingLine) -> Iterator[NumberKind]:
        """The numbers that the line cannot be posted without."""
        movement = _MOVEMENTS[line.entry_type][0 if line.inbound else 1]
        for kind, rules in zip(KINDS, self.kinds, strict=True):
            if rules.specific or movement in rules.needed:
                yield kind

    def cards_for(self, line: PostingLine) -> Iterator[tuple[NumberKey, bool, bool]]:
        """(number, whether its card must be there, whether one is made where it is not).

        On a transfer either flag demands it (section 1).
        """
        for key, rules in zip(numbers_of(line), self.kinds, strict=True):
            if not key.number:
                continue
            either = line.entry_type == EntryType.TRANSFER and (rules.card_in or rules.card_out)
            yield key, either or (rules.card_in if line.inbound else rules.card_out), rules.creates_card


def numbers_of(line: PostingLine) -> tuple[NumberKey, NumberKey, NumberKey]:
    """Lot, serial and package number of a line; blank where it has none."""
    item, variant = line.item_id, line.variant_id
    return (
        NumberKey(item, variant, NumberKind.LOT, line.lot_no),
        NumberKey(item, variant, NumberKind.SERIAL, line.serial_no),
        NumberKey(item, variant, NumberKind.PACKAGE, line.package_no),
    )
