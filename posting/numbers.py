"""Serial, lot and package numbers on a line: already there, expired, another date (tracking.md sections 5, 6). Pure."""

from __future__ import annotations

from core.date_formulas import add_formula
from core.errors import PostingError
from core.rounding import ZERO
from core.text import _, plain_day
from models.enums import DocumentType, EntryType
from posting.facts import EntryState, Facts, ItemFacts
from posting.lines import PostingLine

_STRICT_TYPES = {EntryType.SALE, EntryType.CONSUMPTION, EntryType.ASSEMBLY_CONSUMPTION}


class Numbers:
    """Keeps count of the numbers in stock while lines are decided."""

    def __init__(self, facts: Facts) -> None:
        self._serials = facts.serials_in_stock
        self._dates = facts.lot_expirations
        self._quantities = facts.numbers_in_stock
        self._blocked = facts.blocked_numbers

    def check(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        """Refuse a serial that is already in stock and a date that is not the lot's; set the entry's date.

        Raises PostingError `number_blocked`, `serial_in_stock`, `expiration_mismatch`, `expiration_required`,
        `expired`.
        """
        if not line.undoes_entry_id:
            self._check_blocked(line, item)
        if item.serial_specific:
            self._check_serial(line, item)
        if item.use_expiration_dates and (line.lot_no or line.serial_no):
            self._check_expiration(line, item, entry)

    def _check_blocked(self, line: PostingLine, item: ItemFacts) -> None:
        for kind, number in enumerate((line.lot_no, line.serial_no, line.package_no)):
            reason = self._blocked.get((line.item_id, line.variant_id, kind, number)) if number else None
            if reason is not None:
                raise PostingError(
                    "number_blocked",
                    _("%(number)s of item %(no)s is blocked: %(reason)s", number=number, no=item.no, reason=reason)
                    if reason
                    else _("%(number)s of item %(no)s is blocked.", number=number, no=item.no),
                    field=("lot_no", "serial_no", "package_no")[kind],
                    line=line.line_no,
                    hint=_("Take another one, or unblock it on its card."),
                )

    def _check_serial(self, line: PostingLine, item: ItemFacts) -> None:
        key = (line.item_id, line.variant_id, line.serial_no)
        there = self._serials.get(key, ZERO)
        if line.inbound and there > 0:
            raise PostingError(
                "serial_in_stock",
                _("Serial number %(number)s of item %(no)s is already in stock.", number=line.serial_no, no=item.no),
                field="serial_no",
                line=line.line_no,
                hint=_("Check the number; each serial number can be in stock once."),
            )
        self._serials[key] = there + line.quantity

    def _check_expiration(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        key = (line.item_id, line.variant_id, line.lot_no, "" if line.lot_no else line.serial_no)
        there = self._quantities.get(key, ZERO)
        self._quantities[key] = there + line.quantity
        if line.inbound:
            self._receive(line, item, entry, key, empty=not there)
            return
        existing = entry.expiration_date = self._dates.get(key)
        strict = (
            item.strict_expiration
            and not line.undoes_entry_id
            and (line.entry_type in _STRICT_TYPES or line.document_type == DocumentType.TRANSFER_SHIPMENT)
        )
        if strict and existing is not None and line.posting_date > existing:
            raise PostingError(
                "expired",
                _("%(number)s of item %(no)s expired on %(day)s.", number=line.lot_no or line.serial_no, no=item.no,
                  day=plain_day(existing)),
                field="lot_no",
                line=line.line_no,
                hint=_("Take another lot; expired goods can be written off by a negative adjustment."),
            )  # fmt: skip

    def _receive(
        self, line: PostingLine, item: ItemFacts, entry: EntryState, key: tuple[int, int, str, str], *, empty: bool
    ) -> None:
        """The date of what comes in: the number's own, unless all there is of it is given another one at once."""
        given, known = line.expiration_date, key in self._dates
        if known and empty and line.new_expiration_date is not None:
            known = False
        existing = self._dates.get(key)
        if known and given is not None and given != existing:
            raise PostingError(
                "expiration_mismatch",
                _("Lot %(lot)s of item %(no)s expires on %(day)s.", lot=line.lot_no or line.serial_no, no=item.no,
                  day=plain_day(existing)),
                field="expiration_date",
                line=line.line_no,
                hint=_("Use that date, or reclassify all there is of the lot to a new one."),
            )  # fmt: skip
        if known:
            given = existing
        elif given is None and item.expiration_calculation and not item.manual_expiration_date_required:
            given = add_formula(line.document_date or line.posting_date, item.expiration_calculation)
        if given is None and item.manual_expiration_date_required:
            raise PostingError(
                "expiration_required",
                _("Item %(no)s needs an expiration date.", no=item.no),
                field="expiration_date",
                line=line.line_no,
            )
        self._dates[key] = entry.expiration_date = given
