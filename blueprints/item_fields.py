"""The item field of a line: what was typed or scanned becomes the item, its variant and unit, or a choice of them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from flask import request

from blueprints import formats
from blueprints.database import db_session
from blueprints.fields import BaseForm
from blueprints.pickers import find_by_id
from blueprints.record_fields import RecordField
from core.text import _
from models import BLANK_ID, InventorySetup, Item, ItemTrackingCode
from services.items.finding import Found, ItemUse, find_item
from services.items.lookup import Candidate, Party
from services.items.scan_codes import LONGEST, ScanCode, read_scan

#: The kind of pick for each use: it offers what is not blocked.
PICK_OF_USE = {ItemUse.ANY: "item_any", ItemUse.SALE: "item_sale", ItemUse.PURCHASE: "item_purchase"}


class ItemLine(BaseForm):
    """A line form with an item field; `hit` is what the text meant, `choices` what it may mean."""

    hit: Candidate | None = None
    #: the code that led to the item, taken apart, and as it came
    scan: ScanCode | None = None
    scanned: str = ""
    choices: tuple[Candidate, ...] = ()
    #: a text that means nothing; offered to be created or attached
    unknown: str = ""

    def look_for_item(self, *, on: dt.date, use: ItemUse = ItemUse.ANY, party: Party | None = None) -> None:
        """Resolve the item field; a choice that was sent along picks one of several."""
        field: RecordField = self["item"]  # type: ignore[assignment]  # a RecordField by name
        typed = (field.typed or "").strip()
        if not typed or not typed.replace("\x1d", "").isprintable():
            return
        finding = find_item(db_session(), typed, on=on, use=use, party=party)
        chosen = request.form.get("item_choice", "")[:80]
        hits = [hit for hit in finding.candidates if hit.key == chosen] or finding.candidates
        if len(hits) == 1:
            field.set_record(find_by_id("item", hits[0].item_id))
            if finding.how is Found.CODE:
                self.hit, self.scan, self.scanned = hits[0], read_scan(typed), typed
            else:
                self._remember_scan(hits[0].item_id, on=on, use=use, party=party)
            return
        field.set_record(None)
        self.choices = tuple(hits)
        if hits:
            field.missing = _("“%(text)s” means more than one item: choose one.", text=typed[:40])
        elif offers_to_create():
            self.unknown = typed[:100]

    def _remember_scan(self, item_id: int, *, on: dt.date, use: ItemUse, party: Party | None) -> None:
        """A new line is filled in from a code before it is added: the code comes along with the item's number."""
        sent = request.form.get("scanned", "")[:LONGEST]
        if sent and any(hit.item_id == item_id for hit in find_item(db_session(), sent, on=on, use=use,
                                                                    party=party).candidates):  # fmt: skip
            self.scan, self.scanned = read_scan(sent), sent

    def values_of_hit(self) -> dict[str, Any]:
        """What a scanned code says besides the item, by column of a line."""
        if self.hit is None:
            return {}
        values: dict[str, Any] = {}
        if self.hit.variant_id != BLANK_ID:
            values["variant_id"] = self.hit.variant_id
        if self.hit.unit_id is not None:
            values["unit_of_measure_id"] = self.hit.unit_id
        return values

    def numbers_of_hit(self) -> dict[str, Any]:
        """Quantity, and lot, serial number and expiry of an item with tracking, where a GS1 code says them."""
        if self.hit is None or self.scan is None:
            return {}
        values = self.quantity_of_hit()
        code_id = db_session().get_one(Item, self.hit.item_id).item_tracking_code_id
        if code_id is None:
            return values
        said: dict[str, Any] = {"lot_no": self.scan.lot_no, "serial_no": self.scan.serial_no}
        if db_session().get_one(ItemTrackingCode, code_id).use_expiration_dates:
            said["expiration_date"] = self.scan.expiration_date
        return values | {name: value for name, value in said.items() if value}

    def quantity_of_hit(self) -> dict[str, Any]:
        """The quantity that a scanned code says; a serial number is one piece where nobody says otherwise."""
        if self.hit is None or self.scan is None:
            return {}
        quantity = self.scan.quantity
        if quantity is None and self.scan.serial_no and "quantity" in self and not self["quantity"].data:
            quantity = Decimal(1)
        return {} if quantity is None else {"quantity": quantity}

    def notes_of_scan(self) -> list[str]:
        """What the code says that no column of the grid shows, in words."""
        if self.scan is None or not self.scan.has_numbers:
            return []
        parts = []
        if self.scan.lot_no:
            parts.append(_("Lot no. %(no)s", no=self.scan.lot_no))
        if self.scan.serial_no:
            parts.append(_("Serial no. %(no)s", no=self.scan.serial_no))
        if self.scan.expiration_date:
            parts.append(_("expires %(day)s", day=formats.day(self.scan.expiration_date)))
        return [" · ".join(parts)]


def offers_to_create() -> bool:
    """False where set-up says that an unknown text is not offered as a new item."""
    setup = db_session().get(InventorySetup, 1)
    return setup is None or not setup.skip_prompt_to_create_item
