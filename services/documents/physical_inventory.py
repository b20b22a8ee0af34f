"""The physical inventory journal: what should be there, what was counted, the differences posted (section 17.1).

posting-and-costing.md section 17. Lines wait in a batch like those of any journal, in base units; a tracked item has
a line for each number in stock.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, insert, literal, or_, select, update
from sqlalchemy.orm import Session

from core.errors import ConflictError, ValidationError
from core.rounding import ZERO, round_amount, round_quantity, round_unit_cost
from core.sql import ids_of
from core.text import _, plain_quantity
from models import (
    BLANK_ID,
    GeneralLedgerSetup,
    Item,
    ItemBalance,
    ItemJournalLine,
    ItemLedgerEntry,
    ItemTrackingCode,
    ItemVariant,
    JournalBatch,
    JournalTemplate,
    Location,
    TrackingBalance,
    WarehouseEntry,
)
from models.base import ScaledDecimal
from models.enums import EntryType, ItemType, JournalType
from posting.lines import CountLine, PostingLine
from services.documents import journal_batches
from services.documents import journal_defaults as defaults
from services.documents.journal_lines import STEP, get_line
from services.items.lookup import candidates_of, units_in
from services.items.scan_codes import read_scan

_line = ItemJournalLine


class Spot(NamedTuple):
    """What is counted together: an item at a place, under a number where it has one."""

    item_id: int
    variant_id: int
    location_id: int
    bin_id: int | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Which stock is counted; None means all."""

    location_id: int | None = None
    item_ids: frozenset[int] | None = None
    #: only what lies in these bins
    bin_ids: frozenset[int] | None = None
    #: items whose stock is zero there, but that have moved there
    include_not_on_stock: bool = False
    #: items that never moved there
    include_without_transactions: bool = False


def get_batch(session: Session) -> JournalBatch:
    """The first batch of the physical inventory journal. Raises ValidationError `journal_missing`."""
    batch_id = session.scalar(
        select(JournalBatch.id)
        .join(JournalTemplate, JournalTemplate.id == JournalBatch.template_id)
        .where(JournalTemplate.type == JournalType.PHYSICAL_INVENTORY)
        .order_by(JournalBatch.id)
        .limit(1)
    )
    if batch_id is None:
        raise ValidationError("journal_missing", _("There is no physical inventory journal. Add its template first."))
    return journal_batches.get_batch(session, batch_id)


def calculate(session: Session, batch_id: int, scope: Scope, *, day: dt.date, document_no: str) -> int:
    """Add a line for all stock in `scope`, counted as calculated until somebody counts; returns how many lines.

    Stock is what is there now, whatever `day` says (section 21). Blocked items and variants and goods in transit are
    left out. Spots that the batch has already are not added twice. Raises ValidationError `location_missing`.
    """
    if scope.include_without_transactions and scope.location_id is None:
        raise ValidationError(
            "location_missing", _("Say where items that never moved are to be counted."), field="location",
            hint=_("Choose a location."),
        )  # fmt: skip
    stock = dict(expected(session, scope))
    known = {_spot_of(row) for row in session.scalars(select(_line).where(_line.batch_id == batch_id))}
    return _add(session, batch_id, {s: q for s, q in stock.items() if s not in known}, day, document_no)


def add_spot(
    session: Session, batch_id: int, spot: Spot, *, day: dt.date, document_no: str,
    expiration_date: dt.date | None = None,
) -> int:  # fmt: skip
    """A line for goods that the books do not know at this place (a lot that was found); its line no.

    A number that is new to the books is typed with its expiry (tracking.md 11). Raises ValidationError `line_exists`.
    """
    twin = find_line(session, batch_id, spot)
    if twin is not None:
        raise ValidationError(
            "line_exists", _("The journal has a line for this already."), field="item", line=twin,
            hint=_("Enter what was counted on that line."),
        )  # fmt: skip
    _add(session, batch_id, {spot: ZERO}, day, document_no)
    line_no = session.scalars(select(func.max(_line.line_no)).where(_line.batch_id == batch_id)).one()
    if expiration_date is not None:
        made = update(_line).where(_line.batch_id == batch_id, _line.line_no == line_no)
        session.execute(made.values(expiration_date=expiration_date).execution_options(synchronize_session=False))
    return line_no


def enter_counts(session: Session, batch_id: int, counts: Mapping[int, Decimal]) -> None:
    """What was counted, by line no.; entry type and quantity of the lines follow.

    Raises ValidationError `quantity_negative`, `journal_line_not_found`.
    """
    rows = session.execute(
        select(_line.line_no, _line.qty_calculated, _line.unit_amount).where(
            _line.batch_id == batch_id, _line.line_no.in_(ids_of(session, counts)), _line.physical_inventory
        )
    )
    known = {line_no: (calculated, unit_amount) for line_no, calculated, unit_amount in rows}
    rounding = session.get_one(GeneralLedgerSetup, 1).amount_rounding
    changes = []
    for line_no, counted in sorted(counts.items()):
        if line_no not in known:
            raise ValidationError(
                "journal_line_not_found", _("This line is not in the journal any more."), line=line_no
            )
        if counted < 0:
            raise ValidationError(
                "quantity_negative", _("Nobody can count less than nothing."), field="qty_counted", line=line_no,
                hint=_("Enter zero where nothing is left."),
            )  # fmt: skip
        calculated, unit_amount = known[line_no]
        difference = counted - calculated
        kind = EntryType.NEGATIVE_ADJMT if difference < 0 else EntryType.POSITIVE_ADJMT
        changes.append((line_no, counted, abs(difference), round_amount(abs(difference) * unit_amount, rounding), kind))
    for line_no, counted, quantity, amount, kind in changes:
        session.execute(
            update(_line)
            .where(_line.batch_id == batch_id, _line.line_no == line_no)
            .values(
                qty_counted=counted, quantity=quantity, entry_type=kind,
                amount=amount, version=_line.version + 1,
            )
            .execution_options(synchronize_session=False)
        )  # fmt: skip
    journal_batches.touch_batch(session, batch_id)


def enter_count(
    session: Session, batch_id: int, line_no: int, counted: Decimal, *, version: int,
    unit_amount: Decimal | None = None,
) -> None:  # fmt: skip
    """What was counted on a line that was read at `version`, and the cost of one of what was found, where it changes.

    Raises ConflictError `line_changed`, ValidationError `unit_amount_locked`, as `enter_counts`. Source: 17.1, cost.
    """
    line = get_line(session, batch_id, line_no, lock=True)
    if line.version != version:
        raise ConflictError(
            "line_changed",
            _("Somebody counted %(there)s here meanwhile. Your figure is kept: save again to replace theirs.",
              there=plain_quantity(line.qty_counted)),
            line=line_no,
        )  # fmt: skip
    if unit_amount is not None and unit_amount != line.unit_amount:
        _change_amount(session, line, counted, unit_amount)
    enter_counts(session, batch_id, {line_no: counted})


def _change_amount(session: Session, line: ItemJournalLine, counted: Decimal, unit_amount: Decimal) -> None:
    item = defaults.load_facts(session, {line.item_id}).items[line.item_id]
    if item.is_standard or counted <= line.qty_calculated:
        raise ValidationError(
            "unit_amount_locked",
            _("%(item)s is valued at standard cost: what is found takes it too.", item=item.item.no) if item.is_standard
            else _("Only what is found more than expected may have another cost."),
            field="unit_amount", line=line.line_no,
            hint=_("Put %(cost)s back.", cost=plain_quantity(line.unit_amount)),
        )  # fmt: skip
    line.unit_amount = unit_amount
    card = item.item
    line.unit_cost = round_unit_cost(unit_amount * (1 + card.indirect_cost_percent / 100) + card.overhead_rate)
    session.flush()


def quantity_of_scan(session: Session, code: str, line: ItemJournalLine, *, on: dt.date) -> Decimal | None:
    """How many base units of the line's item a GS1 code says; None where it says no quantity or means another item.

    Source: items.md section 7: counts are scanned as lines are.
    """
    scan = read_scan(code)
    hits = candidates_of(session, [code], on=on).get(code.strip().upper(), []) if scan.quantity is not None else []
    hit = next((hit for hit in hits if hit.item_id == line.item_id), None)
    if hit is None or scan.quantity is None:
        return None
    return round_quantity(scan.quantity * units_in(session, hit))


def find_line(session: Session, batch_id: int, spot: Spot) -> int | None:
    """The line no. of a spot, None where the batch has none."""
    same: list[ColumnElement[bool]] = [
        getattr(_line, name).is_(None) if value is None else getattr(_line, name) == value
        for name, value in spot._asdict().items()
    ]
    return session.scalar(select(_line.line_no).where(_line.batch_id == batch_id, *same))


def to_post(
    session: Session, batch: JournalBatch, lines: Sequence[PostingLine]
) -> tuple[list[PostingLine], list[CountLine]]:
    """Of the batch's `lines` those with a difference in posting order, and a count line for each item and place.

    Places with a net loss come first; of one place what was found before what is missing (section 17.2).
    What moved after the calculation does not matter: the difference is one to the moment of the count.
    """
    rows = session.scalars(
        select(_line)
        .where(_line.batch_id == batch.id)
        .order_by(_line.line_no)
        .execution_options(populate_existing=True)
    ).all()
    numbers = {line.line_no: line for line in lines}
    places: dict[tuple[int, int, int, int | None], list[ItemJournalLine]] = defaultdict(list)
    for row in rows:
        places[row.item_id, row.variant_id, row.location_id, row.bin_id].append(row)

    def net(group: list[ItemJournalLine]) -> Decimal:
        return sum((row.qty_counted - row.qty_calculated for row in group), ZERO)

    posted: list[PostingLine] = []
    counts: list[CountLine] = []
    for group in sorted(places.values(), key=lambda group: net(group) >= 0):
        differing = [row for row in group if row.qty_counted != row.qty_calculated]
        posted += [
            numbers[row.line_no] for row in sorted(differing, key=lambda row: row.qty_counted < row.qty_calculated)
        ]
        counts.append(_count(group, numbers[group[0].line_no]))
    return posted, counts


def _count(group: list[ItemJournalLine], line: PostingLine) -> CountLine:
    first = group[0]
    return CountLine(
        item_id=first.item_id,
        variant_id=first.variant_id,
        location_id=first.location_id,
        bin_id=first.bin_id,
        posting_date=first.posting_date,
        document_no=line.document_no,
        qty_calculated=sum((row.qty_calculated for row in group), ZERO),
        qty_counted=sum((row.qty_counted for row in group), ZERO),
        last_item_ledger_entry_id=max((row.last_item_ledger_entry_id or 0 for row in group), default=0) or None,
        unit_cost=first.unit_cost,
        dimension_set_id=first.dimension_set_id,
    )


def _spot_of(row: ItemJournalLine) -> Spot:
    return Spot(*(getattr(row, name) for name in Spot._fields))


def expected(session: Session, scope: Scope) -> Iterable[tuple[Spot, Decimal]]:
    """Spots with what the books say now; bins where the location keeps stock in them."""
    found = [*_by_bin(session, scope)]
    if scope.bin_ids is None:
        found += [*_by_place(session, scope), *_by_number(session, scope)]
    found.sort(key=lambda pair: (pair[0][:3], pair[0].bin_id or 0, pair[0][4:]))
    return found


def conditions(scope: Scope, item_id: Any, location_id: Any) -> list[ColumnElement[bool]]:
    """What is counted at all, within the scope: over Item, Location and ItemVariant."""
    found: list[ColumnElement[bool]] = [
        Item.type == ItemType.INVENTORY, Item.blocked.is_(False), Location.use_as_in_transit.is_(False),
        ItemVariant.blocked.is_(False),
    ]  # fmt: skip
    if scope.location_id is not None:
        found.append(location_id == scope.location_id)
    if scope.item_ids is not None:
        found.append(item_id.in_(sorted(scope.item_ids)))
    return found


#: some number is needed on every movement of the item
TRACKED = ItemTrackingCode.serial_specific | ItemTrackingCode.lot_specific | ItemTrackingCode.package_specific


def _by_place(session: Session, scope: Scope) -> Iterable[tuple[Spot, Decimal]]:
    """Untracked items where nothing lies in bins; on request also what moved there and is gone, by number or not."""
    balance = ItemBalance
    statement = (
        select(balance.item_id, balance.variant_id, balance.location_id, balance.quantity)
        .join(Item, Item.id == balance.item_id)
        .join(Location, Location.id == balance.location_id)
        .join(ItemVariant, ItemVariant.id == balance.variant_id)
        .outerjoin(ItemTrackingCode, ItemTrackingCode.id == Item.item_tracking_code_id)
        .where(
            *conditions(scope, balance.item_id, balance.location_id),
            Location.bin_mandatory.is_(False),
            or_(func.coalesce(TRACKED, literal(value=False)).is_(False), balance.quantity == 0),
        )
    )
    if not scope.include_not_on_stock:
        statement = statement.where(balance.quantity != 0)
    for item_id, variant_id, location_id, quantity in session.execute(statement):
        yield Spot(item_id, variant_id, location_id), quantity
    if scope.include_without_transactions and scope.location_id is not None:
        moved = select(balance.item_id).where(balance.location_id == scope.location_id)
        never = select(Item.id).where(Item.type == ItemType.INVENTORY, Item.blocked.is_(False), Item.id.not_in(moved))
        if scope.item_ids is not None:
            never = never.where(Item.id.in_(sorted(scope.item_ids)))
        for item_id in session.scalars(never):
            yield Spot(item_id, BLANK_ID, scope.location_id), ZERO


def _by_number(session: Session, scope: Scope) -> Iterable[tuple[Spot, Decimal]]:
    """Tracked items where nothing lies in bins, a spot for each number in stock."""
    balance = TrackingBalance
    rows = session.execute(
        select(
            balance.item_id, balance.variant_id, balance.location_id, balance.lot_no, balance.serial_no,
            balance.package_no, balance.quantity,
        )
        .join(Item, Item.id == balance.item_id)
        .join(Location, Location.id == balance.location_id)
        .join(ItemVariant, ItemVariant.id == balance.variant_id)
        .join(ItemTrackingCode, ItemTrackingCode.id == Item.item_tracking_code_id)
        .where(
            *conditions(scope, balance.item_id, balance.location_id),
            Location.bin_mandatory.is_(False),
            balance.quantity != 0,
            TRACKED,
        )
    )  # fmt: skip
    for item_id, variant_id, location_id, lot_no, serial_no, package_no, quantity in rows:
        yield Spot(item_id, variant_id, location_id, None, lot_no, serial_no, package_no), quantity


def _by_bin(session: Session, scope: Scope) -> Iterable[tuple[Spot, Decimal]]:
    """What lies in bins, by number where there is one."""
    entry = WarehouseEntry
    quantity = func.sum(entry.quantity, type_=ScaledDecimal())
    keys = (
        entry.item_id, entry.variant_id, entry.location_id, entry.bin_id, entry.lot_no, entry.serial_no,
        entry.package_no,
    )  # fmt: skip
    narrowed = [entry.bin_id.in_(sorted(scope.bin_ids))] if scope.bin_ids is not None else []
    rows = session.execute(
        select(*keys, quantity)
        .join(Item, Item.id == entry.item_id)
        .join(Location, Location.id == entry.location_id)
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .where(*conditions(scope, entry.item_id, entry.location_id), Location.bin_mandatory.is_(True), *narrowed)
        .group_by(*keys)
        .having(quantity != 0)
    )
    places = set()
    for row in rows:
        places.add(tuple(row[:4]))
        yield Spot(*row[:7]), row[7]
    if not scope.include_not_on_stock:
        return
    gone = session.execute(
        select(*keys[:4])
        .join(Item, Item.id == entry.item_id)
        .join(Location, Location.id == entry.location_id)
        .join(ItemVariant, ItemVariant.id == entry.variant_id)
        .where(*conditions(scope, entry.item_id, entry.location_id), Location.bin_mandatory.is_(True), *narrowed)
        .group_by(*keys[:4])
        .having(quantity == 0)
    )
    for place in gone:
        if tuple(place) not in places:
            yield Spot(*place), ZERO


def last_entries(session: Session, item_ids: Iterable[int]) -> dict[tuple[int, int, int], int]:
    """The last item ledger entry of each item, variant and location."""
    entry = ItemLedgerEntry
    rows = session.execute(
        select(entry.item_id, entry.variant_id, entry.location_id, func.max(entry.id))
        .where(entry.item_id.in_(ids_of(session, item_ids)))
        .group_by(entry.item_id, entry.variant_id, entry.location_id)
    )
    return {(item_id, variant_id, location_id): last for item_id, variant_id, location_id, last in rows}


def _add(session: Session, batch_id: int, expected: Mapping[Spot, Decimal], day: dt.date, document_no: str) -> int:
    if not expected:
        return 0
    journal_batches.touch_batch(session, batch_id)
    items = {spot.item_id for spot in expected}
    facts = defaults.load_facts(session, items)
    last = last_entries(session, items)
    start = session.scalar(select(func.max(_line.line_no)).where(_line.batch_id == batch_id)) or 0
    reason = journal_batches.reason_of(journal_batches.get_batch(session, batch_id))
    rows = []
    for place, (spot, quantity) in enumerate(expected.items(), 1):
        unit_id = facts.items[spot.item_id].item.base_unit_of_measure_id
        proposed = defaults.propose(
            facts, EntryType.POSITIVE_ADJMT, spot.item_id, variant_id=spot.variant_id, location_id=spot.location_id,
            unit_of_measure_id=unit_id,
        )  # fmt: skip
        rows.append({
            **spot._asdict(),
            "batch_id": batch_id,
            "line_no": start + place * STEP,
            "posting_date": day,
            "document_no": document_no,
            "reason_code": reason,
            "entry_type": EntryType.POSITIVE_ADJMT,
            "description": proposed.description,
            "quantity": ZERO,
            "unit_of_measure_id": unit_id,
            "qty_per_unit_of_measure": Decimal(1),
            "unit_amount": proposed.unit_amount,
            "unit_cost": proposed.unit_cost,
            "physical_inventory": True,
            "qty_calculated": quantity,
            "qty_counted": quantity,
            "last_item_ledger_entry_id": last.get(spot[:3]),
        })  # fmt: skip
    session.execute(insert(_line), rows)
    return len(rows)


def clear(session: Session, batch_id: int) -> None:
    """Take all lines out of the batch, to calculate anew."""
    session.execute(delete(_line).where(_line.batch_id == batch_id))
    journal_batches.touch_batch(session, batch_id)
