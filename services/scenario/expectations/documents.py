"""`document`: status and quantities of open documents."""

from __future__ import annotations

from collections.abc import Iterator

from core.rounding import ZERO
from services.scenario.kinds import QUANTITY, Comparison, fields_of
from services.scenario.open_documents import open_document
from services.scenario.play import Difference, Play
from services.scenario.registry import expectation
from services.scenario.shapes import Values, mapping_of, record, word

QUANTITIES = dict.fromkeys(
    ("qty", "received", "shipped", "invoiced", "outstanding", "reserved", "returned"), QUANTITY
)  # fmt: skip
LINE = record(fields_of(QUANTITIES))


@expectation("document", mapping_of(record({"status": word, "lines": mapping_of(LINE)})))
def document(play: Play, documents: dict[str, Values]) -> Iterator[Difference]:
    """Status of a document, and quantities of its lines in the unit of each line."""
    compare = Comparison(play)
    for name, wanted in documents.items():
        found = open_document(play, name).found(play)
        if "status" in wanted and wanted["status"] != found.status:
            yield Difference(wanted.lines["status"], f"document {name} status", wanted["status"], found.status)
        for line, quantities in wanted.get("lines", {}).items():
            what = f"document {name} line {line}"
            if line not in found.lines:
                yield Difference(quantities.line, what, "a line", "none")
                continue
            yield from compare.fields(QUANTITIES, quantities, dict.fromkeys(QUANTITIES, ZERO) | found.lines[line], what)
