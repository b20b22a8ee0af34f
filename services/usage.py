"""Who uses a record: asked before something is deleted, so that a refusal can say what stands in the way.

Foreign keys are read from the tables themselves; columns that refer without a foreign key are listed here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table, func, literal, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _, ngettext
from models import db

#: Counting stops here; a sentence that says "more than 1000" is as good as the exact figure.
COUNT_LIMIT = 1000

#: (table, column) that refer to a record of the key's table without a foreign key, by this attribute of it.
_SOFT_REFERENCES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "inventory_posting_group": (("value_entry", "inventory_posting_group_id", "id"),),
    "gen_business_posting_group": (
        ("value_entry", "gen_business_posting_group_id", "id"),
        ("gl_entry", "gen_business_posting_group_id", "id"),
    ),
    "gen_product_posting_group": (
        ("value_entry", "gen_product_posting_group_id", "id"),
        ("gl_entry", "gen_product_posting_group_id", "id"),
    ),
    "gl_account": (("gl_entry", "account_id", "id"),),
    "vat_product_posting_group": (("vat_entry", "vat_product_posting_group_id", "id"),),
    "reason_code": (
        ("trade_document", "reason_code", "code"),
        ("posted_document", "reason_code", "code"),
        ("value_entry", "reason_code", "code"),
        ("item_journal_line", "reason_code", "code"),
        ("journal_batch", "reason_code", "code"),
        ("journal_template", "reason_code", "code"),
    ),
    "item_discount_group": (
        ("item", "item_discount_group", "code"),
        ("item_template", "item_discount_group", "code"),
        ("price_list_line", "item_discount_group", "code"),
    ),
    "over_receipt_code": (
        ("item", "over_receipt_code", "code"),
        ("item_template", "over_receipt_code", "code"),
        ("vendor", "over_receipt_code", "code"),
        ("trade_line", "over_receipt_code", "code"),
    ),
    "item_charge": (("value_entry", "item_charge_no", "no"),),
    "special_equipment": (
        ("item", "special_equipment_code", "code"),
        ("item_template", "special_equipment_code", "code"),
        ("stockkeeping_unit", "special_equipment_code", "code"),
        ("bin", "special_equipment_code", "code"),
    ),
    "warehouse_class": (
        ("item", "warehouse_class_code", "code"),
        ("item_template", "warehouse_class_code", "code"),
        ("bin", "warehouse_class_code", "code"),
    ),
    "put_away_template": (
        ("item", "put_away_template_code", "code"),
        ("item_template", "put_away_template_code", "code"),
        ("stockkeeping_unit", "put_away_template_code", "code"),
        ("location", "put_away_template_code", "code"),
    ),
    "return_reason": (
        ("trade_line", "return_reason_code", "code"),
        ("posted_line", "return_reason_code", "code"),
    ),
    "shipping_agent": (
        ("vendor", "shipping_agent_code", "code"),
        ("customer", "shipping_agent_code", "code"),
        ("ship_to_address", "shipping_agent_code", "code"),
        ("trade_document", "shipping_agent_code", "code"),
        ("posted_document", "shipping_agent_code", "code"),
    ),
    "source_code": (("register", "source_code", "code"), ("journal_template", "source_code", "code")),
}

#: Rows that belong to the record and go with it.
_OWNED = {
    ("location", "inventory_posting_setup"), ("location", "transfer_route"), ("location", "bin"),
    ("number_series", "number_series_line"), ("number_series", "number_series_relation"),
    # a balance says nothing that the entries do not say
    ("location", "location_bin"), ("customer", "ship_to_address"), ("shipping_agent", "shipping_agent_service"),
    ("work_calendar", "work_calendar_day"), ("currency", "currency_exchange_rate"),
    ("location", "zone"), ("location", "warehouse_employee"), ("user", "warehouse_employee"),
    ("location", "item_balance"), ("location", "bin_content"), ("bin", "bin_content"), ("gl_account", "gl_balance"),
}  # fmt: skip


@dataclass(frozen=True)
class Use:
    """How many rows of one table refer to a record; `count` never exceeds COUNT_LIMIT + 1."""

    table: str
    count: int

    @property
    def words(self) -> str:
        """The count with its noun: "3 items", "more than 1000 value entries"."""
        noun = _noun(self.table, self.count)
        if self.count > COUNT_LIMIT:
            return _("more than %(limit)s %(noun)s", limit=COUNT_LIMIT, noun=noun)
        return f"{self.count} {noun}"


def find_uses(
    session: Session, record: Any, *, owned: bool = False, beside: Collection[str] = frozenset()
) -> list[Use]:
    """Tables with rows that refer to `record`, largest user first; rows that belong to it only with `owned`.

    Tables named in `beside` are not asked.
    """
    name = record.__tablename__
    wanted: dict[Table, list[tuple[Column[Any], object]]] = {}
    for table in db.metadata.sorted_tables:
        if table.name in beside:
            continue
        if (name, table.name) in _OWNED and not (owned or _referred_elsewhere(name, table)):
            continue
        for key in table.foreign_keys:
            if key.column.table.name == name and not _is_ownership(name, table.name, key.parent.name):
                wanted.setdefault(table, []).append((key.parent, record.id))
    for table_name, column, attribute in _SOFT_REFERENCES.get(name, ()):
        table = db.metadata.tables[table_name]
        wanted.setdefault(table, []).append((table.c[column], getattr(record, attribute)))
    uses = [Use(table.name, _count(session, table, pairs)) for table, pairs in wanted.items()]
    return sorted((use for use in uses if use.count), key=lambda use: -use.count)


def check_unused(session: Session, record: Any, name: str, *, beside: Collection[str] = frozenset()) -> None:
    """Raises ValidationError `in_use` naming who uses the record that people call `name`; see `find_uses`."""
    uses = find_uses(session, record, beside=beside)
    if uses:
        raise ValidationError("in_use", in_use_sentence(name, uses))


def in_use_sentence(name: str, uses: list[Use]) -> str:
    """One sentence that names the record, its users and the way out."""
    words = [use.words for use in uses[:4]]
    listed = words[0] if len(words) == 1 else _("%(first)s and %(last)s", first=", ".join(words[:-1]), last=words[-1])
    return _(
        "%(name)s cannot be deleted, because it is used by %(uses)s. Give those another one first.",
        name=name,
        uses=listed,
    )


def _referred_elsewhere(name: str, table: Table) -> bool:
    """True for a transfer route's in-transit column: the route belongs to its ends, not to what lies between."""
    return name == "location" and table.name == "transfer_route"


def _is_ownership(name: str, table: str, column: str) -> bool:
    return (name, table) == ("location", "transfer_route") and column in {"from_location_id", "to_location_id"}


def _count(session: Session, table: Table, pairs: list[tuple[Column[Any], object]]) -> int:
    condition = pairs[0][0] == pairs[0][1]
    for column, value in pairs[1:]:
        condition = condition | (column == value)
    limited = select(literal(1)).select_from(table).where(condition).limit(COUNT_LIMIT + 1).subquery()
    return session.scalar(select(func.count()).select_from(limited)) or 0


def _noun(table: str, count: int) -> str:
    """What people call rows of a table."""
    nouns: dict[str, str] = {
        "item": ngettext("item", "items", count),
        "item_identifier": ngettext("identifier", "identifiers", count),
        "transfer_line": ngettext("transfer order line", "transfer order lines", count),
        "inventory_document_line": ngettext("line of an inventory document", "lines of inventory documents", count),
        "item_template": ngettext("item template", "item templates", count),
        "vendor": ngettext("vendor", "vendors", count),
        "customer": ngettext("customer", "customers", count),
        "item_vendor": ngettext("row of the vendor catalogue", "rows of the vendor catalogue", count),
        "stockkeeping_unit": ngettext("stockkeeping unit", "stockkeeping units", count),
        "item_ledger_entry": ngettext("item ledger entry", "item ledger entries", count),
        "value_entry": ngettext("value entry", "value entries", count),
        "gl_entry": ngettext("G/L entry", "G/L entries", count),
        "warehouse_entry": ngettext("warehouse entry", "warehouse entries", count),
        "register": ngettext("register", "registers", count),
        "item_journal_line": ngettext("journal line", "journal lines", count),
        "trade_document": ngettext("purchase or sales document", "purchase or sales documents", count),
        "trade_line": ngettext("document line", "document lines", count),
        "posted_document": ngettext("posted document", "posted documents", count),
        "posted_line": ngettext("posted document line", "posted document lines", count),
        "party_ledger_entry": ngettext("entry of a vendor or customer", "entries of vendors or customers", count),
        "vat_posting_setup": ngettext("row of the VAT posting set-up", "rows of the VAT posting set-up", count),
        "trade_setup": _("the purchase and sales set-up"),
        "price_list": ngettext("price list", "price lists", count),
        "price_list_line": ngettext("price list line", "price list lines", count),
        "shipping_agent": ngettext("shipping agent", "shipping agents", count),
        "journal_batch": ngettext("journal batch", "journal batches", count),
        "journal_template": ngettext("journal template", "journal templates", count),
        "inventory_posting_setup": ngettext(
            "row of the inventory posting set-up", "rows of the inventory posting set-up", count
        ),
        "general_posting_setup": ngettext(
            "row of the general posting set-up", "rows of the general posting set-up", count
        ),
        "customer_posting_group": ngettext("customer posting group", "customer posting groups", count),
        "ship_to_address": ngettext("delivery address", "delivery addresses", count),
        "vendor_posting_group": ngettext("vendor posting group", "vendor posting groups", count),
        "gen_product_posting_group": ngettext("product posting group", "product posting groups", count),
        "item_charge": ngettext("item charge", "item charges", count),
        "resource": ngettext("resource", "resources", count),
        "return_reason": ngettext("return reason", "return reasons", count),
        "service_cost": ngettext("service cost", "service costs", count),
        "inventory_setup": _("the inventory set-up"),
        "transfer_route": ngettext("transfer route", "transfer routes", count),
        "responsibility_center": ngettext("responsibility center", "responsibility centers", count),
        "user": ngettext("user", "users", count),
        "user_center": ngettext("user", "users", count),
        "company_information": _("the company information"),
        "default_dimension": ngettext("default dimension", "default dimensions", count),
        "dimension_value": ngettext("dimension value", "dimension values", count),
        "dimension_set_entry": ngettext("set of dimensions", "sets of dimensions", count),
        "transfer_order": ngettext("transfer order", "transfer orders", count),
        "shipping_agent_service": ngettext("shipping agent service", "shipping agent services", count),
        "location": ngettext("location", "locations", count),
        "zone": ngettext("zone", "zones", count),
        "planning_line": ngettext("line of the requisition worksheet", "lines of the requisition worksheet", count),
        "reservation": ngettext("reservation", "reservations", count),
        "inventory_document": ngettext("inventory document", "inventory documents", count),
        "physical_inventory_order": ngettext("physical inventory order", "physical inventory orders", count),
        "location_bin": ngettext("purpose of its location", "purposes of its location", count),
        "bin": ngettext("bin", "bins", count),
        "bin_content": ngettext("bin content", "bin contents", count),
    }
    return nouns.get(table, table.replace("_", " "))
