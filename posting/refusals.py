"""The sentences of refusals that depend on stock: what is missing, where, and the way out."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from core.errors import PostingError
from core.text import _, plain_day, plain_quantity
from posting.facts import EntryState, Facts, ItemFacts, PostedEntry
from posting.lines import ChargeLine, PostingLine


def _place(facts: Facts, location_id: int) -> str:
    location = facts.locations.get(location_id)
    return location.code if location is not None and location.code else _("the blank location")


def worksheet_open(item: ItemFacts, line_no: int | None = None) -> PostingError:
    """Somebody is changing the item's applications (sections 1.3, 3.4)."""
    return PostingError(
        "application_worksheet_open",
        _("Item %(no)s is locked: %(name)s has its application worksheet open.",
          no=item.no, name=item.worksheet_of or _("somebody")),
        field="item",
        line=line_no,
        hint=_("Finish the worksheet or undo its changes; then post."),
        opens=("application_worksheet", item.no, ""),
    )  # fmt: skip


def negative_inventory(
    line: PostingLine, item: ItemFacts, facts: Facts, wanted: Decimal, missing: Decimal
) -> PostingError:
    """Not enough in stock, and the item may not go below zero (section 3.5)."""
    return PostingError(
        "negative_inventory",
        _("Only %(there)s of %(wanted)s %(unit)s of item %(no)s are at %(place)s; %(missing)s are short.",
          there=plain_quantity(wanted - missing), wanted=plain_quantity(wanted), unit=item.base_unit_code,
          no=item.no, place=_place(facts, line.location_id), missing=plain_quantity(missing)),
        field="quantity",
        line=line.line_no,
        hint=_("Take %(there)s, or receive the rest first.", there=plain_quantity(wanted - missing)),
    )  # fmt: skip


def number_not_in_stock(
    line: PostingLine, item: ItemFacts, facts: Facts, wanted: Decimal, missing: Decimal
) -> PostingError:
    """A number that is tracked for life can only leave when it is there (section 3.5)."""
    number = " / ".join(filter(None, (line.serial_no, line.lot_no, line.package_no)))
    return PostingError(
        "tracking_not_in_stock",
        _("%(number)s of item %(no)s: only %(there)s of %(wanted)s are in stock at %(place)s.",
          number=number, no=item.no, there=plain_quantity(wanted - missing),
          wanted=plain_quantity(wanted), place=_place(facts, line.location_id)),
        field="serial_no" if line.serial_no else "lot_no",
        line=line.line_no,
        hint=_("Choose a number that is in stock there."),
    )  # fmt: skip


def applies_to_taken(line: PostingLine, target: EntryState, available: Decimal) -> PostingError:
    """The entry to apply to has nothing left that could be freed."""
    return PostingError(
        "already_applied",
        _("Entry %(id)s has only %(available)s left for this line; the rest is taken by fixed applications.",
          id=target.id, available=plain_quantity(available)),
        field="applies_to",
        line=line.line_no,
        hint=_("Apply to another entry, or leave applies-to empty."),
    )  # fmt: skip


def application_loop(line: PostingLine, target: EntryState) -> PostingError:
    """The goods take their cost from the very entry they would close: it would go round in a circle."""
    return PostingError(
        "application_loop",
        _("The cost of these goods comes from entry %(id)s; they cannot be applied to it.", id=target.id),
        field="applies_to",
        line=line.line_no,
        hint=_("Apply to another entry, or leave applies-to empty."),
    )


def returned_too_much(line: PostingLine, source: EntryState) -> PostingError:
    """More comes back than went out and has not come back yet (section 3.2)."""
    return PostingError(
        "quantity_exceeds_shipped",
        _("Only %(left)s of entry %(id)s have not come back yet.",
          left=plain_quantity(abs(source.shipped_not_returned)), id=source.id),
        field="quantity",
        line=line.line_no,
        hint=_("Return at most that quantity, or refer to another entry."),
    )  # fmt: skip


def valuation_too_early(line: PostingLine, valuation_date: dt.date, earliest: dt.date) -> PostingError:
    """The application would value the line before the earliest date that set-up allows (section 6)."""
    return PostingError(
        "valuation_date_not_allowed",
        _("The line would be valued on %(day)s, before the earliest valuation date %(earliest)s.",
          day=plain_day(valuation_date), earliest=plain_day(earliest)),
        field="applies_to",
        line=line.line_no,
        hint=_("Apply to a later entry."),
    )  # fmt: skip


def charged_too_early(line: ChargeLine, posted: PostedEntry, earliest: dt.date) -> PostingError:
    """The charge would raise a value before the earliest date that set-up allows (section 6)."""
    return PostingError(
        "valuation_date_not_allowed",
        _("Entry %(id)s is valued on %(day)s, before the earliest valuation date %(earliest)s; no charge reaches it.",
          id=posted.state.id, day=plain_day(posted.valuation_date), earliest=plain_day(earliest)),
        field="entry",
        line=line.line_no,
        hint=_("Assign the charge to a later receipt."),
    )  # fmt: skip


def bin_short(line: PostingLine, facts: Facts) -> PostingError:
    """Bins never go negative (warehouse.md section 4)."""
    code = facts.bins[line.bin_id or 0][0]
    there = facts.bin_quantities.get((line.bin_id or 0, line.item_id, line.variant_id), Decimal(0))
    return PostingError(
        "bin_quantity_short",
        _("Bin %(bin)s holds only %(there)s of item %(no)s.",
          bin=code, there=plain_quantity(there), no=facts.items[line.item_id].no),
        field="bin",
        line=line.line_no,
        hint=_("Take at most that, or name another bin."),
    )  # fmt: skip


def adjustment_date_refused(day: dt.date, facts: Facts) -> PostingError:
    """The user may not post on the day an adjustment bears (section 14.4)."""
    start = plain_day(facts.allow_posting_from)
    end = plain_day(facts.allow_posting_to)
    return PostingError(
        "posting_date_not_allowed",
        _("An adjustment would bear %(day)s, outside the range you may post in (%(start)s to %(end)s).",
          day=plain_day(day), start=start, end=end),
        hint=_("Let a user without a posting range of their own adjust costs, or widen yours."),
    )  # fmt: skip
