"""Serial, lot and package numbers on a line: in stock, expired, blocked, without a card (tracking.md 5 to 7). Pure."""

from __future__ import annotations

import datetime as dt

from core.date_formulas import add_formula
from core.errors import PostingError
from core.rounding import ZERO
from core.text import _, plain_day
from models.enums import DocumentType, EntryType
from posting.draft import Draft
from posting.facts import EntryState, Facts, ItemFacts
from posting.lines import PostingLine
from posting.tracking_rules import FIELDS, NumberKey, TrackingRules, numbers_of

_STRICT_TYPES = {EntryType.SALE, EntryType.CONSUMPTION, EntryType.ASSEMBLY_CONSUMPTION}
#: what arrives is not refused: it would stay on its way for ever
_STRICT_TRANSFERS = {DocumentType.TRANSFER_SHIPMENT, DocumentType.DIRECT_TRANSFER}


class Numbers:
    """Keeps count of the numbers in stock while lines are decided."""

    def __init__(self, facts: Facts, draft: Draft) -> None:
        self._dates = facts.number_dates
        self._quantities = facts.numbers_in_stock
        self._cards = facts.number_cards
        self._there = facts.serials_there
        self._draft = draft

    def check(self, line: PostingLine, item: ItemFacts, entry: EntryState) -> None:
        """Refuse what the tracking code forbids; set the entry's expiration and warranty date, note new cards.

        Raises PostingError `number_blocked`, `card_missing`, `serial_in_stock`, `expiration_mismatch`,
        `expiration_required`, `expired`, `warranty_required`.
        """
        rules = item.tracking
        if rules is None:
            return
        if not _takes_back(line):
            self._check_cards(line, item, rules)
        _lot, serial, _package = numbers_of(line)
        if item.serial_specific and line.inbound and self._quantities.get(serial, ZERO) > 0:
            raise PostingError(
                "serial_in_stock",
                serial_there(line.serial_no, item.no, self._there.get(serial)),
                field="serial_no",
                line=line.line_no,
                hint=_("Check the number; each serial number can be in stock once."),
            )
        if rules.use_expiration_dates and (line.lot_no or line.serial_no):
            self._check_expiration(line, item, rules, entry)
        for key in numbers_of(line):
            if key.number:
                self._quantities[key] = self._quantities.get(key, ZERO) + line.quantity
        entry.warranty_date = self._warranty(line, item, rules)

    def _check_cards(self, line: PostingLine, item: ItemFacts, rules: TrackingRules) -> None:
        for key, must_be_there, creates in rules.cards_for(line):
            if key in self._cards:
                reason = self._cards[key]
                if reason is not None:
                    raise _blocked(line, item, key, reason)
            elif creates:
                self._cards[key] = None
                self._draft.new_cards.append(key)
            elif must_be_there:
                raise PostingError(
                    "card_missing",
                    _("%(number)s of item %(no)s has no information card.", number=key.number, no=item.no),
                    field=FIELDS[key.kind],
                    line=line.line_no,
                    hint=_("Create the card first: the tracking code demands one."),
                )

    def _check_expiration(self, line: PostingLine, item: ItemFacts, rules: TrackingRules, entry: EntryState) -> None:
        key = _dated(line)
        if line.inbound:
            self._receive(line, item, rules, entry, key)
            return
        existing = entry.expiration_date = self._dates.get(key)
        strict = (
            rules.strict_expiration
            and not _takes_back(line)
            and (line.entry_type in _STRICT_TYPES or line.document_type in _STRICT_TRANSFERS)
        )
        if strict and existing is not None and line.posting_date > existing:
            raise PostingError(
                "expired",
                _("%(number)s of item %(no)s expired on %(day)s.", number=line.lot_no or line.serial_no, no=item.no,
                  day=plain_day(existing)),
                field=FIELDS[key.kind],
                line=line.line_no,
                hint=_("Take another lot; expired goods can be written off by a negative adjustment."),
            )  # fmt: skip

    def _receive(
        self, line: PostingLine, item: ItemFacts, rules: TrackingRules, entry: EntryState, key: NumberKey
    ) -> None:
        """The date of what comes in: the number's own, unless all there is of it is given another one at once."""
        given, known = line.expiration_date, key in self._dates
        if known and line.new_expiration_date is not None and not self._quantities.get(key, ZERO):
            known = False
        existing = self._dates.get(key)
        if known and given is not None and given != existing:
            raise PostingError(
                "expiration_mismatch",
                _("%(number)s of item %(no)s expires on %(day)s.", number=key.number, no=item.no,
                  day=plain_day(existing)) if existing is not None
                else _("%(number)s of item %(no)s has no expiration date.", number=key.number, no=item.no),
                field="expiration_date",
                line=line.line_no,
                hint=_("Use that date, or reclassify all there is of the lot to a new one."),
            )  # fmt: skip
        required = rules.manual_expiration_date_required
        if known:
            given = existing
        elif given is None and item.expiration_calculation and not required:
            given = _after(line, item.expiration_calculation)
        if given is None and required and not line.counted:
            raise PostingError(
                "expiration_required",
                _("%(number)s of item %(no)s needs an expiration date.", number=key.number, no=item.no),
                field="expiration_date",
                line=line.line_no,
                hint=_("Enter it with the lots and serial numbers of the line."),
            )
        self._dates[key] = entry.expiration_date = given

    def _warranty(self, line: PostingLine, item: ItemFacts, rules: TrackingRules) -> dt.date | None:
        """As typed, else by the formula, on what comes in and on what goes out (section 6)."""
        if line.warranty_date is not None or not (line.lot_no or line.serial_no or line.package_no):
            return line.warranty_date
        if line.entry_type == EntryType.TRANSFER or line.undoes_entry_id or line.counted:
            return None
        if rules.manual_warranty_date_required:
            raise PostingError(
                "warranty_required",
                _("Item %(no)s needs a warranty date.", no=item.no),
                field="warranty_date",
                line=line.line_no,
                hint=_("Enter until when its warranty runs."),
            )
        return _after(line, rules.warranty_calculation) if rules.warranty_calculation else None


def serial_there(number: str, item_no: str, there: tuple[str, dt.date, str] | None) -> str:
    """The sentence for a serial number that comes in while it is there: where, since when, by which document."""
    if there is None:
        return _("Serial number %(number)s of item %(no)s is already in stock.", number=number, no=item_no)
    place, day, document_no = there
    return _("Serial number %(number)s of item %(no)s is at %(place)s since %(day)s (%(document)s).", number=number,
             no=item_no, place=place or _("the blank location"), day=plain_day(day), document=document_no)  # fmt: skip


def _takes_back(line: PostingLine) -> bool:
    """Undoing and correcting is free of what refuses new movements (sections 6 and 7)."""
    return bool(line.undoes_entry_id) or line.correction


def _blocked(line: PostingLine, item: ItemFacts, key: NumberKey, reason: str) -> PostingError:
    return PostingError(
        "number_blocked",
        _("%(number)s of item %(no)s is blocked: %(reason)s", number=key.number, no=item.no, reason=reason)
        if reason
        else _("%(number)s of item %(no)s is blocked.", number=key.number, no=item.no),
        field=FIELDS[key.kind],
        line=line.line_no,
        hint=_("Take another one, or unblock it on its card."),
    )


def _dated(line: PostingLine) -> NumberKey:
    """The number whose date counts: all serial numbers of a lot share the lot's."""
    lot, serial, _package = numbers_of(line)
    return lot if line.lot_no else serial


def _after(line: PostingLine, formula: str) -> dt.date:
    return add_formula(line.document_date or line.posting_date, formula)
