"""`gl` and `gl_balanced`: net changes of accounts by role, and transactions that sum to zero."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import func, select

from core.rounding import ZERO
from models import GlAccount, GlEntry
from services.scenario.kinds import AMOUNT, Comparison
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, decimal, flag, record
from services.seed.defaults import ACCOUNT_ROLES

ROLES = (
    "inventory", "inventory_interim", "invt_accrual_interim", "cogs", "cogs_interim", "inventory_adjustment",
    "direct_cost_applied", "overhead_applied", "purchase_variance", "wip", "material_variance", "capacity_variance",
    "purchases", "sales", "payables", "receivables",
)  # fmt: skip


@expectation("gl", record(dict.fromkeys(ROLES, decimal)))
def gl(play: Play, roles: Values) -> Iterator[Difference]:
    """Net change of the role's account since the scenario began, debit above zero."""
    found = dict(
        play.session.execute(
            select(GlAccount.no, func.sum(GlEntry.amount))
            .join(GlEntry, GlEntry.account_id == GlAccount.id)
            .group_by(GlAccount.no)
        )
        .tuples()
        .all()
    )
    compare = Comparison(play)
    for role, wanted in roles.items():
        amount = found.get(ACCOUNT_ROLES[role], ZERO)
        if not compare.equal(AMOUNT, wanted, amount):
            yield Difference(roles.lines[role], f"gl {role}", wanted, amount)


@expectation("gl_balanced", flag)
def gl_balanced(play: Play, wanted: bool) -> Iterator[Difference]:
    """Whether every transaction sums to zero."""
    crooked = play.session.execute(
        select(GlEntry.transaction_no, func.sum(GlEntry.amount))
        .group_by(GlEntry.transaction_no)
        .having(func.sum(GlEntry.amount) != 0)
        .order_by(GlEntry.transaction_no)
        .limit(3)
    ).all()
    if bool(crooked) is wanted:
        found = [{"transaction": number, "sum": amount} for number, amount in crooked] or True
        yield Difference(0, "gl_balanced", wanted, found)
