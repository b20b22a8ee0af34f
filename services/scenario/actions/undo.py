"""`undo`: take back the newest receipt, shipment or assembly (documents.md)."""

from __future__ import annotations

from services.scenario.open_documents import line_of, open_document
from services.scenario.play import Play
from services.scenario.registry import action
from services.scenario.shapes import Values, record, word


@action("undo", record({"line": word, "order": word}, one_of_keys=("line", "order")))
def undo(play: Play, given: Values) -> None:
    """The newest posted shipment or receipt of a line, or the newest posting of an order.

    What that posts has the name of the line, as its newest entries, and that of the step.
    """
    before = play.newest_entry()
    if "line" in given:
        document, line = line_of(play, given["line"])
        document.undo_line(play, line)
    else:
        open_document(play, given["order"]).undo(play)
    play.bind(play.step_id, range(before + 1, play.newest_entry() + 1))
