"""Applications of an entry drawn as an SVG: left where it came from, right where it went, every box a link.

Attributes only, colours from the style sheet; lengths are whole pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import url_for
from markupsafe import Markup, escape

from blueprints import formats
from blueprints.words import word
from core.text import _
from services.costs.graph import EntryGraph, GraphEdge, GraphNode

BOX_WIDTH, BOX_HEIGHT = 196, 72
COLUMN_GAP, ROW_GAP, EDGE = 76, 16, 12
_LINE = 18
#: So many letters fit into a box.
FITS = 26


def draw(graph: EntryGraph, entry_id: int, *, costs: bool, label: str = "") -> Markup:
    """The drawing; with `costs` the boxes say what the entries cost. `entry_id` is the one it is about, 0 for none."""
    columns = _columns(graph)
    places = _places(columns)
    width = max((x for x, _y in places.values()), default=0) + BOX_WIDTH + EDGE
    rows = max((len(column) for _level, column in columns), default=1)
    height = rows * (BOX_HEIGHT + ROW_GAP) - ROW_GAP + 2 * EDGE + (24 if graph.left_out else 0)
    parts = [_edge(edge, places) for edge in graph.edges if edge.source in places and edge.target in places]
    parts += [_box(node, places[node.id], entry_id, costs=costs) for node in graph.nodes.values()]
    for level, count in sorted(graph.left_out.items()):
        x = next((places[column[0].id][0] for number, column in columns if number == level), EDGE)
        text = escape(_("and %(count)s more", count=count))
        parts.append(f'<text class="graph-more" x="{x}" y="{height - EDGE}">{text}</text>')
    label = escape(label or _("Where entry %(no)s came from and where it went", no=entry_id))
    return Markup(  # noqa: S704 - every text was escaped
        f'<svg class="entry-graph" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="group" '
        f'aria-label="{label}"><defs><marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path class="graph-arrow" d="M0 0 8 4 0 8z"/></marker></defs>'
        f"{''.join(parts)}</svg>"
    )


def _columns(graph: EntryGraph) -> list[tuple[int, list[GraphNode]]]:
    """Nodes by level, each level in the order of what it is tied to, so that few lines cross."""
    by_level: dict[int, list[GraphNode]] = {}
    for node in graph.nodes.values():
        by_level.setdefault(node.level, []).append(node)
    order: dict[int, int] = {}
    for level in sorted(by_level, key=lambda number: (abs(number), number)):
        column = by_level[level]
        column.sort(key=lambda node: (_nearest(node, graph.edges, order), node.id))
        order |= {node.id: place for place, node in enumerate(column)}
    return sorted(by_level.items())


def _nearest(node: GraphNode, edges: Sequence[GraphEdge], order: dict[int, int]) -> int:
    tied = [
        edge.target if edge.source == node.id else edge.source
        for edge in edges
        if node.id in (edge.source, edge.target)
    ]
    known = [order[other] for other in tied if other in order]
    return min(known) if known else 0


def _places(columns: Sequence[tuple[int, list[GraphNode]]]) -> dict[int, tuple[int, int]]:
    tallest = max((len(column) for _level, column in columns), default=1)
    step = BOX_HEIGHT + ROW_GAP
    places: dict[int, tuple[int, int]] = {}
    for position, (_level, column) in enumerate(columns):
        x = EDGE + position * (BOX_WIDTH + COLUMN_GAP)
        top = EDGE + (tallest - len(column)) * step // 2
        for place, node in enumerate(column):
            places[node.id] = (x, top + place * step)
    return places


def _edge(edge: GraphEdge, places: dict[int, tuple[int, int]]) -> str:
    (x1, y1), (x2, y2) = places[edge.source], places[edge.target]
    x1, y1, y2 = x1 + BOX_WIDTH, y1 + BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2
    bend = COLUMN_GAP // 2
    if x2 <= x1:  # against the stream: below both boxes
        low = max(y1, y2) + BOX_HEIGHT // 2 + ROW_GAP // 2
        path = f"M{x1} {y1}C{x1 + bend} {low} {x2 - bend} {low} {x2} {y2}"
    else:
        path = f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
    kind = "graph-edge" if edge.cost else "graph-edge is-plain"
    words = _("fixed") if edge.fixed else ""
    title = escape(
        _("%(quantity)s from entry %(source)s to entry %(target)s %(words)s", quantity=formats.quantity(edge.quantity),
          source=edge.source, target=edge.target, words=words).strip()
    )  # fmt: skip
    return (
        f'<path class="{kind}" d="{path}" marker-end="url(#graph-arrow)"><title>{title}</title></path>'
        f'<text class="graph-quantity" x="{(x1 + x2) // 2}" y="{(y1 + y2) // 2 - 6}" text-anchor="middle">'
        f"{escape(formats.quantity(edge.quantity))}</text>"
    )


def _box(node: GraphNode, place: tuple[int, int], entry_id: int, *, costs: bool) -> str:
    x, y = place
    here = node.id == entry_id
    kind = "graph-box is-here" if here else ("graph-box is-in" if node.quantity > 0 else "graph-box is-out")
    lines = [
        f"{node.id} · {word(node.entry_type)}",
        " · ".join(part for part in (formats.day(node.posting_date), node.location_code) if part),
        formats.quantity(node.quantity) + (" = " + formats.amount(node.cost) if costs else ""),
    ]
    # With blanks between: side by side the lines would be read as one word.
    texts = " ".join(
        f'<text class="graph-line-{number}" x="{x + 10}" y="{y + 22 + number * _LINE}">{escape(_short(line))}</text>'
        for number, line in enumerate(lines)
    )
    if node.remaining:
        mark = "is-short" if node.remaining < 0 else "is-open"
        texts += f'<circle class="graph-open {mark}" cx="{x + BOX_WIDTH - 14}" cy="{y + 14}" r="5"/>'
    open_words = _("open: %(quantity)s", quantity=formats.quantity(node.remaining)) if node.remaining else ""
    # The visible words come first and as they stand: who speaks to a screen says what is read on it.
    label = " ".join([*map(_short, lines), node.document_no, *([open_words] if open_words else [])])
    url = escape(url_for("ledger.item_entry", entry_id=node.id))
    current = ' aria-current="true"' if here else ""
    return (
        f'<a class="{kind}" href="{url}" aria-label="{escape(label)}"{current}>'
        f'<rect x="{x}" y="{y}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="6"/>{texts}</a>'
    )


def _short(line: str) -> str:
    return line if len(line) <= FITS else line[: FITS - 1] + "…"
