"""A document's plan as lines for the posting package: goods, bills of goods moved before, charges (documents.md 5).

Pure: numbers of the posted documents come as arguments.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.rounding import ZERO, round_amount, round_unit_cost
from models import TradeLine, TradeLineNumber
from models.enums import EntryType, ItemType, OrderType, ReservePolicy, TradeSide, TradeType
from posting.lines import PostingLine
from services.trade.amounts import part_amounts, spread
from services.trade.plan import LinePlan, Older, priced, vat_of
from services.trade.posting_facts import PostingFacts

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    """Numbers and day of what is posted; "" for a paper that is not made."""

    posting_date: dt.date
    handling_no: str = ""
    invoice_no: str = ""


def movement_lines(facts: PostingFacts, plans: Sequence[LinePlan], papers: Papers) -> list[PostingLine]:
    """The posting lines of all item lines, in their order: what moves, then what is billed of earlier moves."""
    lines: list[PostingLine] = []
    for plan in plans:
        if plan.is_item:
            lines += _moved(facts, plan, papers)
            lines += _billed(facts, plan, papers)
    return lines


def lines_that_ship_only_reserved(facts: PostingFacts) -> set[int]:
    """Lines of sales whose policy, or their item's, is always; not purchase returns (availability section 3)."""
    if facts.kind.side != TradeSide.SALES or facts.kind.type not in (TradeType.ORDER, TradeType.SERVICE_ORDER):
        return set()
    cards = {item_id: card.item for item_id, card in facts.trade.items.items()}
    return {
        line.id for line in facts.lines
        if line.item_id in cards and cards[line.item_id].type == ItemType.INVENTORY
        and ReservePolicy.ALWAYS in (line.reserve, cards[line.item_id].reserve)
        and not line.drop_shipment and not line.special_order and line.applies_to_entry_id is None
    }  # fmt: skip


def _common(facts: PostingFacts, line: TradeLine, papers: Papers) -> PostingLine:
    """What all posting lines of a document line share; quantities and amounts follow."""
    document, kind = facts.document, facts.kind
    external = document.external_document_no
    if kind.side == TradeSide.PURCHASE:
        external = (document.vendor_credit_memo_no if kind.credit else document.vendor_invoice_no) or external
    handled_on_paper = bool(papers.handling_no)
    service = kind.type == TradeType.SERVICE_ORDER
    return PostingLine(
        line_no=line.line_no,
        entry_type=kind.entry_type,
        item_id=line.item_id or 0,
        quantity=ZERO,
        posting_date=papers.posting_date,
        document_date=document.document_date,
        document_type=kind.handling_type if handled_on_paper else kind.invoice_type,
        document_no=papers.handling_no or papers.invoice_no,
        document_line_no=line.line_no,
        external_document_no=external,
        description=line.description,
        variant_id=line.variant_id,
        location_id=line.location_id,
        bin_id=line.bin_id,
        indirect_cost_percent=line.indirect_cost_percent,
        overhead_rate=line.overhead_rate,
        unit_of_measure_code=_unit_code(facts, line),
        qty_per_unit_of_measure=line.qty_per_unit_of_measure,
        applies_to_entry_id=line.applies_to_entry_id,
        applies_from_entry_id=line.applies_from_entry_id,
        gen_business_posting_group_id=document.gen_business_posting_group_id,
        source_type=kind.source_type,
        source_no=facts.party.no,
        order_type=OrderType.SERVICE if service else OrderType.NONE,
        order_no=document.no if service else "",
        order_line_no=line.line_no if service else 0,
        reason_code=document.reason_code,
        return_reason_code=line.return_reason_code,
        drop_shipment=line.drop_shipment,
        dimension_set_id=line.dimension_set_id,
    )


def _unit_code(facts: PostingFacts, line: TradeLine) -> str:
    item = facts.trade.items[line.item_id or 0]
    return next((code for code, unit_id in item.unit_ids.items() if unit_id == line.unit_of_measure_id), "")


def _moved(facts: PostingFacts, plan: LinePlan, papers: Papers) -> Iterator[PostingLine]:
    """An entry for each number and for what of it is billed at once."""
    if not plan.handle:
        return
    line = plan.line
    sign = facts.sign * (1 if plan.handle > 0 else -1)
    common, rounding = _common(facts, line, papers), facts.trade.local_rounding
    parts = list(_parts(plan))
    consumed = _consumed_base(plan)
    billed = [quantity if invoiced else ZERO for quantity, invoiced, _row in parts]
    rest = [ZERO if invoiced else quantity for quantity, invoiced, _row in parts]
    bases = spread(_new_share(plan, plan.local_taxed.base), billed, rounding)
    discounts = spread(_new_share(plan, plan.local_amounts.discounts), billed, rounding)
    expected = spread(_expected_net(facts, plan), rest, rounding)
    costs = spread(_cost(facts, plan, sum(rest, ZERO)), rest, rounding)
    invoiced_costs = spread(_cost(facts, plan, sum(billed, ZERO)), billed, rounding)
    for place, (quantity, invoiced, row) in enumerate(parts):
        made = _numbered(common, row)
        made = replace(
            made,
            quantity=sign * quantity,
            invoiced=invoiced,
            unit_amount=_per_base(facts.trade.exchange.to_local(line.unit_amount), line),
            amount=abs(bases[place] if invoiced else expected[place]),
            discount_amount=abs(discounts[place]),
            unit_cost=_base_cost(facts, plan, outbound=sign < 0),
            cost_amount=_cost_amount(facts, invoiced_costs[place] if invoiced else costs[place], outbound=sign < 0),
        )
        if invoiced:
            made = replace(
                made, invoice_type=facts.kind.invoice_type, invoice_no=papers.invoice_no, invoice_line_no=line.line_no
            )
        if len(plan.drop_entries) == 1 and sign < 0:
            made = replace(made, applies_to_entry_id=plan.drop_entries[0])
        if consumed:
            made = replace(made, entry_type=EntryType.NEGATIVE_ADJMT, amount=ZERO, discount_amount=ZERO, invoiced=True)
        yield made


def _consumed_base(plan: LinePlan) -> bool:
    """Service orders use up the whole of what they move with it, or bill it (documents.md section 17)."""
    return bool(plan.consume)


def _parts(plan: LinePlan) -> Iterator[tuple[Decimal, bool, TradeLineNumber | None]]:
    """Base quantity, billed at once, number."""
    left = plan.new_invoice_base
    for portion in plan.portions:
        billed = min(left, portion.quantity)
        left -= billed
        if billed:
            yield billed, True, portion.row
        if portion.quantity > billed:
            yield portion.quantity - billed, False, portion.row


def _numbered(line: PostingLine, row: TradeLineNumber | None) -> PostingLine:
    """The number's own application goes before the line's (documents.md section 11)."""
    if row is None:
        return line
    return replace(
        line,
        lot_no=row.lot_no,
        serial_no=row.serial_no,
        package_no=row.package_no,
        expiration_date=row.expiration_date,
        warranty_date=row.warranty_date,
        applies_to_entry_id=row.applies_to_entry_id or line.applies_to_entry_id,
        applies_from_entry_id=row.applies_from_entry_id or line.applies_from_entry_id,
    )


def _new_share(plan: LinePlan, amount: Decimal) -> Decimal:
    """Of an amount of all that is billed, the share of what also moves now."""
    if plan.new_invoice == plan.invoice:
        return amount
    return round_amount(amount * plan.new_invoice / plan.invoice) if plan.invoice else ZERO


def _expected_net(facts: PostingFacts, plan: LinePlan) -> Decimal:
    """Price without VAT and discounts of what moves and is not billed yet, in local currency."""
    quantity = plan.handle - plan.new_invoice
    if not quantity:
        return ZERO
    net = part_amounts(priced(plan.line), ZERO, quantity, facts.trade.amount_rounding).net
    net = round_amount(facts.trade.exchange.to_local(net), facts.trade.local_rounding)
    return _without_vat(facts, plan.line, net)


def _without_vat(facts: PostingFacts, line: TradeLine, amount: Decimal) -> Decimal:
    if not facts.document.prices_including_vat:
        return amount
    return round_amount(amount / (1 + vat_of(facts, line) / _HUNDRED), facts.trade.local_rounding)


def _cost(facts: PostingFacts, plan: LinePlan, base: Decimal) -> Decimal:
    """Cost by the line's unit, exact where the cost of a base unit is not (11 pallets of 13 at 199.90)."""
    return round_amount(base / plan.line.qty_per_unit_of_measure * plan.line.unit_cost, facts.trade.local_rounding)


def _cost_amount(facts: PostingFacts, cost: Decimal, *, outbound: bool) -> Decimal | None:
    """None where an estimate by the base unit will do: what is sold."""
    return None if outbound and facts.kind.side == TradeSide.SALES else cost


def _base_cost(facts: PostingFacts, plan: LinePlan, *, outbound: bool) -> Decimal:
    """Cost of a base unit by the line; sold goods at standard, or entered before they had a cost, by the card."""
    line = plan.line
    item = facts.trade.items[line.item_id or 0]
    if outbound and facts.kind.side == TradeSide.SALES and (item.is_standard or not line.unit_cost):
        return item.unit_cost(line.location_id, line.variant_id)
    return _per_base(line.unit_cost, line)


def _per_base(amount: Decimal, line: TradeLine) -> Decimal:
    return round_unit_cost(amount / line.qty_per_unit_of_measure)


def _billed(facts: PostingFacts, plan: LinePlan, papers: Papers) -> Iterator[PostingLine]:
    """Value entries of entries posted before; no goods move."""
    if not plan.older:
        return
    line, rounding = plan.line, facts.trade.local_rounding
    common = replace(_common(facts, line, papers), document_type=facts.kind.invoice_type, document_no=papers.invoice_no)
    weights = [abs(older.quantity) for older in plan.older]
    bases = spread(plan.local_taxed.base - _new_share(plan, plan.local_taxed.base), weights, rounding)
    discount = plan.local_amounts.discounts
    discounts = spread(discount - _new_share(plan, discount), weights, rounding)
    for older, base, discounted in zip(plan.older, bases, discounts, strict=True):
        outbound = older.quantity < 0
        yield replace(
            common,
            quantity=older.quantity,
            invoices_entry_id=older.entry.entry_id,
            unit_amount=_per_base(facts.trade.exchange.to_local(line.unit_amount), line),
            amount=abs(base),
            discount_amount=abs(discounted),
            unit_cost=_base_cost(facts, plan, outbound=outbound),
            cost_amount=_older_cost(facts, plan, older, outbound=outbound),
            applies_to_entry_id=None,
            applies_from_entry_id=None,
        )


def _older_cost(facts: PostingFacts, plan: LinePlan, older: Older, *, outbound: bool) -> Decimal | None:
    """What came back keeps the cost it came in with; what was bought gets the bill's, what was sold the card's."""
    returned = facts.kind.side == TradeSide.SALES and facts.kind.credit and not outbound
    if returned and older.entry.expected:
        share = older.quantity / older.entry.open_quantity
        return round_amount(abs(older.entry.expected * share), facts.trade.local_rounding)
    return _cost_amount(facts, _cost(facts, plan, abs(older.quantity)), outbound=outbound)


def item_ids(plans: Iterable[LinePlan]) -> set[int]:
    """Items that the posting touches."""
    return {plan.line.item_id for plan in plans if plan.line.item_id is not None}
