"""A cost explained on the page: sentences and rows out of services/costs/explain.py, in the reader's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from flask import url_for

from blueprints import formats
from blueprints.words import word
from core.text import _, ngettext
from models.enums import CostingMethod, EntryType, ValueEntryType
from services.costs.explain import Explanation, Part, PartKind, flattened, last_correction

#: Most sources that get a sentence of their own; the table has them all.
TOLD = 4


@dataclass(frozen=True)
class Row:
    """A row of the table: what, how much of it, at what, its amount, what it opens."""

    level: int
    words: str
    amount: Decimal
    quantity: Decimal | None = None
    per_unit: Decimal | None = None
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Step:
    """A value entry in the history of the cost: what it added, and what the cost was then."""

    value_entry_id: int
    day: str
    words: str
    document_no: str
    change: Decimal
    cost: Decimal
    register_id: int
    adjustment: bool


def rows(found: Explanation) -> list[Row]:
    """The tree as a table."""
    return [_row(level, part, found) for level, part in flattened(found.parts)]


def _row(level: int, part: Part, found: Explanation) -> Row:
    per_unit = part.of_amount / part.of_quantity if part.of_amount is not None and part.of_quantity else None
    url, note = "", ""
    if part.entry is not None:
        url = url_for("ledger.item_entry", entry_id=part.entry.id)
        note = " · ".join((formats.day(part.entry.posting_date), part.entry.document_no))
    elif part.value is not None:
        url = url_for("ledger.value_entries", no=part.value.id)
        note = " · ".join((formats.day(part.value.posting_date), part.value.document_no))
    elif part.kind in (PartKind.AVERAGE, PartKind.OPENING, PartKind.MOVEMENT) and found.basis is not None:
        url = _basis_url(part, found)
    quantity = part.quantity
    if part.kind in (PartKind.OPENING, PartKind.MOVEMENT):
        # Of all that is averaged the entry bears a share: its amount stands beside what it is a share of.
        note, quantity = _of_all(part), None
    return Row(level, _words(part, found), part.amount, quantity, per_unit, note, url)


def _of_all(part: Part) -> str:
    if part.of_amount is None:
        return ""
    if not part.of_quantity:
        return formats.amount(part.of_amount)
    return _("%(quantity)s for %(amount)s", quantity=formats.quantity(part.of_quantity),
             amount=formats.amount(part.of_amount))  # fmt: skip


def _basis_url(part: Part, found: Explanation) -> str:
    basis = found.basis
    if basis is None:
        return ""
    days = {"valuation_to": basis.end.isoformat(), "valuation_from": basis.start.isoformat()}
    if part.kind == PartKind.AVERAGE:
        del days["valuation_from"]
    elif part.kind == PartKind.OPENING:
        days = {"valuation_to": (basis.start.fromordinal(basis.start.toordinal() - 1)).isoformat()}
    else:
        days |= {"movement": part.movement.value if part.movement else "",
                 "type": part.value_type.value if part.value_type else ""}  # fmt: skip
    place = {"location": found.entry.location.code} if basis.by_place and found.entry.location.code else {}
    return url_for("ledger.value_entries", item=found.item.no, **days, **place)


def _words(part: Part, found: Explanation) -> str:
    if part.entry is not None:
        sentence = {
            PartKind.RETURN: _("Issue %(no)s that came back: %(kind)s"),
            PartKind.TRANSFER: _("Entry %(no)s it was moved from: %(kind)s"),
        }.get(part.kind, _("Entry %(no)s: %(kind)s"))
        return sentence % {"no": part.entry.id, "kind": word(part.entry.entry_type)}
    if part.kind == PartKind.MOVEMENT and part.movement is not None:
        kind = word(part.movement)
        if part.value_type is not None and part.value_type != ValueEntryType.DIRECT_COST:
            kind += ", " + word(part.value_type).lower()
        return kind
    basis = found.basis
    return {
        PartKind.DIRECT: _("Direct cost"),
        PartKind.EXPECTED: _("Expected, not invoiced yet"),
        PartKind.CHARGE: _("Charge %(no)s", no=part.value.item_charge_no if part.value else ""),
        PartKind.OVERHEAD: _("Indirect cost and overhead"),
        PartKind.VARIANCE: _("Variance to the standard cost"),
        PartKind.REVALUATION: _("Revaluation"),
        PartKind.ROUNDING: _("Rounding"),
        PartKind.ESTIMATE: _("Not in stock yet: the cost on the item card"),
        PartKind.WAITING: _("Waits for cost adjustment"),
        PartKind.REST: _("Revalued or returned within the period"),
        PartKind.AVERAGE: _("Average of the period to %(day)s", day=formats.day(basis.end if basis else None)),
        PartKind.OPENING: _("In stock before %(day)s", day=formats.day(basis.start if basis else None)),
    }.get(part.kind, word(part.kind))


def history(found: Explanation) -> list[Step]:
    """How the cost grew, value entry by value entry."""
    sign = -1 if found.outbound else 1
    cost, steps = Decimal(0), []
    for value in found.history:
        change = value.cost * sign
        cost += change
        words = word(value.entry_type)
        if value.adjustment:
            words = _("Corrected by cost adjustment")
        elif value.item_charge_no:
            words = _("Charge %(no)s", no=value.item_charge_no)
        elif value.expected and value.amount:
            words = _("Invoiced")
        elif value.expected:
            words = _("Posted, not invoiced")
        steps.append(
            Step(
                value.id,
                formats.day(value.posting_date),
                words,
                value.document_no,
                change,
                cost,
                value.register_id,
                value.adjustment,
            )
        )
    return steps


# ------------------------------------------------------------------------------------------------ sentences
_METHODS = {
    CostingMethod.FIFO: lambda: _("FIFO: the oldest receipt goes first."),
    CostingMethod.LIFO: lambda: _("LIFO: the newest receipt goes first."),
    CostingMethod.SPECIFIC: lambda: _("Specific: each piece costs what it was bought for."),
    CostingMethod.STANDARD: lambda: _("Standard cost: receipts are valued at the standard, the rest is variance."),
}


def sentences(found: Explanation) -> list[str]:
    """The explanation in a few sentences, the answer first."""
    told = [_answer(found)]
    if found.waits:
        told.append(_("Cost adjustment has not looked at this yet: the figure may still change."))
    told += _of_average(found) if found.basis is not None else _of_sources(found)
    told += _of_corrections(found)
    if found.beside:
        told.append(
            _(
                "Charges of %(amount)s stand beside it: they are no part of the value of stock.",
                amount=formats.amount(found.beside),
            )
        )
    if found.cut:
        told.append(_("More lies behind it than is followed here: the entries lead on."))
    return told


def _answer(found: Explanation) -> str:
    entry = found.entry
    unit = found.item.base_unit_of_measure.code if found.item.base_unit_of_measure else ""
    values = {
        "quantity": formats.quantity(abs(entry.quantity)), "unit": unit, "item": found.item.no,
        "day": formats.day(entry.posting_date), "cost": formats.amount(found.cost),
        "each": formats.unit_cost(found.per_unit), "kind": word(entry.entry_type),
    }  # fmt: skip
    if found.outbound:
        return _("%(quantity)s %(unit)s of %(item)s went out on %(day)s (%(kind)s) and cost %(cost)s: %(each)s each.",
                 **values)  # fmt: skip
    return _("%(quantity)s %(unit)s of %(item)s came in on %(day)s (%(kind)s) and cost %(cost)s: %(each)s each.",
             **values)  # fmt: skip


def _of_average(found: Explanation) -> list[str]:
    basis = found.basis
    if basis is None:
        return []
    if basis.average is None:
        return [
            _("Average cost, but in its period there was nothing to average: it keeps the cost it was posted with.")
        ]
    where = _("at %(location)s", location=found.entry.location.code or _("no location")) if basis.by_place else ""
    return [
        _("Average cost: up to %(day)s there were %(quantity)s for %(value)s %(where)s, which is %(average)s each.",
          day=formats.day(basis.end), quantity=formats.quantity(basis.quantity), value=formats.amount(basis.value),
          where=where, average=formats.unit_cost(basis.average)).replace("  ", " ").replace(" ,", ",")
    ]  # fmt: skip


def _of_sources(found: Explanation) -> list[str]:
    sources = [part for part in found.parts if part.entry is not None]
    told = []
    if found.outbound and sources:
        method = _METHODS.get(CostingMethod(found.item.costing_method))
        fixed = found.entry.applies_to_entry_id is not None
        if fixed:
            told.append(_("It was tied to entry %(no)s by hand.", no=found.entry.applies_to_entry_id))
        elif method is not None:
            told.append(method())
    for part in sources[:TOLD]:
        told.append(_of_source(part))
    if len(sources) > TOLD:
        told.append(ngettext("And %(num)s more, below.", "And %(num)s more, below.", len(sources) - TOLD))
    if any(part.kind == PartKind.ESTIMATE for part in found.parts):
        told.append(_("A part has nothing in stock to be taken from yet: it bears the cost on the item card."))
    return told


def _of_source(part: Part) -> str:
    entry = part.entry
    if entry is None:
        return ""
    each = part.of_amount / part.of_quantity if part.of_amount is not None and part.of_quantity else Decimal(0)
    values = {
        "quantity": formats.quantity(part.quantity), "no": entry.id, "kind": word(entry.entry_type),
        "day": formats.day(entry.posting_date), "each": formats.unit_cost(each), "amount": formats.amount(part.amount),
    }  # fmt: skip
    if part.kind == PartKind.RETURN:
        return _("%(quantity)s came back from issue %(no)s of %(day)s, at what they had cost, %(each)s each: "
                 "%(amount)s.", **values)  # fmt: skip
    if entry.entry_type == EntryType.TRANSFER or part.kind == PartKind.TRANSFER:
        return _("%(quantity)s were moved with entry %(no)s on %(day)s and brought their cost along, %(each)s each: "
                 "%(amount)s.", **values)  # fmt: skip
    return _("%(quantity)s came from entry %(no)s (%(kind)s, %(day)s), which cost %(each)s each: %(amount)s.",
             **values)  # fmt: skip


def _of_corrections(found: Explanation) -> list[str]:
    if not found.corrections:
        return []
    last = last_correction(found)
    return [
        ngettext(
            "It was posted with %(first)s; cost adjustment corrected that once, by %(change)s, dated %(day)s.",
            "It was posted with %(first)s; cost adjustment corrected that %(num)s times, by %(change)s in all, last "
            "dated %(day)s.",
            len(found.corrections), first=formats.amount(found.first_posted), change=formats.amount(found.corrected),
            day=formats.day(last),
        )
    ]  # fmt: skip
