"""A transfer order in a story: posted, undone, changed, deleted, and what it says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import ItemLedgerEntry, TransferLine, TransferOrder
from services.reservations.offers import reserved_quantity
from services.reservations.sources import SourceKind
from services.scenario.open_documents import Found, OpenDocument
from services.scenario.play import POSTER, Play, PlayError
from services.scenario.shapes import Values
from services.transfers.lines import delete_line, edit_line
from services.transfers.orders import delete_order, get_order, reopen
from services.transfers.post import Posted, post_order
from services.transfers.undo import newest_shipment_line, undo_shipment

_CHANGES = {"qty": "quantity", "shipment_date": "shipment_date", "receipt_date": "receipt_date"}


@dataclass
class TransferDocument(OpenDocument):
    """`no` is the order's number, `lines` the ids of its lines by the names of the file."""

    name: str
    no: str
    lines: dict[str, int]
    line_nos: dict[str, int] = field(default_factory=dict)
    last: Found = field(default_factory=lambda: Found("open"))
    kind = "transfer order"

    def post(self, play: Play, given: Values) -> None:
        """Ship, receive or both; a line not named takes part with all that is outstanding."""
        parts: dict[str, Values] = given.get("lines", {})
        for name in parts:
            self._id(name)
        self.found(play)

        def work(session: Session) -> Posted:
            order = get_order(session, self.no)
            names = {line_id: name for name, line_id in self.lines.items()}
            for line in order.lines:
                part: Mapping[str, Decimal] = parts.get(names[line.id], {})
                values = {"qty_to_ship": part.get("ship", line.outstanding)}
                if not given.get("ship"):
                    values["qty_to_receive"] = part.get("receive", line.in_transit)
                edit_line(session, order, line, values)
            return post_order(
                session, order, POSTER, ship=bool(given.get("ship")), receive=bool(given.get("receive")), on=play.day
            )

        posted = play.write(work)
        self._bind(play, posted.registers)
        if posted.finished:
            whole = {name: self._finished(row["qty"]) for name, row in self.last.lines.items()}
            self.last = Found("released", whole)

    def _finished(self, quantity: Decimal) -> dict[str, Decimal]:
        return {"qty": quantity, "shipped": quantity, "received": quantity}

    def undo_line(self, play: Play, line: str) -> None:
        """Bring the newest shipment of the line back."""
        self._id(line)
        self.found(play)

        def work(session: Session) -> int:
            return undo_shipment(session, newest_shipment_line(session, self.no, self.line_nos[line]), POSTER)

        self._bind(play, [play.write(work)])

    def change_line(self, play: Play, line: str, changes: Values) -> None:
        """Quantity and dates; an order that is released is reopened first, as a user would."""
        line_id = self._id(line)
        values = {_CHANGES[name]: value for name, value in changes.items() if name in _CHANGES}
        if len(values) != len(changes) - 1:
            raise PlayError(f"lines of a {self.kind} have no such field")

        def work(session: Session) -> None:
            order = get_order(session, self.no)
            reopen(session, order)
            edit_line(session, order, next(row for row in order.lines if row.id == line_id), values)

        play.write(work)

    def delete(self, play: Play) -> None:
        """Delete the order, reopened first."""

        def work(session: Session) -> None:
            order = get_order(session, self.no)
            reopen(session, order)
            delete_order(session, order)

        play.write(work)

    def delete_line(self, play: Play, line: str) -> None:
        """Delete a line of the order, reopened first."""
        line_id = self._id(line)

        def work(session: Session) -> None:
            order = get_order(session, self.no)
            reopen(session, order)
            delete_line(session, order, next(row for row in order.lines if row.id == line_id))

        play.write(work)

    def found(self, play: Play) -> Found:
        """Quantities as they are; as they were last once everything has arrived and the order is gone."""
        order = play.session.scalar(
            select(TransferOrder).where(TransferOrder.no == self.no).execution_options(populate_existing=True)
        )
        if order is None:
            return self.last
        rows = play.session.scalars(
            select(TransferLine).where(TransferLine.order_id == order.id).execution_options(populate_existing=True)
        )
        names = {line_id: name for name, line_id in self.lines.items()}
        found: dict[str, dict[str, Decimal]] = {}
        for line in rows:
            self.line_nos[names[line.id]] = line.line_no
            found[names[line.id]] = {
                "qty": line.quantity,
                "shipped": line.qty_shipped,
                "received": line.qty_received,
                "outstanding": line.outstanding,
                "reserved": _reserved(play, line),
            }
        self.last = Found(order.status.value, found)
        return self.last

    def _bind(self, play: Play, registers: list[int]) -> None:
        """Each line stands for all entries that its posting made, at both ends of the step."""
        entry = ItemLedgerEntry
        rows = play.session.execute(
            select(entry.id, entry.order_line_no).where(entry.register_id.in_(registers)).order_by(entry.id)
        ).all()
        for name, line_no in self.line_nos.items():
            play.bind(f"{self.name}.{name}", [entry_id for entry_id, number in rows if number == line_no])

    def _id(self, line: str) -> int:
        if line not in self.lines:
            raise PlayError(f"{self.name} has no line {line}")
        return self.lines[line]


def _reserved(play: Play, line: TransferLine) -> Decimal:
    """What is held for the line where it leaves and from it where it arrives, in its unit."""
    leaving = reserved_quantity(play.session, SourceKind.TRANSFER_OUT, line.id, demand=True)
    arriving = reserved_quantity(play.session, SourceKind.TRANSFER_IN, line.id, demand=False)
    return (leaving + arriving) / line.qty_per_unit_of_measure
