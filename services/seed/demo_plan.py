"""What happened at the demo company in the months before `today`: bought, sold, broken, found. Pure and repeatable.

The same day gives the same history. Stock is followed here so that nothing is sold that is not there, but for the
few sales that shall show negative inventory.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from core.rounding import round_amount
from models.enums import EntryType
from services.seed.demo_catalogue import Product, numbered
from services.seed.demo_masters import reorder_point, reorder_quantity
from services.seed.demo_parties import CUSTOMERS, HOME_COUNTRY, VENDORS

HISTORY_DAYS = 150
_SEED = 20_170_611
#: these are bought no more in the last weeks, so that lists show low stock
_NEGLECTED_DAYS = 45


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of history in base units, always positive; `kind` gives the direction."""

    kind: EntryType
    no: str
    quantity: int
    unit_amount: Decimal
    document_no: str
    day: dt.date
    location: str
    variant: str = ""
    vendor: int | None = None
    customer: int | None = None
    external_no: str = ""
    reason: str = ""
    discount_percent: int = 0
    lot: str = ""
    serial: str = ""
    expires: dt.date | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Posting:
    """What one user posted at once; `mailbox` is the first part of the user's address."""

    day: dt.date
    mailbox: str
    movements: tuple[Movement, ...]


@dataclass(slots=True)
class _Lot:
    """Pieces that came in together (items without tracking have one lot without a number)."""

    quantity: int
    lot: str = ""
    serial: str = ""
    expires: dt.date | None = None


_Key = tuple[str, str, str]  # item no., variant, location


@dataclass(slots=True)
class _Company:
    """State of the simulation."""

    today: dt.date
    dice: random.Random
    products: dict[str, Product]
    lots: dict[_Key, list[_Lot]] = field(default_factory=dict)
    arriving: dict[dt.date, list[tuple[_Key, int]]] = field(default_factory=dict)
    on_order: set[_Key] = field(default_factory=set)
    documents: int = 0
    serials: int = 0
    lot_count: int = 0

    def next_document(self) -> str:
        self.documents += 1
        return f"IJ-{self.documents:05}"

    def stock(self, key: _Key) -> int:
        return sum(lot.quantity for lot in self.lots.get(key, []))


def plan_history(today: dt.date) -> tuple[list[Posting], str]:
    """All postings in order, and the last document no. used."""
    dice = random.Random(_SEED)  # noqa: S311 - a story that repeats itself, no secret
    products = {no: product for no, product in numbered() if not product.blocked}
    company = _Company(today, dice, products)
    start = today - dt.timedelta(days=HISTORY_DAYS)
    postings = [Posting(start, "bookkeeper", tuple(_opening(company, start)))]
    day = start
    while day < today:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 or day == today:
            postings += _working_day(company, day)
    return [posting for posting in postings if posting.movements], f"IJ-{company.documents:05}"


def _keys(company: _Company) -> Iterator[_Key]:
    """Where each product is kept: everything at MAIN, what sells well at the depot and in the showroom too."""
    for place, (no, product) in enumerate(company.products.items()):
        if product.category.startswith("SVC-"):
            continue
        for variant in product.variants or ("",):
            yield no, variant, "MAIN"
            if product.demand >= 3 or place % 3 == 0:
                yield no, variant, "EAST"
            if product.demand >= 4 or place % 4 == 0:
                yield no, variant, "SHOP"


def _usual(product: Product, location: str) -> int:
    """What is ordered at once for a location."""
    whole = reorder_quantity(product)
    if product.variants:
        whole = max(2, whole // len(product.variants))
    wanted = {"MAIN": whole, "EAST": whole // 2, "SHOP": whole // 4}[location]
    wanted = max(2, wanted)
    if product.box and location != "SHOP":
        wanted = -(-wanted // product.box) * product.box
    return wanted


def _point(product: Product, location: str) -> int:
    whole = reorder_point(product)
    if product.variants:
        whole //= len(product.variants)
    return max(1, {"MAIN": whole, "EAST": whole // 2, "SHOP": whole // 4}[location])


def _opening(company: _Company, day: dt.date) -> Iterator[Movement]:
    document = company.next_document()
    for key in _keys(company):
        product = company.products[key[0]]
        quantity = _usual(product, key[2]) + company.dice.randint(0, _point(product, key[2]))
        for lot in _receive(company, key, quantity, day):
            yield _movement(EntryType.POSITIVE_ADJMT, key, lot, product.cost_value, document, day, reason="OPENING")


def _receive(company: _Company, key: _Key, quantity: int, day: dt.date) -> list[_Lot]:
    """Put goods on the shelf, with the numbers that the product needs."""
    product = company.products[key[0]]
    if product.tracking == "SERIAL":
        arrived = []
        for _piece in range(quantity):
            company.serials += 1
            arrived.append(_Lot(1, serial=f"HH{company.serials:05}"))
    elif product.tracking == "LOTEXP":
        company.lot_count += 1
        expires = day + dt.timedelta(days=540 + 30 * company.dice.randint(0, 5))
        if company.lot_count % 7 == 0:  # a short-dated lot now and then
            expires = company.today + dt.timedelta(days=12)
        arrived = [_Lot(quantity, lot=f"L{day:%y%m}-{company.lot_count:03}", expires=expires)]
    else:
        arrived = [_Lot(quantity)]
    shelf = company.lots.setdefault(key, [])
    shelf += [_Lot(lot.quantity, lot.lot, lot.serial, lot.expires) for lot in arrived]
    return arrived


def _take(company: _Company, key: _Key, wanted: int) -> list[_Lot]:
    """Take goods from the shelf, oldest first; no more than there is."""
    taken = []
    shelf = company.lots.get(key, [])
    while shelf and wanted > 0:
        lot = shelf[0]
        part = min(wanted, lot.quantity)
        taken.append(_Lot(part, lot.lot, lot.serial, lot.expires))
        lot.quantity -= part
        wanted -= part
        if not lot.quantity:
            shelf.pop(0)
    if taken and not taken[0].lot and not taken[0].serial:
        return [_Lot(sum(lot.quantity for lot in taken))]
    return taken


def _movement(
    kind: EntryType, key: _Key, lot: _Lot, unit_amount: Decimal, document: str, day: dt.date, **more: object
) -> Movement:
    no, variant, location = key
    values: dict[str, object] = {
        "kind": kind, "no": no, "quantity": lot.quantity, "unit_amount": unit_amount, "document_no": document,
        "day": day, "location": location, "variant": variant, "lot": lot.lot, "serial": lot.serial,
        "expires": lot.expires, **more,
    }  # fmt: skip
    return Movement(**values)  # type: ignore[arg-type]  # the names above are its fields


def _working_day(company: _Company, day: dt.date) -> Iterator[Posting]:
    """Goods in, goods out, then what broke; the buyer orders what has run low."""
    yield from _arrivals(company, day)
    sold = [line for _order in range(company.dice.randint(5, 9)) for line in _sales_order(company, day)]
    yield Posting(day, "clerk", tuple(sold))
    if company.dice.random() < 0.16:
        yield Posting(day, "clerk", tuple(_breakage(company, day)))
    yield from _special_days(company, day)
    _order_goods(company, day)


def _arrivals(company: _Company, day: dt.date) -> Iterator[Posting]:
    due = [when for when in company.arriving if when <= day]
    lines: list[Movement] = []
    by_vendor: dict[int, list[tuple[_Key, int]]] = {}
    for when in sorted(due):
        for key, quantity in company.arriving.pop(when):
            by_vendor.setdefault(company.products[key[0]].vendor, []).append((key, quantity))
    for vendor, goods in sorted(by_vendor.items()):
        document = company.next_document()
        external = f"{VENDORS[vendor].name[:2].upper()} {company.dice.randint(20_000, 99_999)}"
        for key, quantity in goods:
            company.on_order.discard(key)
            lines += _purchase(company, key, quantity, document, day, external)
    yield Posting(day, "buyer", tuple(lines))


def _purchase(
    company: _Company, key: _Key, quantity: int, document: str, day: dt.date, external: str
) -> Iterator[Movement]:
    product = company.products[key[0]]
    # prices creep up over the months, some deliveries are cheaper than the last
    percent = Decimal(100 + company.dice.randint(-3, 4) + (HISTORY_DAYS - (company.today - day).days) // 40)
    cost = round_amount(product.cost_value * percent / 100)
    for lot in _receive(company, key, quantity, day):
        unit = "BOX" if product.box and lot.quantity % product.box == 0 else ""
        yield _movement(
            EntryType.PURCHASE, key, lot, cost, document, day, vendor=product.vendor, external_no=external, unit=unit
        )


def _sales_order(company: _Company, day: dt.date) -> Iterator[Movement]:
    place = company.dice.choices(range(len(CUSTOMERS)), weights=[customer.orders for customer in CUSTOMERS])[0]
    customer = CUSTOMERS[place]
    document = company.next_document()
    nos = [no for no in company.products if no[0] in customer.buys]
    weights = [company.products[no].demand for no in nos]
    chosen = company.dice.choices(nos, weights=weights, k=company.dice.randint(2, 6))
    if company.dice.random() < 0.12:
        chosen.append(company.dice.choice(["S130", "S100", "S120"]))
    for no in dict.fromkeys(chosen):
        product = company.products[no]
        service = product.category.startswith("SVC-")
        variant = company.dice.choice(product.variants) if product.variants else ""
        wanted = 1 if service else _wanted(company, product)
        key = (no, variant, customer.location)
        taken = [_Lot(wanted)] if service else _take(company, key, wanted)
        if not service and not taken and customer.location != "MAIN":
            key = (no, variant, "MAIN")
            taken = _take(company, key, wanted)
        for lot in taken:
            yield _movement(
                EntryType.SALE, key, lot, product.price_value, document, day, customer=place,
                discount_percent=0 if service else customer.discount,
            )  # fmt: skip


def _wanted(company: _Company, product: Product) -> int:
    if product.cost_value > 500:
        return 1
    if product.cost_value > 60:
        return company.dice.randint(1, 2)
    if product.box and company.dice.random() < 0.5:
        return product.box
    return company.dice.randint(1, 3 * product.demand)


def _breakage(company: _Company, day: dt.date) -> Iterator[Movement]:
    """A few pieces lost or found again."""
    document = company.next_document()
    keys = [key for key in _keys(company) if company.stock(key) > 3 and not company.products[key[0]].tracking]
    for key in company.dice.sample(keys, company.dice.randint(1, 3)):
        cost = company.products[key[0]].cost_value
        reason = company.dice.choice(["DAMAGE", "DAMAGE", "SAMPLE", "GIFT", "OWNUSE", "THEFT", "FOUND"])
        if reason == "FOUND":
            lot, kind = _receive(company, key, 1, day)[0], EntryType.POSITIVE_ADJMT
        else:
            lot, kind = _take(company, key, company.dice.randint(1, 2))[0], EntryType.NEGATIVE_ADJMT
        yield _movement(kind, key, lot, cost, document, day, reason=reason)


def _order_goods(company: _Company, day: dt.date) -> None:
    late = (company.today - day).days < _NEGLECTED_DAYS
    neglected_nos = set(list(company.products)[5::11]) if late else set()
    for key in _keys(company):
        product = company.products[key[0]]
        neglected = key[0] in neglected_nos
        if key in company.on_order or neglected or company.stock(key) > _point(product, key[2]):
            continue
        company.on_order.add(key)
        arrival = day + dt.timedelta(days=VENDORS[product.vendor].lead_days + company.dice.randint(0, 3))
        company.arriving.setdefault(arrival, []).append((key, _usual(product, key[2])))


def _special_days(company: _Company, day: dt.date) -> Iterator[Posting]:
    """The days worth looking at: postings with an older date, and sales of what was not there."""
    before = (company.today - day).days
    if before in (24, 10):  # an invoice found late: posted today, dated three weeks ago
        key = ("3080", "", "MAIN") if before == 24 else ("1160", "", "MAIN")
        document, earlier = company.next_document(), day - dt.timedelta(days=21)
        yield Posting(day, "buyer", tuple(_purchase(company, key, 24, document, earlier, "late invoice")))
    if before == 17:
        key = ("2210", "", "MAIN")
        document = company.next_document()
        taken = _take(company, key, 6) or [_Lot(6)]
        price = company.products[key[0]].price_value
        earlier = day - dt.timedelta(days=9)
        lines = [_movement(EntryType.SALE, key, lot, price, document, earlier, customer=8) for lot in taken]
        yield Posting(day, "seller", tuple(lines))
    if before in (16, 2):  # sold before it arrived; the first time a delivery closes it
        yield _oversold(company, day, ("2130", "", "SHOP") if before == 16 else ("3250", "", "SHOP"), before)
    if before == 14:
        key = ("2130", "", "SHOP")
        document = company.next_document()
        yield Posting(day, "buyer", tuple(_purchase(company, key, 30, document, day, "express")))
        company.lots[key] = [_Lot(max(1, 30 - 5))]


def _oversold(company: _Company, day: dt.date, key: _Key, before: int) -> Posting:
    """Sell all there is and five more; the shelf stays empty in the books of the simulation."""
    there = company.stock(key)
    company.lots[key] = []
    company.on_order.add(key)  # no ordinary order may close what shall be seen open
    for goods in company.arriving.values():
        goods[:] = [(other, quantity) for other, quantity in goods if other != key]
    price = company.products[key[0]].price_value
    line = _movement(
        EntryType.SALE, key, _Lot(there + 5), price, company.next_document(), day, customer=28,
    )  # fmt: skip
    return Posting(day, "clerk", (line,))


def is_abroad(customer: int | None, vendor: int | None) -> bool:
    """True where the party of a movement sits in another country."""
    if customer is not None:
        return CUSTOMERS[customer].country != HOME_COUNTRY
    return vendor is not None and VENDORS[vendor].country != HOME_COUNTRY
