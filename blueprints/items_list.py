"""The item list: columns, the category tree beside it, filters by category, stock and attribute values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import g, url_for
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import aliased

from blueprints import formats
from blueprints.database import db_session
from blueprints.items_facets import AttributesFilter, attribute_columns, variant_hits
from blueprints.list_filters import ChoiceFilter, RecordFilter, Statement, YesNoFilter
from blueprints.list_narrowing import Outer
from blueprints.list_parts import Action, BulkAction, Column, Empty
from blueprints.lists import Listing
from blueprints.stock_signs import STATE_WORDS, state_badge
from core.text import _
from models import (
    BLANK_ID,
    CountingPeriod,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    ItemCategory,
    ItemPicture,
    ItemSubstitute,
    ItemTotal,
    ItemTrackingCode,
    ItemUnitOfMeasure,
    ItemVariant,
    Manufacturer,
    Permission,
    PurchasingCode,
    StockkeepingUnit,
    UnitOfMeasure,
    VatProductPostingGroup,
    Vendor,
)
from models.enums import CostingMethod, ItemType
from services import categories
from services.attribute_filters import category_condition, lacking_mandatory
from services.items.stock_state import StockState, in_states


@dataclass(frozen=True)
class CategoryFilter(RecordFilter):
    """Items of a category and of all below it."""

    def condition(self, value: Any) -> ColumnElement[bool]:
        known: dict[int, ColumnElement[bool]] = g.setdefault("items_of_category", {})  # asked for again by the counts
        if value.id not in known:
            known[value.id] = category_condition(db_session(), value.id)
        return known[value.id]


@dataclass(frozen=True)
class UnitFilter(RecordFilter):
    """Items that may be counted in a unit, whether it is their base unit or not."""

    def condition(self, value: Any) -> ColumnElement[bool]:
        held = ItemUnitOfMeasure.item_id == Item.id, ItemUnitOfMeasure.unit_of_measure_id == value.id
        return exists().where(*held)

    def probes(self, statement: Statement, value: Any) -> list[Statement]:
        return [select(ItemUnitOfMeasure.item_id).where(ItemUnitOfMeasure.unit_of_measure_id == value.id)]


@dataclass(frozen=True)
class IncompleteFilter(YesNoFilter):
    """Items that lack a value their category demands."""

    def condition(self, value: Any) -> ColumnElement[bool]:
        lacking = lacking_mandatory(db_session())
        return lacking if value else ~lacking


@dataclass(frozen=True)
class StockFilter(ChoiceFilter):
    """How the items stand."""

    reads_all: ClassVar[bool] = True

    def condition(self, value: list[str]) -> ColumnElement[bool]:
        return in_states([StockState(single) for single in value])

    def probes(self, statement: Statement, value: list[str]) -> list[Statement]:
        """One look at the totals of all items, instead of one for the rows and one for their count."""
        return [statement.join(ItemTotal, ItemTotal.item_id == Item.id).where(self.condition(value))]


def ledger_url(no: str, **more: str) -> str:
    """The item ledger entries of an item."""
    return url_for("ledger.item_entries", item=no, **more)


def thumbnail_url(digest: str) -> str:
    """The small picture; its address changes with the picture, so browsers keep it for ever."""
    return url_for("items.picture_file", digest=digest, size="small")


def _photo(row: Any) -> Markup:
    if not row.digest:
        return Markup('<span class="thumb thumb-none">{}</span>').format(formats.icon("package"))
    return Markup('<img class="thumb" src="{}" alt="" loading="lazy">').format(thumbnail_url(row.digest))


def _on_hand(row: Any) -> Any:
    if row.item_type is not ItemType.INVENTORY:
        return ""
    return formats.stock(row.on_hand if row.on_hand is not None else 0)


def _state(row: Any) -> Markup | str:
    if row.item_type is not ItemType.INVENTORY:
        return ""
    state = StockState.of_rank(row.stock_rank)
    return state_badge(state, row.suggested, row.next_receipt) if state is not StockState.OK else ""


def _description(row: Any) -> Markup | str:
    """The description, and behind it in words what keeps the item from being used or what it is short of."""
    signs = [_state(row)]
    if row.is_blocked:
        signs.insert(
            0, Markup('<span class="status status-is-danger">{}{}</span>').format(formats.icon("ban"), _("Blocked"))
        )
    codes = g.get("variant_hits", {}).get(row.row_id)
    if codes:
        words = _("by variant %(codes)s", codes=", ".join(codes))
        sign = formats.icon("info-circle")
        signs.append(Markup('<span class="status status-is-info">{}{}</span>').format(sign, words))
    signs = [sign for sign in signs if sign]
    if not signs:
        return str(row.item_description)
    return Markup('<span class="name-with-state">{} {}</span>').format(row.item_description, Markup(" ").join(signs))


def _source() -> Select[Any]:
    return (
        select()
        .select_from(Item)
        .join(ItemTotal, ItemTotal.item_id == Item.id)
        .outerjoin(
            ItemPicture,
            and_(ItemPicture.item_id == Item.id, ItemPicture.variant_id == BLANK_ID, ItemPicture.position == 0),
        )
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(ItemCategory, ItemCategory.id == Item.category_id)
        .outerjoin(Vendor, Vendor.id == Item.vendor_id)
        .outerjoin(InventoryPostingGroup, InventoryPostingGroup.id == Item.inventory_posting_group_id)
        .outerjoin(GenProductPostingGroup, GenProductPostingGroup.id == Item.gen_product_posting_group_id)
    )


def _code_of(table: Any, points: Any) -> Any:
    """The code of what the item points at, read for the rows of the page alone."""
    other = aliased(table)
    return select(other.code).where(other.id == points).scalar_subquery()


_COSTS = Permission.ITEMS_COSTS
LISTING = Listing(
    name="items",
    title=_l("Items"),
    key=Item.id,
    source=_source,
    lean={
        ItemTotal.__table__: ItemTotal.item_id == Item.id,
        UnitOfMeasure.__table__: Outer(Item.base_unit_of_measure_id, UnitOfMeasure.id),
        Vendor.__table__: Outer(Item.vendor_id, Vendor.id),
        InventoryPostingGroup.__table__: Outer(Item.inventory_posting_group_id, InventoryPostingGroup.id),
        GenProductPostingGroup.__table__: Outer(Item.gen_product_posting_group_id, GenProductPostingGroup.id),
    },
    columns=(
        Column("photo", _l("Picture"), cell=_photo, link=lambda _row: None),  # the number beside it is the link
        Column("no", _l("No."), Item.no, "code", link=lambda row: url_for("items.show", no=row.item_no), sort=True),
        Column("description", _l("Description"), Item.description, sort=True, cell=_description),
        Column("on_hand", _l("On hand"), ItemTotal.quantity, "stock", cell=_on_hand, sort=True,
               sort_key=ItemTotal.item_id,
               link=lambda row: ledger_url(row.item_no) if row.item_type is ItemType.INVENTORY else None),
        Column("unit", _l("Unit"), UnitOfMeasure.code, "code", sort=True),
        Column("unit_price", _l("Unit price"), Item.unit_price, "unit_cost"),
        Column("category", _l("Category"), ItemCategory.code, "code", phone=False, shown=False),
        Column("type", _l("Type"), Item.type, "word", sort=True, shown=False),
        Column("unit_cost", _l("Unit cost"), Item.unit_cost, "unit_cost", permission=_COSTS, shown=False),
        Column("value", _l("Value"), ItemTotal.cost_amount_actual + ItemTotal.cost_amount_expected, "amount",
               permission=_COSTS, shown=False),
        Column("costing_method", _l("Costing method"), Item.costing_method, "word", permission=_COSTS, shown=False),
        Column("last_direct_cost", _l("Last direct cost"), Item.last_direct_cost, "unit_cost", permission=_COSTS,
               shown=False),
        Column("profit_percent", _l("Profit %"), Item.profit_percent, "percent", permission=_COSTS, shown=False),
        Column("vendor", _l("Vendor"), Vendor.no, "code", sort=True, shown=False),
        Column("vendor_item_no", _l("Vendor item no."), Item.vendor_item_no, "code", sort=True, shown=False),
        Column("substitutes", _l("Has substitutes"), exists().where(ItemSubstitute.item_id == Item.id), "yes_no",
               shown=False),
        Column("no_2", _l("No. 2"), Item.no_2, "code", shown=False),
        Column("gtin", _l("GTIN"), Item.gtin, "code", sort=True, shown=False),
        Column("shelf_no", _l("Shelf no."), Item.shelf_no, "code", sort=True, shown=False),
        Column("blocked", _l("Blocked"), Item.blocked, "yes_no", shown=False),
        Column("search_description", _l("Search description"), Item.search_description, sort=True, shown=False),
        Column("standard_cost", _l("Standard cost"), Item.standard_cost, "unit_cost", permission=_COSTS, shown=False),
        Column("cost_is_adjusted", _l("Cost is adjusted"), Item.cost_is_adjusted, "yes_no", permission=_COSTS,
               shown=False),
        Column("replenishment", _l("Replenishment"), Item.replenishment_system, "word", shown=False),
        Column("lead_time", _l("Lead time"), Item.lead_time, "code", shown=False),
        Column("reordering_policy", _l("Reordering policy"), Item.reordering_policy, "word", shown=False),
        Column("item_discount_group", _l("Item discount group"), Item.item_discount_group, "code", shown=False),
        Column("tariff_no", _l("Tariff no."), Item.tariff_no, "code", shown=False),
        Column("variants", _l("Has variants"), exists().where(ItemVariant.item_id == Item.id), "yes_no", shown=False),
        Column("stockkeeping_units", _l("Has stockkeeping units"),
               exists().where(StockkeepingUnit.item_id == Item.id), "yes_no", shown=False),
        Column("gen_product_group", _l("General product posting group"), GenProductPostingGroup.code, "code", sort=True,
               shown=False),
        Column("inventory_group", _l("Inventory posting group"), InventoryPostingGroup.code, "code", sort=True,
               shown=False),
        Column("vat_product_group", _l("VAT product posting group"), _code_of(VatProductPostingGroup,
               Item.vat_product_posting_group_id), "code", shown=False),
        Column("sales_unit", _l("Sales unit"), _code_of(UnitOfMeasure, Item.sales_unit_of_measure_id), "code",
               shown=False),
        Column("purchase_unit", _l("Purchase unit"), _code_of(UnitOfMeasure, Item.purchase_unit_of_measure_id), "code",
               shown=False),
        Column("put_away_unit", _l("Put-away unit"), _code_of(UnitOfMeasure, Item.put_away_unit_of_measure_id), "code",
               shown=False),
        Column("tracking_code", _l("Item tracking code"), _code_of(ItemTrackingCode, Item.item_tracking_code_id),
               "code", shown=False),
        Column("manufacturer", _l("Manufacturer"), _code_of(Manufacturer, Item.manufacturer_id), "code", shown=False),
        Column("purchasing_code", _l("Purchasing code"), _code_of(PurchasingCode, Item.purchasing_code_id), "code",
               shown=False),
        Column("counting_period", _l("Counting period"), _code_of(CountingPeriod, Item.counting_period_id), "code",
               shown=False),
        Column("special_equipment", _l("Special equipment"), Item.special_equipment_code, "code", shown=False),
        Column("warehouse_class", _l("Warehouse class"), Item.warehouse_class_code, "code", shown=False),
        Column("common_item_no", _l("Common item no."), Item.common_item_no, "code", shown=False),
        Column("description_2", _l("Description 2"), Item.description_2, shown=False),
        Column("reorder_point", _l("Reorder point"), Item.reorder_point, "quantity", shown=False),
        Column("last_modified", _l("Last modified"), Item.last_modified_at, "moment", shown=False),
    ),
    more_columns=attribute_columns,
    prepare=variant_hits,
    extra={
        "item_no": Item.no, "item_description": Item.description,
        "item_type": Item.type, "digest": ItemPicture.digest, "is_blocked": Item.blocked,
        "stock_rank": ItemTotal.stock_state, "suggested": ItemTotal.suggested_quantity,
        "next_receipt": ItemTotal.next_receipt_date,
    },
    open=lambda row: url_for("items.show", no=row.item_no),
    filters=(
        CategoryFilter("category", _l("Category"), Item.category_id, kind="category", has_index=True),
        AttributesFilter("attr", _l("Attributes"), has_index=True),
        IncompleteFilter("incomplete", _l("Mandatory attributes"), yes=_l("Missing"), no=_l("Complete")),
        StockFilter("stock", _l("Stock"), choices=STATE_WORDS.items, has_index=True),
        ChoiceFilter("type", _l("Type"), Item.type, kind=ItemType, has_index=True),
        YesNoFilter("blocked", _l("Blocked"), Item.blocked, yes=_l("Blocked"), no=_l("Not blocked"), has_index=True),
        RecordFilter("vendor", _l("Vendor"), Item.vendor_id, kind="vendor", has_index=True),
        UnitFilter("unit", _l("Unit"), kind="unit", has_index=True),
        ChoiceFilter("costing", _l("Costing method"), Item.costing_method, kind=CostingMethod, has_index=True),
    ),
    search_kind="item",
    search_hint=_l("Number, description or bar code"),
    sort="no",
    actions=(
        Action(_l("New item"), lambda: url_for("items.new"), "plus", Permission.ITEMS_EDIT, primary=True, shortcut="n"),
        Action(_l("Catalogue"), lambda: url_for("printing_items.catalogue"), "printer", Permission.ITEMS_VIEW),
        Action(_l("Import pictures"), lambda: url_for("picture_imports.index"), "photo", Permission.ITEMS_EDIT),
    ),
    bulk=(
        BulkAction("labels", _l("Print labels"), lambda: url_for("printing.choose"), "barcode", Permission.ITEMS_VIEW),
        BulkAction("catalogue", _l("Catalogue"), lambda: url_for("printing_items.choose"), "photo",
                   Permission.ITEMS_VIEW),
        BulkAction("edit", _l("Edit"), lambda: url_for("items_bulk.choose"), "pencil", Permission.ITEMS_EDIT),
        BulkAction("category", _l("Set category"), lambda: url_for("items.bulk_category"), "category",
                   Permission.ITEMS_EDIT),
        BulkAction("template", _l("Apply template"), lambda: url_for("item_templates.apply"), "notes",
                   Permission.ITEMS_EDIT),
        BulkAction("units", _l("Create stockkeeping units"), lambda: url_for("stockkeeping_units.batch"), "packages",
                   Permission.ITEMS_EDIT),
        BulkAction("block", _l("Block"), lambda: url_for("items.bulk_block"), "ban", Permission.ITEMS_BLOCK),
        BulkAction("unblock", _l("Unblock"), lambda: url_for("items.bulk_block"), "lock-open", Permission.ITEMS_BLOCK),
    ),
    empty=Empty(
        _l("There are no items yet. Create the first one, or import your list."), _l("New item"),
        lambda: url_for("items.new"), Permission.ITEMS_EDIT,
    ),
)  # fmt: skip


#: with more categories than this, only what is open is drawn
TREE_DRAWN = 100


@dataclass(slots=True)
class Branch:
    """A category with those below it, for the tree; `is_open` when the chosen one is it or lies below.

    `is_folded`: there are some below, which are asked for when somebody opens it.
    """

    node: categories.Node
    children: list[Branch]
    is_open: bool = False
    is_current: bool = False
    is_folded: bool = False


def category_tree(chosen: str) -> list[Branch]:
    """The categories as a tree, opened down to the `chosen` code; of a large tree only the open branches."""
    top, branches = _tree(chosen)
    current = next((branch for branch in branches.values() if branch.is_current), None)
    while current is not None:
        current.is_open = True
        current = branches.get(current.node.parent_id or 0)
    if len(branches) > TREE_DRAWN:
        _fold(branch for branch in branches.values() if not branch.is_open)
    return top


def branches_below(code: str, chosen: str) -> list[Branch]:
    """The categories right below the one with this `code`, those below them folded."""
    _top, branches = _tree(chosen)
    found = next((branch for branch in branches.values() if branch.node.code == code), None)
    if found is None:
        return []
    _fold(found.children)
    return found.children


def _tree(chosen: str) -> tuple[list[Branch], dict[int, Branch]]:
    branches: dict[int, Branch] = {}
    top: list[Branch] = []
    for node in categories.tree(db_session()):
        branch = branches[node.id] = Branch(node, [], is_current=node.code == chosen)
        parent = branches.get(node.parent_id or 0)
        (parent.children if parent else top).append(branch)
    return top, branches


def _fold(closed: Iterable[Branch]) -> None:
    for branch in closed:
        branch.is_folded, branch.children = bool(branch.children), []
