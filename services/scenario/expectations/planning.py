"""`availability`, `reservations`, `able_to_make`, `earliest_date` (availability-and-reservation.md)."""

from __future__ import annotations

from services.scenario.registry import expectation_not_built
from services.scenario.shapes import day, decimal, list_of, one_or_many, record, word

expectation_not_built(
    "availability",
    one_or_many(
        record(
            {
                "item": word,
                "location": word,
                "variant": word,
                "date": day,
                "projected_available": decimal,
                "gross_requirement": decimal,
                "scheduled_receipt": decimal,
                "inventory": decimal,
            },
            required=("item", "date"),
        )
    ),
)
expectation_not_built("reservations", list_of(record({"demand": word, "supply": word, "qty": decimal})))
expectation_not_built(
    "able_to_make",
    one_or_many(
        record(
            {
                "item": word,
                "location": word,
                "date": day,
                "top_item": decimal,
                "parent": decimal,
                "bottleneck": word,
            },
            required=("item",),
        )
    ),
)
expectation_not_built(
    "earliest_date",
    one_or_many(record({"item": word, "location": word, "qty": decimal, "date": day}, required=("item", "qty"))),
)
