"""What a trace or a recall is asked about: a number, item, document, party or entry (tracking.md section 12)."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.errors import ValidationError
from core.text import _
from models import ItemLedgerEntry
from models.enums import SourceType
from services.items.lookup import candidates_of
from services.items.scan_codes import read_scan


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbers:
    """At least one of them is said; the variant only with its item (0, "" and None: any)."""

    item_id: int = 0
    variant_id: int | None = None
    lot_no: str = ""
    serial_no: str = ""
    package_no: str = ""
    document_no: str = ""
    #: a customer's or vendor's number
    party: tuple[SourceType, str] | None = None
    entry_id: int = 0

    @property
    def is_item_only(self) -> bool:
        """Whether all of an item is meant, or of a variant of it."""
        return bool(self.item_id) and not (self.is_of_one_posting or self.has_number)

    @property
    def has_number(self) -> bool:
        """Whether a lot, serial or package number is said."""
        return bool(self.lot_no or self.serial_no or self.package_no)

    @property
    def is_of_one_posting(self) -> bool:
        """Whether a document, a party or an entry is said: then what went out is a start, too."""
        return bool(self.document_no or self.party or self.entry_id)

    def conditions(self) -> list[ColumnElement[bool]]:
        """For `where`, on item ledger entries."""
        entry, found = ItemLedgerEntry, []
        if self.item_id:
            found.append(entry.item_id == self.item_id)
        if self.variant_id is not None:
            found.append(entry.variant_id == self.variant_id)
        if self.document_no:
            found.append(entry.document_no == self.document_no)
        if self.party:
            found += [entry.source_no == self.party[1], entry.source_no != "", entry.source_type == self.party[0]]
        if self.entry_id:
            found.append(entry.id == self.entry_id)
        for column, value in (
            (entry.lot_no, self.lot_no), (entry.serial_no, self.serial_no), (entry.package_no, self.package_no),
        ):  # fmt: skip
            if value:
                # The second condition lets both engines take the index of the entries that carry a number.
                found += [column == value, column != ""]
        return found


def check_asked(wanted: Numbers) -> None:
    """Raises ValidationError `trace_needs_number`, `variant_needs_item`."""
    if not (wanted.item_id or wanted.has_number or wanted.is_of_one_posting):
        raise ValidationError(
            "trace_needs_number", _("Say a number, an item, a document, or a customer or vendor."), field="number"
        )
    if wanted.variant_id is not None and not wanted.item_id:
        raise ValidationError("variant_needs_item", _("A variant is traced together with its item."), field="variant")


def which_number(session: Session, text: str, wanted: Numbers, *, on: dt.date) -> Numbers:
    """`wanted` with a typed or scanned number: a lot, else a serial, else a package number, else a document.

    A GS1 code says itself which of them it means, and by its GTIN of which item on the day `on`. Raises
    ValidationError `number_unknown` when no entry of what is wanted besides carries it.
    """
    code = read_scan(text)
    tries = [
        replace(wanted, lot_no=text), replace(wanted, serial_no=text), replace(wanted, package_no=text),
        replace(wanted, document_no=text),
    ]  # fmt: skip
    if code.has_numbers or code.package_no:
        items = {hit.item_id for hits in candidates_of(session, [code.gtin], on=on).values() for hit in hits}
        said = replace(wanted, item_id=items.pop()) if len(items) == 1 and not wanted.item_id else wanted
        lot, serial, package = (number.upper() for number in (code.lot_no, code.serial_no, code.package_no))
        tries = [replace(said, lot_no=lot, serial_no=serial, package_no=package)]
    for found in tries:
        if session.scalar(select(ItemLedgerEntry.id).where(*found.conditions()).limit(1)) is not None:
            return found
    raise ValidationError(
        "number_unknown", _("No entry carries %(number)s.", number=text), field="number",
        hint=_("Check the number; without an item it is looked for among all items."),
    )  # fmt: skip
