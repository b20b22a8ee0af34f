"""Pick kinds: how a typed number or code becomes a record, and the list a picker offers. At most 20 hits."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from flask import Blueprint, abort, render_template, request
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, case, func, literal, literal_column, or_, select, union_all

import models as m
from blueprints import stock_signs
from blueprints.access import may, signed_in, today
from blueprints.database import db_session
from models import BLANK_ID, Permission, db
from services import pictures
from services.items.finding import ItemUse, may_be_offered
from services.items.scan_codes import SEPARATOR
from services.search import MOST_WORDS, begins_with, record_of_scan

bp = Blueprint("pickers", __name__)

LIMIT = 20
#: Rows of the search index looked at for them, in the order they were written: a longer text narrows it.
MOST_LOOKED_AT = 200


class Hit(NamedTuple):
    """One record in a picker."""

    id: int
    code: str
    name: str


@dataclass(frozen=True)
class Pick:
    """A kind of record that fields may name.

    `within` narrows by the record another field names (its id as text): a condition, or None for all.
    """

    what: Any  # "item": the word in "There is no item “X”."
    id: Any
    code: Any
    name: Any
    permission: Permission | None = None
    where: Callable[[], Iterable[ColumnElement[bool]]] = tuple
    within: Callable[[str], ColumnElement[bool] | None] | None = None
    #: narrows what is offered, not what may be typed: a blocked record is refused with its own sentence
    offered: Callable[[], Iterable[ColumnElement[bool]]] = tuple
    search_kind: str = ""
    from_: Any = None
    #: codes are kept in upper case; where they are names or addresses, case does not matter
    upper: bool = True


PICKS: dict[str, Pick] = {}


def register_pick(kind: str, pick: Pick) -> None:
    """Make `kind` known to RecordField, RecordFilter and /pick/<kind>."""
    PICKS[kind] = pick


def _base(kind: str, within: str = "") -> Select[Any]:
    pick = PICKS[kind]
    statement = select(pick.id.label("id"), pick.code.label("code"), pick.name.label("name")).where(
        pick.id != BLANK_ID, *pick.where()
    )
    if pick.from_ is not None:
        statement = statement.select_from(pick.from_())
    if pick.within is not None and within:
        condition = pick.within(within)
        if condition is not None:
            statement = statement.where(condition)
    return statement


def _has_code(pick: Pick, text: str) -> ColumnElement[bool]:
    text = text.strip()
    return pick.code == text.upper() if pick.upper else func.lower(pick.code) == text.lower()


def find_hits(kind: str, text: str, within: str = "") -> list[Hit]:
    """At most 20 records for what was typed: exact code first, then codes that begin with it, then words in names."""
    pick, text = PICKS[kind], text.strip()
    statement = _base(kind, within).where(*pick.offered())
    if text and pick.search_kind:
        hits = _indexed_hits(pick, statement, text)
        scanned = _scanned(kind, text) if not hits else None
        return [scanned] if scanned is not None else hits
    if text:
        for part in text.split()[:MOST_WORDS]:
            statement = statement.where(
                or_(pick.code.icontains(part, autoescape=True), pick.name.icontains(part, autoescape=True))
            )
        rank = case(
            (func.upper(pick.code) == text.upper(), 0), (pick.code.istartswith(text, autoescape=True), 1), else_=2
        )
        statement = statement.order_by(rank)
    return _hits(statement.order_by(pick.code).limit(LIMIT))


def _indexed_hits(pick: Pick, statement: Select[Any], text: str) -> list[Hit]:
    """Of many records: numbers that begin so from their index, the exact one first, then by way of the search index."""
    hits = _hits(statement.where(begins_with(pick.code, text.upper())).order_by(pick.code).limit(LIMIT))
    if len(hits) < LIMIT:
        entry = m.SearchEntry
        words = text.casefold().split()[:MOST_WORDS]
        contained = select(entry.record_id).where(
            entry.kind == pick.search_kind, *(entry.text.contains(word, autoescape=True) for word in words)
        )
        ids = db.session.scalars(contained.limit(MOST_LOOKED_AT)).all()
        hits += _hits(statement.where(pick.id.in_(ids)).order_by(pick.code).limit(LIMIT))
    return list(dict.fromkeys(hits))[:LIMIT]


def _hits(statement: Select[Any]) -> list[Hit]:
    return [Hit(row.id, row.code, row.name or "") for row in db.session.execute(statement)]


def find_by_code(kind: str, code: str, within: str = "") -> Hit | None:
    """The record with exactly this code (case does not matter), an item by any code that means it alone, or None."""
    statement = _base(kind, within).where(_has_code(PICKS[kind], code)).limit(1)
    row = db.session.execute(statement).first()
    return Hit(row.id, row.code, row.name or "") if row else _scanned(kind, code)


def find_by_id(kind: str, record_id: int) -> Hit | None:
    """The record with this id, or None."""
    row = db.session.execute(_base(kind).where(PICKS[kind].id == record_id)).first()
    return Hit(row.id, row.code, row.name or "") if row else None


#: No number, code or name that is picked is longer.
LONGEST_CODE = 250


def resolve_fields(fields: Iterable[Any]) -> None:
    """Find the records of many fields in one query: by typed code, else by id."""
    wanted, parts = list(fields), []
    for position, field in enumerate(wanted):
        if field.kind not in PICKS or not (field.typed or (field.typed is None and field.data)):
            continue
        if field.typed and (len(field.typed) > LONGEST_CODE or not field.typed.isprintable()):
            continue  # nothing is called that, and PostgreSQL refuses a NUL byte
        pick = PICKS[field.kind]
        statement = _base(field.kind, field.within() if field.typed else "").add_columns(
            literal_column(str(position)).label("position")
        )
        if field.typed:
            statement = statement.where(_has_code(pick, field.typed))
        else:
            statement = statement.where(pick.id == literal(field.data))
        parts.append(statement)
    found: dict[int, Hit] = {}
    if parts:
        # An autoflush here would write half-edited records.
        with db.session.no_autoflush:
            rows = db.session.execute(parts[0] if len(parts) == 1 else union_all(*parts))
            found = {row.position: Hit(row.id, row.code, row.name or "") for row in rows}
    for position, field in enumerate(wanted):
        hit = found.get(position)
        if hit is None and field.typed and field.kind in PICKS:
            hit = _scanned(field.kind, field.typed)
        field.set_record(hit)


def _scanned(kind: str, code: str) -> Hit | None:
    """The one item that a scanned code means, for the fields that want an item (items.md section 23)."""
    if PICKS[kind].search_kind != "item" or len(code) > LONGEST_CODE or not code.replace(SEPARATOR, "").isprintable():
        return None
    with db.session.no_autoflush:
        found = record_of_scan(db_session(), code, on=today(), kinds=("item",))
    return find_by_id(kind, found.record_id) if found is not None else None


@bp.get("/pick/<kind>")
@signed_in
def pick(kind: str) -> str:
    """Options for what is typed so far (`q`), narrowed by `within`; a fragment of list entries."""
    if kind not in PICKS:
        abort(404)
    permission = PICKS[kind].permission
    if permission is not None and not may(permission):
        abort(403)
    hits = find_hits(kind, request.args.get("q", "")[:100].replace("\x00", ""), request.args.get("within", "")[:40])
    ids = [hit.id for hit in hits] if PICKS[kind].search_kind == "item" else []
    small = pictures.digests(db_session(), ids) if ids else {}
    return render_template(
        "_pick.html", hits=hits, kind=kind, q=request.args.get("q", ""), pictures=small,
        signs=stock_signs.of_items(db_session(), ids),
    )  # fmt: skip


def _by_number(column: Any) -> Callable[[str], ColumnElement[bool] | None]:
    return lambda within: column == int(within) if within.isascii() and within.isdigit() and len(within) < 19 else None


def _unit_of_item(within: str) -> ColumnElement[bool] | None:
    condition = _by_number(m.ItemUnitOfMeasure.item_id)(within)
    if condition is None:
        return None
    return m.UnitOfMeasure.id.in_(select(m.ItemUnitOfMeasure.unit_of_measure_id).where(condition))


def _register_all() -> None:
    view, setup = Permission.ITEMS_VIEW, None
    for kind, what, model, code, name, permission in (
        ("unit", _l("unit of measure"), m.UnitOfMeasure, "code", "description", None),
        ("category", _l("category"), m.ItemCategory, "code", "description", view),
        ("manufacturer", _l("manufacturer"), m.Manufacturer, "code", "name", view),
        ("purchasing_code", _l("purchasing code"), m.PurchasingCode, "code", "description", view),
        ("item_discount_group", _l("item discount group"), m.ItemDiscountGroup, "code", "description", view),
        ("over_receipt_code", _l("over-receipt code"), m.OverReceiptCode, "code", "description", None),
        ("counting_period", _l("counting period"), m.CountingPeriod, "code", "description", view),
        ("special_equipment", _l("special equipment"), m.SpecialEquipmentCode, "code", "description", view),
        ("warehouse_class", _l("warehouse class"), m.WarehouseClass, "code", "description", view),
        ("put_away_template", _l("put-away template"), m.PutAwayTemplate, "code", "description", view),
        ("catalog_item", _l("catalog entry"), m.CatalogItem, "no", "description", view),
        ("item_template", _l("item template"), m.ItemTemplate, "code", "description", view),
        ("tracking_code", _l("item tracking code"), m.ItemTrackingCode, "code", "description", view),
        (
            "gen_business_group",
            _l("general business posting group"),
            m.GenBusinessPostingGroup,
            "code",
            "description",
            setup,
        ),
        (
            "gen_product_group",
            _l("general product posting group"),
            m.GenProductPostingGroup,
            "code",
            "description",
            setup,
        ),
        (
            "vat_business_group",
            _l("VAT business posting group"),
            m.VatBusinessPostingGroup,
            "code",
            "description",
            setup,
        ),
        ("vat_product_group", _l("VAT product posting group"), m.VatProductPostingGroup, "code", "description", setup),
        ("inventory_group", _l("inventory posting group"), m.InventoryPostingGroup, "code", "description", setup),
        ("customer_group", _l("customer posting group"), m.CustomerPostingGroup, "code", "description", setup),
        ("vendor_group", _l("vendor posting group"), m.VendorPostingGroup, "code", "description", setup),
        ("payment_terms", _l("payment terms"), m.PaymentTerms, "code", "description", None),
        ("currency", _l("currency"), m.Currency, "code", "name", None),
        ("reason", _l("reason code"), m.ReasonCode, "code", "description", None),
        ("source_code", _l("source code"), m.SourceCode, "code", "description", None),
        ("number_series", _l("number series"), m.NumberSeries, "code", "description", None),
        ("responsibility_center", _l("responsibility centre"), m.ResponsibilityCenter, "code", "name", None),
        ("dimension", _l("dimension"), m.Dimension, "code", "name", None),
        ("work_calendar", _l("calendar"), m.WorkCalendar, "code", "name", None),
        ("shipping_agent", _l("shipping agent"), m.ShippingAgent, "code", "name", None),
        ("item_charge", _l("item charge"), m.ItemCharge, "no", "description", view),
        ("return_reason", _l("return reason"), m.ReturnReason, "code", "description", view),
        ("resource", _l("resource"), m.Resource, "no", "description", view),
        ("service_cost", _l("service cost"), m.ServiceCost, "code", "description", view),
        ("user", _l("user"), m.User, "email", "full_name", Permission.AUDIT_VIEW),
    ):
        columns = model.__table__.c
        if code in columns and (name in columns):
            register_pick(
                kind, Pick(what, columns.id, columns[code], columns[name], permission, upper=code in ("code", "no"))
            )
    item, vendor, customer, account = m.Item, m.Vendor, m.Customer, m.GlAccount
    register_pick("item", Pick(_l("item"), item.id, item.no, item.description, view, search_kind="item"))
    for use in ItemUse:
        register_pick(
            f"item_{use}",
            Pick(_l("item"), item.id, item.no, item.description, view, search_kind="item",
                 offered=partial(may_be_offered, use)),
        )  # fmt: skip
    register_pick(
        "vendor", Pick(_l("vendor"), vendor.id, vendor.no, vendor.name, Permission.PARTIES_VIEW, search_kind="vendor")
    )
    register_pick(
        "customer",
        Pick(_l("customer"), customer.id, customer.no, customer.name, Permission.PARTIES_VIEW, search_kind="customer"),
    )
    register_pick(
        "colleague",
        Pick(_l("user"), m.User.id, m.User.email, m.User.full_name, where=lambda: (m.User.active.is_(True),),
             upper=False),
    )  # fmt: skip
    attribute = m.ItemAttribute
    register_pick(
        "attribute",
        Pick(_l("attribute"), attribute.id, attribute.name, attribute.unit_of_measure, view, upper=False,
             offered=lambda: (attribute.blocked.is_(False),)),
    )  # fmt: skip
    register_pick("account", Pick(_l("G/L account"), account.id, account.no, account.name))
    register_pick(
        "posting_account",
        Pick(_l("posting account"), account.id, account.no, account.name,
             where=lambda: (account.account_type == m.gl.AccountType.POSTING, account.blocked.is_(False))),
    )  # fmt: skip
    register_pick(
        "location",
        Pick(_l("location"), m.Location.id, m.Location.code, m.Location.name, where=lambda: (m.Location.there(),)),
    )
    register_pick(
        "in_transit_location",
        Pick(_l("in-transit location"), m.Location.id, m.Location.code, m.Location.name,
             where=lambda: (m.Location.use_as_in_transit.is_(True), m.Location.there())),
    )  # fmt: skip
    register_pick(
        "stock_location",
        Pick(_l("location"), m.Location.id, m.Location.code, m.Location.name,
             where=lambda: (m.Location.use_as_in_transit.is_(False), m.Location.there())),
    )  # fmt: skip
    variant, bin_ = m.ItemVariant, m.Bin
    register_pick(
        "variant",
        Pick(_l("variant"), variant.id, variant.code, variant.description, view, within=_by_number(variant.item_id)),
    )
    service = m.ShippingAgentService
    register_pick(
        "shipping_agent_service",
        Pick(_l("service of the agent"), service.id, service.code, service.description,
             within=_by_number(service.shipping_agent_id)),
    )  # fmt: skip
    value = m.DimensionValue
    register_pick(
        "dimension_value",
        Pick(_l("value of the dimension"), value.id, value.code, value.name, within=_by_number(value.dimension_id),
             where=lambda: (value.blocked.is_(False),)),
    )  # fmt: skip
    register_pick("bin", Pick(_l("bin"), bin_.id, bin_.code, bin_.description, within=_by_number(bin_.location_id)))
    register_pick(
        "item_unit",
        Pick(
            _l("unit of the item"),
            m.UnitOfMeasure.id,
            m.UnitOfMeasure.code,
            m.UnitOfMeasure.description,
            within=_unit_of_item,
        ),
    )


_register_all()
