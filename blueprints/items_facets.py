"""Attributes on the item list: filters with counts, columns, and which items were found through a variant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from flask import g, has_request_context
from sqlalchemy import ColumnElement, and_, func, select
from werkzeug.datastructures import MultiDict

from blueprints.database import db_session
from blueprints.list_filters import Chip, Filter, Refused, Statement
from blueprints.list_parts import Column
from core.errors import DomainError
from core.text import _
from models import BLANK_ID, Item, ItemAttribute, ItemAttributeMapping, ItemAttributeValue, db
from models.enums import AttributeType
from services.attribute_filters import (
    AttributeFilter,
    ItemCondition,
    Match,
    both_conditions,
    counts_among,
    variants_behind,
)

#: Texts with at most so many values are ticked; with more, one types what the value contains.
TICKED = 12
#: Values are counted among at most so many items; a wider list is narrowed first.
COUNTED = 10_000
#: How a number or a day is compared, and how a text: what the panel offers, and what stands in the chip.
RANGE_OPERATORS = ("", "eq", "lt", "le", "gt", "ge")
TEXT_OPERATORS = ("has", "starts", "ends", "is")
_SIGNS = {"eq": "=", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}
_MATCHES = {"has": Match.CONTAINS, "starts": Match.STARTS_WITH, "ends": Match.ENDS_WITH, "is": Match.IS}
_PARTS = ("min", "max", "has", "op")
_CONDITION = re.compile(r"(\d{1,18})(=|~|>=|<=)(.+)", re.DOTALL)


@dataclass(frozen=True)
class AskedAttributes:
    """What the URL asks of attributes, and the conditions made of it."""

    rows: list[AttributeFilter]
    conditions: list[ItemCondition]


@dataclass(frozen=True)
class Facet:
    """An attribute as the filter panel offers it: values to tick, or ends of a range, or a text to contain."""

    id: int
    name: str
    type: AttributeType
    unit: str
    values: tuple[str, ...]

    @property
    def is_range(self) -> bool:
        """Numbers and dates are asked for by their ends."""
        return self.type in (AttributeType.INTEGER, AttributeType.DECIMAL, AttributeType.DATE)


@dataclass(frozen=True)
class AttributesFilter(Filter):
    """Attribute values: `attr=12=Red` (repeated: or), `a12_min`, `a12_max`, `a12_has`; attributes combine with and.

    `a12_op` says how `a12_min` (eq, lt, le, gt, ge; none: from `a12_min` to `a12_max`) or `a12_has` (has, starts,
    ends, is) is compared.
    """

    drawn_as: ClassVar[str] = "custom"
    template: str = "items/_attribute_filter.html"

    @property
    def names(self) -> tuple[str, ...]:
        if not has_request_context():
            return (self.key,)
        return (self.key, *(f"a{facet.id}_{part}" for facet in facets() for part in _PARTS))

    def read(self, args: MultiDict[str, str]) -> AskedAttributes | None:
        rows = [row for facet in facets() if (row := _row_of(facet, args)) is not None]
        known = {facet.id for facet in facets()}
        for text in args.getlist(self.key):
            match = _CONDITION.fullmatch(text)
            if text and (match is None or int(match.group(1)) not in known or "\x00" in text):
                raise Refused(_("This attribute or value does not exist any more."))
        try:
            # Read once here, so that nonsense is said beside the filter.
            conditions = both_conditions(db_session(), rows)
        except DomainError as error:
            raise Refused(error.message) from error
        return AskedAttributes(rows, conditions) if rows else None

    def condition(self, value: AskedAttributes) -> ColumnElement[bool]:
        return and_(*(single.tested for single in value.conditions))

    def probes(self, statement: Statement, value: AskedAttributes) -> list[Statement]:
        return [single.items for single in value.conditions]

    def chips(self, value: AskedAttributes) -> list[Chip]:
        names = {facet.id: facet for facet in facets()}
        ticked = [
            f"{row.attribute_id}={single}"
            for row in value.rows
            if row.match is Match.IS and not row.exact_case
            for single in row.values
        ]
        chips = []
        for row in value.rows:
            facet = names[row.attribute_id]
            if row.match is Match.IS and not row.exact_case:
                chips += [
                    Chip(f"{facet.name}: {single}", {self.key: [t for t in ticked if t != f"{facet.id}={single}"]})
                    for single in row.values
                ]
            else:
                words = _range_words(facet, row) if row.match is Match.BETWEEN else _text_words(facet, row)
                chips.append(Chip(words, {f"a{facet.id}_{part}": [] for part in _PARTS}))
        return chips


def facets() -> list[Facet]:
    """Attributes one may filter by, with the values to tick; three statements, once a request."""
    if "item_facets" not in g:
        g.item_facets = _read_facets()
    return list(g.item_facets)


def _read_facets() -> list[Facet]:
    attributes = db.session.execute(
        select(ItemAttribute.id, ItemAttribute.name, ItemAttribute.type, ItemAttribute.unit_of_measure)
        .order_by(ItemAttribute.name_key)
        .limit(60)
    ).all()
    counts = {
        row[0]: row[1]
        for row in db.session.execute(
            select(ItemAttributeValue.attribute_id, func.count())
            .where(ItemAttributeValue.attribute_id.in_([row.id for row in attributes]))
            .group_by(ItemAttributeValue.attribute_id)
        )
    }
    ticked = [
        row.id
        for row in attributes
        if (row.type is AttributeType.OPTION and counts.get(row.id, 0) <= 60)
        or (row.type is AttributeType.TEXT and 0 < counts.get(row.id, 0) <= TICKED)
    ]
    values: dict[int, list[str]] = {}
    for row in db.session.execute(
        select(ItemAttributeValue.attribute_id, ItemAttributeValue.value)
        .where(ItemAttributeValue.attribute_id.in_(ticked))
        .order_by(ItemAttributeValue.value)
    ):
        values.setdefault(row[0], []).append(row[1])
    return [Facet(row.id, row.name, row.type, row.unit_of_measure, tuple(values.get(row.id, ()))) for row in attributes]


def _row_of(facet: Facet, args: MultiDict[str, str]) -> AttributeFilter | None:
    prefix = f"{facet.id}="
    ticked = tuple(dict.fromkeys(text[len(prefix) :][:250] for text in args.getlist("attr") if text.startswith(prefix)))
    ticked = tuple(text for text in ticked if text.strip())
    if ticked:
        return AttributeFilter(facet.id, Match.IS, values=ticked)
    low, high = (args.get(f"a{facet.id}_{end}", "").strip()[:60] for end in ("min", "max"))
    operator = args.get(f"a{facet.id}_op", "")
    if facet.is_range:
        return _range_row(facet, operator, low, high)
    contained = args.get(f"a{facet.id}_has", "").strip()[:250]
    if not contained:
        return None
    if "\x00" in contained:
        raise Refused(_("There is an invisible character in it."))
    match = _MATCHES.get(operator, Match.CONTAINS)
    return AttributeFilter(facet.id, match, values=(contained,), exact_case=match is Match.IS)


def _range_row(facet: Facet, operator: str, low: str, high: str) -> AttributeFilter | None:
    """A comparison with one figure takes what stands in the first field."""
    if operator in _SIGNS and low:
        return AttributeFilter(
            facet.id,
            Match.BETWEEN,
            low=low if operator in {"eq", "gt", "ge"} else "",
            high=low if operator in {"eq", "lt", "le"} else "",
            low_open=operator == "gt",
            high_open=operator == "lt",
        )
    return AttributeFilter(facet.id, Match.BETWEEN, low=low, high=high) if low or high else None


def _range_words(facet: Facet, row: AttributeFilter) -> str:
    unit = f" {facet.unit}" if facet.unit else ""
    if row.low and row.low == row.high:
        return f"{facet.name} = {row.low}{unit}"
    if row.low_open:
        return f"{facet.name} > {row.low}{unit}"
    if row.high_open:
        return f"{facet.name} < {row.high}{unit}"
    if row.low and row.high:
        return f"{facet.name}: {row.low} – {row.high}{unit}"
    if row.low:
        return _("%(name)s: from %(low)s%(unit)s", name=facet.name, low=row.low, unit=unit)
    return _("%(name)s: up to %(high)s%(unit)s", name=facet.name, high=row.high, unit=unit)


def _text_words(facet: Facet, row: AttributeFilter) -> str:
    facts = {"name": facet.name, "text": row.values[0]}
    match row.match:
        case Match.STARTS_WITH:
            return _("%(name)s starts with %(text)s", **facts)
        case Match.ENDS_WITH:
            return _("%(name)s ends with %(text)s", **facts)
        case Match.IS:
            return _("%(name)s is exactly %(text)s", **facts)
        case _:
            return _("%(name)s contains %(text)s", **facts)


def operators(facet: Facet) -> list[tuple[str, str]]:
    """How a facet without values to tick is compared: (value of `a12_op`, words)."""
    if facet.is_range:
        words = {"": _("from – to")} | _SIGNS
        return [(key, words[key]) for key in RANGE_OPERATORS]
    words = {"has": _("contains"), "starts": _("starts with"), "ends": _("ends with"), "is": _("is exactly")}
    return [(key, words[key]) for key in TEXT_OPERATORS]


def facet_counts(state: Any) -> dict[tuple[int, str], int] | None:
    """(attribute, value) -> how many items of the list as it is narrowed have it; None where the list is too long.

    A facet that is ticked counts without its own ticks, so that each number says what one more tick would add.
    """
    offered = [facet for facet in facets() if facet.values]
    ticked = {facet.id for facet in offered if any(_is_of(facet, text) for text in state.args.getlist("attr"))}
    found: dict[tuple[int, str], int] = {}
    ids = state.matching_ids(COUNTED)
    if ids is not None:
        found |= counts_among(db_session(), [facet.id for facet in offered if facet.id not in ticked], ids)
    for facet in offered:
        if facet.id not in ticked:
            continue
        args = MultiDict(state.args)
        args.setlist("attr", [text for text in args.getlist("attr") if not _is_of(facet, text)])
        without = state.listing.read(args, state.path).matching_ids(COUNTED)
        if without is not None:
            found |= counts_among(db_session(), [facet.id], without)
    return found if found or ids is not None else None


def _is_of(facet: Facet, condition: str) -> bool:
    return condition.startswith(f"{facet.id}=")


def attribute_columns() -> list[Column]:
    """A column for each attribute, to be chosen among the list's columns."""
    return [
        Column(
            f"attr{facet.id}", f"{facet.name} ({facet.unit})" if facet.unit else facet.name, _value_of(facet),
            _KINDS.get(facet.type, "text"), shown=False,
        )
        for facet in facets()
    ]  # fmt: skip


_KINDS = {AttributeType.INTEGER: "quantity", AttributeType.DECIMAL: "quantity", AttributeType.DATE: "day"}


def _value_of(facet: Facet) -> Any:
    held: Any = ItemAttributeValue.value
    if facet.type is AttributeType.DATE:
        held = ItemAttributeValue.date_value
    elif facet.is_range:
        held = ItemAttributeValue.numeric_value
    return (
        select(held)
        .join(ItemAttributeMapping, ItemAttributeMapping.value_id == ItemAttributeValue.id)
        .where(
            ItemAttributeMapping.item_id == Item.id,
            ItemAttributeMapping.variant_id == BLANK_ID,
            ItemAttributeMapping.attribute_id == facet.id,
        )
        .correlate(Item)
        .scalar_subquery()
    )


def variant_hits(state: Any) -> None:
    """Note which rows of the page were found only through a variant, for the mark beside their description."""
    asked: AskedAttributes | None = state.values.get("attr")
    hits: Mapping[int, list[str]] = {}
    if asked is not None and not state.errors:
        hits = variants_behind(db_session(), asked.conditions, [row.row_id for row in state.rows])
    g.variant_hits = hits
