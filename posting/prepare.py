"""Lock the items, then read all that deciding needs, for all lines at once: the number of statements is constant."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import fields

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from core.sql import about_ids, ids_of
from models import (
    BLANK_ID,
    ApplicationWorksheet,
    Bin,
    BinContent,
    Dimension,
    DimensionSetEntry,
    DimensionValue,
    GenProductPostingGroup,
    InventoryPostingGroup,
    Item,
    ItemBalance,
    ItemLedgerEntry,
    ItemTotal,
    ItemVariant,
    StockkeepingUnit,
    UnitOfMeasure,
)
from models.enums import DefaultNoYes
from posting.facts import (
    CompanySetup,
    Facts,
    ItemFacts,
    SkuState,
    VariantFacts,
)
from posting.lines import ChargeLine, Line, PostingContext, PostingLine
from posting.number_facts import load_numbers
from posting.open_entries import load_entries
from posting.posted_entries import load_posted, posted_ids
from posting.setup import company_setup


def lock_items(session: Session, item_ids: Iterable[int]) -> None:
    """Lock the items' rows in id order, so that two postings of the same items wait instead of deadlocking.

    On SQLite the unit of work holds the one write lock already and FOR UPDATE is left out by the dialect.
    """
    session.execute(*_lock(session, item_ids)).all()


_lock = about_ids(lambda ids: select(Item.id).where(Item.id.in_(ids)).order_by(Item.id).with_for_update(key_share=True))


def prepare(session: Session, lines: Sequence[Line], context: PostingContext, *, locked: Collection[int] = ()) -> Facts:
    """Facts for `lines`; the items stay locked until the transaction ends. Raises PostingError `setup_missing`.

    `locked` are items that the caller has locked in this transaction.
    """
    movements = [line for line in lines if isinstance(line, PostingLine)]
    about = posted_ids(lines)
    item_ids = {line.item_id for line in movements} | _items_of(session, about)
    if not item_ids.issubset(locked):
        lock_items(session, item_ids)
    facts = _facts_of(company_setup(session), context)
    stocked = _load_items(session, facts, item_ids)
    _load_places(session, facts, movements)
    _load_dimensions(session, facts, lines)
    _load_skus(session, facts, stocked)
    load_numbers(session, facts, movements)
    load_posted(session, facts, about)
    load_entries(session, facts, movements)
    return facts


def _items_of(session: Session, entry_ids: set[int]) -> set[int]:
    if not entry_ids:
        return set()
    entry = ItemLedgerEntry
    return set(session.scalars(select(entry.item_id).where(entry.id.in_(ids_of(session, entry_ids))).distinct()))


def prepare_values(session: Session, item_ids: Iterable[int], context: PostingContext) -> Facts:
    """Facts for postings of value alone: items, locations, accounts. The caller has locked the items."""
    facts = _facts_of(company_setup(session), context)
    _load_items(session, facts, set(item_ids))
    return facts


def _facts_of(setup: CompanySetup, context: PostingContext) -> Facts:
    """The set-up, in which the user's own range of posting dates comes before the company's."""
    facts = Facts(**{part.name: getattr(setup, part.name) for part in fields(setup)})
    if context.allow_posting_from is not None or context.allow_posting_to is not None:
        facts.allow_posting_from, facts.allow_posting_to = context.allow_posting_from, context.allow_posting_to
    return facts


#: Read as columns, not as cards: a batch of ten thousand lines would spend its time on a hundred unused fields.
_ITEM_COLUMNS = (
    Item.id, Item.no, Item.description, Item.type, Item.costing_method, Item.blocked, Item.sales_blocked,
    Item.purchasing_blocked, Item.block_reason, Item.unit_cost, Item.standard_cost, Item.last_direct_cost,
    Item.inventory_value_zero, Item.inventory_posting_group_id, Item.gen_product_posting_group_id,
    Item.cost_is_adjusted, Item.allow_online_adjustment, Item.variant_mandatory, Item.prevent_negative_inventory,
    Item.item_tracking_code_id, Item.expiration_calculation, UnitOfMeasure.code.label("unit"),
    InventoryPostingGroup.code.label("inventory_group"), GenProductPostingGroup.code.label("product_group"),
    ItemTotal.invoiced_quantity, ApplicationWorksheet.user_name,
    exists().where(ItemVariant.item_id == Item.id).label("with_variants"),
    exists().where(StockkeepingUnit.item_id == Item.id).label("with_units"),
)  # fmt: skip


_items = about_ids(
    lambda ids: (
        select(*_ITEM_COLUMNS)
        .outerjoin(UnitOfMeasure, UnitOfMeasure.id == Item.base_unit_of_measure_id)
        .outerjoin(InventoryPostingGroup, InventoryPostingGroup.id == Item.inventory_posting_group_id)
        .outerjoin(GenProductPostingGroup, GenProductPostingGroup.id == Item.gen_product_posting_group_id)
        .outerjoin(ItemTotal, ItemTotal.item_id == Item.id)
        .outerjoin(ApplicationWorksheet, ApplicationWorksheet.item_id == Item.id)
        .where(Item.id.in_(ids))
    )
)


def _load_items(session: Session, facts: Facts, item_ids: set[int]) -> set[int]:
    """Fill in the items; returns those that have stockkeeping units."""
    stocked: set[int] = set()
    for row in session.execute(*_items(session, item_ids)):
        # By position: to look a hundred lines' columns up by name takes longer than to read them.
        (
            item_id, no, description, kind, costing_method, blocked, sales_blocked,
            purchasing_blocked, block_reason, unit_cost, standard_cost, last_direct_cost,
            value_zero, inventory_group_id, product_group_id,
            is_adjusted, allow_online, variant_mandatory, prevent_negative,
            tracking_code_id, expiration_calculation, unit,
            inventory_group, product_group,
            invoiced_quantity, worksheet_of, with_variants, with_units,
        ) = row  # fmt: skip
        if with_units:
            stocked.add(item_id)
        mandatory = _switch(variant_mandatory, default=facts.variant_mandatory_if_exists)
        facts.net_invoiced[item_id] = invoiced_quantity or ZERO
        facts.items[item_id] = ItemFacts(
            id=item_id,
            no=no,
            description=description,
            type=kind,
            costing_method=costing_method,
            blocked=blocked,
            sales_blocked=sales_blocked,
            purchasing_blocked=purchasing_blocked,
            block_reason=block_reason,
            unit_cost=unit_cost,
            standard_cost=standard_cost,
            last_direct_cost=last_direct_cost,
            base_unit_code=unit or "",
            prevent_negative_inventory=_switch(prevent_negative, default=facts.prevent_negative_inventory),
            variant_required=mandatory and with_variants,
            inventory_value_zero=value_zero,
            tracking=facts.tracking_rules.get(tracking_code_id),
            expiration_calculation=expiration_calculation,
            inventory_posting_group_id=inventory_group_id,
            inventory_posting_group_code=inventory_group or "",
            gen_product_posting_group_id=product_group_id,
            gen_product_posting_group_code=product_group or "",
            cost_is_adjusted=is_adjusted,
            allow_online_adjustment=allow_online,
            worksheet_of=worksheet_of,
        )
    return stocked


def _switch(value: DefaultNoYes, *, default: bool) -> bool:
    return default if value == DefaultNoYes.DEFAULT else value == DefaultNoYes.YES


def _load_places(session: Session, facts: Facts, lines: Sequence[PostingLine]) -> None:
    variant_ids = {line.variant_id for line in lines} - {BLANK_ID}
    if variant_ids:
        found = session.scalars(select(ItemVariant).where(ItemVariant.id.in_(ids_of(session, variant_ids))))
        facts.variants = {
            v.id: VariantFacts(v.id, v.item_id, v.code, v.blocked, v.sales_blocked, v.purchasing_blocked) for v in found
        }
    bin_ids = {bin_id for line in lines for bin_id in (line.bin_id, line.new_bin_id) if bin_id is not None}
    if bin_ids:
        bins = session.execute(select(Bin.id, Bin.code, Bin.location_id).where(Bin.id.in_(ids_of(session, bin_ids))))
        facts.bins = {bin_id: (code, location_id) for bin_id, code, location_id in bins}
        contents = session.execute(
            select(BinContent.bin_id, BinContent.item_id, BinContent.variant_id, BinContent.quantity).where(
                BinContent.bin_id.in_(ids_of(session, bin_ids)),
                BinContent.item_id.in_(ids_of(session, facts.items)),
            )
        )
        facts.bin_quantities = {(row[0], row[1], row[2]): row[3] for row in contents}


def _load_dimensions(session: Session, facts: Facts, lines: Sequence[Line]) -> None:
    named = [line.dimension_set_id for line in lines if isinstance(line, PostingLine | ChargeLine)]
    named += [line.new_dimension_set_id for line in lines if isinstance(line, PostingLine)]
    sets = {set_id for set_id in named if set_id}
    if not sets:
        return
    blocked = session.execute(
        select(DimensionSetEntry.dimension_set_id, Dimension.code, DimensionValue.code)
        .join(DimensionValue, DimensionValue.id == DimensionSetEntry.dimension_value_id)
        .join(Dimension, Dimension.id == DimensionValue.dimension_id)
        .where(DimensionSetEntry.dimension_set_id.in_(ids_of(session, sets)), DimensionValue.blocked)
    )
    facts.blocked_dimensions = {set_id: (dimension, value) for set_id, dimension, value in blocked}


_skus = about_ids(
    lambda ids: select(
        StockkeepingUnit.item_id, StockkeepingUnit.location_id, StockkeepingUnit.variant_id, StockkeepingUnit.id,
        StockkeepingUnit.unit_cost, StockkeepingUnit.standard_cost, StockkeepingUnit.last_direct_cost,
    ).where(StockkeepingUnit.item_id.in_(ids))
)  # fmt: skip


def _load_skus(session: Session, facts: Facts, item_ids: set[int]) -> None:
    if not item_ids:
        return
    for item_id, location_id, variant_id, *costs in session.execute(*_skus(session, item_ids)):
        facts.skus[item_id, location_id, variant_id] = SkuState(*costs)
    if facts.skus:
        balances = session.execute(
            select(
                ItemBalance.item_id, ItemBalance.location_id, ItemBalance.variant_id, ItemBalance.invoiced_quantity
            ).where(ItemBalance.item_id.in_(ids_of(session, {key[0] for key in facts.skus})))
        )
        facts.sku_net_invoiced = {(row[0], row[1], row[2]): row[3] for row in balances}
