"""How much of each line the posting moves and bills, split into what is new and what was moved before. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.errors import PostingError
from core.rounding import ZERO, round_quantity
from core.text import _, plain_quantity
from models import PostedLine, TradeLine
from models.enums import TradeLineType
from services.trade import quantities
from services.trade.amounts import NO_AMOUNTS, NO_TAX, Amounts, Priced, Taxed, part_amounts, with_vat
from services.trade.exchanging import in_local
from services.trade.line_numbers import Portion, portions
from services.trade.posting_facts import HandledEntry, PostingFacts
from services.units import to_base


@dataclass(frozen=True, slots=True)
class Said:
    """What the poster says about one line, in the line's unit; None: all that is outstanding."""

    handle: Decimal | None = None
    invoice: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Older:
    """A part, in base units of the ledger's sign, of an entry posted before that is billed now."""

    entry: HandledEntry
    quantity: Decimal


@dataclass(slots=True)
class LinePlan:
    """What happens to one line; quantities in the line's unit with its sign, `_base` unsigned base units."""

    line: TradeLine
    handle: Decimal = ZERO
    handle_base: Decimal = ZERO
    invoice: Decimal = ZERO
    invoice_base: Decimal = ZERO
    consume: Decimal = ZERO
    #: of what is moved now, billed at once
    new_invoice: Decimal = ZERO
    new_invoice_base: Decimal = ZERO
    #: of a drop shipment: the entries of the receipt that the goods leave from
    drop_entries: tuple[int, ...] = ()
    portions: list[Portion] = field(default_factory=list)
    older: list[Older] = field(default_factory=list)
    #: posted receipt or shipment lines billed: (line, quantity in the line's unit)
    billed: list[tuple[PostedLine, Decimal]] = field(default_factory=list)
    #: in the document's currency, as its papers show it
    amounts: Amounts = NO_AMOUNTS
    taxed: Taxed = NO_TAX
    #: in local currency, as the ledgers have it
    local_amounts: Amounts = NO_AMOUNTS
    local_taxed: Taxed = NO_TAX

    @property
    def is_item(self) -> bool:
        """True for goods."""
        return self.line.type == TradeLineType.ITEM


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What is asked for: to move, to bill, to consume (service orders); `only` what is said, nothing of other lines."""

    handle: bool
    invoice: bool
    consume: bool = False
    only: bool = False


def plan_lines(facts: PostingFacts, scope: Scope, said: Mapping[int, Said]) -> list[LinePlan]:
    """The plan of every line that moves or bills something; `said` by line id.

    Without a word about any line, what stands on the lines counts; where something is said about some, the others post
    all that is outstanding. Raises ValidationError `quantity_exceeds_outstanding`, `quantity_to_invoice_too_large`,
    `quantity_sign`, `quantity_unbalanced`; PostingError `tracking_missing`.
    """
    plans = []
    for line in facts.lines:
        if line.type == TradeLineType.COMMENT or not line.quantity:
            continue
        plan = _plan_line(facts, line, scope, said)
        if plan.handle or plan.invoice:
            plans.append(plan)
    _money(facts, plans)
    return plans


_NOTHING = Said(ZERO, ZERO)


def _plan_line(facts: PostingFacts, line: TradeLine, scope: Scope, said: Mapping[int, Said]) -> LinePlan:
    plan = LinePlan(line)
    if not facts.kind.staged:
        plan.handle, plan.invoice = line.outstanding_qty, line.quantity
    else:
        other = _NOTHING if scope.only else Said()
        word = said.get(line.id, other) if said or scope.only else Said(line.qty_to_handle, None)
        if scope.handle:
            plan.handle = line.outstanding_qty if word.handle is None else word.handle
            quantities.check_to_handle(line, plan.handle)
            plan.consume = line.qty_to_consume if scope.consume else ZERO
        if scope.invoice:
            plan.invoice = _to_invoice(line, plan, word, spoken=bool(said))
    if plan.handle:
        plan.handle_base = abs(quantities.base_of(line, plan.handle, facts.trade.precision(line.item_id)))
        plan.portions = portions(line, plan.handle_base, line.numbers if plan.is_item else [])
    _split(facts, plan)
    return plan


def _to_invoice(line: TradeLine, plan: LinePlan, word: Said, *, spoken: bool) -> Decimal:
    """What is said; else what stands on the line as far as it is moved."""
    most = line.qty_not_invoiced + plan.handle - plan.consume
    if word.invoice is not None:
        quantities.check_to_invoice(line, word.invoice, most)
        return word.invoice
    return line.qty_to_invoice if not spoken and abs(line.qty_to_invoice) < abs(most) else most


def _split(facts: PostingFacts, plan: LinePlan) -> None:
    """What is moved now is billed first; what is billed beyond that was moved before, oldest first."""
    line = plan.line
    new = min(abs(plan.invoice), abs(plan.handle - plan.consume))
    plan.new_invoice = new.copy_sign(plan.invoice) if new else ZERO
    if plan.new_invoice == plan.handle:
        plan.new_invoice_base = plan.handle_base
    elif plan.new_invoice:
        precision = facts.trade.precision(line.item_id)
        plan.new_invoice_base = abs(to_base(plan.new_invoice, line.qty_per_unit_of_measure, precision))
    older = plan.invoice - plan.new_invoice
    for posted in facts.handled_lines.get(line.id, []):
        if not older:
            break
        free = posted.quantity - posted.qty_invoiced
        part = min(abs(older), abs(free)).copy_sign(older)
        plan.billed.append((posted, part))
        older -= part
        share = part / free
        for entry in facts.handled_entries.get(posted.id, []):
            _bill_entry(plan, facts, posted, entry, part, share)
    if older:
        raise PostingError(
            "quantity_to_invoice_too_large",
            _("Line %(line)s: %(quantity)s more would be invoiced than is received or shipped and not invoiced.",
              line=line.line_no, quantity=plain_quantity(abs(older))),
            field="qty_to_invoice", line=line.line_no, hint=_("Lower the quantity to invoice."),
        )  # fmt: skip
    older_base = sum((abs(part.quantity) for part in plan.older), ZERO)
    if not plan.is_item:
        older_base = round_quantity(abs(plan.invoice - plan.new_invoice) * line.qty_per_unit_of_measure)
    plan.invoice_base = plan.new_invoice_base + older_base


def _bill_entry(
    plan: LinePlan, facts: PostingFacts, posted: PostedLine, entry: HandledEntry, part: Decimal, share: Decimal
) -> None:
    """Take from the entry what is billed of its posted line: whole entries first, in their order."""
    if not entry.open_quantity:
        return
    if share == 1:
        plan.older.append(Older(entry, entry.open_quantity))
        return
    taken = sum((abs(older.quantity) for older in plan.older if older.entry.posted_line_id == posted.id), ZERO)
    precision = facts.trade.precision(plan.line.item_id)
    wanted = abs(to_base(part, plan.line.qty_per_unit_of_measure, precision)) - taken
    quantity = min(wanted, abs(entry.open_quantity))
    if quantity > 0:
        plan.older.append(Older(entry, quantity.copy_sign(entry.open_quantity)))


def _money(facts: PostingFacts, plans: list[LinePlan]) -> None:
    """Amounts of what is billed, and base and VAT of them."""
    rounding = facts.trade.amount_rounding
    billed = [plan for plan in plans if plan.invoice]
    for plan in billed:
        plan.amounts = part_amounts(priced(plan.line), plan.line.qty_invoiced, plan.invoice, rounding)
    business = facts.document.vat_business_posting_group_id
    nets = [
        ((business, plan.line.vat_product_posting_group_id), vat_of(facts, plan.line), plan.amounts.net)
        for plan in billed
    ]
    taxed = with_vat(nets, including=facts.document.prices_including_vat, rounding=rounding)
    for plan, tax in zip(billed, taxed, strict=True):
        plan.taxed = tax


def settle_local(facts: PostingFacts, plans: Sequence[LinePlan]) -> None:
    """What is billed in local currency, at the rate of `facts.trade.exchange`."""
    billed = [plan for plan in plans if plan.invoice]
    exchange = facts.trade.exchange
    if not exchange.code:
        for plan in billed:
            plan.local_amounts, plan.local_taxed = plan.amounts, plan.taxed
        return
    local = in_local([(plan.amounts, plan.taxed) for plan in billed], exchange, facts.trade.local_rounding)
    for plan, (amounts, taxed) in zip(billed, local, strict=True):
        plan.local_amounts, plan.local_taxed = amounts, taxed


def vat_of(facts: PostingFacts, line: TradeLine) -> Decimal:
    """The VAT rate of set-up for the line; the line's own where set-up has none."""
    key = (facts.document.vat_business_posting_group_id, line.vat_product_posting_group_id or 0)
    row = facts.vat.get(key)
    return row.vat_percent if row is not None else line.vat_percent


def priced(line: TradeLine) -> Priced:
    """What of a line decides its amounts."""
    return Priced(
        quantity=line.quantity,
        unit_amount=line.unit_amount,
        line_discount_percent=line.line_discount_percent,
        line_discount_amount=line.line_discount_amount,
        invoice_discount_amount=line.invoice_discount_amount,
    )
