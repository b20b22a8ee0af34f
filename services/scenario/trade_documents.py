"""Purchase and sales documents of a story: opened, posted, changed and undone through services.trade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.rounding import ZERO
from models import GlAccount, ItemCharge, PostedDocument, PostedLine, PostedLineEntry, TradeDocument, TradeLine
from models.enums import DocumentType, TradeLineType, TradeSide, TradeType
from services.reservations.keep import reserved_either_end
from services.reservations.sources import SourceKind
from services.scenario.open_documents import Found, OpenDocument
from services.scenario.play import POSTER, Play, PlayError
from services.scenario.shapes import Values
from services.seed.chart import ACCOUNT_ROLES
from services.trade import documents, lines
from services.trade.charges import Target
from services.trade.get_lines import get_posted_lines
from services.trade.kinds import KINDS
from services.trade.line_numbers import Number
from services.trade.plan import Said
from services.trade.posting import Wish, post_document
from services.trade.status import reopen
from services.trade.undo import undo_posted_line

#: word of a `post` line -> what it says
_HANDLE = ("receive", "ship", "return")
_FIELDS = {
    "qty": "quantity",
    "discount_pct": "line_discount_percent",
    "indirect_cost_pct": "indirect_cost_percent",
    "receipt_date": "expected_date",
    "shipment_date": "expected_date",
}


@dataclass
class TradeStory(OpenDocument):
    """One document: its row's id, and the ids of the lines the file names."""

    name: str
    side: TradeSide
    type: TradeType
    document_id: int
    #: id in the file -> line no.
    line_nos: dict[str, int] = field(default_factory=dict)
    #: id in the file -> id of the row
    line_ids: dict[str, int] = field(default_factory=dict)
    no: str = ""

    @property
    def kind(self) -> str:  # type: ignore[override]
        """What the file calls it."""
        return f"{self.side.value}_{self.type.value}"

    def post(self, play: Play, given: Values) -> None:
        """Receive or ship, invoice, or both; a line that is not named posts all that is outstanding."""
        kind = KINDS[self.side, self.type]
        said = self._said(given.get("lines", {}))
        wish = Wish(
            handle=given.get("ship" if kind.ships else "receive", False) or not kind.staged,
            invoice=given.get("invoice", False),
            said=said,
            posting_date=play.day,
        )
        result = play.write(lambda session: post_document(session, self.document_id, wish, POSTER))
        by_id = {line_id: name for name, line_id in self.line_ids.items()}
        for line_id, entries in result["entries"].items():
            if line_id in by_id:
                play.bind(f"{self.name}.{by_id[line_id]}", entries)

    def _said(self, given: Mapping[str, Values]) -> dict[int, Said]:
        said = dict.fromkeys(self.line_ids.values(), Said())
        for name, words in given.items():
            handle = next((words[word] for word in _HANDLE if word in words), None)
            said[self.line_id(name)] = Said(handle, words.get("invoice"))
        return said

    def line_id(self, name: str) -> int:
        """The row behind an id of the file. Raises PlayError."""
        if name not in self.line_ids:
            raise PlayError(f"{self.name} has no line {name}")
        return self.line_ids[name]

    def is_billed(self, play: Play, name: str) -> bool:
        """Whether nothing of the line is left to invoice."""
        line = play.session.get(TradeLine, self.line_id(name), populate_existing=True)
        return line is None or line.qty_invoiced == line.quantity

    def change_line(self, play: Play, line: str, changes: Values) -> None:
        """As a user would: what is released is reopened first."""
        self.line_id(line)
        values = line_values(play, self.side, changes)

        def work(session: Session) -> None:
            reopen_for_edit(session, self.document_id)
            lines.change_line(session, self.document_id, self.line_nos[line], values)

        play.write(work)

    def delete(self, play: Play) -> None:
        """As a user would."""

        def work(session: Session) -> None:
            reopen_for_edit(session, self.document_id)
            documents.delete_document(session, self.document_id)

        play.write(work)

    def delete_line(self, play: Play, line: str) -> None:
        """As a user would."""
        self.line_id(line)

        def work(session: Session) -> None:
            reopen_for_edit(session, self.document_id)
            lines.delete_line(session, self.document_id, self.line_nos[line])

        play.write(work)

    def undo_line(self, play: Play, line: str) -> None:
        """Take back the newest receipt or shipment of the line."""
        posted = self.newest_posted(play, line)
        result = play.write(lambda session: undo_posted_line(session, posted, POSTER))
        play.bind(f"{self.name}.{line}", result["entries"])

    def newest_posted(self, play: Play, line: str, *, corrected: bool = True) -> int:
        """The newest posted receipt or shipment line of a line of this document. Raises PlayError."""
        kind = KINDS[self.side, self.type]
        types = [kind.handling_type, kind.invoice_type]
        statement = (
            select(PostedLine.id)
            .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
            .where(
                PostedLine.order_no == self.no,
                PostedLine.order_line_no == self.line_nos[line],
                PostedDocument.document_type.in_(types),
                PostedDocument.side == self.side,
                PostedLine.quantity > 0,
            )
            .order_by((PostedDocument.document_type == kind.handling_type).desc(), PostedLine.id.desc())
            .limit(1)
        )
        if not corrected:
            statement = statement.where(~PostedLine.correction)
        found = play.session.scalar(statement)
        if found is None:
            raise PlayError(f"nothing is posted of {self.name}.{line}")
        return found

    def found(self, play: Play) -> Found:
        """As it stands; a document that posting removed as its posted documents tell."""
        document = play.session.scalar(
            select(TradeDocument).where(TradeDocument.id == self.document_id).execution_options(populate_existing=True)
        )
        if document is None or document.no != self.no:
            return Found("posted", {name: self._posted(play, line_no) for name, line_no in self.line_nos.items()})
        rows = {line.id: line for line in documents.lines_of(play.session, self.document_id)}
        return Found(
            document.status.value,
            {name: self._quantities(play, rows[i]) for name, i in self.line_ids.items() if i in rows},
        )

    def _quantities(self, play: Play, line: TradeLine) -> dict[str, Decimal]:
        held = reserved_either_end(play.session, SourceKind.TRADE, line.id)
        reserved = held / line.qty_per_unit_of_measure
        return {
            "qty": line.quantity,
            **self._moved(line.qty_handled),
            "invoiced": line.qty_invoiced,
            "outstanding": line.outstanding_qty,
            "reserved": reserved,
        }

    def _moved(self, quantity: Decimal) -> dict[str, Decimal]:
        kind = KINDS[self.side, self.type]
        return {"shipped" if kind.ships else "received": quantity, **({"returned": quantity} if kind.credit else {})}

    def _posted(self, play: Play, line_no: int) -> dict[str, Decimal]:
        kind = KINDS[self.side, self.type]

        def total(document_type: DocumentType) -> Decimal:
            found = play.session.scalar(
                select(func.sum(PostedLine.quantity))
                .join(PostedDocument, PostedDocument.id == PostedLine.document_id)
                .where(
                    PostedLine.order_no == self.no,
                    PostedLine.order_line_no == line_no,
                    PostedDocument.document_type == document_type,
                )
            )
            return found or ZERO

        billed = total(kind.invoice_type)
        moved = total(kind.handling_type) or billed
        return {"qty": moved, **self._moved(moved), "invoiced": billed, "outstanding": ZERO}


def reopen_for_edit(session: Session, document_id: int) -> None:
    """What a person does before editing a released document."""
    reopen(session, document_id)


def open_trade_document(play: Play, side: TradeSide, type_: TradeType, given: Values) -> TradeStory:
    """Create the document of a step with its lines."""
    line_shapes = given.get("lines", [])
    values: dict[str, object] = {}
    if "location" in given:
        values["location_id"] = play.location_id(given["location"])
    rows = [line_values(play, side, shape, location=given.get("location")) for shape in line_shapes]
    numbers = [_numbers(play, shape) for shape in line_shapes]
    names = [shape.get("id", f"L{place}") for place, shape in enumerate(line_shapes, 1)]
    party = given.get("party", "VEND" if side == TradeSide.PURCHASE else "CUST")
    fetched = [_posted_line(play, reference) for reference in given.get("get_lines_from", [])]

    def work(session: Session) -> TradeStory:
        document = documents.create_document(session, side, type_, party, values, on=play.day)
        story = TradeStory(play.step_id, side, type_, document.id, no=document.no)
        if rows:
            made = lines.add_lines(session, document.id, rows, numbers=numbers)
            story.line_nos |= {name: line.line_no for name, line in zip(names, made, strict=True)}
            story.line_ids |= {name: line.id for name, line in zip(names, made, strict=True)}
        if fetched:
            got = get_posted_lines(session, document.id, fetched)
            if got.skipped:
                raise got.skipped[0]
            of_posted = {line.posted_line_id: line for line in got.lines if line.type != TradeLineType.COMMENT}
            for posted_line in dict.fromkeys(fetched):
                name, line = f"L{len(story.line_ids) + 1}", of_posted[posted_line]
                story.line_nos[name], story.line_ids[name] = line.line_no, line.id
        return story

    return play.write(work)


def _posted_line(play: Play, reference: str) -> int:
    """The posted receipt or shipment line that `SO1.L1` or `SO1.L1#1` stands for."""
    name, _dot, line = reference.partition(".")
    plain, _hash, number = line.partition("#")
    story = play.documents.get(name)
    if not isinstance(story, TradeStory):
        raise PlayError(f"there is no purchase or sales document {name}")
    if number:
        return posted_line_of_entry(play, play.entry(reference))
    return story.newest_posted(play, plain, corrected=False)


def charge_target(play: Play, document: TradeStory, row: Values) -> Target:
    """What a charge goes on: a line of the same document to be billed yet, a posted line, or an entry without one."""
    reference, quantity = row["line"], row.get("qty")
    name, _dot, line = reference.partition(".")
    story = play.documents.get(name)
    if story is document and "#" not in line and not document.is_billed(play, line):
        return Target(line_id=document.line_id(line), quantity=quantity)
    if isinstance(story, TradeStory):
        return Target(posted_line_id=_posted_line(play, reference), quantity=quantity)
    return Target(entry_id=play.entry(reference), quantity=quantity)


def posted_line_of_entry(play: Play, entry_id: int) -> int:
    """The posted line that made an entry. Raises PlayError."""
    found = play.session.scalar(
        select(PostedLineEntry.posted_line_id).where(PostedLineEntry.item_ledger_entry_id == entry_id)
    )
    if found is None:
        raise PlayError(f"entry {entry_id} has no posted line")
    return found


def line_values(play: Play, side: TradeSide, given: Values, *, location: str | None = None) -> dict[str, object]:
    """The fields of a line as services.trade.lines takes them."""
    values: dict[str, object] = {}
    item = None
    if "item" in given:
        item = play.item(given["item"])
        values["item_id"] = item.id
        if "variant" in given:
            values["variant_id"] = play.variant_id(item, given["variant"])
    if "charge" in given:
        values["item_charge_id"] = _id(play, select(ItemCharge.id).where(ItemCharge.no == given["charge"].upper()))
    if "gl_account" in given:
        no = ACCOUNT_ROLES.get(given["gl_account"], given["gl_account"])
        values["gl_account_id"] = _id(play, select(GlAccount.id).where(GlAccount.no == no))
    values |= {name: given[word] for word, name in _FIELDS.items() if word in given}
    if "uom" in given:
        values["unit_of_measure_id"] = play.unit_id(given["uom"])
    if "location" in given:
        values["location_id"] = play.location_id(given["location"])
    if "bin" in given:
        values["bin_id"] = play.bin_id(play.location_id(given.get("location", location)), given["bin"])
    values |= _money(side, given)
    for word in ("applies_to", "applies_from"):
        if word in given:
            values[f"{word}_entry_id"] = play.entry(given[word])
    return values


def _money(side: TradeSide, given: Values) -> dict[str, object]:
    """A purchase's direct unit cost; a sale's price, and of a return the cost the goods come in at."""
    names = {"unit_cost": "unit_amount"}
    if side == TradeSide.SALES:
        names = {"unit_price": "unit_amount", "unit_cost": "unit_cost"}
    return {name: given[word] for word, name in names.items() if word in given}


def _id(play: Play, statement: Any) -> int:
    found = play.session.scalar(statement)
    if found is None:
        raise PlayError("the file names a charge or account that is not there")
    return int(found)


def _numbers(play: Play, given: Values) -> list[Number]:
    return [
        Number(
            lot_no=row.get("lot", ""),
            serial_no=row.get("serial", ""),
            package_no=row.get("package", ""),
            quantity=row["qty"],
            expiration_date=row.get("expires"),
        )
        for row in given.get("tracking", ())
    ]
