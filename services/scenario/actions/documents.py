"""Purchase, sales and service documents: open, change, assign charges, post, delete (documents.md)."""

from __future__ import annotations

from collections.abc import Callable

from models.enums import TradeSide, TradeType
from services.scenario.actions.common import TRACKING
from services.scenario.open_documents import line_of, open_document
from services.scenario.play import Play, PlayError
from services.scenario.registry import action
from services.scenario.shapes import Values, day, decimal, flag, list_of, mapping_of, one_of, record, word
from services.scenario.trade_documents import TradeStory, charge_target, open_trade_document
from services.trade.charges import Method
from services.trade.charges import assign_charge as services_assign
from services.trade.kinds import KINDS

DOCUMENTS = {
    f"{side.value}_{type_.value}": (side, type_)
    for side, type_ in KINDS
    if type_.value not in ("quote", "service_order")
} | {"service_order": (TradeSide.SALES, TradeType.SERVICE_ORDER)}

LINE = record(
    {
        "id": word,
        "item": word,
        "charge": word,
        "gl_account": word,
        "qty": decimal,
        "uom": word,
        "unit_cost": decimal,
        "unit_price": decimal,
        "discount_pct": decimal,
        "location": word,
        "bin": word,
        "variant": word,
        "indirect_cost_pct": decimal,
        "applies_to": word,
        "applies_from": word,
        "tracking": TRACKING,
        "shipment_date": day,
        "receipt_date": day,
    },
    required=("qty",),
    one_of_keys=("item", "charge", "gl_account"),
)
DOCUMENT = record({"party": word, "location": word, "lines": list_of(LINE), "get_lines_from": list_of(word)})
QUANTITIES = record({"receive": decimal, "ship": decimal, "invoice": decimal, "return": decimal})
#: also posts transfer, assembly and production orders
POST = record(
    {
        "document": word,
        "receive": flag,
        "ship": flag,
        "invoice": flag,
        "assemble": decimal,
        "lines": mapping_of(QUANTITIES),
    },
    required=("document",),
)


def _opens(side: TradeSide, type_: TradeType) -> Callable[[Play, Values], None]:
    """The action that opens a document of this kind."""

    def run(play: Play, given: Values) -> None:
        story = open_trade_document(play, side, type_, given)
        if play.step_id:
            play.documents[play.step_id] = story

    return run


for _name, (_side, _type) in DOCUMENTS.items():
    action(_name, DOCUMENT)(_opens(_side, _type))


@action("post", POST)
def post(play: Play, given: Values) -> None:
    """Post a document of any kind; the step's own id names what it posted too."""
    before = play.newest_entry()
    open_document(play, given["document"]).post(play, given)
    play.bind(play.step_id, range(before + 1, play.newest_entry() + 1))


@action(
    "change_line",
    record(
        {
            "line": word,
            "qty": decimal,
            "unit_cost": decimal,
            "unit_price": decimal,
            "discount_pct": decimal,
            "receipt_date": day,
            "shipment_date": day,
            "location": word,
        },
        required=("line",),
    ),
)
def change_line(play: Play, given: Values) -> None:
    """A user edits an open document line."""
    document, line = line_of(play, given["line"])
    document.change_line(play, line, given)


@action(
    "assign_charge",
    record(
        {
            "charge_line": word,
            "method": one_of("equally", "amount", "by_weight", "by_volume", "manual"),
            "to": list_of(record({"line": word, "qty": decimal}, required=("line",))),
        },
        required=("charge_line", "to"),
    ),
)
def assign_charge(play: Play, given: Values) -> None:
    """A charge line onto lines of its document, posted lines, or receipts of transfers."""
    document, line = line_of(play, given["charge_line"])
    if not isinstance(document, TradeStory):
        raise PlayError(f"{given['charge_line']} is no charge line")
    by_hand = all("qty" in row for row in given["to"])
    method = Method(given.get("method", "manual" if by_hand else "equally"))
    targets = [charge_target(play, document, row) for row in given["to"]]
    document.line_id(line)
    play.write(lambda session: services_assign(session, document.document_id, document.line_nos[line], targets, method))


@action("delete", record({"document": word, "line": word}, one_of_keys=("document", "line")))
def delete(play: Play, given: Values) -> None:
    """A user deletes a document or one of its lines."""
    if "document" in given:
        open_document(play, given["document"]).delete(play)
        return
    document, line = line_of(play, given["line"])
    document.delete_line(play, line)
