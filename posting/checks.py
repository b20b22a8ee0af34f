"""Is a line fit to be posted? (posting-and-costing.md section 1.3; items.md section 4). Pure; collects all errors.

What depends on the lines before it (application, negative stock, numbers in stock) is refused by decide.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from core.errors import PostingError
from core.text import _, plain_day, plain_quantity
from models import BLANK_ID
from models.enums import EntryType, OrderType
from models.tracking import NumberKind
from posting.facts import EntryState, Facts, ItemFacts
from posting.lines import ChargeLine, Line, PostingLine, RevaluationLine
from posting.refusals import worksheet_open
from posting.tracking_rules import FIELDS


def check_line(line: Line, facts: Facts) -> list[PostingError]:
    """All that is wrong with one line by itself; empty when it may be posted."""
    if isinstance(line, ChargeLine | RevaluationLine):
        return _value_line(line, facts)
    item = facts.items.get(line.item_id)
    if item is None:
        return [PostingError("item_unknown", _("There is no such item."), field="item", line=line.line_no)]
    if item.worksheet_of is not None:  # nothing else is worth saying while its applications are in pieces
        return [worksheet_open(item, line.line_no)]
    if line.invoices_entry_id is not None or line.undoes_entry_id is not None:
        entry_id = line.invoices_entry_id or line.undoes_entry_id
        known = [] if entry_id in facts.posted else [_unknown_entry(line)]
        return [*_identity(line, item), *_date(line, facts), *_quantity(line, item), *known]
    if line.opens_bin:  # nothing enters or leaves, so nothing that is blocked, closed or missing stands against it
        return []
    errors = [*_identity(line, item), *_state(line, item, facts), *_date(line, facts), *_place(line, item, facts)]
    errors += [*_quantity(line, item), *_tracking(line, item, facts), *_application(line, item, facts)]
    if line.entry_type == EntryType.TRANSFER:
        errors += _transfer(line, item, facts)
    elif line.new_location_id is not None:
        errors.append(
            _error("new_location_not_allowed", _("Only a transfer has a new location."), "new_location", line)
        )
    errors += _dimensions(line, facts, line.dimension_set_id, line.new_dimension_set_id)
    return errors


def _value_line(line: ChargeLine | RevaluationLine, facts: Facts) -> list[PostingError]:
    posted = facts.posted.get(line.entry_id or 0)
    if posted is not None and (item := facts.items[posted.state.key.item_id]).worksheet_of is not None:
        return [worksheet_open(item, line.line_no)]
    errors = list(_date(line, facts))
    if isinstance(line, ChargeLine) and line.entry_id is None and line.charged_line_no is None:
        errors.append(
            _error("charge_not_assigned", _("Item charge %(no)s is assigned to nothing.", no=line.item_charge_no),
                   "entry", line, _("Say which receipt or shipment it is about."))
        )  # fmt: skip
    if not line.document_no:
        errors.append(_error("field_required", _("Enter a document no."), "document_no", line))
    if line.entry_id is not None and line.entry_id not in facts.posted:
        errors.append(_unknown_entry(line))
    if isinstance(line, ChargeLine):
        errors += _dimensions(line, facts, line.dimension_set_id)
    return errors


def _dimensions(line: Line, facts: Facts, *sets: int | None) -> Iterator[PostingError]:
    for set_id in sets:
        if set_id in facts.blocked_dimensions:
            dimension, value = facts.blocked_dimensions[set_id]
            yield _error(
                "dimension_value_blocked",
                _("%(value)s of dimension %(dimension)s is blocked.", value=value, dimension=dimension),
                "dimension_set", line, _("Unblock it under Dimensions, or give item or location another value."),
            )  # fmt: skip


def _unknown_entry(line: Line) -> PostingError:
    return _error("entry_unknown", _("There is no such item ledger entry."), "entry", line)


def _transfer(line: PostingLine, item: ItemFacts, facts: Facts) -> Iterator[PostingError]:
    if not item.is_inventory:
        yield _error(
            "item_not_inventory", _("Item %(no)s carries no stock; it cannot be moved.", no=item.no), "item", line
        )
    if line.inbound:
        yield _error("quantity_negative", _("Enter how much to move; it may not be negative."), "quantity", line)
    if line.amount or line.discount_amount:
        yield _error("transfer_amount", _("Goods that move take their cost along; the line has no amount."),
                     "amount", line)  # fmt: skip
    new = facts.locations.get(line.location_id if line.new_location_id is None else line.new_location_id)
    old = facts.locations.get(line.location_id)
    if new is None or new.deleted:
        yield _error("location_unknown", _("There is no such location."), "new_location", line)
    elif (new.in_transit or (old is not None and old.in_transit)) and line.order_type != OrderType.TRANSFER:
        yield _error(
            "location_in_transit",
            _("%(code)s holds goods in transit; only transfer orders post there.", code=new.code),
            "new_location", line,
        )  # fmt: skip
    elif new.id == BLANK_ID and facts.location_mandatory and line.order_type != OrderType.TRANSFER:
        yield _error("location_required", _("Say to which location."), "new_location", line)
    elif line.new_bin_id is not None and facts.bins.get(line.new_bin_id, ("", None))[1] != new.id:
        yield _error("bin_unknown", _("There is no such bin at location %(code)s.", code=new.code or "-"), "new_bin",
                     line)  # fmt: skip
    elif new.bin_mandatory and line.new_bin_id is None:
        yield _error("bin_required", _("Location %(code)s keeps stock in bins; say which one.", code=new.code),
                     "new_bin", line)  # fmt: skip
    elif new.id == line.location_id and line.order_type != OrderType.TRANSFER and _stays(line):
        yield _error(
            "nothing_moves", _("Item %(no)s would stay where and what it is.", no=item.no), "new_location", line,
            _("Say to which location or bin it goes, or which lot, serial no. or date it gets."),
        )  # fmt: skip


def _stays(line: PostingLine) -> bool:
    """Neither bin nor number, date or dimension is another one afterwards."""
    changes = (
        (line.new_bin_id, line.bin_id), (line.new_lot_no, line.lot_no), (line.new_serial_no, line.serial_no),
        (line.new_package_no, line.package_no), (line.new_expiration_date, line.expiration_date),
        (line.new_dimension_set_id, line.dimension_set_id),
    )  # fmt: skip
    return all(new is None or new == old for new, old in changes)


def _error(code: str, message: str, field: str, line: Line, hint: str | None = None) -> PostingError:
    return PostingError(code, message, field=field, line=line.line_no, hint=hint)


def _identity(line: PostingLine, item: ItemFacts) -> Iterator[PostingError]:
    if not line.document_no:
        yield _error("field_required", _("Enter a document no."), "document_no", line)
    if not line.unit_of_measure_code:
        yield _error(
            "field_required", _("Item %(no)s has no base unit of measure.", no=item.no), "unit_of_measure", line,
            _("Choose a base unit on the item card."),
        )  # fmt: skip
    if item.gen_product_posting_group_id is None:
        yield _error(
            "field_required", _("Item %(no)s has no general product posting group.", no=item.no), "item", line,
            _("Choose one on the item card."),
        )  # fmt: skip
    if item.is_inventory and item.inventory_posting_group_id is None:
        yield _error(
            "field_required", _("Item %(no)s has no inventory posting group.", no=item.no), "item", line,
            _("Choose one on the item card."),
        )  # fmt: skip


def _state(line: PostingLine, item: ItemFacts, facts: Facts) -> Iterator[PostingError]:
    reason = f" ({item.block_reason})" if item.block_reason else ""
    if item.blocked and not line.correction:
        yield _error(
            "item_blocked", _("Item %(no)s is blocked%(reason)s.", no=item.no, reason=reason), "item", line,
            _("Unblock it on the item card, or take another item."),
        )  # fmt: skip
    elif item.sales_blocked and line.entry_type == EntryType.SALE and not line.inbound:
        yield _error(
            "item_sales_blocked", _("Item %(no)s is blocked for sales%(reason)s.", no=item.no, reason=reason),
            "item", line, _("Unblock sales on the item card, or take another item."),
        )  # fmt: skip
    elif item.purchasing_blocked and line.entry_type == EntryType.PURCHASE and line.inbound:
        yield _error(
            "item_purchasing_blocked",
            _("Item %(no)s is blocked for purchasing%(reason)s.", no=item.no, reason=reason),
            "item", line, _("Unblock purchasing on the item card, or take another item."),
        )  # fmt: skip
    if line.variant_id == BLANK_ID:
        if item.variant_required and item.is_inventory:
            yield _error("variant_required", _("Item %(no)s has variants; say which one.", no=item.no), "variant", line)
        return
    variant = facts.variants.get(line.variant_id)
    if variant is None or variant.item_id != item.id:
        yield _error("variant_unknown", _("Item %(no)s has no such variant.", no=item.no), "variant", line)
    elif (
        variant.blocked
        or (variant.sales_blocked and line.entry_type == EntryType.SALE and not line.inbound)
        or (variant.purchasing_blocked and line.entry_type == EntryType.PURCHASE and line.inbound)
    ) and not line.correction:
        yield _error(
            "variant_blocked", _("Variant %(code)s of item %(no)s is blocked.", code=variant.code, no=item.no),
            "variant", line, _("Unblock it on the item's variants, or take another one."),
        )  # fmt: skip


def _date(line: Line, facts: Facts) -> Iterator[PostingError]:
    error = check_posting_date(line.posting_date, facts)
    if error is not None:
        yield _error(error.code, error.message, "posting_date", line, error.hint)


def check_posting_date(day: dt.date, facts: Facts) -> PostingError | None:
    """The refusal of a posting date, if any (section 15): allowed range, inventory period, earliest valuation date."""
    early = facts.allow_posting_from is not None and day < facts.allow_posting_from
    late = facts.allow_posting_to is not None and day > facts.allow_posting_to
    if early or late:
        return PostingError(
            "posting_date_not_allowed",
            _("Posting date %(day)s is outside the range you may post in (%(start)s to %(end)s).",
              day=plain_day(day), start=plain_day(facts.allow_posting_from), end=plain_day(facts.allow_posting_to)),
            hint=_("Change the date, or the range under Set-up."),
        )  # fmt: skip
    if facts.closed_until is not None and day <= facts.closed_until:
        return PostingError(
            "inventory_period_closed",
            _("Posting date %(day)s lies in an inventory period that is closed up to %(end)s.",
              day=plain_day(day), end=plain_day(facts.closed_until)),
            hint=_("Post on a later date, or reopen the period."),
        )  # fmt: skip
    if facts.earliest_valuation_date is not None and day < facts.earliest_valuation_date:
        return PostingError(
            "valuation_date_not_allowed",
            _("Posting date %(day)s is before the earliest valuation date %(earliest)s.",
              day=plain_day(day), earliest=plain_day(facts.earliest_valuation_date)),
            hint=_("Post on a later date."),
        )  # fmt: skip
    return None


def _place(line: PostingLine, item: ItemFacts, facts: Facts) -> Iterator[PostingError]:
    location = facts.locations.get(line.location_id)
    if location is None or location.deleted:
        yield _error("location_unknown", _("There is no such location."), "location", line)
        return
    ordered = line.order_type == OrderType.TRANSFER
    if location.id == BLANK_ID and facts.location_mandatory and item.is_inventory and not ordered:
        yield _error("location_required", _("Say at which location."), "location", line)
    if location.in_transit and line.entry_type != EntryType.TRANSFER:
        yield _error(
            "location_in_transit",
            _("%(code)s holds goods in transit; only transfer orders post there.", code=location.code),
            "location", line,
        )  # fmt: skip
    if not item.is_inventory:
        return
    if location.bin_mandatory and line.bin_id is None:
        yield _error("bin_required", _("Location %(code)s keeps stock in bins; say which one.", code=location.code),
                     "bin", line)  # fmt: skip
    if line.bin_id is not None:
        found = facts.bins.get(line.bin_id)
        if found is None or found[1] != line.location_id:
            yield _error("bin_unknown", _("There is no such bin at location %(code)s.", code=location.code or "-"),
                         "bin", line)  # fmt: skip


def _quantity(line: PostingLine, item: ItemFacts) -> Iterator[PostingError]:
    if not line.quantity:
        yield _error("quantity_required", _("Enter a quantity; it may not be zero."), "quantity", line)
    if line.entry_type in (EntryType.POSITIVE_ADJMT, EntryType.NEGATIVE_ADJMT) and line.discount_amount:
        yield _error("discount_not_allowed", _("An adjustment has no discount."), "discount_amount", line)
    if line.amount < 0 or line.unit_cost < 0 or line.unit_amount < 0:
        yield _error("amount_negative", _("Costs, prices and amounts are not negative."), "unit_amount", line)


def _tracking(line: PostingLine, item: ItemFacts, facts: Facts) -> Iterator[PostingError]:
    if not item.is_inventory:
        if line.lot_no or line.serial_no or line.package_no:
            yield _error("tracking_not_allowed", _("Item %(no)s carries no lot or serial numbers.", no=item.no),
                         "lot_no", line)  # fmt: skip
        return
    if item.tracking is None:
        if line.lot_no or line.serial_no or line.package_no or line.expiration_date:
            yield _error(
                "tracking_not_allowed", _("Item %(no)s carries no lot or serial numbers.", no=item.no), "lot_no", line,
                _("Take the number away, or give the item a tracking code."),
            )  # fmt: skip
        return
    for kind in item.tracking.demands(line):
        if not getattr(line, FIELDS[kind]):
            yield _error("tracking_missing", _missing(kind, item.no), FIELDS[kind], line,
                         _("Enter it under the line's lots and serial numbers."))  # fmt: skip
    if line.serial_no and abs(line.quantity) != 1:
        yield _error(
            "serial_quantity", _("Serial number %(number)s stands for one piece; the quantity must be 1.",
                                 number=line.serial_no), "quantity", line,
        )  # fmt: skip
    if line.expiration_date is not None and not item.tracking.use_expiration_dates:
        yield _error("expiration_not_used", _("Item %(no)s does not use expiration dates.", no=item.no),
                     "expiration_date", line)  # fmt: skip


def _missing(kind: NumberKind, no: str) -> str:
    if kind == NumberKind.SERIAL:
        return _("Item %(no)s needs a serial number.", no=no)
    if kind == NumberKind.LOT:
        return _("Item %(no)s needs a lot number.", no=no)
    return _("Item %(no)s needs a package number.", no=no)


def _application(line: PostingLine, item: ItemFacts, facts: Facts) -> Iterator[PostingError]:
    both = line.applies_to_entry_id and line.applies_from_entry_id
    if both and line.applies_to_entry_id == line.applies_from_entry_id:
        yield _error("application_same_entry", _("Applies-to and applies-from may not name the same entry."),
                     "applies_to", line)  # fmt: skip
    if line.applies_to_entry_id:
        target = facts.named.get(line.applies_to_entry_id)
        yield from _same_goods(line, item, target, "applies_to", place=True)
        if target is not None and (target.quantity > 0) == line.inbound:
            yield _error("application_direction", _("Entry %(id)s moves in the same direction; choose another one.",
                                                    id=target.id), "applies_to", line)  # fmt: skip
        elif target is not None and abs(line.quantity) > abs(target.quantity):
            yield _error("applies_to_too_small", _("Entry %(id)s is only about %(quantity)s; the whole line must fit.",
                                                   id=target.id, quantity=plain_quantity(abs(target.quantity))),
                         "applies_to", line)  # fmt: skip
    if line.applies_from_entry_id:
        source = facts.named.get(line.applies_from_entry_id)
        yield from _same_goods(line, item, source, "applies_from", place=False)
        if not line.inbound:
            yield _error("applies_from_inbound_only", _("Only goods coming back take their cost from an entry."),
                         "applies_from", line)  # fmt: skip
        elif source is not None and source.quantity > 0:
            yield _error("application_direction", _("Entry %(id)s came in; a return refers to an entry that went out.",
                                                    id=source.id), "applies_from", line)  # fmt: skip


def _same_goods(
    line: PostingLine, item: ItemFacts, entry: EntryState | None, field: str, *, place: bool
) -> Iterator[PostingError]:
    if entry is None:
        yield _error("entry_unknown", _("There is no such item ledger entry."), field, line)
        return
    same = entry.key.item_id == line.item_id and entry.key.variant_id == line.variant_id
    if place:
        same = same and entry.key.location_id == line.location_id
    if not same:
        yield _error(
            "application_other_goods",
            _("Entry %(id)s is about another item, variant or location than %(no)s here.", id=entry.id, no=item.no),
            field, line,
        )  # fmt: skip
    for specific, there, here in (
        (item.serial_specific, entry.serial_no, line.serial_no),
        (item.lot_specific, entry.lot_no, line.lot_no),
        (item.package_specific, entry.package_no, line.package_no),
    ):
        if same and specific and there != here:
            yield _error("application_other_number", _("Entry %(id)s carries another lot or serial number.",
                                                       id=entry.id), field, line)  # fmt: skip
