"""Posts the demo company's history through the posting core, and leaves the open journal lines of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.clock import fixed_now
from core.rounding import round_amount
from models import (
    BLANK_ID,
    Bin,
    GenBusinessPostingGroup,
    Item,
    ItemVariant,
    JournalBatch,
    JournalTemplate,
    Location,
    UnitOfMeasure,
    User,
)
from models.enums import CostingMethod, EntryType, SourceType
from posting.lines import PostingContext, PostingLine
from posting.post import post_lines
from services.documents.journal_batches import create_batch
from services.documents.journal_line_rules import LineInput
from services.documents.journal_lines import add_lines
from services.seed.demo_catalogue import Product, numbered
from services.seed.demo_masters import ids_of
from services.seed.demo_parties import BIN_LOCATION, BINS
from services.seed.demo_plan import Movement, Posting, is_abroad

_OUTBOUND = {EntryType.SALE, EntryType.NEGATIVE_ADJMT}


@dataclass(frozen=True, slots=True)
class _Ids:
    """Ids by code, read once for the whole history."""

    items: dict[str, int]
    units: dict[str, str]
    variants: dict[tuple[int, str], int]
    locations: dict[str, int]
    bins: dict[str, int]
    business: dict[str, int]
    users: dict[str, tuple[int, str]]
    products: dict[str, Product]


def post_history(
    session: Session, postings: Sequence[Posting], progress: Callable[[int, int], None] | None = None
) -> None:
    """Post every planned posting, one register each, in order."""
    ids = _read_ids(session)
    for done, posting in enumerate(postings, start=1):
        costs = _card_costs(session, {movement.no for movement in posting.movements}, ids)
        lines = [
            _line(place * 10_000, movement, ids, costs) for place, movement in enumerate(posting.movements, start=1)
        ]
        user_id, user_name = ids.users[posting.mailbox]
        context = PostingContext(
            source_code="ITEMJNL", user_id=user_id, user_name=user_name, journal_batch_name="DEFAULT",
            document_no=lines[0].document_no,
        )  # fmt: skip
        # At some time of its working day, each a little later than the one before.
        minutes = 8 * 60 + done * 540 // len(postings)
        with fixed_now(dt.datetime.combine(lines[0].posting_date, dt.time(minutes // 60, minutes % 60), dt.UTC)):
            post_lines(session, lines, context)
        if progress is not None:
            progress(done, len(postings))


def _read_ids(session: Session) -> _Ids:
    depot = ids_of(session, Location)[BIN_LOCATION]
    variants = select(ItemVariant.item_id, ItemVariant.code, ItemVariant.id).where(ItemVariant.id != BLANK_ID)
    users = select(User.email, User.id, User.full_name)
    return _Ids(
        items=ids_of(session, Item, "no"),
        units={no: product.unit for no, product in numbered()},
        variants={(item_id or 0, code): row for item_id, code, row in session.execute(variants).tuples()},
        locations=ids_of(session, Location),
        bins=dict(session.execute(select(Bin.code, Bin.id).where(Bin.location_id == depot)).tuples().all()),
        business=ids_of(session, GenBusinessPostingGroup),
        users={email.split("@")[0]: (row, name) for email, row, name in session.execute(users).tuples()},
        products=dict(numbered()),
    )  # fmt: skip


def _card_costs(session: Session, nos: set[str], ids: _Ids) -> dict[str, Decimal]:
    """What one base unit costs by the card now: the estimate of what goes out."""
    query = select(Item.no, Item.costing_method, Item.standard_cost, Item.unit_cost).where(Item.no.in_(sorted(nos)))
    return {
        no: standard if method == CostingMethod.STANDARD else cost
        for no, method, standard, cost in session.execute(query).tuples()
    }


def bin_of(no: str) -> str:
    """The bin of the depot in which an item lies."""
    return BINS[int(no.lstrip("S")) // 10 % len(BINS)]


def _line(line_no: int, movement: Movement, ids: _Ids, costs: dict[str, Decimal]) -> PostingLine:
    item_id = ids.items[movement.no]
    product = ids.products[movement.no]
    service = product.category.startswith("SVC-")
    outbound = movement.kind in _OUTBOUND
    quantity = Decimal(movement.quantity)
    gross = round_amount(quantity * movement.unit_amount)
    discount = round_amount(gross * movement.discount_percent / 100)
    source_type, source_no = SourceType.NONE, ""
    if movement.customer is not None:
        source_type, source_no = SourceType.CUSTOMER, f"C{1001 + movement.customer}"
    elif movement.vendor is not None:
        source_type, source_no = SourceType.VENDOR, f"V{1001 + movement.vendor}"
    group = "EXPORT" if is_abroad(movement.customer, movement.vendor) else "DOMESTIC"
    unit_cost = costs[movement.no] if outbound else movement.unit_amount
    if movement.kind == EntryType.POSITIVE_ADJMT and product.method is CostingMethod.STANDARD:
        unit_cost = costs[movement.no]
    return PostingLine(
        line_no=line_no, entry_type=movement.kind, item_id=item_id, quantity=-quantity if outbound else quantity,
        posting_date=movement.day, document_no=movement.document_no,
        variant_id=ids.variants[item_id, movement.variant] if movement.variant else BLANK_ID,
        location_id=ids.locations[movement.location],
        bin_id=ids.bins[bin_of(movement.no)] if movement.location == BIN_LOCATION and not service else None,
        external_document_no=movement.external_no, description=product.description,
        unit_cost=unit_cost, unit_amount=movement.unit_amount, amount=gross - discount, discount_amount=discount,
        unit_of_measure_code=movement.unit or product.unit,
        qty_per_unit_of_measure=Decimal(product.box) if movement.unit == "BOX" else Decimal(1),
        lot_no=movement.lot, serial_no=movement.serial, expiration_date=None if outbound else movement.expires,
        gen_business_posting_group_id=ids.business[group] if source_no else BLANK_ID,
        source_type=source_type, source_no=source_no, reason_code=movement.reason,
    )  # fmt: skip


def add_open_lines(session: Session, today: dt.date, document_no: str) -> None:
    """Two worksheets for today: what can be posted at once, and goods in with a line that needs a look."""
    items, places = ids_of(session, Item, "no"), ids_of(session, Location)
    units, bins = ids_of(session, UnitOfMeasure), _read_ids(session).bins
    default = session.scalars(
        select(JournalBatch)
        .join(JournalBatch.template)
        .where(JournalTemplate.name == "ITEM", JournalBatch.name == "DEFAULT")
    ).one()

    def line(kind: EntryType, no: str, quantity: str, location: str, **more: object) -> LineInput:
        values: dict[str, object] = {
            "entry_type": kind, "item_id": items[no], "posting_date": today, "document_no": document_no,
            "quantity": Decimal(quantity), "location_id": places[location], **more,
        }  # fmt: skip
        return LineInput(**values)  # type: ignore[arg-type]  # the names above are its fields

    sale, bought = EntryType.SALE, EntryType.PURCHASE
    add_lines(session, default.id, [
        line(EntryType.NEGATIVE_ADJMT, "3080", "2", "MAIN", reason_code="DAMAGE"),
        line(EntryType.NEGATIVE_ADJMT, "2200", "1", "MAIN", reason_code="DAMAGE"),
        line(EntryType.POSITIVE_ADJMT, "2320", "3", "MAIN", reason_code="FOUND"),
        line(sale, "1380", "4", "MAIN"),
        line(sale, "3220", "2", "MAIN"),
    ])  # fmt: skip
    goods_in = create_batch(session, "GOODS-IN", "Goods in, east depot")
    # entered before its maker recalled it: the worksheet says why it cannot be posted, and what can be done
    recalled = update(Item.__table__).where(Item.no == "3350")
    session.execute(recalled.values(blocked=False))
    session.expire_all()
    add_lines(session, goods_in.id, [
        line(bought, "2120", "12", "EAST", bin_id=bins[bin_of("2120")], external_document_no="GF 5521"),
        line(bought, "2080", "10", "EAST", bin_id=bins[bin_of("2080")], external_document_no="GF 5521"),
        line(bought, "1160", "3", "EAST", bin_id=bins[bin_of("1160")], unit_of_measure_id=units["BOX"]),
        line(bought, "3350", "6", "EAST", bin_id=bins[bin_of("3350")], external_document_no="LA 118"),
    ])  # fmt: skip
    session.execute(recalled.values(blocked=True))
    session.expire_all()


__all__ = ["add_open_lines", "bin_of", "post_history"]
