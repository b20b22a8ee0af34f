"""The money side of a bill in local currency: G/L lines, VAT, the party's entry (documents.md section 22). Pure."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from core.errors import PostingError
from core.rounding import ZERO, round_amount
from core.text import _
from models import GeneralPostingSetup, TradeLine
from models.enums import DiscountPosting, PartyDocumentType, TradeLineType, TradeSide
from posting.lines import GlLine
from posting.party_ledger import PartyLine, VatLine
from services.trade.movements import Papers
from services.trade.plan import LinePlan, vat_of
from services.trade.posting_facts import PostingFacts

_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Money:
    """What a bill leaves beside the inventory."""

    gl_lines: list[GlLine]
    party: PartyLine


def bill(facts: PostingFacts, plans: Sequence[LinePlan], papers: Papers, due_date: dt.date | None) -> Money:
    """G/L lines that balance, and the party's entry.

    Raises PostingError `posting_setup_missing`, `posting_setup_blocked` naming the combination, `total_negative`.
    """
    billed = [plan for plan in plans if plan.invoice]
    direction = (1 if facts.kind.side == TradeSide.PURCHASE else -1) * (-1 if facts.kind.credit else 1)
    net = sum((plan.local_taxed.base for plan in billed), ZERO)
    tax = sum((plan.local_taxed.vat for plan in billed), ZERO)
    if net + tax < 0:
        raise PostingError(
            "total_negative",
            _("The total of %(no)s is below zero.", no=facts.document.no),
            hint=_("Post a credit memo for what goes back."),
        )
    shown = sum((plan.taxed.base + plan.taxed.vat for plan in billed), ZERO)
    sums: dict[tuple[int, int | None, int], Decimal] = defaultdict(lambda: ZERO)
    for plan in billed:
        for account_id, amount in _accounts(facts, plan):
            line = plan.line
            sums[account_id, line.gen_product_posting_group_id, line.dimension_set_id] += direction * amount
    vat_lines = _vat(facts, billed, direction, sums)
    if facts.party_account_id is None:
        raise _missing(
            _("receivables account") if facts.kind.side == TradeSide.SALES else _("payables account"),
            _("the posting group of %(no)s", no=facts.bill_party.no),
        )
    total = -direction * (net + tax)
    sums[facts.party_account_id, None, facts.document.dimension_set_id] += total
    return Money(
        _gl_lines(facts, sums, papers),
        PartyLine(
            side=facts.kind.side,
            party_id=facts.bill_party.id,
            document_type=PartyDocumentType.CREDIT_MEMO if facts.kind.credit else PartyDocumentType.INVOICE,
            document_no=papers.invoice_no,
            external_document_no=external_no(facts),
            amount=total,
            currency_code=facts.trade.exchange.code,
            currency_amount=-direction * shown if facts.trade.exchange.code else ZERO,
            account_id=facts.party_account_id,
            posting_date=papers.posting_date,
            document_date=facts.document.document_date,
            due_date=due_date,
            discount_date=facts.discount_date,
            description=facts.bill_party.name,
            applies_to_document_no=facts.document.applies_to_document_no,
            vat_business_posting_group_id=facts.document.vat_business_posting_group_id,
            vat=tuple(vat_lines),
        ),
    )


def external_no(facts: PostingFacts) -> str:
    """The other party's number of the bill."""
    document = facts.document
    if facts.kind.side == TradeSide.SALES:
        return document.external_document_no
    return document.vendor_credit_memo_no if facts.kind.credit else document.vendor_invoice_no


def _accounts(facts: PostingFacts, plan: LinePlan) -> list[tuple[int, Decimal]]:
    """Account and amount (of a purchase: debit) for the net of one line; discounts apart where set-up says so."""
    line = plan.line
    if line.type == TradeLineType.GL_ACCOUNT:
        return [(line.gl_account_id or 0, plan.local_taxed.base)]
    if line.type == TradeLineType.COST:
        return [(_cost_account(facts, line), plan.local_taxed.base)]
    row = _general(facts, line)
    side = "purchase" if facts.kind.side == TradeSide.PURCHASE else "sales"
    name = f"{side}_credit_memo_account_id" if facts.kind.credit else f"{side}_account_id"
    account = _account(facts, row, line, name)
    apart = DiscountPosting(facts.trade.setup.discount_posting)
    result = [(account, plan.local_taxed.base)]
    for which, amount in (
        (DiscountPosting.LINE, plan.local_amounts.line_discount),
        (DiscountPosting.INVOICE, plan.local_amounts.invoice_discount),
    ):
        if amount and apart in (which, DiscountPosting.BOTH):
            given = _without_vat(facts, line, amount)
            discount_account = _account(facts, row, line, f"{side}_{which.value}_discount_account_id")
            result += [(account, given), (discount_account, -given)]
    return result


def _cost_account(facts: PostingFacts, line: TradeLine) -> int:
    cost = facts.trade.costs[line.service_cost_id or 0]
    if cost.gl_account_id is None:
        raise _missing(_("account"), _("cost %(code)s", code=cost.code), line.line_no)
    return cost.gl_account_id


def _without_vat(facts: PostingFacts, line: TradeLine, amount: Decimal) -> Decimal:
    if not facts.document.prices_including_vat:
        return amount
    return round_amount(amount / (1 + vat_of(facts, line) / _HUNDRED), facts.trade.local_rounding)


def _general(facts: PostingFacts, line: TradeLine) -> GeneralPostingSetup:
    business = facts.document.gen_business_posting_group_id
    row = facts.general.get((business, line.gen_product_posting_group_id or 0))
    if row is None:
        raise _missing(_("general posting set-up"), _groups(facts, line), line.line_no, _row(facts, line))
    if row.blocked:
        raise PostingError(
            "posting_setup_blocked",
            _("The general posting set-up for %(groups)s is blocked.", groups=_groups(facts, line)),
            line=line.line_no,
            hint=_("Unblock it in the posting set-up, or use another posting group."),
            opens=_row(facts, line),
        )
    return row


def _row(facts: PostingFacts, line: TradeLine) -> tuple[str, str, str]:
    """The row of the general posting set-up that the line needs."""
    business = facts.group_codes.get(("business", facts.document.gen_business_posting_group_id), "")
    return "general", business, facts.group_codes.get(("product", line.gen_product_posting_group_id or 0), "")


def _account(facts: PostingFacts, row: GeneralPostingSetup, line: TradeLine, name: str) -> int:
    account_id: int | None = getattr(row, name)
    if account_id is None:
        what = name.removesuffix("_account_id").replace("_", " ")
        raise _missing(_("account for %(what)s", what=what), _groups(facts, line), line.line_no, _row(facts, line))
    return account_id


def _groups(facts: PostingFacts, line: TradeLine) -> str:
    return _("business posting group %(business)s and product posting group %(product)s",
             business=facts.group_codes.get(("business", facts.document.gen_business_posting_group_id), "-"),
             product=facts.group_codes.get(("product", line.gen_product_posting_group_id or 0), "-"))  # fmt: skip


def _vat_groups(facts: PostingFacts, line: TradeLine) -> str:
    return _("VAT business group %(business)s and VAT product group %(product)s",
             business=facts.group_codes.get(("vat_business", facts.document.vat_business_posting_group_id), "-") or "-",
             product=facts.group_codes.get(("vat_product", line.vat_product_posting_group_id or 0), "-"))  # fmt: skip


def _vat_row(facts: PostingFacts, line: TradeLine) -> tuple[str, str, str]:
    """The row of the VAT posting set-up that the line needs."""
    business = facts.group_codes.get(("vat_business", facts.document.vat_business_posting_group_id), "")
    return "vat", business, facts.group_codes.get(("vat_product", line.vat_product_posting_group_id or 0), "")


def _missing(
    what: str, where: str, line_no: int | None = None, opens: tuple[str, str, str] | None = None
) -> PostingError:
    return PostingError(
        "posting_setup_missing",
        _("The %(what)s is missing for %(where)s.", what=what, where=where),
        line=line_no,
        hint=_("Fill it in under Set-up, Posting set-up."),
        opens=opens,
    )


def _vat(
    facts: PostingFacts, billed: Sequence[LinePlan], direction: int, sums: dict[tuple[int, int | None, int], Decimal]
) -> list[VatLine]:
    """VAT of each rate onto its account; what has no VAT product group bears none."""
    totals: dict[int, tuple[Decimal, Decimal]] = {}
    for plan in billed:
        product = plan.line.vat_product_posting_group_id
        if product is None:
            continue
        row = facts.vat.get((facts.document.vat_business_posting_group_id, product))
        if row is None:
            raise _missing(
                _("VAT posting set-up"), _vat_groups(facts, plan.line), plan.line.line_no, _vat_row(facts, plan.line)
            )
        if row.blocked:
            raise PostingError(
                "posting_setup_blocked",
                _("The VAT posting set-up for %(groups)s is blocked.", groups=_vat_groups(facts, plan.line)),
                line=plan.line.line_no,
                hint=_("Unblock it in the posting set-up, or use another posting group."),
                opens=_vat_row(facts, plan.line),
            )
        base, vat = totals.get(product, (ZERO, ZERO))
        totals[product] = base + plan.local_taxed.base, vat + plan.local_taxed.vat
        if plan.local_taxed.vat:
            purchase = facts.kind.side == TradeSide.PURCHASE
            account_id = row.purchase_vat_account_id if purchase else row.sales_vat_account_id
            if account_id is None:
                raise _missing(
                    _("VAT account"), _vat_groups(facts, plan.line), plan.line.line_no, _vat_row(facts, plan.line)
                )
            sums[account_id, None, facts.document.dimension_set_id] += direction * plan.local_taxed.vat
    return [
        VatLine(
            vat_product_posting_group_id=product,
            vat_percent=facts.vat[facts.document.vat_business_posting_group_id, product].vat_percent,
            base=direction * base,
            amount=direction * vat,
        )
        for product, (base, vat) in totals.items()
    ]


def _gl_lines(facts: PostingFacts, sums: dict[tuple[int, int | None, int], Decimal], papers: Papers) -> list[GlLine]:
    return [
        GlLine(
            account_id=account_id,
            amount=amount,
            posting_date=papers.posting_date,
            document_no=papers.invoice_no,
            document_type=facts.kind.invoice_type,
            external_document_no=external_no(facts),
            document_date=facts.document.document_date,
            description=facts.bill_party.name,
            reason_code=facts.document.reason_code,
            gen_business_posting_group_id=facts.document.gen_business_posting_group_id,
            gen_product_posting_group_id=product,
            dimension_set_id=dimensions,
        )
        for (account_id, product, dimensions), amount in sums.items()
        if amount
    ]
