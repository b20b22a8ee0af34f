"""`python -m bench`: every measure, one line each, with its budget."""

from __future__ import annotations

import argparse
import os
import tempfile

# Before anything imports config.py: measuring never touches the instance/ of whoever runs it.
os.environ["STOCKBOOK_INSTANCE"] = tempfile.mkdtemp(prefix="stockbook-bench-instance-")

from bench.adjustments import measure_adjustments
from bench.availability import measure_availability
from bench.databases import ENGINES
from bench.documents import measure_documents
from bench.masters import measure_masters
from bench.pages import measure_pages
from bench.postings import measure_postings
from bench.report import Report
from bench.requisition import measure_requisition
from bench.tracking import measure_tracking

AREAS = ("postings", "costs", "masters", "availability", "documents", "tracking", "pages")


def main() -> None:
    """Parse, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--engine", choices=ENGINES, action="append", help="only this database (may be repeated)")
    parser.add_argument("--only", choices=AREAS, action="append", help="only this area (may be repeated)")
    parser.add_argument("--rows", type=int, default=1_500_000, help="item ledger entries behind the pages")
    parser.add_argument("--match", default="", help="only pages and documents with this in their name")
    parser.add_argument("--profile", action="store_true", help="print where posting spends its time")
    parser.add_argument("--quick", action="store_true", help="do not adjust a million entries, which takes minutes")
    parser.add_argument("--markdown", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    report = Report()
    for engine in options.engine or ENGINES:
        if "postings" in (options.only or AREAS):
            measure_postings(engine, report, profile=options.profile)
        if "costs" in (options.only or AREAS):
            measure_adjustments(engine, report, largest=not options.quick)
        if "masters" in (options.only or AREAS):
            measure_masters(engine, report)
        if "availability" in (options.only or AREAS):
            measure_availability(engine, report)
            measure_requisition(engine, report)
        if "documents" in (options.only or AREAS):
            measure_documents(engine, report, profile=options.profile, match=options.match)
        if "tracking" in (options.only or AREAS):
            measure_tracking(engine, report)
        if "pages" in (options.only or AREAS):
            measure_pages(engine, report, rows=options.rows, match=options.match)
    if options.markdown:
        report.write_markdown(rows=options.rows)


if __name__ == "__main__":
    main()
