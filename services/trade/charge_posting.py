"""Item charges of a bill on their way to the goods: one posting line for each target and entry (documents.md 14)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import PostingError
from core.rounding import PLACES, ZERO
from core.sql import ids_of
from core.text import _, plain_quantity
from models import ItemChargeAssignment, ItemLedgerEntry, PostedLine, TradeLine
from models.enums import TradeLineType, TradeSide
from posting.lines import ChargeLine
from services.trade.amounts import spread
from services.trade.movements import Papers
from services.trade.plan import LinePlan
from services.trade.posting_facts import PostingFacts, entries_of

#: entry id -> quantity (its weight among the entries of one target)
Entries = dict[int, Decimal]


def charge_lines(session: Session, facts: PostingFacts, plans: Sequence[LinePlan], papers: Papers) -> list[ChargeLine]:
    """The charge lines of every charge that is billed.

    Raises PostingError `charge_amount_zero`, `charge_not_assigned`, `charge_target_posted`,
    `charge_target_not_received`.
    """
    billed = [plan for plan in plans if plan.invoice and plan.line.type == TradeLineType.ITEM_CHARGE]
    if not billed:
        return []
    for plan in billed:
        _check(plan)
    targets = _Targets(session, facts, plans, billed)
    lines: list[ChargeLine] = []
    for plan in billed:
        rows = [row for row in plan.line.assignments if row.qty_to_assign]
        shares = spread(
            plan.local_taxed.base, [abs(row.amount_to_assign) or row.qty_to_assign for row in rows],
            facts.trade.local_rounding,
        )  # fmt: skip
        for row, share in zip(rows, shares, strict=True):
            lines += _lines_of(facts, plan, row, share, targets, papers)
    return lines


def settle_assignments(plans: Sequence[LinePlan]) -> None:
    """What was billed is assigned now; what is left waits for the next bill."""
    for plan in plans:
        if not plan.invoice or plan.line.type != TradeLineType.ITEM_CHARGE:
            continue
        rows = [row for row in plan.line.assignments if row.qty_to_assign]
        total = sum((row.qty_to_assign for row in rows), ZERO)
        parts = spread(min(abs(plan.invoice), total), [row.qty_to_assign for row in rows], PLACES)
        for row, done in zip(rows, parts, strict=True):
            row.qty_assigned += done
            row.qty_to_assign -= done


def _check(plan: LinePlan) -> None:
    line, charge = plan.line, _charge_no(plan.line)
    if not plan.local_taxed.base:
        raise PostingError(
            "charge_amount_zero", _("Item charge %(no)s has no amount.", no=charge), field="unit_amount",
            line=line.line_no, hint=_("Enter an amount, or delete the line."),
        )  # fmt: skip
    assigned = sum((row.qty_to_assign for row in line.assignments), ZERO)
    left = abs(line.quantity - line.qty_invoiced)
    if assigned not in (abs(plan.invoice), left) or assigned < abs(plan.invoice):
        raise PostingError(
            "charge_not_assigned",
            _("Item charge %(no)s: %(assigned)s of %(quantity)s are assigned to goods.", no=charge,
              assigned=plain_quantity(assigned), quantity=plain_quantity(abs(plan.invoice))),
            field="assignments", line=line.line_no, hint=_("Assign all that is billed."),
        )  # fmt: skip


def _charge_no(line: TradeLine) -> str:
    return line.description or str(line.item_charge_id)


class _Targets:
    """The entries behind the targets of all charges, read in a few statements."""

    def __init__(
        self, session: Session, facts: PostingFacts, plans: Sequence[LinePlan], billed: Sequence[LinePlan]
    ) -> None:
        rows = [row for plan in billed for row in plan.line.assignments if row.qty_to_assign]
        self.moving = {plan.line.id: plan for plan in plans if plan.is_item and plan.handle}
        self.lines = {line.id: line for line in facts.lines}
        posted = {row.target_posted_line_id for row in rows if row.target_posted_line_id is not None}
        own = {row.target_line_id for row in rows if row.target_line_id is not None} - self.moving.keys()
        self._of_own: dict[int, list[int]] = {}
        if own:
            found = session.execute(
                select(PostedLine.order_line_id, PostedLine.id).where(
                    PostedLine.order_line_id.in_(ids_of(session, own)),
                    ~PostedLine.correction,
                    PostedLine.quantity != PostedLine.qty_invoiced,
                )
            )
            for line_id, posted_id in found:
                self._of_own.setdefault(line_id, []).append(posted_id)
                posted.add(posted_id)
            for line in facts.lines:
                if line.id in own and line.posted_line_id is not None:
                    self._of_own[line.id] = [line.posted_line_id]
                    posted.add(line.posted_line_id)
        self._entries = entries_of(session, posted) if posted else {}
        single = {row.target_entry_id for row in rows if row.target_entry_id is not None}
        self._single: Entries = {}
        if single:
            quantities = session.execute(
                select(ItemLedgerEntry.id, ItemLedgerEntry.quantity).where(
                    ItemLedgerEntry.id.in_(ids_of(session, single))
                )
            )
            self._single = dict(quantities.tuples().all())

    def entries(self, row: ItemChargeAssignment) -> Entries:
        """Entries of a target that was posted before, with their quantities; empty for one that is not."""
        if row.target_entry_id is not None:
            return {row.target_entry_id: self._single[row.target_entry_id]}
        posted = (
            [row.target_posted_line_id]
            if row.target_posted_line_id is not None
            else self._of_own.get(row.target_line_id or 0, [])
        )
        return {entry.entry_id: entry.quantity for line_id in posted for entry in self._entries.get(line_id, [])}


def _lines_of(
    facts: PostingFacts,
    plan: LinePlan,
    row: ItemChargeAssignment,
    share: Decimal,
    targets: _Targets,
    papers: Papers,
) -> Iterator[ChargeLine]:
    common = _line(facts, plan, papers)
    amount = -share if facts.kind.credit else share
    if row.target_line_id in targets.moving:
        yield _charge(common, charged_line_no=targets.lines[row.target_line_id].line_no, amount=amount)
        return
    entries = targets.entries(row)
    if not entries:
        raise _no_target(plan.line, targets.lines.get(row.target_line_id or 0))
    amounts = _by_quantity(amount, list(entries.values()), facts.trade.local_rounding)
    for entry_id, part in zip(entries, amounts, strict=True):
        if part:
            yield _charge(common, entry_id=entry_id, amount=part)


def _by_quantity(amount: Decimal, quantities: Sequence[Decimal], rounding: Decimal) -> list[Decimal]:
    return spread(amount, [abs(quantity) for quantity in quantities], rounding)


def _charge(
    common: dict[str, object], *, amount: Decimal, entry_id: int | None = None, charged_line_no: int | None = None
) -> ChargeLine:
    return ChargeLine(amount=amount, entry_id=entry_id, charged_line_no=charged_line_no, **common)  # type: ignore[arg-type]


def _line(facts: PostingFacts, plan: LinePlan, papers: Papers) -> dict[str, object]:
    line, document = plan.line, facts.document
    return {
        "line_no": line.line_no,
        "item_charge_no": facts.trade.charges[line.item_charge_id or 0].no,
        "posting_date": papers.posting_date,
        "document_no": papers.invoice_no,
        "sales": facts.kind.side == TradeSide.SALES,
        "document_date": document.document_date,
        "document_type": facts.kind.invoice_type,
        "document_line_no": line.line_no,
        "external_document_no": document.vendor_invoice_no or document.external_document_no,
        "description": line.description,
        "source_type": facts.kind.source_type,
        "source_no": facts.party.no,
        "gen_business_posting_group_id": document.gen_business_posting_group_id,
        "gen_product_posting_group_id": line.gen_product_posting_group_id,
        "reason_code": document.reason_code,
        "dimension_set_id": line.dimension_set_id,
    }


def _no_target(charge: TradeLine, target: TradeLine | None) -> PostingError:
    if target is not None and target.completely_handled:
        return PostingError(
            "charge_target_posted",
            _("The line that item charge %(no)s is assigned to is posted completely.", no=_charge_no(charge)),
            field="assignments", line=charge.line_no, hint=_("Assign the charge to the posted receipt or shipment."),
        )  # fmt: skip
    return PostingError(
        "charge_target_not_received",
        _("The goods that item charge %(no)s is assigned to are not received or shipped.", no=_charge_no(charge)),
        field="assignments", line=charge.line_no, hint=_("Post them together with the charge, or before it."),
    )  # fmt: skip
